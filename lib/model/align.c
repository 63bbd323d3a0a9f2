/* SPDX-License-Identifier: MIT */
#include "model/align.h"
#include <math.h>
#include <string.h>

/* A new category's column of the cell encoder, by which its cells come to lie among the reference's. The column adds one vector to
 * all of the category's cells before the first hidden layer; nothing else moves. With soft clusters of the reference, centres
 * c_k and R(x)_k ∝ exp(−‖x − c_k‖² / T s²), s² the mean squared distance of a reference cell to its centre, it minimises
 *   Σ_k p_k ‖m_k − r_k‖² / tr Σ,
 * m_k the mean of the category's cells weighted by R_k, r_k that of the reference's, p_k the category's share of cluster k, Σ the
 * reference's covariance. R of the category is moved half way (geometrically) to the reference's shares, so that cells that all
 * look like one type are spread, and types that a category lacks are not made up. R is taken as constant in the gradient. */

enum { CELLS = 2048, STEPS = 200, BALANCE = 5 };
static const double SOFT = 2, RATE = 0.02, BETA1 = 0.9, BETA2 = 0.999;

typedef struct aligner {
    scilama_context *ctx;
    slm_net *net;
    const slm_soft_clusters *s;
    slm_workspace ws;
    slm_pass pass;
    slm_mlp tail;             /* the encoder's blocks but the first */
    slm_mlp_state tail_state;
    int64_t n, h;             /* cells; width of the first block */
    slm_real *before;         /* [n × h] first product without the column */
    slm_real *grad;           /* [trainable] of no use */
    double *column, *m, *v, *d; /* [h] */
    double *member;           /* [n × clusters] R */
    double *share, *mean;     /* [clusters], [clusters × L] of the category */
    char *base;
} aligner;

/* R of points [n × dim], and their shares; towards NULL: as they fall. */
static void memberships(const slm_soft_clusters *s, const slm_real *x, int64_t ld, int64_t n, const double *towards, double *member, double *share)
{
    int64_t k = s->count;
    for (int64_t i = 0; i < n; i++) {
        double least = INFINITY, all = 0, *r = member + i * k;
        for (int64_t c = 0; c < k; c++) {
            r[c] = 0;
            for (int64_t j = 0; j < s->dim; j++) {
                double t = (double)x[i * ld + j] - (double)s->centre[c * s->dim + j];
                r[c] += t * t;
            }
            least = fmin(least, r[c]);
        }
        for (int64_t c = 0; c < k; c++) all += r[c] = exp(-(r[c] - least) / (SOFT * s->spread));
        for (int64_t c = 0; c < k; c++) r[c] /= all;
    }
    for (int round = 0; round <= (towards ? BALANCE : 0); round++) {
        for (int64_t i = 0; round && i < n; i++) {
            double all = 0, *r = member + i * k;
            for (int64_t c = 0; c < k; c++) all += r[c] *= sqrt(towards[c] / fmax(share[c], 1e-9));
            for (int64_t c = 0; c < k && all > 0; c++) r[c] /= all;
        }
        memset(share, 0, (size_t)k * sizeof *share);
        for (int64_t i = 0; i < n; i++)
            for (int64_t c = 0; c < k; c++) share[c] += member[i * k + c] / (double)n;
    }
}

static void cluster_means(const slm_soft_clusters *s, const slm_real *x, int64_t ld, int64_t n, const double *member, const double *share, double *mean)
{
    memset(mean, 0, (size_t)(s->count * s->dim) * sizeof *mean);
    for (int64_t i = 0; i < n; i++)
        for (int64_t c = 0; c < s->count; c++)
            for (int64_t j = 0; j < s->dim; j++) mean[c * s->dim + j] += member[i * s->count + c] * (double)x[i * ld + j];
    for (int64_t c = 0; c < s->count; c++)
        for (int64_t j = 0; j < s->dim; j++) mean[c * s->dim + j] /= fmax(share[c] * (double)n, 1e-12);
}

void slm_soft_clusters_free(scilama_context *ctx, slm_soft_clusters *s)
{
    slm_free_all(ctx, s->share, s->mean);
    *s = (slm_soft_clusters){ 0 };
}

