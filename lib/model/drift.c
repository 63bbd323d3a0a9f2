/* SPDX-License-Identifier: MIT */
#include "model/drift.h"
#include "core/thread.h"

enum { RANK = SLM_FACTORS_RANK, AXES = SLM_JOINT_AXES, ANCHORS = 2048, PEERS = 8, NEAREST = 15, TASK = 16 };

/* The first batch that each of cells [n] is of, or of first, first + 1, … where cells is NULL; -1: of none that the model was adapted to. */
static scilama_status find_batches(const slm_drift *d, const int64_t *cells, int64_t first, int64_t n, int32_t *batch, scilama_error *error)
{
    const slm_turns *t = &d->model->net.turns;
    for (int64_t k = 0; k < n; k++) {
        int64_t cell = cells ? cells[k] : first + k;
        batch[k] = -1;
        if (t->count) SLM_TRY(slm_design_reach(d->design, cell, error));
        for (int64_t i = t->count - 1; i >= 0; i--)
            if (slm_design_covariate_of(d->design, cell, t->column[i]) == 1) batch[k] = (int32_t)i;
    }
    return SCILAMA_OK;
}

/* That of an anchor among the described cells. */
static int64_t described(const slm_drift *d, int64_t anchor)
{
    return anchor * slm_thinned_count(d->model->reference->cells) / d->anchors;
}

static const int32_t *match_of(const slm_drift *d, int64_t batch) { return d->match + batch * d->anchors * PEERS; }

static int64_t nearest_of(const slm_drift *d) { return d->anchors < NEAREST ? d->anchors : NEAREST; }

/* The anchors' matches among the sample's rows of one batch; embedding [rows × dim]. */
static scilama_status match_batch(slm_drift *d, int64_t batch, const float *embedding, scilama_error *error)
{
    scilama_context *ctx = d->model->ctx;
    int64_t dim = d->model->reference->dim, n = 0;
    int32_t *match = d->match + batch * d->anchors * PEERS;
    SLM_SCOPE(work, ctx);
    int32_t *row = slm_scope_array(&work, d->rows, sizeof *row);
    float *points = slm_scope_array(&work, d->rows, (size_t)dim * sizeof *points);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < d->rows; i++)
        if (d->batch[i] == batch) {
            memcpy(points + n * dim, embedding + i * dim, (size_t)dim * sizeof *points);
            row[n++] = (int32_t)i;
        }
    match[0] = -1;
    if (n < PEERS) return SCILAMA_OK;
    slm_tree tree = { 0 };
    scilama_status status = slm_tree_build(ctx, &tree, &(slm_points){ points, n, dim, dim, false }, error);
    if (!status) status = slm_tree_search(ctx, &tree, d->points, d->anchors, dim, NULL, PEERS, match, NULL, error);
    slm_tree_free(ctx, &tree);
    for (int64_t i = 0; i < d->anchors * PEERS && !status; i++) match[i] = row[match[i]];
    return status;
}

static scilama_status reserve(slm_drift *d, scilama_error *error)
{
    const slm_reference *r = d->model->reference;
    scilama_context *ctx = d->model->ctx;
    int64_t kept = slm_thinned_count(r->cells), turns = d->model->net.turns.count, all;
    d->anchors = kept < ANCHORS ? kept : ANCHORS;
    if (!slm_mul_size(turns, d->anchors, &all)) return slm_fail_nomem(error);
    d->points = slm_alloc_array(ctx, d->anchors, (size_t)r->dim * sizeof *d->points);
    d->peer = slm_alloc_array(ctx, d->anchors, PEERS * sizeof *d->peer);
    d->match = slm_alloc_array(ctx, all, PEERS * sizeof *d->match);
    d->drift = slm_alloc_array(ctx, all, AXES * sizeof *d->drift);
    d->nearest = slm_alloc_array(ctx, d->rows, NEAREST * sizeof *d->nearest);
    return d->points && d->peer && d->match && d->drift && d->nearest ? SCILAMA_OK : slm_fail_nomem(error);
}

scilama_status slm_drift_begin(slm_drift *d, slm_encoding *encoding, const int64_t *cells, int64_t rows, scilama_error *error)
{
    scilama_context *ctx = encoding->model->ctx;
    const slm_reference *r = encoding->model->reference;
    bool any = false;
    *d = (slm_drift){ .model = encoding->model, .design = encoding->design, .rows = rows };
    if (!(d->batch = slm_alloc_array(ctx, rows, sizeof *d->batch))) return slm_fail_nomem(error);
    SLM_TRY(find_batches(d, cells, 0, rows, d->batch, error));
    for (int64_t i = 0; i < rows && !any; i++) any = d->batch[i] >= 0;
    if (!any) return SCILAMA_OK;
    SLM_SCOPE(work, ctx);
    float *embedding = slm_scope_array(&work, rows, (size_t)r->dim * sizeof *embedding);
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(reserve(d, error));
    for (int64_t i = 0; i < d->anchors; i++)
        memcpy(d->points + i * r->dim, r->points + slm_thinned(r->cells, described(d, i)) * r->dim, (size_t)r->dim * sizeof *d->points);
    SLM_TRY(slm_encoding_some(encoding, cells, rows, embedding, r->dim, NULL, NULL, error));
    for (int64_t i = 0; i < rows * r->dim; i++)
        if (!isfinite(embedding[i]))
            return slm_fail(error, SCILAMA_E_NONFINITE, "number %lld of cell %lld in the embedding is not finite: the model or the cell holds numbers too large",
                            (long long)(i % r->dim), (long long)cells[i / r->dim]);
    SLM_TRY(slm_tree_build(ctx, &d->tree, &(slm_points){ d->points, d->anchors, r->dim, r->dim, false }, error));
    SLM_TRY(slm_tree_search(ctx, &d->tree, d->points, d->anchors, r->dim, NULL, PEERS, d->peer, NULL, error));
    SLM_TRY(slm_tree_search(ctx, &d->tree, embedding, rows, r->dim, NULL, nearest_of(d), d->nearest, NULL, error));
    for (int64_t t = 0; t < d->model->net.turns.count; t++) SLM_TRY(match_batch(d, t, embedding, error));
    return SCILAMA_OK;
}

