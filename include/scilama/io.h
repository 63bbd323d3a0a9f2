/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_IO_H
#define SCILAMA_IO_H

#include "dataset.h"
#include "model.h"

/** @file io.h Files in and out: AnnData .h5ad, MuData .h5mu, loom, 10x Genomics .h5, MatrixMarket
 *  folders, gene-embedding tables, models.
 *
 * Output is written to a temporary beside the target, synchronised and renamed:
 * the target is the old file or the new one at every moment. No file stays open
 * after a call, except within a scilama_h5ad_writer, and the scratch file of a streamed dataset. HDF5 is one state per process:
 * a host that calls it too, from another thread, needs a thread-safe HDF5 build. */

/** What to take from a file of cells × genes. Append only. */
typedef struct scilama_file_options {
    size_t struct_size;
    const char *layer;           /**< NULL = X; "raw" = raw/X with raw/var; else layers/NAME. 10x: the genome, where there are several */
    int32_t first_duplicate;     /**< 0: a gene name that occurs twice is an error; 1: the first one is kept */
    int32_t annotation_only;     /**< 1: names and columns only; the matrix is left empty (all zero) */
    int32_t gene_ids;            /**< 10x and MatrixMarket: 1 = name genes by identifier instead of symbol */
    int32_t reserved;
    int64_t stream_memory;       /**< 0: the matrix is read into memory. Above: it stays in the .h5ad file, and each trainer and each
                                  *   running call that reads rows holds at most so many bytes of it; see scilama_dataset_read_h5ad() */
    const char *scratch_folder;  /**< streaming: where to put what cannot be read by rows; NULL = "/tmp" */
    const char *modality;        /**< MuData (.h5mu): which one; NULL = "rna", or the only one */
    const char *const *columns;  /**< columns of cells to read, [n_columns] names, of which some may be missing; NULL = all. Others take no
                                  *   memory, and what needs one is E_UNSUPPORTED */
    int64_t n_columns;
    const char *gene_names;      /**< AnnData and MuData: column of var, of texts, that names genes, say "feature_name". A row without one
                                  *   keeps its name in the index; names that come again get -1, -2, … unless first_duplicate leaves
                                  *   them out. NULL = the index. Other formats: E_UNSUPPORTED (see gene_ids) */
} scilama_file_options;

/** How to read a table of gene vectors. Append only. */
typedef struct scilama_table_options {
    size_t struct_size;
    const char *names_path;      /**< .npy and .npz: text file, one gene a line; NULL = beside it, same stem, .txt, .genes, .tsv or .csv */
    const char *key;             /**< .h5ad: name in varm; .npz, safetensors, HDF5: name of the array; NULL = the only one */
    int32_t first_duplicate;     /**< 0: a name that occurs twice is left to scilama_dataset_add_gene_table(); 1: the first is kept here */
    int32_t reserved;
} scilama_table_options;

/** Other names of genes, read from a file: for the alias fields of scilama_match_options. */
typedef struct scilama_gene_aliases scilama_gene_aliases;

/** Adds results to a copy of an AnnData file, or writes a new one. */
typedef struct scilama_h5ad_writer scilama_h5ad_writer;

