/* SPDX-License-Identifier: MIT */
/* Cells that are a mixture of Gaussians along the axes: found by the first trainer, read by every encoding; other cells are as without. */
#include "problem.h"
#include "train/signal.h"
#include "vae/mixture.h"
#include "vae/shift.h"
#include <unistd.h>

static double unit = 1; /* of all values */

enum { CELLS = 900, GENES = 60, KINDS = 7, AXES = 9, LATENT = 8 };

/* Kinds of cells that lie apart in six genes each, with Gaussian noise, or noise that is now and then four times as large. */
/* The first `cells` of them; covariates < 0: of one batch. */
static problem make_of(int threads, bool heavy, int mixture, int covariates, int cells)
{
    problem p = { 0 };
    scilama_error error[1] = { { 0 } };
    scilama_context_options co;
    scilama_matrix m;
    scilama_context_options_init(&co, sizeof co);
    co.threads = threads;
    ck_assert_int_eq(scilama_context_create(&p.ctx, &co, error), SCILAMA_OK);
    slm_rng_seq rng = slm_rng_sequence(3, SLM_STREAM_SIMULATE, 0, 0);
    float *x = malloc(CELLS * GENES * sizeof *x);
    for (int i = 0; i < CELLS; i++) {
        double activity[10];
        for (int module = 0; module < 10; module++)
            activity[module] = slm_rng_normal(&rng) * (heavy && slm_rng_uniform(&rng) < 0.1 ? 4 : 1) + (module == i % KINDS ? 4 : 0);
        for (int g = 0; g < GENES; g++) x[i * GENES + g] = (float)(unit * (activity[g / 6] + 0.5 * slm_rng_normal(&rng)));
    }
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.memory = SCILAMA_MEMORY_COPY;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = cells;
    m.cols = GENES;
    m.values = p.held[0] = x;
    scilama_model_options mo;
    scilama_trainer_options to;
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_RECOMMENDED);
    scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_RECOMMENDED);
    mo.latent = LATENT;
    mo.axes = AXES;
    mo.hidden[0] = 12, mo.hidden[1] = 10;
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    mo.mixture = mixture;
    to.mode = SCILAMA_MODE_BETA_VAE;
    to.max_steps = 20;
    ck_assert_int_eq(scilama_dataset_create(&p.ds, p.ctx, &m, NULL, NULL, error), SCILAMA_OK);
    if (covariates >= 0) {
        static const char *const batches[] = { "a", "b" };
        int32_t *codes = p.held[1] = malloc(CELLS * sizeof *codes);
        for (int i = 0; i < CELLS; i++) codes[i] = i / KINDS % 2;
        mo.encoder_covariates = covariates;
        ck_assert_int_eq(scilama_dataset_set_codes(p.ds, "batch", codes, batches, 2, error), SCILAMA_OK);
        ck_assert_int_eq(scilama_dataset_use_covariate(p.ds, "batch", SCILAMA_COVARIATE_CATEGORICAL, error), SCILAMA_OK);
    }
    ck_assert_msg(scilama_model_create(&p.model, p.ds, &mo, error) == SCILAMA_OK, "%s", error->message);
    ck_assert_msg(scilama_trainer_create(&p.trainer, p.model, p.ds, &to, error) == SCILAMA_OK, "%s", error->message);
    return p;
}

static problem make(int threads, bool heavy, int mixture) { return make_of(threads, heavy, mixture, -1, CELLS); }

static void encode(const problem *p, float *mu)
{
    scilama_error error[1] = { { 0 } };
    ck_assert_msg(scilama_model_encode_cells(p->model, p->ds, mu, NULL, 0, error) == SCILAMA_OK, "%s", error->message);
}

static const slm_real *parameter(const problem *p, const char *name)
{
    int at = slm_params_find(&p->model->net.params, name);
    ck_assert_msg(at >= 0, "%s", name);
    return p->model->net.params.value + p->model->net.params.item[at].offset;
}

/* y [AXES] of cell i */
static void project(const problem *p, int i, double *y)
{
    const slm_real *axes = parameter(p, "sample_encoder.axes");
    for (int a = 0; a < AXES; a++) {
        y[a] = 0;
        for (int g = 0; g < GENES; g++) y[a] += (double)axes[a * GENES + g] * (double)((const float *)p->held[0])[i * GENES + g];
    }
}

