/* SPDX-License-Identifier: MIT */
#include "core/rng.h"
#include "core/thread.h"
#include "linalg/rank.h"
#include "train/signal.h"
#include "vae/mixture.h"

/* Steps, epochs and phases. A step draws its cells, computes loss and gradient, and applies them when both are finite; what it
 * changes is in `now`, the weights and the moments, and is put back where a step fails. */

enum { GENE_PHASE_BATCH = 512 }; /* of gene_batch -1 */

static void plan_phases(scilama_trainer *t)
{
    switch (t->options.mode) {
    case SCILAMA_MODE_BETA_VAE: t->phases = 1, t->objective[0] = SCILAMA_OBJECTIVE_CELL; break;
    case SCILAMA_MODE_DIRECT: t->phases = 1, t->objective[0] = SCILAMA_OBJECTIVE_JOINT; break;
    case SCILAMA_MODE_GENE: t->phases = 1, t->objective[0] = SCILAMA_OBJECTIVE_GENE; break;
    default:
        t->phases = t->options.mode == SCILAMA_MODE_STEPWISE ? 3 : 2;
        t->objective[0] = SCILAMA_OBJECTIVE_CELL;
        t->objective[1] = SCILAMA_OBJECTIVE_GENE;
        t->objective[2] = SCILAMA_OBJECTIVE_JOINT;
    }
}

/* Genes of the paired terms: those that a table knows. A mean of counts takes all genes. */
static const int64_t *paired_genes(const scilama_trainer *t, int64_t *n)
{
    const slm_net *net = &t->model->net;
    bool some = t->model->paired && net->options.likelihood == SCILAMA_LIKELIHOOD_GAUSSIAN;
    *n = some ? t->model->n_paired : net->genes;
    return some ? t->model->paired : NULL;
}

/* Genes drawn for a step of an objective; 0: all of them. */
static int64_t genes_drawn(const scilama_trainer *t, int objective)
{
    int64_t genes = t->model->net.genes, batch = t->options.gene_batch;
    bool gaussian = t->model->net.options.likelihood == SCILAMA_LIKELIHOOD_GAUSSIAN;
    if (batch == SCILAMA_GENE_BATCH_AUTO) batch = objective == SCILAMA_OBJECTIVE_GENE && gaussian ? GENE_PHASE_BATCH : 0;
    if (objective == SCILAMA_OBJECTIVE_CELL && t->model->net.axes_scale >= 0) return 0; /* there is no head of genes */
    if (objective != SCILAMA_OBJECTIVE_CELL) paired_genes(t, &genes);
    return batch < genes ? batch : 0;
}

const int64_t *slm_trainer_subset(const scilama_trainer *t, int64_t *genes)
{
    const int64_t *paired = paired_genes(t, genes);
    return *genes < t->model->net.genes ? paired : NULL;
}

