/* SPDX-License-Identifier: MIT */
#include "io/hdf5_gateway_internal.h"
#include <stdio.h>

/* Whole groups from one file into another. */

scilama_status slm_h5_copy_members(slm_h5_file *from, const char *group, slm_h5_file *to, scilama_error *error)
{
    slm_strings names;
    char path[1300];
    scilama_status status = slm_h5_list(from, group, &names, error);
    if (status) return status;
    for (int64_t i = 0; i < names.count && !status; i++) {
        slm_h5_guard g;
        if (snprintf(path, sizeof path, "%s/%s", group, slm_string(&names, i)) >= (int)sizeof path || !slm_h5_way_sound(from, path)) {
            status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %.80s/%.60s is damaged", from->path, group, slm_string(&names, i));
            break;
        }
        if (slm_cancelled(from->ctx)) status = slm_fail_cancelled(error);
        if (status) break;
        slm_h5_enter(&g);
        bool ok = slm_h5_ok(&g, H5Ocopy(from->id, path, to->id, slm_string(&names, i), H5P_DEFAULT, H5P_DEFAULT));
        slm_h5_leave(&g);
        status = slm_h5_verdict(from, SCILAMA_OK, error);
        if (!status) status = slm_h5_wrote(to, ok, error, &g, "write", slm_string(&names, i));
    }
    slm_strings_free(from->ctx, &names);
    return status;
}
