# SPDX-License-Identifier: MIT
# --- mapping ------------------------------------------------------------------------------

#' Lets a model carry cells of known labels (a data frame or list of factors), and learn how to encode cells that lack genes.
scilama_reference <- function(model, data, labels, points = scilama_encode(model, data), layout = NULL) {
  slm_model_learn_absent(model$handle, data$handle)
  handle <- slm_reference_create(model$context, floats(points), nrow(points), ncol(points), 0)
  for (name in names(labels)) {
    f <- codes_of(labels[[name]])
    fits("one label per cell", nrow(points), length(f$codes))
    slm_reference_add_labels(handle, name, f$codes, f$names, length(f$names))
  }
  if (!is.null(layout)) {
    fits("one place per cell", nrow(points), nrow(layout))
    slm_reference_set_layout(handle, floats(layout), ncol(layout))
  }
  slm_model_set_reference(model$handle, handle)
  if (cells_of(data) > 9) slm_model_describe_reference(model$handle, data$handle)
  invisible(model)
}

#' Cells among those that a model carries: a list of points, distance to the nearest, and a data frame of labels with probabilities.
scilama_map <- function(model, data, neighbors = 15) {
  reference <- slm_model_get_reference(model$handle)
  on.exit(slm_reference_destroy(reference))
  info <- defaults("scilama_reference_info")
  slm_reference_get_info(reference, info)
  info <- fields("scilama_reference_info", info)
  points <- scilama_encode(model, data)
  n <- nrow(points)
  k <- min(neighbors, info$cells)
  indices <- integer(n * k)
  distances <- raw(n * k * 4)
  slm_reference_neighbors(reference, floats(points), n, 0, k, indices, distances)
  labels <- list()
  for (index in seq_len(info$labels) - 1) {
    label <- defaults("scilama_label_info")
    slm_reference_label(reference, index, label)
    label <- fields("scilama_label_info", label)
    code <- integer(n)
    probability <- raw(n * 4)
    second <- integer(n)
    second_probability <- raw(n * 4)
    slm_reference_transfer(reference, index, indices, distances, n, k, code, probability, second, second_probability)
    names <- vapply(seq_len(label$categories) - 1, function(c) slm_reference_category(reference, index, c), "")
    labels[[label$name]] <- factor_of(code, names)
    labels[[paste0(label$name, "_probability")]] <- as.vector(matrix_of(probability, n, 1))
    labels[[paste0(label$name, "_second")]] <- factor_of(second, names)
    labels[[paste0(label$name, "_second_probability")]] <- as.vector(matrix_of(second_probability, n, 1))
  }
  layout <- NULL
  if (info$layout_dims > 0) {
    place <- raw(n * info$layout_dims * 4)
    slm_reference_place(reference, indices, distances, n, k, place)
    layout <- matrix_of(place, n, info$layout_dims)
  }
  list(points = points, labels = as.data.frame(labels), distance = rowMeans(matrix_of(distances, n, k)), layout = layout)
}

#' Gives batches that only the data have columns of their own, trained on their cells alone so that they lie where the reference's do.
scilama_adapt <- function(model, data, ...) {
  report <- defaults("scilama_adapt_report")
  slm_model_adapt(model$handle, data$handle, defaults("scilama_adapt_options", ...), report)
  fields("scilama_adapt_report", report)
}

#' Gives genes of the data the names that the model has for them; aliases as of scilama_gene_aliases(). How many go by another name now is returned.
scilama_match_genes <- function(model, data, aliases = NULL, ...) {
  renamed <- raw(8)
  slm_model_match_genes(model$handle, data$handle, match_options(aliases, ...), renamed)
  .Call(C_get, renamed, 0, "i64", 1)
}

#' What of the model the data lack; `covariates` is a data frame of the same for each of them.
scilama_check_query <- function(model, data) {
  report <- defaults("scilama_query_report")
  slm_model_check_query(model$handle, data$handle, report)
  each <- lapply(seq_len(slm_model_covariates(model$handle)) - 1, function(i) {
    r <- defaults("scilama_covariate_report")
    slm_model_check_covariate(model$handle, data$handle, i, r)
    as.data.frame(fields("scilama_covariate_report", r)[c("cells", "unknown", "missing", "categories")])
  })
  c(fields("scilama_query_report", report), list(covariates = do.call(rbind, each)))
}

#' Places a query among the model's reference; what is found is written, block by block, into a copy of its file `input`. `options` are those
#' of scilama_map_options. `part` as for scilama_write().
scilama_map_file <- function(model, data, input, output, part = NULL, context = scilama_context(), ...) {
  writer <- if (length(part)) slm_h5ad_writer_open_part(context, path.expand(input), defaults("scilama_file_options", values = part), path.expand(output))
    else slm_h5ad_writer_open(context, path.expand(input), path.expand(output))
  on.exit(slm_h5ad_writer_destroy(writer))
  slm_model_map(model$handle, data$handle, writer, defaults("scilama_map_options", ...))
  slm_h5ad_writer_commit(writer)
  invisible(output)
}

#' How much sparser the reference is than the data around each of their cells.
scilama_novelty <- function(model, data) {
  out <- raw(cells_of(data) * 4)
  slm_model_novelty(model$handle, data$handle, out)
  as.vector(matrix_of(out, cells_of(data), 1))
}
