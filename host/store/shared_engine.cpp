#include "host/store/shared_engine.hpp"

namespace outrigger::host {
namespace {

constexpr size_t kMostIds = 100'000;
constexpr size_t kLargestFact = size_t{64} << 10U;

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kPlugin, Effect::kNone, -1}; }

}  // namespace

Result<Document> SharedEngine::call(std::string_view slot, Value args, const std::stop_token& stop) {
  static_cast<void>(stop);
  const std::string_view fact = args["fact"].text();
  const std::string_view model = args["model"].text();
  if (fact.empty() || model.empty() || model.find(kOfModel) != std::string_view::npos)
    return refuse(Code::kInvalid, "a fact has a name, PLUGIN.NAME, and a model");
  if (args["ids"].size() > kMostIds)
    return refuse(Code::kLimit, "a call takes " + std::to_string(kMostIds) + " ids; make it several");
  std::vector<int64_t> ids;
  for (const Value id : args["ids"].items()) ids.push_back(id.integer());
  if (slot == "read") return journal_.facts(fact, model, ids);
  if (slot != "publish")
    return Error{Code::kUnsupported, "shared has no " + std::string(slot), Source::kHost, Effect::kNone, -1};
  if (!fact.starts_with(plugin_ + "."))
    return refuse(Code::kAccess, "a plugin publishes its own facts: call it " + plugin_ + ".NAME");
  for (const Value value : args["values"].items())
    if (to_cbor(value).size() > kLargestFact) return refuse(Code::kInvalid, "a fact has at most 64 KiB");
  if (Result<void> done = journal_.publish(fact, model, ids, args["values"]); !done) return done.error();
  return Document();
}

}  // namespace outrigger::host
