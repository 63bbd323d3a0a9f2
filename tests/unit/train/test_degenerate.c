/* SPDX-License-Identifier: MIT */
/* A thousand problems at the edge: one cell, one gene, one latent unit, constant genes,
 * empty cells, values up to 1e30, learning rates up to 10. Nothing may crash, no weight
 * may end as NaN or infinity, and a refusal says why. */

#include "problem.h"

enum { PROBLEMS = 1000 };

static slm_rng_seq draw;
static int64_t pick(int64_t n) { return slm_rng_below(&draw, n); }

static problem_spec degenerate(int index)
{
    static const double scales[] = { 1, 0, 1e-30, 1e3, 1e10, 1e18, 1e25, 1e30, 1e37 };
    static const double rates[] = { 1e-3, 0.1, 1, 10 };
    static const int64_t sizes[] = { 1, 2, 3, 16, 17, 33 };
    problem_spec s = problem_default();
    s.seed = (uint64_t)index;
    s.cells = sizes[pick(6)];
    s.genes = sizes[pick(6)];
    s.validation = s.cells > 1 ? pick(s.cells) : 0;
    s.covariates = pick(2);
    s.batches = pick(3);
    s.modalities = pick(4);
    for (int m = 0; m < 3; m++) s.width[m] = sizes[pick(4)];
    s.density = pick(4) ? 1 : 0.1;
    s.scale = scales[pick(9)];
    s.pattern = (int32_t)pick(5);
    s.preprocess = pick(4) == 0;
    s.storage = 1 + (int32_t)pick(3);
    s.memory = 1 + (int32_t)pick(2);
    memset(s.model.hidden, 0, sizeof s.model.hidden);
    for (int64_t i = 0, depth = 1 + pick(6); i < depth; i++) s.model.hidden[i] = sizes[pick(5)];
    s.model.latent = sizes[pick(4)];
    s.model.activation = (int32_t)pick(9);
    s.model.layer_norm = (int32_t)pick(2);
    s.model.batch_norm = (int32_t)pick(2);
    s.model.fusion = (int32_t)pick(3);
    s.model.pair_scale = (int32_t)pick(2);
    s.model.encoder_covariates = (int32_t)pick(2);
    s.model.embed_center = (int32_t)pick(2);
    s.model.embed_normalize = (int32_t)pick(2);
    s.model.dropout = pick(2) ? 0.1f : pick(2) ? 0.98f : 0;
    s.model.var_eps = pick(2) ? 1e-4f : 0;
    s.trainer.mode = 1 + (int32_t)pick(5);
    s.trainer.lr = rates[pick(4)];
    s.trainer.weight_decay = pick(3) ? 0 : 1 / s.trainer.lr;
    s.trainer.sampling = (int32_t)pick(2);
    s.trainer.batch_size = sizes[pick(6)];
    s.trainer.epochs = 1 + pick(12);
    s.trainer.kl_start = pick(2) ? 0 : 1;
    s.trainer.clip_norm = pick(3) ? 0 : 1;
    s.trainer.on_nonfinite = (int32_t)pick(2);
    s.trainer.max_steps = pick(4) ? 0 : 1 + pick(20);
    s.trainer.gene_batch = pick(4) ? 0 : 1 + pick(s.genes);
    s.model.likelihood = pick(3) ? SCILAMA_LIKELIHOOD_GAUSSIAN : 1 + (int32_t)pick(2);
    if (s.model.likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN && pick(4)) {
        s.pattern = pick(2) ? PATTERN_COUNTS : PATTERN_ZERO_CELLS;
        s.scale = s.pattern == PATTERN_ZERO_CELLS ? 0 : s.scale;
        s.trainer.gene_batch = 0;
    }
    return s;
}

static const char *nonfinite_weight(const scilama_model *model)
{
    const slm_params *p = &model->net.params;
    for (int i = 0; i < p->count; i++)
        for (int64_t e = 0; e < p->item[i].count; e++)
            if (!isfinite(p->value[p->item[i].offset + e])) return p->item[i].name;
    return NULL;
}

static int refused, failed_steps, finished;

static void one_problem(int index)
{
    problem_spec s = degenerate(index);
    problem p;
    scilama_error error = { 0 };
    scilama_status status = problem_try(&p, &s, &error);
    if (status) {
        ck_assert_msg(status == SCILAMA_E_INVALID || status == SCILAMA_E_STATE || status == SCILAMA_E_NONFINITE || status == SCILAMA_E_NOTFOUND,
                      "problem %d: %s: %s", index, scilama_status_name(status), error.message);
        ck_assert_int_gt(strlen(error.message), 10);
        refused++;
        if (getenv("SHOW")) printf("problem %d refused: %s\n", index, error.message);
        problem_free(&p);
        return;
    }
    scilama_step_info info;
    scilama_step_info_init(&info, sizeof info);
    int64_t steps = 0;
    do {
        status = scilama_trainer_step(p.trainer, &info, &error);
        const char *name = nonfinite_weight(p.model);
        ck_assert_msg(!name, "problem %d, step %lld: %s is not finite (scale %g, lr %g)", index, (long long)steps, name, s.scale, s.trainer.lr);
    } while (!status && ++steps < 60 && !(info.events & SCILAMA_EVENT_FINISHED));
    if (status) {
        ck_assert_msg(status == SCILAMA_E_NONFINITE && s.trainer.on_nonfinite == SCILAMA_NONFINITE_FAIL, "problem %d: %s", index, error.message);
        ck_assert_msg(strstr(error.message, "encoder") || strstr(error.message, "decoder") || strstr(error.message, "loss"), "problem %d: %s", index, error.message);
        failed_steps++;
        if (getenv("SHOW")) printf("problem %d (scale %g): %s\n", index, s.scale, error.message);
    }
    finished += (info.events & SCILAMA_EVENT_FINISHED) != 0;
    float *mu = malloc((size_t)((s.cells > s.genes ? s.cells : s.genes) * s.model.latent) * sizeof *mu);
    ck_assert_int_eq(scilama_model_encode_cells(p.model, p.ds, mu, NULL, 0, &error), SCILAMA_OK);
    ck_assert_int_eq(scilama_model_encode_genes(p.model, mu, NULL, 0, &error), SCILAMA_OK);
    free(mu);
    problem_free(&p);
}

START_TEST(degenerate_problems)
{
    draw = slm_rng_sequence(4, SLM_STREAM_SIMULATE, 3, 0);
    for (int i = 0; i < PROBLEMS; i++) one_problem(i);
    printf("degenerate: %d problems, %d refused, %d stopped at a step that names its cause, %d trained to the end\n", PROBLEMS, refused, failed_steps, finished);
    ck_assert_int_gt(finished, PROBLEMS / 3);
    ck_assert_int_gt(failed_steps, 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("degenerate");
    TCase *tc = tcase_create("edges");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, degenerate_problems);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
