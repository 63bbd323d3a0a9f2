/* Made by generate.py from the public headers; never edited by hand. */

use std::os::raw::{c_char, c_int, c_void};

/// success
pub const SCILAMA_OK: i32 = 0;
/// an argument or option is not acceptable
pub const SCILAMA_E_INVALID: i32 = -1;
/// the allocator returned no memory
pub const SCILAMA_E_NOMEM: i32 = -2;
/// the handle is not in a state that allows this call
pub const SCILAMA_E_STATE: i32 = -3;
/// this build or version cannot do this
pub const SCILAMA_E_UNSUPPORTED: i32 = -4;
/// reading or writing failed
pub const SCILAMA_E_IO: i32 = -5;
/// the file or buffer is damaged or of another format
pub const SCILAMA_E_FORMAT: i32 = -6;
/// a named thing does not exist
pub const SCILAMA_E_NOTFOUND: i32 = -7;
/// a value is NaN or infinite
pub const SCILAMA_E_NONFINITE: i32 = -8;
/// the call was cancelled
pub const SCILAMA_E_CANCELLED: i32 = -9;
/// a library in use differs from the one built against
pub const SCILAMA_E_DEPENDENCY: i32 = -10;
/// a name occurs more than once
pub const SCILAMA_E_DUPLICATE: i32 = -11;
/// a callback of the host reported failure
pub const SCILAMA_E_CALLBACK: i32 = -12;
/// a fault of the library itself
pub const SCILAMA_E_INTERNAL: i32 = -13;
pub const SCILAMA_LOG_ERROR: i32 = 10;
pub const SCILAMA_LOG_WARNING: i32 = 20;
pub const SCILAMA_LOG_INFO: i32 = 30;
pub const SCILAMA_LOG_DEBUG: i32 = 40;
/// every default as printed in the paper's code, its faults apart
pub const SCILAMA_PRESET_PUBLISHED: i32 = 0;
/// what measurement favours (docs/presets.md)
pub const SCILAMA_PRESET_RECOMMENDED: i32 = 1;
/// scilama_preprocess_options
pub const SCILAMA_OPTIONS_PREPROCESS: i32 = 1;
/// scilama_model_options
pub const SCILAMA_OPTIONS_MODEL: i32 = 2;
/// scilama_trainer_options
pub const SCILAMA_OPTIONS_TRAINER: i32 = 3;
/// int32_t, 0 or 1
pub const SCILAMA_OPTION_SWITCH: i32 = 1;
/// int32_t, one of those of scilama_option_choice()
pub const SCILAMA_OPTION_CHOICE: i32 = 2;
/// int64_t
pub const SCILAMA_OPTION_INTEGER: i32 = 3;
/// uint64_t
pub const SCILAMA_OPTION_SEED: i32 = 4;
/// float
pub const SCILAMA_OPTION_REAL: i32 = 5;
/// double
pub const SCILAMA_OPTION_NUMBER: i32 = 6;
/// int64_t\[elements\], zeros behind the last
pub const SCILAMA_OPTION_WIDTHS: i32 = 7;
/// const char *, NULL = none
pub const SCILAMA_OPTION_TEXT: i32 = 8;
/// slope 0.01
pub const SCILAMA_ACT_LEAKY_RELU: i32 = 0;
pub const SCILAMA_ACT_RELU: i32 = 1;
pub const SCILAMA_ACT_ELU: i32 = 2;
pub const SCILAMA_ACT_SELU: i32 = 3;
/// exact, by erf
pub const SCILAMA_ACT_GELU: i32 = 4;
pub const SCILAMA_ACT_SILU: i32 = 5;
pub const SCILAMA_ACT_TANH: i32 = 6;
pub const SCILAMA_ACT_SOFTPLUS: i32 = 7;
pub const SCILAMA_ACT_IDENTITY: i32 = 8;
pub const SCILAMA_OBJECTIVE_CELL: i32 = 1;
pub const SCILAMA_OBJECTIVE_GENE: i32 = 2;
pub const SCILAMA_OBJECTIVE_JOINT: i32 = 3;
pub const SCILAMA_FUSION_AVERAGE: i32 = 0;
/// precision-weighted
pub const SCILAMA_FUSION_POE: i32 = 1;
/// mixture, moment-matched
pub const SCILAMA_FUSION_MOE: i32 = 2;
/// as published
pub const SCILAMA_PAIR_SCALE_ONE: i32 = 0;
/// x̂ divided by √h_1, x̃ by √L
pub const SCILAMA_PAIR_SCALE_RSQRT: i32 = 1;
/// squared error
pub const SCILAMA_LIKELIHOOD_GAUSSIAN: i32 = 0;
pub const SCILAMA_LIKELIHOOD_POISSON: i32 = 1;
/// negative binomial, variance μ + μ²/θ; ln θ per gene is the parameter "dispersion.log_theta", trained with the cell and joint objectives, in effect within ±15
pub const SCILAMA_LIKELIHOOD_NB: i32 = 2;
/// the dataset's gene tables; the transposed matrix when there are none
pub const SCILAMA_GENE_INPUT_AUTO: i32 = 0;
pub const SCILAMA_GENE_INPUT_TABLES: i32 = 1;
/// one modality: the training cells' values (G × training cells)
pub const SCILAMA_GENE_INPUT_TRANSPOSED: i32 = 2;
/// no gene VAE: only beta_vae can be trained
pub const SCILAMA_GENE_INPUT_NONE: i32 = 3;
/// not at all
pub const SCILAMA_ENCODER_COVARIATES_NONE: i32 = 0;
/// as columns beside what it reads
pub const SCILAMA_ENCODER_COVARIATES_COLUMNS: i32 = 1;
/// by where soft clusters of the training cells lie along the axes in each category (Harmony's correction as a function of one cell; docs/model.md); without axes: as columns
pub const SCILAMA_ENCODER_COVARIATES_CLUSTERS: i32 = 2;
/// row-major, cells are rows
pub const SCILAMA_STORAGE_DENSE: i32 = 1;
/// compressed by cell
pub const SCILAMA_STORAGE_CSR: i32 = 2;
/// compressed by gene
pub const SCILAMA_STORAGE_CSC: i32 = 3;
pub const SCILAMA_DTYPE_F32: i32 = 1;
pub const SCILAMA_DTYPE_F64: i32 = 2;
pub const SCILAMA_DTYPE_I32: i32 = 10;
pub const SCILAMA_DTYPE_I64: i32 = 11;
pub const SCILAMA_DTYPE_U16: i32 = 20;
pub const SCILAMA_DTYPE_U32: i32 = 21;
/// the library copies; the caller may free at once
pub const SCILAMA_MEMORY_COPY: i32 = 1;
/// the caller keeps the arrays unchanged until every handle made from the dataset is gone
pub const SCILAMA_MEMORY_BORROW: i32 = 2;
/// genes that all datasets have
pub const SCILAMA_JOIN_INNER: i32 = 1;
/// genes that any has: SCILAMA_E_UNSUPPORTED. A gene that a dataset lacks is unknown in its cells, not zero, and training takes every gene as measured
pub const SCILAMA_JOIN_OUTER: i32 = 2;
pub const SCILAMA_COLUMN_NUMERIC: i32 = 1;
pub const SCILAMA_COLUMN_CATEGORICAL: i32 = 2;
/// one-hot; categories sorted as strings, fitted on training cells; unknown and missing = an average of the known
pub const SCILAMA_COVARIATE_CATEGORICAL: i32 = 1;
/// z-score with training mean and population standard deviation; missing = the mean
pub const SCILAMA_COVARIATE_CONTINUOUS: i32 = 2;
/// the numbers as they are, one column; missing: SCILAMA_E_NONFINITE
pub const SCILAMA_COVARIATE_RAW: i32 = 3;
pub const SCILAMA_SPLIT_TRAIN: i32 = 0;
pub const SCILAMA_SPLIT_VALIDATION: i32 = 1;
pub const SCILAMA_SPLIT_TEST: i32 = 2;
/// neither trained on nor validated; still encoded
pub const SCILAMA_SPLIT_EXCLUDED: i32 = 3;
/// decided from the values, said in the log and in the report
pub const SCILAMA_INPUT_AUTO: i32 = 0;
/// integer counts: the full recipe
pub const SCILAMA_INPUT_COUNTS: i32 = 1;
/// non-negative, large, not integer: the full recipe
pub const SCILAMA_INPUT_EXPRESSION: i32 = 2;
/// small non-negative: no normalisation, no log1p
pub const SCILAMA_INPUT_LOGGED: i32 = 3;
/// has negative values: used as it is
pub const SCILAMA_INPUT_SCALED: i32 = 4;
pub const SCILAMA_AUTO: i32 = -1;
pub const SCILAMA_OFF: i32 = 0;
pub const SCILAMA_ON: i32 = 1;
/// seurat_v3 for counts, seurat otherwise; none for scaled input
pub const SCILAMA_HVG_AUTO: i32 = -1;
/// every gene that passed the filters
pub const SCILAMA_HVG_NONE: i32 = 0;
/// scanpy flavor="seurat": binned normalised dispersion of logged values
pub const SCILAMA_HVG_SEURAT: i32 = 1;
/// scanpy flavor="seurat_v3": variance of clipped standardised counts
pub const SCILAMA_HVG_SEURAT_V3: i32 = 2;
/// genes without a vector leave the model (published)
pub const SCILAMA_MISSING_DROP: i32 = 0;
/// they take the mean of the matched vectors
pub const SCILAMA_MISSING_MEAN: i32 = 1;
/// they stay in the cell VAE, its input, head and loss (default); where other tables know them they take the mean of the matched vectors, where none does the paired terms leave them out, and scilama_model_encode_genes() places them by what the cell VAE learned of them
pub const SCILAMA_MISSING_KEEP: i32 = 2;
/// the cell decoder's own head
pub const SCILAMA_HEAD_CELL: i32 = 0;
/// x̂, the product with the gene decoder: what it knows of a gene's level and of its batches is what the gene's vector tells, so both are shrunk
pub const SCILAMA_HEAD_PAIRED: i32 = 1;
/// the one that comes nearer to the cells at hand, measured on at most 1,024 of them
pub const SCILAMA_HEAD_BEST: i32 = 2;
/// cell VAE alone
pub const SCILAMA_MODE_BETA_VAE: i32 = 1;
/// joint objective alone
pub const SCILAMA_MODE_DIRECT: i32 = 2;
/// cell, then gene, then joint
pub const SCILAMA_MODE_STEPWISE: i32 = 3;
/// gene VAE against a frozen cell VAE
pub const SCILAMA_MODE_GENE: i32 = 4;
/// cell, then gene: stepwise without its joint phase
pub const SCILAMA_MODE_CELL_GENE: i32 = 5;
/// file order
pub const SCILAMA_SHUFFLE_NONE: i32 = 0;
/// FULL for data in memory, CHUNKED for those read as needed
pub const SCILAMA_SHUFFLE_AUTO: i32 = 1;
/// blocks of cells next to each other are shuffled, then the cells within windows of many blocks. The order depends on seed, phase, epoch, the number of training cells, shuffle_block and shuffle_window alone: with these given, a streamed run equals one in memory bit for bit
pub const SCILAMA_SHUFFLE_CHUNKED: i32 = 2;
/// all at once; of a streamed dataset every window then reads from everywhere
pub const SCILAMA_SHUFFLE_FULL: i32 = 3;
/// z = mu + sigma ε
pub const SCILAMA_SAMPLING_NORMAL: i32 = 0;
/// z = mu
pub const SCILAMA_SAMPLING_MEAN: i32 = 1;
pub const SCILAMA_PRECISION_F32: i32 = 0;
/// operands rounded to bfloat16 (nearest, ties to even), sums and weights in single precision; faster where the processor has AVX-512 BF16, emulated elsewhere ("bf16_kernels" of scilama_context_describe()); forms agree to the rounding of the sums, 1e-6 √k relative
pub const SCILAMA_PRECISION_BF16: i32 = 1;
pub const SCILAMA_NONFINITE_FAIL: i32 = 0;
pub const SCILAMA_NONFINITE_SKIP: i32 = 1;
/// the epoch is over, and validation was run (with max_steps: where a fiftieth of them is done)
pub const SCILAMA_EVENT_EPOCH_END: i32 = 1;
/// best validation loss so far: weights kept
pub const SCILAMA_EVENT_IMPROVED: i32 = 2;
/// the phase is over; its best weights are restored, unless keep_last is set
pub const SCILAMA_EVENT_PHASE_END: i32 = 4;
/// … because patience ran out
pub const SCILAMA_EVENT_CONVERGED: i32 = 8;
/// no step is left
pub const SCILAMA_EVENT_FINISHED: i32 = 16;
/// a non-finite loss or gradient: nothing was applied
pub const SCILAMA_EVENT_SKIPPED: i32 = 32;
/// hardly a latent unit of the cells was active: the KL weight was halved (kl_repair)
pub const SCILAMA_EVENT_COLLAPSED: i32 = 64;
pub const SCILAMA_METRIC_EUCLIDEAN: i32 = 1;
/// 1 − cosine; 1 to and from a zero vector
pub const SCILAMA_METRIC_COSINE: i32 = 2;
/// exact up to 200,000 points, else approximate
pub const SCILAMA_KNN_AUTO: i32 = 0;
/// by a tree of boxes; O(n² · dim) at most
pub const SCILAMA_KNN_EXACT: i32 = 1;
/// random projection trees, then neighbour descent; recall is estimated on a sample. Exact up to 1024 points and above 100 neighbours
pub const SCILAMA_KNN_APPROXIMATE: i32 = 2;
/// UMAP's fuzzy union: scanpy's connectivities
pub const SCILAMA_GRAPH_FUZZY: i32 = 1;
/// shared neighbours / united neighbours, each point its own neighbour
pub const SCILAMA_GRAPH_JACCARD: i32 = 2;
/// 1/2m · Σ (A_ij − γ k_i k_j / 2m) within communities
pub const SCILAMA_QUALITY_MODULARITY: i32 = 1;
/// Σ over communities of (weight within − γ · size (size − 1) / 2)
pub const SCILAMA_QUALITY_CPM: i32 = 2;
/// eigenvectors of the graph's normalised Laplacian; of a graph that is not connected: PCA when points are given, else random
pub const SCILAMA_UMAP_SPECTRAL: i32 = 1;
/// principal components of the points
pub const SCILAMA_UMAP_PCA: i32 = 2;
/// what the layout holds
pub const SCILAMA_UMAP_GIVEN: i32 = 3;
pub const SCILAMA_UMAP_RANDOM: i32 = 4;

/// @file context.h The root of every object: memory, log, threads, cancellation. Handles retain the context they were made from, so handles may be destroyed in any order. A handle serves one thread at a time; distinct handles are independent, also those of one context. Functions that take a handle as pointer to const, and those that encode or decode with a model that no trainer holds, may read it from several threads at once, each with a dataset of its own, as long as none changes or destroys it. In full, with what holds after a fork: docs/threading.md.
#[repr(C)]
pub struct scilama_context {
    _private: [u8; 0],
}

/// Cells, genes, their annotation, and how they are prepared for training.
#[repr(C)]
pub struct scilama_dataset {
    _private: [u8; 0],
}

/// Other names of genes, read from a file: for the alias fields of scilama_match_options.
#[repr(C)]
pub struct scilama_gene_aliases {
    _private: [u8; 0],
}

/// Named sets of genes. Immutable.
#[repr(C)]
pub struct scilama_gene_sets {
    _private: [u8; 0],
}

/// Vectors by gene name: one modality of static gene embeddings.
#[repr(C)]
pub struct scilama_gene_table {
    _private: [u8; 0],
}

/// A weighted undirected graph: both directions of every edge are stored, columns ascending, no loops. Immutable.
#[repr(C)]
pub struct scilama_graph {
    _private: [u8; 0],
}

/// Adds results to a copy of an AnnData file, or writes a new one.
#[repr(C)]
pub struct scilama_h5ad_writer {
    _private: [u8; 0],
}

/// @file model.h The paired VAE: one VAE over cells × genes, one over gene embeddings, tied by the product of their decoders (Hu et al., ICML 2025). G genes, L latent units, h_1 … h_k hidden widths, P encoded covariate columns. A model keeps its genes in bytewise order of their names.
#[repr(C)]
pub struct scilama_model {
    _private: [u8; 0],
}

/// Cells of known labels that others are compared with: their embedding, columns of labels, a layout.
#[repr(C)]
pub struct scilama_reference {
    _private: [u8; 0],
}

/// @file trainer.h Training, one step at a time. @code while (scilama_trainer_step(trainer, &info, &error) == SCILAMA_OK) { if (info.events & SCILAMA_EVENT_EPOCH_END) report(info.epoch, info.loss); if (info.events & SCILAMA_EVENT_FINISHED) break; } @endcode A step is transactional: when it fails, weights, running statistics, optimiser, random numbers and data cursor are as before it. One exception: where the validation that ends an epoch is cancelled, or fails because data from the caller or a file do, the step itself stays applied, and the next call of scilama_trainer_step() does the validation and reports both. A step makes no allocation; of a streamed dataset it reads rows when its window has none of the mini-batch.
#[repr(C)]
pub struct scilama_trainer {
    _private: [u8; 0],
}

pub type scilama_status = i32;

/// Receives one preformatted UTF-8 line without newline, on the calling thread.
pub type scilama_log_fn = Option<unsafe extern "C" fn(user: *mut c_void, level: i32, text: *const c_char)>;

/// Receives how far a long call of analysis.h is, on the calling thread, several times a second as a rule.
/// It may call scilama_context_cancel(), and nothing else of the library.
/// - stage: "neighbours", "Leiden", "UMAP start", "UMAP", "metrics" …; borrowed.
/// - share: of the stage that is done, 0 to 1; it never falls within a stage. Where the work
/// is not known beforehand (Leiden), it nears 1 ever more slowly.
pub type scilama_stage_fn = Option<unsafe extern "C" fn(user: *mut c_void, stage: *const c_char, share: f64)>;

/// Fills rows of a matrix that is kept by the caller.
///
/// Called on the thread that calls the library, never on another and never under a lock, whenever
/// rows are needed: while a dataset is created (each row once), preprocessed, in trainer steps,
/// in encoding. The same cell must have the same values every time. Must not call back into handles
/// made from the dataset.
/// - error: never NULL; one sentence that says what is wrong.
///
/// Returns SCILAMA_OK; any other code stops the call at hand, which returns it (values
/// above 0 as SCILAMA_E_CALLBACK) with what was written to `error`.
pub type scilama_fetch_fn = Option<unsafe extern "C" fn(user: *mut c_void, block: *const scilama_row_block, error: *mut scilama_error) -> scilama_status>;

/// Is shown blocks of a query in their order, on the calling thread. Other than 0 ends the call with SCILAMA_E_CALLBACK.
pub type scilama_map_fn = Option<unsafe extern "C" fn(user: *mut c_void, block: *const scilama_map_block) -> i32>;

/// Called by scilama_trainer_run() after every epoch, on the calling thread.
///
/// Returns 0 to go on, anything else to stop with SCILAMA_E_CALLBACK.
pub type scilama_progress_fn = Option<unsafe extern "C" fn(user: *mut c_void, info: *const scilama_step_info) -> i32>;

/// Gives memory back that scilama_dlpack_wrap() was given. Called once, on the thread that calls the deleter.
pub type scilama_release_fn = Option<unsafe extern "C" fn(user: *mut c_void)>;

/// What went wrong. Owned by the caller; its layout never changes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_error {
    /// the status that the call returned
    pub code: scilama_status,
    /// errno or a library's own code; 0 if none
    pub detail: i32,
    /// UTF-8, always terminated
    pub message: [c_char; 248],
}

/// Source of all memory that the library itself requests. Layout never changes. Called on the thread that called the library, never under a lock. BLIS packing buffers and HDF5 internals do not pass through it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_allocator {
    /// passed back unchanged
    pub user: *mut c_void,
    /// Returns `size` bytes aligned to `align` (a power of two), or NULL.
    pub allocate: Option<unsafe extern "C" fn(user: *mut c_void, size: usize, align: usize) -> *mut c_void>,
    /// Releases what allocate returned; size and align are as then.
    pub release: Option<unsafe extern "C" fn(user: *mut c_void, ptr: *mut c_void, size: usize, align: usize)>,
}

/// Options of scilama_context_create().
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_context_options {
    /// set by _init
    pub struct_size: usize,
    /// copied; NULL = malloc
    pub allocator: *const scilama_allocator,
    /// NULL = silent
    pub log: scilama_log_fn,
    /// passed to log
    pub log_user: *mut c_void,
    /// most detailed level wanted; default INFO
    pub log_level: i32,
    /// 1 (default) to 256, calling thread included; 0 = processors available
    pub threads: i32,
}

/// One option. Texts are of static storage.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_option_info {
    pub struct_size: usize,
    /// of the field
    pub name: *const c_char,
    /// what it sets, some words
    pub help: *const c_char,
    /// a heading it belongs under, such as "Training"; NULL: for programs, not for people
    pub group: *const c_char,
    /// bytes from the start of the struct
    pub offset: usize,
    /// scilama_option_kind
    pub kind: i32,
    /// 1, or those of an array
    pub elements: i32,
    /// bounds of every element; infinite = none
    pub least: f64,
    /// bounds of every element; infinite = none
    pub most: f64,
    /// 1: `least` itself is not allowed
    pub above_least: i32,
    /// 1: `most` itself is not allowed
    pub below_most: i32,
    /// default of SCILAMA_PRESET_PUBLISHED: of the first element; NaN for texts
    pub published: f64,
    /// … of SCILAMA_PRESET_RECOMMENDED; mostly equal
    pub recommended: f64,
}

