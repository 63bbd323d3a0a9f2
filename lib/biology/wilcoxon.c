/* SPDX-License-Identifier: MIT */
#include "biology/wilcoxon.h"
#include "biology/adjust.h"
#include "biology/gene_columns.h"
#include "core/thread.h"

/* Rank sums of every gene, of a group against other cells or a reference group (Wilcoxon 1945; Mann and Whitney 1947),
 * by normal approximation with ties. Cells with zeros share one rank, so only the other entries are sorted
 * (wilcoxon_rank.c). Genes are independent tasks over columns (gene_columns.c). */

enum { GENES = 8 }; /* genes of a task */
static const double SQRT_HALF = 0.70710678118654752440;

typedef struct test {
    const slm_expression *e;
    const slm_gene_columns *columns;
    const int32_t *groups;
    int64_t n_groups, cells;      /* cells: with a group */
    const int64_t *size;          /* [n_groups] */
    const scilama_marker_options *o;
    const scilama_marker_table *table;
    uint64_t *entries;            /* [threads × 2 × widest] */
    double *numbers;              /* [threads × 2 × n_groups] */
    int64_t *nonzero;             /* [threads × n_groups] */
} test;

static void put(double *array, int64_t at, double value)
{
    if (array) array[at] = value;
}

static double normal_score(double ranks, double inside, double outside, double ties, bool correct)
{
    double n = inside + outside, t = correct ? 1 - ties / (n * (n * n - 1)) : 1;
    double deviation = sqrt(t * inside * outside * (n + 1) / 12);
    double z = (ranks - inside * (n + 1) / 2) / deviation;
    return deviation > 0 ? z : 0;
}

static double rescaled(double mean) { return expm1(mean) + 1e-9; }

/* One group's row: against cells numbering `outside`, whose values add up to `rest` and
 * of which `present` are not zero. */
static void put_group(const test *t, int64_t gene, int64_t group, const slm_rank_sums *s, int64_t outside, double rest, int64_t present)
{
    const scilama_marker_table *table = t->table;
    int64_t at = group * t->e->genes + gene;
    double inside = (double)t->size[group], out = (double)outside, auroc = NAN, z = NAN, p = NAN;
    double mean_in = s->sum[group] / inside, mean_out = rest / out;
    if (t->size[group] > 0 && outside > 0) {
        double ranks = s->ranks[group] + (inside - (double)s->nonzero[group]) * s->zero_rank;
        z = normal_score(ranks, inside, out, s->ties, t->o->tie_correct != 0);
        p = erfc(fabs(z) * SQRT_HALF);
        auroc = (ranks - inside * (inside + 1) / 2) / (inside * out);
    } else {
        mean_in = mean_out = NAN;
    }
    put(table->z, at, z);
    put(table->p_value, at, p);
    put(table->auroc, at, auroc);
    put(table->mean_in, at, mean_in);
    put(table->mean_out, at, mean_out);
    put(table->log2_fold_change, at, log2(rescaled(mean_in) / rescaled(mean_out)));
    put(table->fraction_in, at, isnan(z) ? NAN : (double)s->nonzero[group] / inside);
    put(table->fraction_out, at, isnan(z) ? NAN : (double)present / out);
}

