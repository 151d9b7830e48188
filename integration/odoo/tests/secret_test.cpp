// The key never appears in an error, whatever the server sends back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/odoo/records.hpp"
#include "integration/odoo/tests/fake_odoo.hpp"
#include "integration/value/json.hpp"
#include "integration/value/xmlrpc.hpp"

namespace outrigger::odoo {
namespace {

using testing::HasSubstr;
using testing::Not;
using transport::html;
using transport::json;

// Not marked as a read, so that it is not repeated.
const Call kCall{.model = "crm.lead", .method = "search_count"};

// A part of the key that is long enough to help somebody.
bool leaks(const std::string& message, const std::string& key) {
  constexpr size_t kTelling = 6;
  for (size_t at = 0; at + kTelling <= key.size(); ++at)
    if (message.find(key.substr(at, kTelling)) != std::string::npos) return true;
  return false;
}

std::string error_after(const Act& act, const std::string& key = FakeOdoo::kKey) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "search_count", {act});
  Connection connection = odoo.connection();
  connection.secret = key;
  const auto session = odoo.connect(connection);
  const Result<Document> answer = session->call(kCall);
  return answer ? "answered" : answer.error().message;
}

Act exception(const std::string& message) {
  return json(R"({"name": "odoo.exceptions.UserError", "message": )" +
                  value::to_json(Value::of(std::string_view(message))) + "}",
              422);
}

TEST(Secret, KeyNeverAppearsInErrors) {
  const std::string key = FakeOdoo::kKey;
  const Act echoes[] = {
      exception("bad key " + key + ", I said " + key),
      exception(key),
      json(R"({"name": ")" + key + R"(", "message": "odd"})", 500),
      json(R"({"echo": "Authorization: bearer )" + key + "\"}", 400),
      json("[" + key, 500),
      html(404, "<h1>Not Found</h1><p>Authorization: bearer " + key + "</p>"),
      html(200, "<title>" + key + "</title>"),
      html(502, "<p>" + key),
      html(303, "moved", "Location: /login?key=" + key + "\r\n"),
      transport::reply(400, "text/" + key, "odd"),
  };
  for (size_t i = 0; i < std::size(echoes); ++i) {
    const std::string message = error_after(echoes[i]);
    EXPECT_NE(message, "answered") << i;
    EXPECT_FALSE(leaks(message, key)) << i << ": " << message;
  }
}

TEST(Secret, AKeyThatIsCutByTheLengthOfTheMessageDoesNotLeak) {
  const std::string key = FakeOdoo::kKey;
  for (size_t before = 100; before < 420; before += 9) {
    const std::string text = std::string(before, '.') + key;
    for (const Act& act : {exception(text), html(500, text), json(R"({"e": ")" + text + "\"}", 400)}) {
      const std::string message = error_after(act);
      EXPECT_FALSE(leaks(message, key)) << before << ": " << message;
    }
  }
}

TEST(Secret, AKeyAtTheEndOfWhatIsKeptOfAPageDoesNotLeak) {
  const std::string key = FakeOdoo::kKey;
  for (size_t comment = 4040; comment < 4096; comment += 5) {
    const std::string message = error_after(html(500, "<!" + std::string(comment, '-') + ">" + key));
    EXPECT_FALSE(leaks(message, key)) << comment << ": " << message;
  }
}

TEST(Secret, APasswordThatThePageEscapesDoesNotLeak) {
  const std::string message = error_after(html(500, "<p>pass&lt;word&amp;more&quot;</p>"), "pass<word&more\"");
  EXPECT_FALSE(leaks(message, "pass&lt;word&amp;more&quot;")) << message;
}

TEST(Secret, AKeyOfStarsIsHiddenToo) {
  EXPECT_THAT(error_after(exception("bad key ***, I said"), "***"), HasSubstr("bad key ***, I said"));
  EXPECT_THAT(error_after(exception("bad key *"), "*"), HasSubstr("bad key ***"));
}

TEST(Secret, APasswordIsNotInTheErrorsOfTheOlderTransports) {
  const std::string key = FakeOdoo::kKey;
  FakeOdoo odoo(14);
  odoo.acts("common", "authenticate", {odoo.error("odoo.exceptions.AccessDenied", "no such password: " + key, 200)});
  const Result<std::unique_ptr<Session>> refused = Session::connect(odoo.loop, odoo.connection());
  ASSERT_FALSE(refused);
  EXPECT_FALSE(leaks(refused.error().message, key)) << refused.error().message;

  odoo.server.on("/xmlrpc/2/common",
                 {transport::xml(value::write_xml_fault(
                     1, "Traceback (most recent call last):\n  x\nValueError: " + std::string(380, '.') + key))});
  Connection connection = odoo.connection();
  connection.transport = TransportChoice::kXmlRpc;
  const Result<std::unique_ptr<Session>> fault = Session::connect(odoo.loop, connection);
  ASSERT_FALSE(fault);
  EXPECT_FALSE(leaks(fault.error().message, key)) << fault.error().message;
}

TEST(Secret, TheWrongRowsOfAWriteDoNotShowIt) {
  const std::string key = FakeOdoo::kKey;
  FakeOdoo odoo;
  odoo.acts("crm.lead", "web_save_multi", {exception("not " + key)});
  const auto session = odoo.connect();
  Arena arena;
  const Result<RowsWritten> written =
      Records(*session).write_rows("crm.lead", arena.array({arena.object({{"id", 7}, {"name", "a"}})}));
  ASSERT_TRUE(written);
  ASSERT_EQ(written->failed.size(), 1U);
  EXPECT_FALSE(leaks(written->failed[0].error.message, key));
}

TEST(Secret, IsSentWhereItBelongsOnly) {
  FakeOdoo odoo;
  odoo.answers("crm.lead", "search_count", {"3"});
  const auto session = odoo.connect();
  EXPECT_TRUE(session->call(kCall));
  for (const transport::SeenRequest& request : odoo.server.requests()) {
    EXPECT_THAT(request.path, Not(HasSubstr(FakeOdoo::kKey)));
    EXPECT_THAT(request.body, Not(HasSubstr(FakeOdoo::kKey)));
  }
}

}  // namespace
}  // namespace outrigger::odoo
