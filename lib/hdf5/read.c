/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"

/* Datasets in: raw where that can be (chunk.c, fields.c), else by HDF5, once what it will read has been checked. */

/* Selects rows; rank 0 selects all. */
static bool select_rows(slm_h5_guard *g, hid_t space, int64_t first, int64_t rows, hid_t *memory)
{
    hsize_t dims[H5S_MAX_RANK] = { 1 }, start[H5S_MAX_RANK] = { 0 };
    int rank = H5Sget_simple_extent_dims(space, dims, NULL);
    if (!slm_h5_ok(g, rank)) return false;
    if (rank == 0) return true;
    if (first < 0 || rows < 0 || (hsize_t)first > dims[0] || (hsize_t)rows > dims[0] - (hsize_t)first) return false;
    start[0] = (hsize_t)first;
    dims[0] = (hsize_t)rows;
    return (*memory = slm_h5_own(g, H5Screate_simple(rank, dims, NULL))) >= 0 &&
           slm_h5_ok(g, H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, dims, NULL));
}

/* first < 0: everything */
static bool read_locked(const slm_h5_dataset *d, slm_h5_guard *g, hid_t element, int64_t first, int64_t rows, void *out)
{
    hid_t memory = H5S_ALL, type = element;
    bool ok = first < 0 || select_rows(g, d->space, first, rows, &memory);
    if (ok && d->field) {
        type = slm_h5_own(g, H5Tcreate(H5T_COMPOUND, H5Tget_size(element)));
        ok = type >= 0 && slm_h5_ok(g, H5Tinsert(type, d->field, 0, element));
    }
    return ok && slm_h5_ok(g, H5Dread(d->id, type, memory, memory == H5S_ALL ? H5S_ALL : d->space, H5P_DEFAULT, out));
}

static scilama_status read_failed(const slm_h5_dataset *d, scilama_error *error, const slm_h5_guard *g)
{
    char missing[80];
    slm_h5_dataset_filters(d, true, missing, sizeof missing);
    if (missing[0])
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%.100s: %.40s is compressed by %s, which this HDF5 lacks: install its plugin (HDF5_PLUGIN_PATH) or save the file with gzip",
                        d->file->path, d->path, missing);
    return slm_h5_fail(d->file, error, SCILAMA_E_FORMAT, g, "read", d->path);
}

/* first < 0: everything */
static scilama_status read_numbers(const slm_h5_dataset *d, slm_h5_type type, int64_t first, int64_t rows, void *out, scilama_error *error)
{
    slm_h5_guard g;
    bool done = false;
    scilama_status status = d->field ? slm_h5_read_unpacked(d, type, out, &done, error)
                                     : slm_h5_read_raw(d, SLM_H5_AS_NUMBERS, type, first, first < 0 ? -1 : rows, out, &done, error);
    if (status || done) return status;
    SLM_TRY(slm_h5_check_stored(d, error));
    slm_h5_enter(&g);
    bool ok = read_locked(d, &g, slm_h5_native(type), first, rows, out);
    slm_h5_leave(&g);
    return ok ? SCILAMA_OK : read_failed(d, error, &g);
}

scilama_status slm_h5_read_stored(const slm_h5_dataset *d, void *out, scilama_error *error)
{
    slm_h5_guard g;
    bool done = false;
    if (d->info.count == 0) return SCILAMA_OK;
    SLM_TRY(slm_h5_read_raw(d, SLM_H5_AS_STORED, SLM_H5_U8, 0, -1, out, &done, error));
    if (done) return SCILAMA_OK;
    SLM_TRY(slm_h5_check_stored(d, error));
    slm_h5_enter(&g);
    bool ok = slm_h5_ok(&g, H5Dread(d->id, d->member, H5S_ALL, H5S_ALL, H5P_DEFAULT, out));
    slm_h5_leave(&g);
    return ok ? SCILAMA_OK : read_failed(d, error, &g);
}

static scilama_status check_number(const slm_h5_dataset *d, scilama_error *error)
{
    if (d->info.kind >= SLM_H5_INT && d->info.kind <= SLM_H5_ENUM) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s does not hold numbers", d->file->path, d->path);
}

static scilama_status read_all(const slm_h5_dataset *d, slm_h5_type type, int64_t count, void *out, scilama_error *error)
{
    scilama_status status = check_number(d, error);
    if (!status && d->info.count != count)
        status = slm_fail(error, SCILAMA_E_FORMAT, "%s: %s has %" PRId64 " elements where %" PRId64 " are expected", d->file->path, d->path, d->info.count, count);
    return status || count == 0 ? status : read_numbers(d, type, -1, 0, out, error);
}

