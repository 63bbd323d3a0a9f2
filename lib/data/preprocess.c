/* SPDX-License-Identifier: MIT */
#include "data/dataset.h"
#include "data/gene_stats.h"
#include "data/hvg.h"
#include "data/reliability.h"

/* Fits a recipe: what the values are, which cells and genes stay, which vary, mean and deviation. Nothing of the data set changes
 * before all of it has succeeded (commit()). */

static const char *input_name(int32_t input)
{
    static const char *const names[] = { "auto", "counts", "expression", "logged", "scaled" };
    return names[input];
}

/* Decides what the values are; reason says why in one sentence. */
static scilama_status detect(const scilama_dataset *d, int32_t wanted, int32_t *input, char *reason, size_t size, scilama_error *error)
{
    slm_value_range r = slm_dataset_range(d);
    char low[32], high[32];
    slm_format_double(low, sizeof low, round((double)r.min * 1000) / 1000);
    slm_format_double(high, sizeof high, round((double)r.max * 1000) / 1000);
    *input = wanted;
    if (wanted != SCILAMA_INPUT_AUTO) {
        if (r.min < 0 && wanted != SCILAMA_INPUT_SCALED)
            return slm_fail(error, SCILAMA_E_INVALID, "gene '%s' is %s in cell '%s': input=%s needs values that are not negative",
                            slm_string(&d->gene_names, r.gene), low, SLM_CELL(d, r.cell), input_name(wanted));
        snprintf(reason, size, "set by the caller (%s)", input_name(wanted));
        if (wanted == SCILAMA_INPUT_COUNTS && !r.integer)
            slm_log(d->ctx, SCILAMA_LOG_WARNING, "the values are taken as counts as asked, but not all are integers");
        return SCILAMA_OK;
    }
    *input = slm_range_input(&r);
    if (*input == SCILAMA_INPUT_SCALED) snprintf(reason, size, "there are negative values (down to %s), so it is taken as scaled already", low);
    else if (*input == SCILAMA_INPUT_COUNTS) snprintf(reason, size, "all values are non-negative integers (up to %s), so they are taken as counts", high);
    else if (*input == SCILAMA_INPUT_LOGGED) snprintf(reason, size, "values are non-negative, not integers and below %d (up to %s), so they are taken as logged", SLM_LOGGED_BELOW, high);
    else snprintf(reason, size, "values are non-negative, not integers and large (up to %s), so they are taken as expression not yet logged", high);
    return SCILAMA_OK;
}

/* The recipe with every AUTO decided. */
static scilama_status resolve(scilama_preprocess_options *o, int32_t input, scilama_error *error)
{
    bool raw = input == SCILAMA_INPUT_COUNTS || input == SCILAMA_INPUT_EXPRESSION, scaled = input == SCILAMA_INPUT_SCALED;
    o->input = input;
    if (o->normalize == SCILAMA_AUTO) o->normalize = raw;
    if (o->log1p == SCILAMA_AUTO) o->log1p = raw;
    if (o->scale == SCILAMA_AUTO) o->scale = !scaled;
    if (o->min_cells < 0) o->min_cells = raw ? 3 : 0;
    if (o->hvg == SCILAMA_HVG_AUTO)
        o->hvg = scaled ? SCILAMA_HVG_NONE : input == SCILAMA_INPUT_COUNTS ? SCILAMA_HVG_SEURAT_V3 : SCILAMA_HVG_SEURAT;
    if (scaled && (o->normalize || o->log1p || o->hvg))
        return slm_fail(error, SCILAMA_E_INVALID, "scaled values cannot be %s: switch it off, or pass counts",
                        o->normalize ? "normalised" : o->log1p ? "log-transformed" : "searched for highly variable genes");
    if (input == SCILAMA_INPUT_LOGGED && o->hvg == SCILAMA_HVG_SEURAT_V3)
        return slm_fail(error, SCILAMA_E_INVALID, "hvg=seurat_v3 needs counts, but the values are logged: use hvg=seurat");
    if (scaled) o->min_cells = o->min_genes = 0; /* a zero means nothing there */
    return SCILAMA_OK;
}

static int64_t detected_genes(const scilama_dataset *d, int64_t cell)
{
    if (d->source) return d->source->detected[cell];
    const slm_rows rows = slm_dataset_rows(d);
    const slm_cell c = slm_row_at(&rows, cell);
    int64_t found = 0;
    for (int64_t i = 0; i < c.count; i++) found += c.x[i] > 0;
    return found;
}

