/* SPDX-License-Identifier: MIT */
#ifndef GENES_H
#define GENES_H

#include "common.h"

/* What the vectors of a model's genes tell of the genes' expression, on a sample of the cells of d, which the model
 * prepares: the trained model's own vectors. false: it has none (*told). */
typedef struct genes_worth {
    bool known;                      /* the model has vectors that were not made from expression */
    int64_t cells;                   /* of the sample */
    scilama_holdout_report report;
    double *correlation, *expected;  /* [genes of the model] */
} genes_worth;

scilama_status genes_worth_find(app *a, const scilama_model *model, scilama_dataset *prepared, const scilama_holdout_options *options, genes_worth *w);
/* One sentence: what the vectors brought, or that they brought nothing. */
char *genes_worth_short(app *a, const genes_worth *w);
/* ... with the interval that says so. */
char *genes_worth_text(app *a, const genes_worth *w);

/* loadings.c: writes vectors of the genes of d, from expression [cells × genes], prepared values of some of its genes in cells drawn
 * evenly, which it overwrites. A vector has what the gene has to do with the first 50 axes of the cells, and how high
 * it is: 19 bumps over the logarithm of its mean. */
scilama_status genes_export(app *a, scilama_dataset *d, float *expression, int64_t cells, int64_t genes, const char *path);

#endif
