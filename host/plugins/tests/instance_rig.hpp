// What the tests of instances share: a plugin that notes its events, and a sandbox to call.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>

#include "host/config/tests/texts.hpp"
#include "host/plugins/instance.hpp"
#include "integration/sandbox/server.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {

struct Event {
  std::string what;
  std::string thread;
};

class InstanceTest : public testing::Test {
 protected:
  // An instance of a fixture with this configuration; it notes its events in journal().
  Result<std::unique_ptr<Instance>> make(const std::string& name, const std::string& config = "{}",
                                         odoo::Session* session = nullptr) {
    const Result<Manifest> manifest = read_manifest(std::filesystem::path(OUTRIGGER_FIXTURES) / name);
    if (!manifest) return manifest.error();
    const Result<Library> library = load_library(*manifest);
    if (!library) return library.error();
    const Document given = *value::read_json(config);
    Arena arena;
    std::vector<Field> fields{{"journal", arena.text((folder_.path() / "journal").string())}};
    for (const Field field : given.root().fields()) fields.push_back(field);
    InstanceOptions options{"main", OR_ROLE_COMMANDS, arena.object(fields)};
    return Instance::create(*library, *manifest, std::make_unique<Services>(name + "@main", log_, session), options);
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
    std::vector<Event> seen;
    std::ifstream file(folder_.path() / "journal");
    for (Event event; file >> event.what >> event.thread;) seen.push_back(event);
    return seen;
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

  TemporaryFolder folder_;
  std::promise<void> written_;  // set when the sandbox is asked for the time, as it is in a write
  std::atomic<bool> awaits_write_{false};
  Log log_{"error", false};
  sandbox::Database database_{{.leads = 30, .now = [this] { return now(); }}};
  sandbox::Service service_{database_};
  std::unique_ptr<sandbox::Server> server_ = *sandbox::Server::start(service_, 0);
  transport::Loop loop_;
  std::unique_ptr<odoo::Session> session_;

 private:
  int64_t now() {
    if (awaits_write_.exchange(false)) written_.set_value();
    return 1'795'000'000'000'000;
  }
};

inline CommandRun run_of(const std::string& name) {
  CommandRun run;
  run.name = name;
  return run;
}

}  // namespace outrigger::host
