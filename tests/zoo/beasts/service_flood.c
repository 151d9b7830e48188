/* Calls the host from 50 threads at once. */
#include <pthread.h>

#include "beast.h"

enum { kThreads = 50, kCalls = 20 };

static void* ask(void* answered) {
  for (int i = 0; i < kCalls; ++i) {
    or_error error = zoo_error();
    int64_t count = 0;
    if (zoo_count("crm.lead", 8, &count, &error) == OR_OK) __atomic_add_fetch((int64_t*)answered, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

ON_COMMAND({
  static int64_t answered;
  pthread_t threads[kThreads];
  zoo_ready(call);
  for (int i = 0; i < kThreads; ++i)
    if (pthread_create(&threads[i], NULL, ask, &answered) != 0) return zoo_fail(error, OR_E_LIMIT, "no thread", 9);
  for (int i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
  result->root = zoo_number(answered);
})
