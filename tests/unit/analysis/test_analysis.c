/* SPDX-License-Identifier: MIT */
#include "linalg/eigen.h"
#include "analysis/leiden.h"
#include "analysis/mixing.h"
#include "analysis/umap.h"
#include "core/rng.h"
#include "expected.h"
#include "scilama/scilama.h"
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 40, DIM = 4 };
static float points[N * DIM];
static int32_t label[N], other[N], batch[N];

static scilama_context *context(int threads)
{
    scilama_context_options o;
    scilama_context *ctx;
    scilama_context_options_init(&o, sizeof o);
    o.threads = threads;
    ck_assert_int_eq(scilama_context_create(&ctx, &o, NULL), SCILAMA_OK);
    return ctx;
}

static void setup(void)
{
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < DIM; j++)
            points[i * DIM + j] = (float)(((i * 37 + j * 101 + i * i * (j + 2) * 7) % 53) / 10.0 + (i % 3) * (j + 1));
        label[i] = i % 3;
        other[i] = i * 7 / 11 % 4;
        batch[i] = i / 5 % 2;
    }
}

/* Blobs: n points in dim dimensions around `groups` centres. */
static float *blobs(int n, int dim, int groups, double apart, int32_t *group)
{
    float *x = malloc((size_t)(n * dim) * sizeof *x);
    double *centre = malloc((size_t)(groups * dim) * sizeof *centre);
    slm_rng_seq rng = slm_rng_sequence(1, SLM_STREAM_SIMULATE, 0, 0);
    for (int c = 0; c < groups * dim; c++) centre[c] = apart * slm_rng_normal(&rng);
    for (int i = 0; i < n; i++) {
        if (group) group[i] = i % groups;
        for (int j = 0; j < dim; j++) x[i * dim + j] = (float)(centre[i % groups * dim + j] + slm_rng_normal(&rng));
    }
    free(centre);
    return x;
}

