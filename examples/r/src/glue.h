/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_GLUE_H
#define SCILAMA_GLUE_H

/* How R's values become C's in calls.c. Arrays of double and int32 are R's own; float, int64, bytes and structs
 * lie in raw vectors; handles are external pointers that keep what they were made from. */

#include <scilama/scilama.h>
#include <scilama/dlpack.h>
#define R_NO_REMAP_RMATH
#include <R.h>
#include <Rinternals.h>
#include <R_ext/Rdynload.h>

int slm_int(SEXP x);
int64_t slm_long(SEXP x);
uint64_t slm_ulong(SEXP x);
size_t slm_size(SEXP x);
double slm_real(SEXP x);
const char *slm_text(SEXP x);               /* NULL of NULL */
const char **slm_texts(SEXP x);             /* NA is NULL */
double *slm_reals(SEXP x);
int *slm_ints(SEXP x);
void *slm_memory(SEXP x);                   /* raw, external pointer, NULL */
void *slm_list(SEXP x);                     /* list of those: their addresses */
DL_FUNC slm_function(SEXP x);

/* Raises a condition of class scilama_failure; after an interrupt, one of class interrupt, the context resumed. */
void slm_check(scilama_status status, const scilama_error *error, SEXP owner);
SEXP slm_handle(void *handle, R_CFinalizer_t gone, SEXP owner);
SEXP slm_view(const void *address, SEXP owner);
SEXP slm_string(const char *text);
SEXP slm_take_text(char *text, SEXP context);
SEXP slm_take_bytes(void *bytes, int64_t size, SEXP owner);
void slm_drop_tensor(SEXP x);
void slm_drop_legacy(SEXP x);

SEXP R_put(SEXP struct_, SEXP offset, SEXP kind, SEXP value, SEXP index);
SEXP R_get(SEXP struct_, SEXP offset, SEXP kind, SEXP count);
SEXP R_floats(SEXP matrix);                 /* row-major float of a matrix [rows × cols] */
SEXP R_matrix(SEXP floats, SEXP rows, SEXP cols);
SEXP R_longs(SEXP numbers);
SEXP R_train(SEXP trainer);
SEXP R_watch(SEXP context, SEXP function);
SEXP R_texts(SEXP texts);
SEXP R_pointer(SEXP struct_, SEXP offset, SEXP owner);
SEXP R_keep(SEXP handle, SEXP object);
SEXP R_rows(SEXP context, SEXP source, SEXP function, SEXP cells, SEXP genes);
SEXP R_lend(SEXP context, SEXP floats, SEXP rows, SEXP cols, SEXP read_only);
SEXP R_arrow(SEXP kind);

extern const R_CallMethodDef slm_calls[];

#endif
