/* SPDX-License-Identifier: MIT */
#include "file/text.h"
#include <errno.h>
#include <sys/stat.h>
#include <zlib.h>

/* Text of files, by lines in one growing buffer (gzip unpacked on the way), and what a file is by its first bytes. Numbers
 * are read without the host's locale. */

enum { BUFFER_BYTES = 1 << 18 };
static const size_t LONGEST_LINE = (size_t)1 << 30;

bool slm_file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool slm_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool slm_ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    if (m > n) return false;
    for (size_t i = 0; i < m; i++) {
        char a = text[n - m + i], b = end[i];
        if (a >= 'A' && a <= 'Z') a = (char)(a + 32);
        if (b >= 'A' && b <= 'Z') b = (char)(b + 32);
        if (a != b) return false;
    }
    return true;
}

static scilama_status open_failed(const char *path, scilama_error *error)
{
    int code = errno;
    return slm_fail_detail(error, code == ENOENT ? SCILAMA_E_NOTFOUND : SCILAMA_E_IO, code, "cannot open %s: %s", path, strerror(code));
}

scilama_status slm_file_peek(const char *path, void *bytes, size_t size, size_t *got, scilama_error *error)
{
    *got = 0;
    struct stat st;
    if (stat(path, &st) != 0) return open_failed(path, error);
    if (!S_ISREG(st.st_mode)) return slm_fail(error, SCILAMA_E_IO, "cannot open %s: it is not a regular file", path);
    FILE *file = fopen(path, "rb");
    if (!file) return open_failed(path, error);
    *got = fread(bytes, 1, size, file);
    int code = ferror(file) ? errno : 0;
    fclose(file);
    return code ? slm_fail_detail(error, SCILAMA_E_IO, code, "cannot read %s: %s", path, strerror(code)) : SCILAMA_OK;
}

bool slm_file_is_hdf5(const char *path)
{
    struct stat st;
    char signature[8];
    FILE *file = stat(path, &st) == 0 && S_ISREG(st.st_mode) ? fopen(path, "rb") : NULL;
    bool found = false;
    for (off_t at = 0; file && !found && at < st.st_size; at = at ? 2 * at : 512)
        found = fseeko(file, at, SEEK_SET) == 0 && fread(signature, 1, sizeof signature, file) == sizeof signature && !memcmp(signature, "\x89HDF\r\n\x1a\n", 8);
    if (file) fclose(file);
    return found;
}

scilama_status slm_not_hdf5(const char *path, scilama_error *error)
{
    static const struct { const char *bytes; size_t size; const char *what; } packed[] = {
        { "\x1f\x8b", 2, "gzip: unpack it first (gunzip -k)" }, { "PK\3\4", 4, "zip: unpack it first (unzip)" }, { "BZh", 3, "bzip2: unpack it first (bunzip2 -k)" },
        { "\xfd" "7zXZ", 5, "xz: unpack it first (unxz -k)" }, { "\x28\xb5\x2f\xfd", 4, "zstd: unpack it first (unzstd)" } };
    unsigned char head[16] = { 0 };
    size_t got = 0;
    if (slm_ends_with(path, ".rds") || slm_ends_with(path, ".rda") || slm_ends_with(path, ".rdata") || slm_ends_with(path, ".qs"))
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s is an R object, which is not read: write .h5ad in R (anndataR, or writeH5AD of zellkonverter)", path);
    if (slm_file_peek(path, head, sizeof head, &got, NULL)) got = 0;
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
        if (got >= packed[i].size && !memcmp(head, packed[i].bytes, packed[i].size))
            return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s is not an HDF5 file but compressed by %s", path, packed[i].what);
    return slm_fail(error, SCILAMA_E_FORMAT, "%s is not an HDF5 file, or its beginning is damaged", path);
}

