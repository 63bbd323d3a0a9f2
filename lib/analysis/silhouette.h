/* SPDX-License-Identifier: MIT */
#ifndef SLM_SILHOUETTE_H
#define SLM_SILHOUETTE_H

#include "analysis/knn.h"

enum slm_between {
    SLM_BETWEEN_NEAREST,    /* mean distance to the nearest other cluster (Rousseeuw) */
    SLM_BETWEEN_MEAN_OTHER  /* mean distance to all cells of other clusters (BRAS) */
};

/* Silhouettes of the points rows[count] (NULL = all) by codes[count] in 0 .. groups-1
 * (of rows' elements, in their order); samples [count]. At least two groups occur. */
scilama_status slm_silhouette(scilama_context *ctx, const slm_points *points, const int64_t *rows, int64_t count,
                              const int32_t *codes, int64_t groups, enum slm_between between,
                              double *samples, scilama_error *error);

#endif
