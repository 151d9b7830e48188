// The scoring plugin in a deployment of its own on a target, for the contract tests of scoring.
//
// Threads: one. The deployment's data lies in a temporary folder and goes with it.
#pragma once

#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>

#include "host/cli/deployment.hpp"
#include "tests/contract/command.hpp"
#include "tests/contract/target.hpp"

namespace outrigger::contract {

class ScoringRig : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    target_ = find_target(GetParam());
    ASSERT_NE(target_, nullptr) << "describe it in the environment, see tests/contract/target.hpp";
    deployment_ = std::make_unique<host::Deployment>(config(target_->admin));
    const Result<std::shared_ptr<odoo::Session>> session = deployment_->session("", {});
    ASSERT_TRUE(session) << session.error().message;
    session_ = *session;
    records_ = std::make_unique<odoo::Records>(*session_);
  }

  ~ScoringRig() override {
    records_.reset();
    session_.reset();
    deployment_.reset();
    std::error_code error;
    std::filesystem::remove_all(folder(), error);
  }

  static std::filesystem::path folder() {
    return std::filesystem::temp_directory_path() / ("outrigger-contract-test-" + std::to_string(::getpid()));
  }

  static host::Config config(const odoo::Connection& connection) {
    host::Config config;
    config.file = "(test)";
    config.log_level = "warn";
    config.data_folder = folder();
    config.grant_all = true;
    config.databases.push_back({"only", connection});
    config.plugin_folders.emplace_back(OUTRIGGER_PLUGINS);
    return config;
  }

  // As the program runs it: under a plan the host keeps the writes.
  static Result<Document> run(host::Deployment& deployment, const std::string& name, Value args, bool plan = false) {
    const Result<Document> reply = run_command(deployment, "scoring", name, args, plan);
    if (!reply) return reply.error();
    return Document::build([&](Arena& arena) { return arena.copy(reply->root()["result"]); });
  }
  Result<Document> run(const std::string& name, Value args, bool plan = false) {
    return run(*deployment_, name, args, plan);
  }

  void set_parameter(const char* key, const char* value) {
    Arena arena;
    const Result<Document> done =
        session_->call({.model = "ir.config_parameter", .method = "set_param", .args = arena.array({key, value})});
    ASSERT_TRUE(done) << done.error().message;
  }

  // Odoo's own recompute, by the button of its scheduled job.
  void odoo_recomputes() {
    Arena arena;
    const Query query{.model = "ir.model.data",
                      .domain = arena.array(
                          {arena.array({"module", "=", "crm"}), arena.array({"name", "=", "website_crm_score_cron"})}),
                      .fields = {"res_id"}};
    const Result<Document> rows = records_->search_read(query);
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->root().size(), 1U);
    const Result<Document> done = session_->call({.model = "ir.cron",
                                                  .method = "method_direct_trigger",
                                                  .ids = std::vector<int64_t>{rows->root().at(0)["res_id"].integer()}});
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_TRUE(done->root().truthy()) << "Odoo's own recompute failed";
  }

  // Every open lead: what the plan says and what Odoo holds, at two decimals.
  void expect_equal_to_odoo(const std::string& what) {
    Arena arena;
    const Result<Document> plan = run("recompute", arena.object({{"limit", 0}}), true);
    ASSERT_TRUE(plan) << what << ": " << plan.error().message;
    int different = 0;
    for (const Value row : plan->root()["rows"].items()) {
      if (!row["scored"].truthy()) continue;
      if (std::round(*row["automated"].number() * 100) !=
          std::round(row["automated_before"].number().value_or(-1) * 100)) {
        ++different;
        if (different < 6)
          ADD_FAILURE() << what << ": lead " << row["lead"].integer() << ": ours " << *row["automated"].number()
                        << ", Odoo " << row["automated_before"].number().value_or(-1);
      }
    }
    EXPECT_EQ(different, 0) << what;
    EXPECT_GT(plan->root()["scored"].integer(), 100) << what;
  }

  Target* target_ = nullptr;
  std::unique_ptr<host::Deployment> deployment_;
  std::shared_ptr<odoo::Session> session_;
  std::unique_ptr<odoo::Records> records_;
};

}  // namespace outrigger::contract
