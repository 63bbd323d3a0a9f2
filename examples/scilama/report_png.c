/* SPDX-License-Identifier: MIT */
#include "report.h"
#include <string.h>
#include <zlib.h>

/* PNG with a palette (ISO 15948), written as base64. */

typedef struct encoder { FILE *to; unsigned char held[3]; int count; } encoder;

static void put_group(encoder *e)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned v = (unsigned)e->held[0] << 16 | (unsigned)e->held[1] << 8 | e->held[2];
    char out[4] = { digits[v >> 18], digits[v >> 12 & 63], digits[v >> 6 & 63], digits[v & 63] };
    for (int i = e->count + 1; i < 4; i++) out[i] = '=';
    fwrite(out, 1, 4, e->to);
    memset(e->held, 0, sizeof e->held);
    e->count = 0;
}

static void put_bytes(encoder *e, const void *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        e->held[e->count++] = ((const unsigned char *)data)[i];
        if (e->count == 3) put_group(e);
    }
}

static void put_u32(encoder *e, unsigned long v)
{
    const unsigned char b[4] = { (unsigned char)(v >> 24), (unsigned char)(v >> 16), (unsigned char)(v >> 8), (unsigned char)v };
    put_bytes(e, b, 4);
}

static void put_chunk(encoder *e, const char *type, const unsigned char *data, size_t size)
{
    unsigned long crc = crc32(crc32(0, NULL, 0), (const unsigned char *)type, 4);
    if (size) crc = crc32(crc, data, (unsigned)size);
    put_u32(e, size);
    put_bytes(e, type, 4);
    if (size) put_bytes(e, data, size);
    put_u32(e, crc);
}

scilama_status write_png_url(app *a, FILE *to, const unsigned char *pixels, int64_t width, int64_t height,
                             const unsigned char (*palette)[3], int colors)
{
    encoder e = { .to = to };
    int64_t raw_size = height * (width + 1);
    uLongf size = compressBound((uLong)raw_size);
    unsigned char *raw = app_alloc(a, raw_size, 1), *packed = app_alloc(a, (int64_t)size, 1);
    if (!raw || !packed) return SCILAMA_E_NOMEM;
    for (int64_t y = 0; y < height; y++) memcpy(raw + y * (width + 1) + 1, pixels + y * width, (size_t)width); /* filter 0 before each row */
    if (compress2(packed, &size, raw, (uLong)raw_size, 9) != Z_OK) return app_fail(a, SCILAMA_E_NOMEM, "an image could not be compressed");
    const unsigned char header[13] = { (unsigned char)(width >> 24), (unsigned char)(width >> 16), (unsigned char)(width >> 8), (unsigned char)width,
                                       (unsigned char)(height >> 24), (unsigned char)(height >> 16), (unsigned char)(height >> 8), (unsigned char)height,
                                       8, 3, 0, 0, 0 };
    const unsigned char transparent = 0;
    fputs("data:image/png;base64,", to);
    put_bytes(&e, "\x89PNG\r\n\x1a\n", 8);
    put_chunk(&e, "IHDR", header, sizeof header);
    put_chunk(&e, "PLTE", palette[0], 3 * (size_t)colors);
    put_chunk(&e, "tRNS", &transparent, 1);
    put_chunk(&e, "IDAT", packed, size);
    put_chunk(&e, "IEND", NULL, 0);
    if (e.count) put_group(&e);
    return SCILAMA_OK;
}
