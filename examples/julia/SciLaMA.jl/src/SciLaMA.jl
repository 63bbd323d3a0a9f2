# SPDX-License-Identifier: MIT
"""
libscilama for Julia, by `ccall`.

Matrices are Julia's own, column-major: the library's row-major `[cells × genes]` is a
Julia `Matrix` of size `(genes, cells)`, so nothing is transposed or copied. An embedding
is `(latent, cells)`: one column per cell.

    context = Context(threads = 2)
    data = Dataset(context, counts; genes = names)        # counts: (genes, cells) Float32
    set_categorical!(data, "batch", batches)
    use_covariate!(data, "batch")
    add_gene_table!(data, context, "text", table_genes, vectors)   # vectors: (width, genes)
    split_random!(data, 0.9, 0.1; stratify = "batch")
    preprocess!(data)
    model = Model(data; latent = 50)
    for info in steps(Trainer(model, data; epochs = 100))
        info.events & EPOCH_END != 0 && println(info.epoch, " ", info.loss)
    end
    embedding = encode_cells(model, data)                 # (latent, cells)

`ENV["SCILAMA_LIBRARY"]` names the shared library where the loader does not find it.
A handle serves one task at a time; finalizers release handles in any order.
"""
module SciLaMA

using Libdl

export Context, Dataset, Model, Trainer, Failure, set_numeric!, set_categorical!, use_covariate!,
    set_split!, split_random!, add_gene_table!, preprocess!, release_input!, step!, steps, run!, parameters, genes,
    covariates, encode_cells, encode_genes, save, load, cancel!, resume!, info,
    decode, knn, Graph, leiden, umap, cluster, pca, score, markers, modules

const EPOCH_END, IMPROVED, PHASE_END, CONVERGED, FINISHED, SKIPPED = Int32.((1, 2, 4, 8, 16, 32))
const TRAIN, VALIDATION, TEST, EXCLUDED = Int32.((0, 1, 2, 3))
const CATEGORICAL, CONTINUOUS, RAW = Int32.((1, 2, 3))
const HVG_AUTO, HVG_NONE, HVG_SEURAT, HVG_SEURAT_V3 = Int32.((-1, 0, 1, 2))
const MODE_BETA_VAE, MODE_DIRECT, MODE_STEPWISE, MODE_GENE, MODE_CELL_GENE = Int32.((1, 2, 3, 4, 5))
const PUBLISHED, RECOMMENDED = Int32(0), Int32(1)
const E_CALLBACK = Int32(-12)

include("LibSciLaMA.jl")
using .LibSciLaMA: ContextOptions, PreprocessOptions, ModelOptions, ModelInfo, CovariateInfo, Tensor, TrainerOptions, StepInfo,
    DecodeOptions, KnnOptions, KnnReport, LeidenOptions, LeidenReport, UmapOptions, PcaOptions, ScoreOptions, Scores, MarkerOptions,
    MarkerTable, ModuleOptions, ModuleReport
const MatrixView = LibSciLaMA.Matrix

function __init__()
    LibSciLaMA.library[] = Libdl.dlopen(get(ENV, "SCILAMA_LIBRARY", "libscilama.so.0"))
    nothing
end

sym(name::Symbol) = LibSciLaMA.sym(Symbol("scilama_", name))

# ------------------------------------------------------------------ errors

"A failed call: the status code, and the library's sentence."
struct Failure <: Exception
    code::Int32
    message::String
end
Base.showerror(io::IO, e::Failure) = print(io, "scilama: ", e.message)

# scilama_error: two int32, then 248 bytes of text.
const ErrorBuffer = Vector{UInt8}
error_buffer() = zeros(UInt8, 256)

function check(status::Int32, error::ErrorBuffer)
    status == 0 && return nothing
    text = error[9:end]
    stop = something(findfirst(==(0x00), text), length(text) + 1) - 1
    message = String(text[1:stop])
    if isempty(message)
        message = unsafe_string(ccall(sym(:status_text), Cstring, (Int32,), status))
    end
    throw(Failure(status, message))
end

# ----------------------------------------------------------------- structs

