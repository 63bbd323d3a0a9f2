/* SPDX-License-Identifier: MIT */
#include "analysis/leiden.h"
#include "core/rng.h"
#include "core/sort.h"
#include "core/thread.h"

/* The three phases of Leiden (Traag, Waltman, van Eck 2019), algorithm A.2. The
 * objective, up to a constant factor: sum over communities of
 * weight within - gamma / 2 * mass². Small levels move one vertex after another;
 * communities are refined, and parts joined, side by side. */

enum { STREAM_LEIDEN = SLM_STREAM_ANALYSIS | 1 << 8, TILE = 1024, FEW = 4096 };
static const double NEGLIGIBLE = -40; /* exp of it does not count beside 1 */

void slm_leiden_parallel(const slm_leiden_work *w, int64_t tasks, slm_task_fn fn, void *arg)
{
    if (!w->alone) slm_parallel_told(w->ctx, tasks, fn, arg, SLM_LEIDEN_STAGE, w->from, w->to);
    else
        for (int64_t i = 0; i < tasks; i++) fn(arg, i, 0);
}

static void shuffle(slm_rng_seq *s, int32_t *items, int64_t n)
{
    for (int64_t i = n - 1; i > 0; i--) {
        /* the multiply-shift draw is biased by less than n / 2^32: harmless for an order */
        int64_t j = (int64_t)((uint64_t)slm_rng_u32(s) * (uint64_t)(i + 1) >> 32);
        int32_t t = items[i];
        items[i] = items[j];
        items[j] = t;
    }
}

/* Slots less one of a table for so many groups: a power of two, at least twice as many. */
static inline uint32_t table_of(int64_t degree)
{
    return degree < 4 ? 7 : (uint32_t)((UINT64_C(1) << (64 - __builtin_clzll(2 * (uint64_t)degree - 1))) - 1);
}

double slm_leiden_lane_bytes(int64_t degree)
{
    double room = (double)table_of(degree) + 1;
    return sizeof(slm_leiden_lane) + room * sizeof(slm_link) + room / 2 * (2 * sizeof(int32_t) + sizeof(double));
}

bool slm_leiden_lanes(slm_leiden_work *w, int64_t degree)
{
    int64_t room = (int64_t)table_of(degree) + 1;
    if (room <= w->room) return true;
    if (w->alone) return false;
    w->room = 0;
    for (int32_t t = 0; t < w->n_lanes; t++) {
        slm_leiden_lane *l = &w->lanes[t];
        slm_free_all(w->ctx, l->link, l->touched, l->open, l->chance);
        l->link = slm_alloc_array(w->ctx, room, sizeof *l->link);
        l->touched = slm_alloc_array(w->ctx, room / 2, sizeof *l->touched);
        l->open = slm_alloc_array(w->ctx, room / 2, sizeof *l->open);
        l->chance = slm_alloc_array(w->ctx, room / 2, sizeof *l->chance);
        if (!l->link || !l->touched || !l->open || !l->chance) return false;
        for (int64_t i = 0; i < room; i++) l->link[i] = (slm_link){ 0, -1 };
    }
    w->room = room;
    return true;
}

static inline slm_link *find(slm_leiden_lane *l, uint32_t mask, int32_t group)
{
    uint32_t h = (uint32_t)group * 2654435761u;
    for (h ^= h >> 15;; h++)
        if (l->link[h & mask].group == group || l->link[h & mask].group < 0) return &l->link[h & mask];
}

static inline void add(slm_leiden_lane *l, uint32_t mask, int32_t group, double weight, int32_t *count)
{
    slm_link *k = find(l, mask, group);
    if (k->group < 0) {
        k->group = group;
        k->weight = 0;
        l->touched[(*count)++] = (int32_t)(k - l->link);
    }
    k->weight += weight;
}

static inline void forget(slm_leiden_lane *l, int32_t count)
{
    for (int32_t i = 0; i < count; i++) l->link[l->touched[i]].group = -1;
}

/* Renumbers group[n] without gaps by first appearance; spare is the map. */
static int64_t renumber(slm_leiden_work *w, int32_t *group, int64_t n)
{
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) w->spare[i] = -1;
    for (int64_t i = 0; i < n; i++) {
        if (w->spare[group[i]] < 0) w->spare[group[i]] = (int32_t)count++;
        group[i] = w->spare[group[i]];
    }
    return count;
}

/* --- local moving ------------------------------------------------------------------- */

