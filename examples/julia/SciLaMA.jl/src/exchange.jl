# SPDX-License-Identifier: MIT
# Tables through Arrow's C data interface, matrices as DLPack.

# The two structs of Arrow, in memory that C may point to: 9 and 10 words.
const SCHEMA_RELEASE, ARRAY_RELEASE, STREAM_RELEASE = 8, 9, 4

function release!(words::Vector{UInt}, at)
    words[at] == 0 && return
    GC.@preserve words ccall(Ptr{Cvoid}(words[at]), Cvoid, (Ptr{UInt},), words)
end

"""
A table through Arrow's C data interface: `schema` and `array` are the structs, for `Arrow.jl`'s or another package's consumers. Released
when it goes, unless a consumer that took them has set their release to NULL.
"""
mutable struct ArrowTable
    schema::Vector{UInt}
    array::Vector{UInt}
    ArrowTable() = finalizer(t -> (release!(t.array, ARRAY_RELEASE); release!(t.schema, SCHEMA_RELEASE)), new(zeros(UInt, 9), zeros(UInt, 10)))
end

function table_of(f, arguments...)
    out = ArrowTable()
    call(f, arguments..., out.schema, out.array)
    out
end

Base.length(t::ArrowTable) = Int(t.array[1])
"Names and columns of the cells."
obs_table(d::Dataset) = table_of(L.scilama_dataset_obs_to_arrow, d)
"The embedding of cells, with their names."
cell_table(m, d::Dataset) = table_of(L.scilama_model_cells_to_arrow, m, d)
"The embedding of the model's genes, with their names; or the vectors of a GeneTable."
gene_table(m) = table_of(L.scilama_model_genes_to_arrow, m)
gene_table(t::GeneTable) = table_of(L.scilama_gene_table_to_arrow, t)

"A stream of one array, for consumers that take streams only."
mutable struct ArrowStream
    words::Vector{UInt}
    function ArrowStream(context::Context, t::ArrowTable)
        s = finalizer(s -> release!(s.words, STREAM_RELEASE), new(zeros(UInt, 5)))
        call(L.scilama_arrow_to_stream, s.words, context, t.schema, t.array)
        s
    end
end

"From Arrow: the table, or the stream, is used up. Options are those of scilama_arrow_options."
function GeneTable(context::Context, t::ArrowTable; options...)
    o, kept = with_texts(ArrowOptions; options...)
    GC.@preserve kept GeneTable(made(L.scilama_gene_table_from_arrow, context, t.schema, t.array, o), context)
end
function GeneTable(context::Context, s::ArrowStream; options...)
    o, kept = with_texts(ArrowOptions; options...)
    GC.@preserve kept GeneTable(made(L.scilama_gene_table_from_arrow_stream, context, s.words, o), context)
end

# ------------------------------------------------------------------ DLPack

"A matrix as `DLManagedTensorVersioned` (or, `legacy`, `DLManagedTensor`) for a consumer, who calls its deleter; else `release!`."
struct TensorPointer
    pointer::Ptr{Cvoid}
    legacy::Bool
end
Base.unsafe_convert(::Type{Ptr{Cvoid}}, t::TensorPointer) = t.pointer

# Where the deleter is in the two forms.
release!(t::TensorPointer) = ccall(unsafe_load(Ptr{Ptr{Cvoid}}(t.pointer + (t.legacy ? 56 : 16))), Cvoid, (Ptr{Cvoid},), t.pointer)

dlpack(t::GeneTable) = TensorPointer(made(L.scilama_gene_table_to_dlpack, t), false)
"A parameter where it lies; training changes its numbers."
dlpack(m, name::AbstractString) = TensorPointer(made(L.scilama_model_parameter_to_dlpack, m, name), false)
"The gradients of a trainer, to be added up with those of others."
dlpack_gradients(trainer) = TensorPointer(made(L.scilama_trainer_gradients_to_dlpack, trainer), false)

"For consumers that know no other form; read-only memory only with `drop_read_only`. The tensor is used up."
legacy(t::TensorPointer; drop_read_only = false) = TensorPointer(made(L.scilama_dlpack_to_legacy, t, drop_read_only), true)

const lent = Dict{UInt,Any}() # arrays that tensors show, by number
const lent_lock = Threads.SpinLock()
function on_release(user::Ptr{Cvoid})::Cvoid
    lock(() -> delete!(lent, UInt(user)), lent_lock)
    nothing
end

"An array of Julia's as DLPack, kept until the tensor is deleted, on a thread of Julia's: the library's `[n × width]` is its `(width, n)`."
function dlpack(context::Context, x::Matrix{Float32}; read_only = false)
    t = defaults(Tensor; data = Ptr{Cvoid}(pointer(x)), dtype = L.SCILAMA_DTYPE_F32, rank = 2, rows = size(x, 2), cols = size(x, 1))
    number = lock(lent_lock) do
        n = (isempty(lent) ? UInt(0) : maximum(keys(lent))) + 1
        lent[n] = x
        n
    end
    TensorPointer(made(L.scilama_dlpack_wrap, context, t, read_only, @cfunction(on_release, Cvoid, (Ptr{Cvoid},)), Ptr{Cvoid}(number)), false)
end
