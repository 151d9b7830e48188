#include "host/store/store_engine.hpp"

namespace outrigger::host {
namespace {

Error invalid(const char* what) { return {Code::kInvalid, what, Source::kPlugin, Effect::kNone, -1}; }

bool is_bytes(Value value) { return value.is_string() || value.kind() == Kind::kBytes; }

Result<std::vector<StorePair>> pairs_of(Value list) {
  std::vector<StorePair> pairs;
  if (!list.is_null() && !list.is_array()) return invalid("expected and changes are arrays of [key, value]");
  for (const Value pair : list.items()) {
    if (!pair.is_array() || pair.size() != 2 || !is_bytes(pair.at(0)) ||
        !(pair.at(1).is_null() || is_bytes(pair.at(1))))
      return invalid(
          "expected and changes are arrays of [key, value]; a key is text or bytes, a value is one, or null");
    pairs.emplace_back(pair.at(0).text(),
                       pair.at(1).is_null() ? std::nullopt : std::optional(std::string(pair.at(1).text())));
  }
  return pairs;
}

}  // namespace

Result<Document> StoreEngine::call(std::string_view slot, Value args, const std::stop_token& stop) {
  static_cast<void>(stop);
  if (slot == "get") return get(args);
  if (slot == "scan") return scan(args);
  if (slot == "commit") return commit(args);
  if (slot == "info") return info();
  return Error{Code::kUnsupported, "the store has no " + std::string(slot), Source::kHost, Effect::kNone, -1};
}

Result<Document> StoreEngine::get(Value args) {
  if (!args["keys"].is_array()) return invalid("get takes an array of keys");
  std::vector<std::string> keys;
  for (const Value key : args["keys"].items()) {
    if (!is_bytes(key)) return invalid("a key is text or bytes");
    keys.emplace_back(key.text());
  }
  const auto values = planned_ ? planned_->get(keys) : store_.get(plugin_, keys);
  if (!values) return values.error();
  return Document::build([&](Arena& arena) {
    std::vector<Value> items;
    items.reserve(values->size());
    for (const auto& value : *values) items.push_back(value ? arena.bytes(*value) : Value{});
    return arena.array(items);
  });
}

Result<Document> StoreEngine::scan(Value args) {
  StoreScan scan{std::string(args["from"].text()), std::string(args["to"].text()), args["limit"].integer(),
                 args["reverse"].truthy(), args["keys"].truthy()};
  const auto pairs = planned_ ? planned_->scan(scan) : store_.scan(plugin_, scan);
  if (!pairs) return pairs.error();
  return Document::build([&](Arena& arena) {
    std::vector<Value> items;
    items.reserve(pairs->size());
    for (const auto& [key, value] : *pairs) {
      const Value name = arena.bytes(key);
      items.push_back(scan.keys_only ? name : arena.array({name, arena.bytes(value)}));
    }
    return arena.array(items);
  });
}

Result<Document> StoreEngine::commit(Value args) {
  StoreCommit commit;
  const int64_t version = args["schema_version"].integer();
  if (version < 0 || version > UINT32_MAX) return invalid("schema_version is a number of 32 bits");
  commit.schema_version = static_cast<uint32_t>(version);
  Result<std::vector<StorePair>> expected = pairs_of(args["expected"]);
  if (!expected) return expected.error();
  Result<std::vector<StorePair>> changes = pairs_of(args["changes"]);
  if (!changes) return changes.error();
  commit.expected = *std::move(expected);
  commit.changes = *std::move(changes);
  commit.delivery = args["delivery"].text();
  commit.outcome = Document(nullptr, args["outcome"]);  // borrowed for the call
  if (Result<void> done = planned_ ? planned_->commit(commit) : store_.commit(plugin_, commit); !done)
    return done.error();
  return Document();
}

Result<Document> StoreEngine::info() {
  const Result<StoreTotals> totals = planned_ ? planned_->totals() : store_.totals(plugin_);
  if (!totals) return totals.error();
  return Document::build([&](Arena& arena) {
    return arena.object({{"schema_version", totals->schema_version},
                         {"keys", totals->keys},
                         {"bytes", totals->bytes},
                         {"quota", store_.options().quota}});
  });
}

}  // namespace outrigger::host
