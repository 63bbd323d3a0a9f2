/* SPDX-License-Identifier: MIT */
#include "hdf5/check_messages.h"
#include "file/bytes.h"

/* What the messages of an object header say (HDF5 file format specification, IV.A.2), read bytewise within their length: what would
 * lead HDF5 astray is refused, what it passes over is passed. */

enum { MOST_RANK = 32, MOST_DEPTH = 16, MOST_FILTERS = 32 };

static uint64_t times(uint64_t a, uint64_t b) { return b && a > UINT64_MAX / b ? UINT64_MAX : a * b; }
static size_t pad8(size_t n) { return (n + 7) / 8 * 8; }

/* Bytes of a name with its end, or 0 when it does not end within n. */
static size_t name_size(const unsigned char *p, size_t n)
{
    const unsigned char *end = memchr(p, 0, n);
    return end ? (size_t)(end - p) + 1 : 0;
}

/* --- dataspace and datatype ----------------------------------------------------------- */

static bool dataspace(const unsigned char *p, size_t n, int *rank, uint64_t *count)
{
    if (n < 4) return false;
    int version = p[0], flags = p[2];
    size_t head = version == 1 ? 8 : 4;
    *rank = p[1];
    *count = version == 2 && p[3] == 2 ? 0 : 1;
    if ((version != 1 && version != 2) || *rank > MOST_RANK || n < head + (size_t)*rank * 8 * (1 + (flags & 1) + (flags >> 1 & 1))) return false;
    for (int i = 0; i < *rank; i++) *count = times(*count, slm_little(p + head + 8 * i, 8));
    return true;
}

/* Bytes of the encoded type, 0 when unsound; *size receives those of an element. */
static size_t datatype(const unsigned char *p, size_t n, int depth, uint64_t *size);

static size_t compound(const unsigned char *p, size_t n, int depth, int version, uint64_t size)
{
    int members = (int)slm_little(p + 1, 2), offset_bytes = 4;
    if (version >= 3) offset_bytes = size < 1 << 8 ? 1 : size < 1 << 16 ? 2 : size < 1 << 24 ? 3 : 4;
    size_t at = 8;
    for (int i = 0; i < members; i++) {
        uint64_t member;
        size_t name = name_size(p + at, n - at), skip = version >= 3 ? name : pad8(name);
        size_t head = skip + (size_t)offset_bytes + (version == 1 ? 28 : 0);
        if (!name || head > n - at) return 0;
        uint64_t offset = slm_little(p + at + skip, offset_bytes);
        if (version == 1 && p[at + skip + 4] > 4) return 0;
        for (int k = 0; version == 1 && k < p[at + skip + 4]; k++)
            if (slm_little(p + at + skip + 16 + 4 * k, 4) == 0) return 0;
        uint64_t elements = 1;
        for (int k = 0; version == 1 && k < p[at + skip + 4]; k++) elements = times(elements, slm_little(p + at + skip + 16 + 4 * k, 4));
        at += head;
        size_t used = datatype(p + at, n - at, depth + 1, &member);
        if (!used || times(member, elements) > size || offset > size - times(member, elements)) return 0;
        at += used;
    }
    return members ? at : 0;
}

static size_t enumeration(const unsigned char *p, size_t n, int depth, int version)
{
    int members = (int)slm_little(p + 1, 2);
    uint64_t base, bytes;
    size_t at = 8, used = datatype(p + at, n - at, depth + 1, &base);
    if (!used) return 0;
    at += used;
    for (int i = 0; i < members; i++) {
        size_t name = name_size(p + at, n - at), skip = version >= 3 ? name : pad8(name);
        if (!name || skip > n - at) return 0;
        at += skip;
    }
    bytes = times((uint64_t)members, base);
    return bytes <= n - at && base == slm_little(p + 4, 4) ? at + (size_t)bytes : 0;
}

