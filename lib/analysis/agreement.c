/* SPDX-License-Identifier: MIT */
#include "analysis/agreement.h"
#include <float.h>

/* Contingency table of two labellings in compressed rows, and what follows from it:
 * ARI (Hubert & Arabie 1985), NMI and AMI (Vinh, Epps & Bailey 2010; natural
 * logarithms, arithmetic means), as scikit-learn defines the edge cases. */

typedef struct table {
    int64_t n, rows, cols, cells;
    int64_t *row, *col;   /* margins */
    int64_t *cell;        /* counts of the non-zero cells */
    int32_t *cell_row, *cell_col;
} table;

static int64_t codes(const int32_t *a, int64_t n)
{
    int64_t top = 0;
    for (int64_t i = 0; i < n; i++)
        if (a[i] >= top) top = (int64_t)a[i] + 1;
    return top;
}

static scilama_status fill(scilama_context *ctx, slm_scope *work, table *t, const int32_t *a, const int32_t *b, int64_t n, scilama_error *error)
{
    int64_t rows = codes(a, n), cols = codes(b, n);
    SLM_SCOPE(own, ctx);
    int64_t *start = slm_scope_zeros(&own, rows + 1, sizeof *start), *seen = slm_scope_zeros(&own, cols, sizeof *seen);
    int32_t *by_row = slm_scope_array(&own, n, sizeof *by_row), *touched = slm_scope_array(&own, cols, sizeof *touched);
    *t = (table){ .rows = rows, .cols = cols, .row = slm_scope_zeros(work, rows, sizeof *t->row),
                  .col = slm_scope_zeros(work, cols, sizeof *t->col), .cell = slm_scope_array(work, n, sizeof *t->cell),
                  .cell_row = slm_scope_array(work, n, sizeof *t->cell_row), .cell_col = slm_scope_array(work, n, sizeof *t->cell_col) };
    if (own.failed || work->failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < n; i++) {
        if (a[i] < 0 || b[i] < 0) continue;
        t->n++;
        t->row[a[i]]++;
        t->col[b[i]]++;
    }
    for (int64_t r = 0; r < rows; r++) start[r + 1] = start[r] + t->row[r];
    for (int64_t i = 0; i < n; i++)
        if (a[i] >= 0 && b[i] >= 0) by_row[start[a[i]]++] = b[i];
    for (int64_t r = 0, at = 0; r < rows; at += t->row[r], r++) {
        int64_t count = 0;
        for (int64_t i = at; i < at + t->row[r]; i++)
            if (!seen[by_row[i]]++) touched[count++] = by_row[i];
        for (int64_t c = 0; c < count; c++, t->cells++) {
            t->cell[t->cells] = seen[touched[c]];
            t->cell_row[t->cells] = (int32_t)r;
            t->cell_col[t->cells] = touched[c];
            seen[touched[c]] = 0;
        }
    }
    return SCILAMA_OK;
}

/* Margins that occur, gaps closed. */
static int64_t occupied(int64_t *margin, int64_t n)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++)
        if (margin[i]) margin[kept++] = margin[i];
    return kept;
}

static double rand_index(const table *t)
{
    /* pair confusion, as doubles: exact below 2^53 */
    double n = (double)t->n, cells = 0, rows = 0, cols = 0;
    for (int64_t i = 0; i < t->cells; i++) cells += (double)t->cell[i] * (double)t->cell[i];
    for (int64_t i = 0; i < t->rows; i++) rows += (double)t->row[i] * (double)t->row[i];
    for (int64_t i = 0; i < t->cols; i++) cols += (double)t->col[i] * (double)t->col[i];
    double tp = cells - n, fp = cols - cells, fn = rows - cells, tn = n * n - fp - fn - cells;
    if (fp == 0 && fn == 0) return 1;
    return 2 * (tp * tn - fn * fp) / ((tp + fn) * (fn + tn) + (tp + fp) * (fp + tn));
}

