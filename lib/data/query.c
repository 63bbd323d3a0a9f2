/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "data/dataset.h"
#include "data/gene_stats.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A fitted recipe on other data: what of the model is there, and what is not. */

/* Values of another kind than the recipe was fitted on: log1p and size factors need
 * non-negative ones, and the rest deserves a word. */
static scilama_status check_values(const slm_recipe *recipe, const scilama_dataset *d, scilama_error *error)
{
    if (recipe->input == SCILAMA_INPUT_AUTO) return SCILAMA_OK; /* never preprocessed: taken as they are */
    slm_value_range r = slm_dataset_range(d);
    if (r.min < 0 && (recipe->normalized || recipe->logged))
        return slm_fail(error, SCILAMA_E_INVALID, "gene '%s' is negative in cell '%s': the model's recipe starts from counts or expression",
                        slm_string(&d->gene_names, r.gene), slm_string(&d->cell_names, r.cell));
    if (recipe->input == SCILAMA_INPUT_COUNTS && !r.integer)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "the model was trained on counts, but these values are not all integers");
    if (recipe->input == SCILAMA_INPUT_LOGGED && (r.min < 0 || (r.integer && r.max > 0)))
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "the model was trained on logged values, but these are %s", r.min < 0 ? "negative in places" : "all integers");
    return SCILAMA_OK;
}

/* Without the genes' shares of all counts a cell's total is taken over all genes of the matrix. Where
 * the model was fitted on many genes beside its own and the data have hardly any, the same cell gets
 * another size factor. */
static void warn_of_sizes(const slm_recipe *recipe, scilama_dataset *d, int64_t missing)
{
    int64_t beside = recipe->genes_sized - recipe->genes.count, here = d->genes - (recipe->genes.count - missing);
    if (recipe->share || !recipe->normalized || d->sizes_warned || beside * 10 < recipe->genes_sized || here * 10 >= beside) return;
    d->sizes_warned = true;
    slm_log(d->ctx, SCILAMA_LOG_WARNING, "the data have %" PRId64 " genes beside the model's, the training data had %" PRId64
            ": cells get other size factors than in training, so give all genes that were measured", here, beside);
}

void slm_query_free(scilama_context *ctx, slm_query *q)
{
    slm_free(ctx, q->columns);
    slm_free(ctx, q->absent);
    *q = (slm_query){ 0 };
}

scilama_status slm_query_find(slm_query *q, const slm_recipe *recipe, const scilama_dataset *d, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    int64_t genes = recipe->genes.count;
    slm_name_index index = { 0 };
    *q = (slm_query){ .first_missing = -1 };
    q->columns = slm_alloc_array(ctx, genes, sizeof *q->columns);
    q->absent = slm_alloc_array_zero(ctx, genes, sizeof *q->absent);
    scilama_status status = q->columns && q->absent ? slm_name_index_build(ctx, &index, &d->gene_names, error) : slm_fail_nomem(error);
    double all = 0, here = 0;
    for (int64_t g = 0; g < genes && !status; g++) {
        double variance = recipe->inv_std ? 1 / ((double)recipe->inv_std[g] * (double)recipe->inv_std[g]) : 1;
        q->columns[g] = slm_name_index_find(&index, slm_string(&recipe->genes, g));
        all += variance;
        if (q->columns[g] >= 0) here += variance;
        else {
            q->absent[g] = 1;
            if (q->first_missing < 0) q->first_missing = g;
            q->missing++;
        }
    }
    q->variance = all > 0 ? here / all : 0;
    slm_name_index_free(ctx, &index);
    if (status) slm_query_free(ctx, q);
    return status;
}

/* --- size factors ----------------------------------------------------------------------- */

enum { CELLS = 256 };

typedef struct totals {
    const scilama_dataset *d;
    const uint8_t *shared;   /* [genes of the matrix] */
    double *total;           /* [cells] */
} totals;

static double row_total(const totals *t, const float *x, const int32_t *indices, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        if (t->shared[indices ? indices[i] : i]) sum += (double)x[i];
    return sum;
}

static void add_cells(void *arg, int64_t task, int worker)
{
    const totals *t = arg;
    const scilama_dataset *d = t->d;
    bool dense = d->storage == SCILAMA_STORAGE_DENSE;
    for (int64_t c = task * CELLS; c < d->cells && c < (task + 1) * CELLS; c++) {
        int64_t first = dense ? c * d->ld : d->indptr[c];
        t->total[c] = row_total(t, d->values + first, dense ? NULL : d->indices + first, dense ? d->genes : d->indptr[c + 1] - first);
    }
}

static void add_rows(void *arg, const slm_stage *rows, int64_t first)
{
    const totals *t = arg;
    for (int64_t r = 0; r < rows->n; r++)
        t->total[first + r] = row_total(t, rows->values + rows->indptr[r], rows->indices + rows->indptr[r], rows->indptr[r + 1] - rows->indptr[r]);
}

