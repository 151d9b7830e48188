// The program under test as a child process, with what it writes and how it ends.
//
//     const Ended ended = run({"plugin", "list", "--json"});
//     Child service({"run", "-c", file});
//     ASSERT_TRUE(service.says("ready"));          // waits for it on either stream
//     EXPECT_EQ(service.end_with(SIGTERM).code, 0);
//
// A child gets a process group, an empty folder and a small environment of its own: no proxy, no configuration, no
// locale but what a test gives it. Whatever it writes must not hold the key of kKeyVariable. Threads: one.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/config/tests/texts.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {

using Arguments = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

// The variable that configurations of tests take their key from.
inline constexpr char kKeyVariable[] = "OUTRIGGER_TEST_KEY";

struct Ended {
  int code = -1;  // of exit, or minus the signal that ended it
  std::string out;
  std::string err;
  // Standard output as JSON; fails the test when it is none.
  [[nodiscard]] Document json() const;
};

class Child {
 public:
  // Beyond this a child is killed and the test fails.
  static constexpr std::chrono::seconds kPatience{60};
  enum class Errors { kPipe, kTerminal };  // what standard error is

  // input: the file that it reads as standard input.
  explicit Child(const Arguments& arguments, const Environment& environment = {}, Errors errors = Errors::kPipe,
                 const std::filesystem::path& input = "/dev/null");
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Waits until it has written this; false when it ends without.
  bool says(std::string_view text);
  // Waits until it has written a line to standard output; empty when it ends without.
  std::string line();
  void send(int signal) const;
  [[nodiscard]] bool running() const;
  [[nodiscard]] pid_t pid() const { return pid_; }
  // It may take longer than others, from now on.
  void allow(std::chrono::seconds time) { deadline_ = std::chrono::steady_clock::now() + time; }
  // Waits until it has taken signals into its own hands: one that comes earlier kills it.
  void await_signal_handling() const;
  // Waits for the end; nothing of its process group may be left.
  Ended wait();
  Ended end_with(int signal) {
    send(signal);
    return wait();
  }

 private:
  void start(const Arguments& arguments, const Environment& environment, Errors errors,
             const std::filesystem::path& input);
  // Reads what is there, waiting for it; false at the end of both streams.
  bool read();

  TemporaryFolder folder_;
  pid_t pid_ = 0;
  int out_ = -1;
  int err_ = -1;
  std::string secret_;
  std::chrono::steady_clock::time_point deadline_;
  Ended ended_;
};

inline Ended run(const Arguments& arguments, const Environment& environment = {}) {
  return Child(arguments, environment).wait();
}

// `outrigger sandbox` on a free port.
class SandboxChild {
 public:
  explicit SandboxChild(const Arguments& more = {});

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const std::string& key(const std::string& login = "admin") const { return keys_.at(login); }
  // POST /sandbox/faults, or another of its paths; the status.
  [[nodiscard]] int fault(const std::string& json) const { return ask("/sandbox/faults", json); }
  [[nodiscard]] int ask(const std::string& path, const std::string& json) const;
  Ended end() { return child_.end_with(SIGTERM); }

 private:
  Child child_;
  std::string url_;
  std::map<std::string, std::string> keys_;
};

// A port of 127.0.0.1 that nobody listens on at this moment.
uint16_t free_port();

// A configuration with one database, whose key is in kKeyVariable, and with more at the top.
std::string config_text(const std::string& url, const std::string& more = "", const std::string& login = "admin");

}  // namespace outrigger::host
