# SPDX-License-Identifier: MIT
# Made by tests/abi/bindings.py from the public headers; never edited by hand.
"""libscilama as it is, for ctypes: numbers, structs, callbacks, and the types of every function.

declare(library) gives the functions of a loaded library their types. scilama.py is the module to use."""
from ctypes import (CFUNCTYPE, Structure, c_char, c_char_p, c_double, c_float, c_int32, c_int64, c_size_t,
                    c_uint8, c_uint64, c_void_p)

SCILAMA_OK = 0
SCILAMA_E_INVALID = -1
SCILAMA_E_NOMEM = -2
SCILAMA_E_STATE = -3
SCILAMA_E_UNSUPPORTED = -4
SCILAMA_E_IO = -5
SCILAMA_E_FORMAT = -6
SCILAMA_E_NOTFOUND = -7
SCILAMA_E_NONFINITE = -8
SCILAMA_E_CANCELLED = -9
SCILAMA_E_DEPENDENCY = -10
SCILAMA_E_DUPLICATE = -11
SCILAMA_E_CALLBACK = -12
SCILAMA_E_INTERNAL = -13
SCILAMA_LOG_ERROR = 10
SCILAMA_LOG_WARNING = 20
SCILAMA_LOG_INFO = 30
SCILAMA_LOG_DEBUG = 40
SCILAMA_STORAGE_DENSE = 1
SCILAMA_STORAGE_CSR = 2
SCILAMA_STORAGE_CSC = 3
SCILAMA_DTYPE_F32 = 1
SCILAMA_DTYPE_F64 = 2
SCILAMA_DTYPE_I32 = 10
SCILAMA_DTYPE_I64 = 11
SCILAMA_DTYPE_U16 = 20
SCILAMA_DTYPE_U32 = 21
SCILAMA_MEMORY_COPY = 1
SCILAMA_MEMORY_BORROW = 2
SCILAMA_COLUMN_NUMERIC = 1
SCILAMA_COLUMN_CATEGORICAL = 2
SCILAMA_COVARIATE_CATEGORICAL = 1
SCILAMA_COVARIATE_CONTINUOUS = 2
SCILAMA_COVARIATE_RAW = 3
SCILAMA_SPLIT_TRAIN = 0
SCILAMA_SPLIT_VALIDATION = 1
SCILAMA_SPLIT_TEST = 2
SCILAMA_SPLIT_EXCLUDED = 3
SCILAMA_INPUT_AUTO = 0
SCILAMA_INPUT_COUNTS = 1
SCILAMA_INPUT_EXPRESSION = 2
SCILAMA_INPUT_LOGGED = 3
SCILAMA_INPUT_SCALED = 4
SCILAMA_AUTO = -1
SCILAMA_OFF = 0
SCILAMA_ON = 1
SCILAMA_HVG_AUTO = -1
SCILAMA_HVG_NONE = 0
SCILAMA_HVG_SEURAT = 1
SCILAMA_HVG_SEURAT_V3 = 2
SCILAMA_MISSING_DROP = 0
SCILAMA_MISSING_MEAN = 1
SCILAMA_MISSING_KEEP = 2
SCILAMA_METRIC_EUCLIDEAN = 1
SCILAMA_METRIC_COSINE = 2
SCILAMA_KNN_AUTO = 0
SCILAMA_KNN_EXACT = 1
SCILAMA_KNN_APPROXIMATE = 2
SCILAMA_GRAPH_FUZZY = 1
SCILAMA_GRAPH_JACCARD = 2
SCILAMA_QUALITY_MODULARITY = 1
SCILAMA_QUALITY_CPM = 2
SCILAMA_UMAP_SPECTRAL = 1
SCILAMA_UMAP_PCA = 2
SCILAMA_UMAP_GIVEN = 3
SCILAMA_UMAP_RANDOM = 4
SCILAMA_PRESET_PUBLISHED = 0
SCILAMA_PRESET_RECOMMENDED = 1
SCILAMA_OPTIONS_PREPROCESS = 1
SCILAMA_OPTIONS_MODEL = 2
SCILAMA_OPTIONS_TRAINER = 3
SCILAMA_OPTION_SWITCH = 1
SCILAMA_OPTION_CHOICE = 2
SCILAMA_OPTION_INTEGER = 3
SCILAMA_OPTION_SEED = 4
SCILAMA_OPTION_REAL = 5
SCILAMA_OPTION_NUMBER = 6
SCILAMA_OPTION_WIDTHS = 7
SCILAMA_OPTION_TEXT = 8
SCILAMA_ACT_LEAKY_RELU = 0
SCILAMA_ACT_RELU = 1
SCILAMA_ACT_ELU = 2
SCILAMA_ACT_SELU = 3
SCILAMA_ACT_GELU = 4
SCILAMA_ACT_SILU = 5
SCILAMA_ACT_TANH = 6
SCILAMA_ACT_SOFTPLUS = 7
SCILAMA_ACT_IDENTITY = 8
SCILAMA_OBJECTIVE_CELL = 1
SCILAMA_OBJECTIVE_GENE = 2
SCILAMA_OBJECTIVE_JOINT = 3
SCILAMA_FUSION_AVERAGE = 0
SCILAMA_FUSION_POE = 1
SCILAMA_FUSION_MOE = 2
SCILAMA_FUSION_POE_PRIOR = 3
SCILAMA_PAIR_SCALE_ONE = 0
SCILAMA_PAIR_SCALE_RSQRT = 1
SCILAMA_LIKELIHOOD_GAUSSIAN = 0
SCILAMA_LIKELIHOOD_POISSON = 1
SCILAMA_LIKELIHOOD_NB = 2
SCILAMA_GENE_INPUT_AUTO = 0
SCILAMA_GENE_INPUT_TABLES = 1
SCILAMA_GENE_INPUT_TRANSPOSED = 2
SCILAMA_GENE_INPUT_NONE = 3
SCILAMA_HEAD_CELL = 0
SCILAMA_HEAD_PAIRED = 1
SCILAMA_HEAD_BEST = 2
SCILAMA_MODE_BETA_VAE = 1
SCILAMA_MODE_DIRECT = 2
SCILAMA_MODE_STEPWISE = 3
SCILAMA_MODE_GENE = 4
SCILAMA_MODE_CELL_GENE = 5
SCILAMA_SHUFFLE_NONE = 0
SCILAMA_SHUFFLE_AUTO = 1
SCILAMA_SHUFFLE_CHUNKED = 2
SCILAMA_SHUFFLE_FULL = 3
SCILAMA_SAMPLING_NORMAL = 0
SCILAMA_SAMPLING_MEAN = 1
SCILAMA_LR_EXPONENTIAL = 0
SCILAMA_LR_CONSTANT = 1
SCILAMA_LR_COSINE = 2
SCILAMA_PRECISION_F32 = 0
SCILAMA_PRECISION_BF16 = 1
SCILAMA_NONFINITE_FAIL = 0
SCILAMA_NONFINITE_SKIP = 1
SCILAMA_EVENT_EPOCH_END = 1
SCILAMA_EVENT_IMPROVED = 2
SCILAMA_EVENT_PHASE_END = 4
SCILAMA_EVENT_CONVERGED = 8
SCILAMA_EVENT_FINISHED = 16
SCILAMA_EVENT_SKIPPED = 32
SCILAMA_EVENT_COLLAPSED = 64
SCILAMA_STEPS_AUTO = -1


