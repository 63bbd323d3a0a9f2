/* SPDX-License-Identifier: MIT */
#include "api/novel.h"
#include "api/api.h"
#include "linalg/nearest.h"
#include "scilama/mapping.h"

enum { AXES = SLM_JOINT_AXES, VOTERS = 15, MOST_GROUPS = 64, COUNTED = 5, OWN = 20 /* cells, moved as all are, that a group is given */ };

bool slm_novel_possible(const scilama_model *model, int64_t cells)
{
    const slm_reference *r = model->reference;
    return r && r->scores && model->factors.genes && r->cells >= 10 && cells >= 10;
}

/* Which of cells [n] (NULL: first … first + n - 1) are of an adapted batch: [n], of the scope. */
static scilama_status find_adapted(slm_scope *work, const slm_novel *v, const int64_t *cells, int64_t first, int64_t n, uint8_t **out, scilama_error *error)
{
    const slm_turns *t = &v->joint.model->net.turns;
    const slm_design *d = v->joint.design;
    uint8_t *adapted = *out = slm_scope_zeros(work, n, sizeof *adapted);
    if (!adapted) return slm_fail_nomem(error);
    for (int64_t k = 0; k < n && t->count; k++) {
        int64_t cell = cells ? cells[k] : first + k;
        SLM_TRY(slm_design_reach(d, cell, error));
        for (int64_t i = 0; i < t->count && !adapted[k]; i++) adapted[k] = slm_design_covariate_of(d, cell, t->column[i]) != 0;
    }
    return SCILAMA_OK;
}

static void move(const slm_novel *v, int32_t code, float *place)
{
    for (int a = 0; a < AXES; a++) place[a] -= v->moved[code * AXES + a];
}

/* The column of most categories, up to MOST_GROUPS. */
static int64_t finest(const slm_reference *r)
{
    int64_t best = -1, most = 1;
    for (int64_t i = 0; i < r->labels; i++) {
        int64_t n = r->label[i].categories.count;
        if (n > most && n <= MOST_GROUPS) best = i, most = n;
    }
    return best;
}

/* What the sample's cells vote for: code [n]. */
static scilama_status vote(const slm_novel *v, slm_encoding *encoding, const int64_t *cells, int64_t n, int32_t *code, scilama_error *error)
{
    slm_reference *r = v->joint.model->reference;
    int64_t k = VOTERS < r->cells ? VOTERS : r->cells;
    SLM_SCOPE(work, v->joint.model->ctx);
    float *mu = slm_scope_array(&work, n, (size_t)r->dim * sizeof *mu), *distance = slm_scope_array(&work, n, (size_t)k * sizeof *distance);
    int32_t *near = slm_scope_array(&work, n, (size_t)k * sizeof *near), *second = slm_scope_array(&work, n, sizeof *second);
    float *p = slm_scope_array(&work, n, 2 * sizeof *p);
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(slm_encoding_some(encoding, cells, n, mu, r->dim, error));
    SLM_TRY(scilama_reference_neighbors(r, mu, n, r->dim, k, near, distance, error));
    return scilama_reference_transfer(r, v->label, near, distance, n, k, code, p, second, p + n, error);
}

/* That of a described cell of the reference; below 0: it has no label. */
static int32_t group_of(const slm_novel *v, int64_t i)
{
    const slm_reference *r = v->joint.model->reference;
    return v->label < 0 ? 0 : r->label[v->label].codes[slm_thinned(r->cells, i)];
}

/* Sums of places [groups × (AXES + 1)], last the cells. */
static void add_place(double *sums, int64_t group, const float *place)
{
    double *sum = sums + group * (AXES + 1);
    for (int a = 0; a < AXES; a++) sum[a] += (double)place[a];
    sum[AXES]++;
}

