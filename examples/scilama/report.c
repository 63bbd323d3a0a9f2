/* SPDX-License-Identifier: MIT */
#include "report.h"
#include "modules.h"
#include "scores.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DOT_GENES = 3, MOST_GROUPS = 40, SHOWN_HUBS = 8, MOST_HISTORY = 100000, MOST_DIMENSIONS = 1000,
       FEWEST_GENES = 10, FEWEST_CELLS = 4 /* of which loadings, and so modules, can be made */ };

static const char own_clusters[] = "scilama_leiden";

/* A categorical column, or codes NULL when the file has none of that name. */
typedef struct grouping { const char *key; int32_t *codes; const char **names; int64_t count; } grouping;

typedef struct page {
    scilama_gene_sets *sets;
    app *a;
    FILE *to;
    const report_plan *plan;
    scilama_dataset *d;
    int64_t cells, genes;
    grouping batch, label, cluster;
    const grouping *state;    /* what markers and heat map are by: label, else cluster */
    float *z, *vectors;
    int64_t width;
    comparison own;           /* where fit had none to give */
    const char *not_compared; /* why; NULL = it is */
    scilama_preprocess_report recipe;
} page;

static scilama_status find_grouping(page *p, const char *key, grouping *g)
{
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    if (!key || scilama_dataset_column_info(p->d, key, &info, NULL)) return SCILAMA_OK;
    g->key = key;
    return read_groups(p->a, p->d, p->plan->file, key, &g->codes, &g->names, &g->count);
}

/* Principal components of what an encoder would see beside the embedding. That it cannot be computed is no fault of the page. */
static scilama_status compare(page *p)
{
    app *a = p->a;
    const char *neighbors = fit_option(a, p->plan->file, "options/neighbors");
    int64_t others = neighbors ? strtoll(neighbors, NULL, 10) - 1 : 0;
    scilama_preprocess_report_init(&p->recipe, sizeof p->recipe);
    scilama_status status = prepare_as_fitted(a, p->d, p->plan->file, &p->recipe);
    if (status || p->plan->compared || !p->label.codes || !p->z) return status;
    uint64_t seed = a->seed;
    seed_as_fitted(a, p->plan->file);
    p->own = (comparison){ .prepared = p->d, .embedding = p->z, .cells = p->cells, .latent = p->width, .labels = p->label.codes, .batches = p->batch.codes,
                           .written = p->cluster.codes, .resolution = p->cluster.codes ? cluster_resolution(a, p->plan->file, p->plan->cluster) : NAN,
                           .neighbors = others, .seed = a->seed };
    a->seed = seed;
    status = score_compare(a, &p->own);
    if (!status || status == SCILAMA_E_CANCELLED || status == SCILAMA_E_NOMEM) return status;
    p->not_compared = app_text(a, "%s", a->error.message);
    return p->not_compared ? SCILAMA_OK : SCILAMA_E_NOMEM;
}

