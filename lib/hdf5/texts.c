/* SPDX-License-Identifier: MIT */
#include "hdf5/texts.h"
#include "hdf5/internal.h"

/* Lines of texts that stay in a file: read by rows, without HDF5 once it is known where they are. */

scilama_status slm_h5_map_texts(slm_h5_file *file, const char *path, slm_text_map *out, bool *done, scilama_error *error)
{
    SLM_H5_DATASET(d);
    *out = (slm_text_map){ .bytes = file->bytes };
    *done = false;
    SLM_TRY(slm_h5_dataset_open(&d, file, path, NULL, error));
    if (d.info.kind != SLM_H5_STRING || d.info.rank != 1 || (d.info.vlen && d.element != 16)) return SCILAMA_OK;
    SLM_TRY(slm_h5_dataset_plausible(&d, error));
    out->vlen = d.info.vlen;
    slm_h5_guard g;
    slm_h5_enter(&g);
    out->padding = (int)H5Tget_strpad(d.member);
    slm_h5_leave(&g);
    return slm_h5_map_dataset(&d, out->vlen ? SLM_H5_AS_REFERENCES : SLM_H5_AS_STORED, 0, &out->cells, done, error);
}

void slm_text_map_free(scilama_context *ctx, slm_text_map *map) { slm_chunk_map_free(ctx, &map->cells); }

scilama_status slm_text_map_read(scilama_context *ctx, const slm_text_map *map, int fd, const char *file, const char *path, int64_t first, int64_t n,
                                 slm_strings *out, scilama_error *error)
{
    slm_h5_file in = { .ctx = ctx, .path = (char *)(uintptr_t)file, .bytes = map->bytes, .fd = fd }; /* no more than reading its bytes asks for */
    SLM_SCOPE(work, ctx);
    int64_t element = (int64_t)map->cells.layout.element, room = slm_chunk_map_scratch(&map->cells, 1);
    char *cells = slm_scope_array(&work, n, (size_t)element), *scratch = slm_scope_array(&work, room, 1);
    *out = (slm_strings){ 0 };
    if (work.failed) return slm_fail_nomem(error);
    int code = slm_chunk_map_read(ctx, &map->cells, fd, first, n, cells, scratch, room);
    if (code == SLM_CHUNK_SHORT) return slm_fail(error, SCILAMA_E_FORMAT, "%s: cannot read %s: the file is truncated", file, path);
    if (code) return slm_fail(error, SCILAMA_E_FORMAT, "%s: the compressed data of %s are damaged", file, path);
    if (map->vlen) return slm_h5_follow_references(&in, path, cells, n, out, error);
    return slm_h5_fixed_strings(&in, path, cells, first, n, (size_t)element, (H5T_str_t)map->padding, out, error);
}
