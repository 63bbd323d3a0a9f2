/* SPDX-License-Identifier: MIT */
#include "train/signal.h"
#include "core/rng.h"
#include "vae/shift.h"

/* The clusters of vae/shift.h by Harmony's algorithm: cells, by direction from the mean, belong softly to clusters in which every
 * category has its share of all cells; within each cluster positions are regressed on the covariates, what those explain is taken
 * from the cells, and that is repeated. Here the regressions' intercepts become the centres m and their slopes the shifts S. */

enum { CELLS = 8192, CELLS_PER_CLUSTER = 30, ROUNDS = 10, SWEEPS = 20, PARTS = 20, LLOYD = 10,
       STREAM_START = SLM_STREAM_ANALYSIS | 9 << 8, STREAM_ORDER = SLM_STREAM_ANALYSIS | 10 << 8 };
static const double DIVERSITY = 2, RIDGE = 1, SETTLED = 1e-3; /* θ and λ; squared movement of an average centre that ends a round */

typedef struct shift_fit {
    scilama_trainer *t;
    int64_t n, axes, covariates, count;
    double *y, *u;          /* [n × axes] as projected, less their mean; corrected, of length 1 */
    float *covariate;       /* [n × covariates] */
    float *part;            /* [n × count] r */
    double *far;            /* [n] from the nearest centre, as these begin */
    double *centre, *before; /* [count × axes] of length 1 */
    float *across;          /* [axes × count] the same */
    double *seen, *expect;  /* [count × covariates] cells of a category in a cluster, and by its share of all cells */
    float *favour;          /* [covariates × count] θ ln((expect + 1) / (seen + 1)); 0 of numbers */
    double *share, *mean;   /* [covariates], [axes] */
    bool *category;         /* [covariates] */
    double *system;         /* [(covariates + 1) × (covariates + 1 + axes)] */
    double *slope;          /* [count × axes × (covariates + 1)] intercepts last; when they are stored, what is measured of widths */
    int64_t *order;         /* [n] */
} shift_fit;

static bool reserve(shift_fit *f)
{
    scilama_context *ctx = f->t->ctx;
    int64_t n = f->n, k = f->count, p = f->covariates;
    size_t axes = (size_t)f->axes;
    return (f->y = slm_alloc_array(ctx, n, axes * sizeof *f->y)) && (f->u = slm_alloc_array(ctx, n, axes * sizeof *f->u)) &&
           (f->covariate = slm_alloc_array(ctx, n, (size_t)p * sizeof *f->covariate)) && (f->part = slm_alloc_array(ctx, n, (size_t)k * sizeof *f->part)) &&
           (f->far = slm_alloc_array(ctx, n, sizeof *f->far)) &&
           (f->centre = slm_alloc_array(ctx, 2 * k, axes * sizeof *f->centre)) && (f->across = slm_alloc_array(ctx, k, axes * sizeof *f->across)) &&
           (f->seen = slm_alloc_array(ctx, 2 * k, (size_t)p * sizeof *f->seen)) && (f->favour = slm_alloc_array(ctx, k, (size_t)p * sizeof *f->favour)) &&
           (f->share = slm_alloc_array_zero(ctx, p + f->axes, sizeof *f->share)) && (f->category = slm_alloc_array_zero(ctx, p, sizeof *f->category)) &&
           (f->system = slm_alloc_array(ctx, p + 1, ((size_t)p + 1 + axes) * sizeof *f->system)) &&
           (f->slope = slm_alloc_array(ctx, k + 1, (axes + 1) * ((size_t)p + 1) * sizeof *f->slope)) && (f->order = slm_alloc_array(ctx, n, sizeof *f->order));
}

static void release(shift_fit *f)
{
    slm_free_all(f->t->ctx, f->y, f->u, f->covariate, f->part, f->far, f->centre, f->across, f->seen, f->favour, f->share, f->category, f->system, f->slope, f->order);
}