int64_t slm_trainer_reserve(scilama_trainer *t, char *base)
{
    const slm_net *net = &t->model->net;
    slm_arena a = { .base = base };
    bool cell = false, pair = false; /* which objectives the run has */
    for (int i = 0; i < t->phases; i++) {
        cell |= t->objective[i] == SCILAMA_OBJECTIVE_CELL;
        pair |= t->objective[i] != SCILAMA_OBJECTIVE_CELL;
    }
    slm_workspace_need need = { .cell_objective = cell, .pair = pair, .align = pair, .gradients = true, .sparse = true, .bf16 = t->options.precision == SCILAMA_PRECISION_BF16,
                                .cells = t->options.batch_size, .dropout = net->options.dropout, .threads = t->ctx->threads };
    int64_t drawn = 0, paired = 0;
    for (int i = 0; i < t->phases; i++)
        if (genes_drawn(t, t->objective[i]) > drawn) drawn = genes_drawn(t, t->objective[i]);
    if (pair && !slm_trainer_subset(t, &paired)) paired = 0;
    need.gene_batch = drawn > paired ? drawn : paired; /* validation takes all that are paired */
    slm_workspace_reserve(&t->ws, net, &need, &a);
    t->genes = slm_arena_take(&a, drawn, sizeof(int64_t));
    int64_t n = net->params.trainable, statistics = net->params.total - n, g = net->genes, latent = net->latent;
    t->moments = slm_trainer_most_trained(t);
    t->grad = slm_arena_take(&a, n, sizeof(slm_real));
    t->m = slm_arena_take(&a, t->moments, sizeof(slm_real));
    t->v = slm_arena_take(&a, t->moments, sizeof(slm_real));
    if (!t->options.keep_last) t->best = slm_arena_take(&a, t->moments + statistics, sizeof(slm_real));
    t->stats = slm_arena_take(&a, statistics, sizeof(slm_real));
    t->order = slm_arena_take(&a, t->design->n_train, sizeof(int64_t));
    t->cells = slm_arena_take(&a, t->design->cells, sizeof(int64_t));
    t->kl_s = slm_arena_take(&a, latent, sizeof(double));
    t->kl_f = slm_arena_take(&a, latent, sizeof(double));
    t->unit_s = slm_arena_take(&a, latent, sizeof(double));
    t->unit_f = slm_arena_take(&a, latent, sizeof(double));
    t->unit_sum = slm_arena_take(&a, latent, sizeof(double));
    t->unit_squares = slm_arena_take(&a, latent, sizeof(double));
    t->rank_stride = (4 * g * (int64_t)sizeof(float) + slm_rank_scratch(g) + 127) / 64 * 64;
    t->rank_scratch = slm_arena_take(&a, t->options.track_correlation ? t->ctx->threads : 0, (size_t)t->rank_stride);
    t->pearson = slm_arena_take(&a, t->options.batch_size, sizeof(double));
    t->spearman = slm_arena_take(&a, t->options.batch_size, sizeof(double));
    t->square_sums = slm_arena_take(&a, n / 32768 + net->params.count + 1, sizeof(double));
    t->range = slm_arena_take(&a, net->params.count, sizeof(slm_range));
    if (t->options.prior_strength > 0 && cell)
        slm_prior_reserve(&t->prior, net, t->options.prior_vectors && net->modalities, &a);
    return a.used;
}

int64_t slm_trainer_measure(const scilama_model *model, const scilama_dataset *dataset, const scilama_trainer_options *o)
{
    slm_design sizes = { .cells = dataset->cells };
    for (int64_t i = 0; i < dataset->cells; i++) sizes.n_train += slm_dataset_split_at(dataset, i) == SCILAMA_SPLIT_TRAIN;
    scilama_trainer t = { .ctx = model->ctx, .model = (scilama_model *)model, .design = &sizes, .options = *o };
    plan_phases(&t);
    return slm_trainer_reserve(&t, NULL) + (int64_t)sizeof t + (dataset->source ? dataset->source->memory : 0);
}

static void start_phase(scilama_trainer *t, int phase)
{
    t->now.phase = phase;
    t->now.objective = t->objective[phase];
    t->now.epoch = t->now.step = t->now.updates = t->now.cursor = 0;
    t->now.best_loss = INFINITY;
    t->now.best_epoch = t->now.best_step = -1;
    t->now.has_best = 0;
    t->now.kl_scale = 1;
    t->now.validation_loss = t->now.validation_nll = t->now.validation_kl_s = t->now.validation_kl_f = NAN;
    t->now.pearson = t->now.spearman = NAN;
    slm_trainer_select(t);
    slm_trainer_reset_optimizer(t);
    slm_trainer_shuffle(t);
}

