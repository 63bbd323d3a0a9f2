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

# Of what is needed as many as are given.
fits <- function(what, needed, given) if (!identical(as.double(needed), as.double(given))) stop(what, " is needed: ", needed, ", not ", given, call. = FALSE)
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
