/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "data/dataset.h"
#include "data/gene_stats.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

slm_recipe *slm_recipe_retain(slm_recipe *recipe)
{
    if (recipe) atomic_fetch_add(&recipe->refs, 1);
    return recipe;
}

void slm_recipe_release(slm_recipe *recipe)
{
    if (!recipe || atomic_fetch_sub(&recipe->refs, 1) != 1) return;
    scilama_context *ctx = recipe->ctx;
    slm_strings_free(ctx, &recipe->genes);
    slm_free(ctx, recipe->mean);
    slm_free(ctx, recipe->inv_std);
    for (int64_t i = 0; i < recipe->n_covariates; i++) {
        slm_free(ctx, recipe->covariates[i].name);
        slm_strings_free(ctx, &recipe->covariates[i].categories);
    }
    slm_free(ctx, recipe->covariates);
    slm_free(ctx, recipe);
    slm_context_release(ctx);
}

scilama_status slm_recipe_create(slm_recipe **out, const scilama_dataset *d, int64_t *genes, int64_t count, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    slm_strings names = { 0 };
    int64_t *order = NULL;
    slm_recipe *recipe = slm_alloc_zero(ctx, sizeof *recipe);
    if (!recipe) return slm_fail_nomem(error);
    recipe->ctx = slm_context_retain(ctx);
    atomic_store(&recipe->refs, 1);
    scilama_status status = slm_strings_take(ctx, &names, &d->gene_names, genes, count, error);
    if (status) goto done;
    if (d->named_genes) {
        if (!(order = slm_alloc_array(ctx, count, sizeof *order))) {
            status = slm_fail_nomem(error);
            goto done;
        }
        if ((status = slm_strings_order(ctx, &names, order, error)) ||
            (status = slm_strings_take(ctx, &recipe->genes, &names, order, count, error))) goto done;
        for (int64_t i = 0; i < count; i++) order[i] = genes[order[i]];
        memcpy(genes, order, (size_t)count * sizeof *genes);
    } else {
        recipe->genes = names;
        names = (slm_strings){ 0 };
    }
    if ((status = slm_covariates_fit(recipe, d, error))) goto done;
    *out = recipe;
    recipe = NULL;
done:
    slm_strings_free(ctx, &names);
    slm_free(ctx, order);
    slm_recipe_release(recipe);
    return status;
}

/* One pass over the cells that selects genes, in the model's order, and transforms. */
typedef struct builder {
    const scilama_dataset *d;
    const slm_recipe *recipe;
    const int64_t *columns;  /* [genes] */
    const int32_t *place;    /* [matrix genes]: model gene or -1 */
    int64_t genes, words;
    float *dense;            /* [cells × genes] */
    const int64_t *indptr;
    int32_t *indices;
    float *data;
    uint64_t *present;       /* [threads × words]: genes of the row at hand */
    float *row;              /* [threads × genes] */
} builder;

static double size_factor(const builder *b, int64_t cell)
{
    return b->recipe->normalized ? slm_size_factor(b->d, cell, b->recipe->target_sum) : 1;
}

static inline float transformed(const builder *b, double factor, float x)
{
    if (!b->recipe->normalized && !b->recipe->logged) return x;
    double v = (double)x * factor;
    return (float)(b->recipe->logged ? log1p(v) : v);
}

enum { CELLS = 32 }; /* cells of a task */

static void build_dense(void *arg, int64_t task, int worker)
{
    const builder *b = arg;
    for (int64_t c = task * CELLS; c < b->d->cells && c < (task + 1) * CELLS; c++) {
        const float *row = b->d->values + c * b->d->ld;
        double factor = size_factor(b, c);
        for (int64_t g = 0; g < b->genes; g++)
            b->dense[c * b->genes + g] = b->columns[g] < 0 ? 0 : transformed(b, factor, row[b->columns[g]]);
    }
}

static int lowest_bit(uint64_t word)
{
#if defined(__GNUC__)
    return __builtin_ctzll(word);
#else
    int bit = 0;
    while (!(word >> bit & 1)) bit++;
    return bit;
#endif
}

