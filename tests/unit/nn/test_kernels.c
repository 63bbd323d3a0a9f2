/* SPDX-License-Identifier: MIT */
/* Every backward kernel against central differences (the double-precision build), and
 * every kernel set against every other, bit for bit (both builds). */

#include "core/rng.h"
#include "vae/latent.h"
#include "nn/mlp.h"
#include "scilama/scilama.h"
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static slm_rng_seq rng;
static slm_real normal(void) { return (slm_real)slm_rng_normal(&rng); }

static slm_real *randoms(int64_t n)
{
    slm_real *v = malloc((size_t)n * sizeof *v);
    for (int64_t i = 0; i < n; i++) v[i] = normal();
    return v;
}

/* --- the same bits from every set --------------------------------------------------- */

static uint64_t hash_reals(uint64_t h, const slm_real *v, int64_t n) { return slm_hash(h, v, (size_t)n * sizeof *v); }

static uint64_t block_digest(const slm_kernels *k, int activation, bool norm, bool mask, int64_t rows, int64_t width)
{
    rng = slm_rng_sequence(5, SLM_STREAM_SIMULATE, 0, (uint32_t)(width * 100 + activation));
    slm_real *bias = randoms(width), *sum = randoms(width), *rstd = randoms(rows), *pre = randoms(rows * width);
    slm_real *d = randoms(rows * width), *out = randoms(rows * width);
    uint8_t *kept = malloc((size_t)(rows * width));
    slm_block_args a = { .pre = pre, .out = out, .mask = mask ? kept : NULL, .rstd = norm ? rstd : NULL, .bias = bias, .width = width,
                         .activation = activation, .keep_scale = slm_dropout_scale(0.3f), .threshold = slm_dropout_threshold(0.3f),
                         .rng = slm_rng_make(77, SLM_STREAM_DROPOUT, 0, 3) };
    k->block_forward(&a, 0, rows);
    k->block_backward(&a, d, sum, 0, rows);
    uint64_t h = hash_reals(SLM_HASH_START, pre, rows * width);
    h = hash_reals(hash_reals(hash_reals(h, out, rows * width), d, rows * width), sum, width);
    h = hash_reals(h, rstd, rows);
    if (mask) h = slm_hash(h, kept, (size_t)(rows * width));
    free(bias), free(sum), free(rstd), free(pre), free(d), free(out), free(kept);
    return h;
}

static uint64_t other_digest(const slm_kernels *k, int64_t rows, int64_t width)
{
    rng = slm_rng_sequence(6, SLM_STREAM_SIMULATE, 0, (uint32_t)width);
    slm_real *pair = randoms(rows * width), *align = randoms(rows * width), *x = randoms(rows * (width + 3)), *bias = randoms(width);
    slm_real *row_bias = randoms(rows), *row_sum = randoms(rows), *columns = randoms(width), *m = randoms(width), *v = randoms(width);
    double *nll = calloc((size_t)rows, sizeof *nll);
    for (int64_t i = 0; i < width; i++) v[i] *= v[i];
    slm_loss_args l = { .pair = pair, .align = align, .x = x, .ldx = width + 3, .genes = width, .bias = bias, .row_bias = row_bias,
                        .gamma = (slm_real)0.05, .coef = (slm_real)0.7, .nll = nll, .row_sum = row_sum };
    k->loss(&l, columns, 0, rows);
    uint64_t h = hash_reals(SLM_HASH_START, pair, rows * width);
    h = hash_reals(hash_reals(hash_reals(h, align, rows * width), row_sum, rows), columns, width);
    h = slm_hash(h, nll, (size_t)rows * sizeof *nll);
    k->column_sum(x, width + 3, width, columns, 0, rows);
    h = hash_reals(h, columns, width);
    double squares = k->sum_squares(x, rows * (width + 3));
    h = slm_hash(h, &squares, sizeof squares);
    slm_adam_args a = { .value = bias, .m = m, .v = v, .grad = pair, .grad_scale = (slm_real)0.9, .beta1 = (slm_real)0.9, .beta2 = (slm_real)0.999,
                        .epsilon = (slm_real)1e-8, .one_minus_beta1 = (slm_real)0.1, .one_minus_beta2 = (slm_real)0.001,
                        .step_size = (slm_real)0.003, .root_correction = (slm_real)1.7, .decay = (slm_real)0.99 };
    k->adam(&a, width);
    h = hash_reals(hash_reals(hash_reals(h, bias, width), m, width), v, width);
    free(pair), free(align), free(x), free(bias), free(row_bias), free(row_sum), free(columns), free(m), free(v), free(nll);
    return h;
}

