// The assignment plugin: who gets which lead, and why. See README.md.
#include <outrigger/plugin.hpp>

#include "automatic.hpp"
#include "commands.hpp"
#include "settings.hpp"
#include "simulate.hpp"

namespace {

namespace assignment = outrigger::assignment;
using outrigger::Document;
using outrigger::JobResult;
using outrigger::Result;

class Assignment final : public outrigger::Plugin {
 public:
  using Plugin::Plugin;

  Result<void> activate() override {
    if ((context().roles & OR_ROLE_JOBS) == 0) return {};
    return assignment::set_times(schedule(), store(), config());
  }

  outrigger::Outcome on_changes(const outrigger::Changes& batch) override {
    return assignment::assign_new(host(), store(), batch, config());
  }

  JobResult on_job(const outrigger::JobCall& call) override {
    if (call.name() == "assign") return assignment::assign_waiting(host(), store(), call, config());
    if (call.name() == "settle") return assignment::settle_open(host(), store());
    return Plugin::on_job(call);
  }

  Result<Document> on_command(outrigger::Command& command) override {
    if (command.name() == "plan") return assignment::run_plan(command, host(), store(), config());
    if (command.name() == "run") return assignment::run_assign(command, host(), store(), config());
    if (command.name() == "unassigned") return assignment::run_unassigned(command, host(), config());
    if (command.name() == "simulate") return assignment::run_simulate(command, host(), config());
    if (command.name() == "why") return assignment::run_why(command, host(), store(), config());
    return Plugin::on_command(command);
  }

  Result<std::vector<outrigger::Finding>> health(std::string_view locale) override {
    return assignment::find_switches(host(), config(), locale);
  }

  Result<void> prepare(outrigger::Value config) override {
    const Result<assignment::Settings> settings = assignment::settings_of(config);
    if (!settings) return settings.error();
    return {};
  }
  void commit() override {
    if (const Result<void> set = assignment::set_times(schedule(), store(), config()); !set)
      log().error("the times of the job assign were not changed: {}", set.error().message);
  }

 private:
  [[nodiscard]] assignment::Host host() const { return {odoo(), domains(), shared(), clock(), log()}; }
};

}  // namespace

OUTRIGGER_PLUGIN(Assignment)
