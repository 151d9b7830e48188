// A service in this process, on a sandbox, with the plugin "tunable" and a configuration file to change.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

#include "host/cli/service.hpp"
#include "host/config/tests/texts.hpp"
#include "integration/sandbox/server.hpp"

namespace outrigger::host {

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    setenv("no_proxy", "*", 1);  // the sandbox is here, whatever proxy the developer has set
    provide("tunable", "tunable");
    write_key(database_.user("admin").key);
    databases_["main"] = at_sandbox();
    write_config();
  }

  // A fixture, where the host looks for plugins.
  void provide(const std::string& fixture, const std::string& as) const {
    const std::filesystem::path from = std::filesystem::path(OUTRIGGER_FIXTURES) / fixture;
    const std::filesystem::path to = folder_.path() / "plugins" / as;
    std::filesystem::create_directories(to);
    for (const auto& file : std::filesystem::directory_iterator(from))
      std::filesystem::copy_file(file, to / file.path().filename(), std::filesystem::copy_options::overwrite_existing);
  }
  void write_key(const std::string& key, const std::string& name = "key") const { (void)folder_.write(name, key); }
  [[nodiscard]] std::string at_sandbox(const std::string& login = "admin", const std::string& key = "key",
                                       const std::string& more = "") const {
    return R"({"url": ")" + server_->url() + R"(", "database": "sandbox", "login": ")" + login +
           R"(", "key": "${file:)" + key + "}\"" + more + "}";
  }
  // With `plugins_`, `databases_` and `more_` as they are now. Plugins stand on line 3.
  void write_config() const {
    std::string text = "{\"databases\": {";
    for (const auto& [name, database] : databases_)
      text += (text.back() == '{' ? "\"" : ", \"") + name + "\": " + database;
    text += "},\n\"data_folder\": \"" + data_ + R"(", "plugin_folders": ["plugins"], "log": {"level": "error"})" +
            more_ + ",\n\"plugins\": {" + plugins_ + "}}\n";
    (void)folder_.write("outrigger.json", text);
  }
  void configure(const std::string& config) {
    plugins_ = R"("tunable": {"config": )" + config + "}";
    write_config();
  }

  Result<void> try_start() {
    Result<Config> config = read_config(folder_.path() / "outrigger.json");
    EXPECT_TRUE(config) << config.error().message;
    config->grant_all = grant_all_;
    deployment_ = std::make_unique<Deployment>(*std::move(config));
    service_ = std::make_unique<Service>(*deployment_);
    return service_->start({});
  }
  void start() {
    const Result<void> started = try_start();
    ASSERT_TRUE(started) << started.error().message;
  }

  Result<Document> reload(bool plan = false) {
    Arena arena;
    return service_->handle(arena.object({{"do", "configuration"}, {"plan", plan}}));
  }
  // What the plugins' part of a reload says, "tunable@main configured" each; or the error.
  std::vector<std::string> reloaded() {
    const Result<Document> report = reload();
    if (!report) return {report.error().message};
    std::vector<std::string> lines;
    for (const Value step : report->root()["plugins"].items())
      lines.push_back(std::string(step["plugin"].text()) + "@" + std::string(step["database"].text()) + " " +
                      std::string(step["done"].text()));
    return lines;
  }
  Result<Document> command(const std::string& name, const std::string& lead = "",
                           const std::string& database = "main") {
    const std::shared_ptr<Supervisor> supervisor = service_->find(database, "tunable");
    if (supervisor == nullptr) return Error{Code::kMissing, "it does not run", Source::kHost, Effect::kNone, -1};
    Arena arena;
    return supervisor->call("commands.run", arena.object({{"name", arena.text(name)},
                                                          {"args", arena.object({{"name", arena.text(lead)}})},
                                                          {"locale", "en"}}));
  }
  // "polka 1": the tune and the version.
  std::string played(const std::string& database = "main") {
    const Result<Document> played = command("play", "", database);
    if (!played) return played.error().message;
    return std::string(played->root()["tune"].text()) + " " + std::to_string(played->root()["version"].integer());
  }
  // "JSON-2 2": how Odoo is reached, and as whom.
  std::string connected() {
    const Result<Document> info = command("user");
    if (!info) return info.error().message;
    return std::string(info->root()["transport"].text()) + " " + std::to_string(info->root()["uid"].integer());
  }
  int pid(const std::string& database = "main") { return service_->find(database, "tunable")->status().pid; }

  TemporaryFolder folder_;
  sandbox::Database database_{{.leads = 5}};
  sandbox::Service sandbox_{database_};
  std::unique_ptr<sandbox::Server> server_ = *sandbox::Server::start(sandbox_, 0);
  std::map<std::string, std::string> databases_;
  std::string plugins_ = R"("tunable": {"config": {"tune": "polka"}})";
  std::string more_;
  std::string data_ = "data";
  bool grant_all_ = true;
  std::unique_ptr<Deployment> deployment_;
  std::unique_ptr<Service> service_;
};

}  // namespace outrigger::host
