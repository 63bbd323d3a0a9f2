/* SPDX-License-Identifier: MIT */
#include "hdf5/check_messages.h"
#include "hdf5/internal.h"

/* Variable-length strings lie in global heap collections of the file:
 *   "GCOL", version 1, 3 bytes, size (8); then objects: index (2), references (2),
 *   4 bytes, size (8), data padded to 8. Index 0 is the free space at the end.
 * A dataset holds length (4), address (8), index (4) for each string. Read here, a
 * damaged length cannot make HDF5 allocate what the file never held. */

enum { CACHED = 16, HEAD = 16, MOST_OBJECTS = 65536 };

typedef struct collection {
    int64_t address, size;
    char *bytes;
    uint32_t *start; /* [objects] of the data, 0 = none */
    int64_t objects;
} collection;

typedef struct slm_h5_heap {
    slm_h5_file *file;
    collection cache[CACHED];
    int64_t loaded; /* bytes, in all */
} heap;

/* Objects of the collection; with start NULL only counts. */
static int64_t index_objects(const char *bytes, int64_t size, uint32_t *start, int64_t objects)
{
    int64_t most = 0, at = HEAD;
    while (size - at >= HEAD) {
        int64_t index = (int64_t)slm_little(bytes + at, 2), length = (int64_t)slm_little(bytes + at + 8, 8);
        if (index == 0 || length < 0 || length > size - at - HEAD) break;
        if (index + 1 > most) most = index + 1;
        if (start && index < objects) start[index] = (uint32_t)(at + HEAD);
        at += HEAD + (length + 7) / 8 * 8;
    }
    return most;
}

static scilama_status damaged(const heap *h, const char *path, scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: the strings of %s are damaged or truncated", h->file->path, path);
}

static scilama_status load(heap *h, const char *path, int64_t address, collection *c, scilama_error *error)
{
    scilama_context *ctx = h->file->ctx;
    char head[HEAD];
    slm_free_all(ctx, c->bytes, c->start);
    *c = (collection){ .address = -1 };
    if (!slm_h5_file_pread(h->file, head, HEAD, address) || memcmp(head, "GCOL\1", 5) != 0) return damaged(h, path, error);
    int64_t size = (int64_t)slm_little(head + 8, 8);
    if (size < HEAD || size > h->file->bytes - address || size > UINT32_MAX) return damaged(h, path, error);
    c->bytes = slm_alloc_array(ctx, size, 1);
    if (!c->bytes) return slm_fail_nomem(error);
    if (!slm_h5_file_pread(h->file, c->bytes, (size_t)size, address)) return damaged(h, path, error);
    c->size = size;
    h->loaded += size;
    c->objects = index_objects(c->bytes, size, NULL, 0);
    c->start = slm_alloc_array_zero(ctx, c->objects, sizeof *c->start);
    if (!c->start) return slm_fail_nomem(error);
    index_objects(c->bytes, size, c->start, c->objects);
    c->address = address;
    return SCILAMA_OK;
}

/* The bytes that a reference means; *text NULL for an empty one. */
static scilama_status follow(heap *h, const char *path, const char *reference, const char **text, int64_t *length, scilama_error *error)
{
    int64_t size = (int64_t)slm_little(reference, 4), address = (int64_t)slm_little(reference + 4, 8), index = (int64_t)slm_little(reference + 12, 4);
    *text = NULL;
    *length = 0;
    if (size == 0 || address == 0) return SCILAMA_OK;
    if (address < 0 || address >= h->file->bytes) return damaged(h, path, error);
    collection *c = &h->cache[(address / 4096) % CACHED];
    if (c->address != address || !c->bytes)
        SLM_TRY(load(h, path, address, c, error));
    if (index >= c->objects || !c->start[index] || (int64_t)slm_little(c->bytes + c->start[index] - 8, 8) < size) return damaged(h, path, error);
    *text = c->bytes + c->start[index];
    const char *end = memchr(*text, 0, (size_t)size);
    *length = end ? end - *text : size;
    return SCILAMA_OK;
}

static scilama_status gather(heap *h, const char *path, const char *references, int64_t count, slm_strings *out, scilama_error *error)
{
    SLM_NAME_LIST(list, h->file->ctx);
    for (int64_t i = 0; i < count && !list.bytes.failed; i++) {
        const char *text;
        int64_t length;
        SLM_TRY(follow(h, path, references + 16 * i, &text, &length, error));
        slm_name_list_add(&list, text ? text : "", (size_t)length);
        /* many references to one long string would unpack without bound */
        if ((int64_t)list.bytes.size > 16 * h->file->bytes + (1 << 20)) return damaged(h, path, error);
    }
    return slm_name_list_take(&list, out, error);
}

