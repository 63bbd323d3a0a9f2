/* SPDX-License-Identifier: MIT */
#ifndef SLM_EXCHANGE_EXCHANGE_H
#define SLM_EXCHANGE_EXCHANGE_H

/* DLPack tensors and Arrow tables. What goes out owns what it shows through an owner and
 * how to let go of it; both may run on any thread.
 * dlpack.c: tensors; arrow_read.c, arrow_stream.c, arrow_column.c: Arrow in; arrow_write.c: out. */

#include "data/dataset.h"
#include "scilama/dlpack.h"
#include "scilama/exchange.h"

typedef struct slm_owner {
    void *what;
    void (*release)(void *what); /* NULL: nothing to do */
} slm_owner;

/* The tensor takes over one hold on the owner, on success only. */
scilama_status slm_dlpack_make(DLManagedTensorVersioned **out, scilama_context *ctx, const scilama_tensor *view, bool read_only,
                               slm_owner owner, scilama_error *error);
scilama_status slm_dlpack_legacy(DLManagedTensor **out, DLManagedTensorVersioned *tensor, bool drop_read_only, scilama_error *error);

/* arrow_read.c: neither releases its source. */
scilama_status slm_arrow_read(scilama_gene_table **out, scilama_context *ctx, const struct ArrowSchema *schema,
                              const struct ArrowArray *array, const scilama_arrow_options *options, scilama_error *error);
scilama_status slm_arrow_read_stream(scilama_gene_table **out, scilama_context *ctx, struct ArrowArrayStream *stream,
                                     const scilama_arrow_options *options, scilama_error *error);

/* arrow_column.c: where things are in an array. Rows are logical: without the array's own offset. */
enum slm_arrow_type {
    SLM_ARROW_OTHER = 0, SLM_ARROW_FLOAT, SLM_ARROW_UTF8, SLM_ARROW_UTF8_VIEW, SLM_ARROW_DICTIONARY,
    SLM_ARROW_LIST, SLM_ARROW_LIST_VIEW, SLM_ARROW_FIXED_LIST
};
typedef struct slm_arrow_column {
    const char *name;
    const char *format;  /* of the schema */
    int type;
    int bytes;           /* of a number, an index, an offset */
    bool is_signed;      /* index of a dictionary */
    int64_t width;       /* of a fixed-size list */
    const struct ArrowSchema *inner; /* items of a list, values of a dictionary */
} slm_arrow_column;
void slm_arrow_describe(slm_arrow_column *out, const struct ArrowSchema *schema);
/* The array fits the column and has at least `rows` rows; so do its items or values. */
scilama_status slm_arrow_check(const slm_arrow_column *column, const struct ArrowArray *array, int64_t rows, scilama_error *error);
bool slm_arrow_valid(const struct ArrowArray *array, int64_t row);
/* NULL in *text: a null. */
scilama_status slm_arrow_string(const slm_arrow_column *column, const struct ArrowArray *array, int64_t row,
                                const char **text, int64_t *length, scilama_error *error);
/* Items [*first, *first + *count) of array->children[0]. */
scilama_status slm_arrow_list(const slm_arrow_column *column, const struct ArrowArray *array, int64_t row,
                              int64_t *first, int64_t *count, scilama_error *error);
/* bytes: 2, 4 or 8 per number */
void slm_arrow_floats(float *out, const struct ArrowArray *array, int bytes, int64_t first, int64_t count);

/* arrow_write.c: schema and array of a struct of `columns` columns, put one by one in
 * order. After a failure the caller releases both by slm_arrow_drop(). */
typedef struct slm_arrow_table {
    scilama_context *ctx;
    struct ArrowSchema *schema;
    struct ArrowArray *array;
    int64_t rows, columns, put;
} slm_arrow_table;
scilama_status slm_arrow_begin(slm_arrow_table *t, scilama_context *ctx, struct ArrowSchema *schema, struct ArrowArray *array,
                               int64_t rows, int64_t columns, scilama_error *error);
void slm_arrow_drop(slm_arrow_table *t);
scilama_status slm_arrow_put_strings(slm_arrow_table *t, const char *name, const slm_strings *values, scilama_error *error);
/* The array takes over one hold on the owner, on success only. */
scilama_status slm_arrow_put_vectors(slm_arrow_table *t, const char *name, const float *values, int64_t width, slm_owner owner, scilama_error *error);
scilama_status slm_arrow_put_numeric(slm_arrow_table *t, const char *name, const double *values, scilama_error *error);
scilama_status slm_arrow_put_codes(slm_arrow_table *t, const char *name, const int32_t *codes, const slm_strings *categories, scilama_error *error);

/* arrow_stream.c: moves both in on success. */
scilama_status slm_arrow_stream(struct ArrowArrayStream *out, scilama_context *ctx, struct ArrowSchema *schema,
                                struct ArrowArray *array, scilama_error *error);
/* arrow_write.c: a copy of any whole schema; false when out of memory. */
bool slm_arrow_whole_schema(const struct ArrowSchema *schema);
bool slm_arrow_copy_schema(scilama_context *ctx, struct ArrowSchema *out, const struct ArrowSchema *schema);

#endif
