/* SPDX-License-Identifier: MIT */
#include "core/sort.h"
#include "core/thread.h"
#include "data/dataset.h"
#include "data/gene_stats.h"

/* A fitted recipe on other data: what of the model is there, and what is not. */

/* Values of another kind than the recipe was fitted on: log1p and size factors need
 * non-negative ones, and the rest deserves a word. */
static scilama_status check_values(const slm_recipe *recipe, const scilama_dataset *d, scilama_error *error)
{
    if (recipe->input == SCILAMA_INPUT_AUTO) return SCILAMA_OK; /* never preprocessed: taken as they are */
    slm_value_range r = slm_dataset_range(d);
    if (r.min < 0 && (recipe->normalized || recipe->logged))
        return slm_fail(error, SCILAMA_E_INVALID, "gene '%s' is negative in cell '%s': the model's recipe starts from counts or expression",
                        slm_string(&d->gene_names, r.gene), SLM_CELL(d, r.cell));
    if (recipe->input == SCILAMA_INPUT_COUNTS && !r.integer)
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "the model was trained on counts, but these values are not all integers: give it the matrix that holds counts, a layer or raw");
    if (recipe->input == SCILAMA_INPUT_LOGGED && (r.min < 0 || (r.integer && r.max > 0)))
        slm_log(d->ctx, SCILAMA_LOG_WARNING, "the model was trained on logged values, but these are %s", r.min < 0 ? "negative in places" : "all integers");
    return SCILAMA_OK;
}

/* Without the genes' shares of all counts a cell's total is taken over all genes of the matrix. Where
 * the model was fitted on many genes beside its own and the data have hardly any, the same cell gets
 * another size factor. */
static void warn_of_sizes(const slm_recipe *recipe, scilama_dataset *d, int64_t missing)
{
    int64_t beside = recipe->genes_sized - recipe->genes.count, here = d->genes - (recipe->genes.count - missing);
    if (recipe->share || !recipe->normalized || beside * 10 < recipe->genes_sized || here * 10 >= beside) return;
    slm_log(d->ctx, SCILAMA_LOG_WARNING, "the data have %" PRId64 " genes beside the model's, the training data had %" PRId64
            ": cells get other size factors than in training, so give all genes that were measured", here, beside);
}

static double deviation_of(const slm_recipe *recipe, int64_t gene)
{
    if (recipe->std) return (double)recipe->std[gene];
    return recipe->inv_std ? 1 / (double)recipe->inv_std[gene] : 1;
}

scilama_status slm_query_find(slm_query *q, const slm_recipe *recipe, const scilama_dataset *d, slm_scope *work, scilama_error *error)
{
    int64_t genes = recipe->genes.count;
    SLM_SCOPE(own, d->ctx);
    slm_name_index index;
    *q = (slm_query){ .first_missing = -1, .columns = slm_scope_array(work, genes, sizeof *q->columns),
                      .absent = slm_scope_zeros(work, genes, sizeof *q->absent) };
    if (!q->columns || !q->absent) return slm_fail_nomem(error);
    SLM_TRY(slm_name_index_build(&own, &index, &d->gene_names, error));
    double all = 0, here = 0;
    for (int64_t g = 0; g < genes; g++) {
        double deviation = deviation_of(recipe, g), variance = deviation * deviation;
        q->columns[g] = slm_name_index_find(&index, slm_string(&recipe->genes, g));
        all += variance;
        if (q->columns[g] >= 0) here += variance;
        else {
            q->absent[g] = 1;
            if (q->first_missing < 0) q->first_missing = g;
            q->missing++;
        }
    }
    q->variance = all > 0 ? here / all : 0;
    return SCILAMA_OK;
}

/* --- cells that tell nothing ------------------------------------------------------------ */

static void find_empty(void *arg, const slm_rows *rows)
{
    uint8_t *empty = arg;
    for (int64_t i = 0; i < rows->n; i++) {
        const slm_cell c = slm_row_at(rows, i);
        int64_t k = 0;
        while (k < c.count && !(c.x[k] < 0 || c.x[k] > 0)) k++;
        empty[rows->first + i] = k == c.count;
    }
}

scilama_status slm_cells_empty(const scilama_dataset *d, const int64_t *cells, int64_t n, uint8_t *empty, scilama_error *error)
{
    if (d->source) return slm_source_scan(d->source, cells, n, find_empty, empty, error);
    slm_rows rows = slm_dataset_rows(d);
    rows.cells = cells;
    rows.n = n;
    find_empty(empty, &rows);
    return SCILAMA_OK;
}

