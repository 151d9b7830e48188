// JSON in and out: a reader that takes its input in pieces, and a writer.
//
//     JsonReader reader;
//     reader.feed("[1, 2.5, \"a\"");              // as the network delivers it
//     reader.feed("]");
//     Result<Document> document = reader.finish();
//
// The reader tokenizes with Boost.JSON and builds the tree itself: integers stay int64, doubles are the nearest ones
// (Boost.JSON 1.81 is off by one bit now and then), integers beyond int64 become doubles, the order of fields is kept.
// Threads: one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "integration/value/builder.hpp"

namespace outrigger::value {

class JsonReader {
 public:
  explicit JsonReader(Limits limits = {});
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // False once the input cannot become a document; finish() then says why.
  bool feed(std::string_view piece);
  // kProtocol: not JSON, or it ends too early; kLimit: too deep or too large.
  Result<Document> finish();

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

// A whole text at once.
Result<Document> read_json(std::string_view text, Limits limits = {});

// Appends the value. Doubles are written so that they are read back as doubles and as the same ones; bytes as base64.
// kInvalid: NaN or infinity, which JSON cannot carry.
Result<void> write_json(Value value, std::string& out);
std::string to_json(Value value);  // as write_json, with null for what JSON cannot carry
// With line breaks and two spaces a level, for people.
std::string to_pretty_json(Value value);

}  // namespace outrigger::value
