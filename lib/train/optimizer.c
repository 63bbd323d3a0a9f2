/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "train/trainer.h"

/* AdamW (Loshchilov and Hutter 2019) over what a phase trains. The parameters trained lie in ranges of one array; moments
 * stand in the same order without gaps, so a phase needs memory for its own parameters only. Work is cut into chunks of
 * fixed size, and sums are added in their order: the same bits for any number of threads. */

enum { CHUNK = 32768 };

static int phase_groups(int32_t objective)
{
    switch (objective) {
    case SCILAMA_OBJECTIVE_CELL: return SLM_GROUP_CELL | SLM_GROUP_CELL_HEAD;
    case SCILAMA_OBJECTIVE_GENE: return SLM_GROUP_GENE;
    default: return SLM_GROUP_CELL | SLM_GROUP_GENE | SLM_GROUP_JOINT; /* W_out has no gradient: left as it is, decay included */
    }
}

void slm_trainer_select(scilama_trainer *t)
{
    const slm_params *p = &t->model->net.params;
    int groups = phase_groups(t->now.objective);
    int64_t place = 0;
    t->ranges = 0;
    for (int i = 0; i < p->count; i++) {
        const slm_param *item = &p->item[i];
        if (!item->trainable || !(item->group & groups)) continue;
        slm_range *last = t->ranges ? &t->range[t->ranges - 1] : NULL;
        if (last && last->first + last->count == item->offset) {
            last->count += item->count;
            last->param_last = i;
        } else {
            t->range[t->ranges++] = (slm_range){ item->offset, item->count, place, i, i };
        }
        place += item->count;
    }
}

int64_t slm_trainer_most_trained(const scilama_trainer *t)
{
    const slm_params *p = &t->model->net.params;
    int64_t most = 0;
    for (int phase = 0; phase < t->phases; phase++) {
        int64_t n = 0;
        for (int i = 0; i < p->count; i++)
            if (p->item[i].trainable && p->item[i].group & phase_groups(t->objective[phase])) n += p->item[i].count;
        if (n > most) most = n;
    }
    return most;
}

bool slm_trainer_cells_stay(const scilama_trainer *t)
{
    for (int i = 0; i < t->phases && !t->options.freeze_reference; i++)
        if (t->objective[i] != SCILAMA_OBJECTIVE_GENE) return false;
    return true;
}

void slm_trainer_mask_gradient(scilama_trainer *t)
{
    const slm_net *net = &t->model->net;
    for (int i = 0; i < net->params.count; i++) {
        const slm_param *item = &net->params.item[i];
        if (!item->trainable) continue;
        slm_real *grad = t->grad + item->offset;
        bool encoder = net->encoder_covariates && i == net->cell_encoder.mlp.block[0].linear.weight;
        int64_t first = encoder && t->options.freeze_reference == SLM_FREEZE_ENCODER ? -1 : slm_net_covariate_column(net, i);
        if (first < 0) memset(grad, 0, (size_t)item->count * sizeof *grad);
        for (int64_t r = 0; first >= 0 && r < item->rows; r++)
            for (int64_t c = 0; c < item->cols; c++)
                if (c < first || !t->model->added[c - first]) grad[r * item->cols + c] = 0;
    }
}

void slm_trainer_reset_optimizer(scilama_trainer *t)
{
    memset(t->m, 0, (size_t)t->moments * sizeof *t->m);
    memset(t->v, 0, (size_t)t->moments * sizeof *t->v);
    memset(t->grad, 0, (size_t)t->model->net.params.trainable * sizeof *t->grad);
}

typedef struct range_job {
    scilama_trainer *t;
    slm_adam_args adam;
} range_job;

/* Chunk `task` of all ranges, in order; *place of its first in the moments. */
static bool locate(const scilama_trainer *t, int64_t task, int64_t *first, int64_t *last, int64_t *place)
{
    for (int i = 0; i < t->ranges; i++) {
        int64_t chunks = slm_tiles(t->range[i].count, CHUNK);
        if (task >= chunks) {
            task -= chunks;
            continue;
        }
        int64_t end = t->range[i].first + t->range[i].count;
        *first = t->range[i].first + task * CHUNK;
        *last = *first + CHUNK < end ? *first + CHUNK : end;
        *place = t->range[i].place + task * CHUNK;
        return true;
    }
    return false;
}

static int64_t chunk_count(const scilama_trainer *t)
{
    int64_t n = 0;
    for (int i = 0; i < t->ranges; i++) n += slm_tiles(t->range[i].count, CHUNK);
    return n;
}

static void squares_task(void *arg, int64_t task, int worker)
{
    scilama_trainer *t = arg;
    int64_t first, last, place;
    if (locate(t, task, &first, &last, &place))
        t->square_sums[task] = slm_kernels_get()->sum_squares(t->grad + first, last - first);
}

double slm_trainer_gradient_squares(scilama_trainer *t)
{
    int64_t n = chunk_count(t);
    slm_parallel(t->ctx, n, squares_task, t);
    double total = 0;
    for (int64_t i = 0; i < n; i++) total += t->square_sums[i];
    return total;
}

const char *slm_trainer_first_nonfinite(const scilama_trainer *t)
{
    const slm_params *p = &t->model->net.params;
    for (int r = 0; r < t->ranges; r++)
        for (int i = t->range[r].param_first; i <= t->range[r].param_last; i++)
            for (int64_t e = 0; p->item[i].trainable && e < p->item[i].count; e++)
                if (!isfinite(t->grad[p->item[i].offset + e])) return p->item[i].name;
    return NULL;
}

const char *slm_trainer_largest_gradient(const scilama_trainer *t)
{
    const slm_params *p = &t->model->net.params;
    const char *name = "a parameter";
    slm_real most = 0;
    for (int r = 0; r < t->ranges; r++)
        for (int i = t->range[r].param_first; i <= t->range[r].param_last; i++)
            for (int64_t e = 0; p->item[i].trainable && e < p->item[i].count; e++) {
                slm_real g = t->grad[p->item[i].offset + e];
                if (g > most || -g > most) most = g > 0 ? g : -g, name = p->item[i].name;
            }
    return name;
}

static void adam_task(void *arg, int64_t task, int worker)
{
    const range_job *j = arg;
    int64_t first, last, place;
    if (!locate(j->t, task, &first, &last, &place)) return;
    slm_adam_args a = j->adam;
    a.value += first;
    a.grad += first;
    a.m += place;
    a.v += place;
    slm_kernels_get()->adam(&a, last - first);
}

/* AdamW (Loshchilov & Hutter, 2019): decoupled decay, bias-corrected moments. */
void slm_trainer_adam(scilama_trainer *t, double grad_scale, double lr)
{
    const scilama_trainer_options *o = &t->options;
    double step = (double)(t->now.updates + 1);
    range_job j = { .t = t };
    j.adam = (slm_adam_args){
        .value = t->model->net.params.value, .m = t->m, .v = t->v, .grad = t->grad, .grad_scale = (slm_real)grad_scale,
        .beta1 = (slm_real)o->beta1, .beta2 = (slm_real)o->beta2, .epsilon = (slm_real)o->epsilon,
        .one_minus_beta1 = (slm_real)(1 - o->beta1), .one_minus_beta2 = (slm_real)(1 - o->beta2),
        .step_size = (slm_real)(lr / (1 - pow(o->beta1, step))), .root_correction = (slm_real)(1 / sqrt(1 - pow(o->beta2, step))),
        .decay = (slm_real)(1 - lr * o->weight_decay) };
    slm_parallel(t->ctx, chunk_count(t), adam_task, &j);
}
