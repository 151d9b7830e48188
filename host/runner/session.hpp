// What the runner does once it is confined: loads one plugin and carries calls between it and the host.
//
//     Session session(descriptor);
//     return session.run();          // until the host is gone or says so
//
// Threads: run() reads on the caller's thread and answers heartbeats; the plugin runs on a strand of its own.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "host/border/host_caller.hpp"
#include "host/border/host_tables.hpp"
#include "host/border/link.hpp"
#include "host/border/plugin_calls.hpp"
#include "host/border/strand.hpp"
#include "host/services/log_rate.hpp"

namespace outrigger::host::runner {

class Session final : public Link::Handler, public HostCaller {
 public:
  explicit Session(int descriptor) : link_(descriptor, *this) {}
  // The exit status of the process.
  int run();

  void on_call(uint64_t number, std::string name, Document body) override;
  void on_notice(std::string name, Document body) override;

  Result<Document> call(std::string_view operation, Value args) override;
  void notify(std::string_view operation, Value args) override;
  [[nodiscard]] bool log_enabled(int32_t level) const override { return level >= log_level_; }

 private:
  Result<Document> perform(const std::string& name, Value body);
  Result<void> load(Value body);
  void tell_dropped(uint64_t count);

  Link link_;
  LogRate rate_;
  std::atomic<int32_t> log_level_{0};
  std::unique_ptr<HostTables> tables_;
  std::optional<PluginCalls> plugin_;
  Strand strand_;
};

}  // namespace outrigger::host::runner
