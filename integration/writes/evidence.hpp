// What a field, read after a reply was lost, says about whether the write landed.
//
//     switch (evidence_of(shape, sent, before, now)) { ... }
//
// Threads: plain functions.
#pragma once

#include "integration/writes/values.hpp"

namespace outrigger::writes {

enum class Evidence {
  kLanded,
  kNot,
  kNone,       // it would look the same either way
  kAmbiguous,  // something happened, and not quite this
};

Evidence evidence_of(const Shape& shape, Value sent, Value before, Value now);

}  // namespace outrigger::writes
