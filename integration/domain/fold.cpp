#include "integration/domain/fold.hpp"

namespace outrigger::domain {
namespace {

// The letter below the marks, for each code point; '?' where it is not one letter.
constexpr char32_t kLatin = 0x00C0;
constexpr std::string_view kLatinLetters =
    "aaaaaa?ceeeeiiii?nooooo?ouuuuy??aaaaaa?ceeeeiiii?nooooo?ouuuuy?yaaaaaaccccccccddddeeeeeeeeeegggg"
    "gggghhhhiiiiiiiiii??jjkk?llllll??llnnnnnn???oooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzz?"
    "????????????????????????????????oo?????????????uu????????????????????????????aaiioouuuuuuuuuu?aa"
    "aa????ggkkoooo??j???gg??nnaa????aaaaeeeeiiiioooorrrruuuusstt??hh??????aaeeooooooooyy????????????"
    "????????????????";
constexpr char32_t kAdditional = 0x1E00;
constexpr std::string_view kAdditionalLetters =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrr"
    "ssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy??????aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy??????";

// Alphabets that no rule turns into ASCII: Greek to Georgian and beyond, and those of East Asia.
bool never_ascii(char32_t code) {
  return (code >= 0x0370 && code < 0x1D00) || (code >= 0x3040 && code < 0x3200) || (code >= 0x3400 && code < 0xA000) ||
         (code >= 0xAC00 && code < 0xD7B0);
}

std::string_view letters_of(char32_t code) {
  switch (code) {
    case 0x00DF: return "ss";
    case 0x00C6:
    case 0x00E6: return "ae";
    case 0x0152:
    case 0x0153: return "oe";
    case 0x00D0:
    case 0x00F0: return "d";
    case 0x00DE:
    case 0x00FE: return "th";
    default: break;
  }
  if (code >= kLatin && code < kLatin + kLatinLetters.size()) return kLatinLetters.substr(code - kLatin, 1);
  if (code >= kAdditional && code < kAdditional + kAdditionalLetters.size())
    return kAdditionalLetters.substr(code - kAdditional, 1);
  return "?";
}

char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

char32_t code_at(std::string_view text, size_t at, size_t& size) {
  const auto lead = static_cast<unsigned char>(text[at]);
  size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  char32_t code = lead & (0xFFU >> (size + 1));
  for (size_t k = 1; k < size && at + k < text.size(); ++k)
    code = code << 6U | (static_cast<unsigned char>(text[at + k]) & 0x3FU);
  return code;
}

// Of Latin letters with marks, capital and small stand next to each other, with exceptions. 0: not known here.
char32_t small_of(char32_t code) {
  const auto within = [code](char32_t low, char32_t high) { return code >= low && code <= high; };
  if (within(0x00C0, 0x00DE)) return code == 0x00D7 ? code : code + 0x20;
  if (within(0x0080, 0x00FF)) return code;
  const bool even = within(0x0100, 0x012F) || within(0x0132, 0x0137) || within(0x014A, 0x0177);
  const bool odd = within(0x0139, 0x0148) || within(0x0179, 0x017E) || within(0x01AF, 0x01B0);
  if (even || within(0x01A0, 0x01A1) || within(0x1E00, 0x1E95) || within(0x1EA0, 0x1EFF)) return code | 1U;
  if (odd) return code + (code & 1U);
  if (code == 0x0178) return 0x00FF;
  // Punctuation, currencies, and the scripts of East and South-East Asia and India, which have no case.
  if (within(0x2010, 0x205F) || within(0x20A0, 0x20BF) || within(0x3000, 0x9FFF) || within(0xAC00, 0xD7A3) ||
      within(0x0900, 0x0FFF) || within(0x1F300, 0x1FAFF))
    return code;
  return 0;
}

}  // namespace

bool is_ascii(std::string_view text) {
  for (const char c : text)
    if ((static_cast<unsigned char>(c) & 0x80U) != 0) return false;
  return true;
}

Folded fold(std::string_view text) {
  Folded folded;
  folded.text.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      folded.text += ascii_lower(text[i]);
      ++i;
      continue;
    }
    size_t size = 0;
    const char32_t code = code_at(text, i, size);
    const std::string_view letters = letters_of(code);
    if (letters != "?") {
      folded.text += letters;
    } else {
      folded.text += text.substr(i, size);
      (never_ascii(code) ? folded.foreign : folded.unknown) = true;
    }
    i += size;
  }
  return folded;
}

std::optional<std::string> lower_case(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    if ((static_cast<unsigned char>(text[i]) & 0x80U) == 0) {
      lower += ascii_lower(text[i++]);
      continue;
    }
    size_t size = 0;
    const char32_t code = code_at(text, i, size);
    const char32_t small = small_of(code);
    if (small == 0 || i + size > text.size()) return std::nullopt;
    if (small == code) {
      lower += text.substr(i, size);
    } else if (small < 0x800) {
      lower += static_cast<char>(0xC0U | small >> 6U);
      lower += static_cast<char>(0x80U | (small & 63U));
    } else {
      lower += static_cast<char>(0xE0U | small >> 12U);
      lower += static_cast<char>(0x80U | (small >> 6U & 63U));
      lower += static_cast<char>(0x80U | (small & 63U));
    }
    i += size;
  }
  return lower;
}

}  // namespace outrigger::domain
