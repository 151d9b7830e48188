// Base64 as RFC 4648 section 4 has it; decoding skips white space, as XML-RPC needs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace outrigger::value {

std::string to_base64(std::string_view bytes);
// Nothing when the text is not base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace outrigger::value
