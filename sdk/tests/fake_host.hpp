// A host for tests of the SDK: it has the extensions that a test gives it, and calls a plugin through its table.
#pragma once

#include <map>
#include <outrigger/plugin.hpp>
#include <string>

namespace outrigger {

// A host with the extensions that a test gives it.
class FakeHost {
 public:
  FakeHost() {
    host_.struct_size = sizeof host_;
    host_.ctx = this;
    host_.name = to_abi(std::string_view("fake"));
    host_.get_extension = [](void* ctx, or_str id) -> const void* {
      const auto& known = static_cast<FakeHost*>(ctx)->extensions;
      const auto at = known.find(std::string(from_abi(id)));
      return at == known.end() ? nullptr : at->second;
    };
  }
  [[nodiscard]] const or_host* table() const { return &host_; }
  or_host& raw() { return host_; }

  std::map<std::string, const void*> extensions;

 private:
  or_host host_{};
};

// One instance of a class, through its table.
template <typename T>
class Made {
 public:
  explicit Made(const FakeHost& host, Value config = {}) : table(*plugin_table<T>("made", "1.0")) {
    or_create_info info{};
    info.struct_size = sizeof info;
    info.roles = OR_ROLE_COMMANDS;
    info.database = to_abi(std::string_view("main"));
    info.instance = to_abi(std::string_view("made@main"));
    const or_value raw = config.raw();
    info.config = config.is_null() ? nullptr : &raw;
    status = table.create(host.table(), &info, &self, &error);
  }
  ~Made() {
    if (self != nullptr) table.destroy(self);
  }
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;

  // A plugin extension; nullptr when the class does not have it.
  template <typename Table>
  [[nodiscard]] const Table* extension(std::string_view id) const {
    return static_cast<const Table*>(table.get_extension(self, to_abi(id)));
  }
  [[nodiscard]] const or_commands_v1* commands() const { return extension<or_commands_v1>(OR_COMMANDS_ID); }
  [[nodiscard]] std::string message() const { return {error.message, error.message_len}; }
  or_status run(const or_command_call& call, Document& result) {
    error = empty_error();
    or_doc raw{};
    const or_status done = commands()->run(self, &call, &raw, &error);
    result = Document::adopt(raw);
    return done;
  }

  const or_plugin_v1& table;
  void* self = nullptr;
  or_error error = empty_error();
  or_status status = OR_OK;
};

// Calls one function of a plugin extension that hands over a document.
template <typename T, typename Table, typename Input>
or_status call(Made<T>& made, const Table* table, or_status (*Table::*member)(void*, Input, or_doc*, or_error*),
               Input input, Document& reply) {
  made.error = empty_error();
  or_doc raw{};
  const or_status status = (table->*member)(made.self, input, &raw, &made.error);
  reply = Document::adopt(raw);
  return status;
}

inline or_command_call call_of(std::string_view name) {
  or_command_call call{};
  call.struct_size = sizeof call;
  call.name = to_abi(name);
  return call;
}

}  // namespace outrigger