static size_t array(const unsigned char *p, size_t n, int depth, int version, uint64_t size)
{
    if (n < 9 || p[8] < 1 || p[8] > MOST_RANK) return 0;
    int rank = p[8];
    size_t at = version == 2 ? 12 : 9, dims = (size_t)rank * (version == 2 ? 8 : 4);
    if (version < 2 || at + dims > n) return 0;
    uint64_t count = 1, base;
    for (int i = 0; i < rank; i++) count = times(count, slm_little(p + at + 4 * i, 4));
    at += dims;
    size_t used = datatype(p + at, n - at, depth + 1, &base);
    return used && count && times(count, base) == size ? at + used : 0;
}

static bool bits_fit(const unsigned char *p, uint64_t size)
{
    return slm_little(p, 2) + slm_little(p + 2, 2) <= 8 * size && slm_little(p + 2, 2) > 0;
}

static bool float_fits(const unsigned char *p, uint64_t size)
{
    return bits_fit(p + 8, size) && (uint64_t)p[12] + p[13] <= 8 * size && (uint64_t)p[14] + p[15] <= 8 * size && p[2] < 8 * size;
}

static size_t datatype(const unsigned char *p, size_t n, int depth, uint64_t *size)
{
    if (n < 8 || depth > MOST_DEPTH) return 0;
    int kind = p[0] & 15, version = p[0] >> 4;
    uint64_t base;
    size_t used;
    *size = slm_little(p + 4, 4);
    if (version < 1 || version > 5 || *size == 0) return 0;
    switch (kind) {
    case 0: case 4: return n >= 12 && bits_fit(p + 8, *size) ? 12 : 0;
    case 1: return n >= 20 && float_fits(p, *size) ? 20 : 0;
    case 2: return n >= 10 ? 10 : 0;
    case 3: case 7: return 8;
    case 5: return p[1] <= n - 8 && (!p[1] || memchr(p + 8, 0, p[1])) ? 8 + (size_t)p[1] : 0;
    case 6: return compound(p, n, depth, version, *size);
    case 8: return enumeration(p, n, depth, version);
    case 9:
        used = datatype(p + 8, n - 8, depth + 1, &base);
        if ((p[1] & 15) == 1 && base != 1) return 0; /* HDF5 reserves so many bytes for each of a string's */
        return used && *size >= 16 ? 8 + used : 0;
    case 10: return array(p, n, depth, version, *size);
    case 11: /* complex numbers */
        used = datatype(p + 8, n - 8, depth + 1, &base);
        return used && times(2, base) == *size ? 8 + used : 0;
    default: return 0;
    }
}

/* --- the others -------------------------------------------------------------------------- */

/* strings: where the references of an attribute of strings of variable length begin, or NULL; count of them. */
static bool attribute(const unsigned char *p, size_t n, const unsigned char **strings, uint64_t *count)
{
    *strings = NULL;
    if (n < 8) return false;
    int version = p[0], rank;
    size_t name = (size_t)slm_little(p + 2, 2), type = (size_t)slm_little(p + 4, 2), space = (size_t)slm_little(p + 6, 2), at = version == 3 ? 9 : 8;
    size_t skip_name = version == 1 ? pad8(name) : name, skip_type = version == 1 ? pad8(type) : type, skip_space = version == 1 ? pad8(space) : space;
    uint64_t size;
    if (version < 1 || version > 3 || at + skip_name + skip_type + skip_space > n || !name_size(p + at, name)) return false;
    if (version >= 2 && (p[1] & 3)) return false; /* of a type named elsewhere: nothing that AnnData holds, and its size is not here */
    at += skip_name;
    const unsigned char *kind = p + at;
    if (!datatype(kind, type, 0, &size)) return false;
    at += skip_type;
    if (!dataspace(p + at, space, &rank, count)) return false;
    at += skip_space;
    if (times(size, *count) > n - at) return false;
    if ((kind[0] & 15) == 9 && (kind[1] & 15) == 1) {
        if (size != 16) return false;
        *strings = p + at;
    }
    return true;
}

const unsigned char *slm_h5_attribute_strings(const unsigned char *p, size_t n, uint64_t *count)
{
    const unsigned char *strings;
    return attribute(p, n, &strings, count) ? strings : NULL;
}

