/* SPDX-License-Identifier: MIT */
#include "analysis/mixing.h"
#include "core/thread.h"

/* LISI (Korsunsky et al. 2019): the effective number of labels among weighed neighbours; kBET (Büttner et al. 2019): how
 * often a neighbourhood's batches differ from all cells' by chi-square. */

enum { TILE = 256 };

/* --- LISI -------------------------------------------------------------------------- */

typedef struct lisi_job {
    int64_t n, k, ld, groups;
    const int32_t *indices, *codes;
    const float *distances;
    double target, *lisi, *weights, *shares; /* per worker: [k], [groups] */
} lisi_job;

/* Entropy of the weights exp(-beta d), which are left normalised in w. */
static double entropy(const float *d, int64_t k, double beta, double *w)
{
    double sum = 0, moment = 0;
    for (int64_t j = 0; j < k; j++) {
        w[j] = exp(-(double)d[j] * beta);
        sum += w[j];
        moment += (double)d[j] * w[j];
    }
    for (int64_t j = 0; j < k; j++) w[j] = sum > 0 ? w[j] / sum : 0;
    return sum > 0 ? log(sum) + beta * moment / sum : 0;
}

/* Where the search begins: of any scale of distances the same steps. */
static double first_beta(const float *d, int64_t k)
{
    double sum = 0;
    for (int64_t j = 0; j < k; j++) sum += (double)d[j];
    return sum > 0 && isfinite(sum) ? (double)k / sum : 1;
}

static void lisi_rows(void *arg, int64_t task, int worker)
{
    lisi_job *l = arg;
    double *w = l->weights + worker * l->k, *share = l->shares + worker * l->groups;
    SLM_FOR_TILE (i, task, TILE, l->n) {
        const float *d = l->distances + i * l->ld;
        double beta = first_beta(d, l->k), lo = -INFINITY, hi = INFINITY, h = entropy(d, l->k, beta, w);
        for (int tries = 0; tries < 50 && fabs(h - l->target) >= 1e-5; tries++) {
            if (h > l->target) {
                lo = beta;
                beta = isinf(hi) ? beta * 2 : (beta + hi) / 2;
            } else {
                hi = beta;
                beta = isinf(lo) ? beta / 2 : (beta + lo) / 2;
            }
            h = entropy(d, l->k, beta, w);
        }
        double simpson = 0;
        memset(share, 0, (size_t)l->groups * sizeof *share);
        for (int64_t j = 0; j < l->k; j++) share[l->codes[l->indices[i * l->ld + j]]] += w[j];
        for (int64_t g = 0; g < l->groups; g++) simpson += share[g] * share[g];
        l->lisi[i] = h == 0 ? -1 : 1 / simpson;
    }
}

scilama_status slm_lisi(scilama_context *ctx, int64_t n, int64_t k, int64_t ld, const int32_t *indices, const float *distances,
                        const int32_t *codes, int64_t groups, double perplexity, double *lisi, scilama_error *error)
{
    lisi_job l = { .n = n, .k = k, .ld = ld, .groups = groups, .indices = indices, .codes = codes, .distances = distances,
                   .target = log(perplexity), .lisi = lisi };
    l.weights = slm_alloc_array(ctx, k, (size_t)ctx->threads * sizeof(double));
    l.shares = slm_alloc_array(ctx, groups, (size_t)ctx->threads * sizeof(double));
    scilama_status status = l.weights && l.shares ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) slm_parallel(ctx, slm_tiles(n, TILE), lisi_rows, &l);
    slm_free_all(ctx, l.weights, l.shares);
    return status;
}

double slm_median(double *v, int64_t n)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++)
        if (!isnan(v[i])) v[kept++] = v[i];
    if (!kept) return NAN;
    for (int64_t gap = kept / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11)
        for (int64_t i = gap; i < kept; i++) {
            double t = v[i];
            int64_t j = i;
            for (; j >= gap && v[j - gap] > t; j -= gap) v[j] = v[j - gap];
            v[j] = t;
        }
    return (v[(kept - 1) / 2] + v[kept / 2]) / 2;
}

/* --- kBET -------------------------------------------------------------------------- */

/* Upper regularised incomplete gamma function: a series below a + 1, else a continued
 * fraction by Lentz's method (Abramowitz & Stegun 6.5.29, 6.5.31). */
