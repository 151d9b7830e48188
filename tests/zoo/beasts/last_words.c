/* Dies with words that are not UTF-8 and have no end of line. */
#include "beast.h"

ON_COMMAND(fputs("alas \xff\x1b[31m poor Yorick", stderr); abort();)