static bool fill(const unsigned char *p, size_t n, int kind, slm_h5_facts *facts)
{
    size_t at = 0;
    if (kind == SLM_H5_MSG_FILL) {
        if (n < 2) return false;
        if (p[0] < 1 || p[0] > 3) return false;
        if (p[0] == 3 && !(p[1] & 0x20)) return true;
        if (p[0] < 3 && n < 4) return false;
        if (p[0] == 2 && !p[3]) return true;
        at = p[0] == 3 ? 2 : 4;
    }
    if (n < at + 4) return false;
    uint64_t bytes = slm_little(p + at, 4);
    if (bytes == UINT32_MAX || bytes == 0) return true; /* undefined, or the default */
    facts->fill = 1;
    facts->fill_bytes = bytes;
    return bytes <= n - at - 4;
}

static bool layout(const unsigned char *p, size_t n, slm_h5_facts *facts)
{
    if (n < 2) return false;
    facts->layout = true;
    facts->chunk_tree = UINT64_MAX;
    if (p[0] == 1 || p[0] == 2) {
        if (n < 8) return false;
        int dims = facts->chunk_dims = p[1];
        facts->layout_class = p[2];
        size_t at = 8 + (p[2] ? 8 : 0);
        if (dims < 1 || dims > MOST_RANK + 1 || p[2] > 2 || n < at + (size_t)dims * 4 + (p[2] ? 0 : 4)) return false;
        if (p[2] == 2) facts->chunk_tree = slm_little(p + 8, 8);
        facts->chunk_element = slm_little(p + at + 4 * (dims - 1), 4);
        for (int i = 0; i < dims && p[2] == 2; i++)
            if (!slm_little(p + at + 4 * i, 4)) return false;
        if (!p[2]) facts->compact_bytes = slm_little(p + at + 4 * dims, 4);
        return p[2] || facts->compact_bytes <= n - at - 4 * (size_t)dims - 4;
    }
    facts->layout_class = p[1];
    if (p[0] == 4 && p[1] == 2) {
        facts->layout = false; /* newer kinds of chunk index: these are checksummed */
        return n >= 5 && p[3] >= 1 && p[3] <= MOST_RANK + 1 && p[4] >= 1 && p[4] <= 8 && n >= 5 + (size_t)p[3] * p[4] + 1;
    }
    if (p[0] != 3 && p[0] != 4) return false;
    if (p[1] == 0) {
        facts->compact_bytes = n < 4 ? 0 : slm_little(p + 2, 2);
        return n >= 4 && facts->compact_bytes <= n - 4;
    }
    if (p[1] == 1) return n >= 18;
    if (p[1] != 2 || n < 11) return p[0] == 4 && p[1] == 3 && n >= 14; /* virtual */
    int dims = facts->chunk_dims = p[2];
    facts->chunk_tree = slm_little(p + 3, 8);
    if (dims < 2 || dims > MOST_RANK + 1 || n < 11 + 4 * (size_t)dims) return false;
    for (int i = 0; i < dims; i++)
        if (!slm_little(p + 11 + 4 * i, 4)) return false;
    facts->chunk_element = slm_little(p + 11 + 4 * (dims - 1), 4);
    return true;
}

static bool filters(const unsigned char *p, size_t n)
{
    if (n < 2) return false;
    int version = p[0], count = p[1];
    size_t at = version == 1 ? 8 : 2;
    if ((version != 1 && version != 2) || count > MOST_FILTERS) return false;
    for (int i = 0; i < count; i++) {
        if (at + 2 > n) return false;
        bool named = version == 1 || slm_little(p + at, 2) >= 256;
        size_t head = named ? 8 : 6;
        if (at + head > n) return false;
        size_t name = named ? (size_t)slm_little(p + at + 2, 2) : 0, values = (size_t)slm_little(p + at + head - 2, 2);
        at += head;
        if (name > n - at || (name && !memchr(p + at, 0, name)) || (version == 1 && name % 8)) return false;
        at += name;
        if (4 * values > n - at) return false;
        at += 4 * values;
        if (version == 1 && values % 2) at += 4;
        if (at > n) return false;
    }
    return true;
}

