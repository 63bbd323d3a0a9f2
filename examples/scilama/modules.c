/* SPDX-License-Identifier: MIT */
#include "modules.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char TRAINED_KEY[] = "scilama"; /* varm */
enum { HUBS = 10, FEWEST_HELD_OUT = 50, RANDOM_ROUNDS = 5 };

/* Order of the members of every module by falling hub strength. */
static scilama_status arrange(app *a, module_set *m)
{
    m->start = app_alloc(a, m->modules + 1, sizeof *m->start);
    m->member = app_alloc(a, m->genes, sizeof *m->member);
    double *hub = app_alloc(a, m->genes, sizeof *hub);
    int64_t *order = app_alloc(a, m->genes, sizeof *order);
    if (!m->start || !m->member || !hub || !order) return SCILAMA_E_NOMEM;
    order_genes(NULL, m->hub, m->genes, order);
    for (int64_t k = 0, at = 0; k < m->modules; k++) {
        for (int64_t i = 0; i < m->genes; i++)
            if (m->labels[order[i]] == k) m->member[at++] = order[i];
        m->start[k + 1] = at;
    }
    return SCILAMA_OK;
}

scilama_status modules_find(app *a, const float *vectors, int64_t genes, int64_t width, const scilama_module_options *options, module_set *m)
{
    m->genes = genes;
    m->labels = app_alloc(a, genes, sizeof *m->labels);
    m->membership = app_alloc(a, genes, sizeof *m->membership);
    m->hub = app_alloc(a, genes, sizeof *m->hub);
    m->stability = app_alloc(a, genes, sizeof *m->stability);
    if (!m->labels || !m->membership || !m->hub || !m->stability) return SCILAMA_E_NOMEM;
    scilama_module_report_init(&m->report, sizeof m->report);
    scilama_status status = scilama_gene_modules(a->context, vectors, genes, width, 0, options, m->labels, m->membership, m->hub, m->stability, &m->report, &a->error);
    m->modules = m->report.modules;
    return status ? status : arrange(a, m);
}

scilama_status modules_held_out(app *a, scilama_dataset *d, uint8_t **mask, int64_t *held)
{
    scilama_column_info info;
    int64_t n = scilama_dataset_cells(d);
    *mask = NULL;
    *held = 0;
    scilama_column_info_init(&info, sizeof info);
    if (scilama_dataset_column_info(d, "scilama_split", &info, NULL) || info.kind != SCILAMA_COLUMN_CATEGORICAL) return SCILAMA_OK;
    int32_t *codes = app_alloc(a, n, sizeof *codes);
    *mask = app_alloc(a, n, 1);
    if (!codes || !*mask) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_dataset_get_codes(d, "scilama_split", codes, &a->error);
    for (int64_t i = 0; i < n && !status; i++) {
        const char *name = scilama_dataset_category(d, "scilama_split", codes[i]);
        (*mask)[i] = name && strcmp(name, "train") != 0;
        *held += (*mask)[i];
    }
    if (*held < FEWEST_HELD_OUT) {
        *mask = NULL;
        *held = 0;
    }
    return status;
}

/* Coherence of modules of the same sizes, drawn from the genes that were clustered. */
static scilama_status random_modules(app *a, scilama_dataset *d, const int32_t *labels, const scilama_coherence_options *options, module_set *m)
{
    scilama_coherence_options o = *options;
    int64_t n = 0, *place = app_alloc(a, m->genes, sizeof *place);
    int32_t *drawn = app_alloc(a, m->genes, sizeof *drawn);
    double *coherence = app_alloc(a, m->modules, sizeof *coherence);
    if (!place || !drawn || !coherence) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < m->genes; g++) {
        drawn[g] = labels[g];
        if (labels[g] != -2) place[n++] = g;
    }
    o.permutations = 1;
    m->chance = 0;
    for (int round = 0; round < RANDOM_ROUNDS; round++) {
        uint64_t state = a->seed * 1000003u + (uint64_t)round + 1;
        for (int64_t i = n - 1; i > 0; i--) { /* splitmix64 */
            uint64_t z = state += 0x9e3779b97f4a7c15u;
            z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
            z = (z ^ z >> 27) * 0x94d049bb133111ebu;
            int64_t other = (int64_t)((z ^ z >> 31) % (uint64_t)(i + 1));
            int32_t kept = drawn[place[i]];
            drawn[place[i]] = drawn[place[other]];
            drawn[place[other]] = kept;
        }
        scilama_status status = scilama_module_coherence(d, drawn, m->modules, &o, coherence, NULL, NULL, &a->error);
        if (status) return status;
        m->chance += modules_coherence(m, coherence) / RANDOM_ROUNDS;
    }
    return SCILAMA_OK;
}

