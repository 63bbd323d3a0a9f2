# SPDX-License-Identifier: MIT
# --- analysis -----------------------------------------------------------------------------

#' Nearest other points: indices from 1, and distances, each [n × neighbors].
scilama_knn <- function(points, neighbors = 14, ..., context = scilama_context()) {
  points <- as.matrix(points)
  indices <- integer(nrow(points) * neighbors)
  distances <- raw(nrow(points) * neighbors * 4)
  slm_knn(context, floats(points), nrow(points), ncol(points), 0, defaults("scilama_knn_options", neighbors = neighbors, ...), indices, distances, NULL)
  list(indices = matrix(indices + 1L, ncol = neighbors, byrow = TRUE), distances = matrix_of(distances, nrow(points), neighbors))
}

# Indices and distances are of one shape.
whole_knn <- function(knn) fits("a distance for each neighbour", length(knn$indices), length(knn$distances))

scilama_graph <- function(knn, kind = "fuzzy", context = scilama_context()) {
  whole_knn(knn)
  handle <- slm_graph_from_knn(context, SCILAMA[[paste0("GRAPH_", toupper(kind))]], nrow(knn$indices), ncol(knn$indices),
                               as.integer(t(knn$indices)) - 1L, floats(knn$distances))
  thing("graph", handle, context)
}

# A size that the library writes.
bytes_of <- function(call, ...) {
  out <- raw(8)
  call(..., out)
  .Call(C_get, out, 0, "i64", 1)
}

#' Bytes that finding neighbours, their graph, its communities and its layout hold at most, beside what they are given and give.
scilama_knn_memory <- function(n, dim, ..., context = scilama_context())
  bytes_of(slm_knn_memory, context, n, dim, defaults("scilama_knn_options", ...))
scilama_graph_memory <- function(n, neighbors, kind = "fuzzy", context = scilama_context())
  bytes_of(slm_graph_from_knn_memory, context, SCILAMA[[paste0("GRAPH_", toupper(kind))]], n, neighbors)
scilama_leiden_memory <- function(vertices, entries, ..., context = scilama_context())
  bytes_of(slm_graph_leiden_memory, context, vertices, entries, defaults("scilama_leiden_options", ...))
scilama_umap_memory <- function(vertices, entries, ..., context = scilama_context())
  bytes_of(slm_graph_umap_memory, context, vertices, entries, defaults("scilama_umap_options", ...))

#' Communities of a graph, a factor; of a number of them, the resolution is searched.
scilama_leiden <- function(graph, communities = NULL, ...) {
  labels <- integer(slm_graph_vertices(graph$handle))
  o <- defaults("scilama_leiden_options", ...)
  if (is.null(communities)) slm_graph_leiden(graph$handle, o, labels, NULL)
  else slm_graph_leiden_target(graph$handle, o, communities, labels, NULL)
  factor(labels)
}

#' A layout [n × 2] of a graph; points are those that it was made of.
scilama_umap <- function(graph, points = NULL, ...) {
  values <- list(...)
  n <- slm_graph_vertices(graph$handle)
  if (!is.null(points)) {
    fits("one point per vertex", n, nrow(points))
    values <- c(values, list(points = floats(points), points_dim = ncol(points)))
  }
  dimensions <- if (is.null(values$dimensions)) 2 else values$dimensions
  out <- raw(n * dimensions * 4)
  slm_graph_umap(graph$handle, defaults("scilama_umap_options", values = values), out)
  matrix_of(out, n, dimensions)
}

#' Communities of points in one call: a factor "0", "1", … by falling size.
scilama_cluster <- function(points, ..., context = scilama_context()) {
  points <- as.matrix(points)
  labels <- integer(nrow(points))
  slm_cluster(context, floats(points), nrow(points), ncol(points), 0, defaults("scilama_cluster_options", ...), labels, NULL)
  factor(labels)
}

#' Integration and clustering metrics.
scilama_score <- function(points, labels, batches = NULL, ..., context = scilama_context()) {
  out <- defaults("scilama_scores")
  fits("one label per point", nrow(points), length(labels))
  slm_score_embedding(context, floats(points), nrow(points), ncol(points), 0, codes_of(labels)$codes, codes_or_null(batches, nrow(points)), defaults("scilama_score_options", ...), out)
  fields("scilama_scores", out)
}

