/* SPDX-License-Identifier: MIT */
#ifndef MAP_H
#define MAP_H

/* What `map` found of a query's cells (map.c), and a page of it (map_report.c). */

#include "tables.h"

/* What the neighbours say of the cells, by one column of labels: the likeliest category, the next. */
typedef struct told { int32_t *code, *second; float *p, *p2; } told;

typedef struct mapping {
    const char *files[2], *out, *layer, *key;
    int64_t stream, neighbors, cells, latent;
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
    float *embedding;            /* [cells × latent] */
    float *layout;               /* [cells × layout_dims] */
    told *labels;                /* [info.labels] */
    float *novelty;              /* [cells]; NULL: the reference or the query has too few cells, or the model none described */
    double *distance;            /* [cells] mean over the neighbours, in units of the reference's reach */
    double *wide;                /* [cells], and */
    int32_t *unknown;            /* [cells]: what is being written */
} mapping;

/* Like no reference cells, or between categories. */
static inline bool map_unknown(const mapping *m, const told *t, int64_t cell)
{
    return (double)t->p[cell] < m->least || m->distance[cell] > m->reach || (m->novelty && (double)m->novelty[cell] > m->novel);
}

/* The query over the reference, label by label, with confidence. */
scilama_status map_report_write(app *a, const mapping *m);

#endif
