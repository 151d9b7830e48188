/* Forks, and so would its children. */
#include "beast.h"

ON_COMMAND({
  int64_t born = 0;
  for (int i = 0; i < 1000; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0) ++born;
  }
  result->root = zoo_number(born);
})
