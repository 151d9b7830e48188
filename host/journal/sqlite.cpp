#include "host/journal/sqlite.hpp"

#include <sqlite3.h>
#include <sys/resource.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace outrigger::host {
namespace {

// A quota, a limit on the size of files, and shared memory that does not fit any more are no SQLITE_FULL.
bool disk_is_full(int code, int system_error) {
  const bool of_the_disk =
      system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG || code == SQLITE_IOERR_SHMSIZE;
  return (code & 0xff) == SQLITE_FULL || ((code & 0xff) == SQLITE_IOERR && of_the_disk);
}

// SQLite does not always know the cause any more when it is asked.
bool has_reached_its_limit(const std::filesystem::path& file) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return false;
  for (const char* part : {"", "-wal"}) {
    std::error_code unknown;
    const uintmax_t size = std::filesystem::file_size(file.string() + part, unknown);
    if (!unknown && size >= limit.rlim_cur) return true;
  }
  return false;
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), handle_(std::exchange(other.handle_, nullptr)) {}

Statement::~Statement() {
  if (handle_ == nullptr) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  const auto [at, first] = database_->idle_.try_emplace(sqlite3_sql(handle_), handle_);
  if (!first) sqlite3_finalize(handle_);
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) database_->fail(code);
  return code == SQLITE_ROW;
}

bool Statement::null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }
double Statement::real(int column) const { return sqlite3_column_double(handle_, column); }

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return data == nullptr ? std::string_view{}
                         : std::string_view(data, static_cast<size_t>(sqlite3_column_bytes(handle_, column)));
}

std::string_view Statement::blob(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  return data == nullptr ? std::string_view{}
                         : std::string_view(data, static_cast<size_t>(sqlite3_column_bytes(handle_, column)));
}

void Statement::bind(int parameter, std::nullptr_t) {
  if (const int code = sqlite3_bind_null(handle_, parameter)) database_->fail(code);
}
void Statement::bind(int parameter, int64_t value) {
  if (const int code = sqlite3_bind_int64(handle_, parameter, value)) database_->fail(code);
}
void Statement::bind(int parameter, double value) {
  if (const int code = sqlite3_bind_double(handle_, parameter, value)) database_->fail(code);
}
// An empty view may have no data, which SQLite would take for NULL.
void Statement::bind(int parameter, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  if (const int code = sqlite3_bind_text64(handle_, parameter, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8))
    database_->fail(code);
}
void Statement::bind(int parameter, Blob value) {
  const char* data = value.bytes.data() == nullptr ? "" : value.bytes.data();
  if (const int code = sqlite3_bind_blob64(handle_, parameter, data, value.bytes.size(), SQLITE_TRANSIENT))
    database_->fail(code);
}

Database::Database(std::filesystem::path file) : file_(std::move(file)) {
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  try {
    if (const int code = sqlite3_open_v2(file_.c_str(), &handle_, kFlags, nullptr)) fail(code);
    sqlite3_busy_timeout(handle_, 10000);
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8192;"
        "PRAGMA secure_delete = ON");
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

Database::~Database() {
  for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

void Database::run(const std::string& sql) {
  if (const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr)) fail(code);
}

int64_t Database::changed() const { return sqlite3_changes64(handle_); }
int64_t Database::inserted() const { return sqlite3_last_insert_rowid(handle_); }

void Database::copy_to(const std::filesystem::path& target, const std::function<bool()>& go_on) {
  constexpr int kSteps = 50'000;  // of SQLite's machine: a few milliseconds
  std::function<bool()> asked = go_on;
  if (asked)
    sqlite3_progress_handler(
        handle_, kSteps, [](void* ask) { return (*static_cast<std::function<bool()>*>(ask))() ? 0 : 1; }, &asked);
  try {
    statement("VACUUM INTO ?1", target.native()).run();
  } catch (...) {
    sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
    throw;
  }
  sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
}

Statement Database::prepare(std::string_view sql) {
  if (const auto at = idle_.find(sql); at != idle_.end()) return {*this, idle_.extract(at).mapped()};
  sqlite3_stmt* made = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  if (code != SQLITE_OK) fail(code);
  return {*this, made};
}

void Database::fail(int code) const {
  const std::string what = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
  const int cause = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
  Error error{Code::kInternal, file_.string() + ": " + what, Source::kHost, Effect::kNone, -1};
  if ((code & 0xff) == SQLITE_IOERR)
    error.message += " (" + std::to_string(code) + ", " + std::generic_category().message(cause) + ")";
  if (disk_is_full(code, cause) || (code == SQLITE_IOERR_WRITE && has_reached_its_limit(file_))) {
    error.code = Code::kLimit;
    error.retry_after_ms = 10000;
    error.message = file_.string() + ": the disk is full; make room, the work goes on by itself";
  }
  if ((code & 0xff) == SQLITE_INTERRUPT) {
    error.code = Code::kCancelled;
    error.message = "interrupted";
  }
  if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB)
    error.message = file_.string() + " is damaged (" + what + "): restore a backup with `outrigger restore FILE`";
  throw StorageError(std::move(error));
}

}  // namespace outrigger::host
