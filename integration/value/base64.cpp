#include "integration/value/base64.hpp"

#include <array>
#include <cstdint>

namespace outrigger::value {
namespace {
constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> make_reverse() {
  std::array<int8_t, 256> table{};
  for (auto& entry : table) entry = -1;
  for (int8_t i = 0; i < 64; ++i) table[static_cast<unsigned char>(kAlphabet[i])] = i;
  return table;
}
constexpr std::array<int8_t, 256> kReverse = make_reverse();
}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    uint32_t group = static_cast<unsigned char>(bytes[i]) << 16U;
    if (left > 1) group |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[i + 1])) << 8U;
    if (left > 2) group |= static_cast<unsigned char>(bytes[i + 2]);
    out += kAlphabet[(group >> 18U) & 63U];
    out += kAlphabet[(group >> 12U) & 63U];
    out += left > 1 ? kAlphabet[(group >> 6U) & 63U] : '=';
    out += left > 2 ? kAlphabet[group & 63U] : '=';
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  uint32_t group = 0;
  int digits = 0;
  int padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int8_t digit = kReverse[static_cast<unsigned char>(c)];
    if (digit < 0 || padding != 0) return std::nullopt;
    group = group << 6U | static_cast<uint32_t>(digit);
    if (++digits == 4) {
      out += static_cast<char>(group >> 16U & 255U);
      out += static_cast<char>(group >> 8U & 255U);
      out += static_cast<char>(group & 255U);
      digits = 0;
      group = 0;
    }
  }
  if (digits == 1 || padding > 2) return std::nullopt;
  if (digits == 2) out += static_cast<char>(group >> 4U & 255U);
  if (digits == 3) {
    out += static_cast<char>(group >> 10U & 255U);
    out += static_cast<char>(group >> 2U & 255U);
  }
  return out;
}

}  // namespace outrigger::value