/// Shape and arithmetic of a model. Where the presets differ, `default` is the published one (docs/presets.md has both).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_model_options {
    pub struct_size: usize,
    /// L \> 0; default 50
    pub latent: i64,
    /// h_1 … h_k, then 0; default 900, 400; recommended 256, 128
    pub hidden: [i64; 6],
    /// scilama_activation
    pub activation: i32,
    /// 0 or 1; default 1
    pub layer_norm: i32,
    /// 0 or 1; default 0
    pub batch_norm: i32,
    /// scilama_fusion
    pub fusion: i32,
    /// scilama_pair_scale
    pub pair_scale: i32,
    /// scilama_gene_input
    pub gene_input: i32,
    /// scilama_encoder_covariates; default COLUMNS; recommended CLUSTERS
    pub encoder_covariates: i32,
    /// scilama_likelihood; default GAUSSIAN
    pub likelihood: i32,
    /// \[0, 0.99); default 0.1
    pub dropout: f32,
    /// added to the encoder variance; default 1e-4
    pub var_eps: f32,
    /// 1: centre embedding columns; default 0
    pub embed_center: i32,
    /// 1: rows to length 1; default 0
    pub embed_normalize: i32,
    /// \> 0: project every modality to at most this many principal components, after rows were normalised and columns centred; axes without variance are left out; default 0
    pub embed_pca: i64,
    /// of the initial weights; default 0
    pub seed: u64,
    /// K \> 0: the cell encoder reads x Vᵀ, V \[K × G\] the leading principal axes of the training cells, which the first trainer finds and nothing changes afterwards; 0: it reads x; default 0
    pub axes: i64,
    /// 1: the cell decoder's head predicts these axes instead of every gene, which follow from them: a hundredth of the products (docs/model.md); without axes, or with a likelihood of counts, as 0; default 0
    pub axes_head: i32,
    /// 1: where cells are, along the axes beyond noise, a mixture of Gaussians of one covariance, their latent means are these axes, 0.3 of the way to what the mixture expects of a cell (docs/model.md); other cells, and 0: a network's output; default 0; recommended 1
    pub mixture: i32,
}

/// A view of a cells × genes matrix in the caller's memory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_matrix {
    /// set by _init
    pub struct_size: usize,
    /// scilama_storage
    pub storage: i32,
    /// scilama_dtype of values
    pub value_type: i32,
    /// SCILAMA_DTYPE_I32 (default) or SCILAMA_DTYPE_I64; of indices, and of indptr unless indptr_type is set; ignored when dense
    pub index_type: i32,
    /// scilama_memory; default COPY
    pub memory: i32,
    /// cells, \> 0
    pub rows: i64,
    /// genes, \> 0
    pub cols: i64,
    /// dense: elements between rows; 0 = cols
    pub ld: i64,
    /// sparse: stored entries
    pub stored: i64,
    /// dense: \[rows × ld\]; sparse: \[stored\]
    pub values: *const c_void,
    /// sparse: \[stored\]; columns (CSR) or rows (CSC); need not be sorted
    pub indices: *const c_void,
    /// sparse: \[rows + 1\] (CSR) or \[cols + 1\] (CSC)
    pub indptr: *const c_void,
    /// SCILAMA_DTYPE_I32 or SCILAMA_DTYPE_I64; 0 (default) = as index_type
    pub indptr_type: i32,
    /// 0
    pub reserved: i32,
}

/// Rows that a scilama_fetch_fn is to fill.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_row_block {
    pub struct_size: usize,
    /// cells wanted, \> 0
    pub rows: i64,
    /// columns of the matrix
    pub genes: i64,
    /// \[rows\] their numbers, ascending
    pub cells: *const i64,
    /// to fill. Dense: \[rows × genes\]. CSR: stored values; there is room for rows × genes
    pub values: *mut f32,
    /// to fill, CSR: columns of the values; there is room for rows × genes. NULL when dense
    pub indices: *mut i32,
    /// to fill, CSR: \[rows + 1\], from 0. NULL when dense
    pub indptr: *mut i64,
}

/// A matrix that stays with the caller and is read by rows as needed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_row_source {
    /// set by _init
    pub struct_size: usize,
    /// SCILAMA_STORAGE_DENSE (default) or SCILAMA_STORAGE_CSR: what fetch fills
    pub storage: i32,
    /// 0
    pub reserved: i32,
    /// cells, \> 0
    pub rows: i64,
    /// genes, \> 0
    pub cols: i64,
    /// bytes that a reader (a trainer, an encoding) may hold of it; default 64 MiB
    pub memory: i64,
    /// cells next to each other that are best fetched together, say those of a chunk; default 256
    pub lump: i64,
    pub fetch: scilama_fetch_fn,
    /// handed to fetch and release
    pub user: *mut c_void,
    /// called once, when the last handle made from it is gone; not when scilama_dataset_create_from_rows() fails; NULL = none
    pub release: Option<unsafe extern "C" fn(user: *mut c_void)>,
}

/// How several datasets become one; names as of anndata.concat.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_concat_options {
    pub struct_size: usize,
    /// \[n\] what to call the datasets, unique; NULL = "0", "1", …
    pub keys: *const *const c_char,
    /// categorical cell column to add: each cell's dataset by its key; NULL = none
    pub label: *const c_char,
    /// scilama_join; default INNER
    pub join: i32,
    /// scilama_switch: "-KEY" behind the name of every cell; default AUTO: where two datasets share a name
    pub index_unique: i32,
    /// 1: the matrix of each dataset in memory is given back as soon as it is copied, so that only one is held twice; such a dataset is then as after scilama_dataset_release_input(), also where the call fails
    pub release: i32,
    /// 0
    pub reserved: i32,
}

/// What a cell column holds.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_column_info {
    pub struct_size: usize,
    /// scilama_column_kind
    pub kind: i32,
    pub reserved: i32,
    /// number of categories; 0 when numeric
    pub categories: i64,
    /// cells without a value
    pub missing: i64,
}

/// The preprocessing recipe.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_preprocess_options {
    pub struct_size: usize,
    /// scilama_input; default AUTO
    pub input: i32,
    /// scilama_switch: size factors to target_sum
    pub normalize: i32,
    /// scilama_switch
    pub log1p: i32,
    /// scilama_hvg
    pub hvg: i32,
    /// scilama_switch: per gene, fitted on training cells; how: scale_shrink
    pub scale: i32,
    /// scilama_switch: select within each batch and combine ranks (needs batch_key); default AUTO: where batch_key has 2 to 20 categories, of 50 training cells on average
    pub hvg_by_batch: i32,
    /// \> 0; default 2000
    pub n_top_genes: i64,
    /// cells with fewer detected genes are excluded from training; default 0 = keep
    pub min_genes: i64,
    /// genes detected in fewer training cells are dropped; default -1 = 3 for counts and expression, else 0
    pub min_cells: i64,
    /// default 1e4
    pub target_sum: f64,
    /// clip of scaled values, ±; default 10; 0 = none
    pub max_value: f64,
    /// categorical column for hvg_by_batch, and within whose categories scale_shrink tells noise, where those of hvg_by_batch are looked at; NULL = none
    pub batch_key: *const c_char,
    /// K of scale: (x - mean) / s * sqrt(k / (k + K) * R^p), s the gene's deviation and k = (sum x)^2 / sum x^2, at least 1, the cells that it is seen in, all times what gives the mean gene variance 1. R is the part of the gene's variance that is more than noise of counting, 2 / sqrt(cells) at least, and p = 1/2 where the mean R of the genes in use is at most 0.15, 0 where it is 0.25 and more or values are not counts, normalised and logged, in between in proportion (docs/model.md). 0: unit variance for each, as published. Recommended: 20 (docs/presets.md). Signed values: as 0
    pub scale_shrink: f64,
}

/// What preprocessing decided and did.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_preprocess_report {
    pub struct_size: usize,
    /// scilama_input that was applied
    pub input: i32,
    /// 0 or 1
    pub normalized: i32,
    /// 0 or 1
    pub logged: i32,
    /// scilama_hvg that was applied
    pub hvg: i32,
    /// 0 or 1
    pub scaled: i32,
    pub reserved: i32,
    pub cells_total: i64,
    pub cells_excluded: i64,
    /// in the matrix
    pub genes_total: i64,
    /// dropped by min_cells
    pub genes_filtered: i64,
    /// dropped because a modality lacks them
    pub genes_unmatched: i64,
    /// G of the model
    pub genes_used: i64,
    /// why this input kind was chosen, one sentence
    pub reason: [c_char; 160],
    /// part of the variance of the genes in use that is more than noise of counting, their mean; NaN: values are not counts that are normalised, logged and scaled, or scale_shrink is 0
    pub reliability: f64,
}

/// How a table is matched to genes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_match_options {
    pub struct_size: usize,
    /// 0 or 1; default 0
    pub ignore_case: i32,
    /// 0 or 1: "ENSG00000141510.12" matches "ENSG00000141510"
    pub strip_version: i32,
    /// scilama_missing_genes
    pub missing: i32,
    /// 0: a duplicate name in the table is an error; 1: the first is kept
    pub first_duplicate: i32,
    /// \[aliases\] gene names of the matrix; NULL = none
    pub alias_from: *const *const c_char,
    /// \[aliases\] names to look up instead
    pub alias_to: *const *const c_char,
    pub aliases: i64,
}

/// How a table matched.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_match_report {
    pub struct_size: usize,
    /// genes of the dataset
    pub genes: i64,
    pub table_rows: i64,
    /// genes with a vector
    pub matched: i64,
    /// genes without
    pub missing: i64,
    /// table rows whose name occurred before
    pub duplicated: i64,
    /// table rows that no gene asked for
    pub unused: i64,
    /// D
    pub width: i64,
}

/// A view of numbers: a parameter or running statistic, a gradient, a matrix of the caller's for DLPack.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_tensor {
    pub struct_size: usize,
    /// dotted name, borrowed
    pub name: *const c_char,
    /// values, row-major, borrowed from the model; \[rows × cols\]
    pub data: *mut c_void,
    /// scilama_dtype, F32
    pub dtype: i32,
    /// 0, 1 or 2
    pub rank: i32,
    /// outputs, or the length of a vector
    pub rows: i64,
    /// inputs; 1 for vectors
    pub cols: i64,
    /// 0: a running statistic
    pub trainable: i32,
    pub reserved: i32,
}

/// What a model is.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_model_info {
    pub struct_size: usize,
    /// G
    pub genes: i64,
    /// L
    pub latent: i64,
    /// P, encoded columns of all covariates
    pub covariate_columns: i64,
    /// number of gene-embedding modalities
    pub modalities: i64,
    /// trainable numbers
    pub parameters: i64,
    /// optimiser steps taken so far
    pub steps: i64,
    /// 1: of genes of one name in the training data the first was taken, the others dropped; else 0
    pub first_duplicate: i64,
    /// Gaussians that the training cells are a mixture of along the axes; 0: of none (model option `mixture`)
    pub mixture_components: i64,
    /// the axes that are the latent means then, at most L; means of further units are 0
    pub mixture_axes: i64,
}

/// One covariate of a model.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_covariate_info {
    pub struct_size: usize,
    /// the cell column it is read from; borrowed from the model
    pub name: *const c_char,
    /// scilama_covariate_kind
    pub kind: i32,
    pub reserved: i32,
    /// its first one of the model's P encoded columns, from 0
    pub first: i64,
    /// encoded columns: one per category, else 1
    pub columns: i64,
    /// number of categories; 0 unless categorical
    pub categories: i64,
    /// continuous: of the training cells, in the column's units; else 0
    pub mean: f64,
    /// continuous: population standard deviation of the training cells, the divisor; else 1
    pub deviation: f64,
}

/// How to decode.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_decode_options {
    pub struct_size: usize,
    /// Replaces categorical covariates for every cell: column `to_key\[i\]` reads category `to_value\[i\]`; NULL = each cell's own.
    pub to_key: *const *const c_char,
    pub to_value: *const *const c_char,
    pub replacements: i64,
    /// 1: mean over all categories of the first categorical covariate
    pub average_batches: i32,
    /// scilama_head; default BEST, which for genes without a head of their own is a kernel regression
    pub head: i32,
    /// 1 (default): back to the units before per-gene scaling, none below 0 where those have no negative values (counts, expression, their logarithm); 0: scaled, as the model sees them
    pub unscale: i32,
    /// 1 (default): with unscale, the mean of every gene over the cells of each category of the first categorical covariate is the measured one: a factor per gene and category, found from the dataset's own cells and applied to whatever is decoded as that category; where the dataset has no cell of it, values stay as decoded. Not with a likelihood of counts
    pub match_levels: i32,
}

/// What is to be expected of genes told from vectors: arrays of the caller's, \[n_genes\]; NULL = not wanted.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_gene_forecast {
    pub struct_size: usize,
    /// over cells like the dataset's, in the units before scaling
    pub mean: *mut f64,
    /// the standard deviation, likewise
    pub deviation: *mut f64,
    /// Pearson, over the cells, of what is told with what would be measured
    pub correlation: *mut f64,
}

/// What to take from a file of cells × genes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_file_options {
    pub struct_size: usize,
    /// NULL = X; "raw" = raw/X with raw/var; else layers/NAME. 10x: the genome, where there are several
    pub layer: *const c_char,
    /// 0: a gene name that occurs twice is an error; 1: the first one is kept
    pub first_duplicate: i32,
    /// 1: names and columns only; the matrix is left empty (all zero)
    pub annotation_only: i32,
    /// 10x and MatrixMarket: 1 = name genes by identifier instead of symbol
    pub gene_ids: i32,
    pub reserved: i32,
    /// 0: the matrix is read into memory. Above: it stays in the .h5ad file, and each trainer and each running call that reads rows holds at most so many bytes of it; see scilama_dataset_read_h5ad()
    pub stream_memory: i64,
    /// streaming: where to put what cannot be read by rows; NULL = "/tmp"
    pub scratch_folder: *const c_char,
    /// MuData (.h5mu): which one; NULL = "rna", or the only one
    pub modality: *const c_char,
    /// columns of cells to read, \[n_columns\] names, of which some may be missing; NULL = all. Others take no memory, and what needs one is E_UNSUPPORTED
    pub columns: *const *const c_char,
    pub n_columns: i64,
    /// AnnData and MuData: column of var, of texts, that names genes, say "feature_name". A row without one keeps its name in the index; names that come again get -1, -2, … unless first_duplicate leaves them out. NULL = the index. Other formats: E_UNSUPPORTED (see gene_ids)
    pub gene_names: *const c_char,
}

/// How to read a table of gene vectors.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_table_options {
    pub struct_size: usize,
    /// .npy and .npz: text file, one gene a line; NULL = beside it, same stem, .txt, .genes, .tsv or .csv
    pub names_path: *const c_char,
    /// .h5ad: name in varm; .npz, safetensors, HDF5: name of the array; NULL = the only one
    pub key: *const c_char,
    /// 0: a name that occurs twice is left to scilama_dataset_add_gene_table(); 1: the first is kept here
    pub first_duplicate: i32,
    pub reserved: i32,
}

/// What a model finds in a dataset.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_query_report {
    pub struct_size: usize,
    pub cells: i64,
    /// of the model
    pub genes: i64,
    /// of these, in the data
    pub measured: i64,
    /// share of the model's genes' variance that the measured ones carry, 0 to 1
    pub variance: f64,
    /// share of what the genes have in common that the measured ones tell, expected (scilama_model_learn_absent()); measured / genes where that was not learnt
    pub recovered: f64,
    /// cells of a category that the model does not know, of the covariate with most such cells
    pub unknown_cells: i64,
    /// cells without a value, of the covariate with most such cells
    pub missing_cells: i64,
    /// genes beside the model's that help to tell the absent ones
    pub others: i64,
    /// share of the variance of the model's own genes' loadings that the query's gene tables tell of genes held out: 0.005 and more is evidence, shuffled vectors mostly stay below 0.002; 0 without tables
    pub explained: f64,
}

/// What a model's covariate finds in a dataset.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_covariate_report {
    pub struct_size: usize,
    pub cells: i64,
    /// cells of a category that the model does not know: encoded as an average of the known
    pub unknown: i64,
    /// cells without a value: an average of the known categories, or the mean
    pub missing: i64,
    /// how many categories are unknown
    pub categories: i64,
    /// the first of them, borrowed from the dataset; NULL when there is none
    pub first: *const c_char,
}

/// What a reference holds.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_reference_info {
    pub struct_size: usize,
    pub cells: i64,
    /// numbers per cell
    pub dim: i64,
    /// columns of labels
    pub labels: i64,
    /// 0: no layout
    pub layout_dims: i64,
    /// mean distance of a cell to its 15 nearest that 95 % of the reference's own stay below
    pub reach: f64,
}

/// One column of labels of a reference.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_label_info {
    pub struct_size: usize,
    /// borrowed
    pub name: *const c_char,
    pub categories: i64,
    /// of the calibration: p ∝ (votes + floor / categories)^(1 / temperature)
    pub temperature: f64,
    pub floor: f64,
}

/// How a model is adapted to a query's batches.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_adapt_options {
    pub struct_size: usize,
    /// optimiser steps for the columns that are trained; default 300; 0 = none: only the shifts of clusters adapt
    pub decoder_steps: i64,
    /// of training; default 0
    pub seed: u64,
}

/// What adapting did.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_adapt_report {
    pub struct_size: usize,
    /// added, of all categorical covariates
    pub categories: i64,
    /// of these, whose cells were aligned; categories of under 20 cells keep the mean of the known
    pub aligned: i64,
    /// that have an added category; of the covariate with most such cells
    pub cells: i64,
    /// squared distance of the aligned cells' cluster means from the model's clusters along the axes, in units of the clusters' own from their centre, mean over aligned categories by cells; NaN when none was aligned
    pub apart_before: f64,
    pub apart_after: f64,
    /// of the aligned, whose cells vary along the axes by less than 0.6 of what the training cells do, a geometric mean by what of that lies between clusters: no whole samples, as sorted cells are not, whose shares of the clusters are not drawn towards the training cells'
    pub sorted: i64,
}

/// What scilama_model_map() found of some cells that follow one another: borrowed for the call of scilama_map_fn alone.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_map_block {
    pub struct_size: usize,
    /// number of its first cell in the dataset
    pub first: i64,
    pub cells: i64,
    /// L
    pub latent: i64,
    /// 0: the reference has no layout
    pub layout_dims: i64,
    /// columns of labels of the reference
    pub labels: i64,
    /// \[cells × latent\]
    pub embedding: *const f32,
    /// \[cells\]
    pub distance: *const f64,
    /// \[cells\]; NULL: the reference is not described, or it or the query has under 10 cells
    pub novelty: *const f32,
    /// \[cells × layout_dims\] or NULL
    pub layout: *const f32,
    /// \[labels\]\[cells\] likeliest category; −1 = none
    pub code: *const *const i32,
    /// \[labels\]\[cells\] next in probability; −1 = none
    pub second: *const *const i32,
    /// \[labels\]\[cells\] 1 = like no reference cells, or between categories
    pub unknown: *const *const i32,
    /// \[labels\]\[cells\] of code
    pub probability: *const *const f32,
    /// \[labels\]\[cells\] of second
    pub second_probability: *const *const f32,
}

/// How scilama_model_map() places cells and names what it writes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_map_options {
    pub struct_size: usize,
    /// how the results' names begin; NULL = "scilama"
    pub key: *const c_char,
    /// reference cells that vote; default 15; of a smaller reference all
    pub neighbors: i64,
    /// cells whose likeliest label has less probability are unknown; default 0.5
    pub unknown_below: f64,
    /// … and those farther than so many times what 95 % of the reference stay below; default 2
    pub unknown_beyond: f64,
    /// … and those of more novelty; default 0.15
    pub unknown_novelty: f64,
    /// NULL = none
    pub each: scilama_map_fn,
    /// handed to it
    pub user: *mut c_void,
}

/// How to train. Where the presets differ, `default` is the published one (docs/presets.md has both).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_trainer_options {
    pub struct_size: usize,
    /// scilama_mode; default STEPWISE
    pub mode: i32,
    /// scilama_sampling
    pub sampling: i32,
    /// 1: draw z in validation too; default 0
    pub validation_sampling: i32,
    /// scilama_shuffle; default AUTO
    pub shuffle: i32,
    /// cells per step; default 128
    pub batch_size: i64,
    /// most epochs of a phase; default 400
    pub epochs: i64,
    /// epochs without improvement; default 25; 0 = no early stopping
    pub patience: i64,
    /// default 1e-3
    pub lr: f64,
    /// factor of lr after every epoch; default 0.99
    pub lr_decay: f64,
    /// decoupled; default 0
    pub weight_decay: f64,
    /// AdamW; 0.9, 0.999, 1e-8
    pub beta1: f64,
    /// AdamW; 0.9, 0.999, 1e-8
    pub beta2: f64,
    /// AdamW; 0.9, 0.999, 1e-8
    pub epsilon: f64,
    /// β; default 0 → 1
    pub kl_start: f64,
    /// β; default 0 → 1
    pub kl_end: f64,
    /// β per epoch after the delay; default 0.05
    pub kl_rate: f64,
    /// e0, epochs; default 25
    pub kl_delay: i64,
    /// weight of (x̃ − x)²; default 0.05
    pub gamma: f64,
    /// gradient norm bound; 0 = off
    pub clip_norm: f64,
    /// scilama_nonfinite
    pub on_nonfinite: i32,
    /// 1: best weights count from the first epoch on; default 0 (published: after the β ramp)
    pub best_from_start: i32,
    /// genes per step, drawn at random: reconstruction and its gradient are scaled up to all genes, KL of genes is the mean over the drawn; validation sees all genes; 0, or G and above = all. Gaussian likelihood only. SCILAMA_GENE_BATCH_AUTO (recommended): 512 in the gene phase of a Gaussian likelihood, all genes elsewhere
    pub gene_batch: i64,
    /// 0 = by epochs; else steps per phase, and β and learning rate follow the share of steps done; SCILAMA_STEPS_AUTO: 500 (n / 2000)^0.45, n the training cells, at least 330
    pub max_steps: i64,
    /// shuffling, dropout, sampling; default 0
    pub seed: u64,
    /// 1: Pearson and Spearman on validation every epoch; default 1
    pub track_correlation: i32,
    /// 1: no best weights are restored; default 0
    pub keep_last: i32,
    /// 1: only the columns of categories added by scilama_model_extend_covariate() are trained, so that cells of the reference keep their embedding; 2: of these only what the decoders read, so that all cells keep theirs; BETA_VAE or DIRECT, no weight decay, no batch_norm; along axes that are known, neither clusters nor a mixture of the cells is sought, as in mode GENE; default 0
    pub freeze_reference: i32,
    /// scilama_precision of the products of a step; default F32
    pub precision: i32,
    /// γ of the gene objective: aligns z_f with the frozen z_s; default 0 (published)
    pub gene_gamma: f64,
    /// CHUNKED: training cells, next to each other, of a block; 0 (default) = 512, or what suits the source
    pub shuffle_block: i64,
    /// CHUNKED: cells of a window; 0 (default) = 16384, or what fits into the memory of a streamed dataset
    pub shuffle_window: i64,
    /// s of the prior on the weights of the cell encoder's first layer and the cell decoder's head: s G / n² · tr Wᵀ(W − M) is added to the cell objective, n the training cells, so that few cells lean on the prior and many on themselves; default 0 = no prior; recommended 150
    pub prior_strength: f64,
    /// 1: M is what the gene vectors predict of W, weighed by how well they explain the data's principal axes (docs/model.md); 0 (default): M = 0. Without gene tables M is 0. Of an encoder that reads axes (scilama_model_options.axes) and a head that predicts them M is 0 too: the vectors are at work in the axes
    pub prior_vectors: i32,
    /// 1: where validation finds at most a tenth of the cells' latent units active, β is halved for the rest of the phase (SCILAMA_EVENT_COLLAPSED), as often as it takes; default 0
    pub kl_repair: i32,
    /// 1: β is scaled by min(1, v / 200)², v the variance, in those of an average gene, that the training cells' leading principal axes have beyond noise: shallow data bear less; default 0
    pub kl_by_signal: i32,
    /// 0
    pub reserved: i32,
    /// max_steps of the gene phase; 0 (default) = max_steps
    pub gene_max_steps: i64,
}

