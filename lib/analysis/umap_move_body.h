/* SPDX-License-Identifier: MIT */
/* Body of slm_umap_move_fn. SLM_SET names it, WIDTH is the floats of a vector: four for each of the vertices
 * that move beside each other. What a vertex does depends neither on those beside it nor on their number. */

#include "analysis/umap_move.h"
#include "analysis/umap.h"
#include "core/rng.h"

enum { BESIDE = WIDTH / 4, DUE = SLM_UMAP_DUE, MAX_DIMENSIONS = SLM_UMAP_DIMENSIONS, POOL_BITS = 9, POOL = 1 << POOL_BITS };

/* GCC and Clang lower vectors where they are not native. No libm: quick, and the same everywhere. */
typedef float lanes __attribute__((vector_size(4 * WIDTH)));
typedef int32_t masks __attribute__((vector_size(4 * WIDTH)));

static inline lanes all(float x) { return x - (lanes){ 0 }; }
static inline lanes pick(masks m, lanes x) { return (lanes)((masks)x & m); } /* x or 0 */
static inline lanes choose(masks m, lanes x, lanes y) { return (lanes)(((masks)x & m) | ((masks)y & ~m)); }

/* 2^x and log2(x), relative error about 1e-6. */
static inline lanes exp2_quick(lanes x)
{
    x = choose(x < -126.0f, all(-126), choose(x > 126.0f, all(126), x));
    masks whole = __builtin_convertvector(x, masks);
    whole += x < __builtin_convertvector(whole, lanes); /* floor: true is -1 */
    lanes f = x - __builtin_convertvector(whole, lanes);
    lanes p = 0.05550411f + f * (0.00961813f + f * (0.00133336f + f * 0.00015404f));
    p = 1.0f + f * (0.69314718f + f * (0.24022651f + f * p));
    return (lanes)((masks)p + (whole << 23));
}

static inline lanes log2_quick(lanes x)
{
    masks bits = (masks)x, e = (bits - 0x3f3504f3) >> 23;
    lanes m = (lanes)(bits - (e << 23)); /* in [sqrt 1/2, sqrt 2) */
    lanes s = (m - 1.0f) / (m + 1.0f), z = s * s;
    lanes p = 0.96179669f + z * (0.57707802f + z * (0.41219859f + z * 0.32059890f));
    return __builtin_convertvector(e, lanes) + s * (2.88539008f + z * p);
}

static inline lanes clip(lanes x) { return choose(x > 4.0f, all(4), choose(x < -4.0f, all(-4), x)); }

/* Lanes of x and y by their numbers in both, which are constants. */
#ifdef __clang__
#define LANES_OF(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
#else
#define LANES_OF(x, y, ...) __builtin_shuffle(x, y, (masks){ __VA_ARGS__ })
#endif
#if WIDTH == 16
#define EACH(f) f(0), f(1), f(2), f(3), f(4), f(5), f(6), f(7), \
                f(8), f(9), f(10), f(11), f(12), f(13), f(14), f(15)
#define HALF(f, o) f(o), f(o + 1), f(o + 2), f(o + 3), f(o + 4), f(o + 5), f(o + 6), f(o + 7)
#elif WIDTH == 8
#define EACH(f) f(0), f(1), f(2), f(3), f(4), f(5), f(6), f(7)
#define HALF(f, o) f(o), f(o + 1), f(o + 2), f(o + 3)
#else
#define EACH(f) f(0), f(1), f(2), f(3)
#define HALF(f, o) f(o), f(o + 1)
#endif
#define PAIRED(l) ((l) ^ 1)
#define OPPOSITE(l) ((l) ^ 2)
#define EVEN(l) (2 * (l))
#define ODD(l) (2 * (l) + 1)
#define OF_FOUR(l) ((l)&3)

/* In every lane the sum of the four of its vertex. */
static inline lanes total(lanes x)
{
    x += LANES_OF(x, x, EACH(PAIRED));
    return x + LANES_OF(x, x, EACH(OPPOSITE));
}

/* A small generator (xorshift-multiply). The state is never 0. */
static inline uint64_t draw(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return *s * UINT64_C(0x2545F4914F6CDD1D);
}

/* The states of vertices: splitmix64's mixing of a key and the number. */
static inline uint64_t seeded(uint64_t key, int64_t v)
{
    uint64_t z = key + (uint64_t)v * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) | 1;
}

