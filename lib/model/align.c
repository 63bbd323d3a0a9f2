/* SPDX-License-Identifier: MIT */
#include "model/align.h"
#include "model/evaluate.h"
#include "model/turn.h"
#include "vae/shift.h"

/* In Symphony's way (Kang et al. 2021) the model's clusters stay. In turns the new category's cells belong to them by where its
 * column of S moves them to, and the column becomes what lies between cells and centres, y − S_k c of the other covariates − m_k,
 * on average: first one and the same for all clusters, until it settles; then, once, for each of its own cells, drawn towards that of
 * all as far as clusters differ by chance (empirical Bayes, axis by axis). Each on its own from the start, or again and again, clusters
 * would take whatever cells are near for theirs. Distances from the clusters that are left are stretched to those of training. */

enum { CELLS = 4096, TURNS = 30, BALANCE = 5, COUNTED = 5 };
/* Cells that vary less along the axes than this share of what the training cells do are no whole sample, but sorted: they keep to their kinds.
 * Of single kinds the share was .49 at most, of 70 samples of 25 cells and more of real and simulated batches less than 0.6 in two (docs/guides/mapping.md). */
static const double WHOLE = 0.6, LEAST_RATIO = 1e-6;
static const double MOST_SHARED = 1000, MOST_SPREAD = 4;

typedef struct aligner {
    slm_shifts s;
    int64_t n, column;
    int balance;              /* rounds of find_parts() */
    slm_real *y, *covariate;  /* [n × axes], [n × covariates] */
    slm_real *row;            /* [axes] y of one cell, corrected */
    double *part;             /* [n × clusters] r */
    double *away;             /* [clusters × axes] sums over cells by their parts */
    double *cells;            /* [clusters] parts */
    double *all;              /* [axes] mean of away over all clusters */
    double *within, *rest;    /* [axes] squares of what parts and shifts leave, summed over cells; of one cell */
    double *shared;           /* [axes] cells, lying as all do, that draw a cluster's own */
    double *measured;         /* [(clusters + 1) × (axes + 1)] for slm_shift_width() */
    double *turning;          /* slm_turn_work() */
} aligner;

static scilama_status read_cells(aligner *a, scilama_model *model, const slm_design *design, const int64_t *cells, scilama_error *error)
{
    const slm_net *net = &model->net;
    slm_evaluation e = { 0 };
    scilama_status status = slm_evaluation_begin(model, &e, net, false, error);
    for (int64_t first = 0; first < a->n && !status; first += SLM_CHUNK) {
        int64_t left = a->n - first, n = left < SLM_CHUNK ? left : SLM_CHUNK;
        if (slm_cancelled(model->ctx)) status = slm_fail_cancelled(error);
        else status = slm_model_load_cells(net, &e.ws, design, cells + first, n, left, error);
        if (status) break;
        slm_encoder_project(&e.pass, net, &e.ws, n);
        slm_real *y = a->y + first * net->axes, *c = a->covariate + first * net->covariates;
        for (int64_t i = 0; i < n; i++) {
            memcpy(y + i * net->axes, e.ws.input + i * e.ws.ld_input, (size_t)net->axes * sizeof *y);
            memcpy(c + i * net->covariates, e.ws.cell.z + i * e.ws.cell.ld_z + net->latent, (size_t)net->covariates * sizeof *c);
        }
    }
    slm_free(model->ctx, e.arena.base);
    return status;
}

/* r of all cells, half way (geometrically) to the shares that the clusters have of the training cells: cells that all look like one
 * kind, since all are moved, are spread, and kinds that the category lacks are not made up. Not of sorted cells, most kinds of which are lacking. */
