/* SPDX-License-Identifier: MIT */
#include "core/rng.h"
#include "core/sort.h"
#include "core/thread.h"
#include "scilama/scilama.h"
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

START_TEST(philox_known_answers)
{
    /* Random123's published vectors for philox4x32-10 */
    slm_rng zero = { { 0, 0 }, { 0, 0 } }, ones = { { 0xffffffff, 0xffffffff }, { 0xffffffff, 0xffffffff } };
    uint32_t out[4];
    slm_philox(&zero, 0, out);
    ck_assert_uint_eq(out[0], 0x6627e8d5);
    ck_assert_uint_eq(out[3], 0x9b00dbd8);
    slm_philox(&ones, UINT64_MAX, out);
    ck_assert_uint_eq(out[0], 0x408f276d);
    ck_assert_uint_eq(out[3], 0x6d5451fd);
}
END_TEST

/* Shares within four standard errors; what weighs nothing is never drawn, at the ends neither. */
START_TEST(draws_by_weight)
{
    const double weight[] = { 0, 3, 0, 1, 6, 0 };
    enum { DRAWS = 20000 };
    int seen[6] = { 0 };
    slm_rng_seq s = slm_rng_sequence(1, SLM_STREAM_ANALYSIS, 0, 0);
    for (int i = 0; i < DRAWS; i++) seen[slm_rng_weighted(&s, weight, 6, 10)]++;
    for (int i = 0; i < 6; i++) {
        double share = weight[i] / 10;
        ck_assert_double_le_tol(fabs((double)seen[i] / DRAWS - share), 4 * sqrt(share * (1 - share) / DRAWS), 1e-12);
    }
    const double none[] = { 0, 0 };
    ck_assert_int_lt(slm_rng_weighted(&s, none, 2, 0), 2);
}
END_TEST

static void count_task(void *arg, int64_t task, int worker) { ((int *)arg)[task]++; }

START_TEST(every_task_runs_once)
{
    for (int threads = 1; threads <= 8; threads++) {
        scilama_context_options o;
        scilama_context_options_init(&o, sizeof o);
        o.threads = threads;
        scilama_context *ctx;
        ck_assert_int_eq(scilama_context_create(&ctx, &o, NULL), SCILAMA_OK);
        int *seen = calloc(1000, sizeof *seen);
        for (int round = 0; round < 200; round++) slm_parallel(ctx, 1000, count_task, seen);
        for (int i = 0; i < 1000; i++) ck_assert_int_eq(seen[i], 200);
        free(seen);
        scilama_context_destroy(ctx);
    }
}
END_TEST

static inline int rising(const int *a, const int *b) { return (*a > *b) - (*a < *b); }
static int of_c(const void *a, const void *b) { return rising(a, b); }
SLM_SORT_BY(sort_ints, int, rising)

/* Kinds of input: random, many equals, sorted, falling, an organ pipe; the heap it falls back on, too. */
START_TEST(sorts_like_qsort)
{
    uint32_t state = 1;
    for (int round = 0; round < 3000; round++) {
        int n = round % 300, kind = round % 5, *mine = malloc((size_t)(n + 1) * sizeof *mine), *heap = malloc((size_t)(n + 1) * sizeof *heap),
            *theirs = malloc((size_t)(n + 1) * sizeof *theirs);
        for (int i = 0; i < n; i++) {
            state = state * 1664525u + 1013904223u;
            mine[i] = heap[i] = theirs[i] = kind == 0 ? (int)(state >> 8) : kind == 1 ? (int)(state >> 30) : kind == 2 ? i : kind == 3 ? -i : abs(n / 2 - i);
        }
        qsort(theirs, (size_t)n, sizeof *theirs, of_c);
        sort_ints(mine, n);
        sort_ints_heap(heap, 0, n);
        ck_assert(!n || !memcmp(mine, theirs, (size_t)n * sizeof *mine));
        ck_assert(!n || !memcmp(heap, theirs, (size_t)n * sizeof *mine));
        free(mine);
        free(heap);
        free(theirs);
    }
}
END_TEST

