/* SPDX-License-Identifier: MIT */
#include "vae/shift.h"
#include "core/thread.h"

/* One cell costs count · axes · (2 Q + 3) multiplications, Q of its covariates not 0: little beside its genes · axes for y. Loops run
 * over clusters within axes: sums of one cluster would each wait for the last. */

enum { ROWS = 16 };

typedef struct shift_job { slm_shifts s; slm_real *input; const slm_real *covariate; int64_t ld, ld_covariate, rows; } shift_job;

slm_shifts slm_shifts_of(const slm_net *net)
{
    slm_shifts s = { .axes = net->axes, .covariates = net->covariates, .turns = &net->turns };
    if (net->shifts < 0) return s;
    s.mean = net->params.value + net->params.item[net->centres].offset;
    s.centre = s.mean + net->axes;
    s.shift = net->params.value + net->params.item[net->shifts].offset;
    s.share = net->params.value + net->params.item[net->shares].offset;
    s.width = net->params.value + net->params.item[net->widths].offset;
    const slm_real *spread = net->params.value + net->params.item[net->spreads].offset;
    for (bool used = true; used && s.count < SLM_CLUSTERS; s.count += used) {
        used = false;
        for (int64_t a = 0; a < s.axes; a++) used = used || s.centre[s.count * s.axes + a] != 0;
    }
    for (int64_t e = 0; e < s.count * s.axes * s.covariates && !s.spread; e++) s.spread = spread[e] != 0 ? spread : NULL;
    const slm_real *scatter = net->scatters < 0 ? NULL : net->params.value + net->params.item[net->scatters].offset;
    if (scatter && s.count && scatter[0] != 0) s.scatter = scatter; /* a mean square */
    return s;
}

/* S_k c along axis a, of all k; or T_k c */
static void move_along(const slm_shifts *s, const slm_real *of, int64_t a, const slm_real *covariate, double *moved)
{
    int64_t stride = s->axes * s->covariates;
    for (int64_t k = 0; k < s->count; k++) moved[k] = 0;
    for (int64_t p = 0; p < s->covariates && covariate; p++) {
        const slm_real *column = of + a * s->covariates + p;
        double c = (double)covariate[p];
        for (int64_t k = 0; k < s->count && c != 0; k++) moved[k] += (double)column[k * stride] * c;
    }
}

void slm_shift_parts(const slm_shifts *s, const slm_real *y, const slm_real *covariate, double *part)
{
    double dot[SLM_CLUSTERS] = { 0 }, length[SLM_CLUSTERS] = { 0 }, radius[SLM_CLUSTERS] = { 0 }, moved[SLM_CLUSTERS], most = -INFINITY, sum = 0;
    for (int64_t a = 0; a < s->axes; a++) {
        double from_mean = (double)(y[a] - s->mean[a]);
        move_along(s, s->shift, a, covariate, moved);
        for (int64_t k = 0; k < s->count; k++) {
            double at = from_mean - moved[k], m = (double)s->centre[k * s->axes + a];
            dot[k] += at * m;
            length[k] += at * at;
            radius[k] += m * m;
        }
    }
    for (int64_t k = 0; k < s->count; k++) {
        part[k] = length[k] > 0 ? 2 / SLM_SHIFT_WIDTH * dot[k] / sqrt(length[k] * radius[k]) : 0;
        most = fmax(most, part[k]);
    }
    for (int64_t k = 0; k < s->count; k++) sum += part[k] = part[k] - most < -20 ? 0 : exp(part[k] - most);
    for (int64_t k = 0; k < s->count; k++) part[k] /= sum;
}

void slm_shift_correct(const slm_shifts *s, slm_real *y, const slm_real *covariate, const double *part)
{
    double moved[SLM_CLUSTERS];
    for (int64_t a = 0; a < s->axes; a++) {
        move_along(s, s->shift, a, covariate, moved);
        for (int64_t k = 0; k < s->count; k++) y[a] -= (slm_real)(part[k] * moved[k]);
    }
}

