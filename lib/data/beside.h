/* SPDX-License-Identifier: MIT */
#ifndef SLM_BESIDE_H
#define SLM_BESIDE_H

/* Genes of a query beside the model's: how they vary with the model's factors (factors.h), so that they help to tell
 * the genes that the query lacks. Their loadings are learnt from the query's own cells, turned until they agree with
 *   - the loadings of genes that model and query share,
 *   - the loadings that vectors predict for the others (kernel_ridge.h),
 *   - where both tell little, the places of the model's training cells (iterative closest points). */

#include "core/core.h"
#include "linalg/kernel_ridge.h"

struct slm_design;
struct slm_factors;

/* Vectors of one table. */
typedef struct slm_link_table {
    float *model;            /* [genes of the model × width], a row of zeros: no vector */
    float *query;            /* [genes of the matrix × width], likewise */
    int64_t width;
} slm_link_table;

enum { SLM_LINK_TABLES = 16 };
typedef struct slm_link { int64_t tables; slm_link_table table[SLM_LINK_TABLES]; } slm_link;

typedef struct slm_beside {
    int64_t others;
    float *loading;          /* [others × SLM_FACTORS_RANK] */
    float *mean;             /* [others] where the query's own mean lies in the model's factors, its sign turned */
    float *noise;            /* [others] */
    double explained;        /* share of the variance of the model's own loadings that vectors tell of genes held out; 0: no vectors */
} slm_beside;

typedef struct slm_beside_plan {
    const struct slm_factors *factors;
    const struct slm_design *design; /* open, wide, others scaled to mean 0 and variance 1 over the query, not filled in */
    const uint8_t *absent;           /* [genes] */
    double recovered;                /* by the shared genes alone */
    const slm_link *link;            /* NULL: none */
    const int64_t *columns;          /* [wide]: of the matrix */
} slm_beside_plan;

/* Needs SLM_BESIDE_CELLS cells at least. */
enum { SLM_BESIDE_CELLS = 32 };
scilama_status slm_beside_learn(slm_beside *out, const slm_beside_plan *plan, scilama_error *error);
void slm_beside_free(scilama_context *ctx, slm_beside *beside);

#endif
