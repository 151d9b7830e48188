// The plugin cache: libraries are loaded from a copy that is named by its content, so that what runs is what was looked
// at, and a file that is replaced while a plugin runs does no harm.
//
//     Result<CachedPlugin> cached = cache_plugin(manifest, data_folder / "plugins");
//     load(cached->folder / "scoring.so");
//
// A copy that is there already is hashed again before it is used. Threads: any; several programs may share a cache.
#pragma once

#include <filesystem>
#include <string>

#include "host/plugins/manifest.hpp"

namespace outrigger::host {

struct CachedPlugin {
  std::filesystem::path folder;  // ID.so lies in it; readable by every user, writable by none but ours
  std::string sha256;            // of the library
};

// kMissing: the library is not there; kInternal: the cache cannot be written, with the remedy.
Result<CachedPlugin> cache_plugin(const Manifest& manifest, const std::filesystem::path& cache);

}  // namespace outrigger::host
