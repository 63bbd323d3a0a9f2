# SPDX-License-Identifier: MIT
# --- gene tables and exchange ---------------------------------------------------------------

#' Gene vectors of a file, or of a matrix with gene names as row names.
scilama_gene_table <- function(x, context = scilama_context(), ...) {
  if (!is.character(x) && is.null(rownames(x))) stop("gene vectors need a name in each row", call. = FALSE)
  handle <- if (is.character(x)) slm_gene_table_read(context, path.expand(x), defaults("scilama_table_options", ...))
            else slm_gene_table_create(context, rownames(x), floats(x), nrow(x), ncol(x), 0)
  thing("gene_table", handle, context, rows = slm_gene_table_rows(handle))
}

match_options <- function(aliases, ...) {
  options <- list(...)
  if (!is.null(aliases))
    options <- c(options, list(aliases = aliases$rows, alias_from = slm_gene_aliases_from(aliases$handle), alias_to = slm_gene_aliases_to(aliases$handle)))
  defaults("scilama_match_options", values = options)
}

#' Adds a modality, matched by name; aliases as of scilama_gene_aliases(). What matched is returned.
scilama_add_gene_table <- function(data, name, table, aliases = NULL, ...) {
  if (!inherits(table, "scilama_gene_table")) table <- scilama_gene_table(table, data$context)
  report <- defaults("scilama_match_report")
  slm_dataset_add_gene_table(data$handle, name, table$handle, match_options(aliases, ...), report)
  invisible(fields("scilama_match_report", report))
}

#' Other names of genes: a file of two columns.
scilama_gene_aliases <- function(path, context = scilama_context()) {
  handle <- slm_gene_aliases_read(context, path.expand(path))
  thing("gene_aliases", handle, context, rows = slm_gene_aliases_count(handle))
}

#' Vectors [genes × width] of a gene table, with names; written as HDF5; and controls: Gaussian like them, or dealt among the genes.
scilama_table_matrix <- function(table) {
  out <- matrix_of(slm_gene_table_values(table$handle), table$rows, slm_gene_table_width(table$handle))
  rownames(out) <- names_by(slm_gene_table_name, table$handle, table$rows)
  out
}
scilama_write_gene_table <- function(table, path) { slm_gene_table_write(table$handle, path.expand(path)); invisible(table) }
scilama_random_table <- function(table, seed = 0) thing("gene_table", slm_gene_table_random(table$context, table$handle, seed), table$context, rows = table$rows)
scilama_shuffled_table <- function(table, seed = 0)
  thing("gene_table", slm_gene_table_shuffled(table$context, table$handle, seed), table$context, rows = table$rows)

#' A table through Arrow's C data interface: of a gene table, of the columns of cells, of the embedding of a model's genes or (with data) of
#' cells. A list of external pointers to the structs `schema` and `array`, released with them; or to one `stream`.
scilama_arrow <- function(x, data = NULL, stream = FALSE) {
  out <- list(schema = .Call(C_arrow, "schema"), array = .Call(C_arrow, "array"))
  if (inherits(x, "scilama_gene_table")) slm_gene_table_to_arrow(x$handle, out$schema, out$array)
  else if (inherits(x, "scilama_dataset")) slm_dataset_obs_to_arrow(x$handle, out$schema, out$array)
  else if (is.null(data)) slm_model_genes_to_arrow(x$handle, out$schema, out$array)
  else slm_model_cells_to_arrow(x$handle, data$handle, out$schema, out$array)
  if (!stream) return(out)
  to <- .Call(C_arrow, "stream")
  slm_arrow_to_stream(to, x$context, out$schema, out$array)
  list(stream = to)
}

#' A gene table of Arrow's structs, which are used up: what scilama_arrow() gives, or other pointers to them in such a list.
scilama_gene_table_from_arrow <- function(x, context = scilama_context(), ...) {
  options <- defaults("scilama_arrow_options", ...)
  handle <- if (is.null(x$stream)) slm_gene_table_from_arrow(context, x$schema, x$array, options) else slm_gene_table_from_arrow_stream(context, x$stream, options)
  thing("gene_table", handle, context, rows = slm_gene_table_rows(handle))
}

#' Numbers as DLPack, an external pointer to DLManagedTensorVersioned, deleted with it: of a gene table, a model's parameter (name), a trainer's
#' gradients, or a matrix, row by row. legacy: in the form before DLPack 1.0 (read-only numbers as if they were not).
scilama_dlpack <- function(x, name = NULL, legacy = FALSE, context = scilama_context()) {
  out <- if (is.matrix(x)) .Call(C_lend, context, floats(x), nrow(x), ncol(x), FALSE)
    else if (inherits(x, "scilama_gene_table")) slm_gene_table_to_dlpack(x$handle)
    else if (inherits(x, "scilama_trainer")) slm_trainer_gradients_to_dlpack(x$handle)
    else slm_model_parameter_to_dlpack(x$handle, name)
  if (legacy) slm_dlpack_to_legacy(out, 1L) else out
}
