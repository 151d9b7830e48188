#include "visibility.hpp"

#include <algorithm>

namespace outrigger::scoring {
namespace {

using Ids = std::vector<int64_t>;

// A missing id costs Odoo a query of its own: 2.5 ms on 19, 7 ms on 14.
int64_t asked_for(int64_t major) { return major <= 14 ? 60 : 200; }
constexpr size_t kAtOnce = 20;

// How far beyond the newest lead that is seen.
constexpr int64_t kBeyond = 20;

// Ids that are missing between those that are seen, as ranges: there may be millions.
class Missing {
 public:
  explicit Missing(const Ids& seen) {
    for (size_t i = 1; i < seen.size(); ++i) add(seen[i - 1] + 1, seen[i]);
    within_ = count_;
    const int64_t last = seen.empty() ? 0 : seen.back();
    add(last + 1, last + 1 + kBeyond);
  }

  // Those between, and all.
  [[nodiscard]] int64_t within() const { return within_; }
  [[nodiscard]] int64_t count() const { return count_; }
  [[nodiscard]] int64_t at(int64_t i) const {
    const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), i,
                                        [](int64_t place, const Range& range) { return place < range.before; });
    const Range& range = *std::prev(after);
    return range.first + (i - range.before);
  }

 private:
  struct Range {
    int64_t first;
    int64_t before;  // missing ids before it
  };
  void add(int64_t first, int64_t end) {
    if (first >= end) return;
    ranges_.push_back({first, count_});
    count_ += end - first;
  }

  std::vector<Range> ranges_;
  int64_t count_ = 0;
  int64_t within_ = 0;
};

// The newest of those between, as many spread over the others, and some beyond, which are the least likely to be there.
Ids candidates(const Ids& seen, int64_t most) {
  const Missing missing(seen);
  const int64_t newest = std::min(missing.within(), most / 2);
  const int64_t older = missing.within() - newest;
  const int64_t spread = std::min(older, most - newest);
  Ids chosen;
  for (int64_t i = 0; i < newest; ++i) chosen.push_back(missing.at(missing.within() - 1 - i));
  for (int64_t i = 0; i < spread; ++i) chosen.push_back(missing.at(i * older / spread));
  for (int64_t i = missing.within(); i < missing.count() && static_cast<int64_t>(chosen.size()) < most; ++i)
    chosen.push_back(missing.at(i));
  return chosen;
}

// Whether Odoo refuses to show one of them.
Result<bool> refused(const Odoo& odoo, const Ids& ids) {
  const Result<Document> rows = odoo.read("crm.lead", ids, {"stage_id"}, {.lane = Lane::kSweeps});
  if (rows) return false;
  if (rows.error().code == Code::kAccess) return true;
  return rows.error();
}

// REQUIRES: one of them is refused.
Result<int64_t> the_one(const Odoo& odoo, Ids ids) {
  while (ids.size() > 1) {
    Ids half(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(ids.size() / 2));
    const Result<bool> here = refused(odoo, half);
    if (!here) return here.error();
    if (!*here) half.assign(ids.begin() + static_cast<std::ptrdiff_t>(ids.size() / 2), ids.end());
    ids = std::move(half);
  }
  return ids.front();
}

}  // namespace

Result<std::optional<int64_t>> find_hidden(const Odoo& odoo, int64_t major, const Ids& seen) {
  const Ids asked = candidates(seen, asked_for(major));
  for (size_t first = 0; first < asked.size(); first += kAtOnce) {
    const Ids part(asked.begin() + static_cast<std::ptrdiff_t>(first),
                   asked.begin() + static_cast<std::ptrdiff_t>(std::min(asked.size(), first + kAtOnce)));
    const Result<bool> some = refused(odoo, part);
    if (!some) return some.error();
    if (!*some) continue;
    const Result<int64_t> lead = the_one(odoo, part);
    if (!lead) return lead.error();
    return std::optional(*lead);
  }
  return std::optional<int64_t>();
}

Result<std::optional<int64_t>> find_hidden(const Odoo& odoo, int64_t major) {
  constexpr int64_t kNewest = 2000;
  const Result<Document> rows = odoo.search_read(
      {.model = "crm.lead", .fields = {"stage_id"}, .order = "id desc", .archived = true, .limit = kNewest},
      {.lane = Lane::kSweeps});
  if (!rows) return rows.error();
  Ids seen;
  for (const Value row : rows->root().items()) seen.push_back(row["id"].integer());
  std::reverse(seen.begin(), seen.end());
  return find_hidden(odoo, major, seen);
}

Error hidden_lead(int64_t lead) {
  return {
      Code::kAccess,
      "this key sees a part of the leads: lead " + std::to_string(lead) +
          " is there and a record rule hides it, so every count and score would be wrong; have the rule (Settings, "
          "Technical, Record Rules, of the model Lead/Opportunity) spare this key's user, or take another user's key",
      Source::kPlugin, Effect::kNone, -1};
}

}  // namespace outrigger::scoring
