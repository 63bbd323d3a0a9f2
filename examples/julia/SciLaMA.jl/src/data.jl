# SPDX-License-Identifier: MIT
# Cells × genes, their columns and splits; gene tables.

function create(context, view, genes, cells, preserved; keep = nothing)
    gene_names, cell_names = names_of(genes), names_of(cells)
    genes === nothing || length(gene_names) == view[].cols || throw(DimensionMismatch("one name per gene is needed"))
    cells === nothing || length(cell_names) == view[].rows || throw(DimensionMismatch("one name per cell is needed"))
    GC.@preserve preserved gene_names cell_names begin
        Dataset(made(L.scilama_dataset_create, context, view, cells === nothing ? C_NULL : addresses(cell_names),
            genes === nothing ? C_NULL : addresses(gene_names)), context, keep)
    end
end

dense_view(m::Matrix{Float32}; memory = 1) =
    defaults(MatrixView; storage = L.SCILAMA_STORAGE_DENSE, value_type = L.SCILAMA_DTYPE_F32, memory = memory, rows = size(m, 2), cols = size(m, 1),
        values = Ptr{Cvoid}(pointer(m)))

# Columns here are the library's rows; indices from 0.
csr_parts(m::SparseMatrixCSC) = (convert(Vector{Float32}, nonzeros(m)), Vector{Int32}(rowvals(m) .- 1), Vector{Int64}(m.colptr .- 1))
csr_view(m::SparseMatrixCSC, (values, indices, indptr); memory = 1) =
    defaults(MatrixView; storage = L.SCILAMA_STORAGE_CSR, value_type = L.SCILAMA_DTYPE_F32, index_type = L.SCILAMA_DTYPE_I32,
        indptr_type = L.SCILAMA_DTYPE_I64, memory = memory, rows = size(m, 2), cols = size(m, 1), stored = length(values),
        values = Ptr{Cvoid}(pointer(values)), indices = Ptr{Cvoid}(pointer(indices)), indptr = Ptr{Cvoid}(pointer(indptr)))

"""
    Dataset(context, matrix; genes = nothing, cells = nothing, obs = nothing, borrow = false)

`matrix` is `(genes, cells)`, dense or a `SparseMatrixCSC`, whose columns are the library's rows. With `borrow = true` the library reads
the Julia array where it lies (the dataset keeps it alive): it must not change while anything made from it lives. Of a sparse matrix
of `Float32` the values are lent so; its indices count from 1 and are copied. `obs` is a table of cells, as in `set_obs!`.
"""
function Dataset(context::Context, matrix::Matrix{Float32}; genes = nothing, cells = nothing, obs = nothing, borrow::Bool = false)
    with_obs!(create(context, dense_view(matrix; memory = borrow ? 2 : 1), genes, cells, matrix; keep = borrow ? matrix : nothing), obs)
end
function Dataset(context::Context, m::SparseMatrixCSC; genes = nothing, cells = nothing, obs = nothing, borrow::Bool = false)
    parts = csr_parts(m)
    with_obs!(create(context, csr_view(m, parts; memory = borrow ? 2 : 1), genes, cells, parts; keep = borrow ? parts : nothing), obs)
end
Dataset(context::Context, matrix::AbstractMatrix; options...) = Dataset(context, Matrix{Float32}(matrix); options...)
with_obs!(d::Dataset, obs) = (obs === nothing || set_obs!(d, obs); d)

const READERS = Dict(:any => L.scilama_dataset_read, :h5ad => L.scilama_dataset_read_h5ad, Symbol("10x") => L.scilama_dataset_read_10x_h5,
    :mtx => L.scilama_dataset_read_mtx)

"""
    Dataset(context, path; format = :any, options...)

From .h5ad, .h5mu, loom, 10x .h5 or a MatrixMarket folder, told apart by content unless `format` is `:h5ad`, `Symbol("10x")` or `:mtx`;
options are those of scilama_file_options.
"""
function Dataset(context::Context, path::AbstractString; format = :any, options...)
    o, kept = with_texts(FileOptions; options...)
    GC.@preserve kept Dataset(made(READERS[format], context, path, o), context)
