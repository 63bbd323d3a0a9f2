/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_ANALYSIS_H
#define SCILAMA_ANALYSIS_H

#include "dataset.h"

/** @file analysis.h Neighbours, graphs, clusters and metrics of points in memory.
 *
 * Plain functions on matrices: no model is needed. Points are rows, row-major,
 * with a leading dimension `ld` (0 = dim). Labels are codes 0 … n_labels − 1;
 * negative codes mean missing. Every result is the same for any thread count. */

/* ------------------------------------------------------------------ types */

/** A weighted undirected graph: both directions of every edge are stored,
 *  columns ascending, no loops. Immutable. */
typedef struct scilama_graph scilama_graph;

enum scilama_metric {
    SCILAMA_METRIC_EUCLIDEAN = 1,
    SCILAMA_METRIC_COSINE = 2 /**< 1 − cosine; 1 to and from a zero vector */
};

enum scilama_knn_method {
    SCILAMA_KNN_AUTO = 0,       /**< exact up to 200,000 points, else approximate */
    SCILAMA_KNN_EXACT = 1,      /**< by a tree of boxes; O(n² · dim) at most */
    SCILAMA_KNN_APPROXIMATE = 2 /**< random projection trees, then neighbour descent; recall is
                                     estimated on a sample. Exact up to 1024 points and above 100 neighbours */
};

/** How neighbours are found. Append only. */
typedef struct scilama_knn_options {
    size_t struct_size;
    int64_t neighbors;   /**< other points per point, ≥ 1; default 14. scanpy's and
                              umap-learn's n_neighbors count the point itself: theirs − 1 */
    int32_t metric;      /**< ::scilama_metric; default Euclidean */
    int32_t method;      /**< ::scilama_knn_method; default auto */
    uint64_t seed;       /**< of the approximate method */
} scilama_knn_options;

/** How the neighbours were found. Append only. */
typedef struct scilama_knn_report {
    size_t struct_size;
    int32_t method;      /**< ::scilama_knn_method that was used, never auto */
    int32_t rounds;      /**< of neighbour descent; 0 when exact */
    double recall;       /**< share of true neighbours found, on a sample; 1 when exact */
} scilama_knn_report;

enum scilama_graph_kind {
    SCILAMA_GRAPH_FUZZY = 1,  /**< UMAP's fuzzy union: scanpy's connectivities */
    SCILAMA_GRAPH_JACCARD = 2 /**< shared neighbours / united neighbours, each point its own neighbour */
};

enum scilama_quality {
    SCILAMA_QUALITY_MODULARITY = 1, /**< 1/2m · Σ (A_ij − γ k_i k_j / 2m) within communities */
    SCILAMA_QUALITY_CPM = 2         /**< Σ over communities of (weight within − γ · size (size − 1) / 2) */
};

/** How communities of a graph are found. Append only. */
typedef struct scilama_leiden_options {
    size_t struct_size;
    int32_t quality;       /**< ::scilama_quality; default modularity */
    int32_t iterations;    /**< ≥ 1, or 0 (default): until nothing improves; from 32,768 vertices on, until an
                                iteration gains less than 5e-4 of 1 + |quality| */
    double resolution;     /**< γ ≥ 0; default 1 */
    double randomness;     /**< θ > 0 of the refinement, in mean edge weights; default 0.01 */
    uint64_t seed;         /**< default 0 */
    int32_t restarts;      /**< the best of so many independent runs is returned; 0 (default):
                                1 to 8, as many as two million entries of the graph allow */
    int32_t patience;      /**< iterations without gain after which a run ends (when
                                iterations is 0): the refinement is random; default 1 */
} scilama_leiden_options;

/** What Leiden found. Append only. */
typedef struct scilama_leiden_report {
    size_t struct_size;
    int64_t communities;
    double quality;        /**< of the partition, as ::scilama_quality defines it */
    double resolution;     /**< that was used */
    int32_t iterations;    /**< that were run */
    int32_t reserved;
} scilama_leiden_report;

