// A name server that does not answer holds up nobody: neither a stop nor a deadline waits for it.
//
// The name server is this program's own getaddrinfo, which libcurl then calls, on a thread of its own.
#include <dlfcn.h>
#include <netdb.h>

#include <condition_variable>
#include <future>

#include "host/http/tests/rig.hpp"

namespace outrigger::host {
namespace {

using std::chrono::seconds;
using testing::StartsWith;

constexpr char kSlow[] = "slow.example";

class SilentNames {
 public:
  void answer() {
    std::unique_lock lock(mutex_);
    ++asked_;
    changed_.notify_all();
    changed_.wait_for(lock, seconds(60), [this] { return released_; });
    --asked_;
    changed_.notify_all();
  }
  bool wait_until_asked() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(30), [this] { return asked_ > 0; });
  }
  // All that were asked have answered. libcurl's threads outlive the request, not the test.
  bool release() {
    std::unique_lock lock(mutex_);
    released_ = true;
    changed_.notify_all();
    const bool all = changed_.wait_for(lock, seconds(30), [this] { return asked_ == 0; });
    released_ = false;
    return all;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int asked_ = 0;
  bool released_ = false;
};

SilentNames& names() {
  static SilentNames* const kNames = new SilentNames;  // libcurl's threads may still be there at the end
  return *kNames;
}

class SlowNameTest : public HttpRig {
 protected:
  SlowNameTest() { grant(std::string("\"http://") + kSlow + "\""); }
  std::future<std::string> asked(int64_t deadline_ms, std::stop_token stop) {
    return std::async(std::launch::async, [this, deadline_ms, stop = std::move(stop)] {
      return outcome(ask({.url = std::string("http://") + kSlow + "/", .deadline_ms = deadline_ms}, stop));
    });
  }
};

TEST_F(SlowNameTest, AStopDoesNotWaitForIt) {
  std::stop_source stop;
  std::future<std::string> reply = asked(600000, stop.get_token());
  EXPECT_TRUE(names().wait_until_asked()) << "this test wants its own getaddrinfo to be called";
  stop.request_stop();
  EXPECT_EQ(reply.wait_for(seconds(20)), std::future_status::ready);
  EXPECT_TRUE(names().release());
  EXPECT_THAT(reply.get(), StartsWith("cancelled none: "));
}

TEST_F(SlowNameTest, ADeadlineDoesNotWaitForIt) {
  std::future<std::string> reply = asked(50, {});
  EXPECT_TRUE(names().wait_until_asked());
  EXPECT_EQ(reply.wait_for(seconds(20)), std::future_status::ready);
  EXPECT_TRUE(names().release());
  EXPECT_THAT(reply.get(), StartsWith("deadline none: "));
}

}  // namespace
}  // namespace outrigger::host

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto kReal = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node == nullptr || std::string_view(node) != outrigger::host::kSlow) return kReal(node, service, hints, result);
  outrigger::host::names().answer();
  return EAI_NONAME;
}
