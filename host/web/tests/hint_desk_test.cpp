#include "host/web/hint_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>

#include "host/web/tests/client.hpp"

namespace outrigger::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr char kToken[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
constexpr char kOther[] = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

// Keeps what the desk hands on; may be told to take its time.
class Ear {
 public:
  bool hear(const std::string& database, const std::string& model, const std::vector<int64_t>& ids) {
    std::unique_lock lock(mutex_);
    std::string line = database + " " + model;
    for (const int64_t id : ids) line += " " + std::to_string(id);
    lines_.push_back(std::move(line));
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds(30), [this] { return !held_; });
    return model != "res.partner";
  }
  void hold(bool is) {
    const std::lock_guard lock(mutex_);
    held_ = is;
    changed_.notify_all();
  }
  // Waits for so many, at most half a minute.
  std::vector<std::string> await(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return lines_.size() >= count; });
    return {lines_.begin(), lines_.end()};
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> lines_;
  bool held_ = false;
};

class HintDeskTest : public testing::Test {
 protected:
  HintDeskTest() { desk_.admit({{"main", {kToken}}, {"other", {kOther, std::string(64, 'a')}}}); }
  int post(const std::string& token, const std::string& body) {
    HttpRequest request;
    request.method = "POST";
    request.path = "/hint/" + token;
    request.body = body;
    return desk_.take(request).status;
  }
  static std::string lead(int64_t id) {
    return R"({"_action": "Outrigger (#5) ", "_id": )" + std::to_string(id) + R"(, "_model": "crm.lead"})";
  }

  Ear ear_;
  std::vector<HintDesk::Verdict> verdicts_;
  HintDesk desk_{
      {[this](const auto& database, const auto& model, const auto& ids) { return ear_.hear(database, model, ids); },
       [] { return int64_t{7}; },
       [this](HintDesk::Verdict verdict, const std::string&) { verdicts_.push_back(verdict); }}};
};

TEST_F(HintDeskTest, WhatOdooPostsIsHandedOn) {
  EXPECT_EQ(post(kToken, lead(42)), 200);
  EXPECT_THAT(ear_.await(1), ElementsAre("main crm.lead 42"));
  EXPECT_EQ(post(kOther, R"({"_model": "sale.order"})"), 200);
  EXPECT_THAT(ear_.await(2), ElementsAre("main crm.lead 42", "other sale.order")) << "no id: look at all";
}

TEST_F(HintDeskTest, ItAnswersBeforeAnythingIsDoneAndMakesOneOfWhatWaits) {
  ear_.hold(true);
  EXPECT_EQ(post(kToken, lead(1)), 200);
  (void)ear_.await(1);  // and it is held up there
  for (int round = 0; round < 3; ++round)
    for (int64_t id = 5; id > 1; --id) EXPECT_EQ(post(kToken, lead(id)), 200);
  ear_.hold(false);
  EXPECT_THAT(ear_.await(2), ElementsAre("main crm.lead 1", "main crm.lead 2 3 4 5"));
}

TEST_F(HintDeskTest, AStormOfRecordsIsALookAtAllAndOneOfModelsIsRefused) {
  ear_.hold(true);
  EXPECT_EQ(post(kToken, lead(1)), 200);
  (void)ear_.await(1);
  for (int64_t id = 1; id <= 1001; ++id) EXPECT_EQ(post(kToken, lead(id)), 200);
  for (size_t i = 1; i < HintDesk::kMostModels; ++i)
    EXPECT_EQ(post(kToken, R"({"_id": 1, "_model": "x.m)" + std::to_string(i) + "\"}"), 200);
  EXPECT_EQ(post(kToken, R"({"_id": 1, "_model": "one.more"})"), 503);
  EXPECT_EQ(verdicts_.back(), HintDesk::Verdict::kFull);
  ear_.hold(false);
  EXPECT_EQ(ear_.await(2)[1], "main crm.lead");
  EXPECT_EQ(ear_.await(1 + HintDesk::kMostModels).size(), 1 + HintDesk::kMostModels);
}

TEST_F(HintDeskTest, AWrongTokenLooksLikeNothing) {
  for (const std::string token : {"", "x", "0123456789abcdef", kToken + 1})
    EXPECT_EQ(post(token, lead(1)), 404) << token;
  EXPECT_EQ(post(std::string(kToken) + "0", lead(1)), 404);
  EXPECT_EQ(post(std::string(kToken) + "/", lead(1)), 404);
  EXPECT_THAT(verdicts_, testing::Each(HintDesk::Verdict::kToken));
  EXPECT_EQ(desk_.figures("main").refused, 6U);
  desk_.admit({{"main", {kOther}}});
  EXPECT_EQ(post(kToken, lead(1)), 404) << "it was replaced";
  EXPECT_EQ(post(kOther, lead(3)), 200);
  EXPECT_THAT(ear_.await(1), ElementsAre("main crm.lead 3"));
  desk_.admit({});
  EXPECT_EQ(post(kOther, lead(3)), 404);
  EXPECT_EQ(post("", lead(3)), 404) << "nothing is no token";
}

TEST_F(HintDeskTest, ABodyThatNamesNoRecordIsRefused) {
  for (const char* body : {"", "{", "[]", "42", "{}", R"({"_model": ""})", R"({"_model": 5, "_id": 1})",
                           R"({"_model": "crm.lead", "_id": -1})", R"({"_model": "crm.lead", "_id": 2147483648})",
                           R"({"_model": "Crm Lead'; drop", "_id": 1})"})
    EXPECT_EQ(post(kToken, body), 400) << body;
  EXPECT_EQ(post(kToken, R"({"_model": ")" + std::string(200, 'a') + "\"}"), 400);
  EXPECT_EQ(post(kToken, std::string(HintDesk::kMostBytes + 1, ' ') + lead(1)), 413);
  EXPECT_EQ(desk_.figures("main").received, 0U);
}

TEST_F(HintDeskTest, ItSaysWhatItHeard) {
  EXPECT_TRUE(desk_.figures("main").admitted);
  EXPECT_FALSE(desk_.figures("elsewhere").admitted);
  EXPECT_EQ(post(kToken, lead(42)), 200);
  (void)ear_.await(1);
  EXPECT_EQ(post(kToken, lead(42)), 200);
  (void)ear_.await(2);
  EXPECT_EQ(post(kToken, R"({"_model": "res.partner", "_id": 9})"), 200);
  (void)ear_.await(3);
  desk_.stop();  // what was taken is counted before its thread ends
  const HintDesk::Figures figures = desk_.figures("main");
  EXPECT_EQ(figures.received, 3U);
  EXPECT_EQ(figures.unwatched, 1U);
  EXPECT_EQ(figures.last, 7);
  ASSERT_EQ(figures.models.size(), 1U) << "models that nobody watches are not listed";
  EXPECT_EQ(figures.models[0].model, "crm.lead");
  EXPECT_EQ(figures.models[0].received, 2U);
}

}  // namespace
}  // namespace outrigger::host
