/* SPDX-License-Identifier: MIT */
#include "io/hdf5_gateway_internal.h"
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
    hid_t space = H5Screate_simple(rank, dims, NULL);
    hid_t id = H5Dcreate2(file->id, path, element, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    slm_h5_ok(g, id);
    if (space >= 0) H5Sclose(space);
    if (element >= 0) H5Tclose(element);
    return id;
}

static bool copy_field(slm_h5_file *file, slm_h5_guard *g, const char *from, int field, hsize_t rows, const char *to, void *buffer)
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
    if (ok) ok = slm_h5_ok(g, H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer));
    if (ok) {
        element = H5Dget_type(out);
        ok = slm_h5_ok(g, H5Dwrite(out, element, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer));
        hid_t space = H5Dget_space(out);
#if H5_VERSION_GE(1, 12, 0)
        H5Treclaim(element, space, H5P_DEFAULT, buffer);
#else
        H5Dvlen_reclaim(element, space, H5P_DEFAULT, buffer);
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
    for (int i = 0; i < fields.count && !status; i++) {
        slm_h5_guard g;
        size_t bytes = 0;
        bool known = field_bytes(file, &g, whole, i, &bytes);
        void *buffer = known ? slm_alloc_array(file->ctx, info.count, bytes) : NULL;
        if (known && !buffer) status = slm_fail_nomem(error);
        else if (!known || !copy_field(file, &g, whole, i, (hsize_t)info.count, path, buffer))
            status = slm_h5_fail(file, error, SCILAMA_E_IO, &g, "take apart the table", path);
        slm_free(file->ctx, buffer);
    }
    if (!status) status = slm_h5_remove(file, whole, error);
    slm_strings_free(file->ctx, &fields);
    return status;
}