/* What the data ask for: the KL weight, the strength of the prior's mean, the axes that the cell encoder reads. */
static scilama_status learn_from_data(scilama_trainer *t, scilama_error *error)
{
    const scilama_trainer_options *o = &t->options;
    const slm_net *net = &t->model->net;
    enum { FULL = 200 }; /* variances of an average gene beyond which kl_end stands as it is */
    double n = (double)t->design->n_train;
    slm_signal signal = { 0 };
    scilama_status status = SCILAMA_OK;
    t->kl_share = 1;
    t->prior.weight = o->prior_strength * (double)net->genes / (n * n);
    bool look = net->axes && !slm_axes_known(net), stays = !look && slm_trainer_cells_stay(t), mixture = !stays && slm_mixture_unsought(net);
    if (o->kl_by_signal || t->prior.most || look || mixture) status = slm_signal_measure(&signal, t, net->axes, error);
    double share = signal.variance / FULL;
    if (!status && o->kl_by_signal && share < 1) t->kl_share = share > 0.1 ? share * share : 0.01;
    if (!status && o->kl_by_signal)
        slm_log(t->ctx, SCILAMA_LOG_INFO, "%" PRId64 " principal axes of the cells are beyond noise, with the variance of %.0f genes: the KL weight ends at %.3g",
                signal.count, signal.variance, t->kl_share * o->kl_end);
    if (!status && t->prior.most) status = slm_prior_fit(t, &signal, error);
    if (!status && look && signal.total) slm_axes_set(net, &signal, &t->prior);
    if (!status && !stays && net->axes) status = slm_shift_fit(t, error);
    if (!status && !stays) status = slm_mixture_fit(t, &signal, error);
    slm_signal_free(t->ctx, &signal);
    return status;
}

scilama_status slm_trainer_create(scilama_trainer **out, scilama_model *model, scilama_dataset *dataset, const scilama_trainer_options *o, scilama_error *error)
{
    scilama_context *ctx = model->ctx;
    SLM_TRY(slm_trainer_options_check(o, model, error));
    int expected = 0;
    if (!atomic_compare_exchange_strong(&model->held, &expected, 1))
        return slm_fail(error, SCILAMA_E_STATE, "another trainer holds the model: destroy it first");
    scilama_trainer *t = slm_alloc_zero(ctx, sizeof *t);
    if (!t) {
        atomic_store(&model->held, 0);
        return slm_fail_nomem(error);
    }
    t->ctx = slm_context_retain(ctx);
    t->model = slm_model_retain(model);
    t->dataset = slm_dataset_retain(dataset);
    t->options = *o;
    t->kl_share = 1;
    t->now = (slm_progress){ .set_lr = NAN, .set_beta = NAN, .set_gamma = NAN, .model_steps = model->steps };
    plan_phases(t);
    scilama_status status = slm_model_design(model, dataset, model->net.options.likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN, &t->design, error);
    if (!status) status = slm_design_split(t->design, dataset, error);
    if (!status) status = slm_design_hold(t->design, error);
    if (!status && !t->design->n_train) status = slm_fail(error, SCILAMA_E_STATE, "no cell is in the training split");
    if (!status) slm_trainer_plan_shuffle(t);
    if (!status && model->net.options.likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN)
        status = slm_raw_counts_create(&t->counts, dataset, model->recipe, error);
    if (!status) {
        int64_t bytes = slm_trainer_reserve(t, NULL);
        t->block = slm_shared_alloc(ctx, bytes, 1);
        if (t->block) slm_trainer_reserve(t, t->block);
        else status = slm_fail_nomem(error);
    }
    if (!status) status = slm_trainer_choose_sparse(t, error);
    if (!status) status = learn_from_data(t, error);
    if (status) {
        slm_trainer_destroy(t);
        return status;
    }
    for (int64_t i = 0; i < model->net.latent; i++) t->kl_s[i] = t->kl_f[i] = NAN;
    start_phase(t, 0);
    *out = t;
    return SCILAMA_OK;
}

void slm_trainer_destroy(scilama_trainer *t)
{
    if (!t) return;
    scilama_context *ctx = t->ctx;
    atomic_store(&t->model->held, 0);
    slm_shared_release(t->block);
    slm_raw_counts_destroy(t->counts);
    slm_design_release(t->design);
    slm_dataset_release(t->dataset);
    slm_model_release(t->model);
    slm_free(ctx, t);
    slm_context_release(ctx);
}

