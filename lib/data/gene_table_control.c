/* SPDX-License-Identifier: MIT */
#include "core/rng.h"
#include "data/dataset.h"

/* Tables that look like a given one and know nothing of the genes. */

enum { RANDOM = 0, SHUFFLED = 1 }; /* step of the stream */

static scilama_status derive(scilama_gene_table **out, scilama_context *ctx, const scilama_gene_table *like, float *values, scilama_error *error)
{
    slm_strings names = { 0 };
    scilama_status status = slm_strings_clone(ctx, &names, &like->names, error);
    if (!status) status = slm_gene_table_from_parts(out, ctx, &names, values, like->rows, like->width, error);
    slm_strings_free(ctx, &names);
    return status;
}

scilama_status slm_gene_table_random(scilama_gene_table **out, scilama_context *ctx, const scilama_gene_table *like, uint64_t seed, scilama_error *error)
{
    int64_t n = like->rows, d = like->width;
    float *values = slm_alloc_array(ctx, n, (size_t)d * sizeof *values);
    double *mean = slm_alloc_array_zero(ctx, d, sizeof *mean), *std = slm_alloc_array_zero(ctx, d, sizeof *std);
    scilama_status status = values && mean && std ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) {
        for (int64_t r = 0; r < n; r++)
            for (int64_t i = 0; i < d; i++) mean[i] += (double)like->values[r * d + i] / (double)n;
        for (int64_t r = 0; r < n; r++)
            for (int64_t i = 0; i < d; i++) {
                double off = (double)like->values[r * d + i] - mean[i];
                std[i] += off * off / (double)n;
            }
        slm_rng_seq s = slm_rng_sequence(seed, SLM_STREAM_EMBEDDING, 0, RANDOM);
        for (int64_t r = 0; r < n; r++)
            for (int64_t i = 0; i < d; i++) values[r * d + i] = (float)(mean[i] + sqrt(std[i]) * slm_rng_normal(&s));
        if (!(status = derive(out, ctx, like, values, error))) values = NULL;
    }
    slm_free_all(ctx, values, mean, std);
    return status;
}

scilama_status slm_gene_table_shuffled(scilama_gene_table **out, scilama_context *ctx, const scilama_gene_table *table, uint64_t seed, scilama_error *error)
{
    int64_t n = table->rows, d = table->width;
    float *values = slm_alloc_array(ctx, n, (size_t)d * sizeof *values);
    int64_t *order = slm_alloc_array(ctx, n, sizeof *order);
    scilama_status status = values && order ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) {
        for (int64_t r = 0; r < n; r++) order[r] = r;
        slm_rng_seq s = slm_rng_sequence(seed, SLM_STREAM_EMBEDDING, 0, SHUFFLED);
        slm_rng_shuffle(&s, order, n);
        for (int64_t r = 0; r < n; r++) memcpy(values + r * d, table->values + order[r] * d, (size_t)d * sizeof *values);
        if (!(status = derive(out, ctx, table, values, error))) values = NULL;
    }
    slm_free_all(ctx, values, order);
    return status;
}
