/* SPDX-License-Identifier: MIT */
#include "io/scratch.h"
#include "core/thread.h"
#include <errno.h>
#include <unistd.h>

/* Columns into rows within bounded memory: entries are dealt to buckets of consecutive rows on disc, each then sorted by counting. */

static scilama_status write_failed(scilama_error *error)
{
    return slm_fail_detail(error, SCILAMA_E_IO, errno, "cannot write the scratch file: %s (another folder may have room)", strerror(errno));
}

/* --- reading the original, a slice at a time --------------------------------------- */

typedef struct job {
    const slm_h5_matrix *m;
    scilama_context *ctx;
    int fd;
    int64_t memory, stored, rows, step; /* step: entries of a slice */
    int64_t *indptr;         /* of the rows */
    int64_t *lines;          /* of the file: columns of CSC */
    int32_t *index;          /* [step] */
    float *value;            /* [step] */
    /* CSC: entries are dealt to buckets of rows, each of which is then sorted */
    int64_t buckets, deal;   /* deal: entries of a bucket's buffer */
    int32_t *bucket;         /* [rows] */
    int64_t *first, *put;    /* [buckets + 1] entries before; written so far */
    int64_t *held;           /* [buckets] in the buffer */
    char *buffer;            /* [buckets × deal] */
} job;

typedef struct triple { int32_t row, col; float value; } triple;

static scilama_status read_slice(const job *j, const char *name, slm_h5_type type, int64_t first, int64_t n, void *out, scilama_error *error)
{
    if (slm_cancelled(j->ctx)) return slm_fail_cancelled(error);
    return slm_h5_read_rows(j->m->file, SLM_AT(j->m->path, name), type, first, n, out, error);
}

static scilama_status check_indices(const job *j, int64_t n, int64_t width, scilama_error *error)
{
    for (int64_t k = 0; k < n; k++)
        if (j->index[k] < 0 || j->index[k] >= width)
            return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s/indices holds %d, outside 0 to %" PRId64, slm_h5_path(j->m->file), j->m->path, (int)j->index[k], width - 1);
    return SCILAMA_OK;
}

/* --- rows as they are ----------------------------------------------------------------- */

static scilama_status copy_sparse(job *j, scilama_error *error)
{
    scilama_status status = SCILAMA_OK;
    for (int64_t at = 0; at < j->stored && !status; at += j->step) {
        int64_t n = j->stored - at < j->step ? j->stored - at : j->step;
        if ((status = read_slice(j, "indices", SLM_H5_I32, at, n, j->index, error)) || (status = read_slice(j, "data", SLM_H5_F32, at, n, j->value, error)) ||
            (status = check_indices(j, n, j->m->cols, error))) break;
        if (!slm_pwrite_all(j->fd, j->index, (size_t)n * 4, at * 4) || !slm_pwrite_all(j->fd, j->value, (size_t)n * 4, (j->stored + at) * 4)) status = write_failed(error);
    }
    return status;
}

static scilama_status copy_dense(job *j, scilama_error *error)
{
    const slm_h5_matrix *m = j->m;
    int64_t step = j->memory / 4 / 4 / m->cols;
    if (step < 1) step = 1;
    float *rows = slm_alloc_array(j->ctx, step * m->cols, sizeof *rows);
    scilama_status status = rows ? SCILAMA_OK : slm_fail_nomem(error);
    for (int64_t r = 0; r < m->rows && !status; r += step) {
        int64_t n = m->rows - r < step ? m->rows - r : step;
        if (slm_cancelled(j->ctx)) status = slm_fail_cancelled(error);
        else status = slm_h5_read_rows(m->file, m->path, SLM_H5_F32, r, n, rows, error);
        if (!status && !slm_pwrite_all(j->fd, rows, (size_t)(n * m->cols) * 4, r * m->cols * 4)) status = write_failed(error);
    }
    slm_free(j->ctx, rows);
    return status;
}

/* --- columns into rows ------------------------------------------------------------------ */

