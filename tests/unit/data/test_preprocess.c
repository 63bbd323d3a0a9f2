/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include "preprocess_expected.h"
#include "data/loess.h"
#include "data/reliability.h"
#include <math.h>

/* The synthetic counts of tests/oracle/preprocess_oracle.py. */
static float *synthetic(void)
{
    uint64_t state = 12345;
    float *x = malloc(sizeof *x * EXPECT_CELLS * EXPECT_GENES);
    for (int c = 0; c < EXPECT_CELLS; c++)
        for (int g = 0; g < EXPECT_GENES; g++) {
            int64_t value = 0;
            for (int k = 0; k < 3; k++) {
                state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
                value += (int64_t)((state >> 40) % (uint64_t)(2 + (g * g) % 23 + (c % 3) * (g % 5 == 0) * 9));
            }
            value -= 4 + g % 11;
            x[c * EXPECT_GENES + g] = value > 0 ? (float)value : 0;
        }
    return x;
}

/* A dataset of x with columns in the order of genes[]; named g0000 … by number. */
static scilama_dataset *dataset_of(scilama_context *ctx, const float *x, int64_t cells, int64_t genes, const int *order)
{
    char(*text)[8] = malloc((size_t)genes * sizeof *text);
    const char **names = malloc((size_t)genes * sizeof *names), **batch = malloc((size_t)cells * sizeof *batch);
    static const char *const digits[] = { "0", "1", "2" };
    float *copy = malloc((size_t)(cells * genes) * sizeof *copy);
    for (int64_t k = 0; k < genes; k++) {
        int64_t g = order ? order[k] : k;
        snprintf(text[k], sizeof *text, "g%04d", (int)g);
        names[k] = text[k];
        for (int64_t c = 0; c < cells; c++) copy[c * genes + k] = x[c * genes + g];
    }
    for (int64_t c = 0; c < cells; c++) batch[c] = digits[c % 3];
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.rows = cells, m.cols = genes, m.values = copy;
    scilama_dataset *d = NULL;
    scilama_error error = { 0 };
    ck_assert_msg(scilama_dataset_create(&d, ctx, &m, NULL, names, &error) == SCILAMA_OK, "%s", error.message);
    ck_assert_int_eq(scilama_dataset_set_strings(d, "batch", batch, NULL), SCILAMA_OK);
    free(text), free(names), free(batch), free(copy);
    return d;
}

static scilama_preprocess_options defaults(void)
{
    scilama_preprocess_options o;
    ck_assert_int_eq(scilama_preprocess_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED), SCILAMA_OK);
    return o;
}

static scilama_preprocess_report run(scilama_dataset *d, const scilama_preprocess_options *o)
{
    scilama_preprocess_report r;
    scilama_error error = { 0 };
    scilama_preprocess_report_init(&r, sizeof r);
    ck_assert_msg(scilama_dataset_preprocess(d, o, &r, &error) == SCILAMA_OK, "%s", error.message);
    return r;
}

static int overlap(const scilama_dataset *d, const int *expected)
{
    int found = 0;
    for (int64_t i = 0; i < scilama_dataset_genes_used(d); i++)
        for (int k = 0; k < EXPECT_TOP; k++) found += atoi(scilama_dataset_used_gene_name(d, i) + 1) == expected[k];
    return found;
}

START_TEST(selection_equals_scanpy)
{
    scilama_context *ctx = test_context(_i);
    float *x = synthetic();
    scilama_dataset *d = dataset_of(ctx, x, EXPECT_CELLS, EXPECT_GENES, NULL);
    scilama_preprocess_options o = defaults();
    const int *expected[2][2] = { { expected_seurat_all, expected_seurat_batch }, { expected_seurat_v3_all, expected_seurat_v3_batch } };
    o.n_top_genes = EXPECT_TOP;
    o.batch_key = "batch";
    for (int flavour = 0; flavour < 2; flavour++)
        for (int batch = 0; batch < 2; batch++) {
            o.hvg = flavour ? SCILAMA_HVG_SEURAT_V3 : SCILAMA_HVG_SEURAT;
            o.hvg_by_batch = batch;
            scilama_preprocess_report r = run(d, &o);
            ck_assert_int_eq(r.genes_used, EXPECT_TOP);
            ck_assert_int_eq(r.hvg, o.hvg);
            int same = overlap(d, expected[flavour][batch]);
            ck_assert_msg(same >= EXPECT_TOP - 1, "flavour %d batch %d: %d of %d", flavour, batch, same, EXPECT_TOP);
            if (!batch) ck_assert_int_eq(same, EXPECT_TOP);
        }
    scilama_dataset_destroy(d);
    free(x);
    scilama_context_destroy(ctx);
}
END_TEST

static int next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((*state >> 40) % 1000);
}

