// Calls in the name of another user, with that user's own key from the vault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/config/tests/texts.hpp"
#include "host/secrets/secret_principals.hpp"
#include "host/secrets/secrets_engine.hpp"
#include "host/services/odoo_operations.hpp"
#include "host/services/services.hpp"
#include "integration/sandbox/tests/rig.hpp"

namespace outrigger::host {
namespace {

using sandbox::Rig;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kWrong[] = "ffffffffffffffffffffffffffffffffffffffff";
constexpr int64_t kMinute = int64_t{60} * 1000000;

class PrincipalsTest : public testing::Test {
 protected:
  explicit PrincipalsTest(int major = 19)
      : rig_({.major = major, .leads = 60}),
        vault_({.folder = folder_.path(), .now = [this] { return now_; }}),
        base_(rig_.connect()),
        principals_("crm", "main", vault_, *base_, {.most = 2, .monotonic = [this] { return monotonic_; }}) {}

  [[nodiscard]] std::string key(const char* login = "demo") const { return rig_.database.user(login).key; }
  [[nodiscard]] std::string with_login(const char* login = "demo") const {
    return std::string(login) + ":" + key(login);
  }
  void put(const char* name, const std::string& value) { ASSERT_TRUE(vault_.put({"crm", "main", name}, value)); }
  // The user in whose name a call is made.
  std::string user(const char* name) {
    const Result<Document> uid = principals_.with(name, {}, [](odoo::Session& session) {
      return session.call({.model = "res.users",
                           .method = "read",
                           .ids = std::vector<int64_t>{session.info().uid},
                           .kwargs = Document(fields()).root(),
                           .read_only = true});
    });
    if (!uid) return "error: " + uid.error().message;
    return std::string(uid->root().at(0)["login"].text());
  }
  static Document fields() {
    static const Document list = Document::build([](Arena& arena) {
      return arena.object({{"fields", arena.array({"login"})}});
    });
    return list;
  }