static scilama_status load(page *p)
{
    scilama_preprocess_options o;
    const report_plan *plan = p->plan;
    p->a->hush = true;
    scilama_status status = stream_cells(p->a, plan->file, plan->layer, false, plan->stream, &p->d);
    if (status) return status;
    p->cells = scilama_dataset_cells(p->d);
    p->genes = scilama_dataset_genes(p->d);
    if (!status) status = find_grouping(p, plan->batch, &p->batch);
    if (!status) status = find_grouping(p, plan->label, &p->label);
    if (!status) status = find_grouping(p, plan->cluster, &p->cluster);
    bool asked = plan->cluster && strcmp(plan->cluster, own_clusters); /* those of fit may be missing */
    const char *missing = plan->batch && !p->batch.codes ? plan->batch : plan->label && !p->label.codes ? plan->label : asked && !p->cluster.codes ? plan->cluster : NULL;
    if (!status && missing) status = need_column(p->a, p->d, plan->file, missing);
    p->state = p->label.count ? &p->label : p->cluster.count ? &p->cluster : NULL;
    if (!status) status = read_space(p->a, plan->file, "X_scilama", "scilama", plan->layer, p->d, &p->z, &p->vectors, &p->width);
    if (!status && !p->z && app_has(p->a, scilama_h5ad_read_array(p->a->context, plan->file, data_key(p->a, "obsm/X_scilama"), NULL, NULL, NULL, 0, &p->a->error)))
        status = read_obsm(p->a, plan->file, "X_scilama", p->cells, &p->z, &p->width); /* no gene VAE */
    if (!status && plan->gmt) status = scilama_gene_sets_read(&p->sets, p->a->context, plan->gmt, &p->a->error);
    if (!status && p->sets && p->vectors) status = modules_cover(p->a, p->d, p->vectors, p->width, p->sets, plan->gmt, NULL);
    if (!status) status = compare(p);
    scilama_preprocess_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED);
    o.hvg = SCILAMA_HVG_NONE;
    o.scale = SCILAMA_OFF;
    o.min_cells = 0;
    return status ? status : scilama_dataset_preprocess(p->d, &o, NULL, &p->a->error);
}

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6573;--line:#d9dee5;--back:#fff;--card:#f6f8fa;--hot:#c8372d;--cold:#2f6db5}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa5b4;--line:#353d49;--back:#14181e;--card:#1c222b;--hot:#ff7a66;--cold:#6cb0ff}}"
    "*{box-sizing:border-box}body{margin:0 auto;max-width:1180px;padding:28px 22px 60px;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}"
    "h1{font-size:26px;margin:0}h2{font-size:19px;margin:40px 0 10px;padding-bottom:4px;border-bottom:1px solid var(--line)}"
    "p{margin:6px 0;max-width:78ch}.lead,.note,small{color:var(--soft)}.note{font-size:13px}"
    ".row{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(310px,100%),1fr));gap:16px}figure{margin:0;padding:12px;background:var(--card);border:1px solid var(--line);border-radius:8px;min-width:0}"
    "figcaption{font-weight:600;margin-bottom:6px}figure img,figure svg{width:100%;height:auto;display:block}"
    ".legend{list-style:none;margin:8px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:2px 14px;font-size:13px}.legend i{display:inline-block;width:11px;height:11px;border-radius:50%;margin-right:5px}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}th,td{text-align:left;padding:4px 14px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:600}td.n,th.n{text-align:right}"
    "svg text{fill:var(--soft);font:11px system-ui,sans-serif}svg text.name{fill:var(--ink);font-size:12px}.grid{stroke:var(--line)}.phase{stroke:var(--soft);stroke-dasharray:3 3}.line{fill:none;stroke-width:1.8}.bundle{fill:none;stroke:var(--cold);stroke-width:1.2;stroke-opacity:.55}"
    ".bar{fill:var(--cold)}.hot{fill:var(--hot)}.cold{fill:var(--cold)}.key b{display:inline-block;width:14px;height:14px;border-radius:3px;vertical-align:-2px}.key{margin-right:14px}.hot-key{background:var(--hot)}.cold-key{background:var(--cold)}"
    "em{font-style:normal;font-weight:600}h3{font-size:16px;margin:22px 0 4px}.hubs{min-width:19em}.set{min-width:15em;overflow-wrap:anywhere}code{font-size:13px;overflow-wrap:anywhere}.dot{vertical-align:-6px}"
    "@media(max-width:480px){body{padding:18px 12px 40px}h1{overflow-wrap:anywhere}figure svg text{font-size:15px}td,th{padding-right:10px}.hubs{min-width:13em}}";

void html_head(FILE *to, const char *path)
{
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    fputs("<!doctype html>\n<html lang=en><head><meta charset=utf-8><meta name=viewport content=\"width=device-width,initial-scale=1\">"
          "<link rel=icon href=\"data:,\"><title>sciLaMA report: ", to);
    html_text(to, name);
    fprintf(to, "</title><style>%s</style></head><body>\n<h1>", style);
    html_text(to, name);
    fputs("</h1>", to);
}