START_TEST(local_regression_equals_loess)
{
    static const int sizes[] = { 25, 400, 3001 };
    const double *expected[] = { expected_loess_25, expected_loess_400, expected_loess_3001 };
    scilama_context *ctx = test_context(1);
    uint64_t state = 99;
    for (int k = 0; k < 3; k++) {
        int n = sizes[k], step = n / 20;
        double *x = malloc((size_t)n * sizeof *x), *y = malloc((size_t)n * sizeof *y), *fitted = malloc((size_t)n * sizeof *fitted);
        for (int i = 0; i < n; i++) {
            int u = next(&state), v = next(&state);
            x[i] = floor(u * u / 5000.0) / 10;
            y[i] = x[i] * x[i] / 50 - x[i] + v / 100.0;
        }
        ck_assert_int_eq(slm_loess(ctx, x, y, n, 0.3, fitted, NULL), SCILAMA_OK);
        for (int i = 0; i < 20; i++) ck_assert_double_eq_tol(fitted[i * step], expected[k][i], 1e-8);
        free(x), free(y), free(fitted);
    }
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(values_equal_scanpy)
{
    scilama_context *ctx = test_context(1);
    float *x = synthetic();
    scilama_dataset *d = dataset_of(ctx, x, EXPECT_CELLS, EXPECT_GENES, NULL);
    scilama_preprocess_options o = defaults();
    o.n_top_genes = EXPECT_TOP;
    o.scale_shrink = 0;
    scilama_preprocess_report r = run(d, &o);
    ck_assert(r.input == SCILAMA_INPUT_COUNTS && r.normalized && r.logged && r.scaled && r.hvg == SCILAMA_HVG_SEURAT_V3);
    ck_assert_msg(strstr(r.reason, "integers") != NULL, "%s", r.reason);
    float *y = all_prepared(d);
    for (size_t i = 0; i < sizeof expected_scaled / sizeof *expected_scaled; i++)
        for (int k = 0; k < 20; k++) ck_assert_float_eq_tol(y[i * 7 * EXPECT_TOP + (size_t)k], expected_scaled[i][k], 2e-5f);
    free(y);
    scilama_dataset_destroy(d);
    free(x);
    scilama_context_destroy(ctx);
}
END_TEST

/* (x − mean) / s √(k / (k + K) R^p), times what gives the mean gene variance 1; of values that nothing clips. */
START_TEST(shrunk_scaling_is_as_described)
{
    enum { N = EXPECT_CELLS, G = EXPECT_TOP };
    scilama_context *ctx = test_context(1);
    float *x = synthetic(), *values[4]; /* unscaled, and with K of 0, 5, 20 */
    double reliability[EXPECT_GENES], all = 0, power;
    int64_t every[N];
    int used[G];
    for (int i = 0; i < N * EXPECT_GENES && _i; i++) x[i] = floorf(x[i] / 20); /* hardly any counts */
    for (int k = 0; k < 4; k++) {
        scilama_dataset *d = dataset_of(ctx, x, N, EXPECT_GENES, NULL);
        scilama_preprocess_options o = defaults();
        ck_assert_double_eq(o.scale_shrink, 20);
        o.n_top_genes = G;
        o.max_value = 0;
        o.scale = k > 0;
        if (k < 3) o.scale_shrink = k < 2 ? 0 : 5;
        scilama_preprocess_report r = run(d, &o);
        values[k] = all_prepared(d);
        if (k < 2) ck_assert(isnan(r.reliability));
        if (k == 3) {
            for (int c = 0; c < N; c++) every[c] = c;
            const slm_halves h = { .cells = every, .n = N, .target = 1e4, .reliability = reliability };
            ck_assert_int_eq(slm_gene_reliability(d, &h, NULL), SCILAMA_OK);
            for (int g = 0; g < G; g++) {
                used[g] = atoi(scilama_dataset_used_gene_name(d, g) + 1);
                all += reliability[used[g]] / G;
            }
            ck_assert_double_eq_tol(r.reliability, all, 1e-12);
        }
        scilama_dataset_destroy(d);
    }
    power = 0.5 * fmin(fmax((0.25 - all) / 0.1, 0), 1);
    ck_assert_msg(_i ? power > 0.1 : power <= 0, "%f %f", all, power);
    for (int k = 2; k < 4; k++) {
        double left[G], mean = 0, variance = 0, least = 1, most = 0;
        for (int g = 0; g < G; g++) {
            double sum = 0, squares = 0;
            for (int c = 0; c < N; c++) sum += (double)values[0][c * G + g], squares += pow((double)values[0][c * G + g], 2);
            double seen = sum * sum / squares;
            left[g] = seen / (seen + (k == 2 ? 5 : 20)) * pow(fmax(reliability[used[g]], 2 / sqrt(N)), power);
            mean += left[g] / G;
            least = fmin(least, left[g]), most = fmax(most, left[g]);
        }
        ck_assert_double_gt(most / least, 1.2); /* there is something to tell apart */
        for (int i = 0; i < N * G; i++) {
            ck_assert_double_eq_tol((double)values[k][i], (double)values[1][i] * sqrt(left[i % G] / mean), 1e-4);
            variance += pow((double)values[k][i], 2) / (N - 1) / G;
        }
        ck_assert_double_eq_tol(variance, 1, 1e-5);
    }
    for (int k = 0; k < 4; k++) free(values[k]);
    free(x);
    scilama_context_destroy(ctx);
}
END_TEST

/* Counts of a rate, from 0 to 1 of which is dealt out by a generator of its own. */
static double uniform(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) / 9007199254740992.0;
}