/** How scilama_cluster() goes. Append only. */
typedef struct scilama_cluster_options {
    size_t struct_size;
    int64_t neighbors;     /**< other points per point, ≥ 1; default 14; cut when there are fewer */
    int64_t communities;   /**< search the resolution that gives so many; 0 (default) = as `resolution` says */
    double resolution;     /**< γ ≥ 0 of the modularity; more finds more communities; default 1 */
    uint64_t seed;         /**< default 0 */
    int32_t metric;        /**< ::scilama_metric; 0 (default) = Euclidean */
    int32_t reserved;      /**< 0 */
} scilama_cluster_options;

/** Agreement of two labellings. Append only. */
typedef struct scilama_agreement {
    size_t struct_size;
    int64_t compared;      /**< points that have both labels */
    double ari;            /**< adjusted Rand index */
    double nmi;            /**< normalised mutual information, arithmetic mean */
    double ami;            /**< adjusted mutual information, arithmetic mean */
    double homogeneity, completeness;
} scilama_agreement;

/** How k-means is run. Append only. */
typedef struct scilama_kmeans_options {
    size_t struct_size;
    int64_t clusters;      /**< ≥ 1 */
    int32_t restarts;      /**< best of; default 10 */
    int32_t max_iterations; /**< default 300 */
    double tolerance;      /**< stop when centres move less, relative to the variance; default 1e-4 */
    uint64_t seed;
} scilama_kmeans_options;

/** How principal components are computed. Append only. */
typedef struct scilama_pca_options {
    size_t struct_size;
    int64_t components;    /**< default 50; cut to what the matrix can have */
    int32_t center;        /**< 0 or 1 (default) */
    int32_t max_iterations; /**< restarts of the Lanczos iteration; default 60 */
    double tolerance;      /**< residual relative to the largest variance; default 1e-9 */
    uint64_t seed;
} scilama_pca_options;

enum scilama_umap_init {
    SCILAMA_UMAP_SPECTRAL = 1, /**< eigenvectors of the graph's normalised Laplacian; of a graph
                                    that is not connected: PCA when points are given, else random */
    SCILAMA_UMAP_PCA = 2,      /**< principal components of the points */
    SCILAMA_UMAP_GIVEN = 3,    /**< what the layout holds */
    SCILAMA_UMAP_RANDOM = 4
};

/** How a layout is made. Append only. */
typedef struct scilama_umap_options {
    size_t struct_size;
    int64_t dimensions;      /**< 1 to 16; default 2 */
    int32_t init;            /**< ::scilama_umap_init; default spectral */
    int32_t epochs;          /**< 0 (default): 500 up to 10,000 vertices, else 200 */
    int32_t negative_samples; /**< per drawn edge; default 5 */
    int32_t reserved;
    double min_dist, spread; /**< defaults 0.5 and 1, as scanpy; umap-learn has 0.1 and 1 */
    double learning_rate;    /**< default 1 */
    double repulsion;        /**< default 1 */
    uint64_t seed;
    const float *points;     /**< [vertices × points_dim] the graph was made from; NULL = none */
    int64_t points_dim;
    int64_t points_ld;       /**< 0 = points_dim */
} scilama_umap_options;

/** How an embedding is judged. Append only. */
typedef struct scilama_score_options {
    size_t struct_size;
    const float *baseline;   /**< [n × baseline_dim] embedding before integration, for PCR; NULL = none */
    int64_t baseline_dim;
    int64_t baseline_ld;     /**< 0 = baseline_dim */
    int64_t resolutions;     /**< Leiden resolutions tried, evenly up to max_resolution; default 10 */
    double max_resolution;   /**< default 2 */
    double kbet_alpha;       /**< default 0.05 */
    uint64_t seed;           /**< of Leiden, k-means and the sample */
    int64_t max_cells;       /**< above so many cells the metrics are those of a sample, for they take time with the
                                  square of the cells; default 50,000; 0 = no limit */
} scilama_score_options;

/** Metrics of an embedding. NaN: could not be computed (no batches, one label …).
 *  All run from 0 (bad) to 1 (good) unless said otherwise. Append only. */
