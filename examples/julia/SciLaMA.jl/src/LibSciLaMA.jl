# SPDX-License-Identifier: MIT
# Made by tests/abi/bindings.py from the public headers; never edited by hand.
"libscilama as it is, by ccall: numbers, structs, every function. SciLaMA is the module to use."
module LibSciLaMA

using Libdl

const library = Ref{Ptr{Cvoid}}(C_NULL)
sym(name::Symbol) = Libdl.dlsym(library[], name)

const SCILAMA_OK = Int32(0)
const SCILAMA_E_INVALID = Int32(-1)
const SCILAMA_E_NOMEM = Int32(-2)
const SCILAMA_E_STATE = Int32(-3)
const SCILAMA_E_UNSUPPORTED = Int32(-4)
const SCILAMA_E_IO = Int32(-5)
const SCILAMA_E_FORMAT = Int32(-6)
const SCILAMA_E_NOTFOUND = Int32(-7)
const SCILAMA_E_NONFINITE = Int32(-8)
const SCILAMA_E_CANCELLED = Int32(-9)
const SCILAMA_E_DEPENDENCY = Int32(-10)
const SCILAMA_E_DUPLICATE = Int32(-11)
const SCILAMA_E_CALLBACK = Int32(-12)
const SCILAMA_E_INTERNAL = Int32(-13)
const SCILAMA_LOG_ERROR = Int32(10)
const SCILAMA_LOG_WARNING = Int32(20)
const SCILAMA_LOG_INFO = Int32(30)
const SCILAMA_LOG_DEBUG = Int32(40)
const SCILAMA_STORAGE_DENSE = Int32(1)
const SCILAMA_STORAGE_CSR = Int32(2)
const SCILAMA_STORAGE_CSC = Int32(3)
const SCILAMA_DTYPE_F32 = Int32(1)
const SCILAMA_DTYPE_F64 = Int32(2)
const SCILAMA_DTYPE_I32 = Int32(10)
const SCILAMA_DTYPE_I64 = Int32(11)
const SCILAMA_DTYPE_U16 = Int32(20)
const SCILAMA_DTYPE_U32 = Int32(21)
const SCILAMA_MEMORY_COPY = Int32(1)
const SCILAMA_MEMORY_BORROW = Int32(2)
const SCILAMA_COLUMN_NUMERIC = Int32(1)
const SCILAMA_COLUMN_CATEGORICAL = Int32(2)
const SCILAMA_COVARIATE_CATEGORICAL = Int32(1)
const SCILAMA_COVARIATE_CONTINUOUS = Int32(2)
const SCILAMA_COVARIATE_RAW = Int32(3)
const SCILAMA_SPLIT_TRAIN = Int32(0)
const SCILAMA_SPLIT_VALIDATION = Int32(1)
const SCILAMA_SPLIT_TEST = Int32(2)
const SCILAMA_SPLIT_EXCLUDED = Int32(3)
const SCILAMA_INPUT_AUTO = Int32(0)
const SCILAMA_INPUT_COUNTS = Int32(1)
const SCILAMA_INPUT_EXPRESSION = Int32(2)
const SCILAMA_INPUT_LOGGED = Int32(3)
const SCILAMA_INPUT_SCALED = Int32(4)
const SCILAMA_AUTO = Int32(-1)
const SCILAMA_OFF = Int32(0)
const SCILAMA_ON = Int32(1)
const SCILAMA_HVG_AUTO = Int32(-1)
const SCILAMA_HVG_NONE = Int32(0)
const SCILAMA_HVG_SEURAT = Int32(1)
const SCILAMA_HVG_SEURAT_V3 = Int32(2)
const SCILAMA_MISSING_DROP = Int32(0)
const SCILAMA_MISSING_MEAN = Int32(1)
const SCILAMA_MISSING_KEEP = Int32(2)
const SCILAMA_METRIC_EUCLIDEAN = Int32(1)
const SCILAMA_METRIC_COSINE = Int32(2)
const SCILAMA_KNN_AUTO = Int32(0)
const SCILAMA_KNN_EXACT = Int32(1)
const SCILAMA_KNN_APPROXIMATE = Int32(2)
const SCILAMA_GRAPH_FUZZY = Int32(1)
const SCILAMA_GRAPH_JACCARD = Int32(2)
const SCILAMA_QUALITY_MODULARITY = Int32(1)
const SCILAMA_QUALITY_CPM = Int32(2)
const SCILAMA_UMAP_SPECTRAL = Int32(1)
const SCILAMA_UMAP_PCA = Int32(2)
const SCILAMA_UMAP_GIVEN = Int32(3)
const SCILAMA_UMAP_RANDOM = Int32(4)
const SCILAMA_PRESET_PUBLISHED = Int32(0)
const SCILAMA_PRESET_RECOMMENDED = Int32(1)
const SCILAMA_OPTIONS_PREPROCESS = Int32(1)
const SCILAMA_OPTIONS_MODEL = Int32(2)
const SCILAMA_OPTIONS_TRAINER = Int32(3)
const SCILAMA_OPTION_SWITCH = Int32(1)
const SCILAMA_OPTION_CHOICE = Int32(2)
const SCILAMA_OPTION_INTEGER = Int32(3)
const SCILAMA_OPTION_SEED = Int32(4)
const SCILAMA_OPTION_REAL = Int32(5)
const SCILAMA_OPTION_NUMBER = Int32(6)
const SCILAMA_OPTION_WIDTHS = Int32(7)
const SCILAMA_OPTION_TEXT = Int32(8)
const SCILAMA_ACT_LEAKY_RELU = Int32(0)
const SCILAMA_ACT_RELU = Int32(1)
const SCILAMA_ACT_ELU = Int32(2)
const SCILAMA_ACT_SELU = Int32(3)
const SCILAMA_ACT_GELU = Int32(4)
const SCILAMA_ACT_SILU = Int32(5)
const SCILAMA_ACT_TANH = Int32(6)
const SCILAMA_ACT_SOFTPLUS = Int32(7)
const SCILAMA_ACT_IDENTITY = Int32(8)
const SCILAMA_OBJECTIVE_CELL = Int32(1)
const SCILAMA_OBJECTIVE_GENE = Int32(2)
const SCILAMA_OBJECTIVE_JOINT = Int32(3)
const SCILAMA_FUSION_AVERAGE = Int32(0)
const SCILAMA_FUSION_POE = Int32(1)
const SCILAMA_FUSION_MOE = Int32(2)
const SCILAMA_FUSION_POE_PRIOR = Int32(3)
const SCILAMA_PAIR_SCALE_ONE = Int32(0)
const SCILAMA_PAIR_SCALE_RSQRT = Int32(1)
const SCILAMA_LIKELIHOOD_GAUSSIAN = Int32(0)
const SCILAMA_LIKELIHOOD_POISSON = Int32(1)
const SCILAMA_LIKELIHOOD_NB = Int32(2)
const SCILAMA_GENE_INPUT_AUTO = Int32(0)
const SCILAMA_GENE_INPUT_TABLES = Int32(1)
const SCILAMA_GENE_INPUT_TRANSPOSED = Int32(2)
const SCILAMA_GENE_INPUT_NONE = Int32(3)
const SCILAMA_HEAD_CELL = Int32(0)
const SCILAMA_HEAD_PAIRED = Int32(1)
const SCILAMA_HEAD_BEST = Int32(2)
const SCILAMA_MODE_BETA_VAE = Int32(1)
const SCILAMA_MODE_DIRECT = Int32(2)
const SCILAMA_MODE_STEPWISE = Int32(3)
const SCILAMA_MODE_GENE = Int32(4)
const SCILAMA_MODE_CELL_GENE = Int32(5)
const SCILAMA_SHUFFLE_NONE = Int32(0)
const SCILAMA_SHUFFLE_AUTO = Int32(1)
const SCILAMA_SHUFFLE_CHUNKED = Int32(2)
const SCILAMA_SHUFFLE_FULL = Int32(3)
const SCILAMA_SAMPLING_NORMAL = Int32(0)
const SCILAMA_SAMPLING_MEAN = Int32(1)
const SCILAMA_LR_EXPONENTIAL = Int32(0)
const SCILAMA_LR_CONSTANT = Int32(1)
const SCILAMA_LR_COSINE = Int32(2)
const SCILAMA_PRECISION_F32 = Int32(0)
const SCILAMA_PRECISION_BF16 = Int32(1)
const SCILAMA_NONFINITE_FAIL = Int32(0)
const SCILAMA_NONFINITE_SKIP = Int32(1)
const SCILAMA_EVENT_EPOCH_END = Int32(1)
const SCILAMA_EVENT_IMPROVED = Int32(2)
const SCILAMA_EVENT_PHASE_END = Int32(4)
const SCILAMA_EVENT_CONVERGED = Int32(8)
const SCILAMA_EVENT_FINISHED = Int32(16)
const SCILAMA_EVENT_SKIPPED = Int32(32)
const SCILAMA_EVENT_COLLAPSED = Int32(64)
const SCILAMA_STEPS_AUTO = Int32(-1)

struct Error
    code::Int32
    detail::Int32
    message::NTuple{248,UInt8}
end

