/* SPDX-License-Identifier: MIT */
#include "train/prior.h"
#include "core/thread.h"

/* The prior's mean and gradient in a step (prior.h). */

enum { ENCODER, HEAD, TILE = 16384 };

/* One of the two layers: a block [rows × cols] of a parameter, leading dimension ld. */
typedef struct layer { int parameter; int64_t rows, cols, ld; } layer;

static layer layer_of(const slm_net *net, int which)
{
    const slm_linear *first = &net->cell_encoder.mlp.block[0].linear;
    if (which == ENCODER) return (layer){ first->weight, net->h1, slm_net_read(net), first->in };
    if (net->axes_scale >= 0) return (layer){ net->cell_decoder.axes.weight, net->axes, net->h1, net->h1 };
    return (layer){ net->cell_decoder.head.weight, net->genes, net->h1, net->h1 };
}

/* The first of the layers with a weight per gene: not the encoder where it reads axes, nor the head where it predicts them. */
static int first_layer(const slm_net *net) { return net->axes_scale >= 0 ? HEAD + 1 : net->axes ? HEAD : ENCODER; }

static int64_t row_tile(const layer *l) { return TILE / l->cols > 0 ? TILE / l->cols : 1; }

void slm_prior_reserve(slm_prior *prior, const slm_net *net, bool vectors, slm_arena *arena)
{
    int64_t g = net->genes, h = net->h1, width = 0;
    for (int m = 0; m < net->modalities; m++) width += net->width[m];
    prior->most = !vectors || net->transposed ? 0 : width < SLM_PRIOR_RANK ? width : SLM_PRIOR_RANK;
    if (prior->most > g) prior->most = g;
    prior->basis = slm_arena_take(arena, prior->most * g, sizeof(slm_real));
    prior->shrink = slm_arena_take(arena, prior->most, sizeof(slm_real));
    int64_t sums = 0;
    for (int i = 0; i < 2; i++) {
        layer l = layer_of(net, i);
        prior->part[i] = slm_arena_take(arena, prior->most * h, sizeof(slm_real));
        prior->mean[i] = slm_arena_take(arena, prior->most && i >= first_layer(net) ? g * h : 0, sizeof(slm_real));
        int64_t tiles = slm_tiles(l.rows, row_tile(&l));
        if (tiles > sums) sums = tiles;
    }
    prior->sum = slm_arena_take(arena, sums, sizeof(double));
}

void slm_prior_expand(const slm_pass *pass, const slm_net *net, slm_prior *prior)
{
    int64_t r = prior->rank, g = net->genes, h = net->h1;
    for (int i = first_layer(net); i < 2 && r; i++) {
        slm_gemm expand = i == ENCODER
                              ? (slm_gemm){ .m = h, .n = g, .k = r, .ta = true, .a = prior->part[i], .lda = h, .b = prior->basis, .ldb = g, .ldc = g }
                              : (slm_gemm){ .m = g, .n = h, .k = r, .ta = true, .a = prior->basis, .lda = g, .b = prior->part[i], .ldb = h, .ldc = h };
        expand.alpha = 1;
        expand.c = prior->mean[i];
        slm_gemm_one(pass->ctx, pass->space, &expand);
    }
}

void slm_prior_refresh(const slm_pass *pass, const slm_net *net, slm_prior *prior)
{
    int64_t r = prior->rank, g = net->genes, h = net->h1;
    for (int i = first_layer(net); i < 2 && r; i++) {
        layer l = layer_of(net, i);
        slm_gemm project = { .m = r, .n = h, .k = g, .tb = i == ENCODER, .alpha = 1, .a = prior->basis, .lda = g,
                             .b = slm_value(pass, l.parameter), .ldb = l.ld, .c = prior->part[i], .ldc = h };
        slm_gemm_one(pass->ctx, pass->space, &project);
        for (int64_t j = 0; j < r; j++)
            for (int64_t c = 0; c < h; c++) prior->part[i][j * h + c] *= prior->shrink[j];
    }
    slm_prior_expand(pass, net, prior);
}

typedef struct pull_job {
    layer l;
    const slm_real *value, *mean; /* mean NULL: 0 */
    slm_real *grad;
    slm_real weight;
    double *sum;
} pull_job;

/* grad += 2 weight (W − M), Σ W (W − M) */
static void pull_task(void *arg, int64_t task, int worker)
{
    enum { LANES = 16 };
    const pull_job *j = arg;
    int64_t tile = row_tile(&j->l), first = task * tile, last = first + tile < j->l.rows ? first + tile : j->l.rows;
    j->sum[task] = 0;
    for (int64_t r = first; r < last; r++) {
        const slm_real *restrict w = j->value + r * j->l.ld, *restrict m = j->mean ? j->mean + r * j->l.cols : NULL;
        slm_real *restrict g = j->grad + r * j->l.ld, twice = 2 * j->weight, total[LANES] = { 0 };
        int64_t c = 0, n = j->l.cols;
        for (; m && c + LANES <= n; c += LANES)
            for (int l = 0; l < LANES; l++) {
                slm_real away = w[c + l] - m[c + l];
                g[c + l] += twice * away;
                total[l] += w[c + l] * away;
            }
        for (; !m && c + LANES <= n; c += LANES)
            for (int l = 0; l < LANES; l++) {
                g[c + l] += twice * w[c + l];
                total[l] += w[c + l] * w[c + l];
            }
        for (; c < n; c++) {
            slm_real away = m ? w[c] - m[c] : w[c];
            g[c] += twice * away;
            total[c % LANES] += w[c] * away;
        }
        for (int i = 0; i < LANES; i++) j->sum[task] += (double)total[i];
    }
}

double slm_prior_gradient(const slm_pass *pass, const slm_net *net, slm_prior *prior)
{
    double total = 0;
    for (int i = 0; i < 2; i++) {
        layer l = layer_of(net, i);
        pull_job j = { l, slm_value(pass, l.parameter), prior->rank && i >= first_layer(net) ? prior->mean[i] : NULL, slm_gradient(pass, l.parameter),
                       (slm_real)prior->weight, prior->sum };
        int64_t tiles = slm_tiles(l.rows, row_tile(&l));
        slm_parallel(pass->ctx, tiles, pull_task, &j);
        for (int64_t t = 0; t < tiles; t++) total += prior->sum[t];
    }
    return prior->weight * total;
}
