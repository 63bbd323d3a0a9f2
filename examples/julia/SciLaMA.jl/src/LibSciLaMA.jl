# SPDX-License-Identifier: MIT
# Made by tests/abi/bindings.py from the public headers; never edited by hand.
"libscilama as it is, by ccall: numbers, structs, every function. SciLaMA is the module to use."
module LibSciLaMA

using Libdl

const library = Ref{Ptr{Cvoid}}(C_NULL)
sym(name::Symbol) = Libdl.dlsym(library[], name)

"success"
const SCILAMA_OK = Int32(0)
"an argument or option is not acceptable"
const SCILAMA_E_INVALID = Int32(-1)
"the allocator returned no memory"
const SCILAMA_E_NOMEM = Int32(-2)
"the handle is not in a state that allows this call"
const SCILAMA_E_STATE = Int32(-3)
"this build or version cannot do this"
const SCILAMA_E_UNSUPPORTED = Int32(-4)
"reading or writing failed"
const SCILAMA_E_IO = Int32(-5)
"the file or buffer is damaged or of another format"
const SCILAMA_E_FORMAT = Int32(-6)
"a named thing does not exist"
const SCILAMA_E_NOTFOUND = Int32(-7)
"a value is NaN or infinite"
const SCILAMA_E_NONFINITE = Int32(-8)
"the call was cancelled"
const SCILAMA_E_CANCELLED = Int32(-9)
"a library in use differs from the one built against"
const SCILAMA_E_DEPENDENCY = Int32(-10)
"a name occurs more than once"
const SCILAMA_E_DUPLICATE = Int32(-11)
"a callback of the host reported failure"
const SCILAMA_E_CALLBACK = Int32(-12)
"a fault of the library itself"
const SCILAMA_E_INTERNAL = Int32(-13)
const SCILAMA_LOG_ERROR = Int32(10)
const SCILAMA_LOG_WARNING = Int32(20)
const SCILAMA_LOG_INFO = Int32(30)
const SCILAMA_LOG_DEBUG = Int32(40)
"row-major, cells are rows"
const SCILAMA_STORAGE_DENSE = Int32(1)
"compressed by cell"
const SCILAMA_STORAGE_CSR = Int32(2)
"compressed by gene"
const SCILAMA_STORAGE_CSC = Int32(3)
const SCILAMA_DTYPE_F32 = Int32(1)
const SCILAMA_DTYPE_F64 = Int32(2)
const SCILAMA_DTYPE_I32 = Int32(10)
const SCILAMA_DTYPE_I64 = Int32(11)
const SCILAMA_DTYPE_U16 = Int32(20)
const SCILAMA_DTYPE_U32 = Int32(21)
"the library copies; the caller may free at once"
const SCILAMA_MEMORY_COPY = Int32(1)
"the caller keeps the arrays unchanged until every handle made from the dataset is gone"
const SCILAMA_MEMORY_BORROW = Int32(2)
"genes that all datasets have"
const SCILAMA_JOIN_INNER = Int32(1)
"genes that any has: SCILAMA_E_UNSUPPORTED. A gene that a dataset lacks is unknown in its cells, not zero, and training takes every gene as measured"
const SCILAMA_JOIN_OUTER = Int32(2)
const SCILAMA_COLUMN_NUMERIC = Int32(1)
const SCILAMA_COLUMN_CATEGORICAL = Int32(2)
"one-hot; categories sorted as strings, fitted on training cells; unknown and missing = an average of the known"
const SCILAMA_COVARIATE_CATEGORICAL = Int32(1)
"z-score with training mean and population standard deviation; missing = the mean"
const SCILAMA_COVARIATE_CONTINUOUS = Int32(2)
"the numbers as they are, one column; missing: SCILAMA_E_NONFINITE"
const SCILAMA_COVARIATE_RAW = Int32(3)
const SCILAMA_SPLIT_TRAIN = Int32(0)
const SCILAMA_SPLIT_VALIDATION = Int32(1)
const SCILAMA_SPLIT_TEST = Int32(2)
"neither trained on nor validated; still encoded"
const SCILAMA_SPLIT_EXCLUDED = Int32(3)
"decided from the values, said in the log and in the report"
const SCILAMA_INPUT_AUTO = Int32(0)
"integer counts: the full recipe"
const SCILAMA_INPUT_COUNTS = Int32(1)
"non-negative, large, not integer: the full recipe"
const SCILAMA_INPUT_EXPRESSION = Int32(2)
"small non-negative: no normalisation, no log1p"
const SCILAMA_INPUT_LOGGED = Int32(3)
"has negative values: used as it is"
const SCILAMA_INPUT_SCALED = Int32(4)
const SCILAMA_AUTO = Int32(-1)
const SCILAMA_OFF = Int32(0)
const SCILAMA_ON = Int32(1)
"seurat_v3 for counts, seurat otherwise; none for scaled input"
const SCILAMA_HVG_AUTO = Int32(-1)
"every gene that passed the filters"
const SCILAMA_HVG_NONE = Int32(0)
"scanpy flavor=\"seurat\": binned normalised dispersion of logged values"
const SCILAMA_HVG_SEURAT = Int32(1)
"scanpy flavor=\"seurat_v3\": variance of clipped standardised counts"
const SCILAMA_HVG_SEURAT_V3 = Int32(2)
"genes without a vector leave the model (published)"
const SCILAMA_MISSING_DROP = Int32(0)
"they take the mean of the matched vectors"
const SCILAMA_MISSING_MEAN = Int32(1)
"they stay in the cell VAE, its input, head and loss (default); where other tables know them they take the mean of the matched vectors, where none does the paired terms leave them out, and scilama_model_encode_genes() places them by what the cell VAE learned of them"
const SCILAMA_MISSING_KEEP = Int32(2)
const SCILAMA_METRIC_EUCLIDEAN = Int32(1)
"1 − cosine; 1 to and from a zero vector"
const SCILAMA_METRIC_COSINE = Int32(2)
"exact up to 200,000 points, else approximate"
const SCILAMA_KNN_AUTO = Int32(0)
"by a tree of boxes; O(n² · dim) at most"
const SCILAMA_KNN_EXACT = Int32(1)
"random projection trees, then neighbour descent; recall is estimated on a sample. Exact up to 1024 points and above 100 neighbours"
const SCILAMA_KNN_APPROXIMATE = Int32(2)
"UMAP's fuzzy union: scanpy's connectivities"
const SCILAMA_GRAPH_FUZZY = Int32(1)
"shared neighbours / united neighbours, each point its own neighbour"
const SCILAMA_GRAPH_JACCARD = Int32(2)
"1/2m · Σ (A_ij − γ k_i k_j / 2m) within communities"
const SCILAMA_QUALITY_MODULARITY = Int32(1)
"Σ over communities of (weight within − γ · size (size − 1) / 2)"
const SCILAMA_QUALITY_CPM = Int32(2)
"eigenvectors of the graph's normalised Laplacian; of a graph that is not connected: PCA when points are given, else random"
const SCILAMA_UMAP_SPECTRAL = Int32(1)
"principal components of the points"
const SCILAMA_UMAP_PCA = Int32(2)
"what the layout holds"
const SCILAMA_UMAP_GIVEN = Int32(3)
const SCILAMA_UMAP_RANDOM = Int32(4)
"every default as printed in the paper's code, its faults apart"
const SCILAMA_PRESET_PUBLISHED = Int32(0)
"what measurement favours (docs/presets.md)"
const SCILAMA_PRESET_RECOMMENDED = Int32(1)
"scilama_preprocess_options"
const SCILAMA_OPTIONS_PREPROCESS = Int32(1)
"scilama_model_options"
const SCILAMA_OPTIONS_MODEL = Int32(2)
"scilama_trainer_options"
const SCILAMA_OPTIONS_TRAINER = Int32(3)
"int32_t, 0 or 1"
const SCILAMA_OPTION_SWITCH = Int32(1)
"int32_t, one of those of scilama_option_choice()"
const SCILAMA_OPTION_CHOICE = Int32(2)
"int64_t"
const SCILAMA_OPTION_INTEGER = Int32(3)
"uint64_t"
const SCILAMA_OPTION_SEED = Int32(4)
"float"
const SCILAMA_OPTION_REAL = Int32(5)
"double"
const SCILAMA_OPTION_NUMBER = Int32(6)
"int64_t[elements], zeros behind the last"
const SCILAMA_OPTION_WIDTHS = Int32(7)
"const char *, NULL = none"
const SCILAMA_OPTION_TEXT = Int32(8)
"slope 0.01"
const SCILAMA_ACT_LEAKY_RELU = Int32(0)
const SCILAMA_ACT_RELU = Int32(1)
const SCILAMA_ACT_ELU = Int32(2)
const SCILAMA_ACT_SELU = Int32(3)
"exact, by erf"
const SCILAMA_ACT_GELU = Int32(4)
const SCILAMA_ACT_SILU = Int32(5)
const SCILAMA_ACT_TANH = Int32(6)
const SCILAMA_ACT_SOFTPLUS = Int32(7)
const SCILAMA_ACT_IDENTITY = Int32(8)
const SCILAMA_OBJECTIVE_CELL = Int32(1)
const SCILAMA_OBJECTIVE_GENE = Int32(2)
const SCILAMA_OBJECTIVE_JOINT = Int32(3)
const SCILAMA_FUSION_AVERAGE = Int32(0)
"precision-weighted"
const SCILAMA_FUSION_POE = Int32(1)
"mixture, moment-matched"
const SCILAMA_FUSION_MOE = Int32(2)
"as published"
const SCILAMA_PAIR_SCALE_ONE = Int32(0)
"x̂ divided by √h_1, x̃ by √L"
const SCILAMA_PAIR_SCALE_RSQRT = Int32(1)
"squared error"
const SCILAMA_LIKELIHOOD_GAUSSIAN = Int32(0)
const SCILAMA_LIKELIHOOD_POISSON = Int32(1)
"negative binomial, variance μ + μ²/θ; ln θ per gene is the parameter \"dispersion.log_theta\", trained with the cell and joint objectives, in effect within ±15"
const SCILAMA_LIKELIHOOD_NB = Int32(2)
"the dataset's gene tables; the transposed matrix when there are none"
const SCILAMA_GENE_INPUT_AUTO = Int32(0)
const SCILAMA_GENE_INPUT_TABLES = Int32(1)
"one modality: the training cells' values (G × training cells)"
const SCILAMA_GENE_INPUT_TRANSPOSED = Int32(2)
"no gene VAE: only beta_vae can be trained"
const SCILAMA_GENE_INPUT_NONE = Int32(3)
"not at all"
const SCILAMA_ENCODER_COVARIATES_NONE = Int32(0)
"as columns beside what it reads"
const SCILAMA_ENCODER_COVARIATES_COLUMNS = Int32(1)
"by where soft clusters of the training cells lie along the axes in each category (Harmony's correction as a function of one cell; docs/model.md); without axes: as columns"
const SCILAMA_ENCODER_COVARIATES_CLUSTERS = Int32(2)
"the cell decoder's own head"
const SCILAMA_HEAD_CELL = Int32(0)
"x̂, the product with the gene decoder: what it knows of a gene's level and of its batches is what the gene's vector tells, so both are shrunk"
const SCILAMA_HEAD_PAIRED = Int32(1)
"the one that comes nearer to the cells at hand, measured on at most 1,024 of them"
const SCILAMA_HEAD_BEST = Int32(2)
"cell VAE alone"
const SCILAMA_MODE_BETA_VAE = Int32(1)
"joint objective alone"
const SCILAMA_MODE_DIRECT = Int32(2)
"cell, then gene, then joint"
const SCILAMA_MODE_STEPWISE = Int32(3)
"gene VAE against a frozen cell VAE"
const SCILAMA_MODE_GENE = Int32(4)
"cell, then gene: stepwise without its joint phase"
const SCILAMA_MODE_CELL_GENE = Int32(5)
"file order"
const SCILAMA_SHUFFLE_NONE = Int32(0)
"FULL for data in memory, CHUNKED for those read as needed"
const SCILAMA_SHUFFLE_AUTO = Int32(1)
"blocks of cells next to each other are shuffled, then the cells within windows of many blocks. The order depends on seed, phase, epoch, the number of training cells, shuffle_block and shuffle_window alone: with these given, a streamed run equals one in memory bit for bit"
const SCILAMA_SHUFFLE_CHUNKED = Int32(2)
"all at once; of a streamed dataset every window then reads from everywhere"
const SCILAMA_SHUFFLE_FULL = Int32(3)
"z = mu + sigma ε"
const SCILAMA_SAMPLING_NORMAL = Int32(0)
"z = mu"
const SCILAMA_SAMPLING_MEAN = Int32(1)
const SCILAMA_PRECISION_F32 = Int32(0)
"operands rounded to bfloat16 (nearest, ties to even), sums and weights in single precision; faster where the processor has AVX-512 BF16, emulated elsewhere (\"bf16_kernels\" of scilama_context_describe()); forms agree to the rounding of the sums, 1e-6 √k relative"
const SCILAMA_PRECISION_BF16 = Int32(1)
const SCILAMA_NONFINITE_FAIL = Int32(0)
const SCILAMA_NONFINITE_SKIP = Int32(1)
"the epoch is over, and validation was run (with max_steps: where a fiftieth of them is done)"
const SCILAMA_EVENT_EPOCH_END = Int32(1)
"best validation loss so far: weights kept"
const SCILAMA_EVENT_IMPROVED = Int32(2)
"the phase is over; its best weights are restored, unless keep_last is set"
const SCILAMA_EVENT_PHASE_END = Int32(4)
"… because patience ran out"
const SCILAMA_EVENT_CONVERGED = Int32(8)
"no step is left"
const SCILAMA_EVENT_FINISHED = Int32(16)
"a non-finite loss or gradient: nothing was applied"
const SCILAMA_EVENT_SKIPPED = Int32(32)
"hardly a latent unit of the cells was active: the KL weight was halved (kl_repair)"
const SCILAMA_EVENT_COLLAPSED = Int32(64)
"scilama_trainer_options.max_steps by the number of training cells"
const SCILAMA_STEPS_AUTO = Int32(-1)
"scilama_trainer_options.gene_batch of the gene phase alone"
const SCILAMA_GENE_BATCH_AUTO = Int32(-1)

"What went wrong. Owned by the caller; its layout never changes."
struct Error
    "the status that the call returned"
    code::Int32
    "errno or a library's own code; 0 if none"
    detail::Int32
    "UTF-8, always terminated"
    message::NTuple{248,UInt8}
end

"Source of all memory that the library itself requests. Layout never changes. Called on the thread that called the library, never under a lock. BLIS packing buffers and HDF5 internals do not pass through it."
struct Allocator
    "passed back unchanged"
    user::Ptr{Cvoid}
    "Returns `size` bytes aligned to `align` (a power of two), or NULL."
    allocate::Ptr{Cvoid}
    "Releases what allocate returned; size and align are as then."
    release::Ptr{Cvoid}
end

"Options of scilama_context_create()."
struct ContextOptions
    "set by _init"
    struct_size::Csize_t
    "copied; NULL = malloc"
    allocator::Ptr{Cvoid}
    "NULL = silent"
    log::Ptr{Cvoid}
    "passed to log"
    log_user::Ptr{Cvoid}
    "most detailed level wanted; default INFO"
    log_level::Int32
    "1 (default) to 256, calling thread included; 0 = processors available"
    threads::Int32
end

"A view of a cells × genes matrix in the caller's memory."
struct Matrix
    "set by _init"
    struct_size::Csize_t
    "scilama_storage"
    storage::Int32
    "scilama_dtype of values"
    value_type::Int32
    "SCILAMA_DTYPE_I32 (default) or SCILAMA_DTYPE_I64; of indices, and of indptr unless indptr_type is set; ignored when dense"
    index_type::Int32
    "scilama_memory; default COPY"
    memory::Int32
    "cells, > 0"
    rows::Int64
    "genes, > 0"
    cols::Int64
    "dense: elements between rows; 0 = cols"
    ld::Int64
    "sparse: stored entries"
    stored::Int64
    "dense: [rows × ld]; sparse: [stored]"
    values::Ptr{Cvoid}
    "sparse: [stored]; columns (CSR) or rows (CSC); need not be sorted"
    indices::Ptr{Cvoid}
    "sparse: [rows + 1] (CSR) or [cols + 1] (CSC)"
    indptr::Ptr{Cvoid}
    "SCILAMA_DTYPE_I32 or SCILAMA_DTYPE_I64; 0 (default) = as index_type"
    indptr_type::Int32
    "0"
    reserved::Int32
end

"Rows that a scilama_fetch_fn is to fill."
struct RowBlock
    struct_size::Csize_t
    "cells wanted, > 0"
    rows::Int64
    "columns of the matrix"
    genes::Int64
    "[rows] their numbers, ascending"
    cells::Ptr{Int64}
    "to fill. Dense: [rows × genes]. CSR: stored values; there is room for rows × genes"
    values::Ptr{Float32}
    "to fill, CSR: columns of the values; there is room for rows × genes. NULL when dense"
    indices::Ptr{Int32}
    "to fill, CSR: [rows + 1], from 0. NULL when dense"
    indptr::Ptr{Int64}
end

"A matrix that stays with the caller and is read by rows as needed."
struct RowSource
    "set by _init"
    struct_size::Csize_t
    "SCILAMA_STORAGE_DENSE (default) or SCILAMA_STORAGE_CSR: what fetch fills"
    storage::Int32
    "0"
    reserved::Int32
    "cells, > 0"
    rows::Int64
    "genes, > 0"
    cols::Int64
    "bytes that a reader (a trainer, an encoding) may hold of it; default 64 MiB"
    memory::Int64
    "cells next to each other that are best fetched together, say those of a chunk; default 256"
    lump::Int64
    fetch::Ptr{Cvoid}
    "handed to fetch and release"
    user::Ptr{Cvoid}
    "called once, when the last handle made from it is gone; not when scilama_dataset_create_from_rows() fails; NULL = none"
    release::Ptr{Cvoid}
end

"How several datasets become one; names as of anndata.concat."
struct ConcatOptions
    struct_size::Csize_t
    "[n] what to call the datasets, unique; NULL = \"0\", \"1\", …"
    keys::Ptr{Ptr{UInt8}}
    "categorical cell column to add: each cell's dataset by its key; NULL = none"
    label::Ptr{UInt8}
    "scilama_join; default INNER"
    join::Int32
    "scilama_switch: \"-KEY\" behind the name of every cell; default AUTO: where two datasets share a name"
    index_unique::Int32
    "1: the matrix of each dataset in memory is given back as soon as it is copied, so that only one is held twice; such a dataset is then as after scilama_dataset_release_input(), also where the call fails"
    release::Int32
    "0"
    reserved::Int32
end

"What a cell column holds."
struct ColumnInfo
    struct_size::Csize_t
    "scilama_column_kind"
    kind::Int32
    reserved::Int32
    "number of categories; 0 when numeric"
    categories::Int64
    "cells without a value"
    missing::Int64
end

"The preprocessing recipe."
struct PreprocessOptions
    struct_size::Csize_t
    "scilama_input; default AUTO"
    input::Int32
    "scilama_switch: size factors to target_sum"
    normalize::Int32
    "scilama_switch"
    log1p::Int32
    "scilama_hvg"
    hvg::Int32
    "scilama_switch: per gene, fitted on training cells; how: scale_shrink"
    scale::Int32
    "scilama_switch: select within each batch and combine ranks (needs batch_key); default AUTO: where batch_key has 2 to 20 categories, of 50 training cells on average"
    hvg_by_batch::Int32
    "> 0; default 2000"
    n_top_genes::Int64
    "cells with fewer detected genes are excluded from training; default 0 = keep"
    min_genes::Int64
    "genes detected in fewer training cells are dropped; default -1 = 3 for counts and expression, else 0"
    min_cells::Int64
    "default 1e4"
    target_sum::Float64
    "clip of scaled values, ±; default 10; 0 = none"
    max_value::Float64
    "categorical column for hvg_by_batch, and within whose categories scale_shrink tells noise, where those of hvg_by_batch are looked at; NULL = none"
    batch_key::Ptr{UInt8}
    "K of scale: (x - mean) / s * sqrt(k / (k + K) * R^p), s the gene's deviation and k = (sum x)^2 / sum x^2, at least 1, the cells that it is seen in, all times what gives the mean gene variance 1. R is the part of the gene's variance that is more than noise of counting, 2 / sqrt(cells) at least, and p = 1/2 where the mean R of the genes in use is at most 0.15, 0 where it is 0.25 and more or values are not counts, normalised and logged, in between in proportion (docs/model.md). 0: unit variance for each, as published. Recommended: 20 (docs/presets.md). Signed values: as 0"
    scale_shrink::Float64
end

"What preprocessing decided and did."
struct PreprocessReport
    struct_size::Csize_t
    "scilama_input that was applied"
    input::Int32
    "0 or 1"
    normalized::Int32
    "0 or 1"
    logged::Int32
    "scilama_hvg that was applied"
    hvg::Int32
    "0 or 1"
    scaled::Int32
    reserved::Int32
    cells_total::Int64
    cells_excluded::Int64
    "in the matrix"
    genes_total::Int64
    "dropped by min_cells"
    genes_filtered::Int64
    "dropped because a modality lacks them"
    genes_unmatched::Int64
    "G of the model"
    genes_used::Int64
    "why this input kind was chosen, one sentence"
    reason::NTuple{160,UInt8}
    "part of the variance of the genes in use that is more than noise of counting, their mean; NaN: values are not counts that are normalised, logged and scaled, or scale_shrink is 0"
    reliability::Float64
end

"How a table is matched to genes."
struct MatchOptions
    struct_size::Csize_t
    "0 or 1; default 0"
    ignore_case::Int32
    "0 or 1: \"ENSG00000141510.12\" matches \"ENSG00000141510\""
    strip_version::Int32
    "scilama_missing_genes"
    missing::Int32
    "0: a duplicate name in the table is an error; 1: the first is kept"
    first_duplicate::Int32
    "[aliases] gene names of the matrix; NULL = none"
    alias_from::Ptr{Ptr{UInt8}}
    "[aliases] names to look up instead"
    alias_to::Ptr{Ptr{UInt8}}
    aliases::Int64
end

"How a table matched."
struct MatchReport
    struct_size::Csize_t
    "genes of the dataset"
    genes::Int64
    table_rows::Int64
    "genes with a vector"
    matched::Int64
    "genes without"
    missing::Int64
    "table rows whose name occurred before"
    duplicated::Int64
    "table rows that no gene asked for"
    unused::Int64
    "D"
    width::Int64
