/* SPDX-License-Identifier: MIT */
#ifndef BIOLOGY_H
#define BIOLOGY_H

/* What modules, markers and report share. */

#include "options.h"
#include "output.h"

/* The data set with all genes logged but not scaled, whatever it holds. */
scilama_status open_expression(app *a, const scilama_model *model, const char *path, const char *layer, int64_t stream, scilama_dataset **out);
/* Prepares the data set as the fit that wrote the file did, by its options, batches and split, so that what is made of
 * it compares with what fit says; by the defaults where another program wrote it. */
scilama_status prepare_as_fitted(app *a, scilama_dataset *d, const char *path, scilama_preprocess_report *report);
/* obsm/KEY [cells × width] and varm/KEY [genes of d, which is of `layer`, × width]; *cells NULL when the file has not both. */
scilama_status read_space(app *a, const char *path, const char *obsm, const char *varm, const char *layer, scilama_dataset *d,
                          float **cells, float **genes, int64_t *width);
/* Whether the fit that wrote the file corrected for that column of obs. */
bool fit_corrected(app *a, const char *path, const char *key);
/* Categories of a column. */
scilama_status read_groups(app *a, scilama_dataset *d, const char *path, const char *key, int32_t **codes, const char ***names, int64_t *count);
/* Genes in order of rank (rising; NaN last, by falling z): order [genes]. */
void order_genes(const double *rank, const double *z, int64_t genes, int64_t *order);
/* A number for TSV, JSON and HTML, whatever the locale; "" or null for NaN. */
void print_number(FILE *to, double value, const char *missing);
/* A name as one field: tabs and line ends as \t, \n, \r. */
void print_tsv_text(FILE *to, const char *text);
void print_json_text(FILE *to, const char *text);
/* A table of fields with tabs between on the standard output: at a terminal in aligned columns, each line cut to its width. */
typedef struct table_output { FILE *to; char *text; size_t size; } table_output;
FILE *begin_table(table_output *t);
void end_table(table_output *t);

#endif
