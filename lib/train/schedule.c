/* SPDX-License-Identifier: MIT */
#include "train/trainer.h"

/* Schedules count epochs, as published; when max_steps is set they count the share of
 * steps done instead, expressed in planned epochs, so that small and large data sets
 * see the same course. */

int64_t slm_trainer_steps_per_epoch(const scilama_trainer *t)
{
    return (t->design->n_train + t->options.batch_size - 1) / t->options.batch_size;
}

/* Steps grow slower than cells: a few epochs of many cells show what many epochs of a few do. */
static int64_t auto_steps(int64_t cells)
{
    enum { STEPS = 500, CELLS = 2000, LEAST = 330 };
    double steps = STEPS * pow((double)cells / CELLS, 0.45);
    return steps > LEAST ? (int64_t)(steps + 0.5) : LEAST;
}

int64_t slm_schedule_steps(const scilama_trainer *t)
{
    const scilama_trainer_options *o = &t->options;
    if (t->now.objective == SCILAMA_OBJECTIVE_GENE && o->gene_max_steps) return o->gene_max_steps;
    return o->max_steps == SCILAMA_STEPS_AUTO ? auto_steps(t->design->n_train) : o->max_steps;
}

double slm_schedule_epoch(const scilama_trainer *t)
{
    int64_t steps = slm_schedule_steps(t);
    return steps ? (double)t->now.step * (double)t->options.epochs / (double)steps : (double)t->now.epoch;
}

double slm_schedule_beta(const scilama_trainer *t)
{
    const scilama_trainer_options *o = &t->options;
    if (!isnan(t->now.set_beta)) return t->now.set_beta;
    double past = slm_schedule_epoch(t) - (double)o->kl_delay, scale = t->now.kl_scale * t->kl_share;
    if (past <= 0) return scale * o->kl_start;
    double ramp = o->kl_start + o->kl_rate * past;
    return scale * (ramp < o->kl_end ? ramp : o->kl_end);
}

double slm_schedule_lr(const scilama_trainer *t)
{
    const scilama_trainer_options *o = &t->options;
    if (!isnan(t->now.set_lr)) return t->now.set_lr;
    return o->lr * pow(o->lr_decay, slm_schedule_epoch(t));
}

double slm_schedule_gamma(const scilama_trainer *t)
{
    if (t->now.objective == SCILAMA_OBJECTIVE_CELL) return 0;
    if (!isnan(t->now.set_gamma)) return t->now.set_gamma;
    return t->now.objective == SCILAMA_OBJECTIVE_GENE ? t->options.gene_gamma : t->options.gamma;
}

/* Infinite when β never reaches its end. */
double slm_schedule_first_eligible(const scilama_trainer_options *o)
{
    if (o->best_from_start) return 0;
    double span = o->kl_end - o->kl_start;
    if (span <= 0) return (double)o->kl_delay;
    return o->kl_rate > 0 ? ceil((double)o->kl_delay + span / o->kl_rate - 1e-9) : INFINITY;
}
