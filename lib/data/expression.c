/* SPDX-License-Identifier: MIT */
#include "data/expression.h"
#include "core/thread.h"
#include "data/gene_stats.h"

/* Expression of all genes for analyses: the matrix as it lies, with size factors and log applied as it is read. */

enum { CELLS = 256 };

typedef struct factors { const scilama_dataset *d; double target, *factor; } factors;

static void fill(void *arg, int64_t task, int worker)
{
    const factors *f = arg;
    for (int64_t c = task * CELLS; c < f->d->cells && c < (task + 1) * CELLS; c++) f->factor[c] = slm_size_factor(f->d, c, f->target);
}

typedef struct relay { const slm_expression *e; const int64_t *cells; slm_expression_fn fn; void *arg; } relay;

static void pass_on(void *arg, const slm_stage *stage, int64_t first)
{
    const relay *r = arg;
    const slm_expression_rows rows = { .e = r->e, .first = first, .n = stage->n, .cells = r->cells, .values = stage->values,
                                       .indptr = stage->indptr, .indices = stage->indices };
    r->fn(r->arg, &rows);
}

static scilama_status scan(const slm_expression *e, const int64_t *cells, int64_t n, slm_expression_fn fn, void *arg, scilama_error *error)
{
    relay r = { e, cells, fn, arg };
    return slm_source_scan(e->source, cells, n, pass_on, &r, error);
}

scilama_status slm_dataset_expression(scilama_dataset *d, slm_expression *out, double **factor, scilama_error *error)
{
    *factor = NULL;
    scilama_status status = slm_dataset_need_matrix(d, error);
    if (status || (status = slm_dataset_prepare(d, error))) return status;
    bool dense = d->storage == SCILAMA_STORAGE_DENSE;
    if (d->source) *out = (slm_expression){ .cells = d->cells, .genes = d->genes, .logged = d->recipe->logged != 0, .scan = scan, .source = d->source };
    else *out = (slm_expression){ .cells = d->cells, .genes = d->genes, .values = d->values, .ld = d->ld,
                             .indptr = dense ? NULL : d->indptr, .indices = dense ? NULL : d->indices, .logged = d->recipe->logged != 0 };
    if (!d->recipe->normalized) return SCILAMA_OK;
    if (!(*factor = slm_alloc_array(d->ctx, d->cells, sizeof **factor))) return slm_fail_nomem(error);
    factors f = { d, d->recipe->target_sum, *factor };
    slm_parallel(d->ctx, slm_tiles(d->cells, CELLS), fill, &f);
    out->factor = *factor;
    return SCILAMA_OK;
}