/* Rows of a base and some entries; forward and backward against sums in double. */
static uint64_t sparse_digest(const slm_kernels *k, int64_t columns, int64_t out, double density)
{
    enum { ROWS = 5 };
    rng = slm_rng_sequence(8, SLM_STREAM_SIMULATE, 0, (uint32_t)(columns + out));
    slm_real *base = randoms(columns), *x = randoms(ROWS * columns), *delta = randoms(ROWS * columns), *w = randoms(out * columns);
    slm_real *y = randoms(ROWS * out), *dw = randoms(out * columns), *before = randoms(out * columns), *scratch;
    if (posix_memalign((void **)&scratch, 64, SLM_SPARSE_SCRATCH * sizeof *scratch)) abort();
    int32_t *index = malloc((size_t)(ROWS * columns) * sizeof *index);
    int64_t count[ROWS];
    for (int64_t i = 0; i < ROWS * columns; i++)
        if (slm_rng_uniform(&rng) >= density) x[i] = base[i % columns];
    slm_sparse s = { base, columns, index, delta, count };
    k->sparse_rows(&s, x, columns, 0, ROWS);
    memcpy(before, dw, (size_t)(out * columns) * sizeof *dw);
    slm_sparse_args f = { .x = &s, .rows = ROWS, .out = out, .weight = w, .y = y }, b = f;
    for (int64_t u = 0; u < out; u += SLM_SPARSE_UNITS) k->sparse_forward(&f, u, scratch);
    b.weight = dw;
    b.accumulate = true;
    for (int64_t u = 0; u < out; u += SLM_SPARSE_UNITS) k->sparse_backward(&b, u, scratch);
    double limit = sizeof(slm_real) == 4 ? 2e-5 : 1e-13;
    for (int64_t u = 0; u < out; u++) {
        for (int64_t r = 0; r < ROWS; r++) {
            double sum = 0;
            for (int64_t c = 0; c < columns; c++) sum += (double)x[r * columns + c] * (double)w[u * columns + c];
            ck_assert_msg(fabs(sum - (double)y[r * out + u]) < limit * sqrt((double)columns), "%s forward, %d columns", k->name, (int)columns);
        }
        for (int64_t c = 0; c < columns; c++) {
            double sum = (double)before[u * columns + c];
            for (int64_t r = 0; r < ROWS; r++) sum += (double)x[r * columns + c] * (double)y[r * out + u];
            ck_assert_msg(fabs(sum - (double)dw[u * columns + c]) < limit * sqrt((double)columns), "%s backward, %d columns", k->name, (int)columns);
        }
    }
    uint64_t h = hash_reals(hash_reals(SLM_HASH_START, y, ROWS * out), dw, out * columns);
    free(base), free(x), free(delta), free(w), free(y), free(dw), free(before), free(scratch), free(index);
    return h;
}

START_TEST(sparse_layers_agree)
{
    static const struct { int64_t columns, out; double density; } size[] = { { 1, 1, 1 }, { 7, 5, 0.5 }, { 96, 33, 0.1 }, { 2048, 32, 0 }, { 2050, 70, 0.05 }, { 4101, 3, 0.9 } };
    for (int i = 0; i < 6; i++) {
        uint64_t first = 0;
        for (int set = 0; slm_kernels_at(set); set++) {
            uint64_t h = sparse_digest(slm_kernels_at(set), size[i].columns, size[i].out, size[i].density);
            if (!set) first = h;
            ck_assert_msg(h == first, "%s differs: %d columns", slm_kernels_at(set)->name, (int)size[i].columns);
        }
    }
}
END_TEST

