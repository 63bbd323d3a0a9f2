/* SPDX-License-Identifier: MIT */
#include "analysis/umap.h"
#include "linalg/eigen.h"
#include "analysis/pca.h"
#include "core/rng.h"
#include "core/thread.h"

/* How UMAP's layout begins (McInnes, Healy, Melville 2018): eigenvectors of the graph's normalised Laplacian where it is connected,
 * else principal components of the points or random places; and the curve 1 / (1 + a d^2b) that spread and min_dist ask for. */

/* A start need not be exact, and restarts of Lanczos take longer than the layout: many vertices have fewer. */
enum { STRIP = 512, CURVE = 300, RESTARTS = 12, LARGE = 100000, RESTARTS_LARGE = 3 };

/* Gauss-Newton with Levenberg's damping on 300 points, as umap-learn's curve_fit. */
void slm_umap_curve(double spread, double min_dist, double *a, double *b)
{
    double p[2] = { 1, 1 }, damping = 1e-3, error = INFINITY, old[2] = { 1, 1 };
    for (int round = 0; round < 500; round++) {
        double g[2] = { 0, 0 }, h[3] = { 0, 0, 0 }, sum = 0;
        for (int i = 0; i < CURVE; i++) {
            double x = 3 * spread * i / (CURVE - 1), y = x < min_dist ? 1 : exp(-(x - min_dist) / spread);
            double power = x > 0 ? pow(x, 2 * p[1]) : 0, f = 1 / (1 + p[0] * power), r = y - f;
            double ja = -f * f * power, jb = x > 0 ? -f * f * p[0] * power * 2 * log(x) : 0;
            g[0] += ja * r, g[1] += jb * r;
            h[0] += ja * ja, h[1] += ja * jb, h[2] += jb * jb;
            sum += r * r;
        }
        if (sum < error) {
            if (error - sum < 1e-15 * sum) break;
            error = sum;
            old[0] = p[0], old[1] = p[1];
            damping /= 3;
        } else {
            p[0] = old[0], p[1] = old[1];
            damping *= 4;
            if (damping > 1e12) break;
            /* gradient and Hessian belong to the refused point: take them again */
            error = INFINITY;
            continue;
        }
        double d0 = h[0] * (1 + damping), d1 = h[2] * (1 + damping), det = d0 * d1 - h[1] * h[1];
        if (!(fabs(det) > 0)) break;
        p[0] = fmax(1e-6, p[0] + (g[0] * d1 - g[1] * h[1]) / det);
        p[1] = fmax(1e-3, p[1] + (g[1] * d0 - g[0] * h[1]) / det);
    }
    *a = old[0];
    *b = old[1];
}

/* --- spectral ------------------------------------------------------------------------ */

typedef struct laplace {
    const scilama_graph *g;
    const double *scale, *constant, *in;
    double *scaled, *out, overlap;  /* scaled: scale × in */
    int64_t products, most;
} laplace;

static void scale_task(void *arg, int64_t task, int worker)
{
    laplace *l = arg;
    SLM_FOR_TILE (i, task, STRIP, l->g->n) l->scaled[i] = l->scale[i] * l->in[i];
}

static void laplace_task(void *arg, int64_t task, int worker)
{
    laplace *l = arg;
    SLM_FOR_TILE (i, task, STRIP, l->g->n) {
        double s = 0;
        for (int64_t e = l->g->indptr[i]; e < l->g->indptr[i + 1]; e++)
            s += (double)l->g->weights[e] * l->scaled[l->g->indices[e]];
        /* + 1 makes the wanted end of the spectrum the one of largest magnitude; the
         * known first eigenvector is taken out */
        l->out[i] = s * l->scale[i] + l->in[i] - 2 * l->overlap * l->constant[i];
    }
}

/* I + D^-1/2 W D^-1/2, without its first eigenvector. */
static void laplace_apply(void *arg, const double *x, double *y)
{
    laplace *l = arg;
    l->in = x;
    l->out = y;
    l->overlap = 0;
    slm_tell(l->g->ctx, "UMAP start", fmin(1, (double)l->products++ / (double)l->most));
    for (int64_t i = 0; i < l->g->n; i++) l->overlap += x[i] * l->constant[i];
    slm_parallel(l->g->ctx, slm_tiles(l->g->n, STRIP), scale_task, l);
    slm_parallel(l->g->ctx, slm_tiles(l->g->n, STRIP), laplace_task, l);
}

