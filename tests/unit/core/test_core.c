/* SPDX-License-Identifier: MIT */
#include "core/rng.h"
#include "core/sort.h"
#include "core/thread.h"
#include "scilama/scilama.h"
#include <check.h>
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

int main(void)
{
    Suite *s = suite_create("core");
    TCase *t = tcase_create("core");
    tcase_add_test(t, philox_known_answers);
    tcase_add_test(t, every_task_runs_once);
    tcase_add_test(t, sorts_like_qsort);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
