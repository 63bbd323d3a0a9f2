/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "linalg/rank.h"
#include "train/trainer.h"
#include "vae/axes_head.h"

/* Correlation of measured and reconstructed expression over the genes of a cell.
 * ws->pair holds x̂ - x after the squared error with coef = 1; with a likelihood of counts
 * it holds rates, and both sides are ln(1 + 10,000 x / Σ x). */
static void correlate_task(void *arg, int64_t row, int worker)
{
    scilama_trainer *t = arg;
    slm_workspace *ws = &t->ws;
    int64_t g = ws->genes, ld = ws->subset ? g : ws->ld_x;
    const slm_real *measured = ws->subset ? ws->sub_x : ws->x;
    float *x = (float *)(void *)(t->rank_scratch + worker * t->rank_stride), *y = x + g, *rx = y + g, *ry = rx + g;
    void *scratch = ry + g;
    double library = 0;
    for (int64_t i = 0; t->counts && i < g; i++) library += (double)ws->counts[row * g + i];
    for (int64_t i = 0; i < g; i++) {
        x[i] = t->counts ? (float)log1p(1e4 * (double)ws->counts[row * g + i] / (library > 0 ? library : 1)) : (float)measured[row * ld + i];
        y[i] = t->counts ? (float)log1p(1e4 * (double)ws->pair[row * g + i]) : x[i] + (float)ws->pair[row * g + i];
    }
    t->pearson[row] = slm_pearson(x, y, g);
    slm_rank_average(x, g, rx, scratch);
    slm_rank_average(y, g, ry, scratch);
    t->spearman[row] = slm_pearson(rx, ry, g);
}

typedef struct totals { double nll, kl_s, pearson, spearman; int64_t pearson_count, spearman_count; } totals;

static void add_units(scilama_trainer *t, int64_t rows)
{
    const slm_latent_state *l = &t->ws.cell;
    int64_t latent = t->model->net.latent;
    for (int64_t i = 0; i < latent; i++) t->unit_s[i] += l->kl_unit[i] * (double)rows;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < latent; i++) {
            double mu = (double)l->mu[r * latent + i];
            t->unit_sum[i] += mu;
            t->unit_squares[i] += mu * mu;
        }
}

/* ws->pair = x̂ − x where the head predicts axes. */
static void residual_of_genes(scilama_trainer *t, const slm_pass *pass, int64_t rows)
{
    slm_workspace *ws = &t->ws;
    const slm_net *net = &t->model->net;
    const slm_real *bias = slm_value(pass, net->cell_decoder.head.bias);
    slm_axes_head_genes(pass, net, ws, rows);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t g = 0; g < net->genes; g++) ws->pair[r * net->genes + g] += bias[g] - ws->x[r * ws->ld_x + g];
}

static scilama_status evaluate_chunk(scilama_trainer *t, const slm_pass *pass, const int64_t *cells, int64_t rows, int64_t left, bool sample,
                                     bool correlation, totals *sum, scilama_error *error)
{
    const slm_net *net = &t->model->net;
    double gamma = slm_schedule_gamma(t);
    bool paired = t->now.objective != SCILAMA_OBJECTIVE_CELL;
    SLM_TRY(slm_trainer_load(t, cells, rows, left, error));
    if (t->ws.subset) slm_subset_cells(pass, &t->ws, rows);
    double kl = slm_cell_forward(pass, net, &t->ws, rows, sample);
    if (paired) slm_pair_forward(pass, net, &t->ws, rows, gamma > 0);
    else slm_head_forward(pass, net, &t->ws, rows);
    bool axes = !paired && net->axes_scale >= 0;
    if (axes && correlation) residual_of_genes(t, pass, rows);
    double nll = paired ? slm_reconstruction_loss(pass, net, &t->ws, rows, true, gamma, 1, false) : slm_head_loss(pass, net, &t->ws, rows, 1, false);
    sum->nll += nll * (double)net->genes / (double)t->ws.genes;
    if (t->now.objective != SCILAMA_OBJECTIVE_GENE) sum->kl_s += kl * (double)rows;
    add_units(t, rows);
    if (correlation) {
        slm_parallel(t->ctx, rows, correlate_task, t);
        for (int64_t r = 0; r < rows; r++) {
            if (!isnan(t->pearson[r])) sum->pearson += t->pearson[r], sum->pearson_count++;
            if (!isnan(t->spearman[r])) sum->spearman += t->spearman[r], sum->spearman_count++;
        }
    }
    return SCILAMA_OK;
}

scilama_status slm_trainer_evaluate(scilama_trainer *t, const int64_t *cells, int64_t n, bool sample, bool correlation,
                                    scilama_evaluation *out, scilama_error *error)
{
    const slm_net *net = &t->model->net;
    int64_t latent = net->latent;
    bool paired = t->now.objective != SCILAMA_OBJECTIVE_CELL;
    slm_pass pass = slm_model_pass(t->model, &t->ws);
    pass.seed = t->options.seed;
    pass.phase = (uint32_t)t->now.phase;
    pass.step = 0x80000000u | (uint32_t)t->now.epoch; /* apart from the training steps' noise */
    size_t bytes = (size_t)latent * sizeof(double);
    memset(t->unit_s, 0, bytes);
    memset(t->unit_f, 0, bytes);
    memset(t->unit_sum, 0, bytes);
    memset(t->unit_squares, 0, bytes);
    totals sum = { 0 };
    double kl_f = 0;
    const slm_real *const *embedding = (const slm_real *const *)t->model->embedding;
    int64_t genes;
    const int64_t *subset = paired ? slm_trainer_subset(t, &genes) : NULL;
    if (subset) {
        slm_subset_begin(&pass, net, &t->ws, subset, genes, 0, embedding);
        embedding = (const slm_real *const *)t->ws.sub_embedding;
    }
    if (paired) {
        kl_f = slm_gene_forward(&pass, net, &t->ws, embedding, sample);
        memcpy(t->unit_f, t->ws.gene.kl_unit, bytes);
    }
    scilama_status status = SCILAMA_OK;
    for (int64_t first = 0; !status && first < n; first += t->ws.cells) {
        int64_t rows = n - first < t->ws.cells ? n - first : t->ws.cells;
        pass.micro = (uint32_t)(first / t->ws.cells) & 255;
        if (slm_cancelled(t->ctx)) status = slm_fail_cancelled(error);
        else status = evaluate_chunk(t, &pass, cells + first, rows, n - first, sample, correlation, &sum, error);
    }
    if (t->ws.subset) slm_subset_end(net, &t->ws);
    if (status) return status;
    double count = (double)n;
    out->nll = sum.nll / count;
    out->kl_s = sum.kl_s / count;
    out->kl_f = kl_f;
    out->loss = out->nll + out->kl_s + out->kl_f;
    out->pearson = sum.pearson_count ? sum.pearson / (double)sum.pearson_count : NAN;
    out->spearman = sum.spearman_count ? sum.spearman / (double)sum.spearman_count : NAN;
    out->cells = n;
    out->active_units = 0;
    for (int64_t i = 0; i < latent; i++) {
        t->unit_s[i] /= count;
        double mean = t->unit_sum[i] / count;
        if (t->unit_squares[i] / count - mean * mean > 0.01) out->active_units++;
    }
    return SCILAMA_OK;
}