static scilama_status scatter(page *p)
{
    float *xy = NULL;
    int64_t width = 0, rows;
    static const char *const keys[] = { "X_scilama_umap", "X_umap" }; /* the first where the input had a layout of its own */
    const char *key = NULL;
    for (int i = 0; i < 2 && !key; i++) {
        char *full = app_text(p->a, "obsm/%s", keys[i]);
        const char *place = full ? data_key(p->a, full) : NULL;
        if (!place) return SCILAMA_E_NOMEM;
        if (app_has(p->a, scilama_h5ad_read_array(p->a->context, p->plan->file, place, &rows, &width, NULL, 0, &p->a->error)) && width >= 2 && rows == p->cells) key = place;
    }
    scilama_status status = SCILAMA_OK;
    if (key && !(xy = app_alloc(p->a, rows * width, sizeof *xy))) return SCILAMA_E_NOMEM;
    if (key) status = scilama_h5ad_read_array(p->a->context, p->plan->file, key, &rows, &width, xy, rows * width, &p->a->error); /* not finite where a cell has no place */
    else if (p->z) {
        scilama_pca_options o;
        scilama_pca_options_init(&o, sizeof o);
        o.components = width = 2;
        xy = app_alloc(p->a, p->cells * 2, sizeof *xy);
        status = !xy ? SCILAMA_E_NOMEM : scilama_pca(p->a->context, p->z, p->cells, p->width, 0, &o, xy, NULL, NULL, NULL, &p->a->error);
    }
    if (status || !xy) return status;
    const grouping *const shown[] = { &p->label, &p->batch, &p->cluster };
    fprintf(p->to, "<h2>Cells</h2><p>%s</p><div class=row>", key ? "UMAP layout: UMAP 1 to the right, UMAP 2 upwards." :
            "First two principal components, the first to the right, of <code>obsm['X_scilama']</code>: the file has no <code>X_umap</code> (<code>scilama umap</code> makes one).");
    int drawn = 0;
    for (size_t i = 0; i < sizeof shown / sizeof *shown && !status; i++)
        if (shown[i]->codes) {
            status = draw_points(p->a, p->to, shown[i]->key, xy, p->cells, width, shown[i]->codes, shown[i]->names, shown[i]->count);
            drawn++;
        }
    fprintf(p->to, "</div><p class=note>All %" PRId64 " cells, drawn as an image.%s</p>\n", p->cells, drawn ? "" : " There is no column to colour by.");
    return status;
}

static double *history_column(page *p, const char *name, int64_t rows)
{
    double *values = app_alloc(p->a, rows, sizeof *values);
    if (!values || !app_has(p->a, scilama_h5ad_read_column(p->a->context, p->plan->file, data_key(p->a, "uns/scilama/history"), name, NULL, values, rows, &p->a->error))) return NULL;
    return values;
}

static int by_falling(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a < b) - (a > b);
}

/* Variance over cells of each latent dimension: one that carries nothing has none. */
static void latent_bars(page *p)
{
    double *variance = app_alloc(p->a, p->width, sizeof *variance);
    if (!variance || !p->z) return;
    for (int64_t l = 0; l < p->width; l++) {
        double sum = 0, square = 0, n = (double)p->cells;
        for (int64_t i = 0; i < p->cells; i++) {
            double v = (double)p->z[i * p->width + l];
            sum += v;
            square += v * v;
        }
        variance[l] = fmax(square / n - sum / n * (sum / n), 0);
    }
    qsort(variance, (size_t)p->width, sizeof *variance, by_falling);
    draw_bars(p->to, "Variance of the latent dimensions over cells", "variance of the mean", variance, p->width);
}

/* A VAE that a phase does not know yet has a KL of 0 there, which is no value. */
static bool trained(const float *kl, int64_t width)
{
    for (int64_t l = 0; l < width; l++)
        if (kl[l] < 0 || kl[l] > 0) return true;
    return false;
}

/* KL of every latent dimension over the epochs, of cells or genes. */
static void kl_bundle(page *p, const char *title, const char *key, int64_t epochs, const int64_t *breaks, int n_breaks)
{
    int64_t rows = 0, width = 0;
    if (!app_has(p->a, scilama_h5ad_read_array(p->a->context, p->plan->file, data_key(p->a, key), &rows, &width, NULL, 0, &p->a->error)) || rows != epochs || width < 1 || width > MOST_DIMENSIONS) return;
    float *stored = app_alloc(p->a, rows * width, sizeof *stored);
    double *y = app_alloc(p->a, rows * width, sizeof *y);
    if (!stored || !y || !app_has(p->a, scilama_h5ad_read_array(p->a->context, p->plan->file, data_key(p->a, key), &rows, &width, stored, rows * width, &p->a->error))) return;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t l = 0; l < width; l++) y[l * rows + i] = trained(stored + i * width, width) ? (double)stored[i * width + l] : NAN;
    draw_bundle(p->to, title, "KL in nats", y, width, rows, breaks, n_breaks);
}