static void find_parts(aligner *a)
{
    const slm_shifts *s = &a->s;
    for (int64_t i = 0; i < a->n; i++) slm_shift_parts(s, a->y + i * s->axes, a->covariate + i * s->covariates, a->part + i * s->count);
    for (int round = 0; round < a->balance; round++) {
        double times[SLM_CLUSTERS] = { 0 };
        for (int64_t e = 0; e < a->n * s->count; e++) times[e % s->count] += a->part[e] / (double)a->n;
        for (int64_t k = 0; k < s->count; k++) times[k] = sqrt((double)s->share[k] / fmax(times[k], 1e-9));
        for (int64_t i = 0; i < a->n; i++) {
            double sum = 0, *part = a->part + i * s->count;
            for (int64_t k = 0; k < s->count; k++) sum += part[k] *= times[k];
            for (int64_t k = 0; k < s->count && sum > 0; k++) part[k] /= sum;
        }
    }
}

/* What one cell adds to its clusters. */
static void add_cell(aligner *a, int64_t i)
{
    const slm_shifts *s = &a->s;
    const slm_real *y = a->y + i * s->axes, *c = a->covariate + i * s->covariates;
    const double *part = a->part + i * s->count;
    memset(a->rest, 0, (size_t)s->axes * sizeof *a->rest);
    for (int64_t k = 0; k < s->count; k++) {
        a->cells[k] += part[k];
        for (int64_t x = 0; x < s->axes && part[k] > 1e-6; x++) {
            const slm_real *shift = s->shift + (k * s->axes + x) * s->covariates;
            double away = (double)(y[x] - s->mean[x] - s->centre[k * s->axes + x]);
            for (int64_t p = 0; p < s->covariates; p++) away -= p == a->column ? 0 : (double)shift[p] * (double)c[p];
            a->away[k * s->axes + x] += part[k] * away;
            a->rest[x] += part[k] * (away - (double)shift[a->column]);
        }
    }
    for (int64_t x = 0; x < s->axes; x++) a->within[x] += a->rest[x] * a->rest[x];
}

static void add_cells(aligner *a)
{
    int64_t size = a->s.count * a->s.axes;
    memset(a->away, 0, (size_t)(size + a->s.count + 2 * a->s.axes) * sizeof *a->away); /* cells, all and within lie behind */
    find_parts(a);
    for (int64_t i = 0; i < a->n; i++) add_cell(a, i);
    for (int64_t e = 0; e < size; e++) a->all[e % a->s.axes] += a->away[e] / (double)a->n;
}

/* slm_alignment's figure, of what add_cells() found. */
static double apart(const aligner *a)
{
    const slm_shifts *s = &a->s;
    double sum = 0, unit = 0;
    for (int64_t e = 0; e < s->count * s->axes; e++) {
        double cells = a->cells[e / s->axes], m = (double)s->centre[e];
        double distance = cells > 0 ? a->away[e] / cells - (double)s->shift[e * s->covariates + a->column] : 0;
        sum += cells * distance * distance;
        unit += cells * m * m;
    }
    return unit > 0 ? sum / unit : 0;
}

/* λ of every axis: variance within clusters over that between their own shifts beyond chance, by moments over clusters of some cells. */
static void find_shared(aligner *a)
{
    const slm_shifts *s = &a->s;
    for (int64_t x = 0; x < s->axes; x++) {
        double cells = 0, between = 0, clusters = 0, within = a->within[x] / (double)a->n;
        for (int64_t k = 0; k < s->count; k++) {
            if (a->cells[k] < COUNTED) continue;
            double own = a->away[k * s->axes + x] / a->cells[k] - a->all[x];
            between += a->cells[k] * own * own;
            cells += a->cells[k];
            clusters++;
        }
        double beyond = cells > 0 ? (between - clusters * within) / cells : 0;
        a->shared[x] = beyond > within / MOST_SHARED ? within / beyond : MOST_SHARED;
    }
}

