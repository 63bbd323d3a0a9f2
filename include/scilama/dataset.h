/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_DATASET_H
#define SCILAMA_DATASET_H

#include "context.h"

/** @file dataset.h Cells × genes matrices, cell annotation, splits, gene
 *  embeddings and preprocessing.
 *
 * The usual order: create (or read, io.h), choose covariates, add gene tables,
 * split, preprocess, then create a model. Genes are matched by name throughout,
 * and the model keeps them in bytewise order of their names, so that the order of
 * genes in a file never matters. */

/** Cells, genes, their annotation, and how they are prepared for training. */
typedef struct scilama_dataset scilama_dataset;
/** Vectors by gene name: one modality of static gene embeddings. */
typedef struct scilama_gene_table scilama_gene_table;

enum scilama_storage {
    SCILAMA_STORAGE_DENSE = 1, /**< row-major, cells are rows */
    SCILAMA_STORAGE_CSR = 2,   /**< compressed by cell */
    SCILAMA_STORAGE_CSC = 3    /**< compressed by gene */
};

enum scilama_dtype {
    SCILAMA_DTYPE_F32 = 1,
    SCILAMA_DTYPE_F64 = 2,
    SCILAMA_DTYPE_I32 = 10,
    SCILAMA_DTYPE_I64 = 11,
    SCILAMA_DTYPE_U16 = 20,
    SCILAMA_DTYPE_U32 = 21
};

enum scilama_memory {
    SCILAMA_MEMORY_COPY = 1,  /**< the library copies; the caller may free at once */
    SCILAMA_MEMORY_BORROW = 2 /**< the caller keeps the arrays unchanged until every handle made from the dataset is gone */
};

/** A view of a cells × genes matrix in the caller's memory. Append only. */
typedef struct scilama_matrix {
    size_t struct_size;  /**< set by _init */
    int32_t storage;     /**< ::scilama_storage */
    int32_t value_type;  /**< ::scilama_dtype of values */
    int32_t index_type;  /**< SCILAMA_DTYPE_I32 (default) or SCILAMA_DTYPE_I64; of indices, and of indptr unless indptr_type is set; ignored when dense */
    int32_t memory;      /**< ::scilama_memory; default COPY */
    int64_t rows;        /**< cells, > 0 */
    int64_t cols;        /**< genes, > 0 */
    int64_t ld;          /**< dense: elements between rows; 0 = cols */
    int64_t stored;      /**< sparse: stored entries */
    const void *values;  /**< dense: [rows × ld]; sparse: [stored] */
    const void *indices; /**< sparse: [stored]; columns (CSR) or rows (CSC); need not be sorted */
    const void *indptr;  /**< sparse: [rows + 1] (CSR) or [cols + 1] (CSC) */
    int32_t indptr_type; /**< SCILAMA_DTYPE_I32 or SCILAMA_DTYPE_I64; 0 (default) = as index_type */
    int32_t reserved;    /**< 0 */
} scilama_matrix;

/** Rows that a scilama_fetch_fn is to fill. Append only. */
typedef struct scilama_row_block {
    size_t struct_size;
    int64_t rows;         /**< cells wanted, > 0 */
    int64_t genes;        /**< columns of the matrix */
    const int64_t *cells; /**< [rows] their numbers, ascending */
    float *values;        /**< to fill. Dense: [rows × genes]. CSR: stored values; there is room for rows × genes */
    int32_t *indices;     /**< to fill, CSR: columns of the values; there is room for rows × genes. NULL when dense */
    int64_t *indptr;      /**< to fill, CSR: [rows + 1], from 0. NULL when dense */
} scilama_row_block;

/** Fills rows of a matrix that is kept by the caller.
 *
 * Called on the thread that calls the library, never on another and never under a lock, whenever
 * rows are needed: while a dataset is created (each row once), preprocessed, in trainer steps,
 * in encoding. The same cell must have the same values every time. Must not call back into handles
 * made from the dataset.
 * @param error  never NULL; one sentence that says what is wrong.
 * @return SCILAMA_OK; any other code stops the call at hand, which returns it (values
 *         above 0 as SCILAMA_E_CALLBACK) with what was written to `error`. */
