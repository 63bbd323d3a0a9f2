/* SPDX-License-Identifier: MIT */
/* The whole model's gradient against central differences, in double precision, over
 * a sample of all options that enter it. */

#include "problem.h"

enum { CONFIGS = 216, STEPS = 4 };

static uint64_t pick_state;
static int64_t pick(int64_t n)
{
    slm_rng_seq s = slm_rng_sequence(99, SLM_STREAM_SIMULATE, 3, (uint32_t)pick_state++);
    return slm_rng_below(&s, n);
}

static int coverage[64];
static int64_t choose(int slot, int64_t n)
{
    int64_t v = pick(n);
    coverage[slot + v]++;
    return v;
}

static problem_spec random_spec(int config)
{
    problem_spec s = problem_default();
    static const int32_t modes[] = { SCILAMA_MODE_BETA_VAE, SCILAMA_MODE_GENE, SCILAMA_MODE_DIRECT, SCILAMA_MODE_DIRECT };
    s.seed = (uint64_t)config + 1;
    s.cells = 24 + pick(4);
    s.validation = 3;
    s.genes = 3 + pick(20);
    s.covariates = choose(0, 3);
    s.batches = pick(2) ? 2 + pick(3) : 0;
    s.modalities = choose(3, 4); /* 0: transposed */
    for (int m = 0; m < 3; m++) s.width[m] = 2 + pick(8);
    int64_t depth = 1 + choose(7, 6);
    memset(s.model.hidden, 0, sizeof s.model.hidden);
    for (int64_t i = 0; i < depth; i++) s.model.hidden[i] = 4 + pick(9);
    s.model.latent = 1 + pick(5);
    s.model.activation = (int32_t)choose(13, 9);
    s.model.layer_norm = (int32_t)choose(22, 2);
    s.model.batch_norm = (int32_t)choose(24, 2);
    s.model.fusion = (int32_t)choose(26, 3);
    s.model.pair_scale = (int32_t)choose(30, 2);
    s.model.encoder_covariates = (int32_t)choose(32, 2);
    s.model.dropout = choose(38, 2) ? 0.25f : 0;
    s.model.var_eps = pick(2) ? 1e-4f : 0.05f;
    s.model.embed_normalize = (int32_t)pick(2);
    s.model.seed = (uint64_t)config;
    s.trainer.mode = modes[choose(40, 4)];
    s.trainer.sampling = (int32_t)choose(44, 2);
    s.trainer.gamma = choose(46, 2) ? 0.3 : 0;
    s.trainer.kl_start = 0.7;
    s.trainer.gene_batch = choose(52, 2) ? 1 + config % s.genes : 0;
    s.trainer.prior_strength = config % 2 ? 20 : 0; /* no draw: the configurations stay what they were */
    s.trainer.prior_vectors = config / 2 % 2;
    s.model.axes = config % 3 == 1 ? 2 + config / 3 % 4 : 0;
    s.model.axes_head = config / 3 % 2;
    s.model.mixture = config / 6 % 2;
    s.trainer.batch_size = 21;
    s.trainer.seed = 5 + (uint64_t)config;
    s.trainer.gene_batch = choose(52, 3) == 2 ? 1 + pick(s.genes) : 0;
    s.model.likelihood = s.trainer.gene_batch ? SCILAMA_LIKELIHOOD_GAUSSIAN : (int32_t)choose(55, 3);
    if (s.model.likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN) s.pattern = PATTERN_COUNTS;
    if (config < 4) { /* the bias of mu before a BatchNorm */
        s.trainer.mode = SCILAMA_MODE_BETA_VAE;
        s.model.batch_norm = 1;
        s.model.latent = 4;
    }
    return s;
}

static int64_t batch[32], batch_count;

static double loss_of(problem *p)
{
    scilama_step_info info;
    scilama_error error = { 0 };
    scilama_step_info_init(&info, sizeof info);
    p->trainer->pending = 0; /* the same random numbers every time, gradients set anew */
    scilama_status status = scilama_trainer_forward_backward(p->trainer, batch, batch_count, &info, &error);
    ck_assert_msg(status == SCILAMA_OK, "%s", error.message);
    return info.loss;
}

/* Derivative along v [count] at value, by Richardson-extrapolated central differences.
 * Of several steps the one that agrees best with its own half is taken, which steers
 * clear of kinks on one side and of rounding on the other. */
