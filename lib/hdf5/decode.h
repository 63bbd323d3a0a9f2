/* SPDX-License-Identifier: MIT */
#ifndef SLM_IO_DECODE_H
#define SLM_IO_DECODE_H

/* Compression filters and number formats of raw HDF5 chunks. Nothing here
 * allocates through the context or touches HDF5: workers run it. */

#include "hdf5/gateway.h"

enum slm_filter { SLM_FILTER_DEFLATE = 1, SLM_FILTER_SHUFFLE = 2, SLM_FILTER_LZF = 32000, SLM_FILTER_ZSTD = 32015 };
bool slm_filter_known(int filter); /* in this build */

enum { SLM_MOST_FILTERS = 8 };
typedef struct slm_filters {
    int count;
    int id[SLM_MOST_FILTERS];
    size_t element; /* bytes, for shuffle */
} slm_filters;

/* Undoes the filters of one chunk. `packed` [packed_size] may be overwritten up to
 * `full` bytes, as may `spare` [full]; *out points at the `full` bytes in one of them.
 * mask: bit i set = filter i was not applied. false when the chunk is damaged. */
bool slm_filters_undo(const slm_filters *filters, unsigned mask, char *packed, size_t packed_size, char *spare, size_t full, char **out);

size_t slm_lzf_decompress(const char *in, size_t in_size, char *out, size_t out_size); /* bytes made; 0 = damaged */

/* How numbers are in the file. */
typedef struct slm_number_format {
    char kind;    /* 'i', 'u', 'f', 'b' (bfloat) */
    int width;    /* 1, 2, 4, 8 bytes */
    bool swap;    /* byte order other than the machine's */
} slm_number_format;
static inline bool slm_little_machine(void) { return *(const uint8_t *)&(const uint16_t){ 1 } == 1; }
bool slm_format_known(const slm_number_format *f, slm_h5_type to);
/* Integers that do not fit are clamped to the nearest that does. */
void slm_convert(void *out, slm_h5_type to, const char *in, int64_t count, const slm_number_format *from);

#endif
