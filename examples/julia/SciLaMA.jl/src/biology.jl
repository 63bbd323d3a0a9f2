# SPDX-License-Identifier: MIT
# What tells groups of cells apart, which genes go together, what gene vectors are worth.

const EXPRESSED = (:z, :p_value, :p_adjusted, :auroc, :log2_fold_change, :mean_in, :mean_out, :fraction_in, :fraction_out)
const PAIRED = (:paired_score, :paired_z, :paired_p, :paired_fdr)

# f is called with a marker table; what it wrote, each (genes, groups).
function marker_table(f, fields, genes, groups)
    out = Dict(k => fill(NaN, genes, groups) for k in fields)
    GC.@preserve out f(defaults(MarkerTable; (k => pointer(out[k]) for k in fields)...))
    out
end
count_of(codes) = isempty(codes) ? 0 : max(0, Int(maximum(codes)) + 1)
codes_or_null(labels, n) = labels === nothing ? C_NULL : (wanted(n, length(labels)); codes_of(labels))

"""
    markers(data, groups; model = nothing, batches = nothing, options...) -> Dict{Symbol,Matrix{Float64}}

Every statistic `(genes of the matrix, groups)` of the rank-sum test; with a model those of the paired space and the combined rank too.
Groups count from 1, 0 = left out. Options are those of scilama_marker_options.
"""
function markers(d::Dataset, groups::AbstractVector; model = nothing, batches = nothing, options...)
    codes, o = codes_of(whole(d, groups)), defaults(MarkerOptions; options...)
    n = count_of(codes)
    model === nothing && return marker_table(t -> long(d, L.scilama_wilcoxon, d, codes, n, o, t), EXPRESSED, genes(d), n)
    vectors, own = fill(NaN32, info(model).latent, genes(d)), encode_genes(model)
    at = Dict(name => i for (i, name) in enumerate(gene_names(d)))
    for (k, name) in enumerate(genes(model))
        haskey(at, name) && (vectors[:, at[name]] = own[:, k])
    end
    points, b = encode_cells(model, d), codes_or_null(batches, cells(d))
    marker_table(t -> long(d, L.scilama_markers, d, points, vectors, size(points, 1), codes, n, b, o, t), (EXPRESSED..., PAIRED..., :combined_rank), genes(d), n)
end

"Evidence of the paired space alone: points `(dim, cells)`, vectors `(dim, genes)`."
function paired_markers(context::Context, points::AbstractMatrix, vectors::AbstractMatrix, groups::AbstractVector; batches = nothing, options...)
    x, v, codes = floats(points), floats(vectors), codes_of(groups)
    wanted(size(x, 2), length(codes))
    wanted(size(x, 1), size(v, 1))
    o, b = defaults(MarkerOptions; options...), codes_or_null(batches, length(codes))
    marker_table(t -> long(context, L.scilama_paired_markers, context, x, size(x, 2), v, size(v, 2), size(x, 1), codes, count_of(codes), b, o, t),
        PAIRED, size(v, 2), count_of(codes))
end

"""
    modules(context, vectors; options...) -> (labels, report, parts)

Modules of gene vectors `(dim, genes)`: from 1, 0 = in no module; `parts` has `membership`, `hub` and `cohesion` of every gene. Options are
those of scilama_module_options.
"""
function modules(context::Context, vectors::AbstractMatrix; options...)
    x, report = floats(vectors), defaults(ModuleReport)
    n = size(x, 2)
    labels, parts = Vector{Int32}(undef, n), (membership = zeros(n), hub = zeros(n), cohesion = zeros(n))
    long(context, L.scilama_gene_modules, context, x, n, size(x, 1), 0, defaults(ModuleOptions; options...), labels, parts.membership, parts.hub, parts.cohesion, report)
    labels .+ Int32(1), report[], parts
end

"Mean z-score of each module's genes, `(modules, cells)`; labels of the genes of the matrix."
function module_activity(d::Dataset, labels::AbstractVector)
    wanted(genes(d), length(labels))
    codes = codes_of(labels)
    out = Matrix{Float32}(undef, count_of(codes), cells(d))
    long(d, L.scilama_module_activity, d, codes, size(out, 1), out)
    out
end

"(coherence, p, fdr) of each module in the expression of cells; labels of the genes of the matrix."
function module_coherence(d::Dataset, labels::AbstractVector; options...)
    wanted(genes(d), length(labels))
    codes = codes_of(labels)
    coherence, p, fdr = (zeros(count_of(codes)) for _ in 1:3)
    long(d, L.scilama_module_coherence, d, codes, length(p), defaults(CoherenceOptions; options...), coherence, p, fdr)
    coherence, p, fdr
