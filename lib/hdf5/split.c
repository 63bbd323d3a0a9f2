/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"
#include <stdio.h>
#include <string.h>

/* A compound dataset taken apart: a group with one dataset for each field. */

/* What one field needs in memory; rows and type opened anew each time. */
static bool field_bytes(slm_h5_file *file, slm_h5_guard *g, const char *path, int field, size_t *bytes)
{
    slm_h5_enter(g);
    hid_t id = H5Dopen2(file->id, path, H5P_DEFAULT), type = id >= 0 ? H5Dget_type(id) : -1;
    hid_t member = type >= 0 ? H5Tget_member_type(type, (unsigned)field) : -1;
    bool ok = slm_h5_ok(g, member);
    if (ok) *bytes = H5Tget_size(member);
    if (member >= 0) H5Tclose(member);
    if (type >= 0) H5Tclose(type);
    if (id >= 0) H5Dclose(id);
    slm_h5_leave(g);
    return ok;
}

/* Dataset [rows × array dimensions] of the member's element type. */
static hid_t create_field(slm_h5_file *file, slm_h5_guard *g, const char *path, hid_t member, hsize_t rows)
{
    hsize_t dims[SLM_H5_MAX_RANK + 1] = { rows };
    int rank = 1;
    hid_t element = H5Tcopy(member);
    if (H5Tget_class(member) == H5T_ARRAY) {
        int extra = H5Tget_array_ndims(member);
        if (extra < 1 || extra > SLM_H5_MAX_RANK) extra = 0;
        if (extra) H5Tget_array_dims2(member, dims + 1);
        rank += extra;
        H5Tclose(element);
        element = H5Tget_super(member);
    }
    hid_t space = H5Screate_simple(rank, dims, NULL), plist = H5Pcreate(H5P_DATASET_CREATE);
    if (plist >= 0) H5Pset_obj_track_times(plist, false); /* the same bytes every time */
    hid_t id = H5Dcreate2(file->id, path, element, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    slm_h5_ok(g, id);
    if (plist >= 0) H5Pclose(plist);
    if (space >= 0) H5Sclose(space);
    if (element >= 0) H5Tclose(element);
    return id;
}

/* filled: buffer has the field already; else HDF5 reads it there. */
static bool copy_field(slm_h5_file *file, slm_h5_guard *g, const char *from, int field, hsize_t rows, const char *to, void *buffer, bool filled)
{
    char path[1400];
    slm_h5_enter(g);
    hid_t id = H5Dopen2(file->id, from, H5P_DEFAULT), type = id >= 0 ? H5Dget_type(id) : -1, out = -1, memory = -1, element = -1;
    hid_t member = type >= 0 ? H5Tget_member_type(type, (unsigned)field) : -1;
    char *name = type >= 0 ? H5Tget_member_name(type, (unsigned)field) : NULL;
    bool ok = slm_h5_ok(g, member) && name && !strchr(name, '/');
    if (ok) {
        snprintf(path, sizeof path, "%s/%s", to, name);
        memory = H5Tcreate(H5T_COMPOUND, H5Tget_size(member));
        ok = slm_h5_ok(g, H5Tinsert(memory, name, 0, member)) && slm_h5_ok(g, out = create_field(file, g, path, member, rows));
    }
    if (ok && !filled) ok = slm_h5_ok(g, H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer));
    if (ok) {
        element = H5Dget_type(out);
        ok = slm_h5_ok(g, H5Dwrite(out, element, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer));
        hid_t space = H5Dget_space(out);
#if H5_VERSION_GE(1, 12, 0)
        if (!filled) H5Treclaim(element, space, H5P_DEFAULT, buffer);
#else
        if (!filled) H5Dvlen_reclaim(element, space, H5P_DEFAULT, buffer);
#endif
        H5Sclose(space);
        H5Tclose(element);
    }
    if (memory >= 0) H5Tclose(memory);
    if (out >= 0) H5Dclose(out);
    if (name) H5free_memory(name);
    if (member >= 0) H5Tclose(member);
    if (type >= 0) H5Tclose(type);
    if (id >= 0) H5Dclose(id);
    slm_h5_leave(g);
    return ok;
}

/* The field as this library unpacks it, where HDF5 lacks the filter: *cells NULL where it does not. */
static scilama_status unpacked_field(slm_h5_file *file, const char *path, const char *field, void **cells, slm_strings *texts, scilama_error *error)
{
    char *packed;
    int64_t width, rows;
    slm_h5_info info;
    *cells = NULL;
    scilama_status status = slm_h5_unpack_field(file, path, field, &packed, &width, &rows, error);
    if (status || !packed) return status;
    status = slm_h5_describe_field(file, path, field, &info, error);
    if (status || info.kind != SLM_H5_STRING || !info.vlen) {
        *cells = packed;
        return status;
    }
    status = slm_h5_follow_references(file, path, packed, rows, texts, error);
    slm_free(file->ctx, packed);
    const char **pointers = status ? NULL : slm_alloc_array(file->ctx, rows, sizeof *pointers);
    if (!status && !pointers) status = slm_fail_nomem(error);
    for (int64_t i = 0; pointers && i < rows; i++) pointers[i] = slm_string(texts, i);
    *cells = pointers;
    return status;
}

static scilama_status split_field(slm_h5_file *file, const char *whole, const char *name, int field, int64_t rows, const char *to, scilama_error *error)
{
    slm_h5_guard g;
    slm_strings texts = { 0 };
    size_t bytes = 0;
    void *buffer = NULL;
    scilama_status status = unpacked_field(file, whole, name, &buffer, &texts, error);
    bool filled = buffer != NULL, known = filled || (!status && field_bytes(file, &g, whole, field, &bytes));
    if (!status && known && !filled && !(buffer = slm_alloc_array(file->ctx, rows, bytes))) status = slm_fail_nomem(error);
    if (!status && (!known || !copy_field(file, &g, whole, field, (hsize_t)rows, to, buffer, filled)))
        status = slm_h5_fail(file, error, SCILAMA_E_IO, &g, "take apart the table", to);
    slm_free(file->ctx, buffer);
    slm_strings_free(file->ctx, &texts);
    return status;
}

scilama_status slm_h5_split_compound(slm_h5_file *file, const char *path, scilama_error *error)
{
    char whole[600];
    slm_h5_info info;
    slm_strings fields;
    snprintf(whole, sizeof whole, "%s.whole", path);
    scilama_status status = slm_h5_describe(file, path, &info, error);
    if (!status) status = slm_h5_check_stored(file, path, error);
    if (!status) status = slm_h5_list_fields(file, path, &fields, error);
    if (status) return status;
    if (info.rank != 1) status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is not a table", file->path, path);
    if (!status) status = slm_h5_rename(file, path, whole, error);
    if (!status) status = slm_h5_make_group(file, path, error);
    for (int i = 0; i < fields.count && !status; i++) status = split_field(file, whole, slm_string(&fields, i), i, info.count, path, error);
    if (!status) status = slm_h5_remove(file, whole, error);
    slm_strings_free(file->ctx, &fields);
    return status;
}
