// XML-RPC from the wire, answers and calls: whole or in pieces it is the same, and what is written is read back.
#include "integration/value/xmlrpc.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace outrigger {
namespace {

using fuzz::require;
using value::XmlMessage;
using value::XmlReader;

Result<XmlMessage> whole(XmlReader::Message kind, std::string_view text) {
  XmlReader reader(kind);
  reader.feed(text);
  return reader.finish();
}

Result<XmlMessage> in_pieces(XmlReader::Message kind, std::string_view text) {
  XmlReader reader(kind);
  for (const std::string_view piece : fuzz::pieces_of(text))
    if (!reader.feed(piece)) break;
  return reader.finish();
}

void check_pieces(const Result<XmlMessage>& at_once, const Result<XmlMessage>& pieces) {
  require(static_cast<bool>(at_once) == static_cast<bool>(pieces), "in pieces it is read otherwise than whole");
  if (!at_once) {
    fuzz::require_error(at_once.error());
    fuzz::require_error(pieces.error());
    require(at_once.error().code == pieces.error().code, "in pieces it is refused for another reason than whole",
            at_once.error().message + " / " + pieces.error().message);
    return;
  }
  require(at_once->fault == pieces->fault && at_once->method == pieces->method, "in pieces it is another message");
  require(fuzz::same(at_once->value.root(), pieces->value.root()), "in pieces it has another value than whole");
}

Result<std::string> write_call(Value params) {
  std::string out = "<methodCall><methodName>execute_kw</methodName><params>";
  for (const Value param : params.items()) {
    out += "<param>";
    if (Result<void> written = value::write_xml(param, out); !written) return written.error();
    out += "</param>";
  }
  return out + "</params></methodCall>";
}

void check_writing(XmlReader::Message kind, Value value) {
  const Result<std::string> written =
      kind == XmlReader::Message::kCall ? write_call(value) : value::write_xml_response(value);
  if (!written) return fuzz::require_error(written.error());
  const Result<XmlMessage> again = whole(kind, *written);
  require(static_cast<bool>(again), "what is written cannot be read", *written);
  require(!again->fault, "an answer is written as a fault", *written);
  // Bytes are written as text, which is what Odoo wants.
  if (fuzz::holds(value, Kind::kBytes)) return;
  require(fuzz::same(value, again->value.root()), "what is written is not read back as it was", *written);
}

void check_fault(std::string_view text) {
  const Result<XmlMessage> fault = whole(XmlReader::Message::kResponse, value::write_xml_fault(1, text));
  require(fault && fault->fault, "a fault is not written as one", text);
  require(fault->value->operator[]("faultCode").integer() == 1, "a fault loses its code", text);
}

void check_limits(XmlReader::Message kind, std::string_view text, bool accepted) {
  value::Limits narrow;
  narrow.depth = 8;
  narrow.bytes = 8192;
  XmlReader reader(kind, narrow);
  reader.feed(text);
  const Result<XmlMessage> limited = reader.finish();
  if (!limited) fuzz::require_error(limited.error());
  require(!limited || accepted, "with narrow limits more is accepted");
}

// The text of a fault is UTF-8 wherever it comes from: a document that was read, never raw bytes.
void check_fault_texts(Value value) {
  if (value.is_string()) check_fault(value.text());
}

void check(XmlReader::Message kind, std::string_view text) {
  const Result<XmlMessage> message = whole(kind, text);
  check_pieces(message, in_pieces(kind, text));
  check_limits(kind, text, static_cast<bool>(message));
  if (!message) return;
  check_writing(kind, message->value.root());
  check_fault_texts(message->value.root());
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace outrigger;
  const std::string_view input = fuzz::text_of(data, size);
  check(value::XmlReader::Message::kResponse, input);
  check(value::XmlReader::Message::kCall, input);
  return 0;
}
