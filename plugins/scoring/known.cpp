#include "known.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <limits>

#include "activity.hpp"
#include "looks.hpp"

namespace outrigger::scoring {
namespace {

constexpr size_t kPage = 2000;

class KnownReader {
 public:
  // `leads`: whose rows are meant.
  KnownReader(const Odoo& odoo, const History& history, const Leads& leads, const Progress& progress)
      : odoo_(odoo), history_(history), leads_(leads), progress_(progress) {}

  Result<void> fields(Value config) {
    Result<std::vector<ExtraField>> chosen = choose_extra(odoo_, history_, config);
    if (!chosen) return chosen.error();
    extra_ = *std::move(chosen);
    for (const ExtraField& extra : extra_) {
      Signal signal{extra.name, extra.kind};
      const size_t rows = leads_.size();
      if (extra.kind == Signal::Kind::kCategory) signal.code.assign(rows, 0);
      if (extra.kind == Signal::Kind::kNumber) signal.numbers.assign(rows, kUnset);
      if (extra.is_moment) signal.known_from.assign(rows, std::numeric_limits<int64_t>::min());
      tags_.emplace_back(extra.kind == Signal::Kind::kTags ? rows : 0);
      known_.fields.columns.push_back(std::move(signal));
    }
    return {};
  }

  Result<void> leads() {
    known_.decided.assign(leads_.size(), kNever);
    known_.edited.assign(leads_.size(), 0);
    Query query{.model = "crm.lead", .fields = columns({"write_date", "date_closed"}), .archived = true};
    Arena arena;
    query.domain = arena.array({arena.array({"create_date", ">=", Value::of(std::string_view(history_.start_utc))})});
    size_t read = 0;
    return odoo_.each_page(query,
                           [&](Value rows) -> Result<void> {
                             for (const Value row : rows.items()) add(row);
                             read += rows.size();
                             progress_(read, leads_.size());
                             return {};
                           },
                           {.lane = Lane::kSweeps});
  }

  // The fields of these leads, and whose they are.
  Result<void> some(const std::vector<int64_t>& ids) {
    known_.decided.assign(leads_.size(), kNever);
    known_.edited.assign(leads_.size(), 0);
    constexpr size_t kAtOnce = 1000;
    for (size_t first = 0; first < ids.size(); first += kAtOnce) {
      const std::vector<int64_t> part(ids.begin() + static_cast<std::ptrdiff_t>(first),
                                      ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), first + kAtOnce)));
      const Result<Document> rows = odoo_.read("crm.lead", part, columns({}));
      if (!rows) return rows.error();
      for (const Value row : rows->root().items()) add(row);
    }
    return {};
  }

  // Values that have a code already keep it.
  void number_as(const Signals& codes) {
    for (Signal& signal : known_.fields.columns)
      for (const Signal& given : codes.columns)
        if (given.name == signal.name) signal.values = given.values;
  }
  [[nodiscard]] bool reads_fields() const { return !extra_.empty(); }

  // Of the partners that leads have, in as few calls as there are pages.
  Result<void> partners() {
    std::vector<std::string_view> names;
    for (const ExtraField& extra : extra_)
      if (extra.of_partner) names.push_back(extra.field);
    if (names.empty()) return {};
    std::vector<int64_t> ids;
    for (const auto& [partner, leads] : owners_.by_partner) ids.push_back(partner);
    std::sort(ids.begin(), ids.end());
    for (size_t first = 0; first < ids.size(); first += kPage) {
      const std::vector<int64_t> some(ids.begin() + static_cast<std::ptrdiff_t>(first),
                                      ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), first + kPage)));
      const Result<Document> rows = odoo_.read("res.partner", some, names, {.lane = Lane::kSweeps});
      if (!rows) return rows.error();
      for (const Value partner : rows->root().items())
        for (const int64_t lead : owners_.by_partner[partner["id"].integer()])
          if (const int64_t at = row_of(leads_, lead); at >= 0) set(static_cast<size_t>(at), partner, true);
    }
    return {};
  }

  Known finish() {
    for (size_t e = 0; e < extra_.size(); ++e) {
      if (extra_[e].kind != Signal::Kind::kTags) continue;
      Signal& signal = known_.fields.columns[e];
      for (const auto& tags : tags_[e]) {
        signal.tag.insert(signal.tag.end(), tags.begin(), tags.end());
        signal.tag_end.push_back(static_cast<uint32_t>(signal.tag.size()));
      }
    }
    return std::move(known_);
  }

  [[nodiscard]] Known& known() { return known_; }
  [[nodiscard]] const Owners& owners() const { return owners_; }

 private:
  [[nodiscard]] std::vector<std::string_view> columns(std::vector<std::string_view> names) const {
    const Value there = history_.lead_fields.root();
    std::erase_if(names, [&](std::string_view name) { return name != "write_date" && !there.has(name); });
    for (const char* wanted : {"email_normalized", "partner_id"})
      if (there.has(wanted)) names.emplace_back(wanted);
    if (!there.has("email_normalized")) names.emplace_back("email_from");
    for (const ExtraField& extra : extra_)
      if (!extra.of_partner && std::find(names.begin(), names.end(), extra.field) == names.end())
        names.emplace_back(extra.field);
    return names;
  }

  void add(Value row) {
    const int64_t id = row["id"].integer();
    const int64_t found = row_of(leads_, id);
    if (found < 0) return;
    const auto at = static_cast<size_t>(found);
    known_.decided[at] = moment_of(row["date_closed"].text());
    known_.edited[at] = moment_of(row["write_date"].text());
    if (known_.edited[at] == kNever) known_.edited[at] = leads_.created[at];
    const std::string_view written =
        row.has("email_normalized") ? row["email_normalized"].text() : row["email_from"].text();
    if (const std::string email = normalised(written); !email.empty()) owners_.by_email[email].push_back(id);
    if (const int64_t partner = row["partner_id"].integer(); partner != 0) owners_.by_partner[partner].push_back(id);
    set(at, row, false);
  }

  void set(size_t at, Value record, bool of_partner) {
    for (size_t e = 0; e < extra_.size(); ++e) {
      const ExtraField& extra = extra_[e];
      if (extra.of_partner != of_partner) continue;
      Signal& signal = known_.fields.columns[e];
      const Value value = record[extra.field];
      if (extra.kind == Signal::Kind::kTags) {
        for (const Value tag : value.items()) tags_[e][at].push_back(signal.values.code(std::to_string(tag.integer())));
      } else if (extra.is_date) {
        const int64_t moment = moment_of(value.text());
        if (moment == kNever) continue;
        signal.numbers[at] = days_since(leads_.created[at], moment);
        if (extra.is_moment) signal.known_from[at] = moment;
      } else if (extra.kind == Signal::Kind::kNumber) {
        signal.numbers[at] = value.number().value_or(kUnset);
      } else if (value.boolean()) {
        // False is Odoo's word for "not set" as well; of a boolean field it is a value.
        if (is_boolean(extra)) signal.code[at] = signal.values.code(value.truthy() ? "True" : "False");
      } else if (value.truthy()) {
        signal.code[at] =
            signal.values.code(value.is_string() ? std::string(value.text()) : std::to_string(value.integer()));
      }
    }
  }

  [[nodiscard]] bool is_boolean(const ExtraField& extra) {
    const auto [at, added] = booleans_.try_emplace(extra.name, false);
    if (added) {
      const Result<Document> fields = odoo_.fields_get(extra.of_partner ? "res.partner" : "crm.lead");
      at->second = fields && fields->root()[extra.field]["type"].text() == "boolean";
    }
    return at->second;
  }

  const Odoo& odoo_;
  const History& history_;
  const Leads& leads_;
  const Progress& progress_;
  std::vector<ExtraField> extra_;
  std::vector<std::vector<std::vector<uint32_t>>> tags_;  // by field and row
  std::unordered_map<std::string, bool> booleans_;
  Owners owners_;
  Known known_;
};

