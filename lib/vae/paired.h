/* SPDX-License-Identifier: MIT */
#ifndef SLM_PAIRED_H
#define SLM_PAIRED_H

/* The paired VAE, forward and backward, over one mini-batch of cells and all (or a
 * subset of) genes. The gene decoder's last Linear is folded into the pair product:
 * with S = dec_h [B × h_1], A the gene decoder's last hidden [G × w], its weight W
 * [h_1 × w] and bias b,   S (A Wᵀ + 1 bᵀ)ᵀ = (S W) Aᵀ + (S b) 1ᵀ,
 * exact for values and gradients.
 * paired.c: workspace and forward; gradient.c: backward; subset.c: of a subset of genes. */

#include "vae/latent.h"

/* Parameters with a row for every gene. */
enum slm_gene_kind { SLM_GENE_BIAS, SLM_GENE_HEAD, SLM_GENE_KINDS };

typedef struct slm_workspace {
    int64_t cells, genes;      /* capacity; genes at hand (all, or those of the mini-batch) */
    /* cell side */
    slm_real *x;               /* [cells × ld_x]: expression | covariates, where the encoder reads them here */
    int64_t ld_x;
    slm_real *input;           /* [cells × ld_input] of the cell encoder: x, or x Vᵀ | covariates */
    int64_t ld_input;
    slm_real *axes_x, *axes_out; /* [cells × K] x Vᵀ, and what the head predicts of it (axes_head.h) */
    double *axes_bias;         /* [K] V b_out */
    slm_sparse sparse;         /* x as base and entries (slm_workspace_sparse); columns 0: not reserved */
    slm_real *sparse_base, *sparse_scratch;
    slm_encoder_state cell_encoder;
    slm_latent_state cell;     /* z [cells × (L + P)], covariates behind the L columns */
    slm_mlp_state cell_decoder;
    slm_real *dec_h, *d_dec_h; /* [cells × h_1] */
    slm_real *final_pre, *final, *final_standard, *final_mean, *final_inv_std; /* final layer */
    uint8_t *final_mask;
    slm_real *d1, *d2;         /* [cells × widest] */
    /* gene side */
    slm_encoder_state gene_encoder[SLM_MAX_MODALITIES];
    slm_latent_state gene;
    slm_mlp_state gene_decoder;
    const slm_real *hidden;    /* A [genes × w] */
    slm_real *f_dec_h;         /* BatchNorm statistics only */
    slm_real *g1, *g2;         /* [genes × the widest that a backward pass puts there] */
    /* products */
    slm_real *folded, *d_folded; /* S W [cells × w] */
    slm_real *row_bias;        /* S b [cells] */
    slm_real *pair, *align;    /* [cells × G] */
    slm_real *row_sum;         /* [cells] */
    slm_real *counts, *rate;   /* [cells × G] likelihood of counts: filled by the caller; scratch */
    double *nll;               /* [cells] */
    slm_real *partial;
    slm_gemm_space space;      /* of products */
    /* gene mini-batch (subset.c): ascending genes [genes], NULL = all; x and the rows of the parameters above */
    const int64_t *subset;
    slm_real *sub_x, *sub_embedding[SLM_MAX_MODALITIES], *sub_value[SLM_GENE_KINDS], *sub_grad[SLM_GENE_KINDS];
} slm_workspace;

/* What a workspace must be able to do. */
typedef struct slm_workspace_need { bool cell_objective, pair, align, gradients, sparse, bf16; int64_t cells, gene_batch; float dropout; int threads; } slm_workspace_need;

/* Takes all buffers from the arena (measuring when its base is NULL). */
void slm_workspace_reserve(slm_workspace *ws, const slm_net *net, const slm_workspace_need *need, slm_arena *arena);

typedef struct slm_objective_terms {
    double nll, kl_s, kl_f;    /* per cell (summed over genes), per cell, per gene */
} slm_objective_terms;

typedef struct slm_objective_args {
    int objective;             /* scilama_objective */
    int64_t rows;              /* cells in ws->x */
    const slm_real *const *embedding; /* [modalities] [G × D_m] */
    bool sample;
    double beta, gamma;
    const int64_t *subset;     /* [subset_size] genes of the mini-batch, ascending; NULL: all */
    int64_t subset_size;
} slm_objective_args;

/* The entries of rows of ws->x, for the first layer to read them instead. */
void slm_workspace_sparse(const slm_pass *pass, slm_workspace *ws, int64_t rows);

/* ws->x → ws->input where the encoder reads axes: projected; projected and corrected (shift.h). */
void slm_encoder_project(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows);
void slm_encoder_input(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows);
/* The cell encoder over ws->x. */
void slm_cell_encoder_forward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows);
/* Encoder, z, decoder: fills ws->dec_h. Returns KL_s. ws->x rows and covariates are set.
 * Also the final layer, whose BatchNorm follows every training pass. */
double slm_cell_forward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows, bool sample);
/* Encoders, fusion, z_f, decoder up to its last hidden layer. Returns KL_f. */
double slm_gene_forward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, const slm_real *const *embedding, bool sample);
/* ws->pair = x̂ without b_out and row_bias; ws->align = x̃ without b_out when wanted. */
void slm_pair_forward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows, bool align);
/* What the cell decoder's head predicts, without b_out: ws->pair, or ws->axes_out where it predicts axes. */
void slm_head_forward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows);
/* Its squared errors over genes, whose sum over rows is returned, or − ln p of counts; what it predicted becomes the gradient
 * × coef / 2. gradient: fills those of biases and dispersion. */
double slm_head_loss(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows, double coef, bool gradient);
/* Squared errors of what is in pair and align, which become their gradients × coef / 2.
 * Returns the sum over rows. bias_gradient: fills b_out's (and the dispersion's).
 * With a likelihood of counts − ln p of ws->counts instead, pair and align being logits
 * (nn/counts.h); in evaluation they become rates that sum to 1. */
double slm_reconstruction_loss(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows,
                               bool folded, double gamma, double coef, bool bias_gradient);

/* Objective and its gradient over the mini-batch in ws->x (spec "Losses"). */
void slm_objective_gradient(const slm_pass *pass, const slm_net *net, slm_workspace *ws,
                            const slm_objective_args *args, slm_objective_terms *terms);

/* subset.c: gene mini-batches. gene_batch genes are reserved when that is not 0; between
 * begin and end the workspace holds n genes; scatter deals their gradients back. */
void slm_subset_reserve(slm_workspace *ws, const slm_net *net, const slm_workspace_need *need, slm_arena *arena);
void slm_subset_cells(const slm_pass *pass, slm_workspace *ws, int64_t rows); /* … for other cells in ws->x */
void slm_subset_begin(const slm_pass *pass, const slm_net *net, slm_workspace *ws, const int64_t *genes, int64_t n,
                      int64_t rows, const slm_real *const *embedding);
void slm_subset_scatter(const slm_pass *pass, const slm_net *net, const slm_workspace *ws, int32_t objective);
void slm_subset_end(const slm_net *net, slm_workspace *ws);
/* A parameter with a row per gene, or its gradient, for the genes at hand. */
slm_real *slm_gene_value(const slm_pass *pass, const slm_net *net, const slm_workspace *ws, int kind);
slm_real *slm_gene_gradient(const slm_pass *pass, const slm_net *net, const slm_workspace *ws, int kind);

/* A row's number in a column of the covariates, behind expression and behind z. */
void slm_set_covariate(const slm_net *net, slm_workspace *ws, int64_t row, int64_t column, float v);

#endif