static int poisson(uint64_t *state, double rate)
{
    int k = 0;
    for (double p = uniform(state), limit = exp(-rate); p > limit; p *= uniform(state)) k++;
    return k;
}

enum { TOSSED_CELLS = 240, TOSSED_GENES = 60 };

/* Reliability of every gene by coins that are tossed: the mean of many tosses, each half with its own totals. */
static void tossed(const float *x, const int *batch, double target, double *out)
{
    enum { N = TOSSED_CELLS, G = TOSSED_GENES, TOSSES = 60 };
    uint64_t state = 77;
    double *square = calloc(G, sizeof *square), *cross = calloc(G, sizeof *cross), (*half)[N][G] = malloc(2 * sizeof *half);
    for (int toss = 0; toss < TOSSES; toss++) {
        memset(half, 0, 2 * sizeof *half);
        for (int c = 0; c < N; c++) {
            double total[2] = { 0, 0 };
            for (int g = 0; g < G; g++)
                for (int i = 0; i < (int)x[c * G + g]; i++) {
                    int side = uniform(&state) < 0.5;
                    half[side][c][g]++;
                    total[side]++;
                }
            for (int side = 0; side < 2; side++)
                for (int g = 0; g < G; g++) half[side][c][g] = log1p(half[side][c][g] * target / total[side]);
        }
        for (int g = 0; g < G; g++)
            for (int b = 0; b < 2; b++) {
                double mean[2] = { 0, 0 }, n = 0;
                for (int c = 0; c < N; c++)
                    if (batch[c] == b) mean[0] += half[0][c][g], mean[1] += half[1][c][g], n++;
                for (int c = 0; c < N; c++)
                    if (batch[c] == b) {
                        double p = half[0][c][g] - mean[0] / n, q = half[1][c][g] - mean[1] / n;
                        square[g] += (p * p + q * q) / 2;
                        cross[g] += p * q;
                    }
            }
    }
    for (int g = 0; g < G; g++) {
        double r = fmax(cross[g] / square[g], 0);
        out[g] = 2 * r / (1 + r);
    }
    free(square), free(cross), free(half);
}

START_TEST(reliability_is_that_of_tossed_halves)
{
    enum { N = TOSSED_CELLS, G = TOSSED_GENES };
    static const double target = 1e4;
    uint64_t state = 5;
    float *x = malloc(sizeof *x * N * G);
    int batch[N];
    int64_t cells[N];
    const char *names[N];
    double within[G], over[G], expected[G];
    for (int c = 0; c < N; c++) {
        batch[c] = c % 3 == 0, cells[c] = c, names[c] = batch[c] ? "b" : "a";
        for (int g = 0; g < G; g++) { /* a rate for all, two kinds of cells, two batches, a rare kind, many counts; and others */
            double rate = g < 2 ? 1 + 3 * (c % 2) * g : g == 2 ? 0.6 + 2.5 * batch[c] : g == 3 ? 0.05 + 0.6 * (c % 10 == 0) : g == 4 ? 20 + 12 * (c % 2) : 6 + g % 11;
            x[c * G + g] = (float)poisson(&state, rate);
        }
    }
    scilama_context *ctx = test_context(2);
    scilama_dataset *d = dataset_of(ctx, x, N, G, NULL);
    ck_assert_int_eq(scilama_dataset_set_strings(d, "half", names, NULL), SCILAMA_OK);
    slm_halves h = { .cells = cells, .n = N, .target = target, .reliability = over };
    ck_assert_int_eq(slm_gene_reliability(d, &h, NULL), SCILAMA_OK);
    h.batch = slm_dataset_column(d, "half"), h.reliability = within;
    ck_assert_int_eq(slm_gene_reliability(d, &h, NULL), SCILAMA_OK);
    tossed(x, batch, target, expected);
    for (int g = 0; g < G; g++) {
        ck_assert(within[g] >= 0 && within[g] <= 1);
        ck_assert_double_eq_tol(within[g], expected[g], 0.03);
    }
    ck_assert_double_gt(within[1], 0.35);
    ck_assert_double_gt(within[4], 0.35);
    ck_assert_double_lt(within[0], 0.2);
    ck_assert_double_lt(within[2], 0.2); /* the batches are seen over both alone */
    ck_assert_double_gt(over[2], 0.4);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
    free(x);
}
END_TEST

