# SPDX-License-Identifier: MIT
library(scilama)
library(Matrix)
set.seed(1)
counts <- as(matrix(rpois(60 * 80, 2) * rbinom(60 * 80, 1, 0.6), 60, 80, dimnames = list(sprintf("gene%02d", 1:60), sprintf("cell%02d", 1:80))), "dgCMatrix")
obs <- data.frame(batch = rep(c("a", "b"), 40), depth = colSums(counts))
context <- scilama_context(2)

# sparse and dense: the same model
train <- function(x) scilama_fit(scilama_covariate(scilama_dataset(x, obs, context), "batch"), trainer = list(max_steps = 30))
data <- scilama_dataset(counts, obs, context)
points <- scilama_encode(train(counts), data)
stopifnot(identical(points, scilama_encode(train(as.matrix(counts)), data)), identical(rownames(points), colnames(counts)), all(is.finite(points)))

# failures are conditions in the library's words
failed <- tryCatch(scilama_covariate(data, "nothing"), scilama_failure = identity)
stopifnot(inherits(failed, "scilama_failure"), failed$code == SCILAMA[["E_NOTFOUND"]], grepl("nothing", conditionMessage(failed)))
stopifnot(inherits(try(scilama_fit(data, trainer = list(nonsense = 1)), silent = TRUE), "try-error"))
stopifnot(inherits(try(scilama_fit(data, trainer = list(mode = "sideways")), silent = TRUE), "try-error"))

# parts: words for numbers, state, decode
scilama_covariate(data, "batch")
scilama_split(data, 0.9, stratify = "batch")
scilama_preprocess(data, n_top_genes = 50)
model <- scilama_model(data, hidden = c(16, 8), latent = 4, embed_pca = 10)
trainer <- scilama_trainer(model, data, mode = "cell-gene", max_steps = 20)
state <- scilama_state(trainer)
scilama_train(trainer)
first <- scilama_encode(model, data)
scilama_train(scilama_restore(trainer, state))
stopifnot(identical(first, scilama_encode(model, data)))
corrected <- scilama_decode(model, data, unscale = 1, average_batches = 1)
stopifnot(identical(dim(corrected), c(50L, 80L)), identical(colnames(corrected), colnames(counts)))

# analysis
knn <- scilama_knn(points, 10, context = context)
distances <- as.matrix(dist(points))
diag(distances) <- Inf
stopifnot(all(abs(sort(distances[1, ])[1:10] - knn$distances[1, ]) < 1e-4))
graph <- scilama_graph(knn, context = context)
stopifnot(nlevels(scilama_leiden(graph, communities = 2)) >= 1, identical(dim(scilama_umap(graph, points)), c(80L, 2L)))
markers <- scilama_markers(data, obs$batch)
expected <- apply(log1p(t(t(as.matrix(counts)) / colSums(counts)) * 1e4), 1, function(g) {
  r <- rank(g)
  n <- 40
  ties <- table(r)
  (sum(r[obs$batch == "a"]) - n * 81 / 2) / sqrt(n * n / 12 * (81 - sum(ties^3 - ties) / (80 * 79)))
})
stopifnot(max(abs(markers$z[, "a"] - expected)) < 1e-3)

# interrupted, it goes on
state <- scilama_trainer(scilama_model(data, hidden = c(16, 8), latent = 4), data, max_steps = 1e6)
system(sprintf("(sleep 1; kill -INT %d) &", Sys.getpid()))
caught <- tryCatch({ scilama_train(state); "finished" }, interrupt = function(e) "interrupted")
stopifnot(caught == "interrupted", is.raw(scilama_state(state)))

# a long call of the analysis too
many <- matrix(sin(outer(1:2000, 1:4)), 2000)
big <- scilama_graph(scilama_knn(many, 10, context = context), context = context)
system(sprintf("(sleep 1; kill -INT %d) &", Sys.getpid()))
caught <- tryCatch({ scilama_umap(big, epochs = 1e6); "finished" }, interrupt = function(e) "interrupted")
stopifnot(caught == "interrupted", identical(dim(scilama_umap(big, epochs = 2)), c(2000L, 2L)))
cat("ok\n")
