/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_H5AD_STREAM_H
#define SLM_IO_H5AD_STREAM_H

/* A streamed file, between what reads its rows (h5ad_stream.c) and what reads what lies beside them (h5ad_beside.c). */

#include "data/dataset.h"
#include "hdf5/texts.h"
#include "io/frame.h"
#include <sys/stat.h>

/* A column of cells that stays in the file. */
typedef struct slm_file_line {
    char *path, *table, *name; /* of the values; of the column, in messages */
    slm_chunk_map map;       /* as int32 codes or as double */
    int64_t categories;      /* of codes */
    double none;             /* of numbers: means missing, as NaN does; NaN: nothing else does */
} slm_file_line;

typedef struct slm_file_source {
    slm_source base;
    char *path, *matrix;     /* in messages too */
    int fd;                  /* of the scratch file; -1: the rows are in the file of `path` */
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec changed;
    bool sparse;
    int64_t columns;         /* of the file */
    int64_t *indptr;         /* [cells + 1] sparse, of POINTERS cells and fewer; or NULL: */
    slm_chunk_map pointers;
    slm_chunk_map indices, values; /* dense: values alone */
    int32_t *place;          /* [columns] gene of the dataset or -1; NULL = the same */
    int64_t keys, front;     /* bytes of scratch for sorting a row, in front; with the block of pointers behind them */
    char *names_path;        /* names of cells; NULL: the data set has them */
    slm_text_map names;
    slm_file_line *lines;
    int64_t n_lines;
} slm_file_source;

/* The file, opened and recognised: the caller closes *fd. E_IO when it is not what it was. */
scilama_status slm_file_open_again(const slm_file_source *source, int *fd, scilama_error *error);

/* Leaves the names of cells in the file where they can be read from it; else `names` has them. */
scilama_status slm_file_take_names(slm_file_source *source, const slm_frame *obs, slm_strings *names, scilama_error *error);
/* Leaves a column of a streamed data set's cells in the file, where it can; *done. */
scilama_status slm_file_take_column(scilama_dataset *d, const slm_frame *obs, const char *name, bool *done, scilama_error *error);
void slm_file_free_beside(slm_file_source *source);

#endif
