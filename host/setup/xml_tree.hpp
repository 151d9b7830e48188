// A small XML document as a tree. Inside this room. Threads: plain values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/result.hpp"

namespace outrigger::host {

struct XmlNode {
  std::string tag;  // empty: a text
  std::string text;
  std::map<std::string, std::string> attributes;
  std::vector<XmlNode> children;
};

// Without comments and blanks between elements. kInvalid: not well formed, a DOCTYPE, an <?...?>, too long or too deep.
Result<XmlNode> parse_xml(std::string_view xml);
std::string print_xml(const XmlNode& node);

}  // namespace outrigger::host
