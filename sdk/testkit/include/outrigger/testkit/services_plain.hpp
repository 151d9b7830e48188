// Log, metrics, clock and domains of a FakeHost. Included by services.hpp.
#pragma once

#include "services.hpp"

namespace outrigger::testkit {

inline void HostTables::make_log() {
  begin(log_);
  log_.write = [](void* ctx, int32_t level, or_str text, const or_value* fields) {
    HostTables& self = at(ctx);
    (void)self.port_.perform("log.write", nullptr, [&]() -> Result<void> {
      if (Result<void> ok = self.port_.admit("log.write", text, fields); !ok) return ok;
      self.services_.logs.push_back(
          {level, std::string(from_abi(text)), fields == nullptr ? Object() : Object(Value(*fields))});
      return {};
    });
  };
  log_.enabled = [](void*, int32_t) { return 1; };
}

inline void HostTables::make_metrics() {
  begin(metrics_);
  static constexpr auto kMeasure = [](void* ctx, char kind, or_str name, double value, const or_value* labels) {
    HostTables& self = at(ctx);
    (void)self.port_.perform("metrics.add", nullptr, [&]() -> Result<void> {
      if (Result<void> ok = self.port_.admit("metrics.add", name, labels); !ok) return ok;
      const std::string_view text = from_abi(name);
      bool good = !text.empty() && text.front() >= 'a' && text.front() <= 'z';
      for (const char c : text) good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
      if (!good)
        self.port_.problem("the metric " + std::string(text) + " is not named in small letters, digits and _.");
      if (kind == 'c' && value < 0)
        self.port_.problem("the counter " + std::string(text) + " was to fall: use a gauge (set).");
      self.services_.metrics.push_back(
          {kind, std::string(text), value, labels == nullptr ? Object() : Object(Value(*labels))});
      return {};
    });
  };
  metrics_.add = [](void* ctx, or_str name, double value, const or_value* labels) {
    kMeasure(ctx, 'c', name, value, labels);
  };
  metrics_.set = [](void* ctx, or_str name, double value, const or_value* labels) {
    kMeasure(ctx, 'g', name, value, labels);
  };
  metrics_.observe = [](void* ctx, or_str name, double value, const or_value* labels) {
    kMeasure(ctx, 'h', name, value, labels);
  };
}

inline void HostTables::make_clock() {
  begin(clock_);
  clock_.now = [](void* ctx) -> int64_t { return at(ctx).services_.clock.now().time_since_epoch().count(); };
  clock_.monotonic = [](void* ctx) -> int64_t { return at(ctx).services_.clock.monotonic().count(); };
  static constexpr auto kConvert = [](void* ctx, or_str zone, int64_t from, int64_t* to, or_error* error, int sign) {
    HostTables& self = at(ctx);
    return self.port_.perform("clock.zone", error, [&]() -> Result<void> {
      const Result<int64_t> offset = self.services_.clock.offset(from_abi(zone));
      if (!offset) return offset.error();
      *to = from + sign * *offset;
      return {};
    });
  };
  clock_.to_utc = [](void* ctx, or_str zone, int64_t local, int64_t* utc, or_error* error) {
    return kConvert(ctx, zone, local, utc, error, -1);
  };
  clock_.to_local = [](void* ctx, or_str zone, int64_t utc, int64_t* local, or_error* error) {
    return kConvert(ctx, zone, utc, local, error, 1);
  };
}

inline Result<std::string> bits_of(Value domain, Value columns) {
  size_t rows = 0;
  for (const Field column : columns.fields()) rows = std::max(rows, column.value.size());
  std::string bits((rows + 7) / 8, '\0');
  for (size_t i = 0; i < rows; ++i) {
    const Result<bool> is = matches(domain, [&](std::string_view field) {
      const Value column = columns[field];
      return i < column.size() ? column.at(i) : Value{};
    });
    if (!is) return is.error();
    if (*is) bits[i / 8] = static_cast<char>(bits[i / 8] | (1 << (i % 8)));
  }
  return bits;
}

inline void HostTables::make_domain() {
  begin(domain_);
  domain_.compile = [](void* ctx, or_str model, const or_value* domains, int32_t, int64_t* set, or_error* error) {
    HostTables& self = at(ctx);
    return self.port_.perform("domain.compile", error, [&]() -> Result<void> {
      if (Result<void> ok = self.port_.admit("domain.compile", model, domains); !ok) return ok;
      std::vector<Document> kept;
      for (const Value domain : Value(*domains).items()) {
        if (!domain.is_array())
          return Error{Code::kUnsupported, "the testkit reads domains as arrays, not as text", Source::kHost};
        kept.push_back(keep(domain));
      }
      *set = self.services_.next_set++;
      self.services_.domain_sets[*set] = std::move(kept);
      return {};
    });
  };
  domain_.fields = [](void* ctx, int64_t set, or_doc* reply, or_error* error) {
    return at(ctx).port_.give("domain.fields", reply, error, [&]() -> Result<Document> {
      std::vector<std::string> names;
      for (const Document& domain : at(ctx).services_.domain_sets[set]) fields_of(domain.root(), names);
      return Document::build([&](Arena& arena) {
        std::vector<Value> list;
        for (const std::string& name : names) list.push_back(arena.text(name));
        return arena.array(list);
      });
    });
  };
  domain_.match = [](void* ctx, int64_t set, const or_value* columns, or_doc* reply, or_error* error) {
    HostTables& self = at(ctx);
    return self.port_.give("domain.match", reply, error, [&]() -> Result<Document> {
      if (Result<void> ok = self.port_.admit("domain.match", columns); !ok) return ok.error();
      auto arena = std::make_shared<Arena>();
      std::vector<Value> all;
      for (const Document& domain : self.services_.domain_sets[set]) {
        const Result<std::string> bits = bits_of(domain.root(), *columns);
        if (!bits) return bits.error();
        all.push_back(arena->bytes(*bits));
      }
      const Value root = arena->array(all);
      return Document(arena, root);
    });
  };
  domain_.release = [](void* ctx, int64_t set) {
    const std::lock_guard lock(at(ctx).port_.core().mutex);
    at(ctx).services_.domain_sets.erase(set);
  };
}

}  // namespace outrigger::testkit
