/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"

/* A compound dataset taken apart: a group with one dataset for each field. */

/* Dataset [rows × array dimensions] of the member's element type. */
static hid_t create_field(slm_h5_file *file, slm_h5_guard *g, const char *path, hid_t member, hsize_t rows)
{
    hsize_t dims[SLM_H5_MAX_RANK + 1] = { rows };
    int rank = 1;
    hid_t element = member;
    if (H5Tget_class(member) == H5T_ARRAY) {
        int extra = H5Tget_array_ndims(member);
        if (extra < 1 || extra > SLM_H5_MAX_RANK) extra = 0;
        if (extra) H5Tget_array_dims2(member, dims + 1);
        rank += extra;
        element = slm_h5_own(g, H5Tget_super(member));
    }
    hid_t space = slm_h5_own(g, H5Screate_simple(rank, dims, NULL)), plist = slm_h5_own(g, H5Pcreate(H5P_DATASET_CREATE));
    if (plist >= 0) H5Pset_obj_track_times(plist, false); /* the same bytes every time */
    return slm_h5_own(g, H5Dcreate2(file->id, path, element, space, H5P_DEFAULT, plist, H5P_DEFAULT));
}

/* filled: buffer has the field already; else HDF5 reads it there. */
static bool copy_field(const slm_h5_dataset *d, slm_h5_guard *g, const char *to, void *buffer, bool filled)
{
    char path[1400];
    slm_h5_enter(g);
    hid_t out = -1, memory = -1, element = -1;
    bool ok = !strchr(d->field, '/');
    if (ok) {
        snprintf(path, sizeof path, "%s/%s", to, d->field);
        memory = slm_h5_own(g, H5Tcreate(H5T_COMPOUND, d->info.bytes));
        ok = slm_h5_ok(g, H5Tinsert(memory, d->field, 0, d->member)) &&
             (out = create_field(d->file, g, path, d->member, (hsize_t)d->info.count)) >= 0;
    }
    if (ok && !filled) ok = slm_h5_ok(g, H5Dread(d->id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer));
    if (ok) {
        element = slm_h5_own(g, H5Dget_type(out));
        ok = slm_h5_ok(g, H5Dwrite(out, element, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer));
        hid_t space = slm_h5_own(g, H5Dget_space(out));
#if H5_VERSION_GE(1, 12, 0)
        if (!filled) H5Treclaim(element, space, H5P_DEFAULT, buffer);
#else
        if (!filled) H5Dvlen_reclaim(element, space, H5P_DEFAULT, buffer);
#endif
    }
    slm_h5_leave(g);
    return ok;
}

/* The field as this library unpacks it, where HDF5 lacks the filter: *cells NULL where it does not. */
static scilama_status unpacked_field(const slm_h5_dataset *d, void **cells, slm_strings *texts, scilama_error *error)
{
    char *packed;
    int64_t width, rows = d->info.count;
    scilama_status status = slm_h5_unpack_field(d, &packed, &width, error);
    *cells = packed;
    if (status || !packed || d->info.kind != SLM_H5_STRING || !d->info.vlen) return status;
    status = slm_h5_follow_references(d->file, d->path, packed, rows, texts, error);
    slm_free(d->file->ctx, packed);
    *cells = status ? NULL : slm_strings_pointers(d->file->ctx, texts);
    return status || *cells ? status : slm_fail_nomem(error);
}

static scilama_status split_field(slm_h5_file *file, const char *whole, const char *name, const char *to, scilama_error *error)
{
    SLM_SCOPE(work, file->ctx);
    SLM_H5_DATASET(d);
    slm_h5_guard g;
    slm_strings texts = { 0 };
    void *buffer = NULL;
    SLM_TRY(slm_h5_dataset_open(&d, file, whole, name, error));
    scilama_status status = unpacked_field(&d, &buffer, &texts, error);
    slm_scope_hold(&work, buffer);
    slm_strings_hold(&work, &texts);
    if (status) return status;
    bool filled = buffer != NULL;
    if (!filled && !(buffer = slm_scope_array(&work, d.info.count, d.info.bytes))) return slm_fail_nomem(error);
    return copy_field(&d, &g, to, buffer, filled) ? SCILAMA_OK : slm_h5_fail(file, error, SCILAMA_E_IO, &g, "take apart the table", to);
}

scilama_status slm_h5_split_compound(slm_h5_file *file, const char *path, scilama_error *error)
{
    char whole[600];
    slm_h5_dataset d;
    slm_strings fields;
    snprintf(whole, sizeof whole, "%s.whole", path);
    SLM_TRY(slm_h5_dataset_open(&d, file, path, NULL, error));
    scilama_status status = slm_h5_check_stored(&d, error);
    slm_h5_dataset_close(&d);
    if (!status) status = slm_h5_list_fields(file, path, &fields, error);
    if (status) return status;
    if (d.info.rank != 1) status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is not a table", file->path, path);
    if (!status) status = slm_h5_rename(file, path, whole, error);
    if (!status) status = slm_h5_make_group(file, path, error);
    for (int i = 0; i < fields.count && !status; i++) status = split_field(file, whole, slm_string(&fields, i), path, error);
    if (!status) status = slm_h5_remove(file, whole, error);
    slm_strings_free(file->ctx, &fields);
    return status;
}
