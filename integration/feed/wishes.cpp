#include "integration/feed/wishes.hpp"

#include <algorithm>

namespace outrigger::feed {

Result<Resolved> resolve_fields(Reader& reader, const std::string& model, const std::vector<FieldWish>& wishes,
                                const Manner& manner) {
  const Result<std::shared_ptr<const Document>> known = reader.fields(model, manner);
  if (!known) return known.error();
  const Value fields = (*known)->root();
  Resolved resolved;
  std::string missing;
  for (const FieldWish& wish : wishes) {
    const auto alias = std::find_if(wish.aliases.begin(), wish.aliases.end(),
                                    [&](const std::string& name) { return fields.has(name); });
    if (fields.has(wish.name))
      resolved.names[wish.name] = wish.name;
    else if (alias != wish.aliases.end())
      resolved.names[wish.name] = *alias;
    else if (wish.optional)
      resolved.absent.push_back(wish.name);
    else
      missing += (missing.empty() ? "" : ", ") + wish.name;
  }
  if (!missing.empty())
    return Error{Code::kMissing,
                 model + " of this Odoo has no " + missing +
                     ", or its key may not see it; the plugin needs it: install "
                     "the module that brings it, or ask for a version of the plugin for this Odoo",
                 outrigger::Source::kHost, Effect::kNone, -1};
  for (const auto& [wish, name] : resolved.names)
    if (std::find(resolved.fields.begin(), resolved.fields.end(), name) == resolved.fields.end())
      resolved.fields.push_back(name);
  std::sort(resolved.fields.begin(), resolved.fields.end());
  return resolved;
}

}  // namespace outrigger::feed
