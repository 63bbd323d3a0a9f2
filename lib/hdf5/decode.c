/* SPDX-License-Identifier: MIT */
#include "hdf5/decode.h"
#include "file/text.h"
#ifdef SLM_HAVE_LIBDEFLATE
#include <libdeflate.h>
#else
#include <zlib.h>
#endif
#ifdef SLM_HAVE_ZSTD
#include <zstd.h>
#endif

/* Filters undone (deflate, shuffle, LZF, zstd) and numbers converted from the file's format. Input may be anything: sizes are
 * checked at every step, and a chunk must unpack to exactly what it declares. */

bool slm_filter_known(int filter)
{
#ifdef SLM_HAVE_ZSTD
    if (filter == SLM_FILTER_ZSTD) return true;
#endif
    return filter == SLM_FILTER_DEFLATE || filter == SLM_FILTER_SHUFFLE || filter == SLM_FILTER_LZF;
}

/* LibLZF's format: literal runs (control < 32: control + 1 bytes) and references back
 * (length in the upper 3 bits, 7 = one more byte; 13 bits of distance). */
size_t slm_lzf_decompress(const char *in, size_t in_size, char *out, size_t out_size)
{
    const unsigned char *p = (const unsigned char *)in, *end = p + in_size;
    size_t at = 0;
    while (p < end) {
        unsigned control = *p++;
        if (control < 32) {
            size_t n = control + 1;
            if ((size_t)(end - p) < n || out_size - at < n) return 0;
            memcpy(out + at, p, n);
            at += n;
            p += n;
            continue;
        }
        size_t n = control >> 5, back = (size_t)(control & 31) << 8;
        if (n == 7) {
            if (p == end) return 0;
            n += *p++;
        }
        if (p == end) return 0;
        back += (size_t)*p++ + 1;
        n += 2;
        if (back > at || out_size - at < n) return 0;
        for (size_t i = 0; i < n; i++, at++) out[at] = out[at - back]; /* may overlap: byte by byte */
    }
    return at;
}

#ifdef SLM_HAVE_LIBDEFLATE
/* A chunk is there whole, which libdeflate asks for and is faster by. */
static bool inflate_chunk(const char *in, size_t in_size, char *out, size_t out_size)
{
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    if (!d) return false;
    bool ok = libdeflate_zlib_decompress(d, in, in_size, out, out_size, NULL) == LIBDEFLATE_SUCCESS;
    libdeflate_free_decompressor(d);
    return ok;
}
#else
static bool inflate_chunk(const char *in, size_t in_size, char *out, size_t out_size)
{
    z_stream z = { .next_in = (Bytef *)in, .avail_in = (uInt)in_size, .next_out = (Bytef *)out, .avail_out = (uInt)out_size };
    if (in_size > UINT32_MAX || out_size > UINT32_MAX || inflateInit(&z) != Z_OK) return false;
    int code = inflate(&z, Z_FINISH);
    bool full = z.avail_out == 0;
    inflateEnd(&z);
    return code == Z_STREAM_END && full;
}
#endif

static void unshuffle(const char *in, char *out, size_t size, size_t element)
{
    size_t n = size / element;
    if (element == 4)
        for (size_t i = 0; i < n; i++) {
            out[4 * i] = in[i];
            out[4 * i + 1] = in[n + i];
            out[4 * i + 2] = in[2 * n + i];
            out[4 * i + 3] = in[3 * n + i];
        }
    else
        for (size_t b = 0; b < element; b++)
            for (size_t i = 0; i < n; i++) out[i * element + b] = in[b * n + i];
    memcpy(out + n * element, in + n * element, size - n * element);
}

static bool undo_one(int id, size_t element, const char *in, size_t in_size, char *out, size_t full)
{
    if (id == SLM_FILTER_DEFLATE) return inflate_chunk(in, in_size, out, full);
    if (id == SLM_FILTER_LZF) return slm_lzf_decompress(in, in_size, out, full) == full;
    if (id == SLM_FILTER_SHUFFLE) {
        if (in_size != full) return false;
        if (element > 1) unshuffle(in, out, full, element);
        else memcpy(out, in, full);
        return true;
    }
#ifdef SLM_HAVE_ZSTD
    if (id == SLM_FILTER_ZSTD) return ZSTD_decompress(out, full, in, in_size) == full;
#endif
    return false;
}