START_TEST(sets_agree)
{
    static const int64_t widths[] = { 1, 2, 7, 8, 15, 16, 17, 31, 33, 64, 65, 129, 403 };
    int sets = 0;
    while (slm_kernels_at(sets)) sets++;
    ck_assert_int_ge(sets, 1);
    ck_assert_str_eq(slm_kernels_at(sets - 1)->name, "portable");
    for (int set = 0; set + 1 < sets; set++)
        for (int w = 0; w < 13; w++) {
            const slm_kernels *k = slm_kernels_at(set), *portable = slm_kernels_at(sets - 1);
            for (int variant = 0; variant < 36; variant++) {
                int activation = variant % 9;
                bool norm = variant / 9 % 2, mask = variant / 18;
                ck_assert_msg(block_digest(k, activation, norm, mask, 5, widths[w]) == block_digest(portable, activation, norm, mask, 5, widths[w]),
                              "%s differs: activation %d, LayerNorm %d, dropout %d, width %d", k->name, activation, norm, mask, (int)widths[w]);
            }
            ck_assert_msg(other_digest(k, 6, widths[w]) == other_digest(portable, 6, widths[w]), "%s differs: width %d", k->name, (int)widths[w]);
        }
}
END_TEST

/* --- finite differences --------------------------------------------------------------- */

#ifdef SLM_REAL_F64

static slm_real *copy_of(const slm_real *v, int64_t n)
{
    slm_real *c = malloc((size_t)n * sizeof *c);
    memcpy(c, v, (size_t)n * sizeof *c);
    return c;
}

static double worst;

/* d f / d *x by Richardson-extrapolated central differences. */
static double difference(double (*f)(void *), void *arg, double *x)
{
    double d[2], keep = *x, h = 2e-4;
    for (int k = 0; k < 2; k++, h *= 0.5) {
        *x = keep + h;
        double up = f(arg);
        *x = keep - h;
        d[k] = (up - f(arg)) / (2 * h);
    }
    *x = keep;
    return (4 * d[1] - d[0]) / 3;
}

static void compare(double numeric, double analytic, double typical, const char *what, int variant)
{
    double scale = fmax(fabs(analytic), typical), error = fabs(numeric - analytic) / scale;
    if (!(error <= worst)) worst = error;
    ck_assert_msg(error < 1e-6, "%s, variant %d: %.12g by differences, %.12g", what, variant, numeric, analytic);
}

typedef struct block_problem {
    slm_block_args a;
    const slm_kernels *k;
    double *in, *c;
    int64_t rows, width;
} block_problem;

static double block_value(void *arg)
{
    block_problem *p = arg;
    memcpy(p->a.pre, p->in, (size_t)(p->rows * p->width) * sizeof *p->in);
    p->k->block_forward(&p->a, 0, p->rows);
    double sum = 0;
    for (int64_t i = 0; i < p->rows * p->width; i++) sum += p->c[i] * p->a.out[i];
    return sum;
}

/* Pre-activations at the kink, or nearer to it than a difference's step. */
static bool near_kink(const block_problem *p)
{
    for (int64_t i = 0; i < p->rows * p->width; i++)
        if (fabs(p->a.pre[i]) < 2e-3) return true;
    return false;
}

