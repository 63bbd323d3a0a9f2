/* SPDX-License-Identifier: MIT */
#ifndef SLM_SOURCE_H
#define SLM_SOURCE_H

/* Rows of a matrix that is not in memory: from a callback of the host, or from a file.
 * All reading happens on the calling thread. What a source reads is immutable, so that
 * several readers may use it; what changes while reading belongs to the reader. */

#include "linalg/rows.h"

/* What the values of a matrix look like. */
typedef struct slm_value_range { float min, max; bool integer; int64_t cell, gene; /* of min */ } slm_value_range;

typedef struct slm_source slm_source;

/* Rows as they come, all genes: sorted, unique, finite. */
typedef struct slm_stage {
    int64_t room_rows, room; /* rows and entries that fit */
    int64_t n;               /* rows at hand */
    int64_t *indptr;         /* [room_rows + 1] */
    int32_t *indices;        /* [room] */
    float *values;           /* [room] */
    float *dense;            /* [room_rows × columns] of a dense source, else NULL; read() leaves rows of genes */
    void *scratch;           /* scratch_bytes of the source */
    const slm_source *holder; /* whose read left something there that it will want again, and what: block `held`; NULL = none */
    int64_t held;
} slm_stage;

struct slm_source {
    scilama_context *ctx;
    atomic_int refs;
    int64_t cells, genes;
    int64_t memory;          /* bytes that a reader and its window may take */
    int64_t lump;            /* cells next to each other that are best read together */
    int64_t widest;          /* entries that a row may have before it is checked */
    int64_t columns;         /* values of a dense row as it is read, genes or more */
    bool dense;
    int64_t scratch_least, scratch_bytes; /* what read must and would like to have at stage->scratch */
    const slm_strings *cell_names, *gene_names; /* of the dataset, for messages; NULL when it is gone */
    /* known after slm_source_count(), which a query of many cells does without */
    int32_t *entries, *detected; /* [cells] stored, above zero */
    double *total;               /* [cells] sum of a cell */
    /* known after slm_source_learn() */
    int64_t *gene_entries;       /* [genes] stored */
    int64_t stored;
    slm_value_range range;
    int64_t odd_cell, odd_gene;  /* the first value that is not a count; -1 */
    /* Fills the stage with the rows of as many of cells[n] (ascending) as fit, one at least;
     * stage->dense when dense, indptr, indices and values otherwise. Never allocates. */
    scilama_status (*read)(slm_source *source, slm_stage *stage, const int64_t *cells, int64_t n, scilama_error *error);
    /* What lies beside the rows and stays there, too: names of cells (NULL: the data set has them), and values [n] of a column
     * that slm_column.line means, int32 or double. On the calling thread, without HDF5. */
    scilama_status (*names)(slm_source *source, int64_t first, int64_t n, slm_strings *out, scilama_error *error);
    scilama_status (*line)(slm_source *source, int64_t line, int64_t first, int64_t n, void *out, scilama_error *error);
    void (*destroy)(slm_source *source); /* the owner of the struct frees it */
};

slm_source *slm_source_retain(slm_source *source);
void slm_source_release(slm_source *source); /* NULL allowed */
/* Name of a cell for a message: where it is, or put into room [SLM_CELL_BYTES]; its number when it cannot be read. */
enum { SLM_CELL_BYTES = 256 };
const char *slm_source_cell(char *room, slm_source *source, int64_t cell);
/* Bytes below which nothing can be read. */
int64_t slm_source_least(const slm_source *source);
/* E_INVALID when source->memory is below that; `what` names the data. */
scilama_status slm_source_check_memory(const slm_source *source, const char *what, scilama_error *error);
/* One pass over everything: checks the values and fills what is known after it, unless it is already. */
scilama_status slm_source_learn(slm_source *source, scilama_error *error);
/* One pass more for what is known of every cell, unless it is already. */
scilama_status slm_source_count(slm_source *source, scilama_error *error);

/* What slm_reader_read() does to rows that a source has read: leaves out the zeros of dense ones, and checks all. */
void slm_stage_compress(const slm_source *source, slm_stage *stage);
scilama_status slm_stage_check(slm_source *source, const slm_stage *stage, const int64_t *cells, scilama_error *error);

typedef struct slm_reader {
    slm_source *source; /* retained */
    slm_stage stage;
    void *block;
} slm_reader;
/* Reserves half of the memory, for stage and scratch; the other half is for what is made of the rows. */
scilama_status slm_reader_open(slm_reader *reader, slm_source *source, scilama_error *error);
void slm_reader_close(slm_reader *reader); /* also of a zeroed one */
/* Rows of the first stage.n of cells[n], ascending, into the stage; checked. */
scilama_status slm_reader_read(slm_reader *reader, const int64_t *cells, int64_t n, scilama_error *error);

/* Hands the rows of cells[n] (ascending; NULL = all) to fn, compressed, some at a time. */
scilama_status slm_source_scan(void *source, const int64_t *cells, int64_t n, slm_rows_fn fn, void *arg, scilama_error *error);

/* Adds a row to the range. */
void slm_range_row(slm_value_range *r, const slm_cell *c);

#endif
