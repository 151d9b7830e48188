#include "integration/writes/tests/rig.hpp"

#include <algorithm>

namespace outrigger::writes::testing_rig {
namespace {

Error error_of(const sandbox::Fault& fault) {
  Code code = Code::kValidation;
  if (fault.status == 403) code = Code::kAccess;
  if (fault.status == 404) code = Code::kMissing;
  if (fault.status == 500) code = Code::kInvalid;
  return {code, "Odoo: " + fault.message, Source::kOdoo, Effect::kNone, -1};
}

Error lost(Effect effect) { return {Code::kUnreachable, "the connection broke", Source::kNetwork, effect, -1}; }

}  // namespace

FakeOdoo::FakeOdoo(int major, std::string login, bool keys)
    : database({.major = major, .leads = 20, .now = [this] { return now * 1000; }}),
      login_(std::move(login)),
      keys_(keys) {}

Result<Document> FakeOdoo::execute(const transport::Call& call) {
  auto arena = std::make_shared<Arena>();
  sandbox::Request request;
  request.model = call.model;
  request.method = call.method;
  if (call.ids) request.ids = *call.ids;
  request.context = call.context;
  std::vector<Field> args;
  const std::vector<std::string> names = database.parameters(call.method);
  for (size_t i = 0; i < call.args.size() && i < names.size(); ++i)
    args.push_back({arena->keep(names[i]), call.args.at(i)});
  for (const Field field : call.kwargs.fields()) args.push_back(field);
  request.args = arena->object(args);
  const sandbox::Answer answer = database.execute(database.user(login_), request, *arena);
  ++executed[call.model + "/" + call.method];
  if (answer.fault) return error_of(*answer.fault);
  if (call.method == "get_external_id" && !keys_)
    return Error{Code::kInvalid, "dictionary key must be string", Source::kOdoo, Effect::kNone, -1};
  const Value root = arena->copy(answer.value);
  return Document(arena, root);
}

Result<Document> FakeOdoo::call(const transport::Call& call, const odoo::CallOptions&) {
  const Fault wrong = fault ? fault(call) : Fault::kNone;
  switch (wrong) {
    case Fault::kNotSent: return lost(Effect::kNone);
    case Fault::kLostBefore: return lost(Effect::kUnknown);
    case Fault::kError500:
      return Error{Code::kProtocol, "HTTP 500 with text/html instead of an answer", Source::kNetwork, Effect::kUnknown,
                   -1};
    case Fault::kDenied: return Error{Code::kAccess, "Odoo: not yours to write", Source::kOdoo, Effect::kNone, -1};
    case Fault::kLate: {
      auto later = std::make_unique<Late>();
      later->call = call;
      later->call.args = later->arena.copy(call.args);
      later->call.kwargs = later->arena.copy(call.kwargs);
      later->call.context = later->arena.copy(call.context);
      late_.push_back(std::move(later));
      return lost(Effect::kUnknown);
    }
    default: break;
  }
  Result<Document> answer = execute(call);
  if (after) after(call);
  if (wrong == Fault::kLostAfter) return lost(Effect::kUnknown);
  return answer;
}

void FakeOdoo::settle() {
  while (!late_.empty()) {
    const std::unique_ptr<Late> one = std::move(late_.front());
    late_.pop_front();
    static_cast<void>(execute(one->call));  // nobody hears the answer
  }
}

Result<std::shared_ptr<const Document>> FakeOdoo::fields(const std::string& model, const odoo::CallOptions&) {
  if (const auto known = fields_.find(model); known != fields_.end()) return known->second;
  Result<Document> fields = execute({.model = model, .method = "fields_get"});
  if (!fields) return fields.error();
  auto kept = std::make_shared<const Document>(*std::move(fields));
  fields_[model] = kept;
  return std::shared_ptr<const Document>(kept);
}

void FakeOdoo::as_user(const std::string& model, const std::string& method, std::vector<int64_t> ids, Value args) {
  sandbox::Request request{model, method, std::move(ids), args, {}};
  Arena arena;
  static_cast<void>(database.execute(database.user("admin"), request, arena));
}

int64_t FakeOdoo::create_lead(std::string_view name) {
  Arena arena;
  const Value values = arena.object({{"name", name}, {"type", "opportunity"}, {"stage_id", 1}, {"user_id", uid()}});
  sandbox::Request request{"crm.lead", "create", {}, arena.object({{"vals_list", arena.array({values})}}), {}};
  return database.execute(database.user("admin"), request, arena).value.integer();
}

Result<std::optional<Intent>> MemoryLog::find(std::string_view key) {
  for (const Intent& intent : intents)
    if (intent.key == key) return std::optional<Intent>(intent);
  return std::optional<Intent>();
}

Result<void> MemoryLog::begin(const Intent& intent, std::span<const Image> before) {
  static_cast<void>(abandon(intent.key));
  intents.push_back(intent);
  for (Image image : before) {
    image.operation = intent.operation;
    kept.push_back(image);
  }
  return {};
}

Result<void> MemoryLog::resend(std::string_view key, int64_t sent_at) {
  for (Intent& intent : intents)
    if (intent.key == key) intent.sent_at = sent_at;
  return {};
}

Result<void> MemoryLog::finish(const Intent& intent, std::span<const Image> after) {
  for (Intent& known : intents)
    if (known.key == intent.key) known = intent;
  for (const Image& image : after) {
    const auto at = std::find_if(kept.begin(), kept.end(), [&](const Image& one) {
      return one.key == image.key && one.model == image.model && one.id == image.id;
    });
    if (at == kept.end())
      kept.push_back(image);
    else
      at->after = image.after;
  }
  return {};
}

Result<void> MemoryLog::abandon(std::string_view key) {
  std::erase_if(intents, [&](const Intent& intent) { return intent.key == key; });
  std::erase_if(kept, [&](const Image& image) { return image.key == key; });
  return {};
}

Result<std::vector<Intent>> MemoryLog::of_run(std::string_view run) {
  std::vector<Intent> found;
  for (const Intent& intent : intents)
    if (intent.run == run) found.push_back(intent);
  return found;
}

Result<std::vector<Image>> MemoryLog::images(std::string_view run) {
  std::vector<Image> found;
  for (const Image& image : kept)
    for (const Intent& intent : intents)
      if (intent.key == image.key && intent.run == run) found.push_back(image);
  return found;
}

Result<std::vector<Image>> MemoryLog::images_of(std::string_view key) {
  std::vector<Image> found;
  for (const Image& image : kept)
    if (image.key == key) found.push_back(image);
  return found;
}

Result<std::vector<Intent>> MemoryLog::open() {
  std::vector<Intent> found;
  for (const Intent& intent : intents)
    if (intent.state == State::kBegun || intent.state == State::kUnknown) found.push_back(intent);
  return found;
}

Options Rig::options() {
  Options made;
  made.epoch = epoch;
  made.earlier_epochs = earlier_epochs;
  made.now = [this] { return odoo.now; };
  made.at_step = [this](std::string_view step) {
    if (step == crash_at) throw Crash{};
  };
  made.on_stored = [this](std::string_view model, int64_t id, std::string_view field, Value value) {
    stored.push_back(
        {std::string(model), id, std::string(field), Document::build([&](Arena& arena) { return arena.copy(value); })});
  };
  return made;
}

}  // namespace outrigger::writes::testing_rig
