// `outrigger webhooks install|remove|status`: Odoo says where to look, instead of being asked all the time.
#include <unistd.h>

#include <iostream>
#include <optional>

#include "host/cli/commands.hpp"
#include "host/cli/setup_session.hpp"
#include "host/cli/table.hpp"
#include "host/cli/webhook_plan.hpp"
#include "host/control/control.hpp"
#include "host/services/clock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

constexpr const char* kCost =
    "Each save that changes one of these fields in Odoo posts the record's id, and no value, before the user goes on: "
    "some milliseconds\nwhile this host answers. While it does not, the user waits up to 1 second for each record that "
    "is saved (hardly at all where the\nport is merely closed), nothing is lost, and the change is found by looking. "
    "So remove the rules before you take this host away:\n`outrigger webhooks remove`. Changing a rule makes Odoo's "
    "workers load their registry again, 0.2 to 0.4 s each.\n";

std::string base_of(const Config& config) { return config.listeners.open ? config.listeners.open->url : std::string(); }

bool asked(const char* question) {
  if (::isatty(STDIN_FILENO) == 0) {
    print_error("nothing was changed; say --yes to do this without being asked");
    return false;
  }
  print(std::string(question) + " [y/N] ");
  std::cout.flush();
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "yes");
}

// What a host that runs has heard; nothing: none runs.
std::optional<Document> ask_running(const Config& config, const std::string& database, const char* what) {
  if (!host_runs(control_socket(config))) return std::nullopt;
  Arena arena;
  Result<Document> answer =
      ask_control(control_socket(config), arena.object({{"do", what}, {"database", arena.text(database)}}));
  if (answer) return *std::move(answer);
  print_error(answer.error().message);
  return std::nullopt;
}

Value texts_of(const std::vector<std::string>& texts, Arena& arena) {
  std::vector<Value> all;
  for (const std::string& text : texts) all.push_back(arena.text(text));
  return arena.array(all);
}

int show(const CommonOptions& common, const SetupSession& opened, const std::vector<WebhookStep>& steps,
         const std::vector<std::string>& notes, bool done) {
  const std::string base = base_of(opened.deployment->config());
  if (common.json) {
    Arena arena;
    print(value::to_pretty_json(arena.object({{"database", arena.text(opened.database)},
                                              {"address", arena.text(base)},
                                              {"done", done},
                                              {"steps", steps_value(steps, arena)},
                                              {"notes", texts_of(notes, arena)}})) +
          "\n");
    return kExitOk;
  }
  for (const std::string& note : notes) print("  note: " + note + "\n");
  print(steps_text(steps));
  return kExitOk;
}

// False: not now.
bool confirmed(const CommonOptions& common, const WebhooksOptions& options, const char* question) {
  if (options.plan) return false;
  if (options.yes) return true;
  return !common.json && asked(question);
}

Result<void> perform(odoo::Session& setup, const std::vector<WebhookStep>& steps, const std::string& address,
                     const odoo::CallOptions& options) {
  for (const WebhookStep& step : steps) {
    if (step.kind == WebhookStep::Kind::kKeep) continue;
    Result<void> done;
    if (step.kind == WebhookStep::Kind::kRemove) {
      done = remove_hint_rule(setup, step.there, options);
    } else if (const auto made = put_hint_rule(setup, step.model, step.fields, address, options); !made) {
      done = made.error();
    }
    if (done) continue;
    Error error = done.error();
    error.message = step.model + ": " + error.message + "; `outrigger webhooks status` shows what there is";
    return error;
  }
  return {};
}

int install(const CommonOptions& common, const WebhooksOptions& options, StopSignal& stop) {
  const Result<SetupSession> opened = open_setup(common, stop.token());
  if (!opened) return report_error(opened.error(), common.json);
  const odoo::CallOptions calls{.stop = stop.token()};
  Deployment& deployment = *opened->deployment;
  HintAddress address = deployment.facilities().hint_address(opened->database);
  const Result<std::string> known = address.url();
  if (!known && (known.error().code != Code::kUnsupported || base_of(deployment.config()).empty()))
    return report_error(known.error(), common.json);
  if (const Result<void> can = can_have_hint_rules(*opened->setup, calls); !can)
    return report_error(can.error(), common.json);
  const Result<Watched> watched = watched_models(deployment, opened->database, *opened->run);
  if (!watched) return report_error(watched.error(), common.json);
  const Result<std::vector<HintRule>> there = list_hint_rules(*opened->setup, calls);
  if (!there) return report_error(there.error(), common.json);
  const bool fresh = options.new_token || !known;
  const std::vector<WebhookStep> steps = plan_webhooks(watched->models, *there, fresh ? std::string() : *known);
  if (!common.json)
    print("automation rules of database " + opened->database + ", which post to " + base_of(deployment.config()) +
          "/hint/ and a secret token:\n");
  if (!changes_anything(steps)) {
    const int code = show(common, *opened, steps, watched->notes, true);
    if (!common.json) print(steps.empty() ? "no plugin watches anything\n" : "all is as it should be\n");
    return code;
  }
  if (!common.json) {
    (void)show(common, *opened, steps, watched->notes, false);
    print(kCost);
  }
  if (!confirmed(common, options, "Do this in Odoo?"))
    return common.json ? show(common, *opened, steps, watched->notes, false) : static_cast<int>(kExitOk);
  // The host learns of the token before Odoo does, so that the first post finds it known.
  if (const Result<void> made = address.make(fresh); !made) return report_error(made.error(), common.json);
  const Result<std::string> url = address.url();
  if (!url) return report_error(url.error(), common.json);
  const bool heard = ask_running(deployment.config(), opened->database, "hints.admit").has_value();
  if (const Result<void> done = perform(*opened->setup, steps, *url, calls); !done)
    return report_error(done.error(), common.json);
  if (common.json) return show(common, *opened, steps, watched->notes, true);
  print("done" + std::string(heard ? "" : "; no host runs at the moment: `outrigger run` hears them") + "\n");
  return kExitOk;
}

