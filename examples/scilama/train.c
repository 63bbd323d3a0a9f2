/* SPDX-License-Identifier: MIT */
#include "fit.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *objective_name(int32_t objective)
{
    return objective == SCILAMA_OBJECTIVE_CELL ? "cell" : objective == SCILAMA_OBJECTIVE_GENE ? "gene" : "joint";
}

/* Room for one more row; 256 at a time. */
static scilama_status grow(app *a, history *h)
{
    if (h->count % 256 != 0) return SCILAMA_OK;
    epoch_row *rows = app_alloc(a, h->count + 256, sizeof *rows);
    float *units = app_alloc(a, (h->count + 256) * 2 * h->latent, sizeof *units);
    if (!rows || !units) return SCILAMA_E_NOMEM;
    if (h->count) {
        memcpy(rows, h->rows, (size_t)h->count * sizeof *rows);
        memcpy(units, h->units, (size_t)(h->count * 2 * h->latent) * sizeof *units);
    }
    h->rows = rows;
    h->units = units;
    return SCILAMA_OK;
}

/* Sums the steps of an epoch; at its end appends a row. */
static scilama_status record(app *a, const fit *f, history *h, const scilama_step_info *i)
{
    double n = (double)i->cells;
    const double value[4] = { i->loss, i->nll, i->kl_s, i->kl_f };
    for (int k = 0; k < 4 && !(i->events & SCILAMA_EVENT_SKIPPED); k++) h->sum[k] += n * value[k];
    if (!(i->events & SCILAMA_EVENT_SKIPPED)) h->cells += n;
    if (!(i->events & SCILAMA_EVENT_EPOCH_END)) return SCILAMA_OK;
    scilama_status status = grow(a, h);
    double mean[4], *kl = app_alloc(a, 2 * h->latent, sizeof *kl);
    if (status || !kl) return SCILAMA_E_NOMEM;
    if ((status = scilama_trainer_kl_per_unit(f->trainer, kl, kl + h->latent, &a->error))) return status;
    for (int64_t u = 0; u < 2 * h->latent; u++) h->units[h->count * 2 * h->latent + u] = (float)kl[u];
    for (int k = 0; k < 4; k++) {
        mean[k] = h->cells > 0 ? h->sum[k] / h->cells : 0;
        h->sum[k] = 0;
    }
    h->cells = 0;
    epoch_row *r = &h->rows[h->count++];
    memset(r, 0, sizeof *r);
    r->phase = i->phase;
    r->objective = i->objective;
    r->epoch = i->epoch;
    r->step = i->step;
    r->loss = mean[0];
    r->nll = mean[1];
    r->kl_s = mean[2];
    r->kl_f = mean[3];
    r->beta = i->beta;
    r->lr = i->lr;
    r->validation_loss = i->validation_loss;
    r->validation_nll = i->validation_nll;
    r->pearson = i->pearson;
    r->spearman = i->spearman;
    r->best_loss = i->best_loss;
    r->active_units = i->active_units;
    return SCILAMA_OK;
}

static void phase_end(app *a, const scilama_step_info *i)
{
    char best[80] = ": no cell to validate on"; /* of a few cells none may be drawn */
    if (isfinite(i->best_loss)) snprintf(best, sizeof best, ": best validation loss %.6g at epoch %" PRId64, i->best_loss, i->best_epoch + 1);
    else if (isfinite(i->validation_loss)) best[0] = 0;
    if (!isfinite(i->best_loss) && !isfinite(i->validation_loss) && !i->phase) app_say(a, "no cell to validate on: none of so few was held out");
    app_detail(a, "phase %d of %d (%s) ended after %" PRId64 " epochs%s%s", i->phase + 1, i->phases, objective_name(i->objective), i->epoch + 1,
               i->events & SCILAMA_EVENT_CONVERGED ? ", nothing improving" : "", best);
}

/* The work so far is saved where a checkpoint was asked for. */
static scilama_status stop(app *a, fit *f, const history *h)
{
    if (!f->checkpoint) return app_fail(a, SCILAMA_E_CANCELLED, "interrupted: nothing was written (--checkpoint FILE keeps the work done so far)");
    app_finish(a);
    scilama_status status = checkpoint_save(a, f, h, false);
    if (status) return status;
    return app_fail(a, SCILAMA_E_CANCELLED, "interrupted: the state of training is in %s; go on with the same command and --resume", f->checkpoint);
}

scilama_status fit_train(app *a, fit *f, history *h)
{
    scilama_step_info info;
    scilama_step_info_init(&info, sizeof info);
    bool finished = false, found = false;
    f->kept.path = f->checkpoint;
    scilama_status status = f->resume ? checkpoint_load(a, f, h, &found, &finished) : SCILAMA_OK;
    if (status) return status;
    if (f->resume && found) app_say(a, "resumed from %s after %" PRId64 " epochs", f->checkpoint, h->count);
    if (f->resume && !found) app_say(a, "no checkpoint in %s yet: training starts anew", f->checkpoint);
    app_detail(a, "loss: squared errors (-ln p of counts with a likelihood of counts) summed over genes,");
    app_detail(a, "  and beta times the KL terms, a mean over training cells; validation: of cells held out.");
    app_detail(a, "  Each phase minimises another sum, so that its numbers begin anew.");
    double began = app_seconds(), saved = began;
    progress p = { began, 0, 0, 0, 0, -1 };
    while (!finished) {
        /* a step that is not cancelled before its end is done, and the next one knows nothing of it */
        status = app_interrupted() ? SCILAMA_E_CANCELLED : scilama_trainer_step(f->trainer, &info, &a->error);
        if (status == SCILAMA_E_CANCELLED) return stop(a, f, h);
        if (status || (status = record(a, f, h, &info))) return status;
        progress_step(a, &p, &info);
        if (info.events & SCILAMA_EVENT_EPOCH_END) progress_epoch(a, &p, &h->rows[h->count - 1], &info);
        if (info.events & SCILAMA_EVENT_PHASE_END) phase_end(a, &info);
        finished = (info.events & SCILAMA_EVENT_FINISHED) != 0;
        if (f->checkpoint && (finished || app_seconds() - saved > f->checkpoint_seconds)) {
            if ((status = checkpoint_save(a, f, h, finished))) return status;
            saved = app_seconds();
        }
    }
    if (info.skipped) app_say(a, "warning: %" PRId64 " steps were skipped because their loss or gradient was not finite", info.skipped);
    app_say(a, "trained in %.1f s", app_seconds() - began);
    return SCILAMA_OK;
}