scilama_status modules_test(app *a, scilama_dataset *d, const float *vectors, int64_t width, module_set *m)
{
    scilama_coherence_options o;
    uint8_t *mask;
    int32_t *labels = app_alloc(a, m->genes, sizeof *labels);
    m->coherence = app_alloc(a, m->modules, sizeof *m->coherence);
    m->p = app_alloc(a, m->modules, sizeof *m->p);
    m->fdr = app_alloc(a, m->modules, sizeof *m->fdr);
    scilama_status status = modules_held_out(a, d, &mask, &m->held_out);
    if (status) return status;
    if (!labels || !m->coherence || !m->p || !m->fdr) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < m->genes; g++) { /* random sets come from genes that were clustered */
        bool known = true;
        for (int64_t l = 0; l < width; l++) known = known && isfinite(vectors[g * width + l]);
        labels[g] = known ? m->labels[g] : -2;
    }
    scilama_coherence_options_init(&o, sizeof o);
    o.seed = a->seed;
    o.cells = mask;
    if (!m->modules) return SCILAMA_OK;
    status = scilama_module_coherence(d, labels, m->modules, &o, m->coherence, m->p, m->fdr, &a->error);
    return status ? status : random_modules(a, d, labels, &o, m);
}

double modules_coherence(const module_set *m, const double *coherence)
{
    double sum = 0, genes = 0;
    for (int64_t k = 0; k < m->modules; k++) {
        double size = (double)(m->start[k + 1] - m->start[k]);
        sum += size * coherence[k];
        genes += size;
    }
    return genes > 0 ? sum / genes : NAN;
}

scilama_status modules_enrich(app *a, scilama_dataset *d, const float *vectors, int64_t width, const scilama_gene_sets *sets, module_set *m)
{
    int64_t n = 0, count = scilama_gene_sets_count(sets);
    const char **names = app_alloc(a, m->genes, sizeof *names);
    int32_t *labels = app_alloc(a, m->genes, sizeof *labels);
    m->sets = count;
    m->overlap = app_alloc(a, m->modules * count, sizeof *m->overlap);
    m->set_size = app_alloc(a, count, sizeof *m->set_size);
    m->set_p = app_alloc(a, m->modules * count, sizeof *m->set_p);
    m->set_fdr = app_alloc(a, m->modules * count, sizeof *m->set_fdr);
    if (!names || !labels || !m->overlap || !m->set_size || !m->set_p || !m->set_fdr) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < m->genes; g++) {
        if (!isfinite(vectors[g * width])) continue;
        names[n] = scilama_dataset_gene_name(d, g);
        labels[n++] = m->labels[g];
    }
    if (!m->modules) return SCILAMA_OK;
    scilama_status status = scilama_enrichment(sets, names, labels, n, m->modules, NULL, m->overlap, m->set_size, m->set_p, m->set_fdr, &a->error);
    for (int64_t k = 0; k < m->modules && !status; k++) {
        bool any = false;
        for (int64_t s = 0; s < count; s++) any = any || m->set_fdr[k * count + s] < 0.05;
        m->enriched += any;
    }
    return status;
}

static int by_text(const void *x, const void *y) { return strcmp(*(const char *const *)x, *(const char *const *)y); }

