#include "win_rates.hpp"

namespace outrigger::assignment {

void WinRates::add(int64_t team, int64_t user, double won, double lost) {
  for (Count* count : {&all_, &users_[user], &members_[{team, user}]}) {
    count->won += won;
    count->closed += won + lost;
  }
}

double WinRates::drawn(const Count& own, double towards) {
  constexpr double kWeight = 20;
  return (own.won + kWeight * towards) / (own.closed + kWeight);
}

double WinRates::factor(int64_t team, int64_t user) const {
  if (all_.closed <= 0 || all_.won <= 0) return 1;
  const double everybody = all_.won / all_.closed;
  const auto own = users_.find(user);
  const double person = own == users_.end() ? everybody : drawn(own->second, everybody);
  const auto here = members_.find({team, user});
  return (here == members_.end() ? person : drawn(here->second, person)) / everybody;
}

std::vector<Value> closed_terms(bool won, bool status, std::string_view before, Arena& arena) {
  std::vector<Value> terms;
  if (!before.empty()) terms.push_back(arena.array({"date_closed", "<", arena.text(before)}));
  if (status) {
    terms.push_back(arena.array({"won_status", "=", won ? "won" : "lost"}));
  } else if (won) {
    terms.push_back(arena.array({"stage_id.is_won", "=", true}));
  } else {
    terms.push_back(arena.array({"active", "=", false}));
    terms.push_back(arena.array({"probability", "=", 0}));
  }
  return terms;
}

Result<void> read_closed(const Host& host, std::string_view before, const Odoo::Names& by,
                         const std::function<void(Value group, double count, bool won)>& use) {
  const Result<Document> fields = host.odoo.fields_get("crm.lead");
  if (!fields) return fields.error();
  const bool status = fields->root().has("won_status");
  for (const bool won : {true, false}) {
    Arena arena;
    std::vector<Value> terms = closed_terms(won, status, before, arena);
    terms.push_back(arena.array({"user_id", "!=", false}));
    const Result<Document> groups =
        host.odoo.read_group({.model = "crm.lead", .domain = arena.array(terms), .archived = true}, by, {"__count"});
    if (!groups) return groups.error();
    for (const Value group : groups->root().items()) use(group, group["__count"].number().value_or(0), won);
  }
  return {};
}

Result<WinRates> read_win_rates(const Host& host, std::string_view before) {
  WinRates rates;
  const Result<void> read = read_closed(host, before, {"team_id", "user_id"}, [&](Value group, double count, bool won) {
    rates.add(group["team_id"].integer(), group["user_id"].integer(), won ? count : 0, won ? 0 : count);
  });
  if (!read) return read.error();
  return rates;
}

}  // namespace outrigger::assignment
