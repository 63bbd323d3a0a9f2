/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_CHUNKS_H
#define SLM_IO_CHUNKS_H

/* Arrays of numbers as they lie in a file: in one piece, or in chunks that are packed.
 * Nothing here touches HDF5, so that rows can be read without it once it is known where
 * they are: slm_h5_map() in map.c. */

#include "hdf5/decode.h"
#include "file/bytes.h"

typedef unsigned long long slm_extent;

/* How an array of rank 1 or 2 is stored; of rank 1 the second size is 1. */
typedef struct slm_chunk_layout {
    int64_t id;                      /* HDF5's, while it is open */
    int rank;
    slm_extent dims[2], chunk[2];
    slm_extent first, end;           /* rows wanted */
    size_t element, chunk_bytes;
    size_t room;                     /* for a packed chunk: packing may add a little */
    bool contiguous;
    bool filled;                     /* absent chunks are not zero */
    slm_extent offset;
    slm_filters filters;
    slm_number_format format;        /* width 0: copied as it is */
} slm_chunk_layout;

enum { SLM_CHUNK_BATCH = 64, SLM_CHUNK_BATCH_BYTES = 16 << 20, SLM_MOST_CHUNK_BYTES = 1 << 28 };

typedef struct slm_chunk_piece {
    slm_extent at[2];                /* of its first element */
    size_t start, size;              /* in the batch */
    unsigned mask;
    bool absent, bad;
} slm_chunk_piece;

typedef struct slm_chunk_batch {
    const slm_chunk_layout *p;
    slm_chunk_piece pieces[SLM_CHUNK_BATCH];
    int count;
    char *packed;                    /* each piece has room for a whole chunk */
    char *spare;                     /* one chunk a worker, or */
    bool spare_each;                 /* … one a piece */
    char *out;
    slm_h5_type to;
    size_t to_bytes;
} slm_chunk_batch;

/* Task of slm_parallel: unpacks one piece of a batch into its place in out. */
void slm_chunk_unpack(void *arg, int64_t task, int worker);

/* An array whose every chunk is known. */
typedef struct slm_chunk_map {
    slm_chunk_layout layout;
    slm_h5_type to;                  /* 0: elements as they are (format.width 0) */
    int64_t across, chunks;
    int64_t *address;                /* [chunks]; -1 = absent, all zero */
    uint32_t *size, *mask;
} slm_chunk_map;

/* Of a dataset; *done = false when only HDF5 can read it. */
scilama_status slm_h5_map(slm_h5_file *file, const char *path, slm_h5_type to, slm_chunk_map *out, bool *done, scilama_error *error);
void slm_chunk_map_free(scilama_context *ctx, slm_chunk_map *map);
/* A plain array of int32, int64 or float32 of this machine at an offset. */
slm_chunk_map slm_chunk_map_plain(slm_h5_type type, int64_t rows, int64_t cols, int64_t offset);

/* Bytes of scratch: the least, and what `chunks` at once take. */
int64_t slm_chunk_map_scratch(const slm_chunk_map *map, int64_t chunks);

enum slm_chunk_result { SLM_CHUNK_OK, SLM_CHUNK_SHORT /* the file ends before */, SLM_CHUNK_DAMAGED };
/* Rows first .. first + rows - 1, converted to map->to. Never allocates (decompressors may, for themselves). */
int slm_chunk_map_read(const scilama_context *ctx, const slm_chunk_map *map, int fd, int64_t first, int64_t rows, void *out,
                       void *scratch, int64_t scratch_bytes);

#endif
