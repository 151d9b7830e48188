// Real sockets: slow, many, rude and hanging clients.
#include "host/web/listener.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/web/tests/client.hpp"

namespace outrigger::host {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kGet = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";

Routes routes() {
  Routes made;
  made.add("GET", "/x", [](const HttpRequest& request) { return HttpResponse{200, "text/plain", request.peer, {}}; });
  made.add("POST", "/x", [](const HttpRequest& request) {
    return HttpResponse{200, "text/plain", std::to_string(request.body.size()), {}};
  });
  made.add("GET", "/large", [](const HttpRequest&) {
    return HttpResponse{200, "text/plain", std::string(size_t{64} << 20U, 'x'), {}};
  });
  return made;
}

std::unique_ptr<Listener> start(Listener::Options options = {}) {
  Result<std::unique_ptr<Listener>> started = Listener::start(std::move(options), routes());
  return started ? *std::move(started) : nullptr;
}

TEST(Listener, AnswersAndKeepsTheConnection) {
  const auto listener = start();
  Client client(listener->port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(kGet));
    const std::string answer = client.answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
    EXPECT_THAT(answer, HasSubstr("\r\n\r\n127.0.0.1"));
  }
}

TEST(Listener, APipelineIsAnsweredInOrder) {
  const auto listener = start();
  Client client(listener->port());
  std::string bytes;
  for (int i = 0; i < 50; ++i)
    bytes += "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(i) + "\r\n\r\n" +
             std::string(static_cast<size_t>(i), 'x');
  ASSERT_TRUE(client.send(bytes));
  for (int i = 0; i < 50; ++i) EXPECT_THAT(client.answer(), HasSubstr("\r\n\r\n" + std::to_string(i)));
}

TEST(Listener, ARequestHasToComeInTimeHoweverSlowlyItComes) {
  Listener::Options options;
  options.request = milliseconds(200);
  const auto listener = start(options);
  Client silent(listener->port());
  Client begun(listener->port());
  ASSERT_TRUE(begun.send("GET /x HTTP/1.1\r\n"));
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(begun.closed());
  // One that sends a byte whenever it can is cut off as well: a byte does not start the time again.
  Client trickling(listener->port());
  ASSERT_TRUE(trickling.send("GET /x HTTP/1.1\r\nHost: h\r\n"));
  EXPECT_TRUE(eventually([&] { return !trickling.send("X"); }));
}

TEST(Listener, TheSecondRequestHasItsTimeToo) {
  Listener::Options options;
  options.request = milliseconds(200);
  const auto listener = start(options);
  Client client(listener->port());
  ASSERT_TRUE(client.send(std::string(kGet) + "GET /x HT"));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_TRUE(client.closed());
}

TEST(Listener, AnIdleConnectionIsGivenUp) {
  Listener::Options options;
  options.idle = milliseconds(100);
  const auto listener = start(options);
  Client client(listener->port());
  ASSERT_TRUE(client.send(kGet));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_TRUE(client.closed());
}

TEST(Listener, WhoDoesNotTakeItsAnswerIsGivenUp) {
  Listener::Options options;
  options.answer = milliseconds(200);
  options.connections = 1;
  const auto listener = start(options);
  Client greedy(listener->port());
  ASSERT_TRUE(greedy.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n"));
  ASSERT_TRUE(eventually([&] { return listener->connections() == 1; }));
  // Its place is free again though it has not read a byte.
  EXPECT_TRUE(eventually([&] { return listener->connections() == 0; }));
  Client next(listener->port());
  ASSERT_TRUE(next.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(next.answer(), StartsWith("HTTP/1.1 200"));
}

TEST(Listener, TooLargeIsAnsweredBeforeTheConnectionCloses) {
  const auto listener = start();
  Client body(listener->port());
  (void)body.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n" + std::string(300'000, 'x'));
  EXPECT_THAT(body.answer(), StartsWith("HTTP/1.1 413 "));
  Client header(listener->port());
  (void)header.send("GET /x HTTP/1.1\r\nHost: h\r\nX: " + std::string(300'000, 'x'));
  EXPECT_THAT(header.answer(), StartsWith("HTTP/1.1 431 "));
}

TEST(Listener, ABodyOf256KibIsTaken) {
  const auto listener = start();
  Client client(listener->port());
  ASSERT_TRUE(client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 262144\r\n\r\n" + std::string(262'144, 'x')));
  EXPECT_THAT(client.answer(), HasSubstr("\r\n\r\n262144"));
}

TEST(Listener, TwoHundredClientsAtOnceAreAnsweredOrTurnedAway) {
  Listener::Options options;
  options.connections = 20;
  const auto listener = start(options);
  std::vector<Client> clients;
  for (int i = 0; i < 200; ++i) clients.emplace_back(listener->port());
  int answered = 0;
  for (Client& client : clients) {
    ASSERT_TRUE(client.connected());
    (void)client.send(kGet);
  }
  for (Client& client : clients) {
    const std::string answer = client.answer();
    if (answer.rfind("HTTP/1.1 200", 0) == 0)
      ++answered;
    else
      EXPECT_TRUE(answer.empty() || answer.rfind("HTTP/1.1 503", 0) == 0) << answer;
  }
  EXPECT_EQ(answered, 20);
  EXPECT_EQ(listener->turned_away(), 180U);
  EXPECT_EQ(listener->connections(), 20U);
}

TEST(Listener, APlaceIsFreeAgainWhenAClientLeaves) {
  Listener::Options options;
  options.connections = 1;
  const auto listener = start(options);
  for (int i = 0; i < 5; ++i) {
    Client client(listener->port());
    ASSERT_TRUE(client.send("GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200")) << i;
    EXPECT_TRUE(client.closed());
    { const Client gone = std::move(client); }
    EXPECT_TRUE(eventually([&] { return listener->connections() == 0; }));
  }
}

TEST(Listener, StopsWhileClientsHang) {
  const auto listener = start();
  const uint16_t port = listener->port();
  Client silent(port);
  Client begun(port);
  Client deaf(port);
  ASSERT_TRUE(begun.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n1"));
  ASSERT_TRUE(deaf.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n"));
  Client served(port);
  ASSERT_TRUE(served.send(kGet));
  EXPECT_THAT(served.answer(), StartsWith("HTTP/1.1 200"));
  listener->stop();
  listener->stop();
  EXPECT_EQ(listener->connections(), 0U);
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(begun.closed());
  EXPECT_TRUE(deaf.closed());
  EXPECT_FALSE(Client(port).connected());
}

TEST(Listener, APortThatIsTakenIsNamedWithItsKey) {
  const auto listener = start();
  Listener::Options options;
  options.name = "public";
  options.port = listener->port();
  const auto refused = Listener::start(options, routes());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnreachable);
  EXPECT_THAT(refused.error().message, HasSubstr("127.0.0.1:" + std::to_string(listener->port())));
  EXPECT_THAT(refused.error().message, HasSubstr("public.listen"));
}

}  // namespace
}  // namespace outrigger::host
