/* Calls the host while it is being stopped and destroyed. */
#include "beast.h"

static void call(const char* well, const char* badly) {
  or_error error = zoo_error();
  int64_t count = 0;
  zoo_say(zoo_count("crm.lead", 8, &count, &error) == OR_E_CANCELLED ? well : badly);
}
static void stop(void) { call("in stop: cancelled", "in stop: something else"); }
static void destroy(void) { call("in destroy: cancelled", "in destroy: something else"); }

BEAST(.stop = stop, .destroy = destroy)
