/* SPDX-License-Identifier: MIT */
#include "linalg/principal.h"
#include "train/signal.h"

/* How well the gene vectors explain the data, before training: ρ of prior.h by marginal likelihood.
 * Principal axis k of the training cells, of unit length over the genes with a vector, is taken as
 * N(0, τ_k² (I + ρ K)); with τ_k² at its maximum the logarithm of the likelihood is
 *   Σ_k − ½ Σ_j ln(1 + ρ s_j) − ½ G ln(Σ_j e_jk / (1 + ρ s_j) + e_0k),
 * e_jk = (u_jᵀ a_k)², e_0k = 1 − Σ_j e_jk. Every table alone has its ρ; together they make one kernel,
 * weighed by these, whose ρ is found the same way. */

enum { GRID = 61 };

/* A kernel by its leading eigenvectors: u [rank × genes], s [rank] with mean diagonal 1. */
typedef struct kernel { int64_t rank; double *u, *s; } kernel;

static void kernel_free(scilama_context *ctx, kernel *k)
{
    slm_free_all(ctx, k->u, k->s);
    *k = (kernel){ 0 };
}

/* Kernel of vectors x [genes × width], whose rows of genes without a vector are zero. */
static scilama_status make_kernel(scilama_context *ctx, kernel *k, const float *x, int64_t genes, int64_t known, int64_t width,
                                  int64_t most, scilama_error *error)
{
    int64_t rank = most < width ? most : width;
    if (rank > genes - 1) rank = genes - 1;
    double *axes = slm_alloc_array(ctx, rank, (size_t)width * sizeof *axes);
    *k = (kernel){ .u = slm_alloc_array(ctx, rank, (size_t)genes * sizeof *k->u), .s = slm_alloc_array(ctx, rank, sizeof *k->s) };
    scilama_status status = axes && k->u && k->s ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) status = slm_principal_axes(ctx, x, genes, width, rank, k->s, axes, error);
    double trace = 0;
    for (int64_t i = 0; i < genes * width && !status; i++) trace += (double)x[i] * (double)x[i];
    for (int64_t j = 0; j < rank && !status; j++) {
        double squares = 0, *u = k->u + j * genes;
        for (int64_t i = 0; i < genes; i++) {
            u[i] = 0;
            for (int64_t c = 0; c < width; c++) u[i] += (double)x[i * width + c] * axes[j * width + c];
            squares += u[i] * u[i];
        }
        if (!(squares > 1e-6 * trace / (double)rank)) break;
        k->s[j] = squares / trace * (double)known;
        for (int64_t i = 0; i < genes; i++) u[i] /= sqrt(squares);
        k->rank = j + 1;
    }
    slm_free(ctx, axes);
    return status;
}

/* e [count × (rank + 1)]: the last is e_0k */
static double likelihood(const kernel *k, const double *e, int64_t count, int64_t known, double rho)
{
    double value = 0;
    for (int64_t a = 0; a < count; a++) {
        double rest = e[a * (k->rank + 1) + k->rank];
        for (int64_t j = 0; j < k->rank; j++) {
            value -= 0.5 * log1p(rho * k->s[j]);
            rest += e[a * (k->rank + 1) + j] / (1 + rho * k->s[j]);
        }
        value -= 0.5 * (double)known * log(rest);
    }
    return value;
}

/* The ρ of the highest likelihood, between 1e-4 and 1e2; 0 where none beats ρ = 0. */
static scilama_status fit_rho(scilama_context *ctx, const kernel *k, const double *axes, int64_t count, const uint8_t *has,
                              int64_t genes, int64_t known, double *rho, scilama_error *error)
{
    double *e = slm_alloc_array(ctx, count, (size_t)(k->rank + 1) * sizeof *e);
    if (!e) return slm_fail_nomem(error);
    for (int64_t a = 0; a < count; a++) {
        const double *axis = axes + a * genes;
        double squares = 0, *to = e + a * (k->rank + 1);
        for (int64_t i = 0; i < genes; i++) squares += has[i] ? axis[i] * axis[i] : 0;
        to[k->rank] = 1;
        for (int64_t j = 0; j < k->rank; j++) {
            double dot = 0;
            for (int64_t i = 0; i < genes; i++) dot += k->u[j * genes + i] * axis[i];
            to[j] = squares > 0 ? dot * dot / squares : 0;
            to[k->rank] -= to[j];
        }
        if (to[k->rank] < 1e-9) to[k->rank] = 1e-9;
    }
    double best = likelihood(k, e, count, known, 0);
    *rho = 0;
    for (int i = 0; i < GRID; i++) {
        double at = pow(10, -4 + 6.0 * i / (GRID - 1)), value = likelihood(k, e, count, known, at);
        if (value > best) best = value, *rho = at;
    }
    slm_free(ctx, e);
    return SCILAMA_OK;
}