static void direct(double *x, int64_t n)
{
    double squares = 0;
    for (int64_t i = 0; i < n; i++) squares += x[i] * x[i];
    for (int64_t i = 0; i < n && squares > 0; i++) x[i] /= sqrt(squares);
}

/* Training cells, in runs of neighbours where they are too many, projected on the axes. */
static scilama_status read_cells(shift_fit *f, scilama_error *error)
{
    scilama_trainer *t = f->t;
    const slm_design *d = t->design;
    slm_pass pass = slm_model_pass(t->model, &t->ws);
    int64_t K = f->axes, P = f->covariates, *cells = f->order;
    slm_signal_cells(d, CELLS, cells);
    for (int64_t first = 0; first < f->n; first += t->ws.cells) {
        int64_t rows = f->n - first < t->ws.cells ? f->n - first : t->ws.cells;
        scilama_status status = slm_model_load_cells(&t->model->net, &t->ws, d, cells + first, rows, f->n - first, error);
        if (status) return status;
        slm_encoder_project(&pass, &t->model->net, &t->ws, rows);
        for (int64_t i = 0; i < rows; i++)
            for (int64_t a = 0; a < K; a++) {
                f->y[(first + i) * K + a] = (double)t->ws.input[i * t->ws.ld_input + a];
                f->mean[a] += f->y[(first + i) * K + a] / (double)f->n;
            }
    }
    for (int64_t i = 0; i < f->n; i++) {
        for (int64_t p = 0; p < P; p++) f->covariate[i * P + p] = slm_design_covariate_of(d, cells[i], p);
        for (int64_t p = 0; p < P; p++) f->share[p] += (double)f->covariate[i * P + p] / (double)f->n;
        for (int64_t a = 0; a < K; a++) f->u[i * K + a] = f->y[i * K + a] -= f->mean[a];
        direct(f->u + i * K, K);
    }
    return SCILAMA_OK;
}

static double cosine(const shift_fit *f, int64_t i, int64_t k)
{
    double dot = 0;
    for (int64_t a = 0; a < f->axes; a++) dot += f->u[i * f->axes + a] * f->centre[k * f->axes + a];
    return dot;
}

/* Centres by k-means++ and Lloyd's algorithm on directions. */
static void start(shift_fit *f)
{
    slm_rng_seq s = slm_rng_sequence(f->t->options.seed, STREAM_START, 0, 0);
    int64_t K = f->axes, next = slm_rng_below(&s, f->n);
    double *far = f->far;
    for (int64_t i = 0; i < f->n; i++) far[i] = INFINITY;
    for (int64_t k = 0; k < f->count; k++) {
        double total = 0;
        memcpy(f->centre + k * K, f->u + next * K, (size_t)K * sizeof *f->centre);
        for (int64_t i = 0; i < f->n; i++) {
            far[i] = fmin(far[i], (double)fmaxf((float)(1 - cosine(f, i, k)), 0));
            total += far[i];
        }
        next = slm_rng_weighted(&s, far, f->n, total);
    }
    for (int round = 0; round < LLOYD; round++) {
        memset(f->before, 0, (size_t)(f->count * K) * sizeof *f->before);
        for (int64_t i = 0; i < f->n; i++) {
            int64_t nearest = 0;
            double most = -2;
            for (int64_t k = 0; k < f->count; k++) {
                double near = cosine(f, i, k);
                if (near > most) most = near, nearest = k;
            }
            for (int64_t a = 0; a < K; a++) f->before[nearest * K + a] += f->u[i * K + a];
        }
        for (int64_t k = 0; k < f->count; k++) {
            direct(f->before + k * K, K);
            bool any = false;
            for (int64_t a = 0; a < K; a++) any = any || f->before[k * K + a] != 0;
            if (any) memcpy(f->centre + k * K, f->before + k * K, (size_t)K * sizeof *f->centre);
        }
    }
}

static void turn_across(shift_fit *f)
{
    for (int64_t k = 0; k < f->count; k++)
        for (int64_t a = 0; a < f->axes; a++) f->across[a * f->count + k] = (float)f->centre[k * f->axes + a];
}

