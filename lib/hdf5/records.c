/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"

/* Compound datasets out: numpy's record arrays. */

/* A compound type of n members of one type. */
static hid_t record_type(slm_h5_guard *g, const char *const *fields, int64_t n, hid_t member)
{
    size_t bytes = H5Tget_size(member);
    hid_t type = slm_h5_own(g, H5Tcreate(H5T_COMPOUND, bytes * (size_t)n));
    for (int64_t i = 0; i < n && type >= 0; i++)
        if (!slm_h5_ok(g, H5Tinsert(type, fields[i], bytes * (size_t)i, member))) return -1;
    return type;
}

scilama_status slm_h5_write_records(slm_h5_file *file, const char *path, const char *const *fields, int64_t n, int64_t rows,
                                    const double *numbers, const char *const *strings, scilama_error *error)
{
    SLM_SCOPE(work, file->ctx);
    int64_t size;
    size_t bytes = strings ? sizeof *strings : sizeof *numbers;
    char *cells = slm_mul_size(n, rows, &size) ? slm_scope_array(&work, size, bytes) : NULL;
    if (!cells) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) /* from columns to records */
        for (int64_t r = 0; r < rows; r++)
            memcpy(cells + (r * n + i) * (int64_t)bytes, (strings ? (const char *)strings : (const char *)numbers) + (i * rows + r) * (int64_t)bytes, bytes);
    slm_h5_guard g;
    slm_h5_enter(&g);
    hid_t member = strings ? slm_h5_string_type(&g) : H5T_NATIVE_DOUBLE, type = record_type(&g, fields, n, member);
    scilama_status status = type >= 0 ? slm_h5_put_locked(file, &g, path, type, 1, &rows, cells, 0, error)
                                      : slm_h5_wrote(file, false, error, &g, "write", path);
    slm_h5_leave(&g);
    return status;
}
