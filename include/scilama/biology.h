/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_BIOLOGY_H
#define SCILAMA_BIOLOGY_H

#include "analysis.h"

/** @file biology.h Markers of cell states, gene modules, module scores, over-representation.
 *
 * Expression here is what the dataset's recipe makes of its matrix before scaling,
 * for all genes of the matrix: size factors and log1p where scilama_dataset_preprocess()
 * applied them, otherwise the values as they are. Nothing is made dense: zeros are never
 * visited. Groups are codes 0 … n_groups − 1; cells with a negative code are left out
 * altogether. Every result is the same for any thread count. */

/* ------------------------------------------------------------------ types */

/** How markers are told. Append only. */
typedef struct scilama_marker_options {
    size_t struct_size;
    int64_t reference;     /**< group to compare the others with; −1 (default): each with all the rest */
    int64_t permutations;  /**< of group codes within batches, for the paired score; default 200; 0 = none */
    uint64_t seed;         /**< of the permutations */
    int32_t tie_correct;   /**< 1 (default): the variance accounts for ties; 0: it does not (scanpy's default) */
    int32_t reserved;
} scilama_marker_options;

/** Where evidence goes: arrays of the caller's, each [n_groups × genes] row-major, genes
 *  in the order of the matrix; NULL = not wanted. Append only.
 *
 * Rows of a group without cells, of one that is compared with nothing, and of the
 * reference itself are NaN. */
typedef struct scilama_marker_table {
    size_t struct_size;
    double *z;                 /**< Wilcoxon rank-sum: normal score, no continuity correction; 0 when the gene is constant */
    double *p_value;           /**< two-sided */
    double *p_adjusted;        /**< Benjamini–Hochberg over the genes of the group */
    double *auroc;             /**< chance that a cell of the group exceeds one outside, ties halved */
    double *log2_fold_change;  /**< log2 of (expm1(mean inside) + 1e-9) / (expm1(mean outside) + 1e-9) */
    double *mean_in;           /**< mean expression inside */
    double *mean_out;          /**< … and outside */
    double *fraction_in;       /**< share of cells with a non-zero value inside */
    double *fraction_out;      /**< … and outside */
    double *paired_score;      /**< (mean z_s inside − mean z_s outside) · z_f; NaN for a gene without z_f */
    double *paired_z;          /**< that, in standard deviations of its permutations */
    double *paired_p;          /**< one-sided: chance of a permuted score as high */
    double *paired_fdr;        /**< Benjamini–Hochberg over the genes of the group */
    double *combined_rank;     /**< 1 = best: order of the geometric mean of the ranks by z, by auroc and by
                                    paired_score (all falling), genes with a z or a paired_score of
                                    0 or below after the others; NaN for a gene without z_f */
} scilama_marker_table;

/** How gene modules are found. Append only. */
typedef struct scilama_module_options {
    size_t struct_size;
    int64_t neighbors;     /**< of a gene; default 15, cut when there are fewer genes */
    int64_t min_size;      /**< smaller communities are no module (label −1); default 5 */
    int64_t rounds;        /**< of resampling for the stability; default 20; 0 = none */
    double resolution;     /**< of Leiden's modularity; default 1 */
    double sample;         /**< share of the genes in a round; default 0.8 */
    uint64_t seed;
    int32_t metric;        /**< ::scilama_metric; default cosine */
    int32_t graph;         /**< ::scilama_graph_kind; default fuzzy */
} scilama_module_options;

/** What was found of gene modules. Append only. */
typedef struct scilama_module_report {
    size_t struct_size;
    int64_t genes;         /**< with a vector */
    int64_t modules;
    int64_t assigned;      /**< genes in a module */
    double modularity;
    double chance;         /**< share of all pairs of genes that are together in a round: what a module's
                                stability would be by chance; NaN without rounds */
} scilama_module_report;

/** How coherence of modules is tested. Append only. */
typedef struct scilama_coherence_options {
    size_t struct_size;
    int64_t permutations;  /**< random gene sets per module; default 1000 */
    int64_t max_cells;     /**< cells used, drawn at random; default 2000 */
    uint64_t seed;
    const uint8_t *cells;  /**< [cells] 1 = may be used; NULL = all. Cells that no model was
                                trained on make the test independent of the fit */
} scilama_coherence_options;