/* By the sample's adapted cells and the reference's. */
static scilama_status find_moved(slm_novel *v, const uint8_t *adapted, int64_t n, const int32_t *code, const float *places, scilama_error *error)
{
    scilama_context *ctx = v->joint.model->ctx;
    int64_t groups = v->label < 0 ? 1 : v->joint.model->reference->label[v->label].categories.count, kept = slm_thinned_count(v->joint.model->reference->cells);
    double mean[AXES] = { 0 }, counted = 0;
    SLM_SCOPE(work, ctx);
    double *here = slm_scope_zeros(&work, groups, (AXES + 1) * sizeof *here), *there = slm_scope_zeros(&work, groups, (AXES + 1) * sizeof *there);
    v->moved = slm_alloc_array(ctx, groups, AXES * sizeof *v->moved);
    if (work.failed || !v->moved) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++)
        if (adapted[i]) add_place(here, code[i], places + i * AXES);
    for (int64_t i = 0; i < kept; i++)
        if (group_of(v, i) >= 0) add_place(there, group_of(v, i), v->joint.reference + i * AXES);
    for (int pass = 0; pass < 2; pass++) /* of all groups; of each */
        for (int64_t g = 0; g < groups; g++) {
            const double *h = here + g * (AXES + 1), *t = there + g * (AXES + 1);
            bool both = h[AXES] >= (pass ? 1 : COUNTED) && t[AXES] >= (pass ? 1 : COUNTED);
            for (int a = 0; a < AXES; a++) {
                double sum = both ? h[a] - h[AXES] * t[a] / t[AXES] : 0;
                if (!pass) mean[a] += sum;
                else v->moved[g * AXES + a] = (float)((sum + OWN * mean[a] / fmax(counted, 1)) / ((both ? h[AXES] : 0) + OWN));
            }
            counted += pass || !both ? 0 : h[AXES];
        }
    return SCILAMA_OK;
}

/* Moves the sample's places, where it has cells of adapted batches. */
static scilama_status adjust(slm_novel *v, slm_encoding *encoding, const int64_t *cells, const uint8_t *adapted, int64_t n, float *places, scilama_error *error)
{
    if (!memchr(adapted, 1, (size_t)n)) return SCILAMA_OK;
    v->label = finest(v->joint.model->reference);
    SLM_SCOPE(work, v->joint.model->ctx);
    int32_t *code = slm_scope_zeros(&work, n, sizeof *code);
    if (!code) return slm_fail_nomem(error);
    if (v->label >= 0) SLM_TRY(vote(v, encoding, cells, n, code, error));
    SLM_TRY(find_moved(v, adapted, n, code, places, error));
    for (int64_t i = 0; i < n; i++)
        if (adapted[i]) move(v, code[i], places + i * AXES);
    return SCILAMA_OK;
}

/* By the sample's ratios: what half of its adapted cells have. */
static scilama_status find_usual(slm_novel *v, const uint8_t *adapted, int64_t n, scilama_error *error)
{
    int64_t count = 0;
    SLM_SCOPE(work, v->joint.model->ctx);
    float *ratio = slm_scope_array(&work, n, sizeof *ratio);
    int32_t *order = slm_scope_array(&work, n, sizeof *order);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++)
        if (adapted[i]) ratio[count] = v->sparsity.ratio[i], order[count] = (int32_t)count, count++;
    slm_halve(ratio, order, 0, count, count / 2);
    v->usual = fmaxf(ratio[count / 2], 0);
    return SCILAMA_OK;
}

scilama_status slm_novel_begin(slm_novel *v, slm_encoding *encoding, scilama_error *error)
{
    scilama_model *model = encoding->model;
    scilama_context *ctx = model->ctx;
    int64_t m = encoding->design->cells, n = slm_thinned_count(m);
    *v = (slm_novel){ .joint = { .model = model }, .label = -1 };
    SLM_SCOPE(work, ctx);
    int64_t *cells = slm_scope_array(&work, n, sizeof *cells);
    float *places = slm_scope_array(&work, n, AXES * sizeof *places);
    uint8_t *adapted;
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) cells[i] = slm_thinned(m, i);
    SLM_TRY(slm_joint_begin(&v->joint, model, encoding->design, cells, n, error));
    SLM_TRY(slm_joint_places(&v->joint, cells, n, places, error));
    SLM_TRY(find_adapted(&work, v, cells, 0, n, &adapted, error));
    SLM_TRY(adjust(v, encoding, cells, adapted, n, places, error));
    slm_scope_keep(&work, places); /* the sparsity's, whatever comes of it */
    SLM_TRY(slm_sparsity_create(ctx, &v->sparsity, v->joint.reference, slm_thinned_count(model->reference->cells), AXES, places, m, error));
    return v->moved ? find_usual(v, adapted, n, error) : SCILAMA_OK;
}