struct Allocator
    user::Ptr{Cvoid}
    allocate::Ptr{Cvoid}
    release::Ptr{Cvoid}
end

struct ContextOptions
    struct_size::Csize_t
    allocator::Ptr{Cvoid}
    log::Ptr{Cvoid}
    log_user::Ptr{Cvoid}
    log_level::Int32
    threads::Int32
end

struct Matrix
    struct_size::Csize_t
    storage::Int32
    value_type::Int32
    index_type::Int32
    memory::Int32
    rows::Int64
    cols::Int64
    ld::Int64
    stored::Int64
    values::Ptr{Cvoid}
    indices::Ptr{Cvoid}
    indptr::Ptr{Cvoid}
    indptr_type::Int32
    reserved::Int32
end

struct RowBlock
    struct_size::Csize_t
    rows::Int64
    genes::Int64
    cells::Ptr{Int64}
    values::Ptr{Float32}
    indices::Ptr{Int32}
    indptr::Ptr{Int64}
end

struct RowSource
    struct_size::Csize_t
    storage::Int32
    reserved::Int32
    rows::Int64
    cols::Int64
    memory::Int64
    lump::Int64
    fetch::Ptr{Cvoid}
    user::Ptr{Cvoid}
    release::Ptr{Cvoid}
end

struct ColumnInfo
    struct_size::Csize_t
    kind::Int32
    reserved::Int32
    categories::Int64
    missing::Int64
end

struct PreprocessOptions
    struct_size::Csize_t
    input::Int32
    normalize::Int32
    log1p::Int32
    hvg::Int32
    scale::Int32
    hvg_by_batch::Int32
    n_top_genes::Int64
    min_genes::Int64
    min_cells::Int64
    target_sum::Float64
    max_value::Float64
    batch_key::Ptr{UInt8}
end

struct PreprocessReport
    struct_size::Csize_t
    input::Int32
    normalized::Int32
    logged::Int32
    hvg::Int32
    scaled::Int32
    reserved::Int32
    cells_total::Int64
    cells_excluded::Int64
    genes_total::Int64
    genes_filtered::Int64
    genes_unmatched::Int64
    genes_used::Int64
    reason::NTuple{160,UInt8}
end

struct MatchOptions
    struct_size::Csize_t
    ignore_case::Int32
    strip_version::Int32
    missing::Int32
    first_duplicate::Int32
    alias_from::Ptr{Ptr{UInt8}}
    alias_to::Ptr{Ptr{UInt8}}
    aliases::Int64
end

struct MatchReport
    struct_size::Csize_t
    genes::Int64
    table_rows::Int64
    matched::Int64
    missing::Int64
    duplicated::Int64
    unused::Int64
    width::Int64
end

struct KnnOptions
    struct_size::Csize_t
    neighbors::Int64
    metric::Int32
    method::Int32
    seed::UInt64
end

struct KnnReport
    struct_size::Csize_t
    method::Int32
    rounds::Int32
    recall::Float64
end

struct LeidenOptions
    struct_size::Csize_t
    quality::Int32
    iterations::Int32
    resolution::Float64
    randomness::Float64
    seed::UInt64
    restarts::Int32
    patience::Int32
end

struct LeidenReport
    struct_size::Csize_t
    communities::Int64
    quality::Float64
    resolution::Float64
    iterations::Int32
    reserved::Int32
end

struct ClusterOptions
    struct_size::Csize_t
    neighbors::Int64
    communities::Int64
    resolution::Float64
    seed::UInt64
    metric::Int32
    reserved::Int32
end

struct Agreement
    struct_size::Csize_t
    compared::Int64
    ari::Float64
    nmi::Float64
    ami::Float64
    homogeneity::Float64
    completeness::Float64
end

struct KmeansOptions
    struct_size::Csize_t
    clusters::Int64
    restarts::Int32
    max_iterations::Int32
    tolerance::Float64
    seed::UInt64
end

struct PcaOptions
    struct_size::Csize_t
    components::Int64
    center::Int32
    max_iterations::Int32
    tolerance::Float64
    seed::UInt64
end

struct UmapOptions
    struct_size::Csize_t
    dimensions::Int64
    init::Int32
    epochs::Int32
    negative_samples::Int32
    reserved::Int32
    min_dist::Float64
    spread::Float64
    learning_rate::Float64
    repulsion::Float64
    seed::UInt64
    points::Ptr{Float32}
    points_dim::Int64
    points_ld::Int64
end

struct ScoreOptions
    struct_size::Csize_t
    baseline::Ptr{Float32}
    baseline_dim::Int64
    baseline_ld::Int64
    resolutions::Int64
    max_resolution::Float64
    kbet_alpha::Float64
    seed::UInt64
    max_cells::Int64
end

struct Scores
    struct_size::Csize_t
    cells::Int64
    labels::Int64
    batches::Int64
    nmi::Float64
    ari::Float64
    ami::Float64
    nmi_resolution::Float64
    nmi_kmeans::Float64
    ari_kmeans::Float64
    silhouette_label::Float64
    isolated_silhouette::Float64
    isolated_f1::Float64
    clisi::Float64
    silhouette_batch::Float64
    bras::Float64
    ilisi::Float64
    kbet::Float64
    kbet_label::Float64
    graph_connectivity::Float64
    pcr::Float64
    bio::Float64
    batch::Float64
    total::Float64
    batch_ari::Float64
    batch_nmi::Float64
    scored::Int64
end

struct MarkerOptions
    struct_size::Csize_t
    reference::Int64
    permutations::Int64
    seed::UInt64
    tie_correct::Int32
    reserved::Int32
end

struct MarkerTable
    struct_size::Csize_t
    z::Ptr{Float64}
    p_value::Ptr{Float64}
    p_adjusted::Ptr{Float64}
    auroc::Ptr{Float64}
    log2_fold_change::Ptr{Float64}
    mean_in::Ptr{Float64}
    mean_out::Ptr{Float64}
    fraction_in::Ptr{Float64}
    fraction_out::Ptr{Float64}
    paired_score::Ptr{Float64}
    paired_z::Ptr{Float64}
    paired_p::Ptr{Float64}
    paired_fdr::Ptr{Float64}
    combined_rank::Ptr{Float64}
end

struct ModuleOptions
    struct_size::Csize_t
    neighbors::Int64
    min_size::Int64
    rounds::Int64
    resolution::Float64
    sample::Float64
    seed::UInt64
    metric::Int32
    graph::Int32
end

struct ModuleReport
    struct_size::Csize_t
    genes::Int64
    modules::Int64
    assigned::Int64
    modularity::Float64
    chance::Float64
end

struct CoherenceOptions
    struct_size::Csize_t
    permutations::Int64
    max_cells::Int64
    seed::UInt64
    cells::Ptr{UInt8}
end

struct EnrichmentOptions
    struct_size::Csize_t
    min_size::Int64
    max_size::Int64
    annotated::Int32
    reserved::Int32
end

struct HoldoutOptions
    struct_size::Csize_t
    fraction::Float64
    rounds::Int64
    components::Int64
    neighbors::Int64
    seed::UInt64
    baselines::Int32
    reserved::Int32
end

struct HoldoutReport
    struct_size::Csize_t
    genes::Int64
    kernel::Float64
    shuffled::Float64
    ridge::Float64
    nearest::Float64
    ceiling::Float64
    gain::Float64
    gain_low::Float64
    gain_high::Float64
end

struct OptionInfo
    struct_size::Csize_t
    name::Ptr{UInt8}
    help::Ptr{UInt8}
    group::Ptr{UInt8}
    offset::Csize_t
    kind::Int32
    elements::Int32
    least::Float64
    most::Float64
    above_least::Int32
    below_most::Int32
    published::Float64
    recommended::Float64
end

struct ModelOptions
    struct_size::Csize_t
    latent::Int64
    hidden::NTuple{6,Int64}
    activation::Int32
    layer_norm::Int32
    batch_norm::Int32
    fusion::Int32
    pair_scale::Int32
    gene_input::Int32
    encoder_covariates::Int32
    alignment_bias::Int32
    gene_residual::Int32
    likelihood::Int32
    dropout::Float32
    var_eps::Float32
    embed_center::Int32
    embed_normalize::Int32
    embed_whiten::Int32
    reserved::Int32
    embed_pca::Int64
    seed::UInt64
end

struct Tensor
    struct_size::Csize_t
    name::Ptr{UInt8}
    data::Ptr{Cvoid}
    dtype::Int32
    rank::Int32
    rows::Int64
    cols::Int64
    trainable::Int32
    reserved::Int32
end

struct ModelInfo
    struct_size::Csize_t
    genes::Int64
    latent::Int64
    covariate_columns::Int64
    modalities::Int64
    parameters::Int64
    steps::Int64
    first_duplicate::Int64
end

struct CovariateInfo
    struct_size::Csize_t
    name::Ptr{UInt8}
    kind::Int32
    reserved::Int32
    first::Int64
    columns::Int64
    categories::Int64
    mean::Float64
    deviation::Float64
end

struct DecodeOptions
    struct_size::Csize_t
    to_key::Ptr{Ptr{UInt8}}
    to_value::Ptr{Ptr{UInt8}}
    replacements::Int64
    average_batches::Int32
    head::Int32
    unscale::Int32
    match_levels::Int32
