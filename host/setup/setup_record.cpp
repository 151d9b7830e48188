#include "host/setup/setup_record.hpp"

#include "host/config/json_tree.hpp"
#include "host/secrets/whole_file.hpp"

namespace outrigger::host {

std::optional<int64_t> SetupRecord::find(const std::string& database, const std::string& what,
                                         const std::string& digest) {
  const std::lock_guard lock(mutex_);
  const Result<JsonFile> file = JsonFile::read(file_);
  if (!file || !file->root.isObject() || !file->root[database].isObject()) return std::nullopt;
  const Json::Value& entry = file->root[database][what];
  if (!entry.isObject() || !entry["digest"].isString() || !entry["id"].isInt64()) return std::nullopt;
  if (entry["digest"].asString() != digest) return std::nullopt;
  return entry["id"].asInt64();
}

Result<void> SetupRecord::change(const std::function<void(Json::Value& root)>& change) {
  const std::lock_guard lock(mutex_);
  std::error_code cannot;  // the lock says it better
  std::filesystem::create_directories(file_.parent_path(), cannot);
  const Result<FileLock> alone = FileLock::take(file_.string() + ".lock");
  if (!alone) return alone.error();
  const Result<JsonFile> file = JsonFile::read(file_);
  Json::Value root = file && file->root.isObject() ? file->root : Json::Value(Json::objectValue);
  change(root);
  return replace_whole(file_, root.toStyledString());
}

Result<void> SetupRecord::keep(const std::string& database, const std::string& what, const std::string& digest,
                               int64_t id) {
  return change([&](Json::Value& root) {
    if (!root[database].isObject()) root[database] = Json::Value(Json::objectValue);
    Json::Value entry(Json::objectValue);
    entry["digest"] = digest;
    entry["id"] = Json::Int64(id);
    root[database][what] = std::move(entry);
  });
}

Result<void> SetupRecord::forget(const std::string& database, int64_t id) {
  return change([&](Json::Value& root) {
    if (!root[database].isObject()) return;
    for (const std::string& what : root[database].getMemberNames()) {
      const Json::Value& entry = root[database][what];
      if (entry.isObject() && entry["id"].isInt64() && entry["id"].asInt64() == id) root[database].removeMember(what);
    }
  });
}

}  // namespace outrigger::host
