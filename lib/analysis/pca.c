/* SPDX-License-Identifier: MIT */
#include "analysis/pca.h"
#include "linalg/eigen.h"
#include "core/thread.h"
#include "linalg/gemm.h"

/* Principal components as eigenvectors of the smaller of the two product matrices of
 * the centred data: formed when it has at most FORMED rows, else applied. */

enum { FORMED = 4096, DENSE = 256, BLOCK = 128, CHUNK = 2048, STRIP = 64 };

typedef struct pca {
    scilama_context *ctx;
    const float *x;
    int64_t n, g, ld, m;   /* m = min(n, g): size of the product */
    bool by_gene;          /* product is [g × g], else [n × n] */
    double *mean;          /* [g] */
    double *product;       /* [m × m] or NULL */
    double *middle;        /* [max(n, g)] between the two applications */
    const double *in;
    double *out;
    float *centred;        /* [threads × 2 × ...] tiles */
    float *tile;
} pca;

/* --- forming ------------------------------------------------------------------------ */

static void centre_rows(const pca *p, int64_t first, int64_t rows, int64_t from, int64_t width, float *out)
{
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < width; j++)
            out[i * width + j] = (float)((double)p->x[(first + i) * p->ld + from + j] - p->mean[from + j]);
}

/* Upper blocks of the product: block pair `task`. Single-precision products over CHUNK
 * long stretches are added up in double precision. */
static void form_task(void *arg, int64_t task, int worker)
{
    pca *p = arg;
    int64_t across = slm_tiles(p->m, BLOCK), a = 0;
    if (slm_cancelled(p->ctx)) return;
    while (task >= across - a) task -= across - a, a++;
    int64_t b = a + task, ai = a * BLOCK, bi = b * BLOCK;
    int64_t na = p->m - ai < BLOCK ? p->m - ai : BLOCK, nb = p->m - bi < BLOCK ? p->m - bi : BLOCK;
    int64_t depth = p->by_gene ? p->n : p->g;
    float *left = p->centred + worker * 2 * BLOCK * CHUNK, *right = left + BLOCK * CHUNK, *tile = p->tile + worker * BLOCK * BLOCK;
    for (int64_t i = 0; i < na; i++) memset(p->product + (ai + i) * p->m + bi, 0, (size_t)nb * sizeof(double));
    for (int64_t d = 0; d < depth; d += CHUNK) {
        int64_t len = depth - d < CHUNK ? depth - d : CHUNK;
        if (p->by_gene) {
            centre_rows(p, d, len, ai, na, left);
            centre_rows(p, d, len, bi, nb, right);
            slm_sgemm_serial(true, false, na, nb, len, 1, left, na, right, nb, 0, tile, BLOCK);
        } else {
            centre_rows(p, ai, na, d, len, left);
            centre_rows(p, bi, nb, d, len, right);
            slm_sgemm_serial(false, true, na, nb, len, 1, left, len, right, len, 0, tile, BLOCK);
        }
        for (int64_t i = 0; i < na; i++)
            for (int64_t j = 0; j < nb; j++) p->product[(ai + i) * p->m + bi + j] += (double)tile[i * BLOCK + j];
    }
}

static void mirror(pca *p)
{
    for (int64_t i = 0; i < p->m; i++)
        for (int64_t j = 0; j < i; j++) p->product[i * p->m + j] = p->product[j * p->m + i];
}

/* --- applying ------------------------------------------------------------------------ */

static void formed_task(void *arg, int64_t task, int worker)
{
    pca *p = arg;
    SLM_FOR_TILE (i, task, STRIP, p->m) p->out[i] = slm_dot4(p->product + i * p->m, p->in, p->m);
}

/* out[rows] = (X - mean) in[genes] */
static void rows_task(void *arg, int64_t task, int worker)
{
    pca *p = arg;
    SLM_FOR_TILE (i, task, STRIP, p->n) {
        double s = 0;
        for (int64_t j = 0; j < p->g; j++) s += ((double)p->x[i * p->ld + j] - p->mean[j]) * p->in[j];
        p->out[i] = s;
    }
}

/* out[genes] = (X - mean)' in[rows] */
static void genes_task(void *arg, int64_t task, int worker)
{
    pca *p = arg;
    int64_t from = task * STRIP, end = from + STRIP < p->g ? from + STRIP : p->g;
    for (int64_t j = from; j < end; j++) p->out[j] = 0;
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t j = from; j < end; j++) p->out[j] += ((double)p->x[i * p->ld + j] - p->mean[j]) * p->in[i];
}

static void data_times(pca *p, bool by_rows, const double *in, double *out)
{
    p->in = in;
    p->out = out;
    slm_parallel(p->ctx, slm_tiles(by_rows ? p->n : p->g, STRIP), by_rows ? rows_task : genes_task, p);
}

static void apply(void *arg, const double *x, double *y)
{
    pca *p = arg;
    if (p->product) {
        p->in = x;
        p->out = y;
        slm_parallel(p->ctx, slm_tiles(p->m, STRIP), formed_task, p);
    } else {
        data_times(p, p->by_gene, x, p->middle);
        data_times(p, !p->by_gene, p->middle, y);
    }
}

/* --- results -------------------------------------------------------------------------- */

int64_t slm_pca_count(const scilama_pca_options *o, int64_t n, int64_t g)
{
    int64_t most = n < g ? n : g;
    return o->components < most ? o->components : most;
}

