/* SPDX-License-Identifier: MIT */
#include "scilama/biology.h"
#include "api/api.h"
#include "biology/adjust.h"
#include "biology/enrichment.h"
#include "biology/gene_loadings.h"
#include "biology/gene_prediction.h"
#include "biology/gene_space.h"
#include "biology/markers.h"
#include "biology/module_score.h"
#include "biology/modules.h"
#include "biology/wilcoxon.h"
#include "data/expression.h"
#include "io/gmt.h"

/* scilama/biology.h: arguments are checked here, in full; the files of biology/ check nothing again. */

INIT_OF(scilama_marker_options, .reference = -1, .permutations = 200, .tie_correct = 1)
INIT_OF(scilama_marker_table, .z = NULL)
INIT_OF(scilama_module_options, .neighbors = 15, .min_size = 5, .rounds = 20, .resolution = 1, .sample = 0.8,
        .metric = SCILAMA_METRIC_COSINE, .graph = SCILAMA_GRAPH_FUZZY)
INIT_OF(scilama_module_report, .chance = NAN)
INIT_OF(scilama_coherence_options, .permutations = 1000, .max_cells = 2000)
INIT_OF(scilama_enrichment_options, .min_size = 5, .max_size = 500, .annotated = 1)

/* --- arguments -------------------------------------------------------------------------- */

/* codes [n]: below `count`; `least` or above. */
static scilama_status check_codes(const int32_t *codes, int64_t n, int64_t count, const char *what, scilama_error *error)
{
    if (!codes) return null_argument(error, what);
    if (count < 1 || count > INT32_MAX) return slm_fail(error, SCILAMA_E_INVALID, "there are %" PRId64 " %s: it must be 1 to 2^31 - 1", count, what);
    for (int64_t i = 0; i < n; i++)
        if (codes[i] >= count)
            return slm_fail(error, SCILAMA_E_INVALID, "%s[%" PRId64 "] is %d: codes are below %" PRId64 ", or negative for none", what, i, codes[i], count);
    return SCILAMA_OK;
}

static scilama_status check_size(int64_t rows, int64_t cols, const char *what, scilama_error *error)
{
    int64_t size;
    if (rows > 0 && cols > 0 && rows < INT32_MAX && slm_mul_size(rows, cols, &size) && slm_mul_size(size, 8, &size)) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_INVALID, "%s cannot be %" PRId64 " × %" PRId64, what, rows, cols);
}

static scilama_status check_finite(const float *x, int64_t rows, int64_t cols, const char *what, scilama_error *error)
{
    if (!x) return null_argument(error, what);
    for (int64_t i = 0; i < rows * cols; i++)
        if (!isfinite(x[i]))
            return slm_fail(error, SCILAMA_E_NONFINITE, "row %" PRId64 ", column %" PRId64 " of %s is not a finite number", i / cols, i % cols, what);
    return SCILAMA_OK;
}

/* --- markers ------------------------------------------------------------------------------ */

static scilama_status read_marker_options(scilama_marker_options *o, const scilama_marker_options *given, scilama_marker_table *t,
                                          const scilama_marker_table *table, int64_t n_groups, scilama_error *error)
{
    scilama_marker_options_init(o, sizeof *o);
    scilama_marker_table_init(t, sizeof *t);
    REQUIRE(table);
    scilama_status status = slm_options_read(o, sizeof *o, given, "scilama_marker_options", error);
    if (!status) status = slm_options_read(t, sizeof *t, table, "scilama_marker_table", error);
    if (status) return status;
    if (o->reference < -1 || o->reference >= n_groups)
        return slm_fail(error, SCILAMA_E_INVALID, "reference is %" PRId64 ": it must be -1 (the rest) or a group below %" PRId64, o->reference, n_groups);
    if (o->permutations < 0 || o->permutations > 1000000)
        return slm_fail(error, SCILAMA_E_INVALID, "permutations is %" PRId64 ": it must be 0 to 1000000", o->permutations);
    return SCILAMA_OK;
}

