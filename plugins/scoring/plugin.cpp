// The scoring plugin: commands over the engine. See README.md.
#include <outrigger/plugin.hpp>

#include "recompute.hpp"

namespace {

class Scoring final : public outrigger::Plugin {
 public:
  using Plugin::Plugin;

  outrigger::Result<outrigger::Document> on_command(outrigger::Command& command) override {
    if (command.name() == "recompute") return outrigger::scoring::run_recompute(command, odoo(), clock(), config());
    if (command.name() == "explain") return outrigger::scoring::run_explain(command, odoo(), clock(), config());
    return Plugin::on_command(command);
  }
};

}  // namespace

OUTRIGGER_PLUGIN(Scoring)