typedef scilama_status (*scilama_fetch_fn)(void *user, const scilama_row_block *block, scilama_error *error);

/** A matrix that stays with the caller and is read by rows as needed. Append only. */
typedef struct scilama_row_source {
    size_t struct_size;      /**< set by _init */
    int32_t storage;         /**< SCILAMA_STORAGE_DENSE (default) or SCILAMA_STORAGE_CSR: what fetch fills */
    int32_t reserved;        /**< 0 */
    int64_t rows;            /**< cells, > 0 */
    int64_t cols;            /**< genes, > 0 */
    int64_t memory;          /**< bytes that a reader (a trainer, an encoding) may hold of it; default 64 MiB */
    int64_t lump;            /**< cells next to each other that are best fetched together, say those of a chunk; default 256 */
    scilama_fetch_fn fetch;
    void *user;              /**< handed to fetch and release */
    void (*release)(void *user); /**< called once, when the last handle made from it is gone; not when
                                  *   scilama_dataset_create_from_rows() fails; NULL = none */
} scilama_row_source;

enum scilama_join {
    SCILAMA_JOIN_INNER = 1, /**< genes that all datasets have */
    SCILAMA_JOIN_OUTER = 2  /**< genes that any has: SCILAMA_E_UNSUPPORTED. A gene that a dataset lacks is unknown in its cells, not
                             *   zero, and training takes every gene as measured */
};

/** How several datasets become one; names as of anndata.concat. Append only. */
typedef struct scilama_concat_options {
    size_t struct_size;
    const char *const *keys;  /**< [n] what to call the datasets, unique; NULL = "0", "1", … */
    const char *label;        /**< categorical cell column to add: each cell's dataset by its key; NULL = none */
    int32_t join;             /**< ::scilama_join; default INNER */
    int32_t index_unique;     /**< ::scilama_switch: "-KEY" behind the name of every cell; default AUTO: where two datasets share a name */
    int32_t release;          /**< 1: the matrix of each dataset in memory is given back as soon as it is copied, so that only one is held
                               *   twice; such a dataset is then as after scilama_dataset_release_input(), also where the call fails */
    int32_t reserved;         /**< 0 */
} scilama_concat_options;

enum scilama_column_kind { SCILAMA_COLUMN_NUMERIC = 1, SCILAMA_COLUMN_CATEGORICAL = 2 };

/** What a cell column holds. Append only. */
typedef struct scilama_column_info {
    size_t struct_size;
    int32_t kind;        /**< ::scilama_column_kind */
    int32_t reserved;
    int64_t categories;  /**< number of categories; 0 when numeric */
    int64_t missing;     /**< cells without a value */
} scilama_column_info;

enum scilama_covariate_kind {
    SCILAMA_COVARIATE_CATEGORICAL = 1, /**< one-hot; categories sorted as strings, fitted on training cells; unknown and missing = an average of the known */
    SCILAMA_COVARIATE_CONTINUOUS = 2,  /**< z-score with training mean and population standard deviation; missing = the mean */
    SCILAMA_COVARIATE_RAW = 3          /**< the numbers as they are, one column; missing: SCILAMA_E_NONFINITE */
};

enum scilama_split {
    SCILAMA_SPLIT_TRAIN = 0,
    SCILAMA_SPLIT_VALIDATION = 1,
    SCILAMA_SPLIT_TEST = 2,
    SCILAMA_SPLIT_EXCLUDED = 3 /**< neither trained on nor validated; still encoded */
};

enum scilama_input {
    SCILAMA_INPUT_AUTO = 0,       /**< decided from the values, said in the log and in the report */
    SCILAMA_INPUT_COUNTS = 1,     /**< integer counts: the full recipe */
    SCILAMA_INPUT_EXPRESSION = 2, /**< non-negative, large, not integer: the full recipe */
    SCILAMA_INPUT_LOGGED = 3,     /**< small non-negative: no normalisation, no log1p */
    SCILAMA_INPUT_SCALED = 4      /**< has negative values: used as it is */
};