/** How enrichment in gene sets is tested. Append only. */
typedef struct scilama_enrichment_options {
    size_t struct_size;
    int64_t min_size;      /**< smaller sets (within the universe) are not tested; default 5 */
    int64_t max_size;      /**< nor larger ones; default 500 */
    int32_t annotated;     /**< 1 (default): the universe is those genes that occur in a set; 0: all genes given */
    int32_t reserved;
} scilama_enrichment_options;

/** How genes are held out. Append only. */
typedef struct scilama_holdout_options {
    size_t struct_size;
    double fraction;         /**< of the genes, in (0, 0.5]; default 0.1 */
    int64_t rounds;          /**< how often others are drawn; default 1 */
    int64_t components;      /**< principal axes of the genes that stay; default 30 */
    int64_t neighbors;       /**< of the baseline "nearest"; default 20 */
    uint64_t seed;           /**< default 0 */
    int32_t baselines;       /**< 1: also ridge, nearest and ceiling; default 1 */
    int32_t reserved;
} scilama_holdout_options;

/** Mean Pearson correlation over the cells of predicted with measured expression, over genes held out. Append only. */
typedef struct scilama_holdout_report {
    size_t struct_size;
    int64_t genes;           /**< held out in all rounds together */
    double kernel;           /**< kernel ridge regression on the vectors */
    double shuffled;         /**< the same with vectors dealt among the genes, or with none where that tells more: what the mean profile alone gives */
    double ridge;            /**< baseline: linear kernel ridge on the vectors as they are; NaN without baselines */
    double nearest;          /**< baseline: mean of the genes with the nearest vectors */
    double ceiling;          /**< the components' own best: the gene projected on them */
    double gain;             /**< kernel − shuffled, gene by gene */
    double gain_low, gain_high; /**< its 95 % interval over genes */
} scilama_holdout_report;

/** How loadings of genes are shrunk. Append only. */
typedef struct scilama_loading_options {
    size_t struct_size;
    int64_t components;      /**< principal axes of the cells; default 30, cut at a quarter of the cells and half of the genes */
    uint64_t seed;           /**< of the parts that genes are told from each other in; default 0 */
} scilama_loading_options;

/** What was found of loadings. Append only. */
typedef struct scilama_loading_report {
    size_t struct_size;
    int64_t genes;           /**< that vary in the cells */
    int64_t components;      /**< axes used; further columns are 0 */
    double explained;        /**< share of the loadings' variance that vectors tell of genes which they did not see; below 0: none */
    double kept;             /**< mean share of a gene's own departure from what is told that stays */
    double weight;           /**< of scilama_gene_space(): what the vectors count beside the loadings, 0 (the cells know nothing of them) to 0.8 */
} scilama_loading_report;

/** Named sets of genes. Immutable. */
typedef struct scilama_gene_sets scilama_gene_sets;