/* Vectors of modality m, centred over the genes that have one and of unit length, times `factor`,
 * into columns of to [genes × ld]; zero for others. */
static void put_vectors(const scilama_model *model, int m, const uint8_t *has, int64_t known, double factor, float *to, int64_t ld)
{
    int64_t width = model->net.width[m], genes = model->net.genes;
    for (int64_t c = 0; c < width; c++) {
        double mean = 0;
        for (int64_t i = 0; i < genes; i++) mean += has[i] ? (double)model->embedding[m][i * width + c] / (double)known : 0;
        for (int64_t i = 0; i < genes; i++) to[i * ld + c] = has[i] ? (float)((double)model->embedding[m][i * width + c] - mean) : 0;
    }
    for (int64_t i = 0; i < genes; i++) {
        double squares = 0;
        for (int64_t c = 0; c < width; c++) squares += (double)to[i * ld + c] * (double)to[i * ld + c];
        for (int64_t c = 0; c < width && squares > 0; c++) to[i * ld + c] = (float)((double)to[i * ld + c] * factor / sqrt(squares));
    }
}

/* Genes that some table knows. */
static int64_t genes_with_vectors(const scilama_model *model, uint8_t *has)
{
    int64_t genes = model->net.genes;
    memset(has, model->paired ? 0 : 1, (size_t)genes);
    for (int64_t i = 0; model->paired && i < model->n_paired; i++) has[model->paired[i]] = 1;
    return model->paired ? model->n_paired : genes;
}

static void keep(slm_prior *prior, const kernel *k, int64_t genes, double rho)
{
    prior->rho = rho;
    prior->explained = rho / (1 + rho);
    prior->rank = rho > 0 ? k->rank : 0;
    for (int64_t j = 0; j < prior->rank; j++) {
        prior->shrink[j] = (slm_real)(rho * k->s[j] / (1 + rho * k->s[j]));
        for (int64_t i = 0; i < genes; i++) prior->basis[j * genes + i] = (slm_real)k->u[j * genes + i];
    }
}

scilama_status slm_prior_fit(scilama_trainer *t, const slm_signal *signal, scilama_error *error)
{
    scilama_context *ctx = t->ctx;
    const scilama_model *model = t->model;
    slm_prior *prior = &t->prior;
    int64_t genes = model->net.genes, count = signal->count, width = 0, at = 0;
    for (int m = 0; m < model->net.modalities; m++) width += model->net.width[m];
    const double *axes = signal->axes;
    double rho[SLM_MAX_MODALITIES], total = 0;
    float *x = slm_alloc_array_zero(ctx, genes, (size_t)width * sizeof *x);
    uint8_t *has = slm_alloc_array(ctx, genes, 1);
    kernel k = { 0 };
    scilama_status status = x && has ? SCILAMA_OK : slm_fail_nomem(error);
    if (status || !count) goto done;
    int64_t known = genes_with_vectors(model, has);
    for (int m = 0; m < model->net.modalities && !status; m++) {
        int64_t d = model->net.width[m];
        put_vectors(model, m, has, known, 1, x, d);
        status = make_kernel(ctx, &k, x, genes, known, d, prior->most, error);
        if (!status) status = fit_rho(ctx, &k, axes, count, has, genes, known, &rho[m], error);
        total += rho[m];
        if (model->net.modalities > 1) kernel_free(ctx, &k);
    }
    if (!status && model->net.modalities > 1 && total > 0) {
        for (int m = 0; m < model->net.modalities; at += model->net.width[m++])
            put_vectors(model, m, has, known, sqrt(rho[m]), x + at, width);
        status = make_kernel(ctx, &k, x, genes, known, width, prior->most, error);
        if (!status) status = fit_rho(ctx, &k, axes, count, has, genes, known, &total, error);
    }
    if (!status) keep(prior, &k, genes, total);
    if (!status)
        slm_log(ctx, SCILAMA_LOG_INFO, "the gene vectors carry %.0f %% of the prior's variance (over %" PRId64 " principal axes of the cells)",
                100 * prior->explained, count);
done:
    kernel_free(ctx, &k);
    slm_free_all(ctx, x, has);
    return status;
}
