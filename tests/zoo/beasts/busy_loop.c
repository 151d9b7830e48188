/* Turns round and round on two threads, deaf to every signal. */
#include <pthread.h>

#include "beast.h"

static volatile unsigned long turns;

static void* turn(void* unused) {
  (void)unused;
  for (;;) ++turns;
}

ON_COMMAND({
  pthread_t other;
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
  pthread_create(&other, NULL, turn, NULL);
  zoo_ready(call);
  turn(NULL);
})