scilama_status modules_cover(app *a, scilama_dataset *d, const float *vectors, int64_t width, const scilama_gene_sets *sets, const char *path, int64_t *annotated)
{
    int64_t n = 0, inside = 0;
    const char **names = app_alloc(a, scilama_dataset_genes(d), sizeof *names);
    uint8_t *found = app_alloc(a, scilama_dataset_genes(d), 1);
    if (!names || !found) return SCILAMA_E_NOMEM;
    for (int64_t g = 0; g < scilama_dataset_genes(d); g++)
        if (isfinite(vectors[g * width])) names[n++] = scilama_dataset_gene_name(d, g);
    qsort(names, (size_t)n, sizeof *names, by_text);
    const char *example = "";
    for (int64_t s = 0; s < scilama_gene_sets_count(sets); s++)
        for (int64_t i = 0; i < scilama_gene_sets_size(sets, s); i++) {
            const char *gene = example = scilama_gene_sets_gene(sets, s, i);
            const char **hit = bsearch(&gene, names, (size_t)n, sizeof *names, by_text);
            if (hit) found[hit - names] = 1;
        }
    for (int64_t g = 0; g < n; g++) inside += found[g];
    if (n && !inside)
        return app_fail(a, SCILAMA_E_NOTFOUND, "%.120s: none of the %" PRId64 " genes is in a set ('%.40s' in the data, '%.40s' in the sets): the names have to be of one kind", path, n, names[0], example);
    app_say(a, "%" PRId64 " of %" PRId64 " genes are in a set of %s", inside, n, path);
    if (annotated) *annotated = inside;
    return SCILAMA_OK;
}

double modules_mean(const module_set *m, const double *of_gene, int64_t module)
{
    double sum = 0, n = 0;
    for (int64_t i = m->start[module]; i < m->start[module + 1]; i++)
        if (!isnan(of_gene[m->member[i]])) sum += of_gene[m->member[i]], n++;
    return n > 0 ? sum / n : NAN;
}

int64_t modules_best_set(const module_set *m, int64_t module)
{
    int64_t best = -1;
    for (int64_t s = 0; s < m->sets; s++) {
        double p = m->set_p[module * m->sets + s];
        if (!isnan(p) && (best < 0 || p < m->set_p[module * m->sets + best])) best = s;
    }
    return best;
}

/* --- the verb ------------------------------------------------------------------------------ */

typedef struct module_run {
    int64_t stream;
    const char *file, *output, *layer, *varm, *obsm, *static_path, *control_path, *known, *gmt, *tsv, *json;
    int32_t match;
    scilama_module_options options;
    scilama_dataset *d;
    scilama_gene_sets *sets;
    int64_t annotated;     /* genes that are in a set */
    string_list tables;    /* of --embeddings */
    float *vectors, *trained; /* those that are clustered; varm */
    int64_t width, trained_width;
    module_set own;
    module_contrast contrast[CONTRASTS];
    int contrasts; /* 0 when none was asked for */
} module_run;

static void summary(app *a, const module_run *r)
{
    const module_set *m = &r->own;
    int64_t significant = 0;
    for (int64_t k = 0; k < m->modules; k++) significant += m->fdr[k] < 0.05;
    app_say(a, "%" PRId64 " modules with %" PRId64 " of %" PRId64 " genes, modularity %.3f; %" PRId64 " are coherent at FDR 0.05 (%s)",
            m->modules, m->report.assigned, m->report.genes, m->report.modularity, significant,
            m->held_out ? "in cells not trained on" : "in all cells");
    if (r->sets)
        app_say(a, "%" PRId64 " of %" PRId64 " modules are enriched in a set of %s at FDR 0.05", m->enriched, m->modules, r->gmt);
    for (int i = 0; i < r->contrasts; i++) {
        const module_contrast *c = &r->contrast[i];
        char sets[64] = "", known[48] = "";
        if (r->sets) snprintf(sets, sizeof sets, ", %" PRId64 " enriched, %" PRId64 " sets", c->enriched, c->found_sets);
        if (isfinite(c->truth)) snprintf(known, sizeof known, ", ARI with '%.16s' %.3f", r->known, c->truth);
        app_say(a, "%-8s resolution %.3g: %" PRId64 " modules, of %.0f genes for the mean gene, stability %.2f, coherence %.3f (%.3f at random), %" PRId64 " coherent%s, ARI with these %.3f%s",
                c->name, c->resolution, c->modules, c->size, c->stability, c->coherence, c->chance, c->significant, sets, c->ari, known);
    }
}

