/* SPDX-License-Identifier: MIT */
#ifndef MAP_H
#define MAP_H

/* What `map` found of a query's cells (map.c), and a page of it (map_report.c). */

#include "tables.h"

/* The page's row of a category: sums over the query's cells of it. */
typedef struct map_row { int64_t reference, query, sure, unknown; double p, distance, novelty; } map_row;

/* What is kept of one column of labels. */
typedef struct told {
    int64_t left;                /* cells that are unknown */
    map_row *rows;               /* [categories] */
    int32_t *code, *bin;         /* [shown] of the cells that the page shows */
} told;

typedef struct mapping {
    const char *files[2], *out, *layer, *key;
    int64_t stream, neighbors, cells;
    double least, reach, novel;
    int32_t adapt;               /* to batches that the model does not know */
    const char *adapted;         /* where to save the model then; NULL = nowhere */
    const char *html;            /* where to write the page; NULL = nowhere */
    scilama_adapt_report change;
    query_tables tables;
    scilama_model *model;
    scilama_dataset *dataset;
    scilama_reference *reference;
    scilama_reference_info info;
    scilama_h5ad_writer *writer;
    told *labels;                /* [info.labels] */
    int64_t shown, at;           /* the page: how many cells it shows, evenly drawn; how many of them have come */
    float *xy;                   /* [shown × 2] their places; NULL: no layout */
    bool novelty;
} mapping;

/* For the page: room, what it takes of every block, and the page itself: the query over the reference, label by label, with confidence. */
scilama_status map_report_begin(app *a, mapping *m);
void map_report_take(mapping *m, const scilama_map_block *b);
scilama_status map_report_write(app *a, const mapping *m);

#endif
