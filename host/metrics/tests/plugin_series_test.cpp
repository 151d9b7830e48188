// What a plugin may report, and what becomes of the rest: dropped, and said once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "host/metrics/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(PluginSeries, AddSetAndObserveBecomeCounterGaugeAndHistogram) {
  MetricsRig rig;
  rig.add("leads_total", 2, {{"team", "Direct"}});
  rig.add("leads_total", 3, {{"team", "Direct"}});
  MetricsRig::report(*rig.scoring, "set", "table_bytes", 4096);
  MetricsRig::report(*rig.scoring, "observe", "run_seconds", 0.2);
  MetricsRig::report(*rig.scoring, "observe", "run_seconds", 400);
  const std::string ours = "{database=\"main\",plugin=\"scoring\"";
  EXPECT_EQ(rig.value("outrigger_plugin_leads_total" + ours + ",team=\"Direct\"}"), "5");
  EXPECT_EQ(rig.value("outrigger_plugin_table_bytes" + ours + "}"), "4096");
  EXPECT_EQ(rig.value("outrigger_plugin_run_seconds_count" + ours), "2");
  EXPECT_EQ(rig.value("outrigger_plugin_run_seconds_sum" + ours), "400.2");
  EXPECT_EQ(rig.value("outrigger_plugin_run_seconds_bucket" + ours + ",le=\"0.5\"}"), "1");
  EXPECT_THAT(rig.said, IsEmpty());
}

TEST(PluginSeries, DatabasesAndPluginsAreToldApart) {
  MetricsRig rig;
  const auto other = rig.metrics.engine("crm", "test");
  rig.add("leads_total");
  MetricsRig::report(*other, "add", "leads_total", 7);
  EXPECT_EQ(rig.value("leads_total{database=\"main\",plugin=\"scoring\"}"), "1");
  EXPECT_EQ(rig.value("leads_total{database=\"test\",plugin=\"crm\"}"), "7");
}

TEST(PluginSeries, TheOrderOfLabelsMakesNoOtherSeries) {
  MetricsRig rig;
  rig.add("leads_total", 1, {{"a", "1"}, {"b", "2"}});
  rig.add("leads_total", 1, {{"b", "2"}, {"a", "1"}});
  EXPECT_EQ(rig.value("leads_total{"), "2");
}

TEST(PluginSeries, LabelsThatOnlyLookAlikeAreTwoSeries) {
  MetricsRig rig;
  rig.add("leads_total", 1, {{"a", std::string_view("x\0b\0", 4)}});
  rig.add("leads_total", 1, {{"a", "x"}, {"b", ""}});
  EXPECT_EQ(rig.lines("leads_total{").size(), 2U);
}

TEST(PluginSeries, AtMostAHundredSeriesAndThatIsSaidOnce) {
  MetricsRig rig;
  for (int i = 0; i < 150; ++i) rig.add("leads_total", 1, {{"lead", std::string_view(std::to_string(i))}});
  rig.add("leads_total", 1, {{"lead", "99"}});
  EXPECT_EQ(rig.lines("leads_total{").size(), 100U);
  EXPECT_EQ(rig.value("lead=\"99\""), "2") << "a known series still counts";
  EXPECT_THAT(rig.said, ElementsAre(HasSubstr("scoring: it has 100 series of metrics, further ones such as "
                                              "`leads_total` are dropped")));
}

TEST(PluginSeries, TheHundredAreOfThePluginWhateverItsInstances) {
  MetricsRig rig;
  const auto again = rig.metrics.engine("scoring", "test");
  for (int i = 0; i < 60; ++i) {
    const std::string lead = std::to_string(i);
    rig.add("leads_total", 1, {{"lead", std::string_view(lead)}});
    MetricsRig::report(*again, "add", "leads_total", 1, {{"lead", std::string_view(lead)}});
  }
  EXPECT_EQ(rig.lines("leads_total{").size(), 100U);
}

