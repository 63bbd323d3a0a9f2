# SPDX-License-Identifier: MIT
# Every part of the package once, against definitions or what another part says.
library(scilama)
library(Matrix)
n <- 90
g <- 40
x <- outer(0:(g - 1), 0:(n - 1), function(k, c) { v <- (31 * c + 17 * k + c * k) %% 13; ifelse(v < 7, 0, v - 6) + ifelse(c %% 3 == k %% 3, 2, 0) })
dimnames(x) <- list(sprintf("g%03d", 0:(g - 1)), sprintf("c%03d", 0:(n - 1)))
vectors <- outer(0:(g - 1), 0:7, function(k, d) sin(k * (d + 3)) + ifelse(k %% 3 == d %% 3, 2, 0))
rownames(vectors) <- rownames(x)
kind <- factor(c("x", "y", "z")[(0:(n - 1)) %% 3 + 1])
stages <- character()
context <- scilama_context(1, progress = function(stage, share) stages <<- c(stages, stage))
obs <- data.frame(batch = rep(c("a", "b"), each = 45), depth = as.double(0:(n - 1)), kind = kind)
fails <- function(code, expression) stopifnot(inherits(tryCatch(expression, scilama_failure = identity), "scilama_failure"))

whole <- function(...) {
  d <- scilama_covariate(scilama_dataset(x, obs, context, ...), "batch")
  stopifnot(scilama_add_gene_table(d, "text", scilama_gene_table(vectors, context))$matched == g)
  scilama_split(d, 0.8)
  stopifnot(scilama_preprocess(d, min_cells = 0)$genes_used == g)
  d
}
shape <- list(latent = 4, hidden = c(16, 8))
trained <- function(d) {
  m <- do.call(scilama_model, c(list(d), shape))
  t <- scilama_trainer(m, d, max_steps = 30)
  invisible(scilama_run(t))
  scilama_close(t)
  m
}

# data in every form, columns, splits
d <- whole()
expected <- scilama_prepared(d)
seen <- function(d) { scilama_split(d, 0.8); scilama_preprocess(d, min_cells = 0); scilama_prepared(d) }
sparse <- as(x, "dgCMatrix")
stopifnot(identical(seen(scilama_dataset(sparse, context = context)), expected), identical(seen(scilama_dataset(sparse, context = context, borrow = TRUE)), expected),
          identical(seen(scilama_rows(function(cells) x[, cells], g, n, gene_names = rownames(x), cell_names = colnames(x), context = context)), expected))
# the presets prepare values in different ways, and scilama_fit() as the one it is told
by_preset <- function(preset) { d <- whole(); scilama_preprocess(d, min_cells = 0, preset = preset); list(d, scilama_prepared(d)) }
both <- lapply(c(published = "published", recommended = "recommended"), by_preset)
for (preset in names(both)) {
  d <- both[[preset]][[1]]
  scilama_fit(d, preset, train_fraction = 0, preprocess = list(min_cells = 0), model = list(latent = 2, hidden = 4), trainer = list(mode = "beta-vae", max_steps = 2))
  stopifnot(identical(scilama_prepared(d), both[[preset]][[2]]))
}
stopifnot(!isTRUE(all.equal(both$published[[2]], both$recommended[[2]])))
burning <- tryCatch(scilama_rows(function(cells) stop("the disc is on fire"), g, n, context = context), scilama_failure = identity)
stopifnot(grepl("the disc is on fire", conditionMessage(burning)), burning$code == SCILAMA[["E_CALLBACK"]])
columns <- scilama_columns(d)
stopifnot(identical(columns$depth, obs$depth), identical(as.character(columns$kind), as.character(kind)), identical(rownames(columns), colnames(x)))
stopifnot(identical(scilama_genes_used(d), rownames(x)))
scilama_obs(d, data.frame(part = c("train", "val", "test")[as.integer(kind)]))
scilama_split(d, by = "part")
stopifnot(identical(as.integer(scilama_split_of(d)), as.integer(kind)))
scilama_split(d, given = rep("train", n))
stopifnot(all(scilama_split_of(d) == "train"))
info <- scilama_context_info(context)
stopifnot(info$threads == 1, info$bytes > 0, info$peak >= info$bytes, grepl("\"blis\"", info$description))
scilama_cancel(context) # comes too late, and does nothing
stopifnot(identical(scilama_prepared(d), scilama_prepared(d)))
scilama_resume(context)