int remove(const CommonOptions& common, const WebhooksOptions& options, StopSignal& stop) {
  const Result<SetupSession> opened = open_setup(common, stop.token());
  if (!opened) return report_error(opened.error(), common.json);
  const odoo::CallOptions calls{.stop = stop.token()};
  const Result<std::vector<HintRule>> there = list_hint_rules(*opened->setup, calls);
  if (!there) return report_error(there.error(), common.json);
  std::vector<WebhookStep> steps = plan_webhooks({}, *there, {});
  for (WebhookStep& step : steps)
    if (!step.model.empty()) step.why.clear();
  if (!common.json) {
    (void)show(common, *opened, steps, {}, false);
    print(steps.empty() ? "there is no rule of ours on database " + opened->database + "\n"
                        : "changes are found by looking then; nothing is lost\n");
  }
  if (!steps.empty() && !confirmed(common, options, "Remove them from Odoo?"))
    return common.json ? show(common, *opened, steps, {}, false) : static_cast<int>(kExitOk);
  if (const Result<void> done = perform(*opened->setup, steps, {}, calls); !done)
    return report_error(done.error(), common.json);
  Deployment& deployment = *opened->deployment;
  if (const Result<void> gone = deployment.facilities().hint_address(opened->database).erase(); !gone)
    return report_error(gone.error(), common.json);
  (void)ask_running(deployment.config(), opened->database, "hints.admit");
  if (common.json) return show(common, *opened, steps, {}, true);
  if (!steps.empty()) print("removed\n");
  return kExitOk;
}

// What is in Odoo beside what should be; notes say why that is not known.
struct Standing {
  std::vector<WebhookStep> steps;
  std::vector<std::string> notes;
  bool seen = false;
};

Result<Standing> standing_of(const SetupSession& opened, const std::string& address, const odoo::CallOptions& calls) {
  Standing standing;
  if (opened.setup == nullptr) {
    standing.notes.emplace_back("what Odoo has cannot be seen without `setup_key`");
    return standing;
  }
  if (const Result<void> can = can_have_hint_rules(*opened.setup, calls); !can) {
    if (can.error().code != Code::kUnsupported) return can.error();
    standing.notes.push_back(can.error().message);
    return standing;
  }
  const Result<Watched> watched = watched_models(*opened.deployment, opened.database, *opened.run);
  if (!watched) return watched.error();
  const Result<std::vector<HintRule>> there = list_hint_rules(*opened.setup, calls);
  if (!there) return there.error();
  standing.seen = true;
  standing.notes = watched->notes;
  standing.steps = plan_webhooks(watched->models, *there, address);
  return standing;
}

int status(const CommonOptions& common, StopSignal& stop) {
  const Result<SetupSession> opened = open_setup(common, stop.token(), false);
  if (!opened) return report_error(opened.error(), common.json);
  Deployment& deployment = *opened->deployment;
  HintAddress address = deployment.facilities().hint_address(opened->database);
  const Result<std::vector<std::string>> tokens = address.tokens();
  if (!tokens) return report_error(tokens.error(), common.json);
  const bool on = !tokens->empty();
  const std::string base = base_of(deployment.config());
  const Result<Standing> standing = standing_of(
      *opened, on && !base.empty() ? base + "/hint/" + tokens->front() : std::string(), {.stop = stop.token()});
  if (!standing) return report_error(standing.error(), common.json);
  const std::optional<Document> heard = ask_running(deployment.config(), opened->database, "hints");
  if (common.json) {
    Arena arena;
    print(value::to_pretty_json(arena.object({{"database", arena.text(opened->database)},
                                              {"on", on},
                                              {"address", arena.text(base)},
                                              {"odoo", standing->seen ? steps_value(standing->steps, arena) : Value{}},
                                              {"host", heard ? heard->root() : Value{}},
                                              {"notes", texts_of(standing->notes, arena)}})) +
          "\n");
    return kExitOk;
  }
  print("webhooks of database " + opened->database + " are " + (on ? "on" : "off: `outrigger webhooks install`") +
        "\n");
  print(base.empty() ? "  nothing listens: `public` is not set, or has no `url`\n"
                     : "  address: " + base + "/hint/...\n");
  for (const std::string& note : standing->notes) print("  note: " + note + "\n");
  if (standing->seen && on) print("what `webhooks install` would do:\n" + steps_text(standing->steps));
  print(heard ? "  " + hints_text(heard->root()) + "\n" : "  no host runs at the moment\n");
  return kExitOk;
}

}  // namespace

std::string hints_text(Value figures) {
  if (!figures["on"].truthy()) return "webhooks: off";
  const int64_t received = figures["received"].integer();
  const auto counted = [&](const char* key) { return std::to_string(figures[key].integer()); };
  std::string text = received == 0 ? "webhooks: on, none came since the host started"
                                   : "webhooks: on, " + counted("received") + " came, the last " +
                                         duration_text(now_micros() - figures["last"].integer()) + " ago";
  if (figures["unwatched"].integer() != 0) text += ", " + counted("unwatched") + " of what nobody watches";
  if (figures["refused"].integer() != 0) text += "; refused (of all databases): " + counted("refused");
  return text;
}

int run_webhooks(const CommonOptions& common, const std::string& what, const WebhooksOptions& options,
                 StopSignal& stop) {
  if (what == "install") return install(common, options, stop);
  return what == "remove" ? remove(common, options, stop) : status(common, stop);
}

}  // namespace outrigger::host
