// What is written in an epoch that follows another one.
#include <gtest/gtest.h>

#include "integration/writes/tests/rig.hpp"

namespace outrigger::writes {
namespace {

using testing_rig::Rig;

// The log was put back from a backup that is older than the write: Odoo has it, the log does not.
TEST(WriterEpochs, AKeyOfBeforeARestoreIsFoundInOdooAndNotWrittenAgain) {
  for (const int major : {14, 19}) {
    Rig rig(major);
    const int64_t lead = rig.odoo.create_lead();
    Arena arena;
    const Request message{.operation = Operation::kMessagePost,
                          .model = "crm.lead",
                          .ids = {lead},
                          .values = arena.object({{"body", "hello"}})};
    const Request create{
        .operation = Operation::kCreate, .model = "crm.lead", .values = arena.array({arena.object({{"name", "new"}})})};
    const Result<Document> posted = rig.write(message, "digest-of-monday");
    const Result<Document> made = rig.write(create, "lead-of-monday");
    ASSERT_TRUE(posted && made);
    const int64_t leads = rig.odoo.count("crm.lead");
    rig.log = {};
    rig.epoch = "epoch-2";
    rig.earlier_epochs = true;
    rig.restart();
    const Result<Document> again = rig.write(message, "digest-of-monday");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->root().integer(), posted->root().integer());
    const Result<Document> made_again = rig.write(create, "lead-of-monday");
    ASSERT_TRUE(made_again) << made_again.error().message;
    EXPECT_EQ(made_again->root().at(0).integer(), made->root().at(0).integer());
    EXPECT_EQ(rig.odoo.count("mail.message"), 1);
    EXPECT_EQ(rig.odoo.count("crm.lead"), leads);
    ASSERT_TRUE(rig.write(message, "digest-of-tuesday"));
    EXPECT_EQ(rig.odoo.count("mail.message"), 2) << "another key is another message";
  }
}

}  // namespace
}  // namespace outrigger::writes
