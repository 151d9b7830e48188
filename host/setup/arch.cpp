#include "host/setup/arch.hpp"

#include <algorithm>
#include <span>

#include "host/setup/xml_tree.hpp"

namespace outrigger::host {
namespace {

constexpr std::string_view kElements[] = {
    "field", "group", "page", "notebook", "separator", "newline", "label", "div", "span", "p",  "b",  "i",     "strong",
    "em",    "small", "br",   "hr",       "ul",        "ol",      "li",    "h1",  "h2",   "h3", "h4", "filter"};
constexpr std::string_view kAttributes[] = {"name",    "string",  "help", "placeholder", "class",    "colspan", "col",
                                            "rowspan", "nolabel", "for",  "widget",      "optional", "sum",     "avg",
                                            "groups",  "icon",    "date", "operator",    "title",    "interval"};
// What Odoo or the browser evaluates: it may compare fields.
constexpr std::string_view kExpressions[] = {"invisible",
                                             "readonly",
                                             "required",
                                             "column_invisible",
                                             "attrs",
                                             "domain",
                                             "filter_domain",
                                             "options",
                                             "decoration-danger",
                                             "decoration-warning",
                                             "decoration-success",
                                             "decoration-info",
                                             "decoration-muted",
                                             "decoration-primary",
                                             "decoration-bf",
                                             "decoration-it"};
constexpr std::string_view kPositions[] = {"after", "before", "inside"};

bool contains(std::span<const std::string_view> list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

Error refuse(std::string message) {
  return {Code::kAccess, "the arch " + std::move(message), Source::kHost, Effect::kNone, -1};
}
std::string shown(std::string_view text) { return "`" + std::string(text.substr(0, 80)) + "`"; }

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ')' || c == ']';
}

// Of operators before a parenthesis these only group.
bool groups_only(std::string_view before) {
  for (const std::string_view word : {"and", "or", "not", "in", "if", "else", "is"})
    if (before.ends_with(word) && (before.size() == word.size() || !is_word(before[before.size() - word.size() - 1])))
      return true;
  return false;
}

bool calls(std::string_view expression) {
  if (expression.find("__") != std::string_view::npos || expression.find("lambda") != std::string_view::npos)
    return true;
  for (size_t at = expression.find('('); at != std::string_view::npos; at = expression.find('(', at + 1)) {
    std::string_view before = expression.substr(0, at);
    while (!before.empty() && (before.back() == ' ' || before.back() == '\n' || before.back() == '\t'))
      before.remove_suffix(1);
    if (!before.empty() && is_word(before.back()) && !groups_only(before)) return true;
  }
  return false;
}

Result<void> check_added(const XmlNode& node) {
  if (node.tag.empty()) return {};
  if (!contains(kElements, node.tag))
    return refuse(
        "adds a <" + node.tag.substr(0, 80) +
        ">, which no plugin may: it can hold code or change more than it shows; use fields, groups and labels");
  for (const auto& [name, value] : node.attributes) {
    const bool expression = contains(kExpressions, name);
    if (!expression && !contains(kAttributes, name))
      return refuse("sets " + shown(name) + " on <" + node.tag + ">, which no plugin may; leave it out");
    if (expression && calls(value))
      return refuse("calls something in " + shown(name) + " of <" + node.tag + ">; compare fields with values only");
  }
  for (const XmlNode& child : node.children)
    if (Result<void> sound = check_added(child); !sound) return sound;
  return {};
}

// Where in the view, and what is put there.
Result<void> check_place(const XmlNode& node) {
  if (node.tag.empty()) return refuse("has a text outside of every place; put it into one");
  const auto position = node.attributes.find("position");
  const std::string_view where = position == node.attributes.end() ? "" : std::string_view(position->second);
  const bool xpath = node.tag == "xpath";
  if (xpath ? !where.empty() && !contains(kPositions, where) : !contains(kPositions, where))
    return refuse(where.empty()
                      ? "adds <" + node.tag.substr(0, 80) +
                            "> to no place; put it into <xpath expr=\"...\" position=\"after\">"
                      : "uses position=" + shown(where) +
                            ", which changes what is there and may show what `groups` hides; add after, before "
                            "or inside instead");
  if (xpath && node.attributes.count("expr") == 0) return refuse("has an <xpath> without `expr`; say where");
  for (const auto& [name, value] : node.attributes)
    if (xpath && name != "expr" && name != "position")
      return refuse("sets " + shown(name) + " on <xpath>; only expr and position are known there");
  if (node.children.empty()) return refuse("adds nothing at <" + node.tag.substr(0, 80) + ">; leave that out");
  for (const XmlNode& child : node.children)
    if (Result<void> sound = check_added(child); !sound) return sound;
  return {};
}

}  // namespace

Result<std::string> check_arch(std::string_view arch) {
  const Result<XmlNode> root = parse_xml(arch);
  if (!root) return root.error();
  if (root->tag != "data") {
    if (Result<void> sound = check_place(*root); !sound) return sound.error();
    return print_xml(*root);
  }
  if (root->children.empty() || !root->attributes.empty())
    return refuse(root->children.empty() ? "is empty; add something" : "sets attributes on <data>; leave them out");
  for (const XmlNode& place : root->children)
    if (Result<void> sound = check_place(place); !sound) return sound.error();
  return print_xml(*root);
}

Result<std::string> canonical_xml(std::string_view xml) {
  const Result<XmlNode> root = parse_xml(xml);
  if (!root) return root.error();
  return print_xml(*root);
}

}  // namespace outrigger::host