/* ln N(e; 0, Σ), up to (2π)^(-d/2), by Σ⁻¹ = RᵀR. */
static double ln_density(const slm_real *root, const double *e, int used)
{
    double ln = 0;
    for (int i = 0; i < used; i++) {
        double w = 0;
        for (int j = 0; j <= i; j++) w += (double)root[i * LATENT + j] * e[j];
        ln += log((double)root[i * LATENT + i]) - w * w / 2;
    }
    return ln;
}

/* The latent means of cell whose projections are y, by the equations of mixture.h. */
static void expect(const problem *p, const double *y, double *mu)
{
    const slm_real *mean = parameter(p, "sample_encoder.mixture_centres"), *centre = mean + LATENT, *root = parameter(p, "sample_encoder.mixture_root");
    const slm_real *share = parameter(p, "sample_encoder.mixture_shares"), *spread = parameter(p, "sample_encoder.mixture_spread");
    double part[SLM_COMPONENTS + 1] = { 0 }, sum = 0, least = INFINITY, moved[AXES] = { 0 };
    int used = 0;
    while (used < LATENT && spread[used] > 0) least = fmin(least, (double)spread[used]), used++;
    part[SLM_COMPONENTS] = 1e-3;
    for (int a = 0; a < used; a++) part[SLM_COMPONENTS] *= exp(-pow((y[a] - (double)mean[a]) / (double)spread[a], 2) / 2) / (double)spread[a];
    for (int k = 0; k < SLM_COMPONENTS && share[k] > 0; k++) {
        double off[AXES];
        for (int a = 0; a < used; a++) off[a] = y[a] - (double)mean[a] - (double)centre[k * LATENT + a];
        part[k] = (double)share[k] * exp(ln_density(root, off, used));
    }
    for (int k = 0; k <= SLM_COMPONENTS; k++) sum += part[k];
    for (int k = 0; k < SLM_COMPONENTS; k++)
        for (int a = 0; a < used; a++) moved[a] += part[k] / sum * ((double)centre[k * LATENT + a] - (y[a] - (double)mean[a]));
    for (int a = 0; a < LATENT; a++) mu[a] = a < used ? (y[a] - (double)mean[a] + 0.3 * moved[a]) / least : 0;
}

START_TEST(latent_means_are_as_described)
{
    problem p = make(1, false, 1);
    static float mu[CELLS * LATENT];
    ck_assert(slm_mixture_known(&p.model->net));
    for (int run = 0; run < 2; run++) { /* training changes nothing of them */
        encode(&p, mu);
        for (int i = 0; i < CELLS; i += 7) {
            double y[AXES], expected[LATENT];
            project(&p, i, y);
            expect(&p, y, expected);
            for (int l = 0; l < LATENT; l++) ck_assert_double_eq_tol((double)mu[i * LATENT + l], expected[l], 2e-4);
        }
        if (!run) problem_run(&p, 20);
    }
    problem_free(&p);
}
END_TEST

/* Of fewer components than sought at first each has the cells of one kind, but for 5 %. */
START_TEST(components_are_of_one_kind)
{
    problem p = make(1, false, 1);
    slm_mixture m = slm_mixture_of(&p.model->net);
    int cells[SLM_COMPONENTS][KINDS] = { { 0 } }, own = 0;
    ck_assert_int_ge(m.used, 6);
    ck_assert_int_ge(m.count, KINDS);
    ck_assert_int_lt(m.count, (int)(0.9 * CELLS) / 20);
    for (int i = 0; i < CELLS; i++) {
        double y[AXES], best = -INFINITY;
        int likeliest = 0;
        project(&p, i, y);
        for (int k = 0; k < m.count; k++) {
            double off[AXES];
            for (int64_t a = 0; a < m.used; a++) off[a] = y[a] - (double)m.mean[a] - (double)m.centre[k * LATENT + a];
            double ln = ln_density(m.root, off, (int)m.used) + log((double)parameter(&p, "sample_encoder.mixture_shares")[k]);
            if (ln > best) best = ln, likeliest = k;
        }
        cells[likeliest][i % KINDS]++;
    }
    for (int k = 0; k < m.count; k++) {
        int most = 0;
        for (int kind = 0; kind < KINDS; kind++) most = cells[k][kind] > most ? cells[k][kind] : most;
        own += most;
    }
    ck_assert_int_ge(own, (int)(0.95 * CELLS));
    problem_free(&p);
}
END_TEST

