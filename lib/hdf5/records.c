/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"
#include <string.h>

/* Compound datasets out: numpy's record arrays. */

/* A compound type of n members of one type. */
static hid_t record_type(slm_h5_guard *g, const char *const *fields, int64_t n, hid_t member)
{
    size_t bytes = H5Tget_size(member);
    hid_t type = H5Tcreate(H5T_COMPOUND, bytes * (size_t)n);
    for (int64_t i = 0; i < n && type >= 0; i++)
        if (!slm_h5_ok(g, H5Tinsert(type, fields[i], bytes * (size_t)i, member))) {
            H5Tclose(type);
            return -1;
        }
    return type;
}

/* cells [rows × n fields] of `bytes` each. */
static scilama_status write_records(slm_h5_file *file, const char *path, const char *const *fields, int64_t n, int64_t rows, bool text,
                                    const void *cells, scilama_error *error)
{
    slm_h5_guard g;
    hsize_t size = (hsize_t)rows;
    slm_h5_enter(&g);
    hid_t member = text ? slm_h5_string_type() : H5Tcopy(H5T_NATIVE_DOUBLE), type = record_type(&g, fields, n, member);
    hid_t space = H5Screate_simple(1, &size, NULL), plist = H5Pcreate(H5P_DATASET_CREATE), id = -1;
    if (plist >= 0) H5Pset_obj_track_times(plist, false); /* the same bytes every time */
    bool ok = slm_h5_ok(&g, type) && slm_h5_ok(&g, space) && slm_h5_ok(&g, plist) && slm_h5_prepare_locked(file, &g, path);
    if (ok) ok = slm_h5_ok(&g, id = H5Dcreate2(file->id, path, type, space, H5P_DEFAULT, plist, H5P_DEFAULT));
    if (ok && rows > 0) ok = slm_h5_ok(&g, H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, cells));
    if (id >= 0) ok = slm_h5_ok(&g, H5Dclose(id)) && ok;
    if (plist >= 0) H5Pclose(plist);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    if (member >= 0) H5Tclose(member);
    scilama_status status = slm_h5_wrote(file, ok, error, &g, "write", path);
    slm_h5_leave(&g);
    return status;
}

scilama_status slm_h5_write_records(slm_h5_file *file, const char *path, const char *const *fields, int64_t n, int64_t rows,
                                    const double *numbers, const char *const *strings, scilama_error *error)
{
    int64_t size;
    size_t bytes = strings ? sizeof *strings : sizeof *numbers;
    char *cells = slm_mul_size(n, rows, &size) ? slm_alloc_array(file->ctx, size, bytes) : NULL;
    if (!cells) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) /* from columns to records */
        for (int64_t r = 0; r < rows; r++)
            memcpy(cells + (r * n + i) * (int64_t)bytes, (strings ? (const char *)strings : (const char *)numbers) + (i * rows + r) * (int64_t)bytes, bytes);
    scilama_status status = write_records(file, path, fields, n, rows, strings != NULL, cells, error);
    slm_free(file->ctx, cells);
    return status;
}
