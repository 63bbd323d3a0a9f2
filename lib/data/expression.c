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
    SLM_FOR_TILE (c, task, CELLS, f->d->cells) f->factor[c] = slm_size_factor(f->d, c, f->target);
}

scilama_status slm_dataset_expression(scilama_dataset *d, slm_expression *out, double **factor, scilama_error *error)
{
    *factor = NULL;
    scilama_status status = slm_dataset_need_matrix(d, error);
    if (status || (status = slm_dataset_prepare(d, error))) return status;
    *out = (slm_expression){ .cells = d->cells, .genes = d->genes, .rows = slm_dataset_rows(d), .logged = d->recipe->logged != 0,
                             .scan = d->source ? slm_source_scan : NULL, .source = d->source };
    if (!d->recipe->normalized) return SCILAMA_OK;
    if (d->source) SLM_TRY(slm_source_count(d->source, error));
    if (!(*factor = slm_alloc_array(d->ctx, d->cells, sizeof **factor))) return slm_fail_nomem(error);
    factors f = { d, d->recipe->target_sum, *factor };
    slm_parallel(d->ctx, slm_tiles(d->cells, CELLS), fill, &f);
    out->factor = *factor;
    return SCILAMA_OK;
}
