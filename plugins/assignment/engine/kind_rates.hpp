// How often somebody wins leads of a kind (of a source, of a country), beside how often everybody does.
//
//     KindRates rates(2);                                   // two fields, the more telling one first
//     rates.add({"7", "12"}, user, 3, 5);                   // of source 7 and country 12: 3 won, 5 lost
//     rates.learn(own);                                     // own: a member's factor over all leads
//     rates.factor(own_factor, user, {"7", "12"});          // 1.2: a fifth more often than everybody with such leads
//
// Empirical Bayes: a member's own part of won leads of a value is drawn towards what their factor over all leads would
// give there, the more the less members differ on such values beyond chance. That weight, in leads, is estimated from
// all members and values of the field by moments, between 5 and 1000. Fields follow each other: what the first one
// gives is what the second one is drawn towards. A value that is empty says nothing. Threads: plain values.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace outrigger::assignment {

using Kind = std::vector<std::string>;  // a value for each field

class KindRates {
 public:
  explicit KindRates(size_t fields) : fields_(fields) {}

  void add(const Kind& kind, int64_t user, double won, double lost);
  // After all were added. `own`: how often this member wins beside everybody, over all leads.
  void learn(const std::function<double(int64_t user)>& own);
  [[nodiscard]] double factor(double own, int64_t user, const Kind& kind) const;

  struct Evidence {
    size_t field = 0;
    double won = 0;
    double closed = 0;
  };
  // What this rests on: the field with the most closed leads. Nothing: no lead of the kind.
  [[nodiscard]] std::optional<Evidence> evidence(int64_t user, const Kind& kind) const;
  // In leads; for tests.
  [[nodiscard]] double weight(size_t field) const { return fields_[field].weight; }

 private:
  struct Count {
    double won = 0;
    double closed = 0;
  };
  struct Field {
    std::map<std::string, Count> all;
    std::map<std::pair<int64_t, std::string>, Count> own;
    double weight = 20;
  };
  [[nodiscard]] double everybody(const Field& field, const std::string& value) const;

  Count total_;
  std::vector<Field> fields_;
};

}  // namespace outrigger::assignment
