// The program on a sandbox in the test's own process, with the plugin "notes", and what the plugin was told.
//
//     Child host = ...;  KeepingTest::start(); await_lead(5, "Five"); EXPECT_TRUE(told_once());
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <memory>
#include <thread>

#include "host/cli/tests/child.hpp"
#include "host/services/clock.hpp"
#include "integration/sandbox/tests/rig.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {

class KeepingTest : public testing::Test {
 protected:
  explicit KeepingTest(size_t leads = 20) : rig_({.leads = leads, .now = &now_micros}) {
    setenv("no_proxy", "*", 1);
    configure(folder_.path() / "data");
  }

  void configure(const std::filesystem::path& data, const std::string& more = "") {
    data_ = data;
    const std::string database = R"({"url": ")" + rig_.server->url() +
                                 R"(", "database": "sandbox", "login": "admin", )" + R"("key": "${env:)" +
                                 kKeyVariable + R"(}", "budget": {"rate": 200, "in_flight": 4}, )" +
                                 R"("feed": {"look_seconds": 1, "idle_calls_a_day": 10000000}})";
    file_ = folder_
                .write("outrigger.json",
                       R"({"data_folder": ")" + data.string() + R"(", "plugin_folders": [")" + OUTRIGGER_CLI_FIXTURES +
                           R"("], "plugins": {"notes": {}}, "databases": {"main": )" + database + "}" + more + "}\n")
                .string();
  }
  [[nodiscard]] Environment key() const { return {{kKeyVariable, rig_.database.user("admin").key}}; }
  [[nodiscard]] Arguments words(Arguments given) const {
    given.insert(given.end(), {"-c", file_});
    return given;
  }
  [[nodiscard]] Ended outrigger(const Arguments& given) const { return run(words(given), key()); }
  void enable() const { ASSERT_EQ(outrigger({"plugin", "enable", "notes", "--yes"}).code, 0); }
  void start() {
    host_ = std::make_unique<Child>(words({"run"}), key());
    ASSERT_TRUE(host_->says("outrigger: ready"));
    host_->allow(std::chrono::seconds(150));
  }
  Ended stop() {
    const Ended ended = host_->end_with(SIGTERM);
    EXPECT_EQ(ended.code, 0) << ended.err;
    host_.reset();
    return ended;
  }

  void rename(int64_t lead, const std::string& name) {
    rig_.answer("crm.lead", "write", "[[" + std::to_string(lead) + R"(], {"name": ")" + name + "\"}]");
  }
  // What the plugin keeps.
  [[nodiscard]] std::map<std::string, std::string> dump() const {
    std::map<std::string, std::string> kept;
    const Ended ended = outrigger({"notes", "dump", "--json"});
    if (ended.code != 0) return kept;
    const Document all = ended.json();
    for (const Field field : all.root().fields()) kept[std::string(field.key)] = field.value.text();
    return kept;
  }
  // Asks until it holds; what is asked is another program, so there is no event to wait for.
  static bool until(const std::function<bool()>& holds) {
    for (const int64_t end = monotonic_micros() + 45'000'000; monotonic_micros() < end;) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return false;
  }
  [[nodiscard]] bool await_lead(int64_t lead, const std::string& name) const {
    return until([&] {
      const auto kept = dump();
      const auto at = kept.find("crm.lead:" + std::to_string(lead) + ":name");
      return at != kept.end() && at->second == name;
    });
  }
  // How often the plugin was told of a lead; -1: one delivery came twice.
  static int times_told(const std::map<std::string, std::string>& kept, int64_t lead) {
    const std::string begin = "crm.lead:" + std::to_string(lead) + ":told/";
    int count = 0;
    for (auto at = kept.lower_bound(begin); at != kept.end() && at->first.starts_with(begin); ++at) {
      if (at->second != "1") return -1;
      ++count;
    }
    return count;
  }
  [[nodiscard]] Document status() const { return outrigger({"status", "--json"}).json(); }

  TemporaryFolder folder_;
  sandbox::Rig rig_;
  std::filesystem::path data_;
  std::string file_;
  std::unique_ptr<Child> host_;
};

}  // namespace outrigger::host
