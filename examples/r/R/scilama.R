# SPDX-License-Identifier: MIT
# The package in R's manner: matrices of genes × cells as Bioconductor has them come in, matrices of cells × numbers go out. Below it
# is calls.R, which has every function of the library.

fail_now <- function(code, text) stop(structure(class = c("scilama_failure", "error", "condition"), list(message = text, call = NULL, code = code)))
interrupt_now <- function(code, text) stop(structure(class = c("interrupt", "condition"), list(message = text, call = NULL, code = code)))

# --- structs: raw vectors, with what they point to in the attribute "keep" --------------

PRESETS <- c(published = 0L, recommended = 1L)
DESCRIBED <- c(scilama_preprocess_options = 1L, scilama_model_options = 2L, scilama_trainer_options = 3L)

# The number of a word such as "cell-gene", as the library names it.
number_of <- function(kind, field, word) {
  of <- DESCRIBED[kind]
  if (!is.na(of)) {
    index <- slm_option_find(of, field)
    value <- integer(1)
    choice <- 0
    while (!is.null(name <- slm_option_choice(of, index, choice, value))) {
      if (name == word) return(value)
      choice <- choice + 1
    }
  } else {
    found <- names(SCILAMA)[endsWith(names(SCILAMA), paste0("_", toupper(word)))]
    if (length(found) == 1) return(SCILAMA[[found]])
  }
  stop("option '", field, "' cannot be '", word, "'", call. = FALSE)
}

# A struct with the library's defaults, and then `values`.
defaults <- function(kind, ..., preset = "recommended", values = list(...)) {
  layout <- LAYOUT[[kind]]
  out <- raw(layout$size)
  init <- get(sub("^scilama_", "slm_", paste0(kind, "_init")))
  if (length(formals(init)) == 3) init(out, layout$size, PRESETS[[preset]]) else init(out, layout$size)
  for (name in names(values)) {
    field <- layout$fields[[name]]
    if (is.null(field)) stop(kind, " has no option '", name, "'", call. = FALSE)
    value <- values[[name]]
    if (is.character(value) && field[[2]] == "i32") value <- number_of(kind, name, value)
    out <- put(out, field, value)
  }
  out
}

put <- function(struct, field, value) {
  keep <- c(attr(struct, "keep"), list(value))
  n <- if (length(field) > 2) field[[3]] else 1
  values <- if (n > 1) c(value, rep(0, n - length(value))) else list(value)
  for (i in seq_along(values)) struct <- .Call(C_put, struct, field[[1]], field[[2]], values[[i]], i - 1)
  attr(struct, "keep") <- keep
  struct
}

# A struct of results as a list.
fields <- function(kind, struct) {
  wanted <- LAYOUT[[kind]]$fields
  wanted <- wanted[!names(wanted) %in% c("struct_size", "reserved")]
  lapply(wanted, function(f) .Call(C_get, struct, f[[1]], f[[2]], if (length(f) > 2 && f[[2]] != "chars") f[[3]] else 1))
}

floats <- function(x) { x <- as.matrix(x); storage.mode(x) <- "double"; .Call(C_floats, x) }
matrix_of <- function(memory, rows, cols) .Call(C_matrix, memory, rows, cols)
codes_of <- function(labels) {
  if (!is.factor(labels)) labels <- if (is.numeric(labels)) factor(labels, levels = sort(unique(labels))) else factor(labels)
  codes <- as.integer(labels) - 1L
  codes[is.na(codes)] <- -1L
  list(codes = codes, names = levels(labels))
}
factor_of <- function(codes, names) factor(ifelse(codes < 0, NA, codes), levels = seq_along(names) - 1L, labels = names)

# What a handle of this package is: an external pointer with its context and size beside it.
thing <- function(kind, handle, context, ...) structure(list(handle = handle, context = context, ...), class = c(paste0("scilama_", kind), "scilama_thing"))
print.scilama_thing <- function(x, ...) { cat("<", class(x)[1], ">\n", sep = ""); invisible(x) }

# --- data ---------------------------------------------------------------------------------

#' Threads, and what ends with Ctrl-C; every other object comes from one.
scilama_context <- function(threads = 1L) {
  handle <- slm_context_create(defaults("scilama_context_options", threads = threads))
  .Call(C_watch, handle)
  handle
}

