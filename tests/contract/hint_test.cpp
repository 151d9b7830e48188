// Automation rules that post to this host: made, heard of, and gone without a trace. The sandbox keeps them and posts
// nothing; Odoo 14 has none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "host/setup/hint_rule.hpp"
#include "host/web/hint_desk.hpp"
#include "host/web/listener.hpp"
#include "integration/odoo/records.hpp"
#include "tests/contract/target.hpp"

namespace outrigger::contract {
namespace {

using host::HintDesk;
using host::HintRule;
using odoo::Records;
using odoo::Session;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kToken[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

transport::Loop& loop() {
  static transport::Loop one;
  return one;
}

// What Odoo posted, as "crm.lead 7".
class Posts {
 public:
  bool hear(const std::string& model, const std::vector<int64_t>& ids) {
    const std::lock_guard lock(mutex_);
    for (const int64_t id : ids) ++heard_[model + " " + std::to_string(id)];
    changed_.notify_all();
    return true;
  }
  // Waits for it, at most half a minute.
  bool await(const std::string& record) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return heard_.count(record) != 0; });
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    heard_.clear();
  }
  bool heard(const std::string& record) {
    const std::lock_guard lock(mutex_);
    return heard_.count(record) != 0;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> heard_;
};

class HintContract : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    target_ = find_target(GetParam());
    ASSERT_NE(target_, nullptr) << "describe it in the environment, see tests/contract/target.hpp";
    Result<std::unique_ptr<Session>> session = Session::connect(loop(), target_->admin);
    ASSERT_TRUE(session) << session.error().message;
    admin_ = *std::move(session);
    desk_.admit({{"main", {kToken}}});
    host::Routes routes;
    routes.add("POST", "/hint/*", [this](const host::HttpRequest& request) { return desk_.take(request); });
    listener_ = *host::Listener::start({.name = "public", .port = 0}, std::move(routes));
  }
  void TearDown() override {
    if (admin_ == nullptr || !possible()) return;
    for (const HintRule& rule : rules()) EXPECT_TRUE(host::remove_hint_rule(*admin_, rule));
  }
  bool possible() { return static_cast<bool>(host::can_have_hint_rules(*admin_)); }
  std::string address() const { return "http://127.0.0.1:" + std::to_string(listener_->port()) + "/hint/" + kToken; }
  std::vector<HintRule> rules() {
    const Result<std::vector<HintRule>> all = host::list_hint_rules(*admin_);
    EXPECT_TRUE(all) << all.error().message;
    return all ? *all : std::vector<HintRule>{};
  }
  HintRule put(const std::vector<std::string>& fields) {
    const Result<HintRule> rule = host::put_hint_rule(*admin_, "crm.lead", fields, address());
    EXPECT_TRUE(rule) << rule.error().message;
    return rule ? *rule : HintRule{};
  }
  int64_t count(const char* model, const char* field, const char* value) {
    Arena arena;
    const Value domain = arena.array({arena.array({field, "=", value})});
    const Result<int64_t> count = Records(*admin_).search_count({.model = model, .domain = domain, .archived = true});
    EXPECT_TRUE(count) << count.error().message;
    return count ? *count : -1;
  }
  int64_t lead(const std::string& name) {
    Arena arena;
    const Result<Document> ids = Records(*admin_).create(
        "crm.lead", arena.array({arena.object({{"name", arena.text(name)}, {"type", "opportunity"}})}));
    EXPECT_TRUE(ids) << ids.error().message;
    return ids ? ids->root().integer() : 0;
  }
  void write(int64_t id, const char* field, const std::string& value) {
    Arena arena;
    const Result<void> done = Records(*admin_).write("crm.lead", {id}, arena.object({{field, arena.text(value)}}));
    EXPECT_TRUE(done) << done.error().message;
  }

  Target* target_ = nullptr;
  std::unique_ptr<Session> admin_;
  Posts posts_;
  HintDesk desk_{{[this](const auto&, const auto& model, const auto& ids) { return posts_.hear(model, ids); },
                  [] { return int64_t{1}; },
                  {}}};
  std::unique_ptr<host::Listener> listener_;
};

TEST_P(HintContract, AVersionWithoutThemIsSaid) {
  const Result<void> can = host::can_have_hint_rules(*admin_);
  if (admin_->info().major >= 17) {
    EXPECT_TRUE(can) << can.error().message;
  } else {
    ASSERT_FALSE(can);
    EXPECT_EQ(can.error().code, Code::kUnsupported);
    EXPECT_THAT(can.error().message, HasSubstr("from 17 on"));
  }
  EXPECT_THAT(rules(), testing::IsEmpty());
}

