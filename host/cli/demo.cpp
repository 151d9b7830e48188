// `outrigger demo`: an Odoo to look at, the scoring plugin on it, and what came out, without any configuration.
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/cli/plugin_command.hpp"
#include "host/services/clock.hpp"
#include "integration/sandbox/server.hpp"

namespace outrigger::host {
namespace {

// The sandbox is new each time, so what is kept of it goes with it.
class Passing {
 public:
  Passing() {
    std::string path = (std::filesystem::temp_directory_path() / "outrigger-demo-XXXXXX").string();
    if (::mkdtemp(path.data()) != nullptr) path_ = path;
  }
  ~Passing() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
  }
  Passing(const Passing&) = delete;
  Passing& operator=(const Passing&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Config demo_config(const std::string& url, const sandbox::Database& database, const Passing& passing) {
  Config config;
  config.data_folder = default_data_folder();
  config.journal_folder = passing.path();
  config.grant_all = true;  // its Odoo is a sandbox
  config.file = "(demo)";
  config.log_level = "warn";
  DatabaseConfig only{"demo", {}};
  only.connection.url = url;
  only.connection.database = database.options().name;
  only.connection.login = "admin";
  only.connection.secret = database.user("admin").key;
  config.databases.push_back(std::move(only));
  return config;
}

class Steps {
 public:
  explicit Steps(bool quiet) : quiet_(quiet), start_(now_micros()) {}
  void say(const std::string& what) const {
    if (!quiet_) std::fprintf(stderr, "[%5.2f s] %s\n", static_cast<double>(now_micros() - start_) / 1e6, what.c_str());
  }

 private:
  bool quiet_;
  int64_t start_;
};

}  // namespace

int run_demo(const CommonOptions& common, const DemoOptions& options, StopSignal& stop) {
  const Steps steps(common.json);
  steps.say("making a sandbox Odoo " + std::to_string(options.series) + " with " + std::to_string(options.leads) +
            " leads");
  sandbox::Database database(
      {.major = options.series, .leads = options.leads, .seed = options.seed, .name = "sandbox", .now = &now_micros});
  sandbox::Service service(database);
  Result<std::unique_ptr<sandbox::Server>> server = sandbox::Server::start(service, 0);
  if (!server) return report_error(server.error(), common.json);
  steps.say("it answers at " + (*server)->url() + "; connecting");
  int code = kExitOk;
  const Passing passing;
  {
    Deployment deployment(demo_config((*server)->url(), database, passing));
    Result<std::shared_ptr<odoo::Session>> session = deployment.session("", stop.token());
    if (!session) return report_error(session.error(), common.json);
    steps.say("signed in over " + (*session)->info().transport + "; loading the scoring plugin");
    const Manifest* manifest = deployment.manifest("scoring");
    if (manifest == nullptr)
      return report_error(
          {Code::kMissing, "the scoring plugin is not built beside this program", Source::kHost, Effect::kNone, -1},
          common.json);
    steps.say("it is " + manifest->library.string() + "; scoring every open lead");
    const CommandDeclaration* command = manifest->command("recompute");
    const Result<Document> args = typed_arguments(*command, {{"limit", std::to_string(options.limit)}});
    if (!args) return report_error(args.error(), common.json);
    if (!common.json) print("\n");
    code = run_command_here(deployment, common, "scoring", *command, args->root(), stop);
    if (!common.json && code == kExitOk)
      print("That was a sandbox of this process. `outrigger sandbox` starts one that stays, with users and keys.\n");
    steps.say("done: " + std::to_string((*session)->calls_made()) + " calls to the sandbox");
  }
  if (options.keep && code == kExitOk) {
    steps.say("the sandbox stays at " + (*server)->url() + " until Ctrl-C");
    stop.wait();
  }
  return code;
}

}  // namespace outrigger::host
