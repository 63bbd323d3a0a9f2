/* SPDX-License-Identifier: MIT */
#include "train/signal.h"
#include "core/rng.h"
#include "core/thread.h"
#include "vae/mixture.h"

/* The mixture of vae/mixture.h by expectation and maximisation from many components, of which those are taken away that do not pay for
 * their centres (Figueiredo & Jain 2002): with N of a component its share is (N − used / 2)⁺. And whether cells are one: about the
 * centres of what they most likely are of, the fourth moments along the axes are a Gaussian's. Of no real cells that were looked at
 * they are (docs/presets.md). */

enum { CELLS = 8192, TILE = 256, CELLS_PER_COMPONENT = 20, LEAST_CELLS = 200, LEAST_AXES = 5, HARD = 5, ROUNDS = 100, STREAM_START = SLM_STREAM_ANALYSIS | 11 << 8 };
static const double SETTLED = 1e-5;    /* gain of ln likelihood a cell */
/* Mean square of excess kurtosis over axes, less that of as many Gaussian cells, below which cells are a mixture; and below which, about the
 * centres of hard rounds, it is worth seeing whether they are. */
static const double TAILS = 0.16, TAILS_AT_FIRST = 0.5;
static const double FAINTEST = -40;    /* ln of parts that are none */
static const double LEAST_SHARE = 1e-9; /* of the variance along an axis, within components */

typedef struct mixture_fit {
    scilama_trainer *t;
    int64_t n, used, count;
    double *y;          /* [n × used] less their mean */
    double *mean;       /* [used] */
    double *second;     /* [used × used] Σ y yᵀ */
    double *centre;     /* [count × used] */
    double *share;      /* [count] */
    double *white;      /* [count × (used + 1)] R c, ln π − ½ |R c|² */
    double *root;       /* R [used × used] */
    double *sums;       /* [tiles × count × (used + 1)] of parts × y and, last, of parts */
    double *likelihood; /* [tiles] */
    double ln_root;     /* ln |R| */
    bool hard;          /* each cell is of the likeliest alone, and Σ about the variance of an average gene */
} mixture_fit;

static bool reserve(mixture_fit *f, slm_scope *work)
{
    int64_t n = f->n, k = f->count, d = f->used, tiles = slm_tiles(n, TILE);
    f->y = slm_scope_array(work, n, (size_t)d * sizeof *f->y);
    f->mean = slm_scope_zeros(work, d, sizeof *f->mean);
    f->second = slm_scope_zeros(work, d, (size_t)d * sizeof *f->second);
    f->centre = slm_scope_array(work, k, (size_t)d * sizeof *f->centre);
    f->share = slm_scope_array(work, k, sizeof *f->share);
    f->white = slm_scope_array(work, k, ((size_t)d + 1) * sizeof *f->white);
    f->root = slm_scope_array(work, d, (size_t)d * sizeof *f->root);
    f->sums = slm_scope_array(work, tiles, (size_t)(k * (d + 1)) * sizeof *f->sums);
    f->likelihood = slm_scope_array(work, tiles, sizeof *f->likelihood);
    return !work->failed;
}

/* Training cells as the encoder reads them, corrected for covariates. */
static scilama_status read_cells(mixture_fit *f, const int64_t *cells, scilama_error *error)
{
    scilama_trainer *t = f->t;
    slm_pass pass = slm_model_pass(t->model, &t->ws);
    int64_t d = f->used;
    for (int64_t first = 0; first < f->n; first += t->ws.cells) {
        int64_t rows = f->n - first < t->ws.cells ? f->n - first : t->ws.cells;
        SLM_TRY(slm_model_load_cells(&t->model->net, &t->ws, t->design, cells + first, rows, f->n - first, error));
        slm_encoder_input(&pass, &t->model->net, &t->ws, rows);
        for (int64_t i = 0; i < rows; i++)
            for (int64_t a = 0; a < d; a++) {
                f->y[(first + i) * d + a] = (double)t->ws.input[i * t->ws.ld_input + a];
                f->mean[a] += f->y[(first + i) * d + a] / (double)f->n;
            }
    }
    for (int64_t i = 0; i < f->n; i++) {
        double *y = f->y + i * d;
        for (int64_t a = 0; a < d; a++) y[a] -= f->mean[a];
        for (int64_t a = 0; a < d; a++)
            for (int64_t b = 0; b <= a; b++) f->second[a * d + b] += y[a] * y[b];
    }
    return SCILAMA_OK;
}

