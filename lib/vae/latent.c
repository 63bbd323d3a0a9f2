/* SPDX-License-Identifier: MIT */
#include "vae/latent.h"
#include "core/thread.h"

#ifdef SLM_REAL_F64
#define R(name) name
#else
#define R(name) name##f
#endif

/* Heads, fusion of modalities, sampling and KL of both VAEs, with their derivatives written out; noise is keyed by row and unit, so
 * that it does not depend on how rows are dealt to threads. */

static const slm_real POE_EPS = (slm_real)1e-8;

typedef struct latent_job {
    const slm_net *net;
    slm_encoder_state *encoders;
    int count;
    slm_latent_state *l;
    int64_t rows;
    bool sample;
    slm_rng rng;
    double weight;
} latent_job;

static int64_t tile_end(int64_t tile, int64_t rows)
{
    int64_t end = (tile + 1) * SLM_ROW_TILE;
    return end < rows ? end : rows;
}

void slm_noise_row(const slm_rng *rng, uint64_t row, int64_t latent, slm_real *out)
{
    uint64_t per_row = ((uint64_t)latent + 3) / 4;
    for (int64_t i = 0; i < latent; i += 4) {
        uint32_t w[4];
        slm_philox(rng, row * per_row + (uint64_t)i / 4, w);
        double normal[4];
        for (int h = 0; h < 2; h++) {
            double radius = sqrt(-2 * log(((double)w[2 * h] + 1) * 0x1p-32)), angle = (double)w[2 * h + 1] * (6.283185307179586 * 0x1p-32);
            normal[2 * h] = radius * cos(angle);
            normal[2 * h + 1] = radius * sin(angle);
        }
        for (int j = 0; j < 4 && i + j < latent; j++) out[i + j] = (slm_real)normal[j];
    }
}

/* --- encoder heads ------------------------------------------------------------- */

static slm_linear heads(const slm_net *net, const slm_encoder *e)
{
    return (slm_linear){ .in = e->width, .out = 2 * net->latent, .weight = e->mu_weight, .bias = e->mu_bias };
}

typedef struct head_job { const slm_net *net; const slm_pass *pass; const slm_encoder *e; slm_encoder_state *s; int64_t rows; } head_job;

static void head_task(void *arg, int64_t task, int worker)
{
    const head_job *j = arg;
    int64_t latent = j->net->latent;
    const slm_real *bias = slm_value(j->pass, j->e->mu_bias);
    slm_real eps = (slm_real)j->net->options.var_eps;
    for (int64_t r = task * SLM_ROW_TILE; r < tile_end(task, j->rows); r++) {
        slm_real *head = j->s->head + r * 2 * latent, *sigma = j->s->sigma + r * latent;
        for (int64_t i = 0; i < 2 * latent; i++) head[i] += bias[i];
        for (int64_t i = 0; i < latent; i++) sigma[i] = R(sqrt)(R(exp)(head[latent + i]) + eps);
    }
}

void slm_encoder_forward(const slm_pass *pass, const slm_net *net, const slm_encoder *e, slm_encoder_state *s,
                         const slm_real *in, int64_t ld_in, int64_t rows)
{
    s->hidden = slm_mlp_forward(pass, &e->mlp, &s->mlp, in, ld_in, rows);
    slm_linear both = heads(net, e);
    slm_gemm product = slm_linear_product(pass, &both, s->hidden, e->width, rows, s->head);
    slm_gemm_one(pass->ctx, pass->space, &product);
    head_job j = { net, pass, e, s, rows };
    slm_parallel(pass->ctx, slm_tiles(rows, SLM_ROW_TILE), head_task, &j);
}

