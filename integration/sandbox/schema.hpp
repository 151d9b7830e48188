// The models that the sandbox knows: fields, types, versions.
//
// Source: fields_get of Odoo 14 and 19, cut to what Outrigger uses. Immutable, static.
#pragma once

#include <span>
#include <string_view>

#include "integration/domain/evaluate.hpp"

namespace outrigger::sandbox {

struct FieldDef {
  std::string_view name;
  std::string_view type;  // Odoo's own word: "char", "many2one", ...
  std::string_view comodel = {};
  std::string_view label = {};
  bool required = false;
  int since = 14;                   // first major with this field
  int until = 99;                   // last major with it
  std::string_view selection = {};  // "key:Label,key:Label"
  std::string_view help = {};
};

struct ModelDef {
  std::string_view name;
  std::string_view label;
  std::string_view order;   // Odoo's default order
  bool restricted = false;  // not readable by an ordinary user
  bool read_only = false;   // no user may write it over RPC
  std::span<const FieldDef> fields;
};

std::span<const ModelDef> models();
const ModelDef* find_model(std::string_view name);
domain::FieldType domain_type(std::string_view odoo_type);

}  // namespace outrigger::sandbox
