/* SPDX-License-Identifier: MIT */
/* What makes analysis of many points quick does not change what comes out. */
#include "analysis/umap.h"
#include "analysis/umap_move.h"
#include "core/rng.h"
#include "scilama/scilama.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

typedef struct counter { int64_t now, most; } counter;

static void *take(void *user, size_t size, size_t alignment)
{
    counter *c = user;
    char *block = aligned_alloc(alignment, size + 64); /* the size is kept before what is given */
    if (!block) return NULL;
    memcpy(block, &size, sizeof size);
    c->now += (int64_t)size;
    if (c->now > c->most) c->most = c->now;
    return block + 64;
}

static void give_back(void *user, void *block, size_t total, size_t alignment)
{
    counter *c = user;
    size_t size;
    (void)total, (void)alignment;
    if (!block) return;
    memcpy(&size, (char *)block - 64, sizeof size);
    c->now -= (int64_t)size;
    free((char *)block - 64);
}

/* count: NULL, or what is told how much is held. */
static scilama_context *context(int threads, counter *count)
{
    scilama_context_options o;
    scilama_context *ctx;
    scilama_context_options_init(&o, sizeof o);
    o.threads = threads;
    scilama_allocator counting = { .allocate = take, .release = give_back, .user = count };
    if (count) o.allocator = &counting;
    ck_assert_int_eq(scilama_context_create(&ctx, &o, NULL), SCILAMA_OK);
    return ctx;
}

/* A ring with chords; vertex 0 has an edge to every other. */
static scilama_graph *wheel(scilama_context *ctx, int64_t n)
{
    scilama_graph *g;
    int64_t *indptr = malloc((size_t)(n + 1) * sizeof *indptr);
    int32_t *indices = malloc((size_t)n * 8 * sizeof *indices);
    float *weights = malloc((size_t)n * 8 * sizeof *weights);
    slm_rng_seq rng = slm_rng_sequence(3, SLM_STREAM_SIMULATE, 0, 0);
    indptr[0] = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t e = indptr[i];
        if (i) indices[e++] = 0;
        for (int64_t step = 1; step < 200; step *= 3) indices[e++] = (int32_t)((i + step) % n);
        indptr[i + 1] = e;
    }
    for (int64_t e = 0; e < indptr[n]; e++) weights[e] = (float)(0.1 + slm_rng_uniform(&rng));
    ck_assert_int_eq(scilama_graph_from_csr(&g, ctx, n, indptr, indices, weights, NULL), SCILAMA_OK);
    free(indptr);
    free(indices);
    free(weights);
    return g;
}

START_TEST(every_set_of_instructions_lays_out_alike)
{
    enum { N = 1501, SIZE = 93 };
    scilama_context *ctx = context(1, NULL);
    scilama_graph *g = wheel(ctx, N);
    ck_assert(slm_umap_move_at(0) != NULL);
    slm_umap_edge *edges = malloc((size_t)scilama_graph_entries(g) * sizeof *edges);
    for (int64_t e = 0; e < scilama_graph_entries(g); e++) edges[e] = (slm_umap_edge){ scilama_graph_indices(g)[e], 0.9f * scilama_graph_weights(g)[e] };
    for (int64_t dims = 1; dims <= 3; dims++) {
        slm_rng_seq rng = slm_rng_sequence(4, SLM_STREAM_SIMULATE, 0, 0);
        float *place = malloc((size_t)(N * dims) * sizeof *place), *next = malloc((size_t)(N * dims) * sizeof *next), *first = malloc((size_t)(N * dims) * sizeof *next);
        for (int64_t i = 0; i < N * dims; i++) place[i] = (float)(10 * slm_rng_uniform(&rng));
        slm_umap_move m = { .begin = scilama_graph_indptr(g), .edges = edges, .n = N, .dims = dims, .place = place, .a = 0.58f, .b = 1.33f, .repulsion = 1, .alpha = 0.7f,
                            .negatives = 5, .epoch = 7, .seed = 5 };
        for (int set = 0; slm_umap_move_at(set); set++)
            for (m.batch = 0; m.batch <= SIZE; m.batch += SIZE) {
                int64_t at = m.batch * dims;
                m.next = set ? next : first + at;
                slm_umap_move_at(set)(&m, 0, 37);
                slm_umap_move_at(set)(&m, 37, SIZE);
                ck_assert_mem_ne(m.next, place + m.batch * dims, (size_t)dims * sizeof *next); /* vertex 0, whose edges are many, and its neighbour move */
                if (set) ck_assert_mem_eq(next, first + at, (size_t)(SIZE * dims) * sizeof *next);
            }
        free(place);
        free(next);
        free(first);
    }
    free(edges);
    scilama_graph_destroy(g);
    scilama_context_destroy(ctx);
}
END_TEST

/* What was held since `before` is at most what was promised, and not much less. */
static void check_promise(const char *what, counter *c, int64_t before, int64_t promised)
{
    int64_t held = c->most - before;
    ck_assert_msg(held <= promised, "%s held %lld bytes, %lld were promised", what, (long long)held, (long long)promised);
    ck_assert_msg(promised <= 3 * held, "%s held %lld bytes of %lld promised", what, (long long)held, (long long)promised);
    c->most = c->now;
}