static void test_gene(const test *t, int64_t k, int worker)
{
    const slm_gene_columns *c = t->columns;
    int64_t gene = c->first + k, n = 0, groups = t->n_groups, reference = t->o->reference;
    uint64_t *entries = t->entries + 2 * worker * c->widest;
    slm_rank_sums s = { .ranks = t->numbers + 2 * worker * groups, .sum = t->numbers + (2 * worker + 1) * groups, .nonzero = t->nonzero + worker * groups };
    for (int64_t i = c->start[k]; i < c->start[k + 1]; i++) {
        int32_t group = t->groups[c->cell[i]];
        float x = group < 0 ? 0 : slm_expression_value(t->e, c->cell[i], c->value[i]);
        if (x < 0 || x > 0) entries[n++] = (uint64_t)slm_float_key(x) << 32 | (uint32_t)group;
    }
    slm_sort_entries(entries, entries + c->widest, n);
    if (reference < 0) {
        slm_rank_entries(entries, n, t->cells - n, -1, -1, groups, &s);
        double all = 0;
        for (int64_t g = 0; g < groups; g++) all += s.sum[g];
        for (int64_t g = 0; g < groups; g++) {
            int64_t present = n - s.nonzero[g];
            put_group(t, gene, g, &s, t->cells - t->size[g], present ? all - s.sum[g] : 0, present);
        }
        return;
    }
    int64_t *present = t->nonzero + worker * groups;
    for (int64_t g = 0; g < groups; g++) {
        int64_t both = 0;
        for (int64_t i = 0; i < n; i++) {
            int32_t code = (int32_t)(uint32_t)entries[i];
            both += code == g || code == reference;
        }
        slm_rank_entries(entries, n, t->size[g] + t->size[reference] - both, (int32_t)g, (int32_t)reference, groups, &s);
        put_group(t, gene, g, &s, g == reference ? 0 : t->size[reference], s.sum[reference], present[reference]);
    }
}

static void test_genes(void *arg, int64_t task, int worker)
{
    const test *t = arg;
    for (int64_t k = task * GENES; k < t->columns->count && k < (task + 1) * GENES; k++) test_gene(t, k, worker);
}

static scilama_status adjust(scilama_context *ctx, const scilama_marker_table *table, int64_t groups, int64_t genes, scilama_error *error)
{
    if (!table->p_adjusted) return SCILAMA_OK;
    int64_t *order = slm_alloc_array(ctx, genes, sizeof *order);
    if (!order) return slm_fail_nomem(error);
    for (int64_t g = 0; g < groups; g++) slm_p_adjust(table->p_value + g * genes, genes, table->p_adjusted + g * genes, order);
    slm_free(ctx, order);
    return SCILAMA_OK;
}

scilama_status slm_wilcoxon(scilama_context *ctx, const slm_expression *e, const int32_t *groups, int64_t n_groups,
                            const scilama_marker_options *options, const scilama_marker_table *given, scilama_error *error)
{
    slm_gene_columns columns = { 0 };
    scilama_marker_table table = *given;
    double *own = NULL;
    test t = { .e = e, .columns = &columns, .groups = groups, .n_groups = n_groups, .o = options, .table = &table };
    int64_t *size = slm_alloc_array_zero(ctx, n_groups, sizeof *size), cells;
    scilama_status status = size ? slm_gene_columns_open(&columns, ctx, e, error) : slm_fail_nomem(error);
    if (status) goto done;
    for (int64_t i = 0; i < e->cells; i++)
        if (groups[i] >= 0) size[groups[i]]++, t.cells++;
    t.size = size;
    t.entries = slm_alloc_array(ctx, columns.widest, 2 * (size_t)ctx->threads * sizeof *t.entries);
    t.numbers = slm_alloc_array(ctx, n_groups, 2 * (size_t)ctx->threads * sizeof *t.numbers);
    t.nonzero = slm_alloc_array(ctx, n_groups, (size_t)ctx->threads * sizeof *t.nonzero);
    if (table.p_adjusted && !table.p_value) /* adjusting needs them */
        table.p_value = own = slm_mul_size(n_groups, e->genes, &cells) ? slm_alloc_array(ctx, cells, sizeof *own) : NULL;
    if (!t.entries || !t.numbers || !t.nonzero || (table.p_adjusted && !table.p_value)) {
        status = slm_fail_nomem(error);
        goto done;
    }
    for (;;) {
        if ((status = slm_cancelled(ctx) ? slm_fail_cancelled(error) : slm_gene_columns_next(&columns, error))) goto done;
        if (!columns.count) break;
        slm_parallel(ctx, slm_tiles(columns.count, GENES), test_genes, &t);
    }
    status = adjust(ctx, &table, n_groups, e->genes, error);
done:
    slm_gene_columns_close(&columns);
    slm_free_all(ctx, size, t.entries, t.numbers, t.nonzero, own);
    return status;
}
