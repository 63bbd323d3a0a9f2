# SPDX-License-Identifier: MIT
# --- models -------------------------------------------------------------------------------

scilama_model <- function(data, ..., preset = "recommended") {
  thing("model", slm_model_create(data$handle, defaults("scilama_model_options", ..., preset = preset)), data$context)
}

#' The whole way to a trained model, as the program `scilama fit` goes it. Options of the recipe, the model and the training
#' are lists; what is not given is as the preset has it. `tables`: whether gene tables were added.
scilama_fit <- function(data, preset = "recommended", seed = 0, train_fraction = 0.9, preprocess = list(), model = list(), trainer = list(),
                        tables = FALSE) {
  if (preset == "recommended" && !tables && is.null(model$embed_pca)) model$embed_pca <- 50
  o <- defaults("scilama_fit_options", preset = PRESETS[[preset]], seed = seed, train_fraction = train_fraction,
                preprocess = defaults("scilama_preprocess_options", values = preprocess, preset = preset),
                model = defaults("scilama_model_options", values = c(model, list(seed = seed)), preset = preset),
                trainer = defaults("scilama_trainer_options", values = c(trainer, list(seed = seed)), preset = preset))
  thing("model", slm_fit(data$handle, o, NULL), data$context)
}

model_info <- function(model) {
  info <- defaults("scilama_model_info")
  slm_model_get_info(model$handle, info)
  fields("scilama_model_info", info)
}

scilama_genes <- function(model) names_by(slm_model_gene_name, model$handle, model_info(model)$genes)

# What encode(mu, sigma) writes: a matrix with row names, and with sigma the deviations beside it.
encoded <- function(encode, names, latent, sigma) {
  mu <- raw(length(names) * latent * 4)
  spread <- if (sigma) raw(length(mu))
  encode(mu, spread)
  named <- function(bytes) { out <- matrix_of(bytes, length(names), latent); rownames(out) <- names; out }
  if (sigma) list(mu = named(mu), sigma = named(spread)) else named(mu)
}

#' The embedding of cells [cells × latent]; with sigma a list of it, mu, and of the standard deviations.
scilama_encode <- function(model, data, sigma = FALSE)
  encoded(function(mu, spread) slm_model_encode_cells(model$handle, data$handle, mu, spread, 0), cell_names(data), model_info(model)$latent, sigma)

#' The same of the model's genes.
scilama_encode_genes <- function(model, sigma = FALSE)
  encoded(function(mu, spread) slm_model_encode_genes(model$handle, mu, spread, 0), scilama_genes(model), model_info(model)$latent, sigma)

# Options of decoding; `to` is c(column = "category") that every cell is decoded as.
decoding <- function(to, options) {
  from <- enc2utf8(as.character(names(to)))
  values <- enc2utf8(as.character(to))
  if (length(to)) options <- c(options, list(to_key = .Call(C_texts, from), to_value = .Call(C_texts, values), replacements = length(to)))
  structure(defaults("scilama_decode_options", values = options), texts = list(from, values))
}

#' Denoised or corrected expression [genes × cells], as Bioconductor has it; `to` is c(column = "category") that every cell is decoded as.
scilama_decode <- function(model, data, to = NULL, ...) {
  genes <- model_info(model)$genes
  out <- raw(cells_of(data) * genes * 4)
  options <- decoding(to, list(...))
  slm_model_decode(model$handle, data$handle, options, out, 0)
  matrix <- t(matrix_of(out, cells_of(data), genes))
  dimnames(matrix) <- list(scilama_genes(model), cell_names(data))
  matrix
}

scilama_save <- function(model, path) { slm_model_save(model$handle, path.expand(path)); invisible(model) }
scilama_load <- function(path, context = scilama_context()) thing("model", slm_model_load(context, path.expand(path)), context)
scilama_to_raw <- function(model) slm_model_save_memory(model$handle)
scilama_from_raw <- function(bytes, context = scilama_context()) thing("model", slm_model_load_memory(context, bytes, length(bytes)), context)


#' The options in force.
scilama_model_options <- function(model) {
  out <- defaults("scilama_model_options")
  slm_model_get_options(model$handle, out)
  fields("scilama_model_options", out)
}

#' Modalities, and how wide the vectors are that each takes.
scilama_modalities <- function(model) {
  n <- seq_len(model_info(model)$modalities) - 1
  stats::setNames(vapply(n, function(i) slm_model_modality_width(model$handle, i), 0), vapply(n, function(i) slm_model_modality_name(model$handle, i), ""))
}

