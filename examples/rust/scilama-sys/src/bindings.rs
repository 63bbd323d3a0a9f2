/* Made by generate.py from the public headers; never edited by hand. */

use std::os::raw::{c_char, c_int, c_void};

pub const SCILAMA_OK: i32 = 0;
pub const SCILAMA_E_INVALID: i32 = -1;
pub const SCILAMA_E_NOMEM: i32 = -2;
pub const SCILAMA_E_STATE: i32 = -3;
pub const SCILAMA_E_UNSUPPORTED: i32 = -4;
pub const SCILAMA_E_IO: i32 = -5;
pub const SCILAMA_E_FORMAT: i32 = -6;
pub const SCILAMA_E_NOTFOUND: i32 = -7;
pub const SCILAMA_E_NONFINITE: i32 = -8;
pub const SCILAMA_E_CANCELLED: i32 = -9;
pub const SCILAMA_E_DEPENDENCY: i32 = -10;
pub const SCILAMA_E_DUPLICATE: i32 = -11;
pub const SCILAMA_E_CALLBACK: i32 = -12;
pub const SCILAMA_E_INTERNAL: i32 = -13;
pub const SCILAMA_LOG_ERROR: i32 = 10;
pub const SCILAMA_LOG_WARNING: i32 = 20;
pub const SCILAMA_LOG_INFO: i32 = 30;
pub const SCILAMA_LOG_DEBUG: i32 = 40;
pub const SCILAMA_PRESET_PUBLISHED: i32 = 0;
pub const SCILAMA_PRESET_RECOMMENDED: i32 = 1;
pub const SCILAMA_OPTIONS_PREPROCESS: i32 = 1;
pub const SCILAMA_OPTIONS_MODEL: i32 = 2;
pub const SCILAMA_OPTIONS_TRAINER: i32 = 3;
pub const SCILAMA_OPTION_SWITCH: i32 = 1;
pub const SCILAMA_OPTION_CHOICE: i32 = 2;
pub const SCILAMA_OPTION_INTEGER: i32 = 3;
pub const SCILAMA_OPTION_SEED: i32 = 4;
pub const SCILAMA_OPTION_REAL: i32 = 5;
pub const SCILAMA_OPTION_NUMBER: i32 = 6;
pub const SCILAMA_OPTION_WIDTHS: i32 = 7;
pub const SCILAMA_OPTION_TEXT: i32 = 8;
pub const SCILAMA_ACT_LEAKY_RELU: i32 = 0;
pub const SCILAMA_ACT_RELU: i32 = 1;
pub const SCILAMA_ACT_ELU: i32 = 2;
pub const SCILAMA_ACT_SELU: i32 = 3;
pub const SCILAMA_ACT_GELU: i32 = 4;
pub const SCILAMA_ACT_SILU: i32 = 5;
pub const SCILAMA_ACT_TANH: i32 = 6;
pub const SCILAMA_ACT_SOFTPLUS: i32 = 7;
pub const SCILAMA_ACT_IDENTITY: i32 = 8;
pub const SCILAMA_OBJECTIVE_CELL: i32 = 1;
pub const SCILAMA_OBJECTIVE_GENE: i32 = 2;
pub const SCILAMA_OBJECTIVE_JOINT: i32 = 3;
pub const SCILAMA_FUSION_AVERAGE: i32 = 0;
pub const SCILAMA_FUSION_POE: i32 = 1;
pub const SCILAMA_FUSION_MOE: i32 = 2;
pub const SCILAMA_FUSION_POE_PRIOR: i32 = 3;
pub const SCILAMA_PAIR_SCALE_ONE: i32 = 0;
pub const SCILAMA_PAIR_SCALE_RSQRT: i32 = 1;
pub const SCILAMA_LIKELIHOOD_GAUSSIAN: i32 = 0;
pub const SCILAMA_LIKELIHOOD_POISSON: i32 = 1;
pub const SCILAMA_LIKELIHOOD_NB: i32 = 2;
pub const SCILAMA_GENE_INPUT_AUTO: i32 = 0;
pub const SCILAMA_GENE_INPUT_TABLES: i32 = 1;
pub const SCILAMA_GENE_INPUT_TRANSPOSED: i32 = 2;
pub const SCILAMA_GENE_INPUT_NONE: i32 = 3;
pub const SCILAMA_STORAGE_DENSE: i32 = 1;
pub const SCILAMA_STORAGE_CSR: i32 = 2;
pub const SCILAMA_STORAGE_CSC: i32 = 3;
pub const SCILAMA_DTYPE_F32: i32 = 1;
pub const SCILAMA_DTYPE_F64: i32 = 2;
pub const SCILAMA_DTYPE_I32: i32 = 10;
pub const SCILAMA_DTYPE_I64: i32 = 11;
pub const SCILAMA_DTYPE_U16: i32 = 20;
pub const SCILAMA_DTYPE_U32: i32 = 21;
pub const SCILAMA_MEMORY_COPY: i32 = 1;
pub const SCILAMA_MEMORY_BORROW: i32 = 2;
pub const SCILAMA_COLUMN_NUMERIC: i32 = 1;
pub const SCILAMA_COLUMN_CATEGORICAL: i32 = 2;
pub const SCILAMA_COVARIATE_CATEGORICAL: i32 = 1;
pub const SCILAMA_COVARIATE_CONTINUOUS: i32 = 2;
pub const SCILAMA_COVARIATE_RAW: i32 = 3;
pub const SCILAMA_SPLIT_TRAIN: i32 = 0;
pub const SCILAMA_SPLIT_VALIDATION: i32 = 1;
pub const SCILAMA_SPLIT_TEST: i32 = 2;
pub const SCILAMA_SPLIT_EXCLUDED: i32 = 3;
pub const SCILAMA_INPUT_AUTO: i32 = 0;
pub const SCILAMA_INPUT_COUNTS: i32 = 1;
pub const SCILAMA_INPUT_EXPRESSION: i32 = 2;
pub const SCILAMA_INPUT_LOGGED: i32 = 3;
pub const SCILAMA_INPUT_SCALED: i32 = 4;
pub const SCILAMA_AUTO: i32 = -1;
pub const SCILAMA_OFF: i32 = 0;
pub const SCILAMA_ON: i32 = 1;
pub const SCILAMA_HVG_AUTO: i32 = -1;
pub const SCILAMA_HVG_NONE: i32 = 0;
pub const SCILAMA_HVG_SEURAT: i32 = 1;
pub const SCILAMA_HVG_SEURAT_V3: i32 = 2;
pub const SCILAMA_MISSING_DROP: i32 = 0;
pub const SCILAMA_MISSING_MEAN: i32 = 1;
pub const SCILAMA_MISSING_KEEP: i32 = 2;
pub const SCILAMA_HEAD_CELL: i32 = 0;
pub const SCILAMA_HEAD_PAIRED: i32 = 1;
pub const SCILAMA_HEAD_BEST: i32 = 2;
pub const SCILAMA_MODE_BETA_VAE: i32 = 1;
pub const SCILAMA_MODE_DIRECT: i32 = 2;
pub const SCILAMA_MODE_STEPWISE: i32 = 3;
pub const SCILAMA_MODE_GENE: i32 = 4;
pub const SCILAMA_MODE_CELL_GENE: i32 = 5;
pub const SCILAMA_SHUFFLE_NONE: i32 = 0;
pub const SCILAMA_SHUFFLE_AUTO: i32 = 1;
pub const SCILAMA_SHUFFLE_CHUNKED: i32 = 2;
pub const SCILAMA_SHUFFLE_FULL: i32 = 3;
pub const SCILAMA_SAMPLING_NORMAL: i32 = 0;
pub const SCILAMA_SAMPLING_MEAN: i32 = 1;
pub const SCILAMA_LR_EXPONENTIAL: i32 = 0;
pub const SCILAMA_LR_CONSTANT: i32 = 1;
pub const SCILAMA_LR_COSINE: i32 = 2;
pub const SCILAMA_PRECISION_F32: i32 = 0;
pub const SCILAMA_PRECISION_BF16: i32 = 1;
pub const SCILAMA_NONFINITE_FAIL: i32 = 0;
pub const SCILAMA_NONFINITE_SKIP: i32 = 1;
pub const SCILAMA_EVENT_EPOCH_END: i32 = 1;
pub const SCILAMA_EVENT_IMPROVED: i32 = 2;
pub const SCILAMA_EVENT_PHASE_END: i32 = 4;
pub const SCILAMA_EVENT_CONVERGED: i32 = 8;
pub const SCILAMA_EVENT_FINISHED: i32 = 16;
pub const SCILAMA_EVENT_SKIPPED: i32 = 32;
pub const SCILAMA_EVENT_COLLAPSED: i32 = 64;
pub const SCILAMA_METRIC_EUCLIDEAN: i32 = 1;
pub const SCILAMA_METRIC_COSINE: i32 = 2;
pub const SCILAMA_KNN_AUTO: i32 = 0;
pub const SCILAMA_KNN_EXACT: i32 = 1;
pub const SCILAMA_KNN_APPROXIMATE: i32 = 2;
pub const SCILAMA_GRAPH_FUZZY: i32 = 1;
pub const SCILAMA_GRAPH_JACCARD: i32 = 2;
pub const SCILAMA_QUALITY_MODULARITY: i32 = 1;
pub const SCILAMA_QUALITY_CPM: i32 = 2;
pub const SCILAMA_UMAP_SPECTRAL: i32 = 1;
pub const SCILAMA_UMAP_PCA: i32 = 2;
pub const SCILAMA_UMAP_GIVEN: i32 = 3;
pub const SCILAMA_UMAP_RANDOM: i32 = 4;

