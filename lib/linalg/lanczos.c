/* SPDX-License-Identifier: MIT */
#include "linalg/eigen.h"
#include "core/rng.h"
#include "core/thread.h"
#include <float.h>

/* Thick-restart Lanczos (Wu & Simon 2000) with full orthogonalisation: the projected
 * matrix is taken whole from the orthogonalisation coefficients, so that a restart,
 * and a fresh vector after an invariant subspace, need no special case. */

enum { STREAM_LANCZOS = SLM_STREAM_ANALYSIS | 2 << 8, CHUNK = 4096 };

typedef struct state {
    const slm_lanczos *p;
    int64_t room, have;     /* basis vectors: at most, now */
    double *basis;          /* [(room + 1) × n] */
    double *t;              /* [room × room] projected matrix */
    double *rotation, *theta, *scratch, *work; /* of the projected problem */
    int64_t *rank;          /* [room] eigenpairs of t, wanted ones first */
    double *h;              /* [room] coefficients */
    double *x;              /* vector being orthogonalised */
    uint32_t draws;
} state;

static void dot_task(void *arg, int64_t task, int worker)
{
    state *s = arg;
    s->h[task] = slm_dot4(s->basis + task * s->p->n, s->x, s->p->n);
}

static void subtract_task(void *arg, int64_t task, int worker)
{
    state *s = arg;
    int64_t from = task * CHUNK, to = from + CHUNK < s->p->n ? from + CHUNK : s->p->n;
    for (int64_t b = 0; b < s->have; b++) {
        const double *v = s->basis + b * s->p->n;
        double h = s->h[b];
        for (int64_t i = from; i < to; i++) s->x[i] -= h * v[i];
    }
}

static double length(const double *x, int64_t n)
{
    return sqrt(slm_dot4(x, x, n));
}

/* Orthogonalises x against the basis, twice; coefficients [have] are added up in out
 * (NULL allowed). Returns the length of the rest. */
static double orthogonalise(state *s, double *x, double *out)
{
    s->x = x;
    for (int pass = 0; pass < 2; pass++) {
        slm_parallel(s->p->ctx, s->have, dot_task, s);
        slm_parallel(s->p->ctx, slm_tiles(s->p->n, CHUNK), subtract_task, s);
        for (int64_t b = 0; out && b < s->have; b++) out[b] = (pass ? out[b] : 0) + s->h[b];
    }
    return length(x, s->p->n);
}

static void scale(double *x, int64_t n, double factor)
{
    for (int64_t i = 0; i < n; i++) x[i] *= factor;
}

/* A random unit vector orthogonal to the basis. */
static void fresh(state *s, double *x)
{
    double norm = 0;
    for (int tries = 0; tries < 5 && norm < 1e-8; tries++) {
        slm_rng_seq rng = slm_rng_sequence(s->p->seed, STREAM_LANCZOS, 0, s->draws++);
        for (int64_t i = 0; i < s->p->n; i++) x[i] = slm_rng_uniform(&rng) - 0.5;
        scale(x, s->p->n, 1 / length(x, s->p->n));
        norm = orthogonalise(s, x, NULL);
    }
    if (norm > 0) scale(x, s->p->n, 1 / norm);
}

/* Extends the basis to `room` vectors; returns the length of the last residual. */
static double extend(state *s)
{
    int64_t n = s->p->n;
    double beta = 0, size = 0;
    while (s->have < s->room && !slm_cancelled(s->p->ctx)) {
        int64_t j = s->have++;
        double *v = s->basis + j * n, *next = v + n;
        s->p->apply(s->p->arg, v, next);
        double before = length(next, n);
        if (before > size) size = before;
        beta = orthogonalise(s, next, s->scratch);
        for (int64_t i = 0; i <= j; i++) s->t[i * s->room + j] = s->t[j * s->room + i] = s->scratch[i];
        bool exhausted = beta <= 1e-13 * size;
        if (!exhausted) scale(next, n, 1 / beta);
        else {
            beta = 0;
            if (s->have < n) fresh(s, next);
        }
        if (s->have == n) return 0; /* the whole space: exact */
    }
    return beta;
}

/* basis[0 .. count) = rotation rows rank[0 .. count) applied to the basis, in place chunk by chunk. */
typedef struct rotation { state *s; int64_t count; double *buffer; } rotation;

static void rotate_task(void *arg, int64_t task, int worker)
{
    rotation *r = arg;
    state *s = r->s;
    enum { STRIP = 256 };
    int64_t n = s->p->n, from = task * STRIP, width = n - from < STRIP ? n - from : STRIP;
    double *out = r->buffer + worker * r->count * STRIP;
    memset(out, 0, (size_t)(r->count * STRIP) * sizeof *out);
    for (int64_t c = 0; c < r->count; c++) {
        const double *row = s->rotation + s->rank[c] * s->have;
        for (int64_t b = 0; b < s->have; b++) {
            const double *v = s->basis + b * n + from;
            for (int64_t i = 0; i < width; i++) out[c * STRIP + i] += row[b] * v[i];
        }
    }
    for (int64_t c = 0; c < r->count; c++) memcpy(s->basis + c * n + from, out + c * STRIP, (size_t)width * sizeof *out);
}

