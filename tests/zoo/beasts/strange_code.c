/* Fails with a code, a source and an effect that do not exist. */
#include "beast.h"

ON_COMMAND({
  const int negative = zoo_asked(call, "negative");
  zoo_fail(error, negative ? -5 : 4711, "the moon is full", 16);
  error->source = 99;
  error->effect = -7;
  return negative ? -5 : 4711;
})
