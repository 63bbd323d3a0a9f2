/* SPDX-License-Identifier: MIT */
#include "analysis/leiden.h"
#include "core/rng.h"
#include <math.h>
#include <string.h>

/* The three phases of Leiden (Traag, Waltman, van Eck 2019), algorithm A.2. The
 * objective, up to a constant factor: sum over communities of
 * weight within - gamma / 2 * mass². One thread: the order of moves is the result. */

enum { STREAM_LEIDEN = SLM_STREAM_ANALYSIS | 1 << 8 };

static void shuffle(slm_leiden_work *w, int32_t *items, int64_t n)
{
    slm_rng_seq s = slm_rng_sequence(w->seed, STREAM_LEIDEN, 0, w->step++);
    for (int64_t i = n - 1; i > 0; i--) {
        /* the multiply-shift draw is biased by less than n / 2^32: harmless for an order */
        int64_t j = (int64_t)((uint64_t)slm_rng_u32(&s) * (uint64_t)(i + 1) >> 32);
        int32_t t = items[i];
        items[i] = items[j];
        items[j] = t;
    }
}

/* Weights from v to the groups of its neighbours (only where within[u] == only, when
 * within is given): w->to[group], groups in touched[0 .. count). */
static int64_t gather(slm_leiden_work *w, const slm_level *g, int32_t v, const int32_t *group, const int32_t *within)
{
    int64_t count = 0;
    for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++) {
        int32_t u = g->indices[e];
        if (within && within[u] != within[v]) continue;
        int32_t c = group[u];
        if (w->to[c] == 0) w->touched[count++] = c;
        w->to[c] += (double)g->weights[e];
    }
    return count;
}

static void forget(slm_leiden_work *w, int64_t count)
{
    for (int64_t i = 0; i < count; i++) w->to[w->touched[i]] = 0;
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

int64_t slm_leiden_move(slm_leiden_work *w, const slm_level *g)
{
    int64_t n = g->n, head = 0, waiting = n, unused = 0;
    int32_t *empty = w->order; /* communities without members */
    for (int64_t c = 0; c < n; c++) w->community_mass[c] = 0, w->size[c] = 0, w->to[c] = 0;
    for (int64_t v = 0; v < n; v++) {
        w->community_mass[w->community[v]] += g->mass[v];
        w->size[w->community[v]]++;
        w->queue[v] = (int32_t)v;
        w->flag[v] = 1;
    }
    for (int64_t c = n - 1; c >= 0; c--)
        if (!w->size[c]) empty[unused++] = (int32_t)c;
    shuffle(w, w->queue, n);
    while (waiting > 0) {
        int32_t v = w->queue[head], from = w->community[v];
        head = head + 1 == n ? 0 : head + 1;
        waiting--;
        w->flag[v] = 0;
        int64_t count = gather(w, g, v, w->community, NULL);
        double pull = w->gamma * g->mass[v];
        double here = w->to[from] - pull * (w->community_mass[from] - g->mass[v]), best = here;
        int32_t target = from;
        for (int64_t i = 0; i < count; i++) {
            int32_t c = w->touched[i];
            if (c == from) continue;
            double gain = w->to[c] - pull * w->community_mass[c];
            if (gain > best + w->least) best = gain, target = c;
        }
        forget(w, count);
        if (w->size[from] > 1 && 0 > best + w->least) target = empty[unused - 1];
        if (target == from) continue;
        if (w->size[target] == 0) unused--;
        w->community[v] = target;
        w->community_mass[from] -= g->mass[v];
        w->community_mass[target] += g->mass[v];
        w->size[target]++;
        if (--w->size[from] == 0) {
            w->community_mass[from] = 0;
            empty[unused++] = from;
        }
        for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++) {
            int32_t u = g->indices[e];
            if (w->flag[u] || w->community[u] == target) continue;
            int64_t tail = head + waiting;
            w->queue[tail < n ? tail : tail - n] = u;
            w->flag[u] = 1;
            waiting++;
        }
    }
    return renumber(w, w->community, n);
}

/* order[]: vertices by group; start[]: where each group begins. */
static void bucket(slm_leiden_work *w, const int32_t *group, int64_t n, int64_t groups)
{
    memset(w->start, 0, (size_t)(groups + 1) * sizeof *w->start);
    for (int64_t v = 0; v < n; v++) w->start[group[v] + 1]++;
    for (int64_t c = 0; c < groups; c++) w->start[c + 1] += w->start[c];
    for (int64_t v = 0; v < n; v++) w->order[w->start[group[v]]++] = (int32_t)v;
    for (int64_t c = groups; c > 0; c--) w->start[c] = w->start[c - 1];
    w->start[0] = 0;
}

/* A part that v may join, drawn with probability proportional to exp(gain / theta);
 * v itself when none gains. */
