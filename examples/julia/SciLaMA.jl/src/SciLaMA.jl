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
    covariates, encode_cells, encode_genes, save, load, cancel!, info

const EPOCH_END, IMPROVED, PHASE_END, CONVERGED, FINISHED, SKIPPED = Int32.((1, 2, 4, 8, 16, 32))
const TRAIN, VALIDATION, TEST, EXCLUDED = Int32.((0, 1, 2, 3))
const CATEGORICAL, CONTINUOUS, RAW = Int32.((1, 2, 3))
const HVG_AUTO, HVG_NONE, HVG_SEURAT, HVG_SEURAT_V3 = Int32.((-1, 0, 1, 2))
const MODE_BETA_VAE, MODE_DIRECT, MODE_STEPWISE, MODE_GENE, MODE_CELL_GENE = Int32.((1, 2, 3, 4, 5))
const PUBLISHED, RECOMMENDED = Int32(0), Int32(1)
const E_CALLBACK = Int32(-12)

const handle_of_library = Ref{Ptr{Cvoid}}(C_NULL)

function __init__()
    handle_of_library[] = Libdl.dlopen(get(ENV, "SCILAMA_LIBRARY", "libscilama.so.0"))
    nothing
end

sym(name::Symbol) = Libdl.dlsym(handle_of_library[], Symbol("scilama_", name))

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

struct ContextOptions
    struct_size::Csize_t
    allocator::Ptr{Cvoid}; log::Ptr{Cvoid}; log_user::Ptr{Cvoid}
    log_level::Int32; threads::Int32
end

struct MatrixView
    struct_size::Csize_t
    storage::Int32; value_type::Int32; index_type::Int32; memory::Int32
    rows::Int64; cols::Int64; ld::Int64; stored::Int64
    values::Ptr{Cvoid}; indices::Ptr{Cvoid}; indptr::Ptr{Cvoid}
    indptr_type::Int32; reserved::Int32
end

struct PreprocessOptions
    struct_size::Csize_t
    input::Int32; normalize::Int32; log1p::Int32; hvg::Int32; scale::Int32; hvg_by_batch::Int32
    n_top_genes::Int64; min_genes::Int64; min_cells::Int64
    target_sum::Float64; max_value::Float64
    batch_key::Ptr{Cvoid}
end

struct ModelOptions
    struct_size::Csize_t
    latent::Int64; hidden::NTuple{6,Int64}
    activation::Int32; layer_norm::Int32; batch_norm::Int32; fusion::Int32; pair_scale::Int32
    gene_input::Int32; encoder_covariates::Int32; alignment_bias::Int32; gene_residual::Int32; likelihood::Int32
    dropout::Float32; var_eps::Float32
    embed_center::Int32; embed_normalize::Int32; embed_whiten::Int32; reserved::Int32
    embed_pca::Int64; seed::UInt64
end

struct ModelInfo
    struct_size::Csize_t
    genes::Int64; latent::Int64; covariate_columns::Int64; modalities::Int64; parameters::Int64; steps::Int64
end

struct CovariateInfo
    struct_size::Csize_t
    name::Ptr{UInt8}
    kind::Int32; reserved::Int32
    first::Int64; columns::Int64; categories::Int64
    mean::Float64; deviation::Float64
end

struct Tensor
    struct_size::Csize_t
    name::Ptr{UInt8}; data::Ptr{Cvoid}
    dtype::Int32; rank::Int32
    rows::Int64; cols::Int64
    trainable::Int32; reserved::Int32
end

struct TrainerOptions
    struct_size::Csize_t
    mode::Int32; sampling::Int32; validation_sampling::Int32; shuffle::Int32
    batch_size::Int64; epochs::Int64; patience::Int64
    lr::Float64; lr_decay::Float64; weight_decay::Float64; beta1::Float64; beta2::Float64; epsilon::Float64
    kl_start::Float64; kl_end::Float64; kl_rate::Float64
    kl_delay::Int64
    gamma::Float64; clip_norm::Float64; free_bits::Float64; residual_l2::Float64
    lr_schedule::Int32; on_nonfinite::Int32; best_from_start::Int32; gene_kl_per_cell::Int32
    gene_batch::Int64; max_steps::Int64
    seed::UInt64
    track_correlation::Int32; keep_last::Int32
end

"What a step did."
struct StepInfo
    struct_size::Csize_t
    events::Int32; objective::Int32; phase::Int32; phases::Int32
    step::Int64; epoch::Int64; epochs::Int64; cells::Int64; steps_per_epoch::Int64; skipped::Int64
    loss::Float64; nll::Float64; kl_s::Float64; kl_f::Float64
    beta::Float64; gamma::Float64; lr::Float64; grad_norm::Float64
    validation_loss::Float64; validation_nll::Float64; validation_kl_s::Float64; validation_kl_f::Float64
    best_loss::Float64; pearson::Float64; spearman::Float64
    best_epoch::Int64; active_units::Int64
end

const INIT = Dict{DataType,Symbol}(ContextOptions => :context_options_init, MatrixView => :matrix_init,
    PreprocessOptions => :preprocess_options_init, ModelInfo => :model_info_init, CovariateInfo => :covariate_info_init, Tensor => :tensor_init,
    StepInfo => :step_info_init)
const INIT_PRESET = Dict{DataType,Symbol}(ModelOptions => :model_options_init, TrainerOptions => :trainer_options_init)

convert_field(::Type{T}, value) where {T} = convert(T, value)
convert_field(::Type{NTuple{6,Int64}}, value) = ntuple(i -> i <= length(value) ? Int64(value[i]) : 0, 6)

"A struct with the library's defaults, and then `values`."
function defaults(::Type{T}; preset = PUBLISHED, values...) where {T}
    out = Ref{T}()
    status = haskey(INIT, T) ?
        ccall(sym(INIT[T]), Int32, (Ptr{Cvoid}, Csize_t), out, sizeof(T)) :
        ccall(sym(INIT_PRESET[T]), Int32, (Ptr{Cvoid}, Csize_t, Int32), out, sizeof(T), preset)
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

"Threads and cancellation; everything else is made from a context."
function Context(; threads::Integer = 1)
    out, error = Ref(C_NULL), error_buffer()
    check(ccall(sym(:context_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{UInt8}), out,
        defaults(ContextOptions; threads = threads), error), error)
    Context(out[])
end

"Makes running calls end with a Failure; from any thread."
cancel!(context::Context) = ccall(sym(:context_cancel), Cvoid, (Ptr{Cvoid},), context)

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
