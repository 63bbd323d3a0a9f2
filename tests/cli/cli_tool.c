/* SPDX-License-Identifier: MIT */
/* Small jobs of the program's tests:
 *   compare A.h5ad B.h5ad KEY TOLERANCE   largest difference ≤ TOLERANCE · largest value (0: the same bits)
 *   shape A.h5ad KEY ROWS WIDTH           the matrix has that shape and is finite
 *   shuffle IN.h5ad OUT.h5ad SEED         the same cells, genes in another order
 *   shuffle-table IN.h5 OUT.h5 SEED       the same vectors, rows in another order
 *   rename-table IN.h5 OUT.h5             no gene keeps its name; writes lines "old name, tab, new name"
 *   nan IN.h5ad OUT.h5ad                  one value is NaN
 *   capitals IN.h5ad OUT.h5ad             names of genes begin with a capital, as those of mice do
 *   counts IN.h5ad OUT.h5ad               whole numbers of a kind in place of the values
 *   empty IN.h5ad OUT.h5ad                counts, of which the first two cells have none
 *   gaps IN.h5ad OUT.h5ad                 the same values, but for every other cell, which has none
 *   twice IN.h5ad OUT.h5ad                counts, and the second gene is named as the first
 *   batches IN.h5ad OUT.h5ad              obs 'alone' with a category for each cell, 'some' that three cells lack,
 *                                         'tabs' whose categories hold a tab and a line end, 'long' whose names are
 *                                         cut within a letter where they are shortened, 'few' that two cells have,
 *                                         'eight' that about as many do, 'nobody' without categories,
 *                                         'leiden' as 'long'; an empty layer 'fifteen_letters'
 *   batch IN.h5ad OUT.h5ad VALUE            obs 'batch' = VALUE, a number, in every cell; 'none': without a value;
 *                                           'some': batch1 but for a third without a value
 *   number IN.h5ad OUT.h5ad               obs 'run' = code of 'batch' + 1, obs 'ratio' = half of it, obs 'depth' = the cell's number
 *   column IN.h5ad OUT.h5ad NAME EVERY    obs NAME = the cell's number, which every EVERY-th cell lacks (0: none)
 *   odd IN.h5ad OUT.h5ad                  obs '<b>&' = 'cell_type', obs 'none' without a value, every third
 *                                         cell without a place in 'X_umap', no gene with a vector in 'scilama',
 *                                         a graph of one edge in 'connectivities' */

#include <scilama/scilama.h>
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static scilama_error error;
static scilama_context *context;

static int fail(void)
{
    fprintf(stderr, "cli_tool: %s\n", error.message);
    return 1;
}

static float *read_array(const char *path, const char *key, int64_t *rows, int64_t *width)
{
    if (scilama_h5ad_read_array(context, path, key, rows, width, NULL, 0, &error)) return NULL;
    float *values = malloc((size_t)(*rows * *width) * sizeof *values);
    if (values && scilama_h5ad_read_array(context, path, key, rows, width, values, *rows * *width, &error)) {
        free(values);
        return NULL;
    }
    return values;
}

static int compare(char **argv)
{
    int64_t rows[2], width[2];
    double tolerance = strtod(argv[3], NULL), most = 0, difference = 0;
    float *a = read_array(argv[0], argv[2], &rows[0], &width[0]);
    float *b = a ? read_array(argv[1], argv[2], &rows[1], &width[1]) : NULL;
    if (!a || !b) return fail();
    int bad = rows[0] != rows[1] || width[0] != width[1];
    for (int64_t i = 0; !bad && i < rows[0] * width[0]; i++) {
        if (isnan(a[i]) && isnan(b[i])) continue;
        most = fmax(most, fabs((double)a[i]));
        difference = fmax(difference, fabs((double)a[i] - (double)b[i]));
        if (isnan(a[i]) != isnan(b[i])) bad = 1;
    }
    if (!bad && tolerance == 0) bad = memcmp(a, b, (size_t)(rows[0] * width[0]) * sizeof *a) != 0;
    else if (!bad) bad = !(difference <= tolerance * most);
    if (bad) printf("%s and %s differ in %s: by %g where the largest value is %g\n", argv[0], argv[1], argv[2], difference, most);
    free(a);
    free(b);
    return bad;
}