# scilama_knn_options is KnnOptions, and so on: the name of what writes its defaults.
init_name(::Type{T}) where {T} = Symbol(lowercase(replace(String(nameof(T)), r"(?<=.)([A-Z])" => s"_\1")), "_init")

convert_field(::Type{T}, value) where {T} = convert(T, value)
convert_field(::Type{NTuple{6,Int64}}, value) = ntuple(i -> i <= length(value) ? Int64(value[i]) : 0, 6)

"A struct with the library's defaults, and then `values`."
function defaults(::Type{T}; preset = PUBLISHED, values...) where {T}
    out = Ref{T}()
    status = T in (ModelOptions, TrainerOptions) ?
        ccall(sym(init_name(T)), Int32, (Ptr{Cvoid}, Csize_t, Int32), out, sizeof(T), preset) :
        ccall(sym(init_name(T)), Int32, (Ptr{Cvoid}, Csize_t), out, sizeof(T))
    check(status, error_buffer())
    isempty(values) && return out
    for name in keys(values)
        name in fieldnames(T) || throw(ArgumentError("$T has no option '$name'"))
    end
    o = out[]
    Ref(T((haskey(values, f) ? convert_field(fieldtype(T, f), values[f]) : getfield(o, f) for f in fieldnames(T))...))
end

# ----------------------------------------------------------------- handles

abstract type Handle end
Base.unsafe_convert(::Type{Ptr{Cvoid}}, h::Handle) = h.pointer

macro handle(name, destroy)
    quote
        mutable struct $(esc(name)) <: Handle
            pointer::Ptr{Cvoid}
            keep::Any   # Julia memory that the library reads
            function $(esc(name))(pointer::Ptr{Cvoid}, keep = nothing)
                finalizer(new(pointer, keep)) do h
                    ccall(sym($(QuoteNode(destroy))), Cvoid, (Ptr{Cvoid},), h.pointer)
                end
            end
        end
    end
end

@handle Context context_destroy
@handle Dataset dataset_destroy
@handle GeneTable gene_table_destroy
@handle Model model_destroy
@handle Trainer trainer_destroy
@handle Graph graph_destroy

"Threads and cancellation; everything else is made from a context."
function Context(; threads::Integer = 1)
    out, error = Ref(C_NULL), error_buffer()
    check(ccall(sym(:context_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{UInt8}), out,
        defaults(ContextOptions; threads = threads), error), error)
    Context(out[])
end

"Makes running and later calls end with a Failure, until resume!; from any thread."
cancel!(context::Context) = ccall(sym(:context_cancel), Cvoid, (Ptr{Cvoid},), context)

"Lets calls run again after cancel!."
resume!(context::Context) = LibSciLaMA.scilama_context_resume(context)

names_of(::Nothing) = String[]
names_of(names) = String[String(n) for n in names]

# ----------------------------------------------------------------- dataset

"""
    Dataset(context, matrix; genes = nothing, cells = nothing, borrow = false)

`matrix` is `(genes, cells)`. With `borrow = true` the library reads the Julia array where it
lies (the dataset keeps it alive): it must not change while anything made from it lives.
"""
function Dataset(context::Context, matrix::Matrix{Float32}; genes = nothing, cells = nothing, borrow::Bool = false)
    gene_names, cell_names = names_of(genes), names_of(cells)
    genes === nothing || length(gene_names) == size(matrix, 1) || throw(DimensionMismatch("one name per gene is needed"))
    cells === nothing || length(cell_names) == size(matrix, 2) || throw(DimensionMismatch("one name per cell is needed"))
    out, error = Ref(C_NULL), error_buffer()
    GC.@preserve matrix gene_names cell_names begin
        view = defaults(MatrixView; storage = 1, value_type = 1, memory = borrow ? 2 : 1,
            rows = size(matrix, 2), cols = size(matrix, 1), values = Ptr{Cvoid}(pointer(matrix)))
        check(ccall(sym(:dataset_create), Int32,
            (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Ptr{UInt8}}, Ptr{Ptr{UInt8}}, Ptr{UInt8}), out, context, view,
            cells === nothing ? C_NULL : Ptr{UInt8}[pointer(s) for s in cell_names],
            genes === nothing ? C_NULL : Ptr{UInt8}[pointer(s) for s in gene_names], error), error)
    end
    Dataset(out[], borrow ? matrix : nothing)