/* Calls that run one in another, side by side and one after another. */
START_TEST(a_cancel_is_for_the_calls_that_run)
{
    scilama_context *ctx, *other;
    scilama_error error;
    ck_assert_int_eq(scilama_context_create(&ctx, NULL, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_context_create(&other, NULL, NULL), SCILAMA_OK);
    slm_call one = { NULL }, two = { NULL }, late = { NULL }, next = { NULL };
    scilama_context_cancel(ctx); /* none runs */
    ck_assert_int_eq(slm_call_begin(&one, ctx, &error), SCILAMA_OK);
    ck_assert_int_eq(slm_call_begin(&two, ctx, &error), SCILAMA_OK);
    ck_assert(!slm_cancelled(ctx));
    scilama_context_cancel(ctx);
    ck_assert(slm_cancelled(ctx) && !slm_cancelled(other));
    ck_assert_int_eq(slm_call_begin(&late, ctx, &error), SCILAMA_E_CANCELLED); /* while those are still ending */
    slm_call_end(&late);
    slm_call_end(&one);
    ck_assert(slm_cancelled(ctx));
    slm_call_end(&two);
    ck_assert(!slm_cancelled(ctx));
    scilama_context_cancel(ctx); /* too late */
    ck_assert_int_eq(slm_call_begin(&next, ctx, &error), SCILAMA_OK);
    ck_assert(!slm_cancelled(ctx));
    scilama_context_cancel(ctx);
    scilama_context_cancel(ctx);
    scilama_context_resume(ctx); /* taken back */
    ck_assert_int_eq(slm_context_check(ctx, &error), SCILAMA_OK);
    slm_call_end(&next);
    ck_assert_uint_eq(atomic_load(&ctx->calls), 0);
    scilama_context_resume(ctx);
    scilama_context_cancel(NULL);
    scilama_context_destroy(ctx);
    scilama_context_destroy(other);
}
END_TEST

/* Memory from a host that cancels at its n-th request. */
typedef struct hasty { scilama_context *ctx; int left; } hasty;

static void *hasty_allocate(void *user, size_t size, size_t align)
{
    hasty *h = user;
    if (h->left && !--h->left) scilama_context_cancel(h->ctx);
    return aligned_alloc(align, (size + align - 1) / align * align);
}

static void hasty_release(void *user, void *block, size_t size, size_t align) { free(block); }

/* Whatever call a cancel stops, the next one runs, with nothing done in between. */
START_TEST(a_cancelled_call_leaves_the_next_alone)
{
    enum { N = 3000 };
    hasty h = { NULL, 0 };
    scilama_allocator allocator = { &h, hasty_allocate, hasty_release };
    scilama_context_options o;
    scilama_context_options_init(&o, sizeof o);
    o.allocator = &allocator;
    ck_assert_int_eq(scilama_context_create(&h.ctx, &o, NULL), SCILAMA_OK);
    float *points = malloc(N * 3 * sizeof *points);
    int32_t *labels = malloc(N * sizeof *labels);
    for (int i = 0; i < 3 * N; i++) points[i] = (float)((i * 7919) % 1013);
    int stopped = 0;
    for (int at = 1; at <= 12; at++) {
        h.left = at;
        scilama_status status = scilama_cluster(h.ctx, points, N, 3, 0, NULL, labels, NULL, NULL);
        ck_assert(status == SCILAMA_OK || status == SCILAMA_E_CANCELLED);
        stopped += status == SCILAMA_E_CANCELLED;
        h.left = 0;
        scilama_context_cancel(h.ctx); /* one more, too late */
        if (at % 6 == 0) ck_assert_int_eq(scilama_cluster(h.ctx, points, N, 3, 0, NULL, labels, NULL, NULL), SCILAMA_OK);
    }
    ck_assert_int_gt(stopped, 0);
    free(points);
    free(labels);
    scilama_context_destroy(h.ctx);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("core");
    TCase *t = tcase_create("core");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, philox_known_answers);
    tcase_add_test(t, draws_by_weight);
    tcase_add_test(t, every_task_runs_once);
    tcase_add_test(t, sorts_like_qsort);
    tcase_add_test(t, a_cancel_is_for_the_calls_that_run);
    tcase_add_test(t, a_cancelled_call_leaves_the_next_alone);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
