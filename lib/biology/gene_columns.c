/* SPDX-License-Identifier: MIT */
#include "biology/gene_columns.h"
#include <string.h>

enum { BLOCK_ENTRIES = 2 << 20, BLOCK_GENES = 4096 };

static void count_stored(void *arg, const slm_expression_rows *rows)
{
    slm_gene_columns *c = arg;
    for (int64_t i = 0; i < rows->n; i++) {
        int64_t cell;
        const float *x;
        const int32_t *indices;
        int64_t n = slm_expression_row(rows, i, &cell, &x, &indices);
        for (int64_t k = 0; k < n; k++)
            if (x[k] < 0 || x[k] > 0) c->stored[indices ? indices[k] : k]++;
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
    scilama_status status = slm_expression_scan(e, NULL, e->cells, count_stored, c, error);
    if (status) {
        slm_gene_columns_close(c);
        return status;
    }
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

/* First entry of a gene at or above `gene`. */
static int64_t entry_of(const int32_t *indices, int64_t n, int64_t gene)
{
    int64_t low = 0;
    while (low < n) {
        int64_t mid = low + (n - low) / 2;
        if (indices[mid] < gene) low = mid + 1;
        else n = mid;
    }
    return low;
}

static void take_rows(void *arg, const slm_expression_rows *rows)
{
    slm_gene_columns *c = arg;
    int64_t last = c->first + c->count;
    for (int64_t i = 0; i < rows->n; i++) {
        int64_t cell;
        const float *x;
        const int32_t *indices;
        int64_t n = slm_expression_row(rows, i, &cell, &x, &indices);
        int64_t start = c->e->indptr ? c->e->indptr[cell] : 0; /* the cursor counts from the first row */
        int64_t k = !indices ? c->first : c->cursor ? c->cursor[cell] - start : entry_of(indices, n, c->first);
        for (int64_t end = indices ? n : last; k < end; k++) {
            int64_t gene = indices ? indices[k] : k;
            if (gene >= last) break;
            if (!(x[k] < 0 || x[k] > 0)) continue;
            int64_t at = c->start[gene - c->first]++; /* moved back below */
            c->cell[at] = (int32_t)cell;
            c->value[at] = x[k];
        }
        if (c->cursor) c->cursor[cell] = start + k;
    }
}

scilama_status slm_gene_columns_next(slm_gene_columns *c, scilama_error *error)
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
    if (!c->count) return SCILAMA_OK;
    scilama_status status = slm_expression_scan(e, NULL, e->cells, take_rows, c, error);
    for (int64_t g = c->count; g > 0; g--) c->start[g] = c->start[g - 1];
    c->start[0] = 0;
    return status;
}
