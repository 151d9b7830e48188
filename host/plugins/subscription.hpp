// What a plugin wants to hear of: the `subscriptions` of its manifest.
//
//     "subscriptions": [
//       {"name": "won", "model": "crm.lead", "fields": ["name", {"any": ["won_status", "x_won"], "optional": true}],
//        "domain": [["type", "=", "opportunity"]], "initial": "snapshot"},
//       {"name": "scores", "model": "fact:scoring.score"}      // a fact of another plugin (abi/shared.h)
//     ]
//
// `fields` are the content: a change of any other is none. `domain`: a list, or Python text; changes are told as
// entered and left where it begins and ceases to hold. `initial`: none (the default: what is there already is taken as
// known) or snapshot (every record comes once as created).
//
// Errors: kInvalid, one sentence with the remedy. Threads: plain data.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/grants/permissions.hpp"
#include "integration/feed/sink.hpp"

namespace outrigger::host {

struct Subscription {
  std::string name;
  std::string model;
  std::vector<FieldAsk> fields;
  std::string domain;  // as JSON; empty: every record
  bool snapshot = false;

  [[nodiscard]] bool is_fact() const { return model.rfind("fact:", 0) == 0; }
};

// manifest: the whole of it. Every field must be among what it asks to read.
Result<std::vector<Subscription>> read_subscriptions(Value manifest, const Permissions& asked);

// As the feed and the journal know it, with the names that this Odoo has. `has` says whether a field is there.
// kUnsupported: one that is needed is not.
Result<feed::Subscriber> resolve(const Subscription& subscription, std::string_view plugin,
                                 const std::function<bool(std::string_view field)>& has);

}  // namespace outrigger::host
