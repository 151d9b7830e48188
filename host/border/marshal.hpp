// From the C structs of the ABI to arguments of operations, and from results to what a C function hands out.
#pragma once

#include <cstring>
#include <exception>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "host/border/host_caller.hpp"
#include "outrigger/abi.h"

namespace outrigger::host::marshal {

inline HostCaller& caller(void* ctx) { return *static_cast<HostCaller*>(ctx); }

// No exception crosses the border.
template <typename Body>
or_status guarded(or_error* error, Body&& body) noexcept {
  try {
    return body();
  } catch (const std::exception& problem) {
    try {
      return fill_error(error, {Code::kInternal, std::string("the host failed: ") + problem.what(), Source::kHost,
                                Effect::kUnknown, -1});
    } catch (...) {
      return OR_E_INTERNAL;
    }
  } catch (...) {
    return OR_E_INTERNAL;
  }
}

inline or_status give(Result<Document>&& result, or_doc* out, or_error* error) {
  if (!result) return fill_error(error, result.error());
  if (out != nullptr) *out = result->hand_over();
  return OR_OK;
}
inline or_status give_number(const Result<Document>& result, int64_t* out, or_error* error) {
  if (!result) return fill_error(error, result.error());
  if (out != nullptr) *out = result->root().integer();
  return OR_OK;
}
inline or_status done(const Result<Document>& result, or_error* error) {
  return result ? OR_OK : fill_error(error, result.error());
}

// A struct that the caller compiled against another header may be shorter or longer; what it lacks is zero.
template <typename T>
T whole(const T* given) {
  T full{};
  if (given != nullptr) std::memcpy(&full, given, std::min<size_t>(sizeof full, given->struct_size));
  full.struct_size = sizeof full;
  return full;
}

// Arguments of an operation; what is empty is left out. Texts and trees are borrowed, names and ids are copied.
class Args {
 public:
  Args& text(std::string_view key, or_str value) {
    if (value.len != 0) add(key, Value::of(from_abi(value)));
    return *this;
  }
  Args& bytes(std::string_view key, or_str value) {
    if (value.len == 0) return *this;
    or_value raw = Value::of(from_abi(value)).raw();
    raw.kind = OR_BYTES;
    return add(key, raw);
  }
  Args& number(std::string_view key, int64_t value) { return value == 0 ? *this : add(key, Value::of(value)); }
  Args& real(std::string_view key, double value) { return add(key, Value::of(value)); }
  Args& flag(std::string_view key, bool value) { return value ? add(key, Value::of(true)) : *this; }
  Args& tree(std::string_view key, const or_value* value) { return value == nullptr ? *this : add(key, Value(*value)); }
  Args& names(std::string_view key, const or_str* list, uint64_t count) {
    std::vector<Value> items;
    for (uint64_t i = 0; list != nullptr && i < count; ++i) items.push_back(Value::of(from_abi(list[i])));
    return add(key, arena_.array(items));
  }
  Args& ids(std::string_view key, const int64_t* list, uint64_t count) {
    return add(key, arena_.ids({list, list == nullptr ? 0 : count}));
  }
  Args& add(std::string_view key, Value value) {
    fields_.push_back({key, value});
    return *this;
  }
  [[nodiscard]] Value value() { return arena_.object(fields_); }
  Arena& arena() { return arena_; }

 private:
  Arena arena_;
  std::vector<Field> fields_;
};

}  // namespace outrigger::host::marshal
