/* SPDX-License-Identifier: MIT */
#ifndef SLM_FILE_TEXT_H
#define SLM_FILE_TEXT_H

/* Plain files and lines of text, gzipped or not. */

#include "core/core.h"

/* The first bytes of a file. *got may be less than size. */
scilama_status slm_file_peek(const char *path, void *bytes, size_t size, size_t *got, scilama_error *error);
/* A whole file in memory (slm_alloc). */
scilama_status slm_file_read(scilama_context *ctx, const char *path, char **bytes, int64_t *size, scilama_error *error);
/* Whether it is HDF5, be it behind a user block. */
bool slm_file_is_hdf5(const char *path);
/* The error for a file that is not: by its first bytes and its name. */
scilama_status slm_not_hdf5(const char *path, scilama_error *error);
bool slm_file_exists(const char *path);
bool slm_is_folder(const char *path);
bool slm_ends_with(const char *text, const char *end); /* any case */

/* Lines of a text file; gzip is recognised. */
typedef struct slm_lines {
    scilama_context *ctx;
    void *gz;
    char *buffer;
    size_t capacity, start, end;
    bool eof;
    int64_t number;      /* of the line last returned, from 1 */
    int64_t consumed;    /* bytes of text so far */
    const char *path;
} slm_lines;
/* Declares them, closed as the function returns. */
#define SLM_LINES(lines) __attribute__((cleanup(slm_lines_close))) slm_lines lines = { 0 }
scilama_status slm_lines_open(slm_lines *l, scilama_context *ctx, const char *path, scilama_error *error);
/* *line is NULL at the end; without line end or carriage return; terminated; valid until the next call. */
scilama_status slm_lines_next(slm_lines *l, char **line, size_t *length, scilama_error *error);
/* E_FORMAT naming file and line where it is not text in UTF-8: what names are taken from. */
scilama_status slm_lines_text(const slm_lines *l, const char *line, size_t length, scilama_error *error);
void slm_lines_close(slm_lines *l);
/* A field up to `mark` (or the end) of a line of text: *from and *length without the quotes that enclose it, in place.
 * Returns where the next one starts, NULL when there is none. A quote that does not enclose the field is part of it. */
char *slm_field(char *line, char mark, char **from, size_t *length);

/* A decimal number at the start of text: as slm_parse_double, faster for short ones. */
bool slm_read_number(const char *text, const char *end, double *value);
void slm_put_utf8(slm_bytes *b, uint32_t code_point); /* U+FFFD for what is none */

#endif
