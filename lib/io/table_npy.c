/* SPDX-License-Identifier: MIT */
#include "file/text.h"
#include "io/table.h"
#include <stdio.h>
#include <string.h>
#include <zlib.h>

/* NumPy's .npy, and .npz archives of them. Pickled objects are never read. */

typedef struct npy {
    char kind;         /* 'f' 'i' 'u' 'b'(ool) 'U' 'S' 'O' */
    int width;         /* bytes of one element */
    bool swap, fortran;
    int rank;
    int64_t dims[4], count;
    const char *data;
} npy;

static uint32_t le32(const char *p) { const unsigned char *u = (const unsigned char *)p; return u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24; }
static uint32_t le16(const char *p) { const unsigned char *u = (const unsigned char *)p; return u[0] | (uint32_t)u[1] << 8; }
static uint64_t le64(const char *p) { return le32(p) | (uint64_t)le32(p + 4) << 32; }

/* The value of 'key': in the header, or NULL. The header is terminated text. */
static const char *header_value(const char *header, const char *key)
{
    const char *p = strstr(header, key);
    if (!p) return NULL;
    p += strlen(key);
    if (*p != '\'' && *p != '"') return NULL;
    for (p++; *p == ' ' || *p == ':';) p++;
    return p;
}

static bool parse_shape(npy *a, const char *p)
{
    if (*p++ != '(') return false;
    a->count = 1;
    for (;;) {
        while (*p == ' ' || *p == ',') p++;
        if (*p == ')') return true;
        int64_t n = 0;
        if (*p < '0' || *p > '9' || a->rank == 4) return false;
        for (; *p >= '0' && *p <= '9'; p++) {
            if (n > INT64_MAX / 100) return false;
            n = n * 10 + (*p - '0');
        }
        if (*p == 'L') p++;
        a->dims[a->rank++] = n;
        if (!slm_mul_size(a->count, n, &a->count)) return false;
    }
}

static bool parse_header(npy *a, const char *bytes, int64_t size)
{
    *a = (npy){ 0 };
    if (size < 12 || memcmp(bytes, "\x93NUMPY", 6) != 0) return false;
    bool wide = bytes[6] >= 2;
    int64_t length = wide ? (int64_t)le32(bytes + 8) : (int64_t)le16(bytes + 8), start = wide ? 12 : 10;
    char header[4096];
    if (length > size - start || length >= (int64_t)sizeof header) return false;
    memcpy(header, bytes + start, (size_t)length);
    header[length] = 0;
    const char *descr = header_value(header, "descr"), *order = header_value(header, "fortran_order"), *shape = header_value(header, "shape");
    if (!descr || !order || !shape || (*descr != '\'' && *descr != '"')) return false;
    descr++;
    a->swap = *descr == '>';
    if (strchr("<>|=", *descr)) descr++;
    a->kind = *descr++;
    for (; *descr >= '0' && *descr <= '9' && a->width < 100000; descr++) a->width = a->width * 10 + (*descr - '0');
    if (a->kind == 'U') a->width *= 4;
    if (a->kind == 'O') a->width = 1;
    a->fortran = !strncmp(order, "True", 4);
    if (a->width < 1 || !parse_shape(a, shape)) return false;
    a->data = bytes + start + length;
    int64_t need;
    return slm_mul_size(a->count, a->width, &need) && (a->kind == 'O' || need <= size - start - length);
}

int slm_npy_kind(const char *bytes, int64_t size, int *rank)
{
    npy a;
    if (!parse_header(&a, bytes, size)) return -1;
    *rank = a.rank;
    return a.kind == 'U' || a.kind == 'S' ? 1 : a.kind == 'O' ? -1 : 0;
}

static float element(const char *p, char kind, int width, bool swap)
{
    unsigned char b[8];
    for (int i = 0; i < width; i++) b[i] = (unsigned char)p[swap ? width - 1 - i : i];
    uint64_t bits = 0;
    for (int i = width - 1; i >= 0; i--) bits = bits << 8 | b[i];
    if (kind == 'f' && width == 2) return slm_half_to_float((uint16_t)bits);
    if (kind == 'b') kind = 'f', width = 4, bits <<= 16;
    if (kind == 'f' && width == 4) {
        uint32_t word = (uint32_t)bits;
        float v;
        memcpy(&v, &word, sizeof v);
        return v;
    }
    if (kind == 'f') {
        double v;
        memcpy(&v, &bits, sizeof v);
        return (float)v;
    }
    if (kind == 'i' && width < 8 && bits >> (8 * width - 1)) bits |= ~UINT64_C(0) << (8 * width);
    return kind == 'i' ? (float)(int64_t)bits : (float)bits;
}

bool slm_convert_numbers(float *out, const char *bytes, int64_t count, char kind, int width, bool swap)
{
    bool known = kind == 'f' ? width == 2 || width == 4 || width == 8
               : kind == 'b' ? width == 2 : (kind == 'i' || kind == 'u') && (width == 1 || width == 2 || width == 4 || width == 8);
    for (int64_t i = 0; i < count && known; i++) out[i] = element(bytes + i * width, kind, width, swap);
    return known;
}

