/* SPDX-License-Identifier: MIT */
#include "glue.h"
#include <R_ext/Utils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- arguments ------------------------------------------------------------------ */

int slm_int(SEXP x) { return asInteger(x); }
int64_t slm_long(SEXP x) { return (int64_t)asReal(x); }
uint64_t slm_ulong(SEXP x) { return (uint64_t)asReal(x); }
size_t slm_size(SEXP x) { return (size_t)asReal(x); }
double slm_real(SEXP x) { return asReal(x); }

const char *slm_text(SEXP x)
{
    if (isNull(x)) return NULL;
    if (!isString(x) || XLENGTH(x) != 1) error("a text is needed");
    return translateCharUTF8(STRING_ELT(x, 0));
}

const char **slm_texts(SEXP x)
{
    if (isNull(x)) return NULL;
    if (!isString(x)) error("texts are needed");
    const char **out = (const char **)R_alloc((size_t)XLENGTH(x) + 1, sizeof *out);
    for (R_xlen_t i = 0; i < XLENGTH(x); i++) out[i] = STRING_ELT(x, i) == NA_STRING ? NULL : translateCharUTF8(STRING_ELT(x, i));
    return out;
}

double *slm_reals(SEXP x)
{
    if (isNull(x)) return NULL;
    if (TYPEOF(x) != REALSXP) error("numbers (double) are needed");
    return REAL(x);
}

int *slm_ints(SEXP x)
{
    if (isNull(x)) return NULL;
    if (TYPEOF(x) != INTSXP && TYPEOF(x) != LGLSXP) error("integers are needed");
    return INTEGER(x);
}

void *slm_memory(SEXP x)
{
    if (isNull(x)) return NULL;
    if (TYPEOF(x) == RAWSXP) return RAW(x);
    if (TYPEOF(x) != EXTPTRSXP) error("a handle, or bytes (raw) are needed");
    if (!R_ExternalPtrAddr(x)) error("the handle is gone: it was destroyed, or comes from another session");
    return R_ExternalPtrAddr(x);
}

void *slm_list(SEXP x)
{
    if (isNull(x)) return NULL;
    if (TYPEOF(x) != VECSXP) error("a list is needed");
    void **out = (void **)R_alloc((size_t)XLENGTH(x) + 1, sizeof *out);
    for (R_xlen_t i = 0; i < XLENGTH(x); i++) out[i] = slm_memory(VECTOR_ELT(x, i));
    return out;
}

DL_FUNC slm_function(SEXP x) { return isNull(x) ? NULL : R_ExternalPtrAddrFn(x); }

/* --- results ---------------------------------------------------------------------- */

static int interrupted; /* by the user, within a call */

/* Handles keep what they were made from: at the end of the chain is the context. */
static scilama_context *context_of(SEXP x)
{
    while (TYPEOF(x) == EXTPTRSXP && TYPEOF(R_ExternalPtrProtected(x)) == EXTPTRSXP) x = R_ExternalPtrProtected(x);
    return TYPEOF(x) == EXTPTRSXP ? R_ExternalPtrAddr(x) : NULL;
}

static void raise(const char *name, SEXP code, const char *text)
{
    SEXP call = PROTECT(lang3(install(name), code, mkString(text)));
    SEXP space = PROTECT(R_FindNamespace(mkString("scilama")));
    eval(call, space); /* does not come back */
    UNPROTECT(2);
}

void slm_check(scilama_status status, const scilama_error *error, SEXP owner)
{
    if (status == SCILAMA_OK && !interrupted) return;
    if (interrupted) {
        interrupted = 0;
        if (status == SCILAMA_OK || status == SCILAMA_E_CANCELLED) raise("interrupt_now", ScalarInteger(status), "interrupted");
    }
    raise("fail_now", ScalarInteger(status), error && error->message[0] ? error->message : scilama_status_text(status));
}

SEXP slm_handle(void *handle, R_CFinalizer_t gone, SEXP owner)
{
    SEXP out = PROTECT(R_MakeExternalPtr(handle, R_NilValue, TYPEOF(owner) == EXTPTRSXP ? owner : R_NilValue));
    R_RegisterCFinalizerEx(out, gone, TRUE);
    UNPROTECT(1);
    return out;
}

SEXP slm_view(const void *address, SEXP owner)
{
    return address ? R_MakeExternalPtr((void *)address, R_NilValue, owner) : R_NilValue;
}

SEXP slm_string(const char *text) { return text ? ScalarString(mkCharCE(text, CE_UTF8)) : R_NilValue; }

SEXP slm_take_text(char *text, SEXP context)
{
    SEXP out = PROTECT(slm_string(text));
    scilama_text_destroy(slm_memory(context), text);
    UNPROTECT(1);
    return out;
}