end

struct GeneForecast
    struct_size::Csize_t
    mean::Ptr{Float64}
    deviation::Ptr{Float64}
    correlation::Ptr{Float64}
end

struct TrainerOptions
    struct_size::Csize_t
    mode::Int32
    sampling::Int32
    validation_sampling::Int32
    shuffle::Int32
    batch_size::Int64
    epochs::Int64
    patience::Int64
    lr::Float64
    lr_decay::Float64
    weight_decay::Float64
    beta1::Float64
    beta2::Float64
    epsilon::Float64
    kl_start::Float64
    kl_end::Float64
    kl_rate::Float64
    kl_delay::Int64
    gamma::Float64
    clip_norm::Float64
    free_bits::Float64
    residual_l2::Float64
    lr_schedule::Int32
    on_nonfinite::Int32
    best_from_start::Int32
    gene_kl_per_cell::Int32
    gene_batch::Int64
    max_steps::Int64
    seed::UInt64
    track_correlation::Int32
    keep_last::Int32
    freeze_reference::Int32
    precision::Int32
    gene_gamma::Float64
    shuffle_block::Int64
    shuffle_window::Int64
    prior_strength::Float64
    prior_vectors::Int32
    kl_repair::Int32
    kl_by_signal::Int32
    reserved::Int32
    gene_max_steps::Int64
end

struct StepInfo
    struct_size::Csize_t
    events::Int32
    objective::Int32
    phase::Int32
    phases::Int32
    step::Int64
    epoch::Int64
    epochs::Int64
    cells::Int64
    steps_per_epoch::Int64
    skipped::Int64
    loss::Float64
    nll::Float64
    kl_s::Float64
    kl_f::Float64
    beta::Float64
    gamma::Float64
    lr::Float64
    grad_norm::Float64
    validation_loss::Float64
    validation_nll::Float64
    validation_kl_s::Float64
    validation_kl_f::Float64
    best_loss::Float64
    pearson::Float64
    spearman::Float64
    best_epoch::Int64
    active_units::Int64
end

struct Evaluation
    struct_size::Csize_t
    loss::Float64
    nll::Float64
    kl_s::Float64
    kl_f::Float64
    pearson::Float64
    spearman::Float64
    active_units::Int64
    cells::Int64
end

struct FitOptions
    struct_size::Csize_t
    preset::Int32
    no_preprocess::Int32
    train_fraction::Float64
    seed::UInt64
    stratify::Ptr{UInt8}
    preprocess::Ptr{Cvoid}
    model::Ptr{Cvoid}
    trainer::Ptr{Cvoid}
    progress::Ptr{Cvoid}
    progress_user::Ptr{Cvoid}
end

struct ArrowOptions
    struct_size::Csize_t
    names::Ptr{UInt8}
    vectors::Ptr{UInt8}
    skip_nulls::Int32
    reserved::Int32
end

struct H5adOptions
    struct_size::Csize_t
    layer::Ptr{UInt8}
    first_duplicate::Int32
    annotation_only::Int32
    gene_ids::Int32
    reserved::Int32
    stream_memory::Int64
    scratch_folder::Ptr{UInt8}
    modality::Ptr{UInt8}
end

struct TableOptions
    struct_size::Csize_t
    names_path::Ptr{UInt8}
    key::Ptr{UInt8}
    first_duplicate::Int32
    reserved::Int32
end

struct QueryReport
    struct_size::Csize_t
    cells::Int64
    genes::Int64
    measured::Int64
    variance::Float64
    recovered::Float64
    unknown_cells::Int64
    missing_cells::Int64
    others::Int64
    explained::Float64
end

struct CovariateReport
    struct_size::Csize_t
    cells::Int64
    unknown::Int64
    missing::Int64
    categories::Int64
    first::Ptr{UInt8}
end

struct ReferenceInfo
    struct_size::Csize_t
    cells::Int64
    dim::Int64
    labels::Int64
    layout_dims::Int64
    reach::Float64
end

struct LabelInfo
    struct_size::Csize_t
    name::Ptr{UInt8}
    categories::Int64
    temperature::Float64
    floor::Float64
end

struct AdaptOptions
    struct_size::Csize_t
    decoder_steps::Int64
    seed::UInt64
end

struct AdaptReport
    struct_size::Csize_t
    categories::Int64
    aligned::Int64
    cells::Int64
    apart_before::Float64
    apart_after::Float64
end

scilama_adapt_options_init(options, struct_size) =
    ccall(sym(:scilama_adapt_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_adapt_report_init(report, struct_size) =
    ccall(sym(:scilama_adapt_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
scilama_agreement_init(agreement, struct_size) =
    ccall(sym(:scilama_agreement_init), Int32, (Ptr{Cvoid}, Csize_t), agreement, struct_size)
scilama_arrow_options_init(options, struct_size) =
    ccall(sym(:scilama_arrow_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_arrow_to_stream(stream, context, schema, array, error) =
    ccall(sym(:scilama_arrow_to_stream), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), stream, context, schema, array, error)
scilama_bytes_destroy(context, bytes) =
    ccall(sym(:scilama_bytes_destroy), Cvoid, (Ptr{Cvoid}, Ptr{Cvoid}), context, bytes)
scilama_cluster(context, points, n, dim, ld, options, labels, report, error) =
    ccall(sym(:scilama_cluster), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}), context, points, n, dim, ld, options, labels, report, error)
scilama_cluster_options_init(options, struct_size) =
    ccall(sym(:scilama_cluster_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_coherence_options_init(options, struct_size) =
    ccall(sym(:scilama_coherence_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_column_info_init(info, struct_size) =
    ccall(sym(:scilama_column_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
scilama_context_cancel(context) =
    ccall(sym(:scilama_context_cancel), Cvoid, (Ptr{Cvoid},), context)
scilama_context_create(out, options, error) =
    ccall(sym(:scilama_context_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}), out, options, error)
scilama_context_describe(context, buffer, size, needed) =
    ccall(sym(:scilama_context_describe), Int32, (Ptr{Cvoid}, Ptr{UInt8}, Csize_t, Ptr{Csize_t}), context, buffer, size, needed)
scilama_context_destroy(context) =
    ccall(sym(:scilama_context_destroy), Cvoid, (Ptr{Cvoid},), context)
scilama_context_memory(context, bytes_now, bytes_peak) =
    ccall(sym(:scilama_context_memory), Cvoid, (Ptr{Cvoid}, Ptr{Int64}, Ptr{Int64}), context, bytes_now, bytes_peak)
scilama_context_options_init(options, struct_size) =
    ccall(sym(:scilama_context_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_context_resume(context) =
    ccall(sym(:scilama_context_resume), Cvoid, (Ptr{Cvoid},), context)
scilama_context_set_progress(context, progress, user, error) =
    ccall(sym(:scilama_context_set_progress), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), context, progress, user, error)
scilama_context_threads(context) =
    ccall(sym(:scilama_context_threads), Int32, (Ptr{Cvoid},), context)
scilama_covariate_info_init(info, struct_size) =
    ccall(sym(:scilama_covariate_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
scilama_covariate_report_init(report, struct_size) =
    ccall(sym(:scilama_covariate_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
scilama_dataset_add_gene_table(dataset, name, table, options, report, error) =
    ccall(sym(:scilama_dataset_add_gene_table), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), dataset, name, table, options, report, error)
scilama_dataset_category(dataset, name, category) =
    ccall(sym(:scilama_dataset_category), Cstring, (Ptr{Cvoid}, Cstring, Int64), dataset, name, category)
scilama_dataset_cell_name(dataset, cell) =
    ccall(sym(:scilama_dataset_cell_name), Cstring, (Ptr{Cvoid}, Int64), dataset, cell)
scilama_dataset_cells(dataset) =
    ccall(sym(:scilama_dataset_cells), Int64, (Ptr{Cvoid},), dataset)
scilama_dataset_column_info(dataset, name, info, error) =
    ccall(sym(:scilama_dataset_column_info), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), dataset, name, info, error)
scilama_dataset_column_name(dataset, column) =
    ccall(sym(:scilama_dataset_column_name), Cstring, (Ptr{Cvoid}, Int64), dataset, column)
scilama_dataset_columns(dataset) =
    ccall(sym(:scilama_dataset_columns), Int64, (Ptr{Cvoid},), dataset)
scilama_dataset_create(out, context, matrix, cell_names, gene_names, error) =
    ccall(sym(:scilama_dataset_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Ptr{UInt8}}, Ptr{Ptr{UInt8}}, Ptr{Cvoid}), out, context, matrix, cell_names, gene_names, error)
scilama_dataset_create_from_rows(out, context, source, cell_names, gene_names, error) =
    ccall(sym(:scilama_dataset_create_from_rows), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Ptr{UInt8}}, Ptr{Ptr{UInt8}}, Ptr{Cvoid}), out, context, source, cell_names, gene_names, error)
scilama_dataset_destroy(dataset) =
    ccall(sym(:scilama_dataset_destroy), Cvoid, (Ptr{Cvoid},), dataset)
scilama_dataset_gene_name(dataset, gene) =
    ccall(sym(:scilama_dataset_gene_name), Cstring, (Ptr{Cvoid}, Int64), dataset, gene)
scilama_dataset_genes(dataset) =
    ccall(sym(:scilama_dataset_genes), Int64, (Ptr{Cvoid},), dataset)
scilama_dataset_genes_used(dataset) =
    ccall(sym(:scilama_dataset_genes_used), Int64, (Ptr{Cvoid},), dataset)
scilama_dataset_get_codes(dataset, name, codes, error) =
    ccall(sym(:scilama_dataset_get_codes), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int32}, Ptr{Cvoid}), dataset, name, codes, error)
scilama_dataset_get_numeric(dataset, name, values, error) =
    ccall(sym(:scilama_dataset_get_numeric), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float64}, Ptr{Cvoid}), dataset, name, values, error)
scilama_dataset_get_prepared(dataset, cells, n, values, ld, error) =
    ccall(sym(:scilama_dataset_get_prepared), Int32, (Ptr{Cvoid}, Ptr{Int64}, Int64, Ptr{Float32}, Int64, Ptr{Cvoid}), dataset, cells, n, values, ld, error)
scilama_dataset_get_split(dataset, split, error) =
    ccall(sym(:scilama_dataset_get_split), Int32, (Ptr{Cvoid}, Ptr{Int32}, Ptr{Cvoid}), dataset, split, error)
scilama_dataset_obs_to_arrow(dataset, schema, array, error) =
    ccall(sym(:scilama_dataset_obs_to_arrow), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), dataset, schema, array, error)
scilama_dataset_preprocess(dataset, options, report, error) =
    ccall(sym(:scilama_dataset_preprocess), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), dataset, options, report, error)
scilama_dataset_read(out, context, path, options, error) =
    ccall(sym(:scilama_dataset_read), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), out, context, path, options, error)
scilama_dataset_read_10x_h5(out, context, path, options, error) =
    ccall(sym(:scilama_dataset_read_10x_h5), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), out, context, path, options, error)