/* Everything that a run needs and that goes with it. */
typedef struct run {
    scilama_dataset *d;
    scilama_preprocess_options o;
    scilama_preprocess_report r;
    int8_t *split, *old_split;
    int64_t *cells, *used;    /* training cells; genes of the model */
    int64_t n, count;
    double *numbers;          /* [3 × genes]: sums; later mean and std */
    double *factor;           /* [cells] */
    const slm_column *batch;  /* genes vary within its categories; NULL = within all */
    double *reliability;      /* [genes]; NULL: not counts */
    float *share;             /* [genes] of all counts of the training cells; NULL: not normalised */
    unsigned char *eligible, *candidate, *selected;
    char *batch_key;
    slm_recipe *recipe;
    slm_design *design;
} run;

static scilama_status reserve(run *x, scilama_error *error)
{
    scilama_dataset *d = x->d;
    scilama_context *ctx = d->ctx;
    x->split = slm_alloc_array(ctx, d->cells, sizeof *x->split);
    x->cells = slm_alloc_array(ctx, d->cells, sizeof *x->cells);
    x->used = slm_alloc_array(ctx, d->genes, sizeof *x->used);
    x->numbers = slm_alloc_array(ctx, d->genes, 3 * sizeof *x->numbers);
    x->eligible = slm_alloc_array_zero(ctx, d->genes, 3);
    if (x->o.batch_key && !(x->batch_key = slm_strdup(ctx, x->o.batch_key))) return slm_fail_nomem(error);
    if (!x->split || !x->cells || !x->used || !x->numbers || !x->eligible) return slm_fail_nomem(error);
    x->candidate = x->eligible + d->genes;
    x->selected = x->candidate + d->genes;
    return SCILAMA_OK;
}

/* Cells without any count are like one another and nothing else. Scaled data have no counts. */
static void note_empty(run *x)
{
    const scilama_dataset *d = x->d;
    char names[SLM_SOME_BYTES] = "";
    int64_t empty = 0;
    if (x->o.input == SCILAMA_INPUT_SCALED) return;
    for (int64_t i = 0; i < d->cells; i++) {
        bool fits = x->split[i] == SCILAMA_SPLIT_TRAIN || x->split[i] == SCILAMA_SPLIT_VALIDATION;
        if (!fits || detected_genes(d, i)) continue;
        if (empty < 4) slm_name_some(names, empty, SLM_CELL(d, i));
        empty++;
    }
    if (empty)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "%" PRId64 " of %" PRId64 " cells have no count in any gene (%s): a fit with min_genes of 1 leaves them out", empty, d->cells, names);
}

/* Cells with too few genes leave training and validation. */
static scilama_status filter_cells(run *x, scilama_error *error)
{
    scilama_dataset *d = x->d;
    for (int64_t i = 0; i < d->cells; i++) {
        x->split[i] = d->chosen_split ? d->chosen_split[i] : SCILAMA_SPLIT_TRAIN;
        bool fits = x->split[i] == SCILAMA_SPLIT_TRAIN || x->split[i] == SCILAMA_SPLIT_VALIDATION;
        if (fits && x->o.min_genes > 0 && detected_genes(d, i) < x->o.min_genes) {
            x->split[i] = SCILAMA_SPLIT_EXCLUDED;
            x->r.cells_excluded++;
        }
        if (x->split[i] == SCILAMA_SPLIT_TRAIN) x->cells[x->n++] = i;
    }
    if (x->n) {
        note_empty(x);
        return SCILAMA_OK;
    }
    if (x->r.cells_excluded)
        return slm_fail(error, SCILAMA_E_STATE, "no training cell has %" PRId64 " detected genes: lower min_genes", x->o.min_genes);
    return slm_fail(error, SCILAMA_E_STATE, "there are no training cells: set the split first");
}

static scilama_status filter_genes(run *x, scilama_error *error)
{
    scilama_dataset *d = x->d;
    double *detected = x->numbers;
    if (x->o.min_cells > 0) {
        slm_gene_sums s = { .cells = x->cells, .n = x->n, .value = SLM_STATS_RAW, .detected = detected,
                            .sum = x->numbers + d->genes, .square = x->numbers + 2 * d->genes };
        SLM_TRY(slm_gene_sum(d, &s, error));
    }
    for (int64_t g = 0; g < d->genes; g++) {
        x->eligible[g] = x->o.min_cells <= 0 || detected[g] >= (double)x->o.min_cells;
        x->candidate[g] = x->eligible[g] && slm_dataset_gene_known(d, g);
        x->r.genes_filtered += !x->eligible[g];
        x->r.genes_unmatched += x->eligible[g] && !x->candidate[g];
    }
    return SCILAMA_OK;
}