static double difference(problem *p, slm_real *value, const double *v, int64_t count, double *uncertainty)
{
    double best = NAN, least = INFINITY;
    slm_real *keep = malloc((size_t)count * sizeof *keep);
    memcpy(keep, value, (size_t)count * sizeof *keep);
    double d[STEPS + 1], h = 1e-3;
    for (int k = 0; k <= STEPS; k++, h *= 0.25) {
        double side[2];
        for (int sign = 0; sign < 2; sign++) {
            for (int64_t i = 0; i < count; i++) value[i] = keep[i] + (slm_real)((sign ? -h : h) * v[i]);
            side[sign] = loss_of(p);
        }
        d[k] = (side[0] - side[1]) / (2 * h);
    }
    memcpy(value, keep, (size_t)count * sizeof *keep);
    for (int k = 1; k < STEPS; k++) {
        double now = (16 * d[k] - d[k - 1]) / 15, next = (16 * d[k + 1] - d[k]) / 15;
        if (fabs(now - next) < least) least = fabs(now - next), best = next;
    }
    free(keep);
    *uncertainty = least;
    return best;
}

static double worst;
static char worst_where[160];
static int64_t compared, vanishing, mixtures;

/* Along one direction of a parameter; false where a kink leaves the differences in doubt. */
static bool check_direction(problem *p, int index, int config, uint32_t attempt)
{
    const slm_param *item = &p->model->net.params.item[index];
    slm_real *value = p->model->net.params.value + item->offset;
    double *v = malloc((size_t)item->count * sizeof *v), norm = 0, analytic = 0, squares = 0, gradient = 0;
    slm_rng_seq rng = slm_rng_sequence(7, SLM_STREAM_SIMULATE, 3 + attempt, (uint32_t)(config * 1000 + index));
    bool entry = slm_rng_below(&rng, 3) == 0; /* one entry, or a direction through all of them */
    int64_t one = slm_rng_below(&rng, item->count);
    for (int64_t i = 0; i < item->count; i++) {
        v[i] = entry ? i == one : slm_rng_normal(&rng);
        norm += v[i] * v[i];
    }
    double loss = loss_of(p);
    for (int64_t i = 0; i < p->model->net.params.trainable; i++) gradient += p->trainer->grad[i] * p->trainer->grad[i];
    for (int64_t i = 0; i < item->count; i++) {
        v[i] /= sqrt(norm);
        analytic += v[i] * p->trainer->grad[item->offset + i];
        squares += p->trainer->grad[item->offset + i] * p->trainer->grad[item->offset + i];
    }
    double uncertainty, numeric = difference(p, value, v, item->count, &uncertainty);
    free(v);
    /* relative to the gradient's usual size in this tensor; what vanishes, to rounding of the loss */
    double typical = sqrt(squares / (double)item->count), floor_ = 1e-4 * sqrt(gradient / (double)p->model->net.params.trainable) + 4e-5 * fabs(loss);
    double scale = fabs(analytic) > typical ? fabs(analytic) : typical;
    bool vanishes = scale < floor_;
    if (vanishes) scale = floor_;
    if (uncertainty > 0.01 * scale) return false;
    vanishing += vanishes;
    double error = fabs(numeric - analytic) / scale;
    compared++;
    if (!(error <= worst)) {
        worst = isnan(error) ? INFINITY : error;
        snprintf(worst_where, sizeof worst_where, "configuration %d, %s: %.12g by differences, %.12g", config, item->name, numeric, analytic);
    }
    return true;
}

static void check_parameter(problem *p, int index, int config)
{
    enum { DIRECTIONS = 5 };
    uint32_t attempt = 0;
    while (attempt < DIRECTIONS && !check_direction(p, index, config, attempt)) attempt++;
    ck_assert_msg(attempt < DIRECTIONS, "configuration %d, %s: kinks in every direction", config, p->model->net.params.item[index].name);
}

static bool trained(const scilama_trainer *t, int index)
{
    int64_t at = t->model->net.params.item[index].offset;
    for (int r = 0; r < t->ranges; r++)
        if (at >= t->range[r].first && at < t->range[r].first + t->range[r].count) return true;
    return false;
}

/* Pre-activation closest to the kink at zero. */
static double closest(const slm_mlp *mlp, const slm_mlp_state *state, int64_t rows)
{
    double least = INFINITY;
    for (int b = 0; b < mlp->count; b++)
        for (int64_t i = 0; i < rows * mlp->block[b].linear.out; i++)
            if (fabs(state->block[b].pre[i]) < least) least = fabs(state->block[b].pre[i]);
    return least;
}

