// A day of a company of ten, on a virtual clock: feed, journal, delivery and writes against an Odoo in memory, while
// calls fail and the host is killed. Afterwards what the plugin was told is the database, row by row.
//
// OUTRIGGER_DAY_SEED=N host_day_test replays a day.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include "host/delivery/courier.hpp"
#include "host/journal/intents.hpp"
#include "host/journal/tests/fixture.hpp"
#include "host/tenant/echoes.hpp"
#include "host/tenant/tests/day_company.hpp"
#include "host/tenant/tests/memory_odoo.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using writes::testing_rig::Crash;
using writes::testing_rig::FakeOdoo;
using writes::testing_rig::Fault;

constexpr int64_t kColor = 7;

const std::map<std::string, std::vector<std::string>> kStreams = {
    {"crm.lead", {"active", "contact_name", "expected_revenue", "name", "priority", "stage_id", "tag_ids"}},
    {"crm.stage", {"name", "sequence"}},
    {"crm.tag", {"name"}},
    {"mail.activity", {"res_id", "summary"}},
    {"mail.message", {"body", "res_id"}},
    {"res.partner", {"active", "email", "name"}},
    {"res.users", {"login", "name"}},
    {"sale.order", {"name", "partner_id", "state"}},
};

// What the plugin keeps; a crash of the host leaves it as it is, as its store would be.
struct Told {
  std::map<std::string, std::map<int64_t, std::string>> views;  // by model
  std::set<std::string> settled;                                // deliveries whose outcome was kept
  std::map<std::string, int64_t> last;                          // of each record: when its state was seen
  std::set<std::string> bells;                                  // notes that were asked for
  std::set<int64_t> rung;                                       // leads whose color was written
  int64_t deliveries = 0;
  int64_t doubled = 0;
  int64_t disorder = 0;
};

// All that a host is for one database, on the virtual clock; made anew after each kill.
class VirtualHost {
 public:
  VirtualHost(FakeOdoo& odoo, MemoryReader& reader, Told& told, const std::filesystem::path& path)
      : odoo_(odoo), told_(told) {
    file_ = *JournalFile::open(path, {&kDeliveryTables, &kIntentTables});
    JournalOptions options;
    options.now = [&odoo] { return odoo.now * 1000; };
    journal_ = *Journal::open(*file_, options);
    if (journal_->epoch().number == 0)
      EXPECT_TRUE(journal_->open_epoch("uuid", "the first start"));
    else
      EXPECT_TRUE(journal_->check_epoch("uuid", {}));
    sink_ = std::make_unique<EchoSink>(*journal_);
    intents_ = std::make_unique<Intents>(*file_);
    make_writer();
    feed::Settings settings;
    settings.calls_per_second = 1;  // odoo.com's
    settings.monotonic = [&odoo] { return odoo.now * 1000; };
    std::vector<std::string> subscribers;
    std::vector<feed::Stream> streams;
    for (const auto& [model, fields] : kStreams) {
      streams.push_back({model, fields, {{"day/" + model, fields, "", true}}});
      subscribers.push_back("day/" + model);
    }
    EXPECT_TRUE(journal_->reconcile(streams));
    feed_ = std::make_unique<feed::Feed>(reader, *sink_, settings);
    for (const feed::Stream& stream : streams) EXPECT_TRUE(feed_->add(stream));
    Courier::Options courier{"day", subscribers, 500, options.now, [](const std::string&) {}};
    courier.began = [this](const std::string& delivery) { writer_->begin_delivery("day", delivery); };
    courier.ended = [this](const std::string& delivery) { writer_->end_delivery("day", delivery); };
    courier.troubles = troubles_ = std::make_shared<Troubles>();
    courier_ =
        std::make_unique<Courier>(*journal_, courier, [this](std::string_view, Value args) { return plugin(args); });
  }

  // Does what is due; when something is due next, in milliseconds of the clock.
  int64_t work() {
    for (Result<bool> looked = feed_->look(); looked && *looked; looked = feed_->look()) {
    }
    in_hand_.clear();
    const Result<Courier::Round> round = courier_->deliver_due();
    EXPECT_TRUE(round) << round.error().message;
    told_.settled.insert(in_hand_.begin(), in_hand_.end());
    if (round->delivered != 0) return odoo_.now;
    const int64_t look = (feed_->due().value_or(INT64_MAX) + 999) / 1000;
    return round->next_due == 0 ? look : std::min(look, (round->next_due + 999) / 1000);
  }
  Figures figures() { return *journal_->figures(); }
  std::string crash_at;  // a step of the next write