class scilama_error(Structure):
    pass


class scilama_allocator(Structure):
    pass


class scilama_context_options(Structure):
    pass


class scilama_matrix(Structure):
    pass


class scilama_row_block(Structure):
    pass


class scilama_row_source(Structure):
    pass


class scilama_column_info(Structure):
    pass


class scilama_preprocess_options(Structure):
    pass


class scilama_preprocess_report(Structure):
    pass


class scilama_match_options(Structure):
    pass


class scilama_match_report(Structure):
    pass


class scilama_knn_options(Structure):
    pass


class scilama_knn_report(Structure):
    pass


class scilama_leiden_options(Structure):
    pass


class scilama_leiden_report(Structure):
    pass


class scilama_cluster_options(Structure):
    pass


class scilama_agreement(Structure):
    pass


class scilama_kmeans_options(Structure):
    pass


class scilama_pca_options(Structure):
    pass


class scilama_umap_options(Structure):
    pass


class scilama_score_options(Structure):
    pass


class scilama_scores(Structure):
    pass


class scilama_marker_options(Structure):
    pass


class scilama_marker_table(Structure):
    pass


class scilama_module_options(Structure):
    pass


class scilama_module_report(Structure):
    pass


class scilama_coherence_options(Structure):
    pass


class scilama_enrichment_options(Structure):
    pass


class scilama_holdout_options(Structure):
    pass


class scilama_holdout_report(Structure):
    pass


class scilama_option_info(Structure):
    pass


class scilama_model_options(Structure):
    pass


class scilama_tensor(Structure):
    pass


class scilama_model_info(Structure):
    pass


class scilama_covariate_info(Structure):
    pass


class scilama_decode_options(Structure):
    pass


class scilama_gene_forecast(Structure):
    pass


class scilama_trainer_options(Structure):
    pass


class scilama_step_info(Structure):
    pass


class scilama_evaluation(Structure):
    pass


class scilama_fit_options(Structure):
    pass


class scilama_arrow_options(Structure):
    pass


class scilama_h5ad_options(Structure):
    pass


class scilama_table_options(Structure):
    pass


class scilama_query_report(Structure):
    pass


class scilama_covariate_report(Structure):
    pass


class scilama_reference_info(Structure):
    pass


class scilama_label_info(Structure):
    pass


class scilama_adapt_options(Structure):
    pass


class scilama_adapt_report(Structure):
    pass


scilama_log_fn = CFUNCTYPE(None, c_void_p, c_int32, c_char_p)
scilama_stage_fn = CFUNCTYPE(None, c_void_p, c_char_p, c_double)
scilama_fetch_fn = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_void_p)
scilama_progress_fn = CFUNCTYPE(c_int32, c_void_p, c_void_p)
scilama_release_fn = CFUNCTYPE(None, c_void_p)

scilama_error._fields_ = [
    ("code", c_int32),
    ("detail", c_int32),
    ("message", c_char * 248),
]

scilama_allocator._fields_ = [
    ("user", c_void_p),
    ("allocate", c_void_p),
    ("release", c_void_p),
]

scilama_context_options._fields_ = [
    ("struct_size", c_size_t),
    ("allocator", c_void_p),
    ("log", scilama_log_fn),
    ("log_user", c_void_p),
    ("log_level", c_int32),
    ("threads", c_int32),
]

scilama_matrix._fields_ = [
    ("struct_size", c_size_t),
    ("storage", c_int32),
    ("value_type", c_int32),
    ("index_type", c_int32),
    ("memory", c_int32),
    ("rows", c_int64),
    ("cols", c_int64),
    ("ld", c_int64),
    ("stored", c_int64),
    ("values", c_void_p),
    ("indices", c_void_p),
    ("indptr", c_void_p),
    ("indptr_type", c_int32),
    ("reserved", c_int32),
]

