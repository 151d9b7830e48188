#include "host/validate/runner.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "integration/value/json.hpp"

namespace outrigger::host::validate {
namespace {

int g_report = STDOUT_FILENO;

struct Child {
  pid_t pid = 0;
  int output = -1;
  int errors = -1;  // what it wrote to standard error, to be read when it has ended
};

Result<Child> start(const Subject& subject, const std::string& check) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return Error{Code::kInternal, std::string("no pipe: ") + std::strerror(errno), Source::kHost, Effect::kNone, -1};
  std::vector<std::string> words{
      "/proc/self/exe", "plugin", "validate", subject.folder.string(), "--seed", std::to_string(subject.seed),
      "--child",        check};
  if (!subject.library.empty()) words.insert(words.end(), {"--library", subject.library.string()});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  Child child;
  child.errors = ::memfd_create("outrigger-validate", MFD_CLOEXEC);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, child.errors, STDERR_FILENO);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  const int failed = ::posix_spawn(&child.pid, words[0].c_str(), &actions, &attributes, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  ::close(ends[1]);
  child.output = ends[0];
  if (failed == 0) return child;
  ::close(ends[0]);
  ::close(child.errors);
  return Error{Code::kInternal, std::string("cannot start a check: ") + std::strerror(failed), Source::kHost,
               Effect::kNone, -1};
}

// Reads to the end of the child's report; false when the time is up.
bool read_all(int descriptor, std::string& text) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd readable{descriptor, POLLIN, 0};
    const int ready = ::poll(&readable, 1, static_cast<int>(std::max<int64_t>(left.count(), 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    char buffer[4096];
    const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    text.append(buffer, static_cast<size_t>(got));
  }
}

// Whether an exception ended it: the runtime says so before it aborts.
bool was_terminated(int errors) {
  char buffer[65536];
  const ssize_t got = ::pread(errors, buffer, sizeof buffer, 0);
  return got > 0 &&
         std::string_view(buffer, static_cast<size_t>(got)).find("terminate called") != std::string_view::npos;
}

Report report_of(const std::string& text, int status, bool in_time, int errors) {
  if (!in_time)
    return {Verdict::kTimeout, "it was not done after " + std::to_string(kPatience.count()) + " seconds",
            "let every call end: no loop without a bound, no wait without a deadline"};
  Result<Document> read = value::read_json(text);
  static constexpr std::pair<const char*, Verdict> kVerdicts[] = {{"passed", Verdict::kPassed},
                                                                  {"warning", Verdict::kWarning},
                                                                  {"failed", Verdict::kFailed},
                                                                  {"skipped", Verdict::kSkipped}};
  if (read)
    for (const auto& [word, verdict] : kVerdicts)
      if (read->root()["verdict"].text() == word)
        return {verdict, std::string(read->root()["sentence"].text()), std::string(read->root()["remedy"].text())};
  if (was_terminated(errors))
    return {Verdict::kCrashed, "an exception of the plugin crosses into the host, which ends the process",
            "let no exception leave a function of the ABI; the C++ layer catches them for you"};
  std::string how = "ended the process without an answer";
  if (WIFSIGNALED(status)) how = std::string("crashed: ") + ::strsignal(WTERMSIG(status));
  if (WIFEXITED(status)) how = "ended the process with exit code " + std::to_string(WEXITSTATUS(status));
  return {Verdict::kCrashed, "the plugin " + how,
          "let no exception and no signal leave a function of the ABI; to look closer: gdb --args outrigger plugin "
          "validate FOLDER --child CHECK"};
}

}  // namespace

int report_descriptor() { return g_report; }

Result<std::vector<Outcome>> run_checks(const Subject& subject, const std::vector<std::string>& only,
                                        const std::function<void(const Outcome&)>& on_outcome) {
  for (const std::string& name : only) {
    bool known = false;
    for (const Check& check : all_checks()) known = known || name == check.name;
    if (!known)
      return Error{Code::kInvalid, "there is no check " + name + "; --list shows them", Source::kHost, Effect::kNone,
                   -1};
  }
  std::vector<Outcome> all;
  for (const Check& check : all_checks()) {
    bool wanted = only.empty();
    for (const std::string& name : only) wanted = wanted || name == check.name;
    if (!wanted) continue;
    const Result<Child> child = start(subject, check.name);
    if (!child) return child.error();
    std::string text;
    const bool in_time = read_all(child->output, text);
    if (!in_time) ::kill(-child->pid, SIGKILL);
    int status = 0;
    while (::waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
    }
    ::close(child->output);
    ::kill(-child->pid, SIGKILL);  // what it may have started
    all.push_back({check.name, report_of(text, status, in_time, child->errors)});
    ::close(child->errors);
    on_outcome(all.back());
  }
  return all;
}

int child_main(const Subject& subject, const std::string& name) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  // What the plugin prints must not be taken for our report.
  g_report = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 100);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  Report report = Report::failed("there is no check " + name, "see --list");
  for (const Check& check : all_checks()) {
    if (name != check.name) continue;
    try {
      report = check.run(subject);
    } catch (...) {
      report = Report::failed("an exception of the plugin crosses into the host",
                              "let no exception leave a function of the ABI; the C++ layer catches them for you");
    }
  }
  Arena arena;
  std::string word = to_string(report.verdict);
  for (char& c : word) c = static_cast<char>(c | 0x20);
  const std::string line = value::to_json(arena.object({{"verdict", std::string_view(word)},
                                                        {"sentence", std::string_view(report.sentence)},
                                                        {"remedy", std::string_view(report.remedy)}})) +
                           "\n";
  for (size_t sent = 0; sent < line.size();) {
    const ssize_t did = ::write(g_report, line.data() + sent, line.size() - sent);
    if (did <= 0) break;
    sent += static_cast<size_t>(did);
  }
  ::_exit(0);  // the library stays loaded, and its threads may still run
}

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed: return "Passed";
    case Verdict::kWarning: return "Warning";
    case Verdict::kFailed: return "Failed";
    case Verdict::kCrashed: return "Crashed";
    case Verdict::kTimeout: return "Timeout";
    case Verdict::kSkipped: return "Skipped";
  }
  return "Failed";
}

const std::vector<Check>& all_checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> checks;
    for (const auto& part : {load_checks(), life_checks(), call_checks(), end_checks()})
      checks.insert(checks.end(), part.begin(), part.end());
    return checks;
  }();
  return all;
}

}  // namespace outrigger::host::validate