static void training(page *p)
{
    int64_t rows = 0, breaks[8];
    int n_breaks = 0;
    if (!app_has(p->a, scilama_h5ad_read_column(p->a->context, p->plan->file, data_key(p->a, "uns/scilama/history"), "loss", &rows, NULL, 0, &p->a->error)) || rows < 1 || rows > MOST_HISTORY) return;
    static const char *const names[] = { "phase", "loss", "validation_loss", "kl_s", "kl_f", "beta", "lr" };
    double *column[7];
    for (int i = 0; i < 7; i++) column[i] = history_column(p, names[i], rows);
    for (int64_t i = 0; i < rows && column[0]; i++)
        if ((i == 0 || column[0][i] < column[0][i - 1] || column[0][i] > column[0][i - 1]) && n_breaks < 8) breaks[n_breaks++] = i;
    fputs("<h2>Training</h2><div class=row>", p->to);
    for (int b = 0; b < n_breaks && column[1]; b++) { /* each phase on its own scale */
        static const int64_t start = 0;
        int64_t from = breaks[b], n = (b + 1 < n_breaks ? breaks[b + 1] : rows) - from;
        char title[48];
        snprintf(title, sizeof title, n_breaks > 1 ? "Loss, phase %d" : "Loss", b + 1);
        draw_curves(p->to, title, "loss, a mean over cells", (curve[]){ { "training", column[1] + from }, { "validation", column[2] ? column[2] + from : NULL } }, column[2] ? 2 : 1, n, &start, 1, true);
    }
    for (int64_t i = 0; i < rows && column[3] && column[4]; i++)
        for (int k = 3; k <= 4; k++) column[k][i] = column[k][i] > 0 ? column[k][i] : NAN;
    if (column[3] && column[4]) draw_curves(p->to, "Kullback–Leibler divergence", "KL in nats, a mean", (curve[]){ { "cells", column[3] }, { "genes", column[4] } }, 2, rows, breaks, n_breaks, true);
    if (column[5]) draw_curves(p->to, "Its weight β", "β", (curve[]){ { "β", column[5] } }, 1, rows, breaks, n_breaks, false);
    kl_bundle(p, "KL per latent dimension, cells", "uns/scilama/history_kl_s", rows, breaks, n_breaks);
    kl_bundle(p, "KL per latent dimension, genes", "uns/scilama/history_kl_f", rows, breaks, n_breaks);
    latent_bars(p);
    fputs("</div>", p->to);
    if (n_breaks > 1) fputs("<p class=note>Dashed lines part the phases of training.</p>\n", p->to);
}

/* A row: the better of the two is marked. */
static void metric_row(page *p, const char *name, const double value[2])
{
    if (isnan(value[0]) && isnan(value[1])) return;
    fprintf(p->to, "<tr><td>%c%s", name[0] >= 'a' && name[0] <= 'z' ? name[0] - 'a' + 'A' : name[0], name + 1);
    for (int k = 0; k < 2; k++) {
        bool best = value[k] > value[1 - k];
        fputs(best ? "<td class=n><em>" : "<td class=n>", p->to);
        if (isnan(value[k])) fputs("–", p->to);
        else fprintf(p->to, "%.3f", value[k]);
        if (best) fputs("</em>", p->to);
    }
    fputs("</tr>", p->to);
}

static void metrics(page *p)
{
    static const struct { const char *name; size_t at; } rows[] = {
#define ROW(name) { #name, offsetof(scilama_scores, name) }
        ROW(ari), ROW(nmi), ROW(silhouette_label), ROW(clisi), ROW(silhouette_batch), ROW(ilisi), ROW(kbet), ROW(kbet_label), ROW(graph_connectivity), ROW(pcr), ROW(bio), ROW(batch), ROW(total)
#undef ROW
    };
    const comparison *c = p->plan->compared ? p->plan->compared : &p->own;
    char name[100];
    double value[2];
    if (!p->label.codes || !p->z) return;
    if (p->not_compared) {
        fputs("<h2>Metrics</h2><p>Not computed: ", p->to);
        html_text(p->to, p->not_compared);
        fputs("</p>\n", p->to);
        return;
    }
    fputs("<h2>Metrics</h2><div class=wide><table><tr><th>From 0 to 1, higher is better<th class=n>Principal components<th class=n>sciLaMA</tr>", p->to);
    for (int row = 0; row < 2 && c->written; row++) {
        for (int k = 0; k < 2; k++) value[k] = !c->agreement[k].compared ? NAN : row ? c->agreement[k].nmi : c->agreement[k].ari;
        score_written_name(name, sizeof name, c->resolution, row ? "NMI" : "ARI");
        metric_row(p, name, value);
    }
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        for (int k = 0; k < 2; k++) memcpy(&value[k], (const char *)&c->scores[k] + rows[r].at, sizeof(double));
        score_row_name(name, sizeof name, rows[r].name, !isnan(c->scores[0].pcr) || isnan(c->scores[0].batch));
        metric_row(p, name, value);
    }
    fputs("</table></div><p class=note>Labels: ", p->to);
    html_text(p->to, p->label.key);
    fputs(p->batch.codes ? "; batches: " : "", p->to);
    html_text(p->to, p->batch.codes ? p->batch.key : "");
    fputs(". Best resolution by NMI: ", p->to);
    fprintf(p->to, "%.2g before, %.2g after.", c->scores[0].nmi_resolution, c->scores[1].nmi_resolution);
    if (c->parts > 1) fprintf(p->to, " Means over %" PRId64 " samples of %" PRId64 " cells.", c->parts, c->each);
    fputs("</p>\n", p->to);
}

