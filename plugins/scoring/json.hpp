// Reads JSON text from outside: strict (RFC 8259), at most 16 deep, everything bounded by the text itself.
//
//     Arena arena;
//     Result<Value> body = parse_json(text, arena);
//
// Errors: kInvalid, with the byte at which it stops being JSON. Texts may point into `text`, which must outlive the
// value. A number without a fraction that fits is an integer. Threads: plain function.
#pragma once

#include <string_view>

#include <outrigger/arena.hpp>
#include <outrigger/result.hpp>

namespace outrigger::scoring {

Result<Value> parse_json(std::string_view text, Arena& arena);

}  // namespace outrigger::scoring
