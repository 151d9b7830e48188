// The C functions behind a plugin class, and the library's one symbol. Included by plugin.hpp; nothing here needs to be
// touched by an author.
//
// Every function is noexcept: an exception of the plugin becomes an error that says so. An extension is offered only
// when the class overrides its virtual function. Threads: as the ABI's tags say.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "plugin.hpp"

namespace outrigger {
inline namespace v1 {

// Whether T has a virtual function of its own: one that is private or overloaded counts, too.
#define OUTRIGGER_OVERRIDES(name) (!requires { requires std::is_same_v<decltype(&T::name), decltype(&Plugin::name)>; })

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
      context.config = keep(info->config);
      *self = new T(std::move(context));
      return {};
    });
  }
  static or_status activate(void* self, or_error* error) noexcept {
    return guarded(error, [&] { return as(self).activate(); });
  }
  static void stop(void* self) noexcept {
    quietly([&] { as(self).stop(); });
  }
  static void destroy(void* self) noexcept {
    quietly([&] { delete static_cast<T*>(self); });
  }
  static const void* get_extension(void*, or_str raw_id) noexcept {
    const std::string_view id = from_abi(raw_id);
    if (OUTRIGGER_OVERRIDES(on_command) && id == OR_COMMANDS_ID) return &kCommands;
    if (OUTRIGGER_OVERRIDES(on_changes) && id == OR_CHANGES_ID) return &kChanges;
    if (OUTRIGGER_OVERRIDES(on_job) && id == OR_JOBS_ID) return &kJobs;
    if (OUTRIGGER_OVERRIDES(on_page) && id == OR_PAGES_ID) return &kPages;
    if (OUTRIGGER_OVERRIDES(on_webhook) && id == OR_WEBHOOK_ID) return &kWebhook;
    if (OUTRIGGER_OVERRIDES(health) && id == OR_HEALTH_ID) return &kHealth;
    if (OUTRIGGER_OVERRIDES(prepare) && id == OR_RECONFIGURE_ID) return &kReconfigure;
    return nullptr;
  }

 private:
  // As its base, so that a class may keep its functions private.
  static Plugin& as(void* self) { return *static_cast<T*>(self); }
  static Document keep(const or_value* config) {
    return Document::build([&](Arena& arena) { return config == nullptr ? Value{} : arena.copy(*config); });
  }

  static or_status run(void* self, const or_command_call* call, or_doc* result, or_error* error) noexcept {
    return answered(result, error, [&]() -> Result<Document> {
      Command command(*call);
      return as(self).on_command(command);
    });
  }
  static or_status deliver(void* self, const or_change_batch* batch, or_doc* outcomes, or_error* error) noexcept {
    return answered(outcomes, error, [&]() -> Result<Document> {
      const Changes changes(*batch);
      const Outcome outcome = as(self).on_changes(changes);
      if (outcome.kind() == Outcome::Kind::kFailed) return outcome.error();
      return changes.report(outcome);
    });
  }
  static or_status run_job(void* self, const or_job_call* call, or_doc* result, or_error* error) noexcept {
    return answered(result, error, [&]() -> Result<Document> {
      const JobResult done = as(self).on_job(JobCall(*call));
      if (done.error()) return *done.error();
      return done.report();
    });
  }
  static or_status render(void* self, const or_page_request* request, or_doc* reply, or_error* error) noexcept {
    return answered(reply, error, [&]() -> Result<Document> {
      Result<Page> page = as(self).on_page(PageRequest(*request));
      if (!page) return std::move(page).error();
      return page->report();
    });
  }
  static or_status receive(void* self, const or_webhook_call* call, or_doc* outcome, or_error* error) noexcept {
    return answered(outcome, error, [&]() -> Result<Document> {
      const Outcome said = as(self).on_webhook(WebhookCall(*call));
      if (said.kind() == Outcome::Kind::kFailed) return said.error();
      if (said.is_done()) return Document();
      return Document::build([&](Arena& arena) { return said.to_value(arena); });
    });
  }
  static or_status check(void* self, or_str locale, or_doc* findings, or_error* error) noexcept {
    return answered(findings, error, [&]() -> Result<Document> {
      Result<std::vector<Finding>> found = as(self).health(from_abi(locale));
      if (!found) return std::move(found).error();
      return report(*found);
    });
  }
  static or_status prepare(void* self, const or_value* config, or_error* error) noexcept {
    return guarded(error, [&]() -> Result<void> {
      Plugin& plugin = as(self);
      plugin.prepared_.reset();
      Document next = keep(config);
      Result<void> prepared = plugin.prepare(next.root());
      if (prepared) plugin.prepared_ = std::move(next);
      return prepared;
    });
  }
  static void commit(void* self) noexcept {
    quietly([&] {
      Plugin& plugin = as(self);
      if (!plugin.prepared_) return;
      std::swap(plugin.context_.config, *plugin.prepared_);
      plugin.commit();
      plugin.prepared_.reset();  // what was in force before, until here
    });
  }
  static void abandon(void* self) noexcept {
    quietly([&] {
      Plugin& plugin = as(self);
      plugin.abandon();
      plugin.prepared_.reset();
    });
  }

  template <typename Body>
  static or_status answered(or_doc* reply, or_error* error, Body&& body) noexcept {
    return guarded(error, [&]() -> Result<void> {
      Result<Document> made = body();
      if (!made) return std::move(made).error();
      *reply = made->hand_over();
      return {};
    });
  }
  template <typename Body>
  static void quietly(Body&& body) noexcept {
    (void)guarded(nullptr, [&]() -> Result<void> {
      body();
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
  static constexpr or_changes_v1 kChanges{sizeof(or_changes_v1), 0, &deliver};
  static constexpr or_jobs_v1 kJobs{sizeof(or_jobs_v1), 0, &run_job};
  static constexpr or_pages_v1 kPages{sizeof(or_pages_v1), 0, &render};
  static constexpr or_webhook_v1 kWebhook{sizeof(or_webhook_v1), 0, &receive};
  static constexpr or_health_v1 kHealth{sizeof(or_health_v1), 0, &check};
  static constexpr or_reconfigure_v1 kReconfigure{sizeof(or_reconfigure_v1), 0, &prepare, &commit, &abandon};
};

#undef OUTRIGGER_OVERRIDES

// A plugin that uses drafts of the ABI (abi/draft/) needs exactly this SDK.
#ifdef OR_ENABLE_DRAFTS
inline constexpr uint8_t kDraft = 1;
#else
inline constexpr uint8_t kDraft = 0;
#endif

template <typename T>
const or_plugin_v1* plugin_table(std::string_view id, std::string_view version) {
  static const or_plugin_v1 table{
      sizeof(or_plugin_v1),
      0,
      {sizeof(or_stamp), OR_MAGIC, OR_ABI_MAJOR, 0, sizeof(void*), __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, kDraft, 0,
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
