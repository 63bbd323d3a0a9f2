/* SPDX-License-Identifier: MIT */
#include "biology/markers.h"
#include "biology/adjust.h"
#include "core/rng.h"
#include "core/sort.h"
#include "core/thread.h"

/* Scores are linear in the difference of means: permutations are kept as differences
 * [permutations × dim] per group, and multiplied with genes a tile at a time. */

enum { STREAM_MARKERS = SLM_STREAM_ANALYSIS | 5 << 8, GENE_TILE = 64 };

/* One comparison: some of the cells, with codes 0 .. parts-1. */
typedef struct contrast {
    scilama_context *ctx;
    const slm_paired_space *s;
    int64_t m, parts;
    const int64_t *cells;     /* [m] in order of batch */
    const int32_t *code;      /* [m] */
    const int64_t *ends;      /* [batches] where a batch ends in cells */
    int64_t batches;
    const int64_t *size;      /* [parts] */
    uint64_t seed;
    uint32_t phase;
    double *sums;             /* [(permutations + 1) × parts × dim]; the first are the observed ones */
    int32_t *shuffled;        /* [threads × m] */
} contrast;

static void shuffle_codes(slm_rng_seq *rng, int32_t *codes, int64_t n)
{
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = slm_rng_below(rng, i + 1);
        int32_t t = codes[i];
        codes[i] = codes[j];
        codes[j] = t;
    }
}

static void permute(void *arg, int64_t task, int worker)
{
    const contrast *c = arg;
    int64_t dim = c->s->dim;
    const int32_t *code = c->code;
    double *sums = c->sums + task * c->parts * dim;
    if (task > 0) {
        int32_t *own = c->shuffled + worker * c->m;
        slm_rng_seq rng = slm_rng_sequence(c->seed, STREAM_MARKERS, 0, (uint32_t)task);
        memcpy(own, code, (size_t)c->m * sizeof *own);
        for (int64_t b = 0, first = 0; b < c->batches; first = c->ends[b++]) shuffle_codes(&rng, own + first, c->ends[b] - first);
        code = own;
    }
    memset(sums, 0, (size_t)(c->parts * dim) * sizeof *sums);
    for (int64_t i = 0; i < c->m; i++) {
        const float *x = c->s->cells + c->cells[i] * dim;
        double *sum = sums + code[i] * dim;
        for (int64_t l = 0; l < dim; l++) sum[l] += (double)x[l];
    }
}

/* A group's scores of all genes under all permutations. */
typedef struct scoring {
    const slm_paired_space *s;
    int64_t permutations, tiles;
    const double *delta;   /* [(permutations + 1) × dim] */
    const uint8_t *known;  /* [genes] */
    double *observed;      /* [genes] */
    double *z;             /* [genes] */
    double *mean, *deviation; /* [genes] of the permuted scores */
    double *row;           /* [threads × permutations] */
    const double *level;   /* [known] observed z, rising */
    int64_t n_known;
    int64_t *below;        /* [tiles × (known + 1)] permuted values by how many levels are at or below them */
} scoring;

static double dot(const double *a, const float *b, int64_t n)
{
    double sum[4] = { 0 };
    int64_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (int k = 0; k < 4; k++) sum[k] += a[i + k] * (double)b[i + k];
    for (; i < n; i++) sum[0] += a[i] * (double)b[i];
    return sum[0] + sum[1] + (sum[2] + sum[3]);
}

static void standardise(void *arg, int64_t task, int worker)
{
    const scoring *q = arg;
    int64_t dim = q->s->dim;
    for (int64_t g = task * GENE_TILE; g < q->s->n_genes && g < (task + 1) * GENE_TILE; g++) {
        const float *z_f = q->s->genes + g * dim;
        double sum = 0, square = 0;
        q->observed[g] = q->known[g] ? dot(q->delta, z_f, dim) : NAN;
        q->z[g] = NAN;
        if (!q->known[g] || q->permutations < 2) continue;
        double *score = q->row + worker * q->permutations - 1;
        for (int64_t b = 1; b <= q->permutations; b++) sum += score[b] = dot(q->delta + b * dim, z_f, dim);
        double mean = sum / (double)q->permutations;
        for (int64_t b = 1; b <= q->permutations; b++) {
            double gap = score[b] - mean;
            square += gap * gap;
        }
        double deviation = sqrt(square / (double)(q->permutations - 1));
        q->mean[g] = mean;
        /* nothing but rounding: the group fills its batches, or the vector is zero */
        q->deviation[g] = deviation > 1e-9 * fabs(mean) && deviation > 0 ? deviation : 0;
        q->z[g] = q->deviation[g] > 0 ? (q->observed[g] - mean) / deviation : 0;
    }
}

