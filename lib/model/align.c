/* SPDX-License-Identifier: MIT */
#include "model/align.h"
#include "model/evaluate.h"
#include "vae/shift.h"
#include <math.h>
#include <string.h>

/* In Symphony's way (Kang et al. 2021) the model's clusters stay. In turns the new category's cells belong to them by where its
 * column of S moves them to, and the column becomes what lies between cells and centres, y − S_k c of the other covariates − m_k,
 * on average: first one and the same for all clusters, until it settles; then, once, for each of its own cells, as if SHARED more
 * were there that lie as all do. Each on its own from the start, or again and again, clusters would take whatever cells are near
 * for theirs. */

enum { CELLS = 4096, TURNS = 30, BALANCE = 5 };
static const double SHARED = 5;

typedef struct aligner {
    slm_shifts s;
    int64_t n, column;
    slm_real *y, *covariate;  /* [n × axes], [n × covariates] */
    double *part;             /* [n × clusters] r */
    double *away;             /* [clusters × axes] sums over cells by their parts */
    double *cells;            /* [clusters] parts */
    double *all;              /* [axes] mean of away over all clusters */
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
 * kind, since all are moved, are spread, and kinds that the category lacks are not made up. */
static void find_parts(aligner *a)
{
    const slm_shifts *s = &a->s;
    for (int64_t i = 0; i < a->n; i++) slm_shift_parts(s, a->y + i * s->axes, a->covariate + i * s->covariates, a->part + i * s->count);
    for (int round = 0; round < BALANCE; round++) {
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
    for (int64_t k = 0; k < s->count; k++) {
        a->cells[k] += part[k];
        for (int64_t x = 0; x < s->axes && part[k] > 1e-6; x++) {
            const slm_real *shift = s->shift + (k * s->axes + x) * s->covariates;
            double away = (double)(y[x] - s->mean[x] - s->centre[k * s->axes + x]);
            for (int64_t p = 0; p < s->covariates; p++) away -= p == a->column ? 0 : (double)shift[p] * (double)c[p];
            a->away[k * s->axes + x] += part[k] * away;
        }
    }
}

static void add_cells(aligner *a)
{
    int64_t size = a->s.count * a->s.axes;
    memset(a->away, 0, (size_t)(size + a->s.count + a->s.axes) * sizeof *a->away); /* cells and all lie behind */
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

/* The column that add_cells() asks for; infinite `shared`: one for all clusters. Returns its squared change, relative to itself. */
static double move(aligner *a, slm_real *shift, double shared)
{
    const slm_shifts *s = &a->s;
    double changed = 0, length = 0;
    for (int64_t e = 0; e < s->count * s->axes; e++) {
        slm_real *at = shift + e * s->covariates + a->column;
        double all = a->all[e % s->axes], now = isfinite(shared) ? (a->away[e] + shared * all) / (a->cells[e / s->axes] + shared) : all;
        changed += (now - (double)*at) * (now - (double)*at);
        length += now * now;
        *at = (slm_real)now;
    }
    return length > 0 ? changed / length : 0;
}

static void settle(aligner *a, slm_real *shift, slm_alignment *out)
{
    add_cells(a);
    out->before = apart(a);
    for (int turn = 0; turn < TURNS; turn++) {
        double changed = move(a, shift, INFINITY);
        add_cells(a);
        if (changed < 1e-8) break;
    }
    move(a, shift, SHARED);
    add_cells(a);
    out->after = apart(a);
}

scilama_status slm_model_align(scilama_model *model, const slm_design *design, int64_t column, slm_alignment *out, scilama_error *error)
{
    scilama_context *ctx = model->ctx;
    const slm_net *net = &model->net;
    aligner a = { .s = slm_shifts_of(net), .column = column };
    int64_t found = 0, size = a.s.count * net->axes, *cells = slm_alloc_array(ctx, design->cells, sizeof *cells);
    if (!cells) return slm_fail_nomem(error);
    for (int64_t i = 0; i < design->cells; i++)
        if (design->covariate[i * design->covariates + column] == 1) cells[found++] = i;
    *out = (slm_alignment){ .cells = a.s.count ? found : 0 };
    scilama_status status = SCILAMA_OK;
    if (out->cells < SLM_ALIGN_CELLS) goto done;
    a.n = found < CELLS ? found : CELLS;
    for (int64_t i = 0; i < a.n; i++) cells[i] = cells[i * found / a.n];
    a.y = slm_alloc_array(ctx, a.n, (size_t)net->axes * sizeof *a.y);
    a.covariate = slm_alloc_array(ctx, a.n, (size_t)net->covariates * sizeof *a.covariate);
    a.part = slm_alloc_array(ctx, a.n, (size_t)a.s.count * sizeof *a.part);
    a.away = slm_alloc_array(ctx, size + a.s.count + net->axes, sizeof *a.away);
    status = a.y && a.covariate && a.part && a.away ? read_cells(&a, model, design, cells, error) : slm_fail_nomem(error);
    if (status) goto done;
    a.cells = a.away + size;
    a.all = a.cells + a.s.count;
    settle(&a, net->params.value + net->params.item[net->shifts].offset, out);
done:
    slm_free_all(ctx, a.y, a.covariate, a.part, a.away, cells);
    return status;
}
