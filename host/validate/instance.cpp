#include "host/validate/instance.hpp"

#include <dlfcn.h>

namespace outrigger::host::validate {
namespace {

std::set<std::string, std::less<>> every_extension() {
  return {OR_METRICS_ID, OR_ODOO_ID,     OR_DOMAIN_ID, OR_STORE_ID,
          OR_SHARED_ID,  OR_SCHEDULE_ID, OR_HTTP_ID,   OR_SECRETS_ID};
}

}  // namespace

Opened open(const Subject& subject) {
  Opened opened;
  Result<Manifest> manifest = read_manifest(subject.folder);
  if (!manifest) {
    opened.error = manifest.error();
    return opened;
  }
  opened.manifest = *std::move(manifest);
  const std::filesystem::path library = subject.library.empty() ? opened.manifest->library : subject.library;
  const auto refuse = [&](std::string what) {
    opened.error = {Code::kInvalid, library.string() + " " + std::move(what), Source::kPlugin, Effect::kNone, -1};
  };
  void* handle = ::dlopen(std::filesystem::absolute(library).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* why = ::dlerror();
    refuse(std::string("cannot be loaded: ") + (why == nullptr ? "for no reason given" : why));
    return opened;
  }
  const auto entry = reinterpret_cast<or_entry_point_v1>(::dlsym(handle, OR_ENTRY_POINT));
  if (entry == nullptr) {
    refuse(std::string("does not export ") + OR_ENTRY_POINT);
    return opened;
  }
  const or_plugin_v1* table = entry();
  if (table == nullptr)
    refuse("returns no table");
  else if (table->struct_size < sizeof(or_plugin_v1) || table->stamp.magic != OR_MAGIC ||
           table->stamp.abi_major != OR_ABI_MAJOR || table->create == nullptr || table->activate == nullptr ||
           table->stop == nullptr || table->destroy == nullptr || table->get_extension == nullptr)
    refuse("has a table that a host refuses");
  else
    opened.table = table;
  return opened;
}

Report no_table(const Opened& plugin) { return Report::skipped("not asked, because " + plugin.error.message); }

Document default_config(const Manifest& manifest, Random& random) {
  Arena arena;
  const Value schema = manifest.document.root()["config_schema"];
  std::vector<Field> fields;
  for (const Value name : schema["required"].items()) {
    const Value property = schema["properties"][name.text()];
    if (property["default"].is_null())
      fields.push_back({name.text(), property["enum"].size() > 0 ? property["enum"].at(0)
                                                                 : random.typed(property["type"].text(), arena)});
  }
  const Value given = arena.object(fields);
  Result<Document> checked = check_config(manifest, given);
  return checked ? *std::move(checked) : Document::build([&](Arena& kept) { return kept.copy(given); });
}

Trial::Trial(const Opened& plugin, const Subject& subject, ScriptedCaller::Mood mood, std::string_view check)
    : random_(subject.seed, check),
      caller_(mood, Random(subject.seed, std::string(check) + "/host")),
      tables_(caller_, "validate", every_extension()),
      calls_(*plugin.table),
      config_(default_config(*plugin.manifest, random_)) {}

Result<void> Trial::create() {
  return calls_.create(tables_.host(),
                       {OR_ROLE_CHANGES | OR_ROLE_COMMANDS | OR_ROLE_JOBS | OR_ROLE_PAGES | OR_ROLE_WEBHOOK, "test",
                        "validate#1", config_.root()});
}

Result<void> Trial::start() {
  if (Result<void> made = create(); !made) return made;
  return activate();
}

void Trial::end() {
  if (!calls_.exists()) return;
  caller_.cancel();
  calls_.stop();
  calls_.destroy();
}

RawInstance::RawInstance(const Opened& plugin, const Trial& host) : table_(*plugin.table) {
  or_create_info info{};
  info.struct_size = sizeof info;
  info.roles = OR_ROLE_COMMANDS;
  info.database = to_abi(std::string_view("test"));
  info.instance = to_abi(std::string_view("validate#1"));
  const or_value config = host.config().raw();
  info.config = &config;
  or_error error = empty_error();
  const or_status status = table_.create(host.host(), &info, &self_, &error);
  if (status == OR_OK && self_ != nullptr) return;
  self_ = nullptr;
  error_ = to_error(status, error);
}

RawInstance::~RawInstance() {
  if (self_ == nullptr) return;
  table_.stop(self_);
  table_.destroy(self_);
}

std::optional<Report> complaint(const std::string& what, const Error& error) {
  if (error.message.find("its answer cannot be used") != std::string::npos)
    return Report::failed(what + ": " + error.message,
                          "answer with a tree of the ABI: UTF-8 text, known kinds, no loop");
  if (error.message.find("did not say why") != std::string::npos ||
      error.message.find("not UTF-8") != std::string::npos)
    return Report::failed(what + " failed without a sentence that can be read",
                          "fill the or_error with a sentence that names the remedy");
  if (error.code == Code::kInternal && error.message.find("the plugin threw") != std::string::npos)
    return Report::warning(what + ": " + error.message, "catch it and return an Error with a sentence for the admin");
  return std::nullopt;
}

}  // namespace outrigger::host::validate
