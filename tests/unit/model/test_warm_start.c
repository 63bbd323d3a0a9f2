/* SPDX-License-Identifier: MIT */
#include "problem.h"

static scilama_model *make_model(problem *p, uint64_t seed, int64_t pca)
{
    scilama_model_options o;
    scilama_model *model = NULL;
    small_options(&o);
    o.seed = seed;
    o.embed_pca = pca;
    o.batch_norm = 1;
    OK(scilama_model_create(&model, p->dataset, &o, error));
    stir(model, 0.1 * (double)seed);
    return model;
}

/* 1: equal, 0: different */
static int same(const scilama_model *a, const char *name, const scilama_model *b, const char *other)
{
    scilama_tensor s, t;
    scilama_tensor_init(&s, sizeof s);
    scilama_tensor_init(&t, sizeof t);
    OK(scilama_model_find_parameter(a, name, &s, error));
    OK(scilama_model_find_parameter(b, other, &t, error));
    return s.rows == t.rows && s.cols == t.cols && memcmp(s.data, t.data, (size_t)(s.rows * s.cols) * sizeof(real)) == 0;
}

START_TEST(everything)
{
    problem p;
    problem_make(&p, 1, 2, 1, 1);
    scilama_model *a = make_model(&p, 1, 0), *b = make_model(&p, 2, 0);
    int64_t copied = -1;
    OK(scilama_model_copy_parameters(a, b, NULL, NULL, &copied, error));
    ck_assert_int_eq(copied, scilama_model_parameters(a));
    for (int64_t i = 0; i < copied; i++) {
        scilama_tensor t;
        scilama_tensor_init(&t, sizeof t);
        OK(scilama_model_parameter(a, i, &t, error));
        ck_assert_msg(same(a, t.name, b, t.name), "%s", t.name);
    }
    scilama_model_destroy(a);
    scilama_model_destroy(b);
    problem_free(&p);
}
END_TEST

START_TEST(one_modality)
{
    problem p;
    problem_make(&p, 1, 2, 1, 1);
    scilama_model *a = make_model(&p, 1, _i ? 5 : 0), *b = make_model(&p, 2, _i ? 5 : 0);
    int64_t copied = -1;
    OK(scilama_model_copy_parameters(a, b, "feature_encoder.encoders.1.", NULL, &copied, error));
    ck_assert_int_eq(copied, 2 * (2 + 5) + 4);
    ck_assert(same(a, "feature_encoder.encoders.1.enc_hidden.0.weight", b, "feature_encoder.encoders.1.enc_hidden.0.weight"));
    ck_assert(!same(a, "feature_encoder.encoders.0.latent_mu.weight", b, "feature_encoder.encoders.0.latent_mu.weight"));
    /* another modality: its first weight reads other columns, the rest fits */
    OK(scilama_model_copy_parameters(a, b, "feature_encoder.encoders.1.", "feature_encoder.encoders.0.", &copied, error));
    ck_assert_int_eq(copied, 2 * (2 + 5) + 3);
    ck_assert(same(a, "feature_encoder.encoders.1.latent_mu.weight", b, "feature_encoder.encoders.0.latent_mu.weight"));
    scilama_error error;
    ck_assert_int_eq(scilama_model_copy_parameters(a, b, "nothing.", NULL, &copied, &error), SCILAMA_E_NOTFOUND);
    ck_assert_int_eq(copied, 0);
    ck_assert_int_eq(scilama_model_copy_parameters(a, NULL, NULL, NULL, NULL, &error), SCILAMA_E_INVALID);
    scilama_model_destroy(a);
    scilama_model_destroy(b);
    problem_free(&p);
}
END_TEST

/* Equal shapes of other genes or other categories are not the same parameters. */
START_TEST(meaning_counts)
{
    static const char *const other[2] = { "x", "z" };
    problem p, q;
    problem_make(&p, 1, 2, 1, 1);
    problem_make_batches(&q, 1, 2, 1, 2, other);
    scilama_model *a = make_model(&p, 1, 0), *b = make_model(&q, 2, 0);
    int64_t copied = -1;
    OK(scilama_model_copy_parameters(a, b, NULL, NULL, &copied, error));
    /* not: first weights of the cell encoder and decoder */
    ck_assert_int_eq(copied, scilama_model_parameters(a) - 2);
    ck_assert(!same(a, "sample_encoder.enc_hidden.0.weight", b, "sample_encoder.enc_hidden.0.weight"));
    ck_assert(!same(a, "sample_decoder.dec_hidden.0.0.weight", b, "sample_decoder.dec_hidden.0.0.weight"));
    ck_assert(same(a, "sample_decoder.output_mean.weight", b, "sample_decoder.output_mean.weight"));
    scilama_model_destroy(b);
    problem_free(&q);
    /* other principal axes */
    problem_make(&q, 1, 2, 1, 3);
    scilama_model_destroy(a);
    a = make_model(&p, 1, 5), b = make_model(&q, 2, 5);
    OK(scilama_model_copy_parameters(a, b, NULL, NULL, &copied, error));
    ck_assert_int_eq(copied, scilama_model_parameters(a) - 2);
    ck_assert(!same(a, "feature_encoder.encoders.0.enc_hidden.0.weight", b, "feature_encoder.encoders.0.enc_hidden.0.weight"));
    scilama_model_destroy(a);
    scilama_model_destroy(b);
    problem_free(&p);
    problem_free(&q);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("warm_start");
    TCase *c = tcase_create("warm_start");
    tcase_add_test(c, everything);
    tcase_add_loop_test(c, one_modality, 0, 2);
    tcase_add_test(c, meaning_counts);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
