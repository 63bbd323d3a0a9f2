/* SPDX-License-Identifier: MIT */
#include "vae/shift.h"
#include "core/thread.h"
#include <math.h>

/* One cell costs count · axes · (2 P + 3) multiplications, P covariates: little beside its genes · axes for y, but for many batches. */

enum { ROWS = 16 };

typedef struct shift_job { slm_shifts s; slm_real *input; const slm_real *covariate; int64_t ld, ld_covariate, rows; } shift_job;

slm_shifts slm_shifts_of(const slm_net *net)
{
    slm_shifts s = { .axes = net->axes, .covariates = net->covariates };
    if (net->shifts < 0) return s;
    s.mean = net->params.value + net->params.item[net->centres].offset;
    s.centre = s.mean + net->axes;
    s.shift = net->params.value + net->params.item[net->shifts].offset;
    s.share = net->params.value + net->params.item[net->shares].offset;
    s.width = net->params.value + net->params.item[net->widths].offset;
    const slm_real *spread = net->params.value + net->params.item[net->spreads].offset;
    for (int64_t e = 0; e < s.axes * s.covariates && !s.spread; e++) s.spread = spread[e] != 0 ? spread : NULL;
    for (bool used = true; used && s.count < SLM_CLUSTERS; s.count += used) {
        used = false;
        for (int64_t a = 0; a < s.axes; a++) used = used || s.centre[s.count * s.axes + a] != 0;
    }
    return s;
}

/* S_k c along axis a */
static double moved(const slm_shifts *s, int64_t k, int64_t a, const slm_real *covariate)
{
    const slm_real *row = s->shift + (k * s->axes + a) * s->covariates;
    double sum = 0;
    for (int64_t p = 0; p < s->covariates; p++) sum += (double)row[p] * (double)covariate[p];
    return sum;
}

void slm_shift_parts(const slm_shifts *s, const slm_real *y, const slm_real *covariate, double *part)
{
    double most = -INFINITY, sum = 0;
    for (int64_t k = 0; k < s->count; k++) {
        double dot = 0, length = 0, radius = 0;
        for (int64_t a = 0; a < s->axes; a++) {
            double at = (double)(y[a] - s->mean[a]) - moved(s, k, a, covariate), m = (double)s->centre[k * s->axes + a];
            dot += at * m;
            length += at * at;
            radius += m * m;
        }
        part[k] = length > 0 ? 2 / SLM_SHIFT_WIDTH * dot / sqrt(length * radius) : 0;
        most = fmax(most, part[k]);
    }
    for (int64_t k = 0; k < s->count; k++) sum += part[k] = exp(part[k] - most);
    for (int64_t k = 0; k < s->count; k++) part[k] /= sum;
}

void slm_shift_correct(const slm_shifts *s, slm_real *y, const slm_real *covariate, const double *part)
{
    for (int64_t k = 0; k < s->count; k++)
        for (int64_t a = 0; a < s->axes && part[k] > 0; a++) y[a] -= (slm_real)(part[k] * moved(s, k, a, covariate));
}

double slm_shift_away(const slm_shifts *s, const slm_real *y, const double *part, int64_t a)
{
    double away = (double)(y[a] - s->mean[a]);
    for (int64_t k = 0; k < s->count; k++) away -= part[k] * (double)s->centre[k * s->axes + a];
    return away;
}

static void spread(const slm_shifts *s, slm_real *y, const slm_real *covariate, const double *part)
{
    for (int64_t a = 0; a < s->axes; a++) {
        double t = 0;
        for (int64_t p = 0; p < s->covariates; p++) t += (double)s->spread[a * s->covariates + p] * (double)covariate[p];
        if (t != 0) y[a] += (slm_real)(expm1(t) * slm_shift_away(s, y, part, a));
    }
}

static void shift_task(void *arg, int64_t task, int worker)
{
    (void)worker;
    const shift_job *j = arg;
    const slm_shifts *s = &j->s;
    int64_t first = task * ROWS, last = first + ROWS < j->rows ? first + ROWS : j->rows;
    for (int64_t r = first; r < last; r++) {
        slm_real *y = j->input + r * j->ld;
        const slm_real *covariate = j->covariate + r * j->ld_covariate;
        double part[SLM_CLUSTERS];
        slm_shift_parts(s, y, covariate, part);
        slm_shift_correct(s, y, covariate, part);
        if (s->spread) spread(s, y, covariate, part);
    }
}

void slm_shift_rows(const slm_pass *pass, const slm_net *net, slm_real *input, int64_t ld, const slm_real *covariate, int64_t ld_covariate, int64_t rows)
{
    shift_job j = { slm_shifts_of(net), input, covariate, ld, ld_covariate, rows };
    if (j.s.count) slm_parallel(pass->ctx, slm_tiles(rows, ROWS), shift_task, &j);
}
