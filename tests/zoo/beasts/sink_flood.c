/* Writes 20,000 pieces of 1 KiB for a person to read. */
#include "beast.h"

ON_COMMAND({
  static char text[1024];
  memset(text, 'x', sizeof text);
  const or_str piece = {text, sizeof text};
  for (int i = 0; i < 20000; ++i) call->sink->text(call->sink->ctx, piece);
})
