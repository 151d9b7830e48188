// A day of a company of ten people with twenty streams, at the budget of odoo.com (one call a second), on a virtual
// clock: what the feed asks of Odoo and how late it is, beside a plain poller. It prints its figures:
//
//     build/dev/bin/integration_feed_test --gtest_filter='Day.*'
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <random>

#include "integration/feed/tests/fake_reader.hpp"

namespace outrigger::feed {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDay = 86400 * kSecond;

// How often people and Odoo change something in a working day, from 8 to 18 o'clock.
struct Use {
  const char* model;
  int changes;
};
constexpr Use kUses[] = {
    {"crm.lead", 150},          {"crm.stage", 0},       {"crm.team", 0},           {"crm.tag", 1},
    {"res.partner", 60},        {"res.users", 2},       {"mail.message", 500},     {"mail.activity", 150},
    {"ir.attachment", 80},      {"calendar.event", 40}, {"calendar.attendee", 80}, {"sale.order", 40},
    {"sale.order.line", 150},   {"stock.picking", 40},  {"stock.move", 120},       {"account.move", 40},
    {"account.move.line", 160}, {"product.product", 5}, {"product.template", 5},   {"hr.employee", 1}};
constexpr int kRecords = 100;  // of each model in the morning
// The host asks the database who it is (host/tenant/identity.hpp): parameters, and three streams' witnesses.
constexpr int64_t kIdentityEvery = 1800 * kSecond;
constexpr int kIdentityCalls = 4;

// FAKE: an Odoo with one FakeReader for each model.
class Company final : public Reader {
 public:
  Company() {
    for (const Use& use : kUses) {
      auto odoo = std::make_unique<FakeReader>();
      if (std::string_view(use.model) == "crm.lead")
        odoo->definitions.insert(1, R"("probability": {"type": "float", "store": true},)");
      for (int i = 0; i < kRecords; ++i) odoo->create("old");
      models_.emplace(use.model, std::move(odoo));
    }
  }
  FakeReader& of(const std::string& model) {
    return *models_.at(model == "crm.lead.scoring.frequency" ? "crm.lead" : model);
  }
  void advance(int64_t micros) {
    for (auto& [model, odoo] : models_) odoo->advance((static_cast<double>(micros) + 0.5) / kSecond);
  }
  [[nodiscard]] int64_t monotonic() const { return models_.begin()->second->monotonic(); }
  [[nodiscard]] int calls() const {
    int calls = 0;
    for (const auto& [model, odoo] : models_) calls += odoo->calls;
    return calls;
  }

  Result<std::shared_ptr<const Document>> fields(const std::string& model, const Manner& manner) override {
    return of(model).fields(model, manner);
  }
  void forget_fields() override {}
  Result<Page> page(const Question& question, const Manner& manner) override {
    return of(question.model).page(question, manner);
  }
  Result<std::vector<int64_t>> search(const std::string& model, Value domain, const Manner& manner) override {
    return of(model).search(model, domain, manner);
  }
  Result<std::vector<int64_t>> existing(const std::string& model, const std::vector<int64_t>& ids,
                                        const Manner& manner) override {
    return of(model).existing(model, ids, manner);
  }
  Result<int64_t> count(const std::string& model, const Manner& manner) override {
    return of(model).count(model, manner);
  }
  [[nodiscard]] int64_t server_date() const override { return models_.begin()->second->server_date(); }
  [[nodiscard]] int major() const override { return 19; }

 private:
  std::map<std::string, std::unique_ptr<FakeReader>> models_;
};

struct Change {
  int64_t at = 0;  // microseconds of the day
  std::string model;
};

std::vector<Change> working_day() {
  std::mt19937 random(7);
  std::uniform_int_distribution<int64_t> when(8 * 3600 * kSecond, 18 * 3600 * kSecond);
  std::vector<Change> changes;
  for (const Use& use : kUses)
    for (int i = 0; i < use.changes; ++i) changes.push_back({when(random), use.model});
  std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.at < b.at; });
  return changes;
}

struct Figures {
  int calls = 0;
  size_t delivered = 0;
  std::vector<double> lags;  // seconds, sorted
  [[nodiscard]] double lag(double part) const {
    return lags.empty() ? 0 : lags[static_cast<size_t>(part * static_cast<double>(lags.size() - 1))];
  }
};

class Day : public testing::Test {
 protected:
  Day() {
    Settings settings;
    settings.monotonic = [this] { return odoo_.monotonic(); };
    settings.calls_per_second = 1;
    feed_ = std::make_unique<Feed>(odoo_, sink_, settings);
    for (const Use& use : kUses) {
      Stream stream{.model = use.model, .fields = {"name", "stage"}, .subscribers = {subscriber(use.model)}};
      if (stream.model == "crm.lead") stream.fields.emplace_back("probability");
      EXPECT_TRUE(feed_->add(std::move(stream)));
    }
    settle(*feed_);
    run(7200 * kSecond, {});  // until nothing is warm
    sink_.forget_heard();
  }