end

# What fills rows: kept by the dataset.
mutable struct Rows
    fetch::Any
end
function on_rows(user::Ptr{Cvoid}, block::Ptr{RowBlock}, error::Ptr{UInt8})::Int32
    try
        b = unsafe_load(block)
        cells = unsafe_wrap(Array, b.cells, b.rows) .+ 1
        (unsafe_pointer_to_objref(user)::Rows).fetch(cells, unsafe_wrap(Array, b.values, (b.genes, b.rows)))
        return Int32(0)
    catch e
        text = codeunits(sprint(showerror, e))
        n = min(length(text), 247)
        GC.@preserve text unsafe_copyto!(error + 8, pointer(text), n)
        unsafe_store!(error + 8 + n, 0x00)
        return E_CALLBACK
    end
end

"""
    Dataset(fetch, context, genes, cells; gene_names, cell_names, memory)

A matrix that `fetch(cells, values)` fills by cells whenever they are needed: their numbers, and a `Matrix{Float32}` `(genes, cells)`.
"""
function Dataset(fetch, context::Context, genes::Integer, cells::Integer; gene_names = nothing, cell_names = nothing, memory::Integer = 2^26)
    rows = Rows(fetch)
    source = defaults(RowSource; rows = cells, cols = genes, memory = memory, user = pointer_from_objref(rows),
        fetch = @cfunction(on_rows, Int32, (Ptr{Cvoid}, Ptr{RowBlock}, Ptr{UInt8})))
    g, c = names_of(gene_names), names_of(cell_names)
    gene_names === nothing || wanted(genes, length(g))
    cell_names === nothing || wanted(cells, length(c))
    GC.@preserve rows g c Dataset(made(L.scilama_dataset_create_from_rows, context, source, cell_names === nothing ? C_NULL : addresses(c),
        gene_names === nothing ? C_NULL : addresses(g)), context, rows)
end

"""
    concat(datasets; keys = nothing, label = nothing, options...)

Their cells one after another, with the genes that all have. `keys` are texts that name the datasets; of `label` a column of that name
tells each cell's dataset. Options are those of scilama_concat_options.
"""
function concat(datasets::AbstractVector{Dataset}; keys = nothing, options...)
    isempty(datasets) && throw(ArgumentError("a dataset is needed"))
    texts = names_of(keys)
    keys === nothing || wanted(length(datasets), length(texts))
    named = addresses(texts)
    given = keys === nothing ? NamedTuple() : (keys = pointer(named),)
    o, kept = with_texts(ConcatOptions; given..., options...)
    GC.@preserve texts named kept datasets Dataset(made(L.scilama_dataset_concat, Ptr{Cvoid}[d.pointer for d in datasets], length(datasets), o),
        first(datasets).context, [d.keep for d in datasets])
end

cells(d::Dataset) = L.scilama_dataset_cells(d)
genes(d::Dataset) = L.scilama_dataset_genes(d)
"Names of the genes of the matrix; `used = true`: of those that a model of it has, in its order."
gene_names(d::Dataset; used = false) = used ?
    [unsafe_string(L.scilama_dataset_used_gene_name(d, i - 1)) for i in 1:L.scilama_dataset_genes_used(d)] :
    [unsafe_string(L.scilama_dataset_gene_name(d, i - 1)) for i in 1:genes(d)]
cell_names(d::Dataset) = [unsafe_string(L.scilama_dataset_cell_name(d, i - 1)) for i in 1:cells(d)]

function whole(d::Dataset, values)
    length(values) == cells(d) || throw(DimensionMismatch("one value per cell is needed"))
    values
end

"Numbers; `missing` and NaN are missing."
set_numeric!(d::Dataset, name::AbstractString, values::AbstractVector) =
    call(L.scilama_dataset_set_numeric, d, name, Float64[ismissing(v) ? NaN : v for v in whole(d, values)])

