// Keeps in its store what it was told of the leads, and posts one note for each change of a lead that asks for it. What
// it keeps is compared with Odoo's database afterwards: what is missing was lost, what is there twice was doubled.
//
//   view/ID       the lead as last told: the fields of the manifest, in their order, joined by |
//   hot/ID        the lead matches the domain of the second subscription
//   told/DELIVERY of which record, of what kind, when; its outcome was kept: coming again is doubled
//   order/ID      when the state was seen that was told last: an earlier one afterwards is out of order
//   wrong/...     what must not be
//   bell/DELIVERY a note was posted for this delivery
//   crashed/DELIVERY the plugin ended itself at this one already
//   late/WORD     the longest time in microseconds from a stamp to here; a stamp: "WORD MICROSECONDS" in `contact_name`
//   `contact_name`
#include <cstdlib>
#include <map>
#include <outrigger/plugin.hpp>
#include <string>

namespace {

using outrigger::Arena;
using outrigger::Change;
using outrigger::ChangeKind;
using outrigger::Document;
using outrigger::Result;
using outrigger::Transaction;
using outrigger::Value;

void print(std::string& out, Value value) {
  switch (value.kind()) {
    case outrigger::Kind::kString: out += value.text(); break;
    case outrigger::Kind::kInt: out += std::to_string(value.integer()); break;
    case outrigger::Kind::kDouble: out += std::to_string(*value.number()); break;
    case outrigger::Kind::kBool: out += value.truthy() ? "true" : "false"; break;
    case outrigger::Kind::kArray:
      for (const Value item : value.items()) {
        print(out, item);
        out += ',';
      }
      break;
    default: break;
  }
}

std::string view_of(Value lead) {
  constexpr std::string_view kFields[] = {"name",    "stage_id",     "priority", "email_from", "expected_revenue",
                                          "tag_ids", "contact_name", "active"};
  std::string view;
  for (const std::string_view field : kFields) {
    print(view, lead[field]);
    view += '|';
  }
  return view;
}

const char* word(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kCreated: return "created";
    case ChangeKind::kChanged: return "changed";
    case ChangeKind::kEntered: return "entered";
    case ChangeKind::kLeft: return "left";
    case ChangeKind::kArchived: return "archived";
    case ChangeKind::kDeleted: return "deleted";
    case ChangeKind::kUnknown: break;
  }
  return "unknown";
}

class Counter final : public outrigger::Plugin {
 public:
  using Plugin::Plugin;

  outrigger::Outcome on_changes(const outrigger::Changes& batch) override {
    outrigger::Outcomes outcomes(batch);
    for (const Change& change : batch) {
      const Result<void> kept = batch.subscription() == "hot" ? take_hot(change) : take_lead(change);
      if (!kept) outcomes[change] = outrigger::retry(std::chrono::milliseconds(200), kept.error().message);
    }
    return outcomes;
  }

  Result<Document> on_command(outrigger::Command& command) override {
    if (command.name() != "dump") return Plugin::on_command(command);
    auto arena = std::make_shared<Arena>();
    std::vector<outrigger::Field> all;
    std::string from;
    for (;;) {
      const auto page = store().scan({.from = from, .limit = 500});
      if (!page) return page.error();
      for (const auto entry : *page) {
        all.push_back({arena->keep(entry.key), arena->text(entry.value)});
        from = std::string(entry.key) + '\0';
      }
      if (page->size() < 500) break;
    }
    const Value root = arena->object(all);
    return Document(std::move(arena), root);
  }

 private:
  Result<void> take_hot(const Change& change) {
    Transaction keep;
    const std::string key = "hot/" + std::to_string(change.id());
    if (change.kind() == ChangeKind::kLeft || change.kind() == ChangeKind::kDeleted)
      keep.erase(key);
    else
      keep.put(key, change.after<std::string>("name"));
    return settle(change, keep, "hot");
  }

  Result<void> take_lead(const Change& change) {
    const std::string id = std::to_string(change.id());
    const std::string name = change.after<std::string>("name");
    Transaction keep;
    if (change.kind() == ChangeKind::kDeleted)
      keep.erase("view/" + id);
    else
      keep.put("view/" + id, view_of(change.after()));
    if (name.rfind("bell", 0) == 0) {
      const auto posted = odoo().message_post(change.record(), "told " + std::string(change.delivery()));
      if (!posted) return posted.error();
      keep.put("bell/" + std::string(change.delivery()), id);
    }
    if (Result<void> ordered = note_order(change, keep); !ordered) return ordered;
    note_delay(change, keep);
    return settle(change, keep, "leads");
  }

  // The outcome is kept together with the view. A delivery that comes again after that was doubled.
  Result<void> settle(const Change& change, Transaction& keep, const std::string& subscription) {
    const std::string told = "told/" + subscription + "/" + std::string(change.delivery());
    const auto before = store().get(told);
    if (!before) return before.error();
    if (*before) keep.put("wrong/doubled/" + subscription + "/" + std::string(change.delivery()), **before);
    keep.put(told, std::to_string(change.id()) + " " + word(change.kind()) + " " +
                       std::to_string(clock().now().time_since_epoch().count()));
    keep.outcome(change.delivery(), outrigger::done());
    if (Result<void> survived = crash_once(change); !survived) return survived;
    return store().commit(keep);
  }

  Result<void> note_order(const Change& change, Transaction& keep) {
    const std::string id = std::to_string(change.id());
    const auto last = store().get("order/" + id);
    if (!last) return last.error();
    const int64_t at = change.at().time_since_epoch().count();
    if (*last && std::stoll(**last) > at) keep.put("wrong/order/" + std::string(change.delivery()), id);
    keep.put("order/" + id, std::to_string(at));
    return {};
  }

  void note_delay(const Change& change, Transaction& keep) {
    const std::string stamp = change.after<std::string>("contact_name");
    const size_t space = stamp.find(' ');
    if (space == std::string::npos || change.before()["contact_name"].text() == stamp) return;
    const std::string at = stamp.substr(space + 1);
    if (at.size() != 16 || at.find_first_not_of("0123456789") != std::string::npos) return;
    const int64_t late = clock().now().time_since_epoch().count() - std::atoll(at.c_str());
    const std::string key = "late/" + stamp.substr(0, space);
    if (worst_.count(key) == 0)
      if (const auto known = store().get(key); known && *known) worst_[key] = std::stoll(**known);
    int64_t& worst = worst_[key];
    if (late <= worst) return;
    worst = late;
    keep.put(key, std::to_string(late));
  }

  // At some deliveries, always the same ones, once each. Not among a thousand at once: three crashes are a quarantine.
  Result<void> crash_once(const Change& change) {
    const int64_t per_mille = config()["crash_per_mille"].integer();
    if (change.after<std::string>("name").rfind("burst", 0) == 0) return {};
    if (std::hash<std::string_view>()(change.delivery()) % 1000 >= static_cast<size_t>(per_mille)) return {};
    const std::string mark = "crashed/" + std::string(change.delivery());
    const auto crashed = store().get(mark);
    if (!crashed) return crashed.error();
    if (*crashed) return {};
    Transaction keep;
    keep.put(mark, "");
    if (Result<void> kept = store().commit(keep); !kept) return kept;
    std::abort();
  }

  std::map<std::string, int64_t> worst_;
};

}  // namespace

OUTRIGGER_PLUGIN(Counter)
