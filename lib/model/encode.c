/* SPDX-License-Identifier: MIT */
#include "model/evaluate.h"
#include "vae/axes_head.h"
#include "core/thread.h"

/* Embedding with dropout off, in chunks of cells. */

scilama_status slm_evaluation_begin(scilama_model *model, slm_evaluation *e, const slm_net *net, bool pair, scilama_error *error)
{
    slm_workspace_need need = { .pair = pair, .cells = SLM_CHUNK, .threads = model->ctx->threads };
    e->arena = (slm_arena){ 0 };
    slm_workspace_reserve(&e->ws, net, &need, &e->arena);
    int64_t bytes = e->arena.used;
    e->arena = (slm_arena){ .base = slm_alloc(model->ctx, (size_t)bytes) };
    if (!e->arena.base) return slm_fail_nomem(error);
    slm_workspace_reserve(&e->ws, net, &need, &e->arena);
    e->pass = slm_model_pass(model, &e->ws);
    return SCILAMA_OK;
}

void slm_copy_out(const slm_real *from, int64_t rows, int64_t width, float *to, int64_t ld)
{
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < width; i++) to[r * ld + i] = (float)from[r * width + i];
}

int64_t *slm_all_cells(const slm_design *design)
{
    int64_t *cells = slm_alloc_array(design->ctx, design->cells, sizeof *cells);
    for (int64_t i = 0; i < design->cells && cells; i++) cells[i] = i;
    return cells;
}

enum { AHEAD = 65536 }; /* cells beyond those asked for that a window may read */

scilama_status slm_encoding_begin(slm_encoding *x, scilama_model *model, scilama_dataset *dataset, int64_t most, scilama_error *error)
{
    *x = (slm_encoding){ .model = model };
    scilama_status status = slm_model_design(model, dataset, false, &x->design, error);
    if (!status) status = slm_evaluation_begin(model, &x->e, &model->net, false, error);
    if (status) return status;
    x->room = most < x->design->cells - AHEAD ? most + AHEAD : x->design->cells;
    x->cells = slm_alloc_array(model->ctx, x->room, sizeof *x->cells);
    return x->cells ? SCILAMA_OK : slm_fail_nomem(error);
}

/* Of cells [n], of which cells[0, known) may be read at once. */
static scilama_status encode(slm_encoding *x, const int64_t *cells, int64_t n, int64_t known, float *mu, float *sigma, int64_t ld, const slm_joint *joint,
                             float *places, scilama_error *error)
{
    const slm_net *net = &x->model->net;
    slm_workspace *ws = &x->e.ws;
    for (int64_t at = 0; at < n; at += SLM_CHUNK) {
        int64_t some = n - at < SLM_CHUNK ? n - at : SLM_CHUNK;
        if (slm_cancelled(x->model->ctx)) return slm_fail_cancelled(error);
        SLM_TRY(slm_model_load_cells(net, ws, x->design, cells + at, some, known - at, error));
        slm_cell_encoder_forward(&x->e.pass, net, ws, some);
        slm_latent_forward(&x->e.pass, net, &ws->cell_encoder, 1, &ws->cell, some, false, 0);
        slm_copy_out(ws->cell.mu, some, net->latent, mu + at * ld, ld);
        if (sigma) slm_copy_out(ws->cell.sigma, some, net->latent, sigma + at * ld, ld);
        if (joint) slm_joint_place_rows(joint, ws->x, ws->ld_x, some, places + at * SLM_JOINT_AXES);
        if (cells == x->cells) slm_tell(x->model->ctx, "embedding", (double)(cells[at] + some) / (double)x->design->cells);
    }
    return SCILAMA_OK;
}

scilama_status slm_encoding_read(slm_encoding *x, int64_t first, int64_t n, float *mu, float *sigma, int64_t ld, const slm_joint *joint, float *places,
                                 scilama_error *error)
{
    int64_t left = x->design->cells - first, known = left < x->room ? left : x->room;
    for (int64_t i = 0; i < known; i++) x->cells[i] = first + i;
    return encode(x, x->cells, n, known, mu, sigma, ld, joint, places, error);
}

scilama_status slm_encoding_some(slm_encoding *x, const int64_t *cells, int64_t n, float *mu, int64_t ld, const slm_joint *joint, float *places,
                                 scilama_error *error)
{
    return encode(x, cells, n, n, mu, NULL, ld, joint, places, error);
}

void slm_encoding_end(slm_encoding *x)
{
    slm_free_all(x->model->ctx, x->cells, x->e.arena.base);
    slm_design_release(x->design);
}

scilama_status slm_model_encode_cells(scilama_model *model, scilama_dataset *dataset, float *mu, float *sigma, int64_t ld, scilama_error *error)
{
    slm_encoding x;
    int64_t most = dataset->cells < AHEAD ? dataset->cells : AHEAD;
    scilama_status status = slm_encoding_begin(&x, model, dataset, most, error);
    for (int64_t first = 0; first < dataset->cells && !status; first += most) {
        int64_t n = dataset->cells - first < most ? dataset->cells - first : most;
        status = slm_encoding_read(&x, first, n, mu + first * ld, sigma ? sigma + first * ld : NULL, ld, NULL, NULL, error);
    }
    slm_encoding_end(&x);
    return status;
}

