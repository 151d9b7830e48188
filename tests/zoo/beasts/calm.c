/* The neighbour: nothing is wrong with it. */
#include "beast.h"

BEAST(0)
