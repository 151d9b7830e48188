/* Starts threads until it gets no more. */
#include <pthread.h>

#include "beast.h"

static void* stay(void* unused) {
  (void)unused;
  for (;;) pause();
}

ON_COMMAND({
  int64_t born = 0;
  pthread_t thread;
  while (born < 1000 && pthread_create(&thread, NULL, stay, NULL) == 0) ++born;
  result->root = zoo_number(born);
})
