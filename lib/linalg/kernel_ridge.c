/* SPDX-License-Identifier: MIT */
#include "linalg/kernel_ridge.h"
#include "core/rng.h"
#include "core/sort.h"
#include "core/thread.h"
#include "linalg/gemm.h"
#include "linalg/kernel_features.h"

/* Kernel ridge regression (kernel_ridge.h): all columns are solved together by conjugate gradients, each with a penalty of its own. */

enum { TILE = 64, MOST_STEPS = 100, MOST_TABLES = 16, LEAST_SHARE = 20, STREAM_RIDGE = SLM_STREAM_ANALYSIS | 9 << 8 };
static const float TREND = 3; /* weight of the linear part, of the Gaussian's 1 */
static const double TOLERANCE = 1e-4; /* of a column's residual, relative to its start */
static const double GRID[] = { 1000, 100, 30, 10, 3, 1, 0.3, 0.1 }; /* each starts from the solution of the one before */
enum { GRID_SIZE = sizeof GRID / sizeof *GRID };

static bool is_centred(int kind) { return kind == SLM_KERNEL_GAUSSIAN || kind == SLM_KERNEL_TREND; }

/* --- (K + λ) X = Y by conjugate gradients, a column each ------------------------------------- */

typedef struct solver {
    scilama_context *ctx;
    const float *kernel;     /* [n × n] */
    int64_t n, k;
    const double *lambda;    /* [k] */
    float *residual, *direction, *image; /* [n × k] */
    double *norm, *start, *step;         /* [k] */
} solver;

static void image_tile(void *arg, int64_t task, int worker)
{
    const solver *s = arg;
    int64_t first = task * TILE, rows = s->n - first < TILE ? s->n - first : TILE;
    slm_sgemm_serial(false, false, rows, s->k, s->n, 1, s->kernel + first * s->n, s->n, s->direction, s->k, 0, s->image + first * s->k, s->k);
}

static void column_products(const solver *s, const float *a, const float *b, double *out)
{
    memset(out, 0, (size_t)s->k * sizeof *out);
    for (int64_t i = 0; i < s->n; i++)
        for (int64_t c = 0; c < s->k; c++) out[c] += (double)a[i * s->k + c] * (double)b[i * s->k + c];
}

/* image = (K + λ) direction */
static void apply(solver *s)
{
    slm_parallel(s->ctx, slm_tiles(s->n, TILE), image_tile, s);
    for (int64_t i = 0; i < s->n; i++)
        for (int64_t c = 0; c < s->k; c++) s->image[i * s->k + c] += (float)s->lambda[c] * s->direction[i * s->k + c];
}

/* One step: x and the residual move along the directions, which then turn. */
static void descend(solver *s, float *x)
{
    int64_t size = s->n * s->k;
    apply(s);
    column_products(s, s->direction, s->image, s->step);
    for (int64_t c = 0; c < s->k; c++) s->step[c] = s->step[c] > 0 ? s->norm[c] / s->step[c] : 0;
    for (int64_t i = 0; i < size; i++) {
        float step_of = (float)s->step[i % s->k];
        x[i] += step_of * s->direction[i];
        s->residual[i] -= step_of * s->image[i];
    }
    memcpy(s->step, s->norm, (size_t)s->k * sizeof *s->step);
    column_products(s, s->residual, s->residual, s->norm);
    for (int64_t i = 0; i < size; i++) {
        int64_t c = i % s->k;
        float keep = s->step[c] > 0 ? (float)(s->norm[c] / s->step[c]) : 0;
        s->direction[i] = s->residual[i] + keep * s->direction[i];
    }
}

/* x [n × k], which holds a first guess */
static scilama_status solve(solver *s, const float *y, float *x, scilama_error *error)
{
    int64_t size = s->n * s->k;
    column_products(s, y, y, s->start);
    memcpy(s->direction, x, (size_t)size * sizeof *x);
    apply(s);
    for (int64_t i = 0; i < size; i++) s->residual[i] = y[i] - s->image[i];
    memcpy(s->direction, s->residual, (size_t)size * sizeof *x);
    column_products(s, s->residual, s->residual, s->norm);
    for (int step = 0; step < MOST_STEPS; step++) {
        bool more = false;
        for (int64_t c = 0; c < s->k; c++) more = more || s->norm[c] > TOLERANCE * TOLERANCE * s->start[c];
        if (!more) break;
        if (slm_cancelled(s->ctx)) return slm_fail_cancelled(error);
        descend(s, x);
    }
    return SCILAMA_OK;
}