end

"How neighbours are found."
struct KnnOptions
    struct_size::Csize_t
    "other points per point, ≥ 1; default 14. scanpy's and umap-learn's n_neighbors count the point itself: theirs − 1"
    neighbors::Int64
    "scilama_metric; default Euclidean"
    metric::Int32
    "scilama_knn_method; default auto"
    method::Int32
    "of the approximate method"
    seed::UInt64
end

"How the neighbours were found."
struct KnnReport
    struct_size::Csize_t
    "scilama_knn_method that was used, never auto"
    method::Int32
    "of neighbour descent; 0 when exact"
    rounds::Int32
    "share of true neighbours found, on a sample; 1 when exact"
    recall::Float64
end

"How communities of a graph are found."
struct LeidenOptions
    struct_size::Csize_t
    "scilama_quality; default modularity"
    quality::Int32
    "≥ 1, or 0 (default): until nothing improves; from 32,768 vertices on, until an iteration gains less than 5e-4 of 1 + |quality|"
    iterations::Int32
    "γ ≥ 0; default 1"
    resolution::Float64
    "θ > 0 of the refinement, in mean edge weights; default 0.01"
    randomness::Float64
    "default 0"
    seed::UInt64
    "the best of so many independent runs is returned; 0 (default): 1 to 8, as many as two million entries of the graph allow"
    restarts::Int32
    "iterations without gain after which a run ends (when iterations is 0): the refinement is random; default 1"
    patience::Int32
end

"What Leiden found."
struct LeidenReport
    struct_size::Csize_t
    communities::Int64
    "of the partition, as scilama_quality defines it"
    quality::Float64
    "that was used"
    resolution::Float64
    "that were run"
    iterations::Int32
    reserved::Int32
end

"How scilama_cluster() goes."
struct ClusterOptions
    struct_size::Csize_t
    "other points per point, ≥ 1; default 14; cut when there are fewer"
    neighbors::Int64
    "search the resolution that gives so many; 0 (default) = as `resolution` says"
    communities::Int64
    "γ ≥ 0 of the modularity; more finds more communities; default 1"
    resolution::Float64
    "default 0"
    seed::UInt64
    "scilama_metric; 0 (default) = Euclidean"
    metric::Int32
    "0"
    reserved::Int32
end

"Agreement of two labellings."
struct Agreement
    struct_size::Csize_t
    "points that have both labels"
    compared::Int64
    "adjusted Rand index"
    ari::Float64
    "normalised mutual information, arithmetic mean"
    nmi::Float64
    "adjusted mutual information, arithmetic mean"
    ami::Float64
    homogeneity::Float64
    completeness::Float64
end

"How k-means is run."
struct KmeansOptions
    struct_size::Csize_t
    "≥ 1"
    clusters::Int64
    "best of; default 10"
    restarts::Int32
    "default 300"
    max_iterations::Int32
    "stop when centres move less, relative to the variance; default 1e-4"
    tolerance::Float64
    seed::UInt64
end

"How principal components are computed."
struct PcaOptions
    struct_size::Csize_t
    "default 50; cut to what the matrix can have"
    components::Int64
    "0 or 1 (default)"
    center::Int32
    "restarts of the Lanczos iteration; default 60"
    max_iterations::Int32
    "residual relative to the largest variance; default 1e-9"
    tolerance::Float64
    seed::UInt64
end

"How a layout is made."
struct UmapOptions
    struct_size::Csize_t
    "1 to 16; default 2"
    dimensions::Int64
    "scilama_umap_init; default spectral"
    init::Int32
    "0 (default): 500 up to 10,000 vertices, else 200"
    epochs::Int32
    "per drawn edge; default 5"
    negative_samples::Int32
    reserved::Int32
    "defaults 0.5 and 1, as scanpy; umap-learn has 0.1 and 1"
    min_dist::Float64
    "defaults 0.5 and 1, as scanpy; umap-learn has 0.1 and 1"
    spread::Float64
    "default 1"
    learning_rate::Float64
    "default 1"
    repulsion::Float64
    seed::UInt64
    "[vertices × points_dim] the graph was made from; NULL = none"
    points::Ptr{Float32}
    points_dim::Int64
    "0 = points_dim"
    points_ld::Int64
end

"How an embedding is judged."
struct ScoreOptions
    struct_size::Csize_t
    "[n × baseline_dim] embedding before integration, for PCR; NULL = none"
    baseline::Ptr{Float32}
    baseline_dim::Int64
    "0 = baseline_dim"
    baseline_ld::Int64
    "Leiden resolutions tried, evenly up to max_resolution; default 10"
    resolutions::Int64
    "default 2"
    max_resolution::Float64
    "default 0.05"
    kbet_alpha::Float64
    "of Leiden, k-means and the sample"
    seed::UInt64
    "above so many cells the metrics are those of a sample, for they take time with the square of the cells; default 50,000; 0 = no limit"
    max_cells::Int64
end

"Metrics of an embedding. NaN: could not be computed (no batches, one label …). All run from 0 (bad) to 1 (good) unless said otherwise."
struct Scores
    struct_size::Csize_t
    "with a label (and a batch, when batches are given)"
    cells::Int64
    "that occur"
    labels::Int64
    "that occur"
    batches::Int64
    "of labels and Leiden clusters at the resolution best for it"
    nmi::Float64
    "at that resolution"
    ari::Float64
    "at that resolution"
    ami::Float64
    "that resolution"
    nmi_resolution::Float64
    "k-means with as many clusters as labels"
    nmi_kmeans::Float64
    "k-means with as many clusters as labels"
    ari_kmeans::Float64
    "(mean silhouette + 1) / 2"
    silhouette_label::Float64
    "the same over labels present in the fewest batches"
    isolated_silhouette::Float64
    "best F1 of a cluster with such a label"
    isolated_f1::Float64
    "(labels − median LISI) / (labels − 1)"
    clisi::Float64
    "mean over labels of 1 − |silhouette of batches within the label|"
    silhouette_batch::Float64
    "the same with cosine distances to all other batches' cells"
    bras::Float64
    "(median LISI − 1) / (batches − 1); this and kBET are NaN where each cell is a batch of its own, LISI also where distances are beyond single precision"
    ilisi::Float64
    "share of neighbourhoods whose batches pass the χ² test"
    kbet::Float64
    "mean over labels of the same on the label's diffusion map"
    kbet_label::Float64
    "mean share of a label's cells in its largest component"
    graph_connectivity::Float64
    "1 − variance explained by batch, relative to the baseline's"
    pcr::Float64
    "mean of nmi, ari, silhouette_label, isolated_silhouette, isolated_f1, clisi"
    bio::Float64
    "mean of silhouette_batch, ilisi, kbet_label, graph_connectivity, pcr"
    batch::Float64
    "0.6 bio + 0.4 batch; bio alone without batches"
    total::Float64
    "ARI of Leiden clusters (at nmi_resolution) with batches: 0 is good"
    batch_ari::Float64
    batch_nmi::Float64
    "cells the metrics were computed on: all that count, or the sample of them"
    scored::Int64
end

"How markers are told."
struct MarkerOptions
    struct_size::Csize_t
    "group to compare the others with; −1 (default): each with all the rest"
    reference::Int64
    "of group codes within batches, for the paired score; default 200; 0 = none"
    permutations::Int64
    "of the permutations"
    seed::UInt64
    "1 (default): the variance accounts for ties; 0: it does not (scanpy's default)"
    tie_correct::Int32
    reserved::Int32
end

"Where evidence goes: arrays of the caller's, each [n_groups × genes] row-major, genes in the order of the matrix; NULL = not wanted. Rows of a group without cells, of one that is compared with nothing, and of the reference itself are NaN."
struct MarkerTable
    struct_size::Csize_t
    "Wilcoxon rank-sum: normal score, no continuity correction; 0 when the gene is constant"
    z::Ptr{Float64}
    "two-sided"
    p_value::Ptr{Float64}
    "Benjamini–Hochberg over the genes of the group"
    p_adjusted::Ptr{Float64}
    "chance that a cell of the group exceeds one outside, ties halved"
    auroc::Ptr{Float64}
    "log2 of (expm1(mean inside) + 1e-9) / (expm1(mean outside) + 1e-9)"
    log2_fold_change::Ptr{Float64}
    "mean expression inside"
    mean_in::Ptr{Float64}
    "… and outside"
    mean_out::Ptr{Float64}
    "share of cells with a non-zero value inside"
    fraction_in::Ptr{Float64}
    "… and outside"
    fraction_out::Ptr{Float64}
    "(mean z_s inside − mean z_s outside) · z_f; NaN for a gene without z_f"
    paired_score::Ptr{Float64}
    "that, in standard deviations of its permutations"
    paired_z::Ptr{Float64}
    "one-sided: chance of a permuted score as high"
    paired_p::Ptr{Float64}
    "Benjamini–Hochberg over the genes of the group"
    paired_fdr::Ptr{Float64}
    "1 = best: order of the geometric mean of the ranks by z, by auroc and by paired_score (all falling), genes with a z or a paired_score of 0 or below after the others; NaN for a gene without z_f"
    combined_rank::Ptr{Float64}
end

"How gene modules are found."
struct ModuleOptions
    struct_size::Csize_t
    "of a gene; default 15, cut when there are fewer genes"
    neighbors::Int64
    "smaller communities are no module (label −1); default 5"
    min_size::Int64
    "of resampling for the stability; default 20; 0 = none"
    rounds::Int64
    "of Leiden's modularity; default 1"
    resolution::Float64
    "share of the genes in a round; default 0.8"
    sample::Float64
    seed::UInt64
    "scilama_metric; default cosine"
    metric::Int32
    "scilama_graph_kind; default fuzzy"
    graph::Int32
end

"What was found of gene modules."
struct ModuleReport
    struct_size::Csize_t
    "with a vector"
    genes::Int64
    modules::Int64
    "genes in a module"
    assigned::Int64
    modularity::Float64
    "share of all pairs of genes that are together in a round: what a module's stability would be by chance; NaN without rounds"
    chance::Float64
end

"How coherence of modules is tested."
struct CoherenceOptions
    struct_size::Csize_t
    "random gene sets per module; default 1000"
    permutations::Int64
    "cells used, drawn at random; default 2000"
    max_cells::Int64
    seed::UInt64
    "[cells] 1 = may be used; NULL = all. Cells that no model was trained on make the test independent of the fit"
    cells::Ptr{UInt8}
end

"How enrichment in gene sets is tested."
struct EnrichmentOptions
    struct_size::Csize_t
    "smaller sets (within the universe) are not tested; default 5"
    min_size::Int64
    "nor larger ones; default 500"
    max_size::Int64
    "1 (default): the universe is those genes that occur in a set; 0: all genes given"
    annotated::Int32
    reserved::Int32
end

"How genes are held out."
struct HoldoutOptions
    struct_size::Csize_t
    "of the genes, in (0, 0.5]; default 0.1"
    fraction::Float64
    "how often others are drawn; default 1"
    rounds::Int64
    "principal axes of the genes that stay; default 30"
    components::Int64
    "of the baseline \"nearest\"; default 20"
    neighbors::Int64
    "default 0"
    seed::UInt64
    "1: also ridge, nearest and ceiling; default 1"
    baselines::Int32
    reserved::Int32
end

"Mean Pearson correlation over the cells of predicted with measured expression, over genes held out."
struct HoldoutReport
    struct_size::Csize_t
    "held out in all rounds together"
    genes::Int64
    "kernel ridge regression on the vectors"
    kernel::Float64
    "the same with vectors dealt among the genes, or with none where that tells more: what the mean profile alone gives"
    shuffled::Float64
    "baseline: linear kernel ridge on the vectors as they are; NaN without baselines"
    ridge::Float64
    "baseline: mean of the genes with the nearest vectors"
    nearest::Float64
    "the components' own best: the gene projected on them"
    ceiling::Float64
    "kernel − shuffled, gene by gene"
    gain::Float64
    "its 95 % interval over genes"
    gain_low::Float64
    "its 95 % interval over genes"
    gain_high::Float64
end

"How loadings of genes are shrunk."
struct LoadingOptions
    struct_size::Csize_t
    "principal axes of the cells; default 30, cut at a quarter of the cells and half of the genes"
    components::Int64
    "of the parts that genes are told from each other in; default 0"
    seed::UInt64
end

"What was found of loadings."
struct LoadingReport
    struct_size::Csize_t
    "that vary in the cells"
    genes::Int64
    "axes used; further columns are 0"
    components::Int64
    "share of the loadings' variance that vectors tell of genes which they did not see; below 0: none"
    explained::Float64
    "mean share of a gene's own departure from what is told that stays"
    kept::Float64
    "of scilama_gene_space(): what the vectors count beside the loadings, 0 (the cells know nothing of them) to 0.8"
    weight::Float64
end

"One option. Texts are of static storage."
struct OptionInfo
    struct_size::Csize_t
    "of the field"
    name::Ptr{UInt8}
    "what it sets, some words"
    help::Ptr{UInt8}
    "a heading it belongs under, such as \"Training\"; NULL: for programs, not for people"
    group::Ptr{UInt8}
    "bytes from the start of the struct"
    offset::Csize_t
    "scilama_option_kind"
    kind::Int32
    "1, or those of an array"
    elements::Int32
    "bounds of every element; infinite = none"
    least::Float64
    "bounds of every element; infinite = none"
    most::Float64
    "1: `least` itself is not allowed"
    above_least::Int32
    "1: `most` itself is not allowed"
    below_most::Int32
    "default of SCILAMA_PRESET_PUBLISHED: of the first element; NaN for texts"
    published::Float64
    "… of SCILAMA_PRESET_RECOMMENDED; mostly equal"
    recommended::Float64
end

"Shape and arithmetic of a model. Where the presets differ, `default` is the published one (docs/presets.md has both)."
struct ModelOptions
    struct_size::Csize_t
    "L > 0; default 50"
    latent::Int64
    "h_1 … h_k, then 0; default 900, 400; recommended 256, 128"
    hidden::NTuple{6,Int64}
    "scilama_activation"
    activation::Int32
    "0 or 1; default 1"
    layer_norm::Int32
    "0 or 1; default 0"
    batch_norm::Int32
    "scilama_fusion"
    fusion::Int32
    "scilama_pair_scale"
    pair_scale::Int32
    "scilama_gene_input"
    gene_input::Int32
    "scilama_encoder_covariates; default COLUMNS; recommended CLUSTERS"
    encoder_covariates::Int32
    "scilama_likelihood; default GAUSSIAN"
    likelihood::Int32
    "[0, 0.99); default 0.1"
    dropout::Float32
    "added to the encoder variance; default 1e-4"
    var_eps::Float32
    "1: centre embedding columns; default 0"
    embed_center::Int32
    "1: rows to length 1; default 0"
    embed_normalize::Int32
    "> 0: project every modality to at most this many principal components, after rows were normalised and columns centred; axes without variance are left out; default 0"
    embed_pca::Int64
    "of the initial weights; default 0"
    seed::UInt64
    "K > 0: the cell encoder reads x Vᵀ, V [K × G] the leading principal axes of the training cells, which the first trainer finds and nothing changes afterwards; 0: it reads x; default 0"
    axes::Int64
    "1: the cell decoder's head predicts these axes instead of every gene, which follow from them: a hundredth of the products (docs/model.md); without axes, or with a likelihood of counts, as 0; default 0"
    axes_head::Int32
    "1: where cells are, along the axes beyond noise, a mixture of Gaussians of one covariance, their latent means are these axes, 0.3 of the way to what the mixture expects of a cell (docs/model.md); other cells, and 0: a network's output; default 0; recommended 1"
    mixture::Int32
end

"A view of numbers: a parameter or running statistic, a gradient, a matrix of the caller's for DLPack."
struct Tensor
    struct_size::Csize_t
    "dotted name, borrowed"
    name::Ptr{UInt8}
    "values, row-major, borrowed from the model; [rows × cols]"
    data::Ptr{Cvoid}
    "scilama_dtype, F32"
    dtype::Int32
    "0, 1 or 2"
    rank::Int32
    "outputs, or the length of a vector"
    rows::Int64
    "inputs; 1 for vectors"
    cols::Int64
    "0: a running statistic"
    trainable::Int32
    reserved::Int32
end

"What a model is."
struct ModelInfo
    struct_size::Csize_t
    "G"
    genes::Int64
    "L"
    latent::Int64
    "P, encoded columns of all covariates"
    covariate_columns::Int64
    "number of gene-embedding modalities"
    modalities::Int64
    "trainable numbers"
    parameters::Int64
    "optimiser steps taken so far"
    steps::Int64
    "1: of genes of one name in the training data the first was taken, the others dropped; else 0"
    first_duplicate::Int64
    "Gaussians that the training cells are a mixture of along the axes; 0: of none (model option `mixture`)"
    mixture_components::Int64
    "the axes that are the latent means then, at most L; means of further units are 0"
    mixture_axes::Int64
end

"One covariate of a model."
struct CovariateInfo
    struct_size::Csize_t
    "the cell column it is read from; borrowed from the model"
    name::Ptr{UInt8}
    "scilama_covariate_kind"
    kind::Int32
    reserved::Int32
    "its first one of the model's P encoded columns, from 0"
    first::Int64
    "encoded columns: one per category, else 1"
    columns::Int64
    "number of categories; 0 unless categorical"
    categories::Int64
    "continuous: of the training cells, in the column's units; else 0"
    mean::Float64
    "continuous: population standard deviation of the training cells, the divisor; else 1"
    deviation::Float64
end

"How to decode."
struct DecodeOptions
    struct_size::Csize_t
    "Replaces categorical covariates for every cell: column `to_key[i]` reads category `to_value[i]`; NULL = each cell's own."
    to_key::Ptr{Ptr{UInt8}}
    to_value::Ptr{Ptr{UInt8}}
    replacements::Int64
    "1: mean over all categories of the first categorical covariate"
    average_batches::Int32
    "scilama_head; default BEST, which for genes without a head of their own is a kernel regression"
    head::Int32
    "1 (default): back to the units before per-gene scaling, none below 0 where those have no negative values (counts, expression, their logarithm); 0: scaled, as the model sees them"
    unscale::Int32
    "1 (default): with unscale, the mean of every gene over the cells of each category of the first categorical covariate is the measured one: a factor per gene and category, found from the dataset's own cells and applied to whatever is decoded as that category; where the dataset has no cell of it, values stay as decoded. Not with a likelihood of counts"
    match_levels::Int32
end

"What is to be expected of genes told from vectors: arrays of the caller's, [n_genes]; NULL = not wanted."
struct GeneForecast
    struct_size::Csize_t
    "over cells like the dataset's, in the units before scaling"
    mean::Ptr{Float64}
    "the standard deviation, likewise"
    deviation::Ptr{Float64}
    "Pearson, over the cells, of what is told with what would be measured"
    correlation::Ptr{Float64}
end

"How to train. Where the presets differ, `default` is the published one (docs/presets.md has both)."
struct TrainerOptions
    struct_size::Csize_t
    "scilama_mode; default STEPWISE"
    mode::Int32
    "scilama_sampling"
    sampling::Int32
    "1: draw z in validation too; default 0"
    validation_sampling::Int32
    "scilama_shuffle; default AUTO"
    shuffle::Int32
    "cells per step; default 128"
    batch_size::Int64
    "most epochs of a phase; default 400"
    epochs::Int64
    "epochs without improvement; default 25; 0 = no early stopping"
    patience::Int64
    "default 1e-3"
    lr::Float64
    "factor of lr after every epoch; default 0.99"
    lr_decay::Float64
    "decoupled; default 0"
    weight_decay::Float64
    "AdamW; 0.9, 0.999, 1e-8"
    beta1::Float64
    "AdamW; 0.9, 0.999, 1e-8"
    beta2::Float64
    "AdamW; 0.9, 0.999, 1e-8"
    epsilon::Float64
    "β; default 0 → 1"
    kl_start::Float64
    "β; default 0 → 1"
    kl_end::Float64
    "β per epoch after the delay; default 0.05"
    kl_rate::Float64
    "e0, epochs; default 25"
    kl_delay::Int64
    "weight of (x̃ − x)²; default 0.05"
    gamma::Float64
    "gradient norm bound; 0 = off"
    clip_norm::Float64
    "scilama_nonfinite"
    on_nonfinite::Int32
    "1: best weights count from the first epoch on; default 0 (published: after the β ramp)"
    best_from_start::Int32
    "genes per step, drawn at random: reconstruction and its gradient are scaled up to all genes, KL of genes is the mean over the drawn; validation sees all genes; 0, or G and above = all. Gaussian likelihood only. SCILAMA_GENE_BATCH_AUTO (recommended): 512 in the gene phase of a Gaussian likelihood, all genes elsewhere"
    gene_batch::Int64
    "0 = by epochs; else steps per phase, and β and learning rate follow the share of steps done; SCILAMA_STEPS_AUTO: 500 (n / 2000)^0.45, n the training cells, at least 330"
    max_steps::Int64
    "shuffling, dropout, sampling; default 0"
    seed::UInt64
    "1: Pearson and Spearman on validation every epoch; default 1"
    track_correlation::Int32
    "1: no best weights are restored; default 0"
    keep_last::Int32
    "1: only the columns of categories added by scilama_model_extend_covariate() are trained, so that cells of the reference keep their embedding; 2: of these only what the decoders read, so that all cells keep theirs; BETA_VAE or DIRECT, no weight decay, no batch_norm; along axes that are known, neither clusters nor a mixture of the cells is sought, as in mode GENE; default 0"
    freeze_reference::Int32
    "scilama_precision of the products of a step; default F32"
    precision::Int32
    "γ of the gene objective: aligns z_f with the frozen z_s; default 0 (published)"
    gene_gamma::Float64
    "CHUNKED: training cells, next to each other, of a block; 0 (default) = 512, or what suits the source"
    shuffle_block::Int64
    "CHUNKED: cells of a window; 0 (default) = 16384, or what fits into the memory of a streamed dataset"
    shuffle_window::Int64
    "s of the prior on the weights of the cell encoder's first layer and the cell decoder's head: s G / n² · tr Wᵀ(W − M) is added to the cell objective, n the training cells, so that few cells lean on the prior and many on themselves; default 0 = no prior; recommended 150"
    prior_strength::Float64
    "1: M is what the gene vectors predict of W, weighed by how well they explain the data's principal axes (docs/model.md); 0 (default): M = 0. Without gene tables M is 0. Of an encoder that reads axes (scilama_model_options.axes) and a head that predicts them M is 0 too: the vectors are at work in the axes"
    prior_vectors::Int32
    "1: where validation finds at most a tenth of the cells' latent units active, β is halved for the rest of the phase (SCILAMA_EVENT_COLLAPSED), as often as it takes; default 0"
    kl_repair::Int32
    "1: β is scaled by min(1, v / 200)², v the variance, in those of an average gene, that the training cells' leading principal axes have beyond noise: shallow data bear less; default 0"
    kl_by_signal::Int32
    "0"
    reserved::Int32
    "max_steps of the gene phase; 0 (default) = max_steps"
    gene_max_steps::Int64
