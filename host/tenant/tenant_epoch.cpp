// Tenant: which database this is, at the start and while it runs, and what begins when that is sure.
#include <algorithm>
#include <set>
#include <utility>

#include "host/tenant/tenant.hpp"

namespace outrigger::host {
namespace {

constexpr size_t kAllModels = 1000;
constexpr size_t kSomeModels = 3;
constexpr int64_t kAskAgain = 30'000'000;  // while it is another one

Error conflict(std::string message) { return {Code::kConflict, std::move(message), Source::kHost, Effect::kNone, -1}; }

}  // namespace

Tenant::Guard::Guard(Tenant& tenant)
    : tenant_(tenant),
      identity_([&tenant](const std::stop_token& stop) { return tenant.check_again(stop); },
                [&tenant] { return tenant.now(); }, tenant.options_.identity_every) {}

Result<void> Tenant::Guard::before(uint64_t generation, bool writing, const std::stop_token& stop) {
  if (tenant_.halted().empty()) return identity_.sure(generation, writing, stop);
  {
    const std::lock_guard lock(tenant_.mutex_);
    if (tenant_.now() - tenant_.asked_again_at_ < std::min(kAskAgain, tenant_.options_.identity_every))
      return conflict(tenant_.halted_);
    tenant_.asked_again_at_ = tenant_.now();
  }
  Result<void> known = tenant_.check_again(stop);
  if (known) identity_.checked(generation);
  return known;
}

Result<void> Tenant::connect(std::shared_ptr<LiveSession> session, const std::stop_token& stop) {
  const LiveSession::Current now = session->current();
  Result<void> known = check_epoch(*now.session, kAllModels, stop);
  // An Odoo that did not answer says nothing of which database it is: the next one who asks tries again.
  if (!known && known.error().code != Code::kConflict) return known;
  guard_.checked(now.generation);
  {
    const std::lock_guard lock(mutex_);
    session_ = std::move(session);
    reader_ = std::make_unique<LiveReader>(session_, guard_);
    remote_ = std::make_unique<LiveRemote>(session_, guard_);
    halted_ = known ? std::string() : known.error().message;
  }
  look_for_another_host();
  return known;
}

Result<void> Tenant::check_epoch(odoo::Session& session, size_t models, const std::stop_token& stop) {
  Result<Claim> claim = read_claim(session, stop);
  if (!claim) return claim.error();
  const Epoch epoch = journal_->epoch();
  const Accepted now{place_of(session.connection()), claim->neutralized};
  const Result<std::optional<Accepted>> before = accepted(*file_);
  if (!before) return before.error();
  if (epoch.number == 0 && claim->neutralized)
    options_.say(true, "this database is a neutralised copy, made for tests; it is taken as the one that is meant");
  if (epoch.number == 0)
    if (Result<void> opened = journal_->open_epoch(claim->uuid, "the first start"); !opened) return opened;
  if (epoch.number == 0 || !*before)
    if (Result<void> kept = accept(*file_, now); !kept) return kept;
  if (epoch.number == 0) {
    const Result<size_t> begun = scheduler_->begin_epoch(journal_->epoch().token);
    return begun ? Result<void>() : begun.error();
  }
  // A right to read it that came or went says nothing of the database.
  if (claim->uuid.empty() || epoch.uuid.empty()) claim->uuid = epoch.uuid;
  Result<EpochEvidence> evidence = gather_evidence(*journal_, session, models, stop);
  if (!evidence) return evidence.error();
  if (*before) {
    evidence->neutralized = claim->neutralized && !(*before)->neutralized;
    if ((*before)->place != now.place)
      evidence->other = "the database is " + now.place + " and was " + (*before)->place +
                        ": a copy, or it has moved (then `outrigger database moved`, and all goes on as it was)";
  }
  const Result<EpochVerdict> verdict = journal_->check_epoch(claim->uuid, *evidence);
  if (!verdict) return verdict.error();
  if (verdict->same) return {};
  return conflict(verdict->sentence);
}

Result<void> Tenant::check_again(const std::stop_token& stop) {
  Result<void> known = check_epoch(*session_->get(), halted().empty() ? kSomeModels : kAllModels, stop);
  if (known)
    resume();
  else if (known.error().code == Code::kConflict)
    halt(known.error().message);
  return known;
}

void Tenant::halt(const std::string& sentence) {
  {
    const std::lock_guard lock(mutex_);
    asked_again_at_ = options_.now();
    if (std::exchange(halted_, sentence) == sentence) return;
  }
  options_.say(true, sentence);
}

void Tenant::resume() {
  {
    const std::lock_guard lock(mutex_);
    if (halted_.empty()) return;
    halted_.clear();
  }
  options_.say(false, "it is the database that the journal is about again: all goes on as it was");
  wake_all();
}

std::string Tenant::halted() const {
  const std::lock_guard lock(mutex_);
  return halted_;
}

void Tenant::begin() {
  const std::lock_guard lock(mutex_);
  serving_ = true;
  feeding_ = std::jthread([this](const std::stop_token& stop) {
    settle_writes(stop);
    {
      const std::lock_guard begun(mutex_);
      if (stop.stop_requested()) return;
      settled_ = true;
      for (auto& [plugin, attached] : attached_) attached.start();
    }
    feed_->run(stop);
  });
}

// Nothing is sent.
void Tenant::settle_writes(const std::stop_token& stop) {
  const Result<std::vector<writes::Intent>> open = intents_->open();
  if (!open) return options_.say(true, open.error().message);
  std::set<std::string> plugins;
  for (const writes::Intent& intent : *open) plugins.insert(intent.plugin);
  uint64_t unknown = 0;
  for (const std::string& plugin : plugins) {
    const Result<writes::Writer::Settled> settled = writer(plugin)->settle({.stop = stop}, plugin);
    if (!settled) return options_.say(true, settled.error().message);
    unknown += settled->open + settled->older;
  }
  if (unknown != 0)
    options_.say(true, std::to_string(unknown) + " writes have an unknown outcome: see `outrigger writes list`");
}

void Tenant::rest() {
  feeding_.request_stop();
  if (feeding_.joinable()) feeding_.join();
  if (feed_ == nullptr) return;
  for (const auto& [model, stream] : followed_) feed_->remove(model);
  followed_.clear();
}

Result<void> Tenant::begin_epoch(const Claim& claim, std::string_view reason) {
  if (Result<void> opened = journal_->open_epoch(claim.uuid, reason); !opened) return opened;
  if (Result<void> kept = accept(*file_, {place_of(session_->get()->connection()), claim.neutralized}); !kept)
    return kept;
  const Result<size_t> given_up = scheduler_->begin_epoch(journal_->epoch().token);
  if (!given_up) return given_up.error();
  if (*given_up != 0)
    options_.say(
        true, std::to_string(*given_up) + " jobs were at work in the epoch before; that run is not repeated by itself");
  const std::lock_guard lock(mutex_);
  for (auto& [plugin, writer] : writers_) retired_.emplace_back(plugin, std::move(writer));
  writers_.clear();
  return {};
}

Result<void> Tenant::accept_epoch(std::string_view reason, const std::stop_token& stop) {
  if (!connected())
    return Error{Code::kMissing, "start the host first: the database has to be asked who it is", Source::kHost,
                 Effect::kNone, -1};
  if (halted().empty())
    return Error{Code::kInvalid, "nothing waits for that: the database is the one that the journal is about",
                 Source::kHost, Effect::kNone, -1};
  const LiveSession::Current now = session_->current();
  const Result<Claim> claim = read_claim(*now.session, stop);
  if (!claim) return claim.error();
  rest();
  if (Result<void> begun = begin_epoch(*claim, reason); !begun) return begun;
  guard_.checked(now.generation);
  {
    const std::lock_guard lock(mutex_);
    halted_.clear();
    if (feed_ == nullptr) return {};
  }
  if (Result<void> followed = follow(); !followed) return followed;
  begin();
  return {};
}

Result<void> Tenant::accept_move(const std::stop_token& stop) {
  if (!connected())
    return Error{Code::kMissing, "start the host first: the database has to be asked who it is", Source::kHost,
                 Effect::kNone, -1};
  const Result<std::optional<Accepted>> before = accepted(*file_);
  if (!before) return before.error();
  const LiveSession::Current now = session_->current();
  Accepted moved = before->value_or(Accepted{});
  moved.place = place_of(now.session->connection());
  if (Result<void> kept = accept(*file_, moved); !kept) return kept;
  if (Result<void> known = check_epoch(*now.session, kAllModels, stop); !known) {
    if (*before) static_cast<void>(accept(*file_, **before));
    return known;
  }
  guard_.checked(now.generation);
  resume();
  {
    const std::lock_guard lock(mutex_);
    if (serving_ || feed_ == nullptr) return {};
  }
  if (Result<void> followed = follow(); !followed) return followed;
  begin();
  return {};
}

}  // namespace outrigger::host
