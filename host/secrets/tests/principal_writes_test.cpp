// Writes in a user's own name: recorded, repeated and planned like all others, and made with that user's key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/config/tests/texts.hpp"
#include "host/secrets/secret_principals.hpp"
#include "host/services/odoo_operations.hpp"
#include "host/services/odoo_writes.hpp"
#include "integration/sandbox/tests/rig.hpp"
#include "integration/writes/tests/rig.hpp"

namespace outrigger::host {
namespace {

using sandbox::Rig;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kWrong[] = "ffffffffffffffffffffffffffffffffffffffff";

class PrincipalWrites : public testing::Test {
 protected:
  PrincipalWrites()
      : rig_({.leads = 10}),
        vault_({.folder = folder_.path(), .now = [] { return int64_t{1'795'262'400'000'000}; }}),
        base_(rig_.connect()),
        principals_("crm", "main", vault_, *base_),
        remote_(*base_),
        writer_(remote_, log_, options()),
        writes_(std::make_shared<OdooWrites>(writer_, "crm")),
        odoo_(*base_) {
    odoo_.principals(&principals_);
    odoo_.writes(writes_);
    EXPECT_TRUE(vault_.put({"crm", "main", "user-7"}, "demo:" + key()));
  }

  writes::Options options() {
    writes::Options options;
    options.epoch = "epoch-1";
    options.now = [] { return int64_t{1'795'262'400'000}; };
    options.on_stored = [this](std::string_view model, int64_t, std::string_view field, Value value) {
      stored_ += std::string(model) + "." + std::string(field) + "=" + std::string(value.text()) + " ";
    };
    return options;
  }
  [[nodiscard]] std::string key() const { return rig_.database.user("demo").key; }
  Result<Document> create(const std::string& name, const char* principal, const char* delivery) {
    Arena arena;
    return odoo_.call(
        "create",
        arena.object({{"model", "crm.lead"},
                      {"values", arena.array({arena.object({{"name", arena.text(name)}})})},
                      {"scope", arena.object({{"principal", principal}, {"delivery", delivery}, {"company_id", 1}})}}),
        {});
  }
  int64_t author(const Result<Document>& made) {
    return rig_.lead(made->root().at(0).integer(), "create_uid").integer();
  }
  [[nodiscard]] int64_t leads() { return static_cast<int64_t>(rig_.database.table("crm.lead").count()); }

  TemporaryFolder folder_;
  Rig rig_;
  Vault vault_;
  std::unique_ptr<odoo::Session> base_;
  SecretPrincipals principals_;
  writes::SessionRemote remote_;
  writes::testing_rig::MemoryLog log_;
  std::string stored_;
  writes::Writer writer_;
  std::shared_ptr<OdooWrites> writes_;
  OdooOperations odoo_;
};

TEST_F(PrincipalWrites, ARepeatedDeliveryHasOneEffectAndTheUserIsItsAuthor) {
  const int64_t before = leads();
  const Result<Document> made = create("Ten desks", "user-7", "d1");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(author(made), rig_.database.user("demo").id);
  const Result<Document> again = create("Ten desks", "user-7", "d1");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->root().at(0).integer(), made->root().at(0).integer());
  EXPECT_EQ(leads(), before + 1);
  ASSERT_EQ(log_.intents.size(), 1U);
  EXPECT_EQ(log_.intents.front().principal, "user-7");
  EXPECT_EQ(log_.intents.front().state, writes::State::kDone);
  EXPECT_THAT(stored_, HasSubstr("crm.lead.name=Ten desks")) << "the plugin is not told of it as of a change";
}

TEST_F(PrincipalWrites, ALostReplyIsLookedForAndNotSentAgain) {
  const int64_t before = leads();
  rig_.service.inject({.match = "crm.lead/load", .kind = sandbox::Injection::Kind::kCutAfterCommit, .times = 1});
  const Result<Document> made = create("Ten desks", "user-7", "d1");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(leads(), before + 1);
  EXPECT_EQ(author(made), rig_.database.user("demo").id);
  EXPECT_EQ(writer_.counts().found, 1U);
}

TEST_F(PrincipalWrites, TheSameOfSomebodyElseIsAnotherWrite) {
  const Result<Document> ours = create("Ten desks", "", "d1");
  const Result<Document> theirs = create("Ten desks", "user-7", "d1");
  ASSERT_TRUE(ours && theirs);
  EXPECT_NE(author(ours), author(theirs));
  EXPECT_EQ(log_.intents.size(), 2U);
}

TEST_F(PrincipalWrites, APlanNamesTheUserAndSendsNothing) {
  const int64_t before = leads();
  writes::Plan plan({.epoch = "epoch-1"});
  writes_->collect(&plan);
  const Result<Document> planned = create("Ten desks", "user-7", "");
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_LT(planned->root().at(0).integer(), 0);
  EXPECT_EQ(leads(), before);
  EXPECT_THAT(plan.to_text(), AllOf(HasSubstr("Ten desks"), HasSubstr("in the name of user-7"), Not(HasSubstr(key()))));
  const Result<writes::Plan> kept = writes::Plan::from_json(plan.to_json());
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept->writes().front().principal, "user-7");
  const Result<writes::Applied> applied = writes::apply(*kept, writer_, {.plugin = "crm", .run = "r"});
  ASSERT_FALSE(applied);
  EXPECT_THAT(applied.error().message, AllOf(HasSubstr("in the name of user-7"), HasSubstr("without --plan")));
  EXPECT_EQ(leads(), before);
}

TEST_F(PrincipalWrites, AReadInAUsersNameSeesWhatIsPlanned) {
  writes::Plan plan({.epoch = "epoch-1"});
  writes_->collect(&plan);
  const Result<Document> made = create("Ten desks", "user-7", "");
  ASSERT_TRUE(made);
  Arena arena;
  const Result<Document> rows = odoo_.call("read",
                                           arena.object({{"model", "crm.lead"},
                                                         {"ids", arena.array({made->root().at(0)})},
                                                         {"fields", arena.array({"name"})},
                                                         {"scope", arena.object({{"principal", "user-7"}})}}),
                                           {});
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(rows->root().at(0)["name"].text(), "Ten desks");
}

// The key before it serves for a day: the write is begun once all the same.
TEST_F(PrincipalWrites, ANewKeyThatIsRefusedMakesNoSecondWrite) {
  ASSERT_TRUE(vault_.rotate({"crm", "main", "user-7"}, std::string("demo:") + kWrong));
  const int64_t before = leads();
  const Result<Document> made = create("Ten desks", "user-7", "d1");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(leads(), before + 1);
  EXPECT_EQ(log_.intents.size(), 1U);
}

TEST_F(PrincipalWrites, AWriteNamesItsCompanyWhoeverMakesIt) {
  Arena arena;
  const Result<Document> none = odoo_.call("create",
                                           arena.object({{"model", "crm.lead"},
                                                         {"values", arena.array({arena.object({{"name", "x"}})})},
                                                         {"scope", arena.object({{"principal", "user-7"}})}}),
                                           {});
  EXPECT_EQ(none.error().code, Code::kInvalid);
  EXPECT_THAT(create("x", "nobody", "d1").error().message, HasSubstr("no secret nobody"));
}

TEST_F(PrincipalWrites, AnUndoSaysWhoPutsItBack) {
  ASSERT_TRUE(create("Ten desks", "user-7", "d1"));
  const Result<writes::Plan> back = writes::undo("d1", writer_);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_THAT(back->to_text(), HasSubstr("in the name of user-7 is put back by the integration's own user"));
}

}  // namespace
}  // namespace outrigger::host
