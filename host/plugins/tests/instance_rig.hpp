// What the tests of instances share: a plugin that notes its events, and a sandbox to call.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <future>
#include <sstream>
#include <thread>

#include "host/plugins/cache.hpp"
#include "host/plugins/instance.hpp"
#include "host/process/process_instance.hpp"
#include "host/process/user_lease.hpp"
#include "integration/sandbox/server.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {

struct Event {
  std::string what;
  std::string thread;
};

// What was built; a test program that was copied elsewhere is told by the environment where it is now.
inline std::filesystem::path built(const char* variable, const char* place) {
  const char* elsewhere = std::getenv(variable);
  return elsewhere == nullptr ? place : elsewhere;
}

// Every test runs with the plugin in this process and in one of its own.
class InstanceTest : public testing::TestWithParam<const char*> {
 protected:
  // An instance of a fixture with this configuration; it notes its events in journal().
  Result<std::unique_ptr<Instance>> make(const std::string& name, const std::string& config = "{}",
                                         odoo::Session* session = nullptr, bool standby = false) {
    const Result<Manifest> manifest = read_manifest(built("OUTRIGGER_FIXTURES", OUTRIGGER_FIXTURES) / name);
    if (!manifest) return manifest.error();
    const Document given = *value::read_json(config);
    const InstanceOptions options{"main", OR_ROLE_COMMANDS, given.root(), standby};
    auto services = std::make_unique<Services>(name + "@main", log_, session);
    if (isolated()) return make_process(*manifest, std::move(services), options, runner(*manifest));
    const Result<Library> library = load_library(*manifest);
    if (!library) return library.error();
    return make_inproc(*library, *manifest, std::move(services), options);
  }
  static bool isolated() { return std::string_view(GetParam()) != "inproc"; }
  RunnerOptions runner(const Manifest& manifest) {
    const Result<CachedPlugin> cached = cache_plugin(manifest, cache());
    EXPECT_TRUE(cached) << cached.error().message;
    RunnerOptions options;
    options.program = built("OUTRIGGER_RUNNER", OUTRIGGER_RUNNER);
    options.folder = cached ? cached->folder : cache();
    options.uid = uid_of(manifest.id);
    return options;
  }
  // Where a plugin's own user can read it; the copies are small and stay for the next run.
  static std::filesystem::path cache() {
    return std::filesystem::temp_directory_path() / ("outrigger-test-plugins-" + std::to_string(::getuid()));
  }
  std::unique_ptr<Instance> probe(const std::string& config = "{}", odoo::Session* session = nullptr) {
    Result<std::unique_ptr<Instance>> made = make("probe", config, session);
    EXPECT_TRUE(made) << made.error().message;
    return made ? *std::move(made) : nullptr;
  }
  std::string failure(const std::string& name, const std::string& config = "{}") {
    const Result<std::unique_ptr<Instance>> made = make(name, config);
    return made ? "made" : made.error().message;
  }

  std::vector<Event> events() const {
    const std::lock_guard lock(lines_mutex_);
    std::vector<Event> seen;
    for (const std::string& line : lines_) {
      std::istringstream words(line);
      Event event;
      std::string mark;
      if (words >> mark >> event.what >> event.thread && mark == "journal:") seen.push_back(event);
    }
    return seen;
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(lines_mutex_);
    return lines_;
  }
  std::vector<std::string> journal() const {
    std::vector<std::string> names;
    for (const Event& event : events()) names.push_back(event.what);
    return names;
  }

  odoo::Session* connect() {
    setenv("no_proxy", "*", 1);  // the sandbox is here, whatever proxy the developer has set
    odoo::Connection connection{
        .url = server_->url(), .database = "sandbox", .login = "admin", .secret = database_.user("admin").key};
    Result<std::unique_ptr<odoo::Session>> session = odoo::Session::connect(loop_, connection);
    EXPECT_TRUE(session) << session.error().message;
    session_ = *std::move(session);
    return session_.get();
  }

  // Waits until the sandbox has begun this call, at most half a minute.
  bool asked(const std::string& call) {
    for (int i = 0; i < 3000; ++i) {
      const auto calls = service_.calls();
      if (const auto at = calls.find(call); at != calls.end() && at->second > 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  mutable std::mutex lines_mutex_;
  std::vector<std::string> lines_;
  Log log_{[this](LogLevel, std::string_view, std::string_view text) {
    const std::lock_guard lock(lines_mutex_);
    lines_.emplace_back(text);
  }};
  sandbox::Database database_{{.leads = 30, .now = [] { return now(); }}};
  sandbox::Service service_{database_};
  std::unique_ptr<sandbox::Server> server_ = *sandbox::Server::start(service_, 0);
  transport::Loop loop_;
  std::unique_ptr<odoo::Session> session_;

 private:
  static int64_t now() { return 1'795'000'000'000'000; }
};

inline CommandRun run_of(const std::string& name) {
  CommandRun run;
  run.name = name;
  return run;
}

}  // namespace outrigger::host
