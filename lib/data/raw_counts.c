/* SPDX-License-Identifier: MIT */
#include "data/raw_counts.h"
#include "core/thread.h"

/* Likelihoods of counts read what the recipe has transformed away: the counts of the model's genes are gathered from the
 * data set's own matrix, cell by cell, through a table from its genes to the model's. Nothing is copied but a mini-batch. */

static scilama_status not_count(const scilama_dataset *d, int64_t cell, int64_t gene, scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_INVALID, "gene '%s' of cell '%s' is not a count: a likelihood of counts needs raw counts (use the Gaussian one, or another layer)",
                    slm_string(&d->gene_names, gene), SLM_CELL(d, cell));
}

scilama_status slm_raw_counts_check(const scilama_dataset *d, scilama_error *error)
{
    const slm_rows rows = slm_dataset_rows(d);
    SLM_TRY(slm_dataset_need_matrix(d, error));
    if (d->source) return d->source->odd_cell < 0 ? SCILAMA_OK : not_count(d, d->source->odd_cell, d->source->odd_gene, error);
    for (int64_t c = 0; c < d->cells; c++) {
        const slm_cell row = slm_row_at(&rows, c);
        for (int64_t i = 0; i < row.count; i++)
            if (!(row.x[i] >= 0) || floorf(row.x[i]) < row.x[i]) return not_count(d, c, slm_gene_at(&row, i), error);
    }
    return SCILAMA_OK;
}

scilama_status slm_raw_counts_create(slm_raw_counts **out, scilama_dataset *d, const slm_recipe *recipe, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    SLM_SCOPE(work, ctx);
    slm_name_index index;
    SLM_TRY(slm_raw_counts_check(d, error));
    slm_raw_counts *counts = slm_alloc_zero(ctx, sizeof *counts);
    if (!counts) return slm_fail_nomem(error);
    counts->ctx = slm_context_retain(ctx);
    counts->store = d->source ? NULL : slm_store_retain(d->store);
    counts->rows = slm_dataset_rows(d);
    counts->genes = recipe->genes.count;
    counts->column = slm_alloc_array(ctx, counts->genes, sizeof *counts->column);
    counts->place = slm_alloc_array(ctx, d->genes, sizeof *counts->place);
    scilama_status status = counts->column && counts->place ? slm_name_index_build(&work, &index, &d->gene_names, error) : slm_fail_nomem(error);
    if (status) {
        slm_raw_counts_destroy(counts);
        return status;
    }
    for (int64_t g = 0; g < d->genes; g++) counts->place[g] = -1;
    for (int64_t g = 0; g < counts->genes; g++) {
        counts->column[g] = slm_name_index_find(&index, slm_string(&recipe->genes, g));
        if (counts->column[g] >= 0) counts->place[counts->column[g]] = (int32_t)g;
    }
    *out = counts;
    return SCILAMA_OK;
}

void slm_raw_counts_destroy(slm_raw_counts *counts)
{
    if (!counts) return;
    scilama_context *ctx = counts->ctx;
    slm_store_release(counts->store);
    slm_free_all(ctx, counts->column, counts->place, counts);
    slm_context_release(ctx);
}

enum { ROWS = 16 }; /* of a task */

typedef struct gather_job { const slm_raw_counts *counts; const int64_t *cells; int64_t n; slm_real *out; } gather_job;

static void gather_task(void *arg, int64_t task, int worker)
{
    const gather_job *j = arg;
    const slm_raw_counts *counts = j->counts;
    SLM_FOR_TILE (r, task, ROWS, j->n) {
        slm_real *row = j->out + r * counts->genes;
        const slm_cell c = slm_row_at(&counts->rows, j->cells[r]);
        if (!c.indices) {
            for (int64_t g = 0; g < counts->genes; g++) row[g] = counts->column[g] < 0 ? 0 : (slm_real)c.x[counts->column[g]];
            continue;
        }
        memset(row, 0, (size_t)counts->genes * sizeof *row);
        for (int64_t i = 0; i < c.count; i++)
            if (counts->place[c.indices[i]] >= 0) row[counts->place[c.indices[i]]] = (slm_real)c.x[i];
    }
}

void slm_raw_counts_gather(const slm_raw_counts *counts, const int64_t *cells, int64_t n, slm_real *out)
{
    gather_job j = { counts, cells, n, out };
    slm_parallel(counts->ctx, slm_tiles(n, ROWS), gather_task, &j);
}
