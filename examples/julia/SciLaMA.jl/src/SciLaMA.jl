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

using Libdl, SparseArrays

export Context, Dataset, Model, Trainer, Failure, set_numeric!, set_categorical!, use_covariate!,
    set_split!, split_random!, add_gene_table!, preprocess!, release_input!, step!, steps, run!, parameters, genes,
    covariates, encode_cells, encode_genes, save, load, cancel!, resume!, info,
    decode, knn, Graph, leiden, umap, cluster, pca, score, markers, modules,
    fit, train!, to_bytes, from_bytes, learn_absent!, Reference, reference, set_reference!, map_cells, H5adWriter, put_obsm!, put_varm!, put_obs!,
    put_uns!, commit!, read_array, state, restore!

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
    MarkerTable, ModuleOptions, ModuleReport, FitOptions, ClusterOptions, ReferenceInfo, LabelInfo, FileOptions
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
@handle Reference reference_destroy
@handle H5adWriter h5ad_writer_destroy

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

"From .h5ad, 10x .h5 or a MatrixMarket folder; options are those of scilama_file_options."
function Dataset(context::Context, path::AbstractString; options...)
    out, error = Ref(C_NULL), error_buffer()
    check(LibSciLaMA.scilama_dataset_read(out, context, path, defaults(FileOptions; options...), error), error)
    Dataset(out[])
end

"""
    Dataset(context, matrix::SparseMatrixCSC; genes, cells)

A sparse matrix `(genes, cells)`: by columns, which are the library's rows.
"""
function Dataset(context::Context, m::SparseMatrixCSC; genes = nothing, cells = nothing)
    gene_names, cell_names, out, error = names_of(genes), names_of(cells), Ref(C_NULL), error_buffer()
    genes === nothing || length(gene_names) == size(m, 1) || throw(DimensionMismatch("one name per gene is needed"))
    cells === nothing || length(cell_names) == size(m, 2) || throw(DimensionMismatch("one name per cell is needed"))
    values, indices, indptr = Vector{Float32}(nonzeros(m)), Vector{Int32}(rowvals(m) .- 1), Vector{Int64}(m.colptr .- 1)
    GC.@preserve values indices indptr gene_names cell_names begin
        view = defaults(MatrixView; storage = LibSciLaMA.SCILAMA_STORAGE_CSR, value_type = LibSciLaMA.SCILAMA_DTYPE_F32,
            index_type = LibSciLaMA.SCILAMA_DTYPE_I32, indptr_type = LibSciLaMA.SCILAMA_DTYPE_I64, rows = size(m, 2), cols = size(m, 1),
            stored = length(values), values = Ptr{Cvoid}(pointer(values)), indices = Ptr{Cvoid}(pointer(indices)), indptr = Ptr{Cvoid}(pointer(indptr)))
        check(LibSciLaMA.scilama_dataset_create(out, context, view, cells === nothing ? C_NULL : Ptr{UInt8}[pointer(s) for s in cell_names],
            genes === nothing ? C_NULL : Ptr{UInt8}[pointer(s) for s in gene_names], error), error)
    end
    Dataset(out[])
end

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

"""
    fit(data; seed = 0, train_fraction = 0.9, preprocess = (), model = (), trainer = (), tables = false)

The whole way: split, recipe, model, training, with the defaults of the program; named tuples of options change those of a struct.
`tables`: whether gene tables were added.
"""
function fit(d::Dataset; preset = RECOMMENDED, seed = 0, train_fraction = 0.9, preprocess = NamedTuple(), model = NamedTuple(), trainer = NamedTuple(),
    tables = false)
    out, error = Ref(C_NULL), error_buffer()
    axes = preset == RECOMMENDED && !tables ? (embed_pca = 50,) : NamedTuple()
    p, m, t = defaults(PreprocessOptions; preprocess...), defaults(ModelOptions; preset = preset, seed = seed, axes..., model...),
        defaults(TrainerOptions; preset = preset, seed = seed, trainer...)
    GC.@preserve p m t begin
        o = defaults(FitOptions; preset = preset, seed = seed, train_fraction = train_fraction,
            preprocess = Base.unsafe_convert(Ptr{Cvoid}, p), model = Base.unsafe_convert(Ptr{Cvoid}, m), trainer = Base.unsafe_convert(Ptr{Cvoid}, t))
        check(LibSciLaMA.scilama_fit(out, d, o, C_NULL, error), error)
    end
    Model(out[], d.keep)
end