TEST_P(HintContract, ARuleIsOneRecordHoweverOftenItIsMade) {
  if (!possible()) GTEST_SKIP() << "this version has none";
  const int64_t names = count("ir.model.data", "module", "outrigger");
  const int64_t actions = count("ir.actions.server", "state", "webhook");
  const HintRule first = put({"name", "stage_id"});
  const HintRule again = put({"active", "name"});
  EXPECT_EQ(first.rule, again.rule);
  EXPECT_EQ(first.action, again.action);
  const std::vector<HintRule> all = rules();
  ASSERT_EQ(all.size(), 1U);
  const HintRule& rule = all.front();
  EXPECT_EQ(rule.model, "crm.lead");
  EXPECT_THAT(rule.fields, ElementsAre("active", "name"));
  EXPECT_EQ(rule.address, address());
  EXPECT_TRUE(rule.sound);
  Arena arena;
  ASSERT_TRUE(Records(*admin_).write("base.automation", {rule.rule}, arena.object({{"active", false}})));
  EXPECT_FALSE(rules().front().sound) << "somebody switched it off";
  EXPECT_EQ(put({"name"}).rule, rule.rule);
  EXPECT_TRUE(rules().front().sound) << "and it is on again";
  ASSERT_TRUE(host::remove_hint_rule(*admin_, rule));
  EXPECT_TRUE(host::remove_hint_rule(*admin_, rule)) << "what is gone already is no error";
  EXPECT_EQ(count("ir.model.data", "module", "outrigger"), names);
  EXPECT_EQ(count("ir.actions.server", "state", "webhook"), actions);
  EXPECT_THAT(rules(), testing::IsEmpty());
}

TEST_P(HintContract, ARuleThatSomebodyDeletedLeavesNothingEither) {
  if (!possible()) GTEST_SKIP() << "this version has none";
  const int64_t names = count("ir.model.data", "module", "outrigger");
  const HintRule rule = put({"name"});
  ASSERT_TRUE(Records(*admin_).unlink("base.automation", {rule.rule}));
  for (const HintRule& each : rules()) {
    EXPECT_FALSE(each.sound);
    EXPECT_TRUE(host::remove_hint_rule(*admin_, each));
  }
  EXPECT_EQ(count("ir.model.data", "module", "outrigger"), names);
}

TEST_P(HintContract, OdooPostsWhatIsWatchedAndNothingElse) {
  if (!possible() || !target_->real) GTEST_SKIP() << "nothing posts here";
  const int64_t old = lead("Before there was a rule");
  put({"name"});
  const int64_t made = lead("Made");
  EXPECT_TRUE(posts_.await("crm.lead " + std::to_string(made)));
  posts_.forget();
  write(made, "city", "Ghent");  // nobody watches it
  write(old, "name", "Renamed");
  EXPECT_TRUE(posts_.await("crm.lead " + std::to_string(old)));
  EXPECT_FALSE(posts_.heard("crm.lead " + std::to_string(made))) << "posts come in the order of the saves";
  for (const HintRule& rule : rules()) ASSERT_TRUE(host::remove_hint_rule(*admin_, rule));
  posts_.forget();
  write(old, "name", "Nobody is told");
  put({"name"});
  write(made, "name", "Told again");
  EXPECT_TRUE(posts_.await("crm.lead " + std::to_string(made)));
  EXPECT_FALSE(posts_.heard("crm.lead " + std::to_string(old)));
}

TEST_P(HintContract, ADeadListenerCostsNoSave) {
  if (!possible() || !target_->real) GTEST_SKIP() << "nothing posts here";
  put({"name"});
  const int64_t id = lead("Saved");
  listener_->stop();
  write(id, "name", "Saved all the same");
  const Result<Document> rows = Records(*admin_).read("crm.lead", {id}, {"name"});
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(rows->root().at(0)["name"].text(), "Saved all the same");
}

#define OUTRIGGER_TARGET(Name) INSTANTIATE_TEST_SUITE_P(Name, HintContract, testing::Values(#Name))
OUTRIGGER_TARGET(Sandbox19);
OUTRIGGER_TARGET(Sandbox14);
OUTRIGGER_TARGET(Real19);
OUTRIGGER_TARGET(Real14);
OUTRIGGER_TARGET(RealSource);

}  // namespace
}  // namespace outrigger::contract
