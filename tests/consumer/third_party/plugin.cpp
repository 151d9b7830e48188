#include <outrigger/plugin.hpp>

int other_answer();

class Asker final : public outrigger::Plugin {
 public:
  using Plugin::Plugin;
  outrigger::Result<outrigger::Document> on_command(outrigger::Command&) override {
    return outrigger::Document::build([](outrigger::Arena&) { return outrigger::Value::of(other_answer()); });
  }
};

OUTRIGGER_PLUGIN(Asker)
