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
void slm_copy_out(const slm_real *from, int64_t rows, int64_t width, float *to, int64_t ld);
/* The numbers of all cells; NULL when out of memory. */
int64_t *slm_all_cells(const slm_design *design);
/* The net as it looks at other genes: the same weights.
 * embedding [modalities]: conditioned vectors, the caller's to free, on failure too. */
scilama_status slm_other_genes(scilama_model *model, const slm_gene_vectors *vectors, slm_net *net, slm_real **embedding, scilama_error *error);

#endif
