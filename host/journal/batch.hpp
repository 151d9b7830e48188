// What one call of a plugin's changes extension is given.
#pragma once

#include <string>
#include <vector>

#include "host/journal/desk.hpp"
#include "host/journal/view.hpp"

namespace outrigger::host {

// One delivery of a subscriber, to be settled or failed exactly once.
struct Batch {
  std::string subscriber;
  std::string subscription;  // its name in the manifest
  std::string model;         // "crm.lead", "fact:scoring.score"
  Document changes;          // an array, as in abi/changes.h
  std::vector<RowKey> rows;  // of each change
  std::vector<int64_t> versions;
  std::vector<View> views;
  int depth = 0;

  [[nodiscard]] bool empty() const { return rows.empty(); }
  [[nodiscard]] size_t size() const { return rows.size(); }
};

}  // namespace outrigger::host