static void print_hubs(FILE *to, const module_run *r, int64_t module, bool json)
{
    const module_set *m = &r->own;
    for (int64_t i = m->start[module]; i < m->start[module + 1] && i < m->start[module] + HUBS; i++) {
        if (i > m->start[module]) fputs(json ? ", " : ",", to);
        if (json) print_json_text(to, scilama_dataset_gene_name(r->d, m->member[i]));
        else print_tsv_text(to, scilama_dataset_gene_name(r->d, m->member[i]));
    }
}

static scilama_status write_tsv(app *a, const module_run *r)
{
    table_output out;
    FILE *to = NULL;
    const module_set *m = &r->own;
    scilama_status status = r->tsv ? open_text(a, r->tsv, &to) : SCILAMA_OK;
    if (status) return status;
    if (!r->tsv) to = begin_table(&out);
    fputs("module\tgenes\tstability\tmembership\tcoherence\tcoherence_p\tcoherence_fdr\ttop_set\ttop_set_fdr\thubs\tmembers\n", to);
    for (int64_t k = 0; k < m->modules; k++) {
        int64_t set = r->sets ? modules_best_set(m, k) : -1;
        const double values[] = { modules_mean(m, m->stability, k), modules_mean(m, m->membership, k), m->coherence[k], m->p[k], m->fdr[k] };
        fprintf(to, "%" PRId64 "\t%" PRId64, k, m->start[k + 1] - m->start[k]);
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            fputc('\t', to);
            print_number(to, values[i], "");
        }
        fputc('\t', to);
        print_tsv_text(to, set < 0 ? "" : scilama_gene_sets_name(r->sets, set));
        fputc('\t', to);
        print_number(to, set < 0 ? NAN : m->set_fdr[k * m->sets + set], "");
        fputc('\t', to);
        print_hubs(to, r, k, false);
        for (int64_t i = m->start[k]; i < m->start[k + 1]; i++) {
            fputc(i > m->start[k] ? ',' : '\t', to);
            print_tsv_text(to, scilama_dataset_gene_name(r->d, m->member[i]));
            fprintf(to, "=%.3f", m->membership[m->member[i]]);
        }
        fputc('\n', to);
    }
    if (r->tsv) return close_text(a, r->tsv, to);
    end_table(&out);
    return SCILAMA_OK;
}

static void field(FILE *to, const char *name, double value)
{
    fprintf(to, ", \"%s\": ", name);
    print_number(to, value, "null");
}

static void write_contrast(FILE *to, const module_run *r)
{
    fputs(", \"contrast\": [", to);
    for (int i = 0; i < r->contrasts; i++) {
        const module_contrast *c = &r->contrast[i];
        fprintf(to, "%s\n  {\"embedding\": \"%s\", \"modules\": %" PRId64 ", \"assigned\": %" PRId64 ", \"coherent\": %" PRId64,
                i ? "," : "", c->name, c->modules, c->assigned, c->significant);
        if (r->sets) fprintf(to, ", \"enriched\": %" PRId64 ", \"sets\": %" PRId64, c->enriched, c->found_sets);
        field(to, "resolution", c->resolution);
        field(to, "stability", c->stability);
        field(to, "size", c->size);
        field(to, "coherence", c->coherence);
        field(to, "coherence_random", c->chance);
        field(to, "ari", c->ari);
        if (r->known) field(to, "ari_known", c->truth);
        fputs("}", to);
    }
    fputs("]", to);
}

