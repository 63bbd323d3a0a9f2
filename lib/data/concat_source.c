/* SPDX-License-Identifier: MIT */
#include "core/sort.h"
#include "core/thread.h"
#include "data/concat.h"

/* Rows of several sources as those of one: what is read is passed on to the source that has the cell, in pieces that lie in
 * one of them, and its genes are renamed. */

typedef struct part {
    slm_source *source;      /* retained */
    int64_t first;           /* its first cell in the whole */
    const int32_t *place;
    bool ordered;
} part;

typedef struct concat_source {
    slm_source base;
    int64_t n;
    part *parts;             /* [n + 1], the last behind the end */
    int32_t *places;
    int64_t dense_rows, dense_bytes; /* room for rows of dense sources */
} concat_source;

enum { LOCAL = 256, LOCAL_BYTES = LOCAL * sizeof(int64_t), MOST_DENSE = 256 };

static const part *part_of(const concat_source *s, int64_t cell)
{
    SLM_BISECT(behind, i, s->n, s->parts[i].first <= cell);
    return &s->parts[behind - 1];
}

/* At stage->scratch: numbers of cells in the part, rows of a dense part, and what the part wants there. */
static scilama_status read_rows(slm_source *source, slm_stage *t, const int64_t *cells, int64_t n, scilama_error *error)
{
    const concat_source *s = (const concat_source *)source;
    const part *p = part_of(s, cells[0]);
    int64_t *local = t->scratch, count = 0, at = 0;
    char *rest = (char *)t->scratch + LOCAL_BYTES;
    slm_stage own = *t;
    own.dense = p->source->dense ? (float *)(void *)rest : NULL;
    own.scratch = rest + s->dense_bytes;
    if (own.room_rows > LOCAL) own.room_rows = LOCAL;
    if (p->source->dense && own.room_rows > s->dense_rows) own.room_rows = s->dense_rows;
    if (p->source->dense && own.room_rows > own.room / p->source->genes) own.room_rows = own.room / p->source->genes;
    for (; count < n && count < own.room_rows && cells[count] < p[1].first; count++) local[count] = cells[count] - p->first;
    if (own.holder != p->source) own.holder = NULL; /* where it left things is this one's now */
    scilama_status status = p->source->read(p->source, &own, local, count, error);
    t->holder = own.holder;
    t->held = own.held;
    if (status) return status;
    if (p->source->dense) slm_stage_compress(p->source, &own);
    SLM_TRY(slm_stage_check(p->source, &own, local, error));
    t->n = own.n;
    for (int64_t r = 0, from = t->indptr[0]; r < t->n && p->place; r++) {
        int64_t end = t->indptr[r + 1];
        at += slm_concat_row(p->place, p->ordered, t->indices + from, t->values + from, end - from, t->indices + at, t->values + at);
        from = end;
        t->indptr[r + 1] = at;
    }
    return SCILAMA_OK;
}

static void destroy(slm_source *source)
{
    concat_source *s = (concat_source *)source;
    scilama_context *ctx = source->ctx;
    for (int64_t i = 0; s->parts && i < s->n; i++) slm_source_release(s->parts[i].source);
    slm_free_all(ctx, s->parts, s->places, s);
    slm_context_release(ctx);
}

static void largest(int64_t *to, int64_t value) { if (value > *to) *to = value; }

static void size_up(concat_source *s)
{
    slm_source *b = &s->base;
    int64_t columns = 0, least = 0, wanted = 0;
    for (int64_t i = 0; i < s->n; i++) {
        const slm_source *p = s->parts[i].source;
        largest(&b->memory, p->memory);
        largest(&b->lump, p->lump);
        largest(&b->widest, p->widest);
        largest(&least, p->scratch_least);
        largest(&wanted, p->scratch_bytes);
        if (p->dense) largest(&columns, p->columns);
    }
    b->columns = b->genes;
    s->dense_rows = columns ? b->memory / 16 / (4 * columns) : 0;
    if (s->dense_rows > MOST_DENSE) s->dense_rows = MOST_DENSE;
    if (columns && (s->dense_rows < 1 || LOCAL_BYTES + s->dense_rows * columns * 4 + wanted > b->memory / 4)) s->dense_rows = 1;
    s->dense_bytes = slm_tiles(s->dense_rows * columns * 4, 64) * 64;
    b->scratch_least = LOCAL_BYTES + slm_tiles(columns * 4, 64) * 64 + least;
    b->scratch_bytes = LOCAL_BYTES + s->dense_bytes + wanted;
}

/* What is known of the parts is known of the whole, where no gene is left out or moved. */
static scilama_status add_up(concat_source *s, scilama_error *error)
{
    slm_source *b = &s->base;
    bool same = true;
    for (int64_t i = 0; i < s->n; i++) same = same && !s->parts[i].place;
    if (!same) return SCILAMA_OK;
    b->gene_entries = slm_alloc_array_zero(b->ctx, b->genes, sizeof *b->gene_entries);
    if (!b->gene_entries) return slm_fail_nomem(error);
    b->range = (slm_value_range){ .integer = true };
    b->odd_cell = b->odd_gene = -1;
    for (int64_t i = 0; i < s->n; i++) {
        const slm_source *p = s->parts[i].source;
        int64_t first = s->parts[i].first;
        for (int64_t g = 0; g < b->genes; g++) b->gene_entries[g] += p->gene_entries[g];
        b->stored += p->stored;
        b->range.integer = b->range.integer && p->range.integer;
        if (p->range.max > b->range.max) b->range.max = p->range.max;
        if (p->range.min < b->range.min) b->range.min = p->range.min, b->range.cell = first + p->range.cell, b->range.gene = p->range.gene;
        if (b->odd_cell < 0 && p->odd_cell >= 0) b->odd_cell = first + p->odd_cell, b->odd_gene = p->odd_gene;
    }
    return SCILAMA_OK;
}

scilama_status slm_concat_source(slm_source **out, slm_concat *c, scilama_error *error)
{
    concat_source *s = slm_alloc_zero(c->ctx, sizeof *s);
    if (!s) return slm_fail_nomem(error);
    s->base = (slm_source){ .ctx = slm_context_retain(c->ctx), .cells = c->cells, .genes = c->genes, .read = read_rows, .destroy = destroy };
    atomic_store(&s->base.refs, 1);
    s->n = c->n;
    s->parts = slm_alloc_array_zero(c->ctx, c->n + 1, sizeof *s->parts);
    if (!s->parts) {
        slm_source_release(&s->base);
        return slm_fail_nomem(error);
    }
    for (int64_t i = 0; i < c->n; i++)
        s->parts[i] = (part){ slm_source_retain(c->parts[i]->source), c->first[i], c->place[i], c->ordered[i] != 0 };
    s->parts[c->n].first = c->cells;
    s->places = c->places;
    c->places = NULL;
    size_up(s);
    scilama_status status = add_up(s, error);
    if (status) slm_source_release(&s->base);
    else *out = &s->base;
    return status;
}
