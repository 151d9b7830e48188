/* Logs 100,000 lines. */
#include "beast.h"

ON_COMMAND(for (int i = 0; i < 100000; ++i) zoo_say("flood");)
