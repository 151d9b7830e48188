// JSON from the wire: whole or in pieces it is the same, and what is written is read back as it was.
#include "integration/value/json.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace outrigger {
namespace {

using fuzz::require;

Result<Document> in_pieces(std::string_view text) {
  value::JsonReader reader;
  for (const std::string_view piece : fuzz::pieces_of(text))
    if (!reader.feed(piece)) break;
  return reader.finish();
}

void check_pieces(const Result<Document>& whole, const Result<Document>& pieces) {
  require(static_cast<bool>(whole) == static_cast<bool>(pieces), "in pieces it is read otherwise than whole");
  if (!whole) {
    require(whole.error().code == pieces.error().code, "in pieces it is refused for another reason than whole",
            whole.error().message + " / " + pieces.error().message);
    fuzz::require_error(pieces.error());
    return;
  }
  require(fuzz::same(whole->root(), pieces->root()), "in pieces it has another value than whole");
}

void check_writing(Value value) {
  std::string written;
  if (!value::write_json(value, written)) return;
  const Result<Document> again = value::read_json(written);
  require(again && fuzz::same(value, again->root()), "what is written is not read back as it was", written);
  const std::string pretty = value::to_pretty_json(value);
  const Result<Document> from_pretty = value::read_json(pretty);
  require(from_pretty && fuzz::same(value, from_pretty->root()), "the form for people is not read back", pretty);
}

// Narrow limits may refuse what is fine otherwise, and nothing else.
void check_limits(std::string_view text, const Result<Document>& whole) {
  value::Limits narrow;
  narrow.depth = 8;
  narrow.bytes = 8192;
  narrow.row_depth = 2;
  narrow.false_is_null = [](std::string_view name) { return name != "active"; };
  const Result<Document> limited = value::read_json(text, narrow);
  if (!limited) fuzz::require_error(limited.error());
  require(!limited || whole, "with narrow limits more is accepted");
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace outrigger;
  const std::string_view input = fuzz::text_of(data, size);
  const Result<Document> whole = value::read_json(input);
  if (!whole) fuzz::require_error(whole.error());
  check_pieces(whole, in_pieces(input));
  if (whole) check_writing(whole->root());
  check_limits(input, whole);
  return 0;
}