scilama_status slm_soft_clusters_fit(scilama_context *ctx, slm_soft_clusters *s, const float *points, int64_t n, int64_t dim, const float *centre,
                                     int64_t count, double spread, scilama_error *error)
{
    int64_t used = n < 2 * CELLS ? n : 2 * CELLS;
    *s = (slm_soft_clusters){ .count = count, .dim = dim, .centre = centre, .spread = spread > 0 ? spread : 1 };
    s->share = slm_alloc_array_zero(ctx, count, sizeof *s->share);
    s->mean = slm_alloc_array(ctx, count, (size_t)dim * sizeof *s->mean);
    double *member = slm_alloc_array(ctx, used, (size_t)count * sizeof *member), *centroid = slm_alloc_array_zero(ctx, dim, sizeof *centroid);
    slm_real *x = slm_alloc_array(ctx, used, (size_t)dim * sizeof *x);
    if (s->share && s->mean && member && centroid && x) {
        for (int64_t i = 0; i < used; i++)
            for (int64_t j = 0; j < dim; j++) {
                x[i * dim + j] = (slm_real)points[i * n / used * dim + j];
                centroid[j] += (double)x[i * dim + j] / (double)used;
            }
        for (int64_t i = 0; i < used * dim; i++) {
            double t = (double)x[i] - centroid[i % dim];
            s->variance += t * t / (double)used;
        }
        if (!(s->variance > 0)) s->variance = 1;
        memberships(s, x, dim, used, NULL, member, s->share);
        cluster_means(s, x, dim, used, member, s->share, s->mean);
    }
    scilama_status status = s->share && s->mean && member && centroid && x ? SCILAMA_OK : slm_fail_nomem(error);
    slm_free_all(ctx, member, centroid, x);
    if (status) slm_soft_clusters_free(ctx, s);
    return status;
}

/* --- one category -------------------------------------------------------------------------- */

static scilama_status reserve(aligner *a, scilama_error *error)
{
    const slm_encoder *e = &a->net->cell_encoder;
    int64_t k = a->s->count;
    slm_workspace_need need = { .gradients = true, .cells = a->n, .threads = a->ctx->threads };
    slm_arena arena = { 0 };
    slm_workspace_reserve(&a->ws, a->net, &need, &arena);
    int64_t workspace = arena.used;
    a->h = e->mlp.block[0].linear.out;
    a->base = slm_alloc(a->ctx, (size_t)workspace);
    a->before = slm_alloc_array(a->ctx, a->n, (size_t)a->h * sizeof *a->before);
    a->grad = slm_alloc_array(a->ctx, a->net->params.trainable, sizeof *a->grad);
    a->column = slm_alloc_array_zero(a->ctx, 4 * a->h, sizeof *a->column);
    a->member = slm_alloc_array(a->ctx, a->n, (size_t)k * sizeof *a->member);
    a->share = slm_alloc_array(a->ctx, k, (size_t)(1 + a->s->dim) * sizeof *a->share);
    if (!a->base || !a->before || !a->grad || !a->column || !a->member || !a->share) return slm_fail_nomem(error);
    arena = (slm_arena){ .base = a->base };
    slm_workspace_reserve(&a->ws, a->net, &need, &arena);
    a->m = a->column + a->h;
    a->v = a->column + 2 * a->h;
    a->d = a->column + 3 * a->h;
    a->mean = a->share + k;
    a->tail = e->mlp;
    a->tail.count--;
    a->tail_state = a->ws.cell_encoder.mlp;
    memmove(a->tail.block, a->tail.block + 1, (size_t)a->tail.count * sizeof *a->tail.block);
    memmove(a->tail_state.block, a->tail_state.block + 1, (size_t)a->tail.count * sizeof *a->tail_state.block);
    return SCILAMA_OK;
}

static void release(aligner *a)
{
    slm_free_all(a->ctx, a->base, a->before, a->grad, a->column, a->member, a->share);
}

/* Loss of the column; its gradient into a->d. The embedding is left in ws.cell_encoder.head [n × L]. */
static double evaluate(aligner *a)
{
    const slm_encoder *e = &a->net->cell_encoder;
    slm_block_state *first = &a->ws.cell_encoder.mlp.block[0];
    int64_t n = a->n, h = a->h, k = a->s->count, latent = a->net->latent;
    slm_real *mu = a->ws.cell_encoder.head, *d_mu = a->ws.cell_encoder.d_head;
    slm_linear head = { .in = e->width, .out = latent, .weight = e->mu_weight, .bias = e->mu_bias };
    slm_block_args block = { .pre = first->pre, .out = first->out, .rstd = first->rstd, .width = h, .activation = e->mlp.activation,
                             .bias = slm_value(&a->pass, e->mlp.block[0].linear.bias) };
    for (int64_t i = 0; i < n * h; i++) first->pre[i] = a->before[i] + (slm_real)a->column[i % h];
    slm_block_rows(&a->pass, &block, n);
    const slm_real *hidden = slm_mlp_forward(&a->pass, &a->tail, &a->tail_state, first->out, h, n);
    slm_gemm product = slm_linear_product(&a->pass, &head, hidden, e->width, n, mu);
    slm_gemm_one(a->pass.ctx, a->pass.space, &product);
    slm_add_bias(&a->pass, mu, n, latent, e->mu_bias);
    memberships(a->s, mu, latent, n, a->s->share, a->member, a->share);
    cluster_means(a->s, mu, latent, n, a->member, a->share, a->mean);
    double loss = 0;
    for (int64_t c = 0; c < k; c++)
        for (int64_t j = 0; j < latent; j++) {
            double t = a->mean[c * latent + j] -= a->s->mean[c * latent + j];
            loss += a->share[c] * t * t / a->s->variance;
        }
    for (int64_t i = 0; i < n; i++) /* d m_k / d mu_i = R_ik / (n p_k) */
        for (int64_t j = 0; j < latent; j++) {
            double sum = 0;
            for (int64_t c = 0; c < k; c++) sum += a->member[i * k + c] * a->mean[c * latent + j];
            d_mu[i * latent + j] = (slm_real)(2 * sum / ((double)n * a->s->variance));
        }
    product = slm_linear_input_gradient(&a->pass, &head, d_mu, n, a->ws.d1);
    slm_gemm_one(a->pass.ctx, a->pass.space, &product);
    slm_real *d = slm_mlp_backward(&a->pass, &a->tail, &a->tail_state, first->out, h, n, a->ws.d1, a->ws.d2, true);
    block.bias = NULL;
    slm_block_rows_backward(&a->pass, &block, d, NULL, n);
    memset(a->d, 0, (size_t)h * sizeof *a->d);
    for (int64_t i = 0; i < n * h; i++) a->d[i % h] += (double)d[i];
    return loss;
}