/* Solves the projected problem and ranks its eigenpairs. */
static void project(state *s)
{
    int64_t m = s->have;
    for (int64_t i = 0; i < m; i++) memcpy(s->scratch + i * m, s->t + i * s->room, (size_t)m * sizeof *s->scratch);
    slm_eigh(s->scratch, s->rotation, s->theta, s->work, m);
    for (int64_t i = 0; i < m; i++) s->rank[i] = m - 1 - i;
    if (s->p->which == SLM_LARGEST_MAGNITUDE)
        for (int64_t i = 1; i < m; i++) { /* merge both ends: insertion by magnitude */
            int64_t r = s->rank[i], j = i;
            for (; j > 0 && fabs(s->theta[s->rank[j - 1]]) < fabs(s->theta[r]); j--) s->rank[j] = s->rank[j - 1];
            s->rank[j] = r;
        }
}

static scilama_status iterate(state *s, double *buffer, double *residual, scilama_error *error)
{
    const slm_lanczos *p = s->p;
    for (int32_t round = 0;; round++) {
        if (slm_cancelled(p->ctx)) return slm_fail_cancelled(error);
        double beta = extend(s), worst = 0, largest = 0;
        if (slm_cancelled(p->ctx)) return slm_fail_cancelled(error);
        project(s);
        for (int64_t i = 0; i < s->have; i++) largest = fmax(largest, fabs(s->theta[i]));
        for (int64_t c = 0; c < p->want; c++)
            worst = fmax(worst, fabs(beta * s->rotation[s->rank[c] * s->have + s->have - 1]));
        *residual = largest > 0 ? worst / largest : 0;
        bool last = *residual <= p->tolerance || round >= p->restarts || s->have >= p->n;
        int64_t kept = last ? p->want : p->want + (s->room - p->want) / 3;
        rotation r = { s, kept, buffer };
        slm_parallel(p->ctx, slm_tiles(p->n, 256), rotate_task, &r);
        if (last) return SCILAMA_OK;
        memmove(s->basis + kept * p->n, s->basis + s->have * p->n, (size_t)p->n * sizeof *s->basis);
        memset(s->t, 0, (size_t)(s->room * s->room) * sizeof *s->t);
        for (int64_t c = 0; c < kept; c++) s->t[c * s->room + c] = s->theta[s->rank[c]];
        s->have = kept;
    }
}

static int64_t room_of(int64_t n, int64_t want) { return 2 * want + 40 < n ? 2 * want + 40 : n; }

double slm_lanczos_memory(int64_t n, int64_t want, int32_t threads)
{
    double room = (double)room_of(n, want);
    return sizeof(double) * (room * threads * 256 + (room + 1) * (double)n + 3 * room * room + 5 * room);
}

scilama_status slm_lanczos_run(const slm_lanczos *p, double *values, double *vectors, double *residual, scilama_error *error)
{
    scilama_context *ctx = p->ctx;
    state s = { .p = p, .room = room_of(p->n, p->want) };
    int64_t square = s.room * s.room;
    SLM_SCOPE(work, ctx);
    double left = 0, *buffer = slm_scope_array(&work, s.room, (size_t)ctx->threads * 256 * sizeof *buffer);
    s.basis = slm_scope_array(&work, s.room + 1, (size_t)p->n * sizeof(double));
    s.t = slm_scope_zeros(&work, square, sizeof(double));
    s.rotation = slm_scope_array(&work, square, sizeof(double));
    s.scratch = slm_scope_array(&work, square, sizeof(double));
    s.theta = slm_scope_array(&work, s.room, sizeof(double));
    s.work = slm_scope_array(&work, s.room, 2 * sizeof(double));
    s.h = slm_scope_array(&work, s.room, sizeof(double));
    s.rank = slm_scope_array(&work, s.room, sizeof *s.rank);
    if (work.failed) return slm_fail_nomem(error);
    double norm = p->start ? length(p->start, p->n) : 0;
    if (norm > 0) {
        memcpy(s.basis, p->start, (size_t)p->n * sizeof *s.basis);
        scale(s.basis, p->n, 1 / norm);
    } else fresh(&s, s.basis);
    SLM_TRY(iterate(&s, buffer, &left, error));
    for (int64_t c = 0; c < p->want; c++) values[c] = s.theta[s.rank[c]];
    memcpy(vectors, s.basis, (size_t)(p->want * p->n) * sizeof *vectors);
    if (residual) *residual = left;
    return SCILAMA_OK;
}