enum { PLACE_NEIGHBORS = 10 };

/* Cosine of two genes' rows of the cell decoder's head. */
static double head_cosine(const slm_real *a, const slm_real *b, int64_t n)
{
    double ab = 0, aa = 0, bb = 0;
    for (int64_t i = 0; i < n; i++) ab += (double)a[i] * (double)b[i], aa += (double)a[i] * (double)a[i], bb += (double)b[i] * (double)b[i];
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}

typedef struct place_job { scilama_model *model; const slm_real *head; const int64_t *unpaired; float *mu, *sigma; int64_t ld; } place_job; /* head [G × h_1] */

/* A gene that no table knows lies where the genes lie whose rows of the head are most like its own: the mean of the ten
 * nearest, weighed by cosine; at 0 where none is alike. */
static void place_task(void *arg, int64_t task, int worker)
{
    const place_job *j = arg;
    const scilama_model *model = j->model;
    const slm_net *net = &model->net;
    const slm_real *head = j->head;
    int64_t gene = j->unpaired[task], best[PLACE_NEIGHBORS], latent = net->latent;
    double weight[PLACE_NEIGHBORS] = { 0 }, total = 0;
    for (int64_t p = 0; p < model->n_paired; p++) {
        double alike = head_cosine(head + gene * net->h1, head + model->paired[p] * net->h1, net->h1);
        int at = PLACE_NEIGHBORS;
        while (at > 0 && alike > weight[at - 1]) at--;
        for (int i = PLACE_NEIGHBORS - 1; i > at; i--) weight[i] = weight[i - 1], best[i] = best[i - 1];
        if (at < PLACE_NEIGHBORS) weight[at] = alike, best[at] = model->paired[p];
    }
    for (int i = 0; i < PLACE_NEIGHBORS; i++) total += weight[i];
    for (int64_t l = 0; l < latent; l++) {
        double mu = 0, sigma = 0;
        for (int i = 0; i < PLACE_NEIGHBORS && weight[i] > 0; i++) {
            mu += weight[i] * (double)j->mu[best[i] * j->ld + l];
            if (j->sigma) sigma += weight[i] * (double)j->sigma[best[i] * j->ld + l];
        }
        j->mu[gene * j->ld + l] = total > 0 ? (float)(mu / total) : 0;
        if (j->sigma) j->sigma[gene * j->ld + l] = total > 0 ? (float)(sigma / total) : 1;
    }
}

static scilama_status place_unpaired(scilama_model *model, float *mu, float *sigma, int64_t ld, scilama_error *error)
{
    int64_t genes = model->net.genes, n = 0;
    const slm_net *net = &model->net;
    bool axes = net->axes_scale >= 0; /* a row of the head for every gene has to be made */
    SLM_SCOPE(work, model->ctx);
    int64_t *unpaired = slm_scope_array(&work, genes, sizeof *unpaired);
    slm_real *rows = slm_scope_array(&work, axes ? genes : 0, (size_t)net->h1 * sizeof *rows);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t g = 0; g < genes && axes; g++) slm_axes_head_row(net, g, rows + g * net->h1);
    for (int64_t g = 0, p = 0; g < genes; g++) {
        if (p < model->n_paired && model->paired[p] == g) p++;
        else unpaired[n++] = g;
    }
    place_job j = { model, axes ? rows : net->params.value + net->params.item[net->cell_decoder.head.weight].offset, unpaired, mu, sigma, ld };
    slm_parallel(model->ctx, n, place_task, &j);
    return SCILAMA_OK;
}

scilama_status slm_model_encode_genes(scilama_model *model, float *mu, float *sigma, int64_t ld, scilama_error *error)
{
    const slm_net *net = &model->net;
    slm_evaluation e = { 0 };
    if (!net->modalities) return slm_fail(error, SCILAMA_E_STATE, "the model has no gene VAE");
    scilama_status status = slm_evaluation_begin(model, &e, net, true, error);
    if (!status) {
        slm_gene_forward(&e.pass, net, &e.ws, (const slm_real *const *)model->embedding, false);
        slm_copy_out(e.ws.gene.mu, net->genes, net->latent, mu, ld);
        if (sigma) slm_copy_out(e.ws.gene.sigma, net->genes, net->latent, sigma, ld);
    }
    if (!status && model->paired) status = place_unpaired(model, mu, sigma, ld, error);
    slm_free(model->ctx, e.arena.base);
    return status;
}

static const char *list_modalities(const scilama_model *model, char *text, size_t size)
{
    size_t at = 0;
    text[0] = 0;
    for (int m = 0; m < model->net.modalities && at < size; m++) {
        int n = snprintf(text + at, size - at, "%s\"%.40s\"", m ? ", " : "", model->modality_name[m]);
        if (n > 0) at += (size_t)n;
    }
    return text;
}

