/* SPDX-License-Identifier: MIT */
#ifndef SLM_DESIGN_H
#define SLM_DESIGN_H

/* What training and encoding read: a prepared cells × genes matrix in the model's
 * gene order, the encoded covariates, and the rows of each split. Filled by the
 * data layer (recipe + dataset), read by model and train. */

#include "core/core.h"
#include "data/factors.h"
#include "data/window.h"

enum slm_design_storage { SLM_DESIGN_DENSE, SLM_DESIGN_CSR, SLM_DESIGN_STREAM };

/* Columns first … first + width - 1: of a category (code), which has 1 in its own and 0 in the others, or the same in all when it is not
 * known (-1: an average of the known ones, no worse than a pass for each of them, and ahead of a block of zeros, which no cell of the
 * training has); or a number. */
typedef struct slm_design_covariate {
    int64_t first, width;
    int32_t *code;             /* of cells at … at + held - 1: one of both; all cells, unless */
    float *value;
    int64_t at, held;
    int64_t line;              /* > 0: they stay with the source, and are read in blocks (slm_design_reach) */
    const int32_t *place;      /* [categories of the column] code of each; NULL: a number x, of which (x - mean) / std is taken, 0 if missing */
    double mean, std;
} slm_design_covariate;
enum { SLM_COVARIATE_BYTES = 4 }; /* of a code or a value */
/* Gives it room for those of cells at … at + n - 1. */
static inline void slm_covariate_hold(slm_design_covariate *c, void *room, int64_t at, int64_t n)
{
    c->code = c->place ? room : NULL;
    c->value = c->place ? NULL : room;
    c->at = at;
    c->held = n;
}
/* Puts there what the column has of cells first … first + n - 1. */
void slm_covariate_encode(slm_design_covariate *c, int64_t first, int64_t n, const int32_t *codes, const double *numbers);

typedef struct slm_design slm_design;
struct slm_design {
    scilama_context *ctx;
    atomic_int refs;
    int64_t cells, genes;
    int64_t wide;              /* genes read: the model's, and behind them others that help to fill in absent ones */
    int storage;
    /* dense: values[cell * ld + column[gene]] (column NULL = identity); may be borrowed memory */
    const float *values;
    int64_t ld;
    const int64_t *column;
    /* CSR: sorted unique genes within a row; values before scaling */
    const int64_t *indptr;
    const int32_t *indices;
    const float *data;
    /* scaling (x - mean) * inv_std clipped to ±clip, fitted on training cells; NULL = none.
     * zero[gene]: the scaled value of a zero. */
    const float *mean, *inv_std, *zero;
    float clip;
    /* rows on demand: where they come from and how they are prepared. What reads them is a
     * design of its own by slm_design_open, with a window. */
    slm_source *source;
    slm_preparation how;
    slm_window *window;
    /* genes of the model that the matrix lacks, [genes] 1 = absent; NULL = none: rows are filled in */
    const uint8_t *absent;
    int64_t n_absent;
    slm_fill *fill;
    /* covariates of cells: how many columns they have, and what columns they are of */
    int64_t covariates, n_covariates;
    slm_design_covariate *covariate;
    double *numbers;           /* of an opened one: a block of a column of numbers; NULL: no covariate stays with the source */
    /* cells by split, in file order; NULL until slm_design_split() */
    int64_t n_train, n_validation;
    const int64_t *train, *validation;
    /* owned blocks behind the pointers above, released with the design, and what is
     * kept alive (the dataset when memory is borrowed) */
    void *owned[16];
    int n_owned;
    void *keep;
    void (*keep_release)(void *keep);
};

slm_design *slm_design_retain(slm_design *design);
void slm_design_release(slm_design *design);

/* Before numbers of a cell's covariates are asked for, in any design that slm_design_hold() was not called on. Blocks are read in
 * turn: cells in ascending order cost one reading. */
scilama_status slm_design_reach(const slm_design *design, int64_t cell, scilama_error *error);
/* Reads the covariates of all cells of an opened design, which may then be asked for in any order. */
scilama_status slm_design_hold(slm_design *design, scilama_error *error);

/* A cell's number in a column of its covariates. */
static inline float slm_design_covariate_of(const slm_design *d, int64_t cell, int64_t column)
{
    const slm_design_covariate *c = d->covariate;
    while (column >= c->first + c->width) c++;
    cell -= c->at;
    if (!c->code) return c->value[cell];
    return c->code[cell] < 0 ? 1 / (float)c->width : c->code[cell] == column - c->first;
}

/* zero[genes] from mean, inv_std and clip, by the arithmetic of gather. */
void slm_design_zero(const slm_design *design, float *zero);

/* A design to read from: the same one when it is in memory, else one with a window of its
 * own; raw: whether the window keeps values as they came too. */
scilama_status slm_design_open(slm_design *design, bool raw, slm_design **out, scilama_error *error);

/* Rows cells[n] as out[i * ld_out + gene], gene < genes. Parallel; same bits whatever the storage.
 * Those not in memory are read as needed, on the calling thread, without allocating: then the
 * caller lets it look ahead, to cells[n] … cells[ahead - 1], which it will ask for next. */
scilama_status slm_design_gather(const slm_design *design, const int64_t *cells, int64_t n, int64_t ahead,
                                 slm_real *out, int64_t ld_out, scilama_error *error);
/* … and the values as they came, raw_out [n × genes]; a streamed design opened with raw only. */
scilama_status slm_design_gather_raw(const slm_design *design, const int64_t *cells, int64_t n, int64_t ahead,
                                     slm_real *out, int64_t ld_out, slm_real *raw_out, scilama_error *error);

#endif
