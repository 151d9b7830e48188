// What a FakeHost writes down: the lines that a plugin logged, its metrics, and what it wrote to Odoo.
//
//     EXPECT_TRUE(host.logs().has("3 leads"));
//     EXPECT_EQ(host.metrics().value("bells_total"), 1);
//     EXPECT_EQ(host.writes().at(0).method, "message_post");
//
// Threads: read them while the plugin is idle.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "object.hpp"

namespace outrigger::testkit {

struct LogLine {
  int32_t level = 0;  // OR_LOG_*
  std::string text;
  Object fields;
};

struct Logs : std::vector<LogLine> {
  // Whether a line holds this text.
  [[nodiscard]] bool has(std::string_view text) const {
    return std::any_of(begin(), end(), [&](const LogLine& line) { return line.text.find(text) != std::string::npos; });
  }
};

struct Metric {
  char kind = 'c';  // a counter's growth, a gauge's value ('g'), an observation ('h')
  std::string name;
  double value = 0;
  Object labels;
};

struct Metrics : std::vector<Metric> {
  // The sum of a counter and of observations, the last value of a gauge; 0 when there is none. All label sets together.
  [[nodiscard]] double value(std::string_view name) const {
    double sum = 0;
    for (const Metric& metric : *this)
      if (metric.name == name) sum = metric.kind == 'g' ? metric.value : sum + metric.value;
    return sum;
  }
  [[nodiscard]] size_t count(std::string_view name) const {
    return static_cast<size_t>(
        std::count_if(begin(), end(), [&](const Metric& metric) { return metric.name == name; }));
  }
};

// One write that took effect, or a call of a method. A repeated idempotency key has none and is not here again.
struct Write {
  std::string method;  // "create", "write", "write_rows", "unlink", "message_post", or the method's own name
  std::string model;
  std::vector<int64_t> ids;  // of create: the new ones
  Object values;             // of create and write_rows: {rows: [...]}; of call: its arguments
  std::string body;          // of message_post
  int64_t company_id = 0;
  std::string idempotency_key;
  std::string delivery;
  std::string principal;
  Object context;  // of its scope
};

}  // namespace outrigger::testkit