/* Genes of a row are marked in a bitmap and read back in ascending order. */
static void build_csr(void *arg, int64_t task, int worker)
{
    const builder *b = arg;
    uint64_t *present = b->present + worker * b->words;
    float *value = b->row + worker * b->genes;
    for (int64_t c = task * CELLS; c < b->d->cells && c < (task + 1) * CELLS; c++) {
        int64_t first = b->d->indptr[c], end = b->d->indptr[c + 1], at = b->indptr[c];
        double factor = size_factor(b, c);
        for (int64_t i = first; i < end; i++) {
            int32_t gene = b->place[b->d->indices[i]];
            if (gene < 0) continue;
            present[gene >> 6] |= UINT64_C(1) << (gene & 63);
            value[gene] = transformed(b, factor, b->d->values[i]);
        }
        for (int64_t w = 0; w < b->words; w++)
            for (; present[w]; present[w] &= present[w] - 1) {
                int64_t gene = w * 64 + lowest_bit(present[w]);
                b->indices[at] = (int32_t)gene;
                b->data[at++] = value[gene];
            }
    }
}

static void *own(slm_design *design, void *block)
{
    if (block) design->owned[design->n_owned++] = block;
    return block;
}

static void keep_release(void *keep) { slm_store_release(keep); }

static void borrow_store(slm_design *design, const scilama_dataset *d)
{
    design->keep = slm_store_retain(d->store);
    design->keep_release = keep_release;
}

static scilama_status fill_dense(slm_design *design, builder *b, scilama_error *error)
{
    const scilama_dataset *d = b->d;
    bool all = true, identity = b->genes == d->genes;
    for (int64_t g = 0; g < b->genes; g++) {
        all = all && b->columns[g] >= 0;
        identity = identity && b->columns[g] == g;
    }
    design->storage = SLM_DESIGN_DENSE;
    if (all && !b->recipe->normalized && !b->recipe->logged) {
        int64_t *column = identity ? NULL : own(design, slm_alloc_array(d->ctx, b->genes, sizeof *column));
        if (!identity && !column) return slm_fail_nomem(error);
        if (column) memcpy(column, b->columns, (size_t)b->genes * sizeof *column);
        design->column = column;
        design->values = d->values;
        design->ld = d->ld;
        borrow_store(design, d);
        return SCILAMA_OK;
    }
    int64_t total;
    b->dense = slm_mul_size(d->cells, b->genes, &total) ? own(design, slm_alloc_array(d->ctx, total, sizeof *b->dense)) : NULL;
    if (!b->dense) return slm_fail_nomem(error);
    slm_parallel(d->ctx, slm_tiles(d->cells, CELLS), build_dense, b);
    design->values = b->dense;
    design->ld = b->genes;
    return SCILAMA_OK;
}

static scilama_status fill_csr(slm_design *design, builder *b, scilama_error *error)
{
    const scilama_dataset *d = b->d;
    scilama_context *ctx = d->ctx;
    bool identity = b->genes == d->genes && !b->recipe->normalized && !b->recipe->logged;
    for (int64_t g = 0; g < b->genes && identity; g++) identity = b->columns[g] == g;
    design->storage = SLM_DESIGN_CSR;
    if (identity) {
        design->indptr = d->indptr;
        design->indices = d->indices;
        design->data = d->values;
        borrow_store(design, d);
        return SCILAMA_OK;
    }
    scilama_status status = SCILAMA_OK;
    int32_t *place = slm_alloc_array(ctx, d->genes, sizeof *place);
    int64_t *indptr = own(design, slm_alloc_array(ctx, d->cells + 1, sizeof *indptr));
    b->words = slm_tiles(b->genes, 64);
    b->present = slm_alloc_array_zero(ctx, ctx->threads * b->words, sizeof *b->present);
    b->row = slm_alloc_array(ctx, ctx->threads * b->genes, sizeof *b->row);
    if (!place || !indptr || !b->present || !b->row) {
        status = slm_fail_nomem(error);
        goto done;
    }
    for (int64_t g = 0; g < d->genes; g++) place[g] = -1;
    for (int64_t g = 0; g < b->genes; g++)
        if (b->columns[g] >= 0) place[b->columns[g]] = (int32_t)g;
    indptr[0] = 0;
    for (int64_t c = 0; c < d->cells; c++) {
        int64_t count = 0;
        for (int64_t i = d->indptr[c]; i < d->indptr[c + 1]; i++) count += place[d->indices[i]] >= 0;
        indptr[c + 1] = indptr[c] + count;
    }
    b->place = place;
    b->indptr = indptr;
    b->indices = own(design, slm_alloc_array(ctx, indptr[d->cells], sizeof *b->indices));
    b->data = own(design, slm_alloc_array(ctx, indptr[d->cells], sizeof *b->data));
    if (!b->indices || !b->data) {
        status = slm_fail_nomem(error);
        goto done;
    }
    slm_parallel(ctx, slm_tiles(d->cells, CELLS), build_csr, b);
    design->indptr = indptr;
    design->indices = b->indices;
    design->data = b->data;
done:
    slm_free(ctx, place);
    slm_free(ctx, b->present);
    slm_free(ctx, b->row);
    return status;
}

