#include "host/http/secret.hpp"

#include <algorithm>

#include "integration/value/base64.hpp"

namespace outrigger::host {
namespace {

constexpr std::string_view kMask = "***";

Error refuse(std::string message) { return {Code::kInvalid, std::move(message), Source::kHost, Effect::kNone, -1}; }

std::string percent_encoded(std::string_view text, const char* digits) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain)
      out += c;
    else
      out.append(1, '%').append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
  }
  return out;
}

void add_forms(std::vector<std::string>& forms, const std::string& value) {
  for (std::string form :
       {value, percent_encoded(value, "0123456789ABCDEF"), percent_encoded(value, "0123456789abcdef")})
    if (!form.empty() && std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(std::move(form));
}

}  // namespace

Result<Credential> Credential::make(std::string_view name, std::string_view value, std::string_view as) {
  constexpr std::string_view kHeader = "header:";
  const std::string shown = "the secret " + std::string(name.substr(0, 80));
  if (value.empty()) return refuse(shown + " is empty; store it again");
  for (const char c : value)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return refuse(shown + " holds a line break or a control character; store it again without");
  Credential result;
  const std::string text(value);
  add_forms(result.forms, text);
  if (as == "bearer") {
    result.header = {"Authorization", "Bearer " + text};
  } else if (as == "basic") {
    const size_t colon = text.find(':');
    if (colon == std::string::npos) return refuse(shown + " must be user:password to be used as basic; store it again");
    const std::string encoded = value::to_base64(text);
    result.header = {"Authorization", "Basic " + encoded};
    add_forms(result.forms, encoded);
    add_forms(result.forms, text.substr(colon + 1));
  } else if (as.substr(0, kHeader.size()) == kHeader) {
    const std::string_view header = as.substr(kHeader.size());
    if (Result<void> ok = check_header_name(header); !ok) return ok.error();
    result.header = {std::string(header), text};
  } else {
    return refuse("`secret_as` must be bearer, basic or header:NAME");
  }
  // The longest first, so that no rest of it stays.
  std::sort(result.forms.begin(), result.forms.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return result;
}

std::string Credential::masked(std::string_view text, size_t shortest) const {
  std::string out(text);
  for (const std::string& form : forms) {
    if (form.size() < shortest) continue;
    size_t at = out.find(form);
    if (at == std::string::npos) continue;
    std::string rest;
    size_t from = 0;
    for (; at != std::string::npos; from = at + form.size(), at = out.find(form, from))
      rest.append(out, from, at - from).append(kMask);
    out = rest.append(out, from, std::string::npos);
  }
  return out;
}

}  // namespace outrigger::host
