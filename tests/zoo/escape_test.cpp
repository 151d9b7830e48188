// Beasts that try to get out, before and while they are made: each way is shut, and nothing happened.
#include <unistd.h>

#include <filesystem>
#include <map>

#include "tests/zoo/zoo_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AnyOf;
using testing::Each;
using testing::Pair;

class EscapeTest : public IsolatedZooTest {
 protected:
  // errno of each attempt, and what the beast saw around it.
  std::map<std::string, int64_t> attempts_of(const std::string& id) {
    std::filesystem::remove_all(kTrace);
    const auto beast = keep(id);
    if (beast == nullptr) return {};
    const Result<Document> result = command(*beast);
    EXPECT_TRUE(result) << result.error().message;
    EXPECT_FALSE(std::filesystem::exists(kTrace));
    std::map<std::string, int64_t> attempts;
    if (result)
      for (const Field field : result->root().fields()) attempts[std::string(field.key)] = field.value.integer();
    return attempts;
  }
  static constexpr char kTrace[] = "/tmp/outrigger-zoo-was-here";
};

INSTANTIATE_TEST_SUITE_P(Zoo, EscapeTest, testing::Values("process"),
                         [](const auto& mode) { return std::string(mode.param); });

TEST_P(EscapeTest, EveryWayOutIsShut) {
  for (const char* id : {"escape_load", "escape_create"}) {
    std::map<std::string, int64_t> attempts = attempts_of(id);
    ASSERT_GT(attempts.size(), 35U) << id;
    EXPECT_EQ(attempts["= variables"], 0) << id << ": the environment is empty";
    EXPECT_LE(attempts["= descriptors"], 5) << id << ": its own, and the library that is being loaded";
    EXPECT_EQ(attempts["= uid"], ::geteuid() == 0 ? user_of(id) : ::geteuid()) << id;
    std::erase_if(attempts, [](const auto& attempt) { return attempt.first.front() == '='; });
    EXPECT_THAT(attempts, Each(Pair(testing::_, AnyOf(EPERM, EACCES, ENOSYS)))) << id;
  }
}

}  // namespace
}  // namespace outrigger::host