static scilama_status write_json(app *a, const module_run *r)
{
    FILE *to;
    const module_set *m = &r->own;
    scilama_status status = open_text(a, r->json, &to);
    if (status) return status;
    fprintf(to, "{\"genes\": %" PRId64 ", \"assigned\": %" PRId64, m->report.genes, m->report.assigned);
    field(to, "modularity", m->report.modularity);
    field(to, "chance_stability", m->report.chance);
    fprintf(to, ", \"held_out_cells\": %" PRId64, m->held_out);
    if (r->sets) fprintf(to, ", \"genes_in_sets\": %" PRId64 ", \"enriched\": %" PRId64, r->annotated, m->enriched);
    if (r->contrasts) write_contrast(to, r);
    fputs(", \"modules\": [", to);
    for (int64_t k = 0; k < m->modules; k++) {
        int64_t set = r->sets ? modules_best_set(m, k) : -1;
        fprintf(to, "%s\n  {\"module\": %" PRId64 ", \"size\": %" PRId64, k ? "," : "", k, m->start[k + 1] - m->start[k]);
        field(to, "stability", modules_mean(m, m->stability, k));
        field(to, "membership", modules_mean(m, m->membership, k));
        field(to, "coherence", m->coherence[k]);
        field(to, "coherence_p", m->p[k]);
        field(to, "coherence_fdr", m->fdr[k]);
        if (set >= 0) {
            fputs(", \"top_set\": ", to);
            print_json_text(to, scilama_gene_sets_name(r->sets, set));
            field(to, "top_set_fdr", m->set_fdr[k * m->sets + set]);
        }
        fputs(", \"genes\": [", to);
        for (int64_t i = m->start[k]; i < m->start[k + 1]; i++) {
            if (i > m->start[k]) fputs(", ", to);
            print_json_text(to, scilama_dataset_gene_name(r->d, m->member[i]));
        }
        fputs("]}", to);
    }
    fputs("\n]}\n", to);
    return close_text(a, r->json, to);
}

/* uns["scilama_modules"], one row per module. */
static scilama_status put_modules(app *a, const module_run *r, scilama_h5ad_writer *w)
{
    const module_set *m = &r->own;
    enum { COLUMNS = 6 };
    static const char *const names[COLUMNS] = { "genes", "stability", "membership", "coherence", "coherence_p", "coherence_fdr" };
    const char **index = app_alloc(a, m->modules, sizeof *index), **hubs = app_alloc(a, m->modules, sizeof *hubs);
    double *values = app_alloc(a, m->modules, sizeof *values);
    if (!index || !hubs || !values) return SCILAMA_E_NOMEM;
    for (int64_t k = 0; k < m->modules; k++) {
        char *text = app_text(a, "%s", "");
        for (int64_t i = m->start[k]; text && i < m->start[k + 1] && i < m->start[k] + HUBS; i++)
            text = app_text(a, "%s%s%s", text, *text ? "," : "", scilama_dataset_gene_name(r->d, m->member[i]));
        hubs[k] = text;
        if (!text || !(index[k] = app_text(a, "%" PRId64, k))) return SCILAMA_E_NOMEM;
    }
    scilama_status status = scilama_h5ad_writer_put_uns_table(w, "scilama_modules", index, m->modules, &a->error);
    if (!status && m->modules) status = scilama_h5ad_writer_put_uns_table_strings(w, "scilama_modules", "hubs", hubs, &a->error);
    for (int c = 0; c < COLUMNS && m->modules && !status; c++) {
        for (int64_t k = 0; k < m->modules; k++) {
            const double row[COLUMNS] = { (double)(m->start[k + 1] - m->start[k]), modules_mean(m, m->stability, k), modules_mean(m, m->membership, k),
                                          m->coherence[k], m->p[k], m->fdr[k] };
            values[k] = row[c];
        }
        status = scilama_h5ad_writer_put_uns_table_numeric(w, "scilama_modules", names[c], values, &a->error);
    }
    return status;
}

