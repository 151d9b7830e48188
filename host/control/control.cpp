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
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "host/border/link.hpp"
#include "host/services/clock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using std::chrono::milliseconds;

constexpr size_t kLargest = size_t{1} << 20U;
constexpr size_t kLargestAnswer = size_t{256} << 20U;
constexpr milliseconds kStreamPatience{24 * 3600 * 1000};  // what a command may take
constexpr milliseconds kAnswerPatience{600000};            // an upgrade drains and starts one plugin after the other

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

// `line` holds what was read beyond the line before, and afterwards beyond this one.
Result<std::string> read_line(int fd, milliseconds patience, std::string& line, size_t largest) {
  const Deadline deadline(patience);
  for (size_t seen = 0;;) {
    if (const size_t end = line.find('\n', seen); end != std::string::npos) {
      std::string whole = line.substr(0, end);
      line.erase(0, end + 1);
      return whole;
    }
    seen = line.size();
    if (line.size() > largest)
      return refuse(Code::kLimit,
                    "a message on the control socket is larger than " + std::to_string(largest >> 20U) + " MiB");
    if (!deadline.await(fd, POLLIN))
      return refuse(Code::kDeadline, "the other side of the control socket does not answer");
    std::array<char, 4096> piece;
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got <= 0) return refuse(Code::kUnreachable, "the other side of the control socket is gone");
    line.append(piece.data(), static_cast<size_t>(got));
  }
}

Result<std::string> read_line(int fd, milliseconds patience) {
  std::string rest;
  return read_line(fd, patience, rest, kLargest);
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

Value whole_of(const Result<Document>& answer, Arena& arena) {
  return answer ? arena.object({{"result", answer->root()}})
                : arena.object({{"error", to_value(answer.error(), arena)}});
}

// Requests the stop of a stream when its client is gone, or has shut its side.
void watch_client(int client, std::stop_source& source, const std::stop_token& over) {
  while (!over.stop_requested()) {
    pollfd event{client, POLLIN | POLLRDHUP, 0};
    constexpr int kLook = 100;
    if (::poll(&event, 1, kLook) <= 0) continue;
    source.request_stop();
    return;
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

namespace {

Result<Document> answer_of(const std::string& line) {
  const Result<Document> answer = value::read_json(line);
  if (!answer) return answer.error();
  if (answer->root().has("error")) return error_of(answer->root()["error"]);
  return Document::build([&](Arena& arena) { return arena.copy(answer->root()["result"]); });
}

}  // namespace

struct ControlServer::State {
  State(std::filesystem::path the_path, Handler the_handler, Streamer the_streamer, milliseconds the_patience,
        Descriptor lock, Descriptor listener)
      : path(std::move(the_path)),
        handler(std::move(the_handler)),
        streamer(std::move(the_streamer)),
        patience(the_patience),
        lock_file(std::move(lock)),
        socket(std::move(listener)) {}

  void run() {
    while (!ending) {
      std::array<pollfd, 2> events{pollfd{socket.get(), POLLIN, 0}, pollfd{wake.get(), POLLIN, 0}};
      if (::poll(events.data(), events.size(), -1) < 0 && errno != EINTR) return;
      if (ending || (events[0].revents & POLLIN) == 0) continue;
      Descriptor client(::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (client.get() >= 0) serve(std::move(client));
    }
  }

  void serve(Descriptor client) {
    const Result<std::string> line = read_line(client.get(), patience);
    Result<Document> request = line ? value::read_json(*line) : Result<Document>(line.error());
    if (request && request->root()["stream"].truthy() && streamer)
      return stream(std::move(client), *std::move(request));
    const Result<Document> answer = request ? handler(request->root()) : request;
    Arena arena;
    drop_input(client.get());
    write_line(client.get(), value::to_json(whole_of(answer, arena)), patience);
  }

  void stream(Descriptor client, Document request) {
    std::erase_if(streams, [](const std::unique_ptr<Stream>& one) { return one->over.load(); });
    if (streams.size() >= kMostStreams) {
      Arena arena;
      const Result<Document> busy = refuse(Code::kLimit, "the host runs as many commands as it can; wait for one");
      return write_line(client.get(), value::to_json(whole_of(busy, arena)), patience);
    }
    streams.push_back(std::make_unique<Stream>(std::move(client)));
    Stream* one = streams.back().get();
    one->thread = std::jthread([this, one, request = std::move(request)] { run(*one, request); });
  }

  struct Stream {
    explicit Stream(Descriptor of) : client(std::move(of)) {}
    ~Stream() { source.request_stop(); }
    Descriptor client;
    std::stop_source source;
    std::mutex writing;
    std::atomic<bool> over{false};
    std::jthread thread;  // the last: it is joined first
  };

  void run(Stream& one, const Document& request) const {
    std::jthread watcher([&](const std::stop_token& over) { watch_client(one.client.get(), one.source, over); });
    const Emit emit = [&](Value event) {
      Arena arena;
      const std::string line = value::to_json(arena.object({{"event", event}}));
      const std::lock_guard lock(one.writing);
      write_line(one.client.get(), line, patience);
    };
    const Result<Document> answer = streamer(request.root(), emit, one.source.get_token());
    Arena arena;
    {
      const std::lock_guard lock(one.writing);
      write_line(one.client.get(), value::to_json(whole_of(answer, arena)), patience);
    }
    ::shutdown(one.client.get(), SHUT_RDWR);
    one.over = true;
  }

  std::filesystem::path path;
  Handler handler;
  Streamer streamer;
  milliseconds patience;
  std::vector<std::unique_ptr<Stream>> streams;  // the server's thread
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
  state_->streams.clear();
  ::unlink(state_->path.c_str());
}

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::filesystem::path& path, Handler handler,
                                                            milliseconds patience, Streamer streamer) {
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
  return std::unique_ptr<ControlServer>(new ControlServer(std::make_unique<State>(
      path, std::move(handler), std::move(streamer), patience, std::move(lock), std::move(socket))));
}

Result<Document> ask_control(const std::filesystem::path& path, Value request) {
  const Result<Descriptor> socket = connect_to(path);
  if (!socket) return socket.error();
  write_line(socket->get(), value::to_json(request), kAnswerPatience);
  std::string rest;
  const Result<std::string> line = read_line(socket->get(), kAnswerPatience, rest, kLargestAnswer);
  if (!line) return line.error();
  return answer_of(*line);
}

Result<Document> ask_control(const std::filesystem::path& path, Value request,
                             const std::function<void(Value event)>& on_event, const std::stop_token& stop) {
  const Result<Descriptor> socket = connect_to(path);
  if (!socket) return socket.error();
  write_line(socket->get(), value::to_json(request), kAnswerPatience);
  const std::stop_callback tell(stop, [fd = socket->get()] { ::shutdown(fd, SHUT_WR); });
  std::string rest;
  for (;;) {
    const Result<std::string> line = read_line(socket->get(), kStreamPatience, rest, kLargestAnswer);
    if (!line) return line.error();
    const Result<Document> event = value::read_json(*line);
    if (!event) return event.error();
    if (!event->root().has("event")) return answer_of(*line);
    on_event(event->root()["event"]);
  }
}

bool host_runs(const std::filesystem::path& path) { return bool(connect_to(path)); }

}  // namespace outrigger::host
