// Generated domains against a real Odoo, in both meanings: what is decided here must be what Odoo answers.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "host/services/clock.hpp"
#include "integration/domain/moment.hpp"
#include "tests/contract/domain_generator.hpp"
#include "tests/contract/domain_world.hpp"
#include "tests/contract/target.hpp"

namespace outrigger::contract {
namespace {

using domain::Domain;
using domain::DomainSet;
using domain::Meaning;

struct Tally {
  int equal = 0;
  int refused = 0;   // here; Odoo answers
  int rejected = 0;  // by both
  int passed = 0;    // rejected here, and by Odoo when it comes to the condition
  std::string wrong;
  std::string refusals;
};

class Domains : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    target_ = find_target(GetParam());
    ASSERT_NE(target_, nullptr) << "describe it in the environment, see tests/contract/target.hpp";
    static transport::Loop loop;
    Result<std::unique_ptr<odoo::Session>> session = odoo::Session::connect(loop, target_->admin);
    ASSERT_TRUE(session) << session.error().message;
    session_ = *std::move(session);
    world_ = std::make_unique<DomainWorld>(session_);
    const Result<void> added = world_->add_leads();
    ASSERT_TRUE(added) << added.error().message;
    const Result<void> read = world_->read();
    ASSERT_TRUE(read) << read.error().message;
  }

  domain::Setting setting(Meaning meaning) const {
    domain::Setting setting;
    setting.major = session_->info().major;
    setting.meaning = meaning;
    setting.now = host::now_micros();
    const std::string zone = session_->info().tz;
    setting.user_zone = domain::Zone::utc();
    if (!zone.empty())
      setting.user_zone = domain::Zone{[zone](int64_t utc) { return host::zone_to_local(zone, utc); },
                                       [zone](int64_t local) { return host::zone_to_utc(zone, local); }};
    setting.context_zone = domain::Zone::utc();
    return setting;
  }

  void samples(DomainGenerator& generator) {
    for (const char* path :
         {"name", "email_from", "phone", "type", "priority", "probability", "expected_revenue", "create_date",
          "date_open", "date_deadline", "team_id", "user_id", "country_id", "partner_id", "stage_id", "id"}) {
      const Result<std::vector<Value>> values = world_->values(path);
      ASSERT_TRUE(values) << values.error().message;
      std::vector<std::string> literals;
      for (size_t i = 0; i < values->size(); i += values->size() / 20 + 1)
        if (const Value one = (*values)[i]; one.truthy()) literals.push_back(domain::to_python(one));
      generator.add_samples(path, literals);
    }
  }

  // Odoo leaves off as soon as the answer is known: filtered_domain() for a record, search() for all. Whether it refuses
  // the condition that a message of ours names, where it comes to it.
  bool refuses_alone(const std::string& message, Meaning meaning) {
    const size_t from = message.find("('");
    const size_t to = message.find("): ");
    if (from == std::string::npos || to == std::string::npos) return false;
    const std::string condition = message.substr(from, to + 1 - from);
    const Result<Domain> alone = Domain::parse(std::string_view("[" + condition + "]"));
    if (!alone) return false;
    const std::string field = alone->root().path.substr(0, alone->root().path.find('.'));
    for (const char* model : {"crm.lead", "res.partner", "crm.tag", "crm.stage", "res.country"}) {
      if (!host::ModelFields(world_->database()).field(model, field)) continue;
      const Result<std::vector<OdooAnswer>> answers = world_->ask({"[" + condition + "]"}, meaning, model);
      return answers && answers->front().refused;
    }
    return false;
  }

