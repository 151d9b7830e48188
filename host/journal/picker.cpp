#include "host/journal/picker.hpp"

#include <algorithm>

namespace outrigger::host {
namespace {

constexpr int64_t kHanded = 1;
constexpr int64_t kAlone = 2;
constexpr size_t kLargestBatch = size_t{8} << 20U;  // bytes of rows
constexpr size_t kMostGrouped = 2000;

enum Column {
  kRecord,
  kCreateDate,
  kDelivery,
  kVersion,
  kSession,
  kFlags,
  kAt,
  kAttempts,
  kView,
  kGone,
  kBefore,
  kLayout,
  kArchivedRow,
  kMatches,
  kFields
};

constexpr std::string_view kDue =
    "SELECT p.record, p.create_date, p.delivery, p.version, p.session, p.flags, p.at, p.attempts, p.view, p.gone, "
    "p.before, s.layout, s.archived, s.matches, s.fields FROM pending p "
    "LEFT JOIN shadow s ON s.record = p.record AND s.create_date = p.create_date "
    "WHERE p.subscriber = ?1 AND p.due <= ?2 ORDER BY p.due, p.since LIMIT ?3";
constexpr std::string_view kOne =
    "SELECT p.record, p.create_date, p.delivery, p.version, p.session, p.flags, p.at, p.attempts, p.view, p.gone, "
    "p.before, s.layout, s.archived, s.matches, s.fields FROM pending p "
    "LEFT JOIN shadow s ON s.record = p.record AND s.create_date = p.create_date "
    "WHERE p.subscriber = ?1 AND p.record = ?2 AND p.create_date = ?3 AND p.delivery = ?4 AND p.due IS NOT NULL";

}  // namespace

Picker::Picker(Journal& journal, Database& in, const KnownSubscriber& subscriber)
    : journal_(journal), in_(in), subscriber_(subscriber), stream_(*journal.catalog_.find(subscriber.stream)) {
  batch_->subscriber = subscriber.name;
  batch_->subscription = subscriber.name.substr(subscriber.name.find('/') + 1);
  batch_->model = stream_.fact() ? stream_.model.substr(0, stream_.model.find(kOfModel)) : stream_.model;
}

void Picker::pick(const Group& group) {
  batch_->depth = group.depth;
  for (const RowKey& key : group.rows) {
    Statement row = in_.statement(kOne, key.subscriber, key.record, std::string_view(key.create_date), key.delivery);
    if (row.step()) add(row);
  }
  drop_needless();
}

void Picker::pick_due(size_t limit) {
  bool dropped = true;
  while (batch_->rows.empty() && dropped) {
    {
      const size_t held = journal_.desk_.held_of(subscriber_.name);
      Statement row = in_.statement(kDue, subscriber_.id, journal_.options_.now(), static_cast<int64_t>(limit + held));
      while (batch_->rows.size() < limit && bytes_ < kLargestBatch && row.step()) {
        if (journal_.desk_.holds(row.integer(kDelivery))) continue;
        const bool alone = (row.integer(kFlags) & kAlone) != 0;
        if (alone && !batch_->rows.empty()) continue;
        const bool added = add(row);
        if (alone && added) break;
      }
    }
    dropped = !needless_.empty();
    drop_needless();
  }
}

// False: there is nothing to tell any more.
bool Picker::add(Statement& row) {
  const RowKey key{subscriber_.id, row.integer(kRecord), std::string(row.text(kCreateDate)), row.integer(kDelivery)};
  const bool gone = row.integer(kGone) != 0 || row.null(kLayout);
  const auto before_view = static_cast<View>(row.integer(kView));
  View view = View::kGone;
  Value after;
  bytes_ += row.blob(kBefore).size() + row.blob(kFields).size();
  if (!gone) {
    const bool matches = (static_cast<uint64_t>(row.integer(kMatches)) & subscriber_.mask) != 0;
    view = !matches ? View::kOutside : row.integer(kArchivedRow) != 0 ? View::kArchived : View::kInside;
    held_->documents.push_back(from_cbor(row.blob(kFields)));
    after = project({journal_.catalog_.layout(row.integer(kLayout)), held_->documents.back().root()},
                    subscriber_.fields, stream_.fact(), held_->arena);
  }
  Value before;
  if (within(before_view) && !row.null(kBefore)) {
    held_->documents.push_back(from_cbor(row.blob(kBefore)));
    before = held_->documents.back().root();
  }
  const bool handed = (row.integer(kFlags) & kHanded) != 0 || row.integer(kSession) != journal_.session_;
  std::vector<std::string_view> names;
  if (!gone && !before.is_null()) names = differing(before, after, stream_.fact());
  const std::string_view kind = kind_of(before_view, view, !names.empty(), handed);
  if (kind.empty()) {
    needless_.push_back(key);
    return false;
  }
  if (kind == "created" || kind == "entered" || (kind == "changed" && before.is_null()))
    for (const Field field : after.fields()) names.push_back(field.key);
  Arena& arena = held_->arena;
  std::vector<Value> fields;
  fields.reserve(names.size());
  for (const std::string_view name : names) fields.push_back(arena.text(name));
  std::vector<Field> change{{"delivery", arena.text(journal_.delivery_name(key.delivery))},
                            {"kind", Value::of(kind)},
                            {"id", Value::of(id_of(key.record))},
                            {"create_date", arena.text(key.create_date)},
                            {"after", after},
                            {"before", before},
                            {"fields", arena.array(fields)}};
  if (stream_.fact()) change.push_back({"model", arena.text(stream_.model.substr(stream_.model.find(kOfModel) + 1))});
  change.push_back({"at", Value::of(row.integer(kAt))});
  change.push_back({"attempt", Value::of(row.integer(kAttempts) + 1)});
  changes_.push_back(arena.object(change));
  batch_->rows.push_back(key);
  batch_->versions.push_back(row.integer(kVersion));
  batch_->views.push_back(view);
  return true;
}

void Picker::drop_needless() {
  for (const RowKey& key : needless_)
    in_.statement("DELETE FROM pending WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3", key.subscriber,
                  key.record, std::string_view(key.create_date))
        .run();
  needless_.clear();
}

std::shared_ptr<const Batch> Picker::batch() {
  batch_->changes = Document(held_, held_->arena.array(changes_));
  return batch_;
}

Result<Batch> Journal::next(const std::string& subscriber, size_t limit) {
  std::shared_ptr<const Batch> batch;
  std::optional<Group> group;
  const Result<void> done = commit([&](Database& in) -> Result<void> {
    if (batch) desk_.take_back(batch->rows);
    batch = nullptr;
    const int64_t now = options_.now();
    if (desk_.resting_until(subscriber) > now) return {};
    for (const KnownSubscriber* one : catalog_.named(subscriber)) {
      const auto finish = [&](Picker& picker) {
        batch = picker.batch();
        desk_.hand_out(batch);
      };
      while (group || (group = desk_.take_due(subscriber, now))) {
        if (!group->rows.empty() && group->rows.front().subscriber != one->id) break;
        Picker picker(*this, in, *one);
        picker.pick(*group);
        desk_.take_back(group->rows);
        group.reset();
        if (!picker.empty()) return finish(picker), Result<void>();
      }
      if (desk_.grouped(subscriber) > kMostGrouped) continue;
      Picker picker(*this, in, *one);
      picker.pick_due(limit);
      if (!picker.empty()) return finish(picker), Result<void>();
    }
    return {};
  });
  if (group) desk_.put(subscriber, *std::move(group));
  if (!done) {
    if (batch) desk_.take_back(batch->rows);
    return done.error();
  }
  return batch ? *batch : Batch{};
}

Result<int64_t> Journal::next_due(const std::string& subscriber) {
  const size_t held = desk_.held_of(subscriber);
  Result<int64_t> due = file_.read<int64_t>([&](Database& in) {
    int64_t first = 0;
    for (Statement one =
             in.statement("SELECT subscriber FROM subscribers WHERE name = ?1", std::string_view(subscriber));
         one.step();) {
      Statement of = in.statement(
          "SELECT due, delivery FROM pending WHERE subscriber = ?1 AND due IS NOT NULL ORDER BY due LIMIT ?2",
          one.integer(0), static_cast<int64_t>(held + 1));
      while (of.step()) {
        if (desk_.holds(of.integer(1))) continue;
        first = first == 0 ? of.integer(0) : std::min(first, of.integer(0));
        break;
      }
    }
    return first;
  });
  if (!due) return due;
  const int64_t group = desk_.next_due(subscriber);
  int64_t first = *due == 0 ? group : group == 0 ? *due : std::min(*due, group);
  if (first != 0) first = std::max(first, desk_.resting_until(subscriber));
  return first;
}

Look look_at(Database& in, const Catalog& catalog, const KnownSubscriber& subscriber, int64_t record,
             std::string_view create_date, Arena& arena) {
  Statement of =
      in.statement("SELECT layout, archived, matches, fields FROM shadow WHERE record = ?1 AND create_date = ?2",
                   record, create_date);
  Look look;
  if (!of.step()) return look;
  const bool matches = (static_cast<uint64_t>(of.integer(2)) & subscriber.mask) != 0;
  look.view = !matches ? View::kOutside : of.integer(1) != 0 ? View::kArchived : View::kInside;
  look.row = from_cbor(of.blob(3));
  Statement fact = in.statement("SELECT 1 FROM streams WHERE stream = ?1 AND model LIKE 'fact:%'", stream_of(record));
  look.seen = project({catalog.layout(of.integer(0)), look.row.root()}, subscriber.fields, fact.step(), arena);
  return look;
}

}  // namespace outrigger::host
