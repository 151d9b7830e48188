// Does nothing: what is measured with it is the border.
#include <outrigger/plugin.hpp>

namespace {

class Idle final : public outrigger::Plugin {
 public:
  using Plugin::Plugin;
  outrigger::Result<outrigger::Document> on_command(outrigger::Command&) override { return outrigger::Document(); }
  // Reads every field of every record, as a plugin would.
  outrigger::Outcome on_changes(const outrigger::Changes& batch) override {
    size_t texts = 0;
    for (const auto& change : batch)
      for (const outrigger::Field field : change.after().fields()) texts += field.value.text().size();
    if (texts == 0) return outrigger::reject("the records are empty");
    return outrigger::done();
  }
};

}  // namespace

OUTRIGGER_PLUGIN(Idle)