// Two digits at a time, as Odoo writes them.
bool read_digits(std::string_view text, size_t at, size_t count, int& number) {
  const char* first = text.data() + at;
  const auto read = std::from_chars(first, first + count, number);
  return read.ec == std::errc() && read.ptr == first + count;
}

}  // namespace

std::string day_of(int64_t micros) {
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(micros)};
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

int64_t moment_of(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int clock[3] = {0, 0, 0};
  if (text.size() < 10 || !read_digits(text, 0, 4, year) || !read_digits(text, 5, 2, month) ||
      !read_digits(text, 8, 2, day))
    return kNever;
  for (size_t i = 0; i < 3 && text.size() >= 19; ++i)
    if (!read_digits(text, 11 + 3 * i, 2, clock[i])) return kNever;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return kNever;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return (((days * 24 + clock[0]) * 60 + clock[1]) * 60 + clock[2]) * 1'000'000LL;
}

std::string normalised(std::string_view email) {
  std::string out;
  for (const char c : email)
    if (c != ' ' && c != '\t') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out.find('@') == std::string::npos ? std::string() : out;
}

Signals Known::at(const Leads& leads, const std::vector<int64_t>& moments) const {
  Signals signals = fields;
  if (!rules.empty())
    signals.columns.push_back(points_signal(std::string(kPointsSignal), events, rules, leads, moments));
  return signals;
}

Result<Known> read_known_of(const Odoo& odoo, Value config, const History& history, const Leads& leads,
                            const Signals& codes) {
  const Progress silent = [](uint64_t, uint64_t) {};
  KnownReader reader(odoo, history, leads, silent);
  if (Result<void> chosen = reader.fields(config); !chosen) return chosen.error();
  if (reader.reads_fields()) {
    reader.number_as(codes);
    if (Result<void> read = reader.some(leads.id); !read) return read.error();
    if (Result<void> read = reader.partners(); !read) return read.error();
  }
  return reader.finish();
}

Result<Owners> read_owners(const Odoo& odoo, const History& history, const std::vector<int64_t>& leads) {
  const Progress silent = [](uint64_t, uint64_t) {};
  Leads rows(history.variables.fields.size());
  for (const int64_t id : leads) rows.append(id);
  KnownReader reader(odoo, history, rows, silent);
  if (Result<void> read = reader.some(leads); !read) return read.error();
  return reader.owners();
}

Result<Known> read_known(const Odoo& odoo, const Clock& clock, const Store& store, Value config, const History& history,
                         const Progress& progress) {
  KnownReader reader(odoo, history, history.leads, progress);
  Result<Activity> activity = read_rules(config);
  if (!activity) return activity.error();
  if (Result<void> chosen = reader.fields(config); !chosen) return chosen.error();
  if (Result<void> read = reader.leads(); !read) return read.error();
  if (Result<void> read = reader.partners(); !read) return read.error();
  Known& known = reader.known();
  known.rules = activity->points;
  if (!activity->rules.empty()) {
    if (Result<void> read = read_odoo_activity(odoo, *activity, reader.owners(), known); !read) return read.error();
    if (Result<void> read = read_kept_activity(store, clock, *activity, reader.owners(), known); !read)
      return read.error();
  }
  if (Result<void> read = read_looks(store, history, known.looks); !read) return read.error();
  return reader.finish();
}

}  // namespace outrigger::scoring