scilama_dataset_read_h5ad(out, context, path, options, error) =
    ccall(sym(:scilama_dataset_read_h5ad), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), out, context, path, options, error)
scilama_dataset_read_mtx(out, context, folder, options, error) =
    ccall(sym(:scilama_dataset_read_mtx), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), out, context, folder, options, error)
scilama_dataset_release_input(dataset, error) =
    ccall(sym(:scilama_dataset_release_input), Int32, (Ptr{Cvoid}, Ptr{Cvoid}), dataset, error)
scilama_dataset_set_codes(dataset, name, codes, categories, n_categories, error) =
    ccall(sym(:scilama_dataset_set_codes), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int32}, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), dataset, name, codes, categories, n_categories, error)
scilama_dataset_set_numeric(dataset, name, values, error) =
    ccall(sym(:scilama_dataset_set_numeric), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float64}, Ptr{Cvoid}), dataset, name, values, error)
scilama_dataset_set_split(dataset, split, error) =
    ccall(sym(:scilama_dataset_set_split), Int32, (Ptr{Cvoid}, Ptr{Int32}, Ptr{Cvoid}), dataset, split, error)
scilama_dataset_set_strings(dataset, name, values, error) =
    ccall(sym(:scilama_dataset_set_strings), Int32, (Ptr{Cvoid}, Cstring, Ptr{Ptr{UInt8}}, Ptr{Cvoid}), dataset, name, values, error)
scilama_dataset_split_by(dataset, name, error) =
    ccall(sym(:scilama_dataset_split_by), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}), dataset, name, error)
scilama_dataset_split_random(dataset, train_fraction, validation_fraction, seed, stratify, error) =
    ccall(sym(:scilama_dataset_split_random), Int32, (Ptr{Cvoid}, Float64, Float64, UInt64, Cstring, Ptr{Cvoid}), dataset, train_fraction, validation_fraction, seed, stratify, error)
scilama_dataset_use_covariate(dataset, name, kind, error) =
    ccall(sym(:scilama_dataset_use_covariate), Int32, (Ptr{Cvoid}, Cstring, Int32, Ptr{Cvoid}), dataset, name, kind, error)
scilama_dataset_used_gene_name(dataset, gene) =
    ccall(sym(:scilama_dataset_used_gene_name), Cstring, (Ptr{Cvoid}, Int64), dataset, gene)
scilama_decode_options_init(options, struct_size) =
    ccall(sym(:scilama_decode_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_dlpack_to_legacy(out, tensor, drop_read_only, error) =
    ccall(sym(:scilama_dlpack_to_legacy), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Int32, Ptr{Cvoid}), out, tensor, drop_read_only, error)
scilama_dlpack_wrap(out, context, tensor, read_only, release, user, error) =
    ccall(sym(:scilama_dlpack_wrap), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Int32, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), out, context, tensor, read_only, release, user, error)
scilama_enrichment(sets, names, labels, n, modules, options, overlap, sizes, p, fdr, error) =
    ccall(sym(:scilama_enrichment), Int32, (Ptr{Cvoid}, Ptr{Ptr{UInt8}}, Ptr{Int32}, Int64, Int64, Ptr{Cvoid}, Ptr{Int64}, Ptr{Int64}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}), sets, names, labels, n, modules, options, overlap, sizes, p, fdr, error)
scilama_enrichment_options_init(options, struct_size) =
    ccall(sym(:scilama_enrichment_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_evaluation_init(evaluation, struct_size) =
    ccall(sym(:scilama_evaluation_init), Int32, (Ptr{Cvoid}, Csize_t), evaluation, struct_size)
scilama_file_describe(text, context, path, layer, error) =
    ccall(sym(:scilama_file_describe), Int32, (Ptr{Ptr{UInt8}}, Ptr{Cvoid}, Cstring, Cstring, Ptr{Cvoid}), text, context, path, layer, error)
scilama_fit(out, dataset, options, info, error) =
    ccall(sym(:scilama_fit), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), out, dataset, options, info, error)
scilama_fit_options_init(options, struct_size) =
    ccall(sym(:scilama_fit_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_gene_aliases_count(aliases) =
    ccall(sym(:scilama_gene_aliases_count), Int64, (Ptr{Cvoid},), aliases)
scilama_gene_aliases_destroy(aliases) =
    ccall(sym(:scilama_gene_aliases_destroy), Cvoid, (Ptr{Cvoid},), aliases)
scilama_gene_aliases_from(aliases) =
    ccall(sym(:scilama_gene_aliases_from), Ptr{Ptr{UInt8}}, (Ptr{Cvoid},), aliases)
scilama_gene_aliases_read(out, context, path, error) =
    ccall(sym(:scilama_gene_aliases_read), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}), out, context, path, error)
scilama_gene_aliases_to(aliases) =
    ccall(sym(:scilama_gene_aliases_to), Ptr{Ptr{UInt8}}, (Ptr{Cvoid},), aliases)
scilama_gene_forecast_init(forecast, struct_size) =
    ccall(sym(:scilama_gene_forecast_init), Int32, (Ptr{Cvoid}, Csize_t), forecast, struct_size)
scilama_gene_holdout(context, expression, cells, genes, ld, vectors, widths, tables, options, correlation, expected, report, error) =
    ccall(sym(:scilama_gene_holdout), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Ptr{Cvoid}}, Ptr{Int64}, Int64, Ptr{Cvoid}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}, Ptr{Cvoid}), context, expression, cells, genes, ld, vectors, widths, tables, options, correlation, expected, report, error)
scilama_gene_modules(context, genes, n, dim, ld, options, labels, membership, hub, cohesion, report, error) =
    ccall(sym(:scilama_gene_modules), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}, Ptr{Int32}, Ptr{Float64}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}, Ptr{Cvoid}), context, genes, n, dim, ld, options, labels, membership, hub, cohesion, report, error)
scilama_gene_sets_count(sets) =
    ccall(sym(:scilama_gene_sets_count), Int64, (Ptr{Cvoid},), sets)
scilama_gene_sets_description(sets, set) =
    ccall(sym(:scilama_gene_sets_description), Cstring, (Ptr{Cvoid}, Int64), sets, set)
scilama_gene_sets_destroy(sets) =
    ccall(sym(:scilama_gene_sets_destroy), Cvoid, (Ptr{Cvoid},), sets)
scilama_gene_sets_gene(sets, set, gene) =
    ccall(sym(:scilama_gene_sets_gene), Cstring, (Ptr{Cvoid}, Int64, Int64), sets, set, gene)
scilama_gene_sets_name(sets, set) =
    ccall(sym(:scilama_gene_sets_name), Cstring, (Ptr{Cvoid}, Int64), sets, set)
scilama_gene_sets_read(out, context, path, error) =
    ccall(sym(:scilama_gene_sets_read), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}), out, context, path, error)
scilama_gene_sets_size(sets, set) =
    ccall(sym(:scilama_gene_sets_size), Int64, (Ptr{Cvoid}, Int64), sets, set)
scilama_gene_table_create(out, context, names, values, rows, width, ld, error) =
    ccall(sym(:scilama_gene_table_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Ptr{UInt8}}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}), out, context, names, values, rows, width, ld, error)
