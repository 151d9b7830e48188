/* Says that its message is longer than any can be. */
#include "beast.h"

ON_COMMAND({
  memset(error->message, 'x', sizeof error->message);
  error->message_len = 0xFFFFFFFFU;
  return OR_E_INVALID;
})
