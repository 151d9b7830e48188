// Reading a parsed JSON file with errors that name file, line and key.
#pragma once

#include <json/json.h>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

// One JSON file with its text, for the line of a value.
struct JsonFile {
  std::filesystem::path path;
  std::string text;
  Json::Value root;

  // kInvalid with line and column.
  static Result<JsonFile> parse(std::string text, std::filesystem::path path);
  // kMissing when the file cannot be read.
  static Result<JsonFile> read(const std::filesystem::path& path);
  [[nodiscard]] int line_of(const Json::Value& value) const;
  // "FILE:LINE: message"
  [[nodiscard]] Error error(const Json::Value& at, const std::string& message) const;
  // Members of an object, when they are there and of the right type; an error names the key. `where` ends in a dot.
  [[nodiscard]] Result<void> read(const Json::Value& object, std::string_view where, const char* key,
                                  std::string& out) const;
  [[nodiscard]] Result<void> read(const Json::Value& object, std::string_view where, const char* key, bool& out) const;
  // Refuses keys of an object that are not among `known`, naming the nearest.
  [[nodiscard]] Result<void> check_keys(const Json::Value& object, std::string_view where,
                                        std::span<const std::string_view> known) const;
};

// The known word that differs least from `word`; empty when none is near.
std::string nearest(std::string_view word, std::span<const std::string_view> known);
Value to_value(const Json::Value& json, Arena& arena);

}  // namespace outrigger::host