scilama_status slm_h5_read_field(slm_h5_file *file, const char *path, const char *field, slm_h5_type type, int64_t count, void *out, scilama_error *error)
{
    SLM_H5_DATASET(d);
    SLM_TRY(slm_h5_dataset_open(&d, file, path, field, error));
    return read_all(&d, type, count, out, error);
}

scilama_status slm_h5_read(slm_h5_file *file, const char *path, slm_h5_type type, int64_t count, void *out, scilama_error *error)
{
    return slm_h5_read_field(file, path, NULL, type, count, out, error);
}

scilama_status slm_h5_read_rows(slm_h5_file *file, const char *path, slm_h5_type type, int64_t first, int64_t rows, void *out, scilama_error *error)
{
    SLM_H5_DATASET(d);
    if (rows == 0) return SCILAMA_OK;
    SLM_TRY(slm_h5_dataset_open(&d, file, path, NULL, error));
    return read_numbers(&d, type, first, rows, out, error);
}

scilama_status slm_h5_read_new(slm_h5_file *file, const char *path, slm_h5_type type, void **out, slm_h5_info *info, scilama_error *error)
{
    SLM_SCOPE(work, file->ctx);
    SLM_H5_DATASET(d);
    *out = NULL;
    scilama_status status = slm_h5_dataset_open(&d, file, path, NULL, error);
    if (info) *info = d.info;
    if (status) return status;
    SLM_TRY(check_number(&d, error));
    SLM_TRY(slm_h5_dataset_plausible(&d, error));
    void *values = slm_scope_array(&work, d.info.count, slm_h5_type_bytes(type));
    if (!values) return slm_fail_nomem(error);
    if (d.info.count) SLM_TRY(read_numbers(&d, type, -1, 0, values, error));
    *out = slm_scope_keep(&work, values);
    return SCILAMA_OK;
}

/* --- strings ------------------------------------------------------------------ */

void slm_h5_free_strings(char **values, int64_t count)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    for (int64_t i = 0; i < count; i++)
        if (values[i]) H5free_memory(values[i]);
    slm_h5_leave(&g);
}

static scilama_status read_variable(const slm_h5_dataset *d, slm_strings *out, scilama_error *error)
{
    SLM_SCOPE(work, d->file->ctx);
    int64_t count = d->info.count;
    char **values = slm_scope_zeros(&work, count, sizeof *values);
    if (!values) return slm_fail_nomem(error);
    slm_h5_guard g;
    slm_h5_enter(&g);
    hid_t memory = slm_h5_string_type(&g);
    H5Tset_cset(memory, H5Tget_cset(d->member));
    bool ok = read_locked(d, &g, memory, -1, 0, values);
    slm_h5_leave(&g);
    scilama_status status = ok ? slm_strings_copy(work.ctx, out, (const char *const *)values, count, error) : read_failed(d, error, &g);
    slm_h5_free_strings(values, count);
    return status;
}

static H5T_str_t padding_of(const slm_h5_dataset *d)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    H5T_str_t padding = H5Tget_strpad(d->member);
    slm_h5_leave(&g);
    return padding;
}

static bool all_zero(const char *from, const char *to)
{
    while (from < to && !*from) from++;
    return from == to;
}

scilama_status slm_h5_fixed_strings(slm_h5_file *file, const char *path, const char *cells, int64_t first, int64_t count, size_t width, H5T_str_t padding, slm_strings *out, scilama_error *error)
{
    SLM_NAME_LIST(list, file->ctx);
    for (int64_t i = 0; i < count && !list.bytes.failed; i++) {
        const char *cell = cells + i * (int64_t)width, *end = memchr(cell, 0, width);
        size_t n = end ? (size_t)(end - cell) : width;
        if (padding == H5T_STR_NULLPAD && end && !all_zero(end, cell + width))
            return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: %s: row %" PRId64 " ('%.60s') holds a zero byte: it is not text", file->path, path, first + i + 1, cell);
        while (padding == H5T_STR_SPACEPAD && n > 0 && cell[n - 1] == ' ') n--;
        slm_name_list_add(&list, cell, n);
    }
    return slm_name_list_take(&list, out, error);
}

