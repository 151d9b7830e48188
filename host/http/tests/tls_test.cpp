// TLS: a certificate that nobody vouches for is refused before anything is sent. The server is `openssl s_server`.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "host/http/tests/rig.hpp"
#include "integration/value/tests/temporary_folder.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

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

class HttpTlsTest : public HttpRig {
 protected:
  void SetUp() override {
    int status = 0;
    waitpid(start_openssl(folder_,
                          {"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
                           "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"},
                          -1),
            &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) GTEST_SKIP() << "the openssl program is not there";
    std::ofstream(folder_ + "/page") << "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nfine";
    int out[2];
    ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
    child_ = start_openssl(
        folder_, {"s_server", "-accept", "127.0.0.1:0", "-cert", "cert.pem", "-key", "key.pem", "-HTTP"}, out[1]);
    close(out[1]);
    output_ = out[0];
    port_ = read_port();
    ASSERT_NE(port_, "") << "openssl s_server did not start";
    grant(R"({"host": "127.0.0.1:)" + port_ + R"(", "private": true}, {"host": "localhost:)" + port_ +
          R"(", "private": true})");
    secrets.values["token"] = {"s3cret-value", ""};
  }

  void TearDown() override {
    if (child_ > 0) {
      kill(child_, SIGTERM);
      waitpid(child_, nullptr, 0);
    }
    if (output_ >= 0) close(output_);
  }

  // The server prints "ACCEPT 127.0.0.1:PORT" once it listens.
  [[nodiscard]] std::string read_port() const {
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

  std::string get(const std::string& host) {
    return outcome(ask({.url = "https://" + host + ":" + port_ + "/page", .secret = "token", .secret_as = "bearer"}));
  }
  [[nodiscard]] std::string certificate() const { return folder_ + "/cert.pem"; }

 private:
  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path().string();
  std::string port_;
  pid_t child_ = -1;
  int output_ = -1;
};

TEST_F(HttpTlsTest, ACertificateOfNobodyIsRefused) {
  EXPECT_THAT(get("127.0.0.1"), AllOf(StartsWith("unreachable none: "), HasSubstr("ca_file")));
}

TEST_F(HttpTlsTest, UnlessCaFileNamesIt) {
  options.connections.ca_file = certificate();
  EXPECT_EQ(get("127.0.0.1"), "200 fine");
  EXPECT_THAT(get("localhost"), StartsWith("unreachable none: ")) << "it is for another host";
}

TEST_F(HttpTlsTest, ACaFileThatIsNotThereIsInvalid) {
  options.connections.ca_file = "/nonexistent/ca.pem";
  EXPECT_THAT(get("127.0.0.1"), AllOf(StartsWith("invalid none: "), HasSubstr("correct ca_file")));
}

}  // namespace
}  // namespace outrigger::host