end
Dataset(context::Context, matrix::AbstractMatrix; options...) = Dataset(context, Matrix{Float32}(matrix); options...)

cells(d::Dataset) = ccall(sym(:dataset_cells), Int64, (Ptr{Cvoid},), d)

function whole(d::Dataset, values)
    length(values) == cells(d) || throw(DimensionMismatch("one value per cell is needed"))
    values
end

function set_numeric!(d::Dataset, name::AbstractString, values::AbstractVector)
    error = error_buffer()
    check(ccall(sym(:dataset_set_numeric), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float64}, Ptr{UInt8}),
        d, name, Vector{Float64}(whole(d, values)), error), error)
end

function set_categorical!(d::Dataset, name::AbstractString, values::AbstractVector)
    texts, error = names_of(string.(whole(d, values))), error_buffer()
    categories = sort(unique(texts))
    codes = Int32[searchsortedfirst(categories, t) - 1 for t in texts]
    GC.@preserve categories check(ccall(sym(:dataset_set_codes), Int32,
        (Ptr{Cvoid}, Cstring, Ptr{Int32}, Ptr{Ptr{UInt8}}, Int64, Ptr{UInt8}),
        d, name, codes, Ptr{UInt8}[pointer(s) for s in categories], length(categories), error), error)
end

function use_covariate!(d::Dataset, name::AbstractString, kind::Integer = CATEGORICAL)
    error = error_buffer()
    check(ccall(sym(:dataset_use_covariate), Int32, (Ptr{Cvoid}, Cstring, Int32, Ptr{UInt8}), d, name, kind, error), error)
end

function set_split!(d::Dataset, split::AbstractVector)
    error = error_buffer()
    check(ccall(sym(:dataset_set_split), Int32, (Ptr{Cvoid}, Ptr{Int32}, Ptr{UInt8}), d, Vector{Int32}(whole(d, split)), error), error)
end

function split_random!(d::Dataset, train::Real, validation::Real; seed::Integer = 0, stratify = nothing)
    error = error_buffer()
    key = stratify === nothing ? "" : String(stratify)
    GC.@preserve key check(ccall(sym(:dataset_split_random), Int32, (Ptr{Cvoid}, Float64, Float64, UInt64, Ptr{UInt8}, Ptr{UInt8}),
        d, train, validation, seed, stratify === nothing ? C_NULL : pointer(key), error), error)
end

"Gene vectors `(width, genes)`, matched by name."
function add_gene_table!(d::Dataset, context::Context, name::AbstractString, genes, vectors::AbstractMatrix)
    names, values, out, error = names_of(genes), Matrix{Float32}(vectors), Ref(C_NULL), error_buffer()
    length(names) == size(values, 2) || throw(DimensionMismatch("one name per column of vectors is needed"))
    GC.@preserve names check(ccall(sym(:gene_table_create), Int32,
        (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Ptr{UInt8}}, Ptr{Float32}, Int64, Int64, Int64, Ptr{UInt8}), out, context,
        Ptr{UInt8}[pointer(s) for s in names], values, size(values, 2), size(values, 1), 0, error), error)
    table = GeneTable(out[])
    check(ccall(sym(:dataset_add_gene_table), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{UInt8}),
        d, name, table, C_NULL, C_NULL, error), error)
end

function preprocess!(d::Dataset; options...)
    error = error_buffer()
    check(ccall(sym(:dataset_preprocess), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{UInt8}),
        d, defaults(PreprocessOptions; options...), C_NULL, error), error)
end

"""Gives back the matrix and gene tables as read; call it once the model is made."""
function release_input!(d::Dataset)
    error = error_buffer()
    check(ccall(sym(:dataset_release_input), Int32, (Ptr{Cvoid}, Ptr{UInt8}), d, error), error)
end

# ------------------------------------------------------------------- model

