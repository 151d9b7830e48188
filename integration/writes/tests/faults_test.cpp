// Every operation, every fault, every step at which the host may be killed: effects doubled 0, lost 0.
//
// One run: a delivery makes one write; faults hit calls at random, the host is killed at random steps, and the delivery
// is repeated with its key until it is done. Then Odoo is counted. OUTRIGGER_RUNS sets how many runs an operation gets.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "integration/writes/tests/rig.hpp"

namespace outrigger::writes {
namespace {

using testing_rig::Crash;
using testing_rig::Fault;
using testing_rig::Rig;

constexpr const char* kSteps[] = {"prepared", "begun", "answered", "looked", "finished", "", ""};
constexpr Fault kFaults[] = {Fault::kLostBefore, Fault::kLostAfter, Fault::kLate, Fault::kNotSent, Fault::kError500};

int runs() {
  const char* asked = std::getenv("OUTRIGGER_RUNS");
  return asked == nullptr ? 200 : std::atoi(asked);
}

bool is_write(const transport::Call& call) { return !call.read_only; }

// Repeats the write as its delivery would be, until there is an outcome.
Result<Document> deliver(Rig& rig, const Request& request, std::mt19937& random) {
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  rig.odoo.fault = [&](const transport::Call& call) {
    if (!one_in(is_write(call) ? 2 : 8)) return Fault::kNone;
    const Fault wrong = kFaults[random() % std::size(kFaults)];
    return !is_write(call) && wrong == Fault::kLate ? Fault::kLostBefore : wrong;
  };
  std::string last;
  for (int attempt = 0; attempt < 100; ++attempt) {
    rig.crash_at = kSteps[random() % std::size(kSteps)];
    // Calm weather comes, so that the run ends.
    if (attempt > 20) {
      rig.odoo.fault = {};
      rig.crash_at.clear();
    }
    try {
      const Result<Document> done = rig.write(request, "delivery-1");
      if (done) return done;
      last = done.error().message;
    } catch (const Crash&) {
      rig.restart();
    }
    // Odoo kills a request after 120 s: what is late comes before that, or never.
    if (one_in(2)) rig.odoo.settle();
    if (one_in(3)) {
      rig.odoo.settle();
      rig.odoo.now += 200000;
    }
  }
  return Error{Code::kInternal, "no outcome after 100 attempts: " + last, Source::kHost, Effect::kUnknown, -1};
}

class Faults : public testing::TestWithParam<int> {};

TEST_P(Faults, ACreateMakesEachRecordOnce) {
  for (int run = 0; run < runs(); ++run) {
    std::mt19937 random(static_cast<unsigned>(run));
    Rig rig(GetParam(), run % 2 == 0 ? "demo" : "admin", run % 3 != 0);
    const int64_t before = rig.odoo.count("crm.lead");
    Arena arena;
    const Request request{
        .operation = Operation::kCreate,
        .model = "crm.lead",
        .values = arena.array({arena.object({{"name", "a"}, {"color", 1}}), arena.object({{"name", "b"}})})};
    const Result<Document> done = deliver(rig, request, random);
    ASSERT_TRUE(done) << "seed " << run << ": " << done.error().message;
    rig.odoo.settle();
    ASSERT_EQ(rig.odoo.count("crm.lead"), before + 2) << "seed " << run;
    ASSERT_EQ(rig.odoo.get("crm.lead", done->root().at(1).integer(), "name").text(), "b") << "seed " << run;
  }
}

TEST_P(Faults, AWriteIsThere) {
  for (int run = 0; run < runs(); ++run) {
    std::mt19937 random(static_cast<unsigned>(run));
    Rig rig(GetParam());
    const int64_t id = rig.odoo.create_lead();
    Arena arena;
    const Result<Document> done = deliver(rig,
                                          {.operation = Operation::kWrite,
                                           .model = "crm.lead",
                                           .ids = {id},
                                           .values = arena.object({{"name", "after"}, {"expected_revenue", 5.5}})},
                                          random);
    ASSERT_TRUE(done) << "seed " << run << ": " << done.error().message;
    rig.odoo.settle();
    ASSERT_EQ(rig.odoo.get("crm.lead", id, "name").text(), "after") << "seed " << run;
    ASSERT_EQ(rig.odoo.get("crm.lead", id, "expected_revenue").number(), 5.5) << "seed " << run;
  }
}

TEST_P(Faults, RowsAreAllThereOrSaidNotToBe) {
  for (int run = 0; run < runs(); ++run) {
    std::mt19937 random(static_cast<unsigned>(run));
    Rig rig(GetParam());
    Arena arena;
    std::vector<Value> rows;
    for (int i = 0; i < 7; ++i) rows.push_back(arena.object({{"id", rig.odoo.create_lead()}, {"color", i + 1}}));
    const Result<Document> done =
        deliver(rig, {.operation = Operation::kWriteRows, .model = "crm.lead", .values = arena.array(rows)}, random);
    ASSERT_TRUE(done) << "seed " << run << ": " << done.error().message;
    rig.odoo.settle();
    std::map<int64_t, bool> said;
    for (const Value id : done->root()["done"].items()) said[id.integer()] = true;
    for (const Value row : rows)
      if (said.count(row["id"].integer()) != 0) {
        ASSERT_EQ(rig.odoo.get("crm.lead", row["id"].integer(), "color").integer(), row["color"].integer())
            << "seed " << run;
      }
    ASSERT_EQ(done->root()["done"].size() + done->root()["failed"].size(), 7U) << "seed " << run;
  }
}

TEST_P(Faults, AMessageIsPostedOnce) {
  for (int run = 0; run < runs(); ++run) {
    std::mt19937 random(static_cast<unsigned>(run));
    Rig rig(GetParam());
    const int64_t id = rig.odoo.create_lead();
    Arena arena;
    const Result<Document> done = deliver(rig,
                                          {.operation = Operation::kMessagePost,
                                           .model = "crm.lead",
                                           .ids = {id},
                                           .values = arena.object({{"body", "hello"}})},
                                          random);
    ASSERT_TRUE(done) << "seed " << run << ": " << done.error().message;
    rig.odoo.settle();
    ASSERT_EQ(rig.odoo.count("mail.message"), 1) << "seed " << run;
  }
}

TEST_P(Faults, ADeletionIsDone) {
  for (int run = 0; run < runs(); ++run) {
    std::mt19937 random(static_cast<unsigned>(run));
    Rig rig(GetParam());
    const int64_t one = rig.odoo.create_lead();
    const int64_t two = rig.odoo.create_lead();
    const int64_t before = rig.odoo.count("crm.lead");
    const Result<Document> done =
        deliver(rig, {.operation = Operation::kUnlink, .model = "crm.lead", .ids = {one, two}}, random);
    ASSERT_TRUE(done) << "seed " << run << ": " << done.error().message;
    ASSERT_EQ(rig.odoo.count("crm.lead"), before - 2) << "seed " << run;
  }
}

// Toggling twice would be as if nothing had been done: the sharpest of the methods.
TEST_P(Faults, AToggleIsDoneOnce) {
  for (int run = 0; run < runs(); ++run) {
    std::mt19937 random(static_cast<unsigned>(run));
    Rig rig(GetParam());
    const int64_t id = rig.odoo.create_lead();
    const Result<Document> done = deliver(
        rig, {.operation = Operation::kCall, .model = "crm.lead", .method = "toggle_active", .ids = {id}}, random);
    ASSERT_TRUE(done) << "seed " << run << ": " << done.error().message;
    rig.odoo.settle();
    ASSERT_FALSE(rig.odoo.get("crm.lead", id, "active").truthy()) << "seed " << run;
  }
}

TEST_P(Faults, AMethodThatIsNotKnownIsCalledAtMostOnce) {
  for (int run = 0; run < runs(); ++run) {
    std::mt19937 random(static_cast<unsigned>(run));
    Rig rig(GetParam(), "admin");
    Arena arena;
    const Request request{.operation = Operation::kCall,
                          .model = "ir.config_parameter",
                          .method = "set_param",
                          .values = arena.object({{"key", "k"}, {"value", "v"}})};
    static_cast<void>(deliver(rig, request, random));
    rig.odoo.settle();
    ASSERT_LE(rig.odoo.executed["ir.config_parameter/set_param"], 1) << "seed " << run;
  }
}

INSTANTIATE_TEST_SUITE_P(Odoo, Faults, testing::Values(19, 14),
                         [](const testing::TestParamInfo<int>& version) { return std::to_string(version.param); });

}  // namespace
}  // namespace outrigger::writes