  void judge(const std::string& text, const OdooAnswer& odoo, Meaning meaning, Tally& tally) {
    const host::ModelFields schema(world_->database());
    const auto refuse = [&](const Error& error) {
      EXPECT_TRUE(error.code == Code::kUnsupported || error.code == Code::kInvalid) << text << ": " << error.message;
      if (odoo.refused) {
        ++tally.rejected;
      } else if (error.code != Code::kInvalid) {
        ++tally.refused;
        tally.refusals += text + ": " + error.message + "\n";
      } else if (refuses_alone(error.message, meaning)) {
        ++tally.passed;
      } else {
        tally.wrong += text + ": said to be wrong: " + error.message + "\n";
      }
    };
    const Result<Domain> parsed = Domain::parse(std::string_view(text));
    if (!parsed) return refuse(parsed.error());
    const Result<DomainSet> set = DomainSet::compile({*parsed}, "crm.lead", schema, setting(meaning));
    if (!set) return refuse(set.error());
    Arena arena;
    const Result<Value> columns = world_->columns(set->fields(), arena);
    ASSERT_TRUE(columns) << text << ": " << columns.error().message;
    const Result<std::vector<domain::Bits>> found = set->match(*columns);
    if (!found) return refuse(found.error());
    if (odoo.refused) {
      tally.wrong += text + ": decided, Odoo refuses: " + odoo.error.substr(0, 200) + "\n";
      return;
    }
    std::string differ;
    for (size_t i = 0; i < world_->ids().size(); ++i) {
      const int64_t id = world_->ids()[i];
      const bool here = ((*found)[0][i / 8] >> i % 8 & 1) != 0;
      if (here != (odoo.ids.count(id) != 0)) differ += (here ? " +" : " -") + std::to_string(id);
    }
    if (differ.empty())
      ++tally.equal;
    else
      tally.wrong += text + ": differ" + differ.substr(0, 100) + " of " + std::to_string(odoo.ids.size()) + "\n";
  }

  Tally compare(Meaning meaning, size_t count, uint64_t seed) {
    DomainGenerator generator(session_->info().major, seed);
    samples(generator);
    Tally tally;
    constexpr size_t kAtOnce = 100;
    for (size_t done = 0; done < count; done += kAtOnce) {
      std::vector<std::string> domains;
      for (size_t i = 0; i < std::min(kAtOnce, count - done); ++i) domains.push_back(generator.next());
      const Result<std::vector<OdooAnswer>> answers = world_->ask(domains, meaning);
      EXPECT_TRUE(answers) << answers.error().message;
      if (!answers) break;
      for (size_t i = 0; i < domains.size(); ++i) judge(domains[i], (*answers)[i], meaning, tally);
    }
    std::printf("%s: equal %d, refused here %d, rejected by both %d, rejected where Odoo came to it %d\n",
                meaning == Meaning::kSearch ? "search" : "filter", tally.equal, tally.refused, tally.rejected,
                tally.passed);
    if (std::getenv("SHOW_REFUSED") != nullptr) std::printf("%s", tally.refusals.c_str());
    return tally;
  }

  static size_t count() { return std::getenv("OUTRIGGER_LONG") != nullptr ? 10'000 : 400; }

  Target* target_ = nullptr;
  std::shared_ptr<odoo::Session> session_;
  std::unique_ptr<DomainWorld> world_;
};

TEST_P(Domains, SearchAnswersAsOdooDoes) {
  if (!target_->real) GTEST_SKIP() << "the sandbox is no oracle for domains";
  const Tally tally = compare(Meaning::kSearch, count(), 1);
  EXPECT_TRUE(tally.wrong.empty()) << tally.wrong;
  EXPECT_GE(tally.equal, static_cast<int>(count() / 3)) << "too little is decided here to be of use";
}

TEST_P(Domains, FilterAnswersAsOdooDoes) {
  if (!target_->real) GTEST_SKIP() << "the sandbox is no oracle for domains";
  const Tally tally = compare(Meaning::kFilter, count(), 2);
  EXPECT_TRUE(tally.wrong.empty()) << tally.wrong;
  EXPECT_GE(tally.equal, static_cast<int>(count() / 3)) << "too little is decided here to be of use";
}

INSTANTIATE_TEST_SUITE_P(Real19, Domains, testing::Values("Real19"));
INSTANTIATE_TEST_SUITE_P(Real14, Domains, testing::Values("Real14"));

}  // namespace
}  // namespace outrigger::contract