/// What a step did.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_step_info {
    pub struct_size: usize,
    /// bits of scilama_event
    pub events: i32,
    /// scilama_objective
    pub objective: i32,
    /// from 0
    pub phase: i32,
    /// in all
    pub phases: i32,
    /// optimiser steps of the phase, this one included
    pub step: i64,
    /// of the phase, from 0
    pub epoch: i64,
    /// planned at most
    pub epochs: i64,
    /// in the mini-batch
    pub cells: i64,
    pub steps_per_epoch: i64,
    /// non-finite steps skipped so far
    pub skipped: i64,
    /// nll + β (kl_s + kl_f) and the terms switched on
    pub loss: f64,
    /// per cell, summed over genes
    pub nll: f64,
    /// per cell, per gene
    pub kl_s: f64,
    /// per cell, per gene
    pub kl_f: f64,
    pub beta: f64,
    pub gamma: f64,
    pub lr: f64,
    pub grad_norm: f64,
    pub validation_loss: f64,
    pub validation_nll: f64,
    pub validation_kl_s: f64,
    pub validation_kl_f: f64,
    /// best eligible validation loss; infinity before
    pub best_loss: f64,
    /// of reconstruction on validation, mean over cells; NaN when not tracked
    pub pearson: f64,
    /// of reconstruction on validation, mean over cells; NaN when not tracked
    pub spearman: f64,
    /// −1 before
    pub best_epoch: i64,
    /// latent units with variance of mu_s above 0.01 on validation
    pub active_units: i64,
}

/// Result of scilama_trainer_evaluate().
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_evaluation {
    pub struct_size: usize,
    /// β = 1, dropout off
    pub loss: f64,
    /// β = 1, dropout off
    pub nll: f64,
    /// β = 1, dropout off
    pub kl_s: f64,
    /// β = 1, dropout off
    pub kl_f: f64,
    pub pearson: f64,
    pub spearman: f64,
    pub active_units: i64,
    pub cells: i64,
}

/// How scilama_fit() goes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_fit_options {
    pub struct_size: usize,
    /// scilama_preset of what is NULL below; default RECOMMENDED
    pub preset: i32,
    /// 1: the dataset is taken as it is, or as it was prepared before; default 0
    pub no_preprocess: i32,
    /// share of cells, in \[0, 1), drawn to train on; the rest validates; default 0.9; 0 = the dataset's own split
    pub train_fraction: f64,
    /// of the split, and of model and trainer where these are NULL; default 0
    pub seed: u64,
    /// column within whose values to draw; NULL (default) = the first categorical covariate, if there is one
    pub stratify: *const c_char,
    /// NULL = those of the preset; without a batch_key it is the first categorical covariate
    pub preprocess: *const scilama_preprocess_options,
    /// NULL = those of the preset; of RECOMMENDED, without gene tables, with embed_pca 50
    pub model: *const scilama_model_options,
    /// NULL = those of the preset
    pub trainer: *const scilama_trainer_options,
    /// after every epoch; NULL = none
    pub progress: scilama_progress_fn,
    pub progress_user: *mut c_void,
}

/// How neighbours are found.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_knn_options {
    pub struct_size: usize,
    /// other points per point, ≥ 1; default 14. scanpy's and umap-learn's n_neighbors count the point itself: theirs − 1
    pub neighbors: i64,
    /// scilama_metric; default Euclidean
    pub metric: i32,
    /// scilama_knn_method; default auto
    pub method: i32,
    /// of the approximate method
    pub seed: u64,
}

/// How the neighbours were found.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_knn_report {
    pub struct_size: usize,
    /// scilama_knn_method that was used, never auto
    pub method: i32,
    /// of neighbour descent; 0 when exact
    pub rounds: i32,
    /// share of true neighbours found, on a sample; 1 when exact
    pub recall: f64,
}

/// How communities of a graph are found.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_leiden_options {
    pub struct_size: usize,
    /// scilama_quality; default modularity
    pub quality: i32,
    /// ≥ 1, or 0 (default): until nothing improves; from 32,768 vertices on, until an iteration gains less than 5e-4 of 1 + |quality|
    pub iterations: i32,
    /// γ ≥ 0; default 1
    pub resolution: f64,
    /// θ \> 0 of the refinement, in mean edge weights; default 0.01
    pub randomness: f64,
    /// default 0
    pub seed: u64,
    /// the best of so many independent runs is returned; 0 (default): 1 to 8, as many as two million entries of the graph allow
    pub restarts: i32,
    /// iterations without gain after which a run ends (when iterations is 0): the refinement is random; default 1
    pub patience: i32,
}

/// What Leiden found.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_leiden_report {
    pub struct_size: usize,
    pub communities: i64,
    /// of the partition, as scilama_quality defines it
    pub quality: f64,
    /// that was used
    pub resolution: f64,
    /// that were run
    pub iterations: i32,
    pub reserved: i32,
}

/// How scilama_cluster() goes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_cluster_options {
    pub struct_size: usize,
    /// other points per point, ≥ 1; default 14; cut when there are fewer
    pub neighbors: i64,
    /// search the resolution that gives so many; 0 (default) = as `resolution` says
    pub communities: i64,
    /// γ ≥ 0 of the modularity; more finds more communities; default 1
    pub resolution: f64,
    /// default 0
    pub seed: u64,
    /// scilama_metric; 0 (default) = Euclidean
    pub metric: i32,
    /// 0
    pub reserved: i32,
}

/// Agreement of two labellings.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_agreement {
    pub struct_size: usize,
    /// points that have both labels
    pub compared: i64,
    /// adjusted Rand index
    pub ari: f64,
    /// normalised mutual information, arithmetic mean
    pub nmi: f64,
    /// adjusted mutual information, arithmetic mean
    pub ami: f64,
    pub homogeneity: f64,
    pub completeness: f64,
}

/// How k-means is run.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_kmeans_options {
    pub struct_size: usize,
    /// ≥ 1
    pub clusters: i64,
    /// best of; default 10
    pub restarts: i32,
    /// default 300
    pub max_iterations: i32,
    /// stop when centres move less, relative to the variance; default 1e-4
    pub tolerance: f64,
    pub seed: u64,
}

/// How principal components are computed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_pca_options {
    pub struct_size: usize,
    /// default 50; cut to what the matrix can have
    pub components: i64,
    /// 0 or 1 (default)
    pub center: i32,
    /// restarts of the Lanczos iteration; default 60
    pub max_iterations: i32,
    /// residual relative to the largest variance; default 1e-9
    pub tolerance: f64,
    pub seed: u64,
}

/// How a layout is made.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_umap_options {
    pub struct_size: usize,
    /// 1 to 16; default 2
    pub dimensions: i64,
    /// scilama_umap_init; default spectral
    pub init: i32,
    /// 0 (default): 500 up to 10,000 vertices, else 200
    pub epochs: i32,
    /// per drawn edge; default 5
    pub negative_samples: i32,
    pub reserved: i32,
    /// defaults 0.5 and 1, as scanpy; umap-learn has 0.1 and 1
    pub min_dist: f64,
    /// defaults 0.5 and 1, as scanpy; umap-learn has 0.1 and 1
    pub spread: f64,
    /// default 1
    pub learning_rate: f64,
    /// default 1
    pub repulsion: f64,
    pub seed: u64,
    /// \[vertices × points_dim\] the graph was made from; NULL = none
    pub points: *const f32,
    pub points_dim: i64,
    /// 0 = points_dim
    pub points_ld: i64,
}

/// How an embedding is judged.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_score_options {
    pub struct_size: usize,
    /// \[n × baseline_dim\] embedding before integration, for PCR; NULL = none
    pub baseline: *const f32,
    pub baseline_dim: i64,
    /// 0 = baseline_dim
    pub baseline_ld: i64,
    /// Leiden resolutions tried, evenly up to max_resolution; default 10
    pub resolutions: i64,
    /// default 2
    pub max_resolution: f64,
    /// default 0.05
    pub kbet_alpha: f64,
    /// of Leiden, k-means and the sample
    pub seed: u64,
    /// above so many cells the metrics are those of a sample, for they take time with the square of the cells; default 50,000; 0 = no limit
    pub max_cells: i64,
}

/// Metrics of an embedding. NaN: could not be computed (no batches, one label …). All run from 0 (bad) to 1 (good) unless said otherwise.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_scores {
    pub struct_size: usize,
    /// with a label (and a batch, when batches are given)
    pub cells: i64,
    /// that occur
    pub labels: i64,
    /// that occur
    pub batches: i64,
    /// of labels and Leiden clusters at the resolution best for it
    pub nmi: f64,
    /// at that resolution
    pub ari: f64,
    /// at that resolution
    pub ami: f64,
    /// that resolution
    pub nmi_resolution: f64,
    /// k-means with as many clusters as labels
    pub nmi_kmeans: f64,
    /// k-means with as many clusters as labels
    pub ari_kmeans: f64,
    /// (mean silhouette + 1) / 2
    pub silhouette_label: f64,
    /// the same over labels present in the fewest batches
    pub isolated_silhouette: f64,
    /// best F1 of a cluster with such a label
    pub isolated_f1: f64,
    /// (labels − median LISI) / (labels − 1)
    pub clisi: f64,
    /// mean over labels of 1 − |silhouette of batches within the label|
    pub silhouette_batch: f64,
    /// the same with cosine distances to all other batches' cells
    pub bras: f64,
    /// (median LISI − 1) / (batches − 1); this and kBET are NaN where each cell is a batch of its own, LISI also where distances are beyond single precision
    pub ilisi: f64,
    /// share of neighbourhoods whose batches pass the χ² test
    pub kbet: f64,
    /// mean over labels of the same on the label's diffusion map
    pub kbet_label: f64,
    /// mean share of a label's cells in its largest component
    pub graph_connectivity: f64,
    /// 1 − variance explained by batch, relative to the baseline's
    pub pcr: f64,
    /// mean of nmi, ari, silhouette_label, isolated_silhouette, isolated_f1, clisi
    pub bio: f64,
    /// mean of silhouette_batch, ilisi, kbet_label, graph_connectivity, pcr
    pub batch: f64,
    /// 0.6 bio + 0.4 batch; bio alone without batches
    pub total: f64,
    /// ARI of Leiden clusters (at nmi_resolution) with batches: 0 is good
    pub batch_ari: f64,
    pub batch_nmi: f64,
    /// cells the metrics were computed on: all that count, or the sample of them
    pub scored: i64,
}

/// How markers are told.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_marker_options {
    pub struct_size: usize,
    /// group to compare the others with; −1 (default): each with all the rest
    pub reference: i64,
    /// of group codes within batches, for the paired score; default 200; 0 = none
    pub permutations: i64,
    /// of the permutations
    pub seed: u64,
    /// 1 (default): the variance accounts for ties; 0: it does not (scanpy's default)
    pub tie_correct: i32,
    pub reserved: i32,
}

/// Where evidence goes: arrays of the caller's, each \[n_groups × genes\] row-major, genes in the order of the matrix; NULL = not wanted. Rows of a group without cells, of one that is compared with nothing, and of the reference itself are NaN.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_marker_table {
    pub struct_size: usize,
    /// Wilcoxon rank-sum: normal score, no continuity correction; 0 when the gene is constant
    pub z: *mut f64,
    /// two-sided
    pub p_value: *mut f64,
    /// Benjamini–Hochberg over the genes of the group
    pub p_adjusted: *mut f64,
    /// chance that a cell of the group exceeds one outside, ties halved
    pub auroc: *mut f64,
    /// log2 of (expm1(mean inside) + 1e-9) / (expm1(mean outside) + 1e-9)
    pub log2_fold_change: *mut f64,
    /// mean expression inside
    pub mean_in: *mut f64,
    /// … and outside
    pub mean_out: *mut f64,
    /// share of cells with a non-zero value inside
    pub fraction_in: *mut f64,
    /// … and outside
    pub fraction_out: *mut f64,
    /// (mean z_s inside − mean z_s outside) · z_f; NaN for a gene without z_f
    pub paired_score: *mut f64,
    /// that, in standard deviations of its permutations
    pub paired_z: *mut f64,
    /// one-sided: chance of a permuted score as high
    pub paired_p: *mut f64,
    /// Benjamini–Hochberg over the genes of the group
    pub paired_fdr: *mut f64,
    /// 1 = best: order of the geometric mean of the ranks by z, by auroc and by paired_score (all falling), genes with a z or a paired_score of 0 or below after the others; NaN for a gene without z_f
    pub combined_rank: *mut f64,
}

/// How gene modules are found.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_module_options {
    pub struct_size: usize,
    /// of a gene; default 15, cut when there are fewer genes
    pub neighbors: i64,
    /// smaller communities are no module (label −1); default 5
    pub min_size: i64,
    /// of resampling for the stability; default 20; 0 = none
    pub rounds: i64,
    /// of Leiden's modularity; default 1
    pub resolution: f64,
    /// share of the genes in a round; default 0.8
    pub sample: f64,
    pub seed: u64,
    /// scilama_metric; default cosine
    pub metric: i32,
    /// scilama_graph_kind; default fuzzy
    pub graph: i32,
}

/// What was found of gene modules.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_module_report {
    pub struct_size: usize,
    /// with a vector
    pub genes: i64,
    pub modules: i64,
    /// genes in a module
    pub assigned: i64,
    pub modularity: f64,
    /// share of all pairs of genes that are together in a round: what a module's stability would be by chance; NaN without rounds
    pub chance: f64,
}

/// How coherence of modules is tested.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_coherence_options {
    pub struct_size: usize,
    /// random gene sets per module; default 1000
    pub permutations: i64,
    /// cells used, drawn at random; default 2000
    pub max_cells: i64,
    pub seed: u64,
    /// \[cells\] 1 = may be used; NULL = all. Cells that no model was trained on make the test independent of the fit
    pub cells: *const u8,
}

/// How enrichment in gene sets is tested.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_enrichment_options {
    pub struct_size: usize,
    /// smaller sets (within the universe) are not tested; default 5
    pub min_size: i64,
    /// nor larger ones; default 500
    pub max_size: i64,
    /// 1 (default): the universe is those genes that occur in a set; 0: all genes given
    pub annotated: i32,
    pub reserved: i32,
}

/// How genes are held out.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_holdout_options {
    pub struct_size: usize,
    /// of the genes, in (0, 0.5\]; default 0.1
    pub fraction: f64,
    /// how often others are drawn; default 1
    pub rounds: i64,
    /// principal axes of the genes that stay; default 30
    pub components: i64,
    /// of the baseline "nearest"; default 20
    pub neighbors: i64,
    /// default 0
    pub seed: u64,
    /// 1: also ridge, nearest and ceiling; default 1
    pub baselines: i32,
    pub reserved: i32,
}

/// Mean Pearson correlation over the cells of predicted with measured expression, over genes held out.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_holdout_report {
    pub struct_size: usize,
    /// held out in all rounds together
    pub genes: i64,
    /// kernel ridge regression on the vectors
    pub kernel: f64,
    /// the same with vectors dealt among the genes, or with none where that tells more: what the mean profile alone gives
    pub shuffled: f64,
    /// baseline: linear kernel ridge on the vectors as they are; NaN without baselines
    pub ridge: f64,
    /// baseline: mean of the genes with the nearest vectors
    pub nearest: f64,
    /// the components' own best: the gene projected on them
    pub ceiling: f64,
    /// kernel − shuffled, gene by gene
    pub gain: f64,
    /// its 95 % interval over genes
    pub gain_low: f64,
    /// its 95 % interval over genes
    pub gain_high: f64,
}

/// How loadings of genes are shrunk.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_loading_options {
    pub struct_size: usize,
    /// principal axes of the cells; default 30, cut at a quarter of the cells and half of the genes
    pub components: i64,
    /// of the parts that genes are told from each other in; default 0
    pub seed: u64,
}

/// What was found of loadings.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_loading_report {
    pub struct_size: usize,
    /// that vary in the cells
    pub genes: i64,
    /// axes used; further columns are 0
    pub components: i64,
    /// share of the loadings' variance that vectors tell of genes which they did not see; below 0: none
    pub explained: f64,
    /// mean share of a gene's own departure from what is told that stays
    pub kept: f64,
    /// of scilama_gene_space(): what the vectors count beside the loadings, 0 (the cells know nothing of them) to 0.8
    pub weight: f64,
}

/// How to take gene vectors from a table.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_arrow_options {
    pub struct_size: usize,
    /// column of gene names; NULL = gene_id, gene_ids, genes, gene, names or the index of pandas, else the only column of strings
    pub names: *const c_char,
    /// column of vectors (lists of numbers); NULL = embedding, embeddings or values, else the only column of lists, else all other columns, each one number of the vectors
    pub vectors: *const c_char,
    /// 0: a null is an error; 1: rows without a name or with a null in the vector are left out
    pub skip_nulls: i32,
    /// 0
    pub reserved: i32,
}

#[repr(C)]
pub struct ArrowSchema {
    pub format: *const c_char,
    pub name: *const c_char,
    pub metadata: *const c_char,
    pub flags: i64,
    pub n_children: i64,
    pub children: *mut *mut ArrowSchema,
    pub dictionary: *mut ArrowSchema,
    pub release: Option<unsafe extern "C" fn(schema: *mut ArrowSchema)>,
    pub private_data: *mut c_void,
}

#[repr(C)]
pub struct ArrowArray {
    pub length: i64,
    pub null_count: i64,
    pub offset: i64,
    pub n_buffers: i64,
    pub n_children: i64,
    pub buffers: *mut *const c_void,
    pub children: *mut *mut ArrowArray,
    pub dictionary: *mut ArrowArray,
    pub release: Option<unsafe extern "C" fn(array: *mut ArrowArray)>,
    pub private_data: *mut c_void,
}

#[repr(C)]
pub struct ArrowArrayStream {
    pub get_schema: Option<unsafe extern "C" fn(stream: *mut ArrowArrayStream, out: *mut ArrowSchema) -> c_int>,
    pub get_next: Option<unsafe extern "C" fn(stream: *mut ArrowArrayStream, out: *mut ArrowArray) -> c_int>,
    pub get_last_error: Option<unsafe extern "C" fn(stream: *mut ArrowArrayStream) -> *const c_char>,
    pub release: Option<unsafe extern "C" fn(stream: *mut ArrowArrayStream)>,
    pub private_data: *mut c_void,
}

#[repr(C)]
pub struct DLManagedTensor {
    _private: [u8; 0],
}

#[repr(C)]
pub struct DLManagedTensorVersioned {
    _private: [u8; 0],
}

