#include "integration/feed/tests/fake_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "integration/value/datetime.hpp"
#include "integration/value/json.hpp"

namespace outrigger::feed {
namespace {

constexpr int64_t kSecond = 1'000'000;

std::string with_micros(int64_t micros) {
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%06d", static_cast<int>(micros % kSecond));
  return value::to_datetime(micros / kSecond) + fraction;
}

}  // namespace

FakeReader::FakeReader(int major) : major_(major) {
  definitions = R"({"id": {"type": "integer", "store": true}, "name": {"type": "char", "store": true},
    "stage": {"type": "integer", "store": true}, "active": {"type": "boolean", "store": true},
    "label": {"type": "char", "store": true}, "file": {"type": "binary", "store": true},
    "create_date": {"type": "datetime", "store": true}, "write_date": {"type": "datetime", "store": true}})";
}

int64_t FakeReader::create(const std::string& name, int64_t stage) {
  rows_[next_id_] = {name, stage, true, clock_, clock_};
  return next_id_++;
}

void FakeReader::write(int64_t id, const std::string& name) { commit_late(id, name, 0); }

void FakeReader::commit_late(int64_t id, const std::string& name, int64_t seconds) {
  rows_[id].name = name;
  rows_[id].write_date = clock_ - seconds * kSecond;
}

void FakeReader::sql(int64_t id, const std::string& name) { rows_[id].name = name; }

void FakeReader::set_stage(int64_t id, int64_t stage) {
  rows_[id].stage = stage;
  rows_[id].write_date = clock_;
}

void FakeReader::archive(int64_t id) {
  rows_[id].active = false;
  rows_[id].write_date = clock_;
}

void FakeReader::advance(double seconds) {
  const auto micros = static_cast<int64_t>(seconds * static_cast<double>(kSecond));
  clock_ += micros;
  monotonic_ += micros;
}

void FakeReader::set_back(double seconds) { clock_ -= static_cast<int64_t>(seconds * static_cast<double>(kSecond)); }

Settings FakeReader::settings() {
  Settings settings;
  settings.monotonic = [this] { return monotonic_; };
  return settings;
}

std::optional<Error> FakeReader::fails() {
  ++calls;
  if (errors.empty()) return std::nullopt;
  Error error = errors.front();
  errors.pop_front();
  return error;
}

Result<std::shared_ptr<const Document>> FakeReader::fields(const std::string&, const Manner&) {
  if (auto error = fails()) return *error;
  return std::make_shared<const Document>(*value::read_json(definitions));
}

std::vector<int64_t> FakeReader::find(Value domain) const {
  std::vector<int64_t> ids;
  const Result<domain::Domain> parsed =
      domain.is_null() ? Result<domain::Domain>(domain::Domain()) : domain::Domain::parse(domain);
  EXPECT_TRUE(parsed) << value::to_json(domain);
  for (const auto& [id, row] : rows_) {
    if (hidden.count(id) != 0) continue;
    const Result<bool> found = domain::matches(parsed->root(), *this, id);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    if (found && *found) ids.push_back(id);
  }
  return ids;
}

Result<Page> FakeReader::page(const Question& question, const Manner&) {
  if (auto error = fails()) return *error;
  ++pages;
  if (question.model == "crm.lead.scoring.frequency")
    return Page{Document::build([&](Arena& a) { return a.array({a.object({{"id", lowest_telltale}})}); }), true};
  if (empty_answers > 0) {
    --empty_answers;
    return Page{};
  }
  std::vector<int64_t> ids = find(question.domain);
  if (question.newest_first) std::reverse(ids.begin(), ids.end());
  Page page;
  page.last = static_cast<int64_t>(ids.size()) < question.limit;
  if (!page.last) ids.resize(static_cast<size_t>(question.limit));
  page.rows = Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    for (const int64_t id : ids) {
      std::vector<Field> row{{"id", Value::of(id)}};
      for (const std::string& name : question.fields) {
        Value cell = value(id, name);
        if (name == "write_date" || name == "create_date") cell = Value::of(cell.text().substr(0, 19));
        row.push_back({arena.keep(name), arena.copy(cell)});
      }
      rows.push_back(arena.object(row));
    }
    return arena.array(rows);
  });
  if (after_page) after_page(pages);
  return page;
}

Result<std::vector<int64_t>> FakeReader::search(const std::string&, Value domain, const Manner&) {
  if (auto error = fails()) return *error;
  ++searches;
  return find(domain);
}

Result<std::vector<int64_t>> FakeReader::existing(const std::string&, const std::vector<int64_t>& ids, const Manner&) {
  if (auto error = fails()) return *error;
  std::vector<int64_t> there;
  for (const int64_t id : ids) {
    if (hidden.count(id) != 0) return Error{Code::kAccess, "hidden", outrigger::Source::kOdoo, Effect::kNone, -1};
    if (rows_.count(id) != 0) there.push_back(id);
  }
  return there;
}

Result<int64_t> FakeReader::count(const std::string&, const Manner&) {
  if (auto error = fails()) return *error;
  return static_cast<int64_t>(find({}).size());
}

bool FakeReader::field(std::string_view name, domain::FieldInfo& info) const {
  info.type = name == "id" || name == "stage"                ? domain::FieldType::kInteger
              : name == "active"                             ? domain::FieldType::kBoolean
              : name.find("_date") != std::string_view::npos ? domain::FieldType::kDatetime
                                                             : domain::FieldType::kText;
  return true;
}

Value FakeReader::value(int64_t id, std::string_view field) const {
  const Row& row = rows_.at(id);
  if (field == "name") return Value::of(std::string_view(row.name));
  if (field == "stage") return Value::of(row.stage);
  if (field == "active") return Value::of(row.active);
  if (field == "create_date") return texts_.text(with_micros(row.create_date));
  if (field == "write_date") return texts_.text(with_micros(row.write_date));
  return field == "label" ? Value::of("label") : Value{};
}

Stream things() { return {.model = "x.thing", .fields = {"name", "stage"}, .subscribers = {subscriber("all")}}; }

Subscriber subscriber(const std::string& name, const std::string& domain, bool snapshot) {
  return {.name = name, .fields = {"name"}, .domain = domain, .snapshot = snapshot};
}

void settle(Feed& feed) {
  for (int i = 0; i < 10000; ++i) {
    const Result<bool> looked = feed.look();
    if (looked && !*looked) return;
  }
  FAIL() << "the feed does not come to rest";
}

void look_again(Feed& feed, FakeReader& odoo, double seconds) {
  odoo.advance(seconds);
  settle(feed);
}

std::string texts(const std::vector<Heard>& heard) {
  std::string text;
  for (const Heard& each : heard)
    text += (text.empty() ? "" : ", ") + std::string(to_string(each.kind)) + " " + std::to_string(each.id);
  return text;
}

}  // namespace outrigger::feed
