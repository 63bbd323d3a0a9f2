/* SPDX-License-Identifier: MIT */
#ifndef SLM_AXES_HEAD_H
#define SLM_AXES_HEAD_H

/* The cell decoder's head where it predicts the axes that the encoder reads instead of every gene. With V [K × G] of
 * orthonormal rows, h [h_1] what the head reads, A [K × h_1], a [K] and fixed scales s [K],
 *   p = V (x − b_out),   p̂ = s ∘ (A h + a),   x̂ = b_out + Vᵀ p̂,   |x − x̂|² = |x − b_out|² − |p|² + |p − p̂|²:
 * the errors of all genes and their gradient cost K instead of G products a cell. What a gene does beside the axes is noise to
 * so few latent units. s is proportional to an axis's standard deviation beyond noise: AdamW moves all weights by about as
 * much, so that an axis is learnt as fast as it is long, and one that is noise is not learnt. */

#include "vae/paired.h"

/* ws->axes_out [rows × K] = p̂ from `in` [rows × h_1]. */
void slm_axes_head_forward(const slm_pass *pass, const slm_net *net, slm_workspace *ws, const slm_real *in, int64_t rows);
/* ws->pair [rows × G] = x̂ without b_out. */
void slm_axes_head_genes(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows);
/* Squared errors over genes, whose sum over rows is returned; ws->axes_out becomes their gradient × coef / 2 with regard to
 * A h + a, and the gradient of a is filled where wanted. */
double slm_axes_head_loss(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows, double coef, bool gradient);
/* Row `gene` of what would be the head of all genes, W = Vᵀ diag(s) A: row [h_1]. */
void slm_axes_head_row(const slm_net *net, int64_t gene, slm_real *row);

#endif
