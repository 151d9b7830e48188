// XML-RPC values in and out, read in pieces by expat.
//
//     XmlReader reader(XmlReader::Message::kResponse);
//     reader.feed(piece);
//     Result<XmlMessage> message = reader.finish();
//     if (message->fault) ...  // value is {faultCode, faultString}
//
// Understands int, i4, i8, boolean, double, string, base64, dateTime.iso8601 (kept as text), nil, array and struct; a
// bare <value> is a string. A document type is refused: no entity is ever expanded. Threads: one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "integration/value/builder.hpp"

namespace outrigger::value {

struct XmlMessage {
  bool fault = false;
  std::string method;  // of a methodCall
  Document value;      // the answer, the fault, or the array of parameters of a methodCall
};

class XmlReader {
 public:
  enum class Message { kResponse, kCall };

  explicit XmlReader(Message message, Limits limits = {});
  ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  // False once the input cannot become a message; finish() then says why.
  bool feed(std::string_view piece);
  Result<XmlMessage> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Appends <value>...</value>. kInvalid: a text holds a control character or U+FFFE/U+FFFF, which XML cannot carry, or
// a number is NaN or infinite.
Result<void> write_xml(Value value, std::string& out);
// A whole methodResponse, or a fault in it.
Result<std::string> write_xml_response(Value value);
std::string write_xml_fault(int code, std::string_view text);

}  // namespace outrigger::value