 private:
  void make_writer() {
    writes::Options options;
    options.epoch = journal_->epoch().token;
    options.now = [this] { return odoo_.now; };
    options.at_step = [this](std::string_view step) {
      if (step == crash_at) throw Crash{};
    };
    options.on_stored = [this](std::string_view model, int64_t id, std::string_view field, Value value) {
      sink_->stored("day", model, id, field, value);
    };
    writer_ = std::make_unique<writes::Writer>(odoo_, *intents_, std::move(options));
    EXPECT_TRUE(writer_->settle());
  }

  Result<Document> plugin(Value args) {
    const std::string model(args["model"].text());
    return Document::build([&](Arena& arena) {
      std::vector<Value> outcomes;
      for (const Value change : args["changes"].items()) outcomes.push_back(take(model, change, arena));
      return arena.array(outcomes);
    });
  }

  Value take(const std::string& model, Value change, Arena& arena) {
    const std::string delivery(change["delivery"].text());
    const int64_t id = change["id"].integer();
    ++told_.deliveries;
    if (told_.settled.count(delivery) != 0) ++told_.doubled;
    int64_t& last = told_.last[model + "," + std::to_string(id)];
    if (change["at"].integer() < last) ++told_.disorder;
    last = change["at"].integer();
    if (change["kind"].text() == "deleted")
      told_.views[model].erase(id);
    else
      told_.views[model][id] = value::to_json(change["after"]);
    const std::string name(change["after"]["name"].text());
    if (model == "crm.lead" && name.rfind("bell", 0) == 0) {
      told_.rung.insert(id);
      told_.bells.insert(delivery);
      const Value body = arena.object({{"body", arena.text("told " + delivery)}});
      const writes::Origin origin{.plugin = "day", .delivery = delivery};
      Result<Document> posted = writer_->perform(
          {.operation = writes::Operation::kMessagePost, .model = model, .ids = {id}, .values = body}, origin);
      if (posted)
        posted = writer_->perform({.operation = writes::Operation::kWrite,
                                   .model = model,
                                   .ids = {id},
                                   .values = arena.object({{"color", kColor}})},
                                  origin);
      if (!posted) {
        troubles_->note(delivery, posted.error());
        // Gone before the note: there is nothing to post on.
        if (posted.error().code == Code::kMissing) {
          told_.bells.erase(delivery);
          return settle(delivery, arena);
        }
        return arena.object({{"outcome", "retry"}, {"after_ms", 200}, {"reason", arena.text(posted.error().message)}});
      }
    }
    return settle(delivery, arena);
  }

  Value settle(const std::string& delivery, Arena& arena) {
    in_hand_.push_back(delivery);
    return arena.object({{"outcome", "done"}});
  }

  FakeOdoo& odoo_;
  Told& told_;
  std::unique_ptr<JournalFile> file_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<EchoSink> sink_;
  std::unique_ptr<Intents> intents_;
  std::unique_ptr<writes::Writer> writer_;
  std::unique_ptr<feed::Feed> feed_;
  std::shared_ptr<Troubles> troubles_;
  std::unique_ptr<Courier> courier_;
  std::vector<std::string> in_hand_;
};

class Day : public ::testing::Test {
 protected:
  Day() {
    const char* seed = std::getenv("OUTRIGGER_DAY_SEED");
    random_.seed(seed == nullptr ? 1 : static_cast<unsigned>(std::atoi(seed)));
    odoo_.now = odoo_.now / kDay * kDay;  // midnight
    start();
  }
  void start() { host_ = std::make_unique<VirtualHost>(odoo_, reader_, told_, folder_ / "journal.db"); }
  void restart() {
    ++kills_;
    host_.reset();
    start();
  }
  bool one_in(unsigned n) { return random_() % n == 0; }

  // Passes time until then; `busy`: the company works, calls fail and the host is killed.
  void pass(int64_t until, bool busy) {
    int64_t next_action = odoo_.now + company_.pause();
    int64_t next_kill = odoo_.now + kHour;
    while (odoo_.now < until) {
      if (busy && odoo_.now >= next_action) {
        company_.act();
        next_action = odoo_.now + company_.pause();
      }
      if (busy && odoo_.now >= next_kill) {
        next_kill = odoo_.now + static_cast<int64_t>(random_() % (2 * kHour));
        constexpr const char* kSteps[] = {"prepared", "begun", "answered", "finished"};
        if (one_in(2))
          host_->crash_at = kSteps[random_() % std::size(kSteps)];
        else
          restart();
      }
      const int64_t due = work();
      const int64_t next = std::min({due, until, busy ? next_action : until, busy ? next_kill : until});
      odoo_.now = std::max(odoo_.now + 1, next);
    }
  }
  int64_t work() {
    try {
      return host_->work();
    } catch (const Crash&) {
      restart();
      return odoo_.now;
    }
  }

