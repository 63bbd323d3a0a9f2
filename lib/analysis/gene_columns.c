/* SPDX-License-Identifier: MIT */
#include "analysis/gene_columns.h"
#include <string.h>

enum { BLOCK_ENTRIES = 2 << 20, BLOCK_GENES = 4096 };

static void count_stored(slm_gene_columns *c)
{
    const slm_expression *e = c->e;
    for (int64_t i = 0; i < e->cells; i++) {
        int64_t first = e->indptr ? e->indptr[i] : i * e->ld, n = e->indptr ? e->indptr[i + 1] - first : e->genes;
        for (int64_t k = 0; k < n; k++)
            if (e->values[first + k] < 0 || e->values[first + k] > 0) c->stored[e->indptr ? e->indices[first + k] : k]++;
    }
}

scilama_status slm_gene_columns_open(slm_gene_columns *c, scilama_context *ctx, const slm_expression *e, scilama_error *error)
{
    *c = (slm_gene_columns){ .ctx = ctx, .e = e };
    c->stored = slm_alloc_array_zero(ctx, e->genes, sizeof *c->stored);
    c->start = slm_alloc_array(ctx, BLOCK_GENES + 1, sizeof *c->start);
    c->cursor = e->indptr ? slm_alloc_array(ctx, e->cells, sizeof *c->cursor) : NULL;
    int64_t total = 0, room;
    if (!c->stored || !c->start || (e->indptr && !c->cursor)) goto nomem;
    count_stored(c);
    for (int64_t g = 0; g < e->genes; g++) {
        total += c->stored[g];
        if (c->stored[g] > c->widest) c->widest = c->stored[g];
    }
    room = total < BLOCK_ENTRIES ? total : c->widest > BLOCK_ENTRIES ? c->widest : BLOCK_ENTRIES;
    c->cell = slm_alloc_array(ctx, room, sizeof *c->cell);
    c->value = slm_alloc_array(ctx, room, sizeof *c->value);
    if (!c->cell || !c->value) goto nomem;
    if (e->indptr) memcpy(c->cursor, e->indptr, (size_t)e->cells * sizeof *c->cursor);
    return SCILAMA_OK;
nomem:
    slm_gene_columns_close(c);
    return slm_fail_nomem(error);
}

void slm_gene_columns_close(slm_gene_columns *c)
{
    void *blocks[] = { c->stored, c->start, c->cursor, c->cell, c->value };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(c->ctx, blocks[i]);
    *c = (slm_gene_columns){ 0 };
}

bool slm_gene_columns_next(slm_gene_columns *c)
{
    const slm_expression *e = c->e;
    c->first += c->count;
    c->count = 0;
    c->start[0] = 0;
    for (int64_t g = c->first; g < e->genes && c->count < BLOCK_GENES; g++) {
        int64_t end = c->start[c->count] + c->stored[g];
        if (c->count && end > BLOCK_ENTRIES) break;
        c->start[++c->count] = end;
    }
    if (!c->count) return false;
    int64_t last = c->first + c->count;
    for (int64_t i = 0; i < e->cells; i++) {
        int64_t k = e->indptr ? c->cursor[i] : i * e->ld + c->first, end = e->indptr ? e->indptr[i + 1] : i * e->ld + last;
        for (; k < end; k++) {
            int64_t gene = e->indptr ? e->indices[k] : k - i * e->ld;
            if (gene >= last) break;
            if (!(e->values[k] < 0 || e->values[k] > 0)) continue;
            int64_t at = c->start[gene - c->first]++; /* moved back below */
            c->cell[at] = (int32_t)i;
            c->value[at] = e->values[k];
        }
        if (e->indptr) c->cursor[i] = k;
    }
    for (int64_t g = c->count; g > 0; g--) c->start[g] = c->start[g - 1];
    c->start[0] = 0;
    return true;
}
