// The control socket: one request after the other, and no client holds up the next for ever.
#include "host/control/control.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>

#include "host/config/tests/texts.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// A client that does as it likes.
class RawClient {
 public:
  explicit RawClient(const std::filesystem::path& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~RawClient() { ::close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void say(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<size_t>(sent));
    }
  }
  // All that comes until the end.
  [[nodiscard]] std::string hear() const {
    std::string all;
    char piece[4096];
    for (ssize_t got = 0; (got = ::read(fd_, piece, sizeof piece)) > 0;) all.append(piece, static_cast<size_t>(got));
    return all;
  }

 private:
  int fd_;
};

class ControlTest : public testing::Test {
 protected:
  void serve(ControlServer::Handler handler, milliseconds patience = ControlServer::kPatience) {
    Result<std::unique_ptr<ControlServer>> server = ControlServer::start(path(), std::move(handler), patience);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }
  void echo(milliseconds patience = ControlServer::kPatience) {
    serve(
        [](Value request) -> Result<Document> {
          return Document::build([&](Arena& arena) { return arena.copy(request); });
        },
        patience);
  }
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "control.sock"; }
  [[nodiscard]] Result<Document> ask(std::string_view what) const {
    Arena arena;
    return ask_control(path(), arena.object({{"do", arena.text(what)}}));
  }
  [[nodiscard]] std::string answer_to(std::string_view text) const {
    const RawClient client(path());
    client.say(text);
    return client.hear();
  }

  TemporaryFolder folder_;
  std::unique_ptr<ControlServer> server_;
};

TEST_F(ControlTest, AnswersAndIsOpenToItsUserOnly) {
  EXPECT_FALSE(host_runs(path()));
  EXPECT_EQ(ask("status").error().code, Code::kMissing);
  echo();
  EXPECT_TRUE(host_runs(path()));
  const Result<Document> answer = ask("status");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->root()["do"].text(), "status");
  struct stat info {};
  ASSERT_EQ(::stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(ControlTest, AnErrorArrivesWhole) {
  serve([](Value) -> Result<Document> {
    return Error{Code::kConflict, "not today", Source::kHost, Effect::kNone, 40};
  });
  const Result<Document> answer = ask("reload");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kConflict);
  EXPECT_EQ(answer.error().message, "not today");
  EXPECT_EQ(answer.error().retry_after_ms, 40);
}

TEST_F(ControlTest, ASecondHostOnTheSameFolderIsRefused) {
  echo();
  const Result<std::unique_ptr<ControlServer>> second =
      ControlServer::start(path(), [](Value) -> Result<Document> { return Document(); });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kConflict);
  EXPECT_TRUE(ask("status")) << "and the first is none the worse";
}

TEST_F(ControlTest, ASocketThatWasLeftBehindIsReplaced) {
  (void)folder_.write("control.sock", "left by a host that was killed");
  echo();
  EXPECT_TRUE(ask("status"));
}

TEST_F(ControlTest, GarbageIsAnsweredWithASentence) {
  echo();
  for (const char* garbage : {"\n", "garbage\n", "{\"do\": \n", "\xff\xfe\n", "{\"do\": \"a\"} trailing\n"})
    EXPECT_THAT(answer_to(garbage), HasSubstr("\"error\"")) << garbage;
  EXPECT_TRUE(ask("status"));
}

TEST_F(ControlTest, ARequestBeyondTheBoundIsRefused) {
  std::atomic<int> handled{0};
  serve([&](Value) -> Result<Document> {
    ++handled;
    return Document();
  });
  EXPECT_THAT(answer_to(std::string((size_t{1} << 20U) + 8192, 'x')), HasSubstr("larger than 1 MiB"));
  EXPECT_EQ(handled, 0);
  EXPECT_TRUE(ask("status"));
}

TEST_F(ControlTest, OneThatGoesAwayHarmsNobody) {
  echo();
  { const RawClient silent(path()); }
  { RawClient(path()).say("{\"do\": "); }
  { RawClient(path()).say("{\"do\": \"status\"}\n"); }
  EXPECT_TRUE(ask("status"));
}

TEST_F(ControlTest, OneThatDoesNotFinishItsRequestIsLetGo) {
  echo(milliseconds(50));
  const RawClient slow(path());
  slow.say("{\"do\": ");
  EXPECT_TRUE(ask("status")) << "the next has its turn";
  EXPECT_THAT(slow.hear(), HasSubstr("does not answer"));
}

// Byte after byte, each in time: the patience is with all of it.
TEST_F(ControlTest, OneThatTricklesIsLetGo) {
  echo(milliseconds(50));
  const RawClient slow(path());
  std::atomic<bool> ending{false};
  std::thread trickle([&] {
    while (!ending) {
      slow.say(" ");
      std::this_thread::yield();
    }
  });
  EXPECT_TRUE(ask("status"));
  ending = true;
  trickle.join();
}

TEST_F(ControlTest, OneThatDoesNotReadItsAnswerIsLetGo) {
  std::promise<void> answered;
  serve(
      [&](Value request) -> Result<Document> {
        if (request["do"].text() == "status") return Document();
        answered.set_value();
        // More than a socket holds.
        return Document::build([](Arena& arena) { return arena.text(std::string(size_t{8} << 20U, 'x')); });
      },
      milliseconds(50));
  const RawClient deaf(path());
  deaf.say("{\"do\": \"much\"}\n");
  ASSERT_EQ(answered.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  EXPECT_TRUE(ask("status"));
}

TEST_F(ControlTest, SeveralClientsAreServedOneAfterTheOther) {
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> handled{0};
  serve([&](Value request) -> Result<Document> {
    most = std::max<int>(most, ++inside);
    ++handled;
    std::this_thread::yield();
    --inside;
    return Document::build([&](Arena& arena) { return arena.copy(request["do"]); });
  });
  constexpr int kClients = 12;
  std::vector<std::future<std::string>> answers;
  for (int i = 0; i < kClients; ++i)
    answers.push_back(std::async(std::launch::async, [&, i] {
      const Result<Document> answer = ask(std::to_string(i));
      return answer ? std::string(answer->root().text()) : answer.error().message;
    }));
  for (int i = 0; i < kClients; ++i) EXPECT_EQ(answers[static_cast<size_t>(i)].get(), std::to_string(i));
  EXPECT_EQ(handled, kClients);
  EXPECT_EQ(most, 1);
}

TEST_F(ControlTest, AFolderWhoseNameIsTooLongIsNamed) {
  const Result<Document> answer = ask_control("/" + std::string(200, 'x') + "/control.sock", {});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("data_folder"));
}

}  // namespace
}  // namespace outrigger::host
