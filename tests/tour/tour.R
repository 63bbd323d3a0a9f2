# SPDX-License-Identifier: MIT
# The tour of tests/tour/README.md through examples/r. Usage: Rscript tour.R IN.h5ad FOLDER
library(scilama)
arguments <- commandArgs(TRUE)
input <- arguments[1]
into <- function(name) file.path(arguments[2], name)
context <- scilama_context(threads = 2)
# read
data <- scilama_covariate(scilama_read(input, context), "batch")
# fit
model <- scilama_fit(data, trainer = list(max_steps = 60))
cells <- scilama_encode(model, data)
genes <- scilama_encode_genes(model)
# cluster
clusters <- scilama_cluster(cells, context = context)
# modules
modules <- scilama_modules(genes, context = context)
# markers
markers <- scilama_markers(data, clusters)
# map
scilama_reference(model, data, list(cluster = clusters))
kept <- scilama_from_raw(scilama_to_raw(model), context)
mapped <- scilama_map(kept, data)$labels
# write
scilama_write(input, into("out.h5ad"), obsm = list(X_scilama = cells), obs = list(scilama_leiden = clusters), uns = list("scilama/host" = "a tour"),
              context = context)

float <- function(name, x) writeBin(as.vector(t(x)), into(name), size = 4)
float("cells.f32", cells)
float("genes.f32", genes)
writeBin(as.integer(clusters) - 1L, into("clusters.i32"))
writeBin(ifelse(is.na(modules$module), -1L, modules$module), into("modules.i32"))
writeBin(as.vector(markers$z), into("markers.f64"))
writeBin(as.integer(mapped$cluster) - 1L, into("mapped.i32"))
float("probability.f32", mapped$cluster_probability)
float("written.f32", scilama_read_array(into("out.h5ad"), "obsm/X_scilama", context))
