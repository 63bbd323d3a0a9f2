/* SPDX-License-Identifier: MIT */
#include "hdf5/chunks.h"
#include "core/thread.h"

/* Arrays read without HDF5: whole batches of chunks are fetched by the calling thread and unpacked by all. */

static void convert_rows(const slm_chunk_batch *b, const slm_chunk_piece *c, const char *from)
{
    const slm_chunk_layout *p = b->p;
    slm_extent start = c->at[0] > p->first ? c->at[0] : p->first, end = c->at[0] + p->chunk[0] < p->end ? c->at[0] + p->chunk[0] : p->end;
    slm_extent rows = end - start, cols = p->dims[1] - c->at[1] < p->chunk[1] ? p->dims[1] - c->at[1] : p->chunk[1];
    bool joined = cols == p->chunk[1] && cols == p->dims[1]; /* whole rows lie next to each other */
    for (slm_extent r = 0; r < (joined ? 1 : rows); r++) {
        char *out = b->out + ((start - p->first + r) * p->dims[1] + c->at[1]) * b->to_bytes;
        const char *in = from + (start - c->at[0] + r) * p->chunk[1] * p->element;
        int64_t n = (int64_t)(joined ? rows * cols : cols);
        if (c->absent) memset(out, 0, (size_t)n * b->to_bytes);
        else if (!p->format.width) memcpy(out, in, (size_t)n * p->element);
        else slm_convert(out, b->to, in, n, &p->format);
    }
}

void slm_chunk_unpack(void *arg, int64_t task, int worker)
{
    slm_chunk_batch *b = arg;
    slm_chunk_piece *c = &b->pieces[task];
    char *raw = b->packed;
    size_t full = b->p->chunk_bytes, spare = b->spare_each ? (size_t)task : (size_t)worker;
    if (c->bad) return;
    if (!c->absent && !slm_filters_undo(&b->p->filters, c->mask, b->packed + c->start, c->size, b->spare + spare * full, full, &raw)) c->bad = true;
    else convert_rows(b, c, raw);
}

/* --- maps ------------------------------------------------------------------------------- */

void slm_chunk_map_free(scilama_context *ctx, slm_chunk_map *map)
{
    slm_free_all(ctx, map->address, map->size, map->mask);
    *map = (slm_chunk_map){ 0 };
}

slm_chunk_map slm_chunk_map_plain(slm_h5_type type, int64_t rows, int64_t cols, int64_t offset)
{
    slm_chunk_map map = { .to = type };
    slm_chunk_layout *p = &map.layout;
    *p = (slm_chunk_layout){ .rank = 2, .dims = { (slm_extent)rows, (slm_extent)cols }, .element = slm_h5_type_bytes(type), .contiguous = true,
                             .offset = (slm_extent)offset };
    p->format = (slm_number_format){ .kind = type == SLM_H5_F32 ? 'f' : 'i', .width = (int)p->element };
    return map;
}

enum { LINE_BYTES = 1 << 14 };

static int64_t aligned(int64_t bytes) { return slm_tiles(bytes, 64) * 64; }

int64_t slm_chunk_map_scratch(const slm_chunk_map *map, int64_t chunks)
{
    if (map->layout.contiguous) return LINE_BYTES * (chunks > 16 ? 16 : chunks);
    return aligned(sizeof(slm_chunk_batch)) + chunks * (aligned((int64_t)map->layout.room) + aligned((int64_t)map->layout.chunk_bytes));
}

/* Of an element as it is read. */
static size_t map_bytes(const slm_chunk_map *map) { return map->layout.format.width ? slm_h5_type_bytes(map->to) : map->layout.element; }

static int read_contiguous(const slm_chunk_map *map, int fd, int64_t first, int64_t rows, char *out, char *scratch, int64_t scratch_bytes)
{
    const slm_chunk_layout *p = &map->layout;
    const slm_number_format *f = &p->format;
    int64_t cols = (int64_t)p->dims[1], element = (int64_t)p->element, count = rows * cols, at = (int64_t)p->offset + first * cols * element;
    size_t to_bytes = map_bytes(map);
    bool same = !f->width || (!f->swap && to_bytes == p->element && f->kind == (map->to == SLM_H5_F32 || map->to == SLM_H5_F64 ? 'f' : 'i'));
    if (same) return slm_pread_all(fd, out, (size_t)count * to_bytes, at) ? SLM_CHUNK_OK : SLM_CHUNK_SHORT;
    for (int64_t done = 0, step = scratch_bytes / element; done < count; done += step) {
        int64_t n = count - done < step ? count - done : step;
        if (!slm_pread_all(fd, scratch, (size_t)(n * element), at + done * element)) return SLM_CHUNK_SHORT;
        slm_convert(out + (size_t)done * to_bytes, map->to, scratch, n, f);
    }
    return SLM_CHUNK_OK;
}

int slm_chunk_map_read(const scilama_context *ctx, const slm_chunk_map *map, int fd, int64_t first, int64_t rows, void *out,
                       void *scratch, int64_t scratch_bytes)
{
    if (rows <= 0) return SLM_CHUNK_OK;
    if (map->layout.contiguous) return read_contiguous(map, fd, first, rows, out, scratch, scratch_bytes);
    slm_chunk_layout layout = map->layout;
    layout.first = (slm_extent)first;
    layout.end = (slm_extent)(first + rows);
    int64_t room = aligned((int64_t)layout.room), full = aligned((int64_t)layout.chunk_bytes);
    int64_t most = (scratch_bytes - aligned(sizeof(slm_chunk_batch))) / (room + full);
    if (most > SLM_CHUNK_BATCH) most = SLM_CHUNK_BATCH;
    slm_chunk_batch *b = scratch;
    *b = (slm_chunk_batch){ .p = &layout, .packed = (char *)scratch + aligned(sizeof *b), .spare_each = true, .out = out, .to = map->to,
                            .to_bytes = map_bytes(map) };
    b->spare = b->packed + most * room;
    int64_t chunk = (int64_t)layout.chunk[0], next = first / chunk * map->across, end = slm_tiles(first + rows, chunk) * map->across;
    while (next < end) {
        for (b->count = 0; b->count < most && next < end; b->count++, next++) {
            slm_chunk_piece *c = &b->pieces[b->count];
            *c = (slm_chunk_piece){ .at = { (slm_extent)(next / map->across) * layout.chunk[0], (slm_extent)(next % map->across) * layout.chunk[1] },
                                    .start = (size_t)(b->count * room), .size = map->size[next], .mask = map->mask[next], .absent = map->address[next] < 0 };
            if (!c->absent && !slm_pread_all(fd, b->packed + c->start, c->size, map->address[next])) return SLM_CHUNK_SHORT;
        }
        slm_parallel(ctx, b->count, slm_chunk_unpack, b);
        for (int i = 0; i < b->count; i++)
            if (b->pieces[i].bad) return SLM_CHUNK_DAMAGED;
    }
    return SLM_CHUNK_OK;
}