/* r of cell i; even: clusters that lack its categories are favoured. */
static void assign(shift_fit *f, int64_t i, bool even)
{
    float near[SLM_CLUSTERS] = { 0 }, most = -INFINITY, sum = 0, *part = f->part + i * f->count;
    const float *covariate = f->covariate + i * f->covariates;
    for (int64_t a = 0; a < f->axes; a++)
        for (int64_t k = 0; k < f->count; k++) near[k] += (float)f->u[i * f->axes + a] * f->across[a * f->count + k];
    for (int64_t k = 0; k < f->count; k++) near[k] *= (float)(2 / SLM_SHIFT_WIDTH);
    for (int64_t p = 0; p < f->covariates && even; p++)
        for (int64_t k = 0; k < f->count && covariate[p] != 0; k++) near[k] += f->favour[p * f->count + k];
    for (int64_t k = 0; k < f->count; k++) most = fmaxf(most, near[k]);
    for (int64_t k = 0; k < f->count; k++) sum += part[k] = near[k] - most < -20 ? 0 : expf(near[k] - most);
    for (int64_t k = 0; k < f->count; k++) part[k] /= sum;
}

/* Adds cell i to the counts, or takes it out. */
static void count(shift_fit *f, int64_t i, double sign)
{
    for (int64_t k = 0; k < f->count; k++) {
        double part = sign * (double)f->part[i * f->count + k];
        for (int64_t p = 0; p < f->covariates && part != 0; p++) {
            f->seen[k * f->covariates + p] += part * (double)f->covariate[i * f->covariates + p];
            f->expect[k * f->covariates + p] += part * f->share[p];
        }
    }
}

static void favour(shift_fit *f)
{
    for (int64_t k = 0; k < f->count; k++)
        for (int64_t p = 0; p < f->covariates; p++) {
            int64_t at = k * f->covariates + p;
            f->favour[p * f->count + k] = f->category[p] ? (float)(DIVERSITY * log((f->expect[at] + 1) / (f->seen[at] + 1))) : 0;
        }
}

/* Directions' means; returns the squared movement of all centres. */
static double move_centres(shift_fit *f)
{
    int64_t K = f->axes, size = f->count * K;
    double moved = 0;
    memcpy(f->before, f->centre, (size_t)size * sizeof *f->centre);
    memset(f->centre, 0, (size_t)size * sizeof *f->centre);
    for (int64_t i = 0; i < f->n; i++)
        for (int64_t k = 0; k < f->count; k++) {
            double part = (double)f->part[i * f->count + k];
            for (int64_t a = 0; a < K && part > 0; a++) f->centre[k * K + a] += part * f->u[i * K + a];
        }
    for (int64_t k = 0; k < f->count; k++) direct(f->centre + k * K, K);
    for (int64_t e = 0; e < size; e++) moved += (f->centre[e] - f->before[e]) * (f->centre[e] - f->before[e]);
    turn_across(f);
    return moved;
}

/* Harmony's clustering: a twentieth of the cells at a time, in random order, so that categories even out. */
static void cluster(shift_fit *f, uint32_t round)
{
    memset(f->seen, 0, (size_t)(2 * f->count * f->covariates) * sizeof *f->seen);
    for (int64_t i = 0; i < f->n; i++) count(f, i, 1);
    for (uint32_t sweep = 0; sweep < SWEEPS && !slm_cancelled(f->t->ctx); sweep++) {
        if (move_centres(f) < SETTLED * (double)f->count && sweep) return;
        slm_rng_seq s = slm_rng_sequence(f->t->options.seed, STREAM_ORDER, round, sweep);
        for (int64_t i = 0; i < f->n; i++) f->order[i] = i;
        slm_rng_shuffle(&s, f->order, f->n);
        for (int64_t part = 0; part < PARTS; part++) {
            int64_t first = f->n * part / PARTS, last = f->n * (part + 1) / PARTS;
            for (int64_t i = first; i < last; i++) count(f, f->order[i], -1);
            favour(f);
            for (int64_t i = first; i < last; i++) assign(f, f->order[i], true);
            for (int64_t i = first; i < last; i++) count(f, f->order[i], 1);
        }
    }
}

