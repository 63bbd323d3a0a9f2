/* SPDX-License-Identifier: MIT */
/* Where genes are clustered: their loadings on the axes of the cells that were trained on. */

#include "modules.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 64, MOST_CELLS = 4000, MOST_TABLES = 16 };

/* Cells that were trained on, MOST_CELLS of them evenly drawn. */
static scilama_status draw_cells(app *a, scilama_dataset *d, int64_t **cells, int64_t *n)
{
    uint8_t *held;
    int64_t all = scilama_dataset_cells(d), out, own = 0;
    scilama_status status = modules_held_out(a, d, &held, &out);
    int64_t *there = app_alloc(a, all, sizeof *there);
    if (status) return status;
    if (!there) return SCILAMA_E_NOMEM;
    for (int64_t c = 0; c < all; c++)
        if (!held || !held[c]) there[own++] = c;
    *n = own < MOST_CELLS ? own : MOST_CELLS;
    for (int64_t i = 0; i < *n; i++) there[i] = there[i * own / *n];
    *cells = there;
    return SCILAMA_OK;
}

typedef struct place { const char *name; int64_t at; } place;

static int by_name(const void *x, const void *y) { return strcmp(((const place *)x)->name, ((const place *)y)->name); }

/* Prepared values [n × count] of the genes columns[count] of the matrix; prepared genes have an order of their own. */
static scilama_status read_values(app *a, scilama_dataset *d, const int64_t *cells, int64_t n, const int64_t *columns, int64_t count, float **out)
{
    int64_t used = scilama_dataset_genes_used(d);
    float *rows = app_alloc(a, ROWS * used, sizeof *rows);
    place *sorted = app_alloc(a, used, sizeof *sorted);
    int64_t *from = app_alloc(a, count, sizeof *from);
    *out = app_alloc(a, n * count, sizeof **out);
    if (!rows || !sorted || !from || !*out) return SCILAMA_E_NOMEM;
    for (int64_t u = 0; u < used; u++) sorted[u] = (place){ scilama_dataset_used_gene_name(d, u), u };
    qsort(sorted, (size_t)used, sizeof *sorted, by_name);
    for (int64_t g = 0; g < count; g++) {
        place key = { scilama_dataset_gene_name(d, columns[g]), 0 };
        const place *hit = bsearch(&key, sorted, (size_t)used, sizeof *sorted, by_name);
        from[g] = hit ? hit->at : -1;
    }
    for (int64_t i = 0; i < n; i += ROWS) {
        int64_t block = n - i < ROWS ? n - i : ROWS;
        scilama_status status = scilama_dataset_get_prepared(d, cells + i, block, rows, 0, &a->error);
        if (status) return status;
        for (int64_t r = 0; r < block; r++)
            for (int64_t g = 0; g < count; g++) (*out)[(i + r) * count + g] = from[g] < 0 ? 0 : rows[r * used + from[g]];
    }
    return SCILAMA_OK;
}

scilama_status modules_loadings(app *a, scilama_dataset *d, const char *file, const string_list *tables, const float *trained, int64_t trained_width,
                                float **loadings, int64_t *width)
{
    int64_t genes = scilama_dataset_genes(d), count = 0, n = 0, *cells = NULL, widths[MOST_TABLES];
    int64_t *columns = app_alloc(a, genes, sizeof *columns);
    float *vectors[MOST_TABLES], *values = NULL;
    scilama_loading_options o;
    scilama_loading_report report;
    scilama_loading_options_init(&o, sizeof o);
    scilama_loading_report_init(&report, sizeof report);
    o.seed = a->seed;
    if (!columns) return SCILAMA_E_NOMEM;
    if (tables->count > MOST_TABLES) return app_fail(a, SCILAMA_E_INVALID, "%d tables: at most %d are possible", tables->count, MOST_TABLES);
    for (int64_t g = 0; g < genes; g++)
        if (isfinite(trained[g * trained_width])) columns[count++] = g;
    scilama_status status = draw_cells(a, d, &cells, &n);
    if (!status) status = read_values(a, d, cells, n, columns, count, &values);
    for (int t = 0; t < tables->count && !status; t++) {
        const char *equals = strchr(tables->item[t], '=');
        status = modules_table(a, d, trained, trained_width, file, equals ? equals + 1 : tables->item[t], &vectors[t], &widths[t]);
        for (int64_t g = 0; g < count && !status; g++) /* to the front */
            memmove(vectors[t] + g * widths[t], vectors[t] + columns[g] * widths[t], (size_t)widths[t] * sizeof(float));
    }
    *width = o.components;
    for (int t = 0; t < tables->count && !status; t++) *width += widths[t];
    float *own = app_alloc(a, count * *width, sizeof *own);
    *loadings = app_alloc(a, genes * *width, sizeof **loadings);
    if (!status && (!own || !*loadings)) status = SCILAMA_E_NOMEM;
    if (!status) status = scilama_gene_space(a->context, values, n, count, 0, (const float *const *)vectors, widths, tables->count, &o, own, &report, &a->error);
    if (status) return status;
    for (int64_t i = 0; i < genes * *width; i++) (*loadings)[i] = NAN;
    for (int64_t g = 0; g < count; g++) memcpy(*loadings + columns[g] * *width, own + g * *width, (size_t)*width * sizeof(float));
    app_detail(a, "loadings of %" PRId64 " genes on %" PRId64 " axes of %" PRId64 " cells: %.0f %% of a gene's own stays", report.genes, report.components, n, 100 * report.kept);
    void (*say)(app *, const char *, ...) = strcmp(a->verb, "modules") ? app_detail : app_say; /* a page has more to tell */
    if (tables->count)
        say(a, "the vectors tell %.1f %% of the loadings of genes held out%s, and count %g beside them", 100 * fmax(report.explained, 0),
            report.explained > 0 ? "" : ": they brought nothing", report.weight);
    return SCILAMA_OK;
}
