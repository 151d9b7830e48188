#include <expat.h>

#include <charconv>

#include "integration/value/base64.hpp"
#include "integration/value/xmlrpc.hpp"

namespace outrigger::value {

// Follows the elements of a message. The stack of open elements is implied by the Builder's nesting and `depth`, which
// counts open <value> elements so that hostile nesting ends early.
struct XmlReader::State {
  State(Message kind, Limits limits) : message(kind), builder(std::move(limits)), parser(XML_ParserCreate(nullptr)) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, &State::on_start, &State::on_end);
    XML_SetCharacterDataHandler(parser, &State::on_text);
    XML_SetStartDoctypeDeclHandler(parser, &State::on_doctype);
    if (message == Message::kCall) builder.open_array();
  }
  ~State() { XML_ParserFree(parser); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  static State& of(void* user) { return *static_cast<State*>(user); }

  static void on_start(void* user, const char* name, const char**) { of(user).start(name); }
  static void on_end(void* user, const char* name) { of(user).end(name); }
  static void on_text(void* user, const char* text, int size) {
    State& state = of(user);
    if (!state.collects) return;
    state.text.append(text, static_cast<size_t>(size));
    state.check(state.builder.check_size(state.text.size()));
  }
  static void on_doctype(void* user, const char*, const char*, const char*, int) {
    of(user).fail("it declares a document type");
  }

  void start(std::string_view name) {
    text.clear();
    if (!rooted) {
      rooted = true;
      if (name != (message == Message::kCall ? "methodCall" : "methodResponse"))
        fail("its root element is <" + std::string(name.substr(0, 40)) + ">");
    } else if (name == "value") {
      if (++depth > kDeepest) fail("it is nested too deeply");
      typed = false;
      collects = true;
    } else if (name == "array") {
      typed = true;
      check(builder.open_array());
    } else if (name == "struct") {
      typed = true;
      check(builder.open_object());
    } else if (name == "fault") {
      fault = true;
    } else if (name == "name" || name == "methodName") {
      collects = true;
    } else if (depth > 0) {
      typed = name == "member" || name == "data" ? typed : true;
      collects = name != "member" && name != "data";
    }
  }

  void end(std::string_view name) {
    if (failed) return;
    if (name == "value") {
      if (depth > 0) --depth;
      if (!typed) check(builder.text(text));
      typed = true;
      collects = false;
    } else if (name == "array") {
      check(builder.close_array());
    } else if (name == "struct") {
      check(builder.close_object());
    } else if (name == "name") {
      check(builder.key(text));
      collects = false;
    } else if (name == "methodName") {
      method = text;
      collects = false;
    } else if (depth > 0) {
      scalar(name);
      collects = false;
    } else if (name == "methodCall" && message == Message::kCall) {
      check(builder.close_array());
    }
    text.clear();
  }

  void scalar(std::string_view type) {
    if (type == "string" || type == "dateTime.iso8601") {
      check(builder.text(text));
    } else if (type == "int" || type == "i4" || type == "i8") {
      integer();
    } else if (type == "boolean") {
      const std::string_view word = trimmed();
      if (word != "0" && word != "1") return fail("a boolean is malformed");
      check(builder.boolean(word == "1"));
    } else if (type == "double") {
      double value = 0;
      const std::string_view digits = trimmed();
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return fail("a double is malformed");
      check(builder.number(value));
    } else if (type == "nil" || type == "ex:nil") {
      check(builder.null());
    } else if (type == "base64") {
      const auto bytes = from_base64(text);
      if (!bytes) return fail("a base64 is malformed");
      check(builder.bytes(*bytes));
    } else if (type != "data" && type != "member") {
      fail("it has an element <" + std::string(type.substr(0, 40)) + "> that XML-RPC does not know");
    }
  }

  void integer() {
    int64_t value = 0;
    const std::string_view digits = trimmed();
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return fail("an integer is malformed");
    check(builder.integer(value));
  }

  [[nodiscard]] std::string_view trimmed() const {
    std::string_view view = text;
    while (!view.empty() && static_cast<unsigned char>(view.front()) <= ' ') view.remove_prefix(1);
    while (!view.empty() && static_cast<unsigned char>(view.back()) <= ' ') view.remove_suffix(1);
    return view;
  }

  void check(bool ok) {
    if (!ok && !failed) {
      failed = true;
      error = builder.status();
      XML_StopParser(parser, XML_FALSE);
    }
  }
  void fail(const std::string& why) {
    if (failed) return;
    failed = true;
    error = Error{Code::kProtocol, "not valid XML-RPC: " + why, Source::kOdoo, Effect::kUnknown};
    XML_StopParser(parser, XML_FALSE);
  }

  static constexpr int kDeepest = OR_MAX_DEPTH + 1;
  Message message;
  Builder builder;
  XML_Parser parser;
  std::string text;
  std::string method;
  bool rooted = false;
  bool collects = false;
  bool typed = true;
  bool fault = false;
  bool failed = false;
  int depth = 0;
  Error error;
};

XmlReader::XmlReader(Message message, Limits limits) : state_(std::make_unique<State>(message, std::move(limits))) {}
XmlReader::~XmlReader() = default;

bool XmlReader::feed(std::string_view piece) {
  constexpr size_t kPiece = size_t{1} << 20U;  // expat counts in int
  while (!piece.empty() && !state_->failed) {
    const std::string_view part = piece.substr(0, kPiece);
    piece.remove_prefix(part.size());
    if (XML_Parse(state_->parser, part.data(), static_cast<int>(part.size()), 0) == XML_STATUS_ERROR &&
        !state_->failed) {
      state_->error = Error{Code::kProtocol,
                            "not well-formed XML at line " + std::to_string(XML_GetCurrentLineNumber(state_->parser)) +
                                ": " + XML_ErrorString(XML_GetErrorCode(state_->parser)) +
                                "; a text may hold a character that XML cannot carry: the JSON transports can",
                            Source::kOdoo, Effect::kUnknown};
      state_->failed = true;
    }
  }
  return !state_->failed;
}

Result<XmlMessage> XmlReader::finish() {
  if (!state_->failed && XML_Parse(state_->parser, "", 0, 1) == XML_STATUS_ERROR && !state_->failed)
    return Error{Code::kProtocol, "the XML ends too early", Source::kOdoo, Effect::kUnknown};
  if (state_->failed) return state_->error;
  Result<Document> value = state_->builder.finish();
  if (!value) return value.error();
  return XmlMessage{state_->fault, std::move(state_->method), *std::move(value)};
}

}  // namespace outrigger::value
