#include "host/setup/made.hpp"

#include "host/setup/load.hpp"

namespace outrigger::host {
namespace {

constexpr const char* kView = "ir.ui.view";
constexpr const char* kField = "ir.model.fields";

// What people call it; empty when the record is gone.
Result<std::string> what_of(odoo::Session& setup, const Made& made, const odoo::CallOptions& options) {
  Arena arena;
  const Value domain = arena.array({arena.array({"id", "=", made.id})});
  const Result<Document> row = find_row(setup, made.model, domain, {"name", "model"}, options);
  if (!row) return row.error();
  const std::string name(row->root()["name"].text());
  if (made.model == kView || name.empty()) return name;
  return std::string(row->root()["model"].text()) + "." + name;
}

}  // namespace

Result<std::vector<Made>> list_made(odoo::Session& setup, const odoo::CallOptions& options) {
  std::vector<Made> all;
  for (const char* model : {kView, kField}) {
    Arena arena;
    odoo::Call call{.model = "ir.model.data", .method = "search_read", .read_only = true};
    call.kwargs = arena.object({{"domain", arena.array({arena.array({"module", "=", Value::of(kSetupModule)}),
                                                        arena.array({"model", "=", model})})},
                                {"fields", arena.array({"name", "res_id"})},
                                {"order", "name"},
                                {"limit", 2000}});
    const Result<Document> rows = setup.call(call, options);
    if (!rows) return rows.error();
    for (const Value row : rows->root().items()) {
      Made made{std::string(row["name"].text()), model, row["res_id"].integer(), {}};
      Result<std::string> what = what_of(setup, made, options);
      if (!what) return what.error();
      made.what = *std::move(what);
      if (!made.what.empty()) all.push_back(std::move(made));
    }
  }
  return all;
}

Result<void> remove_made(odoo::Session& setup, const Made& made, const odoo::CallOptions& options) {
  odoo::CallOptions writing = options;
  writing.lane = Lane::kWrites;
  const Result<Document> gone =
      setup.call({.model = made.model, .method = "unlink", .ids = std::vector<int64_t>{made.id}}, writing);
  if (gone || gone.error().code == Code::kMissing) return {};
  Error error = gone.error();
  error.message = made.what + ": " + error.message;
  return error;
}

}  // namespace outrigger::host