typedef struct scilama_scores {
    size_t struct_size;
    int64_t cells;            /**< with a label (and a batch, when batches are given) */
    int64_t labels, batches;  /**< that occur */
    /* bio-conservation */
    double nmi;               /**< of labels and Leiden clusters at the resolution best for it */
    double ari;               /**< at that resolution */
    double ami;               /**< at that resolution */
    double nmi_resolution;    /**< that resolution */
    double nmi_kmeans, ari_kmeans; /**< k-means with as many clusters as labels */
    double silhouette_label;  /**< (mean silhouette + 1) / 2 */
    double isolated_silhouette; /**< the same over labels present in the fewest batches */
    double isolated_f1;       /**< best F1 of a cluster with such a label */
    double clisi;             /**< (labels − median LISI) / (labels − 1) */
    /* batch correction */
    double silhouette_batch;  /**< mean over labels of 1 − |silhouette of batches within the label| */
    double bras;              /**< the same with cosine distances to all other batches' cells */
    double ilisi;             /**< (median LISI − 1) / (batches − 1); this and kBET are NaN where each cell is a batch of its own,
                               *   LISI also where distances are beyond single precision */
    double kbet;              /**< share of neighbourhoods whose batches pass the χ² test */
    double kbet_label;        /**< mean over labels of the same on the label's diffusion map */
    double graph_connectivity; /**< mean share of a label's cells in its largest component */
    double pcr;               /**< 1 − variance explained by batch, relative to the baseline's */
    /* totals */
    double bio;               /**< mean of nmi, ari, silhouette_label, isolated_silhouette, isolated_f1, clisi */
    double batch;             /**< mean of silhouette_batch, ilisi, kbet_label, graph_connectivity, pcr */
    double total;             /**< 0.6 bio + 0.4 batch; bio alone without batches */
    /* not scaled */
    double batch_ari;         /**< ARI of Leiden clusters (at nmi_resolution) with batches: 0 is good */
    double batch_nmi;
    int64_t scored;           /**< cells the metrics were computed on: all that count, or the sample of them */
} scilama_scores;