START_TEST(block_gradient)
{
    int activation = _i % 9;
    bool norm = _i / 9 % 2, mask = _i / 18 % 2;
    for (int set = 0; slm_kernels_at(set); set++) {
        enum { ROWS = 6, WIDTH = 11, N = ROWS * WIDTH };
        double pre[N], out[N], rstd[ROWS], bias_sum[WIDTH] = { 0 };
        uint8_t kept[N];
        rng = slm_rng_sequence(8, SLM_STREAM_SIMULATE, 0, (uint32_t)_i);
        double *bias = randoms(WIDTH), *c = randoms(N), *in = randoms(N);
        block_problem p = { .k = slm_kernels_at(set), .in = in, .c = c, .rows = ROWS, .width = WIDTH };
        p.a = (slm_block_args){ .pre = pre, .out = out, .mask = mask ? kept : NULL, .rstd = norm ? rstd : NULL, .bias = bias, .width = WIDTH,
                                .activation = activation, .keep_scale = slm_dropout_scale(0.3f), .threshold = slm_dropout_threshold(0.3f),
                                .rng = slm_rng_make(5, SLM_STREAM_DROPOUT, 0, 1) };
        for (block_value(&p); near_kink(&p); block_value(&p))
            for (int i = 0; i < N; i++) in[i] = normal();
        double *d = copy_of(c, N);
        p.k->block_backward(&p.a, d, bias_sum, 0, ROWS);
        for (int i = 0; i < N; i++) compare(difference(block_value, &p, in + i), d[i], 0.05, "block", _i);
        for (int i = 0; i < WIDTH; i++) compare(difference(block_value, &p, bias + i), bias_sum[i], 0.05, "bias", _i);
        free(bias), free(c), free(in), free(d);
    }
}
END_TEST

typedef struct loss_problem { slm_loss_args a; const slm_kernels *k; double *pair, *align; int64_t rows; } loss_problem;

static double loss_value(void *arg)
{
    loss_problem *p = arg;
    size_t bytes = (size_t)(p->rows * p->a.genes) * sizeof(double);
    memcpy(p->a.pair, p->pair, bytes);
    if (p->a.align) memcpy(p->a.align, p->align, bytes);
    p->k->loss(&p->a, NULL, 0, p->rows);
    double sum = 0;
    for (int64_t r = 0; r < p->rows; r++) sum += p->a.nll[r];
    return sum;
}

START_TEST(loss_gradient)
{
    enum { ROWS = 4, GENES = 19, N = ROWS * GENES };
    bool align = _i & 1, folded = _i & 2;
    for (int set = 0; slm_kernels_at(set); set++) {
        double d_pair[N], d_align[N], row_sum[ROWS], nll[ROWS], columns[GENES] = { 0 };
        rng = slm_rng_sequence(9, SLM_STREAM_SIMULATE, 0, (uint32_t)_i);
        double *bias = randoms(GENES), *row_bias = randoms(ROWS), *x = randoms(ROWS * (GENES + 2)), *pair = randoms(N), *other = randoms(N);
        loss_problem p = { .k = slm_kernels_at(set), .pair = pair, .align = other, .rows = ROWS };
        p.a = (slm_loss_args){ .pair = d_pair, .align = align ? d_align : NULL, .x = x, .ldx = GENES + 2, .genes = GENES, .bias = bias,
                               .row_bias = folded ? row_bias : NULL, .gamma = 0.3, .coef = 2, .nll = nll, .row_sum = folded ? row_sum : NULL };
        loss_value(&p);
        memcpy(d_pair, pair, sizeof d_pair);
        memcpy(d_align, other, sizeof d_align);
        p.k->loss(&p.a, columns, 0, ROWS);
        double got_pair[N], got_align[N], got_rows[ROWS];
        memcpy(got_pair, d_pair, sizeof d_pair);
        memcpy(got_align, d_align, sizeof d_align);
        memcpy(got_rows, row_sum, sizeof row_sum);
        for (int i = 0; i < N; i++) compare(difference(loss_value, &p, pair + i), got_pair[i], 0.1, "x̂", _i);
        for (int i = 0; align && i < N; i++) compare(difference(loss_value, &p, other + i), got_align[i], 0.1, "x̃", _i);
        for (int i = 0; i < GENES; i++) compare(difference(loss_value, &p, bias + i), columns[i], 0.1, "b_out", _i);
        for (int i = 0; folded && i < ROWS; i++) compare(difference(loss_value, &p, row_bias + i), got_rows[i], 0.1, "row bias", _i);
        free(bias), free(row_bias), free(x), free(pair), free(other);
    }
}
END_TEST

/* A BatchNorm with its parameters. */
typedef struct norm_problem {
    slm_pass pass;
    slm_batch_norm bn;
    slm_params params;
    double *in, *out, *c, *standard, *mean, *inv_std;
    int64_t rows, width;
} norm_problem;

