// The fixtures of this folder in one process: two versions of the SDK that share no statics, and plugins of other
// times.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <outrigger/plugin.hpp>
#include <string>

namespace outrigger {
namespace {

// A fixture of fixtures/statics, loaded as the host loads it and never unloaded.
class Loaded {
 public:
  explicit Loaded(const std::string& path) {
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      ADD_FAILURE() << dlerror();
      return;
    }
    const auto entry = reinterpret_cast<or_entry_point_v1>(dlsym(library, OR_ENTRY_POINT));
    table_ = entry == nullptr ? nullptr : entry();
    host_.struct_size = sizeof host_;
    or_create_info info{};
    info.struct_size = sizeof info;
    if (table_ == nullptr || table_->create(&host_, &info, &self_, nullptr) != OR_OK) ADD_FAILURE() << path;
  }
  ~Loaded() {
    if (self_ != nullptr) table_->destroy(self_);
  }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  [[nodiscard]] std::string id() const { return std::string(from_abi(table_->id)); }
  [[nodiscard]] const or_plugin_v1& table() const { return *table_; }
  [[nodiscard]] std::string sdk() const { return std::string(from_abi(table_->stamp.sdk_version)); }
  [[nodiscard]] Document run(std::string_view command) const {
    const auto* commands =
        static_cast<const or_commands_v1*>(table_->get_extension(self_, to_abi(std::string_view(OR_COMMANDS_ID))));
    or_command_call call{};
    call.struct_size = sizeof call;
    call.name = to_abi(command);
    or_doc raw{};
    EXPECT_EQ(commands->run(self_, &call, &raw, nullptr), OR_OK);
    return Document::adopt(raw);
  }
  // What the command counts, "global/local".
  [[nodiscard]] std::string count() const {
    const Document reply = run("count");
    return std::to_string(reply.root()["global"].integer()) + "/" + std::to_string(reply.root()["local"].integer());
  }

 private:
  or_host host_{};
  const or_plugin_v1* table_ = nullptr;
  void* self_ = nullptr;
};

TEST(Statics, OfTwoPluginsAreApart) {
  const Loaded first(OUTRIGGER_ABI_FIXTURES "/abi-sdk-a/abi-sdk-a.so");
  const Loaded second(OUTRIGGER_ABI_FIXTURES "/abi-sdk-b/abi-sdk-b.so");
  ASSERT_FALSE(HasFailure());
  EXPECT_EQ(first.id(), "abi-sdk-a");
  EXPECT_EQ(second.id(), "abi-sdk-b") << "plugin_table's own static is that of the first";
  EXPECT_NE(first.sdk(), second.sdk());
  EXPECT_EQ(first.count(), "1/1");
  EXPECT_EQ(first.count(), "2/2");
  EXPECT_EQ(second.count(), "1/1") << "the second goes on where the first was";
  EXPECT_EQ(first.count(), "3/3");
}

// The same without what outrigger_add_plugin sets: they share, so the test above would see it.
TEST(Statics, AreSharedByCarelessBuilds) {
#if defined(__GNUC__) && !defined(__clang__)
  const Loaded first(OUTRIGGER_ABI_CARELESS "/careless-a.so");
  const Loaded second(OUTRIGGER_ABI_CARELESS "/careless-b.so");
  ASSERT_FALSE(HasFailure());
  EXPECT_EQ(first.count(), "1/1");
  EXPECT_EQ(second.count(), "2/2");
#else
  GTEST_SKIP() << "only GNU's compiler makes unique symbols";
#endif
}

// That they run on the host is a test of the host; here, that they are what they claim to be.
TEST(Fixtures, OfThePastAndTheFutureAreWhatTheyClaim) {
  const Loaded past(OUTRIGGER_ABI_FIXTURES "/abi-v1-0/abi-v1-0.so");
  const Loaded future(OUTRIGGER_ABI_FIXTURES "/abi-future/abi-future.so");
  ASSERT_FALSE(HasFailure());
  EXPECT_EQ(past.run("report").root()["built_with"].text(), "1.0");
  EXPECT_LE(past.table().struct_size, sizeof(or_plugin_v1));
  EXPECT_GT(future.table().struct_size, sizeof(or_plugin_v1));
  EXPECT_EQ(future.table().stamp.abi_minor_required, 0) << "it needs nothing that is new";
  const Document report = future.run("report");
  EXPECT_EQ(report.root()["built_with"].text(), "the future");
  EXPECT_EQ(report.root()["decimal"].raw().kind, 8U);
  EXPECT_TRUE(report.root()["decimal"].is_null()) << "an unknown kind reads as null";
  EXPECT_TRUE(report.root()["leads"].is_null()) << "a host without Odoo";
}

}  // namespace
}  // namespace outrigger
