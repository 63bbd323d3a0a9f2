/* SPDX-License-Identifier: MIT */
#include "common.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* By what genes of a file are named: its index, or a column of var. */

const char *gene_names_in(app *a, const char *path) { return a->gene_names ? a->gene_names : fit_option(a, path, "options/gene_names"); }

static int by_text(const void *x, const void *y) { return strcmp(*(const char *const *)x, *(const char *const *)y); }

/* wanted [n]: sorted. */
static int64_t count_found(const scilama_dataset *d, const char *const *wanted, int64_t n)
{
    int64_t found = 0;
    for (int64_t g = 0; g < scilama_dataset_genes(d); g++) {
        const char *name = scilama_dataset_gene_name(d, g);
        found += bsearch(&name, wanted, (size_t)n, sizeof *wanted, by_text) != NULL;
    }
    return found;
}

static int64_t found_by(app *a, const char *path, const char *layer, const char *column, const char *const *wanted, int64_t n)
{
    scilama_dataset *d = NULL;
    scilama_file_options o;
    scilama_file_options_init(&o, sizeof o);
    o.layer = layer;
    o.modality = a->modality;
    o.annotation_only = 1;
    o.gene_names = column;
    o.columns = &column;
    int64_t found = scilama_dataset_read(&d, a->context, path, &o, NULL) ? 0 : count_found(d, wanted, n);
    scilama_dataset_destroy(d);
    return found;
}

void tell_gene_names(app *a, const char *path, const char *layer, const scilama_dataset *d, const char **wanted, int64_t n, const char *whose)
{
    static const char *const columns[] = { "feature_name", "gene_symbols", "gene_symbol", "gene_name", "gene_names", "symbol",
                                           "feature_id", "gene_ids", "gene_id", "ensembl_id", "ensembl" };
    int64_t genes = scilama_dataset_genes(d), most = n < genes ? n : genes;
    qsort(wanted, (size_t)n, sizeof *wanted, by_text);
    int64_t found = count_found(d, wanted, n), best = found, at = 0;
    if (gene_names_in(a, path) || found > most / 2) return;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        int64_t other = found_by(a, path, layer, columns[i], wanted, n);
        if (other > best) best = other, at = (int64_t)i;
    }
    if (best - found > most / 10)
        app_warn(a, "%s: %" PRId64 " of its genes are among those of %s by their names, %" PRId64 " by the column '%s' of var: --gene-names %s takes these", path, found,
                 whose, best, columns[at], columns[at]);
}
