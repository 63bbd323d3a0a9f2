/* SPDX-License-Identifier: MIT */
#include "problem.h"
#include <stdbool.h>
#include <unistd.h>

static const char *const old_batches[2] = { "x", "y" };
static const char *const new_batches[2] = { "w", "a" }; /* "a" sorts before the old ones */
static const char *const added[2] = { "w", "a" };

static scilama_model *trained_model(problem *p, int encoder_covariates, int depth, int axes)
{
    scilama_model_options mo;
    scilama_trainer_options o;
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    small_options(&mo);
    if (depth == 1) mo.hidden[1] = 0;
    mo.axes = axes;
    mo.encoder_covariates = encoder_covariates;
    OK(scilama_model_create(&model, p->dataset, &mo, error));
    scilama_trainer_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED);
    o.mode = SCILAMA_MODE_DIRECT;
    o.epochs = 3;
    OK(scilama_trainer_create(&trainer, model, p->dataset, &o, error));
    OK(scilama_trainer_run(trainer, NULL, NULL, NULL, error));
    scilama_trainer_destroy(trainer);
    return model;
}

static void frozen_options(scilama_trainer_options *o)
{
    scilama_trainer_options_init(o, sizeof *o, SCILAMA_PRESET_RECOMMENDED);
    o->mode = SCILAMA_MODE_DIRECT;
    o->batch_size = 10;
    o->epochs = 5;
    o->lr = 0.01;
    o->freeze_reference = 1;
}

START_TEST(reference_stays)
{
    static float before[CELLS * 4], between[CELLS * 4], after[CELLS * 4], query[2][CELLS * 4], decoded[2][CELLS * GENES];
    problem p, q;
    problem_make(&p, 1, 1, 1, 1);
    problem_make_batches(&q, 1, 1, 0, 2, new_batches);
    scilama_model *model = trained_model(&p, _i == 4 ? SCILAMA_ENCODER_COVARIATES_CLUSTERS : _i != 1, _i == 2 ? 1 : 2, _i >= 3 ? 3 : 0);
    OK(scilama_model_encode_cells(model, p.dataset, before, NULL, 0, error));
    OK(scilama_model_encode_cells(model, q.dataset, query[0], NULL, 0, error)); /* unknown batches */
    OK(scilama_model_decode(model, p.dataset, NULL, decoded[0], 0, error));
    OK(scilama_model_extend_covariate(model, "batch", added, 2, error));
    scilama_model_info mi;
    scilama_model_info_init(&mi, sizeof mi);
    OK(scilama_model_get_info(model, &mi, error));
    ck_assert_int_eq(mi.covariate_columns, 4);
    OK(scilama_model_encode_cells(model, p.dataset, between, NULL, 0, error));
    for (int i = 0; i < CELLS * 4; i++) ck_assert_float_eq_tol(before[i], between[i], 1e-6f);
    OK(scilama_model_encode_cells(model, q.dataset, after, NULL, 0, error));
    for (int i = 0; i < CELLS * 4; i++) ck_assert_float_eq_tol(query[0][i], after[i], 1e-6f);

    scilama_trainer_options o;
    scilama_trainer *trainer = NULL;
    scilama_tensor encoder, decoder;
    scilama_tensor_init(&encoder, sizeof encoder);
    scilama_tensor_init(&decoder, sizeof decoder);
    OK(scilama_model_find_parameter(model, "sample_encoder.enc_hidden.0.weight", &encoder, error));
    OK(scilama_model_find_parameter(model, _i == 2 ? "sample_decoder.dec_hidden.weight" : "sample_decoder.dec_hidden.0.0.weight", &decoder, error));
    scilama_tensor all;
    scilama_tensor_init(&all, sizeof all);
    OK(scilama_model_parameter(model, 0, &all, error));
    real *kept = malloc((size_t)mi.parameters * sizeof *kept);
    memcpy(kept, all.data, (size_t)mi.parameters * sizeof *kept);
    frozen_options(&o);
    OK(scilama_trainer_create(&trainer, model, q.dataset, &o, error));
    OK(scilama_trainer_run(trainer, NULL, NULL, NULL, error));
    scilama_trainer_destroy(trainer);
    bool columns = _i != 1 && _i != 4; /* the encoder has columns to train */
    int64_t moved = 0, column = 4 + 2, read = _i >= 3 ? 3 : GENES, encoder_column = read + 2;
    for (int64_t i = 0; i < mi.parameters; i++) moved += kept[i] != ((real *)all.data)[i];
    ck_assert(moved > 0);
    ck_assert_int_le(moved, (columns ? 2 * encoder.rows : 0) + 2 * decoder.rows + 2 * GENES);
    ck_assert_int_eq(decoder.cols, 4 + 4);
    for (int64_t r = 0; r < decoder.rows; r++)
        for (int64_t c = 0; c < 8; c++)
            ck_assert_int_eq(((real *)decoder.data)[r * 8 + c] != kept[(real *)decoder.data - (real *)all.data + r * 8 + c], c >= column);
    if (columns) {
        ck_assert_int_eq(encoder.cols, read + 4);
        ck_assert(((real *)encoder.data)[encoder_column] != 0 && ((real *)encoder.data)[encoder_column + 1] != 0);
    } else {
        ck_assert_int_eq(encoder.cols, read);
    }
    OK(scilama_model_encode_cells(model, p.dataset, after, NULL, 0, error));
    OK(scilama_model_decode(model, p.dataset, NULL, decoded[1], 0, error));
    ck_assert_mem_eq(between, after, sizeof after); /* to the bit */
    for (int i = 0; i < CELLS * GENES; i++) ck_assert_float_eq_tol(decoded[0][i], decoded[1][i], 1e-5f);
    OK(scilama_model_encode_cells(model, q.dataset, query[1], NULL, 0, error));
    if (columns) ck_assert(memcmp(query[0], query[1], sizeof after) != 0);
    free(kept);
    scilama_model_destroy(model);
    problem_free(&p);
    problem_free(&q);
}
END_TEST

