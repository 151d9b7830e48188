// One end of the connection against a peer that is written by hand: whatever it sends, run() ends with a reason or goes
// on, and no call waits for ever.
#include "host/border/link.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <future>
#include <thread>

#include "integration/value/cbor.hpp"

namespace outrigger::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::chrono::seconds kPatience{30};

std::string framed(const std::string& body) {
  std::string out;
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(body.size() >> shift);
  return out + body;
}

std::string frame(int64_t kind, int64_t number, std::string_view name, Value body) {
  Arena arena;
  std::string cbor;
  value::write_cbor(arena.array({kind, number, Value::of(name), body}), cbor);
  return framed(cbor);
}

class LinkTest : public testing::Test, public Link::Handler {
 protected:
  LinkTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    peer_ = ends[1];
    const timeval patience{kPatience.count(), 0};
    ::setsockopt(peer_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    link_ = std::make_unique<Link>(ends[0], *this);
    ended_ = std::async(std::launch::async, [this] {
      const Error why = link_->run();
      link_->abandon_calls(why);
      return why;
    });
  }
  ~LinkTest() override {
    hang_up();
    link_->close();
  }

  void on_call(uint64_t number, std::string name, Document body) override {
    seen_.push_back("call " + name);
    if (name == "keep") return kept_.set_value(std::move(body));
    link_->reply(number, std::move(body));
  }
  void on_notice(std::string name, Document) override { seen_.push_back("notice " + name); }

  void give(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(peer_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  // The next frame's array.
  Document take() const {
    std::string head(4, '\0');
    if (::recv(peer_, head.data(), head.size(), MSG_WAITALL) != 4) return {};
    size_t size = 0;
    for (size_t i = 0; i < 4; ++i) size |= size_t{static_cast<uint8_t>(head[i])} << (8 * i);
    std::string body(size, '\0');
    if (::recv(peer_, body.data(), size, MSG_WAITALL) != static_cast<ssize_t>(size)) return {};
    Result<Document> read = value::read_cbor(std::move(body));
    return read ? *std::move(read) : Document();
  }
  void hang_up() {
    if (peer_ >= 0) ::close(std::exchange(peer_, -1));
  }
  Error end() {
    EXPECT_EQ(ended_.wait_for(kPatience), std::future_status::ready);
    return ended_.get();
  }
  auto call(const std::string& name) {
    return std::async(std::launch::async, [this, name] { return link_->call(name, Value::of(1)); });
  }

  int peer_ = -1;
  std::promise<Document> kept_;
  std::vector<std::string> seen_;  // by the thread of run(); read after its end
  std::unique_ptr<Link> link_;
  std::future<Error> ended_;
};

TEST_F(LinkTest, CallsAndNoticesOfThePeerArriveAndAreAnswered) {
  give(frame(0, 7, "ask", Value::of("body")) + frame(3, 0, "told", {}));
  const Document reply = take();
  EXPECT_EQ(reply->at(0).integer(), 1);
  EXPECT_EQ(reply->at(1).integer(), 7);
  EXPECT_EQ(reply->at(3).text(), "body");
  hang_up();
  EXPECT_EQ(end().code, Code::kUnreachable);
  EXPECT_THAT(seen_, ElementsAre("call ask", "notice told"));
}

TEST_F(LinkTest, RepliesFindTheirCallsInAnyOrder) {
  auto one = call("one");
  const int64_t first = take()->at(1).integer();
  auto two = call("two");
  const int64_t second = take()->at(1).integer();
  give(frame(1, second, "", Value::of(22)) + frame(1, first, "", Value::of(11)));
  EXPECT_EQ(one.get()->root().integer(), 11);
  EXPECT_EQ(two.get()->root().integer(), 22);
}

TEST_F(LinkTest, AnErrorComesBackAsItIs) {
  auto asked = call("ask");
  Arena arena;
  const Error sent{Code::kLimit, "too many", Source::kOdoo, Effect::kNone, 1500};
  give(frame(2, take()->at(1).integer(), "", to_value(sent, arena)));
  const Result<Document> result = asked.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kLimit);
  EXPECT_EQ(result.error().message, "too many");
  EXPECT_EQ(result.error().source, Source::kOdoo);
  EXPECT_EQ(result.error().effect, Effect::kNone);
  EXPECT_EQ(result.error().retry_after_ms, 1500);
}

TEST_F(LinkTest, AnErrorThatIsNoneIsABugOfThePeer) {
  auto asked = call("ask");
  give(frame(2, take()->at(1).integer(), "", Value::of("what?")));
  const Result<Document> result = asked.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kInternal);
  EXPECT_EQ(result.error().message, "it failed and did not say why (internal)");
}

TEST_F(LinkTest, RepliesToNobodyAndSecondRepliesAreIgnored) {
  give(frame(1, 999, "", Value::of(1)) + frame(2, 998, "", {}));
  auto asked = call("ask");
  const int64_t number = take()->at(1).integer();
  give(frame(1, number, "", Value::of(1)) + frame(1, number, "", Value::of(2)) + frame(2, number, "", {}));
  EXPECT_EQ(asked.get()->root().integer(), 1);
  auto again = call("again");
  give(frame(1, number, "", Value::of(3)));
  give(frame(1, take()->at(1).integer(), "", Value::of(4)));
  EXPECT_EQ(again.get()->root().integer(), 4);
}

