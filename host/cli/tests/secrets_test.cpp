// `outrigger secrets`, and what doctor says of secrets, keys and the setup key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/cli/tests/child.hpp"
#include "host/secrets/vault.hpp"
#include "host/services/clock.hpp"
#include "host/setup/setup.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kValue[] = "s3cret-4711-value";

class Secrets : public testing::Test {
 protected:
  Secrets() : file_(folder_.write("outrigger.json", config_text("http://127.0.0.1:1")).string()) {}

  Ended secrets(const Arguments& words, const std::string& input = "") const {
    Arguments all{"secrets"};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"-c", file_});
    const Environment environment{{kKeyVariable, "fedcba9876543210fedcba9876543210fedcba98"}};
    const Ended ended = Child(all, environment, Child::Errors::kPipe, folder_.write("input", input)).wait();
    EXPECT_THAT(ended.out + ended.err, Not(HasSubstr(kValue))) << "a value is never shown";
    return ended;
  }
  // As the host itself would see it.
  std::string value(const char* name) const {
    Vault vault({.folder = folder_.path() / "data", .now = now_micros});
    const Result<Secret> secret = vault.find({"scoring", "main", name});
    if (!secret) return "error: " + secret.error().message;
    return std::string(secret->value.view()) + "|" + std::string(secret->previous.view());
  }

  TemporaryFolder folder_;
  std::string file_;
};

TEST_F(Secrets, AreReadFromStandardInputOrAFile) {
  const Ended put = secrets({"put", "scoring", "token"}, std::string(kValue) + "\n");
  EXPECT_EQ(put.code, 0) << put.err;
  EXPECT_THAT(put.out, HasSubstr("kept token for plugin scoring on database main"));
  EXPECT_EQ(value("token"), std::string(kValue) + "|");
  const std::string from = folder_.write("value", "two\nlines\n").string();
  EXPECT_EQ(secrets({"rotate", "scoring", "token", "--from", from}).code, 0);
  EXPECT_EQ(value("token"), std::string("two\nlines|") + kValue);
  EXPECT_EQ(secrets({"erase", "scoring", "token"}).out, "erased token of plugin scoring on database main\n");
  EXPECT_THAT(value("token"), HasSubstr("has no secret token"));
  EXPECT_EQ(secrets({"erase", "scoring", "token"}).code, 0) << "what is gone is gone";
}

TEST_F(Secrets, AreListedByName) {
  EXPECT_THAT(secrets({"list"}).out, HasSubstr("no secrets are kept for database main"));
  ASSERT_EQ(secrets({"put", "scoring", "token", "--expires", "2030-01-02"}, kValue).code, 0);
  EXPECT_THAT(secrets({"list"}).out, AllOf(HasSubstr("scoring token"), HasSubstr("expires 2030-01-02")));
  const Document rows = secrets({"list", "scoring", "--json"}).json();
  ASSERT_EQ(rows.root().size(), 1U);
  EXPECT_EQ(rows.root().at(0)["name"].text(), "token");
  EXPECT_EQ(rows.root().at(0)["expires"].integer(), 1893542400000000);
  EXPECT_FALSE(rows.root().at(0).has("value"));
}

TEST_F(Secrets, MistakesNameTheRemedy) {
  const Ended typed = secrets({"put", "scoring", "token", "the-value"});
  EXPECT_EQ(typed.code, 2) << "a value on the command line would stand in the list of processes";
  const Ended unknown = secrets({"put", "scorin", "token"}, kValue);
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, AllOf(HasSubstr("no plugin scorin"), HasSubstr("plugin list")));
  EXPECT_EQ(secrets({"rotate", "scoring", "token"}, kValue).code, 1);
  EXPECT_THAT(secrets({"put", "scoring", "token"}).err, HasSubstr("is empty"));
  EXPECT_EQ(secrets({"put", "scoring", "token", "--expires", "tomorrow"}, kValue).code, 2);
  EXPECT_THAT(secrets({"put", "scoring", "token", "--from", "/no/such"}).err, HasSubstr("correct --from"));
  EXPECT_THAT(secrets({"put", "scoring", "token"}, kValue).err,
              HasSubstr("does not ask for a secret token in its manifest"));
  EXPECT_EQ(secrets({"put", "scoring", "token", "-d", "other"}, kValue).code, 2);
}

TEST_F(Secrets, ADamagedVaultIsSaidAndKept) {
  ASSERT_EQ(secrets({"put", "scoring", "token"}, kValue).code, 0);
  std::ofstream(folder_.path() / "data" / "secrets.vault", std::ios::app) << "x";
  const Ended put = secrets({"put", "scoring", "other"}, kValue);
  EXPECT_EQ(put.code, 1);
  EXPECT_THAT(put.err, AllOf(HasSubstr("secrets.vault is damaged"), HasSubstr("backup")));
}

