// The vault: nothing in clear, nothing lost, nothing read back by a plugin.
#include "host/secrets/vault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "host/config/tests/texts.hpp"
#include "host/secrets/secrets_engine.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr SecretName kMailbox{"crm", "main", "mailbox"};
constexpr int64_t kHour = int64_t{3600} * 1000000;

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void put_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

mode_t mode_of(const std::filesystem::path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
  return status.st_mode & 0777U;
}

class VaultTest : public testing::Test {
 protected:
  Vault open(const std::string& key = {}) {
    return Vault({.folder = folder_.path() / "data",
                  .key = key,
                  .hide = [this](std::string value) { hidden_.push_back(std::move(value)); },
                  .now = [this] { return now_; }});
  }
  std::string value(Vault& vault, const SecretName& name = kMailbox) {
    const Result<Secret> secret = vault.find(name);
    return secret ? std::string(secret->value.view()) : "error: " + secret.error().message;
  }
  [[nodiscard]] std::filesystem::path file(const char* name = "secrets.vault") const {
    return folder_.path() / "data" / name;
  }
  // The file cannot be read: every call says so with the remedy, and none changes it.
  void expect_untouched(const std::string& why) {
    const std::string before = bytes_of(file());
    Vault vault = open();
    EXPECT_THAT(value(vault), AllOf(HasSubstr(why), HasSubstr(file().string())));
    const Result<void> put = vault.put(kMailbox, "other");
    ASSERT_FALSE(put);
    EXPECT_THAT(put.error().message, HasSubstr(why));
    EXPECT_FALSE(vault.rotate(kMailbox, "other"));
    EXPECT_FALSE(vault.erase(kMailbox));
    EXPECT_FALSE(vault.list());
    EXPECT_EQ(bytes_of(file()), before) << "nothing is overwritten that cannot be read";
  }

  TemporaryFolder folder_;
  std::vector<std::string> hidden_;
  int64_t now_ = 1'795'262'400'000'000;
};

TEST_F(VaultTest, KeepsAValueAcrossARestartAndNotInClear) {
  {
    Vault vault = open();
    ASSERT_TRUE(vault.put(kMailbox, "tok-1234567890"));
    EXPECT_EQ(value(vault), "tok-1234567890");
  }
  Vault again = open();
  EXPECT_EQ(value(again), "tok-1234567890");
  EXPECT_THAT(bytes_of(file()), Not(HasSubstr("tok-1234567890")));
  EXPECT_EQ(mode_of(file()), 0600U);
  EXPECT_EQ(mode_of(file("secrets.key")), 0600U);
}

