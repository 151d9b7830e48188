// Answering changes, and writing about them so that a repeated delivery has one effect.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

#include "change_rig.hpp"

namespace outrigger {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// The example of the design, as it stands there.
class WonBell final : public outrigger::Plugin {
 public:
  using Plugin::Plugin;
  outrigger::Outcome on_changes(const outrigger::Changes& batch) override {
    for (const auto& change : batch)
      if (change.became("won_status", "won"))
        odoo().message_post(change.record(), "Ring the bell for " + change.after<std::string>("name"));
    return outrigger::done();
  }
};

Value won(Arena& arena, std::string_view delivery, int64_t id, std::string_view name) {
  return arena.object({{"delivery", delivery},
                       {"kind", "changed"},
                       {"id", id},
                       {"after", arena.object({{"won_status", "won"}, {"name", name}})},
                       {"before", arena.object({{"won_status", "pending"}, {"name", name}})},
                       {"fields", arena.array({"won_status"})},
                       {"at", int64_t{1'700'000'000'000'000}},
                       {"attempt", 2}});
}

// An Odoo that notes messages and writes, and fails for the ids that it is told.
struct Notes {
  struct Note {
    std::string model;
    int64_t id;
    std::string text;
    int64_t company;
    std::string key;
    int32_t is_html;
  };
  Notes() {
    table.struct_size = sizeof table;
    table.ctx = this;
    table.message_post = [](void* ctx, const or_odoo_scope* scope, or_str model, int64_t id, or_str body,
                            int32_t is_html, int64_t* message, or_error* error) -> or_status {
      auto& self = *static_cast<Notes*>(ctx);
      if (id == self.failing)
        return fill_error(error, {Code::kUnreachable, "Odoo is away", Source::kNetwork, Effect::kNone, 5000});
      self.posted.push_back({std::string(from_abi(model)), id, std::string(from_abi(body)), scope->company_id,
                             std::string(from_abi(scope->idempotency_key)), is_html});
      *message = 900 + id;
      return OR_OK;
    };
    table.write = [](void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t count,
                     const or_value* values, or_error*) -> or_status {
      auto& self = *static_cast<Notes*>(ctx);
      EXPECT_EQ(count, 1U);
      self.posted.push_back({std::string(from_abi(model)), ids[0], std::string(Value(*values)["name"].text()),
                             scope->company_id, std::string(from_abi(scope->idempotency_key)), 0});
      return OR_OK;
    };
    table.unlink = [](void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t,
                      or_error*) -> or_status {
      static_cast<Notes*>(ctx)->posted.push_back({std::string(from_abi(model)), ids[0], "unlink", scope->company_id,
                                                  std::string(from_abi(scope->idempotency_key)), 0});
      return OR_OK;
    };
  }
  or_odoo_v1 table{};
  int64_t failing = 0;
  std::vector<Note> posted;
};

// Delivers to a fresh instance of T.
template <typename T>
or_status deliver(Notes& notes, const or_change_batch& batch, Document& outcomes, std::string* message = nullptr) {
  FakeHost host;
  host.extensions = {{OR_ODOO_ID, &notes.table}};
  Made<T> made(host);
  const auto* changes = made.template extension<or_changes_v1>(OR_CHANGES_ID);
  const or_status status = call(made, changes, &or_changes_v1::deliver, &batch, outcomes);
  if (message != nullptr) *message = made.message();
  return status;
}

TEST(WonBell, RingsForTheWonAndIsDone) {
  Notes notes;
  Arena arena;
  const Value lost = arena.object({{"delivery", "d2"},
                                   {"kind", "changed"},
                                   {"id", 8},
                                   {"after", arena.object({{"won_status", "lost"}, {"name", "Ben"}})},
                                   {"fields", arena.array({"won_status"})}});
  const Batch batch({won(arena, "d1", 7, "Anna"), lost});
  Document outcomes;
  ASSERT_EQ(deliver<WonBell>(notes, batch.raw, outcomes), OR_OK);
  EXPECT_TRUE(outcomes.root().is_null()) << "all are done";
  ASSERT_THAT(notes.posted, SizeIs(1));
  EXPECT_EQ(notes.posted[0].model, "crm.lead");
  EXPECT_EQ(notes.posted[0].id, 7);
  EXPECT_EQ(notes.posted[0].text, "Ring the bell for Anna");
  EXPECT_EQ(notes.posted[0].company, kAllCompanies) << "a write always names one";
}

TEST(WonBell, ARepeatedDeliveryUsesTheSameKeyInWhateverBatchItComes) {
  Notes notes;
  Arena arena;
  const Batch both({won(arena, "d1", 7, "Anna"), won(arena, "d2", 8, "Ben")});
  const Batch one({won(arena, "d2", 8, "Ben")});
  Document outcomes;
  ASSERT_EQ(deliver<WonBell>(notes, both.raw, outcomes), OR_OK);
  ASSERT_EQ(deliver<WonBell>(notes, one.raw, outcomes), OR_OK);
  ASSERT_THAT(notes.posted, SizeIs(3));
  EXPECT_THAT(notes.posted[1].key, HasSubstr("d2"));
  EXPECT_EQ(notes.posted[1].key, notes.posted[2].key) << "halving a batch must not change what a write is known by";
  EXPECT_NE(notes.posted[0].key, notes.posted[1].key);
}

TEST(WonBell, AMessageThatFailedHasOnlyItsChangeRepeated) {
  Notes notes;
  notes.failing = 7;
  Arena arena;
  const Batch batch({won(arena, "d1", 7, "Anna"), won(arena, "d2", 8, "Ben")});
  Document outcomes;
  ASSERT_EQ(deliver<WonBell>(notes, batch.raw, outcomes), OR_OK);
  ASSERT_EQ(outcomes.root().size(), 2U);
  EXPECT_EQ(outcomes.root().at(0)["outcome"].text(), "retry") << "nobody looked, and yet nothing is lost";
  EXPECT_EQ(outcomes.root().at(0)["after_ms"].integer(), 5000);
  EXPECT_EQ(outcomes.root().at(0)["reason"].text(), "Odoo is away");
  EXPECT_EQ(outcomes.root().at(1)["outcome"].text(), "done");
}

TEST(WonBell, WithoutOdooEveryWonChangeIsRepeated) {
  const FakeHost host;
  Made<WonBell> made(host);
  Arena arena;
  const Batch batch({won(arena, "d1", 7, "Anna")});
  Document outcomes;
  ASSERT_EQ(call(made, made.extension<or_changes_v1>(OR_CHANGES_ID), &or_changes_v1::deliver, &batch.raw, outcomes),
            OR_OK);
  EXPECT_EQ(outcomes.root().at(0)["outcome"].text(), "retry");
  EXPECT_THAT(outcomes.root().at(0)["reason"].text(), HasSubstr("was not granted it"));
}

struct Looking final : Plugin {
  using Plugin::Plugin;
  Outcome on_changes(const Changes& batch) override {
    for (const auto& change : batch) {
      if (const auto sent = odoo().message_post(change.record(), Html{"<b>won</b>"}); !sent)
        EXPECT_EQ(sent.error().code, Code::kUnreachable);
      else
        EXPECT_EQ(*sent, 900 + change.id());
    }
    return done();
  }
};

TEST(Sent, AFailureThatWasLookedAtIsThePluginsOwnAffair) {
  Notes notes;
  notes.failing = 8;
  Arena arena;
  const Batch batch({won(arena, "d1", 7, "Anna"), won(arena, "d2", 8, "Ben")});
  Document outcomes;
  ASSERT_EQ(deliver<Looking>(notes, batch.raw, outcomes), OR_OK);
  EXPECT_TRUE(outcomes.root().is_null());
  ASSERT_THAT(notes.posted, SizeIs(1));
  EXPECT_EQ(notes.posted[0].is_html, 1);
}

struct Twice final : Plugin {
  using Plugin::Plugin;
  Outcome on_changes(const Changes& batch) override {
    Arena arena;
    const auto record = batch[0].record();
    odoo().write(record, arena.object({{"name", "a"}}));
    odoo().write(record, arena.object({{"name", "b"}}));
    odoo().write(batch[0].record(), arena.object({{"name", "a"}}), {.company_id = 3});
    odoo().unlink(record, {.idempotency_key = "mine"});
    const Result<void> looked = odoo().unlink(record);
    EXPECT_TRUE(looked);
    return done();
  }
};

TEST(Sent, EqualWritesOfOneDeliveryAreToldApart) {
  Notes notes;
  Arena arena;
  const Batch batch({won(arena, "d1", 7, "Anna")});
  Document outcomes;
  ASSERT_EQ(deliver<Twice>(notes, batch.raw, outcomes), OR_OK);
  ASSERT_THAT(notes.posted, SizeIs(5));
  EXPECT_NE(notes.posted[0].key, notes.posted[1].key);
  EXPECT_NE(notes.posted[0].key, notes.posted[2].key) << "a value that is set, changed and set again is three writes";
  EXPECT_EQ(notes.posted[2].company, 3) << "the scope wins over the record";
  EXPECT_EQ(notes.posted[3].key, "mine");
  EXPECT_THAT(notes.posted[4].key, HasSubstr("unlink"));
}

enum class Answer { kEach, kRetry, kReject, kError, kThrow, kThrowSeven, kTooFew };
Answer g_answer;

struct Answering final : Plugin {
  using Plugin::Plugin;
  Outcome on_changes(const Changes& batch) override {
    switch (g_answer) {
      case Answer::kEach: {
        Outcomes outcomes(batch);
        outcomes[batch[0]] = retry(std::chrono::minutes(5), "the stock is counted");
        outcomes[batch[1]] = reject("no such product");
        return outcomes;
      }
      case Answer::kRetry: return retry(std::chrono::seconds(2));
      case Answer::kReject: return reject("not for us");
      case Answer::kError: return Error{Code::kAccess, "add crm.stage to the grant", Source::kHost};
      case Answer::kThrow: throw std::runtime_error("the bell is broken");
      case Answer::kThrowSeven: throw 7;
      case Answer::kTooFew: return Outcome(std::vector<Outcome>{done()});
    }
    return done();
  }
};

TEST(Outcome, CrossesForEachChange) {
  Notes notes;
  Arena arena;
  const Batch batch({won(arena, "a", 1, "A"), won(arena, "b", 2, "B"), won(arena, "c", 3, "C")});
  Document outcomes;
  const auto answer = [&](Answer what) {
    g_answer = what;
    return deliver<Answering>(notes, batch.raw, outcomes);
  };
  ASSERT_EQ(answer(Answer::kEach), OR_OK);
  const Value root = outcomes.root();
  ASSERT_EQ(root.size(), 3U);
  EXPECT_EQ(root.at(0)["outcome"].text(), "retry");
  EXPECT_EQ(root.at(0)["after_ms"].integer(), 300'000);
  EXPECT_EQ(root.at(0)["reason"].text(), "the stock is counted");
  EXPECT_EQ(root.at(1)["outcome"].text(), "reject");
  EXPECT_EQ(root.at(1)["reason"].text(), "no such product");
  EXPECT_EQ(root.at(2)["outcome"].text(), "done");

  ASSERT_EQ(answer(Answer::kRetry), OR_OK);
  ASSERT_EQ(outcomes.root().size(), 3U) << "one outcome stands for all";
  EXPECT_EQ(outcomes.root().at(2)["after_ms"].integer(), 2000);
  ASSERT_EQ(answer(Answer::kReject), OR_OK);
  EXPECT_EQ(outcomes.root().at(2)["reason"].text(), "not for us");
  ASSERT_EQ(answer(Answer::kTooFew), OR_OK);
  EXPECT_EQ(outcomes.root().at(0)["outcome"].text(), "done");
  EXPECT_EQ(outcomes.root().at(1)["outcome"].text(), "retry") << "what nothing is said of is not done";
}

TEST(Outcome, ErrorsAndExceptionsFailTheBatch) {
  Notes notes;
  Arena arena;
  const Batch batch({won(arena, "a", 1, "A")});
  Document outcomes;
  std::string message;
  g_answer = Answer::kError;
  EXPECT_EQ(deliver<Answering>(notes, batch.raw, outcomes, &message), OR_E_ACCESS);
  EXPECT_EQ(message, "add crm.stage to the grant");
  g_answer = Answer::kThrow;
  EXPECT_EQ(deliver<Answering>(notes, batch.raw, outcomes, &message), OR_E_INTERNAL);
  EXPECT_THAT(message, HasSubstr("the bell is broken"));
  g_answer = Answer::kThrowSeven;
  EXPECT_EQ(deliver<Answering>(notes, batch.raw, outcomes, &message), OR_E_INTERNAL);
  EXPECT_TRUE(outcomes.root().is_null());
}

TEST(Fingerprint, IsTheSameForEqualTreesAndStaysSo) {
  Arena arena;
  const auto of = [](Value value) { return Fingerprint().add(value).value(); };
  const Value tree = arena.object({{"a", arena.array({1, 2.5, true, nullptr})}, {"b", "x"}});
  EXPECT_EQ(of(tree), of(Arena().copy(tree)));
  EXPECT_NE(of(arena.array({"ab", "c"})), of(arena.array({"a", "bc"})));
  EXPECT_NE(of(Value::of(1)), of(Value::of("1")));
  EXPECT_NE(of(arena.array({1, arena.array({2})})), of(arena.array({1, 2})));
  EXPECT_EQ(Fingerprint().add("Ring the bell").value(), 7240676753217182894U)
      << "a delivery may be repeated by a newer SDK";
}

}  // namespace
}  // namespace outrigger