#[repr(C)]
pub struct scilama_context {
    _private: [u8; 0],
}

#[repr(C)]
pub struct scilama_dataset {
    _private: [u8; 0],
}

#[repr(C)]
pub struct scilama_gene_aliases {
    _private: [u8; 0],
}

#[repr(C)]
pub struct scilama_gene_sets {
    _private: [u8; 0],
}

#[repr(C)]
pub struct scilama_gene_table {
    _private: [u8; 0],
}

#[repr(C)]
pub struct scilama_graph {
    _private: [u8; 0],
}

#[repr(C)]
pub struct scilama_h5ad_writer {
    _private: [u8; 0],
}

#[repr(C)]
pub struct scilama_model {
    _private: [u8; 0],
}

#[repr(C)]
pub struct scilama_reference {
    _private: [u8; 0],
}

#[repr(C)]
pub struct scilama_trainer {
    _private: [u8; 0],
}

pub type scilama_status = i32;

pub type scilama_log_fn = Option<unsafe extern "C" fn(user: *mut c_void, level: i32, text: *const c_char)>;

pub type scilama_stage_fn = Option<unsafe extern "C" fn(user: *mut c_void, stage: *const c_char, share: f64)>;

pub type scilama_fetch_fn = Option<unsafe extern "C" fn(user: *mut c_void, block: *const scilama_row_block, error: *mut scilama_error) -> scilama_status>;

pub type scilama_progress_fn = Option<unsafe extern "C" fn(user: *mut c_void, info: *const scilama_step_info) -> i32>;

