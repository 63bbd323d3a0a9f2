/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"
#include "hdf5/check_messages.h"
#include "file/text.h"
#include <errno.h>

/* The tree of objects of a file, walked before HDF5 opens it: superblock, groups (B-trees,
 * name heaps, symbol nodes), object headers and their messages, chunk indexes. Structures
 * of the newer format carry checksums that HDF5 verifies; the older ones, which anndata
 * writes, carry none, and HDF5 trusts what they say of themselves. A file may have both:
 * the newer are walked for the older below them, but for large groups of the newer kind,
 * whose members are walked when they are asked for (slm_h5_check_member()). */

static const uint64_t NONE = UINT64_MAX;
enum { HEADER_NODE = 24, MOST_HEADER = 1 << 26, SMALL_FILE = 4 << 20 };

/* An object header, or a group's B-tree with its heap of names. */
typedef struct task { uint64_t at, heap; } task;

typedef struct walk {
    slm_h5_file *file;
    scilama_context *ctx;
    unsigned char *image;                  /* of a small file: all of it; else NULL */
    task *stack;                           /* to be checked */
    int64_t waiting, room;
    uint64_t *seen;                        /* keys of what was met, open addressing; 0 = free */
    int64_t met, mask;
    unsigned leaf_k, group_k, chunk_k;
    uint64_t fault;                        /* where the damage is */
    bool no_memory;
    slm_h5_heap *heap;                     /* of strings; NULL until one is met */
    bool large_group;                      /* met one whose links are elsewhere */
    slm_h5_chunk_fn visit;                 /* is told every chunk; NULL: nobody */
    void *arg;
} walk;

static bool damaged(walk *w, uint64_t at)
{
    w->fault = at;
    return false;
}

static bool fetch(walk *w, void *out, size_t size, uint64_t at)
{
    uint64_t bytes = (uint64_t)w->file->bytes;
    if (w->image && at <= bytes && size <= bytes - at) {
        memcpy(out, w->image + at, size);
        return true;
    }
    return (at < (uint64_t)INT64_MAX && slm_h5_file_pread(w->file, out, size, (int64_t)at)) || damaged(w, at);
}

static unsigned char *fetch_new(walk *w, uint64_t size, uint64_t at)
{
    uint64_t bytes = (uint64_t)w->file->bytes;
    if (at > bytes || size > bytes - at) {
        damaged(w, at);
        return NULL;
    }
    if (w->image) return w->image + at;
    unsigned char *block = slm_alloc_array(w->ctx, (int64_t)size + 1, 1);
    if (!block) w->no_memory = true;
    else if (!fetch(w, block, (size_t)size, at)) {
        slm_free(w->ctx, block);
        return NULL;
    }
    return block;
}

static void give_back(walk *w, void *block)
{
    if (!w->image) slm_free(w->ctx, block);
}

static int64_t slot_of(const uint64_t *seen, int64_t mask, uint64_t at)
{
    int64_t i = (int64_t)(at * UINT64_C(0x9E3779B97F4A7C15) >> 20) & mask;
    while (seen[i] && seen[i] != at) i = (i + 1) & mask;
    return i;
}

/* True when the address is new (address 0 holds the superblock: no object). */
static bool first_time(walk *w, uint64_t at)
{
    if (2 * w->met >= w->mask) {
        int64_t size = w->mask ? 2 * (w->mask + 1) : 1024;
        uint64_t *grown = slm_alloc_array_zero(w->ctx, size, sizeof *grown);
        if (!grown) {
            w->no_memory = true;
            return false;
        }
        for (int64_t i = 0; i <= w->mask && w->seen; i++)
            if (w->seen[i]) grown[slot_of(grown, size - 1, w->seen[i])] = w->seen[i];
        slm_free(w->ctx, w->seen);
        w->seen = grown;
        w->mask = size - 1;
    }
    int64_t i = slot_of(w->seen, w->mask, at);
    if (at == 0 || w->seen[i]) return false;
    w->seen[i] = at;
    w->met++;
    return true;
}

static bool push(walk *w, uint64_t at, uint64_t heap)
{
    if (w->waiting == w->room) {
        int64_t room = w->room ? 2 * w->room : 256;
        task *grown = slm_realloc_array(w->ctx, w->stack, w->waiting, room, sizeof *grown);
        if (!grown) {
            w->no_memory = true;
            return false;
        }
        w->stack = grown;
        w->room = room;
    }
    w->stack[w->waiting++] = (task){ at, heap };
    return true;
}