static double norm_value(void *arg)
{
    norm_problem *p = arg;
    memcpy(p->out, p->in, (size_t)(p->rows * p->width) * sizeof *p->in);
    slm_batch_norm_forward(&p->pass, &p->bn, p->out, p->rows, p->width, p->standard, p->mean, p->inv_std);
    double sum = 0;
    for (int64_t i = 0; i < p->rows * p->width; i++) sum += p->c[i] * p->out[i];
    return sum;
}

START_TEST(batch_norm_gradient)
{
    scilama_context *ctx;
    scilama_error error;
    ck_assert_int_eq(scilama_context_create(&ctx, NULL, &error), SCILAMA_OK);
    rng = slm_rng_sequence(10, SLM_STREAM_SIMULATE, 0, (uint32_t)_i);
    norm_problem p = { .rows = _i ? 7 : 1, .width = _i == 2 ? 300 : 5 };
    slm_param items[8] = { 0 };
    p.params.item = items;
    p.bn.weight = slm_params_add(&p.params, 1, true, 1, p.width, 1, "weight");
    p.bn.bias = slm_params_add(&p.params, 1, true, 1, p.width, 1, "bias");
    p.bn.mean = slm_params_add(&p.params, 1, false, 1, p.width, 1, "mean");
    p.bn.var = slm_params_add(&p.params, 1, false, 1, p.width, 1, "var");
    p.bn.tracked = slm_params_add(&p.params, 1, false, 0, 1, 1, "tracked");
    ck_assert_int_eq(slm_params_allocate(ctx, &p.params, &error), SCILAMA_OK);
    for (int64_t i = 0; i < p.params.total; i++) p.params.value[i] = normal();
    double *grad = calloc((size_t)p.params.trainable, sizeof *grad);
    p.pass = (slm_pass){ .ctx = ctx, .kernels = slm_kernels_get(), .params = &p.params, .grad = grad, .train = true, .update_stats = true };
    int64_t n = p.rows * p.width;
    p.in = randoms(n), p.out = randoms(n), p.c = randoms(n), p.standard = randoms(n), p.mean = randoms(p.width), p.inv_std = randoms(p.width);
    norm_value(&p);
    double *d = copy_of(p.c, n);
    slm_batch_norm_backward(&p.pass, &p.bn, d, p.rows, p.width, p.standard, p.inv_std);
    for (int64_t i = 0; i < n; i += 1 + n / 100) compare(difference(norm_value, &p, p.in + i), d[i], 0.1, "BatchNorm input", _i);
    for (int64_t i = 0; i < 2 * p.width; i += 1 + p.width / 50) compare(difference(norm_value, &p, p.params.value + i), grad[i], 0.1, "BatchNorm affine", _i);
    free(grad), free(p.in), free(p.out), free(p.c), free(p.standard), free(p.mean), free(p.inv_std), free(d);
    slm_shared_release(p.params.value);
    scilama_context_destroy(ctx);
}
END_TEST

enum { L_ROWS = 5, L_UNITS = 6, MOST = 3 };

typedef struct latent_problem {
    slm_net net;
    slm_pass pass;
    slm_encoder_state encoders[MOST];
    slm_latent_state l;
    double *c;
    int count;
    bool sample;
    double beta;
} latent_problem;

static double latent_value(void *arg)
{
    latent_problem *p = arg;
    for (int k = 0; k < p->count; k++)
        for (int r = 0; r < L_ROWS; r++)
            for (int i = 0; i < L_UNITS; i++)
                p->encoders[k].sigma[r * L_UNITS + i] = sqrt(exp(p->encoders[k].head[(2 * r + 1) * L_UNITS + i]) + (double)p->net.options.var_eps);
    double kl = slm_latent_forward(&p->pass, &p->net, p->encoders, p->count, &p->l, L_ROWS, p->sample, 1), sum = p->beta * kl;
    for (int i = 0; i < L_ROWS * L_UNITS; i++) sum += p->c[i] * p->l.z[i];
    return sum;
}