enum scilama_switch { SCILAMA_AUTO = -1, SCILAMA_OFF = 0, SCILAMA_ON = 1 };

enum scilama_hvg {
    SCILAMA_HVG_AUTO = -1,     /**< seurat_v3 for counts, seurat otherwise; none for scaled input */
    SCILAMA_HVG_NONE = 0,      /**< every gene that passed the filters */
    SCILAMA_HVG_SEURAT = 1,    /**< scanpy flavor="seurat": binned normalised dispersion of logged values */
    SCILAMA_HVG_SEURAT_V3 = 2  /**< scanpy flavor="seurat_v3": variance of clipped standardised counts */
};

/** The preprocessing recipe. Append only. */
typedef struct scilama_preprocess_options {
    size_t struct_size;
    int32_t input;          /**< ::scilama_input; default AUTO */
    int32_t normalize;      /**< ::scilama_switch: size factors to target_sum */
    int32_t log1p;          /**< ::scilama_switch */
    int32_t hvg;            /**< ::scilama_hvg */
    int32_t scale;          /**< ::scilama_switch: per gene, fitted on training cells; how: scale_shrink */
    int32_t hvg_by_batch;   /**< ::scilama_switch: select within each batch and combine ranks (needs batch_key); default AUTO: where
                                     batch_key has 2 to 20 categories, of 50 training cells on average */
    int64_t n_top_genes;    /**< > 0; default 2000 */
    int64_t min_genes;      /**< cells with fewer detected genes are excluded from training; default 0 = keep */
    int64_t min_cells;      /**< genes detected in fewer training cells are dropped; default -1 = 3 for counts and expression, else 0 */
    double target_sum;      /**< default 1e4 */
    double max_value;       /**< clip of scaled values, ±; default 10; 0 = none */
    const char *batch_key;  /**< categorical column for hvg_by_batch, and within whose categories scale_shrink tells noise, where those of hvg_by_batch
                             *   are looked at; NULL = none */
    double scale_shrink;    /**< K of scale: (x - mean) / s * sqrt(k / (k + K) * R^p), s the gene's deviation and k = (sum x)^2 / sum x^2, at least 1,
                             *   the cells that it is seen in, all times what gives the mean gene variance 1. R is the part of the gene's variance
                             *   that is more than noise of counting, 2 / sqrt(cells) at least, and p = 1/2 where the mean R of the genes in use is
                             *   at most 0.15, 0 where it is 0.25 and more or values are not counts, normalised and logged, in between in
                             *   proportion (docs/model.md). 0: unit variance for each, as published. Recommended: 20 (docs/presets.md). Signed
                             *   values: as 0 */
} scilama_preprocess_options;

/** What preprocessing decided and did. Append only. */
typedef struct scilama_preprocess_report {
    size_t struct_size;
    int32_t input;           /**< ::scilama_input that was applied */
    int32_t normalized;      /**< 0 or 1 */
    int32_t logged;          /**< 0 or 1 */
    int32_t hvg;             /**< ::scilama_hvg that was applied */
    int32_t scaled;          /**< 0 or 1 */
    int32_t reserved;
    int64_t cells_total, cells_excluded;
    int64_t genes_total;     /**< in the matrix */
    int64_t genes_filtered;  /**< dropped by min_cells */
    int64_t genes_unmatched; /**< dropped because a modality lacks them */
    int64_t genes_used;      /**< G of the model */
    char reason[160];        /**< why this input kind was chosen, one sentence */
    double reliability;      /**< part of the variance of the genes in use that is more than noise of counting, their mean; NaN: values are not counts
                              *   that are normalised, logged and scaled, or scale_shrink is 0 */
} scilama_preprocess_report;

