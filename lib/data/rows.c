/* SPDX-License-Identifier: MIT */
#include "core/sort.h"
#include "data/dataset.h"

/* Rows from a callback of the host. */

typedef struct host_source {
    slm_source base;
    scilama_fetch_fn fetch;
    void *user;
    void (*release)(void *user);
} host_source;

static void sort_row(int32_t *index, float *value, int64_t n)
{
    bool sorted = true;
    for (int64_t i = 1; i < n && sorted; i++) sorted = index[i] > index[i - 1];
    if (!sorted) slm_row_sort((slm_row){ index, value }, n);
}

static scilama_status call(const host_source *s, const scilama_row_block *block, scilama_error *error)
{
    scilama_error said = { 0 };
    scilama_status status = s->fetch(s->user, block, &said);
    if (!status) return SCILAMA_OK;
    if (status > 0) status = SCILAMA_E_CALLBACK;
    said.message[sizeof said.message - 1] = 0;
    if (said.message[0]) return slm_fail_detail(error, status, said.detail, "%s", said.message);
    return slm_fail(error, status, "the callback that fetches rows failed from cell %" PRId64 " on", block->cells[0]);
}

static scilama_status read_rows(slm_source *source, slm_stage *t, const int64_t *cells, int64_t n, scilama_error *error)
{
    const host_source *s = (const host_source *)source;
    int64_t most = t->room / source->genes;
    if (most > t->room_rows) most = t->room_rows;
    if (n > most) n = most;
    scilama_row_block block = { .struct_size = sizeof block, .rows = n, .genes = source->genes, .cells = cells };
    block.values = source->dense ? t->dense : t->values;
    if (!source->dense) {
        block.indices = t->indices;
        block.indptr = t->indptr;
        memset(t->indptr, 0, (size_t)(n + 1) * sizeof *t->indptr);
    }
    SLM_TRY(call(s, &block, error));
    t->n = n;
    if (source->dense) return SCILAMA_OK;
    for (int64_t r = 0; r < n; r++)
        if (t->indptr[0] != 0 || t->indptr[r + 1] < t->indptr[r] || t->indptr[r + 1] - t->indptr[r] > source->genes)
            return slm_fail(error, SCILAMA_E_INVALID, "the callback that fetches rows set indptr to %" PRId64 " and %" PRId64 " around cell %" PRId64,
                            t->indptr[r], t->indptr[r + 1], cells[r]);
    for (int64_t r = 0; r < n; r++) sort_row(t->indices + t->indptr[r], t->values + t->indptr[r], t->indptr[r + 1] - t->indptr[r]);
    return SCILAMA_OK;
}

static void destroy(slm_source *source)
{
    host_source *s = (host_source *)source;
    scilama_context *ctx = source->ctx;
    if (s->release) s->release(s->user);
    slm_free(ctx, s);
    slm_context_release(ctx);
}

scilama_status slm_dataset_create_from_rows(scilama_dataset **out, scilama_context *ctx, const scilama_row_source *o,
                                            const char *const *cell_names, const char *const *gene_names, scilama_error *error)
{
    slm_strings cells = { 0 }, genes = { 0 };
    host_source *s = slm_alloc_zero(ctx, sizeof *s);
    if (!s) return slm_fail_nomem(error);
    s->base = (slm_source){ .ctx = slm_context_retain(ctx), .cells = o->rows, .genes = o->cols, .memory = o->memory, .lump = o->lump,
                            .widest = o->cols, .columns = o->cols, .dense = o->storage == SCILAMA_STORAGE_DENSE, .read = read_rows, .destroy = destroy };
    atomic_store(&s->base.refs, 1);
    s->fetch = o->fetch;
    s->user = o->user;
    scilama_status status = cell_names ? slm_strings_copy(ctx, &cells, cell_names, o->rows, error) : SCILAMA_OK;
    if (!status && gene_names) status = slm_strings_copy(ctx, &genes, gene_names, o->cols, error);
    if (!status) status = slm_dataset_from_source(out, &s->base, &cells, &genes, "the row source", error);
    slm_strings_free_all(ctx, &cells, &genes);
    if (status) slm_source_release(&s->base);
    else s->release = o->release; /* a failure leaves it with the caller */
    return status;
}
