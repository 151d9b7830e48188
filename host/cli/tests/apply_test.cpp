// `outrigger writes apply`: what cannot be taken back is asked about, and a plan has its effects once.
#include "host/cli/tests/keeping_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ApplyTest : public KeepingTest {
 protected:
  ApplyTest() { enable(); }

  std::string saved(const Arguments& command) {
    const std::string file = (folder_.path() / "plan.json").string();
    Arguments given = command;
    given.insert(given.end(), {"--plan", "--save", file});
    const Ended ended = outrigger(given);
    EXPECT_EQ(ended.code, 0) << ended.err;
    return file;
  }
  std::string name_of(int64_t lead) {
    const Document rows = rig_.answer("crm.lead", "read", "[[" + std::to_string(lead) + R"(], ["name"]])");
    return std::string(rows.root().at(0)["name"].text());
  }
  size_t notes_on(int64_t lead) {
    return rig_
        .answer("mail.message", "search",
                R"([[["model", "=", "crm.lead"], ["res_id", "=", )" + std::to_string(lead) +
                    R"(], ["body", "like", "note "]]])")
        .root()
        .size();
  }
};

TEST_F(ApplyTest, WhatCannotBeTakenBackIsAskedAbout) {
  const std::string plan = saved({"notes", "post", "3", "hello"});
  EXPECT_EQ(notes_on(3), 0U);
  const Ended asked = outrigger({"writes", "apply", plan});
  EXPECT_EQ(asked.code, 0) << asked.err;
  EXPECT_THAT(asked.out, HasSubstr("1 of its 1 writes cannot be taken back. Send them? [y/N]"));
  EXPECT_EQ(notes_on(3), 0U) << "nobody said yes";
  EXPECT_THAT(outrigger({"writes", "apply", plan, "--json"}).out, HasSubstr("say --yes to send them"));
  const Ended sent = outrigger({"writes", "apply", plan, "--yes"});
  EXPECT_EQ(sent.code, 0) << sent.err;
  EXPECT_EQ(notes_on(3), 1U);
}

TEST_F(ApplyTest, APlanIsAppliedOnceAndSaysWhatItCannotSee) {
  const std::string plan = saved({"notes", "rename", "4", "Four"});
  const Ended first = outrigger({"writes", "apply", plan});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, AllOf(HasSubstr("done"), HasSubstr("a change of somebody else between the two is not seen")));
  EXPECT_EQ(name_of(4), "Four");
  rename(4, "Four again");
  const Ended second = outrigger({"writes", "apply", plan});
  EXPECT_EQ(second.code, 1) << second.out;
  EXPECT_THAT(second.err, AllOf(HasSubstr("was applied already, as the run apply-"), HasSubstr("make the plan anew")));
  EXPECT_EQ(name_of(4), "Four again");
}

}  // namespace
}  // namespace outrigger::host
