/* SPDX-License-Identifier: MIT */
#include "core/core.h"
#include "core/rng.h"
#include "linalg/kernel_features.h"
#include "scilama/scilama.h"
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Kernel ridge regression against its definition, solved densely in double precision. */

enum { KNOWN = 80, NEW = 20, ALL = KNOWN + NEW, TABLES = 2, K = 2, BIG = 300, TAUGHT = 200 };
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

static void weighed_kernel(int kind, const double *weight, double *k)
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
                linear += weight[t] * product;
                if (present[t][i] && present[t][j]) sum += weight[t] * exp(-2 * (1 - product));
                n_i += present[t][i] * weight[t];
                n_j += present[t][j] * weight[t];
            }
            k[i * ALL + j] = kind == SLM_KERNEL_LINEAR ? linear : sum * sum / (n_i * n_j) + (kind == SLM_KERNEL_TREND ? 3 * linear : 0);
        }
}

static void kernel(int kind, double *k)
{
    static const double weight[TABLES] = { 0.5, 0.5 };
    weighed_kernel(kind, weight, k);
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
    ck_assert_int_eq(slm_kernel_ridge(ctx, &(slm_kernel_options){ .kind = kind }, tables, TABLES, ALL, KNOWN, targets, K, predicted, &(slm_kernel_found){ .lambda = lambda }, &error), SCILAMA_OK);
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

/* ln likelihood of kernel_features.h, its constants left out; targets [n × K] */
static double evidence_by_definition(const double *k, int n, double lambda)
{
    static double a[KNOWN * KNOWN], b[KNOWN], y[KNOWN];
    double value = 0;
    for (int c = 0; c < K; c++) {
        double mean = 0, determinant = 0, square = 0;
        for (int i = 0; i < n; i++) mean += (double)targets[i * K + c] / n;
        for (int i = 0; i < n; i++) {
            y[i] = b[i] = (double)targets[i * K + c] - mean;
            for (int j = 0; j < n; j++) a[i * KNOWN + j] = k[i * ALL + j] + (i == j ? lambda : 0);
        }
        solve(a, b); /* which leaves the pivots on the diagonal */
        for (int i = 0; i < n; i++) determinant += log(a[i * KNOWN + i]);
        for (int i = 0; i < n; i++) square += y[i] * b[i];
        value -= 0.5 * n * log(square / n) + 0.5 * determinant;
    }
    return value;
}

static scilama_context *context(int threads)
{
    scilama_context *ctx = NULL;
    scilama_context_options o;
    scilama_context_options_init(&o, sizeof o);
    o.threads = threads;
    ck_assert_int_eq(scilama_context_create(&ctx, &o, NULL), SCILAMA_OK);
    return ctx;
}

static void make_features(slm_scope *work, const slm_kernel_table *tables, int n_tables, int n, slm_kernel_features *f)
{
    int64_t order[BIG];
    for (int i = 0; i < n; i++) order[i] = i;
    for (int t = 0; t < n_tables; t++) ck_assert_int_eq(slm_kernel_features_make(work, true, &tables[t], order, n, n, &f[t], NULL), SCILAMA_OK);
}

START_TEST(evidence_is_the_definition_and_its_gradient_the_slope)
{
    static double k[ALL * ALL];
    double weight[TABLES] = { 0.7, 0.3 }, lambda = 1.7, value, gradient[TABLES + 1], slope[TABLES + 1], up, down;
    slm_kernel_table tables[TABLES];
    slm_kernel_features f[TABLES];
    scilama_context *ctx = context(1);
    make();
    {
        SLM_SCOPE(work, ctx);
        for (int t = 0; t < TABLES; t++) tables[t] = (slm_kernel_table){ rows[t], WIDTH[t] };
        make_features(&work, tables, TABLES, KNOWN, f);
        ck_assert_int_eq(slm_kernel_evidence(ctx, f, TABLES, KNOWN, targets, K, weight, lambda, &value, gradient, NULL), SCILAMA_OK);
        weighed_kernel(SLM_KERNEL_GAUSSIAN, weight, k);
        ck_assert_double_eq_tol(value, evidence_by_definition(k, KNOWN, lambda), 0.01);
        for (int p = 0; p <= TABLES; p++) {
            double *at = p < TABLES ? &weight[p] : &lambda, was = *at;
            *at = was * exp(1e-3);
            weighed_kernel(SLM_KERNEL_GAUSSIAN, weight, k);
            up = evidence_by_definition(k, KNOWN, lambda);
            *at = was * exp(-1e-3);
            weighed_kernel(SLM_KERNEL_GAUSSIAN, weight, k);
            down = evidence_by_definition(k, KNOWN, lambda);
            *at = was;
            slope[p] = (up - down) / 2e-3;
            ck_assert_double_eq_tol(gradient[p], slope[p], 0.02 + 0.01 * fabs(slope[p]));
        }
    }
    scilama_context_destroy(ctx);
}
END_TEST

/* Columns that do not vary, 0 or not. */
START_TEST(constant_targets_say_nothing)
{
    enum { WIDER = K + 2 };
    static float wider[KNOWN * WIDER];
    double weight[TABLES] = { 0.7, 0.3 }, value[2], gradient[2][TABLES + 1];
    slm_kernel_features f[TABLES];
    scilama_context *ctx = context(1);
    make();
    for (int i = 0; i < KNOWN; i++)
        for (int c = 0; c < WIDER; c++) wider[i * WIDER + c] = c < K ? targets[i * K + c] : c > K ? 3.3F : 0;
    {
        SLM_SCOPE(work, ctx);
        slm_kernel_table tables[TABLES];
        for (int t = 0; t < TABLES; t++) tables[t] = (slm_kernel_table){ rows[t], WIDTH[t] };
        make_features(&work, tables, TABLES, KNOWN, f);
        ck_assert_int_eq(slm_kernel_evidence(ctx, f, TABLES, KNOWN, targets, K, weight, 0.5, &value[0], gradient[0], NULL), SCILAMA_OK);
        ck_assert_int_eq(slm_kernel_evidence(ctx, f, TABLES, KNOWN, wider, WIDER, weight, 0.5, &value[1], gradient[1], NULL), SCILAMA_OK);
        ck_assert_double_eq_tol(value[1], value[0], 1e-6 * fabs(value[0]));
        for (int t = 0; t <= TABLES; t++) ck_assert_double_eq_tol(gradient[1][t], gradient[0][t], 1e-3);
        for (int i = 0; i < KNOWN * WIDER; i++) wider[i] = 3.3F;
        memcpy(value, (double[]){ 0.5, 0.5 }, sizeof value);
        ck_assert_int_eq(slm_kernel_weights(ctx, f, TABLES, KNOWN, wider, WIDER, value, NULL), SCILAMA_OK);
        ck_assert_double_eq_tol(value[0] / value[1], 1 / 0.8, 1e-9); /* the shares of rows that they have: the second lacks every fifth */
    }
    scilama_context_destroy(ctx);
}
END_TEST

/* Targets that the first of three tables tells, with noise; the second has nothing to do with them, the third is the first dealt anew. */
static void make_big(float *table, float *y)
{
    slm_rng_seq s = slm_rng_sequence(12, SLM_STREAM_SIMULATE, 0, 3);
    for (int i = 0; i < 3 * BIG * 6; i++) table[i] = (float)(2 * slm_rng_uniform(&s) - 1);
    for (int i = 0; i < BIG; i++) {
        const float *row = table + i * 6;
        memcpy(table + (2 * BIG + (i + 37) % BIG) * 6, row, 6 * sizeof *row);
        for (int c = 0; c < K; c++) y[i * K + c] = row[c] * row[c + 1] + row[c + 2] + (float)(slm_rng_uniform(&s) - 0.5);
    }
}

START_TEST(what_tells_nothing_counts_for_nothing)
{
    static float table[3 * BIG * 6], y[BIG * K], told[2][(BIG - TAUGHT) * K];
    double weight[2][3], miss[2] = { 0, 0 };
    slm_kernel_table tables[3];
    make_big(table, y);
    for (int t = 0; t < 3; t++) tables[t] = (slm_kernel_table){ table + t * BIG * 6, 6 };
    for (int threads = 1; threads <= 3; threads += 2) {
        scilama_context *ctx = context(threads);
        slm_kernel_found found = { .weight = weight[threads > 1] };
        slm_kernel_options o = { .kind = SLM_KERNEL_GAUSSIAN, .weigh = 150 };
        ck_assert_int_eq(slm_kernel_ridge(ctx, &o, tables, 3, BIG, TAUGHT, y, K, told[threads > 1], &found, NULL), SCILAMA_OK);
        scilama_context_destroy(ctx);
    }
    ck_assert_mem_eq(told[0], told[1], sizeof told[0]);
    ck_assert_mem_eq(weight[0], weight[1], sizeof weight[0]);
    ck_assert_double_eq_tol(weight[0][0] + weight[0][1] + weight[0][2], 1, 1e-9);
    ck_assert_double_gt(weight[0][0], 0.9);
    scilama_context *ctx = context(2);
    slm_kernel_options alike = { .kind = SLM_KERNEL_GAUSSIAN };
    ck_assert_int_eq(slm_kernel_ridge(ctx, &alike, tables, 3, BIG, TAUGHT, y, K, told[1], NULL, NULL), SCILAMA_OK);
    scilama_context_destroy(ctx);
    for (int i = 0; i < (BIG - TAUGHT) * K; i++)
        for (int w = 0; w < 2; w++) miss[w] += pow((double)told[w][i] - (double)y[TAUGHT * K + i], 2);
    ck_assert_double_lt(miss[0], 0.8 * miss[1]);
}
END_TEST

/* A table that has vectors of others alone. */
START_TEST(what_knows_no_known_row_changes_nothing)
{
    static float other[ALL * 9], told[2][NEW * K];
    double weight[TABLES + 1];
    slm_kernel_table tables[TABLES + 1];
    slm_kernel_found found = { .weight = weight };
    slm_kernel_options o = { .kind = _i, .nearest = 3, .weigh = 64 };
    scilama_context *ctx = context(2);
    make();
    for (int64_t i = 0; i < ALL * WIDTH[1]; i++) other[i] = i < KNOWN * WIDTH[1] ? NAN : rows[0][i % (KNOWN * 6)];
    tables[0] = (slm_kernel_table){ rows[0], WIDTH[0] };
    tables[1] = (slm_kernel_table){ other, WIDTH[1] };
    tables[2] = (slm_kernel_table){ rows[1], WIDTH[1] };
    ck_assert_int_eq(slm_kernel_ridge(ctx, &o, tables, TABLES + 1, ALL, KNOWN, targets, K, told[0], &found, NULL), SCILAMA_OK);
    ck_assert_double_eq_tol(weight[0] + weight[2], 1, 1e-9);
    ck_assert(weight[0] > 0 && weight[2] > 0);
    ck_assert_double_eq(weight[1], 0);
    tables[1] = tables[2];
    ck_assert_int_eq(slm_kernel_ridge(ctx, &o, tables, TABLES, ALL, KNOWN, targets, K, told[1], NULL, NULL), SCILAMA_OK);
    ck_assert_mem_eq(told[0], told[1], sizeof told[0]);
    tables[0] = (slm_kernel_table){ other, WIDTH[1] };
    ck_assert_int_eq(slm_kernel_ridge(ctx, &o, tables, 1, ALL, KNOWN, targets, K, told[0], &found, NULL), SCILAMA_OK);
    ck_assert_double_eq(weight[0], 0);
    for (int i = 0; i < NEW * K; i++) ck_assert(isfinite(told[0][i]));
    tables[0] = (slm_kernel_table){ rows[0], WIDTH[0] };
    found = (slm_kernel_found){ .explained = -7 };
    ck_assert_int_eq(slm_kernel_ridge(ctx, &o, tables, 1, KNOWN, KNOWN, targets, K, told[0], &found, NULL), SCILAMA_OK);
    ck_assert(_i == SLM_KERNEL_NEAREST ? found.explained == 0 : found.explained > -7 && found.explained != 0);
    scilama_context_destroy(ctx);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("kernel_ridge");
    TCase *c = tcase_create("kernel_ridge");
    tcase_add_loop_test(c, prediction_is_the_definition, 0, 3);
    tcase_add_test(c, trend_goes_on_beyond_the_known_rows);
    tcase_add_test(c, evidence_is_the_definition_and_its_gradient_the_slope);
    tcase_add_test(c, constant_targets_say_nothing);
    tcase_add_test(c, what_tells_nothing_counts_for_nothing);
    tcase_add_loop_test(c, what_knows_no_known_row_changes_nothing, 0, 4);
    suite_add_tcase(s, c);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
