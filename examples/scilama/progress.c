/* SPDX-License-Identifier: MIT */
/* Progress: a line that changes on a terminal, plain lines elsewhere, JSON lines in a file. */

#include "fit.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* While there is something left to do it takes a second at least. */
static void left_text(char *to, size_t size, double seconds) { duration_text(to, size, seconds < 1 ? 1 : seconds); }

/* Time to the last planned epoch of the last phase, at the pace of this run of the phase; phases to come are taken to be as long. */
static double remaining(const progress *p, const scilama_step_info *i, double now)
{
    double phase = (double)i->epochs * (double)i->steps_per_epoch, left = phase - (double)i->step + phase * (double)(i->phases - i->phase - 1);
    return left > 0 && p->steps > 0 ? (now - p->began) / p->steps * left : 0;
}

static const char *what(int32_t objective)
{
    return objective == SCILAMA_OBJECTIVE_CELL ? "training cells" : objective == SCILAMA_OBJECTIVE_GENE ? "training genes" : "training cells and genes";
}

void progress_step(app *a, progress *p, const scilama_step_info *i)
{
    double now = app_seconds();
    if (p->phase != i->phase) {
        *p = (progress){ p->phase < 0 ? p->began : p->last, 0, a->terminal ? 0 : now, 0, 0, i->phase };
        if (!a->terminal) app_detail(a, "phase %d of %d (%s): at most %" PRId64 " epochs of %" PRId64 " steps", i->phase + 1, i->phases,
                                     objective_name(i->objective), i->epochs, i->steps_per_epoch);
    }
    p->cells_done += (double)i->cells;
    p->steps++;
    p->last = now;
    if (!a->terminal || a->quiet || now - p->shown < 0.2) return;
    char left[32], validation[48] = "";
    left_text(left, sizeof left, stages_left(a, remaining(p, i, now)));
    if (a->verbose && isfinite(i->validation_loss)) snprintf(validation, sizeof validation, "validation %.5g, ", i->validation_loss);
    p->shown = now;
    a->line_open = true;
    fprintf(stderr, "\r\033[K\033[?7l%s: %" PRId64 " of %" PRId64 " epochs, about %s left (loss %.5g, %sβ %.2f, %.0f cells/s)\033[?7h", what(i->objective), i->epoch + 1,
            i->epochs, left, i->loss, validation, i->beta, p->cells_done / (now - p->began + 1e-9)); /* cut where the terminal is narrow: it would scroll */
    fflush(stderr);
}

/* NaN and infinity are null in JSON. */
static const char *number(char *to, size_t size, double v)
{
    if (isfinite(v)) snprintf(to, size, "%.9g", v);
    else snprintf(to, size, "null");
    return to;
}

/* A few lines of every phase, and one every ten seconds. */
static bool due(progress *p, int64_t epoch, int64_t epochs)
{
    int64_t step = (epochs + 3) / 4;
    double now = app_seconds();
    if ((epoch + 1) % step && now - p->shown < 10) return false;
    p->shown = now;
    return true;
}

void progress_epoch(app *a, progress *p, const epoch_row *r, const scilama_step_info *i)
{
    double pace = p->cells_done / (app_seconds() - p->began + 1e-9);
    bool last = (i->events & SCILAMA_EVENT_PHASE_END) != 0;
    char left[32], validation[48] = "";
    left_text(left, sizeof left, stages_left(a, remaining(p, i, app_seconds())));
    if ((i->events & SCILAMA_EVENT_CONVERGED) && !a->verbose)
        app_say(a, "%s: nothing improves, ended after %" PRId64 " of at most %" PRId64 " epochs", what(r->objective), r->epoch + 1, i->epochs);
    else if (!a->terminal && !a->quiet && !a->verbose && (last || due(p, r->epoch, i->epochs)))
        fprintf(stderr, "%s: %" PRId64 " of %" PRId64 " epochs, about %s left\n", what(r->objective), r->epoch + 1, i->epochs, left);
    else if (!a->terminal && !a->quiet && a->verbose && (last || r->epoch % 10 == 9 || r->epoch == 0)) {
        if (isfinite(r->validation_loss)) snprintf(validation, sizeof validation, "validation %.6g  ", r->validation_loss);
        fprintf(stderr, "%s %d/%d  epoch %" PRId64 "/%" PRId64 "  loss %.6g  %sbeta %.2f  %.0f cells/s  about %s left\n",
                objective_name(r->objective), r->phase + 1, i->phases, r->epoch + 1, i->epochs, r->loss, validation, r->beta, pace, left);
    }
    char n[9][40];
    app_event(a, "epoch", ", \"phase\": %d, \"objective\": \"%s\", \"epoch\": %" PRId64 ", \"step\": %" PRId64 ", \"loss\": %s, \"nll\": %s, "
                          "\"kl_s\": %s, \"kl_f\": %s, \"beta\": %s, \"lr\": %s, \"validation_loss\": %s, \"best_loss\": %s, \"pearson\": %s, "
                          "\"active_units\": %" PRId64 ", \"cells_per_second\": %.1f",
              r->phase, objective_name(r->objective), r->epoch, r->step, number(n[0], sizeof n[0], r->loss), number(n[1], sizeof n[1], r->nll),
              number(n[2], sizeof n[2], r->kl_s), number(n[3], sizeof n[3], r->kl_f), number(n[4], sizeof n[4], r->beta),
              number(n[5], sizeof n[5], r->lr), number(n[6], sizeof n[6], r->validation_loss), number(n[7], sizeof n[7], r->best_loss),
              number(n[8], sizeof n[8], r->pearson), r->active_units, pace);
}

/* What the running stage still takes, by the share of it that is done; negative where that says nothing: another call than
 * that of the whole stage is told of, it has only begun, or it is Leiden, whose shares are guesses. */
static double own_left(const app *a, const char *told, double done, double share, double seconds)
{
    bool whole = a->clock.now == STAGE_EMBEDDING || a->clock.now == STAGE_NEIGHBOURS || (a->clock.now == STAGE_UMAP && !strcmp(told, "UMAP"));
    return whole && done > 0.02 ? seconds / done * (1 - share) : -1;
}

/* A line as soon as a stage takes over a second; then every fifth of a second on a terminal, every ten seconds elsewhere. */
void stage_progress(void *user, const char *stage, double share)
{
    app *a = user;
    double now = app_seconds();
    if (strcmp(a->stage.name, stage) || share < a->stage.share) {
        snprintf(a->stage.name, sizeof a->stage.name, "%s", stage);
        a->stage.began = now;
        a->stage.shown = 0;
        a->stage.begin_share = share;
    }
    a->stage.share = share;
    if (now - a->stage.began < 1 || now - a->stage.shown < (a->terminal ? 0.2 : 10)) return;
    char left[32];
    double done = share - a->stage.begin_share, seconds = now - a->stage.began;
    if (a->clock.planned) left_text(left, sizeof left, stages_left(a, own_left(a, stage, done, share, seconds)));
    else left_text(left, sizeof left, done > 0 ? seconds / done * (1 - share) : 0);
    bool news = share < 1 || a->stage.shown > 0; /* one that ends before it was told of is over */
    a->stage.shown = now;
    app_event(a, "stage", ", \"stage\": \"%s\", \"share\": %.4f, \"seconds\": %.3f", stage, share, seconds);
    if (a->quiet || !news) return;
    fprintf(stderr, a->terminal ? "\r\033[K%s  %.0f %%  about %s left%s" : "%s  %.0f %%  about %s left%s\n", stage, 100 * share, left, a->clock.planned ? " in all" : "");
    a->line_open = a->terminal;
    fflush(stderr);
}
