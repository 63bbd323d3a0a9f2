/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_EXCHANGE_H
#define SCILAMA_EXCHANGE_H

#include "trainer.h"

/** @file exchange.h Matrices as DLPack, tables through the Arrow C data interface.
 *
 * What goes out owns what it shows: tensors, arrays, schemas and streams stay valid after the
 * handles they came from, and the context, are destroyed. Their deleters and release
 * callbacks may be called from any thread, at any time and in any order, also while a call on the
 * handle runs elsewhere: all that they do is to count owners and, for the last of
 * them, to give memory back. This calls the allocator's `release` on that thread, and may
 * join the context's workers: an allocator of the host that is not thread-safe needs
 * them on its own thread.
 *
 * The structs are those of the two standards and need no other header: Arrow's stand here under
 * their usual guards, DLPack's in dlpack.h (a host with a dlpack.h of its own uses that). */

struct DLManagedTensor;
struct DLManagedTensorVersioned;

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

/** Type of an array; of a table: a struct of its columns. */
struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *schema); /**< NULL: released */
    void *private_data;
};

/** Numbers of an array. */
struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *array); /**< NULL: released */
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

/** Arrays of one type, one after the other. */
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *stream, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *stream, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *stream);
    void (*release)(struct ArrowArrayStream *stream); /**< NULL: released */
    void *private_data;
};

#endif

/** How to take gene vectors from a table. Append only. */
typedef struct scilama_arrow_options {
    size_t struct_size;
    const char *names;   /**< column of gene names; NULL = gene_id, gene_ids, genes, gene, names or the index of pandas, else the only column of strings */
    const char *vectors; /**< column of vectors (lists of numbers); NULL = embedding, embeddings or values, else the only column of lists, else all other columns, each one number of the vectors */
    int32_t skip_nulls;  /**< 0: a null is an error; 1: rows without a name or with a null in the vector are left out */
    int32_t reserved;    /**< 0 */
} scilama_arrow_options;

/** Gives memory back that scilama_dlpack_wrap() was given. Called once, on the thread that calls the deleter. */
typedef void (*scilama_release_fn)(void *user);

