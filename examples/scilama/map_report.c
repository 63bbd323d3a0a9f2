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
    told *told;
    scilama_label_info label;
    const char **names;
    int32_t *codes;              /* [reference cells] */
    float *xy;                   /* [shown] places: of the reference, then of the query; NULL: no layout */
    int64_t reference, query;    /* how many are shown, evenly drawn */
    int32_t *shade;              /* [shown] */
} view;

static int64_t shown(int64_t n) { return n < MOST_SHOWN ? n : MOST_SHOWN; }

scilama_status map_report_begin(app *a, mapping *m)
{
    scilama_label_info label;
    scilama_label_info_init(&label, sizeof label);
    m->shown = shown(m->cells);
    if (m->info.layout_dims >= 2 && !(m->xy = app_alloc(a, m->shown * 2, sizeof *m->xy))) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < m->info.labels; i++) {
        scilama_status status = scilama_reference_label(m->reference, i, &label, &a->error);
        if (status) return status;
        told *t = &m->labels[i];
        t->rows = app_alloc(a, label.categories, sizeof *t->rows);
        t->code = app_alloc(a, m->shown, sizeof *t->code);
        t->bin = app_alloc(a, m->shown, sizeof *t->bin);
        if (!t->rows || !t->code || !t->bin) return SCILAMA_E_NOMEM;
    }
    return SCILAMA_OK;
}

static void add_rows(const scilama_map_block *b, int64_t l, map_row *rows)
{
    for (int64_t i = 0; i < b->cells; i++) {
        if (b->code[l][i] < 0) continue;
        map_row *r = &rows[b->code[l][i]];
        r->query++;
        r->p += (double)b->probability[l][i];
        r->sure += (double)b->probability[l][i] >= 0.95;
        r->unknown += b->unknown[l][i];
        r->distance += b->distance[i];
        if (b->novelty) r->novelty += (double)b->novelty[i];
    }
}

static int32_t bin_of(const scilama_map_block *b, int64_t l, int64_t i)
{
    double p = (double)b->probability[l][i];
    return b->unknown[l][i] ? 4 : p >= 0.95 ? 0 : p >= 0.8 ? 1 : p >= 0.5 ? 2 : 3;
}

void map_report_take(mapping *m, const scilama_map_block *b)
{
    m->novelty = b->novelty != NULL;
    for (int64_t l = 0; l < b->labels; l++) add_rows(b, l, m->labels[l].rows);
    for (; m->at < m->shown && m->at * m->cells / m->shown < b->first + b->cells; m->at++) {
        int64_t i = m->at * m->cells / m->shown - b->first;
        for (int64_t l = 0; l < b->labels; l++) {
            m->labels[l].code[m->at] = b->code[l][i];
            m->labels[l].bin[m->at] = bin_of(b, l, i);
        }
        for (int d = 0; d < 2 && m->xy; d++) m->xy[m->at * 2 + d] = b->layout[i * b->layout_dims + d];
    }
}

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
    *v = (view){ .m = m, .told = &m->labels[index], .reference = shown(m->info.cells), .query = m->shown };
    scilama_label_info_init(&v->label, sizeof v->label);
    scilama_status status = scilama_reference_label(m->reference, index, &v->label, &a->error);
    if (status) return status;
    v->names = app_alloc(a, v->label.categories, sizeof *v->names);
    v->codes = app_alloc(a, m->info.cells, sizeof *v->codes);
    v->shade = app_alloc(a, v->reference + v->query, sizeof *v->shade);
    if (dims >= 2) v->xy = app_alloc(a, (v->reference + v->query) * 2, sizeof *v->xy);
    if (!v->names || !v->codes || !v->shade || (dims >= 2 && !v->xy)) return SCILAMA_E_NOMEM;
    for (int64_t c = 0; c < v->label.categories; c++) v->names[c] = scilama_reference_category(m->reference, index, c);
    if (v->xy) memcpy(v->xy + v->reference * 2, m->xy, (size_t)(v->query * 2) * sizeof *v->xy);
    return ask_reference(a, v, index);
}

static scilama_status draw(app *a, FILE *to, view *v)
{
    int64_t n = v->reference, all = n + v->query;
    for (int64_t i = 0; i < n; i++) v->shade[i] = v->codes[i * v->m->info.cells / n];
    fputs("<div class=row>", to);
    scilama_status status = draw_points(a, to, "The reference", v->xy, n, 2, v->shade, v->names, v->label.categories);
    for (int64_t i = 0; i < all; i++) v->shade[i] = i < n ? -1 : v->told->code[i - n];
    if (!status) status = draw_points(a, to, "The query over it, by its labels", v->xy, all, 2, v->shade, v->names, v->label.categories);
    for (int64_t i = n; i < all; i++) v->shade[i] = v->told->bin[i - n];
    if (!status) status = draw_points(a, to, "The query over it, by confidence", v->xy, all, 2, v->shade, bin_names, BINS);
    fputs("</div><p class=note>Grey: the reference. A query cell is placed at the weighted mean of its nearest reference cells.", to);
    if (n < v->m->info.cells || v->query < v->m->cells)
        fprintf(to, " Drawn: %" PRId64 " and %" PRId64 " of them, evenly.", n, v->query);
    fputs("</p>\n", to);
    return status;
}

static void table(FILE *to, const view *v)
{
    const mapping *m = v->m;
    map_row *rows = v->told->rows;
    for (int64_t i = 0; i < m->info.cells; i++)
        if (v->codes[i] >= 0) rows[v->codes[i]].reference++;
    fputs("<div class=wide><table><tr><th>Label<th class=n>Reference cells<th class=n>Query cells<th class=n>Mean probability<th class=n>0.95 and above"
          "<th class=n>Unknown<th class=n>Mean distance<th class=n>Mean novelty</tr>", to);
    for (int64_t c = 0; c < v->label.categories; c++) {
        const map_row *r = &rows[c];
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
        if (!status) table(to, &v);
    }
    fputs("</body></html>\n", to);
    return status ? status : close_text(a, m->html, to);
}