START_TEST(latent_gradient)
{
    int fusion = _i % 4 - 1;
    latent_problem p = { .count = fusion < 0 ? 1 : 1 + _i / 4 % 3, .sample = _i / 12 % 2, .beta = 0.8 };
    scilama_context *ctx;
    scilama_error error;
    ck_assert_int_eq(scilama_context_create(&ctx, NULL, &error), SCILAMA_OK);
    rng = slm_rng_sequence(11, SLM_STREAM_SIMULATE, 0, (uint32_t)_i);
    p.net.latent = L_UNITS;
    p.net.options.var_eps = 0.01f;
    p.pass = (slm_pass){ .ctx = ctx, .kernels = slm_kernels_get(), .train = true, .seed = 4, .step = 2 };
    enum { N = L_ROWS * L_UNITS };
    for (int k = 0; k < p.count; k++) {
        p.encoders[k].head = randoms(2 * N);
        p.encoders[k].d_head = randoms(2 * N);
        p.encoders[k].sigma = randoms(N);
    }
    p.c = randoms(N);
    p.l = (slm_latent_state){ .fusion = fusion, .mu = randoms(N), .sigma = randoms(N), .noise = randoms(N), .z = randoms(N), .ld_z = L_UNITS,
                              .d_z = copy_of(p.c, N), .kl_unit = randoms(L_UNITS), .partial = randoms(L_UNITS) };
    latent_value(&p);
    slm_latent_backward(&p.pass, &p.net, p.encoders, p.count, &p.l, L_ROWS, p.sample, p.beta / L_ROWS);
    for (int k = 0; k < p.count; k++)
        for (int i = 0; i < 2 * N; i++) compare(difference(latent_value, &p, p.encoders[k].head + i), p.encoders[k].d_head[i], 0.05, "latent", _i);
    for (int k = 0; k < p.count; k++) free(p.encoders[k].head), free(p.encoders[k].d_head), free(p.encoders[k].sigma);
    free(p.c), free(p.l.mu), free(p.l.sigma), free(p.l.noise), free(p.l.z), free(p.l.d_z), free(p.l.kl_unit), free(p.l.partial);
    scilama_context_destroy(ctx);
}
END_TEST

/* The moments of the fused distribution, by their definitions (spec "The two VAEs"). */
START_TEST(fusion_by_definition)
{
    scilama_context *ctx;
    scilama_error error;
    ck_assert_int_eq(scilama_context_create(&ctx, NULL, &error), SCILAMA_OK);
    double m[2] = { 1000.25, 1000.5 }, s[2] = { 0.01, 0.02 }, head[2][2], sigma[2], mu_out, sigma_out, z, noise, d_z, kl, partial;
    latent_problem p = { .count = 2 };
    p.net.latent = 1;
    p.pass = (slm_pass){ .ctx = ctx, .kernels = slm_kernels_get() };
    for (int k = 0; k < 2; k++) {
        head[k][0] = m[k];
        sigma[k] = s[k];
        p.encoders[k] = (slm_encoder_state){ .head = head[k], .sigma = sigma + k };
    }
    for (int fusion = 0; fusion < 3; fusion++) {
        p.l = (slm_latent_state){ .fusion = fusion, .mu = &mu_out, .sigma = &sigma_out, .noise = &noise, .z = &z, .ld_z = 1, .d_z = &d_z, .kl_unit = &kl, .partial = &partial };
        slm_latent_forward(&p.pass, &p.net, p.encoders, 2, &p.l, 1, false, 1);
        double w0 = 1 / (s[0] * s[0] + 1e-8), w1 = 1 / (s[1] * s[1] + 1e-8), mean = (m[0] + m[1]) / 2, want_mu = mean, want_sigma = (s[0] + s[1]) / 2;
        if (fusion == SCILAMA_FUSION_MOE) want_sigma = sqrt((s[0] * s[0] + s[1] * s[1]) / 2 + (m[0] - m[1]) * (m[0] - m[1]) / 4);
        if (fusion == SCILAMA_FUSION_POE) want_mu = (w0 * m[0] + w1 * m[1]) / (w0 + w1), want_sigma = 1 / sqrt(w0 + w1);
        ck_assert_double_eq_tol(mu_out, want_mu, 1e-9);
        ck_assert_double_eq_tol(sigma_out, want_sigma, 1e-12);
        ck_assert_double_eq_tol(kl, 0.5 * (want_sigma * want_sigma + want_mu * want_mu - 1 - log(want_sigma * want_sigma)), 1e-7);
    }
    scilama_context_destroy(ctx);
}
END_TEST