static slm_real *statistics(scilama_trainer *t) { return t->model->net.params.value + t->model->net.params.trainable; }

static size_t statistics_bytes(const scilama_trainer *t)
{
    return (size_t)(t->model->net.params.total - t->model->net.params.trainable) * sizeof(slm_real);
}

/* Undoes what every pass since the last update did to the running statistics. */
static void restore_statistics(scilama_trainer *t) { memcpy(statistics(t), t->stats, statistics_bytes(t)); }

/* Forgets the gradients added up so far. */
static void discard_pending(scilama_trainer *t)
{
    if (t->pending) restore_statistics(t);
    t->pending = 0;
}

static void fill_info(const scilama_trainer *t, scilama_step_info *i)
{
    i->struct_size = sizeof *i;
    i->objective = t->now.objective;
    i->phase = t->now.phase;
    i->phases = t->phases;
    i->steps_per_epoch = slm_trainer_steps_per_epoch(t);
    int64_t steps = slm_schedule_steps(t);
    i->epochs = steps ? slm_tiles(steps, i->steps_per_epoch) : t->options.epochs;
    i->skipped = t->now.skipped;
    i->validation_loss = t->now.validation_loss;
    i->validation_nll = t->now.validation_nll;
    i->validation_kl_s = t->now.validation_kl_s;
    i->validation_kl_f = t->now.validation_kl_f;
    i->best_loss = t->now.best_loss;
    i->best_epoch = t->now.best_epoch;
    i->pearson = t->now.pearson;
    i->spearman = t->now.spearman;
    i->active_units = t->now.active_units;
}

scilama_status slm_trainer_load(scilama_trainer *t, const int64_t *cells, int64_t n, int64_t ahead, scilama_error *error)
{
    scilama_status status = slm_model_load_cells(&t->model->net, &t->ws, t->design, cells, n, ahead, error);
    if (!status && t->counts && !t->design->window) slm_raw_counts_gather(t->counts, cells, n, t->ws.counts);
    if (!status && t->sparse) {
        slm_pass pass = slm_model_pass(t->model, &t->ws);
        slm_workspace_sparse(&pass, &t->ws, n);
    }
    return status;
}

/* The step's genes, ascending (Knuth's selection sampling). */
static void draw_genes(scilama_trainer *t, int64_t batch, uint32_t micro)
{
    int64_t genes = t->model->net.genes, drawn = 0;
    const int64_t *paired = t->now.objective == SCILAMA_OBJECTIVE_CELL ? NULL : paired_genes(t, &genes);
    slm_rng_seq s = slm_rng_sequence(t->options.seed, SLM_STREAM_GENES | micro << 20, (uint32_t)t->now.phase, (uint32_t)t->now.step);
    for (int64_t g = 0; drawn < batch; g++)
        if (slm_rng_below(&s, genes - g) < batch - drawn) t->genes[drawn++] = paired ? paired[g] : g;
}

static const char *first_nonfinite_statistic(const scilama_trainer *t)
{
    const slm_params *p = &t->model->net.params;
    for (int i = 0; i < p->count; i++)
        for (int64_t e = 0; !p->item[i].trainable && e < p->item[i].count; e++)
            if (!isfinite(p->value[p->item[i].offset + e])) return p->item[i].name;
    return NULL;
}

static scilama_status check_finite(const scilama_trainer *t, bool finite, scilama_error *error)
{
    static const char advice[] = "lower lr or check the input's scale";
    long long step = t->now.step + 1;
    if (!finite) {
        const char *name = slm_trainer_first_nonfinite(t);
        return name ? slm_fail(error, SCILAMA_E_NONFINITE, "the gradient of %s is not finite at step %lld of phase %d: %s", name, step, t->now.phase, advice)
                    : slm_fail(error, SCILAMA_E_NONFINITE, "the loss is not finite at step %lld of phase %d: %s", step, t->now.phase, advice);
    }
    const char *name = first_nonfinite_statistic(t);
    return name ? slm_fail(error, SCILAMA_E_NONFINITE, "%s is not finite after step %lld of phase %d: %s", name, step, t->now.phase, advice) : SCILAMA_OK;
}

