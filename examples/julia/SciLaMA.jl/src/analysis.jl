# SPDX-License-Identifier: MIT
# Neighbours, graphs, communities, layouts and metrics. Points are columns, (dim, n); indices and labels count from 1, 0 = missing.

"(indices, distances), each `(neighbors, n)`, of the nearest other points."
function knn(context::Context, points::AbstractMatrix; options...)
    x, o = floats(points), defaults(KnnOptions; options...)
    k, n = o[].neighbors, size(x, 2)
    indices, distances = Matrix{Int32}(undef, max(k, 0), n), Matrix{Float32}(undef, max(k, 0), n)
    long(context, L.scilama_knn, context, x, n, size(x, 1), 0, o, indices, distances, C_NULL)
    indices .+ Int32(1), distances
end

"The weighted graph of neighbours as knn gives them; kind 1: UMAP's fuzzy union, 2: Jaccard."
function Graph(context::Context, indices::AbstractMatrix, distances::AbstractMatrix; kind = L.SCILAMA_GRAPH_FUZZY)
    size(indices) == size(distances) || throw(DimensionMismatch("one distance per neighbour is needed"))
    Graph(made(L.scilama_graph_from_knn, context, kind, size(indices, 2), size(indices, 1), Matrix{Int32}(indices .- 1), floats(distances)), context)
end

"Of a square sparse matrix, made symmetric by the mean of both directions."
function Graph(context::Context, m::SparseMatrixCSC)
    size(m, 1) == size(m, 2) || throw(DimensionMismatch("a square matrix is needed"))
    values, indices, indptr = csr_parts(m)
    Graph(made(L.scilama_graph_from_csr, context, size(m, 1), indptr, indices, values), context)
end

vertices(g::Graph) = L.scilama_graph_vertices(g)

function bytes_of(f, arguments...)
    out = Ref(Int64(0))
    call(f, arguments..., out)
    out[]
end
"Bytes that knn of `n` points of `dim` numbers holds at most, beside its result."
knn_memory(c::Context, n::Integer, dim::Integer; options...) = bytes_of(L.scilama_knn_memory, c, n, dim, defaults(KnnOptions; options...))
"The same of a graph of neighbours, the graph among them."
graph_memory(c::Context, n::Integer, neighbors::Integer; kind = L.SCILAMA_GRAPH_FUZZY) = bytes_of(L.scilama_graph_from_knn_memory, c, kind, n, neighbors)
"The same of leiden, beside the graph."
leiden_memory(c::Context, vertices::Integer, entries::Integer; options...) =
    bytes_of(L.scilama_graph_leiden_memory, c, vertices, entries, defaults(LeidenOptions; options...))
"The same of umap, beside the graph and the layout."
umap_memory(c::Context, vertices::Integer, entries::Integer; options...) =
    bytes_of(L.scilama_graph_umap_memory, c, vertices, entries, defaults(UmapOptions; options...))

"The graph as a sparse matrix."
function csr(g::Graph)
    n, entries = vertices(g), L.scilama_graph_entries(g)
    part(f, length) = unsafe_wrap(Array, f(g), length)
    GC.@preserve g SparseMatrixCSC(n, n, part(L.scilama_graph_indptr, n + 1) .+ 1, Int64.(part(L.scilama_graph_indices, entries)) .+ 1,
        copy(part(L.scilama_graph_weights, entries)))
end

"""
    leiden(graph; communities = nothing, options...)

Communities of a graph, from 1 (the largest), and the report; of a number of communities, the resolution is searched. Options are those
of scilama_leiden_options.
"""
function leiden(g::Graph; communities = nothing, options...)
    labels, report, o = Vector{Int32}(undef, vertices(g)), defaults(LeidenReport), defaults(LeidenOptions; options...)
    communities === nothing ? long(g, L.scilama_graph_leiden, g, o, labels, report) : long(g, L.scilama_graph_leiden_target, g, o, communities, labels, report)
    labels .+ Int32(1), report[]
end

"(labels `(vertices, resolutions)`, reports) at several resolutions."
function leiden_sweep(g::Graph, resolutions; options...)
    labels, reports = Matrix{Int32}(undef, vertices(g), length(resolutions)), [defaults(LeidenReport)[] for _ in resolutions]
    GC.@preserve reports long(g, L.scilama_graph_leiden_sweep, g, defaults(LeidenOptions; options...), Vector{Float64}(resolutions), length(resolutions), labels,
        Ptr{Cvoid}(pointer(reports)))
    labels .+ Int32(1), reports
end

"Of a partition, as the report of leiden has it."
function quality(g::Graph, labels::AbstractVector; resolution = 1.0, kind = L.SCILAMA_QUALITY_MODULARITY)
    wanted(vertices(g), length(labels))
    out = Ref(0.0)
    call(L.scilama_graph_quality, g, kind, resolution, codes_of(labels), out)
    out[]
end