"Categories: anything that can be shown as text, or `missing`."
function set_categorical!(d::Dataset, name::AbstractString, values::AbstractVector)
    codes, names = categories_of(whole(d, values))
    GC.@preserve names call(L.scilama_dataset_set_codes, d, name, codes, addresses(names), length(names))
end

"Texts as they are; the library finds the categories."
function set_strings!(d::Dataset, name::AbstractString, values::AbstractVector)
    texts = [ismissing(v) ? "" : String(v) for v in whole(d, values)]
    GC.@preserve texts call(L.scilama_dataset_set_strings, d, name, Ptr{UInt8}[ismissing(v) ? C_NULL : pointer(t) for (v, t) in zip(values, texts)])
end

# Of Tables.jl, where it is loaded; else whatever has its columns as properties, such as a named tuple or a data frame, or a dictionary.
const TABLES = Base.PkgId(Base.UUID("bd369af6-aec1-5ad0-b16a-f7cc5008161c"), "Tables")
function table_columns(table)
    tables = get(Base.loaded_modules, TABLES, nothing)
    if tables !== nothing && Base.invokelatest(tables.istable, table)
        found = Base.invokelatest(tables.columns, table)
        return [String(n) => Base.invokelatest(tables.getcolumn, found, n) for n in Base.invokelatest(tables.columnnames, found)]
    end
    table isa AbstractDict && return [String(k) => v for (k, v) in table]
    [String(n) => getproperty(table, n) for n in propertynames(table)]
end

isnumber(values) = nonmissingtype(eltype(values)) <: Real && !(nonmissingtype(eltype(values)) <: Bool)

"""
    set_obs!(data, table)

Every column of a table of cells: anything of Tables.jl, a data frame, a named tuple or a dictionary of vectors. Numbers are numeric,
everything else is categorical.
"""
function set_obs!(d::Dataset, table)
    for (name, values) in table_columns(table)
        isnumber(values) ? set_numeric!(d, name, values) : set_categorical!(d, name, values)
    end
    d
end

"Names of the cell columns."
columns(d::Dataset) = [unsafe_string(L.scilama_dataset_column_name(d, i - 1)) for i in 1:L.scilama_dataset_columns(d)]

"A cell column: numbers (NaN missing), or texts and `missing`."
function column(d::Dataset, name::AbstractString)
    what = defaults(ColumnInfo)
    call(L.scilama_dataset_column_info, d, name, what)
    if what[].kind == L.SCILAMA_COLUMN_NUMERIC
        out = Vector{Float64}(undef, cells(d))
        call(L.scilama_dataset_get_numeric, d, name, out)
        return out
    end
    codes = Vector{Int32}(undef, cells(d))
    call(L.scilama_dataset_get_codes, d, name, codes)
    names = [unsafe_string(L.scilama_dataset_category(d, name, k)) for k in 0:what[].categories-1]
    [c < 0 ? missing : names[c+1] for c in codes]
end

"All cell columns as a named tuple of vectors, which is a table of Tables.jl: `DataFrame(SciLaMA.obs(data))`."
obs(d::Dataset) = NamedTuple{Tuple(Symbol.(columns(d)))}(Tuple(column(d, name) for name in columns(d)))

use_covariate!(d::Dataset, name::AbstractString, kind::Integer = CATEGORICAL) = call(L.scilama_dataset_use_covariate, d, name, kind)
set_split!(d::Dataset, split::AbstractVector) = call(L.scilama_dataset_set_split, d, Vector{Int32}(whole(d, split)))
"From a categorical column of train, validation, test, excluded."
split_by!(d::Dataset, name::AbstractString) = call(L.scilama_dataset_split_by, d, name)
function split_of(d::Dataset)
    out = Vector{Int32}(undef, cells(d))
    call(L.scilama_dataset_get_split, d, out)
    out
end

