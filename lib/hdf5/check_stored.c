/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"

/* Before HDF5 reads: it copies as many bytes of a compact dataset or of a chunk as the
 * size of its elements asks for, however few the file holds or a filter has made. What
 * slm_h5_read_raw() cannot read goes through here first. */

/* Bytes of a chunk; false when it cannot be one of this dataset. */
static bool chunk_bytes(const slm_h5_dataset *d, int64_t *bytes)
{
    bool ok = d->info.rank > 0 && d->chunk_rank == d->info.rank;
    *bytes = (int64_t)d->element;
    for (int i = 0; ok && i < d->chunk_rank; i++) ok = d->chunk[i] > 0 && slm_mul_size(*bytes, (int64_t)d->chunk[i], bytes);
    return ok;
}

/* The chunk at `at`: 1 whole, 0 not, -1 when HDF5 failed. packed and spare: a chunk each (known filters only). */
static int check_chunk(slm_h5_guard *g, const slm_h5_dataset *d, int64_t full, const hsize_t *at, char *packed, int64_t room, char *spare)
{
    hsize_t size = 0;
    haddr_t address = 0;
    unsigned skipped = 0;
    uint32_t mask = 0;
    bool read = false;
    slm_h5_enter(g);
    bool ok = slm_h5_ok(g, H5Dget_chunk_info_by_coord(d->id, at, &skipped, &address, &size));
    if (ok && address != HADDR_UNDEF && size > 0 && packed && d->filters.count && size <= (hsize_t)room)
        read = ok = slm_h5_ok(g, H5Dread_chunk(d->id, H5P_DEFAULT, at, &mask, packed));
    slm_h5_leave(g);
    if (!ok) return -1;
    if (address == HADDR_UNDEF || size == 0) return 1; /* absent: the fill value */
    unsigned all = d->n_filters >= 32 ? ~0u : (1u << d->n_filters) - 1;
    if ((skipped & all) == all) return (int64_t)size >= full;
    if (!d->known) return 1; /* a plugin's own format: its word has to do */
    char *out;
    return read && slm_filters_undo(&d->filters, mask, packed, (size_t)size, spare, (size_t)full, &out);
}

static bool next_chunk(const slm_h5_dataset *d, hsize_t *at)
{
    for (int i = d->info.rank - 1; i >= 0; i--) {
        at[i] += d->chunk[i];
        if (at[i] < (hsize_t)d->info.dims[i]) return true;
        at[i] = 0;
    }
    return false;
}

static scilama_status damaged(const slm_h5_dataset *d, scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s holds less than it declares: the file is damaged or truncated", d->file->path, d->path);
}

static scilama_status check_chunks(const slm_h5_dataset *d, scilama_error *error)
{
    scilama_context *ctx = d->file->ctx;
    slm_h5_guard g = { 0 };
    hsize_t at[H5S_MAX_RANK] = { 0 };
    int64_t bytes;
    if (!chunk_bytes(d, &bytes)) return slm_h5_fail(d->file, error, SCILAMA_E_FORMAT, NULL, "read", d->path);
    if (d->info.count == 0) return SCILAMA_OK;
    int64_t room = bytes + bytes / 8 + 512;
    bool unpack = d->known && d->filters.count > 0;
    SLM_SCOPE(work, ctx);
    char *packed = unpack ? slm_scope_array(&work, room, 1) : NULL, *spare = unpack ? slm_scope_array(&work, bytes, 1) : NULL;
    if (work.failed) return slm_fail_nomem(error);
    do {
        int whole = check_chunk(&g, d, bytes, at, packed, room, spare);
        if (whole < 0) return slm_h5_fail(d->file, error, SCILAMA_E_FORMAT, &g, "read", d->path);
        if (!whole) return damaged(d, error);
        if (slm_cancelled(ctx)) return slm_fail_cancelled(error);
    } while (next_chunk(d, at));
    return SCILAMA_OK;
}

scilama_status slm_h5_check_stored(const slm_h5_dataset *d, scilama_error *error)
{
    int64_t bytes;
    SLM_TRY(slm_h5_dataset_plausible(d, error));
    if (d->layout == H5D_COMPACT && (!slm_mul_size(d->info.count, (int64_t)d->element, &bytes) || bytes > d->info.stored_bytes)) return damaged(d, error);
    return d->info.chunked ? check_chunks(d, error) : SCILAMA_OK;
}

/* HDF5 reserves the length that a reference states before it looks at the string. Strings are
 * left to it only behind a filter that it alone has. */
scilama_status slm_h5_check_strings(const slm_h5_dataset *d, scilama_error *error)
{
    for (int i = 0; i < d->n_filters && d->info.chunked; i++)
        if (!slm_filter_known(d->filter[i])) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: the strings of %.200s are stored in a way that is not read here (compact, of more than two dimensions, or with 32-bit addresses): save the file again with h5py or anndata",
                    d->file->path, d->path);
}
