/* SPDX-License-Identifier: MIT */
#include "data/design.h"
#include "core/thread.h"
#include <inttypes.h>
#include <string.h>

slm_design *slm_design_retain(slm_design *design)
{
    if (design) atomic_fetch_add(&design->refs, 1);
    return design;
}

void slm_design_release(slm_design *design)
{
    if (!design || atomic_fetch_sub(&design->refs, 1) != 1) return;
    scilama_context *ctx = design->ctx;
    for (int i = 0; i < design->n_owned; i++) slm_free(ctx, design->owned[i]);
    if (design->keep_release) design->keep_release(design->keep);
    slm_free(ctx, design);
    slm_context_release(ctx);
}

enum { ROWS = 8 }; /* rows of a task */

typedef struct gather {
    const slm_design *design;
    const int64_t *cells;
    int64_t n;
    slm_real *out;
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
    for (int64_t g = 0; g < design->genes; g++) zero[g] = prepared(design, g, 0);
}

static void gather_csr(const slm_design *d, int64_t cell, slm_real *out)
{
    int64_t end = d->indptr[cell + 1];
    for (int64_t g = 0; g < d->genes; g++) out[g] = d->zero ? d->zero[g] : 0;
    for (int64_t i = d->indptr[cell]; i < end; i++) out[d->indices[i]] = prepared(d, d->indices[i], d->data[i]);
}

static void gather_dense(const slm_design *d, int64_t cell, slm_real *out)
{
    const float *row = d->values + cell * d->ld;
    for (int64_t g = 0; g < d->genes; g++) out[g] = prepared(d, g, row[d->column ? d->column[g] : g]);
}

static void gather_rows(void *arg, int64_t task, int worker)
{
    const gather *a = arg;
    for (int64_t i = task * ROWS; i < a->n && i < (task + 1) * ROWS; i++) {
        if (a->design->storage == SLM_DESIGN_CSR) gather_csr(a->design, a->cells[i], a->out + i * a->ld);
        else gather_dense(a->design, a->cells[i], a->out + i * a->ld);
    }
}

/* The host fills floats; each row is fetched into the far end of its place in out and
 * widened from there (slm_real may be double). */
static scilama_status fetch_rows(const gather *a, scilama_error *error)
{
    const slm_design *d = a->design;
    bool together = sizeof(slm_real) == sizeof(float) && a->ld == d->genes;
    scilama_status status;
    if (together && (status = d->fetch(d->fetch_user, a->cells, a->n, (float *)(void *)a->out, error))) return status;
    for (int64_t i = 0; i < a->n; i++) {
        slm_real *row = a->out + i * a->ld;
        const char *floats = (char *)row + (size_t)d->genes * (sizeof *row - sizeof(float));
        if (!together && (status = d->fetch(d->fetch_user, a->cells + i, 1, (float *)(void *)floats, error))) return status;
        for (int64_t g = 0; g < d->genes; g++) {
            float x;
            memcpy(&x, floats + (size_t)g * sizeof x, sizeof x);
            row[g] = prepared(d, g, x);
        }
    }
    return SCILAMA_OK;
}

scilama_status slm_design_gather(const slm_design *design, const int64_t *cells, int64_t n,
                                 slm_real *out, int64_t ld_out, scilama_error *error)
{
    gather a = { design, cells, n, out, ld_out ? ld_out : design->genes };
    for (int64_t i = 0; i < n; i++)
        if (cells[i] < 0 || cells[i] >= design->cells)
            return slm_fail(error, SCILAMA_E_INVALID, "cell number %" PRId64 " is not below %" PRId64, cells[i], design->cells);
    if (design->storage == SLM_DESIGN_CALLBACK) return fetch_rows(&a, error);
    slm_parallel(design->ctx, slm_tiles(n, ROWS), gather_rows, &a);
    return SCILAMA_OK;
}