/* uns["scilama_module_sets"], one row per module and set that is enriched. */
static scilama_status put_sets(app *a, const module_run *r, scilama_h5ad_writer *w)
{
    const module_set *m = &r->own;
    int64_t rows = 0, at = 0, all = m->modules * m->sets;
    for (int64_t i = 0; i < all; i++) rows += m->set_fdr[i] < 0.05;
    if (!rows) return SCILAMA_OK;
    const char **index = app_alloc(a, rows, sizeof *index), **set = app_alloc(a, rows, sizeof *set);
    double *column[5];
    for (int c = 0; c < 5; c++)
        if (!(column[c] = app_alloc(a, rows, sizeof(double)))) return SCILAMA_E_NOMEM;
    if (!index || !set) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < all; i++) {
        if (!(m->set_fdr[i] < 0.05)) continue;
        const double row[5] = { (double)(i / m->sets), (double)m->overlap[i], (double)m->set_size[i % m->sets], m->set_p[i], m->set_fdr[i] };
        for (int c = 0; c < 5; c++) column[c][at] = row[c];
        set[at] = scilama_gene_sets_name(r->sets, i % m->sets);
        if (!(index[at] = app_text(a, "%" PRId64, at))) return SCILAMA_E_NOMEM;
        at++;
    }
    static const char *const names[5] = { "module", "overlap", "set_size", "p", "fdr" };
    scilama_status status = scilama_h5ad_writer_put_uns_table(w, "scilama_module_sets", index, rows, &a->error);
    if (!status) status = scilama_h5ad_writer_put_uns_table_strings(w, "scilama_module_sets", "set", set, &a->error);
    for (int c = 0; c < 5 && !status; c++) status = scilama_h5ad_writer_put_uns_table_numeric(w, "scilama_module_sets", names[c], column[c], &a->error);
    return status;
}

/* uns["scilama_module_contrast"], one row per embedding. */
static scilama_status put_contrast(app *a, const module_run *r, scilama_h5ad_writer *w)
{
    static const char *const names[] = { "modules", "assigned", "resolution", "stability", "coherence", "coherent", "ari", "size", "coherence_random", "enriched", "sets", "ari_known" };
    const char *table = "scilama_module_contrast", *index[CONTRASTS];
    for (int i = 0; i < r->contrasts; i++) index[i] = r->contrast[i].name;
    scilama_status status = scilama_h5ad_writer_put_uns_table(w, table, index, r->contrasts, &a->error);
    for (size_t k = 0; k < sizeof names / sizeof *names && !status; k++) {
        double column[CONTRASTS];
        for (int i = 0; i < r->contrasts; i++) {
            const module_contrast *c = &r->contrast[i];
            const double row[] = { (double)c->modules, (double)c->assigned, c->resolution, c->stability, c->coherence, (double)c->significant,
                                   c->ari, c->size, c->chance, (double)c->enriched, (double)c->found_sets, c->truth };
            column[i] = row[k];
        }
        if ((k == 9 || k == 10) && !r->sets) continue;
        if (k == 11 && !r->known) continue;
        status = scilama_h5ad_writer_put_uns_table_numeric(w, table, names[k], column, &a->error);
    }
    return status;
}

/* Columns of var, for every gene of the file: those that were not read are in no module. */
static scilama_status put_genes(app *a, const module_run *r, scilama_h5ad_writer *w, const char *const *names)
{
    static const char *const keys[] = { "scilama_module_membership", "scilama_module_hub", "scilama_module_stability" };
    const module_set *m = &r->own;
    const double *const numbers[] = { m->membership, m->hub, m->stability };
    int64_t rows = scilama_h5ad_writer_genes(w), missing, *map;
    int32_t *labels = app_alloc(a, rows, sizeof *labels);
    double *column = app_alloc(a, rows, sizeof *column);
    if (!labels || !column) return SCILAMA_E_NOMEM;
    scilama_status status = gene_rows(a, r->file, r->layer, r->d, rows, &map, &missing);
    for (int64_t i = 0; i < rows; i++) labels[i] = -1, column[i] = NAN;
    for (int64_t g = 0; g < m->genes && !status; g++)
        if (map[g] >= 0) labels[map[g]] = m->labels[g];
    if (!status) status = scilama_h5ad_writer_put_var_categorical(w, "scilama_module", labels, names, m->modules, &a->error);
    for (int k = 0; k < 3 && !status; k++) {
        for (int64_t g = 0; g < m->genes; g++)
            if (map[g] >= 0) column[map[g]] = numbers[k][g];
        status = scilama_h5ad_writer_put_var_numeric(w, keys[k], column, &a->error);
    }
    return status;
}

