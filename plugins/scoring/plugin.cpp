// The scoring plugin: commands, jobs and the intake over the engine. See README.md.
#include <outrigger/plugin.hpp>

#include "audit.hpp"
#include "intake.hpp"
#include "looks.hpp"
#include "recompute.hpp"
#include "report.hpp"

namespace {

class Scoring final : public outrigger::Plugin {
 public:
  using Plugin::Plugin;

  outrigger::Result<outrigger::Document> on_command(outrigger::Command& command) override {
    using namespace outrigger::scoring;
    if (command.name() == "recompute") return run_recompute(command, odoo(), clock(), config());
    if (command.name() == "explain") return run_explain(command, odoo(), clock(), config());
    if (command.name() == "report") return run_report(command, odoo(), clock(), store(), config());
    if (command.name() == "audit") return run_audit(command, odoo(), clock(), store(), config());
    return Plugin::on_command(command);
  }

  outrigger::JobResult on_job(const outrigger::JobCall& call) override {
    using namespace outrigger::scoring;
    if (call.name() == "look") {
      const auto taken = take_looks(odoo(), clock(), store());
      if (!taken) return taken.error();
      return outrigger::JobResult::done(std::to_string(*taken) + " leads had moved or another score");
    }
    if (call.name() == "forget") {
      const auto gone = forget_old(store(), intake_rules(config()), clock().now().time_since_epoch().count());
      if (!gone) return gone.error();
      return outrigger::JobResult::done(std::to_string(*gone) + " old events forgotten");
    }
    return Plugin::on_job(call);
  }

  outrigger::Outcome on_webhook(const outrigger::WebhookCall& call) override {
    return outrigger::scoring::on_activity(call, store(), clock(), log(), config());
  }
};

}  // namespace

OUTRIGGER_PLUGIN(Scoring)