/* --- one regression: rows that are trained on, and others, each in one piece ------------------ */

typedef struct regression {
    scilama_context *ctx;
    int kind;
    const slm_kernel_features *f;
    const double *weight;        /* [n_tables], sum 1 */
    int64_t n_tables, k, train, n_train, test, n_test, nearest; /* train, test: the first row of each */
    const float *targets;        /* [rows × k] */
    float *kernel, *centred, *weights, *work, *scratch, *out; /* scratch: [threads][3 × TILE × n_train] */
    double *mean, *sums;
} regression;

static void regression_free(regression *p)
{
    slm_free_all(p->ctx, p->kernel, p->centred, p->weights, p->work, p->scratch, p->mean, p->sums);
}

/* The weights of the tables in which a row has a vector. */
static float known_share(const regression *p, int64_t row)
{
    double sum = 0;
    for (int64_t t = 0; t < p->n_tables; t++) sum += p->f[t].present[row] ? p->weight[t] : 0;
    return (float)sum;
}

/* The mean over tables becomes the Gaussian's kernel: 1 for a row with itself, and squared; trend [n × n_train] is added. */
static void finish_rows(const regression *p, int64_t first, int64_t n, const float *trend, float *out)
{
    for (int64_t r = 0; r < n; r++) {
        float share = known_share(p, first + r);
        for (int64_t c = 0; c < p->n_train && share > 0; c++) {
            float *k = out + r * p->n_train + c, other = known_share(p, p->train + c);
            *k = other > 0 ? *k * *k / (share * other) : 0;
            if (trend) *k += TREND * trend[r * p->n_train + c];
        }
    }
}

/* Kernel of rows first … first + n - 1 (at most TILE) with all that are trained on: out [n × n_train]; products: [2 × TILE × n_train] to
 * work in. */
static void kernel_rows(const regression *p, int64_t first, int64_t n, float *products, float *out)
{
    float *trend = p->kind == SLM_KERNEL_TREND ? products + TILE * p->n_train : NULL;
    memset(out, 0, (size_t)(n * p->n_train) * sizeof *out);
    if (trend) memset(trend, 0, (size_t)(n * p->n_train) * sizeof *trend);
    for (int64_t t = 0; t < p->n_tables; t++) {
        const slm_kernel_features *f = &p->f[t];
        const uint8_t *present = f->present + p->train;
        float weight = (float)p->weight[t];
        slm_sgemm_serial(false, true, n, p->n_train, f->width, 1, f->x + first * f->width, f->width,
                         f->x + p->train * f->width, f->width, 0, products, p->n_train);
        for (int64_t r = 0; r < n; r++)
            for (int64_t c = 0; c < p->n_train && f->present[first + r]; c++) {
                float product = products[r * p->n_train + c], half = 1 - product > 0 ? 1 - product : 0; /* |x - y|² / 2 */
                if (!present[c]) continue;
                out[r * p->n_train + c] += weight * (is_centred(p->kind) ? expf(-2 * half) : product);
                if (trend) trend[r * p->n_train + c] += weight * product;
            }
    }
    if (is_centred(p->kind)) finish_rows(p, first, n, trend, out);
}

static void kernel_task(void *arg, int64_t task, int worker)
{
    const regression *p = arg;
    int64_t first = task * TILE, n = p->n_train - first < TILE ? p->n_train - first : TILE;
    kernel_rows(p, p->train + first, n, p->scratch + worker * 3 * TILE * p->n_train, p->kernel + first * p->n_train);
}

