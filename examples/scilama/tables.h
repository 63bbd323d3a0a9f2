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
        { "gene-aliases", 0, OPTION_INPUT, &(t).aliases, "FILE", "... with these other names of genes (see fit)", 0, NULL }, \
        { "ignore-case", 0, OPTION_FLAG, &(t).ignore_case, NULL, "... without regard to case", 1, NULL }, \
    { "strip-version", 0, OPTION_FLAG, &(t).strip_version, NULL, "... without the version suffix of Ensembl identifiers", 1, NULL }

scilama_status add_query_tables(app *a, const query_tables *tables, scilama_dataset *dataset);

#endif
