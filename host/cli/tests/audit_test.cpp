// `outrigger audit` and the reports of plugins' commands, on the command line: the page is one file, nothing was
// granted before, nothing is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "host/cli/tests/child.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AuditCommand : public testing::Test {
 protected:
  std::string config(const std::string& login = "admin") const {
    return folder_.write("outrigger.json", config_text(sandbox_.url(), "", login)).string();
  }
  Environment key(const std::string& login = "admin") const { return {{kKeyVariable, sandbox_.key(login)}}; }
  Ended outrigger(Arguments arguments, const std::string& login = "admin") const {
    arguments.insert(arguments.end(), {"-c", config(login)});
    return run(arguments, key(login));
  }
  std::string file(const char* name) const { return (folder_.path() / name).string(); }
  static std::string text_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  TemporaryFolder folder_;
  SandboxChild sandbox_;
};

TEST_F(AuditCommand, MakesOnePageWithoutAnythingGranted) {
  const Ended ended = outrigger({"audit", "--html", file("audit.html")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("Sales audit"), HasSubstr("Nothing was written to Odoo"),
                               HasSubstr("Value that sits idle"), Not(HasSubstr("<"))));
  const std::string page = text_of(file("audit.html"));
  EXPECT_THAT(page, AllOf(HasSubstr("<h1>Sales audit</h1>"), HasSubstr("Is Odoo&#39;s score right?"), HasSubstr("<svg"),
                          HasSubstr("/web#id="), HasSubstr("default-src 'none'")));
  // Reading was enough: the plugin may do nothing yet.
  const Ended refused = outrigger({"scoring", "recompute", "--plan"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("outrigger plugin enable scoring"));
}

TEST_F(AuditCommand, SpeaksVietnameseAndJson) {
  EXPECT_THAT(outrigger({"audit", "--lang", "vi"}).out,
              AllOf(HasSubstr("Kiểm tra bán hàng"), HasSubstr("Không ghi gì vào Odoo")));
  const Document json = outrigger({"audit", "--json"}).json();
  ASSERT_EQ(json.root()["parts"].size(), 1U);
  const Value part = json.root()["parts"].at(0);
  EXPECT_EQ(part["plugin"].text(), "scoring");
  EXPECT_FALSE(part["held_back_writes"].truthy());
  EXPECT_GT(part["pipeline"]["open"].integer(), 0);
  EXPECT_FALSE(part.has("report"));
}

TEST_F(AuditCommand, GoesOnWithAKeyThatSeesAPart) {
  const Ended ended = outrigger({"audit"}, "demo");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("sees only its own leads"));
}

TEST_F(AuditCommand, SaysWhatIsWrongWithTheFileOrTheKey) {
  const Ended folder = outrigger({"audit", "--html", file("nowhere/audit.html")});
  EXPECT_EQ(folder.code, 1);
  EXPECT_THAT(folder.err, HasSubstr("cannot be written: is its folder there"));
  const Ended expired = outrigger({"audit"}, "expired");
  EXPECT_EQ(expired.code, 1);
  EXPECT_THAT(expired.err, Not(HasSubstr("internal")));
}

TEST_F(AuditCommand, AReportIsTextJsonAndAPage) {
  ASSERT_EQ(outrigger({"plugin", "enable", "scoring", "--yes"}).code, 0);
  const Ended ended = outrigger({"scoring", "report", "--html", file("r.html")});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr("Is the lead score right?"), HasSubstr("AUC"), HasSubstr("Logistic regression")));
  EXPECT_THAT(text_of(file("r.html")), AllOf(HasSubstr("<svg"), HasSubstr("Calibration")));
  const Document json = outrigger({"scoring", "report", "--json", "--replicates", "100"}).json();
  EXPECT_EQ(json.root()["models"].size(), 4U);
  EXPECT_FALSE(json.root().has("report"));
  EXPECT_THAT(outrigger({"scoring", "report", "--share", "2"}).err, HasSubstr("--share takes a number between"));
  EXPECT_THAT(outrigger({"scoring", "report", "--cut", "soon"}).err, HasSubstr("--cut takes a day such as"));
  EXPECT_EQ(outrigger({"scoring", "explain", "1", "--html", file("x.html")}).code, 2) << "it answers no report";
}

}  // namespace
}  // namespace outrigger::host
