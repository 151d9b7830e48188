// `outrigger privacy`: what is kept of a person is found wherever it is, shown, and forgotten without a trace.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "host/cli/tests/keeping_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class Privacy : public KeepingTest {
 protected:
  Privacy() {
    anna_ = create("res.partner", R"({"name": "Anna Tran", "email": "anna@example.com"})");
    linked_ = create("crm.lead", R"({"name": "Desks for Anna Tran", "partner_id": )" + std::to_string(anna_) + "}");
    written_ = create("crm.lead", R"({"name": "A letter", "email_from": "Anna Tran <ANNA@example.com>"})");
    other_ = create("crm.lead", R"({"name": "Somebody else", "email_from": "joanna@example.com"})");
  }
  int64_t create(const std::string& model, const std::string& values) {
    const Document made = rig_.answer(model, "create", "[" + values + "]");
    return made.root().is_array() ? made.root().at(0).integer() : made.root().integer();
  }
  void let_it_work() {
    enable();
    start();
    ASSERT_TRUE(until([&] {
      return dump().count(key_of(other_)) != 0 && dump().count("res.partner:" + std::to_string(anna_) + ":name") != 0;
    }));
    ASSERT_EQ(outrigger({"notes", "rename", std::to_string(linked_), "Chairs for Anna Tran"}).code, 0);
    stop();
  }
  static std::string key_of(int64_t lead) { return "crm.lead:" + std::to_string(lead) + ":name"; }
  // "crm.lead 7", for each record of the only database.
  static std::vector<std::string> records(Value answer) {
    std::vector<std::string> all;
    for (const Value record : answer["databases"].at(0)["records"].items())
      all.push_back(std::string(record["model"].text()) + " " + std::to_string(record["id"].integer()));
    std::sort(all.begin(), all.end());
    return all;
  }
  // All bytes of what the host keeps of the database.
  [[nodiscard]] std::string bytes() const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(data_ / "databases" / "main")) {
      std::ifstream in(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      all += text.str();
    }
    return all;
  }
  [[nodiscard]] std::string who() const { return std::to_string(anna_); }

  int64_t anna_ = 0;
  int64_t linked_ = 0;
  int64_t written_ = 0;
  int64_t other_ = 0;
};

TEST_F(Privacy, ShowsAndForgetsAContactEverywhere) {
  let_it_work();
  ASSERT_FALSE(HasFatalFailure());
  const std::string lead = "crm.lead " + std::to_string(linked_);
  const Ended shown = outrigger({"privacy", "export", who()});
  ASSERT_EQ(shown.code, 0) << shown.err;
  const Document all = shown.json();
  EXPECT_EQ(records(all.root()), (std::vector<std::string>{lead, "res.partner " + who()}));
  EXPECT_THAT(shown.out, AllOf(HasSubstr("anna@example.com"), HasSubstr("Desks for Anna Tran"),
                               HasSubstr("Chairs for Anna Tran"), HasSubstr("\"last seen\""), HasSubstr("\"write\""),
                               HasSubstr(key_of(linked_)), HasSubstr("Odoo itself"), Not(HasSubstr("joanna"))));

  EXPECT_EQ(outrigger({"privacy", "erase", who()}).code, 2) << "without a terminal it wants --yes";
  const Ended plan = outrigger({"privacy", "erase", who(), "--plan"});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, AllOf(HasSubstr(lead), HasSubstr("partner_id"), HasSubstr("nothing was changed")));
  EXPECT_THAT(bytes(), HasSubstr("Chairs for Anna Tran"));
  const Ended gone = outrigger({"privacy", "erase", who(), "--yes"});
  EXPECT_EQ(gone.code, 0) << gone.err;
  EXPECT_THAT(gone.out, AllOf(HasSubstr("forgotten: "), HasSubstr("not reached:"), HasSubstr("Odoo itself")));
  const std::string left = bytes();
  for (const char* word : {"Desks for Anna", "Chairs for Anna"}) EXPECT_EQ(left.find(word), std::string::npos) << word;
  EXPECT_THAT(left, HasSubstr("joanna@example.com")) << "nobody else's";
  const Ended nothing = outrigger({"privacy", "export", who()});
  EXPECT_EQ(records(nothing.json().root()), std::vector<std::string>{}) << nothing.out;
  // The address of a lead that is linked to nobody is found by the address alone.
  EXPECT_THAT(left, HasSubstr("ANNA@example.com"));
  const Ended by_address = outrigger({"privacy", "erase", "anna@example.com", "--yes", "--json"});
  EXPECT_EQ(by_address.code, 0) << by_address.err;
  EXPECT_EQ(bytes().find("ANNA@example.com"), std::string::npos);
  EXPECT_THAT(bytes(), HasSubstr("joanna@example.com"));
}

TEST_F(Privacy, AnAddressLeadsToTheContactAndWhatLinksToIt) {
  let_it_work();
  ASSERT_FALSE(HasFatalFailure());
  const std::string file = (folder_.path() / "anna.json").string();
  const Ended shown = outrigger({"privacy", "export", "Anna@Example.com", "--to", file});
  ASSERT_EQ(shown.code, 0) << shown.err;
  EXPECT_TRUE(std::filesystem::status(file).permissions() == std::filesystem::perms(0600));
  const Document all = outrigger({"privacy", "export", "Anna@Example.com"}).json();
  EXPECT_THAT(records(all.root()),
              testing::UnorderedElementsAre("crm.lead " + std::to_string(linked_),
                                            "crm.lead " + std::to_string(written_), "res.partner " + who()));
}

TEST_F(Privacy, TheHostThatRunsAnswersAsWell) {
  enable();
  start();
  ASSERT_TRUE(until([&] { return dump().count(key_of(other_)) != 0; }));
  const Ended plan = outrigger({"privacy", "erase", who(), "--plan", "--json"});
  EXPECT_EQ(plan.code, 0) << plan.err;
  const Document all = plan.json();
  EXPECT_TRUE(all.root()["databases"].at(0)["asked_odoo"].truthy()) << "which fields relate to contacts";
  EXPECT_THAT(records(all.root()), Contains("crm.lead " + std::to_string(linked_)));
  stop();
}

TEST_F(Privacy, AContactOfSeveralDatabasesIsNobody) {
  const std::string one = R"({"url": "http://127.0.0.1:1", "key": "${env:)" + std::string(kKeyVariable) + "}\"}";
  const std::string file = folder_
                               .write("two.json", R"({"data_folder": ")" + data_.string() +
                                                      R"(", "databases": {"a": )" + one + R"(, "b": )" + one + "}}")
                               .string();
  const Ended refused = run({"privacy", "erase", "42", "--yes", "-c", file}, key());
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("another person in each database"), HasSubstr("--database")));
  EXPECT_EQ(run({"privacy", "export", "nobody", "-c", file}, key()).code, 2);
}

}  // namespace
}  // namespace outrigger::host