static scilama_status count_rows(job *j, scilama_error *error)
{
    scilama_status status = SCILAMA_OK;
    memset(j->indptr, 0, (size_t)(j->rows + 1) * sizeof *j->indptr);
    for (int64_t at = 0; at < j->stored && !status; at += j->step) {
        int64_t n = j->stored - at < j->step ? j->stored - at : j->step;
        status = read_slice(j, "indices", SLM_H5_I32, at, n, j->index, error);
        if (!status) status = check_indices(j, n, j->rows, error);
        for (int64_t k = 0; k < n && !status; k++) j->indptr[j->index[k] + 1]++;
    }
    for (int64_t r = 0; r < j->rows; r++) j->indptr[r + 1] += j->indptr[r];
    return status;
}

/* Consecutive rows of about `most` entries each make a bucket. */
static scilama_status make_buckets(job *j, scilama_error *error)
{
    int64_t most = j->memory / 2 / 20;
    j->bucket = slm_alloc_array(j->ctx, j->rows, sizeof *j->bucket);
    if (!j->bucket) return slm_fail_nomem(error);
    for (int pass = 0; pass < 2; pass++) {
        int64_t b = 0, start = 0;
        for (int64_t r = 0; r < j->rows; r++) {
            if (j->indptr[r + 1] - start > most && j->indptr[r] > start) {
                start = j->indptr[r];
                b++;
                if (pass) j->first[b] = start;
            }
            j->bucket[r] = (int32_t)b;
        }
        j->buckets = b + 1;
        if (pass) break;
        j->first = slm_alloc_array_zero(j->ctx, j->buckets + 1, sizeof *j->first);
        j->put = slm_alloc_array_zero(j->ctx, j->buckets, sizeof *j->put);
        j->held = slm_alloc_array_zero(j->ctx, j->buckets, sizeof *j->held);
        j->deal = j->memory / 8 / (int64_t)sizeof(triple) / j->buckets;
        if (j->deal < 64) j->deal = 64;
        j->buffer = slm_alloc_array(j->ctx, j->buckets * j->deal, sizeof(triple));
        if (!j->first || !j->put || !j->held || !j->buffer) return slm_fail_nomem(error);
    }
    j->first[j->buckets] = j->stored;
    return SCILAMA_OK;
}

/* Buckets lie behind the final matrix. */
static scilama_status flush(job *j, int64_t b, scilama_error *error)
{
    int64_t at = j->stored * 8 + (j->first[b] + j->put[b]) * (int64_t)sizeof(triple), n = j->held[b];
    if (n && !slm_pwrite_all(j->fd, j->buffer + (size_t)(b * j->deal) * sizeof(triple), (size_t)n * sizeof(triple), at)) return write_failed(error);
    j->put[b] += n;
    j->held[b] = 0;
    return SCILAMA_OK;
}

static scilama_status deal_entries(job *j, scilama_error *error)
{
    scilama_status status = SCILAMA_OK;
    triple *buffer = (triple *)(void *)j->buffer;
    int64_t col = 0;
    for (int64_t at = 0; at < j->stored && !status; at += j->step) {
        int64_t n = j->stored - at < j->step ? j->stored - at : j->step;
        if ((status = read_slice(j, "indices", SLM_H5_I32, at, n, j->index, error)) || (status = read_slice(j, "data", SLM_H5_F32, at, n, j->value, error)) ||
            (status = check_indices(j, n, j->rows, error))) break;
        for (int64_t k = 0; k < n && !status; k++) {
            while (at + k >= j->lines[col + 1]) col++;
            int64_t b = j->bucket[j->index[k]];
            if (j->put[b] + j->held[b] >= j->first[b + 1] - j->first[b])
                return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s changed while it was read", slm_h5_path(j->m->file), j->m->path);
            buffer[b * j->deal + j->held[b]++] = (triple){ j->index[k], (int32_t)col, j->value[k] };
            if (j->held[b] == j->deal) status = flush(j, b, error);
        }
    }
    for (int64_t b = 0; b < j->buckets && !status; b++) status = flush(j, b, error);
    return status;
}

