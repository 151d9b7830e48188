// The file of a Ledger: read with errors that name the line, replaced whole, under a lock.
//
//     {"version": 1, "databases": {"main": {"scoring": {"enabled": true, "manifest_sha256": "...",
//      "library_sha256": "...", "when": 1795305600000000, "permissions": {...}}}}}
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "host/config/json_tree.hpp"
#include "host/grants/ledger.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

constexpr char kRemedy[] = "; mend it, or move it away and enable the plugins again";

Error fail(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }
Error disk(const std::string& what) {
  return fail(Code::kInternal, what + ": " + std::strerror(errno) + "; look at the folder's space and rights");
}

class Descriptor {
 public:
  explicit Descriptor(int file) : file_(file) {}
  ~Descriptor() {
    if (file_ >= 0) ::close(file_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return file_; }

 private:
  int file_;
};

// Whoever can write here can grant.
Result<void> check_owner(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return disk("cannot look at " + file.string());
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return fail(Code::kAccess, "others may write to " + file.string() + ", and so grant what they like; chmod 600 it");
  if (status.st_uid != ::geteuid() && status.st_uid != 0)
    return fail(Code::kAccess, file.string() + " belongs to another user; chown it to the user that runs outrigger");
  return {};
}

Result<GrantRecord> record_of(const JsonFile& file, const Json::Value& json, const std::string& where) {
  constexpr std::string_view kKeys[] = {"enabled", "manifest_sha256", "library_sha256", "when", "permissions"};
  if (Result<void> known = file.check_keys(json, where, kKeys); !known) return known.error();
  GrantRecord record;
  if (!json["enabled"].isBool()) return file.error(json, where + ".enabled must be true or false");
  record.enabled = json["enabled"].asBool();
  for (const auto& [key, text] :
       {std::pair{"manifest_sha256", &record.manifest_sha256}, {"library_sha256", &record.library_sha256}})
    if (Result<void> read = file.read(json, where + ".", key, *text); !read) return read.error();
  if (!json["when"].isInt64()) return file.error(json, where + ".when must be a whole number");
  record.when = json["when"].asInt64();
  if (!json["permissions"].isObject() && !json["permissions"].isNull())
    return file.error(json["permissions"], where + ".permissions must be an object");
  record.permissions = Document::build([&](Arena& arena) { return to_value(json["permissions"], arena); });
  return record;
}

Result<void> write_all(int file, std::string_view text, const fs::path& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return disk("cannot write " + path.string());
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (::fsync(file) != 0) return disk("cannot write " + path.string());
  return {};
}

template <typename Records>
Value tree_of(const Records& records, Arena& arena) {
  std::vector<Field> databases;
  for (auto at = records.begin(); at != records.end();) {
    const std::string& database = at->first.first;
    std::vector<Field> plugins;
    for (; at != records.end() && at->first.first == database; ++at) {
      const GrantRecord& record = at->second;
      std::vector<Field> fields{{"enabled", Value::of(record.enabled)},
                                {"manifest_sha256", arena.text(record.manifest_sha256)}};
      if (!record.library_sha256.empty()) fields.push_back({"library_sha256", arena.text(record.library_sha256)});
      fields.push_back({"when", Value::of(record.when)});
      fields.push_back({"permissions", record.permissions.root()});
      plugins.push_back({at->first.second, arena.object(fields)});
    }
    databases.push_back({database, arena.object(plugins)});
  }
  return arena.object({{"version", 1}, {"databases", arena.object(databases)}});
}

}  // namespace

Result<LedgerLock> LedgerLock::take(const fs::path& ledger) {
  const std::string path = ledger.string() + ".lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return disk("cannot open " + path);
  LedgerLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK)
    return fail(Code::kConflict, "another outrigger is changing " + ledger.string() + "; try again in a moment");
  return disk("cannot lock " + path);
}

LedgerLock::~LedgerLock() {
  if (file_ >= 0) ::close(file_);
}

Result<Ledger::Records> Ledger::read(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(path, error))) return Records{};
  if (Result<void> ours = check_owner(path); !ours) return ours.error();
  const auto with_remedy = [&](Error problem) {
    problem.code = Code::kInvalid;
    problem.message += kRemedy;
    return problem;
  };
  const Result<JsonFile> file = JsonFile::read(path);
  if (!file) return with_remedy(file.error());
  constexpr std::string_view kTop[] = {"version", "databases"};
  if (Result<void> known = file->check_keys(file->root, "the grants", kTop); !known) return with_remedy(known.error());
  if (!file->root["version"].isInt() || file->root["version"].asInt() != 1)
    return file->error(file->root["version"], "these grants were written by a newer outrigger; update this one");
  const Json::Value& databases = file->root["databases"];
  if (!databases.isObject()) return with_remedy(file->error(databases, "`databases` must be an object"));
  Records records;
  for (const std::string& database : databases.getMemberNames()) {
    if (!databases[database].isObject())
      return with_remedy(file->error(databases[database], "databases." + database + " must be an object"));
    for (const std::string& plugin : databases[database].getMemberNames()) {
      Result<GrantRecord> record =
          record_of(*file, databases[database][plugin], "databases." + database + "." + plugin);
      if (!record) return with_remedy(record.error());
      records.emplace(Key(database, plugin), *std::move(record));
    }
  }
  return records;
}

Result<void> Ledger::write(const fs::path& path, const Records& records) {
  Arena arena;
  const std::string text = value::to_pretty_json(tree_of(records, arena)) + "\n";
  const fs::path fresh = path.string() + ".new";
  // What a crash left; the lock is ours.
  if (::unlink(fresh.c_str()) != 0 && errno != ENOENT) return disk("cannot replace " + fresh.string());
  {
    const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0) return disk("cannot write " + fresh.string());
    if (Result<void> written = write_all(file.get(), text, fresh); !written) return written;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return disk("cannot replace " + path.string());
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const Descriptor parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.get() < 0 || ::fsync(parent.get()) != 0) return disk("cannot flush " + folder.string());
  return {};
}

}  // namespace outrigger::host
