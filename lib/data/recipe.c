/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "data/dataset.h"
#include "data/gene_stats.h"

/* A recipe's life, and the designs that it builds: one pass over the cells selects genes, in the model's order, and
 * normalises, logs and scales them by the arithmetic of prepare.h. Dense and compressed matrices are built at once,
 * streamed ones by windows, all with the same bits. */

slm_recipe *slm_recipe_new(scilama_context *ctx)
{
    slm_recipe *recipe = slm_alloc_zero(ctx, sizeof *recipe);
    if (!recipe) return NULL;
    recipe->ctx = slm_context_retain(ctx);
    atomic_store(&recipe->refs, 1);
    recipe->number = (int64_t)atomic_fetch_add(&ctx->recipes, 1) + 1;
    return recipe;
}

SLM_RETAIN(slm_recipe_retain, slm_recipe)

void slm_recipe_release(slm_recipe *recipe)
{
    if (!recipe || atomic_fetch_sub(&recipe->refs, 1) != 1) return;
    scilama_context *ctx = recipe->ctx;
    slm_strings_free_all(ctx, &recipe->genes, &recipe->sized);
    slm_free_all(ctx, recipe->share, recipe->mean, recipe->inv_std, recipe->std);
    for (int64_t i = 0; i < recipe->n_covariates; i++) {
        slm_free(ctx, recipe->covariates[i].name);
        slm_strings_free(ctx, &recipe->covariates[i].categories);
    }
    slm_free_all(ctx, recipe->covariates, recipe);
    slm_context_release(ctx);
}

scilama_status slm_recipe_create(slm_recipe **out, const scilama_dataset *d, int64_t *genes, int64_t count, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    slm_strings names = { 0 };
    int64_t *order = NULL;
    slm_recipe *recipe = slm_recipe_new(ctx);
    if (!recipe) return slm_fail_nomem(error);
    recipe->genes_sized = d->genes;
    recipe->first_duplicate = d->first_duplicate;
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
    slm_preparation how;
    const int64_t *columns;  /* [genes] */
    float *dense;            /* [cells × genes] */
    const int64_t *indptr;
    int32_t *indices;
    float *data;
    uint64_t *present;       /* [threads × words]: genes of the row at hand */
    float *row;              /* [threads × genes] */
} builder;

static double size_factor(const builder *b, int64_t cell)
{
    if (b->how.factor) return b->how.factor[cell];
    return b->how.normalized ? slm_size_factor(b->d, cell, b->how.target_sum) : 1;
}

enum { CELLS = 32 }; /* cells of a task */

static void build_dense(void *arg, int64_t task, int worker)
{
    const builder *b = arg;
    SLM_FOR_TILE (c, task, CELLS, b->d->cells) {
        const float *row = b->d->values + c * b->d->ld;
        double factor = size_factor(b, c);
        for (int64_t g = 0; g < b->how.genes; g++)
            b->dense[c * b->how.genes + g] = b->columns[g] < 0 ? 0 : slm_transformed(&b->how, factor, row[b->columns[g]]);
    }
}