/* The column that add_cells() asks for; not own: one for all clusters. Returns its squared change, relative to itself. */
static double move(aligner *a, slm_real *shift, bool own)
{
    const slm_shifts *s = &a->s;
    double changed = 0, length = 0;
    for (int64_t e = 0; e < s->count * s->axes; e++) {
        slm_real *at = shift + e * s->covariates + a->column;
        double all = a->all[e % s->axes], shared = a->shared[e % s->axes];
        double now = own ? (a->away[e] + shared * all) / (a->cells[e / s->axes] + shared) : all;
        changed += (now - (double)*at) * (now - (double)*at);
        length += now * now;
        *at = (slm_real)now;
    }
    return length > 0 ? changed / length : 0;
}

/* T of the category: what stretches its cells' distances from their clusters, as the encoder sees them, to the training cells', cluster by
 * cluster: batches widen one type and narrow another. Mean absolute distances: a few cells far out do not say how the others lie. Own
 * shifts of clusters took some of the distances away: Σ_k n_k / (n_k + λ) of the cells' degrees of freedom. */
static void stretch(aligner *a, slm_real *spread)
{
    const slm_shifts *s = &a->s;
    memset(a->measured, 0, (size_t)((s->count + 1) * (s->axes + 1)) * sizeof *a->measured);
    for (int64_t i = 0; i < a->n; i++) {
        const slm_real *c = a->covariate + i * s->covariates;
        memcpy(a->row, a->y + i * s->axes, (size_t)s->axes * sizeof *a->row);
        slm_shift_parts(s, a->row, c, a->part);
        slm_shift_correct(s, a->row, c, a->part);
        slm_shift_measure(s, a->row, a->part, a->measured);
    }
    for (int64_t x = 0; x < s->axes; x++) {
        double free = (double)a->n;
        for (int64_t k = 0; k < s->count; k++) free -= a->cells[k] > 0 ? a->cells[k] / (a->cells[k] + a->shared[x]) : 0;
        double more = sqrt((double)a->n / fmax(free, (double)a->n / 4));
        for (int64_t k = 0; k < s->count; k++) {
            double width = more * slm_shift_width(s, a->measured, k, x), aim = (double)s->width[k * s->axes + x];
            double times = width > 0 && aim > 0 ? fmin(fmax(aim / width, 1 / MOST_SPREAD), MOST_SPREAD) : 1;
            spread[(k * s->axes + x) * s->covariates + a->column] = (slm_real)log(times);
        }
    }
}

/* Variance along the axes, of the cells over the training cells: their geometric mean by what of it lies between the training cells' clusters, where
 * sorted cells lack most. Noise they have as much of as others: where a head that predicts the axes knows which are beyond it, the others are left out. */
static double variance_share(const aligner *a, const slm_net *net)
{
    const slm_shifts *s = &a->s;
    const slm_real *scale = net->axes_scale >= 0 ? net->params.value + net->params.item[net->axes_scale].offset : NULL;
    double logs = 0, weights = 0;
    for (int64_t x = 0; x < s->axes; x++) {
        if (scale && !(scale[x] > 0)) continue;
        double sum = 0, squares = 0, middle = 0, between = 0, within = 0;
        for (int64_t i = 0; i < a->n; i++) {
            double y = (double)a->y[i * s->axes + x];
            sum += y / (double)a->n;
            squares += y * y / (double)a->n;
        }
        for (int64_t k = 0; k < s->count; k++) {
            double m = (double)s->centre[k * s->axes + x], share = (double)s->share[k];
            middle += share * m;
            between += share * m * m;
            within += share * (double)s->scatter[k * slm_triangle(s->axes) + slm_triangle(x + 1) - 1];
        }
        between -= middle * middle;
        if (!(between > 0 && between + within > 0)) continue;
        logs += between * log(fmax((squares - sum * sum) / (between + within), LEAST_RATIO));
        weights += between;
    }
    return weights > 0 ? exp(logs / weights) : 1;
}

