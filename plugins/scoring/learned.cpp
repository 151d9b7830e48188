#include "learned.hpp"

#include <algorithm>

#include "activity.hpp"
#include "engine/encoding.hpp"
#include "engine/packing.hpp"
#include "judged.hpp"
#include "kept.hpp"

namespace outrigger::scoring {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kPart = size_t{512} << 10U;  // of the store's largest value
constexpr std::string_view kParts = "scoring:model:";
constexpr size_t kFewReplicates = 10;  // nobody looks at the intervals

std::string part_key(size_t part) {
  std::string number = std::to_string(part);
  return std::string(kParts) + std::string(4 - std::min<size_t>(4, number.size()), '0') + number;
}

void put_texts(Packer& out, const Values& values) {
  out.number(values.size());
  for (uint32_t code = 1; code < values.size(); ++code) out.text(values.text(code));
}

void take_texts(Unpacker& in, Values& values) {
  size_t size = in.count();
  for (; size > 1 && in.ok(); --size) values.code(in.text());
}

void put_list(Packer& out, const std::vector<std::string>& list) {
  out.number(list.size());
  for (const std::string& text : list) out.text(text);
}

std::vector<std::string> take_list(Unpacker& in) {
  std::vector<std::string> list;
  for (size_t size = in.count(); size > 0 && in.ok(); --size) list.emplace_back(in.text());
  return list;
}

std::string packed(const Learned& learned) {
  Packer out;
  out.number(kVersion);
  out.text(learned.purpose);
  out.number(static_cast<uint64_t>(learned.kind));
  for (const int64_t number : {learned.at, learned.won, learned.lost}) out.integer(number);
  put_list(out, learned.left_out);
  put_list(out, learned.notes);
  for (const Values& values : learned.codes.values) put_texts(out, values);
  put_texts(out, learned.codes.tags);
  out.number(learned.signals.columns.size());
  for (const Signal& signal : learned.signals.columns) {
    out.text(signal.name);
    out.number(static_cast<uint64_t>(signal.kind));
    put_texts(out, signal.values);
  }
  learned.model->save(out);
  return out.take();
}

std::optional<Learned> unpacked(std::string_view bytes, const History& history, ModelKind kind,
                                const std::string& purpose) {
  Unpacker in(bytes);
  Learned learned;
  if (in.byte() != kVersion || in.text() != purpose || in.number() != static_cast<uint64_t>(kind)) return std::nullopt;
  learned.kind = kind;
  learned.purpose = purpose;
  for (int64_t* number : {&learned.at, &learned.won, &learned.lost}) *number = in.integer();
  learned.left_out = take_list(in);
  learned.notes = take_list(in);
  learned.codes = Leads(history.variables.fields.size());
  for (Values& values : learned.codes.values) take_texts(in, values);
  take_texts(in, learned.codes.tags);
  for (size_t columns = in.count(); columns > 0 && in.ok(); --columns) {
    Signal signal;
    signal.name = in.text();
    const uint64_t form = in.number();
    if (form > static_cast<uint64_t>(Signal::Kind::kNumber)) in.fail();
    signal.kind = static_cast<Signal::Kind>(form);
    take_texts(in, signal.values);
    learned.signals.columns.push_back(std::move(signal));
  }
  if (!in.ok()) return std::nullopt;
  learned.model = load(kind, in, learned.codes, learned.signals, history.model, history.variables);
  if (learned.model == nullptr) return std::nullopt;
  return learned;
}

// Without those that know the outcome.
Signals sound_signals(Signals all, const Judged& judged, Learned& learned) {
  for (const Suspect& suspect : judged.left_out) {
    learned.left_out.push_back(suspect.variable);
    std::erase_if(all.columns, [&](const Signal& signal) { return signal.name == suspect.variable; });
  }
  return all;
}

}  // namespace

Result<ModelKind> model_kind(Value config) {
  const std::string_view word = config["model"].text();
  for (const ModelKind kind : {ModelKind::kOdoo, ModelKind::kExtended, ModelKind::kLogistic})
    if (word == name_of(kind)) return kind;
  if (word.empty()) return ModelKind::kOdoo;
  return Error{Code::kInvalid,
               "plugins.scoring.config.model is \"" + std::string(word) + "\"; it may be odoo, extended or logistic",
               Source::kPlugin, Effect::kNone, -1};
}

