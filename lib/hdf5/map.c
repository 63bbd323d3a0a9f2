/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"
#include "core/thread.h"
#include "hdf5/check_messages.h"
#include <string.h>

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

/* The address of the tree, from the messages of an object header of version 1; 0 = not found. */
static uint64_t find_tree(slm_h5_file *file, uint64_t header)
{
    enum { BLOCKS = 32, MESSAGE = 256 };
    unsigned char head[16], message[8 + MESSAGE];
    uint64_t at[BLOCKS] = { header + 16 }, size[BLOCKS];
    int blocks = 1;
    if (!slm_h5_file_pread(file, head, sizeof head, (int64_t)header) || head[0] != 1) return 0;
    size[0] = slm_h5_little(head + 8, 4);
    for (int b = 0; b < blocks; b++)
        for (uint64_t k = 0; k + 8 <= size[b];) {
            if (at[b] > (uint64_t)file->bytes || !slm_h5_file_pread(file, message, 8, (int64_t)(at[b] + k))) return 0;
            uint64_t kind = slm_h5_little(message, 2), length = slm_h5_little(message + 2, 2);
            size_t known = length < MESSAGE ? (size_t)length : MESSAGE;
            const unsigned char *p = message + 8;
            if (length > size[b] - k - 8 || !slm_h5_file_pread(file, message + 8, known, (int64_t)(at[b] + k + 8))) return 0;
            if (kind == SLM_H5_MSG_LAYOUT && known >= 11) return p[0] == 3 && p[1] == 2 ? slm_h5_little(p + 3, 8) : 0;
            if (kind == SLM_H5_MSG_CONTINUATION && known >= 16 && blocks < BLOCKS) at[blocks] = slm_h5_little(p, 8), size[blocks++] = slm_h5_little(p + 8, 8);
            k += 8 + length;
        }
    return 0;
}

enum { MOST_DEPTH = 16 };

/* A node and those below it; false when it is not what it should be. */
static bool read_tree(slm_h5_file *file, slm_chunk_map *map, uint64_t at, int depth, int64_t *left, bool *fits)
{
    const slm_chunk_layout *p = &map->layout;
    unsigned char head[24], entry[8 + 8 * 3 + 8];
    size_t key = 8 + 8 * (size_t)(p->rank + 1);
    if (depth > MOST_DEPTH || at > (uint64_t)file->bytes || !slm_h5_file_pread(file, head, sizeof head, (int64_t)at) || memcmp(head, "TREE\1", 5) != 0) return false;
    int64_t count = (int64_t)slm_h5_little(head + 6, 2);
    for (int64_t i = 0; i < count && *fits; i++) {
        if (--*left < 0 || !slm_h5_file_pread(file, entry, key + 8, (int64_t)at + 24 + i * (int64_t)(key + 8))) return false;
        uint64_t child = slm_h5_little(entry + key, 8), row = slm_h5_little(entry + 8, 8), col = p->rank == 2 ? slm_h5_little(entry + 16, 8) : 0;
        if (head[5]) {
            if (!read_tree(file, map, child, depth + 1, left, fits)) return false;
        } else if (row < p->dims[0] && col < p->dims[1]) /* others are left over from a larger size */
            put_chunk(file, map, (int64_t)(row / p->chunk[0]) * map->across + (int64_t)(col / p->chunk[1]), child, slm_h5_little(entry, 4),
                      (unsigned)slm_h5_little(entry + 4, 4), fits);
    }
    return true;
}

static bool walk_tree(slm_h5_file *file, slm_h5_guard *g, slm_chunk_map *map, bool *fits)
{
#if H5_VERSION_GE(1, 12, 0)
    H5O_info1_t info;
#else
    H5O_info_t info;
#endif
    slm_h5_enter(g);
    bool known = H5Oget_info2((hid_t)map->layout.id, &info, H5O_INFO_BASIC) >= 0 && info.addr != HADDR_UNDEF;
    slm_h5_leave(g);
    int64_t left = 2 * map->chunks + 1024; /* entries: a tree in circles is none */
    uint64_t tree = known ? find_tree(file, info.addr) : 0;
    for (int64_t i = 0; i < map->chunks; i++) map->address[i] = -1, map->size[i] = 0, map->mask[i] = 0;
    return tree && (tree == UINT64_MAX || read_tree(file, map, tree, 0, &left, fits)); /* no tree yet: no chunk either */
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

scilama_status slm_h5_map(slm_h5_file *file, const char *path, slm_h5_type to, slm_chunk_map *out, bool *done, scilama_error *error)
{
    slm_h5_guard g;
    bool fits = true;
    scilama_status status = SCILAMA_OK;
    *out = (slm_chunk_map){ .to = to };
    *done = false;
    slm_h5_dataset d;
    if ((status = slm_h5_dataset_open(&d, file, path, NULL, error))) return status;
    slm_h5_enter(&g);
    *done = file->base == 0 && slm_h5_plan(&d, SLM_H5_AS_NUMBERS, &out->layout) && !out->layout.filled && slm_format_known(&out->layout.format, to);
    slm_h5_leave(&g);
    const slm_chunk_layout *p = &out->layout;
    if (*done && p->contiguous) {
        slm_extent bytes = p->dims[0] * p->dims[1] * p->element;
        fits = p->offset + bytes <= (slm_extent)file->bytes;
    } else if (*done && !(status = reserve(file, out, error))) {
        *done = find_chunks(file, &g, out, &fits);
    }
    slm_h5_dataset_close(&d);
    out->layout.id = -1;
    if (!status && *done && !fits) status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s lies beyond the end of the file: it is truncated or damaged", file->path, path);
    if (status || !*done) slm_chunk_map_free(file->ctx, out);
    return status;
}
