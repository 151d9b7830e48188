/* The plain C half of the ABI's tests: what a plugin in C does with it. */
#ifndef OUTRIGGER_SDK_ABI_C_TEST_H
#define OUTRIGGER_SDK_ABI_C_TEST_H

#include <outrigger/abi.h>
#include <outrigger/abi/clock.h>
#include <outrigger/abi/commands.h>
#include <outrigger/abi/log.h>
#include <outrigger/abi/odoo.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sizes of all structs as C sees them, in the order of abi_layout_test.cpp; 0 ends the list. */
const size_t* c_struct_sizes(void);
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
