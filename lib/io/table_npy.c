/* SPDX-License-Identifier: MIT */
#include "file/bytes.h"
#include "file/text.h"
#include "hdf5/decode.h"
#include "io/table.h"
#include <zlib.h>

/* NumPy's .npy, and .npz archives of them. Pickled objects are never read. */

typedef struct npy {
    char kind;         /* 'f' 'i' 'u' 'b'(ool) 'U' 'S' 'O' */
    int width;         /* bytes of one element */
    bool big, fortran; /* the largest byte first; columns first */
    int rank;
    int64_t dims[4], count;
    const char *data;
} npy;

static int64_t little(int n, const char *p) { return (int64_t)slm_little(p, n); }

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
    int64_t length = wide ? little(4, bytes + 8) : little(2, bytes + 8), start = wide ? 12 : 10;
    char header[4096];
    if (length > size - start || length >= (int64_t)sizeof header) return false;
    memcpy(header, bytes + start, (size_t)length);
    header[length] = 0;
    const char *descr = header_value(header, "descr"), *order = header_value(header, "fortran_order"), *shape = header_value(header, "shape");
    if (!descr || !order || !shape || (*descr != '\'' && *descr != '"')) return false;
    descr++;
    a->big = *descr == '>';
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

enum { NOT_NPY, NUMBERS, TEXTS, PICKLED };

static int npy_kind(const char *bytes, int64_t size, int *rank)
{
    npy a;
    if (!parse_header(&a, bytes, size)) return NOT_NPY;
    *rank = a.rank;
    return a.kind == 'U' || a.kind == 'S' ? TEXTS : a.kind == 'O' ? PICKLED : NUMBERS;
}

static scilama_status npy_numbers(scilama_context *ctx, const char *bytes, int64_t size, const char *what, float **values, int64_t *rows, int64_t *width, scilama_error *error)
{
    npy a;
    *values = NULL;
    if (!parse_header(&a, bytes, size)) return slm_fail(error, SCILAMA_E_FORMAT, "%s is not a whole .npy array: its header or its data are damaged or truncated", what);
    if (a.kind == 'O') return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s holds pickled objects, which are never read: save it as a float array", what);
    if (a.rank != 2) return slm_fail(error, SCILAMA_E_FORMAT, "%s has %d dimensions where genes x width is expected", what, a.rank);
    slm_number_format format = { .kind = a.kind == 'b' ? 'u' : a.kind, .width = a.width, .swap = a.big == slm_little_machine() };
    if (!slm_format_known(&format, SLM_H5_F32))
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s has elements of type %c%d: save it as float32", what, a.kind, a.width);
    *values = slm_alloc_array(ctx, a.count, sizeof **values);
    float *swapped = a.fortran ? slm_alloc_array(ctx, a.count, sizeof *swapped) : NULL;
    scilama_status status = *values && (swapped || !a.fortran) ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) slm_convert(a.fortran ? swapped : *values, SLM_H5_F32, a.data, a.count, &format);
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

static scilama_status npy_strings(scilama_context *ctx, const char *bytes, int64_t size, const char *what, slm_strings *out, scilama_error *error)
{
    npy a;
    SLM_NAME_LIST(list, ctx);
    *out = (slm_strings){ 0 };
    if (!parse_header(&a, bytes, size) || a.rank != 1 || (a.kind != 'U' && a.kind != 'S'))
        return slm_fail(error, SCILAMA_E_FORMAT, "%s is not a line of names", what);
    for (int64_t i = 0; i < a.count; i++) {
        const char *cell = a.data + i * a.width;
        if (a.kind == 'S') {
            const char *end = memchr(cell, 0, (size_t)a.width);
            slm_name_list_add(&list, cell, end ? (size_t)(end - cell) : (size_t)a.width);
            continue;
        }
        for (int k = 0; k < a.width; k += 4) {
            uint32_t c = (uint32_t)slm_little(cell + k, 4);
            if (a.big) c = c >> 24 | (c >> 8 & 0xFF00) | (c << 8 & 0xFF0000) | c << 24;
            if (c) slm_put_utf8(&list.bytes, c);
        }
        slm_name_list_add(&list, "", 0);
    }
    return slm_name_list_take(&list, out, error);
}

scilama_status slm_table_npy(slm_raw_table *out, scilama_context *ctx, const char *path, const char *key, const char *bytes, int64_t size, scilama_error *error)
{
    return npy_numbers(ctx, bytes, size, path, &out->values, &out->rows, &out->width, error);
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
    if (*at < 0 || total - *at < 46 || little(4, p) != 0x02014b50) return false;
    int64_t name = little(2, p + 28), extra = little(2, p + 30), comment = little(2, p + 32), local = little(4, p + 42);
    if (46 + name + extra + comment > total - *at) return false;
    e->method = (int)little(2, p + 10);
    e->packed = little(4, p + 20);
    e->size = little(4, p + 24);
    snprintf(e->name, sizeof e->name, "%.*s", (int)(name < 255 ? name : 255), p + 46);
    for (const char *x = p + 46 + name, *end = x + extra; end - x >= 4;) { /* zip64 sizes */
        int64_t n = little(2, x + 2);
        if (n > end - x - 4) break;
        if (little(2, x) == 1) {
            const char *q = x + 4, *last = q + n;
            if (e->size == 0xFFFFFFFF && last - q >= 8) e->size = little(8, q), q += 8;
            if (e->packed == 0xFFFFFFFF && last - q >= 8) e->packed = little(8, q), q += 8;
            if (local == 0xFFFFFFFF && last - q >= 8) local = little(8, q);
        }
        x += 4 + n;
    }
    *at += 46 + name + extra + comment;
    if (local < 0 || local > total - 30 || little(4, zip + local) != 0x04034b50) return false;
    e->data = local + 30 + little(2, zip + local + 26) + little(2, zip + local + 28);
    return e->data <= total && e->packed >= 0 && e->packed <= total - e->data && e->size >= 0;
}

