// The feed on one of the Odoos of target.hpp, with its PostgreSQL beside it where it is a real one.
//
// Threads: one.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <thread>
#include <tuple>

#include "integration/feed/feed.hpp"
#include "integration/feed/memory_sink.hpp"
#include "integration/feed/odoo_reader.hpp"
#include "integration/value/datetime.hpp"
#include "tests/contract/target.hpp"

namespace outrigger::contract {

using feed::Heard;
using feed::Kind;

inline transport::Loop& loop() {
  static transport::Loop one;
  return one;
}

// A session of psql on the target's database, which stays open between two statements.
class Psql {
 public:
  explicit Psql(const Target& target) {
    for (const auto& [name, value] : target.postgres)
      if (name != "PSQL") setenv(name.c_str(), value.c_str(), 1);
    const std::string command = target.postgres.at("PSQL") + " -qAtX -v ON_ERROR_STOP=1 >/dev/null";
    pipe_ = popen(command.c_str(), "w");
  }
  ~Psql() { close(); }
  Psql(const Psql&) = delete;
  Psql& operator=(const Psql&) = delete;

  void send(const std::string& statement) {
    std::fputs((statement + ";\n").c_str(), pipe_);
    std::fflush(pipe_);
  }
  // Waits until all is done; false: one of them failed.
  bool close() {
    if (pipe_ == nullptr) return true;
    return pclose(std::exchange(pipe_, nullptr)) == 0;
  }

 private:
  FILE* pipe_;
};

// Lets a test act between two pages.
class Between final : public feed::Reader {
 public:
  explicit Between(feed::Reader& reader) : reader_(reader) {}
  std::function<void(int page)> after_page;

  Result<std::shared_ptr<const Document>> fields(const std::string& model, const feed::Manner& manner) override {
    return reader_.fields(model, manner);
  }
  void forget_fields() override { reader_.forget_fields(); }
  Result<feed::Page> page(const feed::Question& question, const feed::Manner& manner) override {
    Result<feed::Page> page = reader_.page(question, manner);
    if (after_page) after_page(++pages_);
    return page;
  }
  Result<std::vector<int64_t>> search(const std::string& model, Value domain, const feed::Manner& manner) override {
    return reader_.search(model, domain, manner);
  }
  Result<std::vector<int64_t>> existing(const std::string& model, const std::vector<int64_t>& ids,
                                        const feed::Manner& manner) override {
    return reader_.existing(model, ids, manner);
  }
  Result<int64_t> count(const std::string& model, const feed::Manner& manner) override {
    return reader_.count(model, manner);
  }
  [[nodiscard]] int64_t server_date() const override { return reader_.server_date(); }
  [[nodiscard]] int major() const override { return reader_.major(); }

