/* SPDX-License-Identifier: MIT */
#include "biology.h"
#include "options.h"
#include "scores.h"
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

/* In the order in which they are printed; the first few also by fit. */
static const struct { const char *name, *text; size_t offset; bool brief; } metrics[] = {
#define METRIC(name, brief, text) { #name, text, offsetof(scilama_scores, name), brief }
    METRIC(ari, true, "ARI"),
    METRIC(nmi, true, "NMI"),
    METRIC(ami, false, "AMI"),
    METRIC(nmi_kmeans, false, "k-means agrees with labels (NMI)"),
    METRIC(ari_kmeans, false, "k-means agrees with labels (ARI)"),
    METRIC(silhouette_label, true, "labels lie apart (silhouette)"),
    METRIC(isolated_silhouette, false, "isolated labels lie apart (silhouette)"),
    METRIC(isolated_f1, false, "isolated labels are found (F1)"),
    METRIC(clisi, false, "neighbours share the label (cLISI)"),
    METRIC(silhouette_batch, true, "batches mix within labels (silhouette)"),
    METRIC(bras, false, "batches mix within labels (BRAS)"),
    METRIC(ilisi, true, "neighbours come from all batches (iLISI)"),
    METRIC(kbet, false, "neighbourhoods pass kBET"),
    METRIC(kbet_label, true, "neighbourhoods within labels pass kBET"),
    METRIC(graph_connectivity, false, "labels are connected"),
    METRIC(pcr, true, "batch variance removed (PCR)"),
    METRIC(batch_ari, true, "clusters follow batches (ARI; 0 is good)"),
    METRIC(batch_nmi, false, "clusters follow batches (NMI; 0 is good)"),
    METRIC(bio, true, "biology kept (scIB)"),
    METRIC(batch, true, "batches corrected (scIB)"),
    METRIC(total, true, "total (scIB)"),
#undef METRIC
};
enum { METRICS = sizeof metrics / sizeof *metrics, NAME_WIDTH = 54, NAME_BYTES = 100 };

static double at_offset(const scilama_scores *s, size_t offset)
{
    double v;
    memcpy(&v, (const char *)s + offset, sizeof v);
    return v;
}

static double value_of(const scilama_scores *s, int i) { return at_offset(s, metrics[i].offset); }

scilama_status score_points(app *a, const float *points, int64_t n, int64_t dim, const int32_t *labels, const int32_t *batches,
                            const float *baseline, int64_t baseline_dim, int64_t max_cells, scilama_scores *scores)
{
    scilama_score_options o;
    scilama_score_options_init(&o, sizeof o);
    scilama_scores_init(scores, sizeof *scores);
    o.seed = a->seed;
    if (max_cells >= 0) o.max_cells = max_cells;
    o.baseline = baseline;
    o.baseline_dim = baseline_dim;
    return scilama_score_embedding(a->context, points, n, dim, 0, labels, batches, &o, scores, &a->error);
}

void score_mean(scilama_scores *scores, int64_t parts, scilama_scores *error)
{
    *error = scores[0];
    for (int i = 0; i < METRICS + 1; i++) {
        size_t offset = i < METRICS ? metrics[i].offset : offsetof(scilama_scores, nmi_resolution);
        double mean = 0, squares = 0, v;
        for (int64_t p = 0; p < parts; p++) mean += at_offset(&scores[p], offset) / (double)parts;
        for (int64_t p = 0; p < parts; p++) squares += pow(at_offset(&scores[p], offset) - mean, 2);
        v = parts > 1 ? sqrt(squares / (double)(parts - 1) / (double)parts) : NAN;
        memcpy((char *)error + offset, &v, sizeof v);
        memcpy((char *)scores + offset, &mean, sizeof mean);
    }
}

static void name_row(char *to, size_t size, int metric, bool pcr)
{
    const char *name = metrics[metric].name;
    scilama_score_options o;
    scilama_score_options_init(&o, sizeof o);
    if (!strcmp(name, "ari") || !strcmp(name, "nmi") || !strcmp(name, "ami"))
        snprintf(to, size, "clusters at the best of %" PRId64 " resolutions, %s to labels", o.resolutions, metrics[metric].text);
    else snprintf(to, size, "%s%s", metrics[metric].text, !pcr && (!strcmp(name, "batch") || !strcmp(name, "total")) ? ", without PCR" : "");
}

