#include "host/tenant/identity.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "integration/feed/odoo_reader.hpp"

namespace outrigger::host {
namespace {

constexpr size_t kWitnesses = 1000;
constexpr std::chrono::milliseconds kDeadline{30000};

constexpr std::string_view kSteps[] = {R"(
CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), place TEXT NOT NULL, neutralized INTEGER NOT NULL);
)"};

// After which another database may answer.
bool went_away(const Error& error) {
  return error.code == Code::kUnreachable || error.code == Code::kAuth || error.code == Code::kProtocol;
}

// What a database that is being dropped and restored says, and much else: asked about once a minute at most.
bool may_have_gone(const Error& error) {
  return error.source == Source::kOdoo && (error.code == Code::kMissing || error.code == Code::kInternal);
}
constexpr int64_t kSeldom = 60'000'000;

}  // namespace

const Tables kIdentityTables{"identity", kSteps};

Result<Claim> read_claim(odoo::Session& session, const std::stop_token& stop) {
  Arena arena;
  odoo::Call call{.model = "ir.config_parameter", .method = "search_read", .read_only = true};
  const Value keys = arena.array({"database.uuid", "database.is_neutralized"});
  call.kwargs = arena.object(
      {{"domain", arena.array({arena.array({"key", "in", keys})})}, {"fields", arena.array({"key", "value"})}});
  odoo::CallOptions options;
  options.deadline = kDeadline;
  options.stop = stop;
  const Result<Document> rows = session.call(call, options);
  if (!rows && rows.error().code == Code::kAccess) return Claim{};
  if (!rows) return rows.error();
  Claim claim;
  for (const Value row : rows->root().items()) {
    const std::string_view value = row["value"].text();
    if (row["key"].text() == "database.uuid")
      claim.uuid = value;
    else
      claim.neutralized = !value.empty() && value != "False" && value != "false" && value != "0";
  }
  return claim;
}

std::string place_of(const odoo::Connection& connection) {
  std::string_view url = connection.url;
  if (const size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  while (url.ends_with('/')) url.remove_suffix(1);
  std::string place(url);
  std::transform(place.begin(), place.end(), place.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return connection.database.empty() ? place : connection.database + " at " + place;
}

Result<std::optional<Accepted>> accepted(JournalFile& file) {
  return file.read<std::optional<Accepted>>([](Database& in) -> std::optional<Accepted> {
    Statement of = in.statement("SELECT place, neutralized FROM identity");
    if (!of.step()) return std::nullopt;
    return Accepted{std::string(of.text(0)), of.integer(1) != 0};
  });
}

Result<void> accept(JournalFile& file, const Accepted& now) {
  return file.commit([&](Database& in) -> Result<void> {
    in.statement("INSERT INTO identity VALUES (1, ?1, ?2) ON CONFLICT (one) DO UPDATE SET place = ?1, neutralized = ?2",
                 std::string_view(now.place), static_cast<int64_t>(now.neutralized))
        .run();
    return {};
  });
}

Result<EpochEvidence> gather_evidence(Journal& journal, odoo::Session& session, size_t models,
                                      const std::stop_token& stop) {
  const Result<std::vector<Witness>> witnesses = journal.witnesses(kWitnesses);
  if (!witnesses) return witnesses.error();
  std::map<std::string, std::pair<std::string, std::vector<int64_t>>> by_model;  // the latest, the ids
  for (const Witness& witness : *witnesses) {
    auto& [latest, ids] = by_model[witness.model];
    latest = std::max(latest, witness.write_date);
    ids.push_back(witness.id);
  }
  std::vector<std::string> order;
  for (const auto& [model, all] : by_model) order.push_back(model);
  std::stable_sort(order.begin(), order.end(),
                   [&](const std::string& a, const std::string& b) { return by_model[a].first > by_model[b].first; });
  order.resize(std::min(order.size(), models));
  EpochEvidence evidence;
  feed::OdooReader reader(session);
  for (const std::string& model : order) {
    Arena arena;
    const std::vector<int64_t>& ids = by_model[model].second;
    feed::Question question{
        model, arena.array({arena.array({"id", "in", arena.ids(ids)})}), {"create_date", "write_date"}};
    const Result<feed::Page> page =
        reader.page(question, {.lane = Lane::kInteractive, .deadline = kDeadline, .stop = stop});
    // An app that was uninstalled, or a right that was taken away, says nothing of which database this is.
    if (!page && page.error().source == Source::kOdoo) continue;
    if (!page) return page.error();
    evidence.asked += ids.size();
    for (const Value row : page->rows.root().items())
      evidence.seen.push_back(
          {model, row["id"].integer(), std::string(row["create_date"].text()), std::string(row["write_date"].text())});
  }
  evidence.date = session.server_date();
  return evidence;
}

bool IdentityGuard::must_ask(uint64_t generation, bool writing) const {
  const std::lock_guard lock(mutex_);
  const int64_t age = now_() - asked_at_;
  return doubt_ || generation != generation_ || age < 0 || age >= every_ || (writing && age >= kSeldom);
}

Result<void> IdentityGuard::sure(uint64_t generation, bool writing, const std::stop_token& stop) {
  if (!must_ask(generation, writing)) return {};
  const std::lock_guard one(asking_);
  if (!must_ask(generation, writing)) return {};
  Result<void> known = check_(stop);
  if (known || known.error().code == Code::kConflict) checked(generation);
  return known;
}

void IdentityGuard::heard(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (went_away(error) || (may_have_gone(error) && now_() - asked_at_ >= kSeldom)) doubt_ = true;
}

void IdentityGuard::checked(uint64_t generation) {
  const std::lock_guard lock(mutex_);
  doubt_ = false;
  generation_ = generation;
  asked_at_ = now_();
}

}  // namespace outrigger::host
