// The zoo: each beast harms nobody else, and the admin reads what it did. One file for each kind of fault.
//
// A double reply, the classic of callback interfaces, cannot be written against this ABI: an answer is what a function
// returns. The nearest to it are an or_doc that is released twice (crash_test.cpp) and frames that are forged
// (link_test.cpp, host/border/tests/link_test.cpp).
#include "host/plugins/supervisor.hpp"
#include "tests/zoo/zoo_rig.hpp"

namespace outrigger::host {
namespace {

TEST_P(ZooTest, TheNeighbourIsWell) {
  const auto second = keep("calm");
  EXPECT_EQ(failure_of(command(*second)), R"(answered: "calm")");
  EXPECT_FALSE(second->ended());
  second->stop();
  EXPECT_FALSE(second->run_command(run_of("ask")));
}

TEST_P(IsolatedZooTest, ABeastThatIsStartedAgainAndAgainEndsInQuarantine) {
  int64_t now = 0;
  Supervisor supervisor([&](bool) { return take_in("abort", {}); }, [&] { return now; });
  ASSERT_TRUE(supervisor.start());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(failure_of(beside([&] { return supervisor.call("commands.run", {}); })),
              "plugin abort: its process crashed (signal 6, abort: it found itself broken, or an exception was not "
              "caught)");
    now += 10 * Supervisor::kSecond;
    supervisor.tend();
  }
  const Supervisor::Status status = supervisor.status();
  EXPECT_EQ(status.state, Supervisor::State::kQuarantined);
  EXPECT_EQ(status.crashes, 3U);
  EXPECT_EQ(failure_of(supervisor.call("commands.run", {})),
            "the plugin is in quarantine after 3 crashes within 5 minutes (its process crashed (signal 6, abort: it "
            "found itself broken, or an exception was not caught)); mend or replace it, then `outrigger plugin enable` "
            "it again");
}

INSTANTIATE_TEST_SUITE_P(Zoo, ZooTest, testing::Values("inproc", "process"),
                         [](const auto& mode) { return std::string(mode.param); });
INSTANTIATE_TEST_SUITE_P(Zoo, IsolatedZooTest, kLevels, [](const auto& mode) { return std::string(mode.param); });

}  // namespace
}  // namespace outrigger::host
