// One run of a command: `outrigger PLUGIN NAME ...`.
//
//     Result<Document> on_command(Command& command) override {
//       if (command.name() != "explain") return Error{Code::kInvalid, "no such command"};
//       const int64_t lead = command.args()["lead"].integer();
//       command.print("Lead {}\n", lead);                                        // for a person
//       return Document::build([&](Arena& a) { return a.object({{"lead", lead}}); });  // for --json
//     }
//
// Threads: a Command belongs to the thread that on_command runs on, except print and progress, which any may call.
// Lifetime: until on_command returns.
#pragma once

#include <string>
#include <string_view>

#include "abi/commands.h"
#include "log.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

class Command {
 public:
  // REQUIRES: call outlives *this.
  explicit Command(const or_command_call& call) : call_(call) {}

  [[nodiscard]] std::string_view name() const { return from_abi(call_.name); }
  // Arguments by name, typed as the manifest says; those not given and without a default are absent.
  [[nodiscard]] Value args() const { return call_.args == nullptr ? Value{} : Value(*call_.args); }
  [[nodiscard]] bool plan() const { return (call_.flags & OR_COMMAND_PLAN) != 0; }
  [[nodiscard]] bool json() const { return (call_.flags & OR_COMMAND_JSON) != 0; }
  // Language of the reader, "en" or "vi".
  [[nodiscard]] std::string_view locale() const { return from_abi(call_.locale); }
  // Columns of the terminal, 100 when it is none.
  [[nodiscard]] uint32_t width() const {
    return call_.sink != nullptr && call_.sink->width != 0 ? call_.sink->width : 100U;
  }

  void write(std::string_view text) const {
    if (OR_HAS(or_command_sink, call_.sink, text)) call_.sink->text(call_.sink->ctx, to_abi(text));
  }
  template <typename... Args>
  void print(std::string_view pattern, const Args&... args) const {
    if (!json()) write(format(pattern, args...));
  }
  void progress(uint64_t done, uint64_t total, std::string_view label) const {
    if (OR_HAS(or_command_sink, call_.sink, progress))
      call_.sink->progress(call_.sink->ctx, done, total, to_abi(label));
  }

 private:
  const or_command_call& call_;
};

}  // namespace v1
}  // namespace outrigger
