// A page that does not fit leaves nothing behind. In a process of its own: the limit is of the whole process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>

#include "host/cli/plugin_command.hpp"
#include "integration/value/tests/temporary_folder.hpp"
#include "outrigger/report.hpp"

namespace outrigger::host {
namespace {

TEST(SavePage, AFullDiskLeavesThePageBeforeAndNoPart) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "page.html";
  Report report("Title");
  report.text("What is said");
  ASSERT_TRUE(save_page(file.string(), report.value(), "en", ""));
  const auto size = std::filesystem::file_size(file);
  const auto save_where_nothing_fits = [&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100, 100};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const Result<void> saved = save_page(file.string(), report.value(), "en", "");
    const bool said = !saved && saved.error().message.find("room on the disk") != std::string::npos;
    std::_Exit(said ? 0 : 1);
  };
  EXPECT_EXIT(save_where_nothing_fits(), testing::ExitedWithCode(0), "");
  EXPECT_EQ(std::filesystem::file_size(file), size);
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".part"));
}

}  // namespace
}  // namespace outrigger::host