static int shape(char **argv)
{
    int64_t rows, width;
    float *a = read_array(argv[0], argv[1], &rows, &width);
    if (!a) return fail();
    int bad = rows != atoll(argv[2]) || width != atoll(argv[3]);
    for (int64_t i = 0; i < rows * width; i++) bad |= !isfinite(a[i]);
    if (bad) printf("%s: %s is %lld × %lld, or not finite\n", argv[0], argv[1], (long long)rows, (long long)width);
    free(a);
    return bad;
}

/* A string of uns. */
static int text(char **argv)
{
    char *value;
    if (scilama_h5ad_read_string(&value, context, argv[0], argv[1], &error)) return fail();
    fputs(value, stdout);
    scilama_text_destroy(context, value);
    return 0;
}

static int64_t *permutation(int64_t n, unsigned long seed)
{
    int64_t *order = malloc((size_t)n * sizeof *order);
    uint64_t state = seed * 2654435761u + 1;
    for (int64_t i = 0; order && i < n; i++) order[i] = i;
    for (int64_t i = n - 1; order && i > 0; i--) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        int64_t j = (int64_t)((state >> 33) % (uint64_t)(i + 1)), t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
    return order;
}

static int copy_columns(scilama_dataset *d, scilama_h5ad_writer *w)
{
    int64_t n = scilama_dataset_cells(d);
    int32_t *codes = malloc((size_t)n * sizeof *codes);
    int bad = !codes;
    for (int64_t c = 0; c < scilama_dataset_columns(d) && !bad; c++) {
        const char *name = scilama_dataset_column_name(d, c), *categories[64];
        int32_t k = 0;
        while (k < 64 && (categories[k] = scilama_dataset_category(d, name, k))) k++;
        bad = scilama_dataset_get_codes(d, name, codes, &error) || scilama_h5ad_writer_put_obs_categorical(w, name, codes, categories, k, &error);
    }
    free(codes);
    return bad;
}

/* Writes IN again, dense; with another gene order, or a NaN. */
enum { AS_IT_IS, MAKE_NAN, MAKE_CAPITALS, MAKE_GAPS, MAKE_COUNTS, MAKE_EMPTY, MAKE_TWICE };

static int rewrite(const char *in, const char *out, unsigned long seed, int change)
{
    scilama_dataset *d = NULL;
    scilama_h5ad_writer *w = NULL;
    if (scilama_dataset_read(&d, context, in, NULL, &error)) return fail();
    int64_t n = scilama_dataset_cells(d), g = scilama_dataset_genes(d);
    float *sorted = malloc((size_t)(n * g) * sizeof *sorted), *values = malloc((size_t)(n * g) * sizeof *values);
    int64_t *cells = malloc((size_t)n * sizeof *cells), *order = permutation(g, seed);
    const char **cell_names = malloc((size_t)n * sizeof *cell_names), **names = malloc((size_t)g * sizeof *names);
    if (!sorted || !values || !cells || !order || !cell_names || !names) return 1;
    for (int64_t i = 0; i < n; i++) {
        cells[i] = i;
        cell_names[i] = scilama_dataset_cell_name(d, i);
    }
    int bad = scilama_dataset_get_prepared(d, cells, n, sorted, 0, &error);
    for (int64_t j = 0; j < g; j++) {
        names[j] = scilama_dataset_used_gene_name(d, order[j]);
        for (int64_t i = 0; i < n; i++) values[i * g + j] = sorted[i * g + order[j]];
    }
    if (change == MAKE_NAN) values[g + 1] = NAN;
    for (int64_t i = 0; i < n * g && change >= MAKE_COUNTS; i++) values[i] = floorf(fabsf(values[i]) * 8);
    if (change == MAKE_EMPTY) memset(values, 0, (size_t)(2 * g) * sizeof *values);
    for (int64_t i = 0; i < n && change == MAKE_GAPS; i += 2) memset(values + i * g, 0, (size_t)g * sizeof *values);
    if (change == MAKE_TWICE) names[1] = names[0];
    static char capital[1000][24];
    for (int64_t j = 0; j < g && j < 1000 && change == MAKE_CAPITALS; j++) {
        snprintf(capital[j], sizeof capital[j], "%c%s", toupper((unsigned char)names[j][0]), names[j] + 1);
        names[j] = capital[j];
    }
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = n;
    m.cols = g;
    m.values = values;
    bad = bad || scilama_h5ad_writer_create(&w, context, out, &m, cell_names, names, &error) || copy_columns(d, w) ||
          scilama_h5ad_writer_commit(w, &error);
    scilama_h5ad_writer_destroy(w);
    scilama_dataset_destroy(d);
    free(sorted);
    free(values);
    free(cells);
    free(order);
    free(cell_names);
    free(names);
    return bad ? fail() : 0;
}