/* Mean activity of modules by state. */
static scilama_status activity_map(page *p, const module_set *m, const char **names)
{
    int64_t groups = p->state->count < MOST_GROUPS ? p->state->count : MOST_GROUPS, rows = m->modules < MOST_GROUPS ? m->modules : MOST_GROUPS;
    float *activity = app_alloc(p->a, p->cells * m->modules, sizeof *activity);
    double *mean = app_alloc(p->a, rows * groups, sizeof *mean), *size = app_alloc(p->a, groups, sizeof *size);
    if (!activity || !mean || !size) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_module_activity(p->d, m->labels, m->modules, activity, &p->a->error);
    if (status) return status;
    for (int64_t i = 0; i < p->cells; i++) {
        int32_t g = p->state->codes[i];
        if (g < 0 || g >= groups) continue;
        size[g]++;
        for (int64_t k = 0; k < rows; k++) mean[k * groups + g] += (double)activity[i * m->modules + k];
    }
    for (int64_t i = 0; i < rows * groups; i++) mean[i] = size[i % groups] > 0 ? mean[i] / size[i % groups] : NAN;
    fputs("<h3>Activity by ", p->to);
    html_text(p->to, p->state->key);
    fputs("</h3><p>Mean z-score of a module's genes, averaged over cells.</p>", p->to);
    draw_heat_map(p->to, mean, rows, groups, names, p->state->names);
    return SCILAMA_OK;
}

static void module_row(page *p, const module_set *m, const scilama_gene_sets *sets, int64_t k)
{
    fprintf(p->to, "<tr><td>%" PRId64 "<td class=n>%" PRId64 "<td class=n>%.2f<td class=n>%.3f<td class=n>", k, m->start[k + 1] - m->start[k],
            modules_mean(m, m->stability, k), m->coherence[k]);
    fprintf(p->to, m->fdr[k] < 0.05 ? "<em>%.2g</em><td class=hubs>" : "%.2g<td class=hubs>", m->fdr[k]);
    for (int64_t i = m->start[k]; i < m->start[k + 1] && i < m->start[k] + SHOWN_HUBS; i++) {
        if (i > m->start[k]) fputs(", ", p->to);
        html_text(p->to, scilama_dataset_gene_name(p->d, m->member[i]));
    }
    if (sets) {
        int64_t set = modules_best_set(m, k);
        fputs("<td class=set>", p->to);
        if (set >= 0 && m->set_fdr[k * m->sets + set] < 0.05) {
            html_text(p->to, scilama_gene_sets_name(sets, set));
            fprintf(p->to, " <small>%.1g</small>", m->set_fdr[k * m->sets + set]);
        }
    }
    fputs("</tr>", p->to);
}

