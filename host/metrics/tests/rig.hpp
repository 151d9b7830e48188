// Metrics with a log that is kept, and a look at lines of the exposition.
#pragma once

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "host/metrics/metrics.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {

struct MetricsRig {
  std::vector<std::string> said;
  Log log{[this](LogLevel, std::string_view from, std::string_view text) {
    said.push_back(std::string(from) + ": " + std::string(text));
  }};
  Metrics metrics{log};
  std::unique_ptr<Engine> scoring = metrics.engine("scoring", "main");

  // The lines that hold the text.
  std::vector<std::string> lines(std::string_view with) {
    std::istringstream all(metrics.exposition());
    std::vector<std::string> found;
    for (std::string line; std::getline(all, line);)
      if (line.find(with) != std::string::npos && line[0] != '#') found.push_back(line);
    return found;
  }
  // The number at the end of the only line that holds all of this.
  std::string value(std::string_view with) {
    const std::vector<std::string> found = lines(with);
    if (found.size() != 1) return std::to_string(found.size()) + " lines";
    return found.front().substr(found.front().rfind(' ') + 1);
  }
  static void report(Engine& engine, std::string_view slot, std::string_view name, double value,
                     std::initializer_list<std::pair<std::string_view, Item>> labels = {}) {
    Arena arena;
    engine.notify(slot, arena.object({{"name", name}, {"value", value}, {"labels", arena.object(labels)}}));
  }
  void add(std::string_view name, double value = 1,
           std::initializer_list<std::pair<std::string_view, Item>> labels = {}) {
    report(*scoring, "add", name, value, labels);
  }
};

}  // namespace outrigger::host
