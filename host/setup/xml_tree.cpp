#include "host/setup/xml_tree.hpp"

#include <expat.h>

#include <algorithm>
#include <memory>

namespace outrigger::host {
namespace {

constexpr size_t kLongest = 65536;
constexpr size_t kDeepest = 32;

Error invalid(std::string message) { return {Code::kInvalid, std::move(message), Source::kHost, Effect::kNone, -1}; }

class Builder {
 public:
  explicit Builder(XML_Parser parser) : parser_(parser) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, &Builder::begin, &Builder::end);
    XML_SetCharacterDataHandler(parser, &Builder::text);
    XML_SetStartDoctypeDeclHandler(parser, &Builder::doctype);
    XML_SetProcessingInstructionHandler(parser, &Builder::instruction);
    XML_SetXmlDeclHandler(parser, &Builder::declaration);
    open_.push_back(&document_);
  }

  Result<XmlNode> finish(std::string_view xml) {
    const bool sound =
        XML_Parse(parser_, xml.data(), static_cast<int>(xml.size()), XML_TRUE) == XML_STATUS_OK && problem_.empty();
    if (sound) return std::move(document_.children.front());
    if (problem_.empty()) problem_ = XML_ErrorString(XML_GetErrorCode(parser_));
    return invalid("the arch is not an XML that can be used: " + problem_ + " (line " +
                   std::to_string(XML_GetCurrentLineNumber(parser_)) + "); correct it");
  }

 private:
  static Builder& at(void* data) { return *static_cast<Builder*>(data); }
  void refuse(const char* why) {
    if (problem_.empty()) problem_ = why;
    XML_StopParser(parser_, XML_FALSE);
  }
  static void begin(void* data, const char* name, const char** attributes) {
    Builder& builder = at(data);
    if (builder.open_.size() > kDeepest) return builder.refuse("its elements are nested too deeply");
    XmlNode node;
    node.tag = name;
    for (; *attributes != nullptr; attributes += 2) node.attributes[attributes[0]] = attributes[1];
    builder.open_.back()->children.push_back(std::move(node));
    builder.open_.push_back(&builder.open_.back()->children.back());
  }
  // Blanks are kept only between words.
  static void end(void* data, const char*) {
    Builder& builder = at(data);
    auto& children = builder.open_.back()->children;
    std::erase_if(children, [](const XmlNode& child) {
      return child.tag.empty() && child.text.find_first_not_of(" \t\r\n") == std::string::npos;
    });
    builder.open_.pop_back();
  }
  static void text(void* data, const char* text, int size) {
    auto& children = at(data).open_.back()->children;
    if (children.empty() || !children.back().tag.empty()) children.emplace_back();
    children.back().text.append(text, static_cast<size_t>(size));
  }
  static void doctype(void* data, const char*, const char*, const char*, int) {
    at(data).refuse("it has a DOCTYPE, which may bring code along");
  }
  static void instruction(void* data, const char*, const char*) { at(data).refuse("it has an <?...?>"); }
  static void declaration(void* data, const char*, const char*, int) {
    at(data).refuse("it begins with <?xml ...?>, which Odoo does not take");
  }

  XML_Parser parser_;
  XmlNode document_;
  std::vector<XmlNode*> open_;
  std::string problem_;
};

void escape(std::string_view text, std::string& out) {
  for (const char c : text) switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
}

void print(const XmlNode& node, std::string& out) {
  if (node.tag.empty()) {
    const size_t begin = node.text.find_first_not_of(" \t\r\n");
    return escape(std::string_view(node.text).substr(begin, node.text.find_last_not_of(" \t\r\n") + 1 - begin), out);
  }
  out += "<" + node.tag;
  for (const auto& [name, value] : node.attributes) {
    out += " " + name + "=\"";
    escape(value, out);
    out += "\"";
  }
  out += ">";
  for (const XmlNode& child : node.children) print(child, out);
  out += "</" + node.tag + ">";
}

}  // namespace

Result<XmlNode> parse_xml(std::string_view xml) {
  if (xml.size() > kLongest) return invalid("the arch is longer than 64 KiB; shorten it");
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"), &XML_ParserFree);
  return Builder(parser.get()).finish(xml);
}

std::string print_xml(const XmlNode& node) {
  std::string out;
  print(node, out);
  return out;
}

}  // namespace outrigger::host
