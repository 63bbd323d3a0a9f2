/* SPDX-License-Identifier: MIT */
/* Body of nearest_scan.h: SLM_SET names the function, WIDTH is the number of floats in a vector. */

#include "linalg/nearest_scan.h"
#include <string.h>
#if WIDTH > 4
#include <immintrin.h>
#endif

typedef float vec __attribute__((vector_size(4 * WIDTH)));
enum { GROUP = SLM_GROUP, LEAF = SLM_LEAF, ABREAST = 4, DEPTH = 48 };

/* Bit i: v[i] <= limit[i]. */
static inline unsigned within_eight(const float *v, const float *limit)
{
#if WIDTH > 4
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(v), _mm256_loadu_ps(limit), _CMP_LE_OQ));
#else
    unsigned bits = 0;
    for (int i = 0; i < 8; i++) bits |= (unsigned)(v[i] <= limit[i]) << i;
    return bits;
#endif
}

static inline unsigned within_group(const float *v, const float *limit)
{
#if WIDTH == 16
    return (unsigned)_mm512_cmp_ps_mask(_mm512_loadu_ps(v), _mm512_loadu_ps(limit), _CMP_LE_OQ);
#else
    return within_eight(v, limit) | within_eight(v + 8, limit + 8) << 8;
#endif
}

static inline uint64_t within(const float *v, float limit)
{
    uint64_t bits = 0;
#if WIDTH == 16
    for (int i = 0; i < LEAF; i += 16) bits |= (uint64_t)_mm512_cmp_ps_mask(_mm512_loadu_ps(v + i), _mm512_set1_ps(limit), _CMP_LE_OQ) << i;
#else
    float limits[8];
    for (int i = 0; i < 8; i++) limits[i] = limit;
    for (int i = 0; i < LEAF; i += 8) bits |= (uint64_t)within_eight(v + i, limits) << i;
#endif
    return bits;
}

/* Compilers make branches of a choice between two. */
static inline vec largest_of(vec a, vec b)
{
#if WIDTH == 16
    return (vec)_mm512_max_ps((__m512)a, (__m512)b);
#elif WIDTH == 8
    return (vec)_mm256_max_ps((__m256)a, (__m256)b);
#else
    for (int i = 0; i < WIDTH; i++) a[i] = a[i] > b[i] ? a[i] : b[i];
    return a;
#endif
}

/* Squared distances of the queries to a node's box. */
static inline void bounds(const slm_scan *s, int64_t node, float *restrict out)
{
    int64_t wide = s->tree->wide;
    const float *box = s->tree->box + node * 2 * wide;
    vec sum[GROUP / WIDTH] = { 0 };
    for (int64_t j = 0; j < wide; j++)
        for (int u = 0; u < GROUP / WIDTH; u++) {
            vec at;
            memcpy(&at, s->query + j * GROUP + u * WIDTH, sizeof at);
            vec away = largest_of(largest_of(box[2 * j] - at, at - box[2 * j + 1]), (vec){ 0 });
            sum[u] += away * away;
        }
    memcpy(out, sum, sizeof sum);
}

/* Squared distances of two queries to all points of a leaf. */
static inline void leaf_distances(const float *x, int64_t wide, const float *query, int first, int second, float *to_first, float *to_second)
{
    for (int at = 0; at < LEAF; at += ABREAST * WIDTH) {
        vec a[ABREAST], b[ABREAST];
        for (int u = 0; u < ABREAST; u++) a[u] = b[u] = (vec){ 0 };
        for (int64_t j = 0; j < wide; j++) {
            float p = query[j * GROUP + first], q = query[j * GROUP + second];
#pragma GCC unroll 4
            for (int u = 0; u < ABREAST; u++) {
                vec y;
                memcpy(&y, x + j * LEAF + at + u * WIDTH, sizeof y);
#if WIDTH > 4 /* read once, not for each query: reading bounds the loop */
                __asm__("" : "+v"(y));
#endif
                vec s = p - y, t = q - y;
                a[u] += s * s;
                b[u] += t * t;
            }
        }
        memcpy(to_first + at, a, sizeof a);
        memcpy(to_second + at, b, sizeof b);
    }
}

static inline void take(slm_scan *s, int row, const float *v, int64_t leaf)
{
    const slm_tree *t = s->tree;
    int64_t first = leaf * LEAF;
    uint64_t bits = within(v, s->limit[row]);
    if (t->points.n - first < LEAF) bits &= ((uint64_t)1 << (t->points.n - first)) - 1;
    slm_candidate *found = s->found + row * (s->most + LEAF);
    for (; bits; bits &= bits - 1) {
        int u = __builtin_ctzll(bits);
        if (t->id[first + u] != s->skip[row]) found[s->count[row]++] = (slm_candidate){ v[u], (int32_t)(first + u) };
    }
    if (s->count[row] >= s->most || (s->count[row] > s->k && s->limit[row] > 1e37f)) slm_scan_compact(s, row);
}

static inline void visit(slm_scan *s, int64_t leaf, unsigned rows)
{
    float v[2][LEAF];
    while (rows) {
        int first = __builtin_ctz(rows);
        rows &= rows - 1;
        int second = rows ? __builtin_ctz(rows) : first;
        leaf_distances(s->tree->block + leaf * LEAF * s->tree->wide, s->tree->wide, s->query, first, second, v[0], v[1]);
        take(s, first, v[0], leaf);
        if (second != first) take(s, second, v[1], leaf);
        rows &= rows - 1;
    }
}

/* What is visited next lies somewhere else: it is on its way meanwhile. */
static inline void fetch(const slm_tree *t, int64_t leaf)
{
    const float *x = t->block + leaf * LEAF * t->wide;
    for (int64_t i = 0; i < LEAF * t->wide; i += 16) __builtin_prefetch(x + i);
}

typedef struct place { int64_t node, leaf, leaves; float bound[GROUP]; } place;

static inline float total(const float *bound)
{
    float sum = 0;
    for (int r = 0; r < GROUP; r++) sum += bound[r];
    return sum;
}

/* The nearer half first; the other one waits, and is looked at only if some limit still reaches it. */
void SLM_SET(slm_scan *s)
{
    place waiting[DEPTH], at = { .leaves = s->tree->leaves };
    int depth = 0;
    for (bool more = true; more;) {
        unsigned rows = within_group(at.bound, s->limit);
        while (rows && at.leaves > 1) {
            int64_t half = at.leaves / 2;
            place left = { at.node + 1, at.leaf, half, { 0 } }, right = { at.node + 2 * half, at.leaf + half, at.leaves - half, { 0 } };
            bounds(s, left.node, left.bound);
            bounds(s, right.node, right.bound);
            bool turn = total(right.bound) < total(left.bound);
            at = turn ? right : left;
            const place *other = turn ? &left : &right;
            if (within_group(other->bound, s->limit)) waiting[depth++] = *other;
            rows = within_group(at.bound, s->limit);
        }
        if (rows && depth) fetch(s->tree, waiting[depth - 1].leaf);
        if (rows) visit(s, at.leaf, rows);
        if ((more = depth > 0)) at = waiting[--depth];
    }
}