static void build_csr(void *arg, int64_t task, int worker)
{
    const builder *b = arg;
    SLM_FOR_TILE (c, task, CELLS, b->d->cells) {
        int64_t first = b->d->indptr[c], at = b->indptr[c];
        slm_prepare_row(&b->how, size_factor(b, c), b->d->indices + first, b->d->values + first, b->d->indptr[c + 1] - first,
                        b->present + worker * b->how.words, b->row + worker * b->how.genes, b->indices + at, b->data + at, NULL);
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
    bool all = true, identity = b->how.genes == d->genes;
    for (int64_t g = 0; g < b->how.genes; g++) {
        all = all && b->columns[g] >= 0;
        identity = identity && b->columns[g] == g;
    }
    design->storage = SLM_DESIGN_DENSE;
    if (all && !b->how.normalized && !b->how.logged) {
        int64_t *column = identity ? NULL : own(design, slm_alloc_array(d->ctx, b->how.genes, sizeof *column));
        if (!identity && !column) return slm_fail_nomem(error);
        if (column) memcpy(column, b->columns, (size_t)b->how.genes * sizeof *column);
        design->column = column;
        design->values = d->values;
        design->ld = d->ld;
        borrow_store(design, d);
        return SCILAMA_OK;
    }
    int64_t total;
    b->dense = slm_mul_size(d->cells, b->how.genes, &total) ? own(design, slm_alloc_array(d->ctx, total, sizeof *b->dense)) : NULL;
    if (!b->dense) return slm_fail_nomem(error);
    slm_parallel(d->ctx, slm_tiles(d->cells, CELLS), build_dense, b);
    design->values = b->dense;
    design->ld = b->how.genes;
    return SCILAMA_OK;
}

static void fill_place(const builder *b, int32_t *place)
{
    for (int64_t g = 0; g < b->d->genes; g++) place[g] = -1;
    for (int64_t g = 0; g < b->how.genes; g++)
        if (b->columns[g] >= 0) place[b->columns[g]] = (int32_t)g;
}

/* Nothing is read yet: windows prepare rows by the same arithmetic. */
static scilama_status fill_stream(slm_design *design, builder *b, scilama_error *error)
{
    int32_t *place = own(design, slm_alloc_array(b->d->ctx, b->d->genes, sizeof *place));
    if (!place) return slm_fail_nomem(error);
    fill_place(b, place);
    design->storage = SLM_DESIGN_STREAM;
    design->source = slm_source_retain(b->d->source);
    design->how = b->how;
    design->how.place = place;
    return SCILAMA_OK;
}

static scilama_status fill_csr(slm_design *design, builder *b, scilama_error *error)
{
    const scilama_dataset *d = b->d;
    scilama_context *ctx = d->ctx;
    bool identity = b->how.genes == d->genes && !b->how.normalized && !b->how.logged;
    for (int64_t g = 0; g < b->how.genes && identity; g++) identity = b->columns[g] == g;
    design->storage = SLM_DESIGN_CSR;
    if (identity) {
        design->indptr = d->indptr;
        design->indices = d->indices;
        design->data = d->values;
        borrow_store(design, d);
        return SCILAMA_OK;
    }
    SLM_SCOPE(work, ctx);
    int32_t *place = slm_scope_array(&work, d->genes, sizeof *place);
    int64_t *indptr = own(design, slm_alloc_array(ctx, d->cells + 1, sizeof *indptr));
    b->present = slm_scope_zeros(&work, ctx->threads * b->how.words, sizeof *b->present);
    b->row = slm_scope_array(&work, ctx->threads * b->how.genes, sizeof *b->row);
    if (!place || !indptr || !b->present || !b->row) return slm_fail_nomem(error);
    fill_place(b, place);
    b->how.place = place;
    indptr[0] = 0;
    for (int64_t c = 0; c < d->cells; c++)
        indptr[c + 1] = indptr[c] + slm_prepared_count(&b->how, d->indices + d->indptr[c], d->indptr[c + 1] - d->indptr[c]);
    b->indptr = indptr;
    b->indices = own(design, slm_alloc_array(ctx, indptr[d->cells], sizeof *b->indices));
    b->data = own(design, slm_alloc_array(ctx, indptr[d->cells], sizeof *b->data));
    if (!b->indices || !b->data) return slm_fail_nomem(error);
    slm_parallel(ctx, slm_tiles(d->cells, CELLS), build_csr, b);
    design->indptr = indptr;
    design->indices = b->indices;
    design->data = b->data;
    return SCILAMA_OK;
}

scilama_status slm_design_set_scaling(slm_design *design, const slm_recipe *recipe, scilama_error *error)
{
    int64_t genes = design->genes, wide = design->wide;
    float *block = own(design, slm_alloc_array(design->ctx, wide, 3 * sizeof *block));
    if (!block) return slm_fail_nomem(error);
    float *mean = block, *inv_std = block + wide, *zero = block + 2 * wide;
    design->clip = recipe->mean && recipe->max_value > 0 ? (float)recipe->max_value : 0;
    for (int64_t g = 0; g < wide; g++) {
        bool scaled = g < genes && recipe->mean;
        mean[g] = scaled ? recipe->mean[g] : 0;
        inv_std[g] = scaled ? recipe->inv_std[g] : 1;
    }
    design->mean = mean;
    design->inv_std = inv_std;
    design->zero = zero;
    slm_design_zero(design, zero);
    return SCILAMA_OK;
}

scilama_status slm_design_split(slm_design *design, const scilama_dataset *d, scilama_error *error)
{
    if (design->train) return SCILAMA_OK;
    int64_t *cells = own(design, slm_alloc_array(d->ctx, d->cells, sizeof *cells)), at = 0;
    if (!cells) return slm_fail_nomem(error);
    for (int64_t i = 0; i < d->cells; i++)
        if (slm_dataset_split_at(d, i) == SCILAMA_SPLIT_TRAIN) cells[at++] = i;
    design->train = cells;
    design->n_train = at;
    design->validation = cells + at;
    for (int64_t i = 0; i < d->cells; i++)
        if (slm_dataset_split_at(d, i) == SCILAMA_SPLIT_VALIDATION) cells[at++] = i;
    design->n_validation = at - design->n_train;
    return SCILAMA_OK;
}

static void encode_some(void *arg, int64_t first, int64_t n, const int32_t *codes, const double *numbers)
{
    slm_covariate_encode(arg, first, n, codes, numbers);
}

static scilama_status encode_covariates(slm_design *design, const slm_recipe *recipe, const scilama_dataset *d, bool stay, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    SLM_SCOPE(work, ctx);
    int64_t n = recipe->n_covariates, held = 0, categories = 0;
    const slm_column **column = slm_scope_array(&work, n, sizeof *column);
    if (!column) return slm_fail_nomem(error);
    for (int64_t k = 0; k < n; k++) {
        SLM_TRY(slm_covariate_column(&recipe->covariates[k], d, &column[k], error));
        held += !stay || !column[k]->line;
        categories += column[k]->categories.count;
    }
    slm_design_covariate *c = own(design, slm_alloc_array_zero(ctx, n, sizeof *c));
    int32_t *place = own(design, slm_alloc_array(ctx, categories, sizeof *place));
    char *values = own(design, slm_alloc_array(ctx, held, (size_t)d->cells * SLM_COVARIATE_BYTES));
    if (!c || !place || !values) return slm_fail_nomem(error);
    design->covariates = recipe->covariate_columns;
    design->n_covariates = n;
    design->covariate = c;
    for (int64_t k = 0; k < n; k++) {
        const slm_covariate_encoding *e = &recipe->covariates[k];
        bool raw = e->kind == SCILAMA_COVARIATE_RAW;
        c[k] = (slm_design_covariate){ .first = e->first, .width = e->width, .mean = raw ? 0 : e->mean, .std = raw ? 1 : e->std, .line = column[k]->line };
        if (e->kind == SCILAMA_COVARIATE_CATEGORICAL) {
            SLM_TRY(slm_covariate_place(e, column[k], ctx, place, error));
            c[k].place = place;
            place += column[k]->categories.count;
        }
        if (stay && c[k].line) continue;
        slm_covariate_hold(&c[k], values, 0, d->cells);
        c[k].line = 0;
        values += (size_t)d->cells * SLM_COVARIATE_BYTES;
        SLM_TRY(slm_column_scan(d, column[k], encode_some, &c[k], error));
    }
    return SCILAMA_OK;
}

scilama_status slm_recipe_design(slm_recipe *recipe, scilama_dataset *d, const int64_t *columns, int64_t others, const slm_sizes *sizes, bool stay,
                                 slm_design **out, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    slm_design *design = slm_alloc_zero(ctx, sizeof *design);
    if (!design) return slm_fail_nomem(error);
    design->ctx = slm_context_retain(ctx);
    atomic_store(&design->refs, 1);
    design->cells = d->cells;
    design->genes = recipe->genes.count;
    design->wide = design->genes + others;
    const slm_sizes by_total = { 0 };
    if (!sizes) sizes = &by_total;
    builder b = { .d = d, .columns = columns,
                  .how = { .genes = design->wide, .words = slm_tiles(design->wide, 64), .normalized = recipe->normalized != 0,
                           .logged = recipe->logged != 0, .target_sum = recipe->target_sum, .factor = sizes->factor,
                           .shared = sizes->shared, .shared_sum = sizes->sum } };
    scilama_status status = d->source ? fill_stream(design, &b, error)
                          : d->storage == SCILAMA_STORAGE_DENSE ? fill_dense(design, &b, error) : fill_csr(design, &b, error);
    if (status || ((recipe->mean || others) && (status = slm_design_set_scaling(design, recipe, error)))) goto done;
    if ((status = encode_covariates(design, recipe, d, stay, error))) goto done;
    own(design, sizes->factor);
    own(design, sizes->shared);
    *out = design;
    design = NULL;
done:
    slm_design_release(design);
    return status;
}

/* Genes in use when nothing was preprocessed: all that every modality knows. */
static scilama_status prepare_identity(scilama_dataset *d, scilama_error *error)
{
    slm_recipe *recipe = NULL;
    slm_design *design = NULL;
    SLM_TRY(slm_dataset_need_matrix(d, error));
    int64_t count = 0, *used = slm_alloc_array(d->ctx, d->genes, sizeof *used);
    if (!used) return slm_fail_nomem(error);
    for (int64_t g = 0; g < d->genes; g++)
        if (slm_dataset_gene_known(d, g)) used[count++] = g;
    scilama_status status = count ? slm_recipe_create(&recipe, d, used, count, error)
                                  : slm_fail(error, SCILAMA_E_NOTFOUND, "no gene of the data is in every gene table");
    if (status || (status = slm_recipe_design(recipe, d, used, 0, NULL, false, &design, error)) || (status = slm_design_split(design, d, error))) goto done;
    slm_dataset_stale(d);
    d->recipe = recipe;
    d->design = design;
    d->used = used;
    return SCILAMA_OK;
done:
    slm_recipe_release(recipe);
    slm_design_release(design);
    slm_free(d->ctx, used);
    return status;
}

bool slm_dataset_gene_known(const scilama_dataset *d, int64_t gene)
{
    for (int64_t m = 0; m < d->n_modalities; m++)
        if (d->modalities[m].row[gene] < 0 && d->modalities[m].missing == SCILAMA_MISSING_DROP) return false;
    return true;
}

bool slm_dataset_gene_paired(const scilama_dataset *d, int64_t gene)
{
    for (int64_t m = 0; m < d->n_modalities; m++)
        if (d->modalities[m].row[gene] >= 0 || d->modalities[m].missing == SCILAMA_MISSING_MEAN) return true;
    return false;
}

scilama_status slm_dataset_prepare(scilama_dataset *d, scilama_error *error)
{
    if (d->recipe && d->design) return SCILAMA_OK;
    if (d->preprocessed) return slm_dataset_preprocess(d, &d->options, NULL, error);
    return prepare_identity(d, error);
}
