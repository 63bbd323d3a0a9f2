/* SPDX-License-Identifier: MIT */
#include "core/options.h"

/* Structs of callers that are older or newer than this library: what they know is copied, what they lack has its default,
 * and what they have beyond must be zero. Tables of options (options.h) serve everything that is said of an option. */

scilama_status slm_options_init(void *options, size_t struct_size, const void *defaults, size_t known_size)
{
    if (!options || struct_size < sizeof(size_t)) return SCILAMA_E_INVALID;
    memset(options, 0, struct_size);
    memcpy(options, defaults, struct_size < known_size ? struct_size : known_size);
    memcpy(options, &struct_size, sizeof struct_size);
    return SCILAMA_OK;
}

scilama_status slm_options_read(void *known, size_t known_size, const void *given, const char *name, scilama_error *error)
{
    if (!given) return SCILAMA_OK;
    size_t size;
    memcpy(&size, given, sizeof size);
    if (size < sizeof size || size > (size_t)1 << 20)
        return slm_fail(error, SCILAMA_E_INVALID, "%s.struct_size is not set: call %s_init first", name, name);
    for (size_t i = known_size; i < size; i++)
        if (((const unsigned char *)given)[i])
            return slm_fail(error, SCILAMA_E_UNSUPPORTED,
                            "%s has a field at byte %zu that this version of libscilama does not know", name, i);
    memcpy(known, given, size < known_size ? size : known_size);
    memcpy(known, &known_size, sizeof known_size);
    return SCILAMA_OK;
}

scilama_status slm_result_write(void *given, const void *known, size_t known_size, const char *name, scilama_error *error)
{
    if (!given) return SCILAMA_OK;
    size_t size;
    memcpy(&size, given, sizeof size);
    if (size < sizeof size || size > (size_t)1 << 20)
        return slm_fail(error, SCILAMA_E_INVALID, "%s.struct_size is not set: call %s_init first", name, name);
    memcpy((char *)given + sizeof size, (const char *)known + sizeof size,
           (size < known_size ? size : known_size) - sizeof size);
    return SCILAMA_OK;
}

/* --- tables --------------------------------------------------------------------- */

static size_t field_bytes(const slm_option *row)
{
    switch (row->kind) {
    case SCILAMA_OPTION_SWITCH: case SCILAMA_OPTION_CHOICE: return sizeof(int32_t);
    case SCILAMA_OPTION_REAL: return sizeof(float);
    case SCILAMA_OPTION_TEXT: return sizeof(char *);
    default: return (size_t)row->elements * 8; /* int64_t, uint64_t, double */
    }
}

static void set_field(void *field, const slm_option *row, double value)
{
    int32_t i32 = 0;
    int64_t i64 = 0;
    float f32 = (float)value;
    switch (row->kind) {
    case SCILAMA_OPTION_SWITCH: case SCILAMA_OPTION_CHOICE:
        i32 = (int32_t)value;
        memcpy(field, &i32, sizeof i32);
        break;
    case SCILAMA_OPTION_REAL: memcpy(field, &f32, sizeof f32); break;
    case SCILAMA_OPTION_NUMBER: memcpy(field, &value, sizeof value); break;
    case SCILAMA_OPTION_TEXT: break; /* NULL */
    case SCILAMA_OPTION_WIDTHS: /* the array that begins with the value */
        memcpy(field, row->widths + (row->widths[0] == (int64_t)value ? 0 : row->elements), field_bytes(row));
        break;
    default:
        i64 = (int64_t)value;
        memcpy(field, &i64, sizeof i64);
    }
}

