# SPDX-License-Identifier: MIT
# Results into .h5ad files, and what is read back of them.

"""
    H5adWriter(context, input, output; part...)
    H5adWriter(context, output, x; genes, cells)
    H5adWriter(output, dataset; matrix = true)

Adds results to a copy of a file, or writes a new one of a matrix `(genes, cells)`, dense or sparse, or of a dataset; without `commit!` nothing is left behind.
`part`: options of scilama_file_options that say which modality or genome of the input is meant.
"""
function H5adWriter(context::Context, input::AbstractString, output::AbstractString; part...)
    isempty(part) && return H5adWriter(made(L.scilama_h5ad_writer_open, context, input, output), context)
    o, kept = with_texts(FileOptions; part...)
    GC.@preserve kept H5adWriter(made(L.scilama_h5ad_writer_open_part, context, input, o, output), context)
end
function H5adWriter(context::Context, output::AbstractString, x::AbstractMatrix; genes = nothing, cells = nothing)
    g, c = names_of(genes), names_of(cells)
    genes === nothing || wanted(size(x, 1), length(g))
    cells === nothing || wanted(size(x, 2), length(c))
    with_view(x) do view
        GC.@preserve g c H5adWriter(made(L.scilama_h5ad_writer_create, context, output, view, cells === nothing ? C_NULL : addresses(c),
            genes === nothing ? C_NULL : addresses(g)), context)
    end
end

H5adWriter(output::AbstractString, d::Dataset; matrix::Bool = true) =
    H5adWriter(made(L.scilama_h5ad_writer_create_from, output, d, matrix), d.context)

function with_view(f, x::SparseMatrixCSC)
    parts = csr_parts(x)
    GC.@preserve parts f(csr_view(x, parts))
end
function with_view(f, x::AbstractMatrix)
    dense = floats(x)
    GC.@preserve dense f(dense_view(dense))
end

cells(w::H5adWriter) = L.scilama_h5ad_writer_cells(w)
genes(w::H5adWriter) = L.scilama_h5ad_writer_genes(w)

"A matrix `(width, cells)`."
put_obsm!(w::H5adWriter, key::AbstractString, x::AbstractMatrix) =
    (wanted(cells(w), size(x, 2)); call(L.scilama_h5ad_writer_put_obsm, w, key, floats(x), size(x, 1), 0))
"A matrix `(width, genes)`."
put_varm!(w::H5adWriter, key::AbstractString, x::AbstractMatrix) =
    (wanted(genes(w), size(x, 2)); call(L.scilama_h5ad_writer_put_varm, w, key, floats(x), size(x, 1), 0))

function put_column(w, n, key, values, numeric, categorical)
    wanted(n, length(values))
    isnumber(values) && return call(numeric, w, key, Float64[ismissing(v) ? NaN : v for v in values])
    codes, names = categories_of(values)
    GC.@preserve names call(categorical, w, key, codes, addresses(names), length(names))
end
"A column of cells: numbers, or anything else as categories."
put_obs!(w::H5adWriter, key::AbstractString, values::AbstractVector) =
    put_column(w, cells(w), key, values, L.scilama_h5ad_writer_put_obs_numeric, L.scilama_h5ad_writer_put_obs_categorical)
"A column of genes."
put_var!(w::H5adWriter, key::AbstractString, values::AbstractVector) =
    put_column(w, genes(w), key, values, L.scilama_h5ad_writer_put_var_numeric, L.scilama_h5ad_writer_put_var_categorical)

"obs of a file of the same cells, names and columns as they are stored there; `part` as in [`H5adWriter`](@ref)."
function copy_obs!(w::H5adWriter, input::AbstractString; part...)
    o, kept = with_texts(FileOptions; part...)
    GC.@preserve kept call(L.scilama_h5ad_writer_copy_obs, w, input, o)
end

"A matrix `(genes, cells)` of the size of X, dense or sparse."
function put_layer!(w::H5adWriter, key::AbstractString, x::AbstractMatrix)
    size(x) == (genes(w), cells(w)) || throw(DimensionMismatch("a layer has the size of the matrix"))
    with_view(view -> call(L.scilama_h5ad_writer_put_layer, w, key, view), x)
end

function put_pairs(w, n, key, x, put)
    size(x) == (n, n) || throw(DimensionMismatch("a matrix of $n × $n is needed"))
    values, indices, indptr = csr_parts(x)
    call(put, w, key, indptr, indices, values)
end
"A sparse matrix of pairs of cells; its columns become rows."
put_obsp!(w::H5adWriter, key::AbstractString, x::SparseMatrixCSC) = put_pairs(w, cells(w), key, x, L.scilama_h5ad_writer_put_obsp)
"A sparse matrix of pairs of genes; its columns become rows."
put_varp!(w::H5adWriter, key::AbstractString, x::SparseMatrixCSC) = put_pairs(w, genes(w), key, x, L.scilama_h5ad_writer_put_varp)

