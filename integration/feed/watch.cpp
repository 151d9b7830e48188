#include "integration/feed/watch.hpp"

#include <algorithm>
#include <bit>
#include <chrono>

#include "integration/value/datetime.hpp"
#include "integration/value/json.hpp"

namespace outrigger::feed {
namespace {

constexpr int64_t kFarFuture = 253'370'764'800;  // 9999-01-01
constexpr size_t kMostRecent = 100'000;
constexpr int64_t kKeepEvery = 60;  // seconds of an idle stream between two writes of its position

Error refuse(Code code, std::string message) {
  return {code, std::move(message), outrigger::Source::kHost, Effect::kNone, -1};
}

bool is_to_many(Value definition) {
  const std::string_view type = definition["type"].text();
  return type == "one2many" || type == "many2many";
}

// Odoo lists related records in their model's order, which changes without a change here.
Value sorted(Value ids, Arena& arena) {
  std::vector<int64_t> list;
  for (const Value id : ids.items()) list.push_back(id.integer());
  std::sort(list.begin(), list.end());
  return arena.ids(list);
}

}  // namespace

void Looked::add(const Kept& kept) {
  fresh += kept.fresh;
  changed += kept.changed;
  delivered += kept.delivered;
}

Watch::Watch(Stream stream, Reader& reader, Sink& sink, ServerClock& clock, const Settings& settings)
    : stream_(std::move(stream)),
      reader_(reader),
      sink_(sink),
      clock_(clock),
      settings_(settings),
      page_(settings.page) {
  std::sort(stream_.fields.begin(), stream_.fields.end());
}

int64_t Settings::now() const {
  if (monotonic) return monotonic();
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

Manner Watch::manner(Lane lane, const std::stop_token& stop) const {
  return {lane, lane == Lane::kFeed ? settings_.poll_deadline : settings_.sweep_deadline, stop};
}

uint64_t Watch::everybody() const {
  const size_t count = stream_.subscribers.size();
  return count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
}

void Watch::reopen() {
  matching_.reset();
  reader_.forget_fields();
}

Result<void> Watch::check_definitions(Value definitions) {
  if (!definitions["write_date"]["store"].truthy())
    return refuse(Code::kUnsupported, stream_.model +
                                          " keeps no write_date, as reports and abstract models do not, so its changes "
                                          "cannot be seen; subscribe to the models that it is made of");
  std::string unknown;
  for (const std::string& field : stream_.fields) {
    const Value definition = definitions[field];
    if (!definition.is_object()) unknown += (unknown.empty() ? "" : ", ") + field;
    if (definition["type"].text() == "binary")
      return refuse(Code::kInvalid, stream_.model + "." + field +
                                        " holds a file, which a stream would carry again with every change; watch "
                                        "write_date and read it when you need it");
  }
  if (unknown.empty()) return {};
  return refuse(Code::kMissing, "this Odoo has no " + stream_.model + "." + unknown +
                                    ", or its key may not see it; mark the field as optional or give it an alias");
}

Result<Looked> Watch::open(std::stop_token stop) {
  Result<std::shared_ptr<const Document>> fields = reader_.fields(stream_.model, manner(Lane::kFeed, stop));
  clock_.heard(reader_.server_date(), now());
  if (!fields) {
    Error error = fields.error();
    if (error.code == Code::kMissing)
      error.message = "this Odoo has no model " + stream_.model + "; install its module or disable what watches it";
    if (error.code == Code::kAccess) error.message = "the key may not read " + stream_.model + ": " + error.message;
    return error;
  }
  if (Result<void> fit = check_definitions((*fields)->root()); !fit) return fit.error();
  Result<Matching> matching = Matching::make(stream_, *fields, reader_.major());
  if (!matching) return matching.error();
  Result<Position> position = sink_.position(stream_);
  if (!position) return position.error();

  definitions_ = *fields;
  const Value known = definitions_->root();
  active_ = known.has("active") ? "active" : known.has("x_active") ? "x_active" : "";
  read_ = {"create_date", "write_date"};
  for (const std::vector<std::string>& more : {stream_.fields, matching->fields()})
    for (const std::string& field : more)
      if (std::find(read_.begin(), read_.end(), field) == read_.end()) read_.push_back(field);
  if (!active_.empty() && std::find(read_.begin(), read_.end(), active_) == read_.end()) read_.push_back(active_);

  const bool first = position_.shape.empty();
  if (first) position_ = *position;
  Reading reading = plan_reading(stream_, position_);
  shape_ = std::move(reading.shape);
  if (reading.anew) position_.baseline_after = -1;
  position_.shape = shape_.to_text();
  matching_ = *std::move(matching);
  kept_until_ = position_.seen_until;
  if (const Result<int64_t> count = sink_.count_known(stream_); count) known_ = *count;
  // What was reached before is reached still, unless the clock was set back.
  if (first && !clock_.stepped_back(position_.seen_until, now())) clock_.evidence(position_.seen_until, now());
  return Looked{};
}

Result<Page> Watch::ask(const Question& question, const Manner& how) {
  Result<Page> page = reader_.page(question, how);
  const int64_t at = now();
  clock_.heard(reader_.server_date(), at);
  if (!page) {
    if (page.error().code == Code::kDeadline) page_ = std::max<int64_t>(100, page_ / 2);
    return page;
  }
  if (!page->last) page_ = std::min(settings_.page, page_ * 2);
  int64_t newest = 0;
  for (const Value row : page->rows.root().items())
    newest = std::max(newest, value::from_datetime(row["write_date"].text()));
  clock_.evidence(newest, at);
  return page;
}

bool Watch::repeated(int64_t id, uint64_t hash) const {
  const auto known = recent_.find(id);
  return known != recent_.end() && known->second.hash == hash;
}

void Watch::remember(int64_t id, int64_t write_date, uint64_t hash) {
  if (recent_.size() >= kMostRecent) {
    const int64_t over = position_.seen_until - settings_.overlap;
    std::erase_if(recent_, [&](const auto& each) { return each.second.write_date < over; });
    if (recent_.size() >= kMostRecent) recent_.clear();
  }
  recent_[id] = {write_date, hash};
}

Result<Looked> Watch::keep(Value rows, const Position& position, uint64_t tell, const Manner& how, bool skip_repeated) {
  Arena arena;
  std::vector<Value> read;
  std::vector<Seen> seen;
  std::vector<uint64_t> hashes;
  for (const Value row : rows.items()) {
    const int64_t id = row["id"].integer();
    std::vector<Field> fields;
    for (const std::string& name : stream_.fields) {
      const Value value = row[name];
      const bool ids = value.is_array() && is_to_many(definitions_->root()[name]);
      fields.push_back({name, ids ? sorted(value, arena) : value});
    }
    std::vector<Field> all = fields;
    for (const std::string& name : read_) all.push_back({name, row[name]});
    const uint64_t hash = std::hash<std::string>{}(value::to_json(arena.object(all)));
    if (skip_repeated && repeated(id, hash)) continue;
    Seen one;
    one.id = id;
    one.create_date = row["create_date"].text();
    one.write_date = row["write_date"].text();
    one.fields = arena.object(fields);
    one.archived = !active_.empty() && !row[active_].truthy();
    read.push_back(row);
    seen.push_back(std::move(one));
    hashes.push_back(hash);
  }
  Looked looked;
  looked.rows = rows.size();
  const bool moved = position.seen_until - kept_until_ >= kKeepEvery || position.seen_until < kept_until_;
  const bool same_place =
      !moved && position.shape == position_.shape && position.window_after == position_.window_after &&
      position.window_after == 0 && position.baseline_after == position_.baseline_after &&
      position.identity_after == position_.identity_after && position.identity_done == position_.identity_done &&
      position.content_after == position_.content_after && position.content_done == position_.content_done;
  if (skip_repeated && seen.empty() && same_place) {
    position_ = position;
    return looked;
  }
  if (Result<void> matched = matching_->match(reader_, how, read, seen); !matched) return matched.error();
  const Result<Kept> kept = sink_.keep(stream_, seen, position, tell);
  if (!kept) {
    Error error = kept.error();
    problems_["journal"] = "what was read of " + stream_.model + " could not be kept: " + error.message;
    return error;
  }
  problems_.erase("journal");
  position_ = position;
  kept_until_ = position.seen_until;
  for (size_t i = 0; i < seen.size(); ++i) remember(seen[i].id, value::from_datetime(seen[i].write_date), hashes[i]);
  looked.add(*kept);
  return looked;
}

Result<Looked> Watch::keep_nothing(const Position& position) {
  return keep(Value{}, position, everybody(), manner(Lane::kSweeps, {}), false);
}

Result<Looked> Watch::baseline(std::stop_token stop) {
  const Manner how = manner(Lane::kSweeps, stop);
  Position next = position_;
  if (next.baseline_after < 0) {
    baseline_began_ = now();
    // Records behind the newest one of now are created while we read: they are news to everybody.
    const Result<Page> newest =
        ask({.model = stream_.model, .domain = {}, .fields = {"write_date"}, .limit = 1, .newest_first = true}, how);
    if (!newest) return newest.error();
    const Value rows = newest->rows.root();
    shape_.newest = rows.size() == 0 ? 0 : rows.at(0)["id"].integer();
    next.shape = shape_.to_text();
    next.seen_until = clock_.reached(baseline_began_);
    next.window_until = next.window_after = 0;
  }
  Arena arena;
  const int64_t after = std::max<int64_t>(0, next.baseline_after);
  const Result<Page> page = ask({.model = stream_.model,
                                 .domain = arena.array({arena.array({"id", ">", after})}),
                                 .fields = read_,
                                 .limit = page_},
                                how);
  if (!page) return page.error();
  std::vector<Value> old;
  std::vector<Value> young;
  for (const Value row : page->rows.root().items()) (row["id"].integer() <= shape_.newest ? old : young).push_back(row);
  Looked looked;
  if (!young.empty() && !old.empty()) {
    // Two calls; the position moves with the second. Should we fall between them, the first is repeated.
    const Result<Looked> first = keep(arena.array(old), position_, shape_.told(), how, false);
    if (!first) return first;
    looked = *first;
    old.clear();
  }
  const uint64_t tell = young.empty() ? shape_.told() : everybody();
  const std::vector<Value>& rest = young.empty() ? old : young;
  const Value rows = page->rows.root();
  // Rows that came since have proved more of the clock than was known when the reading began. One that another run
  // began stays with what that one knew.
  if (baseline_began_ != 0) next.seen_until = std::max(next.seen_until, clock_.reached(baseline_began_));
  if (!page->last) {
    next.baseline_after = rows.at(rows.size() - 1)["id"].integer();
  } else {
    next.baseline_after = 0;
    // All was read: as good as a sweep.
    next.content_done = std::max<int64_t>(1, clock_.date(now()));
    if (next.identity_done == 0) next.identity_done = next.content_done;
    Shape settled = shape_;
    settled.newest = 0;
    for (Shape::Taker& taker : settled.takers) taker.state = Shape::State::kSettled;
    next.shape = settled.to_text();
  }
  const Result<Looked> second = keep(arena.array(rest), next, tell, how, false);
  if (!second) return second;
  looked.rows += second->rows;
  looked.fresh += second->fresh;
  looked.changed += second->changed;
  looked.delivered += second->delivered;
  looked.more = !page->last;
  if (page->last) {
    shape_ = Shape::parse(position_.shape);
    baseline_began_ = 0;
    if (const Result<int64_t> known = sink_.count_known(stream_); known) known_ = *known;
  }
  return looked;
}

void Watch::check_clock(Looked& looked) {
  const int64_t at = now();
  if (!clock_.stepped_back(position_.seen_until, at)) return;
  const int64_t date = clock_.date(at);
  clock_.forget();
  problems_["clock"] = "the clock of Odoo was set back, or another server answers: it says " +
                       value::to_datetime(date) + ", after changes of up to " +
                       value::to_datetime(position_.seen_until) + "; all records are compared again";
  position_.seen_until = std::min(position_.seen_until, date);
  position_.window_until = position_.window_after = 0;
  window_began_ = 0;
  recent_.clear();
  restart_sweeps();
  looked.clock_trouble = true;
}

Result<Looked> Watch::poll(std::stop_token stop) {
  Looked trouble;
  check_clock(trouble);
  const Manner how = manner(Lane::kFeed, stop);
  Position next = position_;
  // A window that another run began goes on where its last page ended, and claims no more than that run knew.
  if (window_began_ == 0) {
    window_began_ = now();
    window_resumed_ = next.window_after != 0;
  }
  const int64_t date = clock_.date(now());
  const int64_t from = std::max<int64_t>(0, next.seen_until - settings_.overlap);
  const int64_t until = date == 0 ? kFarFuture : std::max(date, next.seen_until) + settings_.ahead;
  const std::string from_text = value::to_datetime(from);
  const std::string until_text = value::to_datetime(until);
  Arena arena;
  std::vector<Value> terms{arena.array({"write_date", ">=", Value::of(std::string_view(from_text))}),
                           arena.array({"write_date", "<", Value::of(std::string_view(until_text))})};
  if (next.window_after != 0) terms.push_back(arena.array({"id", ">", next.window_after}));
  for (size_t i = 1; i < terms.size(); i += 2) terms.insert(terms.begin(), Value::of("&"));
  const Result<Page> page =
      ask({.model = stream_.model, .domain = arena.array(terms), .fields = read_, .limit = page_}, how);
  if (!page) return page.error();
  // The reply itself may tell that the clock was set back: what this window looked for is not what it is to look for.
  check_clock(trouble);
  if (trouble.clock_trouble && window_began_ == 0) {
    trouble.more = true;
    return trouble;
  }
  const Value rows = page->rows.root();
  const int64_t reached = window_resumed_ ? next.window_until : clock_.reached(window_began_);
  const bool last = page->last;
  if (last) {
    next.seen_until = std::max(next.seen_until, std::max(reached, next.window_until));
    next.window_until = next.window_after = 0;
  } else {
    next.window_until = std::max(reached, next.window_until);
    next.window_after = rows.at(rows.size() - 1)["id"].integer();
  }
  Result<Looked> looked = keep(rows, next, everybody(), how, true);
  if (!looked) return looked;
  if (last) window_began_ = 0;
  looked->more = !last;
  looked->clock_trouble = trouble.clock_trouble;
  return looked;
}

Result<Looked> Watch::content(std::stop_token stop) {
  const Manner how = manner(Lane::kSweeps, stop);
  Position next = position_;
  if (content_began_ == 0 || next.content_after == 0) content_began_ = clock_.date(now());
  Arena arena;
  const Result<Page> page = ask({.model = stream_.model,
                                 .domain = arena.array({arena.array({"id", ">", next.content_after})}),
                                 .fields = read_,
                                 .limit = page_},
                                how);
  if (!page) return page.error();
  const Value rows = page->rows.root();
  if (page->last) {
    next.content_after = 0;
    next.content_done = std::max<int64_t>(1, content_began_);
    content_began_ = 0;
  } else {
    next.content_after = rows.at(rows.size() - 1)["id"].integer();
  }
  Result<Looked> looked = keep(rows, next, everybody(), how, false);
  if (looked) looked->more = !page->last;
  return looked;
}

Result<Looked> Watch::telltale(const std::string& model, std::stop_token stop) {
  const Result<Page> page =
      ask({.model = model, .domain = {}, .fields = {"write_date"}, .limit = 1}, manner(Lane::kSweeps, stop));
  if (!page) return page.error();
  const Value rows = page->rows.root();
  const int64_t lowest = rows.size() == 0 ? 0 : rows.at(0)["id"].integer();
  Looked looked;
  const auto known = telltales_.find(model);
  looked.rescored = known != telltales_.end() && known->second != lowest;
  telltales_[model] = lowest;
  return looked;
}

}  // namespace outrigger::feed