scilama_status slm_design_set_scaling(slm_design *design, const slm_recipe *recipe, scilama_error *error)
{
    int64_t genes = design->genes;
    float *block = own(design, slm_alloc_array(design->ctx, genes, 3 * sizeof *block));
    if (!block) return slm_fail_nomem(error);
    float *mean = block, *inv_std = block + genes, *zero = block + 2 * genes;
    design->clip = recipe->max_value > 0 ? (float)recipe->max_value : 0;
    memcpy(mean, recipe->mean, (size_t)genes * sizeof *mean);
    memcpy(inv_std, recipe->inv_std, (size_t)genes * sizeof *inv_std);
    design->mean = mean;
    design->inv_std = inv_std;
    design->zero = zero;
    slm_design_zero(design, zero);
    return SCILAMA_OK;
}

static scilama_status fill_splits(slm_design *design, const scilama_dataset *d, scilama_error *error)
{
    int64_t *cells = own(design, slm_alloc_array(d->ctx, d->cells, sizeof *cells)), at = 0;
    if (!cells) return slm_fail_nomem(error);
    for (int64_t i = 0; i < d->cells; i++)
        if (d->split[i] == SCILAMA_SPLIT_TRAIN) cells[at++] = i;
    design->train = cells;
    design->n_train = at;
    design->validation = cells + at;
    for (int64_t i = 0; i < d->cells; i++)
        if (d->split[i] == SCILAMA_SPLIT_VALIDATION) cells[at++] = i;
    design->n_validation = at - design->n_train;
    return SCILAMA_OK;
}

scilama_status slm_recipe_design(slm_recipe *recipe, scilama_dataset *d, const int64_t *columns, slm_design **out, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    slm_design *design = slm_alloc_zero(ctx, sizeof *design);
    if (!design) return slm_fail_nomem(error);
    design->ctx = slm_context_retain(ctx);
    atomic_store(&design->refs, 1);
    design->cells = d->cells;
    design->genes = recipe->genes.count;
    builder b = { .d = d, .recipe = recipe, .columns = columns, .genes = recipe->genes.count };
    scilama_status status = d->storage == SCILAMA_STORAGE_DENSE ? fill_dense(design, &b, error) : fill_csr(design, &b, error);
    if (status || (recipe->mean && (status = slm_design_set_scaling(design, recipe, error))) || (status = fill_splits(design, d, error))) goto done;
    design->covariates = recipe->covariate_columns;
    int64_t total;
    float *covariate = slm_mul_size(d->cells, design->covariates, &total) ? own(design, slm_alloc_array(ctx, total, sizeof *covariate)) : NULL;
    if (!covariate) {
        status = slm_fail_nomem(error);
        goto done;
    }
    if ((status = slm_covariates_encode(recipe, d, covariate, error))) goto done;
    design->covariate = covariate;
    *out = design;
    design = NULL;
done:
    slm_design_release(design);
    return status;
}

/* Values of another kind than the recipe was fitted on: log1p and size factors need
 * non-negative ones, and the rest deserves a word. */
