/* SPDX-License-Identifier: MIT */
#ifndef MODULES_H
#define MODULES_H

#include "biology.h"

/* Modules and what is known of them; memory lives until app_close(). */
typedef struct module_set {
    int64_t genes, modules;
    int32_t *labels;                          /* [genes] */
    double *membership, *hub, *stability;     /* [genes] */
    int64_t *start, *member;                  /* genes of a module by falling hub strength */
    scilama_module_report report;
    double *coherence, *p, *fdr;              /* [modules] after modules_test() */
    int64_t held_out;                         /* cells of that test; 0 = all */
    int64_t sets, enriched;                   /* after modules_enrich() */
    int64_t *overlap, *set_size;
    double *set_p, *set_fdr;                  /* [modules × sets] */
} module_set;

scilama_status modules_read_genes(app *a, const char *path, const char *varm, scilama_dataset *d, float **genes, int64_t *width);
scilama_status modules_find(app *a, const float *vectors, int64_t genes, int64_t width, const scilama_module_options *options, module_set *m);
scilama_status modules_test(app *a, scilama_dataset *d, const float *vectors, int64_t width, module_set *m);
scilama_status modules_enrich(app *a, scilama_dataset *d, const float *vectors, int64_t width, const scilama_gene_sets *sets, module_set *m);
double modules_mean(const module_set *m, const double *of_gene, int64_t module);
int64_t modules_best_set(const module_set *m, int64_t module); /* the least p; -1 */
int modules_by_name(const void *x, const void *y);             /* structs that start with a name */

#endif
