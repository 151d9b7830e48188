// The key `feed` of a database in the configuration: how closely it is watched.
//
//     "feed": {
//       "overlap_seconds": 150,     // how far each look reaches back, for commits that come late
//       "identity_seconds": 0,      // between comparisons of all ids; 0: between an hour and a day, by its cost
//       "content_seconds": 86400,   // between comparisons of all watched values
//       "idle_calls_a_day": 5000    // what watching may cost while nothing happens
//     }
#pragma once

#include "host/config/json_tree.hpp"
#include "integration/feed/watch.hpp"

namespace outrigger::host {

Result<void> read_feed(const JsonFile& file, const Json::Value& database, const std::string& where,
                       feed::Settings& out);

}  // namespace outrigger::host
