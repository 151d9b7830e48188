// Changes: reading them, also those of a hostile host.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "change_rig.hpp"

namespace outrigger {
namespace {

using testing::ElementsAre;

TEST(Change, KnowsItsCompanyAndItsModel) {
  Arena arena;
  const Value change = arena.object({{"id", 7}, {"after", arena.object({{"company_id", 2}})}, {"model", "crm.lead"}});
  const Batch batch({change}, "fact:scoring.score");
  const Changes changes(batch.raw);
  EXPECT_EQ(static_cast<const Record&>(changes[0].record()), (Record{"crm.lead", 7, 2}));
  EXPECT_EQ(changes.model(), "fact:scoring.score");
  EXPECT_EQ(changes.subscription(), "leads");
}

TEST(Change, ReadsItsFieldsAsTypes) {
  Arena arena;
  const Value change = arena.object({{"delivery", "d"},
                                     {"kind", "entered"},
                                     {"id", 7},
                                     {"attempt", 3},
                                     {"at", int64_t{5}},
                                     {"after", arena.object({{"name", "Anna"},
                                                             {"stage_id", arena.array({4, "Won"})},
                                                             {"revenue", 2.5},
                                                             {"count", 3},
                                                             {"active", true},
                                                             {"tags", arena.array({1, 2})},
                                                             {"phone", nullptr}})}});
  const Batch batch({change});
  const Changes changes(batch.raw);
  const Change one = changes[0];
  EXPECT_EQ(one.kind(), ChangeKind::kEntered);
  EXPECT_EQ(one.delivery(), "d");
  EXPECT_EQ(one.attempt(), 3);
  EXPECT_EQ(one.at(), Time(std::chrono::microseconds(5)));
  EXPECT_EQ(one.after<std::string>("name"), "Anna");
  EXPECT_EQ(one.after<std::string_view>("name"), "Anna");
  EXPECT_EQ(one.after<int64_t>("stage_id"), 4) << "the id of a many2one";
  EXPECT_EQ(one.after<std::optional<int64_t>>("stage_id"), 4);
  EXPECT_EQ(one.after<double>("revenue"), 2.5);
  EXPECT_EQ(one.after<double>("count"), 3.0);
  EXPECT_TRUE(one.after<bool>("active"));
  EXPECT_THAT(one.after<std::vector<int64_t>>("tags"), ElementsAre(1, 2));
  EXPECT_EQ(one.after<std::optional<std::string>>("phone"), std::nullopt);
  EXPECT_EQ(one.after<std::optional<std::string>>("name"), "Anna");
  EXPECT_EQ(one.after<std::optional<double>>("name"), std::nullopt);
  EXPECT_EQ(one.after<std::optional<bool>>("active"), true);
  EXPECT_EQ(one.after<std::string>("phone"), "");
  EXPECT_EQ(one.after<int64_t>("name"), 0) << "another kind reads as empty";
  EXPECT_EQ(one.before<std::string>("name"), "") << "there is no before";
  EXPECT_TRUE(one.after<Value>("phone").is_null());
}

Value changed(Arena& arena, std::string_view kind, Value after, Value before, Value fields) {
  return arena.object({{"kind", kind}, {"id", 1}, {"after", after}, {"before", before}, {"fields", fields}});
}

TEST(Change, BecameMeansThatItIsSoNowAndWasNotBefore) {
  Arena arena;
  const Value now = arena.object({{"state", "won"}, {"count", 3}});
  const Value then = arena.object({{"state", "new"}, {"count", 3}});
  const Batch batch({changed(arena, "changed", now, then, arena.array({"state"})),
                     changed(arena, "changed", now, {}, arena.array({"state"})),
                     changed(arena, "changed", now, then, {}), changed(arena, "changed", now, then, arena.array({})),
                     changed(arena, "created", now, {}, {}), changed(arena, "changed", now, {}, {}),
                     changed(arena, "deleted", {}, then, {}), changed(arena, "later", now, then, arena.array({7}))});
  const Changes changes(batch.raw);
  EXPECT_TRUE(changes[0].became("state", "won"));
  EXPECT_FALSE(changes[0].became("state", "new"));
  EXPECT_FALSE(changes[0].became("count", 3)) << "it was 3 before";
  EXPECT_TRUE(changes[1].became("state", "won")) << "the names tell when before is unknown";
  EXPECT_TRUE(changes[2].became("state", "won")) << "before tells when the names are missing";
  EXPECT_FALSE(changes[2].became("count", 3));
  EXPECT_FALSE(changes[3].became("state", "won")) << "the host says that nothing differs";
  EXPECT_TRUE(changes[4].became("state", "won")) << "every field of a new record is new";
  EXPECT_TRUE(changes[4].became("count", 3));
  EXPECT_FALSE(changes[4].changed("unknown"));
  EXPECT_FALSE(changes[5].became("state", "won")) << "nothing says that it differs";
  EXPECT_TRUE(changes[6].changed("state"));
  EXPECT_FALSE(changes[6].became("state", "won"));
  EXPECT_EQ(changes[7].kind(), ChangeKind::kUnknown) << "of a newer host";
  EXPECT_FALSE(changes[7].became("state", "won"));
}

TEST(Changes, HostileBatchesAreRead) {
  Batch empty({});
  EXPECT_TRUE(Changes(empty.raw).empty());
  empty.raw.changes = nullptr;
  EXPECT_EQ(Changes(empty.raw).size(), 0U) << "a NULL array";
  or_value lying{OR_ARRAY, 3, {}};
  empty.raw.changes = &lying;
  EXPECT_EQ(Changes(empty.raw).size(), 0U) << "a count without items";
  or_value future{99, 3, {}};
  empty.raw.changes = &future;
  EXPECT_EQ(Changes(empty.raw).size(), 0U) << "an unknown kind is null";

  Arena arena;
  or_value unknown{8, 7, {}};
  or_value fieldless{OR_OBJECT, 2, {}};
  const Batch odd({Value::of(3), {}, Value(unknown), Value(fieldless), arena.object({{"kind", 3}, {"id", "x"}})});
  const Changes changes(odd.raw);
  ASSERT_EQ(changes.size(), 5U);
  for (const Change change : changes) {
    EXPECT_EQ(change.kind(), ChangeKind::kUnknown);
    EXPECT_EQ(change.id(), 0);
    EXPECT_EQ(change.delivery(), "");
    EXPECT_FALSE(change.became("a", 1));
    EXPECT_EQ(change.record().next_key("write", 1), "") << "without a delivery the host makes the key";
  }
}

}  // namespace
}  // namespace outrigger
