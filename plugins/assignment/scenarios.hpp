// Rules that are to be compared: those of today, and those of a file.
//
//     Result<std::vector<Scenario>> all = scenarios_of(config, "{\"engine\": \"value\"}", say);
//
// The file is JSON: an object with keys of plugins.assignment.config, which go before those of today, or
// {"scenarios": {"more for Lan": {...}, "by value": {...}}} for several (kMostScenarios).
//
// Errors: kInvalid names the key and the remedy; a key that is none, or that says nothing about who gets what, is one.
// Threads: plain values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <outrigger/plugin.hpp>
#include <outrigger/speech.hpp>

#include "settings.hpp"

namespace outrigger::assignment {

constexpr size_t kMostScenarios = 8;

struct Scenario {
  std::string name;
  Document config;  // settings borrow from it
  Settings settings;
};

// The first is that of today. An empty `file`: no other.
Result<std::vector<Scenario>> scenarios_of(Value config, std::string_view file, const Speech& say);

}  // namespace outrigger::assignment