static scilama_status write_file(app *a, const module_run *r)
{
    const module_set *m = &r->own;
    scilama_h5ad_writer *w = NULL;
    int64_t cells = scilama_dataset_cells(r->d), width;
    float *activity = app_alloc(a, cells * m->modules, sizeof *activity), *z, *genes;
    const char **names = app_alloc(a, m->modules, sizeof *names);
    if (!activity || !names) return SCILAMA_E_NOMEM;
    for (int64_t k = 0; k < m->modules; k++)
        if (!(names[k] = app_text(a, "%" PRId64, k))) return SCILAMA_E_NOMEM;
    scilama_status status = open_output(a, r->file, r->layer, r->output, &w);
    if (!status) status = put_genes(a, r, w, names);
    if (!status && r->contrasts) status = put_contrast(a, r, w);
    if (!status) status = put_modules(a, r, w);
    if (!status && r->sets) status = put_sets(a, r, w);
    if (!status && m->modules) status = scilama_module_activity(r->d, m->labels, m->modules, activity, &a->error);
    if (!status && m->modules) status = scilama_h5ad_writer_put_obsm(w, "X_scilama_modules", activity, m->modules, 0, &a->error);
    if (!status) status = read_space(a, r->file, r->obsm, r->varm ? r->varm : TRAINED_KEY, r->layer, r->d, &z, &genes, &width);
    if (!status && m->modules && z) {
        status = scilama_module_projection(a->context, z, cells, genes, m->genes, width, m->labels, m->modules, activity, &a->error);
        if (!status) status = scilama_h5ad_writer_put_obsm(w, "X_scilama_modules_paired", activity, m->modules, 0, &a->error);
    }
    if (!status) status = app_late_failure(a);
    if (!status) status = scilama_h5ad_writer_commit(w, &a->error);
    scilama_h5ad_writer_destroy(w);
    if (!status) app_say(a, "%s: var['scilama_module'], obsm['X_scilama_modules'], uns['scilama_modules']%s", r->output, r->sets ? ", uns['scilama_module_sets']" : "");
    return status;
}

/* Genes that were fitted are those with a vector. */
static scilama_status read_trained(app *a, module_run *r, const char *varm)
{
    scilama_status status = read_varm(a, r->file, varm, r->layer, r->d, &r->trained, &r->trained_width);
    bool any = false;
    for (int64_t g = 0; g < scilama_dataset_genes(r->d) && !status && !any; g++) any = isfinite(r->trained[g * r->trained_width]) != 0;
    if (any || (status && (status != SCILAMA_E_NOTFOUND || r->varm))) return status;
    return app_fail(a, SCILAMA_E_NOTFOUND, "%s: varm['%s'] has no vector of a gene%s", r->file, varm,
                    r->varm ? "" : ", as scilama fit writes them, unless by --mode beta-vae, or of --layer raw with other genes than var");
}

static scilama_status run(app *a, module_run *r)
{
    const char *varm = r->varm ? r->varm : TRAINED_KEY;
    scilama_status status = check_output(a, r->output);
    if (!status) status = check_text_output(a, r->tsv);
    if (!status) status = check_text_output(a, r->json);
    if (!status && r->varm && r->tables.count)
        status = app_fail(a, SCILAMA_E_INVALID, "--embeddings are for loadings, and --gene-embedding %s clusters vectors of the file: give one of them", r->varm);
    if (!status) status = open_expression(a, NULL, r->file, r->layer, r->stream, &r->d);
    if (!status) status = read_trained(a, r, varm);
    if (!status && r->varm) r->vectors = r->trained, r->width = r->trained_width;
    else if (!status) {
        r->options.metric = SCILAMA_METRIC_EUCLIDEAN; /* nearness of loadings is that of correlations in other cells */
        status = modules_loadings(a, r->d, r->file, &r->tables, r->trained, r->trained_width, &r->vectors, &r->width);
    }
    if (!status && r->gmt) status = scilama_gene_sets_read(&r->sets, a->context, r->gmt, &a->error);
    if (!status && r->sets) status = modules_cover(a, r->d, r->vectors, r->width, r->sets, r->gmt, &r->annotated);
    if (!status) status = modules_find(a, r->vectors, scilama_dataset_genes(r->d), r->width, &r->options, &r->own);
    if (!status) status = modules_test(a, r->d, r->vectors, r->width, &r->own);
    if (!status && r->sets) status = modules_enrich(a, r->d, r->vectors, r->width, r->sets, &r->own);
    if (!status && (r->static_path || r->control_path || r->known)) {
        const contrast_plan plan = { r->file, varm, r->layer, r->static_path, r->control_path, r->known, r->varm ? NULL : r->trained, r->trained_width, r->match, &r->options };
        status = modules_contrast(a, r->d, r->vectors, r->width, &r->own, r->sets, &plan, r->contrast, &r->contrasts);
    }
    if (status) return status;
    summary(a, r);
    if (r->tsv || (!r->output && !r->json)) status = write_tsv(a, r);
    if (!status && r->json) status = write_json(a, r);
    return !status && r->output ? write_file(a, r) : status;
}