static int32_t draw_part(slm_leiden_work *w, const slm_level *g, int32_t v, double total, int64_t count, slm_rng_seq *rng)
{
    double most = 0, sum = 0;
    int64_t open = 0;
    for (int64_t i = 0; i < count; i++) {
        int32_t c = w->touched[i];
        double m = w->refined_mass[c], gain = w->to[c] - w->gamma * g->mass[v] * m;
        if (c == w->refined[v] || gain < 0 || w->outside[c] < w->gamma * m * (total - m)) continue;
        w->queue[open++] = c;
        if (gain > most) most = gain;
    }
    if (!open) return w->refined[v];
    sum = exp(-most / w->theta); /* staying alone gains 0 */
    double alone = sum;
    for (int64_t i = 0; i < open; i++)
        sum += exp((w->to[w->queue[i]] - w->gamma * g->mass[v] * w->refined_mass[w->queue[i]] - most) / w->theta);
    double at = slm_rng_uniform(rng) * sum - alone;
    if (at < 0) return w->refined[v];
    for (int64_t i = 0; i < open; i++) {
        int32_t c = w->queue[i];
        at -= exp((w->to[c] - w->gamma * g->mass[v] * w->refined_mass[c] - most) / w->theta);
        if (at < 0) return c;
    }
    return w->queue[open - 1];
}

static void refine_one(slm_leiden_work *w, const slm_level *g, const int32_t *members, int64_t n, slm_rng_seq *rng)
{
    double total = 0;
    for (int64_t i = 0; i < n; i++) total += g->mass[members[i]];
    for (int64_t i = 0; i < n; i++) {
        int32_t v = members[i];
        double outside = 0;
        for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++)
            if (w->community[g->indices[e]] == w->community[v]) outside += (double)g->weights[e];
        w->outside[v] = outside;
    }
    for (int64_t i = 0; i < n; i++) {
        int32_t v = members[i];
        double m = g->mass[v];
        if (w->size[v] != 1 || w->outside[v] < w->gamma * m * (total - m)) continue; /* joined, or not well connected */
        int64_t count = gather(w, g, v, w->refined, w->community);
        int32_t part = draw_part(w, g, v, total, count, rng);
        if (part != v) {
            w->outside[part] += w->outside[v] - 2 * w->to[part];
            w->refined_mass[part] += m;
            w->size[part]++;
            w->size[v] = 0;
            w->refined[v] = part;
        }
        forget(w, count);
    }
}

int64_t slm_leiden_refine(slm_leiden_work *w, const slm_level *g, int64_t communities)
{
    for (int64_t v = 0; v < g->n; v++) {
        w->refined[v] = (int32_t)v;
        w->refined_mass[v] = g->mass[v];
        w->size[v] = 1;
    }
    bucket(w, w->community, g->n, communities);
    slm_rng_seq rng = slm_rng_sequence(w->seed, STREAM_LEIDEN, 1, w->step);
    for (int64_t c = 0; c < communities; c++) {
        int64_t n = w->start[c + 1] - w->start[c];
        shuffle(w, w->order + w->start[c], n);
        refine_one(w, g, w->order + w->start[c], n, &rng);
    }
    return renumber(w, w->refined, g->n);
}

void slm_level_free(scilama_context *ctx, slm_level *g)
{
    slm_free(ctx, g->mass);
    slm_free(ctx, g->own_indptr);
    slm_free(ctx, g->own_indices);
    slm_free(ctx, g->own_weights);
    memset(g, 0, sizeof *g);
}

scilama_status slm_leiden_aggregate(slm_leiden_work *w, const slm_level *g, int64_t parts, slm_level *out, scilama_error *error)
{
    int64_t entries = 0;
    for (int64_t v = 0; v < g->n; v++)
        for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++) entries += w->refined[g->indices[e]] != w->refined[v];
    memset(out, 0, sizeof *out);
    out->n = parts;
    out->mass = slm_alloc_array_zero(w->ctx, parts, sizeof *out->mass);
    out->own_indptr = slm_alloc_array(w->ctx, parts + 1, sizeof *out->own_indptr);
    out->own_indices = slm_alloc_array(w->ctx, entries, sizeof *out->own_indices);
    out->own_weights = slm_alloc_array(w->ctx, entries, sizeof *out->own_weights);
    if (!out->mass || !out->own_indptr || !out->own_indices || !out->own_weights) {
        slm_level_free(w->ctx, out);
        return slm_fail_nomem(error);
    }
    bucket(w, w->refined, g->n, parts);
    int64_t at = 0;
    for (int64_t p = 0; p < parts; p++) {
        int64_t count = 0;
        out->own_indptr[p] = at;
        for (int64_t i = w->start[p]; i < w->start[p + 1]; i++) {
            int32_t v = w->order[i];
            out->mass[p] += g->mass[v];
            w->spare[p] = w->community[v];
            for (int64_t e = g->indptr[v]; e < g->indptr[v + 1]; e++) {
                int32_t c = w->refined[g->indices[e]];
                if (c == p) continue;
                if (w->to[c] == 0) w->touched[count++] = c;
                w->to[c] += (double)g->weights[e];
            }
        }
        for (int64_t i = 0; i < count; i++, at++) {
            out->own_indices[at] = w->touched[i];
            out->own_weights[at] = (float)w->to[w->touched[i]];
        }
        forget(w, count);
    }
    out->own_indptr[parts] = at;
    memcpy(w->community, w->spare, (size_t)parts * sizeof *w->community);
    out->indptr = out->own_indptr;
    out->indices = out->own_indices;
    out->weights = out->own_weights;
    return SCILAMA_OK;
}
