/* SPDX-License-Identifier: MIT */
#include "problem.h"
#include "analysis/transfer.h"
#include "core/core.h"

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Distances of a point from all n, ascending; order [n]: whose they are, or NULL. */
static void from_all(const float *point, const float *points, int n, int dim, double *out, int *order)
{
    static double pair[200][2];
    for (int i = 0; i < n; i++) {
        pair[i][0] = 0, pair[i][1] = i;
        for (int d = 0; d < dim; d++) pair[i][0] += pow((double)point[d] - (double)points[i * dim + d], 2);
    }
    qsort(pair, (size_t)n, sizeof *pair, ascending);
    for (int i = 0; i < n; i++) {
        out[i] = sqrt(pair[i][0]);
        if (order) order[i] = (int)pair[i][1];
    }
}

static double mean_of(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) sum += x[i] / n;
    return sum;
}

/* Novelty is what its description says, by plain loops. */
START_TEST(sparsity_is_as_described)
{
    enum { R = 90, S = 120, D = 3 };
    static float reference[R * D], points[4 * D], out[4];
    static double far[R], by[S], ratio[S], level[S];
    static int order[S];
    slm_rng_seq s = slm_rng_sequence(4, SLM_STREAM_SIMULATE, 0, 5);
    scilama_context *ctx = make_context(2);
    slm_sparsity sparsity;
    float *sample = slm_alloc_array(ctx, S, D * sizeof *sample);
    ck_assert_ptr_nonnull(sample);
    for (int i = 0; i < R * D; i++) reference[i] = (float)slm_rng_normal(&s);
    for (int i = 0; i < S * D; i++) sample[i] = (float)(slm_rng_normal(&s) + (i / D < 30 ? 5 : 0));
    for (int i = 0; i < 4 * D; i++) points[i] = i < 2 * D ? sample[(i < D ? 0 : 100 * D) + i % D] : (float)(i % 2 ? 5 : 0.5);
    for (int i = 0; i < S; i++) {
        from_all(sample + i * D, reference, R, D, far, NULL);
        from_all(sample + i * D, sample, S, D, by, NULL); /* itself first */
        ratio[i] = log(mean_of(far, 8) / mean_of(by + 1, 8)) + log((double)R / S) / D;
    }
    for (int i = 0; i < S; i++) {
        from_all(sample + i * D, sample, S, D, by, order);
        level[i] = 0;
        for (int k = 0; k < 31; k++) level[i] += ratio[order[k]] / 31;
    }
    OK(slm_sparsity_create(ctx, &sparsity, reference, R, D, sample, S, error));
    OK(slm_sparsity_measure(ctx, &sparsity, points, 0, 4, out, error));
    for (int i = 0; i < 4; i++) {
        double expected = 0;
        from_all(points + i * D, sample, S, D, by, order);
        for (int k = 0; k < 4; k++) expected += level[order[k]] / 4;
        ck_assert_double_eq_tol((double)out[i], expected, 1e-5);
    }
    slm_sparsity_free(ctx, &sparsity);
    scilama_context_destroy(ctx);
}
END_TEST

/* Counts of cells of KINDS kinds, i % KINDS, of a batch that multiplies genes: all kinds alike, and each its own a little. */
enum { KINDS = 5, KNOWN = 4, CELLS_OF = 500, GENES_OF = 120 };
typedef struct batch { float value[CELLS_OF * GENES_OF]; int kind[CELLS_OF]; int cells; } batch;

static void make_batch(batch *b, int kinds, int strength, uint64_t seed)
{
    slm_rng_seq same = slm_rng_sequence(1, SLM_STREAM_SIMULATE, 0, 11), s = slm_rng_sequence(seed, SLM_STREAM_SIMULATE, 0, 12);
    static double level[KINDS][GENES_OF];
    for (int g = 0; g < GENES_OF; g++) {
        double all = strength * 0.6 * slm_rng_normal(&same), base = slm_rng_normal(&same);
        for (int k = 0; k < KINDS; k++) level[k][g] = exp(base + 0.5 * slm_rng_normal(&same) + all + strength * 0.15 * slm_rng_normal(&same));
    }
    b->cells = 0;
    for (int c = 0; c < CELLS_OF; c++) {
        if (c % KINDS >= kinds) continue;
        b->kind[b->cells] = c % KINDS;
        for (int g = 0; g < GENES_OF; g++) {
            double mean = level[c % KINDS][g] * exp(0.2 * slm_rng_normal(&s)), count = -1, t = 0;
            while (t < mean) t -= log(1 - slm_rng_uniform(&s)), count++;
            b->value[b->cells * GENES_OF + g] = (float)count;
        }
        b->cells++;
    }
}

static scilama_dataset *dataset_of(scilama_context *ctx, const batch *b, const char *name, const char *const *genes)
{
    scilama_dataset *d = NULL;
    scilama_matrix m;
    static const char *names[CELLS_OF];
    for (int c = 0; c < b->cells; c++) names[c] = name;
    scilama_matrix_init(&m, sizeof m);
    m.rows = b->cells, m.cols = GENES_OF, m.values = b->value;
    OK(scilama_dataset_create(&d, ctx, &m, NULL, genes, error));
    OK(scilama_dataset_set_strings(d, "batch", names, error));
    return d;
}

