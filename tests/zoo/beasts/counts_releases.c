/* Well-behaved: counts how often each of its answers was released. */
#include "beast.h"

static int released;

static void release(or_doc* doc) {
  ++released;
  doc->owner = NULL;
  doc->release = NULL;
}

ON_COMMAND({
  if (zoo_asked(call, "count")) {
    result->root = zoo_number(released);
    return OR_OK;
  }
  result->root = zoo_value("\xff", zoo_asked(call, "garbage"));
  result->owner = &released;
  result->release = release;
  return zoo_asked(call, "fail") ? OR_E_INVALID : OR_OK;
})