#' Cells of a matrix of genes × cells: a dgCMatrix or a matrix, its names taken. `obs` is a data frame of cells.
scilama_dataset <- function(counts, obs = NULL, context = scilama_context()) {
  m <- list(rows = ncol(counts), cols = nrow(counts))
  if (is.matrix(counts)) {
    storage.mode(counts) <- "double"
    m <- c(m, list(storage = SCILAMA[["STORAGE_DENSE"]], values = as.vector(counts)))
  } else {
    counts <- as(counts, "CsparseMatrix")
    counts <- as(counts, "dgCMatrix")
    m <- c(m, list(storage = SCILAMA[["STORAGE_CSR"]], stored = length(counts@x), values = counts@x, indices = counts@i, indptr = counts@p,
                   index_type = SCILAMA[["DTYPE_I32"]], indptr_type = SCILAMA[["DTYPE_I32"]]))
  }
  m$value_type <- SCILAMA[["DTYPE_F64"]]
  struct <- defaults("scilama_matrix", values = m)
  out <- thing("dataset", slm_dataset_create(context, struct, colnames(counts), rownames(counts)), context)
  for (name in names(obs)) {
    values <- obs[[name]]
    if (is.numeric(values)) slm_dataset_set_numeric(out$handle, name, as.double(values))
    else { f <- codes_of(values); slm_dataset_set_codes(out$handle, name, f$codes, f$names, length(f$names)) }
  }
  out
}

#' A file: .h5ad, 10x .h5 or a MatrixMarket folder.
scilama_read <- function(path, context = scilama_context(), ...) {
  thing("dataset", slm_dataset_read(context, path.expand(path), defaults("scilama_file_options", ...)), context)
}

cells_of <- function(data) slm_dataset_cells(data$handle)
names_by <- function(get, handle, n) vapply(seq_len(n) - 1, function(i) get(handle, i), "")
cell_names <- function(data) names_by(slm_dataset_cell_name, data$handle, cells_of(data))
gene_names <- function(data) names_by(slm_dataset_gene_name, data$handle, slm_dataset_genes(data$handle))

#' Corrects for columns of cells; kind: "categorical", "continuous" or "raw".
scilama_covariate <- function(data, names, kind = "categorical") {
  for (name in names) slm_dataset_use_covariate(data$handle, name, SCILAMA[[paste0("COVARIATE_", toupper(kind))]])
  invisible(data)
}

#' Gene vectors of a file, or of a matrix with gene names as row names.
scilama_gene_table <- function(x, context = scilama_context(), ...) {
  handle <- if (is.character(x)) slm_gene_table_read(context, path.expand(x), defaults("scilama_table_options", ...))
            else slm_gene_table_create(context, rownames(x), floats(x), nrow(x), ncol(x), 0)
  thing("gene_table", handle, context, rows = slm_gene_table_rows(handle))
}

scilama_add_gene_table <- function(data, name, table, ...) {
  if (!inherits(table, "scilama_gene_table")) table <- scilama_gene_table(table, data$context)
  report <- defaults("scilama_match_report")
  slm_dataset_add_gene_table(data$handle, name, table$handle, defaults("scilama_match_options", ...), report)
  invisible(fields("scilama_match_report", report))
}

scilama_split <- function(data, train = 0.9, validation = 1 - train, seed = 0, stratify = NULL) {
  slm_dataset_split_random(data$handle, train, validation, seed, stratify)
  invisible(data)
}

scilama_preprocess <- function(data, ...) {
  report <- defaults("scilama_preprocess_report")
  slm_dataset_preprocess(data$handle, defaults("scilama_preprocess_options", ...), report)
  invisible(fields("scilama_preprocess_report", report))
}

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
                preprocess = defaults("scilama_preprocess_options", values = preprocess),
                model = defaults("scilama_model_options", values = c(model, list(seed = seed)), preset = preset),
                trainer = defaults("scilama_trainer_options", values = c(trainer, list(seed = seed)), preset = preset))
  thing("model", slm_fit(data$handle, o, NULL), data$context)
}

# Not `model`: R would take an option `mode` for it.
scilama_trainer <- function(object, data, ..., preset = "recommended") {
  thing("trainer", slm_trainer_create(object$handle, data$handle, defaults("scilama_trainer_options", ..., preset = preset)), data$context)
}

#' Steps to the end. Ctrl-C ends it between two steps; called again it goes on.
scilama_train <- function(trainer) {
  if (!.Call(C_train, trainer$handle)) interrupt_now(SCILAMA[["E_CANCELLED"]], "interrupted: scilama_train() goes on")
  invisible(trainer)
}

#' Everything that training needs to go on bit for bit, as bytes.
scilama_state <- function(trainer) {
  out <- raw(slm_trainer_state_size(trainer$handle))
  slm_trainer_state_get(trainer$handle, out, length(out))
  out
}
scilama_restore <- function(trainer, state) {
  slm_trainer_state_set(trainer$handle, state, length(state))
  invisible(trainer)
}

model_info <- function(model) {
  info <- defaults("scilama_model_info")
  slm_model_get_info(model$handle, info)
  fields("scilama_model_info", info)
}