"The bytes that save would write."
function to_bytes(context::Context, m::Model)
    memory, size, error = Ref(C_NULL), Ref(Int64(0)), error_buffer()
    check(LibSciLaMA.scilama_model_save_memory(m, memory, size, error), error)
    out = copy(unsafe_wrap(Array, Ptr{UInt8}(memory[]), size[]))
    LibSciLaMA.scilama_bytes_destroy(context, memory[])
    out
end

function from_bytes(context::Context, bytes::Vector{UInt8})
    out, error = Ref(C_NULL), error_buffer()
    check(GC.@preserve(bytes, LibSciLaMA.scilama_model_load_memory(out, context, pointer(bytes), length(bytes), error)), error)
    Model(out[])
end

"Learns from the training cells how to encode cells measured on a part of the genes."
function learn_absent!(m::Model, d::Dataset)
    error = error_buffer()
    check(LibSciLaMA.scilama_model_learn_absent(m, d, error), error)
end

# ----------------------------------------------------------------- mapping

"Cells of known labels, `name => labels of every cell`, that others are mapped onto; points are `(dim, cells)`."
function Reference(context::Context, points::AbstractMatrix, labels::Pair...; layout = nothing)
    x, out, error = Matrix{Float32}(points), Ref(C_NULL), error_buffer()
    check(LibSciLaMA.scilama_reference_create(out, context, x, size(x, 2), size(x, 1), 0, error), error)
    r = Reference(out[])
    for (name, values) in labels
        length(values) == size(x, 2) || throw(DimensionMismatch("one label per cell is needed"))
        sorted = sort(unique(values))
        categories = names_of(string.(sorted))
        codes = Int32[searchsortedfirst(sorted, v) - 1 for v in values]
        GC.@preserve categories check(LibSciLaMA.scilama_reference_add_labels(r, name, codes, Ptr{UInt8}[pointer(s) for s in categories],
            length(categories), error), error)
    end
    if layout !== nothing
        size(layout, 2) == size(x, 2) || throw(DimensionMismatch("one place per cell is needed"))
        check(LibSciLaMA.scilama_reference_set_layout(r, Matrix{Float32}(layout), size(layout, 1), error), error)
    end
    r
end

"Lets a model carry reference cells, in memory and in its file."
function set_reference!(m::Model, r::Reference)
    error = error_buffer()
    check(LibSciLaMA.scilama_model_set_reference(m, r, error), error)
end

"The reference cells that a model carries."
function reference(m::Model)
    out, error = Ref(C_NULL), error_buffer()
    check(LibSciLaMA.scilama_model_get_reference(out, m, error), error)
    Reference(out[])
end

"""
    map_cells(reference, points; neighbors = 15)

Of cells `(dim, n)` that a model has encoded: `Dict(name => (categories, codes, probabilities))`, codes from 1, 0 where no
neighbour has a label; their place in the layout, or nothing; and the distances `(neighbors, n)`.
"""
function map_cells(r::Reference, points::AbstractMatrix; neighbors = 15)
    x, info, error = Matrix{Float32}(points), defaults(ReferenceInfo), error_buffer()
    check(LibSciLaMA.scilama_reference_get_info(r, info, error), error)
    size(x, 1) == info[].dim || throw(DimensionMismatch("cells of $(info[].dim) numbers are needed"))
    n, k = size(x, 2), min(neighbors, info[].cells)
    indices, distances = Matrix{Int32}(undef, k, n), Matrix{Float32}(undef, k, n)
    check(LibSciLaMA.scilama_reference_neighbors(r, x, n, 0, k, indices, distances, error), error)
    found = Dict{String,Any}()
    for index in 0:info[].labels-1
        label, codes, probability = defaults(LabelInfo), Vector{Int32}(undef, n), Vector{Float32}(undef, n)
        check(LibSciLaMA.scilama_reference_label(r, index, label, error), error)
        check(LibSciLaMA.scilama_reference_transfer(r, index, indices, distances, n, k, codes, probability, C_NULL, C_NULL, error), error)
        categories = [unsafe_string(LibSciLaMA.scilama_reference_category(r, index, c)) for c in 0:label[].categories-1]
        found[unsafe_string(label[].name)] = (categories = categories, codes = codes .+ Int32(1), probabilities = probability)
    end
    place = nothing
    if info[].layout_dims > 0
        place = Matrix{Float32}(undef, info[].layout_dims, n)
        check(LibSciLaMA.scilama_reference_place(r, indices, distances, n, k, place, error), error)
    end
    (labels = found, layout = place, distances = distances)
end

# ------------------------------------------------------------------- files

"Adds results to a copy of an AnnData file; without commit! nothing is left behind."
function H5adWriter(context::Context, input::AbstractString, output::AbstractString)
    out, error = Ref(C_NULL), error_buffer()
    check(LibSciLaMA.scilama_h5ad_writer_open(out, context, input, output, error), error)
    H5adWriter(out[])