/* What part of all counts each gene has, for cells measured on some of the genes. */
static scilama_status take_shares(run *x, scilama_error *error)
{
    scilama_dataset *d = x->d;
    double all = 0, *sum = x->numbers + d->genes;
    if (!x->o.normalize) return SCILAMA_OK;
    if (x->o.min_cells <= 0) { /* filter_genes did not need the sums */
        slm_gene_sums s = { .cells = x->cells, .n = x->n, .value = SLM_STATS_RAW, .sum = sum, .square = x->numbers + 2 * d->genes };
        SLM_TRY(slm_gene_sum(d, &s, error));
    }
    if (!(x->share = slm_alloc_array(d->ctx, d->genes, sizeof *x->share))) return slm_fail_nomem(error);
    for (int64_t g = 0; g < d->genes; g++) all += sum[g];
    for (int64_t g = 0; g < d->genes; g++) x->share[g] = all > 0 ? (float)(sum[g] / all) : 0;
    return SCILAMA_OK;
}

static scilama_status keep_shares(run *x, scilama_error *error)
{
    if (!x->share) return SCILAMA_OK;
    SLM_TRY(slm_strings_clone(x->d->ctx, &x->recipe->sized, &x->d->gene_names, error));
    x->recipe->share = x->share;
    x->share = NULL;
    return SCILAMA_OK;
}

/* Ranks within a batch of a few cells are noise, and every batch costs two passes over the data. */
static bool few_large_batches(const slm_column *batch, int64_t cells)
{
    enum { MOST = 20, CELLS = 50 };
    int64_t batches = batch->categories.count;
    return batches > 1 && batches <= MOST && cells >= CELLS * batches;
}

/* Of counts alone can it be told what of a gene's variance is noise of counting. */
static bool tells_noise(const run *x)
{
    return x->o.scale && x->o.scale_shrink > 0 && x->o.input == SCILAMA_INPUT_COUNTS && x->o.normalize && x->o.log1p && slm_dataset_range(x->d).integer;
}

static scilama_status find_batches(run *x, scilama_error *error)
{
    if (x->o.hvg_by_batch == SCILAMA_OFF || !x->o.batch_key || (x->o.hvg == SCILAMA_HVG_NONE && !tells_noise(x))) return SCILAMA_OK;
    const slm_column *batch = slm_dataset_column(x->d, x->o.batch_key);
    if (!batch) return slm_dataset_no_column(x->d, x->o.batch_key, " for batch_key", error);
    if (batch->kind != SCILAMA_COLUMN_CATEGORICAL)
        return slm_fail(error, SCILAMA_E_INVALID, "batch_key '%s' is numeric: it must be categorical", x->o.batch_key);
    if (x->o.hvg_by_batch == SCILAMA_ON || few_large_batches(batch, x->n)) x->batch = batch;
    return SCILAMA_OK;
}

static scilama_status find_reliability(run *x, scilama_error *error)
{
    if (!tells_noise(x)) return SCILAMA_OK;
    if (!(x->reliability = slm_alloc_array(x->d->ctx, x->d->genes, sizeof *x->reliability))) return slm_fail_nomem(error);
    const slm_halves h = { .cells = x->cells, .n = x->n, .batch = x->batch, .wanted = x->selected, .target = x->o.target_sum, .reliability = x->reliability };
    return slm_gene_reliability(x->d, &h, error);
}

static scilama_status select_genes(run *x, scilama_error *error)
{
    scilama_dataset *d = x->d;
    slm_hvg h = { .flavour = x->o.hvg, .value = SLM_STATS_RAW, .cells = x->cells, .n = x->n,
                  .batch = x->batch, .eligible = x->eligible, .candidate = x->candidate, .top = x->o.n_top_genes };
    if (x->o.min_cells > 0) { /* filter_genes took them */
        h.sum = x->numbers + d->genes;
        h.square = x->numbers + 2 * d->genes;
    }
    memcpy(x->selected, x->candidate, (size_t)d->genes);
    if (x->o.hvg == SCILAMA_HVG_NONE) return SCILAMA_OK;
    if (x->o.hvg == SCILAMA_HVG_SEURAT && x->o.input == SCILAMA_INPUT_LOGGED && !x->o.normalize && !x->o.log1p) h.value = SLM_STATS_EXPM1;
    if (x->o.hvg == SCILAMA_HVG_SEURAT && x->o.normalize) {
        if (!(x->factor = slm_alloc_array(d->ctx, d->cells, sizeof *x->factor))) return slm_fail_nomem(error);
        for (int64_t i = 0; i < x->n; i++) x->factor[x->cells[i]] = slm_size_factor(d, x->cells[i], x->o.target_sum);
        h.value = SLM_STATS_FACTOR;
        h.factor = x->factor;
    }
    return slm_hvg_select(d, &h, x->selected, error);
}