enum scilama_missing_genes {
    SCILAMA_MISSING_DROP = 0, /**< genes without a vector leave the model (published) */
    SCILAMA_MISSING_MEAN = 1, /**< they take the mean of the matched vectors */
    SCILAMA_MISSING_KEEP = 2  /**< they stay in the cell VAE, its input, head and loss (default); where other tables know them they
                               *   take the mean of the matched vectors, where none does the paired terms leave them out, and
                               *   scilama_model_encode_genes() places them by what the cell VAE learned of them */
};

/** How a table is matched to genes. Append only. */
typedef struct scilama_match_options {
    size_t struct_size;
    int32_t ignore_case;      /**< 0 or 1; default 0 */
    int32_t strip_version;    /**< 0 or 1: "ENSG00000141510.12" matches "ENSG00000141510" */
    int32_t missing;          /**< ::scilama_missing_genes */
    int32_t first_duplicate;  /**< 0: a duplicate name in the table is an error; 1: the first is kept */
    const char *const *alias_from; /**< [aliases] gene names of the matrix; NULL = none */
    const char *const *alias_to;   /**< [aliases] names to look up instead */
    int64_t aliases;
} scilama_match_options;

/** How a table matched. Append only. */
typedef struct scilama_match_report {
    size_t struct_size;
    int64_t genes;       /**< genes of the dataset */
    int64_t table_rows;
    int64_t matched;     /**< genes with a vector */
    int64_t missing;     /**< genes without */
    int64_t duplicated;  /**< table rows whose name occurred before */
    int64_t unused;      /**< table rows that no gene asked for */
    int64_t width;       /**< D */
} scilama_match_report;

