#include "integration/value/datetime.hpp"

#include <gtest/gtest.h>

namespace outrigger::value {
namespace {

TEST(DateTime, GoesThereAndBack) {
  EXPECT_EQ(from_datetime("1970-01-01 00:00:01"), 1);
  EXPECT_EQ(from_datetime("2026-11-21 12:00:00.999999"), 1'795'262'400);
  EXPECT_EQ(to_datetime(1'795'262'400), "2026-11-21 12:00:00");
}

TEST(DateTime, OnlyTimesAreTimes) {
  for (const char* text : {"", "false", "2026-12-31", "2026-13-21 12:00:00", "2026-02-30 12:00:00",
                           "2026-1x-21 12:00:00", "2026-12-31 24:00:00", "2026-12-31 12:60:00", "2026-12-31 12:00:60"})
    EXPECT_EQ(from_datetime(text), 0) << text;
}

}  // namespace
}  // namespace outrigger::value