#else

/* Known answers of Philox4x32-10 (Random123), on which every stream stands, and the
 * dropout mask and noise by their documented layouts. */
START_TEST(streams)
{
    uint32_t w[4];
    slm_rng zero = { { 0, 0 }, { 0, 0 } }, ones = { { 0xffffffffu, 0xffffffffu }, { 0xffffffffu, 0xffffffffu } };
    slm_philox(&zero, 0, w);
    ck_assert(w[0] == 0x6627e8d5u && w[1] == 0xe169c58du && w[2] == 0xbc57ac4cu && w[3] == 0x9b00dbd8u);
    slm_philox(&ones, UINT64_MAX, w);
    ck_assert(w[0] == 0x408f276du && w[1] == 0x41c83b0eu && w[2] == 0xa20bc7c6u && w[3] == 0x6d5451fdu);
    enum { ROWS = 3, WIDTH = 75 };
    slm_real pre[ROWS * WIDTH], out[ROWS * WIDTH], noise[10];
    uint8_t mask[ROWS * WIDTH];
    for (int i = 0; i < ROWS * WIDTH; i++) pre[i] = 1;
    slm_block_args a = { .pre = pre, .out = out, .mask = mask, .width = WIDTH, .activation = SCILAMA_ACT_IDENTITY, .keep_scale = slm_dropout_scale(0.5f),
                         .threshold = slm_dropout_threshold(0.5f), .rng = slm_rng_make(123456789012345u, SLM_STREAM_DROPOUT | 16u << 8, 2, 9) };
    slm_kernels_get()->block_forward(&a, 0, ROWS);
    for (int r = 0; r < ROWS; r++)
        for (int e = 0; e < WIDTH; e++) {
            slm_philox(&a.rng, (uint64_t)(r * ((WIDTH + 7) / 8) + e / 8), w);
            uint32_t half = e % 2 ? w[e % 8 / 2] >> 16 : w[e % 8 / 2] & 0xffff;
            ck_assert_int_eq(mask[r * WIDTH + e], half >= 32768);
            ck_assert(out[r * WIDTH + e] == (half >= 32768 ? 2 : 0));
        }
    slm_rng n = slm_rng_make(5, SLM_STREAM_NOISE | 1u << 8, 1, 3);
    slm_noise_row(&n, 4, 10, noise);
    for (int i = 0; i < 10; i++) {
        slm_philox(&n, (uint64_t)(4 * 3 + i / 4), w);
        double u = ((double)w[i % 4 / 2 * 2] + 1) / 4294967296.0, angle = 2 * 3.14159265358979323846 * (double)w[i % 4 / 2 * 2 + 1] / 4294967296.0;
        ck_assert_double_eq_tol((double)noise[i], sqrt(-2 * log(u)) * (i % 2 ? sin(angle) : cos(angle)), 1e-6);
    }
}
END_TEST

#endif

int main(void)
{
    Suite *suite = suite_create("kernels");
    TCase *tc = tcase_create("kernels");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, sets_agree);
    tcase_add_test(tc, sparse_layers_agree);
#ifdef SLM_REAL_F64
    tcase_add_loop_test(tc, block_gradient, 0, 36);
    tcase_add_loop_test(tc, loss_gradient, 0, 4);
    tcase_add_loop_test(tc, batch_norm_gradient, 0, 3);
    tcase_add_loop_test(tc, latent_gradient, 0, 24);
    tcase_add_test(tc, fusion_by_definition);
#else
    tcase_add_test(tc, streams);
#endif
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
