#include <boost/json/basic_parser_impl.hpp>
#include <charconv>

#include "integration/value/json.hpp"

namespace outrigger::value {
namespace {

namespace json = boost::json;

// Boost.JSON's events, passed on to the Builder. Strings and numbers may come in parts.
struct Handler {
  static constexpr size_t max_array_size = SIZE_MAX;   // NOLINT(readability-identifier-naming)
  static constexpr size_t max_object_size = SIZE_MAX;  // NOLINT(readability-identifier-naming)
  static constexpr size_t max_string_size = SIZE_MAX;  // NOLINT(readability-identifier-naming)
  static constexpr size_t max_key_size = SIZE_MAX;     // NOLINT(readability-identifier-naming)

  explicit Handler(Limits limits) : builder(std::move(limits)) {}

  Builder builder;
  std::string part;

  bool pass(bool ok, json::error_code& error) {
    if (!ok) error = json::error::exception;
    return ok;
  }
  std::string_view whole(json::string_view last) {
    if (part.empty()) return {last.data(), last.size()};
    part.append(last.data(), last.size());
    return part;
  }
  bool keep(json::string_view piece, json::error_code& error) {
    part.append(piece.data(), piece.size());
    return pass(builder.check_size(part.size()), error);
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code& e) { return pass(builder.open_array(), e); }
  bool on_array_end(size_t, json::error_code& e) { return pass(builder.close_array(), e); }
  bool on_object_begin(json::error_code& e) { return pass(builder.open_object(), e); }
  bool on_object_end(size_t, json::error_code& e) { return pass(builder.close_object(), e); }
  bool on_string_part(json::string_view s, size_t, json::error_code& e) { return keep(s, e); }
  bool on_string(json::string_view s, size_t, json::error_code& e) {
    const bool ok = builder.text(whole(s));
    part.clear();
    return pass(ok, e);
  }
  bool on_key_part(json::string_view s, size_t, json::error_code& e) { return keep(s, e); }
  bool on_key(json::string_view s, size_t, json::error_code& e) {
    const bool ok = builder.key(whole(s));
    part.clear();
    return pass(ok, e);
  }
  bool on_number_part(json::string_view s, json::error_code& e) { return keep(s, e); }
  bool on_int64(int64_t i, json::string_view, json::error_code& e) {
    part.clear();
    return pass(builder.integer(i), e);
  }
  bool on_uint64(uint64_t i, json::string_view, json::error_code& e) {
    part.clear();
    return pass(builder.number(static_cast<double>(i)), e);
  }
  bool on_double(double approximate, json::string_view s, json::error_code& e) {
    const std::string_view text = whole(s);
    double exact = approximate;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), exact);
    if (read.ec != std::errc()) exact = approximate;
    part.clear();
    return pass(builder.number(exact), e);
  }
  bool on_bool(bool b, json::error_code& e) { return pass(builder.boolean(b), e); }
  bool on_null(json::error_code& e) { return pass(builder.null(), e); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }
};

json::parse_options options(const Limits& limits) {
  json::parse_options result;
  result.max_depth = limits.depth + 1;  // the Builder's own check gives the better message
  return result;
}

}  // namespace

struct JsonReader::Parser {
  explicit Parser(Limits limits) : parser(options(limits), std::move(limits)) {}
  json::basic_parser<Handler> parser;
  json::error_code error;
  size_t consumed = 0;
};

JsonReader::JsonReader(Limits limits) : parser_(std::make_unique<Parser>(std::move(limits))) {}
JsonReader::~JsonReader() = default;

bool JsonReader::feed(std::string_view piece) {
  if (parser_->error) return false;
  while (!piece.empty()) {
    if (parser_->parser.done()) {
      if (piece.find_first_not_of(" \t\r\n") == std::string_view::npos) return true;
      parser_->error = json::error::extra_data;
      return false;
    }
    const size_t taken = parser_->parser.write_some(true, piece.data(), piece.size(), parser_->error);
    parser_->consumed += taken;
    if (parser_->error) return false;
    piece.remove_prefix(taken);
  }
  return true;
}

Result<Document> JsonReader::finish() {
  if (!parser_->error && !parser_->parser.done()) {
    parser_->parser.write_some(false, "", 0, parser_->error);
  }
  Builder& builder = parser_->parser.handler().builder;
  if (parser_->error == json::error::exception) return builder.status();
  if (parser_->error)
    return Error{Code::kProtocol,
                 "not valid JSON near byte " + std::to_string(parser_->consumed) + ": " + parser_->error.message(),
                 Source::kOdoo, Effect::kUnknown};
  return builder.finish();
}

Result<Document> read_json(std::string_view text, Limits limits) {
  JsonReader reader(std::move(limits));
  reader.feed(text);
  return reader.finish();
}

}  // namespace outrigger::value