void score_row_name(char *to, size_t size, const char *metric, bool pcr)
{
    int i = 0;
    while (i < METRICS - 1 && strcmp(metrics[i].name, metric)) i++;
    name_row(to, size, i, pcr);
}

void score_written_name(char *to, size_t size, double resolution, const char *what)
{
    char at[40] = "";
    if (isfinite(resolution)) snprintf(at, sizeof at, " (resolution %.4g)", resolution);
    snprintf(to, size, "clusters as written%s, %s to labels", at, what);
}

/* The first two rows: clusters that are in the file, so that those of the metrics are not taken for them. */
static void print_written(const written_clusters *written, const char *gap, int columns)
{
    char name[NAME_BYTES];
    for (int row = 0; row < 2; row++) {
        score_written_name(name, sizeof name, written->resolution, row ? "NMI" : "ARI");
        printf("%-*s", NAME_WIDTH, name);
        for (int c = 0; c < columns; c++) {
            const scilama_agreement *g = &written->agreement[c];
            if (g->compared) printf(" %12.3f%s", row ? g->nmi : g->ari, gap);
            else printf(" %12s%s", "-", gap);
        }
        putchar('\n');
    }
}

void score_print(const char *const *titles, const scilama_scores *const *scores, const scilama_scores *const *errors, const written_clusters *written, int columns, bool full)
{
    char name[NAME_BYTES];
    bool pcr = true;
    for (int c = 0; c < columns; c++) pcr = pcr && (isfinite(scores[c]->pcr) || !isfinite(scores[c]->batch));
    printf("%-*s", NAME_WIDTH, "");
    for (int c = 0; c < columns; c++) printf(" %12s%s", titles[c], errors ? "        " : "");
    putchar('\n');
    if (written) print_written(written, errors ? "        " : "", columns);
    for (int i = 0; i < METRICS; i++) {
        bool any = false;
        for (int c = 0; c < columns; c++) any |= isfinite(value_of(scores[c], i)) != 0;
        if (!any || (!full && !metrics[i].brief)) continue;
        name_row(name, sizeof name, i, pcr);
        printf("%-*s", NAME_WIDTH, name);
        for (int c = 0; c < columns; c++) {
            double v = value_of(scores[c], i);
            if (isfinite(v)) printf(" %12.3f", v);
            else printf(" %12s", "-");
            if (errors && isfinite(v)) printf(" ± %.3f", value_of(errors[c], i));
            else if (errors) printf("        ");
        }
        putchar('\n');
    }
}

scilama_status score_clusters(app *a, const float *points, int64_t n, int64_t dim, int64_t neighbors, double resolution, const int32_t *labels, scilama_agreement *agreement)
{
    scilama_cluster_options o;
    scilama_cluster_options_init(&o, sizeof o);
    int32_t *clusters = app_alloc(a, n, sizeof *clusters);
    if (!clusters) return SCILAMA_E_NOMEM;
    if (neighbors > 0) o.neighbors = neighbors;
    o.resolution = resolution;
    o.seed = a->seed;
    scilama_status status = scilama_cluster(a->context, points, n, dim, 0, &o, clusters, NULL, &a->error);
    return status ? status : scilama_labels_compare(a->context, clusters, labels, n, agreement, &a->error);
}

void score_advise(const app *a, const char *label, const char *file, double best, double written, const scilama_agreement *theirs)
{
    bool known = theirs->compared > 0;
    printf("Best resolution for '%s' (by NMI): %s%.2g", label, known ? "" : "about ", best);
    if (known && fabs(written - best) < 1e-9) puts(", at which the clusters are written.");
    else {
        if (known) printf(". Its clusters, the best of several runs of Leiden,\nnot of one as in the table, have ARI %.3f, NMI %.3f. To write them:\n", theirs->ari, theirs->nmi);
        else puts(". To write its clusters:");
        printf("  scilama cluster %s --resolution %.2g", file, best);
        if (a->seed) printf(" --seed %" PRIu64, a->seed);
        putchar('\n');
    }
}