extern "C" {
    /// Set struct_size and defaults.
    ///
    /// Returns SCILAMA_OK, E_INVALID.
    pub fn scilama_adapt_options_init(options: *mut scilama_adapt_options, struct_size: usize) -> scilama_status;
    /// Set struct_size and defaults.
    ///
    /// Returns SCILAMA_OK, E_INVALID.
    pub fn scilama_adapt_report_init(report: *mut scilama_adapt_report, struct_size: usize) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_agreement_init(agreement: *mut scilama_agreement, struct_size: usize) -> scilama_status;
    /// Writes the defaults.
    pub fn scilama_arrow_options_init(options: *mut scilama_arrow_options, struct_size: usize) -> scilama_status;
    /// A stream of one array, for consumers that take streams only.
    /// - stream: Overwritten; released by the caller. `release` is NULL on failure.
    /// - schema: Any schema.
    /// - array: Its array. Both are moved into the stream, or released on failure.
    ///
    /// Returns SCILAMA_OK, E_INVALID (a NULL, or released before), E_FORMAT (a damaged schema), E_NOMEM.
    pub fn scilama_arrow_to_stream(stream: *mut ArrowArrayStream, context: *mut scilama_context, schema: *mut ArrowSchema, array: *mut ArrowArray, error: *mut scilama_error) -> scilama_status;
    /// Frees bytes that the library returned. NULL is allowed.
    pub fn scilama_bytes_destroy(context: *mut scilama_context, bytes: *mut c_void);
    /// Communities of points in one call: nearest neighbours, fuzzy graph, Leiden by modularity, as `scilama cluster` has them.
    /// - points: \[n × dim\] finite, leading dimension ld (0 = dim). n from 2 on.
    /// - options: NULL = defaults.
    /// - labels: \[n\] receives the communities, numbered by decreasing size.
    /// - report: May be NULL.
    ///
    /// Returns as scilama_knn(), scilama_graph_from_knn() and scilama_graph_leiden().
    pub fn scilama_cluster(context: *mut scilama_context, points: *const f32, n: i64, dim: i64, ld: i64, options: *const scilama_cluster_options, labels: *mut i32, report: *mut scilama_leiden_report, error: *mut scilama_error) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_cluster_options_init(options: *mut scilama_cluster_options, struct_size: usize) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_coherence_options_init(options: *mut scilama_coherence_options, struct_size: usize) -> scilama_status;
    /// Writes the defaults of each struct.
    pub fn scilama_column_info_init(info: *mut scilama_column_info, struct_size: usize) -> scilama_status;
    /// Writes the defaults of each struct.
    pub fn scilama_concat_options_init(options: *mut scilama_concat_options, struct_size: usize) -> scilama_status;
    /// Asks the calls that run to stop with SCILAMA_E_CANCELLED, and those that begin, in their callbacks or
    /// on other threads, before these have ended. It is forgotten with the last of them: one that comes
    /// when no call runs does nothing, so that a host with a job of many calls keeps a flag of its own
    /// beside it. The only function that may be called from another thread or a signal handler.
    pub fn scilama_context_cancel(context: *mut scilama_context);
    /// Creates a context and its worker threads.
    ///
    /// - out: Receives the context; NULL on failure.
    /// - options: NULL = defaults.
    /// - error: May be NULL.
    ///
    /// Returns SCILAMA_OK, SCILAMA_E_INVALID, SCILAMA_E_NOMEM, SCILAMA_E_STATE (a thread cannot be
    /// started), SCILAMA_E_UNSUPPORTED or SCILAMA_E_DEPENDENCY (BLIS or HDF5 is not the one built against).
    pub fn scilama_context_create(out: *mut *mut scilama_context, options: *const scilama_context_options, error: *mut scilama_error) -> scilama_status;
    /// Describes the library, its dependencies, the processor and the kernels chosen
    /// as one JSON object.
    ///
    /// - buffer: Receives up to `size` bytes, terminated; may be NULL when size is 0.
    /// - needed: Receives the length needed, terminator included; may be NULL.
    ///
    /// Returns SCILAMA_OK, or SCILAMA_E_INVALID when `size` is too small (the text is cut).
    pub fn scilama_context_describe(context: *const scilama_context, buffer: *mut c_char, size: usize, needed: *mut usize) -> scilama_status;
    /// Releases the caller's hold. Memory and threads go when the last handle made
    /// from the context is gone. NULL is allowed.
    pub fn scilama_context_destroy(context: *mut scilama_context);
    /// Bytes now held through the allocator, and the most ever held. Either
    /// pointer may be NULL.
    pub fn scilama_context_memory(context: *const scilama_context, bytes_now: *mut i64, bytes_peak: *mut i64);
    /// Writes the defaults.
    /// - struct_size: sizeof(scilama_context_options).
    ///
    /// Returns SCILAMA_OK or SCILAMA_E_INVALID.
    pub fn scilama_context_options_init(options: *mut scilama_context_options, struct_size: usize) -> scilama_status;
    /// Takes back a scilama_context_cancel() that the running calls have not noticed yet. Calls that begin
    /// later need none.
    pub fn scilama_context_resume(context: *mut scilama_context);
    /// Sets what receives the progress of long calls; NULL = nothing (default). Not while a call runs.
    ///
    /// Returns SCILAMA_OK, or SCILAMA_E_INVALID for a NULL context.
    pub fn scilama_context_set_progress(context: *mut scilama_context, progress: scilama_stage_fn, user: *mut c_void, error: *mut scilama_error) -> scilama_status;
    /// Threads in use, calling thread included.
    pub fn scilama_context_threads(context: *const scilama_context) -> i32;
    /// Writes the defaults of a preset.
    /// - preset: scilama_preset.
    pub fn scilama_covariate_info_init(info: *mut scilama_covariate_info, struct_size: usize) -> scilama_status;
    /// Set struct_size and what is known before a call.
    ///
    /// Returns SCILAMA_OK, E_INVALID.
    pub fn scilama_covariate_report_init(report: *mut scilama_covariate_report, struct_size: usize) -> scilama_status;
    /// Adds a modality: vectors from `table`, matched by name to the dataset's genes.
    ///
    /// The table is retained. Modalities enter the gene encoder in the order of these calls.
    /// - name: name of the modality, unique.
    /// - report: May be NULL.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND (no gene matches), E_DUPLICATE, E_NOMEM. O(genes + rows).
    pub fn scilama_dataset_add_gene_table(dataset: *mut scilama_dataset, name: *const c_char, table: *mut scilama_gene_table, options: *const scilama_match_options, report: *mut scilama_match_report, error: *mut scilama_error) -> scilama_status;
    /// Name of a category, borrowed; NULL when out of range.
    pub fn scilama_dataset_category(dataset: *const scilama_dataset, name: *const c_char, category: i64) -> *const c_char;
    /// Names, borrowed; NULL when out of range. Genes in the order of the matrix. Names of a streamed file's cells are read when the first is
    /// asked for: NULL also when the file has changed since, or memory is out.
    pub fn scilama_dataset_cell_name(dataset: *const scilama_dataset, cell: i64) -> *const c_char;
    /// Numbers of cells, of genes in the matrix, and of genes that a model of this
    /// dataset has (after preprocess; else all).
    pub fn scilama_dataset_cells(dataset: *const scilama_dataset) -> i64;
    /// Describes a cell column.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND.
    pub fn scilama_dataset_column_info(dataset: *const scilama_dataset, name: *const c_char, info: *mut scilama_column_info, error: *mut scilama_error) -> scilama_status;
    /// Number of cell columns, and the name of one (borrowed; NULL when out of range).
    pub fn scilama_dataset_column_name(dataset: *const scilama_dataset, column: i64) -> *const c_char;
    /// Number of cell columns, and the name of one (borrowed; NULL when out of range).
    pub fn scilama_dataset_columns(dataset: *const scilama_dataset) -> i64;
    /// Makes one dataset of several: their cells one after another.
    ///
    /// Genes are found by name, in any order; those that all have stay, in the order of the first, and the log says
    /// which do not. Cell columns are found by name too: numbers stay numbers, categories are united (in the order they have
    /// where it is the same in all, else sorted), numbers beside categories become names of categories, and cells of a dataset
    /// that lacks a column have no value in it. Splits, covariates, gene tables and recipes are not taken along.
    ///
    /// In memory the matrix is copied. Of streamed datasets nothing is copied: rows are read where they are, within the largest
    /// memory among them, and where genes are dropped or stand in another order everything is read once, to count. The result is
    /// that of the same matrix in one piece, bit for bit. All must be streamed or all in memory, and of one context. The datasets
    /// may be destroyed at once.
    /// - datasets: \[n\]
    /// - options: NULL = defaults.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_DUPLICATE (keys), E_NOTFOUND (no gene in common: two names as examples), E_STATE (a matrix was given
    /// back), E_UNSUPPORTED (join, or streamed beside memory), E_NOMEM, E_CANCELLED, or what reading rows returns. O(entries).
    pub fn scilama_dataset_concat(out: *mut *mut scilama_dataset, datasets: *const *mut scilama_dataset, n: i64, options: *const scilama_concat_options, error: *mut scilama_error) -> scilama_status;
    /// Creates a dataset from a matrix in memory.
    ///
    /// Values must be finite; sparse indices in range and unique within a row (column).
    /// With SCILAMA_MEMORY_BORROW these arrays are used where they lie: dense float32; of
    /// CSR, float32 values, int32 indices and an int64 indptr, each of them, as long as
    /// every row is sorted. Everything else is converted into memory of the library.
    /// - matrix: \[cells × genes\] view.
    /// - cell_names: \[rows\] or NULL (named by number).
    /// - gene_names: \[cols\], unique, or NULL (named by number, in index order).
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE (cell and gene named), E_DUPLICATE, E_NOMEM.
    /// O(stored) for sparse, O(rows · cols) for dense.
    pub fn scilama_dataset_create(out: *mut *mut scilama_dataset, context: *mut scilama_context, matrix: *const scilama_matrix, cell_names: *const *const c_char, gene_names: *const *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Creates a dataset from a callback that fills rows, so that databases and lazily loaded
    /// stores train without being read into memory.
    ///
    /// Every row is fetched once here, to check it and to count. What is kept in memory: names,
    /// 2 bytes per cell once a split is set, 24 more once it is preprocessed, and up to source-\>memory bytes in each trainer and
    /// in each running call that reads rows. Training then goes by SCILAMA_SHUFFLE_CHUNKED unless told otherwise.
    /// Results are those of the same matrix in memory, bit for bit, where the order of cells is
    /// the same. A model without gene tables needs the whole matrix: SCILAMA_E_UNSUPPORTED, which says so.
    /// - source: copied.
    /// - cell_names: \[rows\] or NULL (named by number).
    /// - gene_names: \[cols\], unique, or NULL (named by number, in index order).
    ///
    /// Returns SCILAMA_OK, E_INVALID (also: memory too small, with the least that will do),
    /// E_NONFINITE (cell and gene named), E_DUPLICATE, E_NOMEM, E_CANCELLED, or what fetch returns.
    pub fn scilama_dataset_create_from_rows(out: *mut *mut scilama_dataset, context: *mut scilama_context, source: *const scilama_row_source, cell_names: *const *const c_char, gene_names: *const *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Releases the caller's hold; models and trainers keep what they need. NULL is allowed.
    pub fn scilama_dataset_destroy(dataset: *mut scilama_dataset);
    /// Names, borrowed; NULL when out of range. Genes in the order of the matrix. Names of a streamed file's cells are read when the first is
    /// asked for: NULL also when the file has changed since, or memory is out.
    pub fn scilama_dataset_gene_name(dataset: *const scilama_dataset, gene: i64) -> *const c_char;
    /// Numbers of cells, of genes in the matrix, and of genes that a model of this
    /// dataset has (after preprocess; else all).
    pub fn scilama_dataset_genes(dataset: *const scilama_dataset) -> i64;
    /// Numbers of cells, of genes in the matrix, and of genes that a model of this
    /// dataset has (after preprocess; else all).
    pub fn scilama_dataset_genes_used(dataset: *const scilama_dataset) -> i64;
    /// Copies a categorical column.
    /// - codes: \[cells\]; −1 = missing.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (the column is numeric).
    pub fn scilama_dataset_get_codes(dataset: *const scilama_dataset, name: *const c_char, codes: *mut i32, error: *mut scilama_error) -> scilama_status;
    /// Copies a numeric column.
    /// - values: \[cells\]; NaN = missing.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (the column is categorical).
    pub fn scilama_dataset_get_numeric(dataset: *const scilama_dataset, name: *const c_char, values: *mut f64, error: *mut scilama_error) -> scilama_status;
    /// Copies rows of the prepared matrix: what the cell encoder sees.
    /// - cells: \[n\] cell numbers.
    /// - values: \[n × genes_used\], leading dimension ld (0 = genes_used), model gene order.
    ///
    /// Returns SCILAMA_OK, E_INVALID (cell out of range), as scilama_dataset_preprocess() where the recipe
    /// is to be fitted again, and of rows read as needed what reading them returns.
    pub fn scilama_dataset_get_prepared(dataset: *mut scilama_dataset, cells: *const i64, n: i64, values: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    /// Copies the split of every cell.
    /// - split: \[cells\] of scilama_split.
    ///
    /// Returns SCILAMA_OK.
    pub fn scilama_dataset_get_split(dataset: *const scilama_dataset, split: *mut i32, error: *mut scilama_error) -> scilama_status;
    /// The cell columns of a dataset as an Arrow struct: cell_id (utf8; named _index where there is a column
    /// cell_id), then each column: numeric as float64, categorical as dictionary of int32 to utf8.
    /// Missing values are null.
    /// - schema: as in scilama_gene_table_to_arrow().
    /// - array: likewise.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(cells × columns); copied.
    pub fn scilama_dataset_obs_to_arrow(dataset: *const scilama_dataset, schema: *mut ArrowSchema, array: *mut ArrowArray, error: *mut scilama_error) -> scilama_status;
    /// Fits the recipe on the training cells and prepares the matrix for training.
    ///
    /// Call it after splits and gene tables; again to replace the recipe. Where splits,
    /// covariates or gene tables change afterwards, the recipe is fitted again with the same
    /// options when it is next needed. Without it a model takes the matrix as it is.
    /// Size factors are target_sum over a cell's total of all genes of the matrix. The
    /// dataset is unchanged when the call fails. O(entries), and a few passes over them.
    /// - options: NULL = recommended defaults.
    /// - report: May be NULL.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOTFOUND, E_STATE (no training cells), E_NONFINITE (a raw covariate is missing: cell
    /// named), E_NOMEM, E_CANCELLED, and of rows read as needed what reading them returns.
    pub fn scilama_dataset_preprocess(dataset: *mut scilama_dataset, options: *const scilama_preprocess_options, report: *mut scilama_preprocess_report, error: *mut scilama_error) -> scilama_status;
    /// Reads any of these, told apart by content, and loom files (2 and 3: matrix or a layer; genes by Gene, or by Accession with
    /// gene_ids; cells by CellID; col_attrs of one value a cell as columns).
    ///
    /// Returns as scilama_dataset_read_h5ad(); E_UNSUPPORTED for stream_memory unless AnnData or MuData.
    pub fn scilama_dataset_read(out: *mut *mut scilama_dataset, context: *mut scilama_context, path: *const c_char, options: *const scilama_file_options, error: *mut scilama_error) -> scilama_status;
    /// Reads a 10x Genomics .h5 file (Cell Ranger 2 or 3). Only gene expression features
    /// are taken; symbols that occur twice become NAME-1, NAME-2.
    ///
    /// Returns as scilama_dataset_read_h5ad(); E_UNSUPPORTED for stream_memory.
    pub fn scilama_dataset_read_10x_h5(out: *mut *mut scilama_dataset, context: *mut scilama_context, path: *const c_char, options: *const scilama_file_options, error: *mut scilama_error) -> scilama_status;
    /// Reads cells × genes from an AnnData .h5ad file of any generation since 0.5, or from a modality of MuData (.h5mu).
    ///
    /// Names of cells and genes and every cell column come along: categorical, string
    /// and boolean columns as categorical ones ("True", "False"), numbers as numeric. A column whose text is not UTF-8, or of
    /// fixed length with a null inside, is left out with a warning, and what needs it fails with the row; such names are
    /// E_FORMAT and E_UNSUPPORTED.
    /// With stream_memory the matrix is checked and counted in one pass and read by rows from then on: CSR and
    /// dense ones straight from the file, whatever it is packed with among gzip, LZF, zstd and the shuffle
    /// filter, without calling HDF5 and without allocating; each chunk is unpacked about once in an epoch.
    /// What is compressed by gene, or packed in another way, is first written to a scratch file without a
    /// name in scratch_folder (8 bytes for each stored value, 20 while it is being made). In memory are names of
    /// genes and 16 bytes for each chunk; 2 bytes for each cell once a split is set, 24 more once it is preprocessed. Names and
    /// columns of cells, and where rows begin, stay in the file too, but for columns of texts, nullable ones and what only HDF5
    /// can read. The file must stay as it is; that it was replaced or changed is found out and is E_IO. As scilama_dataset_create_from_rows() otherwise.
    /// - options: NULL = defaults.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND (file or layer), E_INVALID (stream_memory too small: the message says the least), E_IO, E_FORMAT (damaged), E_NONFINITE (cell and
    /// gene named), E_DUPLICATE, E_UNSUPPORTED (compression filter), E_NOMEM, E_CANCELLED.
    /// O(stored values).
    pub fn scilama_dataset_read_h5ad(out: *mut *mut scilama_dataset, context: *mut scilama_context, path: *const c_char, options: *const scilama_file_options, error: *mut scilama_error) -> scilama_status;
    /// Reads a folder of matrix.mtx\[.gz\], barcodes.tsv\[.gz\] and features.tsv\[.gz\] or
    /// genes.tsv\[.gz\], as Cell Ranger and STARsolo write them.
    ///
    /// Returns as scilama_dataset_read_h5ad() (E_FORMAT names the line); E_UNSUPPORTED for stream_memory.
    pub fn scilama_dataset_read_mtx(out: *mut *mut scilama_dataset, context: *mut scilama_context, folder: *const c_char, options: *const scilama_file_options, error: *mut scilama_error) -> scilama_status;
    /// Gives back the memory of the matrix and of the gene tables as they came, once the prepared
    /// matrix and a model stand in for them: with many genes they are most of a dataset.
    ///
    /// Call it after scilama_dataset_preprocess() (or get_prepared) and scilama_model_create().
    /// Training and encoding by that model, PCA of prepared rows, names, columns and splits go on
    /// as before. What would read the input again fails with SCILAMA_E_STATE: preprocess, or a
    /// change of split, covariates or tables, which calls for it; another model; markers, module
    /// scores and decoding for other recipes. A trainer of a likelihood of counts that exists
    /// keeps the counts it reads, and a prepared matrix that is the input itself (nothing was
    /// transformed) keeps it. Of a streamed dataset the tables alone are given back. Calling it
    /// again does nothing. O(1).
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_STATE (nothing is prepared yet).
    pub fn scilama_dataset_release_input(dataset: *mut scilama_dataset, error: *mut scilama_error) -> scilama_status;
    /// Adds or replaces a categorical cell column by codes.
    /// - codes: \[cells\]: 0 … n_categories − 1, or −1 = missing.
    /// - categories: \[n_categories\] names, unique.
    ///
    /// Returns SCILAMA_OK, E_INVALID (code out of range: cell named), E_DUPLICATE, E_NOMEM. O(cells).
    pub fn scilama_dataset_set_codes(dataset: *mut scilama_dataset, name: *const c_char, codes: *const i32, categories: *const *const c_char, n_categories: i64, error: *mut scilama_error) -> scilama_status;
    /// Adds or replaces a numeric cell column (copied).
    /// - values: \[cells\]; NaN = missing.
    ///
    /// Returns SCILAMA_OK, E_NONFINITE (infinite: cell named), E_NOMEM. O(cells).
    pub fn scilama_dataset_set_numeric(dataset: *mut scilama_dataset, name: *const c_char, values: *const f64, error: *mut scilama_error) -> scilama_status;
    /// Sets the split of every cell.
    /// - split: \[cells\] of scilama_split.
    ///
    /// Returns SCILAMA_OK, E_INVALID (cell named). O(cells).
    pub fn scilama_dataset_set_split(dataset: *mut scilama_dataset, split: *const i32, error: *mut scilama_error) -> scilama_status;
    /// Adds or replaces a categorical cell column (copied).
    /// - values: \[cells\] strings; NULL = missing.
    ///
    /// Returns SCILAMA_OK, E_NOMEM. O(cells).
    pub fn scilama_dataset_set_strings(dataset: *mut scilama_dataset, name: *const c_char, values: *const *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Takes the split from a categorical column with values train, val / valid /
    /// validation, test, excluded (any case).
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (numeric, another value or a missing one: cell named), E_NOMEM.
    /// O(cells).
    pub fn scilama_dataset_split_by(dataset: *mut scilama_dataset, name: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Draws a split. The rest of the fractions is test. A cell's part depends on its
    /// name, not on its place in the file.
    /// - stratify: categorical column within whose values to draw, or NULL.
    ///
    /// Returns SCILAMA_OK, E_INVALID (fractions), E_NOTFOUND, E_NOMEM. O(cells · log cells).
    pub fn scilama_dataset_split_random(dataset: *mut scilama_dataset, train_fraction: f64, validation_fraction: f64, seed: u64, stratify: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Uses a cell column as a covariate of the cell encoder and decoder. Columns
    /// enter in the order of these calls.
    /// - kind: scilama_covariate_kind.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (kind does not fit the column).
    pub fn scilama_dataset_use_covariate(dataset: *mut scilama_dataset, name: *const c_char, kind: i32, error: *mut scilama_error) -> scilama_status;
    /// Name of a gene in use, in the order of the model (bytewise by name; index order
    /// when genes have no names); borrowed; NULL when out of range, or before preprocess
    /// or get_prepared.
    pub fn scilama_dataset_used_gene_name(dataset: *const scilama_dataset, gene: i64) -> *const c_char;
    /// Writes the defaults of a preset.
    /// - preset: scilama_preset.
    pub fn scilama_decode_options_init(options: *mut scilama_decode_options, struct_size: usize) -> scilama_status;
    /// Turns a tensor of this library into the form before DLPack 1.0, for consumers that know no other.
    ///
    /// That form cannot say that it is read-only, so a read-only tensor is refused, unless its
    /// consumer is known not to write. No memory is asked for.
    /// - out: Receives the legacy tensor, which now owns what `tensor` did: do not use or delete `tensor`
    /// any more. NULL on failure, and `tensor` is as before.
    /// - tensor: from one of the calls above.
    /// - drop_read_only: 1: a read-only tensor may pass; 0: it is refused.
    ///
    /// Returns SCILAMA_OK, E_INVALID (not a tensor of this library), E_UNSUPPORTED (read-only).
    pub fn scilama_dlpack_to_legacy(out: *mut *mut DLManagedTensor, tensor: *mut DLManagedTensorVersioned, drop_read_only: i32, error: *mut scilama_error) -> scilama_status;
    /// A matrix of the caller, such as one that scilama_model_encode_cells() has filled.
    /// - tensor: data, dtype (F32, F64, I32, I64, U16 or U32), rank, rows and cols; row-major without gaps.
    /// - read_only: 1: consumers must not write; 0: they may.
    /// - release: Gives the memory back when the tensor is deleted; NULL = nothing to do.
    /// Not called when this call fails.
    /// - user: passed to release.
    /// - out: as in scilama_gene_table_to_dlpack().
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(1).
    pub fn scilama_dlpack_wrap(out: *mut *mut DLManagedTensorVersioned, context: *mut scilama_context, tensor: *const scilama_tensor, read_only: i32, release: scilama_release_fn, user: *mut c_void, error: *mut scilama_error) -> scilama_status;
    /// Over-representation of gene sets in modules, by the hypergeometric test (upper tail).
    ///
    /// - names: \[n\] the genes that were clustered, unique: the universe.
    /// - labels: \[n\] module or −1.
    /// - overlap: \[modules × sets\] genes in common.
    /// - sizes: \[sets\] genes of a set in the universe.
    /// - p: \[modules × sets\]; 1 without overlap; NaN where the set is not tested.
    /// - fdr: \[modules × sets\] Benjamini–Hochberg over all tests of all modules.
    /// Any of these may be NULL.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_DUPLICATE, E_NOMEM.
    pub fn scilama_enrichment(sets: *const scilama_gene_sets, names: *const *const c_char, labels: *const i32, n: i64, modules: i64, options: *const scilama_enrichment_options, overlap: *mut i64, sizes: *mut i64, p: *mut f64, fdr: *mut f64, error: *mut scilama_error) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_enrichment_options_init(options: *mut scilama_enrichment_options, struct_size: usize) -> scilama_status;
    /// Writes the defaults of a preset.
    /// - preset: scilama_preset.
    pub fn scilama_evaluation_init(evaluation: *mut scilama_evaluation, struct_size: usize) -> scilama_status;
    /// Describes a file (data set, model or table) as one JSON object, with every problem found:
    /// {"kind", "n_obs", "n_vars", "x": {"storage", "dtype", "stored", "sum", "nan", "density", "compression"}, "obs_names": \[first, last\],
    /// "var_names": \[first, last\], "obs": \[{"name", "kind"}\], "layers": \[…\], "problems": \[…\]}; of AnnData "obsm" and "varm", lists of names, too.
    ///
    /// A damaged file is described as far as it goes; the call fails only when nothing can be said.
    /// - text: Receives terminated UTF-8, freed by scilama_text_destroy().
    /// - layer: the matrix to describe, as in scilama_file_options; NULL = X. Of MuData also "mod/MODALITY" or
    /// "mod/MODALITY/LAYER"; the JSON then has "modality" and "modalities".
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (no known kind of file), E_NOMEM, E_CANCELLED.
    pub fn scilama_file_describe(text: *mut *mut c_char, context: *mut scilama_context, path: *const c_char, layer: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Writes the defaults of each struct.
    pub fn scilama_file_options_init(options: *mut scilama_file_options, struct_size: usize) -> scilama_status;
    /// The whole way from a dataset to a trained model, as `scilama fit` goes it: split, recipe, model, training. Covariates
    /// and gene tables are chosen before (scilama_dataset_use_covariate(), scilama_dataset_add_gene_table()).
    /// To step, save states or go on after a cancel, use the parts.
    /// - out: Receives the model; NULL on failure.
    /// - dataset: Its split and recipe are replaced.
    /// - options: NULL = defaults.
    /// - info: The last step; may be NULL.
    ///
    /// Returns as scilama_dataset_split_random(), scilama_dataset_preprocess(), scilama_model_create(), scilama_trainer_create()
    /// and scilama_trainer_run().
    pub fn scilama_fit(out: *mut *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_fit_options, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    /// Releases the trainer and its hold on the model. NULL is allowed.
    pub fn scilama_fit_options_init(options: *mut scilama_fit_options, struct_size: usize) -> scilama_status;
    /// How many there are.
    pub fn scilama_gene_aliases_count(aliases: *const scilama_gene_aliases) -> i64;
    /// NULL is allowed.
    pub fn scilama_gene_aliases_destroy(aliases: *mut scilama_gene_aliases);
    /// \[count\] names in the data, and \[count\] names to look up: as alias_from and alias_to of
    /// scilama_match_options want them. Borrowed.
    pub fn scilama_gene_aliases_from(aliases: *const scilama_gene_aliases) -> *const *const c_char;
    /// Reads a file of two columns: the name of a gene in the data, and the name to look up in a
    /// gene table instead. The columns are parted by tabs, commas or spaces; further ones are not
    /// read; lines that begin with '#' are passed over; gzip allowed.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (line named), E_DUPLICATE (a name with two
    /// meanings), E_NOMEM. O(bytes).
    pub fn scilama_gene_aliases_read(out: *mut *mut scilama_gene_aliases, context: *mut scilama_context, path: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// \[count\] names in the data, and \[count\] names to look up: as alias_from and alias_to of
    /// scilama_match_options want them. Borrowed.
    pub fn scilama_gene_aliases_to(aliases: *const scilama_gene_aliases) -> *const *const c_char;
    /// Writes the defaults of a preset.
    /// - preset: scilama_preset.
    pub fn scilama_gene_forecast_init(forecast: *mut scilama_gene_forecast, struct_size: usize) -> scilama_status;
    /// Asks of genes that are held out how well their vectors alone tell their expression.
    ///
    /// The genes that stay give axes in the space of cells and, by kernel ridge regression from their
    /// vectors, the coordinates of those that are held out: K = (Σ_t w_t exp(-|a - b|²))², 1 for a gene with itself, over vectors centred
    /// and of length 1, a penalty for each axis chosen on a fifth of the genes, weights of several tables by how likely they make the
    /// coordinates of at most 1,024 genes (512 with fewer than 1,000 cells). A gene is told from the tables that have it. No
    /// expression of a gene held out is used.
    /// - expression: \[cells × genes\], leading dimension ld (0 = genes), finite; any units: genes are standardised.
    /// A thousand or two of cells are enough.
    /// - vectors: \[tables\] pointers to \[genes × widths\[t\]\], packed; a row that is not finite, or zero, is a gene without
    /// a vector in that table.
    /// - widths: \[tables\] 1 to 65,536.
    /// - tables: 1 to 16.
    /// - correlation: \[genes\] of the last round that held the gene out, NaN = never; or NULL.
    /// - expected: \[genes\] the correlation that the prediction itself expects, its spread in standard deviations of the
    /// gene; NaN = never held out; or NULL.
    ///
    /// Returns SCILAMA_OK, E_INVALID (sizes, options, or too few genes with a vector), E_NONFINITE, E_NOMEM, E_CANCELLED.
    /// O(rounds · genes² (Σ widths + cells)); room for genes² (of several tables at least (tables + 3) min(genes, 512)²) + 2 genes × cells floats.
    pub fn scilama_gene_holdout(context: *mut scilama_context, expression: *const f32, cells: i64, genes: i64, ld: i64, vectors: *const *const f32, widths: *const i64, tables: i64, options: *const scilama_holdout_options, correlation: *mut f64, expected: *mut f64, report: *mut scilama_holdout_report, error: *mut scilama_error) -> scilama_status;
    /// Loadings of genes on the principal axes of cells, shrunk towards what vectors tell.
    ///
    /// A gene's loading T_ga on an axis of the standardised cells is known up to a noise of variance 1 (in units where a correlation r is
    /// r √cells). What it would be in endless cells is taken as N(L_ga, γ τ_a): L by kernel ridge regression from the vectors, as
    /// scilama_gene_holdout() has it, fitted on other genes (five parts); τ_a the axis' variance about L beyond the noise; γ a scale of the
    /// gene, one of nine whose shares maximise the likelihood (empirical Bayes). The result is the mean of that given T: genes of
    /// which the cells tell much keep their own, others go to what genes of like vectors do, or to the mean of all. Their inner products are
    /// the correlations to expect in other cells; nearest neighbours are best found among them by Euclidean distance.
    /// - expression: \[cells × genes\], leading dimension ld (0 = genes), finite; any units: genes are standardised.
    /// - vectors: \[tables\] pointers to \[genes × widths\[t\]\], packed; a row that is not finite, or zero, is a gene without
    /// a vector in that table. NULL with 0 tables: shrinkage alone.
    /// - tables: 0 to 16.
    /// - loadings: \[genes × components\] of the options, packed: correlations with the axes; NaN for genes that do not vary.
    /// - report: what was found; may be NULL.
    ///
    /// Returns SCILAMA_OK, E_INVALID (sizes, options, fewer than 10 genes that vary), E_NONFINITE, E_NOMEM, E_CANCELLED.
    /// O(cells · genes · min(cells, genes) + genes² (Σ widths + 30 components)); room for genes² + cells · genes floats.
    pub fn scilama_gene_loadings(context: *mut scilama_context, expression: *const f32, cells: i64, genes: i64, ld: i64, vectors: *const *const f32, widths: *const i64, tables: i64, options: *const scilama_loading_options, loadings: *mut f32, report: *mut scilama_loading_report, error: *mut scilama_error) -> scilama_status;
    /// Finds gene modules: nearest neighbours among gene vectors, weighted graph, Leiden.
    ///
    /// - genes: \[n × dim\] with leading dimension ld (0 = dim): mu_f, or a static
    /// embedding to compare with. Rows with a NaN are left out (label −1).
    /// - labels: \[n\] receives 0 … modules − 1 by falling size; −1 = in no module.
    /// - membership: \[n\] receives the share of a gene's edge weight that stays in its module; may be NULL.
    /// - hub: \[n\] receives the edge weight of a gene within its module; may be NULL.
    /// - cohesion: \[n\] receives the stability of a gene: over rounds in which a share of the genes
    /// is drawn and clustered anew with another seed, how many of its
    /// module's drawn genes it is together with; may be NULL. A module's
    /// co-membership score is the mean over its genes.
    /// - report: May be NULL.
    ///
    /// Returns SCILAMA_OK, E_INVALID (fewer than 3 genes), E_NOMEM, E_CANCELLED. O(rounds · n² · dim).
    pub fn scilama_gene_modules(context: *mut scilama_context, genes: *const f32, n: i64, dim: i64, ld: i64, options: *const scilama_module_options, labels: *mut i32, membership: *mut f64, hub: *mut f64, cohesion: *mut f64, report: *mut scilama_module_report, error: *mut scilama_error) -> scilama_status;
    /// Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range.
    pub fn scilama_gene_sets_count(sets: *const scilama_gene_sets) -> i64;
    /// Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range.
    pub fn scilama_gene_sets_description(sets: *const scilama_gene_sets, set: i64) -> *const c_char;
    /// NULL is allowed.
    pub fn scilama_gene_sets_destroy(sets: *mut scilama_gene_sets);
    /// Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range.
    pub fn scilama_gene_sets_gene(sets: *const scilama_gene_sets, set: i64, gene: i64) -> *const c_char;
    /// Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range.
    pub fn scilama_gene_sets_name(sets: *const scilama_gene_sets, set: i64) -> *const c_char;
    /// Reads gene sets in GMT format: name, description, genes, separated by tabs; gzip allowed.
    /// Sets of the same name are E_DUPLICATE; a gene that repeats within a set counts once.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (line named), E_DUPLICATE, E_NOMEM.
    pub fn scilama_gene_sets_read(out: *mut *mut scilama_gene_sets, context: *mut scilama_context, path: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Number of sets; name, description and genes of one; borrowed, NULL or 0 out of range.
    pub fn scilama_gene_sets_size(sets: *const scilama_gene_sets, set: i64) -> i64;
    /// Loadings of genes with their vectors beside them: where genes go for modules.
    ///
    /// The squared Euclidean distance of two rows is |θ_g − θ_h|² + w D (1 − K_gh): θ by scilama_gene_loadings(), D the mean of its squared
    /// distances, K the mean over tables of the cosine of centred vectors (0 where a table lacks one of the genes, by a random direction). w,
    /// 0 to 0.8, is chosen by the cells: half of them give loadings, and the 15 nearest genes with w are to gain most correlation in
    /// the other half, by that half of the two which gains less. Vectors that tell nothing of the cells get w = 0, and then, as without tables, distances are those
    /// of loadings.
    /// - expression: as scilama_gene_loadings(), and so are vectors, widths, tables and options; with fewer than 40 cells w is 0.
    /// - space: \[genes × (components + Σ widths)\], packed: the loadings, then the vectors; NaN for genes that do not vary.
    /// - report: what was found, weight too; may be NULL.
    ///
    /// Returns as scilama_gene_loadings(). Thrice its time, and O(genes² (components + Σ widths)) more; room for
    /// genes (Σ widths + cells) floats more.
    pub fn scilama_gene_space(context: *mut scilama_context, expression: *const f32, cells: i64, genes: i64, ld: i64, vectors: *const *const f32, widths: *const i64, tables: i64, options: *const scilama_loading_options, space: *mut f32, report: *mut scilama_loading_report, error: *mut scilama_error) -> scilama_status;
    /// Creates a table of gene vectors from memory (copied).
    /// - names: \[rows\] gene names.
    /// - values: \[rows × width\] with leading dimension ld (0 = width).
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM.
    pub fn scilama_gene_table_create(out: *mut *mut scilama_gene_table, context: *mut scilama_context, names: *const *const c_char, values: *const f32, rows: i64, width: i64, ld: i64, error: *mut scilama_error) -> scilama_status;
    /// Releases the caller's hold; datasets keep what they need. NULL is allowed.
    pub fn scilama_gene_table_destroy(table: *mut scilama_gene_table);
    /// Takes a gene table from an Arrow array (copied).
    ///
    /// The array is a struct, as record batches are: a column of names, and one column
    /// of vectors or a column for each of their numbers. Names: utf8, large_utf8, utf8_view, or a
    /// dictionary of these. Vectors: fixed-size lists, lists, large lists or list views, all
    /// of one length. Numbers: float16, float32 or float64, finite. Slices (offsets) are honoured.
    /// Of extension types, the storage is read.
    /// - schema: Type of the array.
    /// - array: Its data. Both are released by this call, whatever it returns.
    /// - options: NULL = defaults.
    ///
    /// Returns SCILAMA_OK, E_INVALID (a NULL, or released before), E_NOTFOUND (no such column), E_UNSUPPORTED (type of a
    /// column), E_FORMAT (a null, lists of several lengths, damaged), E_DUPLICATE (two columns of that name), E_NONFINITE, E_NOMEM;
    /// the column, and the row where there is one, are named. O(rows × width).
    pub fn scilama_gene_table_from_arrow(out: *mut *mut scilama_gene_table, context: *mut scilama_context, schema: *mut ArrowSchema, array: *mut ArrowArray, options: *const scilama_arrow_options, error: *mut scilama_error) -> scilama_status;
    /// Takes a gene table from a stream of Arrow arrays, such as the batches that a reader of
    /// Parquet files gives; see scilama_gene_table_from_arrow(). Each array is released before the
    /// next one is asked for.
    /// - stream: Read to its end, and released by this call, whatever it returns.
    ///
    /// Returns as scilama_gene_table_from_arrow(); E_CALLBACK (the stream failed: `detail` is its errno), E_CANCELLED.
    pub fn scilama_gene_table_from_arrow_stream(out: *mut *mut scilama_gene_table, context: *mut scilama_context, stream: *mut ArrowArrayStream, options: *const scilama_arrow_options, error: *mut scilama_error) -> scilama_status;
    /// Name of a row; borrowed; NULL when out of range.
    pub fn scilama_gene_table_name(table: *const scilama_gene_table, row: i64) -> *const c_char;
    /// A control: the same genes and width, every column Gaussian with the mean and standard
    /// deviation of that column of `like`. What a model gains over it is the prior knowledge's.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOMEM. Time O(rows × width).
    pub fn scilama_gene_table_random(out: *mut *mut scilama_gene_table, context: *mut scilama_context, like: *const scilama_gene_table, seed: u64, error: *mut scilama_error) -> scilama_status;
    /// Reads a table of gene vectors, by content and extension: HDF5 (gene_id \[rows\],
    /// embedding \[rows × width\]), .npy or .npz with a names file, CSV or TSV (a heading is
    /// recognised; names in the first column; gzip allowed), word2vec text, safetensors,
    /// .h5ad (varm), Parquet (gene_id, embedding: lists) where libduckdb is found at run
    /// time. float16, 32, 64.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT, E_NONFINITE (gene named), E_UNSUPPORTED
    /// (pickles, and Parquet without libduckdb: the message says how to convert).
    pub fn scilama_gene_table_read(out: *mut *mut scilama_gene_table, context: *mut scilama_context, path: *const c_char, options: *const scilama_table_options, error: *mut scilama_error) -> scilama_status;
    /// Rows and width.
    pub fn scilama_gene_table_rows(table: *const scilama_gene_table) -> i64;
    /// A control: the vectors of `table`, dealt at random to its genes.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOMEM. Time O(rows × width).
    pub fn scilama_gene_table_shuffled(out: *mut *mut scilama_gene_table, context: *mut scilama_context, table: *const scilama_gene_table, seed: u64, error: *mut scilama_error) -> scilama_status;
    /// A gene table as an Arrow struct: gene_id (utf8) and embedding (fixed-size list of float32, where it
    /// lies in the table).
    /// - schema: Overwritten; released by the caller. `release` is NULL on failure.
    /// - array: likewise.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(bytes of the names).
    pub fn scilama_gene_table_to_arrow(table: *const scilama_gene_table, schema: *mut ArrowSchema, array: *mut ArrowArray, error: *mut scilama_error) -> scilama_status;
    /// The vectors of a gene table, \[rows × width\], where they lie; read-only.
    /// - out: Receives a tensor; its `deleter` releases it, and holds the table until then.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(1).
    pub fn scilama_gene_table_to_dlpack(out: *mut *mut DLManagedTensorVersioned, table: *const scilama_gene_table, error: *mut scilama_error) -> scilama_status;
    /// Values \[rows × width\], borrowed.
    pub fn scilama_gene_table_values(table: *const scilama_gene_table) -> *const f32;
    /// Rows and width.
    pub fn scilama_gene_table_width(table: *const scilama_gene_table) -> i64;
    /// Writes a table as HDF5 (gene_id, embedding), replacing the file at once or not at all.
    ///
    /// Returns SCILAMA_OK, E_IO, E_NOMEM.
    pub fn scilama_gene_table_write(table: *const scilama_gene_table, path: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Releases a graph. NULL is allowed.
    pub fn scilama_graph_destroy(graph: *mut scilama_graph);
    /// Vertices, and stored entries (two per edge).
    pub fn scilama_graph_entries(graph: *const scilama_graph) -> i64;
    /// Makes a graph from compressed rows (copied).
    ///
    /// The matrix is made symmetric by taking the mean of both directions, unless it is
    /// already; loops and zero weights are dropped, repeated entries are added up.
    /// - indptr: \[n + 1\], ascending from 0.
    /// - indices: \[indptr\[n\]\], in range.
    /// - weights: \[indptr\[n\]\], finite and ≥ 0; NULL = 1 each.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM.
    pub fn scilama_graph_from_csr(out: *mut *mut scilama_graph, context: *mut scilama_context, n: i64, indptr: *const i64, indices: *const i32, weights: *const f32, error: *mut scilama_error) -> scilama_status;
    /// Makes a graph from nearest neighbours.
    ///
    /// - kind: scilama_graph_kind. Fuzzy weights need distances (McInnes et al.
    /// 2018, section 3.1: exp(−(d − ρ)/σ), united by a + b − ab).
    /// - indices: \[n × neighbors\] as of scilama_knn(); no loops, no repeats in a row.
    /// - distances: \[n × neighbors\] ascending; may be NULL for Jaccard.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM. O(n · neighbors²) for Jaccard,
    /// O(n · neighbors) for fuzzy.
    pub fn scilama_graph_from_knn(out: *mut *mut scilama_graph, context: *mut scilama_context, kind: i32, n: i64, neighbors: i64, indices: *const i32, distances: *const f32, error: *mut scilama_error) -> scilama_status;
    /// Bytes that scilama_graph_from_knn() holds at most, the graph itself among them.
    ///
    /// Returns SCILAMA_OK, or E_INVALID as scilama_graph_from_knn().
    pub fn scilama_graph_from_knn_memory(context: *const scilama_context, kind: i32, n: i64, neighbors: i64, bytes: *mut i64, error: *mut scilama_error) -> scilama_status;
    /// Compressed rows, borrowed: \[vertices + 1\], \[entries\], \[entries\]. NULL for a NULL graph.
    pub fn scilama_graph_indices(graph: *const scilama_graph) -> *const i32;
    /// Compressed rows, borrowed: \[vertices + 1\], \[entries\], \[entries\]. NULL for a NULL graph.
    pub fn scilama_graph_indptr(graph: *const scilama_graph) -> *const i64;
    /// Finds communities (Traag, Waltman, van Eck 2019: local moving with a queue,
    /// randomised refinement, aggregation).
    ///
    /// From 32,768 vertices on all threads move them, in batches whose movers are not adjacent.
    /// Every community is connected. Labels are numbered by decreasing size, equal
    /// sizes by their first vertex. A vertex without edges is a community of its own.
    /// - labels: \[vertices\] receives the communities.
    /// - report: May be NULL.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOMEM, E_CANCELLED. About O(entries) per level.
    pub fn scilama_graph_leiden(graph: *const scilama_graph, options: *const scilama_leiden_options, labels: *mut i32, report: *mut scilama_leiden_report, error: *mut scilama_error) -> scilama_status;
    /// Bytes that scilama_graph_leiden() holds at most beside the graph, with the threads of the context: a neighbour graph of
    /// n points with k neighbours each has up to 2nk entries, usually 1.5. More only where a vertex, or a part of a community that
    /// has been joined, has over 65,536 neighbours.
    ///
    /// Returns SCILAMA_OK, or E_INVALID.
    pub fn scilama_graph_leiden_memory(context: *const scilama_context, vertices: i64, entries: i64, options: *const scilama_leiden_options, bytes: *mut i64, error: *mut scilama_error) -> scilama_status;
    /// Runs Leiden at several resolutions; options-\>resolution is ignored.
    ///
    /// - resolutions: \[count\]
    /// - labels: \[count × vertices\]; may be NULL.
    /// - reports: \[count\], each initialised; may be NULL.
    ///
    /// Returns as scilama_graph_leiden(), E_INVALID for a resolution too; what was found until
    /// then stays in labels and reports.
    pub fn scilama_graph_leiden_sweep(graph: *const scilama_graph, options: *const scilama_leiden_options, resolutions: *const f64, count: i64, labels: *mut i32, reports: *mut scilama_leiden_report, error: *mut scilama_error) -> scilama_status;
    /// Searches the resolution (by bisection, at most 40 runs) that gives `communities`
    /// communities, or the nearest number found; the report tells which.
    /// - communities: 1 to the vertices.
    ///
    /// Returns as scilama_graph_leiden().
    pub fn scilama_graph_leiden_target(graph: *const scilama_graph, options: *const scilama_leiden_options, communities: i64, labels: *mut i32, report: *mut scilama_leiden_report, error: *mut scilama_error) -> scilama_status;
    /// Quality of a given partition, as scilama_leiden_report has it.
    /// - labels: \[vertices\], each ≥ 0.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(entries).
    pub fn scilama_graph_quality(graph: *const scilama_graph, quality: i32, resolution: f64, labels: *const i32, value: *mut f64, error: *mut scilama_error) -> scilama_status;
    /// Lays out a graph in a few dimensions (UMAP; McInnes, Healy, Melville 2018).
    ///
    /// The same layout for a seed, whatever the thread count: vertices move in 16
    /// interleaved batches an epoch, each from the places before the batch. Where the start is spectral, that of more than
    /// 100,000 vertices is a rough one. Cancelled, the places so far are in the layout.
    /// - graph: of SCILAMA_GRAPH_FUZZY, usually.
    /// - layout: \[vertices × dimensions\] receives the places; the start when options-\>init
    /// says so, stretched to 0 … 10 in every dimension first.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED. O(entries · epochs).
    pub fn scilama_graph_umap(graph: *const scilama_graph, options: *const scilama_umap_options, layout: *mut f32, error: *mut scilama_error) -> scilama_status;
    /// Bytes that scilama_graph_umap() holds at most beside the graph and the layout, with the threads of the context; most are
    /// the spectral start's. Of options-\>points only their presence and points_dim count.
    ///
    /// Returns SCILAMA_OK, or E_INVALID as scilama_graph_umap().
    pub fn scilama_graph_umap_memory(context: *const scilama_context, vertices: i64, entries: i64, options: *const scilama_umap_options, bytes: *mut i64, error: *mut scilama_error) -> scilama_status;
    /// Vertices, and stored entries (two per edge).
    pub fn scilama_graph_vertices(graph: *const scilama_graph) -> i64;
    /// Compressed rows, borrowed: \[vertices + 1\], \[entries\], \[entries\]. NULL for a NULL graph.
    pub fn scilama_graph_weights(graph: *const scilama_graph) -> *const f32;
    /// Reads a matrix of obsm or varm.
    ///
    /// First with values NULL for the size, then with memory for it.
    /// - path: .h5ad file, or .h5mu: its modality rna, or the only one.
    /// - key: "obsm/NAME" or "varm/NAME"; of MuData also "mod/MODALITY/obsm/NAME", as in the two calls below.
    /// - rows: Receives the rows; may be NULL.
    /// - width: Receives the width; may be NULL.
    /// - values: \[rows × width\] or NULL.
    /// - size: elements that fit in values.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_FORMAT, E_INVALID (size too small).
    pub fn scilama_h5ad_read_array(context: *mut scilama_context, path: *const c_char, key: *const c_char, rows: *mut i64, width: *mut i64, values: *mut f32, size: i64, error: *mut scilama_error) -> scilama_status;
    /// Reads a column of a table: obs, var or a data frame in uns ("uns/scilama/history").
    /// Of categories and of texts it gives the codes, 0 … categories − 1 (texts: in order of their bytes).
    ///
    /// First with values NULL for the rows, then with memory for them.
    /// - rows: Receives the rows; may be NULL.
    /// - values: \[rows\] or NULL; NaN = missing.
    /// - size: elements that fit in values.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_INVALID (not numbers, or size too small), E_FORMAT, E_NOMEM.
    pub fn scilama_h5ad_read_column(context: *mut scilama_context, path: *const c_char, table: *const c_char, column: *const c_char, rows: *mut i64, values: *mut f64, size: i64, error: *mut scilama_error) -> scilama_status;
    /// Reads a text of uns, say "uns/scilama/version"; one number as text.
    /// - text: Receives terminated UTF-8, freed by scilama_text_destroy().
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_FORMAT, E_NOMEM.
    pub fn scilama_h5ad_read_string(text: *mut *mut c_char, context: *mut scilama_context, path: *const c_char, key: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Cells and genes of the file.
    pub fn scilama_h5ad_writer_cells(writer: *const scilama_h5ad_writer) -> i64;
    /// Puts everything in place: synchronised, then renamed. The handle is still to be destroyed.
    ///
    /// Returns SCILAMA_OK, E_IO (the output is as before), E_STATE (committed before).
    pub fn scilama_h5ad_writer_commit(writer: *mut scilama_h5ad_writer, error: *mut scilama_error) -> scilama_status;
    /// obs of a file of the same cells, in the same order, in place of the writer's: names and columns as they are stored there, whatever
    /// their types. Encodings of before anndata 0.8 are renewed.
    /// - input: may be the writer's output, which is as before until scilama_h5ad_writer_commit(), where it is an .h5ad.
    /// - options: which part of it, as in scilama_h5ad_writer_open_part(); NULL = defaults.
    ///
    /// Returns as scilama_h5ad_writer_open_part(); E_INVALID (another number of cells), E_STATE (committed before). Beside the output a copy
    /// of the input exists for a moment.
    pub fn scilama_h5ad_writer_copy_obs(writer: *mut scilama_h5ad_writer, input: *const c_char, options: *const scilama_file_options, error: *mut scilama_error) -> scilama_status;
    /// Starts a new file.
    /// - matrix: X, dense or CSR, float32; written at once.
    /// - cell_names: \[rows\]; NULL = numbered.
    /// - gene_names: \[cols\]; NULL = numbered.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_IO, E_NOMEM.
    pub fn scilama_h5ad_writer_create(out: *mut *mut scilama_h5ad_writer, context: *mut scilama_context, output: *const c_char, matrix: *const scilama_matrix, cell_names: *const *const c_char, gene_names: *const *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Starts a new file of a dataset: X (float32, the matrix as it came, before any recipe), the names of cells and genes, and the
    /// columns of cells. Those read from a file, or joined of several that agree, are booleans, integers, float32 and ordered categories as
    /// there, unless a boolean or an integer is missing: numbers are float64 then, booleans categories, as all other columns are. Of a
    /// streamed dataset X is CSR and is read as it is written.
    /// - matrix: 0: nothing is stored in X, which then reads as zeros, where the counts are to stay in the files that they are in.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_STATE (the matrix was given back), E_IO, E_NOMEM, E_CANCELLED, or what reading rows returns. O(entries).
    pub fn scilama_h5ad_writer_create_from(out: *mut *mut scilama_h5ad_writer, output: *const c_char, dataset: *const scilama_dataset, matrix: i32, error: *mut scilama_error) -> scilama_status;
    /// Without a commit nothing is left behind. NULL is allowed.
    pub fn scilama_h5ad_writer_destroy(writer: *mut scilama_h5ad_writer);
    /// Cells and genes of the file.
    pub fn scilama_h5ad_writer_genes(writer: *const scilama_h5ad_writer) -> i64;
    /// Starts an output: a copy of `input` to which results are added.
    ///
    /// Nothing of the input is lost, except what is put under the same name. `output` may be
    /// `input`; it changes only at scilama_h5ad_writer_commit(). anndata 0.8 and later read it.
    /// Of MuData the output is one modality, whole, as an .h5ad of its own; of a 10x .h5 file, a loom file or a MatrixMarket
    /// folder a new .h5ad: X (CSR), the names of cells and genes and the columns of cells as scilama_dataset_read() gives
    /// them. It must not be `input` then.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_INVALID, E_IO, E_FORMAT, E_NOMEM.
    pub fn scilama_h5ad_writer_open(out: *mut *mut scilama_h5ad_writer, context: *mut scilama_context, input: *const c_char, output: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// As scilama_h5ad_writer_open(), of that part of `input` which scilama_dataset_read() takes with these options: of MuData
    /// the modality, of a 10x file of several genomes the layer. Of AnnData all is taken, whatever the layer.
    /// - options: NULL = defaults.
    ///
    /// Returns as scilama_h5ad_writer_open().
    pub fn scilama_h5ad_writer_open_part(out: *mut *mut scilama_h5ad_writer, context: *mut scilama_context, input: *const c_char, options: *const scilama_file_options, output: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// layers\[key\]: dense or CSR, float32, of the size of X.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm().
    pub fn scilama_h5ad_writer_put_layer(writer: *mut scilama_h5ad_writer, key: *const c_char, matrix: *const scilama_matrix, error: *mut scilama_error) -> scilama_status;
    /// Columns of obs \[cells\] and var \[genes\]. Missing: NaN, code −1.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm().
    pub fn scilama_h5ad_writer_put_obs_categorical(writer: *mut scilama_h5ad_writer, key: *const c_char, codes: *const i32, categories: *const *const c_char, n_categories: i64, error: *mut scilama_error) -> scilama_status;
    /// Columns of obs \[cells\] and var \[genes\]. Missing: NaN, code −1.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm().
    pub fn scilama_h5ad_writer_put_obs_numeric(writer: *mut scilama_h5ad_writer, key: *const c_char, values: *const f64, error: *mut scilama_error) -> scilama_status;
    /// obsm\[key\] \[cells × width\], varm\[key\] \[genes × width\]: row-major with leading dimension ld
    /// (0 = width); NaN = no value. Replaces a key of the same name, as all of these do. Values are written
    /// at once and need not be kept.
    ///
    /// Returns as of all scilama_h5ad_writer_put functions: SCILAMA_OK, E_INVALID (the key, or values that do not
    /// fit), E_STATE (committed before), E_IO, E_NOMEM. O(values).
    pub fn scilama_h5ad_writer_put_obsm(writer: *mut scilama_h5ad_writer, key: *const c_char, values: *const f32, width: i64, ld: i64, error: *mut scilama_error) -> scilama_status;
    /// obsp\[key\] \[cells × cells\] and varp\[key\] \[genes × genes\] as CSR.
    /// - indptr: \[rows + 1\].
    ///
    /// Returns as scilama_h5ad_writer_put_obsm(); E_CANCELLED: it is not in the writer.
    pub fn scilama_h5ad_writer_put_obsp(writer: *mut scilama_h5ad_writer, key: *const c_char, indptr: *const i64, indices: *const i32, values: *const f32, error: *mut scilama_error) -> scilama_status;
    /// Entries of uns; "a/b" nests. Arrays: rows × cols, cols 0 = one dimension.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm().
    pub fn scilama_h5ad_writer_put_uns_array(writer: *mut scilama_h5ad_writer, key: *const c_char, values: *const f32, rows: i64, cols: i64, error: *mut scilama_error) -> scilama_status;
    /// Entries of uns; "a/b" nests. Arrays: rows × cols, cols 0 = one dimension.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm().
    pub fn scilama_h5ad_writer_put_uns_integer(writer: *mut scilama_h5ad_writer, key: *const c_char, value: i64, error: *mut scilama_error) -> scilama_status;
    /// Entries of uns; "a/b" nests. Arrays: rows × cols, cols 0 = one dimension.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm().
    pub fn scilama_h5ad_writer_put_uns_number(writer: *mut scilama_h5ad_writer, key: *const c_char, value: f64, error: *mut scilama_error) -> scilama_status;
    /// A record array in uns, as scanpy keeps uns\["rank_genes_groups"\]: rows of one field per name.
    /// - fields: \[n_fields\] names.
    /// - values: \[n_fields × rows\], field by field; NULL when these are strings.
    /// - strings: \[n_fields × rows\]; NULL when these are numbers.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm().
    pub fn scilama_h5ad_writer_put_uns_records(writer: *mut scilama_h5ad_writer, key: *const c_char, fields: *const *const c_char, n_fields: i64, rows: i64, values: *const f64, strings: *const *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Entries of uns; "a/b" nests. Arrays: rows × cols, cols 0 = one dimension.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm().
    pub fn scilama_h5ad_writer_put_uns_string(writer: *mut scilama_h5ad_writer, key: *const c_char, value: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Entries of uns; "a/b" nests. Arrays: rows × cols, cols 0 = one dimension.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm().
    pub fn scilama_h5ad_writer_put_uns_strings(writer: *mut scilama_h5ad_writer, key: *const c_char, values: *const *const c_char, count: i64, error: *mut scilama_error) -> scilama_status;
    /// A data frame in uns: first its index \[rows\], then its columns \[rows\] one by one.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm(); E_STATE also for a column before its table.
    pub fn scilama_h5ad_writer_put_uns_table(writer: *mut scilama_h5ad_writer, key: *const c_char, index: *const *const c_char, rows: i64, error: *mut scilama_error) -> scilama_status;
    /// A data frame in uns: first its index \[rows\], then its columns \[rows\] one by one.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm(); E_STATE also for a column before its table.
    pub fn scilama_h5ad_writer_put_uns_table_numeric(writer: *mut scilama_h5ad_writer, key: *const c_char, column: *const c_char, values: *const f64, error: *mut scilama_error) -> scilama_status;
    /// A data frame in uns: first its index \[rows\], then its columns \[rows\] one by one.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm(); E_STATE also for a column before its table.
    pub fn scilama_h5ad_writer_put_uns_table_strings(writer: *mut scilama_h5ad_writer, key: *const c_char, column: *const c_char, values: *const *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Columns of obs \[cells\] and var \[genes\]. Missing: NaN, code −1.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm().
    pub fn scilama_h5ad_writer_put_var_categorical(writer: *mut scilama_h5ad_writer, key: *const c_char, codes: *const i32, categories: *const *const c_char, n_categories: i64, error: *mut scilama_error) -> scilama_status;
    /// Columns of obs \[cells\] and var \[genes\]. Missing: NaN, code −1.
    ///
    /// Returns as scilama_h5ad_writer_put_obsm().
    pub fn scilama_h5ad_writer_put_var_numeric(writer: *mut scilama_h5ad_writer, key: *const c_char, values: *const f64, error: *mut scilama_error) -> scilama_status;
    /// obsm\[key\] \[cells × width\], varm\[key\] \[genes × width\]: row-major with leading dimension ld
    /// (0 = width); NaN = no value. Replaces a key of the same name, as all of these do. Values are written
    /// at once and need not be kept.
    ///
    /// Returns as of all scilama_h5ad_writer_put functions: SCILAMA_OK, E_INVALID (the key, or values that do not
    /// fit), E_STATE (committed before), E_IO, E_NOMEM. O(values).
    pub fn scilama_h5ad_writer_put_varm(writer: *mut scilama_h5ad_writer, key: *const c_char, values: *const f32, width: i64, ld: i64, error: *mut scilama_error) -> scilama_status;
    /// obsp\[key\] \[cells × cells\] and varp\[key\] \[genes × genes\] as CSR.
    /// - indptr: \[rows + 1\].
    ///
    /// Returns as scilama_h5ad_writer_put_obsm(); E_CANCELLED: it is not in the writer.
    pub fn scilama_h5ad_writer_put_varp(writer: *mut scilama_h5ad_writer, key: *const c_char, indptr: *const i64, indices: *const i32, values: *const f32, error: *mut scilama_error) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_holdout_options_init(options: *mut scilama_holdout_options, struct_size: usize) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_holdout_report_init(report: *mut scilama_holdout_report, struct_size: usize) -> scilama_status;
    /// Clusters points by Lloyd's k-means from k-means++ seeds, Euclidean.
    ///
    /// - labels: \[n\] numbered by decreasing size.
    /// - centers: \[clusters × dim\]; may be NULL.
    /// - inertia: sum of squared distances to the centres; may be NULL.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED.
    /// O(restarts · iterations · n · clusters · dim).
    pub fn scilama_kmeans(context: *mut scilama_context, points: *const f32, n: i64, dim: i64, ld: i64, options: *const scilama_kmeans_options, labels: *mut i32, centers: *mut f32, inertia: *mut f64, error: *mut scilama_error) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_kmeans_options_init(options: *mut scilama_kmeans_options, struct_size: usize) -> scilama_status;
    /// Finds the k nearest other points of every point.
    ///
    /// Nearest first; equal distances by ascending index. A point is never its own
    /// neighbour, also when others coincide with it. The exact method's neighbours are
    /// those of double-precision distances.
    /// - points: \[n × dim\], finite.
    /// - n: more than options-\>neighbors, below 2³¹.
    /// - indices: \[n × neighbors\] receives the neighbours.
    /// - distances: \[n × neighbors\] receives the distances; may be NULL.
    /// - report: May be NULL.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE (the point is named), E_NOMEM, E_CANCELLED.
    pub fn scilama_knn(context: *mut scilama_context, points: *const f32, n: i64, dim: i64, ld: i64, options: *const scilama_knn_options, indices: *mut i32, distances: *mut f32, report: *mut scilama_knn_report, error: *mut scilama_error) -> scilama_status;
    /// Bytes that scilama_knn() holds at most, with the threads of the context; what the caller provides is not counted.
    ///
    /// Returns SCILAMA_OK, or E_INVALID as scilama_knn().
    pub fn scilama_knn_memory(context: *const scilama_context, n: i64, dim: i64, options: *const scilama_knn_options, bytes: *mut i64, error: *mut scilama_error) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_knn_options_init(options: *mut scilama_knn_options, struct_size: usize) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_knn_report_init(report: *mut scilama_knn_report, struct_size: usize) -> scilama_status;
    /// Set struct_size and what is known before a call.
    ///
    /// Returns SCILAMA_OK, E_INVALID.
    pub fn scilama_label_info_init(info: *mut scilama_label_info, struct_size: usize) -> scilama_status;
    /// Compares two labellings of the same points. Points with a negative code in
    /// either are left out.
    ///
    /// Returns SCILAMA_OK, E_INVALID (nothing to compare), E_NOMEM.
    pub fn scilama_labels_compare(context: *mut scilama_context, a: *const i32, b: *const i32, n: i64, agreement: *mut scilama_agreement, error: *mut scilama_error) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_leiden_options_init(options: *mut scilama_leiden_options, struct_size: usize) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_leiden_report_init(report: *mut scilama_leiden_report, struct_size: usize) -> scilama_status;
    /// Local inverse Simpson index of every point: how many labels its neighbourhood
    /// holds, effectively (Korsunsky et al. 2019, neighbours weighted to a perplexity).
    ///
    /// - indices: \[n × neighbors\] of scilama_knn().
    /// - distances: \[n × neighbors\].
    /// - labels: \[n\], each ≥ 0.
    /// - perplexity: 0 = floor((neighbors + 1) / 3).
    /// - lisi: \[n\] receives 1 … labels; −1 where all neighbours' weight vanishes.
    ///
    /// Returns SCILAMA_OK, E_INVALID (a neighbour or label out of range, a perplexity below 1),
    /// E_NONFINITE, E_NOMEM. O(n · (neighbors + labels)).
    pub fn scilama_lisi(context: *mut scilama_context, n: i64, neighbors: i64, indices: *const i32, distances: *const f32, labels: *const i32, perplexity: f64, lisi: *mut f64, error: *mut scilama_error) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_loading_options_init(options: *mut scilama_loading_options, struct_size: usize) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_loading_report_init(report: *mut scilama_loading_report, struct_size: usize) -> scilama_status;
    /// Set struct_size and defaults.
    ///
    /// Returns SCILAMA_OK, E_INVALID.
    pub fn scilama_map_options_init(options: *mut scilama_map_options, struct_size: usize) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_marker_options_init(options: *mut scilama_marker_options, struct_size: usize) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_marker_table_init(table: *mut scilama_marker_table, struct_size: usize) -> scilama_status;
    /// Both of the above, and the combined rank.
    /// - cells: \[cells × dim\].
    /// - genes: \[genes of the matrix × dim\].
    ///
    /// Returns as scilama_wilcoxon() and scilama_paired_markers(). Memory for 3 \[n_groups × genes\] arrays beside the table at most.
    pub fn scilama_markers(dataset: *mut scilama_dataset, cells: *const f32, genes: *const f32, dim: i64, groups: *const i32, n_groups: i64, batches: *const i32, options: *const scilama_marker_options, table: *mut scilama_marker_table, error: *mut scilama_error) -> scilama_status;
    /// Writes the defaults of each struct.
    pub fn scilama_match_options_init(options: *mut scilama_match_options, struct_size: usize) -> scilama_status;
    /// Writes the defaults of each struct.
    pub fn scilama_match_report_init(report: *mut scilama_match_report, struct_size: usize) -> scilama_status;
    /// Writes the defaults of each struct.
    pub fn scilama_matrix_init(matrix: *mut scilama_matrix, struct_size: usize) -> scilama_status;
    /// Adapts a model to the batches of a query: categories of the model's categorical covariates that it does not know are added
    /// (scilama_model_extend_covariate()), and what the model has of each is found from the query's cells, all else staying as it is, so
    /// that cells of known categories, a reference's among them, are embedded to the bit as before. Where the encoder corrects by clusters
    /// (SCILAMA_ENCODER_COVARIATES_CLUSTERS) the category's shifts bring up to 4,096 of its cells to where the model's training cells lie,
    /// cluster by cluster, and its spreads and turns give them the training cells' covariance (docs/model.md, "New batches"); columns of
    /// an encoder that has some, and the decoder's, follow the objective of whichever head reconstructs better, on the cells of the
    /// dataset's train split.
    /// - dataset: a query with the model's covariate columns, such that some categories are new.
    /// - options: NULL = defaults.
    /// - report: may be NULL.
    ///
    /// Returns SCILAMA_OK (also when no category is new), E_STATE (a trainer holds the model),
    /// E_UNSUPPORTED (batch_norm), what encoding and training return, E_NOMEM, E_CANCELLED: after a failure categories may
    /// have been added, with columns of the known ones' mean or as trained so far. Parameter views taken before are void.
    /// O(new categories · 50 axes · (30 + axes) · min(cells, 4096)), 50 axes³ for each, and decoder_steps steps.
    pub fn scilama_model_adapt(model: *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_adapt_options, report: *mut scilama_adapt_report, error: *mut scilama_error) -> scilama_status;
    /// Name of category `category` of covariate `index`, in the order of its columns: sorted, those
    /// added later behind. Borrowed until the model is extended or destroyed; NULL when out of range,
    /// or when the covariate is not categorical.
    pub fn scilama_model_category(model: *const scilama_model, index: i64, category: i64) -> *const c_char;
    /// Embeds cells as scilama_model_encode_cells() does. An Arrow struct: cell_id (utf8) and embedding (fixed-size
    /// list of float32).
    /// - schema: as in scilama_gene_table_to_arrow().
    /// - array: likewise.
    ///
    /// Returns as scilama_model_encode_cells().
    pub fn scilama_model_cells_to_arrow(model: *mut scilama_model, dataset: *mut scilama_dataset, schema: *mut ArrowSchema, array: *mut ArrowArray, error: *mut scilama_error) -> scilama_status;
    /// The same for covariate `index` of the model (scilama_model_covariate()). A column that the dataset lacks
    /// altogether is an error of encoding, and here: all cells missing.
    ///
    /// Returns SCILAMA_OK, E_INVALID (index out of range), E_NOMEM.
    pub fn scilama_model_check_covariate(model: *const scilama_model, dataset: *const scilama_dataset, index: i64, report: *mut scilama_covariate_report, error: *mut scilama_error) -> scilama_status;
    /// Compares a dataset with what the model needs, before anything is encoded. The same is said in
    /// warnings when cells are encoded or decoded.
    ///
    /// Returns SCILAMA_OK, E_NOMEM; where genes are absent also E_STATE (the matrix was given back), E_INVALID (values of another kind) and
    /// what reading rows returns. O(genes + cells · covariates), and where genes are absent passes over the entries.
    pub fn scilama_model_check_query(model: *mut scilama_model, dataset: *mut scilama_dataset, report: *mut scilama_query_report, error: *mut scilama_error) -> scilama_status;
    /// Warm start: copies parameters and running statistics from another model. Parameter
    /// prefix + rest receives from_prefix + rest where the shapes are equal. What belongs to
    /// genes (the cell encoder's first weight, the head, b_out, dispersion) is copied
    /// only when both models have the same genes; what reads covariates only when their
    /// encodings are equal; what lies along axes only with these; a gene encoder's first weight only when both project the vectors on
    /// the same axes (without embed_pca: when the widths are equal). With clusters comes what scilama_model_adapt() added to them;
    /// clusters and mixture that do not come with new axes are forgotten, and sought by the next trainer. The cell encoder's
    /// latent_mu of a model whose latent means a mixture gives was never trained: it is left out where that mixture is not
    /// copied too. Not while a trainer steps.
    /// - prefix: NULL = every parameter; "feature_encoder.encoders.1." = the second modality's encoder.
    /// - from_prefix: NULL = prefix.
    /// - copied: number of parameters copied; may be NULL.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOTFOUND (nothing was copied), E_NOMEM (the same). Time O(parameters).
    pub fn scilama_model_copy_parameters(model: *mut scilama_model, from: *const scilama_model, prefix: *const c_char, from_prefix: *const c_char, copied: *mut i64, error: *mut scilama_error) -> scilama_status;
    /// Describes covariate `index`, in the order of its columns. The name lives until the model is
    /// extended or destroyed.
    ///
    /// Returns SCILAMA_OK, E_INVALID (index out of range).
    pub fn scilama_model_covariate(model: *const scilama_model, index: i64, info: *mut scilama_covariate_info, error: *mut scilama_error) -> scilama_status;
    /// Number of covariates, whatever their kind. To embed cells or decode, a dataset needs a cell
    /// column of each one's name.
    pub fn scilama_model_covariates(model: *const scilama_model) -> i64;
    /// Creates a model for a dataset: its genes, recipe, covariates and embeddings, with
    /// initial weights (Xavier normal, biases 0).
    ///
    /// - options: NULL = the recommended ones.
    ///
    /// Returns SCILAMA_OK, E_INVALID (an option, or a likelihood of counts without counts), E_NOMEM,
    /// E_STATE, E_UNSUPPORTED, and as scilama_dataset_preprocess() where the recipe is to be fitted first.
    pub fn scilama_model_create(out: *mut *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_model_options, error: *mut scilama_error) -> scilama_status;
    /// Decodes cells of a dataset: denoised or batch-corrected expression of the model's genes.
    ///
    /// With a likelihood of counts: expected counts at equal depth, the softmax times the recipe's
    /// target_sum (10,000 when it does not normalise); `unscale` changes nothing.
    /// - values: \[cells × G\] in model order, leading dimension ld (0 = G).
    ///
    /// Returns as scilama_model_encode_cells(); E_NOTFOUND also for a replaced covariate or category, E_STATE
    /// (PAIRED without a gene VAE). O(cells · G · h_1), twice so with match_levels.
    pub fn scilama_model_decode(model: *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_decode_options, values: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    /// Expression of unseen genes for the cells of a dataset, from the genes' vectors.
    ///
    /// Head BEST (the default): by kernel regression on the vectors of the model's genes, as scilama_model_predict_genes() does;
    /// units as there. Head PAIRED: by the gene autoencoder, in scaled units (mean 0 where the gene's bias is unknown); with a likelihood of
    /// counts the logarithm of the rate, up to the gene's unknown level.
    /// - tables,: names, n_tables  as in scilama_model_encode_new_genes().
    /// - values: \[cells × rows of the tables\], leading dimension ld (0 = rows).
    ///
    /// Returns as scilama_model_decode(), scilama_model_encode_new_genes() and scilama_model_predict_genes(); E_INVALID (head CELL).
    pub fn scilama_model_decode_new_genes(model: *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_decode_options, tables: *const *const scilama_gene_table, names: *const *const c_char, n_tables: i64, values: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    /// Lets the reference that a model carries know its cells' prepared expression, as 32 numbers each on the directions of
    /// scilama_model_learn_absent(), saved with it: scilama_model_novelty() needs it.
    /// - dataset: the reference's cells, in its order.
    ///
    /// Returns SCILAMA_OK, E_STATE (no reference, or nothing learnt of absent genes), E_INVALID (another number of cells), what
    /// encoding returns, E_NOMEM, E_CANCELLED. O(32 cells · genes).
    pub fn scilama_model_describe_reference(model: *mut scilama_model, dataset: *mut scilama_dataset, error: *mut scilama_error) -> scilama_status;
    /// Releases the caller's hold; NULL is allowed.
    pub fn scilama_model_destroy(model: *mut scilama_model);
    /// Embeds cells: mu_s, dropout off. Cells of another dataset are prepared by the
    /// model's recipe, with size factors over the genes that they share with its training cells. Genes
    /// that they were not measured on are filled in from those that they were, or left out
    /// (scilama_model_learn_absent()); unknown and missing categories are an average of the known. What is
    /// absent or unknown is said in warnings (scilama_model_check_query() has it as data).
    /// - mu: \[cells × L\], leading dimension ld (0 = L).
    /// - sigma: the same shape, or NULL.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND (covariate column, or no gene in common), E_INVALID (values or columns of
    /// another kind than the model's), E_NONFINITE (a raw covariate is missing: cell named), E_NOMEM,
    /// E_CANCELLED, and of rows read as needed what reading them returns. O(cells · parameters of the cell
    /// encoder), for sparse cells less.
    pub fn scilama_model_encode_cells(model: *mut scilama_model, dataset: *mut scilama_dataset, mu: *mut f32, sigma: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    /// Embeds the model's genes: mu_f, dropout off.
    /// - mu: \[G × L\] in model order, leading dimension ld (0 = L).
    /// - sigma: the same shape, or NULL.
    ///
    /// Returns E_STATE without a gene VAE.
    pub fn scilama_model_encode_genes(model: *mut scilama_model, mu: *mut f32, sigma: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    /// Embeds genes that the model never saw, from their vectors alone.
    /// - tables: \[n_tables\] one for each modality, all of the same genes in the same order: as wide as the tables
    /// that the model was made with, not conditioned.
    /// - names: \[n_tables\] the modality that each belongs to; NULL = the order of the model.
    /// - n_tables: number of modalities of the model.
    /// - mu: \[rows of the tables × L\], leading dimension ld (0 = L).
    ///
    /// Returns SCILAMA_OK, E_INVALID (number, width or genes of the tables), E_NOTFOUND (a name), E_STATE (no gene VAE, or
    /// one that reads expression), E_NOMEM, E_CANCELLED. O(rows · parameters of the gene encoder).
    pub fn scilama_model_encode_new_genes(model: *mut scilama_model, tables: *const *const scilama_gene_table, names: *const *const c_char, n_tables: i64, mu: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    /// Adds categories to a categorical covariate, to map new batches onto a trained model: each
    /// gets a column in what reads the covariates, the mean of the known ones' at first, so that all results
    /// so far stay as they were. Then train on the new cells with scilama_trainer_options.freeze_reference.
    /// Parameter views and names taken before are void; datasets prepared before are prepared again by
    /// the model's recipe.
    /// - key: name of the covariate.
    /// - values: \[count\] new categories.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOTFOUND, E_DUPLICATE (a category is there already),
    /// E_STATE (a trainer holds the model), E_NOMEM.
    pub fn scilama_model_extend_covariate(model: *mut scilama_model, key: *const c_char, values: *const *const c_char, count: i64, error: *mut scilama_error) -> scilama_status;
    /// Views the parameter of that name.
    ///
    /// Returns E_NOTFOUND.
    pub fn scilama_model_find_parameter(model: *const scilama_model, name: *const c_char, tensor: *mut scilama_tensor, error: *mut scilama_error) -> scilama_status;
    /// Name of a gene of the model, in model order; borrowed; NULL when out of range.
    pub fn scilama_model_gene_name(model: *const scilama_model, gene: i64) -> *const c_char;
    /// The vectors of the model's genes in one modality, as the gene encoder reads them (conditioned).
    /// - width: columns; receives the number.
    /// - values: \[genes × width\] in model order, leading dimension ld (0 = width); NULL = tell the width only. Rows of genes
    /// that no table knows are NaN.
    ///
    /// Returns SCILAMA_OK, E_INVALID (modality out of range, ld).
    pub fn scilama_model_gene_vectors(model: *const scilama_model, modality: i64, width: *mut i64, values: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    /// Embeds the model's genes as scilama_model_encode_genes() does. An Arrow struct: gene_id (utf8) and
    /// embedding (fixed-size list of float32), in model order.
    /// - schema: as in scilama_gene_table_to_arrow().
    /// - array: likewise.
    ///
    /// Returns as scilama_model_encode_genes().
    pub fn scilama_model_genes_to_arrow(model: *mut scilama_model, schema: *mut ArrowSchema, array: *mut ArrowArray, error: *mut scilama_error) -> scilama_status;
    /// Tells sizes and progress.
    ///
    /// Returns SCILAMA_OK.
    pub fn scilama_model_get_info(model: *const scilama_model, info: *mut scilama_model_info, error: *mut scilama_error) -> scilama_status;
    /// Copies the options in force.
    ///
    /// Returns SCILAMA_OK.
    pub fn scilama_model_get_options(model: *const scilama_model, options: *mut scilama_model_options, error: *mut scilama_error) -> scilama_status;
    /// The reference that a model carries; the caller destroys it.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND (it carries none).
    pub fn scilama_model_get_reference(out: *mut *mut scilama_reference, model: *mut scilama_model, error: *mut scilama_error) -> scilama_status;
    /// Writes the defaults of a preset.
    /// - preset: scilama_preset.
    pub fn scilama_model_info_init(info: *mut scilama_model_info, struct_size: usize) -> scilama_status;
    /// Learns from the training cells how the model's genes vary together, so that cells measured on a part of
    /// them can be encoded: probabilistic principal components of rank 32 (Tipping & Bishop 1999, eq. 12) of up to
    /// 4,096 of them. Absent genes are then taken for their mean given the measured ones. Without it they are left
    /// out, and the others grow by √(genes / measured). Full panels are encoded the same with and without. Saved
    /// with the model: 33 numbers a gene.
    /// - dataset: the one that the model was created for.
    ///
    /// Returns SCILAMA_OK, E_STATE (under three training cells or two genes, or a trainer holds the model), E_NOMEM,
    /// E_CANCELLED, and of rows read as needed what reading them returns.
    /// O(cells · genes · min(cells, genes)) for at most 4,096 cells.
    pub fn scilama_model_learn_absent(model: *mut scilama_model, dataset: *mut scilama_dataset, error: *mut scilama_error) -> scilama_status;
    /// Loads a saved model.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (damaged, or no model), E_UNSUPPORTED (of a newer format),
    /// E_NOMEM. O(parameters).
    pub fn scilama_model_load(out: *mut *mut scilama_model, context: *mut scilama_context, path: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Loads a model from the bytes of a saved one, whichever call saved it. They are read during the call alone.
    ///
    /// Returns as scilama_model_load().
    pub fn scilama_model_load_memory(out: *mut *mut scilama_model, context: *mut scilama_context, bytes: *const c_void, size: i64, error: *mut scilama_error) -> scilama_status;
    /// Places all cells of a query among a model's reference, and writes what is found: the calls above in one, with one reading of the
    /// rows and memory for 65,536 cells at a time. Into a writer go obsm\["X_KEY"\], the embedding, and obsm\["X_KEY_umap"\], the place in the
    /// reference's layout; obs\["KEY_distance"\], mean distance to the neighbours in units of the reference's reach, obs\["KEY_novelty"\]
    /// (scilama_model_novelty()) and of every column NAME of labels obs\["KEY_NAME"\], …_probability, …_second, …_second_probability and
    /// …_unknown ("yes", "no"); uns\["KEY_map"\], what scilama_model_check_query() tells. What an earlier call left under this key goes.
    /// - writer: of the file that the dataset was read from, or of another with its cells in its order; not committed.
    /// - options: NULL = defaults.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND (the model carries no reference), E_INVALID (another number of cells, an option, a key), E_DUPLICATE (labels
    /// called as another result: "distance", say), E_STATE (committed before), E_IO, what encoding returns, E_NOMEM, E_CANCELLED, E_CALLBACK (`each` asked to stop):
    /// after a failure results are in the writer in part, which is only to be destroyed. As scilama_model_encode_cells(), scilama_reference_neighbors() and scilama_model_novelty() together.
    pub fn scilama_model_map(model: *mut scilama_model, dataset: *mut scilama_dataset, writer: *mut scilama_h5ad_writer, options: *const scilama_map_options, error: *mut scilama_error) -> scilama_status;
    /// Gives genes of a dataset the names that the model has for them: those that the model does not know as they are, of another case or
    /// version, or with an alias (an orthologue of another species, say), go by the name of the model's that matches under the options. Of several
    /// that match one name the first has it, and none a name that a gene of the dataset has already. Before gene tables are added.
    /// - options: NULL = defaults, under which nothing matches that did not; missing and first_duplicate have no meaning here.
    /// - renamed: how many genes go by another name now; may be NULL.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_STATE (the dataset is preprocessed or has gene tables), E_NOMEM: names are as they were then.
    /// O(genes + aliases).
    pub fn scilama_model_match_genes(model: *const scilama_model, dataset: *mut scilama_dataset, options: *const scilama_match_options, renamed: *mut i64, error: *mut scilama_error) -> scilama_status;
    /// Name of a modality, borrowed; NULL when out of range.
    pub fn scilama_model_modality_name(model: *const scilama_model, modality: i64) -> *const c_char;
    /// Width of a modality's vectors as they are given, before embed_pca; 0 when out of range. Of a gene encoder
    /// that reads expression the number of training cells.
    pub fn scilama_model_modality_width(model: *const scilama_model, modality: i64) -> i64;
    /// How much sparser reference cells lie around each cell of a query than other cells of the query do, on axes along which
    /// either varies (20 principal axes of both, weighted alike, of expression that is not scaled to variance 1): the log of the ratio of
    /// mean distances to the 8 nearest, less what the numbers of cells explain, averaged over a cell and its 30 nearest. Around 0 or below:
    /// the reference has such cells as often; above 0.15: hardly any. A property of the whole query: give all its cells at once; of more than
    /// 16,384 some are measured, spread evenly, and any cell has the mean of the 4 nearest of these. What a batch that the model was adapted
    /// to adds to its cells is taken off first: the mean, over a cell's 15 nearest of up to 2,048 reference cells in the embedding, of what
    /// lies between the query's cells and the reference's that are nearest to these, 8 of each; small axes count for more then.
    /// Cells without any count tell nothing of others, and have 1.
    /// - novelty: \[cells\].
    ///
    /// Returns SCILAMA_OK, E_STATE (no reference, or not described), E_INVALID (under 10 cells on either side), what encoding
    /// returns, E_NOMEM, E_CANCELLED. O(cells · genes + cells · 16384) at most; memory
    /// for 16,384 cells at a time.
    pub fn scilama_model_novelty(model: *mut scilama_model, dataset: *mut scilama_dataset, novelty: *mut f32, error: *mut scilama_error) -> scilama_status;
    /// Writes the defaults of a preset.
    /// - preset: scilama_preset.
    pub fn scilama_model_options_init(options: *mut scilama_model_options, struct_size: usize, preset: i32) -> scilama_status;
    /// Views parameter `index`. The pointer lives as long as the model.
    ///
    /// Returns SCILAMA_OK, E_INVALID (index out of range).
    pub fn scilama_model_parameter(model: *const scilama_model, index: i64, tensor: *mut scilama_tensor, error: *mut scilama_error) -> scilama_status;
    /// A parameter of a model, \[rows × cols\], \[rows\] or a single number, where it lies; read-only.
    ///
    /// Training changes the numbers in place: read them between steps. After
    /// scilama_model_extend_covariate() the tensor keeps the numbers as they were before it.
    /// - name: as in scilama_model_find_parameter().
    /// - out: as in scilama_gene_table_to_dlpack().
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND, E_NOMEM. O(1).
    pub fn scilama_model_parameter_to_dlpack(out: *mut *mut DLManagedTensorVersioned, model: *const scilama_model, name: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Number of parameters and running statistics.
    pub fn scilama_model_parameters(model: *const scilama_model) -> i64;
    /// Expression of genes that the model was not trained on, measured or not, from vectors in any tables that know both them and
    /// genes of the model: another data set's loadings, text, sequence. The model needs no gene VAE.
    ///
    /// At most 1,024 of the cells, evenly drawn, are decoded, x̂. The 30 leading axes of y = (x̂ + z) / 2, z the cells as measured, what the
    /// model's genes as measured have to do with each, and by kernel ridge regression from the vectors (scilama_gene_holdout() has the kernel and
    /// judges it) what the new genes have: a cell's value is that of the axes at its y; decoded as of other covariates, x̂', at x̂' + (z − x̂) / 2.
    /// So options' covariates, averages too, reach the new genes.
    /// The same kernel with a linear trend tells the logarithms of mean and deviation. Several tables are weighed, for expression and for
    /// levels apart, by how likely they make those of at most 1,024 of the model's genes. A few hundred cells are needed for the axes.
    /// - options: unscale: units before scaling, none below 0, by the means and deviations expected; else standard
    /// deviations of the gene about its mean. head and match_levels change nothing.
    /// - tables: \[n_tables\] 1 to 16; genes are found by name, those of the model too.
    /// - genes: \[n_genes\] names. One of the model's own is told by its vectors and its expression, which it has.
    /// - values: \[cells × n_genes\], leading dimension ld (0 = n_genes); NULL = only the forecast is wanted.
    /// - forecast: what to expect, or NULL.
    ///
    /// Returns as scilama_model_decode(); E_NOTFOUND (a gene that no table knows, or fewer than 10 of the model's), E_INVALID (too few
    /// cells). O(cells · G · h_1 + G² (Σ widths + 30)); room for G² floats, of several tables at least (n_tables + 3) min(G, 1,024)².
    pub fn scilama_model_predict_genes(model: *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_decode_options, tables: *const *const scilama_gene_table, n_tables: i64, genes: *const *const c_char, n_genes: i64, values: *mut f32, ld: i64, forecast: *mut scilama_gene_forecast, error: *mut scilama_error) -> scilama_status;
    /// Saves a model: everything that encoding new cells needs. The file is replaced at once or not at all.
    ///
    /// Returns SCILAMA_OK, E_IO, E_NOMEM. O(parameters).
    pub fn scilama_model_save(model: *const scilama_model, path: *const c_char, error: *mut scilama_error) -> scilama_status;
    /// Saves a model as scilama_model_save() does, but into memory: to pickle it, send it, keep it in a database. A reference
    /// that it carries comes along.
    /// - bytes: Receives the bytes of the file, freed by scilama_bytes_destroy(); NULL on failure.
    /// - size: Receives how many there are.
    ///
    /// Returns SCILAMA_OK, E_NOMEM, E_IO (the system has no room for it). O(parameters), of which two copies exist for a moment.
    pub fn scilama_model_save_memory(model: *const scilama_model, bytes: *mut *mut c_void, size: *mut i64, error: *mut scilama_error) -> scilama_status;
    /// Sets a parameter. Not while a trainer steps.
    /// - values: \[count\], finite; count must be rows × cols.
    ///
    /// Returns E_NOTFOUND, E_INVALID, E_NONFINITE.
    pub fn scilama_model_set_parameter(model: *mut scilama_model, name: *const c_char, values: *const f32, count: i64, error: *mut scilama_error) -> scilama_status;
    /// Lets a model carry a reference, in memory and in its file, instead of one that it had. The model retains it.
    ///
    /// Returns SCILAMA_OK, E_INVALID (another dim than the model's L).
    pub fn scilama_model_set_reference(model: *mut scilama_model, reference: *mut scilama_reference, error: *mut scilama_error) -> scilama_status;
    /// Activity of modules: the mean z-score (over all cells) of the expression of a module's genes.
    ///
    /// - labels: \[genes of the matrix\]: module or −1.
    /// - activity: \[cells × modules\]. Genes that do not vary count as zero; a module
    /// without genes is NaN.
    ///
    /// Returns as scilama_wilcoxon(). O(stored).
    pub fn scilama_module_activity(dataset: *mut scilama_dataset, labels: *const i32, modules: i64, activity: *mut f32, error: *mut scilama_error) -> scilama_status;
    /// Tests whether a module's genes go together in the expression of cells.
    ///
    /// The coherence is the mean correlation of pairs of its genes. It is compared with
    /// random sets of genes of the same size and the same deciles of mean expression, drawn
    /// from the genes with a label (−1 included; −2 and less: not drawn from).
    /// - coherence: \[modules\]; may be NULL.
    /// - p: \[modules\] one-sided, never below 1 / (permutations + 1); may be NULL.
    /// - fdr: \[modules\] Benjamini–Hochberg; may be NULL.
    ///
    /// Returns as scilama_wilcoxon().
    pub fn scilama_module_coherence(dataset: *mut scilama_dataset, labels: *const i32, modules: i64, options: *const scilama_coherence_options, coherence: *mut f64, p: *mut f64, fdr: *mut f64, error: *mut scilama_error) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_module_options_init(options: *mut scilama_module_options, struct_size: usize) -> scilama_status;
    /// Activity of modules in the paired space: z_s · mean of z_f over the module's genes.
    ///
    /// - cells: \[n × dim\].
    /// - genes: \[n_genes × dim\]; rows with a NaN are left out.
    /// - labels: \[n_genes\] module or −1.
    /// - activity: \[n × modules\]; a module without genes is NaN.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM. O(n · modules · dim).
    pub fn scilama_module_projection(context: *mut scilama_context, cells: *const f32, n: i64, genes: *const f32, n_genes: i64, dim: i64, labels: *const i32, modules: i64, activity: *mut f32, error: *mut scilama_error) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_module_report_init(report: *mut scilama_module_report, struct_size: usize) -> scilama_status;
    /// Checks every field of a struct of options against its bounds; rules between fields are told by the call that
    /// reads the struct.
    /// - options: a struct of the kind that `of` says, its struct_size set.
    ///
    /// Returns SCILAMA_OK, E_INVALID (`of`, or an option, which is named). O(options).
    pub fn scilama_option_check(of: i32, options: *const c_void, error: *mut scilama_error) -> scilama_status;
    /// Name of choice number `choice` of an option, such as "cell-gene". Static storage; NULL behind the last, and for
    /// options without choices.
    /// - value: receives what the field is set to; may be NULL.
    pub fn scilama_option_choice(of: i32, index: i64, choice: i64, value: *mut i32) -> *const c_char;
    /// Number of options in a struct, reserved fields and struct_size not counted.
    /// - of: scilama_options; 0 is returned for other numbers.
    pub fn scilama_option_count(of: i32) -> i64;
    /// Finds an option by the name of its field.
    ///
    /// Returns its index, or -1. O(options).
    pub fn scilama_option_find(of: i32, name: *const c_char) -> i64;
    /// Describes option `index`, in the order in which people should meet them.
    ///
    /// Returns SCILAMA_OK, E_INVALID (`of` or index out of range). O(1).
    pub fn scilama_option_get_info(of: i32, index: i64, info: *mut scilama_option_info, error: *mut scilama_error) -> scilama_status;
    /// Writes zeros.
    ///
    /// Returns SCILAMA_OK or E_INVALID.
    pub fn scilama_option_info_init(info: *mut scilama_option_info, struct_size: usize) -> scilama_status;
    /// Adjusts p-values by Benjamini and Hochberg. NaNs stay and do not count.
    /// - adjusted: \[n\]; may be p.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(n log n).
    pub fn scilama_p_adjust(context: *mut scilama_context, p: *const f64, n: i64, adjusted: *mut f64, error: *mut scilama_error) -> scilama_status;
    /// Scores genes for groups of cells in the paired space.
    ///
    /// For each group, s_g = (mean z_s of its cells − mean z_s of the others) · z_f of the
    /// gene. Significance: group codes are permuted within batches; a gene's score is put
    /// in standard deviations of its own permuted scores, which makes the genes' scores
    /// alike, and the permuted scores of all genes of the group together are the null of each.
    /// - cells: \[n × dim\] z_s (or mu_s), finite, leading dimension dim.
    /// - genes: \[n_genes × dim\] z_f (or mu_f), leading dimension dim; a row with a NaN is
    /// a gene outside the paired space.
    /// - groups: \[n\] codes.
    /// - batches: \[n\] codes; NULL = one batch. Cells with a
    /// negative code are left out.
    /// - table: Receives the paired arrays; the others are left alone.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED.
    /// O(permutations · (n + groups · n_genes) · dim).
    pub fn scilama_paired_markers(context: *mut scilama_context, cells: *const f32, n: i64, genes: *const f32, n_genes: i64, dim: i64, groups: *const i32, n_groups: i64, batches: *const i32, options: *const scilama_marker_options, table: *mut scilama_marker_table, error: *mut scilama_error) -> scilama_status;
    /// Principal components: eigenvectors of the covariance, by Lanczos iteration to
    /// convergence (of the smaller product matrix when one has at most 4096 rows).
    ///
    /// The sign is such that the entry of largest magnitude of each component is positive.
    /// - x: \[n × genes\], finite.
    /// - scores: \[n × components\]; may be NULL. `components` is the number asked
    /// for, cut to min(n, genes): see scilama_pca_components().
    /// - components: \[components × genes\] of unit length; may be NULL.
    /// - variances: \[components\], with n − 1 below; may be NULL.
    /// - total: variance of all genes together; may be NULL.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED.
    /// O(n · genes · min(n, genes)) up to 4096 rows or columns, else O(n · genes) for
    /// every step of the iteration.
    pub fn scilama_pca(context: *mut scilama_context, x: *const f32, n: i64, genes: i64, ld: i64, options: *const scilama_pca_options, scores: *mut f32, components: *mut f32, variances: *mut f64, total: *mut f64, error: *mut scilama_error) -> scilama_status;
    /// min(options' components, n, genes).
    pub fn scilama_pca_components(options: *const scilama_pca_options, n: i64, genes: i64) -> i64;
    /// Write the defaults.
    pub fn scilama_pca_options_init(options: *mut scilama_pca_options, struct_size: usize) -> scilama_status;
    /// Writes the defaults of a preset.
    /// - preset: scilama_preset; they differ in scale_shrink.
    pub fn scilama_preprocess_options_init(options: *mut scilama_preprocess_options, struct_size: usize, preset: i32) -> scilama_status;
    /// Writes the defaults of each struct.
    pub fn scilama_preprocess_report_init(report: *mut scilama_preprocess_report, struct_size: usize) -> scilama_status;
    /// Set struct_size and what is known before a call.
    ///
    /// Returns SCILAMA_OK, E_INVALID.
    pub fn scilama_query_report_init(report: *mut scilama_query_report, struct_size: usize) -> scilama_status;
    /// Adds a column of labels, and calibrates its probabilities on up to 4,096 of the reference's cells, each left
    /// out in turn. Not once a model or another thread holds the reference.
    /// - codes: \[cells\] below n_categories; negative = no label.
    /// - categories: \[n_categories\] their names.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_DUPLICATE (a column of that name), E_NOMEM, E_CANCELLED.
    pub fn scilama_reference_add_labels(reference: *mut scilama_reference, name: *const c_char, codes: *const i32, categories: *const *const c_char, n_categories: i64, error: *mut scilama_error) -> scilama_status;
    /// Name of category `category` of column `index`, borrowed; NULL when out of range.
    pub fn scilama_reference_category(reference: *const scilama_reference, index: i64, category: i64) -> *const c_char;
    /// Makes a reference of cells' embedding.
    /// - points: \[cells × dim\] finite, copied; leading dimension ld (0 = dim). cells ≥ 3.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED. O(min(cells, 4096) · cells · dim).
    pub fn scilama_reference_create(out: *mut *mut scilama_reference, context: *mut scilama_context, points: *const f32, cells: i64, dim: i64, ld: i64, error: *mut scilama_error) -> scilama_status;
    /// Releases the caller's hold; NULL is allowed.
    pub fn scilama_reference_destroy(reference: *mut scilama_reference);
    /// Tells sizes.
    ///
    /// Returns SCILAMA_OK.
    pub fn scilama_reference_get_info(reference: *const scilama_reference, info: *mut scilama_reference_info, error: *mut scilama_error) -> scilama_status;
    /// Set struct_size and what is known before a call.
    ///
    /// Returns SCILAMA_OK, E_INVALID.
    pub fn scilama_reference_info_init(info: *mut scilama_reference_info, struct_size: usize) -> scilama_status;
    /// Describes column `index` of labels.
    ///
    /// Returns SCILAMA_OK, E_INVALID (out of range).
    pub fn scilama_reference_label(reference: *const scilama_reference, index: i64, info: *mut scilama_label_info, error: *mut scilama_error) -> scilama_status;
    /// The k nearest reference cells by Euclidean distance, exactly: nearest first, ties by number.
    /// - points: \[n × dim\] finite, leading dimension ld (0 = dim), as scilama_model_encode_cells() gives them.
    /// - indices: \[n × k\] numbers of reference cells.
    /// - distances: \[n × k\].
    ///
    /// Returns SCILAMA_OK, E_INVALID (k not 1 to cells), E_NONFINITE, E_NOMEM, E_CANCELLED. O(n · cells · dim) at most, by a
    /// tree of the reference that the first call builds in O(cells · dim · log cells) and the reference keeps.
    pub fn scilama_reference_neighbors(reference: *mut scilama_reference, points: *const f32, n: i64, ld: i64, k: i64, indices: *mut i32, distances: *mut f32, error: *mut scilama_error) -> scilama_status;
    /// Places cells in the reference's layout: the mean of their neighbours' places, weighted like votes.
    /// - layout: \[n × layout_dims\].
    ///
    /// Returns SCILAMA_OK, E_STATE (no layout), E_INVALID.
    pub fn scilama_reference_place(reference: *mut scilama_reference, indices: *const i32, distances: *const f32, n: i64, k: i64, layout: *mut f32, error: *mut scilama_error) -> scilama_status;
    /// Sets a layout to look at, such as UMAP.
    /// - layout: \[cells × dims\] finite, copied.
    /// - dims: 1 to 16.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM.
    pub fn scilama_reference_set_layout(reference: *mut scilama_reference, layout: *const f32, dims: i64, error: *mut scilama_error) -> scilama_status;
    /// Labels from neighbours: votes of weight exp(−d² / 2h²), h a cell's mean distance, calibrated into
    /// probabilities.
    /// - index: column of labels.
    /// - indices: \[n × k\] and distances \[n × k\] as scilama_reference_neighbors() gives them.
    /// - code: \[n\] likeliest category; −1 when no neighbour has a label.
    /// - probability: \[n\] its probability.
    /// - second: \[n\] next in probability, −1 when there is one category; NULL = not wanted.
    /// - second_probability: \[n\]; NULL = not wanted.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NOMEM. O(n · (k + categories)).
    pub fn scilama_reference_transfer(reference: *mut scilama_reference, index: i64, indices: *const i32, distances: *const f32, n: i64, k: i64, code: *mut i32, probability: *mut f32, second: *mut i32, second_probability: *mut f32, error: *mut scilama_error) -> scilama_status;
    /// Writes the defaults of each struct.
    pub fn scilama_row_source_init(source: *mut scilama_row_source, struct_size: usize) -> scilama_status;
    /// Integration and clustering metrics of an embedding (Luecken et al. 2022).
    ///
    /// Cells without a label (or, when batches are given, without a batch) are left out.
    /// Neighbourhoods as scib-metrics has them, the cell itself included: 15 for graphs,
    /// 50 for kBET, 90 for LISI; cut when there are fewer cells. Above options-\>max_cells a
    /// sample is drawn in which every label of every batch has its share, and at least 10 cells
    /// (or all it has): neighbourhoods of 15, 50 and 90 then reach farther than among all cells,
    /// so figures of samples compare with figures of samples of like size.
    /// - embedding: \[n × dim\], finite.
    /// - labels: \[n\] codes of cell types, say.
    /// - batches: \[n\] codes; NULL = no batches (those metrics are NaN).
    /// - options: NULL = defaults.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM, E_CANCELLED. O(c² · dim)
    /// for c cells scored.
    pub fn scilama_score_embedding(context: *mut scilama_context, embedding: *const f32, n: i64, dim: i64, ld: i64, labels: *const i32, batches: *const i32, options: *const scilama_score_options, scores: *mut scilama_scores, error: *mut scilama_error) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_score_options_init(options: *mut scilama_score_options, struct_size: usize) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_scores_init(scores: *mut scilama_scores, struct_size: usize) -> scilama_status;
    /// Silhouette of every point (Rousseeuw 1987), as scikit-learn: 0 for a point alone in its cluster.
    ///
    /// - labels: \[n\]; points with a negative code are left out and get NaN.
    /// - samples: \[n\]; may be NULL.
    /// - mean: over the points with a label.
    ///
    /// Returns SCILAMA_OK, E_INVALID (fewer than 2 labels), E_NONFINITE, E_NOMEM, E_CANCELLED.
    /// O(n² · dim) time, O(n · dim) memory.
    pub fn scilama_silhouette(context: *mut scilama_context, points: *const f32, n: i64, dim: i64, ld: i64, metric: i32, labels: *const i32, samples: *mut f64, mean: *mut f64, error: *mut scilama_error) -> scilama_status;
    /// Name of a status code, such as "E_NOTFOUND"; "UNKNOWN" for other numbers.
    /// Static storage.
    pub fn scilama_status_name(status: scilama_status) -> *const c_char;
    /// What a status code means, in a few words. Static storage.
    pub fn scilama_status_text(status: scilama_status) -> *const c_char;
    /// Writes the defaults of a preset.
    /// - preset: scilama_preset.
    pub fn scilama_step_info_init(info: *mut scilama_step_info, struct_size: usize) -> scilama_status;
    /// Writes the defaults of each struct.
    pub fn scilama_table_options_init(options: *mut scilama_table_options, struct_size: usize) -> scilama_status;
    /// Writes the defaults of a preset.
    /// - preset: scilama_preset.
    pub fn scilama_tensor_init(tensor: *mut scilama_tensor, struct_size: usize) -> scilama_status;
    /// Frees text that the library returned. NULL is allowed.
    pub fn scilama_text_destroy(context: *mut scilama_context, text: *mut c_char);
    /// Divides the accumulated gradients by the number of forward_backward calls, makes
    /// one optimiser step, clears them, and advances the cursor by one mini-batch.
    ///
    /// Returns SCILAMA_OK, E_STATE (no gradient is pending), E_NONFINITE (parameter named).
    pub fn scilama_trainer_apply(trainer: *mut scilama_trainer, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    /// Creates a trainer and reserves everything that it will ever need.
    ///
    /// The model and the dataset are retained; one trainer at a time may hold a model.
    /// - options: NULL = the recommended ones.
    ///
    /// Returns SCILAMA_OK, E_INVALID (an option, or dataset and model do not fit), E_STATE,
    /// E_NOMEM, E_UNSUPPORTED, and of a dataset that the model was not made for as scilama_model_encode_cells().
    pub fn scilama_trainer_create(out: *mut *mut scilama_trainer, model: *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_trainer_options, error: *mut scilama_error) -> scilama_status;
    /// Releases the trainer and its hold on the model. NULL is allowed.
    pub fn scilama_trainer_destroy(trainer: *mut scilama_trainer);
    /// Ends the current phase now, restoring its best weights.
    ///
    /// Returns SCILAMA_OK, E_STATE (finished).
    pub fn scilama_trainer_end_phase(trainer: *mut scilama_trainer, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    /// Objective of the running phase over the cells of a split, at β = 1, dropout off.
    /// - split: scilama_split.
    ///
    /// Returns SCILAMA_OK, E_INVALID (no such cells), E_CANCELLED; of a streamed dataset also what reading its rows
    /// returns.
    pub fn scilama_trainer_evaluate(trainer: *mut scilama_trainer, split: i32, evaluation: *mut scilama_evaluation, error: *mut scilama_error) -> scilama_status;
    /// Loss and gradients of given cells, accumulated into the gradient buffer; weights
    /// are not changed. A failure here or in scilama_trainer_apply() discards what was
    /// accumulated, and running statistics return to those before the first of the calls.
    /// - cells: \[n\] cell numbers, n ≤ batch_size; NULL: the next mini-batch (the cursor stays).
    ///
    /// Returns as scilama_trainer_step().
    pub fn scilama_trainer_forward_backward(trainer: *mut scilama_trainer, cells: *const i64, n: i64, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    /// Loss and gradient of one part of a mini-batch that is shared out, to other processes or over several calls: written in place
    /// of what the gradient buffer held, for the caller to add up with those of the other parts, each weighed by its share of the
    /// cells, and to write back before scilama_trainer_apply(), which divides by nothing then. Dropout and sampling draw by (seed,
    /// phase, step, part), and all parts of a step see the same genes of a gene mini-batch: a part has the same bits whoever
    /// computes it, on any number of threads and beside whatever other parts, and so has their sum where it is taken in
    /// the order of the parts.
    /// - part: From 0, below 65536.
    /// - cells: \[n\] cell numbers, n ≤ batch_size.
    ///
    /// Returns as scilama_trainer_forward_backward(). Never allocates. O(cells and genes of the part).
    pub fn scilama_trainer_forward_backward_part(trainer: *mut scilama_trainer, part: i64, cells: *const i64, n: i64, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    /// Reads or overrides the running lr, β, γ. NaN = by schedule (set), current value (get).
    ///
    /// Returns SCILAMA_OK, E_INVALID (negative, infinite or too large).
    pub fn scilama_trainer_get_rates(trainer: *const scilama_trainer, lr: *mut f64, beta: *mut f64, gamma: *mut f64, error: *mut scilama_error) -> scilama_status;
    /// Gradient of one parameter, borrowed.
    ///
    /// Returns SCILAMA_OK, E_NOTFOUND.
    pub fn scilama_trainer_gradient(trainer: *mut scilama_trainer, name: *const c_char, gradient: *mut scilama_tensor, error: *mut scilama_error) -> scilama_status;
    /// The gradient buffer: one contiguous view over all trainable parameters, in the
    /// order of scilama_model_parameter(). Borrowed, as long as the trainer lives; writable.
    ///
    /// Returns SCILAMA_OK.
    pub fn scilama_trainer_gradients(trainer: *mut scilama_trainer, gradients: *mut scilama_tensor, error: *mut scilama_error) -> scilama_status;
    /// The gradient buffer of scilama_trainer_gradients(), \[trainable numbers\], where it lies; writable:
    /// to add up gradients of several processes between forward_backward and apply. The
    /// tensor keeps the trainer's memory, not its hold on the model.
    /// - out: as in scilama_gene_table_to_dlpack().
    ///
    /// Returns SCILAMA_OK, E_NOMEM. O(1).
    pub fn scilama_trainer_gradients_to_dlpack(out: *mut *mut DLManagedTensorVersioned, trainer: *mut scilama_trainer, error: *mut scilama_error) -> scilama_status;
    /// KL per latent unit at the last validation that ended an epoch, whatever has been
    /// evaluated since; NaN before the first one and without a validation split.
    /// - kl_s: \[L\], mean over cells; may be NULL.
    /// - kl_f: \[L\], mean over genes; zeros in the cell objective; may be NULL.
    ///
    /// Returns SCILAMA_OK.
    pub fn scilama_trainer_kl_per_unit(trainer: *mut scilama_trainer, kl_s: *mut f64, kl_f: *mut f64, error: *mut scilama_error) -> scilama_status;
    /// Bytes that scilama_trainer_create() would reserve.
    /// - options: as there.
    ///
    /// Returns SCILAMA_OK, or what scilama_trainer_create() would return.
    pub fn scilama_trainer_memory(model: *const scilama_model, dataset: *const scilama_dataset, options: *const scilama_trainer_options, bytes: *mut i64, error: *mut scilama_error) -> scilama_status;
    /// Writes the defaults of a preset.
    /// - preset: scilama_preset.
    pub fn scilama_trainer_options_init(options: *mut scilama_trainer_options, struct_size: usize, preset: i32) -> scilama_status;
    /// Steps until finished.
    /// - progress: may be NULL.
    ///
    /// Returns as scilama_trainer_step(), the steps before it kept; E_CALLBACK (progress asked to stop).
    pub fn scilama_trainer_run(trainer: *mut scilama_trainer, progress: scilama_progress_fn, user: *mut c_void, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    /// Steps to the end of the current epoch.
    ///
    /// Returns as scilama_trainer_step(), the steps before it kept.
    pub fn scilama_trainer_run_epoch(trainer: *mut scilama_trainer, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    /// Reads or overrides the running lr, β, γ. NaN = by schedule (set), current value (get).
    ///
    /// Returns SCILAMA_OK, E_INVALID (negative, infinite or too large).
    pub fn scilama_trainer_set_rates(trainer: *mut scilama_trainer, lr: f64, beta: f64, gamma: f64, error: *mut scilama_error) -> scilama_status;
    /// Copies the state (weights, optimiser, best weights, counters) to a buffer. A trainer
    /// restored from it continues bit for bit.
    ///
    /// Returns SCILAMA_OK, E_INVALID (size too small), E_STATE (gradients are pending).
    pub fn scilama_trainer_state_get(trainer: *const scilama_trainer, buffer: *mut c_void, size: i64, error: *mut scilama_error) -> scilama_status;
    /// Restores a state taken from a trainer of the same model, data and options.
    ///
    /// Returns SCILAMA_OK, E_FORMAT, E_UNSUPPORTED (of another version), E_INVALID (of another problem).
    pub fn scilama_trainer_state_set(trainer: *mut scilama_trainer, buffer: *const c_void, size: i64, error: *mut scilama_error) -> scilama_status;
    /// Bytes of a saved state.
    pub fn scilama_trainer_state_size(trainer: *const scilama_trainer) -> i64;
    /// Runs one optimiser step on the next mini-batch; validates at the end of an epoch.
    ///
    /// - info: Receives progress; may be NULL.
    ///
    /// Returns SCILAMA_OK, SCILAMA_E_NONFINITE (the first parameter or loss at fault is
    /// named), SCILAMA_E_CANCELLED or SCILAMA_E_STATE (finished); of a streamed dataset also what
    /// reading its rows returns. Never allocates.
    pub fn scilama_trainer_step(trainer: *mut scilama_trainer, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    /// Write the defaults.
    pub fn scilama_umap_options_init(options: *mut scilama_umap_options, struct_size: usize) -> scilama_status;
    /// Version of the library in use, as major * 10000 + minor * 100 + patch.
    pub fn scilama_version() -> i32;
    /// Version of the library in use, "major.minor.patch". Static storage.
    pub fn scilama_version_string() -> *const c_char;
    /// Compares the expression of every gene between groups of cells by the Wilcoxon
    /// rank-sum test (Mann–Whitney U, ties by average ranks, normal approximation).
    ///
    /// - dataset: Its recipe is fitted first where it is stale.
    /// - groups: \[cells\] codes.
    /// - table: Receives the first nine arrays; paired ones are left alone.
    ///
    /// Returns SCILAMA_OK, E_INVALID, E_STATE (the matrix was given back), E_NOMEM, E_CANCELLED, and as scilama_dataset_preprocess()
    /// where the recipe is to be fitted first. O(stored · log) time; memory for
    /// about 2 million entries beside the table, whatever the matrix.
    pub fn scilama_wilcoxon(dataset: *mut scilama_dataset, groups: *const i32, n_groups: i64, options: *const scilama_marker_options, table: *mut scilama_marker_table, error: *mut scilama_error) -> scilama_status;
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    use std::mem::size_of;
    assert!(size_of::<scilama_knn_options>() == 32);
    assert!(size_of::<scilama_knn_report>() == 24);
    assert!(size_of::<scilama_leiden_options>() == 48);
    assert!(size_of::<scilama_leiden_report>() == 40);
    assert!(size_of::<scilama_cluster_options>() == 48);
    assert!(size_of::<scilama_agreement>() == 56);
    assert!(size_of::<scilama_kmeans_options>() == 40);
    assert!(size_of::<scilama_pca_options>() == 40);
    assert!(size_of::<scilama_umap_options>() == 96);
    assert!(size_of::<scilama_score_options>() == 72);
    assert!(size_of::<scilama_scores>() == 216);
    assert!(size_of::<scilama_marker_options>() == 40);
    assert!(size_of::<scilama_marker_table>() == 120);
    assert!(size_of::<scilama_module_options>() == 64);
    assert!(size_of::<scilama_module_report>() == 48);
    assert!(size_of::<scilama_coherence_options>() == 40);
    assert!(size_of::<scilama_enrichment_options>() == 32);
    assert!(size_of::<scilama_holdout_options>() == 56);
    assert!(size_of::<scilama_holdout_report>() == 80);
    assert!(size_of::<scilama_loading_options>() == 24);
    assert!(size_of::<scilama_loading_report>() == 48);
    assert!(size_of::<scilama_allocator>() == 24);
    assert!(size_of::<scilama_context_options>() == 40);
    assert!(size_of::<scilama_matrix>() == 88);
    assert!(size_of::<scilama_row_block>() == 56);
    assert!(size_of::<scilama_row_source>() == 72);
    assert!(size_of::<scilama_concat_options>() == 40);
    assert!(size_of::<scilama_column_info>() == 32);
    assert!(size_of::<scilama_preprocess_options>() == 88);
    assert!(size_of::<scilama_preprocess_report>() == 248);
    assert!(size_of::<scilama_match_options>() == 48);
    assert!(size_of::<scilama_match_report>() == 64);
    assert!(size_of::<scilama_arrow_options>() == 32);
    assert!(size_of::<scilama_file_options>() == 80);
    assert!(size_of::<scilama_table_options>() == 32);
    assert!(size_of::<scilama_query_report>() == 80);
    assert!(size_of::<scilama_covariate_report>() == 48);
    assert!(size_of::<scilama_reference_info>() == 48);
    assert!(size_of::<scilama_label_info>() == 40);
    assert!(size_of::<scilama_adapt_options>() == 24);
    assert!(size_of::<scilama_adapt_report>() == 56);
    assert!(size_of::<scilama_map_block>() == 120);
    assert!(size_of::<scilama_map_options>() == 64);
    assert!(size_of::<scilama_tensor>() == 56);
    assert!(size_of::<scilama_model_info>() == 80);
    assert!(size_of::<scilama_covariate_info>() == 64);
    assert!(size_of::<scilama_decode_options>() == 48);
    assert!(size_of::<scilama_gene_forecast>() == 32);
    assert!(size_of::<scilama_option_info>() == 88);
    assert!(size_of::<scilama_error>() == 256);
    assert!(size_of::<scilama_trainer_options>() == 248);
    assert!(size_of::<scilama_step_info>() == 208);
    assert!(size_of::<scilama_evaluation>() == 72);
    assert!(size_of::<scilama_fit_options>() == 80);
    assert!(size_of::<scilama_model_options>() == 144);
};