  // Half of the changes are new records.
  void apply(const Change& change) {
    FakeReader& odoo = odoo_.of(change.model);
    std::uniform_int_distribution<int64_t> which(1, kRecords);
    const std::string name = "at " + std::to_string(++number_);
    const int64_t id = number_ % 2 == 0 ? odoo.create(name) : which(random_);
    if (number_ % 2 != 0) odoo.write(id, name);
    unseen_[change.model].emplace(id, odoo_.monotonic());
  }

  void collect(Figures& figures) {
    for (auto& [model, records] : unseen_)
      for (const Heard& heard : sink_.heard(model)) {
        ++figures.delivered;
        const auto since = records.find(heard.id);
        if (since == records.end()) continue;
        figures.lags.push_back(static_cast<double>(odoo_.monotonic() - since->second) / kSecond);
        records.erase(since);
      }
    sink_.forget_heard();
  }

  Figures run(int64_t length, const std::vector<Change>& changes) {
    Figures figures;
    const int before = odoo_.calls();
    const int64_t begin = odoo_.monotonic();
    int64_t identity = begin + kIdentityEvery;
    size_t next = 0;
    while (odoo_.monotonic() - begin < length) {
      int64_t until = std::min(*feed_->due(), identity);
      if (next < changes.size()) until = std::min(until, begin + changes[next].at);
      odoo_.advance(std::max<int64_t>(0, until - odoo_.monotonic()));
      for (; next < changes.size() && begin + changes[next].at <= odoo_.monotonic(); ++next) apply(changes[next]);
      if (odoo_.monotonic() >= identity) {
        identity += kIdentityEvery;
        figures.calls += kIdentityCalls;
        odoo_.advance(kIdentityCalls * kSecond);
      }
      const int calls = odoo_.calls();
      const Result<bool> looked = feed_->look();
      EXPECT_TRUE(looked);
      if (*looked) collect(figures);
      odoo_.advance((odoo_.calls() - calls) * kSecond);  // the budget
    }
    figures.calls += odoo_.calls() - before;
    std::sort(figures.lags.begin(), figures.lags.end());
    return figures;
  }

  Company odoo_;
  MemorySink sink_;
  std::unique_ptr<Feed> feed_;
  std::map<std::string, std::map<int64_t, int64_t>> unseen_;  // record -> since when
  std::mt19937 random_{11};
  int number_ = 0;
};

void print(const char* what, const Figures& figures) {
  std::printf("%-50s %6d calls", what, figures.calls);
  if (figures.delivered != 0)
    std::printf(", %zu delivered, %.2f calls each; lag p50 %.0f s, p95 %.0f s, worst %.0f s", figures.delivered,
                static_cast<double>(figures.calls) / static_cast<double>(figures.delivered), figures.lag(0.5),
                figures.lag(0.95), figures.lag(1));
  std::printf("\n");
}

// FAKE: asks each model for what was written since, and reads each record that it finds.
Figures plain_poller(const std::vector<Change>& changes, int64_t every) {
  Figures figures;
  size_t next = 0;
  for (int64_t at = every; at <= kDay; at += every) {
    figures.calls += static_cast<int>(std::size(kUses));
    for (; next < changes.size() && changes[next].at < at; ++next) {
      ++figures.calls;
      ++figures.delivered;
      figures.lags.push_back(static_cast<double>(at - changes[next].at) / kSecond);
    }
  }
  std::sort(figures.lags.begin(), figures.lags.end());
  return figures;
}

TEST_F(Day, AnIdleOneStaysUnderFiveThousandCalls) {
  const Figures idle = run(kDay, {});
  print("twenty streams, nothing happens:", idle);
  EXPECT_LT(idle.calls, 5000);
  EXPECT_GT(idle.calls, 2000) << "the budget is there to be used";
}

TEST_F(Day, AWorkingOneIsSeenWhole) {
  const std::vector<Change> changes = working_day();
  const Figures day = run(kDay, changes);
  std::printf("%zu changes from 8 to 18 o'clock\n", changes.size());
  print("the feed:", day);
  print("a plain poller, every 60 s, a read a record:", plain_poller(changes, 60 * kSecond));
  for (const auto& [model, records] : unseen_) EXPECT_TRUE(records.empty()) << model;
  EXPECT_LT(day.calls, 86400) << "one call a second";
}

TEST_F(Day, AnImportOfAThousandRowsIsAPage) {
  std::vector<Change> import;
  for (int i = 0; i < 1000; ++i) import.push_back({60 * kSecond, "crm.lead"});
  const Figures hour = run(3600 * kSecond, import);
  print("an import of 1,000 leads, the hour of it:", hour);
  EXPECT_TRUE(unseen_["crm.lead"].empty());
  EXPECT_LT(hour.calls, 1000);
}

}  // namespace
}  // namespace outrigger::feed