static scilama_status wilcoxon(scilama_dataset *d, const int32_t *groups, int64_t n_groups, const scilama_marker_options *o,
                               const scilama_marker_table *t, scilama_error *error)
{
    slm_expression e;
    double *factor = NULL;
    scilama_status status = check_size(n_groups, d->genes, "a table of groups and genes", error);
    if (!status) status = slm_dataset_expression(d, &e, &factor, error);
    if (!status) status = slm_wilcoxon(d->ctx, &e, groups, n_groups, o, t, error);
    slm_free(d->ctx, factor);
    return status;
}

scilama_status scilama_wilcoxon(scilama_dataset *dataset, const int32_t *groups, int64_t n_groups,
                                const scilama_marker_options *options, scilama_marker_table *table, scilama_error *error)
{
    scilama_marker_options o;
    scilama_marker_table t;
    ENTER(status, dataset);
    if (!status) status = check_codes(groups, dataset->cells, n_groups, "groups", error);
    if (!status) status = read_marker_options(&o, options, &t, table, n_groups, error);
    return status ? status : wilcoxon(dataset, groups, n_groups, &o, &t, error);
}

static scilama_status check_space(const slm_paired_space *s, scilama_error *error)
{
    scilama_status status = check_size(s->n, s->dim, "cells", error);
    if (!status) status = check_size(s->n_genes, s->dim, "genes", error);
    if (!status) status = check_codes(s->groups, s->n, s->n_groups, "groups", error);
    if (!status && s->batches) status = check_codes(s->batches, s->n, INT32_MAX, "batches", error);
    if (!status) status = check_size(s->n_groups, s->n_genes, "a table of groups and genes", error);
    for (int64_t i = 0; i < s->n && !status && s->batches; i++) /* codes index an array */
        if (s->batches[i] > s->n)
            status = slm_fail(error, SCILAMA_E_INVALID, "batches[%" PRId64 "] is %d: number batches from 0 without gaps", i, s->batches[i]);
    if (!status && !s->genes) status = null_argument(error, "genes");
    return status ? status : check_finite(s->cells, s->n, s->dim, "cells", error);
}

scilama_status scilama_paired_markers(scilama_context *context, const float *cells, int64_t n, const float *genes, int64_t n_genes,
                                      int64_t dim, const int32_t *groups, int64_t n_groups, const int32_t *batches,
                                      const scilama_marker_options *options, scilama_marker_table *table, scilama_error *error)
{
    scilama_marker_options o;
    scilama_marker_table t;
    slm_paired_space s = { cells, genes, n, n_genes, dim, groups, batches, n_groups };
    ENTER_CONTEXT(status, context);
    if (!status) status = check_space(&s, error);
    if (!status) status = read_marker_options(&o, options, &t, table, n_groups, error);
    return status ? status : slm_paired_markers(context, &s, &o, &t, error);
}

scilama_status scilama_markers(scilama_dataset *dataset, const float *cells, const float *genes, int64_t dim,
                               const int32_t *groups, int64_t n_groups, const int32_t *batches,
                               const scilama_marker_options *options, scilama_marker_table *table, scilama_error *error)
{
    scilama_marker_options o;
    scilama_marker_table t;
    BEGIN(status, dataset);
    scilama_context *ctx = dataset->ctx;
    slm_paired_space s = { cells, genes, dataset->cells, dataset->genes, dim, groups, batches, n_groups };
    double *own[3] = { NULL, NULL, NULL };
    if ((status = check_space(&s, error)) || (status = read_marker_options(&o, options, &t, table, n_groups, error))) return status;
    int64_t size = n_groups * dataset->genes;
    if (t.combined_rank && !t.z) t.z = own[0] = slm_alloc_array(ctx, size, sizeof(double));
    if (t.combined_rank && !t.paired_score) t.paired_score = own[1] = slm_alloc_array(ctx, size, sizeof(double));
    if (t.combined_rank && !t.auroc) t.auroc = own[2] = slm_alloc_array(ctx, size, sizeof(double));
    if (t.combined_rank && (!t.z || !t.auroc || !t.paired_score)) status = slm_fail_nomem(error);
    if (!status) status = wilcoxon(dataset, groups, n_groups, &o, &t, error);
    if (!status) status = slm_paired_markers(ctx, &s, &o, &t, error);
    if (!status && t.combined_rank) status = slm_combine_ranks(ctx, n_groups, dataset->genes, &t, error);
    slm_free_all(ctx, own[0], own[1], own[2]);
    return status;
}

