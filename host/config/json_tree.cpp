#include "host/config/json_tree.hpp"

#include <algorithm>
#include <fstream>

namespace outrigger::host {
namespace {

constexpr size_t kLargest = size_t{4} << 20U;

// Letters to add, drop, change or swap with their neighbour.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i)
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string_view> known) {
  constexpr size_t kLongest = 64;
  if (word.size() > kLongest) return {};
  std::string_view best;
  size_t least = word.size() / 2 + 1;
  for (const std::string_view candidate : known)
    if (const size_t d = distance(word, candidate); d < least) {
      least = d;
      best = candidate;
    }
  return std::string(best);
}

Result<JsonFile> JsonFile::parse(std::string text, std::filesystem::path path) {
  JsonFile file{std::move(path), std::move(text), {}};
  Json::CharReaderBuilder builder;
  builder["collectComments"] = false;
  builder["allowComments"] = true;
  builder["rejectDupKeys"] = true;
  builder["failIfExtra"] = true;
  builder["stackLimit"] = 64;
  const std::unique_ptr<Json::CharReader> reader(builder.newCharReader());
  std::string errors;
  bool ok = false;
  try {
    ok = reader->parse(file.text.data(), file.text.data() + file.text.size(), &file.root, &errors);
  } catch (const Json::Exception& problem) {
    errors = problem.what();
  }
  if (ok) return file;
  // jsoncpp writes "* Line 3, Column 5\n  Missing ',' ..." for each error; those after the first follow from it.
  errors = errors.substr(0, errors.find("\n* Line "));
  std::string line = "1";
  if (const size_t at = errors.find("Line "); at != std::string::npos)
    line = errors.substr(at + 5, errors.find(',', at) - at - 5);
  const size_t detail = errors.find('\n');
  std::string message = detail == std::string::npos ? errors : errors.substr(detail + 1);
  std::replace(message.begin(), message.end(), '\n', ' ');
  while (!message.empty() && message.front() == ' ') message.erase(0, 1);
  return Error{Code::kInvalid, file.path.string() + ":" + line + ": not valid JSON: " + message, Source::kHost,
               Effect::kNone, -1};
}

Result<JsonFile> JsonFile::read(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::error_code ignored;
  if (!stream || std::filesystem::is_directory(path, ignored))
    return Error{Code::kMissing, "cannot read " + path.string() + "; name another file with -c", Source::kHost,
                 Effect::kNone, -1};
  std::string text(kLargest + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(stream.gcount()));
  if (text.size() > kLargest)
    return Error{Code::kLimit, path.string() + " is larger than 4 MiB; name another file with -c", Source::kHost,
                 Effect::kNone, -1};
  text.shrink_to_fit();
  return parse(std::move(text), path);
}

int JsonFile::line_of(const Json::Value& value) const {
  const auto offset = static_cast<size_t>(std::max<ptrdiff_t>(0, value.getOffsetStart()));
  return 1 + static_cast<int>(
                 std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(std::min(offset, text.size())), '\n'));
}

Error JsonFile::error(const Json::Value& at, const std::string& message) const {
  return {Code::kInvalid, path.string() + ":" + std::to_string(line_of(at)) + ": " + message, Source::kHost,
          Effect::kNone, -1};
}

Result<void> JsonFile::read(const Json::Value& object, std::string_view where, const char* key,
                            std::string& out) const {
  if (!object.isMember(key)) return {};
  if (!object[key].isString()) return error(object[key], std::string(where) + key + " must be a text in quotes");
  out = object[key].asString();
  return {};
}

Result<void> JsonFile::read(const Json::Value& object, std::string_view where, const char* key, bool& out) const {
  if (!object.isMember(key)) return {};
  if (!object[key].isBool()) return error(object[key], std::string(where) + key + " must be true or false");
  out = object[key].asBool();
  return {};
}

Result<void> JsonFile::check_keys(const Json::Value& object, std::string_view where,
                                  std::span<const std::string_view> known) const {
  if (!object.isObject()) return error(object, std::string(where) + " must be an object in braces");
  for (const std::string& key : object.getMemberNames()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string near = nearest(key, known);
    std::string words;
    for (const std::string_view word : known) words += (words.empty() ? "" : ", ") + std::string(word);
    return error(object[key], "unknown key `" + key + "` in " + std::string(where) +
                                  (near.empty() ? "; known keys: " + words : "; did you mean `" + near + "`?"));
  }
  return {};
}

Value to_value(const Json::Value& json, Arena& arena) {
  switch (json.type()) {
    case Json::booleanValue: return Value::of(json.asBool());
    case Json::intValue:
    case Json::uintValue:
      return json.isInt64() ? Value::of(static_cast<int64_t>(json.asInt64())) : Value::of(json.asDouble());
    case Json::realValue: return Value::of(json.asDouble());
    case Json::stringValue: return arena.text(json.asString());
    case Json::arrayValue: {
      std::vector<Value> items;
      for (const Json::Value& item : json) items.push_back(to_value(item, arena));
      return arena.array(items);
    }
    case Json::objectValue: {
      std::vector<Field> fields;
      for (const std::string& name : json.getMemberNames())
        fields.push_back({arena.keep(name), to_value(json[name], arena)});
      return arena.object(fields);
    }
    default: return {};
  }
}

}  // namespace outrigger::host