#' The vectors of the model's genes as the gene encoder reads them [genes × width].
scilama_gene_vectors <- function(model, modality = 1) {
  width <- raw(8)
  slm_model_gene_vectors(model$handle, modality - 1, width, NULL, 0)
  columns <- .Call(C_get, width, 0, "i64", 1)
  genes <- model_info(model)$genes
  out <- raw(genes * columns * 4)
  slm_model_gene_vectors(model$handle, modality - 1, width, out, 0)
  matrix_of(out, genes, columns)
}

#' The columns of cells that the model reads: a list of their categories (NULL where they are numbers).
scilama_covariates <- function(model) {
  out <- list()
  for (i in seq_len(slm_model_covariates(model$handle)) - 1) {
    info <- defaults("scilama_covariate_info")
    slm_model_covariate(model$handle, i, info)
    info <- fields("scilama_covariate_info", info)
    out[info$name] <- list(if (info$categories) vapply(seq_len(info$categories) - 1, function(k) slm_model_category(model$handle, i, k), ""))
  }
  out
}

#' Parameters by name: matrices [outputs × inputs] and vectors, copies. One of them; and its values set.
scilama_parameters <- function(model) {
  out <- list()
  for (i in seq_len(slm_model_parameters(model$handle)) - 1) {
    tensor <- defaults("scilama_tensor")
    slm_model_parameter(model$handle, i, tensor)
    out[[fields("scilama_tensor", tensor)$name]] <- tensor_values(tensor, model$handle)
  }
  out
}
scilama_parameter <- function(model, name) {
  tensor <- defaults("scilama_tensor")
  slm_model_find_parameter(model$handle, name, tensor)
  tensor_values(tensor, model$handle)
}
scilama_set_parameter <- function(model, name, values) {
  slm_model_set_parameter(model$handle, name, floats(values), length(values))
  invisible(model)
}

#' Warm start: the number of parameters copied from another model.
scilama_copy_parameters <- function(model, from, prefix = NULL, from_prefix = prefix) {
  copied <- raw(8)
  slm_model_copy_parameters(model$handle, from$handle, prefix, from_prefix, copied)
  .Call(C_get, copied, 0, "i64", 1)
}

#' Adds categories, to map new batches.
scilama_extend_covariate <- function(model, key, values) {
  slm_model_extend_covariate(model$handle, key, values, length(values))
  invisible(model)
}

# Gene tables given as one or as a list.
tables_of <- function(tables) {
  if (inherits(tables, "scilama_thing")) tables <- list(tables)
  if (!length(tables) || !all(vapply(tables, inherits, NA, "scilama_gene_table"))) stop("a gene table for each modality is needed", call. = FALSE)
  tables
}
rows_of <- function(tables) slm_gene_table_rows(tables_of(tables)[[1]]$handle)
handles_of <- function(tables) lapply(tables_of(tables), function(t) t$handle)

#' Genes that the model never saw, by a gene table of each modality: their embedding [genes × latent], and their expression [genes × cells].
scilama_encode_new_genes <- function(model, tables) {
  n <- rows_of(tables)
  latent <- model_info(model)$latent
  out <- raw(n * latent * 4)
  slm_model_encode_new_genes(model$handle, handles_of(tables), NULL, length(handles_of(tables)), out, 0)
  matrix_of(out, n, latent)
}
scilama_decode_new_genes <- function(model, data, tables, to = NULL, ...) {
  n <- rows_of(tables)
  out <- raw(cells_of(data) * n * 4)
  options <- decoding(to, list(...))
  slm_model_decode_new_genes(model$handle, data$handle, options, handles_of(tables), NULL, length(handles_of(tables)), out, 0)
  t(matrix_of(out, cells_of(data), n))
}

#' Named genes from any tables that know them and the model's: a list of values [genes × cells] and a data frame of what to expect of each.
scilama_predict_genes <- function(model, data, genes, tables, to = NULL, ...) {
  expected <- list(mean = double(length(genes)), deviation = double(length(genes)), correlation = double(length(genes)))
  forecast <- defaults("scilama_gene_forecast", values = expected)
  out <- raw(cells_of(data) * length(genes) * 4)
  options <- decoding(to, list(...))
  slm_model_predict_genes(model$handle, data$handle, options, handles_of(tables), length(handles_of(tables)), genes, length(genes), out, 0, forecast)
  values <- t(matrix_of(out, cells_of(data), length(genes)))
  dimnames(values) <- list(genes, cell_names(data))
  list(values = values, expected = data.frame(stats::setNames(attr(forecast, "keep"), names(expected)), row.names = genes))
}
