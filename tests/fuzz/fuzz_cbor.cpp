// CBOR from a plugin's process: what is read is written back to the same bytes' value, and a refusal has a reason.
#include "integration/value/cbor.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace outrigger;
  const std::string_view input = fuzz::text_of(data, size);
  const Result<Document> whole = value::read_cbor(std::string(input));
  const Result<Document> narrow = value::read_cbor(std::string(input), {.depth = 4, .bytes = 256});
  fuzz::require(whole || !narrow, "with narrow limits more is accepted");
  if (!whole) {
    fuzz::require_error(whole.error());
    return 0;
  }
  std::string written;
  value::write_cbor(whole->root(), written);
  const Result<Document> again = value::read_cbor(written);
  fuzz::require(again && fuzz::same(whole->root(), again->root()), "what is written is not read back as it was");
  return 0;
}