static void metrics_json(FILE *to, const scilama_scores *s)
{
    for (int i = 0; i < METRICS; i++) {
        double v = value_of(s, i);
        if (isfinite(v)) fprintf(to, ", \"%s\": %.9g", metrics[i].name, v);
        else fprintf(to, ", \"%s\": null", metrics[i].name);
    }
}

void score_json(FILE *to, const scilama_scores *s, const scilama_scores *errors, const char *cluster, const written_clusters *written)
{
    fprintf(to, "{\"cells\": %" PRId64 ", \"scored\": %" PRId64 ", \"labels\": %" PRId64 ", \"batches\": %" PRId64 ", \"nmi_resolution\": %.9g",
            s->cells, s->scored, s->labels, s->batches, s->nmi_resolution);
    metrics_json(to, s);
    if (written) {
        fputs(", \"written_clusters\": ", to);
        print_json_text(to, cluster);
        if (isfinite(written->resolution)) fprintf(to, ", \"written_resolution\": %.9g", written->resolution);
        fprintf(to, ", \"written_ari\": %.9g, \"written_nmi\": %.9g", written->agreement->ari, written->agreement->nmi);
    }
    if (errors) {
        fprintf(to, ", \"errors\": {\"scored\": %" PRId64, errors->scored);
        metrics_json(to, errors);
        fputs("}", to);
    }
    fputs("}", to);
}

/* Metrics that were asked for and cannot be had: each cell a batch of its own, one batch within each label, distances beyond numbers. */
static scilama_status warn_of_missing(app *a, const scilama_scores *s, bool batches, bool baseline)
{
    static const char *const of_labels[] = { "silhouette_label", "clisi", "total" }, *const of_batches[] = { "silhouette_batch", "bras", "ilisi", "kbet", "kbet_label" };
    char *list = NULL;
    for (int i = 0; i < METRICS; i++) {
        bool wanted = baseline && !strcmp(metrics[i].name, "pcr");
        for (int k = 0; k < 3; k++) wanted = wanted || !strcmp(metrics[i].name, of_labels[k]);
        for (int k = 0; k < 5 && batches; k++) wanted = wanted || !strcmp(metrics[i].name, of_batches[k]);
        if (!wanted || isfinite(value_of(s, i))) continue;
        if (!(list = list ? app_text(a, "%s; %s", list, metrics[i].text) : app_text(a, "%s", metrics[i].text))) return SCILAMA_E_NOMEM;
    }
    if (list && batches && s->batches < 2) app_warn(a, "all scored cells are of one batch: there is nothing to correct for, and no figure for it");
    else if (list && batches && s->batches == s->scored) app_warn(a, "each of %" PRId64 " cells is a batch of its own: no figure for %s", s->scored, list);
    else if (list) app_warn(a, "cannot be computed of these cells: %s", list);
    return SCILAMA_OK;
}

/* A column of labels or batches; cells without one count for no metric that asks for it, which is said. */
static scilama_status read_scored(app *a, scilama_dataset *d, const char *file, const char *key, int32_t **codes)
{
    const char *first[3] = { "" };
    scilama_status status = read_codes(a, d, file, key, codes);
    if (status) return status;
    int64_t missing = cells_without(d, *codes, first);
    char *names = name_some(a, first, missing);
    if (!names) return SCILAMA_E_NOMEM;
    if (missing) app_warn(a, "%" PRId64 " of %" PRId64 " cells have no '%s' (%s) and are left out", missing, scilama_dataset_cells(d), key, names);
    return SCILAMA_OK;
}

typedef struct scoring {
    const float *points;
    const int32_t *labels, *batches;
    const float *before;
    int64_t n, width, before_width, max_cells;
} scoring;

enum { SAMPLES = 4 };

static bool counts(const scoring *s, int64_t cell) { return s->labels[cell] >= 0 && (!s->batches || s->batches[cell] >= 0); }

static int64_t counted_cells(const scoring *s)
{
    int64_t n = 0;
    for (int64_t i = 0; i < s->n; i++) n += counts(s, i);
    return n;
}

/* Has every part cells enough with a label? */
static bool all_parts_count(const scoring *s, int64_t parts, int64_t each)
{
    for (int64_t p = 0; p < parts; p++) {
        int64_t n = 0;
        for (int64_t i = 0; i < each; i++) n += counts(s, compared_cell(p, i, parts, each, s->n));
        if (n < 3) return false;
    }
    return true;
}

