// A host whose Odoo is away, refuses its key, or does not have its database: it starts, says so, and comes up.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "host/cli/tests/service_rig.hpp"
#include "host/web/monitoring.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kOther[] = "1111222233334444555566667777888899990000";
constexpr std::chrono::seconds kDeadline{60};

Error network() { return {Code::kUnreachable, "it does not answer", Source::kNetwork, Effect::kNone, -1}; }

TEST(Away, WhatMayPassIsAskedAgainLaterAndLater) {
  int64_t now = 0;
  Away away([&] { return now; });
  int64_t waited = 0;
  for (const int64_t seconds : {1, 2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_EQ(away.note("main", network()), waited == 0) << "the same sentence is told once";
    EXPECT_THAT(away.due(), IsEmpty());
    now += seconds * Away::kSecond - 1;
    EXPECT_THAT(away.due(), IsEmpty());
    now += 1;
    EXPECT_THAT(away.due(), ElementsAre("main"));
    waited += seconds;
  }
  away.back("main");
  EXPECT_THAT(away.due(), IsEmpty());
  EXPECT_TRUE(away.note("main", network())) << "it was there meanwhile";
  EXPECT_EQ(away.all().front().again_in_ms, 1000);
}

TEST(Away, WhatAPersonHasToMendIsAskedSeldom) {
  int64_t now = 0;
  Away away([&] { return now; });
  EXPECT_TRUE(away.note("main", {Code::kAuth, "the key is refused; make another", Source::kOdoo, Effect::kNone, -1}));
  EXPECT_EQ(away.sentence("main"), "the key is refused; make another; it is asked again in 300 s");
  away.hurry("main");
  EXPECT_THAT(away.due(), ElementsAre("main")) << "somebody waits for it";
  EXPECT_TRUE(away.note("main", network())) << "another sentence";
  EXPECT_EQ(away.all().front().again_in_ms, 1000);
}

TEST(Away, AnAnswerThatAsksForTimeGetsIt) {
  int64_t now = 0;
  Away away([&] { return now; });
  away.note("main", {Code::kLimit, "too many calls", Source::kOdoo, Effect::kNone, 90000});
  EXPECT_EQ(away.all().front().again_in_ms, 90000);
}

class AwayTest : public ServiceTest {
 protected:
  // The sandbox goes; its port is free.
  void take_away() {
    const std::string url = server_->url();
    port_ = static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    server_.reset();
  }
  void bring_back() { server_ = *sandbox::Server::start(sandbox_, port_); }
  // Why main is away, as `outrigger status` has it; empty: it is there.
  std::string away(std::string_view database = "main") {
    Arena arena;
    const Result<Document> all = service_->handle(arena.object({{"do", "databases"}}));
    EXPECT_TRUE(all);
    for (const Value one : all->root().items())
      if (one["database"].text() == database) return std::string(one["away"].text());
    return {};
  }
  // The back-off is of the real clock.
  bool comes_up() {
    const auto end = std::chrono::steady_clock::now() + kDeadline;
    while (!away().empty() && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return away().empty();
  }
  uint16_t port_ = 0;
};

TEST_F(AwayTest, TheHostStartsWithoutItsOdooAndComesUpWithIt) {
  take_away();
  start();
  EXPECT_THAT(away(), HasSubstr("database main at http://127.0.0.1"));
  EXPECT_THAT(service_->health().reasons, ElementsAre(HasSubstr("main is not reached")));
  Arena arena;
  const Result<Document> status = service_->handle(arena.object({{"do", "status"}}));
  ASSERT_TRUE(status);
  EXPECT_EQ(status->root().size(), 0U);
  const Result<Document> figures = service_->handle(arena.object({{"do", "figures"}, {"database", "main"}}));
  EXPECT_TRUE(figures) << "what is kept can be looked at: " << figures.error().message;
  const Result<Document> enabled =
      service_->handle(arena.object({{"do", "enable"}, {"database", "main"}, {"plugin", "tunable"}}));
  ASSERT_TRUE(enabled) << "a grant needs no Odoo: " << enabled.error().message;
  EXPECT_THAT(std::string(enabled->root()["done"].text()),
              AllOf(HasSubstr("started when its database is there"), HasSubstr("it is asked again in")));
  bring_back();
  ASSERT_TRUE(comes_up()) << away();
  EXPECT_EQ(played(), "polka 1");
  EXPECT_THAT(service_->health().reasons, IsEmpty());
}

TEST_F(AwayTest, OneThatIsAwayHoldsUpNoOther) {
  databases_["other"] =
      R"({"url": "http://127.0.0.1:1", "database": "sandbox", "login": "admin", "key": "${file:key}"})";
  write_config();
  start();
  EXPECT_EQ(played("main"), "polka 1");
  EXPECT_THAT(away("other"), HasSubstr("database other at"));
  EXPECT_EQ(away("main"), "");
  configure(R"({"tune": "tango"})");
  EXPECT_THAT(reloaded(), ElementsAre("tunable@main configured")) << "the other one is no reason to refuse";
  databases_.erase("other");
  write_config();
  EXPECT_THAT(reloaded(), IsEmpty());
  EXPECT_EQ(away("other"), "");
}

TEST_F(AwayTest, AKeyThatIsRefusedIsToldAndMendedByAReload) {
  write_key(kOther);
  start();
  EXPECT_THAT(away(), AllOf(HasSubstr("key"), Not(HasSubstr(kOther))));
  Arena arena;
  const Result<Document> all = service_->handle(arena.object({{"do", "databases"}}));
  EXPECT_GT(all->root().at(0)["again_in_ms"].integer(), 60'000) << "Odoo does not like those who guess";
  write_key(database_.user("admin").key);
  ASSERT_TRUE(reload());
  EXPECT_EQ(away(), "");
  EXPECT_EQ(played(), "polka 1");
}

TEST_F(AwayTest, ADatabaseThatIsNotThereIsToldAndMayBeNamedAnew) {
  const std::string right = databases_["main"];
  databases_["main"].replace(right.find("sandbox"), 7, "nowhere");
  write_config();
  start();
  EXPECT_THAT(away(), HasSubstr("nowhere"));
  databases_["main"] = right;
  write_config();
  const Result<Document> report = reload();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(played(), "polka 1") << "it was never reached, so nothing of it belongs to another place";
}

TEST_F(AwayTest, AMistakeInTheConfigurationEndsTheStartAllTheSame) {
  take_away();
  plugins_ = R"("tunable": {"config": {"tune": 5}})";
  (void)folder_.write(
      "outrigger.json",
      R"({"databases": {"main": {"url": "http://127.0.0.1:1", "database": "x", "login": "admin", "key": "${file:key}"}},
"data_folder": "data", "plugin_folders": ["plugins"],
"plugins": {)" +
          plugins_ + "}}");
  const Result<void> started = try_start();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, AllOf(HasSubstr("outrigger.json:3"), HasSubstr("tune")));
}

// A port that takes connections and never answers.
class Silence {
 public:
  explicit Silence(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const int yes = 1;
    (void)::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    ok_ =
        ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && ::listen(socket_, 8) == 0;
  }
  ~Silence() { ::close(socket_); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  [[nodiscard]] bool ok() const { return ok_; }
  // Somebody has connected and waits.
  [[nodiscard]] bool is_asked() const {
    pollfd event{socket_, POLLIN, 0};
    return ::poll(&event, 1, static_cast<int>(std::chrono::milliseconds(kDeadline).count())) > 0;
  }

 private:
  int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool ok_ = false;
};

TEST_F(AwayTest, HealthIsToldWhileAnOdooDoesNotAnswer) {
  start();
  DatabaseConfig slow = deployment_->config().databases.front();
  slow.name = "slow";
  const auto session = deployment_->connect(slow, {});
  ASSERT_TRUE(session);
  take_away();
  const Silence silence(port_);
  ASSERT_TRUE(silence.ok());
  std::stop_source stop;
  std::future<bool> connecting = std::async(std::launch::async, [&] {
    return bool(deployment_->facilities().tenant(slow, std::make_shared<LiveSession>(*session), stop.get_token()));
  });
  ASSERT_TRUE(silence.is_asked());
  std::future<Health> health = std::async(std::launch::async, [&] { return service_->health(); });
  EXPECT_EQ(health.wait_for(std::chrono::seconds(20)), std::future_status::ready) << "/healthz hangs";
  EXPECT_EQ(connecting.wait_for(std::chrono::seconds(0)), std::future_status::timeout) << "and Odoo is still asked";
  stop.request_stop();
  EXPECT_FALSE(connecting.get());
}

TEST_F(AwayTest, AnOdooThatDoesNotAnswerDoesNotHoldUpTheEnd) {
  take_away();
  const Silence silence(port_);
  ASSERT_TRUE(silence.ok());
  Result<Config> config = read_config(folder_.path() / "outrigger.json");
  ASSERT_TRUE(config);
  deployment_ = std::make_unique<Deployment>(*std::move(config));
  service_ = std::make_unique<Service>(*deployment_);
  std::stop_source stop;
  std::future<Result<void>> starting =
      std::async(std::launch::async, [&] { return service_->start(stop.get_token()); });
  ASSERT_TRUE(silence.is_asked());
  EXPECT_THAT(service_->health().reasons, ElementsAre("the host is starting"));
  Arena arena;
  EXPECT_TRUE(service_->handle(arena.object({{"do", "status"}}))) << "it answers before the start is over";
  stop.request_stop();
  EXPECT_FALSE(starting.get());
}

}  // namespace
}  // namespace outrigger::host
