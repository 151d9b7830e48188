// A reply of 50,000 rows x 12 fields: our reader against jsoncpp, on a file recorded from a real Odoo or a made one.
// OUTRIGGER_BENCH_REPLY names a recorded file.
#include <benchmark/benchmark.h>
#include <json/json.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "integration/value/json.hpp"

namespace outrigger {
namespace {

const std::string& reply() {
  static const std::string text = [] {
    if (const char* path = std::getenv("OUTRIGGER_BENCH_REPLY")) {
      std::ostringstream out;
      out << std::ifstream(path).rdbuf();
      return out.str();
    }
    std::string out = "[";
    for (int i = 0; i < 50000; ++i) {
      if (i > 0) out += ", ";
      out += "{\"id\": " + std::to_string(i + 1) + ", \"name\": \"Ten desks for company " +
             std::to_string(i * 7919 % 50000) + "\", \"stage_id\": " + std::to_string(1 + i % 4) +
             ", \"team_id\": " + std::to_string(1 + i % 9) +
             ", \"user_id\": false, \"country_id\": " + std::to_string(1 + i % 240) +
             ", \"probability\": " + std::to_string(i % 10000) +
             ".25, \"automated_probability\": 12.34, \"active\": true, " + "\"email_from\": \"info" +
             std::to_string(i) + "@example.com\", \"create_date\": \"2026-11-21 12:00:00\", \"tag_ids\": [1, 2, " +
             std::to_string(i % 30) + "]}";
    }
    return out + "]";
  }();
  return text;
}

void outrigger_reader(benchmark::State& state) {
  for (auto _ : state) {
    value::JsonReader reader;
    // As the network delivers it.
    for (size_t at = 0; at < reply().size(); at += 65536) reader.feed(std::string_view(reply()).substr(at, 65536));
    const Result<Document> document = reader.finish();
    if (!document) state.SkipWithError(document.error().message.c_str());
    benchmark::DoNotOptimize(document->root().size());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * reply().size()));
}
BENCHMARK(outrigger_reader)->Unit(benchmark::kMillisecond);

void jsoncpp_reader(benchmark::State& state) {
  const std::unique_ptr<Json::CharReader> reader(Json::CharReaderBuilder().newCharReader());
  for (auto _ : state) {
    Json::Value value;
    std::string errors;
    if (!reader->parse(reply().data(), reply().data() + reply().size(), &value, &errors))
      state.SkipWithError(errors.c_str());
    benchmark::DoNotOptimize(value.size());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * reply().size()));
}
BENCHMARK(jsoncpp_reader)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace outrigger
