/* SPDX-License-Identifier: MIT */
#include "nn/params.h"
#include <stdarg.h>

/* All parameters in one block, the trainable first, each known by its place and dotted name. */

int slm_params_add(slm_params *p, int group, bool trainable, int rank, int64_t rows, int64_t cols, const char *format, ...)
{
    slm_param *item = &p->item[p->count];
    va_list args;
    va_start(args, format);
    vsnprintf(item->name, sizeof item->name, format, args);
    va_end(args);
    item->group = group;
    item->trainable = trainable;
    item->rank = rank;
    item->rows = rows;
    item->cols = cols;
    item->count = rows * cols;
    return p->count++;
}

scilama_status slm_params_allocate(scilama_context *ctx, slm_params *p, scilama_error *error)
{
    int64_t offset = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < p->count; i++) {
            slm_param *item = &p->item[i];
            if (item->trainable != (pass == 0)) continue;
            item->offset = offset;
            offset += item->count;
        }
        if (pass == 0) p->trainable = offset;
    }
    p->total = offset;
    p->value = slm_shared_alloc(ctx, offset, sizeof *p->value);
    return p->value ? SCILAMA_OK : slm_fail_nomem(error);
}

int slm_params_find(const slm_params *p, const char *name)
{
    for (int i = 0; i < p->count; i++)
        if (strcmp(p->item[i].name, name) == 0) return i;
    return -1;
}
