// Users' own keys, custom fields and views: what the host does in an Odoo beside plain reads and writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "host/config/tests/texts.hpp"
#include "host/secrets/secret_principals.hpp"
#include "host/services/clock.hpp"
#include "host/services/odoo_operations.hpp"
#include "host/setup/made.hpp"
#include "host/setup/setup.hpp"
#include "integration/value/json.hpp"
#include "tests/contract/target.hpp"

namespace outrigger::contract {
namespace {

using host::OdooOperations;
using host::SecretPrincipals;
using host::SetupAccess;
using host::SetupRecord;
using host::Vault;
using odoo::Records;
using odoo::Session;
using odoo::TransportChoice;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kWrong[] = "0123456789abcdef0123456789abcdef01234567";

struct Case {
  const char* target;
  TransportChoice transport;
};

transport::Loop& loop() {
  static transport::Loop one;
  return one;
}

// The run key is that of the salesperson demo, the setup key that of the administrator.
class SetupContract : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    target_ = find_target(GetParam().target);
    ASSERT_NE(target_, nullptr) << "describe it in the environment, see tests/contract/target.hpp";
    run_ = connect(target_->demo);
    ASSERT_NE(run_, nullptr);
    admin_ = connect(target_->admin);
    ASSERT_NE(admin_, nullptr);
  }
  std::unique_ptr<Session> connect(odoo::Connection connection) {
    connection.transport = GetParam().transport;
    Result<std::unique_ptr<Session>> session = Session::connect(loop(), connection);
    EXPECT_TRUE(session) << session.error().message;
    return session ? *std::move(session) : nullptr;
  }
  // As {"created":true}, or "code: message".
  std::string ensure(const char* operation, const std::string& args, bool with_key = true) {
    SetupAccess access("main", *run_, target_->admin.login, with_key ? target_->admin.secret : "");
    host::Setup setup("contract", access, record_);
    OdooOperations odoo(*run_);
    odoo.setup(&setup);
    const Result<Document> json = value::read_json(args);
    EXPECT_TRUE(json) << args;
    const Result<Document> result = odoo.call(operation, json->root(), {});
    return result ? value::to_json(result->root())
                  : std::string(to_string(result.error().code)) + ": " + result.error().message;
  }
  std::string field(const std::string& name, const std::string& type, const std::string& more = "",
                    bool with_key = true) {
    return ensure("ensure_field",
                  R"({"model": "crm.lead", "string": "Contract", "help": "Of a test", "name": ")" + name +
                      R"(", "type": ")" + type + "\"" + more + "}",
                  with_key);
  }
  std::string view(const std::string& name, const std::string& arch, bool with_key = true) {
    return ensure("ensure_view",
                  R"({"name": ")" + name + R"(", "inherits": "crm.crm_lead_view_form", "arch": )" +
                      value::to_json(Value::of(std::string_view(arch))) + "}",
                  with_key);
  }
  // A name that no run before has used.
  std::string fresh(const std::string& word) const {
    static const int64_t start = std::chrono::system_clock::now().time_since_epoch().count() / 1000000 % 100000000;
    static int count = 0;
    return word + "_" + std::to_string(start) + "_" + std::to_string(++count);
  }
  int64_t lead(const std::string& extra = "") {
    const Result<Document> values = value::read_json(R"([{"name": "Contract", "type": "opportunity")" + extra + "}]");
    admin_->forget_fields();
    const Result<Document> ids = Records(*admin_).create("crm.lead", values->root());
    EXPECT_TRUE(ids) << ids.error().message;
    return ids ? ids->root().integer() : 0;
  }
  Document read_lead(int64_t id, const std::vector<std::string_view>& fields) {
    const Result<Document> rows = Records(*admin_).read("crm.lead", {id}, fields);
    EXPECT_TRUE(rows) << rows.error().message;
    return rows ? *rows : Document();
  }

  Target* target_ = nullptr;
  TemporaryFolder folder_;
  SetupRecord record_{folder_.path() / "setup.json"};
  Vault vault_{{.folder = folder_.path(), .now = host::now_micros}};
  std::unique_ptr<Session> run_;
  std::unique_ptr<Session> admin_;
};