static scilama_status read_cells(aligner *a, const slm_design *design, const int64_t *cells, int64_t column, scilama_error *error)
{
    const slm_linear *l = &a->net->cell_encoder.mlp.block[0].linear;
    scilama_status status = slm_model_load_cells(a->net, &a->ws, design, cells, a->n, a->n, error);
    if (status) return status;
    slm_encoder_input(&a->pass, a->net, &a->ws, a->n);
    for (int64_t i = 0; i < a->n; i++) a->ws.input[i * a->ws.ld_input + slm_net_read(a->net) + column] = 0;
    slm_gemm product = slm_linear_product(&a->pass, l, a->ws.input, a->ws.ld_input, a->n, a->before);
    slm_gemm_one(a->pass.ctx, a->pass.space, &product);
    return SCILAMA_OK;
}

scilama_status slm_model_align(scilama_model *model, const slm_design *design, int64_t column, const slm_soft_clusters *s, slm_alignment *out, scilama_error *error)
{
    aligner a = { .ctx = model->ctx, .net = &model->net, .s = s };
    int64_t found = 0, *cells = slm_alloc_array(a.ctx, design->cells, sizeof *cells);
    if (!cells) return slm_fail_nomem(error);
    for (int64_t i = 0; i < design->cells; i++)
        if (design->covariate[i * design->covariates + column] == 1) cells[found++] = i;
    *out = (slm_alignment){ .cells = found };
    if (found < SLM_ALIGN_CELLS) {
        slm_free(a.ctx, cells);
        return SCILAMA_OK;
    }
    a.n = found < CELLS ? found : CELLS;
    for (int64_t i = 0; i < a.n; i++) cells[i] = cells[i * found / a.n];
    scilama_status status = reserve(&a, error);
    if (!status) {
        a.pass = slm_model_pass(model, &a.ws);
        a.pass.grad = a.grad;
        status = read_cells(&a, design, cells, column, error);
    }
    const slm_linear *l = &model->net.cell_encoder.mlp.block[0].linear;
    slm_real *weight = status ? NULL : slm_value(&a.pass, l->weight) + slm_net_read(&model->net) + column;
    for (int64_t i = 0; i < a.h && !status; i++) a.column[i] = (double)weight[i * l->in];
    double power1 = 1, power2 = 1;
    for (int step = 0; step < STEPS && !status; step++) {
        if (slm_cancelled(a.ctx)) status = slm_fail_cancelled(error);
        double loss = status ? 0 : evaluate(&a);
        if (!step) out->before = loss;
        if (!isfinite(loss)) status = slm_fail(error, SCILAMA_E_NONFINITE, "the new category's column has become infinite: its %lld cells may hold other values than counts", (long long)found);
        power1 *= BETA1;
        power2 *= BETA2;
        for (int64_t i = 0; i < a.h && !status; i++) {
            a.m[i] += (1 - BETA1) * (a.d[i] - a.m[i]);
            a.v[i] += (1 - BETA2) * (a.d[i] * a.d[i] - a.v[i]);
            a.column[i] -= RATE * a.m[i] / (1 - power1) / (sqrt(a.v[i] / (1 - power2)) + 1e-8);
        }
    }
    if (!status) out->after = evaluate(&a);
    for (int64_t i = 0; i < a.h && !status; i++) weight[i * l->in] = (slm_real)a.column[i];
    release(&a);
    slm_free(a.ctx, cells);
    return status;
}
