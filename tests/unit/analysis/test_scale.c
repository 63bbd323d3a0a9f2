/* SPDX-License-Identifier: MIT */
/* What makes analysis of many points quick does not change what comes out. */
#include "analysis/umap.h"
#include "analysis/umap_move.h"
#include "core/rng.h"
#include "scilama/scilama.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

static scilama_context *context(int threads)
{
    scilama_context_options o;
    scilama_context *ctx;
    scilama_context_options_init(&o, sizeof o);
    o.threads = threads;
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
    enum { N = 1501 };
    scilama_context *ctx = context(1);
    scilama_graph *g = wheel(ctx, N);
    ck_assert(slm_umap_move_at(0) != NULL);
    for (int64_t dims = 1; dims <= 3; dims++) {
        slm_rng_seq rng = slm_rng_sequence(4, SLM_STREAM_SIMULATE, 0, 0);
        float *place = malloc((size_t)(N * dims) * sizeof *place), *next = malloc((size_t)(N * dims) * sizeof *next), *first = malloc((size_t)(N * dims) * sizeof *next);
        for (int64_t i = 0; i < N * dims; i++) place[i] = (float)(10 * slm_rng_uniform(&rng));
        slm_umap_move m = { .g = g, .n = N, .dims = dims, .place = place, .a = 0.58f, .b = 1.33f, .repulsion = 1, .alpha = 0.7f,
                            .inverse = 0.9f, .negatives = 5, .epoch = 7, .seed = 5 };
        for (int set = 0; slm_umap_move_at(set); set++)
            for (m.batch = 0; m.batch < 2; m.batch++) {
                int64_t size = (N - 1 - m.batch) / SLM_UMAP_BATCHES + 1, at = m.batch * N / 2 * dims;
                m.next = set ? next : first + at;
                slm_umap_move_at(set)(&m, 0, 37);
                slm_umap_move_at(set)(&m, 37, size);
                ck_assert_mem_ne(m.next, place + m.batch * dims, (size_t)dims * sizeof *next); /* vertex 0, whose edges are many, and its neighbour move */
                if (set) ck_assert_mem_eq(next, first + at, (size_t)(size * dims) * sizeof *next);
            }
        free(place);
        free(next);
        free(first);
    }
    scilama_graph_destroy(g);
    scilama_context_destroy(ctx);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("scale");
    TCase *t = tcase_create("scale");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, every_set_of_instructions_lays_out_alike);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