/* --- what vectors are worth ------------------------------------------------------------------ */

INIT_OF(scilama_holdout_options, .fraction = 0.1, .rounds = 1, .components = 30, .neighbors = 20, .baselines = 1)
INIT_OF(scilama_holdout_report, 0)

static scilama_status check_holdout(const scilama_holdout_options *o, scilama_error *error)
{
    if (!(o->fraction > 0 && o->fraction <= 0.5)) return slm_fail(error, SCILAMA_E_INVALID, "fraction must be above 0 and at most 0.5");
    if (o->rounds < 1 || o->rounds > 1000000) return slm_fail(error, SCILAMA_E_INVALID, "rounds is %" PRId64 ": it must be 1 to 10^6", o->rounds);
    if (o->components < 1 || o->components > 10000) return slm_fail(error, SCILAMA_E_INVALID, "components is %" PRId64 ": it must be 1 to 10000", o->components);
    if (o->neighbors < 1) return slm_fail(error, SCILAMA_E_INVALID, "neighbors is %" PRId64 ": it must be positive", o->neighbors);
    return SCILAMA_OK;
}

/* Genes in cells and tables of their vectors, as the caller gave them. */
typedef struct genes_and_vectors {
    const float *expression; /* [cells × genes], rows ld apart */
    int64_t cells, genes, ld;
    const float *const *vectors; /* [tables] of [genes × width] */
    const int64_t *widths;
    int64_t tables;
} genes_and_vectors;

/* Expression that is finite, of enough cells and genes; ld 0 becomes genes. */
static scilama_status check_genes_in_cells(genes_and_vectors *in, scilama_error *error)
{
    int64_t cells = in->cells, genes = in->genes, ld = in->ld;
    scilama_status status = check_size(cells, ld > genes ? ld : genes, "expression", error);
    if (!status && ld && ld < genes) status = slm_fail(error, SCILAMA_E_INVALID, "ld is %" PRId64 ": less than the %" PRId64 " genes", ld, genes);
    if (!status && (genes < 10 || cells < 3)) status = slm_fail(error, SCILAMA_E_INVALID, "%" PRId64 " cells and %" PRId64 " genes are too few to tell genes by", cells, genes);
    if (!ld) in->ld = genes;
    for (int64_t c = 0; c < cells && !status; c++) status = check_finite(in->expression ? in->expression + c * in->ld : NULL, 1, genes, "expression", error);
    return status;
}

/* table [16] */
static scilama_status read_tables(const genes_and_vectors *in, slm_kernel_table *table, scilama_error *error)
{
    int64_t tables = in->tables;
    if (tables < 0 || tables > 16) return slm_fail(error, SCILAMA_E_INVALID, "tables is %" PRId64 ": at most 16 are possible", tables);
    if (tables && (!in->vectors || !in->widths)) return null_argument(error, in->vectors ? "widths" : "vectors");
    for (int64_t t = 0; t < tables; t++) {
        if (!in->vectors[t]) return slm_fail(error, SCILAMA_E_INVALID, "vectors[%" PRId64 "] is NULL", t);
        if (in->widths[t] < 1 || in->widths[t] > 65536)
            return slm_fail(error, SCILAMA_E_INVALID, "widths[%" PRId64 "] is %" PRId64 ": it must be 1 to 65536", t, in->widths[t]);
        table[t] = (slm_kernel_table){ in->vectors[t], in->widths[t] };
    }
    return SCILAMA_OK;
}

