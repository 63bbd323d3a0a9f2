/* SPDX-License-Identifier: MIT */
#include "core/core.h"
#include <stdarg.h>
#include <stdlib.h>

/* Numbers as text without the host's locale: the decimal mark that snprintf and
 * strtod use is looked up by printing one half, and exchanged. */
static char decimal_mark(void)
{
    char text[8];
    snprintf(text, sizeof text, "%.1f", 0.5);
    return text[1];
}

int slm_format_double(char *buffer, size_t size, double value)
{
    if (isnan(value)) return snprintf(buffer, size, "nan");
    if (isinf(value)) return snprintf(buffer, size, value < 0 ? "-inf" : "inf");
    int length = 0;
    if (fabs(value) < 1e15 && !(value < trunc(value)) && !(value > trunc(value))) return snprintf(buffer, size, "%.0f", value); /* 10, not 1e+01 */
    for (int digits = 1; digits <= 17; digits++) {
        length = snprintf(buffer, size, "%.*g", digits, value);
        double back = strtod(buffer, NULL);
        if (!(back < value) && !(back > value)) break;
    }
    char mark = decimal_mark();
    for (char *p = buffer; mark != '.' && *p; p++)
        if (*p == mark) *p = '.';
    return length;
}

bool slm_parse_double(const char *text, const char *end, double *value)
{
    char copy[128];
    while (text < end && (*text == ' ' || *text == '\t')) text++;
    while (end > text && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) end--;
    size_t n = (size_t)(end - text);
    if (n == 0 || n >= sizeof copy) return false;
    char mark = decimal_mark();
    for (size_t i = 0; i < n; i++) {
        if (text[i] == 'x' || text[i] == 'X' || text[i] == 0) return false; /* no hexadecimal */
        if (mark != '.' && text[i] == mark) return false;
        copy[i] = text[i] == '.' ? mark : text[i];
    }
    copy[n] = 0;
    char *stop;
    *value = strtod(copy, &stop);
    return stop == copy + n;
}

float slm_half_to_float(uint16_t half)
{
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = (half >> 10) & 31, mantissa = half & 1023, bits;
    if (exponent == 31) bits = sign | 0x7f800000 | mantissa << 13;
    else if (exponent) bits = sign | (exponent + 112) << 23 | mantissa << 13;
    else { /* subnormal: exact as an integer times 2^-24 */
        float v = (float)mantissa * 5.9604644775390625e-8f;
        return sign ? -v : v;
    }
    float out;
    memcpy(&out, &bits, sizeof out);
    return out;
}

void slm_bytes_init(slm_bytes *b, scilama_context *ctx) { *b = (slm_bytes){ .ctx = ctx }; }

void slm_bytes_free(slm_bytes *b)
{
    slm_free(b->ctx, b->data);
    slm_bytes_init(b, b->ctx);
}

bool slm_bytes_put(slm_bytes *b, const void *data, size_t size)
{
    if (b->failed) return false;
    if (b->size + size + 1 > b->capacity) {
        size_t capacity = (b->size + size + 1) * 2 + 64;
        char *grown = slm_realloc_array(b->ctx, b->data, (int64_t)b->size, (int64_t)capacity, 1);
        if (!grown) {
            b->failed = true;
            return false;
        }
        b->data = grown;
        b->capacity = capacity;
    }
    if (size) memcpy(b->data + b->size, data, size);
    b->size += size;
    b->data[b->size] = 0;
    return true;
}

bool slm_bytes_text(slm_bytes *b, const char *text) { return slm_bytes_put(b, text, strlen(text)); }

static void put_quoted(slm_bytes *b, const char *text)
{
    slm_bytes_put(b, "\"", 1);
    for (const char *p = text; *p;) {
        char escaped[8];
        size_t n = slm_utf8_length(p, strlen(p) < 4 ? strlen(p) : 4);
        if (n > 1) slm_bytes_put(b, p, n);
        else if (n == 0) slm_bytes_put(b, "?", 1); /* JSON is UTF-8 whatever the text is */
        else if (*p == '"' || *p == '\\') slm_bytes_put(b, "\\", 1), slm_bytes_put(b, p, 1);
        else if ((unsigned char)*p < 0x20) snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)*p), slm_bytes_text(b, escaped);
        else slm_bytes_put(b, p, 1);
        p += n ? n : 1;
    }
    slm_bytes_put(b, "\"", 1);
}

void slm_bytes_json(slm_bytes *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    for (const char *p = format, *next; *p; p = next) {
        char number[40] = "null";
        const char *text = number;
        double value;
        size_t plain = strcspn(p, "%");
        next = p + plain + (p[plain] ? 2 : 0);
        slm_bytes_put(b, p, plain);
        switch (p[plain] ? p[plain + 1] : 0) {
        case 'i': snprintf(number, sizeof number, "%" PRId64, va_arg(args, int64_t)); break;
        case 'g':
            if (isfinite(value = va_arg(args, double))) slm_format_double(number, sizeof number, value);
            break;
        case 'b': text = va_arg(args, int) ? "true" : "false"; break;
        case 's': text = va_arg(args, const char *); break;
        case 'q':
            if (!(text = va_arg(args, const char *))) text = number;
            else put_quoted(b, text), text = "";
            break;
        default: text = "";
        }
        slm_bytes_text(b, text);
    }
    va_end(args);
}

/* --- UTF-8 (RFC 3629: no surrogates, nothing overlong) ------------------------------ */

size_t slm_utf8_length(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    if (!size) return 0;
    size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xC2 && p[0] < 0xE0 ? 2 : (p[0] & 0xF0) == 0xE0 ? 3 : p[0] >= 0xF0 && p[0] < 0xF5 ? 4 : 0;
    if (n > size) return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80) return 0;
    if (n == 3 && ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] >= 0xA0))) return 0;
    if (n == 4 && ((p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] >= 0x90))) return 0;
    return n;
}

bool slm_utf8_valid(const char *text, size_t size)
{
    size_t at = 0;
    while (at < size) {
        uint64_t eight;
        if (size - at >= sizeof eight && (memcpy(&eight, text + at, sizeof eight), !(eight & UINT64_C(0x8080808080808080)))) {
            at += sizeof eight;
            continue;
        }
        size_t n = slm_utf8_length(text + at, size - at);
        if (!n) return false;
        at += n;
    }
    return true;
}

void slm_utf8_clean(char *text)
{
    char *to = text;
    for (size_t left = strlen(text); left;) {
        size_t n = slm_utf8_length(text, left), taken = n ? n : 1;
        if (n) memmove(to, text, n);
        else *to = '?';
        to += taken;
        text += taken;
        left -= taken;
    }
    *to = 0;
}

void slm_name_some(char text[SLM_SOME_BYTES], int64_t nth, const char *name)
{
    size_t used = strlen(text);
    if (nth < 3) snprintf(text + used, SLM_SOME_BYTES - used, "%s'%.60s'", nth ? ", " : "", name);
    else if (nth == 3) snprintf(text + used, SLM_SOME_BYTES - used, " …");
    slm_utf8_clean(text); /* a cut character */
}