/* A streamed data set is not read again for it, and a zero of scaled values is the mean. */
static scilama_status warn_of_empty(const scilama_dataset *d, bool scaled, scilama_error *error)
{
    SLM_SCOPE(work, d->ctx);
    char names[SLM_SOME_BYTES] = "";
    int64_t count = 0;
    if (d->source || scaled) return SCILAMA_OK;
    uint8_t *empty = slm_scope_array(&work, d->cells, 1);
    if (!empty) return slm_fail_nomem(error);
    SLM_TRY(slm_cells_empty(d, NULL, d->cells, empty, error));
    for (int64_t i = 0; i < d->cells; i++) {
        if (!empty[i]) continue;
        if (count < 4) slm_name_some(names, count, SLM_CELL(d, i));
        count++;
    }
    if (count) slm_log(d->ctx, SCILAMA_LOG_WARNING, "%" PRId64 " of %" PRId64 " cells have no count in any gene (%s): nothing is known of them, wherever they are put", count, d->cells, names);
    return SCILAMA_OK;
}

/* --- size factors ----------------------------------------------------------------------- */

enum { CELLS = 256 };

typedef struct totals {
    const scilama_dataset *d;
    const uint8_t *shared;   /* [genes of the matrix] */
    double *total;           /* [cells] */
} totals;

static void add_cells(void *arg, int64_t task, int worker)
{
    const totals *t = arg;
    const slm_rows rows = slm_dataset_rows(t->d);
    SLM_FOR_TILE (i, task, CELLS, rows.n) {
        const slm_cell c = slm_row_at(&rows, i);
        double sum = 0;
        for (int64_t k = 0; k < c.count; k++)
            if (t->shared[slm_gene_at(&c, k)]) sum += (double)c.x[k];
        t->total[c.cell] = sum;
    }
}

scilama_status slm_shared_sizes(slm_scope *work, const slm_recipe *recipe, const scilama_dataset *d, slm_sizes *out, scilama_error *error)
{
    *out = (slm_sizes){ 0 };
    if (!recipe->normalized || !recipe->share) return SCILAMA_OK;
    SLM_SCOPE(own, d->ctx);
    slm_name_index index;
    uint8_t *shared = slm_scope_zeros(work, d->genes, sizeof *shared);
    double share = 0;
    if (!shared) return slm_fail_nomem(error);
    SLM_TRY(slm_name_index_build(&own, &index, &d->gene_names, error));
    int64_t count = 0;
    for (int64_t g = 0; g < recipe->sized.count; g++) {
        int64_t column = slm_name_index_find(&index, slm_string(&recipe->sized, g));
        if (column < 0) continue;
        shared[column] = 1;
        share += (double)recipe->share[g];
        count++;
    }
    if (!count || (count == d->genes && count == recipe->sized.count) || !(share > 0)) return SCILAMA_OK;
    out->sum = recipe->target_sum * share;
    if (d->source) {
        out->shared = shared;
        return SCILAMA_OK;
    }
    double *total = out->factor = slm_scope_array(work, d->cells, sizeof *total);
    if (!total) return slm_fail_nomem(error);
    totals t = { d, shared, total };
    slm_parallel(d->ctx, slm_tiles(d->cells, CELLS), add_cells, &t);
    for (int64_t c = 0; c < d->cells; c++) total[c] = total[c] > 0 ? out->sum / total[c] : 1;
    return SCILAMA_OK;
}

/* --- all together ----------------------------------------------------------------------- */

/* Below this share of the factors' variance cells still land somewhere, but hardly where they belong
 * (docs/guides/mapping.md). */
static const double LITTLE = 0.5;

static void tell_missing(const slm_recipe *recipe, const scilama_dataset *d, const slm_query *q, const slm_fill *fill, bool vectors)
{
    int64_t genes = recipe->genes.count;
    char beside[64] = "", judgement[160] = "";
    if (fill->wide > genes) snprintf(beside, sizeof beside, ", %" PRId64 " other genes take part by %s", fill->wide - genes, vectors ? "their vectors" : "how they vary");
    if (vectors && !(fill->explained > 0.002) && q->missing == genes)
        snprintf(judgement, sizeof judgement, "; these vectors do not tell how the model's own genes vary: expect cells to be confused");
    else if (fill->pull && fill->recovered < LITTLE && q->missing < genes)
        snprintf(judgement, sizeof judgement, "; they tell %.0f %% of what the model's genes have in common: expect cells to be confused", 100 * fill->recovered);
    slm_log(d->ctx, SCILAMA_LOG_WARNING, "%" PRId64 " of %" PRId64 " genes are not measured (the first is '%s'); the measured ones carry %.0f %% of the variance%s%s",
            q->missing, genes, slm_string(&recipe->genes, q->first_missing), 100 * q->variance, beside, judgement);
}

