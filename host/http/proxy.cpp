#include "host/http/proxy.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <initializer_list>
#include <optional>

namespace outrigger::host {
namespace {

std::string first_of(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return {};
}

struct Address {
  std::array<uint8_t, 16> bytes{};
  size_t bits = 0;  // 32 or 128
};

std::optional<Address> address_of(std::string_view literal) {
  if (literal.size() > 2 && literal.front() == '[' && literal.back() == ']')
    literal = literal.substr(1, literal.size() - 2);
  const std::string text(literal);
  Address result;
  if (inet_pton(AF_INET, text.c_str(), result.bytes.data()) == 1) result.bits = 32;
  if (result.bits == 0 && inet_pton(AF_INET6, text.c_str(), result.bytes.data()) == 1) result.bits = 128;
  return result.bits == 0 ? std::nullopt : std::optional<Address>(result);
}

bool in_block(const Address& address, std::string_view entry) {
  const size_t slash = entry.find('/');
  const std::optional<Address> block = address_of(entry.substr(0, slash));
  if (!block || block->bits != address.bits) return false;
  size_t bits = block->bits;
  if (slash != std::string_view::npos) {
    const std::string_view digits = entry.substr(slash + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || bits > block->bits) return false;
  }
  for (size_t bit = 0; bit < bits; ++bit)
    if (((address.bytes[bit / 8] ^ block->bytes[bit / 8]) >> (7U - bit % 8) & 1U) != 0) return false;
  return true;
}

bool is_below(std::string_view host, std::string_view name) {
  while (name.starts_with('.')) name.remove_prefix(1);
  while (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || !host.ends_with(name)) return false;
  return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  std::string word;
  const auto end = [&] {
    if (!word.empty()) words.push_back(word);
    word.clear();
  };
  for (const char c : list) {
    if (c == ',' || c == ' ')
      end();
    else
      word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  end();
  return words;
}

}  // namespace

// Not HTTP_PROXY: to a program behind a web server that is a header of whoever asks.
Proxies Proxies::from_environment() {
  return {first_of({"http_proxy", "all_proxy", "ALL_PROXY"}),
          first_of({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}),
          words_of(first_of({"no_proxy", "NO_PROXY"}))};
}

std::string Proxies::of(const Url& url) const {
  const std::optional<Address> address = address_of(url.host);
  const bool none = std::any_of(straight.begin(), straight.end(), [&](const std::string& entry) {
    return entry == "*" || (address ? in_block(*address, entry) : is_below(url.host, entry));
  });
  if (none) return {};
  return url.scheme == "https" ? https : http;
}

}  // namespace outrigger::host