/* Number of levels <= value. */
static int64_t levels_reached(const double *level, int64_t n, double value)
{
    SLM_BISECT(reached, i, n, level[i] <= value);
    return reached;
}

static void count_reached(void *arg, int64_t task, int worker)
{
    const scoring *q = arg;
    int64_t dim = q->s->dim, tiles = slm_tiles(q->s->n_genes, GENE_TILE), *below = q->below + task * (q->n_known + 1);
    for (int64_t tile = tiles * task / q->tiles; tile < tiles * (task + 1) / q->tiles; tile++)
        for (int64_t g = tile * GENE_TILE; g < q->s->n_genes && g < (tile + 1) * GENE_TILE; g++) {
            if (!q->known[g]) continue;
            for (int64_t b = 1; b <= q->permutations; b++) {
                double t = q->deviation[g] > 0 ? (dot(q->delta + b * dim, q->s->genes + g * dim, dim) - q->mean[g]) / q->deviation[g] : 0;
                below[levels_reached(q->level, q->n_known, t)]++;
            }
        }
}

enum { COUNT_TASKS = 8 };

/* What a group's scoring needs, reserved once. */
typedef struct workspace {
    double *delta, *numbers, *level, *p, *row;
    int64_t *below, *order;
    uint8_t *known;
} workspace;

static void workspace_free(scilama_context *ctx, workspace *w)
{
    void *blocks[] = { w->delta, w->numbers, w->level, w->p, w->row, w->below, w->order, w->known };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(ctx, blocks[i]);
}

static scilama_status workspace_reserve(scilama_context *ctx, workspace *w, const slm_paired_space *s, int64_t permutations, scilama_error *error)
{
    w->delta = slm_alloc_array(ctx, permutations + 1, (size_t)s->dim * sizeof *w->delta);
    w->numbers = slm_alloc_array(ctx, s->n_genes, 4 * sizeof *w->numbers);
    w->level = slm_alloc_array(ctx, s->n_genes, sizeof *w->level);
    w->p = slm_alloc_array(ctx, s->n_genes, sizeof *w->p);
    w->row = slm_alloc_array(ctx, permutations, (size_t)ctx->threads * sizeof *w->row);
    w->below = slm_alloc_array(ctx, s->n_genes + 1, COUNT_TASKS * sizeof *w->below);
    w->order = slm_alloc_array(ctx, s->n_genes, sizeof *w->order);
    w->known = slm_alloc_array(ctx, s->n_genes, 1);
    if (!w->delta || !w->numbers || !w->level || !w->p || !w->row || !w->below || !w->order || !w->known) return slm_fail_nomem(error);
    for (int64_t g = 0; g < s->n_genes; g++) {
        w->known[g] = 1;
        for (int64_t l = 0; l < s->dim; l++)
            if (!isfinite(s->genes[g * s->dim + l])) w->known[g] = 0;
    }
    return SCILAMA_OK;
}

/* p of every gene: share of all permuted z (of all genes) that reach its z. */
static void pooled_p(scilama_context *ctx, scoring *q, workspace *w)
{
    int64_t n = slm_order_rising(q->z, q->s->n_genes, w->order), reached = 0;
    for (int64_t i = 0; i < n; i++) w->level[i] = q->z[w->order[i]];
    q->level = w->level;
    q->n_known = n;
    memset(w->below, 0, (size_t)(COUNT_TASKS * (n + 1)) * sizeof *w->below);
    slm_parallel(ctx, COUNT_TASKS, count_reached, q);
    double total = (double)n * (double)q->permutations + 1;
    for (int64_t g = 0; g < q->s->n_genes; g++) w->p[g] = NAN;
    for (int64_t i = n; i-- > 0;) { /* a permuted value that reaches level i reaches all below */
        for (int task = 0; task < COUNT_TASKS; task++) reached += w->below[task * (n + 1) + i + 1];
        int64_t g = w->order[i];
        w->p[g] = q->deviation[g] > 0 ? ((double)reached + 1) / total : 1;
    }
}