end

"What a step did."
struct StepInfo
    struct_size::Csize_t
    "bits of scilama_event"
    events::Int32
    "scilama_objective"
    objective::Int32
    "from 0"
    phase::Int32
    "in all"
    phases::Int32
    "optimiser steps of the phase, this one included"
    step::Int64
    "of the phase, from 0"
    epoch::Int64
    "planned at most"
    epochs::Int64
    "in the mini-batch"
    cells::Int64
    steps_per_epoch::Int64
    "non-finite steps skipped so far"
    skipped::Int64
    "nll + β (kl_s + kl_f) and the terms switched on"
    loss::Float64
    "per cell, summed over genes"
    nll::Float64
    "per cell, per gene"
    kl_s::Float64
    "per cell, per gene"
    kl_f::Float64
    beta::Float64
    gamma::Float64
    lr::Float64
    grad_norm::Float64
    validation_loss::Float64
    validation_nll::Float64
    validation_kl_s::Float64
    validation_kl_f::Float64
    "best eligible validation loss; infinity before"
    best_loss::Float64
    "of reconstruction on validation, mean over cells; NaN when not tracked"
    pearson::Float64
    "of reconstruction on validation, mean over cells; NaN when not tracked"
    spearman::Float64
    "−1 before"
    best_epoch::Int64
    "latent units with variance of mu_s above 0.01 on validation"
    active_units::Int64
end

"Result of scilama_trainer_evaluate()."
struct Evaluation
    struct_size::Csize_t
    "β = 1, dropout off"
    loss::Float64
    "β = 1, dropout off"
    nll::Float64
    "β = 1, dropout off"
    kl_s::Float64
    "β = 1, dropout off"
    kl_f::Float64
    pearson::Float64
    spearman::Float64
    active_units::Int64
    cells::Int64
end

"How scilama_fit() goes."
struct FitOptions
    struct_size::Csize_t
    "scilama_preset of what is NULL below; default RECOMMENDED"
    preset::Int32
    "1: the dataset is taken as it is, or as it was prepared before; default 0"
    no_preprocess::Int32
    "share of cells, in [0, 1), drawn to train on; the rest validates; default 0.9; 0 = the dataset's own split"
    train_fraction::Float64
    "of the split, and of model and trainer where these are NULL; default 0"
    seed::UInt64
    "column within whose values to draw; NULL (default) = the first categorical covariate, if there is one"
    stratify::Ptr{UInt8}
    "NULL = those of the preset; without a batch_key it is the first categorical covariate"
    preprocess::Ptr{Cvoid}
    "NULL = those of the preset; of RECOMMENDED, without gene tables, with embed_pca 50"
    model::Ptr{Cvoid}
    "NULL = those of the preset"
    trainer::Ptr{Cvoid}
    "after every epoch; NULL = none"
    progress::Ptr{Cvoid}
    progress_user::Ptr{Cvoid}
end

"How to take gene vectors from a table."
struct ArrowOptions
    struct_size::Csize_t
    "column of gene names; NULL = gene_id, gene_ids, genes, gene, names or the index of pandas, else the only column of strings"
    names::Ptr{UInt8}
    "column of vectors (lists of numbers); NULL = embedding, embeddings or values, else the only column of lists, else all other columns, each one number of the vectors"
    vectors::Ptr{UInt8}
    "0: a null is an error; 1: rows without a name or with a null in the vector are left out"
    skip_nulls::Int32
    "0"
    reserved::Int32
end

"What to take from a file of cells × genes."
struct FileOptions
    struct_size::Csize_t
    "NULL = X; \"raw\" = raw/X with raw/var; else layers/NAME. 10x: the genome, where there are several"
    layer::Ptr{UInt8}
    "0: a gene name that occurs twice is an error; 1: the first one is kept"
    first_duplicate::Int32
    "1: names and columns only; the matrix is left empty (all zero)"
    annotation_only::Int32
    "10x and MatrixMarket: 1 = name genes by identifier instead of symbol"
    gene_ids::Int32
    reserved::Int32
    "0: the matrix is read into memory. Above: it stays in the .h5ad file, and each trainer and each running call that reads rows holds at most so many bytes of it; see scilama_dataset_read_h5ad()"
    stream_memory::Int64
    "streaming: where to put what cannot be read by rows; NULL = \"/tmp\""
    scratch_folder::Ptr{UInt8}
    "MuData (.h5mu): which one; NULL = \"rna\", or the only one"
    modality::Ptr{UInt8}
    "columns of cells to read, [n_columns] names, of which some may be missing; NULL = all. Others take no memory, and what needs one is E_UNSUPPORTED"
    columns::Ptr{Ptr{UInt8}}
    n_columns::Int64
    "AnnData and MuData: column of var, of texts, that names genes, say \"feature_name\". A row without one keeps its name in the index; names that come again get -1, -2, … unless first_duplicate leaves them out. NULL = the index. Other formats: E_UNSUPPORTED (see gene_ids)"
    gene_names::Ptr{UInt8}
end

"How to read a table of gene vectors."
struct TableOptions
    struct_size::Csize_t
    ".npy and .npz: text file, one gene a line; NULL = beside it, same stem, .txt, .genes, .tsv or .csv"
    names_path::Ptr{UInt8}
    ".h5ad: name in varm; .npz, safetensors, HDF5: name of the array; NULL = the only one"
    key::Ptr{UInt8}
    "0: a name that occurs twice is left to scilama_dataset_add_gene_table(); 1: the first is kept here"
    first_duplicate::Int32
    reserved::Int32
end

"What a model finds in a dataset."
struct QueryReport
    struct_size::Csize_t
    cells::Int64
    "of the model"
    genes::Int64
    "of these, in the data"
    measured::Int64
    "share of the model's genes' variance that the measured ones carry, 0 to 1"
    variance::Float64
    "share of what the genes have in common that the measured ones tell, expected (scilama_model_learn_absent()); measured / genes where that was not learnt"
    recovered::Float64
    "cells of a category that the model does not know, of the covariate with most such cells"
    unknown_cells::Int64
    "cells without a value, of the covariate with most such cells"
    missing_cells::Int64
    "genes beside the model's that help to tell the absent ones"
    others::Int64
    "share of the variance of the model's own genes' loadings that the query's gene tables tell of genes held out: 0.005 and more is evidence, shuffled vectors mostly stay below 0.002; 0 without tables"
    explained::Float64
end

"What a model's covariate finds in a dataset."
struct CovariateReport
    struct_size::Csize_t
    cells::Int64
    "cells of a category that the model does not know: encoded as an average of the known"
    unknown::Int64
    "cells without a value: an average of the known categories, or the mean"
    missing::Int64
    "how many categories are unknown"
    categories::Int64
    "the first of them, borrowed from the dataset; NULL when there is none"
    first::Ptr{UInt8}
end

"What a reference holds."
struct ReferenceInfo
    struct_size::Csize_t
    cells::Int64
    "numbers per cell"
    dim::Int64
    "columns of labels"
    labels::Int64
    "0: no layout"
    layout_dims::Int64
    "mean distance of a cell to its 15 nearest that 95 % of the reference's own stay below"
    reach::Float64
end

"One column of labels of a reference."
struct LabelInfo
    struct_size::Csize_t
    "borrowed"
    name::Ptr{UInt8}
    categories::Int64
    "of the calibration: p ∝ (votes + floor / categories)^(1 / temperature)"
    temperature::Float64
    floor::Float64
end

"How a model is adapted to a query's batches."
struct AdaptOptions
    struct_size::Csize_t
    "optimiser steps for the columns that are trained; default 300; 0 = none: only the shifts of clusters adapt"
    decoder_steps::Int64
    "of training; default 0"
    seed::UInt64
end

"What adapting did."
struct AdaptReport
    struct_size::Csize_t
    "added, of all categorical covariates"
    categories::Int64
    "of these, whose cells were aligned; categories of under 20 cells keep the mean of the known"
    aligned::Int64
    "that have an added category; of the covariate with most such cells"
    cells::Int64
    "squared distance of the aligned cells' cluster means from the model's clusters along the axes, in units of the clusters' own from their centre, mean over aligned categories by cells; NaN when none was aligned"
    apart_before::Float64
    apart_after::Float64
    "of the aligned, whose cells vary along the axes by less than 0.6 of what the training cells do, a geometric mean by what of that lies between clusters: no whole samples, as sorted cells are not, whose shares of the clusters are not drawn towards the training cells'"
    sorted::Int64
end

"What scilama_model_map() found of some cells that follow one another: borrowed for the call of scilama_map_fn alone."
struct MapBlock
    struct_size::Csize_t
    "number of its first cell in the dataset"
    first::Int64
    cells::Int64
    "L"
    latent::Int64
    "0: the reference has no layout"
    layout_dims::Int64
    "columns of labels of the reference"
    labels::Int64
    "[cells × latent]"
    embedding::Ptr{Float32}
    "[cells]"
    distance::Ptr{Float64}
    "[cells]; NULL: the reference is not described, or it or the query has under 10 cells"
    novelty::Ptr{Float32}
    "[cells × layout_dims] or NULL"
    layout::Ptr{Float32}
    "[labels][cells] likeliest category; −1 = none"
    code::Ptr{Ptr{Cvoid}}
    "[labels][cells] next in probability; −1 = none"
    second::Ptr{Ptr{Cvoid}}
    "[labels][cells] 1 = like no reference cells, or between categories"
    unknown::Ptr{Ptr{Cvoid}}
    "[labels][cells] of code"
    probability::Ptr{Ptr{Cvoid}}
    "[labels][cells] of second"
    second_probability::Ptr{Ptr{Cvoid}}
end

"How scilama_model_map() places cells and names what it writes."
struct MapOptions
    struct_size::Csize_t
    "how the results' names begin; NULL = \"scilama\""
    key::Ptr{UInt8}
    "reference cells that vote; default 15; of a smaller reference all"
    neighbors::Int64
    "cells whose likeliest label has less probability are unknown; default 0.5"
    unknown_below::Float64
    "… and those farther than so many times what 95 % of the reference stay below; default 2"
    unknown_beyond::Float64
    "… and those of more novelty; default 0.15"
    unknown_novelty::Float64
    "NULL = none"
    each::Ptr{Cvoid}
    "handed to it"
    user::Ptr{Cvoid}
end

"""
Set struct_size and defaults.

Returns SCILAMA_OK, E_INVALID.
"""
scilama_adapt_options_init(options, struct_size) =
    ccall(sym(:scilama_adapt_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"""
Set struct_size and defaults.

Returns SCILAMA_OK, E_INVALID.
"""
scilama_adapt_report_init(report, struct_size) =
    ccall(sym(:scilama_adapt_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
"Write the defaults."
scilama_agreement_init(agreement, struct_size) =
    ccall(sym(:scilama_agreement_init), Int32, (Ptr{Cvoid}, Csize_t), agreement, struct_size)
"Writes the defaults."
scilama_arrow_options_init(options, struct_size) =
    ccall(sym(:scilama_arrow_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"""
A stream of one array, for consumers that take streams only.
- stream: Overwritten; released by the caller. `release` is NULL on failure.
- schema: Any schema.
- array: Its array. Both are moved into the stream, or released on failure.

Returns SCILAMA_OK, E_INVALID (a NULL, or released before), E_FORMAT (a damaged schema), E_NOMEM.
"""
scilama_arrow_to_stream(stream, context, schema, array, error) =
    ccall(sym(:scilama_arrow_to_stream), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), stream, context, schema, array, error)
"Frees bytes that the library returned. NULL is allowed."
scilama_bytes_destroy(context, bytes) =
    ccall(sym(:scilama_bytes_destroy), Cvoid, (Ptr{Cvoid}, Ptr{Cvoid}), context, bytes)
"""
Communities of points in one call: nearest neighbours, fuzzy graph, Leiden by modularity, as `scilama cluster` has them.
- points: [n × dim] finite, leading dimension ld (0 = dim). n from 2 on.
- options: NULL = defaults.
- labels: [n] receives the communities, numbered by decreasing size.
- report: May be NULL.

Returns as scilama_knn(), scilama_graph_from_knn() and scilama_graph_leiden().
"""
scilama_cluster(context, points, n, dim, ld, options, labels, report, error) =
    ccall(sym(:scilama_cluster), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}), context, points, n, dim, ld, options, labels, report, error)
"Write the defaults."
scilama_cluster_options_init(options, struct_size) =
    ccall(sym(:scilama_cluster_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"Write the defaults."
scilama_coherence_options_init(options, struct_size) =
    ccall(sym(:scilama_coherence_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"Writes the defaults of each struct."
scilama_column_info_init(info, struct_size) =
    ccall(sym(:scilama_column_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
"Writes the defaults of each struct."
scilama_concat_options_init(options, struct_size) =
    ccall(sym(:scilama_concat_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"""
Asks the calls that run to stop with SCILAMA_E_CANCELLED, and those that begin, in their callbacks or
on other threads, before these have ended. It is forgotten with the last of them: one that comes
when no call runs does nothing, so that a host with a job of many calls keeps a flag of its own
beside it. The only function that may be called from another thread or a signal handler.
"""
scilama_context_cancel(context) =
    ccall(sym(:scilama_context_cancel), Cvoid, (Ptr{Cvoid},), context)
"""
Creates a context and its worker threads.

- out: Receives the context; NULL on failure.
- options: NULL = defaults.
- error: May be NULL.

Returns SCILAMA_OK, SCILAMA_E_INVALID, SCILAMA_E_NOMEM, SCILAMA_E_STATE (a thread cannot be
started), SCILAMA_E_UNSUPPORTED or SCILAMA_E_DEPENDENCY (BLIS or HDF5 is not the one built against).
"""
scilama_context_create(out, options, error) =
    ccall(sym(:scilama_context_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}), out, options, error)
"""
Describes the library, its dependencies, the processor and the kernels chosen
as one JSON object.

- buffer: Receives up to `size` bytes, terminated; may be NULL when size is 0.
- needed: Receives the length needed, terminator included; may be NULL.

Returns SCILAMA_OK, or SCILAMA_E_INVALID when `size` is too small (the text is cut).
"""
scilama_context_describe(context, buffer, size, needed) =
    ccall(sym(:scilama_context_describe), Int32, (Ptr{Cvoid}, Ptr{UInt8}, Csize_t, Ptr{Csize_t}), context, buffer, size, needed)
"""
Releases the caller's hold. Memory and threads go when the last handle made
from the context is gone. NULL is allowed.
"""
scilama_context_destroy(context) =
    ccall(sym(:scilama_context_destroy), Cvoid, (Ptr{Cvoid},), context)
"""
Bytes now held through the allocator, and the most ever held. Either
pointer may be NULL.
"""
scilama_context_memory(context, bytes_now, bytes_peak) =
    ccall(sym(:scilama_context_memory), Cvoid, (Ptr{Cvoid}, Ptr{Int64}, Ptr{Int64}), context, bytes_now, bytes_peak)
"""
Writes the defaults.
- struct_size: sizeof(scilama_context_options).

Returns SCILAMA_OK or SCILAMA_E_INVALID.
"""
scilama_context_options_init(options, struct_size) =
    ccall(sym(:scilama_context_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"""
Takes back a scilama_context_cancel() that the running calls have not noticed yet. Calls that begin
later need none.
"""
scilama_context_resume(context) =
    ccall(sym(:scilama_context_resume), Cvoid, (Ptr{Cvoid},), context)
"""
Sets what receives the progress of long calls; NULL = nothing (default). Not while a call runs.

Returns SCILAMA_OK, or SCILAMA_E_INVALID for a NULL context.
"""
scilama_context_set_progress(context, progress, user, error) =
    ccall(sym(:scilama_context_set_progress), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), context, progress, user, error)
"Threads in use, calling thread included."
scilama_context_threads(context) =
    ccall(sym(:scilama_context_threads), Int32, (Ptr{Cvoid},), context)
"""
Writes the defaults of a preset.
- preset: scilama_preset.
"""
scilama_covariate_info_init(info, struct_size) =
    ccall(sym(:scilama_covariate_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
"""
Set struct_size and what is known before a call.

Returns SCILAMA_OK, E_INVALID.
"""
scilama_covariate_report_init(report, struct_size) =
    ccall(sym(:scilama_covariate_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
"""
Adds a modality: vectors from `table`, matched by name to the dataset's genes.

The table is retained. Modalities enter the gene encoder in the order of these calls.
- name: name of the modality, unique.
- report: May be NULL.

Returns SCILAMA_OK, E_NOTFOUND (no gene matches), E_DUPLICATE, E_NOMEM. O(genes + rows).
"""
scilama_dataset_add_gene_table(dataset, name, table, options, report, error) =
    ccall(sym(:scilama_dataset_add_gene_table), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), dataset, name, table, options, report, error)
"Name of a category, borrowed; NULL when out of range."
scilama_dataset_category(dataset, name, category) =
    ccall(sym(:scilama_dataset_category), Cstring, (Ptr{Cvoid}, Cstring, Int64), dataset, name, category)
"""
Names, borrowed; NULL when out of range. Genes in the order of the matrix. Names of a streamed file's cells are read when the first is
asked for: NULL also when the file has changed since, or memory is out.
"""
scilama_dataset_cell_name(dataset, cell) =
    ccall(sym(:scilama_dataset_cell_name), Cstring, (Ptr{Cvoid}, Int64), dataset, cell)
"""
Numbers of cells, of genes in the matrix, and of genes that a model of this
dataset has (after preprocess; else all).
"""
scilama_dataset_cells(dataset) =
    ccall(sym(:scilama_dataset_cells), Int64, (Ptr{Cvoid},), dataset)
"""
Describes a cell column.

Returns SCILAMA_OK, E_NOTFOUND.
"""
scilama_dataset_column_info(dataset, name, info, error) =
    ccall(sym(:scilama_dataset_column_info), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), dataset, name, info, error)
"Number of cell columns, and the name of one (borrowed; NULL when out of range)."
scilama_dataset_column_name(dataset, column) =
    ccall(sym(:scilama_dataset_column_name), Cstring, (Ptr{Cvoid}, Int64), dataset, column)
"Number of cell columns, and the name of one (borrowed; NULL when out of range)."
scilama_dataset_columns(dataset) =
    ccall(sym(:scilama_dataset_columns), Int64, (Ptr{Cvoid},), dataset)
"""
Makes one dataset of several: their cells one after another.

Genes are found by name, in any order; those that all have stay, in the order of the first, and the log says
which do not. Cell columns are found by name too: numbers stay numbers, categories are united (in the order they have
where it is the same in all, else sorted), numbers beside categories become names of categories, and cells of a dataset
that lacks a column have no value in it. Splits, covariates, gene tables and recipes are not taken along.

In memory the matrix is copied. Of streamed datasets nothing is copied: rows are read where they are, within the largest
memory among them, and where genes are dropped or stand in another order everything is read once, to count. The result is
that of the same matrix in one piece, bit for bit. All must be streamed or all in memory, and of one context. The datasets
may be destroyed at once.
- datasets: [n]
- options: NULL = defaults.

Returns SCILAMA_OK, E_INVALID, E_DUPLICATE (keys), E_NOTFOUND (no gene in common: two names as examples), E_STATE (a matrix was given
back), E_UNSUPPORTED (join, or streamed beside memory), E_NOMEM, E_CANCELLED, or what reading rows returns. O(entries).
"""
scilama_dataset_concat(out, datasets, n, options, error) =
    ccall(sym(:scilama_dataset_concat), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Ptr{Cvoid}}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), out, datasets, n, options, error)
"""
Creates a dataset from a matrix in memory.

Values must be finite; sparse indices in range and unique within a row (column).
With SCILAMA_MEMORY_BORROW these arrays are used where they lie: dense float32; of
CSR, float32 values, int32 indices and an int64 indptr, each of them, as long as
every row is sorted. Everything else is converted into memory of the library.
- matrix: [cells × genes] view.
- cell_names: [rows] or NULL (named by number).
- gene_names: [cols], unique, or NULL (named by number, in index order).

Returns SCILAMA_OK, E_INVALID, E_NONFINITE (cell and gene named), E_DUPLICATE, E_NOMEM.
O(stored) for sparse, O(rows · cols) for dense.
"""
scilama_dataset_create(out, context, matrix, cell_names, gene_names, error) =
    ccall(sym(:scilama_dataset_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Ptr{UInt8}}, Ptr{Ptr{UInt8}}, Ptr{Cvoid}), out, context, matrix, cell_names, gene_names, error)
"""
Creates a dataset from a callback that fills rows, so that databases and lazily loaded
stores train without being read into memory.

Every row is fetched once here, to check it and to count. What is kept in memory: names,
2 bytes per cell once a split is set, 24 more once it is preprocessed, and up to source->memory bytes in each trainer and
in each running call that reads rows. Training then goes by SCILAMA_SHUFFLE_CHUNKED unless told otherwise.
Results are those of the same matrix in memory, bit for bit, where the order of cells is
the same. A model without gene tables needs the whole matrix: SCILAMA_E_UNSUPPORTED, which says so.
- source: copied.
- cell_names: [rows] or NULL (named by number).
- gene_names: [cols], unique, or NULL (named by number, in index order).

Returns SCILAMA_OK, E_INVALID (also: memory too small, with the least that will do),
E_NONFINITE (cell and gene named), E_DUPLICATE, E_NOMEM, E_CANCELLED, or what fetch returns.
"""
scilama_dataset_create_from_rows(out, context, source, cell_names, gene_names, error) =
    ccall(sym(:scilama_dataset_create_from_rows), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Ptr{UInt8}}, Ptr{Ptr{UInt8}}, Ptr{Cvoid}), out, context, source, cell_names, gene_names, error)
"Releases the caller's hold; models and trainers keep what they need. NULL is allowed."
scilama_dataset_destroy(dataset) =
    ccall(sym(:scilama_dataset_destroy), Cvoid, (Ptr{Cvoid},), dataset)
"""
Names, borrowed; NULL when out of range. Genes in the order of the matrix. Names of a streamed file's cells are read when the first is
asked for: NULL also when the file has changed since, or memory is out.
"""
scilama_dataset_gene_name(dataset, gene) =
    ccall(sym(:scilama_dataset_gene_name), Cstring, (Ptr{Cvoid}, Int64), dataset, gene)
"""
Numbers of cells, of genes in the matrix, and of genes that a model of this
dataset has (after preprocess; else all).
"""
scilama_dataset_genes(dataset) =
    ccall(sym(:scilama_dataset_genes), Int64, (Ptr{Cvoid},), dataset)
"""
Numbers of cells, of genes in the matrix, and of genes that a model of this
dataset has (after preprocess; else all).
"""
scilama_dataset_genes_used(dataset) =
    ccall(sym(:scilama_dataset_genes_used), Int64, (Ptr{Cvoid},), dataset)
"""
Copies a categorical column.
- codes: [cells]; −1 = missing.

Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (the column is numeric).
"""
scilama_dataset_get_codes(dataset, name, codes, error) =
    ccall(sym(:scilama_dataset_get_codes), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int32}, Ptr{Cvoid}), dataset, name, codes, error)
"""
Copies a numeric column.
- values: [cells]; NaN = missing.

Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (the column is categorical).
"""
scilama_dataset_get_numeric(dataset, name, values, error) =
    ccall(sym(:scilama_dataset_get_numeric), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float64}, Ptr{Cvoid}), dataset, name, values, error)
"""
Copies rows of the prepared matrix: what the cell encoder sees.
- cells: [n] cell numbers.
- values: [n × genes_used], leading dimension ld (0 = genes_used), model gene order.

Returns SCILAMA_OK, E_INVALID (cell out of range), as scilama_dataset_preprocess() where the recipe
is to be fitted again, and of rows read as needed what reading them returns.
"""
scilama_dataset_get_prepared(dataset, cells, n, values, ld, error) =
    ccall(sym(:scilama_dataset_get_prepared), Int32, (Ptr{Cvoid}, Ptr{Int64}, Int64, Ptr{Float32}, Int64, Ptr{Cvoid}), dataset, cells, n, values, ld, error)
"""
Copies the split of every cell.
- split: [cells] of scilama_split.

Returns SCILAMA_OK.
"""
scilama_dataset_get_split(dataset, split, error) =
    ccall(sym(:scilama_dataset_get_split), Int32, (Ptr{Cvoid}, Ptr{Int32}, Ptr{Cvoid}), dataset, split, error)
"""
The cell columns of a dataset as an Arrow struct: cell_id (utf8; named _index where there is a column
cell_id), then each column: numeric as float64, categorical as dictionary of int32 to utf8.
Missing values are null.
- schema: as in scilama_gene_table_to_arrow().
- array: likewise.

Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(cells × columns); copied.
"""
scilama_dataset_obs_to_arrow(dataset, schema, array, error) =
    ccall(sym(:scilama_dataset_obs_to_arrow), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), dataset, schema, array, error)
"""
Fits the recipe on the training cells and prepares the matrix for training.

Call it after splits and gene tables; again to replace the recipe. Where splits,
covariates or gene tables change afterwards, the recipe is fitted again with the same
options when it is next needed. Without it a model takes the matrix as it is.
Size factors are target_sum over a cell's total of all genes of the matrix. The
dataset is unchanged when the call fails. O(entries), and a few passes over them.
- options: NULL = recommended defaults.
- report: May be NULL.

Returns SCILAMA_OK, E_INVALID, E_NOTFOUND, E_STATE (no training cells), E_NONFINITE (a raw covariate is missing: cell
named), E_NOMEM, E_CANCELLED, and of rows read as needed what reading them returns.
"""
scilama_dataset_preprocess(dataset, options, report, error) =
    ccall(sym(:scilama_dataset_preprocess), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), dataset, options, report, error)
"""
Reads any of these, told apart by content, and loom files (2 and 3: matrix or a layer; genes by Gene, or by Accession with
gene_ids; cells by CellID; col_attrs of one value a cell as columns).

Returns as scilama_dataset_read_h5ad(); E_UNSUPPORTED for stream_memory unless AnnData or MuData.
"""
scilama_dataset_read(out, context, path, options, error) =
    ccall(sym(:scilama_dataset_read), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), out, context, path, options, error)
"""
Reads a 10x Genomics .h5 file (Cell Ranger 2 or 3). Only gene expression features
are taken; symbols that occur twice become NAME-1, NAME-2.

Returns as scilama_dataset_read_h5ad(); E_UNSUPPORTED for stream_memory.
"""
scilama_dataset_read_10x_h5(out, context, path, options, error) =
    ccall(sym(:scilama_dataset_read_10x_h5), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), out, context, path, options, error)
