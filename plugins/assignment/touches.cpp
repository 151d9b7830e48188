#include "touches.hpp"

#include <algorithm>
#include <unordered_map>

namespace outrigger::assignment {
namespace {

constexpr size_t kAtOnce = 500;
constexpr int64_t kRobot = 1;                  // OdooBot
constexpr int64_t kSameWrite = 2 * 1'000'000;  // what Odoo does along with the assignment itself

class Finder {
 public:
  Finder(const Host& host, const People& people, const std::vector<Watched>& leads)
      : host_(host), people_(people), leads_(leads) {
    for (const Watched& one : leads) since_.emplace(one.lead, one.since + kSameWrite);
  }

  Result<std::set<int64_t>> run() {
    for (const Watched& one : leads_) look_at(one);
    for (size_t first = 0; first < leads_.size(); first += kAtOnce) {
      const Part part = part_from(first);
      if (Result<void> read = read_notes(part); !read) return read.error();
      if (Result<void> read = read_activities(part); !read) return read.error();
      if (Result<void> read = read_meetings(part); !read) return read.error();
    }
    return std::move(touched_);
  }

 private:
  struct Part {
    std::vector<int64_t> ids;
    std::string after;
  };

  Part part_from(size_t first) const {
    Part part;
    int64_t oldest = INT64_MAX;
    for (size_t i = first; i < std::min(leads_.size(), first + kAtOnce); ++i) {
      part.ids.push_back(leads_[i].lead);
      oldest = std::min(oldest, leads_[i].since);
    }
    part.after = utc_text(Time(std::chrono::microseconds(oldest)));
    return part;
  }

  void look_at(const Watched& one) {
    const Value row = one.row.root();
    const bool moved = micros_of(row["date_last_stage_update"].text()) > one.since + kSameWrite;
    const bool edited =
        people_.is_person(row["write_uid"].integer()) && micros_of(row["write_date"].text()) > one.since + kSameWrite;
    if (moved || edited || one.user == people_.own) touched_.insert(one.lead);
  }

  void take(int64_t lead, int64_t user, std::string_view when) {
    const auto since = since_.find(lead);
    if (since != since_.end() && people_.is_person(user) && micros_of(when) > since->second) touched_.insert(lead);
  }

  Result<void> read_notes(const Part& part) {
    Arena arena;
    const Query query{.model = "mail.message",
                      .domain = arena.array({arena.array({"model", "=", "crm.lead"}),
                                             arena.array({"res_id", "in", arena.ids(part.ids)}),
                                             arena.array({"create_date", ">", arena.text(part.after)})}),
                      .fields = {"res_id", "author_id", "create_uid", "create_date"}};
    return host_.odoo.each_page(query, [&](Value rows) -> Result<void> {
      for (const Value row : rows.items()) {
        const auto author = people_.partners.find(row["author_id"].integer());
        // A mail that came in is written by nobody who works here.
        const int64_t user = author != people_.partners.end()  ? author->second
                             : row["author_id"].integer() != 0 ? 0
                                                               : row["create_uid"].integer();
        take(row["res_id"].integer(), user, row["create_date"].text());
      }
      return {};
    });
  }

  Result<void> read_activities(const Part& part) {
    Arena arena;
    const Query query{.model = "mail.activity",
                      .domain = arena.array({arena.array({"res_model", "=", "crm.lead"}),
                                             arena.array({"res_id", "in", arena.ids(part.ids)}),
                                             arena.array({"create_date", ">", arena.text(part.after)})}),
                      .fields = {"res_id", "create_uid", "create_date"}};
    return left_out(host_.odoo.each_page(query, [&](Value rows) -> Result<void> {
      for (const Value row : rows.items())
        take(row["res_id"].integer(), row["create_uid"].integer(), row["create_date"].text());
      return {};
    }));
  }

  Result<void> read_meetings(const Part& part) {
    const Result<Document> fields = host_.odoo.fields_get("calendar.event");
    if (!fields) return left_out(fields.error());
    if (!fields->root().has("opportunity_id")) return {};
    Arena arena;
    const Query query{.model = "calendar.event",
                      .domain = arena.array({arena.array({"opportunity_id", "in", arena.ids(part.ids)}),
                                             arena.array({"create_date", ">", arena.text(part.after)})}),
                      .fields = {"opportunity_id", "create_uid", "create_date"}};
    return left_out(host_.odoo.each_page(query, [&](Value rows) -> Result<void> {
      for (const Value row : rows.items())
        take(row["opportunity_id"].integer(), row["create_uid"].integer(), row["create_date"].text());
      return {};
    }));
  }

  static Result<void> left_out(Result<void> read) {
    if (!read && (read.error().code == Code::kMissing || read.error().code == Code::kAccess)) return {};
    return read;
  }

  const Host& host_;
  const People& people_;
  const std::vector<Watched>& leads_;
  std::unordered_map<int64_t, int64_t> since_;
  std::set<int64_t> touched_;
};

}  // namespace

bool People::is_person(int64_t user) const { return user != own && user != kRobot && names.count(user) != 0; }

Result<People> read_people(const Host& host) {
  People people;
  const Result<Document> info = host.odoo.info();
  if (!info) return info.error();
  people.own = info->root()["uid"].integer();
  const Result<Document> fields = host.odoo.fields_get("res.users");
  if (!fields) return fields.error();
  Query query{.model = "res.users", .fields = {"name", "partner_id"}, .archived = true};
  for (const char* name : {"share", "tz"})
    if (fields->root().has(name)) query.fields.emplace_back(name);
  const Result<void> read = host.odoo.each_page(query, [&](Value rows) -> Result<void> {
    for (const Value row : rows.items()) {
      if (row["share"].truthy()) continue;  // a customer with a login
      const int64_t user = row["id"].integer();
      people.names[user] = text_of(row["name"]);
      people.partners[row["partner_id"].integer()] = user;
      people.zones[user] = text_of(row["tz"]);
    }
    return {};
  });
  if (!read) return read.error();
  people.partners.erase(0);
  return people;
}

Result<std::set<int64_t>> touched_leads(const Host& host, const People& people, const std::vector<Watched>& leads) {
  return Finder(host, people, leads).run();
}

}  // namespace outrigger::assignment