static scilama_graph *fuzzy(scilama_context *ctx, const float *x, int64_t n, int64_t dim, int64_t k)
{
    scilama_knn_options o;
    scilama_graph *g;
    int32_t *near = malloc((size_t)(n * k) * sizeof *near);
    float *far = malloc((size_t)(n * k) * sizeof *far);
    scilama_knn_options_init(&o, sizeof o);
    o.neighbors = k;
    ck_assert_int_eq(scilama_knn(ctx, x, n, dim, 0, &o, near, far, NULL, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_graph_from_knn(&g, ctx, SCILAMA_GRAPH_FUZZY, n, k, near, far, NULL), SCILAMA_OK);
    free(near);
    free(far);
    return g;
}

static double distance(const float *x, int64_t dim, int64_t a, int64_t b, int metric)
{
    double s = 0, aa = 0, bb = 0, ab = 0;
    for (int64_t j = 0; j < dim; j++) {
        double u = (double)x[a * dim + j], v = (double)x[b * dim + j];
        s += (u - v) * (u - v), aa += u * u, bb += v * v, ab += u * v;
    }
    return metric == SCILAMA_METRIC_COSINE ? (aa * bb > 0 ? 1 - ab / sqrt(aa * bb) : 1) : sqrt(s);
}

static void check_neighbours(const float *x, int64_t n, int64_t dim, int64_t k, int metric)
{
    scilama_knn_options o;
    int32_t *near[2];
    float *d = malloc((size_t)(n * k) * sizeof *d);
    scilama_knn_options_init(&o, sizeof o);
    o.neighbors = k;
    o.metric = metric;
    for (int t = 0; t < 2; t++) {
        scilama_context *ctx = context(1 + 2 * t);
        near[t] = malloc((size_t)(n * k) * sizeof *near[t]);
        ck_assert_int_eq(scilama_knn(ctx, x, n, dim, 0, &o, near[t], d, NULL, NULL), SCILAMA_OK);
        scilama_context_destroy(ctx);
    }
    ck_assert_mem_eq(near[0], near[1], (size_t)(n * k) * sizeof *near[0]);
    for (int64_t i = 0; i < n; i++) {
        double kth = distance(x, dim, i, near[0][i * k + k - 1], metric);
        int64_t closer = 0;
        for (int64_t j = 0; j < n; j++) closer += j != i && distance(x, dim, i, j, metric) < kth - 1e-12;
        ck_assert_int_lt(closer, k); /* none left out */
        for (int64_t c = 0; c < k; c++) {
            int32_t j = near[0][i * k + c];
            ck_assert(j != i);
            ck_assert_double_eq_tol((double)d[i * k + c], distance(x, dim, i, j, metric), 1e-6 * (1 + kth));
            if (c) ck_assert(d[i * k + c] > d[i * k + c - 1] || (d[i * k + c] == d[i * k + c - 1]));
        }
    }
    free(near[0]);
    free(near[1]);
    free(d);
}

START_TEST(neighbours_are_the_nearest)
{
    float *x = blobs(1500, 9, 5, 4, NULL);
    for (int i = 0; i < 1500 * 9; i++) x[i] += 100; /* far from the origin: rounding must not matter */
    check_neighbours(points, N, DIM, 5, SCILAMA_METRIC_EUCLIDEAN);
    check_neighbours(points, N, DIM, N - 1, SCILAMA_METRIC_COSINE);
    check_neighbours(x, 1500, 9, 14, SCILAMA_METRIC_EUCLIDEAN);
    check_neighbours(x, 1500, 9, 14, SCILAMA_METRIC_COSINE);
    free(x);
}
END_TEST

START_TEST(neighbours_are_the_nearest_at_any_scale)
{
    enum { M = 300, D = 6, K = 7 };
    const float scales[] = { 1e-30f, 1e-22f, 1e19f, 1e37f };
    float *x = blobs(M, D, 3, 2, NULL), *y = malloc(M * D * sizeof *y), *d = malloc(M * K * sizeof *d);
    int32_t *near = malloc(M * K * sizeof *near), *same = malloc(M * K * sizeof *same);
    scilama_context *ctx = context(2);
    scilama_knn_options o;
    scilama_knn_options_init(&o, sizeof o);
    o.neighbors = K;
    ck_assert_int_eq(scilama_knn(ctx, x, M, D, 0, &o, near, NULL, NULL, NULL), SCILAMA_OK);
    for (size_t s = 0; s < sizeof scales / sizeof *scales; s++) {
        for (int i = 0; i < M * D; i++) y[i] = x[i] * scales[s]; /* squares leave single precision */
        ck_assert_int_eq(scilama_knn(ctx, y, M, D, 0, &o, same, d, NULL, NULL), SCILAMA_OK);
        ck_assert_mem_eq(near, same, M * K * sizeof *near);
        for (int i = 0; i < M * K; i++) ck_assert(isfinite(d[i]) && d[i] > 0);
    }
    x[0] = 1e25f; /* one point far away: all others are at nearly one distance to the products */
    check_neighbours(x, M, D, K, SCILAMA_METRIC_EUCLIDEAN);
    scilama_context_destroy(ctx);
    free(x);
    free(y);
    free(d);
    free(near);
    free(same);
}
END_TEST

START_TEST(approximate_neighbours_are_nearly_the_nearest)
{
    enum { M = 4000, D = 12, K = 10 };
    float *x = blobs(M, D, 7, 1.5, NULL);
    int32_t *exact = malloc(M * K * sizeof *exact), *near[2];
    scilama_knn_options o;
    scilama_knn_report r;
    scilama_knn_options_init(&o, sizeof o);
    scilama_knn_report_init(&r, sizeof r);
    o.neighbors = K;
    for (int t = 0; t < 2; t++) {
        scilama_context *ctx = context(1 + t);
        near[t] = malloc(M * K * sizeof *near[t]);
        o.method = SCILAMA_KNN_EXACT;
        ck_assert_int_eq(scilama_knn(ctx, x, M, D, 0, &o, exact, NULL, NULL, NULL), SCILAMA_OK);
        o.method = SCILAMA_KNN_APPROXIMATE;
        ck_assert_int_eq(scilama_knn(ctx, x, M, D, 0, &o, near[t], NULL, &r, NULL), SCILAMA_OK);
        scilama_context_destroy(ctx);
    }
    ck_assert_mem_eq(near[0], near[1], M * K * sizeof *near[0]);
    int64_t found = 0;
    for (int i = 0; i < M; i++)
        for (int a = 0; a < K; a++)
            for (int b = 0; b < K; b++) found += near[0][i * K + a] == exact[i * K + b];
    double recall = (double)found / (M * K);
    ck_assert_double_ge(recall, 0.95);
    ck_assert_double_eq_tol(r.recall, recall, 0.02);
    ck_assert_int_eq(r.method, SCILAMA_KNN_APPROXIMATE);
    free(x);
    free(exact);
    free(near[0]);
    free(near[1]);
}
END_TEST

START_TEST(equal_points_come_by_index)
{
    float *x = calloc(1000 * 3, sizeof *x);
    int32_t near[1000 * 4];
    scilama_context *ctx = context(1);
    scilama_knn_options o;
    scilama_knn_options_init(&o, sizeof o);
    o.neighbors = 4;
    for (int i = 500; i < 1000; i++) x[i * 3] = 7;
    ck_assert_int_eq(scilama_knn(ctx, x, 1000, 3, 0, &o, near, NULL, NULL, NULL), SCILAMA_OK);
    for (int c = 0; c < 4; c++) {
        ck_assert_int_eq(near[2 * 4 + c], c < 2 ? c : c + 1);
        ck_assert_int_eq(near[900 * 4 + c], 500 + c);
    }
    scilama_context_destroy(ctx);
    free(x);
}
END_TEST

START_TEST(fuzzy_weights_are_umaps)
{
    scilama_context *ctx = context(2);
    scilama_graph *g = fuzzy(ctx, points, N, DIM, 5);
    const int64_t *indptr = scilama_graph_indptr(g);
    const int32_t *indices = scilama_graph_indices(g);
    const float *w = scilama_graph_weights(g);
    double sum = 0, most = 0;
    for (int64_t e = 0; e < indptr[N]; e++) sum += (double)w[e];
    for (int64_t e = 0; e < indptr[1]; e++) most = fmax(most, (double)w[e]);
    ck_assert_int_eq(scilama_graph_entries(g), (int64_t)EXPECT_FUZZY_ENTRIES);
    ck_assert_double_eq_tol(sum, EXPECT_FUZZY_SUM, 2e-3);
    ck_assert_double_eq_tol(most, EXPECT_FUZZY_0, 1e-5);
    for (int64_t i = 0; i < N; i++)
        for (int64_t e = indptr[i]; e < indptr[i + 1]; e++) {
            ck_assert(indices[e] != i && (e == indptr[i] || indices[e] > indices[e - 1]));
            bool back = false;
            for (int64_t f = indptr[indices[e]]; f < indptr[indices[e] + 1]; f++) back |= indices[f] == i && w[f] == w[e];
            ck_assert(back);
        }
    scilama_context_destroy(ctx); /* the graph keeps it */
    scilama_graph_destroy(g);
    scilama_graph_destroy(NULL);
}
END_TEST

/* Coordinates of any size: the weights are those of coordinates near 1. */
START_TEST(fuzzy_weights_at_any_scale)
{
    enum { M = 300, K = 10 };
    float *x = blobs(M, 4, 3, 5, NULL), *scaled = malloc(M * 4 * sizeof *scaled), *far = malloc(M * K * sizeof *far);
    int32_t *near = malloc(M * K * sizeof *near);
    scilama_context *ctx = context(1);
    scilama_graph *graph[3];
    scilama_knn_options o;
    scilama_knn_options_init(&o, sizeof o);
    o.neighbors = K;
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 4 * M; j++) scaled[j] = ldexpf(x[j], i == 0 ? 0 : i == 1 ? 90 : -90);
        ck_assert_int_eq(scilama_knn(ctx, scaled, M, 4, 0, &o, near, far, NULL, NULL), SCILAMA_OK);
        ck_assert_int_eq(scilama_graph_from_knn(&graph[i], ctx, SCILAMA_GRAPH_FUZZY, M, K, near, far, NULL), SCILAMA_OK);
        ck_assert_int_eq(scilama_graph_entries(graph[i]), scilama_graph_entries(graph[0]));
        for (int64_t e = 0; e < scilama_graph_entries(graph[0]); e++)
            ck_assert_float_eq_tol(scilama_graph_weights(graph[i])[e], scilama_graph_weights(graph[0])[e], 1e-4f);
    }
    for (int i = 0; i < 3; i++) scilama_graph_destroy(graph[i]);
    scilama_context_destroy(ctx);
    free(x);
    free(scaled);
    free(far);
    free(near);
}
END_TEST