"""
Reads cells × genes from an AnnData .h5ad file of any generation since 0.5, or from a modality of MuData (.h5mu).

Names of cells and genes and every cell column come along: categorical, string
and boolean columns as categorical ones (\"True\", \"False\"), numbers as numeric. A column whose text is not UTF-8, or of
fixed length with a null inside, is left out with a warning, and what needs it fails with the row; such names are
E_FORMAT and E_UNSUPPORTED.
With stream_memory the matrix is checked and counted in one pass and read by rows from then on: CSR and
dense ones straight from the file, whatever it is packed with among gzip, LZF, zstd and the shuffle
filter, without calling HDF5 and without allocating; each chunk is unpacked about once in an epoch.
What is compressed by gene, or packed in another way, is first written to a scratch file without a
name in scratch_folder (8 bytes for each stored value, 20 while it is being made). In memory are names of
genes and 16 bytes for each chunk; 2 bytes for each cell once a split is set, 24 more once it is preprocessed. Names and
columns of cells, and where rows begin, stay in the file too, but for columns of texts, nullable ones and what only HDF5
can read. The file must stay as it is; that it was replaced or changed is found out and is E_IO. As scilama_dataset_create_from_rows() otherwise.
- options: NULL = defaults.

Returns SCILAMA_OK, E_NOTFOUND (file or layer), E_INVALID (stream_memory too small: the message says the least), E_IO, E_FORMAT (damaged), E_NONFINITE (cell and
gene named), E_DUPLICATE, E_UNSUPPORTED (compression filter), E_NOMEM, E_CANCELLED.
O(stored values).
"""
scilama_dataset_read_h5ad(out, context, path, options, error) =
    ccall(sym(:scilama_dataset_read_h5ad), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), out, context, path, options, error)
"""
Reads a folder of matrix.mtx[.gz], barcodes.tsv[.gz] and features.tsv[.gz] or
genes.tsv[.gz], as Cell Ranger and STARsolo write them.

Returns as scilama_dataset_read_h5ad() (E_FORMAT names the line); E_UNSUPPORTED for stream_memory.
"""
scilama_dataset_read_mtx(out, context, folder, options, error) =
    ccall(sym(:scilama_dataset_read_mtx), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), out, context, folder, options, error)
"""
Gives back the memory of the matrix and of the gene tables as they came, once the prepared
matrix and a model stand in for them: with many genes they are most of a dataset.

Call it after scilama_dataset_preprocess() (or get_prepared) and scilama_model_create().
Training and encoding by that model, PCA of prepared rows, names, columns and splits go on
as before. What would read the input again fails with SCILAMA_E_STATE: preprocess, or a
change of split, covariates or tables, which calls for it; another model; markers, module
scores and decoding for other recipes. A trainer of a likelihood of counts that exists
keeps the counts it reads, and a prepared matrix that is the input itself (nothing was
transformed) keeps it. Of a streamed dataset the tables alone are given back. Calling it
again does nothing. O(1).

Returns SCILAMA_OK, E_INVALID, E_STATE (nothing is prepared yet).
"""
scilama_dataset_release_input(dataset, error) =
    ccall(sym(:scilama_dataset_release_input), Int32, (Ptr{Cvoid}, Ptr{Cvoid}), dataset, error)
"""
Adds or replaces a categorical cell column by codes.
- codes: [cells]: 0 … n_categories − 1, or −1 = missing.
- categories: [n_categories] names, unique.

Returns SCILAMA_OK, E_INVALID (code out of range: cell named), E_DUPLICATE, E_NOMEM. O(cells).
"""
scilama_dataset_set_codes(dataset, name, codes, categories, n_categories, error) =
    ccall(sym(:scilama_dataset_set_codes), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int32}, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), dataset, name, codes, categories, n_categories, error)
"""
Adds or replaces a numeric cell column (copied).
- values: [cells]; NaN = missing.

Returns SCILAMA_OK, E_NONFINITE (infinite: cell named), E_NOMEM. O(cells).
"""
scilama_dataset_set_numeric(dataset, name, values, error) =
    ccall(sym(:scilama_dataset_set_numeric), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float64}, Ptr{Cvoid}), dataset, name, values, error)
"""
Sets the split of every cell.
- split: [cells] of scilama_split.

Returns SCILAMA_OK, E_INVALID (cell named). O(cells).
"""
scilama_dataset_set_split(dataset, split, error) =
    ccall(sym(:scilama_dataset_set_split), Int32, (Ptr{Cvoid}, Ptr{Int32}, Ptr{Cvoid}), dataset, split, error)
"""
Adds or replaces a categorical cell column (copied).
- values: [cells] strings; NULL = missing.

Returns SCILAMA_OK, E_NOMEM. O(cells).
"""
scilama_dataset_set_strings(dataset, name, values, error) =
    ccall(sym(:scilama_dataset_set_strings), Int32, (Ptr{Cvoid}, Cstring, Ptr{Ptr{UInt8}}, Ptr{Cvoid}), dataset, name, values, error)
"""
Takes the split from a categorical column with values train, val / valid /
validation, test, excluded (any case).

Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (numeric, another value or a missing one: cell named), E_NOMEM.
O(cells).
"""
scilama_dataset_split_by(dataset, name, error) =
    ccall(sym(:scilama_dataset_split_by), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}), dataset, name, error)
"""
Draws a split. The rest of the fractions is test. A cell's part depends on its
name, not on its place in the file.
- stratify: categorical column within whose values to draw, or NULL.

Returns SCILAMA_OK, E_INVALID (fractions), E_NOTFOUND, E_NOMEM. O(cells · log cells).
"""
scilama_dataset_split_random(dataset, train_fraction, validation_fraction, seed, stratify, error) =
    ccall(sym(:scilama_dataset_split_random), Int32, (Ptr{Cvoid}, Float64, Float64, UInt64, Cstring, Ptr{Cvoid}), dataset, train_fraction, validation_fraction, seed, stratify, error)
"""
Uses a cell column as a covariate of the cell encoder and decoder. Columns
enter in the order of these calls.
- kind: scilama_covariate_kind.

Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (kind does not fit the column).
"""
scilama_dataset_use_covariate(dataset, name, kind, error) =
    ccall(sym(:scilama_dataset_use_covariate), Int32, (Ptr{Cvoid}, Cstring, Int32, Ptr{Cvoid}), dataset, name, kind, error)
"""
Name of a gene in use, in the order of the model (bytewise by name; index order
when genes have no names); borrowed; NULL when out of range, or before preprocess
or get_prepared.
"""
scilama_dataset_used_gene_name(dataset, gene) =
    ccall(sym(:scilama_dataset_used_gene_name), Cstring, (Ptr{Cvoid}, Int64), dataset, gene)
"""
Writes the defaults of a preset.
- preset: scilama_preset.
"""
scilama_decode_options_init(options, struct_size) =
    ccall(sym(:scilama_decode_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"""
Turns a tensor of this library into the form before DLPack 1.0, for consumers that know no other.

That form cannot say that it is read-only, so a read-only tensor is refused, unless its
consumer is known not to write. No memory is asked for.
- out: Receives the legacy tensor, which now owns what `tensor` did: do not use or delete `tensor`
any more. NULL on failure, and `tensor` is as before.
- tensor: from one of the calls above.
- drop_read_only: 1: a read-only tensor may pass; 0: it is refused.

Returns SCILAMA_OK, E_INVALID (not a tensor of this library), E_UNSUPPORTED (read-only).
"""
scilama_dlpack_to_legacy(out, tensor, drop_read_only, error) =
    ccall(sym(:scilama_dlpack_to_legacy), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Int32, Ptr{Cvoid}), out, tensor, drop_read_only, error)
"""
A matrix of the caller, such as one that scilama_model_encode_cells() has filled.
- tensor: data, dtype (F32, F64, I32, I64, U16 or U32), rank, rows and cols; row-major without gaps.
- read_only: 1: consumers must not write; 0: they may.
- release: Gives the memory back when the tensor is deleted; NULL = nothing to do.
Not called when this call fails.
- user: passed to release.
- out: as in scilama_gene_table_to_dlpack().

Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(1).
"""
scilama_dlpack_wrap(out, context, tensor, read_only, release, user, error) =
    ccall(sym(:scilama_dlpack_wrap), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Int32, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), out, context, tensor, read_only, release, user, error)
"""
Over-representation of gene sets in modules, by the hypergeometric test (upper tail).

- names: [n] the genes that were clustered, unique: the universe.
- labels: [n] module or −1.
- overlap: [modules × sets] genes in common.
- sizes: [sets] genes of a set in the universe.
- p: [modules × sets]; 1 without overlap; NaN where the set is not tested.
- fdr: [modules × sets] Benjamini–Hochberg over all tests of all modules.
Any of these may be NULL.

Returns SCILAMA_OK, E_INVALID, E_DUPLICATE, E_NOMEM.
"""
scilama_enrichment(sets, names, labels, n, modules, options, overlap, sizes, p, fdr, error) =
    ccall(sym(:scilama_enrichment), Int32, (Ptr{Cvoid}, Ptr{Ptr{UInt8}}, Ptr{Int32}, Int64, Int64, Ptr{Cvoid}, Ptr{Int64}, Ptr{Int64}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}), sets, names, labels, n, modules, options, overlap, sizes, p, fdr, error)
"Write the defaults."
scilama_enrichment_options_init(options, struct_size) =
    ccall(sym(:scilama_enrichment_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"""
Writes the defaults of a preset.
- preset: scilama_preset.
"""
scilama_evaluation_init(evaluation, struct_size) =
    ccall(sym(:scilama_evaluation_init), Int32, (Ptr{Cvoid}, Csize_t), evaluation, struct_size)
"""
Describes a file (data set, model or table) as one JSON object, with every problem found:
{\"kind\", \"n_obs\", \"n_vars\", \"x\": {\"storage\", \"dtype\", \"stored\", \"sum\", \"nan\", \"density\", \"compression\"}, \"obs_names\": [first, last],
\"var_names\": [first, last], \"obs\": [{\"name\", \"kind\"}], \"layers\": […], \"problems\": […]}; of AnnData \"obsm\" and \"varm\", lists of names, too.

A damaged file is described as far as it goes; the call fails only when nothing can be said.
- text: Receives terminated UTF-8, freed by scilama_text_destroy().
- layer: the matrix to describe, as in scilama_file_options; NULL = X. Of MuData also \"mod/MODALITY\" or
\"mod/MODALITY/LAYER\"; the JSON then has \"modality\" and \"modalities\".

Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (no known kind of file), E_NOMEM, E_CANCELLED.
"""
scilama_file_describe(text, context, path, layer, error) =
    ccall(sym(:scilama_file_describe), Int32, (Ptr{Ptr{UInt8}}, Ptr{Cvoid}, Cstring, Cstring, Ptr{Cvoid}), text, context, path, layer, error)
"Writes the defaults of each struct."
scilama_file_options_init(options, struct_size) =
    ccall(sym(:scilama_file_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"""
The whole way from a dataset to a trained model, as `scilama fit` goes it: split, recipe, model, training. Covariates
and gene tables are chosen before (scilama_dataset_use_covariate(), scilama_dataset_add_gene_table()).
To step, save states or go on after a cancel, use the parts.
- out: Receives the model; NULL on failure.
- dataset: Its split and recipe are replaced.
- options: NULL = defaults.
- info: The last step; may be NULL.

Returns as scilama_dataset_split_random(), scilama_dataset_preprocess(), scilama_model_create(), scilama_trainer_create()
and scilama_trainer_run().
"""
scilama_fit(out, dataset, options, info, error) =
    ccall(sym(:scilama_fit), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), out, dataset, options, info, error)
"Releases the trainer and its hold on the model. NULL is allowed."
scilama_fit_options_init(options, struct_size) =
    ccall(sym(:scilama_fit_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"How many there are."
scilama_gene_aliases_count(aliases) =
    ccall(sym(:scilama_gene_aliases_count), Int64, (Ptr{Cvoid},), aliases)
"NULL is allowed."
scilama_gene_aliases_destroy(aliases) =
    ccall(sym(:scilama_gene_aliases_destroy), Cvoid, (Ptr{Cvoid},), aliases)
"""
[count] names in the data, and [count] names to look up: as alias_from and alias_to of
scilama_match_options want them. Borrowed.
"""
scilama_gene_aliases_from(aliases) =
    ccall(sym(:scilama_gene_aliases_from), Ptr{Ptr{UInt8}}, (Ptr{Cvoid},), aliases)
"""
Reads a file of two columns: the name of a gene in the data, and the name to look up in a
gene table instead. The columns are parted by tabs, commas or spaces; further ones are not
read; lines that begin with '#' are passed over; gzip allowed.

Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (line named), E_DUPLICATE (a name with two
meanings), E_NOMEM. O(bytes).
"""
scilama_gene_aliases_read(out, context, path, error) =
    ccall(sym(:scilama_gene_aliases_read), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}), out, context, path, error)
"""
[count] names in the data, and [count] names to look up: as alias_from and alias_to of
scilama_match_options want them. Borrowed.
"""
scilama_gene_aliases_to(aliases) =
    ccall(sym(:scilama_gene_aliases_to), Ptr{Ptr{UInt8}}, (Ptr{Cvoid},), aliases)
"""
Writes the defaults of a preset.
- preset: scilama_preset.
"""
scilama_gene_forecast_init(forecast, struct_size) =
    ccall(sym(:scilama_gene_forecast_init), Int32, (Ptr{Cvoid}, Csize_t), forecast, struct_size)
"""
Asks of genes that are held out how well their vectors alone tell their expression.

The genes that stay give axes in the space of cells and, by kernel ridge regression from their
vectors, the coordinates of those that are held out: K = (Σ_t w_t exp(-|a - b|²))², 1 for a gene with itself, over vectors centred
and of length 1, a penalty for each axis chosen on a fifth of the genes, weights of several tables by how likely they make the
coordinates of at most 1,024 genes (512 with fewer than 1,000 cells). A gene is told from the tables that have it. No
expression of a gene held out is used.
- expression: [cells × genes], leading dimension ld (0 = genes), finite; any units: genes are standardised.
A thousand or two of cells are enough.
- vectors: [tables] pointers to [genes × widths[t]], packed; a row that is not finite, or zero, is a gene without
a vector in that table.
- widths: [tables] 1 to 65,536.
- tables: 1 to 16.
- correlation: [genes] of the last round that held the gene out, NaN = never; or NULL.
- expected: [genes] the correlation that the prediction itself expects, its spread in standard deviations of the
gene; NaN = never held out; or NULL.

Returns SCILAMA_OK, E_INVALID (sizes, options, or too few genes with a vector), E_NONFINITE, E_NOMEM, E_CANCELLED.
O(rounds · genes² (Σ widths + cells)); room for genes² (of several tables at least (tables + 3) min(genes, 512)²) + 2 genes × cells floats.
"""
scilama_gene_holdout(context, expression, cells, genes, ld, vectors, widths, tables, options, correlation, expected, report, error) =
    ccall(sym(:scilama_gene_holdout), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Ptr{Cvoid}}, Ptr{Int64}, Int64, Ptr{Cvoid}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}, Ptr{Cvoid}), context, expression, cells, genes, ld, vectors, widths, tables, options, correlation, expected, report, error)
"""
Loadings of genes on the principal axes of cells, shrunk towards what vectors tell.

A gene's loading T_ga on an axis of the standardised cells is known up to a noise of variance 1 (in units where a correlation r is
r √cells). What it would be in endless cells is taken as N(L_ga, γ τ_a): L by kernel ridge regression from the vectors, as
scilama_gene_holdout() has it, fitted on other genes (five parts); τ_a the axis' variance about L beyond the noise; γ a scale of the
gene, one of nine whose shares maximise the likelihood (empirical Bayes). The result is the mean of that given T: genes of
which the cells tell much keep their own, others go to what genes of like vectors do, or to the mean of all. Their inner products are
the correlations to expect in other cells; nearest neighbours are best found among them by Euclidean distance.
- expression: [cells × genes], leading dimension ld (0 = genes), finite; any units: genes are standardised.
- vectors: [tables] pointers to [genes × widths[t]], packed; a row that is not finite, or zero, is a gene without
a vector in that table. NULL with 0 tables: shrinkage alone.
- tables: 0 to 16.
- loadings: [genes × components] of the options, packed: correlations with the axes; NaN for genes that do not vary.
- report: what was found; may be NULL.

Returns SCILAMA_OK, E_INVALID (sizes, options, fewer than 10 genes that vary), E_NONFINITE, E_NOMEM, E_CANCELLED.
O(cells · genes · min(cells, genes) + genes² (Σ widths + 30 components)); room for genes² + cells · genes floats.
"""
scilama_gene_loadings(context, expression, cells, genes, ld, vectors, widths, tables, options, loadings, report, error) =
    ccall(sym(:scilama_gene_loadings), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Ptr{Cvoid}}, Ptr{Int64}, Int64, Ptr{Cvoid}, Ptr{Float32}, Ptr{Cvoid}, Ptr{Cvoid}), context, expression, cells, genes, ld, vectors, widths, tables, options, loadings, report, error)
"""
Finds gene modules: nearest neighbours among gene vectors, weighted graph, Leiden.

- genes: [n × dim] with leading dimension ld (0 = dim): mu_f, or a static
embedding to compare with. Rows with a NaN are left out (label −1).
- labels: [n] receives 0 … modules − 1 by falling size; −1 = in no module.
- membership: [n] receives the share of a gene's edge weight that stays in its module; may be NULL.
- hub: [n] receives the edge weight of a gene within its module; may be NULL.
- cohesion: [n] receives the stability of a gene: over rounds in which a share of the genes
is drawn and clustered anew with another seed, how many of its
module's drawn genes it is together with; may be NULL. A module's
co-membership score is the mean over its genes.
- report: May be NULL.

Returns SCILAMA_OK, E_INVALID (fewer than 3 genes), E_NOMEM, E_CANCELLED. O(rounds · n² · dim).
"""
scilama_gene_modules(context, genes, n, dim, ld, options, labels, membership, hub, cohesion, report, error) =
    ccall(sym(:scilama_gene_modules), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}, Ptr{Int32}, Ptr{Float64}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}, Ptr{Cvoid}), context, genes, n, dim, ld, options, labels, membership, hub, cohesion, report, error)
"Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range."
scilama_gene_sets_count(sets) =
    ccall(sym(:scilama_gene_sets_count), Int64, (Ptr{Cvoid},), sets)
"Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range."
scilama_gene_sets_description(sets, set) =
    ccall(sym(:scilama_gene_sets_description), Cstring, (Ptr{Cvoid}, Int64), sets, set)
"NULL is allowed."
scilama_gene_sets_destroy(sets) =
    ccall(sym(:scilama_gene_sets_destroy), Cvoid, (Ptr{Cvoid},), sets)
"Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range."
scilama_gene_sets_gene(sets, set, gene) =
    ccall(sym(:scilama_gene_sets_gene), Cstring, (Ptr{Cvoid}, Int64, Int64), sets, set, gene)
"Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range."
scilama_gene_sets_name(sets, set) =
    ccall(sym(:scilama_gene_sets_name), Cstring, (Ptr{Cvoid}, Int64), sets, set)
"""
Reads gene sets in GMT format: name, description, genes, separated by tabs; gzip allowed.
Sets of the same name are E_DUPLICATE; a gene that repeats within a set counts once.

Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (line named), E_DUPLICATE, E_NOMEM.
"""
scilama_gene_sets_read(out, context, path, error) =
    ccall(sym(:scilama_gene_sets_read), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}), out, context, path, error)
"Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range."
scilama_gene_sets_size(sets, set) =
    ccall(sym(:scilama_gene_sets_size), Int64, (Ptr{Cvoid}, Int64), sets, set)
"""
Loadings of genes with their vectors beside them: where genes go for modules.

The squared Euclidean distance of two rows is |θ_g − θ_h|² + w D (1 − K_gh): θ by scilama_gene_loadings(), D the mean of its squared
distances, K the mean over tables of the cosine of centred vectors (0 where a table lacks one of the genes, by a random direction). w,
0 to 0.8, is chosen by the cells: half of them give loadings, and the 15 nearest genes with w are to gain most correlation in
the other half, by that half of the two which gains less. Vectors that tell nothing of the cells get w = 0, and then, as without tables, distances are those
of loadings.
- expression: as scilama_gene_loadings(), and so are vectors, widths, tables and options; with fewer than 40 cells w is 0.
- space: [genes × (components + Σ widths)], packed: the loadings, then the vectors; NaN for genes that do not vary.
- report: what was found, weight too; may be NULL.

Returns as scilama_gene_loadings(). Thrice its time, and O(genes² (components + Σ widths)) more; room for
genes (Σ widths + cells) floats more.
"""
scilama_gene_space(context, expression, cells, genes, ld, vectors, widths, tables, options, space, report, error) =
    ccall(sym(:scilama_gene_space), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Ptr{Cvoid}}, Ptr{Int64}, Int64, Ptr{Cvoid}, Ptr{Float32}, Ptr{Cvoid}, Ptr{Cvoid}), context, expression, cells, genes, ld, vectors, widths, tables, options, space, report, error)
"""
Creates a table of gene vectors from memory (copied).
- names: [rows] gene names.
- values: [rows × width] with leading dimension ld (0 = width).

Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM.
"""
scilama_gene_table_create(out, context, names, values, rows, width, ld, error) =
    ccall(sym(:scilama_gene_table_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Ptr{UInt8}}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}), out, context, names, values, rows, width, ld, error)
"Releases the caller's hold; datasets keep what they need. NULL is allowed."
scilama_gene_table_destroy(table) =
    ccall(sym(:scilama_gene_table_destroy), Cvoid, (Ptr{Cvoid},), table)
"""
Takes a gene table from an Arrow array (copied).

The array is a struct, as record batches are: a column of names, and one column
of vectors or a column for each of their numbers. Names: utf8, large_utf8, utf8_view, or a
dictionary of these. Vectors: fixed-size lists, lists, large lists or list views, all
of one length. Numbers: float16, float32 or float64, finite. Slices (offsets) are honoured.
Of extension types, the storage is read.
- schema: Type of the array.
- array: Its data. Both are released by this call, whatever it returns.
- options: NULL = defaults.

Returns SCILAMA_OK, E_INVALID (a NULL, or released before), E_NOTFOUND (no such column), E_UNSUPPORTED (type of a
column), E_FORMAT (a null, lists of several lengths, damaged), E_DUPLICATE (two columns of that name), E_NONFINITE, E_NOMEM;
the column, and the row where there is one, are named. O(rows × width).
"""
scilama_gene_table_from_arrow(out, context, schema, array, options, error) =
    ccall(sym(:scilama_gene_table_from_arrow), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), out, context, schema, array, options, error)
"""
Takes a gene table from a stream of Arrow arrays, such as the batches that a reader of
Parquet files gives; see scilama_gene_table_from_arrow(). Each array is released before the
next one is asked for.
- stream: Read to its end, and released by this call, whatever it returns.

Returns as scilama_gene_table_from_arrow(); E_CALLBACK (the stream failed: `detail` is its errno), E_CANCELLED.
"""
scilama_gene_table_from_arrow_stream(out, context, stream, options, error) =
    ccall(sym(:scilama_gene_table_from_arrow_stream), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), out, context, stream, options, error)
"Name of a row; borrowed; NULL when out of range."
scilama_gene_table_name(table, row) =
    ccall(sym(:scilama_gene_table_name), Cstring, (Ptr{Cvoid}, Int64), table, row)
"""
A control: the same genes and width, every column Gaussian with the mean and standard
deviation of that column of `like`. What a model gains over it is the prior knowledge's.

Returns SCILAMA_OK, E_INVALID, E_NOMEM. Time O(rows × width).
"""
scilama_gene_table_random(out, context, like, seed, error) =
    ccall(sym(:scilama_gene_table_random), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, UInt64, Ptr{Cvoid}), out, context, like, seed, error)
"""
Reads a table of gene vectors, by content and extension: HDF5 (gene_id [rows],
embedding [rows × width]), .npy or .npz with a names file, CSV or TSV (a heading is
recognised; names in the first column; gzip allowed), word2vec text, safetensors,
.h5ad (varm), Parquet (gene_id, embedding: lists) where libduckdb is found at run
time. float16, 32, 64.

Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT, E_NONFINITE (gene named), E_UNSUPPORTED
(pickles, and Parquet without libduckdb: the message says how to convert).
"""
scilama_gene_table_read(out, context, path, options, error) =
    ccall(sym(:scilama_gene_table_read), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), out, context, path, options, error)
"Rows and width."
scilama_gene_table_rows(table) =
    ccall(sym(:scilama_gene_table_rows), Int64, (Ptr{Cvoid},), table)
"""
A control: the vectors of `table`, dealt at random to its genes.

Returns SCILAMA_OK, E_INVALID, E_NOMEM. Time O(rows × width).
"""
scilama_gene_table_shuffled(out, context, table, seed, error) =
    ccall(sym(:scilama_gene_table_shuffled), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, UInt64, Ptr{Cvoid}), out, context, table, seed, error)
"""
A gene table as an Arrow struct: gene_id (utf8) and embedding (fixed-size list of float32, where it
lies in the table).
- schema: Overwritten; released by the caller. `release` is NULL on failure.
- array: likewise.

Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(bytes of the names).
"""
scilama_gene_table_to_arrow(table, schema, array, error) =
    ccall(sym(:scilama_gene_table_to_arrow), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), table, schema, array, error)
"""
The vectors of a gene table, [rows × width], where they lie; read-only.
- out: Receives a tensor; its `deleter` releases it, and holds the table until then.

Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(1).
"""
scilama_gene_table_to_dlpack(out, table, error) =
    ccall(sym(:scilama_gene_table_to_dlpack), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}), out, table, error)
"Values [rows × width], borrowed."
scilama_gene_table_values(table) =
    ccall(sym(:scilama_gene_table_values), Ptr{Float32}, (Ptr{Cvoid},), table)
"Rows and width."
scilama_gene_table_width(table) =
    ccall(sym(:scilama_gene_table_width), Int64, (Ptr{Cvoid},), table)
"""
Writes a table as HDF5 (gene_id, embedding), replacing the file at once or not at all.

Returns SCILAMA_OK, E_IO, E_NOMEM.
"""
scilama_gene_table_write(table, path, error) =
    ccall(sym(:scilama_gene_table_write), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}), table, path, error)
"Releases a graph. NULL is allowed."
scilama_graph_destroy(graph) =
    ccall(sym(:scilama_graph_destroy), Cvoid, (Ptr{Cvoid},), graph)
"Vertices, and stored entries (two per edge)."
scilama_graph_entries(graph) =
    ccall(sym(:scilama_graph_entries), Int64, (Ptr{Cvoid},), graph)
"""
Makes a graph from compressed rows (copied).

The matrix is made symmetric by taking the mean of both directions, unless it is
already; loops and zero weights are dropped, repeated entries are added up.
- indptr: [n + 1], ascending from 0.
- indices: [indptr[n]], in range.
- weights: [indptr[n]], finite and ≥ 0; NULL = 1 each.

Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM.
"""
scilama_graph_from_csr(out, context, n, indptr, indices, weights, error) =
    ccall(sym(:scilama_graph_from_csr), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Int64, Ptr{Int64}, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}), out, context, n, indptr, indices, weights, error)
"""
Makes a graph from nearest neighbours.

- kind: scilama_graph_kind. Fuzzy weights need distances (McInnes et al.
2018, section 3.1: exp(−(d − ρ)/σ), united by a + b − ab).
- indices: [n × neighbors] as of scilama_knn(); no loops, no repeats in a row.
- distances: [n × neighbors] ascending; may be NULL for Jaccard.

Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM. O(n · neighbors²) for Jaccard,
O(n · neighbors) for fuzzy.
"""
scilama_graph_from_knn(out, context, kind, n, neighbors, indices, distances, error) =
    ccall(sym(:scilama_graph_from_knn), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Int32, Int64, Int64, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}), out, context, kind, n, neighbors, indices, distances, error)
"""
Bytes that scilama_graph_from_knn() holds at most, the graph itself among them.

Returns SCILAMA_OK, or E_INVALID as scilama_graph_from_knn().
"""
scilama_graph_from_knn_memory(context, kind, n, neighbors, bytes, error) =
    ccall(sym(:scilama_graph_from_knn_memory), Int32, (Ptr{Cvoid}, Int32, Int64, Int64, Ptr{Int64}, Ptr{Cvoid}), context, kind, n, neighbors, bytes, error)
"Compressed rows, borrowed: [vertices + 1], [entries], [entries]. NULL for a NULL graph."
scilama_graph_indices(graph) =
    ccall(sym(:scilama_graph_indices), Ptr{Int32}, (Ptr{Cvoid},), graph)
"Compressed rows, borrowed: [vertices + 1], [entries], [entries]. NULL for a NULL graph."
scilama_graph_indptr(graph) =
    ccall(sym(:scilama_graph_indptr), Ptr{Int64}, (Ptr{Cvoid},), graph)
"""
Finds communities (Traag, Waltman, van Eck 2019: local moving with a queue,
randomised refinement, aggregation).

From 32,768 vertices on all threads move them, in batches whose movers are not adjacent.
Every community is connected. Labels are numbered by decreasing size, equal
sizes by their first vertex. A vertex without edges is a community of its own.
- labels: [vertices] receives the communities.
- report: May be NULL.

Returns SCILAMA_OK, E_INVALID, E_NOMEM, E_CANCELLED. About O(entries) per level.
"""
scilama_graph_leiden(graph, options, labels, report, error) =
    ccall(sym(:scilama_graph_leiden), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}), graph, options, labels, report, error)
"""
Bytes that scilama_graph_leiden() holds at most beside the graph, with the threads of the context: a neighbour graph of
n points with k neighbours each has up to 2nk entries, usually 1.5. More only where a vertex, or a part of a community that
has been joined, has over 65,536 neighbours.

Returns SCILAMA_OK, or E_INVALID.
"""
scilama_graph_leiden_memory(context, vertices, entries, options, bytes, error) =
    ccall(sym(:scilama_graph_leiden_memory), Int32, (Ptr{Cvoid}, Int64, Int64, Ptr{Cvoid}, Ptr{Int64}, Ptr{Cvoid}), context, vertices, entries, options, bytes, error)
"""
Runs Leiden at several resolutions; options->resolution is ignored.

- resolutions: [count]
- labels: [count × vertices]; may be NULL.
- reports: [count], each initialised; may be NULL.

Returns as scilama_graph_leiden(), E_INVALID for a resolution too; what was found until
then stays in labels and reports.
"""
scilama_graph_leiden_sweep(graph, options, resolutions, count, labels, reports, error) =
    ccall(sym(:scilama_graph_leiden_sweep), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Float64}, Int64, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}), graph, options, resolutions, count, labels, reports, error)
"""
Searches the resolution (by bisection, at most 40 runs) that gives `communities`
communities, or the nearest number found; the report tells which.
- communities: 1 to the vertices.

Returns as scilama_graph_leiden().
"""
scilama_graph_leiden_target(graph, options, communities, labels, report, error) =
    ccall(sym(:scilama_graph_leiden_target), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Int64, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}), graph, options, communities, labels, report, error)
"""
Quality of a given partition, as scilama_leiden_report has it.
- labels: [vertices], each ≥ 0.

Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(entries).
"""
scilama_graph_quality(graph, quality, resolution, labels, value, error) =
    ccall(sym(:scilama_graph_quality), Int32, (Ptr{Cvoid}, Int32, Float64, Ptr{Int32}, Ptr{Float64}, Ptr{Cvoid}), graph, quality, resolution, labels, value, error)
"""
Lays out a graph in a few dimensions (UMAP; McInnes, Healy, Melville 2018).

The same layout for a seed, whatever the thread count: vertices move in 16
interleaved batches an epoch, each from the places before the batch. Where the start is spectral, that of more than
100,000 vertices is a rough one. Cancelled, the places so far are in the layout.
- graph: of SCILAMA_GRAPH_FUZZY, usually.
- layout: [vertices × dimensions] receives the places; the start when options->init
says so, stretched to 0 … 10 in every dimension first.

Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED. O(entries · epochs).
"""
scilama_graph_umap(graph, options, layout, error) =
    ccall(sym(:scilama_graph_umap), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Float32}, Ptr{Cvoid}), graph, options, layout, error)
"""
Bytes that scilama_graph_umap() holds at most beside the graph and the layout, with the threads of the context; most are
the spectral start's. Of options->points only their presence and points_dim count.

Returns SCILAMA_OK, or E_INVALID as scilama_graph_umap().
"""
scilama_graph_umap_memory(context, vertices, entries, options, bytes, error) =
    ccall(sym(:scilama_graph_umap_memory), Int32, (Ptr{Cvoid}, Int64, Int64, Ptr{Cvoid}, Ptr{Int64}, Ptr{Cvoid}), context, vertices, entries, options, bytes, error)
"Vertices, and stored entries (two per edge)."
scilama_graph_vertices(graph) =
    ccall(sym(:scilama_graph_vertices), Int64, (Ptr{Cvoid},), graph)
"Compressed rows, borrowed: [vertices + 1], [entries], [entries]. NULL for a NULL graph."
scilama_graph_weights(graph) =
    ccall(sym(:scilama_graph_weights), Ptr{Float32}, (Ptr{Cvoid},), graph)
"""
Reads a matrix of obsm or varm.

First with values NULL for the size, then with memory for it.
- path: .h5ad file, or .h5mu: its modality rna, or the only one.
- key: \"obsm/NAME\" or \"varm/NAME\"; of MuData also \"mod/MODALITY/obsm/NAME\", as in the two calls below.
- rows: Receives the rows; may be NULL.
- width: Receives the width; may be NULL.
- values: [rows × width] or NULL.
- size: elements that fit in values.

Returns SCILAMA_OK, E_NOTFOUND, E_FORMAT, E_INVALID (size too small).
"""
scilama_h5ad_read_array(context, path, key, rows, width, values, size, error) =
    ccall(sym(:scilama_h5ad_read_array), Int32, (Ptr{Cvoid}, Cstring, Cstring, Ptr{Int64}, Ptr{Int64}, Ptr{Float32}, Int64, Ptr{Cvoid}), context, path, key, rows, width, values, size, error)
"""
Reads a column of a table: obs, var or a data frame in uns (\"uns/scilama/history\").
Of categories and of texts it gives the codes, 0 … categories − 1 (texts: in order of their bytes).

First with values NULL for the rows, then with memory for them.
- rows: Receives the rows; may be NULL.
- values: [rows] or NULL; NaN = missing.
- size: elements that fit in values.

Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (not numbers, or size too small), E_FORMAT, E_NOMEM.
"""
scilama_h5ad_read_column(context, path, table, column, rows, values, size, error) =
    ccall(sym(:scilama_h5ad_read_column), Int32, (Ptr{Cvoid}, Cstring, Cstring, Cstring, Ptr{Int64}, Ptr{Float64}, Int64, Ptr{Cvoid}), context, path, table, column, rows, values, size, error)
"""
Reads a text of uns, say \"uns/scilama/version\"; one number as text.
- text: Receives terminated UTF-8, freed by scilama_text_destroy().

Returns SCILAMA_OK, E_NOTFOUND, E_FORMAT, E_NOMEM.
"""
scilama_h5ad_read_string(text, context, path, key, error) =
    ccall(sym(:scilama_h5ad_read_string), Int32, (Ptr{Ptr{UInt8}}, Ptr{Cvoid}, Cstring, Cstring, Ptr{Cvoid}), text, context, path, key, error)
"Cells and genes of the file."
scilama_h5ad_writer_cells(writer) =
    ccall(sym(:scilama_h5ad_writer_cells), Int64, (Ptr{Cvoid},), writer)
"""
Puts everything in place: synchronised, then renamed. The handle is still to be destroyed.

Returns SCILAMA_OK, E_IO (the output is as before), E_STATE (committed before).
"""
scilama_h5ad_writer_commit(writer, error) =
    ccall(sym(:scilama_h5ad_writer_commit), Int32, (Ptr{Cvoid}, Ptr{Cvoid}), writer, error)
"""
obs of a file of the same cells, in the same order, in place of the writer's: names and columns as they are stored there, whatever
their types. Encodings of before anndata 0.8 are renewed.
- input: may be the writer's output, which is as before until scilama_h5ad_writer_commit(), where it is an .h5ad.
- options: which part of it, as in scilama_h5ad_writer_open_part(); NULL = defaults.

Returns as scilama_h5ad_writer_open_part(); E_INVALID (another number of cells), E_STATE (committed before). Beside the output a copy
of the input exists for a moment.
"""
scilama_h5ad_writer_copy_obs(writer, input, options, error) =
    ccall(sym(:scilama_h5ad_writer_copy_obs), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), writer, input, options, error)
"""
Starts a new file.
- matrix: X, dense or CSR, float32; written at once.
- cell_names: [rows]; NULL = numbered.
- gene_names: [cols]; NULL = numbered.

Returns SCILAMA_OK, E_INVALID, E_IO, E_NOMEM.
"""
scilama_h5ad_writer_create(out, context, output, matrix, cell_names, gene_names, error) =
    ccall(sym(:scilama_h5ad_writer_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Ptr{UInt8}}, Ptr{Ptr{UInt8}}, Ptr{Cvoid}), out, context, output, matrix, cell_names, gene_names, error)
"""
Starts a new file of a dataset: X (float32, the matrix as it came, before any recipe), the names of cells and genes, and the
columns of cells. Those read from a file, or joined of several that agree, are booleans, integers, float32 and ordered categories as
there, unless a boolean or an integer is missing: numbers are float64 then, booleans categories, as all other columns are. Of a
streamed dataset X is CSR and is read as it is written.
- matrix: 0: nothing is stored in X, which then reads as zeros, where the counts are to stay in the files that they are in.

Returns SCILAMA_OK, E_INVALID, E_STATE (the matrix was given back), E_IO, E_NOMEM, E_CANCELLED, or what reading rows returns. O(entries).
"""
scilama_h5ad_writer_create_from(out, output, dataset, matrix, error) =
    ccall(sym(:scilama_h5ad_writer_create_from), Int32, (Ptr{Ptr{Cvoid}}, Cstring, Ptr{Cvoid}, Int32, Ptr{Cvoid}), out, output, dataset, matrix, error)
"Without a commit nothing is left behind. NULL is allowed."
scilama_h5ad_writer_destroy(writer) =
    ccall(sym(:scilama_h5ad_writer_destroy), Cvoid, (Ptr{Cvoid},), writer)
"Cells and genes of the file."
scilama_h5ad_writer_genes(writer) =
    ccall(sym(:scilama_h5ad_writer_genes), Int64, (Ptr{Cvoid},), writer)
"""
Starts an output: a copy of `input` to which results are added.

Nothing of the input is lost, except what is put under the same name. `output` may be
`input`; it changes only at scilama_h5ad_writer_commit(). anndata 0.8 and later read it.
Of MuData the output is one modality, whole, as an .h5ad of its own; of a 10x .h5 file, a loom file or a MatrixMarket
folder a new .h5ad: X (CSR), the names of cells and genes and the columns of cells as scilama_dataset_read() gives
them. It must not be `input` then.

Returns SCILAMA_OK, E_NOTFOUND, E_INVALID, E_IO, E_FORMAT, E_NOMEM.
"""
scilama_h5ad_writer_open(out, context, input, output, error) =
    ccall(sym(:scilama_h5ad_writer_open), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Cstring, Ptr{Cvoid}), out, context, input, output, error)
"""
As scilama_h5ad_writer_open(), of that part of `input` which scilama_dataset_read() takes with these options: of MuData
the modality, of a 10x file of several genomes the layer. Of AnnData all is taken, whatever the layer.
- options: NULL = defaults.

Returns as scilama_h5ad_writer_open().
"""
scilama_h5ad_writer_open_part(out, context, input, options, output, error) =
    ccall(sym(:scilama_h5ad_writer_open_part), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Cstring, Ptr{Cvoid}), out, context, input, options, output, error)
