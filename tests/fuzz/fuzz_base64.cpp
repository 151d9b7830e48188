// Base64 in both directions: any bytes survive, and any text is decoded or refused.
#include "integration/value/base64.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace outrigger;
  const std::string_view input = fuzz::text_of(data, size);
  const std::string encoded = value::to_base64(input);
  fuzz::require(value::from_base64(encoded) == input, "bytes do not survive", encoded);
  if (const auto decoded = value::from_base64(input))
    fuzz::require(value::from_base64(value::to_base64(*decoded)) == decoded, "what is decoded does not survive");
  return 0;
}
