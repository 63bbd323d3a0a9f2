# SPDX-License-Identifier: MIT
# Ten tasks in R. Usage: Rscript tasks.R IN.h5ad FOLDER. What is between "task:" lines is counted by count.py.
library(scilama)
arguments <- commandArgs(TRUE)
input <- arguments[1]
file <- file.path(arguments[2], "m.h5")
context <- scilama_context(2)
data <- scilama_read(input, context)
query <- scilama_read(input, context)
# task: embed and correct for batches
scilama_covariate(data, "batch")
model <- scilama_fit(data, trainer = list(max_steps = 60))
cells <- scilama_encode(model, data)
# task: cluster
clusters <- scilama_cluster(cells, context = context)
# task: layout
layout <- scilama_umap(scilama_graph(scilama_knn(cells, context = context), context = context), cells)
# task: corrected expression
corrected <- scilama_decode(model, data, to = c(batch = scilama_covariates(model)$batch[1]))
# task: markers
markers <- scilama_markers(data, clusters)
# task: gene modules
modules <- scilama_modules(scilama_encode_genes(model), context = context)
# task: transfer labels to new cells
scilama_reference(model, data, scilama_columns(data)["cell_type"])
mapped <- scilama_map(model, query)
# task: keep a model and load it
scilama_save(model, file)
again <- scilama_load(file, context)
# task: bring gene vectors
vectors <- matrix(rnorm(150 * 8), 150, dimnames = list(rownames(corrected)[rep_len(seq_len(nrow(corrected)), 150)], NULL))
scilama_add_gene_table(data, "text", vectors[!duplicated(rownames(vectors)), ])
with_vectors <- scilama_fit(data, trainer = list(max_steps = 60), tables = TRUE)
# task: judge the result
scores <- scilama_score(cells, scilama_columns(data)$cell_type, scilama_columns(data)$batch, context = context)
# task: end
stopifnot(ncol(corrected) == nrow(layout), nrow(layout) == length(clusters), scores$total > 0, identical(scilama_encode(again, query), cells),
          "cell_type" %in% names(mapped$labels), length(scilama_modalities(with_vectors)) == 1, nrow(modules) > 0, ncol(markers$z) == nlevels(clusters))
