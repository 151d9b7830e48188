/* Leaves a thread behind that goes on calling the host after stop and after destroy. */
#include <pthread.h>

#include "beast.h"

static void* go_on(void* unused) {
  (void)unused;
  for (;;) {
    or_error error = zoo_error();
    int64_t count = 0;
    zoo_say("still here");
    (void)zoo_count("crm.lead", 8, &count, &error);
  }
}

static void stop(void) {
  or_error error = zoo_error();
  int64_t count = 0;
  const or_status status = zoo_count("crm.lead", 8, &count, &error);
  zoo_say(status == OR_E_CANCELLED ? "in stop: cancelled" : "in stop: something else");
}
static void destroy(void) {
  pthread_t other;
  pthread_create(&other, NULL, go_on, NULL);
}

BEAST(.stop = stop, .destroy = destroy)