scilama_gene_table_destroy(table) =
    ccall(sym(:scilama_gene_table_destroy), Cvoid, (Ptr{Cvoid},), table)
scilama_gene_table_from_arrow(out, context, schema, array, options, error) =
    ccall(sym(:scilama_gene_table_from_arrow), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), out, context, schema, array, options, error)
scilama_gene_table_from_arrow_stream(out, context, stream, options, error) =
    ccall(sym(:scilama_gene_table_from_arrow_stream), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), out, context, stream, options, error)
scilama_gene_table_name(table, row) =
    ccall(sym(:scilama_gene_table_name), Cstring, (Ptr{Cvoid}, Int64), table, row)
scilama_gene_table_random(out, context, like, seed, error) =
    ccall(sym(:scilama_gene_table_random), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, UInt64, Ptr{Cvoid}), out, context, like, seed, error)
scilama_gene_table_read(out, context, path, options, error) =
    ccall(sym(:scilama_gene_table_read), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), out, context, path, options, error)
scilama_gene_table_rows(table) =
    ccall(sym(:scilama_gene_table_rows), Int64, (Ptr{Cvoid},), table)
scilama_gene_table_shuffled(out, context, table, seed, error) =
    ccall(sym(:scilama_gene_table_shuffled), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, UInt64, Ptr{Cvoid}), out, context, table, seed, error)
scilama_gene_table_to_arrow(table, schema, array, error) =
    ccall(sym(:scilama_gene_table_to_arrow), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), table, schema, array, error)
scilama_gene_table_to_dlpack(out, table, error) =
    ccall(sym(:scilama_gene_table_to_dlpack), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}), out, table, error)
scilama_gene_table_values(table) =
    ccall(sym(:scilama_gene_table_values), Ptr{Float32}, (Ptr{Cvoid},), table)
scilama_gene_table_width(table) =
    ccall(sym(:scilama_gene_table_width), Int64, (Ptr{Cvoid},), table)
scilama_gene_table_write(table, path, error) =
    ccall(sym(:scilama_gene_table_write), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}), table, path, error)
scilama_graph_destroy(graph) =
    ccall(sym(:scilama_graph_destroy), Cvoid, (Ptr{Cvoid},), graph)
scilama_graph_entries(graph) =
    ccall(sym(:scilama_graph_entries), Int64, (Ptr{Cvoid},), graph)
scilama_graph_from_csr(out, context, n, indptr, indices, weights, error) =
    ccall(sym(:scilama_graph_from_csr), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Int64, Ptr{Int64}, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}), out, context, n, indptr, indices, weights, error)
scilama_graph_from_knn(out, context, kind, n, neighbors, indices, distances, error) =
    ccall(sym(:scilama_graph_from_knn), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Int32, Int64, Int64, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}), out, context, kind, n, neighbors, indices, distances, error)
scilama_graph_indices(graph) =
    ccall(sym(:scilama_graph_indices), Ptr{Int32}, (Ptr{Cvoid},), graph)
scilama_graph_indptr(graph) =
    ccall(sym(:scilama_graph_indptr), Ptr{Int64}, (Ptr{Cvoid},), graph)
scilama_graph_leiden(graph, options, labels, report, error) =
    ccall(sym(:scilama_graph_leiden), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}), graph, options, labels, report, error)
scilama_graph_leiden_sweep(graph, options, resolutions, count, labels, reports, error) =
    ccall(sym(:scilama_graph_leiden_sweep), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Float64}, Int64, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}), graph, options, resolutions, count, labels, reports, error)
scilama_graph_leiden_target(graph, options, communities, labels, report, error) =
    ccall(sym(:scilama_graph_leiden_target), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Int64, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}), graph, options, communities, labels, report, error)
scilama_graph_quality(graph, quality, resolution, labels, value, error) =
    ccall(sym(:scilama_graph_quality), Int32, (Ptr{Cvoid}, Int32, Float64, Ptr{Int32}, Ptr{Float64}, Ptr{Cvoid}), graph, quality, resolution, labels, value, error)
scilama_graph_umap(graph, options, layout, error) =
    ccall(sym(:scilama_graph_umap), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Float32}, Ptr{Cvoid}), graph, options, layout, error)
scilama_graph_vertices(graph) =
    ccall(sym(:scilama_graph_vertices), Int64, (Ptr{Cvoid},), graph)
scilama_graph_weights(graph) =
    ccall(sym(:scilama_graph_weights), Ptr{Float32}, (Ptr{Cvoid},), graph)
scilama_h5ad_options_init(options, struct_size) =
    ccall(sym(:scilama_h5ad_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_h5ad_read_array(context, path, key, rows, width, values, size, error) =
    ccall(sym(:scilama_h5ad_read_array), Int32, (Ptr{Cvoid}, Cstring, Cstring, Ptr{Int64}, Ptr{Int64}, Ptr{Float32}, Int64, Ptr{Cvoid}), context, path, key, rows, width, values, size, error)
scilama_h5ad_read_column(context, path, table, column, rows, values, size, error) =
    ccall(sym(:scilama_h5ad_read_column), Int32, (Ptr{Cvoid}, Cstring, Cstring, Cstring, Ptr{Int64}, Ptr{Float64}, Int64, Ptr{Cvoid}), context, path, table, column, rows, values, size, error)
scilama_h5ad_read_string(text, context, path, key, error) =
    ccall(sym(:scilama_h5ad_read_string), Int32, (Ptr{Ptr{UInt8}}, Ptr{Cvoid}, Cstring, Cstring, Ptr{Cvoid}), text, context, path, key, error)
scilama_h5ad_writer_cells(writer) =
    ccall(sym(:scilama_h5ad_writer_cells), Int64, (Ptr{Cvoid},), writer)
scilama_h5ad_writer_commit(writer, error) =
    ccall(sym(:scilama_h5ad_writer_commit), Int32, (Ptr{Cvoid}, Ptr{Cvoid}), writer, error)
scilama_h5ad_writer_create(out, context, output, matrix, cell_names, gene_names, error) =
    ccall(sym(:scilama_h5ad_writer_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Ptr{UInt8}}, Ptr{Ptr{UInt8}}, Ptr{Cvoid}), out, context, output, matrix, cell_names, gene_names, error)
scilama_h5ad_writer_destroy(writer) =
    ccall(sym(:scilama_h5ad_writer_destroy), Cvoid, (Ptr{Cvoid},), writer)
scilama_h5ad_writer_genes(writer) =
    ccall(sym(:scilama_h5ad_writer_genes), Int64, (Ptr{Cvoid},), writer)
scilama_h5ad_writer_open(out, context, input, output, error) =
    ccall(sym(:scilama_h5ad_writer_open), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Cstring, Ptr{Cvoid}), out, context, input, output, error)
scilama_h5ad_writer_open_part(out, context, input, options, output, error) =
    ccall(sym(:scilama_h5ad_writer_open_part), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Cstring, Ptr{Cvoid}), out, context, input, options, output, error)
scilama_h5ad_writer_put_layer(writer, key, matrix, error) =
    ccall(sym(:scilama_h5ad_writer_put_layer), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), writer, key, matrix, error)
scilama_h5ad_writer_put_obs_categorical(writer, key, codes, categories, n_categories, error) =
    ccall(sym(:scilama_h5ad_writer_put_obs_categorical), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int32}, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), writer, key, codes, categories, n_categories, error)
scilama_h5ad_writer_put_obs_numeric(writer, key, values, error) =
    ccall(sym(:scilama_h5ad_writer_put_obs_numeric), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float64}, Ptr{Cvoid}), writer, key, values, error)
scilama_h5ad_writer_put_obsm(writer, key, values, width, ld, error) =
    ccall(sym(:scilama_h5ad_writer_put_obsm), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float32}, Int64, Int64, Ptr{Cvoid}), writer, key, values, width, ld, error)
scilama_h5ad_writer_put_obsp(writer, key, indptr, indices, values, error) =
    ccall(sym(:scilama_h5ad_writer_put_obsp), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int64}, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}), writer, key, indptr, indices, values, error)
scilama_h5ad_writer_put_uns_array(writer, key, values, rows, cols, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_array), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float32}, Int64, Int64, Ptr{Cvoid}), writer, key, values, rows, cols, error)
scilama_h5ad_writer_put_uns_integer(writer, key, value, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_integer), Int32, (Ptr{Cvoid}, Cstring, Int64, Ptr{Cvoid}), writer, key, value, error)
scilama_h5ad_writer_put_uns_number(writer, key, value, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_number), Int32, (Ptr{Cvoid}, Cstring, Float64, Ptr{Cvoid}), writer, key, value, error)
scilama_h5ad_writer_put_uns_records(writer, key, fields, n_fields, rows, values, strings, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_records), Int32, (Ptr{Cvoid}, Cstring, Ptr{Ptr{UInt8}}, Int64, Int64, Ptr{Float64}, Ptr{Ptr{UInt8}}, Ptr{Cvoid}), writer, key, fields, n_fields, rows, values, strings, error)
scilama_h5ad_writer_put_uns_string(writer, key, value, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_string), Int32, (Ptr{Cvoid}, Cstring, Cstring, Ptr{Cvoid}), writer, key, value, error)
scilama_h5ad_writer_put_uns_strings(writer, key, values, count, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_strings), Int32, (Ptr{Cvoid}, Cstring, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), writer, key, values, count, error)
scilama_h5ad_writer_put_uns_table(writer, key, index, rows, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_table), Int32, (Ptr{Cvoid}, Cstring, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), writer, key, index, rows, error)
scilama_h5ad_writer_put_uns_table_numeric(writer, key, column, values, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_table_numeric), Int32, (Ptr{Cvoid}, Cstring, Cstring, Ptr{Float64}, Ptr{Cvoid}), writer, key, column, values, error)
scilama_h5ad_writer_put_uns_table_strings(writer, key, column, values, error) =
    ccall(sym(:scilama_h5ad_writer_put_uns_table_strings), Int32, (Ptr{Cvoid}, Cstring, Cstring, Ptr{Ptr{UInt8}}, Ptr{Cvoid}), writer, key, column, values, error)