START_TEST(jaccard_counts_shared_neighbours)
{
    /* 0, 1, 2 see each other; 3 sees 0 and 1: {0,1,2} against {0,1,3} is 2 of 4 */
    const int32_t near[] = { 1, 2, 0, 2, 0, 1, 0, 1 };
    scilama_context *ctx = context(1);
    scilama_graph *g;
    ck_assert_int_eq(scilama_graph_from_knn(&g, ctx, SCILAMA_GRAPH_JACCARD, 4, 2, near, NULL, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_graph_entries(g), 10);
    ck_assert_double_eq_tol((double)scilama_graph_weights(g)[0], 1, 1e-12);
    ck_assert_double_eq_tol((double)scilama_graph_weights(g)[2], 0.5, 1e-12);
    scilama_graph_destroy(g);
    scilama_context_destroy(ctx);
}
END_TEST

/* A ring of cliques of six, one edge between neighbours. */
static scilama_graph *ring(scilama_context *ctx, int cliques)
{
    int n = 6 * cliques;
    int64_t *indptr = calloc((size_t)n + 1, sizeof *indptr), entries = 0;
    int32_t *indices = malloc((size_t)n * 7 * sizeof *indices);
    scilama_graph *g;
    for (int v = 0; v < n; v++) {
        for (int u = v / 6 * 6; u < v / 6 * 6 + 6; u++)
            if (u != v) indices[entries++] = u;
        if (v % 6 == 5) indices[entries++] = (v + 1) % n;
        if (v % 6 == 0) indices[entries++] = (v + n - 1) % n;
        indptr[v + 1] = entries;
    }
    ck_assert_int_eq(scilama_graph_from_csr(&g, ctx, n, indptr, indices, NULL, NULL), SCILAMA_OK);
    free(indptr);
    free(indices);
    return g;
}

START_TEST(leiden_finds_cliques)
{
    scilama_context *ctx = context(1);
    scilama_graph *g = ring(ctx, 10);
    scilama_leiden_options o;
    scilama_leiden_report r;
    int32_t found[60], again[60];
    double value;
    scilama_leiden_options_init(&o, sizeof o);
    scilama_leiden_report_init(&r, sizeof r);
    for (int quality = SCILAMA_QUALITY_MODULARITY; quality <= SCILAMA_QUALITY_CPM; quality++) {
        o.quality = quality;
        o.resolution = quality == SCILAMA_QUALITY_CPM ? 0.5 : 1;
        ck_assert_int_eq(scilama_graph_leiden(g, &o, found, &r, NULL), SCILAMA_OK);
        ck_assert_int_eq(r.communities, 10);
        for (int v = 0; v < 60; v++) ck_assert_int_eq(found[v], v / 6); /* equal sizes: by first vertex */
        ck_assert_int_eq(scilama_graph_quality(g, quality, o.resolution, found, &value, NULL), SCILAMA_OK);
        ck_assert_double_eq_tol(value, r.quality, 1e-12);
        /* 10 cliques: 15 of 16 edges within, a tenth of the strength each; 15 - 0.5 · 15 each */
        ck_assert_double_eq_tol(value, quality == SCILAMA_QUALITY_CPM ? 75 : 15.0 / 16 - 0.1, 1e-9);
        ck_assert_int_eq(scilama_graph_leiden(g, &o, again, NULL, NULL), SCILAMA_OK);
        ck_assert_mem_eq(found, again, sizeof found);
    }
    o.quality = SCILAMA_QUALITY_MODULARITY;
    ck_assert_int_eq(scilama_graph_leiden_target(g, &o, 5, found, &r, NULL), SCILAMA_OK);
    ck_assert_int_eq(r.communities, 5);
    ck_assert_double_lt(r.resolution, 1);
    scilama_graph_destroy(g);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(communities_are_connected)
{
    scilama_context *ctx = context(1);
    float *x = blobs(1200, 6, 8, 1.2, NULL);
    scilama_graph *g = fuzzy(ctx, x, 1200, 6, 8);
    int32_t found[1200], component[1200], stack[1200];
    scilama_leiden_options o;
    scilama_leiden_report r;
    scilama_leiden_options_init(&o, sizeof o);
    scilama_leiden_report_init(&r, sizeof r);
    for (int step = 1; step <= 12; step++) {
        int64_t size[1200] = { 0 };
        o.resolution = 0.25 * step;
        o.seed = (uint64_t)step;
        ck_assert_int_eq(scilama_graph_leiden(g, &o, found, &r, NULL), SCILAMA_OK);
        ck_assert_int_eq(slm_graph_components(g, found, component, stack), r.communities);
        for (int i = 0; i < 1200; i++) size[found[i]]++;
        for (int64_t c = 1; c < r.communities; c++) ck_assert_int_le(size[c], size[c - 1]);
    }
    scilama_graph_destroy(g);
    scilama_context_destroy(ctx);
    free(x);
}
END_TEST

/* Large enough for batches: the same communities for any number of threads, each connected, of the quality that is told. */
START_TEST(large_graphs_give_the_same_communities_on_any_threads)
{
    enum { M = SLM_LEIDEN_ROUNDS + 1000, EDGES = 5, GROUPS = 40 };
    int64_t *indptr = calloc(M + 1, sizeof *indptr);
    int32_t *indices = malloc(M * EDGES * sizeof *indices);
    slm_rng_seq rng = slm_rng_sequence(3, SLM_STREAM_SIMULATE, 0, 0);
    for (int64_t v = 0; v < M; v++) { /* most edges lead to the own group, every fifth anywhere */
        for (int e = 0; e < EDGES; e++) {
            int64_t u = slm_rng_below(&rng, M / GROUPS) * GROUPS + v % GROUPS;
            indices[v * EDGES + e] = (int32_t)(e ? u : slm_rng_below(&rng, M));
        }
        indptr[v + 1] = (v + 1) * EDGES;
    }
    int32_t *found[3], *component = malloc(M * sizeof *component), *stack = malloc(M * sizeof *stack);
    const int threads[3] = { 1, 2, 3 };
    scilama_leiden_options o;
    scilama_leiden_report r[3];
    scilama_leiden_options_init(&o, sizeof o);
    for (int t = 0; t < 3; t++) {
        scilama_context *ctx = context(threads[t]);
        scilama_graph *g;
        double value;
        ck_assert_int_eq(scilama_graph_from_csr(&g, ctx, M, indptr, indices, NULL, NULL), SCILAMA_OK);
        found[t] = malloc(M * sizeof *found[t]);
        scilama_leiden_report_init(&r[t], sizeof r[t]);
        ck_assert_int_eq(scilama_graph_leiden(g, &o, found[t], &r[t], NULL), SCILAMA_OK);
        ck_assert_int_eq(slm_graph_components(g, found[t], component, stack), r[t].communities);
        ck_assert_int_eq(scilama_graph_quality(g, o.quality, o.resolution, found[t], &value, NULL), SCILAMA_OK);
        ck_assert_double_eq_tol(value, r[t].quality, 1e-12);
        ck_assert_mem_eq(found[t], found[0], M * sizeof *found[0]);
        scilama_graph_destroy(g);
        scilama_context_destroy(ctx);
    }
    ck_assert_int_eq(r[0].communities, GROUPS); /* the planted ones: 0.8 of the edges within, a fortieth of the rest */
    ck_assert_double_eq_tol(r[0].quality, 0.8 + 0.2 / GROUPS - 1.0 / GROUPS, 0.01);
    free(indptr);
    free(indices);
    free(component);
    free(stack);
    for (int t = 0; t < 3; t++) free(found[t]);
}
END_TEST

START_TEST(a_sweep_is_its_single_runs)
{
    enum { M = 1500, COUNT = 9 };
    float *x = blobs(M, 6, 12, 1.2, NULL);
    int32_t *swept = malloc(COUNT * M * sizeof *swept), *single = malloc(M * sizeof *single);
    double resolutions[COUNT];
    scilama_leiden_options o;
    scilama_leiden_report reports[COUNT], r;
    scilama_leiden_options_init(&o, sizeof o);
    scilama_leiden_report_init(&r, sizeof r);
    for (int i = 0; i < COUNT; i++) {
        resolutions[i] = 0.3 * (i + 1);
        scilama_leiden_report_init(&reports[i], sizeof reports[i]);
    }
    for (int threads = 1; threads <= 3; threads += 2) {
        scilama_context *ctx = context(threads);
        scilama_graph *g = fuzzy(ctx, x, M, 6, 8);
        ck_assert_int_eq(scilama_graph_leiden_sweep(g, &o, resolutions, COUNT, swept, reports, NULL), SCILAMA_OK);
        for (int i = 0; i < COUNT; i++) {
            o.resolution = resolutions[i];
            ck_assert_int_eq(scilama_graph_leiden(g, &o, single, &r, NULL), SCILAMA_OK);
            ck_assert_mem_eq(single, swept + i * M, M * sizeof *single);
            ck_assert_int_eq(r.communities, reports[i].communities);
            ck_assert(r.quality == reports[i].quality && reports[i].resolution == resolutions[i]);
        }
        scilama_graph_destroy(g);
        scilama_context_destroy(ctx);
    }
    free(x);
    free(swept);
    free(single);
}
END_TEST

typedef struct told { scilama_context *ctx; const char *cancel; char stage[24]; double share; int calls, stages; } told;

static void listen(void *user, const char *stage, double share)
{
    told *t = user;
    if (strcmp(t->stage, stage)) {
        snprintf(t->stage, sizeof t->stage, "%s", stage);
        t->share = 0;
        t->stages++;
    }
    ck_assert(share >= t->share && share <= 1);
    t->share = share;
    t->calls++;
    if (t->cancel && !strcmp(t->cancel, stage)) scilama_context_cancel(t->ctx);
}

START_TEST(long_calls_tell_and_stop)
{
    enum { M = 1200, K = 8 };
    const char *const stages[] = { "neighbours", "graph", "Leiden", "UMAP start", "UMAP" };
    float *x = blobs(M, 5, 4, 0.5, NULL), *far = malloc(M * K * sizeof *far), *layout = malloc(M * 2 * sizeof *layout);
    int32_t *near = malloc(M * K * sizeof *near), *found = malloc(M * sizeof *found);
    scilama_context *ctx = context(2);
    scilama_knn_options o;
    scilama_knn_options_init(&o, sizeof o);
    o.neighbors = K;
    for (int method = SCILAMA_KNN_EXACT; method <= SCILAMA_KNN_APPROXIMATE; method++)
        for (int cancel = -1; cancel < 5; cancel++) {
            told t = { .ctx = ctx, .cancel = cancel < 0 ? NULL : stages[cancel] };
            scilama_graph *g = NULL;
            o.method = method;
            ck_assert_int_eq(scilama_context_set_progress(ctx, listen, &t, NULL), SCILAMA_OK);
            scilama_status s = scilama_knn(ctx, x, M, 5, 0, &o, near, far, NULL, NULL);
            if (!s) s = scilama_graph_from_knn(&g, ctx, SCILAMA_GRAPH_FUZZY, M, K, near, far, NULL);
            if (!s) s = scilama_graph_leiden(g, NULL, found, NULL, NULL);
            if (!s) s = scilama_graph_umap(g, NULL, layout, NULL);
            ck_assert_msg(s == (cancel < 0 ? SCILAMA_OK : SCILAMA_E_CANCELLED), "method %d, cancelled in stage %d: %d", method, cancel, s);
            ck_assert_int_eq(t.stages, cancel < 0 ? 5 : cancel + 1);
            if (cancel < 0) ck_assert_int_gt(t.calls, 20);
            scilama_graph_destroy(g);
        }
    ck_assert_int_eq(scilama_context_set_progress(NULL, NULL, NULL, NULL), SCILAMA_E_INVALID);
    scilama_context_destroy(ctx);
    free(x);
    free(far);
    free(layout);
    free(near);
    free(found);
}
END_TEST

START_TEST(no_edges_no_communities)
{
    const int64_t indptr[4] = { 0, 0, 0, 0 };
    int32_t found[3];
    float layout[6];
    scilama_context *ctx = context(1);
    scilama_graph *g;
    ck_assert_int_eq(scilama_graph_from_csr(&g, ctx, 3, indptr, NULL, NULL, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_graph_leiden(g, NULL, found, NULL, NULL), SCILAMA_OK);
    for (int i = 0; i < 3; i++) ck_assert_int_eq(found[i], i);
    ck_assert_int_eq(scilama_graph_umap(g, NULL, layout, NULL), SCILAMA_OK);
    for (int i = 0; i < 6; i++) ck_assert(isfinite(layout[i]));
    scilama_graph_destroy(g);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(agreement_as_scikit_learn)
{
    scilama_context *ctx = context(1);
    scilama_agreement a;
    scilama_error e;
    int32_t gap[N];
    scilama_agreement_init(&a, sizeof a);
    ck_assert_int_eq(scilama_labels_compare(ctx, label, other, N, &a, NULL), SCILAMA_OK);
    ck_assert_double_eq_tol(a.ari, EXPECT_ARI, 1e-12);
    ck_assert_double_eq_tol(a.nmi, EXPECT_NMI, 1e-12);
    ck_assert_double_eq_tol(a.ami, EXPECT_AMI, 1e-12);
    ck_assert_double_eq_tol(a.homogeneity, EXPECT_HOMOGENEITY, 1e-12);
    ck_assert_int_eq(scilama_labels_compare(ctx, label, label, N, &a, NULL), SCILAMA_OK);
    ck_assert_double_eq_tol(a.ari + a.nmi + a.ami, 3, 1e-12);
    for (int i = 0; i < N; i++) gap[i] = i < 30 ? label[i] * 10 : -1; /* other names, some missing */
    ck_assert_int_eq(scilama_labels_compare(ctx, gap, label, N, &a, NULL), SCILAMA_OK);
    ck_assert_int_eq(a.compared, 30);
    ck_assert_double_eq_tol(a.ari, 1, 1e-12);
    for (int i = 0; i < N; i++) gap[i] = -1;
    ck_assert_int_eq(scilama_labels_compare(ctx, gap, label, N, &a, &e), SCILAMA_E_INVALID);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(metrics_as_scikit_learn_and_scib)
{
    scilama_context *ctx = context(2);
    scilama_scores s;
    scilama_knn_options o;
    double sample[N], mean, sum = 0;
    int32_t near[N * 5];
    float far[N * 5];
    ck_assert_int_eq(scilama_silhouette(ctx, points, N, DIM, 0, SCILAMA_METRIC_EUCLIDEAN, label, sample, &mean, NULL), SCILAMA_OK);
    ck_assert_double_eq_tol(mean, EXPECT_SILHOUETTE, 1e-9);
    ck_assert_double_eq_tol(sample[0], EXPECT_SILHOUETTE_0, 1e-9);
    ck_assert_int_eq(scilama_silhouette(ctx, points, N, DIM, 0, SCILAMA_METRIC_COSINE, label, NULL, &mean, NULL), SCILAMA_OK);
    ck_assert_double_eq_tol(mean, EXPECT_SILHOUETTE_COSINE, 1e-9);
    scilama_knn_options_init(&o, sizeof o);
    o.neighbors = 5;
    ck_assert_int_eq(scilama_knn(ctx, points, N, DIM, 0, &o, near, far, NULL, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_lisi(ctx, N, 5, near, far, label, 2, sample, NULL), SCILAMA_OK);
    for (int i = 0; i < N; i++) sum += sample[i] / N;
    ck_assert_double_eq_tol(sum, EXPECT_LISI_MEAN, 1e-3);
    scilama_scores_init(&s, sizeof s);
    ck_assert_int_eq(scilama_score_embedding(ctx, points, N, DIM, 0, label, batch, NULL, &s, NULL), SCILAMA_OK);
    ck_assert_double_eq_tol(s.silhouette_label, (EXPECT_SILHOUETTE + 1) / 2, 1e-9);
    ck_assert_double_eq_tol(s.silhouette_batch, EXPECT_BATCH_SILHOUETTE, 1e-9);
    ck_assert_double_eq_tol(s.bras, EXPECT_BRAS, 1e-9);
    ck_assert_double_eq_tol(s.isolated_silhouette, EXPECT_ISOLATED, 1e-9);
    ck_assert(isnan(s.pcr) && s.cells == N && s.labels == 3 && s.batches == 2);
    ck_assert_double_eq_tol(s.total, 0.6 * s.bio + 0.4 * s.batch, 1e-12);
    ck_assert_int_eq(scilama_score_embedding(ctx, points, N, DIM, 0, label, NULL, NULL, &s, NULL), SCILAMA_OK);
    ck_assert(isnan(s.ilisi) && isnan(s.batch) && s.total == s.bio);
    scilama_context_destroy(ctx);
}
END_TEST

/* Above max_cells every label of every batch has its share of the sample, and ten at least. */
START_TEST(metrics_of_a_sample)
{
    enum { CELLS = 3000 };
    static float x[CELLS * 2];
    static int32_t type[CELLS], lot[CELLS];
    int64_t size[6] = { 0 }, expected = 0;
    uint64_t state = 9;
    scilama_score_options o;
    scilama_scores s, first = { 0 };
    for (int i = 0; i < CELLS; i++) {
        type[i] = i % 50 == 0 ? 2 : i % 3 == 0; /* 2 is rare */
        lot[i] = i % 7 < 2;
        for (int d = 0; d < 2; d++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            x[2 * i + d] = (float)(state >> 40) / 16777216.0f + (d == 0 ? 3.0f * (float)type[i] : 0);
        }
        size[2 * type[i] + lot[i]]++;
    }
    for (int k = 0; k < 6; k++) {
        int64_t share = (int64_t)((double)size[k] * 300 / CELLS + 0.5);
        expected += share < 10 ? 10 : share;
    }
    scilama_score_options_init(&o, sizeof o);
    ck_assert_int_eq(o.max_cells, 50000);
    o.max_cells = 300;
    scilama_scores_init(&s, sizeof s);
    for (int threads = 1; threads <= 2; threads++) {
        scilama_context *ctx = context(threads);
        ck_assert_int_eq(scilama_score_embedding(ctx, x, CELLS, 2, 0, type, lot, &o, &s, NULL), SCILAMA_OK);
        ck_assert_int_eq(s.cells, CELLS);
        ck_assert_int_eq(s.scored, expected);
        ck_assert_int_eq(s.labels, 3);
        ck_assert(s.silhouette_label > 0.8 && s.ilisi > 0.3 && s.ari > 0.1);
        if (threads == 1) first = s;
        if (threads == 1) { /* no scale changes neighbourhoods */
            float *large = malloc(sizeof x);
            int32_t own[CELLS];
            for (int i = 0; i < 2 * CELLS; i++) large[i] = x[i] * 0x1p60f;
            for (int i = 0; i < CELLS; i++) own[i] = i;
            ck_assert_int_eq(scilama_score_embedding(ctx, large, CELLS, 2, 0, type, lot, &o, &s, NULL), SCILAMA_OK);
            ck_assert(fabs(s.ilisi - first.ilisi) < 1e-4 && fabs(s.clisi - first.clisi) < 1e-4);
            ck_assert_int_eq(scilama_score_embedding(ctx, x, CELLS, 2, 0, type, own, &o, &s, NULL), SCILAMA_OK);
            ck_assert(isnan(s.ilisi) && isnan(s.kbet) && isnan(s.kbet_label) && isfinite(s.total) && isfinite(s.clisi));
            free(large);
            s = first;
        }
        ck_assert(!(s.total < first.total || s.total > first.total) && !(s.kbet < first.kbet || s.kbet > first.kbet));
        scilama_context_destroy(ctx);
    }
    scilama_context *ctx = context(2);
    o.seed = 1;
    ck_assert_int_eq(scilama_score_embedding(ctx, x, CELLS, 2, 0, type, lot, &o, &s, NULL), SCILAMA_OK);
    ck_assert(s.silhouette_label < first.silhouette_label || s.silhouette_label > first.silhouette_label);
    o.max_cells = 0;
    ck_assert_int_eq(scilama_score_embedding(ctx, x, CELLS, 2, 0, type, lot, &o, &s, NULL), SCILAMA_OK);
    ck_assert_int_eq(s.scored, CELLS);
    ck_assert_double_eq_tol(s.silhouette_label, first.silhouette_label, 0.02);
    o.max_cells = -1;
    ck_assert_int_eq(scilama_score_embedding(ctx, x, CELLS, 2, 0, type, lot, &o, &s, NULL), SCILAMA_E_INVALID);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(chi_squared_tail)
{
    ck_assert_double_eq_tol(slm_chi2_above(1, 3.841458820694124), 0.05, 1e-12);
    ck_assert_double_eq_tol(slm_chi2_above(10, 3.940299136119), 0.95, 1e-9);
    ck_assert_double_eq_tol(slm_chi2_above(2, 100), exp(-50), 1e-30);
}
END_TEST

START_TEST(components_as_scikit_learn)
{
    scilama_context *ctx = context(2);
    scilama_pca_options o;
    float scores[N * 3], axes[3 * DIM];
    double variance[3], total;
    scilama_pca_options_init(&o, sizeof o);
    o.components = 3;
    ck_assert_int_eq(scilama_pca(ctx, points, N, DIM, 0, &o, scores, axes, variance, &total, NULL), SCILAMA_OK);
    ck_assert_double_eq_tol(variance[0], EXPECT_PCA_0, 1e-5);
    ck_assert_double_eq_tol(variance[2], EXPECT_PCA_2, 1e-5);
    ck_assert_double_eq_tol(total, EXPECT_PCA_TOTAL, 1e-9);
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++) {
            double dot = 0;
            for (int j = 0; j < DIM; j++) dot += (double)axes[a * DIM + j] * (double)axes[b * DIM + j];
            ck_assert_double_eq_tol(dot, a == b, 1e-6);
        }
    scilama_context_destroy(ctx);
}
END_TEST

static void times_diagonal(void *arg, const double *x, double *y)
{
    for (int i = 0; i < 500; i++) y[i] = ((const double *)arg)[i] * x[i];
}

START_TEST(lanczos_finds_both_ends)
{
    scilama_context *ctx = context(1);
    double diagonal[500], value[4], *vector = malloc(4 * 500 * sizeof *vector), left;
    for (int i = 0; i < 500; i++) diagonal[i] = i / 500.0;
    diagonal[17] = -3, diagonal[18] = 2, diagonal[19] = 2; /* one pair is equal */
    slm_lanczos l = { .ctx = ctx, .n = 500, .want = 4, .which = SLM_LARGEST_MAGNITUDE, .apply = times_diagonal, .arg = diagonal, .tolerance = 1e-10, .restarts = 50 };
    ck_assert_int_eq(slm_lanczos_run(&l, value, vector, &left, NULL), SCILAMA_OK);
    ck_assert_double_eq_tol(value[0], -3, 1e-9);
    ck_assert_double_eq_tol(value[1], 2, 1e-9);
    ck_assert_double_eq_tol(fabs(vector[17]), 1, 1e-6);
    l.which = SLM_LARGEST;
    ck_assert_int_eq(slm_lanczos_run(&l, value, vector, &left, NULL), SCILAMA_OK);
    ck_assert_double_eq_tol(value[0], 2, 1e-9);
    free(vector);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(kmeans_finds_blobs)
{
    scilama_context *ctx = context(2);
    int32_t truth[600], found[600];
    float *x = blobs(600, 5, 6, 8, truth), centre[6 * 5];
    scilama_kmeans_options o;
    scilama_agreement a;
    double inertia;
    scilama_kmeans_options_init(&o, sizeof o);
    scilama_agreement_init(&a, sizeof a);
    o.clusters = 6;
    ck_assert_int_eq(scilama_kmeans(ctx, x, 600, 5, 0, &o, found, centre, &inertia, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_labels_compare(ctx, truth, found, 600, &a, NULL), SCILAMA_OK);
    ck_assert_double_gt(a.ari, 0.95);
    double sum = 0;
    for (int i = 0; i < 600; i++)
        for (int j = 0; j < 5; j++) sum += pow((double)(x[i * 5 + j] - centre[found[i] * 5 + j]), 2);
    ck_assert_double_eq_tol(sum / inertia, 1, 1e-4);
    free(x);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(layout_keeps_blobs_apart)
{
    int32_t truth[500];
    float *x = blobs(500, 8, 5, 3, truth), *first = NULL;
    double a, b, mean;
    slm_umap_curve(1, 0.5, &a, &b);
    ck_assert_double_eq_tol(a, EXPECT_CURVE_A, 1e-4);
    ck_assert_double_eq_tol(b, EXPECT_CURVE_B, 1e-4);
    for (int threads = 1; threads <= 3; threads++) {
        scilama_context *ctx = context(threads);
        scilama_graph *g = fuzzy(ctx, x, 500, 8, 14);
        float *layout = malloc(1000 * sizeof *layout);
        scilama_umap_options o;
        scilama_umap_options_init(&o, sizeof o);
        o.points = x;
        o.points_dim = 8;
        ck_assert_int_eq(scilama_graph_umap(g, &o, layout, NULL), SCILAMA_OK);
        ck_assert_int_eq(scilama_silhouette(ctx, layout, 500, 2, 0, SCILAMA_METRIC_EUCLIDEAN, truth, NULL, &mean, NULL), SCILAMA_OK);
        ck_assert_double_gt(mean, 0.5);
        if (first) ck_assert_mem_eq(first, layout, 1000 * sizeof *layout);
        if (first) free(layout);
        else first = layout;
        scilama_graph_destroy(g);
        scilama_context_destroy(ctx);
    }
    free(first);
    free(x);
}
END_TEST

START_TEST(bad_arguments_are_named)
{
    scilama_context *ctx = context(1);
    scilama_error e;
    scilama_knn_options o;
    int32_t near[N * 14];
    float x[N * DIM];
    memcpy(x, points, sizeof x);
    x[7 * DIM + 2] = NAN;
    ck_assert_int_eq(scilama_knn(ctx, x, N, DIM, 0, NULL, near, NULL, NULL, &e), SCILAMA_E_NONFINITE);
    ck_assert_ptr_nonnull(strstr(e.message, "row 7, column 2"));
    scilama_knn_options_init(&o, sizeof o);
    o.neighbors = N;
    ck_assert_int_eq(scilama_knn(ctx, points, N, DIM, 0, &o, near, NULL, NULL, &e), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_knn(NULL, points, N, DIM, 0, NULL, near, NULL, NULL, &e), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_knn(ctx, points, N, DIM, 2, NULL, near, NULL, NULL, &e), SCILAMA_E_INVALID);
    scilama_graph *g;
    near[3] = 0; /* itself */
    for (int i = 0; i < N; i++) near[i] = i == 0 ? 0 : i - 1;
    ck_assert_int_eq(scilama_graph_from_knn(&g, ctx, SCILAMA_GRAPH_JACCARD, N, 1, near, NULL, &e), SCILAMA_E_INVALID);
    ck_assert_ptr_null(g);
    scilama_context_destroy(ctx);
}
END_TEST

/* --- every allocation fails in turn ---------------------------------------------- */

typedef struct fragile { int64_t left, held; } fragile;

static void *fragile_allocate(void *user, size_t size, size_t align)
{
    fragile *f = user;
    if (f->left-- == 0) return NULL;
    f->held++;
    return aligned_alloc(align, (size + align - 1) / align * align);
}

static void fragile_release(void *user, void *block, size_t size, size_t align)
{
    ((fragile *)user)->held--;
    free(block);
}

static scilama_status everything(scilama_context *ctx)
{
    scilama_graph *g = NULL, *h = NULL;
    scilama_score_options so;
    scilama_scores scores;
    scilama_umap_options uo;
    int32_t near[N * 5], found[N];
    float far[N * 5], layout[N * 2], components[N * 3];
    scilama_knn_options ko;
    scilama_knn_options_init(&ko, sizeof ko);
    scilama_score_options_init(&so, sizeof so);
    scilama_scores_init(&scores, sizeof scores);
    scilama_umap_options_init(&uo, sizeof uo);
    ko.neighbors = 5;
    uo.epochs = 5;
    so.baseline = points;
    so.baseline_dim = DIM;
    so.resolutions = 1;
    scilama_pca_options po;
    scilama_pca_options_init(&po, sizeof po);
    po.components = 3;
    scilama_status s = scilama_knn(ctx, points, N, DIM, 0, &ko, near, far, NULL, NULL);
    if (!s) s = scilama_graph_from_knn(&g, ctx, SCILAMA_GRAPH_FUZZY, N, 5, near, far, NULL);
    if (!s) s = scilama_graph_from_knn(&h, ctx, SCILAMA_GRAPH_JACCARD, N, 5, near, far, NULL);
    if (!s) s = scilama_graph_leiden(g, NULL, found, NULL, NULL);
    if (!s) s = scilama_graph_leiden_target(h, NULL, 3, found, NULL, NULL);
    if (!s) s = scilama_graph_umap(g, &uo, layout, NULL);
    if (!s) s = scilama_pca(ctx, points, N, DIM, 0, &po, components, NULL, NULL, NULL, NULL);
    if (!s) s = scilama_score_embedding(ctx, points, N, DIM, 0, label, batch, &so, &scores, NULL);
    scilama_graph_destroy(g);
    scilama_graph_destroy(h);
    return s;
}

START_TEST(failing_allocations_leak_nothing)
{
    fragile f = { .left = -1 };
    scilama_allocator allocator = { &f, fragile_allocate, fragile_release };
    scilama_context_options o;
    scilama_context *ctx;
    scilama_context_options_init(&o, sizeof o);
    o.allocator = &allocator;
    ck_assert_int_eq(scilama_context_create(&ctx, &o, NULL), SCILAMA_OK);
    int64_t before = f.held, failures = 0;
    ck_assert_int_eq(everything(ctx), SCILAMA_OK);
    ck_assert_int_eq(f.held, before);
    for (int64_t at = 0;; at++, failures++) {
        f.left = at;
        scilama_status s = everything(ctx);
        ck_assert_int_eq(f.held, before);
        if (s == SCILAMA_OK) break;
        ck_assert_int_eq(s, SCILAMA_E_NOMEM);
    }
    ck_assert_int_gt(failures, 100);
    f.left = -1;
    scilama_context_destroy(ctx);
    ck_assert_int_eq(f.held, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("analysis");
    TCase *t = tcase_create("analysis");
    setup();
    tcase_set_timeout(t, 60);
    tcase_add_test(t, neighbours_are_the_nearest);
    tcase_add_test(t, neighbours_are_the_nearest_at_any_scale);
    tcase_add_test(t, approximate_neighbours_are_nearly_the_nearest);
    tcase_add_test(t, equal_points_come_by_index);
    tcase_add_test(t, fuzzy_weights_are_umaps);
    tcase_add_test(t, fuzzy_weights_at_any_scale);
    tcase_add_test(t, jaccard_counts_shared_neighbours);
    tcase_add_test(t, leiden_finds_cliques);
    tcase_add_test(t, communities_are_connected);
    tcase_add_test(t, large_graphs_give_the_same_communities_on_any_threads);
    tcase_add_test(t, a_sweep_is_its_single_runs);
    tcase_add_test(t, long_calls_tell_and_stop);
    tcase_add_test(t, no_edges_no_communities);
    tcase_add_test(t, agreement_as_scikit_learn);
    tcase_add_test(t, metrics_as_scikit_learn_and_scib);
    tcase_add_test(t, metrics_of_a_sample);
    tcase_add_test(t, chi_squared_tail);
    tcase_add_test(t, components_as_scikit_learn);
    tcase_add_test(t, lanczos_finds_both_ends);
    tcase_add_test(t, kmeans_finds_blobs);
    tcase_add_test(t, layout_keeps_blobs_apart);
    tcase_add_test(t, bad_arguments_are_named);
    tcase_add_test(t, failing_allocations_leak_nothing);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
