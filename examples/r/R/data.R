# SPDX-License-Identifier: MIT
# --- data ---------------------------------------------------------------------------------

#' Threads, and what ends with Ctrl-C; every other object comes from one. progress(stage, share) is told of long calls.
scilama_context <- function(threads = 1L, progress = NULL) {
  handle <- slm_context_create(defaults("scilama_context_options", threads = threads))
  .Call(C_watch, handle, progress)
  handle
}

#' From a callback: the call that runs ends with a failure; and what takes back one that it has not noticed yet.
scilama_cancel <- function(context) slm_context_cancel(context)
scilama_resume <- function(context) slm_context_resume(context)

#' Threads, bytes that are held and most that ever were, and a JSON text of library, processor and kernels.
scilama_context_info <- function(context) {
  needed <- raw(8)
  slm_context_describe(context, NULL, 0, needed)
  text <- raw(.Call(C_get, needed, 0, "u64", 1))
  slm_context_describe(context, text, length(text), NULL)
  now <- raw(8)
  peak <- raw(8)
  slm_context_memory(context, now, peak)
  list(threads = slm_context_threads(context), bytes = .Call(C_get, now, 0, "i64", 1), peak = .Call(C_get, peak, 0, "i64", 1),
       description = .Call(C_get, text, 0, "chars", 1))
}

#' Gives an object back at once; a trainer lets its model go.
scilama_close <- function(x) {
  if (!inherits(x, "scilama_thing")) return(invisible(slm_context_destroy(x)))
  destroy <- switch(class(x)[1], scilama_dataset = slm_dataset_destroy, scilama_model = slm_model_destroy, scilama_trainer = slm_trainer_destroy,
                    scilama_graph = slm_graph_destroy, scilama_gene_table = slm_gene_table_destroy, scilama_gene_sets = slm_gene_sets_destroy,
                    scilama_gene_aliases = slm_gene_aliases_destroy)
  invisible(destroy(x$handle))
}

# A struct that shows a matrix of genes × cells, a dgCMatrix or a matrix: its columns are the library's rows.
matrix_struct <- function(counts, single = FALSE, borrow = FALSE) {
  m <- list(rows = ncol(counts), cols = nrow(counts), memory = SCILAMA[[if (borrow) "MEMORY_BORROW" else "MEMORY_COPY"]])
  if (is.matrix(counts)) {
    storage.mode(counts) <- "double"
    m <- c(m, list(storage = SCILAMA[["STORAGE_DENSE"]], values = if (single) floats(t(counts)) else as.vector(counts)))
  } else {
    counts <- as(as(counts, "CsparseMatrix"), "dgCMatrix")
    m <- c(m, list(storage = SCILAMA[["STORAGE_CSR"]], stored = length(counts@x), values = if (single) floats(matrix(counts@x, nrow = 1)) else counts@x,
                   indices = counts@i, indptr = if (single) .Call(C_longs, counts@p) else counts@p, index_type = SCILAMA[["DTYPE_I32"]],
                   indptr_type = SCILAMA[[if (single) "DTYPE_I64" else "DTYPE_I32"]]))
  }
  m$value_type <- SCILAMA[[if (single) "DTYPE_F32" else "DTYPE_F64"]]
  defaults("scilama_matrix", values = m)
}

#' Cells of a matrix of genes × cells: a dgCMatrix or a matrix, its names taken, read as it lies. `obs` is a data frame of cells.
#' borrow: what the library can take without a copy (the row numbers of a dgCMatrix) is read where it lies.
scilama_dataset <- function(counts, obs = NULL, context = scilama_context(), borrow = FALSE) {
  struct <- matrix_struct(counts, borrow = borrow)
  out <- thing("dataset", slm_dataset_create(context, struct, colnames(counts), rownames(counts)), context)
  if (borrow) .Call(C_keep, out$handle, attr(struct, "keep"))
  scilama_obs(out, obs)
  out
}

#' Cells that fetch(cells) gives whenever they are needed, as a matrix of genes × those cells (scilama_dataset_create_from_rows).
scilama_rows <- function(fetch, genes, cells, memory = 2^26, gene_names = NULL, cell_names = NULL, obs = NULL, context = scilama_context()) {
  source <- defaults("scilama_row_source", rows = cells, cols = genes, memory = memory)
  out <- thing("dataset", .Call(C_rows, context, source, fetch, cell_names, gene_names), context)
  scilama_obs(out, obs)
  out
}

#' Adds every column of a data frame of cells: numbers are numeric, everything else categorical.
scilama_obs <- function(data, obs) {
  for (name in names(obs)) {
    values <- obs[[name]]
    if (length(values) != cells_of(data)) stop("one value per cell is needed", call. = FALSE)
    if (is.numeric(values)) slm_dataset_set_numeric(data$handle, name, as.double(values))
    else if (is.character(values)) slm_dataset_set_strings(data$handle, name, values)
    else { f <- codes_of(values); slm_dataset_set_codes(data$handle, name, f$codes, f$names, length(f$names)) }
  }
  invisible(data)
}

