// The generated records: the same for one seed, believable, and many.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/sandbox/tests/rig.hpp"

namespace outrigger::sandbox {
namespace {

// A database without a server around it.
std::unique_ptr<Database> made(size_t leads, uint64_t seed = 1, int major = 19) {
  return std::make_unique<Database>(Options{.major = major, .leads = leads, .seed = seed, .now = [] { return kNow; }});
}

// Everything in all tables, as text.
std::string whole(Database& database) {
  std::string out;
  for (const ModelDef& model : models()) {
    const Table& table = database.table(model.name);
    for (int64_t id = 1; id <= table.last_id(); ++id)
      for (size_t column = 0; column < table.fields().size(); ++column)
        out += value::to_json(table.get(id, static_cast<int>(column))) + "\n";
  }
  return out;
}

TEST(Generate, TheSameSeedGivesTheSameData) { EXPECT_EQ(whole(*made(300)), whole(*made(300))); }

TEST(Generate, AnotherSeedGivesOtherLeadsOnTheSameGround) {
  const auto one = made(300, 1);
  const auto two = made(300, 2);
  EXPECT_NE(whole(*one), whole(*two));
  EXPECT_EQ(one->table("crm.stage").count(), two->table("crm.stage").count());
  EXPECT_EQ(one->user("admin").key, two->user("admin").key);
}

TEST(Generate, MoreLeadsBeginAsFewerDo) {
  EXPECT_EQ(made(0)->table("crm.lead").count(), 0U);
  EXPECT_GT(made(0)->table("crm.stage").count(), 0U) << "the ground is there without leads";
  EXPECT_EQ(made(1)->table("crm.lead").count(), 1U);
}

class GeneratedLeads : public testing::TestWithParam<int> {
 protected:
  static constexpr int64_t kCount = 20000;
  Value get(int64_t id, std::string_view field) const { return leads_.get(id, field); }
  // The share of won ones among the closed leads with this value.
  double win_rate(std::string_view field, int64_t value) const {
    double won = 0;
    double closed = 0;
    for (int64_t id = 1; id <= kCount; ++id) {
      if (get(id, field).integer() != value || !is_closed(id)) continue;
      ++closed;
      won += get(id, "active").truthy() ? 1 : 0;
    }
    EXPECT_GT(closed, 100) << field << " " << value;
    return won / closed;
  }
  bool is_closed(int64_t id) const { return !get(id, "date_closed").is_null(); }

  std::unique_ptr<Database> database_ = made(kCount, 1, GetParam());
  const Table& leads_ = database_->table("crm.lead");
};

TEST_P(GeneratedLeads, AreAsManyAsAskedForAndAllWhole) {
  EXPECT_EQ(leads_.count(), static_cast<size_t>(kCount));
  const Table& states = database_->table("res.country.state");
  for (int64_t id = 1; id <= kCount; ++id) {
    ASSERT_FALSE(get(id, "name").text().empty()) << id;
    ASSERT_FALSE(get(id, "contact_name").text().empty()) << id;
    ASSERT_GE(get(id, "expected_revenue").number().value_or(0), 500) << id;
    for (const FieldDef* field : leads_.fields()) {
      const Value value = get(id, field->name);
      ASSERT_FALSE(field->required && value.is_null()) << id << " " << field->name;
      const bool dangles = field->type == "many2one" && !value.is_null() &&
                           !database_->find_table(field->comodel)->exists(value.integer());
      ASSERT_FALSE(dangles) << id << " " << field->name;
    }
    const int64_t state = get(id, "state_id").integer();
    const int64_t country = state == 0 ? 0 : states.get(state, "country_id").integer();
    ASSERT_TRUE(state == 0 || country == get(id, "country_id").integer()) << id;
    ASSERT_EQ(get(id, "create_date").text().size(), 26U) << "with microseconds";
    ASSERT_LT(get(id, "create_date").text(), "2026-11-21") << "not in the future";
    ASSERT_GE(get(id, "create_date").text(), "2025-11-26") << "within the year that scoring looks at";
  }
}

TEST_P(GeneratedLeads, AreWonLostOrOpenInEveryRespect) {
  int open = 0;
  const bool status = GetParam() >= 19;
  for (int64_t id = 1; id <= kCount; ++id) {
    const bool active = get(id, "active").truthy();
    const bool won = get(id, "stage_id").integer() == 4;
    const double probability = get(id, "probability").number().value_or(-1);
    if (!is_closed(id)) {
      ++open;
      ASSERT_TRUE(active && !won) << id;
      ASSERT_TRUE(probability >= 0 && probability <= 100) << id;
      ASSERT_EQ(get(id, "won_status").text(), status ? "pending" : "") << id;
    } else if (won) {
      ASSERT_TRUE(active && probability == 100) << id;
      ASSERT_EQ(get(id, "won_status").text(), status ? "won" : "") << id;
    } else {
      ASSERT_TRUE(!active && probability == 0) << id;
      ASSERT_NE(get(id, status ? "lost_reason_id" : "lost_reason").integer(), 0) << id;
      ASSERT_EQ(get(id, "won_status").text(), status ? "lost" : "") << id;
    }
  }
  EXPECT_GT(open, kCount / 5);
  EXPECT_LT(open, kCount / 2);
}

TEST_P(GeneratedLeads, AreWonMoreOftenWhereTheHistorySaysSo) {
  constexpr int64_t kReferral = 2;
  constexpr int64_t kColdCall = 6;
  constexpr int64_t kVietnam = 1;
  constexpr int64_t kIndia = 7;
  EXPECT_GT(win_rate("source_id", kReferral), win_rate("source_id", kColdCall) + 0.2);
  EXPECT_GT(win_rate("country_id", kVietnam), win_rate("country_id", kIndia) + 0.1);
}

INSTANTIATE_TEST_SUITE_P(Of, GeneratedLeads, testing::Values(14, 19));

TEST(Generate, BuiltInUsersHaveTheirRights) {
  const auto database = made(10);
  EXPECT_TRUE(database->user("admin").administrator);
  EXPECT_TRUE(database->user("admin").all_leads);
  EXPECT_FALSE(database->user("demo").all_leads);
  EXPECT_TRUE(database->user("expired").key_expired);
  EXPECT_EQ(database->by_key(database->user("expired").key), nullptr);
  EXPECT_EQ(database->by_key(""), nullptr);
  EXPECT_EQ(database->by_key(database->user("demo").key)->login, "demo");
  EXPECT_EQ(database->sign_in("expired", ""), nullptr) << "an empty password opens nothing";
}

TEST(Generate, ScoringIsConfiguredAsOdooConfiguresIt) {
  for (const int major : {14, 19}) {
    Rig rig({.major = major, .leads = 5});
    const auto parameter = [&](const std::string& key) {
      return std::string(rig.answer("ir.config_parameter", "get_param", "[\"" + key + "\"]").root().text());
    };
    EXPECT_EQ(parameter("crm.pls_start_date"), "2025-11-21");
    EXPECT_EQ(parameter("crm.pls_fields").find("tag_ids") != std::string::npos, major >= 15);
  }
}

}  // namespace
}  // namespace outrigger::sandbox
