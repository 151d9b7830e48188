// CBOR (RFC 8949) of a value tree: what crosses to a plugin in its own process.
//
//     std::string bytes;
//     write_cbor(value, bytes);                          // appends
//     Result<Document> same = read_cbor(std::move(bytes));
//
// Only what the writer writes is read: definite lengths, string keys, doubles of 64 bits, no tags. The document keeps
// the bytes and points into them, so a text is not copied. Threads: plain functions.
#pragma once

#include <string>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::value {

struct CborLimits {
  size_t depth = OR_MAX_DEPTH;
  size_t bytes = size_t{512} << 20U;  // of the tree's nodes; the bytes themselves come on top
};

// Deeper than OR_MAX_DEPTH becomes null; a kind that is not known, too.
void write_cbor(Value value, std::string& out);
// kProtocol: not CBOR as above, cut short, followed by more, or a text that is not UTF-8; kLimit: too deep or too
// large.
Result<Document> read_cbor(std::string bytes, const CborLimits& limits = {});

// Whether the text is UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);

}  // namespace outrigger::value
