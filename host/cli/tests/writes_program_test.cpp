// `outrigger PLUGIN COMMAND --plan --save FILE` and `outrigger writes ...`, as a user types them, with a host that runs
// and without one.
#include <fstream>
#include <sstream>

#include "host/cli/tests/keeping_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class WritesProgram : public KeepingTest, public testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    enable();
    if (GetParam()) start();
  }
  void TearDown() override {
    if (host_ != nullptr) stop();
  }
  // What it printed, of a command that ends well.
  std::string out(const Arguments& given, int code = 0) {
    const Ended ended = outrigger(given);
    EXPECT_EQ(ended.code, code) << ended.out << ended.err;
    return ended.out;
  }
  std::string err(const Arguments& given, int code) {
    const Ended ended = outrigger(given);
    EXPECT_EQ(ended.code, code) << ended.out << ended.err;
    return ended.err;
  }
  std::string name_of(int64_t lead) { return std::string(rig_.lead(lead, "name").text()); }
  std::string plan_of(const std::string& name) {
    const std::string file = (folder_.path() / "plan.json").string();
    EXPECT_THAT(out({"notes", "rename", "4", name, "--plan", "--save", file}), HasSubstr("1 write, 0 values"));
    return file;
  }
  // The newest run of `writes list --json`.
  std::string newest_run() {
    const Document runs = outrigger({"writes", "list", "--json"}).json();
    return std::string(runs.root().at(0)["run"].text());
  }
};

TEST_P(WritesProgram, APlanIsShownAndKeptAndNothingIsSent) {
  const std::string before = name_of(4);
  const std::string file = (folder_.path() / "plan.json").string();
  const std::string shown = out({"notes", "rename", "4", "Desks", "--plan", "--save", file});
  EXPECT_THAT(shown, ContainsRegex("Record +Field +Old +New"));
  EXPECT_THAT(shown, ContainsRegex("crm.lead 4 +name +\"?" + before + "\"? +-> \"?Desks\"? +\\(reversible\\)"));
  EXPECT_THAT(shown, HasSubstr("1 write, 0 values are so already. Odoo may do more."));
  EXPECT_EQ(name_of(4), before);
  EXPECT_THAT(out({"writes", "list"}), HasSubstr("nothing was written yet"));

  const Document json = outrigger({"notes", "rename", "4", "Desks", "--plan", "--json"}).json();
  const Value write = json.root()["plan"]["writes"].at(0);
  EXPECT_EQ(write["model"].text(), "crm.lead");
  EXPECT_EQ(write["class"].text(), "reversible");

  const std::string none = (folder_.path() / "none.json").string();
  EXPECT_THAT(err({"notes", "rename", "4", before, "--plan", "--save", none}, 1),
              HasSubstr("the command would write nothing"));
  EXPECT_THAT(err({"notes", "dump", "--plan", "--save", none}, 1), HasSubstr("there is no plan to keep"));
  EXPECT_THAT(err({"notes", "rename", "4", "Desks", "--save", file}, 2), HasSubstr("--plan"));
}

TEST_P(WritesProgram, ApplySendsExactlyThePlan) {
  const std::string file = plan_of("Desks");
  EXPECT_THAT(out({"writes", "apply", file}), ContainsRegex("4 +done"));
  EXPECT_EQ(name_of(4), "Desks");
  EXPECT_THAT(newest_run(), testing::StartsWith("apply-"));
}

TEST_P(WritesProgram, ApplyLeavesARecordAloneThatHasMoved) {
  const std::string file = plan_of("Desks");
  rename(4, "Chairs");
  EXPECT_THAT(out({"writes", "apply", file}, 3),
              ContainsRegex("4 +moved on +name has changed since the plan was made"));
  EXPECT_EQ(name_of(4), "Chairs");
}

TEST_P(WritesProgram, AnEditedPlanIsRefused) {
  const std::string file = plan_of("Desks");
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  std::string edited = text.str();
  edited.replace(edited.find("Desks"), 5, "Roofs");
  std::ofstream(file) << edited;
  EXPECT_THAT(err({"writes", "apply", file}, 1), HasSubstr("this plan was changed since it was made; make it again"));
  EXPECT_THAT(err({"writes", "apply", file + ".none"}, 1), HasSubstr("cannot be read"));
  EXPECT_NE(name_of(4), "Roofs");
}

