// Packages: what is packed is installed the same, by trusted authors only, and nothing else is.
#include "host/packages/package.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "host/config/tests/texts.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;

class PackageTest : public testing::Test {
 protected:
  PackageTest() : keys_(*make_keys()) {
    write("manifest.json", R"({"id": "bell", "version": "1.2.0", "summary": "x", "abi": "1.0", "odoo": ">=14"})");
    write("bell.so", std::string("\x7f"
                                 "ELF\0not really",
                                 15));
    write("vi.json", "{}");
  }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(source());
    std::ofstream(source() / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::filesystem::path source() const { return folder_.path() / "bell"; }
  [[nodiscard]] std::filesystem::path installed() const { return folder_.path() / "installed"; }
  [[nodiscard]] std::string packed() const {
    const Result<std::string> bytes = pack(source(), keys_.secret);
    EXPECT_TRUE(bytes) << bytes.error().message;
    return *bytes;
  }
  Error opening(const std::string& bytes, const std::vector<std::string>& trusted) const {
    const Result<Package> package = open_package(bytes, trusted);
    return package ? Error{Code::kOk, "it was opened"} : package.error();
  }

  TemporaryFolder folder_;
  KeyPair keys_;
};

TEST_F(PackageTest, WhatIsPackedIsInstalledTheSame) {
  const Result<Package> package = open_package(packed(), {keys_.public_key});
  ASSERT_TRUE(package) << package.error().message;
  const Result<Manifest> manifest = install(*package, installed());
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_EQ(manifest->id, "bell");
  for (const char* name : {"manifest.json", "bell.so", "vi.json"}) {
    const auto text = [](const std::filesystem::path& path) {
      std::ifstream file(path, std::ios::binary);
      return std::string((std::istreambuf_iterator<char>(file)), {});
    };
    EXPECT_EQ(text(installed() / "bell" / name), text(source() / name)) << name;
  }
  EXPECT_TRUE(uninstall("bell", installed()));
  EXPECT_EQ(uninstall("bell", installed()).error().code, Code::kMissing);
}

TEST_F(PackageTest, AnUpgradeReplacesAllOfTheOldOne) {
  ASSERT_TRUE(install(*open_package(packed(), {keys_.public_key}), installed()));
  std::filesystem::remove(source() / "vi.json");
  ASSERT_TRUE(install(*open_package(packed(), {keys_.public_key}), installed()));
  EXPECT_FALSE(std::filesystem::exists(installed() / "bell" / "vi.json"));
  settle("bell", installed());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(installed()), {}), 1) << "nothing is left behind";
}

TEST_F(PackageTest, TheVersionBeforeIsKeptUntilTheNewOneIsSettled) {
  ASSERT_TRUE(install(*open_package(packed(), {keys_.public_key}), installed()));
  settle("bell", installed());
  write("manifest.json", R"({"id": "bell", "version": "2.0.0", "summary": "x", "abi": "1.0"})");
  std::filesystem::remove(source() / "vi.json");
  ASSERT_TRUE(install(*open_package(packed(), {keys_.public_key}), installed()));
  EXPECT_EQ(discover({installed()}).plugins.size(), 1U) << "what is kept aside is no plugin";
  EXPECT_EQ(read_manifest(installed() / "bell")->version, "2.0.0");
  ASSERT_TRUE(reinstate("bell", installed()));
  EXPECT_EQ(read_manifest(installed() / "bell")->version, "1.2.0");
  EXPECT_TRUE(std::filesystem::exists(installed() / "bell" / "vi.json"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(installed()), {}), 1) << "nothing is left behind";
}

TEST_F(PackageTest, AFirstVersionThatDoesNotWorkLeavesNothing) {
  ASSERT_TRUE(install(*open_package(packed(), {keys_.public_key}), installed()));
  EXPECT_TRUE(is_installed("bell", installed()));
  ASSERT_TRUE(reinstate("bell", installed()));
  EXPECT_FALSE(is_installed("bell", installed()));
  EXPECT_TRUE(std::filesystem::is_empty(installed()));
}

TEST_F(PackageTest, AnAuthorWhoIsNotTrustedIsNamed) {
  const Error error = opening(packed(), {make_keys()->public_key});
  EXPECT_EQ(error.code, Code::kAuth);
  EXPECT_THAT(error.message, HasSubstr(keys_.public_key));
  EXPECT_THAT(error.message, HasSubstr("trusted_keys"));
}

TEST_F(PackageTest, EveryChangedByteIsNoticed) {
  const std::string good = packed();
  for (size_t at = 0; at < good.size(); at += 7) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_NE(opening(bad, {keys_.public_key}).code, Code::kOk) << at;
  }
  EXPECT_EQ(opening(good.substr(0, 50), {keys_.public_key}).code, Code::kProtocol);
  EXPECT_EQ(opening("", {keys_.public_key}).code, Code::kProtocol);
}

TEST_F(PackageTest, APackageThatIsNotWhatItsManifestSaysIsRefused) {
  Package package = *open_package(packed(), {keys_.public_key});
  package.version = "9.9.9";
  const Result<Manifest> installing = install(package, installed());
  ASSERT_FALSE(installing);
  EXPECT_THAT(installing.error().message, HasSubstr("9.9.9"));
  EXPECT_FALSE(std::filesystem::exists(installed() / "bell"));
  package.id = "../bell";
  EXPECT_FALSE(install(package, installed()));
}

TEST_F(PackageTest, WithoutAKeyOrALibraryNothingIsPacked) {
  EXPECT_EQ(pack(source(), "abc").error().code, Code::kInvalid);
  std::filesystem::remove(source() / "bell.so");
  EXPECT_EQ(pack(source(), keys_.secret).error().code, Code::kMissing);
}

}  // namespace
}  // namespace outrigger::host
