#include "host/config/feed_config.hpp"

namespace outrigger::host {
namespace {

constexpr std::string_view kKeys[] = {"look_seconds", "overlap_seconds", "identity_seconds", "content_seconds",
                                      "idle_calls_a_day"};

struct Number {
  const char* key;
  int64_t least;
  int64_t most;
  int64_t* to;
};

}  // namespace

Result<void> read_feed(const JsonFile& file, const Json::Value& database, const std::string& where,
                       feed::Settings& out) {
  const Json::Value& json = database["feed"];
  if (json.isNull()) return {};
  if (Result<void> known = file.check_keys(json, where + ".feed", kKeys); !known) return known;
  constexpr int64_t kWeek = 7 * 86400;
  for (const Number& number :
       {Number{"look_seconds", 1, 3600, &out.look_every}, Number{"overlap_seconds", 0, 86400, &out.overlap},
        Number{"identity_seconds", 0, kWeek, &out.identity_every},
        Number{"content_seconds", 1, kWeek, &out.content_every},
        Number{"idle_calls_a_day", 100, 10'000'000, &out.idle_calls_per_day}}) {
    if (!json.isMember(number.key)) continue;
    const Json::Value& given = json[number.key];
    if (!given.isInt64() || given.asInt64() < number.least || given.asInt64() > number.most)
      return file.error(given, where + ".feed." + number.key + " must be a whole number from " +
                                   std::to_string(number.least) + " to " + std::to_string(number.most));
    *number.to = given.asInt64();
  }
  return {};
}

}  // namespace outrigger::host
