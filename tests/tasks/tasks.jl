# SPDX-License-Identifier: MIT
# Ten tasks in Julia. Usage: tasks.jl IN.h5ad FOLDER. What is between "task:" lines is counted by count.py.
using SciLaMA

input, folder = ARGS
context = Context(threads = 2)
data, query, vectors = Dataset(context, input), Dataset(context, input), randn(Float32, 8, 150)
# task: embed and correct for batches
use_covariate!(data, "batch")
model = fit(data; trainer = (max_steps = 60,))
cells = encode_cells(model, data)
# task: cluster
clusters = cluster(context, cells)
# task: layout
layout = umap(Graph(context, knn(context, cells)...))
# task: corrected expression
corrected = decode(model, data; to = ["batch" => covariates(model)[1].second[1]])
# task: markers
evidence = markers(data, clusters)
# task: gene modules
found = modules(context, encode_genes(model))
# task: transfer labels to new cells
learn_absent!(model, data)
set_reference!(model, Reference(context, cells, "cell_type" => column(data, "cell_type")))
mapped = map_cells(reference(model), encode_cells(model, query))
# task: keep a model and load it
save(model, joinpath(folder, "m.h5"))
again = load(context, joinpath(folder, "m.h5"))
# task: bring gene vectors
add_gene_table!(data, "text", GeneTable(context, gene_names(data), vectors))
with_vectors = fit(data; trainer = (max_steps = 60,), tables = true)
# task: judge the result
scores = SciLaMA.score(context, cells, column(data, "cell_type"); batches = column(data, "batch"))
# task: end
@assert size(layout, 2) == size(corrected, 2) == length(clusters) && 0 < scores.total <= 1
@assert encode_cells(again, query) == cells && haskey(mapped.labels, "cell_type") && !isempty(modalities(with_vectors)) && length(found[1]) > 0
@assert size(evidence[:z], 2) == maximum(clusters)