class DoctorOfKeys : public testing::Test {
 protected:
  // The run key is demo's, whose keys live for 90 days at most.
  std::string doctor(const std::string& more, const std::string& setup = "") {
    const std::string file =
        folder_
            .write("outrigger.json",
                   R"({"data_folder": "data", "databases": {"main": {"url": ")" + sandbox_.url() +
                       R"(", "database": "sandbox", "login": "demo", "key": "${env:OUTRIGGER_TEST_KEY}")" + more +
                       "}}}")
            .string();
    const Ended ended =
        run({"doctor", "-c", file}, {{kKeyVariable, sandbox_.key("demo")}, {"OUTRIGGER_TEST_SETUP", setup}});
    EXPECT_THAT(ended.out, Not(HasSubstr(sandbox_.key("admin"))));
    return ended.out;
  }
  static constexpr char kSetup[] = R"(, "setup_key": "${env:OUTRIGGER_TEST_SETUP}", "setup_login": "admin")";

  TemporaryFolder folder_;
  SandboxChild sandbox_;
};

TEST_F(DoctorOfKeys, TheSetupKeyIsTried) {
  EXPECT_THAT(doctor(""), HasSubstr("main: no setup key is set; scoring may add fields or views only when"));
  EXPECT_THAT(doctor(kSetup, sandbox_.key("admin")),
              AllOf(HasSubstr("[ok] main: the setup key works, as user 2"), HasSubstr("may be revoked")));
  EXPECT_THAT(doctor(kSetup, "ffffffffffffffffffffffffffffffffffffffff"),
              AllOf(HasSubstr("[note] main: Odoo refuses the setup key"), Not(HasSubstr("ffffffff"))));
  EXPECT_THAT(doctor(R"(, "setup_key": "${env:OUTRIGGER_TEST_SETUP}", "setup_login": "demo")", sandbox_.key("demo")),
              HasSubstr("is no administrator"));
}

TEST_F(DoctorOfKeys, WhatWasMadeIsListedAndRemoved) {
  doctor(kSetup, sandbox_.key("admin"));  // writes the configuration
  transport::Loop loop;
  odoo::Connection connection;
  connection.url = sandbox_.url();
  connection.database = "sandbox";
  connection.login = "admin";
  connection.secret = sandbox_.key("admin");
  const auto session = odoo::Session::connect(loop, connection);
  ASSERT_TRUE(session);
  SetupAccess access("main", **session, "admin", sandbox_.key("admin"));
  SetupRecord record(folder_.path() / "data" / "setup.json");
  host::Setup setup("scoring", access, record);
  const auto args = value::read_json(R"({"model": "crm.lead", "name": "x_a", "type": "char", "string": "A"})");
  ASSERT_TRUE(setup.call("ensure_field", args->root(), {}));
  const auto call = [&](Arguments words) {
    words.insert(words.begin(), "setup");
    words.insert(words.end(), {"-c", (folder_.path() / "outrigger.json").string()});
    return run(words, {{kKeyVariable, sandbox_.key("demo")}, {"OUTRIGGER_TEST_SETUP", sandbox_.key("admin")}});
  };
  EXPECT_THAT(call({"list"}).out, HasSubstr("field crm.lead.x_a  field_crm_lead_x_a_"));
  EXPECT_EQ(call({"list", "--json"}).json().root().at(0)["what"].text(), "crm.lead.x_a");
  EXPECT_EQ(call({"remove", "--yes"}).code, 2) << "everything is said with --all";
  const Ended unsure = call({"remove", "crm.lead.x_a"});
  EXPECT_EQ(unsure.code, 2);
  EXPECT_THAT(unsure.err, AllOf(HasSubstr("its values in all records"), HasSubstr("--yes")));
  EXPECT_THAT(call({"remove", "crm.lead.x_b", "--yes"}).err, HasSubstr("nothing called crm.lead.x_b was made"));
  EXPECT_THAT(call({"remove", "crm.lead.x_a", "--yes"}).out, HasSubstr("removed field crm.lead.x_a"));
  EXPECT_THAT(call({"list"}).out, HasSubstr("nothing was made on database main"));
}

TEST_F(DoctorOfKeys, TheDaysThatAKeyHasLeftAreTold) {
  EXPECT_THAT(doctor(""),
              AllOf(HasSubstr("[ok] main: the API key \"sandbox\" of user 3 expires in "), HasSubstr(" days, on ")));
}

TEST_F(DoctorOfKeys, SecretsThatExpireAreNamed) {
  Vault vault({.folder = folder_.path() / "data", .now = now_micros});
  constexpr int64_t kDay = int64_t{86400} * 1000000;
  ASSERT_TRUE(vault.put({"scoring", "main", "late"}, kValue, now_micros() + 60 * kDay));
  ASSERT_TRUE(vault.put({"scoring", "main", "soon"}, kValue, now_micros() + 3 * kDay));
  ASSERT_TRUE(vault.put({"scoring", "main", "over"}, kValue, now_micros() - kDay));
  const std::string out = doctor("");
  EXPECT_THAT(out, AllOf(HasSubstr("[ok] secrets: 3 kept, encrypted"),
                         HasSubstr("[note] scoring@main: the secret soon expires in 2 days"),
                         HasSubstr("[bad] scoring@main: the secret over expired on "), Not(HasSubstr("secret late")),
                         Not(HasSubstr(kValue))));
  std::ofstream(folder_.path() / "data" / "secrets.vault", std::ios::app) << "x";
  EXPECT_THAT(doctor(""), HasSubstr("[bad] secrets: "));
}

}  // namespace
}  // namespace outrigger::host
