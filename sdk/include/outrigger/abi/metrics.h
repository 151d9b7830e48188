/* Host extension "outrigger.metrics/1": numbers about the plugin's work, for the admin's monitoring.
 *
 * The host prefixes every name with outrigger_plugin_ and adds the labels plugin and database. Names are
 * [a-z][a-z0-9_]*, in base units (seconds, bytes), counters end in _total. At most 100 series a plugin: further ones
 * are dropped, and the host says so once in its log. Cheap to call; nothing is reported back.
 */
#ifndef OUTRIGGER_ABI_METRICS_H
#define OUTRIGGER_ABI_METRICS_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_METRICS_ID "outrigger.metrics/1"

typedef struct or_metrics_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /* first argument of every function */
  /* [any-thread] a counter grows by amount (not negative). labels: borrowed; NULL, or an object of strings. */
  void (*add)(void* ctx, or_str name, double amount, const or_value* labels);
  /* [any-thread] a gauge takes this value; labels are borrowed. */
  void (*set)(void* ctx, or_str name, double value, const or_value* labels);
  /* [any-thread] a histogram counts this value; labels are borrowed. */
  void (*observe)(void* ctx, or_str name, double value, const or_value* labels);
} or_metrics_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_METRICS_H */
