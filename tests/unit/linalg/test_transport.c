/* SPDX-License-Identifier: MIT */
#include "core/rng.h"
#include "linalg/transport.h"
#include <check.h>
#include <stdlib.h>

/* The map between covariances against what defines it: symmetric, M F M = T. */

enum { N = 7 };

/* A Aᵀ of rank `rank`. */
static void covariance(slm_rng_seq *rng, int rank, double *out)
{
    double a[N * N];
    for (int e = 0; e < N * N; e++) a[e] = slm_rng_normal(rng);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            out[i * N + j] = 0;
            for (int r = 0; r < rank; r++) out[i * N + j] += a[i * N + r] * a[j * N + r];
        }
}

static void product(const double *a, const double *b, double *c)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            c[i * N + j] = 0;
            for (int k = 0; k < N; k++) c[i * N + j] += a[i * N + k] * b[k * N + j];
        }
}

START_TEST(gives_the_covariance)
{
    slm_rng_seq rng = slm_rng_sequence(5, SLM_STREAM_SIMULATE, 0, (uint32_t)_i);
    double from[N * N], to[N * N], map[N * N], half[N * N], moved[N * N];
    double *work = malloc((size_t)slm_transport_work(N) * sizeof *work);
    covariance(&rng, N, from);
    for (int i = 0; i < N; i++) from[i * N + i] += 0.5; /* beyond the least eigenvalue */
    covariance(&rng, _i ? 3 : N, to); /* the aim may be flat */
    slm_transport(from, to, map, work, N);
    product(map, from, half);
    product(half, map, moved);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            ck_assert_double_eq_tol(map[i * N + j], map[j * N + i], 1e-9);
            ck_assert_double_eq_tol(moved[i * N + j], to[i * N + j], 1e-6);
        }
    free(work);
}
END_TEST

START_TEST(stays_where_nothing_differs)
{
    slm_rng_seq rng = slm_rng_sequence(6, SLM_STREAM_SIMULATE, 0, 0);
    double from[N * N], map[N * N];
    double *work = malloc((size_t)slm_transport_work(N) * sizeof *work);
    covariance(&rng, N, from);
    for (int i = 0; i < N; i++) from[i * N + i] += 0.5;
    slm_transport(from, from, map, work, N);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) ck_assert_double_eq_tol(map[i * N + j], i == j, 1e-9);
    free(work);
}
END_TEST

/* Directions in which no point varies are not blown up without bound. */
START_TEST(flat_points_are_bounded)
{
    slm_rng_seq rng = slm_rng_sequence(7, SLM_STREAM_SIMULATE, 0, 0);
    double from[N * N], to[N * N], map[N * N], trace = 0, widest = 0;
    double *work = malloc((size_t)slm_transport_work(N) * sizeof *work);
    covariance(&rng, _i ? 2 : 0, from);
    covariance(&rng, N, to);
    slm_transport(from, to, map, work, N);
    for (int i = 0; i < N; i++) trace += from[i * N + i] / N, widest += to[i * N + i];
    for (int e = 0; e < N * N; e++) ck_assert(isfinite(map[e]) && (!_i || fabs(map[e]) <= sqrt(widest / (1e-3 * trace))));
    free(work);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("transport");
    TCase *tc = tcase_create("transport");
    tcase_add_loop_test(tc, gives_the_covariance, 0, 2);
    tcase_add_test(tc, stays_where_nothing_differs);
    tcase_add_loop_test(tc, flat_points_are_bounded, 0, 2);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
