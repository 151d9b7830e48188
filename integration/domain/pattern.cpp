#include "integration/domain/pattern.hpp"

#include <vector>

namespace outrigger::domain {
namespace {

size_t character(std::string_view text, size_t at) {
  size_t size = 1;
  while (at + size < text.size() && (static_cast<unsigned char>(text[at + size]) & 0xC0U) == 0x80U) ++size;
  return size;
}

char folded(char c, bool fold) { return fold && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

struct Token {
  enum class Kind { kAny, kOne, kByte } kind;
  char byte = 0;
};

std::vector<Token> tokens_of(std::string_view pattern, bool fold, bool whole) {
  std::vector<Token> tokens;
  if (!whole) tokens.push_back({Token::Kind::kAny});
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '%')
      tokens.push_back({Token::Kind::kAny});
    else if (c == '_')
      tokens.push_back({Token::Kind::kOne});
    else if (c == '\\' && i + 1 < pattern.size())
      tokens.push_back({Token::Kind::kByte, folded(pattern[++i], fold)});
    else
      tokens.push_back({Token::Kind::kByte, folded(c, fold)});
  }
  if (!whole) tokens.push_back({Token::Kind::kAny});
  return tokens;
}

}  // namespace

bool like(std::string_view text, std::string_view pattern, bool fold, bool whole) {
  const std::vector<Token> tokens = tokens_of(pattern, fold, whole);
  size_t at = 0;
  size_t token = 0;
  size_t after_any = SIZE_MAX;  // where to resume when the attempt after the last % fails
  size_t resume = 0;
  while (at < text.size()) {
    if (token < tokens.size() && tokens[token].kind == Token::Kind::kAny) {
      after_any = ++token;
      resume = at;
      continue;
    }
    if (token < tokens.size() && tokens[token].kind == Token::Kind::kOne) {
      at += character(text, at);
      ++token;
      continue;
    }
    if (token < tokens.size() && tokens[token].byte == folded(text[at], fold)) {
      ++at;
      ++token;
      continue;
    }
    if (after_any == SIZE_MAX) return false;
    resume += character(text, resume);
    at = resume;
    token = after_any;
  }
  while (token < tokens.size() && tokens[token].kind == Token::Kind::kAny) ++token;
  return token == tokens.size();
}

}  // namespace outrigger::domain
