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
    double chance;                            /* mean coherence over the genes of modules of the same sizes at random */
    int64_t sets, enriched;                   /* after modules_enrich() */
    int64_t *overlap, *set_size;
    double *set_p, *set_fdr;                  /* [modules × sets] */
} module_set;

/* Says how many genes with a vector are in any set; fails where none is. */
scilama_status modules_cover(app *a, scilama_dataset *d, const float *vectors, int64_t width, const scilama_gene_sets *sets, const char *path, int64_t *annotated);
scilama_status modules_find(app *a, const float *vectors, int64_t genes, int64_t width, const scilama_module_options *options, module_set *m);
scilama_status modules_test(app *a, scilama_dataset *d, const float *vectors, int64_t width, module_set *m);
scilama_status modules_enrich(app *a, scilama_dataset *d, const float *vectors, int64_t width, const scilama_gene_sets *sets, module_set *m);
double modules_mean(const module_set *m, const double *of_gene, int64_t module);
/* Mean over the genes in modules of a number per module. */
double modules_coherence(const module_set *m, const double *coherence);
int64_t modules_best_set(const module_set *m, int64_t module); /* the least p; -1 */

/* Cells of d that were not trained on, where there are enough: mask [cells]; *held tells how many (0: all cells, and no mask). */
scilama_status modules_held_out(app *a, scilama_dataset *d, uint8_t **mask, int64_t *held);
/* module_space.c: loadings of the genes that have a vector in trained [genes × trained_width], on the axes of the cells that were trained on,
 * shrunk towards what the tables (NAME=FILE) tell of them, and those vectors beside them; NaN for other genes. */
scilama_status modules_loadings(app *a, scilama_dataset *d, const char *file, const string_list *tables, const float *trained, int64_t trained_width,
                                float **loadings, int64_t *width);

/* contrast.c: the same genes clustered by another embedding. */
enum { CONTRASTS = 4 };
typedef struct contrast_plan {
    const char *file, *varm, *layer, *static_path, *control_path, *known; /* known: a column of var */
    const float *trained;                                         /* [genes × trained_width], where own modules are of another space; or NULL */
    int64_t trained_width;
    bool match;                                                   /* modules as large as the own ones */
    const scilama_module_options *options;
} contrast_plan;
typedef struct module_contrast {
    const char *name;              /* loadings, trained, static, control */
    int64_t modules, assigned;
    int64_t significant;           /* coherent at FDR 0.05 */
    int64_t enriched, found_sets;  /* modules with a gene set, sets in any module, at FDR 0.05 */
    double resolution, stability, coherence; /* means over the genes in modules */
    double size;                   /* of the module that the mean gene of a module is in: Σ n² / Σ n */
    double chance;                 /* coherence of modules of the same sizes at random */
    double ari, truth;             /* with the own modules, with known ones (NaN: not asked for) */
} module_contrast;
/* rows [CONTRASTS]: the own modules' first. */
/* Vectors [genes × *width] of a table, whose names are matched as the fit that wrote file did; NaN for genes without, and for those
 * without one in own. */
scilama_status modules_table(app *a, scilama_dataset *d, const float *own, int64_t own_width, const char *file, const char *path, float **vectors, int64_t *width);
scilama_status modules_contrast(app *a, scilama_dataset *d, const float *vectors, int64_t width, const module_set *own,
                                const scilama_gene_sets *sets, const contrast_plan *plan, module_contrast *rows, int *count);

#endif