static int rewrite_table(const char *in, const char *out, unsigned long seed, int rename)
{
    scilama_gene_table *t = NULL, *made = NULL;
    if (scilama_gene_table_read(&t, context, in, NULL, &error)) return fail();
    int64_t rows = scilama_gene_table_rows(t), width = scilama_gene_table_width(t);
    int64_t *order = permutation(rows, seed);
    const char **names = malloc((size_t)rows * sizeof *names);
    char(*other)[64] = malloc((size_t)rows * sizeof *other);
    float *values = malloc((size_t)(rows * width) * sizeof *values);
    if (!order || !names || !other || !values) return 1;
    for (int64_t i = 0; i < rows; i++) {
        snprintf(other[i], sizeof other[i], "nobody%lld", (long long)i);
        names[i] = rename ? other[i] : scilama_gene_table_name(t, order[i]);
        if (rename) printf("%s\t%s\n", scilama_gene_table_name(t, order[i]), other[i]);
        memcpy(values + i * width, scilama_gene_table_values(t) + order[i] * width, (size_t)width * sizeof *values);
    }
    int bad = scilama_gene_table_create(&made, context, names, values, rows, width, 0, &error) || scilama_gene_table_write(made, out, &error);
    scilama_gene_table_destroy(made);
    scilama_gene_table_destroy(t);
    free(order);
    free(names);
    free(other);
    free(values);
    return bad ? fail() : 0;
}

static int number(char **argv)
{
    scilama_dataset *d = NULL;
    scilama_h5ad_writer *w = NULL;
    int32_t *codes = NULL;
    double *values = NULL;
    scilama_status status = scilama_dataset_read(&d, context, argv[0], NULL, &error);
    int64_t n = status ? 0 : scilama_dataset_cells(d);
    codes = malloc((size_t)(n + 1) * sizeof *codes);
    values = malloc((size_t)(n + 1) * sizeof *values);
    if (!codes || !values) status = SCILAMA_E_NOMEM;
    if (!status) status = scilama_dataset_get_codes(d, "batch", codes, &error);
    if (!status) status = scilama_h5ad_writer_open(&w, context, argv[0], argv[1], &error);
    for (int64_t i = 0; i < n && !status; i++) values[i] = codes[i] + 1;
    if (!status) status = scilama_h5ad_writer_put_obs_numeric(w, "run", values, &error);
    for (int64_t i = 0; i < n && !status; i++) values[i] /= 2;
    if (!status) status = scilama_h5ad_writer_put_obs_numeric(w, "ratio", values, &error);
    for (int64_t i = 0; i < n && !status; i++) values[i] = (double)i;
    if (!status) status = scilama_h5ad_writer_put_obs_numeric(w, "depth", values, &error);
    if (!status) status = scilama_h5ad_writer_commit(w, &error);
    scilama_h5ad_writer_destroy(w);
    scilama_dataset_destroy(d);
    free(codes);
    free(values);
    return status ? fail() : 0;
}

static int column(char **argv)
{
    scilama_h5ad_writer *w = NULL;
    double *values = NULL;
    long every = strtol(argv[3], NULL, 10);
    scilama_status status = scilama_h5ad_writer_open(&w, context, argv[0], argv[1], &error);
    int64_t n = scilama_h5ad_writer_cells(w);
    if (!status && !(values = malloc((size_t)(n + 1) * sizeof *values))) status = SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < n && !status; i++) values[i] = every && i % every == every - 1 ? NAN : (double)i;
    if (!status) status = scilama_h5ad_writer_put_obs_numeric(w, argv[2], values, &error);
    if (!status) status = scilama_h5ad_writer_commit(w, &error);
    scilama_h5ad_writer_destroy(w);
    free(values);
    return status ? fail() : 0;
}