  TemporaryFolder folder_;
  Rig rig_;
  int64_t now_ = 1'795'262'400'000'000;
  int64_t monotonic_ = 1;
  Vault vault_;
  std::unique_ptr<odoo::Session> base_;
  SecretPrincipals principals_;
};

TEST_F(PrincipalsTest, ACallIsMadeAsThatUser) {
  put("demo", with_login());
  EXPECT_EQ(user("demo"), "demo");
  EXPECT_EQ(user("demo"), "demo");
  EXPECT_EQ(principals_.open_sessions(), 1U);
}

TEST_F(PrincipalsTest, WithJson2TheKeyAloneDoes) {
  put("demo", key());
  EXPECT_EQ(user("demo"), "demo");
}

TEST_F(PrincipalsTest, ASecretThatIsNotThereIsNamed) {
  EXPECT_THAT(user("demo"), AllOf(HasSubstr("plugin crm has no secret demo"), HasSubstr("outrigger secrets put")));
}

TEST_F(PrincipalsTest, ARefusedKeyNamesTheSecretAndNotItsValue) {
  put("demo", std::string("demo:") + kWrong);
  const std::string error = user("demo");
  EXPECT_THAT(error,
              AllOf(HasSubstr("the secret demo of plugin crm on database main"), HasSubstr("Odoo refuses the key"),
                    HasSubstr("outrigger secrets rotate crm demo"), Not(HasSubstr(kWrong))));
  const Result<Document> again =
      principals_.with("demo", {}, [](odoo::Session&) -> Result<Document> { return Document(); });
  EXPECT_EQ(again.error().code, Code::kAuth);
}

TEST_F(PrincipalsTest, ARefusedKeyIsNotTriedAgainForAMinute) {
  put("demo", std::string("demo:") + kWrong);
  EXPECT_THAT(user("demo"), HasSubstr("refuses"));
  rig_.database.replace_key("demo", kWrong);
  EXPECT_THAT(user("demo"), HasSubstr("refuses"));
  monotonic_ += kMinute;
  EXPECT_EQ(user("demo"), "demo");
}

TEST_F(PrincipalsTest, AfterARotateTheNewKeyIsUsed) {
  put("who", with_login("demo"));
  EXPECT_EQ(user("who"), "demo");
  ASSERT_TRUE(vault_.rotate({"crm", "main", "who"}, with_login("admin")));
  EXPECT_EQ(user("who"), "admin");
  EXPECT_EQ(principals_.open_sessions(), 1U) << "that of the old key is gone";
}

TEST_F(PrincipalsTest, WhenTheNewKeyIsRefusedTheOldOneServesForADay) {
  put("demo", with_login());
  ASSERT_TRUE(vault_.rotate({"crm", "main", "demo"}, std::string("demo:") + kWrong));
  EXPECT_EQ(user("demo"), "demo");
  now_ += Vault::kPreviousLives;
  monotonic_ += Vault::kPreviousLives;
  EXPECT_THAT(user("demo"), HasSubstr("refuses"));
}

TEST_F(PrincipalsTest, AKeyThatIsRevokedWhileASessionIsOpen) {
  put("demo", with_login());
  EXPECT_EQ(user("demo"), "demo");
  rig_.database.replace_key("demo", kWrong);
  EXPECT_THAT(user("demo"), HasSubstr("the secret demo of plugin crm"));
  EXPECT_EQ(principals_.open_sessions(), 0U);
  ASSERT_TRUE(vault_.rotate({"crm", "main", "demo"}, std::string("demo:") + kWrong));
  EXPECT_EQ(user("demo"), "demo") << "the renewed key counts at once";
}

TEST_F(PrincipalsTest, TheRenewedKeyIsTakenInTheMiddleOfACall) {
  put("demo", with_login());
  EXPECT_EQ(user("demo"), "demo");
  // Renewed in Odoo after the session was chosen, and in the vault before the call is made again.
  int tried = 0;
  const Result<Document> done = principals_.with("demo", {}, [&](odoo::Session& session) {
    if (++tried == 1) {
      rig_.database.replace_key("demo", kWrong);
      EXPECT_TRUE(vault_.rotate({"crm", "main", "demo"}, std::string("demo:") + kWrong));
    }
    return session.call({.model = "res.users", .method = "context_get", .read_only = true});
  });
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_EQ(tried, 2);
}

TEST_F(PrincipalsTest, SessionsAreBounded) {
  put("a", with_login());
  put("b", with_login());
  put("c", with_login());
  for (const char* name : {"a", "b", "c", "a"}) EXPECT_EQ(user(name), "demo");
  EXPECT_EQ(principals_.open_sessions(), 2U);
}

TEST_F(PrincipalsTest, AnOutageIsNotARefusal) {
  put("demo", with_login());
  rig_.service.inject({.match = "", .kind = sandbox::Injection::Kind::kHtml, .times = -1});
  EXPECT_THAT(user("demo"), AllOf(HasSubstr("error: "), Not(HasSubstr("refuses"))));
  rig_.service.clear_injections();
  EXPECT_EQ(user("demo"), "demo");
}

TEST_F(PrincipalsTest, AnOperationNamesThePrincipalInItsScope) {
  put("demo", with_login());
  OdooOperations odoo(*base_);
  Arena arena;
  const auto args = [&](const char* principal) {
    return arena.object({{"model", "crm.lead"}, {"scope", arena.object({{"principal", principal}})}});
  };
  EXPECT_EQ(odoo.call("search_count", args("demo"), {}).error().code, Code::kUnsupported) << "nobody keeps keys yet";
  odoo.principals(&principals_);
  const Result<Document> all = odoo.call("search_count", arena.object({{"model", "crm.lead"}}), {});
  const Result<Document> own = odoo.call("search_count", args("demo"), {});
  ASSERT_TRUE(all && own);
  EXPECT_LT(own->root().integer(), all->root().integer()) << "demo sees a part of the leads";
  const Value lead = arena.object({{"name", "By demo"}, {"type", "lead"}});
  const Result<Document> made =
      odoo.call("create",
                arena.object({{"model", "crm.lead"},
                              {"values", arena.array({lead})},
                              {"scope", arena.object({{"principal", "demo"}, {"company_id", 1}})}}),
                {});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(rig_.lead(made->root().at(0).integer(), "create_uid").integer(), rig_.database.user("demo").id);
  const Result<Document> none =
      odoo.call("create", arena.object({{"model", "crm.lead"}, {"scope", arena.object({{"principal", "demo"}})}}), {});
  EXPECT_EQ(none.error().code, Code::kInvalid) << "a write names its company, whoever makes it";
}

// As a plugin meets it: through the services of its instance.
TEST_F(PrincipalsTest, APluginHandsAKeyInUsesItByNameAndNeverSeesIt) {
  std::string lines;
  Log log([&](LogLevel, std::string_view, std::string_view text) { lines += std::string(text) + "\n"; });
  Vault vault({.folder = folder_.path() / "own",
               .hide = [&](std::string value) { log.hide(std::move(value)); },
               .now = [this] { return now_; }});
  Services services("crm@main", log, base_.get());
  services.add(std::make_unique<SecretsEngine>("crm", "main", vault));
  services.aids([&](const std::shared_ptr<odoo::Session>&) {
    return OdooAids{std::make_shared<SecretPrincipals>("crm", "main", vault, *base_), nullptr};
  });
  services.allow_calls();
  EXPECT_THAT(services.offered(), testing::Contains("outrigger.secrets/1"));
  Arena arena;
  ASSERT_TRUE(services.call("secrets.put",
                            arena.object({{"name", "user-3"}, {"value", arena.bytes(with_login())}, {"expires", 0}})));
  const Result<Document> own = services.call(
      "odoo.search_count", arena.object({{"model", "crm.lead"}, {"scope", arena.object({{"principal", "user-3"}})}}));
  ASSERT_TRUE(own) << own.error().message;
  const Result<Document> all = services.call("odoo.search_count", arena.object({{"model", "crm.lead"}}));
  EXPECT_LT(own->root().integer(), all->root().integer());
  const Result<Document> list = services.call("secrets.list", {});
  ASSERT_TRUE(list);
  EXPECT_THAT(value::to_json(list->root()), AllOf(HasSubstr("user-3"), Not(HasSubstr(key()))));
  const std::string told = "my key is " + key() + "!";
  services.notify("log.write", arena.object({{"level", 2}, {"text", Value::of(std::string_view(told))}}));
  EXPECT_THAT(lines, AllOf(HasSubstr("my key is ***!"), Not(HasSubstr(key()))));
}

class PrincipalsOf14 : public PrincipalsTest {
 protected:
  PrincipalsOf14() : PrincipalsTest(14) {}
};

TEST_F(PrincipalsOf14, ALoginBelongsToTheKey) {
  put("demo", with_login());
  EXPECT_EQ(user("demo"), "demo");
  put("alone", key());
  EXPECT_THAT(user("alone"), AllOf(HasSubstr("the secret alone"), HasSubstr("login:key")));
  put("wrong", std::string("demo:") + kWrong);
  EXPECT_THAT(user("wrong"), HasSubstr("Odoo refuses the key"));
}

}  // namespace
}  // namespace outrigger::host