static scilama_status solve(pca *p, const scilama_pca_options *o, int64_t count, double *values, double *vectors, scilama_error *error)
{
    if (!p->product || p->m > DENSE) {
        slm_lanczos l = { .ctx = p->ctx, .n = p->m, .want = count, .apply = apply, .arg = p, .tolerance = o->tolerance,
                          .restarts = o->max_iterations, .seed = o->seed };
        return slm_lanczos_run(&l, values, vectors, NULL, error);
    }
    return slm_eigh_largest(p->ctx, p->product, p->m, count, values, vectors, error);
}

/* One component: its direction, its scores, the sign. wide [g], tall [n] are scratch. */
static void write_component(pca *p, int64_t c, int64_t count, double value, const double *vector,
                            double *wide, double *tall, float *scores, float *components)
{
    double *direction = wide, norm = 0, most = 0;
    if (p->by_gene) memcpy(direction, vector, (size_t)p->g * sizeof *direction);
    else data_times(p, false, vector, direction);
    for (int64_t j = 0; j < p->g; j++) norm += direction[j] * direction[j];
    norm = sqrt(norm);
    for (int64_t j = 0; j < p->g; j++) {
        direction[j] = norm > 0 && value > 0 ? direction[j] / norm : 0;
        if (fabs(direction[j]) > fabs(most) * (1 + 1e-9)) most = direction[j];
    }
    double sign = most < 0 ? -1 : 1;
    for (int64_t j = 0; j < p->g; j++) direction[j] *= sign;
    for (int64_t j = 0; components && j < p->g; j++) components[c * p->g + j] = (float)direction[j];
    if (!scores) return;
    data_times(p, true, direction, tall);
    for (int64_t i = 0; i < p->n; i++) scores[i * count + c] = (float)tall[i];
}

static scilama_status prepare(pca *p, const scilama_pca_options *o, double *total, scilama_error *error)
{
    scilama_context *ctx = p->ctx;
    double sum = 0;
    p->mean = slm_alloc_array_zero(ctx, p->g, sizeof *p->mean);
    p->middle = slm_alloc_array(ctx, p->n > p->g ? p->n : p->g, sizeof *p->middle);
    if (!p->mean || !p->middle) return slm_fail_nomem(error);
    for (int64_t i = 0; o->center && i < p->n; i++)
        for (int64_t j = 0; j < p->g; j++) p->mean[j] += (double)p->x[i * p->ld + j];
    for (int64_t j = 0; j < p->g; j++) p->mean[j] /= (double)p->n;
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t j = 0; j < p->g; j++) {
            double d = (double)p->x[i * p->ld + j] - p->mean[j];
            sum += d * d;
        }
    if (total) *total = sum / (double)(p->n > 1 ? p->n - 1 : 1);
    if (p->m > FORMED) return SCILAMA_OK;
    p->product = slm_alloc_array(ctx, p->m, (size_t)p->m * sizeof *p->product);
    p->centred = slm_alloc_array(ctx, ctx->threads, 2 * BLOCK * CHUNK * sizeof *p->centred);
    p->tile = slm_alloc_array(ctx, ctx->threads, BLOCK * BLOCK * sizeof *p->tile);
    if (!p->product || !p->centred || !p->tile) return slm_fail_nomem(error);
    int64_t across = slm_tiles(p->m, BLOCK);
    slm_parallel(ctx, across * (across + 1) / 2, form_task, p);
    if (slm_cancelled(ctx)) return slm_fail_cancelled(error);
    mirror(p);
    return SCILAMA_OK;
}

double slm_pca_memory(int64_t n, int64_t g, int64_t components, int32_t threads)
{
    int64_t m = n < g ? n : g, count = components < m ? components : m;
    double side = (double)m, wide = (double)(n > g ? n : g);
    double bytes = sizeof(double) * ((double)count * (1 + side) + 2 * (double)g + (double)n + wide); /* values … middle */
    if (m <= FORMED) bytes += sizeof(double) * (side * side + threads * (2.0 * BLOCK * CHUNK + BLOCK * BLOCK));
    return bytes + (m <= DENSE ? sizeof(double) * (side * side + 3 * side) : slm_lanczos_memory(m, count, threads));
}

scilama_status slm_pca(scilama_context *ctx, const float *x, int64_t n, int64_t g, int64_t ld, const scilama_pca_options *o,
                       float *scores, float *components, double *variances, double *total, scilama_error *error)
{
    pca p = { .ctx = ctx, .x = x, .n = n, .g = g, .ld = ld, .m = n < g ? n : g, .by_gene = g <= n };
    int64_t count = slm_pca_count(o, n, g);
    double *values = slm_alloc_array(ctx, count, sizeof *values), *vectors = slm_alloc_array(ctx, count, (size_t)p.m * sizeof *vectors);
    double *wide = slm_alloc_array(ctx, g, sizeof *wide), *tall = slm_alloc_array(ctx, n, sizeof *tall);
    scilama_status status = values && vectors && wide && tall ? prepare(&p, o, total, error) : slm_fail_nomem(error);
    if (!status) status = solve(&p, o, count, values, vectors, error);
    for (int64_t c = 0; !status && c < count; c++) {
        double value = values[c] > 0 ? values[c] : 0;
        if (variances) variances[c] = value / (double)(n > 1 ? n - 1 : 1);
        if (scores || components) write_component(&p, c, count, value, vectors + c * p.m, wide, tall, scores, components);
    }
    slm_free_all(ctx, values, vectors, wide, tall, p.mean, p.middle, p.product, p.centred, p.tile);
    return status;
}
