// What the tests of the zoo share: a beast, and beside it a neighbour who must not notice.
//
//     const auto beast = keep("hang_call", {.limits = [](RunnerOptions& r) { r.command.own = 200ms; }});
//     EXPECT_THAT(failure_of(beside([&] { return beast->run_command(run_of("go")); })), HasSubstr("did not answer"));
//
// ZooTest: faults that can be survived in this process, in both modes. IsolatedZooTest: the others, behind the wall.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cerrno>
#include <functional>
#include <future>

#include "host/plugins/tests/instance_rig.hpp"
#include "host/process/user_lease.hpp"
#include "integration/value/cbor.hpp"

namespace outrigger::host {

struct Keeping {
  std::string config = "{}";
  odoo::Session* session = nullptr;
  std::function<void(RunnerOptions&)> limits = [](RunnerOptions&) {};
};

class ZooTest : public InstanceTest {
 protected:
  using Kept = Result<std::unique_ptr<Instance>>;

  void SetUp() override {
    Kept neighbour = take_in("calm", {});
    ASSERT_TRUE(neighbour) << neighbour.error().message;
    neighbour_ = *std::move(neighbour);
  }
  void TearDown() override {
    if (neighbour_ == nullptr) return;
    EXPECT_TRUE(neighbour_answers());
  }

  // What a machine may lack; see doctor's sentences in host/runner/tests/works_test.cpp. A cgroup is had or not.
  static void lower_walls(RunnerOptions& runner) {
    const std::string_view level = GetParam();
    if (level == "no_landlock" || level == "no_walls") runner.landlock = false;
    if (level == "no_seccomp" || level == "no_walls") runner.seccomp = false;
    if (level == "same_user" || level == "no_walls") runner.uid = 0;
  }

  // The kernel counts the threads of a user, wherever they run: those of another test program are not to count here.
  static uint32_t user_of(const std::string& id) { return uid_of(id + std::to_string(::getpid())); }

  Kept take_in(const std::string& id, const Keeping& keeping) {
    const Result<Manifest> manifest = read_manifest(built("OUTRIGGER_ZOO", OUTRIGGER_ZOO) / id);
    if (!manifest) return manifest.error();
    const Document config = *value::read_json(keeping.config);
    const InstanceOptions options{"main", OR_ROLE_COMMANDS, config.root()};
    auto services = std::make_unique<Services>(id + "@main", log_, keeping.session);
    if (isolated()) {
      RunnerOptions limits = runner(*manifest);
      limits.uid = user_of(id);
      lower_walls(limits);
      keeping.limits(limits);
      return make_process(*manifest, std::move(services), options, limits);
    }
    const Result<Library> library = load_library(*manifest);
    if (!library) return library.error();
    return make_inproc(*library, *manifest, std::move(services), options);
  }
  std::unique_ptr<Instance> keep(const std::string& id, const Keeping& keeping = {}) {
    Kept made = take_in(id, keeping);
    EXPECT_TRUE(made) << made.error().message;
    return made ? *std::move(made) : nullptr;
  }

  bool neighbour_answers() {
    const Result<Document> answer = neighbour_->run_command(run_of("ask"));
    return answer && answer->root().text() == "calm";
  }
  // What the deed gives, while the neighbour is asked again and again.
  template <typename Deed>
  auto beside(Deed deed) {
    auto result = std::async(std::launch::async, std::move(deed));
    do {
      EXPECT_TRUE(neighbour_answers());
    } while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready);
    return result.get();
  }
  Result<Document> command(Instance& beast, const std::string& name = "go") {
    return beside([&] { return beast.run_command(run_of(name)); });
  }
  // The sentence, or what was answered instead of a failure.
  static std::string failure_of(const Result<Document>& result) {
    return result ? "answered: " + value::to_json(result->root()) : result.error().message;
  }
  // What becomes of a beast that is made and given one command.
  std::string fate_of(const std::string& id, const Keeping& keeping = {}) {
    const Kept beast = beside([&] { return take_in(id, keeping); });
    if (!beast) return beast.error().message;
    return failure_of(command(**beast));
  }
  // The lines of the log that contain this.
  size_t lines_with(const std::string& text) const {
    size_t count = 0;
    for (const std::string& line : lines()) count += line.find(text) == std::string::npos ? 0U : 1U;
    return count;
  }

  std::unique_ptr<Instance> neighbour_;
};

class IsolatedZooTest : public ZooTest {};

// With all walls, and at each level that is left where one is missing: a plugin that breaks itself still harms nobody.
inline const auto kLevels = testing::Values("process", "no_landlock", "no_seccomp", "same_user", "no_walls");

}  // namespace outrigger::host