static void *own(slm_design *design, void *block)
{
    design->owned[design->n_owned++] = block;
    return block;
}

/* Shared genes that tell less of the factors than this are helped by genes beside the model's, the most variable of them. */
static const double NEARLY_ALL = 0.9;
enum { MOST_OTHERS = 2000 };

typedef struct ranked { double dispersion; int64_t column; } ranked;

static inline bool before(const ranked *r, int64_t i, int64_t j)
{
    return r[i].dispersion > r[j].dispersion || (r[i].dispersion >= r[j].dispersion && r[i].column < r[j].column);
}

SLM_SWAP_OF(swap, ranked)
SLM_SORT(sort, ranked *, before, swap)

/* Columns that are no gene of the model, by variance ÷ mean of what cells have of them per total: columns [*n] ascending. */
static scilama_status choose_others(const slm_query *q, const scilama_dataset *d, int64_t genes, int64_t *columns, int64_t *n, scilama_error *error)
{
    SLM_SCOPE(work, d->ctx);
    int64_t kept = 0;
    double *sum = slm_scope_array(&work, d->genes, 3 * sizeof *sum);
    uint8_t *taken = slm_scope_zeros(&work, d->genes, 1);
    ranked *rank = slm_scope_array(&work, d->genes, sizeof *rank);
    if (work.failed) return slm_fail_nomem(error);
    slm_value_range range = slm_dataset_range(d);
    slm_gene_sums s = { .n = d->cells, .value = range.min < 0 ? SLM_STATS_RAW : SLM_STATS_SIZED, .target = 1e4, .sum = sum, .square = sum + d->genes,
                        .detected = sum + 2 * d->genes };
    SLM_TRY(slm_gene_sum(d, &s, error));
    for (int64_t g = 0; g < genes; g++)
        if (q->columns[g] >= 0) taken[q->columns[g]] = 1;
    for (int64_t g = 0; g < d->genes; g++) {
        double mean = sum[g] / (double)d->cells, variance = s.square[g] / (double)d->cells - mean * mean;
        if (taken[g] || !(variance > 1e-12 * mean * mean) || (range.min >= 0 && s.detected[g] < 3)) continue;
        rank[kept++] = (ranked){ range.min < 0 ? variance : variance / mean, g };
    }
    sort(rank, kept);
    *n = kept < MOST_OTHERS ? kept : MOST_OTHERS;
    memset(taken, 0, (size_t)d->genes);
    for (int64_t k = 0; k < *n; k++) taken[rank[k].column] = 1;
    for (int64_t g = 0, at = 0; g < d->genes; g++)
        if (taken[g]) columns[at++] = g;
    return SCILAMA_OK;
}

/* Others get mean 0 and variance 1 over the query's cells. */
static scilama_status scale_others(slm_design *design, slm_design *open, scilama_error *error)
{
    SLM_SCOPE(work, design->ctx);
    int64_t wide = design->wide;
    double *moments = slm_scope_array(&work, wide, 2 * sizeof *moments);
    float *scale = slm_scope_array(&work, wide, 3 * sizeof *scale);
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(slm_design_moments(open, NULL, design->cells, moments, moments + wide, error));
    memcpy(scale, design->mean, (size_t)wide * sizeof *scale);
    memcpy(scale + wide, design->inv_std, (size_t)wide * sizeof *scale);
    for (int64_t g = design->genes; g < wide; g++) {
        scale[g] = (float)moments[g];
        scale[wide + g] = (float)(1 / moments[wide + g]);
    }
    design->mean = open->mean = scale;
    design->inv_std = open->inv_std = scale + wide;
    design->zero = open->zero = scale + 2 * wide;
    slm_design_zero(design, scale + 2 * wide);
    own(design, slm_scope_keep(&work, scale));
    return SCILAMA_OK;
}

typedef struct application {
    slm_recipe *recipe;
    const slm_factors *factors;
    const slm_link *link;
    scilama_dataset *d;
    slm_query q;
    int64_t *columns;        /* [genes + others] */
    int64_t others;
    slm_sizes sizes;
    slm_scope *work;
} application;

/* What the shared genes tell by themselves. */
static scilama_status told_by_shared(const application *a, double *recovered, scilama_error *error)
{
    slm_fill *fill = NULL;
    slm_fill_plan plan = { .factors = a->factors, .absent = a->q.absent, .genes = a->recipe->genes.count };
    scilama_status status = slm_fill_create(&fill, a->d->ctx, &plan, error);
    if (!status) *recovered = fill->recovered;
    slm_fill_free(a->d->ctx, fill);
    return status;
}