#ifdef __cplusplus
extern "C" {
#endif

/** Writes the defaults of each struct. @since 0.1 */
SCILAMA_API scilama_status scilama_file_options_init(scilama_file_options *options, size_t struct_size);
SCILAMA_API scilama_status scilama_table_options_init(scilama_table_options *options, size_t struct_size);

/** Reads cells × genes from an AnnData .h5ad file of any generation since 0.5, or from a modality of MuData (.h5mu).
 *
 * Names of cells and genes and every cell column come along: categorical, string
 * and boolean columns as categorical ones ("True", "False"), numbers as numeric. A column whose text is not UTF-8, or of
 * fixed length with a null inside, is left out with a warning, and what needs it fails with the row; such names are
 * E_FORMAT and E_UNSUPPORTED.
 * With stream_memory the matrix is checked and counted in one pass and read by rows from then on: CSR and
 * dense ones straight from the file, whatever it is packed with among gzip, LZF, zstd and the shuffle
 * filter, without calling HDF5 and without allocating; each chunk is unpacked about once in an epoch.
 * What is compressed by gene, or packed in another way, is first written to a scratch file without a
 * name in scratch_folder (8 bytes for each stored value, 20 while it is being made). In memory are names of
 * genes and 16 bytes for each chunk; 2 bytes for each cell once a split is set, 24 more once it is preprocessed. Names and
 * columns of cells, and where rows begin, stay in the file too, but for columns of texts, nullable ones and what only HDF5
 * can read. The file must stay as it is; that it was replaced or changed is found out and is E_IO. As scilama_dataset_create_from_rows() otherwise.
 * @param options  NULL = defaults.
 * @return SCILAMA_OK, E_NOTFOUND (file or layer), E_INVALID (stream_memory too small: the message says the least), E_IO, E_FORMAT (damaged), E_NONFINITE (cell and
 *         gene named), E_DUPLICATE, E_UNSUPPORTED (compression filter), E_NOMEM, E_CANCELLED.
 *         O(stored values).
 * @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_read_h5ad(
    scilama_dataset **out, scilama_context *context, const char *path,
    const scilama_file_options *options, scilama_error *error);

/** Reads a 10x Genomics .h5 file (Cell Ranger 2 or 3). Only gene expression features
 *  are taken; symbols that occur twice become NAME-1, NAME-2.
 *  @return as scilama_dataset_read_h5ad(); E_UNSUPPORTED for stream_memory. @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_read_10x_h5(
    scilama_dataset **out, scilama_context *context, const char *path,
    const scilama_file_options *options, scilama_error *error);

/** Reads a folder of matrix.mtx[.gz], barcodes.tsv[.gz] and features.tsv[.gz] or
 *  genes.tsv[.gz], as Cell Ranger and STARsolo write them.
 *  @return as scilama_dataset_read_h5ad() (E_FORMAT names the line); E_UNSUPPORTED for stream_memory. @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_read_mtx(
    scilama_dataset **out, scilama_context *context, const char *folder,
    const scilama_file_options *options, scilama_error *error);

/** Reads any of these, told apart by content, and loom files (2 and 3: matrix or a layer; genes by Gene, or by Accession with
 *  gene_ids; cells by CellID; col_attrs of one value a cell as columns).
 *  @return as scilama_dataset_read_h5ad(); E_UNSUPPORTED for stream_memory unless AnnData or MuData. @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_read(
    scilama_dataset **out, scilama_context *context, const char *path,
    const scilama_file_options *options, scilama_error *error);

/** Reads a matrix of obsm or varm.
 *
 * First with values NULL for the size, then with memory for it.
 * @param path    .h5ad file, or .h5mu: its modality rna, or the only one.
 * @param key     "obsm/NAME" or "varm/NAME"; of MuData also "mod/MODALITY/obsm/NAME", as in the two calls below.
 * @param rows    Receives the rows; may be NULL.
 * @param width   Receives the width; may be NULL.
 * @param values  [rows × width] or NULL.
 * @param size    elements that fit in values.
 * @return SCILAMA_OK, E_NOTFOUND, E_FORMAT, E_INVALID (size too small). @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_read_array(
    scilama_context *context, const char *path, const char *key, int64_t *rows, int64_t *width,
    float *values, int64_t size, scilama_error *error);

/** Reads a text of uns, say "uns/scilama/version"; one number as text.
 *  @param text  Receives terminated UTF-8, freed by scilama_text_destroy().
 *  @return SCILAMA_OK, E_NOTFOUND, E_FORMAT, E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_read_string(
    char **text, scilama_context *context, const char *path, const char *key, scilama_error *error);

/** Reads a column of a table: obs, var or a data frame in uns ("uns/scilama/history").
 * Of categories and of texts it gives the codes, 0 … categories − 1 (texts: in order of their bytes).
 *
 * First with values NULL for the rows, then with memory for them.
 * @param rows    Receives the rows; may be NULL.
 * @param values  [rows] or NULL; NaN = missing.
 * @param size    elements that fit in values.
 * @return SCILAMA_OK, E_NOTFOUND, E_INVALID (not numbers, or size too small), E_FORMAT, E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_read_column(
    scilama_context *context, const char *path, const char *table, const char *column, int64_t *rows,
    double *values, int64_t size, scilama_error *error);

/** Reads a table of gene vectors, by content and extension: HDF5 (gene_id [rows],
 *  embedding [rows × width]), .npy or .npz with a names file, CSV or TSV (a heading is
 *  recognised; names in the first column; gzip allowed), word2vec text, safetensors,
 *  .h5ad (varm), Parquet (gene_id, embedding: lists) where libduckdb is found at run
 *  time. float16, 32, 64.
 * @return SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT, E_NONFINITE (gene named), E_UNSUPPORTED
 *         (pickles, and Parquet without libduckdb: the message says how to convert). @since 0.1 */
SCILAMA_API scilama_status scilama_gene_table_read(
    scilama_gene_table **out, scilama_context *context, const char *path,
    const scilama_table_options *options, scilama_error *error);

/** Writes a table as HDF5 (gene_id, embedding), replacing the file at once or not at all.
 *  @return SCILAMA_OK, E_IO, E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_gene_table_write(
    const scilama_gene_table *table, const char *path, scilama_error *error);

/** Reads a file of two columns: the name of a gene in the data, and the name to look up in a
 *  gene table instead. The columns are parted by tabs, commas or spaces; further ones are not
 *  read; lines that begin with '#' are passed over; gzip allowed.
 *  @return SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (line named), E_DUPLICATE (a name with two
 *          meanings), E_NOMEM. O(bytes). @since 0.1 */
SCILAMA_API scilama_status scilama_gene_aliases_read(
    scilama_gene_aliases **out, scilama_context *context, const char *path, scilama_error *error);
/** NULL is allowed. @since 0.1 */
SCILAMA_API void scilama_gene_aliases_destroy(scilama_gene_aliases *aliases);
/** How many there are. @since 0.1 */
SCILAMA_API int64_t scilama_gene_aliases_count(const scilama_gene_aliases *aliases);
/** [count] names in the data, and [count] names to look up: as alias_from and alias_to of
 *  scilama_match_options want them. Borrowed. @since 0.1 */
SCILAMA_API const char *const *scilama_gene_aliases_from(const scilama_gene_aliases *aliases);
SCILAMA_API const char *const *scilama_gene_aliases_to(const scilama_gene_aliases *aliases);

/** Describes a file (data set, model or table) as one JSON object, with every problem found:
 *  {"kind", "n_obs", "n_vars", "x": {"storage", "dtype", "stored", "sum", "nan", "density", "compression"}, "obs_names": [first, last],
 *  "var_names": [first, last], "obs": [{"name", "kind"}], "layers": […], "problems": […]}; of AnnData "obsm" and "varm", lists of names, too.
 *
 * A damaged file is described as far as it goes; the call fails only when nothing can be said.
 * @param text   Receives terminated UTF-8, freed by scilama_text_destroy().
 * @param layer  the matrix to describe, as in scilama_file_options; NULL = X. Of MuData also "mod/MODALITY" or
 *               "mod/MODALITY/LAYER"; the JSON then has "modality" and "modalities".
 * @return SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (no known kind of file), E_NOMEM, E_CANCELLED. @since 0.1 */
SCILAMA_API scilama_status scilama_file_describe(
    char **text, scilama_context *context, const char *path, const char *layer, scilama_error *error);
/** Frees text that the library returned. NULL is allowed. @since 0.1 */
SCILAMA_API void scilama_text_destroy(scilama_context *context, char *text);

/** Saves a model: everything that encoding new cells needs. The file is replaced at once or not at all.
 *  @return SCILAMA_OK, E_IO, E_NOMEM. O(parameters). @since 0.1 */
SCILAMA_API scilama_status scilama_model_save(const scilama_model *model, const char *path, scilama_error *error);
/** Loads a saved model.
 *  @return SCILAMA_OK, E_NOTFOUND, E_IO, E_FORMAT (damaged, or no model), E_UNSUPPORTED (of a newer format),
 *          E_NOMEM. O(parameters). @since 0.1 */
SCILAMA_API scilama_status scilama_model_load(
    scilama_model **out, scilama_context *context, const char *path, scilama_error *error);

/** Saves a model as scilama_model_save() does, but into memory: to pickle it, send it, keep it in a database. A reference
 *  that it carries comes along.
 *  @param bytes  Receives the bytes of the file, freed by scilama_bytes_destroy(); NULL on failure.
 *  @param size   Receives how many there are.
 *  @return SCILAMA_OK, E_NOMEM, E_IO (the system has no room for it). O(parameters), of which two copies exist for a moment. @since 0.1 */
SCILAMA_API scilama_status scilama_model_save_memory(const scilama_model *model, void **bytes, int64_t *size, scilama_error *error);

/** Loads a model from the bytes of a saved one, whichever call saved it. They are read during the call alone.
 *  @return as scilama_model_load(). @since 0.1 */
SCILAMA_API scilama_status scilama_model_load_memory(
    scilama_model **out, scilama_context *context, const void *bytes, int64_t size, scilama_error *error);

/** Frees bytes that the library returned. NULL is allowed. @since 0.1 */
SCILAMA_API void scilama_bytes_destroy(scilama_context *context, void *bytes);

/** Starts an output: a copy of `input` to which results are added.
 *
 * Nothing of the input is lost, except what is put under the same name. `output` may be
 * `input`; it changes only at scilama_h5ad_writer_commit(). anndata 0.8 and later read it.
 * Of MuData the output is one modality, whole, as an .h5ad of its own; of a 10x .h5 file, a loom file or a MatrixMarket
 * folder a new .h5ad: X (CSR), the names of cells and genes and the columns of cells as scilama_dataset_read() gives
 * them. It must not be `input` then.
 * @return SCILAMA_OK, E_NOTFOUND, E_INVALID, E_IO, E_FORMAT, E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_open(
    scilama_h5ad_writer **out, scilama_context *context, const char *input, const char *output, scilama_error *error);

/** As scilama_h5ad_writer_open(), of that part of `input` which scilama_dataset_read() takes with these options: of MuData
 *  the modality, of a 10x file of several genomes the layer. Of AnnData all is taken, whatever the layer.
 *  @param options  NULL = defaults.
 *  @return as scilama_h5ad_writer_open(). @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_open_part(
    scilama_h5ad_writer **out, scilama_context *context, const char *input, const scilama_file_options *options,
    const char *output, scilama_error *error);

/** Starts a new file.
 * @param matrix      X, dense or CSR, float32; written at once.
 * @param cell_names  [rows]; NULL = numbered.  @param gene_names  [cols]; NULL = numbered.
 * @return SCILAMA_OK, E_INVALID, E_IO, E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_create(
    scilama_h5ad_writer **out, scilama_context *context, const char *output, const scilama_matrix *matrix,
    const char *const *cell_names, const char *const *gene_names, scilama_error *error);

/** Starts a new file of a dataset: X (float32, the matrix as it came, before any recipe), the names of cells and genes, and the
 *  columns of cells. Those read from a file, or joined of several that agree, are booleans, integers, float32 and ordered categories as
 *  there, unless a boolean or an integer is missing: numbers are float64 then, booleans categories, as all other columns are. Of a
 *  streamed dataset X is CSR and is read as it is written.
 * @param matrix  0: nothing is stored in X, which then reads as zeros, where the counts are to stay in the files that they are in.
 * @return SCILAMA_OK, E_INVALID, E_STATE (the matrix was given back), E_IO, E_NOMEM, E_CANCELLED, or what reading rows returns. O(entries).
 * @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_create_from(
    scilama_h5ad_writer **out, const char *output, const scilama_dataset *dataset, int32_t matrix, scilama_error *error);

/** Puts everything in place: synchronised, then renamed. The handle is still to be destroyed.
 *  @return SCILAMA_OK, E_IO (the output is as before), E_STATE (committed before). @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_commit(scilama_h5ad_writer *writer, scilama_error *error);
/** Without a commit nothing is left behind. NULL is allowed. @since 0.1 */
SCILAMA_API void scilama_h5ad_writer_destroy(scilama_h5ad_writer *writer);

/** Cells and genes of the file. @since 0.1 */
SCILAMA_API int64_t scilama_h5ad_writer_cells(const scilama_h5ad_writer *writer);
SCILAMA_API int64_t scilama_h5ad_writer_genes(const scilama_h5ad_writer *writer);

/** obsm[key] [cells × width], varm[key] [genes × width]: row-major with leading dimension ld
 *  (0 = width); NaN = no value. Replaces a key of the same name, as all of these do. Values are written
 *  at once and need not be kept.
 *  @return as of all scilama_h5ad_writer_put functions: SCILAMA_OK, E_INVALID (the key, or values that do not
 *          fit), E_STATE (committed before), E_IO, E_NOMEM. O(values). @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_put_obsm(
    scilama_h5ad_writer *writer, const char *key, const float *values, int64_t width, int64_t ld, scilama_error *error);
SCILAMA_API scilama_status scilama_h5ad_writer_put_varm(
    scilama_h5ad_writer *writer, const char *key, const float *values, int64_t width, int64_t ld, scilama_error *error);

/** layers[key]: dense or CSR, float32, of the size of X.
 *  @return as scilama_h5ad_writer_put_obsm(). @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_put_layer(
    scilama_h5ad_writer *writer, const char *key, const scilama_matrix *matrix, scilama_error *error);

/** obsp[key] [cells × cells] and varp[key] [genes × genes] as CSR. @param indptr [rows + 1].
 *  @return as scilama_h5ad_writer_put_obsm(); E_CANCELLED: it is not in the writer. @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_put_obsp(
    scilama_h5ad_writer *writer, const char *key, const int64_t *indptr, const int32_t *indices, const float *values, scilama_error *error);
SCILAMA_API scilama_status scilama_h5ad_writer_put_varp(
    scilama_h5ad_writer *writer, const char *key, const int64_t *indptr, const int32_t *indices, const float *values, scilama_error *error);

/** Columns of obs [cells] and var [genes]. Missing: NaN, code −1.
 *  @return as scilama_h5ad_writer_put_obsm(). @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_put_obs_numeric(
    scilama_h5ad_writer *writer, const char *key, const double *values, scilama_error *error);
SCILAMA_API scilama_status scilama_h5ad_writer_put_var_numeric(
    scilama_h5ad_writer *writer, const char *key, const double *values, scilama_error *error);
SCILAMA_API scilama_status scilama_h5ad_writer_put_obs_categorical(
    scilama_h5ad_writer *writer, const char *key, const int32_t *codes, const char *const *categories, int64_t n_categories, scilama_error *error);
SCILAMA_API scilama_status scilama_h5ad_writer_put_var_categorical(
    scilama_h5ad_writer *writer, const char *key, const int32_t *codes, const char *const *categories, int64_t n_categories, scilama_error *error);

/** obs of a file of the same cells, in the same order, in place of the writer's: names and columns as they are stored there, whatever
 *  their types. Encodings of before anndata 0.8 are renewed.
 *  @param input    may be the writer's output, which is as before until scilama_h5ad_writer_commit(), where it is an .h5ad.
 *  @param options  which part of it, as in scilama_h5ad_writer_open_part(); NULL = defaults.
 *  @return as scilama_h5ad_writer_open_part(); E_INVALID (another number of cells), E_STATE (committed before). Beside the output a copy
 *          of the input exists for a moment. @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_copy_obs(
    scilama_h5ad_writer *writer, const char *input, const scilama_file_options *options, scilama_error *error);

/** Entries of uns; "a/b" nests. Arrays: rows × cols, cols 0 = one dimension.
 *  @return as scilama_h5ad_writer_put_obsm(). @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_put_uns_string(
    scilama_h5ad_writer *writer, const char *key, const char *value, scilama_error *error);
SCILAMA_API scilama_status scilama_h5ad_writer_put_uns_strings(
    scilama_h5ad_writer *writer, const char *key, const char *const *values, int64_t count, scilama_error *error);
SCILAMA_API scilama_status scilama_h5ad_writer_put_uns_number(
    scilama_h5ad_writer *writer, const char *key, double value, scilama_error *error);
SCILAMA_API scilama_status scilama_h5ad_writer_put_uns_integer(
    scilama_h5ad_writer *writer, const char *key, int64_t value, scilama_error *error);
SCILAMA_API scilama_status scilama_h5ad_writer_put_uns_array(
    scilama_h5ad_writer *writer, const char *key, const float *values, int64_t rows, int64_t cols, scilama_error *error);
/** A record array in uns, as scanpy keeps uns["rank_genes_groups"]: rows of one field per name.
 *  @param fields   [n_fields] names.
 *  @param values   [n_fields × rows], field by field; NULL when these are strings.
 *  @param strings  [n_fields × rows]; NULL when these are numbers.
 *  @return as scilama_h5ad_writer_put_obsm(). @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_put_uns_records(
    scilama_h5ad_writer *writer, const char *key, const char *const *fields, int64_t n_fields, int64_t rows,
    const double *values, const char *const *strings, scilama_error *error);
/** A data frame in uns: first its index [rows], then its columns [rows] one by one.
 *  @return as scilama_h5ad_writer_put_obsm(); E_STATE also for a column before its table. @since 0.1 */
SCILAMA_API scilama_status scilama_h5ad_writer_put_uns_table(
    scilama_h5ad_writer *writer, const char *key, const char *const *index, int64_t rows, scilama_error *error);
SCILAMA_API scilama_status scilama_h5ad_writer_put_uns_table_numeric(
    scilama_h5ad_writer *writer, const char *key, const char *column, const double *values, scilama_error *error);
SCILAMA_API scilama_status scilama_h5ad_writer_put_uns_table_strings(
    scilama_h5ad_writer *writer, const char *key, const char *column, const char *const *values, scilama_error *error);

#ifdef __cplusplus
}
#endif
#endif
