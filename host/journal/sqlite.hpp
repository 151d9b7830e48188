// SQLite as the host's rooms use it: statements that are prepared once, values bound and read by type.
//
//     Statement of = database.statement("SELECT value FROM store WHERE plugin = ?1 AND key = ?2", plugin, Blob{key});
//     if (of.step()) use(of.blob(0));
//
// Errors of SQLite are thrown as StorageError between begin and end of a piece of work, and become a Result at the edge
// of the room (JournalFile::commit and read). A full disk is kLimit, everything else kInternal; the message names the
// file. Threads: a Database and its statements belong to one thread at a time.
#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "outrigger/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace outrigger::host {

class StorageError : public std::exception {
 public:
  explicit StorageError(Error error) : error_(std::move(error)) {}
  [[nodiscard]] const char* what() const noexcept override { return error_.message.c_str(); }
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  Error error_;
};

// Bytes, where a plain text would be bound as text: the two compare differently in SQL.
struct Blob {
  std::string_view bytes;
};

class Database;

// One run of a prepared statement. What it returns as views lives until the next step or its end.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // To the next row; false: there is none.
  bool step();
  // To the end, where no row is wanted.
  void run() {
    while (step()) {
    }
  }
  [[nodiscard]] bool null(int column) const;
  [[nodiscard]] int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::string_view blob(int column) const;

  // The number of a parameter counts from 1.
  void bind(int parameter, std::nullptr_t);
  void bind(int parameter, int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view text);
  void bind(int parameter, Blob value);
  template <typename T>
  void bind(int parameter, const std::optional<T>& value) {
    value ? bind(parameter, *value) : bind(parameter, nullptr);
  }

 private:
  friend class Database;
  Statement(Database& database, sqlite3_stmt* handle) : database_(&database), handle_(handle) {}

  Database* database_;
  sqlite3_stmt* handle_;
};

class Database {
 public:
  // Throws StorageError. Makes the file when it is not there; WAL, synchronous=FULL, what is deleted is overwritten.
  explicit Database(std::filesystem::path file);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Several statements without parameters or rows.
  void run(const std::string& sql);
  template <typename... Values>
  Statement statement(std::string_view sql, const Values&... values) {
    Statement made = prepare(sql);
    int parameter = 0;
    (made.bind(++parameter, values), ...);
    return made;
  }
  // Rows that the last statement changed, and the id of the row that was inserted last.
  [[nodiscard]] int64_t changed() const;
  [[nodiscard]] int64_t inserted() const;
  // A copy of all that is committed, consistent while others write. The target must not be there. `go_on` is asked now
  // and then; false: kCancelled.
  void copy_to(const std::filesystem::path& target, const std::function<bool()>& go_on = {});
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  friend class Statement;
  Statement prepare(std::string_view sql);
  [[noreturn]] void fail(int code) const;

  std::filesystem::path file_;
  sqlite3* handle_ = nullptr;
  // A statement that is in use when it is wanted again is prepared once more.
  std::map<std::string, sqlite3_stmt*, std::less<>> idle_;
};

}  // namespace outrigger::host
