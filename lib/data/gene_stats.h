/* SPDX-License-Identifier: MIT */
#ifndef SLM_GENE_STATS_H
#define SLM_GENE_STATS_H

/* Sums over cells by gene, in double, cut into blocks of cells by shape: the same
 * bits for any thread count and any storage. */

#include "data/dataset.h"

/* Calls fn for the rows of cells[n] (ascending; NULL = all), cut into slm_row_blocks(n) blocks: those of a block in order,
 * blocks beside each other. */
typedef void (*slm_block_row_fn)(void *arg, int64_t block, const slm_cell *c);
int64_t slm_row_blocks(int64_t n);
scilama_status slm_scan_blocks(const scilama_dataset *d, const int64_t *cells, int64_t n, slm_block_row_fn fn, void *arg, scilama_error *error);

enum slm_stats_value {
    SLM_STATS_RAW,    /* x */
    SLM_STATS_FACTOR, /* x · factor[cell] */
    SLM_STATS_SIZED,  /* x · target ÷ the cell's total (1 for an empty cell) */
    SLM_STATS_EXPM1   /* exp(x) − 1 */
};

typedef struct slm_gene_sums {
    const int64_t *cells;  /* [n]; NULL = all */
    int64_t n;
    int value;             /* slm_stats_value */
    const double *factor;  /* [cells of the dataset] */
    double target;
    const double *clip;    /* [genes]: values above it count as it; NULL = none */
    double *sum, *square;  /* [genes] out */
    double *detected;      /* [genes] out: cells with x > 0; NULL = not wanted */
} slm_gene_sums;

scilama_status slm_gene_sum(const scilama_dataset *d, slm_gene_sums *sums, scilama_error *error);

/* target / total of a cell over all genes of the matrix; 1 for an empty cell. Of a source: after slm_source_count(). */
double slm_size_factor(const scilama_dataset *d, int64_t cell, double target);

/* Mean and standard deviation (n − 1) of every gene read (wide) of an unscaled design (opened) over
 * cells[n] (NULL: the first n); a deviation of nothing but rounding is 1. */
scilama_status slm_design_moments(const slm_design *design, const int64_t *cells, int64_t n, double *mean, double *std, scilama_error *error);

slm_value_range slm_dataset_range(const scilama_dataset *d);

enum { SLM_LOGGED_BELOW = 30 }; /* no log1p of a real expression value reaches this */
/* What values of such a range are taken for: ::scilama_input, never AUTO. */
int32_t slm_range_input(const slm_value_range *r);

#endif
