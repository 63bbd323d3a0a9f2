/* SPDX-License-Identifier: MIT */
#include "biology/gene_columns.h"
#include "core/sort.h"

/* One pass counts the entries of every gene; every block of genes then takes a pass that deals its entries out. Rows in memory keep a
 * cursor, so that all passes together read each entry once. */

enum { BLOCK_ENTRIES = 2 << 20, BLOCK_GENES = 4096 };

static void count_stored(void *arg, const slm_rows *rows)
{
    slm_gene_columns *c = arg;
    for (int64_t i = 0; i < rows->n; i++) {
        const slm_cell row = slm_row_at(rows, i);
        for (int64_t k = 0; k < row.count; k++)
            if (row.x[k] < 0 || row.x[k] > 0) c->stored[slm_gene_at(&row, k)]++;
    }
}

scilama_status slm_gene_columns_open(slm_gene_columns *c, scilama_context *ctx, const slm_expression *e, scilama_error *error)
{
    *c = (slm_gene_columns){ .ctx = ctx, .e = e };
    c->stored = slm_alloc_array_zero(ctx, e->genes, sizeof *c->stored);
    c->start = slm_alloc_array(ctx, BLOCK_GENES + 1, sizeof *c->start);
    c->cursor = e->rows.indptr ? slm_alloc_array(ctx, e->cells, sizeof *c->cursor) : NULL;
    int64_t total = 0, room;
    if (!c->stored || !c->start || (e->rows.indptr && !c->cursor)) goto nomem;
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
    if (e->rows.indptr) memcpy(c->cursor, e->rows.indptr, (size_t)e->cells * sizeof *c->cursor);
    return SCILAMA_OK;
nomem:
    slm_gene_columns_close(c);
    return slm_fail_nomem(error);
}

void slm_gene_columns_close(slm_gene_columns *c)
{
    slm_free_all(c->ctx, c->stored, c->start, c->cursor, c->cell, c->value);
    *c = (slm_gene_columns){ 0 };
}

/* First entry of a gene at or above `gene`. */
static int64_t entry_of(const int32_t *indices, int64_t n, int64_t gene)
{
    SLM_BISECT(first, i, n, indices[i] < gene);
    return first;
}

static void take_rows(void *arg, const slm_rows *rows)
{
    slm_gene_columns *c = arg;
    int64_t last = c->first + c->count;
    for (int64_t i = 0; i < rows->n; i++) {
        const slm_cell row = slm_row_at(rows, i);
        int64_t start = c->e->rows.indptr ? c->e->rows.indptr[row.cell] : 0; /* the cursor counts from the first row */
        int64_t k = !row.indices ? c->first : c->cursor ? c->cursor[row.cell] - start : entry_of(row.indices, row.count, c->first);
        for (int64_t end = row.indices ? row.count : last; k < end; k++) {
            int64_t gene = slm_gene_at(&row, k);
            if (gene >= last) break;
            if (!(row.x[k] < 0 || row.x[k] > 0)) continue;
            int64_t at = c->start[gene - c->first]++; /* moved back below */
            c->cell[at] = (int32_t)row.cell;
            c->value[at] = row.x[k];
        }
        if (c->cursor) c->cursor[row.cell] = start + k;
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