int32_t slm_leiden_choose(const slm_leiden_work *w, slm_leiden_lane *l, const slm_level *g, int32_t v, double *to, double *from)
{
    int32_t mine = w->community[v], target = mine, count = 0;
    uint32_t mask = table_of(g->end[v] - g->begin[v]);
    double stay = 0, pull = w->gamma * g->mass[v];
    for (int64_t e = g->begin[v]; e < g->end[v]; e++) {
        int32_t c = w->community[g->indices[e]];
        if (c == mine) stay += (double)g->weights[e];
        else add(l, mask, c, (double)g->weights[e], &count);
    }
    double best = stay - pull * (w->community_mass[mine] - g->mass[v]);
    *from = stay;
    *to = 0;
    for (int32_t i = 0; i < count; i++) {
        const slm_link *k = &l->link[l->touched[i]];
        double gain = k->weight - pull * w->community_mass[k->group];
        if (gain > best + w->least) best = gain, target = k->group, *to = k->weight;
    }
    forget(l, count);
    return w->size[mine] > 1 && 0 > best + w->least ? -1 : target;
}

/* One vertex after another; those whose neighbour moved away wait in a queue. */
static void move_queue(slm_leiden_work *w, const slm_level *g, int32_t *empty, int64_t unused)
{
    int64_t n = g->n, head = 0, waiting = n;
    double to, from;
    for (int64_t v = 0; v < n; v++) w->queue[v] = (int32_t)v;
    slm_rng_seq rng = slm_rng_sequence(w->seed, STREAM_LEIDEN, 0, w->step++);
    shuffle(&rng, w->queue, n);
    while (waiting > 0) {
        int32_t v = w->queue[head], old = w->community[v];
        head = head + 1 == n ? 0 : head + 1;
        waiting--;
        atomic_store_explicit(&w->flag[v], 0, memory_order_relaxed);
        if (!(waiting & 4095) && slm_cancelled(w->ctx)) return;
        int32_t target = slm_leiden_choose(w, w->lanes, g, v, &to, &from);
        if (target == old) continue;
        if (target < 0) target = empty[unused - 1];
        if (w->size[target] == 0) unused--;
        w->community[v] = target;
        w->community_mass[old] -= g->mass[v];
        w->community_mass[target] += g->mass[v];
        w->size[target]++;
        if (--w->size[old] == 0) {
            w->community_mass[old] = 0;
            empty[unused++] = old;
        }
        for (int64_t e = g->begin[v]; e < g->end[v]; e++) {
            int32_t u = g->indices[e];
            if (atomic_load_explicit(&w->flag[u], memory_order_relaxed) || w->community[u] == target) continue;
            int64_t tail = head + waiting;
            w->queue[tail < n ? tail : tail - n] = u;
            atomic_store_explicit(&w->flag[u], 1, memory_order_relaxed);
            waiting++;
        }
    }
}

int64_t slm_leiden_move(slm_leiden_work *w, const slm_level *g)
{
    int64_t n = g->n, unused = 0;
    int32_t *empty = w->order; /* communities without members */
    for (int64_t c = 0; c < n; c++) w->community_mass[c] = 0, w->size[c] = 0;
    for (int64_t v = 0; v < n; v++) {
        w->community_mass[w->community[v]] += g->mass[v];
        w->size[w->community[v]]++;
        atomic_store_explicit(&w->flag[v], 1, memory_order_relaxed);
    }
    for (int64_t c = n - 1; c >= 0; c--)
        if (!w->size[c]) empty[unused++] = (int32_t)c;
    if (n < SLM_LEIDEN_ROUNDS) move_queue(w, g, empty, unused);
    else slm_leiden_move_rounds(w, g, empty, unused);
    return slm_cancelled(w->ctx) ? -1 : renumber(w, w->community, n);
}

/* --- refinement ---------------------------------------------------------------------- */

void slm_leiden_bucket(slm_leiden_work *w, const int32_t *group, int64_t n, int64_t groups)
{
    memset(w->start, 0, (size_t)(groups + 1) * sizeof *w->start);
    for (int64_t v = 0; v < n; v++) w->start[group[v] + 1]++;
    for (int64_t c = 0; c < groups; c++) w->start[c + 1] += w->start[c];
    for (int64_t v = 0; v < n; v++) w->order[w->start[group[v]]++] = (int32_t)v;
    for (int64_t c = groups; c > 0; c--) w->start[c] = w->start[c - 1];
    w->start[0] = 0;
}

