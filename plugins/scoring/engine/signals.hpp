// What is known of leads beyond Odoo's own variables: any field of the lead or its partner, points by behaviour.
//
//     Signals signals;
//     signals.columns.push_back(Signal::category("partner_id.industry_id"));
//     signals.columns.push_back(Signal::number("points"));
//     signals.append();                                        // one row, beside Leads::append
//     signals.columns[0].code.back() = signals.columns[0].values.code("7");
//     signals.columns[1].numbers.back() = 12.5;
//
// Selections, many2ones and booleans are categories; a many2many is tags; numbers are themselves; a date is the number
// of days since the lead was created (days_since), because a calendar date seen last year says nothing of this year's.
// Units: times are microseconds since 1970 UTC. Threads: one writer; any readers afterwards.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "leads.hpp"

namespace outrigger::scoring {

struct Signal {
  enum class Kind : uint8_t { kCategory, kTags, kNumber };

  static Signal category(std::string name) { return {std::move(name), Kind::kCategory}; }
  static Signal of_tags(std::string name) { return {std::move(name), Kind::kTags}; }
  static Signal number(std::string name) { return {std::move(name), Kind::kNumber}; }

  std::string name;
  Kind kind = Kind::kCategory;
  Values values{};                    // texts of a category or of tags
  std::vector<uint32_t> code{};       // category, per lead; 0: absent
  std::vector<uint32_t> tag{};        // tags: codes, lead after lead
  std::vector<uint32_t> tag_end{};    // tags, per lead: where they end in `tag`
  std::vector<double> numbers{};      // number, per lead; not finite: absent
  std::vector<int64_t> known_from{};  // per lead: since when the value was known; empty: as long as the lead

  [[nodiscard]] uint32_t tag_begin(size_t row) const { return row == 0 ? 0 : tag_end[row - 1]; }
  // Adds a tag to the lead that was appended last.
  void append_tag(std::string_view text) {
    tag.push_back(values.code(text));
    tag_end.back() = static_cast<uint32_t>(tag.size());
  }
  [[nodiscard]] size_t size() const {
    return kind == Kind::kCategory ? code.size() : kind == Kind::kTags ? tag_end.size() : numbers.size();
  }
};

struct Signals {
  std::vector<Signal> columns;
  // Adds a lead of which nothing is known to every column.
  void append() {
    for (Signal& signal : columns) {
      if (signal.kind == Signal::Kind::kCategory) signal.code.push_back(0);
      if (signal.kind == Signal::Kind::kTags) signal.tag_end.push_back(static_cast<uint32_t>(signal.tag.size()));
      if (signal.kind == Signal::Kind::kNumber) signal.numbers.push_back(kUnset);
    }
  }
};

inline double days_since(int64_t created, int64_t date) { return static_cast<double>(date - created) / 86400e6; }

// Leads with their signals. REQUIRES: every signal has as many rows as the leads; both outlive it.
struct Sample {
  const Leads& leads;
  const Signals& signals;
};

// A copy of some rows, with the same codes.
Signals select(const Signals& signals, const std::vector<uint32_t>& rows);

}  // namespace outrigger::scoring