#ifdef __cplusplus
extern "C" {
#endif

/** Writes the defaults of a preset. @param preset ::scilama_preset; they differ in scale_shrink. @since 0.1 */
SCILAMA_API scilama_status scilama_preprocess_options_init(
    scilama_preprocess_options *options, size_t struct_size, int32_t preset);

/** Writes the defaults of each struct. @since 0.1 */
SCILAMA_API scilama_status scilama_matrix_init(scilama_matrix *matrix, size_t struct_size);
SCILAMA_API scilama_status scilama_row_source_init(scilama_row_source *source, size_t struct_size);
SCILAMA_API scilama_status scilama_concat_options_init(scilama_concat_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_column_info_init(scilama_column_info *info, size_t struct_size);
SCILAMA_API scilama_status scilama_preprocess_report_init(scilama_preprocess_report *report, size_t struct_size);
SCILAMA_API scilama_status scilama_match_options_init(scilama_match_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_match_report_init(scilama_match_report *report, size_t struct_size);

/** Creates a dataset from a matrix in memory.
 *
 * Values must be finite; sparse indices in range and unique within a row (column).
 * With SCILAMA_MEMORY_BORROW these arrays are used where they lie: dense float32; of
 * CSR, float32 values, int32 indices and an int64 indptr, each of them, as long as
 * every row is sorted. Everything else is converted into memory of the library.
 * @param matrix      [cells × genes] view.
 * @param cell_names  [rows] or NULL (named by number).
 * @param gene_names  [cols], unique, or NULL (named by number, in index order).
 * @return SCILAMA_OK, E_INVALID, E_NONFINITE (cell and gene named), E_DUPLICATE, E_NOMEM.
 *         O(stored) for sparse, O(rows · cols) for dense.
 * @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_create(
    scilama_dataset **out, scilama_context *context, const scilama_matrix *matrix,
    const char *const *cell_names, const char *const *gene_names, scilama_error *error);

/** Creates a dataset from a callback that fills rows, so that databases and lazily loaded
 *  stores train without being read into memory.
 *
 * Every row is fetched once here, to check it and to count. What is kept in memory: names,
 * 2 bytes per cell once a split is set, 24 more once it is preprocessed, and up to source->memory bytes in each trainer and
 * in each running call that reads rows. Training then goes by SCILAMA_SHUFFLE_CHUNKED unless told otherwise.
 * Results are those of the same matrix in memory, bit for bit, where the order of cells is
 * the same. A model without gene tables needs the whole matrix: SCILAMA_E_UNSUPPORTED, which says so.
 * @param source      copied.
 * @param cell_names  [rows] or NULL (named by number).
 * @param gene_names  [cols], unique, or NULL (named by number, in index order).
 * @return SCILAMA_OK, E_INVALID (also: memory too small, with the least that will do),
 *         E_NONFINITE (cell and gene named), E_DUPLICATE, E_NOMEM, E_CANCELLED, or what fetch returns.
 * @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_create_from_rows(
    scilama_dataset **out, scilama_context *context, const scilama_row_source *source,
    const char *const *cell_names, const char *const *gene_names, scilama_error *error);

/** Makes one dataset of several: their cells one after another.
 *
 * Genes are found by name, in any order; those that all have stay, in the order of the first, and the log says
 * which do not. Cell columns are found by name too: numbers stay numbers, categories are united (in the order they have
 * where it is the same in all, else sorted), numbers beside categories become names of categories, and cells of a dataset
 * that lacks a column have no value in it. Splits, covariates, gene tables and recipes are not taken along.
 *
 * In memory the matrix is copied. Of streamed datasets nothing is copied: rows are read where they are, within the largest
 * memory among them, and where genes are dropped or stand in another order everything is read once, to count. The result is
 * that of the same matrix in one piece, bit for bit. All must be streamed or all in memory, and of one context. The datasets
 * may be destroyed at once.
 * @param datasets  [n]
 * @param options   NULL = defaults.
 * @return SCILAMA_OK, E_INVALID, E_DUPLICATE (keys), E_NOTFOUND (no gene in common: two names as examples), E_STATE (a matrix was given
 *         back), E_UNSUPPORTED (join, or streamed beside memory), E_NOMEM, E_CANCELLED, or what reading rows returns. O(entries).
 * @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_concat(
    scilama_dataset **out, scilama_dataset *const *datasets, int64_t n,
    const scilama_concat_options *options, scilama_error *error);

/** Releases the caller's hold; models and trainers keep what they need. NULL is allowed. @since 0.1 */
SCILAMA_API void scilama_dataset_destroy(scilama_dataset *dataset);

/** Adds or replaces a numeric cell column (copied).
 *  @param values [cells]; NaN = missing.
 *  @return SCILAMA_OK, E_NONFINITE (infinite: cell named), E_NOMEM. O(cells). @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_set_numeric(
    scilama_dataset *dataset, const char *name, const double *values, scilama_error *error);

/** Adds or replaces a categorical cell column (copied).
 *  @param values [cells] strings; NULL = missing.
 *  @return SCILAMA_OK, E_NOMEM. O(cells). @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_set_strings(
    scilama_dataset *dataset, const char *name, const char *const *values, scilama_error *error);

/** Adds or replaces a categorical cell column by codes.
 *  @param codes       [cells]: 0 … n_categories − 1, or −1 = missing.
 *  @param categories  [n_categories] names, unique.
 *  @return SCILAMA_OK, E_INVALID (code out of range: cell named), E_DUPLICATE, E_NOMEM. O(cells). @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_set_codes(
    scilama_dataset *dataset, const char *name, const int32_t *codes,
    const char *const *categories, int64_t n_categories, scilama_error *error);

/** Uses a cell column as a covariate of the cell encoder and decoder. Columns
 *  enter in the order of these calls. @param kind ::scilama_covariate_kind.
 *  @return SCILAMA_OK, E_NOTFOUND, E_INVALID (kind does not fit the column). @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_use_covariate(
    scilama_dataset *dataset, const char *name, int32_t kind, scilama_error *error);

/** Sets the split of every cell. @param split [cells] of ::scilama_split.
 *  @return SCILAMA_OK, E_INVALID (cell named). O(cells). @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_set_split(
    scilama_dataset *dataset, const int32_t *split, scilama_error *error);

/** Takes the split from a categorical column with values train, val / valid /
 *  validation, test, excluded (any case).
 *  @return SCILAMA_OK, E_NOTFOUND, E_INVALID (numeric, another value or a missing one: cell named), E_NOMEM.
 *          O(cells). @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_split_by(
    scilama_dataset *dataset, const char *name, scilama_error *error);

/** Draws a split. The rest of the fractions is test. A cell's part depends on its
 *  name, not on its place in the file.
 *  @param stratify  categorical column within whose values to draw, or NULL.
 *  @return SCILAMA_OK, E_INVALID (fractions), E_NOTFOUND, E_NOMEM. O(cells · log cells). @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_split_random(
    scilama_dataset *dataset, double train_fraction, double validation_fraction,
    uint64_t seed, const char *stratify, scilama_error *error);

/** Creates a table of gene vectors from memory (copied).
 *  @param names   [rows] gene names.
 *  @param values  [rows × width] with leading dimension ld (0 = width).
 *  @return SCILAMA_OK, E_INVALID, E_NONFINITE, E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_gene_table_create(
    scilama_gene_table **out, scilama_context *context, const char *const *names,
    const float *values, int64_t rows, int64_t width, int64_t ld, scilama_error *error);
/** A control: the same genes and width, every column Gaussian with the mean and standard
 *  deviation of that column of `like`. What a model gains over it is the prior knowledge's.
 *  @return SCILAMA_OK, E_INVALID, E_NOMEM. Time O(rows × width). @since 0.1 */
SCILAMA_API scilama_status scilama_gene_table_random(
    scilama_gene_table **out, scilama_context *context, const scilama_gene_table *like,
    uint64_t seed, scilama_error *error);
/** A control: the vectors of `table`, dealt at random to its genes.
 *  @return SCILAMA_OK, E_INVALID, E_NOMEM. Time O(rows × width). @since 0.1 */
SCILAMA_API scilama_status scilama_gene_table_shuffled(
    scilama_gene_table **out, scilama_context *context, const scilama_gene_table *table,
    uint64_t seed, scilama_error *error);
/** Releases the caller's hold; datasets keep what they need. NULL is allowed. @since 0.1 */
SCILAMA_API void scilama_gene_table_destroy(scilama_gene_table *table);
/** Rows and width. @since 0.1 */
SCILAMA_API int64_t scilama_gene_table_rows(const scilama_gene_table *table);
SCILAMA_API int64_t scilama_gene_table_width(const scilama_gene_table *table);
/** Name of a row; borrowed; NULL when out of range. @since 0.1 */
SCILAMA_API const char *scilama_gene_table_name(const scilama_gene_table *table, int64_t row);
/** Values [rows × width], borrowed. @since 0.1 */
SCILAMA_API const float *scilama_gene_table_values(const scilama_gene_table *table);

/** Adds a modality: vectors from `table`, matched by name to the dataset's genes.
 *
 * The table is retained. Modalities enter the gene encoder in the order of these calls.
 * @param name    name of the modality, unique.
 * @param report  May be NULL.
 * @return SCILAMA_OK, E_NOTFOUND (no gene matches), E_DUPLICATE, E_NOMEM. O(genes + rows). @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_add_gene_table(
    scilama_dataset *dataset, const char *name, scilama_gene_table *table,
    const scilama_match_options *options, scilama_match_report *report, scilama_error *error);

/** Fits the recipe on the training cells and prepares the matrix for training.
 *
 * Call it after splits and gene tables; again to replace the recipe. Where splits,
 * covariates or gene tables change afterwards, the recipe is fitted again with the same
 * options when it is next needed. Without it a model takes the matrix as it is.
 * Size factors are target_sum over a cell's total of all genes of the matrix. The
 * dataset is unchanged when the call fails. O(entries), and a few passes over them.
 * @param options  NULL = recommended defaults.  @param report  May be NULL.
 * @return SCILAMA_OK, E_INVALID, E_NOTFOUND, E_STATE (no training cells), E_NONFINITE (a raw covariate is missing: cell
 *         named), E_NOMEM, E_CANCELLED, and of rows read as needed what reading them returns. @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_preprocess(
    scilama_dataset *dataset, const scilama_preprocess_options *options,
    scilama_preprocess_report *report, scilama_error *error);

/** Gives back the memory of the matrix and of the gene tables as they came, once the prepared
 * matrix and a model stand in for them: with many genes they are most of a dataset.
 *
 * Call it after scilama_dataset_preprocess() (or get_prepared) and scilama_model_create().
 * Training and encoding by that model, PCA of prepared rows, names, columns and splits go on
 * as before. What would read the input again fails with SCILAMA_E_STATE: preprocess, or a
 * change of split, covariates or tables, which calls for it; another model; markers, module
 * scores and decoding for other recipes. A trainer of a likelihood of counts that exists
 * keeps the counts it reads, and a prepared matrix that is the input itself (nothing was
 * transformed) keeps it. Of a streamed dataset the tables alone are given back. Calling it
 * again does nothing. O(1).
 * @return SCILAMA_OK, E_INVALID, E_STATE (nothing is prepared yet). @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_release_input(scilama_dataset *dataset, scilama_error *error);

/** Numbers of cells, of genes in the matrix, and of genes that a model of this
 *  dataset has (after preprocess; else all). @since 0.1 */
SCILAMA_API int64_t scilama_dataset_cells(const scilama_dataset *dataset);
SCILAMA_API int64_t scilama_dataset_genes(const scilama_dataset *dataset);
SCILAMA_API int64_t scilama_dataset_genes_used(const scilama_dataset *dataset);

/** Names, borrowed; NULL when out of range. Genes in the order of the matrix. Names of a streamed file's cells are read when the first is
 *  asked for: NULL also when the file has changed since, or memory is out. @since 0.1 */
SCILAMA_API const char *scilama_dataset_cell_name(const scilama_dataset *dataset, int64_t cell);
SCILAMA_API const char *scilama_dataset_gene_name(const scilama_dataset *dataset, int64_t gene);

/** Name of a gene in use, in the order of the model (bytewise by name; index order
 *  when genes have no names); borrowed; NULL when out of range, or before preprocess
 *  or get_prepared. @since 0.1 */
SCILAMA_API const char *scilama_dataset_used_gene_name(const scilama_dataset *dataset, int64_t gene);

/** Copies the split of every cell. @param split [cells] of ::scilama_split. @return SCILAMA_OK. @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_get_split(
    const scilama_dataset *dataset, int32_t *split, scilama_error *error);

/** Number of cell columns, and the name of one (borrowed; NULL when out of range). @since 0.1 */
SCILAMA_API int64_t scilama_dataset_columns(const scilama_dataset *dataset);
SCILAMA_API const char *scilama_dataset_column_name(const scilama_dataset *dataset, int64_t column);
/** Describes a cell column. @return SCILAMA_OK, E_NOTFOUND. @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_column_info(
    const scilama_dataset *dataset, const char *name, scilama_column_info *info, scilama_error *error);
/** Name of a category, borrowed; NULL when out of range. @since 0.1 */
SCILAMA_API const char *scilama_dataset_category(
    const scilama_dataset *dataset, const char *name, int64_t category);
/** Copies a categorical column. @param codes [cells]; −1 = missing.
 *  @return SCILAMA_OK, E_NOTFOUND, E_INVALID (the column is numeric). @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_get_codes(
    const scilama_dataset *dataset, const char *name, int32_t *codes, scilama_error *error);
/** Copies a numeric column. @param values [cells]; NaN = missing.
 *  @return SCILAMA_OK, E_NOTFOUND, E_INVALID (the column is categorical). @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_get_numeric(
    const scilama_dataset *dataset, const char *name, double *values, scilama_error *error);

/** Copies rows of the prepared matrix: what the cell encoder sees.
 *  @param cells   [n] cell numbers.
 *  @param values  [n × genes_used], leading dimension ld (0 = genes_used), model gene order.
 *  @return SCILAMA_OK, E_INVALID (cell out of range), as scilama_dataset_preprocess() where the recipe
 *          is to be fitted again, and of rows read as needed what reading them returns. @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_get_prepared(
    scilama_dataset *dataset, const int64_t *cells, int64_t n, float *values, int64_t ld, scilama_error *error);

#ifdef __cplusplus
}
#endif
#endif
