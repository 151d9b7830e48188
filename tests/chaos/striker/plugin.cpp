// Writes once what the name of a changed lead tells it to: "strike TAG WHAT", and "crash" behind it has the plugin end
// itself the first time between what it wrote and its outcome. The effects carry the tag, so that they can be counted
// in Odoo afterwards.
//
//   create    a lead "made TAG"
//   write     contact_name = TAG and expected_revenue of the lead itself
//   message   a note "told TAG"
//   batch     three leads "one of TAG" in one call, and contact_name = "row TAG" of each, in one call
//
// store: did/TAG, kept together with the outcome; crashed/TAG.
#include <cstdlib>
#include <outrigger/plugin.hpp>
#include <sstream>
#include <string>

namespace {

using outrigger::Arena;
using outrigger::Change;
using outrigger::Document;
using outrigger::Result;
using outrigger::Transaction;
using outrigger::Value;

struct Strike {
  std::string tag;
  std::string what;
  bool crash = false;
};

Strike strike_of(const std::string& name) {
  std::istringstream words(name);
  std::string word;
  std::string crash;
  Strike strike;
  if (words >> word && word == "strike") words >> strike.tag >> strike.what >> crash;
  strike.crash = crash == "crash";
  return strike;
}

class Striker final : public outrigger::Plugin {
 public:
  using Plugin::Plugin;

  outrigger::Outcome on_changes(const outrigger::Changes& batch) override {
    outrigger::Outcomes outcomes(batch);
    for (const Change& change : batch) {
      const Strike strike = strike_of(change.after<std::string>("name"));
      if (strike.tag.empty()) continue;
      const Result<void> done = carry_out(change, strike);
      if (!done) outcomes[change] = done.error();
    }
    return outcomes;
  }

  Result<Document> on_command(outrigger::Command& command) override {
    if (command.name() != "done") return Plugin::on_command(command);
    auto arena = std::make_shared<Arena>();
    std::vector<Value> tags;
    std::string from = "did/";
    for (;;) {
      const auto page = store().scan({.from = from, .limit = 500});
      if (!page) return page.error();
      for (const auto entry : *page) {
        tags.push_back(arena->text(std::string(entry.key).substr(4)));
        from = std::string(entry.key) + '\0';
      }
      if (page->size() < 500) break;
    }
    const Value root = arena->array(tags);
    return Document(std::move(arena), root);
  }

 private:
  Result<void> carry_out(const Change& change, const Strike& strike) {
    Arena arena;
    const auto text = [&](const std::string& of) { return arena.text(of); };
    if (strike.what == "create") {
      const auto made = odoo().create(
          "crm.lead", arena.object({{"name", text("made " + strike.tag)}, {"type", "opportunity"}}), scope_of(change));
      if (!made) return made.error();
    } else if (strike.what == "write") {
      const Result<void> written = odoo().write(
          change.record(), arena.object({{"contact_name", text(strike.tag)}, {"expected_revenue", 4711.0}}));
      if (!written) return written.error();
    } else if (strike.what == "message") {
      const Result<int64_t> posted = odoo().message_post(change.record(), "told " + strike.tag);
      if (!posted) return posted.error();
    } else if (strike.what == "batch") {
      if (Result<void> done = batch(change, strike, arena); !done) return done;
    }
    Transaction keep;
    keep.put("did/" + strike.tag, strike.what);
    keep.outcome(change.delivery(), outrigger::done());
    if (strike.crash)
      if (Result<void> survived = crash_once(strike); !survived) return survived;
    return store().commit(keep);
  }

  Result<void> crash_once(const Strike& strike) {
    const auto crashed = store().get("crashed/" + strike.tag);
    if (!crashed) return crashed.error();
    if (*crashed) return {};
    Transaction mark;
    mark.put("crashed/" + strike.tag, "");
    if (Result<void> kept = store().commit(mark); !kept) return kept;
    std::abort();
  }

  Result<void> batch(const Change& change, const Strike& strike, Arena& arena) {
    const Value one = arena.object({{"name", arena.text("one of " + strike.tag)}, {"type", "opportunity"}});
    const auto made = odoo().create("crm.lead", arena.array({one, one, one}), scope_of(change));
    if (!made) return made.error();
    std::vector<Value> rows;
    for (const int64_t id : *made)
      rows.push_back(arena.object({{"id", id}, {"contact_name", arena.text("row " + strike.tag)}}));
    const auto written = odoo().write_rows("crm.lead", arena.array(rows), scope_of(change));
    if (!written) return written.error();
    if (written->root()["done"].size() == rows.size()) return {};
    return outrigger::Error{outrigger::Code::kConflict, "not all rows are written yet", outrigger::Source::kPlugin,
                            outrigger::Effect::kUnknown, 500};
  }

  static outrigger::Scope scope_of(const Change& change) {
    return {.company_id = outrigger::kAllCompanies, .delivery = change.delivery()};
  }
};

}  // namespace

OUTRIGGER_PLUGIN(Striker)
