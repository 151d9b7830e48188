// A compiled schema: what Schema::compile makes and Schema::check walks. For these two sources only.
#pragma once

#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/schema.hpp"

namespace outrigger::host {

struct Schema::Node {
  struct Property {
    std::string_view name;
    std::unique_ptr<const Node> schema;
  };
  enum class Extra { kOpen, kClosed, kSchema };

  [[nodiscard]] const Node* property(std::string_view name) const {
    for (const Property& one : properties)
      if (one.name == name) return one.schema.get();
    return nullptr;
  }

  Value source;
  std::vector<std::string_view> types;
  std::vector<Property> properties;
  std::vector<std::string_view> required;
  Extra extra = Extra::kOpen;
  std::unique_ptr<const Node> extra_schema;
  std::unique_ptr<const Node> items;
  std::optional<double> minimum, maximum, above, below;
  std::optional<int64_t> min_length, max_length, min_items, max_items;
  std::optional<std::regex> pattern;
  bool unique = false;
  bool secret = false;
};

// One value against one node, with defaults filled in.
Result<Value> check_node(const Schema::Node& node, Value value, const std::string& where, Arena& arena);

bool has_json_type(Value value, std::string_view type);

}  // namespace outrigger::host