end

"Activity of modules in the paired space, `(modules, cells)`."
function module_projection(context::Context, points::AbstractMatrix, vectors::AbstractMatrix, labels::AbstractVector)
    x, v, codes = floats(points), floats(vectors), codes_of(labels)
    wanted(size(v, 2), length(codes))
    wanted(size(x, 1), size(v, 1))
    out = Matrix{Float32}(undef, count_of(codes), size(x, 2))
    call(L.scilama_module_projection, context, x, size(x, 2), v, size(v, 2), size(x, 1), codes, size(out, 1), out)
    out
end

"""
    gene_holdout(context, expression, vectors...; options...) -> (report, correlation, expected)

How well gene vectors, each `(width, genes)`, tell the expression `(genes, cells)` of genes held out.
"""
function gene_holdout(context::Context, expression::AbstractMatrix, vectors::AbstractMatrix...; options...)
    x, tables, report = floats(expression), [floats(v) for v in vectors], defaults(HoldoutReport)
    n = size(x, 1)
    foreach(t -> wanted(n, size(t, 2)), tables)
    correlation, expected = zeros(n), zeros(n)
    GC.@preserve tables long(context, L.scilama_gene_holdout, context, x, size(x, 2), n, 0, Ptr{Cvoid}[pointer(t) for t in tables], Int64[size(t, 1) for t in tables],
        length(tables), defaults(HoldoutOptions; options...), correlation, expected, report)
    report[], correlation, expected
end

"""
    gene_loadings(context, expression, vectors...; options...) -> (report, loadings)

Loadings of genes, `(components, genes)`, on the axes of the cells of expression `(genes, cells)`, shrunk towards what gene vectors, each `(width, genes)`, tell.
"""
gene_loadings(context::Context, expression::AbstractMatrix, vectors::AbstractMatrix...; options...) = loadings_by(L.scilama_gene_loadings, false, context, expression, vectors, options)

"""
    gene_space(context, expression, vectors...; options...) -> (report, space)

`gene_loadings` with the vectors beside them, `(components + Σ widths, genes)`, which count what cells left out say (`report.weight`): where genes go for modules.
"""
gene_space(context::Context, expression::AbstractMatrix, vectors::AbstractMatrix...; options...) = loadings_by(L.scilama_gene_space, true, context, expression, vectors, options)

function loadings_by(call, beside, context, expression, vectors, options)
    x, tables, o, report = floats(expression), [floats(v) for v in vectors], defaults(LoadingOptions; options...), defaults(LoadingReport)
    n = size(x, 1)
    foreach(t -> wanted(n, size(t, 2)), tables)
    loadings = zeros(Float32, o[].components + (beside ? mapreduce(t -> size(t, 1), +, tables; init = 0) : 0), n)
    GC.@preserve tables long(context, call, context, x, size(x, 2), n, 0, Ptr{Cvoid}[pointer(t) for t in tables], Int64[size(t, 1) for t in tables],
        length(tables), o, loadings, report)
    report[], loadings
end

"Named sets of genes of a GMT file: `sets[i]` is (name, description, genes)."
GeneSets(context::Context, path::AbstractString) = GeneSets(made(L.scilama_gene_sets_read, context, path), context)
Base.length(s::GeneSets) = Int(L.scilama_gene_sets_count(s))
function Base.getindex(s::GeneSets, i::Integer)
    1 <= i <= length(s) || throw(BoundsError(s, i))
    (name = unsafe_string(L.scilama_gene_sets_name(s, i - 1)), description = unsafe_string(L.scilama_gene_sets_description(s, i - 1)),
        genes = [unsafe_string(L.scilama_gene_sets_gene(s, i - 1, g)) for g in 0:L.scilama_gene_sets_size(s, i - 1)-1])
end

"Over-representation of sets in modules of genes: `overlap`, `p`, `fdr` are `(sets, modules)`, `sizes` of each set."
function enrichment(s::GeneSets, names, labels::AbstractVector; options...)
    texts, codes = names_of(names), codes_of(labels)
    wanted(length(texts), length(codes))
    shape = length(s), count_of(codes)
    out = (overlap = zeros(Int64, shape), sizes = zeros(Int64, length(s)), p = zeros(shape), fdr = zeros(shape))
    GC.@preserve texts call(L.scilama_enrichment, s, addresses(texts), codes, length(codes), shape[2], defaults(EnrichmentOptions; options...), out...)
    out
end
