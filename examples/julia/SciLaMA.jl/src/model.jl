# SPDX-License-Identifier: MIT
# The paired VAE: parameters, embeddings, decoding, files.

"A paired VAE for a dataset; options are those of scilama_model_options."
Model(d::Dataset; preset = RECOMMENDED, options...) =
    Model(made(L.scilama_model_create, d, defaults(ModelOptions; preset = preset, options...)), d.context, d)

load(context::Context, path::AbstractString) = Model(made(L.scilama_model_load, context, path), context)
save(m::Model, path::AbstractString) = call(L.scilama_model_save, m, path)

"""
    fit(data; seed = 0, train_fraction = 0.9, stratify = nothing, preprocess = (), model = (), trainer = (), tables = false)

The whole way: split, recipe, model, training, with the defaults of the program; named tuples of options change those of a struct.
`tables`: whether gene tables were added. Ctrl-C comes when it is done: to stop within, take the parts.
"""
function fit(d::Dataset; preset = RECOMMENDED, seed = 0, train_fraction = 0.9, stratify = nothing, preprocess = NamedTuple(), model = NamedTuple(),
    trainer = NamedTuple(), tables = false)
    axes = preset == RECOMMENDED && !tables ? (embed_pca = 50,) : NamedTuple()
    (p, kept), key = with_texts(PreprocessOptions; preset = preset, preprocess...), stratify === nothing ? "" : String(stratify)
    m, t = defaults(ModelOptions; preset = preset, seed = seed, axes..., model...), defaults(TrainerOptions; preset = preset, seed = seed, trainer...)
    GC.@preserve p m t kept key begin
        o = defaults(FitOptions; preset = preset, seed = seed, train_fraction = train_fraction, stratify = stratify === nothing ? Ptr{UInt8}(C_NULL) : pointer(key),
            preprocess = Base.unsafe_convert(Ptr{Cvoid}, p), model = Base.unsafe_convert(Ptr{Cvoid}, m), trainer = Base.unsafe_convert(Ptr{Cvoid}, t))
        Model(made(L.scilama_fit, d, o, C_NULL), d.context, d)
    end
end

"The bytes that save would write."
function to_bytes(m::Model)
    memory, size = Ref(C_NULL), Ref(Int64(0))
    call(L.scilama_model_save_memory, m, memory, size)
    out = copy(unsafe_wrap(Array, Ptr{UInt8}(memory[]), size[]))
    L.scilama_bytes_destroy(m.context, memory[])
    out
end
from_bytes(context::Context, bytes::Vector{UInt8}) =
    Model(GC.@preserve(bytes, made(L.scilama_model_load_memory, context, Ptr{Cvoid}(pointer(bytes)), length(bytes))), context)

function info(m::Model)
    out = defaults(ModelInfo)
    call(L.scilama_model_get_info, m, out)
    out[]
end

"The options in force."
function options(m::Model)
    out = defaults(ModelOptions)
    call(L.scilama_model_get_options, m, out)
    out[]
end

genes(m::Model) = [unsafe_string(L.scilama_model_gene_name(m, i - 1)) for i in 1:info(m).genes]

"Modalities, each with the width of the vectors that it takes."
modalities(m::Model) = [unsafe_string(L.scilama_model_modality_name(m, i)) => L.scilama_model_modality_width(m, i) for i in 0:info(m).modalities-1]

"The vectors `(width, genes)` as the gene encoder reads them; NaN where no table knows a gene."
function gene_vectors(m::Model, modality::Integer = 1)
    width = Ref(Int64(0))
    call(L.scilama_model_gene_vectors, m, modality - 1, width, C_NULL, 0)
    out = Matrix{Float32}(undef, width[], info(m).genes)
    call(L.scilama_model_gene_vectors, m, modality - 1, width, out, 0)
    out
end

"""
    covariates(model) -> Vector{Pair{String,Vector{String}}}

The cell columns that the model reads, each with its categories; numbers have none.
"""
covariates(m::Model) = map(0:L.scilama_model_covariates(m)-1) do i
    out = defaults(CovariateInfo)
    call(L.scilama_model_covariate, m, i, out)
    unsafe_string(out[].name) => String[unsafe_string(L.scilama_model_category(m, i, k - 1)) for k in 1:out[].categories]
end

array_of(t::Tensor) = unsafe_wrap(Array, Ptr{Float32}(t.data), t.rank == 2 ? (t.cols, t.rows) : (t.rows * t.cols,))

"""
    parameters(model) -> Vector{Pair{String,Array{Float32}}}

Views of the model's own memory, `(inputs, outputs)`; each is valid while the model lives.
"""
parameters(m::Model) = map(0:L.scilama_model_parameters(m)-1) do i
    out = defaults(Tensor)
    call(L.scilama_model_parameter, m, i, out)
    unsafe_string(out[].name) => array_of(out[])
end

"A view of one parameter."
function parameter(m::Model, name::AbstractString)
    out = defaults(Tensor)
    call(L.scilama_model_find_parameter, m, name, out)
    array_of(out[])
