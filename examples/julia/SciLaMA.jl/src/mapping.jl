# SPDX-License-Identifier: MIT
# Cells of known labels, and others among them.

"Learns from the training cells how to encode cells measured on a part of the genes."
learn_absent!(m::Model, d::Dataset) = call(L.scilama_model_learn_absent, m, d)

"""
    adapt!(model, data; options...)

Gives batches that only `data` has columns of their own, trained on their cells alone so that they lie where the reference's do. Options are
those of scilama_adapt_options. Returns what was done.
"""
function adapt!(m::Model, d::Dataset; options...)
    out = defaults(AdaptReport)
    long(m, L.scilama_model_adapt, m, d, defaults(AdaptOptions; options...), out)
    out[]
end

"""
    match_genes!(model, data; aliases = nothing, options...)

Gives genes of `data` the names that the model has for them; options are those of scilama_match_options. Returns how many go by another name now.
"""
function match_genes!(m::Model, d::Dataset; aliases = nothing, options...)
    renamed = Ref{Int64}(0)
    GC.@preserve aliases call(L.scilama_model_match_genes, m, d, match_options(aliases; options...), renamed)
    renamed[]
end

"What of the model a dataset lacks."
function check_query(m::Model, d::Dataset)
    out = defaults(QueryReport)
    call(L.scilama_model_check_query, m, d, out)
    out[]
end
"The same of a covariate, by its number."
function check_covariate(m::Model, d::Dataset, index::Integer)
    out = defaults(CovariateReport)
    call(L.scilama_model_check_covariate, m, d, index - 1, out)
    out[]
end

"Cells of known labels, `name => labels of every cell`, that others are mapped onto; points are `(dim, cells)`."
function Reference(context::Context, points::AbstractMatrix, labels::Pair...; layout = nothing)
    x = floats(points)
    r = Reference(made(L.scilama_reference_create, context, x, size(x, 2), size(x, 1), 0), context)
    for (name, values) in labels
        wanted(size(x, 2), length(values))
        sorted = sort(unique(skipmissing(values)))
        categories = names_of(sorted)
        codes = Int32[ismissing(v) ? -1 : searchsortedfirst(sorted, v) - 1 for v in values]
        GC.@preserve categories call(L.scilama_reference_add_labels, r, name, codes, addresses(categories), length(categories))
    end
    if layout !== nothing
        wanted(size(x, 2), size(layout, 2))
        call(L.scilama_reference_set_layout, r, floats(layout), size(layout, 1))
    end
    r
end

"Lets a model carry reference cells, in memory and in its file."
set_reference!(m::Model, r::Reference) = call(L.scilama_model_set_reference, m, r)
"The reference cells that a model carries."
reference(m::Model) = Reference(made(L.scilama_model_get_reference, m), m.context)
"Keeps of the reference's cells, `data`, what novelty compares with."
describe_reference!(m::Model, d::Dataset) = long(m, L.scilama_model_describe_reference, m, d)
"How much sparser the reference is than the dataset around each of its cells."
function novelty(m::Model, d::Dataset)
    out = Vector{Float32}(undef, cells(d))
    long(m, L.scilama_model_novelty, m, d, out)
    out
end
"""
    map_cells(model, data, writer; options...)

Places a query among the model's reference and writes what is found, block by block, into an `H5adWriter` of its cells. Options are those of
scilama_map_options.
"""
function map_cells(m::Model, d::Dataset, w::H5adWriter; options...)
    o, kept = with_texts(MapOptions; options...)
    GC.@preserve kept long(m, L.scilama_model_map, m, d, w, o)
end

"""
    map_cells(reference, points; neighbors = 15)

Of cells `(dim, n)` that a model has encoded: `labels`, `Dict(name => (categories, codes, probabilities, second, second_probabilities))`,
codes from 1, 0 where no neighbour has a label; their place in the `layout`, or nothing; the numbers of the nearest reference cells
and the `distances` `(neighbors, n)`.
"""
function map_cells(r::Reference, points::AbstractMatrix; neighbors = 15)
    x, what = floats(points), defaults(ReferenceInfo)
    call(L.scilama_reference_get_info, r, what)
    wanted(what[].dim, size(x, 1))
    n, k = size(x, 2), min(neighbors, what[].cells)
    indices, distances = Matrix{Int32}(undef, k, n), Matrix{Float32}(undef, k, n)
    long(r, L.scilama_reference_neighbors, r, x, n, 0, k, indices, distances)
    found = Dict{String,Any}()
    for index in 0:what[].labels-1
        label, codes, probability = defaults(LabelInfo), Vector{Int32}(undef, n), Vector{Float32}(undef, n)
        second, second_probability = similar(codes), similar(probability)
        call(L.scilama_reference_label, r, index, label)
        call(L.scilama_reference_transfer, r, index, indices, distances, n, k, codes, probability, second, second_probability)
        categories = [unsafe_string(L.scilama_reference_category(r, index, c)) for c in 0:label[].categories-1]
        found[unsafe_string(label[].name)] = (categories = categories, codes = codes .+ Int32(1), probabilities = probability,
            second = second .+ Int32(1), second_probabilities = second_probability)
    end
    place = nothing
    if what[].layout_dims > 0
        place = Matrix{Float32}(undef, what[].layout_dims, n)
        call(L.scilama_reference_place, r, indices, distances, n, k, place)
    end
    (labels = found, layout = place, nearest = indices .+ Int32(1), distances = distances)
end
