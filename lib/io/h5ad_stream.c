/* SPDX-License-Identifier: MIT */
#include "core/sort.h"
#include "core/thread.h"
#include "io/h5ad.h"
#include "io/h5ad_stream.h"
#include "io/scratch.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Rows straight from an unconverted file. HDF5 tells once where the chunks are; from then on
 * rows are read from the file itself, which is opened for each read and recognised. Nothing is held of each cell:
 * where rows begin is read along with them, POINTERS at a time. */

enum { POINTERS = 16384 };

typedef slm_file_source file_source;

/* --- the file, opened and recognised -------------------------------------------------- */

scilama_status slm_file_open_again(const file_source *s, int *fd, scilama_error *error)
{
    struct stat st;
    *fd = open(s->path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0) return slm_fail_detail(error, SCILAMA_E_IO, errno, "cannot open %.150s again: %s", s->path, strerror(errno));
    if (fstat(*fd, &st) == 0 && st.st_dev == s->device && st.st_ino == s->inode && st.st_size == s->size &&
        st.st_mtim.tv_sec == s->changed.tv_sec && st.st_mtim.tv_nsec == s->changed.tv_nsec) return SCILAMA_OK;
    close(*fd);
    return slm_fail(error, SCILAMA_E_IO, "%.180s was changed while it is streamed: open it again", s->path);
}

static scilama_status read_map(const file_source *s, const slm_chunk_map *map, int fd, int64_t first, int64_t n, void *out, slm_stage *t, scilama_error *error)
{
    int code = slm_chunk_map_read(s->base.ctx, map, fd, first, n, out, (char *)t->scratch + s->front, s->base.scratch_bytes - s->front);
    if (code == SLM_CHUNK_OK) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_FORMAT, "%.150s: the data of %.60s are %s", s->path, s->matrix, code == SLM_CHUNK_SHORT ? "cut short" : "damaged");
}

/* --- rows ----------------------------------------------------------------------------------- */

/* Raw entries [from, end) to `at`, sorted, those of one column added, columns dropped that
 * the dataset leaves out; returns the end. -1: an index out of range. */
static int64_t tidy(const file_source *s, slm_stage *t, int64_t from, int64_t end, int64_t at)
{
    int32_t *index = t->indices;
    float *value = t->values;
    bool sorted = true;
    for (int64_t i = from; i < end; i++) {
        if (index[i] < 0 || index[i] >= s->columns) return -1;
        sorted = sorted && (i == from || index[i] > index[i - 1]);
    }
    if (sorted && !s->place) {
        memmove(index + at, index + from, (size_t)(end - from) * sizeof *index);
        memmove(value + at, value + from, (size_t)(end - from) * sizeof *value);
        return at + end - from;
    }
    slm_entry *e = t->scratch;
    int64_t start = at;
    if (!sorted) {
        for (int64_t i = from; i < end; i++) e[i - from] = (slm_entry){ (int64_t)index[i] << 31 | (i - from), value[i] };
        slm_entry_sort(e, end - from);
    }
    int32_t before = -1;
    for (int64_t i = from; i < end; i++) {
        int32_t column = sorted ? index[i] : (int32_t)(e[i - from].key >> 31), gene = s->place ? s->place[column] : column;
        float v = sorted ? value[i] : e[i - from].value;
        if (gene < 0) continue;
        if (at > start && column == before) value[at - 1] += v;
        else index[at] = gene, value[at++] = v;
        before = column;
    }
    return at;
}

/* The block of pointers that has this cell's, checked as when the file was opened. */
static scilama_status read_pointers(file_source *s, slm_stage *t, int fd, int64_t block, int64_t *pointer, scilama_error *error)
{
    char what[256];
    int64_t first = block * POINTERS, n = s->base.cells - first < POINTERS ? s->base.cells - first : POINTERS;
    t->holder = NULL;
    SLM_TRY(read_map(s, &s->pointers, fd, first, n + 1, pointer, t, error));
    snprintf(what, sizeof what, "%.150s: %.60s", s->path, s->matrix);
    SLM_TRY(slm_pointers_check(pointer, first, n, (int64_t)s->values.layout.dims[0], what, error));
    t->holder = &s->base;
    t->held = block;
    return SCILAMA_OK;
}

