// The border of a plugin: from the C functions that a host calls to the class that an author wrote, and back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "fake_host.hpp"

namespace outrigger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Silent : public Plugin {
 public:
  using Plugin::Plugin;
};

class Speaking : public Plugin {
 public:
  using Plugin::Plugin;
  Result<Document> on_command(Command& command) override {
    if (command.name() == "refuse") return Error{Code::kValidation, "no", Source::kOdoo, Effect::kDone, 5};
    if (command.name() == "throw") throw std::runtime_error("the cat sat on it");
    if (command.name() == "throw-seven") throw 7;
    if (command.name() == "odoo") {
      const Result<int64_t> count = odoo().search_count({.model = "crm.lead"});
      if (!count) return count.error();
    }
    log().info("running {}", command.name());
    command.print("printed {}\n", 1);
    command.write("written\n");
    command.progress(1, 2, "half");
    return Document::build([&](Arena& arena) {
      return arena.object({{"args", arena.copy(command.args())},
                           {"config", arena.copy(config())},
                           {"width", static_cast<int64_t>(command.width())},
                           {"database", arena.text(context().database)},
                           {"instance", arena.text(context().instance)},
                           {"now", clock().now().time_since_epoch().count()}});
    });
  }
};

class ByInheritance final : public Speaking {
 public:
  using Speaking::Speaking;
};

struct Throwing final : Plugin {
  explicit Throwing(Context context) : Plugin(std::move(context)) {
    if (config()["where"].text() == "create") throw std::runtime_error("no coffee");
    if (config()["where"].text() == "seven") throw 7;
  }
  Result<void> activate() override { throw std::runtime_error("no tea"); }
  void stop() override { throw std::runtime_error("no water"); }
};

TEST(Border, TheTableSaysWhatItWasBuiltWith) {
  const or_plugin_v1& table = *plugin_table<Silent>("silent", "2.1");
  EXPECT_EQ(table.struct_size, sizeof(or_plugin_v1));
  EXPECT_EQ(table.stamp.magic, OR_MAGIC);
  EXPECT_EQ(table.stamp.abi_major, OR_ABI_MAJOR);
  EXPECT_LE(table.stamp.abi_minor_required, OR_ABI_MINOR);
  EXPECT_EQ(table.stamp.pointer_size, sizeof(void*));
  EXPECT_EQ(table.stamp.draft, 0);
  EXPECT_EQ(from_abi(table.stamp.sdk_version), kSdkVersion);
  EXPECT_EQ(from_abi(table.id), "silent");
  EXPECT_EQ(from_abi(table.version), "2.1");
}

TEST(Border, CommandsAreOfferedOnlyWhenThePluginOverridesThem) {
  const FakeHost host;
  EXPECT_EQ(Made<Silent>(host).commands(), nullptr);
  EXPECT_NE(Made<Speaking>(host).commands(), nullptr);
  EXPECT_NE(Made<ByInheritance>(host).commands(), nullptr);
  const Made<Speaking> made(host);
  EXPECT_EQ(made.table.get_extension(made.self, to_abi(std::string_view("outrigger.nonsense/1"))), nullptr);
  EXPECT_EQ(made.table.get_extension(made.self, or_str{nullptr, 0}), nullptr);
}

TEST(Border, TheConfigurationIsCopiedBecauseItIsOnlyBorrowed) {
  const FakeHost host;
  auto arena = std::make_unique<Arena>();
  Made<Speaking> made(host, arena->object({{"colour", arena->text("a red that is longer than a small string")}}));
  arena.reset();
  Document result;
  ASSERT_EQ(made.run(call_of("go"), result), OR_OK);
  EXPECT_EQ(result.root()["config"]["colour"].text(), "a red that is longer than a small string");
  EXPECT_EQ(result.root()["database"].text(), "main");
  EXPECT_EQ(result.root()["instance"].text(), "made@main");
}

TEST(Border, AnExceptionInCreateMakesNothing) {
  const FakeHost host;
  Arena arena;
  const Made<Throwing> made(host, arena.object({{"where", "create"}}));
  EXPECT_EQ(made.status, OR_E_INTERNAL);
  EXPECT_EQ(made.self, nullptr);
  EXPECT_THAT(made.message(), HasSubstr("no coffee"));
  const Made<Throwing> seven(host, arena.object({{"where", "seven"}}));
  EXPECT_EQ(seven.status, OR_E_INTERNAL);
  EXPECT_THAT(seven.message(), HasSubstr("not a std::exception"));
}

TEST(Border, AnExceptionInActivateOrStopDoesNotCross) {
  const FakeHost host;
  Made<Throwing> made(host);
  ASSERT_EQ(made.status, OR_OK);
  EXPECT_EQ(made.table.activate(made.self, &made.error), OR_E_INTERNAL);
  EXPECT_THAT(made.message(), HasSubstr("no tea"));
  EXPECT_EQ(made.error.source, OR_SOURCE_PLUGIN);
  EXPECT_EQ(made.table.activate(made.self, nullptr), OR_E_INTERNAL) << "without a place for the message";
  made.table.stop(made.self);
}

TEST(Border, AnExceptionInACommandHasAnUnknownEffect) {
  const FakeHost host;
  Made<Speaking> made(host);
  Document result;
  EXPECT_EQ(made.run(call_of("throw"), result), OR_E_INTERNAL);
  EXPECT_THAT(made.message(), HasSubstr("the cat sat on it"));
  EXPECT_EQ(made.error.effect, OR_EFFECT_UNKNOWN);
  EXPECT_TRUE(result.root().is_null());
  EXPECT_EQ(made.run(call_of("throw-seven"), result), OR_E_INTERNAL);
}

