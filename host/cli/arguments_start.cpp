// What a command line says to begin with: demo, sandbox, the service and looks at it.
#include "host/cli/command_line.hpp"

namespace outrigger::host {

void add_demo(CommandLine& line) {
  const auto options = std::make_shared<DemoOptions>();
  CLI::App* demo = line.command("demo", "Score the leads of a sandbox Odoo; needs no configuration",
                                [&line, options] { return run_demo(line.common, *options, line.stop); });
  demo->add_option("--leads", options->leads, "how many leads")->check(CLI::Range(1, 1000000))->capture_default_str();
  demo->add_option("--seed", options->seed, "other data")->capture_default_str();
  demo->add_option("--limit", options->limit, "rows to print; 0 prints all")->capture_default_str();
  demo->add_option("--series", options->series, "behave as Odoo 14 or 19")
      ->check(CLI::IsMember({14, 19}))
      ->capture_default_str();
  demo->add_flag("--keep", options->keep, "leave the sandbox running until Ctrl-C");
}

void add_sandbox(CommandLine& line) {
  const auto options = std::make_shared<SandboxOptions>();
  CLI::App* sandbox = line.command("sandbox", "A server that answers as Odoo does, to try things on",
                                   [&line, options] { return run_sandbox(line.common, *options, line.stop); });
  sandbox->add_option("--leads", options->leads, "how many leads")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  sandbox->add_option("--seed", options->seed, "other data")->capture_default_str();
  sandbox->add_option("--series", options->series, "behave as Odoo 14 or 19")
      ->check(CLI::IsMember({14, 19}))
      ->capture_default_str();
  sandbox->add_option("--port", options->port, "port on 127.0.0.1; 0: any")->capture_default_str();
}

void add_service(CommandLine& line) {
  line.command("run", "The service: connect, load the plugins, work until stopped",
               [&line] { return run_service(line.common, line.stop); });
  const auto plan = std::make_shared<bool>(false);
  line.command("reload", "Let the running host take the configuration file as it is now, as SIGHUP does",
               [&line, plan] { return run_reload(line.common, *plan); })
      ->add_flag("--plan", *plan, "say what differs, change nothing");
  const auto rights = std::make_shared<bool>(false);
  line.command("doctor", "Check connection, rights and plugins; each finding with its remedy",
               [&line, rights] { return run_doctor(line.common, *rights, line.stop); })
      ->add_flag("--rights", *rights, "also what each plugin's features need of the key, and which group gives it");
  line.command("status", "What the running host does: plugins, streams, what waits",
               [&line] { return run_status(line.common); });
  const auto html = std::make_shared<std::string>();
  line.command("audit", "What the plugins find in the sales data; reads, and writes nothing",
               [&line, html] { return run_audit(line.common, *html, line.stop); })
      ->add_option("--html", *html, "put it into this file, as one page for a browser");
}

}  // namespace outrigger::host
