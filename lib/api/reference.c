/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "analysis/transfer.h"
#include "core/sort.h"
#include "core/thread.h"
#include "model/model.h"
#include "scilama/mapping.h"
#include <math.h>
#include <string.h>

/* scilama/mapping.h, reference cells: what is given is checked here. Reach and calibration come from a sample of the reference's own
 * cells, each left out of the search for its neighbours. */

enum { NEIGHBORS = 15, SAMPLE = 4096 };

INIT_OF(scilama_reference_info, 0)
INIT_OF(scilama_label_info, .temperature = 1)

static scilama_status check_points(const float *points, int64_t n, int64_t dim, int64_t *ld, scilama_error *error)
{
    scilama_status status = leading(ld, n, dim, error);
    for (int64_t i = 0; i < n && !status; i++)
        for (int64_t j = 0; j < dim; j++)
            if (!isfinite(points[i * *ld + j])) return slm_fail(error, SCILAMA_E_NONFINITE, "number %lld of cell %lld is not finite", (long long)j, (long long)i);
    return status;
}

/* Cells of the reference, spread evenly, with their neighbours among the others. */
typedef struct sample { int64_t n, k; int32_t *cell, *indices; float *distances, *points; } sample;

static scilama_status draw(scilama_reference *r, sample *s, scilama_error *error)
{
    scilama_context *ctx = r->ctx;
    s->n = r->cells < SAMPLE ? r->cells : SAMPLE;
    s->k = r->cells - 1 < NEIGHBORS ? r->cells - 1 : NEIGHBORS;
    s->cell = slm_alloc_array(ctx, s->n, sizeof *s->cell);
    s->indices = slm_alloc_array(ctx, s->n, (size_t)s->k * sizeof *s->indices);
    s->distances = slm_alloc_array(ctx, s->n, (size_t)s->k * sizeof *s->distances);
    s->points = slm_alloc_array(ctx, s->n, (size_t)r->dim * sizeof *s->points);
    if (!s->cell || !s->indices || !s->distances || !s->points) return slm_fail_nomem(error);
    for (int64_t i = 0; i < s->n; i++) {
        s->cell[i] = (int32_t)(i * r->cells / s->n);
        memcpy(s->points + i * r->dim, r->points + s->cell[i] * r->dim, (size_t)r->dim * sizeof *s->points);
    }
    return slm_reference_search(r, s->points, s->n, r->dim, s->cell, s->k, s->indices, s->distances, error);
}

static void sample_free(scilama_context *ctx, sample *s)
{
    slm_free_all(ctx, s->cell, s->indices, s->distances, s->points);
}

static bool nearer(const double *x, int64_t i, int64_t j) { return x[i] < x[j]; }
SLM_SWAP_OF(exchange, double)
SLM_SORT(sort_near, double *, nearer, exchange)

static scilama_status measure_reach(scilama_reference *r, scilama_error *error)
{
    sample s = { 0 };
    scilama_status status = draw(r, &s, error);
    double *mean = status ? NULL : slm_alloc_array_zero(r->ctx, s.n, sizeof *mean);
    if (!status && !mean) status = slm_fail_nomem(error);
    if (!status) {
        for (int64_t i = 0; i < s.n * s.k; i++) mean[i / s.k] += (double)s.distances[i] / (double)s.k;
        sort_near(mean, s.n);
        r->reach = mean[(s.n - 1) * 95 / 100];
    }
    slm_free(r->ctx, mean);
    sample_free(r->ctx, &s);
    return status;
}

scilama_status scilama_reference_create(scilama_reference **out, scilama_context *context, const float *points, int64_t cells, int64_t dim, int64_t ld, scilama_error *error)
{
    RESULT(out);
    REQUIRE(context, points);
    if (cells < 3 || cells > INT32_MAX || dim < 1 || dim > 65536)
        return slm_fail(error, SCILAMA_E_INVALID, "%lld cells × %lld: a reference has 3 to 2^31 - 1 cells and 1 to 65536 numbers each", (long long)cells, (long long)dim);
    ENTER_CONTEXT(status, context);
    if (!status) status = check_points(points, cells, dim, &ld, error);
    scilama_reference *r = NULL;
    if (!status) status = slm_reference_create(&r, context, points, cells, dim, ld, error);
    if (!status) status = measure_reach(r, error);
    if (status) slm_reference_release(r);
    else *out = r;
    return status;
}

