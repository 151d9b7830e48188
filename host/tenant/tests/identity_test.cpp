// When a database is asked who it is: the guard alone, on a clock that is passed in.
#include "host/tenant/identity.hpp"

#include <gtest/gtest.h>

#include "integration/transport/classify.hpp"

namespace outrigger::host {
namespace {

constexpr int64_t kSecond = 1'000'000;

class IdentityTest : public testing::Test {
 protected:
  // True: it was asked.
  bool asks(bool writing = false) {
    const int before = asked_;
    EXPECT_TRUE(guard_.sure(1, writing, {}));
    return asked_ != before;
  }
  void heard(Code code, Source source) { guard_.heard({code, "", source, Effect::kNone, -1}); }

  int64_t now_ = 1'795'262'400 * kSecond;
  int asked_ = 0;
  IdentityGuard guard_{[this](const std::stop_token&) {
                         ++asked_;
                         return Result<void>();
                       },
                       [this] { return now_; }, 1800 * kSecond};
};

TEST_F(IdentityTest, ItAsksAtFirstAndEachHalfHour) {
  EXPECT_TRUE(asks());
  now_ += 1799 * kSecond;
  EXPECT_FALSE(asks());
  now_ += kSecond;
  EXPECT_TRUE(asks());
  now_ += 60 * kSecond;
  EXPECT_FALSE(asks());
  EXPECT_TRUE(asks(true)) << "before a write a minute is old";
}

TEST_F(IdentityTest, ItAsksAtOnceWhenTheConnectionFailed) {
  EXPECT_TRUE(asks());
  heard(Code::kUnreachable, Source::kNetwork);
  EXPECT_TRUE(asks());
  EXPECT_FALSE(asks());
}

TEST_F(IdentityTest, AnErrorOfAHalfRestoredDatabaseIsNotForgottenWithinTheFirstMinute) {
  EXPECT_TRUE(asks());
  now_ += 10 * kSecond;
  const Error gone =
      transport::from_exception("psycopg2.errors.UndefinedTable", "relation \"crm_lead\" does not exist", 500);
  for (int i = 0; i < 100; ++i) guard_.heard(gone);
  EXPECT_FALSE(asks()) << "others give it too: not more than once a minute";
  now_ += 50 * kSecond;
  EXPECT_TRUE(asks());
  EXPECT_FALSE(asks());
}

TEST_F(IdentityTest, WhatCannotBeFoundOutIsAskedAgain) {
  Code code = Code::kUnreachable;
  IdentityGuard guard(
      [&](const std::stop_token&) -> Result<void> {
        return Error{code, "", Source::kNetwork, {}, -1};
      },
      [this] { return now_; }, 1800 * kSecond);
  EXPECT_FALSE(guard.sure(1, false, {}));
  EXPECT_FALSE(guard.sure(1, false, {}));
  code = Code::kConflict;
  EXPECT_FALSE(guard.sure(1, false, {}));
  EXPECT_TRUE(guard.sure(1, false, {})) << "it is known: the caller halts";
}

}  // namespace
}  // namespace outrigger::host
