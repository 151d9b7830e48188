#include "integration/writes/action.hpp"

#include <algorithm>

namespace outrigger::writes {
namespace {

constexpr size_t kReadAtOnce = 2000;  // a page of Odoo's

Value names_array(Arena& arena, const std::vector<std::string>& names) {
  std::vector<Value> items;
  for (const std::string& name : names) items.push_back(Value::of(std::string_view(name)));
  return arena.array(items);
}

}  // namespace

Outcome outcome_of(const Error& error) {
  return {error.effect == Effect::kNone ? Outcome::Kind::kRefused : Outcome::Kind::kLost, error};
}

bool is_passing(const Error& error) {
  switch (error.code) {
    case Code::kUnreachable:
    case Code::kConflict:
    case Code::kLimit:
    case Code::kCancelled:
    case Code::kDeadline:
    case Code::kProtocol: return true;
    default: return false;
  }
}

Result<Document> Work::send(const std::string& name, std::optional<std::vector<int64_t>> ids, Value args, Value kwargs,
                            Value the_context) const {
  transport::Call remote_call{
      .model = model, .method = name, .ids = std::move(ids), .args = args, .kwargs = kwargs, .context = the_context};
  ++counts.calls;
  return remote.call(remote_call, call);
}

Result<std::vector<std::string>> Work::existing(const std::vector<std::string>& names) const {
  const auto known = fields();
  if (!known) return known.error();
  std::vector<std::string> kept;
  for (const std::string& name : names)
    if ((*known)->root().has(name) && std::find(kept.begin(), kept.end(), name) == kept.end()) kept.push_back(name);
  return kept;
}

Result<std::vector<std::string>> Work::image_fields() const {
  std::vector<std::string> names;
  for (const Consequence& consequence : consequences(model)) names.emplace_back(consequence.field);
  if (options.watched)
    for (std::string& name : options.watched(model)) names.push_back(std::move(name));
  return existing(names);
}

Result<void> Work::read(const std::vector<int64_t>& ids, const std::vector<std::string>& names, Rows& rows) const {
  const auto known = fields();
  if (!known) return known.error();
  for (size_t first = 0; first < ids.size(); first += kReadAtOnce) {
    Arena arena;
    transport::Call reading{.model = model, .method = "read", .read_only = true};
    reading.ids =
        std::vector<int64_t>(ids.begin() + static_cast<std::ptrdiff_t>(first),
                             ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), first + kReadAtOnce)));
    reading.kwargs = arena.object({{"fields", names_array(arena, names)}, {"load", Value{}}});
    reading.context = context;
    Result<Document> reply = remote.call(reading, call);
    const bool missing = !reply && reply.error().code == Code::kMissing;
    if (missing || (!reply && reply.error().code == Code::kAccess && ids.size() > 1)) {
      // One record that may not be seen refuses all of them; before 15 one that is not there, too.
      Result<std::vector<int64_t>> visible = present(*reading.ids);
      if (!visible) return visible.error();
      if (visible->empty()) continue;
      reading.ids = *visible;
      reply = remote.call(reading, call);
    }
    if (!reply) return reply.error();
    for (const Value row : reply->root().items()) {
      std::vector<Field> normal;
      for (const Field field : row.fields())
        normal.push_back({field.key, field.key == "id"
                                         ? field.value
                                         : stored_form(shape_of((*known)->root()[field.key]).type, field.value)});
      rows.add(row["id"].integer(), arena.object(normal));
    }
  }
  return {};
}

Result<std::vector<int64_t>> Work::present(const std::vector<int64_t>& ids) const {
  Arena arena;
  transport::Call search{.model = model, .method = "search", .read_only = true};
  search.args = arena.array({arena.array({arena.array({"id", "in", arena.ids(ids)})})});
  std::vector<Field> with{{"active_test", Value::of(false)}};
  for (const Field field : context.fields())
    if (field.key != "active_test") with.push_back(field);
  search.context = arena.object(with);
  const Result<Document> found = remote.call(search, call);
  if (!found) return found.error();
  return ids_of(found->root());
}

Image Action::image(int64_t id, Value before, Value after) const {
  Image made;
  made.key = work_.key;
  made.method = work_.method;
  made.model = work_.model;
  made.id = id;
  if (before.is_object()) made.before = to_bytes(before);
  if (after.is_object()) made.after = to_bytes(after);
  return made;
}

void Action::tell_stored(Value fields, int64_t id, Value written, Value now) const {
  // A user's edit after our write shows by its author; what Odoo made of our value cannot be told then.
  const bool ours = !now.has("write_uid") || now["write_uid"].integer() == work_.remote.uid();
  for (const Field field : written.fields()) {
    const Shape shape = shape_of(fields[field.key]);
    const bool exact = !may_be_altered(shape.type) && !is_list(shape.type);
    const bool known = now.has(field.key);
    const bool remade = shape.type == Type::kHtml || shape.type == Type::kFloat || shape.type == Type::kMonetary;
    if (ours && known && remade && !same(shape, field.value, now[field.key]))
      work_.forms.learn(work_.model, field.key, field.value, now[field.key]);
    if (!work_.options.on_stored || shape.type == Type::kBinary) continue;
    if (exact)
      work_.options.on_stored(work_.model, id, field.key, stored_form(shape.type, field.value));
    else if (known && (ours || same(shape, field.value, now[field.key])))
      work_.options.on_stored(work_.model, id, field.key, now[field.key]);
  }
}

std::unique_ptr<Action> make_action(Operation operation, Work& work) {
  switch (operation) {
    case Operation::kCreate: return make_create_action(work);
    case Operation::kUnlink: return make_unlink_action(work);
    case Operation::kMessagePost: return make_message_action(work);
    case Operation::kCall: return make_method_action(work);
    default: return make_fields_action(operation, work);
  }
}

}  // namespace outrigger::writes
