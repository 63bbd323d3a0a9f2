/* SPDX-License-Identifier: MIT */
#ifndef SLM_EVALUATE_H
#define SLM_EVALUATE_H

/* What embedding and decoding share: a pass with dropout off, over chunks of cells (encode.c). */

#include "model/model.h"

enum { SLM_CHUNK = 256 };

typedef struct slm_evaluation {
    slm_workspace ws;
    slm_arena arena;         /* its base is the caller's to free */
    slm_pass pass;
} slm_evaluation;

/* pair: the gene side and its product too. */
scilama_status slm_evaluation_begin(scilama_model *model, slm_evaluation *e, const slm_net *net, bool pair, scilama_error *error);
/* Cells of a dataset, some at a time: where they are embedded and, on the way, where they lie on axes of reference and query. */
typedef struct slm_encoding {
    scilama_model *model;
    slm_design *design;
    slm_evaluation e;
    int64_t *cells, room;    /* [room]: those at work, and those behind them that may be read at once */
} slm_encoding;
/* most: cells that are asked for at once. slm_encoding_end() also after a failure. */
scilama_status slm_encoding_begin(slm_encoding *x, scilama_model *model, scilama_dataset *dataset, int64_t most, scilama_error *error);
/* Cells first … first + n - 1, ascending from call to call: mu [n × ld], sigma the same or NULL; places [n × SLM_JOINT_AXES] where a
 * joint of this design is given. */
scilama_status slm_encoding_read(slm_encoding *x, int64_t first, int64_t n, float *mu, float *sigma, int64_t ld, const slm_joint *joint, float *places,
                                 scilama_error *error);
/* Some cells, ascending; joint and places as above. */
scilama_status slm_encoding_some(slm_encoding *x, const int64_t *cells, int64_t n, float *mu, int64_t ld, const slm_joint *joint, float *places,
                                 scilama_error *error);
void slm_encoding_end(slm_encoding *x);

void slm_copy_out(const slm_real *from, int64_t rows, int64_t width, float *to, int64_t ld);
/* The numbers of all cells; NULL when out of memory. */
int64_t *slm_all_cells(const slm_design *design);
/* The net as it looks at other genes: the same weights.
 * embedding [modalities]: conditioned vectors, the caller's to free, on failure too. */
scilama_status slm_other_genes(scilama_model *model, const slm_gene_vectors *vectors, slm_net *net, slm_real **embedding, scilama_error *error);

#endif