scilama_row_block._fields_ = [
    ("struct_size", c_size_t),
    ("rows", c_int64),
    ("genes", c_int64),
    ("cells", c_void_p),
    ("values", c_void_p),
    ("indices", c_void_p),
    ("indptr", c_void_p),
]

scilama_row_source._fields_ = [
    ("struct_size", c_size_t),
    ("storage", c_int32),
    ("reserved", c_int32),
    ("rows", c_int64),
    ("cols", c_int64),
    ("memory", c_int64),
    ("lump", c_int64),
    ("fetch", scilama_fetch_fn),
    ("user", c_void_p),
    ("release", c_void_p),
]

scilama_column_info._fields_ = [
    ("struct_size", c_size_t),
    ("kind", c_int32),
    ("reserved", c_int32),
    ("categories", c_int64),
    ("missing", c_int64),
]

scilama_preprocess_options._fields_ = [
    ("struct_size", c_size_t),
    ("input", c_int32),
    ("normalize", c_int32),
    ("log1p", c_int32),
    ("hvg", c_int32),
    ("scale", c_int32),
    ("hvg_by_batch", c_int32),
    ("n_top_genes", c_int64),
    ("min_genes", c_int64),
    ("min_cells", c_int64),
    ("target_sum", c_double),
    ("max_value", c_double),
    ("batch_key", c_char_p),
]

scilama_preprocess_report._fields_ = [
    ("struct_size", c_size_t),
    ("input", c_int32),
    ("normalized", c_int32),
    ("logged", c_int32),
    ("hvg", c_int32),
    ("scaled", c_int32),
    ("reserved", c_int32),
    ("cells_total", c_int64),
    ("cells_excluded", c_int64),
    ("genes_total", c_int64),
    ("genes_filtered", c_int64),
    ("genes_unmatched", c_int64),
    ("genes_used", c_int64),
    ("reason", c_char * 160),
]

scilama_match_options._fields_ = [
    ("struct_size", c_size_t),
    ("ignore_case", c_int32),
    ("strip_version", c_int32),
    ("missing", c_int32),
    ("first_duplicate", c_int32),
    ("alias_from", c_void_p),
    ("alias_to", c_void_p),
    ("aliases", c_int64),
]

scilama_match_report._fields_ = [
    ("struct_size", c_size_t),
    ("genes", c_int64),
    ("table_rows", c_int64),
    ("matched", c_int64),
    ("missing", c_int64),
    ("duplicated", c_int64),
    ("unused", c_int64),
    ("width", c_int64),
]

scilama_knn_options._fields_ = [
    ("struct_size", c_size_t),
    ("neighbors", c_int64),
    ("metric", c_int32),
    ("method", c_int32),
    ("seed", c_uint64),
]

scilama_knn_report._fields_ = [
    ("struct_size", c_size_t),
    ("method", c_int32),
    ("rounds", c_int32),
    ("recall", c_double),
]

scilama_leiden_options._fields_ = [
    ("struct_size", c_size_t),
    ("quality", c_int32),
    ("iterations", c_int32),
    ("resolution", c_double),
    ("randomness", c_double),
    ("seed", c_uint64),
    ("restarts", c_int32),
    ("patience", c_int32),
]

scilama_leiden_report._fields_ = [
    ("struct_size", c_size_t),
    ("communities", c_int64),
    ("quality", c_double),
    ("resolution", c_double),
    ("iterations", c_int32),
    ("reserved", c_int32),
]

scilama_cluster_options._fields_ = [
    ("struct_size", c_size_t),
    ("neighbors", c_int64),
    ("communities", c_int64),
    ("resolution", c_double),
    ("seed", c_uint64),
    ("metric", c_int32),
    ("reserved", c_int32),
]

scilama_agreement._fields_ = [
    ("struct_size", c_size_t),
    ("compared", c_int64),
    ("ari", c_double),
    ("nmi", c_double),
    ("ami", c_double),
    ("homogeneity", c_double),
    ("completeness", c_double),
]

scilama_kmeans_options._fields_ = [
    ("struct_size", c_size_t),
    ("clusters", c_int64),
    ("restarts", c_int32),
    ("max_iterations", c_int32),
    ("tolerance", c_double),
    ("seed", c_uint64),
]

scilama_pca_options._fields_ = [
    ("struct_size", c_size_t),
    ("components", c_int64),
    ("center", c_int32),
    ("max_iterations", c_int32),
    ("tolerance", c_double),
    ("seed", c_uint64),
]

scilama_umap_options._fields_ = [
    ("struct_size", c_size_t),
    ("dimensions", c_int64),
    ("init", c_int32),
    ("epochs", c_int32),
    ("negative_samples", c_int32),
    ("reserved", c_int32),
    ("min_dist", c_double),
    ("spread", c_double),
    ("learning_rate", c_double),
    ("repulsion", c_double),
    ("seed", c_uint64),
    ("points", c_void_p),
    ("points_dim", c_int64),
    ("points_ld", c_int64),
]

scilama_score_options._fields_ = [
    ("struct_size", c_size_t),
    ("baseline", c_void_p),
    ("baseline_dim", c_int64),
    ("baseline_ld", c_int64),
    ("resolutions", c_int64),
    ("max_resolution", c_double),
    ("kbet_alpha", c_double),
    ("seed", c_uint64),
    ("max_cells", c_int64),
]