scilama_status slm_npy_numbers(scilama_context *ctx, const char *bytes, int64_t size, const char *what, float **values, int64_t *rows, int64_t *width, scilama_error *error)
{
    npy a;
    *values = NULL;
    if (!parse_header(&a, bytes, size)) return slm_fail(error, SCILAMA_E_FORMAT, "%s is not a whole .npy array: its header or its data are damaged or truncated", what);
    if (a.kind == 'O') return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s holds pickled objects, which are never read: save it as a float array", what);
    if (a.rank != 2) return slm_fail(error, SCILAMA_E_FORMAT, "%s has %d dimensions where genes x width is expected", what, a.rank);
    *values = slm_alloc_array(ctx, a.count, sizeof **values);
    float *swapped = a.fortran ? slm_alloc_array(ctx, a.count, sizeof *swapped) : NULL;
    scilama_status status = *values && (swapped || !a.fortran) ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status && !slm_convert_numbers(a.fortran ? swapped : *values, a.data, a.count, a.kind == 'b' ? 'u' : a.kind, a.width, a.swap))
        status = slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s has elements of type %c%d: save it as float32", what, a.kind, a.width);
    *rows = a.dims[0];
    *width = a.dims[1];
    if (!status && a.fortran)
        for (int64_t i = 0; i < *rows; i++)
            for (int64_t j = 0; j < *width; j++) (*values)[i * *width + j] = swapped[j * *rows + i];
    slm_free(ctx, swapped);
    if (status) {
        slm_free(ctx, *values);
        *values = NULL;
    }
    return status;
}

scilama_status slm_npy_strings(scilama_context *ctx, const char *bytes, int64_t size, const char *what, slm_strings *out, scilama_error *error)
{
    npy a;
    slm_name_list list;
    *out = (slm_strings){ 0 };
    if (!parse_header(&a, bytes, size) || a.rank != 1 || (a.kind != 'U' && a.kind != 'S'))
        return slm_fail(error, SCILAMA_E_FORMAT, "%s is not a line of names", what);
    slm_name_list_init(&list, ctx);
    for (int64_t i = 0; i < a.count; i++) {
        const char *cell = a.data + i * a.width;
        if (a.kind == 'S') {
            const char *end = memchr(cell, 0, (size_t)a.width);
            slm_name_list_add(&list, cell, end ? (size_t)(end - cell) : (size_t)a.width);
            continue;
        }
        for (int k = 0; k < a.width; k += 4) {
            uint32_t c = le32(cell + k);
            if (a.swap) c = c >> 24 | (c >> 8 & 0xFF00) | (c << 8 & 0xFF0000) | c << 24;
            if (c) slm_put_utf8(&list.bytes, c);
        }
        slm_name_list_add(&list, "", 0);
    }
    scilama_status status = slm_name_list_take(&list, out, error);
    slm_name_list_free(&list);
    return status;
}

scilama_status slm_table_npy(slm_raw_table *out, scilama_context *ctx, const char *path, scilama_error *error)
{
    char *bytes;
    int64_t size;
    *out = (slm_raw_table){ 0 };
    scilama_status status = slm_file_read(ctx, path, &bytes, &size, error);
    if (!status) status = slm_npy_numbers(ctx, bytes, size, path, &out->values, &out->rows, &out->width, error);
    slm_free(ctx, bytes);
    return status;
}

/* --- .npz: a zip archive --------------------------------------------------------------- */

typedef struct zip_entry {
    char name[256];
    int method;
    int64_t packed, size, data; /* offset of the data in the archive */
} zip_entry;

/* Reads the directory entry at *at and moves on; false at the end or when damaged. */
static bool next_entry(const char *zip, int64_t total, int64_t *at, zip_entry *e)
{
    const char *p = zip + *at;
    if (*at < 0 || total - *at < 46 || le32(p) != 0x02014b50) return false;
    int64_t name = le16(p + 28), extra = le16(p + 30), comment = le16(p + 32), local = le32(p + 42);
    if (46 + name + extra + comment > total - *at) return false;
    e->method = (int)le16(p + 10);
    e->packed = le32(p + 20);
    e->size = le32(p + 24);
    snprintf(e->name, sizeof e->name, "%.*s", (int)(name < 255 ? name : 255), p + 46);
    for (const char *x = p + 46 + name, *end = x + extra; end - x >= 4;) { /* zip64 sizes */
        int64_t n = le16(x + 2);
        if (n > end - x - 4) break;
        if (le16(x) == 1) {
            const char *q = x + 4, *last = q + n;
            if (e->size == 0xFFFFFFFF && last - q >= 8) e->size = (int64_t)le64(q), q += 8;
            if (e->packed == 0xFFFFFFFF && last - q >= 8) e->packed = (int64_t)le64(q), q += 8;
            if (local == 0xFFFFFFFF && last - q >= 8) local = (int64_t)le64(q);
        }
        x += 4 + n;
    }
    *at += 46 + name + extra + comment;
    if (local < 0 || local > total - 30 || le32(zip + local) != 0x04034b50) return false;
    e->data = local + 30 + le16(zip + local + 26) + le16(zip + local + 28);
    return e->data <= total && e->packed >= 0 && e->packed <= total - e->data && e->size >= 0;
}