/* Where the name of a link begins and how long it is; 0 when unsound. */
static size_t link_name(const unsigned char *p, size_t n, size_t *length, int *type)
{
    if (n < 2 || p[0] != 1) return 0;
    int flags = p[1], bytes = 1 << (flags & 3);
    size_t at = 2;
    *type = 0;
    if (flags & 8) *type = at < n ? p[at] : -1, at++;
    if (flags & 4) at += 8;
    if (flags & 16) at += 1;
    if (at + (size_t)bytes > n || *type < 0) return 0;
    uint64_t name = slm_little(p + at, bytes);
    at += (size_t)bytes;
    if (name == 0 || name > n - at) return 0;
    *length = (size_t)name;
    return at;
}

static bool sound_link(const unsigned char *p, size_t n)
{
    size_t length;
    int type;
    size_t at = link_name(p, n, &length, &type);
    if (!at) return false;
    at += length;
    if (type == 0) return n - at >= 8;
    return n - at >= 2 && slm_little(p + at, 2) <= n - at - 2;
}

uint64_t slm_h5_link_target(const unsigned char *p, size_t n)
{
    size_t length;
    int type;
    size_t at = link_name(p, n, &length, &type);
    return at && type == 0 && n - at - length >= 8 ? slm_little(p + at + length, 8) : UINT64_MAX;
}

bool slm_h5_links_elsewhere(const unsigned char *p, size_t n)
{
    size_t at = 2 + (size_t)(n >= 2 && p[1] & 1) * 8;
    return n >= at + 8 && slm_little(p + at, 8) != UINT64_MAX;
}

bool slm_h5_message_sound(int kind, const unsigned char *p, size_t n, slm_h5_facts *facts)
{
    const unsigned char *strings;
    uint64_t count;
    switch (kind) {
    case SLM_H5_MSG_DATASPACE: facts->space = true; return dataspace(p, n, &facts->rank, &facts->count);
    case SLM_H5_MSG_DATATYPE: facts->type = true; return datatype(p, n, 0, &facts->element) > 0;
    case SLM_H5_MSG_OLD_FILL: case SLM_H5_MSG_FILL: return fill(p, n, kind, facts);
    case SLM_H5_MSG_LINK_INFO: return n >= 2 && n >= 2 + (size_t)(p[1] & 1) * 8 + 16 + (size_t)(p[1] >> 1 & 1) * 8;
    case SLM_H5_MSG_LINK: return sound_link(p, n);
    case SLM_H5_MSG_EXTERNAL: return false; /* raw data in other files: nothing that AnnData holds */
    case SLM_H5_MSG_LAYOUT: return layout(p, n, facts);
    case SLM_H5_MSG_GROUP_INFO: return n >= 2 && n >= 2 + (size_t)(p[1] & 1) * 4 + (size_t)(p[1] >> 1 & 1) * 4;
    case SLM_H5_MSG_FILTERS: return filters(p, n);
    case SLM_H5_MSG_ATTRIBUTE: return attribute(p, n, &strings, &count);
    case SLM_H5_MSG_COMMENT: return memchr(p, 0, n) != NULL;
    case SLM_H5_MSG_OLD_TIME: return n >= 16;
    case SLM_H5_MSG_CONTINUATION: return n >= 16;
    case SLM_H5_MSG_SYMBOLS: facts->symbols = true; return n >= 16;
    case SLM_H5_MSG_TIME: return n >= 8;
    case SLM_H5_MSG_BTREE_K: return n >= 7;
    case SLM_H5_MSG_ATTRIBUTE_INFO: return n >= 2 && n >= 2 + (size_t)(p[1] & 1) * 2 + 16 + (size_t)(p[1] >> 1 & 1) * 8;
    case SLM_H5_MSG_DRIVER: return n >= 16;
    default: return true; /* unknown ones HDF5 passes over */
    }
}

bool slm_h5_facts_agree(const slm_h5_facts *f)
{
    if (f->type && f->fill && f->fill_bytes != f->element) return false;
    if (!f->layout || !f->space || !f->type) return true;
    if (f->layout_class == 0) return times(f->count, f->element) <= f->compact_bytes;
    return f->layout_class != 2 || (f->chunk_dims == f->rank + 1 && f->chunk_element == f->element);
}
