// Writes that are collected instead of sent: to be looked at, kept as a file, applied later, or thrown away.
//
//     Plan plan({.epoch = writer.epoch(), .plugin = "scoring", .title = "scoring recompute"});
//     Result<Document> ids = plan.add(request, remote);       // what the caller would have got; new ids are negative
//     Document seen = plan.overlay("crm.lead", rows);         // reads see what is planned, searches do not
//     Result<Applied> applied = apply(plan, writer, origin);  // sends exactly it
//     Result<Plan> back = undo("run-17", writer);             // what can be taken back, as a plan again
//
// Each row names record, field, old and new value. A record that the plan makes has a provisional id, which later rows
// may use. What Odoo itself will do (mails, computed fields) is named as far as it is known; it may do more.
//
// The file is JSON with a version, the database's epoch and a hash: a plan that was edited, or made for another
// database, is refused. Apply refuses rows whose old value has moved on; it continues where it was, when it is called
// again after a crash. Odoo has no conditional write: an edit between our look and our write is overwritten, so the
// written fields are read once more and a difference is told.
//
// Threads: one at a time. Values in rows live as long as the plan.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "integration/writes/methods.hpp"
#include "integration/writes/writer.hpp"

namespace outrigger::writes {

struct PlannedRow {
  int64_t id = 0;
  std::string field;  // empty: the record as a whole
  Value before;
  Value after;
};

struct PlannedWrite {
  Operation operation = Operation::kWrite;
  std::string model;
  std::string method;
  std::string principal = {};  // in whose name; empty: the integration's
  std::vector<int64_t> ids;    // of kCreate the provisional ones; of kMessagePost the record
  Value values;                // as in Request
  Value context;
  Class kind = Class::kReversible;
  std::vector<std::string> says;  // known side effects
  std::vector<PlannedRow> rows;
  int64_t made = 0;       // provisional id of the message
  bool put_back = false;  // of an undo: fields that Odoo moves once more are written once more
};

class Plan {
 public:
  struct Header {
    std::string epoch;
    std::string database;
    std::string plugin;  // whose writes they are
    std::string title;
    int64_t made_at = 0;  // milliseconds since 1970 UTC
  };
  explicit Plan(Header header) : header_(std::move(header)), arena_(std::make_unique<Arena>()) {}

  // What the caller would get. Errors: as of a write that is refused before it is sent.
  Result<Document> add(const Request& request, Remote& remote, const odoo::CallOptions& call = {});
  // Rows of search_read or read, with what is planned for them; records that are to be deleted are left out.
  [[nodiscard]] Document overlay(std::string_view model, const Document& rows) const;
  // Those of the ids that are provisional, as rows with these fields.
  [[nodiscard]] Document provisional(std::string_view model, const std::vector<int64_t>& ids,
                                     const std::vector<std::string_view>& fields) const;
  static bool is_provisional(int64_t id) { return id <= kFirstProvisional; }

  [[nodiscard]] const Header& header() const { return header_; }
  [[nodiscard]] const std::vector<PlannedWrite>& writes() const { return writes_; }
  // What the plan cannot do, or leaves alone, in sentences.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  // Once, however often it is said.
  void note(std::string sentence) {
    if (std::find(notes_.begin(), notes_.end(), sentence) == notes_.end()) notes_.push_back(std::move(sentence));
  }
  // Whether a write on the model is planned, so that a search of it may find other records once it is sent.
  [[nodiscard]] bool concerns(std::string_view model) const;
  void mark_put_back() {
    if (!writes_.empty()) writes_.back().put_back = true;
  }
  [[nodiscard]] uint64_t avoided() const { return avoided_; }

  [[nodiscard]] std::string hash() const;
  [[nodiscard]] Document to_document() const;
  [[nodiscard]] std::string to_json() const;
  // A table for people.
  [[nodiscard]] std::string to_text() const;
  // kInvalid: not a plan, or edited; kUnsupported: of a newer version.
  static Result<Plan> from_json(std::string_view text);

 private:
  static constexpr int64_t kFirstProvisional = -1000000001;  // an int4, and no number that means anything

  using Record = std::pair<std::string, int64_t>;
  Result<Document> add_create(const Request& request, Remote& remote, const odoo::CallOptions& call);
  Result<Document> add_fields(const Request& request, Remote& remote, const odoo::CallOptions& call);
  Result<Document> add_unlink(const Request& request, Remote& remote, const odoo::CallOptions& call);
  Result<Document> add_message(const Request& request);
  Result<Document> add_method(const Request& request);
  PlannedWrite copy_of(const Request& request);
  void keep(PlannedWrite write) { writes_.push_back(std::move(write)); }
  [[nodiscard]] Value content(Arena& arena) const;
  Result<void> read_content(Value content);

  Header header_;
  std::unique_ptr<Arena> arena_;
  std::vector<PlannedWrite> writes_;
  std::vector<std::string> notes_;
  std::map<Record, std::map<std::string, Value>> planned_;  // values by field
  std::set<Record> deleted_;
  int64_t next_ = kFirstProvisional;
  uint64_t avoided_ = 0;
};

struct Applied {
  enum class Kind { kDone, kMoved, kFailed, kUnknown, kSkipped };
  struct Row {
    size_t write = 0;  // position in the plan
    int64_t id = 0;    // as it is now; of a record that was not made the provisional one
    Kind kind = Kind::kDone;
    std::string says;  // why, or what differs afterwards
  };
  std::vector<Row> rows;
  std::map<int64_t, int64_t> made;  // provisional -> real
  [[nodiscard]] bool all_done() const;
};
const char* to_string(Applied::Kind kind);

// Sends exactly the plan; one that was interrupted goes on. kConflict: made for another database or epoch, or applied
// already. kUnsupported: it writes in the name of users,
// whose keys only the plugin's own call may use.
Result<Applied> apply(const Plan& plan, Writer& writer, const Origin& origin, const odoo::CallOptions& call = {});
// What can be taken back of a run. kMissing: no such run. Nothing is written.
Result<Plan> undo(const std::string& run, Writer& writer, const odoo::CallOptions& call = {});

}  // namespace outrigger::writes
