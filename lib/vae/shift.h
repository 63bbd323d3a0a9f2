/* SPDX-License-Identifier: MIT */
#ifndef SLM_SHIFT_H
#define SLM_SHIFT_H

/* Cells of one kind lie apart along the axes where their batches differ, each kind in its own way. Soft clusters know how far:
 * Harmony's correction (Korsunsky et al. 2019), kept as a function of a single cell as Symphony keeps it (Kang et al. 2021).
 * With y = x Vᵀ − ȳ of a cell, its covariates c [P], centres m_k [K axes] and shifts S_k [K × P]
 *   y_k = y − S_k c,   r_k ∝ exp(−2 (1 − cos(y_k, m_k)) / σ),   the encoder reads ȳ + Σ_k r_k y_k
 * instead of y and c. Fixed while training, no gradient; centres of zeros are of no cluster, without one y stays.
 * Axes fitted to cells hold more of their noise than of other cells' (Lee, Zou & Wright 2010): cells of categories that a model was
 * adapted to lie too close to the clusters, and are taken from them to as far as the training cells lie, T_k [K × P],
 *   z = ȳ + Σ_k r_k y_k,   z' = z + (exp(Σ_k r_k T_k c) − 1) ∘ (z − ȳ − Σ_k r_k m_k);   T c = 0 for categories of the training cells.
 * An axis is drawn to every cell that it is fitted to, by as much as adds to the cell's projection |x − x̄ − Vᵀ y|² / (n λ_a) of it, n λ_a
 * [K] the sum of squares of the training cells along it. Cells of such categories are encoded as though they had trained: to begin with
 *   y_a ← y_a (1 + min(|x − x̄ − Vᵀ y|² / (n λ_a), 1)),   x̄ the b_out of a head that predicts axes; of other models they stay.
 * Cells of one kind vary along other directions in another batch. With the second moments C_k [K × K] of the training cells of a cluster
 * known, such cells are moved once more, by an offset and a symmetric matrix of each cluster and category p,
 *   r'_k ∝ exp(−2 (1 − cos(z' − ȳ, m_k)) / σ),   e = z' − ȳ − Σ_k r'_k m_k,   the encoder reads z' + Σ_p c_p Σ_k r'_k (d_kp + B_kp e). */

#include "vae/paired.h"

static const double SLM_SHIFT_WIDTH = 0.1; /* σ, as in Harmony */
static const double SLM_SHIFT_POOLED = 5;  /* cells, lying as all do, that a cluster is given when it is measured */

typedef struct slm_shifts {
    const slm_real *mean;   /* ȳ [axes] */
    const slm_real *centre; /* m [count × axes] */
    const slm_real *shift;  /* S [count × axes × covariates] */
    const slm_real *share;  /* [count] of the training cells */
    const slm_real *width;  /* [count × axes] slm_shift_width() of the training cells */
    const slm_real *spread; /* T [count × axes × covariates]; NULL when all are 0 */
    const slm_real *scatter; /* C [count × triangle] of the training cells, slm_shift_moment(); NULL: not known */
    const slm_turns *turns; /* d and B, by the columns that have them */
    int64_t count, axes, covariates;
} slm_shifts;

slm_shifts slm_shifts_of(const slm_net *net);
/* r [count] of one cell whose projections on the axes are y; covariate NULL: r', y being corrected. */
void slm_shift_parts(const slm_shifts *s, const slm_real *y, const slm_real *covariate, double *part);
/* y of one cell as the encoder reads it; part [count] is scratch. */
void slm_shift_cell(const slm_shifts *s, slm_real *y, const slm_real *covariate, double *part);
/* Takes the shifts from y of one cell by the parts that slm_shift_parts() found. */
void slm_shift_correct(const slm_shifts *s, slm_real *y, const slm_real *covariate, const double *part);
/* Adds a cell's corrected y to what is measured [(count + 1) × (axes + 1)]: how far cells lie from the middle of their clusters, and last
 * the cells; the last row of all, the others by parts. */
void slm_shift_measure(const slm_shifts *s, const slm_real *y, const double *part, double *measured);
/* Mean absolute distance of cluster k's cells along axis a. */
double slm_shift_width(const slm_shifts *s, const double *measured, int64_t k, int64_t a);
/* r' [count] and e [axes] of y as slm_shift_cell() leaves it where there are no turns. */
void slm_shift_away(const slm_shifts *s, const slm_real *y, double *part, double *away);
/* Adds what is `away` to sums of second moments [(count + 1) × (triangle + 1)], whose rows are those of slm_shift_measure(). */
void slm_shift_add_moments(const slm_shifts *s, const double *away, const double *part, double *sums);
/* Second moment e of cluster k, which is given as many cells, lying as all do, as there are axes. */
double slm_shift_moment(const slm_shifts *s, const double *sums, int64_t k, int64_t e);
/* ws->input, projections of ws->x on the axes: of cells of categories that have a turn, as they would be if the axes were fitted to them too. */
void slm_shift_join(const slm_pass *pass, const slm_net *net, slm_workspace *ws, int64_t rows);
/* input [rows × ld]: projections on the axes, corrected in place; covariate [rows × ld_covariate]. */
void slm_shift_rows(const slm_pass *pass, const slm_net *net, slm_real *input, int64_t ld, const slm_real *covariate, int64_t ld_covariate, int64_t rows);

#endif