#ifdef __cplusplus
extern "C" {
#endif

/** Write the defaults. @since 0.1 */
SCILAMA_API scilama_status scilama_marker_options_init(scilama_marker_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_marker_table_init(scilama_marker_table *table, size_t struct_size);
SCILAMA_API scilama_status scilama_module_options_init(scilama_module_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_module_report_init(scilama_module_report *report, size_t struct_size);
SCILAMA_API scilama_status scilama_coherence_options_init(scilama_coherence_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_enrichment_options_init(scilama_enrichment_options *options, size_t struct_size);

SCILAMA_API scilama_status scilama_holdout_options_init(scilama_holdout_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_holdout_report_init(scilama_holdout_report *report, size_t struct_size);
SCILAMA_API scilama_status scilama_loading_options_init(scilama_loading_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_loading_report_init(scilama_loading_report *report, size_t struct_size);

/* ------------------------------------------------------- what vectors are worth */

/** Asks of genes that are held out how well their vectors alone tell their expression.
 *
 * The genes that stay give axes in the space of cells and, by kernel ridge regression from their
 * vectors, the coordinates of those that are held out: K = (Σ_t w_t exp(-|a - b|²))², 1 for a gene with itself, over vectors centred
 * and of length 1, a penalty for each axis chosen on a fifth of the genes, weights of several tables by how likely they make the
 * coordinates of at most 1,024 genes (512 with fewer than 1,000 cells). A gene is told from the tables that have it. No
 * expression of a gene held out is used.
 * @param expression  [cells × genes], leading dimension ld (0 = genes), finite; any units: genes are standardised.
 *                    A thousand or two of cells are enough.
 * @param vectors     [tables] pointers to [genes × widths[t]], packed; a row that is not finite, or zero, is a gene without
 *                    a vector in that table.
 * @param widths      [tables] 1 to 65,536.
 * @param tables      1 to 16.
 * @param correlation [genes] of the last round that held the gene out, NaN = never; or NULL.
 * @param expected    [genes] the correlation that the prediction itself expects, its spread in standard deviations of the
 *                    gene; NaN = never held out; or NULL.
 * @return SCILAMA_OK, E_INVALID (sizes, options, or too few genes with a vector), E_NONFINITE, E_NOMEM, E_CANCELLED.
 *         O(rounds · genes² (Σ widths + cells)); room for genes² (of several tables at least (tables + 3) min(genes, 512)²) + 2 genes × cells floats. @since 0.1 */
SCILAMA_API scilama_status scilama_gene_holdout(
    scilama_context *context, const float *expression, int64_t cells, int64_t genes, int64_t ld,
    const float *const *vectors, const int64_t *widths, int64_t tables, const scilama_holdout_options *options,
    double *correlation, double *expected, scilama_holdout_report *report, scilama_error *error);

/* ---------------------------------------------------------------- markers */

/** Compares the expression of every gene between groups of cells by the Wilcoxon
 *  rank-sum test (Mann–Whitney U, ties by average ranks, normal approximation).
 *
 * @param dataset  Its recipe is fitted first where it is stale.
 * @param groups   [cells] codes.
 * @param table    Receives the first nine arrays; paired ones are left alone.
 * @return SCILAMA_OK, E_INVALID, E_STATE (the matrix was given back), E_NOMEM, E_CANCELLED, and as scilama_dataset_preprocess()
 *         where the recipe is to be fitted first. O(stored · log) time; memory for
 *         about 2 million entries beside the table, whatever the matrix.
 * @since 0.1 */
SCILAMA_API scilama_status scilama_wilcoxon(
    scilama_dataset *dataset, const int32_t *groups, int64_t n_groups,
    const scilama_marker_options *options, scilama_marker_table *table, scilama_error *error);

/** Scores genes for groups of cells in the paired space.
 *
 * For each group, s_g = (mean z_s of its cells − mean z_s of the others) · z_f of the
 * gene. Significance: group codes are permuted within batches; a gene's score is put
 * in standard deviations of its own permuted scores, which makes the genes' scores
 * alike, and the permuted scores of all genes of the group together are the null of each.
 * @param cells    [n × dim] z_s (or mu_s), finite, leading dimension dim.
 * @param genes    [n_genes × dim] z_f (or mu_f), leading dimension dim; a row with a NaN is
 *                 a gene outside the paired space.
 * @param groups   [n] codes.  @param batches  [n] codes; NULL = one batch. Cells with a
 *                 negative code are left out.
 * @param table    Receives the paired arrays; the others are left alone.
 * @return SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED.
 *         O(permutations · (n + groups · n_genes) · dim).
 * @since 0.1 */
SCILAMA_API scilama_status scilama_paired_markers(
    scilama_context *context, const float *cells, int64_t n, const float *genes, int64_t n_genes,
    int64_t dim, const int32_t *groups, int64_t n_groups, const int32_t *batches,
    const scilama_marker_options *options, scilama_marker_table *table, scilama_error *error);

/** Both of the above, and the combined rank.
 * @param cells  [cells × dim].  @param genes  [genes of the matrix × dim].
 * @return as scilama_wilcoxon() and scilama_paired_markers(). Memory for 3 [n_groups × genes] arrays beside the table at most. @since 0.1 */
SCILAMA_API scilama_status scilama_markers(
    scilama_dataset *dataset, const float *cells, const float *genes, int64_t dim,
    const int32_t *groups, int64_t n_groups, const int32_t *batches,
    const scilama_marker_options *options, scilama_marker_table *table, scilama_error *error);

/** Adjusts p-values by Benjamini and Hochberg. NaNs stay and do not count.
 *  @param adjusted  [n]; may be p.
 *  @return SCILAMA_OK, E_INVALID, E_NOMEM. O(n log n). @since 0.1 */
SCILAMA_API scilama_status scilama_p_adjust(
    scilama_context *context, const double *p, int64_t n, double *adjusted, scilama_error *error);

/* ---------------------------------------------------------------- modules */

/** Loadings of genes on the principal axes of cells, shrunk towards what vectors tell.
 *
 * A gene's loading T_ga on an axis of the standardised cells is known up to a noise of variance 1 (in units where a correlation r is
 * r √cells). What it would be in endless cells is taken as N(L_ga, γ τ_a): L by kernel ridge regression from the vectors, as
 * scilama_gene_holdout() has it, fitted on other genes (five parts); τ_a the axis' variance about L beyond the noise; γ a scale of the
 * gene, one of nine whose shares maximise the likelihood (empirical Bayes). The result is the mean of that given T: genes of
 * which the cells tell much keep their own, others go to what genes of like vectors do, or to the mean of all. Their inner products are
 * the correlations to expect in other cells; nearest neighbours are best found among them by Euclidean distance.
 * @param expression  [cells × genes], leading dimension ld (0 = genes), finite; any units: genes are standardised.
 * @param vectors     [tables] pointers to [genes × widths[t]], packed; a row that is not finite, or zero, is a gene without
 *                    a vector in that table. NULL with 0 tables: shrinkage alone.
 * @param tables      0 to 16.
 * @param loadings    [genes × components] of the options, packed: correlations with the axes; NaN for genes that do not vary.
 * @param report      what was found; may be NULL.
 * @return SCILAMA_OK, E_INVALID (sizes, options, fewer than 10 genes that vary), E_NONFINITE, E_NOMEM, E_CANCELLED.
 *         O(cells · genes · min(cells, genes) + genes² (Σ widths + 30 components)); room for genes² + cells · genes floats. @since 0.1 */
SCILAMA_API scilama_status scilama_gene_loadings(
    scilama_context *context, const float *expression, int64_t cells, int64_t genes, int64_t ld,
    const float *const *vectors, const int64_t *widths, int64_t tables, const scilama_loading_options *options,
    float *loadings, scilama_loading_report *report, scilama_error *error);

/** Loadings of genes with their vectors beside them: where genes go for modules.
 *
 * The squared Euclidean distance of two rows is |θ_g − θ_h|² + w D (1 − K_gh): θ by scilama_gene_loadings(), D the mean of its squared
 * distances, K the mean over tables of the cosine of centred vectors (0 where a table lacks one of the genes, by a random direction). w,
 * 0 to 0.8, is chosen by the cells: half of them give loadings, and the 15 nearest genes with w are to gain most correlation in
 * the other half, by that half of the two which gains less. Vectors that tell nothing of the cells get w = 0, and then, as without tables, distances are those
 * of loadings.
 * @param expression  as scilama_gene_loadings(), and so are vectors, widths, tables and options; with fewer than 40 cells w is 0.
 * @param space       [genes × (components + Σ widths)], packed: the loadings, then the vectors; NaN for genes that do not vary.
 * @param report      what was found, weight too; may be NULL.
 * @return as scilama_gene_loadings(). Thrice its time, and O(genes² (components + Σ widths)) more; room for
 *         genes (Σ widths + cells) floats more. @since 0.1 */
SCILAMA_API scilama_status scilama_gene_space(
    scilama_context *context, const float *expression, int64_t cells, int64_t genes, int64_t ld,
    const float *const *vectors, const int64_t *widths, int64_t tables, const scilama_loading_options *options,
    float *space, scilama_loading_report *report, scilama_error *error);

/** Finds gene modules: nearest neighbours among gene vectors, weighted graph, Leiden.
 *
 * @param genes       [n × dim] with leading dimension ld (0 = dim): mu_f, or a static
 *                    embedding to compare with. Rows with a NaN are left out (label −1).
 * @param labels      [n] receives 0 … modules − 1 by falling size; −1 = in no module.
 * @param membership  [n] receives the share of a gene's edge weight that stays in its module; may be NULL.
 * @param hub         [n] receives the edge weight of a gene within its module; may be NULL.
 * @param cohesion    [n] receives the stability of a gene: over rounds in which a share of the genes
 *                    is drawn and clustered anew with another seed, how many of its
 *                    module's drawn genes it is together with; may be NULL. A module's
 *                    co-membership score is the mean over its genes.
 * @param report      May be NULL.
 * @return SCILAMA_OK, E_INVALID (fewer than 3 genes), E_NOMEM, E_CANCELLED. O(rounds · n² · dim).
 * @since 0.1 */
SCILAMA_API scilama_status scilama_gene_modules(
    scilama_context *context, const float *genes, int64_t n, int64_t dim, int64_t ld,
    const scilama_module_options *options, int32_t *labels, double *membership, double *hub,
    double *cohesion, scilama_module_report *report, scilama_error *error);

/** Activity of modules: the mean z-score (over all cells) of the expression of a module's genes.
 *
 * @param labels    [genes of the matrix]: module or −1.
 * @param activity  [cells × modules]. Genes that do not vary count as zero; a module
 *                  without genes is NaN.
 * @return as scilama_wilcoxon(). O(stored). @since 0.1 */
SCILAMA_API scilama_status scilama_module_activity(
    scilama_dataset *dataset, const int32_t *labels, int64_t modules, float *activity, scilama_error *error);

/** Activity of modules in the paired space: z_s · mean of z_f over the module's genes.
 *
 * @param cells   [n × dim].  @param genes  [n_genes × dim]; rows with a NaN are left out.
 * @param labels  [n_genes] module or −1.
 * @param activity  [n × modules]; a module without genes is NaN.
 * @return SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM. O(n · modules · dim). @since 0.1 */
SCILAMA_API scilama_status scilama_module_projection(
    scilama_context *context, const float *cells, int64_t n, const float *genes, int64_t n_genes,
    int64_t dim, const int32_t *labels, int64_t modules, float *activity, scilama_error *error);

/** Tests whether a module's genes go together in the expression of cells.
 *
 * The coherence is the mean correlation of pairs of its genes. It is compared with
 * random sets of genes of the same size and the same deciles of mean expression, drawn
 * from the genes with a label (−1 included; −2 and less: not drawn from).
 * @param coherence  [modules]; may be NULL.
 * @param p          [modules] one-sided, never below 1 / (permutations + 1); may be NULL.
 * @param fdr        [modules] Benjamini–Hochberg; may be NULL.
 * @return as scilama_wilcoxon(). @since 0.1 */
SCILAMA_API scilama_status scilama_module_coherence(
    scilama_dataset *dataset, const int32_t *labels, int64_t modules, const scilama_coherence_options *options,
    double *coherence, double *p, double *fdr, scilama_error *error);

/* ---------------------------------------------------- over-representation */

/** Reads gene sets in GMT format: name, description, genes, separated by tabs; gzip allowed.
 *  Sets of the same name are E_DUPLICATE; a gene that repeats within a set counts once.
 *  @return SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (line named), E_DUPLICATE, E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_gene_sets_read(
    scilama_gene_sets **out, scilama_context *context, const char *path, scilama_error *error);
/** NULL is allowed. @since 0.1 */
SCILAMA_API void scilama_gene_sets_destroy(scilama_gene_sets *sets);
/** Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range. @since 0.1 */
SCILAMA_API int64_t scilama_gene_sets_count(const scilama_gene_sets *sets);
SCILAMA_API const char *scilama_gene_sets_name(const scilama_gene_sets *sets, int64_t set);
SCILAMA_API const char *scilama_gene_sets_description(const scilama_gene_sets *sets, int64_t set);
SCILAMA_API int64_t scilama_gene_sets_size(const scilama_gene_sets *sets, int64_t set);
SCILAMA_API const char *scilama_gene_sets_gene(const scilama_gene_sets *sets, int64_t set, int64_t gene);

/** Over-representation of gene sets in modules, by the hypergeometric test (upper tail).
 *
 * @param names    [n] the genes that were clustered, unique: the universe.
 * @param labels   [n] module or −1.
 * @param overlap  [modules × sets] genes in common.  @param sizes [sets] genes of a set in the universe.
 * @param p        [modules × sets]; 1 without overlap; NaN where the set is not tested.
 * @param fdr      [modules × sets] Benjamini–Hochberg over all tests of all modules.
 *                 Any of these may be NULL.
 * @return SCILAMA_OK, E_INVALID, E_DUPLICATE, E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_enrichment(
    const scilama_gene_sets *sets, const char *const *names, const int32_t *labels, int64_t n, int64_t modules,
    const scilama_enrichment_options *options, int64_t *overlap, int64_t *sizes, double *p, double *fdr,
    scilama_error *error);

#ifdef __cplusplus
}
#endif
#endif