/* Vertices drawn from all: the negative samples of those that are moved by one call are drawn from these, which stay
 * in the first-level cache, where all places do not. */
typedef struct pool { int32_t id[POOL]; float place[POOL * MAX_DIMENSIONS]; } pool;

static void fill(const slm_umap_move *j, uint64_t key, pool *p)
{
    uint64_t state = seeded(key, -1);
    for (int i = 0; i < POOL; i++) p->id[i] = (int32_t)((draw(&state) >> 32) * (uint64_t)j->n >> 32);
    for (int i = 0; i < POOL; i++)
        memcpy(p->place + i * j->dims, j->place + p->id[i] * j->dims, (size_t)j->dims * sizeof(float));
}

typedef uint64_t pairs __attribute__((vector_size(4 * WIDTH)));

static inline uint64_t pair_at(const float *place, int32_t i)
{
    uint64_t both;
    memcpy(&both, place + 2 * (int64_t)i, sizeof both);
    return both;
}

/* Differences x - y of others, and the squared distances. */
static inline lanes differences(const float *place, int64_t dims, const lanes *x, const int32_t *other,
                                lanes *gap)
{
    lanes d = all(0);
    if (dims == 2) { /* both numbers of a place at once */
#define PLACE(l) pair_at(place, other[l])
        lanes low = (lanes)(pairs){ HALF(PLACE, 0) }, high = (lanes)(pairs){ HALF(PLACE, WIDTH / 2) };
        gap[0] = LANES_OF(low, high, EACH(EVEN));
        gap[1] = LANES_OF(low, high, EACH(ODD));
    } else
        for (int64_t k = 0; k < dims; k++) {
#define NUMBER(l) place[other[l] * dims + k]
            gap[k] = (lanes){ EACH(NUMBER) };
        }
    for (int64_t k = 0; k < dims; k++) {
        gap[k] = x[k] - gap[k];
        d += gap[k] * gap[k];
    }
    return d;
}

/* An edge is drawn twice in an epoch, once from each end, and moves both ends each
 * time: both moves of this end, the other end's place being followed in `gap`. */
static inline void attract(const slm_umap_move *j, int64_t dims, lanes *x, const int32_t *other, masks valid)
{
    lanes gap[MAX_DIMENSIONS], moved[MAX_DIMENSIONS], d = differences(j->place, dims, x, other, gap);
    for (int64_t k = 0; k < dims; k++) moved[k] = all(0);
    for (int twice = 0; twice < 2; twice++) {
        lanes power = exp2_quick(j->b * log2_quick(d));
        lanes force = pick(valid & (d > 0.0f), -2 * j->a * j->b * power / (d * (j->a * power + 1.0f)));
        d = all(0);
        for (int64_t k = 0; k < dims; k++) {
            lanes step = clip(force * gap[k]) * j->alpha;
            moved[k] += step;
            gap[k] += step + step;
            d += gap[k] * gap[k];
        }
    }
    for (int64_t k = 0; k < dims; k++) x[k] += total(moved[k]);
}

static inline void repel(const slm_umap_move *j, const pool *p, int64_t dims, lanes *x, const int32_t *other, masks valid)
{
    lanes gap[MAX_DIMENSIONS], d = differences(p->place, dims, x, other, gap);
    lanes power = exp2_quick(j->b * log2_quick(d));
    lanes force = pick(valid & (d > 0.0f), 2 * j->repulsion * j->b / ((0.001f + d) * (j->a * power + 1.0f)));
    for (int64_t k = 0; k < dims; k++) x[k] += total(clip(force * gap[k])) * j->alpha;
}

/* A vertex that moves: the edges that are left of it, those of them that are due, its random numbers. */
typedef struct mover { int64_t edge, end; uint64_t state; int32_t v, count, due[DUE]; } mover;

static inline void start(const slm_umap_move *j, uint64_t key, int64_t v, mover *m)
{
    m->v = (int32_t)v;
    m->edge = j->begin[v];
    m->end = j->begin[v + 1];
    m->state = seeded(key, v);
}