scilama_status scilama_gene_holdout(scilama_context *context, const float *expression, int64_t cells, int64_t genes, int64_t ld,
                                    const float *const *vectors, const int64_t *widths, int64_t tables, const scilama_holdout_options *options,
                                    double *correlation, double *expected, scilama_holdout_report *report, scilama_error *error)
{
    slm_kernel_table table[16];
    genes_and_vectors in = { expression, cells, genes, ld, vectors, widths, tables };
    BEGIN_CONTEXT(status, context);
    OPTIONS(scilama_holdout_options, o, options);
    REPORT(scilama_holdout_report, r, report);
    status = check_holdout(&o, error);
    if (!status && tables < 1) status = slm_fail(error, SCILAMA_E_INVALID, "tables is %" PRId64 ": it must be 1 to 16", tables);
    if (!status) status = check_genes_in_cells(&in, error);
    if (!status) status = read_tables(&in, table, error);
    if (!status) status = slm_gene_holdout(context, expression, cells, genes, in.ld, table, tables, &o, correlation, expected, &r, error);
    return status ? status : slm_result_write(report, &r, sizeof r, "scilama_holdout_report", error);
}

INIT_OF(scilama_loading_options, .components = 30)
INIT_OF(scilama_loading_report, 0)

typedef scilama_status loading_kind(scilama_context *, const float *, int64_t, int64_t, int64_t, const slm_kernel_table *, int64_t,
                                    const scilama_loading_options *, float *, scilama_loading_report *, scilama_error *);

/* By slm_gene_loadings() or slm_gene_space(); name: of `out`. */
static scilama_status find_loadings(loading_kind *kind, const char *name, scilama_context *context, genes_and_vectors in,
                                    const scilama_loading_options *options, float *out, scilama_loading_report *report, scilama_error *error)
{
    slm_kernel_table table[16];
    int64_t width = 0, size;
    BEGIN_CONTEXT(status, context);
    OPTIONS(scilama_loading_options, o, options);
    REPORT(scilama_loading_report, r, report);
    if (o.components < 1 || o.components > 10000)
        status = slm_fail(error, SCILAMA_E_INVALID, "components is %" PRId64 ": it must be 1 to 10000", o.components);
    if (!status) status = check_genes_in_cells(&in, error);
    if (!status) status = read_tables(&in, table, error);
    for (int64_t t = 0; t < in.tables && !status; t++) width += in.widths[t];
    if (!status && !slm_mul_size(in.genes, (o.components + width) * 8, &size)) status = slm_fail_nomem(error);
    if (!status && !out) status = null_argument(error, name);
    if (!status) status = kind(context, in.expression, in.cells, in.genes, in.ld, table, in.tables, &o, out, &r, error);
    return status ? status : slm_result_write(report, &r, sizeof r, "scilama_loading_report", error);
}

scilama_status scilama_gene_loadings(scilama_context *context, const float *expression, int64_t cells, int64_t genes, int64_t ld,
                                     const float *const *vectors, const int64_t *widths, int64_t tables, const scilama_loading_options *options,
                                     float *loadings, scilama_loading_report *report, scilama_error *error)
{
    return find_loadings(slm_gene_loadings, "loadings", context, (genes_and_vectors){ expression, cells, genes, ld, vectors, widths, tables }, options, loadings, report, error);
}

scilama_status scilama_gene_space(scilama_context *context, const float *expression, int64_t cells, int64_t genes, int64_t ld,
                                  const float *const *vectors, const int64_t *widths, int64_t tables, const scilama_loading_options *options,
                                  float *space, scilama_loading_report *report, scilama_error *error)
{
    return find_loadings(slm_gene_space, "space", context, (genes_and_vectors){ expression, cells, genes, ld, vectors, widths, tables }, options, space, report, error);
}

scilama_status scilama_p_adjust(scilama_context *context, const double *p, int64_t n, double *adjusted, scilama_error *error)
{
    ENTER_CONTEXT(status, context);
    if (!status && n < 0) status = slm_fail(error, SCILAMA_E_INVALID, "n is negative");
    if (!status && n && (!p || !adjusted)) status = null_argument(error, p ? "adjusted" : "p");
    if (status) return status;
    int64_t *order = slm_alloc_array(context, n, sizeof *order);
    if (!order) return slm_fail_nomem(error);
    slm_p_adjust(p, n, adjusted, order);
    slm_free(context, order);
    return SCILAMA_OK;
}

/* --- modules ------------------------------------------------------------------------------- */

