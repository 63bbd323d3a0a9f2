/* SPDX-License-Identifier: MIT */
#include "data/design.h"
#include "core/thread.h"

/* Prepared rows handed out: from memory, or through a window of rows that are read as they are asked for. The arithmetic is one
 * for all storages, so that the bits do not tell where a row came from. */

/* What an opened design keeps: the one that it was opened from. */
static void release_design(void *design) { slm_design_release(design); }

SLM_RETAIN(slm_design_retain, slm_design)

void slm_design_release(slm_design *design)
{
    if (!design || atomic_fetch_sub(&design->refs, 1) != 1) return;
    scilama_context *ctx = design->ctx;
    slm_window_close(design->window);
    slm_source_release(design->source);
    if (design->keep_release != release_design) slm_fill_free(ctx, design->fill); /* an opened one borrows it */
    for (int i = 0; i < design->n_owned; i++) slm_free(ctx, design->owned[i]);
    if (design->keep_release) design->keep_release(design->keep);
    slm_free(ctx, design);
    slm_context_release(ctx);
}

/* --- covariates that stay with the source ----------------------------------------------- */

enum { BLOCK = 16384 }; /* cells */

void slm_covariate_encode(slm_design_covariate *c, int64_t first, int64_t n, const int32_t *codes, const double *numbers)
{
    int64_t at = first - c->at;
    if (c->code)
        for (int64_t i = 0; i < n; i++) c->code[at + i] = codes[i] < 0 ? -1 : c->place[codes[i]];
    else
        for (int64_t i = 0; i < n; i++) c->value[at + i] = isnan(numbers[i]) ? 0 : (float)((numbers[i] - c->mean) / c->std);
}

static scilama_status read_covariate(const slm_design *d, slm_design_covariate *c, int64_t first, int64_t n, scilama_error *error)
{
    int32_t *codes = c->code ? c->code + (first - c->at) : NULL;
    SLM_TRY(d->source->line(d->source, c->line, first, n, codes ? (void *)codes : (void *)d->numbers, error));
    slm_covariate_encode(c, first, n, codes, d->numbers);
    return SCILAMA_OK;
}

/* An opened design has covariates of its own, with room for a block of each. */
static scilama_status open_covariates(slm_design *own, scilama_error *error)
{
    int64_t n = own->n_covariates, lines = 0, most = own->cells < BLOCK ? own->cells : BLOCK;
    for (int64_t k = 0; k < n; k++) lines += own->covariate[k].line > 0;
    if (!lines) return SCILAMA_OK;
    slm_design_covariate *c = own->owned[own->n_owned++] = slm_alloc_array(own->ctx, n, sizeof *c);
    char *room = own->owned[own->n_owned++] = slm_alloc_array(own->ctx, lines * most, SLM_COVARIATE_BYTES);
    own->numbers = own->owned[own->n_owned++] = slm_alloc_array(own->ctx, most, sizeof *own->numbers);
    if (!c || !room || !own->numbers) return slm_fail_nomem(error);
    memcpy(c, own->covariate, (size_t)n * sizeof *c);
    own->covariate = c;
    for (int64_t k = 0; k < n; k++) {
        if (!c[k].line) continue;
        slm_covariate_hold(&c[k], room, 0, 0);
        room += most * SLM_COVARIATE_BYTES;
    }
    return SCILAMA_OK;
}

scilama_status slm_design_reach(const slm_design *d, int64_t cell, scilama_error *error)
{
    for (int64_t k = 0; k < d->n_covariates && d->numbers; k++) {
        slm_design_covariate *c = &d->covariate[k];
        int64_t first = cell / BLOCK * BLOCK, n = d->cells - first < BLOCK ? d->cells - first : BLOCK;
        if (!c->line || (c->held && c->at == first)) continue;
        c->held = 0;
        c->at = first;
        SLM_TRY(read_covariate(d, c, first, n, error));
        c->held = n;
    }
    return SCILAMA_OK;
}

scilama_status slm_design_hold(slm_design *d, scilama_error *error)
{
    if (!d->numbers) return SCILAMA_OK;
    int64_t lines = 0;
    for (int64_t k = 0; k < d->n_covariates; k++) lines += d->covariate[k].line > 0;
    char *room = lines ? d->owned[d->n_owned++] = slm_alloc_array(d->ctx, lines * d->cells, SLM_COVARIATE_BYTES) : NULL;
    if (lines && !room) return slm_fail_nomem(error);
    for (int64_t k = 0; k < d->n_covariates; k++) {
        slm_design_covariate *c = &d->covariate[k];
        if (!c->line) continue;
        slm_covariate_hold(c, room, 0, d->cells);
        room += d->cells * SLM_COVARIATE_BYTES;
        for (int64_t first = 0; first < d->cells; first += BLOCK)
            SLM_TRY(read_covariate(d, c, first, d->cells - first < BLOCK ? d->cells - first : BLOCK, error));
        c->line = 0;
    }
    return SCILAMA_OK;
}

