/* SPDX-License-Identifier: MIT */
#include "analysis/silhouette.h"
#include "core/thread.h"
#include "linalg/gemm.h"
#include "scilama/analysis.h"

/* Points are sorted by cluster, so that the distances of a tile are summed over
 * contiguous runs. Double precision: a single-precision product loses the short
 * distances. */

enum { ROWS = 64, COLUMNS = 512 };

typedef struct lane { double *tile, *sums; } lane; /* [ROWS × COLUMNS], [ROWS × groups] */

typedef struct job {
    const scilama_context *ctx;
    int64_t n, dim, groups;
    bool cosine;
    enum slm_between between;
    double *x, *norm;     /* sorted: [n × dim], squared lengths */
    int64_t *place;       /* sorted -> element */
    int64_t *start;       /* [groups + 1] */
    int32_t *code;        /* sorted */
    lane *lanes;
    double *samples;
} job;

static void add_runs(const job *j, lane *l, int64_t first, int64_t rows, int64_t column, int64_t columns)
{
    for (int64_t r = 0; r < rows; r++) {
        double *v = l->tile + r * COLUMNS, own = j->norm[first + r];
        const double *other = j->norm + column;
        if (j->cosine)
            for (int64_t c = 0; c < columns; c++) v[c] = 1 - v[c];
        else
            for (int64_t c = 0; c < columns; c++) {
                double d = own + other[c] - 2 * v[c];
                v[c] = sqrt(d > 0 ? d : 0);
            }
        if (first + r >= column && first + r < column + columns) v[first + r - column] = 0;
        for (int64_t c = 0; c < columns;) {
            int32_t g = j->code[column + c];
            int64_t end = j->start[g + 1] - column < columns ? j->start[g + 1] - column : columns;
            double s[4] = { 0, 0, 0, 0 };
            for (; c + 4 <= end; c += 4)
                for (int u = 0; u < 4; u++) s[u] += v[c + u];
            for (; c < end; c++) s[0] += v[c];
            l->sums[r * j->groups + g] += (s[0] + s[1]) + (s[2] + s[3]);
        }
    }
}

static double silhouette(const job *j, const double *sums, int32_t own)
{
    int64_t size = j->start[own + 1] - j->start[own], others = 0;
    double a = size > 1 ? sums[own] / (double)(size - 1) : NAN, b = INFINITY, all = 0;
    for (int64_t g = 0; g < j->groups; g++) {
        int64_t members = j->start[g + 1] - j->start[g];
        if (g == own || !members) continue;
        b = fmin(b, sums[g] / (double)members);
        all += sums[g];
        others += members;
    }
    if (j->between == SLM_BETWEEN_MEAN_OTHER) b = all / (double)others;
    double s = (b - a) / fmax(a, b);
    return isnan(a) || isnan(s) ? 0 : s;
}

static void do_rows(void *arg, int64_t task, int worker)
{
    job *j = arg;
    lane *l = &j->lanes[worker];
    if (slm_cancelled(j->ctx)) return;
    int64_t first = task * ROWS, rows = j->n - first < ROWS ? j->n - first : ROWS;
    memset(l->sums, 0, (size_t)(rows * j->groups) * sizeof *l->sums);
    for (int64_t c = 0; c < j->n; c += COLUMNS) {
        int64_t columns = j->n - c < COLUMNS ? j->n - c : COLUMNS;
        slm_dgemm_serial(false, true, rows, columns, j->dim, 1, j->x + first * j->dim, j->dim,
                         j->x + c * j->dim, j->dim, 0, l->tile, COLUMNS);
        add_runs(j, l, first, rows, c, columns);
    }
    for (int64_t r = 0; r < rows; r++)
        j->samples[j->place[first + r]] = silhouette(j, l->sums + r * j->groups, j->code[first + r]);
}

static void sort_points(job *j, const slm_points *p, const int64_t *rows, const int32_t *codes, double *mean)
{
    for (int64_t i = 0; i < j->n; i++) j->start[codes[i] + 1]++;
    for (int64_t g = 0; g < j->groups; g++) j->start[g + 1] += j->start[g];
    for (int64_t i = 0; i < j->n; i++) j->place[j->start[codes[i]]++] = i;
    for (int64_t g = j->groups; g > 0; g--) j->start[g] = j->start[g - 1];
    j->start[0] = 0;
    memset(mean, 0, (size_t)j->dim * sizeof *mean);
    for (int64_t i = 0; !j->cosine && i < j->n; i++)
        for (int64_t k = 0; k < j->dim; k++) mean[k] += (double)p->x[(rows ? rows[i] : i) * p->ld + k] / (double)j->n;
    for (int64_t s = 0; s < j->n; s++) {
        const float *in = p->x + (rows ? rows[j->place[s]] : j->place[s]) * p->ld;
        double *out = j->x + s * j->dim, sum = 0;
        for (int64_t k = 0; k < j->dim; k++) {
            out[k] = (double)in[k] - mean[k];
            sum += out[k] * out[k];
        }
        j->norm[s] = sum;
        j->code[s] = codes[j->place[s]];
        if (j->cosine && sum > 0)
            for (int64_t k = 0; k < j->dim; k++) out[k] /= sqrt(sum);
    }
}

scilama_status slm_silhouette(scilama_context *ctx, const slm_points *p, const int64_t *rows, int64_t count,
                              const int32_t *codes, int64_t groups, enum slm_between between,
                              double *samples, scilama_error *error)
{
    job j = { .ctx = ctx, .n = count, .dim = p->dim, .groups = groups, .cosine = p->cosine,
              .between = between, .samples = samples };
    SLM_SCOPE(work, ctx);
    double *mean = slm_scope_array(&work, p->dim, sizeof *mean);
    j.x = slm_scope_array(&work, count, (size_t)p->dim * sizeof(double));
    j.norm = slm_scope_array(&work, count, sizeof *j.norm);
    j.place = slm_scope_array(&work, count, sizeof *j.place);
    j.code = slm_scope_array(&work, count, sizeof *j.code);
    j.start = slm_scope_zeros(&work, groups + 1, sizeof *j.start);
    j.lanes = slm_scope_zeros(&work, ctx->threads, sizeof *j.lanes);
    for (int t = 0; t < ctx->threads && j.lanes; t++) {
        j.lanes[t].tile = slm_scope_array(&work, ROWS * COLUMNS, sizeof(double));
        j.lanes[t].sums = slm_scope_array(&work, groups, ROWS * sizeof(double));
    }
    if (work.failed) return slm_fail_nomem(error);
    sort_points(&j, p, rows, codes, mean);
    slm_parallel(ctx, slm_tiles(count, ROWS), do_rows, &j);
    return slm_cancelled(ctx) ? slm_fail_cancelled(error) : SCILAMA_OK;
}
