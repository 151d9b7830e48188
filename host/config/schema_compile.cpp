// Schema::compile: every keyword read and checked once, so that a mistake in a schema shows when the manifest loads.
#include <algorithm>

#include "host/config/json_tree.hpp"
#include "host/config/schema_node.hpp"

namespace outrigger::host {
namespace {

constexpr int kDeepest = 16;
constexpr size_t kLongestPattern = 200;
constexpr std::string_view kKeywords[] = {"$comment",
                                          "$schema",
                                          "additionalProperties",
                                          "const",
                                          "default",
                                          "deprecated",
                                          "description",
                                          "enum",
                                          "items",
                                          "exclusiveMaximum",
                                          "exclusiveMinimum",
                                          "maxItems",
                                          "maxLength",
                                          "maximum",
                                          "minItems",
                                          "minLength",
                                          "minimum",
                                          "pattern",
                                          "properties",
                                          "required",
                                          "secret",
                                          "title",
                                          "type",
                                          "uniqueItems"};
constexpr std::string_view kTypes[] = {"array", "boolean", "integer", "null", "number", "object", "string"};

Error invalid(const std::string& where, const std::string& message) {
  return {Code::kInvalid, where + " " + message, Source::kHost, Effect::kNone, -1};
}

class Compiler {
 public:
  Compiler(Value source, std::string where, int depth) : where_(std::move(where)), depth_(depth) {
    node_.source = source;
  }

  Result<std::unique_ptr<const Schema::Node>> run() {
    if (depth_ > kDeepest) return invalid(where_, "is nested too deeply; a schema may be 16 deep");
    if (!node_.source.is_object()) return invalid(where_, "must be an object in braces");
    for (const auto step : {&Compiler::keywords, &Compiler::types, &Compiler::flags, &Compiler::numbers,
                            &Compiler::counts, &Compiler::pattern, &Compiler::properties, &Compiler::required,
                            &Compiler::extra, &Compiler::items, &Compiler::choices, &Compiler::secret})
      if (Result<void> done = (this->*step)(); !done) return done.error();
    auto result = std::make_unique<const Schema::Node>(std::move(node_));
    if (result->source.has("default")) {
      Arena arena;
      if (const Result<Value> own = check_node(*result, result->source["default"], where_ + ".default", arena); !own)
        return own.error();
    }
    return result;
  }

 private:
  Result<void> keywords() {
    std::vector<std::string_view> seen;
    for (const Field field : node_.source.fields()) {
      const std::string key(field.key.substr(0, 80));
      if (std::find(seen.begin(), seen.end(), field.key) != seen.end())
        return invalid(where_, "names `" + key + "` twice");
      seen.push_back(field.key);
      if (std::find(std::begin(kKeywords), std::end(kKeywords), field.key) != std::end(kKeywords)) continue;
      const std::string near = nearest(field.key, kKeywords);
      return invalid(where_, "has the keyword `" + key + "`, which this host does not check; " +
                                 (near.empty() ? "leave it out" : "did you mean `" + near + "`?"));
    }
    for (const std::string_view key : {"$comment", "$schema", "description", "pattern", "title"})
      if (node_.source.has(key) && !node_.source[key].is_string())
        return invalid(where_ + "." + std::string(key), "must be a text");
    return {};
  }

  Result<void> types() {
    const Value type = node_.source["type"];
    if (type.is_string()) node_.types.push_back(type.text());
    for (const Value one : type.items()) node_.types.push_back(one.text());
    if (node_.source.has("type") && node_.types.empty())
      return invalid(where_ + ".type", "must be the name of a type or a list of names");
    for (const std::string_view one : node_.types)
      if (std::find(std::begin(kTypes), std::end(kTypes), one) == std::end(kTypes))
        return invalid(where_ + ".type", "must be array, boolean, integer, null, number, object or string");
    return {};
  }

  Result<void> flags() {
    bool deprecated = false;  // for those who read the manifest
    for (const auto& [key, flag] :
         {std::pair{"uniqueItems", &node_.unique}, {"secret", &node_.secret}, {"deprecated", &deprecated}}) {
      if (node_.source.has(key) && !node_.source[key].boolean())
        return invalid(where_ + "." + key, "must be true or false");
      *flag = node_.source[key].truthy();
    }
    return {};
  }

  Result<void> numbers() {
    for (const auto& [key, bound] : {std::pair{"minimum", &node_.minimum},
                                     {"maximum", &node_.maximum},
                                     {"exclusiveMinimum", &node_.above},
                                     {"exclusiveMaximum", &node_.below}}) {
      *bound = node_.source[key].number();
      if (node_.source.has(key) && !*bound) return invalid(where_ + "." + key, "must be a number");
    }
    return {};
  }

