// Checks a configuration against the JSON Schema in a plugin's manifest, and fills in the defaults.
//
//     Result<Schema> schema = Schema::compile(manifest["config_schema"]);        // at the load of the manifest
//     Result<Document> config = schema->check(given, "plugins.scoring.config");
//     // plugins.scoring.config.weights[2] must be at most 10
//
// A subset of JSON Schema 2020-12; any other keyword is an error of the manifest, never ignored:
//   any value    type (a name or a list of names), enum, const, default, title, description, deprecated, secret
//   objects      properties, required, additionalProperties (true, false or a schema)
//   lists        items (a schema), minItems, maxItems, uniqueItems (in lists of at most 1000)
//   numbers      minimum, maximum, exclusiveMinimum, exclusiveMaximum
//   texts        minLength, maxLength (in characters), pattern (a search, as ECMAScript on bytes, without \1; at most
//                200 bytes, on texts of at most 1000, in time that grows with both and no faster)
// and $schema and $comment, which say nothing. Here a text is compared with what its keyword says even where `type` is
// left out; other kinds of values are left alone, as JSON Schema has it. An integer may be written as 5.0.
//
// default: taken where a property is absent, in objects that are there or are themselves a default; it must keep to its
// own schema. secret: true (our own): the value must be a reference, ${env:NAME}, ${file:PATH} or ${secret:NAME}; it is
// a text, and no message ever repeats it. check() therefore comes before references are resolved.
//
// Errors: kInvalid, one sentence with the path; of unknown keys with the nearest known one. Schemas may be 16 deep.
// Threads: immutable.
#pragma once

#include <memory>
#include <string>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

class Schema {
 public:
  struct Node;

  // null: a schema that takes everything. The error names the place in the schema, from `config_schema` on.
  static Result<Schema> compile(Value schema);

  // The configuration with its defaults; null stands for an empty object. `where` begins every path in a message.
  [[nodiscard]] Result<Document> check(Value config, const std::string& where) const;

 private:
  Schema(Document source, std::shared_ptr<const Node> root) : source_(std::move(source)), root_(std::move(root)) {}

  Document source_;  // the nodes point into it
  std::shared_ptr<const Node> root_;
};

}  // namespace outrigger::host
