// `outrigger events ...`: what is not delivered, by each of its options, and settling it.
#include "host/cli/tests/keeping_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class EventsProgram : public KeepingTest {
 protected:
  void SetUp() override {
    enable();
    start();
  }
  void TearDown() override {
    if (host_ != nullptr) stop();
  }
  [[nodiscard]] std::string out(const Arguments& given, int code = 0) const {
    const Ended ended = outrigger(given);
    EXPECT_EQ(ended.code, code) << ended.out << ended.err;
    return ended.out;
  }
  [[nodiscard]] Document events(const Arguments& more = {}) const {
    Arguments given{"events", "list", "--json"};
    given.insert(given.end(), more.begin(), more.end());
    return outrigger(given).json();
  }
  [[nodiscard]] size_t count(const Arguments& more = {}) const { return events(more).root().size(); }
  // The only delivery that these options name.
  [[nodiscard]] std::string delivery(const Arguments& more) const {
    const Document found = events(more);
    EXPECT_EQ(found.root().size(), 1U);
    return std::string(found.root().at(0)["delivery"].text());
  }
  // Leads 4 and 6 are rejected, 5 is given up after ten attempts.
  void fail_three() {
    ASSERT_TRUE(until([this] { return dump().contains("crm.lead:20:name") && count() == 0; }));
    rename(4, "reject four");
    rename(6, "reject six");
    rename(5, "never five");
    ASSERT_TRUE(until([this] {
      return count({"--state", "skipped"}) == 2 && count({"--state", "dead"}) == 1;
    })) << out({"events", "list"});
  }
};

TEST_F(EventsProgram, WhatIsNotDoneIsListedAndShown) {
  EXPECT_TRUE(until([this] { return out({"events", "list"}) == "nothing is waiting\n"; }));
  fail_three();
  EXPECT_THAT(out({"events", "list"}),
              AllOf(ContainsRegex("delivery +for +record +state +attempts +age +reason"),
                    ContainsRegex("notes/leads +crm.lead 4 +skipped +[0-9]+ .*such a name is not kept"),
                    ContainsRegex("notes/leads +crm.lead 5 +dead +10 .*it is not the time for that name")));
  EXPECT_THAT(out({"events", "dead"}), AllOf(HasSubstr("crm.lead 5"), Not(HasSubstr("crm.lead 4"))));
  const std::string id = delivery({"--id", "4"});
  EXPECT_THAT(out({"events", "show", id}),
              AllOf(HasSubstr("changed crm.lead 4 for notes/leads: skipped, such a name is not kept"),
                    ContainsRegex("name +\".*\" +\"reject four\"")));
  EXPECT_EQ(outrigger({"events", "show", id, "--json"}).json().root()["after"]["name"].text(), "reject four");
  const Ended none = outrigger({"events", "show", "none"});
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.err, HasSubstr("there is no delivery none that waits"));
  EXPECT_THAT(outrigger({"status"}).out, HasSubstr("1 dead, 2 skipped"));
}

TEST_F(EventsProgram, OptionsChoose) {
  fail_three();
  EXPECT_EQ(count(), 3U);
  EXPECT_EQ(count({"--for", "notes/leads"}), 3U);
  EXPECT_EQ(count({"--for", "notes/contacts"}), 0U);
  EXPECT_EQ(count({"--model", "crm.lead"}), 3U);
  EXPECT_EQ(count({"--model", "res.partner"}), 0U);
  EXPECT_EQ(count({"--id", "6"}), 1U);
  EXPECT_EQ(count({"--state", "waiting"}), 0U);
  EXPECT_EQ(count({"--limit", "2"}), 2U);
  EXPECT_EQ(count({"--state", "skipped", "--id", "5"}), 0U) << "all of them together";
  EXPECT_EQ(outrigger({"events", "list", "--state", "gone"}).code, 2);
}

TEST_F(EventsProgram, ReplayDeliversOnceMoreAndDiscardForgets) {
  fail_three();
  const std::string six = delivery({"--id", "6"});
  EXPECT_EQ(out({"events", "discard", six}), "1 deliveries were forgotten\n");
  EXPECT_EQ(count({"--id", "6"}), 0U);
  EXPECT_EQ(out({"events", "replay", "--model", "res.partner"}), "0 deliveries are delivered once more\n");
  (void)out({"events", "replay", "--id", "4"});
  EXPECT_TRUE(until([this] { return count({"--id", "4", "--state", "skipped"}) == 1; })) << "it is refused as before";

  (void)out({"notes", "accept"});
  EXPECT_EQ(out({"events", "replay"}), "2 deliveries are delivered once more\n") << "all that are dead or skipped";
  EXPECT_TRUE(await_lead(4, "reject four"));
  EXPECT_TRUE(await_lead(5, "never five"));
  EXPECT_TRUE(until([this] { return count() == 0; }));
  const auto kept = dump();
  EXPECT_EQ(times_told(kept, 4), 2) << "as it was at first, and this";
  EXPECT_EQ(times_told(kept, 5), 2);
  EXPECT_NE(kept.at("crm.lead:6:name"), "reject six") << "that was forgotten";
}

TEST_F(EventsProgram, WithoutAHostTheFilesAreAsked) {
  fail_three();
  stop();
  EXPECT_EQ(count(), 3U);
  EXPECT_THAT(out({"events", "dead"}), HasSubstr("crm.lead 5"));
  EXPECT_EQ(out({"events", "discard", "--state", "skipped"}), "2 deliveries were forgotten\n");
  EXPECT_EQ(out({"events", "replay"}), "1 deliveries are delivered once more\n");
  (void)out({"notes", "accept"});
  start();
  EXPECT_TRUE(await_lead(5, "never five"));
}

}  // namespace
}  // namespace outrigger::host