scilama_scores._fields_ = [
    ("struct_size", c_size_t),
    ("cells", c_int64),
    ("labels", c_int64),
    ("batches", c_int64),
    ("nmi", c_double),
    ("ari", c_double),
    ("ami", c_double),
    ("nmi_resolution", c_double),
    ("nmi_kmeans", c_double),
    ("ari_kmeans", c_double),
    ("silhouette_label", c_double),
    ("isolated_silhouette", c_double),
    ("isolated_f1", c_double),
    ("clisi", c_double),
    ("silhouette_batch", c_double),
    ("bras", c_double),
    ("ilisi", c_double),
    ("kbet", c_double),
    ("kbet_label", c_double),
    ("graph_connectivity", c_double),
    ("pcr", c_double),
    ("bio", c_double),
    ("batch", c_double),
    ("total", c_double),
    ("batch_ari", c_double),
    ("batch_nmi", c_double),
    ("scored", c_int64),
]

scilama_marker_options._fields_ = [
    ("struct_size", c_size_t),
    ("reference", c_int64),
    ("permutations", c_int64),
    ("seed", c_uint64),
    ("tie_correct", c_int32),
    ("reserved", c_int32),
]

scilama_marker_table._fields_ = [
    ("struct_size", c_size_t),
    ("z", c_void_p),
    ("p_value", c_void_p),
    ("p_adjusted", c_void_p),
    ("auroc", c_void_p),
    ("log2_fold_change", c_void_p),
    ("mean_in", c_void_p),
    ("mean_out", c_void_p),
    ("fraction_in", c_void_p),
    ("fraction_out", c_void_p),
    ("paired_score", c_void_p),
    ("paired_z", c_void_p),
    ("paired_p", c_void_p),
    ("paired_fdr", c_void_p),
    ("combined_rank", c_void_p),
]

scilama_module_options._fields_ = [
    ("struct_size", c_size_t),
    ("neighbors", c_int64),
    ("min_size", c_int64),
    ("rounds", c_int64),
    ("resolution", c_double),
    ("sample", c_double),
    ("seed", c_uint64),
    ("metric", c_int32),
    ("graph", c_int32),
]

scilama_module_report._fields_ = [
    ("struct_size", c_size_t),
    ("genes", c_int64),
    ("modules", c_int64),
    ("assigned", c_int64),
    ("modularity", c_double),
    ("chance", c_double),
]

scilama_coherence_options._fields_ = [
    ("struct_size", c_size_t),
    ("permutations", c_int64),
    ("max_cells", c_int64),
    ("seed", c_uint64),
    ("cells", c_void_p),
]

scilama_enrichment_options._fields_ = [
    ("struct_size", c_size_t),
    ("min_size", c_int64),
    ("max_size", c_int64),
    ("annotated", c_int32),
    ("reserved", c_int32),
]

scilama_holdout_options._fields_ = [
    ("struct_size", c_size_t),
    ("fraction", c_double),
    ("rounds", c_int64),
    ("components", c_int64),
    ("neighbors", c_int64),
    ("seed", c_uint64),
    ("baselines", c_int32),
    ("reserved", c_int32),
]

scilama_holdout_report._fields_ = [
    ("struct_size", c_size_t),
    ("genes", c_int64),
    ("kernel", c_double),
    ("shuffled", c_double),
    ("ridge", c_double),
    ("nearest", c_double),
    ("ceiling", c_double),
    ("gain", c_double),
    ("gain_low", c_double),
    ("gain_high", c_double),
]

scilama_option_info._fields_ = [
    ("struct_size", c_size_t),
    ("name", c_char_p),
    ("help", c_char_p),
    ("group", c_char_p),
    ("offset", c_size_t),
    ("kind", c_int32),
    ("elements", c_int32),
    ("least", c_double),
    ("most", c_double),
    ("above_least", c_int32),
    ("below_most", c_int32),
    ("published", c_double),
    ("recommended", c_double),
]

scilama_model_options._fields_ = [
    ("struct_size", c_size_t),
    ("latent", c_int64),
    ("hidden", c_int64 * 6),
    ("activation", c_int32),
    ("layer_norm", c_int32),
    ("batch_norm", c_int32),
    ("fusion", c_int32),
    ("pair_scale", c_int32),
    ("gene_input", c_int32),
    ("encoder_covariates", c_int32),
    ("alignment_bias", c_int32),
    ("gene_residual", c_int32),
    ("likelihood", c_int32),
    ("dropout", c_float),
    ("var_eps", c_float),
    ("embed_center", c_int32),
    ("embed_normalize", c_int32),
    ("embed_whiten", c_int32),
    ("reserved", c_int32),
    ("embed_pca", c_int64),
    ("seed", c_uint64),
]

scilama_tensor._fields_ = [
    ("struct_size", c_size_t),
    ("name", c_char_p),
    ("data", c_void_p),
    ("dtype", c_int32),
    ("rank", c_int32),
    ("rows", c_int64),
    ("cols", c_int64),
    ("trainable", c_int32),
    ("reserved", c_int32),
]

scilama_model_info._fields_ = [
    ("struct_size", c_size_t),
    ("genes", c_int64),
    ("latent", c_int64),
    ("covariate_columns", c_int64),
    ("modalities", c_int64),
    ("parameters", c_int64),
    ("steps", c_int64),
    ("first_duplicate", c_int64),
]

scilama_covariate_info._fields_ = [
    ("struct_size", c_size_t),
    ("name", c_char_p),
    ("kind", c_int32),
    ("reserved", c_int32),
    ("first", c_int64),
    ("columns", c_int64),
    ("categories", c_int64),
    ("mean", c_double),
    ("deviation", c_double),
]