bool moves_by_itself(Value config) {
  if (config["points"]["rules"].size() > 0) return true;
  for (const Value name : config["variables"].items())
    if (name.text().starts_with("partner_id.")) return true;
  return false;
}

std::string purpose_of(const History& history, Value config) {
  std::string text = std::string(config["model"].text()) + "|" + fingerprint(history);
  for (const Stage& stage : history.model.stages)
    text += "|" + std::to_string(stage.id) + ":" + std::to_string(stage.sequence) + (stage.is_won ? "w" : "") +
            (stage.of_teams ? "t" : "");
  for (const Team& team : history.model.teams) text += "|" + std::to_string(team.id);
  for (const Value name : config["variables"].items()) text += "|" + std::string(name.text());
  for (const Value rule : config["points"]["rules"].items())
    for (const char* key : {"event", "match", "points", "half_life_days", "cap"})
      text += "|" +
              (rule[key].is_string() ? std::string(rule[key].text()) : std::to_string(rule[key].number().value_or(0)));
  return text;
}

Result<Learned> learn(const Odoo& odoo, const Clock& clock, const Store& store, Value config, const History& history,
                      const Progress& progress) {
  const Result<ModelKind> kind = model_kind(config);
  if (!kind) return kind.error();
  const Result<Known> known = read_known(odoo, clock, store, config, history, progress);
  if (!known) return known.error();
  Learned learned;
  learned.kind = *kind;
  learned.purpose = purpose_of(history, config);
  learned.at = clock.now().time_since_epoch().count();
  Timeline timeline;
  timeline.observed.assign(history.leads.size(), learned.at);
  timeline.decided = known->decided;
  for (size_t row = 0; row < history.leads.size(); ++row)
    timeline.won.push_back(closed(history.leads, history.model.rules, row) == Closed::kWon ? 1 : 0);
  Judging judging;
  judging.kinds = {ModelKind::kOdoo};
  judging.replicates = kFewReplicates;
  Signals signals = sound_signals(known->at(history.leads, known_until(timeline, learned.at)),
                                  known->fields.columns.empty() ? Judged{} : judge(history, *known, judging), learned);
  conceal_later(signals, timeline, learned.at);
  learned.model = train(*kind, {history.leads, signals}, history.model, history.variables, history.start, {});
  learned.notes = known->notes;
  for (const std::string& note : learned.model->notes()) learned.notes.push_back(note);
  for (const ClosedLead& lead : closed_leads(history.leads, history.model, history.start))
    ++(lead.won ? learned.won : learned.lost);
  learned.codes = Leads(history.variables.fields.size());
  learned.codes.values = history.leads.values;
  learned.codes.tags = history.leads.tags;
  for (Signal& signal : signals.columns) {
    Signal own{signal.name, signal.kind};
    own.values = std::move(signal.values);
    learned.signals.columns.push_back(std::move(own));
  }
  return learned;
}

Result<void> keep_learned(const Store& store, const Learned& learned) {
  const std::string bytes = packed(learned);
  Transaction change;
  size_t part = 0;
  for (size_t at = 0; at < bytes.size(); at += kPart, ++part) change.put(part_key(part), bytes.substr(at, kPart));
  // Parts of a longer one before it.
  std::vector<std::string> more;
  const Result<void> looked = store.each(StoreRange::prefix(kParts), [&](const StoreEntry& entry) {
    if (entry.key >= part_key(part)) more.emplace_back(entry.key);
  });
  if (!looked) return looked;
  for (const std::string& key : more) change.erase(key);
  return store.commit(change);
}

Result<std::optional<Learned>> load_learned(const Store& store, const History& history, Value config) {
  const Result<ModelKind> kind = model_kind(config);
  if (!kind) return kind.error();
  std::string bytes;
  const Result<void> read =
      store.each(StoreRange::prefix(kParts), [&](const StoreEntry& entry) { bytes += entry.value; });
  if (!read) return read.error();
  if (bytes.empty()) return std::optional<Learned>();
  return unpacked(bytes, history, *kind, purpose_of(history, config));
}

}  // namespace outrigger::scoring