void slm_encoder_backward(const slm_pass *pass, const slm_net *net, const slm_encoder *e, slm_encoder_state *s,
                          const slm_real *in, int64_t ld_in, int64_t rows, slm_real *d, slm_real *other, const slm_real *d_mu)
{
    slm_linear both = heads(net, e);
    /* the two biases are adjacent: one sum of 2L columns fills both */
    if (!d_mu) {
        slm_column_sums(pass, s->d_head, both.out, rows, both.out, e->mu_bias);
    } else {
        slm_column_sums(pass, d_mu, net->latent, rows, net->latent, e->mu_bias);
        slm_column_sums(pass, s->d_head + net->latent, both.out, rows, net->latent, e->sv_bias);
    }
    slm_gemm products[2] = { slm_linear_weight_gradient(pass, &both, s->d_head, s->hidden, e->width, rows),
                             slm_linear_input_gradient(pass, &both, s->d_head, rows, d) };
    slm_gemm_group(pass->ctx, pass->space, products, 2);
    slm_mlp_backward(pass, &e->mlp, &s->mlp, in, ld_in, rows, d, other, false);
}

/* --- fusion ----------------------------------------------------------------------- */

static void fuse_row(const latent_job *j, int64_t r, slm_real *mu, slm_real *sigma)
{
    int64_t latent = j->net->latent;
    int fusion = j->l->fusion;
    slm_real scale = 1 / (slm_real)j->count;
    for (int64_t i = 0; i < latent; i++) {
        slm_real m = 0, s = 0, w = 0;
        for (int k = 0; k < j->count; k++) {
            slm_real mk = j->encoders[k].head[r * 2 * latent + i], sk = j->encoders[k].sigma[r * latent + i];
            switch (fusion) {
            case SCILAMA_FUSION_AVERAGE: m += mk * scale, s += sk * scale; break;
            case SCILAMA_FUSION_MOE: m += mk * scale, s += sk * sk * scale; break;
            default: {
                slm_real wk = 1 / (sk * sk + POE_EPS);
                w += wk;
                m += wk * mk;
            }
            }
        }
        if (fusion == SCILAMA_FUSION_MOE) {
            /* mean s² + mean (m_k - m)²: no cancellation where the means are large */
            for (int k = 0; k < j->count; k++) {
                slm_real apart = j->encoders[k].head[r * 2 * latent + i] - m;
                s += apart * apart * scale;
            }
            s = R(sqrt)(s);
        } else if (fusion != SCILAMA_FUSION_AVERAGE) m /= w, s = 1 / R(sqrt)(w);
        mu[i] = m;
        sigma[i] = s;
    }
}

/* d mu, d sigma of the fused → of encoder k. */
static void unfuse_one(const latent_job *j, int64_t r, int64_t i, int k, slm_real mu, slm_real sigma,
                       slm_real d_mu, slm_real d_sigma, slm_real *out_mu, slm_real *out_sigma)
{
    int64_t latent = j->net->latent;
    slm_real mk = j->encoders[k].head[r * 2 * latent + i], sk = j->encoders[k].sigma[r * latent + i];
    slm_real scale = 1 / (slm_real)j->count;
    switch (j->l->fusion) {
    case SCILAMA_FUSION_AVERAGE:
        *out_mu = d_mu * scale, *out_sigma = d_sigma * scale;
        break;
    case SCILAMA_FUSION_MOE:
        *out_mu = scale * (d_mu + d_sigma * (mk - mu) / sigma);
        *out_sigma = d_sigma * scale * sk / sigma;
        break;
    default: {
        /* mu = Σ w m / Σ w, sigma = (Σ w)^-1/2, w = 1 / (s² + eps) */
        slm_real w = 1 / (sk * sk + POE_EPS), total = 1 / (sigma * sigma);
        slm_real d_w = d_mu * (mk - mu) / total - (slm_real)0.5 * d_sigma * sigma / total;
        *out_mu = d_mu * w / total;
        *out_sigma = d_w * -2 * sk * w * w;
    }
    }
}

/* --- z and KL ------------------------------------------------------------------------ */

