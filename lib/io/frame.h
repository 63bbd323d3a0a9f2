/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_FRAME_H
#define SLM_IO_FRAME_H

/* obs and var of AnnData files: a group of columns (dataframe 0.1.0, 0.2.0), or one
 * compound dataset (before 0.7). */

#include "data/dataset.h"
#include "hdf5/gateway.h"

typedef struct slm_frame {
    slm_h5_file *file;
    char path[256];
    bool compound;        /* the layout before 0.7 */
    int64_t rows;
    char *index;          /* member or field that names the rows */
    slm_strings columns;  /* in order, without the index */
} slm_frame;

/* What a column is in the file; each but OTHER becomes a dataset column. */
enum slm_frame_kind { SLM_FRAME_OTHER = 0, SLM_FRAME_NUMERIC, SLM_FRAME_CATEGORICAL, SLM_FRAME_STRING, SLM_FRAME_BOOL, SLM_FRAME_ENUM };

scilama_status slm_frame_open(slm_frame *out, slm_h5_file *file, const char *path, scilama_error *error);
void slm_frame_close(slm_frame *frame);
scilama_status slm_frame_names(const slm_frame *frame, slm_strings *out, scilama_error *error);
bool slm_frame_has(const slm_frame *frame, const char *column); /* false for one that is listed but not there */
int slm_frame_kind(const slm_frame *frame, const char *column);
/* Why a column of kind OTHER is not read: the end of a sentence. */
void slm_frame_why_not(const slm_frame *frame, const char *column, char *text, size_t size);
/* path, name, frame and sentence, where a column of a kind that is read could not be */
#define SLM_COLUMN_LEFT_OUT "%.100s: the column '%.60s' of %.40s is left out: %s"
/* Fills `out` (kind 0 when the column is of a kind that is not taken). */
scilama_status slm_frame_column(const slm_frame *frame, const char *column, slm_column *out, scilama_error *error);
/* A column whose values can be read by rows from where they are, one after another: all of it but these, and where. *done = false
 * for one that is stored otherwise. */
typedef struct slm_frame_line {
    char path[SLM_H5_PATH_BYTES]; /* of the codes or numbers */
    double none;             /* the number that means missing, NaN: none */
    bool integers;           /* of 2^53 and more they are names, not numbers */
} slm_frame_line;
scilama_status slm_frame_find_line(const slm_frame *frame, const char *column, slm_column *out, slm_frame_line *line, bool *done, scilama_error *error);
/* file, table, column, row, code and categories */
#define SLM_BAD_CODE "%s: %s/%s row %" PRId64 " has code %d but there are %" PRId64 " categories"
void slm_column_clear(scilama_context *ctx, slm_column *column);
/* Labels that occur become the sorted categories. missing [count] of 0 or 1, or NULL. */
scilama_status slm_column_from_strings(scilama_context *ctx, slm_column *out, const slm_strings *labels, const uint8_t *missing, scilama_error *error);
const char *slm_frame_kind_name(int kind);

#endif
