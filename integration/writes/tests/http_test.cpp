// The writer over the network, against the sandbox's faults on tap: each operation, each fault, each transport.
#include <gtest/gtest.h>

#include "integration/sandbox/server.hpp"
#include "integration/writes/tests/rig.hpp"

namespace outrigger::writes {
namespace {

using odoo::TransportChoice;
using sandbox::Injection;

transport::Loop& loop() {
  static transport::Loop one;
  return one;
}

struct Lab {
  explicit Lab(TransportChoice transport) : database({.major = 19, .leads = 10}), service(database) {
    server = *sandbox::Server::start(service, 0);
    odoo::Connection connection;
    connection.url = server->url();
    connection.database = database.options().name;
    connection.login = "demo";
    connection.secret = database.user("demo").key;
    connection.transport = transport;
    session = *odoo::Session::connect(loop(), connection);
    remote = std::make_unique<SessionRemote>(*session);
    Options options;
    options.epoch = "e";
    options.now = [this] { return now; };
    writer = std::make_unique<Writer>(*remote, log, options);
  }
  // Repeats the delivery until there is an outcome; each time Odoo has had its time limit.
  Result<Document> deliver(const Request& request) {
    Result<Document> done = writer->perform(request, {.plugin = "p", .key = "k"});
    for (int attempt = 0; attempt < 10 && !done; ++attempt) {
      now += 200000;
      done = writer->perform(request, {.plugin = "p", .key = "k"});
    }
    return done;
  }

  sandbox::Database database;
  sandbox::Service service;
  std::unique_ptr<sandbox::Server> server;
  std::unique_ptr<odoo::Session> session;
  std::unique_ptr<SessionRemote> remote;
  testing_rig::MemoryLog log;
  std::unique_ptr<Writer> writer;
  int64_t now = 1790000000000;
};

class HttpFaults : public testing::TestWithParam<TransportChoice> {};

TEST_P(HttpFaults, EachOperationHasOneEffect) {
  using Kind = Injection::Kind;
  for (const Kind kind : {Kind::kCutBefore, Kind::kCutAfterCommit, Kind::kError500, Kind::kHtml, Kind::kWrongJson,
                          Kind::kTruncated, Kind::kReset})
    for (const char* method : {"load", "write", "message_post", "unlink", "action_set_lost"}) {
      SCOPED_TRACE(std::string(method) + ", fault " + std::to_string(static_cast<int>(kind)));
      Lab lab(GetParam());
      Arena arena;
      const Result<Document> lead =
          lab.writer->perform({.operation = Operation::kCreate,
                               .model = "crm.lead",
                               .values = arena.array({arena.object({{"name", "before"}, {"type", "opportunity"}})})},
                              {.plugin = "p", .key = "first"});
      ASSERT_TRUE(lead) << lead.error().message;
      const int64_t id = lead->root().at(0).integer();
      const size_t leads = lab.database.table("crm.lead").count();
      lab.service.inject({.match = "crm.lead/" + std::string(method), .kind = kind, .times = 1});
      const std::string_view name = method;
      Request request{.operation = Operation::kUnlink, .model = "crm.lead", .ids = {id}};
      if (name == "load")
        request = {.operation = Operation::kCreate,
                   .model = "crm.lead",
                   .values = arena.array({arena.object({{"name", "new"}})})};
      if (name == "write")
        request = {.operation = Operation::kWrite,
                   .model = "crm.lead",
                   .ids = {id},
                   .values = arena.object({{"name", "after"}})};
      if (name == "message_post")
        request = {.operation = Operation::kMessagePost,
                   .model = "crm.lead",
                   .ids = {id},
                   .values = arena.object({{"body", "hi"}})};
      if (name == "action_set_lost")
        request = {.operation = Operation::kCall, .model = "crm.lead", .method = "action_set_lost", .ids = {id}};
      const Result<Document> done = lab.deliver(request);
      ASSERT_TRUE(done) << done.error().message;
      EXPECT_EQ(lab.database.table("crm.lead").count(), name == "load"     ? leads + 1
                                                        : name == "unlink" ? leads - 1
                                                                           : leads);
      EXPECT_EQ(lab.database.table("mail.message").count(), name == "message_post" ? 1U : 0U);
      if (name == "write") {
        EXPECT_EQ(lab.database.table("crm.lead").get(id, "name").text(), "after");
      }
      if (name == "action_set_lost") {
        EXPECT_FALSE(lab.database.table("crm.lead").get(id, "active").truthy());
      }
    }
}

INSTANTIATE_TEST_SUITE_P(Transports, HttpFaults,
                         testing::Values(TransportChoice::kJson2, TransportChoice::kJsonRpc, TransportChoice::kXmlRpc),
                         [](const testing::TestParamInfo<TransportChoice>& choice) {
                           return choice.param == TransportChoice::kJson2     ? "Json2"
                                  : choice.param == TransportChoice::kJsonRpc ? "JsonRpc"
                                                                              : "XmlRpc";
                         });

}  // namespace
}  // namespace outrigger::writes
