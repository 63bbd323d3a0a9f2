# SPDX-License-Identifier: MIT
# The tour of tests/tour/README.md through SciLaMA.jl. Usage: julia tour.jl IN.h5ad FOLDER
using SciLaMA

input, folder = ARGS
into(name) = joinpath(folder, name)
context = Context(threads = 2)
# read
data = Dataset(context, input)
use_covariate!(data, "batch")
# fit
model = fit(data; trainer = (max_steps = 60,))
cells, gene_vectors = encode_cells(model, data), encode_genes(model)
# cluster
clusters = cluster(context, cells)
# modules
found = modules(context, gene_vectors)[1]
# markers
evidence = markers(data, clusters)
# map
learn_absent!(model, data)
set_reference!(model, Reference(context, cells, "cluster" => clusters .- 1))
kept = from_bytes(context, to_bytes(model))
mapped = map_cells(reference(kept), cells).labels["cluster"]
# write
writer = H5adWriter(context, input, into("out.h5ad"))
put_obsm!(writer, "X_scilama", cells)
put_obs!(writer, "scilama_leiden", string.(clusters .- 1))
put_uns!(writer, "scilama/host", "a tour")
commit!(writer)

write(into("cells.f32"), cells)
write(into("genes.f32"), gene_vectors)
write(into("clusters.i32"), clusters .- Int32(1))
write(into("modules.i32"), found .- Int32(1))
write(into("markers.f64"), evidence[:z])
write(into("mapped.i32"), mapped.codes .- Int32(1))
write(into("probability.f32"), mapped.probabilities)
write(into("written.f32"), read_array(context, into("out.h5ad"), "obsm/X_scilama"))