static scilama_status regression_begin(regression *p, scilama_error *error)
{
    int64_t n = p->n_train, size;
    bool ridge = p->kind != SLM_KERNEL_NEAREST;
    if (!slm_mul_size(n, ridge ? n : 1, &size)) return slm_fail_nomem(error);
    p->kernel = slm_alloc_array(p->ctx, size, sizeof(float));
    p->scratch = slm_alloc_array(p->ctx, n * p->ctx->threads, 3 * TILE * sizeof(float));
    p->centred = slm_alloc_array(p->ctx, n * p->k, sizeof(float));
    p->weights = slm_alloc_array_zero(p->ctx, n * p->k, sizeof(float));
    p->work = slm_alloc_array(p->ctx, n * p->k, 3 * sizeof(float));
    p->mean = slm_alloc_array_zero(p->ctx, p->k, sizeof(double));
    p->sums = slm_alloc_array(p->ctx, p->k, 3 * sizeof(double));
    if (!p->kernel || !p->scratch || !p->centred || !p->weights || !p->work || !p->mean || !p->sums) return slm_fail_nomem(error);
    const float *y = p->targets + p->train * p->k;
    for (int64_t i = 0; i < n * p->k; i++) p->mean[i % p->k] += (double)y[i] / (double)n;
    for (int64_t i = 0; i < n * p->k; i++) p->centred[i] = (float)((double)y[i] - p->mean[i % p->k]);
    if (ridge) slm_parallel(p->ctx, slm_tiles(n, TILE), kernel_task, p);
    return SCILAMA_OK;
}

/* lambda [k] */
static scilama_status regression_solve(regression *p, const double *lambda, scilama_error *error)
{
    int64_t size = p->n_train * p->k;
    solver s = { p->ctx, p->kernel, p->n_train, p->k, lambda, p->work, p->work + size, p->work + 2 * size, p->sums, p->sums + p->k, p->sums + 2 * p->k };
    return solve(&s, p->centred, p->weights, error);
}

/* Mean of the centred targets over the `nearest` columns of greatest kernel, equal ones by number. */
static void nearest_row(const regression *p, const float *kernel, float *out)
{
    float bound = INFINITY;
    int64_t last = -1, count = p->nearest < p->n_train ? p->nearest : p->n_train;
    memset(out, 0, (size_t)p->k * sizeof *out);
    for (int64_t i = 0; i < count; i++) {
        int64_t best = -1;
        for (int64_t c = 0; c < p->n_train; c++) {
            if (kernel[c] > bound || (kernel[c] >= bound && c <= last)) continue;
            if (best < 0 || kernel[c] > kernel[best]) best = c;
        }
        if (best < 0) return;
        bound = kernel[best];
        last = best;
        for (int64_t c = 0; c < p->k; c++) out[c] += p->centred[best * p->k + c] / (float)count;
    }
}

static void predict_task(void *arg, int64_t task, int worker)
{
    const regression *p = arg;
    int64_t first = task * TILE, n = p->n_test - first < TILE ? p->n_test - first : TILE;
    float *products = p->scratch + worker * 3 * TILE * p->n_train, *kernel = products + 2 * TILE * p->n_train, *to = p->out + first * p->k;
    kernel_rows(p, p->test + first, n, products, kernel);
    if (p->kind == SLM_KERNEL_NEAREST)
        for (int64_t r = 0; r < n; r++) nearest_row(p, kernel + r * p->n_train, to + r * p->k);
    else slm_sgemm_serial(false, false, n, p->k, p->n_train, 1, kernel, p->n_train, p->weights, p->k, 0, to, p->k);
    for (int64_t i = 0; i < n * p->k; i++) to[i] += (float)p->mean[i % p->k];
}

static void regression_predict(regression *p, float *out)
{
    p->out = out;
    slm_parallel(p->ctx, slm_tiles(p->n_test, TILE), predict_task, p);
}

static double sum_of(const double *x, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += x[i];
    return sum;
}

/* For every column the λ with the least error on a fifth of the rows 0 … known - 1, which are in
 * random order. */
