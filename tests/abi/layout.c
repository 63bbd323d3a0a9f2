/* SPDX-License-Identifier: MIT */
/* Sizes and offsets of every public struct are as accepted, without padding that a
 * later field could fall into. Compiling is the test. */
#include <scilama/scilama.h>
#include <scilama/dlpack.h>
#include <stddef.h>
#include <stdint.h>

#if UINTPTR_MAX > 0xffffffffu
#define LAYOUT(type, bytes) _Static_assert(sizeof(type) == (bytes), #type " changed its size");
#define FIELD(type, field, offset, bytes) \
    _Static_assert(offsetof(type, field) == (offset), #type "." #field " moved"); \
    _Static_assert(sizeof(((type *)0)->field) == (bytes), #type "." #field " changed its size");
#include "layout.h"
#endif

int main(void)
{
    return 0;
}
