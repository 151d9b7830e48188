// Fields as a manifest wishes for them, and as this Odoo has them: versions differ, and one unknown name is a 500.
//
//     const std::vector<FieldWish> wishes = {{"name"}, {"won_status", true}, {"mobile", true, {"phone"}}};
//     Result<Resolved> fields = resolve_fields(reader, "crm.lead", wishes, manner);
//     stream.fields = fields->fields;      // what to read; fields->names says which wish each of them fulfils
//
// Threads: any.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "integration/feed/reader.hpp"

namespace outrigger::feed {

struct FieldWish {
  std::string name;
  bool optional = false;
  std::vector<std::string> aliases = {};  // names in other versions, the best first
};

struct Resolved {
  std::vector<std::string> fields;           // sorted, each once
  std::map<std::string, std::string> names;  // wished -> there
  std::vector<std::string> absent;           // optional ones that are not there
};

// kMissing: the model, or fields that are not optional, with their names.
Result<Resolved> resolve_fields(Reader& reader, const std::string& model, const std::vector<FieldWish>& wishes,
                                const Manner& manner = {});

}  // namespace outrigger::feed