"A paired VAE for a dataset; options are those of scilama_model_options."
function Model(d::Dataset; preset = PUBLISHED, options...)
    out, error = Ref(C_NULL), error_buffer()
    check(ccall(sym(:model_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{UInt8}), out, d,
        defaults(ModelOptions; preset = preset, options...), error), error)
    Model(out[], d.keep)
end

function load(context::Context, path::AbstractString)
    out, error = Ref(C_NULL), error_buffer()
    check(ccall(sym(:model_load), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{UInt8}), out, context, path, error), error)
    Model(out[])
end

function save(m::Model, path::AbstractString)
    error = error_buffer()
    check(ccall(sym(:model_save), Int32, (Ptr{Cvoid}, Cstring, Ptr{UInt8}), m, path, error), error)
end

function info(m::Model)
    out, error = defaults(ModelInfo), error_buffer()
    check(ccall(sym(:model_get_info), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{UInt8}), m, out, error), error)
    out[]
end

genes(m::Model) = [unsafe_string(ccall(sym(:model_gene_name), Cstring, (Ptr{Cvoid}, Int64), m, i - 1)) for i in 1:info(m).genes]

"""
    covariates(model) -> Vector{Pair{String,Vector{String}}}

The cell columns that the model reads, each with its categories; numbers have none.
"""
function covariates(m::Model)
    n = ccall(sym(:model_covariates), Int64, (Ptr{Cvoid},), m)
    map(0:n-1) do i
        out, error = defaults(CovariateInfo), error_buffer()
        check(ccall(sym(:model_covariate), Int32, (Ptr{Cvoid}, Int64, Ptr{Cvoid}, Ptr{UInt8}), m, i, out, error), error)
        categories = String[unsafe_string(ccall(sym(:model_category), Cstring, (Ptr{Cvoid}, Int64, Int64), m, i, k - 1))
            for k in 1:out[].categories]
        unsafe_string(out[].name) => categories
    end
end

"""
    parameters(model) -> Vector{Pair{String,Array{Float32}}}

Views of the model's own memory, `(inputs, outputs)`; each is valid while the model lives.
"""
function parameters(m::Model)
    n = ccall(sym(:model_parameters), Int64, (Ptr{Cvoid},), m)
    map(0:n-1) do i
        out, error = defaults(Tensor), error_buffer()
        check(ccall(sym(:model_parameter), Int32, (Ptr{Cvoid}, Int64, Ptr{Cvoid}, Ptr{UInt8}), m, i, out, error), error)
        t = out[]
        shape = t.rank == 2 ? (t.cols, t.rows) : (t.rows * t.cols,)
        unsafe_string(t.name) => unsafe_wrap(Array, Ptr{Float32}(t.data), shape)
    end
end

"`(latent, cells)`"
function encode_cells(m::Model, d::Dataset)
    out, error = Matrix{Float32}(undef, info(m).latent, cells(d)), error_buffer()
    check(ccall(sym(:model_encode_cells), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Float32}, Ptr{Float32}, Int64, Ptr{UInt8}),
        m, d, out, C_NULL, 0, error), error)
    out
end

"`(latent, genes)`"
function encode_genes(m::Model)
    out, error = Matrix{Float32}(undef, info(m).latent, info(m).genes), error_buffer()
    check(ccall(sym(:model_encode_genes), Int32, (Ptr{Cvoid}, Ptr{Float32}, Ptr{Float32}, Int64, Ptr{UInt8}),
        m, out, C_NULL, 0, error), error)
    out
end

"""
    decode(model, data; to = [], options...)

Denoised or corrected expression, `(genes of the model, cells)`; `to` holds pairs of a cell column and the category that
every cell is decoded as, such as `["batch" => "a"]`. Options are those of scilama_decode_options.
"""
function decode(m::Model, d::Dataset; to = Pair{String,String}[], options...)
    keys_, values_ = names_of(first.(to)), names_of(last.(to))
    key_pointers, value_pointers = Ptr{UInt8}[pointer(s) for s in keys_], Ptr{UInt8}[pointer(s) for s in values_]
    out, error = Matrix{Float32}(undef, info(m).genes, cells(d)), error_buffer()
    GC.@preserve keys_ values_ key_pointers value_pointers begin
        o = defaults(DecodeOptions; to_key = pointer(key_pointers), to_value = pointer(value_pointers), replacements = length(to), options...)
        check(LibSciLaMA.scilama_model_decode(m, d, o, out, 0, error), error)
    end
    out
