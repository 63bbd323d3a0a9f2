/* SPDX-License-Identifier: MIT */
#include "glue.h"
#include <R_ext/Utils.h>
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

/* Long calls of the analysis ask several times a second; nothing may be thrown through them. */
static void on_progress(void *user, const char *stage, double share)
{
    (void)stage, (void)share;
    if (interrupted || R_ToplevelExec(look, NULL)) return;
    interrupted = 1;
    scilama_context_cancel(user);
}

SEXP R_watch(SEXP context)
{
    scilama_error error = { 0 };
    slm_check(scilama_context_set_progress(slm_memory(context), on_progress, slm_memory(context), &error), &error, context);
    return R_NilValue;
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