TEST_F(VaultTest, WithoutASecretThereIsNoFile) {
  Vault vault = open();
  EXPECT_THAT(value(vault), AllOf(HasSubstr("plugin crm has no secret mailbox on database main"),
                                  HasSubstr("outrigger secrets put crm mailbox")));
  EXPECT_FALSE(*vault.erase(kMailbox));
  EXPECT_THAT(*vault.list(), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(VaultTest, RotateKeepsTheOldOneForADay) {
  Vault vault = open();
  EXPECT_EQ(vault.rotate(kMailbox, "none").error().code, Code::kMissing);
  ASSERT_TRUE(vault.put(kMailbox, "first"));
  ASSERT_TRUE(vault.rotate(kMailbox, "second"));
  now_ += 24 * kHour - 1;
  Result<Secret> secret = vault.find(kMailbox);
  EXPECT_EQ(secret->value.view(), "second");
  EXPECT_EQ(secret->previous.view(), "first");
  EXPECT_NE(secret->id, secret->previous_id);
  now_ += 1;
  secret = vault.find(kMailbox);
  EXPECT_TRUE(secret->previous.empty());
  EXPECT_TRUE(secret->previous_id.empty());
}

TEST_F(VaultTest, PutForgetsTheOldOneAtOnce) {
  Vault vault = open();
  ASSERT_TRUE(vault.put(kMailbox, "first"));
  ASSERT_TRUE(vault.rotate(kMailbox, "second"));
  ASSERT_TRUE(vault.put(kMailbox, "third"));
  const Result<Secret> secret = vault.find(kMailbox);
  EXPECT_EQ(secret->value.view(), "third");
  EXPECT_TRUE(secret->previous.empty());
}

TEST_F(VaultTest, EraseTakesBoth) {
  Vault vault = open();
  ASSERT_TRUE(vault.put(kMailbox, "first"));
  ASSERT_TRUE(vault.rotate(kMailbox, "second"));
  EXPECT_TRUE(*vault.erase(kMailbox));
  EXPECT_EQ(vault.find(kMailbox).error().code, Code::kMissing);
  EXPECT_EQ(vault.rotate(kMailbox, "third").error().code, Code::kMissing);
}

TEST_F(VaultTest, PluginsAndDatabasesAreApart) {
  Vault vault = open();
  ASSERT_TRUE(vault.put({"crm", "main", "key"}, "one"));
  ASSERT_TRUE(vault.put({"crm", "other", "key"}, "two"));
  ASSERT_TRUE(vault.put({"sales", "main", "key"}, "three"));
  EXPECT_EQ(value(vault, {"crm", "other", "key"}), "two");
  EXPECT_EQ(vault.find({"sales", "other", "key"}).error().code, Code::kMissing);
  EXPECT_EQ(vault.list("crm")->size(), 2U);
  EXPECT_EQ(vault.list("", "main")->size(), 2U);
}

TEST_F(VaultTest, TwoProcessesSeeEachOthersChanges) {
  Vault host = open();
  Vault admin = open();
  ASSERT_TRUE(host.put(kMailbox, "first"));
  EXPECT_EQ(value(admin), "first");
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(admin.put(kMailbox, "round " + std::to_string(i)));
    EXPECT_EQ(value(host), "round " + std::to_string(i));
  }
  ASSERT_TRUE(host.put({"crm", "main", "second"}, "2"));
  ASSERT_TRUE(*admin.erase(kMailbox));
  EXPECT_EQ(host.find(kMailbox).error().code, Code::kMissing);
  EXPECT_EQ(value(admin, {"crm", "main", "second"}), "2");
}

TEST_F(VaultTest, ManyThreadsOfTwoProcessesLoseNothing) {
  Vault one = open();
  Vault two = open();
  constexpr int kThreads = 6;
  constexpr int kEach = 8;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string name = std::to_string(t) + "-" + std::to_string(i);
        EXPECT_TRUE((t % 2 == 0 ? one : two).put({"crm", "main", name}, "value " + name));
        EXPECT_EQ(value(t % 2 == 0 ? two : one, {"crm", "main", name}), "value " + name);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(one.list()->size(), static_cast<size_t>(kThreads * kEach));
  EXPECT_EQ(open().list()->size(), static_cast<size_t>(kThreads * kEach));
}

TEST_F(VaultTest, AnotherMasterKeyIsSaidAndNothingIsLost) {
  ASSERT_TRUE(open().put(kMailbox, "first"));
  const std::string key = bytes_of(file("secrets.key"));
  put_bytes(file("secrets.key"), std::string(64, 'a'));
  expect_untouched("was made with another master key");
  put_bytes(file("secrets.key"), key);
  Vault vault = open();
  EXPECT_EQ(value(vault), "first");
}

TEST_F(VaultTest, AKeyThatChangesUnderARunningHostDoesNotHarm) {
  Vault vault = open();
  ASSERT_TRUE(vault.put(kMailbox, "first"));
  const std::string before = bytes_of(file());
  put_bytes(file("secrets.key"), std::string(64, 'a'));
  const Result<void> put = vault.put(kMailbox, "second");
  ASSERT_FALSE(put);
  EXPECT_THAT(put.error().message, HasSubstr("another master key"));
  EXPECT_EQ(bytes_of(file()), before);
}

TEST_F(VaultTest, AMissingKeyIsNotMadeAnew) {
  ASSERT_TRUE(open().put(kMailbox, "first"));
  std::filesystem::rename(file("secrets.key"), file("kept.key"));
  expect_untouched("put it back from a backup");
  EXPECT_FALSE(std::filesystem::exists(file("secrets.key")));
  std::filesystem::rename(file("kept.key"), file("secrets.key"));
  Vault vault = open();
  EXPECT_EQ(value(vault), "first");
}

TEST_F(VaultTest, DamageAnywhereIsNoticed) {
  ASSERT_TRUE(open().put(kMailbox, "first"));
  const std::string whole = bytes_of(file());
  const size_t begin = whole.find('\n') + 1 + 16;  // behind the id of the key
  for (size_t at = begin; at < whole.size(); at += 7) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    put_bytes(file(), bytes);
    Vault vault = open();
    ASSERT_THAT(value(vault), HasSubstr("is damaged")) << "byte " << at;
  }
  for (size_t length = 0; length < whole.size(); length += 11) {
    put_bytes(file(), whole.substr(0, length));
    Vault vault = open();
    ASSERT_FALSE(vault.find(kMailbox)) << "cut to " << length;
    ASSERT_FALSE(vault.put(kMailbox, "other")) << "cut to " << length;
    ASSERT_EQ(bytes_of(file()).size(), length);
  }
  put_bytes(file(), whole + "x");
  expect_untouched("is damaged");
}

