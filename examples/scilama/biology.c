/* SPDX-License-Identifier: MIT */
#include "biology.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

scilama_status open_expression(app *a, const scilama_model *model, const char *path, const char *layer, int64_t stream, scilama_dataset **out)
{
    scilama_preprocess_options o;
    scilama_model_info info;
    scilama_preprocess_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED);
    scilama_model_info_init(&info, sizeof info);
    o.hvg = SCILAMA_HVG_NONE;
    o.scale = SCILAMA_OFF;
    o.min_cells = 0;
    a->hush = true;
    scilama_status status = model ? scilama_model_get_info(model, &info, &a->error) : SCILAMA_OK;
    if (!status) status = stream_cells(a, path, layer, info.first_duplicate != 0, stream, out);
    return status ? status : scilama_dataset_preprocess(*out, &o, NULL, &a->error);
}

/* The split of the fit, where the file still has cells that it was trained on: it may be a part of what fit wrote. */
static scilama_status split_as_fitted(app *a, scilama_dataset *d)
{
    int64_t cells = scilama_dataset_cells(d), train = 0;
    int32_t *split = app_alloc(a, cells, sizeof *split);
    if (!split) return SCILAMA_E_NOMEM;
    if (scilama_dataset_split_by(d, "scilama_split", NULL)) return SCILAMA_OK; /* of another kind, or not there */
    scilama_status status = scilama_dataset_get_split(d, split, &a->error);
    for (int64_t i = 0; i < cells; i++) {
        train += split[i] == SCILAMA_SPLIT_TRAIN;
        split[i] = SCILAMA_SPLIT_TRAIN;
    }
    return status || train > 1 ? status : scilama_dataset_set_split(d, split, &a->error);
}

scilama_status prepare_as_fitted(app *a, scilama_dataset *d, const char *path, scilama_preprocess_report *report)
{
    scilama_preprocess_options o;
    scilama_column_info info;
    string_list batch = { 0 };
    const char *file_key = NULL;
    int32_t file_batch = 0, as_it_is = 0;
    char *record = NULL;
    const option others[] = { { "batch", 0, OPTION_LIST, &batch, NULL, NULL, 0, NULL }, { "file-key", 0, OPTION_STRING, &file_key, NULL, NULL, 0, NULL },
                              { "file-batch", 0, OPTION_FLAG, &file_batch, NULL, NULL, 1, NULL }, { "no-preprocess", 0, OPTION_FLAG, &as_it_is, NULL, NULL, 1, NULL },
                              { NULL, 0, 0, NULL, NULL, NULL, 0, NULL } };
    option_list list = { 0 };
    const command c = { .options = list.item };
    scilama_preprocess_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED);
    scilama_column_info_init(&info, sizeof info);
    add_described(a, &list, SCILAMA_OPTIONS_PREPROCESS, &o, "Preprocessing");
    add_options(&list, others);
    bool fitted = app_has(a, scilama_h5ad_read_string(&record, a->context, path, data_key(a, "uns/scilama/config"), &a->error));
    bool good = !fitted || read_some_options(a, &c, record, path);
    scilama_text_destroy(a->context, record);
    if (!good) return app_fail(a, SCILAMA_E_FORMAT, "%s: uns['scilama']['config'] is not as scilama fit writes it", path);
    if (fitted) {
        scilama_status status = split_as_fitted(a, d);
        if (status) return status;
    }
    const char *key = file_batch ? file_key : batch.count ? batch.item[0] : NULL;
    if (key && o.hvg_by_batch != SCILAMA_OFF && !scilama_dataset_column_info(d, key, &info, NULL)) {
        scilama_status status = need_categories(a, d, path, key);
        if (status) return status;
        o.batch_key = key;
    }
    if (!o.batch_key && o.hvg_by_batch == SCILAMA_ON) o.hvg_by_batch = SCILAMA_AUTO;
    if (as_it_is) {
        o.normalize = o.log1p = o.scale = SCILAMA_OFF;
        o.hvg = SCILAMA_HVG_NONE;
        o.min_cells = 0;
    }
    return scilama_dataset_preprocess(d, &o, report, &a->error);
}