START_TEST(misuse)
{
    problem p;
    scilama_error error;
    problem_make_batches(&p, 1, 1, 1, 1, old_batches);
    scilama_model *model = trained_model(&p, 1, 2, 0);
    scilama_trainer_options o;
    scilama_trainer *trainer = NULL;
    static const char *const known[1] = { "y" }, *const twice[2] = { "n", "n" }, *const empty[1] = { NULL };
    frozen_options(&o);
    ck_assert_int_eq(scilama_trainer_create(&trainer, model, p.dataset, &o, &error), SCILAMA_E_STATE); /* nothing added */
    ck_assert_int_eq(scilama_model_extend_covariate(model, "batch", known, 1, &error), SCILAMA_E_DUPLICATE);
    ck_assert_int_eq(scilama_model_extend_covariate(model, "batch", twice, 2, &error), SCILAMA_E_DUPLICATE);
    ck_assert_int_eq(scilama_model_extend_covariate(model, "donor", added, 2, &error), SCILAMA_E_NOTFOUND);
    ck_assert_int_eq(scilama_model_extend_covariate(model, "batch", empty, 1, &error), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_model_extend_covariate(model, "batch", added, 0, &error), SCILAMA_E_INVALID);
    OK(scilama_model_extend_covariate(model, "batch", added, 1, error));
    OK(scilama_model_extend_covariate(model, "batch", added + 1, 1, error));
    o.weight_decay = 0.1;
    ck_assert_int_eq(scilama_trainer_create(&trainer, model, p.dataset, &o, &error), SCILAMA_E_INVALID);
    o.weight_decay = 0;
    o.mode = SCILAMA_MODE_STEPWISE;
    ck_assert_int_eq(scilama_trainer_create(&trainer, model, p.dataset, &o, &error), SCILAMA_E_INVALID);
    o.mode = SCILAMA_MODE_BETA_VAE;
    OK(scilama_trainer_create(&trainer, model, p.dataset, &o, error));
    static const char *const later[1] = { "later" };
    ck_assert_int_eq(scilama_model_extend_covariate(model, "batch", later, 1, &error), SCILAMA_E_STATE);
    scilama_trainer_destroy(trainer);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

/* Cells whose counts are of another depth in some genes: the columns bring them among the reference's, whose own cells stay. */
START_TEST(adapts)
{
    static float before[CELLS * 4], after[CELLS * 4], query[2][CELLS * 4];
    problem p, q;
    problem_make(&p, 1, 1, 1, 1);
    problem_make_batches(&q, 1, 1, 0, 2, new_batches);
    scilama_error told;
    scilama_adapt_options o;
    scilama_adapt_report r;
    scilama_reference *reference = NULL;
    scilama_model *model = trained_model(&p, _i == 4 ? SCILAMA_ENCODER_COVARIATES_CLUSTERS : _i != 1, _i == 2 ? 1 : 2, _i >= 3 ? 3 : 0);
    scilama_adapt_options_init(&o, sizeof o);
    scilama_adapt_report_init(&r, sizeof r);
    o.decoder_steps = 5;
    OK(scilama_model_encode_cells(model, p.dataset, before, NULL, 0, error));
    OK(scilama_model_encode_cells(model, q.dataset, query[0], NULL, 0, error));
    OK(scilama_reference_create(&reference, p.ctx, before, CELLS, 4, 0, error));
    OK(scilama_model_set_reference(model, reference, error));
    scilama_reference_destroy(reference);
    OK(scilama_model_adapt(model, p.dataset, &o, &r, error)); /* nothing new */
    ck_assert_int_eq(r.categories, 0);
    ck_assert(isnan(r.apart_before));
    o.decoder_steps = -1;
    ck_assert_int_eq(scilama_model_adapt(model, q.dataset, &o, &r, &told), SCILAMA_E_INVALID);
    o.decoder_steps = 5;
    OK(scilama_model_adapt(model, q.dataset, &o, &r, error));
    ck_assert_int_eq(r.categories, 2);
    ck_assert_int_eq(r.cells, CELLS);
    ck_assert_int_eq(r.aligned, _i == 4 ? 2 : 0); /* clusters alone are aligned */
    OK(scilama_model_encode_cells(model, p.dataset, after, NULL, 0, error));
    OK(scilama_model_encode_cells(model, q.dataset, query[1], NULL, 0, error));
    for (int i = 0; i < CELLS * 4; i++) ck_assert_float_eq_tol(before[i], after[i], 1e-6f);
    if (_i < 4) {
        ck_assert(isnan(r.apart_after));
        ck_assert((memcmp(query[0], query[1], sizeof after) == 0) == (_i == 1)); /* an encoder without covariates has nothing to adapt */
    } else {
        ck_assert_msg(r.apart_after < 0.5 * r.apart_before, "%g %g", r.apart_after, r.apart_before);
        /* the mean of every column of each new batch is nearer the reference's */
        double apart[2] = { 0 };
        for (int k = 0; k < 2; k++)
            for (int b = 0; b < 2; b++)
                for (int j = 0; j < 4; j++) {
                    double t = 0;
                    for (int c = 0; c < CELLS; c++) t += (double)before[c * 4 + j] / CELLS - (c % 2 == b ? (double)query[k][c * 4 + j] / (CELLS / 2) : 0);
                    apart[k] += t * t;
                }
        ck_assert_double_lt(apart[1], apart[0]);
    }
    OK(scilama_model_adapt(model, q.dataset, &o, &r, error)); /* known by now */
    ck_assert_int_eq(r.categories, 0);
    scilama_model_destroy(model);
    problem_free(&p);
    problem_free(&q);
}
END_TEST

static int64_t left; /* allocations before one fails; negative: none does */

static void *count_down(void *user, size_t size, size_t align)
{
    void *out = NULL;
    (void)user;
    if (left == 0) return NULL;
    if (left > 0) left--;
    return posix_memalign(&out, align < sizeof(void *) ? sizeof(void *) : align, size) ? NULL : out;
}

static void give_back(void *user, void *block, size_t size, size_t align)
{
    (void)user;
    (void)size;
    (void)align;
    free(block);
}

/* Every allocation of adapting fails in turn: it says so, and the reference's cells stay as they were. */
START_TEST(adapting_without_memory)
{
    static float before[CELLS * 4], after[CELLS * 4];
    const scilama_allocator failing = { NULL, count_down, give_back };
    scilama_adapt_options o;
    scilama_reference *reference = NULL;
    problem p, q;
    int64_t n = 0, most = 2000;
    left = -1;
    problem_allocator = &failing;
    problem_make(&p, 1, 1, 1, 1);
    problem_make_batches(&q, 1, 1, 0, 2, new_batches);
    scilama_adapt_options_init(&o, sizeof o);
    o.decoder_steps = 1;
    scilama_model *model = trained_model(&p, 1, 2, 0);
    OK(scilama_model_encode_cells(model, p.dataset, before, NULL, 0, error));
    OK(scilama_reference_create(&reference, p.ctx, before, CELLS, 4, 0, error));
    OK(scilama_model_set_reference(model, reference, error));
    scilama_reference_destroy(reference);
    void *bytes = NULL;
    int64_t size = 0;
    OK(scilama_model_save_memory(model, &bytes, &size, error));
    scilama_status status = SCILAMA_E_NOMEM;
    for (; status && n < most; n++) {
        scilama_model *copy = NULL;
        scilama_error told = { 0 };
        OK(scilama_model_load_memory(&copy, p.ctx, bytes, size, error));
        left = n;
        status = scilama_model_adapt(copy, q.dataset, &o, NULL, &told);
        left = -1;
        if (status) {
            ck_assert_int_eq(status, SCILAMA_E_NOMEM);
            ck_assert(told.message[0] != 0);
        }
        OK(scilama_model_encode_cells(copy, p.dataset, after, NULL, 0, error));
        for (int i = 0; i < CELLS * 4; i++) ck_assert_float_eq_tol(before[i], after[i], 1e-6f);
        scilama_model_destroy(copy);
    }
    ck_assert(n > 30 && n < most);
    scilama_bytes_destroy(p.ctx, bytes);
    scilama_model_destroy(model);
    problem_free(&p);
    problem_free(&q);
    problem_allocator = NULL;
}
END_TEST

static void expect(const scilama_model *model, int64_t index, const char *name, int32_t kind, int64_t first, int64_t columns)
{
    scilama_covariate_info info;
    scilama_covariate_info_init(&info, sizeof info);
    OK(scilama_model_covariate(model, index, &info, error));
    ck_assert_str_eq(info.name, name);
    ck_assert_int_eq(info.kind, kind);
    ck_assert_int_eq(info.first, first);
    ck_assert_int_eq(info.columns, columns);
    bool categorical = kind == SCILAMA_COVARIATE_CATEGORICAL, continuous = kind == SCILAMA_COVARIATE_CONTINUOUS;
    ck_assert_int_eq(info.categories, categorical ? columns : 0);
    ck_assert_double_eq(info.mean, continuous ? 14.5 : 0); /* of 0 … 29, the training cells */
    ck_assert_double_eq_tol(info.deviation, continuous ? sqrt(899.0 / 12) : 1, 1e-12);
    ck_assert_ptr_null(scilama_model_category(model, index, categorical ? columns : 0));
    ck_assert_ptr_null(scilama_model_category(model, index, -1));
}

static void expect_all(const scilama_model *model, const char *const *categories, int64_t count)
{
    scilama_model_info mi;
    scilama_model_info_init(&mi, sizeof mi);
    OK(scilama_model_get_info(model, &mi, error));
    ck_assert_int_eq(mi.covariate_columns, count + 2);
    ck_assert_int_eq(scilama_model_covariates(model), 3);
    expect(model, 0, "batch", SCILAMA_COVARIATE_CATEGORICAL, 0, count);
    expect(model, 1, "place", SCILAMA_COVARIATE_CONTINUOUS, count, 1);
    expect(model, 2, "other", SCILAMA_COVARIATE_RAW, count + 1, 1);
    for (int64_t i = 0; i < count; i++) ck_assert_str_eq(scilama_model_category(model, 0, i), categories[i]);
}

START_TEST(covariates_are_listed)
{
    problem p;
    scilama_model_options mo;
    scilama_model *model = NULL, *loaded = NULL;
    scilama_error error;
    double place[CELLS];
    static const char *const extended[4] = { "x", "y", "w", "a" };
    char path[64];
    for (int i = 0; i < CELLS; i++) place[i] = i;
    problem_make(&p, 1, 1, 1, 1);
    OK(scilama_dataset_set_numeric(p.dataset, "place", place, error));
    OK(scilama_dataset_set_numeric(p.dataset, "other", place, error));
    OK(scilama_dataset_use_covariate(p.dataset, "place", SCILAMA_COVARIATE_CONTINUOUS, error));
    OK(scilama_dataset_use_covariate(p.dataset, "other", SCILAMA_COVARIATE_RAW, error));
    small_options(&mo);
    OK(scilama_model_create(&model, p.dataset, &mo, error));
    expect_all(model, old_batches, 2);
    OK(scilama_model_extend_covariate(model, "batch", added, 2, error));
    expect_all(model, extended, 4);
    snprintf(path, sizeof path, "covariates_%d.h5", (int)getpid());
    OK(scilama_model_save(model, path, error));
    OK(scilama_model_load(&loaded, p.ctx, path, error));
    remove(path);
    expect_all(loaded, extended, 4);
    scilama_covariate_info info;
    scilama_covariate_info_init(&info, sizeof info);
    ck_assert_int_eq(scilama_model_covariate(model, 3, &info, &error), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_model_covariate(model, -1, &info, &error), SCILAMA_E_INVALID);
    ck_assert_ptr_null(scilama_model_category(model, 3, 0));
    scilama_model_destroy(loaded);
    scilama_model_destroy(model);
    problem_free(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("extend");
    TCase *c = tcase_create("extend");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, reference_stays, 0, 5);
    tcase_add_loop_test(c, adapts, 0, 5);
    tcase_add_test(c, adapting_without_memory);
    tcase_add_test(c, covariates_are_listed);
    tcase_add_test(c, misuse);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
