/* SPDX-License-Identifier: MIT */
#include "problem.h"

/* Genes that the model does not have, told from vectors in any tables. */

enum { NEW = 6, WIDTH = 8, MANY = 90, N = 120 };

typedef struct unseen_case {
    scilama_context *ctx;
    scilama_dataset *dataset;
    scilama_model *model;
    scilama_gene_table *table;
    char text[NEW][16];
    const char *names[NEW];
} unseen_case;

/* How high gene g is in cell c. */
static double level(int g, int c) { return (1 + 4 * ((g + c % 3) % 3 == 0)) * (1 + g % 5); }

static void make_data(unseen_case *u, const char *const *names)
{
    static float counts[N * MANY];
    const char *batch[N];
    slm_rng_seq s = slm_rng_sequence(5, SLM_STREAM_SIMULATE, 0, 7);
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    for (int c = 0; c < N; c++) {
        batch[c] = c % 2 ? "y" : "x";
        for (int g = 0; g < MANY; g++) counts[c * MANY + g] = (float)floor(level(g, c) * (0.7 + 0.6 * slm_rng_uniform(&s) + 0.3 * (c % 2 && g % 2)));
    }
    m.rows = N;
    m.cols = MANY;
    m.values = counts;
    OK(scilama_dataset_create(&u->dataset, u->ctx, &m, NULL, names, error));
    OK(scilama_dataset_set_strings(u->dataset, "batch", batch, error));
    OK(scilama_dataset_use_covariate(u->dataset, "batch", SCILAMA_COVARIATE_CATEGORICAL, error));
    OK(scilama_dataset_split_random(u->dataset, 0.9, 0.1, 0, NULL, error));
    OK(scilama_dataset_preprocess(u->dataset, NULL, NULL, error));
}

static void train(unseen_case *u)
{
    scilama_trainer_options o;
    scilama_trainer *trainer = NULL;
    scilama_trainer_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED);
    o.mode = SCILAMA_MODE_BETA_VAE;
    o.max_steps = 200;
    OK(scilama_trainer_create(&trainer, u->model, u->dataset, &o, error));
    OK(scilama_trainer_run(trainer, NULL, NULL, NULL, error));
    scilama_trainer_destroy(trainer);
}

/* Vectors that tell what counts are made of: which cells a gene is high in (g % 3), and its level (g % 5). The model has no gene VAE. */
static void make(unseen_case *u, int threads)
{
    scilama_model_options o;
    static char text[MANY + NEW][16];
    const char *names[MANY + NEW];
    static float vectors[(MANY + NEW) * WIDTH];
    *u = (unseen_case){ .ctx = make_context(threads) };
    memset(vectors, 0, sizeof vectors);
    for (int g = 0; g < MANY + NEW; g++) {
        int kind = g < MANY ? g : g - MANY;
        vectors[g * WIDTH + kind % 3] = 1;
        vectors[g * WIDTH + 3 + kind % 5] = 0.7f;
        snprintf(text[g], sizeof text[g], g < MANY ? "gene%02d" : "new%d", kind);
        names[g] = text[g];
        if (g >= MANY) u->names[kind] = strcpy(u->text[kind], text[g]);
    }
    make_data(u, names);
    small_options(&o);
    o.gene_input = SCILAMA_GENE_INPUT_NONE;
    OK(scilama_model_create(&u->model, u->dataset, &o, error));
    train(u);
    OK(scilama_gene_table_create(&u->table, u->ctx, names, vectors, MANY + NEW, WIDTH, 0, error));
}

static void drop(unseen_case *u)
{
    scilama_gene_table_destroy(u->table);
    scilama_model_destroy(u->model);
    scilama_dataset_destroy(u->dataset);
    scilama_context_destroy(u->ctx);
}

static double pearson(const double *x, const double *y, int n)
{
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (int i = 0; i < n; i++) mx += x[i] / n, my += y[i] / n;
    for (int i = 0; i < n; i++) xx += (x[i] - mx) * (x[i] - mx), yy += (y[i] - my) * (y[i] - my), xy += (x[i] - mx) * (y[i] - my);
    return xy / sqrt(xx * yy);
}