static scilama_status choose_columns(application *a, double *recovered, scilama_error *error)
{
    int64_t genes = a->recipe->genes.count;
    if (!(a->columns = slm_scope_array(a->work, genes + a->d->genes, sizeof *a->columns))) return slm_fail_nomem(error);
    memcpy(a->columns, a->q.columns, (size_t)genes * sizeof *a->columns);
    *recovered = 1;
    if (!a->q.missing || !a->factors) return SCILAMA_OK;
    SLM_TRY(told_by_shared(a, recovered, error));
    if (*recovered >= NEARLY_ALL || a->d->cells < SLM_BESIDE_CELLS) return SCILAMA_OK;
    return choose_others(&a->q, a->d, genes, a->columns + genes, &a->others, error);
}

static scilama_status fill_absent(application *a, slm_design *design, double recovered, scilama_error *error)
{
    slm_fill_plan plan = { .factors = a->factors, .absent = a->q.absent, .genes = design->genes };
    slm_design *open = NULL;
    slm_beside beside = { 0 };
    design->absent = own(design, slm_scope_keep(a->work, a->q.absent));
    design->n_absent = a->q.missing;
    scilama_status status = SCILAMA_OK;
    if (a->others) {
        slm_beside_plan p = { a->factors, NULL, design->absent, recovered, a->link, a->columns };
        status = slm_design_open(design, false, &open, error);
        if (!status) status = scale_others(design, open, error);
        p.design = open;
        if (!status) status = slm_beside_learn(&beside, &p, error);
        plan.others = beside.others;
        plan.other_loading = beside.loading;
        plan.other_mean = beside.mean;
        plan.other_noise = beside.noise;
    }
    if (!status) status = slm_fill_create(&design->fill, design->ctx, &plan, error);
    if (!status) design->fill->explained = beside.explained;
    slm_beside_free(design->ctx, &beside);
    slm_design_release(open);
    return status;
}

static scilama_status check_shared(const application *a, scilama_error *error)
{
    int64_t genes = a->recipe->genes.count;
    if (a->q.missing < genes) return SCILAMA_OK;
    const char *first = slm_string(&a->recipe->genes, 0);
    if (!a->link || !a->factors)
        return slm_fail(error, SCILAMA_E_NOTFOUND, "none of the model's %" PRId64 " genes is in the data, the first is '%.80s'%s", genes, first,
                        a->factors ? ": genes of other names take part by their vectors, so add a gene table" : "");
    if (a->d->cells < SLM_BESIDE_CELLS)
        return slm_fail(error, SCILAMA_E_INVALID, "none of the model's %" PRId64 " genes is in the data, and %" PRId64 " cells are too few to place others by their vectors: give %d or more",
                        genes, a->d->cells, SLM_BESIDE_CELLS);
    return SCILAMA_OK;
}

scilama_status slm_recipe_apply(slm_recipe *recipe, const slm_factors *factors, const slm_link *link, bool quiet, scilama_dataset *d,
                                slm_design **out, scilama_error *error)
{
    SLM_SCOPE(work, d->ctx);
    application a = { .recipe = recipe, .factors = factors, .link = link, .d = d, .work = &work };
    slm_design *design;
    double recovered = 1;
    SLM_TRY(slm_dataset_need_matrix(d, error));
    SLM_TRY(slm_query_find(&a.q, recipe, d, &work, error));
    SLM_TRY(check_shared(&a, error));
    SLM_TRY(check_values(recipe, d, error));
    quiet = quiet || (recipe->ctx == d->ctx && d->told == recipe->number);
    if (!quiet) warn_of_sizes(recipe, d, a.q.missing);
    if (!quiet) SLM_TRY(slm_covariates_warn(recipe, d, error));
    if (!quiet) SLM_TRY(warn_of_empty(d, recipe->input == SCILAMA_INPUT_SCALED, error));
    SLM_TRY(slm_shared_sizes(&work, recipe, d, &a.sizes, error));
    SLM_TRY(choose_columns(&a, &recovered, error));
    SLM_TRY(slm_recipe_design(recipe, d, a.columns, a.others, &a.sizes, d->source != NULL, &design, error));
    slm_scope_keep(&work, a.sizes.factor);
    slm_scope_keep(&work, a.sizes.shared);
    scilama_status status = a.q.missing ? fill_absent(&a, design, recovered, error) : SCILAMA_OK;
    if (status) {
        slm_design_release(design);
        return status;
    }
    if (a.q.missing && !quiet) tell_missing(recipe, d, &a.q, design->fill, link != NULL);
    if (!quiet && recipe->ctx == d->ctx) d->told = recipe->number;
    *out = design;
    return SCILAMA_OK;
}
