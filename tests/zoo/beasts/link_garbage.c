/* Writes to its process's connection to the host: "long" a length beyond all bounds, "frame" a frame that is none,
 * "array" one of which nothing is what it should be, "half" the beginning of one. */
#include "beast.h"

ON_COMMAND({
  static const char frame[] = "\x05\0\0\0hello";
  static const char array[] = "\x05\0\0\0\x84\x60\x60\x60\xf6";
  static const char half[] = "\x00\0\0\x0f{";
  if (zoo_asked(call, "long")) (void)!write(3, "garbage, for ever and ever", 26);
  if (zoo_asked(call, "frame")) (void)!write(3, frame, sizeof frame - 1);
  if (zoo_asked(call, "array")) (void)!write(3, array, sizeof array - 1);
  if (zoo_asked(call, "half")) (void)!write(3, half, sizeof half - 1);
  for (;;) pause();
})
