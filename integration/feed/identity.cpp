// The identity sweep: every id and write_date of Odoo beside what is known. What is new or other is fetched, what is
// missing is verified before anybody hears that it is gone.
#include <algorithm>
#include <unordered_set>

#include "integration/feed/watch.hpp"

namespace outrigger::feed {
namespace {

constexpr size_t kChunk = 1000;  // ids a call
constexpr size_t kKnownPage = 2000;
constexpr size_t kSample = 200;
constexpr int kMostBisections = 60;  // calls a chunk, to tell dead records from hidden ones

std::string counted(size_t part, int64_t all, const std::string& model) {
  return std::to_string(part) + " of " + std::to_string(all) + " records of " + model;
}

}  // namespace

void Watch::restart_sweeps() {
  position_.identity_after = 0;
  position_.content_after = 0;
  identity_began_ = 0;
  missing_.clear();
  verified_ = 0;
  verifying_ = false;
}

Result<Looked> Watch::identity(std::stop_token stop) { return verifying_ ? verify(stop) : scan(stop); }

Result<Looked> Watch::fetch(const std::vector<int64_t>& ids, const Position& position, const Manner& how) {
  Looked looked;
  for (size_t from = 0; from == 0 || from < ids.size(); from += kChunk) {
    const size_t size = std::min(kChunk, ids.size() - from);
    const bool last = from + size >= ids.size();
    Page page;
    if (size > 0) {
      Arena arena;
      const Value list = arena.ids(std::span(ids).subspan(from, size));
      Result<Page> found = ask({.model = stream_.model,
                                .domain = arena.array({arena.array({"id", "in", list})}),
                                .fields = read_,
                                .limit = static_cast<int64_t>(kChunk) + 1},
                               how);
      if (!found) return found.error();
      page = *std::move(found);
    }
    const Result<Looked> kept = keep(page.rows.root(), last ? position : position_, everybody(), how, false);
    if (!kept) return kept;
    looked.rows += kept->rows;
    looked.fresh += kept->fresh;
    looked.changed += kept->changed;
    looked.delivered += kept->delivered;
  }
  return looked;
}

Result<Looked> Watch::scan(const std::stop_token& stop) {
  const Manner how = manner(Lane::kSweeps, stop);
  if (identity_began_ == 0) {
    identity_began_ = std::max<int64_t>(1, clock_.date(now()));
    scanned_ = position_.identity_after;
    missing_.clear();
    hidden_ = 0;
  }
  Arena arena;
  const int64_t limit = std::max<int64_t>(1, settings_.sweep_page * page_ / std::max<int64_t>(1, settings_.page));
  const Result<Page> page = ask({.model = stream_.model,
                                 .domain = arena.array({arena.array({"id", ">", scanned_})}),
                                 .fields = {"write_date"},
                                 .limit = limit},
                                how);
  if (!page) return page.error();
  const Value rows = page->rows.root();
  const int64_t end = page->last ? INT64_MAX : rows.at(rows.size() - 1)["id"].integer();
  std::vector<int64_t> other;
  std::vector<int64_t> missing;
  size_t at = 0;
  bool more_known = true;
  for (int64_t cursor = scanned_; more_known;) {
    const Result<std::vector<Known>> known = sink_.known(stream_, cursor, kKnownPage);
    if (!known) return known.error();
    more_known = known->size() == kKnownPage;
    for (const Known& each : *known) {
      if (each.id > end) {
        more_known = false;
        break;
      }
      cursor = each.id;
      for (; at < rows.size() && rows.at(at)["id"].integer() < each.id; ++at)
        other.push_back(rows.at(at)["id"].integer());
      if (at == rows.size() || rows.at(at)["id"].integer() != each.id) {
        missing.push_back(each.id);
        continue;
      }
      if (rows.at(at)["write_date"].text() != each.write_date) other.push_back(each.id);
      ++at;
    }
  }
  for (; at < rows.size(); ++at) other.push_back(rows.at(at)["id"].integer());

  Position next = position_;
  // What is missing is remembered here only: a crash begins before the first of it.
  if (missing_.empty() && missing.empty() && !page->last) next.identity_after = end;
  Result<Looked> looked = fetch(other, next, how);
  if (!looked) return looked;
  looked->rows += rows.size();
  missing_.insert(missing_.end(), missing.begin(), missing.end());
  scanned_ = end;
  looked->more = true;
  if (!page->last) return looked;
  if (missing_.empty()) {
    problems_.erase("mass_deletion");
    problems_.erase("short_answer");
    return conclude(*looked);
  }
  verifying_ = true;
  verified_ = 0;
  return looked;
}

Result<std::vector<int64_t>> Watch::dead(const std::vector<int64_t>& ids, const Manner& how) {
  Arena arena;
  const Value domain = arena.array({arena.array({"id", "in", arena.ids(ids)})});
  const Result<std::vector<int64_t>> found = reader_.search(stream_.model, domain, how);
  if (!found) return found.error();
  const std::unordered_set<int64_t> there(found->begin(), found->end());
  std::vector<int64_t> unseen;
  for (const int64_t id : ids)
    if (there.count(id) == 0) unseen.push_back(id);
  std::vector<int64_t> dead;
  int calls = kMostBisections;
  if (Result<void> done = dead_among(unseen, how, calls, dead); !done) return done.error();
  return dead;
}

// A search leaves out what may not be seen; a read refuses it, and only leaves out what is not there.
Result<void> Watch::dead_among(const std::vector<int64_t>& ids, const Manner& how, int& calls,
                               std::vector<int64_t>& dead) {
  if (ids.empty()) return {};
  if (calls-- <= 0) {
    hidden_ += static_cast<int64_t>(ids.size());  // not known to be dead: the next sweep asks again
    return {};
  }
  const Result<std::vector<int64_t>> there = reader_.existing(stream_.model, ids, how);
  if (there) {
    const std::unordered_set<int64_t> alive(there->begin(), there->end());
    for (const int64_t id : ids)
      if (alive.count(id) == 0) dead.push_back(id);
    return {};
  }
  if (there.error().code != Code::kAccess) return there.error();
  if (ids.size() == 1) {
    ++hidden_;
    return {};
  }
  const auto middle = ids.begin() + static_cast<std::ptrdiff_t>(ids.size() / 2);
  if (Result<void> first = dead_among({ids.begin(), middle}, how, calls, dead); !first) return first;
  return dead_among({middle, ids.end()}, how, calls, dead);
}

// More is missing than is taken on trust: look twice, then leave it to a person.
Result<bool> Watch::braked(const std::stop_token& stop) {
  const Result<int64_t> known = sink_.count_known(stream_);
  if (!known) return known.error();
  known_ = *known;
  const size_t count = missing_.size();
  const bool many = static_cast<int64_t>(count) > settings_.brake_records &&
                    static_cast<double>(count) > settings_.brake_share * static_cast<double>(known_);
  if (!many || confirmed_) return false;
  const Manner how = manner(Lane::kSweeps, stop);
  std::vector<int64_t> sample;
  const size_t step = std::max<size_t>(1, count / kSample);
  for (size_t i = 0; i < count && sample.size() < kSample; i += step) sample.push_back(missing_[i]);
  const Result<std::vector<int64_t>> gone = dead(sample, how);
  if (!gone) return gone.error();
  const Result<int64_t> left = reader_.count(stream_.model, how);
  if (!left) return left.error();
  const bool true_indeed = gone->size() == sample.size() && *left <= known_ - static_cast<int64_t>(count) / 2;
  problems_.erase("mass_deletion");
  problems_.erase("short_answer");
  if (true_indeed)
    problems_["mass_deletion"] = counted(count, known_, stream_.model) +
                                 " are not in Odoo any more; nobody was told, because that may be a wrong database or "
                                 "a restored one: look into Odoo, then confirm the deletions";
  else
    problems_["short_answer"] = counted(count, known_, stream_.model) +
                                " were left out of Odoo's answer although they exist; the key has lost rights or "
                                "companies, and nothing was taken as deleted";
  return true;
}

Result<Looked> Watch::verify(const std::stop_token& stop) {
  const Manner how = manner(Lane::kSweeps, stop);
  if (verified_ == 0) {
    const Result<bool> stopped = braked(stop);
    if (!stopped) return stopped.error();
    if (*stopped) return conclude({});
    problems_.erase("mass_deletion");
    problems_.erase("short_answer");
  }
  const size_t size = std::min(kChunk, missing_.size() - verified_);
  const auto from = missing_.begin() + static_cast<std::ptrdiff_t>(verified_);
  const Result<std::vector<int64_t>> gone = dead({from, from + static_cast<std::ptrdiff_t>(size)}, how);
  if (!gone) return gone.error();
  Looked looked;
  if (!gone->empty()) {
    const Result<Kept> kept = sink_.gone(stream_, *gone, position_);
    if (!kept) {
      problems_["journal"] = "deletions of " + stream_.model + " could not be kept: " + kept.error().message;
      return kept.error();
    }
    problems_.erase("journal");
    looked.add(*kept);
    looked.gone = gone->size();
    for (const int64_t id : *gone) recent_.erase(id);
  }
  verified_ += size;
  looked.more = true;
  if (verified_ < missing_.size()) return looked;
  return conclude(looked);
}

Result<Looked> Watch::conclude(Looked looked) {
  Position next = position_;
  next.identity_after = 0;
  next.identity_done = identity_began_;
  const Result<Looked> kept = keep_nothing(next);
  if (!kept) return kept;
  identity_began_ = 0;
  missing_.clear();
  verified_ = 0;
  verifying_ = false;
  confirmed_ = false;  // it was meant for this sweep
  problems_.erase("clock");
  problems_.erase("hidden");
  if (hidden_ > 0)
    problems_["hidden"] = std::to_string(hidden_) + " records of " + stream_.model +
                          " are in Odoo, but the key may no longer read them; their last state stays, and they are not "
                          "taken as deleted";
  const Result<int64_t> known = sink_.count_known(stream_);
  if (known) known_ = *known;
  looked.more = false;
  return looked;
}

Result<Looked> Watch::records(const std::vector<int64_t>& ids, std::stop_token stop) {
  if (baseline_due() || ids.empty()) return Looked{};
  const Manner how = manner(Lane::kFeed, stop);
  Arena arena;
  const Result<Page> page = ask({.model = stream_.model,
                                 .domain = arena.array({arena.array({"id", "in", arena.ids(ids)})}),
                                 .fields = read_,
                                 .limit = static_cast<int64_t>(ids.size()) + 1},
                                how);
  if (!page) return page.error();
  Result<Looked> looked = keep(page->rows.root(), position_, everybody(), how, true);
  if (!looked) return looked;
  std::unordered_set<int64_t> found;
  for (const Value row : page->rows.root().items()) found.insert(row["id"].integer());
  std::vector<int64_t> missing;
  for (const int64_t id : ids) {
    if (found.count(id) != 0) continue;
    const Result<std::vector<Known>> known = sink_.known(stream_, id - 1, 1);
    if (!known) return known.error();
    if (known->size() == 1 && known->front().id == id) missing.push_back(id);
  }
  // As many as a brake would stop are left to the sweep.
  if (missing.empty() || static_cast<int64_t>(missing.size()) > settings_.brake_records) return looked;
  const Result<std::vector<int64_t>> gone = dead(missing, how);
  if (!gone) return gone.error();
  if (gone->empty()) return looked;
  const Result<Kept> kept = sink_.gone(stream_, *gone, position_);
  if (!kept) return kept.error();
  looked->add(*kept);
  looked->gone = gone->size();
  return looked;
}

}  // namespace outrigger::feed
