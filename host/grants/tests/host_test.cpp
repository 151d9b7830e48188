// What is asked of the host itself: groups, parameters, setup, web hosts, secrets, facts.
#include "host/grants/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;

constexpr char kLead[] = R"({"odoo": {"crm.lead": {"read": ["name"], "write": ["name"]}}})";

TEST(HostOperations, AreListedOneByOne) {
  const Grant grant = grant_of(R"({"host": ["parameter:crm.pls_fields", "group:sales_team.group_sale_manager"]})");
  EXPECT_EQ(verdict(grant, "odoo.parameter", R"({"key": "crm.pls_fields"})"), "allowed");
  EXPECT_THAT(verdict(grant, "odoo.parameter", R"({"key": "crm.pls_start_date"})"),
              lacks(R"("host": ["parameter:crm.pls_start_date"])"));
  EXPECT_EQ(verdict(grant, "odoo.has_group", R"({"group": "sales_team.group_sale_manager"})"), "allowed");
  EXPECT_THAT(verdict(grant, "odoo.has_group", R"({"group": "base.group_system"})"),
              lacks(R"("host": ["group:base.group_system"])"));
}

TEST(HostOperations, NoParameterThatHoldsACredential) {
  Permissions forged;
  forged.host = {"parameter:database.secret", "parameter:x.API_KEY"};
  const Grant grant("probe", forged, {});
  EXPECT_THAT(verdict(grant, "odoo.parameter", R"({"key": "database.secret"})"), HasSubstr("credentials"));
  EXPECT_THAT(verdict(grant, "odoo.parameter", R"({"key": "x.API_KEY"})"), HasSubstr("credentials"));
}

TEST(Setup, AFieldOnAModelOfThePluginOnly) {
  constexpr char kField[] = R"({"model": "crm.lead", "name": "x_score", "type": "float", "string": "Score"})";
  EXPECT_THAT(verdict(grant_of(kLead), "odoo.ensure_field", kField), lacks(R"("host": ["ensure_field"])"));
  EXPECT_THAT(verdict(grant_of(R"({"host": ["ensure_field"]})"), "odoo.ensure_field", kField),
              lacks(R"("odoo": {"crm.lead": {"read": ["x_score"]}})"));
  const Grant grant = grant_of(
      R"({"odoo": {"crm.lead": {"read": ["x_score"]}, "res.users": {"read": ["name"]}}, "host": ["ensure_field"]})");
  EXPECT_EQ(verdict(grant, "odoo.ensure_field", kField), "allowed");
  EXPECT_THAT(verdict(grant, "odoo.ensure_field", R"({"model": "res.users", "name": "x_a", "type": "char"})"),
              HasSubstr("no plugin may"));
  EXPECT_THAT(verdict(grant, "odoo.ensure_field", R"({"model": "crm.lead", "name": "active", "type": "char"})"),
              HasSubstr("begins with x_"));
  for (const char* code : {"compute", "related", "depends", "domain"})
    EXPECT_THAT(verdict(grant, "odoo.ensure_field",
                        R"({"model": "crm.lead", "name": "x_a", "type": "char", ")" + std::string(code) +
                            "\": \"user_id.login\"}"),
                HasSubstr("has no argument `" + std::string(code)));
}

TEST(Setup, AViewWithoutCode) {
  const Grant grant = grant_of(R"({"host": ["ensure_view"]})");
  const auto view = [&](const std::string& arch) {
    return verdict(grant, "odoo.ensure_view",
                   R"({"name": "probe.x", "inherits": "crm.crm_lead_view_form", "arch": ")" + arch + "\"}");
  };
  EXPECT_THAT(verdict(grant_of(kLead), "odoo.ensure_view", "{}"), lacks(R"("host": ["ensure_view"])"));
  EXPECT_EQ(view("<field name='priority' position='after'><field name='x_part-time'/></field>"), "allowed");
  for (const char* arch : {"<a t-esc='x'/>", "<t>x</t>", "<t t-out='1'/>", "<script>", "<a\\nt-att-href='x'/>",
                           "<attribute name='t-if'>x</attribute>", "<!DOCTYPE x>"})
    EXPECT_THAT(view(arch), HasSubstr("that is code")) << arch;
}

TEST(Setup, AWebhookOnFieldsThatMayBeRead) {
  const Grant grant = grant_of(R"({"odoo": {"crm.lead": {"read": ["name"]}}, "host": ["install_webhook"]})");
  EXPECT_EQ(verdict(grant, "odoo.install_webhook", R"({"endpoint": "lead", "model": "crm.lead", "fields": ["name"]})"),
            "allowed");
  EXPECT_THAT(
      verdict(grant, "odoo.install_webhook", R"({"endpoint": "lead", "model": "crm.lead", "fields": ["probability"]})"),
      lacks(R"("odoo": {"crm.lead": {"read": ["probability"]}})"));
}

std::string reach(const std::string& url, const std::string& hosts, const std::string& config = "{}") {
  return verdict(grant_of(R"({"http": [)" + hosts + "]}", {}, config), "http.request", R"({"url": ")" + url + "\"}");
}

