/* The plain C half of the ABI's tests: what a plugin in C does with it. */
#ifndef OUTRIGGER_SDK_ABI_C_TEST_H
#define OUTRIGGER_SDK_ABI_C_TEST_H

#include "abi_all.h"

#ifdef __cplusplus
extern "C" {
#endif

/* {"name": "Anna", "ids": [1, 2, 3]}; release counts into *released and frees. */
or_doc c_document(int* released);
/* The sum of all ints in the tree. */
int64_t c_sum(const or_value* value);
/* OR_HAS on a plugin's table, as C expands it. */
int c_has_stop(const or_plugin_v1* table);

#ifdef __cplusplus
}
#endif

#endif