/* Modules of other embeddings of the same genes. */
static scilama_status contrast(page *p, const float *loadings, int64_t width, const module_set *own, const scilama_gene_sets *sets, const scilama_module_options *o)
{
    const contrast_plan plan = { p->plan->file, "scilama", p->plan->layer, p->plan->static_path, p->plan->control, p->plan->known, p->vectors, p->width, false, o };
    module_contrast rows[CONTRASTS];
    int count = 0;
    if (!plan.static_path && !plan.control_path && !plan.known) return SCILAMA_OK;
    scilama_status status = modules_contrast(p->a, p->d, loadings, width, own, sets, &plan, rows, &count);
    if (status) return status;
    static const char *const meaning[CONTRASTS] = { "on the axes of the cells", "the gene embedding that was trained", "the table it was trained on", "trained on shuffled vectors" };
    fprintf(p->to, "<h3>Contrast</h3><p>The same genes, clustered alike by other embeddings.</p><div class=wide><table><tr><th>Embedding<th class=n>Modules<th class=n>Stability"
                   "<th class=n>Coherence<th class=n>Coherent%s<th class=n>ARI with loadings%s</tr>", sets ? "<th class=n>Enriched<th class=n>Gene sets" : "", plan.known ? "<th class=n>ARI with known" : "");
    for (int i = 0; i < count; i++) {
        const module_contrast *c = &rows[i];
        fprintf(p->to, "<tr><td>%s <small>%s</small><td class=n>%" PRId64 "<td class=n>%.2f<td class=n>%.3f<td class=n>%" PRId64, c->name,
                meaning[!strcmp(c->name, "trained") ? 1 : !strcmp(c->name, "static") ? 2 : !strcmp(c->name, "control") ? 3 : 0], c->modules, c->stability, c->coherence, c->significant);
        if (sets) fprintf(p->to, "<td class=n>%" PRId64 "<td class=n>%" PRId64, c->enriched, c->found_sets);
        fprintf(p->to, "<td class=n>%.3f", c->ari);
        if (plan.known) fprintf(p->to, "<td class=n>%.3f", c->truth);
        fputs("</tr>", p->to);
    }
    fprintf(p->to, "</table></div><p class=note>Stability and coherence: means over genes. Coherent: modules at FDR 0.05.%s</p>\n",
            sets ? " Enriched: modules with a gene set at FDR 0.05; gene sets: those found in any module." : "");
    return SCILAMA_OK;
}

static int64_t with_vector(const page *p)
{
    int64_t count = 0;
    for (int64_t g = 0; g < p->genes; g++) count += !isnan(p->vectors[g * p->width]);
    return count;
}

/* Clusters loadings, as `scilama modules` does. */
static scilama_status find_modules(page *p, scilama_module_options *o, float **loadings, int64_t *width, module_set *m)
{
    o->metric = SCILAMA_METRIC_EUCLIDEAN;
    scilama_status status = modules_loadings(p->a, p->d, p->plan->file, &p->plan->tables, p->vectors, p->width, loadings, width);
    if (!status) status = modules_find(p->a, *loadings, p->genes, *width, o, m);
    if (!status) status = modules_test(p->a, p->d, *loadings, *width, m);
    return !status && p->sets ? modules_enrich(p->a, p->d, *loadings, *width, p->sets, m) : status;
}

static scilama_status modules(page *p)
{
    module_set m = { 0 };
    scilama_module_options o;
    const scilama_gene_sets *sets = p->sets;
    float *loadings = NULL;
    int64_t width = 0;
    if (!p->vectors) return SCILAMA_OK;
    if (with_vector(p) < FEWEST_GENES || p->cells < FEWEST_CELLS) {
        fputs("<h2>Gene modules</h2><p>Not computed: too few genes with a vector, or too few cells.</p>\n", p->to);
        return SCILAMA_OK;
    }
    scilama_module_options_init(&o, sizeof o);
    o.seed = p->a->seed;
    scilama_status status = find_modules(p, &o, &loadings, &width, &m);
    const char **names = status ? NULL : app_alloc(p->a, m.modules, sizeof *names);
    for (int64_t k = 0; k < m.modules && names; k++) names[k] = app_text(p->a, "module %" PRId64, k);
    if (!status && names && m.modules) {
        int64_t coherent = 0;
        for (int64_t k = 0; k < m.modules; k++) coherent += m.fdr[k] < 0.05;
        fprintf(p->to, "<h2>Gene modules</h2><p>%" PRId64 " communities of %" PRId64 " genes by their loadings on the axes of the cells; the genes of %" PRId64 " go together in expression (FDR 0.05, %s).</p>",
                m.modules, m.report.genes, coherent, m.held_out ? "tested in cells that were not trained on" : "tested in all cells");
        fprintf(p->to, "<div class=wide><table><tr><th>Module<th class=n>Genes<th class=n>Stability<th class=n>Coherence<th class=n>FDR<th>Hub genes%s</tr>", sets ? "<th>Gene set" : "");
        for (int64_t k = 0; k < m.modules && k < MOST_GROUPS; k++) module_row(p, &m, sets, k);
        fprintf(p->to, "</table></div><p class=note>Stability: how much of a module stays together when a share of the genes is clustered anew (%.2f by chance). "
                       "Coherence: mean correlation of pairs of its genes, against random genes of like expression.</p>\n", m.report.chance);
        status = contrast(p, loadings, width, &m, sets, &o);
        if (!status && p->state) status = activity_map(p, &m, names);
    }
    return status;
}