double slm_chi2_above(double degrees, double x2)
{
    double a = degrees / 2, x = x2 / 2, log_gamma = 0, shifted = a;
    if (!(x > 0)) return 1;
    while (shifted < 16) log_gamma -= log(shifted++); /* lgamma() keeps global state */
    log_gamma += (shifted - 0.5) * log(shifted) - shifted + 0.91893853320467274178 + 1 / (12 * shifted)
               - 1 / (360 * shifted * shifted * shifted) + 1 / (1260 * pow(shifted, 5)) - 1 / (1680 * pow(shifted, 7));
    double scale = exp(a * log(x) - x - log_gamma);
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (int i = 1; i < 10000 && term > sum * 1e-17; i++) sum += term *= x / (a + i);
        return 1 - scale * sum;
    }
    double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
    for (int i = 1; i < 10000; i++) {
        double f = -i * (i - a);
        b += 2;
        d = 1 / (f * d + b);
        c = b + f / c;
        h *= d * c;
        if (fabs(d * c - 1) < 1e-16) break;
    }
    return scale * h;
}

scilama_status slm_kbet(scilama_context *ctx, int64_t n, int64_t k, int64_t ld, const int32_t *indices,
                        const int32_t *codes, int64_t groups, double alpha, double *accepted, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    double *expected = slm_scope_zeros(&work, groups, sizeof *expected);
    int64_t *seen = slm_scope_array(&work, groups, sizeof *seen), passed = 0, present = 0;
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) expected[codes[i]] += (double)(k + 1) / (double)n;
    for (int64_t g = 0; g < groups; g++) present += expected[g] > 0;
    for (int64_t i = 0; i < n; i++) {
        double statistic = 0;
        memset(seen, 0, (size_t)groups * sizeof *seen);
        seen[codes[i]]++;
        for (int64_t j = 0; j < k; j++) seen[codes[indices[i * ld + j]]]++;
        for (int64_t g = 0; g < groups; g++)
            if (expected[g] > 0) statistic += ((double)seen[g] - expected[g]) * ((double)seen[g] - expected[g]) / expected[g];
        passed += slm_chi2_above((double)(present - 1), statistic) >= alpha;
    }
    *accepted = (double)passed / (double)n;
    return SCILAMA_OK;
}

/* --- graph connectivity -------------------------------------------------------------- */

typedef struct strong { /* Tarjan's algorithm with an explicit stack */
    int64_t k, ld;
    const int32_t *indices, *codes;
    int32_t *order, *low, *stack, *path;
    int64_t *edge; /* next neighbour to look at */
    int64_t *largest;
} strong;

static void strong_from(strong *s, int32_t root, int32_t *next, int64_t *stacked)
{
    int64_t depth = 0;
    s->path[0] = root;
    while (depth >= 0) {
        int32_t v = s->path[depth];
        if (s->edge[v] == 0) {
            s->order[v] = s->low[v] = (*next)++;
            s->stack[(*stacked)++] = v;
        }
        bool down = false;
        while (!down && s->edge[v] < s->k) {
            int32_t u = s->indices[v * s->ld + s->edge[v]++];
            if (s->codes[u] != s->codes[v] || s->order[u] == INT32_MAX) continue;
            if (s->order[u] < 0) {
                s->path[++depth] = u;
                down = true;
            } else if (s->order[u] < s->low[v]) s->low[v] = s->order[u];
        }
        if (down) continue;
        if (s->low[v] == s->order[v]) {
            int64_t size = 0;
            for (int32_t u = -1; u != v; size++) {
                u = s->stack[--*stacked];
                s->order[u] = INT32_MAX; /* its component is known */
            }
            if (size > s->largest[s->codes[v]]) s->largest[s->codes[v]] = size;
        }
        if (--depth >= 0 && s->low[v] < s->low[s->path[depth]]) s->low[s->path[depth]] = s->low[v];
    }
}

scilama_status slm_graph_connectivity(scilama_context *ctx, int64_t n, int64_t k, int64_t ld, const int32_t *indices,
                                      const int32_t *codes, int64_t groups, double *value, scilama_error *error)
{
    strong s = { .k = k, .ld = ld, .indices = indices, .codes = codes };
    SLM_SCOPE(work, ctx);
    s.order = slm_scope_array(&work, n, sizeof *s.order);
    s.low = slm_scope_array(&work, n, sizeof *s.low);
    s.stack = slm_scope_array(&work, n, sizeof *s.stack);
    s.path = slm_scope_array(&work, n, sizeof *s.path);
    s.edge = slm_scope_zeros(&work, n, sizeof *s.edge);
    s.largest = slm_scope_zeros(&work, groups, sizeof *s.largest);
    int64_t *size = slm_scope_zeros(&work, groups, sizeof *size), stacked = 0, present = 0;
    int32_t next = 0;
    double sum = 0;
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) s.order[i] = -1, size[codes[i]]++;
    for (int64_t i = 0; i < n; i++)
        if (s.order[i] < 0) strong_from(&s, (int32_t)i, &next, &stacked);
    for (int64_t g = 0; g < groups; g++)
        if (size[g]) sum += (double)s.largest[g] / (double)size[g], present++;
    *value = sum / (double)present;
    return SCILAMA_OK;
}