static bool push_object(walk *w, uint64_t at) { return first_time(w, at) ? push(w, at, NONE) : !w->no_memory; }

/* A tree of names is sound or not together with its heap. */
static uint64_t pair_key(uint64_t tree, uint64_t heap) { return tree ^ (heap + 1) * UINT64_C(0x9E3779B97F4A7C15); }

static bool push_group(walk *w, uint64_t tree, uint64_t heap)
{
    return first_time(w, ~pair_key(tree, heap)) ? push(w, tree, heap) : !w->no_memory;
}

/* --- what HDF5 reads of the tree, as it is kept ------------------------------------------------- */

enum { READ_AHEAD = 512, MOST_KEPT = 32 << 20 }; /* HDF5 reads so much of each at first */

/* For slm_h5_disc_headers(): what HDF5 will read of a header or a part of it, or of a node or heap of a group: without these it
 * loses track of groups that it has open. */
static bool keep_header(walk *w, uint64_t at, uint64_t size)
{
    uint64_t bytes = (uint64_t)w->file->bytes;
    slm_bytes *kept = &w->file->headers;
    if (size < READ_AHEAD) size = READ_AHEAD;
    if (at > bytes || kept->size + size > MOST_KEPT) return true;
    slm_h5_kept_header r = { at + (uint64_t)w->file->base, size < bytes - at ? size : bytes - at }; /* as the driver counts, the user block included */
    unsigned char *block = fetch_new(w, r.size, at);
    if (!block) return false;
    slm_bytes_put(kept, &r, sizeof r);
    slm_bytes_put(kept, block, (size_t)r.size);
    give_back(w, block);
    if (kept->failed) w->no_memory = true;
    slm_h5_disc_headers(w->file->disc, kept->data, kept->failed ? 0 : kept->size);
    return !kept->failed;
}

/* --- groups: names in a heap, entries in symbol nodes under a B-tree ------------------------ */

typedef struct names { unsigned char *bytes; uint64_t size, at; } names;

static bool named(const names *h, uint64_t offset) { return offset < h->size && memchr(h->bytes + offset, 0, (size_t)(h->size - offset)); }

static bool load_names(walk *w, uint64_t at, names *h)
{
    unsigned char head[32];
    if (!fetch(w, head, sizeof head, at)) return false;
    uint64_t free_at = slm_little(head + 16, 8), steps = 0;
    h->size = slm_little(head + 8, 8);
    if (memcmp(head, "HEAP", 4) != 0 || !(h->bytes = fetch_new(w, h->size, slm_little(head + 24, 8)))) return damaged(w, at);
    if (!keep_header(w, at, sizeof head) || !keep_header(w, slm_little(head + 24, 8), h->size)) return false;
    while (free_at != 1 && free_at != NONE) { /* free blocks: where the next is, and the size */
        if (free_at > h->size || h->size - free_at < 16 || steps++ > h->size / 16) return damaged(w, at);
        uint64_t length = slm_little(h->bytes + free_at + 8, 8);
        if (length > h->size - free_at) return damaged(w, at);
        free_at = slm_little(h->bytes + free_at, 8);
    }
    return true;
}

static bool check_symbols(walk *w, uint64_t at, const names *h)
{
    unsigned char head[8];
    if (!fetch(w, head, sizeof head, at)) return false;
    unsigned count = (unsigned)slm_little(head + 6, 2);
    if (memcmp(head, "SNOD\1", 5) != 0 || count > 2 * w->leaf_k) return damaged(w, at);
    if (!keep_header(w, at, 8 + 80 * (uint64_t)w->leaf_k)) return false;
    unsigned char *entries = fetch_new(w, 40 * (uint64_t)count, at + 8);
    bool ok = entries != NULL;
    for (unsigned i = 0; i < count && ok; i++) {
        const unsigned char *e = entries + 40 * i;
        uint64_t object = slm_little(e + 8, 8), kind = slm_little(e + 16, 4);
        ok = named(h, slm_little(e, 8)) && (kind != 2 || named(h, slm_little(e + 24, 4)));
        if (!ok) damaged(w, at);
        /* What is cached of a subgroup's names (kind 1) HDF5 writes and, since 1.8, never reads. It is out of date where the group
         * was turned into another form, as it is by a name that is not ASCII. */
        if (ok && object != NONE) ok = push_object(w, object);
    }
    give_back(w, entries);
    return ok;
}