static double distance_to_kink(problem *p)
{
    const slm_net *net = &p->model->net;
    const slm_workspace *ws = &p->trainer->ws;
    if (net->options.activation > SCILAMA_ACT_SELU) return 1;
    loss_of(p);
    double least = fmin(closest(&net->cell_encoder.mlp, &ws->cell_encoder.mlp, batch_count),
                        closest(&net->cell_decoder.mlp, &ws->cell_decoder, batch_count));
    if (p->trainer->now.objective == SCILAMA_OBJECTIVE_CELL) return least;
    for (int m = 0; m < net->modalities; m++) least = fmin(least, closest(&net->gene_encoder[m].mlp, &ws->gene_encoder[m].mlp, net->genes));
    return fmin(least, closest(&net->gene_decoder.mlp, &ws->gene_decoder, net->genes));
}

/* Weights away from their first values (zero biases) and from kinks. */
static void place_weights(problem *p, uint64_t seed)
{
    slm_params *q = &p->model->net.params;
    size_t bytes = (size_t)q->trainable * sizeof *q->value;
    slm_real *first = malloc(bytes), *best = malloc(bytes);
    double most = -1;
    memcpy(first, q->value, bytes);
    for (uint64_t attempt = 0; attempt < 40 && most < 4e-4; attempt++) {
        memcpy(q->value, first, bytes);
        problem_perturb(p, 0.15, seed * 64 + attempt);
        double distance = distance_to_kink(p);
        if (distance > most) most = distance, memcpy(best, q->value, bytes);
    }
    memcpy(q->value, best, bytes);
    free(first);
    free(best);
}

/* A mixture of three along the axes, as though the cells were one: no weight reaches mu. */
static void place_mixture(problem *p)
{
    enum { COMPONENTS = 3 };
    slm_net *net = &p->model->net;
    if (net->mixture_shares < 0) return;
    slm_real *value = net->params.value;
    const slm_param *item = net->params.item;
    for (int64_t a = 0; a < net->mixture_axes; a++) {
        value[item[net->mixture_spread].offset + a] = 2;
        value[item[net->mixture_root].offset + a * net->mixture_axes + a] = 1;
    }
    for (int k = 0; k < COMPONENTS; k++) {
        slm_real *centre = value + item[net->mixture_centres].offset + (k + 1) * net->mixture_axes, *white = value + item[net->mixture_white].offset + k;
        slm_real *offset = white + net->mixture_axes * SLM_COMPONENTS;
        value[item[net->mixture_shares].offset + k] = (slm_real)1 / COMPONENTS;
        *offset = -log(COMPONENTS);
        for (int64_t a = 0; a < net->mixture_axes; a++) {
            white[a * SLM_COMPONENTS] = centre[a] = (slm_real)(k == a ? 1.5 : -0.2);
            *offset -= centre[a] * centre[a] / 2;
        }
    }
    mixtures++;
}

START_TEST(whole_model)
{
    pick_state = 0;
    for (int config = 0; config < CONFIGS; config++) {
        problem_spec s = random_spec(config);
        problem p = problem_make(&s);
        batch_count = 5 + pick(17);
        for (int64_t i = 0; i < batch_count; i++) batch[i] = pick(s.cells - s.validation);
        place_mixture(&p);
        place_weights(&p, s.seed);
        for (int i = 0; i < p.model->net.params.count; i++)
            if (p.model->net.params.item[i].trainable && trained(p.trainer, i)) check_parameter(&p, i, config);
        problem_free(&p);
    }
    static const int used[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
                                30, 31, 32, 33, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 52, 53, 54, 55, 56, 57 };
    for (size_t i = 0; i < sizeof used / sizeof *used; i++) ck_assert_msg(coverage[used[i]] >= 10, "option value %zu occurs %d times", i, coverage[used[i]]);
    printf("gradient: %d configurations, %lld derivatives (%lld vanish), worst relative error %.2e (%s)\n", CONFIGS, (long long)compared,
           (long long)vanishing, worst, worst_where);
    ck_assert_int_ge(mixtures, 10);
    ck_assert_msg(worst < 1e-6, "relative error %.3e: %s", worst, worst_where);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gradient");
    TCase *tc = tcase_create("finite differences");
    tcase_set_timeout(tc, 300);
    tcase_add_test(tc, whole_model);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