  Result<void> counts() {
    for (const auto& [key, bound] : {std::pair{"minLength", &node_.min_length},
                                     {"maxLength", &node_.max_length},
                                     {"minItems", &node_.min_items},
                                     {"maxItems", &node_.max_items}}) {
      *bound = node_.source[key].as_integer();
      if (node_.source.has(key) && bound->value_or(-1) < 0)
        return invalid(where_ + "." + key, "must be a whole number, 0 or more");
    }
    return {};
  }

  Result<void> pattern() {
    if (!node_.source.has("pattern")) return {};
    const std::string text(node_.source["pattern"].text());
    if (text.size() > kLongestPattern) return invalid(where_ + ".pattern", "must be of at most 200 bytes");
    auto flags = std::regex::ECMAScript;
#ifdef __GLIBCXX__
    // (a+)+ takes for ever by trying all ways one after the other; this walks them side by side, without \1.
    flags |= std::regex_constants::__polynomial;
#endif
    try {
      node_.pattern.emplace(text, flags);
    } catch (const std::regex_error&) {
      return invalid(where_ + ".pattern",
                     "is not a regular expression of ECMAScript, or one with \\1 or too much "
                     "repetition; write a simpler one");
    }
    return {};
  }

  Result<std::unique_ptr<const Schema::Node>> below(Value source, const std::string& path) const {
    return Compiler(source, where_ + path, depth_ + 1).run();
  }

  Result<void> properties() {
    const Value json = node_.source["properties"];
    if (node_.source.has("properties") && !json.is_object())
      return invalid(where_ + ".properties", "must be an object: key -> schema");
    for (const Field field : json.fields()) {
      if (node_.property(field.key) != nullptr)
        return invalid(where_ + ".properties", "names `" + std::string(field.key) + "` twice");
      auto schema = below(field.value, ".properties." + std::string(field.key));
      if (!schema) return schema.error();
      node_.properties.push_back({field.key, *std::move(schema)});
    }
    return {};
  }

  Result<void> required() {
    const Value json = node_.source["required"];
    if (node_.source.has("required") && !json.is_array())
      return invalid(where_ + ".required", "must be a list of keys");
    for (const Value name : json.items()) {
      if (!name.is_string()) return invalid(where_ + ".required", "must be a list of keys");
      node_.required.push_back(name.text());
    }
    return {};
  }

  Result<void> extra() {
    const Value json = node_.source["additionalProperties"];
    if (!node_.source.has("additionalProperties")) return {};
    if (json.boolean()) {
      node_.extra = *json.boolean() ? Schema::Node::Extra::kOpen : Schema::Node::Extra::kClosed;
      return {};
    }
    auto schema = below(json, ".additionalProperties");
    if (!schema) return schema.error();
    node_.extra = Schema::Node::Extra::kSchema;
    node_.extra_schema = *std::move(schema);
    return {};
  }

  Result<void> items() {
    if (!node_.source.has("items")) return {};
    auto schema = below(node_.source["items"], ".items");
    if (!schema) return schema.error();
    node_.items = *std::move(schema);
    return {};
  }

  Result<void> choices() {
    const Value json = node_.source["enum"];
    if (node_.source.has("enum") && json.items().size() == 0)
      return invalid(where_ + ".enum", "must be a list of at least one value");
    return {};
  }

  Result<void> secret() {
    if (!node_.secret) return {};
    if (!node_.types.empty() && node_.types != std::vector<std::string_view>{"string"})
      return invalid(where_, "is a secret, so its type must be string");
    for (const Field field : node_.source.fields())
      for (const std::string_view key : {"default", "enum", "const", "pattern", "minLength", "maxLength"})
        if (field.key == key)
          return invalid(where_,
                         "is a secret, of which the host sees only the reference; take out `" + std::string(key) + "`");
    return {};
  }

  std::string where_;
  int depth_;
  Schema::Node node_;
};

}  // namespace

Result<Schema> Schema::compile(Value given) {
  Document source = Document::build(
      [&](Arena& arena) { return given.is_null() ? arena.object(std::span<const Field>{}) : arena.copy(given); });
  auto root = Compiler(source.root(), "config_schema", 0).run();
  if (!root) return root.error();
  return Schema(std::move(source), std::shared_ptr<const Node>(*std::move(root)));
}

}  // namespace outrigger::host
