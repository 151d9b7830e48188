// Whether the plugin can do its work: findings for `doctor`, and before a new version takes over.
//
//     Result<std::vector<Finding>> health(std::string_view) override {
//       if (config()["mailbox"].text().empty()) return std::vector{Finding::warn("no mailbox", "set mailbox")};
//       return std::vector<Finding>{};   // well
//     }
//
// Threads: plain values that own their text.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "abi/health.h"
#include "arena.hpp"

namespace outrigger {
inline namespace v1 {

struct Finding {
  const char* level;   // "ok", "warn" or "fail"; fail keeps a new version from taking over
  std::string text;    // what is the case, in the reader's language
  std::string remedy;  // what the admin does about it

  static Finding ok(std::string text) { return {"ok", std::move(text), {}}; }
  static Finding warn(std::string text, std::string remedy) { return {"warn", std::move(text), std::move(remedy)}; }
  static Finding fail(std::string text, std::string remedy) { return {"fail", std::move(text), std::move(remedy)}; }
};

// As they cross.
inline Document report(const std::vector<Finding>& findings) {
  if (findings.empty()) return {};
  return Document::build([&](Arena& arena) {
    std::vector<Value> all;
    all.reserve(findings.size());
    for (const Finding& one : findings)
      all.push_back(
          arena.object({{"level", one.level}, {"text", arena.text(one.text)}, {"remedy", arena.text(one.remedy)}}));
    return arena.array(all);
  });
}

}  // namespace v1
}  // namespace outrigger
