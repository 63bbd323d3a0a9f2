/* SPDX-License-Identifier: MIT */
#include "model/evaluate.h"
#include "model/unseen.h"

/* The vectors that unseen genes are told from. */

enum { LEAST_KNOWN = 10 };

static float *new_table(slm_unseen_rows *out, scilama_context *ctx, int64_t rows, int64_t width)
{
    float *values = slm_alloc_array(ctx, rows, (size_t)width * sizeof *values);
    if (values) out->table[out->n++] = (slm_kernel_table){ values, width };
    return values;
}

static bool is_paired(const scilama_model *model, int64_t gene, int64_t *next)
{
    if (!model->paired) return true;
    if (*next >= model->n_paired || model->paired[*next] != gene) return false;
    ++*next;
    return true;
}

scilama_status slm_unseen_by_modality(slm_unseen_rows *out, scilama_model *model, const slm_gene_vectors *vectors, scilama_error *error)
{
    slm_net other;
    slm_real *embedding[SLM_MAX_MODALITIES] = { 0 };
    int64_t genes = model->net.genes;
    *out = (slm_unseen_rows){ .n = 0 };
    scilama_status status = slm_other_genes(model, vectors, &other, embedding, error);
    for (int m = 0; m < model->net.modalities && !status; m++) {
        int64_t d = model->net.width[m], next = 0;
        float *values = new_table(out, model->ctx, genes + vectors->rows, d);
        if (!values) status = slm_fail_nomem(error);
        for (int64_t g = 0; g < genes && !status; g++) {
            bool known = is_paired(model, g, &next);
            for (int64_t i = 0; i < d; i++) values[g * d + i] = known ? (float)model->embedding[m][g * d + i] : NAN;
        }
        if (!status) slm_copy_out(embedding[m], vectors->rows, d, values + genes * d, d);
    }
    for (int m = 0; m < SLM_MAX_MODALITIES; m++) slm_free(model->ctx, embedding[m]);
    return status;
}

/* Rows of a table by name, NaN for those that it lacks; told [n_genes] and known are counted up. */
static scilama_status one_table(slm_unseen_rows *out, const scilama_model *model, const scilama_gene_table *t, const char *const *genes, int64_t n_genes,
                                uint8_t *told, int64_t *known, scilama_error *error)
{
    int64_t d = t->width, own = model->net.genes;
    SLM_SCOPE(work, model->ctx);
    slm_name_index index;
    float *values = new_table(out, model->ctx, own + n_genes, d);
    if (!values) return slm_fail_nomem(error);
    SLM_TRY(slm_name_index_build(&work, &index, &t->names, error));
    for (int64_t i = 0; i < own + n_genes; i++) {
        int64_t row = slm_name_index_find(&index, i < own ? slm_string(&model->recipe->genes, i) : genes[i - own]);
        if (row >= 0) memcpy(values + i * d, t->values + row * d, (size_t)d * sizeof *values);
        for (int64_t j = 0; j < d && row < 0; j++) values[i * d + j] = NAN;
        if (row >= 0 && i < own) ++*known;
        if (row >= 0 && i >= own) told[i - own] = 1;
    }
    return SCILAMA_OK;
}

scilama_status slm_unseen_by_name(slm_unseen_rows *out, scilama_model *model, const scilama_gene_table *const *tables, int64_t n_tables,
                                  const char *const *genes, int64_t n_genes, scilama_error *error)
{
    uint8_t *told = slm_alloc_array_zero(model->ctx, n_genes, 1);
    int64_t known = 0;
    *out = (slm_unseen_rows){ .n = 0 };
    scilama_status status = told ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t t = 0; t < n_tables && !status; t++) status = one_table(out, model, tables[t], genes, n_genes, told, &known, error);
    if (!status && known < LEAST_KNOWN)
        status = slm_fail(error, SCILAMA_E_NOTFOUND, "the tables have vectors for %" PRId64 " of the model's %" PRId64 " genes (such as '%.60s'): too few to tell other genes by",
                          known, model->net.genes, slm_string(&model->recipe->genes, 0));
    for (int64_t i = 0; i < n_genes && !status; i++)
        if (!told[i]) status = slm_fail(error, SCILAMA_E_NOTFOUND, "no table has a vector for gene '%.60s'", genes[i]);
    slm_free(model->ctx, told);
    return status;
}

void slm_unseen_rows_free(scilama_context *ctx, slm_unseen_rows *rows)
{
    for (int64_t t = 0; t < rows->n; t++) slm_free(ctx, (void *)rows->table[t].rows);
    *rows = (slm_unseen_rows){ .n = 0 };
}
