// Reports, intake and their jobs in the plugin as it is, in a FakeHost: what a website sends becomes a variable.
#include <gmock/gmock.h>

#include <random>

#include "small_crm.hpp"

namespace outrigger::scoring {
namespace {

using testing::HasSubstr;
using testkit::FakePlugin;
using testkit::Object;

constexpr int kLeads = 600;

// "2026-02-05 06:00:00" for 34: a lead arrives every three hours.
std::string moment(int lead, int later_hours) {
  const std::chrono::sys_seconds at =
      std::chrono::sys_days(std::chrono::year(2026) / 2 / 1) + std::chrono::hours(3 * lead + later_hours);
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:00:00", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(std::chrono::duration_cast<std::chrono::hours>(at - day).count()));
  return text;
}

// Who looked at the prices before asking is won five times of six, the others one time of six.
class Website : public testing::Test {
 protected:
  Website() {
    std::mt19937_64 random(7);
    for (int id = 1; id <= kLeads; ++id) {
      SmallLead& lead = crm_.lead(id);
      lead.created = moment(id, 0);
      lead.country = 20 + static_cast<int64_t>(random() % 3);
      lead.address = "person" + std::to_string(id) + "@example.com";
      const bool looked = random() % 2 == 0;
      if (looked) looked_.push_back(id);
      if (id % 10 == 0) continue;  // still open
      lead.closed = moment(id, 100);
      if ((random() % 6 == 0) != looked)
        crm_.win(id);
      else
        crm_.lose(id);
    }
    crm_.put();
    crm_.host.clock().set(Time(std::chrono::sys_days(std::chrono::year(2026) / 7 / 1).time_since_epoch()));
  }

  FakePlugin start() {
    const Document config = Document::build([](Arena& arena) {
      return arena.object(
          {{"rules", arena.array({arena.object({{"event", "page"}, {"match", "/pricing"}, {"points", 10}})})}});
    });
    return crm_.start({{"write", "nothing"}, {"model", "extended"}, {"points", testkit::keep(config.root())}});
  }
  // One body for all of them; `more` is put into each event.
  [[nodiscard]] std::string visits(const std::string& more = R"(, "consent": true)") const {
    std::string events;
    for (const int id : looked_) {
      std::string at = moment(id, -24);
      at[10] = 'T';
      events += (events.empty() ? "" : ",") + std::string(R"({"id": "visit)") + std::to_string(id) +
                R"(", "event": "page", "text": "/pricing?from=mail", "email": "Person)" + std::to_string(id) +
                R"(@example.com", "at": ")" + at + "Z\"" + more + "}";
    }
    return R"({"events": [)" + events + "]}";
  }
  static Document report(FakePlugin& plugin) {
    Result<Document> done = plugin.command("report", {{"share", 0.7}, {"replicates", 200}}, {.json = true});
    EXPECT_TRUE(done) << done.error().message;
    return done ? *std::move(done) : Document();
  }
  static Value model(const Document& report, std::string_view name) {
    for (const Value one : report.root()["models"].items())
      if (one["model"].text() == name) return one;
    return {};
  }

  SmallCrm crm_;
  std::vector<int> looked_;
};

TEST_F(Website, VisitsBecomePointsThatMakeTheScoreBetter) {
  FakePlugin plugin = start();
  const Document without = report(plugin);
  EXPECT_EQ(without.root()["problem"].text(), "");
  EXPECT_GT(without.root()["judged"].integer(), 100);
  EXPECT_GE(model(without, "extended")["brier_minus_odoo"]["high"].number().value_or(-1), 0)
      << "nothing is known yet that Odoo does not know";
  const auto said = plugin.webhook("activity", visits());
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_EQ(said->outcome, "done");
  const Document with = report(plugin);
  for (const char* better : {"extended", "logistic"})
    EXPECT_LT(model(with, better)["brier_minus_odoo"]["high"].number().value_or(1), -0.03) << better;
  EXPECT_EQ(model(with, "odoo")["brier"]["value"].number(), model(without, "odoo")["brier"]["value"].number());
  ASSERT_TRUE(plugin.webhook("activity", visits()));  // the same again
  EXPECT_EQ(model(report(plugin), "extended")["brier"]["value"].number(),
            model(with, "extended")["brier"]["value"].number());
}

TEST_F(Website, WithoutConsentNothingIsKept) {
  FakePlugin plugin = start();
  const auto said = plugin.webhook("activity", visits(""));
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_EQ(said->outcome, "reject");
  EXPECT_THAT(said->reason, HasSubstr("has no `consent`"));
  EXPECT_EQ(crm_.host.store().size(), 0U);
}

TEST_F(Website, TheJobForgetsWhatIsOld) {
  FakePlugin plugin = start();
  ASSERT_TRUE(plugin.webhook("activity", visits()));
  EXPECT_EQ(crm_.host.store().size(), 2 * looked_.size());
  ASSERT_TRUE(plugin.job("forget"));
  EXPECT_EQ(crm_.host.store().size(), 2 * looked_.size()) << "none is a year old";
  crm_.host.clock().set(Time(std::chrono::sys_days(std::chrono::year(2027) / 9 / 1).time_since_epoch()));
  ASSERT_TRUE(plugin.job("forget"));
  EXPECT_EQ(crm_.host.store().size(), 0U);
}

}  // namespace
}  // namespace outrigger::scoring
