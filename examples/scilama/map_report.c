/* SPDX-License-Identifier: MIT */
#include "map.h"
#include "output.h"
#include "report.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { MOST_SHOWN = 60000, BINS = 5 };

static const char *const bin_names[BINS] = { "probability 0.95 and above", "0.8 to 0.95", "0.5 to 0.8", "below 0.5", "unknown" };

/* One column of labels, as it is shown. */
typedef struct view {
    const mapping *m;
    const told *told;
    scilama_label_info label;
    const char **names;
    int32_t *codes;              /* [reference cells] */
    float *xy;                   /* [shown] places: of the reference, then of the query; NULL: no layout */
    int64_t reference, query;    /* how many are shown, evenly drawn */
    int32_t *shade;              /* [shown] */
} view;

static int64_t shown(int64_t n) { return n < MOST_SHOWN ? n : MOST_SHOWN; }

/* Codes and places of reference cells: those of a cell whose one neighbour is that cell. */
static scilama_status ask_reference(app *a, view *v, int64_t index)
{
    enum { AT_ONCE = 4096 };
    const mapping *m = v->m;
    int64_t n = m->info.cells, dims = m->info.layout_dims;
    int32_t *self = app_alloc(a, AT_ONCE, sizeof *self);
    float *zero = app_alloc(a, AT_ONCE, sizeof *zero), *p = app_alloc(a, AT_ONCE, sizeof *p), *at = app_alloc(a, AT_ONCE * (dims + 1), sizeof *at);
    if (!self || !zero || !p || !at) return SCILAMA_E_NOMEM;
    scilama_status status = SCILAMA_OK;
    for (int64_t first = 0; first < n && !status; first += AT_ONCE) {
        int64_t count = n - first < AT_ONCE ? n - first : AT_ONCE;
        for (int64_t i = 0; i < count; i++) self[i] = (int32_t)(first + i);
        status = scilama_reference_transfer(m->reference, index, self, zero, count, 1, v->codes + first, p, NULL, NULL, &a->error);
    }
    for (int64_t first = 0; first < v->reference && v->xy && !status; first += AT_ONCE) {
        int64_t count = v->reference - first < AT_ONCE ? v->reference - first : AT_ONCE;
        for (int64_t i = 0; i < count; i++) self[i] = (int32_t)((first + i) * n / v->reference);
        status = scilama_reference_place(m->reference, self, zero, count, 1, at, &a->error);
        for (int64_t i = 0; i < count * 2; i++) v->xy[first * 2 + i] = at[i / 2 * dims + i % 2];
    }
    return status;
}

static scilama_status open_view(app *a, const mapping *m, int64_t index, view *v)
{
    int64_t dims = m->info.layout_dims;
    *v = (view){ .m = m, .told = &m->labels[index], .reference = shown(m->info.cells), .query = shown(m->cells) };
    scilama_label_info_init(&v->label, sizeof v->label);
    scilama_status status = scilama_reference_label(m->reference, index, &v->label, &a->error);
    if (status) return status;
    v->names = app_alloc(a, v->label.categories, sizeof *v->names);
    v->codes = app_alloc(a, m->info.cells, sizeof *v->codes);
    v->shade = app_alloc(a, v->reference + v->query, sizeof *v->shade);
    if (dims >= 2) v->xy = app_alloc(a, (v->reference + v->query) * 2, sizeof *v->xy);
    if (!v->names || !v->codes || !v->shade || (dims >= 2 && !v->xy)) return SCILAMA_E_NOMEM;
    for (int64_t c = 0; c < v->label.categories; c++) v->names[c] = scilama_reference_category(m->reference, index, c);
    for (int64_t i = 0; i < v->query * 2 && v->xy; i++) v->xy[v->reference * 2 + i] = m->layout[i / 2 * m->cells / v->query * dims + i % 2];
    return ask_reference(a, v, index);
}

static int32_t bin_of(const view *v, int64_t cell)
{
    double p = (double)v->told->p[cell];
    return map_unknown(v->m, v->told, cell) ? 4 : p >= 0.95 ? 0 : p >= 0.8 ? 1 : p >= 0.5 ? 2 : 3;
}