scilama_genes <- function(model) names_by(slm_model_gene_name, model$handle, model_info(model)$genes)

#' The embedding of cells [cells × latent].
scilama_encode <- function(model, data) {
  latent <- model_info(model)$latent
  out <- raw(cells_of(data) * latent * 4)
  slm_model_encode_cells(model$handle, data$handle, out, NULL, 0)
  matrix <- matrix_of(out, cells_of(data), latent)
  rownames(matrix) <- cell_names(data)
  matrix
}

#' The embedding of the model's genes [genes × latent].
scilama_encode_genes <- function(model) {
  info <- model_info(model)
  out <- raw(info$genes * info$latent * 4)
  slm_model_encode_genes(model$handle, out, NULL, 0)
  matrix <- matrix_of(out, info$genes, info$latent)
  rownames(matrix) <- scilama_genes(model)
  matrix
}

#' Denoised or corrected expression [genes × cells], as Bioconductor has it.
scilama_decode <- function(model, data, ...) {
  genes <- model_info(model)$genes
  out <- raw(cells_of(data) * genes * 4)
  slm_model_decode(model$handle, data$handle, defaults("scilama_decode_options", ...), out, 0)
  matrix <- t(matrix_of(out, cells_of(data), genes))
  dimnames(matrix) <- list(scilama_genes(model), cell_names(data))
  matrix
}

scilama_save <- function(model, path) { slm_model_save(model$handle, path.expand(path)); invisible(model) }
scilama_load <- function(path, context = scilama_context()) thing("model", slm_model_load(context, path.expand(path)), context)
scilama_to_raw <- function(model) slm_model_save_memory(model$handle)
scilama_from_raw <- function(bytes, context = scilama_context()) thing("model", slm_model_load_memory(context, bytes, length(bytes)), context)

# --- analysis -----------------------------------------------------------------------------

#' Nearest other points: indices from 1, and distances, each [n × neighbors].
scilama_knn <- function(points, neighbors = 14, ..., context = scilama_context()) {
  points <- as.matrix(points)
  indices <- integer(nrow(points) * neighbors)
  distances <- raw(nrow(points) * neighbors * 4)
  slm_knn(context, floats(points), nrow(points), ncol(points), 0, defaults("scilama_knn_options", neighbors = neighbors, ...), indices, distances, NULL)
  list(indices = matrix(indices + 1L, ncol = neighbors, byrow = TRUE), distances = matrix_of(distances, nrow(points), neighbors))
}

scilama_graph <- function(knn, kind = "fuzzy", context = scilama_context()) {
  handle <- slm_graph_from_knn(context, SCILAMA[[paste0("GRAPH_", toupper(kind))]], nrow(knn$indices), ncol(knn$indices),
                               as.integer(t(knn$indices)) - 1L, floats(knn$distances))
  thing("graph", handle, context)
}

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
  if (!is.null(points)) values <- c(values, list(points = floats(points), points_dim = ncol(points)))
  n <- slm_graph_vertices(graph$handle)
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
  slm_score_embedding(context, floats(points), nrow(points), ncol(points), 0, codes_of(labels)$codes,
                      if (is.null(batches)) NULL else codes_of(batches)$codes, defaults("scilama_score_options", ...), out)
  fields("scilama_scores", out)
}

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

#' Evidence that genes mark groups: a list of matrices [genes × groups].
scilama_markers <- function(data, groups, ...) {
  g <- codes_of(groups)
  genes <- slm_dataset_genes(data$handle)
  arrays <- stats::setNames(lapply(MARKER_FIELDS, function(f) double(genes * length(g$names))), MARKER_FIELDS)
  table <- defaults("scilama_marker_table", values = arrays)
  kept <- attr(table, "keep")
  slm_wilcoxon(data$handle, g$codes, length(g$names), defaults("scilama_marker_options", ...), table)
  stats::setNames(lapply(kept, function(a) matrix(a, nrow = genes, dimnames = list(gene_names(data), g$names))), MARKER_FIELDS)
}

# --- mapping ------------------------------------------------------------------------------

#' Lets a model carry cells of known labels (a data frame or list of factors), and learn how to encode cells that lack genes.
scilama_reference <- function(model, data, labels, points = scilama_encode(model, data), layout = NULL) {
  slm_model_learn_absent(model$handle, data$handle)
  handle <- slm_reference_create(model$context, floats(points), nrow(points), ncol(points), 0)
  for (name in names(labels)) {
    f <- codes_of(labels[[name]])
    slm_reference_add_labels(handle, name, f$codes, f$names, length(f$names))
  }
  if (!is.null(layout)) slm_reference_set_layout(handle, floats(layout), ncol(layout))
  slm_model_set_reference(model$handle, handle)
  invisible(model)
}