"""
layers[key]: dense or CSR, float32, of the size of X.

Returns as scilama_h5ad_writer_put_obsm().
"""
scilama_h5ad_writer_put_layer(writer, key, matrix, error) =
    ccall(sym(:scilama_h5ad_writer_put_layer), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), writer, key, matrix, error)
"""
Columns of obs [cells] and var [genes]. Missing: NaN, code −1.

Returns as scilama_h5ad_writer_put_obsm().
"""
scilama_h5ad_writer_put_obs_categorical(writer, key, codes, categories, n_categories, error) =
    ccall(sym(:scilama_h5ad_writer_put_obs_categorical), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int32}, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), writer, key, codes, categories, n_categories, error)
"""
Columns of obs [cells] and var [genes]. Missing: NaN, code −1.

Returns as scilama_h5ad_writer_put_obsm().
"""
scilama_h5ad_writer_put_obs_numeric(writer, key, values, error) =
    ccall(sym(:scilama_h5ad_writer_put_obs_numeric), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float64}, Ptr{Cvoid}), writer, key, values, error)
"""
obsm[key] [cells × width], varm[key] [genes × width]: row-major with leading dimension ld
(0 = width); NaN = no value. Replaces a key of the same name, as all of these do. Values are written
at once and need not be kept.

Returns as of all scilama_h5ad_writer_put functions: SCILAMA_OK, E_INVALID (the key, or values that do not
fit), E_STATE (committed before), E_IO, E_NOMEM. O(values).
"""
scilama_h5ad_writer_put_obsm(writer, key, values, width, ld, error) =
    ccall(sym(:scilama_h5ad_writer_put_obsm), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float32}, Int64, Int64, Ptr{Cvoid}), writer, key, values, width, ld, error)
"""
obsp[key] [cells × cells] and varp[key] [genes × genes] as CSR.
- indptr: [rows + 1].

Returns as scilama_h5ad_writer_put_obsm(); E_CANCELLED: it is not in the writer.
"""
scilama_h5ad_writer_put_obsp(writer, key, indptr, indices, values, error) =
    ccall(sym(:scilama_h5ad_writer_put_obsp), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int64}, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}), writer, key, indptr, indices, values, error)
"""
Entries of uns; \"a/b\" nests. Arrays: rows × cols, cols 0 = one dimension.

Returns as scilama_h5ad_writer_put_obsm().
"""
scilama_h5ad_writer_put_uns_array(writer, key, values, rows, cols, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_array), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float32}, Int64, Int64, Ptr{Cvoid}), writer, key, values, rows, cols, error)
"""
Entries of uns; \"a/b\" nests. Arrays: rows × cols, cols 0 = one dimension.

Returns as scilama_h5ad_writer_put_obsm().
"""
scilama_h5ad_writer_put_uns_integer(writer, key, value, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_integer), Int32, (Ptr{Cvoid}, Cstring, Int64, Ptr{Cvoid}), writer, key, value, error)
"""
Entries of uns; \"a/b\" nests. Arrays: rows × cols, cols 0 = one dimension.

Returns as scilama_h5ad_writer_put_obsm().
"""
scilama_h5ad_writer_put_uns_number(writer, key, value, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_number), Int32, (Ptr{Cvoid}, Cstring, Float64, Ptr{Cvoid}), writer, key, value, error)
"""
A record array in uns, as scanpy keeps uns[\"rank_genes_groups\"]: rows of one field per name.
- fields: [n_fields] names.
- values: [n_fields × rows], field by field; NULL when these are strings.
- strings: [n_fields × rows]; NULL when these are numbers.

Returns as scilama_h5ad_writer_put_obsm().
"""
scilama_h5ad_writer_put_uns_records(writer, key, fields, n_fields, rows, values, strings, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_records), Int32, (Ptr{Cvoid}, Cstring, Ptr{Ptr{UInt8}}, Int64, Int64, Ptr{Float64}, Ptr{Ptr{UInt8}}, Ptr{Cvoid}), writer, key, fields, n_fields, rows, values, strings, error)
"""
Entries of uns; \"a/b\" nests. Arrays: rows × cols, cols 0 = one dimension.

Returns as scilama_h5ad_writer_put_obsm().
"""
scilama_h5ad_writer_put_uns_string(writer, key, value, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_string), Int32, (Ptr{Cvoid}, Cstring, Cstring, Ptr{Cvoid}), writer, key, value, error)
"""
Entries of uns; \"a/b\" nests. Arrays: rows × cols, cols 0 = one dimension.

Returns as scilama_h5ad_writer_put_obsm().
"""
scilama_h5ad_writer_put_uns_strings(writer, key, values, count, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_strings), Int32, (Ptr{Cvoid}, Cstring, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), writer, key, values, count, error)
"""
A data frame in uns: first its index [rows], then its columns [rows] one by one.

Returns as scilama_h5ad_writer_put_obsm(); E_STATE also for a column before its table.
"""
scilama_h5ad_writer_put_uns_table(writer, key, index, rows, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_table), Int32, (Ptr{Cvoid}, Cstring, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), writer, key, index, rows, error)
"""
A data frame in uns: first its index [rows], then its columns [rows] one by one.

Returns as scilama_h5ad_writer_put_obsm(); E_STATE also for a column before its table.
"""
scilama_h5ad_writer_put_uns_table_numeric(writer, key, column, values, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_table_numeric), Int32, (Ptr{Cvoid}, Cstring, Cstring, Ptr{Float64}, Ptr{Cvoid}), writer, key, column, values, error)
"""
A data frame in uns: first its index [rows], then its columns [rows] one by one.

Returns as scilama_h5ad_writer_put_obsm(); E_STATE also for a column before its table.
"""
scilama_h5ad_writer_put_uns_table_strings(writer, key, column, values, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_table_strings), Int32, (Ptr{Cvoid}, Cstring, Cstring, Ptr{Ptr{UInt8}}, Ptr{Cvoid}), writer, key, column, values, error)
"""
Columns of obs [cells] and var [genes]. Missing: NaN, code −1.

Returns as scilama_h5ad_writer_put_obsm().
"""
scilama_h5ad_writer_put_var_categorical(writer, key, codes, categories, n_categories, error) =
    ccall(sym(:scilama_h5ad_writer_put_var_categorical), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int32}, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), writer, key, codes, categories, n_categories, error)
"""
Columns of obs [cells] and var [genes]. Missing: NaN, code −1.

Returns as scilama_h5ad_writer_put_obsm().
"""
scilama_h5ad_writer_put_var_numeric(writer, key, values, error) =
    ccall(sym(:scilama_h5ad_writer_put_var_numeric), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float64}, Ptr{Cvoid}), writer, key, values, error)
"""
obsm[key] [cells × width], varm[key] [genes × width]: row-major with leading dimension ld
(0 = width); NaN = no value. Replaces a key of the same name, as all of these do. Values are written
at once and need not be kept.

Returns as of all scilama_h5ad_writer_put functions: SCILAMA_OK, E_INVALID (the key, or values that do not
fit), E_STATE (committed before), E_IO, E_NOMEM. O(values).
"""
scilama_h5ad_writer_put_varm(writer, key, values, width, ld, error) =
    ccall(sym(:scilama_h5ad_writer_put_varm), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float32}, Int64, Int64, Ptr{Cvoid}), writer, key, values, width, ld, error)
"""
obsp[key] [cells × cells] and varp[key] [genes × genes] as CSR.
- indptr: [rows + 1].

Returns as scilama_h5ad_writer_put_obsm(); E_CANCELLED: it is not in the writer.
"""
scilama_h5ad_writer_put_varp(writer, key, indptr, indices, values, error) =
    ccall(sym(:scilama_h5ad_writer_put_varp), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int64}, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}), writer, key, indptr, indices, values, error)