static void check_neighbours(int threads, int64_t n, int64_t dim, int64_t k, int32_t method)
{
    counter c = { 0, 0 };
    scilama_context *ctx = context(threads, &c);
    scilama_graph *g;
    scilama_knn_options o;
    scilama_umap_options u;
    int64_t bytes, before;
    float *x = malloc((size_t)(n * dim) * sizeof *x), *far = malloc((size_t)(n * k) * sizeof *far);
    float *layout = malloc((size_t)n * 3 * sizeof *layout);
    int32_t *near = malloc((size_t)(n * k) * sizeof *near), *found = malloc((size_t)n * sizeof *found);
    slm_rng_seq rng = slm_rng_sequence(6, SLM_STREAM_SIMULATE, 0, 0);
    for (int64_t i = 0; i < n * dim; i++) x[i] = (float)slm_rng_normal(&rng);
    scilama_knn_options_init(&o, sizeof o);
    o.neighbors = k;
    o.method = method;
    ck_assert_int_eq(scilama_knn_memory(ctx, n, dim, &o, &bytes, NULL), SCILAMA_OK);
    c.most = before = c.now;
    ck_assert_int_eq(scilama_knn(ctx, x, n, dim, 0, &o, near, far, NULL, NULL), SCILAMA_OK);
    check_promise("knn", &c, before, bytes);
    for (int32_t kind = SCILAMA_GRAPH_JACCARD; kind >= SCILAMA_GRAPH_FUZZY; kind--) {
        ck_assert_int_eq(scilama_graph_from_knn_memory(ctx, kind, n, k, &bytes, NULL), SCILAMA_OK);
        before = c.now;
        ck_assert_int_eq(scilama_graph_from_knn(&g, ctx, kind, n, k, near, far, NULL), SCILAMA_OK);
        check_promise("graph", &c, before, bytes);
        if (kind == SCILAMA_GRAPH_JACCARD) scilama_graph_destroy(g);
    }
    ck_assert_int_eq(scilama_graph_leiden_memory(ctx, n, scilama_graph_entries(g), NULL, &bytes, NULL), SCILAMA_OK);
    c.most = before = c.now;
    ck_assert_int_eq(scilama_graph_leiden(g, NULL, found, NULL, NULL), SCILAMA_OK);
    check_promise("Leiden", &c, before, bytes);
    scilama_umap_options_init(&u, sizeof u);
    u.dimensions = 3;
    u.epochs = 2;
    for (u.init = SCILAMA_UMAP_SPECTRAL; u.init <= SCILAMA_UMAP_PCA; u.init++) {
        u.points = u.init == SCILAMA_UMAP_PCA ? x : NULL;
        u.points_dim = dim;
        ck_assert_int_eq(scilama_graph_umap_memory(ctx, n, scilama_graph_entries(g), &u, &bytes, NULL), SCILAMA_OK);
        c.most = before = c.now;
        ck_assert_int_eq(scilama_graph_umap(g, &u, layout, NULL), SCILAMA_OK);
        check_promise("UMAP", &c, before, bytes);
    }
    scilama_graph_destroy(g);
    scilama_context_destroy(ctx);
    ck_assert_int_eq(c.now, 0);
    free(x);
    free(far);
    free(layout);
    free(near);
    free(found);
}

START_TEST(calls_hold_what_they_promise)
{
    check_neighbours(1, 3000, 5, 14, SCILAMA_KNN_APPROXIMATE);
    check_neighbours(3, 3000, 200, 10, SCILAMA_KNN_APPROXIMATE);
    check_neighbours(2, 2500, 30, 120, SCILAMA_KNN_EXACT);
    check_neighbours(2, 700, 3, 5, SCILAMA_KNN_AUTO);
}
END_TEST

START_TEST(large_graphs_hold_what_they_promise)
{
    enum { N = 34000 };
    counter c = { 0, 0 };
    scilama_context *ctx = context(2, &c);
    scilama_graph *g = wheel(ctx, N);
    int32_t *found = malloc(N * sizeof *found);
    int64_t bytes, before = c.most = c.now;
    ck_assert_int_eq(scilama_graph_leiden_memory(ctx, N, scilama_graph_entries(g), NULL, &bytes, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_graph_leiden(g, NULL, found, NULL, NULL), SCILAMA_OK);
    check_promise("Leiden", &c, before, bytes);
    ck_assert_int_eq(scilama_graph_leiden_memory(ctx, 0, 0, NULL, &bytes, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_graph_umap_memory(ctx, INT32_MAX, 0, NULL, &bytes, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_graph_from_knn_memory(ctx, SCILAMA_GRAPH_FUZZY, 10, 10, &bytes, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_knn_memory(ctx, 14, 2, NULL, &bytes, NULL), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_knn_memory(ctx, 15, INT64_MAX, NULL, &bytes, NULL), SCILAMA_E_INVALID);
    free(found);
    scilama_graph_destroy(g);
    scilama_context_destroy(ctx);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("scale");
    TCase *t = tcase_create("scale");
    tcase_set_timeout(t, 300);
    tcase_add_test(t, every_set_of_instructions_lays_out_alike);
    tcase_add_test(t, calls_hold_what_they_promise);
    tcase_add_test(t, large_graphs_hold_what_they_promise);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
