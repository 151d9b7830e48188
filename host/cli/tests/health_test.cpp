// `outrigger doctor` asks each plugin how it is: in the host that runs, or by itself where none does.
#include "host/cli/tests/keeping_rig.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;
using testing::Not;

class HealthTest : public KeepingTest {
 protected:
  std::string doctor(int code, const Arguments& more = {}) {
    Arguments given{"doctor"};
    given.insert(given.end(), more.begin(), more.end());
    const Ended ended = outrigger(given);
    EXPECT_EQ(ended.code, code) << ended.out << ended.err;
    return ended.out;
  }
};

TEST_F(HealthTest, APluginSaysHowItIs) {
  EXPECT_THAT(doctor(0), Not(HasSubstr("well"))) << "it is not enabled";
  enable();
  EXPECT_THAT(doctor(0), HasSubstr("[note] notes@main: it was not asked how it is: nothing is kept of main yet"));
  EXPECT_FALSE(std::filesystem::exists(data_ / "databases" / "main" / "journal.db")) << "an examination begins nothing";
  start();
  EXPECT_THAT(doctor(0), HasSubstr("[ok] notes@main: all leads are well"));
  rename(4, "unwell");
  ASSERT_TRUE(await_lead(4, "unwell"));
  const std::string bad = "[bad] notes@main: crm.lead:4:name is unwell; give the lead another name";
  EXPECT_THAT(doctor(1), HasSubstr(bad));
  EXPECT_THAT(doctor(1, {"--lang", "vi"}), HasSubstr("không khỏe; give"));
  stop();
  EXPECT_THAT(doctor(1), HasSubstr(bad)) << "by itself, from what is kept";
  start();
  rename(4, "well again");
  ASSERT_TRUE(await_lead(4, "well again"));
  EXPECT_THAT(doctor(0), HasSubstr("[ok] notes@main: all leads are well"));
  stop();
}

}  // namespace
}  // namespace outrigger::host
