#include "host/tenant/identity.hpp"

#include <map>

#include "integration/odoo/records.hpp"

namespace outrigger::host {
namespace {

constexpr size_t kWitnesses = 200;
constexpr std::chrono::milliseconds kDeadline{30000};

}  // namespace

Result<std::string> database_uuid(odoo::Session& session, const std::stop_token& stop) {
  odoo::CallOptions options;
  options.deadline = kDeadline;
  options.stop = stop;
  const Result<Document> uuid = odoo::Records(session).parameter("database.uuid", options);
  if (uuid) return std::string(uuid->root().text());
  if (uuid.error().code == Code::kAccess) return std::string();
  return uuid.error();
}

Result<EpochEvidence> gather_evidence(Journal& journal, feed::Reader& reader, const std::stop_token& stop) {
  const Result<std::vector<Witness>> witnesses = journal.witnesses(kWitnesses);
  if (!witnesses) return witnesses.error();
  std::map<std::string, std::vector<int64_t>> by_model;
  for (const Witness& witness : *witnesses) by_model[witness.model].push_back(witness.id);
  EpochEvidence evidence;
  for (const auto& [model, ids] : by_model) {
    Arena arena;
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
  return evidence;
}

}  // namespace outrigger::host