/* A part that v may join, drawn with probability proportional to exp(gain / theta); v
 * itself when none gains. *weight: of the edges to it. */
static int32_t draw_part(slm_leiden_work *w, slm_leiden_lane *l, const slm_level *g, int32_t v, double total, int32_t count,
                         slm_rng_seq *rng, double *weight)
{
    double most = 0;
    int32_t open = 0;
    for (int32_t i = 0; i < count; i++) {
        const slm_link *k = &l->link[l->touched[i]];
        double m = w->refined_mass[k->group], gain = k->weight - w->gamma * g->mass[v] * m;
        if (k->group == w->refined[v] || gain < 0 || w->outside[k->group] < w->gamma * m * (total - m)) continue;
        l->open[open] = l->touched[i];
        l->chance[open++] = gain;
        if (gain > most) most = gain;
    }
    if (!open) return v;
    double alone = exp(fmax(-most / w->theta, 4 * NEGLIGIBLE)), sum = alone; /* staying alone gains 0 */
    for (int32_t i = 0; i < open; i++) {
        double power = (l->chance[i] - most) / w->theta;
        sum += l->chance[i] = power > NEGLIGIBLE ? exp(power) : 0;
    }
    double at = slm_rng_uniform(rng) * sum - alone;
    if (at < 0) return v;
    int32_t i = 0;
    while (i + 1 < open && (at -= l->chance[i]) >= 0) i++;
    while (i > 0 && !(l->chance[i] > 0)) i--; /* past the end by rounding */
    *weight = l->link[l->open[i]].weight;
    return l->link[l->open[i]].group;
}

static void refine_one(slm_leiden_work *w, slm_leiden_lane *l, const slm_level *g, int32_t *members, int64_t n, slm_rng_seq *rng)
{
    double total = 0;
    shuffle(rng, members, n);
    for (int64_t i = 0; i < n; i++) {
        int32_t v = members[i], mine = w->community[v];
        double outside = 0;
        total += g->mass[v];
        for (int64_t e = g->begin[v]; e < g->end[v]; e++)
            if (w->community[g->indices[e]] == mine) outside += (double)g->weights[e];
        w->outside[v] = outside;
    }
    for (int64_t i = 0; i < n; i++) {
        int32_t v = members[i], mine = w->community[v], count = 0;
        uint32_t mask = table_of(g->end[v] - g->begin[v]);
        if (!(i & 4095) && slm_cancelled(w->ctx)) return;
        double m = g->mass[v], weight = 0;
        if (w->size[v] != 1 || w->outside[v] < w->gamma * m * (total - m)) continue; /* joined, or not well connected */
        for (int64_t e = g->begin[v]; e < g->end[v]; e++)
            if (w->community[g->indices[e]] == mine) add(l, mask, w->refined[g->indices[e]], (double)g->weights[e], &count);
        int32_t part = draw_part(w, l, g, v, total, count, rng, &weight);
        forget(l, count);
        if (part == v) continue;
        w->outside[part] += w->outside[v] - 2 * weight;
        w->refined_mass[part] += m;
        w->size[part]++;
        w->size[v] = 0;
        w->refined[v] = part;
    }
}

typedef struct job { slm_leiden_work *w; const slm_level *g; int64_t groups; slm_level_store *out; } job;

/* The groups that begin in a tile of order[]. */
static int64_t first_group(const job *j, int64_t tile)
{
    SLM_BISECT(first, i, j->groups, j->w->start[i] < tile * TILE);
    return first;
}

static void refine_task(void *arg, int64_t task, int worker)
{
    job *j = arg;
    slm_leiden_work *w = j->w;
    for (int64_t c = first_group(j, task), last = first_group(j, task + 1); c < last; c++) {
        if (slm_cancelled(w->ctx)) return;
        slm_rng_seq rng = slm_rng_sequence(w->seed, STREAM_LEIDEN, 1, w->step);
        rng.index = (uint64_t)c << 32; /* a stream of its own for every community */
        refine_one(w, &w->lanes[worker], j->g, w->order + w->start[c], w->start[c + 1] - w->start[c], &rng);
    }
}

