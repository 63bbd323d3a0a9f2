/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"
#include "core/thread.h"
#include "hdf5/check_messages.h"

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

static void put_chunk(const slm_h5_file *file, slm_chunk_map *map, int64_t i, uint64_t address, uint64_t size, unsigned mask, bool *fits)
{
    bool absent = address == UINT64_MAX || size == 0;
    if (!absent && (size > map->layout.room || size > UINT32_MAX || address >= (uint64_t)file->bytes || size > (uint64_t)file->bytes - address)) *fits = false;
    map->address[i] = absent ? -1 : (int64_t)address;
    map->size[i] = (uint32_t)size;
    map->mask[i] = mask;
}

/* --- the B-tree of chunks, read here: HDF5 before 1.14 searches all chunks for each ----- */

typedef struct visitor { const slm_h5_file *file; slm_chunk_map *map; bool *fits; } visitor;

static void take_chunk(void *arg, const unsigned char *entry, uint64_t address)
{
    const visitor *v = arg;
    const slm_chunk_layout *p = &v->map->layout;
    uint64_t row = slm_little(entry + 8, 8), col = p->rank == 2 ? slm_little(entry + 16, 8) : 0;
    if (row >= p->dims[0] || col >= p->dims[1]) return; /* left over from a larger size */
    put_chunk(v->file, v->map, (int64_t)(row / p->chunk[0]) * v->map->across + (int64_t)(col / p->chunk[1]), address, slm_little(entry, 4),
              (unsigned)slm_little(entry + 4, 4), v->fits);
}

static bool walk_tree(slm_h5_file *file, slm_h5_guard *g, slm_chunk_map *map, bool *fits)
{
#if H5_VERSION_GE(1, 12, 0)
    H5O_info1_t info;
#else
    H5O_info_t info;
#endif
    visitor v = { file, map, fits };
    slm_h5_enter(g);
    bool known = H5Oget_info2((hid_t)map->layout.id, &info, H5O_INFO_BASIC) >= 0 && info.addr != HADDR_UNDEF;
    slm_h5_leave(g);
    for (int64_t i = 0; i < map->chunks; i++) map->address[i] = -1, map->size[i] = 0, map->mask[i] = 0;
    return known && slm_h5_visit_chunks(file, info.addr, take_chunk, &v);
}

enum { MOST_SEARCHED = 4096 };

/* *fits: false when a chunk cannot be where the file says. */
static bool find_chunks(slm_h5_file *file, slm_h5_guard *g, slm_chunk_map *map, bool *fits)
{
    if (walk_tree(file, g, map, fits)) return true;
    bool ok = map->chunks <= MOST_SEARCHED;
    *fits = true;
#if H5_VERSION_GE(1, 10, 5)
    const slm_chunk_layout *p = &map->layout;
    slm_h5_enter(g);
    for (int64_t i = 0; i < map->chunks && *fits && ok; i++) {
        hsize_t at[2] = { (hsize_t)(i / map->across) * p->chunk[0], (hsize_t)(i % map->across) * p->chunk[1] }, size = 0;
        haddr_t address = HADDR_UNDEF;
        unsigned mask = 0;
        ok = slm_h5_ok(g, H5Dget_chunk_info_by_coord((hid_t)p->id, at, &mask, &address, &size));
        if (ok) put_chunk(file, map, i, address == HADDR_UNDEF ? UINT64_MAX : (uint64_t)address, size, mask, fits);
    }
    slm_h5_leave(g);
    return ok;
#else
    return false;
#endif
}

scilama_status slm_h5_map_dataset(const slm_h5_dataset *d, enum slm_h5_as as, slm_h5_type to, slm_chunk_map *out, bool *done, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_file *file = d->file;
    bool fits = true;
    scilama_status status = SCILAMA_OK;
    *out = (slm_chunk_map){ .to = to };
    slm_h5_enter(&g);
    *done = file->base == 0 && slm_h5_plan(d, as, &out->layout) && !out->layout.filled;
    slm_h5_leave(&g);
    if (as == SLM_H5_AS_NUMBERS) *done = *done && slm_format_known(&out->layout.format, to);
    else out->layout.format.width = 0;
    const slm_chunk_layout *p = &out->layout;
    if (*done && p->contiguous) {
        slm_extent bytes = p->dims[0] * p->dims[1] * p->element;
        fits = p->offset + bytes <= (slm_extent)file->bytes;
    } else if (*done && !(status = reserve(file, out, error))) {
        *done = find_chunks(file, &g, out, &fits);
    }
    out->layout.id = -1;
    if (!status && *done && !fits) status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s lies beyond the end of the file: it is truncated or damaged", file->path, d->path);
    if (status || !*done) slm_chunk_map_free(file->ctx, out);
    return status;
}

scilama_status slm_h5_map(slm_h5_file *file, const char *path, slm_h5_type to, slm_chunk_map *out, bool *done, scilama_error *error)
{
    SLM_H5_DATASET(d);
    *out = (slm_chunk_map){ .to = to };
    *done = false;
    SLM_TRY(slm_h5_dataset_open(&d, file, path, NULL, error));
    return slm_h5_map_dataset(&d, SLM_H5_AS_NUMBERS, to, out, done, error);
}