  void let_calls_fail() {
    odoo_.fault = [this](const transport::Call& call) {
      if (!one_in(call.read_only ? 100 : 10)) return Fault::kNone;
      constexpr Fault kFaults[] = {Fault::kLostBefore, Fault::kLostAfter, Fault::kNotSent, Fault::kError500};
      ++faults_;
      return kFaults[random_() % std::size(kFaults)];
    };
  }

  // Records whose latest state the plugin does not have, and those that it has and Odoo does not.
  std::vector<std::string> missed() {
    std::vector<std::string> all;
    for (const auto& [model, fields] : kStreams) {
      std::map<int64_t, std::string> there;
      const Result<Document> rows = reader_.rows({.model = model, .domain = {}, .fields = fields, .limit = 1000000});
      Arena arena;
      for (const Value row : rows->root().items()) {
        std::vector<Field> view;
        for (const std::string& name : fields) view.push_back({name, row[name]});
        there[row["id"].integer()] = value::to_json(arena.object(view));
      }
      for (const auto& [id, view] : there)
        if (told_.views[model][id] != view) all.push_back(model + " " + std::to_string(id) + " is " + view);
      for (const auto& [id, view] : told_.views[model])
        if (there.count(id) == 0) all.push_back(model + " " + std::to_string(id) + " is deleted");
    }
    return all;
  }
  std::map<std::string, int> notes() {
    std::map<std::string, int> found;
    const Result<Document> rows =
        reader_.rows({.model = "mail.message", .domain = {}, .fields = {"body"}, .limit = 1000000});
    for (const Value row : rows->root().items()) {
      const std::string_view body = row["body"].text();
      const size_t at = body.find("told ");
      if (at != std::string_view::npos) ++found[std::string(body.substr(at + 5, body.find('<', at) - at - 5))];
    }
    return found;
  }

  Folder folder_;
  std::mt19937 random_;
  FakeOdoo odoo_{19, "admin"};
  MemoryReader reader_{odoo_};
  Company company_{odoo_, random_};
  Told told_;
  std::unique_ptr<VirtualHost> host_;
  int kills_ = 0;
  int64_t faults_ = 0;
};

TEST_F(Day, OfACompanyOfTen) {
  pass(odoo_.now + 5 * kMinute, false);  // the first reading
  reader_.calls.clear();
  let_calls_fail();
  const int64_t morning = odoo_.now / kDay * kDay;
  pass(morning + 2 * kHour, true);
  company_.night();
  pass(morning + 12 * kHour, true);
  company_.import();
  pass(morning + kDay, true);
  const std::map<std::string, int64_t> calls = reader_.calls;
  odoo_.fault = {};
  pass(odoo_.now + kDay + 2 * kHour, false);  // sweeps find what leaves no trace within a day

  int64_t all = 0;
  for (const auto& [model, count] : calls) {
    std::cout << "calls a day, " << model << ": " << count << "\n";
    all += count;
  }
  std::cout << "calls a day, all streams: " << all << "\nactions: " << company_.actions
            << ", deliveries: " << told_.deliveries << ", notes: " << told_.bells.size()
            << ", calls that failed: " << faults_ << ", kills: " << kills_ << "\n";
  const std::vector<std::string> lost = missed();
  const std::map<std::string, int> found = notes();
  for (const std::string& bell : told_.bells) {
    const auto at = found.find(bell);
    EXPECT_EQ(at == found.end() ? 0 : at->second, 1) << "notes of delivery " << bell;
  }
  int colored = 0;
  for (const int64_t id : told_.rung) {
    if (!odoo_.database.table("crm.lead").exists(id)) continue;  // deleted since
    ++colored;
    EXPECT_EQ(odoo_.get("crm.lead", id, "color").integer(), kColor) << "lead " << id;
  }
  EXPECT_GT(colored, 20);
  EXPECT_TRUE(lost.empty()) << lost.size() << " missed, the first: " << lost.front();
  EXPECT_EQ(told_.doubled, 0);
  EXPECT_EQ(told_.disorder, 0);
  EXPECT_EQ(host_->figures().pending, 0);
  EXPECT_EQ(host_->figures().dead, 0);
  EXPECT_GT(kills_, 5);
  EXPECT_GT(told_.bells.size(), 50U);
}

}  // namespace
}  // namespace outrigger::host
