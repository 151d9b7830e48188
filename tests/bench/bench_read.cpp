// Reads 50,000 leads x 12 fields from a real Odoo into columns: bench_read ENVFILE xmlrpc|jsonrpc|json2
// Prints one JSON line: wall and own CPU seconds, bytes of the columns, peak memory.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstring>

#include "engine/leads.hpp"
#include "integration/odoo/records.hpp"
#include "tests/contract/target.hpp"

namespace {

using outrigger::Query;
using outrigger::Result;
using outrigger::Value;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// Twelve fields, kept as columns: ids and numbers as such, texts by reference into one buffer.
struct Columns {
  std::vector<int64_t> numbers[8];
  std::vector<double> percents[2];
  std::string texts;
  std::vector<uint32_t> ends;
  [[nodiscard]] size_t bytes() const {
    size_t sum = texts.capacity() + ends.capacity() * 4;
    for (const auto& column : numbers) sum += column.capacity() * 8;
    for (const auto& column : percents) sum += column.capacity() * 8;
    return sum;
  }
};

constexpr std::string_view kFields[] = {
    "name",   "stage_id",   "team_id",     "user_id",  "country_id", "probability", "automated_probability",
    "active", "email_from", "create_date", "priority", "color"};

void keep(Columns& columns, Value rows) {
  for (const Value row : rows.items()) {
    size_t number = 0;
    size_t percent = 0;
    columns.numbers[number++].push_back(row["id"].integer());
    for (const std::string_view field : kFields) {
      const Value value = row[field];
      if (field == "probability" || field == "automated_probability") {
        columns.percents[percent++].push_back(value.number().value_or(0));
      } else if (value.is_string() || field == "name" || field == "email_from" || field == "create_date" ||
                 field == "priority") {
        columns.texts += value.text();
        columns.ends.push_back(static_cast<uint32_t>(columns.texts.size()));
      } else if (number < 8) {
        columns.numbers[number++].push_back(
            value.kind() == outrigger::Kind::kBool ? static_cast<int64_t>(value.truthy()) : value.integer());
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_read ENVFILE xmlrpc|jsonrpc|json2 [rows]\n");
    return 2;
  }
  auto env = outrigger::contract::read_env_file(argv[1]);
  outrigger::odoo::Connection connection;
  connection.url = env["OUTRIGGER_REAL_URL"];
  connection.database = env["OUTRIGGER_REAL_DB"];
  connection.login = env["OUTRIGGER_REAL_LOGIN"];
  connection.secret = env["OUTRIGGER_REAL_KEY"];
  using outrigger::odoo::TransportChoice;
  connection.transport = std::strcmp(argv[2], "xmlrpc") == 0    ? TransportChoice::kXmlRpc
                         : std::strcmp(argv[2], "jsonrpc") == 0 ? TransportChoice::kJsonRpc
                                                                : TransportChoice::kJson2;
  const size_t wanted = argc > 3 ? static_cast<size_t>(std::atoll(argv[3])) : 50000;
  outrigger::transport::Loop loop;
  auto session = outrigger::odoo::Session::connect(loop, connection);
  if (!session) {
    std::fprintf(stderr, "%s\n", session.error().message.c_str());
    return 1;
  }
  outrigger::odoo::Records records(**session);
  Query query{.model = "crm.lead", .fields = {std::begin(kFields), std::end(kFields)}, .order = "id", .archived = true};
  (void)(*session)->fields("crm.lead");
  Columns columns;
  const long before_kib = peak_kib();
  const double cpu = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  int64_t last = 0;
  size_t rows = 0;
  while (rows < wanted) {
    outrigger::Arena arena;
    query.domain = arena.array({arena.array({"id", ">", last})});
    const Result<outrigger::Document> page = records.search_read(query, {.lane = outrigger::Lane::kSweeps});
    if (!page) {
      std::fprintf(stderr, "%s\n", page.error().message.c_str());
      return 1;
    }
    const size_t count = page->root().size();
    if (count == 0) break;
    keep(columns, page->root());
    rows += count;
    last = page->root().at(count - 1)["id"].integer();
  }
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double used = cpu_seconds() - cpu;
  std::printf(
      "{\"program\": \"outrigger\", \"transport\": \"%s\", \"rows\": %zu, \"wall_s\": %.3f, \"cpu_s\": %.4f, "
      "\"cpu_us_per_row\": %.2f, \"cpu_percent_of_wall\": %.1f, \"columns_mb\": %.1f, \"peak_over_start_mb\": %.1f, "
      "\"peak_rss_mb\": %.1f}\n",
      argv[2], rows, wall, used, used / static_cast<double>(rows) * 1e6, used / wall * 100,
      static_cast<double>(columns.bytes()) / 1e6, static_cast<double>(peak_kib() - before_kib) / 1024,
      static_cast<double>(peak_kib()) / 1024);
  return 0;
}
