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
    for info in steps(Trainer(model, data; max_steps = 1000))
        info.events & EPOCH_END != 0 && println(info.epoch, " ", info.loss)
    end
    embedding = encode_cells(model, data)                 # (latent, cells)

Options are keywords, with the defaults of the program; numbers that have a name may be given by it (`mode = "cell-gene"`), and
`published` ones are had by `preset = SciLaMA.PUBLISHED`. Indices, labels and codes count from 1, 0 = missing. Failed calls throw
`Failure`. Ctrl-C ends a long call of the analysis, and training between two steps, by InterruptException; everything can be used on.

`ENV["SCILAMA_LIBRARY"]` names the shared library where the loader does not find it.
A handle serves one task at a time; finalizers release handles in any order.
"""
module SciLaMA

using Libdl, SparseArrays

export Context, Dataset, concat, GeneTable, Model, Trainer, Failure, set_numeric!, set_categorical!, set_obs!, use_covariate!, columns, column, cells,
    set_split!, split_by!, split_random!, split_of, add_gene_table!, GeneAliases, preprocess!, prepared, release_input!, gene_names, cell_names,
    step!, steps, run!, train!, run_epoch!, end_phase!, forward_backward!, forward_backward_part!, apply!, gradients, gradient, evaluate, kl_per_unit, rates, set_rates!,
    state, restore!, trainer_memory, parameters, parameter, set_parameter!, copy_parameters!, genes, modalities, gene_vectors, covariates,
    encode_cells, encode_genes, encode_new_genes, decode, decode_new_genes, predict_genes, extend_covariate!, fit, save, load, to_bytes, from_bytes,
    cancel!, resume!, info, describe, knn, knn_memory, Graph, graph_memory, leiden_memory, umap_memory, csr, leiden, leiden_sweep, quality, umap, cluster, kmeans, pca, compare, silhouette, lisi, score,
    p_adjust, markers, paired_markers, modules, module_activity, module_coherence, module_projection, gene_holdout, gene_loadings, gene_space, GeneSets, enrichment,
    adapt!, learn_absent!, match_genes!, check_query, check_covariate, describe_reference!, novelty, Reference, reference, set_reference!, map_cells, H5adWriter, put_obsm!,
    put_varm!, put_obs!, put_var!, copy_obs!, put_layer!, put_obsp!, put_varp!, put_uns!, put_records!, put_table!, commit!, read_array, read_column, read_string,
    describe_file, ArrowTable, obs_table, cell_table, gene_table, dlpack, release!, option_list

const EPOCH_END, IMPROVED, PHASE_END, CONVERGED, FINISHED, SKIPPED = Int32.((1, 2, 4, 8, 16, 32))
const TRAIN, VALIDATION, TEST, EXCLUDED = Int32.((0, 1, 2, 3))
const CATEGORICAL, CONTINUOUS, RAW = Int32.((1, 2, 3))
const HVG_AUTO, HVG_NONE, HVG_SEURAT, HVG_SEURAT_V3 = Int32.((-1, 0, 1, 2))
const MODE_BETA_VAE, MODE_DIRECT, MODE_STEPWISE, MODE_GENE, MODE_CELL_GENE = Int32.((1, 2, 3, 4, 5))
const PUBLISHED, RECOMMENDED = Int32(0), Int32(1)

include("LibSciLaMA.jl")
const L = LibSciLaMA
const E_CANCELLED, E_CALLBACK = L.SCILAMA_E_CANCELLED, L.SCILAMA_E_CALLBACK
using .LibSciLaMA: ContextOptions, RowSource, RowBlock, ColumnInfo, PreprocessOptions, PreprocessReport, MatchOptions, MatchReport, KnnOptions,
    KnnReport, LeidenOptions, LeidenReport, ClusterOptions, Agreement, KmeansOptions, PcaOptions, UmapOptions, ScoreOptions, Scores, MarkerOptions,
    MarkerTable, ModuleOptions, ModuleReport, CoherenceOptions, EnrichmentOptions, HoldoutOptions, HoldoutReport, LoadingOptions, LoadingReport, OptionInfo, ModelOptions, Tensor,
    ModelInfo, CovariateInfo, DecodeOptions, GeneForecast, TrainerOptions, StepInfo, Evaluation, FitOptions, ArrowOptions, FileOptions, TableOptions,
    QueryReport, CovariateReport, ReferenceInfo, LabelInfo, ConcatOptions, AdaptOptions, AdaptReport, MapOptions
const MatrixView = LibSciLaMA.Matrix

function __init__()
    L.library[] = Libdl.dlopen(get(ENV, "SCILAMA_LIBRARY", "libscilama.so.0"))
    nothing
end

sym(name::Symbol) = L.sym(Symbol("scilama_", name))

"(number, text) of the library's release."
version() = (L.scilama_version(), unsafe_string(L.scilama_version_string()))

# ------------------------------------------------------------------ errors

"A failed call: the status code, and the library's sentence."
struct Failure <: Exception
    code::Int32
    message::String
end
Base.showerror(io::IO, e::Failure) = print(io, "scilama: ", e.message, " (", unsafe_string(L.scilama_status_name(e.code)), ")")

# scilama_error: two int32, then 248 bytes of text.
const ErrorBuffer = Vector{UInt8}
error_buffer() = zeros(UInt8, 256)

function check(status::Int32, error::ErrorBuffer)
    status == 0 && return nothing
    text = error[9:end]
    stop = something(findfirst(==(0x00), text), length(text) + 1) - 1
    throw(Failure(status, stop > 0 ? String(text[1:stop]) : unsafe_string(L.scilama_status_text(status))))
end

"A call whose last argument is the error; Ctrl-C may stop it by the context of its first handle."
function call(f, arguments...)
    i = findfirst(a -> a isa Handle, arguments)
    i === nothing || return long(arguments[i], f, arguments...)
    error = error_buffer()
    check(f(arguments..., error), error)
end

"A call that makes a handle; its address."
function made(f, arguments...)
    out = Ref(C_NULL)
    call(f, out, arguments...)
    out[]
end

# ----------------------------------------------------------------- structs

# scilama_knn_options is KnnOptions, and so on: the name of what writes its defaults.
init_name(::Type{T}) where {T} = Symbol(lowercase(replace(String(nameof(T)), r"(?<=.)([A-Z])" => s"_\1")), "_init")

const DESCRIBED = Dict{Type,Int32}(PreprocessOptions => 1, ModelOptions => 2, TrainerOptions => 3)
const WORDS = Dict(:metric => "METRIC", :method => "KNN", :quality => "QUALITY", :graph => "GRAPH", :init => "UMAP", :head => "HEAD", :join => "JOIN")

# The number of a word such as "cosine" or "cell-gene".
function number_of(T, field, word)
    words = String[]
    if haskey(DESCRIBED, T)
        index, value = L.scilama_option_find(DESCRIBED[T], String(field)), Ref(Int32(0))
        while (text = L.scilama_option_choice(DESCRIBED[T], index, length(words), value)) != C_NULL
            push!(words, unsafe_string(text))
            words[end] == word && return value[]
        end
    else
        name = Symbol("SCILAMA_", get(WORDS, field, "?"), "_", uppercase(word))
        isdefined(L, name) && return getfield(L, name)
    end
    throw(ArgumentError("option $field cannot be \"$word\"" * (isempty(words) ? "" : ": choose of " * join(words, ", "))))
end

convert_field(T, f, ::Type{F}, value) where {F} = convert(F, value)
convert_field(T, f, ::Type{NTuple{6,Int64}}, value) = ntuple(i -> i <= length(value) ? Int64(value[i]) : 0, 6)
convert_field(T, f, ::Type{Int32}, value::AbstractString) = number_of(T, f, value)

"A struct with the library's defaults, and then `values`; texts must be kept by the caller."
function defaults(::Type{T}; preset = RECOMMENDED, values...) where {T}
    out = Ref{T}()
    status = T in (PreprocessOptions, ModelOptions, TrainerOptions) ?
        ccall(sym(init_name(T)), Int32, (Ptr{Cvoid}, Csize_t, Int32), out, sizeof(T), preset) :
        ccall(sym(init_name(T)), Int32, (Ptr{Cvoid}, Csize_t), out, sizeof(T))
    check(status, error_buffer())
    isempty(values) && return out
    for name in keys(values)
        name in fieldnames(T) || throw(ArgumentError("$T has no option '$name'"))
    end
    o = out[]
    Ref(T((haskey(values, f) ? convert_field(T, f, fieldtype(T, f), values[f]) : getfield(o, f) for f in fieldnames(T))...))
end

# Options among which are texts: (struct, what must be kept while it is used).
function with_texts(::Type{T}; options...) where {T}
    kept = Dict(k => String(v) for (k, v) in options if v isa AbstractString && fieldtype(T, k) == Ptr{UInt8})
    defaults(T; (k => haskey(kept, k) ? pointer(kept[k]) : v for (k, v) in options)...), kept
end

"The options of \"preprocess\", \"model\" or \"trainer\" as the library describes them: named tuples."
function option_list(of::AbstractString)
    number = Int32(findfirst(==(of), ["preprocess", "model", "trainer"]))
    map(0:L.scilama_option_count(number)-1) do i
        o = defaults(OptionInfo)
        call(L.scilama_option_get_info, number, i, o)
        (name = unsafe_string(o[].name), help = unsafe_string(o[].help), least = o[].least, most = o[].most,
            published = o[].published, recommended = o[].recommended)
    end
end

"Throws where an option of a struct made by defaults() is out of its bounds."
check_options(o::Ref{T}) where {T} = call(L.scilama_option_check, DESCRIBED[T], o)

# ----------------------------------------------------------------- handles

abstract type Handle end
Base.unsafe_convert(::Type{Ptr{Cvoid}}, h::Handle) = h.pointer

# Nothing may be thrown through the library's frames: Ctrl-C is let in here alone, and thrown again when the call is back.
function on_stage(user::Ptr{Cvoid}, stage::Ptr{UInt8}, share::Float64)::Cvoid
    c = unsafe_pointer_to_objref(user)::Context
    try
        reenable_sigint(() -> nothing)
        c.progress === nothing || c.progress(unsafe_string(stage), share)
    catch e
        c.interrupted = e isa InterruptException
        c.interrupted ? L.scilama_context_cancel(c.pointer) : @error "progress failed" exception = e
    end
    nothing
end

"Threads and cancellation; everything else is made from a context. `progress(stage, share)` is told of long calls of the analysis."
mutable struct Context <: Handle
    pointer::Ptr{Cvoid}
    progress::Any
    interrupted::Bool
    function Context(; threads::Integer = 1, progress = nothing)
        c = finalizer(h -> (L.scilama_context_destroy(h.pointer); h.pointer = C_NULL), new(made(L.scilama_context_create, defaults(ContextOptions; threads = threads)), progress, false))
        call(L.scilama_context_set_progress, c, @cfunction(on_stage, Cvoid, (Ptr{Cvoid}, Ptr{UInt8}, Float64)), pointer_from_objref(c))
        c
    end
end

# Every other handle keeps its context, and what else it was made from.
macro handle(name, destroy)
    quote
        mutable struct $(esc(name)) <: Handle
            pointer::Ptr{Cvoid}
            context::Context
            keep::Any
            function $(esc(name))(pointer::Ptr{Cvoid}, context::Context, keep = nothing)
                finalizer(new(pointer, context, keep)) do h
                    ccall(sym($destroy), Cvoid, (Ptr{Cvoid},), h.pointer)
                    h.pointer = C_NULL
                end
            end
        end
    end
end

@handle Dataset :dataset_destroy
@handle GeneTable :gene_table_destroy
@handle GeneAliases :gene_aliases_destroy
@handle GeneSets :gene_sets_destroy
@handle Model :model_destroy
@handle Trainer :trainer_destroy
@handle Graph :graph_destroy
@handle Reference :reference_destroy
@handle H5adWriter :h5ad_writer_destroy

"Gives a handle back at once; a trainer lets its model go."
Base.close(h::Handle) = finalize(h)

context_of(c::Context) = c
context_of(h::Handle) = h.context

"A call that Ctrl-C may stop where it tells its progress, and nowhere else is noticed within; the context is resumed before InterruptException is thrown."
function long(h::Handle, f, arguments...)
    c, error = context_of(h), error_buffer()
    c.interrupted = false
    status = disable_sigint(() -> f(arguments..., error))
    if c.interrupted
        c.interrupted = false
        resume!(c)
        status in (0, E_CANCELLED) && throw(InterruptException())
    end
    check(status, error)
end

"Makes the calls that run end with a Failure; without one it does nothing. From any thread."
cancel!(context::Context) = L.scilama_context_cancel(context)

"Takes back a cancel! that the running call has not noticed yet."
resume!(context::Context) = L.scilama_context_resume(context)

threads(context::Context) = L.scilama_context_threads(context)

"(bytes that the library holds now, the most that it ever held)"
function memory(context::Context)
    now, peak = Ref(Int64(0)), Ref(Int64(0))
    L.scilama_context_memory(context, now, peak)
    now[], peak[]
end

"Library, dependencies, processor and kernels as a JSON object."
function describe(context::Context)
    needed = Ref(Csize_t(0))
    L.scilama_context_describe(context, C_NULL, 0, needed)
    out = Vector{UInt8}(undef, needed[])
    L.scilama_context_describe(context, out, length(out), C_NULL)
    String(out[1:end-1])
end

# Text that the library gave away.
function take_text(context::Context, f, arguments...)
    text = Ref(Ptr{UInt8}(C_NULL))
    call(f, text, arguments...)
    out = unsafe_string(text[])
    L.scilama_text_destroy(context, text[])
    out
end

names_of(::Nothing) = String[]
names_of(names) = String[String(string(n)) for n in names]

# Addresses of texts, which the caller preserves; NULL of nothing.
addresses(texts::Vector{String}) = Ptr{UInt8}[pointer(s) for s in texts]

wanted(n, given) = n == given || throw(DimensionMismatch("$n values are needed, not $given"))
floats(x::AbstractMatrix) = convert(Matrix{Float32}, x)

# (codes from 0, −1 of missing; names) of any vector: whole numbers from 1 as they are, other things sorted as texts.
codes_of(labels::AbstractVector{<:Integer}) = Int32.(labels) .- Int32(1)
codes_of(labels) = categories_of(labels)[1]
function categories_of(values)
    names = sort(unique(names_of(skipmissing(values))))
    Int32[ismissing(v) ? -1 : searchsortedfirst(names, string(v)) - 1 for v in values], names
end

include("data.jl")
include("exchange.jl")
include("model.jl")
include("trainer.jl")
include("mapping.jl")
include("files.jl")
include("analysis.jl")
include("biology.jl")

end # module
