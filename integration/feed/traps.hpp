// What a stream does not show, and which streams show it: for `doctor`, and for whoever writes a subscription.
//
//     for (const Advice& advice : stream_advice("crm.lead", {"name", "tag_ids"}, definitions))
//       print(advice.sentence);    // "crm.lead.tag_ids: ...; also subscribe to crm.tag (name)"
//
// Source: seen on Odoo 19.0 (which changes move write_date and which do not). Pure. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/value.hpp"

namespace outrigger::feed {

struct Advice {
  std::string field;   // of the stream; empty: the record as a whole
  std::string stream;  // the model to subscribe to as well; empty: none does, a content sweep finds it
  std::vector<std::string> fields;
  std::string sentence;
};

// `definitions`: the model's fields_get, or null; with it, relations that no table knows are named too.
std::vector<Advice> stream_advice(std::string_view model, std::span<const std::string> fields, Value definitions = {});

// A model whose lowest id jumps when Odoo changes the stream's fields by SQL; empty: none is known.
std::string_view telltale_of(std::string_view model, std::span<const std::string> fields);

// What `doctor` says of a large table that is searched by write_date without an index; nothing when all is well.
// `idle_look`: microseconds that a look takes which finds nothing; 0: not measured.
std::optional<std::string> index_advice(std::string_view model, int64_t records, int64_t idle_look);

}  // namespace outrigger::feed