/* The modality that table i is for; -1 when there is none of its name. */
static int modality_of(const scilama_model *model, const char *const *names, int64_t i)
{
    if (!names || !names[i]) return (int)i;
    for (int m = 0; m < model->net.modalities; m++)
        if (!strcmp(model->modality_name[m], names[i])) return m;
    return -1;
}

static scilama_status take_table(const scilama_model *model, const scilama_gene_table *t, const scilama_gene_table *first, int m,
                                 slm_gene_vectors *vectors, scilama_error *error)
{
    const char *name = model->modality_name[m];
    if (vectors->modality[m]) return slm_fail(error, SCILAMA_E_DUPLICATE, "two gene tables are given for \"%.100s\"", name);
    if (t->width != model->conditioning[m].raw_width)
        return slm_fail(error, SCILAMA_E_INVALID, "vectors for \"%.80s\" have %" PRId64 " columns, but the model was made with %" PRId64 ": give the table it was made with",
                        name, t->width, model->conditioning[m].raw_width);
    if (t->rows != first->rows)
        return slm_fail(error, SCILAMA_E_INVALID, "the gene table for \"%.80s\" has %" PRId64 " rows, another %" PRId64 ": all must hold the same genes in the same order", name, t->rows, first->rows);
    for (int64_t g = 0; g < t->rows && t != first; g++)
        if (strcmp(slm_string(&t->names, g), slm_string(&first->names, g)))
            return slm_fail(error, SCILAMA_E_INVALID, "row %" PRId64 " of the gene table for \"%.60s\" is '%.60s', of another '%.60s': all must hold the same genes in the same order",
                            g, name, slm_string(&t->names, g), slm_string(&first->names, g));
    vectors->modality[m] = t->values;
    return SCILAMA_OK;
}

scilama_status slm_model_vectors(const scilama_model *model, const scilama_gene_table *const *tables, const char *const *names,
                                 int64_t n, slm_gene_vectors *vectors, scilama_error *error)
{
    char text[160];
    *vectors = (slm_gene_vectors){ 0 };
    if (!model->net.modalities) return slm_fail(error, SCILAMA_E_STATE, "the model has no gene VAE");
    if (model->net.transposed)
        return slm_fail(error, SCILAMA_E_STATE, "the model's gene encoder reads expression, so it cannot embed genes from vectors");
    if (n != model->net.modalities)
        return slm_fail(error, SCILAMA_E_INVALID, "%" PRId64 " gene tables are given, but the model was made with %d: %s", n, model->net.modalities,
                        list_modalities(model, text, sizeof text));
    scilama_status status = SCILAMA_OK;
    for (int64_t i = 0; i < n && !status; i++) {
        int m = modality_of(model, names, i);
        if (!tables[i]) return slm_fail(error, SCILAMA_E_INVALID, "gene table %" PRId64 " is NULL", i);
        if (m < 0) return slm_fail(error, SCILAMA_E_NOTFOUND, "the model was not made with a gene table \"%.60s\", but with %s", names[i], list_modalities(model, text, sizeof text));
        status = take_table(model, tables[i], tables[0], m, vectors, error);
    }
    vectors->rows = tables[0]->rows;
    return status;
}

scilama_status slm_other_genes(scilama_model *model, const slm_gene_vectors *vectors, slm_net *net, slm_real **embedding, scilama_error *error)
{
    *net = model->net;
    net->genes = vectors->rows;
    scilama_status status = SCILAMA_OK;
    for (int m = 0; m < net->modalities && !status; m++) {
        embedding[m] = slm_alloc_array(model->ctx, vectors->rows * net->width[m], sizeof(slm_real));
        if (!embedding[m]) return slm_fail_nomem(error);
        status = slm_conditioning_apply(model->ctx, &model->conditioning[m], vectors->modality[m], vectors->rows, net->width[m], embedding[m], error);
    }
    return status;
}

scilama_status slm_model_encode_new_genes(scilama_model *model, const slm_gene_vectors *vectors, float *mu, int64_t ld, scilama_error *error)
{
    slm_net net;
    slm_real *embedding[SLM_MAX_MODALITIES] = { 0 };
    slm_evaluation e = { 0 };
    scilama_status status = slm_other_genes(model, vectors, &net, embedding, error);
    /* only the gene side runs, so that the cell side's parameters may keep their shapes */
    if (!status) status = slm_evaluation_begin(model, &e, &net, true, error);
    if (!status) {
        slm_gene_forward(&e.pass, &net, &e.ws, (const slm_real *const *)embedding, false);
        slm_copy_out(e.ws.gene.mu, net.genes, net.latent, mu, ld);
    }
    slm_free(model->ctx, e.arena.base);
    for (int m = 0; m < SLM_MAX_MODALITIES; m++) slm_free(model->ctx, embedding[m]);
    return status;
}