/* (Φᵀ R Φ + λ) W = Φᵀ R y of cluster k by Gauss and Jordan, Φ = covariates | 1, no λ on the intercept. */
static void regress(shift_fit *f, int64_t k)
{
    int64_t P = f->covariates, q = P + 1, w = q + f->axes;
    double *m = f->system;
    memset(m, 0, (size_t)(q * w) * sizeof *m);
    for (int64_t i = 0; i < f->n; i++) {
        double part = (double)f->part[i * f->count + k];
        const float *c = f->covariate + i * P;
        for (int64_t a = 0; a < q && part > 0; a++) {
            double x = part * (a < P ? (double)c[a] : 1);
            for (int64_t b = 0; b < q && x != 0; b++) m[a * w + b] += x * (b < P ? (double)c[b] : 1);
            for (int64_t b = 0; b < f->axes && x != 0; b++) m[a * w + q + b] += x * f->y[i * f->axes + b];
        }
    }
    for (int64_t a = 0; a < q; a++) m[a * w + a] += a < P ? RIDGE : 1e-9;
    for (int64_t a = 0; a < q; a++)
        for (int64_t b = 0; b < q; b++) {
            double times = b == a ? 0 : m[b * w + a] / m[a * w + a];
            for (int64_t j = a; j < w && times != 0; j++) m[b * w + j] -= times * m[a * w + j];
        }
    for (int64_t a = 0; a < f->axes; a++)
        for (int64_t p = 0; p < q; p++) f->slope[(k * f->axes + a) * q + p] = m[p * w + q + a] / m[p * w + p];
}

static void correct(shift_fit *f)
{
    int64_t K = f->axes, P = f->covariates;
    for (int64_t k = 0; k < f->count; k++) regress(f, k);
    for (int64_t i = 0; i < f->n; i++) {
        double *u = f->u + i * K;
        memcpy(u, f->y + i * K, (size_t)K * sizeof *u);
        for (int64_t k = 0; k < f->count; k++) {
            double part = (double)f->part[i * f->count + k];
            for (int64_t a = 0; a < K && part > 0; a++)
                for (int64_t p = 0; p < P; p++) u[a] -= part * f->slope[(k * K + a) * (P + 1) + p] * (double)f->covariate[i * P + p];
        }
        direct(u, K);
    }
}

static void store(const shift_fit *f)
{
    slm_net *net = &f->t->model->net;
    int64_t K = f->axes, P = f->covariates;
    slm_real *mean = net->params.value + net->params.item[net->centres].offset, *shift = net->params.value + net->params.item[net->shifts].offset,
             *share = net->params.value + net->params.item[net->shares].offset;
    for (int64_t a = 0; a < K; a++) mean[a] = (slm_real)f->mean[a];
    int64_t rows = 0;
    for (int64_t k = 0; k < f->count; k++) {
        bool any = false; /* a cluster may have lost its cells */
        for (int64_t a = 0; a < K; a++) any = any || (slm_real)f->slope[(k * K + a) * (P + 1) + P] != 0;
        double cells = 0;
        for (int64_t i = 0; i < f->n; i++) cells += (double)f->part[i * f->count + k];
        if (any) share[rows / K] = (slm_real)(cells / (double)f->n);
        for (int64_t a = 0; a < K && any; a++, rows++) {
            const double *slope = f->slope + (k * K + a) * (P + 1);
            mean[K + rows] = (slm_real)slope[P];
            for (int64_t p = 0; p < P; p++) shift[rows * P + p] = (slm_real)slope[p];
        }
    }
}