static scilama_status read_fixed(const slm_h5_dataset *d, slm_strings *out, scilama_error *error)
{
    SLM_SCOPE(work, d->file->ctx);
    char *cells = slm_scope_array(&work, d->info.count, d->info.bytes);
    if (!cells) return slm_fail_nomem(error);
    slm_h5_guard g;
    slm_h5_enter(&g);
    bool ok = read_locked(d, &g, d->member, -1, 0, cells);
    slm_h5_leave(&g);
    return ok ? slm_h5_fixed_strings(d->file, d->path, cells, 0, d->info.count, d->info.bytes, padding_of(d), out, error) : read_failed(d, error, &g);
}

/* A table numbered instead of named. */
static scilama_status read_integer_names(const slm_h5_dataset *d, slm_strings *out, scilama_error *error)
{
    bool natural = d->info.kind == SLM_H5_UINT;
    int64_t *values = slm_alloc_array(d->file->ctx, d->info.count, sizeof *values);
    scilama_status status = values ? read_all(d, natural ? SLM_H5_U64 : SLM_H5_I64, d->info.count, values, error) : slm_fail_nomem(error);
    if (!status) status = slm_strings_numbers(d->file->ctx, out, values, natural, d->info.count, error);
    slm_free(d->file->ctx, values);
    return status;
}

/* Strings are unpacked and followed here; what is left HDF5 reads, once it has been checked. */
static scilama_status read_texts(const slm_h5_dataset *d, slm_strings *out, scilama_error *error)
{
    scilama_context *ctx = d->file->ctx;
    const slm_h5_info *info = &d->info;
    char *cells;
    int64_t width = 0;
    bool done = false;
    scilama_status status = SCILAMA_OK;
    if (info->count == 0) return slm_strings_copy(ctx, out, NULL, 0, error);
    if (d->field || !info->vlen) {
        SLM_TRY(slm_h5_unpack_field(d, &cells, &width, error));
        if (cells) {
            status = info->vlen ? slm_h5_follow_references(d->file, d->path, cells, info->count, out, error)
                                : slm_h5_fixed_strings(d->file, d->path, cells, 0, info->count, (size_t)width, padding_of(d), out, error);
            slm_free(ctx, cells);
            return status;
        }
    } else status = slm_h5_read_heap_strings(d, out, &done, error);
    if (status || done) return status;
    status = slm_h5_check_stored(d, error);
    if (!status && info->vlen) status = slm_h5_check_strings(d, error);
    if (status) return status;
    return info->vlen ? read_variable(d, out, error) : read_fixed(d, out, error);
}

scilama_status slm_h5_read_field_strings(slm_h5_file *file, const char *path, const char *field, slm_strings *out, scilama_error *error)
{
    SLM_H5_DATASET(d);
    *out = (slm_strings){ 0 };
    SLM_TRY(slm_h5_dataset_open(&d, file, path, field, error));
    SLM_TRY(slm_h5_dataset_plausible(&d, error));
    if (d.info.kind == SLM_H5_INT || d.info.kind == SLM_H5_UINT) return read_integer_names(&d, out, error);
    if (d.info.kind != SLM_H5_STRING) return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s does not hold strings", file->path, path);
    return read_texts(&d, out, error);
}

scilama_status slm_h5_read_strings(slm_h5_file *file, const char *path, slm_strings *out, scilama_error *error)
{
    return slm_h5_read_field_strings(file, path, NULL, out, error);
}

scilama_status slm_h5_list_fields(slm_h5_file *file, const char *path, slm_strings *out, scilama_error *error)
{
    enum { MOST = 4096 };
    SLM_SCOPE(work, file->ctx);
    SLM_H5_DATASET(d);
    *out = (slm_strings){ 0 };
    SLM_TRY(slm_h5_dataset_open(&d, file, path, NULL, error));
    const char **names = slm_scope_zeros(&work, MOST, sizeof *names);
    if (!names) return slm_fail_nomem(error);
    slm_h5_guard g;
    slm_h5_enter(&g);
    int count = H5Tget_class(d.type) == H5T_COMPOUND ? H5Tget_nmembers(d.type) : -1;
    bool ok = count >= 0 && count <= MOST;
    for (int i = 0; i < count && ok; i++) ok = (names[i] = H5Tget_member_name(d.type, (unsigned)i)) != NULL;
    slm_h5_leave(&g);
    scilama_status status = ok ? slm_strings_copy(file->ctx, out, names, count, error)
                               : slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is not a table", file->path, path);
    slm_h5_free_strings((char **)names, MOST);
    return status;
}