START_TEST(vectors_tell_profile_and_level)
{
    unseen_case u;
    make(&u, 2);
    scilama_decode_options o;
    scilama_gene_forecast f;
    double mean[NEW], deviation[NEW], correlation[NEW], is[N], expected[N];
    static float values[N * NEW], free_units[N * NEW];
    const scilama_gene_table *tables[] = { u.table };
    scilama_decode_options_init(&o, sizeof o);
    scilama_gene_forecast_init(&f, sizeof f);
    f.mean = mean;
    f.deviation = deviation;
    f.correlation = correlation;
    o.unscale = 1;
    OK(scilama_model_predict_genes(u.model, u.dataset, &o, tables, 1, u.names, NEW, values, 0, &f, error));
    o.unscale = 0;
    OK(scilama_model_predict_genes(u.model, u.dataset, &o, tables, 1, u.names, NEW, free_units, 0, NULL, error));
    for (int i = 0; i < NEW; i++) {
        double total = 0;
        for (int c = 0; c < N; c++) {
            is[c] = (double)values[c * NEW + i];
            expected[c] = level(i, c);
            total += is[c] / N;
            ck_assert(is[c] >= 0);
            if (is[c] > 0) ck_assert_double_eq_tol(is[c], (double)free_units[c * NEW + i] * deviation[i] + mean[i], 1e-4);
        }
        ck_assert_msg(pearson(is, expected, N) > 0.6, "gene %d: %g", i, pearson(is, expected, N));
        ck_assert_double_eq_tol(total, mean[i], 0.1 * mean[i]);
        ck_assert(deviation[i] > 0 && correlation[i] > 0.05 && correlation[i] <= 1);
    }
    ck_assert(mean[4] > mean[0] && mean[4] > mean[5]); /* levels 5 and 1, of both kinds */
    drop(&u);
}
END_TEST

/* Tables that tell nothing hardly move the levels that another tells; a gene that this one lacks has some all the same. */
START_TEST(levels_come_from_the_table_that_tells_them)
{
    enum { OUTSIDE = 5, ROWS = MANY + NEW, NOISES = 3 };
    unseen_case u;
    make(&u, 1);
    static float noise[NOISES][ROWS * WIDTH], part[ROWS * WIDTH], values[N * NEW];
    static char text[ROWS][16];
    const char *names[ROWS], *some[ROWS];
    double alone[NEW], both[NEW];
    int64_t n = 0;
    slm_rng_seq s = slm_rng_sequence(6, SLM_STREAM_SIMULATE, 0, 7);
    for (int g = 0; g < ROWS; g++) {
        snprintf(text[g], sizeof text[g], g < MANY ? "gene%02d" : "new%d", g < MANY ? g : g - MANY);
        names[g] = text[g];
        for (int i = 0; i < NOISES; i++)
            for (int d = 0; d < WIDTH; d++) noise[i][g * WIDTH + d] = (float)slm_rng_normal(&s);
        if (g == MANY + OUTSIDE) continue;
        memcpy(part + n * WIDTH, scilama_gene_table_values(u.table) + g * WIDTH, WIDTH * sizeof *part);
        some[n++] = text[g];
    }
    scilama_gene_table *told, *random[NOISES];
    OK(scilama_gene_table_create(&told, u.ctx, some, part, n, WIDTH, 0, error));
    for (int i = 0; i < NOISES; i++) OK(scilama_gene_table_create(&random[i], u.ctx, names, noise[i], ROWS, WIDTH, 0, error));
    const scilama_gene_table *tables[] = { told, random[0], random[1], random[2] };
    scilama_gene_forecast f;
    scilama_gene_forecast_init(&f, sizeof f);
    f.mean = alone;
    OK(scilama_model_predict_genes(u.model, u.dataset, NULL, tables, 1, u.names, NEW - 1, values, 0, &f, error));
    f.mean = both;
    OK(scilama_model_predict_genes(u.model, u.dataset, NULL, tables, 1 + NOISES, u.names, NEW, values, 0, &f, error));
    for (int i = 0; i < OUTSIDE; i++) ck_assert_double_eq_tol(both[i], alone[i], 0.02 * alone[i]);
    ck_assert(both[OUTSIDE] > 0 && isfinite(both[OUTSIDE]));
    scilama_gene_table_destroy(told);
    for (int i = 0; i < NOISES; i++) scilama_gene_table_destroy(random[i]);
    drop(&u);
}
END_TEST

