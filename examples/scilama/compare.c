/* SPDX-License-Identifier: MIT */
/* Before and after: principal components of the prepared expression beside the embedding, alike for fit and its page. */

#include "scores.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GATHERED = 1000 };

int64_t compared_parts(int64_t cells, int64_t *each)
{
    int64_t parts = cells > COMPARED ? COMPARED_PARTS : 1;
    *each = (cells < COMPARED ? cells : COMPARED) / parts;
    return parts;
}

/* One of the i-th of `each` runs of cells, and of the part's share of it, so that parts have no cell in common. Which
 * one is drawn (the finaliser of SplitMix64), for files may have batches in turn. */
int64_t compared_cell(int64_t part, int64_t i, int64_t parts, int64_t each, int64_t cells)
{
    if (parts == 1) return i;
    uint64_t z = (uint64_t)(part * each + i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    double u = (double)((z ^ z >> 31) >> 11) * 0x1p-53, run = (double)cells / (double)each;
    int64_t first = (int64_t)ceil(((double)i + (double)part / (double)parts) * run), next = (int64_t)ceil(((double)i + (double)(part + 1) / (double)parts) * run);
    int64_t cell = first + (int64_t)(u * (double)(next - first));
    return cell < cells ? cell : cells - 1;
}

/* Prepared values of the chosen cells, [n × genes]. */
static scilama_status gather(app *a, const comparison *c, const int64_t *chosen, int64_t n, int64_t genes, float *prepared)
{
    scilama_status status = SCILAMA_OK;
    for (int64_t at = 0; at < n && !status; at += GATHERED) {
        status = scilama_dataset_get_prepared(c->prepared, chosen + at, n - at < GATHERED ? n - at : GATHERED, prepared + at * genes, 0, &a->error);
        stage_progress(a, "reading", (double)at / (double)n);
    }
    return status;
}

/* One sample: before, principal components of what the encoder sees; after, the embedding. */
static scilama_status judge(app *a, comparison *c, const int64_t *chosen, const float *prepared, int64_t n, scilama_scores *before, scilama_scores *after)
{
    scilama_pca_options o;
    scilama_pca_options_init(&o, sizeof o);
    int64_t genes = scilama_dataset_genes_used(c->prepared), width = scilama_pca_components(&o, n, genes);
    int32_t *labels = app_alloc(a, n, sizeof *labels), *batches = c->batches ? app_alloc(a, n, sizeof *batches) : NULL;
    float *pca = app_alloc(a, n * width, sizeof *pca), *points = app_alloc(a, n * c->latent, sizeof *points);
    if (!labels || (c->batches && !batches) || !pca || !points) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < n; i++) {
        labels[i] = c->labels[chosen[i]];
        if (batches) batches[i] = c->batches[chosen[i]];
        memcpy(points + i * c->latent, c->embedding + chosen[i] * c->latent, (size_t)c->latent * sizeof *points);
    }
    scilama_status status = scilama_pca(a->context, prepared, n, genes, 0, &o, pca, NULL, NULL, NULL, &a->error);
    if (!status) status = score_points(a, pca, n, width, labels, batches, pca, width, -1, before);
    if (!status) status = score_points(a, points, n, c->latent, labels, batches, pca, width, -1, after);
    if (status || c->parts > 1) return status;
    if (c->written && isfinite(c->resolution)) status = score_clusters(a, pca, n, width, c->neighbors, c->resolution, labels, &c->agreement[0]);
    return status ? status : score_clusters(a, points, n, c->latent, 0, after->nmi_resolution, labels, &c->best);
}

static scilama_status judge_parts(app *a, comparison *c)
{
    c->parts = compared_parts(c->cells, &c->each);
    int64_t n = c->parts * c->each, genes = scilama_dataset_genes_used(c->prepared);
    int64_t *chosen = app_alloc(a, n, sizeof *chosen);
    float *prepared = malloc((size_t)n * (size_t)genes * sizeof *prepared);
    scilama_scores before[COMPARED_PARTS], after[COMPARED_PARTS];
    scilama_status status = chosen && prepared ? SCILAMA_OK : app_fail(a, SCILAMA_E_NOMEM, "not enough memory to compare with principal components");
    for (int64_t i = 0; i < n && !status; i++) chosen[i] = compared_cell(i / c->each, i % c->each, c->parts, c->each, c->cells);
    if (!status) status = gather(a, c, chosen, n, genes, prepared);
    for (int64_t p = 0; p < c->parts && !status; p++)
        status = judge(a, c, chosen + p * c->each, prepared + p * c->each * genes, c->each, &before[p], &after[p]);
    free(prepared);
    if (status) return status;
    score_mean(before, c->parts, &c->errors[0]);
    score_mean(after, c->parts, &c->errors[1]);
    c->scores[0] = before[0];
    c->scores[1] = after[0];
    return SCILAMA_OK;
}

scilama_status score_compare(app *a, comparison *c)
{
    uint64_t seed = a->seed;
    a->seed = c->seed;
    for (int k = 0; k < 2; k++) scilama_agreement_init(&c->agreement[k], sizeof c->agreement[k]);
    scilama_agreement_init(&c->best, sizeof c->best);
    scilama_status status = judge_parts(a, c);
    a->seed = seed;
    return status || !c->written ? status : scilama_labels_compare(a->context, c->written, c->labels, c->cells, &c->agreement[1], &a->error);
}

void score_print_comparison(const comparison *c)
{
    const char *const titles[] = { "PCA (before)", "sciLaMA" };
    const scilama_scores *const columns[] = { &c->scores[0], &c->scores[1] }, *const errors[] = { &c->errors[0], &c->errors[1] };
    const written_clusters written = { c->resolution, c->agreement };
    score_print(titles, columns, c->parts > 1 ? errors : NULL, c->written ? &written : NULL, 2, false);
}
