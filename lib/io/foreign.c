/* SPDX-License-Identifier: MIT */
#include "io/foreign.h"
#include "file/text.h"

/* Files of other tools that are not read: told apart by what is in them, so that the message can say the way out. */

scilama_status slm_h5_foreign(slm_h5_file *file, scilama_error *error)
{
    const char *path = slm_h5_path(file);
    if (slm_h5_kind(file, "assays") == SLM_H5_GROUP && slm_h5_kind(file, "cell.names"))
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%.120s is an h5Seurat file, which is not read: write .h5ad in R (SeuratDisk::Convert, or anndataR)", path);
    return SCILAMA_OK;
}

scilama_status slm_folder_foreign(const char *path, scilama_error *error)
{
    static const char *const marks[] = { ".zgroup", ".zattrs", "zarr.json" };
    char file[4096];
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        int length = snprintf(file, sizeof file, "%s/%s", path, marks[i]);
        if (length > 0 && length < (int)sizeof file && slm_file_exists(file))
            return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%.120s is a Zarr store, which is not read: write it as .h5ad, in Python anndata.io.read_zarr(FOLDER).write_h5ad(\"new.h5ad\")", path);
    }
    return SCILAMA_OK;
}
