// Journals of other versions: a newer one is refused, an older one copied and raised.
#include "host/cli/tests/keeping_rig.hpp"
#include "host/journal/backup.hpp"
#include "host/journal/journal_tables.hpp"
#include "host/tenant/tenant.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Versions : public KeepingTest {
 protected:
  [[nodiscard]] std::filesystem::path journal() const { return data_ / "databases" / "main" / "journal.db"; }
};

TEST_F(Versions, ANewerJournalIsRefusedAndLeftAsItIs) {
  enable();
  ASSERT_EQ(outrigger({"events", "list"}).code, 0);
  {
    Database in(journal());
    in.run("UPDATE tables SET version = 99 WHERE name = 'writes'");
  }
  const Ended refused = outrigger({"run"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("journal.db was written by a newer Outrigger (writes 99): update, or restore"),
                    testing::Not(HasSubstr("ready"))));
  EXPECT_EQ(facts_of(journal()).tables.at("writes"), 99);
  EXPECT_EQ(outrigger({"events", "list"}).code, 1) << "nor does any other command touch it";
}

TEST_F(Versions, AnOlderJournalIsCopiedBeforeItIsRaised) {
  enable();
  // As the first version made it, with one lead that was seen.
  const Tables deliveries{"deliveries", kDeliveryTables.steps.first(1)};
  {
    const auto file = JournalFile::open(journal(), {&deliveries});
    ASSERT_TRUE(file) << file.error().message;
    ASSERT_TRUE((*file)->commit([](Database& in) -> Result<void> {
      in.run(
          "INSERT INTO streams (stream, model) VALUES (1, 'crm.lead');"
          "INSERT INTO shadow VALUES ((1 << 40) + 7007, '2026-01-01 00:00:00', '2026-01-01 00:00:00', 0, 0, 0, 0, 0, "
          "x'')");
      return {};
    }));
  }
  start();
  ASSERT_TRUE(until([&] { return dump().count("crm.lead:20:name") != 0; })) << "it works with what it raised";
  stop();
  const std::filesystem::path copy = journal().string() + ".before-deliveries-2";
  ASSERT_TRUE(std::filesystem::exists(copy));
  EXPECT_EQ(facts_of(copy).tables.at("deliveries"), 1);
  Database in(copy);
  Statement of = in.statement("SELECT count(*) FROM shadow");
  ASSERT_TRUE(of.step());
  EXPECT_EQ(of.integer(0), 1) << "as it was before";
  EXPECT_EQ(facts_of(journal()).tables.at("deliveries"), static_cast<int64_t>(kDeliveryTables.steps.size()));
}

}  // namespace
}  // namespace outrigger::host
