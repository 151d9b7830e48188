// Write a plugin: derive from Plugin, override what it takes part in, name it in OUTRIGGER_PLUGIN.
//
//     #include <outrigger/plugin.hpp>
//
//     class Census final : public outrigger::Plugin {
//      public:
//       using Plugin::Plugin;
//       outrigger::Result<outrigger::Document> on_command(outrigger::Command& command) override {
//         auto leads = odoo().search_count({.model = "crm.lead"});
//         if (!leads) return leads.error();
//         command.print("{} leads\n", *leads);
//         return outrigger::Document::build([&](outrigger::Arena& a) { return a.object({{"leads", *leads}}); });
//       }
//     };
//     OUTRIGGER_PLUGIN(Census)
//
// The plugin's id and version come from its manifest.json by way of outrigger_add_plugin() in CMake.
//
// Threads: the host makes one call at a time, on the instance's own thread. Services may be called from any thread.
// Errors: return them. An exception that escapes is caught at the border and reported as a bug of the plugin.
// Ownership: the host owns the instance; the instance owns what it creates and has freed it when its destructor ends.
#pragma once

#include <exception>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "abi.h"
#include "arena.hpp"
#include "clock.hpp"
#include "command.hpp"
#include "log.hpp"
#include "odoo.hpp"
#include "result.hpp"

namespace outrigger {
inline namespace v1 {

inline constexpr char kSdkVersion[] = "1.0.0";

// What the host gave the instance at its creation. Copyable; valid as long as the instance.
struct Context {
  const or_host* host = nullptr;
  std::string database;  // the deployment's name of the database
  std::string instance;  // for messages
  uint32_t roles = 0;    // OR_ROLE_*
  Document config;       // an object; checked and with defaults filled in

  // A host extension, or nullptr when it is absent or not granted.
  template <typename Table>
  [[nodiscard]] const Table* extension(std::string_view id) const {
    return OR_HAS(or_host, host, get_extension) ? static_cast<const Table*>(host->get_extension(host->ctx, to_abi(id)))
                                                : nullptr;
  }
};

class Plugin {
 public:
  explicit Plugin(Context context)
      : context_(std::move(context)),
        log_(context_.extension<or_log_v1>(OR_LOG_ID)),
        clock_(context_.extension<or_clock_v1>(OR_CLOCK_ID)),
        odoo_(context_.extension<or_odoo_v1>(OR_ODOO_ID)) {}
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  virtual ~Plugin() = default;

  // From here on every granted service may be called.
  virtual Result<void> activate() { return {}; }
  // Ends what is running; the host calls nothing afterwards.
  virtual void stop() {}
  // Runs one of the manifest's commands.
  virtual Result<Document> on_command(Command& command) {
    return Error{Code::kUnsupported, "this plugin has no command " + std::string(command.name())};
  }

 protected:
  [[nodiscard]] const Context& context() const { return context_; }
  [[nodiscard]] Value config() const { return context_.config.root(); }
  [[nodiscard]] const Log& log() const { return log_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] const Odoo& odoo() const { return odoo_; }

 private:
  Context context_;
  Log log_;
  Clock clock_;
  Odoo odoo_;
};

// The C functions behind one plugin class. Nothing here needs to be touched by an author.
template <typename T>
class Border {
 public:
  static or_status create(const or_host* host, const or_create_info* info, void** self, or_error* error) noexcept {
    *self = nullptr;
    return guarded(error, [&]() -> Result<void> {
      Context context;
      context.host = host;
      context.database = from_abi(info->database);
      context.instance = from_abi(info->instance);
      context.roles = info->roles;
      context.config =
          Document::build([&](Arena& arena) { return info->config == nullptr ? Value{} : arena.copy(*info->config); });
      *self = new T(std::move(context));
      return {};
    });
  }
  static or_status activate(void* self, or_error* error) noexcept {
    return guarded(error, [&] { return as(self).activate(); });
  }
  static void stop(void* self) noexcept {
    (void)guarded(nullptr, [&]() -> Result<void> {
      as(self).stop();
      return {};
    });
  }
  static void destroy(void* self) noexcept { delete static_cast<T*>(self); }

  static const void* get_extension(void*, or_str id) noexcept {
    if (from_abi(id) == OR_COMMANDS_ID && overrides_on_command()) return &kCommands;
    return nullptr;
  }

 private:
  static T& as(void* self) { return *static_cast<T*>(self); }
  static constexpr bool overrides_on_command() {
    return !std::is_same_v<decltype(&T::on_command), Result<Document> (Plugin::*)(Command&)>;
  }

  static or_status run(void* self, const or_command_call* call, or_doc* result, or_error* error) noexcept {
    return guarded(error, [&]() -> Result<void> {
      Command command(*call);
      Result<Document> done = static_cast<Plugin&>(as(self)).on_command(command);
      if (!done) return std::move(done).error();
      *result = done->hand_over();
      return {};
    });
  }

  template <typename Body>
  static or_status guarded(or_error* error, Body&& body) noexcept {
    try {
      const Result<void> done = body();
      return done ? OR_OK : fill_error(error, done.error());
    } catch (const std::exception& problem) {
      return bug(error, problem.what());
    } catch (...) {
      return bug(error, "an exception that is not a std::exception");
    }
  }
  static or_status bug(or_error* error, const char* what) noexcept {
    try {
      return fill_error(
          error, Error{Code::kInternal, std::string("the plugin threw: ") + what, Source::kPlugin, Effect::kUnknown});
    } catch (...) {
      return OR_E_INTERNAL;
    }
  }

  static constexpr or_commands_v1 kCommands{sizeof(or_commands_v1), 0, &run};
};

template <typename T>
const or_plugin_v1* plugin_table(std::string_view id, std::string_view version) {
  static const or_plugin_v1 table{
      sizeof(or_plugin_v1),
      0,
      {sizeof(or_stamp), OR_MAGIC, OR_ABI_MAJOR, 0, sizeof(void*), __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, 0, 0,
       to_abi(std::string_view(kSdkVersion))},
      to_abi(id),
      to_abi(version),
      &Border<T>::create,
      &Border<T>::activate,
      &Border<T>::stop,
      &Border<T>::destroy,
      &Border<T>::get_extension};
  return &table;
}

}  // namespace v1
}  // namespace outrigger

// Defines the one exported function of the library. OUTRIGGER_PLUGIN_ID and OUTRIGGER_PLUGIN_VERSION are set by
// outrigger_add_plugin() from the manifest.
#define OUTRIGGER_PLUGIN(Class)                                                                 \
  extern "C" __attribute__((visibility("default"))) const or_plugin_v1* outrigger_plugin_v1() { \
    return ::outrigger::plugin_table<Class>(OUTRIGGER_PLUGIN_ID, OUTRIGGER_PLUGIN_VERSION);     \
  }