static scilama_status draw(app *a, FILE *to, view *v)
{
    int64_t n = v->reference, all = n + v->query;
    for (int64_t i = 0; i < n; i++) v->shade[i] = v->codes[i * v->m->info.cells / n];
    fputs("<div class=row>", to);
    scilama_status status = draw_points(a, to, "The reference", v->xy, n, 2, v->shade, v->names, v->label.categories);
    for (int64_t i = 0; i < all; i++) v->shade[i] = i < n ? -1 : v->told->code[(i - n) * v->m->cells / v->query];
    if (!status) status = draw_points(a, to, "The query over it, by its labels", v->xy, all, 2, v->shade, v->names, v->label.categories);
    for (int64_t i = n; i < all; i++) v->shade[i] = bin_of(v, (i - n) * v->m->cells / v->query);
    if (!status) status = draw_points(a, to, "The query over it, by confidence", v->xy, all, 2, v->shade, bin_names, BINS);
    fputs("</div><p class=note>Grey: the reference. A query cell is placed at the weighted mean of its nearest reference cells.", to);
    if (n < v->m->info.cells || v->query < v->m->cells)
        fprintf(to, " Drawn: %" PRId64 " and %" PRId64 " of them, evenly.", n, v->query);
    fputs("</p>\n", to);
    return status;
}

typedef struct row { int64_t reference, query, sure, unknown; double p, distance, novelty; } row;

static scilama_status table(app *a, FILE *to, const view *v)
{
    const mapping *m = v->m;
    row *rows = app_alloc(a, v->label.categories, sizeof *rows);
    if (!rows) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < m->info.cells; i++)
        if (v->codes[i] >= 0) rows[v->codes[i]].reference++;
    for (int64_t i = 0; i < m->cells; i++) {
        if (v->told->code[i] < 0) continue;
        row *r = &rows[v->told->code[i]];
        r->query++;
        r->p += (double)v->told->p[i];
        r->sure += (double)v->told->p[i] >= 0.95;
        r->unknown += map_unknown(m, v->told, i);
        r->distance += m->distance[i];
        if (m->novelty) r->novelty += (double)m->novelty[i];
    }
    fputs("<div class=wide><table><tr><th>Label<th class=n>Reference cells<th class=n>Query cells<th class=n>Mean probability<th class=n>0.95 and above"
          "<th class=n>Unknown<th class=n>Mean distance<th class=n>Mean novelty</tr>", to);
    for (int64_t c = 0; c < v->label.categories; c++) {
        const row *r = &rows[c];
        double n = r->query ? (double)r->query : 1;
        fputs("<tr><td>", to);
        html_text(to, v->names[c]);
        fprintf(to, "<td class=n>%" PRId64 "<td class=n>%" PRId64, r->reference, r->query);
        if (!r->query) fputs("<td class=n>–<td class=n>–<td class=n>–<td class=n>–<td class=n>–</tr>", to);
        else {
            fprintf(to, "<td class=n>%.3f<td class=n>%.0f %%<td class=n>%" PRId64 "<td class=n>%.2f", r->p / n, 100 * (double)r->sure / n, r->unknown, r->distance / n);
            if (m->novelty) fprintf(to, "<td class=n>%.2f</tr>", r->novelty / n);
            else fputs("<td class=n>–</tr>", to);
        }
    }
    fputs("</table></div><p class=note>Distance: to the nearest reference cells; 95 % of the reference's own stay below 1. Novelty: how much sparser the reference "
          "is around a cell than the query; 0 = as dense.</p>\n", to);
    return SCILAMA_OK;
}

scilama_status map_report_write(app *a, const mapping *m)
{
    FILE *to;
    scilama_status status = open_text(a, m->html, &to);
    if (status) return status;
    html_head(to, m->files[1]);
    fprintf(to, "<p class=lead>%" PRId64 " cells among the %" PRId64 " reference cells of ", m->cells, m->info.cells);
    html_text(to, strrchr(m->files[0], '/') ? strrchr(m->files[0], '/') + 1 : m->files[0]);
    fprintf(to, "; written by scilama %s.</p>\n", scilama_version_string());
    if (!m->info.labels) fputs("<p>The reference carries no labels.</p>\n", to);
    else if (m->info.layout_dims < 2) fputs("<p>The reference carries no layout to draw its cells in: fit it with --reference and without --no-umap.</p>\n", to);
    for (int64_t i = 0; i < m->info.labels && !status; i++) {
        view v;
        status = open_view(a, m, i, &v);
        if (status) break;
        fputs("<h2>", to);
        html_text(to, v.label.name);
        fputs("</h2>\n", to);
        if (v.xy) status = draw(a, to, &v);
        if (!status) status = table(a, to, &v);
    }
    fputs("</body></html>\n", to);
    return status ? status : close_text(a, m->html, to);
}
