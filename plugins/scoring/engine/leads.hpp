// Leads as columns: what rebuilding the frequency table and scoring read, and nothing else.
//
//     Leads leads(variables.fields.size());
//     size_t row = leads.append(id);                      // ids in ascending order
//     leads.stage[row] = 3;                               // index into Model::stages, -1: none
//     leads.feature[0][row] = leads.values[0].code("75"); // 0: the lead does not have this feature
//
// Units: times are microseconds since 1970 UTC; probabilities are percent, NaN when Odoo has none.
// Threads: one writer; any readers afterwards. Memory: about 55 bytes a lead with seven variables, plus its tags.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace outrigger::scoring {

inline constexpr double kUnset = std::numeric_limits<double>::quiet_NaN();
inline bool is_set(double percent) { return !std::isnan(percent); }

enum class WonStatus : uint8_t { kUnknown, kPending, kWon, kLost };

// The texts that one variable takes, numbered from 1 in order of appearance.
class Values {
 public:
  uint32_t code(std::string_view text) {
    const auto [at, added] = codes_.try_emplace(std::string(text), static_cast<uint32_t>(texts_.size()));
    if (added) texts_.emplace_back(text);
    return at->second;
  }
  // 0 when the text was never seen.
  [[nodiscard]] uint32_t find(std::string_view text) const {
    const auto at = codes_.find(std::string(text));
    return at == codes_.end() ? 0 : at->second;
  }
  [[nodiscard]] const std::string& text(uint32_t code) const { return texts_[code]; }
  // One more than the highest code.
  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(texts_.size()); }

 private:
  std::vector<std::string> texts_{std::string()};
  std::unordered_map<std::string, uint32_t> codes_;
};

struct Leads {
  explicit Leads(size_t fields) : feature(fields), values(fields) {}

  // Adds a lead with nothing set; returns its row. REQUIRES: id is greater than every id so far.
  size_t append(int64_t lead_id) {
    id.push_back(lead_id);
    stage.push_back(-1);
    team.push_back(-1);
    status.push_back(WonStatus::kUnknown);
    active.push_back(1);
    priority.push_back(kNoPriority);
    created.push_back(0);
    probability.push_back(kUnset);
    automated.push_back(kUnset);
    for (auto& column : feature) column.push_back(0);
    tag_start.push_back(static_cast<uint32_t>(tag.size()));
    tag_end.push_back(static_cast<uint32_t>(tag.size()));
    return id.size() - 1;
  }
  // Adds a tag to the lead that was appended last.
  void append_tag(std::string_view tag_id) {
    tag.push_back(tags.code(tag_id));
    tag_end.back() = static_cast<uint32_t>(tag.size());
  }
  [[nodiscard]] size_t size() const { return id.size(); }
  [[nodiscard]] uint32_t tag_begin(size_t row) const { return tag_start[row]; }

  static constexpr uint8_t kNoPriority = 255;  // sorts before every priority, as NULL does in Odoo's order

  std::vector<int64_t> id;
  std::vector<int16_t> stage;  // index into Model::stages; -1: none
  std::vector<int16_t> team;   // index into Model::teams; -1: none
  std::vector<WonStatus> status;
  std::vector<uint8_t> active;
  std::vector<uint8_t> priority;
  std::vector<int64_t> created;
  std::vector<double> probability;
  std::vector<double> automated;
  std::vector<std::vector<uint32_t>> feature;  // per variable: a code of values[variable]; 0: absent
  std::vector<uint32_t> tag;                   // codes of tags, lead after lead; replaced ones stay behind unused
  std::vector<uint32_t> tag_start;             // per lead: where its tags begin in `tag`
  std::vector<uint32_t> tag_end;               // and where they end
  size_t unused_tags = 0;                      // codes in `tag` that no lead has any more
  std::vector<Values> values;                  // per variable
  Values tags;
};

}  // namespace outrigger::scoring
