/* SPDX-License-Identifier: MIT */
#ifndef TABLES_H
#define TABLES_H

/* Gene tables given to a trained model with the cells of a query. */

#include "options.h"

typedef struct query_tables {
    string_list embeddings;  /* NAME=FILE */
    const char *aliases;
    int32_t ignore_case, strip_version;
} query_tables;

/* Their options, as rows of a verb's table. */
#define QUERY_TABLE_OPTIONS(t) \
    { "embeddings", 0, OPTION_INPUTS, &(t).embeddings, "NAME=FILE", "vectors of the cells' genes, so that genes which the model lacks take part; NAME as at fit; repeatable", 0, NULL }, \
        { "gene-aliases", 0, OPTION_INPUT, &(t).aliases, "FILE", "two columns: a gene's name in the data, and the one that the model or the vectors have, such as its orthologue's", 0, NULL }, \
        { "ignore-case", 0, OPTION_FLAG, &(t).ignore_case, NULL, "match names of genes without regard to case", 1, NULL }, \
    { "strip-version", 0, OPTION_FLAG, &(t).strip_version, NULL, "... and without the version suffix of Ensembl identifiers", 1, NULL }

/* The query's genes by the model's names, and their vectors. */
scilama_status add_query_tables(app *a, const query_tables *tables, const scilama_model *model, scilama_dataset *dataset);
/* Where obsm['X_scilama'] of a file is replaced by what this model says of its cells d: vectors of genes of another one, which lie in another
 * space, become NaN. */
scilama_status forget_other_genes(app *a, scilama_model *model, const char *path, const char *layer, scilama_dataset *d, const char *embedding, scilama_h5ad_writer *writer);

#endif