scilama_status slm_novel_measure(const slm_novel *v, int64_t first, int64_t n, const int32_t *code, float *places, float *novelty, scilama_error *error)
{
    SLM_SCOPE(work, v->joint.model->ctx);
    uint8_t *adapted = NULL;
    if (v->moved) SLM_TRY(find_adapted(&work, v, NULL, first, n, &adapted, error));
    for (int64_t i = 0; i < n && v->moved; i++)
        if (adapted[i]) move(v, code ? code[i] : 0, places + i * AXES);
    SLM_TRY(slm_sparsity_measure(v->joint.model->ctx, &v->sparsity, places, first, n, novelty, error));
    for (int64_t i = 0; i < n && v->moved && v->usual > 0; i++)
        if (adapted[i]) novelty[i] -= v->usual;
    return SCILAMA_OK;
}

void slm_novel_end(slm_novel *v)
{
    if (!v->joint.model) return;
    slm_sparsity_free(v->joint.model->ctx, &v->sparsity);
    slm_free(v->joint.model->ctx, v->moved);
    slm_joint_end(&v->joint);
}

/* Of all m cells of a query, NOVEL at a time. */
static scilama_status measure_all(const slm_novel *v, slm_encoding *encoding, int64_t m, float *novelty, scilama_error *error)
{
    enum { NOVEL = 8192 };
    int64_t *cells;
    SLM_SCOPE(work, v->joint.model->ctx);
    float *places = slm_scope_array(&work, NOVEL, AXES * sizeof *places);
    int32_t *code = slm_scope_zeros(&work, NOVEL, sizeof *code);
    cells = slm_scope_array(&work, NOVEL, sizeof *cells);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t first = 0; first < m; first += NOVEL) {
        int64_t n = m - first < NOVEL ? m - first : NOVEL;
        for (int64_t i = 0; i < n; i++) cells[i] = first + i;
        SLM_TRY(slm_joint_places(&v->joint, cells, n, places, error));
        if (v->moved && v->label >= 0) SLM_TRY(vote(v, encoding, cells, n, code, error));
        SLM_TRY(slm_novel_measure(v, first, n, code, places, novelty + first, error));
    }
    return SCILAMA_OK;
}

scilama_status scilama_model_novelty(scilama_model *model, scilama_dataset *dataset, float *novelty, scilama_error *error)
{
    REQUIRE(model, dataset, novelty);
    const slm_reference *r = model->reference;
    if (!r || !r->scores || !model->factors.genes)
        return slm_fail(error, SCILAMA_E_STATE, "the model's reference is not described: fit again with --reference (scilama_model_describe_reference)");
    if (!slm_novel_possible(model, dataset->cells))
        return slm_fail(error, SCILAMA_E_INVALID, "%lld reference cells, %lld of the query: densities need 10 of each", (long long)r->cells, (long long)dataset->cells);
    slm_encoding encoding = { 0 };
    slm_novel v = { .joint = { .model = NULL } };
    ENTER(status, model);
    if (!status) status = slm_encoding_begin(&encoding, model, dataset, 1, error);
    if (!status) status = slm_novel_begin(&v, &encoding, error);
    if (!status) status = measure_all(&v, &encoding, dataset->cells, novelty, error);
    slm_novel_end(&v);
    if (encoding.model) slm_encoding_end(&encoding);
    return status;
}