static void put_row(double *array, int64_t row, int64_t genes, const double *values)
{
    if (array) memcpy(array + row * genes, values, (size_t)genes * sizeof *values);
}

/* Means inside less means outside, observed and permuted; outside: part `other`, or all but `part`. */
static void differences(const contrast *c, int64_t permutations, int64_t part, int64_t other, double *delta)
{
    int64_t dim = c->s->dim;
    double inside = (double)c->size[part], outside = (double)(other >= 0 ? c->size[other] : c->m - c->size[part]);
    for (int64_t b = 0; b <= permutations; b++) {
        const double *sums = c->sums + b * c->parts * dim;
        for (int64_t l = 0; l < dim; l++) {
            double rest = other >= 0 ? sums[other * dim + l] : 0;
            for (int64_t k = 0; k < c->parts && other < 0; k++) rest += k == part ? 0 : sums[k * dim + l];
            delta[b * dim + l] = sums[part * dim + l] / inside - rest / outside;
        }
    }
}

static void score_group(const contrast *c, int64_t group, int64_t part, int64_t other, int64_t permutations,
                        const scilama_marker_table *table, workspace *w)
{
    const slm_paired_space *s = c->s;
    int64_t genes = s->n_genes, outside = other >= 0 ? c->size[other] : c->m - c->size[part];
    scoring q = { .s = s, .permutations = permutations, .tiles = COUNT_TASKS, .delta = w->delta, .known = w->known, .observed = w->numbers,
                  .z = w->numbers + genes, .mean = w->numbers + 2 * genes, .deviation = w->numbers + 3 * genes, .below = w->below, .row = w->row };
    for (int64_t i = 0; i < 2 * genes; i++) w->numbers[i] = NAN;
    for (int64_t g = 0; g < genes; g++) w->p[g] = NAN;
    if (part >= 0 && c->size[part] && outside) {
        differences(c, permutations, part, other, w->delta);
        slm_parallel(c->ctx, slm_tiles(genes, GENE_TILE), standardise, &q);
        if (permutations >= 2) pooled_p(c->ctx, &q, w);
    }
    put_row(table->paired_score, group, genes, q.observed);
    put_row(table->paired_z, group, genes, q.z);
    put_row(table->paired_p, group, genes, w->p);
    if (table->paired_fdr) slm_p_adjust(w->p, genes, table->paired_fdr + group * genes, w->order);
}

/* Cells of the comparison in order of batch (stable), their codes, and where batches end. */
typedef struct chosen { int64_t *cells, *ends, *size; int32_t *code; int64_t m, batches; } chosen;

static scilama_status choose(scilama_context *ctx, const slm_paired_space *s, chosen *c, scilama_error *error)
{
    int64_t top = 1;
    for (int64_t i = 0; i < s->n && s->batches; i++)
        if (s->batches[i] >= top) top = (int64_t)s->batches[i] + 1;
    c->cells = slm_alloc_array(ctx, s->n, sizeof *c->cells);
    c->code = slm_alloc_array(ctx, s->n, sizeof *c->code);
    c->ends = slm_alloc_array_zero(ctx, top + 1, sizeof *c->ends);
    c->size = slm_alloc_array(ctx, s->n_groups, sizeof *c->size);
    if (!c->cells || !c->code || !c->ends || !c->size) return slm_fail_nomem(error);
    c->batches = top;
    return SCILAMA_OK;
}

/* The cells of groups a and b (codes 0 and 1), or of all groups when a < 0. */
static void fill(const slm_paired_space *s, chosen *c, int64_t a, int64_t b)
{
    memset(c->ends, 0, (size_t)(c->batches + 1) * sizeof *c->ends);
    memset(c->size, 0, (size_t)s->n_groups * sizeof *c->size);
    c->m = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t i = 0; i < s->n; i++) {
            int32_t group = s->groups[i], batch = s->batches ? s->batches[i] : 0;
            if (group < 0 || batch < 0 || (a >= 0 && group != a && group != b)) continue;
            int32_t code = a < 0 ? group : group == b;
            if (pass) {
                int64_t at = c->ends[batch]++; /* a batch's start becomes its end */
                c->cells[at] = i;
                c->code[at] = code;
            } else {
                c->size[code]++;
                c->m++;
                c->ends[batch + 1]++;
            }
        }
        for (int64_t k = 0; !pass && k < c->batches; k++) c->ends[k + 1] += c->ends[k];
    }
}

