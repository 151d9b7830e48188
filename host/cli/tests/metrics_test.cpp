// What the running program tells monitoring of writes and keys.
#include <fstream>

#include "host/cli/tests/keeping_rig.hpp"
#include "host/web/tests/client.hpp"

namespace outrigger::host {
namespace {

class MetricsProgram : public KeepingTest {
 protected:
  [[nodiscard]] std::string metrics() const {
    std::ifstream in(data_ / "admin.token");
    std::string token;
    in >> token;
    Client client(port_);
    (void)client.send("GET /metrics HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    return client.answer();
  }
  // The value of a series, by how it begins; empty: there is none.
  [[nodiscard]] std::string value_of(const std::string& series) const {
    const std::string all = metrics();
    const size_t at = all.find("\n" + series);
    if (at == std::string::npos) return "";
    const size_t end = all.find('\n', at + 1);
    const size_t space = all.rfind(' ', end);
    return all.substr(space + 1, end - space - 1);
  }
  const uint16_t port_ = free_port();
};

TEST_F(MetricsProgram, CountWritesThatWereAvoidedAndDaysThatAKeyHasLeft) {
  configure(folder_.path() / "data", R"(, "admin": {"listen": "127.0.0.1:)" + std::to_string(port_) + R"("})");
  sandbox::Table& keys = rig_.database.table("res.users.apikeys");
  for (int64_t id = 1; id <= static_cast<int64_t>(keys.count()); ++id)
    if (keys.get(id, "user_id").integer() == rig_.database.user("admin").id)
      keys.set(id, "expiration_date", keys.keep("2099-01-01 00:00:00"));
  enable();
  start();
  ASSERT_EQ(outrigger({"notes", "rename", "4", "Four"}).code, 0);
  ASSERT_EQ(outrigger({"notes", "rename", "4", "Four"}).code, 0) << "it is so already";
  EXPECT_TRUE(until([&] {
    return value_of("outrigger_writes_avoided_total{database=\"main\",plugin=\"notes\"}") == "1";
  })) << metrics();
  EXPECT_TRUE(until([&] {
    const std::string days = value_of("outrigger_key_days_left{database=\"main\",key=\"sandbox\"}");
    return !days.empty() && std::stod(days) > 20000;
  })) << metrics();
  stop();
}

}  // namespace
}  // namespace outrigger::host