/* Components do not depend on the unit of the values: the hard rounds go by how far genes vary. */
START_TEST(of_any_unit)
{
    int count[2];
    for (int i = 0; i < 2; i++) {
        unit = i ? 1 / 16. : 1;
        problem p = make(1, false, 1);
        count[i] = (int)slm_mixture_of(&p.model->net).count;
        problem_free(&p);
    }
    unit = 1;
    ck_assert_int_ge(count[0], KINDS);
    ck_assert_int_eq(count[0], count[1]);
}
END_TEST

/* With heavier tails the cells are none, and every bit is as without the option. */
START_TEST(heavy_tails_are_no_mixture)
{
    static float mu[2][CELLS * LATENT];
    for (int on = 0; on < 2; on++) {
        problem p = make(1, true, on);
        ck_assert(!slm_mixture_known(&p.model->net));
        if (on) ck_assert(!slm_mixture_unsought(&p.model->net));
        problem_run(&p, 20);
        encode(&p, mu[on]);
        problem_free(&p);
    }
    ck_assert_mem_eq(mu[0], mu[1], sizeof mu[0]);
}
END_TEST

/* A further trainer does not decide anew, whatever its cells are. */
START_TEST(decided_once)
{
    problem p = make(1, true, 1), q = make(1, false, 1);
    scilama_error error[1] = { { 0 } };
    scilama_trainer *further = NULL;
    scilama_trainer_options to = p.trainer->options;
    scilama_trainer_destroy(p.trainer);
    p.trainer = NULL;
    ck_assert_msg(scilama_trainer_create(&further, p.model, q.ds, &to, error) == SCILAMA_OK, "%s", error->message);
    ck_assert(!slm_mixture_known(&p.model->net));
    ck_assert(slm_mixture_known(&q.model->net));
    scilama_trainer_destroy(further);
    problem_free(&p);
    problem_free(&q);
}
END_TEST

/* Axes that know nothing of the covariates are no latent means: they would keep what these do. */
START_TEST(corrected_axes_alone)
{
    for (int covariates = SCILAMA_ENCODER_COVARIATES_NONE; covariates <= SCILAMA_ENCODER_COVARIATES_CLUSTERS; covariates++) {
        problem p = make_of(1, false, 1, covariates, CELLS);
        ck_assert_int_eq(slm_mixture_known(&p.model->net), covariates == SCILAMA_ENCODER_COVARIATES_CLUSTERS);
        ck_assert(!slm_mixture_unsought(&p.model->net));
        problem_free(&p);
    }
}
END_TEST

/* Few cells do not tell of tails; one has no axes. */
START_TEST(few_cells)
{
    static const int cells[] = { 1, 2, 40, 199, 200 };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        problem p = make_of(1, false, 1, -1, cells[i]);
        if (cells[i] < 200) ck_assert(!slm_mixture_known(&p.model->net));
        problem_run(&p, 2);
        problem_free(&p);
    }
}
END_TEST

/* Means of a file that was changed are a network's, which is trained, and finite: a root of 0 or less; spreads that there are not, and others
 * whose squares no float holds. */
START_TEST(damaged)
{
    static float mu[CELLS * LATENT];
    static const slm_real spread[] = { 0, 1e-45f, 1e-38f, 3e38f };
    problem p = make(1, false, 1);
    slm_params *q = &p.model->net.params;
    const slm_param *spreads = &q->item[p.model->net.mixture_spread], *head = &q->item[p.model->net.cell_encoder.mu_weight];
    if (_i < 2) q->value[q->item[p.model->net.mixture_root].offset + LATENT + 1] = (slm_real)-_i;
    for (int64_t a = 0; a < spreads->count && _i >= 2; a++) q->value[spreads->offset + a] = spread[_i - 2];
    encode(&p, mu);
    for (int e = 0; e < CELLS * LATENT; e++) ck_assert(isfinite(mu[e]));
    slm_real before = q->value[head->offset];
    ck_assert(!slm_mixture_known(&p.model->net));
    problem_run(&p, 2);
    ck_assert(q->value[head->offset] != before);
    problem_free(&p);
}
END_TEST