/* How far the training cells lie from their clusters, corrected as the encoder corrects them; moments [(count + 1) × (triangle + 1)], zero. */
static void store_widths(const shift_fit *f, double *moments)
{
    slm_net *net = &f->t->model->net;
    slm_shifts s = slm_shifts_of(net);
    slm_real *width = net->params.value + net->params.item[net->widths].offset, *y = f->t->ws.input, *c = f->t->ws.cell.z;
    double squares[SLM_SCATTER_AXES] = { 0 };
    memset(f->slope, 0, (size_t)((s.count + 1) * (s.axes + 1)) * sizeof *f->slope);
    for (int64_t i = 0; i < f->n; i++) {
        double part[SLM_CLUSTERS], away[SLM_SCATTER_AXES];
        for (int64_t a = 0; a < s.axes; a++) y[a] = s.mean[a] + (slm_real)f->y[i * s.axes + a];
        for (int64_t p = 0; p < s.covariates; p++) c[p] = (slm_real)f->covariate[i * s.covariates + p];
        slm_shift_parts(&s, y, c, part);
        slm_shift_correct(&s, y, c, part);
        slm_shift_measure(&s, y, part, f->slope);
        if (net->scatters < 0) continue;
        for (int64_t a = 0; a < s.axes; a++) squares[a] += (double)((y[a] - s.mean[a]) * (y[a] - s.mean[a]));
        slm_shift_away(&s, y, part, away);
        slm_shift_add_moments(&s, away, part, moments);
    }
    for (int64_t e = 0; e < s.count * s.axes; e++) width[e] = (slm_real)slm_shift_width(&s, f->slope, e / s.axes, e % s.axes);
    if (net->scatters < 0) return;
    slm_real *all = net->params.value + net->params.item[net->squares].offset;
    for (int64_t a = 0; a < s.axes; a++) all[a] = (slm_real)(squares[a] * (double)f->t->design->n_train / (double)f->n);
    const slm_param *p = &net->params.item[net->scatters];
    for (int64_t e = 0; e < s.count * p->cols; e++) net->params.value[p->offset + e] = (slm_real)slm_shift_moment(&s, moments, e / p->cols, e % p->cols);
}

scilama_status slm_shift_fit(scilama_trainer *t, scilama_error *error)
{
    const slm_net *net = &t->model->net;
    const slm_recipe *recipe = t->model->recipe;
    if (net->shifts < 0 || slm_shifts_of(net).count) return SCILAMA_OK;
    shift_fit f = { .t = t, .n = t->design->n_train < CELLS ? t->design->n_train : CELLS, .axes = net->axes, .covariates = net->covariates };
    f.count = f.n / CELLS_PER_CLUSTER < SLM_CLUSTERS ? f.n / CELLS_PER_CLUSTER : SLM_CLUSTERS;
    if (!f.count) return SCILAMA_OK;
    SLM_SCOPE(work, t->ctx);
    double *moments = slm_scope_zeros(&work, net->scatters < 0 ? 0 : f.count + 1, ((size_t)slm_triangle(f.axes) + 1) * sizeof *moments);
    scilama_status status = reserve(&f) && !work.failed ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) {
        f.mean = f.share + f.covariates;
        f.before = f.centre + f.count * f.axes;
        f.expect = f.seen + f.count * f.covariates;
        for (int64_t k = 0; k < recipe->n_covariates; k++)
            for (int64_t p = 0; p < recipe->covariates[k].width; p++)
                f.category[recipe->covariates[k].first + p] = recipe->covariates[k].kind == SCILAMA_COVARIATE_CATEGORICAL;
        status = read_cells(&f, error);
    }
    if (!status) {
        start(&f);
        turn_across(&f);
        for (int64_t i = 0; i < f.n; i++) assign(&f, i, false);
        for (uint32_t round = 0; round < ROUNDS && !status; round++) {
            cluster(&f, round);
            if (slm_cancelled(t->ctx)) status = slm_fail_cancelled(error);
            else correct(&f);
        }
    }
    if (!status) {
        store(&f);
        store_widths(&f, moments);
        slm_log(t->ctx, SCILAMA_LOG_INFO, "the axes are corrected by what the covariates shift in %" PRId64 " clusters of cells", slm_shifts_of(net).count);
    }
    release(&f);
    return status;
}