TEST(PluginSeries, ANameHasOneKindAndThatIsSaidOnce) {
  MetricsRig rig;
  const auto other = rig.metrics.engine("crm", "main");
  MetricsRig::report(*rig.scoring, "set", "queue", 4);
  for (int i = 0; i < 3; ++i) {
    MetricsRig::report(*rig.scoring, "observe", "queue", 1);
    MetricsRig::report(*other, "observe", "queue", 1);
  }
  EXPECT_EQ(rig.value("outrigger_plugin_queue"), "4");
  EXPECT_THAT(
      rig.said,
      ElementsAre(HasSubstr("`queue` cannot be a histogram: it is already a gauge; choose another name"),
                  HasSubstr("crm: the metric `queue` cannot be a histogram: it is already a gauge of scoring")));
}

TEST(PluginSeries, TheLinesOfAHistogramAreTaken) {
  MetricsRig rig;
  MetricsRig::report(*rig.scoring, "observe", "run_seconds", 1);
  MetricsRig::report(*rig.scoring, "set", "run_seconds_count", 5);
  EXPECT_EQ(rig.value("outrigger_plugin_run_seconds_count"), "1");
  MetricsRig::report(*rig.scoring, "set", "size_sum", 5);
  MetricsRig::report(*rig.scoring, "observe", "size", 1);
  EXPECT_EQ(rig.value("outrigger_plugin_size_sum"), "5");
  EXPECT_THAT(rig.said, ElementsAre(HasSubstr("already a histogram of scoring"), HasSubstr("already a gauge")));
}

TEST(PluginSeries, BadNamesLabelsAndValuesAreDroppedAndSaidOnceForEachMistake) {
  MetricsRig rig;
  for (const std::string_view name : {"Leads_total", "9_total", "", "a b_total", "x\n_total"}) rig.add(name);
  rig.add(std::string(101, 'a') + "_total");
  rig.add("leads");
  MetricsRig::report(*rig.scoring, "set", "leads_total", 1);
  for (const std::string_view label : {"plugin", "database", "le", "Team", "te-am", ""})
    rig.add("leads_total", 1, {{label, "x"}});
  rig.add("leads_total", 1, {{"team", 4}});
  rig.add("leads_total", 1, {{"team", "a"}, {"team", "b"}});
  rig.add("leads_total", -1);
  rig.add("leads_total", std::nan(""));
  rig.add("leads_total", HUGE_VAL);
  EXPECT_THAT(rig.lines("outrigger_plugin_"), IsEmpty());
  EXPECT_THAT(rig.said, ElementsAre(HasSubstr("names are [a-z]"), HasSubstr("counters end in _total"),
                                    HasSubstr("label `plugin` is refused"), HasSubstr("must be a string"),
                                    HasSubstr("same label twice"), HasSubstr("must be finite")));
}

TEST(PluginSeries, ALongLabelIsCutBetweenCharacters) {
  MetricsRig rig;
  std::string text(127, 'x');
  text += "\xC3\xA9\xC3\xA9";
  rig.add("leads_total", 1, {{"team", std::string_view(text)}});
  EXPECT_EQ(rig.value("team=\"" + std::string(127, 'x') + "\"}"), "1");
}

TEST(PluginSeries, QuotesAndLineBreaksCannotForgeALine) {
  MetricsRig rig;
  rig.add("leads_total", 1, {{"team", "x\"} 1\noutrigger_dead_letters 0\\"}});
  EXPECT_EQ(rig.lines("team=\"x\\\"} 1\\noutrigger_dead_letters 0\\\\\"} 1").size(), 1U);
}

TEST(PluginSeries, ThereIsNothingToAsk) {
  MetricsRig rig;
  EXPECT_EQ(rig.scoring->extension(), "outrigger.metrics/1");
  EXPECT_EQ(rig.scoring->call("add", {}, {}).error().code, Code::kUnsupported);
}

}  // namespace
}  // namespace outrigger::host