scilama_decode_options._fields_ = [
    ("struct_size", c_size_t),
    ("to_key", c_void_p),
    ("to_value", c_void_p),
    ("replacements", c_int64),
    ("average_batches", c_int32),
    ("head", c_int32),
    ("unscale", c_int32),
    ("match_levels", c_int32),
]

scilama_gene_forecast._fields_ = [
    ("struct_size", c_size_t),
    ("mean", c_void_p),
    ("deviation", c_void_p),
    ("correlation", c_void_p),
]

scilama_trainer_options._fields_ = [
    ("struct_size", c_size_t),
    ("mode", c_int32),
    ("sampling", c_int32),
    ("validation_sampling", c_int32),
    ("shuffle", c_int32),
    ("batch_size", c_int64),
    ("epochs", c_int64),
    ("patience", c_int64),
    ("lr", c_double),
    ("lr_decay", c_double),
    ("weight_decay", c_double),
    ("beta1", c_double),
    ("beta2", c_double),
    ("epsilon", c_double),
    ("kl_start", c_double),
    ("kl_end", c_double),
    ("kl_rate", c_double),
    ("kl_delay", c_int64),
    ("gamma", c_double),
    ("clip_norm", c_double),
    ("free_bits", c_double),
    ("residual_l2", c_double),
    ("lr_schedule", c_int32),
    ("on_nonfinite", c_int32),
    ("best_from_start", c_int32),
    ("gene_kl_per_cell", c_int32),
    ("gene_batch", c_int64),
    ("max_steps", c_int64),
    ("seed", c_uint64),
    ("track_correlation", c_int32),
    ("keep_last", c_int32),
    ("freeze_reference", c_int32),
    ("precision", c_int32),
    ("gene_gamma", c_double),
    ("shuffle_block", c_int64),
    ("shuffle_window", c_int64),
    ("prior_strength", c_double),
    ("prior_vectors", c_int32),
    ("kl_repair", c_int32),
    ("kl_by_signal", c_int32),
    ("reserved", c_int32),
    ("gene_max_steps", c_int64),
]

scilama_step_info._fields_ = [
    ("struct_size", c_size_t),
    ("events", c_int32),
    ("objective", c_int32),
    ("phase", c_int32),
    ("phases", c_int32),
    ("step", c_int64),
    ("epoch", c_int64),
    ("epochs", c_int64),
    ("cells", c_int64),
    ("steps_per_epoch", c_int64),
    ("skipped", c_int64),
    ("loss", c_double),
    ("nll", c_double),
    ("kl_s", c_double),
    ("kl_f", c_double),
    ("beta", c_double),
    ("gamma", c_double),
    ("lr", c_double),
    ("grad_norm", c_double),
    ("validation_loss", c_double),
    ("validation_nll", c_double),
    ("validation_kl_s", c_double),
    ("validation_kl_f", c_double),
    ("best_loss", c_double),
    ("pearson", c_double),
    ("spearman", c_double),
    ("best_epoch", c_int64),
    ("active_units", c_int64),
]

scilama_evaluation._fields_ = [
    ("struct_size", c_size_t),
    ("loss", c_double),
    ("nll", c_double),
    ("kl_s", c_double),
    ("kl_f", c_double),
    ("pearson", c_double),
    ("spearman", c_double),
    ("active_units", c_int64),
    ("cells", c_int64),
]

scilama_fit_options._fields_ = [
    ("struct_size", c_size_t),
    ("preset", c_int32),
    ("no_preprocess", c_int32),
    ("train_fraction", c_double),
    ("seed", c_uint64),
    ("stratify", c_char_p),
    ("preprocess", c_void_p),
    ("model", c_void_p),
    ("trainer", c_void_p),
    ("progress", scilama_progress_fn),
    ("progress_user", c_void_p),
]

scilama_arrow_options._fields_ = [
    ("struct_size", c_size_t),
    ("names", c_char_p),
    ("vectors", c_char_p),
    ("skip_nulls", c_int32),
    ("reserved", c_int32),
]

scilama_h5ad_options._fields_ = [
    ("struct_size", c_size_t),
    ("layer", c_char_p),
    ("first_duplicate", c_int32),
    ("annotation_only", c_int32),
    ("gene_ids", c_int32),
    ("reserved", c_int32),
    ("stream_memory", c_int64),
    ("scratch_folder", c_char_p),
    ("modality", c_char_p),
]

scilama_table_options._fields_ = [
    ("struct_size", c_size_t),
    ("names_path", c_char_p),
    ("key", c_char_p),
    ("first_duplicate", c_int32),
    ("reserved", c_int32),
]

scilama_query_report._fields_ = [
    ("struct_size", c_size_t),
    ("cells", c_int64),
    ("genes", c_int64),
    ("measured", c_int64),
    ("variance", c_double),
    ("recovered", c_double),
    ("unknown_cells", c_int64),
    ("missing_cells", c_int64),
    ("others", c_int64),
    ("explained", c_double),
]

scilama_covariate_report._fields_ = [
    ("struct_size", c_size_t),
    ("cells", c_int64),
    ("unknown", c_int64),
    ("missing", c_int64),
    ("categories", c_int64),
    ("first", c_char_p),
]

scilama_reference_info._fields_ = [
    ("struct_size", c_size_t),
    ("cells", c_int64),
    ("dim", c_int64),
    ("labels", c_int64),
    ("layout_dims", c_int64),
    ("reach", c_double),
]

scilama_label_info._fields_ = [
    ("struct_size", c_size_t),
    ("name", c_char_p),
    ("categories", c_int64),
    ("temperature", c_double),
    ("floor", c_double),
]