TEST_F(LinkTest, AHundredCallsEndWithThePeer) {
  std::vector<std::future<Result<Document>>> calls;
  for (int i = 0; i < 100; ++i) calls.push_back(call("ask"));
  for (int i = 0; i < 100; ++i) (void)take();
  hang_up();
  EXPECT_EQ(end().code, Code::kUnreachable);
  for (auto& one : calls) {
    ASSERT_EQ(one.wait_for(kPatience), std::future_status::ready);
    EXPECT_EQ(one.get().error().message, "the plugin's process is gone");
  }
  EXPECT_EQ(link_->call("late", {}).error().code, Code::kUnreachable) << "and so does every later one";
}

TEST_F(LinkTest, ClosingEndsRunFromAnyThread) {
  link_->close();
  EXPECT_EQ(end().code, Code::kUnreachable);
}

TEST_F(LinkTest, WhatIsTooLargeIsRefusedAndTheConnectionLives) {
  const std::string large(Link::kLargestFrame, 'x');
  const Result<Document> result = link_->call("ask", Value::of(std::string_view(large)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kLimit);
  EXPECT_EQ(result.error().effect, Effect::kNone);
  EXPECT_THAT(result.error().message, HasSubstr("the arguments of ask are too large to hand over (more than 256 MiB"));
  link_->reply(5, Document(nullptr, Value::of(std::string_view(large))));
  const Document reply = take();
  EXPECT_EQ(reply->at(0).integer(), 2) << "an error";
  EXPECT_EQ(reply->at(1).integer(), 5);
  EXPECT_THAT(std::string(reply->at(3)["message"].text()), HasSubstr("the answer is too large"));
}

TEST_F(LinkTest, WhatWaitsForAnAnswerHasABound) {
  const std::string large(Link::kMostHeld, 'x');
  const Value body = Value::of(std::string_view(large));
  give(frame(0, 1, "keep", body));
  auto waiting = kept_.get_future();
  ASSERT_EQ(waiting.wait_for(kPatience), std::future_status::ready) << "one alone may be larger";
  give(frame(0, 2, "ask", Value::of("small")));
  const Document refused = take();
  EXPECT_EQ(refused->at(0).integer(), 2) << "an error";
  EXPECT_EQ(refused->at(3)["code"].integer(), OR_E_LIMIT);
  EXPECT_EQ(refused->at(3)["message"].text(),
            "too much waits for an answer already; make fewer or smaller calls at once");
  (void)waiting.get();  // and with it what was kept
  give(frame(0, 3, "ask", Value::of("small")));
  EXPECT_EQ(take()->at(3).text(), "small");
}

TEST_F(LinkTest, AFrameThatIsNoneEndsTheConnection) {
  Arena arena;
  const std::vector<std::string> bad{"hello",
                                     frame(0, 1, "x", {}).substr(4) + "more",
                                     std::string("\x84\x60\x60\x60\xf6"),
                                     std::string("\x83\x00\x01\x60", 4),
                                     std::string("\x00", 1),
                                     std::string()};
  for (const std::string& body : bad) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    const std::string bytes = framed(body);
    ASSERT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    Link other(ends[0], *this);
    EXPECT_EQ(other.run().code, Code::kProtocol) << testing::PrintToString(body);
    ::close(ends[1]);
  }
  for (const auto& [kind, number] : {std::pair{4, 1}, std::pair{-1, 1}, std::pair{0, -1}}) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    const std::string bytes = frame(kind, number, "x", {});
    ASSERT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    Link other(ends[0], *this);
    EXPECT_EQ(other.run().code, Code::kProtocol) << kind << " " << number;
    ::close(ends[1]);
  }
}

TEST_F(LinkTest, AFrameBeyondTheBoundEndsTheConnection) {
  give(std::string("\xff\xff\xff\xff", 4));
  const Error why = end();
  EXPECT_EQ(why.code, Code::kLimit);
  EXPECT_EQ(why.message, "it sent more than a frame may hold");
}

TEST_F(LinkTest, AFrameThatIsCutAtAnyByteIsNeverHandedOn) {
  const std::string whole = frame(3, 0, "told", Value::of("something to be told"));
  for (size_t cut = 0; cut < whole.size(); ++cut) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    ASSERT_EQ(::write(ends[1], whole.data(), cut), static_cast<ssize_t>(cut));
    ::close(ends[1]);
    Link other(ends[0], *this);
    EXPECT_EQ(other.run().code, Code::kUnreachable) << cut;
  }
  EXPECT_TRUE(seen_.empty());
}

TEST_F(LinkTest, AFrameMayArriveByteByByte) {
  for (const char byte : frame(0, 1, "ask", Value::of("slowly"))) give({&byte, 1});
  EXPECT_EQ(take()->at(3).text(), "slowly");
}

}  // namespace
}  // namespace outrigger::host
