/* SPDX-License-Identifier: MIT */
#include "model/turn.h"
#include "linalg/transport.h"

/* Cells of a new category, shifted and stretched, are clustered where the training cells are, but a cluster's cells vary along other directions
 * (what a treatment does differs from cell to cell). With e_i and r' of a cell as in vae/shift.h, n_k = Σ_i r'_ik,
 *   d_k = −Σ_i r'_ik e_i / (n_k + 20),   e_i ← e_i + Σ_k r'_ik d_k,
 *   B_k = transport(Q_k, C_k) − I,   Q_k = (Σ_i r'_ik e_i e_iᵀ + K Q) / (n_k + K),   Q = (Σ_i e_i e_iᵀ + K C) / (n + K),
 * C the mean of C_k by the clusters' shares of the training cells: few cells are taken to lie as the training cells do. */

static const double OWN = 20;
/* Cells of one type, which shifts have brought to whatever clusters are near, are not drawn into these: below so much in common with the
 * training cells the turn stays 0. */
static const double ALIKE = 0.7;

typedef struct turner { slm_shifts s; int64_t n, size; double *away, *part, *sums, *from, *to, *map, *scratch; } turner;

static turner divide(const slm_shifts *s, int64_t n, double *work)
{
    turner t = { .s = *s, .n = n, .size = slm_triangle(s->axes), .away = work };
    t.part = t.away + n * s->axes;
    t.sums = t.part + n * s->count;
    t.from = t.sums + (s->count + 1) * (t.size + 1);
    t.to = t.from + s->axes * s->axes;
    t.map = t.to + s->axes * s->axes;
    t.scratch = t.map + s->axes * s->axes;
    return t;
}

int64_t slm_turn_work(const slm_shifts *s, int64_t n)
{
    int64_t size = slm_triangle(s->axes);
    return n * (s->axes + s->count) + (s->count + 1) * (size + 1) + 3 * s->axes * s->axes + slm_transport_work(s->axes);
}

static void find_away(const turner *t, const slm_real *y, const slm_real *covariate)
{
    int64_t K = t->s.axes;
    slm_real row[SLM_SCATTER_AXES];
    for (int64_t i = 0; i < t->n; i++) {
        memcpy(row, y + i * K, (size_t)K * sizeof *row);
        slm_shift_cell(&t->s, row, covariate + i * t->s.covariates, t->part + i * t->s.count);
        slm_shift_away(&t->s, row, t->part + i * t->s.count, t->away + i * K);
    }
}

/* Takes the clusters' means from the cells; turn [clusters × width]. */
static void centre(const turner *t, slm_real *turn, int64_t width)
{
    int64_t K = t->s.axes;
    for (int64_t k = 0; k < t->s.count; k++) {
        double cells = OWN, sum[SLM_SCATTER_AXES] = { 0 };
        for (int64_t i = 0; i < t->n; i++) {
            double part = t->part[i * t->s.count + k];
            cells += part;
            for (int64_t a = 0; a < K && part > 0; a++) sum[a] += part * t->away[i * K + a];
        }
        for (int64_t a = 0; a < K; a++) turn[k * width + a] = (slm_real)(-sum[a] / cells);
    }
    for (int64_t i = 0; i < t->n; i++)
        for (int64_t k = 0; k < t->s.count; k++)
            for (int64_t a = 0; a < K; a++) t->away[i * K + a] += t->part[i * t->s.count + k] * (double)turn[k * width + a];
}

/* What the category's cells and the training cells have in common of their shares of the clusters: 1 all, 0 nothing. */
static double overlap(const turner *t)
{
    double common = 0;
    for (int64_t k = 0; k < t->s.count; k++) {
        double cells = 0;
        for (int64_t i = 0; i < t->n; i++) cells += t->part[i * t->s.count + k];
        common += fmin(cells / (double)t->n, (double)t->s.share[k]);
    }
    return common;
}

/* As many cells that lie as the training cells do as there are axes. */
static void add_training_cells(const turner *t)
{
    double *all = t->sums + t->s.count * (t->size + 1), axes = (double)t->s.axes;
    for (int64_t k = 0; k < t->s.count; k++)
        for (int64_t e = 0; e < t->size; e++) all[e] += axes * (double)t->s.share[k] * (double)t->s.scatter[k * t->size + e];
    all[t->size] += axes;
}

void slm_turn_find(slm_net *net, const slm_real *y, const slm_real *covariate, int64_t n, double *work)
{
    slm_shifts s = slm_shifts_of(net);
    turner t = divide(&s, n, work);
    int64_t K = s.axes, width = slm_turn_width(net);
    slm_real *turn = net->turns.value + (net->turns.count - 1) * SLM_CLUSTERS * width;
    find_away(&t, y, covariate);
    if (overlap(&t) < ALIKE) return;
    centre(&t, turn, width);
    memset(t.sums, 0, (size_t)((s.count + 1) * (t.size + 1)) * sizeof *t.sums);
    for (int64_t i = 0; i < n; i++) slm_shift_add_moments(&s, t.away + i * K, t.part + i * s.count, t.sums);
    add_training_cells(&t);
    for (int64_t k = 0; k < s.count; k++) {
        for (int64_t i = 0, e = 0; i < K; i++)
            for (int64_t j = 0; j <= i; j++, e++) {
                t.from[i * K + j] = t.from[j * K + i] = slm_shift_moment(&s, t.sums, k, e);
                t.to[i * K + j] = t.to[j * K + i] = (double)s.scatter[k * t.size + e];
            }
        slm_transport(t.from, t.to, t.map, t.scratch, K);
        for (int64_t i = 0, e = K; i < K; i++)
            for (int64_t j = 0; j <= i; j++, e++) turn[k * width + e] = (slm_real)(t.map[i * K + j] - (i == j));
    }
}
