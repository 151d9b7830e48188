#include "integration/transport/classify.hpp"

#include <cctype>

namespace outrigger::transport {
namespace {

struct Known {
  std::string_view name;  // matched at the end of the Python name
  Code code;
};

constexpr Known kExceptions[] = {
    {"AccessError", Code::kAccess},
    {"AccessDenied", Code::kAuth},
    {"Unauthorized", Code::kAuth},
    {"ValidationError", Code::kValidation},
    {"UserError", Code::kValidation},
    {"RedirectWarning", Code::kValidation},
    {"MissingError", Code::kMissing},
    {"SerializationFailure", Code::kConflict},
    {"LockNotAvailable", Code::kConflict},
    {"DeadlockDetected", Code::kConflict},
    {"LockError", Code::kConflict},
    {"MemoryError", Code::kLimit},
    {"NotFound", Code::kMissing},
    {"SessionExpiredException", Code::kAuth},
    {"Forbidden", Code::kAccess},
    {"BadRequest", Code::kInvalid},
    {"UnprocessableEntity", Code::kInvalid},
    {"TypeError", Code::kInvalid},
    {"AttributeError", Code::kMissing},
    {"KeyError", Code::kMissing},
    {"ValueError", Code::kInvalid},
};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// White space folded, cut to a readable length between characters.
std::string one_line(std::string_view text, size_t longest = 400) {
  std::string out;
  for (const char c : text) {
    const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!space)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  if (out.size() <= longest) return out;
  size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  return out.substr(0, end) + "...";
}

// The text of an HTML page without its tags.
std::string without_tags(std::string_view html) {
  std::string out;
  bool tag = false;
  for (size_t i = 0; i < html.size(); ++i) {
    const char c = html[i];
    if (c == '<') {
      tag = true;
      for (const std::string_view hidden : {"script", "style"})
        if (html.substr(i + 1, hidden.size()) == hidden)
          i = std::min(html.size(), html.find("</" + std::string(hidden), i)) - 1;
    } else if (c == '>') {
      tag = false;
      out += ' ';
    } else if (!tag) {
      out += c;
    }
  }
  return one_line(out, 160);
}

// The exception itself at the end of a Python traceback: "package.Name: message", which may go on for several lines.
// The frames before it are indented.
std::string_view last_line(std::string_view text) {
  const size_t traceback = text.rfind("Traceback (most recent call last)");
  if (traceback == std::string_view::npos) return text;
  size_t at = text.find('\n', traceback);
  while (at != std::string_view::npos && at + 1 < text.size() && (text[at + 1] == ' ' || text[at + 1] == '\n'))
    at = text.find('\n', at + 1);
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

Error odoo_error(Code code, std::string message) {
  return {code, std::move(message), Source::kOdoo, Effect::kNone, code == Code::kConflict ? 1000 : -1};
}

}  // namespace

Error from_exception(std::string_view name, std::string_view message, int status) {
  std::string text = one_line(message);
  if (text.empty()) text = std::string(name);
  if (contains(name, "OperationalError") && contains(text, "does not exist"))
    return odoo_error(Code::kMissing,
                      "there is no such database: " + text + "; correct `database` in the configuration");
  if (text.rfind("Object ", 0) == 0 && ends_with(text, " doesn't exist"))
    return odoo_error(Code::kMissing, "Odoo: " + text);
  for (const Known& known : kExceptions) {
    if (!ends_with(name, known.name)) continue;
    if (known.code == Code::kAuth) text += "; renew the key or correct login and password";
    return odoo_error(known.code, "Odoo: " + text);
  }
  if (status == 401) return odoo_error(Code::kAuth, "Odoo: " + text + "; renew the key");
  if (status == 403) return odoo_error(Code::kAccess, "Odoo: " + text);
  if (status == 404) return odoo_error(Code::kMissing, "Odoo: " + text);
  // Odoo's own tables are not what its code takes them for: a database that is being restored or updated.
  if (contains(name, "UndefinedTable") || contains(name, "UndefinedColumn"))
    return odoo_error(Code::kInternal, "Odoo's database is not whole: " + text);
  if (contains(name, "psycopg2")) return odoo_error(Code::kInvalid, "Odoo's database refused: " + text);
  if (name.empty())
    return odoo_error(Code::kValidation,
                      text.empty() ? "Odoo failed without saying why; its log may tell" : "Odoo: " + text);
  return odoo_error(Code::kValidation, "Odoo (" + std::string(name) + "): " + text);
}

bool is_none_fault(int64_t code, std::string_view text) {
  return code == 1 && last_line(text).rfind("TypeError: cannot marshal None", 0) == 0;
}

Error from_fault(int64_t code, std::string_view text) {
  const std::string line = one_line(last_line(text));
  switch (code) {
    case 2:
      // Odoo uses one code for UserError and MissingError.
      if (contains(text, "does not exist or has been deleted") ||
          (contains(text, "Object") && contains(text, "doesn't exist")))
        return odoo_error(Code::kMissing, "Odoo: " + one_line(text));
      return odoo_error(Code::kValidation, "Odoo: " + one_line(text));
    case 3: return odoo_error(Code::kAuth, "Odoo: " + line + "; renew the key or correct login and password");
    case 4: return odoo_error(Code::kAccess, "Odoo: " + one_line(text));
    default: break;
  }
  const size_t colon = line.find(':');
  const bool traceback = contains(text, "Traceback (most recent call last)");
  if (colon == std::string::npos)
    return traceback ? from_exception(line, "", 200) : odoo_error(Code::kValidation, "Odoo: " + line);
  std::string_view name = std::string_view(line).substr(0, colon);
  // Built-in exceptions stand without a package.
  return from_exception(name, std::string_view(line).substr(colon + 1), 200);
}

Error from_transfer(const Transfer& transfer) {
  Error error{transfer.code, transfer.error, Source::kNetwork, Effect::kNone, -1};
  if (transfer.request_sent) error.effect = Effect::kUnknown;
  if (transfer.code == Code::kDeadline && transfer.request_sent)
    error.message = "no reply in time (" + error.message + "); Odoo may still be working on it";
  return error;
}

Error from_foreign_reply(const Transfer& transfer, std::string_view excerpt) {
  const std::string seen = without_tags(excerpt);
  const std::string status = "HTTP " + std::to_string(transfer.status);
  Error error{Code::kProtocol, {}, Source::kNetwork, Effect::kUnknown, -1};
  if (transfer.status >= 300 && transfer.status < 400) {
    error.effect = Effect::kNone;
    error.message = status + " redirects to " + transfer.location.substr(0, 200) +
                    "; redirects are not followed: put the final address in `url`, or this transport is not there";
  } else if (transfer.status == 404 && contains(seen, "No database is selected")) {
    error = {Code::kMissing,
             "Odoo does not know this database; correct `database` in the configuration (or Odoo's dbfilter)",
             Source::kOdoo, Effect::kNone, -1};
  } else if (transfer.status == 401 || transfer.status == 407) {
    error = {Code::kAuth, status + " from a server in front of Odoo: " + seen, Source::kNetwork, Effect::kNone, -1};
  } else if (transfer.status == 429) {
    error = {Code::kLimit, status + ": too many requests; lower `budget.rate`", Source::kNetwork, Effect::kNone,
             transfer.retry_after_ms > 0 ? transfer.retry_after_ms : 5000};
  } else if (transfer.status == 413) {
    error = {Code::kLimit, status + ": the request is larger than the server takes; send fewer records at a time",
             Source::kNetwork, Effect::kNone, -1};
  } else if (transfer.status >= 400 && transfer.status < 500) {
    error.effect = Effect::kNone;
    error.message = status + " with " + transfer.content_type + " instead of an answer: " + seen +
                    "; check `url`: is this an Odoo that offers this transport?";
  } else if (transfer.status >= 502 && transfer.status <= 504) {
    error = {Code::kUnreachable, status + " from a server in front of Odoo" + (seen.empty() ? "" : ": " + seen),
             Source::kNetwork, Effect::kUnknown, transfer.retry_after_ms};
  } else {
    error.message = status + " with " + (transfer.content_type.empty() ? "no content type" : transfer.content_type) +
                    " instead of an answer: " + seen + "; check `url`, and Odoo's log";
  }
  return error;
}

}  // namespace outrigger::transport