SEXP slm_take_bytes(void *bytes, int64_t size, SEXP owner)
{
    SEXP out = PROTECT(allocVector(RAWSXP, (R_xlen_t)size));
    memcpy(RAW(out), bytes, (size_t)size);
    scilama_bytes_destroy(context_of(owner), bytes);
    UNPROTECT(1);
    return out;
}

void slm_drop_tensor(SEXP x)
{
    DLManagedTensorVersioned *tensor = R_ExternalPtrAddr(x);
    if (tensor) tensor->deleter(tensor);
    R_ClearExternalPtr(x);
}

void slm_drop_legacy(SEXP x)
{
    DLManagedTensor *tensor = R_ExternalPtrAddr(x);
    if (tensor) tensor->deleter(tensor);
    R_ClearExternalPtr(x);
}

/* --- memory ------------------------------------------------------------------------ */

/* A struct with one field set; addresses of R's own memory are for the caller to keep. */
SEXP R_put(SEXP struct_, SEXP offset, SEXP kind, SEXP value, SEXP index)
{
    SEXP out = PROTECT(duplicate(struct_));
    const char *k = CHAR(asChar(kind));
    size_t width = !strcmp(k, "i32") || !strcmp(k, "f32") ? 4 : 8, at = slm_size(offset) + width * slm_size(index);
    if (at + width > (size_t)XLENGTH(out)) error("the field lies outside the struct");
    Rbyte *field = RAW(out) + at;
    if (!strcmp(k, "i32")) { int32_t v = asInteger(value); memcpy(field, &v, 4); }
    else if (!strcmp(k, "f32")) { float v = (float)asReal(value); memcpy(field, &v, 4); }
    else if (!strcmp(k, "f64")) { double v = asReal(value); memcpy(field, &v, 8); }
    else if (!strcmp(k, "i64")) { int64_t v = slm_long(value); memcpy(field, &v, 8); }
    else if (!strcmp(k, "u64")) { uint64_t v = slm_ulong(value); memcpy(field, &v, 8); }
    else {
        const void *v = NULL;
        if (!strcmp(k, "text")) v = isNull(value) ? NULL : CHAR(asChar(value));
        else if (TYPEOF(value) == REALSXP) v = REAL(value);
        else if (TYPEOF(value) == INTSXP) v = INTEGER(value);
        else if (TYPEOF(value) == STRSXP) error("texts cannot be kept in a struct");
        else v = slm_memory(value);
        memcpy(field, &v, sizeof v);
    }
    UNPROTECT(1);
    return out;
}

/* `count` numbers at a struct's or a view's offset. */
SEXP R_get(SEXP struct_, SEXP offset, SEXP kind, SEXP count)
{
    const char *k = CHAR(asChar(kind));
    R_xlen_t n = (R_xlen_t)asReal(count);
    size_t width = !strcmp(k, "chars") ? 1 : !strcmp(k, "i32") || !strcmp(k, "f32") ? 4 : 8, at = slm_size(offset);
    if (TYPEOF(struct_) == RAWSXP && at + width * (size_t)n > (size_t)XLENGTH(struct_)) error("the field lies outside the struct");
    const char *memory = (const char *)slm_memory(struct_) + at;
    if (!strcmp(k, "chars")) return ScalarString(mkCharCE(memory, CE_UTF8));
    if (!strcmp(k, "text")) {
        const char *text;
        memcpy(&text, memory, sizeof text);
        return slm_string(text);
    }
    SEXP out = PROTECT(allocVector(!strcmp(k, "i32") ? INTSXP : REALSXP, n));
    for (R_xlen_t i = 0; i < n; i++) {
        const char *p = memory + width * (size_t)i;
        if (!strcmp(k, "i32")) memcpy(INTEGER(out) + i, p, 4);
        else if (!strcmp(k, "f64")) memcpy(REAL(out) + i, p, 8);
        else if (!strcmp(k, "f32")) { float v; memcpy(&v, p, 4); REAL(out)[i] = (double)v; }
        else if (!strcmp(k, "i64")) { int64_t v; memcpy(&v, p, 8); REAL(out)[i] = (double)v; }
        else { uint64_t v; memcpy(&v, p, 8); REAL(out)[i] = (double)v; }
    }
    UNPROTECT(1);
    return out;
}

SEXP R_floats(SEXP matrix)
{
    if (TYPEOF(matrix) != REALSXP || !isMatrix(matrix)) error("a matrix of numbers is needed");
    R_xlen_t rows = nrows(matrix), cols = ncols(matrix);
    SEXP out = PROTECT(allocVector(RAWSXP, rows * cols * 4));
    for (R_xlen_t i = 0; i < rows; i++)
        for (R_xlen_t j = 0; j < cols; j++) {
            float v = (float)REAL(matrix)[j * rows + i];
            memcpy(RAW(out) + (i * cols + j) * 4, &v, 4);
        }
    UNPROTECT(1);
    return out;
}