# tables
folder <- tempfile()
dir.create(folder)
into <- function(name) file.path(folder, name)
table <- scilama_gene_table(vectors, context)
scilama_write_gene_table(table, into("t.h5"))
again <- scilama_gene_table(into("t.h5"), context)
stopifnot(max(abs(scilama_table_matrix(again) - vectors)) < 1e-6, grepl("\"kind\"", scilama_describe(into("t.h5"), context = context)))
stopifnot(isTRUE(all.equal(sort(scilama_table_matrix(scilama_shuffled_table(table))), sort(scilama_table_matrix(table)))),
          !isTRUE(all.equal(scilama_table_matrix(scilama_random_table(table)), scilama_table_matrix(table))))
writeLines("g000\tG-zero", into("a.tsv"))
other <- matrix(1:2, 2, 1, dimnames = list(c("G-zero", "g001"), NULL))
stopifnot(scilama_add_gene_table(whole(), "other", other, aliases = scilama_gene_aliases(into("a.tsv"), context))$matched == 2)
stopifnot(identical(scilama_table_matrix(scilama_gene_table_from_arrow(scilama_arrow(table), context)), scilama_table_matrix(table)),
          identical(scilama_table_matrix(scilama_gene_table_from_arrow(scilama_arrow(table, stream = TRUE), context)), scilama_table_matrix(table)))
d <- whole()
m <- trained(d)
for (a in list(scilama_arrow(d), scilama_arrow(m), scilama_arrow(m, d))) stopifnot(inherits(a$array, "externalptr"))
for (t in list(scilama_dlpack(table), scilama_dlpack(table, legacy = TRUE), scilama_dlpack(m, names(scilama_parameters(m))[1]), scilama_dlpack(vectors, context = context)))
  stopifnot(inherits(t, "externalptr"))

# training by its parts
options <- list(mode = "direct", max_steps = 60, batch_size = 16)
maker <- function() do.call(scilama_trainer, c(list(do.call(scilama_model, c(list(d), shape)), d), options))
a <- maker()
b <- maker()
stopifnot(scilama_step(a)$step == 1)
invisible(scilama_forward_backward(b))
stopifnot(any(scilama_gradients(b) != 0), identical(dim(scilama_gradients(b, "sample_encoder.latent_mu.weight")), c(4L, 8L)))
stopifnot(inherits(scilama_dlpack(b), "externalptr"))
invisible(scilama_apply(b))
stopifnot(identical(scilama_state(a), scilama_state(b)))
kept <- scilama_state(a)
invisible(scilama_epoch(a))
after <- scilama_state(a)
scilama_restore(a, kept)
invisible(scilama_epoch(a))
stopifnot(identical(scilama_state(a), after))
lr <- scilama_rates(a)[["lr"]]
stopifnot(scilama_rates(a, lr = lr / 2)[["lr"]] == lr / 2, scilama_evaluate(a)$loss > 0, all(scilama_kl_per_unit(a)$cells >= 0))
stopifnot(bitwAnd(as.integer(scilama_end_phase(a)$events), 16L) != 0, scilama_trainer_memory(m, d) > 1000)

# models
copy <- do.call(scilama_model, c(list(d), shape))
stopifnot(scilama_copy_parameters(copy, m) > 5, identical(scilama_encode(copy, d), scilama_encode(m, d)), scilama_model_options(m)$latent == 4)
name <- names(scilama_parameters(m))[1]
scilama_set_parameter(copy, name, 2 * scilama_parameter(m, name))
stopifnot(identical(scilama_parameter(copy, name), 2 * scilama_parameter(m, name)))
stopifnot(identical(scilama_modalities(m), c(text = 8)), all(dim(scilama_gene_vectors(m)) == c(g, 8)), identical(scilama_covariates(m), list(batch = c("a", "b"))))
both <- scilama_encode(m, d, sigma = TRUE)
stopifnot(identical(both$mu, scilama_encode(m, d)), all(both$sigma > 0), all(scilama_encode_genes(m, sigma = TRUE)$sigma > 0))
known <- vectors
rownames(known) <- paste0("new", rownames(vectors))
known <- scilama_gene_table(known, context)
stopifnot(max(abs(scilama_encode_new_genes(m, known) - scilama_encode_genes(m))) < 1e-4,
          identical(dim(scilama_decode_new_genes(m, d, known, head = "paired")), as.integer(c(g, n))))
told <- scilama_predict_genes(m, d, "g003", table)
stopifnot(all(is.finite(told$values)), abs(told$expected["g003", "correlation"]) <= 1)
plain <- scilama_decode(m, d)
moved <- scilama_decode(m, d, to = c(batch = "b"))
stopifnot(max(abs(plain[, 46:90] - moved[, 46:90])) < 1e-4, max(abs(plain[, 1:45] - moved[, 1:45])) > 1e-3)
fails("E_NOTFOUND", scilama_decode(m, d, to = c(batch = "none")))
stopifnot("new" %in% scilama_covariates(scilama_extend_covariate(copy, "batch", "new"))$batch)

