/* SPDX-License-Identifier: MIT */
#include "biology/enrichment.h"
#include "biology/adjust.h"

/* Over-representation: the hypergeometric tail of the overlap of a list with each gene set, within the genes that were
 * measured (the background), false discoveries after Benjamini and Hochberg. Logarithms of factorials are tabulated. */

void slm_gene_sets_free(scilama_gene_sets *sets)
{
    if (!sets) return;
    scilama_context *ctx = sets->ctx;
    slm_strings_free_all(ctx, &sets->names, &sets->descriptions, &sets->genes);
    slm_free_all(ctx, sets->start, sets);
    slm_context_release(ctx);
}

static double log_choose(const double *lf, int64_t n, int64_t k) { return lf[n] - lf[k] - lf[n - k]; }

double slm_hypergeometric_above(const double *lf, int64_t total, int64_t marked, int64_t draws, int64_t drawn)
{
    int64_t most = marked < draws ? marked : draws, least = marked + draws - total > 0 ? marked + draws - total : 0;
    if (drawn <= least) return 1;
    if (drawn > most) return 0;
    double first = exp(log_choose(lf, marked, drawn) + log_choose(lf, total - marked, draws - drawn) - log_choose(lf, total, draws));
    double term = 1, sum = 1; /* the terms after the first, relative to it */
    for (int64_t k = drawn; k < most; k++) {
        term *= (double)(marked - k) * (double)(draws - k) / ((double)(k + 1) * (double)(total - marked - draws + k + 1));
        sum += term;
        if (term < sum * 1e-18) break;
    }
    double p = first * sum;
    return p > 1 ? 1 : p;
}

typedef struct counting {
    slm_name_index index;
    slm_strings names;
    bool *annotated;         /* [n] occurs in a set */
    int64_t *module_size;    /* [modules] within the universe */
    int64_t *hits;           /* [modules] of a set */
    double *log_factorial;   /* [n + 1] */
    int64_t *order;          /* [modules × sets] */
    double *p;               /* [modules × sets] when the caller has none */
    int64_t universe;
} counting;

static scilama_status prepare(scilama_context *ctx, slm_scope *work, counting *c, const scilama_gene_sets *sets, const char *const *names, const int32_t *labels,
                              int64_t n, int64_t modules, bool only_annotated, bool adjust, bool own_p, scilama_error *error)
{
    int64_t tests;
    scilama_status status = slm_strings_copy(ctx, &c->names, names, n, error);
    if (!status) status = slm_name_index_build(work, &c->index, &c->names, error);
    if (status) return status;
    if (c->index.first_duplicate >= 0)
        return slm_fail(error, SCILAMA_E_DUPLICATE, "gene '%s' is given twice: the universe needs each gene once", names[c->index.first_duplicate]);
    if (!slm_mul_size(modules, sets->names.count, &tests)) return slm_fail_nomem(error);
    c->annotated = slm_alloc_array_zero(ctx, n, sizeof *c->annotated);
    c->module_size = slm_alloc_array_zero(ctx, modules, sizeof *c->module_size);
    c->hits = slm_alloc_array(ctx, modules, sizeof *c->hits);
    c->log_factorial = slm_alloc_array(ctx, n + 1, sizeof *c->log_factorial);
    c->order = adjust ? slm_alloc_array(ctx, tests, sizeof *c->order) : NULL;
    c->p = own_p ? slm_alloc_array(ctx, tests, sizeof *c->p) : NULL;
    if (!c->annotated || !c->module_size || !c->hits || !c->log_factorial || (adjust && !c->order) || (own_p && !c->p)) return slm_fail_nomem(error);
    for (int64_t i = 0; i < sets->genes.count; i++) {
        int64_t row = slm_name_index_find(&c->index, slm_string(&sets->genes, i));
        if (row >= 0) c->annotated[row] = true;
    }
    long double sum = 0; /* added up: the difference of lgamma of large numbers would lose digits */
    c->log_factorial[0] = 0;
    for (int64_t i = 1; i <= n; i++) c->log_factorial[i] = (double)(sum += logl((long double)i));
    for (int64_t i = 0; i < n; i++) {
        if (only_annotated && !c->annotated[i]) continue;
        c->universe++;
        if (labels[i] >= 0) c->module_size[labels[i]]++;
    }
    return SCILAMA_OK;
}

scilama_status slm_enrichment(const scilama_gene_sets *sets, const char *const *names, const int32_t *labels, int64_t n, int64_t modules,
                              const scilama_enrichment_options *o, int64_t *overlap, int64_t *sizes, double *p, double *fdr, scilama_error *error)
{
    scilama_context *ctx = sets->ctx;
    SLM_SCOPE(work, ctx);
    counting c = { 0 };
    int64_t count = sets->names.count;
    scilama_status status = prepare(ctx, &work, &c, sets, names, labels, n, modules, o->annotated != 0, fdr != NULL, fdr && !p, error);
    if (!status && fdr && !p) p = c.p;
    for (int64_t s = 0; s < count && !status; s++) {
        int64_t size = 0;
        memset(c.hits, 0, (size_t)modules * sizeof *c.hits);
        for (int64_t i = sets->start[s]; i < sets->start[s + 1]; i++) {
            int64_t row = slm_name_index_find(&c.index, slm_string(&sets->genes, i));
            if (row < 0) continue;
            size++;
            if (labels[row] >= 0) c.hits[labels[row]]++;
        }
        bool tested = size >= o->min_size && size <= o->max_size;
        if (sizes) sizes[s] = size;
        for (int64_t m = 0; m < modules; m++) {
            if (overlap) overlap[m * count + s] = c.hits[m];
            if (p) p[m * count + s] = tested ? slm_hypergeometric_above(c.log_factorial, c.universe, size, c.module_size[m], c.hits[m]) : NAN;
        }
    }
    if (!status && fdr) slm_p_adjust(p, modules * count, fdr, c.order);
    slm_strings_free(ctx, &c.names);
    void *blocks[] = { c.annotated, c.module_size, c.hits, c.log_factorial, c.order, c.p };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) slm_free(ctx, blocks[i]);
    return status;
}