bool fit_corrected(app *a, const char *path, const char *key)
{
    string_list batch = { 0 };
    const char *file_key = NULL;
    int32_t file_batch = 0;
    const option kept[] = { { "batch", 0, OPTION_LIST, &batch, NULL, NULL, 0, NULL }, { "file-key", 0, OPTION_STRING, &file_key, NULL, NULL, 0, NULL },
                            { "file-batch", 0, OPTION_FLAG, &file_batch, NULL, NULL, 1, NULL }, { NULL, 0, 0, NULL, NULL, NULL, 0, NULL } };
    const command c = { .options = kept };
    char *record = fit_option(a, path, "config");
    if (!record || !read_some_options(a, &c, record, path)) return false;
    for (int i = 0; i < batch.count; i++)
        if (!strcmp(batch.item[i], key)) return true;
    return file_batch && file_key && !strcmp(file_key, key);
}

scilama_status read_space(app *a, const char *path, const char *obsm, const char *varm, const char *layer, scilama_dataset *d,
                          float **cells, float **genes, int64_t *width)
{
    int64_t rows, w;
    char *cell_key = app_text(a, "obsm/%s", obsm), *gene_key = app_text(a, "varm/%s", varm);
    *cells = *genes = NULL;
    if (!cell_key || !gene_key || !(cell_key = data_key(a, cell_key)) || !(gene_key = data_key(a, gene_key))) return SCILAMA_E_NOMEM;
    if (!app_has(a, scilama_h5ad_read_array(a->context, path, cell_key, &rows, width, NULL, 0, &a->error)) ||
        !app_has(a, scilama_h5ad_read_array(a->context, path, gene_key, &rows, &w, NULL, 0, &a->error))) return SCILAMA_OK;
    if (w != *width)
        return app_fail(a, SCILAMA_E_FORMAT, "%s: varm['%s'] and obsm['%s'] are not of one space: %" PRId64 " and %" PRId64 " columns", path, varm, obsm, w, *width);
    scilama_status status = read_obsm(a, path, obsm, scilama_dataset_cells(d), cells, width);
    return status ? status : read_varm(a, path, varm, layer, d, genes, &w);
}

scilama_status read_groups(app *a, scilama_dataset *d, const char *path, const char *key, int32_t **codes, const char ***names, int64_t *count)
{
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    scilama_status status = read_codes(a, d, path, key, codes);
    if (!status) status = scilama_dataset_column_info(d, key, &info, &a->error);
    if (status) return status;
    *count = info.categories;
    *names = app_alloc(a, *count, sizeof **names);
    for (int64_t i = 0; *names && i < *count; i++) (*names)[i] = scilama_dataset_category(d, key, i);
    return *names ? SCILAMA_OK : SCILAMA_E_NOMEM;
}

/* qsort has no argument for the keys: they travel with the items. */
typedef struct item { double rank, z; int64_t gene; } item;

static int by_rank(const void *x, const void *y)
{
    const item *a = x, *b = y;
    if (isnan(a->rank) != isnan(b->rank)) return isnan(a->rank) - isnan(b->rank);
    if (a->rank < b->rank || b->rank < a->rank) return a->rank < b->rank ? -1 : 1;
    if (isnan(a->z) != isnan(b->z)) return isnan(a->z) - isnan(b->z);
    if (a->z < b->z || b->z < a->z) return a->z > b->z ? -1 : 1;
    return (a->gene > b->gene) - (a->gene < b->gene);
}

void order_genes(const double *rank, const double *z, int64_t genes, int64_t *order)
{
    item *items = malloc((size_t)genes * sizeof *items);
    for (int64_t g = 0; g < genes; g++) order[g] = g;
    if (!items) return; /* unsorted is better than nothing */
    for (int64_t g = 0; g < genes; g++) items[g] = (item){ rank ? rank[g] : NAN, z[g], g };
    qsort(items, (size_t)genes, sizeof *items, by_rank);
    for (int64_t g = 0; g < genes; g++) order[g] = items[g].gene;
    free(items);
}