"Write the defaults."
scilama_holdout_options_init(options, struct_size) =
    ccall(sym(:scilama_holdout_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"Write the defaults."
scilama_holdout_report_init(report, struct_size) =
    ccall(sym(:scilama_holdout_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
"""
Clusters points by Lloyd's k-means from k-means++ seeds, Euclidean.

- labels: [n] numbered by decreasing size.
- centers: [clusters × dim]; may be NULL.
- inertia: sum of squared distances to the centres; may be NULL.

Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED.
O(restarts · iterations · n · clusters · dim).
"""
scilama_kmeans(context, points, n, dim, ld, options, labels, centers, inertia, error) =
    ccall(sym(:scilama_kmeans), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}, Ptr{Int32}, Ptr{Float32}, Ptr{Float64}, Ptr{Cvoid}), context, points, n, dim, ld, options, labels, centers, inertia, error)
"Write the defaults."
scilama_kmeans_options_init(options, struct_size) =
    ccall(sym(:scilama_kmeans_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"""
Finds the k nearest other points of every point.

Nearest first; equal distances by ascending index. A point is never its own
neighbour, also when others coincide with it. The exact method's neighbours are
those of double-precision distances.
- points: [n × dim], finite.
- n: more than options->neighbors, below 2³¹.
- indices: [n × neighbors] receives the neighbours.
- distances: [n × neighbors] receives the distances; may be NULL.
- report: May be NULL.

Returns SCILAMA_OK, E_INVALID, E_NONFINITE (the point is named), E_NOMEM, E_CANCELLED.
"""
scilama_knn(context, points, n, dim, ld, options, indices, distances, report, error) =
    ccall(sym(:scilama_knn), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}, Ptr{Cvoid}), context, points, n, dim, ld, options, indices, distances, report, error)
"""
Bytes that scilama_knn() holds at most, with the threads of the context; what the caller provides is not counted.

Returns SCILAMA_OK, or E_INVALID as scilama_knn().
"""
scilama_knn_memory(context, n, dim, options, bytes, error) =
    ccall(sym(:scilama_knn_memory), Int32, (Ptr{Cvoid}, Int64, Int64, Ptr{Cvoid}, Ptr{Int64}, Ptr{Cvoid}), context, n, dim, options, bytes, error)
"Write the defaults."
scilama_knn_options_init(options, struct_size) =
    ccall(sym(:scilama_knn_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"Write the defaults."
scilama_knn_report_init(report, struct_size) =
    ccall(sym(:scilama_knn_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
"""
Set struct_size and what is known before a call.

Returns SCILAMA_OK, E_INVALID.
"""
scilama_label_info_init(info, struct_size) =
    ccall(sym(:scilama_label_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
"""
Compares two labellings of the same points. Points with a negative code in
either are left out.

Returns SCILAMA_OK, E_INVALID (nothing to compare), E_NOMEM.
"""
scilama_labels_compare(context, a, b, n, agreement, error) =
    ccall(sym(:scilama_labels_compare), Int32, (Ptr{Cvoid}, Ptr{Int32}, Ptr{Int32}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), context, a, b, n, agreement, error)
"Write the defaults."
scilama_leiden_options_init(options, struct_size) =
    ccall(sym(:scilama_leiden_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"Write the defaults."
scilama_leiden_report_init(report, struct_size) =
    ccall(sym(:scilama_leiden_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
"""
Local inverse Simpson index of every point: how many labels its neighbourhood
holds, effectively (Korsunsky et al. 2019, neighbours weighted to a perplexity).

- indices: [n × neighbors] of scilama_knn().
- distances: [n × neighbors].
- labels: [n], each ≥ 0.
- perplexity: 0 = floor((neighbors + 1) / 3).
- lisi: [n] receives 1 … labels; −1 where all neighbours' weight vanishes.

Returns SCILAMA_OK, E_INVALID (a neighbour or label out of range, a perplexity below 1),
E_NONFINITE, E_NOMEM. O(n · (neighbors + labels)).
"""
scilama_lisi(context, n, neighbors, indices, distances, labels, perplexity, lisi, error) =
    ccall(sym(:scilama_lisi), Int32, (Ptr{Cvoid}, Int64, Int64, Ptr{Int32}, Ptr{Float32}, Ptr{Int32}, Float64, Ptr{Float64}, Ptr{Cvoid}), context, n, neighbors, indices, distances, labels, perplexity, lisi, error)
"Write the defaults."
scilama_loading_options_init(options, struct_size) =
    ccall(sym(:scilama_loading_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"Write the defaults."
scilama_loading_report_init(report, struct_size) =
    ccall(sym(:scilama_loading_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
"""
Set struct_size and defaults.

Returns SCILAMA_OK, E_INVALID.
"""
scilama_map_options_init(options, struct_size) =
    ccall(sym(:scilama_map_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"Write the defaults."
scilama_marker_options_init(options, struct_size) =
    ccall(sym(:scilama_marker_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"Write the defaults."
scilama_marker_table_init(table, struct_size) =
    ccall(sym(:scilama_marker_table_init), Int32, (Ptr{Cvoid}, Csize_t), table, struct_size)
"""
Both of the above, and the combined rank.
- cells: [cells × dim].
- genes: [genes of the matrix × dim].

Returns as scilama_wilcoxon() and scilama_paired_markers(). Memory for 3 [n_groups × genes] arrays beside the table at most.
"""
scilama_markers(dataset, cells, genes, dim, groups, n_groups, batches, options, table, error) =
    ccall(sym(:scilama_markers), Int32, (Ptr{Cvoid}, Ptr{Float32}, Ptr{Float32}, Int64, Ptr{Int32}, Int64, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), dataset, cells, genes, dim, groups, n_groups, batches, options, table, error)
"Writes the defaults of each struct."
scilama_match_options_init(options, struct_size) =
    ccall(sym(:scilama_match_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"Writes the defaults of each struct."
scilama_match_report_init(report, struct_size) =
    ccall(sym(:scilama_match_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
"Writes the defaults of each struct."
scilama_matrix_init(matrix, struct_size) =
    ccall(sym(:scilama_matrix_init), Int32, (Ptr{Cvoid}, Csize_t), matrix, struct_size)
"""
Adapts a model to the batches of a query: categories of the model's categorical covariates that it does not know are added
(scilama_model_extend_covariate()), and what the model has of each is found from the query's cells, all else staying as it is, so
that cells of known categories, a reference's among them, are embedded to the bit as before. Where the encoder corrects by clusters
(SCILAMA_ENCODER_COVARIATES_CLUSTERS) the category's shifts bring up to 4,096 of its cells to where the model's training cells lie,
cluster by cluster, and its spreads and turns give them the training cells' covariance (docs/model.md, \"New batches\"); columns of
an encoder that has some, and the decoder's, follow the objective of whichever head reconstructs better, on the cells of the
dataset's train split.
- dataset: a query with the model's covariate columns, such that some categories are new.
- options: NULL = defaults.
- report: may be NULL.

Returns SCILAMA_OK (also when no category is new), E_STATE (a trainer holds the model),
E_UNSUPPORTED (batch_norm), what encoding and training return, E_NOMEM, E_CANCELLED: after a failure categories may
have been added, with columns of the known ones' mean or as trained so far. Parameter views taken before are void.
O(new categories · 50 axes · (30 + axes) · min(cells, 4096)), 50 axes³ for each, and decoder_steps steps.
"""
scilama_model_adapt(model, dataset, options, report, error) =
    ccall(sym(:scilama_model_adapt), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, options, report, error)
"""
Name of category `category` of covariate `index`, in the order of its columns: sorted, those
added later behind. Borrowed until the model is extended or destroyed; NULL when out of range,
or when the covariate is not categorical.
"""
scilama_model_category(model, index, category) =
    ccall(sym(:scilama_model_category), Cstring, (Ptr{Cvoid}, Int64, Int64), model, index, category)
"""
Embeds cells as scilama_model_encode_cells() does. An Arrow struct: cell_id (utf8) and embedding (fixed-size
list of float32).
- schema: as in scilama_gene_table_to_arrow().
- array: likewise.

Returns as scilama_model_encode_cells().
"""
scilama_model_cells_to_arrow(model, dataset, schema, array, error) =
    ccall(sym(:scilama_model_cells_to_arrow), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, schema, array, error)
"""
The same for covariate `index` of the model (scilama_model_covariate()). A column that the dataset lacks
altogether is an error of encoding, and here: all cells missing.

Returns SCILAMA_OK, E_INVALID (index out of range), E_NOMEM.
"""
scilama_model_check_covariate(model, dataset, index, report, error) =
    ccall(sym(:scilama_model_check_covariate), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, index, report, error)
"""
Compares a dataset with what the model needs, before anything is encoded. The same is said in
warnings when cells are encoded or decoded.

Returns SCILAMA_OK, E_NOMEM; where genes are absent also E_STATE (the matrix was given back), E_INVALID (values of another kind) and
what reading rows returns. O(genes + cells · covariates), and where genes are absent passes over the entries.
"""
scilama_model_check_query(model, dataset, report, error) =
    ccall(sym(:scilama_model_check_query), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, report, error)
"""
Warm start: copies parameters and running statistics from another model. Parameter
prefix + rest receives from_prefix + rest where the shapes are equal. What belongs to
genes (the cell encoder's first weight, the head, b_out, dispersion) is copied
only when both models have the same genes; what reads covariates only when their
encodings are equal; what lies along axes only with these; a gene encoder's first weight only when both project the vectors on
the same axes (without embed_pca: when the widths are equal). With clusters comes what scilama_model_adapt() added to them;
clusters and mixture that do not come with new axes are forgotten, and sought by the next trainer. The cell encoder's
latent_mu of a model whose latent means a mixture gives was never trained: it is left out where that mixture is not
copied too. Not while a trainer steps.
- prefix: NULL = every parameter; \"feature_encoder.encoders.1.\" = the second modality's encoder.
- from_prefix: NULL = prefix.
- copied: number of parameters copied; may be NULL.

Returns SCILAMA_OK, E_INVALID, E_NOTFOUND (nothing was copied), E_NOMEM (the same). Time O(parameters).
"""
scilama_model_copy_parameters(model, from, prefix, from_prefix, copied, error) =
    ccall(sym(:scilama_model_copy_parameters), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Cstring, Cstring, Ptr{Int64}, Ptr{Cvoid}), model, from, prefix, from_prefix, copied, error)
"""
Describes covariate `index`, in the order of its columns. The name lives until the model is
extended or destroyed.

Returns SCILAMA_OK, E_INVALID (index out of range).
"""
scilama_model_covariate(model, index, info, error) =
    ccall(sym(:scilama_model_covariate), Int32, (Ptr{Cvoid}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), model, index, info, error)
"""
Number of covariates, whatever their kind. To embed cells or decode, a dataset needs a cell
column of each one's name.
"""
scilama_model_covariates(model) =
    ccall(sym(:scilama_model_covariates), Int64, (Ptr{Cvoid},), model)
"""
Creates a model for a dataset: its genes, recipe, covariates and embeddings, with
initial weights (Xavier normal, biases 0).

- options: NULL = the recommended ones.

Returns SCILAMA_OK, E_INVALID (an option, or a likelihood of counts without counts), E_NOMEM,
E_STATE, E_UNSUPPORTED, and as scilama_dataset_preprocess() where the recipe is to be fitted first.
"""
scilama_model_create(out, dataset, options, error) =
    ccall(sym(:scilama_model_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), out, dataset, options, error)
"""
Decodes cells of a dataset: denoised or batch-corrected expression of the model's genes.

With a likelihood of counts: expected counts at equal depth, the softmax times the recipe's
target_sum (10,000 when it does not normalise); `unscale` changes nothing.
- values: [cells × G] in model order, leading dimension ld (0 = G).

Returns as scilama_model_encode_cells(); E_NOTFOUND also for a replaced covariate or category, E_STATE
(PAIRED without a gene VAE). O(cells · G · h_1), twice so with match_levels.
"""
scilama_model_decode(model, dataset, options, values, ld, error) =
    ccall(sym(:scilama_model_decode), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Float32}, Int64, Ptr{Cvoid}), model, dataset, options, values, ld, error)
"""
Expression of unseen genes for the cells of a dataset, from the genes' vectors.

Head BEST (the default): by kernel regression on the vectors of the model's genes, as scilama_model_predict_genes() does;
units as there. Head PAIRED: by the gene autoencoder, in scaled units (mean 0 where the gene's bias is unknown); with a likelihood of
counts the logarithm of the rate, up to the gene's unknown level.
- tables,: names, n_tables  as in scilama_model_encode_new_genes().
- values: [cells × rows of the tables], leading dimension ld (0 = rows).

Returns as scilama_model_decode(), scilama_model_encode_new_genes() and scilama_model_predict_genes(); E_INVALID (head CELL).
"""
scilama_model_decode_new_genes(model, dataset, options, tables, names, n_tables, values, ld, error) =
    ccall(sym(:scilama_model_decode_new_genes), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Ptr{Cvoid}}, Ptr{Ptr{UInt8}}, Int64, Ptr{Float32}, Int64, Ptr{Cvoid}), model, dataset, options, tables, names, n_tables, values, ld, error)
"""
Lets the reference that a model carries know its cells' prepared expression, as 32 numbers each on the directions of
scilama_model_learn_absent(), saved with it: scilama_model_novelty() needs it.
- dataset: the reference's cells, in its order.

Returns SCILAMA_OK, E_STATE (no reference, or nothing learnt of absent genes), E_INVALID (another number of cells), what
encoding returns, E_NOMEM, E_CANCELLED. O(32 cells · genes).
"""
scilama_model_describe_reference(model, dataset, error) =
    ccall(sym(:scilama_model_describe_reference), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, error)
"Releases the caller's hold; NULL is allowed."
scilama_model_destroy(model) =
    ccall(sym(:scilama_model_destroy), Cvoid, (Ptr{Cvoid},), model)
"""
Embeds cells: mu_s, dropout off. Cells of another dataset are prepared by the
model's recipe, with size factors over the genes that they share with its training cells. Genes
that they were not measured on are filled in from those that they were, or left out
(scilama_model_learn_absent()); unknown and missing categories are an average of the known. What is
absent or unknown is said in warnings (scilama_model_check_query() has it as data).
- mu: [cells × L], leading dimension ld (0 = L).
- sigma: the same shape, or NULL.

Returns SCILAMA_OK, E_NOTFOUND (covariate column, or no gene in common), E_INVALID (values or columns of
another kind than the model's), E_NONFINITE (a raw covariate is missing: cell named), E_NOMEM,
E_CANCELLED, and of rows read as needed what reading them returns. O(cells · parameters of the cell
encoder), for sparse cells less.
"""
scilama_model_encode_cells(model, dataset, mu, sigma, ld, error) =
    ccall(sym(:scilama_model_encode_cells), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Float32}, Ptr{Float32}, Int64, Ptr{Cvoid}), model, dataset, mu, sigma, ld, error)
"""
Embeds the model's genes: mu_f, dropout off.
- mu: [G × L] in model order, leading dimension ld (0 = L).
- sigma: the same shape, or NULL.

Returns E_STATE without a gene VAE.
"""
scilama_model_encode_genes(model, mu, sigma, ld, error) =
    ccall(sym(:scilama_model_encode_genes), Int32, (Ptr{Cvoid}, Ptr{Float32}, Ptr{Float32}, Int64, Ptr{Cvoid}), model, mu, sigma, ld, error)
"""
Embeds genes that the model never saw, from their vectors alone.
- tables: [n_tables] one for each modality, all of the same genes in the same order: as wide as the tables
that the model was made with, not conditioned.
- names: [n_tables] the modality that each belongs to; NULL = the order of the model.
- n_tables: number of modalities of the model.
- mu: [rows of the tables × L], leading dimension ld (0 = L).

Returns SCILAMA_OK, E_INVALID (number, width or genes of the tables), E_NOTFOUND (a name), E_STATE (no gene VAE, or
one that reads expression), E_NOMEM, E_CANCELLED. O(rows · parameters of the gene encoder).
"""
scilama_model_encode_new_genes(model, tables, names, n_tables, mu, ld, error) =
    ccall(sym(:scilama_model_encode_new_genes), Int32, (Ptr{Cvoid}, Ptr{Ptr{Cvoid}}, Ptr{Ptr{UInt8}}, Int64, Ptr{Float32}, Int64, Ptr{Cvoid}), model, tables, names, n_tables, mu, ld, error)
"""
Adds categories to a categorical covariate, to map new batches onto a trained model: each
gets a column in what reads the covariates, the mean of the known ones' at first, so that all results
so far stay as they were. Then train on the new cells with scilama_trainer_options.freeze_reference.
Parameter views and names taken before are void; datasets prepared before are prepared again by
the model's recipe.
- key: name of the covariate.
- values: [count] new categories.

Returns SCILAMA_OK, E_INVALID, E_NOTFOUND, E_DUPLICATE (a category is there already),
E_STATE (a trainer holds the model), E_NOMEM.
"""
scilama_model_extend_covariate(model, key, values, count, error) =
    ccall(sym(:scilama_model_extend_covariate), Int32, (Ptr{Cvoid}, Cstring, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), model, key, values, count, error)
"""
Views the parameter of that name.

Returns E_NOTFOUND.
"""
scilama_model_find_parameter(model, name, tensor, error) =
    ccall(sym(:scilama_model_find_parameter), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), model, name, tensor, error)
"Name of a gene of the model, in model order; borrowed; NULL when out of range."
scilama_model_gene_name(model, gene) =
    ccall(sym(:scilama_model_gene_name), Cstring, (Ptr{Cvoid}, Int64), model, gene)
"""
The vectors of the model's genes in one modality, as the gene encoder reads them (conditioned).
- width: columns; receives the number.
- values: [genes × width] in model order, leading dimension ld (0 = width); NULL = tell the width only. Rows of genes
that no table knows are NaN.

Returns SCILAMA_OK, E_INVALID (modality out of range, ld).
"""
scilama_model_gene_vectors(model, modality, width, values, ld, error) =
    ccall(sym(:scilama_model_gene_vectors), Int32, (Ptr{Cvoid}, Int64, Ptr{Int64}, Ptr{Float32}, Int64, Ptr{Cvoid}), model, modality, width, values, ld, error)
"""
Embeds the model's genes as scilama_model_encode_genes() does. An Arrow struct: gene_id (utf8) and
embedding (fixed-size list of float32), in model order.
- schema: as in scilama_gene_table_to_arrow().
- array: likewise.

Returns as scilama_model_encode_genes().
"""
scilama_model_genes_to_arrow(model, schema, array, error) =
    ccall(sym(:scilama_model_genes_to_arrow), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, schema, array, error)
"""
Tells sizes and progress.

Returns SCILAMA_OK.
"""
scilama_model_get_info(model, info, error) =
    ccall(sym(:scilama_model_get_info), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, info, error)
"""
Copies the options in force.

Returns SCILAMA_OK.
"""
scilama_model_get_options(model, options, error) =
    ccall(sym(:scilama_model_get_options), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, options, error)
"""
The reference that a model carries; the caller destroys it.

Returns SCILAMA_OK, E_NOTFOUND (it carries none).
"""
scilama_model_get_reference(out, model, error) =
    ccall(sym(:scilama_model_get_reference), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}), out, model, error)
"""
Writes the defaults of a preset.
- preset: scilama_preset.
"""
scilama_model_info_init(info, struct_size) =
    ccall(sym(:scilama_model_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
"""
Learns from the training cells how the model's genes vary together, so that cells measured on a part of
them can be encoded: probabilistic principal components of rank 32 (Tipping & Bishop 1999, eq. 12) of up to
4,096 of them. Absent genes are then taken for their mean given the measured ones. Without it they are left
out, and the others grow by √(genes / measured). Full panels are encoded the same with and without. Saved
with the model: 33 numbers a gene.
- dataset: the one that the model was created for.

Returns SCILAMA_OK, E_STATE (under three training cells or two genes, or a trainer holds the model), E_NOMEM,
E_CANCELLED, and of rows read as needed what reading them returns.
O(cells · genes · min(cells, genes)) for at most 4,096 cells.
"""
scilama_model_learn_absent(model, dataset, error) =
    ccall(sym(:scilama_model_learn_absent), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, error)
"""
Loads a saved model.

Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (damaged, or no model), E_UNSUPPORTED (of a newer format),
E_NOMEM. O(parameters).
"""
scilama_model_load(out, context, path, error) =
    ccall(sym(:scilama_model_load), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}), out, context, path, error)
"""
Loads a model from the bytes of a saved one, whichever call saved it. They are read during the call alone.

Returns as scilama_model_load().
"""
scilama_model_load_memory(out, context, bytes, size, error) =
    ccall(sym(:scilama_model_load_memory), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Int64, Ptr{Cvoid}), out, context, bytes, size, error)
"""
Places all cells of a query among a model's reference, and writes what is found: the calls above in one, with one reading of the
rows and memory for 65,536 cells at a time. Into a writer go obsm[\"X_KEY\"], the embedding, and obsm[\"X_KEY_umap\"], the place in the
reference's layout; obs[\"KEY_distance\"], mean distance to the neighbours in units of the reference's reach, obs[\"KEY_novelty\"]
(scilama_model_novelty()) and of every column NAME of labels obs[\"KEY_NAME\"], …_probability, …_second, …_second_probability and
…_unknown (\"yes\", \"no\"); uns[\"KEY_map\"], what scilama_model_check_query() tells. What an earlier call left under this key goes.
- writer: of the file that the dataset was read from, or of another with its cells in its order; not committed.
- options: NULL = defaults.

Returns SCILAMA_OK, E_NOTFOUND (the model carries no reference), E_INVALID (another number of cells, an option, a key), E_DUPLICATE (labels
called as another result: \"distance\", say), E_STATE (committed before), E_IO, what encoding returns, E_NOMEM, E_CANCELLED, E_CALLBACK (`each` asked to stop):
after a failure results are in the writer in part, which is only to be destroyed. As scilama_model_encode_cells(), scilama_reference_neighbors() and scilama_model_novelty() together.
"""
scilama_model_map(model, dataset, writer, options, error) =
    ccall(sym(:scilama_model_map), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, writer, options, error)
"""
Gives genes of a dataset the names that the model has for them: those that the model does not know as they are, of another case or
version, or with an alias (an orthologue of another species, say), go by the name of the model's that matches under the options. Of several
that match one name the first has it, and none a name that a gene of the dataset has already. Before gene tables are added.
- options: NULL = defaults, under which nothing matches that did not; missing and first_duplicate have no meaning here.
- renamed: how many genes go by another name now; may be NULL.

Returns SCILAMA_OK, E_INVALID, E_STATE (the dataset is preprocessed or has gene tables), E_NOMEM: names are as they were then.
O(genes + aliases).
"""
scilama_model_match_genes(model, dataset, options, renamed, error) =
    ccall(sym(:scilama_model_match_genes), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Int64}, Ptr{Cvoid}), model, dataset, options, renamed, error)
"Name of a modality, borrowed; NULL when out of range."
scilama_model_modality_name(model, modality) =
    ccall(sym(:scilama_model_modality_name), Cstring, (Ptr{Cvoid}, Int64), model, modality)
"""
Width of a modality's vectors as they are given, before embed_pca; 0 when out of range. Of a gene encoder
that reads expression the number of training cells.
"""
scilama_model_modality_width(model, modality) =
    ccall(sym(:scilama_model_modality_width), Int64, (Ptr{Cvoid}, Int64), model, modality)
"""
How much sparser reference cells lie around each cell of a query than other cells of the query do, on axes along which
either varies (20 principal axes of both, weighted alike, of expression that is not scaled to variance 1): the log of the ratio of
mean distances to the 8 nearest, less what the numbers of cells explain, averaged over a cell and its 30 nearest. Around 0 or below:
the reference has such cells as often; above 0.15: hardly any. A property of the whole query: give all its cells at once; of more than
16,384 some are measured, spread evenly, and any cell has the mean of the 4 nearest of these. What a batch that the model was adapted
to adds to its cells is taken off first: the mean, over a cell's 15 nearest of up to 2,048 reference cells in the embedding, of what
lies between the query's cells and the reference's that are nearest to these, 8 of each; small axes count for more then.
Cells without any count tell nothing of others, and have 1.
- novelty: [cells].

Returns SCILAMA_OK, E_STATE (no reference, or not described), E_INVALID (under 10 cells on either side), what encoding
returns, E_NOMEM, E_CANCELLED. O(cells · genes + cells · 16384) at most; memory
for 16,384 cells at a time.
"""
scilama_model_novelty(model, dataset, novelty, error) =
    ccall(sym(:scilama_model_novelty), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Float32}, Ptr{Cvoid}), model, dataset, novelty, error)
"""
Writes the defaults of a preset.
- preset: scilama_preset.
"""
scilama_model_options_init(options, struct_size, preset) =
    ccall(sym(:scilama_model_options_init), Int32, (Ptr{Cvoid}, Csize_t, Int32), options, struct_size, preset)
"""
Views parameter `index`. The pointer lives as long as the model.

Returns SCILAMA_OK, E_INVALID (index out of range).
"""
scilama_model_parameter(model, index, tensor, error) =
    ccall(sym(:scilama_model_parameter), Int32, (Ptr{Cvoid}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), model, index, tensor, error)
"""
A parameter of a model, [rows × cols], [rows] or a single number, where it lies; read-only.

Training changes the numbers in place: read them between steps. After
scilama_model_extend_covariate() the tensor keeps the numbers as they were before it.
- name: as in scilama_model_find_parameter().
- out: as in scilama_gene_table_to_dlpack().

Returns SCILAMA_OK, E_NOTFOUND, E_NOMEM. O(1).
"""
scilama_model_parameter_to_dlpack(out, model, name, error) =
    ccall(sym(:scilama_model_parameter_to_dlpack), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}), out, model, name, error)
"Number of parameters and running statistics."
scilama_model_parameters(model) =
    ccall(sym(:scilama_model_parameters), Int64, (Ptr{Cvoid},), model)
"""
Expression of genes that the model was not trained on, measured or not, from vectors in any tables that know both them and
genes of the model: another data set's loadings, text, sequence. The model needs no gene VAE.

At most 1,024 of the cells, evenly drawn, are decoded, x̂. The 30 leading axes of y = (x̂ + z) / 2, z the cells as measured, what the
model's genes as measured have to do with each, and by kernel ridge regression from the vectors (scilama_gene_holdout() has the kernel and
judges it) what the new genes have: a cell's value is that of the axes at its y; decoded as of other covariates, x̂', at x̂' + (z − x̂) / 2.
So options' covariates, averages too, reach the new genes.
The same kernel with a linear trend tells the logarithms of mean and deviation. Several tables are weighed, for expression and for
levels apart, by how likely they make those of at most 1,024 of the model's genes. A few hundred cells are needed for the axes.
- options: unscale: units before scaling, none below 0, by the means and deviations expected; else standard
deviations of the gene about its mean. head and match_levels change nothing.
- tables: [n_tables] 1 to 16; genes are found by name, those of the model too.
- genes: [n_genes] names. One of the model's own is told by its vectors and its expression, which it has.
- values: [cells × n_genes], leading dimension ld (0 = n_genes); NULL = only the forecast is wanted.
- forecast: what to expect, or NULL.

Returns as scilama_model_decode(); E_NOTFOUND (a gene that no table knows, or fewer than 10 of the model's), E_INVALID (too few
cells). O(cells · G · h_1 + G² (Σ widths + 30)); room for G² floats, of several tables at least (n_tables + 3) min(G, 1,024)².
"""
scilama_model_predict_genes(model, dataset, options, tables, n_tables, genes, n_genes, values, ld, forecast, error) =
    ccall(sym(:scilama_model_predict_genes), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Ptr{Cvoid}}, Int64, Ptr{Ptr{UInt8}}, Int64, Ptr{Float32}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, options, tables, n_tables, genes, n_genes, values, ld, forecast, error)
"""
Saves a model: everything that encoding new cells needs. The file is replaced at once or not at all.

Returns SCILAMA_OK, E_IO, E_NOMEM. O(parameters).
"""
scilama_model_save(model, path, error) =
    ccall(sym(:scilama_model_save), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}), model, path, error)
"""
Saves a model as scilama_model_save() does, but into memory: to pickle it, send it, keep it in a database. A reference
that it carries comes along.
- bytes: Receives the bytes of the file, freed by scilama_bytes_destroy(); NULL on failure.
- size: Receives how many there are.

Returns SCILAMA_OK, E_NOMEM, E_IO (the system has no room for it). O(parameters), of which two copies exist for a moment.
"""
scilama_model_save_memory(model, bytes, size, error) =
    ccall(sym(:scilama_model_save_memory), Int32, (Ptr{Cvoid}, Ptr{Ptr{Cvoid}}, Ptr{Int64}, Ptr{Cvoid}), model, bytes, size, error)
"""
Sets a parameter. Not while a trainer steps.
- values: [count], finite; count must be rows × cols.

Returns E_NOTFOUND, E_INVALID, E_NONFINITE.
"""
scilama_model_set_parameter(model, name, values, count, error) =
    ccall(sym(:scilama_model_set_parameter), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float32}, Int64, Ptr{Cvoid}), model, name, values, count, error)
"""
Lets a model carry a reference, in memory and in its file, instead of one that it had. The model retains it.

Returns SCILAMA_OK, E_INVALID (another dim than the model's L).
"""
scilama_model_set_reference(model, reference, error) =
    ccall(sym(:scilama_model_set_reference), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, reference, error)
"""
Activity of modules: the mean z-score (over all cells) of the expression of a module's genes.

- labels: [genes of the matrix]: module or −1.
- activity: [cells × modules]. Genes that do not vary count as zero; a module
without genes is NaN.

Returns as scilama_wilcoxon(). O(stored).
"""
scilama_module_activity(dataset, labels, modules, activity, error) =
    ccall(sym(:scilama_module_activity), Int32, (Ptr{Cvoid}, Ptr{Int32}, Int64, Ptr{Float32}, Ptr{Cvoid}), dataset, labels, modules, activity, error)
"""
Tests whether a module's genes go together in the expression of cells.

The coherence is the mean correlation of pairs of its genes. It is compared with
random sets of genes of the same size and the same deciles of mean expression, drawn
from the genes with a label (−1 included; −2 and less: not drawn from).
- coherence: [modules]; may be NULL.
- p: [modules] one-sided, never below 1 / (permutations + 1); may be NULL.
- fdr: [modules] Benjamini–Hochberg; may be NULL.

Returns as scilama_wilcoxon().
"""
scilama_module_coherence(dataset, labels, modules, options, coherence, p, fdr, error) =
    ccall(sym(:scilama_module_coherence), Int32, (Ptr{Cvoid}, Ptr{Int32}, Int64, Ptr{Cvoid}, Ptr{Float64}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}), dataset, labels, modules, options, coherence, p, fdr, error)
"Write the defaults."
scilama_module_options_init(options, struct_size) =
    ccall(sym(:scilama_module_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"""
Activity of modules in the paired space: z_s · mean of z_f over the module's genes.

- cells: [n × dim].
- genes: [n_genes × dim]; rows with a NaN are left out.
- labels: [n_genes] module or −1.
- activity: [n × modules]; a module without genes is NaN.

Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM. O(n · modules · dim).
"""
scilama_module_projection(context, cells, n, genes, n_genes, dim, labels, modules, activity, error) =
    ccall(sym(:scilama_module_projection), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Ptr{Float32}, Int64, Int64, Ptr{Int32}, Int64, Ptr{Float32}, Ptr{Cvoid}), context, cells, n, genes, n_genes, dim, labels, modules, activity, error)
"Write the defaults."
scilama_module_report_init(report, struct_size) =
    ccall(sym(:scilama_module_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
"""
Checks every field of a struct of options against its bounds; rules between fields are told by the call that
reads the struct.
- options: a struct of the kind that `of` says, its struct_size set.

Returns SCILAMA_OK, E_INVALID (`of`, or an option, which is named). O(options).
"""
scilama_option_check(of, options, error) =
    ccall(sym(:scilama_option_check), Int32, (Int32, Ptr{Cvoid}, Ptr{Cvoid}), of, options, error)
"""
Name of choice number `choice` of an option, such as \"cell-gene\". Static storage; NULL behind the last, and for
options without choices.
- value: receives what the field is set to; may be NULL.
"""
scilama_option_choice(of, index, choice, value) =
    ccall(sym(:scilama_option_choice), Cstring, (Int32, Int64, Int64, Ptr{Int32}), of, index, choice, value)
"""
Number of options in a struct, reserved fields and struct_size not counted.
- of: scilama_options; 0 is returned for other numbers.
"""
scilama_option_count(of) =
    ccall(sym(:scilama_option_count), Int64, (Int32,), of)
"""
Finds an option by the name of its field.

Returns its index, or -1. O(options).
"""
scilama_option_find(of, name) =
    ccall(sym(:scilama_option_find), Int64, (Int32, Cstring), of, name)
"""
Describes option `index`, in the order in which people should meet them.

Returns SCILAMA_OK, E_INVALID (`of` or index out of range). O(1).
"""
scilama_option_get_info(of, index, info, error) =
    ccall(sym(:scilama_option_get_info), Int32, (Int32, Int64, Ptr{Cvoid}, Ptr{Cvoid}), of, index, info, error)
"""
Writes zeros.

Returns SCILAMA_OK or E_INVALID.
"""
scilama_option_info_init(info, struct_size) =
    ccall(sym(:scilama_option_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
"""
Adjusts p-values by Benjamini and Hochberg. NaNs stay and do not count.
- adjusted: [n]; may be p.

Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(n log n).
"""
scilama_p_adjust(context, p, n, adjusted, error) =
    ccall(sym(:scilama_p_adjust), Int32, (Ptr{Cvoid}, Ptr{Float64}, Int64, Ptr{Float64}, Ptr{Cvoid}), context, p, n, adjusted, error)
"""
Scores genes for groups of cells in the paired space.

For each group, s_g = (mean z_s of its cells − mean z_s of the others) · z_f of the
gene. Significance: group codes are permuted within batches; a gene's score is put
in standard deviations of its own permuted scores, which makes the genes' scores
alike, and the permuted scores of all genes of the group together are the null of each.
- cells: [n × dim] z_s (or mu_s), finite, leading dimension dim.
- genes: [n_genes × dim] z_f (or mu_f), leading dimension dim; a row with a NaN is
a gene outside the paired space.
- groups: [n] codes.
- batches: [n] codes; NULL = one batch. Cells with a
negative code are left out.
- table: Receives the paired arrays; the others are left alone.

Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED.
O(permutations · (n + groups · n_genes) · dim).
"""
scilama_paired_markers(context, cells, n, genes, n_genes, dim, groups, n_groups, batches, options, table, error) =
    ccall(sym(:scilama_paired_markers), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Ptr{Float32}, Int64, Int64, Ptr{Int32}, Int64, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), context, cells, n, genes, n_genes, dim, groups, n_groups, batches, options, table, error)
"""
Principal components: eigenvectors of the covariance, by Lanczos iteration to
convergence (of the smaller product matrix when one has at most 4096 rows).

The sign is such that the entry of largest magnitude of each component is positive.
- x: [n × genes], finite.
- scores: [n × components]; may be NULL. `components` is the number asked
for, cut to min(n, genes): see scilama_pca_components().
- components: [components × genes] of unit length; may be NULL.
- variances: [components], with n − 1 below; may be NULL.
- total: variance of all genes together; may be NULL.

Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED.
O(n · genes · min(n, genes)) up to 4096 rows or columns, else O(n · genes) for
every step of the iteration.
"""
scilama_pca(context, x, n, genes, ld, options, scores, components, variances, total, error) =
    ccall(sym(:scilama_pca), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}, Ptr{Float32}, Ptr{Float32}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}), context, x, n, genes, ld, options, scores, components, variances, total, error)
"min(options' components, n, genes)."
scilama_pca_components(options, n, genes) =
    ccall(sym(:scilama_pca_components), Int64, (Ptr{Cvoid}, Int64, Int64), options, n, genes)
"Write the defaults."
scilama_pca_options_init(options, struct_size) =
    ccall(sym(:scilama_pca_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"""
Writes the defaults of a preset.
- preset: scilama_preset; they differ in scale_shrink.
"""
scilama_preprocess_options_init(options, struct_size, preset) =
    ccall(sym(:scilama_preprocess_options_init), Int32, (Ptr{Cvoid}, Csize_t, Int32), options, struct_size, preset)
"Writes the defaults of each struct."
scilama_preprocess_report_init(report, struct_size) =
    ccall(sym(:scilama_preprocess_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
"""
Set struct_size and what is known before a call.

Returns SCILAMA_OK, E_INVALID.
"""
scilama_query_report_init(report, struct_size) =
    ccall(sym(:scilama_query_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
"""
Adds a column of labels, and calibrates its probabilities on up to 4,096 of the reference's cells, each left
out in turn. Not once a model or another thread holds the reference.
- codes: [cells] below n_categories; negative = no label.
- categories: [n_categories] their names.

Returns SCILAMA_OK, E_INVALID, E_DUPLICATE (a column of that name), E_NOMEM, E_CANCELLED.
"""
scilama_reference_add_labels(reference, name, codes, categories, n_categories, error) =
    ccall(sym(:scilama_reference_add_labels), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int32}, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), reference, name, codes, categories, n_categories, error)
"Name of category `category` of column `index`, borrowed; NULL when out of range."
scilama_reference_category(reference, index, category) =
    ccall(sym(:scilama_reference_category), Cstring, (Ptr{Cvoid}, Int64, Int64), reference, index, category)
"""
Makes a reference of cells' embedding.
- points: [cells × dim] finite, copied; leading dimension ld (0 = dim). cells ≥ 3.

Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED. O(min(cells, 4096) · cells · dim).
"""
scilama_reference_create(out, context, points, cells, dim, ld, error) =
    ccall(sym(:scilama_reference_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}), out, context, points, cells, dim, ld, error)
"Releases the caller's hold; NULL is allowed."
scilama_reference_destroy(reference) =
    ccall(sym(:scilama_reference_destroy), Cvoid, (Ptr{Cvoid},), reference)
"""
Tells sizes.

Returns SCILAMA_OK.
"""
scilama_reference_get_info(reference, info, error) =
    ccall(sym(:scilama_reference_get_info), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), reference, info, error)
"""
Set struct_size and what is known before a call.

Returns SCILAMA_OK, E_INVALID.
"""
scilama_reference_info_init(info, struct_size) =
    ccall(sym(:scilama_reference_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
"""
Describes column `index` of labels.

Returns SCILAMA_OK, E_INVALID (out of range).
"""
scilama_reference_label(reference, index, info, error) =
    ccall(sym(:scilama_reference_label), Int32, (Ptr{Cvoid}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), reference, index, info, error)
"""
The k nearest reference cells by Euclidean distance, exactly: nearest first, ties by number.
- points: [n × dim] finite, leading dimension ld (0 = dim), as scilama_model_encode_cells() gives them.
- indices: [n × k] numbers of reference cells.
- distances: [n × k].

Returns SCILAMA_OK, E_INVALID (k not 1 to cells), E_NONFINITE, E_NOMEM, E_CANCELLED. O(n · cells · dim) at most, by a
tree of the reference that the first call builds in O(cells · dim · log cells) and the reference keeps.
"""
scilama_reference_neighbors(reference, points, n, ld, k, indices, distances, error) =
    ccall(sym(:scilama_reference_neighbors), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}), reference, points, n, ld, k, indices, distances, error)
"""
Places cells in the reference's layout: the mean of their neighbours' places, weighted like votes.
- layout: [n × layout_dims].

Returns SCILAMA_OK, E_STATE (no layout), E_INVALID.
"""
scilama_reference_place(reference, indices, distances, n, k, layout, error) =
    ccall(sym(:scilama_reference_place), Int32, (Ptr{Cvoid}, Ptr{Int32}, Ptr{Float32}, Int64, Int64, Ptr{Float32}, Ptr{Cvoid}), reference, indices, distances, n, k, layout, error)
"""
Sets a layout to look at, such as UMAP.
- layout: [cells × dims] finite, copied.
- dims: 1 to 16.

Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM.
"""
scilama_reference_set_layout(reference, layout, dims, error) =
    ccall(sym(:scilama_reference_set_layout), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Ptr{Cvoid}), reference, layout, dims, error)
"""
Labels from neighbours: votes of weight exp(−d² / 2h²), h a cell's mean distance, calibrated into
probabilities.
- index: column of labels.
- indices: [n × k] and distances [n × k] as scilama_reference_neighbors() gives them.
- code: [n] likeliest category; −1 when no neighbour has a label.
- probability: [n] its probability.
- second: [n] next in probability, −1 when there is one category; NULL = not wanted.
- second_probability: [n]; NULL = not wanted.

Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(n · (k + categories)).
"""
scilama_reference_transfer(reference, index, indices, distances, n, k, code, probability, second, second_probability, error) =
    ccall(sym(:scilama_reference_transfer), Int32, (Ptr{Cvoid}, Int64, Ptr{Int32}, Ptr{Float32}, Int64, Int64, Ptr{Int32}, Ptr{Float32}, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}), reference, index, indices, distances, n, k, code, probability, second, second_probability, error)
"Writes the defaults of each struct."
scilama_row_source_init(source, struct_size) =
    ccall(sym(:scilama_row_source_init), Int32, (Ptr{Cvoid}, Csize_t), source, struct_size)
"""
Integration and clustering metrics of an embedding (Luecken et al. 2022).

Cells without a label (or, when batches are given, without a batch) are left out.
Neighbourhoods as scib-metrics has them, the cell itself included: 15 for graphs,
50 for kBET, 90 for LISI; cut when there are fewer cells. Above options->max_cells a
sample is drawn in which every label of every batch has its share, and at least 10 cells
(or all it has): neighbourhoods of 15, 50 and 90 then reach farther than among all cells,
so figures of samples compare with figures of samples of like size.
- embedding: [n × dim], finite.
- labels: [n] codes of cell types, say.
- batches: [n] codes; NULL = no batches (those metrics are NaN).
- options: NULL = defaults.

Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED. O(c² · dim)
for c cells scored.
"""
scilama_score_embedding(context, embedding, n, dim, ld, labels, batches, options, scores, error) =
    ccall(sym(:scilama_score_embedding), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Int32}, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), context, embedding, n, dim, ld, labels, batches, options, scores, error)