static void settle(aligner *a, slm_real *shift, slm_alignment *out)
{
    add_cells(a);
    out->before = apart(a);
    for (int turn = 0; turn < TURNS; turn++) {
        double changed = move(a, shift, false);
        add_cells(a);
        if (changed < 1e-8) break;
    }
    find_shared(a);
    move(a, shift, true);
    add_cells(a);
    out->after = apart(a);
}

/* Some of cells [*n], evenly, without those that have no count: all alike, they would be taken for the batch's middle. */
static scilama_status choose_cells(const scilama_dataset *d, int64_t *cells, int64_t *n, scilama_error *error)
{
    SLM_SCOPE(work, d->ctx);
    int64_t found = *n, kept = 0;
    *n = found < CELLS ? found : CELLS;
    uint8_t *empty = slm_scope_array(&work, *n, 1);
    if (!empty) return slm_fail_nomem(error);
    for (int64_t i = 0; i < *n; i++) cells[i] = cells[i * found / *n];
    SLM_TRY(slm_cells_empty(d, cells, *n, empty, error));
    for (int64_t i = 0; i < *n; i++)
        if (!empty[i]) cells[kept++] = cells[i];
    *n = kept;
    return SCILAMA_OK;
}

scilama_status slm_model_align(scilama_model *model, const scilama_dataset *dataset, const slm_design *design, int64_t column, slm_alignment *out, scilama_error *error)
{
    scilama_context *ctx = model->ctx;
    const slm_net *net = &model->net;
    aligner a = { .s = slm_shifts_of(net), .column = column };
    int64_t found = 0, size = a.s.count * net->axes, *cells = slm_alloc_array(ctx, design->cells, sizeof *cells);
    if (!cells) return slm_fail_nomem(error);
    for (int64_t i = 0; i < design->cells; i++)
        if (slm_design_covariate_of(design, i, column) == 1) cells[found++] = i;
    *out = (slm_alignment){ .cells = a.s.count ? found : 0 };
    scilama_status status = SCILAMA_OK;
    if (out->cells < SLM_ALIGN_CELLS) goto done;
    a.n = found;
    if ((status = choose_cells(dataset, cells, &a.n, error))) goto done;
    if (a.n < SLM_ALIGN_CELLS) {
        out->cells = a.n;
        goto done;
    }
    a.y = slm_alloc_array(ctx, a.n, (size_t)net->axes * sizeof *a.y);
    a.covariate = slm_alloc_array(ctx, a.n, (size_t)net->covariates * sizeof *a.covariate);
    a.part = slm_alloc_array(ctx, a.n, (size_t)a.s.count * sizeof *a.part);
    a.away = slm_alloc_array(ctx, 2 * size + 2 * a.s.count + 5 * net->axes + 1, sizeof *a.away);
    a.turning = slm_alloc_array(ctx, slm_turn_work(&a.s, a.n), sizeof *a.turning);
    a.row = slm_alloc_array(ctx, net->axes, sizeof *a.row);
    if (a.s.scatter) status = slm_turns_add(ctx, &model->net, column, error);
    if (!status) status = a.y && a.covariate && a.part && a.away && a.turning && a.row ? read_cells(&a, model, design, cells, error) : slm_fail_nomem(error);
    if (status) {
        slm_turns_remove(&model->net, column);
        goto done;
    }
    a.cells = a.away + size;
    a.all = a.cells + a.s.count;
    a.within = a.all + net->axes;
    a.rest = a.within + net->axes;
    a.shared = a.rest + net->axes;
    a.measured = a.shared + net->axes;
    out->sorted = a.s.scatter && variance_share(&a, net) < WHOLE;
    a.balance = out->sorted ? 0 : BALANCE;
    settle(&a, net->params.value + net->params.item[net->shifts].offset, out);
    stretch(&a, net->params.value + net->params.item[net->spreads].offset);
    if (a.s.scatter) slm_turn_find(&model->net, a.y, a.covariate, a.n, a.turning);
done:
    slm_free_all(ctx, a.y, a.covariate, a.part, a.away, a.turning, a.row, cells);
    return status;
}