bool slm_filters_undo(const slm_filters *filters, unsigned mask, char *packed, size_t packed_size, char *spare, size_t full, char **out)
{
    char *in = packed, *to = spare;
    size_t size = packed_size;
    for (int i = filters->count - 1; i >= 0; i--) {
        if (mask >> i & 1) continue;
        if (!undo_one(filters->id[i], filters->element, in, size, to, full)) return false;
        char *t = in;
        in = to;
        to = t;
        size = full;
    }
    *out = in;
    return size == full;
}

/* --- numbers --------------------------------------------------------------------- */

bool slm_format_known(const slm_number_format *f, slm_h5_type to)
{
    bool target = to == SLM_H5_F32 || to == SLM_H5_F64 || to == SLM_H5_I32 || to == SLM_H5_I64 || to == SLM_H5_U8;
    if (!target) return false;
    if (f->kind == 'b') return f->width == 2 && (to == SLM_H5_F32 || to == SLM_H5_F64);
    if (f->kind == 'f') return (f->width == 2 || f->width == 4 || f->width == 8) && (to == SLM_H5_F32 || to == SLM_H5_F64);
    return (f->kind == 'i' || f->kind == 'u') && (f->width == 1 || f->width == 2 || f->width == 4 || f->width == 8);
}

static uint64_t load(const char *p, int width, bool swap)
{
    uint64_t v = 0;
    if (width == 1) return (unsigned char)*p;
    if (width == 2) {
        uint16_t t;
        memcpy(&t, p, 2);
        return swap ? (uint16_t)(t >> 8 | t << 8) : t;
    }
    if (width == 4) {
        uint32_t t;
        memcpy(&t, p, 4);
        return swap ? t >> 24 | (t >> 8 & 0xFF00) | (t << 8 & 0xFF0000) | t << 24 : t;
    }
    for (int i = 0; i < 8 && swap; i++) v = v << 8 | (unsigned char)p[i];
    if (!swap) memcpy(&v, p, 8);
    return v;
}

static double load_float(const char *p, const slm_number_format *format)
{
    uint64_t bits = load(p, format->width, format->swap);
    if (format->width == 2 && format->kind == 'f') return slm_half_to_float((uint16_t)bits);
    if (format->width <= 4) {
        uint32_t word = (uint32_t)(format->kind == 'b' ? bits << 16 : bits);
        float f;
        memcpy(&f, &word, sizeof f);
        return f;
    }
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

/* unsigned 64-bit values beyond int64 are clamped; they are no index and no count */
static int64_t load_int(const char *p, const slm_number_format *f)
{
    uint64_t bits = load(p, f->width, f->swap);
    if (f->kind == 'u') return bits > INT64_MAX ? INT64_MAX : (int64_t)bits;
    int shift = 64 - 8 * f->width;
    return (int64_t)(bits << shift) >> shift;
}

void slm_convert(void *out, slm_h5_type to, const char *in, int64_t count, const slm_number_format *f)
{
    float *f32 = out;
    double *f64 = out;
    int w = f->width;
    if (!f->swap && ((f->kind == 'f' && ((w == 4 && to == SLM_H5_F32) || (w == 8 && to == SLM_H5_F64))) ||
                     (f->kind == 'i' && ((w == 4 && to == SLM_H5_I32) || (w == 8 && to == SLM_H5_I64))))) {
        memcpy(out, in, (size_t)count * (size_t)w);
        return;
    }
    if (f->kind == 'f' || f->kind == 'b') {
        for (int64_t i = 0; i < count; i++) {
            double v = load_float(in + i * w, f);
            if (to == SLM_H5_F32) f32[i] = (float)v;
            else f64[i] = v;
        }
        return;
    }
    bool natural = f->kind == 'u' && w == 8 && (to == SLM_H5_F32 || to == SLM_H5_F64); /* floats hold what int64 does not */
    for (int64_t i = 0; i < count && natural; i++) {
        uint64_t v = load(in + i * w, w, f->swap);
        if (to == SLM_H5_F32) f32[i] = (float)v;
        else f64[i] = (double)v;
    }
    for (int64_t i = 0; i < count && !natural; i++) {
        int64_t v = load_int(in + i * w, f);
        if (to == SLM_H5_F32) f32[i] = (float)v;
        else if (to == SLM_H5_F64) f64[i] = (double)v;
        else if (to == SLM_H5_I64) ((int64_t *)out)[i] = v;
        else if (to == SLM_H5_I32) ((int32_t *)out)[i] = v > INT32_MAX ? INT32_MAX : v < INT32_MIN ? INT32_MIN : (int32_t)v;
        else ((uint8_t *)out)[i] = v > 255 ? 255 : v < 0 ? 0 : (uint8_t)v;
    }
}