static scilama_status check_module_options(const scilama_module_options *o, scilama_error *error)
{
    if (o->neighbors < 1) return slm_fail(error, SCILAMA_E_INVALID, "neighbors is %" PRId64 ": it must be positive", o->neighbors);
    if (o->min_size < 1) return slm_fail(error, SCILAMA_E_INVALID, "min_size is %" PRId64 ": it must be positive", o->min_size);
    if (o->rounds < 0 || o->rounds > 100000) return slm_fail(error, SCILAMA_E_INVALID, "rounds is %" PRId64 ": it must be 0 to 100000", o->rounds);
    if (!(o->resolution >= 0) || isinf(o->resolution)) return slm_fail(error, SCILAMA_E_INVALID, "resolution must be finite and not negative");
    if (!(o->sample > 0 && o->sample <= 1)) return slm_fail(error, SCILAMA_E_INVALID, "sample must be above 0 and at most 1");
    if (o->metric != SCILAMA_METRIC_EUCLIDEAN && o->metric != SCILAMA_METRIC_COSINE)
        return slm_fail(error, SCILAMA_E_INVALID, "metric %d is not a scilama_metric", o->metric);
    if (o->graph != SCILAMA_GRAPH_FUZZY && o->graph != SCILAMA_GRAPH_JACCARD)
        return slm_fail(error, SCILAMA_E_INVALID, "graph %d is not a scilama_graph_kind", o->graph);
    return SCILAMA_OK;
}

scilama_status scilama_gene_modules(scilama_context *context, const float *genes, int64_t n, int64_t dim, int64_t ld,
                                    const scilama_module_options *options, int32_t *labels, double *membership, double *hub,
                                    double *cohesion, scilama_module_report *report, scilama_error *error)
{
    BEGIN_CONTEXT(status, context);
    OPTIONS(scilama_module_options, o, options);
    REPORT(scilama_module_report, r, report);
    status = check_size(n, ld > dim ? ld : dim, "genes", error);
    if (!status && ld && ld < dim) status = slm_fail(error, SCILAMA_E_INVALID, "ld is %" PRId64 ": less than the %" PRId64 " columns", ld, dim);
    if (!status && !genes) status = null_argument(error, "genes");
    if (!status && !labels) status = null_argument(error, "labels");
    if (!status) status = check_module_options(&o, error);
    if (!status) status = slm_gene_modules(context, genes, n, dim, ld ? ld : dim, &o, labels, membership, hub, cohesion, &r, error);
    return status ? status : slm_result_write(report, &r, sizeof r, "scilama_module_report", error);
}

scilama_status scilama_module_activity(scilama_dataset *dataset, const int32_t *labels, int64_t modules, float *activity, scilama_error *error)
{
    slm_expression e;
    double *factor = NULL;
    ENTER(status, dataset);
    if (!status) status = check_codes(labels, dataset->genes, modules, "labels", error);
    if (!status && !activity) status = null_argument(error, "activity");
    if (!status) status = slm_dataset_expression(dataset, &e, &factor, error);
    if (!status) status = slm_module_activity(dataset->ctx, &e, labels, modules, activity, error);
    if (dataset) slm_free(dataset->ctx, factor);
    return status;
}

scilama_status scilama_module_projection(scilama_context *context, const float *cells, int64_t n, const float *genes, int64_t n_genes,
                                         int64_t dim, const int32_t *labels, int64_t modules, float *activity, scilama_error *error)
{
    ENTER_CONTEXT(status, context);
    if (!status) status = check_size(n, dim, "cells", error);
    if (!status) status = check_size(n_genes, dim, "genes", error);
    if (!status) status = check_codes(labels, n_genes, modules, "labels", error);
    if (!status && (!genes || !activity)) status = null_argument(error, genes ? "activity" : "genes");
    if (!status) status = check_finite(cells, n, dim, "cells", error);
    return status ? status : slm_module_projection(context, cells, n, genes, n_genes, dim, labels, modules, activity, error);
}

