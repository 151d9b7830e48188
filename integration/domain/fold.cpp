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
      folded.text += lead >= 'A' && lead <= 'Z' ? static_cast<char>(lead - 'A' + 'a') : text[i];
      ++i;
      continue;
    }
    const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    char32_t code = lead & (0xFFU >> (size + 1));
    for (size_t k = 1; k < size && i + k < text.size(); ++k)
      code = code << 6U | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
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

}  // namespace outrigger::domain
