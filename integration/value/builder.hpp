// Builds one Document from the events of a parser, without an intermediate tree.
//
//     Builder builder;
//     builder.open_array(); builder.integer(1); builder.text("a"); builder.close_array();
//     Result<Document> document = builder.finish();
//
// Every event returns false once a limit is passed or the events do not nest; status() then says why. Names of
// fields are kept once per document, so that 50,000 rows of 12 fields hold 12 names.
//
// Threads: one. Memory: the tree itself plus the values of the containers that are still open.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::value {

struct Limits {
  size_t depth = OR_MAX_DEPTH;
  size_t bytes = size_t{512} << 20U;  // of the finished tree
  // Odoo writes `false` for an empty field. For objects at this depth (1 is the root), a false in a field for which
  // false_is_null(name) holds becomes null. Asked once per name.
  size_t row_depth = 0;
  std::function<bool(std::string_view)> false_is_null = {};
};

class Builder {
 public:
  explicit Builder(Limits limits = {});

  bool null();
  bool boolean(bool value);
  bool integer(int64_t value);
  bool number(double value);
  bool text(std::string_view value);
  bool bytes(std::string_view value);
  bool open_array();
  bool close_array();
  bool open_object();
  bool key(std::string_view name);
  bool close_object();

  // False, with the same error, when a text that is still being collected passes the limit of bytes.
  bool check_size(size_t collecting);
  [[nodiscard]] size_t depth() const { return frames_.size(); }
  // What went wrong, if an event returned false.
  [[nodiscard]] const Error& status() const { return error_; }
  [[nodiscard]] bool complete() const { return frames_.empty() && values_.size() == 1 && !failed_; }
  // The finished document; an error when the events were incomplete. The builder is empty afterwards.
  Result<Document> finish();

 private:
  struct Frame {
    bool object;
    size_t first_value;
    size_t first_key;
  };
  struct Name {
    or_str text;
    bool false_is_null;
    uint64_t object = 0;  // the last object that had this name, and where in it
    size_t position = 0;
  };

  bool push(Value value);
  bool open(bool object);
  bool fail(Code code, std::string message);
  const Name& intern(std::string_view name);
  void index(size_t position);

  Limits limits_;
  std::shared_ptr<Arena> arena_;
  std::vector<Frame> frames_;
  std::vector<or_value> values_;
  std::vector<uint32_t> keys_;  // positions in names_
  std::vector<Name> names_;
  std::vector<uint32_t> slots_;  // open addressing over names_; 0: free, else position + 1
  size_t predicted_ = 0;         // the name that follows in rows of equal shape
  uint64_t objects_ = 0;         // closed so far
  bool expects_value_ = false;   // in an object, after a key
  bool failed_ = false;
  Error error_;
};

}  // namespace outrigger::value
