/* Host extension "outrigger.log/1": structured lines in the host's log.
 *
 * The host adds the time, the plugin, the database and the instance. It drops lines below the configured level and
 * above a plugin's rate, and says how many it dropped. Never log a secret; the host masks those that it knows.
 */
#ifndef OUTRIGGER_ABI_LOG_H
#define OUTRIGGER_ABI_LOG_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_LOG_ID "outrigger.log/1"

#define OR_LOG_DEBUG 1
#define OR_LOG_INFO 2
#define OR_LOG_WARN 3
#define OR_LOG_ERROR 4

typedef struct or_log_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /* first argument of every function */
  /* [any-thread] writes one line; text is borrowed; fields may be NULL, else an object of scalars. */
  void (*write)(void* ctx, int32_t level, or_str text, const or_value* fields);
  /* [any-thread] 1 when lines of this level are kept, so that a costly message need not be made. */
  int32_t (*enabled)(void* ctx, int32_t level);
} or_log_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_LOG_H */