static double squared(const double *a, const double *b, int64_t d)
{
    double sum = 0;
    for (int64_t i = 0; i < d; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

/* k-means++, and Σ of about the noise, to a power of four; scratch: far [n]. */
static void start(mixture_fit *f, double noise, double *far)
{
    slm_rng_seq s = slm_rng_sequence(f->t->options.seed, STREAM_START, 0, 0);
    int64_t d = f->used, next = slm_rng_below(&s, f->n);
    double scale = noise > 0 ? exp2(round(log2(noise) / 2)) : 1;
    for (int64_t i = 0; i < f->n; i++) far[i] = INFINITY;
    for (int64_t k = 0; k < f->count; k++) {
        double total = 0;
        memcpy(f->centre + k * d, f->y + next * d, (size_t)d * sizeof *f->centre);
        f->share[k] = 1 / (double)f->count;
        for (int64_t i = 0; i < f->n; i++) total += far[i] = fmin(far[i], squared(f->y + i * d, f->centre + k * d, d));
        next = slm_rng_weighted(&s, far, f->n, total);
    }
    for (int64_t a = 0; a < d; a++)
        for (int64_t b = 0; b < d; b++) f->root[a * d + b] = a == b ? 1 / scale : 0;
    f->ln_root = -(double)d * log(scale);
}

static void whiten(mixture_fit *f)
{
    int64_t d = f->used;
    for (int64_t k = 0; k < f->count; k++) {
        double *w = f->white + k * (d + 1), squares = 0;
        for (int64_t a = 0; a < d; a++) {
            w[a] = 0;
            for (int64_t b = 0; b <= a; b++) w[a] += f->root[a * d + b] * f->centre[k * d + b];
            squares += w[a] * w[a];
        }
        w[d] = log(f->share[k]) - squares / 2;
    }
}

/* part [count] of cell i; returns its ln likelihood, up to a constant. */
static double parts(const mixture_fit *f, int64_t i, double *part)
{
    int64_t d = f->used;
    double white[SLM_MIXTURE_AXES], most = -INFINITY, sum = 0, squares = 0;
    for (int64_t a = 0; a < d; a++) {
        white[a] = 0;
        for (int64_t b = 0; b <= a; b++) white[a] += f->root[a * d + b] * f->y[i * d + b];
        squares += white[a] * white[a];
    }
    for (int64_t k = 0; k < f->count; k++) {
        const double *w = f->white + k * (d + 1);
        part[k] = w[d];
        for (int64_t a = 0; a < d; a++) part[k] += white[a] * w[a];
        most = fmax(most, part[k]);
    }
    for (int64_t k = 0; k < f->count; k++) {
        double off = part[k] - most;
        part[k] = f->hard ? off >= 0 : off > FAINTEST ? exp(off) : 0;
        sum += part[k];
    }
    for (int64_t k = 0; k < f->count; k++) part[k] /= sum;
    return most + log(sum) - squares / 2 + f->ln_root;
}

static void expect_task(void *arg, int64_t task, int worker)
{
    mixture_fit *f = arg;
    int64_t d = f->used, w = d + 1;
    double part[SLM_COMPONENTS], *sums = f->sums + task * f->count * w;
    memset(sums, 0, (size_t)(f->count * w) * sizeof *sums);
    f->likelihood[task] = 0;
    SLM_FOR_TILE (i, task, TILE, f->n) {
        f->likelihood[task] += parts(f, i, part);
        for (int64_t k = 0; k < f->count; k++) {
            if (part[k] == 0) continue;
            for (int64_t a = 0; a < d; a++) sums[k * w + a] += part[k] * f->y[i * d + a];
            sums[k * w + d] += part[k];
        }
    }
}

/* Cholesky: within = C Cᵀ, R = C⁻¹. */
static void invert_root(mixture_fit *f, const double *within)
{
    int64_t d = f->used;
    double c[SLM_MIXTURE_AXES * (SLM_MIXTURE_AXES + 1) / 2];
    f->ln_root = 0;
    for (int64_t i = 0; i < d; i++)
        for (int64_t j = 0; j <= i; j++) {
            double x = within[i * d + j];
            for (int64_t k = 0; k < j; k++) x -= c[slm_triangle(i) + k] * c[slm_triangle(j) + k];
            c[slm_triangle(i) + j] = i == j ? sqrt(fmax(x, LEAST_SHARE * f->second[i * d + i] / (double)f->n + 1e-30)) : x / c[slm_triangle(j) + j];
        }
    for (int64_t j = 0; j < d; j++) {
        for (int64_t i = 0; i < d; i++) {
            double x = i == j;
            for (int64_t k = j; k < i; k++) x -= c[slm_triangle(i) + k] * f->root[k * d + j];
            f->root[i * d + j] = i < j ? 0 : x / c[slm_triangle(i) + i];
        }
        f->ln_root -= log(c[slm_triangle(j) + j]);
    }
}

/* Centres, shares and R of the sums; returns whether a component was taken away. Scratch: within [used × used]. */
static bool maximise(mixture_fit *f, double *within)
{
    int64_t d = f->used, w = d + 1, tiles = slm_tiles(f->n, TILE), weakest = 0;
    for (int64_t t = 1; t < tiles; t++)
        for (int64_t e = 0; e < f->count * w; e++) f->sums[e] += f->sums[t * f->count * w + e];
    for (int64_t k = 1; k < f->count; k++)
        if (f->sums[k * w + d] < f->sums[weakest * w + d]) weakest = k;
    bool leaves = f->count > 1 && f->sums[weakest * w + d] <= (double)d / 2;
    if (leaves) {
        memmove(f->sums + weakest * w, f->sums + (weakest + 1) * w, (size_t)((f->count - 1 - weakest) * w) * sizeof *f->sums);
        f->count--;
    }
    double total = 0, cells = 0;
    for (int64_t k = 0; k < f->count; k++) {
        cells += f->sums[k * w + d];
        total += f->share[k] = fmax(f->sums[k * w + d] - (double)d / 2, 1e-3);
        for (int64_t a = 0; a < d; a++) f->centre[k * d + a] = f->sums[k * w + a] / fmax(f->sums[k * w + d], 1e-9);
    }
    for (int64_t k = 0; k < f->count; k++) f->share[k] /= total;
    for (int64_t a = 0; a < d; a++)
        for (int64_t b = 0; b <= a; b++) {
            double sum = f->second[a * d + b] * cells / (double)f->n;
            for (int64_t k = 0; k < f->count; k++) sum -= f->sums[k * w + a] * f->centre[k * d + b];
            within[a * d + b] = sum / cells;
        }
    if (!f->hard) invert_root(f, within);
    return leaves;
}

/* Mean square over axes of the excess kurtosis about the centres of what cells most likely are of, less what it is of Gaussian cells. */
static double tails(mixture_fit *f)
{
    int64_t d = f->used;
    double part[SLM_COMPONENTS], sum = 0;
    double moment[4 * SLM_MIXTURE_AXES] = { 0 };
    for (int64_t i = 0; i < f->n; i++) {
        int64_t likeliest = 0;
        parts(f, i, part);
        for (int64_t k = 1; k < f->count; k++)
            if (part[k] > part[likeliest]) likeliest = k;
        for (int64_t a = 0; a < d; a++) {
            double e = f->y[i * d + a] - f->centre[likeliest * d + a], power = 1;
            for (int m = 0; m < 4; m++) moment[4 * a + m] += (power *= e) / (double)f->n;
        }
    }
    for (int64_t a = 0; a < d; a++) {
        const double *m = moment + 4 * a;
        double variance = m[1] - m[0] * m[0];
        double fourth = m[3] - 4 * m[2] * m[0] + 6 * m[1] * m[0] * m[0] - 3 * m[0] * m[0] * m[0] * m[0];
        double excess = variance > 0 ? fourth / (variance * variance) - 3 : INFINITY;
        sum += excess * excess / (double)d;
    }
    return sum - 24 / (double)f->n;
}

static void store(const mixture_fit *f)
{
    const slm_net *net = &f->t->model->net;
    slm_real *value = net->params.value;
    slm_real *mean = value + net->params.item[net->mixture_centres].offset, *white = value + net->params.item[net->mixture_white].offset;
    slm_real *root = value + net->params.item[net->mixture_root].offset, *spread = value + net->params.item[net->mixture_spread].offset;
    slm_real *share = value + net->params.item[net->mixture_shares].offset;
    int64_t d = f->used, K = net->mixture_axes;
    for (int64_t a = 0; a < d; a++) {
        mean[a] = (slm_real)f->mean[a];
        spread[a] = (slm_real)sqrt(f->second[a * d + a] / (double)f->n);
        for (int64_t b = 0; b <= a; b++) root[a * K + b] = (slm_real)f->root[a * d + b];
    }
    for (int64_t k = 0; k < f->count; k++) {
        share[k] = (slm_real)f->share[k];
        for (int64_t a = 0; a < d; a++) mean[(k + 1) * K + a] = (slm_real)f->centre[k * d + a];
        for (int64_t a = 0; a < d; a++) white[a * SLM_COMPONENTS + k] = (slm_real)f->white[k * (d + 1) + a];
        white[K * SLM_COMPONENTS + k] = (slm_real)f->white[k * (d + 1) + d];
    }
}

/* heavy: tails() of the last. */
static scilama_status fit(mixture_fit *f, double *within, double *heavy, scilama_error *error)
{
    double before = -INFINITY;
    for (int round = 0; round < HARD + ROUNDS; round++) {
        f->hard = round < HARD;
        whiten(f);
        if (round == HARD - 1 && (*heavy = tails(f)) > TAILS_AT_FIRST) return SCILAMA_OK;
        slm_parallel(f->t->ctx, slm_tiles(f->n, TILE), expect_task, f);
        if (slm_cancelled(f->t->ctx)) return slm_fail_cancelled(error);
        f->hard = round + 1 < HARD; /* the last of these gives Σ too */
        bool left = maximise(f, within);
        double likelihood = 0;
        for (int64_t t = 0; t < slm_tiles(f->n, TILE); t++) likelihood += f->likelihood[t] / (double)f->n;
        if (round > HARD && !left && likelihood - before < SETTLED) break;
        before = likelihood;
    }
    f->hard = false;
    whiten(f);
    *heavy = tails(f);
    return SCILAMA_OK;
}

scilama_status slm_mixture_fit(scilama_trainer *t, const slm_signal *signal, scilama_error *error)
{
    const slm_net *net = &t->model->net;
    mixture_fit f = { .t = t, .used = signal->beyond < net->mixture_axes ? signal->beyond : net->mixture_axes, .n = t->design->n_train < CELLS ? t->design->n_train : CELLS };
    f.count = f.n / CELLS_PER_COMPONENT < SLM_COMPONENTS ? f.n / CELLS_PER_COMPONENT : SLM_COMPONENTS;
    if (!slm_mixture_unsought(net)) return SCILAMA_OK;
    slm_real *share = net->params.value + net->params.item[net->mixture_shares].offset;
    /* few cells do not tell of tails; along few axes lie few kinds, which any embedding tells apart; of covariates that the encoder has as columns, or not,
     * the axes know nothing */
    if (f.n < LEAST_CELLS || f.used < LEAST_AXES || (net->covariates && net->shifts < 0)) {
        share[0] = -1;
        return SCILAMA_OK;
    }
    SLM_SCOPE(work, t->ctx);
    int64_t *cells = slm_scope_array(&work, f.n, sizeof *cells);
    double *within = slm_scope_array(&work, f.used, (size_t)f.used * sizeof *within), *far = slm_scope_array(&work, f.n, sizeof *far);
    if (!reserve(&f, &work)) return slm_fail_nomem(error);
    slm_signal_cells(t->design, CELLS, cells);
    SLM_TRY(read_cells(&f, cells, error));
    start(&f, signal->noise, far);
    double heavy = INFINITY;
    SLM_TRY(fit(&f, within, &heavy, error));
    if (!(heavy < TAILS) || f.count < 2) {
        share[0] = -1;
        slm_log(t->ctx, SCILAMA_LOG_INFO, "the cells are no mixture of Gaussians along %" PRId64 " axes: mean square of excess kurtosis %.3g, %" PRId64 " components", f.used, heavy, f.count);
        return SCILAMA_OK;
    }
    store(&f);
    slm_log(t->ctx, SCILAMA_LOG_INFO, "the cells are a mixture of %" PRId64 " Gaussians along %" PRId64 " axes, which are their latent means: mean square of excess kurtosis %.3g", f.count, f.used,
            heavy);
    return SCILAMA_OK;
}