heap *slm_h5_heap_open(slm_h5_file *file)
{
    heap *h = slm_alloc_zero(file->ctx, sizeof *h);
    if (h) h->file = file;
    return h;
}

void slm_h5_heap_close(heap *h)
{
    if (!h) return;
    for (int i = 0; i < CACHED; i++) {
        slm_free_all(h->file->ctx, h->cache[i].bytes, h->cache[i].start);
    }
    slm_free(h->file->ctx, h);
}

/* HDF5 reserves what the reference says and copies what the object has: they must agree. */
scilama_status slm_h5_heap_check(heap *h, const char *reference, scilama_error *error)
{
    const char *text;
    int64_t length;
    scilama_status status = follow(h, "an attribute", reference, &text, &length, error);
    if (status || !text) return status;
    /* thousands of references to large collections in turn would take for ever */
    if (h->loaded > 64 * (h->file->bytes + (1 << 20))) return damaged(h, "attributes", error);
    return slm_little(text - 8, 8) == slm_little(reference, 4) ? SCILAMA_OK : damaged(h, "an attribute", error);
}

scilama_status slm_h5_follow_references(slm_h5_file *file, const char *path, const char *references, int64_t count, slm_strings *out, scilama_error *error)
{
    heap *h = slm_h5_heap_open(file);
    if (!h) return slm_fail_nomem(error);
    scilama_status status = gather(h, path, references, count, out, error);
    slm_h5_heap_close(h);
    return status;
}

scilama_status slm_h5_read_heap_strings(const slm_h5_dataset *d, slm_strings *out, bool *done, scilama_error *error)
{
    *done = false;
    if (d->file->fd < 0 || d->element != 16) return SCILAMA_OK;
    int64_t count = d->info.count;
    char *references = slm_alloc_array(d->file->ctx, count, 16);
    if (!references) return slm_fail_nomem(error);
    scilama_status status = slm_h5_read_raw(d, SLM_H5_AS_REFERENCES, SLM_H5_U8, 0, -1, references, done, error);
    if (!status && *done) status = slm_h5_follow_references(d->file, d->path, references, count, out, error);
    slm_free(d->file->ctx, references);
    return status;
}

/* --- before HDF5 sees them ------------------------------------------------------------------ */

/* HDF5 walks a collection by the sizes of its objects, and some versions for ever when
 * one is zero: true when the walk ends. */
static bool walk_ends(const char *bytes, int64_t size)
{
    for (int64_t at = HEAD; size - at >= HEAD;) {
        int64_t index = (int64_t)slm_little(bytes + at, 2), length = (int64_t)slm_little(bytes + at + 8, 8);
        int64_t step = index == 0 ? length : length < 0 || length > size ? -1 : HEAD + (length + 7) / 8 * 8;
        if (step <= 0 || step > size - at) return false;
        at += step;
    }
    return true;
}

scilama_status slm_h5_check_heaps(slm_h5_file *file, scilama_error *error)
{
    enum { BLOCK = 1 << 20, SCANNED = 256 << 20 };
    scilama_context *ctx = file->ctx;
    if (file->fd < 0) return SCILAMA_OK;
    SLM_SCOPE(work, ctx);
    int64_t end = file->bytes < SCANNED ? file->bytes : SCANNED, room = end < BLOCK ? end : BLOCK;
    char *block = slm_scope_array(&work, room, 1);
    if (!block) return slm_fail_nomem(error);
    for (int64_t from = 0; from < end; from += room - 8) {
        int64_t n = from + room < end ? room : end - from;
        if (n < HEAD || !slm_h5_file_pread(file, block, (size_t)n, from)) break;
        for (const char *p = block; (p = memchr(p, 'G', (size_t)(block + n - p))); p++) {
            static const char signature[8] = { 'G', 'C', 'O', 'L', 1, 0, 0, 0 };
            char head[HEAD];
            int64_t address = from + (p - block), size;
            if (block + n - p < 8) break;
            if (memcmp(p, signature, 8) != 0 || !slm_h5_file_pread(file, head, HEAD, address)) continue;
            size = (int64_t)slm_little(head + 8, 8);
            bool fits = size >= HEAD && size <= file->bytes - address;
            char *bytes = fits ? slm_alloc_array(ctx, size, 1) : NULL;
            if (fits && !bytes) return slm_fail_nomem(error);
            bool sound = fits && slm_h5_file_pread(file, bytes, (size_t)size, address) && walk_ends(bytes, size);
            slm_free(ctx, bytes);
            if (!sound) return slm_fail(error, SCILAMA_E_FORMAT, "%s: the strings at byte %" PRId64 " are damaged or truncated", file->path, address);
        }
        if (n < room) break;
    }
    return SCILAMA_OK;
}