scilama_status slm_shared_sizes(const slm_recipe *recipe, const scilama_dataset *d, double **factor, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    *factor = NULL;
    if (!recipe->normalized || !recipe->share) return SCILAMA_OK;
    slm_name_index index = { 0 };
    uint8_t *shared = slm_alloc_array_zero(ctx, d->genes, sizeof *shared);
    double *total = slm_alloc_array(ctx, d->cells, sizeof *total), share = 0;
    scilama_status status = shared && total ? slm_name_index_build(ctx, &index, &d->gene_names, error) : slm_fail_nomem(error);
    int64_t count = 0;
    for (int64_t g = 0; g < recipe->sized.count && !status; g++) {
        int64_t column = slm_name_index_find(&index, slm_string(&recipe->sized, g));
        if (column < 0) continue;
        shared[column] = 1;
        share += (double)recipe->share[g];
        count++;
    }
    bool same = count == d->genes && count == recipe->sized.count;
    if (!status && count && !same && share > 0) {
        totals t = { d, shared, total };
        if (d->source) status = slm_source_scan(d->source, NULL, d->cells, add_rows, &t, error);
        else slm_parallel(ctx, slm_tiles(d->cells, CELLS), add_cells, &t);
        for (int64_t c = 0; c < d->cells && !status; c++) total[c] = total[c] > 0 ? recipe->target_sum * share / total[c] : 1;
        if (!status) {
            *factor = total;
            total = NULL;
        }
    }
    slm_name_index_free(ctx, &index);
    slm_free(ctx, shared);
    slm_free(ctx, total);
    return status;
}

/* --- all together ----------------------------------------------------------------------- */

/* Below this share of the factors' variance cells still land somewhere, but hardly where they belong
 * (docs/guides/mapping.md). */
static const double LITTLE = 0.5;

static void tell_missing(const slm_recipe *recipe, const scilama_dataset *d, const slm_query *q, const slm_fill *fill)
{
    int64_t genes = recipe->genes.count;
    char beside[64] = "", judgement[160] = "";
    if (fill->wide > genes) snprintf(beside, sizeof beside, ", %" PRId64 " others with a vector take part", fill->wide - genes);
    if (fill->pull && fill->recovered < LITTLE)
        snprintf(judgement, sizeof judgement, "; they tell %.0f %% of what the model's genes have in common: expect cells to be confused", 100 * fill->recovered);
    slm_log(d->ctx, SCILAMA_LOG_WARNING, "%" PRId64 " of %" PRId64 " genes are not measured (the first is '%s'); the measured ones carry %.0f %% of the variance%s%s",
            q->missing, genes, slm_string(&recipe->genes, q->first_missing), 100 * q->variance, beside, judgement);
}

static void *own(slm_design *design, void *block)
{
    design->owned[design->n_owned++] = block;
    return block;
}

static scilama_status fill_absent(slm_design *design, slm_query *q, const slm_factors *factors, scilama_error *error)
{
    slm_fill_plan plan = { .factors = factors, .absent = q->absent, .genes = design->genes };
    design->absent = own(design, q->absent);
    q->absent = NULL;
    design->n_absent = q->missing;
    return slm_fill_create(&design->fill, design->ctx, &plan, error);
}

scilama_status slm_recipe_apply(slm_recipe *recipe, const slm_factors *factors, scilama_dataset *d, slm_design **out, scilama_error *error)
{
    slm_query q = { 0 };
    slm_design *design = NULL;
    double *factor = NULL;
    int64_t genes = recipe->genes.count;
    scilama_status status = slm_dataset_need_matrix(d, error);
    if (status || (status = slm_query_find(&q, recipe, d, error))) return status;
    if (q.missing == genes)
        status = slm_fail(error, SCILAMA_E_NOTFOUND, "none of the model's %" PRId64 " genes is in the data, the first is '%s'", genes, slm_string(&recipe->genes, 0));
    if (!status) status = check_values(recipe, d, error);
    if (status) goto done;
    warn_of_sizes(recipe, d, q.missing);
    if ((status = slm_covariates_warn(recipe, d, error)) || (status = slm_shared_sizes(recipe, d, &factor, error))) goto done;
    if ((status = slm_recipe_design(recipe, d, q.columns, factor, &design, error))) goto done;
    factor = NULL;
    if (q.missing) {
        status = fill_absent(design, &q, factors, error);
        if (!status) tell_missing(recipe, d, &q, design->fill);
    }
    if (status) goto done;
    *out = design;
    design = NULL;
done:
    slm_query_free(d->ctx, &q);
    slm_free(d->ctx, factor);
    slm_design_release(design);
    return status;
}
