/* SPDX-License-Identifier: MIT */
#include "data/expression.h"
#include "core/thread.h"
#include "data/gene_stats.h"

enum { CELLS = 256 };

typedef struct factors { const scilama_dataset *d; double target, *factor; } factors;

static void fill(void *arg, int64_t task, int worker)
{
    const factors *f = arg;
    for (int64_t c = task * CELLS; c < f->d->cells && c < (task + 1) * CELLS; c++) f->factor[c] = slm_size_factor(f->d, c, f->target);
}

scilama_status slm_dataset_expression(scilama_dataset *d, slm_expression *out, double **factor, scilama_error *error)
{
    *factor = NULL;
    if (d->source)
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "this needs the genes' expression in memory, but the data are streamed: read them instead");
    scilama_status status = slm_dataset_prepare(d, error);
    if (status) return status;
    bool dense = d->storage == SCILAMA_STORAGE_DENSE;
    *out = (slm_expression){ .cells = d->cells, .genes = d->genes, .values = d->values, .ld = d->ld,
                             .indptr = dense ? NULL : d->indptr, .indices = dense ? NULL : d->indices, .logged = d->recipe->logged != 0 };
    if (!d->recipe->normalized) return SCILAMA_OK;
    if (!(*factor = slm_alloc_array(d->ctx, d->cells, sizeof **factor))) return slm_fail_nomem(error);
    factors f = { d, d->recipe->target_sum, *factor };
    slm_parallel(d->ctx, slm_tiles(d->cells, CELLS), fill, &f);
    out->factor = *factor;
    return SCILAMA_OK;
}