TEST_F(VaultTest, ANewerFormIsSaid) {
  ASSERT_TRUE(open().put(kMailbox, "first"));
  put_bytes(file(), "outrigger-secrets-2\nwhatever");
  expect_untouched("newer outrigger; update this one");
}

TEST_F(VaultTest, ABoxOpensOnlyInItsOwnPlace) {
  const Result<MasterKey> key = MasterKey::read({}, std::string(64, 'b'));
  ASSERT_TRUE(key);
  const std::string box = close_box(*key, {"crm", "main", "a"}, "value");
  EXPECT_EQ(open_box(*key, {"crm", "main", "a"}, box)->view(), "value");
  for (const SecretPlace& place : {SecretPlace{"sales", "main", "a"},
                                   {"crm", "other", "a"},
                                   {"crm", "main", "b"},
                                   {"crmmain", "", "a"},
                                   {"crm", "maina", ""}})
    EXPECT_FALSE(open_box(*key, place, box));
}

TEST_F(VaultTest, WhatACrashLeftIsNoHindrance) {
  ASSERT_TRUE(open().put(kMailbox, "first"));
  put_bytes(file("secrets.vault.new"), "half");
  Vault vault = open();
  EXPECT_EQ(value(vault), "first");
  ASSERT_TRUE(vault.put(kMailbox, "second"));
  EXPECT_EQ(value(vault), "second");
  EXPECT_FALSE(std::filesystem::exists(file("secrets.vault.new")));
}

TEST_F(VaultTest, FilesThatOthersMayReadAreRefused) {
  ASSERT_TRUE(open().put(kMailbox, "first"));
  for (const char* name : {"secrets.key", "secrets.vault"}) {
    ASSERT_EQ(::chmod(file(name).c_str(), 0640), 0);
    Vault vault = open();
    EXPECT_THAT(value(vault), AllOf(HasSubstr(file(name).string()), HasSubstr("chmod 600")));
    ASSERT_EQ(::chmod(file(name).c_str(), 0600), 0);
    EXPECT_EQ(value(vault), "first") << "it is mended without a restart";
  }
}

TEST_F(VaultTest, TheKeyMayComeFromTheConfiguration) {
  Vault vault = open(std::string(64, 'c'));
  ASSERT_TRUE(vault.put(kMailbox, "first"));
  EXPECT_FALSE(std::filesystem::exists(file("secrets.key")));
  Vault same = open(std::string(64, 'c'));
  EXPECT_EQ(value(same), "first");
  Vault other = open(std::string(64, 'd'));
  EXPECT_THAT(value(other), HasSubstr("another master key"));
}

