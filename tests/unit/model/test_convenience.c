/* SPDX-License-Identifier: MIT */
/* Models in memory, and whole ways in one call: against the parts that they are made of. */
#include "problem.h"

static float first[CELLS * 4], again[CELLS * 4];

START_TEST(a_model_goes_through_memory)
{
    problem p;
    problem_make(&p, 1, 1, 1, 5);
    scilama_model_options o;
    scilama_model *model = NULL, *loaded = NULL;
    scilama_reference *reference = NULL;
    void *bytes = NULL;
    int64_t size = 0, before, after;
    small_options(&o);
    OK(scilama_model_create(&model, p.dataset, &o, error));
    stir(model, 0.1);
    OK(scilama_model_encode_cells(model, p.dataset, first, NULL, 0, error));
    OK(scilama_reference_create(&reference, p.ctx, first, CELLS, 4, 0, error));
    OK(scilama_model_set_reference(model, reference, error));
    scilama_reference_destroy(reference);
    reference = NULL;
    scilama_context_memory(p.ctx, &before, NULL);
    OK(scilama_model_save_memory(model, &bytes, &size, error));
    ck_assert_int_gt(size, 1000);
    OK(scilama_model_load_memory(&loaded, p.ctx, bytes, size, error));
    OK(scilama_model_encode_cells(loaded, p.dataset, again, NULL, 0, error));
    for (int i = 0; i < CELLS * 4; i++) ck_assert_float_eq_tol(first[i], again[i], 1e-4f);
    OK(scilama_model_get_reference(&reference, loaded, error));
    scilama_reference_destroy(reference);
    scilama_model_destroy(loaded);
    /* cut short or changed anywhere, it is refused or sound, in words */
    scilama_error e;
    int refused = 0;
    for (int64_t n = 1; n < size; n += size / 40) {
        ck_assert_int_eq(scilama_model_load_memory(&loaded, p.ctx, bytes, n, &e), SCILAMA_E_FORMAT);
        ck_assert(e.message[0] && !loaded);
        unsigned char *changed = (unsigned char *)bytes + n;
        *changed ^= 0x55;
        if (scilama_model_load_memory(&loaded, p.ctx, bytes, size, &e)) refused++;
        scilama_model_destroy(loaded);
        *changed ^= 0x55;
    }
    ck_assert_int_gt(refused, 10);
    ck_assert_int_eq(scilama_model_load_memory(&loaded, p.ctx, bytes, 0, &e), SCILAMA_E_INVALID);
    scilama_bytes_destroy(p.ctx, bytes);
    scilama_context_memory(p.ctx, &after, NULL);
    ck_assert_int_eq(before, after);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

static int32_t epochs;
static int32_t count_epochs(void *user, const scilama_step_info *info)
{
    (void)info;
    epochs++;
    return user != NULL;
}

/* The same by hand. */
static void by_parts(problem *p, const scilama_model_options *mo, const scilama_trainer_options *to, uint64_t seed, float *out)
{
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    OK(scilama_dataset_split_random(p->dataset, 0.9, 1 - 0.9, seed, "batch", error));
    scilama_preprocess_options recipe;
    scilama_preprocess_options_init(&recipe, sizeof recipe, SCILAMA_PRESET_RECOMMENDED);
    recipe.batch_key = "batch";
    OK(scilama_dataset_preprocess(p->dataset, &recipe, NULL, error));
    OK(scilama_model_create(&model, p->dataset, mo, error));
    OK(scilama_trainer_create(&trainer, model, p->dataset, to, error));
    OK(scilama_trainer_run(trainer, NULL, NULL, NULL, error));
    OK(scilama_model_encode_cells(model, p->dataset, out, NULL, 0, error));
    scilama_trainer_destroy(trainer);
    scilama_model_destroy(model);
}

START_TEST(fit_is_its_parts)
{
    problem p;
    problem_make(&p, 1, _i, 0, 8);
    scilama_model_options mo;
    scilama_trainer_options to;
    scilama_fit_options o;
    scilama_step_info info;
    scilama_error e;
    scilama_model *model = NULL;
    static float x[CELLS * 20], y[CELLS * 20];
    scilama_fit_options_init(&o, sizeof o);
    scilama_step_info_init(&info, sizeof info);
    o.seed = 4;
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_RECOMMENDED);
    scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_RECOMMENDED);
    mo.seed = to.seed = 4;
    to.max_steps = 20;
    to.epochs = 3;
    if (!_i) mo.embed_pca = 50;
    ck_assert_int_eq(mo.latent, 20);
    o.trainer = &to;
    o.progress = count_epochs;
    epochs = 0;
    OK(scilama_fit(&model, p.dataset, &o, &info, error));
    ck_assert_int_gt(epochs, 0);
    ck_assert(info.events & SCILAMA_EVENT_FINISHED);
    OK(scilama_model_encode_cells(model, p.dataset, x, NULL, 0, error));
    scilama_model_destroy(model);
    by_parts(&p, &mo, &to, 4, y);
    ck_assert_mem_eq(x, y, sizeof x);
    /* stopped by the host, refused by an option: no model, and the dataset goes on */
    o.progress_user = &o;
    ck_assert_int_eq(scilama_fit(&model, p.dataset, &o, &info, &e), SCILAMA_E_CALLBACK);
    ck_assert_ptr_null(model);
    o.train_fraction = 1;
    ck_assert_int_eq(scilama_fit(&model, p.dataset, &o, NULL, &e), SCILAMA_E_INVALID);
    o.train_fraction = 0.5;
    to.mode = SCILAMA_MODE_GENE;
    ck_assert_int_eq(scilama_fit(&model, p.dataset, &o, NULL, &e), SCILAMA_E_INVALID);
    to.mode = SCILAMA_MODE_BETA_VAE;
    o.progress = NULL;
    OK(scilama_fit(&model, p.dataset, &o, NULL, error));
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

