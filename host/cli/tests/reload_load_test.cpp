// `outrigger plugin reload` again and again while records change and notes are posted: nothing lost, nothing doubled.
// OUTRIGGER_LONG: 100 reloads, else 20.
#include <algorithm>
#include <atomic>
#include <cstdlib>

#include "host/cli/tests/keeping_rig.hpp"

namespace outrigger::host {
namespace {

const int kReloads = std::getenv("OUTRIGGER_LONG") == nullptr ? 20 : 100;
constexpr int64_t kLeads = 20;

class ReloadUnderLoad : public KeepingTest {
 protected:
  // How often each note was posted, by its word.
  std::map<std::string, int> notes() {
    std::map<std::string, int> found;
    const Document all = rig_.answer("mail.message", "search_read", R"([[["body", "like", "note word"]], ["body"]])");
    for (const Value one : all.root().items()) {
      const std::string body(one["body"].text());
      const size_t at = body.find("note word") + 5;
      ++found[body.substr(at, body.find_first_not_of("word0123456789", at) - at)];
    }
    return found;
  }
};

TEST_F(ReloadUnderLoad, NothingIsLostAndNothingDoubled) {
  enable();
  start();
  ASSERT_TRUE(until([this] { return dump().contains("crm.lead:20:name"); }));
  std::atomic<bool> ending{false};
  std::map<int64_t, std::string> named;
  std::thread renaming([&] {
    for (int i = 0; !ending; ++i) {
      const int64_t lead = 1 + i % kLeads;
      named[lead] = "name" + std::to_string(i);
      rename(lead, named[lead]);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // a busy Odoo, and not an endless one
    }
  });
  int words = 0;
  std::vector<std::string> refused;
  std::thread posting([&] {
    for (; !ending; ++words) {
      const Ended ended =
          outrigger({"notes", "post", std::to_string(1 + words % kLeads), "word" + std::to_string(words)});
      if (ended.code != 0) refused.push_back(ended.err);
    }
  });
  std::vector<std::string> failed;
  for (int i = 0; i < kReloads; ++i)
    if (const Ended ended = outrigger({"plugin", "reload", "notes"}); ended.code != 0) failed.push_back(ended.err);
  ending = true;
  renaming.join();
  posting.join();
  EXPECT_THAT(failed, testing::IsEmpty());
  EXPECT_THAT(refused, testing::IsEmpty());

  std::map<std::string, std::string> kept;
  EXPECT_TRUE(until([&] {
    kept = dump();
    return std::all_of(named.begin(), named.end(), [&](const auto& one) {
      return kept["crm.lead:" + std::to_string(one.first) + ":name"] == one.second;
    });
  })) << "a name was lost";
  for (const auto& [lead, name] : named) EXPECT_GE(times_told(kept, lead), 2) << lead << ": told twice, or not at all";
  const std::map<std::string, int> posted = notes();
  EXPECT_EQ(posted.size(), static_cast<size_t>(words));
  for (const auto& [word, times] : posted) EXPECT_EQ(times, 1) << word;
  const Document status = this->status();
  EXPECT_EQ(status.root()["plugins"].at(0)["crashes"].integer(), 0);
  EXPECT_EQ(status.root()["databases"].at(0)["figures"]["dead"].integer(), 0);
  RecordProperty("notes", words);
  stop();
}

}  // namespace
}  // namespace outrigger::host