end

# ---------------------------------------------------------------- analysis

# Points are columns, (dim, n); indices and labels count from 0 in the library and from 1 here.
codes_of(labels) = Int32.(labels) .- Int32(1)

"(indices, distances), each `(neighbors, n)`, of the nearest other points."
function knn(context::Context, points::AbstractMatrix; options...)
    x, o, error = Matrix{Float32}(points), defaults(KnnOptions; options...), error_buffer()
    k, n = o[].neighbors, size(x, 2)
    indices, distances = Matrix{Int32}(undef, max(k, 0), n), Matrix{Float32}(undef, max(k, 0), n)
    check(LibSciLaMA.scilama_knn(context, x, n, size(x, 1), 0, o, indices, distances, C_NULL, error), error)
    indices .+ Int32(1), distances
end

"The weighted graph of neighbours as knn gives them; kind 1: UMAP's fuzzy union, 2: Jaccard."
function Graph(context::Context, indices::AbstractMatrix, distances::AbstractMatrix; kind = LibSciLaMA.SCILAMA_GRAPH_FUZZY)
    size(indices) == size(distances) || throw(DimensionMismatch("one distance per neighbour is needed"))
    out, error = Ref(C_NULL), error_buffer()
    check(LibSciLaMA.scilama_graph_from_knn(out, context, kind, size(indices, 2), size(indices, 1), Matrix{Int32}(codes_of(indices)),
        Matrix{Float32}(distances), error), error)
    Graph(out[])
end

vertices(g::Graph) = LibSciLaMA.scilama_graph_vertices(g)

"Communities of a graph, from 1 (the largest), and the report; options are those of scilama_leiden_options."
function leiden(g::Graph; options...)
    labels, report, error = Vector{Int32}(undef, vertices(g)), defaults(LeidenReport), error_buffer()
    check(LibSciLaMA.scilama_graph_leiden(g, defaults(LeidenOptions; options...), labels, report, error), error)
    labels .+ Int32(1), report[]
end

"Communities of points by their nearest neighbours."
function cluster(context::Context, points::AbstractMatrix; neighbors = 14, resolution = 1.0, seed = 0)
    leiden(Graph(context, knn(context, points; neighbors = neighbors, seed = seed)...); resolution = resolution, seed = seed)[1]
end

"A layout of a graph, `(dimensions, vertices)`; options are those of scilama_umap_options."
function umap(g::Graph; options...)
    o, error = defaults(UmapOptions; options...), error_buffer()
    out = Matrix{Float32}(undef, max(o[].dimensions, 0), vertices(g))
    check(LibSciLaMA.scilama_graph_umap(g, o, out, error), error)
    out
end

"Principal components of the columns of `x`: (scores `(components, n)`, components `(dim, components)`, variances)."
function pca(context::Context, x::AbstractMatrix; options...)
    x, o, error = Matrix{Float32}(x), defaults(PcaOptions; options...), error_buffer()
    k = LibSciLaMA.scilama_pca_components(o, size(x, 2), size(x, 1))
    scores, components, variances = Matrix{Float32}(undef, k, size(x, 2)), Matrix{Float32}(undef, size(x, 1), k), Vector{Float64}(undef, k)
    check(LibSciLaMA.scilama_pca(context, x, size(x, 2), size(x, 1), 0, o, scores, components, variances, C_NULL, error), error)
    scores, components, variances
end

"Metrics of an embedding `(dim, n)`: labels, and batches where there are any, count from 1, 0 = missing."
function score(context::Context, embedding::AbstractMatrix, labels::AbstractVector; batches = nothing, options...)
    x, out, error = Matrix{Float32}(embedding), defaults(Scores), error_buffer()
    all(v -> v === nothing || length(v) == size(x, 2), (labels, batches)) || throw(DimensionMismatch("one label per point is needed"))
    check(LibSciLaMA.scilama_score_embedding(context, x, size(x, 2), size(x, 1), 0, codes_of(labels),
        batches === nothing ? C_NULL : codes_of(batches), defaults(ScoreOptions; options...), out, error), error)
    out[]
