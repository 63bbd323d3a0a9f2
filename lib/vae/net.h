/* SPDX-License-Identifier: MIT */
#ifndef SLM_NET_H
#define SLM_NET_H

/* Shape of the paired VAE and its parameters. B cells in a mini-batch, G genes,
 * P covariate columns, L latent units, h_1 … h_k hidden widths. */

#include "nn/mlp.h"
#include "scilama/types.h"

enum {
    SLM_MAX_MODALITIES = 16,
    SLM_CLUSTERS = 50,     /* of cells along the axes, see shift.h */
    SLM_SCATTER_AXES = 64, /* of more axes clusters have no second moments */
    SLM_COMPONENTS = 100,  /* of a mixture along the axes, see mixture.h */
    SLM_MIXTURE_AXES = 64  /* at most, of those */
};

typedef struct slm_encoder {
    slm_mlp mlp;
    int64_t in, width;         /* width: h_k, what the heads read */
    int mu_weight, sv_weight;  /* adjacent: one [2L × h_k] product serves both heads */
    int mu_bias, sv_bias;      /* adjacent */
} slm_encoder;

typedef struct slm_decoder {
    slm_mlp mlp;               /* k - 1 blocks */
    int64_t in;                /* L + P, or L */
    slm_linear last;           /* → h_1: dec_h */
    slm_batch_norm final;      /* of the final layer */
    slm_linear head;           /* cell decoder only: h_1 → G, without weight where it predicts axes; its bias is b_out */
    slm_linear axes;           /* cell decoder only, where it predicts axes: h_1 → K (axes_head.h) */
} slm_decoder;

/* What moves cells of categories that the model was adapted to, besides the clusters' shifts (shift.h). */
typedef struct slm_turns {
    int64_t count;
    int32_t *column;           /* [count] of the covariates */
    slm_real *value;           /* [count × SLM_CLUSTERS × slm_turn_width()] */
} slm_turns;

typedef struct slm_net {
    scilama_model_options options;
    int64_t genes, latent, covariates;
    int64_t encoder_covariates; /* columns that the encoder sees: P or 0 */
    int64_t axes;              /* K: the cell encoder reads x Vᵀ, V [K × G]; 0: x itself */
    int64_t h1, hk;
    int hidden_count;
    int modalities;            /* 0: no gene VAE */
    bool transposed;
    int64_t width[SLM_MAX_MODALITIES]; /* D_m */
    slm_params params;
    slm_encoder cell_encoder;
    slm_decoder cell_decoder;
    slm_encoder gene_encoder[SLM_MAX_MODALITIES];
    slm_decoder gene_decoder;
    int axis;                  /* V, fixed while training; -1 = off */
    int axes_scale;            /* s [K] of the head that predicts axes, fixed while training; -1: it predicts genes */
    int centres, shifts, shares, widths, spreads, scatters, squares; /* of soft clusters along the axes, fixed while training (shift.h); -1 = off */
    int64_t mixture_axes;      /* at most, of a mixture */
    int mixture_centres, mixture_white, mixture_root, mixture_spread, mixture_shares; /* fixed while training (mixture.h); -1 = off */
    slm_turns turns;
    int dispersion;            /* ln θ [G] of the negative binomial; -1 = off */
    slm_real pair_scale, align_scale;
} slm_net;

/* Columns of the cell encoder's input in front of the covariates. */
static inline int64_t slm_net_read(const slm_net *net) { return net->axes ? net->axes : net->genes; }

/* Symmetric matrices are kept as their lower triangles, by rows. */
static inline int64_t slm_triangle(int64_t n) { return n * (n + 1) / 2; }
/* An offset and a symmetric matrix along the axes. */
static inline int64_t slm_turn_width(const slm_net *net) { return net->axes + slm_triangle(net->axes); }
/* One more, the last, of zeros; takes it away, where there is one of this column. */
scilama_status slm_turns_add(scilama_context *ctx, slm_net *net, int64_t column, scilama_error *error);
void slm_turns_remove(slm_net *net, int64_t column);
/* Into *to, which holds none before. */
scilama_status slm_turns_copy(scilama_context *ctx, slm_turns *to, const slm_net *from, scilama_error *error);
void slm_turns_free(scilama_context *ctx, slm_turns *t);

/* options are checked; widths [modalities]. */
scilama_status slm_net_create(scilama_context *ctx, slm_net *net, const scilama_model_options *options,
                              int64_t genes, int64_t covariates, int modalities, const int64_t *widths,
                              bool transposed, scilama_error *error);
void slm_net_free(scilama_context *ctx, slm_net *net);
/* Xavier-normal weights, a quarter as large where axes are read; biases 0, axes 0 until data are seen, BatchNorm weights 1 and variances 1. */
void slm_net_initialise(const scilama_context *ctx, slm_net *net, uint64_t seed);

#endif
