// What has to be known to evaluate a domain away from its database: fields, the meaning, the time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integration/domain/evaluate.hpp"
#include "outrigger/result.hpp"

namespace outrigger::domain {

// They differ for texts given for numbers, names of linked records, archived records, and some parts of dates.
enum class Meaning {
  kSearch,  // as Model.search() decides, in SQL
  kFilter,  // as filtered_domain() decides, in Python
};

struct SchemaField {
  FieldType type = FieldType::kOther;
  std::string comodel;  // of relations
  bool stored = true;   // computed fields are searched by code of their own
  bool translated = false;
};

class Schema {
 public:
  virtual ~Schema() = default;
  // kMissing: the model has no such field. Any other error ends the compilation.
  [[nodiscard]] virtual Result<SchemaField> field(std::string_view model, std::string_view name) const = 0;
  // The fields in which search() looks a text up that is compared with a link to this model. Empty: not known here.
  [[nodiscard]] virtual std::vector<std::string> name_fields(std::string_view model) const {
    static_cast<void>(model);
    return {};
  }
  // What only the database knows. Unless a schema overrides them, domains that need them are refused. What they answer
  // is of the moment of the compilation: see DomainSet::is_momentary.
  //
  // The records of `model` that ('field', 'child_of' or 'parent_of', [ids]) finds, archived ones included. `field` is
  // "id", or a link of the model to itself.
  [[nodiscard]] virtual Result<std::vector<int64_t>> tree(std::string_view model, std::string_view field, Operator op,
                                                          const std::vector<int64_t>& ids) const;
  // The records that Odoo finds by a name, where a link to the model is compared with a text.
  [[nodiscard]] virtual Result<std::vector<int64_t>> named(std::string_view model, Operator op, std::string_view text,
                                                           bool archived) const;
};

// A time zone: microseconds since 1970, UTC and on its clock.
struct Zone {
  std::function<Result<int64_t>(int64_t utc)> to_local;
  std::function<Result<int64_t>(int64_t local)> to_utc;
  static Zone utc() {
    const auto same = [](int64_t time) -> Result<int64_t> { return time; };
    return {same, same};
  }
};

struct Setting {
  int major = 19;  // of Odoo: 14 or 19
  Meaning meaning = Meaning::kSearch;
  bool archived = false;     // search finds archived records too (active_test off)
  bool code_points = false;  // declared: the database's collation is C, its texts are ordered by code points
  bool no_unaccent = false;  // declared: the database has no unaccent extension, ilike tells accents apart
  int64_t now = 0;           // microseconds since 1970, for relative dates
  // Not set: not known, and what depends on it is not decided here.
  std::optional<Zone> user_zone;     // of the context, else of the user: for days compared with instants
  std::optional<Zone> context_zone;  // of the context alone, else UTC: for create_date.hour_number
  std::optional<int> first_weekday;  // of the user's language, 1 Monday to 7 Sunday
};

}  // namespace outrigger::domain