static int batches(char **argv)
{
    static const char *const tabs[] = { "one\ttwo", "three\nfour" };
    static const char *const longs[] = { "xääääääääääääääääääääääääääääääääääää", "yääääääääääääääääääääääääääääääääääää" };
    scilama_matrix layer;
    scilama_matrix_init(&layer, sizeof layer);
    layer.storage = SCILAMA_STORAGE_CSR;
    layer.value_type = SCILAMA_DTYPE_F32;
    scilama_dataset *d = NULL;
    scilama_h5ad_writer *w = NULL;
    scilama_status status = scilama_dataset_read(&d, context, argv[0], NULL, &error);
    int64_t n = status ? 0 : scilama_dataset_cells(d);
    int32_t *codes = malloc((size_t)(n + 1) * sizeof *codes);
    const char **names = malloc((size_t)(n + 1) * sizeof *names);
    if (!codes || !names) status = SCILAMA_E_NOMEM;
    if (!status) status = scilama_h5ad_writer_open(&w, context, argv[0], argv[1], &error);
    for (int64_t i = 0; i < n && !status; i++) {
        codes[i] = (int32_t)i;
        names[i] = scilama_dataset_cell_name(d, i);
    }
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(w, "alone", codes, names, n, &error);
    for (int64_t i = 0; i < n && !status; i++) codes[i] = i < 3 ? -1 : i == 3 ? 2 : (int32_t)(i % 2);
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(w, "some", codes, names, 3, &error);
    for (int64_t i = 0; i < n && !status; i++) codes[i] = (int32_t)(i % 2);
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(w, "tabs", codes, tabs, 2, &error);
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(w, "long", codes, longs, 2, &error);
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(w, "leiden", codes, longs, 2, &error);
    for (int64_t i = 0; i < n && !status; i++) codes[i] = i % (n / 8) ? -1 : (int32_t)(i / (n / 8) % 2);
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(w, "eight", codes, tabs, 2, &error);
    for (int64_t i = 0; i < n && !status; i++) codes[i] = i < 2 ? (int32_t)i : -1;
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(w, "few", codes, tabs, 2, &error);
    for (int64_t i = 0; i < n && !status; i++) codes[i] = -1;
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(w, "nobody", codes, tabs, 0, &error);
    int32_t *begin = calloc((size_t)(n + 1), sizeof *begin);
    layer.rows = n;
    layer.cols = status ? 0 : scilama_dataset_genes(d);
    layer.values = layer.indices = layer.indptr = begin;
    if (!begin) status = SCILAMA_E_NOMEM;
    if (!status) status = scilama_h5ad_writer_put_layer(w, "fifteen_letters", &layer, &error);
    if (!status) status = scilama_h5ad_writer_put_layer(w, "counts", &layer, &error);
    if (!status) status = scilama_h5ad_writer_commit(w, &error);
    scilama_h5ad_writer_destroy(w);
    scilama_dataset_destroy(d);
    free(begin);
    free(codes);
    free(names);
    return status ? fail() : 0;
}

static int rebatch(char **argv)
{
    static const char *const names[] = { "batch1" };
    scilama_h5ad_writer *w = NULL;
    scilama_status status = scilama_h5ad_writer_open(&w, context, argv[0], argv[1], &error);
    int64_t n = scilama_h5ad_writer_cells(w);
    int32_t *codes = malloc((size_t)(n + 1) * sizeof *codes);
    double *values = malloc((size_t)(n + 1) * sizeof *values);
    bool some = !strcmp(argv[2], "some"), none = some || !strcmp(argv[2], "none");
    if (!codes || !values) status = SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < n && !status; i++) codes[i] = some && i >= n / 3 ? 0 : -1, values[i] = none ? 0 : atof(argv[2]);
    if (!status) status = none ? scilama_h5ad_writer_put_obs_categorical(w, "batch", codes, names, 1, &error)
                               : scilama_h5ad_writer_put_obs_numeric(w, "batch", values, &error);
    if (!status) status = scilama_h5ad_writer_commit(w, &error);
    scilama_h5ad_writer_destroy(w);
    free(codes);
    free(values);
    return status ? fail() : 0;
}

