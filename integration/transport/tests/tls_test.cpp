// TLS: certificates are verified. The server is `openssl s_server`, a child of the test, with a certificate of its own.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "integration/transport/tests/perform.hpp"
#include "integration/value/tests/describe.hpp"
#include "integration/value/tests/temporary_folder.hpp"

namespace outrigger::transport {
namespace {

using testing::HasSubstr;

// Starts openssl in a folder; what it prints comes out of `output`.
pid_t start_openssl(const std::string& folder, std::vector<const char*> arguments, int output) {
  arguments.insert(arguments.begin(), "openssl");
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int null = open("/dev/null", O_RDWR);
  dup2(null, STDIN_FILENO);
  dup2(output < 0 ? null : output, STDOUT_FILENO);
  dup2(null, STDERR_FILENO);
  if (chdir(folder.c_str()) == 0) execvp("openssl", const_cast<char* const*>(arguments.data()));
  _exit(127);
}

bool run_openssl(const std::string& folder, std::vector<const char*> arguments) {
  int status = 0;
  waitpid(start_openssl(folder, std::move(arguments), -1), &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!run_openssl(folder_,
                     {"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
                      "-days", "2", "-subj", "/CN=outrigger-test", "-addext", "subjectAltName=IP:127.0.0.1"}))
      GTEST_SKIP() << "the openssl program is not there";
    std::ofstream(folder_ + "/version")
        << "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"version\":\"19.0\"}";
    int out[2];
    ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
    server_ = start_openssl(
        folder_, {"s_server", "-accept", "127.0.0.1:0", "-cert", "cert.pem", "-key", "key.pem", "-HTTP"}, out[1]);
    close(out[1]);
    output_ = out[0];
    port_ = read_port();
    ASSERT_NE(port_, "") << "openssl s_server did not start";
  }

  void TearDown() override {
    if (server_ > 0) {
      kill(server_, SIGTERM);
      waitpid(server_, nullptr, 0);
    }
    if (output_ >= 0) close(output_);
  }

  // The server prints "ACCEPT 127.0.0.1:PORT" once it listens.
  std::string read_port() const {
    std::string printed;
    for (;;) {
      pollfd ready{output_, POLLIN, 0};
      char piece[256];
      if (poll(&ready, 1, 20000) <= 0) return "";
      const ssize_t size = read(output_, piece, sizeof piece);
      if (size <= 0) return "";
      printed.append(piece, static_cast<size_t>(size));
      const size_t line = printed.find("ACCEPT ");
      const size_t end = line == std::string::npos ? line : printed.find('\n', line);
      if (end != std::string::npos)
        return printed.substr(printed.rfind(':', end) + 1, end - printed.rfind(':', end) - 1);
    }
  }

  Transfer get(const std::string& host, const std::string& ca_file, Text& text) {
    return perform(loop_, {.post = false, .url = "https://" + host + ":" + port_ + "/version", .ca_file = ca_file},
                   text);
  }
  [[nodiscard]] std::string certificate() const { return folder_ + "/cert.pem"; }

 private:
  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path().string();
  std::string port_;
  pid_t server_ = -1;
  int output_ = -1;
  Loop loop_;
};

TEST_F(TlsTest, SelfSignedCertificateIsRefusedUnlessCaFileNamesIt) {
  Text refused;
  const Transfer transfer = get("127.0.0.1", "", refused);
  EXPECT_EQ(transfer.code, Code::kUnreachable);
  EXPECT_FALSE(transfer.request_sent) << "the key must not reach a server that nobody vouches for";
  EXPECT_THAT(transfer.error, HasSubstr("ca_file"));
  EXPECT_EQ(refused.text, "");

  Text text;
  const Transfer accepted = get("127.0.0.1", certificate(), text);
  EXPECT_EQ(accepted.code, Code::kOk) << accepted.error;
  EXPECT_EQ(accepted.content_type, "application/json");
  EXPECT_EQ(text.text, R"({"version":"19.0"})");
}

TEST_F(TlsTest, ACertificateForAnotherHostIsRefused) {
  Text text;
  const Transfer transfer = get("localhost", certificate(), text);
  EXPECT_EQ(transfer.code, Code::kUnreachable);
  EXPECT_FALSE(transfer.request_sent);
  EXPECT_THAT(transfer.error, HasSubstr("host name"));
}

TEST_F(TlsTest, ACaFileThatIsNotThereIsInvalid) {
  Text text;
  const Transfer transfer = get("127.0.0.1", "/nonexistent/ca.pem", text);
  EXPECT_EQ(transfer.code, Code::kInvalid) << transfer.error;
  EXPECT_FALSE(transfer.request_sent);
  EXPECT_THAT(transfer.error, HasSubstr("ca_file"));
}

}  // namespace
}  // namespace outrigger::transport