#' Of a square sparse matrix, made symmetric by the mean of both directions; and a graph as one.
scilama_graph_of <- function(matrix, context = scilama_context()) {
  m <- as(as(matrix, "CsparseMatrix"), "generalMatrix")
  if (nrow(m) != ncol(m)) stop("a square matrix is needed", call. = FALSE)
  thing("graph", slm_graph_from_csr(context, nrow(m), .Call(C_longs, m@p), m@i, floats(matrix(m@x, nrow = 1))), context)
}
scilama_graph_matrix <- function(graph) {
  n <- slm_graph_vertices(graph$handle)
  entries <- slm_graph_entries(graph$handle)
  new("dgCMatrix", Dim = as.integer(c(n, n)), p = as.integer(.Call(C_get, slm_graph_indptr(graph$handle), 0, "i64", n + 1)),
      i = .Call(C_get, slm_graph_indices(graph$handle), 0, "i32", entries), x = .Call(C_get, slm_graph_weights(graph$handle), 0, "f32", entries))
}

#' Communities at several resolutions: a data frame with a column of labels for each; what was found is in the attribute "reports".
scilama_leiden_sweep <- function(graph, resolutions, ...) {
  n <- slm_graph_vertices(graph$handle)
  labels <- integer(n * length(resolutions))
  size <- LAYOUT$scilama_leiden_report$size
  reports <- rep(defaults("scilama_leiden_report"), length(resolutions))
  slm_graph_leiden_sweep(graph$handle, defaults("scilama_leiden_options", ...), as.double(resolutions), length(resolutions), labels, reports)
  out <- as.data.frame(matrix(labels, nrow = n))
  names(out) <- resolutions
  attr(out, "reports") <- do.call(rbind, lapply(seq_along(resolutions), function(i)
    as.data.frame(fields("scilama_leiden_report", reports[(i - 1) * size + seq_len(size)]))))
  out
}

#' Quality of a partition.
scilama_quality <- function(graph, labels, resolution = 1, quality = "modularity") {
  out <- double(1)
  fits("one label per vertex", slm_graph_vertices(graph$handle), length(labels))
  slm_graph_quality(graph$handle, SCILAMA[[paste0("QUALITY_", toupper(quality))]], resolution, codes_of(labels)$codes, out)
  out
}

#' k-means: a list of cluster (from 1 by falling size), centers and inertia.
scilama_kmeans <- function(points, clusters, ..., context = scilama_context()) {
  points <- as.matrix(points)
  labels <- integer(nrow(points))
  centers <- raw(clusters * ncol(points) * 4)
  inertia <- double(1)
  slm_kmeans(context, floats(points), nrow(points), ncol(points), 0, defaults("scilama_kmeans_options", clusters = clusters, ...), labels, centers, inertia)
  list(cluster = labels + 1L, centers = matrix_of(centers, clusters, ncol(points)), inertia = inertia)
}

#' Principal components: a list of scores [n × components], rotation [columns × components], variances and total.
scilama_pca <- function(x, ..., context = scilama_context()) {
  x <- as.matrix(x)
  options <- defaults("scilama_pca_options", ...)
  k <- slm_pca_components(options, nrow(x), ncol(x))
  scores <- raw(nrow(x) * k * 4)
  components <- raw(k * ncol(x) * 4)
  variances <- double(k)
  total <- double(1)
  slm_pca(context, floats(x), nrow(x), ncol(x), 0, options, scores, components, variances, total)
  list(scores = matrix_of(scores, nrow(x), k), rotation = t(matrix_of(components, k, ncol(x))), variances = variances, total = total)
}

#' Agreement of two labellings: ari, nmi, ami, ...
scilama_compare <- function(a, b, context = scilama_context()) {
  fits("one label of both per point", length(a), length(b))
  out <- defaults("scilama_agreement")
  slm_labels_compare(context, codes_of(a)$codes, codes_of(b)$codes, length(a), out)
  fields("scilama_agreement", out)
}

#' The mean silhouette, and that of every point.
scilama_silhouette <- function(points, labels, metric = "euclidean", context = scilama_context()) {
  points <- as.matrix(points)
  samples <- double(nrow(points))
  fits("one label per point", nrow(points), length(labels))
  mean <- double(1)
  slm_silhouette(context, floats(points), nrow(points), ncol(points), 0, SCILAMA[[paste0("METRIC_", toupper(metric))]], codes_of(labels)$codes, samples, mean)
  list(mean = mean, samples = samples)
}

#' How many labels each neighbourhood of scilama_knn() holds, effectively.
scilama_lisi <- function(knn, labels, perplexity = 0, context = scilama_context()) {
  out <- double(nrow(knn$indices))
  whole_knn(knn)
  fits("one label per point", nrow(knn$indices), length(labels))
  slm_lisi(context, nrow(knn$indices), ncol(knn$indices), as.integer(t(knn$indices)) - 1L, floats(knn$distances), codes_of(labels)$codes, perplexity, out)
  out
}

#' Benjamini-Hochberg; NaNs stay.
scilama_p_adjust <- function(p, context = scilama_context()) {
  out <- double(length(p))
  slm_p_adjust(context, as.double(p), length(p), out)
  out
}
