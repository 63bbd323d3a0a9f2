/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* memfd_create() */
#include "file/bytes.h"
#include "hdf5/internal.h"
#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files in memory: a file without a name, so that the checks before HDF5 and the driver beneath it
 * serve these as any other. Bytes come from nowhere trusted, just as those of a file. */

static scilama_status open_nameless(int *fd, scilama_context *ctx, scilama_error *error)
{
#ifdef MFD_CLOEXEC
    if ((*fd = memfd_create("scilama", MFD_CLOEXEC)) >= 0) return SCILAMA_OK;
#endif
    return slm_scratch_open(fd, ctx, NULL, error);
}

static scilama_status begin(slm_h5_file **out, scilama_context *ctx, const char *name, scilama_error *error)
{
    scilama_status status = slm_h5_new_file(out, ctx, name, error);
    if (!status) status = open_nameless(&(*out)->fd, ctx, error);
    if (!status) slm_h5_disc_give((*out)->disc, (*out)->fd);
    return status;
}

static scilama_status ended(slm_h5_file **out, scilama_status status, scilama_error *error)
{
    if (!status) return SCILAMA_OK;
    status = slm_h5_close_read(*out, status, error);
    *out = NULL;
    return status;
}

scilama_status slm_h5_create_memory(slm_h5_file **out, scilama_context *ctx, const char *name, scilama_error *error)
{
    scilama_status status = begin(out, ctx, name, error);
    if (!status) {
        (*out)->writing = true;
        status = slm_h5_open_id(*out, name, H5F_ACC_TRUNC, error);
    }
    return ended(out, status, error);
}

scilama_status slm_h5_open_memory(slm_h5_file **out, scilama_context *ctx, const char *name, const void *bytes, int64_t size, scilama_error *error)
{
    scilama_status status = begin(out, ctx, name, error);
    if (!status && !slm_pwrite_all((*out)->fd, bytes, (size_t)size, 0))
        status = slm_fail_detail(error, SCILAMA_E_IO, errno, "cannot hold the %" PRId64 " bytes of %s: %s", size, name, strerror(errno));
    if (!status) {
        (*out)->bytes = size;
        status = slm_h5_check_and_open(*out, name, error);
    }
    return ended(out, status, error);
}

scilama_status slm_h5_take(slm_h5_file *file, void **bytes, int64_t *size, scilama_error *error)
{
    slm_h5_guard g;
    struct stat st;
    bool ok = slm_h5_close_id(file, &g);
    scilama_status status = slm_h5_wrote(file, ok, error, &g, "write", "");
    if (status) return status;
    if (fstat(file->fd, &st) != 0) return slm_fail_detail(error, SCILAMA_E_IO, errno, "cannot read %s: %s", file->path, strerror(errno));
    void *copy = slm_alloc(file->ctx, (size_t)st.st_size);
    if (!copy) return slm_fail_nomem(error);
    if (!slm_pread_all(file->fd, copy, (size_t)st.st_size, 0)) {
        status = slm_fail_detail(error, SCILAMA_E_IO, errno, "cannot read %s: %s", file->path, strerror(errno));
        slm_free(file->ctx, copy);
        return status;
    }
    *bytes = copy;
    *size = (int64_t)st.st_size;
    return SCILAMA_OK;
}
