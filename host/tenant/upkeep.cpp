// What a tenant does beside its work: it keeps the file bounded, and says what it could not keep.
#include "host/tenant/tenant.hpp"

namespace outrigger::host {

void Tenant::tend() {
  constexpr int64_t kBetween = 60'000'000;
  constexpr int64_t kWhileFull = 5'000'000;
  const int64_t now = options_.now();
  const bool set_back = tend_at_ - now > kBetween;
  if (now < tend_at_ && !set_back) return;
  journal_->mark();
  look_for_another_host();
  const Result<bool> more = tidy();
  if (!more)
    tend_at_ = now + kWhileFull;
  else
    tend_at_ = *more ? now : now + kBetween;
}

void Tenant::look_for_another_host() {
  const std::shared_ptr<odoo::Session> session = this->session();
  if (session == nullptr) return;
  const std::lock_guard one(place_mutex_);
  std::string other = place_lock_.take(place_of(session->connection()), options_.folder);
  {
    const std::lock_guard lock(mutex_);
    if (other == shared_) return;
    shared_ = other;
  }
  options_.say(!other.empty(), other.empty() ? "no other outrigger works with this database any more" : other);
}

// One transaction at the most; true: there is more.
Result<bool> Tenant::tidy() {
  constexpr int64_t kKeep = int64_t{90} * 86400 * 1000;
  constexpr int64_t kMost = 1'000'000;
  constexpr size_t kAtOnce = 500;
  if (file_->full())
    if (const Result<void> tried = file_->try_again(); !tried) return tried.error();
  const Result<int64_t> writes = intents_->prune(now() / 1000 - kKeep, kMost, int64_t{kAtOnce});
  if (!writes) return writes.error();
  if (*writes != 0) return *writes == int64_t{kAtOnce};
  const Result<size_t> letters = inbox_->prune(kAtOnce);
  if (!letters) return letters.error();
  if (*letters != 0) return *letters == kAtOnce;
  const Result<size_t> expired = journal_->prune(kAtOnce);
  if (!expired) return expired.error();
  return *expired == kAtOnce;
}

std::string Tenant::paused() const {
  if (std::string why = sink_->full(); !why.empty()) return why;
  return file_->full() ? "the journal of " + options_.database + " cannot be written, the disk is full: make room"
                       : std::string();
}

std::map<std::string, uint64_t> Tenant::writes_avoided() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, uint64_t> avoided;
  for (const auto& [plugin, writer] : retired_) avoided[plugin] += writer->counts().records_avoided;
  for (const auto& [plugin, writer] : writers_) avoided[plugin] += writer->counts().records_avoided;
  return avoided;
}

}  // namespace outrigger::host