static bool check_group_tree(walk *w, uint64_t at, int level, const names *h)
{
    unsigned char head[HEADER_NODE];
    if (!first_time(w, pair_key(at, h->at))) return !w->no_memory;
    if (!fetch(w, head, sizeof head, at)) return false;
    unsigned count = (unsigned)slm_little(head + 6, 2);
    if (memcmp(head, "TREE", 4) != 0 || head[4] != 0 || (level >= 0 && head[5] != level) || head[5] > 32 || count > 2 * w->group_k) return damaged(w, at);
    if (!keep_header(w, at, HEADER_NODE + 8 + 32 * (uint64_t)w->group_k)) return false;
    unsigned char *body = fetch_new(w, 16 * (uint64_t)count + 8, at + HEADER_NODE);
    bool ok = body != NULL;
    for (unsigned i = 0; i <= count && ok; i++)
        if (!named(h, slm_little(body + 16 * i, 8))) ok = damaged(w, at);
    for (unsigned i = 0; i < count && ok; i++) {
        uint64_t child = slm_little(body + 16 * i + 8, 8);
        ok = head[5] ? check_group_tree(w, child, head[5] - 1, h) : check_symbols(w, child, h);
    }
    give_back(w, body);
    return ok;
}

static bool check_group(walk *w, uint64_t tree, uint64_t heap)
{
    names h = { .at = heap };
    bool ok = load_names(w, heap, &h) && check_group_tree(w, tree, -1, &h);
    give_back(w, h.bytes);
    return ok;
}

/* --- chunks: address and size of each in a B-tree -------------------------------------------- */

static bool check_chunk_tree(walk *w, uint64_t at, int level, int dims)
{
    unsigned char head[HEADER_NODE];
    if (!first_time(w, at)) return !w->no_memory;
    if (!fetch(w, head, sizeof head, at)) return false;
    unsigned count = (unsigned)slm_little(head + 6, 2);
    if (memcmp(head, "TREE", 4) != 0 || head[4] != 1 || (level >= 0 && head[5] != level) || head[5] > 32 || count > 2 * w->chunk_k) return damaged(w, at);
    uint64_t key = 8 + 8 * (uint64_t)dims, bytes = (uint64_t)w->file->bytes;
    unsigned char *body = fetch_new(w, count * (key + 8), at + HEADER_NODE);
    bool ok = body != NULL;
    for (unsigned i = 0; i < count && ok; i++) {
        const unsigned char *entry = body + i * (key + 8);
        uint64_t child = slm_little(entry + key, 8), size = slm_little(entry, 4);
        if (head[5]) ok = check_chunk_tree(w, child, head[5] - 1, dims);
        else if (child > bytes || size > bytes - child) ok = damaged(w, at);
        else if (w->visit) w->visit(w->arg, entry, child);
    }
    give_back(w, body);
    return ok;
}

/* --- object headers ------------------------------------------------------------------------------ */

enum { MOST_PARTS = 256 };

typedef struct header {
    int64_t messages, seen, parts;         /* messages declared; met; blocks met */
    bool newer;                            /* version 2 */
    size_t head;                           /* bytes before the body of a message */
    slm_h5_facts facts;
} header;

/* A message whose body lies elsewhere: the address of an object. */
static bool follow_shared(walk *w, const unsigned char *p, size_t n)
{
    size_t at = n > 0 && p[0] == 1 ? 16 : 2;
    if (n < at + 8) return false;
    return p[1] == 1 && p[0] == 3 ? true : push_object(w, slm_little(p + at, 8)); /* or in the file's shared heap */
}

static bool check_block(walk *w, header *h, const unsigned char *block, uint64_t size, uint64_t where);

/* H5Aread() reserves and copies what these say. */
static bool check_strings(walk *w, const unsigned char *references, uint64_t count, uint64_t where)
{
    if (!w->heap && !(w->heap = slm_h5_heap_open(w->file))) w->no_memory = true;
    for (uint64_t i = 0; w->heap && i < count; i++) {
        scilama_status status = slm_h5_heap_check(w->heap, (const char *)references + 16 * i, NULL);
        if (status == SCILAMA_E_NOMEM) w->no_memory = true;
        if (status) return damaged(w, where);
    }
    return !w->no_memory;
}

