// A host for the tests of a plugin: everything that a plugin may ask for, in memory, without a host or an Odoo.
//
//     #include <gtest/gtest.h>
//     #include <outrigger/testkit/fake_host.hpp>
//
//     TEST(Bell, CountsWonLeads) {
//       outrigger::testkit::FakeHost host;
//       host.odoo().answers("crm.lead", "search_count", 3);
//       auto plugin = host.start<Bell>();                     // or host.load("build/plugins/bell/bell.so")
//       ASSERT_TRUE(plugin.command("count"));
//       EXPECT_EQ(plugin.said(), "3 won leads\n");
//       EXPECT_TRUE(host.writes().empty());
//     }
//
// It watches the plugin: calls before activate and after stop, replies that are not released, writes that name no
// company, text that is not UTF-8, fields that nobody knows, plans that keep data. Each is a sentence in problems(); those
// that a test did not look at fail it when the host goes: as failures of GoogleTest when that was included before this
// header, else by a message and abort(). Several instances share one host's store, Odoo and clock.
// Threads: the plugin may call from any; the test uses one.
#pragma once

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "fake_plugin.hpp"

namespace outrigger::testkit {

// Programs with and without GoogleTest get classes of different names.
#ifdef ADD_FAILURE
inline namespace with_gtest {
#else
inline namespace plain {
#endif

class FakeHost {
 public:
  FakeHost() = default;
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;
  ~FakeHost() {
    if (looked_) return;
    for (const std::string& problem : services_.core->problems) report(problem);
  }

  static constexpr uint32_t kAllRoles =
      OR_ROLE_CHANGES | OR_ROLE_COMMANDS | OR_ROLE_JOBS | OR_ROLE_PAGES | OR_ROLE_WEBHOOK;

  // An instance of a class, active. Look at its error() when create or activate may fail.
  template <typename T>
  FakePlugin start(const Object& config = {}, uint32_t roles = kAllRoles) {
    return start(*plugin_table<T>("test", "1.0"), config, roles);
  }
  // The same, not yet active: it stands by until plugin.activate().
  template <typename T>
  FakePlugin stand_by(const Object& config = {}, uint32_t roles = kAllRoles) {
    return make(*plugin_table<T>("test", "1.0"), config, roles);
  }
  // A plugin's library, in whatever language it was written. It stays loaded.
  FakePlugin load(const std::string& path, const Object& config = {}, uint32_t roles = kAllRoles) {
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* entry = library == nullptr ? nullptr : dlsym(library, OR_ENTRY_POINT);
    const char* why = entry == nullptr ? dlerror() : nullptr;
    const or_plugin_v1* table = entry == nullptr ? nullptr : reinterpret_cast<or_entry_point_v1>(entry)();
    if (table != nullptr && table->stamp.magic == OR_MAGIC) return start(*table, config, roles);
    services_.core->problem(path + " cannot be loaded as a plugin" + (why == nullptr ? "." : std::string(": ") + why));
    return start(broken(), config, roles);
  }

  FakeOdoo& odoo() { return services_.odoo; }
  FakeClock& clock() { return services_.clock; }
  FakeStore& store() { return services_.store; }
  FakeShared& shared() { return services_.shared; }
  FakeSchedule& schedule() { return services_.schedule; }
  FakeHttp& http() { return services_.http; }
  FakeSecrets& secrets() { return services_.secrets; }
  [[nodiscard]] const Logs& logs() const { return services_.logs; }
  [[nodiscard]] const Metrics& metrics() const { return services_.metrics; }
  [[nodiscard]] const std::vector<Write>& writes() const { return services_.odoo.writes(); }

  // From now on the extension is answered with NULL, as one that was not granted: "outrigger.store/1".
  void withhold(const std::string& extension) { services_.withheld.insert(extension); }
  // What the plugin did wrong so far, a sentence each. To look is to take them over from the destructor.
  [[nodiscard]] const std::vector<std::string>& problems() {
    looked_ = true;
    return services_.core->problems;
  }

 private:
  FakePlugin make(const or_plugin_v1& table, const Object& config, uint32_t roles) {
    tables_.push_back(std::make_unique<HostTables>(services_));
    FakePlugin plugin(services_, *tables_.back(), table);
    plugin.create(config, roles, "test#" + std::to_string(tables_.size()));
    return plugin;
  }
  FakePlugin start(const or_plugin_v1& table, const Object& config, uint32_t roles) {
    FakePlugin plugin = make(table, config, roles);
    plugin.activate();
    return plugin;
  }
  static const or_plugin_v1& broken() {
    static const or_plugin_v1 table = [] {
      or_plugin_v1 made{};
      made.struct_size = sizeof made;
      made.create = [](const or_host*, const or_create_info*, void**, or_error* error) {
        return fill_error(error, {Code::kInvalid, "the library cannot be loaded", Source::kHost});
      };
      return made;
    }();
    return table;
  }
  static void report(const std::string& problem) {
#ifdef ADD_FAILURE
    ADD_FAILURE() << problem;
#else
    std::fprintf(stderr, "FakeHost: %s\n", problem.c_str());
    std::abort();
#endif
  }

  Services services_;
  std::vector<std::unique_ptr<HostTables>> tables_;  // kept, so that a call that comes late finds them
  bool looked_ = false;
};

}  // inline namespace
}  // namespace outrigger::testkit
