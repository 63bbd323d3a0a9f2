# SPDX-License-Identifier: MIT
# Vectors of a wrong width, number, order or value through every call that takes some: each is refused, by both numbers, before
# anything is read of them. Under valgrind and AddressSanitizer by tests/ffi/wrong_vectors.sh.
library(scilama)
n <- 90
g <- 80
context <- scilama_context(1)
rows_named <- function(n) sprintf("g%03d", 100 + seq_len(n) - 1)
vectors <- function(names, width) {
  if (is.numeric(names)) names <- rows_named(names)
  out <- outer(seq_along(names) - 1, seq_len(width) - 1, function(k, d) (19 * k + 23 * d + k * d) %% 17 / 8 - 1)
  rownames(out) <- names
  out
}
spoilt <- function(x, value) { x[length(x)] <- value; x }
x <- outer(seq_len(g) - 1, seq_len(n) - 1, function(k, c) pmax((31 * c + 17 * k + c * k) %% 13 - 6, 0))
dimnames(x) <- list(rows_named(g), NULL)
whole <- function() scilama_dataset(x, context = context)
paired <- function(d) { scilama_preprocess(d, min_cells = 0); scilama_model(d, latent = 4, hidden = c(16, 8)) }

# The call fails: in the library with a code, in the package (NULL) without; in words that have all of the others.
refused <- function(code, call, ...) {
  e <- tryCatch({ call; NULL }, error = identity)
  if (is.null(e) || !identical(if (inherits(e, "scilama_failure")) e$code, if (!is.null(code)) SCILAMA[[code]]) ||
      !all(vapply(c(...), grepl, NA, conditionMessage(e), fixed = TRUE)))
    stop(deparse(substitute(call))[1], " gave: ", if (is.null(e)) "a result" else conditionMessage(e), call. = FALSE)
}

# tables of vectors
good <- vectors(g, 8)
made <- function(names, width) scilama_gene_table(vectors(names, width), context)
refused(NULL, scilama_gene_table(unname(good), context), "name in each row")
refused(NULL, scilama_gene_table(good[integer(), ], context), "name in each row")
refused("E_INVALID", scilama_gene_table(good[, integer()], context), "80 rows")
refused("E_NONFINITE", scilama_gene_table(spoilt(good, NaN), context), "'g179'", "position 7")
refused("E_NONFINITE", scilama_gene_table(spoilt(good, 1e300), context), "'g179'", "position 7")
d <- whole()
refused("E_DUPLICATE", scilama_add_gene_table(d, "text", vectors(replace(rows_named(g), g, "g103"), 8)), "'g103'", "rows 3 and 79")
refused("E_NOTFOUND", scilama_add_gene_table(d, "text", vectors("other", 8)), "'g100'", "'other'")
same <- whole()
stopifnot(scilama_add_gene_table(d, "text", good[g:1, ])$matched == g, scilama_add_gene_table(same, "text", good)$matched == g)
refused("E_DUPLICATE", scilama_add_gene_table(d, "text", good), "'text'")
stopifnot(identical(scilama_gene_vectors(paired(d)), scilama_gene_vectors(paired(same)))) # by name, whatever the order

# tables for a model
one <- made(g, 8)
two <- made(g, 10)
d <- whole()
scilama_add_gene_table(d, "one", one)
scilama_add_gene_table(d, "two", two)
m <- paired(d)
closed <- made(g, 10)
scilama_close(closed)
wrong <- function(code, tables, ...) {
  refused(code, scilama_encode_new_genes(m, tables), ...)
  refused(code, scilama_decode_new_genes(m, d, tables), ...)
  refused(code, scilama_decode_new_genes(m, d, tables, head = "paired"), ...)
}
wrong(NULL, list(), "a gene table for each modality")
wrong(NULL, list(one, good), "a gene table for each modality")
wrong(NULL, list(one, closed), "the handle is gone")
wrong("E_INVALID", one, "1 gene tables", "made with 2")
wrong("E_INVALID", list(one, two, two), "3 gene tables", "made with 2")
wrong("E_INVALID", list(made(g, 7), two), "\"one\" have 7 columns", "made with 8")
wrong("E_INVALID", list(made(g, 9), two), "\"one\" have 9 columns", "made with 8")
wrong("E_INVALID", list(two, one), "\"one\" have 10 columns", "made with 8")
wrong("E_INVALID", list(one, made(g, 9)), "\"two\" have 9 columns", "made with 10")
wrong("E_INVALID", list(one, made(g - 1, 10)), "79 rows, another 80")
wrong("E_INVALID", list(one, made(g + 1, 10)), "81 rows, another 80")
wrong("E_INVALID", list(one, made(rev(rows_named(g)), 10)), "row 0", "'g179'", "'g100'")
wrong("E_INVALID", list(one, made(replace(rows_named(g), 8, "g106"), 10)), "row 7", "'g106'", "'g107'")
stopifnot(nrow(scilama_encode_new_genes(m, list(one, two))) == g)
refused(NULL, scilama_predict_genes(m, d, "g103", list()), "a gene table")
refused("E_INVALID", scilama_predict_genes(m, d, "g103", rep(list(one), 17)), "17", "16")
refused("E_INVALID", scilama_predict_genes(m, d, character(), one), "genes")
refused("E_NOTFOUND", scilama_predict_genes(m, d, c("g103", "nobody"), one), "'nobody'")
refused("E_NOTFOUND", scilama_predict_genes(m, d, "g103", made(9, 8)), "9 of the model's 80")
stopifnot(nrow(scilama_predict_genes(m, d, c("g103", "g180"), list(made(g, 7), made(g + 1, 10)))$values) == 2) # by name, of any width
name <- names(scilama_parameters(m))[1]
size <- length(scilama_parameter(m, name))
refused("E_INVALID", scilama_set_parameter(m, name, double(size - 1)), size, size - 1)
refused("E_INVALID", scilama_set_parameter(m, name, double(size + 1)), size, size + 1)

