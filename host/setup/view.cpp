#include "host/setup/view.hpp"

#include <algorithm>

#include "host/grants/policy.hpp"
#include "host/setup/arch.hpp"
#include "host/setup/load.hpp"

namespace outrigger::host {
namespace {

Error invalid(std::string message) { return setup_error(Code::kInvalid, std::move(message)); }

bool is_name(std::string_view name) {
  constexpr size_t kLongest = 64;
  return !name.empty() && name.size() <= kLongest && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

Value by_id(Arena& arena, int64_t id) { return arena.array({arena.array({"id", "=", id})}); }

struct Parent {
  int64_t id = 0;
  std::string model;
};

// The view that is extended: it must be one that a plugin may add to.
Result<Parent> parent_of(const ViewWish& wish, odoo::Session& setup, const odoo::CallOptions& options) {
  const size_t dot = wish.inherits.find('.');
  const Result<std::optional<Named>> named =
      find_named(setup, wish.inherits.substr(0, dot), wish.inherits.substr(dot + 1), options);
  if (!named) return named.error();
  if (!*named || (*named)->model != "ir.ui.view")
    return setup_error(Code::kMissing, "Odoo has no view " + wish.inherits +
                                           "; the app that it belongs to is not installed, or the name differs in this "
                                           "version");
  Arena arena;
  const Result<Document> row = find_row(setup, "ir.ui.view", by_id(arena, (*named)->id), {"model", "type"}, options);
  if (!row) return row.error();
  Parent parent{(*named)->id, std::string(row->root()["model"].text())};
  const std::string type(row->root()["type"].text());
  constexpr std::string_view kKinds[] = {"form",     "list",  "tree",  "search",  "kanban",
                                         "calendar", "pivot", "graph", "activity"};
  if (std::find(std::begin(kKinds), std::end(kKinds), type) == std::end(kKinds))
    return setup_error(Code::kAccess, "no plugin may add to " + wish.inherits + ": a view of type " + type +
                                          " is a page that Odoo renders; extend a form or a list");
  if (const ModelRule& rule = model_rule(parent.model); rule.reach != Reach::kFull)
    return setup_error(Code::kAccess, "no plugin may add to " + wish.inherits + ", a view of " + parent.model + ": " +
                                          std::string(rule.why));
  return parent;
}

}  // namespace

Result<ViewWish> ViewWish::parse(Value args, const std::string& plugin) {
  ViewWish wish{plugin,
                std::string(args["name"].text()),
                std::string(args["inherits"].text()),
                std::string(args["arch"].text()),
                {}};
  if (!is_name(wish.name))
    return invalid("the name of a view is 1 to 64 small letters, digits, _ and dots; choose another");
  if (!is_xml_id(wish.inherits)) return invalid("`inherits` must name a view such as crm.crm_lead_view_form");
  Result<std::string> canonical = check_arch(wish.arch);
  if (!canonical) return canonical.error();
  wish.canonical = *std::move(canonical);
  return wish;
}

std::string ViewWish::digest() const { return digest_of(inherits + "\n" + canonical); }

Result<EnsuredView> ensure(const ViewWish& wish, SetupAccess& access, const odoo::CallOptions& options) {
  const Result<std::shared_ptr<odoo::Session>> session = access.session(options.stop);
  if (!session) {
    Error error = session.error();
    error.message = "the view " + wish.name + " of plugin " + wish.plugin + " cannot be looked after: " + error.message;
    return error;
  }
  odoo::Session& setup = **session;
  const auto failed = [&](const Error& error) { return access.explain(error, options.stop); };
  const Result<Parent> parent = parent_of(wish, setup, options);
  if (!parent) return failed(parent.error());
  const std::string external = external_name("view", wish.plugin, wish.name);
  const Result<std::optional<Named>> ours = find_named(setup, kSetupModule, external, options);
  if (!ours) return failed(ours.error());
  bool there = false;
  if (*ours) {
    Arena arena;
    const Result<Document> row =
        find_row(setup, "ir.ui.view", by_id(arena, (*ours)->id), {"arch_base", "inherit_id"}, options);
    if (!row) return failed(row.error());
    there = !row->root().is_null();
    const Value inherit = row->root()["inherit_id"];
    const Result<std::string> arch = canonical_xml(row->root()["arch_base"].text());
    if (there && arch && *arch == wish.canonical && inherit.size() > 0 && inherit.at(0).integer() == parent->id)
      return EnsuredView{false, (*ours)->id, true};
  }
  const Result<int64_t> id = load_record(setup, "ir.ui.view", external,
                                         {{"name", "outrigger." + wish.plugin + "." + wish.name},
                                          {"model", parent->model},
                                          {"inherit_id/id", wish.inherits},
                                          {"mode", "extension"},
                                          {"priority", "90"},
                                          {"arch_base", wish.arch}},
                                         options);
  if (!id) return failed(id.error());
  return EnsuredView{!there, *id, true};
}

}  // namespace outrigger::host
