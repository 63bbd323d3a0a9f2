# SPDX-License-Identifier: MIT
# --- files --------------------------------------------------------------------------------

#' A copy of a file with results added, or a new one of a matrix of genes × cells or of a dataset (with or without its matrix): lists of matrices (obsm, varm), of columns (obs, var), of
#' matrices of genes × cells (layers), of square sparse matrices (obsp, varp) and of single values, vectors, matrices and data frames
#' (uns); `records` are data frames kept as record arrays. `part` has fields of scilama_file_options: what of the input is meant.
#' `obs_of` is a file of the same cells, whose obs comes along as it is stored there.
scilama_write <- function(input, output, obsm = list(), varm = list(), obs = list(), var = list(), uns = list(), layers = list(), obsp = list(),
                          varp = list(), records = list(), part = NULL, matrix = TRUE, obs_of = NULL, context = scilama_context()) {
  writer <- if (inherits(input, "scilama_dataset")) slm_h5ad_writer_create_from(path.expand(output), input$handle, as.integer(matrix))
    else if (!is.character(input)) slm_h5ad_writer_create(context, path.expand(output), matrix_struct(input, single = TRUE), colnames(input), rownames(input))
    else if (length(part)) slm_h5ad_writer_open_part(context, path.expand(input), defaults("scilama_file_options", values = part), path.expand(output))
    else slm_h5ad_writer_open(context, path.expand(input), path.expand(output))
  on.exit(slm_h5ad_writer_destroy(writer))
  if (length(obs_of)) slm_h5ad_writer_copy_obs(writer, path.expand(obs_of), defaults("scilama_file_options", values = as.list(part)))
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
  for (key in names(layers)) slm_h5ad_writer_put_layer(writer, key, matrix_struct(layers[[key]], single = TRUE))
  pairs <- function(x, n, key, put) {
    x <- as(as(x, "CsparseMatrix"), "generalMatrix")
    if (nrow(x) != n || ncol(x) != n) stop("a matrix of ", n, " by ", n, " is needed", call. = FALSE)
    put(writer, key, .Call(C_longs, x@p), x@i, floats(matrix(as.double(x@x), nrow = 1)))
  }
  for (key in names(obsp)) pairs(obsp[[key]], cells, key, slm_h5ad_writer_put_obsp)
  for (key in names(varp)) pairs(varp[[key]], genes, key, slm_h5ad_writer_put_varp)
  for (key in names(records)) {
    x <- records[[key]]
    numeric <- all(vapply(x, is.numeric, NA))
    slm_h5ad_writer_put_uns_records(writer, key, names(x), length(x), nrow(x), if (numeric) as.double(unlist(x)),
                                    if (!numeric) unlist(lapply(x, as.character), use.names = FALSE))
  }
  for (key in names(uns)) {
    value <- uns[[key]]
    if (is.data.frame(value)) {
      slm_h5ad_writer_put_uns_table(writer, key, rownames(value), nrow(value))
      for (name in names(value)) {
        if (is.numeric(value[[name]])) slm_h5ad_writer_put_uns_table_numeric(writer, key, name, as.double(value[[name]]))
        else slm_h5ad_writer_put_uns_table_strings(writer, key, name, as.character(value[[name]]))
      }
    } else if (is.character(value) && length(value) == 1) slm_h5ad_writer_put_uns_string(writer, key, value)
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

#' A column of "obs", "var" or a data frame of uns; of categories and texts the codes from 0, NaN where missing.
scilama_read_column <- function(path, table, column, context = scilama_context()) {
  rows <- raw(8)
  slm_h5ad_read_column(context, path.expand(path), table, column, rows, NULL, 0)
  out <- double(.Call(C_get, rows, 0, "i64", 1))
  slm_h5ad_read_column(context, path.expand(path), table, column, rows, out, length(out))
  out
}

#' A text of uns; and what a data set, model or table file holds, as a JSON text.
scilama_read_string <- function(path, key, context = scilama_context()) slm_h5ad_read_string(context, path.expand(path), key)
scilama_describe <- function(path, layer = NULL, context = scilama_context()) slm_file_describe(context, path.expand(path), layer)

#' Fails where an option is out of its bounds.
scilama_check_options <- function(of = c("model", "trainer", "preprocess"), ...) {
  kind <- paste0("scilama_", match.arg(of), "_options")
  slm_option_check(DESCRIBED[[kind]], defaults(kind, ...))
}

#' Name and meaning of the code of a failure.
scilama_status <- function(code) c(name = slm_status_name(code), text = slm_status_text(code))