START_TEST(the_same_for_any_thread_count_and_at_once)
{
    static float values[3][N * NEW];
    for (int t = 0; t < 2; t++) {
        unseen_case u;
        make(&u, t ? 3 : 1);
        const scilama_gene_table *tables[] = { u.table };
        OK(scilama_model_predict_genes(u.model, u.dataset, NULL, tables, 1, u.names, NEW, values[t], 0, NULL, error));
        if (t) OK(scilama_model_predict_genes(u.model, u.dataset, NULL, tables, 1, u.names + 2, 1, values[2], 0, NULL, error));
        drop(&u);
    }
    ck_assert_mem_eq(values[0], values[1], sizeof values[0]);
    for (int c = 0; c < N; c++) ck_assert_float_eq_tol(values[2][c], values[0][c * NEW + 2], 1e-5f); /* whatever else is asked for */
}
END_TEST

/* The batch that cells are decoded as reaches genes that were never measured. */
START_TEST(batches_reach_new_genes)
{
    unseen_case u;
    make(&u, 1);
    static float own[N * NEW], moved[N * NEW];
    const scilama_gene_table *tables[] = { u.table };
    const char *key[] = { "batch" }, *value[] = { "y" };
    scilama_decode_options o;
    scilama_decode_options_init(&o, sizeof o);
    OK(scilama_model_predict_genes(u.model, u.dataset, &o, tables, 1, u.names, NEW, own, 0, NULL, error));
    o.to_key = key;
    o.to_value = value;
    o.replacements = 1;
    OK(scilama_model_predict_genes(u.model, u.dataset, &o, tables, 1, u.names, NEW, moved, 0, NULL, error));
    double off[2] = { 0 };
    for (int c = 0; c < N; c++)
        for (int i = 0; i < NEW; i++) off[c % 2] += fabs((double)own[c * NEW + i] - (double)moved[c * NEW + i]);
    ck_assert_double_eq(off[1], 0); /* y as y */
    ck_assert(off[0] > 1e-3);
    drop(&u);
}
END_TEST

START_TEST(what_is_refused)
{
    unseen_case u;
    make(&u, 1);
    scilama_error error = { 0 };
    static float values[N * NEW];
    const scilama_gene_table *tables[] = { u.table }, *none[] = { NULL };
    const char *strange[] = { "new0", "nobody" }, *few[] = { "gene00", "new0" };
    ck_assert_int_eq(scilama_model_predict_genes(u.model, u.dataset, NULL, tables, 1, strange, 2, values, 0, NULL, &error), SCILAMA_E_NOTFOUND);
    ck_assert_msg(strstr(error.message, "'nobody'") != NULL, "%s", error.message);
    ck_assert_int_eq(scilama_model_predict_genes(u.model, u.dataset, NULL, none, 1, u.names, NEW, values, 0, NULL, &error), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_model_predict_genes(u.model, u.dataset, NULL, tables, 0, u.names, NEW, values, 0, NULL, &error), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_model_predict_genes(u.model, u.dataset, NULL, tables, 1, u.names, 0, values, 0, NULL, &error), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_model_predict_genes(u.model, u.dataset, NULL, tables, 1, u.names, NEW, values, NEW - 1, NULL, &error), SCILAMA_E_INVALID);
    scilama_gene_table *small = NULL;
    const float vectors[] = { 1, 2, 3, 4 };
    OK(scilama_gene_table_create(&small, u.ctx, few, vectors, 2, 2, 0, error));
    tables[0] = small;
    ck_assert_int_eq(scilama_model_predict_genes(u.model, u.dataset, NULL, tables, 1, few + 1, 1, values, 0, NULL, &error), SCILAMA_E_NOTFOUND);
    ck_assert_msg(strstr(error.message, "1 of the model's 90 genes") != NULL, "%s", error.message);
    scilama_gene_table_destroy(small);
    drop(&u);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("unseen");
    TCase *c = tcase_create("unseen");
    tcase_set_timeout(c, 60); /* it trains */
    tcase_add_test(c, vectors_tell_profile_and_level);
    tcase_add_test(c, levels_come_from_the_table_that_tells_them);
    tcase_add_test(c, the_same_for_any_thread_count_and_at_once);
    tcase_add_test(c, batches_reach_new_genes);
    TCase *wrong = tcase_create("wrong");
    tcase_set_timeout(wrong, 60);
    tcase_add_test(wrong, what_is_refused);
    suite_add_tcase(s, c);
    suite_add_tcase(s, wrong);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
