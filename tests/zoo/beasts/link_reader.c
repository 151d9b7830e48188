/* Reads what the host sends to its process, in place of the runner. */
#include <sys/socket.h>

#include "beast.h"

ON_COMMAND({
  char byte = 0;
  zoo_ready(call);
  for (;;)
    if (recv(3, &byte, 1, 0) <= 0) pause();
})
