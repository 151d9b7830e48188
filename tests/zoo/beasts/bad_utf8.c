/* Says what is not UTF-8, where it is asked to. */
#include "beast.h"

static const char bad[] = "caf\xe9 \xff\xfe";
enum { kSize = sizeof bad - 1 };

ON_COMMAND({
  if (zoo_asked(call, "result")) result->root = zoo_value(bad, kSize);
  if (zoo_asked(call, "error")) return zoo_fail(error, OR_E_INVALID, bad, kSize);
  if (zoo_asked(call, "log")) {
    zoo_log(bad, kSize);
    zoo_say("after it");
  }
  if (zoo_asked(call, "print")) {
    puts(bad);
    fflush(stdout);
  }
  if (zoo_asked(call, "sink")) {
    or_str text = {bad, kSize};
    call->sink->text(call->sink->ctx, text);
    call->sink->progress(call->sink->ctx, 1, 2, text);
    call->sink->text(call->sink->ctx, zoo_text("after it"));
  }
  if (zoo_asked(call, "service")) {
    int64_t count = 0;
    return zoo_count(bad, kSize, &count, error);
  }
})