START_TEST(storages_and_threads_agree_when_prepared)
{
    matrix_fixture f = fixture_make(90, 120, 11);
    float *first[6] = { 0 };
    for (int threads = 1; threads <= 3; threads++) {
        scilama_context *ctx = test_context(threads);
        for (int which = 0; which < VIEWS; which++) {
            scilama_dataset *d = fixture_dataset(ctx, &f, which);
            for (int recipe = 0; recipe < 6; recipe++) {
                scilama_preprocess_options o = defaults();
                o.n_top_genes = 50;
                o.hvg = recipe % 3;
                o.scale = recipe < 3;
                run(d, &o);
                float *x = all_prepared(d);
                ck_assert_int_eq(d->design->storage, which < 4 ? SLM_DESIGN_DENSE : SLM_DESIGN_CSR);
                if (!first[recipe]) first[recipe] = x;
                ck_assert_int_eq(memcmp(first[recipe], x, (size_t)(90 * scilama_dataset_genes_used(d)) * sizeof *x), 0);
                if (first[recipe] != x) free(x);
            }
            scilama_dataset_destroy(d);
        }
        scilama_context_destroy(ctx);
    }
    for (int i = 0; i < 6; i++) free(first[i]);
    fixture_free(&f);
}
END_TEST

START_TEST(gene_order_changes_nothing)
{
    scilama_context *ctx = test_context(1);
    float *x = synthetic();
    int order[EXPECT_GENES];
    for (int i = 0; i < EXPECT_GENES; i++) order[i] = i;
    /* twins: equal scores are told apart by name */
    for (int c = 0; c < EXPECT_CELLS; c++)
        for (int g = 0; g < EXPECT_GENES; g += 2) x[c * EXPECT_GENES + g + 1] = x[c * EXPECT_GENES + g];
    float *first[4] = { 0 };
    char names[4][EXPECT_TOP][8];
    slm_rng_seq rng = slm_rng_sequence(1, SLM_STREAM_SIMULATE, 0, 0);
    for (int round = 0; round < 20; round++) {
        scilama_dataset *d = dataset_of(ctx, x, EXPECT_CELLS, EXPECT_GENES, order);
        for (int recipe = 0; recipe < 4; recipe++) {
            scilama_preprocess_options o = defaults();
            o.n_top_genes = EXPECT_TOP - 1; /* odd, so that one twin stays outside */
            o.hvg = recipe < 2 ? SCILAMA_HVG_SEURAT : SCILAMA_HVG_SEURAT_V3;
            o.hvg_by_batch = recipe % 2;
            o.batch_key = "batch";
            run(d, &o);
            float *y = all_prepared(d);
            ck_assert_int_eq(scilama_dataset_genes_used(d), EXPECT_TOP - 1);
            for (int i = 0; i < EXPECT_TOP - 1; i++) {
                if (!round) strcpy(names[recipe][i], scilama_dataset_used_gene_name(d, i));
                ck_assert_str_eq(names[recipe][i], scilama_dataset_used_gene_name(d, i));
            }
            if (!round) first[recipe] = y;
            ck_assert_mem_eq(first[recipe], y, sizeof *y * EXPECT_CELLS * (EXPECT_TOP - 1));
            if (round) free(y);
        }
        scilama_dataset_destroy(d);
        for (int i = EXPECT_GENES - 1; i > 0; i--) {
            int j = (int)slm_rng_below(&rng, i + 1), t = order[i];
            order[i] = order[j], order[j] = t;
        }
    }
    for (int i = 0; i < 4; i++) free(first[i]);
    free(x);
    scilama_context_destroy(ctx);
}
END_TEST

static void logged(void *user, int32_t level, const char *text)
{
    strncat(user, text, 2000 - strlen(user) - 2);
    strcat(user, "\n");
}

static scilama_preprocess_report run_small(const float *values, const scilama_preprocess_options *o, char *log, scilama_status expected, const char *word)
{
    scilama_context_options c;
    scilama_context *ctx;
    scilama_context_options_init(&c, sizeof c);
    c.log = logged;
    c.log_user = log;
    *log = 0;
    ck_assert_int_eq(scilama_context_create(&ctx, &c, NULL), SCILAMA_OK);
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.rows = 4, m.cols = 3, m.values = values;
    const char *names[] = { "b", "a", "c" };
    scilama_dataset *d;
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, names, NULL), SCILAMA_OK);
    scilama_preprocess_report r;
    scilama_preprocess_report_init(&r, sizeof r);
    scilama_error error = { 0 };
    scilama_status status = scilama_dataset_preprocess(d, o, &r, &error);
    ck_assert_msg(status == expected, "%d: %s", status, error.message);
    if (status) ck_assert_msg(strstr(error.message, word) != NULL, "%s", error.message);
    else ck_assert_msg(strstr(r.reason, word) && strstr(log, r.reason), "%s\n%s", r.reason, log);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
    return r;
}