/* A head that no step trained, for a mixture gave the means, is of no use where the mixture does not come along. */
START_TEST(untrained_head_is_not_copied)
{
    scilama_error error[1] = { { 0 } };
    int64_t copied = 0;
    problem p = make(1, false, 1), q = make(1, true, 1), off = make(1, false, 0);
    slm_params *to = &off.model->net.params;
    const slm_param *head = &to->item[off.model->net.cell_encoder.mu_weight];
    to->value[head->offset] = 7;
    ck_assert_int_eq(scilama_model_copy_parameters(off.model, p.model, NULL, NULL, &copied, error), SCILAMA_OK);
    ck_assert_int_eq(copied, to->count - 2);
    ck_assert(to->value[head->offset] == 7);
    ck_assert_int_eq(scilama_model_copy_parameters(off.model, p.model, "sample_encoder.latent_mu.", NULL, &copied, error), SCILAMA_E_NOTFOUND);
    ck_assert_int_eq(scilama_model_copy_parameters(q.model, p.model, NULL, NULL, &copied, error), SCILAMA_OK);
    ck_assert_int_eq(copied, q.model->net.params.count);
    ck_assert_int_eq(scilama_model_copy_parameters(q.model, off.model, NULL, NULL, &copied, error), SCILAMA_OK); /* trained */
    ck_assert_int_eq(copied, to->count);
    problem_free(&p);
    problem_free(&q);
    problem_free(&off);
}
END_TEST

/* Where the cell VAE is to stay and has its axes, nothing is sought along them that its means would follow: with a frozen reference, and of genes alone. Another trainer does. */
START_TEST(not_sought_where_cells_stay)
{
    static float mu[2][CELLS * LATENT];
    static const char *const added[] = { "c" };
    scilama_error error[1] = { { 0 } };
    problem few = make_of(1, false, 0, SCILAMA_ENCODER_COVARIATES_CLUSTERS, 28), p = make_of(1, false, 0, SCILAMA_ENCODER_COVARIATES_CLUSTERS, CELLS);
    scilama_trainer_options to = p.trainer->options, frozen = to;
    scilama_model_options mo = p.model->net.options;
    scilama_trainer_destroy(p.trainer);
    scilama_model_destroy(p.model);
    p.trainer = NULL, p.model = NULL;
    mo.mixture = 1;
    mo.gene_input = SCILAMA_GENE_INPUT_TRANSPOSED;
    frozen.freeze_reference = _i < 2 ? _i + 1 : 0;
    if (_i >= 2) frozen.mode = SCILAMA_MODE_GENE;
    ck_assert_msg(scilama_model_create(&p.model, p.ds, &mo, error) == SCILAMA_OK, "%s", error->message);
    ck_assert_int_eq(scilama_model_copy_parameters(p.model, few.model, NULL, NULL, NULL, error), SCILAMA_OK);
    ck_assert_int_eq(scilama_model_extend_covariate(p.model, "batch", added, 1, error), SCILAMA_OK);
    const slm_net *net = &p.model->net;
    encode(&p, mu[0]);
    ck_assert_msg(scilama_trainer_create(&p.trainer, p.model, p.ds, &frozen, error) == SCILAMA_OK, "%s", error->message);
    problem_run(&p, 2);
    encode(&p, mu[1]);
    ck_assert_mem_eq(mu[0], mu[1], sizeof mu[0]);
    ck_assert(slm_mixture_unsought(net) && !slm_shifts_of(net).count && slm_axes_known(net));
    scilama_trainer_destroy(p.trainer);
    p.trainer = NULL;
    ck_assert_msg(scilama_trainer_create(&p.trainer, p.model, p.ds, &to, error) == SCILAMA_OK, "%s", error->message);
    ck_assert(!slm_mixture_unsought(net) && slm_shifts_of(net).count && slm_axes_known(net));
    problem_free(&p);
    problem_free(&few);
}
END_TEST