static double entropy(const int64_t *margin, int64_t count, double n)
{
    double h = 0;
    for (int64_t i = 0; i < count; i++)
        if (margin[i]) h -= (double)margin[i] / n * (log((double)margin[i]) - log(n));
    return count == 1 ? 0 : h;
}

static double mutual(const table *t)
{
    double mi = 0, n = (double)t->n;
    for (int64_t i = 0; i < t->cells; i++) {
        double c = (double)t->cell[i];
        mi += c / n * (log(c) - log(n)) + c / n * (-log((double)t->row[t->cell_row[i]]) - log((double)t->col[t->cell_col[i]]) + 2 * log(n));
    }
    return mi > 0 ? mi : 0;
}

/* Expected mutual information of random labellings with these margins; rows and cols
 * without gaps. O(n · max(rows, cols)). */
static scilama_status expected(scilama_context *ctx, const table *t, double *out, scilama_error *error)
{
    double *lf = slm_alloc_array(ctx, t->n + 1, sizeof *lf), n = (double)t->n, sum = 0, carry = 0;
    if (!lf) return slm_fail_nomem(error);
    lf[0] = 0;
    for (int64_t i = 1; i <= t->n; i++) { /* log i!, with a compensated sum */
        double term = log((double)i) - carry, next = lf[i - 1] + term;
        carry = (next - lf[i - 1]) - term;
        lf[i] = next;
    }
    for (int64_t r = 0; r < t->rows; r++)
        for (int64_t c = 0; c < t->cols; c++) {
            int64_t a = t->row[r], b = t->col[c], lo = a + b - t->n > 1 ? a + b - t->n : 1, hi = a < b ? a : b;
            double fixed = lf[a] + lf[b] + lf[t->n - a] + lf[t->n - b] - lf[t->n], logs = log((double)a) + log((double)b);
            for (int64_t k = lo; k <= hi; k++) {
                double p = fixed - lf[k] - lf[a - k] - lf[b - k] - lf[t->n - a - b + k];
                if (p < -80) continue;
                sum += (double)k / n * (log(n) + log((double)k) - logs) * exp(p);
            }
        }
    *out = sum;
    slm_free(ctx, lf);
    return SCILAMA_OK;
}

/* A perfect match must not become 0 / 0. */
static double not_zero(double x) { return x < 0 ? fmin(x, -DBL_EPSILON) : fmax(x, DBL_EPSILON); }

scilama_status slm_labels_compare(scilama_context *ctx, const int32_t *a, const int32_t *b, int64_t n,
                                  scilama_agreement *out, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    table t;
    SLM_TRY(fill(ctx, &work, &t, a, b, n, error));
    if (t.n == 0) return slm_fail(error, SCILAMA_E_INVALID, "no point has both labels: there is nothing to compare");
    double mi = mutual(&t), emi = 0;
    t.rows = occupied(t.row, t.rows);
    t.cols = occupied(t.col, t.cols);
    double ha = entropy(t.row, t.rows, (double)t.n), hb = entropy(t.col, t.cols, (double)t.n), mean = (ha + hb) / 2;
    out->compared = t.n;
    out->ari = rand_index(&t);
    out->homogeneity = ha > 0 ? mi / ha : 1;
    out->completeness = hb > 0 ? mi / hb : 1;
    if (t.rows == 1 || t.cols == 1) mi = 0;
    bool both_one = t.rows == 1 && t.cols == 1, both_all = t.rows == t.n && t.cols == t.n;
    out->nmi = both_one ? 1 : mi <= DBL_EPSILON ? 0 : mi / mean;
    out->ami = both_one || both_all ? 1 : 0;
    if (t.rows > 1 && t.cols > 1 && !both_all) {
        SLM_TRY(expected(ctx, &t, &emi, error));
        out->ami = not_zero(mi - emi) / not_zero(mean - emi);
    }
    return SCILAMA_OK;
}