scilama_h5ad_writer_put_var_categorical(writer, key, codes, categories, n_categories, error) =
    ccall(sym(:scilama_h5ad_writer_put_var_categorical), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int32}, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), writer, key, codes, categories, n_categories, error)
scilama_h5ad_writer_put_var_numeric(writer, key, values, error) =
    ccall(sym(:scilama_h5ad_writer_put_var_numeric), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float64}, Ptr{Cvoid}), writer, key, values, error)
scilama_h5ad_writer_put_varm(writer, key, values, width, ld, error) =
    ccall(sym(:scilama_h5ad_writer_put_varm), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float32}, Int64, Int64, Ptr{Cvoid}), writer, key, values, width, ld, error)
scilama_h5ad_writer_put_varp(writer, key, indptr, indices, values, error) =
    ccall(sym(:scilama_h5ad_writer_put_varp), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int64}, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}), writer, key, indptr, indices, values, error)
scilama_holdout_options_init(options, struct_size) =
    ccall(sym(:scilama_holdout_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_holdout_report_init(report, struct_size) =
    ccall(sym(:scilama_holdout_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
scilama_kmeans(context, points, n, dim, ld, options, labels, centers, inertia, error) =
    ccall(sym(:scilama_kmeans), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}, Ptr{Int32}, Ptr{Float32}, Ptr{Float64}, Ptr{Cvoid}), context, points, n, dim, ld, options, labels, centers, inertia, error)
scilama_kmeans_options_init(options, struct_size) =
    ccall(sym(:scilama_kmeans_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_knn(context, points, n, dim, ld, options, indices, distances, report, error) =
    ccall(sym(:scilama_knn), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}, Ptr{Cvoid}), context, points, n, dim, ld, options, indices, distances, report, error)
scilama_knn_options_init(options, struct_size) =
    ccall(sym(:scilama_knn_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_knn_report_init(report, struct_size) =
    ccall(sym(:scilama_knn_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
scilama_label_info_init(info, struct_size) =
    ccall(sym(:scilama_label_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
scilama_labels_compare(context, a, b, n, agreement, error) =
    ccall(sym(:scilama_labels_compare), Int32, (Ptr{Cvoid}, Ptr{Int32}, Ptr{Int32}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), context, a, b, n, agreement, error)
scilama_leiden_options_init(options, struct_size) =
    ccall(sym(:scilama_leiden_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_leiden_report_init(report, struct_size) =
    ccall(sym(:scilama_leiden_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
scilama_lisi(context, n, neighbors, indices, distances, labels, perplexity, lisi, error) =
    ccall(sym(:scilama_lisi), Int32, (Ptr{Cvoid}, Int64, Int64, Ptr{Int32}, Ptr{Float32}, Ptr{Int32}, Float64, Ptr{Float64}, Ptr{Cvoid}), context, n, neighbors, indices, distances, labels, perplexity, lisi, error)
scilama_marker_options_init(options, struct_size) =
    ccall(sym(:scilama_marker_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_marker_table_init(table, struct_size) =
    ccall(sym(:scilama_marker_table_init), Int32, (Ptr{Cvoid}, Csize_t), table, struct_size)
scilama_markers(dataset, cells, genes, dim, groups, n_groups, batches, options, table, error) =
    ccall(sym(:scilama_markers), Int32, (Ptr{Cvoid}, Ptr{Float32}, Ptr{Float32}, Int64, Ptr{Int32}, Int64, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), dataset, cells, genes, dim, groups, n_groups, batches, options, table, error)
scilama_match_options_init(options, struct_size) =
    ccall(sym(:scilama_match_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_match_report_init(report, struct_size) =
    ccall(sym(:scilama_match_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
scilama_matrix_init(matrix, struct_size) =
    ccall(sym(:scilama_matrix_init), Int32, (Ptr{Cvoid}, Csize_t), matrix, struct_size)
scilama_model_adapt(model, dataset, options, report, error) =
    ccall(sym(:scilama_model_adapt), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, options, report, error)
scilama_model_category(model, index, category) =
    ccall(sym(:scilama_model_category), Cstring, (Ptr{Cvoid}, Int64, Int64), model, index, category)
scilama_model_cells_to_arrow(model, dataset, schema, array, error) =
    ccall(sym(:scilama_model_cells_to_arrow), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, schema, array, error)
scilama_model_check_covariate(model, dataset, index, report, error) =
    ccall(sym(:scilama_model_check_covariate), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, index, report, error)
scilama_model_check_query(model, dataset, report, error) =
    ccall(sym(:scilama_model_check_query), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, report, error)
scilama_model_copy_parameters(model, from, prefix, from_prefix, copied, error) =
    ccall(sym(:scilama_model_copy_parameters), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Cstring, Cstring, Ptr{Int64}, Ptr{Cvoid}), model, from, prefix, from_prefix, copied, error)
scilama_model_covariate(model, index, info, error) =
    ccall(sym(:scilama_model_covariate), Int32, (Ptr{Cvoid}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), model, index, info, error)
scilama_model_covariates(model) =
    ccall(sym(:scilama_model_covariates), Int64, (Ptr{Cvoid},), model)
scilama_model_create(out, dataset, options, error) =
    ccall(sym(:scilama_model_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), out, dataset, options, error)
scilama_model_decode(model, dataset, options, values, ld, error) =
    ccall(sym(:scilama_model_decode), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Float32}, Int64, Ptr{Cvoid}), model, dataset, options, values, ld, error)
scilama_model_decode_new_genes(model, dataset, options, tables, names, n_tables, values, ld, error) =
    ccall(sym(:scilama_model_decode_new_genes), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Ptr{Cvoid}}, Ptr{Ptr{UInt8}}, Int64, Ptr{Float32}, Int64, Ptr{Cvoid}), model, dataset, options, tables, names, n_tables, values, ld, error)
scilama_model_describe_reference(model, dataset, error) =
    ccall(sym(:scilama_model_describe_reference), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, error)
scilama_model_destroy(model) =
    ccall(sym(:scilama_model_destroy), Cvoid, (Ptr{Cvoid},), model)
scilama_model_encode_cells(model, dataset, mu, sigma, ld, error) =
    ccall(sym(:scilama_model_encode_cells), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Float32}, Ptr{Float32}, Int64, Ptr{Cvoid}), model, dataset, mu, sigma, ld, error)
scilama_model_encode_genes(model, mu, sigma, ld, error) =
    ccall(sym(:scilama_model_encode_genes), Int32, (Ptr{Cvoid}, Ptr{Float32}, Ptr{Float32}, Int64, Ptr{Cvoid}), model, mu, sigma, ld, error)
scilama_model_encode_new_genes(model, tables, names, n_tables, mu, ld, error) =
    ccall(sym(:scilama_model_encode_new_genes), Int32, (Ptr{Cvoid}, Ptr{Ptr{Cvoid}}, Ptr{Ptr{UInt8}}, Int64, Ptr{Float32}, Int64, Ptr{Cvoid}), model, tables, names, n_tables, mu, ld, error)
scilama_model_extend_covariate(model, key, values, count, error) =
    ccall(sym(:scilama_model_extend_covariate), Int32, (Ptr{Cvoid}, Cstring, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), model, key, values, count, error)
scilama_model_find_parameter(model, name, tensor, error) =
    ccall(sym(:scilama_model_find_parameter), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), model, name, tensor, error)
scilama_model_gene_name(model, gene) =
    ccall(sym(:scilama_model_gene_name), Cstring, (Ptr{Cvoid}, Int64), model, gene)
scilama_model_gene_vectors(model, modality, width, values, ld, error) =
    ccall(sym(:scilama_model_gene_vectors), Int32, (Ptr{Cvoid}, Int64, Ptr{Int64}, Ptr{Float32}, Int64, Ptr{Cvoid}), model, modality, width, values, ld, error)
scilama_model_genes_to_arrow(model, schema, array, error) =
    ccall(sym(:scilama_model_genes_to_arrow), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, schema, array, error)
scilama_model_get_info(model, info, error) =
    ccall(sym(:scilama_model_get_info), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, info, error)
scilama_model_get_options(model, options, error) =
    ccall(sym(:scilama_model_get_options), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, options, error)
scilama_model_get_reference(out, model, error) =
    ccall(sym(:scilama_model_get_reference), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}), out, model, error)
scilama_model_info_init(info, struct_size) =
    ccall(sym(:scilama_model_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
scilama_model_learn_absent(model, dataset, error) =
    ccall(sym(:scilama_model_learn_absent), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, error)
scilama_model_load(out, context, path, error) =
    ccall(sym(:scilama_model_load), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}), out, context, path, error)
scilama_model_load_memory(out, context, bytes, size, error) =
    ccall(sym(:scilama_model_load_memory), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Int64, Ptr{Cvoid}), out, context, bytes, size, error)
scilama_model_modality_name(model, modality) =
    ccall(sym(:scilama_model_modality_name), Cstring, (Ptr{Cvoid}, Int64), model, modality)
scilama_model_modality_width(model, modality) =
    ccall(sym(:scilama_model_modality_width), Int64, (Ptr{Cvoid}, Int64), model, modality)
scilama_model_novelty(model, dataset, novelty, error) =
    ccall(sym(:scilama_model_novelty), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Float32}, Ptr{Cvoid}), model, dataset, novelty, error)
scilama_model_options_init(options, struct_size, preset) =
    ccall(sym(:scilama_model_options_init), Int32, (Ptr{Cvoid}, Csize_t, Int32), options, struct_size, preset)
scilama_model_parameter(model, index, tensor, error) =
    ccall(sym(:scilama_model_parameter), Int32, (Ptr{Cvoid}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), model, index, tensor, error)
scilama_model_parameter_to_dlpack(out, model, name, error) =
    ccall(sym(:scilama_model_parameter_to_dlpack), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Cstring, Ptr{Cvoid}), out, model, name, error)
scilama_model_parameters(model) =
    ccall(sym(:scilama_model_parameters), Int64, (Ptr{Cvoid},), model)
scilama_model_predict_genes(model, dataset, options, tables, n_tables, genes, n_genes, values, ld, forecast, error) =
    ccall(sym(:scilama_model_predict_genes), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Ptr{Cvoid}}, Int64, Ptr{Ptr{UInt8}}, Int64, Ptr{Float32}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), model, dataset, options, tables, n_tables, genes, n_genes, values, ld, forecast, error)
scilama_model_save(model, path, error) =
    ccall(sym(:scilama_model_save), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}), model, path, error)
