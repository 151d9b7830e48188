#include "host/web/token.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace outrigger::host {
namespace {

constexpr size_t kDigits = 64;

Error problem(Code code, const std::filesystem::path& file, const std::string& what) {
  return {code, file.string() + " " + what, Source::kHost, Effect::kNone, -1};
}

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// Under a name of its own first, so that nobody reads half a token; link() keeps the one that came first.
Result<void> make(const std::filesystem::path& file) {
  std::array<unsigned char, kDigits / 2> random{};
  randombytes_buf(random.data(), random.size());
  std::array<char, kDigits + 1> text{};
  sodium_bin2hex(text.data(), text.size(), random.data(), random.size());
  text[kDigits] = '\n';
  std::string draft = file.string() + ".XXXXXX";
  const Descriptor descriptor(::mkostemp(draft.data(), O_CLOEXEC));  // 0600
  bool done = descriptor.get() >= 0 && ::write(descriptor.get(), text.data(), text.size()) == ssize_t{text.size()} &&
              ::fsync(descriptor.get()) == 0;
  done = done && (::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST);
  const int error = errno;
  if (descriptor.get() >= 0) ::unlink(draft.c_str());
  if (done) return {};
  return problem(Code::kAccess, file,
                 std::string("cannot be written: ") + std::strerror(error) +
                     "; make the data folder writable for the user that runs the host");
}

Result<std::string> read(const std::filesystem::path& file) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (descriptor.get() < 0 || ::fstat(descriptor.get(), &status) != 0)
    return problem(errno == ENOENT ? Code::kMissing : Code::kAccess, file,
                   std::string("cannot be read: ") + std::strerror(errno) + "; correct its owner, or delete it");
  constexpr mode_t kOthers = 077;
  if (!S_ISREG(status.st_mode) || (status.st_mode & kOthers) != 0)
    return problem(Code::kAccess, file, "may be read by others; run chmod 600 on it, or delete it for a new token");
  std::array<char, 4 * kDigits> text{};
  const ssize_t size = ::read(descriptor.get(), text.data(), text.size());
  std::string token(text.data(), size < 0 ? 0 : static_cast<size_t>(size));
  token.resize(std::min(token.size(), token.find_first_of("\r\n")));
  constexpr size_t kLeast = 32;
  if (token.size() < kLeast || token.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                                       "-._~+/=") != std::string::npos)
    return problem(Code::kInvalid, file, "holds no token of at least 32 letters and digits; delete it for a new one");
  return token;
}

}  // namespace

Result<std::string> admin_token(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kAdminTokenFile;
  if (sodium_init() < 0) return problem(Code::kInternal, file, "cannot be made: libsodium does not start");
  Result<std::string> token = read(file);
  if (token || token.error().code != Code::kMissing) return token;
  if (Result<void> made = make(file); !made) return made.error();
  return read(file);
}

bool same_secret(std::string_view given, std::string_view secret) {
  if (secret.empty()) return false;
  // As many steps as `given` has bytes, whatever the secret is.
  unsigned difference = given.size() == secret.size() ? 0 : 1;
  for (size_t i = 0; i < given.size(); ++i)
    difference |= static_cast<unsigned>(static_cast<unsigned char>(given[i]) ^
                                        static_cast<unsigned char>(secret[i % secret.size()]));
  const volatile unsigned result = difference;
  return result == 0;
}

}  // namespace outrigger::host
