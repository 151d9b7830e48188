// Commands about what arrived, what was written and what is kept: events, writes, jobs, backup, restore, privacy.
#include "host/cli/command_line.hpp"

namespace outrigger::host {

void add_events(CommandLine& line) {
  CLI::App& events = line.group("events", "What arrived and is not done: list, show, replay, discard");
  const auto options = std::make_shared<EventsOptions>();
  const auto add = [&](const char* name, const char* help) {
    return line.command(events, name, help, [&line, options, name] { return run_events(line.common, name, *options); });
  };
  const auto add_filter = [&](CLI::App* one) {
    one->add_option("--for", options->subscriber, "of this subscription, such as scoring/leads");
    one->add_option("--model", options->model, "of records of this model");
    one->add_option("--id", options->id, "of the record with this id");
    one->add_option("--state", options->state, "ready, working, waiting, dead, skipped or held")
        ->check(CLI::IsMember({"ready", "working", "waiting", "dead", "skipped", "held"}));
  };
  CLI::App* list = add("list", "Deliveries that are not done, oldest first");
  add_filter(list);
  CLI::App* dead = line.command(events, "dead", "Those that were given up", [&line, options] {
    options->state = "dead";
    return run_events(line.common, "list", *options);
  });
  for (CLI::App* one : {list, dead})
    one->add_option("--limit", options->limit, "at most so many")->capture_default_str();
  add("show", "One delivery, with its values")->add_option("delivery", options->delivery, "its id")->required();
  for (CLI::App* one :
       {add("replay", "Deliver dead, skipped and held ones once more"), add("discard", "Forget them")}) {
    one->add_option("delivery", options->delivery, "its id; without it, all that the options name");
    add_filter(one);
  }
}

void add_writes(CommandLine& line) {
  CLI::App& writes = line.group("writes", "What was written, and taking back what can be");
  const auto options = std::make_shared<WritesOptions>();
  const auto add = [&](const char* name, const char* help) {
    return line.command(writes, name, help, [&line, options, name] { return run_writes(line.common, name, *options); });
  };
  add("list", "Runs that wrote, newest first")
      ->add_option("--limit", options->limit, "at most so many")
      ->capture_default_str();
  CLI::App* show = add("show", "What one run wrote, before and after");
  CLI::App* undo = add("undo", "Show what can be put back of a run, and do it");
  for (CLI::App* one : {show, undo}) one->add_option("run", options->run, "its name, as in list")->required();
  undo->add_flag("-y,--yes", options->yes, "without being asked");
  CLI::App* apply = add("apply", "Send exactly what a saved plan says");
  apply->add_option("file", options->run, "made by --plan --save FILE")->required();
  apply->add_flag("-y,--yes", options->yes, "what cannot be taken back, too, without being asked");
  CLI::App* decide = add("decide", "Say what became of a write whose outcome is unknown");
  decide->add_option("key", options->run, "its key, as in show")->required();
  decide->add_flag("--done,!--not-done", options->done, "it was done, or was not and may be made again")->required();
}

void add_jobs(CommandLine& line) {
  CLI::App& jobs = line.group("jobs", "What plugins do at set times: list, run");
  const auto options = std::make_shared<JobsOptions>();
  const auto add = [&](const char* name, const char* help) {
    return line.command(jobs, name, help,
                        [&line, options, name] { return run_jobs(line.common, name, *options, line.stop); });
  };
  add("list", "All jobs: when next, when last, failures and what they say");
  CLI::App* run = add("run", "Run a job now, and wait for its end");
  run->add_option("plugin", options->plugin, "the plugin's id")->required();
  run->add_option("job", options->job, "as in list")->required();
  CLI::Option* plan = run->add_flag("--plan", options->plan, "say what would be written, write and keep nothing");
  run->add_option("--save", options->save, "keep the plan in this file, for `outrigger writes apply`")->needs(plan);
}

namespace {

void add_privacy(CommandLine& line) {
  CLI::App& privacy = line.group("privacy", "What is kept of a person here: show it, or forget it");
  const auto options = std::make_shared<PrivacyOptions>();
  const auto add = [&](const char* name, const char* help) {
    CLI::App* one =
        line.command(privacy, name, help, [&line, options, name] { return run_privacy(line.common, name, *options); });
    one->add_option("who", options->who, "the id of the contact (res.partner), or an e-mail address")->required();
    return one;
  };
  add("export", "All that is kept of the person, as JSON")
      ->add_option("--to", options->to, "into this file; default: standard output");
  CLI::App* erase = add("erase", "Forget what is kept of the person");
  erase->add_flag("--plan", options->plan, "say what would be forgotten, change nothing");
  erase->add_flag("-y,--yes", options->yes, "without being asked");
}

}  // namespace

void add_keeping(CommandLine& line) {
  struct Options {
    std::string file;
    bool with_keys = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* backup =
      line.command("backup", "All that the deployment keeps, in one file; also while it runs",
                   [&line, options] { return run_backup(line.common, options->file, options->with_keys, line.stop); });
  backup->add_option("file", options->file, "the backup, which must not be there yet")->required();
  backup->add_flag("--with-keys", options->with_keys, "also secrets.key and admin.token, which open what is in it");
  const auto from = std::make_shared<RestoreCommand>();
  CLI::App* restore = line.command("restore", "Go back to a backup; what is here is kept aside",
                                   [&line, from] { return run_restore(line.common, *from, line.stop); });
  restore->add_option("file", from->file, "made by `outrigger backup`")->required();
  restore->add_flag("--plan", from->plan, "look at all of it, change nothing");
  restore->add_flag("-y,--yes", from->yes, "without being asked");
  restore->add_flag("--other-deployment", from->other_deployment, "it is meant although it is of another one");
  add_privacy(line);
}

}  // namespace outrigger::host