/* The cells that fit judges; all, where so few have a label that its samples cannot be judged. */
static scilama_status score_parts(app *a, const scoring *s, scilama_scores *scores, scilama_scores *error, int *samples)
{
    int64_t each, parts = compared_parts(s->n, &each);
    scilama_scores of[COMPARED_PARTS];
    if (parts > 1 && !all_parts_count(s, parts, each)) {
        parts = 1;
        each = s->n;
    }
    float *points = app_alloc(a, each * s->width, sizeof *points), *before = s->before ? app_alloc(a, each * s->before_width, sizeof *before) : NULL;
    int32_t *labels = app_alloc(a, each, sizeof *labels), *batches = s->batches ? app_alloc(a, each, sizeof *batches) : NULL;
    if (!points || !labels || (s->before && !before) || (s->batches && !batches)) return SCILAMA_E_NOMEM;
    for (int64_t p = 0; p < parts; p++) {
        for (int64_t i = 0; i < each; i++) {
            int64_t cell = compared_cell(p, i, parts, each, s->n);
            memcpy(points + i * s->width, s->points + cell * s->width, (size_t)s->width * sizeof *points);
            if (before) memcpy(before + i * s->before_width, s->before + cell * s->before_width, (size_t)s->before_width * sizeof *before);
            labels[i] = s->labels[cell];
            if (batches) batches[i] = s->batches[cell];
        }
        scilama_status status = score_points(a, points, each, s->width, labels, batches, before, s->before_width, -1, &of[p]);
        if (status) return status;
    }
    score_mean(of, parts, error);
    for (int64_t p = 1; p < parts; p++) of[0].scored += of[p].scored;
    of[0].cells = counted_cells(s);
    *samples = (int)parts;
    *scores = of[0];
    return SCILAMA_OK;
}

/* Above the max_cells that are given, SAMPLES samples of a share of them each tell of how much a sample tells. */
static scilama_status score_samples(app *a, const scoring *s, scilama_scores *scores, scilama_scores *error, int *samples)
{
    scilama_scores of[SAMPLES];
    scilama_status status = SCILAMA_OK;
    int64_t counted = counted_cells(s), most = s->max_cells;
    if (most < 0) return score_parts(a, s, scores, error, samples);
    *samples = most >= SAMPLES && counted > most ? SAMPLES : 1;
    uint64_t seed = a->seed;
    for (int k = 0; k < *samples && !status; k++, a->seed++)
        status = score_points(a, s->points, s->n, s->width, s->labels, s->batches, s->before, s->before_width, most / *samples, &of[k]);
    a->seed = seed;
    if (status) return status;
    score_mean(of, *samples, error);
    for (int k = 1; k < *samples; k++) of[0].scored += of[k].scored;
    *scores = of[0];
    return SCILAMA_OK;
}

/* The clusters of the embedding in the file: those asked for, or those of fit where they are there. */
static scilama_status read_written(app *a, scilama_dataset *d, const char *file, const char *key, const char **cluster, int32_t **codes)
{
    scilama_column_info info;
    scilama_column_info_init(&info, sizeof info);
    bool own = !strcmp(key, "X_scilama") && !scilama_dataset_column_info(d, "scilama_leiden", &info, NULL) && info.kind == SCILAMA_COLUMN_CATEGORICAL;
    if (!*cluster && own) *cluster = "scilama_leiden";
    return *cluster ? read_codes(a, d, file, *cluster, codes) : SCILAMA_OK;
}

