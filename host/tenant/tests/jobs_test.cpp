// Jobs that a person asks for: which run they wait for, and what they are told when it does not begin.
#include <future>

#include "host/tenant/tests/tenant_rig.hpp"

namespace outrigger::host {
namespace {

using ::testing::HasSubstr;

class TenantJobsTest : public TenantTest {
 protected:
  void SetUp() override {
    jobs_.push_back({"digest", {}});
    begin_and_read();
  }
  std::future<Result<Tenant::JobEnd>> ask() {
    return std::async(std::launch::async, [this] { return tenant_->run_job("bell", "digest", stop_.get_token()); });
  }
  bool until(const std::function<bool(const Job&)>& holds) {
    return await([&] { return holds(tenant_->scheduler().list("bell").at(0)); });
  }
  size_t runs() { return heard_.deliveries().size(); }

  std::stop_source stop_;
};

TEST_F(TenantJobsTest, TheRunIsWaitedForAndNotTheOneUnderWay) {
  heard_.stuck(true);
  std::future<Result<Tenant::JobEnd>> first = ask();
  ASSERT_TRUE(heard_.await("job digest"));
  std::future<Result<Tenant::JobEnd>> second = ask();
  ASSERT_TRUE(until([](const Job& job) { return job.running && job.asked; }));
  heard_.stuck(false);
  const Result<Tenant::JobEnd> one = first.get();
  const Result<Tenant::JobEnd> other = second.get();
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_EQ(runs(), 2U);
  EXPECT_EQ(other->delivery, heard_.deliveries().at(1));
  EXPECT_EQ(other->job.attempts, 0);
}

TEST_F(TenantJobsTest, AFailureIsTheJobsAndNotAnError) {
  heard_.fail_jobs(true);
  const Result<Tenant::JobEnd> end = ask().get();
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->job.attempts, 1);
  EXPECT_THAT(end->job.error, HasSubstr("it fell over"));
}

TEST_F(TenantJobsTest, WhoGoesAwayLeavesItRunning) {
  heard_.stuck(true);
  std::future<Result<Tenant::JobEnd>> asking = ask();
  ASSERT_TRUE(heard_.await("job digest"));
  stop_.request_stop();
  const Result<Tenant::JobEnd> end = asking.get();
  EXPECT_EQ(end.error().code, Code::kCancelled);
  EXPECT_THAT(end.error().message, HasSubstr("`outrigger jobs list`"));
  heard_.stuck(false);
  EXPECT_TRUE(until([](const Job& job) { return job.last.has_value(); }));
}

TEST_F(TenantJobsTest, WhatCannotRunIsSaidAtOnce) {
  EXPECT_EQ(tenant_->run_job("bell", "none", {}).error().code, Code::kMissing);
  EXPECT_EQ(tenant_->run_job("nobody", "digest", {}).error().code, Code::kMissing);
  tenant_->detach("bell");
  EXPECT_THAT(tenant_->run_job("bell", "digest", {}).error().message, HasSubstr("runs no jobs on"));
}

}  // namespace
}  // namespace outrigger::host
