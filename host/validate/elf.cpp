#include "host/validate/elf.hpp"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>

namespace outrigger::host::validate {
namespace {

// Of a file that may end anywhere.
template <typename T>
bool read_at(const std::string& bytes, size_t offset, T& out) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof out) return false;
  std::memcpy(&out, bytes.data() + offset, sizeof out);
  return true;
}

std::string text_at(const std::string& bytes, size_t offset) {
  if (offset >= bytes.size()) return {};
  return bytes.substr(offset, bytes.find('\0', offset) - offset);
}

void add_symbols(const std::string& bytes, const ElfW(Shdr) & section, const ElfW(Shdr) & names, Exports& exports) {
  for (size_t at = 0; at + sizeof(ElfW(Sym)) <= section.sh_size; at += sizeof(ElfW(Sym))) {
    ElfW(Sym) symbol{};
    if (!read_at(bytes, section.sh_offset + at, symbol)) return;
    const int binding = symbol.st_info >> 4;
    const int visibility = symbol.st_other & 3;
    if (symbol.st_shndx == SHN_UNDEF || binding == STB_LOCAL || symbol.st_name == 0) continue;
    if (visibility != STV_DEFAULT && visibility != STV_PROTECTED) continue;
    const std::string name = text_at(bytes, names.sh_offset + symbol.st_name);
    exports.names.push_back(name);
    if (binding == STB_GNU_UNIQUE) exports.unique.push_back(name);
  }
}

}  // namespace

Result<Exports> exports_of(const std::filesystem::path& library) {
  std::ifstream file(library, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::error_code ignored;
  if (!std::filesystem::exists(library, ignored))
    return Error{Code::kMissing,
                 library.string() + " is missing: build the plugin, and name the folder build/plugins/ID",
                 Source::kHost, Effect::kNone, -1};
  const Error no_library{Code::kInvalid, library.string() + " is not a shared library of this machine", Source::kHost,
                         Effect::kNone, -1};
  ElfW(Ehdr) head{};
  if (!read_at(bytes, 0, head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_type != ET_DYN ||
      head.e_shentsize != sizeof(ElfW(Shdr)))
    return no_library;
  Exports exports;
  for (size_t i = 0; i < head.e_shnum; ++i) {
    ElfW(Shdr) section{};
    ElfW(Shdr) names{};
    if (!read_at(bytes, head.e_shoff + i * sizeof section, section)) return no_library;
    if (section.sh_type != SHT_DYNSYM) continue;
    if (!read_at(bytes, head.e_shoff + section.sh_link * sizeof names, names)) return no_library;
    add_symbols(bytes, section, names, exports);
  }
  std::sort(exports.names.begin(), exports.names.end());
  std::sort(exports.unique.begin(), exports.unique.end());
  return exports;
}

}  // namespace outrigger::host::validate