int64_t slm_leiden_refine(slm_leiden_work *w, const slm_level *g, int64_t communities)
{
    job j = { w, g, communities, NULL };
    for (int64_t v = 0; v < g->n; v++) {
        w->refined[v] = (int32_t)v;
        w->refined_mass[v] = g->mass[v];
        w->size[v] = 1;
    }
    slm_leiden_bucket(w, w->community, g->n, communities);
    if (w->alone || communities > FEW) slm_leiden_parallel(w, slm_tiles(g->n, TILE), refine_task, &j);
    else { /* slices of tiles would have one community each, and one thread */
        slm_parallel(w->ctx, slm_tiles(g->n, TILE), refine_task, &j);
        slm_tell(w->ctx, SLM_LEIDEN_STAGE, w->to);
    }
    w->step++;
    return renumber(w, w->refined, g->n);
}

/* --- aggregation ----------------------------------------------------------------------- */

static void store_free(scilama_context *ctx, slm_level_store *s)
{
    slm_free_all(ctx, s->begin, s->end, s->indices, s->weights, s->mass);
    memset(s, 0, sizeof *s);
}

bool slm_leiden_reserve(slm_leiden_work *w, slm_level_store *s, int64_t n, int64_t entries)
{
    if (n <= s->n && entries <= s->entries) return true;
    if (w->alone && n > 0) return false;
    store_free(w->ctx, s);
    if (n == 0) return true;
    s->begin = slm_alloc_array(w->ctx, n + 1, sizeof *s->begin);
    s->end = slm_alloc_array(w->ctx, n + 1, sizeof *s->end);
    s->indices = slm_alloc_array(w->ctx, entries, sizeof *s->indices);
    s->weights = slm_alloc_array(w->ctx, entries, sizeof *s->weights);
    s->mass = slm_alloc_array(w->ctx, n, sizeof *s->mass);
    s->n = n;
    s->entries = entries;
    return s->begin && s->end && s->indices && s->weights && s->mass;
}

static void join_task(void *arg, int64_t task, int worker)
{
    job *j = arg;
    slm_leiden_work *w = j->w;
    slm_leiden_lane *l = &w->lanes[worker];
    const slm_level *g = j->g;
    if (slm_cancelled(w->ctx)) return;
    for (int64_t p = first_group(j, task), last = first_group(j, task + 1); p < last; p++) {
        int64_t at = j->out->begin[p], room = j->out->begin[p + 1] - at;
        uint32_t mask = table_of(room < j->groups ? room : j->groups);
        int32_t count = 0;
        double mass = 0;
        for (int64_t i = w->start[p]; i < w->start[p + 1]; i++) {
            int32_t v = w->order[i];
            mass += g->mass[v];
            w->spare[p] = w->community[v];
            for (int64_t e = g->begin[v]; e < g->end[v]; e++) {
                int32_t c = w->refined[g->indices[e]];
                if (c != p) add(l, mask, c, (double)g->weights[e], &count);
            }
        }
        for (int32_t i = 0; i < count; i++, at++) {
            const slm_link *k = &l->link[l->touched[i]];
            j->out->indices[at] = k->group;
            j->out->weights[at] = (float)k->weight;
        }
        forget(l, count);
        j->out->end[p] = at;
        j->out->mass[p] = mass;
    }
}

scilama_status slm_leiden_aggregate(slm_leiden_work *w, const slm_level *g, int64_t parts, slm_level_store *store, slm_level *out, scilama_error *error)
{
    int64_t entries = 0, widest = 0;
    for (int64_t v = 0; v < g->n; v++) entries += g->end[v] - g->begin[v];
    if (!slm_leiden_reserve(w, store, parts, entries)) return slm_fail_nomem(error);
    slm_leiden_bucket(w, w->refined, g->n, parts);
    store->begin[0] = 0;
    for (int64_t p = 0; p < parts; p++) {
        int64_t room = 0;
        for (int64_t i = w->start[p]; i < w->start[p + 1]; i++) room += g->end[w->order[i]] - g->begin[w->order[i]];
        store->begin[p + 1] = store->begin[p] + room;
        if (room > parts) room = parts;
        if (room > widest) widest = room;
    }
    if (!slm_leiden_lanes(w, widest)) return slm_fail_nomem(error);
    job j = { w, g, parts, store };
    slm_leiden_parallel(w, slm_tiles(g->n, TILE), join_task, &j);
    memcpy(w->community, w->spare, (size_t)parts * sizeof *w->community);
    *out = (slm_level){ parts, store->begin, store->end, store->indices, store->weights, store->mass };
    return SCILAMA_OK;
}