scilama_status slm_file_read(scilama_context *ctx, const char *path, char **bytes, int64_t *size, scilama_error *error)
{
    struct stat st;
    *bytes = NULL;
    if (stat(path, &st) != 0) return open_failed(path, error);
    if (!S_ISREG(st.st_mode)) return slm_fail(error, SCILAMA_E_IO, "cannot open %s: it is not a regular file", path);
    FILE *file = fopen(path, "rb");
    if (!file) return open_failed(path, error);
    *size = (int64_t)st.st_size;
    *bytes = slm_alloc_array(ctx, *size + 1, 1);
    scilama_status status = *bytes ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status && fread(*bytes, 1, (size_t)*size, file) != (size_t)*size) {
        int code = ferror(file) ? errno : 0;
        status = code ? slm_fail_detail(error, SCILAMA_E_IO, code, "cannot read %s: %s", path, strerror(code))
                      : slm_fail(error, SCILAMA_E_IO, "cannot read %s: it ends before its size", path);
        slm_free(ctx, *bytes);
        *bytes = NULL;
    }
    if (!status) (*bytes)[*size] = 0;
    fclose(file);
    return status;
}

/* --- lines --------------------------------------------------------------------- */

scilama_status slm_lines_open(slm_lines *l, scilama_context *ctx, const char *path, scilama_error *error)
{
    *l = (slm_lines){ .ctx = ctx, .path = path, .capacity = BUFFER_BYTES };
    if (slm_is_folder(path)) return slm_fail(error, SCILAMA_E_IO, "cannot open %s: it is a folder", path);
    errno = 0;
    l->gz = gzopen(path, "rb");
    if (!l->gz) return errno ? open_failed(path, error) : slm_fail_nomem(error);
    gzbuffer(l->gz, 1 << 17);
    l->buffer = slm_alloc_array(ctx, (int64_t)l->capacity + 1, 1);
    if (l->buffer) return SCILAMA_OK;
    slm_lines_close(l);
    return slm_fail_nomem(error);
}

void slm_lines_close(slm_lines *l)
{
    if (l->gz) gzclose(l->gz);
    if (l->ctx) slm_free(l->ctx, l->buffer);
    *l = (slm_lines){ 0 };
}

/* Moves what is left to the front and reads more; grows when a line fills the buffer. */
static scilama_status refill(slm_lines *l, scilama_error *error)
{
    if (l->start > 0) {
        memmove(l->buffer, l->buffer + l->start, l->end - l->start);
        l->end -= l->start;
        l->start = 0;
    } else if (l->end == l->capacity) {
        if (l->capacity >= LONGEST_LINE) return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld is longer than 1 GiB", l->path, (long long)l->number + 1);
        char *grown = slm_realloc_array(l->ctx, l->buffer, (int64_t)l->end, (int64_t)l->capacity * 2 + 1, 1);
        if (!grown) return slm_fail_nomem(error);
        l->buffer = grown;
        l->capacity *= 2;
    }
    size_t room = l->capacity - l->end;
    int got = gzread(l->gz, l->buffer + l->end, room > (1u << 30) ? 1u << 30 : (unsigned)room);
    int code = Z_OK;
    const char *text = gzerror(l->gz, &code);
    if (code == Z_ERRNO && errno) return slm_fail_detail(error, SCILAMA_E_IO, errno, "cannot read %s: %s", l->path, strerror(errno));
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: the compressed text is damaged or truncated (%s)", l->path, text ? text : "zlib");
    if (got == 0) l->eof = true;
    l->end += (size_t)got;
    return SCILAMA_OK;
}

scilama_status slm_lines_next(slm_lines *l, char **line, size_t *length, scilama_error *error)
{
    size_t scanned = 0;
    for (;;) {
        char *from = l->buffer + l->start, *end = memchr(from + scanned, '\n', l->end - l->start - scanned);
        if (!end && !l->eof) {
            scanned = l->end - l->start;
            SLM_TRY(refill(l, error));
            continue;
        }
        *line = NULL;
        *length = 0;
        if (!end && l->start == l->end) return SCILAMA_OK;
        size_t n = end ? (size_t)(end - from) : l->end - l->start;
        l->start += n + (end != NULL);
        l->consumed += (int64_t)n + 1;
        l->number++;
        if (n > 0 && from[n - 1] == '\r') n--;
        from[n] = 0;
        if (l->number == 1 && n >= 3 && !memcmp(from, "\xEF\xBB\xBF", 3)) from += 3, n -= 3; /* byte order mark */
        *line = from;
        *length = n;
        return SCILAMA_OK;
    }
}