# analysis
points <- sin(outer(1:120, 1:4)) + 30 * rep(0:2, each = 40)
truth <- rep(1:3, each = 40)
near <- scilama_knn(points, 10, context = context)
stopifnot(scilama_knn_memory(2000, 4, context = context) > scilama_knn_memory(120, 4, context = context),
          scilama_graph_memory(120, 10, context = context) >= 120 * 10 * 8 + 121 * 8,
          scilama_leiden_memory(2000, 30000, context = context) > scilama_leiden_memory(120, 1800, context = context),
          scilama_umap_memory(2000, 30000, context = context) > scilama_umap_memory(120, 1800, context = context))
fails("E_INVALID", scilama_umap_memory(120, 1800, dimensions = -1, context = context))
graph <- scilama_graph(near, context = context)
stopifnot(identical(scilama_graph_matrix(scilama_graph_of(scilama_graph_matrix(graph), context)), scilama_graph_matrix(graph)))
labels <- scilama_leiden(graph, communities = 3)
stopifnot(scilama_compare(labels, truth, context)$ari == 1)
swept <- scilama_leiden_sweep(graph, c(0.01, 1))
stopifnot(attr(swept, "reports")$communities[1] == 3, abs(scilama_quality(graph, swept[[2]]) - attr(swept, "reports")$quality[2]) < 1e-9)
invisible(scilama_umap(graph, points, epochs = 30))
stopifnot(length(stages) > 0, scilama_compare(scilama_kmeans(points, 3, context = context)$cluster, truth, context)$nmi > 0.999)
pca <- scilama_pca(points, components = 2, context = context)
stopifnot(max(abs(pca$variances - prcomp(points)$sdev[1:2]^2)) < 1e-3)
silhouette <- scilama_silhouette(points, truth, context = context)
stopifnot(silhouette$mean > 0.9, abs(mean(silhouette$samples) - silhouette$mean) < 1e-12, all(abs(scilama_lisi(near, truth, context = context) - 1) < 1e-9))
p <- c(0.01, 0.04, 0.03, NA)
stopifnot(isTRUE(all.equal(scilama_p_adjust(p, context)[1:3], p.adjust(p[1:3], "BH"))))

# biology
cells <- scilama_encode(m, d)
genes <- scilama_encode_genes(m)
z <- scilama_markers(d, kind)
stopifnot((which.max(z$z[, "x"]) - 1) %% 3 == 0)
both <- scilama_markers(d, kind, m, permutations = 20)
stopifnot(identical(both$z, z$z), identical(both$paired_score, scilama_paired_markers(cells, genes, kind, permutations = 20, context = context)$paired_score))
by <- (0:(g - 1)) %% 3 + 1
activity <- scilama_module_activity(d, by)
stopifnot(sum(activity[kind == "x", 1]) > sum(activity[kind == "y", 1]))
stopifnot(max(abs(scilama_module_projection(cells, genes, by, context)[, 1] - cells %*% colMeans(genes[by == 1, ]))) < 1e-4)
coherence <- scilama_module_coherence(d, by, permutations = 50)
stopifnot(coherence$coherence[1] > 0, all(coherence$p <= coherence$fdr))
stopifnot(scilama_gene_holdout(t(x), vectors, fraction = 0.25, context = context)$genes == 10)
stopifnot(dim(scilama_gene_loadings(t(x), vectors, 4, context = context)$loadings) == c(nrow(x), 4))
stopifnot(dim(scilama_gene_space(t(x), vectors, 4, context = context)$space) == c(nrow(x), 4 + ncol(vectors)))
writeLines(c(paste(c("one", "of three", rownames(x)[by == 1]), collapse = "\t"), paste(c("two", "too", rownames(x)[by == 2]), collapse = "\t")), into("s.gmt"))
sets <- scilama_gene_sets(into("s.gmt"), context)
stopifnot(identical(names(scilama_sets(sets)), c("one", "two")), identical(attr(scilama_sets(sets), "descriptions")[1], "of three"))
stopifnot(identical(scilama_enrichment(sets, rownames(x), by)$overlap, c(14, 0, 0, 13, 0, 0)))

