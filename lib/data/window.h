/* SPDX-License-Identifier: MIT */
#ifndef SLM_DATA_WINDOW_H
#define SLM_DATA_WINDOW_H

/* Prepared rows of a source, as many as fit: what a design reads that is not in memory. */

#include "data/prepare.h"
#include "data/source.h"

typedef struct slm_window {
    slm_reader reader;
    slm_preparation how;
    int64_t room_rows, room; /* rows and entries that fit */
    int64_t rows;            /* at hand */
    int64_t *cell;           /* [rows] ascending */
    int64_t *indptr;
    int32_t *indices;
    float *data;             /* prepared, before scaling */
    float *raw;              /* as they came; NULL = not kept */
    uint64_t *present;       /* [threads × words] */
    float *from;             /* [threads × genes] */
    double kept;             /* share of stored entries that are of the model's genes */
    int64_t first;           /* row at which the stage at hand goes on */
    void *block;
} slm_window;

/* Rows and entries that a window of the source's memory takes: half of it, the same for any number of threads. */
void slm_window_room(const slm_source *source, const slm_preparation *how, bool raw, int64_t *rows, int64_t *entries);
/* Mean entries of a prepared row. */
double slm_window_mean(const slm_source *source, const slm_preparation *how, double *kept);

/* how->place must outlive it. */
scilama_status slm_window_open(slm_window **out, slm_source *source, const slm_preparation *how, bool raw, scilama_error *error);
void slm_window_close(slm_window *window); /* NULL allowed */
/* Row of a cell, or -1. */
int64_t slm_window_find(const slm_window *window, int64_t cell);
/* Reads cells[0] and as many as fit of those that follow in the list, in any order. */
scilama_status slm_window_fill(slm_window *window, const int64_t *cells, int64_t n, scilama_error *error);

#endif
