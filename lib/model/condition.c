/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "linalg/principal.h"
#include "model/model.h"

/* Axes whose variance is below this share of the first one's hold rounding alone. */
static const double NO_VARIANCE = 1e-8;

static void normalize_rows(float *values, int64_t rows, int64_t width)
{
    for (int64_t r = 0; r < rows; r++) {
        double squares = 0;
        for (int64_t i = 0; i < width; i++) squares += (double)values[r * width + i] * (double)values[r * width + i];
        double scale = squares > 0 ? 1 / sqrt(squares) : 0;
        for (int64_t i = 0; i < width; i++) values[r * width + i] = (float)((double)values[r * width + i] * scale);
    }
}

/* Principal axes of the centred rows; their number becomes the width. */
static scilama_status fit_projection(scilama_context *ctx, slm_conditioning *c, const scilama_model_options *o,
                                     const float *centred, int64_t rows, int64_t *width, scilama_error *error)
{
    int64_t d = c->raw_width, most = rows - 1 < d ? rows - 1 : d;
    int64_t want = o->embed_pca < most ? o->embed_pca : most, kept = 0;
    if (want < 1) return slm_fail(error, SCILAMA_E_INVALID, "embed_pca needs at least 2 genes");
    SLM_SCOPE(work, ctx);
    double *variance = slm_scope_array(&work, want, sizeof *variance), *axes = slm_scope_array(&work, want, (size_t)d * sizeof *axes);
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(slm_principal_axes(ctx, centred, rows, d, want, variance, axes, error));
    while (kept < want && variance[kept] > NO_VARIANCE * variance[0]) kept++;
    if (!kept) return slm_fail(error, SCILAMA_E_INVALID, "embed_pca: the vectors of all %" PRId64 " genes are alike (of expression: no gene varies over the cells), so they have no axes", rows);
    if (o->embed_pca > kept)
        slm_log(ctx, SCILAMA_LOG_WARNING, "embed_pca is %" PRId64 ", but the gene vectors vary along %" PRId64 " axes only: those are used", o->embed_pca, kept);
    c->projection = slm_alloc_array(ctx, d, (size_t)kept * sizeof *c->projection);
    if (!c->projection) return slm_fail_nomem(error);
    for (int64_t j = 0; j < kept; j++)
        for (int64_t i = 0; i < d; i++) c->projection[i * kept + j] = (float)axes[j * d + i];
    *width = kept;
    return SCILAMA_OK;
}

scilama_status slm_conditioning_fit(scilama_context *ctx, slm_conditioning *c, const scilama_model_options *o,
                                    const float *values, int64_t rows, int64_t *width, scilama_error *error)
{
    *width = c->raw_width;
    c->normalize = o->embed_normalize != 0;
    bool project = o->embed_pca > 0;
    if (!o->embed_center && !project) return SCILAMA_OK;
    c->mean = slm_alloc_array_zero(ctx, c->raw_width, sizeof *c->mean);
    float *copy = slm_alloc_array(ctx, rows * c->raw_width, sizeof *copy);
    double *sum = slm_alloc_array_zero(ctx, c->raw_width, sizeof *sum);
    scilama_status status = c->mean && copy && sum ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) {
        memcpy(copy, values, (size_t)(rows * c->raw_width) * sizeof *copy);
        if (c->normalize) normalize_rows(copy, rows, c->raw_width);
        for (int64_t r = 0; r < rows; r++)
            for (int64_t i = 0; i < c->raw_width; i++) sum[i] += (double)copy[r * c->raw_width + i];
        for (int64_t i = 0; i < c->raw_width; i++) c->mean[i] = (float)(sum[i] / (double)rows);
    }
    if (!status && project) {
        for (int64_t r = 0; r < rows; r++)
            for (int64_t i = 0; i < c->raw_width; i++) copy[r * c->raw_width + i] -= c->mean[i];
        status = fit_projection(ctx, c, o, copy, rows, width, error);
    }
    slm_free_all(ctx, sum, copy);
    return status;
}

typedef struct apply_job {
    const slm_conditioning *c;
    const float *values;
    int64_t rows, width;
    float *copy;      /* [threads × raw_width] */
    double *sum;      /* [threads × width] */
    slm_real *out;
} apply_job;

enum { ROWS = 16 }; /* of a task */

/* Each row by itself, so that a gene's vector does not depend on its company. */
static void apply_rows(void *arg, int64_t task, int worker)
{
    const apply_job *j = arg;
    const slm_conditioning *c = j->c;
    float *copy = j->copy + worker * c->raw_width;
    double *sum = j->sum + worker * j->width;
    SLM_FOR_TILE (r, task, ROWS, j->rows) {
        slm_real *out = j->out + r * j->width;
        memcpy(copy, j->values + r * c->raw_width, (size_t)c->raw_width * sizeof *copy);
        if (c->normalize) normalize_rows(copy, 1, c->raw_width);
        for (int64_t i = 0; c->mean && i < c->raw_width; i++) copy[i] -= c->mean[i];
        if (!c->projection) {
            for (int64_t i = 0; i < j->width; i++) out[i] = (slm_real)copy[i];
            continue;
        }
        memset(sum, 0, (size_t)j->width * sizeof *sum);
        for (int64_t i = 0; i < c->raw_width; i++) {
            const float *axis = c->projection + i * j->width;
            for (int64_t k = 0; k < j->width; k++) sum[k] += (double)copy[i] * (double)axis[k];
        }
        for (int64_t k = 0; k < j->width; k++) out[k] = (slm_real)sum[k];
    }
}

scilama_status slm_conditioning_apply(scilama_context *ctx, const slm_conditioning *c, const float *values, int64_t rows,
                                      int64_t width, slm_real *out, scilama_error *error)
{
    apply_job j = { .c = c, .values = values, .rows = rows, .width = width, .out = out };
    j.copy = slm_alloc_array(ctx, ctx->threads, (size_t)c->raw_width * sizeof *j.copy);
    j.sum = slm_alloc_array(ctx, ctx->threads, (size_t)width * sizeof *j.sum);
    scilama_status status = j.copy && j.sum ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) slm_parallel(ctx, slm_tiles(rows, ROWS), apply_rows, &j);
    slm_free_all(ctx, j.copy, j.sum);
    return status;
}

void slm_conditioning_free(scilama_context *ctx, slm_conditioning *c)
{
    slm_free_all(ctx, c->mean, c->projection);
    *c = (slm_conditioning){ 0 };
}