scilama_status slm_options_preset(void *options, size_t struct_size, const slm_option_table *table, int32_t preset)
{
    if (preset != SCILAMA_PRESET_PUBLISHED && preset != SCILAMA_PRESET_RECOMMENDED) return SCILAMA_E_INVALID;
    if (!options || struct_size < sizeof(size_t)) return SCILAMA_E_INVALID;
    memset(options, 0, struct_size);
    memcpy(options, &struct_size, sizeof struct_size);
    for (const slm_option *row = table->rows; row < table->rows + table->count; row++)
        if (row->offset + field_bytes(row) <= struct_size) /* a caller of before the field */
            set_field((char *)options + row->offset, row, preset == SCILAMA_PRESET_PUBLISHED ? row->published : row->recommended);
    return SCILAMA_OK;
}

/* Element `at` of a field as a number; as text too, where a double could not say it exactly. */
static double field_value(const void *options, const slm_option *row, int at, char *text, size_t size)
{
    const char *field = (const char *)options + row->offset;
    int32_t i32;
    int64_t i64;
    float f32;
    double f64;
    switch (row->kind) {
    case SCILAMA_OPTION_SWITCH: case SCILAMA_OPTION_CHOICE:
        memcpy(&i32, field, sizeof i32);
        snprintf(text, size, "%" PRId32, i32);
        return i32;
    case SCILAMA_OPTION_REAL:
        memcpy(&f32, field, sizeof f32);
        f64 = (double)f32;
        break;
    case SCILAMA_OPTION_NUMBER: memcpy(&f64, field, sizeof f64); break;
    default:
        memcpy(&i64, field + (size_t)at * sizeof i64, sizeof i64);
        snprintf(text, size, "%" PRId64, i64);
        return (double)i64;
    }
    slm_format_double(text, size, f64);
    return f64;
}

/* "at least 1 and at most 4096", "above 0" … */
static void say_bounds(char *text, size_t size, const slm_option *row)
{
    char least[32], most[32];
    slm_format_double(least, sizeof least, row->least);
    slm_format_double(most, sizeof most, row->most);
    bool number = row->kind == SCILAMA_OPTION_REAL || row->kind == SCILAMA_OPTION_NUMBER;
    int n = snprintf(text, size, "%s %s", row->open & SLM_ABOVE ? "above" : "at least", least);
    if (!isinf(row->most)) snprintf(text + n, size - (size_t)n, " and %s %s", row->open & SLM_BELOW ? "below" : "at most", most);
    else if (number) snprintf(text + n, size - (size_t)n, " and finite");
}

static scilama_status check_choice(const slm_option *row, double value, const char *text, scilama_error *error)
{
    char known[160] = "";
    for (const slm_choice *c = row->choices; c->name; c++) {
        if (value == c->value) return SCILAMA_OK;
        size_t n = strlen(known);
        snprintf(known + n, sizeof known - n, "%s%" PRId32 " (%s)", n ? ", " : "", c->value, c->name);
    }
    return slm_fail(error, SCILAMA_E_INVALID, "%s is %s, which is unknown: it must be one of %s", row->name, text, known);
}

scilama_status slm_options_check(const void *options, const slm_option_table *table, scilama_error *error)
{
    char text[32], bounds[96];
    for (const slm_option *row = table->rows; row < table->rows + table->count; row++) {
        if (row->kind == SCILAMA_OPTION_TEXT || row->kind == SCILAMA_OPTION_SEED) continue; /* any will do */
        for (int i = 0; i < row->elements; i++) {
            double value = field_value(options, row, i, text, sizeof text);
            scilama_status status = row->choices ? check_choice(row, value, text, error) : SCILAMA_OK;
            if (status) return status;
            bool good = (row->open & SLM_ABOVE ? value > row->least : value >= row->least) &&
                        (row->open & SLM_BELOW ? value < row->most : value <= row->most); /* false for NaN */
            if (good) continue;
            say_bounds(bounds, sizeof bounds, row);
            if (row->elements > 1)
                return slm_fail(error, SCILAMA_E_INVALID, "%s[%d] is %s: it must be %s", row->name, i, text, bounds);
            return slm_fail(error, SCILAMA_E_INVALID, "%s is %s: it must be %s", row->name, text, bounds);
        }
    }
    return SCILAMA_OK;
}