scilama_status slm_design_open(slm_design *design, bool raw, slm_design **out, scilama_error *error)
{
    *out = NULL;
    if (design->storage != SLM_DESIGN_STREAM) {
        *out = slm_design_retain(design);
        return SCILAMA_OK;
    }
    slm_design *own = slm_alloc_zero(design->ctx, sizeof *own);
    if (!own) return slm_fail_nomem(error);
    *own = *design; /* what it points at stays the first one's */
    slm_context_retain(own->ctx);
    atomic_store(&own->refs, 1);
    slm_source_retain(own->source);
    own->n_owned = 0;
    own->keep = slm_design_retain(design);
    own->keep_release = release_design;
    scilama_status status = slm_window_open(&own->window, own->source, &own->how, raw, error);
    if (!status) status = open_covariates(own, error);
    if (status) slm_design_release(own);
    else *out = own;
    return status;
}

enum { ROWS = 8 }; /* rows of a task */

typedef struct gather {
    const slm_design *design;
    const int64_t *cells;
    int64_t n;
    slm_real *out, *raw;
    int64_t ld;
} gather;

static inline float scaled(const slm_design *d, int64_t gene, float x)
{
    float v = (x - d->mean[gene]) * d->inv_std[gene];
    if (d->clip > 0) v = v > d->clip ? d->clip : v < -d->clip ? -d->clip : v;
    return v;
}

/* + 0 makes a stored -0 the 0 that other storages leave out */
static inline float prepared(const slm_design *d, int64_t gene, float x)
{
    return (d->mean ? scaled(d, gene, x + 0.0f) : x) + 0.0f;
}

void slm_design_zero(const slm_design *design, float *zero)
{
    for (int64_t g = 0; g < design->wide; g++) zero[g] = prepared(design, g, 0);
}

static void gather_sparse(const slm_design *d, const int32_t *indices, const float *data, int64_t n, slm_real *out)
{
    for (int64_t g = 0; g < d->wide; g++) out[g] = d->zero ? d->zero[g] : 0;
    for (int64_t i = 0; i < n; i++) out[indices[i]] = prepared(d, indices[i], data[i]);
}

static void gather_csr(const slm_design *d, int64_t cell, slm_real *out)
{
    int64_t first = d->indptr[cell];
    gather_sparse(d, d->indices + first, d->data + first, d->indptr[cell + 1] - first, out);
}

static void gather_window(const gather *a, int64_t i, slm_real *out)
{
    const slm_window *w = a->design->window;
    int64_t row = slm_window_find(w, a->cells[i]), first = w->indptr[row], n = w->indptr[row + 1] - first, genes = a->design->genes;
    gather_sparse(a->design, w->indices + first, w->data + first, n, out);
    if (!a->raw) return;
    memset(a->raw + i * genes, 0, (size_t)genes * sizeof *a->raw);
    for (int64_t k = first; k < first + n && w->indices[k] < genes; k++) a->raw[i * genes + w->indices[k]] = (slm_real)w->raw[k];
}

static void gather_dense(const slm_design *d, int64_t cell, slm_real *out)
{
    const float *row = d->values + cell * d->ld;
    for (int64_t g = 0; g < d->wide; g++) out[g] = prepared(d, g, row[d->column ? d->column[g] : g]);
}

static void gather_rows(void *arg, int64_t task, int worker)
{
    const gather *a = arg;
    const slm_fill *fill = a->design->fill;
    SLM_FOR_TILE (i, task, ROWS, a->n) {
        slm_real *out = a->out + i * a->ld, *row = fill && fill->room ? fill->room + worker * fill->wide : out;
        if (a->design->storage == SLM_DESIGN_CSR) gather_csr(a->design, a->cells[i], row);
        else if (a->design->storage == SLM_DESIGN_DENSE) gather_dense(a->design, a->cells[i], row);
        else gather_window(a, i, row);
        if (fill) slm_fill_row(fill, row, out);
    }
}

/* What is in the window is taken from it; at the first cell that is not, it is filled anew. */
static scilama_status gather_stream(gather a, int64_t n, int64_t ahead, scilama_error *error)
{
    const slm_window *w = a.design->window;
    for (int64_t done = 0; done < n; done += a.n) {
        for (a.n = 0; done + a.n < n && slm_window_find(w, a.cells[a.n]) >= 0; a.n++) {}
        if (!a.n) {
            SLM_TRY(slm_window_fill(a.design->window, a.cells, ahead - done, error));
            continue;
        }
        slm_parallel(a.design->ctx, slm_tiles(a.n, ROWS), gather_rows, &a);
        a.cells += a.n;
        a.out += a.n * a.ld;
        if (a.raw) a.raw += a.n * a.design->genes;
    }
    return SCILAMA_OK;
}

scilama_status slm_design_gather_raw(const slm_design *design, const int64_t *cells, int64_t n, int64_t ahead,
                                     slm_real *out, int64_t ld_out, slm_real *raw, scilama_error *error)
{
    gather a = { design, cells, n, out, raw, ld_out ? ld_out : design->genes };
    for (int64_t i = 0; i < n; i++)
        if (cells[i] < 0 || cells[i] >= design->cells)
            return slm_fail(error, SCILAMA_E_INVALID, "cell number %" PRId64 " is not below %" PRId64, cells[i], design->cells);
    if (design->storage == SLM_DESIGN_STREAM) return gather_stream(a, n, ahead > n ? ahead : n, error);
    slm_parallel(design->ctx, slm_tiles(n, ROWS), gather_rows, &a);
    return SCILAMA_OK;
}

scilama_status slm_design_gather(const slm_design *design, const int64_t *cells, int64_t n, int64_t ahead,
                                 slm_real *out, int64_t ld_out, scilama_error *error)
{
    return slm_design_gather_raw(design, cells, n, ahead, out, ld_out, NULL, error);
}