"Communities of points `(dim, n)` by their nearest neighbours, from 1; options are those of scilama_cluster_options."
function cluster(context::Context, points::AbstractMatrix; options...)
    x = floats(points)
    labels = Vector{Int32}(undef, size(x, 2))
    long(context, L.scilama_cluster, context, x, size(x, 2), size(x, 1), 0, defaults(ClusterOptions; options...), labels, C_NULL)
    labels .+ Int32(1)
end

"""
    umap(graph; points = nothing, start = nothing, options...)

A layout of a graph, `(dimensions, vertices)`; `points` are those that it was made of, `start` is where to begin. Options are those of
scilama_umap_options.
"""
function umap(g::Graph; points = nothing, start = nothing, options...)
    x = points === nothing ? nothing : floats(points)
    given = x === nothing ? NamedTuple() : (points = pointer(x), points_dim = size(x, 1))
    begun = start === nothing ? NamedTuple() : (init = L.SCILAMA_UMAP_GIVEN,)
    x === nothing || wanted(vertices(g), size(x, 2))
    GC.@preserve x begin
        o = defaults(UmapOptions; given..., begun..., options...)
        out = Matrix{Float32}(undef, max(o[].dimensions, 0), vertices(g))
        start === nothing || (size(start) == size(out) || throw(DimensionMismatch("a place for each vertex is needed")); copyto!(out, start))
        long(g, L.scilama_graph_umap, g, o, out)
    end
    out
end

"(labels from 1 by falling size, centres `(dim, clusters)`, sum of squared distances)"
function kmeans(context::Context, points::AbstractMatrix, clusters::Integer; options...)
    x, inertia = floats(points), Ref(0.0)
    labels, centers = Vector{Int32}(undef, size(x, 2)), Matrix{Float32}(undef, size(x, 1), clusters)
    long(context, L.scilama_kmeans, context, x, size(x, 2), size(x, 1), 0, defaults(KmeansOptions; clusters = clusters, options...), labels, centers, inertia)
    labels .+ Int32(1), centers, inertia[]
end

"Principal components of the columns of `x`: (scores `(components, n)`, components `(dim, components)`, variances)."
function pca(context::Context, x::AbstractMatrix; options...)
    x, o = floats(x), defaults(PcaOptions; options...)
    k = L.scilama_pca_components(o, size(x, 2), size(x, 1))
    scores, components, variances = Matrix{Float32}(undef, k, size(x, 2)), Matrix{Float32}(undef, size(x, 1), k), Vector{Float64}(undef, k)
    long(context, L.scilama_pca, context, x, size(x, 2), size(x, 1), 0, o, scores, components, variances, C_NULL)
    scores, components, variances
end

"Agreement of two labellings of the same points."
function compare(context::Context, a::AbstractVector, b::AbstractVector)
    wanted(length(a), length(b))
    out = defaults(Agreement)
    call(L.scilama_labels_compare, context, codes_of(a), codes_of(b), length(a), out)
    out[]
end

"(mean, that of every point)"
function silhouette(context::Context, points::AbstractMatrix, labels::AbstractVector; metric = L.SCILAMA_METRIC_EUCLIDEAN)
    x, mean = floats(points), Ref(0.0)
    wanted(size(x, 2), length(labels))
    samples = Vector{Float64}(undef, size(x, 2))
    long(context, L.scilama_silhouette, context, x, size(x, 2), size(x, 1), 0, metric, codes_of(labels), samples, mean)
    mean[], samples
end

"How many labels each neighbourhood of knn holds, effectively."
function lisi(context::Context, indices::AbstractMatrix, distances::AbstractMatrix, labels::AbstractVector; perplexity = 0.0)
    size(indices) == size(distances) || throw(DimensionMismatch("one distance per neighbour is needed"))
    wanted(size(indices, 2), length(labels))
    out = Vector{Float64}(undef, length(labels))
    call(L.scilama_lisi, context, size(indices, 2), size(indices, 1), Matrix{Int32}(indices .- 1), floats(distances), codes_of(labels), perplexity, out)
    out
end

"Metrics of an embedding `(dim, n)`; `baseline` is one before integration. Options are those of scilama_score_options."
function score(context::Context, embedding::AbstractMatrix, labels::AbstractVector; batches = nothing, baseline = nothing, options...)
    x, out, base = floats(embedding), defaults(Scores), baseline === nothing ? nothing : floats(baseline)
    all(v -> v === nothing || length(v) == size(x, 2), (labels, batches)) || throw(DimensionMismatch("one label per point is needed"))
    base === nothing || wanted(size(x, 2), size(base, 2))
    given = base === nothing ? NamedTuple() : (baseline = pointer(base), baseline_dim = size(base, 1))
    GC.@preserve base long(context, L.scilama_score_embedding, context, x, size(x, 2), size(x, 1), 0, codes_of(labels),
        batches === nothing ? C_NULL : codes_of(batches), defaults(ScoreOptions; given..., options...), out)
    out[]
end

"Benjamini–Hochberg; NaNs stay."
function p_adjust(context::Context, p::AbstractVector)
    out = Vector{Float64}(undef, length(p))
    call(L.scilama_p_adjust, context, Vector{Float64}(p), length(p), out)
    out
end
