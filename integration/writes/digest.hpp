// A short, stable name of a value: the hash of keys, plans and arguments.
//
//     std::string name = digest(value);          // 32 hexadecimal digits
//
// The order of an object's fields does not count, and an int equals a double of the same value. BLAKE2b, 128 bits:
// two values of the same name are not met by chance. Threads: plain functions.
#pragma once

#include <string>
#include <string_view>

#include "outrigger/arena.hpp"

namespace outrigger::writes {

std::string digest(std::string_view bytes);
std::string digest(Value value);

// The value as CBOR and back; a text that is no CBOR reads as null.
std::string to_bytes(Value value);
Document from_bytes(const std::string& bytes);

}  // namespace outrigger::writes
