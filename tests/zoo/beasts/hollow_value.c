/* Answers with 2^31 of something, and nothing behind it: "items", "fields", "text" or "bytes". */
#include "beast.h"

ON_COMMAND({
  result->root.count = 1U << 31U;
  result->root.kind = zoo_asked(call, "items") ? OR_ARRAY : zoo_asked(call, "fields") ? OR_OBJECT
                      : zoo_asked(call, "text") ? OR_STRING : OR_BYTES;
})