scilama_status slm_lines_text(const slm_lines *l, const char *line, size_t length, scilama_error *error)
{
    if (l->number == 1 && length >= 2 && (!memcmp(line, "\xFF\xFE", 2) || !memcmp(line, "\xFE\xFF", 2)))
        return slm_fail(error, SCILAMA_E_FORMAT, "%s is UTF-16: convert the file, say with iconv -f UTF-16 -t UTF-8", l->path);
    if (memchr(line, 0, length)) return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld holds a zero byte: it is not text", l->path, (long long)l->number);
    if (slm_utf8_valid(line, length)) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_FORMAT, "%.120s: line %lld (%.60s) is not UTF-8: convert the file, say with iconv -f LATIN1 -t UTF-8", l->path,
                    (long long)l->number, line);
}

char *slm_field(char *line, char mark, char **from, size_t *length)
{
    char *p = line, *to = line;
    *from = line;
    if (*line == '"') {
        for (p++; *p && !(*p == '"' && p[1] != '"'); p++)
            if (*p == '"') p++; /* "" stands for one */
        if (*p && (!p[1] || p[1] == mark)) {
            char *end = p;
            for (p = line + 1; p < end; *to++ = *p++)
                if (*p == '"') p++;
            *length = (size_t)(to - line);
            return end[1] ? end + 2 : NULL;
        }
    }
    for (p = line; *p && *p != mark;) p++;
    *length = (size_t)(p - line);
    return *p ? p + 1 : NULL;
}

/* --- numbers --------------------------------------------------------------------- */

/* Up to 15 digits and a power of ten within 22 are exact in double arithmetic. */
bool slm_read_number(const char *text, const char *end, double *value)
{
    static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    const char *p = text;
    while (p < end && (*p == ' ' || *p == '\t')) p++;
    const char *start = p;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    int64_t mantissa = 0;
    int digits = 0, exponent = 0, seen = 0;
    for (; p < end && *p >= '0' && *p <= '9'; p++, seen++) mantissa = digits < 18 ? mantissa * 10 + (*p - '0') : mantissa, digits += digits || *p != '0';
    if (p < end && *p == '.')
        for (p++; p < end && *p >= '0' && *p <= '9'; p++, seen++) mantissa = digits < 18 ? mantissa * 10 + (*p - '0') : mantissa, digits += digits || *p != '0', exponent--;
    if (seen && p < end && (*p == 'e' || *p == 'E')) {
        const char *q = p + 1;
        bool down = q < end && *q == '-';
        if (q < end && (*q == '-' || *q == '+')) q++;
        int e = 0;
        const char *first = q;
        for (; q < end && *q >= '0' && *q <= '9' && e < 10000; q++) e = e * 10 + (*q - '0');
        if (q > first) p = q, exponent += down ? -e : e;
    }
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r')) p++;
    if (p == end && seen && digits <= 15 && exponent >= -22 && exponent <= 22) {
        double v = exponent < 0 ? (double)mantissa / powers[-exponent] : (double)mantissa * powers[exponent];
        *value = negative ? -v : v;
        return true;
    }
    return slm_parse_double(start, end, value);
}

void slm_put_utf8(slm_bytes *b, uint32_t c)
{
    char s[4];
    size_t n = 0;
    if (c >= 0xD800 && (c < 0xE000 || c > 0x10FFFF)) c = 0xFFFD;
    if (c < 0x80) s[n++] = (char)c;
    else {
        if (c < 0x800) s[n++] = (char)(0xC0 | c >> 6);
        else {
            if (c < 0x10000) s[n++] = (char)(0xE0 | c >> 12);
            else {
                s[n++] = (char)(0xF0 | c >> 18);
                s[n++] = (char)(0x80 | (c >> 12 & 63));
            }
            s[n++] = (char)(0x80 | (c >> 6 & 63));
        }
        s[n++] = (char)(0x80 | (c & 63));
    }
    slm_bytes_put(b, s, n);
}