void scilama_reference_destroy(scilama_reference *reference) { slm_reference_release(reference); }

scilama_status scilama_reference_add_labels(scilama_reference *reference, const char *name, const int32_t *codes, const char *const *categories,
                                            int64_t n_categories, scilama_error *error)
{
    REQUIRE(reference, name, codes, categories);
    if (n_categories < 1 || n_categories > 1000000) return slm_fail(error, SCILAMA_E_INVALID, "n_categories is %lld: it must be 1 to 1000000", (long long)n_categories);
    sample s = { 0 };
    double temperature, floor;
    ENTER(status, reference);
    if (!status) status = check_names(categories, n_categories, "categories", error);
    for (int64_t i = 0; i < reference->cells && !status; i++)
        if (codes[i] >= n_categories) status = slm_fail(error, SCILAMA_E_INVALID, "code %d of cell %lld: there are %lld categories", codes[i], (long long)i, (long long)n_categories);
    if (!status) status = draw(reference, &s, error);
    if (!status) status = slm_calibration_fit(reference->ctx, codes, n_categories, s.cell, s.n, s.indices, s.distances, s.k, &temperature, &floor, error);
    if (!status) status = slm_reference_add_label(reference, name, codes, categories, n_categories, error);
    if (!status) {
        reference->label[reference->labels - 1].temperature = temperature;
        reference->label[reference->labels - 1].floor = floor;
    }
    sample_free(reference->ctx, &s);
    return status;
}

scilama_status scilama_reference_set_layout(scilama_reference *reference, const float *layout, int64_t dims, scilama_error *error)
{
    REQUIRE(reference, layout);
    if (dims < 1 || dims > 16) return slm_fail(error, SCILAMA_E_INVALID, "dims is %lld: it must be 1 to 16", (long long)dims);
    int64_t ld = 0;
    ENTER(status, reference);
    if (!status) status = check_points(layout, reference->cells, dims, &ld, error);
    float *copy = status ? NULL : slm_alloc_array(reference->ctx, reference->cells, (size_t)dims * sizeof *copy);
    if (!status && !copy) status = slm_fail_nomem(error);
    if (status) return status;
    memcpy(copy, layout, (size_t)(reference->cells * dims) * sizeof *copy);
    slm_free(reference->ctx, reference->layout);
    reference->layout = copy;
    reference->layout_dims = dims;
    return SCILAMA_OK;
}

scilama_status scilama_reference_get_info(const scilama_reference *reference, scilama_reference_info *info, scilama_error *error)
{
    REQUIRE(reference, info);
    scilama_reference_info i = { .cells = reference->cells, .dim = reference->dim, .labels = reference->labels,
                                 .layout_dims = reference->layout_dims, .reach = reference->reach };
    return slm_result_write(info, &i, sizeof i, "scilama_reference_info", error);
}

static scilama_status check_label(const scilama_reference *r, int64_t index, scilama_error *error)
{
    if (index >= 0 && index < r->labels) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_INVALID, "labels %lld: the reference has %lld columns", (long long)index, (long long)r->labels);
}

scilama_status scilama_reference_label(const scilama_reference *reference, int64_t index, scilama_label_info *info, scilama_error *error)
{
    REQUIRE(reference, info);
    scilama_status status = check_label(reference, index, error);
    if (status) return status;
    const slm_reference_label *l = &reference->label[index];
    scilama_label_info i = { .name = l->name, .categories = l->categories.count, .temperature = l->temperature, .floor = l->floor };
    return slm_result_write(info, &i, sizeof i, "scilama_label_info", error);
}

const char *scilama_reference_category(const scilama_reference *reference, int64_t index, int64_t category)
{
    if (!reference || index < 0 || index >= reference->labels) return NULL;
    const slm_strings *names = &reference->label[index].categories;
    return category >= 0 && category < names->count ? slm_string(names, category) : NULL;
}

