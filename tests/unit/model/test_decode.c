/* SPDX-License-Identifier: MIT */
#include "problem.h"
#include <stdbool.h>

/* What decoded expression has to keep: its range, the levels of batches, and the better head. */

static scilama_model *some_model(problem *p)
{
    scilama_model_options o;
    scilama_model *model = NULL;
    problem_make(p, 2, 2, 1, 4);
    small_options(&o);
    OK(scilama_model_create(&model, p->dataset, &o, error));
    stir(model, 0.3);
    return model;
}

/* log1p of counts at equal depth, as the recipe prepares them. */
static double measured(const problem *p, const scilama_model *model, int cell, int gene)
{
    double total = 0;
    int column = 0;
    while (strcmp(p->names[column], scilama_model_gene_name(model, gene))) column++;
    for (int g = 0; g < GENES; g++) total += (double)p->counts[cell * GENES + g];
    return log1p((double)p->counts[cell * GENES + column] * 1e4 / total);
}

START_TEST(levels_are_those_of_the_batches)
{
    problem p;
    scilama_model *model = some_model(&p);
    scilama_decode_options o;
    scilama_decode_options_init(&o, sizeof o);
    o.unscale = o.match_levels = 1;
    static float own[CELLS * GENES], moved[CELLS * GENES], average[CELLS * GENES], free_levels[CELLS * GENES];
    OK(scilama_model_decode(model, p.dataset, &o, own, 0, error));
    const char *key[] = { "batch" }, *value[] = { "y" };
    o.to_key = key;
    o.to_value = value;
    o.replacements = 1;
    OK(scilama_model_decode(model, p.dataset, &o, moved, 0, error));
    o.replacements = 0;
    o.average_batches = 1;
    OK(scilama_model_decode(model, p.dataset, &o, average, 0, error));
    o.average_batches = o.match_levels = 0;
    OK(scilama_model_decode(model, p.dataset, &o, free_levels, 0, error));
    int off = 0;
    for (int g = 0; g < GENES; g++) {
        double mean[2] = { 0 }, is[2] = { 0 }, was[2] = { 0 };
        for (int c = 0; c < CELLS; c++) {
            mean[c % 2] += measured(&p, model, c, g);
            is[c % 2] += (double)own[c * GENES + g];
            was[c % 2] += (double)free_levels[c * GENES + g];
            ck_assert(own[c * GENES + g] >= 0 && moved[c * GENES + g] >= 0 && average[c * GENES + g] >= 0 && free_levels[c * GENES + g] >= 0);
            if (c % 2) ck_assert_float_eq_tol(own[c * GENES + g], moved[c * GENES + g], 1e-5f); /* y as y */
        }
        for (int b = 0; b < 2; b++) {
            if (was[b] > 0) ck_assert_double_eq_tol(is[b], mean[b], 1e-3 * mean[b] + 1e-6);
            off += fabs(was[b] - mean[b]) > 0.05 * mean[b];
        }
    }
    ck_assert(off > GENES); /* nothing but the factor sets them right */
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

/* Expression of the first n cells; rows that are 0 in counts are of cells without any. */
static void decode_counts(problem *p, scilama_model *model, const float *counts, int n, float *out)
{
    scilama_dataset *d = NULL;
    scilama_matrix m;
    const char *batch[CELLS];
    for (int c = 0; c < n; c++) batch[c] = c % 2 ? "y" : "x";
    scilama_matrix_init(&m, sizeof m);
    m.rows = n;
    m.cols = GENES;
    m.values = counts;
    OK(scilama_dataset_create(&d, p->ctx, &m, NULL, p->names, error));
    OK(scilama_dataset_set_strings(d, "batch", batch, error));
    OK(scilama_model_decode(model, d, NULL, out, 0, error));
    scilama_dataset_destroy(d);
}

START_TEST(empty_cells_lower_no_level)
{
    problem p;
    scilama_model *model = some_model(&p);
    static float alone[CELLS * GENES], beside[CELLS * GENES], counts[CELLS * GENES];
    memcpy(counts, p.counts, (size_t)(CELLS / 2 * GENES) * sizeof *counts); /* the others have none */
    decode_counts(&p, model, counts, CELLS / 2, alone);
    decode_counts(&p, model, counts, CELLS, beside);
    for (int i = 0; i < CELLS / 2 * GENES; i++) ck_assert_float_eq_tol(alone[i], beside[i], 1e-4f * (1 + fabsf(alone[i])));
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

static double miss(const float *decoded, const float *x)
{
    double sum = 0;
    for (int i = 0; i < CELLS * GENES; i++) sum += ((double)decoded[i] - (double)x[i]) * ((double)decoded[i] - (double)x[i]);
    return sum;
}

START_TEST(the_nearer_head_decodes)
{
    problem p;
    scilama_model *model = some_model(&p);
    static float by[3][CELLS * GENES], x[CELLS * GENES];
    int64_t all[CELLS];
    for (int c = 0; c < CELLS; c++) all[c] = c;
    OK(scilama_dataset_get_prepared(p.dataset, all, CELLS, x, 0, error));
    if (_i) { /* a head that says nothing sensible */
        scilama_tensor t;
        scilama_tensor_init(&t, sizeof t);
        OK(scilama_model_find_parameter(model, "sample_decoder.output_mean.weight", &t, error));
        for (int64_t i = 0; i < t.rows * t.cols; i++) ((real *)t.data)[i] += i % 2 ? 3 : -3;
    }
    scilama_decode_options o;
    scilama_decode_options_init(&o, sizeof o);
    ck_assert_int_eq(o.head, SCILAMA_HEAD_BEST);
    ck_assert(o.unscale == 1 && o.match_levels == 1);
    o.unscale = 0; /* as the model sees them */
    for (o.head = 0; o.head < 3; o.head++) OK(scilama_model_decode(model, p.dataset, &o, by[o.head], 0, error));
    bool paired = miss(by[SCILAMA_HEAD_PAIRED], x) < miss(by[SCILAMA_HEAD_CELL], x);
    ck_assert_mem_eq(by[SCILAMA_HEAD_BEST], by[paired ? SCILAMA_HEAD_PAIRED : SCILAMA_HEAD_CELL], sizeof by[0]);
    ck_assert_mem_ne(by[SCILAMA_HEAD_PAIRED], by[SCILAMA_HEAD_CELL], sizeof by[0]);
    if (_i) ck_assert(paired);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

START_TEST(heads_that_are_none)
{
    problem p;
    scilama_model *model = some_model(&p);
    static float out[CELLS * GENES];
    scilama_error error = { 0 };
    scilama_decode_options o;
    scilama_decode_options_init(&o, sizeof o);
    o.head = SCILAMA_HEAD_CELL;
    const scilama_gene_table *tables[] = { p.table[0], p.table[1] };
    ck_assert_int_eq(scilama_model_decode_new_genes(model, p.dataset, &o, tables, NULL, 2, out, 0, &error), SCILAMA_E_INVALID);
    o.head = 3;
    ck_assert_int_eq(scilama_model_decode(model, p.dataset, &o, out, 0, &error), SCILAMA_E_INVALID);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("decode");
    TCase *c = tcase_create("decode");
    tcase_add_test(c, levels_are_those_of_the_batches);
    tcase_add_test(c, empty_cells_lower_no_level);
    tcase_add_loop_test(c, the_nearer_head_decodes, 0, 2);
    tcase_add_test(c, heads_that_are_none);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