int verb_modules(int argc, char **argv)
{
    app a = { .verb = "modules" };
    module_run r = { .obsm = "X_scilama" };
    scilama_module_options_init(&r.options, sizeof r.options);
    const option options[] = {
        { "output", 'o', OPTION_OUTPUT, &r.output, "OUT.h5ad", "write var['scilama_module'], activities and tables to a copy", 0, NULL },
        { "tsv", 0, OPTION_OUTPUT, &r.tsv, "FILE", "write the table there (default: standard output, without -o or --json)", 0, NULL },
        { "json", 0, OPTION_OUTPUT, &r.json, "FILE", "write modules and their genes as JSON", 0, NULL },
        { "gmt", 0, OPTION_INPUT, &r.gmt, "SETS.gmt[.gz]", "gene sets to look for in modules", 0, NULL },
        { "static", 0, OPTION_INPUT, &r.static_path, "FILE", "contrast with a static gene embedding: the table that was trained on", 0, NULL },
        { "control", 0, OPTION_INPUT, &r.control_path, "FILE.h5ad", "contrast with the same data fitted with --control shuffled", 0, NULL },
        { "match", 0, OPTION_FLAG, &r.match, NULL, "cluster those at the resolution that gives modules of the same size", 1, NULL },
        { "known", 0, OPTION_STRING, &r.known, "KEY", "var column of known modules to agree with, say that of simulate", 0, NULL },
        { "resolution", 'r', OPTION_NUMBER, &r.options.resolution, "R", "more finds more modules (default 1)", 0, NULL },
        { "neighbors", 'k', OPTION_INTEGER, &r.options.neighbors, "K", "neighbours of a gene (default 15)", 0, NULL },
        { "min-size", 0, OPTION_INTEGER, &r.options.min_size, "N", "genes that make a module (default 5)", 0, NULL },
        { "rounds", 0, OPTION_INTEGER, &r.options.rounds, "N", "of resampling, for the stability (default 20)", 0, NULL },
        { "embeddings", 0, OPTION_INPUTS, &r.tables, "NAME=FILE", "gene vectors: loadings are shrunk towards them, and they stand beside; repeatable", 0, NULL },
        { "gene-embedding", 0, OPTION_STRING, &r.varm, "KEY", "cluster vectors of varm, such as scilama, instead of loadings", 0, NULL },
        { "embedding", 'e', OPTION_STRING, &r.obsm, "KEY", "obsm matrix of cells, for activities (default X_scilama)", 0, NULL },
        { "layer", 0, OPTION_STRING, &r.layer, "NAME", "expression: a layer, or raw (default X)", 0, NULL },
        MODALITY_OPTION(&a),
        GENE_NAMES_OPTION(&a),
        { "stream", 0, OPTION_BYTES, &r.stream, "BYTES", "leave the matrix in the file and hold so much of it at once: 64M", 0, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "FILE.h5ad [-o OUT.h5ad] [--gmt SETS] [--static FILE] [--control FILE.h5ad] [options]",
                        "Gene modules: communities of genes by their loadings on the axes of the cells, shrunk towards what gene vectors\n"
                        "tell and with the vectors beside them, or by gene vectors; hubs, stability, coherence in expression and gene sets; activity in cells.", options, 1, 1, &r.file, "u" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    scilama_status status = app_open(&a);
    r.options.seed = a.seed;
    if (!status) status = run(&a, &r);
    scilama_gene_sets_destroy(r.sets);
    scilama_dataset_destroy(r.d);
    return app_close(&a, status);
}
