/* SPDX-License-Identifier: MIT */
#ifndef SLM_DATA_PREPARE_H
#define SLM_DATA_PREPARE_H

/* A row of the matrix into the model's genes, normalised and logged: the arithmetic that
 * all storages share. */

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct slm_preparation {
    const int32_t *place;    /* [matrix genes]: model gene or -1 */
    int64_t genes, words;    /* of the model; 64 of them in a word */
    bool normalized, logged;
    double target_sum;
    const double *factor;    /* [cells] size factors over genes that data and model share; or, of rows that are read: */
    const uint8_t *shared;   /* [matrix genes] these genes, and what their sum is scaled to; both NULL: over all genes of the matrix */
    double shared_sum;
} slm_preparation;

/* By the sum of a cell's values over all genes of the matrix. */
static inline double slm_size_factor_of(const float *values, int64_t n, double target)
{
    double total = 0;
    for (int64_t i = 0; i < n; i++) total += (double)values[i];
    return total > 0 ? target / total : 1;
}

static inline double slm_shared_factor(const slm_preparation *p, const int32_t *indices, const float *values, int64_t n)
{
    double total = 0;
    for (int64_t i = 0; i < n; i++)
        if (p->shared[indices[i]]) total += (double)values[i];
    return total > 0 ? p->shared_sum / total : 1;
}

static inline float slm_transformed(const slm_preparation *p, double factor, float x)
{
    if (!p->normalized && !p->logged) return x;
    double v = (double)x * factor;
    return (float)(p->logged ? log1p(v) : v);
}

static inline int slm_lowest_bit(uint64_t word)
{
#if defined(__GNUC__)
    return __builtin_ctzll(word);
#else
    int bit = 0;
    while (!(word >> bit & 1)) bit++;
    return bit;
#endif
}

static inline int64_t slm_prepared_count(const slm_preparation *p, const int32_t *indices, int64_t n)
{
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) count += p->place[indices[i]] >= 0;
    return count;
}

/* Genes of a row are marked in a bitmap and read back in ascending order. present [words]
 * is zero before and after; from [genes] is scratch. raw: values before, or NULL. */
static inline void slm_prepare_row(const slm_preparation *p, double factor, const int32_t *indices, const float *values, int64_t n,
                                   uint64_t *present, float *from, int32_t *out_indices, float *out, float *raw)
{
    int64_t at = 0;
    for (int64_t i = 0; i < n; i++) {
        int32_t gene = p->place[indices[i]];
        if (gene < 0) continue;
        present[gene >> 6] |= UINT64_C(1) << (gene & 63);
        from[gene] = values[i];
    }
    for (int64_t w = 0; w < p->words; w++)
        for (; present[w]; present[w] &= present[w] - 1) {
            int64_t gene = w * 64 + slm_lowest_bit(present[w]);
            if (raw) raw[at] = from[gene];
            out_indices[at] = (int32_t)gene;
            out[at++] = slm_transformed(p, factor, from[gene]);
        }
}

#endif
