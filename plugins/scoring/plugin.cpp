// The scoring plugin: changes and jobs keep the live table, commands look at it and at Odoo. See README.md.
#include <outrigger/plugin.hpp>

#include "audit.hpp"
#include "commands.hpp"
#include "health.hpp"
#include "intake.hpp"
#include "live.hpp"
#include "looks.hpp"
#include "recompute.hpp"
#include "report.hpp"

namespace {

namespace scoring = outrigger::scoring;
using outrigger::Document;
using outrigger::JobResult;
using outrigger::Result;

class Scoring final : public outrigger::Plugin {
 public:
  explicit Scoring(outrigger::Context context)
      : Plugin(std::move(context)), live_({odoo(), store(), shared(), schedule(), clock(), log()}) {}

  Result<void> activate() override {
    if (const Result<scoring::Target> target = scoring::target_of(config()); !target) return target.error();
    return {};
  }

  outrigger::Outcome on_changes(const outrigger::Changes& batch) override { return live_.take(batch, config()); }

  JobResult on_job(const outrigger::JobCall& call) override {
    if (call.name() == "rescore") return live_.rescore(config());
    if (call.name() == "refresh") return live_.refresh(config());
    if (call.name() == "train") return live_.train(config());
    if (call.name() == "look") {
      const Result<size_t> taken = scoring::take_looks(odoo(), clock(), store());
      if (!taken) return taken.error();
      return JobResult::done(std::to_string(*taken) + " leads had moved or another score");
    }
    if (call.name() == "forget") {
      const auto gone =
          scoring::forget_old(store(), scoring::intake_rules(config()), clock().now().time_since_epoch().count());
      if (!gone) return gone.error();
      return JobResult::done(std::to_string(*gone) + " old events forgotten");
    }
    return Plugin::on_job(call);
  }

  outrigger::Outcome on_webhook(const outrigger::WebhookCall& call) override {
    return scoring::on_activity(call, store(), clock(), log(), config());
  }

  Result<Document> on_command(outrigger::Command& command) override {
    if (command.name() == "recompute") return scoring::run_recompute(command, odoo(), clock(), store(), config());
    if (command.name() == "explain") return scoring::run_explain(command, odoo(), clock(), store(), config());
    if (command.name() == "reasons") return scoring::run_reasons(command, odoo(), clock(), store(), config());
    if (command.name() == "drift") return scoring::run_drift(command, odoo(), clock(), config());
    if (command.name() == "report") return scoring::run_report(command, odoo(), clock(), store(), config());
    if (command.name() == "audit") return scoring::run_audit(command, odoo(), clock(), store(), config());
    if (command.name() == "settings") return scoring::run_settings(command, odoo(), clock(), config());
    if (command.name() == "status") return scoring::run_status(command, odoo(), store(), clock(), config());
    if (command.name() == "setup") return scoring::run_setup(command, odoo(), config());
    return Plugin::on_command(command);
  }

  Result<std::vector<outrigger::Finding>> health(std::string_view locale) override {
    return scoring::find_health(odoo(), clock(), config(), locale);
  }

  Result<void> prepare(outrigger::Value config) override {
    const Result<scoring::Target> target = scoring::target_of(config);
    if (!target) return target.error();
    return {};
  }
  void commit() override { live_.forget(); }

 private:
  scoring::Live live_;
};

}  // namespace

OUTRIGGER_PLUGIN(Scoring)