scilama_model_save_memory(model, bytes, size, error) =
    ccall(sym(:scilama_model_save_memory), Int32, (Ptr{Cvoid}, Ptr{Ptr{Cvoid}}, Ptr{Int64}, Ptr{Cvoid}), model, bytes, size, error)
scilama_model_set_parameter(model, name, values, count, error) =
    ccall(sym(:scilama_model_set_parameter), Int32, (Ptr{Cvoid}, Cstring, Ptr{Float32}, Int64, Ptr{Cvoid}), model, name, values, count, error)
scilama_model_set_reference(model, reference, error) =
    ccall(sym(:scilama_model_set_reference), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), model, reference, error)
scilama_module_activity(dataset, labels, modules, activity, error) =
    ccall(sym(:scilama_module_activity), Int32, (Ptr{Cvoid}, Ptr{Int32}, Int64, Ptr{Float32}, Ptr{Cvoid}), dataset, labels, modules, activity, error)
scilama_module_coherence(dataset, labels, modules, options, coherence, p, fdr, error) =
    ccall(sym(:scilama_module_coherence), Int32, (Ptr{Cvoid}, Ptr{Int32}, Int64, Ptr{Cvoid}, Ptr{Float64}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}), dataset, labels, modules, options, coherence, p, fdr, error)
scilama_module_options_init(options, struct_size) =
    ccall(sym(:scilama_module_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_module_projection(context, cells, n, genes, n_genes, dim, labels, modules, activity, error) =
    ccall(sym(:scilama_module_projection), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Ptr{Float32}, Int64, Int64, Ptr{Int32}, Int64, Ptr{Float32}, Ptr{Cvoid}), context, cells, n, genes, n_genes, dim, labels, modules, activity, error)
scilama_module_report_init(report, struct_size) =
    ccall(sym(:scilama_module_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
scilama_option_check(of, options, error) =
    ccall(sym(:scilama_option_check), Int32, (Int32, Ptr{Cvoid}, Ptr{Cvoid}), of, options, error)
scilama_option_choice(of, index, choice, value) =
    ccall(sym(:scilama_option_choice), Cstring, (Int32, Int64, Int64, Ptr{Int32}), of, index, choice, value)
scilama_option_count(of) =
    ccall(sym(:scilama_option_count), Int64, (Int32,), of)
scilama_option_find(of, name) =
    ccall(sym(:scilama_option_find), Int64, (Int32, Cstring), of, name)
scilama_option_get_info(of, index, info, error) =
    ccall(sym(:scilama_option_get_info), Int32, (Int32, Int64, Ptr{Cvoid}, Ptr{Cvoid}), of, index, info, error)
scilama_option_info_init(info, struct_size) =
    ccall(sym(:scilama_option_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
scilama_p_adjust(context, p, n, adjusted, error) =
    ccall(sym(:scilama_p_adjust), Int32, (Ptr{Cvoid}, Ptr{Float64}, Int64, Ptr{Float64}, Ptr{Cvoid}), context, p, n, adjusted, error)
scilama_paired_markers(context, cells, n, genes, n_genes, dim, groups, n_groups, batches, options, table, error) =
    ccall(sym(:scilama_paired_markers), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Ptr{Float32}, Int64, Int64, Ptr{Int32}, Int64, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), context, cells, n, genes, n_genes, dim, groups, n_groups, batches, options, table, error)
scilama_pca(context, x, n, genes, ld, options, scores, components, variances, total, error) =
    ccall(sym(:scilama_pca), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}, Ptr{Float32}, Ptr{Float32}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}), context, x, n, genes, ld, options, scores, components, variances, total, error)
scilama_pca_components(options, n, genes) =
    ccall(sym(:scilama_pca_components), Int64, (Ptr{Cvoid}, Int64, Int64), options, n, genes)
scilama_pca_options_init(options, struct_size) =
    ccall(sym(:scilama_pca_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_preprocess_options_init(options, struct_size) =
    ccall(sym(:scilama_preprocess_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_preprocess_report_init(report, struct_size) =
    ccall(sym(:scilama_preprocess_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
scilama_query_report_init(report, struct_size) =
    ccall(sym(:scilama_query_report_init), Int32, (Ptr{Cvoid}, Csize_t), report, struct_size)
scilama_reference_add_labels(reference, name, codes, categories, n_categories, error) =
    ccall(sym(:scilama_reference_add_labels), Int32, (Ptr{Cvoid}, Cstring, Ptr{Int32}, Ptr{Ptr{UInt8}}, Int64, Ptr{Cvoid}), reference, name, codes, categories, n_categories, error)
scilama_reference_category(reference, index, category) =
    ccall(sym(:scilama_reference_category), Cstring, (Ptr{Cvoid}, Int64, Int64), reference, index, category)
scilama_reference_create(out, context, points, cells, dim, ld, error) =
    ccall(sym(:scilama_reference_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Cvoid}), out, context, points, cells, dim, ld, error)
scilama_reference_destroy(reference) =
    ccall(sym(:scilama_reference_destroy), Cvoid, (Ptr{Cvoid},), reference)
scilama_reference_get_info(reference, info, error) =
    ccall(sym(:scilama_reference_get_info), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), reference, info, error)
scilama_reference_info_init(info, struct_size) =
    ccall(sym(:scilama_reference_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
scilama_reference_label(reference, index, info, error) =
    ccall(sym(:scilama_reference_label), Int32, (Ptr{Cvoid}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), reference, index, info, error)
scilama_reference_neighbors(reference, points, n, ld, k, indices, distances, error) =
    ccall(sym(:scilama_reference_neighbors), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}), reference, points, n, ld, k, indices, distances, error)
scilama_reference_place(reference, indices, distances, n, k, layout, error) =
    ccall(sym(:scilama_reference_place), Int32, (Ptr{Cvoid}, Ptr{Int32}, Ptr{Float32}, Int64, Int64, Ptr{Float32}, Ptr{Cvoid}), reference, indices, distances, n, k, layout, error)
scilama_reference_set_layout(reference, layout, dims, error) =
    ccall(sym(:scilama_reference_set_layout), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Ptr{Cvoid}), reference, layout, dims, error)
scilama_reference_transfer(reference, index, indices, distances, n, k, code, probability, second, second_probability, error) =
    ccall(sym(:scilama_reference_transfer), Int32, (Ptr{Cvoid}, Int64, Ptr{Int32}, Ptr{Float32}, Int64, Int64, Ptr{Int32}, Ptr{Float32}, Ptr{Int32}, Ptr{Float32}, Ptr{Cvoid}), reference, index, indices, distances, n, k, code, probability, second, second_probability, error)
scilama_row_source_init(source, struct_size) =
    ccall(sym(:scilama_row_source_init), Int32, (Ptr{Cvoid}, Csize_t), source, struct_size)
scilama_score_embedding(context, embedding, n, dim, ld, labels, batches, options, scores, error) =
    ccall(sym(:scilama_score_embedding), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Ptr{Int32}, Ptr{Int32}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), context, embedding, n, dim, ld, labels, batches, options, scores, error)
scilama_score_options_init(options, struct_size) =
    ccall(sym(:scilama_score_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_scores_init(scores, struct_size) =
    ccall(sym(:scilama_scores_init), Int32, (Ptr{Cvoid}, Csize_t), scores, struct_size)
scilama_silhouette(context, points, n, dim, ld, metric, labels, samples, mean, error) =
    ccall(sym(:scilama_silhouette), Int32, (Ptr{Cvoid}, Ptr{Float32}, Int64, Int64, Int64, Int32, Ptr{Int32}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}), context, points, n, dim, ld, metric, labels, samples, mean, error)
scilama_status_name(status) =
    ccall(sym(:scilama_status_name), Cstring, (Int32,), status)
scilama_status_text(status) =
    ccall(sym(:scilama_status_text), Cstring, (Int32,), status)
scilama_step_info_init(info, struct_size) =
    ccall(sym(:scilama_step_info_init), Int32, (Ptr{Cvoid}, Csize_t), info, struct_size)
scilama_table_options_init(options, struct_size) =
    ccall(sym(:scilama_table_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_tensor_init(tensor, struct_size) =
    ccall(sym(:scilama_tensor_init), Int32, (Ptr{Cvoid}, Csize_t), tensor, struct_size)
scilama_text_destroy(context, text) =
    ccall(sym(:scilama_text_destroy), Cvoid, (Ptr{Cvoid}, Ptr{UInt8}), context, text)
scilama_trainer_apply(trainer, info, error) =
    ccall(sym(:scilama_trainer_apply), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), trainer, info, error)
scilama_trainer_create(out, model, dataset, options, error) =
    ccall(sym(:scilama_trainer_create), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), out, model, dataset, options, error)
scilama_trainer_destroy(trainer) =
    ccall(sym(:scilama_trainer_destroy), Cvoid, (Ptr{Cvoid},), trainer)
scilama_trainer_end_phase(trainer, info, error) =
    ccall(sym(:scilama_trainer_end_phase), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), trainer, info, error)
scilama_trainer_evaluate(trainer, split, evaluation, error) =
    ccall(sym(:scilama_trainer_evaluate), Int32, (Ptr{Cvoid}, Int32, Ptr{Cvoid}, Ptr{Cvoid}), trainer, split, evaluation, error)
scilama_trainer_forward_backward(trainer, cells, n, info, error) =
    ccall(sym(:scilama_trainer_forward_backward), Int32, (Ptr{Cvoid}, Ptr{Int64}, Int64, Ptr{Cvoid}, Ptr{Cvoid}), trainer, cells, n, info, error)
scilama_trainer_get_rates(trainer, lr, beta, gamma, error) =
    ccall(sym(:scilama_trainer_get_rates), Int32, (Ptr{Cvoid}, Ptr{Float64}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}), trainer, lr, beta, gamma, error)
scilama_trainer_gradient(trainer, name, gradient, error) =
    ccall(sym(:scilama_trainer_gradient), Int32, (Ptr{Cvoid}, Cstring, Ptr{Cvoid}, Ptr{Cvoid}), trainer, name, gradient, error)
scilama_trainer_gradients(trainer, gradients, error) =
    ccall(sym(:scilama_trainer_gradients), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), trainer, gradients, error)
scilama_trainer_gradients_to_dlpack(out, trainer, error) =
    ccall(sym(:scilama_trainer_gradients_to_dlpack), Int32, (Ptr{Ptr{Cvoid}}, Ptr{Cvoid}, Ptr{Cvoid}), out, trainer, error)
scilama_trainer_kl_per_unit(trainer, kl_s, kl_f, error) =
    ccall(sym(:scilama_trainer_kl_per_unit), Int32, (Ptr{Cvoid}, Ptr{Float64}, Ptr{Float64}, Ptr{Cvoid}), trainer, kl_s, kl_f, error)
scilama_trainer_memory(model, dataset, options, bytes, error) =
    ccall(sym(:scilama_trainer_memory), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Int64}, Ptr{Cvoid}), model, dataset, options, bytes, error)
