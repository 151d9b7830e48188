#include "integration/sandbox/injection.hpp"

namespace outrigger::sandbox {
namespace {

struct Word {
  std::string_view word;
  Injection::Kind kind;
};
constexpr Word kWords[] = {{"delay", Injection::Kind::kDelay},
                           {"cut_before", Injection::Kind::kCutBefore},
                           {"cut_after_commit", Injection::Kind::kCutAfterCommit},
                           {"error_500", Injection::Kind::kError500},
                           {"html", Injection::Kind::kHtml},
                           {"too_many", Injection::Kind::kTooMany},
                           {"wrong_json", Injection::Kind::kWrongJson},
                           {"truncated", Injection::Kind::kTruncated},
                           {"reset", Injection::Kind::kReset}};

}  // namespace

std::optional<Injection::Kind> injection_kind(std::string_view word) {
  for (const Word& known : kWords)
    if (known.word == word) return known.kind;
  return std::nullopt;
}

std::string injection_words() {
  std::string words;
  for (const Word& word : kWords) words += (words.empty() ? "" : ", ") + std::string(word.word);
  return words;
}

std::optional<HttpReply> before(const Injection& injection) {
  switch (injection.kind) {
    case Injection::Kind::kError500: return html(500, "Internal Server Error");
    case Injection::Kind::kHtml: return html(200, "Please log in to the captive portal");
    case Injection::Kind::kTooMany: {
      HttpReply reply = html(429, "Too Many Requests");
      reply.headers["Retry-After"] = "1";
      return reply;
    }
    case Injection::Kind::kCutBefore:
    case Injection::Kind::kReset: {
      HttpReply reply;
      reply.cut = true;
      reply.reset = injection.kind == Injection::Kind::kReset;
      return reply;
    }
    default: return std::nullopt;
  }
}

void after(const Injection& injection, HttpReply& reply) {
  if (injection.kind == Injection::Kind::kDelay) reply.delay = injection.delay;
  if (injection.kind == Injection::Kind::kCutAfterCommit) reply.cut = true;
  if (injection.kind == Injection::Kind::kWrongJson) reply.body = "{\"result\": [1, 2, nonsense";
  if (injection.kind == Injection::Kind::kTruncated) reply.body.resize(reply.body.size() / 2);
}

}  // namespace outrigger::sandbox
