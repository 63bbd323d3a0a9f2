/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

/* HDF5 is one state per process: so is the lock before it. */
static pthread_mutex_t gateway_mutex = PTHREAD_MUTEX_INITIALIZER;

const char *slm_h5_version_text(void) { return H5_VERS_INFO; }

scilama_status slm_h5_check_version(scilama_error *error)
{
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    if (major == H5_VERS_MAJOR && minor == H5_VERS_MINOR && release == H5_VERS_RELEASE) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_DEPENDENCY, "HDF5 %u.%u.%u is in use but libscilama was built with %d.%d.%d: rebuild libscilama",
                    major, minor, release, H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE);
}

/* --- guard ------------------------------------------------------------------ */

void slm_h5_enter(slm_h5_guard *g)
{
    pthread_mutex_lock(&gateway_mutex);
    g->note[0] = 0;
    g->n_own = 0;
    g->stack = H5Eget_current_stack();
    g->print = NULL;
    g->print_data = NULL;
    H5Eget_auto2(H5E_DEFAULT, &g->print, &g->print_data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

void slm_h5_leave(slm_h5_guard *g)
{
    while (g->n_own > 0) H5Idec_ref(g->own[--g->n_own]);
    H5Eset_auto2(H5E_DEFAULT, g->print, g->print_data);
    if (g->stack >= 0) H5Eset_current_stack(g->stack);
    pthread_mutex_unlock(&gateway_mutex);
}

static herr_t first_words(unsigned n, const H5E_error2_t *e, void *arg)
{
    slm_h5_guard *g = arg;
    /* the innermost failure; but a missing filter ends in a failed search for plugins */
    if (e->desc && (n == 0 || strstr(e->desc, "required filter"))) snprintf(g->note, sizeof g->note, "%s", e->desc);
    return 0;
}

bool slm_h5_ok(slm_h5_guard *g, int64_t result)
{
    if (result >= 0) return true;
    if (!g->note[0]) H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, first_words, g);
    return false;
}

hid_t slm_h5_own(slm_h5_guard *g, hid_t id)
{
    if (!slm_h5_ok(g, id)) return H5I_INVALID_HID;
    if (g->n_own < (int)(sizeof g->own / sizeof *g->own)) g->own[g->n_own++] = id;
    return id;
}

scilama_status slm_h5_fail(const slm_h5_file *file, scilama_error *error, scilama_status code, const slm_h5_guard *g,
                           const char *what, const char *path)
{
    const char *note = g && g->note[0] ? g->note : "HDF5 reports failure";
    return slm_fail(error, code, "%s: cannot %s %s: %s", file->path, what, slm_h5_name(path), note);
}

/* What the disc did comes before what HDF5 or a reader made of it. */
static scilama_status disc_failed(const slm_h5_file *file, scilama_error *error)
{
    bool writing = false, shorter = false;
    int code = file->disc ? slm_h5_disc_error(file->disc, &writing, &shorter) : 0;
    if (!code) return SCILAMA_OK;
    return slm_fail_detail(error, SCILAMA_E_IO, code, "cannot %s %s: %s", writing ? "write" : "read", file->path,
                           shorter ? "it became shorter while it was read" : strerror(code));
}

scilama_status slm_h5_verdict(const slm_h5_file *file, scilama_status status, scilama_error *error)
{
    if (status == SCILAMA_E_NOMEM || status == SCILAMA_E_CANCELLED) return status;
    scilama_status failed = disc_failed(file, error);
    return failed ? failed : status;
}

scilama_status slm_h5_wrote(const slm_h5_file *file, bool ok, scilama_error *error, const slm_h5_guard *g, const char *what, const char *path)
{
    scilama_status failed = disc_failed(file, error);
    return failed || ok ? failed : slm_h5_fail(file, error, SCILAMA_E_IO, g, what, path);
}

const char *slm_h5_name(const char *path) { return path && path[0] ? path : "/"; }

/* --- files ------------------------------------------------------------------- */

scilama_status slm_h5_new_file(slm_h5_file **out, scilama_context *ctx, const char *path, scilama_error *error)
{
    *out = NULL;
    SLM_TRY(slm_h5_check_version(error));
    slm_h5_file *file = slm_alloc_zero(ctx, sizeof *file);
    if (!file) return slm_fail_nomem(error);
    file->ctx = slm_context_retain(ctx);
    file->id = file->fd = -1;
    file->path = slm_strdup(ctx, path);
    file->disc = slm_h5_disc_new();
    slm_bytes_init(&file->headers, ctx);
    *out = file;
    return file->path && file->disc ? SCILAMA_OK : slm_fail_nomem(error);
}

/* Old HDF5 can read what is written; no locks on the file system. */
static hid_t access_list(slm_h5_file *file, slm_h5_guard *g)
{
    hid_t fapl = slm_h5_own(g, H5Pcreate(H5P_FILE_ACCESS));
    if (fapl < 0 || !slm_h5_disc_use(fapl, file->disc)) return -1;
    H5Pset_libver_bounds(fapl, H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST);
    H5Pset_fclose_degree(fapl, H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
    H5Pset_file_locking(fapl, false, true);
#endif
    return fapl;
}

static void note_sizes(slm_h5_file *file, slm_h5_guard *g)
{
    size_t length = 0;
    hsize_t block = 0;
    hid_t plist = slm_h5_own(g, H5Fget_create_plist(file->id));
    file->address_bytes = 8;
    file->usual = plist >= 0 && H5Pget_sizes(plist, &file->address_bytes, &length) >= 0 && file->address_bytes == 8 && length == 8 &&
                  H5Pget_userblock(plist, &block) >= 0 && block == (hsize_t)file->base;
}

scilama_status slm_h5_open_id(slm_h5_file *file, const char *path, unsigned flags, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    hid_t fapl = access_list(file, &g);
    if (slm_h5_ok(&g, fapl)) slm_h5_ok(&g, file->id = flags & H5F_ACC_TRUNC ? H5Fcreate(path, flags, H5P_DEFAULT, fapl) : H5Fopen(path, flags, fapl));
    if (file->id >= 0) note_sizes(file, &g);
    slm_h5_leave(&g);
    if (file->id >= 0) return slm_h5_verdict(file, SCILAMA_OK, error);
    int code = slm_h5_disc_open_error(file->disc);
    if (code) return slm_fail_detail(error, SCILAMA_E_IO, code, "cannot open %s: %s", file->path, strerror(code));
    return slm_fail(error, SCILAMA_E_FORMAT, "cannot open %s: %s", file->path, g.note[0] ? g.note : "HDF5 reports failure");
}

static scilama_status check_regular(const char *path, int64_t *bytes, scilama_error *error)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return slm_fail_detail(error, errno == ENOENT ? SCILAMA_E_NOTFOUND : SCILAMA_E_IO, errno, "cannot open %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode)) return slm_fail(error, SCILAMA_E_IO, "cannot open %s: it is not a regular file", path);
    if (st.st_size == 0) return slm_fail(error, SCILAMA_E_FORMAT, "%s is empty", path);
    *bytes = (int64_t)st.st_size;
    return SCILAMA_OK;
}

scilama_status slm_h5_check_and_open(slm_h5_file *file, const char *path, scilama_error *error)
{
    scilama_status status = slm_h5_check_tree(file, error);
    if (!status) status = slm_h5_check_heaps(file, error);
    return status ? status : slm_h5_open_id(file, path, H5F_ACC_RDONLY, error);
}

scilama_status slm_h5_open(slm_h5_file **out, scilama_context *ctx, const char *path, scilama_error *error)
{
    scilama_status status = slm_h5_new_file(out, ctx, path, error);
    if (!status) status = check_regular(path, &(*out)->bytes, error);
    if (!status) (*out)->fd = open(path, O_RDONLY | O_CLOEXEC); /* without it HDF5 reads everything */
    if (!status) status = slm_h5_check_and_open(*out, path, error);
    if (status) {
        status = slm_h5_close_read(*out, status, error);
        *out = NULL;
    }
    return status;
}

static scilama_status open_for_writing(slm_h5_file **out, scilama_context *ctx, const char *input, const char *path, scilama_error *error)
{
    int64_t bytes = 0;
    *out = NULL;
    scilama_status status = input ? check_regular(input, &bytes, error) : SCILAMA_OK;
    if (!status) status = slm_h5_new_file(out, ctx, path, error);
    if (!status) status = slm_atomic_begin(&(*out)->atomic, ctx, path, error);
    if (!status && input) status = slm_atomic_copy(&(*out)->atomic, input, error);
    if (!status) {
        (*out)->writing = true;
        (*out)->bytes = bytes;
        if (input) (*out)->fd = open((*out)->atomic.temp, O_RDONLY | O_CLOEXEC);
        if (input) status = slm_h5_check_tree(*out, error);
    }
    if (!status && input) status = slm_h5_check_heaps(*out, error);
    if (!status) status = slm_h5_open_id(*out, (*out)->atomic.temp, input ? H5F_ACC_RDWR : H5F_ACC_TRUNC, error);
    if (!status && !input) (*out)->fd = open((*out)->atomic.temp, O_RDONLY | O_CLOEXEC);
    if (status) {
        status = slm_h5_close_read(*out, status, error);
        *out = NULL;
    }
    return status;
}

scilama_status slm_h5_create_atomic(slm_h5_file **out, scilama_context *ctx, const char *path, scilama_error *error)
{
    return open_for_writing(out, ctx, NULL, path, error);
}

scilama_status slm_h5_copy_atomic(slm_h5_file **out, scilama_context *ctx, const char *input, const char *path, scilama_error *error)
{
    return open_for_writing(out, ctx, input, path, error);
}

bool slm_h5_close_id(slm_h5_file *file, slm_h5_guard *g)
{
    slm_h5_enter(g);
    bool ok = true;
    if (file->id >= 0) {
        if (file->writing) ok = slm_h5_ok(g, H5Fflush(file->id, H5F_SCOPE_GLOBAL));
        ok = slm_h5_ok(g, H5Fclose(file->id)) && ok;
        file->id = -1;
    }
    slm_h5_leave(g);
    return ok;
}

scilama_status slm_h5_commit(slm_h5_file *file, scilama_error *error)
{
    slm_h5_guard g;
    if (!file->writing || file->id < 0) return slm_fail(error, SCILAMA_E_STATE, "%s: already committed", file->path);
    bool ok = slm_h5_close_id(file, &g);
    SLM_TRY(slm_h5_wrote(file, ok, error, &g, "write", ""));
    return slm_atomic_commit(&file->atomic, error);
}

void slm_h5_close(slm_h5_file *file)
{
    if (!file) return;
    slm_h5_guard g;
    if (file->id >= 0) slm_h5_close_id(file, &g);
    slm_h5_enter(&g);
    if (file->disc) slm_h5_disc_headers(file->disc, NULL, 0);
    slm_h5_disc_drop(file->disc);
    slm_h5_leave(&g);
    slm_bytes_free(&file->headers);
    if (file->fd >= 0) close(file->fd);
    slm_atomic_end(&file->atomic);
    scilama_context *ctx = file->ctx;
    slm_free_all(ctx, file->path, file);
    slm_context_release(ctx);
}

scilama_status slm_h5_close_read(slm_h5_file *file, scilama_status status, scilama_error *error)
{
    if (file) status = slm_h5_verdict(file, status, error);
    slm_h5_close(file);
    return status;
}

void slm_h5_settle(slm_h5_file *file)
{
    slm_h5_guard g;
    struct stat st;
    if (!file->writing || file->fd < 0) return;
    slm_h5_enter(&g);
    H5Fflush(file->id, H5F_SCOPE_GLOBAL);
    slm_h5_leave(&g);
    if (fstat(file->fd, &st) == 0) file->bytes = (int64_t)st.st_size - file->base;
}

const char *slm_h5_path(const slm_h5_file *file) { return file->path; }
scilama_context *slm_h5_context(const slm_h5_file *file) { return file->ctx; }
int64_t slm_h5_file_bytes(const slm_h5_file *file) { return file->bytes; }

/* --- types --------------------------------------------------------------------- */

size_t slm_h5_type_bytes(slm_h5_type type)
{
    switch (type) {
    case SLM_H5_F32: case SLM_H5_I32: case SLM_H5_U32: return 4;
    case SLM_H5_F64: case SLM_H5_I64: case SLM_H5_U64: return 8;
    case SLM_H5_I16: case SLM_H5_U16: return 2;
    default: return 1;
    }
}

hid_t slm_h5_native(slm_h5_type type)
{
    switch (type) {
    case SLM_H5_F32: return H5T_NATIVE_FLOAT;
    case SLM_H5_F64: return H5T_NATIVE_DOUBLE;
    case SLM_H5_I8: return H5T_NATIVE_INT8;
    case SLM_H5_I16: return H5T_NATIVE_INT16;
    case SLM_H5_I32: return H5T_NATIVE_INT32;
    case SLM_H5_I64: return H5T_NATIVE_INT64;
    case SLM_H5_U8: return H5T_NATIVE_UINT8;
    case SLM_H5_U16: return H5T_NATIVE_UINT16;
    case SLM_H5_U32: return H5T_NATIVE_UINT32;
    default: return H5T_NATIVE_UINT64;
    }
}

hid_t slm_h5_string_type(slm_h5_guard *g)
{
    hid_t type = slm_h5_own(g, H5Tcopy(H5T_C_S1));
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

hid_t slm_h5_bool_type(void)
{
    hid_t type = H5Tenum_create(H5T_NATIVE_INT8);
    int8_t value = 0;
    H5Tenum_insert(type, "FALSE", &value);
    value = 1;
    H5Tenum_insert(type, "TRUE", &value);
    return type;
}

static bool is_bool(hid_t type)
{
    if (H5Tget_nmembers(type) != 2) return false;
    char *a = H5Tget_member_name(type, 0), *b = H5Tget_member_name(type, 1);
    bool yes = a && b && ((!strcmp(a, "FALSE") && !strcmp(b, "TRUE")) || (!strcmp(a, "TRUE") && !strcmp(b, "FALSE")));
    H5free_memory(a);
    H5free_memory(b);
    return yes;
}

void slm_h5_describe_type(hid_t type, slm_h5_info *info)
{
    info->bytes = H5Tget_size(type);
    switch (H5Tget_class(type)) {
    case H5T_INTEGER: info->kind = H5Tget_sign(type) == H5T_SGN_NONE ? SLM_H5_UINT : SLM_H5_INT; break;
    case H5T_FLOAT: info->kind = SLM_H5_FLOAT; break;
    case H5T_STRING:
        info->kind = SLM_H5_STRING;
        info->vlen = H5Tis_variable_str(type) > 0;
        break;
    case H5T_ENUM: info->kind = is_bool(type) ? SLM_H5_BOOL : SLM_H5_ENUM; break;
    case H5T_COMPOUND: info->kind = SLM_H5_COMPOUND; break;
    default: info->kind = SLM_H5_UNKNOWN;
    }
}

/* false when the rank or a size is beyond reason */
bool slm_h5_describe_space(hid_t space, slm_h5_info *info)
{
    hsize_t dims[H5S_MAX_RANK];
    info->rank = 0;
    info->count = H5Sget_simple_extent_type(space) == H5S_NULL ? 0 : 1;
    int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 0 || rank > SLM_H5_MAX_RANK) return false;
    if (rank > 0 && H5Sget_simple_extent_dims(space, dims, NULL) < 0) return false;
    info->rank = rank;
    for (int i = 0; i < rank; i++) {
        if (dims[i] > (hsize_t)INT64_MAX / 64) return false;
        info->dims[i] = (int64_t)dims[i];
        if (!slm_mul_size(info->count, info->dims[i], &info->count)) return false;
    }
    return true;
}
