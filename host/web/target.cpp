#include "host/web/target.hpp"

namespace outrigger::host {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool decode(std::string_view raw, std::string& out) {
  for (size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '%') {
      if (i + 2 >= raw.size()) return false;
      const int high = digit(raw[i + 1]);
      const int low = digit(raw[i + 2]);
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < ' ' || c == 127 || c == '\\') return false;
    out += c;
  }
  return true;
}

bool has_dots(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view step = path.substr(0, path.find('/'));
    if (step == "." || step == "..") return true;
    path.remove_prefix(step.size());
  }
  return false;
}

}  // namespace

bool read_target(std::string_view target, std::string& path, std::string& query) {
  target = target.substr(0, target.find('#'));
  if (target.empty() || target[0] != '/') return false;
  const size_t mark = target.find('?');
  path.clear();
  if (!decode(target.substr(0, mark), path) || has_dots(path)) return false;
  query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  return true;
}

}  // namespace outrigger::host