TEST(Border, AnErrorOfACommandCrossesWhole) {
  const FakeHost host;
  Made<Speaking> made(host);
  Document result;
  EXPECT_EQ(made.run(call_of("refuse"), result), OR_E_VALIDATION);
  EXPECT_EQ(made.message(), "no");
  EXPECT_EQ(made.error.source, OR_SOURCE_ODOO);
  EXPECT_EQ(made.error.effect, OR_EFFECT_DONE);
  EXPECT_EQ(made.error.retry_after_ms, 5);
}

TEST(Border, AHostWithoutExtensionsIsWorkedWith) {
  const FakeHost host;
  Made<Speaking> made(host);
  Document result;
  EXPECT_EQ(made.run(call_of("go"), result), OR_OK);
  EXPECT_EQ(result.root()["now"].integer(), 0);
  EXPECT_EQ(made.run(call_of("odoo"), result), OR_E_UNSUPPORTED);
  EXPECT_THAT(made.message(), HasSubstr("was not granted it"));
}

TEST(Border, AHostThatIsTooOldForExtensionsIsWorkedWith) {
  FakeHost host;
  host.raw().struct_size = offsetof(or_host, get_extension);
  Made<Speaking> made(host);
  Document result;
  EXPECT_EQ(made.run(call_of("go"), result), OR_OK);
}

TEST(Border, ASlotBeyondTheHostsTableIsNotCalled) {
  // The functions are there, yet the older host's table ends before them.
  or_odoo_v1 odoo{};
  odoo.struct_size = offsetof(or_odoo_v1, search_count);
  odoo.search_count = [](void*, const or_odoo_scope*, const or_odoo_query*, int64_t*, or_error*) -> or_status {
    throw 7;
  };
  or_log_v1 log{};
  log.struct_size = offsetof(or_log_v1, write);
  log.write = [](void*, int32_t, or_str, const or_value*) { throw 7; };
  FakeHost host;
  host.extensions = {{OR_ODOO_ID, &odoo}, {OR_LOG_ID, &log}};
  Made<Speaking> made(host);
  Document result;
  EXPECT_EQ(made.run(call_of("odoo"), result), OR_E_UNSUPPORTED);
  EXPECT_EQ(made.run(call_of("go"), result), OR_OK);
}

TEST(Border, LogsAreNotFormattedWhenTheirLevelIsOff) {
  struct Lines {
    std::vector<std::string> seen;
    bool on = false;
  } lines;
  or_log_v1 log{};
  log.struct_size = sizeof log;
  log.ctx = &lines;
  log.write = [](void* ctx, int32_t, or_str text, const or_value*) {
    static_cast<Lines*>(ctx)->seen.emplace_back(from_abi(text));
  };
  log.enabled = [](void* ctx, int32_t) -> int32_t { return static_cast<Lines*>(ctx)->on ? 1 : 0; };
  FakeHost host;
  host.extensions = {{OR_LOG_ID, &log}};
  Made<Speaking> made(host);
  Document result;
  made.run(call_of("go"), result);
  EXPECT_TRUE(lines.seen.empty());
  lines.on = true;
  made.run(call_of("go"), result);
  EXPECT_THAT(lines.seen, ElementsAre("running go"));
}

struct Screen {
  std::string text;
  std::vector<std::string> progress;
  or_command_sink sink{};
  Screen() {
    sink.struct_size = sizeof sink;
    sink.width = 132;
    sink.ctx = this;
    sink.text = [](void* ctx, or_str piece) { static_cast<Screen*>(ctx)->text += from_abi(piece); };
    sink.progress = [](void* ctx, uint64_t done, uint64_t total, or_str label) {
      static_cast<Screen*>(ctx)->progress.push_back(std::to_string(done) + "/" + std::to_string(total) + " " +
                                                    std::string(from_abi(label)));
    };
  }
};

TEST(Border, ACommandWritesToTheSink) {
  const FakeHost host;
  Made<Speaking> made(host);
  Screen screen;
  Arena arena;
  const or_value args = arena.object({{"lead", 42}}).raw();
  or_command_call call = call_of("go");
  call.args = &args;
  call.sink = &screen.sink;
  Document result;
  ASSERT_EQ(made.run(call, result), OR_OK);
  EXPECT_EQ(screen.text, "printed 1\nwritten\n");
  EXPECT_THAT(screen.progress, ElementsAre("1/2 half"));
  EXPECT_EQ(result.root()["args"]["lead"].integer(), 42);
  EXPECT_EQ(result.root()["width"].integer(), 132);
}

TEST(Border, WithJsonNothingIsPrinted) {
  const FakeHost host;
  Made<Speaking> made(host);
  Screen screen;
  or_command_call call = call_of("go");
  call.sink = &screen.sink;
  call.flags = OR_COMMAND_JSON;
  Document result;
  ASSERT_EQ(made.run(call, result), OR_OK);
  EXPECT_EQ(screen.text, "written\n");
}

TEST(Border, ACommandWithoutASinkOrWithAnOlderOneRuns) {
  const FakeHost host;
  Made<Speaking> made(host);
  Document result;
  EXPECT_EQ(made.run(call_of("go"), result), OR_OK);
  EXPECT_EQ(result.root()["width"].integer(), 100) << "no terminal";
  EXPECT_TRUE(result.root()["args"].is_null());
  Screen screen;
  screen.sink.struct_size = offsetof(or_command_sink, progress);
  or_command_call call = call_of("go");
  call.sink = &screen.sink;
  EXPECT_EQ(made.run(call, result), OR_OK);
  EXPECT_TRUE(screen.progress.empty());
}

}  // namespace
}  // namespace outrigger
