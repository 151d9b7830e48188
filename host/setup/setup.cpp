#include "host/setup/setup.hpp"

#include "host/setup/field.hpp"
#include "host/setup/view.hpp"

namespace outrigger::host {

bool Setup::does(std::string_view operation) {
  return operation == "ensure_field" || operation == "ensure_view" || operation == "install_webhook";
}

Result<Document> Setup::call(std::string_view operation, Value args, const odoo::CallOptions& options) {
  if (operation == "ensure_field") return ensure_field(args, options);
  if (operation == "ensure_view") return ensure_view(args, options);
  return Error{Code::kUnsupported,
               "this host has no listener that Odoo could call yet, so it installs no webhooks; subscribe to changes "
               "instead",
               Source::kHost, Effect::kNone, -1};
}

Result<Document> Setup::ensure_field(Value args, const odoo::CallOptions& options) {
  const Result<FieldWish> wish = FieldWish::parse(args);
  if (!wish) return wish.error();
  const Result<bool> created = ensure(*wish, access_, options);
  if (!created) return created.error();
  return Document::build([&](Arena& arena) { return arena.object({{"created", *created}}); });
}

// Without the key, what was done in just this form is remembered.
Result<Document> Setup::ensure_view(Value args, const odoo::CallOptions& options) {
  const Result<ViewWish> wish = ViewWish::parse(args, plugin_);
  if (!wish) return wish.error();
  const std::string what = "view " + plugin_ + " " + wish->name;
  Result<EnsuredView> view = ensure(*wish, access_, options);
  if (!view && view.error().code == Code::kAccess)
    if (const auto id = record_.find(access_.database(), what, wish->digest())) view = EnsuredView{false, *id};
  if (!view) return view.error();
  if (view->fresh) static_cast<void>(record_.keep(access_.database(), what, wish->digest(), view->id));
  return Document::build([&](Arena& arena) { return arena.object({{"created", view->created}, {"id", view->id}}); });
}

}  // namespace outrigger::host
