#include "host/plugins/library.hpp"

#include <elf.h>

#include <boost/dll/shared_library.hpp>
#include <cstring>
#include <fstream>
#include <list>
#include <mutex>

#include "outrigger/value.hpp"

namespace outrigger::host {
namespace {

namespace dll = boost::dll;

Error refuse(const Manifest& manifest, Code code, const std::string& why) {
  return {code, "plugin " + manifest.id + ": " + manifest.library.string() + " " + why, Source::kHost, Effect::kNone,
          -1};
}

std::string version_text(int major, int minor) { return std::to_string(major) + "." + std::to_string(minor); }

// A file that was cut short, by an interrupted copy, would end the host with SIGBUS while it is being mapped.
bool is_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  Elf64_Ehdr header{};
  if (!file.read(reinterpret_cast<char*>(&header), sizeof header)) return false;
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64)
    return true;  // dlopen says it better
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(path, error);
  for (uint16_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part{};
    file.seekg(static_cast<std::streamoff>(header.e_phoff + uint64_t{i} * header.e_phentsize));
    if (!file.read(reinterpret_cast<char*>(&part), sizeof part)) return false;
    if (part.p_type == PT_LOAD && (part.p_offset > size || part.p_filesz > size - part.p_offset)) return false;
  }
  return header.e_shoff + uint64_t{header.e_shnum} * header.e_shentsize <= size;
}

Result<void> check_stamp(const Manifest& manifest, const or_stamp& stamp) {
  if (stamp.magic != OR_MAGIC)
    return refuse(manifest, Code::kInvalid,
                  "has the entry point of a plugin but not its stamp; rebuild it with outrigger_add_plugin()");
  if (stamp.abi_major != OR_ABI_MAJOR || stamp.abi_minor_required > OR_ABI_MINOR)
    return refuse(manifest, Code::kInvalid,
                  "was built for ABI " + version_text(stamp.abi_major, stamp.abi_minor_required) +
                      "; this host offers " + version_text(OR_ABI_MAJOR, OR_ABI_MINOR));
  const uint8_t little_endian = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 1 : 0;
  if (stamp.pointer_size != sizeof(void*) || stamp.little_endian != little_endian)
    return refuse(manifest, Code::kInvalid, "was built for another machine");
  return {};
}

Result<void> check_table(const Manifest& manifest, const or_plugin_v1* table) {
  if (table == nullptr) return refuse(manifest, Code::kInvalid, "returned no plugin table");
  if (table->struct_size < offsetof(or_plugin_v1, get_extension) + sizeof(table->get_extension))
    return refuse(manifest, Code::kInvalid, "has a plugin table that is too short; rebuild it with this SDK");
  if (Result<void> stamp = check_stamp(manifest, table->stamp); !stamp) return stamp;
  struct Slot {
    const char* name;
    bool there;
  };
  for (const Slot& slot : {Slot{"create", table->create != nullptr},
                           {"activate", table->activate != nullptr},
                           {"stop", table->stop != nullptr},
                           {"destroy", table->destroy != nullptr},
                           {"get_extension", table->get_extension != nullptr}})
    if (!slot.there) return refuse(manifest, Code::kInvalid, std::string("lacks the function ") + slot.name);
  if (from_abi(table->id) != manifest.id || from_abi(table->version) != manifest.version)
    return refuse(manifest, Code::kInvalid,
                  "is " + std::string(from_abi(table->id)) + " " + std::string(from_abi(table->version)) +
                      ", but its manifest says " + manifest.id + " " + manifest.version +
                      "; install both from one build");
  return {};
}

}  // namespace

Result<Library> load_library(const Manifest& manifest) {
  static std::mutex mutex;
  static std::list<dll::shared_library> loaded;  // never closed
  const std::lock_guard lock(mutex);
  std::error_code missing;
  if (!std::filesystem::exists(manifest.library, missing))
    return refuse(manifest, Code::kMissing, "is missing; it belongs beside the manifest");
  if (!is_whole(manifest.library)) return refuse(manifest, Code::kInvalid, "is not a whole library; install it again");
  try {
    dll::shared_library library(manifest.library.string(), dll::load_mode::rtld_now | dll::load_mode::rtld_local);
    if (!library.has(OR_ENTRY_POINT))
      return refuse(manifest, Code::kInvalid,
                    std::string("is a library but no plugin: it does not export ") + OR_ENTRY_POINT);
    const auto entry = library.get<const or_plugin_v1*()>(OR_ENTRY_POINT);
    loaded.push_back(library);
    const or_plugin_v1* table = entry();
    if (Result<void> checked = check_table(manifest, table); !checked) return checked.error();
    return Library(table);
  } catch (const std::exception& problem) {
    return refuse(manifest, Code::kInvalid, std::string("cannot be loaded: ") + problem.what());
  }
}

}  // namespace outrigger::host
