#include "host/backup/archive.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "host/journal/file_lock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormat = "outrigger-backup 1";
constexpr std::string_view kAnyFormat = "outrigger-backup ";
constexpr size_t kLongestLine = 65536;
constexpr size_t kPiece = 65536;

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

Error disk(const fs::path& file) {
  const int problem = errno;
  const bool full = problem == ENOSPC || problem == EDQUOT || problem == EFBIG;
  return refuse(full ? Code::kLimit : Code::kAccess,
                file.string() + " cannot be written (" + std::strerror(problem) + ")" +
                    (full ? ": make room, or name a file on another disk" : ": look at the folder and its rights"));
}

// Nothing of an archive lands outside the folder that it is extracted to.
bool is_plain(const std::string& name) {
  const fs::path path(name);
  if (name.empty() || name.size() > 1024 || path.is_absolute()) return false;
  for (const fs::path& part : path)
    if (part.empty() || part == "." || part == ".." || part.string().find('\n') != std::string::npos) return false;
  return true;
}

}  // namespace

ArchiveSeal::ArchiveSeal() { crypto_hash_sha256_init(&state_); }

void ArchiveSeal::take(std::string_view bytes) {
  crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string ArchiveSeal::close() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256_final(&state_, digest.data());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return hex.data();
}

// --- writing

Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::create(const fs::path& file, Value head) {
  std::error_code ignored;
  if (fs::exists(file, ignored)) return refuse(Code::kConflict, file.string() + " is there already: name another file");
  fs::path part = file;
  part += ".part";
  std::unique_ptr<ArchiveWriter> made(new ArchiveWriter(file, part));
  const mode_t before = ::umask(0177);
  made->out_.open(part, std::ios::binary | std::ios::trunc);
  ::umask(before);
  if (!made->out_) return disk(part);
  if (Result<void> written = made->write(std::string(kFormat) + "\n" + value::to_json(head) + "\n"); !written)
    return written.error();
  return made;
}

ArchiveWriter::~ArchiveWriter() {
  if (finished_) return;
  out_.close();
  std::error_code ignored;
  fs::remove(part_, ignored);
}

Result<void> ArchiveWriter::write(std::string_view bytes) {
  seal_.take(bytes);
  bytes_ += bytes.size();
  errno = 0;
  out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out_) return disk(part_);
  return {};
}

Result<void> ArchiveWriter::add(const std::string& name, const fs::path& source, const ArchiveWatch& watch) {
  std::ifstream in(source, std::ios::binary);
  struct stat status {};
  if (!in || ::stat(source.c_str(), &status) != 0)
    return refuse(Code::kAccess, source.string() + " cannot be read: be the user that runs the host, or root");
  const auto size = static_cast<uint64_t>(status.st_size);
  {
    Arena arena;
    const Value line = arena.object({{"name", arena.text(name)},
                                     {"size", static_cast<int64_t>(size)},
                                     {"mode", static_cast<int64_t>(status.st_mode & 0777U)}});
    if (Result<void> written = write(value::to_json(line) + "\n"); !written) return written;
  }
  std::array<char, kPiece> piece;
  for (uint64_t left = size; left != 0;) {
    in.read(piece.data(), static_cast<std::streamsize>(std::min<uint64_t>(left, piece.size())));
    const auto got = static_cast<size_t>(in.gcount());
    if (got == 0) return refuse(Code::kConflict, source.string() + " became shorter while it was read: try again");
    if (Result<void> written = write({piece.data(), got}); !written) return written;
    left -= got;
    if (watch && !watch(got)) return refuse(Code::kCancelled, "interrupted: no backup was made");
  }
  ++members_;
  return {};
}

Result<void> ArchiveWriter::finish() {
  Arena arena;
  const std::string seal = seal_.close();
  const Value line = arena.object({{"end", true}, {"members", members_}, {"sha256", arena.text(seal)}});
  const std::string text = value::to_json(line) + "\n";
  bytes_ += text.size();
  errno = 0;
  out_ << text;
  out_.close();
  if (!out_) return disk(part_);
  if (Result<void> safe = make_durable(part_); !safe) return safe;
  std::error_code problem;
  fs::rename(part_, file_, problem);
  if (problem) return disk(file_);
  finished_ = true;
  return make_durable(file_);
}