typedef struct take_job {
    const slm_drift *d;
    const int32_t *match;    /* of the batch */
    const float *axes;
    int64_t batch, genes;
    float *x, *between;      /* [rows × genes], [anchors × genes] */
} take_job;

/* What lies between at some anchors: the mean of their matches less that of their peers, as their scores have them. */
static void find_task(void *arg, int64_t task, int worker)
{
    const take_job *j = arg;
    const slm_drift *d = j->d;
    for (int64_t a = task * TASK; a < d->anchors && a < (task + 1) * TASK; a++) {
        float *out = j->between + a * j->genes, peers[RANK] = { 0 };
        memset(out, 0, (size_t)j->genes * sizeof *out);
        for (int p = 0; p < PEERS; p++) {
            const float *row = j->x + j->match[a * PEERS + p] * j->genes, *scores = d->model->reference->scores + described(d, d->peer[a * PEERS + p]) * RANK;
            for (int64_t g = 0; g < j->genes; g++) out[g] += row[g] / PEERS;
            for (int r = 0; r < RANK; r++) peers[r] += scores[r] / PEERS;
        }
        for (int r = 0; r < RANK; r++)
            for (int64_t g = 0; g < j->genes; g++) out[g] -= peers[r] * j->axes[r * j->genes + g];
    }
}

static void take_task(void *arg, int64_t task, int worker)
{
    const take_job *j = arg;
    const slm_drift *d = j->d;
    int64_t k = nearest_of(d);
    for (int64_t i = task * TASK; i < d->rows && i < (task + 1) * TASK; i++) {
        if (d->batch[i] != j->batch) continue;
        for (int64_t n = 0; n < k; n++) {
            const float *between = j->between + d->nearest[i * k + n] * j->genes;
            for (int64_t g = 0; g < j->genes; g++) j->x[i * j->genes + g] -= between[g] / (float)k;
        }
    }
}

scilama_status slm_drift_take(const slm_drift *d, const float *axes, int64_t genes, float *x, scilama_error *error)
{
    scilama_context *ctx = d->model->ctx;
    if (!d->anchors) return SCILAMA_OK;
    SLM_SCOPE(work, ctx);
    float *between = slm_scope_array(&work, d->anchors, (size_t)genes * sizeof *between);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t t = 0; t < d->model->net.turns.count; t++) {
        take_job j = { .d = d, .match = match_of(d, t), .axes = axes, .batch = t, .genes = genes, .x = x, .between = between };
        if (j.match[0] < 0) continue;
        slm_parallel(ctx, slm_tiles(d->anchors, TASK), find_task, &j);
        slm_parallel(ctx, slm_tiles(d->rows, TASK), take_task, &j);
    }
    return SCILAMA_OK;
}

void slm_drift_place(slm_drift *d, const float *places, const float *reference)
{
    for (int64_t t = 0; t < d->model->net.turns.count && d->anchors; t++) {
        const int32_t *match = match_of(d, t);
        for (int64_t i = 0; i < d->anchors * AXES && match[0] >= 0; i++) {
            double sum = 0;
            for (int64_t p = i / AXES * PEERS; p < (i / AXES + 1) * PEERS; p++)
                sum += (double)places[match[p] * AXES + i % AXES] - (double)reference[described(d, d->peer[p]) * AXES + i % AXES];
            d->drift[t * d->anchors * AXES + i] = (float)(sum / PEERS);
        }
    }
}

scilama_status slm_drift_move(const slm_drift *d, const int64_t *cells, int64_t first, int64_t n, const float *mu, int64_t ld, float *places,
                              scilama_error *error)
{
    if (!d->anchors) return SCILAMA_OK;
    int64_t k = nearest_of(d), moved = 0;
    SLM_SCOPE(work, d->model->ctx);
    int64_t dim = d->model->reference->dim, *at = slm_scope_array(&work, n, sizeof *at);
    float *points = slm_scope_array(&work, n, (size_t)dim * sizeof *points);
    int32_t *nearest = slm_scope_array(&work, n, NEAREST * sizeof *nearest), *batch = slm_scope_array(&work, n, sizeof *batch);
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(find_batches(d, cells, first, n, batch, error));
    for (int64_t i = 0; i < n; i++) {
        if (batch[i] < 0 || match_of(d, batch[i])[0] < 0) continue;
        memcpy(points + moved * dim, mu + i * ld, (size_t)dim * sizeof *points);
        at[moved++] = i;
    }
    if (!moved) return SCILAMA_OK;
    SLM_TRY(slm_tree_search(d->model->ctx, &d->tree, points, moved, dim, NULL, k, nearest, NULL, error));
    for (int64_t m = 0; m < moved; m++) {
        const float *drift = d->drift + batch[at[m]] * d->anchors * AXES;
        for (int a = 0; a < AXES; a++) {
            double sum = 0;
            for (int64_t i = 0; i < k; i++) sum += (double)drift[nearest[m * k + i] * AXES + a];
            places[at[m] * AXES + a] -= (float)(sum / (double)k);
        }
    }
    return SCILAMA_OK;
}

void slm_drift_end(slm_drift *d)
{
    if (!d->model) return;
    slm_tree_free(d->model->ctx, &d->tree);
    slm_free_all(d->model->ctx, d->batch, d->points, d->peer, d->match, d->nearest, d->drift);
}
