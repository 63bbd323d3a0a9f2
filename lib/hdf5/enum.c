/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"

/* Enumerations: the names that their numbers have. */

enum { MOST_MEMBERS = 1 << 16 };

static bool read_members(hid_t type, slm_h5_guard *g, int n, char **names, int64_t *values)
{
    slm_h5_enter(g);
    hid_t base = slm_h5_own(g, H5Tget_super(type));
    bool ok = base >= 0;
    for (int i = 0; i < n && ok; i++) {
        values[i] = 0; /* converted in place */
        ok = (names[i] = H5Tget_member_name(type, (unsigned)i)) && H5Tget_member_value(type, (unsigned)i, &values[i]) >= 0 &&
             H5Tconvert(base, H5T_NATIVE_INT64, 1, &values[i], NULL, H5P_DEFAULT) >= 0;
    }
    slm_h5_leave(g);
    return ok;
}

scilama_status slm_h5_list_enum(slm_h5_file *file, const char *path, const char *field, slm_strings *names, int64_t **values, scilama_error *error)
{
    *names = (slm_strings){ 0 };
    SLM_SCOPE(work, file->ctx);
    SLM_H5_DATASET(d);
    slm_h5_guard g;
    SLM_TRY(slm_h5_dataset_open(&d, file, path, field, error));
    slm_h5_enter(&g);
    int n = (d.info.kind == SLM_H5_BOOL || d.info.kind == SLM_H5_ENUM) && d.info.bytes <= 8 ? H5Tget_nmembers(d.member) : -1;
    slm_h5_leave(&g);
    if (n < 0 || n > MOST_MEMBERS) return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is no enumeration", file->path, path);
    char **texts = slm_scope_zeros(&work, n, sizeof *texts);
    int64_t *numbers = slm_scope_zeros(&work, n, sizeof *numbers);
    if (work.failed) return slm_fail_nomem(error);
    scilama_status status = read_members(d.member, &g, n, texts, numbers)
                                ? slm_strings_copy(file->ctx, names, (const char *const *)texts, n, error)
                                : slm_fail(error, SCILAMA_E_FORMAT, "%s: the enumeration of %s cannot be read", file->path, path);
    slm_h5_free_strings(texts, n);
    *values = status ? NULL : slm_scope_keep(&work, numbers);
    return status;
}
