/* SPDX-License-Identifier: MIT */
#ifndef SLM_LATENT_H
#define SLM_LATENT_H

/* Latent variables: heads, fusion of modalities, reparameterisation, KL; forward
 * and backward (spec "Blocks", "The two VAEs", "Losses"). */

#include "vae/net.h"

/* One encoder: stack, heads and their gradients, for up to `rows` rows. */
typedef struct slm_encoder_state {
    slm_mlp_state mlp;
    const slm_real *hidden; /* last block's output [rows × h_k] */
    slm_real *head;         /* [rows × 2L]: mu | ln-variance */
    slm_real *sigma;        /* [rows × L] */
    slm_real *d_head;       /* [rows × 2L] */
} slm_encoder_state;

/* One VAE's latent variables. */
enum { SLM_FUSION_NONE = -1 };  /* a single encoder, taken as it is */

typedef struct slm_latent_state {
    int32_t fusion;               /* scilama_fusion or SLM_FUSION_NONE */
    slm_real *mu, *sigma, *noise; /* [rows × L]; noise NULL: z = mu */
    slm_real *z;                  /* [rows × ld_z], first L columns */
    int64_t ld_z;
    slm_real *d_z;                /* [rows × L], d loss / d z; becomes d mu */
    slm_real *d_sigma;            /* [rows × L] */
    double *kl_unit;              /* [L] mean over rows */
    double *partial;              /* [tiles × L] */
} slm_latent_state;

void slm_encoder_forward(const slm_pass *pass, const slm_net *net, const slm_encoder *e, slm_encoder_state *s,
                         const slm_real *in, int64_t ld_in, int64_t rows);
/* Consumes s->d_head; d and other: scratch [rows × widest]. d_mu [rows × L] replaces the
 * mu half for the bias of mu alone (NULL: as it is). */
void slm_encoder_backward(const slm_pass *pass, const slm_net *net, const slm_encoder *e, slm_encoder_state *s,
                          const slm_real *in, int64_t ld_in, int64_t rows, slm_real *d, slm_real *other, const slm_real *d_mu);

/* mu, sigma of `count` encoders → one; then z and KL. side: 0 cells, 1 genes (noise
 * stream). Returns the KL, summed over units, mean over rows. */
double slm_latent_forward(const slm_pass *pass, const slm_net *net, const slm_encoder_state *encoders, int count,
                          slm_latent_state *l, int64_t rows, bool sample, int side);
/* d_z [rows × L] holds d loss / d z; weight = β / rows (the KL's). Fills every d_head. */
void slm_latent_backward(const slm_pass *pass, const slm_net *net, slm_encoder_state *encoders, int count,
                         slm_latent_state *l, int64_t rows, bool sample, double weight);

/* Draws the standard normal of element (row, unit): four to a Philox block. */
void slm_noise_row(const slm_rng *rng, uint64_t row, int64_t latent, slm_real *out);

#endif