/* Where the entries of a cell begin and end. */
static scilama_status find_row(file_source *s, slm_stage *t, int fd, int64_t cell, int64_t *from, int64_t *end, scilama_error *error)
{
    int64_t block = cell / POINTERS, *pointer = s->indptr;
    if (!pointer) {
        pointer = (int64_t *)(void *)((char *)t->scratch + s->keys);
        if (t->holder != &s->base || t->held != block) SLM_TRY(read_pointers(s, t, fd, block, pointer, error));
        cell -= block * POINTERS;
    }
    *from = pointer[cell];
    *end = pointer[cell + 1];
    if (*end - *from <= s->base.widest) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_IO, "%.180s was changed while it is streamed: open it again", s->path);
}

enum { NEAR_BYTES = 1 << 16 }; /* what lies between is read too */

static scilama_status read_sparse(file_source *s, slm_stage *t, int fd, const int64_t *cells, int64_t n, scilama_error *error)
{
    int64_t first = 0, last = 0, k = 0, at = 0, from, end;
    for (; k < n && k < t->room_rows; k++, last = end) {
        SLM_TRY(find_row(s, t, fd, cells[k], &from, &end, error));
        if (!k) first = from;
        else if (end - first > t->room || (from - last) * 4 > NEAR_BYTES) break;
    }
    SLM_TRY(read_map(s, &s->indices, fd, first, last - first, t->indices, t, error));
    SLM_TRY(read_map(s, &s->values, fd, first, last - first, t->values, t, error));
    t->indptr[0] = 0;
    for (int64_t r = 0; r < k; r++) {
        SLM_TRY(find_row(s, t, fd, cells[r], &from, &end, error));
        at = tidy(s, t, from - first, end - first, at);
        if (at < 0) return slm_fail(error, SCILAMA_E_FORMAT, "%.150s: %.60s/indices of cell %lld hold a number outside 0 to %lld", s->path, s->matrix,
                                    (long long)cells[r], (long long)s->columns - 1);
        t->indptr[r + 1] = at;
    }
    t->n = k;
    return SCILAMA_OK;
}

static scilama_status read_dense(file_source *s, slm_stage *t, int fd, const int64_t *cells, int64_t n, scilama_error *error)
{
    int64_t k = 1, near = NEAR_BYTES / 4 / s->columns + 1;
    while (k < n && cells[k] - cells[0] < t->room_rows && cells[k] - cells[k - 1] <= near) k++;
    scilama_status status = read_map(s, &s->values, fd, cells[0], cells[k - 1] - cells[0] + 1, t->dense, t, error);
    for (int64_t r = 0; r < k && !status; r++) {
        const float *from = t->dense + (cells[r] - cells[0]) * s->columns;
        float *to = t->dense + r * s->base.genes;
        if (!s->place) memmove(to, from, (size_t)s->columns * sizeof *to);
        for (int64_t g = 0; g < s->columns && s->place; g++)
            if (s->place[g] >= 0) to[s->place[g]] = from[g]; /* never ahead of what is still to be read */
    }
    t->n = k;
    return status;
}

static scilama_status read_rows(slm_source *source, slm_stage *t, const int64_t *cells, int64_t n, scilama_error *error)
{
    file_source *s = (file_source *)source;
    int fd = s->fd;
    if (fd < 0) SLM_TRY(slm_file_open_again(s, &fd, error));
    scilama_status status = s->sparse ? read_sparse(s, t, fd, cells, n, error) : read_dense(s, t, fd, cells, n, error);
    if (s->fd < 0) close(fd);
    return status;
}

static void destroy(slm_source *source)
{
    file_source *s = (file_source *)source;
    scilama_context *ctx = source->ctx;
    if (s->fd >= 0) close(s->fd);
    slm_chunk_map_free(ctx, &s->indices);
    slm_chunk_map_free(ctx, &s->values);
    slm_chunk_map_free(ctx, &s->pointers);
    slm_file_free_beside(s);
    slm_free_all(ctx, s->indptr, s->place, s->path, s->matrix, s);
    slm_context_release(ctx);
}

/* --- opening ------------------------------------------------------------------------------ */

static scilama_status identify(file_source *s, scilama_error *error)
{
    struct stat st;
    if (stat(s->path, &st)) return slm_fail_detail(error, SCILAMA_E_IO, errno, "cannot open %.150s: %s", s->path, strerror(errno));
    s->device = st.st_dev;
    s->inode = st.st_ino;
    s->size = st.st_size;
    s->changed = st.st_mtim;
    return SCILAMA_OK;
}

