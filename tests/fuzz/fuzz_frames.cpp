// What a plugin's process sends on its connection: run() ends with a reason, a call that waits ends with it, and the
// same bytes mean the same in whatever pieces they arrive.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <future>
#include <thread>

#include "host/border/link.hpp"
#include "integration/value/cbor.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace outrigger;

// Notes what arrives; answers the first calls only, since nobody reads the answers.
class Listener final : public host::Link::Handler {
 public:
  void on_call(uint64_t number, std::string name, Document body) override {
    note("call " + std::to_string(number) + " " + name, body.root());
    constexpr int kAnswers = 8;
    if (++calls_ <= kAnswers) link->reply(number, Error{Code::kUnsupported, "no", Source::kHost, Effect::kNone, -1});
  }
  void on_notice(std::string name, Document body) override { note("notice " + name, body.root()); }

  host::Link* link = nullptr;
  std::string journal;

 private:
  void note(const std::string& what, Value body) {
    journal += what + " ";
    value::write_cbor(body, journal);
    journal += '\n';
  }
  int calls_ = 0;
};

bool send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = TEMP_FAILURE_RETRY(::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

// What came of these pieces: all that was heard, the reason of the end, what the waiting call got.
std::string play(const std::vector<std::string_view>& pieces) {
  std::array<int, 2> ends{};
  fuzz::require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "no socket pair");
  Listener listener;
  host::Link link(ends[0], listener);
  listener.link = &link;
  auto waiting = std::async(std::launch::async, [&] { return link.call("ask", {}); });
  char first = 0;
  // libFuzzer's alarm interrupts it.
  const ssize_t got_first = TEMP_FAILURE_RETRY(::recv(ends[1], &first, 1, 0));
  fuzz::require(got_first == 1, "the call was not sent");  // so it waits now, as number 1
  std::thread peer([&] {
    for (std::string_view piece : pieces)
      if (!send_all(ends[1], piece)) break;
    ::shutdown(ends[1], SHUT_WR);
  });
  const Error why = link.run();
  peer.join();
  ::close(ends[1]);
  fuzz::require_error(why);
  fuzz::require(why.code == Code::kUnreachable || why.code == Code::kProtocol || why.code == Code::kLimit,
                "the connection ended with another code", why.message);
  link.abandon_calls(why);
  const Result<Document> got = waiting.get();
  if (!got) fuzz::require_error(got.error());
  std::string told = listener.journal + why.message + "\n";
  if (got)
    value::write_cbor(got->root(), told);
  else
    told += got.error().message;
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMost = 65536;
  const std::string_view input = fuzz::text_of(data, size).substr(0, kMost);
  const std::string whole = play({input});
  fuzz::require(play(fuzz::pieces_of(input)) == whole, "the pieces in which it arrives make a difference");
  return 0;
}
