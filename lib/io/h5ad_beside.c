/* SPDX-License-Identifier: MIT */
#include "io/h5ad_stream.h"
#include <unistd.h>

/* Names and columns of a streamed file's cells: all are looked at once, when the file is opened, and then read again some at a time
 * where somebody wants them. What is stored in another way than most is held in memory. */

/* --- names ------------------------------------------------------------------------------------ */

static scilama_status read_names(slm_source *source, int64_t first, int64_t n, slm_strings *out, scilama_error *error)
{
    const slm_file_source *s = (const slm_file_source *)source;
    int fd;
    SLM_TRY(slm_file_open_again(s, &fd, error));
    scilama_status status = slm_text_map_read(source->ctx, &s->names, fd, s->path, s->names_path, first, n, out, error);
    close(fd);
    return status;
}

scilama_status slm_file_take_names(slm_file_source *s, const slm_frame *obs, slm_strings *names, scilama_error *error)
{
    const char *path = SLM_AT(obs->path, obs->index);
    bool done = false;
    if (!obs->compound && slm_h5_kind(obs->file, path) == SLM_H5_DATASET) SLM_TRY(slm_h5_map_texts(obs->file, path, &s->names, &done, error));
    if (!done) return slm_frame_names(obs, names, error);
    if (!(s->names_path = slm_strdup(s->base.ctx, path))) return slm_fail_nomem(error);
    s->base.names = read_names;
    return SCILAMA_OK;
}

/* --- columns ------------------------------------------------------------------------------------ */

static scilama_status check_codes(const slm_file_source *s, const slm_file_line *l, int64_t first, int64_t n, int32_t *codes, scilama_error *error)
{
    for (int64_t i = 0; i < n; i++)
        if (codes[i] == INT32_MIN) codes[i] = -1; /* R's NA */
        else if (codes[i] < -1 || codes[i] >= l->categories)
            return slm_fail(error, SCILAMA_E_FORMAT, SLM_BAD_CODE, s->path, l->table, l->name, first + i, (int)codes[i], l->categories);
    return SCILAMA_OK;
}

static scilama_status read_line(slm_source *source, int64_t line, int64_t first, int64_t n, void *out, scilama_error *error)
{
    const slm_file_source *s = (const slm_file_source *)source;
    const slm_file_line *l = &s->lines[line - 1];
    SLM_SCOPE(work, source->ctx);
    int64_t room = slm_chunk_map_scratch(&l->map, 1);
    void *scratch = slm_scope_array(&work, room, 1);
    int fd;
    if (!scratch) return slm_fail_nomem(error);
    SLM_TRY(slm_file_open_again(s, &fd, error));
    int code = slm_chunk_map_read(source->ctx, &l->map, fd, first, n, out, scratch, room);
    close(fd);
    if (code == SLM_CHUNK_SHORT) return slm_fail(error, SCILAMA_E_FORMAT, "%s: cannot read %s: the file is truncated", s->path, l->path);
    if (code) return slm_fail(error, SCILAMA_E_FORMAT, "%s: the compressed data of %s are damaged", s->path, l->path);
    if (l->map.to == SLM_H5_I32) return check_codes(s, l, first, n, out, error);
    double *x = out;
    for (int64_t i = 0; i < n; i++)
        if (isinf(x[i]) || x[i] == l->none) x[i] = NAN;
    return SCILAMA_OK;
}

static void free_line(scilama_context *ctx, slm_file_line *l)
{
    slm_chunk_map_free(ctx, &l->map);
    slm_free_all(ctx, l->path, l->table, l->name);
}

void slm_file_free_beside(slm_file_source *s)
{
    scilama_context *ctx = s->base.ctx;
    for (int64_t i = 0; i < s->n_lines; i++) free_line(ctx, &s->lines[i]);
    slm_text_map_free(ctx, &s->names);
    slm_free_all(ctx, s->lines, s->names_path);
}

typedef struct glance { int64_t missing; bool large; } glance;

static void look_at(void *arg, int64_t first, int64_t n, const int32_t *codes, const double *numbers)
{
    glance *l = arg;
    (void)first;
    for (int64_t i = 0; i < n; i++) {
        l->missing += codes ? codes[i] < 0 : isnan(numbers[i]);
        l->large = l->large || (numbers && fabs(numbers[i]) >= 0x1p53);
    }
}

/* Adds the line; *column gets its number, and is looked at. *done = false when it is not to stay. */
static scilama_status add_line(scilama_dataset *d, const slm_frame *obs, const slm_frame_line *at, slm_column *column, bool *done, scilama_error *error)
{
    slm_file_source *s = (slm_file_source *)d->source;
    scilama_context *ctx = d->ctx;
    slm_file_line l = { .categories = column->categories.count, .none = at->none };
    glance look = { 0 };
    SLM_TRY(slm_h5_map(obs->file, at->path, column->kind == SCILAMA_COLUMN_CATEGORICAL ? SLM_H5_I32 : SLM_H5_F64, &l.map, done, error));
    if (!*done) return SCILAMA_OK;
    slm_file_line *grown = slm_realloc_array(ctx, s->lines, s->n_lines, s->n_lines + 1, sizeof *grown);
    if (grown) s->lines = grown;
    l.path = slm_strdup(ctx, at->path);
    l.table = slm_strdup(ctx, obs->path);
    l.name = slm_strdup(ctx, column->name);
    if (!grown || !l.path || !l.table || !l.name) {
        free_line(ctx, &l);
        return slm_fail_nomem(error);
    }
    grown[s->n_lines++] = l;
    s->base.line = read_line;
    column->line = s->n_lines;
    scilama_status status = slm_column_scan(d, column, look_at, &look, error);
    column->missing = look.missing;
    *done = !(look.large && at->integers);
    if (status || !*done) free_line(ctx, &s->lines[--s->n_lines]);
    return status;
}

scilama_status slm_file_take_column(scilama_dataset *d, const slm_frame *obs, const char *name, bool *done, scilama_error *error)
{
    slm_column column;
    slm_frame_line at;
    SLM_TRY(slm_frame_find_line(obs, name, &column, &at, done, error));
    if (!*done) return SCILAMA_OK;
    scilama_status status = add_line(d, obs, &at, &column, done, error);
    if (!status && *done) return slm_dataset_put_column(d, &column, error);
    slm_column_clear(d->ctx, &column);
    return status;
}