START_TEST(input_is_detected)
{
    char log[2000];
    float counts[12] = { 0, 3, 1, 4, 0, 2, 5, 6, 0, 1, 1, 9 }, expression[12] = { 0, 3.5f, 1, 4, 0, 251, 5, 6, 0, 1, 1, 9 };
    float small[12] = { 0, 3.5f, 1, 4, 0, 2.5f, 5, 6, 0, 1, 1, 9 }, negative[12] = { 0, 3.5f, 1, -4, 0, 2.5f, 5, 6, 0, 1, 1, 9 };
    scilama_preprocess_options o = defaults();
    o.min_cells = 0;
    scilama_preprocess_report r = run_small(counts, &o, log, SCILAMA_OK, "up to 9");
    ck_assert(r.input == SCILAMA_INPUT_COUNTS && r.normalized && r.logged && r.scaled && r.hvg == SCILAMA_HVG_SEURAT_V3 && r.genes_used == 3);
    r = run_small(expression, &o, log, SCILAMA_OK, "up to 251");
    ck_assert(r.input == SCILAMA_INPUT_EXPRESSION && r.normalized && r.logged && r.scaled && r.hvg == SCILAMA_HVG_SEURAT);
    r = run_small(small, &o, log, SCILAMA_OK, "logged");
    ck_assert(r.input == SCILAMA_INPUT_LOGGED && !r.normalized && !r.logged && r.scaled && r.hvg == SCILAMA_HVG_SEURAT);
    r = run_small(negative, &o, log, SCILAMA_OK, "down to -4");
    ck_assert(r.input == SCILAMA_INPUT_SCALED && !r.normalized && !r.logged && !r.scaled && r.hvg == SCILAMA_HVG_NONE);
    o.input = SCILAMA_INPUT_COUNTS;
    r = run_small(small, &o, log, SCILAMA_OK, "set by the caller");
    ck_assert(r.input == SCILAMA_INPUT_COUNTS && r.normalized && r.logged);
    ck_assert_ptr_nonnull(strstr(log, "not all are integers"));
    run_small(negative, &o, log, SCILAMA_E_INVALID, "gene 'b' is -4 in cell '1'");
    o.input = SCILAMA_INPUT_AUTO;
    o.normalize = SCILAMA_ON;
    run_small(negative, &o, log, SCILAMA_E_INVALID, "normalised");
    o.normalize = SCILAMA_AUTO;
    o.hvg = SCILAMA_HVG_SEURAT_V3;
    run_small(small, &o, log, SCILAMA_E_INVALID, "seurat_v3");
    o = defaults();
    o.min_cells = 0;
    float alike[12] = { 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1 };
    ck_assert_ptr_null(strstr(log, "nothing to learn"));
    run_small(alike, &o, log, SCILAMA_OK, "up to 3");
    ck_assert_ptr_nonnull(strstr(log, "none of the 3 genes in use varies over the 4 training cells"));
    o = defaults();
    o.min_cells = 5;
    run_small(counts, &o, log, SCILAMA_E_NOTFOUND, "3 were dropped by min_cells (found in fewer than 5 of 4 training cells)");
    o.min_cells = -1;
    o.min_genes = 4;
    run_small(counts, &o, log, SCILAMA_E_STATE, "min_genes");
    o.min_genes = 0;
    o.hvg_by_batch = SCILAMA_ON;
    run_small(counts, &o, log, SCILAMA_E_INVALID, "batch_key");
    o.batch_key = "nobody";
    run_small(counts, &o, log, SCILAMA_E_NOTFOUND, "'nobody'");
    o = defaults();
    o.n_top_genes = 0;
    run_small(counts, &o, log, SCILAMA_E_INVALID, "n_top_genes");
    o = defaults();
    o.hvg = 99;
    run_small(counts, &o, log, SCILAMA_E_INVALID, "hvg is 99");
}
END_TEST

