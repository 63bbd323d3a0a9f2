/* SPDX-License-Identifier: MIT */
/* Body of nearest_scan.h: SLM_SET names the function, WIDTH is the number of 32-bit integers in a vector. */

#include "linalg/nearest_scan.h"
#if defined __SSE2__
#include <immintrin.h>
#endif

/* Every 32 bits are two numbers of a place, or a sum. */
typedef int32_t vec __attribute__((vector_size(4 * WIDTH)));
enum { GROUP = SLM_GROUP, LEAF = SLM_LEAF, ABREAST = 4, DEPTH = 48 };

static inline vec load(const void *at)
{
    vec v;
    memcpy(&v, at, sizeof v);
    return v;
}

static inline vec pair(const void *at)
{
    int32_t v;
    memcpy(&v, at, sizeof v);
    return v - (vec){ 0 };
}

/* sum + products of a and b, added by pairs; sums may wrap. */
static inline vec add_products(vec sum, vec a, vec b)
{
    typedef uint32_t wrapping __attribute__((vector_size(4 * WIDTH)));
#if WIDTH == 16
    return (vec)((wrapping)sum + (wrapping)_mm512_madd_epi16((__m512i)a, (__m512i)b));
#elif WIDTH == 8
    return (vec)((wrapping)sum + (wrapping)_mm256_madd_epi16((__m256i)a, (__m256i)b));
#elif defined __SSE2__
    return (vec)((wrapping)sum + (wrapping)_mm_madd_epi16((__m128i)a, (__m128i)b));
#else
    int16_t u[2 * WIDTH], v[2 * WIDTH];
    wrapping w;
    memcpy(u, &a, sizeof u);
    memcpy(v, &b, sizeof v);
    for (int i = 0; i < WIDTH; i++) w[i] = (uint32_t)(u[2 * i] * v[2 * i]) + (uint32_t)(u[2 * i + 1] * v[2 * i + 1]);
    return (vec)((wrapping)sum + w);
#endif
}

/* a - b, or 0 */
static inline vec above(vec a, vec b)
{
#if WIDTH == 16
    return (vec)_mm512_subs_epu16((__m512i)a, (__m512i)b);
#elif WIDTH == 8
    return (vec)_mm256_subs_epu16((__m256i)a, (__m256i)b);
#elif defined __SSE2__
    return (vec)_mm_subs_epu16((__m128i)a, (__m128i)b);
#else
    uint16_t u[2 * WIDTH], v[2 * WIDTH];
    memcpy(u, &a, sizeof u);
    memcpy(v, &b, sizeof v);
    for (int i = 0; i < 2 * WIDTH; i++) u[i] = u[i] > v[i] ? (uint16_t)(u[i] - v[i]) : 0;
    memcpy(&a, u, sizeof a);
    return a;
#endif
}

/* Bit i: v[i] <= limit[i]. */
static inline unsigned within(vec v, vec limit)
{
#if WIDTH == 16
    return (unsigned)_mm512_cmple_epi32_mask((__m512i)v, (__m512i)limit);
#elif WIDTH == 8
    return 0xff & ~(unsigned)_mm256_movemask_ps((__m256)(v > limit));
#elif defined __SSE2__
    return 0xf & ~(unsigned)_mm_movemask_ps((__m128)(v > limit));
#else
    unsigned bits = 0;
    for (int i = 0; i < WIDTH; i++) bits |= (unsigned)(v[i] <= limit[i]) << i;
    return bits;
#endif
}

static inline unsigned within_group(const int32_t *v, const int32_t *limit)
{
    unsigned bits = 0;
    for (int i = 0; i < GROUP; i += WIDTH) {
        vec a, b;
        memcpy(&a, v + i, sizeof a);
        memcpy(&b, limit + i, sizeof b);
        bits |= within(a, b) << i;
    }
    return bits;
}

/* Squared distances of the queries to the boxes of two nodes. Returns whether those to the second are less on the whole. */
static inline bool bounds(const slm_scan *s, int64_t node, int64_t other, int32_t *restrict out, int32_t *restrict to_other)
{
    enum { VECTORS = GROUP / WIDTH };
    int64_t wide = s->tree->wide, more = 0;
    const uint16_t *box = s->tree->box + node * 2 * wide, *second = s->tree->box + other * 2 * wide;
    vec sum[VECTORS] = { 0 }, sums[VECTORS] = { 0 }, away;
    for (int64_t j = 0; j < wide; j += 2)
        for (int u = 0; u < VECTORS; u++) {
            vec at = load(s->query + j * GROUP + u * WIDTH * 2);
            away = above(pair(box + 2 * j), at) | above(at, pair(box + 2 * j + 2));
            sum[u] = add_products(sum[u], away, away);
            away = above(pair(second + 2 * j), at) | above(at, pair(second + 2 * j + 2));
            sums[u] = add_products(sums[u], away, away);
        }
    memcpy(out, sum, sizeof sum);
    memcpy(to_other, sums, sizeof sums);
    away = (vec){ 0 };
    for (int u = 0; u < VECTORS; u++) away += sum[u] / GROUP - sums[u] / GROUP;
#if WIDTH == 16
    more = _mm512_reduce_add_epi32((__m512i)away);
#else
    for (int i = 0; i < WIDTH; i++) more += away[i];
#endif
    return more > 0;
}