static bool check_message(walk *w, header *h, int kind, int flags, const unsigned char *p, size_t n, uint64_t where)
{
    if (flags & 2) return follow_shared(w, p, n) || damaged(w, where);
    if (!slm_h5_message_sound(kind, p, n, &h->facts)) return damaged(w, where);
    uint64_t count;
    const unsigned char *strings = kind == SLM_H5_MSG_ATTRIBUTE ? slm_h5_attribute_strings(p, n, &count) : NULL;
    if (strings) return check_strings(w, strings, count, where);
    if (kind == SLM_H5_MSG_LINK_INFO) w->large_group |= slm_h5_links_elsewhere(p, n);
    if (kind == SLM_H5_MSG_SYMBOLS) return push_group(w, slm_little(p, 8), slm_little(p + 8, 8));
    if (kind == SLM_H5_MSG_LINK) return slm_h5_link_target(p, n) == NONE || push_object(w, slm_h5_link_target(p, n));
    if (kind != SLM_H5_MSG_CONTINUATION) return true;
    uint64_t at = slm_little(p, 8), size = slm_little(p + 8, 8);
    if (++h->parts > h->messages || h->parts > MOST_PARTS || size < 8) return damaged(w, where); /* a shorter one HDF5 keeps open for good */
    unsigned char *block = fetch_new(w, size, at);
    bool ok = block != NULL && keep_header(w, at, size);
    if (ok && h->newer) ok = !memcmp(block, "OCHK", 4) ? check_block(w, h, block + 4, size - 8, at + 4) : damaged(w, at);
    else if (ok) ok = check_block(w, h, block, size, at);
    give_back(w, block);
    return ok;
}

static bool check_block(walk *w, header *h, const unsigned char *block, uint64_t size, uint64_t where)
{
    for (uint64_t at = 0; size - at >= h->head;) {
        const unsigned char *p = block + at;
        int kind = h->newer ? p[0] : (int)slm_little(p, 2), flags = h->newer ? p[3] : p[4];
        uint64_t length = slm_little(p + (h->newer ? 1 : 2), 2);
        if (++h->seen > h->messages || length > size - at - h->head || (!h->newer && length % 8)) return damaged(w, where + at);
        if (!check_message(w, h, kind, flags, p + h->head, (size_t)length, where + at)) return false;
        at += h->head + length;
    }
    return true;
}

static bool check_header(walk *w, header *h, uint64_t size, uint64_t at)
{
    unsigned char *block = size <= MOST_HEADER ? fetch_new(w, size, at) : NULL;
    bool ok = block ? check_block(w, h, block, size, at) : damaged(w, at);
    give_back(w, block);
    if (ok && !slm_h5_facts_agree(&h->facts)) ok = damaged(w, at);
    return ok && (h->facts.chunk_tree == NONE || check_chunk_tree(w, h->facts.chunk_tree, -1, h->facts.chunk_dims));
}

/* "OHDR", version 2, flags; times (16 bytes) and limits (4) where the flags say so; the size of the messages. */
static bool check_newer_object(walk *w, uint64_t at, int flags, slm_h5_facts *facts)
{
    unsigned char size[8] = { 0 };
    uint64_t start = at + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    size_t bytes = (size_t)1 << (flags & 3);
    header h = { .messages = INT32_MAX, .newer = true, .head = flags & 4 ? 6 : 4, .facts.chunk_tree = NONE };
    if (!fetch(w, size, bytes, start) || !check_header(w, &h, slm_little(size, (int)bytes), start + bytes)) return false;
    *facts = h.facts;
    return keep_header(w, at, start - at + bytes + slm_little(size, (int)bytes) + 4); /* the checksum */
}

static bool check_object(walk *w, uint64_t at, slm_h5_facts *facts)
{
    unsigned char head[16];
    if (!fetch(w, head, sizeof head, at)) return false;
    if (!memcmp(head, "OHDR\2", 5)) return check_newer_object(w, at, head[5], facts);
    header h = { .messages = (int64_t)slm_little(head + 2, 2), .head = 8, .facts.chunk_tree = NONE };
    if (head[0] != 1) return damaged(w, at);
    bool ok = check_header(w, &h, slm_little(head + 8, 4), at + 16);
    *facts = h.facts;
    return ok && keep_header(w, at, 16 + slm_little(head + 8, 4));
}

static bool check_waiting(walk *w)
{
    bool ok = true;
    slm_h5_facts facts;
    while (ok && w->waiting > 0) {
        task t = w->stack[--w->waiting];
        ok = t.heap == NONE ? check_object(w, t.at, &facts) : check_group(w, t.at, t.heap);
    }
    return ok;
}

/* The limits of B-trees' nodes are in the older superblocks, and else hardly ever other than these. */
static void usual_limits(walk *w) { w->leaf_k = 4, w->group_k = 16, w->chunk_k = 32; }