static int64_t directory(const char *zip, int64_t total)
{
    for (int64_t at = total - 22; at >= 0 && at > total - 70000; at--)
        if (le32(zip + at) == 0x06054b50) {
            int64_t start = le32(zip + at + 16);
            if (start == 0xFFFFFFFF && at >= 20 && le32(zip + at - 20) == 0x07064b50) {
                int64_t end64 = (int64_t)le64(zip + at - 12);
                if (end64 < 0 || end64 > total - 56 || le32(zip + end64) != 0x06064b50) return -1;
                start = (int64_t)le64(zip + end64 + 48);
            }
            return start >= 0 && start <= total ? start : -1;
        }
    return -1;
}

/* The bytes of an entry, unpacked: slm_alloc. */
static scilama_status unpack(scilama_context *ctx, const char *zip, const zip_entry *e, const char *path, char **out, scilama_error *error)
{
    *out = NULL;
    bool stored = e->method == 0 && e->packed == e->size, deflated = e->method == 8;
    if ((!stored && !deflated) || e->size > e->packed * 1100 + 4096 || e->size > UINT32_MAX || e->packed > UINT32_MAX)
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: the entry %s is damaged, or packed in a way that is not read", path, e->name);
    *out = slm_alloc_array(ctx, e->size + 1, 1);
    if (!*out) return slm_fail_nomem(error);
    if (stored) {
        memcpy(*out, zip + e->data, (size_t)e->size);
        return SCILAMA_OK;
    }
    z_stream z = { .next_in = (Bytef *)(zip + e->data), .avail_in = (uInt)e->packed, .next_out = (Bytef *)*out, .avail_out = (uInt)e->size };
    int code = inflateInit2(&z, -MAX_WBITS);
    if (code == Z_OK) code = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    if (code == Z_STREAM_END && z.avail_out == 0) return SCILAMA_OK;
    slm_free(ctx, *out);
    *out = NULL;
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: the entry %s is damaged", path, e->name);
}

static bool is_key(const char *entry, const char *key)
{
    size_t n = strlen(key);
    return !strncmp(entry, key, n) && (!entry[n] || !strcmp(entry + n, ".npy"));
}

static scilama_status read_npz(slm_raw_table *out, scilama_context *ctx, const char *path, const char *key, const char *zip, int64_t total, scilama_error *error)
{
    zip_entry e;
    int64_t at = directory(zip, total);
    scilama_status status = at < 0 ? slm_fail(error, SCILAMA_E_FORMAT, "%s is not a whole .npz archive: it is damaged or truncated", path) : SCILAMA_OK;
    int tables = 0;
    while (!status && next_entry(zip, total, &at, &e)) {
        char *bytes;
        int rank = 0;
        if (strstr(e.name, "data.pkl")) return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s is a PyTorch file, which is never unpickled: save the tensor as .npy or safetensors", path);
        status = unpack(ctx, zip, &e, path, &bytes, error);
        if (status) break;
        int kind = slm_npy_kind(bytes, e.size, &rank);
        if (kind == 1 && rank == 1 && !out->names.offsets) status = slm_npy_strings(ctx, bytes, e.size, path, &out->names, error);
        else if (kind == 0 && rank == 2 && (!key || is_key(e.name, key)) && tables++ == 0)
            status = slm_npy_numbers(ctx, bytes, e.size, path, &out->values, &out->rows, &out->width, error);
        slm_free(ctx, bytes);
    }
    if (!status && tables == 0) status = slm_fail(error, SCILAMA_E_NOTFOUND, "%s holds no two-dimensional array%s%.60s", path, key ? " named " : "", key ? key : "");
    if (!status && tables > 1) status = slm_fail(error, SCILAMA_E_INVALID, "%s holds %d two-dimensional arrays: name one by the key", path, tables);
    return status;
}

scilama_status slm_table_npz(slm_raw_table *out, scilama_context *ctx, const char *path, const char *key, scilama_error *error)
{
    char *zip;
    int64_t total;
    *out = (slm_raw_table){ 0 };
    scilama_status status = slm_file_read(ctx, path, &zip, &total, error);
    if (!status && total < 22) status = slm_fail(error, SCILAMA_E_FORMAT, "%s is not a whole .npz archive", path);
    if (!status) status = read_npz(out, ctx, path, key, zip, total, error);
    if (status) slm_raw_table_free(ctx, out);
    slm_free(ctx, zip);
    return status;
}
