// Calling a function of a host extension that may not be there. For the headers of this folder; a plugin does not need
// it.
//
//     return ask(table_, &or_store_v1::info, kAbsent);                       // Result<Document>
//     return perform(table_, &or_secrets_v1::erase, kAbsent, to_abi(name));  // Result<void>
//
// A table may be absent (not granted), end before the function (an older host) or hold NULL (not built): each is a
// kUnsupported error with the caller's sentence. Threads: as the function's own tag.
#pragma once

#include <cstddef>

#include "abi.h"
#include "arena.hpp"
#include "result.hpp"

namespace outrigger {
inline namespace v1 {

// The function pointer, or nullptr: what OR_HAS asks, for a slot that is known by its member pointer.
template <typename Table, typename Function>
Function slot(const Table* table, Function Table::*member) {
  if (table == nullptr) return nullptr;
  const auto* first = reinterpret_cast<const std::byte*>(table);
  const auto* at = reinterpret_cast<const std::byte*>(&(table->*member));
  const auto end = static_cast<size_t>(at - first) + sizeof(Function);
  return table->struct_size >= end ? table->*member : nullptr;
}

// Calls a function that hands over a document.
template <typename Table, typename Function, typename... Args>
Result<Document> ask(const Table* table, Function Table::*member, const char* absent, Args... args) {
  const Function function = slot(table, member);
  if (function == nullptr) return Error{Code::kUnsupported, absent};
  or_error error = empty_error();
  or_doc doc{};
  const or_status status = function(table->ctx, args..., &doc, &error);
  Document reply = Document::adopt(doc);  // also on failure, so that nothing leaks
  if (status != OR_OK) return to_error(status, error);
  return reply;
}

// Calls a function that returns nothing, or writes to a pointer among its arguments.
template <typename Table, typename Function, typename... Args>
Result<void> perform(const Table* table, Function Table::*member, const char* absent, Args... args) {
  const Function function = slot(table, member);
  if (function == nullptr) return Error{Code::kUnsupported, absent};
  or_error error = empty_error();
  const or_status status = function(table->ctx, args..., &error);
  if (status != OR_OK) return to_error(status, error);
  return {};
}

}  // namespace v1
}  // namespace outrigger