static void forward_task(void *arg, int64_t task, int worker)
{
    const latent_job *j = arg;
    slm_latent_state *l = j->l;
    int64_t latent = j->net->latent;
    double *kl = l->partial + task * latent;
    memset(kl, 0, (size_t)latent * sizeof *kl);
    for (int64_t r = task * SLM_ROW_TILE; r < tile_end(task, j->rows); r++) {
        slm_real *mu = l->mu + r * latent, *sigma = l->sigma + r * latent, *z = l->z + r * l->ld_z;
        if (l->fusion == SLM_FUSION_NONE) {
            memcpy(mu, j->encoders[0].head + r * 2 * latent, (size_t)latent * sizeof *mu);
            memcpy(sigma, j->encoders[0].sigma + r * latent, (size_t)latent * sizeof *sigma);
        } else {
            fuse_row(j, r, mu, sigma);
        }
        memcpy(z, mu, (size_t)latent * sizeof *z);
        if (j->sample) {
            slm_real *noise = l->noise + r * latent;
            slm_noise_row(&j->rng, (uint64_t)r, latent, noise);
            for (int64_t i = 0; i < latent; i++) z[i] += sigma[i] * noise[i];
        }
        for (int64_t i = 0; i < latent; i++) {
            double m = (double)mu[i], v = (double)sigma[i] * (double)sigma[i];
            kl[i] += 0.5 * (v + m * m - 1 - log(v));
        }
    }
}

double slm_latent_forward(const slm_pass *pass, const slm_net *net, const slm_encoder_state *encoders, int count,
                          slm_latent_state *l, int64_t rows, bool sample, int side)
{
    latent_job j = { .net = net, .encoders = (slm_encoder_state *)encoders, .count = count, .l = l, .rows = rows, .sample = sample };
    j.rng = slm_rng_make(pass->seed, SLM_STREAM_NOISE | (uint32_t)side << 8 | pass->micro << 20, pass->phase, pass->step);
    int64_t tiles = slm_tiles(rows, SLM_ROW_TILE), latent = net->latent;
    slm_parallel(pass->ctx, tiles, forward_task, &j);
    double total = 0;
    for (int64_t i = 0; i < latent; i++) {
        double kl = 0;
        for (int64_t t = 0; t < tiles; t++) kl += l->partial[t * latent + i];
        l->kl_unit[i] = kl / (double)rows;
        total += l->kl_unit[i];
    }
    return total;
}

static void backward_task(void *arg, int64_t task, int worker)
{
    const latent_job *j = arg;
    slm_latent_state *l = j->l;
    int64_t latent = j->net->latent;
    bool plain = l->fusion == SLM_FUSION_NONE;
    slm_real eps = (slm_real)j->net->options.var_eps, weight = (slm_real)j->weight;
    for (int64_t r = task * SLM_ROW_TILE; r < tile_end(task, j->rows); r++) {
        for (int64_t i = 0; i < latent; i++) {
            slm_real mu = l->mu[r * latent + i], sigma = l->sigma[r * latent + i], d_z = l->d_z[r * latent + i];
            slm_real d_mu = d_z + weight * mu;
            slm_real d_sigma = (j->sample ? d_z * l->noise[r * latent + i] : 0) + weight * (sigma - 1 / sigma);
            for (int k = 0; k < j->count; k++) {
                slm_real dm = d_mu, ds = d_sigma, sk = j->encoders[k].sigma[r * latent + i];
                if (!plain) unfuse_one(j, r, i, k, mu, sigma, d_mu, d_sigma, &dm, &ds);
                j->encoders[k].d_head[r * 2 * latent + i] = dm;
                /* sigma² = exp(sv) + eps */
                j->encoders[k].d_head[r * 2 * latent + latent + i] = ds * (sk * sk - eps) / (2 * sk);
            }
        }
    }
}

void slm_latent_backward(const slm_pass *pass, const slm_net *net, slm_encoder_state *encoders, int count,
                         slm_latent_state *l, int64_t rows, bool sample, double weight)
{
    latent_job j = { .net = net, .encoders = encoders, .count = count, .l = l, .rows = rows, .sample = sample, .weight = weight };
    slm_parallel(pass->ctx, slm_tiles(rows, SLM_ROW_TILE), backward_task, &j);
}