static void measure_rows(file_source *s, int64_t *stored)
{
    for (int64_t r = 0; r < s->base.cells; r++)
        if (s->indptr[r + 1] - s->indptr[r] > s->base.widest) s->base.widest = s->indptr[r + 1] - s->indptr[r];
    *stored = s->indptr[s->base.cells];
}

/* In the file, unless a chunk of them takes much of the memory to unpack; else in memory. */
static scilama_status map_pointers(file_source *s, const slm_h5_matrix *m, int64_t *stored, scilama_error *error)
{
    bool done = false;
    if (s->base.cells > POINTERS) SLM_TRY(slm_h5_map(m->file, SLM_AT(m->path, "indptr"), SLM_H5_I64, &s->pointers, &done, error));
    if (done && slm_chunk_map_scratch(&s->pointers, 1) <= s->base.memory / 4) return slm_h5_matrix_scan(m, &s->base.widest, stored, error);
    slm_chunk_map_free(s->base.ctx, &s->pointers);
    SLM_TRY(slm_h5_matrix_indptr(m, &s->indptr, error));
    measure_rows(s, stored);
    return SCILAMA_OK;
}

/* Behind the values, unless there are few. */
static scilama_status put_pointers(file_source *s, int64_t stored, scilama_error *error)
{
    int64_t n = s->base.cells + 1, at = stored * 8;
    if (s->base.cells <= POINTERS) return SCILAMA_OK;
    if (!slm_pwrite_all(s->fd, s->indptr, (size_t)n * sizeof *s->indptr, at))
        return slm_fail_detail(error, SCILAMA_E_IO, errno, "cannot write the scratch file: %s (another folder may have room)", strerror(errno));
    s->pointers = slm_chunk_map_plain(SLM_H5_I64, n, 1, at);
    slm_free(s->base.ctx, s->indptr);
    s->indptr = NULL;
    return SCILAMA_OK;
}

/* Where values are: in the file itself if they can be read from it by rows, else in a scratch file. */
static scilama_status map_values(file_source *s, const slm_h5_matrix *m, const scilama_file_options *o, int64_t *stored, scilama_error *error)
{
    scilama_context *ctx = s->base.ctx;
    bool done = true, found = m->storage != SCILAMA_STORAGE_CSC;
    scilama_status status = SCILAMA_OK;
    if (found && !s->sparse) {
        status = slm_h5_map(m->file, m->path, SLM_H5_F32, &s->values, &found, error);
    } else if (found) {
        status = slm_h5_map(m->file, SLM_AT(m->path, "indices"), SLM_H5_I32, &s->indices, &found, error);
        if (!status && found) status = slm_h5_map(m->file, m->values, SLM_H5_F32, &s->values, &done, error);
        if (!status && (found = found && done)) return map_pointers(s, m, stored, error);
    }
    if (status || found) return status;
    slm_chunk_map_free(ctx, &s->indices);
    slm_chunk_map_free(ctx, &s->values);
    slm_log(ctx, SCILAMA_LOG_INFO, "%s: %s is %s: its rows are written to a scratch file first", s->path, m->path,
            m->storage == SCILAMA_STORAGE_CSC ? "compressed by gene" : "packed in a way that only HDF5 reads");
    status = slm_scratch_open(&s->fd, ctx, o->scratch_folder, error);
    if (!status) status = slm_scratch_rows(s->fd, m, s->base.memory > 1 << 20 ? s->base.memory : 1 << 20, &s->indptr, error);
    if (status) return status;
    if (!s->sparse) {
        s->values = slm_chunk_map_plain(SLM_H5_F32, m->rows, m->cols, 0);
        return SCILAMA_OK;
    }
    measure_rows(s, stored);
    s->indices = slm_chunk_map_plain(SLM_H5_I32, *stored, 1, 0);
    s->values = slm_chunk_map_plain(SLM_H5_F32, *stored, 1, *stored * 4);
    return put_pointers(s, *stored, error);
}