#' Cells among those that a model carries: a list of points, distance to the nearest, and a data frame of labels with probabilities.
scilama_map <- function(model, data, neighbors = 15) {
  reference <- slm_model_get_reference(model$handle)
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
    slm_reference_transfer(reference, index, indices, distances, n, k, code, probability, NULL, NULL)
    names <- vapply(seq_len(label$categories) - 1, function(c) slm_reference_category(reference, index, c), "")
    labels[[label$name]] <- factor_of(code, names)
    labels[[paste0(label$name, "_probability")]] <- as.vector(matrix_of(probability, n, 1))
  }
  layout <- NULL
  if (info$layout_dims > 0) {
    place <- raw(n * info$layout_dims * 4)
    slm_reference_place(reference, indices, distances, n, k, place)
    layout <- matrix_of(place, n, info$layout_dims)
  }
  list(points = points, labels = as.data.frame(labels), distance = rowMeans(matrix_of(distances, n, k)), layout = layout)
}

# --- files --------------------------------------------------------------------------------

#' A copy of a file with results added: lists of matrices (obsm, varm), of columns (obs, var) and of single values (uns).
scilama_write <- function(input, output, obsm = list(), varm = list(), obs = list(), var = list(), uns = list(), context = scilama_context()) {
  writer <- slm_h5ad_writer_open(context, path.expand(input), path.expand(output))
  on.exit(slm_h5ad_writer_destroy(writer))
  rows <- function(x, n) if (NROW(x) != n) stop(n, " rows are needed, not ", NROW(x), call. = FALSE)
  cells <- slm_h5ad_writer_cells(writer)
  genes <- slm_h5ad_writer_genes(writer)
  for (key in names(obsm)) { rows(obsm[[key]], cells); slm_h5ad_writer_put_obsm(writer, key, floats(obsm[[key]]), ncol(obsm[[key]]), 0) }
  for (key in names(varm)) { rows(varm[[key]], genes); slm_h5ad_writer_put_varm(writer, key, floats(varm[[key]]), ncol(varm[[key]]), 0) }
  column <- function(values, n, key, numeric, categorical) {
    rows(values, n)
    if (is.numeric(values)) return(numeric(writer, key, as.double(values)))
    f <- codes_of(values)
    categorical(writer, key, f$codes, f$names, length(f$names))
  }
  for (key in names(obs)) column(obs[[key]], cells, key, slm_h5ad_writer_put_obs_numeric, slm_h5ad_writer_put_obs_categorical)
  for (key in names(var)) column(var[[key]], genes, key, slm_h5ad_writer_put_var_numeric, slm_h5ad_writer_put_var_categorical)
  for (key in names(uns)) {
    value <- uns[[key]]
    if (is.character(value) && length(value) == 1) slm_h5ad_writer_put_uns_string(writer, key, value)
    else if (is.character(value)) slm_h5ad_writer_put_uns_strings(writer, key, value, length(value))
    else if (is.integer(value) && length(value) == 1) slm_h5ad_writer_put_uns_integer(writer, key, value)
    else if (length(value) == 1) slm_h5ad_writer_put_uns_number(writer, key, value)
    else slm_h5ad_writer_put_uns_array(writer, key, floats(value), nrow(as.matrix(value)), ncol(as.matrix(value)))
  }
  slm_h5ad_writer_commit(writer)
  invisible(output)
}

#' A matrix "obsm/NAME" or "varm/NAME" of a file.
scilama_read_array <- function(path, key, context = scilama_context()) {
  rows <- raw(8)
  width <- raw(8)
  slm_h5ad_read_array(context, path.expand(path), key, rows, width, NULL, 0)
  shape <- c(.Call(C_get, rows, 0, "i64", 1), .Call(C_get, width, 0, "i64", 1))
  out <- raw(prod(shape) * 4)
  slm_h5ad_read_array(context, path.expand(path), key, rows, width, out, prod(shape))
  matrix_of(out, shape[1], shape[2])
}

#' Options of "preprocess", "model" or "trainer", with what they set and their defaults.
scilama_options <- function(of = c("model", "trainer", "preprocess")) {
  number <- DESCRIBED[[paste0("scilama_", match.arg(of), "_options")]]
  rows <- lapply(seq_len(slm_option_count(number)) - 1, function(i) {
    info <- defaults("scilama_option_info")
    slm_option_get_info(number, i, info)
    as.data.frame(fields("scilama_option_info", info)[c("name", "help", "published", "recommended")])
  })
  do.call(rbind, rows)
}

scilama_version <- function() slm_version_string()