/* Trained on `known`, with its cells as the reference. */
static scilama_model *trained_on(scilama_context *ctx, const batch *known, const char *const *genes)
{
    static float own[CELLS_OF * 8];
    scilama_dataset *d = dataset_of(ctx, known, "known", genes);
    scilama_model_options mo;
    scilama_trainer_options to;
    scilama_preprocess_options po;
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    scilama_reference *r = NULL;
    OK(scilama_dataset_use_covariate(d, "batch", SCILAMA_COVARIATE_CATEGORICAL, error));
    OK(scilama_dataset_split_random(d, 0.9, 0.1, 1, NULL, error));
    scilama_preprocess_options_init(&po, sizeof po, SCILAMA_PRESET_RECOMMENDED);
    po.min_cells = 0;
    OK(scilama_dataset_preprocess(d, &po, NULL, error));
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_RECOMMENDED);
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    mo.latent = 8;
    mo.hidden[0] = 32, mo.hidden[1] = 16;
    mo.axes = 12;
    OK(scilama_model_create(&model, d, &mo, error));
    scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_RECOMMENDED);
    to.mode = SCILAMA_MODE_BETA_VAE;
    to.max_steps = 150;
    OK(scilama_trainer_create(&trainer, model, d, &to, error));
    OK(scilama_trainer_run(trainer, NULL, NULL, NULL, error));
    scilama_trainer_destroy(trainer);
    OK(scilama_model_encode_cells(model, d, own, NULL, 0, error));
    OK(scilama_reference_create(&r, ctx, own, known->cells, 8, 0, error));
    OK(scilama_model_set_reference(model, r, error));
    OK(scilama_model_learn_absent(model, d, error));
    OK(scilama_model_describe_reference(model, d, error));
    scilama_reference_destroy(r);
    scilama_dataset_destroy(d);
    return model;
}

static void name_genes(char text[GENES_OF][8], const char **genes)
{
    for (int g = 0; g < GENES_OF; g++) {
        snprintf(text[g], 8, "g%03d", g);
        genes[g] = text[g];
    }
}

/* A kind that the reference lacks, in a batch that moves every gene of every cell, is told once the model is adapted to the batch; without it few cells are. */
START_TEST(new_kinds_of_a_new_batch_stand_out)
{
    static batch known, query;
    static float novelty[2][CELLS_OF];
    char text[GENES_OF][8];
    const char *genes[GENES_OF];
    double pairs = 0, above = 0, beyond = 0;
    int kinds = _i ? KNOWN : KINDS;
    name_genes(text, genes);
    make_batch(&known, KNOWN, 0, 1);
    make_batch(&query, kinds, 1, 2);
    for (int t = 0; t < 2; t++) {
        scilama_context *ctx = make_context(t ? 3 : 1);
        scilama_model *model = trained_on(ctx, &known, genes);
        scilama_dataset *d = dataset_of(ctx, &query, "new", genes);
        scilama_adapt_options o;
        scilama_adapt_report r;
        scilama_adapt_options_init(&o, sizeof o);
        scilama_adapt_report_init(&r, sizeof r);
        OK(scilama_model_adapt(model, d, &o, &r, error));
        ck_assert_int_eq(r.aligned, 1);
        OK(scilama_model_novelty(model, d, novelty[t], error));
        scilama_dataset_destroy(d);
        scilama_model_destroy(model);
        scilama_context_destroy(ctx);
    }
    ck_assert_mem_eq(novelty[0], novelty[1], (size_t)query.cells * sizeof novelty[0][0]);
    for (int i = 0; i < query.cells; i++) {
        beyond += (query.kind[i] < KNOWN && (double)novelty[0][i] > 0.15) / (double)query.cells;
        for (int j = 0; j < query.cells; j++)
            if (query.kind[i] >= KNOWN && query.kind[j] < KNOWN) pairs++, above += novelty[0][i] > novelty[0][j];
    }
    if (kinds == KNOWN) ck_assert_msg(beyond < 0.05, "%g", beyond);
    else ck_assert_msg(above / pairs > 0.9, "%g, %g", above / pairs, beyond);
}
END_TEST

/* Cells without a count are new, and make no other so. */
START_TEST(empty_cells_make_no_others_new)
{
    static batch known, query;
    static float novelty[CELLS_OF];
    char text[GENES_OF][8];
    const char *genes[GENES_OF];
    double beyond = 0;
    name_genes(text, genes);
    make_batch(&known, KNOWN, 0, 1);
    make_batch(&query, KNOWN, 1, 2);
    for (int i = 0; i < query.cells; i += 2) memset(query.value + i * GENES_OF, 0, GENES_OF * sizeof *query.value);
    scilama_context *ctx = make_context(1);
    scilama_model *model = trained_on(ctx, &known, genes);
    scilama_dataset *d = dataset_of(ctx, &query, "new", genes);
    OK(scilama_model_adapt(model, d, NULL, NULL, error));
    OK(scilama_model_novelty(model, d, novelty, error));
    for (int i = 0; i < query.cells; i++) {
        beyond += i % 2 && (double)novelty[i] > 0.15;
        if (i % 2 == 0) ck_assert_float_ge(novelty[i], 1);
    }
    ck_assert_msg(beyond < 0.05 * query.cells, "%g of %d", beyond, query.cells);
    scilama_dataset_destroy(d);
    scilama_model_destroy(model);
    scilama_context_destroy(ctx);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("novelty");
    TCase *c = tcase_create("novelty");
    tcase_set_timeout(c, 120); /* of a machine that is busy */
    tcase_add_test(c, sparsity_is_as_described);
    tcase_add_loop_test(c, new_kinds_of_a_new_batch_stand_out, 0, 2);
    tcase_add_test(c, empty_cells_make_no_others_new);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
