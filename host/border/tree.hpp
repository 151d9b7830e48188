// Looks through a tree that a plugin made before anything of ours walks it.
#pragma once

#include "outrigger/result.hpp"
#include "outrigger/value.hpp"

namespace outrigger::host {

// kInvalid: deeper than OR_MAX_DEPTH, a text that is not UTF-8, a null pointer where something should be, or more than
// 50 million nodes. The message says which, and what to do: "a text is not UTF-8; hand raw data over as bytes".
Result<void> check_tree(Value tree);

// The same of an error: a code that does not exist is a bug (kInternal), a source or an effect that does not exist is
// the plugin and unknown, and there is always a sentence.
Error checked(Error error);

}  // namespace outrigger::host