end

wanted(n, given) = n == given || throw(DimensionMismatch("$n values are needed, not $given"))

"A matrix `(width, cells)`."
function put_obsm!(w::H5adWriter, key::AbstractString, values::AbstractMatrix)
    wanted(LibSciLaMA.scilama_h5ad_writer_cells(w), size(values, 2))
    error = error_buffer()
    check(LibSciLaMA.scilama_h5ad_writer_put_obsm(w, key, Matrix{Float32}(values), size(values, 1), 0, error), error)
end

"A matrix `(width, genes)`."
function put_varm!(w::H5adWriter, key::AbstractString, values::AbstractMatrix)
    wanted(LibSciLaMA.scilama_h5ad_writer_genes(w), size(values, 2))
    error = error_buffer()
    check(LibSciLaMA.scilama_h5ad_writer_put_varm(w, key, Matrix{Float32}(values), size(values, 1), 0, error), error)
end

"A column of cells: numbers, or anything else as categories."
function put_obs!(w::H5adWriter, key::AbstractString, values::AbstractVector)
    wanted(LibSciLaMA.scilama_h5ad_writer_cells(w), length(values))
    error = error_buffer()
    eltype(values) <: Real && return check(LibSciLaMA.scilama_h5ad_writer_put_obs_numeric(w, key, Vector{Float64}(values), error), error)
    texts = names_of(string.(values))
    categories = sort(unique(texts))
    codes = Int32[searchsortedfirst(categories, t) - 1 for t in texts]
    GC.@preserve categories check(LibSciLaMA.scilama_h5ad_writer_put_obs_categorical(w, key, codes, Ptr{UInt8}[pointer(s) for s in categories],
        length(categories), error), error)
end

put_uns!(w::H5adWriter, key::AbstractString, value::AbstractString) =
    (error = error_buffer(); check(LibSciLaMA.scilama_h5ad_writer_put_uns_string(w, key, value, error), error))
put_uns!(w::H5adWriter, key::AbstractString, value::Integer) =
    (error = error_buffer(); check(LibSciLaMA.scilama_h5ad_writer_put_uns_integer(w, key, value, error), error))
put_uns!(w::H5adWriter, key::AbstractString, value::Real) =
    (error = error_buffer(); check(LibSciLaMA.scilama_h5ad_writer_put_uns_number(w, key, value, error), error))
commit!(w::H5adWriter) = (error = error_buffer(); check(LibSciLaMA.scilama_h5ad_writer_commit(w, error), error))

"A matrix `(width, rows)` of an .h5ad file, by a key such as \"obsm/X_pca\"."
function read_array(context::Context, path::AbstractString, key::AbstractString)
    rows, width, error = Ref(Int64(0)), Ref(Int64(0)), error_buffer()
    check(LibSciLaMA.scilama_h5ad_read_array(context, path, key, rows, width, C_NULL, 0, error), error)
    out = Matrix{Float32}(undef, width[], rows[])
    check(LibSciLaMA.scilama_h5ad_read_array(context, path, key, rows, width, out, length(out), error), error)
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

"Communities of points `(dim, n)` by their nearest neighbours, from 1; options are those of scilama_cluster_options."
function cluster(context::Context, points::AbstractMatrix; options...)
    x, error = Matrix{Float32}(points), error_buffer()
    labels = Vector{Int32}(undef, size(x, 2))
    check(LibSciLaMA.scilama_cluster(context, x, size(x, 2), size(x, 1), 0, defaults(ClusterOptions; options...), labels, C_NULL, error), error)
    labels .+ Int32(1)
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

"""
    train!(trainer)

Steps to the end. Ctrl-C comes between two steps and is an InterruptException; called again it goes on. (Julia notices it
within a step and throws when the step is whole: nothing is thrown through the library.)
"""
function train!(t::Trainer)
    while true
        i = disable_sigint(() -> step!(t))
        i.events & FINISHED != 0 && return i
        yield()
    end
end

"Everything that training needs to go on bit for bit, and back."
function state(t::Trainer)
    out, error = Vector{UInt8}(undef, LibSciLaMA.scilama_trainer_state_size(t)), error_buffer()
    check(GC.@preserve(out, LibSciLaMA.scilama_trainer_state_get(t, pointer(out), length(out), error)), error)
    out
end
function restore!(t::Trainer, bytes::Vector{UInt8})
    error = error_buffer()
    check(GC.@preserve(bytes, LibSciLaMA.scilama_trainer_state_set(t, pointer(bytes), length(bytes), error)), error)
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