/* Genes of the dot plot: the best few of every group, each once. */
static int64_t best_genes(const page *p, const double *rank, const double *z, int64_t *order, int64_t *genes)
{
    int64_t n = 0, groups = p->state->count < MOST_GROUPS ? p->state->count : MOST_GROUPS;
    for (int64_t g = 0; g < groups; g++) {
        if (isnan(z[g * p->genes])) continue;
        order_genes(rank ? rank + g * p->genes : NULL, z + g * p->genes, p->genes, order);
        for (int64_t k = 0, taken = 0; k < p->genes && taken < DOT_GENES && k < 50; k++) {
            bool known = false;
            for (int64_t i = 0; i < n; i++) known = known || genes[i] == order[k];
            if (known) continue;
            genes[n++] = order[k];
            taken++;
        }
    }
    return n;
}

static scilama_status markers(page *p)
{
    if (!p->state) return SCILAMA_OK;
    int64_t groups = p->state->count, size = groups * p->genes, rows = groups < MOST_GROUPS ? groups : MOST_GROUPS;
    double *z = app_alloc(p->a, size, sizeof *z), *rank = app_alloc(p->a, size, sizeof *rank), *mean = app_alloc(p->a, size, sizeof *mean);
    double *fraction = app_alloc(p->a, size, sizeof *fraction), *dot = app_alloc(p->a, rows * rows * DOT_GENES, sizeof *dot);
    double *shade = app_alloc(p->a, rows * rows * DOT_GENES, sizeof *shade);
    int64_t *order = app_alloc(p->a, p->genes, sizeof *order), *genes = app_alloc(p->a, rows * DOT_GENES, sizeof *genes);
    const char **names = app_alloc(p->a, rows * DOT_GENES, sizeof *names);
    if (!z || !rank || !mean || !fraction || !dot || !shade || !order || !genes || !names) return SCILAMA_E_NOMEM;
    scilama_marker_table t;
    scilama_marker_options o;
    scilama_marker_table_init(&t, sizeof t);
    scilama_marker_options_init(&o, sizeof o);
    t.z = z, t.mean_in = mean, t.fraction_in = fraction, t.combined_rank = rank;
    o.permutations = 0;
    scilama_status status = p->vectors ? scilama_markers(p->d, p->z, p->vectors, p->width, p->state->codes, groups, NULL, &o, &t, &p->a->error)
                                       : scilama_wilcoxon(p->d, p->state->codes, groups, &o, &t, &p->a->error);
    if (status) return status;
    int64_t cols = best_genes(p, p->vectors ? rank : NULL, z, order, genes);
    if (!cols) return SCILAMA_OK;
    for (int64_t c = 0; c < cols; c++) {
        double most = 1e-30;
        names[c] = scilama_dataset_gene_name(p->d, genes[c]);
        for (int64_t g = 0; g < rows; g++)
            if (mean[g * p->genes + genes[c]] > most) most = mean[g * p->genes + genes[c]];
        for (int64_t g = 0; g < rows; g++) {
            double f = fraction[g * p->genes + genes[c]], v = mean[g * p->genes + genes[c]] / most;
            dot[g * cols + c] = isnan(f) ? 0 : f;
            shade[g * cols + c] = v > 0 ? v : 0;
        }
    }
    fputs("<h2>Markers</h2><p>The three best genes of every ", p->to);
    html_text(p->to, p->state->key);
    fprintf(p->to, ", by %s.</p>", p->vectors ? "their place in the paired space and their expression together" : "expression");
    draw_dots(p->to, dot, shade, rows, cols, p->state->names, names);
    fputs("<p class=note>Area: share of cells that express the gene. Colour: mean expression, relative to the state that has most.</p>\n", p->to);
    return SCILAMA_OK;
}

static void card_row(page *p, const char *name, const char *key)
{
    char *text = NULL, *path = app_text(p->a, "uns/scilama/%s", key);
    if (!path || !app_has(p->a, scilama_h5ad_read_string(&text, p->a->context, p->plan->file, data_key(p->a, path), &p->a->error))) return;
    fprintf(p->to, "<tr><td>%s<td>", name);
    html_text(p->to, text);
    fputs("</tr>", p->to);
    scilama_text_destroy(p->a->context, text);
}

