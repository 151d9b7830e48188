// What a subscription cannot see, and a key that cannot tell a copy: said with the remedy.
#include "host/cli/watch_findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/sandbox/server.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class WatchFindings : public testing::Test {
 protected:
  explicit WatchFindings(size_t leads = 5) : leads_(leads) {
    setenv("no_proxy", "*", 1);
    plugin_.id = "bell";
  }
  void watch(const std::string& model, const std::vector<std::string>& fields) {
    Subscription subscription{"of " + model, model, {}, "", false};
    for (const std::string& field : fields) subscription.fields.push_back({{field}, false});
    plugin_.subscriptions.push_back(std::move(subscription));
  }
  std::vector<std::string> found(const std::string& login = "admin") {
    odoo::Connection connection;
    connection.url = server_->url();
    connection.database = "sandbox";
    connection.login = login;
    connection.secret = database_.user(login).key;
    auto session = odoo::Session::connect(loop_, connection);
    EXPECT_TRUE(session) << session.error().message;
    return session ? watch_findings({&plugin_}, **session, {}) : std::vector<std::string>();
  }

  void make_looks_slow() {
    service_.inject({.match = "crm.lead/search_count",
                     .kind = sandbox::Injection::Kind::kDelay,
                     .times = -1,
                     .delay = std::chrono::milliseconds(60)});
  }

  size_t leads_;
  transport::Loop loop_;
  sandbox::Database database_{{.leads = leads_}};
  sandbox::Service service_{database_};
  std::unique_ptr<sandbox::Server> server_ = *sandbox::Server::start(service_, 0);
  Manifest plugin_;
};

TEST_F(WatchFindings, NamesTheStreamThatShowsWhatThisOneDoesNot) {
  watch("crm.lead", {"name", "stage_id"});
  EXPECT_THAT(found(), Contains(HasSubstr("crm.lead.stage_id: a stage that is renamed")));
  EXPECT_THAT(found(), Contains(HasSubstr("also subscribe to crm.stage")));
  watch("crm.stage", {"name"});
  EXPECT_THAT(found(), Not(Contains(HasSubstr("also subscribe to crm.stage"))));
}

class LargeTable : public WatchFindings {
 protected:
  LargeTable() : WatchFindings(60'000) { watch("crm.lead", {"name"}); }
};

TEST_F(LargeTable, OfWhichEveryLookIsSlowGetsAnIndexProposed) {
  make_looks_slow();
  EXPECT_THAT(found(), Contains(AllOf(HasSubstr("crm.lead has 60000 records and a look that finds nothing takes "),
                                      HasSubstr("CREATE INDEX CONCURRENTLY ON crm_lead (write_date, id)"))));
}

TEST_F(WatchFindings, ASmallTableNeedsNoIndex) {
  watch("crm.lead", {"name"});
  make_looks_slow();
  EXPECT_THAT(found(), Not(Contains(HasSubstr("CREATE INDEX"))));
}

TEST_F(WatchFindings, SaysWhatAKeyCannotTell) {
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_THAT(found("demo"), Contains(HasSubstr("may not read database.uuid")));
}

}  // namespace
}  // namespace outrigger::host