function split_random!(d::Dataset, train::Real, validation::Real; seed::Integer = 0, stratify = nothing)
    key = stratify === nothing ? "" : String(stratify)
    error = error_buffer()
    GC.@preserve key check(ccall(sym(:dataset_split_random), Int32, (Ptr{Cvoid}, Float64, Float64, UInt64, Ptr{UInt8}, Ptr{UInt8}),
        d, train, validation, seed, stratify === nothing ? C_NULL : pointer(key), error), error)
end

# ------------------------------------------------------------- gene tables

"Gene vectors `(width, genes)`."
function GeneTable(context::Context, genes, vectors::AbstractMatrix)
    names, values = names_of(genes), floats(vectors)
    wanted(size(values, 2), length(names))
    GC.@preserve names GeneTable(made(L.scilama_gene_table_create, context, addresses(names), values, size(values, 2), size(values, 1), 0), context)
end

"A file of vectors; options are those of scilama_table_options."
function GeneTable(context::Context, path::AbstractString; options...)
    o, kept = with_texts(TableOptions; options...)
    GC.@preserve kept GeneTable(made(L.scilama_gene_table_read, context, path, o), context)
end

"A control: Gaussian columns like those of a table."
random(t::GeneTable; seed = 0) = GeneTable(made(L.scilama_gene_table_random, t.context, t, seed), t.context)
"A control: the vectors of a table, dealt at random to its genes."
shuffled(t::GeneTable; seed = 0) = GeneTable(made(L.scilama_gene_table_shuffled, t.context, t, seed), t.context)

Base.size(t::GeneTable) = (L.scilama_gene_table_width(t), L.scilama_gene_table_rows(t))
gene_names(t::GeneTable) = [unsafe_string(L.scilama_gene_table_name(t, i - 1)) for i in 1:size(t)[2]]
"The vectors `(width, genes)`, a copy."
Base.Matrix(t::GeneTable) = copy(unsafe_wrap(Array, L.scilama_gene_table_values(t), size(t)))
save(t::GeneTable, path::AbstractString) = call(L.scilama_gene_table_write, t, path)

"A file of two columns: the name of a gene in the data, and the name to look up."
GeneAliases(context::Context, path::AbstractString) = GeneAliases(made(L.scilama_gene_aliases_read, context, path), context)
Base.length(a::GeneAliases) = L.scilama_gene_aliases_count(a)

function match_options(aliases; options...)
    given = aliases === nothing ? NamedTuple() :
        (aliases = length(aliases), alias_from = L.scilama_gene_aliases_from(aliases), alias_to = L.scilama_gene_aliases_to(aliases))
    defaults(MatchOptions; given..., options...)
end

"""
    add_gene_table!(data, name, table; aliases = nothing, options...)
    add_gene_table!(data, context, name, genes, vectors; options...)

Adds a modality, matched by name; options are those of scilama_match_options. Returns what matched.
"""
function add_gene_table!(d::Dataset, name::AbstractString, table::GeneTable; aliases = nothing, options...)
    report = defaults(MatchReport)
    GC.@preserve aliases call(L.scilama_dataset_add_gene_table, d, name, table, match_options(aliases; options...), report)
    report[]
end
add_gene_table!(d::Dataset, context::Context, name::AbstractString, genes, vectors::AbstractMatrix; options...) =
    add_gene_table!(d, name, GeneTable(context, genes, vectors); options...)

"Fits the recipe; options are those of scilama_preprocess_options, and `preset`. Returns what was done."
function preprocess!(d::Dataset; options...)
    o, kept = with_texts(PreprocessOptions; options...)
    report = defaults(PreprocessReport)
    GC.@preserve kept long(d, L.scilama_dataset_preprocess, d, o, report)
    report[]
end

"What the cell encoder sees, `(genes used, cells)`."
function prepared(d::Dataset, which = 1:cells(d))
    numbers, out = Int64.(which) .- 1, Matrix{Float32}(undef, L.scilama_dataset_genes_used(d), length(which))
    call(L.scilama_dataset_get_prepared, d, numbers, length(numbers), out, 0)
    out
end

"Gives back the matrix and gene tables as read; call it once the model is made."
release_input!(d::Dataset) = call(L.scilama_dataset_release_input, d)