static void card(page *p)
{
    static const char *const rows[][2] = {
        { "Library", "version" }, { "Preset", "options/preset" }, { "Training", "options/mode" }, { "Seed", "options/seed" }, { "Latent dimensions", "options/latent" },
        { "Hidden widths", "options/hidden" }, { "Activation", "options/activation" }, { "Fusion of gene embeddings", "options/fusion" },
        { "Gene embeddings", "recipe/embeddings" }, { "What they tell", "gene_vectors" }, { "Batches", "options/batch" }, { "Matrix", "options/layer" }, { "Epochs at most", "options/epochs" },
        { "Cells per step", "options/batch_size" }, { "Patience", "options/patience" }, { "Input", "recipe/input" }, { "Why", "recipe/reason" },
        { "Highly variable genes", "recipe/highly_variable_genes" }, { "Genes used", "recipe/genes_used" }, { "Gaussians along the axes", "recipe/mixture_components" }, { "Genes without vector", "recipe/genes_without_vector" },
        { "Cells excluded", "recipe/cells_excluded" } };
    fputs("<h2>Model card</h2><div class=wide><table>", p->to);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) card_row(p, rows[i][0], rows[i][1]);
    fprintf(p->to, "<tr><td>Data<td>%" PRId64 " cells × %" PRId64 " genes: ", p->cells, p->genes);
    html_text(p->to, p->recipe.reason);
    fputs("</tr></table></div>\n</body></html>\n", p->to);
}

scilama_status report_write(app *a, const report_plan *plan)
{
    page p = { .a = a, .plan = plan };
    scilama_status status = check_text_output(a, plan->html);
    if (!status) status = load(&p);
    if (!status) status = open_text(a, plan->html, &p.to);
    if (!status) {
        html_head(p.to, plan->file);
        fprintf(p.to, "<p class=lead>%" PRId64 " cells, %" PRId64 " genes; written by scilama %s.</p>\n", p.cells, p.genes, scilama_version_string());
        status = scatter(&p);
        if (!status) training(&p);
        if (!status) metrics(&p);
        if (!status) status = modules(&p);
        if (!status) status = markers(&p);
        if (!status) card(&p);
        if (!status) status = close_text(a, plan->html, p.to);
    }
    scilama_gene_sets_destroy(p.sets);
    scilama_dataset_destroy(p.d);
    if (!status) app_say(a, "%s: the report", plan->html);
    return status;
}

int verb_report(int argc, char **argv)
{
    app a = { .verb = "report" };
    report_plan plan = { .cluster = own_clusters };
    const option options[] = {
        { "output", 'o', OPTION_OUTPUT, &plan.html, "R.html", "where to write (needed)", 0, NULL },
        { "label", 0, OPTION_STRING, &plan.label, "KEY", "obs column of cell types", 0, NULL },
        { "batch", 0, OPTION_STRING, &plan.batch, "KEY", "obs column of batches", 0, NULL },
        { "cluster", 0, OPTION_STRING, &plan.cluster, "KEY", "obs column of clusters (default scilama_leiden)", 0, NULL },
        { "gmt", 0, OPTION_INPUT, &plan.gmt, "SETS.gmt[.gz]", "gene sets to look for in modules", 0, NULL },
        { "embeddings", 0, OPTION_INPUTS, &plan.tables, "NAME=FILE", "gene vectors for modules, as modules --embeddings has them; repeatable", 0, NULL },
        { "static", 0, OPTION_INPUT, &plan.static_path, "FILE", "contrast modules with a static gene embedding: the table that was trained on", 0, NULL },
        { "control", 0, OPTION_INPUT, &plan.control, "FILE.h5ad", "contrast modules with the same data fitted with --control shuffled", 0, NULL },
        { "known", 0, OPTION_STRING, &plan.known, "KEY", "var column of known modules to agree with", 0, NULL },
        { "layer", 0, OPTION_STRING, &plan.layer, "NAME", "expression: a layer, or raw (default X)", 0, NULL },
        MODALITY_OPTION(&a),
        GENE_NAMES_OPTION(&a),
        { "stream", 0, OPTION_BYTES, &plan.stream, "BYTES", "leave the matrix in the file and hold so much of it at once: 64M", 0, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "FILE.h5ad -o R.html [--label KEY] [--batch KEY] [options]",
                        "One page to look at, without network: cells, training, metrics, gene modules, markers, model card.", options, 1, 1, &plan.file, "r" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    if (!plan.html) {
        fprintf(stderr, "scilama: -o R.html is needed (see scilama report --help)\n");
        return EXIT_USAGE;
    }
    scilama_status status = app_open(&a);
    if (!status) status = report_write(&a, &plan);
    return app_close(&a, status);
}