START_TEST(filters_use_training_cells)
{
    /* gene c is seen in validation cells only; cell 3 has one gene */
    float x[5][4] = { { 5, 1, 0, 2 }, { 2, 2, 0, 2 }, { 4, 1, 9, 0 }, { 0, 0, 0, 7 }, { 3, 8, 5, 1 } };
    const char *names[] = { "d", "b", "c", "a" };
    int32_t split[] = { 0, 0, 1, 0, 1 }, got[5];
    scilama_context *ctx = test_context(1);
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.rows = 5, m.cols = 4, m.values = x;
    scilama_dataset *d;
    ck_assert_int_eq(scilama_dataset_create(&d, ctx, &m, NULL, names, NULL), SCILAMA_OK);
    scilama_dataset_set_split(d, split, NULL);
    scilama_preprocess_options o = defaults();
    o.min_genes = 2;
    o.min_cells = 2;
    o.scale_shrink = 0;
    scilama_preprocess_report r = run(d, &o);
    ck_assert(r.cells_total == 5 && r.cells_excluded == 1 && r.genes_total == 4 && r.genes_filtered == 1 && r.genes_used == 3);
    ck_assert_str_eq(scilama_dataset_used_gene_name(d, 0), "a");
    ck_assert_str_eq(scilama_dataset_used_gene_name(d, 2), "d");
    ck_assert_ptr_null(scilama_dataset_used_gene_name(d, 3));
    scilama_dataset_get_split(d, got, NULL);
    ck_assert(got[3] == SCILAMA_SPLIT_EXCLUDED && got[0] == SCILAMA_SPLIT_TRAIN && got[2] == SCILAMA_SPLIT_VALIDATION);
    ck_assert_int_eq(d->design->n_train, 2);
    ck_assert_int_eq(d->design->n_validation, 2);
    /* by hand: gene a over training cells 0 and 1; every cell is scaled by that */
    float *y = all_prepared(d);
    double a0 = log1p(2 * 1e4 / 8), a1 = log1p(2 * 1e4 / 6), mean = (a0 + a1) / 2, std = fabs(a1 - a0) / sqrt(2);
    ck_assert_float_eq_tol(y[0], (float)((a0 - mean) / std), 1e-5f);
    ck_assert_float_eq_tol(y[3 * 3], (float)((log1p(1e4) - mean) / std), 1e-4f); /* the excluded cell is prepared too */
    ck_assert_float_eq_tol(y[2 * 3], -10, 1e-30f); /* clipped */
    free(y);
    /* the filter is not for ever */
    o.min_genes = 0;
    r = run(d, &o);
    ck_assert_int_eq(r.cells_excluded, 0);
    scilama_dataset_get_split(d, got, NULL);
    ck_assert_int_eq(got[3], SCILAMA_SPLIT_TRAIN);
    /* another split: fitted again by the same options */
    int32_t other[] = { 1, 1, 0, 0, 0 };
    scilama_dataset_set_split(d, other, NULL);
    ck_assert_int_eq(slm_dataset_prepare(d, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_genes_used(d), 4);
    ck_assert_int_eq(d->design->n_train, 3);
    ck_assert_ptr_nonnull(d->design->mean);
    int32_t nobody[] = { 1, 1, 1, 1, 1 };
    scilama_error error;
    scilama_dataset_set_split(d, nobody, NULL);
    ck_assert_int_eq(scilama_dataset_preprocess(d, NULL, NULL, &error), SCILAMA_E_STATE);
    ck_assert_ptr_nonnull(strstr(error.message, "no training cells"));
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(unmatched_genes_are_not_selected)
{
    scilama_context *ctx = test_context(1);
    float *x = synthetic(), vectors[EXPECT_GENES];
    char text[EXPECT_GENES][8];
    const char *names[EXPECT_GENES];
    for (int g = 0; g < EXPECT_GENES; g++) {
        snprintf(text[g], sizeof *text, "g%04d", 3 * g);
        names[g] = text[g];
        vectors[g] = (float)(3 * g);
    }
    scilama_dataset *d = dataset_of(ctx, x, EXPECT_CELLS, EXPECT_GENES, NULL);
    scilama_gene_table *t;
    scilama_match_options drop;
    scilama_match_options_init(&drop, sizeof drop);
    drop.missing = SCILAMA_MISSING_DROP;
    ck_assert_int_eq(scilama_gene_table_create(&t, ctx, names, vectors, EXPECT_GENES, 1, 0, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_add_gene_table(d, "text", t, &drop, NULL, NULL), SCILAMA_OK);
    scilama_preprocess_options o = defaults();
    o.n_top_genes = EXPECT_TOP;
    scilama_preprocess_report r = run(d, &o);
    ck_assert(r.genes_used == EXPECT_TOP && r.genes_unmatched > 200);
    float out[EXPECT_TOP];
    ck_assert_int_eq(slm_dataset_embedding(d, 0, out, NULL), SCILAMA_OK);
    for (int i = 0; i < EXPECT_TOP; i++) {
        int number = atoi(scilama_dataset_used_gene_name(d, i) + 1);
        ck_assert_int_eq(number % 3, 0);
        ck_assert(out[i] == (float)number);
    }
    scilama_gene_table_destroy(t);
    scilama_dataset_destroy(d);
    free(x);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(a_recipe_replays_itself)
{
    scilama_context *ctx = test_context(1);
    float *x = synthetic();
    scilama_dataset *d = dataset_of(ctx, x, EXPECT_CELLS, EXPECT_GENES, NULL);
    int order[EXPECT_GENES];
    for (int i = 0; i < EXPECT_GENES; i++) order[i] = EXPECT_GENES - 1 - i;
    scilama_dataset *other = dataset_of(ctx, x, EXPECT_CELLS, EXPECT_GENES, order);
    scilama_dataset_use_covariate(d, "batch", SCILAMA_COVARIATE_CATEGORICAL, NULL);
    scilama_preprocess_options o = defaults();
    o.n_top_genes = EXPECT_TOP;
    run(d, &o);
    slm_design *design;
    ck_assert_int_eq(slm_recipe_apply(d->recipe, NULL, NULL, false, other, &design, NULL), SCILAMA_OK);
    float *y = all_prepared(d);
    slm_real row[EXPECT_TOP];
    for (int64_t c = 0; c < EXPECT_CELLS; c++) {
        ck_assert_int_eq(slm_design_gather(design, &c, 1, 1, row, 0, NULL), SCILAMA_OK);
        for (int g = 0; g < EXPECT_TOP; g++) ck_assert(row[g] == y[c * EXPECT_TOP + g]);
    }
    ck_assert_int_eq(design->covariates, 3);
    for (int64_t i = 0; i < EXPECT_CELLS * 3; i++)
        ck_assert(slm_design_covariate_of(design, i / 3, i % 3) == slm_design_covariate_of(d->design, i / 3, i % 3));
    slm_design_release(design);
    free(y);
    scilama_dataset_destroy(other);
    /* values that the recipe cannot take */
    x[5] = -1;
    other = dataset_of(ctx, x, EXPECT_CELLS, EXPECT_GENES, NULL);
    scilama_error error;
    ck_assert_int_eq(slm_recipe_apply(d->recipe, NULL, NULL, false, other, &design, &error), SCILAMA_E_INVALID);
    ck_assert_msg(strstr(error.message, "g0005"), "%s", error.message);
    scilama_dataset_destroy(other);
    scilama_dataset_destroy(d);
    free(x);
    scilama_context_destroy(ctx);
}
END_TEST

/* Empty cells, empty and constant genes: finite numbers all the same. */
START_TEST(degenerate_data_stay_finite)
{
    for (int kind = 0; kind < 3; kind++)
        for (int flavour = SCILAMA_HVG_NONE; flavour <= SCILAMA_HVG_SEURAT_V3; flavour++)
            for (int batch = 0; batch < 2; batch++) {
                scilama_context *ctx = test_context(1);
                float x[12 * 30] = { 0 };
                for (int i = 0; i < 12 * 30; i++) x[i] = kind == 0 ? 0 : kind == 1 ? 3 : (float)(i % 30 < 20 ? 2 : (i * 7) % 5);
                for (int g = 0; g < 30; g++) x[g] = 0;
                scilama_dataset *d = dataset_of(ctx, x, 12, 30, NULL);
                scilama_preprocess_options o = defaults();
                o.hvg = flavour;
                o.min_cells = 0;
                o.n_top_genes = 4;
                o.hvg_by_batch = batch;
                o.batch_key = "batch";
                scilama_preprocess_report r;
                scilama_preprocess_report_init(&r, sizeof r);
                scilama_error error = { 0 };
                scilama_status status = scilama_dataset_preprocess(d, &o, &r, &error);
                ck_assert_msg(status == SCILAMA_OK || status == SCILAMA_E_NOTFOUND, "%s", error.message);
                if (!status) {
                    float *y = all_prepared(d);
                    for (int64_t i = 0; i < 12 * r.genes_used; i++) ck_assert(isfinite(y[i]));
                    free(y);
                }
                scilama_dataset_destroy(d);
                scilama_context_destroy(ctx);
            }
}
END_TEST

typedef struct failing { int64_t countdown; int64_t held; } failing;

static void *failing_allocate(void *user, size_t size, size_t align)
{
    failing *f = user;
    if (f->countdown-- == 0) return NULL;
    void *block;
    if (posix_memalign(&block, align, size)) return NULL;
    f->held++;
    return block;
}

static void failing_release(void *user, void *ptr, size_t size, size_t align)
{
    ((failing *)user)->held--;
    free(ptr);
}

/* Everything that the data layer does, once; the first error ends it. */
static scilama_status everything(failing *f, int64_t fail_at, const matrix_fixture *fixture, int *stage)
{
    static const char *const batches[] = { "x", "y", "x", "z" };
    const char *batch[24];
    double depth[24];
    float vectors[2 * 30] = { 0 };
    scilama_allocator allocator = { f, failing_allocate, failing_release };
    scilama_context_options co;
    scilama_context *ctx = NULL;
    scilama_dataset *d = NULL;
    scilama_gene_table *t = NULL;
    slm_design *design = NULL;
    scilama_context_options_init(&co, sizeof co);
    co.allocator = &allocator;
    f->countdown = -1;
    *stage = 0;
    ck_assert_int_eq(scilama_context_create(&ctx, &co, NULL), SCILAMA_OK);
    for (int i = 0; i < 24; i++) batch[i] = batches[i % 4], depth[i] = i;
    scilama_preprocess_options o = defaults();
    o.n_top_genes = 10;
    o.hvg_by_batch = 1;
    o.batch_key = "batch";
    int64_t cell = 3;
    float row[30];
    f->countdown = fail_at;
    scilama_status status = SCILAMA_OK;
    for (int which = 0; which < VIEWS && !status; which += 3) { /* dense, copied i32, CSC */
        scilama_matrix m = fixture_view(fixture, which);
#define TRY(call) if ((*stage)++, (status = (call))) break
        TRY(scilama_dataset_create(&d, ctx, &m, fixture->cell_names, fixture->gene_names, NULL));
        TRY(scilama_dataset_set_strings(d, "batch", batch, NULL));
        TRY(scilama_dataset_set_numeric(d, "depth", depth, NULL));
        TRY(scilama_dataset_use_covariate(d, "batch", SCILAMA_COVARIATE_CATEGORICAL, NULL));
        TRY(scilama_dataset_use_covariate(d, "depth", SCILAMA_COVARIATE_CONTINUOUS, NULL));
        TRY(scilama_dataset_split_random(d, 0.8, 0.2, 1, "batch", NULL));
        TRY(scilama_gene_table_create(&t, ctx, fixture->gene_names, vectors, 28, 2, 0, NULL));
        TRY(scilama_dataset_add_gene_table(d, "text", t, NULL, NULL, NULL));
        TRY(scilama_dataset_get_prepared(d, &cell, 1, row, 30, NULL));
        o.hvg = which ? SCILAMA_HVG_SEURAT : SCILAMA_HVG_SEURAT_V3;
        TRY(scilama_dataset_preprocess(d, &o, NULL, NULL));
        TRY(scilama_dataset_get_prepared(d, &cell, 1, row, 30, NULL));
        TRY(slm_recipe_apply(d->recipe, NULL, NULL, false, d, &design, NULL));
        slm_design_release(design);
        scilama_dataset_destroy(d);
        scilama_gene_table_destroy(t);
        d = NULL, t = NULL, design = NULL;
    }
    /* a failed call leaves a handle that still works */
    f->countdown = -1;
    if (status && d) {
        ck_assert_int_eq(scilama_dataset_set_numeric(d, "depth", depth, NULL), SCILAMA_OK);
        ck_assert_int_eq(scilama_dataset_set_strings(d, "batch", batch, NULL), SCILAMA_OK);
        ck_assert_int_eq(scilama_dataset_preprocess(d, &o, NULL, NULL), SCILAMA_OK);
        ck_assert_int_eq(scilama_dataset_get_prepared(d, &cell, 1, row, 30, NULL), SCILAMA_OK);
    }
    scilama_dataset_destroy(d);
    scilama_gene_table_destroy(t);
    scilama_context_destroy(ctx);
    return status;
}

START_TEST(every_allocation_may_fail)
{
    matrix_fixture f = fixture_make(24, 30, 9);
    failing allocator = { 0 };
    int stage, failures = 0;
    for (int64_t n = 0;; n++, failures++) {
        scilama_status status = everything(&allocator, n, &f, &stage);
        ck_assert_int_eq(allocator.held, 0);
        if (!status) break;
        ck_assert_msg(status == SCILAMA_E_NOMEM, "allocation %d, stage %d: status %d", (int)n, stage, status);
    }
    ck_assert_int_gt(failures, 200);
    fixture_free(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("preprocess");
    TCase *t = tcase_create("preprocess");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, selection_equals_scanpy, 1, 3);
    tcase_add_test(t, local_regression_equals_loess);
    tcase_add_test(t, values_equal_scanpy);
    tcase_add_loop_test(t, shrunk_scaling_is_as_described, 0, 2);
    tcase_add_test(t, reliability_is_that_of_tossed_halves);
    tcase_add_test(t, storages_and_threads_agree_when_prepared);
    tcase_add_test(t, gene_order_changes_nothing);
    tcase_add_test(t, input_is_detected);
    tcase_add_test(t, filters_use_training_cells);
    tcase_add_test(t, unmatched_genes_are_not_selected);
    tcase_add_test(t, a_recipe_replays_itself);
    tcase_add_test(t, degenerate_data_stay_finite);
    tcase_add_test(t, every_allocation_may_fail);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
