/* SPDX-License-Identifier: MIT */
#include "io/foreign.h"
#include "io/stream.h"
#include <stdio.h>
#include <string.h>

scilama_status slm_not_hdf5(const char *path, scilama_error *error)
{
    static const struct { const char *bytes; size_t size; const char *what; } packed[] = {
        { "\x1f\x8b", 2, "gzip: unpack it first (gunzip -k)" }, { "PK\3\4", 4, "zip: unpack it first (unzip)" }, { "BZh", 3, "bzip2: unpack it first (bunzip2 -k)" },
        { "\xfd" "7zXZ", 5, "xz: unpack it first (unxz -k)" }, { "\x28\xb5\x2f\xfd", 4, "zstd: unpack it first (unzstd)" } };
    unsigned char head[16] = { 0 };
    size_t got = 0;
    if (slm_ends_with(path, ".rds") || slm_ends_with(path, ".rda") || slm_ends_with(path, ".rdata") || slm_ends_with(path, ".qs"))
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s is an R object, which is not read: write .h5ad in R (anndataR, or writeH5AD of zellkonverter)", path);
    if (slm_file_peek(path, head, sizeof head, &got, NULL)) got = 0;
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
        if (got >= packed[i].size && !memcmp(head, packed[i].bytes, packed[i].size))
            return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s is not an HDF5 file but compressed by %s", path, packed[i].what);
    return slm_fail(error, SCILAMA_E_FORMAT, "%s is not an HDF5 file, or its beginning is damaged", path);
}

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