SEXP R_matrix(SEXP floats, SEXP rows_, SEXP cols_)
{
    R_xlen_t rows = (R_xlen_t)asReal(rows_), cols = (R_xlen_t)asReal(cols_);
    if (TYPEOF(floats) == RAWSXP && XLENGTH(floats) < rows * cols * 4) error("too few numbers for the matrix");
    const char *memory = slm_memory(floats);
    SEXP out = PROTECT(allocMatrix(REALSXP, (int)rows, (int)cols));
    for (R_xlen_t i = 0; i < rows; i++)
        for (R_xlen_t j = 0; j < cols; j++) {
            float v;
            memcpy(&v, memory + (i * cols + j) * 4, 4);
            REAL(out)[j * rows + i] = (double)v;
        }
    UNPROTECT(1);
    return out;
}

/* Addresses of texts, for fields of structs: the caller keeps the texts. */
SEXP R_texts(SEXP texts)
{
    R_xlen_t n = XLENGTH(texts);
    SEXP out = PROTECT(allocVector(RAWSXP, n * (R_xlen_t)sizeof(char *)));
    for (R_xlen_t i = 0; i < n; i++) {
        const char *at = STRING_ELT(texts, i) == NA_STRING ? NULL : CHAR(STRING_ELT(texts, i));
        memcpy(RAW(out) + (size_t)i * sizeof at, &at, sizeof at);
    }
    UNPROTECT(1);
    return out;
}

/* What a pointer in a struct shows; it keeps the owner. */
SEXP R_pointer(SEXP struct_, SEXP offset, SEXP owner)
{
    void *at;
    memcpy(&at, (const char *)slm_memory(struct_) + slm_size(offset), sizeof at);
    return slm_view(at, owner);
}

/* Lets a handle, and all that is made from it, keep an object. */
SEXP R_keep(SEXP handle, SEXP object)
{
    R_SetExternalPtrTag(handle, object);
    return R_NilValue;
}

SEXP R_longs(SEXP numbers)
{
    SEXP in = PROTECT(coerceVector(numbers, REALSXP)), out = PROTECT(allocVector(RAWSXP, XLENGTH(in) * 8));
    for (R_xlen_t i = 0; i < XLENGTH(in); i++) {
        int64_t v = (int64_t)REAL(in)[i];
        memcpy(RAW(out) + i * 8, &v, 8);
    }
    UNPROTECT(2);
    return out;
}

/* --- interrupts --------------------------------------------------------------------- */

static void look(void *unused)
{
    (void)unused;
    R_CheckUserInterrupt();
}

typedef struct asked { SEXP function; const char *stage; double share; } asked;

static void tell(void *user)
{
    asked *a = user;
    SEXP stage = PROTECT(mkString(a->stage)), share = PROTECT(ScalarReal(a->share)), call = PROTECT(lang3(a->function, stage, share));
    eval(call, R_GlobalEnv);
    UNPROTECT(3);
}

/* Long calls of the analysis ask several times a second; nothing may be thrown through them. `user` is the context's pointer in
 * R, which all that is made from it keeps; its tag is the user's function. */
static void on_progress(void *user, const char *stage, double share)
{
    asked a = { R_ExternalPtrTag(user), stage, share };
    if (interrupted) return;
    if (R_ToplevelExec(look, NULL) && (isNull(a.function) || R_ToplevelExec(tell, &a))) return;
    interrupted = 1;
    scilama_context_cancel(R_ExternalPtrAddr(user));
}

SEXP R_watch(SEXP context, SEXP function)
{
    scilama_error error = { 0 };
    R_SetExternalPtrTag(context, function);
    slm_check(scilama_context_set_progress(slm_memory(context), on_progress, context, &error), &error, context);
    return R_NilValue;
}

/* --- rows by a function ------------------------------------------------------------- */

typedef struct wanted_rows { SEXP function; const scilama_row_block *block; scilama_error *error; int done; } wanted_rows;

/* function(cells from 1) gives a matrix [genes × cells]: its columns are the library's rows. */
static void fill_rows(void *user)
{
    wanted_rows *w = user;
    const scilama_row_block *b = w->block;
    SEXP cells = PROTECT(allocVector(REALSXP, (R_xlen_t)b->rows));
    for (int64_t i = 0; i < b->rows; i++) REAL(cells)[i] = (double)b->cells[i] + 1;
    SEXP call = PROTECT(lang2(w->function, cells)), given = PROTECT(eval(call, R_GlobalEnv)), values = PROTECT(coerceVector(given, REALSXP));
    if (XLENGTH(values) == (R_xlen_t)(b->rows * b->genes)) {
        for (R_xlen_t i = 0; i < XLENGTH(values); i++) b->values[i] = (float)REAL(values)[i];
        w->done = 1;
    } else {
        snprintf(w->error->message, sizeof w->error->message, "the function gave %.0f values where %.0f (genes times cells) are needed",
                 (double)XLENGTH(values), (double)(b->rows * b->genes));
    }
    UNPROTECT(4);
}

