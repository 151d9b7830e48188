// What a host keeps of one database, on every Odoo: which database it is, and what is told of its own writes. The
// plugin is a function, everything else is real.
#include <filesystem>

#include "host/services/clock.hpp"
#include "host/tenant/tenant.hpp"
#include "tests/contract/feed_rig.hpp"

namespace outrigger::contract {
namespace {

using host::Tenant;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class HostOn : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    target_ = find_target(GetParam());
    ASSERT_NE(target_, nullptr) << "describe it in the environment, see tests/contract/target.hpp";
    if (target_->real && target_->postgres.empty()) GTEST_SKIP() << "its PostgreSQL cannot be reached";
    folder_ = std::filesystem::temp_directory_path() / ("contract-host-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    connection_ = target_->admin;
    // A copy beside it is reached by the older transports alone: the other goes by the server's db_name.
    connection_.transport = odoo::TransportChoice::kJsonRpc;
  }
  void TearDown() override {
    if (tenant_ != nullptr) tenant_->stop();
    tenant_.reset();
    std::filesystem::remove_all(folder_);
  }

  // What became of the comparison with the database; empty: all is well.
  std::string begin(const std::string& database = {}) {
    if (tenant_ != nullptr) tenant_->stop();
    tenant_.reset();
    odoo::Connection connection = connection_;
    if (!database.empty()) connection.database = database;
    Result<std::unique_ptr<odoo::Session>> session = odoo::Session::connect(loop(), connection);
    if (!session) return session.error().message;
    const auto live = std::make_shared<host::LiveSession>(std::shared_ptr<odoo::Session>(*std::move(session)));
    feed::Settings settings;
    settings.idle_calls_per_day = 10'000'000;
    Tenant::Options options{"main", folder_, settings, &host::now_micros, [this](bool, const std::string& sentence) {
                              const std::lock_guard lock(mutex_);
                              said_.push_back(sentence);
                            }};
    options.at_step = at_step_;
    options.identity_every = identity_every_;
    Result<std::unique_ptr<Tenant>> opened = Tenant::open(std::move(options));
    if (!opened) return opened.error().message;
    tenant_ = *std::move(opened);
    const Result<void> connected = tenant_->connect(live, {});
    const auto deliver = [this](std::string_view, Value args) { return hear(args); };
    const Result<void> attached =
        tenant_->attach({"bell", {{"crm.lead", {"bell/leads", {"description", "name"}, "", false}}}, {}, deliver});
    if (!attached) return attached.error().message;
    if (const Result<void> served = tenant_->serve(); !served) return served.error().message;
    return connected ? std::string() : connected.error().message;
  }
  void begin_and_read() {
    ASSERT_EQ(begin(), "");
    ASSERT_TRUE(await([&] {
      const std::vector<feed::StreamStatus> streams = tenant_->streams();
      return streams.size() == 1 && streams[0].lag >= 0 && !streams[0].first_reading;
    }));
  }
  Result<Document> hear(Value args) {
    const std::lock_guard lock(mutex_);
    for (const Value change : args["changes"].items()) {
      heard_.push_back(std::string(change["kind"].text()) + " " + std::string(change["after"]["name"].text()));
      for (const Value field : change["fields"].items())
        fields_.push_back(std::to_string(change["id"].integer()) + " " + std::string(field.text()));
    }
    return Document();
  }
  std::vector<std::string> heard() {
    const std::lock_guard lock(mutex_);
    return heard_;
  }
  std::vector<std::string> fields() {
    const std::lock_guard lock(mutex_);
    return fields_;
  }
  // Waits for it, at most two minutes.
  static bool await(const std::function<bool()>& holds) {
    for (int i = 0; i < 1200; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }
  bool await_heard(const std::string& line) {
    return await([&] {
      tenant_->hint("crm.lead", {});
      return testing::Value(heard(), Contains(line));
    });
  }
  bool await_halt(const std::string& words) {
    return await([&] {
      tenant_->hint("crm.lead", {});
      return tenant_->halted().find(words) != std::string::npos;
    });
  }

  // As a user, on a connection of its own.
  int64_t create(const std::string& name) {
    Result<std::unique_ptr<odoo::Session>> session = odoo::Session::connect(loop(), connection_);
    EXPECT_TRUE(session);
    Arena arena;
    const Result<Document> made = odoo::Records(**session).create(
        "crm.lead", arena.array({arena.object({{"name", arena.text(name)}, {"description", "<p>old</p>"}})}));
    EXPECT_TRUE(made);
    return made ? made->root().at(0).integer() : 0;
  }
  void rename(int64_t id, const std::string& name) {
    Result<std::unique_ptr<odoo::Session>> session = odoo::Session::connect(loop(), connection_);
    ASSERT_TRUE(session) << session.error().message;
    Arena arena;
    const Result<void> done =
        odoo::Records(**session).write("crm.lead", {id}, arena.object({{"name", arena.text(name)}}));
    ASSERT_TRUE(done) << done.error().message;
  }
  // Another user's edit that takes no turn in the call which is under way.
  void edit_description(int64_t id, const std::string& html) {
    if (!target_->real) {
      Arena arena;
      ASSERT_TRUE(target_->service->change({"crm.lead",
                                            {id},
                                            arena.object({{"description", arena.text(html)}, {"write_uid", 1}}),
                                            target_->database->now_text()}));
      return;
    }
    Psql psql(*target_);
    psql.send("update crm_lead set description = '" + html +
              "', write_uid = 1, write_date = now() at time zone 'UTC' where id = " + std::to_string(id));
    ASSERT_TRUE(psql.close());
  }

  // A program of PostgreSQL on the lab's cluster; false: it failed.
  bool postgres(const std::string& program, const std::string& arguments) {
    for (const auto& [name, value] : target_->postgres)
      if (name != "PSQL") setenv(name.c_str(), value.c_str(), 1);
    const std::filesystem::path folder = std::filesystem::path(target_->postgres.at("PSQL")).parent_path();
    return std::system(((folder / program).string() + " " + arguments + " >/dev/null 2>&1").c_str()) == 0;
  }
  bool sql(const std::string& database, const std::string& statement) {
    return postgres("psql", "-qAtX -v ON_ERROR_STOP=1 -d " + database + " -c \"" + statement + "\"");
  }
  bool disconnect(const std::string& database) {
    return sql("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database + "'");
  }

  Target* target_ = nullptr;
  odoo::Connection connection_;
  std::filesystem::path folder_;
  std::function<void(std::string_view step)> at_step_;
  int64_t identity_every_ = int64_t{1800} * 1'000'000;
  std::mutex mutex_;
  std::vector<std::string> said_;
  std::vector<std::string> heard_;
  std::vector<std::string> fields_;
  std::unique_ptr<Tenant> tenant_;
};

TEST_P(HostOn, AUsersEditBetweenOurWriteAndItsReadBackIsDelivered) {
  const int64_t id = create("old");
  at_step_ = [&](std::string_view step) {
    if (step == "answered") edit_description(id, "<p>theirs</p>");
  };
  begin_and_read();
  Arena arena;
  const Result<Document> written =
      tenant_->writer("bell")->perform({.operation = writes::Operation::kWrite,
                                        .model = "crm.lead",
                                        .ids = {id},
                                        .values = arena.object({{"name", "mine"}, {"description", "<p>mine</p>"}})},
                                       {.plugin = "bell", .run = "a-run"});
  ASSERT_TRUE(written) << written.error().message;
  ASSERT_TRUE(await_heard("changed mine"));
  EXPECT_THAT(fields(), Contains(std::to_string(id) + " description")) << "the user's";
  EXPECT_THAT(fields(), Not(Contains(std::to_string(id) + " name"))) << "our own";
}

TEST_P(HostOn, ARestoreOfAnOlderDumpIsNoticedWhileItRuns) {
  if (!target_->real) GTEST_SKIP() << "see host/tenant/tests/epoch_test.cpp";
  if (std::getenv("OUTRIGGER_LONG") == nullptr) GTEST_SKIP() << "a look into the half restored one delays it: --long";
  identity_every_ = 1'000'000;  // half an hour in service, unless a connection breaks meanwhile
  const std::string database = connection_.database;
  const std::string dump = (std::filesystem::temp_directory_path() / (database + ".dump")).string();
  const int64_t id = create("before the dump");
  // A read that comes from a replica may be two minutes behind; a dump is older.
  ASSERT_TRUE(sql(database,
                  "update crm_lead set write_date = write_date - interval '1 hour' where id = " + std::to_string(id)));
  ASSERT_TRUE(postgres("pg_dump", "-Fc -Z1 -f " + dump + " " + database));
  begin_and_read();
  rename(id, "since the dump");
  ASSERT_TRUE(await_heard("changed since the dump"));
  ASSERT_TRUE(postgres("dropdb", "--force " + database));
  ASSERT_TRUE(postgres("createdb", database));
  ASSERT_TRUE(postgres("pg_restore", "-j2 -d " + database + " " + dump));
  std::filesystem::remove(dump);
  ASSERT_TRUE(await_halt("is older than it was seen")) << tenant_->halted() << testing::PrintToString(said_);
  EXPECT_THAT(heard(), Not(Contains("changed before the dump")));
  Arena arena;
  EXPECT_FALSE(tenant_->writer("bell")->perform({.operation = writes::Operation::kWrite,
                                                 .model = "crm.lead",
                                                 .ids = {id},
                                                 .values = arena.object({{"name", "written after the restore"}})},
                                                {.plugin = "bell", .run = "a-run"}));
  const Result<void> accepted = tenant_->accept_epoch("a test restored it", {});
  ASSERT_TRUE(accepted) << accepted.error().message;
  ASSERT_TRUE(await([&] {
    const std::vector<feed::StreamStatus> streams = tenant_->streams();
    return streams.size() == 1 && streams[0].lag >= 0 && !streams[0].first_reading;
  }));
  rename(id, "in the epoch after");
  EXPECT_TRUE(await_heard("changed in the epoch after"));
  EXPECT_THAT(heard(), Not(Contains("changed before the dump"))) << "what is there was read silently";
}

TEST_P(HostOn, ACopyOfTheDatabaseIsNoticed) {
  if (!target_->real) GTEST_SKIP() << "see host/tenant/tests/epoch_test.cpp";
  const std::string original = connection_.database;
  const std::string copy = original + "_copy";
  begin_and_read();
  tenant_->stop();
  ASSERT_TRUE(disconnect(original));
  ASSERT_TRUE(postgres("createdb", "-T " + original + " " + copy));
  EXPECT_THAT(begin(copy), HasSubstr("a copy, or it has moved")) << "it is the same in all but its name";
  EXPECT_THAT(tenant_->streams(), IsEmpty());
  // As `odoo neutralize` and a duplicate that Odoo makes leave it.
  ASSERT_TRUE(sql(copy, "insert into ir_config_parameter (key, value) values ('database.is_neutralized', true)"));
  EXPECT_THAT(begin(copy), HasSubstr("neutralised copy"));
  ASSERT_TRUE(sql(copy, "update ir_config_parameter set value = 'of a copy' where key = 'database.uuid'"));
  EXPECT_THAT(begin(copy), HasSubstr("another database (its uuid is of a copy"));
  EXPECT_EQ(begin(), "") << "the one that is meant";
  tenant_->stop();
  ASSERT_TRUE(disconnect(copy));
  EXPECT_TRUE(postgres("dropdb", copy));
}

OUTRIGGER_CONTRACT(HostOn, "Host");

}  // namespace
}  // namespace outrigger::contract
