// Before an instance is made: manifest, permissions, symbols, stamp, identity.
#include "host/grants/permissions.hpp"
#include "host/plugins/library.hpp"
#include "host/validate/elf.hpp"
#include "host/validate/instance.hpp"

namespace outrigger::host::validate {
namespace {

Report manifest(const Subject& subject) {
  const Result<Manifest> read = read_manifest(subject.folder);
  if (!read) return Report::failed(read.error().message, "correct manifest.json");
  if (read->summary.empty())
    return Report::warning("the manifest says in no `summary` what the plugin does", "add one sentence for the admin");
  return Report::passed("manifest.json describes " + read->id + " " + read->version);
}

Report permissions(const Subject& subject) {
  const Result<Manifest> read = read_manifest(subject.folder);
  if (!read) return Report::skipped("not asked, because manifest.json cannot be read");
  const Result<Permissions> asked = Permissions::parse(read->document.root()["permissions"], read->id);
  if (!asked) return Report::failed(asked.error().message, "correct `permissions` in manifest.json");
  bool odoo = false;
  for (const std::string& id : read->required_extensions) odoo = odoo || id == OR_ODOO_ID;
  if (odoo && asked->models.empty() && asked->host.empty())
    return Report::warning("the plugin requires outrigger.odoo/1 and asks for nothing of it",
                           "name in `permissions` the models that it reads and writes");
  return Report::passed("asks for " + std::to_string(asked->models.size()) +
                        (asked->models.size() == 1 ? " model" : " models"));
}

Report symbols(const Subject& subject) {
  const Result<Manifest> read = read_manifest(subject.folder);
  if (!read) return Report::skipped("not asked, because manifest.json cannot be read");
  const Result<Exports> exports = exports_of(subject.library.empty() ? read->library : subject.library);
  constexpr const char* kRemedy = "build it with outrigger_add_plugin()";
  if (!exports) return Report::failed(exports.error().message, kRemedy);
  bool there = false;
  std::string others;
  for (const std::string& name : exports->names) {
    there = there || name == OR_ENTRY_POINT;
    if (name != OR_ENTRY_POINT && others.size() < 200) others += (others.empty() ? "" : ", ") + name;
  }
  if (!there) return Report::failed(std::string("the library does not export ") + OR_ENTRY_POINT, kRemedy);
  if (!exports->unique.empty())
    return Report::failed("the library shares " + exports->unique.front() + " with every other plugin", kRemedy);
  if (!others.empty()) return Report::failed("the library also exports " + others, kRemedy);
  return Report::passed(std::string("exports ") + OR_ENTRY_POINT + " alone");
}

Report loads(const Subject& subject) {
  Result<Manifest> read = read_manifest(subject.folder);
  if (!read) return Report::skipped("not asked, because manifest.json cannot be read");
  if (!subject.library.empty()) read->library = subject.library;
  const Result<Library> library = load_library(*read);
  if (!library) return Report::failed(library.error().message, "a host refuses it so; build it again with this SDK");
  return Report::passed("a host loads it");
}

Report stamp(const Subject& subject) {
  const Opened plugin = open(subject);
  if (plugin.table == nullptr) return no_table(plugin);
  const or_stamp& stamp = plugin.table->stamp;
  if (stamp.struct_size < sizeof(or_stamp))
    return Report::failed("the stamp is shorter than it was in 1.0", "build the plugin with this SDK");
  if (stamp.abi_minor_required > plugin.manifest->abi_minor)
    return Report::failed("the library needs ABI 1." + std::to_string(stamp.abi_minor_required) +
                              ", its manifest says 1." + std::to_string(plugin.manifest->abi_minor),
                          "write the same `abi` into manifest.json");
  if (stamp.draft != 0)
    return Report::warning("the plugin uses drafts of the ABI and loads in this very version only",
                           "build it without OR_ENABLE_DRAFTS before you pass it on");
  return Report::passed("built with the SDK " + std::string(from_abi(stamp.sdk_version)) + " for ABI 1." +
                        std::to_string(stamp.abi_minor_required));
}

Report identity(const Subject& subject) {
  const Opened plugin = open(subject);
  if (plugin.table == nullptr) return no_table(plugin);
  const std::string built(from_abi(plugin.table->id));
  const std::string version(from_abi(plugin.table->version));
  if (built != plugin.manifest->id || version != plugin.manifest->version)
    return Report::failed("the library is " + built + " " + version + ", its manifest says " + plugin.manifest->id +
                              " " + plugin.manifest->version,
                          "install both from one build");
  return Report::passed("library and manifest are " + built + " " + version);
}

}  // namespace

std::vector<Check> load_checks() {
  return {{"manifest", "the manifest can be read", &manifest},
          {"permissions", "what it asks for can be understood", &permissions},
          {"symbols", "the library exports one symbol", &symbols},
          {"loads", "a host loads it", &loads},
          {"stamp", "it was built for this ABI", &stamp},
          {"identity", "library and manifest are of one build", &identity}};
}

}  // namespace outrigger::host::validate
