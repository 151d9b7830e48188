#include "host/control/control.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "host/border/link.hpp"
#include "host/services/clock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using std::chrono::milliseconds;

constexpr size_t kLargest = size_t{1} << 20U;
constexpr milliseconds kAnswerPatience{600000};  // an upgrade drains and starts one plugin after the other

Error refuse(Code code, const std::string& why) { return {code, why, Source::kHost, Effect::kNone, -1}; }

Result<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path)
    return refuse(Code::kInvalid, text + " is too long for the path of a socket; choose a shorter `data_folder`");
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

// Until then all of something has to be done.
class Deadline {
 public:
  explicit Deadline(milliseconds patience) : end_(monotonic_micros() + patience.count() * 1000) {}
  // False when the time is over.
  [[nodiscard]] bool await(int fd, short events) const {
    for (;;) {
      const int64_t left_ms = (end_ - monotonic_micros()) / 1000;
      if (left_ms <= 0) return false;
      pollfd event{fd, events, 0};
      const int ready = ::poll(&event, 1, static_cast<int>(left_ms));
      if (ready < 0 && errno == EINTR) continue;
      return ready > 0;
    }
  }

 private:
  int64_t end_;
};

Result<std::string> read_line(int fd, milliseconds patience) {
  const Deadline deadline(patience);
  std::string line;
  for (;;) {
    if (!deadline.await(fd, POLLIN))
      return refuse(Code::kDeadline, "the other side of the control socket does not answer");
    std::array<char, 4096> piece;
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got <= 0) return refuse(Code::kUnreachable, "the other side of the control socket is gone");
    line.append(piece.data(), static_cast<size_t>(got));
    if (const size_t end = line.find('\n'); end != std::string::npos) return line.substr(0, end);
    if (line.size() > kLargest) return refuse(Code::kLimit, "a message on the control socket is larger than 1 MiB");
  }
}

// The rest of what a client still sends would otherwise make the kernel drop our answer with the connection.
void drop_input(int fd) {
  std::array<char, 4096> piece;
  for (size_t dropped = 0; dropped <= kLargest;) {
    const ssize_t got = ::recv(fd, piece.data(), piece.size(), MSG_DONTWAIT);
    if (got <= 0) return;
    dropped += static_cast<size_t>(got);
  }
}

void write_line(int fd, std::string line, milliseconds patience) {
  const Deadline deadline(patience);
  line += '\n';
  for (size_t sent = 0; sent < line.size();) {
    if (!deadline.await(fd, POLLOUT)) return;
    const ssize_t did = ::send(fd, line.data() + sent, line.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (did < 0 && errno != EINTR && errno != EAGAIN) return;
    if (did > 0) sent += static_cast<size_t>(did);
  }
}

Result<Descriptor> connect_to(const std::filesystem::path& path) {
  const Result<sockaddr_un> address = address_of(path);
  if (!address) return address.error();
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0) return socket;
  const bool absent = errno == ENOENT || errno == ECONNREFUSED;
  return refuse(absent ? Code::kMissing : Code::kAccess,
                absent ? "no host runs with " + path.parent_path().string() + "; start one with `outrigger run`"
                       : path.string() + ": " + std::strerror(errno) + "; be the user that runs the host");
}

}  // namespace

struct ControlServer::State {
  State(std::filesystem::path the_path, Handler the_handler, milliseconds the_patience, Descriptor lock,
        Descriptor listener)
      : path(std::move(the_path)),
        handler(std::move(the_handler)),
        patience(the_patience),
        lock_file(std::move(lock)),
        socket(std::move(listener)) {}

  void run() {
    while (!ending) {
      std::array<pollfd, 2> events{pollfd{socket.get(), POLLIN, 0}, pollfd{wake.get(), POLLIN, 0}};
      if (::poll(events.data(), events.size(), -1) < 0 && errno != EINTR) return;
      if (ending || (events[0].revents & POLLIN) == 0) continue;
      const Descriptor client(::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (client.get() >= 0) serve(client.get());
    }
  }

  void serve(int client) const {
    const Result<std::string> line = read_line(client, patience);
    Arena arena;
    Result<Document> answer = Document();
    if (!line) {
      answer = line.error();
    } else {
      Result<Document> request = value::read_json(*line);
      answer = request ? handler(request->root()) : Result<Document>(request.error());
    }
    const Value whole = answer ? arena.object({{"result", answer->root()}})
                               : arena.object({{"error", to_value(answer.error(), arena)}});
    drop_input(client);
    write_line(client, value::to_json(whole), patience);
  }

  std::filesystem::path path;
  Handler handler;
  milliseconds patience;
  Descriptor lock_file;
  Descriptor socket;
  Descriptor wake{::eventfd(0, EFD_CLOEXEC)};
  std::atomic<bool> ending{false};
  std::thread thread;
};

ControlServer::ControlServer(std::unique_ptr<State> state) : state_(std::move(state)) {
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

ControlServer::~ControlServer() {
  state_->ending = true;
  const uint64_t one = 1;
  (void)!::write(state_->wake.get(), &one, sizeof one);
  state_->thread.join();
  ::unlink(state_->path.c_str());
}

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::filesystem::path& path, Handler handler,
                                                            milliseconds patience) {
  const Result<sockaddr_un> address = address_of(path);
  if (!address) return address.error();
  std::error_code problem;
  std::filesystem::create_directories(path.parent_path(), problem);
  // The lock says whether the socket is a leftover: the kernel lets go of it with the process.
  const std::string lock_path = path.string() + ".lock";
  Descriptor lock(::open(lock_path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  if (lock.get() < 0)
    return refuse(Code::kInternal, lock_path + " cannot be written (" + std::strerror(errno) +
                                       "); make the folder writable or name another with `data_folder`");
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return refuse(Code::kConflict, "another `outrigger run` works with " + path.parent_path().string() +
                                       "; stop it, or give this one a `data_folder` of its own");
  ::unlink(path.c_str());
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const mode_t before = ::umask(0177);
  const bool bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0;
  ::umask(before);
  constexpr int kBacklog = 16;
  if (!bound || ::listen(socket.get(), kBacklog) != 0)
    return refuse(Code::kInternal, path.string() + ": " + std::strerror(errno));
  return std::unique_ptr<ControlServer>(new ControlServer(
      std::make_unique<State>(path, std::move(handler), patience, std::move(lock), std::move(socket))));
}

Result<Document> ask_control(const std::filesystem::path& path, Value request) {
  const Result<Descriptor> socket = connect_to(path);
  if (!socket) return socket.error();
  write_line(socket->get(), value::to_json(request), kAnswerPatience);
  const Result<std::string> line = read_line(socket->get(), kAnswerPatience);
  if (!line) return line.error();
  Result<Document> answer = value::read_json(*line);
  if (!answer) return answer.error();
  if (answer->root().has("error")) return error_of(answer->root()["error"]);
  return Document::build([&](Arena& arena) { return arena.copy(answer->root()["result"]); });
}

bool host_runs(const std::filesystem::path& path) { return bool(connect_to(path)); }

}  // namespace outrigger::host
