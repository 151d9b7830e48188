// What the feed asks of Odoo: few kinds of reads, all of them harmless.
//
// Threads: any, several at once. Every call ends by its deadline, or when it is stopped.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "outrigger/arena.hpp"
#include "outrigger/odoo.hpp"
#include "outrigger/result.hpp"

namespace outrigger::feed {

// How to ask.
struct Manner {
  Lane lane = Lane::kFeed;
  std::chrono::milliseconds deadline{30000};
  std::stop_token stop = {};
};

struct Question {
  std::string model;
  Value domain;  // null: all
  std::vector<std::string> fields;
  int64_t limit = 2000;
  bool newest_first = false;
};

struct Page {
  Document rows;     // objects with id and the fields, by id; relations as ids, empty values as null
  bool last = true;  // nothing lies behind it
};

class Reader {
 public:
  virtual ~Reader() = default;

  // name -> {type, relation, store, ...}; kept until forget_fields.
  virtual Result<std::shared_ptr<const Document>> fields(const std::string& model, const Manner& manner) = 0;
  virtual void forget_fields() = 0;
  // Archived records, too.
  virtual Result<Page> page(const Question& question, const Manner& manner) = 0;
  // Which of the ids the domain finds, by ascending id.
  virtual Result<std::vector<int64_t>> search(const std::string& model, Value domain, const Manner& manner) = 0;
  // Which of the ids are there. kAccess when one of them is, and may not be read.
  virtual Result<std::vector<int64_t>> existing(const std::string& model, const std::vector<int64_t>& ids,
                                                const Manner& manner) = 0;
  virtual Result<int64_t> count(const std::string& model, const Manner& manner) = 0;
  // The Date of the latest reply, in seconds since 1970 UTC; 0: none had one.
  [[nodiscard]] virtual int64_t server_date() const = 0;
  // 14, 19, ...
  [[nodiscard]] virtual int major() const = 0;
};

}  // namespace outrigger::feed