#' The columns of cells, a data frame.
scilama_columns <- function(data) {
  names <- names_by(slm_dataset_column_name, data$handle, slm_dataset_columns(data$handle))
  columns <- lapply(names, function(name) {
    info <- defaults("scilama_column_info")
    slm_dataset_column_info(data$handle, name, info)
    info <- fields("scilama_column_info", info)
    if (info$kind == SCILAMA[["COLUMN_NUMERIC"]]) {
      values <- double(cells_of(data))
      slm_dataset_get_numeric(data$handle, name, values)
      return(values)
    }
    codes <- integer(cells_of(data))
    slm_dataset_get_codes(data$handle, name, codes)
    factor_of(codes, vapply(seq_len(info$categories) - 1, function(k) slm_dataset_category(data$handle, name, k), ""))
  })
  as.data.frame(stats::setNames(columns, names), row.names = cell_names(data))
}

#' A file: .h5ad, .h5mu, loom, 10x .h5 or a MatrixMarket folder, told apart by content unless format is "h5ad", "10x" or "mtx".
scilama_read <- function(path, context = scilama_context(), format = "any", ...) {
  read <- switch(format, any = slm_dataset_read, h5ad = slm_dataset_read_h5ad, "10x" = slm_dataset_read_10x_h5, mtx = slm_dataset_read_mtx,
                 stop("format cannot be '", format, "'", call. = FALSE))
  thing("dataset", read(context, path.expand(path), defaults("scilama_file_options", ...)), context)
}

#' Their cells one after another, with the genes that all have. keys name the data; of `label` a column of that name tells where each cell is from.
scilama_concat <- function(data, keys = names(data), label = NULL, ...) {
  if (!length(data)) stop("a list of data is needed", call. = FALSE)
  if (!is.null(keys) && length(keys) != length(data)) stop("one key for each of the data is needed", call. = FALSE)
  options <- list(...)
  keys <- enc2utf8(as.character(keys))
  if (length(keys)) options$keys <- .Call(C_texts, keys)
  if (!is.null(label)) options$label <- label
  o <- defaults("scilama_concat_options", values = options)
  handles <- lapply(data, function(d) d$handle)
  out <- thing("dataset", slm_dataset_concat(handles, length(data), structure(o, texts = keys)), data[[1]]$context)
  .Call(C_keep, out$handle, handles)
  out
}

cells_of <- function(data) slm_dataset_cells(data$handle)
names_by <- function(get, handle, n) vapply(seq_len(n) - 1, function(i) get(handle, i), "")
cell_names <- function(data) names_by(slm_dataset_cell_name, data$handle, cells_of(data))
gene_names <- function(data) names_by(slm_dataset_gene_name, data$handle, slm_dataset_genes(data$handle))

#' Names of the genes that a model of the data has, in its order.
scilama_genes_used <- function(data) names_by(slm_dataset_used_gene_name, data$handle, slm_dataset_genes_used(data$handle))

#' What the cell encoder sees: a matrix of cells × genes used.
scilama_prepared <- function(data, cells = seq_len(cells_of(data))) {
  genes <- slm_dataset_genes_used(data$handle)
  out <- raw(length(cells) * genes * 4)
  slm_dataset_get_prepared(data$handle, .Call(C_longs, cells - 1), length(cells), out, 0)
  matrix_of(out, length(cells), genes)
}

#' Gives back the matrix and gene tables as read; call it once the model is made.
scilama_release_input <- function(data) { slm_dataset_release_input(data$handle); invisible(data) }

#' Corrects for columns of cells; kind: "categorical", "continuous" or "raw".
scilama_covariate <- function(data, names, kind = "categorical") {
  for (name in names) slm_dataset_use_covariate(data$handle, name, SCILAMA[[paste0("COVARIATE_", toupper(kind))]])
  invisible(data)
}

SPLITS <- c("train", "validation", "test", "excluded")

#' Draws a split; or takes it from a column of train, validation, test, excluded (by), or from a vector of these words (given).
scilama_split <- function(data, train = 0.9, validation = 1 - train, seed = 0, stratify = NULL, by = NULL, given = NULL) {
  if (!is.null(by)) slm_dataset_split_by(data$handle, by)
  else if (!is.null(given)) {
    if (length(given) != cells_of(data) || !all(given %in% SPLITS)) stop("one of train, validation, test, excluded per cell is needed", call. = FALSE)
    slm_dataset_set_split(data$handle, match(given, SPLITS) - 1L)
  } else slm_dataset_split_random(data$handle, train, validation, seed, stratify)
  invisible(data)
}

#' The split of every cell, a factor.
scilama_split_of <- function(data) {
  out <- integer(cells_of(data))
  slm_dataset_get_split(data$handle, out)
  factor(SPLITS[out + 1], levels = SPLITS)
}

#' Fits the recipe. Options are those of scilama_preprocess_options; preset: "recommended" or "published".
scilama_preprocess <- function(data, ...) {
  report <- defaults("scilama_preprocess_report")
  slm_dataset_preprocess(data$handle, defaults("scilama_preprocess_options", ...), report)
  invisible(fields("scilama_preprocess_report", report))
}
