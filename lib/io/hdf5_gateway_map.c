/* SPDX-License-Identifier: MIT */
#include "io/hdf5_gateway_internal.h"
#include "core/thread.h"

/* Where the chunks of an array are, so that its rows can be read without HDF5. */

static scilama_status reserve(slm_h5_file *file, slm_chunk_map *map, scilama_error *error)
{
    const slm_chunk_layout *p = &map->layout;
    map->across = slm_tiles((int64_t)p->dims[1], (int64_t)p->chunk[1]);
    int64_t down = slm_tiles((int64_t)p->dims[0], (int64_t)p->chunk[0]);
    if (!slm_mul_size(down, map->across, &map->chunks)) return slm_fail_nomem(error);
    map->address = slm_alloc_array(file->ctx, map->chunks, sizeof *map->address);
    map->size = slm_alloc_array(file->ctx, map->chunks, sizeof *map->size);
    map->mask = slm_alloc_array(file->ctx, map->chunks, sizeof *map->mask);
    return map->address && map->size && map->mask ? SCILAMA_OK : slm_fail_nomem(error);
}

/* Under the lock. *fits: false when a chunk cannot be where HDF5 says. */
static bool find_chunks(slm_h5_file *file, slm_h5_guard *g, slm_chunk_map *map, bool *fits)
{
#if H5_VERSION_GE(1, 10, 5)
    const slm_chunk_layout *p = &map->layout;
    *fits = true;
    for (int64_t i = 0; i < map->chunks && *fits; i++) {
        hsize_t at[2] = { (hsize_t)(i / map->across) * p->chunk[0], (hsize_t)(i % map->across) * p->chunk[1] }, size = 0;
        haddr_t address = HADDR_UNDEF;
        unsigned mask = 0;
        if (!slm_h5_ok(g, H5Dget_chunk_info_by_coord((hid_t)p->id, at, &mask, &address, &size))) return false;
        bool absent = address == HADDR_UNDEF || size == 0;
        if (!absent) *fits = size <= p->room && size <= UINT32_MAX && address < (haddr_t)file->bytes && size <= (hsize_t)file->bytes - address;
        map->address[i] = absent ? -1 : (int64_t)address;
        map->size[i] = (uint32_t)size;
        map->mask[i] = mask;
    }
    return true;
#else
    return false;
#endif
}

scilama_status slm_h5_map(slm_h5_file *file, const char *path, slm_h5_type to, slm_chunk_map *out, bool *done, scilama_error *error)
{
    slm_h5_guard g;
    bool fits = true;
    scilama_status status = SCILAMA_OK;
    *out = (slm_chunk_map){ .to = to };
    slm_h5_enter(&g);
    *done = slm_h5_plan(file, path, false, &out->layout) && slm_format_known(&out->layout.format, to);
    slm_h5_leave(&g);
    const slm_chunk_layout *p = &out->layout;
    if (*done && p->contiguous) {
        slm_extent bytes = p->dims[0] * p->dims[1] * p->element;
        fits = p->offset + bytes <= (slm_extent)file->bytes;
    } else if (*done && !(status = reserve(file, out, error))) {
        slm_h5_enter(&g);
        *done = find_chunks(file, &g, out, &fits);
        slm_h5_leave(&g);
    }
    slm_h5_enter(&g);
    if (p->id >= 0) H5Dclose((hid_t)p->id);
    slm_h5_leave(&g);
    out->layout.id = -1;
    if (!status && *done && !fits) status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s lies beyond the end of the file: it is truncated or damaged", file->path, path);
    if (status || !*done) slm_chunk_map_free(file->ctx, out);
    return status;
}