static bool varies(double std) { return std < 1 || std > 1; } /* 1 stands for none */

/* What is left of a variance of 1. First k / (k + K), k = (Σx)² / Σx² the cells that the gene is seen in: divided by s alone, a gene that
 * few cells show stands there √(n / k) high, and the fewer and shallower cells are the more of their axes are such accidents. With many
 * cells of a gene nothing changes. */
static double left_of(double mean, double std, double n, double shrink)
{
    double k = n * mean * (n * mean) / (n * mean * mean + (n - 1) * std * std);
    return k > 1 ? k / (k + shrink) : 1 / (1 + shrink);
}

/* Then R^p, R the part of the variance that is not noise of counting, or the error that it is known to; p from 0 where the mean R is a
 * quarter and more to ½ where it is 0.15: deep data tell their genes apart by the axes, in shallow ones so much noise is in the way. */
static double noise_power(const run *x, double mean)
{
    double part = (0.25 - mean) / 0.1;
    return x->reliability && part > 0 ? 0.5 * (part < 1 ? part : 1) : 0;
}

static scilama_status fit_scale(run *x, scilama_error *error)
{
    scilama_context *ctx = x->d->ctx;
    slm_recipe *recipe = x->recipe;
    int64_t genes = recipe->genes.count;
    double *mean = x->numbers, *std = x->numbers + genes;
    slm_design *open;
    SLM_TRY(slm_design_open(x->design, false, &open, error));
    scilama_status status = slm_design_moments(open, x->cells, x->n, mean, std, error);
    slm_design_release(open);
    if (status) return status;
    /* where zero is not "not seen" there is nothing to count */
    double shrink = x->o.input == SCILAMA_INPUT_SCALED ? 0 : x->o.scale_shrink, left = 0;
    int64_t vary = 0;
    SLM_SCOPE(scope, ctx);
    double *part = slm_scope_array(&scope, genes, sizeof *part), reliable = 0;
    if (scope.failed) return slm_fail_nomem(error);
    for (int64_t g = 0; g < genes && x->reliability; g++)
        if (varies(std[g])) vary++, reliable += x->reliability[x->used[g]];
    reliable /= vary ? (double)vary : 1;
    vary = 0;
    double power = noise_power(x, reliable), least = slm_reliability_error(x->n);
    for (int64_t g = 0; g < genes; g++) {
        part[g] = left_of(mean[g], std[g], (double)x->n, shrink);
        if (power > 0) part[g] *= pow(fmax(x->reliability[x->used[g]], least), power);
        if (varies(std[g])) vary++, left += part[g];
    }
    if (!vary) slm_log(ctx, SCILAMA_LOG_WARNING, "none of the %" PRId64 " genes in use varies over the %" PRId64 " training cells: there is nothing to learn from", genes, x->n);
    bool shrunk = shrink > 0 && vary;
    recipe->mean = slm_alloc_array(ctx, genes, sizeof *recipe->mean);
    recipe->inv_std = slm_alloc_array(ctx, genes, sizeof *recipe->inv_std);
    recipe->std = shrunk ? slm_alloc_array(ctx, genes, sizeof *recipe->std) : NULL;
    if (!recipe->mean || !recipe->inv_std || (shrunk && !recipe->std)) return slm_fail_nomem(error);
    for (int64_t g = 0; g < genes; g++) {
        recipe->mean[g] = (float)mean[g];
        recipe->inv_std[g] = (float)((shrunk && varies(std[g]) ? sqrt(part[g] * (double)vary / left) : 1) / std[g]);
        if (shrunk) recipe->std[g] = (float)std[g];
    }
    if (x->reliability) x->r.reliability = reliable;
    recipe->scaled = 1;
    recipe->scale_shrink = shrunk ? shrink : 0;
    return slm_design_set_scaling(x->design, recipe, error);
}

