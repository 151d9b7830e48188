// The admin's token: made once, readable by its owner alone.
#include "host/web/token.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "integration/value/tests/temporary_folder.hpp"

namespace outrigger::host {
namespace {

struct Token : testing::Test {
  const TemporaryFolder temporary;
  const std::filesystem::path folder = temporary.path();
  const std::filesystem::path file = folder / kAdminTokenFile;

  void write(const std::string& text, mode_t mode = 0600) const {
    std::ofstream(file) << text;
    ::chmod(file.c_str(), mode);
  }
};

TEST_F(Token, IsMadeOnceAndForItsOwnerAlone) {
  const Result<std::string> made = admin_token(folder);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->size(), 64U);
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(*admin_token(folder), *made);
  const auto files = std::filesystem::directory_iterator(folder);
  EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "no draft is left";
}

TEST_F(Token, AnotherFolderHasAnotherOne) {
  const std::string first = *admin_token(folder);
  std::filesystem::remove(file);
  EXPECT_NE(*admin_token(folder), first);
}

TEST_F(Token, AFileThatOthersMayReadIsRefused) {
  write(std::string(64, 'a') + "\n", 0644);
  const Result<std::string> refused = admin_token(folder);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kAccess);
  EXPECT_NE(refused.error().message.find("chmod 600"), std::string::npos) << refused.error().message;
}

TEST_F(Token, AFileWithoutATokenIsRefused) {
  for (const std::string text : {"", "\n", "short\n", "                                        \n"}) {
    write(text);
    const Result<std::string> refused = admin_token(folder);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, Code::kInvalid);
    EXPECT_NE(refused.error().message.find("delete it"), std::string::npos);
  }
}

TEST_F(Token, ALinkIsNotFollowed) {
  std::filesystem::create_symlink("/etc/hostname", file);
  EXPECT_FALSE(admin_token(folder));
}

TEST_F(Token, AFolderThatIsNotThereIsNamed) {
  const Result<std::string> refused = admin_token(folder / "nowhere");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("nowhere"), std::string::npos);
}

TEST(SameSecret, IsEqualityAndNothingEqualsAnEmptyOne) {
  EXPECT_TRUE(same_secret("abc", "abc"));
  for (const char* given : {"", "ab", "abd", "abcabc", "abcd"}) EXPECT_FALSE(same_secret(given, "abc")) << given;
  EXPECT_FALSE(same_secret("", ""));
  EXPECT_FALSE(same_secret("a", ""));
}

}  // namespace
}  // namespace outrigger::host