/* How far the corrected y lies from the middle of its clusters along axis a. */
static double away_along(const slm_shifts *s, const slm_real *y, const double *part, int64_t a)
{
    double away = (double)(y[a] - s->mean[a]);
    for (int64_t k = 0; k < s->count; k++) away -= part[k] * (double)s->centre[k * s->axes + a];
    return away;
}

void slm_shift_measure(const slm_shifts *s, const slm_real *y, const double *part, double *measured)
{
    int64_t row = s->axes + 1;
    double *all = measured + s->count * row;
    for (int64_t a = 0; a < row; a++) {
        double away = a < s->axes ? fabs(away_along(s, y, part, a)) : 1;
        all[a] += away;
        for (int64_t k = 0; k < s->count; k++) measured[k * row + a] += part[k] * away;
    }
}

double slm_shift_width(const slm_shifts *s, const double *measured, int64_t k, int64_t a)
{
    int64_t row = s->axes + 1;
    const double *all = measured + s->count * row, *own = measured + k * row;
    return (own[a] + SLM_SHIFT_POOLED * all[a] / all[s->axes]) / (own[s->axes] + SLM_SHIFT_POOLED);
}

static void spread(const slm_shifts *s, slm_real *y, const slm_real *covariate, const double *part)
{
    double stretched[SLM_CLUSTERS];
    for (int64_t a = 0; a < s->axes; a++) {
        double t = 0;
        move_along(s, s->spread, a, covariate, stretched);
        for (int64_t k = 0; k < s->count; k++) t += part[k] * stretched[k];
        if (t != 0) y[a] += (slm_real)(expm1(t) * away_along(s, y, part, a));
    }
}

/* Whose parts are smaller are passed over. */
static const double NO_PART = 1e-6;

/* Is a cell of a category that has a turn? */
static bool has_turn(const slm_turns *t, const slm_real *covariate)
{
    for (int64_t i = 0; i < t->count; i++)
        if (covariate[t->column[i]] != 0) return true;
    return false;
}

static void turn(const slm_shifts *s, slm_real *y, const slm_real *covariate, double *part)
{
    double away[SLM_SCATTER_AXES], moved[SLM_SCATTER_AXES] = { 0 };
    int64_t width = s->axes + slm_triangle(s->axes);
    slm_shift_away(s, y, part, away);
    for (int64_t t = 0; t < s->turns->count; t++) {
        double c = (double)covariate[s->turns->column[t]];
        for (int64_t k = 0; k < s->count && c != 0; k++) {
            const slm_real *offset = s->turns->value + (t * SLM_CLUSTERS + k) * width, *b = offset + s->axes;
            double share = c * part[k];
            if (part[k] < NO_PART) continue;
            for (int64_t i = 0; i < s->axes; i++) {
                double sum = (double)offset[i];
                for (int64_t j = 0; j < i; j++, b++) {
                    sum += (double)*b * away[j];
                    moved[j] += share * (double)*b * away[i];
                }
                moved[i] += share * (sum + (double)*b++ * away[i]);
            }
        }
    }
    for (int64_t a = 0; a < s->axes; a++) y[a] += (slm_real)moved[a];
}

void slm_shift_cell(const slm_shifts *s, slm_real *y, const slm_real *covariate, double *part)
{
    slm_shift_parts(s, y, covariate, part);
    slm_shift_correct(s, y, covariate, part);
    if (s->spread) spread(s, y, covariate, part);
    if (has_turn(s->turns, covariate)) turn(s, y, covariate, part);
}

void slm_shift_away(const slm_shifts *s, const slm_real *y, double *part, double *away)
{
    slm_shift_parts(s, y, NULL, part);
    for (int64_t a = 0; a < s->axes; a++) away[a] = away_along(s, y, part, a);
}