TEST_P(SetupContract, APrincipalActsAsItself) {
  // The other way round: the administrator's is the run key here.
  SecretPrincipals principals("contract", "main", vault_, *admin_);
  OdooOperations odoo(*admin_);
  odoo.principals(&principals);
  ASSERT_TRUE(vault_.put({"contract", "main", "demo"}, target_->demo.login + ":" + target_->demo.secret));
  Arena arena;
  const Value scope = arena.object({{"principal", "demo"}, {"company_id", 1}});
  const Value lead = arena.object({{"name", "By demo"}, {"type", "opportunity"}});
  const Result<Document> made =
      odoo.call("create", arena.object({{"model", "crm.lead"}, {"values", arena.array({lead})}, {"scope", scope}}), {});
  ASSERT_TRUE(made) << made.error().message;
  const Document row = read_lead(made->root().at(0).integer(), {"create_uid"});
  EXPECT_EQ(row.root().at(0)["create_uid"].integer(), run_->info().uid);
  const Result<Document> own = odoo.call("search_count", arena.object({{"model", "crm.lead"}, {"scope", scope}}), {});
  const Result<Document> all = odoo.call("search_count", arena.object({{"model", "crm.lead"}}), {});
  ASSERT_TRUE(own && all);
  EXPECT_LT(own->root().integer(), all->root().integer());
  const Result<Document> parameter =
      odoo.call("parameter", arena.object({{"key", "database.uuid"}, {"scope", scope}}), {});
  ASSERT_FALSE(parameter);
  EXPECT_EQ(parameter.error().code, Code::kAccess) << parameter.error().message;
  const Result<Document> missing = odoo.call("parameter", arena.object({{"key", "no.such.parameter"}}), {});
  ASSERT_TRUE(missing);
  EXPECT_TRUE(missing->root().is_null());
}

TEST_P(SetupContract, AUserSeesWhenItsOwnKeysExpire) {
  if (run_->info().major < 18) GTEST_SKIP() << "keys do not expire in this version";
  const Result<Document> keys =
      Records(*run_).search_read({.model = "res.users.apikeys", .fields = {"name", "user_id", "expiration_date"}});
  ASSERT_TRUE(keys) << keys.error().message;
  ASSERT_GT(keys->root().size(), 0U);
  for (const Value key : keys->root().items()) {
    EXPECT_EQ(key["user_id"].integer(), run_->info().uid) << "and of nobody else's";
    EXPECT_TRUE(key["expiration_date"].is_null() || key["expiration_date"].text().size() == 19);
  }
}

TEST_P(SetupContract, APrincipalsKeyIsRenewedAndRefused) {
  SecretPrincipals principals("contract", "main", vault_, *admin_);
  const auto uid = [&](const char* name) {
    int64_t found = 0;
    const Result<Document> done = principals.with(name, {}, [&](Session& session) {
      found = session.info().uid;
      return session.call({.model = "crm.stage",
                           .method = "search_count",
                           .args = Document::build([](Arena& arena) {
                                     return arena.array({arena.array(std::initializer_list<Item>{})});
                                   }).root(),
                           .read_only = true});
    });
    return done ? std::to_string(found) : std::string(to_string(done.error().code)) + ": " + done.error().message;
  };
  const std::string demo = std::to_string(run_->info().uid);
  if (admin_->info().transport == "JSON-2") {
    ASSERT_TRUE(vault_.put({"contract", "main", "alone"}, target_->demo.secret));
    EXPECT_EQ(uid("alone"), demo) << "the key alone does";
  } else {
    ASSERT_TRUE(vault_.put({"contract", "main", "alone"}, target_->demo.secret));
    EXPECT_THAT(uid("alone"), AllOf(HasSubstr("auth: the secret alone"), HasSubstr("login:key")));
  }
  const std::string good = target_->demo.login + ":" + target_->demo.secret;
  const std::string wrong = target_->demo.login + ":" + kWrong;
  ASSERT_TRUE(vault_.put({"contract", "main", "demo"}, good));
  EXPECT_EQ(uid("demo"), demo);
  ASSERT_TRUE(vault_.rotate({"contract", "main", "demo"}, wrong));
  EXPECT_EQ(uid("demo"), demo) << "the key before serves when the new one is refused";
  ASSERT_TRUE(vault_.put({"contract", "main", "demo"}, wrong));
  EXPECT_THAT(uid("demo"), AllOf(HasSubstr("auth: the secret demo of plugin contract"), Not(HasSubstr(kWrong))));
  ASSERT_TRUE(vault_.rotate({"contract", "main", "demo"}, target_->admin.login + ":" + target_->admin.secret));
  EXPECT_EQ(uid("demo"), std::to_string(admin_->info().uid));
}