scilama_status scilama_model_set_reference(scilama_model *model, scilama_reference *reference, scilama_error *error)
{
    REQUIRE(model, reference);
    if (reference->dim != model->net.latent)
        return slm_fail(error, SCILAMA_E_INVALID, "the reference has %lld numbers a cell, the model %lld", (long long)reference->dim, (long long)model->net.latent);
    slm_reference *old = model->reference;
    model->reference = slm_reference_retain(reference);
    slm_reference_release(old);
    return SCILAMA_OK;
}

scilama_status scilama_model_get_reference(scilama_reference **out, scilama_model *model, scilama_error *error)
{
    RESULT(out);
    REQUIRE(model);
    if (!model->reference) return slm_fail(error, SCILAMA_E_NOTFOUND, "the model carries no reference cells: fit with --reference (scilama_model_set_reference)");
    *out = slm_reference_retain(model->reference);
    return SCILAMA_OK;
}

scilama_status scilama_model_describe_reference(scilama_model *model, scilama_dataset *dataset, scilama_error *error)
{
    REQUIRE(model, dataset);
    slm_reference *r = model->reference;
    if (!r || !model->factors.genes)
        return slm_fail(error, SCILAMA_E_STATE, "the model %s: call %s first", r ? "has not learnt how its genes vary" : "carries no reference cells",
                        r ? "scilama_model_learn_absent" : "scilama_model_set_reference");
    if (dataset->cells != r->cells)
        return slm_fail(error, SCILAMA_E_INVALID, "the dataset has %lld cells, the reference %lld: give the reference's own", (long long)dataset->cells, (long long)r->cells);
    ENTER(status, model);
    float *scores = status ? NULL : slm_alloc_array(model->ctx, slm_thinned_count(r->cells), SLM_FACTORS_RANK * sizeof *scores);
    if (!status && !scores) status = slm_fail_nomem(error);
    if (!status) status = slm_model_scores(model, dataset, scores, error);
    if (status) slm_free(model->ctx, scores);
    else {
        slm_free(model->ctx, r->scores);
        r->scores = scores;
    }
    return status;
}

scilama_status scilama_reference_neighbors(scilama_reference *reference, const float *points, int64_t n, int64_t ld, int64_t k, int32_t *indices, float *distances, scilama_error *error)
{
    REQUIRE(reference, points, indices, distances);
    if (n < 1 || k < 1 || k > reference->cells)
        return slm_fail(error, SCILAMA_E_INVALID, "%lld cells, %lld neighbours: there must be cells, and 1 to %lld neighbours", (long long)n, (long long)k, (long long)reference->cells);
    ENTER(status, reference);
    if (!status) status = check_points(points, n, reference->dim, &ld, error);
    return status ? status : slm_reference_search(reference, points, n, ld, NULL, k, indices, distances, error);
}

static scilama_status check_neighbors(const scilama_reference *r, const int32_t *indices, const float *distances, int64_t n, int64_t k, scilama_error *error)
{
    int64_t count;
    if (n < 1 || k < 1 || k > r->cells || !slm_mul_size(n, k, &count))
        return slm_fail(error, SCILAMA_E_INVALID, "%lld cells × %lld neighbours: there must be cells, and 1 to %lld neighbours", (long long)n, (long long)k, (long long)r->cells);
    for (int64_t i = 0; i < count; i++)
        if (indices[i] < 0 || indices[i] >= r->cells || !(distances[i] >= 0) || !isfinite(distances[i]))
            return slm_fail(error, SCILAMA_E_INVALID, "neighbour %lld of cell %lld is not a reference cell at a distance", (long long)(i % k), (long long)(i / k));
    return SCILAMA_OK;
}

enum { CELLS = 256 }; /* of a task */

typedef struct transfer_job {
    const slm_reference *r;
    const slm_reference_label *label;
    const int32_t *indices;
    const float *distances;
    int64_t n, k;
    double *votes;               /* [threads × categories] */
    int32_t *code, *second;
    float *probability, *second_probability;
    float *layout;
} transfer_job;

