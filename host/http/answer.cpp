#include <algorithm>

#include "host/border/tree.hpp"
#include "host/http/exchange.hpp"

namespace outrigger::host {
namespace {

// Header values are texts to a plugin, and texts are UTF-8; what is not is read as Latin-1, as HTTP once meant it.
std::string as_text(std::string_view value) {
  const bool latin = !check_tree(Value::of(value));
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += ' ';
    } else if (latin && byte >= 0x80) {
      out += static_cast<char>(0xc0U | byte >> 6U);
      out += static_cast<char>(0x80U | (byte & 0x3fU));
    } else {
      out += c;
    }
  }
  return out;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

const std::string* Answer::header(std::string_view name) const {
  const auto at = std::find_if(headers.begin(), headers.end(), [&](const Header& h) { return h.name == name; });
  return at == headers.end() ? nullptr : &at->value;
}

Answer answer_of(CURL* easy, std::string body, bool unpacks) {
  Answer answer;
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  answer.body = std::move(body);
  bool unpacked = false;
  curl_header* header = nullptr;
  while ((header = curl_easy_nextheader(easy, CURLH_HEADER, -1, header)) != nullptr) {
    answer.headers.push_back({lowered(as_text(header->name)), as_text(header->value)});
    unpacked = unpacked || (unpacks && answer.headers.back().name == "content-encoding");
  }
  // They describe the packed body, which the plugin does not get.
  if (unpacked && !answer.body.empty())
    std::erase_if(answer.headers,
                  [](const Header& h) { return h.name == "content-encoding" || h.name == "content-length"; });
  return answer;
}

}  // namespace outrigger::host