static scilama_status build(run *x, scilama_error *error)
{
    scilama_dataset *d = x->d;
    for (int64_t g = 0; g < d->genes; g++)
        if (x->selected[g]) x->used[x->count++] = g;
    if (!x->count)
        return slm_fail(error, SCILAMA_E_NOTFOUND, "no gene is left: %" PRId64 " were dropped by min_cells (found in fewer than %" PRId64 " of %" PRId64 " training cells), %" PRId64 " lack a gene vector",
                        x->r.genes_filtered, x->o.min_cells, x->n, x->r.genes_unmatched);
    scilama_status status = slm_recipe_create(&x->recipe, d, x->used, x->count, error);
    if (status) return status;
    x->recipe->input = x->o.input;
    x->recipe->normalized = x->o.normalize;
    x->recipe->logged = x->o.log1p;
    x->recipe->hvg = x->o.hvg;
    x->recipe->target_sum = x->o.target_sum;
    x->recipe->max_value = x->o.max_value;
    memcpy(x->recipe->reason, x->r.reason, sizeof x->recipe->reason);
    if ((status = keep_shares(x, error)) || (status = slm_recipe_design(x->recipe, d, x->used, 0, NULL, false, &x->design, error)) ||
        (status = slm_design_split(x->design, d, error))) return status;
    return x->o.scale ? fit_scale(x, error) : SCILAMA_OK;
}

static void report(run *x)
{
    static const char *const flavours[] = { "none", "seurat", "seurat_v3" };
    scilama_preprocess_report *r = &x->r;
    r->input = x->o.input;
    r->normalized = x->o.normalize;
    r->logged = x->o.log1p;
    r->hvg = x->o.hvg;
    r->scaled = x->o.scale;
    r->cells_total = x->d->cells;
    r->genes_total = x->d->genes;
    r->genes_used = x->count;
    slm_log(x->d->ctx, SCILAMA_LOG_INFO, "input: %s: %s", input_name(r->input), r->reason);
    slm_log(x->d->ctx, SCILAMA_LOG_INFO,
            "recipe: %s, %s, highly variable genes: %s, %s; %" PRId64 " of %" PRId64 " genes in use (%" PRId64 " in too few cells, %" PRId64 " without a vector); "
            "%" PRId64 " of %" PRId64 " cells excluded",
            r->normalized ? "size factors" : "no size factors", r->logged ? "log1p" : "no log", flavours[r->hvg], r->scaled ? "scaled" : "not scaled",
            r->genes_used, r->genes_total, r->genes_filtered, r->genes_unmatched, r->cells_excluded, r->cells_total);
    if (x->reliability)
        slm_log(x->d->ctx, SCILAMA_LOG_INFO, "of a gene's variance %.0f %% is more than noise of counting, on the mean of those in use", 100 * r->reliability);
}

/* The result replaces what the dataset had; cannot fail. */
static void commit(run *x, const scilama_preprocess_options *given)
{
    scilama_dataset *d = x->d;
    scilama_preprocess_options kept = *given; /* may lie in d */
    slm_dataset_stale(d);
    slm_free(d->ctx, d->batch_key);
    d->options = kept;
    d->options.batch_key = d->batch_key = x->batch_key;
    d->preprocessed = true;
    d->recipe = x->recipe;
    d->design = x->design;
    d->used = x->used;
    x->batch_key = NULL;
    x->recipe = NULL;
    x->design = NULL;
    x->used = NULL;
}

scilama_status slm_dataset_preprocess(scilama_dataset *d, const scilama_preprocess_options *options,
                                      scilama_preprocess_report *out, scilama_error *error)
{
    scilama_context *ctx = d->ctx;
    run x = { .d = d, .o = *options, .r.reliability = NAN };
    int32_t input;
    SLM_TRY(slm_dataset_need_matrix(d, error));
    if (d->source) SLM_TRY(slm_source_count(d->source, error));
    scilama_status status = reserve(&x, error);
    x.old_split = d->split;
    if (status || (status = detect(d, x.o.input, &input, x.r.reason, sizeof x.r.reason, error)) ||
        (status = resolve(&x.o, input, error)) || (status = filter_cells(&x, error))) goto done;
    d->split = x.split; /* what follows fits on the cells that stay */
    scilama_status (*const phases[])(run *, scilama_error *) = { filter_genes, take_shares, find_batches, select_genes, find_reliability, build };
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        if (slm_cancelled(ctx)) status = slm_fail_cancelled(error);
        if (status || (status = phases[i](&x, error))) goto done;
    }
    report(&x);
    commit(&x, options);
    x.split = x.old_split;
    x.old_split = d->split;
    if (out) *out = x.r;
done:
    d->split = x.old_split;
    slm_free_all(ctx, x.split, x.cells, x.used, x.numbers, x.factor, x.reliability, x.share, x.eligible, x.batch_key);
    slm_recipe_release(x.recipe);
    slm_design_release(x.design);
    return status;
}