/* Gathers what is due. */
static inline void gather(const slm_umap_move *j, mover *m)
{
    const slm_umap_edge *edges = j->edges;
    float now = (float)j->epoch, before = (float)(j->epoch - 1);
    int64_t e = m->edge, end = m->end;
    int32_t count = 0;
    /* the k-th draw of an edge falls due at epoch k · largest weight / weight */
    for (; e < end && count < DUE; e++) {
        m->due[count] = edges[e].other;
        count += (int32_t)(edges[e].weight * now) > (int32_t)(edges[e].weight * before);
    }
    for (int32_t c = count; c < count + 3 && c < DUE; c++) m->due[c] = m->v; /* whole fours */
    m->edge = e;
    m->count = count;
}

/* The negative samples of the vertices beside each other, `left` of each. */
static inline void repel_all(const slm_umap_move *j, const pool *p, int64_t dims, mover *m, masks left, int32_t most,
                             lanes *x)
{
    const masks lane = { EACH(OF_FOUR) };
    uint64_t state[BESIDE];
    for (int u = 0; u < BESIDE; u++) state[u] = m[u].state;
    for (; most > 0; most -= 4) {
        int32_t other[WIDTH];
        bool itself = false;
        for (int u = 0; u < BESIDE; u++) {
            uint64_t bits = draw(&state[u]); /* the upper ones are the better ones */
            for (int l = 0; l < 4; l++) {
                other[4 * u + l] = (int32_t)(bits >> (64 - POOL_BITS * (l + 1)) & (POOL - 1));
                itself |= p->id[other[4 * u + l]] == m[u].v;
            }
        }
        masks valid = lane < left;
        for (int l = 0; itself && l < WIDTH; l++)
            if (p->id[other[l]] == m[l / 4].v) valid[l] = 0;
        repel(j, p, dims, x, other, valid);
        left -= 4;
        for (int u = 0; u < BESIDE; u++)
            if (left[4 * u] > -4) m[u].state = state[u]; /* of the next edges */
    }
}

/* The vertices of `m` beside each other; x: their places. */
static inline void move(const slm_umap_move *j, const pool *p, int64_t dims, mover *m, lanes *x)
{
    for (bool more = true; more;) {
        int32_t most = 0, other[WIDTH];
        masks due;
        more = false;
        for (int u = 0; u < BESIDE; u++) {
            gather(j, &m[u]);
            more |= m[u].edge < m[u].end;
            if (m[u].count > most) most = m[u].count;
        }
#define COUNT(l) m[(l) / 4].count
        due = (masks){ EACH(COUNT) };
        masks left = due * j->negatives;
        for (int32_t c = 0; c < most; c += 4) {
            for (int l = 0; l < WIDTH; l++)
                other[l] = c < m[l / 4].count ? m[l / 4].due[c + l % 4] : m[l / 4].v;
            attract(j, dims, x, other, (masks){ EACH(OF_FOUR) } < due);
            due -= 4;
        }
        repel_all(j, p, dims, m, left, most * j->negatives, x);
    }
}

static inline void move_all(slm_umap_move *j, int64_t dims, int64_t first, int64_t last)
{
    pool p;
    uint32_t word[4];
    slm_rng rng = slm_rng_make(j->seed, SLM_STREAM_UMAP, 1, (uint32_t)j->epoch);
    slm_philox(&rng, (uint64_t)(j->batch + first), word);
    uint64_t key = (uint64_t)word[0] << 32 | word[1];
    fill(j, key, &p);
    for (int64_t i = first; i < last; i += BESIDE) {
        mover m[BESIDE];
        lanes x[MAX_DIMENSIONS];
        for (int u = 0; u < BESIDE; u++) { /* past the last the first again: not kept */
            int64_t v = j->batch + (i + u < last ? i + u : i);
            start(j, key, v, &m[u]);
        }
        for (int64_t k = 0; k < dims; k++) {
#define OWN(l) j->place[m[(l) / 4].v * dims + k]
            x[k] = (lanes){ EACH(OWN) };
        }
        move(j, &p, dims, m, x);
        for (int u = 0; u < BESIDE && i + u < last; u++)
            for (int64_t k = 0; k < dims; k++) j->next[(i + u) * dims + k] = x[k][4 * u];
    }
}

void SLM_SET(slm_umap_move *j, int64_t first, int64_t last)
{
    if (j->dims == 2) move_all(j, 2, first, last);
    else move_all(j, j->dims, first, last);
}
