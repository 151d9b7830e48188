// A disk that is full while the host works: the feed waits and says so, and when there is room all arrives, once.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <cstring>
#include <fstream>

#include "host/cli/tests/keeping_rig.hpp"
#include "host/web/tests/client.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;

constexpr int64_t kLeads = 80;

class FullDisk : public KeepingTest {
 protected:
  FullDisk() : KeepingTest(kLeads) {}

  void begin(const std::filesystem::path& data) {
    configure(data, R"(, "admin": {"listen": "127.0.0.1:)" + std::to_string(port_) + R"("})");
    enable();
    start();
    ASSERT_TRUE(until([&] { return dump().count("crm.lead:80:name") != 0; })) << "the first reading";
    ASSERT_EQ(paused(), "");
  }
  // 5 MB at once: more than what the journal's files have room for inside.
  void change_all() {
    for (int64_t lead = 1; lead <= kLeads; ++lead) rename(lead, name_of(lead));
  }
  static std::string name_of(int64_t lead) { return "Lead " + std::to_string(lead) + " " + std::string(65536, 'x'); }
  [[nodiscard]] std::string paused() const {
    const Ended ended = outrigger({"status", "--json"});
    if (ended.code != 0) return "status failed: " + ended.out + ended.err;
    return std::string(ended.json().root()["databases"].at(0)["figures"]["paused"].text());
  }
  [[nodiscard]] std::string get(const std::string& path) const {
    std::ifstream in(data_ / "admin.token");
    std::string token;
    in >> token;
    Client client(port_);
    (void)client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    return client.answer();
  }
  void expect_it_is_said() {
    ASSERT_TRUE(until([&] { return !paused().empty(); })) << "status says so";
    EXPECT_THAT(paused(), HasSubstr("the disk is full; make room"));
    EXPECT_THAT(outrigger({"status"}).out, HasSubstr("paused: "));
    EXPECT_THAT(get("/healthz"), testing::AllOf(HasSubstr("503"), HasSubstr("the disk is full")));
    EXPECT_TRUE(until(
        [&] { return get("/metrics").find("outrigger_journal_full{database=\"main\"} 1") != std::string::npos; }));
    EXPECT_TRUE(host_->running());
  }
  void expect_all_arrives_once() {
    ASSERT_TRUE(until([&] { return paused().empty(); })) << "it goes on by itself";
    std::map<std::string, std::string> kept;
    const bool all = until([&] {
      kept = dump();
      for (int64_t lead = 1; lead <= kLeads; ++lead)
        if (kept["crm.lead:" + std::to_string(lead) + ":name"] != name_of(lead)) return false;
      return true;
    });
    EXPECT_TRUE(all) << "every change arrives";
    for (int64_t lead = 1; lead <= kLeads; ++lead)
      EXPECT_EQ(times_told(kept, lead), 2) << "lead " << lead << ": as new, and changed";
    EXPECT_TRUE(until([&] { return get("/healthz").find("200 OK") != std::string::npos; })) << get("/healthz");
  }

  const uint16_t port_ = free_port();
};

TEST_F(FullDisk, AFileSystemWithoutRoomIsSurvived) {
  // A file system of this process and its children, which goes with them.
  if (::geteuid() != 0 || ::unshare(CLONE_NEWNS) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    GTEST_SKIP() << "needs root, for a small file system of its own";
  const std::filesystem::path small = folder_.path() / "small";
  std::filesystem::create_directory(small);
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=32m,mode=0755") != 0)
    GTEST_SKIP() << "no file system can be mounted here: " << std::strerror(errno);
  begin(small / "data");
  if (!HasFatalFailure()) {
    const std::filesystem::path filler = small / "filler";
    {
      std::ofstream out(filler, std::ios::binary);
      while (out.write(std::string(4096, 'f').c_str(), 4096).flush()) {
      }
    }
    change_all();
    expect_it_is_said();
    std::filesystem::remove(filler);
    expect_all_arrives_once();
    stop();
  }
  host_.reset();
  EXPECT_EQ(::umount(small.c_str()), 0) << std::strerror(errno);
}

// The same for everybody: no file may grow any more.
TEST_F(FullDisk, AQuotaThatIsUsedUpIsSurvived) {
  begin(folder_.path() / "data");
  ASSERT_FALSE(HasFatalFailure());
  rlimit before{};
  const pid_t pid = host_->pid();
  const rlimit tight{1U << 19U, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(pid, RLIMIT_FSIZE, &tight, &before), 0);
  change_all();
  expect_it_is_said();
  ASSERT_EQ(::prlimit(pid, RLIMIT_FSIZE, &before, nullptr), 0);
  expect_all_arrives_once();
  stop();
}

}  // namespace
}  // namespace outrigger::host