// --- reading

Result<std::unique_ptr<ArchiveReader>> ArchiveReader::open(const fs::path& file) {
  std::unique_ptr<ArchiveReader> made(new ArchiveReader(file));
  std::error_code ignored;
  made->in_.open(file, std::ios::binary);
  if (!fs::is_regular_file(file, ignored) || !made->in_)
    return refuse(Code::kMissing, file.string() + " cannot be read: name a file that `outrigger backup` made");
  made->file_size_ = fs::file_size(file, ignored);
  const Error none = refuse(Code::kInvalid, file.string() + " is no backup: name a file that `outrigger backup` made");
  const Result<std::string> format = made->line();
  if (!format || !format->starts_with(kAnyFormat)) return none;
  if (*format != kFormat)
    return refuse(Code::kUnsupported, file.string() + " was made by a newer Outrigger: update this one first");
  const Result<std::string> head = made->line();
  if (!head) return head.error();
  Result<Document> read = value::read_json(*head);
  if (!read || !read->root().is_object()) return made->damaged();
  made->head_ = *std::move(read);
  return made;
}

Error ArchiveReader::cut_off() const {
  return refuse(Code::kInvalid, file_.string() + " ends too early: it was not copied whole; use another backup");
}

Error ArchiveReader::damaged() const {
  return refuse(Code::kInvalid, file_.string() + " is damaged: use another backup");
}

Result<std::string> ArchiveReader::line() {
  std::string text;
  for (char c = 0; in_.get(c);) {
    if (c == '\n') {
      seal_.take(text + "\n");
      return text;
    }
    text += c;
    if (text.size() > kLongestLine) return damaged();
  }
  return cut_off();
}

Result<bool> ArchiveReader::next() {
  // The last line is not part of what it seals.
  const ArchiveSeal before = seal_;
  const Result<std::string> text = line();
  if (!text) return text.error();
  const Result<Document> read = value::read_json(*text);
  if (!read || !read->root().is_object()) return damaged();
  const Value member = read->root();
  if (member["end"].truthy()) {
    ArchiveSeal seal = before;
    const bool whole = member["members"].integer() == members_ && member["sha256"].text() == seal.close() &&
                       in_.peek() == std::ifstream::traits_type::eof();
    if (!whole) return damaged();
    return false;
  }
  name_ = member["name"].text();
  const int64_t size = member["size"].as_integer().value_or(-1);
  if (!is_plain(name_) || size < 0) return damaged();
  size_ = static_cast<uint64_t>(size);
  mode_ = static_cast<unsigned>(member["mode"].integer()) & 0755U;
  ++members_;
  return true;
}

Result<void> ArchiveReader::extract(const fs::path& target, const ArchiveWatch& watch) {
  std::error_code problem;
  fs::create_directories(target.parent_path(), problem);
  const mode_t before = ::umask(0177);
  std::ofstream out(target, std::ios::binary | std::ios::trunc);
  ::umask(before);
  std::array<char, kPiece> piece;
  for (uint64_t left = size_; left != 0;) {
    in_.read(piece.data(), static_cast<std::streamsize>(std::min<uint64_t>(left, piece.size())));
    const auto got = static_cast<size_t>(in_.gcount());
    if (got == 0) return cut_off();
    seal_.take({piece.data(), got});
    errno = 0;
    if (!out.write(piece.data(), static_cast<std::streamsize>(got))) return disk(target);
    left -= got;
    if (watch && !watch(got)) return refuse(Code::kCancelled, "interrupted: nothing was changed");
  }
  errno = 0;
  out.close();
  if (!out) return disk(target);
  ::chmod(target.c_str(), static_cast<mode_t>(mode_));
  return make_durable(target);
}

}  // namespace outrigger::host
