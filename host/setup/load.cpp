#include "host/setup/load.hpp"

#include <sodium.h>

#include <array>

namespace outrigger::host {
namespace {

// Odoo 14 puts the class of the exception before its words.
std::string plain(std::string_view message) {
  constexpr std::string_view kPrefix = "Unknown error during import: ";
  if (message.starts_with(kPrefix))
    if (const size_t end = message.find(">: "); end != std::string_view::npos) message.remove_prefix(end + 3);
  std::string line;
  for (const char c : message) {
    const char next = static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    if (next != ' ' || (!line.empty() && line.back() != ' ')) line += next;
  }
  constexpr size_t kLongest = 400;
  if (line.size() > kLongest) line = "..." + line.substr(line.size() - kLongest);
  return line;
}

std::string simple(std::string_view text) {
  std::string word;
  for (const char c : text) word += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ? c : '_';
  return word;
}

// Labels are stored as the source language, whatever the user's is.
Value source_language(Arena& arena) { return arena.object({{"lang", "en_US"}, {"tz", "UTC"}}); }

}  // namespace

Error setup_error(Code code, std::string message) {
  return {code, std::move(message), Source::kHost, Effect::kNone, -1};
}

std::string digest_of(std::string_view text) {
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  std::string hex(hash.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

std::string external_name(std::string_view kind, std::string_view first, std::string_view second) {
  constexpr size_t kDigits = 8;
  const std::string whole = std::string(first) + '\n' + std::string(second);
  return std::string(kind) + "_" + simple(first) + "_" + simple(second) + "_" + digest_of(whole).substr(0, kDigits);
}

Result<int64_t> load_record(odoo::Session& setup, std::string_view model, std::string_view name,
                            const std::vector<std::pair<std::string, std::string>>& columns,
                            const odoo::CallOptions& options) {
  Arena arena;
  std::vector<Value> fields{Value::of("id")};
  std::vector<Value> row{arena.text(std::string(kSetupModule) + "." + std::string(name))};
  for (const auto& [field, text] : columns) {
    fields.push_back(Value::of(std::string_view(field)));
    row.push_back(Value::of(std::string_view(text)));
  }
  odoo::Call call{.model = std::string(model), .method = "load"};
  call.kwargs = arena.object({{"fields", arena.array(fields)}, {"data", arena.array({arena.array(row)})}});
  call.context = source_language(arena);
  odoo::CallOptions writing = options;
  writing.lane = Lane::kWrites;
  const Result<Document> loaded = setup.call(call, writing);
  if (!loaded) return loaded.error();
  if (loaded->root()["ids"].size() == 1) return loaded->root()["ids"].at(0).integer();
  const Value messages = loaded->root()["messages"];
  const std::string why = messages.size() == 0 ? "it gave no reason" : plain(messages.at(0)["message"].text());
  return Error{Code::kValidation, "Odoo: " + why, Source::kOdoo, Effect::kNone, -1};
}

Result<Document> find_row(odoo::Session& session, std::string_view model, Value domain,
                          const std::vector<std::string_view>& fields, const odoo::CallOptions& options) {
  Arena arena;
  std::vector<Value> names;
  for (const std::string_view field : fields) names.push_back(Value::of(field));
  odoo::Call call{.model = std::string(model), .method = "search_read", .read_only = true};
  call.kwargs = arena.object({{"domain", domain}, {"fields", arena.array(names)}, {"limit", 1}});
  call.context = arena.object({{"lang", "en_US"}, {"active_test", false}});
  const Result<Document> rows = session.call(call, options);
  if (!rows) return rows.error();
  return Document::build([&](Arena& out) { return rows->root().size() == 0 ? Value{} : out.copy(rows->root().at(0)); });
}

Result<std::optional<Named>> find_named(odoo::Session& setup, std::string_view module, std::string_view name,
                                        const odoo::CallOptions& options) {
  Arena arena;
  const Value domain =
      arena.array({arena.array({"module", "=", Value::of(module)}), arena.array({"name", "=", Value::of(name)})});
  const Result<Document> row = find_row(setup, "ir.model.data", domain, {"model", "res_id"}, options);
  if (!row) return row.error();
  if (row->root().is_null()) return std::optional<Named>();
  return std::optional<Named>(Named{std::string(row->root()["model"].text()), row->root()["res_id"].integer()});
}

}  // namespace outrigger::host