scilama_adapt_options._fields_ = [
    ("struct_size", c_size_t),
    ("decoder_steps", c_int64),
    ("seed", c_uint64),
]

scilama_adapt_report._fields_ = [
    ("struct_size", c_size_t),
    ("categories", c_int64),
    ("aligned", c_int64),
    ("cells", c_int64),
    ("apart_before", c_double),
    ("apart_after", c_double),
]

# name: (result, arguments)
FUNCTIONS = {
    "scilama_adapt_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_adapt_report_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_agreement_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_arrow_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_arrow_to_stream": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_bytes_destroy": (None, [c_void_p, c_void_p]),
    "scilama_cluster": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, c_int64, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_cluster_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_coherence_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_column_info_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_context_cancel": (None, [c_void_p]),
    "scilama_context_create": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_context_describe": (c_int32, [c_void_p, c_void_p, c_size_t, c_void_p]),
    "scilama_context_destroy": (None, [c_void_p]),
    "scilama_context_memory": (None, [c_void_p, c_void_p, c_void_p]),
    "scilama_context_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_context_resume": (None, [c_void_p]),
    "scilama_context_set_progress": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_context_threads": (c_int32, [c_void_p]),
    "scilama_covariate_info_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_covariate_report_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_dataset_add_gene_table": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_dataset_category": (c_char_p, [c_void_p, c_char_p, c_int64]),
    "scilama_dataset_cell_name": (c_char_p, [c_void_p, c_int64]),
    "scilama_dataset_cells": (c_int64, [c_void_p]),
    "scilama_dataset_column_info": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_dataset_column_name": (c_char_p, [c_void_p, c_int64]),
    "scilama_dataset_columns": (c_int64, [c_void_p]),
    "scilama_dataset_create": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_dataset_create_from_rows": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_dataset_destroy": (None, [c_void_p]),
    "scilama_dataset_gene_name": (c_char_p, [c_void_p, c_int64]),
    "scilama_dataset_genes": (c_int64, [c_void_p]),
    "scilama_dataset_genes_used": (c_int64, [c_void_p]),
    "scilama_dataset_get_codes": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_dataset_get_numeric": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_dataset_get_prepared": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p, c_int64, c_void_p]),
    "scilama_dataset_get_split": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_dataset_obs_to_arrow": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_dataset_preprocess": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_dataset_read": (c_int32, [c_void_p, c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_dataset_read_10x_h5": (c_int32, [c_void_p, c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_dataset_read_h5ad": (c_int32, [c_void_p, c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_dataset_read_mtx": (c_int32, [c_void_p, c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_dataset_release_input": (c_int32, [c_void_p, c_void_p]),
    "scilama_dataset_set_codes": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_dataset_set_numeric": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_dataset_set_split": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_dataset_set_strings": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_dataset_split_by": (c_int32, [c_void_p, c_char_p, c_void_p]),
    "scilama_dataset_split_random": (c_int32, [c_void_p, c_double, c_double, c_uint64, c_char_p, c_void_p]),
    "scilama_dataset_use_covariate": (c_int32, [c_void_p, c_char_p, c_int32, c_void_p]),
    "scilama_dataset_used_gene_name": (c_char_p, [c_void_p, c_int64]),
    "scilama_decode_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_dlpack_to_legacy": (c_int32, [c_void_p, c_void_p, c_int32, c_void_p]),
    "scilama_dlpack_wrap": (c_int32, [c_void_p, c_void_p, c_void_p, c_int32, c_void_p, c_void_p, c_void_p]),
    "scilama_enrichment": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_int64, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_enrichment_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_evaluation_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_file_describe": (c_int32, [c_void_p, c_void_p, c_char_p, c_char_p, c_void_p]),
    "scilama_fit": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_fit_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_gene_aliases_count": (c_int64, [c_void_p]),
    "scilama_gene_aliases_destroy": (None, [c_void_p]),
    "scilama_gene_aliases_from": (c_void_p, [c_void_p]),
    "scilama_gene_aliases_read": (c_int32, [c_void_p, c_void_p, c_char_p, c_void_p]),
    "scilama_gene_aliases_to": (c_void_p, [c_void_p]),
    "scilama_gene_forecast_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_gene_holdout": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, c_int64, c_void_p, c_void_p, c_int64, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_gene_modules": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, c_int64, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_gene_sets_count": (c_int64, [c_void_p]),
    "scilama_gene_sets_description": (c_char_p, [c_void_p, c_int64]),
    "scilama_gene_sets_destroy": (None, [c_void_p]),
    "scilama_gene_sets_gene": (c_char_p, [c_void_p, c_int64, c_int64]),
    "scilama_gene_sets_name": (c_char_p, [c_void_p, c_int64]),
    "scilama_gene_sets_read": (c_int32, [c_void_p, c_void_p, c_char_p, c_void_p]),
    "scilama_gene_sets_size": (c_int64, [c_void_p, c_int64]),
    "scilama_gene_table_create": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_int64, c_int64, c_int64, c_void_p]),
    "scilama_gene_table_destroy": (None, [c_void_p]),
    "scilama_gene_table_from_arrow": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_gene_table_from_arrow_stream": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_gene_table_name": (c_char_p, [c_void_p, c_int64]),
    "scilama_gene_table_random": (c_int32, [c_void_p, c_void_p, c_void_p, c_uint64, c_void_p]),
    "scilama_gene_table_read": (c_int32, [c_void_p, c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_gene_table_rows": (c_int64, [c_void_p]),
    "scilama_gene_table_shuffled": (c_int32, [c_void_p, c_void_p, c_void_p, c_uint64, c_void_p]),
    "scilama_gene_table_to_arrow": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_gene_table_to_dlpack": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_gene_table_values": (c_void_p, [c_void_p]),
    "scilama_gene_table_width": (c_int64, [c_void_p]),
    "scilama_gene_table_write": (c_int32, [c_void_p, c_char_p, c_void_p]),
    "scilama_graph_destroy": (None, [c_void_p]),
    "scilama_graph_entries": (c_int64, [c_void_p]),
    "scilama_graph_from_csr": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_graph_from_knn": (c_int32, [c_void_p, c_void_p, c_int32, c_int64, c_int64, c_void_p, c_void_p, c_void_p]),
    "scilama_graph_indices": (c_void_p, [c_void_p]),
    "scilama_graph_indptr": (c_void_p, [c_void_p]),
    "scilama_graph_leiden": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_graph_leiden_sweep": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_void_p, c_void_p, c_void_p]),
    "scilama_graph_leiden_target": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p, c_void_p, c_void_p]),
    "scilama_graph_quality": (c_int32, [c_void_p, c_int32, c_double, c_void_p, c_void_p, c_void_p]),
    "scilama_graph_umap": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_graph_vertices": (c_int64, [c_void_p]),
    "scilama_graph_weights": (c_void_p, [c_void_p]),
    "scilama_h5ad_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_h5ad_read_array": (c_int32, [c_void_p, c_char_p, c_char_p, c_void_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_h5ad_read_column": (c_int32, [c_void_p, c_char_p, c_char_p, c_char_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_h5ad_read_string": (c_int32, [c_void_p, c_void_p, c_char_p, c_char_p, c_void_p]),
    "scilama_h5ad_writer_cells": (c_int64, [c_void_p]),
    "scilama_h5ad_writer_commit": (c_int32, [c_void_p, c_void_p]),
    "scilama_h5ad_writer_create": (c_int32, [c_void_p, c_void_p, c_char_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_h5ad_writer_destroy": (None, [c_void_p]),
    "scilama_h5ad_writer_genes": (c_int64, [c_void_p]),
    "scilama_h5ad_writer_open": (c_int32, [c_void_p, c_void_p, c_char_p, c_char_p, c_void_p]),
    "scilama_h5ad_writer_open_part": (c_int32, [c_void_p, c_void_p, c_char_p, c_void_p, c_char_p, c_void_p]),
    "scilama_h5ad_writer_put_layer": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_h5ad_writer_put_obs_categorical": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_h5ad_writer_put_obs_numeric": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_h5ad_writer_put_obsm": (c_int32, [c_void_p, c_char_p, c_void_p, c_int64, c_int64, c_void_p]),
    "scilama_h5ad_writer_put_obsp": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_h5ad_writer_put_uns_array": (c_int32, [c_void_p, c_char_p, c_void_p, c_int64, c_int64, c_void_p]),
    "scilama_h5ad_writer_put_uns_integer": (c_int32, [c_void_p, c_char_p, c_int64, c_void_p]),
    "scilama_h5ad_writer_put_uns_number": (c_int32, [c_void_p, c_char_p, c_double, c_void_p]),
    "scilama_h5ad_writer_put_uns_records": (c_int32, [c_void_p, c_char_p, c_void_p, c_int64, c_int64, c_void_p, c_void_p, c_void_p]),
    "scilama_h5ad_writer_put_uns_string": (c_int32, [c_void_p, c_char_p, c_char_p, c_void_p]),
    "scilama_h5ad_writer_put_uns_strings": (c_int32, [c_void_p, c_char_p, c_void_p, c_int64, c_void_p]),
    "scilama_h5ad_writer_put_uns_table": (c_int32, [c_void_p, c_char_p, c_void_p, c_int64, c_void_p]),
    "scilama_h5ad_writer_put_uns_table_numeric": (c_int32, [c_void_p, c_char_p, c_char_p, c_void_p, c_void_p]),
    "scilama_h5ad_writer_put_uns_table_strings": (c_int32, [c_void_p, c_char_p, c_char_p, c_void_p, c_void_p]),
    "scilama_h5ad_writer_put_var_categorical": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_h5ad_writer_put_var_numeric": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_h5ad_writer_put_varm": (c_int32, [c_void_p, c_char_p, c_void_p, c_int64, c_int64, c_void_p]),
    "scilama_h5ad_writer_put_varp": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_holdout_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_holdout_report_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_kmeans": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, c_int64, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_kmeans_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_knn": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, c_int64, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_knn_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_knn_report_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_label_info_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_labels_compare": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_void_p, c_void_p]),
    "scilama_leiden_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_leiden_report_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_lisi": (c_int32, [c_void_p, c_int64, c_int64, c_void_p, c_void_p, c_void_p, c_double, c_void_p, c_void_p]),
    "scilama_marker_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_marker_table_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_markers": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_void_p, c_int64, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_match_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_match_report_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_matrix_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_model_adapt": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_model_category": (c_char_p, [c_void_p, c_int64, c_int64]),
    "scilama_model_cells_to_arrow": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_model_check_covariate": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p, c_void_p]),
    "scilama_model_check_query": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_model_copy_parameters": (c_int32, [c_void_p, c_void_p, c_char_p, c_char_p, c_void_p, c_void_p]),
    "scilama_model_covariate": (c_int32, [c_void_p, c_int64, c_void_p, c_void_p]),
    "scilama_model_covariates": (c_int64, [c_void_p]),
    "scilama_model_create": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_model_decode": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_model_decode_new_genes": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_int64, c_void_p, c_int64, c_void_p]),
    "scilama_model_describe_reference": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_model_destroy": (None, [c_void_p]),
    "scilama_model_encode_cells": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_model_encode_genes": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_model_encode_new_genes": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_void_p, c_int64, c_void_p]),
    "scilama_model_extend_covariate": (c_int32, [c_void_p, c_char_p, c_void_p, c_int64, c_void_p]),
    "scilama_model_find_parameter": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_model_gene_name": (c_char_p, [c_void_p, c_int64]),
    "scilama_model_gene_vectors": (c_int32, [c_void_p, c_int64, c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_model_genes_to_arrow": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_model_get_info": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_model_get_options": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_model_get_reference": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_model_info_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_model_learn_absent": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_model_load": (c_int32, [c_void_p, c_void_p, c_char_p, c_void_p]),
    "scilama_model_load_memory": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_model_modality_name": (c_char_p, [c_void_p, c_int64]),
    "scilama_model_modality_width": (c_int64, [c_void_p, c_int64]),
    "scilama_model_novelty": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_model_options_init": (c_int32, [c_void_p, c_size_t, c_int32]),
    "scilama_model_parameter": (c_int32, [c_void_p, c_int64, c_void_p, c_void_p]),
    "scilama_model_parameter_to_dlpack": (c_int32, [c_void_p, c_void_p, c_char_p, c_void_p]),
    "scilama_model_parameters": (c_int64, [c_void_p]),
    "scilama_model_predict_genes": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_int64, c_void_p, c_int64, c_void_p, c_int64, c_void_p, c_void_p]),
    "scilama_model_save": (c_int32, [c_void_p, c_char_p, c_void_p]),
    "scilama_model_save_memory": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_model_set_parameter": (c_int32, [c_void_p, c_char_p, c_void_p, c_int64, c_void_p]),
    "scilama_model_set_reference": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_module_activity": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p, c_void_p]),
    "scilama_module_coherence": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_module_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_module_projection": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p, c_int64, c_int64, c_void_p, c_int64, c_void_p, c_void_p]),
    "scilama_module_report_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_option_check": (c_int32, [c_int32, c_void_p, c_void_p]),
    "scilama_option_choice": (c_char_p, [c_int32, c_int64, c_int64, c_void_p]),
    "scilama_option_count": (c_int64, [c_int32]),
    "scilama_option_find": (c_int64, [c_int32, c_char_p]),
    "scilama_option_get_info": (c_int32, [c_int32, c_int64, c_void_p, c_void_p]),
    "scilama_option_info_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_p_adjust": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p, c_void_p]),
    "scilama_paired_markers": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p, c_int64, c_int64, c_void_p, c_int64, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_pca": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, c_int64, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_pca_components": (c_int64, [c_void_p, c_int64, c_int64]),
    "scilama_pca_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_preprocess_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_preprocess_report_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_query_report_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_reference_add_labels": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_reference_category": (c_char_p, [c_void_p, c_int64, c_int64]),
    "scilama_reference_create": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_int64, c_int64, c_void_p]),
    "scilama_reference_destroy": (None, [c_void_p]),
    "scilama_reference_get_info": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_reference_info_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_reference_label": (c_int32, [c_void_p, c_int64, c_void_p, c_void_p]),
    "scilama_reference_neighbors": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, c_int64, c_void_p, c_void_p, c_void_p]),
    "scilama_reference_place": (c_int32, [c_void_p, c_void_p, c_void_p, c_int64, c_int64, c_void_p, c_void_p]),
    "scilama_reference_set_layout": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_reference_transfer": (c_int32, [c_void_p, c_int64, c_void_p, c_void_p, c_int64, c_int64, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_row_source_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_score_embedding": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, c_int64, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_score_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_scores_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_silhouette": (c_int32, [c_void_p, c_void_p, c_int64, c_int64, c_int64, c_int32, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_status_name": (c_char_p, [c_int32]),
    "scilama_status_text": (c_char_p, [c_int32]),
    "scilama_step_info_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_table_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_tensor_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_text_destroy": (None, [c_void_p, c_void_p]),
    "scilama_trainer_apply": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_trainer_create": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_trainer_destroy": (None, [c_void_p]),
    "scilama_trainer_end_phase": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_trainer_evaluate": (c_int32, [c_void_p, c_int32, c_void_p, c_void_p]),
    "scilama_trainer_forward_backward": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p, c_void_p]),
    "scilama_trainer_get_rates": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_trainer_gradient": (c_int32, [c_void_p, c_char_p, c_void_p, c_void_p]),
    "scilama_trainer_gradients": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_trainer_gradients_to_dlpack": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_trainer_kl_per_unit": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_trainer_memory": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_trainer_options_init": (c_int32, [c_void_p, c_size_t, c_int32]),
    "scilama_trainer_run": (c_int32, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "scilama_trainer_run_epoch": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_trainer_set_rates": (c_int32, [c_void_p, c_double, c_double, c_double, c_void_p]),
    "scilama_trainer_state_get": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_trainer_state_set": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p]),
    "scilama_trainer_state_size": (c_int64, [c_void_p]),
    "scilama_trainer_step": (c_int32, [c_void_p, c_void_p, c_void_p]),
    "scilama_umap_options_init": (c_int32, [c_void_p, c_size_t]),
    "scilama_version": (c_int32, []),
    "scilama_version_string": (c_char_p, []),
    "scilama_wilcoxon": (c_int32, [c_void_p, c_void_p, c_int64, c_void_p, c_void_p, c_void_p]),
}


def declare(library):
    """Functions that an older library lacks are left out."""
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(library, name, None)
        if function is not None:
            function.restype, function.argtypes = result, arguments
    return library