static scilama_status spectral(const scilama_graph *g, int64_t dims, uint64_t seed, float *layout, scilama_error *error)
{
    scilama_context *ctx = g->ctx;
    SLM_SCOPE(work, ctx);
    double *scale = slm_scope_array(&work, g->n, sizeof *scale), *constant = slm_scope_array(&work, g->n, sizeof *constant);
    double *scaled = slm_scope_array(&work, g->n, sizeof *scaled);
    double *values = slm_scope_array(&work, dims, sizeof *values), *vectors = slm_scope_array(&work, dims, (size_t)g->n * sizeof *vectors);
    double all = 0;
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < g->n; i++) {
        double degree = 0;
        for (int64_t e = g->indptr[i]; e < g->indptr[i + 1]; e++) degree += (double)g->weights[e];
        scale[i] = degree > 0 ? 1 / sqrt(degree) : 0;
        constant[i] = sqrt(degree);
        all += degree;
    }
    for (int64_t i = 0; i < g->n; i++) constant[i] /= sqrt(all);
    int32_t restarts = g->n <= LARGE ? RESTARTS : RESTARTS_LARGE;
    laplace l = { .g = g, .scale = scale, .constant = constant, .scaled = scaled, .most = 2 * dims + 40 + restarts * (2 * (dims + 40) / 3 + 1) };
    slm_lanczos problem = { .ctx = ctx, .n = g->n, .want = dims, .which = SLM_LARGEST, .apply = laplace_apply, .arg = &l,
                            .tolerance = 1e-4, .restarts = restarts, .seed = seed };
    SLM_TRY(slm_lanczos_run(&problem, values, vectors, NULL, error));
    for (int64_t d = 0; d < dims; d++)
        for (int64_t i = 0; i < g->n; i++) layout[i * dims + d] = (float)vectors[d * g->n + i];
    return SCILAMA_OK;
}

static scilama_status connected(const scilama_graph *g, bool *answer, scilama_error *error)
{
    int32_t *component = slm_alloc_array(g->ctx, g->n, sizeof *component), *stack = slm_alloc_array(g->ctx, g->n, sizeof *stack);
    scilama_status status = component && stack ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) *answer = slm_graph_components(g, NULL, component, stack) == 1;
    slm_free_all(g->ctx, component, stack);
    return status;
}

static void random_start(int64_t n, int64_t dims, uint64_t seed, float *layout)
{
    slm_rng_seq rng = slm_rng_sequence(seed, SLM_STREAM_UMAP, 0, 0);
    for (int64_t i = 0; i < n * dims; i++) layout[i] = (float)(20 * slm_rng_uniform(&rng) - 10);
}

scilama_status slm_umap_start(const scilama_graph *g, const scilama_umap_options *o, float *layout, int32_t *used, scilama_error *error)
{
    bool whole = true;
    *used = o->init;
    if (o->init == SCILAMA_UMAP_GIVEN) return SCILAMA_OK;
    if (o->init == SCILAMA_UMAP_SPECTRAL) {
        SLM_TRY(connected(g, &whole, error));
        if (!whole || g->n <= o->dimensions + 1) *used = o->points ? SCILAMA_UMAP_PCA : SCILAMA_UMAP_RANDOM;
    }
    if (*used == SCILAMA_UMAP_PCA && (o->points_dim < o->dimensions || g->n < o->dimensions)) *used = SCILAMA_UMAP_RANDOM;
    if (*used != o->init)
        slm_log(g->ctx, SCILAMA_LOG_INFO, "UMAP starts from %s, because the graph is not connected or too small for a spectral start",
                *used == SCILAMA_UMAP_PCA ? "principal components" : "random places");
    if (*used == SCILAMA_UMAP_SPECTRAL) return spectral(g, o->dimensions, o->seed, layout, error);
    if (*used == SCILAMA_UMAP_PCA) {
        scilama_pca_options p = { .struct_size = sizeof p, .components = o->dimensions, .center = 1, .max_iterations = 60, .tolerance = 1e-6, .seed = o->seed };
        return slm_pca(g->ctx, o->points, g->n, o->points_dim, o->points_ld, &p, layout, NULL, NULL, NULL, error);
    }
    random_start(g->n, o->dimensions, o->seed, layout);
    return SCILAMA_OK;
}

double slm_umap_start_memory(int64_t n, const scilama_umap_options *o, int32_t threads)
{
    double points = o->points ? slm_pca_memory(n, o->points_dim, o->dimensions, threads) : 0;
    if (o->init == SCILAMA_UMAP_PCA) return points;
    if (o->init != SCILAMA_UMAP_SPECTRAL) return 0;
    double vectors = sizeof(double) * ((double)n * (3 + (double)o->dimensions) + (double)o->dimensions);
    return fmax(points, vectors + slm_lanczos_memory(n, o->dimensions, threads)); /* points: of a graph in parts */
}