/* Up to where cells come in the order of the epoch's window, for those that are read as needed. */
static int64_t ahead(const scilama_trainer *t, const int64_t *cells, int64_t n)
{
    int64_t window = t->options.shuffle_window, total = t->design->n_train;
    if (cells < t->order || cells + n > t->order + total || window < 1) return n; /* the caller's own */
    int64_t first = cells - t->order, end = slm_tiles(first + n, window) * window;
    return (end < total ? end : total) - first;
}

enum { WHOLE = -1 }; /* of the parts of a mini-batch */

/* Gradient of cells[n], added to what is there; of a part (slm_trainer_part()) in its place. Nothing but the gradient
 * buffer and running statistics changes; t->stats keeps the latter as they were before the
 * first of the passes of a step, and a failure puts them back. */
static scilama_status compute(scilama_trainer *t, int64_t part, const int64_t *cells, int64_t n, scilama_step_info *info, scilama_error *error)
{
    const slm_net *net = &t->model->net;
    const scilama_trainer_options *o = &t->options;
    slm_pass pass = slm_model_pass(t->model, &t->ws);
    pass.grad = t->grad;
    pass.accumulate = part == WHOLE && t->pending;
    pass.train = pass.update_stats = true;
    pass.dropout = net->options.dropout;
    pass.seed = o->seed;
    pass.phase = (uint32_t)t->now.phase;
    pass.step = (uint32_t)t->now.step;
    pass.micro = (uint32_t)(part == WHOLE ? t->pending : part) & 255;
    if (part > 255) pass.step ^= (uint32_t)(part >> 8) << 24;
    SLM_TRY(slm_trainer_load(t, cells, n, ahead(t, cells, n), error));
    slm_objective_args a = { .objective = t->now.objective, .rows = n, .embedding = (const slm_real *const *)t->model->embedding,
                             .sample = o->sampling == SCILAMA_SAMPLING_NORMAL, .beta = slm_schedule_beta(t), .gamma = slm_schedule_gamma(t) };
    int64_t drawn = genes_drawn(t, a.objective);
    if (drawn) {
        draw_genes(t, drawn, part == WHOLE ? pass.micro : 0); /* parts of one mini-batch: the same genes */
        a.subset = t->genes;
        a.subset_size = drawn;
    } else if (a.objective != SCILAMA_OBJECTIVE_CELL && (a.subset = slm_trainer_subset(t, &drawn))) {
        a.subset_size = drawn;
    }
    slm_objective_terms terms;
    double penalty = 0;
    if (!t->pending) memcpy(t->stats, statistics(t), statistics_bytes(t));
    t->ws.space.bf16 = o->precision == SCILAMA_PRECISION_BF16; /* validation stays exact */
    slm_objective_gradient(&pass, net, &t->ws, &a, &terms);
    t->ws.space.bf16 = false;
    if (t->prior.weight > 0 && a.objective == SCILAMA_OBJECTIVE_CELL) {
        if (t->prior.rank && t->now.step % SLM_PRIOR_EVERY == 0 && !t->pending) slm_prior_refresh(&pass, net, &t->prior);
        penalty = slm_prior_gradient(&pass, net, &t->prior);
    }
    fill_info(t, info);
    info->step = t->now.step + 1;
    info->epoch = t->now.epoch;
    info->cells = n;
    info->nll = terms.nll;
    info->kl_s = terms.kl_s;
    info->kl_f = terms.kl_f;
    info->beta = a.beta;
    info->gamma = a.gamma;
    info->lr = slm_schedule_lr(t);
    info->loss = terms.nll + a.beta * terms.kl_s + a.beta * terms.kl_f + penalty;
    if (o->freeze_reference) slm_trainer_mask_gradient(t);
    double squares = slm_trainer_gradient_squares(t);
    info->grad_norm = sqrt(squares);
    scilama_status status = check_finite(t, isfinite(info->loss) && isfinite(squares), error);
    if (status) restore_statistics(t);
    return status;
}