"A text, a number, texts, numbers or a matrix (written row by row); \"a/b\" nests."
put_uns!(w::H5adWriter, key::AbstractString, value::AbstractString) = call(L.scilama_h5ad_writer_put_uns_string, w, key, value)
put_uns!(w::H5adWriter, key::AbstractString, value::Integer) = call(L.scilama_h5ad_writer_put_uns_integer, w, key, value)
put_uns!(w::H5adWriter, key::AbstractString, value::Real) = call(L.scilama_h5ad_writer_put_uns_number, w, key, value)
function put_uns!(w::H5adWriter, key::AbstractString, values::AbstractVector{<:AbstractString})
    texts = names_of(values)
    GC.@preserve texts call(L.scilama_h5ad_writer_put_uns_strings, w, key, addresses(texts), length(texts))
end
put_uns!(w::H5adWriter, key::AbstractString, values::AbstractVector{<:Real}) =
    call(L.scilama_h5ad_writer_put_uns_array, w, key, Vector{Float32}(values), length(values), 0)
put_uns!(w::H5adWriter, key::AbstractString, x::AbstractMatrix) =
    call(L.scilama_h5ad_writer_put_uns_array, w, key, floats(permutedims(x)), size(x, 1), size(x, 2))

"A record array, as scanpy keeps markers, of a table of numbers or of one of texts."
function put_records!(w::H5adWriter, key::AbstractString, table)
    found = table_columns(table)
    fields, rows = names_of(first.(found)), length(last(first(found)))
    all(c -> length(last(c)) == rows, found) || throw(DimensionMismatch("columns of one length are needed"))
    if all(c -> isnumber(last(c)), found)
        return GC.@preserve fields call(L.scilama_h5ad_writer_put_uns_records, w, key, addresses(fields), length(fields), rows, Vector{Float64}(reduce(vcat, last.(found))), C_NULL)
    end
    texts = names_of(reduce(vcat, [names_of(last(c)) for c in found]))
    GC.@preserve fields texts call(L.scilama_h5ad_writer_put_uns_records, w, key, addresses(fields), length(fields), rows, C_NULL, addresses(texts))
end

"A data frame in uns: its index, and the columns of a table."
function put_table!(w::H5adWriter, key::AbstractString, index, table)
    rows = names_of(index)
    GC.@preserve rows call(L.scilama_h5ad_writer_put_uns_table, w, key, addresses(rows), length(rows))
    for (name, values) in table_columns(table)
        wanted(length(rows), length(values))
        if isnumber(values)
            call(L.scilama_h5ad_writer_put_uns_table_numeric, w, key, name, Float64[ismissing(v) ? NaN : v for v in values])
        else
            texts = names_of(values)
            GC.@preserve texts call(L.scilama_h5ad_writer_put_uns_table_strings, w, key, name, addresses(texts))
        end
    end
end

commit!(w::H5adWriter) = call(L.scilama_h5ad_writer_commit, w)

"A matrix `(width, rows)` of an .h5ad file, by a key such as \"obsm/X_pca\"."
function read_array(context::Context, path::AbstractString, key::AbstractString)
    rows, width = Ref(Int64(0)), Ref(Int64(0))
    call(L.scilama_h5ad_read_array, context, path, key, rows, width, C_NULL, 0)
    out = Matrix{Float32}(undef, width[], rows[])
    call(L.scilama_h5ad_read_array, context, path, key, rows, width, out, length(out))
    out
end

"A column of \"obs\", \"var\" or a data frame of uns; of categories and texts the codes from 0, NaN = missing."
function read_column(context::Context, path::AbstractString, table::AbstractString, name::AbstractString)
    rows = Ref(Int64(0))
    call(L.scilama_h5ad_read_column, context, path, table, name, rows, C_NULL, 0)
    out = Vector{Float64}(undef, rows[])
    call(L.scilama_h5ad_read_column, context, path, table, name, rows, out, length(out))
    out
end

"A text of uns."
read_string(context::Context, path::AbstractString, key::AbstractString) = take_text(context, L.scilama_h5ad_read_string, context, path, key)

"What a data set, model or table file holds, as a JSON object, with every problem found; `layer`: of which matrix."
describe_file(context::Context, path::AbstractString) = take_text(context, L.scilama_file_describe, context, path, Cstring(C_NULL))
describe_file(context::Context, path::AbstractString, layer::AbstractString) = take_text(context, L.scilama_file_describe, context, path, layer)
