// Errors as values: Code, Error, Result<T>.
//
// Everything that may fail for a reason outside the program returns a Result. Exceptions are left to bugs.
//
//     Result<int64_t> count = odoo.search_count(query);
//     if (!count) return count.error();
//     log.info("{} leads", *count);
//
// Threads: plain values. Ownership: an Error owns its message.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "abi.h"

namespace outrigger {
inline namespace v1 {

// What went wrong, in terms of what a caller can do about it. The numbers are those of the ABI (OR_E_*).
enum class Code : int32_t {
  kOk = OR_OK,
  kInvalid = OR_E_INVALID,          // the arguments are wrong: correct the call
  kAccess = OR_E_ACCESS,            // a right or a grant is missing: an admin adds it
  kValidation = OR_E_VALIDATION,    // Odoo refused the values: correct them
  kMissing = OR_E_MISSING,          // the record, model, method or field is not there
  kConflict = OR_E_CONFLICT,        // concurrent change: the same call may succeed later
  kUnreachable = OR_E_UNREACHABLE,  // no connection, or it broke: try later
  kProtocol = OR_E_PROTOCOL,        // the reply is not what Odoo would send: a proxy, a wrong address
  kAuth = OR_E_AUTH,                // the key is wrong or expired: renew it
  kCancelled = OR_E_CANCELLED,      // we are stopping
  kDeadline = OR_E_DEADLINE,        // not answered in time
  kUnsupported = OR_E_UNSUPPORTED,  // this version or database cannot do it
  kLimit = OR_E_LIMIT,              // a bound was reached
  kInternal = OR_E_INTERNAL,        // a bug of ours
};

// A word for a code, as it stands in logs and in --json.
inline const char* to_string(Code code) {
  switch (code) {
    case Code::kOk: return "ok";
    case Code::kInvalid: return "invalid";
    case Code::kAccess: return "access";
    case Code::kValidation: return "validation";
    case Code::kMissing: return "missing";
    case Code::kConflict: return "conflict";
    case Code::kUnreachable: return "unreachable";
    case Code::kProtocol: return "protocol";
    case Code::kAuth: return "auth";
    case Code::kCancelled: return "cancelled";
    case Code::kDeadline: return "deadline";
    case Code::kUnsupported: return "unsupported";
    case Code::kLimit: return "limit";
    case Code::kInternal: return "internal";
  }
  return "unknown code";
}

enum class Source : int32_t {
  kPlugin = OR_SOURCE_PLUGIN,
  kOdoo = OR_SOURCE_ODOO,
  kNetwork = OR_SOURCE_NETWORK,
  kHost = OR_SOURCE_HOST,
};

// What a failed call may have done. Only reads and calls with kNone may be repeated without looking first.
enum class Effect : int32_t {
  kUnknown = OR_EFFECT_UNKNOWN,
  kNone = OR_EFFECT_NONE,
  kDone = OR_EFFECT_DONE,
};

struct Error {
  Code code = Code::kInternal;
  std::string message;  // one sentence that names the remedy; never a secret
  Source source = Source::kPlugin;
  Effect effect = Effect::kNone;
  int32_t retry_after_ms = -1;  // -1: waiting does not help
};

// Either a T or an Error. Reading the wrong one is a bug and throws std::bad_optional_access.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const noexcept { return value_.has_value(); }
  T& operator*() & { return value_.value(); }
  const T& operator*() const& { return value_.value(); }
  T&& operator*() && { return std::move(value_).value(); }
  T* operator->() { return &value_.value(); }
  const T* operator->() const { return &value_.value(); }
  const Error& error() const& {
    if (value_) throw std::bad_optional_access();
    return error_;
  }
  Error&& error() && {
    if (value_) throw std::bad_optional_access();
    return std::move(error_);
  }

 private:
  // Not a std::variant, which is dear to compile: a small plugin took a fifth longer with it.
  std::optional<T> value_;
  Error error_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const noexcept { return !failed_; }
  const Error& error() const& { return error_; }
  Error&& error() && { return std::move(error_); }

 private:
  Error error_{Code::kOk, {}, Source::kPlugin, Effect::kNone, -1};
  bool failed_ = false;
};

// An empty or_error, ready to be handed to a function of the ABI.
inline or_error empty_error() {
  or_error error{};
  error.struct_size = sizeof(or_error);
  return error;
}

// The size that or_error had at its first release; a caller may know no more of it, and none knows less.
inline constexpr size_t kErrorSize = offsetof(or_error, message) + sizeof(or_error::message);

// Fills the caller's or_error, cutting the message between UTF-8 characters; returns the code for `return`.
inline or_status fill_error(or_error* out, const Error& error) {
  const auto code = static_cast<or_status>(error.code);
  if (out == nullptr || out->struct_size < kErrorSize) return code;
  size_t size = error.message.size() < sizeof(out->message) ? error.message.size() : sizeof(out->message);
  while (size > 0 && size < error.message.size() && (static_cast<unsigned char>(error.message[size]) & 0xC0U) == 0x80U)
    --size;
  out->code = code;
  out->source = static_cast<int32_t>(error.source);
  out->effect = static_cast<int32_t>(error.effect);
  out->retry_after_ms = error.retry_after_ms;
  out->message_len = static_cast<uint32_t>(size);
  std::memcpy(out->message, error.message.data(), size);
  return code;
}

// The reverse: what a function of the ABI reported, `status` being what it returned.
inline Error to_error(or_status status, const or_error& error) {
  Error result;
  result.code = static_cast<Code>(status);
  const size_t size = error.message_len <= sizeof(error.message) ? error.message_len : sizeof(error.message);
  result.message.assign(error.message, size);
  result.source = static_cast<Source>(error.source);
  result.effect = static_cast<Effect>(error.effect);
  result.retry_after_ms = error.retry_after_ms;
  return result;
}

}  // namespace v1
}  // namespace outrigger
