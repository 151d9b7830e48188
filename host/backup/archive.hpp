// The one file of a backup: several files behind one another, with a seal at the end.
//
//     Result<std::unique_ptr<ArchiveWriter>> out = ArchiveWriter::create("monday.backup", head);   // head: {program,
//     at}
//     (*out)->add("grants.json", data / "grants.json", watch);
//     (*out)->finish();                                              // now it is there, under its name
//     Result<std::unique_ptr<ArchiveReader>> in = ArchiveReader::open("monday.backup");
//     while (*(*in)->next()) (*in)->extract(folder / (*in)->name(), watch);
//
// A line with the format and its version; a line of JSON, the head; of each member a line {"name", "size", "mode"} and
// its bytes; a line {"end": true, "members", "sha256"} with the digest of all before it. Made as FILE.part (0600) and
// renamed when it is whole and on the disk; what is given up leaves nothing. A reader knows only with the last member
// whether all is as it was written: until next() has said that there is none, nothing of it may be used.
//
// Names are plain and relative. Threads: one. Errors: kConflict (the file is there), kInvalid (no backup, cut off,
// damaged), kUnsupported (of a newer Outrigger), kLimit (no room), kCancelled (the watch said false), kAccess,
// kMissing.
#pragma once

#include <sodium.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

// Asked with the bytes that have gone through since it was asked last; false: give it up.
using ArchiveWatch = std::function<bool(uint64_t more)>;

// Of a text that is written to the archive or read from it.
class ArchiveSeal {
 public:
  ArchiveSeal();
  void take(std::string_view bytes);
  // Hexadecimal; once.
  std::string close();

 private:
  crypto_hash_sha256_state state_{};
};

class ArchiveWriter {
 public:
  static Result<std::unique_ptr<ArchiveWriter>> create(const std::filesystem::path& file, Value head);
  // Removes what is not finished.
  ~ArchiveWriter();
  ArchiveWriter(const ArchiveWriter&) = delete;
  ArchiveWriter& operator=(const ArchiveWriter&) = delete;

  Result<void> add(const std::string& name, const std::filesystem::path& source, const ArchiveWatch& watch);
  Result<void> finish();
  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  ArchiveWriter(std::filesystem::path file, std::filesystem::path part)
      : file_(std::move(file)), part_(std::move(part)) {}
  Result<void> write(std::string_view bytes);

  std::filesystem::path file_;
  std::filesystem::path part_;
  std::ofstream out_;
  ArchiveSeal seal_;
  uint64_t bytes_ = 0;
  int64_t members_ = 0;
  bool finished_ = false;
};

class ArchiveReader {
 public:
  static Result<std::unique_ptr<ArchiveReader>> open(const std::filesystem::path& file);

  [[nodiscard]] Value head() const { return head_.root(); }
  [[nodiscard]] uint64_t file_size() const { return file_size_; }
  // To the next member, which is then to be extracted; false: that was all, and the seal fits.
  Result<bool> next();
  [[nodiscard]] const std::string& name() const { return name_; }
  // The folders above are made. The target must not be there.
  Result<void> extract(const std::filesystem::path& target, const ArchiveWatch& watch);

 private:
  explicit ArchiveReader(std::filesystem::path file) : file_(std::move(file)) {}
  Result<std::string> line();
  [[nodiscard]] Error cut_off() const;
  [[nodiscard]] Error damaged() const;

  std::filesystem::path file_;
  std::ifstream in_;
  uint64_t file_size_ = 0;
  Document head_;
  ArchiveSeal seal_;
  std::string name_;
  uint64_t size_ = 0;
  unsigned mode_ = 0600;
  int64_t members_ = 0;
};

}  // namespace outrigger::host
