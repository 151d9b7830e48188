#include <charconv>
#include <cmath>

#include "integration/value/base64.hpp"
#include "integration/value/xmlrpc.hpp"

namespace outrigger::value {
namespace {

// XML 1.0 knows no U+0000-1F but tab, line feed and carriage return, and no U+FFFE or U+FFFF.
bool escape(std::string_view text, std::string& out) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
    if (c == 0xEF && text.substr(i, 2) == "\xEF\xBF" && i + 2 < text.size() &&
        static_cast<unsigned char>(text[i + 2]) >= 0xBE)
      return false;
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '\r': out += "&#13;"; break;
      default: out += static_cast<char>(c);
    }
  }
  return true;
}

bool write(Value value, std::string& out);

bool write_number(double value, std::string& out) {
  if (!std::isfinite(value)) return false;
  char digits[400];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed).ptr;
  out += "<double>";
  out.append(digits, end);
  out += "</double>";
  return true;
}

bool write_array(Value value, std::string& out) {
  out += "<array><data>";
  for (const Value item : value.items())
    if (!write(item, out)) return false;
  out += "</data></array>";
  return true;
}

bool write_struct(Value value, std::string& out) {
  out += "<struct>";
  for (const Field field : value.fields()) {
    out += "<member><name>";
    if (!escape(field.key, out)) return false;
    out += "</name>";
    if (!write(field.value, out)) return false;
    out += "</member>";
  }
  out += "</struct>";
  return true;
}

bool write(Value value, std::string& out) {
  bool ok = true;
  out += "<value>";
  switch (value.kind()) {
    case Kind::kNull: out += "<nil/>"; break;
    case Kind::kBool: out += value.raw().as.i != 0 ? "<boolean>1</boolean>" : "<boolean>0</boolean>"; break;
    case Kind::kInt: {
      const bool wide = value.raw().as.i > INT32_MAX || value.raw().as.i < INT32_MIN;
      out += wide ? "<i8>" : "<int>";
      out += std::to_string(value.raw().as.i);
      out += wide ? "</i8>" : "</int>";
      break;
    }
    case Kind::kDouble: ok = write_number(value.raw().as.f, out); break;
    case Kind::kString:
      out += "<string>";
      ok = escape(value.text(), out);
      out += "</string>";
      break;
    // Odoo wants binary fields as base64 text and faults on <base64>.
    case Kind::kBytes: out += "<string>" + to_base64(value.text()) + "</string>"; break;
    case Kind::kArray: ok = write_array(value, out); break;
    case Kind::kObject: ok = write_struct(value, out); break;
  }
  out += "</value>";
  return ok;
}

Error cannot_carry() {
  return {Code::kInvalid,
          "a text holds a control character, or a number is not finite: XML-RPC cannot carry it; remove it or use a "
          "JSON transport",
          Source::kHost, Effect::kNone};
}

constexpr char kHead[] = "<?xml version='1.0'?>\n";

}  // namespace

Result<void> write_xml(Value value, std::string& out) {
  if (!write(value, out)) return cannot_carry();
  return {};
}

Result<std::string> write_xml_response(Value value) {
  std::string out = kHead;
  out += "<methodResponse><params><param>";
  if (!write(value, out)) return cannot_carry();
  out += "</param></params></methodResponse>";
  return out;
}

std::string write_xml_fault(int code, std::string_view text) {
  std::string clean;
  if (!escape(text, clean)) clean = "error";
  return kHead + std::string("<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>") +
         std::to_string(code) + "</int></value></member><member><name>faultString</name><value><string>" + clean +
         "</string></value></member></struct></value></fault></methodResponse>";
}

}  // namespace outrigger::value