static void transfer_cells(void *arg, int64_t task, int worker)
{
    const transfer_job *j = arg;
    const slm_reference_label *l = j->label;
    int64_t categories = l->categories.count, end = (task + 1) * CELLS < j->n ? (task + 1) * CELLS : j->n;
    double *votes = j->votes + worker * categories;
    for (int64_t i = task * CELLS; i < end; i++) {
        double sum = 0;
        int64_t first = 0, next = -1;
        slm_vote(l->codes, categories, j->indices + i * j->k, j->distances + i * j->k, j->k, votes);
        for (int64_t c = 0; c < categories; c++) sum += votes[c];
        slm_calibrate(votes, categories, l->temperature, l->floor);
        for (int64_t c = 1; c < categories; c++) {
            if (votes[c] > votes[first]) next = first, first = c;
            else if (next < 0 || votes[c] > votes[next]) next = c;
        }
        bool known = sum > 0;
        j->code[i] = known ? (int32_t)first : -1;
        j->probability[i] = known ? (float)votes[first] : 0;
        if (j->second) j->second[i] = known ? (int32_t)next : -1;
        if (j->second_probability) j->second_probability[i] = known && next >= 0 ? (float)votes[next] : 0;
    }
}

scilama_status scilama_reference_transfer(scilama_reference *reference, int64_t index, const int32_t *indices, const float *distances, int64_t n, int64_t k,
                                          int32_t *code, float *probability, int32_t *second, float *second_probability, scilama_error *error)
{
    REQUIRE(reference, indices, distances, code, probability);
    ENTER(status, reference);
    if (!status) status = check_label(reference, index, error);
    if (!status) status = check_neighbors(reference, indices, distances, n, k, error);
    if (status) return status;
    const slm_reference_label *l = &reference->label[index];
    double *votes = slm_alloc_array(reference->ctx, l->categories.count, (size_t)reference->ctx->threads * sizeof *votes);
    if (!votes) return slm_fail_nomem(error);
    transfer_job j = { .r = reference, .label = l, .indices = indices, .distances = distances, .n = n, .k = k, .votes = votes, .code = code,
                       .second = second, .probability = probability, .second_probability = second_probability };
    slm_parallel(reference->ctx, slm_tiles(n, CELLS), transfer_cells, &j);
    slm_free(reference->ctx, votes);
    return SCILAMA_OK;
}

static void place_cells(void *arg, int64_t task, int worker)
{
    const transfer_job *t = arg;
    const slm_reference *r = t->r;
    int64_t dims = r->layout_dims, k = t->k, end = (task + 1) * CELLS < t->n ? (task + 1) * CELLS : t->n;
    for (int64_t i = task * CELLS; i < end; i++) {
        const float *distances = t->distances + i * k;
        double h = 0, all = 0, at[16] = { 0 };
        for (int64_t j = 0; j < k; j++) h += (double)distances[j] / (double)k;
        for (int64_t j = 0; j < k; j++) {
            double near = h > 0 ? (double)distances[j] / h : 0, weight = exp(-near * near / 2);
            for (int64_t d = 0; d < dims; d++) at[d] += weight * (double)r->layout[t->indices[i * k + j] * dims + d];
            all += weight;
        }
        for (int64_t d = 0; d < dims; d++) t->layout[i * dims + d] = (float)(at[d] / all);
    }
}

scilama_status scilama_reference_place(scilama_reference *reference, const int32_t *indices, const float *distances, int64_t n, int64_t k, float *layout, scilama_error *error)
{
    REQUIRE(reference, indices, distances, layout);
    if (!reference->layout) return slm_fail(error, SCILAMA_E_STATE, "the reference has no layout: scilama_reference_set_layout gives it one");
    ENTER(status, reference);
    if (!status) status = check_neighbors(reference, indices, distances, n, k, error);
    if (status) return status;
    transfer_job j = { .r = reference, .indices = indices, .distances = distances, .n = n, .k = k, .layout = layout };
    slm_parallel(reference->ctx, slm_tiles(n, CELLS), place_cells, &j);
    return SCILAMA_OK;
}