# vectors beside expression
e <- outer(seq_len(n), seq_len(g), function(c, k) sin((c * 80 + k)^2 %% 1013))
every <- function(code, e, tables, ...) {
  refused(code, scilama_gene_holdout(e, tables, context = context), ...)
  refused(code, scilama_gene_loadings(e, tables, context = context), ...)
  refused(code, scilama_gene_space(e, tables, context = context), ...)
}
every(NULL, e, list(good, vectors(g - 1, 8)), "80, not 79")
every(NULL, e, vectors(g + 1, 8), "80, not 81")
every(NULL, e, good[integer(), ], "80, not 0")
every("E_INVALID", e, list(good, good[, integer()]), "widths[1] is 0")
every("E_INVALID", e, rep(list(good), 17), "17", "16")
every("E_NONFINITE", spoilt(e, NaN), good, "expression")
refused("E_INVALID", scilama_gene_holdout(e, list(), context = context), "tables is 0", "1 to 16")
stopifnot(scilama_gene_holdout(e, spoilt(good, NaN), context = context)$genes > 0) # a row that is not finite is a gene without a vector
stopifnot(all(is.finite(scilama_gene_space(e, spoilt(good, Inf), context = context)$space)))

# cells and genes in one space
z <- vectors(n, 4)
f <- vectors(g, 4)
groups <- rep(1:3, length.out = n)
both <- function(code, z, f, groups, batches, ...) refused(code, scilama_paired_markers(z, f, groups, batches, context = context), ...)
both(NULL, z, f[, -1], groups, NULL, "4, not 3")
both(NULL, z, vectors(g, 5), groups, NULL, "4, not 5")
both(NULL, z, f, groups[-1], NULL, "90, not 89")
both(NULL, z, f, groups, groups[-1], "90, not 89")
both(NULL, z, f, groups, c(groups, 1), "90, not 91")
both("E_NONFINITE", spoilt(z, NaN), f, groups, NULL, "cells")
both("E_INVALID", z[, integer()], f[, integer()], groups, NULL)
refused(NULL, scilama_markers(d, groups[-1], m), "90, not 89")
refused(NULL, scilama_markers(d, groups, m, batches = groups[-1]), "90, not 89")
labels <- rep(1:2, length.out = g)
refused(NULL, scilama_module_projection(z, f[, -1], labels, context), "4, not 3")
refused(NULL, scilama_module_projection(z, f, labels[-1], context), "80, not 79")
refused("E_NONFINITE", scilama_module_projection(spoilt(z, Inf), f, labels, context), "cells")
refused("E_INVALID", scilama_modules(f[integer(), ], context = context))
refused("E_INVALID", scilama_modules(f[, integer()], context = context))
refused("E_INVALID", scilama_modules(f[1:2, ], context = context), "2 genes")
stopifnot(is.na(scilama_modules(spoilt(f, NaN), context = context)$module[g]))

# references, graphs, scores and files
kind <- data.frame(kind = groups)
refused("E_INVALID", scilama_reference(m, d, kind, vectors(n, 3)), "3", "4")
refused("E_INVALID", scilama_reference(m, d, kind, z[integer(), ]))
refused("E_NONFINITE", scilama_reference(m, d, kind, spoilt(z, NaN)))
refused("E_INVALID", scilama_reference(m, d, list(kind = groups[-1]), z[-1, ]), "89", "90")
refused(NULL, scilama_reference(m, d, list(kind = groups[-1]), z), "90, not 89")
refused(NULL, scilama_reference(m, d, kind, z, z[-1, 1:2]), "90, not 89")
near <- scilama_knn(e, 10, context = context)
graph <- scilama_graph(near, context = context)
refused(NULL, scilama_umap(graph, e[-1, ], epochs = 5), "90, not 89")
refused(NULL, scilama_quality(graph, groups[-1]), "90, not 89")
refused(NULL, scilama_graph(list(indices = near$indices, distances = near$distances[-1, ]), context = context), "900, not 890")
refused(NULL, scilama_lisi(near, groups[-1], context = context), "90, not 89")
refused(NULL, scilama_silhouette(e, groups[-1], context = context), "90, not 89")
refused(NULL, scilama_score(e, groups[-1], context = context), "90, not 89")
refused(NULL, scilama_score(e, groups, groups[-1], context = context), "90, not 89")
for (wrong in list(vectors(g - 1, 4), vectors(g + 1, 4))) refused(NULL, scilama_write(d, tempfile(fileext = ".h5ad"), varm = list(X = wrong)), 80, nrow(wrong))
refused("E_INVALID", scilama_write(d, tempfile(fileext = ".h5ad"), varm = list(X = f[, integer()])))