#ifdef __cplusplus
extern "C" {
#endif

/** Writes the defaults. @since 0.1 */
SCILAMA_API scilama_status scilama_arrow_options_init(scilama_arrow_options *options, size_t struct_size);

/** The vectors of a gene table, [rows × width], where they lie; read-only.
 *  @param out  Receives a tensor; its `deleter` releases it, and holds the table until then.
 *  @return SCILAMA_OK, E_INVALID, E_NOMEM. O(1). @since 0.1 */
SCILAMA_API scilama_status scilama_gene_table_to_dlpack(
    struct DLManagedTensorVersioned **out, const scilama_gene_table *table, scilama_error *error);

/** A parameter of a model, [rows × cols], [rows] or a single number, where it lies; read-only.
 *
 * Training changes the numbers in place: read them between steps. After
 * scilama_model_extend_covariate() the tensor keeps the numbers as they were before it.
 *  @param name  as in scilama_model_find_parameter().
 *  @param out   as in scilama_gene_table_to_dlpack().
 *  @return SCILAMA_OK, E_NOTFOUND, E_NOMEM. O(1). @since 0.1 */
SCILAMA_API scilama_status scilama_model_parameter_to_dlpack(
    struct DLManagedTensorVersioned **out, const scilama_model *model, const char *name, scilama_error *error);

/** The gradient buffer of scilama_trainer_gradients(), [trainable numbers], where it lies; writable:
 *  to add up gradients of several processes between forward_backward and apply. The
 *  tensor keeps the trainer's memory, not its hold on the model.
 *  @param out  as in scilama_gene_table_to_dlpack().
 *  @return SCILAMA_OK, E_NOMEM. O(1). @since 0.1 */
SCILAMA_API scilama_status scilama_trainer_gradients_to_dlpack(
    struct DLManagedTensorVersioned **out, scilama_trainer *trainer, scilama_error *error);

/** A matrix of the caller, such as one that scilama_model_encode_cells() has filled.
 *  @param tensor     data, dtype (F32, F64, I32, I64, U16 or U32), rank, rows and cols; row-major without gaps.
 *  @param read_only  1: consumers must not write; 0: they may.
 *  @param release    Gives the memory back when the tensor is deleted; NULL = nothing to do.
 *                    Not called when this call fails.
 *  @param user       passed to release.
 *  @param out        as in scilama_gene_table_to_dlpack().
 *  @return SCILAMA_OK, E_INVALID, E_NOMEM. O(1). @since 0.1 */
SCILAMA_API scilama_status scilama_dlpack_wrap(
    struct DLManagedTensorVersioned **out, scilama_context *context, const scilama_tensor *tensor, int32_t read_only,
    scilama_release_fn release, void *user, scilama_error *error);

/** Turns a tensor of this library into the form before DLPack 1.0, for consumers that know no other.
 *
 * That form cannot say that it is read-only, so a read-only tensor is refused, unless its
 * consumer is known not to write. No memory is asked for.
 *  @param out             Receives the legacy tensor, which now owns what `tensor` did: do not use or delete `tensor`
 *                         any more. NULL on failure, and `tensor` is as before.
 *  @param tensor          from one of the calls above.
 *  @param drop_read_only  1: a read-only tensor may pass; 0: it is refused.
 *  @return SCILAMA_OK, E_INVALID (not a tensor of this library), E_UNSUPPORTED (read-only). @since 0.1 */
SCILAMA_API scilama_status scilama_dlpack_to_legacy(
    struct DLManagedTensor **out, struct DLManagedTensorVersioned *tensor, int32_t drop_read_only, scilama_error *error);

/** Takes a gene table from an Arrow array (copied).
 *
 * The array is a struct, as record batches are: a column of names, and one column
 * of vectors or a column for each of their numbers. Names: utf8, large_utf8, utf8_view, or a
 * dictionary of these. Vectors: fixed-size lists, lists, large lists or list views, all
 * of one length. Numbers: float16, float32 or float64, finite. Slices (offsets) are honoured.
 * Of extension types, the storage is read.
 *  @param schema   Type of the array.  @param array  Its data. Both are released by this call, whatever it returns.
 *  @param options  NULL = defaults.
 *  @return SCILAMA_OK, E_INVALID (a NULL, or released before), E_NOTFOUND (no such column), E_UNSUPPORTED (type of a
 *          column), E_FORMAT (a null, lists of several lengths, damaged), E_DUPLICATE (two columns of that name), E_NONFINITE, E_NOMEM;
 *          the column, and the row where there is one, are named. O(rows × width). @since 0.1 */
SCILAMA_API scilama_status scilama_gene_table_from_arrow(
    scilama_gene_table **out, scilama_context *context, struct ArrowSchema *schema, struct ArrowArray *array,
    const scilama_arrow_options *options, scilama_error *error);

/** Takes a gene table from a stream of Arrow arrays, such as the batches that a reader of
 *  Parquet files gives; see scilama_gene_table_from_arrow(). Each array is released before the
 *  next one is asked for.
 *  @param stream  Read to its end, and released by this call, whatever it returns.
 *  @return as scilama_gene_table_from_arrow(); E_CALLBACK (the stream failed: `detail` is its errno), E_CANCELLED. @since 0.1 */
SCILAMA_API scilama_status scilama_gene_table_from_arrow_stream(
    scilama_gene_table **out, scilama_context *context, struct ArrowArrayStream *stream,
    const scilama_arrow_options *options, scilama_error *error);

/** A gene table as an Arrow struct: gene_id (utf8) and embedding (fixed-size list of float32, where it
 *  lies in the table).
 *  @param schema  Overwritten; released by the caller. `release` is NULL on failure.  @param array  likewise.
 *  @return SCILAMA_OK, E_INVALID, E_NOMEM. O(bytes of the names). @since 0.1 */
SCILAMA_API scilama_status scilama_gene_table_to_arrow(
    const scilama_gene_table *table, struct ArrowSchema *schema, struct ArrowArray *array, scilama_error *error);

/** Embeds cells as scilama_model_encode_cells() does. An Arrow struct: cell_id (utf8) and embedding (fixed-size
 *  list of float32).
 *  @param schema  as in scilama_gene_table_to_arrow().  @param array  likewise.
 *  @return as scilama_model_encode_cells(). @since 0.1 */
SCILAMA_API scilama_status scilama_model_cells_to_arrow(
    scilama_model *model, scilama_dataset *dataset, struct ArrowSchema *schema, struct ArrowArray *array, scilama_error *error);

/** Embeds the model's genes as scilama_model_encode_genes() does. An Arrow struct: gene_id (utf8) and
 *  embedding (fixed-size list of float32), in model order.
 *  @param schema  as in scilama_gene_table_to_arrow().  @param array  likewise.
 *  @return as scilama_model_encode_genes(). @since 0.1 */
SCILAMA_API scilama_status scilama_model_genes_to_arrow(
    scilama_model *model, struct ArrowSchema *schema, struct ArrowArray *array, scilama_error *error);

/** The cell columns of a dataset as an Arrow struct: cell_id (utf8; named _index where there is a column
 *  cell_id), then each column: numeric as float64, categorical as dictionary of int32 to utf8.
 *  Missing values are null.
 *  @param schema  as in scilama_gene_table_to_arrow().  @param array  likewise.
 *  @return SCILAMA_OK, E_INVALID, E_NOMEM. O(cells × columns); copied. @since 0.1 */
SCILAMA_API scilama_status scilama_dataset_obs_to_arrow(
    const scilama_dataset *dataset, struct ArrowSchema *schema, struct ArrowArray *array, scilama_error *error);

/** A stream of one array, for consumers that take streams only.
 *  @param stream  Overwritten; released by the caller. `release` is NULL on failure.
 *  @param schema  Any schema.  @param array  Its array. Both are moved into the stream, or released on failure.
 *  @return SCILAMA_OK, E_INVALID (a NULL, or released before), E_FORMAT (a damaged schema), E_NOMEM. @since 0.1 */
SCILAMA_API scilama_status scilama_arrow_to_stream(
    struct ArrowArrayStream *stream, scilama_context *context, struct ArrowSchema *schema, struct ArrowArray *array,
    scilama_error *error);

#ifdef __cplusplus
}
#endif
#endif