#ifdef __cplusplus
extern "C" {
#endif

/** Write the defaults. @since 0.1 */
SCILAMA_API scilama_status scilama_knn_options_init(scilama_knn_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_knn_report_init(scilama_knn_report *report, size_t struct_size);
SCILAMA_API scilama_status scilama_leiden_options_init(scilama_leiden_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_leiden_report_init(scilama_leiden_report *report, size_t struct_size);
SCILAMA_API scilama_status scilama_cluster_options_init(scilama_cluster_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_agreement_init(scilama_agreement *agreement, size_t struct_size);
SCILAMA_API scilama_status scilama_kmeans_options_init(scilama_kmeans_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_pca_options_init(scilama_pca_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_umap_options_init(scilama_umap_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_score_options_init(scilama_score_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_scores_init(scilama_scores *scores, size_t struct_size);

/* ------------------------------------------------------------- neighbours */

/** Finds the k nearest other points of every point.
 *
 * Nearest first; equal distances by ascending index. A point is never its own
 * neighbour, also when others coincide with it. The exact method's neighbours are
 * those of double-precision distances.
 * @param points     [n × dim], finite.
 * @param n          more than options->neighbors, below 2³¹.
 * @param indices    [n × neighbors] receives the neighbours.
 * @param distances  [n × neighbors] receives the distances; may be NULL.
 * @param report     May be NULL.
 * @return SCILAMA_OK, E_INVALID, E_NONFINITE (the point is named), E_NOMEM, E_CANCELLED.
 * @since 0.1 */
SCILAMA_API scilama_status scilama_knn(
    scilama_context *context, const float *points, int64_t n, int64_t dim, int64_t ld,
    const scilama_knn_options *options, int32_t *indices, float *distances,
    scilama_knn_report *report, scilama_error *error);

/** Bytes that scilama_knn() holds at most, with the threads of the context; what the caller provides is not counted.
 *  @return SCILAMA_OK, or E_INVALID as scilama_knn(). @since 0.1 */
SCILAMA_API scilama_status scilama_knn_memory(
    const scilama_context *context, int64_t n, int64_t dim, const scilama_knn_options *options,
    int64_t *bytes, scilama_error *error);

/* ----------------------------------------------------------------- graphs */

/** Makes a graph from nearest neighbours.
 *
 * @param kind       ::scilama_graph_kind. Fuzzy weights need distances (McInnes et al.
 *                   2018, section 3.1: exp(−(d − ρ)/σ), united by a + b − ab).
 * @param indices    [n × neighbors] as of scilama_knn(); no loops, no repeats in a row.
 * @param distances  [n × neighbors] ascending; may be NULL for Jaccard.
 * @return SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM. O(n · neighbors²) for Jaccard,
 *         O(n · neighbors) for fuzzy.
 * @since 0.1 */
SCILAMA_API scilama_status scilama_graph_from_knn(
    scilama_graph **out, scilama_context *context, int32_t kind, int64_t n, int64_t neighbors,
    const int32_t *indices, const float *distances, scilama_error *error);

/** Bytes that scilama_graph_from_knn() holds at most, the graph itself among them.
 *  @return SCILAMA_OK, or E_INVALID as scilama_graph_from_knn(). @since 0.1 */
SCILAMA_API scilama_status scilama_graph_from_knn_memory(
    const scilama_context *context, int32_t kind, int64_t n, int64_t neighbors, int64_t *bytes, scilama_error *error);

/** Makes a graph from compressed rows (copied).
 *
 * The matrix is made symmetric by taking the mean of both directions, unless it is
 * already; loops and zero weights are dropped, repeated entries are added up.
 * @param indptr   [n + 1], ascending from 0.
 * @param indices  [indptr[n]], in range.
 * @param weights  [indptr[n]], finite and ≥ 0; NULL = 1 each.
 * @return SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM.
 * @since 0.1 */
SCILAMA_API scilama_status scilama_graph_from_csr(
    scilama_graph **out, scilama_context *context, int64_t n, const int64_t *indptr,
    const int32_t *indices, const float *weights, scilama_error *error);

/** Releases a graph. NULL is allowed. @since 0.1 */
SCILAMA_API void scilama_graph_destroy(scilama_graph *graph);

/** Vertices, and stored entries (two per edge). @since 0.1 */
SCILAMA_API int64_t scilama_graph_vertices(const scilama_graph *graph);
SCILAMA_API int64_t scilama_graph_entries(const scilama_graph *graph);

/** Compressed rows, borrowed: [vertices + 1], [entries], [entries]. NULL for a NULL graph. @since 0.1 */
SCILAMA_API const int64_t *scilama_graph_indptr(const scilama_graph *graph);
SCILAMA_API const int32_t *scilama_graph_indices(const scilama_graph *graph);
SCILAMA_API const float *scilama_graph_weights(const scilama_graph *graph);

/* --------------------------------------------------------------- clusters */

/** Finds communities (Traag, Waltman, van Eck 2019: local moving with a queue,
 *  randomised refinement, aggregation).
 *
 * From 32,768 vertices on all threads move them, in batches whose movers are not adjacent.
 * Every community is connected. Labels are numbered by decreasing size, equal
 * sizes by their first vertex. A vertex without edges is a community of its own.
 * @param labels  [vertices] receives the communities.
 * @param report  May be NULL.
 * @return SCILAMA_OK, E_INVALID, E_NOMEM, E_CANCELLED. About O(entries) per level.
 * @since 0.1 */
SCILAMA_API scilama_status scilama_graph_leiden(
    const scilama_graph *graph, const scilama_leiden_options *options,
    int32_t *labels, scilama_leiden_report *report, scilama_error *error);

/** Bytes that scilama_graph_leiden() holds at most beside the graph, with the threads of the context: a neighbour graph of
 *  n points with k neighbours each has up to 2nk entries, usually 1.5. More only where a vertex, or a part of a community that
 *  has been joined, has over 65,536 neighbours.
 *  @return SCILAMA_OK, or E_INVALID. @since 0.1 */
SCILAMA_API scilama_status scilama_graph_leiden_memory(
    const scilama_context *context, int64_t vertices, int64_t entries, const scilama_leiden_options *options,
    int64_t *bytes, scilama_error *error);

/** Runs Leiden at several resolutions; options->resolution is ignored.
 *
 * @param resolutions  [count]
 * @param labels       [count × vertices]; may be NULL.
 * @param reports      [count], each initialised; may be NULL.
 * @return as scilama_graph_leiden(), E_INVALID for a resolution too; what was found until
 *         then stays in labels and reports.
 * @since 0.1 */
SCILAMA_API scilama_status scilama_graph_leiden_sweep(
    const scilama_graph *graph, const scilama_leiden_options *options,
    const double *resolutions, int64_t count, int32_t *labels,
    scilama_leiden_report *reports, scilama_error *error);

/** Searches the resolution (by bisection, at most 40 runs) that gives `communities`
 *  communities, or the nearest number found; the report tells which.
 *  @param communities  1 to the vertices.
 *  @return as scilama_graph_leiden(). @since 0.1 */
SCILAMA_API scilama_status scilama_graph_leiden_target(
    const scilama_graph *graph, const scilama_leiden_options *options, int64_t communities,
    int32_t *labels, scilama_leiden_report *report, scilama_error *error);

/** Communities of points in one call: nearest neighbours, fuzzy graph, Leiden by modularity, as `scilama cluster` has them.
 *  @param points   [n × dim] finite, leading dimension ld (0 = dim). n from 2 on.
 *  @param options  NULL = defaults.
 *  @param labels   [n] receives the communities, numbered by decreasing size.
 *  @param report   May be NULL.
 *  @return as scilama_knn(), scilama_graph_from_knn() and scilama_graph_leiden(). @since 0.1 */
SCILAMA_API scilama_status scilama_cluster(
    scilama_context *context, const float *points, int64_t n, int64_t dim, int64_t ld,
    const scilama_cluster_options *options, int32_t *labels, scilama_leiden_report *report, scilama_error *error);

/** Quality of a given partition, as scilama_leiden_report has it.
 *  @param labels  [vertices], each ≥ 0.
 *  @return SCILAMA_OK, E_INVALID, E_NOMEM. O(entries). @since 0.1 */
SCILAMA_API scilama_status scilama_graph_quality(
    const scilama_graph *graph, int32_t quality, double resolution,
    const int32_t *labels, double *value, scilama_error *error);

/** Clusters points by Lloyd's k-means from k-means++ seeds, Euclidean.
 *
 * @param labels   [n] numbered by decreasing size.
 * @param centers  [clusters × dim]; may be NULL.
 * @param inertia  sum of squared distances to the centres; may be NULL.
 * @return SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED.
 *         O(restarts · iterations · n · clusters · dim).
 * @since 0.1 */
SCILAMA_API scilama_status scilama_kmeans(
    scilama_context *context, const float *points, int64_t n, int64_t dim, int64_t ld,
    const scilama_kmeans_options *options, int32_t *labels, float *centers, double *inertia,
    scilama_error *error);

/** Principal components: eigenvectors of the covariance, by Lanczos iteration to
 *  convergence (of the smaller product matrix when one has at most 4096 rows).
 *
 * The sign is such that the entry of largest magnitude of each component is positive.
 * @param x           [n × genes], finite.
 * @param scores      [n × components]; may be NULL. `components` is the number asked
 *                    for, cut to min(n, genes): see scilama_pca_components().
 * @param components  [components × genes] of unit length; may be NULL.
 * @param variances   [components], with n − 1 below; may be NULL.
 * @param total       variance of all genes together; may be NULL.
 * @return SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED.
 *         O(n · genes · min(n, genes)) up to 4096 rows or columns, else O(n · genes) for
 *         every step of the iteration.
 * @since 0.1 */
SCILAMA_API scilama_status scilama_pca(
    scilama_context *context, const float *x, int64_t n, int64_t genes, int64_t ld,
    const scilama_pca_options *options, float *scores, float *components,
    double *variances, double *total, scilama_error *error);

/** min(options' components, n, genes). @since 0.1 */
SCILAMA_API int64_t scilama_pca_components(const scilama_pca_options *options, int64_t n, int64_t genes);

/** Lays out a graph in a few dimensions (UMAP; McInnes, Healy, Melville 2018).
 *
 * The same layout for a seed, whatever the thread count: vertices move in 16
 * interleaved batches an epoch, each from the places before the batch. Where the start is spectral, that of more than
 * 100,000 vertices is a rough one. Cancelled, the places so far are in the layout.
 * @param graph   of SCILAMA_GRAPH_FUZZY, usually.
 * @param layout  [vertices × dimensions] receives the places; the start when options->init
 *                says so, stretched to 0 … 10 in every dimension first.
 * @return SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED. O(entries · epochs).
 * @since 0.1 */
SCILAMA_API scilama_status scilama_graph_umap(
    const scilama_graph *graph, const scilama_umap_options *options, float *layout, scilama_error *error);

/** Bytes that scilama_graph_umap() holds at most beside the graph and the layout, with the threads of the context; most are
 *  the spectral start's. Of options->points only their presence and points_dim count.
 *  @return SCILAMA_OK, or E_INVALID as scilama_graph_umap(). @since 0.1 */
SCILAMA_API scilama_status scilama_graph_umap_memory(
    const scilama_context *context, int64_t vertices, int64_t entries, const scilama_umap_options *options,
    int64_t *bytes, scilama_error *error);

/* ---------------------------------------------------------------- metrics */

/** Compares two labellings of the same points. Points with a negative code in
 *  either are left out.
 *  @return SCILAMA_OK, E_INVALID (nothing to compare), E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_labels_compare(
    scilama_context *context, const int32_t *a, const int32_t *b, int64_t n,
    scilama_agreement *agreement, scilama_error *error);

/** Silhouette of every point (Rousseeuw 1987), as scikit-learn: 0 for a point alone in its cluster.
 *
 * @param labels   [n]; points with a negative code are left out and get NaN.
 * @param samples  [n]; may be NULL.
 * @param mean     over the points with a label.
 * @return SCILAMA_OK, E_INVALID (fewer than 2 labels), E_NONFINITE, E_NOMEM, E_CANCELLED.
 *         O(n² · dim) time, O(n · dim) memory.
 * @since 0.1 */
SCILAMA_API scilama_status scilama_silhouette(
    scilama_context *context, const float *points, int64_t n, int64_t dim, int64_t ld,
    int32_t metric, const int32_t *labels, double *samples, double *mean, scilama_error *error);

/** Local inverse Simpson index of every point: how many labels its neighbourhood
 *  holds, effectively (Korsunsky et al. 2019, neighbours weighted to a perplexity).
 *
 * @param indices     [n × neighbors] of scilama_knn().
 * @param distances   [n × neighbors].
 * @param labels      [n], each ≥ 0.
 * @param perplexity  0 = floor((neighbors + 1) / 3).
 * @param lisi        [n] receives 1 … labels; −1 where all neighbours' weight vanishes.
 * @return SCILAMA_OK, E_INVALID (a neighbour or label out of range, a perplexity below 1),
 *         E_NONFINITE, E_NOMEM. O(n · (neighbors + labels)).
 * @since 0.1 */
SCILAMA_API scilama_status scilama_lisi(
    scilama_context *context, int64_t n, int64_t neighbors, const int32_t *indices,
    const float *distances, const int32_t *labels, double perplexity, double *lisi, scilama_error *error);

/** Integration and clustering metrics of an embedding (Luecken et al. 2022).
 *
 * Cells without a label (or, when batches are given, without a batch) are left out.
 * Neighbourhoods as scib-metrics has them, the cell itself included: 15 for graphs,
 * 50 for kBET, 90 for LISI; cut when there are fewer cells. Above options->max_cells a
 * sample is drawn in which every label of every batch has its share, and at least 10 cells
 * (or all it has): neighbourhoods of 15, 50 and 90 then reach farther than among all cells,
 * so figures of samples compare with figures of samples of like size.
 * @param embedding  [n × dim], finite.
 * @param labels     [n] codes of cell types, say.
 * @param batches    [n] codes; NULL = no batches (those metrics are NaN).
 * @param options    NULL = defaults.
 * @return SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED. O(c² · dim)
 *         for c cells scored.
 * @since 0.1 */
SCILAMA_API scilama_status scilama_score_embedding(
    scilama_context *context, const float *embedding, int64_t n, int64_t dim, int64_t ld,
    const int32_t *labels, const int32_t *batches, const scilama_score_options *options,
    scilama_scores *scores, scilama_error *error);

#ifdef __cplusplus
}
#endif
#endif