static scilama_status check_values(const slm_recipe *recipe, const scilama_dataset *d, scilama_error *error)
{
    if (recipe->input == SCILAMA_INPUT_AUTO) return SCILAMA_OK; /* never preprocessed: taken as they are */
    slm_value_range r = slm_dataset_range(d);
    if (r.min < 0 && (recipe->normalized || recipe->logged))
        return slm_fail(error, SCILAMA_E_INVALID, "gene '%s' is negative in cell '%s': the model's recipe starts from counts or expression",
                        slm_string(&d->gene_names, r.gene), slm_string(&d->cell_names, r.cell));
    if (recipe->input == SCILAMA_INPUT_COUNTS && !r.integer)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "the model was trained on counts, but these values are not all integers");
    if (recipe->input == SCILAMA_INPUT_LOGGED && (r.min < 0 || (r.integer && r.max > 0)))
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "the model was trained on logged values, but these are %s", r.min < 0 ? "negative in places" : "all integers");
    return SCILAMA_OK;
}

scilama_status slm_recipe_apply(slm_recipe *recipe, scilama_dataset *d, bool allow_missing, slm_design **out, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    int64_t genes = recipe->genes.count, missing = 0, first = -1;
    slm_name_index index = { 0 };
    int64_t *columns = slm_alloc_array(ctx, genes, sizeof *columns);
    scilama_status status = columns ? slm_name_index_build(ctx, &index, &d->gene_names, error) : slm_fail_nomem(error);
    if (status) goto done;
    for (int64_t g = 0; g < genes; g++) {
        columns[g] = slm_name_index_find(&index, slm_string(&recipe->genes, g));
        if (columns[g] >= 0) continue;
        if (first < 0) first = g;
        missing++;
    }
    if (missing && (!allow_missing || missing == genes)) {
        status = slm_fail(error, SCILAMA_E_NOTFOUND, "%" PRId64 " of the model's %" PRId64 " genes are not in the data, the first is '%s'",
                          missing, genes, slm_string(&recipe->genes, first));
        goto done;
    }
    if (missing)
        slm_log(ctx, SCILAMA_LOG_WARNING, "%" PRId64 " of the model's %" PRId64 " genes are not in the data and read as zero, the first is '%s'",
                missing, genes, slm_string(&recipe->genes, first));
    if ((status = check_values(recipe, d, error))) goto done;
    status = slm_recipe_design(recipe, d, columns, out, error);
done:
    slm_name_index_free(ctx, &index);
    slm_free(ctx, columns);
    return status;
}

/* Genes in use when nothing was preprocessed: all that every modality knows. */
static scilama_status prepare_identity(scilama_dataset *d, scilama_error *error)
{
    slm_recipe *recipe = NULL;
    slm_design *design = NULL;
    int64_t count = 0, *used = slm_alloc_array(d->ctx, d->genes, sizeof *used);
    if (!used) return slm_fail_nomem(error);
    for (int64_t g = 0; g < d->genes; g++)
        if (slm_dataset_gene_known(d, g)) used[count++] = g;
    scilama_status status = count ? slm_recipe_create(&recipe, d, used, count, error)
        : slm_fail(error, SCILAMA_E_NOTFOUND, "no gene of the data is in every gene table");
    if (status || (status = slm_recipe_design(recipe, d, used, &design, error))) goto done;
    slm_dataset_stale(d);
    d->recipe = recipe;
    d->design = design;
    d->used = used;
    return SCILAMA_OK;
done:
    slm_recipe_release(recipe);
    slm_free(d->ctx, used);
    return status;
}

bool slm_dataset_gene_known(const scilama_dataset *d, int64_t gene)
{
    for (int64_t m = 0; m < d->n_modalities; m++)
        if (d->modalities[m].row[gene] < 0 && d->modalities[m].missing == SCILAMA_MISSING_DROP) return false;
    return true;
}

scilama_status slm_dataset_prepare(scilama_dataset *d, scilama_error *error)
{
    if (d->recipe && d->design) return SCILAMA_OK;
    if (d->preprocessed) return slm_dataset_preprocess(d, &d->options, NULL, error);
    return prepare_identity(d, error);
}
