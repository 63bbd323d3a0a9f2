/* SPDX-License-Identifier: MIT */
#ifndef SLM_NEAREST_H
#define SLM_NEAREST_H

/* Exact nearest neighbours, by a tree of boxes (nearest_tree.c) and a kernel for its leaves (nearest_scan.h). */

#include "core/core.h"

/* Row-major [n × dim], rows ld apart. Distances are Euclidean, or 1 - cosine: 1 to and from a point at 0. */
typedef struct slm_points {
    const float *x;
    int64_t n, dim, ld;
    bool cosine;
} slm_points;

enum { SLM_LEAF = 64 }; /* points of a leaf */

/* Of n points some, spread evenly: how many, and the number of the i-th. */
enum { SLM_THINNED = 16384 };
static inline int64_t slm_thinned_count(int64_t n) { return n < SLM_THINNED ? n : SLM_THINNED; }
static inline int64_t slm_thinned(int64_t n, int64_t i) { return i * n / slm_thinned_count(n); }

struct slm_scan;
typedef void (*slm_scan_fn)(struct slm_scan *s); /* nearest_scan.h */

/* Points to be searched, halved again and again across their widest coordinate. The tree has places of points as whole numbers:
 * coordinates in the order of their variance, as many as have nearly all of it, and the length of what the others are from their
 * mean; in units of a step that lets squares of distances and lengths be less than 2^31. Two places are as far from each other as their
 * points or less, but for rounding. Cosine: places of the points at length 1, and one more coordinate, 1 for points at 0. */
typedef struct slm_tree {
    slm_points points;       /* the caller's: they stay while the tree is used */
    int64_t coordinates;     /* of a point */
    int64_t axes, wide;      /* coordinates that are numbers of their own; numbers of a place, even */
    int32_t *axis;           /* [coordinates] by variance */
    double *mean;            /* [coordinates] by variance */
    double *low;             /* [wide] where a number is 0 */
    double step, top;        /* numbers are 0 .. top; what lies farther out is put at the end */
    double *least, *largest; /* [wide] of the points */
    double *norms;           /* [n] lengths; Euclidean: NULL */
    int64_t leaves;
    uint16_t *block;         /* [leaves]: int32_t [SLM_LEAF] squared lengths of the places, [wide / 2][SLM_LEAF][2] */
    uint16_t *box;           /* [2 leaves - 1][wide / 2][least, least, largest, largest]; a node's children: the next, and that behind all of its */
    int32_t *id;             /* [n] the points in the order of the leaves */
    slm_scan_fn scan;
} slm_tree;

scilama_status slm_tree_build(scilama_context *ctx, slm_tree *tree, const slm_points *points, scilama_error *error);
void slm_tree_free(scilama_context *ctx, slm_tree *tree);
/* The place of a point of the tree's kind, to [wide], `norm` its length (cosine). Returns its squared distance, in steps, from the
 * box that holds all points: from a point p of the tree it is that, squared, and |place - p's place|² or farther. */
double slm_tree_place(const slm_tree *tree, const float *x, double norm, uint16_t *to);
/* Orders places x[order[i]] (rows of `wide`) by halving them down to `unit` at a time; along [n] is scratch; box may be NULL. */
void slm_tree_order(const uint16_t *x, int64_t n, int64_t wide, int64_t unit, int32_t *order, float *along, uint16_t *box);
/* Splits order[lo, hi) at mid by along, ties by number. */
void slm_halve(float *along, int32_t *order, int64_t lo, int64_t hi, int64_t mid);

/* The k nearest of the tree's points, nearest first, ties by number, for queries [m × dim], rows ld apart; skip [m]: a point that
 * does not count for a query, or NULL. Queries NULL: for the tree's own points, but themselves. indices [m × k], distances [m × k]
 * or NULL: Euclidean distance, or 1 - cosine. There are k that count. */
scilama_status slm_tree_search(scilama_context *ctx, const slm_tree *tree, const float *queries, int64_t m, int64_t ld, const int32_t *skip,
                               int64_t k, int32_t *indices, float *distances, scilama_error *error);

/* Neighbours of points among themselves: indices [n × k]; distances [n × k] or NULL. k < n. */
scilama_status slm_knn_exact(scilama_context *ctx, const slm_points *points, int64_t k,
                             int32_t *indices, float *distances, scilama_error *error);

/* At most so many bytes are held meanwhile (slm_block_bytes() beside them). */
double slm_knn_exact_memory(int64_t n, int64_t dim, int64_t k, int32_t threads);

/* Squared Euclidean distance, or 1 - cosine, in double precision; lengths: cosine only. */
double slm_distance(bool cosine, int64_t dim, const float *x, double x_length, const float *y, double y_length);
double slm_length(const float *x, int64_t dim);
/* Lengths of the rows; NULL when out of memory. */
double *slm_point_norms(scilama_context *ctx, const slm_points *points);

/* A candidate and its distance: ordered by distance, then index. */
typedef struct slm_near { double d; int32_t index; } slm_near;
void slm_near_sort(slm_near *items, int64_t n);

#endif
