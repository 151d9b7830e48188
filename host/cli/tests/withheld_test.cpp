// What a planned job would keep or send: swallowed, refused or let through, and always told.
#include "host/cli/withheld.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace outrigger::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Recorder final : public Engine {
 public:
  Recorder(std::string extension, std::vector<std::string>& calls) : extension_(std::move(extension)), calls_(calls) {}
  [[nodiscard]] std::string_view extension() const override { return extension_; }
  Result<Document> call(std::string_view slot, Value, const std::stop_token&) override {
    calls_.emplace_back(slot);
    return Document();
  }
  void notify(std::string_view slot, Value) override { calls_.emplace_back(slot); }

 private:
  std::string extension_;
  std::vector<std::string>& calls_;
};

class WithheldTest : public testing::Test {
 protected:
  Result<Document> call(const char* extension, std::string_view slot, const char* method = "") {
    const std::unique_ptr<Engine> engine = withheld_.around(std::make_unique<Recorder>(extension, calls_));
    EXPECT_EQ(engine->extension(), extension);
    return engine->call(slot, arena_.object({{"method", method}}), {});
  }

  Arena arena_;
  std::vector<std::string> calls_;
  Withheld withheld_;
};

TEST_F(WithheldTest, WhatOnlyReadsGoesThroughAndIsNotTold) {
  EXPECT_TRUE(call("outrigger.store/1", "scan"));
  EXPECT_TRUE(call("outrigger.shared/1", "read"));
  EXPECT_TRUE(call("outrigger.schedule/1", "list"));
  EXPECT_TRUE(call("outrigger.secrets/1", "list"));
  EXPECT_TRUE(call("outrigger.http/1", "request"));
  EXPECT_TRUE(call("outrigger.http/1", "request", "get"));
  EXPECT_EQ(calls_.size(), 6U);
  EXPECT_THAT(withheld_.sentences(), IsEmpty());
}

TEST_F(WithheldTest, WhatLastsIsSwallowed) {
  EXPECT_TRUE(call("outrigger.shared/1", "publish"));
  for (const char* slot : {"set", "cancel", "run_now"}) EXPECT_TRUE(call("outrigger.schedule/1", slot));
  for (const char* slot : {"put", "rotate", "erase"}) EXPECT_TRUE(call("outrigger.secrets/1", slot));
  EXPECT_THAT(calls_, IsEmpty());
  EXPECT_THAT(withheld_.sentences(), testing::SizeIs(3)) << "one for each kind";
}

TEST_F(WithheldTest, TheStoreIsToldSinceItKeepsNothingByItself) {
  EXPECT_TRUE(call("outrigger.store/1", "commit"));
  EXPECT_THAT(calls_, ElementsAre("commit"));
  EXPECT_THAT(withheld_.sentences(), ElementsAre(HasSubstr("is not kept")));
}

TEST_F(WithheldTest, ARequestThatMayChangeSomethingIsRefused) {
  EXPECT_THAT(call("outrigger.http/1", "request", "POST").error().message, HasSubstr("only planned"));
  EXPECT_FALSE(call("outrigger.http/1", "request", "delete"));
  EXPECT_THAT(calls_, IsEmpty());
  EXPECT_THAT(withheld_.sentences(), ElementsAre(HasSubstr("are not sent")));
}

}  // namespace
}  // namespace outrigger::host