scilama_status scilama_module_coherence(scilama_dataset *dataset, const int32_t *labels, int64_t modules, const scilama_coherence_options *options,
                                        double *coherence, double *p, double *fdr, scilama_error *error)
{
    slm_expression e;
    double *factor = NULL;
    BEGIN(status, dataset);
    OPTIONS(scilama_coherence_options, o, options);
    status = check_codes(labels, dataset->genes, modules, "labels", error);
    if (!status && (o.permutations < 1 || o.permutations > 10000000 || o.max_cells < 3))
        status = slm_fail(error, SCILAMA_E_INVALID, "permutations is %" PRId64 " and max_cells %" PRId64 ": they must be 1 to 10^7, and 3 or more", o.permutations, o.max_cells);
    if (!status) status = slm_dataset_expression(dataset, &e, &factor, error);
    if (!status) status = slm_module_coherence(dataset->ctx, &e, labels, modules, &o, coherence, p, fdr, error);
    slm_free(dataset->ctx, factor);
    return status;
}

/* --- over-representation -------------------------------------------------------------------- */

scilama_status scilama_gene_sets_read(scilama_gene_sets **out, scilama_context *context, const char *path, scilama_error *error)
{
    RESULT(out);
    ENTER_CONTEXT(status, context);
    if (!status && (!path || !path[0])) status = slm_fail(error, SCILAMA_E_INVALID, "path is NULL or empty");
    if (status) return status;
    slm_gmt gmt = { 0 };
    scilama_gene_sets *sets = slm_alloc_zero(context, sizeof *sets);
    if (!sets) return slm_fail_nomem(error);
    if ((status = slm_gmt_read(&gmt, context, path, error))) {
        slm_free(context, sets);
        return status;
    }
    *sets = (scilama_gene_sets){ slm_context_retain(context), gmt.names, gmt.descriptions, gmt.genes, gmt.start };
    *out = sets;
    return SCILAMA_OK;
}

void scilama_gene_sets_destroy(scilama_gene_sets *sets) { slm_gene_sets_free(sets); }
int64_t scilama_gene_sets_count(const scilama_gene_sets *sets) { return sets ? sets->names.count : 0; }

static bool has_set(const scilama_gene_sets *sets, int64_t set) { return sets && set >= 0 && set < sets->names.count; }

const char *scilama_gene_sets_name(const scilama_gene_sets *sets, int64_t set)
{
    return has_set(sets, set) ? slm_string(&sets->names, set) : NULL;
}

const char *scilama_gene_sets_description(const scilama_gene_sets *sets, int64_t set)
{
    return has_set(sets, set) ? slm_string(&sets->descriptions, set) : NULL;
}

int64_t scilama_gene_sets_size(const scilama_gene_sets *sets, int64_t set)
{
    return has_set(sets, set) ? sets->start[set + 1] - sets->start[set] : 0;
}

const char *scilama_gene_sets_gene(const scilama_gene_sets *sets, int64_t set, int64_t gene)
{
    if (!has_set(sets, set) || gene < 0 || gene >= sets->start[set + 1] - sets->start[set]) return NULL;
    return slm_string(&sets->genes, sets->start[set] + gene);
}

scilama_status scilama_enrichment(const scilama_gene_sets *sets, const char *const *names, const int32_t *labels, int64_t n, int64_t modules,
                                  const scilama_enrichment_options *options, int64_t *overlap, int64_t *sizes, double *p, double *fdr,
                                  scilama_error *error)
{
    REQUIRE(sets);
    BEGIN(status, sets);
    OPTIONS(scilama_enrichment_options, o, options);
    if (!status && (n < 1 || n > INT32_MAX)) status = slm_fail(error, SCILAMA_E_INVALID, "n is %" PRId64 ": it must be 1 to 2^31 - 1", n);
    if (!status) status = check_codes(labels, n, modules, "labels", error);
    if (!status && !names) status = null_argument(error, "names");
    if (!status) status = check_names(names, n, "names", error);
    if (!status && (o.min_size < 1 || o.max_size < o.min_size))
        status = slm_fail(error, SCILAMA_E_INVALID, "min_size is %" PRId64 " and max_size %" PRId64 ": they must be positive and rise", o.min_size, o.max_size);
    return status ? status : slm_enrichment(sets, names, labels, n, modules, &o, overlap, sizes, p, fdr, error);
}
