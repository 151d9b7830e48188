// A plugin's shared library, loaded into this process, with its table checked.
//
//     Result<Library> library = load_library(manifest);
//     const or_plugin_v1& table = library->table();
//
// Each mismatch is one sentence for the admin. A library is never unloaded: a plugin may have left threads, thread
// locals or unique symbols behind. Threads: load from one thread; the table may be used from any.
#pragma once

#include "host/plugins/manifest.hpp"
#include "outrigger/abi.h"

namespace outrigger::host {

class Library {
 public:
  explicit Library(const or_plugin_v1* table) : table_(table) {}
  [[nodiscard]] const or_plugin_v1& table() const { return *table_; }

 private:
  const or_plugin_v1* table_;
};

// kMissing: no such file; kInvalid: not a library, not a plugin, another ABI, or not what its manifest says.
Result<Library> load_library(const Manifest& manifest);

}  // namespace outrigger::host
