/* SPDX-License-Identifier: MIT */
#include "model/model.h"
#include <math.h>
#include <string.h>

static void normalize_rows(float *values, int64_t rows, int64_t width)
{
    for (int64_t r = 0; r < rows; r++) {
        double squares = 0;
        for (int64_t i = 0; i < width; i++) squares += (double)values[r * width + i] * (double)values[r * width + i];
        double scale = squares > 0 ? 1 / sqrt(squares) : 0;
        for (int64_t i = 0; i < width; i++) values[r * width + i] = (float)((double)values[r * width + i] * scale);
    }
}

scilama_status slm_conditioning_fit(scilama_context *ctx, slm_conditioning *c, const scilama_model_options *o,
                                    const float *values, int64_t rows, int64_t *width, scilama_error *error)
{
    *width = c->raw_width;
    c->normalize = o->embed_normalize != 0;
    bool project = o->embed_pca > 0 || o->embed_whiten;
    if (!o->embed_center && !project) return SCILAMA_OK;
    c->mean = slm_alloc_array_zero(ctx, c->raw_width, sizeof *c->mean);
    float *copy = slm_alloc_array(ctx, rows * c->raw_width, sizeof *copy);
    scilama_status status = c->mean && copy ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) {
        memcpy(copy, values, (size_t)(rows * c->raw_width) * sizeof *copy);
        if (c->normalize) normalize_rows(copy, rows, c->raw_width);
        for (int64_t i = 0; i < c->raw_width; i++) {
            double sum = 0;
            for (int64_t r = 0; r < rows; r++) sum += (double)copy[r * c->raw_width + i];
            c->mean[i] = (float)(sum / (double)rows);
        }
    }
    if (!status && project)
        status = slm_fail(error, SCILAMA_E_UNSUPPORTED, "embed_pca and embed_whiten are not available in this version");
    slm_free(ctx, copy);
    return status;
}

scilama_status slm_conditioning_apply(scilama_context *ctx, const slm_conditioning *c, const float *values, int64_t rows,
                                      int64_t width, slm_real *out, scilama_error *error)
{
    float *copy = slm_alloc_array(ctx, c->raw_width, sizeof *copy);
    if (!copy) return slm_fail_nomem(error);
    for (int64_t r = 0; r < rows; r++) {
        memcpy(copy, values + r * c->raw_width, (size_t)c->raw_width * sizeof *copy);
        if (c->normalize) normalize_rows(copy, 1, c->raw_width);
        for (int64_t i = 0; c->mean && i < c->raw_width; i++) copy[i] -= c->mean[i];
        for (int64_t j = 0; j < width; j++) {
            if (!c->projection) {
                out[r * width + j] = (slm_real)copy[j];
                continue;
            }
            double sum = 0;
            for (int64_t i = 0; i < c->raw_width; i++) sum += (double)copy[i] * (double)c->projection[i * width + j];
            out[r * width + j] = (slm_real)sum;
        }
    }
    slm_free(ctx, copy);
    return SCILAMA_OK;
}

void slm_conditioning_free(scilama_context *ctx, slm_conditioning *c)
{
    slm_free(ctx, c->mean);
    slm_free(ctx, c->projection);
    *c = (slm_conditioning){ 0 };
}