void print_number(FILE *to, double value, const char *missing)
{
    if (isfinite(value)) fprintf(to, "%.6g", value);
    else fputs(missing, to);
}

void print_json_text(FILE *to, const char *text)
{
    fputc('"', to);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') fprintf(to, "\\%c", c);
        else if (c < 0x20) fprintf(to, "\\u%04x", c);
        else fputc(c, to);
    }
    fputc('"', to);
}

void print_tsv_text(FILE *to, const char *text)
{
    for (; *text; text++) {
        if (*text == '\t') fputs("\\t", to);
        else if (*text == '\n') fputs("\\n", to);
        else if (*text == '\r') fputs("\\r", to);
        else fputc(*text, to);
    }
}

/* --- tables for a terminal --------------------------------------------------------------- */

enum { MOST_FIELDS = 32, USUAL_WIDTH = 100 };

FILE *begin_table(table_output *t)
{
    *t = (table_output){ .to = NULL };
    if (isatty(STDOUT_FILENO)) t->to = open_memstream(&t->text, &t->size);
    return t->to ? t->to : stdout;
}

/* Letters from `text` to its end or `end`, as bytes of UTF-8 that begin one. */
static int letters(const char *text, const char *end)
{
    int n = 0;
    for (; text < end; text++) n += (*text & 0xC0) != 0x80;
    return n;
}

/* One letter, or all of its bytes. */
static const char *next_letter(const char *text)
{
    do text++;
    while ((*text & 0xC0) == 0x80);
    return text;
}

typedef struct columns { int width[MOST_FIELDS]; bool filled[MOST_FIELDS]; } columns;

/* A column of which nothing but the heading is filled is left out. */
static void measure(const char *line, const char *end, bool heading, columns *c)
{
    for (int f = 0; line < end && f < MOST_FIELDS; f++) {
        const char *tab = memchr(line, '\t', (size_t)(end - line)), *stop = tab ? tab : end;
        int n = letters(line, stop);
        if (tab && n > c->width[f]) c->width[f] = n; /* the last needs none */
        c->filled[f] = c->filled[f] || (n && !heading);
        line = tab ? tab + 1 : end;
    }
}

/* Fields in columns, up to `room` letters, the last an ellipsis where there are more. */
static void put_line(const char *line, const char *end, const columns *c, int room)
{
    int at = 0, column = 0;
    for (int f = 0; line < end; f++) {
        const char *tab = memchr(line, '\t', (size_t)(end - line)), *stop = tab ? tab : end;
        if (tab && f < MOST_FIELDS && !c->filled[f]) {
            line = tab + 1;
            continue;
        }
        for (; line < stop; at++, column++) {
            if (at == room - 1 && next_letter(line) < end) {
                fputs("…\n", stdout);
                return;
            }
            const char *next = next_letter(line);
            fwrite(line, 1, (size_t)(next - line), stdout);
            line = next;
        }
        for (; tab && f < MOST_FIELDS && column < c->width[f] + 2 && at < room - 1; column++, at++) fputc(' ', stdout);
        line = tab ? tab + 1 : end;
        column = 0;
    }
    fputc('\n', stdout);
}

void end_table(table_output *t)
{
    columns c = { { 0 }, { false } };
    int room = USUAL_WIDTH;
    if (!t->to) return;
    if (!fclose(t->to)) {
#ifdef TIOCGWINSZ
        struct winsize size;
        if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col > 1) room = size.ws_col;
#endif
        const char *end;
        for (const char *line = t->text; (end = strchr(line, '\n')); line = end + 1) measure(line, end, line == t->text, &c);
        for (const char *line = t->text; (end = strchr(line, '\n')); line = end + 1) put_line(line, end, &c, room);
    }
    free(t->text);
}