/* The superblock must be one that the walk can follow: with addresses and lengths of 8 bytes,
 * and addresses counted from itself. */
static bool check_all(walk *w)
{
    unsigned char head[104] = { 0 };
    if (!fetch(w, head, sizeof head, 0)) return false;
    int version = head[8];
    usual_limits(w);
    if (version > 1) {
        uint64_t more = slm_little(head + 20, 8);
        if (head[9] != 8 || head[10] != 8 || slm_little(head + 12, 8) != (uint64_t)w->file->base) return damaged(w, 0);
        return (more == NONE || push_object(w, more)) && push_object(w, slm_little(head + 36, 8)) && check_waiting(w);
    }
    size_t root = version == 0 ? 56 : 60;
    if (head[13] != 8 || head[14] != 8 || slm_little(head + root - 32, 8) != (uint64_t)w->file->base) return damaged(w, 0);
    if (slm_little(head + root - 8, 8) != NONE) return damaged(w, root - 8); /* a driver of files in parts: HDF5 reserves what its block says */
    w->leaf_k = (unsigned)slm_little(head + 16, 2);
    w->group_k = (unsigned)slm_little(head + 18, 2);
    if (version == 1) w->chunk_k = (unsigned)slm_little(head + 24, 2);
    slm_h5_facts facts;
    if (!first_time(w, slm_little(head + root + 8, 8))) return damaged(w, root + 8);
    bool ok = check_object(w, slm_little(head + root + 8, 8), &facts);
    /* of the root what is cached is read, where its header has the like */
    if (ok && facts.symbols && slm_little(head + root + 16, 4) == 1) ok = push_group(w, slm_little(head + root + 24, 8), slm_little(head + root + 32, 8));
    return ok && check_waiting(w);
}

static scilama_status finish(walk *w, bool ok, scilama_error *error)
{
    slm_free_all(w->ctx, w->image, w->stack, w->seen);
    slm_h5_heap_close(w->heap);
    if (w->no_memory) return slm_fail_nomem(error);
    return ok ? SCILAMA_OK
              : slm_fail(error, SCILAMA_E_FORMAT, "%s: what the file says of itself at byte %lld is damaged, or the file is truncated", w->file->path, (long long)w->fault);
}

/* At byte 0, or behind a user block of 512, 1024, 2048 … bytes, as HDF5 searches it. */
static bool find_superblock(slm_h5_file *file)
{
    unsigned char signature[8];
    for (int64_t at = 0; at < file->bytes; at = at ? 2 * at : 512)
        if (slm_h5_file_pread(file, signature, sizeof signature, at) && !memcmp(signature, "\x89HDF\r\n\x1a\n", 8)) {
            file->base = at;
            file->bytes -= at;
            return true;
        }
    return false;
}

scilama_status slm_h5_check_tree(slm_h5_file *file, scilama_error *error)
{
    walk w = { .file = file, .ctx = file->ctx };
    if (file->fd < 0) return slm_fail_detail(error, SCILAMA_E_IO, errno, "cannot open %s: %s", file->path, strerror(errno));
    if (!find_superblock(file)) return slm_not_hdf5(file->path, error);
    if (file->bytes <= SMALL_FILE && !(w.image = slm_alloc_array(w.ctx, file->bytes, 1))) return slm_fail_nomem(error);
    bool ok = !w.image || slm_h5_file_pread(file, w.image, (size_t)file->bytes, 0);
    ok = ok && check_all(&w);
    file->large_groups = w.large_group;
    file->tree_headers = file->headers.size;
    file->chunk_k = w.chunk_k;
    return finish(&w, ok, error);
}

bool slm_h5_visit_chunks(slm_h5_file *file, uint64_t address, slm_h5_chunk_fn visit, void *arg)
{
    walk w = { .file = file, .ctx = file->ctx, .chunk_k = file->chunk_k, .visit = visit, .arg = arg };
    slm_h5_facts facts = { 0 };
    bool ok = check_object(&w, address, &facts) && facts.layout && facts.layout_class == 2;
    return finish(&w, ok, NULL) == SCILAMA_OK;
}

bool slm_h5_check_member(slm_h5_file *file, uint64_t address)
{
    walk w = { .file = file, .ctx = file->ctx };
    usual_limits(&w);
    bool ok = push_object(&w, address) && check_waiting(&w);
    return finish(&w, ok, NULL) == SCILAMA_OK;
}