end

"""
    markers(data, groups; options...) -> Dict{Symbol,Matrix{Float64}}

Every statistic `(genes of the matrix, groups)` of the rank-sum test; groups count from 1, 0 = left out.
"""
function markers(d::Dataset, groups::AbstractVector; options...)
    codes, error = codes_of(whole(d, groups)), error_buffer()
    n = maximum(codes) + 1
    fields = (:z, :p_value, :p_adjusted, :auroc, :log2_fold_change, :mean_in, :mean_out, :fraction_in, :fraction_out)
    genes = LibSciLaMA.scilama_dataset_genes(d)
    out = Dict(f => Matrix{Float64}(undef, genes, n) for f in fields)
    GC.@preserve out begin
        table = defaults(MarkerTable; (f => pointer(out[f]) for f in fields)...)
        check(LibSciLaMA.scilama_wilcoxon(d, codes, n, defaults(MarkerOptions; options...), table, error), error)
    end
    out
end

"(labels, report) of the modules of gene vectors `(dim, genes)`: from 1, 0 = in no module; options of scilama_module_options."
function modules(context::Context, vectors::AbstractMatrix; options...)
    x, report, error = Matrix{Float32}(vectors), defaults(ModuleReport), error_buffer()
    labels = Vector{Int32}(undef, size(x, 2))
    check(LibSciLaMA.scilama_gene_modules(context, x, size(x, 2), size(x, 1), 0, defaults(ModuleOptions; options...), labels,
        C_NULL, C_NULL, C_NULL, report, error), error)
    labels .+ Int32(1), report[]
end

# ----------------------------------------------------------------- trainer

"Trains a model; options are those of scilama_trainer_options."
function Trainer(m::Model, d::Dataset; preset = PUBLISHED, options...)
    out, error = Ref(C_NULL), error_buffer()
    check(ccall(sym(:trainer_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{UInt8}), out, m, d,
        defaults(TrainerOptions; preset = preset, options...), error), error)
    Trainer(out[], d.keep)
end

"One mini-batch."
function step!(t::Trainer)
    out, error = defaults(StepInfo), error_buffer()
    check(ccall(sym(:trainer_step), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{UInt8}), t, out, error), error)
    out[]
end

struct Steps
    trainer::Trainer
end
"Iterates over the StepInfo of every step, until training is finished."
steps(t::Trainer) = Steps(t)
Base.IteratorSize(::Type{Steps}) = Base.SizeUnknown()
Base.eltype(::Type{Steps}) = StepInfo
function Base.iterate(s::Steps, finished::Bool = false)
    finished && return nothing
    i = step!(s.trainer)
    (i, i.events & FINISHED != 0)
end

mutable struct Progress
    call::Any
    thrown::Any
    stopped::Bool
end

# Nothing may be thrown through the library's frames: it is kept and thrown by run!.
function relay(user::Ptr{Cvoid}, info::Ptr{StepInfo})::Int32
    progress = unsafe_pointer_to_objref(user)::Progress
    try
        progress.stopped = progress.call(unsafe_load(info)) === false
    catch e
        progress.thrown = e
        progress.stopped = true
    end
    Int32(progress.stopped)
end

"""
    run!(trainer) do info … end

Trains to the end; the function runs after every epoch, and stops training by returning `false`.
"""
function run!(f, t::Trainer)
    error, progress = error_buffer(), Progress(f, nothing, false)
    status = GC.@preserve progress ccall(sym(:trainer_run), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{UInt8}),
        t, @cfunction(relay, Int32, (Ptr{Cvoid}, Ptr{StepInfo})), pointer_from_objref(progress), C_NULL, error)
    progress.thrown === nothing || throw(progress.thrown)
    status == E_CALLBACK && progress.stopped && return false
    check(status, error)
    true
end

end # module