int verb_score(int argc, char **argv)
{
    app a = { .verb = "score" };
    const char *file = NULL, *key = "X_scilama", *label = NULL, *batch = NULL, *baseline = NULL;
    const char *cluster = NULL;
    int32_t json = 0, *clusters = NULL;
    int64_t max_cells = -1;
    const option options[] = {
        { "embedding", 'e', OPTION_STRING, &key, "KEY", "obsm matrix to judge (default X_scilama)", 0, NULL },
        { "label", 'l', OPTION_STRING, &label, "KEY", "obs column of cell types (needed)", 0, NULL },
        { "batch", 'b', OPTION_STRING, &batch, "KEY", "obs column of batches", 0, NULL },
        { "cluster", 0, OPTION_STRING, &cluster, "KEY", "obs column of clusters to compare with the labels too (default scilama_leiden, of X_scilama)", 0, NULL },
        { "baseline", 0, OPTION_STRING, &baseline, "KEY", "obsm matrix before correction, for PCR", 0, NULL },
        MODALITY_OPTION(&a),
        { "max-cells", 0, OPTION_INTEGER, &max_cells, "N", "above so many cells draw four samples of a quarter of them, by label and batch; 0 = never (default: as fit, above 20000 four samples of 5000)", 0, NULL },
        { "json", 0, OPTION_FLAG, &json, NULL, "one JSON object on the standard output", 1, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "FILE.h5ad --label KEY [--batch KEY] [--embedding KEY] [--json]",
                        "Integration and clustering metrics of an embedding (Luecken et al. 2022). All run from 0\n"
                        "(bad) to 1 (good) unless said otherwise. Cells without a label or batch are left out. They\n"
                        "take time with the square of the cells, so many cells are sampled, and that is said.",
                        options, 1, 1, &file, "r" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    if (!label) {
        fprintf(stderr, "scilama: --label is needed (see scilama score --help)\n");
        return EXIT_USAGE;
    }
    scilama_dataset *d = NULL;
    float *points = NULL, *before = NULL;
    int64_t width = 0, before_width = 0;
    int32_t *labels = NULL, *batches = NULL;
    scilama_scores scores, errors;
    int samples;
    scilama_status status = app_open(&a);
    if (status) goto done;
    scilama_file_options o;
    scilama_file_options_init(&o, sizeof o);
    o.annotation_only = 1;
    o.modality = a.modality;
    if ((status = scilama_dataset_read_h5ad(&d, a.context, file, &o, &a.error))) goto done;
    int64_t n = scilama_dataset_cells(d);
    if ((status = read_scored(&a, d, file, label, &labels)) || (batch && (status = read_scored(&a, d, file, batch, &batches))) ||
        (status = read_obsm(&a, file, key, n, &points, &width)) ||
        (baseline && (status = read_obsm(&a, file, baseline, n, &before, &before_width))) || (status = read_written(&a, d, file, key, &cluster, &clusters))) goto done;
    seed_as_fitted(&a, file);
    const scoring s = { points, labels, batches, before, n, width, before_width, max_cells };
    if ((status = score_samples(&a, &s, &scores, &errors, &samples)) || (status = warn_of_missing(&a, &scores, batch != NULL, baseline != NULL))) goto done;
    scilama_agreement agreement, best;
    scilama_agreement_init(&agreement, sizeof agreement);
    if (clusters && (status = scilama_labels_compare(a.context, clusters, labels, n, &agreement, &a.error))) goto done;
    scilama_agreement_init(&best, sizeof best);
    if (!json && samples == 1 && (status = score_clusters(&a, points, n, width, 0, scores.nmi_resolution, labels, &best))) goto done;
    const written_clusters written = { clusters ? cluster_resolution(&a, file, cluster) : NAN, &agreement };
    if (json) {
        score_json(stdout, &scores, samples > 1 ? &errors : NULL, cluster, clusters ? &written : NULL);
        putchar('\n');
    } else {
        const scilama_scores *column = &scores, *error = &errors;
        score_print(&key, &column, samples > 1 ? &error : NULL, clusters ? &written : NULL, 1, true);
        printf("%" PRId64 " cells, %" PRId64 " labels, %" PRId64 " batches\n", scores.cells, scores.labels, scores.batches);
        score_advise(&a, label, file, scores.nmi_resolution, written.resolution, &best);
        if (isfinite(scores.batch) && !baseline)
            printf("Without PCR, which needs an embedding before correction (--baseline KEY): fit and report have it,\n"
                   "  from principal components, so that their totals are others.\n");
        if (samples > 1)
            printf("Computed on %d samples of %" PRId64 " cells each%s (--max-cells):\n"
                   "  mean ± its standard error.\n", samples, scores.scored / samples, max_cells < 0 ? ", as by fit" : ", drawn within labels and batches");
    }
done:
    scilama_dataset_destroy(d);
    return app_close(&a, status);
}