TEST(Http, OnlyHostsThatAreListed) {
  constexpr char kHosts[] = R"("api.example.com", "*.example.org:8443", "http://printer.lan")";
  for (const char* url : {"https://api.example.com", "https://API.example.com./v1?x=@y", "https://api.example.com:443/",
                          "https://a.b.example.org:8443/", "http://printer.lan/"})
    EXPECT_EQ(reach(url, kHosts), "allowed") << url;
  for (const char* url : {"http://api.example.com", "https://api.example.com:444", "https://api.example.com.evil.net",
                          "https://example.org:8443/", "https://evilexample.org:8443/", "https://a.example.org/",
                          "https://printer.lan", "https://other.com#api.example.com"})
    EXPECT_THAT(reach(url, kHosts), HasSubstr("the grant lacks \"http\": [\"")) << url;
  EXPECT_THAT(reach("https://other.com:8080/x", kHosts), lacks(R"("http": ["other.com:8080"])"));
}

TEST(Http, AddressesThatOthersWouldReadOtherwise) {
  constexpr char kHosts[] = R"("api.example.com")";
  for (const char* url :
       {"https://user@api.example.com/", "https://evil.net@api.example.com", "https://api.example.com\\\\@evil.net/",
        "https://api.example.com%2f.evil.net/", "ftp://api.example.com/", "https:api.example.com",
        "https://api.example.com /", "https://api.example.com/a b", "https://api.example.com/a\\r\\nX: 1",
        "https://[::1", "//api.example.com", "file:///etc/passwd", "https://api.example.com:0/",
        "https://api.example.com:99999/", "https://api.example.com:/", ""})
    EXPECT_THAT(reach(url, kHosts), HasSubstr("the address of the request")) << url;
}

TEST(Http, AUserNameIsNoSecret) {
  EXPECT_THAT(reach("https://me:word@api.example.com/", R"("api.example.com")"),
              HasSubstr("must not hold a user name or password; name a secret instead"));
}

TEST(Http, AHostOfTheConfiguration) {
  constexpr char kHosts[] = R"({"host": "config:url", "private": true}, "api.example.com")";
  const std::string config = R"({"url": "http://10.0.0.7:8080/base"})";
  EXPECT_EQ(reach("http://10.0.0.7:8080/x", kHosts, config), "allowed");
  EXPECT_THAT(reach("https://10.0.0.7:8080/x", kHosts, config), HasSubstr("the grant lacks"));
  EXPECT_THAT(reach("http://10.0.0.7:8080/x", kHosts, "{}"), HasSubstr("the grant lacks"));
  const Grant grant = grant_of(R"({"http": [)" + std::string(kHosts) + "]}", {}, config);
  bool inside = false;
  ASSERT_TRUE(grant.check_url("http://10.0.0.7:8080/", &inside));
  EXPECT_TRUE(inside);
  ASSERT_TRUE(grant.check_url("https://api.example.com/", &inside));
  EXPECT_FALSE(inside) << "a private network only where it was asked for";
}

TEST(Http, TheHostHeaderAndSecretsOfOthers) {
  const Grant grant = grant_of(R"({"http": ["a.com"], "secrets": ["token"]})");
  EXPECT_EQ(verdict(grant, "http.request", R"({"url": "https://a.com", "secret": "token", "headers": [["X-A", "1"]]})"),
            "allowed");
  EXPECT_THAT(verdict(grant, "http.request", R"({"url": "https://a.com", "headers": [["hOst", "b.com"]]})"),
              HasSubstr("the header Host"));
  EXPECT_THAT(verdict(grant, "http.request", R"({"url": "https://a.com", "secret": "other"})"),
              lacks(R"("secrets": ["other"])"));
  EXPECT_THAT(verdict(grant, "http.request", R"({"url": "https://a.com", "secret": ["other"]})"),
              HasSubstr("the grant lacks"));
}

TEST(Secrets, OnlyThoseThatAreListed) {
  const Grant grant = grant_of(R"({"secrets": ["token", "user-*"]})");
  for (const char* operation : {"secrets.put", "secrets.rotate", "secrets.erase"}) {
    EXPECT_EQ(verdict(grant, operation, R"({"name": "token"})"), "allowed");
    EXPECT_EQ(verdict(grant, operation, R"({"name": "user-7"})"), "allowed");
    EXPECT_THAT(verdict(grant, operation, R"({"name": "other"})"), lacks(R"("secrets": ["other"])"));
    EXPECT_THAT(verdict(grant, operation, R"({"name": "user-*"})"), HasSubstr("the grant lacks")) << "no name";
  }
  EXPECT_EQ(verdict(grant, "secrets.list"), "allowed");
  EXPECT_THAT(verdict(grant_of("{}"), "secrets.list"), HasSubstr("the grant lacks"));
}

TEST(Shared, PublishingAndReadingAreListed) {
  const Grant grant = grant_of(R"({"shared": {"publish": ["probe.score"], "read": ["scoring.score"]}})");
  EXPECT_EQ(verdict(grant, "shared.publish", R"({"fact": "probe.score"})"), "allowed");
  EXPECT_EQ(verdict(grant, "shared.read", R"({"fact": "scoring.score"})"), "allowed");
  EXPECT_THAT(verdict(grant, "shared.publish", R"({"fact": "scoring.score"})"),
              lacks(R"("shared": {"publish": ["scoring.score"]})"));
  EXPECT_THAT(verdict(grant, "shared.read", R"({"fact": "probe.score"})"),
              lacks(R"("shared": {"read": ["probe.score"]})"));
}

}  // namespace
}  // namespace outrigger::host
