// What the tests of the host services share: an answer, an instant, and a store in memory.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <outrigger/clock.hpp>
#include <outrigger/store.hpp>

namespace outrigger {

inline constexpr Time at(int64_t micros) { return Time(std::chrono::microseconds(micros)); }

template <typename Make>
or_status answer(or_doc* out, Make&& make) {
  *out = Document::build(make).hand_over();
  return OR_OK;
}

struct FakeStore {
  FakeStore() {
    table.struct_size = sizeof table;
    table.ctx = this;
    table.get = [](void* ctx, const or_value* keys, or_doc* out, or_error*) {
      auto& self = *static_cast<FakeStore*>(ctx);
      return answer(out, [&](Arena& arena) {
        std::vector<Value> values;
        for (const Value key : Value(*keys).items()) {
          EXPECT_EQ(key.kind(), Kind::kBytes);
          const auto found = self.data.find(std::string(key.text()));
          values.push_back(found == self.data.end() ? Value{} : arena.bytes(found->second));
        }
        if (self.short_of > 0) values.resize(values.size() - self.short_of);
        return arena.array(values);
      });
    };
    table.scan = [](void* ctx, or_str from, or_str to, uint32_t flags, int64_t limit, or_doc* out, or_error*) {
      auto& self = *static_cast<FakeStore*>(ctx);
      self.seen_from = from_abi(from);
      self.seen_to = from_abi(to);
      self.seen_flags = flags;
      self.seen_limit = limit;
      return answer(out, [&](Arena& arena) {
        std::vector<Value> entries;
        for (const auto& [key, value] : self.data)
          entries.push_back((flags & OR_STORE_KEYS) != 0 ? arena.bytes(key)
                                                         : arena.array({arena.bytes(key), arena.bytes(value)}));
        if (self.odd) entries.push_back(arena.array({1}));
        return arena.array(entries);
      });
    };
    table.commit = [](void* ctx, const or_store_commit* commit, or_error* error) -> or_status {
      auto& self = *static_cast<FakeStore*>(ctx);
      self.delivery = from_abi(commit->delivery);
      self.outcome = commit->outcome == nullptr ? Value{} : self.kept.copy(*commit->outcome);
      self.schema_version = commit->schema_version;
      self.had_expected = commit->expected != nullptr;
      for (const Value pair : commit->expected == nullptr ? Value{}.items() : Value(*commit->expected).items()) {
        const auto found = self.data.find(std::string(pair.at(0).text()));
        const bool holds = pair.at(1).is_null()
                               ? found == self.data.end()
                               : found != self.data.end() && std::string_view(found->second) == pair.at(1).text();
        if (!holds) return fill_error(error, {Code::kConflict, "it has changed", Source::kHost, Effect::kNone});
      }
      for (const Value pair : commit->changes == nullptr ? Value{}.items() : Value(*commit->changes).items()) {
        if (pair.at(1).is_null())
          self.data.erase(std::string(pair.at(0).text()));
        else
          self.data[std::string(pair.at(0).text())] = pair.at(1).text();
      }
      return OR_OK;
    };
    table.info = [](void*, or_doc* out, or_error*) {
      return answer(out, [](Arena& arena) {
        return arena.object({{"schema_version", 3}, {"keys", 2}, {"bytes", 90}, {"quota", 1000}});
      });
    };
  }
  or_store_v1 table{};
  std::map<std::string, std::string> data;
  Arena kept;
  std::string seen_from, seen_to, delivery;
  uint32_t seen_flags = 0, schema_version = 0;
  int64_t seen_limit = 0;
  size_t short_of = 0;
  bool odd = false, had_expected = false;
  Value outcome;
};

}  // namespace outrigger