static scilama_status choose_lambda(regression p, int64_t known, double *lambda, double *explained, scilama_error *error)
{
    p.test = 0;
    p.n_test = p.train = known / 5;
    p.n_train = known - p.n_test;
    for (int64_t c = 0; c < p.k; c++) lambda[c] = 1;
    *explained = 0;
    if (!p.n_test) return SCILAMA_OK;
    float *out = slm_alloc_array(p.ctx, p.n_test * p.k, sizeof *out);
    double *least = slm_alloc_array(p.ctx, p.k, sizeof *least), *miss = slm_alloc_array(p.ctx, p.k, sizeof *miss), *tried = slm_alloc_array(p.ctx, p.k, sizeof *tried);
    scilama_status status = out && least && miss && tried ? regression_begin(&p, error) : slm_fail_nomem(error);
    for (int64_t c = 0; c < p.k && !status; c++) least[c] = INFINITY;
    for (int i = 0; i < GRID_SIZE && !status; i++) {
        for (int64_t c = 0; c < p.k; c++) miss[c] = 0, tried[c] = GRID[i];
        if ((status = regression_solve(&p, tried, error))) break;
        regression_predict(&p, out);
        for (int64_t e = 0; e < p.n_test * p.k; e++) miss[e % p.k] += ((double)out[e] - (double)p.targets[e]) * ((double)out[e] - (double)p.targets[e]);
        for (int64_t c = 0; c < p.k; c++)
            if (miss[c] < least[c]) least[c] = miss[c], lambda[c] = GRID[i];
    }
    double all = 0;
    for (int64_t e = 0; e < p.n_test * p.k && !status; e++) all += ((double)p.targets[e] - p.mean[e % p.k]) * ((double)p.targets[e] - p.mean[e % p.k]);
    if (all > 0) *explained = 1 - sum_of(least, p.k) / all;
    regression_free(&p);
    slm_free_all(p.ctx, out, least, miss, tried);
    return status;
}

/* --- rows by the tables that have them --------------------------------------------------------- */

typedef struct request {
    scilama_context *ctx;
    const slm_kernel_options *o;
    const slm_kernel_features *f;
    int64_t n_tables, n, known, k;
    const float *y;              /* [known × k] */
    double *weight, *lambda;     /* [n_tables], [k]: of the rows that are told first */
    double explained;
} request;

static bool has_row(const slm_kernel_table *t, int64_t row)
{
    double squares = 0;
    for (int64_t j = 0; j < t->width; j++) squares += (double)t->rows[row * t->width + j] * (double)t->rows[row * t->width + j];
    return squares > 0 && isfinite(squares);
}

static uint32_t tables_of(const slm_kernel_table *tables, int64_t n_tables, int64_t row)
{
    uint32_t set = 0;
    for (int64_t t = 0; t < n_tables; t++) set |= (uint32_t)has_row(&tables[t], row) << t;
    return set;
}

/* The tables that have two known rows: by others nothing is known of what their vectors tell. */
static uint32_t teaching(const slm_kernel_table *tables, int64_t n_tables, int64_t known)
{
    uint32_t set = 0;
    for (int64_t t = 0; t < n_tables; t++) {
        int64_t count = 0;
        for (int64_t i = 0; i < known && count < 2; i++) count += has_row(&tables[t], i);
        set |= (uint32_t)(count == 2) << t;
    }
    return set;
}

/* Rows first … first + count - 1 from the tables of `set`, weighed anew or as the first rows were. */
static scilama_status tell(request *q, uint32_t set, bool weigh, int64_t first, int64_t count, float *out, scilama_error *error)
{
    slm_kernel_features f[MOST_TABLES];
    double weight[MOST_TABLES], sum = 0, *own = first > q->known ? q->lambda + q->k : q->lambda, explained = 0;
    regression p = { .ctx = q->ctx, .kind = q->o->kind, .f = f, .weight = weight, .k = q->k, .targets = q->y, .n_train = q->known, .test = first,
                     .n_test = count, .nearest = q->o->nearest };
    for (int64_t t = 0; t < q->n_tables; t++) {
        if (!(set >> t & 1)) continue;
        sum += weight[p.n_tables] = q->weight[t];
        f[p.n_tables++] = q->f[t];
    }
    for (int64_t t = 0; t < p.n_tables; t++) weight[t] = sum > 1e-3 ? weight[t] / sum : 1 / (double)p.n_tables;
    if (weigh && p.n_tables > 1)
        SLM_TRY(slm_kernel_weights(q->ctx, f, p.n_tables, q->known < q->o->weigh ? q->known : q->o->weigh, q->y, q->k, weight, error));
    if (q->o->kind != SLM_KERNEL_NEAREST) SLM_TRY(choose_lambda(p, q->known, own, &explained, error));
    scilama_status status = regression_begin(&p, error);
    if (!status && q->o->kind != SLM_KERNEL_NEAREST) status = regression_solve(&p, own, error);
    if (!status) regression_predict(&p, out);
    regression_free(&p);
    if (first > q->known) return status;
    q->explained = explained;
    for (int64_t t = 0, at = 0; t < q->n_tables; t++) q->weight[t] = set >> t & 1 ? weight[at++] : 0;
    return status;
}

