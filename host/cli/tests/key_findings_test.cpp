#include "host/cli/key_findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace outrigger::host {
namespace {

using testing::HasSubstr;
using Level = KeyFinding::Level;

constexpr int64_t kDay = int64_t{86400} * 1000000;

TEST(KeyFindings, SayHowLongAndWhatToDo) {
  const int64_t expires = 1'798'718'400'000'000;  // 2026-12-31 12:00:00
  const auto at = [&](int64_t before) { return expiry_finding("the key", expires, expires - before); };
  EXPECT_EQ(at(90 * kDay).level, Level::kGood);
  EXPECT_EQ(at(90 * kDay).text, "the key expires in 90 days, on 2026-12-31 UTC");
  EXPECT_EQ(at(kRenewDays * kDay).level, Level::kGood);
  EXPECT_EQ(at(kRenewDays * kDay - 1).level, Level::kSoon);
  EXPECT_THAT(at(kDay).text, HasSubstr("expires in 1 day, on 2026-12-31 UTC; renew it now"));
  EXPECT_EQ(at(1).level, Level::kSoon);
  EXPECT_EQ(at(0).level, Level::kOver);
  EXPECT_THAT(at(-kDay).text, HasSubstr("expired on 2026-12-31 UTC; renew it"));
}

}  // namespace
}  // namespace outrigger::host