static scilama_status fetch_rows(void *user, const scilama_row_block *block, scilama_error *error)
{
    wanted_rows w = { user, block, error, 0 };
    if (!R_ToplevelExec(fill_rows, &w) && !error->message[0]) {
        snprintf(error->message, sizeof error->message, "the function that reads rows failed: %s", R_curErrorBuf());
        for (char *c = error->message; *c; c++)
            if (*c == '\n') *c = ' ';
    }
    return w.done ? SCILAMA_OK : SCILAMA_E_CALLBACK;
}

static void let_go(void *user) { R_ReleaseObject(user); }

static void drop_dataset(SEXP x)
{
    scilama_dataset_destroy(R_ExternalPtrAddr(x));
    R_ClearExternalPtr(x);
}

/* A dataset of a scilama_row_source, whose fetch is an R function; it goes when the last handle does. */
SEXP R_rows(SEXP context, SEXP source, SEXP function, SEXP cells, SEXP genes)
{
    scilama_row_source s;
    scilama_error error = { 0 };
    scilama_dataset *made = NULL;
    memcpy(&s, RAW(source), sizeof s);
    s.fetch = fetch_rows;
    s.release = let_go;
    s.user = function;
    const char **cell_names = slm_texts(cells), **gene_names = slm_texts(genes);
    R_PreserveObject(function);
    scilama_status status = scilama_dataset_create_from_rows(&made, slm_memory(context), &s, cell_names, gene_names, &error);
    if (status) R_ReleaseObject(function);
    slm_check(status, &error, context);
    return slm_handle(made, drop_dataset, context);
}

/* --- tensors and tables --------------------------------------------------------------- */

/* Floats [rows × cols] of a raw vector as DLPack; to be deleted on R's thread. */
SEXP R_lend(SEXP context, SEXP floats, SEXP rows, SEXP cols, SEXP read_only)
{
    scilama_error error = { 0 };
    scilama_tensor t;
    DLManagedTensorVersioned *made = NULL;
    scilama_tensor_init(&t, sizeof t);
    t.data = RAW(floats);
    t.dtype = SCILAMA_DTYPE_F32;
    t.rank = 2;
    t.rows = slm_long(rows);
    t.cols = slm_long(cols);
    R_PreserveObject(floats);
    scilama_status status = scilama_dlpack_wrap(&made, slm_memory(context), &t, asLogical(read_only), let_go, floats, &error);
    if (status) R_ReleaseObject(floats);
    slm_check(status, &error, context);
    return slm_handle(made, slm_drop_tensor, context);
}

static void drop_schema(SEXP x)
{
    struct ArrowSchema *s = R_ExternalPtrAddr(x);
    if (s && s->release) s->release(s);
    free(s);
    R_ClearExternalPtr(x);
}

static void drop_array(SEXP x)
{
    struct ArrowArray *a = R_ExternalPtrAddr(x);
    if (a && a->release) a->release(a);
    free(a);
    R_ClearExternalPtr(x);
}

static void drop_stream(SEXP x)
{
    struct ArrowArrayStream *s = R_ExternalPtrAddr(x);
    if (s && s->release) s->release(s);
    free(s);
    R_ClearExternalPtr(x);
}

/* An empty struct of Arrow, released with its pointer: "schema", "array" or "stream". */
SEXP R_arrow(SEXP kind)
{
    const char *k = CHAR(asChar(kind));
    int schema = !strcmp(k, "schema"), array = !strcmp(k, "array");
    void *made = calloc(1, array ? sizeof(struct ArrowArray) : schema ? sizeof(struct ArrowSchema) : sizeof(struct ArrowArrayStream));
    if (!made) error("no memory for a table");
    return slm_handle(made, array ? drop_array : schema ? drop_schema : drop_stream, R_NilValue);
}

/* Steps to the end; TRUE, or FALSE when the user interrupted it between two steps. */
SEXP R_train(SEXP trainer)
{
    scilama_error error = { 0 };
    scilama_step_info info;
    scilama_step_info_init(&info, sizeof info);
    do {
        if (!R_ToplevelExec(look, NULL)) return ScalarLogical(FALSE);
        slm_check(scilama_trainer_step(slm_memory(trainer), &info, &error), &error, trainer);
    } while (!(info.events & SCILAMA_EVENT_FINISHED));
    return ScalarLogical(TRUE);
}

void R_init_scilama(DllInfo *dll)
{
    R_registerRoutines(dll, NULL, slm_calls, NULL, NULL);
    R_useDynamicSymbols(dll, FALSE);
}