/* A warm start takes axes and mixture together, and from a model without one none. */
START_TEST(copied_with_its_axes)
{
    static float mu[2][CELLS * LATENT];
    scilama_error error[1] = { { 0 } };
    problem p = make(1, false, 1), q = make(1, true, 1), off = make(1, false, 0), batches = make_of(1, false, 1, SCILAMA_ENCODER_COVARIATES_CLUSTERS, CELLS);
    ck_assert_msg(scilama_model_copy_parameters(q.model, p.model, NULL, NULL, NULL, error) == SCILAMA_OK, "%s", error->message);
    ck_assert(slm_mixture_known(&q.model->net));
    encode(&p, mu[0]);
    scilama_dataset *own = q.ds;
    q.ds = p.ds;
    encode(&q, mu[1]);
    q.ds = own;
    ck_assert_mem_eq(mu[0], mu[1], sizeof mu[0]);
    for (int corrected = 0; corrected < 2; corrected++) {
        ck_assert_int_eq(scilama_model_copy_parameters(q.model, corrected ? batches.model : off.model, NULL, NULL, NULL, error), SCILAMA_OK);
        ck_assert(slm_mixture_unsought(&q.model->net));
    }
    problem_free(&p);
    problem_free(&q);
    problem_free(&off);
    problem_free(&batches);
}
END_TEST

/* A cell that no component expects stays where it is. */
START_TEST(far_cells_stay)
{
    problem p = make(1, false, 1);
    slm_mixture m = slm_mixture_of(&p.model->net);
    slm_workspace ws = { 0 };
    slm_pass pass = slm_model_pass(p.model, &ws);
    slm_real far[2 * AXES], near[2 * AXES];
    for (int a = 0; a < AXES; a++) {
        double y = (double)(a < LATENT ? m.mean[a] + m.centre[a] : 0);
        near[a] = near[AXES + a] = (slm_real)(y + (a == 0 ? 0.5 : 0));
        far[a] = far[AXES + a] = (slm_real)(y + (a < m.used ? (double)m.spread[a] * 4 : 0));
    }
    slm_mixture_rows(&pass, &p.model->net, near, AXES, 1);
    slm_mixture_rows(&pass, &p.model->net, far, AXES, 1);
    ck_assert_double_gt(fabs((double)(near[0] - near[AXES])), 0.01);
    for (int a = 0; a < AXES; a++) ck_assert_double_lt(fabs((double)(far[a] - far[AXES + a])), 1e-3);
    problem_free(&p);
}
END_TEST

START_TEST(same_bits_for_any_threads_and_from_the_file)
{
    static float mu[3][CELLS * LATENT];
    char path[] = "/tmp/scilama-mixture-XXXXXX";
    scilama_error error[1] = { { 0 } };
    problem p = make(1, false, 1), q = make(3, false, 1);
    problem_run(&p, 20);
    problem_run(&q, 20);
    ck_assert(problem_hash(&p) == problem_hash(&q));
    encode(&p, mu[0]);
    encode(&q, mu[1]);
    close(mkstemp(path));
    ck_assert_msg(scilama_model_save(q.model, path, error) == SCILAMA_OK, "%s", error->message);
    scilama_trainer_destroy(q.trainer);
    scilama_model_destroy(q.model);
    q.trainer = NULL, q.model = NULL;
    ck_assert_msg(scilama_model_load(&q.model, q.ctx, path, error) == SCILAMA_OK, "%s", error->message);
    unlink(path);
    encode(&q, mu[2]);
    ck_assert_mem_eq(mu[0], mu[1], sizeof mu[0]);
    ck_assert_mem_eq(mu[0], mu[2], sizeof mu[0]);
    problem_free(&p);
    problem_free(&q);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("mixture");
    TCase *c = tcase_create("mixture");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, latent_means_are_as_described);
    tcase_add_test(c, components_are_of_one_kind);
    tcase_add_test(c, of_any_unit);
    tcase_add_test(c, heavy_tails_are_no_mixture);
    tcase_add_test(c, decided_once);
    tcase_add_test(c, corrected_axes_alone);
    tcase_add_test(c, few_cells);
    tcase_add_loop_test(c, damaged, 0, 6);
    tcase_add_test(c, copied_with_its_axes);
    tcase_add_test(c, untrained_head_is_not_copied);
    tcase_add_loop_test(c, not_sought_where_cells_stay, 0, 3);
    tcase_add_test(c, far_cells_stay);
    tcase_add_test(c, same_bits_for_any_threads_and_from_the_file);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
