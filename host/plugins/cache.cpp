#include "host/plugins/cache.hpp"

#include <unistd.h>

#include <atomic>
#include <system_error>

#include "host/grants/sha256.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

Error refuse(Code code, const Manifest& manifest, const std::string& why) {
  return {code, "plugin " + manifest.id + ": " + why, Source::kHost, Effect::kNone, -1};
}

// Whatever the umask is.
void open_to_all(const fs::path& path) {
  constexpr auto kAll = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec | fs::perms::others_read |
                        fs::perms::others_exec;
  fs::permissions(path, kAll);
}

void copy_into(const fs::path& library, const fs::path& folder, const fs::path& target) {
  static std::atomic<uint64_t> counter{0};
  const fs::path fresh =
      folder.parent_path() / (".new-" + std::to_string(::getpid()) + "-" + std::to_string(++counter));
  fs::create_directories(fresh);
  open_to_all(fresh);
  fs::copy_file(library, fresh / target.filename(), fs::copy_options::overwrite_existing);
  open_to_all(fresh / target.filename());
  std::error_code there;
  fs::rename(fresh, folder, there);
  // Another program was quicker, or what is there is damaged: the file alone is replaced, in one step.
  if (there) fs::rename(fresh / target.filename(), target);
  fs::remove_all(fresh);
}

}  // namespace

Result<CachedPlugin> cache_plugin(const Manifest& manifest, const fs::path& cache) {
  std::error_code missing;
  if (!fs::exists(manifest.library, missing))
    return refuse(Code::kMissing, manifest, manifest.library.string() + " is missing; it belongs beside the manifest");
  const Result<std::string> hash = sha256_of_file(manifest.library);
  if (!hash) return hash.error();
  constexpr size_t kNameLength = 16;
  const fs::path folder = cache / (manifest.id + "-" + hash->substr(0, kNameLength));
  const fs::path target = folder / (manifest.id + ".so");
  try {
    fs::create_directories(cache);
    open_to_all(cache);
    const auto intact = [&] {
      std::error_code absent;
      if (!fs::exists(target, absent)) return false;
      const Result<std::string> held = sha256_of_file(target);
      return held && *held == *hash;
    };
    if (!intact()) copy_into(manifest.library, folder, target);
    if (!intact())
      return refuse(Code::kInternal, manifest, target.string() + " does not stay as it was written; check the disk");
  } catch (const std::exception& problem) {
    return refuse(Code::kInternal, manifest,
                  "it cannot be copied to " + folder.string() + " (" + problem.what() +
                      "); make the folder writable or name another with `data_folder`");
  }
  return CachedPlugin{folder, *hash};
}

}  // namespace outrigger::host