static int64_t directory(const char *zip, int64_t total)
{
    for (int64_t at = total - 22; at >= 0 && at > total - 70000; at--)
        if (little(4, zip + at) == 0x06054b50) {
            int64_t start = little(4, zip + at + 16);
            if (start == 0xFFFFFFFF && at >= 20 && little(4, zip + at - 20) == 0x07064b50) {
                int64_t end64 = little(8, zip + at - 12);
                if (end64 < 0 || end64 > total - 56 || little(4, zip + end64) != 0x06064b50) return -1;
                start = little(8, zip + end64 + 48);
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

/* Which array of an archive has the names of genes: the first of those that names are called, or the only one. */
typedef struct names_found {
    zip_entry entry;
    int place, count;  /* in slm_table_name_keys; how many there are of it */
    bool pickled;
    char all[160];     /* "biotype, label" */
} names_found;

static void take_names(names_found *n, const zip_entry *e, bool pickled)
{
    int place = 0, length = (int)strlen(e->name);
    size_t used = strlen(n->all);
    while (place < SLM_TABLE_NAME_KEYS && !is_key(e->name, slm_table_name_keys[place])) place++;
    if (length > 4 && !strcmp(e->name + length - 4, ".npy")) length -= 4;
    snprintf(n->all + used, sizeof n->all - used, "%s%.*s", used ? ", " : "", length < 40 ? length : 40, e->name);
    if (n->count && place > n->place) return;
    n->count = n->count && place == n->place ? n->count + 1 : 1;
    if (n->count > 1) return;
    n->entry = *e;
    n->place = place;
    n->pickled = pickled;
}

/* Into out->names, or out->lack: names may still lie in a file beside. */
static scilama_status read_names(slm_raw_table *out, scilama_context *ctx, const char *path, const char *zip, const names_found *n, scilama_error *error)
{
    char *bytes;
    if (!n->count) return SCILAMA_OK;
    if (n->place == SLM_TABLE_NAME_KEYS && n->count > 1) {
        snprintf(out->lack, sizeof out->lack, "which array has the names of genes is not clear (%s): call it genes, or put one name a line into a .txt file of the same stem", n->all);
        return SCILAMA_OK;
    }
    if (n->pickled) {
        snprintf(out->lack, sizeof out->lack,
                 "the names of genes (%.60s) are pickled Python objects, which are never read: save them as texts, names.astype(str), or put one name a line into a .txt file of the same stem",
                 n->entry.name);
        return SCILAMA_OK;
    }
    SLM_TRY(unpack(ctx, zip, &n->entry, path, &bytes, error));
    scilama_status status = npy_strings(ctx, bytes, n->entry.size, path, &out->names, error);
    slm_free(ctx, bytes);
    return status;
}

scilama_status slm_table_npz(slm_raw_table *out, scilama_context *ctx, const char *path, const char *key, const char *zip, int64_t total, scilama_error *error)
{
    zip_entry e;
    names_found names = { 0 };
    int64_t at = total < 22 ? -1 : directory(zip, total);
    scilama_status status = at < 0 ? slm_fail(error, SCILAMA_E_FORMAT, "%s is not a whole .npz archive: it is damaged or truncated", path) : SCILAMA_OK;
    int tables = 0;
    while (!status && next_entry(zip, total, &at, &e)) {
        char *bytes;
        int rank = 0;
        if (strstr(e.name, "data.pkl")) return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s is a PyTorch file, which is never unpickled: save the tensor as .npy or safetensors", path);
        status = unpack(ctx, zip, &e, path, &bytes, error);
        if (status) break;
        int kind = npy_kind(bytes, e.size, &rank);
        if ((kind == TEXTS || kind == PICKLED) && rank == 1) take_names(&names, &e, kind == PICKLED);
        else if (kind == NUMBERS && rank == 2 && (!key || is_key(e.name, key)) && tables++ == 0)
            status = npy_numbers(ctx, bytes, e.size, path, &out->values, &out->rows, &out->width, error);
        slm_free(ctx, bytes);
    }
    if (!status) status = read_names(out, ctx, path, zip, &names, error);
    if (!status && tables == 0) status = slm_fail(error, SCILAMA_E_NOTFOUND, "%s holds no two-dimensional array%s%.60s", path, key ? " named " : "", key ? key : "");
    if (!status && tables > 1) status = slm_fail(error, SCILAMA_E_INVALID, "%s holds %d two-dimensional arrays: name one by the key", path, tables);
    return status;
}