end

set_parameter!(m::Model, name::AbstractString, values::AbstractArray) =
    call(L.scilama_model_set_parameter, m, name, Vector{Float32}(vec(values)), length(values))

"Warm start from another model, of every parameter or of those with a prefix; how many were copied."
function copy_parameters!(m::Model, from::Model; prefix = nothing, from_prefix = prefix)
    copied, error = Ref(Int64(0)), error_buffer()
    at(p) = p === nothing ? Ptr{UInt8}(C_NULL) : pointer(p)
    GC.@preserve prefix from_prefix check(ccall(sym(:model_copy_parameters), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{UInt8}, Ptr{UInt8}, Ptr{Int64}, Ptr{UInt8}),
        m, from, at(prefix), at(from_prefix), copied, error), error)
    copied[]
end

"Adds categories, to map new batches; views of parameters are void after it."
function extend_covariate!(m::Model, key::AbstractString, values)
    texts = names_of(values)
    GC.@preserve texts call(L.scilama_model_extend_covariate, m, key, addresses(texts), length(texts))
end

"`(latent, cells)`; with `sigma = true` the standard deviations too."
function encode_cells(m::Model, d::Dataset; sigma = false)
    out = Matrix{Float32}(undef, info(m).latent, cells(d))
    spread = sigma ? similar(out) : C_NULL
    long(m, L.scilama_model_encode_cells, m, d, out, spread, 0)
    sigma ? (out, spread) : out
end

"`(latent, genes)`; with `sigma = true` the standard deviations too."
function encode_genes(m::Model; sigma = false)
    out = Matrix{Float32}(undef, info(m).latent, info(m).genes)
    spread = sigma ? similar(out) : C_NULL
    call(L.scilama_model_encode_genes, m, out, spread, 0)
    sigma ? (out, spread) : out
end

table_pointers(tables) = Ptr{Cvoid}[t.pointer for t in tables]
rows_of(tables) = isempty(tables) ? throw(ArgumentError("a gene table of each modality is needed")) : size(first(tables))[2]

"Embeds genes that the model never saw, from a GeneTable for each modality: `(latent, genes)`."
function encode_new_genes(m::Model, tables::GeneTable...)
    out = Matrix{Float32}(undef, info(m).latent, rows_of(tables))
    GC.@preserve tables call(L.scilama_model_encode_new_genes, m, table_pointers(tables), C_NULL, length(tables), out, 0)
    out
end

# Decoding options, with replaced categories, while f runs.
function decoding(f, to, options)
    keys_, values_ = names_of(first.(collect(to))), names_of(last.(collect(to)))
    key_pointers, value_pointers = addresses(keys_), addresses(values_)
    GC.@preserve keys_ values_ key_pointers value_pointers f(defaults(DecodeOptions; to_key = Ptr{Cvoid}(pointer(key_pointers)),
        to_value = Ptr{Cvoid}(pointer(value_pointers)), replacements = length(to), options...))
end

"""
    decode(model, data; to = [], options...)

Denoised or corrected expression, `(genes of the model, cells)`; `to` holds pairs of a cell column and the category that
every cell is decoded as, such as `["batch" => "a"]`. Options are those of scilama_decode_options.
"""
function decode(m::Model, d::Dataset; to = Pair{String,String}[], options...)
    out = Matrix{Float32}(undef, info(m).genes, cells(d))
    decoding(o -> long(m, L.scilama_model_decode, m, d, o, out, 0), to, options)
    out
end

"Expression of unseen genes `(genes of the tables, cells)`, from tables as in encode_new_genes."
function decode_new_genes(m::Model, d::Dataset, tables::GeneTable...; to = Pair{String,String}[], options...)
    out = Matrix{Float32}(undef, rows_of(tables), cells(d))
    decoding(o -> (GC.@preserve tables long(m, L.scilama_model_decode_new_genes, m, d, o, table_pointers(tables), C_NULL, length(tables), out, 0)), to, options)
    out
end

"""
    predict_genes(model, data, names, tables...) -> (values, expected)

Expression `(names, cells)` of genes from any tables that know both them and genes of the model; `expected` has for each gene `mean`,
`deviation` and `correlation` with the truth.
"""
function predict_genes(m::Model, d::Dataset, names, tables::GeneTable...; to = Pair{String,String}[], options...)
    texts = names_of(names)
    out, expected = Matrix{Float32}(undef, length(texts), cells(d)), (mean = zeros(length(texts)), deviation = zeros(length(texts)), correlation = zeros(length(texts)))
    GC.@preserve texts expected tables begin
        forecast = defaults(GeneForecast; (k => pointer(v) for (k, v) in pairs(expected))...)
        decoding(o -> long(m, L.scilama_model_predict_genes, m, d, o, table_pointers(tables), length(tables), addresses(texts), length(texts), out, 0, forecast), to, options)
    end
    out, expected
end