# mapping and files
scilama_reference(m, d, list(kind = kind), layout = cells[, 1:2])
kept <- scilama_from_raw(scilama_to_raw(m), context)
found <- scilama_map(kept, d, neighbors = 1)
stopifnot(identical(as.character(found$labels$kind), as.character(kind)), identical(unname(found$layout), unname(cells[, 1:2])))
stopifnot(all(abs(scilama_novelty(kept, d)) < 1), scilama_check_query(kept, d)$measured == g, scilama_check_query(kept, d)$covariates$unknown == 0)
scilama_write(x, into("o.h5ad"), obsm = list(X_scilama = cells), obs = list(kind = kind, depth = obs$depth), var = list(third = factor(by)), layers = list(twice = 2 * sparse),
              obsp = list(connectivities = scilama_graph_matrix(scilama_graph(scilama_knn(cells, 5, context = context), context = context))),
              varp = list(none = sparseMatrix(i = integer(), j = integer(), x = double(), dims = c(g, g))), records = list("s/r" = data.frame(f = 1:2, h = 3:4), "s/n" = data.frame(f = "u")),
              uns = list("s/text" = "words", "s/table" = data.frame(n = 1:2, t = c("u", "v"), row.names = c("r1", "r2")), "s/list" = c("a", "b"), "s/integer" = 7L, "s/array" = cells),
              context = context)
stopifnot(identical(scilama_read_array(into("o.h5ad"), "obsm/X_scilama", context), unname(cells)), identical(scilama_read_column(into("o.h5ad"), "obs", "kind", context), as.double(kind) - 1),
          identical(scilama_read_column(into("o.h5ad"), "uns/s/table", "n", context), c(1, 2)), identical(scilama_read_string(into("o.h5ad"), "uns/s/text", context), "words"))
read <- scilama_read(into("o.h5ad"), context, format = "h5ad", layer = "twice")
stopifnot(identical(names(scilama_columns(read)), c("kind", "depth")))
scilama_map_file(kept, d, into("o.h5ad"), into("m.h5ad"), key = "mapped", neighbors = 1, context = context)
stopifnot(identical(dim(scilama_read_array(into("m.h5ad"), "obsm/X_mapped", context = context)), dim(cells)))
scilama_write(into("o.h5ad"), into("p.h5ad"), part = list(first_duplicate = 1L), context = context)
scilama_write(x, into("p.h5ad"), obs_of = into("o.h5ad"), context = context)
stopifnot(identical(scilama_read_column(into("p.h5ad"), "obs", "kind", context), as.double(kind) - 1))
upper <- x
rownames(upper) <- toupper(rownames(x))
upper <- scilama_dataset(upper, obs, context)
stopifnot(scilama_match_genes(kept, upper) == 0, scilama_match_genes(kept, upper, ignore_case = 1L) == g, scilama_check_query(kept, upper)$measured == g)
# joined with cells of a batch that the model does not know, which is then adapted to
query <- x
colnames(query) <- paste0("q", colnames(x))
query <- scilama_dataset(query, data.frame(batch = rep("c", n)), context)
both <- scilama_concat(list(old = d, new = query), label = "part")
stopifnot(identical(as.character(scilama_columns(both)$part), rep(c("old", "new"), each = n)), identical(rownames(scilama_columns(both))[n + 1], "qc000"))
fails("E_UNSUPPORTED", scilama_concat(list(d, query), join = "outer"))
scilama_write(both, into("b.h5ad"), obsm = list(X_twice = rbind(cells, cells)), context = context)
stopifnot(identical(scilama_columns(scilama_read(into("b.h5ad"), context))$batch, scilama_columns(both)$batch))
rows <- scilama_rows(function(cells) x[, cells], g, n, gene_names = rownames(x), context = context)
joined <- scilama_concat(list(rows, rows))
rm(rows)
invisible(gc())
scilama_preprocess(joined, min_cells = 0)
stopifnot(identical(scilama_prepared(joined, 1:n), scilama_prepared(joined, n + 1:n)))
report <- scilama_adapt(kept, both, decoder_steps = 0)
stopifnot(report$categories == 1, report$cells == n, report$aligned == 1, identical(scilama_covariates(kept), list(batch = c("a", "b", "c"))))
fails("E_FORMAT", scilama_read(into("o.h5ad"), context, format = "10x"))
fails("E_NOTFOUND", scilama_read(into("none"), context, format = "mtx"))
scilama_release_input(d)
stopifnot(identical(scilama_encode(m, d), cells), identical(unname(scilama_status(-7)["name"]), "E_NOTFOUND"))
scilama_check_options("model", latent = 3)
fails("E_INVALID", scilama_check_options("model", latent = -1))
cat("ok\n")
