/* SPDX-License-Identifier: MIT */
#include "nn/counts.h"
#include "problem.h"

START_TEST(special_functions)
{
    /* values from mpmath at 30 digits */
    static const double cases[][3] = {
        { 0.001, 6.9071788853838536825, -1000.5755719318103005 }, { 0.5, 0.57236494292470008707, -1.9635100260214234794 },
        { 1, 0, -0.57721566490153286061 },                        { 2.5, 0.28468287047291915963, 0.70315664064524318723 },
        { 10, 12.801827480081469611, 2.2517525890667211076 },     { 1234.5, 7550.5509010778948957, 7.1180162318279978433 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double x = cases[i][0];
        ck_assert_double_eq_tol(slm_log_gamma(x), cases[i][1], 1e-13 * (1 + fabs(cases[i][1])));
        ck_assert_double_eq_tol(slm_digamma(x), cases[i][2], 1e-13 * (1 + fabs(cases[i][2])));
    }
}
END_TEST

/* − ln p against the textbook formulas. */
START_TEST(values)
{
    enum { N = 6 };
    real counts[N] = { 0, 1, 7, 0, 3, 250 }, bias[N] = { 0.1, -0.4, 0, 1, 2, 3 }, logits[N] = { 0.3, 0.1, -2, 0.4, 0.9, 2 };
    real log_theta[N] = { 0, 1, -1, 2, 0.5, 3 }, rate[N];
    double library = 0, sum = 0, poisson = 0, nb = 0;
    for (int i = 0; i < N; i++) library += (double)counts[i], sum += exp((double)(logits[i] + bias[i]));
    for (int i = 0; i < N; i++) {
        double mu = library * exp((double)(logits[i] + bias[i])) / sum, x = (double)counts[i], theta = exp((double)log_theta[i]);
        poisson -= x * log(mu) - mu - lgamma(x + 1);
        nb -= lgamma(x + theta) - lgamma(theta) - lgamma(x + 1) + theta * log(theta / (theta + mu)) + x * log(mu / (theta + mu));
    }
    slm_count_args a = { .genes = N, .counts = counts, .library = library, .bias = bias, .coef = 1, .rate = rate };
    real copy[N];
    memcpy(copy, logits, sizeof copy);
    ck_assert_double_eq_tol(slm_count_loss(&a, copy), poisson, 1e-11 * poisson);
    double drift = 0;
    for (int i = 0; i < N; i++) drift += (double)copy[i];
    ck_assert_double_eq_tol(drift, 0, 1e-10); /* a softmax does not feel a common shift */
    memcpy(copy, logits, sizeof copy);
    a.log_theta = log_theta;
    ck_assert_double_eq_tol(slm_count_loss(&a, copy), nb, 1e-11 * nb);
    a.coef = 0;
    memcpy(copy, logits, sizeof copy);
    slm_count_loss(&a, copy);
    for (int i = 0; i < N; i++) ck_assert_double_eq_tol((double)copy[i], exp((double)(logits[i] + bias[i])) / sum, 1e-12);
    /* no count, no term; large dispersion is Poisson */
    real nothing[N] = { 0 };
    slm_count_args empty = { .genes = N, .counts = nothing, .bias = bias, .log_theta = log_theta, .coef = 1, .rate = rate };
    memcpy(copy, logits, sizeof copy);
    ck_assert_double_eq(slm_count_loss(&empty, copy), 0);
    for (int i = 0; i < N; i++) {
        ck_assert_double_eq((double)copy[i], 0);
        log_theta[i] = 40;
    }
    a.coef = 1;
    memcpy(copy, logits, sizeof copy);
    ck_assert_double_eq_tol(slm_count_loss(&a, copy), poisson, 1e-2);
}
END_TEST

static scilama_model *make_model(problem *p, int32_t likelihood)
{
    scilama_model_options o;
    scilama_model *model = NULL;
    small_options(&o);
    o.likelihood = likelihood;
    o.pair_scale = SCILAMA_PAIR_SCALE_RSQRT;
    OK(scilama_model_create(&model, p->dataset, &o, error));
    return model;
}

static void trainer_options(scilama_trainer_options *o, int32_t mode)
{
    scilama_trainer_options_init(o, sizeof *o, SCILAMA_PRESET_RECOMMENDED);
    o->mode = mode;
    o->track_correlation = 1;
    o->batch_size = 12;
    o->gamma = 0.3;
    o->kl_start = 0.7;
    o->seed = 4;
}

static const int32_t modes[] = { SCILAMA_MODE_BETA_VAE, SCILAMA_MODE_GENE, SCILAMA_MODE_DIRECT };

START_TEST(gradient_is_right)
{
    static const char *const frozen[][3] = { { "feature", NULL, NULL }, { "sample", "dispersion", NULL }, { "sample_decoder.output_mean.weight", NULL, NULL } };
    problem p;
    problem_make(&p, 2, 2, 1, 1);
    scilama_model *model = make_model(&p, _i % 2 ? SCILAMA_LIKELIHOOD_NB : SCILAMA_LIKELIHOOD_POISSON);
    stir(model, 0.1);
    scilama_trainer_options o;
    scilama_trainer *trainer = NULL;
    trainer_options(&o, modes[_i / 2]);
    OK(scilama_trainer_create(&trainer, model, p.dataset, &o, error));
    const char *untouched[4] = { frozen[_i / 2][0], frozen[_i / 2][1], frozen[_i / 2][2], NULL };
    check_gradient(model, trainer, 12, untouched);
    scilama_trainer_destroy(trainer);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

/* Training lowers the validation loss, moves the dispersion, and decoded rows add up to target_sum. */
START_TEST(trains_and_decodes)
{
    problem p;
    problem_make(&p, 1, 2, 1, 1);
    scilama_model *model = make_model(&p, SCILAMA_LIKELIHOOD_NB);
    scilama_trainer_options o;
    scilama_trainer *trainer = NULL;
    scilama_step_info info;
    scilama_tensor theta;
    trainer_options(&o, SCILAMA_MODE_DIRECT);
    o.epochs = 40;
    o.kl_start = o.kl_end = 0.1;
    o.lr = 3e-3;
    scilama_step_info_init(&info, sizeof info);
    scilama_tensor_init(&theta, sizeof theta);
    OK(scilama_trainer_create(&trainer, model, p.dataset, &o, error));
    double first = NAN;
    while (!(info.events & SCILAMA_EVENT_FINISHED)) {
        OK(scilama_trainer_step(trainer, &info, error));
        if (isnan(first) && (info.events & SCILAMA_EVENT_EPOCH_END)) first = info.validation_nll;
    }
    scilama_evaluation e;
    scilama_evaluation_init(&e, sizeof e);
    OK(scilama_trainer_evaluate(trainer, SCILAMA_SPLIT_VALIDATION, &e, error));
    ck_assert_msg(e.nll < first, "validation nll %g after %g", e.nll, first);
    ck_assert(e.pearson > 0.2 && e.pearson <= 1);
    OK(scilama_model_find_parameter(model, "dispersion.log_theta", &theta, error));
    int moved = 0;
    for (int g = 0; g < GENES; g++) moved += ((real *)theta.data)[g] != 0;
    ck_assert_int_eq(moved, GENES);
    scilama_trainer_destroy(trainer);
    static float values[CELLS * GENES];
    for (int round = 0; round < 3; round++) {
        scilama_decode_options d;
        scilama_decode_options_init(&d, sizeof d);
        d.head = round != 1 ? SCILAMA_HEAD_PAIRED : SCILAMA_HEAD_CELL;
        d.average_batches = round == 2;
        d.unscale = round == 1;
        OK(scilama_model_decode(model, p.dataset, &d, values, 0, error));
        for (int c = 0; c < CELLS; c++) {
            double sum = 0;
            for (int g = 0; g < GENES; g++) {
                ck_assert(values[c * GENES + g] >= 0);
                sum += (double)values[c * GENES + g];
            }
            ck_assert_double_eq_tol(sum, 1e4, 0.1);
        }
    }
    char path[] = "/tmp/scilama-counts-XXXXXX";
    int fd = mkstemp(path);
    ck_assert(fd >= 0);
    OK(scilama_model_save(model, path, error));
    scilama_model *again = NULL;
    OK(scilama_model_load(&again, p.ctx, path, error));
    remove(path);
    static float loaded[CELLS * GENES];
    OK(scilama_model_decode(model, p.dataset, NULL, values, 0, error));
    OK(scilama_model_decode(again, p.dataset, NULL, loaded, 0, error));
    for (int i = 0; i < CELLS * GENES; i++) ck_assert_float_eq_tol(values[i], loaded[i], 1e-3f * (1 + values[i]));
    scilama_model_destroy(again);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

/* The same data as CSR, and with genes that the model does not use. */
START_TEST(storage_does_not_matter)
{
    double nll[2] = { 0 };
    for (int csr = 0; csr < 2; csr++) {
        problem p;
        problem_make(&p, 1 + csr, 1, 1, 1);
        static float values[CELLS * GENES];
        static int32_t indices[CELLS * GENES];
        int64_t indptr[CELLS + 1] = { 0 }, at = 0;
        scilama_matrix m;
        scilama_matrix_init(&m, sizeof m);
        m.rows = CELLS;
        m.cols = GENES;
        if (csr) {
            for (int c = 0; c < CELLS; c++, indptr[c] = at)
                for (int g = 0; g < GENES; g++)
                    if (p.counts[c * GENES + g] > 0) indices[at] = g, values[at++] = p.counts[c * GENES + g];
            m.storage = SCILAMA_STORAGE_CSR;
            m.stored = at;
            m.indptr = indptr;
            m.indptr_type = SCILAMA_DTYPE_I64;
            m.indices = indices;
        } else {
            memcpy(values, p.counts, sizeof values);
        }
        m.values = values;
        scilama_dataset *d = NULL;
        OK(scilama_dataset_create(&d, p.ctx, &m, NULL, p.names, error));
        scilama_preprocess_options po;
        scilama_preprocess_options_init(&po, sizeof po, SCILAMA_PRESET_RECOMMENDED);
        po.hvg = SCILAMA_HVG_SEURAT;
        po.n_top_genes = 17;
        OK(scilama_dataset_preprocess(d, &po, NULL, error));
        scilama_dataset_destroy(p.dataset);
        p.dataset = d;
        scilama_model_options mo;
        scilama_model *model = NULL;
        small_options(&mo);
        mo.likelihood = SCILAMA_LIKELIHOOD_NB;
        OK(scilama_model_create(&model, d, &mo, error));
        scilama_trainer_options o;
        scilama_trainer *trainer = NULL;
        trainer_options(&o, SCILAMA_MODE_BETA_VAE);
        o.batch_size = 40;
        OK(scilama_trainer_create(&trainer, model, d, &o, error));
        nll[csr] = gradient_at(trainer, NULL, 0).nll;
        scilama_trainer_destroy(trainer);
        scilama_model_destroy(model);
        problem_free(&p);
    }
    ck_assert_double_eq(nll[0], nll[1]);
}
END_TEST

START_TEST(refusals)
{
    problem p;
    scilama_error error;
    problem_make(&p, 1, 1, 1, 1);
    scilama_model *model = make_model(&p, SCILAMA_LIKELIHOOD_POISSON);
    scilama_trainer_options o;
    scilama_trainer *trainer = NULL;
    trainer_options(&o, SCILAMA_MODE_DIRECT);
    o.gene_batch = 5;
    ck_assert_int_eq(scilama_trainer_create(&trainer, model, p.dataset, &o, &error), SCILAMA_E_INVALID);
    ck_assert_ptr_nonnull(strstr(error.message, "gene_batch"));
    scilama_model_destroy(model);
    model = NULL;
    float values[CELLS * GENES];
    memcpy(values, p.counts, sizeof values);
    values[3 * GENES + 5] = 0.5f;
    scilama_matrix m;
    scilama_dataset *d = NULL;
    scilama_matrix_init(&m, sizeof m);
    m.rows = CELLS;
    m.cols = GENES;
    m.values = values;
    OK(scilama_dataset_create(&d, p.ctx, &m, NULL, p.names, error));
    scilama_model_options mo;
    small_options(&mo);
    mo.likelihood = SCILAMA_LIKELIHOOD_NB;
    ck_assert_int_eq(scilama_model_create(&model, d, &mo, &error), SCILAMA_E_INVALID);
    ck_assert_ptr_nonnull(strstr(error.message, p.names[5]));
    mo.likelihood = 7;
    ck_assert_int_eq(scilama_model_create(&model, d, &mo, &error), SCILAMA_E_INVALID);
    scilama_dataset_destroy(d);
    problem_free(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("counts");
    TCase *c = tcase_create("counts");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, special_functions);
    tcase_add_test(c, values);
    tcase_add_loop_test(c, gradient_is_right, 0, 6);
    tcase_add_test(c, trains_and_decodes);
    tcase_add_test(c, storage_does_not_matter);
    tcase_add_test(c, refusals);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
