/* SPDX-License-Identifier: MIT */
#include "api/novel.h"
#include "api/api.h"
#include "scilama/mapping.h"

enum { AXES = SLM_JOINT_AXES, ROWS = 2048 /* of the sample, that tell the axes */, NOVEL = 8192, LEAST = 10 };

bool slm_novel_possible(const scilama_model *model, int64_t cells)
{
    const slm_reference *r = model->reference;
    return r && r->scores && model->factors.genes && r->cells >= LEAST && cells >= LEAST;
}

/* Places [n × AXES] of the sample [n] on the joint axes, less what its batches add. n_rows of it told the axes. */
static scilama_status place_sample(slm_novel *v, slm_encoding *encoding, const int64_t *cells, int64_t n, int64_t n_rows, float *places, scilama_error *error)
{
    int64_t latent = encoding->model->net.latent;
    if (!v->drift.anchors) return slm_joint_places(&v->joint, cells, n, places, error);
    SLM_SCOPE(work, encoding->model->ctx);
    float *mu = slm_scope_array(&work, n, (size_t)latent * sizeof *mu), *rows = slm_scope_array(&work, n_rows, AXES * sizeof *rows);
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(slm_encoding_some(encoding, cells, n, mu, latent, &v->joint, places, error));
    for (int64_t i = 0; i < n_rows; i++) memcpy(rows + i * AXES, places + i * n / n_rows * AXES, AXES * sizeof *rows);
    slm_drift_place(&v->drift, rows, v->joint.reference);
    return slm_drift_move(&v->drift, cells, 0, n, mu, latent, places, error);
}

/* Leaves out cells [*n] without any count, unless hardly others are there: all alike, they would be a place where the query is dense, and
 * others new beside it. */
static scilama_status drop_empty(slm_novel *v, const slm_encoding *encoding, const scilama_dataset *dataset, int64_t *cells, int64_t *n, scilama_error *error)
{
    SLM_SCOPE(work, encoding->model->ctx);
    int64_t kept = 0;
    if (encoding->model->recipe->input == SCILAMA_INPUT_SCALED) return SCILAMA_OK;
    uint8_t *empty = slm_scope_array(&work, *n, 1);
    if (!empty) return slm_fail_nomem(error);
    SLM_TRY(slm_cells_empty(dataset, cells, *n, empty, error));
    for (int64_t i = 0; i < *n; i++) kept += !empty[i];
    if (kept < LEAST || kept == *n) return SCILAMA_OK;
    v->dataset = dataset;
    kept = 0;
    for (int64_t i = 0; i < *n; i++)
        if (!empty[i]) cells[kept++] = cells[i];
    *n = kept;
    return SCILAMA_OK;
}

scilama_status slm_novel_begin(slm_novel *v, slm_encoding *encoding, const scilama_dataset *dataset, scilama_error *error)
{
    scilama_model *model = encoding->model;
    int64_t m = encoding->design->cells, n = slm_thinned_count(m);
    *v = (slm_novel){ .joint = { .model = model } };
    SLM_SCOPE(work, model->ctx);
    int64_t *cells = slm_scope_array(&work, n, sizeof *cells), *rows = slm_scope_array(&work, ROWS, sizeof *rows);
    float *places = slm_scope_array(&work, n, AXES * sizeof *places);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) cells[i] = slm_thinned(m, i);
    SLM_TRY(drop_empty(v, encoding, dataset, cells, &n, error));
    int64_t n_rows = n < ROWS ? n : ROWS;
    for (int64_t i = 0; i < n_rows; i++) rows[i] = cells[i * n / n_rows];
    SLM_TRY(slm_drift_begin(&v->drift, encoding, rows, n_rows, error));
    SLM_TRY(slm_joint_begin(&v->joint, model, encoding->design, rows, n_rows, &v->drift, error));
    SLM_TRY(place_sample(v, encoding, cells, n, n_rows, places, error));
    slm_scope_keep(&work, places); /* the sparsity's, whatever comes of it */
    return slm_sparsity_create(model->ctx, &v->sparsity, v->joint.reference, slm_thinned_count(model->reference->cells), AXES, places, n, error);
}

/* Nothing is known of cells without any count. */
static scilama_status mark_empty(const slm_novel *v, int64_t first, int64_t n, float *novelty, scilama_error *error)
{
    SLM_SCOPE(work, v->joint.model->ctx);
    int64_t *cells = slm_scope_array(&work, n, sizeof *cells);
    uint8_t *empty = slm_scope_array(&work, n, 1);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) cells[i] = first + i;
    SLM_TRY(slm_cells_empty(v->dataset, cells, n, empty, error));
    for (int64_t i = 0; i < n; i++)
        if (empty[i]) novelty[i] = 1;
    return SCILAMA_OK;
}

scilama_status slm_novel_measure(const slm_novel *v, int64_t first, int64_t n, const float *mu, float *places, float *novelty, scilama_error *error)
{
    SLM_TRY(slm_drift_move(&v->drift, NULL, first, n, mu, v->joint.model->net.latent, places, error));
    SLM_TRY(slm_sparsity_measure(v->joint.model->ctx, &v->sparsity, places, first, n, novelty, error));
    return v->dataset ? mark_empty(v, first, n, novelty, error) : SCILAMA_OK;
}

void slm_novel_end(slm_novel *v)
{
    if (!v->joint.model) return;
    slm_sparsity_free(v->joint.model->ctx, &v->sparsity);
    slm_joint_end(&v->joint);
    slm_drift_end(&v->drift);
}

/* Of all m cells of a query, NOVEL at a time. */
static scilama_status measure_all(const slm_novel *v, slm_encoding *encoding, int64_t m, float *novelty, scilama_error *error)
{
    int64_t latent = encoding->model->net.latent;
    SLM_SCOPE(work, encoding->model->ctx);
    float *places = slm_scope_array(&work, NOVEL, AXES * sizeof *places), *mu = slm_scope_array(&work, NOVEL, (size_t)latent * sizeof *mu);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t first = 0; first < m; first += NOVEL) {
        int64_t n = m - first < NOVEL ? m - first : NOVEL;
        SLM_TRY(slm_encoding_read(encoding, first, n, mu, NULL, latent, &v->joint, places, error));
        SLM_TRY(slm_novel_measure(v, first, n, mu, places, novelty + first, error));
    }
    return SCILAMA_OK;
}

scilama_status scilama_model_novelty(scilama_model *model, scilama_dataset *dataset, float *novelty, scilama_error *error)
{
    REQUIRE(model, dataset, novelty);
    const slm_reference *r = model->reference;
    if (!r || !r->scores || !model->factors.genes)
        return slm_fail(error, SCILAMA_E_STATE, "the model's reference is not described: fit again with --reference (scilama_model_describe_reference)");
    if (!slm_novel_possible(model, dataset->cells))
        return slm_fail(error, SCILAMA_E_INVALID, "%lld reference cells, %lld of the query: densities need 10 of each", (long long)r->cells, (long long)dataset->cells);
    slm_encoding encoding = { 0 };
    slm_novel v = { .joint = { .model = NULL } };
    ENTER(status, model);
    if (!status) status = slm_encoding_begin(&encoding, model, dataset, NOVEL, error);
    if (!status) status = slm_novel_begin(&v, &encoding, dataset, error);
    if (!status) status = measure_all(&v, &encoding, dataset->cells, novelty, error);
    slm_novel_end(&v);
    if (encoding.model) slm_encoding_end(&encoding);
    return status;
}
