/* SPDX-License-Identifier: MIT */
/* What a data set knows of its genes, as a table of vectors for another one. */

#include "genes.h"
#include "output.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 64, AXES = 50, LEVELS = 19, WIDTH = AXES + LEVELS, LEAST_CELLS = 3, MOST = 10 };
static const double SHARE = 0.8;  /* of the loadings in a vector of length 1; that of the level is 0.6 */
static const double BUMP = 0.7, FIRST = -7, STEP = 0.5; /* natural logarithm of the mean of prepared values */

typedef struct sums { double *sum, *squares, *with; int64_t *cells; } sums; /* [genes], [genes], [genes × axes], [genes] */

/* In place: each column of x [n × genes] of mean 0 and deviation 1. */
static void standardise(float *x, int64_t n, int64_t genes)
{
    for (int64_t g = 0; g < genes; g++) {
        double mean = 0, squares = 0;
        for (int64_t i = 0; i < n; i++) mean += (double)x[i * genes + g] / (double)n;
        for (int64_t i = 0; i < n; i++) squares += ((double)x[i * genes + g] - mean) * ((double)x[i * genes + g] - mean);
        double scale = squares > 0 ? sqrt((double)n / squares) : 0;
        for (int64_t i = 0; i < n; i++) x[i * genes + g] = (float)fmin(((double)x[i * genes + g] - mean) * scale, MOST);
    }
}

/* Vectors [genes × WIDTH]; those of genes in fewer than LEAST_CELLS cells are 0. */
static int64_t make_vectors(const sums *s, int64_t genes, int64_t n, int64_t axes, float *vectors)
{
    int64_t known = 0;
    for (int64_t g = 0; g < genes; g++) {
        double mean = s->sum[g] / (double)n, variance = s->squares[g] / (double)n - mean * mean, loadings[AXES] = { 0 }, level[LEVELS], length = 0, height = 0;
        float *v = vectors + g * WIDTH;
        if (s->cells[g] < LEAST_CELLS || !(variance > 0) || !(mean > 0)) continue;
        for (int64_t a = 0; a < axes; a++) { /* scores have mean 0: the covariance is the sum of products */
            loadings[a] = s->with[g * axes + a];
            length += loadings[a] * loadings[a];
        }
        for (int64_t i = 0; i < LEVELS; i++) {
            double off = (log(mean) - FIRST - STEP * (double)i) / BUMP;
            level[i] = exp(-off * off / 2);
            height += level[i] * level[i];
        }
        if (!(length > 0) || !(height > 0)) continue;
        for (int64_t a = 0; a < AXES; a++) v[a] = (float)(SHARE * loadings[a] / sqrt(length));
        for (int64_t i = 0; i < LEVELS; i++) v[AXES + i] = (float)(sqrt(1 - SHARE * SHARE) * level[i] / sqrt(height));
        known++;
    }
    return known;
}

/* Sums over cells drawn[n] of every gene of d, by itself and times scores [n × axes]. */
static scilama_status add_cells(app *a, scilama_dataset *d, const int64_t *drawn, int64_t n, const float *scores, int64_t axes, sums *s)
{
    int64_t genes = scilama_dataset_genes_used(d);
    float *rows = app_alloc(a, ROWS * genes, sizeof *rows);
    scilama_status status = rows ? SCILAMA_OK : SCILAMA_E_NOMEM;
    for (int64_t first = 0; first < n && !status; first += ROWS) {
        int64_t count = n - first < ROWS ? n - first : ROWS;
        status = scilama_dataset_get_prepared(d, drawn + first, count, rows, 0, &a->error);
        for (int64_t r = 0; r < count && !status; r++)
            for (int64_t g = 0; g < genes; g++) {
                double x = (double)rows[r * genes + g];
                if (!(x < 0 || x > 0)) continue;
                s->cells[g]++;
                s->sum[g] += x;
                s->squares[g] += x * x;
                for (int64_t k = 0; k < axes; k++) s->with[g * axes + k] += x * (double)scores[(first + r) * axes + k];
            }
    }
    return status;
}

scilama_status genes_export(app *a, scilama_dataset *d, float *expression, int64_t cells, int64_t genes, const char *path)
{
    scilama_pca_options o;
    scilama_pca_options_init(&o, sizeof o);
    o.components = AXES;
    int64_t all = scilama_dataset_cells(d), used = scilama_dataset_genes_used(d), axes = scilama_pca_components(&o, cells, genes), kept = 0;
    float *scores = app_alloc(a, cells * axes, sizeof *scores), *vectors = app_alloc(a, used * WIDTH, sizeof *vectors);
    int64_t *drawn = app_alloc(a, cells, sizeof *drawn);
    double *variances = app_alloc(a, axes, sizeof *variances);
    const char **names = app_alloc(a, used, sizeof *names);
    sums s = { app_alloc(a, used, sizeof(double)), app_alloc(a, used, sizeof(double)), app_alloc(a, used * axes, sizeof(double)), app_alloc(a, used, sizeof(int64_t)) };
    if (!scores || !vectors || !drawn || !variances || !names || !s.sum || !s.squares || !s.with || !s.cells) return SCILAMA_E_NOMEM;
    standardise(expression, cells, genes);
    scilama_status status = scilama_pca(a->context, expression, cells, genes, 0, &o, scores, NULL, variances, NULL, &a->error);
    for (int64_t i = 0; i < cells; i++) drawn[i] = i * all / cells;
    for (int64_t i = 0; i < cells * axes && !status; i++) scores[i] = variances[i % axes] > 0 ? scores[i] / (float)sqrt(variances[i % axes]) : 0;
    if (!status) status = add_cells(a, d, drawn, cells, scores, axes, &s);
    if (status) return status;
    make_vectors(&s, used, cells, axes, vectors);
    for (int64_t g = 0; g < used; g++) {
        bool known = false;
        for (int64_t i = 0; i < WIDTH; i++) known = known || vectors[g * WIDTH + i] > 0 || vectors[g * WIDTH + i] < 0;
        if (!known) continue;
        memmove(vectors + kept * WIDTH, vectors + g * WIDTH, WIDTH * sizeof *vectors);
        names[kept++] = scilama_dataset_used_gene_name(d, g);
    }
    scilama_gene_table *table = NULL;
    const char *temporary;
    if (!kept) return app_fail(a, SCILAMA_E_INVALID, "no gene is in %d cells or more: there is nothing to write to %s", LEAST_CELLS, path);
    status = scilama_gene_table_create(&table, a->context, names, vectors, kept, WIDTH, 0, &a->error);
    if (!status) status = stage_output(a, path, &temporary);
    if (!status) status = scilama_gene_table_write(table, temporary, &a->error);
    scilama_gene_table_destroy(table);
    if (!status) app_say(a, "%s: vectors of %" PRId64 " genes, %d numbers each, from %" PRId64 " cells", path, kept, WIDTH, cells);
    return status;
}