typedef struct place { int64_t row; uint32_t set; } place;

/* Those of many tables first, of the same tables together, and by row. */
static bool before(const place *a, const place *b)
{
    int more = __builtin_popcount(a->set) - __builtin_popcount(b->set);
    if (more) return more > 0;
    return a->set != b->set ? a->set < b->set : a->row < b->row;
}
#define LESS(items, i, j) before(&(items)[i], &(items)[j])
#define SWAP(items, i, j) \
    do { \
        place swapped = (items)[i]; \
        (items)[i] = (items)[j]; \
        (items)[j] = swapped; \
    } while (0)
SLM_SORT(sort_places, place *, LESS, SWAP)

/* order: known rows at random, the first fifth of which judges λ; then the others, by the tables that have them where tables are weighed. */
static void arrange(const slm_kernel_options *o, const slm_kernel_table *tables, int64_t n_tables, int64_t n, int64_t known, int64_t *order, place *places)
{
    slm_rng_seq rng = slm_rng_sequence(0, STREAM_RIDGE, 0, 0);
    for (int64_t i = 0; i < n; i++) order[i] = i;
    slm_rng_shuffle(&rng, order, known);
    uint32_t usable = teaching(tables, n_tables, known);
    for (int64_t i = known; i < n; i++) {
        uint32_t set = o->weigh && n_tables > 1 ? tables_of(tables, n_tables, i) & usable : usable;
        places[i - known] = (place){ i, set ? set : usable };
    }
    sort_places(places, n - known);
    for (int64_t i = known; i < n; i++) order[i] = places[i - known].row;
}

scilama_status slm_kernel_ridge(scilama_context *ctx, const slm_kernel_options *o, const slm_kernel_table *tables, int64_t n_tables, int64_t n, int64_t known,
                                const float *targets, int64_t k, float *predicted, slm_kernel_found *found, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    slm_kernel_features *f = slm_scope_zeros(&work, n_tables, sizeof *f);
    int64_t *order = slm_scope_array(&work, n, sizeof *order), others = n - known;
    place *places = slm_scope_array(&work, others, sizeof *places);
    float *y = slm_scope_array(&work, known * k, sizeof *y), *told = slm_scope_array(&work, others, (size_t)k * sizeof *told);
    double *lambda = slm_scope_zeros(&work, k, 2 * sizeof *lambda), *weight = slm_scope_zeros(&work, n_tables, sizeof *weight);
    if (work.failed) return slm_fail_nomem(error);
    request q = { ctx, o, f, n_tables, n, known, k, y, weight, lambda, 0 };
    arrange(o, tables, n_tables, n, known, order, places);
    for (int64_t i = 0; i < known; i++) memcpy(y + i * k, targets + order[i] * k, (size_t)k * sizeof *y);
    for (int64_t t = 0; t < n_tables; t++) SLM_TRY(slm_kernel_features_make(&work, is_centred(o->kind), &tables[t], order, n, known, &f[t], error));
    if (!others) SLM_TRY(tell(&q, teaching(tables, n_tables, known), false, known, 0, told, error)); /* what is found all the same */
    for (int64_t first = 0, end; first < others; first = end) {
        for (end = first + 1; end < others && places[end].set == places[first].set; end++) {}
        bool weigh = o->weigh > 1 && (!first || (end - first) * LEAST_SHARE >= others);
        SLM_TRY(tell(&q, places[first].set, weigh, known + first, end - first, told + first * k, error));
    }
    for (int64_t i = 0; i < others; i++) memcpy(predicted + (places[i].row - known) * k, told + i * k, (size_t)k * sizeof *told);
    for (int64_t c = 0; c < k && found && found->lambda; c++) found->lambda[c] = lambda[c];
    for (int64_t t = 0; t < n_tables && found && found->weight; t++) found->weight[t] = weight[t];
    if (found) found->explained = q.explained;
    return SCILAMA_OK;
}
