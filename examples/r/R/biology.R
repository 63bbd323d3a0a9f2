# SPDX-License-Identifier: MIT
# --- biology ------------------------------------------------------------------------------

#' Modules of genes by their vectors: a data frame; module NA = in none.
scilama_modules <- function(genes, ..., context = scilama_context()) {
  n <- nrow(genes)
  labels <- integer(n)
  found <- list(membership = double(n), hub = double(n), cohesion = double(n))
  slm_gene_modules(context, floats(genes), n, ncol(genes), 0, defaults("scilama_module_options", ...), labels, found$membership, found$hub,
                   found$cohesion, NULL)
  data.frame(module = ifelse(labels < 0, NA_integer_, labels), found, row.names = rownames(genes))
}

MARKER_FIELDS <- c("z", "p_value", "p_adjusted", "auroc", "log2_fold_change", "mean_in", "mean_out", "fraction_in", "fraction_out")
PAIRED_FIELDS <- c("paired_score", "paired_z", "paired_p", "paired_fdr")

# Matrices [genes × groups] that a call fills through a table.
marker_arrays <- function(wanted, genes, groups, names, call) {
  arrays <- stats::setNames(lapply(wanted, function(f) double(genes * length(groups))), wanted)
  table <- defaults("scilama_marker_table", values = arrays)
  kept <- attr(table, "keep")
  call(table)
  stats::setNames(lapply(kept, function(a) matrix(a, nrow = genes, dimnames = list(names, groups))), wanted)
}
codes_or_null <- function(labels, n) if (is.null(labels)) NULL else { fits("one batch per cell", n, length(labels)); codes_of(labels)$codes }

#' Evidence that genes mark groups: a list of matrices [genes × groups]; with a model that of the paired space too.
scilama_markers <- function(data, groups, model = NULL, batches = NULL, ...) {
  g <- codes_of(groups)
  genes <- slm_dataset_genes(data$handle)
  fits("one group per cell", cells_of(data), length(g$codes))
  options <- defaults("scilama_marker_options", ...)
  if (is.null(model))
    return(marker_arrays(MARKER_FIELDS, genes, g$names, gene_names(data), function(t) slm_wilcoxon(data$handle, g$codes, length(g$names), options, t)))
  cells <- scilama_encode(model, data)
  vectors <- matrix(NaN, genes, ncol(cells))
  own <- scilama_encode_genes(model)
  at <- match(rownames(own), gene_names(data))
  vectors[at[!is.na(at)], ] <- own[!is.na(at), ]
  marker_arrays(c(MARKER_FIELDS, PAIRED_FIELDS, "combined_rank"), genes, g$names, gene_names(data), function(t)
    slm_markers(data$handle, floats(cells), floats(vectors), ncol(cells), g$codes, length(g$names), codes_or_null(batches, nrow(cells)), options, t))
}

#' Evidence of the paired space alone: cells [n × dim], genes [genes × dim].
scilama_paired_markers <- function(cells, genes, groups, batches = NULL, ..., context = scilama_context()) {
  g <- codes_of(groups)
  fits("genes as wide as cells", ncol(cells), ncol(genes))
  fits("one group per cell", nrow(cells), length(g$codes))
  options <- defaults("scilama_marker_options", ...)
  marker_arrays(PAIRED_FIELDS, nrow(genes), g$names, rownames(genes), function(t)
    slm_paired_markers(context, floats(cells), nrow(cells), floats(genes), nrow(genes), ncol(cells), g$codes, length(g$names), codes_or_null(batches, nrow(cells)), options, t))
}

# Codes of a label for each of n genes: NA is none.
module_codes <- function(labels, n) {
  fits("one label per gene", n, length(labels))
  codes_of(labels)
}

#' Mean z-score of each module's genes [cells × modules]; labels of the genes of the matrix, NA = none.
scilama_module_activity <- function(data, labels) {
  m <- module_codes(labels, slm_dataset_genes(data$handle))
  out <- raw(cells_of(data) * length(m$names) * 4)
  slm_module_activity(data$handle, m$codes, length(m$names), out)
  out <- matrix_of(out, cells_of(data), length(m$names))
  dimnames(out) <- list(cell_names(data), m$names)
  out
}

#' Coherence of each module in the expression of cells: a data frame with p and fdr.
scilama_module_coherence <- function(data, labels, ...) {
  m <- module_codes(labels, slm_dataset_genes(data$handle))
  out <- list(coherence = double(length(m$names)), p = double(length(m$names)), fdr = double(length(m$names)))
  slm_module_coherence(data$handle, m$codes, length(m$names), defaults("scilama_coherence_options", ...), out$coherence, out$p, out$fdr)
  as.data.frame(out, row.names = m$names)
}

