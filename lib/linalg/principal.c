/* SPDX-License-Identifier: MIT */
#include "linalg/principal.h"
#include "core/thread.h"
#include "linalg/eigen.h"
#include "linalg/gemm.h"

/* Eigenvectors of the smaller of X'X [d × d] and XX' [n × n]. */

enum { BLOCK = 128, CHUNK = 512, STRIP = 64, DENSE = 128 };

typedef struct principal {
    scilama_context *ctx;
    const float *x;
    int64_t n, d, m;      /* m: size of the product */
    bool by_column;       /* X'X */
    double *product;      /* [m × m] */
    double *tile;         /* [threads × 2 × BLOCK × CHUNK] */
    const double *in;
    double *out;
    int64_t want;
    const double *vectors; /* [want × m] */
    double *axes;         /* [want × d] */
} principal;

/* One pair of blocks, in double: the small eigenvalues hang on it. */
static void form_task(void *arg, int64_t task, int worker)
{
    const principal *p = arg;
    int64_t across = slm_tiles(p->m, BLOCK), a = 0;
    while (task >= across - a) task -= across - a, a++;
    int64_t at[2] = { a * BLOCK, (a + task) * BLOCK }, size[2], depth = p->by_column ? p->n : p->d;
    for (int s = 0; s < 2; s++) size[s] = p->m - at[s] < BLOCK ? p->m - at[s] : BLOCK;
    double *side[2] = { p->tile + worker * 2 * BLOCK * CHUNK, p->tile + (worker * 2 + 1) * BLOCK * CHUNK };
    for (int64_t from = 0; from < depth && !slm_cancelled(p->ctx); from += CHUNK) {
        int64_t len = depth - from < CHUNK ? depth - from : CHUNK;
        for (int s = 0; s < 2; s++) {
            int64_t rows = p->by_column ? len : size[s], cols = p->by_column ? size[s] : len;
            const float *x = p->by_column ? p->x + from * p->d + at[s] : p->x + at[s] * p->d + from;
            for (int64_t i = 0; i < rows; i++)
                for (int64_t j = 0; j < cols; j++) side[s][i * cols + j] = (double)x[i * p->d + j];
        }
        slm_dgemm_serial(p->by_column, !p->by_column, size[0], size[1], len, 1, side[0], p->by_column ? size[0] : len,
                         side[1], p->by_column ? size[1] : len, from ? 1 : 0, p->product + at[0] * p->m + at[1], p->m);
    }
}

static void apply_task(void *arg, int64_t task, int worker)
{
    const principal *p = arg;
    SLM_FOR_TILE (i, task, STRIP, p->m) p->out[i] = slm_dot4(p->product + i * p->m, p->in, p->m);
}

static void apply(void *arg, const double *x, double *y)
{
    principal *p = arg;
    p->in = x;
    p->out = y;
    slm_parallel(p->ctx, slm_tiles(p->m, STRIP), apply_task, p);
}

/* Largest first. */
static scilama_status solve(principal *p, double *values, double *vectors, scilama_error *error)
{
    int64_t m = p->m;
    if (m > DENSE && 4 * p->want <= m) {
        slm_lanczos l = { .ctx = p->ctx, .n = m, .want = p->want, .which = SLM_LARGEST, .apply = apply, .arg = p,
                          .tolerance = 1e-8, .restarts = 1000 };
        return slm_lanczos_run(&l, values, vectors, NULL, error);
    }
    return slm_eigh_largest(p->ctx, p->product, m, p->want, values, vectors, error);
}

/* Axis `task` at unit length, from an eigenvector of either product. */
static void axis_task(void *arg, int64_t task, int worker)
{
    const principal *p = arg;
    const double *v = p->vectors + task * p->m;
    double *axis = p->axes + task * p->d, squares = 0;
    int64_t largest = 0;
    if (p->by_column) {
        memcpy(axis, v, (size_t)p->d * sizeof *axis);
    } else {
        memset(axis, 0, (size_t)p->d * sizeof *axis);
        for (int64_t r = 0; r < p->n; r++)
            for (int64_t i = 0; i < p->d; i++) axis[i] += v[r] * (double)p->x[r * p->d + i];
    }
    for (int64_t i = 0; i < p->d; i++) {
        squares += axis[i] * axis[i];
        if (fabs(axis[i]) > fabs(axis[largest])) largest = i;
    }
    double scale = squares > 0 ? copysign(1 / sqrt(squares), axis[largest]) : 0;
    for (int64_t i = 0; i < p->d; i++) axis[i] *= scale;
}

scilama_status slm_principal_axes(scilama_context *ctx, const float *x, int64_t n, int64_t d, int64_t want,
                                  double *variance, double *axes, scilama_error *error)
{
    principal p = { .ctx = ctx, .x = x, .n = n, .d = d, .by_column = d <= n, .want = want, .axes = axes };
    p.m = p.by_column ? d : n;
    int64_t across = slm_tiles(p.m, BLOCK);
    SLM_SCOPE(work, ctx);
    double *vectors = slm_scope_array(&work, want, (size_t)p.m * sizeof *vectors);
    p.product = slm_scope_array(&work, p.m, (size_t)p.m * sizeof *p.product);
    p.tile = slm_scope_array(&work, ctx->threads, 2 * BLOCK * CHUNK * sizeof *p.tile);
    if (work.failed) return slm_fail_nomem(error);
    slm_parallel(ctx, across * (across + 1) / 2, form_task, &p);
    if (slm_cancelled(ctx)) return slm_fail_cancelled(error);
    for (int64_t i = 0; i < p.m; i++)
        for (int64_t j = 0; j < i; j++) p.product[i * p.m + j] = p.product[j * p.m + i];
    SLM_TRY(solve(&p, variance, vectors, error));
    p.vectors = vectors;
    slm_parallel(ctx, want, axis_task, &p);
    for (int64_t c = 0; c < want; c++) variance[c] = variance[c] > 0 ? variance[c] / (double)(n > 1 ? n - 1 : 1) : 0;
    return SCILAMA_OK;
}