scilama_trainer_options_init(options, struct_size, preset) =
    ccall(sym(:scilama_trainer_options_init), Int32, (Ptr{Cvoid}, Csize_t, Int32), options, struct_size, preset)
scilama_trainer_run(trainer, progress, user, info, error) =
    ccall(sym(:scilama_trainer_run), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), trainer, progress, user, info, error)
scilama_trainer_run_epoch(trainer, info, error) =
    ccall(sym(:scilama_trainer_run_epoch), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), trainer, info, error)
scilama_trainer_set_rates(trainer, lr, beta, gamma, error) =
    ccall(sym(:scilama_trainer_set_rates), Int32, (Ptr{Cvoid}, Float64, Float64, Float64, Ptr{Cvoid}), trainer, lr, beta, gamma, error)
scilama_trainer_state_get(trainer, buffer, size, error) =
    ccall(sym(:scilama_trainer_state_get), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Int64, Ptr{Cvoid}), trainer, buffer, size, error)
scilama_trainer_state_set(trainer, buffer, size, error) =
    ccall(sym(:scilama_trainer_state_set), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Int64, Ptr{Cvoid}), trainer, buffer, size, error)
scilama_trainer_state_size(trainer) =
    ccall(sym(:scilama_trainer_state_size), Int64, (Ptr{Cvoid},), trainer)
scilama_trainer_step(trainer, info, error) =
    ccall(sym(:scilama_trainer_step), Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), trainer, info, error)
scilama_umap_options_init(options, struct_size) =
    ccall(sym(:scilama_umap_options_init), Int32, (Ptr{Cvoid}, Csize_t), options, struct_size)
scilama_version() =
    ccall(sym(:scilama_version), Int32, ())
scilama_version_string() =
    ccall(sym(:scilama_version_string), Cstring, ())
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
    (Allocator, 24, (0, 8, 16,)),
    (ContextOptions, 40, (0, 8, 16, 24, 32, 36,)),
    (Matrix, 88, (0, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 72, 80, 84,)),
    (RowBlock, 56, (0, 8, 16, 24, 32, 40, 48,)),
    (RowSource, 72, (0, 8, 12, 16, 24, 32, 40, 48, 56, 64,)),
    (ColumnInfo, 32, (0, 8, 12, 16, 24,)),
    (PreprocessOptions, 80, (0, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 72,)),
    (PreprocessReport, 240, (0, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 72, 80,)),
    (MatchOptions, 48, (0, 8, 12, 16, 20, 24, 32, 40,)),
    (MatchReport, 64, (0, 8, 16, 24, 32, 40, 48, 56,)),
    (ArrowOptions, 32, (0, 8, 16, 24, 28,)),
    (H5adOptions, 56, (0, 8, 16, 20, 24, 28, 32, 40, 48,)),
    (TableOptions, 32, (0, 8, 16, 24, 28,)),
    (QueryReport, 80, (0, 8, 16, 24, 32, 40, 48, 56, 64, 72,)),
    (CovariateReport, 48, (0, 8, 16, 24, 32, 40,)),
    (ReferenceInfo, 48, (0, 8, 16, 24, 32, 40,)),
    (LabelInfo, 40, (0, 8, 16, 24, 32,)),
    (AdaptOptions, 24, (0, 8, 16,)),
    (AdaptReport, 48, (0, 8, 16, 24, 32, 40,)),
    (Tensor, 56, (0, 8, 16, 24, 28, 32, 40, 48, 52,)),
    (ModelInfo, 64, (0, 8, 16, 24, 32, 40, 48, 56,)),
    (CovariateInfo, 64, (0, 8, 16, 20, 24, 32, 40, 48, 56,)),
    (DecodeOptions, 48, (0, 8, 16, 24, 32, 36, 40, 44,)),
    (GeneForecast, 32, (0, 8, 16, 24,)),
    (OptionInfo, 88, (0, 8, 16, 24, 32, 40, 44, 48, 56, 64, 68, 72, 80,)),
    (Error, 256, (0, 4, 8,)),
    (TrainerOptions, 272, (0, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 136, 144, 152, 160, 164, 168, 172, 176, 184, 192, 200, 204, 208, 212, 216, 224, 232, 240, 248, 252, 256, 260, 264,)),
    (StepInfo, 208, (0, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 136, 144, 152, 160, 168, 176, 184, 192, 200,)),
    (Evaluation, 72, (0, 8, 16, 24, 32, 40, 48, 56, 64,)),
    (FitOptions, 80, (0, 8, 12, 16, 24, 32, 40, 48, 56, 64, 72,)),
    (ModelOptions, 144, (0, 8, 16, 64, 68, 72, 76, 80, 84, 88, 92, 96, 100, 104, 108, 112, 116, 120, 124, 128, 136,)),
)

"Throws where a struct does not lie as in C."
function check_layouts()
    for (T, bytes, offsets) in LAYOUTS
        sizeof(T) == bytes || error("$T has $(sizeof(T)) bytes, in C $bytes")
        Tuple(Int.(fieldoffset.(T, 1:fieldcount(T)))) == offsets || error("the fields of $T do not lie as in C")
    end
end

end