/* Points of a leaf within the limits of two queries: |y|² - 2 q y <= limit - |q|². */
static inline void search_leaf(const slm_scan *s, int64_t leaf, int first, int second, uint64_t bits[2])
{
    int64_t wide = s->tree->wide;
    const uint16_t *square = s->tree->block + leaf * LEAF * (wide + 2), *x = square + 2 * LEAF;
    const int16_t *p = s->twice + 2 * first, *q = s->twice + 2 * second;
    const vec p_limit = s->limit[first] - s->square[first] - (vec){ 0 }, q_limit = s->limit[second] - s->square[second] - (vec){ 0 };
    bits[0] = bits[1] = 0;
    for (int at = 0; at < LEAF; at += ABREAST * WIDTH) {
        vec a[ABREAST], b[ABREAST];
        for (int u = 0; u < ABREAST; u++) {
            a[u] = b[u] = load(square + (at + u * WIDTH) * 2);
        }
        for (int64_t j = 0; j < wide; j += 2) {
            vec by_p = pair(p + j * GROUP), by_q = pair(q + j * GROUP);
#pragma GCC unroll 4
            for (int u = 0; u < ABREAST; u++) {
                vec y = load(x + j * LEAF + (at + u * WIDTH) * 2);
#if WIDTH > 4 /* read once, not for each query: reading bounds the loop */
                __asm__("" : "+v"(y));
#endif
                a[u] = add_products(a[u], by_p, y);
                b[u] = add_products(b[u], by_q, y);
            }
        }
        for (int u = 0; u < ABREAST; u++) {
            bits[0] |= (uint64_t)within(a[u], p_limit) << (at + u * WIDTH);
            bits[1] |= (uint64_t)within(b[u], q_limit) << (at + u * WIDTH);
        }
    }
}

/* Points lie anywhere in memory: they are on their way while the leaf is searched for others. */
static inline unsigned offer(slm_scan *s, int row, uint64_t bits, int64_t leaf)
{
    const slm_points *p = &s->tree->points;
    const int32_t *id = s->tree->id + leaf * LEAF;
    if (!bits) return 0;
    for (; bits; bits &= bits - 1) {
        int32_t point = id[__builtin_ctzll(bits)];
        __builtin_prefetch(p->x + point * p->ld);
        __builtin_prefetch(p->x + point * p->ld + p->dim - 1);
        s->offered[row * LEAF + s->offers[row]++] = point;
    }
    return 1u << row;
}

static inline void visit(slm_scan *s, int64_t leaf, unsigned rows)
{
    int64_t points = s->tree->points.n - leaf * LEAF;
    uint64_t there = points < LEAF ? ((uint64_t)1 << points) - 1 : ~(uint64_t)0, bits[2];
    unsigned offered = 0;
    while (rows) {
        int first = __builtin_ctz(rows);
        rows &= rows - 1;
        int second = rows ? __builtin_ctz(rows) : first;
        search_leaf(s, leaf, first, second, bits);
        offered |= offer(s, first, bits[0] & there, leaf);
        if (second != first) offered |= offer(s, second, bits[1] & there, leaf);
        rows &= rows - 1;
    }
    if (offered) slm_scan_decide(s, offered);
}

/* What is visited next lies somewhere else: it is on its way meanwhile. */
static inline void fetch(const slm_tree *t, int64_t leaf)
{
    const uint16_t *x = t->block + leaf * LEAF * (t->wide + 2);
    for (int64_t i = 0; i < LEAF * (t->wide + 2); i += 32) __builtin_prefetch(x + i);
}

typedef struct place { int64_t node, leaf, leaves; int32_t bound[GROUP]; } place;

/* The nearer half first; the other one waits, and is looked at only if some limit still reaches it. */
void SLM_SET(slm_scan *s)
{
    place waiting[DEPTH], at = { .leaves = s->tree->leaves };
    int depth = 0;
    for (bool more = true; more;) {
        unsigned rows = within_group(at.bound, s->limit);
        while (rows && at.leaves > 1) {
            int64_t half = at.leaves / 2;
            place left = { .node = at.node + 1, .leaf = at.leaf, .leaves = half };
            place right = { .node = at.node + 2 * half, .leaf = at.leaf + half, .leaves = at.leaves - half };
            bool turn = bounds(s, left.node, right.node, left.bound, right.bound);
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