void slm_shift_add_moments(const slm_shifts *s, const double *away, const double *part, double *sums)
{
    int64_t size = slm_triangle(s->axes);
    for (int64_t k = 0; k <= s->count; k++) {
        double share = k < s->count ? part[k] : 1, *at = sums + k * (size + 1);
        if (share < NO_PART) continue;
        for (int64_t i = 0; i < s->axes; i++)
            for (int64_t j = 0; j <= i; j++) *at++ += share * away[i] * away[j];
        *at += share;
    }
}

double slm_shift_moment(const slm_shifts *s, const double *sums, int64_t k, int64_t e)
{
    int64_t size = slm_triangle(s->axes);
    const double *all = sums + s->count * (size + 1), *own = sums + k * (size + 1);
    return (own[e] + (double)s->axes * all[e] / all[size]) / (own[size] + (double)s->axes);
}

static void shift_task(void *arg, int64_t task, int worker)
{
    const shift_job *j = arg;
    const slm_shifts *s = &j->s;
    int64_t first = task * ROWS, last = first + ROWS < j->rows ? first + ROWS : j->rows;
    for (int64_t r = first; r < last; r++) {
        slm_real *y = j->input + r * j->ld;
        const slm_real *covariate = j->covariate + r * j->ld_covariate;
        double part[SLM_CLUSTERS];
        slm_shift_cell(s, y, covariate, part);
    }
}

void slm_shift_rows(const slm_pass *pass, const slm_net *net, slm_real *input, int64_t ld, const slm_real *covariate, int64_t ld_covariate, int64_t rows)
{
    shift_job j = { slm_shifts_of(net), input, covariate, ld, ld_covariate, rows };
    if (j.s.count) slm_parallel(pass->ctx, slm_tiles(rows, ROWS), shift_task, &j);
}

typedef struct join_job { const slm_net *net; slm_workspace *ws; const slm_real *mean, *squares, *centre; int64_t rows; } join_job;

/* |a − b|², in sums that do not wait for each other. */
static double squared_distance(const slm_real *a, const slm_real *b, int64_t n)
{
    enum { SUMS = 8 };
    double sum[SUMS] = { 0 }, all = 0;
    int64_t i = 0;
    for (; i + SUMS <= n; i += SUMS)
        for (int s = 0; s < SUMS; s++) sum[s] += (double)((a[i + s] - b[i + s]) * (a[i + s] - b[i + s]));
    for (; i < n; i++) all += (double)((a[i] - b[i]) * (a[i] - b[i]));
    for (int s = 0; s < SUMS; s++) all += sum[s];
    return all;
}

static void join_task(void *arg, int64_t task, int worker)
{
    const join_job *j = arg;
    int64_t axes = j->net->axes;
    SLM_FOR_TILE (r, task, ROWS, j->rows) {
        slm_real *y = j->ws->input + r * j->ws->ld_input;
        if (!has_turn(&j->net->turns, j->ws->cell.z + r * j->ws->cell.ld_z + j->net->latent)) continue;
        double rest = squared_distance(j->ws->x + r * j->ws->ld_x, j->mean, j->net->genes) - squared_distance(y, j->centre, axes);
        for (int64_t a = 0; a < axes && rest > 0; a++) y[a] += (y[a] - j->centre[a]) * (slm_real)fmin(rest / (double)j->squares[a], 1);
    }
}

void slm_shift_join(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows)
{
    if (!net->turns.count || net->axes_scale < 0) return; /* turns are of models that have squares */
    const slm_real *value = net->params.value, *squares = value + net->params.item[net->squares].offset;
    for (int64_t a = 0; a < net->axes; a++)
        if (!(squares[a] > 0)) return;
    join_job j = { net, ws, value + net->params.item[net->cell_decoder.head.bias].offset, squares, value + net->params.item[net->centres].offset, rows };
    slm_parallel(pass->ctx, slm_tiles(rows, ROWS), join_task, &j);
}