TEST_P(WritesProgram, ARunIsListedShownAndTakenBack) {
  const std::string before = name_of(4);
  (void)out({"notes", "rename", "4", "Desks"});
  const std::string run = newest_run();
  EXPECT_THAT(run, testing::StartsWith("notes-rename-20"));
  EXPECT_THAT(out({"writes", "list"}),
              AllOf(ContainsRegex("run +plugin +begun \\(UTC\\) +writes +records +failed +unknown"),
                    ContainsRegex(run + " +notes +20[-0-9]+ [:0-9]+ +1 +1 +0 +0")));
  EXPECT_THAT(out({"writes", "show", run}), AllOf(HasSubstr(": done"), ContainsRegex("record +field +before +after"),
                                                  ContainsRegex("crm.lead 4 +name +\"" + before + "\" +\"Desks\"")));
  EXPECT_THAT(out({"writes", "undo", run}),
              AllOf(ContainsRegex("crm.lead 4 +name +.*Desks.* -> .*" + before), HasSubstr("Put this back? [y/N]")));
  EXPECT_EQ(name_of(4), "Desks") << "nobody said yes";
  EXPECT_THAT(out({"writes", "undo", run, "--yes"}), ContainsRegex("4 +done"));
  EXPECT_THAT(out({"writes", "list"}),
              AllOf(ContainsRegex("\n" + run + " [^\n]* yes\n"), Not(ContainsRegex("undo-[^\n]* yes\n"))));
  EXPECT_EQ(name_of(4), before);
  EXPECT_EQ(newest_run(), "undo-" + run) << "taking back is a run as well";
  EXPECT_THAT(err({"writes", "show", "none"}, 1), HasSubstr("there is no run none; see `outrigger writes list`"));
  EXPECT_THAT(err({"writes", "undo", "none"}, 1), HasSubstr("there is no run none"));
}

TEST_P(WritesProgram, UndoLeavesAloneWhatSomebodyChangedSince) {
  (void)out({"notes", "rename", "4", "Desks"});
  const std::string run = newest_run();
  rename(4, "Chairs");
  EXPECT_THAT(out({"writes", "undo", run}), HasSubstr("name was changed since and is left as it is"));
  (void)outrigger({"writes", "undo", run, "--yes"});
  EXPECT_EQ(name_of(4), "Chairs");
}

TEST_P(WritesProgram, APersonDecidesWhatBecameOfAWrite) {
  // Odoo hears of it, or not, and its answer is lost.
  rig_.post("/sandbox/faults", R"({"match": "message_post", "kind": "cut_before", "times": -1})");
  const Ended lost = outrigger({"notes", "post", "4", "hello"});
  EXPECT_EQ(lost.code, 3) << lost.err;
  (void)rig_.send({"DELETE", "/sandbox/faults", {}, {}});
  const std::string run = newest_run();
  EXPECT_THAT(out({"writes", "list"}), ContainsRegex(run + " +notes +20[-0-9]+ [:0-9]+ +1 +[01] +0 +1"));
  const std::string shown = out({"writes", "show", run});
  EXPECT_THAT(shown, HasSubstr(": unknown"));
  const std::string key = shown.substr(shown.find('[') + 1, shown.find(']') - shown.find('[') - 1);
  EXPECT_EQ(key, "notes/key/hello");
  EXPECT_EQ(outrigger({"writes", "decide", key}).code, 2) << "one of --done and --not-done";
  EXPECT_THAT(err({"writes", "decide", "none", "--done"}, 1), Not(testing::IsEmpty()));
  EXPECT_THAT(out({"writes", "decide", key, "--not-done"}), HasSubstr("it may be made again"));
  EXPECT_THAT(out({"writes", "list"}), Not(HasSubstr(run))) << "as if it had never been tried";
  (void)out({"notes", "post", "4", "hello"});
  (void)out({"notes", "post", "4", "hello"});
  const Document notes =
      rig_.answer("mail.message", "search_count",
                  R"([[["model", "=", "crm.lead"], ["res_id", "=", 4], ["body", "like", "note hello"]]])");
  EXPECT_EQ(notes.root().integer(), 1);
}

INSTANTIATE_TEST_SUITE_P(Host, WritesProgram, testing::Bool(),
                         [](const auto& given) { return given.param ? "Runs" : "DoesNotRun"; });

}  // namespace
}  // namespace outrigger::host
