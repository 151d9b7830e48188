/* Fails, and does not say why. */
#include "beast.h"

ON_COMMAND(return OR_E_CONFLICT;)