"Write the defaults."
scilama_score_options_init(options, struct_size) =
    ccall(sym(:scilama_score_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"Write the defaults."
scilama_scores_init(scores, struct_size) =
    ccall(sym(:scilama_scores_init), Int32, (Ptr{Cvoid}, Csize_t), scores, struct_size)
"""
Silhouette of every point (Rousseeuw 1987), as scikit-learn: 0 for a point alone in its cluster.

- labels: [n]; points with a negative code are left out and get NaN.
- samples: [n]; may be NULL.
- mean: over the points with a label.

Returns SCILAMA_OK, E_INVALID (fewer than 2 labels), E_NONFINITE, E_NOMEM, E_CANCELLED.
O(n² · dim) time, O(n · dim) memory.
"""
scilama_silhouette(context, points, n, dim, ld, metric, labels, samples, mean, error) =
    ccall(sym(:scilama_silhouette), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Int32, Ptr{Int32}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}), context, points, n, dim, ld, metric, labels, samples, mean, error)
"""
Name of a status code, such as \"E_NOTFOUND\"; \"UNKNOWN\" for other numbers.
Static storage.
"""
scilama_status_name(status) =
    ccall(sym(:scilama_status_name), Cstring, (Int32,), status)
"What a status code means, in a few words. Static storage."
scilama_status_text(status) =
    ccall(sym(:scilama_status_text), Cstring, (Int32,), status)
"""
Writes the defaults of a preset.
- preset: scilama_preset.
"""
scilama_step_info_init(info, struct_size) =
    ccall(sym(:scilama_step_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
"Writes the defaults of each struct."
scilama_table_options_init(options, struct_size) =
    ccall(sym(:scilama_table_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"""
Writes the defaults of a preset.
- preset: scilama_preset.
"""
scilama_tensor_init(tensor, struct_size) =
    ccall(sym(:scilama_tensor_init), Int32, (Ptr{Cvoid}, Csize_t), tensor, struct_size)
"Frees text that the library returned. NULL is allowed."
scilama_text_destroy(context, text) =
    ccall(sym(:scilama_text_destroy), Cvoid, (Ptr{Cvoid}, Ptr{UInt8}), context, text)
"""
Divides the accumulated gradients by the number of forward_backward calls, makes
one optimiser step, clears them, and advances the cursor by one mini-batch.

Returns SCILAMA_OK, E_STATE (no gradient is pending), E_NONFINITE (parameter named).
"""
scilama_trainer_apply(trainer, info, error) =
    ccall(sym(:scilama_trainer_apply), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), trainer, info, error)
"""
Creates a trainer and reserves everything that it will ever need.

The model and the dataset are retained; one trainer at a time may hold a model.
- options: NULL = the recommended ones.

Returns SCILAMA_OK, E_INVALID (an option, or dataset and model do not fit), E_STATE,
E_NOMEM, E_UNSUPPORTED, and of a dataset that the model was not made for as scilama_model_encode_cells().
"""
scilama_trainer_create(out, model, dataset, options, error) =
    ccall(sym(:scilama_trainer_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), out, model, dataset, options, error)
"Releases the trainer and its hold on the model. NULL is allowed."
scilama_trainer_destroy(trainer) =
    ccall(sym(:scilama_trainer_destroy), Cvoid, (Ptr{Cvoid},), trainer)
"""
Ends the current phase now, restoring its best weights.

Returns SCILAMA_OK, E_STATE (finished).
"""
scilama_trainer_end_phase(trainer, info, error) =
    ccall(sym(:scilama_trainer_end_phase), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), trainer, info, error)
"""
Objective of the running phase over the cells of a split, at β = 1, dropout off.
- split: scilama_split.

Returns SCILAMA_OK, E_INVALID (no such cells), E_CANCELLED; of a streamed dataset also what reading its rows
returns.
"""
scilama_trainer_evaluate(trainer, split, evaluation, error) =
    ccall(sym(:scilama_trainer_evaluate), Int32, (Ptr{Cvoid}, Int32, Ptr{Cvoid}, Ptr{Cvoid}), trainer, split, evaluation, error)
"""
Loss and gradients of given cells, accumulated into the gradient buffer; weights
are not changed. A failure here or in scilama_trainer_apply() discards what was
accumulated, and running statistics return to those before the first of the calls.
- cells: [n] cell numbers, n ≤ batch_size; NULL: the next mini-batch (the cursor stays).

Returns as scilama_trainer_step().
"""
scilama_trainer_forward_backward(trainer, cells, n, info, error) =
    ccall(sym(:scilama_trainer_forward_backward), Int32, (Ptr{Cvoid}, Ptr{Int64}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), trainer, cells, n, info, error)
"""
Loss and gradient of one part of a mini-batch that is shared out, to other processes or over several calls: written in place
of what the gradient buffer held, for the caller to add up with those of the other parts, each weighed by its share of the
cells, and to write back before scilama_trainer_apply(), which divides by nothing then. Dropout and sampling draw by (seed,
phase, step, part), and all parts of a step see the same genes of a gene mini-batch: a part has the same bits whoever
computes it, on any number of threads and beside whatever other parts, and so has their sum where it is taken in
the order of the parts.
- part: From 0, below 65536.
- cells: [n] cell numbers, n ≤ batch_size.

Returns as scilama_trainer_forward_backward(). Never allocates. O(cells and genes of the part).
"""
scilama_trainer_forward_backward_part(trainer, part, cells, n, info, error) =
    ccall(sym(:scilama_trainer_forward_backward_part), Int32, (Ptr{Cvoid}, Int64, Ptr{Int64}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), trainer, part, cells, n, info, error)
"""
Reads or overrides the running lr, β, γ. NaN = by schedule (set), current value (get).

Returns SCILAMA_OK, E_INVALID (negative, infinite or too large).
"""
scilama_trainer_get_rates(trainer, lr, beta, gamma, error) =
    ccall(sym(:scilama_trainer_get_rates), Int32, (Ptr{Cvoid}, Ptr{Float64}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}), trainer, lr, beta, gamma, error)
"""
Gradient of one parameter, borrowed.

Returns SCILAMA_OK, E_NOTFOUND.
"""
scilama_trainer_gradient(trainer, name, gradient, error) =
    ccall(sym(:scilama_trainer_gradient), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), trainer, name, gradient, error)
"""
The gradient buffer: one contiguous view over all trainable parameters, in the
order of scilama_model_parameter(). Borrowed, as long as the trainer lives; writable.

Returns SCILAMA_OK.
"""
scilama_trainer_gradients(trainer, gradients, error) =
    ccall(sym(:scilama_trainer_gradients), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), trainer, gradients, error)
"""
The gradient buffer of scilama_trainer_gradients(), [trainable numbers], where it lies; writable:
to add up gradients of several processes between forward_backward and apply. The
tensor keeps the trainer's memory, not its hold on the model.
- out: as in scilama_gene_table_to_dlpack().

Returns SCILAMA_OK, E_NOMEM. O(1).
"""
scilama_trainer_gradients_to_dlpack(out, trainer, error) =
    ccall(sym(:scilama_trainer_gradients_to_dlpack), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}), out, trainer, error)
"""
KL per latent unit at the last validation that ended an epoch, whatever has been
evaluated since; NaN before the first one and without a validation split.
- kl_s: [L], mean over cells; may be NULL.
- kl_f: [L], mean over genes; zeros in the cell objective; may be NULL.

Returns SCILAMA_OK.
"""
scilama_trainer_kl_per_unit(trainer, kl_s, kl_f, error) =
    ccall(sym(:scilama_trainer_kl_per_unit), Int32, (Ptr{Cvoid}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}), trainer, kl_s, kl_f, error)
"""
Bytes that scilama_trainer_create() would reserve.
- options: as there.

Returns SCILAMA_OK, or what scilama_trainer_create() would return.
"""
scilama_trainer_memory(model, dataset, options, bytes, error) =
    ccall(sym(:scilama_trainer_memory), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Int64}, Ptr{Cvoid}), model, dataset, options, bytes, error)
"""
Writes the defaults of a preset.
- preset: scilama_preset.
"""
scilama_trainer_options_init(options, struct_size, preset) =
    ccall(sym(:scilama_trainer_options_init), Int32, (Ptr{Cvoid}, Csize_t, Int32), options, struct_size, preset)
"""
Steps until finished.
- progress: may be NULL.

Returns as scilama_trainer_step(), the steps before it kept; E_CALLBACK (progress asked to stop).
"""
scilama_trainer_run(trainer, progress, user, info, error) =
    ccall(sym(:scilama_trainer_run), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), trainer, progress, user, info, error)
"""
Steps to the end of the current epoch.

Returns as scilama_trainer_step(), the steps before it kept.
"""
scilama_trainer_run_epoch(trainer, info, error) =
    ccall(sym(:scilama_trainer_run_epoch), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), trainer, info, error)
"""
Reads or overrides the running lr, β, γ. NaN = by schedule (set), current value (get).

Returns SCILAMA_OK, E_INVALID (negative, infinite or too large).
"""
scilama_trainer_set_rates(trainer, lr, beta, gamma, error) =
    ccall(sym(:scilama_trainer_set_rates), Int32, (Ptr{Cvoid}, Float64, Float64, Float64, Ptr{Cvoid}), trainer, lr, beta, gamma, error)
"""
Copies the state (weights, optimiser, best weights, counters) to a buffer. A trainer
restored from it continues bit for bit.

Returns SCILAMA_OK, E_INVALID (size too small), E_STATE (gradients are pending).
"""
scilama_trainer_state_get(trainer, buffer, size, error) =
    ccall(sym(:scilama_trainer_state_get), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Int64, Ptr{Cvoid}), trainer, buffer, size, error)
"""
Restores a state taken from a trainer of the same model, data and options.

Returns SCILAMA_OK, E_FORMAT, E_UNSUPPORTED (of another version), E_INVALID (of another problem).
"""
scilama_trainer_state_set(trainer, buffer, size, error) =
    ccall(sym(:scilama_trainer_state_set), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Int64, Ptr{Cvoid}), trainer, buffer, size, error)
"Bytes of a saved state."
scilama_trainer_state_size(trainer) =
    ccall(sym(:scilama_trainer_state_size), Int64, (Ptr{Cvoid},), trainer)
"""
Runs one optimiser step on the next mini-batch; validates at the end of an epoch.

- info: Receives progress; may be NULL.

Returns SCILAMA_OK, SCILAMA_E_NONFINITE (the first parameter or loss at fault is
named), SCILAMA_E_CANCELLED or SCILAMA_E_STATE (finished); of a streamed dataset also what
reading its rows returns. Never allocates.
"""
scilama_trainer_step(trainer, info, error) =
    ccall(sym(:scilama_trainer_step), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), trainer, info, error)
"Write the defaults."
scilama_umap_options_init(options, struct_size) =
    ccall(sym(:scilama_umap_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
"Version of the library in use, as major * 10000 + minor * 100 + patch."
scilama_version() =
    ccall(sym(:scilama_version), Int32, ())
"Version of the library in use, \"major.minor.patch\". Static storage."
scilama_version_string() =
    ccall(sym(:scilama_version_string), Cstring, ())
"""
Compares the expression of every gene between groups of cells by the Wilcoxon
rank-sum test (Mann–Whitney U, ties by average ranks, normal approximation).

- dataset: Its recipe is fitted first where it is stale.
- groups: [cells] codes.
- table: Receives the first nine arrays; paired ones are left alone.

Returns SCILAMA_OK, E_INVALID, E_STATE (the matrix was given back), E_NOMEM, E_CANCELLED, and as scilama_dataset_preprocess()
where the recipe is to be fitted first. O(stored · log) time; memory for
about 2 million entries beside the table, whatever the matrix.
"""
scilama_wilcoxon(dataset, groups, n_groups, options, table, error) =
    ccall(sym(:scilama_wilcoxon), Int32, (Ptr{Cvoid}, Ptr{Int32}, Int64, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), dataset, groups, n_groups, options, table, error)

# Bytes and offsets in C, on 64-bit machines.
const LAYOUTS = (
    (KnnOptions, 32, (0, 8, 16, 20, 24,)),
    (KnnReport, 24, (0, 8, 12, 16,)),
    (LeidenOptions, 48, (0, 8, 12, 16, 24, 32, 40, 44,)),
    (LeidenReport, 40, (0, 8, 16, 24, 32, 36,)),
    (ClusterOptions, 48, (0, 8, 16, 24, 32, 40, 44,)),
    (Agreement, 56, (0, 8, 16, 24, 32, 40, 48,)),
    (KmeansOptions, 40, (0, 8, 16, 20, 24, 32,)),
    (PcaOptions, 40, (0, 8, 16, 20, 24, 32,)),
    (UmapOptions, 96, (0, 8, 16, 20, 24, 28, 32, 40, 48, 56, 64, 72, 80, 88,)),
    (ScoreOptions, 72, (0, 8, 16, 24, 32, 40, 48, 56, 64,)),
    (Scores, 216, (0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 136, 144, 152, 160, 168, 176, 184, 192, 200, 208,)),
    (MarkerOptions, 40, (0, 8, 16, 24, 32, 36,)),
    (MarkerTable, 120, (0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112,)),
    (ModuleOptions, 64, (0, 8, 16, 24, 32, 40, 48, 56, 60,)),
    (ModuleReport, 48, (0, 8, 16, 24, 32, 40,)),
    (CoherenceOptions, 40, (0, 8, 16, 24, 32,)),
    (EnrichmentOptions, 32, (0, 8, 16, 24, 28,)),
    (HoldoutOptions, 56, (0, 8, 16, 24, 32, 40, 48, 52,)),
    (HoldoutReport, 80, (0, 8, 16, 24, 32, 40, 48, 56, 64, 72,)),
    (LoadingOptions, 24, (0, 8, 16,)),
    (LoadingReport, 48, (0, 8, 16, 24, 32, 40,)),
    (Allocator, 24, (0, 8, 16,)),
    (ContextOptions, 40, (0, 8, 16, 24, 32, 36,)),
    (Matrix, 88, (0, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 72, 80, 84,)),
    (RowBlock, 56, (0, 8, 16, 24, 32, 40, 48,)),
    (RowSource, 72, (0, 8, 12, 16, 24, 32, 40, 48, 56, 64,)),
    (ConcatOptions, 40, (0, 8, 16, 24, 28, 32, 36,)),
    (ColumnInfo, 32, (0, 8, 12, 16, 24,)),
    (PreprocessOptions, 88, (0, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 72, 80,)),
    (PreprocessReport, 248, (0, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 72, 80, 240,)),
    (MatchOptions, 48, (0, 8, 12, 16, 20, 24, 32, 40,)),
    (MatchReport, 64, (0, 8, 16, 24, 32, 40, 48, 56,)),
    (ArrowOptions, 32, (0, 8, 16, 24, 28,)),
    (FileOptions, 80, (0, 8, 16, 20, 24, 28, 32, 40, 48, 56, 64, 72,)),
    (TableOptions, 32, (0, 8, 16, 24, 28,)),
    (QueryReport, 80, (0, 8, 16, 24, 32, 40, 48, 56, 64, 72,)),
    (CovariateReport, 48, (0, 8, 16, 24, 32, 40,)),
    (ReferenceInfo, 48, (0, 8, 16, 24, 32, 40,)),
    (LabelInfo, 40, (0, 8, 16, 24, 32,)),
    (AdaptOptions, 24, (0, 8, 16,)),
    (AdaptReport, 56, (0, 8, 16, 24, 32, 40, 48,)),
    (MapBlock, 120, (0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112,)),
    (MapOptions, 64, (0, 8, 16, 24, 32, 40, 48, 56,)),
    (Tensor, 56, (0, 8, 16, 24, 28, 32, 40, 48, 52,)),
    (ModelInfo, 80, (0, 8, 16, 24, 32, 40, 48, 56, 64, 72,)),
    (CovariateInfo, 64, (0, 8, 16, 20, 24, 32, 40, 48, 56,)),
    (DecodeOptions, 48, (0, 8, 16, 24, 32, 36, 40, 44,)),
    (GeneForecast, 32, (0, 8, 16, 24,)),
    (OptionInfo, 88, (0, 8, 16, 24, 32, 40, 44, 48, 56, 64, 68, 72, 80,)),
    (Error, 256, (0, 4, 8,)),
    (TrainerOptions, 248, (0, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 136, 144, 148, 152, 160, 168, 176, 180, 184, 188, 192, 200, 208, 216, 224, 228, 232, 236, 240,)),
    (StepInfo, 208, (0, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 136, 144, 152, 160, 168, 176, 184, 192, 200,)),
    (Evaluation, 72, (0, 8, 16, 24, 32, 40, 48, 56, 64,)),
    (FitOptions, 80, (0, 8, 12, 16, 24, 32, 40, 48, 56, 64, 72,)),
    (ModelOptions, 144, (0, 8, 16, 64, 68, 72, 76, 80, 84, 88, 92, 96, 100, 104, 108, 112, 120, 128, 136, 140,)),
)

"Throws where a struct does not lie as in C."
function check_layouts()
    for (T, bytes, offsets) in LAYOUTS
        sizeof(T) == bytes || error("$T has $(sizeof(T)) bytes, in C $bytes")
        Tuple(Int.(fieldoffset.(T, 1:fieldcount(T)))) == offsets || error("the fields of $T do not lie as in C")
    end
end

end