/* Genes of a name that occurred before are left out. */
static scilama_status keep_first(file_source *s, slm_strings *genes, scilama_error *error)
{
    scilama_context *ctx = s->base.ctx;
    slm_strings kept;
    int64_t *rows;
    scilama_status status = slm_strings_distinct(ctx, genes, &kept, &rows, error);
    if (!status && rows && !(s->place = slm_alloc_array(ctx, genes->count, sizeof *s->place))) status = slm_fail_nomem(error);
    if (!status && rows) {
        memset(s->place, -1, (size_t)genes->count * sizeof *s->place);
        for (int64_t g = 0; g < kept.count; g++) s->place[rows[g]] = (int32_t)g;
        slm_log(ctx, SCILAMA_LOG_WARNING, "%lld genes whose name occurred before were dropped", (long long)(genes->count - kept.count));
        slm_strings_free(ctx, genes);
        *genes = kept;
        s->base.genes = kept.count;
    } else slm_strings_free(ctx, &kept);
    slm_free(ctx, rows);
    return status;
}

/* Of whichever array takes most; of the pointers' chunks one is enough. */
static int64_t chunk_scratch(const file_source *s, int64_t chunks)
{
    int64_t most = slm_chunk_map_scratch(&s->values, chunks), a = s->sparse ? slm_chunk_map_scratch(&s->indices, chunks) : 0;
    int64_t p = s->sparse && !s->indptr ? slm_chunk_map_scratch(&s->pointers, 1) : 0;
    if (a > most) most = a;
    return p > most ? p : most;
}

/* What reading needs beside the stage, and which rows lie together. */
static void size_up(file_source *s, int64_t stored)
{
    slm_source *b = &s->base;
    const slm_chunk_layout *p = &s->values.layout;
    b->columns = s->columns;
    if (!s->sparse) b->widest = s->columns;
    else if (!b->widest) b->widest = 1;
    s->keys = s->sparse ? slm_tiles(b->widest * (int64_t)sizeof(slm_entry), 64) * 64 : 0;
    s->front = s->keys + (s->sparse && !s->indptr ? slm_tiles((POINTERS + 1) * (int64_t)sizeof *s->indptr, 64) * 64 : 0);
    double mean = s->sparse ? (double)stored / (double)b->cells + 1 : (double)s->columns;
    int64_t chunks = 4 * b->ctx->threads;
    if (chunks > SLM_CHUNK_BATCH) chunks = SLM_CHUNK_BATCH;
    for (;; chunks--) {
        b->scratch_bytes = s->front + chunk_scratch(s, chunks);
        if (chunks <= 1 || b->scratch_bytes <= b->memory / 4) break;
    }
    b->scratch_least = s->front + chunk_scratch(s, 1);
    /* eight chunks of a sparse matrix, one row of chunks of a dense one, a quarter of a MiB of a plain one */
    double lump = p->contiguous ? (double)(1 << 16) / mean : s->sparse ? 8 * (double)p->chunk[0] / mean : (double)p->chunk[0];
    b->lump = lump > 1e9 ? 1000000000 : lump < 32 ? 32 : (int64_t)lump;
}

scilama_status slm_h5ad_stream(scilama_dataset **out, const slm_h5_matrix *m, const scilama_file_options *o, const slm_frame *obs, slm_strings *genes,
                               scilama_error *error)
{
    scilama_context *ctx = slm_h5_context(m->file);
    slm_strings cells = { 0 };
    file_source *s = slm_alloc_zero(ctx, sizeof *s);
    if (!s) return slm_fail_nomem(error);
    s->base = (slm_source){ .ctx = slm_context_retain(ctx), .cells = m->rows, .genes = m->cols, .memory = o->stream_memory,
                            .dense = m->storage == SCILAMA_STORAGE_DENSE, .read = read_rows, .destroy = destroy };
    atomic_store(&s->base.refs, 1);
    s->fd = -1;
    s->columns = m->cols;
    s->sparse = !s->base.dense;
    s->path = slm_strdup(ctx, slm_h5_path(m->file));
    s->matrix = slm_strdup(ctx, m->path);
    scilama_status status = s->path && s->matrix ? identify(s, error) : slm_fail_nomem(error);
    if (!status && s->base.dense) status = slm_h5_plausible(m->file, m->path, &m->info, error);
    if (!status) status = slm_file_take_names(s, obs, &cells, error);
    if (!status && o->first_duplicate) status = keep_first(s, genes, error);
    int64_t stored = 0;
    if (!status) status = map_values(s, m, o, &stored, error);
    if (!status) {
        size_up(s, stored);
        status = slm_dataset_from_source(out, &s->base, &cells, genes, s->path, error);
    }
    slm_strings_free(ctx, &cells);
    if (status) {
        slm_error_in_file(error, slm_h5_path(m->file));
        slm_source_release(&s->base);
    }
    return status;
}
