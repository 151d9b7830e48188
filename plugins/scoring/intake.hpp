// The intake: what people did, sent by a company's own website, forms and mail tools to the plugin's endpoint
// "activity".
//
//     POST {"events": [{"id": "9f2c", "event": "form", "at": "2026-03-01T10:00:00Z", "email": "an@example.com",
//                       "consent": true, "text": "/contact"},
//                      {"id": "77", "event": "download", "at": "2026-03-01T10:01:00Z", "lead": 42, "consent": true}]}
//
// The host has checked the token in the address. Kept is an event with an id that was not seen before, a name, a moment
// that is not in the future, a lead or an address, and, unless the configuration asks for none, the person's consent;
// of the others a sentence each says why not. So order and repetition do not matter: the first of an id counts. An
// event "withdraw" with an address or a lead erases all that is kept of it. What is older than activity.retention_days
// (365) is not used, and forgotten by the job "forget".
//
// Kept in the store: a/e/TIME/ID with the event, a/i/ID with TIME. Together with the delivery's outcome, in one
// transaction. Threads: plain functions.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <outrigger/plugin.hpp>

namespace outrigger::scoring {

struct KeptEvent {
  std::string id;
  std::string event;
  std::string email;  // normalised; empty: the lead is named
  std::string text;   // such as the address of a page
  int64_t lead = 0;
  int64_t at = 0;  // microseconds UTC
};

struct IntakeRules {
  int64_t retention = 0;  // microseconds
  bool require_consent = true;
};
IntakeRules intake_rules(Value config);

// What a body says: events to keep, people to forget, and what is wrong with the others.
struct Intake {
  std::vector<KeptEvent> events;
  std::vector<KeptEvent> withdrawn;
  std::vector<std::string> refused;  // a sentence each
};
// kInvalid: nothing of it can be used.
Result<Intake> read_intake(std::string_view body, const IntakeRules& rules, int64_t now);

// What became of one body.
struct Taken {
  size_t kept = 0;
  size_t repeated = 0;
  size_t erased = 0;
};
// Stores it with the delivery's outcome (none when `delivery` is empty). Errors: those of the store.
Result<Taken> keep(const Store& store, const Intake& intake, std::string_view delivery);

// The endpoint, all of it.
Outcome on_activity(const WebhookCall& call, const Store& store, const Clock& clock, const Log& log, Value config);

// By time, oldest first.
Result<void> each_kept_event(const Store& store, const std::function<void(const KeptEvent&)>& use);
// Erases what is older than the retention; how many.
Result<size_t> forget_old(const Store& store, const IntakeRules& rules, int64_t now);

}  // namespace outrigger::scoring