#' Activity of modules in the paired space [cells × modules].
scilama_module_projection <- function(cells, genes, labels, context = scilama_context()) {
  m <- module_codes(labels, nrow(genes))
  fits("genes as wide as cells", ncol(cells), ncol(genes))
  out <- raw(nrow(cells) * length(m$names) * 4)
  slm_module_projection(context, floats(cells), nrow(cells), floats(genes), nrow(genes), ncol(cells), m$codes, length(m$names), out)
  matrix_of(out, nrow(cells), length(m$names))
}

#' How well gene vectors (matrices of genes × width) tell the expression [cells × genes] of genes held out.
scilama_gene_holdout <- function(expression, vectors, ..., context = scilama_context()) {
  if (is.matrix(vectors)) vectors <- list(vectors)
  n <- ncol(expression)
  for (v in vectors) fits("one vector per gene in each table", n, nrow(v))
  report <- defaults("scilama_holdout_report")
  correlation <- double(n)
  expected <- double(n)
  slm_gene_holdout(context, floats(expression), nrow(expression), n, 0, lapply(vectors, floats), .Call(C_longs, vapply(vectors, ncol, 1L)), length(vectors),
                   defaults("scilama_holdout_options", ...), correlation, expected, report)
  c(fields("scilama_holdout_report", report), list(correlation = correlation, expected_correlation = expected))
}

#' Loadings [genes × components] on the axes of the cells of expression [cells × genes], shrunk towards what gene vectors (matrices of genes × width) tell.
scilama_gene_loadings <- function(expression, vectors = list(), components = 30, ..., context = scilama_context()) {
  found <- loadings_by(slm_gene_loadings, FALSE, expression, vectors, components, context, ...)
  c(found$report, list(loadings = found$values))
}

#' The same with the vectors beside them [genes × (components + the widths)], which count what cells left out say (weight): where genes go for modules.
scilama_gene_space <- function(expression, vectors = list(), components = 30, ..., context = scilama_context()) {
  found <- loadings_by(slm_gene_space, TRUE, expression, vectors, components, context, ...)
  c(found$report, list(space = found$values))
}

loadings_by <- function(find, beside, expression, vectors, components, context, ...) {
  if (is.matrix(vectors)) vectors <- list(vectors)
  n <- ncol(expression)
  for (v in vectors) fits("one vector per gene in each table", n, nrow(v))
  report <- defaults("scilama_loading_report")
  width <- components + if (beside) sum(vapply(vectors, ncol, 1L)) else 0
  out <- raw(n * width * 4)
  find(context, floats(expression), nrow(expression), n, 0, lapply(vectors, floats), .Call(C_longs, vapply(vectors, ncol, 1L)), length(vectors),
       defaults("scilama_loading_options", components = components, ...), out, report)
  list(report = fields("scilama_loading_report", report), values = matrix_of(out, n, width))
}

#' Named sets of genes of a GMT file; their genes as a list; and their over-representation in modules, a data frame.
scilama_gene_sets <- function(path, context = scilama_context()) {
  handle <- slm_gene_sets_read(context, path.expand(path))
  thing("gene_sets", handle, context, rows = slm_gene_sets_count(handle))
}
scilama_sets <- function(sets) {
  each <- seq_len(sets$rows) - 1
  out <- lapply(each, function(i) vapply(seq_len(slm_gene_sets_size(sets$handle, i)) - 1, function(g) slm_gene_sets_gene(sets$handle, i, g), ""))
  names(out) <- vapply(each, function(i) slm_gene_sets_name(sets$handle, i), "")
  attr(out, "descriptions") <- vapply(each, function(i) slm_gene_sets_description(sets$handle, i), "")
  out
}
scilama_enrichment <- function(sets, names, labels, ...) {
  m <- module_codes(labels, length(names))
  n <- length(m$names) * sets$rows
  out <- list(p = double(n), fdr = double(n))
  overlap <- raw(8 * n)
  sizes <- raw(8 * sets$rows)
  slm_enrichment(sets$handle, names, m$codes, length(names), length(m$names), defaults("scilama_enrichment_options", ...), overlap, sizes, out$p, out$fdr)
  data.frame(module = rep(m$names, each = sets$rows), set = rep(names(scilama_sets(sets)), length(m$names)), overlap = .Call(C_get, overlap, 0, "i64", n),
             size = rep(.Call(C_get, sizes, 0, "i64", sets$rows), length(m$names)), out)
}
