// Faults on tap: what may go wrong with a call, and how it looks to the caller.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "integration/sandbox/http.hpp"

namespace outrigger::sandbox {

// Something that goes wrong with calls whose "model/method" or path contains `match`.
struct Injection {
  enum class Kind { kDelay, kCutBefore, kCutAfterCommit, kError500, kHtml, kTooMany, kWrongJson, kTruncated, kReset };
  std::string match;  // empty: every call
  Kind kind = Kind::kDelay;
  int times = 1;  // how many calls it hits; -1: all
  std::chrono::milliseconds delay{0};
};
// The word of a kind in POST /sandbox/faults and back: delay, cut_before, cut_after_commit, error_500, html, too_many,
// wrong_json, truncated, reset.
std::optional<Injection::Kind> injection_kind(std::string_view word);
// All of them: "delay, cut_before, ...".
std::string injection_words();
// What a fault does before the call is executed; nothing when the call goes on.
std::optional<HttpReply> before(const Injection& injection);
// What it does to the reply.
void after(const Injection& injection, HttpReply& reply);

}  // namespace outrigger::sandbox
