/* SPDX-License-Identifier: MIT */
#include "model/align.h"
#include "model/evaluate.h"
#include "vae/shift.h"
#include <math.h>
#include <string.h>

/* A new category of a model whose encoder corrects by clusters (vae/shift.h): its column of S, in Symphony's way. The reference's
 * clusters stay. In turns the category's cells belong to them by where S moves them to, and S becomes what lies between cells and
 * centres, y − S_k c of the other covariates − m_k, on average: first one and the same for all clusters, until it settles; then,
 * once, for each of its own cells, as if SHARED more were there that lie as all do. Each on its own from the start, or again and
 * again, clusters would take whatever cells are near for theirs. */

enum { TURNS = 30 };
static const double SHARED = 5;

typedef struct aligner {
    slm_evaluation e;
    slm_shifts s;
    int64_t n, column;
    slm_real *y, *covariate, *mu; /* [n × axes], [n × covariates], [n × L] */
    double *column_of, *weight;   /* [2 × clusters × axes] weighted sums, the column as it was; [clusters + axes] */
    double *member, *share;       /* scratch of slm_soft_clusters_apart() */
} aligner;

/* Projections, covariates and the embedding as it is now. */
static scilama_status read_cells(aligner *a, scilama_model *model, const slm_design *design, const int64_t *cells, scilama_error *error)
{
    const slm_net *net = &model->net;
    slm_workspace *ws = &a->e.ws;
    for (int64_t first = 0; first < a->n; first += SLM_CHUNK) {
        int64_t left = a->n - first, n = left < SLM_CHUNK ? left : SLM_CHUNK;
        scilama_status status = slm_cancelled(model->ctx) ? slm_fail_cancelled(error) : slm_model_load_cells(net, ws, design, cells + first, n, left, error);
        if (status) return status;
        slm_encoder_project(&a->e.pass, net, ws, n);
        for (int64_t i = 0; i < n; i++) {
            memcpy(a->y + (first + i) * net->axes, ws->input + i * ws->ld_input, (size_t)net->axes * sizeof *a->y);
            memcpy(a->covariate + (first + i) * net->covariates, ws->cell.z + i * ws->cell.ld_z + net->latent, (size_t)net->covariates * sizeof *a->covariate);
        }
        slm_cell_encoder_forward(&a->e.pass, net, ws, n);
        slm_latent_forward(&a->e.pass, net, &ws->cell_encoder, 1, &ws->cell, n, false, 0, 0);
        memcpy(a->mu + first * net->latent, ws->cell.mu, (size_t)(n * net->latent) * sizeof *a->mu);
    }
    return SCILAMA_OK;
}

/* One turn: the column of S from the parts that it gives now; infinite `shared`: one and the same for all clusters. Returns by
 * how much it changed, squared, relative to itself. */
static double turn(aligner *a, slm_real *shift, double shared)
{
    const slm_shifts *s = &a->s;
    int64_t K = s->axes, P = s->covariates, size = s->count * K;
    double changed = 0, length = 0, total = 0, *common = a->weight + s->count;
    memset(a->column_of, 0, (size_t)size * sizeof *a->column_of);
    memset(a->weight, 0, (size_t)(s->count + K) * sizeof *a->weight);
    for (int64_t i = 0; i < a->n; i++) {
        double part[SLM_CLUSTERS];
        const slm_real *y = a->y + i * K, *c = a->covariate + i * P;
        slm_shift_parts(s, y, c, part);
        for (int64_t k = 0; k < s->count; k++) {
            a->weight[k] += part[k];
            for (int64_t x = 0; x < K && part[k] > 1e-6; x++) {
                double away = (double)(y[x] - s->mean[x] - s->centre[k * K + x]);
                for (int64_t p = 0; p < P; p++)
                    if (p != a->column) away -= (double)s->shift[(k * K + x) * P + p] * (double)c[p];
                a->column_of[k * K + x] += part[k] * away;
                common[x] += part[k] * away;
            }
            total += part[k];
        }
    }
    for (int64_t e = 0; e < size; e++) {
        double all = common[e % K] / total, before = (double)shift[e * P + a->column];
        double now = isfinite(shared) ? (a->column_of[e] + shared * all) / (a->weight[e / K] + shared) : all;
        changed += (now - before) * (now - before);
        length += now * now;
        shift[e * P + a->column] = (slm_real)now;
    }
    return length > 0 ? changed / length : 0;
}

scilama_status slm_model_align_shift(scilama_model *model, const slm_design *design, const int64_t *cells, int64_t n, int64_t column,
                                     const slm_soft_clusters *s, slm_alignment *out, scilama_error *error)
{
    scilama_context *ctx = model->ctx;
    const slm_net *net = &model->net;
    aligner a = { .s = slm_shifts_of(net), .n = n, .column = column };
    int64_t size = a.s.count * net->axes;
    slm_real *shift = net->params.value + net->params.item[net->shifts].offset;
    a.y = slm_alloc_array(ctx, n, (size_t)net->axes * sizeof *a.y);
    a.covariate = slm_alloc_array(ctx, n, (size_t)net->covariates * sizeof *a.covariate);
    a.mu = slm_alloc_array(ctx, n, (size_t)net->latent * sizeof *a.mu);
    a.column_of = slm_alloc_array(ctx, 2 * size + a.s.count + net->axes, sizeof *a.column_of);
    a.member = slm_alloc_array(ctx, n, (size_t)s->count * sizeof *a.member);
    a.share = slm_alloc_array(ctx, s->count, (size_t)(1 + s->dim) * sizeof *a.share);
    scilama_status status = a.y && a.covariate && a.mu && a.column_of && a.member && a.share ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) status = slm_evaluation_begin(model, &a.e, net, false, error);
    if (!status) status = read_cells(&a, model, design, cells, error);
    if (!status) {
        a.weight = a.column_of + 2 * size;
        for (int64_t e = 0; e < size; e++) a.column_of[size + e] = (double)shift[e * net->covariates + column];
        out->before = slm_soft_clusters_apart(s, a.mu, n, a.member, a.share);
        for (int t = 0; t < TURNS && a.s.count; t++)
            if (turn(&a, shift, INFINITY) < 1e-8) break;
        if (a.s.count) turn(&a, shift, SHARED);
        status = read_cells(&a, model, design, cells, error);
        for (int64_t e = 0; e < size && status; e++) shift[e * net->covariates + column] = (slm_real)a.column_of[size + e];
    }
    if (!status) out->after = slm_soft_clusters_apart(s, a.mu, n, a.member, a.share);
    void *blocks[] = { a.e.arena.base, a.y, a.covariate, a.mu, a.column_of, a.member, a.share };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(ctx, blocks[i]);
    return status;
}