static const int64_t *next_batch(const scilama_trainer *t, int64_t *n)
{
    int64_t first = t->now.cursor * t->options.batch_size, left = t->design->n_train - first;
    *n = left < t->options.batch_size ? left : t->options.batch_size;
    return t->order + first;
}

static scilama_status check_running(const scilama_trainer *t, scilama_error *error)
{
    if (t->now.finished) return slm_fail(error, SCILAMA_E_STATE, "training is finished: no step is left");
    return SCILAMA_OK;
}

/* The weights that the phase trains, and the running statistics, to or from t->best. */
static void copy_best(scilama_trainer *t, bool restore)
{
    slm_real *value = t->model->net.params.value, *kept = t->best + t->moments;
    for (int i = 0; i < t->ranges; i++) {
        const slm_range *r = &t->range[i];
        slm_real *here = value + r->first, *there = t->best + r->place;
        memcpy(restore ? here : there, restore ? there : here, (size_t)r->count * sizeof *here);
    }
    memcpy(restore ? statistics(t) : kept, restore ? kept : statistics(t), statistics_bytes(t));
}

static void keep_best(scilama_trainer *t)
{
    if (t->best) copy_best(t, false);
    t->now.has_best = 1;
    t->now.best_loss = t->now.validation_loss;
    t->now.best_epoch = t->now.epoch;
    t->now.best_step = t->now.step;
}

static void end_phase(scilama_trainer *t, scilama_step_info *info)
{
    if (t->now.has_best && t->best) copy_best(t, true);
    info->events |= SCILAMA_EVENT_PHASE_END;
    if (t->now.phase + 1 < t->phases) {
        start_phase(t, t->now.phase + 1);
    } else {
        t->now.finished = 1;
        info->events |= SCILAMA_EVENT_FINISHED;
    }
}

/* Epochs without improvement, in the schedule's epochs. */
static bool out_of_patience(const scilama_trainer *t, double epoch_done)
{
    const scilama_trainer_options *o = &t->options;
    if (!o->patience || !t->now.has_best) return false;
    int64_t steps = slm_schedule_steps(t);
    double best = steps ? (double)t->now.best_step * (double)o->epochs / (double)steps : (double)t->now.best_epoch;
    return epoch_done - best >= (double)o->patience;
}

/* Small data have more epochs than there is to learn from validating each: a plan of steps has twenty-five validations. */
static bool validates(const scilama_trainer *t)
{
    enum { VALIDATIONS = 25 };
    int64_t steps = slm_schedule_steps(t), step = t->now.step, before = step - slm_trainer_steps_per_epoch(t);
    if (!t->design->n_validation) return false;
    return !steps || step >= steps || before <= 0 || step * VALIDATIONS / steps > before * VALIDATIONS / steps;
}

/* A KL weight that leaves next to no unit active is too large for what the data say: once the ramp is under way, halve it. */
static void repair_collapse(scilama_trainer *t, double epoch_done, scilama_step_info *info)
{
    const scilama_trainer_options *o = &t->options;
    if (!o->kl_repair || t->now.objective == SCILAMA_OBJECTIVE_GENE || epoch_done < 0.1 * (double)o->epochs) return;
    if (t->now.active_units * 10 > t->model->net.latent || t->now.kl_scale < 1e-3 || slm_mixture_known(&t->model->net)) return;
    t->now.kl_scale /= 2;
    info->events |= SCILAMA_EVENT_COLLAPSED;
    slm_log(t->ctx, SCILAMA_LOG_WARNING, "%" PRId64 " of %" PRId64 " latent units are active at step %" PRId64 ": the KL weight is halved to %.3g",
            t->now.active_units, t->model->net.latent, t->now.step, slm_schedule_beta(t));
}

