/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"

/* Fields of tables of records (obs and var before anndata 0.7) and strings of fixed length
 * whose chunks only this library can unpack: h5py's LZF, which HDF5 itself does not have.
 * Also strings of variable length in records, however they are stored: HDF5 would reserve
 * whatever length a reference states. Records are read whole, some at a time. */

enum { BLOCK_ROWS = 4096 };

/* Fields follow one another in the file; a string of variable length is a reference there. */
static bool place_field(const slm_h5_dataset *d, int64_t *offset, int64_t *width)
{
    int at = d->field ? H5Tget_member_index(d->type, d->field) : 0;
    *offset = d->field && at >= 0 ? (int64_t)H5Tget_member_offset(d->type, (unsigned)at) : 0;
    for (int i = 0; i < at; i++) {
        hid_t before = H5Tget_member_type(d->type, (unsigned)i);
        if (before >= 0) *offset += (int64_t)slm_h5_stored_element(d->file, before) - (int64_t)H5Tget_size(before), H5Tclose(before);
    }
    *width = (int64_t)slm_h5_stored_element(d->file, d->member);
    return at >= 0 && *width > 0 && *offset >= 0 && *offset + *width <= (int64_t)d->element;
}

/* false where HDF5 can read it itself, or nobody can. */
static bool ours(const slm_h5_dataset *d)
{
    if (d->info.rank != 1 || d->info.count == 0) return false;
    if (d->field && H5Tget_class(d->member) == H5T_STRING && H5Tis_variable_str(d->member) > 0) return true;
    for (int i = 0; i < d->n_filters; i++)
        if (H5Zfilter_avail(d->filter[i]) <= 0) return true;
    return false;
}

static int64_t rows_at_once(const slm_h5_dataset *d)
{
    int64_t chunk = d->info.chunked && d->chunk[0] > 0 && d->chunk[0] < INT32_MAX ? (int64_t)d->chunk[0] : 1;
    int64_t rows = chunk < BLOCK_ROWS ? BLOCK_ROWS / chunk * chunk : chunk;
    return rows < d->info.count ? rows : d->info.count;
}

scilama_status slm_h5_unpack_field(const slm_h5_dataset *d, char **out, int64_t *width, scilama_error *error)
{
    scilama_context *ctx = d->file->ctx;
    int64_t offset = 0, rows = d->info.count, record = (int64_t)d->element, step = rows_at_once(d);
    slm_h5_guard g;
    *out = NULL;
    slm_h5_enter(&g);
    bool done = ours(d) && place_field(d, &offset, width);
    slm_h5_leave(&g);
    scilama_status status = done ? slm_h5_dataset_plausible(d, error) : SCILAMA_OK;
    if (status || !done) return status;
    char *records = slm_alloc_array(ctx, step, d->element), *cells = slm_alloc_array(ctx, rows, (size_t)*width);
    if (!records || !cells) status = slm_fail_nomem(error);
    for (int64_t first = 0; first < rows && !status && done; first += step) {
        int64_t n = rows - first < step ? rows - first : step;
        status = slm_h5_read_raw(d, SLM_H5_AS_STORED, SLM_H5_U8, first, n, records, &done, error);
        for (int64_t i = 0; i < n && !status && done; i++) memcpy(cells + (first + i) * *width, records + i * record + offset, (size_t)*width);
    }
    slm_free(ctx, records);
    if (!status && done) *out = cells;
    else slm_free(ctx, cells);
    return status;
}

scilama_status slm_h5_read_unpacked(const slm_h5_dataset *d, slm_h5_type type, void *out, bool *done, scilama_error *error)
{
    char *cells;
    int64_t width = 0, rows = d->info.count, to = (int64_t)slm_h5_type_bytes(type);
    scilama_status status = slm_h5_unpack_field(d, &cells, &width, error);
    *done = !status && cells;
    if (!*done) return status;
    char *wide = slm_alloc_array(d->file->ctx, rows, (size_t)(to > width ? to : width)); /* HDF5 converts in place */
    if (!wide) status = slm_fail_nomem(error);
    else {
        slm_h5_guard g;
        memcpy(wide, cells, (size_t)(rows * width));
        slm_h5_enter(&g);
        bool ok = slm_h5_ok(&g, H5Tconvert(d->member, slm_h5_native(type), (size_t)rows, wide, NULL, H5P_DEFAULT));
        slm_h5_leave(&g);
        if (ok) memcpy(out, wide, (size_t)(rows * to));
        else status = slm_h5_fail(d->file, error, SCILAMA_E_FORMAT, &g, "read", d->path);
    }
    slm_free_all(d->file->ctx, cells, wide);
    return status;
}
