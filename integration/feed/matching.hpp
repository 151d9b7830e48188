// Whose domains hold for the records of a page.
//
//     Result<Matching> matching = Matching::make(stream, definitions, major);   // definitions: fields_get
//     matching->match(reader, manner, rows, seen);                              // sets Seen::matches
//
// A domain is decided here where what was read decides it: plain, stored fields of types whose comparison in SQL holds
// no surprise (booleans, selections, many2one by id, dates, numbers from Odoo 19 on; no text with its collations, no
// path into other records, no relative date, no computed field). Any other is asked of Odoo: one search a page and
// distinct domain. The fields that a domain names are read with the stream's, so that a change of them is seen.
//
// What no look at the record itself can see: a domain that depends on other records (partner_id.country_id, a time
// that passes) may begin or cease to hold when those change. Content sweeps find that, hints find it sooner.
//
// Threads: immutable once made.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "integration/domain/domain.hpp"
#include "integration/feed/reader.hpp"
#include "integration/feed/sink.hpp"

namespace outrigger::feed {

class Matching {
 public:
  // kInvalid: a domain that is none, with the subscriber's name. `definitions` is kept.
  static Result<Matching> make(const Stream& stream, std::shared_ptr<const Document> definitions, int major);
  // Also called before there is a connection: are these domains at all?
  static Result<void> check(const Stream& stream);

  // What is to be read besides the stream's own fields.
  [[nodiscard]] const std::vector<std::string>& fields() const { return fields_; }
  // How many searches a page costs.
  [[nodiscard]] size_t asked() const;
  // `rows[i]` is what was read of `seen[i]`.
  Result<void> match(Reader& reader, const Manner& manner, std::span<const Value> rows, std::span<Seen> seen) const;

 private:
  struct Rule {
    std::shared_ptr<const domain::Domain> domain;
    uint64_t subscribers = 0;  // a mask
    bool here = false;
    std::string first;  // a subscriber's name, for messages
  };

  std::string model_;
  std::shared_ptr<const Document> definitions_;
  uint64_t always_ = 0;
  std::vector<Rule> rules_;
  std::vector<std::string> fields_;
};

}  // namespace outrigger::feed