static scilama_status end_epoch(scilama_trainer *t, scilama_step_info *info, scilama_error *error)
{
    const scilama_trainer_options *o = &t->options;
    info->events |= SCILAMA_EVENT_EPOCH_END; /* also without a validation */
    double epoch_done = slm_schedule_epoch(t);
    if (validates(t)) {
        scilama_evaluation e = { 0 };
        SLM_TRY(slm_trainer_evaluate(t, t->design->validation, t->design->n_validation,
                                     o->validation_sampling && o->sampling == SCILAMA_SAMPLING_NORMAL,
                                     o->track_correlation != 0, &e, error));
        memcpy(t->kl_s, t->unit_s, (size_t)t->model->net.latent * sizeof *t->kl_s);
        memcpy(t->kl_f, t->unit_f, (size_t)t->model->net.latent * sizeof *t->kl_f);
        t->now.validation_loss = e.loss;
        t->now.validation_nll = e.nll;
        t->now.validation_kl_s = e.kl_s;
        t->now.validation_kl_f = e.kl_f;
        t->now.pearson = e.pearson;
        t->now.spearman = e.spearman;
        t->now.active_units = e.active_units;
        repair_collapse(t, epoch_done, info);
        if (epoch_done >= slm_schedule_first_eligible(o) && e.loss < t->now.best_loss) {
            keep_best(t);
            info->events |= SCILAMA_EVENT_IMPROVED;
        }
    }
    bool stopped = out_of_patience(t, epoch_done);
    int64_t steps = slm_schedule_steps(t);
    bool planned = steps ? t->now.step >= steps : t->now.epoch + 1 >= o->epochs;
    t->now.epoch++;
    t->now.cursor = 0;
    t->now.due = (scilama_step_info){ 0 };
    fill_info(t, info);
    if (stopped) info->events |= SCILAMA_EVENT_CONVERGED;
    if (stopped || planned) end_phase(t, info);
    else slm_trainer_shuffle(t);
    return SCILAMA_OK;
}

/* No mini-batch of the epoch is left. Before a step only after a validation that failed. */
static bool epoch_over(const scilama_trainer *t)
{
    return t->now.cursor >= slm_trainer_steps_per_epoch(t) || (slm_schedule_steps(t) && t->now.step >= slm_schedule_steps(t));
}

/* Moves past the mini-batch, validating where an epoch ends. Where validation fails, for data come from outside, or
 * is cancelled, the weights have moved; the next call of step does what is left, and tells of the step as this one would have. */
static scilama_status advance(scilama_trainer *t, scilama_step_info *info, scilama_error *error)
{
    t->now.cursor++;
    if (!epoch_over(t)) return SCILAMA_OK;
    t->now.due = *info;
    return end_epoch(t, info, error);
}

static scilama_status update(scilama_trainer *t, scilama_step_info *info, double calls, scilama_error *error)
{
    double norm = info->grad_norm / calls, scale = 1 / calls;
    if (t->options.clip_norm > 0 && norm > t->options.clip_norm) scale *= t->options.clip_norm / norm;
    double applied = info->grad_norm * scale;
    if (!isfinite((slm_real)(applied * applied))) /* the second moments could not hold it */
        return slm_fail(error, SCILAMA_E_NONFINITE, "the gradient of %s is too large for single precision at step %lld of phase %d: check the input's scale or set clip_norm",
                        slm_trainer_largest_gradient(t), (long long)(t->now.step + 1), t->now.phase);
    slm_trainer_adam(t, scale, info->lr);
    info->grad_norm = norm;
    t->now.step++;
    t->now.updates++;
    t->model->steps++;
    return SCILAMA_OK;
}

