// What the calls to Odoo take: Scope, Query, Body, and what ensure_field and its kind make sure of. See odoo.hpp.
//
// All text and all values are borrowed for the call. Threads: plain values.
#pragma once

#include <concepts>
#include <string_view>
#include <utility>
#include <vector>

#include "abi/odoo.h"
#include "arena.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

enum class Lane : int32_t {
  kDefault = OR_LANE_DEFAULT,
  kInteractive = OR_LANE_INTERACTIVE,
  kWrites = OR_LANE_WRITES,
  kFeed = OR_LANE_FEED,
  kSweeps = OR_LANE_SWEEPS,
};

// In whose name, for which company, and how patiently. Reads may leave all of it out; a write names its company:
//
//     odoo().create("crm.lead", values, {.company_id = 2});
//     odoo().write("crm.lead", ids, values, {.company_id = kAllCompanies});
struct Scope {
  Lane lane = Lane::kDefault;
  int64_t company_id = OR_COMPANY_DEFAULT;  // or an id, or kAllCompanies
  std::string_view principal = {};          // empty: the integration's key; else the name of a user's key in secrets
  std::string_view idempotency_key = {};    // writes: the same key has one effect
  std::string_view lang = {};               // of translated fields, "vi_VN"
  int64_t deadline_ms = 0;                  // with all retries; 0: the host's default
  std::string_view delivery = {};           // writes: what they are done for, change.delivery()
  Value context = {};                       // an object: what Odoo is to know besides; see abi/odoo.h

  // Refers to this scope.
  or_odoo_scope raw() const&& = delete;
  [[nodiscard]] or_odoo_scope raw() const& {
    or_odoo_scope raw{};
    raw.struct_size = sizeof raw;
    raw.lane = static_cast<int32_t>(lane);
    raw.company_id = company_id;
    raw.principal = to_abi(principal);
    raw.idempotency_key = to_abi(idempotency_key);
    raw.lang = to_abi(lang);
    raw.deadline_ms = deadline_ms;
    raw.delivery = to_abi(delivery);
    raw.context = context.is_null() ? nullptr : &context.raw();
    return raw;
  }
};

inline std::vector<or_str> to_abi(const std::vector<std::string_view>& names) {
  std::vector<or_str> raw;
  raw.reserve(names.size());
  for (const std::string_view name : names) raw.push_back(to_abi(name));
  return raw;
}

// What to read.
struct Query {
  std::string_view model;
  Value domain = {};  // null: all records
  std::vector<std::string_view> fields = {};
  std::string_view order = {};
  bool archived = false;  // archived records too
  bool names = false;     // many2one as [id, name]
  int64_t offset = 0;
  int64_t limit = 0;  // 0: the host's page size
};

// A Query as it crosses. REQUIRES: the query outlives it.
class RawQuery {
 public:
  explicit RawQuery(const Query& from) : domain_(from.domain.raw()), fields_(to_abi(from.fields)) {
    query_.struct_size = sizeof query_;
    query_.flags = (from.archived ? OR_QUERY_ARCHIVED : 0U) | (from.names ? OR_QUERY_NAMES : 0U);
    query_.model = to_abi(from.model);
    query_.domain = from.domain.is_null() ? nullptr : &domain_;
    query_.fields = fields_.data();
    query_.field_count = fields_.size();
    query_.order = to_abi(from.order);
    query_.offset = from.offset;
    query_.limit = from.limit;
  }
  RawQuery(const RawQuery&) = delete;
  RawQuery& operator=(const RawQuery&) = delete;
  [[nodiscard]] const or_odoo_query* get() const { return &query_; }

 private:
  or_value domain_;
  std::vector<or_str> fields_;
  or_odoo_query query_{};
};

// The text of a message: plain, or Html{"<b>bold</b>"}.
struct Html {
  std::string_view text;
};
struct Body {
  std::string_view text;
  bool is_html = false;
  template <typename T>
  requires std::convertible_to<T, std::string_view> Body(const T& plain)
      : text(plain) {}                                 // NOLINT(google-explicit-constructor)
  Body(Html html) : text(html.text), is_html(true) {}  // NOLINT(google-explicit-constructor)
};

// A custom field that is to be there.
struct FieldSpec {
  std::string_view model;  // "crm.lead"
  std::string_view name;   // begins with x_
  std::string_view type;   // "char", "selection", "many2one", ...
  std::string_view label;  // what users read
  std::string_view help = {};
  Value selection = {};            // of a selection: an array of [key, label]
  std::string_view relation = {};  // of a relation: the other model

  [[nodiscard]] Value to_value(Arena& arena) const {
    return arena.object({{"model", model},
                         {"name", name},
                         {"type", type},
                         {"string", label},
                         {"help", help},
                         {"selection", selection},
                         {"relation", relation}});
  }
};

// A view that is to be there, as an extension of another one.
struct ViewSpec {
  std::string_view name;      // of the plugin's own
  std::string_view inherits;  // xml id of the view that it extends, "crm.crm_lead_view_form"
  std::string_view arch;      // XML with xpath nodes

  [[nodiscard]] Value to_value(Arena& arena) const {
    return arena.object({{"name", name}, {"inherits", inherits}, {"arch", arch}});
  }
};

// A webhook that Odoo is to call when one of the fields changes.
struct WebhookSpec {
  std::string_view endpoint;  // its name in the manifest
  std::string_view model;
  std::vector<std::string_view> fields;

  [[nodiscard]] Value to_value(Arena& arena) const {
    std::vector<Value> names;
    names.reserve(fields.size());
    for (const std::string_view field : fields) names.push_back(Value::of(field));
    return arena.object({{"endpoint", endpoint}, {"model", model}, {"fields", arena.array(names)}});
  }
};

}  // namespace v1
}  // namespace outrigger