pub type scilama_release_fn = Option<unsafe extern "C" fn(user: *mut c_void)>;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_error {
    pub code: scilama_status,
    pub detail: i32,
    pub message: [c_char; 248],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_allocator {
    pub user: *mut c_void,
    pub allocate: Option<unsafe extern "C" fn(user: *mut c_void, size: usize, align: usize) -> *mut c_void>,
    pub release: Option<unsafe extern "C" fn(user: *mut c_void, ptr: *mut c_void, size: usize, align: usize)>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_context_options {
    pub struct_size: usize,
    pub allocator: *const scilama_allocator,
    pub log: scilama_log_fn,
    pub log_user: *mut c_void,
    pub log_level: i32,
    pub threads: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_option_info {
    pub struct_size: usize,
    pub name: *const c_char,
    pub help: *const c_char,
    pub group: *const c_char,
    pub offset: usize,
    pub kind: i32,
    pub elements: i32,
    pub least: f64,
    pub most: f64,
    pub above_least: i32,
    pub below_most: i32,
    pub published: f64,
    pub recommended: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_model_options {
    pub struct_size: usize,
    pub latent: i64,
    pub hidden: [i64; 6],
    pub activation: i32,
    pub layer_norm: i32,
    pub batch_norm: i32,
    pub fusion: i32,
    pub pair_scale: i32,
    pub gene_input: i32,
    pub encoder_covariates: i32,
    pub alignment_bias: i32,
    pub gene_residual: i32,
    pub likelihood: i32,
    pub dropout: f32,
    pub var_eps: f32,
    pub embed_center: i32,
    pub embed_normalize: i32,
    pub embed_whiten: i32,
    pub reserved: i32,
    pub embed_pca: i64,
    pub seed: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_matrix {
    pub struct_size: usize,
    pub storage: i32,
    pub value_type: i32,
    pub index_type: i32,
    pub memory: i32,
    pub rows: i64,
    pub cols: i64,
    pub ld: i64,
    pub stored: i64,
    pub values: *const c_void,
    pub indices: *const c_void,
    pub indptr: *const c_void,
    pub indptr_type: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_row_block {
    pub struct_size: usize,
    pub rows: i64,
    pub genes: i64,
    pub cells: *const i64,
    pub values: *mut f32,
    pub indices: *mut i32,
    pub indptr: *mut i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_row_source {
    pub struct_size: usize,
    pub storage: i32,
    pub reserved: i32,
    pub rows: i64,
    pub cols: i64,
    pub memory: i64,
    pub lump: i64,
    pub fetch: scilama_fetch_fn,
    pub user: *mut c_void,
    pub release: Option<unsafe extern "C" fn(user: *mut c_void)>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_column_info {
    pub struct_size: usize,
    pub kind: i32,
    pub reserved: i32,
    pub categories: i64,
    pub missing: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_preprocess_options {
    pub struct_size: usize,
    pub input: i32,
    pub normalize: i32,
    pub log1p: i32,
    pub hvg: i32,
    pub scale: i32,
    pub hvg_by_batch: i32,
    pub n_top_genes: i64,
    pub min_genes: i64,
    pub min_cells: i64,
    pub target_sum: f64,
    pub max_value: f64,
    pub batch_key: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_preprocess_report {
    pub struct_size: usize,
    pub input: i32,
    pub normalized: i32,
    pub logged: i32,
    pub hvg: i32,
    pub scaled: i32,
    pub reserved: i32,
    pub cells_total: i64,
    pub cells_excluded: i64,
    pub genes_total: i64,
    pub genes_filtered: i64,
    pub genes_unmatched: i64,
    pub genes_used: i64,
    pub reason: [c_char; 160],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_match_options {
    pub struct_size: usize,
    pub ignore_case: i32,
    pub strip_version: i32,
    pub missing: i32,
    pub first_duplicate: i32,
    pub alias_from: *const *const c_char,
    pub alias_to: *const *const c_char,
    pub aliases: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_match_report {
    pub struct_size: usize,
    pub genes: i64,
    pub table_rows: i64,
    pub matched: i64,
    pub missing: i64,
    pub duplicated: i64,
    pub unused: i64,
    pub width: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_tensor {
    pub struct_size: usize,
    pub name: *const c_char,
    pub data: *mut c_void,
    pub dtype: i32,
    pub rank: i32,
    pub rows: i64,
    pub cols: i64,
    pub trainable: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_model_info {
    pub struct_size: usize,
    pub genes: i64,
    pub latent: i64,
    pub covariate_columns: i64,
    pub modalities: i64,
    pub parameters: i64,
    pub steps: i64,
    pub first_duplicate: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_covariate_info {
    pub struct_size: usize,
    pub name: *const c_char,
    pub kind: i32,
    pub reserved: i32,
    pub first: i64,
    pub columns: i64,
    pub categories: i64,
    pub mean: f64,
    pub deviation: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_decode_options {
    pub struct_size: usize,
    pub to_key: *const *const c_char,
    pub to_value: *const *const c_char,
    pub replacements: i64,
    pub average_batches: i32,
    pub head: i32,
    pub unscale: i32,
    pub match_levels: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_gene_forecast {
    pub struct_size: usize,
    pub mean: *mut f64,
    pub deviation: *mut f64,
    pub correlation: *mut f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_query_report {
    pub struct_size: usize,
    pub cells: i64,
    pub genes: i64,
    pub measured: i64,
    pub variance: f64,
    pub recovered: f64,
    pub unknown_cells: i64,
    pub missing_cells: i64,
    pub others: i64,
    pub explained: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_covariate_report {
    pub struct_size: usize,
    pub cells: i64,
    pub unknown: i64,
    pub missing: i64,
    pub categories: i64,
    pub first: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_reference_info {
    pub struct_size: usize,
    pub cells: i64,
    pub dim: i64,
    pub labels: i64,
    pub layout_dims: i64,
    pub reach: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_label_info {
    pub struct_size: usize,
    pub name: *const c_char,
    pub categories: i64,
    pub temperature: f64,
    pub floor: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_adapt_options {
    pub struct_size: usize,
    pub decoder_steps: i64,
    pub seed: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_adapt_report {
    pub struct_size: usize,
    pub categories: i64,
    pub aligned: i64,
    pub cells: i64,
    pub apart_before: f64,
    pub apart_after: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_trainer_options {
    pub struct_size: usize,
    pub mode: i32,
    pub sampling: i32,
    pub validation_sampling: i32,
    pub shuffle: i32,
    pub batch_size: i64,
    pub epochs: i64,
    pub patience: i64,
    pub lr: f64,
    pub lr_decay: f64,
    pub weight_decay: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    pub kl_start: f64,
    pub kl_end: f64,
    pub kl_rate: f64,
    pub kl_delay: i64,
    pub gamma: f64,
    pub clip_norm: f64,
    pub free_bits: f64,
    pub residual_l2: f64,
    pub lr_schedule: i32,
    pub on_nonfinite: i32,
    pub best_from_start: i32,
    pub gene_kl_per_cell: i32,
    pub gene_batch: i64,
    pub max_steps: i64,
    pub seed: u64,
    pub track_correlation: i32,
    pub keep_last: i32,
    pub freeze_reference: i32,
    pub precision: i32,
    pub gene_gamma: f64,
    pub shuffle_block: i64,
    pub shuffle_window: i64,
    pub prior_strength: f64,
    pub prior_vectors: i32,
    pub kl_repair: i32,
    pub kl_by_signal: i32,
    pub reserved: i32,
    pub gene_max_steps: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_step_info {
    pub struct_size: usize,
    pub events: i32,
    pub objective: i32,
    pub phase: i32,
    pub phases: i32,
    pub step: i64,
    pub epoch: i64,
    pub epochs: i64,
    pub cells: i64,
    pub steps_per_epoch: i64,
    pub skipped: i64,
    pub loss: f64,
    pub nll: f64,
    pub kl_s: f64,
    pub kl_f: f64,
    pub beta: f64,
    pub gamma: f64,
    pub lr: f64,
    pub grad_norm: f64,
    pub validation_loss: f64,
    pub validation_nll: f64,
    pub validation_kl_s: f64,
    pub validation_kl_f: f64,
    pub best_loss: f64,
    pub pearson: f64,
    pub spearman: f64,
    pub best_epoch: i64,
    pub active_units: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_evaluation {
    pub struct_size: usize,
    pub loss: f64,
    pub nll: f64,
    pub kl_s: f64,
    pub kl_f: f64,
    pub pearson: f64,
    pub spearman: f64,
    pub active_units: i64,
    pub cells: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_fit_options {
    pub struct_size: usize,
    pub preset: i32,
    pub no_preprocess: i32,
    pub train_fraction: f64,
    pub seed: u64,
    pub stratify: *const c_char,
    pub preprocess: *const scilama_preprocess_options,
    pub model: *const scilama_model_options,
    pub trainer: *const scilama_trainer_options,
    pub progress: scilama_progress_fn,
    pub progress_user: *mut c_void,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_knn_options {
    pub struct_size: usize,
    pub neighbors: i64,
    pub metric: i32,
    pub method: i32,
    pub seed: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_knn_report {
    pub struct_size: usize,
    pub method: i32,
    pub rounds: i32,
    pub recall: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_leiden_options {
    pub struct_size: usize,
    pub quality: i32,
    pub iterations: i32,
    pub resolution: f64,
    pub randomness: f64,
    pub seed: u64,
    pub restarts: i32,
    pub patience: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_leiden_report {
    pub struct_size: usize,
    pub communities: i64,
    pub quality: f64,
    pub resolution: f64,
    pub iterations: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_cluster_options {
    pub struct_size: usize,
    pub neighbors: i64,
    pub communities: i64,
    pub resolution: f64,
    pub seed: u64,
    pub metric: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_agreement {
    pub struct_size: usize,
    pub compared: i64,
    pub ari: f64,
    pub nmi: f64,
    pub ami: f64,
    pub homogeneity: f64,
    pub completeness: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_kmeans_options {
    pub struct_size: usize,
    pub clusters: i64,
    pub restarts: i32,
    pub max_iterations: i32,
    pub tolerance: f64,
    pub seed: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_pca_options {
    pub struct_size: usize,
    pub components: i64,
    pub center: i32,
    pub max_iterations: i32,
    pub tolerance: f64,
    pub seed: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_umap_options {
    pub struct_size: usize,
    pub dimensions: i64,
    pub init: i32,
    pub epochs: i32,
    pub negative_samples: i32,
    pub reserved: i32,
    pub min_dist: f64,
    pub spread: f64,
    pub learning_rate: f64,
    pub repulsion: f64,
    pub seed: u64,
    pub points: *const f32,
    pub points_dim: i64,
    pub points_ld: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_score_options {
    pub struct_size: usize,
    pub baseline: *const f32,
    pub baseline_dim: i64,
    pub baseline_ld: i64,
    pub resolutions: i64,
    pub max_resolution: f64,
    pub kbet_alpha: f64,
    pub seed: u64,
    pub max_cells: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_scores {
    pub struct_size: usize,
    pub cells: i64,
    pub labels: i64,
    pub batches: i64,
    pub nmi: f64,
    pub ari: f64,
    pub ami: f64,
    pub nmi_resolution: f64,
    pub nmi_kmeans: f64,
    pub ari_kmeans: f64,
    pub silhouette_label: f64,
    pub isolated_silhouette: f64,
    pub isolated_f1: f64,
    pub clisi: f64,
    pub silhouette_batch: f64,
    pub bras: f64,
    pub ilisi: f64,
    pub kbet: f64,
    pub kbet_label: f64,
    pub graph_connectivity: f64,
    pub pcr: f64,
    pub bio: f64,
    pub batch: f64,
    pub total: f64,
    pub batch_ari: f64,
    pub batch_nmi: f64,
    pub scored: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_marker_options {
    pub struct_size: usize,
    pub reference: i64,
    pub permutations: i64,
    pub seed: u64,
    pub tie_correct: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_marker_table {
    pub struct_size: usize,
    pub z: *mut f64,
    pub p_value: *mut f64,
    pub p_adjusted: *mut f64,
    pub auroc: *mut f64,
    pub log2_fold_change: *mut f64,
    pub mean_in: *mut f64,
    pub mean_out: *mut f64,
    pub fraction_in: *mut f64,
    pub fraction_out: *mut f64,
    pub paired_score: *mut f64,
    pub paired_z: *mut f64,
    pub paired_p: *mut f64,
    pub paired_fdr: *mut f64,
    pub combined_rank: *mut f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_module_options {
    pub struct_size: usize,
    pub neighbors: i64,
    pub min_size: i64,
    pub rounds: i64,
    pub resolution: f64,
    pub sample: f64,
    pub seed: u64,
    pub metric: i32,
    pub graph: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_module_report {
    pub struct_size: usize,
    pub genes: i64,
    pub modules: i64,
    pub assigned: i64,
    pub modularity: f64,
    pub chance: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_coherence_options {
    pub struct_size: usize,
    pub permutations: i64,
    pub max_cells: i64,
    pub seed: u64,
    pub cells: *const u8,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_enrichment_options {
    pub struct_size: usize,
    pub min_size: i64,
    pub max_size: i64,
    pub annotated: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_holdout_options {
    pub struct_size: usize,
    pub fraction: f64,
    pub rounds: i64,
    pub components: i64,
    pub neighbors: i64,
    pub seed: u64,
    pub baselines: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_holdout_report {
    pub struct_size: usize,
    pub genes: i64,
    pub kernel: f64,
    pub shuffled: f64,
    pub ridge: f64,
    pub nearest: f64,
    pub ceiling: f64,
    pub gain: f64,
    pub gain_low: f64,
    pub gain_high: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_h5ad_options {
    pub struct_size: usize,
    pub layer: *const c_char,
    pub first_duplicate: i32,
    pub annotation_only: i32,
    pub gene_ids: i32,
    pub reserved: i32,
    pub stream_memory: i64,
    pub scratch_folder: *const c_char,
    pub modality: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_table_options {
    pub struct_size: usize,
    pub names_path: *const c_char,
    pub key: *const c_char,
    pub first_duplicate: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct scilama_arrow_options {
    pub struct_size: usize,
    pub names: *const c_char,
    pub vectors: *const c_char,
    pub skip_nulls: i32,
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
    pub fn scilama_adapt_options_init(options: *mut scilama_adapt_options, struct_size: usize) -> scilama_status;
    pub fn scilama_adapt_report_init(report: *mut scilama_adapt_report, struct_size: usize) -> scilama_status;
    pub fn scilama_agreement_init(agreement: *mut scilama_agreement, struct_size: usize) -> scilama_status;
    pub fn scilama_arrow_options_init(options: *mut scilama_arrow_options, struct_size: usize) -> scilama_status;
    pub fn scilama_arrow_to_stream(stream: *mut ArrowArrayStream, context: *mut scilama_context, schema: *mut ArrowSchema, array: *mut ArrowArray, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_bytes_destroy(context: *mut scilama_context, bytes: *mut c_void);
    pub fn scilama_cluster(context: *mut scilama_context, points: *const f32, n: i64, dim: i64, ld: i64, options: *const scilama_cluster_options, labels: *mut i32, report: *mut scilama_leiden_report, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_cluster_options_init(options: *mut scilama_cluster_options, struct_size: usize) -> scilama_status;
    pub fn scilama_coherence_options_init(options: *mut scilama_coherence_options, struct_size: usize) -> scilama_status;
    pub fn scilama_column_info_init(info: *mut scilama_column_info, struct_size: usize) -> scilama_status;
    pub fn scilama_context_cancel(context: *mut scilama_context);
    pub fn scilama_context_create(out: *mut *mut scilama_context, options: *const scilama_context_options, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_context_describe(context: *const scilama_context, buffer: *mut c_char, size: usize, needed: *mut usize) -> scilama_status;
    pub fn scilama_context_destroy(context: *mut scilama_context);
    pub fn scilama_context_memory(context: *const scilama_context, bytes_now: *mut i64, bytes_peak: *mut i64);
    pub fn scilama_context_options_init(options: *mut scilama_context_options, struct_size: usize) -> scilama_status;
    pub fn scilama_context_resume(context: *mut scilama_context);
    pub fn scilama_context_set_progress(context: *mut scilama_context, progress: scilama_stage_fn, user: *mut c_void, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_context_threads(context: *const scilama_context) -> i32;
    pub fn scilama_covariate_info_init(info: *mut scilama_covariate_info, struct_size: usize) -> scilama_status;
    pub fn scilama_covariate_report_init(report: *mut scilama_covariate_report, struct_size: usize) -> scilama_status;
    pub fn scilama_dataset_add_gene_table(dataset: *mut scilama_dataset, name: *const c_char, table: *mut scilama_gene_table, options: *const scilama_match_options, report: *mut scilama_match_report, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_category(dataset: *const scilama_dataset, name: *const c_char, category: i64) -> *const c_char;
    pub fn scilama_dataset_cell_name(dataset: *const scilama_dataset, cell: i64) -> *const c_char;
    pub fn scilama_dataset_cells(dataset: *const scilama_dataset) -> i64;
    pub fn scilama_dataset_column_info(dataset: *const scilama_dataset, name: *const c_char, info: *mut scilama_column_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_column_name(dataset: *const scilama_dataset, column: i64) -> *const c_char;
    pub fn scilama_dataset_columns(dataset: *const scilama_dataset) -> i64;
    pub fn scilama_dataset_create(out: *mut *mut scilama_dataset, context: *mut scilama_context, matrix: *const scilama_matrix, cell_names: *const *const c_char, gene_names: *const *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_create_from_rows(out: *mut *mut scilama_dataset, context: *mut scilama_context, source: *const scilama_row_source, cell_names: *const *const c_char, gene_names: *const *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_destroy(dataset: *mut scilama_dataset);
    pub fn scilama_dataset_gene_name(dataset: *const scilama_dataset, gene: i64) -> *const c_char;
    pub fn scilama_dataset_genes(dataset: *const scilama_dataset) -> i64;
    pub fn scilama_dataset_genes_used(dataset: *const scilama_dataset) -> i64;
    pub fn scilama_dataset_get_codes(dataset: *const scilama_dataset, name: *const c_char, codes: *mut i32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_get_numeric(dataset: *const scilama_dataset, name: *const c_char, values: *mut f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_get_prepared(dataset: *mut scilama_dataset, cells: *const i64, n: i64, values: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_get_split(dataset: *const scilama_dataset, split: *mut i32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_obs_to_arrow(dataset: *const scilama_dataset, schema: *mut ArrowSchema, array: *mut ArrowArray, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_preprocess(dataset: *mut scilama_dataset, options: *const scilama_preprocess_options, report: *mut scilama_preprocess_report, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_read(out: *mut *mut scilama_dataset, context: *mut scilama_context, path: *const c_char, options: *const scilama_h5ad_options, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_read_10x_h5(out: *mut *mut scilama_dataset, context: *mut scilama_context, path: *const c_char, options: *const scilama_h5ad_options, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_read_h5ad(out: *mut *mut scilama_dataset, context: *mut scilama_context, path: *const c_char, options: *const scilama_h5ad_options, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_read_mtx(out: *mut *mut scilama_dataset, context: *mut scilama_context, folder: *const c_char, options: *const scilama_h5ad_options, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_release_input(dataset: *mut scilama_dataset, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_set_codes(dataset: *mut scilama_dataset, name: *const c_char, codes: *const i32, categories: *const *const c_char, n_categories: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_set_numeric(dataset: *mut scilama_dataset, name: *const c_char, values: *const f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_set_split(dataset: *mut scilama_dataset, split: *const i32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_set_strings(dataset: *mut scilama_dataset, name: *const c_char, values: *const *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_split_by(dataset: *mut scilama_dataset, name: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_split_random(dataset: *mut scilama_dataset, train_fraction: f64, validation_fraction: f64, seed: u64, stratify: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_use_covariate(dataset: *mut scilama_dataset, name: *const c_char, kind: i32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dataset_used_gene_name(dataset: *const scilama_dataset, gene: i64) -> *const c_char;
    pub fn scilama_decode_options_init(options: *mut scilama_decode_options, struct_size: usize) -> scilama_status;
    pub fn scilama_dlpack_to_legacy(out: *mut *mut DLManagedTensor, tensor: *mut DLManagedTensorVersioned, drop_read_only: i32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_dlpack_wrap(out: *mut *mut DLManagedTensorVersioned, context: *mut scilama_context, tensor: *const scilama_tensor, read_only: i32, release: scilama_release_fn, user: *mut c_void, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_enrichment(sets: *const scilama_gene_sets, names: *const *const c_char, labels: *const i32, n: i64, modules: i64, options: *const scilama_enrichment_options, overlap: *mut i64, sizes: *mut i64, p: *mut f64, fdr: *mut f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_enrichment_options_init(options: *mut scilama_enrichment_options, struct_size: usize) -> scilama_status;
    pub fn scilama_evaluation_init(evaluation: *mut scilama_evaluation, struct_size: usize) -> scilama_status;
    pub fn scilama_file_describe(text: *mut *mut c_char, context: *mut scilama_context, path: *const c_char, layer: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_fit(out: *mut *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_fit_options, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_fit_options_init(options: *mut scilama_fit_options, struct_size: usize) -> scilama_status;
    pub fn scilama_gene_aliases_count(aliases: *const scilama_gene_aliases) -> i64;
    pub fn scilama_gene_aliases_destroy(aliases: *mut scilama_gene_aliases);
    pub fn scilama_gene_aliases_from(aliases: *const scilama_gene_aliases) -> *const *const c_char;
    pub fn scilama_gene_aliases_read(out: *mut *mut scilama_gene_aliases, context: *mut scilama_context, path: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_gene_aliases_to(aliases: *const scilama_gene_aliases) -> *const *const c_char;
    pub fn scilama_gene_forecast_init(forecast: *mut scilama_gene_forecast, struct_size: usize) -> scilama_status;
    pub fn scilama_gene_holdout(context: *mut scilama_context, expression: *const f32, cells: i64, genes: i64, ld: i64, vectors: *const *const f32, widths: *const i64, tables: i64, options: *const scilama_holdout_options, correlation: *mut f64, expected: *mut f64, report: *mut scilama_holdout_report, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_gene_modules(context: *mut scilama_context, genes: *const f32, n: i64, dim: i64, ld: i64, options: *const scilama_module_options, labels: *mut i32, membership: *mut f64, hub: *mut f64, cohesion: *mut f64, report: *mut scilama_module_report, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_gene_sets_count(sets: *const scilama_gene_sets) -> i64;
    pub fn scilama_gene_sets_description(sets: *const scilama_gene_sets, set: i64) -> *const c_char;
    pub fn scilama_gene_sets_destroy(sets: *mut scilama_gene_sets);
    pub fn scilama_gene_sets_gene(sets: *const scilama_gene_sets, set: i64, gene: i64) -> *const c_char;
    pub fn scilama_gene_sets_name(sets: *const scilama_gene_sets, set: i64) -> *const c_char;
    pub fn scilama_gene_sets_read(out: *mut *mut scilama_gene_sets, context: *mut scilama_context, path: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_gene_sets_size(sets: *const scilama_gene_sets, set: i64) -> i64;
    pub fn scilama_gene_table_create(out: *mut *mut scilama_gene_table, context: *mut scilama_context, names: *const *const c_char, values: *const f32, rows: i64, width: i64, ld: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_gene_table_destroy(table: *mut scilama_gene_table);
    pub fn scilama_gene_table_from_arrow(out: *mut *mut scilama_gene_table, context: *mut scilama_context, schema: *mut ArrowSchema, array: *mut ArrowArray, options: *const scilama_arrow_options, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_gene_table_from_arrow_stream(out: *mut *mut scilama_gene_table, context: *mut scilama_context, stream: *mut ArrowArrayStream, options: *const scilama_arrow_options, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_gene_table_name(table: *const scilama_gene_table, row: i64) -> *const c_char;
    pub fn scilama_gene_table_random(out: *mut *mut scilama_gene_table, context: *mut scilama_context, like: *const scilama_gene_table, seed: u64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_gene_table_read(out: *mut *mut scilama_gene_table, context: *mut scilama_context, path: *const c_char, options: *const scilama_table_options, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_gene_table_rows(table: *const scilama_gene_table) -> i64;
    pub fn scilama_gene_table_shuffled(out: *mut *mut scilama_gene_table, context: *mut scilama_context, table: *const scilama_gene_table, seed: u64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_gene_table_to_arrow(table: *const scilama_gene_table, schema: *mut ArrowSchema, array: *mut ArrowArray, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_gene_table_to_dlpack(out: *mut *mut DLManagedTensorVersioned, table: *const scilama_gene_table, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_gene_table_values(table: *const scilama_gene_table) -> *const f32;
    pub fn scilama_gene_table_width(table: *const scilama_gene_table) -> i64;
    pub fn scilama_gene_table_write(table: *const scilama_gene_table, path: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_graph_destroy(graph: *mut scilama_graph);
    pub fn scilama_graph_entries(graph: *const scilama_graph) -> i64;
    pub fn scilama_graph_from_csr(out: *mut *mut scilama_graph, context: *mut scilama_context, n: i64, indptr: *const i64, indices: *const i32, weights: *const f32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_graph_from_knn(out: *mut *mut scilama_graph, context: *mut scilama_context, kind: i32, n: i64, neighbors: i64, indices: *const i32, distances: *const f32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_graph_indices(graph: *const scilama_graph) -> *const i32;
    pub fn scilama_graph_indptr(graph: *const scilama_graph) -> *const i64;
    pub fn scilama_graph_leiden(graph: *const scilama_graph, options: *const scilama_leiden_options, labels: *mut i32, report: *mut scilama_leiden_report, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_graph_leiden_sweep(graph: *const scilama_graph, options: *const scilama_leiden_options, resolutions: *const f64, count: i64, labels: *mut i32, reports: *mut scilama_leiden_report, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_graph_leiden_target(graph: *const scilama_graph, options: *const scilama_leiden_options, communities: i64, labels: *mut i32, report: *mut scilama_leiden_report, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_graph_quality(graph: *const scilama_graph, quality: i32, resolution: f64, labels: *const i32, value: *mut f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_graph_umap(graph: *const scilama_graph, options: *const scilama_umap_options, layout: *mut f32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_graph_vertices(graph: *const scilama_graph) -> i64;
    pub fn scilama_graph_weights(graph: *const scilama_graph) -> *const f32;
    pub fn scilama_h5ad_options_init(options: *mut scilama_h5ad_options, struct_size: usize) -> scilama_status;
    pub fn scilama_h5ad_read_array(context: *mut scilama_context, path: *const c_char, key: *const c_char, rows: *mut i64, width: *mut i64, values: *mut f32, size: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_read_column(context: *mut scilama_context, path: *const c_char, table: *const c_char, column: *const c_char, rows: *mut i64, values: *mut f64, size: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_read_string(text: *mut *mut c_char, context: *mut scilama_context, path: *const c_char, key: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_cells(writer: *const scilama_h5ad_writer) -> i64;
    pub fn scilama_h5ad_writer_commit(writer: *mut scilama_h5ad_writer, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_create(out: *mut *mut scilama_h5ad_writer, context: *mut scilama_context, output: *const c_char, matrix: *const scilama_matrix, cell_names: *const *const c_char, gene_names: *const *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_destroy(writer: *mut scilama_h5ad_writer);
    pub fn scilama_h5ad_writer_genes(writer: *const scilama_h5ad_writer) -> i64;
    pub fn scilama_h5ad_writer_open(out: *mut *mut scilama_h5ad_writer, context: *mut scilama_context, input: *const c_char, output: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_open_part(out: *mut *mut scilama_h5ad_writer, context: *mut scilama_context, input: *const c_char, options: *const scilama_h5ad_options, output: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_layer(writer: *mut scilama_h5ad_writer, key: *const c_char, matrix: *const scilama_matrix, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_obs_categorical(writer: *mut scilama_h5ad_writer, key: *const c_char, codes: *const i32, categories: *const *const c_char, n_categories: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_obs_numeric(writer: *mut scilama_h5ad_writer, key: *const c_char, values: *const f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_obsm(writer: *mut scilama_h5ad_writer, key: *const c_char, values: *const f32, width: i64, ld: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_obsp(writer: *mut scilama_h5ad_writer, key: *const c_char, indptr: *const i64, indices: *const i32, values: *const f32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_uns_array(writer: *mut scilama_h5ad_writer, key: *const c_char, values: *const f32, rows: i64, cols: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_uns_integer(writer: *mut scilama_h5ad_writer, key: *const c_char, value: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_uns_number(writer: *mut scilama_h5ad_writer, key: *const c_char, value: f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_uns_records(writer: *mut scilama_h5ad_writer, key: *const c_char, fields: *const *const c_char, n_fields: i64, rows: i64, values: *const f64, strings: *const *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_uns_string(writer: *mut scilama_h5ad_writer, key: *const c_char, value: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_uns_strings(writer: *mut scilama_h5ad_writer, key: *const c_char, values: *const *const c_char, count: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_uns_table(writer: *mut scilama_h5ad_writer, key: *const c_char, index: *const *const c_char, rows: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_uns_table_numeric(writer: *mut scilama_h5ad_writer, key: *const c_char, column: *const c_char, values: *const f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_uns_table_strings(writer: *mut scilama_h5ad_writer, key: *const c_char, column: *const c_char, values: *const *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_var_categorical(writer: *mut scilama_h5ad_writer, key: *const c_char, codes: *const i32, categories: *const *const c_char, n_categories: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_var_numeric(writer: *mut scilama_h5ad_writer, key: *const c_char, values: *const f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_varm(writer: *mut scilama_h5ad_writer, key: *const c_char, values: *const f32, width: i64, ld: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_h5ad_writer_put_varp(writer: *mut scilama_h5ad_writer, key: *const c_char, indptr: *const i64, indices: *const i32, values: *const f32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_holdout_options_init(options: *mut scilama_holdout_options, struct_size: usize) -> scilama_status;
    pub fn scilama_holdout_report_init(report: *mut scilama_holdout_report, struct_size: usize) -> scilama_status;
    pub fn scilama_kmeans(context: *mut scilama_context, points: *const f32, n: i64, dim: i64, ld: i64, options: *const scilama_kmeans_options, labels: *mut i32, centers: *mut f32, inertia: *mut f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_kmeans_options_init(options: *mut scilama_kmeans_options, struct_size: usize) -> scilama_status;
    pub fn scilama_knn(context: *mut scilama_context, points: *const f32, n: i64, dim: i64, ld: i64, options: *const scilama_knn_options, indices: *mut i32, distances: *mut f32, report: *mut scilama_knn_report, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_knn_options_init(options: *mut scilama_knn_options, struct_size: usize) -> scilama_status;
    pub fn scilama_knn_report_init(report: *mut scilama_knn_report, struct_size: usize) -> scilama_status;
    pub fn scilama_label_info_init(info: *mut scilama_label_info, struct_size: usize) -> scilama_status;
    pub fn scilama_labels_compare(context: *mut scilama_context, a: *const i32, b: *const i32, n: i64, agreement: *mut scilama_agreement, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_leiden_options_init(options: *mut scilama_leiden_options, struct_size: usize) -> scilama_status;
    pub fn scilama_leiden_report_init(report: *mut scilama_leiden_report, struct_size: usize) -> scilama_status;
    pub fn scilama_lisi(context: *mut scilama_context, n: i64, neighbors: i64, indices: *const i32, distances: *const f32, labels: *const i32, perplexity: f64, lisi: *mut f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_marker_options_init(options: *mut scilama_marker_options, struct_size: usize) -> scilama_status;
    pub fn scilama_marker_table_init(table: *mut scilama_marker_table, struct_size: usize) -> scilama_status;
    pub fn scilama_markers(dataset: *mut scilama_dataset, cells: *const f32, genes: *const f32, dim: i64, groups: *const i32, n_groups: i64, batches: *const i32, options: *const scilama_marker_options, table: *mut scilama_marker_table, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_match_options_init(options: *mut scilama_match_options, struct_size: usize) -> scilama_status;
    pub fn scilama_match_report_init(report: *mut scilama_match_report, struct_size: usize) -> scilama_status;
    pub fn scilama_matrix_init(matrix: *mut scilama_matrix, struct_size: usize) -> scilama_status;
    pub fn scilama_model_adapt(model: *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_adapt_options, report: *mut scilama_adapt_report, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_category(model: *const scilama_model, index: i64, category: i64) -> *const c_char;
    pub fn scilama_model_cells_to_arrow(model: *mut scilama_model, dataset: *mut scilama_dataset, schema: *mut ArrowSchema, array: *mut ArrowArray, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_check_covariate(model: *const scilama_model, dataset: *const scilama_dataset, index: i64, report: *mut scilama_covariate_report, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_check_query(model: *mut scilama_model, dataset: *mut scilama_dataset, report: *mut scilama_query_report, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_copy_parameters(model: *mut scilama_model, from: *const scilama_model, prefix: *const c_char, from_prefix: *const c_char, copied: *mut i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_covariate(model: *const scilama_model, index: i64, info: *mut scilama_covariate_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_covariates(model: *const scilama_model) -> i64;
    pub fn scilama_model_create(out: *mut *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_model_options, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_decode(model: *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_decode_options, values: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_decode_new_genes(model: *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_decode_options, tables: *const *const scilama_gene_table, names: *const *const c_char, n_tables: i64, values: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_describe_reference(model: *mut scilama_model, dataset: *mut scilama_dataset, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_destroy(model: *mut scilama_model);
    pub fn scilama_model_encode_cells(model: *mut scilama_model, dataset: *mut scilama_dataset, mu: *mut f32, sigma: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_encode_genes(model: *mut scilama_model, mu: *mut f32, sigma: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_encode_new_genes(model: *mut scilama_model, tables: *const *const scilama_gene_table, names: *const *const c_char, n_tables: i64, mu: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_extend_covariate(model: *mut scilama_model, key: *const c_char, values: *const *const c_char, count: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_find_parameter(model: *const scilama_model, name: *const c_char, tensor: *mut scilama_tensor, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_gene_name(model: *const scilama_model, gene: i64) -> *const c_char;
    pub fn scilama_model_gene_vectors(model: *const scilama_model, modality: i64, width: *mut i64, values: *mut f32, ld: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_genes_to_arrow(model: *mut scilama_model, schema: *mut ArrowSchema, array: *mut ArrowArray, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_get_info(model: *const scilama_model, info: *mut scilama_model_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_get_options(model: *const scilama_model, options: *mut scilama_model_options, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_get_reference(out: *mut *mut scilama_reference, model: *mut scilama_model, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_info_init(info: *mut scilama_model_info, struct_size: usize) -> scilama_status;
    pub fn scilama_model_learn_absent(model: *mut scilama_model, dataset: *mut scilama_dataset, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_load(out: *mut *mut scilama_model, context: *mut scilama_context, path: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_load_memory(out: *mut *mut scilama_model, context: *mut scilama_context, bytes: *const c_void, size: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_modality_name(model: *const scilama_model, modality: i64) -> *const c_char;
    pub fn scilama_model_modality_width(model: *const scilama_model, modality: i64) -> i64;
    pub fn scilama_model_novelty(model: *mut scilama_model, dataset: *mut scilama_dataset, novelty: *mut f32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_options_init(options: *mut scilama_model_options, struct_size: usize, preset: i32) -> scilama_status;
    pub fn scilama_model_parameter(model: *const scilama_model, index: i64, tensor: *mut scilama_tensor, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_parameter_to_dlpack(out: *mut *mut DLManagedTensorVersioned, model: *const scilama_model, name: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_parameters(model: *const scilama_model) -> i64;
    pub fn scilama_model_predict_genes(model: *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_decode_options, tables: *const *const scilama_gene_table, n_tables: i64, genes: *const *const c_char, n_genes: i64, values: *mut f32, ld: i64, forecast: *mut scilama_gene_forecast, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_save(model: *const scilama_model, path: *const c_char, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_save_memory(model: *const scilama_model, bytes: *mut *mut c_void, size: *mut i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_set_parameter(model: *mut scilama_model, name: *const c_char, values: *const f32, count: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_model_set_reference(model: *mut scilama_model, reference: *mut scilama_reference, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_module_activity(dataset: *mut scilama_dataset, labels: *const i32, modules: i64, activity: *mut f32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_module_coherence(dataset: *mut scilama_dataset, labels: *const i32, modules: i64, options: *const scilama_coherence_options, coherence: *mut f64, p: *mut f64, fdr: *mut f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_module_options_init(options: *mut scilama_module_options, struct_size: usize) -> scilama_status;
    pub fn scilama_module_projection(context: *mut scilama_context, cells: *const f32, n: i64, genes: *const f32, n_genes: i64, dim: i64, labels: *const i32, modules: i64, activity: *mut f32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_module_report_init(report: *mut scilama_module_report, struct_size: usize) -> scilama_status;
    pub fn scilama_option_check(of: i32, options: *const c_void, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_option_choice(of: i32, index: i64, choice: i64, value: *mut i32) -> *const c_char;
    pub fn scilama_option_count(of: i32) -> i64;
    pub fn scilama_option_find(of: i32, name: *const c_char) -> i64;
    pub fn scilama_option_get_info(of: i32, index: i64, info: *mut scilama_option_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_option_info_init(info: *mut scilama_option_info, struct_size: usize) -> scilama_status;
    pub fn scilama_p_adjust(context: *mut scilama_context, p: *const f64, n: i64, adjusted: *mut f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_paired_markers(context: *mut scilama_context, cells: *const f32, n: i64, genes: *const f32, n_genes: i64, dim: i64, groups: *const i32, n_groups: i64, batches: *const i32, options: *const scilama_marker_options, table: *mut scilama_marker_table, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_pca(context: *mut scilama_context, x: *const f32, n: i64, genes: i64, ld: i64, options: *const scilama_pca_options, scores: *mut f32, components: *mut f32, variances: *mut f64, total: *mut f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_pca_components(options: *const scilama_pca_options, n: i64, genes: i64) -> i64;
    pub fn scilama_pca_options_init(options: *mut scilama_pca_options, struct_size: usize) -> scilama_status;
    pub fn scilama_preprocess_options_init(options: *mut scilama_preprocess_options, struct_size: usize) -> scilama_status;
    pub fn scilama_preprocess_report_init(report: *mut scilama_preprocess_report, struct_size: usize) -> scilama_status;
    pub fn scilama_query_report_init(report: *mut scilama_query_report, struct_size: usize) -> scilama_status;
    pub fn scilama_reference_add_labels(reference: *mut scilama_reference, name: *const c_char, codes: *const i32, categories: *const *const c_char, n_categories: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_reference_category(reference: *const scilama_reference, index: i64, category: i64) -> *const c_char;
    pub fn scilama_reference_create(out: *mut *mut scilama_reference, context: *mut scilama_context, points: *const f32, cells: i64, dim: i64, ld: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_reference_destroy(reference: *mut scilama_reference);
    pub fn scilama_reference_get_info(reference: *const scilama_reference, info: *mut scilama_reference_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_reference_info_init(info: *mut scilama_reference_info, struct_size: usize) -> scilama_status;
    pub fn scilama_reference_label(reference: *const scilama_reference, index: i64, info: *mut scilama_label_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_reference_neighbors(reference: *mut scilama_reference, points: *const f32, n: i64, ld: i64, k: i64, indices: *mut i32, distances: *mut f32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_reference_place(reference: *mut scilama_reference, indices: *const i32, distances: *const f32, n: i64, k: i64, layout: *mut f32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_reference_set_layout(reference: *mut scilama_reference, layout: *const f32, dims: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_reference_transfer(reference: *mut scilama_reference, index: i64, indices: *const i32, distances: *const f32, n: i64, k: i64, code: *mut i32, probability: *mut f32, second: *mut i32, second_probability: *mut f32, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_row_source_init(source: *mut scilama_row_source, struct_size: usize) -> scilama_status;
    pub fn scilama_score_embedding(context: *mut scilama_context, embedding: *const f32, n: i64, dim: i64, ld: i64, labels: *const i32, batches: *const i32, options: *const scilama_score_options, scores: *mut scilama_scores, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_score_options_init(options: *mut scilama_score_options, struct_size: usize) -> scilama_status;
    pub fn scilama_scores_init(scores: *mut scilama_scores, struct_size: usize) -> scilama_status;
    pub fn scilama_silhouette(context: *mut scilama_context, points: *const f32, n: i64, dim: i64, ld: i64, metric: i32, labels: *const i32, samples: *mut f64, mean: *mut f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_status_name(status: scilama_status) -> *const c_char;
    pub fn scilama_status_text(status: scilama_status) -> *const c_char;
    pub fn scilama_step_info_init(info: *mut scilama_step_info, struct_size: usize) -> scilama_status;
    pub fn scilama_table_options_init(options: *mut scilama_table_options, struct_size: usize) -> scilama_status;
    pub fn scilama_tensor_init(tensor: *mut scilama_tensor, struct_size: usize) -> scilama_status;
    pub fn scilama_text_destroy(context: *mut scilama_context, text: *mut c_char);
    pub fn scilama_trainer_apply(trainer: *mut scilama_trainer, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_create(out: *mut *mut scilama_trainer, model: *mut scilama_model, dataset: *mut scilama_dataset, options: *const scilama_trainer_options, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_destroy(trainer: *mut scilama_trainer);
    pub fn scilama_trainer_end_phase(trainer: *mut scilama_trainer, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_evaluate(trainer: *mut scilama_trainer, split: i32, evaluation: *mut scilama_evaluation, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_forward_backward(trainer: *mut scilama_trainer, cells: *const i64, n: i64, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_get_rates(trainer: *const scilama_trainer, lr: *mut f64, beta: *mut f64, gamma: *mut f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_gradient(trainer: *mut scilama_trainer, name: *const c_char, gradient: *mut scilama_tensor, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_gradients(trainer: *mut scilama_trainer, gradients: *mut scilama_tensor, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_gradients_to_dlpack(out: *mut *mut DLManagedTensorVersioned, trainer: *mut scilama_trainer, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_kl_per_unit(trainer: *mut scilama_trainer, kl_s: *mut f64, kl_f: *mut f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_memory(model: *const scilama_model, dataset: *const scilama_dataset, options: *const scilama_trainer_options, bytes: *mut i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_options_init(options: *mut scilama_trainer_options, struct_size: usize, preset: i32) -> scilama_status;
    pub fn scilama_trainer_run(trainer: *mut scilama_trainer, progress: scilama_progress_fn, user: *mut c_void, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_run_epoch(trainer: *mut scilama_trainer, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_set_rates(trainer: *mut scilama_trainer, lr: f64, beta: f64, gamma: f64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_state_get(trainer: *const scilama_trainer, buffer: *mut c_void, size: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_state_set(trainer: *mut scilama_trainer, buffer: *const c_void, size: i64, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_trainer_state_size(trainer: *const scilama_trainer) -> i64;
    pub fn scilama_trainer_step(trainer: *mut scilama_trainer, info: *mut scilama_step_info, error: *mut scilama_error) -> scilama_status;
    pub fn scilama_umap_options_init(options: *mut scilama_umap_options, struct_size: usize) -> scilama_status;
    pub fn scilama_version() -> i32;
    pub fn scilama_version_string() -> *const c_char;
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
    assert!(size_of::<scilama_allocator>() == 24);
    assert!(size_of::<scilama_context_options>() == 40);
    assert!(size_of::<scilama_matrix>() == 88);
    assert!(size_of::<scilama_row_block>() == 56);
    assert!(size_of::<scilama_row_source>() == 72);
    assert!(size_of::<scilama_column_info>() == 32);
    assert!(size_of::<scilama_preprocess_options>() == 80);
    assert!(size_of::<scilama_preprocess_report>() == 240);
    assert!(size_of::<scilama_match_options>() == 48);
    assert!(size_of::<scilama_match_report>() == 64);
    assert!(size_of::<scilama_arrow_options>() == 32);
    assert!(size_of::<scilama_h5ad_options>() == 56);
    assert!(size_of::<scilama_table_options>() == 32);
    assert!(size_of::<scilama_query_report>() == 80);
    assert!(size_of::<scilama_covariate_report>() == 48);
    assert!(size_of::<scilama_reference_info>() == 48);
    assert!(size_of::<scilama_label_info>() == 40);
    assert!(size_of::<scilama_adapt_options>() == 24);
    assert!(size_of::<scilama_adapt_report>() == 48);
    assert!(size_of::<scilama_tensor>() == 56);
    assert!(size_of::<scilama_model_info>() == 64);
    assert!(size_of::<scilama_covariate_info>() == 64);
    assert!(size_of::<scilama_decode_options>() == 48);
    assert!(size_of::<scilama_gene_forecast>() == 32);
    assert!(size_of::<scilama_option_info>() == 88);
    assert!(size_of::<scilama_error>() == 256);
    assert!(size_of::<scilama_trainer_options>() == 272);
    assert!(size_of::<scilama_step_info>() == 208);
    assert!(size_of::<scilama_evaluation>() == 72);
    assert!(size_of::<scilama_fit_options>() == 80);
    assert!(size_of::<scilama_model_options>() == 144);
};