TEST_F(VaultTest, IsBounded) {
  Vault vault = open();
  EXPECT_TRUE(vault.put(kMailbox, std::string(Vault::kLongestValue, 'x')));
  EXPECT_EQ(vault.put(kMailbox, std::string(Vault::kLongestValue + 1, 'x')).error().code, Code::kLimit);
  EXPECT_EQ(vault.put(kMailbox, "").error().code, Code::kInvalid);
  EXPECT_EQ(vault.put({"crm", "main", "a\nb"}, "x").error().code, Code::kInvalid);
  EXPECT_EQ(vault.put({"crm", "main", std::string(129, 'n')}, "x").error().code, Code::kInvalid);
  for (size_t i = 1; i < Vault::kMostSecrets; ++i) ASSERT_TRUE(vault.put({"crm", "main", std::to_string(i)}, "x")) << i;
  const Result<void> more = vault.put({"crm", "main", "more"}, "x");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, Code::kLimit);
  EXPECT_EQ(vault.list("crm", "main")->size(), Vault::kMostSecrets);
  EXPECT_TRUE(vault.put({"crm", "other", "more"}, "x"));
}

TEST_F(VaultTest, EveryValueIsHidden) {
  {
    Vault vault = open();
    ASSERT_TRUE(vault.put(kMailbox, "ann:key-of-ann"));
    ASSERT_TRUE(vault.rotate(kMailbox, "second-key"));
    EXPECT_THAT(hidden_, UnorderedElementsAre("ann:key-of-ann", "key-of-ann", "second-key"));
  }
  hidden_.clear();
  Vault again = open();
  ASSERT_TRUE(again.list());
  EXPECT_THAT(hidden_, UnorderedElementsAre("ann:key-of-ann", "key-of-ann", "second-key"));
}

TEST_F(VaultTest, TellsWhatExpires) {
  Vault vault = open();
  ASSERT_TRUE(vault.put({"crm", "main", "never"}, "x"));
  ASSERT_TRUE(vault.put({"crm", "main", "soon"}, "x", now_ + kHour));
  ASSERT_TRUE(vault.put({"crm", "main", "later"}, "x", now_ + 48 * kHour));
  const Result<std::vector<SecretEntry>> soon = vault.expiring(now_ + 24 * kHour);
  ASSERT_EQ(soon->size(), 1U);
  EXPECT_EQ(soon->front().name, "soon");
  EXPECT_EQ(soon->front().expires, now_ + kHour);
}

TEST_F(VaultTest, TheExtensionListsNamesAndNeverAValue) {
  Vault vault = open();
  SecretsEngine crm("crm", "main", vault);
  SecretsEngine sales("sales", "main", vault);
  Arena arena;
  const auto call = [&](SecretsEngine& engine, const char* slot, Value args) {
    const Result<Document> reply = engine.call(slot, args, {});
    return reply ? value::to_json(reply->root()) : std::string(to_string(reply.error().code));
  };
  const Value first =
      arena.object({{"name", "mailbox"}, {"value", arena.bytes("s3cret-value")}, {"expires", now_ + kHour}});
  EXPECT_EQ(call(crm, "rotate", first), "missing");
  EXPECT_EQ(call(crm, "put", first), "null");
  EXPECT_EQ(call(crm, "rotate", arena.object({{"name", "mailbox"}, {"value", arena.bytes("s3cret-other")}})), "null");
  EXPECT_EQ(call(crm, "list", {}), R"([{"name":"mailbox","stored":)" + std::to_string(now_) + R"(,"expires":0}])");
  EXPECT_EQ(call(sales, "list", {}), "[]");
  EXPECT_EQ(call(sales, "erase", first), "null") << "of its own there is none, and nothing else is reached";
  EXPECT_EQ(value(vault), "s3cret-other");
  EXPECT_EQ(call(crm, "erase", first), "null");
  EXPECT_EQ(call(crm, "list", {}), "[]");
  EXPECT_EQ(call(crm, "get", first), "unsupported");
}

TEST(WholeFile, ALockHasAnEnd) {
  const TemporaryFolder folder;
  const Result<FileLock> first = FileLock::take(folder.path() / "lock");
  ASSERT_TRUE(first);
  const Result<FileLock> second = FileLock::take(folder.path() / "lock", std::chrono::milliseconds(5));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kConflict);
}

}  // namespace
}  // namespace outrigger::host