 private:
  feed::Reader& reader_;
  int pages_ = 0;
};

class ChangeFeed : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    target_ = find_target(GetParam());
    ASSERT_NE(target_, nullptr) << "describe it in the environment, see tests/contract/target.hpp";
    if (target_->real && target_->postgres.empty()) GTEST_SKIP() << "its PostgreSQL cannot be reached";
    Result<std::unique_ptr<odoo::Session>> session = odoo::Session::connect(loop(), target_->admin);
    ASSERT_TRUE(session) << session.error().message;
    session_ = *std::move(session);
    records_ = std::make_unique<odoo::Records>(*session_);
    odoo_ = std::make_unique<feed::OdooReader>(*session_);
    reader_ = std::make_unique<Between>(*odoo_);
  }

  // Leads, watched by "all", "red" and "vip".
  void start(int64_t page = 2000, feed::Settings settings = {}) {
    settings.page = page;
    feed_ = std::make_unique<feed::Feed>(*reader_, sink_, settings);
    const feed::Stream stream{
        .model = "crm.lead",
        .fields = {"name", "stage_id", "color"},
        .subscribers = {{.name = "all", .fields = {"name", "color"}, .domain = {}},
                        {.name = "red", .fields = {"name"}, .domain = R"([["color", "=", 1]])"},
                        {.name = "vip", .fields = {"name"}, .domain = R"([["name", "ilike", "vip"]])"}}};
    ASSERT_TRUE(feed_->add(stream));
    settle();
    sink_.forget_heard();
  }
  void settle() {
    for (int i = 0; i < 1000; ++i) {
      const Result<bool> looked = feed_->look();
      ASSERT_TRUE(looked) << looked.error().message;
      if (!*looked) return;
    }
    FAIL() << "the feed does not come to rest";
  }
  void look() {
    const uint64_t before = feed_->status().at(0).looks;
    feed_->hint("crm.lead");
    // One that comes shortly after another waits a fifth of a second.
    for (int i = 0; i < 2000 && feed_->status().at(0).looks == before; ++i) {
      settle();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    settle();
  }
  std::string heard(const std::string& name = "all") {
    std::string text;
    for (const Heard& each : sink_.heard(name)) {
      const auto known = names_.find(each.id);
      text += (text.empty() ? "" : ", ") + std::string(feed::to_string(each.kind)) + " " +
              (known == names_.end() ? std::to_string(each.id) : known->second);
    }
    sink_.forget_heard();
    return text;
  }

  std::vector<int64_t> create(const std::vector<std::string>& names) {
    Arena arena;
    std::vector<Value> rows;
    for (const std::string& name : names)
      rows.push_back(arena.object({{"name", Value::of(std::string_view(name))}, {"color", 0}}));
    const Value quiet = arena.object({{"tracking_disable", true}, {"mail_create_nolog", true}});
    const Result<Document> ids = records_->create("crm.lead", arena.array(rows), {}, quiet);
    EXPECT_TRUE(ids) << (ids ? "" : ids.error().message);
    std::vector<int64_t> list;
    if (ids)
      for (const Value id : ids->root().items()) list.push_back(id.integer());
    for (size_t i = 0; i < list.size(); ++i) names_[list[i]] = names[i];
    return list;
  }
  void write(int64_t id, const char* field, Value value) {
    Arena arena;
    const Result<void> written = records_->write("crm.lead", {id}, arena.object({{field, value}}));
    ASSERT_TRUE(written) << written.error().message;
  }
  // Sets the name by SQL; `write_date`: seconds before now, with a fraction, or nothing to leave it.
  void sql(int64_t id, const std::string& name, std::optional<std::string> write_date = {}) {
    if (!target_->real) {
      Arena arena;
      sandbox::RawChange change{"crm.lead", {id}, arena.object({{"name", Value::of(std::string_view(name))}})};
      change.write_date = write_date.value_or("");
      ASSERT_TRUE(target_->service->change(change));
      return;
    }
    Psql psql(*target_);
    psql.send("update crm_lead set name = '" + name + "'" + (write_date ? ", write_date = '" + *write_date + "'" : "") +
              " where id = " + std::to_string(id));
    ASSERT_TRUE(psql.close());
  }
  // So many seconds ago by the server's clock, with microseconds.
  std::string ago(int64_t seconds, const char* fraction = "123456") {
    return value::to_datetime(session_->server_date() - seconds) + "." + fraction;
  }

  Target* target_ = nullptr;
  std::unique_ptr<odoo::Session> session_;
  std::unique_ptr<odoo::Records> records_;
  std::unique_ptr<feed::OdooReader> odoo_;
  std::unique_ptr<Between> reader_;
  feed::MemorySink sink_;
  std::unique_ptr<feed::Feed> feed_;
  std::map<int64_t, std::string> names_;
};

// Of the suite for each target, as main.cpp chooses them.
#define OUTRIGGER_CONTRACT(Suite, Name)                                                                       \
  INSTANTIATE_TEST_SUITE_P(Sandbox19, Suite, testing::Values("Sandbox19"), [](const auto&) { return Name; }); \
  INSTANTIATE_TEST_SUITE_P(Sandbox14, Suite, testing::Values("Sandbox14"), [](const auto&) { return Name; }); \
  INSTANTIATE_TEST_SUITE_P(Real19, Suite, testing::Values("Real19"), [](const auto&) { return Name; });       \
  INSTANTIATE_TEST_SUITE_P(Real14, Suite, testing::Values("Real14"), [](const auto&) { return Name; });       \
  INSTANTIATE_TEST_SUITE_P(RealSource, Suite, testing::Values("RealSource"), [](const auto&) { return Name; })

}  // namespace outrigger::contract