/* A bucket by row, columns ascending as they came. */
static scilama_status sort_buckets(job *j, scilama_error *error)
{
    int64_t widest = 0;
    for (int64_t b = 0; b < j->buckets; b++)
        if (j->first[b + 1] - j->first[b] > widest) widest = j->first[b + 1] - j->first[b];
    SLM_SCOPE(work, j->ctx);
    triple *in = slm_scope_array(&work, widest, sizeof *in);
    int32_t *index = slm_scope_array(&work, widest, sizeof *index);
    float *value = slm_scope_array(&work, widest, sizeof *value);
    int64_t *next = slm_scope_array(&work, j->rows + 1, sizeof *next);
    if (work.failed) return slm_fail_nomem(error);
    memcpy(next, j->indptr, (size_t)(j->rows + 1) * sizeof *next);
    for (int64_t b = 0; b < j->buckets; b++) {
        int64_t first = j->first[b], n = j->first[b + 1] - first;
        if (slm_cancelled(j->ctx)) return slm_fail_cancelled(error);
        if (!slm_pread_all(j->fd, in, (size_t)n * sizeof *in, j->stored * 8 + first * (int64_t)sizeof *in))
            return slm_fail(error, SCILAMA_E_IO, "cannot read the scratch file back");
        for (int64_t k = 0; k < n; k++) {
            int64_t at = next[in[k].row]++ - first;
            index[at] = in[k].col;
            value[at] = in[k].value;
        }
        if (!slm_pwrite_all(j->fd, index, (size_t)n * 4, first * 4) || !slm_pwrite_all(j->fd, value, (size_t)n * 4, (j->stored + first) * 4)) return write_failed(error);
    }
    return SCILAMA_OK;
}

static scilama_status transpose(job *j, scilama_error *error)
{
    scilama_status status;
    if (!(j->indptr = slm_alloc_array(j->ctx, j->rows + 1, sizeof *j->indptr))) return slm_fail_nomem(error);
    if ((status = count_rows(j, error)) || (status = make_buckets(j, error)) || (status = deal_entries(j, error))) return status;
    slm_free(j->ctx, j->buffer); /* room for the sorting */
    slm_free_all(j->ctx, j->index, j->value);
    j->buffer = NULL;
    j->index = NULL;
    j->value = NULL;
    SLM_TRY(sort_buckets(j, error));
    if (ftruncate(j->fd, (off_t)(j->stored * 8))) { /* what lies behind is never read */ }
    return SCILAMA_OK;
}

scilama_status slm_scratch_rows(int fd, const slm_h5_matrix *m, int64_t memory, int64_t **indptr, scilama_error *error)
{
    job j = { .m = m, .ctx = slm_h5_context(m->file), .fd = fd, .memory = memory, .stored = m->stored, .rows = m->rows, .step = memory / 8 / 8 + 1 };
    *indptr = NULL;
    if (m->storage == SCILAMA_STORAGE_DENSE) return copy_dense(&j, error);
    scilama_status status = slm_h5_matrix_indptr(m, &j.lines, error);
    if (j.step > j.stored) j.step = j.stored > 0 ? j.stored : 1;
    j.index = slm_alloc_array(j.ctx, j.step, sizeof *j.index);
    j.value = slm_alloc_array(j.ctx, j.step, sizeof *j.value);
    if (!status && (!j.index || !j.value)) status = slm_fail_nomem(error);
    if (!status) {
        j.stored = j.lines[m->storage == SCILAMA_STORAGE_CSR ? m->rows : m->cols];
        status = m->storage == SCILAMA_STORAGE_CSR ? copy_sparse(&j, error) : transpose(&j, error);
    }
    if (m->storage == SCILAMA_STORAGE_CSR) j.indptr = j.lines, j.lines = NULL;
    slm_free_all(j.ctx, j.lines, j.index, j.value, j.bucket, j.first, j.put, j.held, j.buffer);
    if (status) slm_free(j.ctx, j.indptr);
    else *indptr = j.indptr;
    return status;
}
