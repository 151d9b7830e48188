// Configurations for tests: a whole one with one database, and places in it to put something.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "host/config/config.hpp"
#include "integration/value/tests/temporary_folder.hpp"

namespace outrigger::host {

inline constexpr char kTestKey[] = "0123456789abcdef0123456789abcdef01234567";

inline Result<Config> parse(const std::string& text) {
  setenv("OUTRIGGER_TEST_KEY", kTestKey, 1);
  setenv("OUTRIGGER_TEST_EMPTY", "", 1);
  unsetenv("OUTRIGGER_TEST_NOTHING");
  return parse_config(text, "conf/outrigger.json");
}

inline std::string error_of(const std::string& text) {
  const Result<Config> config = parse(text);
  return config ? "accepted" : config.error().message;
}

// The first six lines; the url is on line 3, the key on line 4, what is given stands after it.
inline std::string one_database(const std::string& lines) {
  return "{\"databases\": {\n \"main\": {\n  \"url\": \"https://odoo.example\",\n  \"key\": "
         "\"${env:OUTRIGGER_TEST_KEY}\"" +
         lines + "\n }\n}";
}
// With further keys in the database, from line 5 on, or at the top, from line 7 on.
inline std::string in_database(const std::string& lines) { return one_database(",\n" + lines) + "}"; }
inline std::string at_top(const std::string& lines) { return one_database("") + ",\n" + lines + "\n}"; }
// With this as the key, on line 2, or as the url, on line 4.
inline std::string with_key(const std::string& json) {
  return "{\"databases\": {\"main\": {\"url\": \"https://odoo.example\",\n\"key\": " + json + "}}}";
}
inline std::string with_url(const std::string& url) {
  return "{\"databases\": {\n\"main\": {\n\"key\": \"${env:OUTRIGGER_TEST_KEY}\",\n\"url\": \"" + url + "\"}}}";
}

}  // namespace outrigger::host