TEST_P(SetupContract, FieldsOfEveryTypeAreMadeOnceAndHoldValues) {
  struct Kind {
    const char* type;
    const char* more;
    const char* value;
  };
  const Kind kinds[] = {{"char", "", R"("Ünïcode")"},
                        {"text", "", R"("two\nlines")"},
                        {"boolean", "", "true"},
                        {"integer", "", "42"},
                        {"float", "", "1.5"},
                        {"date", "", R"("2026-12-31")"},
                        {"datetime", "", R"("2026-12-31 23:59:59")"},
                        {"selection", R"(, "selection": [["a", "It's A"], ["b", "Bê"]])", R"("b")"},
                        {"many2one", R"(, "relation": "res.partner")", "1"},
                        {"many2many", R"(, "relation": "crm.tag")", "[[6, 0, [1]]]"},
                        {"binary", "", R"("aGVsbG8=")"},
                        {"html", "", R"("<p>bold</p>")"}};
  const std::string name = fresh("x");
  std::string values;
  std::vector<std::string> names;
  for (const Kind& kind : kinds) {
    names.push_back(name + "_" + kind.type);
    EXPECT_EQ(field(names.back(), kind.type, kind.more), R"({"created":true})") << kind.type;
    EXPECT_EQ(field(names.back(), kind.type, kind.more), R"({"created":false})") << kind.type;
    EXPECT_EQ(field(names.back(), kind.type, kind.more, false), R"({"created":false})") << kind.type;
    values += ", \"" + names.back() + "\": " + kind.value;
    const auto fields = run_->fields("crm.lead");
    ASSERT_TRUE(fields);
    EXPECT_EQ((*fields)->root()[names.back()]["type"].text(), kind.type);
    EXPECT_EQ((*fields)->root()[names.back()]["string"].text(), "Contract");
  }
  const Document rows = read_lead(lead(values), {names.begin(), names.end()});
  const Value row = rows.root().at(0);
  EXPECT_EQ(row[names[0]].text(), "Ünïcode");
  EXPECT_EQ(row[names[3]].integer(), 42);
  EXPECT_EQ(row[names[4]].number(), 1.5);
  EXPECT_EQ(row[names[6]].text(), "2026-12-31 23:59:59");
  EXPECT_EQ(row[names[7]].text(), "b");
  EXPECT_EQ(row[names[8]].integer(), 1);
  EXPECT_EQ(value::to_json(row[names[9]]), "[1]");
}

TEST_P(SetupContract, TwoRelationsToOneModelKeepTheirValuesApart) {
  const std::string one = fresh("x_tags");
  const std::string two = fresh("x_tags");
  ASSERT_EQ(field(one, "many2many", R"(, "relation": "crm.tag")"), R"({"created":true})");
  ASSERT_EQ(field(two, "many2many", R"(, "relation": "crm.tag")"), R"({"created":true})");
  const Document rows = read_lead(lead(", \"" + one + "\": [[6, 0, [1]]]"), {one, two});
  EXPECT_EQ(value::to_json(rows.root().at(0)[one]), "[1]");
  EXPECT_EQ(value::to_json(rows.root().at(0)[two]), "[]");
}

TEST_P(SetupContract, AFieldOfAnotherTypeIsAConflictAndStays) {
  const std::string name = fresh("x_kind");
  ASSERT_EQ(field(name, "char"), R"({"created":true})");
  EXPECT_THAT(field(name, "integer"),
              AllOf(HasSubstr("conflict: crm.lead." + name), HasSubstr("as char and not as integer")));
  EXPECT_THAT(field(fresh("x_none"), "char", "", false), AllOf(HasSubstr("access: "), HasSubstr("`setup_key`")));
  EXPECT_THAT(field(fresh("x_none"), "many2one", R"(, "relation": "no.such.model")"),
              AllOf(HasSubstr("validation: Odoo: "), HasSubstr("no.such.model")));
}

TEST_P(SetupContract, ASelectionGrows) {
  const std::string name = fresh("x_grows");
  ASSERT_EQ(field(name, "selection", R"(, "selection": [["a", "A"], ["b", "B"]])"), R"({"created":true})");
  const int64_t id = lead(", \"" + name + "\": \"b\"");
  EXPECT_THAT(field(name, "selection", R"(, "selection": [["c", "C"]])", false), HasSubstr("lacks options"));
  EXPECT_EQ(field(name, "selection", R"(, "selection": [["c", "It's C"], ["a", "Other"]])"), R"({"created":false})");
  const auto fields = run_->fields("crm.lead");
  ASSERT_TRUE(fields);
  EXPECT_EQ(value::to_json((*fields)->root()[name]["selection"]), R"([["a","A"],["b","B"],["c","It's C"]])");
  EXPECT_EQ(read_lead(id, {name}).root().at(0)[name].text(), "b");
}

TEST_P(SetupContract, AViewShowsTheFieldAndFollowsItsArch) {
  const std::string name = fresh("x_shown");
  ASSERT_EQ(field(name, "char"), R"({"created":true})");
  const std::string panel = fresh("panel");
  const auto arch = [&](const char* position) {
    return std::string("<data><xpath expr=\"//field[@name='priority']\" position=\"") + position + "\"><field name=\"" +
           name + "\" string=\"Điểm &amp; more\" help='It shows'/></xpath></data>";
  };
  const std::string made = view(panel, arch("after"));
  ASSERT_THAT(made, HasSubstr(R"("created":true,"id":)"));
  const std::string same = R"({"created":false)" + made.substr(made.find(','));
  EXPECT_EQ(view(panel, arch("after")), same);
  EXPECT_EQ(view(panel, arch("after"), false), same) << "what is set up needs no key";
  EXPECT_EQ(view(panel, arch("before")), same);
  EXPECT_EQ(view(panel, arch("before")), same);
  Arena arena;
  const Value ours = arena.array({arena.array({"module", "=", "outrigger"}), arena.array({"model", "=", "ir.ui.view"}),
                                  arena.array({"res_id", "=", value::read_json(made)->root()["id"].integer()})});
  EXPECT_EQ(*Records(*admin_).search_count({.model = "ir.model.data", .domain = ours}), 1);
  const Result<Document> stored = Records(*admin_).read("ir.ui.view", {value::read_json(made)->root()["id"].integer()},
                                                        {"arch_base", "mode", "type", "inherit_id"});
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_THAT(std::string(stored->root().at(0)["arch_base"].text()), AllOf(HasSubstr("before"), HasSubstr("Điểm")));
  EXPECT_EQ(stored->root().at(0)["mode"].text(), "extension");
  EXPECT_EQ(stored->root().at(0)["type"].text(), "form");
  // The sandbox puts no views together, and what 14 answers XML-RPC cannot carry.
  if (!target_->real || admin_->info().transport == "XML-RPC") return;
  Arena names;
  const bool get_view = admin_->info().major >= 16;
  const int64_t form = stored->root().at(0)["inherit_id"].integer();
  const Result<Document> whole = admin_->call({.model = "crm.lead",
                                               .method = get_view ? "get_view" : "fields_view_get",
                                               .kwargs = names.object({{"view_id", form}, {"view_type", "form"}}),
                                               .read_only = true});
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_THAT(std::string(whole->root()["arch"].text()), HasSubstr("name=\"" + name + "\""));
}

TEST_P(SetupContract, AViewThatOdooRefusesIsSaidInItsWordsAndLeavesNothing) {
  const std::string panel = fresh("panel");
  EXPECT_THAT(
      ensure("ensure_view",
             R"({"name": ")" + panel +
                 R"(", "inherits": "crm.no_such_view", "arch": "<xpath expr='//a' position='after'><b/></xpath>"})"),
      HasSubstr("missing: Odoo has no view crm.no_such_view"));
  if (!target_->real) return;
  EXPECT_THAT(
      view(panel, "<xpath expr=\"//field[@name='priority']\" position='after'><field name='x_not_there'/></xpath>"),
      AllOf(HasSubstr("validation: Odoo: "), HasSubstr("x_not_there")));
  EXPECT_THAT(view(panel, "<xpath expr=\"//field[@name='not_there']\" position='after'><b/></xpath>"),
              AllOf(HasSubstr("validation: Odoo: "), HasSubstr("cannot be located")));
  Arena arena;
  const std::string called = "outrigger.contract." + panel;
  const Value domain = arena.array({arena.array({"name", "=", Value::of(std::string_view(called))})});
  EXPECT_EQ(*Records(*admin_).search_count({.model = "ir.ui.view", .domain = domain, .archived = true}), 0);
}

TEST_P(SetupContract, WhatWasMadeCanBeListedAndRemoved) {
  const std::string name = fresh("x_gone");
  const std::string panel = fresh("panel");
  ASSERT_EQ(field(name, "char"), R"({"created":true})");
  ASSERT_THAT(
      view(panel, "<xpath expr=\"//field[@name='priority']\" position='after'><field name='" + name + "'/></xpath>"),
      HasSubstr("true"));
  const auto find = [&](const std::string& what) {
    const Result<std::vector<host::Made>> all = host::list_made(*admin_);
    EXPECT_TRUE(all) << all.error().message;
    for (const host::Made& made : *all)
      if (made.what == what) return made;
    return host::Made{};
  };
  const host::Made made_field = find("crm.lead." + name);
  const host::Made made_view = find("outrigger.contract." + panel);
  ASSERT_NE(made_field.id, 0);
  ASSERT_NE(made_view.id, 0);
  for (const host::Made& made : {made_view, made_field, made_field}) {
    const Result<void> gone = host::remove_made(*admin_, made);
    EXPECT_TRUE(gone) << gone.error().message;
  }
  EXPECT_EQ(find("crm.lead." + name).id, 0);
  EXPECT_EQ(find("outrigger.contract." + panel).id, 0);
  run_->forget_fields();
  const auto fields = run_->fields("crm.lead");
  ASSERT_TRUE(fields);
  EXPECT_FALSE((*fields)->root().has(name));
  EXPECT_EQ(field(name, "integer"), R"({"created":true})") << "the name is free again, for another type";
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  return info.param.transport == TransportChoice::kXmlRpc ? "XmlRpc" : "Auto";
}

#define OUTRIGGER_TARGET(Name) \
  INSTANTIATE_TEST_SUITE_P(    \
      Name, SetupContract,     \
      testing::Values(Case{#Name, TransportChoice::kAuto}, Case{#Name, TransportChoice::kXmlRpc}), case_name)
OUTRIGGER_TARGET(Sandbox19);
OUTRIGGER_TARGET(Sandbox14);
OUTRIGGER_TARGET(Real19);
OUTRIGGER_TARGET(Real14);
OUTRIGGER_TARGET(RealSource);

}  // namespace
}  // namespace outrigger::contract
