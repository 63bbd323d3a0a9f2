/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"
#include <string.h>

/* Enumerations: the names that their numbers have. */

enum { MOST_MEMBERS = 1 << 16 };

/* The type of a dataset, or of one field of its records; < 0 when it is no enumeration of up to 8 bytes. Under the lock. */
static hid_t open_enum(slm_h5_file *file, const char *path, const char *field)
{
    hid_t id = H5Dopen2(file->id, path, H5P_DEFAULT), type = id >= 0 ? H5Dget_type(id) : -1;
    if (id >= 0) H5Dclose(id);
    if (type >= 0 && field) {
        int index = H5Tget_class(type) == H5T_COMPOUND ? H5Tget_member_index(type, field) : -1;
        hid_t member = index >= 0 ? H5Tget_member_type(type, (unsigned)index) : -1;
        H5Tclose(type);
        type = member;
    }
    if (type >= 0 && (H5Tget_class(type) != H5T_ENUM || H5Tget_size(type) > 8)) {
        H5Tclose(type);
        type = -1;
    }
    return type;
}

static int count_members(slm_h5_file *file, const char *path, const char *field)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    hid_t type = open_enum(file, path, field);
    int n = type >= 0 ? H5Tget_nmembers(type) : -1;
    if (type >= 0) H5Tclose(type);
    slm_h5_leave(&g);
    return n > MOST_MEMBERS ? -1 : n;
}

static bool read_members(slm_h5_file *file, const char *path, const char *field, int n, char **names, int64_t *values)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    hid_t type = open_enum(file, path, field), base = type >= 0 ? H5Tget_super(type) : -1;
    bool ok = base >= 0 && H5Tget_nmembers(type) == n;
    for (int i = 0; i < n && ok; i++) {
        values[i] = 0; /* converted in place */
        ok = (names[i] = H5Tget_member_name(type, (unsigned)i)) && H5Tget_member_value(type, (unsigned)i, &values[i]) >= 0 &&
             H5Tconvert(base, H5T_NATIVE_INT64, 1, &values[i], NULL, H5P_DEFAULT) >= 0;
    }
    if (base >= 0) H5Tclose(base);
    if (type >= 0) H5Tclose(type);
    slm_h5_leave(&g);
    return ok;
}

scilama_status slm_h5_list_enum(slm_h5_file *file, const char *path, const char *field, slm_strings *names, int64_t **values, scilama_error *error)
{
    *names = (slm_strings){ 0 };
    int n = count_members(file, path, field);
    if (n < 0) return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is no enumeration", file->path, path);
    char **texts = slm_alloc_array_zero(file->ctx, n, sizeof *texts);
    *values = slm_alloc_array_zero(file->ctx, n, sizeof **values);
    scilama_status status = texts && *values ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status && !read_members(file, path, field, n, texts, *values))
        status = slm_fail(error, SCILAMA_E_FORMAT, "%s: the enumeration of %s cannot be read", file->path, path);
    if (!status) status = slm_strings_copy(file->ctx, names, (const char *const *)texts, n, error);
    slm_h5_guard g;
    slm_h5_enter(&g);
    for (int i = 0; texts && i < n; i++)
        if (texts[i]) H5free_memory(texts[i]); /* what HDF5 allocated, HDF5 frees */
    slm_h5_leave(&g);
    slm_free(file->ctx, texts);
    if (status) {
        slm_free(file->ctx, *values);
        *values = NULL;
    }
    return status;
}