scilama_status slm_paired_markers(scilama_context *ctx, const slm_paired_space *s, const scilama_marker_options *o,
                                  const scilama_marker_table *table, scilama_error *error)
{
    chosen c = { 0 };
    workspace w = { 0 };
    int64_t permutations = o->permutations, parts = o->reference >= 0 ? 2 : s->n_groups, size;
    double *sums = NULL;
    int32_t *shuffled = NULL;
    scilama_status status = choose(ctx, s, &c, error);
    if (status || (status = workspace_reserve(ctx, &w, s, permutations, error))) goto done;
    if (slm_mul_size(permutations + 1, parts, &size) && slm_mul_size(size, s->dim, &size)) sums = slm_alloc_array(ctx, size, sizeof *sums);
    shuffled = slm_alloc_array(ctx, s->n, (size_t)ctx->threads * sizeof *shuffled);
    if (!sums || !shuffled) {
        status = slm_fail_nomem(error);
        goto done;
    }
    for (int64_t g = 0; g < s->n_groups && !status; g++) {
        bool pairs = o->reference >= 0;
        contrast k = { .ctx = ctx, .s = s, .parts = parts, .cells = c.cells, .code = c.code, .ends = c.ends, .batches = c.batches,
                       .size = c.size, .seed = o->seed, .sums = sums, .shuffled = shuffled };
        if (slm_cancelled(ctx)) {
            status = slm_fail_cancelled(error);
            break;
        }
        if (pairs || g == 0) fill(s, &c, pairs ? g : -1, o->reference);
        k.m = c.m;
        if (pairs || g == 0) slm_parallel(ctx, permutations + 1, permute, &k);
        int64_t part = !pairs ? g : g == o->reference ? -1 : 0;
        score_group(&k, g, part, pairs ? 1 : -1, permutations, table, &w);
    }
done:
    workspace_free(ctx, &w);
    slm_free_all(ctx, c.cells, c.code, c.ends, c.size, sums, shuffled);
    return status;
}

/* --- both kinds of evidence ------------------------------------------------------------ */

/* rank[] of falling values (ties: mean) among genes that have both; others NaN. */
static void falling_ranks(const double *values, const double *other, int64_t n, double *rank, int64_t *order)
{
    for (int64_t i = 0; i < n; i++) rank[i] = isnan(other[i]) ? NAN : -values[i];
    int64_t m = slm_order_rising(rank, n, order);
    for (int64_t i = 0, end; i < m; i = end) {
        double value = rank[order[i]];
        for (end = i; end < m && !(rank[order[end]] > value); end++) {}
        for (int64_t k = i; k < end; k++) rank[order[k]] = (double)(i + end + 1) / 2;
    }
}

/* Three views of a marker. z with the correction for ties favours genes that few other cells
 * express: a gene seen everywhere cannot lead by it, however much higher it is inside. The
 * AUROC asks only how well the gene parts the cells, and is all but the same for a gene of
 * a few clear cells. The paired score is what the model has learnt. Genes that are above
 * the rest in expression and in the paired space come before those that are not. */
scilama_status slm_combine_ranks(scilama_context *ctx, int64_t groups, int64_t genes, const scilama_marker_table *t, scilama_error *error)
{
    double *product = slm_alloc_array(ctx, genes, 2 * sizeof *product), *rank = product ? product + genes : NULL;
    int64_t *order = slm_alloc_array(ctx, genes, sizeof *order);
    scilama_status status = product && order ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t g = 0; g < groups && !status; g++) {
        const double *paired = t->paired_score + g * genes;
        const double *const view[] = { t->z + g * genes, t->auroc + g * genes, paired };
        double *out = t->combined_rank + g * genes;
        for (int v = 0; v < 3; v++) {
            falling_ranks(view[v], paired, genes, rank, order);
            for (int64_t i = 0; i < genes; i++) product[i] = v ? product[i] * rank[i] : rank[i];
        }
        double last = (double)genes * (double)genes * (double)genes;
        for (int64_t i = 0; i < genes; i++) {
            out[i] = NAN;
            if (!(view[0][i] > 0 && paired[i] > 0)) product[i] += last;
        }
        int64_t m = slm_order_rising(product, genes, order);
        for (int64_t r = 0; r < m; r++) out[order[r]] = (double)(r + 1);
    }
    slm_free_all(ctx, product, order);
    return status;
}
