/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "common.h"

/* Files appear whole or not at all, and together: each is a temporary beside its target until
 * commit_outputs(), which app_close() calls when the verb has done all it should. */

/* A stream into memory, to be written to `path` by close_text(). What is left open is dropped. */
scilama_status open_text(app *a, const char *path, FILE **out);
scilama_status close_text(app *a, const char *path, FILE *file);
/* For a file that the library writes: *temp is where to, in place of `path`. */
scilama_status stage_output(app *a, const char *path, const char **temp);
/* Puts everything in place. */
scilama_status commit_outputs(app *a);
/* Removes what is not. */
void discard_outputs(app *a);

/* For a file of its own way: a temporary beside `path` (links followed: *target), open for writing;
 * -1 with errno. All strings live until app_close(). */
int open_temporary(app *a, const char *path, char **target, char **temp);
bool write_all(int fd, const void *bytes, size_t size); /* false with errno */
/* Synchronises and closes; what the disc reports late counts. false with errno, closed all the same. */
bool finish_file(int fd);
/* rename(), and the folder synchronised as far as that can be. false with errno. */
bool put_in_place(const char *temp, const char *target);

#endif