scilama_status slm_trainer_step(scilama_trainer *t, scilama_step_info *info, scilama_error *error)
{
    SLM_TRY(check_running(t, error));
    if (t->pending) return slm_fail(error, SCILAMA_E_STATE, "gradients are pending: call scilama_trainer_apply first");
    info->events = 0;
    if (epoch_over(t)) {
        *info = t->now.due;
        return end_epoch(t, info, error);
    }
    int64_t n;
    const int64_t *cells = next_batch(t, &n);
    scilama_status status = compute(t, WHOLE, cells, n, info, error);
    if (!status && (status = update(t, info, 1, error))) restore_statistics(t);
    if (status == SCILAMA_E_NONFINITE && t->options.on_nonfinite == SCILAMA_NONFINITE_SKIP) {
        slm_error_clear(error);
        t->now.skipped++;
        t->now.step++;
        info->skipped = t->now.skipped;
        info->events |= SCILAMA_EVENT_SKIPPED;
        return advance(t, info, error);
    }
    return status ? status : advance(t, info, error);
}

static scilama_status pass_over(scilama_trainer *t, int64_t part, const int64_t *cells, int64_t n, scilama_step_info *info, scilama_error *error)
{
    if (n < 1 || n > t->options.batch_size)
        return slm_fail(error, SCILAMA_E_INVALID, "%lld cells: it must be 1 to batch_size (%lld)", (long long)n, (long long)t->options.batch_size);
    for (int64_t i = 0; i < n; i++)
        if (cells[i] < 0 || cells[i] >= t->design->cells)
            return slm_fail(error, SCILAMA_E_INVALID, "cell %lld is not one of the %lld cells", (long long)cells[i], (long long)t->design->cells);
    info->events = 0;
    scilama_status status = compute(t, part, cells, n, info, error);
    if (status) {
        discard_pending(t); /* the sum is spoilt */
        return status;
    }
    t->pending = part == WHOLE ? t->pending + 1 : 1;
    t->pending_info = *info;
    return SCILAMA_OK;
}

scilama_status slm_trainer_forward_backward(scilama_trainer *t, const int64_t *cells, int64_t n, scilama_step_info *info, scilama_error *error)
{
    SLM_TRY(check_running(t, error));
    if (!cells && epoch_over(t)) return slm_fail(error, SCILAMA_E_STATE, "the epoch's validation is still due: call scilama_trainer_step first");
    if (!cells) cells = next_batch(t, &n);
    return pass_over(t, WHOLE, cells, n, info, error);
}

scilama_status slm_trainer_part(scilama_trainer *t, int64_t part, const int64_t *cells, int64_t n, scilama_step_info *info, scilama_error *error)
{
    enum { MOST_PARTS = 65536 };
    if (part < 0 || part >= MOST_PARTS)
        return slm_fail(error, SCILAMA_E_INVALID, "part %" PRId64 " of a mini-batch: it must be 0 to %d", part, MOST_PARTS - 1);
    scilama_status status = check_running(t, error);
    return status ? status : pass_over(t, part, cells, n, info, error);
}

scilama_status slm_trainer_apply(scilama_trainer *t, scilama_step_info *info, scilama_error *error)
{
    scilama_status status = check_running(t, error);
    if (status) return status;
    if (!t->pending) return slm_fail(error, SCILAMA_E_STATE, "no gradient is pending: call scilama_trainer_forward_backward first");
    *info = t->pending_info;
    double squares = slm_trainer_gradient_squares(t); /* the caller may have changed them */
    if (!isfinite(squares)) {
        const char *name = slm_trainer_first_nonfinite(t);
        discard_pending(t);
        return slm_fail(error, SCILAMA_E_NONFINITE, "the gradient of %s is not finite", name ? name : "a parameter");
    }
    info->grad_norm = sqrt(squares);
    info->lr = slm_schedule_lr(t);
    double calls = (double)t->pending;
    t->pending = 0;
    info->events = 0;
    if ((status = update(t, info, calls, error))) {
        restore_statistics(t);
        return status;
    }
    return advance(t, info, error);
}

scilama_status slm_trainer_end_phase(scilama_trainer *t, scilama_step_info *info, scilama_error *error)
{
    SLM_TRY(check_running(t, error));
    discard_pending(t);
    fill_info(t, info);
    info->events = 0;
    info->step = t->now.step;
    info->epoch = t->now.epoch;
    end_phase(t, info);
    return SCILAMA_OK;
}