START_TEST(cluster_is_its_parts)
{
    enum { N = 90, D = 3, K = 14 };
    static float x[N * D], distance[N * K];
    static int32_t index[N * K], a[N], b[N];
    slm_rng_seq s = slm_rng_sequence(3, SLM_STREAM_SIMULATE, 0, 9);
    scilama_context *ctx = make_context(1);
    scilama_graph *graph = NULL;
    scilama_knn_options knn;
    scilama_leiden_options leiden;
    scilama_leiden_report report;
    scilama_cluster_options o;
    for (int i = 0; i < N * D; i++) x[i] = (float)(slm_rng_normal(&s) + 9 * (i / D % 3));
    scilama_knn_options_init(&knn, sizeof knn);
    scilama_leiden_options_init(&leiden, sizeof leiden);
    scilama_leiden_report_init(&report, sizeof report);
    scilama_cluster_options_init(&o, sizeof o);
    OK(scilama_knn(ctx, x, N, D, 0, &knn, index, distance, NULL, error));
    OK(scilama_graph_from_knn(&graph, ctx, SCILAMA_GRAPH_FUZZY, N, K, index, distance, error));
    OK(scilama_graph_leiden(graph, &leiden, a, NULL, error));
    OK(scilama_cluster(ctx, x, N, D, 0, NULL, b, NULL, error));
    ck_assert_mem_eq(a, b, sizeof a);
    o.communities = 3;
    OK(scilama_cluster(ctx, x, N, D, 0, &o, b, &report, error));
    ck_assert_int_eq(report.communities, 3);
    for (int i = 0; i < N; i++) ck_assert_int_eq(b[i], b[i % 3]);
    o.communities = 0;
    OK(scilama_cluster(ctx, x, 3, D, 0, &o, b, NULL, error)); /* fewer points than neighbours */
    ck_assert_int_eq(scilama_cluster(ctx, x, 1, D, 0, &o, b, NULL, NULL), SCILAMA_E_INVALID);
    scilama_graph_destroy(graph);
    scilama_context_destroy(ctx);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("convenience");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 50);
    tcase_add_test(t, a_model_goes_through_memory);
    tcase_add_loop_test(t, fit_is_its_parts, 0, 2);
    tcase_add_test(t, cluster_is_its_parts);
    suite_add_tcase(suite, t);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