static int odd(char **argv)
{
    static const char *const names[] = { "a & b", "<i>", "c", "d" };
    scilama_dataset *d = NULL;
    scilama_h5ad_writer *w = NULL;
    int64_t n = 0, genes = 0;
    scilama_status status = scilama_dataset_read(&d, context, argv[0], NULL, &error);
    if (!status) n = scilama_dataset_cells(d), genes = scilama_dataset_genes(d);
    int32_t *codes = malloc((size_t)(n + 1) * sizeof *codes);
    float *layout = malloc((size_t)(n + 1) * 2 * sizeof *layout), *vectors = malloc((size_t)(genes + 1) * 8 * sizeof *vectors);
    int64_t *indptr = malloc((size_t)(n + 1) * sizeof *indptr);
    const int32_t ends[] = { 1, 0 };
    const float weights[] = { 1, 1 };
    if (!codes || !layout || !vectors || !indptr) status = SCILAMA_E_NOMEM;
    for (int64_t i = 0; i <= n && !status; i++) indptr[i] = i < 2 ? i : 2;
    if (!status) status = scilama_dataset_get_codes(d, "cell_type", codes, &error);
    if (!status) status = scilama_h5ad_writer_open(&w, context, argv[0], argv[1], &error);
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(w, "<b>&", codes, names, 4, &error);
    for (int64_t i = 0; i < n && !status; i++) {
        codes[i] = -1;
        layout[2 * i] = i % 3 ? (float)i : NAN;
        layout[2 * i + 1] = (float)(i % 7);
    }
    for (int64_t i = 0; i < genes * 8 && !status; i++) vectors[i] = NAN;
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(w, "none", codes, names, 0, &error);
    if (!status) status = scilama_h5ad_writer_put_obsm(w, "X_umap", layout, 2, 0, &error);
    if (!status) status = scilama_h5ad_writer_put_varm(w, "scilama", vectors, 8, 0, &error);
    if (!status) status = scilama_h5ad_writer_put_obsp(w, "connectivities", indptr, ends, weights, &error);
    if (!status) status = scilama_h5ad_writer_commit(w, &error);
    scilama_h5ad_writer_destroy(w);
    scilama_dataset_destroy(d);
    free(codes);
    free(layout);
    free(vectors);
    free(indptr);
    return status ? fail() : 0;
}

int main(int argc, char **argv)
{
    if (scilama_context_create(&context, NULL, &error)) return fail();
    const char *job = argc > 1 ? argv[1] : "";
    int result = 2;
    if (!strcmp(job, "compare") && argc == 6) result = compare(argv + 2);
    else if (!strcmp(job, "shape") && argc == 6) result = shape(argv + 2);
    else if (!strcmp(job, "text") && argc == 4) result = text(argv + 2);
    else if (!strcmp(job, "shuffle") && argc == 5) result = rewrite(argv[2], argv[3], strtoul(argv[4], NULL, 10), 0);
    else if (!strcmp(job, "nan") && argc == 4) result = rewrite(argv[2], argv[3], 0, MAKE_NAN);
    else if (!strcmp(job, "capitals") && argc == 4) result = rewrite(argv[2], argv[3], 0, MAKE_CAPITALS);
    else if (!strcmp(job, "counts") && argc == 4) result = rewrite(argv[2], argv[3], 0, MAKE_COUNTS);
    else if (!strcmp(job, "empty") && argc == 4) result = rewrite(argv[2], argv[3], 0, MAKE_EMPTY);
    else if (!strcmp(job, "gaps") && argc == 4) result = rewrite(argv[2], argv[3], 0, MAKE_GAPS);
    else if (!strcmp(job, "twice") && argc == 4) result = rewrite(argv[2], argv[3], 0, MAKE_TWICE);
    else if (!strcmp(job, "batches") && argc == 4) result = batches(argv + 2);
    else if (!strcmp(job, "shuffle-table") && argc == 5) result = rewrite_table(argv[2], argv[3], strtoul(argv[4], NULL, 10), 0);
    else if (!strcmp(job, "rename-table") && argc == 4) result = rewrite_table(argv[2], argv[3], 0, 1);
    else if (!strcmp(job, "batch") && argc == 5) result = rebatch(argv + 2);
    else if (!strcmp(job, "number") && argc == 4) result = number(argv + 2);
    else if (!strcmp(job, "column") && argc == 6) result = column(argv + 2);
    else if (!strcmp(job, "odd") && argc == 4) result = odd(argv + 2);
    scilama_context_destroy(context);
    return result;
}
