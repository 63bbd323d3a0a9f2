/* SPDX-License-Identifier: MIT */
#include "core/core.h"
#include "core/rng.h"
#include "linalg/kernel_ridge.h"
#include "scilama/scilama.h"
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Kernel ridge regression against its definition, solved densely in double precision. */

enum { KNOWN = 80, NEW = 20, ALL = KNOWN + NEW, TABLES = 2, K = 2 };
static const int64_t WIDTH[TABLES] = { 6, 9 };

static float rows[TABLES][ALL * 9], targets[KNOWN * K];

/* Random vectors, of which the second table lacks every fifth; targets rise along the first table's first number, which
 * is above 0.3 of the length in the new rows alone. */
static void make(void)
{
    slm_rng_seq s = slm_rng_sequence(11, SLM_STREAM_SIMULATE, 0, 3);
    for (int i = 0; i < ALL; i++) {
        double length, first;
        do {
            length = 0;
            for (int64_t j = 0; j < WIDTH[0]; j++) {
                double x = 2 * slm_rng_uniform(&s) - 1;
                rows[0][i * WIDTH[0] + j] = (float)x;
                length += x * x;
            }
            first = (double)rows[0][i * WIDTH[0]] / sqrt(length);
        } while ((i < KNOWN) != (first < 0.3) || (i >= KNOWN && first < 0.5));
        for (int64_t j = 0; j < WIDTH[1]; j++) rows[1][i * WIDTH[1] + j] = i % 5 == 4 ? NAN : (float)(slm_rng_uniform(&s) - 0.3);
        if (i < KNOWN) targets[i * K] = (float)first, targets[i * K + 1] = (float)slm_rng_uniform(&s);
    }
}

/* Features [ALL × width] by definition; those of rows without a vector are 0. */
static void features(int kind, int t, double *f, int *present)
{
    int64_t d = WIDTH[t];
    double mean[9] = { 0 }, n = 0;
    for (int i = 0; i < ALL; i++) {
        present[i] = isfinite(rows[t][i * d]);
        for (int64_t j = 0; j < d && present[i] && i < KNOWN; j++) mean[j] += (double)rows[t][i * d + j];
        n += present[i] && i < KNOWN;
    }
    for (int i = 0; i < ALL; i++) {
        double length = 0;
        for (int64_t j = 0; j < d; j++) {
            double x = present[i] ? (double)rows[t][i * d + j] - (kind == SLM_KERNEL_LINEAR ? 0 : mean[j] / n) : 0;
            f[i * d + j] = x;
            length += x * x;
        }
        for (int64_t j = 0; j < d && present[i]; j++) f[i * d + j] /= sqrt(length);
    }
}

static void kernel(int kind, double *k)
{
    static double f[TABLES][ALL * 9];
    int present[TABLES][ALL];
    for (int t = 0; t < TABLES; t++) features(kind, t, f[t], present[t]);
    for (int i = 0; i < ALL; i++)
        for (int j = 0; j < ALL; j++) {
            double sum = 0, linear = 0, n_i = 0, n_j = 0;
            for (int t = 0; t < TABLES; t++) {
                double product = 0;
                for (int64_t l = 0; l < WIDTH[t]; l++) product += f[t][i * WIDTH[t] + l] * f[t][j * WIDTH[t] + l];
                linear += product / TABLES;
                if (present[t][i] && present[t][j]) sum += exp(-2 * (1 - product));
                n_i += present[t][i];
                n_j += present[t][j];
            }
            k[i * ALL + j] = kind == SLM_KERNEL_LINEAR ? linear : sum * sum / (n_i * n_j) + (kind == SLM_KERNEL_TREND ? 3 * linear : 0);
        }
}

/* a x = b by Gaussian elimination; a [KNOWN × KNOWN] is positive definite, b becomes x. */
static void solve(double *a, double *b)
{
    for (int p = 0; p < KNOWN; p++)
        for (int i = p + 1; i < KNOWN; i++) {
            double by = a[i * KNOWN + p] / a[p * KNOWN + p];
            for (int j = p; j < KNOWN; j++) a[i * KNOWN + j] -= by * a[p * KNOWN + j];
            b[i] -= by * b[p];
        }
    for (int i = KNOWN - 1; i >= 0; i--) {
        for (int j = i + 1; j < KNOWN; j++) b[i] -= a[i * KNOWN + j] * b[j];
        b[i] /= a[i * KNOWN + i];
    }
}

static void regress(int kind, int threads, float *predicted, double *lambda)
{
    scilama_context *ctx = NULL;
    scilama_context_options o;
    scilama_error error;
    scilama_context_options_init(&o, sizeof o);
    o.threads = threads;
    ck_assert_int_eq(scilama_context_create(&ctx, &o, &error), SCILAMA_OK);
    slm_kernel_table tables[TABLES];
    for (int t = 0; t < TABLES; t++) tables[t] = (slm_kernel_table){ rows[t], WIDTH[t] };
    ck_assert_int_eq(slm_kernel_ridge(ctx, kind, 0, tables, TABLES, ALL, KNOWN, targets, K, predicted, lambda, NULL, &error), SCILAMA_OK);
    scilama_context_destroy(ctx);
}

START_TEST(prediction_is_the_definition)
{
    static const int kinds[] = { SLM_KERNEL_GAUSSIAN, SLM_KERNEL_TREND, SLM_KERNEL_LINEAR };
    static double k[ALL * ALL], a[KNOWN * KNOWN], b[KNOWN];
    float predicted[NEW * K], again[NEW * K];
    double lambda[K];
    make();
    regress(kinds[_i], 1, predicted, lambda);
    regress(kinds[_i], 3, again, lambda);
    ck_assert_mem_eq(predicted, again, sizeof predicted);
    kernel(kinds[_i], k);
    for (int c = 0; c < K; c++) {
        double mean = 0;
        for (int i = 0; i < KNOWN; i++) mean += (double)targets[i * K + c] / KNOWN;
        for (int i = 0; i < KNOWN; i++) {
            b[i] = (double)targets[i * K + c] - mean;
            for (int j = 0; j < KNOWN; j++) a[i * KNOWN + j] = k[i * ALL + j] + (i == j ? lambda[c] : 0);
        }
        solve(a, b);
        for (int i = 0; i < NEW; i++) {
            double told = mean;
            for (int j = 0; j < KNOWN; j++) told += k[(KNOWN + i) * ALL + j] * b[j];
            ck_assert_double_eq_tol((double)predicted[i * K + c], told, 2e-3);
        }
    }
}
END_TEST

START_TEST(trend_goes_on_beyond_the_known_rows)
{
    static const int kinds[] = { SLM_KERNEL_GAUSSIAN, SLM_KERNEL_TREND };
    double miss[2] = { 0, 0 }, lambda[K];
    float predicted[NEW * K];
    make();
    for (int w = 0; w < 2; w++) {
        regress(kinds[w], 1, predicted, lambda);
        for (int i = 0; i < NEW; i++) {
            const float *row = rows[0] + (KNOWN + i) * WIDTH[0];
            double length = 0;
            for (int64_t j = 0; j < WIDTH[0]; j++) length += (double)row[j] * (double)row[j];
            double off = (double)predicted[i * K] - (double)row[0] / sqrt(length);
            miss[w] += off * off / NEW;
        }
    }
    ck_assert_double_lt(miss[1], 0.6 * miss[0]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("kernel_ridge");
    TCase *c = tcase_create("kernel_ridge");
    tcase_add_loop_test(c, prediction_is_the_definition, 0, 3);
    tcase_add_test(c, trend_goes_on_beyond_the_known_rows);
    suite_add_tcase(s, c);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
