/* SPDX-License-Identifier: MIT */
#include "problem.h"

static scilama_model *make_model(problem *p)
{
    scilama_model_options o;
    scilama_model *model = NULL;
    small_options(&o);
    o.fusion = SCILAMA_FUSION_POE;
    OK(scilama_model_create(&model, p->dataset, &o, error));
    stir(model, 0.1);
    return model;
}

static void trainer_options(scilama_trainer_options *o, int32_t mode)
{
    scilama_trainer_options_init(o, sizeof *o, SCILAMA_PRESET_PUBLISHED);
    o->mode = mode;
    o->batch_size = 12;
    o->gene_batch = 11;
    o->gamma = 0.3;
    o->kl_start = 0.7;
    o->seed = 4;
}

static const int32_t modes[] = { SCILAMA_MODE_BETA_VAE, SCILAMA_MODE_GENE, SCILAMA_MODE_DIRECT };

START_TEST(gradient_is_right)
{
    static const char *const frozen[] = { "feature", "sample", "sample_decoder.output_mean.weight" };
    problem p;
    problem_make(&p, 1, 2, 1, 1);
    scilama_model *model = make_model(&p);
    scilama_trainer_options o;
    scilama_trainer *trainer = NULL;
    trainer_options(&o, modes[_i]);
    OK(scilama_trainer_create(&trainer, model, p.dataset, &o, error));
    const char *untouched[] = { frozen[_i], NULL };
    check_gradient(model, trainer, 12, untouched);
    scilama_trainer_destroy(trainer);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

/* Loss and gradient, averaged over many draws, are those of all genes. */
START_TEST(unbiased)
{
    enum { DRAWS = 250 };
    problem p;
    problem_make(&p, 1, 2, 1, 1);
    scilama_model_options mo;
    scilama_model *model = NULL;
    small_options(&mo);
    mo.dropout = 0;
    OK(scilama_model_create(&model, p.dataset, &mo, error));
    stir(model, 0.1);
    scilama_model_info mi;
    scilama_model_info_init(&mi, sizeof mi);
    OK(scilama_model_get_info(model, &mi, error));
    real *grad[2];
    double nll[2] = { 0 }, kl[2] = { 0 };
    for (int part = 0; part < 2; part++) {
        scilama_trainer_options o;
        scilama_trainer *trainer = NULL;
        scilama_tensor t;
        scilama_step_info info;
        trainer_options(&o, modes[_i]);
        o.sampling = SCILAMA_SAMPLING_MEAN;
        o.gene_batch = part ? 11 : 0;
        scilama_tensor_init(&t, sizeof t);
        scilama_step_info_init(&info, sizeof info);
        OK(scilama_trainer_create(&trainer, model, p.dataset, &o, error));
        for (int d = 0; d < DRAWS; d++) {
            OK(scilama_trainer_forward_backward(trainer, NULL, 0, &info, error));
            nll[part] += info.nll / DRAWS;
            kl[part] += info.kl_f / DRAWS;
        }
        OK(scilama_trainer_gradients(trainer, &t, error));
        grad[part] = malloc((size_t)mi.parameters * sizeof **grad);
        for (int64_t i = 0; i < mi.parameters; i++) grad[part][i] = ((real *)t.data)[i] / DRAWS;
        scilama_trainer_destroy(trainer);
    }
    double off = 0, squares = 0;
    for (int64_t i = 0; i < mi.parameters; i++) {
        off += (double)(grad[1][i] - grad[0][i]) * (double)(grad[1][i] - grad[0][i]);
        squares += (double)grad[0][i] * (double)grad[0][i];
    }
    ck_assert_msg(fabs(nll[1] - nll[0]) < 0.02 * nll[0], "nll %g instead of %g", nll[1], nll[0]);
    if (_i) ck_assert_msg(fabs(kl[1] - kl[0]) < 0.02 * kl[0], "kl %g instead of %g", kl[1], kl[0]);
    ck_assert_msg(off < 0.01 * squares, "gradient off by %g of %g", sqrt(off), sqrt(squares));
    free(grad[0]), free(grad[1]);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

static void train(real *weights, int threads, int64_t gene_batch, int64_t *parameters, int interrupt)
{
    problem p;
    problem_make(&p, threads, 2, 1, 1);
    scilama_model *model = make_model(&p);
    scilama_trainer_options o;
    scilama_trainer *trainer = NULL;
    scilama_step_info info;
    trainer_options(&o, SCILAMA_MODE_STEPWISE);
    o.gene_batch = gene_batch;
    o.epochs = 4;
    scilama_step_info_init(&info, sizeof info);
    OK(scilama_trainer_create(&trainer, model, p.dataset, &o, error));
    for (int step = 0; !(info.events & SCILAMA_EVENT_FINISHED); step++) {
        OK(scilama_trainer_step(trainer, &info, error));
        if (!interrupt || step % 5 != 4 || info.events) continue;
        int64_t size = scilama_trainer_state_size(trainer);
        void *state = malloc((size_t)size);
        OK(scilama_trainer_state_get(trainer, state, size, error));
        scilama_trainer_destroy(trainer);
        OK(scilama_trainer_create(&trainer, model, p.dataset, &o, error));
        OK(scilama_trainer_state_set(trainer, state, size, error));
        free(state);
    }
    scilama_model_info mi;
    scilama_tensor t;
    scilama_model_info_init(&mi, sizeof mi);
    scilama_tensor_init(&t, sizeof t);
    OK(scilama_model_get_info(model, &mi, error));
    OK(scilama_model_parameter(model, 0, &t, error));
    *parameters = mi.parameters;
    memcpy(weights, t.data, (size_t)mi.parameters * sizeof *weights); /* the first lies at the start of the block */
    scilama_trainer_destroy(trainer);
    scilama_model_destroy(model);
    problem_free(&p);
}

START_TEST(same_for_any_thread_count_and_after_restoring)
{
    static real a[20000], b[20000];
    int64_t n, m;
    train(a, 1, 13, &n, 0);
    ck_assert(n < 20000);
    train(b, 3, 13, &m, 0);
    ck_assert_mem_eq(a, b, (size_t)n * sizeof *a);
    train(b, 2, 13, &m, 1);
    ck_assert_mem_eq(a, b, (size_t)n * sizeof *a);
    train(b, 2, 12, &m, 0);
    ck_assert_mem_ne(a, b, (size_t)n * sizeof *a);
    /* all of them, or more than there are, is no mini-batch */
    train(a, 1, 0, &n, 0);
    train(b, 1, GENES, &n, 0);
    ck_assert_mem_eq(a, b, (size_t)n * sizeof *a);
    train(b, 1, 1000, &n, 0);
    ck_assert_mem_eq(a, b, (size_t)n * sizeof *a);
}
END_TEST

static int64_t allocations;
static void *counting(void *user, size_t size, size_t align)
{
    void *block = NULL;
    (void)user;
    allocations++;
    return posix_memalign(&block, align < sizeof(void *) ? sizeof(void *) : align, size ? size : 1) ? NULL : block;
}
static void releasing(void *user, void *block, size_t size, size_t align) { (void)user, (void)size, (void)align, free(block); }

START_TEST(steps_allocate_nothing)
{
    problem p;
    scilama_allocator allocator = { NULL, counting, releasing };
    problem_allocator = &allocator;
    problem_make(&p, 2, 2, 1, 1);
    problem_allocator = NULL;
    scilama_model *model = make_model(&p);
    scilama_trainer_options o;
    scilama_trainer *trainer = NULL;
    scilama_step_info info;
    trainer_options(&o, SCILAMA_MODE_STEPWISE);
    o.epochs = 3;
    scilama_step_info_init(&info, sizeof info);
    OK(scilama_trainer_create(&trainer, model, p.dataset, &o, error));
    int64_t before = allocations;
    ck_assert(before > 0);
    while (!(info.events & SCILAMA_EVENT_FINISHED)) OK(scilama_trainer_step(trainer, &info, error));
    ck_assert_int_eq(allocations, before);
    scilama_trainer_destroy(trainer);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gene_batch");
    TCase *c = tcase_create("gene_batch");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, gradient_is_right, 0, 3);
    tcase_add_loop_test(c, unbiased, 0, 3);
    tcase_add_test(c, same_for_any_thread_count_and_after_restoring);
    tcase_add_test(c, steps_allocate_nothing);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
