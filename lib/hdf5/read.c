/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"
#include <stdio.h>
#include <string.h>

/* Datasets in. `field` names a member of a compound type, or is NULL. */

enum { SMALL_BYTES = 1 << 20 }; /* always plausible */

static scilama_status not_dataset(slm_h5_file *file, const char *path, scilama_error *error)
{
    int kind = slm_h5_kind(file, path);
    if (kind == SLM_H5_ABSENT) return slm_fail(error, SCILAMA_E_NOTFOUND, "%s: there is no %s", file->path, slm_h5_name(path));
    if (kind != SLM_H5_DATASET) return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is not a dataset", file->path, slm_h5_name(path));
    return SCILAMA_OK;
}

static bool field_type(hid_t *type, const char *field, slm_h5_guard *g)
{
    int index = H5Tget_class(*type) == H5T_COMPOUND ? H5Tget_member_index(*type, field) : -1;
    if (!slm_h5_ok(g, index)) return false;
    hid_t member = H5Tget_member_type(*type, (unsigned)index);
    H5Tclose(*type);
    *type = member;
    return slm_h5_ok(g, member);
}

scilama_status slm_h5_describe_field(slm_h5_file *file, const char *path, const char *field, slm_h5_info *info, scilama_error *error)
{
    memset(info, 0, sizeof *info);
    scilama_status status = not_dataset(file, path, error);
    if (status) return status;
    slm_h5_guard g;
    bool assembled = false;
    slm_h5_enter(&g);
    hid_t space = -1, type = -1, plist = -1, id = H5Dopen2(file->id, path, H5P_DEFAULT);
    bool ok = slm_h5_ok(&g, id) && slm_h5_ok(&g, space = H5Dget_space(id)) && slm_h5_ok(&g, type = H5Dget_type(id)) &&
              slm_h5_ok(&g, plist = H5Dget_create_plist(id));
    if (ok && field) ok = field_type(&type, field, &g);
    if (ok) {
        slm_h5_describe_type(type, info);
        ok = slm_h5_describe_space(space, info);
        info->chunked = H5Pget_layout(plist) == H5D_CHUNKED;
        assembled = H5Pget_layout(plist) == H5D_VIRTUAL;
        info->stored_bytes = (int64_t)H5Dget_storage_size(id);
    }
    if (plist >= 0) H5Pclose(plist);
    if (type >= 0) H5Tclose(type);
    if (space >= 0) H5Sclose(space);
    if (id >= 0) H5Dclose(id);
    slm_h5_leave(&g);
    /* parts that are missing would read as zeros, and nobody has checked the other files */
    if (assembled) return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: %.100s is a virtual dataset, made of parts elsewhere: save the data in one file", file->path, path);
    return ok ? SCILAMA_OK : slm_h5_fail(file, error, SCILAMA_E_FORMAT, &g, "read", path);
}

scilama_status slm_h5_describe(slm_h5_file *file, const char *path, slm_h5_info *info, scilama_error *error)
{
    return slm_h5_describe_field(file, path, NULL, info, error);
}

/* Most bytes that one stored byte can unpack to. */
static int64_t expansion(hid_t plist)
{
    int64_t most = 1;
    int n = H5Pget_nfilters(plist);
    for (int i = 0; i < n; i++) {
        unsigned flags = 0, config = 0;
        size_t values = 0;
        H5Z_filter_t filter = H5Pget_filter2(plist, (unsigned)i, &flags, &values, NULL, 0, NULL, &config);
        if (filter == H5Z_FILTER_SHUFFLE || filter == H5Z_FILTER_FLETCHER32) continue;
        int64_t ratio = filter == H5Z_FILTER_DEFLATE ? 1100 : 40000;
        if (ratio > most) most = ratio;
    }
    return most;
}

static int64_t chunk_elements(hid_t plist)
{
    hsize_t dims[H5S_MAX_RANK];
    int rank = H5Pget_chunk(plist, H5S_MAX_RANK, dims);
    int64_t count = rank < 0 ? -1 : 1;
    for (int i = 0; i < rank; i++)
        if (dims[i] > INT32_MAX || !slm_mul_size(count, (int64_t)dims[i], &count)) return -1;
    return count;
}

scilama_status slm_h5_plausible(slm_h5_file *file, const char *path, const slm_h5_info *info, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    int64_t ratio = 1, chunk = 0, element = (int64_t)info->bytes;
    hid_t id = H5Dopen2(file->id, path, H5P_DEFAULT), plist = id >= 0 ? H5Dget_create_plist(id) : -1;
    if (plist >= 0) {
        hid_t type = H5Dget_type(id);
        if (type >= 0) element = (int64_t)H5Tget_size(type), H5Tclose(type);
        ratio = expansion(plist);
        if (info->chunked) chunk = chunk_elements(plist);
        H5Pclose(plist);
    }
    if (id >= 0) H5Dclose(id);
    slm_h5_leave(&g);
    int64_t bytes = 0, chunk_bytes = 0, limit = 0;
    bool ok = plist >= 0 && chunk >= 0 && slm_mul_size(info->count, element, &bytes) && slm_mul_size(chunk, element, &chunk_bytes) &&
              slm_mul_size(info->stored_bytes, ratio, &limit);
    if (ok && !file->writing && info->stored_bytes > file->bytes) ok = false;
    if (ok && bytes > SMALL_BYTES && bytes - SMALL_BYTES > limit) ok = false;
    if (ok && info->stored_bytes > 0 && chunk_bytes > SMALL_BYTES && chunk_bytes - SMALL_BYTES > limit) ok = false;
    if (ok) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s declares %lld elements but the file holds %lld bytes of it: the file is damaged or truncated",
                    file->path, path, (long long)info->count, (long long)info->stored_bytes);
}

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
    return slm_h5_ok(g, *memory = H5Screate_simple(rank, dims, NULL)) &&
           slm_h5_ok(g, H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, dims, NULL));
}

/* first < 0: everything */
static bool read_locked(slm_h5_file *file, slm_h5_guard *g, const char *path, const char *field, hid_t element,
                        int64_t first, int64_t rows, void *out)
{
    hid_t space = -1, memory = H5S_ALL, type = element, id = H5Dopen2(file->id, path, H5P_DEFAULT);
    bool ok = slm_h5_ok(g, id) && slm_h5_ok(g, space = H5Dget_space(id));
    if (ok && first >= 0) ok = select_rows(g, space, first, rows, &memory);
    if (ok && field) {
        type = H5Tcreate(H5T_COMPOUND, H5Tget_size(element));
        ok = slm_h5_ok(g, type) && slm_h5_ok(g, H5Tinsert(type, field, 0, element));
    }
    if (ok) ok = slm_h5_ok(g, H5Dread(id, type, memory, memory == H5S_ALL ? H5S_ALL : space, H5P_DEFAULT, out));
    if (type >= 0 && type != element) H5Tclose(type);
    if (memory > H5S_ALL) H5Sclose(memory);
    if (space >= 0) H5Sclose(space);
    if (id >= 0) H5Dclose(id);
    return ok;
}

static scilama_status read_failed(slm_h5_file *file, scilama_error *error, const slm_h5_guard *g, const char *path)
{
    char missing[80];
    slm_h5_filter_names(file, path, true, missing, sizeof missing);
    if (missing[0])
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%.100s: %.40s is compressed by %s, which this HDF5 lacks: install its plugin (HDF5_PLUGIN_PATH) or save the file with gzip",
                        file->path, path, missing);
    return slm_h5_fail(file, error, SCILAMA_E_FORMAT, g, "read", path);
}

/* first < 0: everything */
static scilama_status read_numbers(slm_h5_file *file, const char *path, const char *field, slm_h5_type type, int64_t first,
                                   int64_t rows, void *out, scilama_error *error)
{
    slm_h5_guard g;
    bool done = false;
    if (!field) {
        scilama_status status = slm_h5_read_raw(file, path, type, first, first < 0 ? -1 : rows, out, &done, error);
        if (status || done) return status;
    } else {
        scilama_status status = slm_h5_read_unpacked(file, path, field, type, out, &done, error);
        if (status || done) return status;
    }
    scilama_status status = slm_h5_check_stored(file, path, error);
    if (status) return status;
    slm_h5_enter(&g);
    bool ok = read_locked(file, &g, path, field, slm_h5_native(type), first, rows, out);
    slm_h5_leave(&g);
    return ok ? SCILAMA_OK : read_failed(file, error, &g, path);
}

static scilama_status check_number(slm_h5_file *file, const char *path, const slm_h5_info *info, scilama_error *error)
{
    if (info->kind >= SLM_H5_INT && info->kind <= SLM_H5_ENUM) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s does not hold numbers", file->path, path);
}

scilama_status slm_h5_read_field(slm_h5_file *file, const char *path, const char *field, slm_h5_type type, int64_t count, void *out, scilama_error *error)
{
    slm_h5_info info;
    scilama_status status = slm_h5_describe_field(file, path, field, &info, error);
    if (!status) status = check_number(file, path, &info, error);
    if (status) return status;
    if (info.count != count)
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s has %lld elements where %lld are expected", file->path, path,
                        (long long)info.count, (long long)count);
    return count == 0 ? SCILAMA_OK : read_numbers(file, path, field, type, -1, 0, out, error);
}

scilama_status slm_h5_read(slm_h5_file *file, const char *path, slm_h5_type type, int64_t count, void *out, scilama_error *error)
{
    return slm_h5_read_field(file, path, NULL, type, count, out, error);
}

scilama_status slm_h5_read_rows(slm_h5_file *file, const char *path, slm_h5_type type, int64_t first, int64_t rows, void *out, scilama_error *error)
{
    return rows == 0 ? SCILAMA_OK : read_numbers(file, path, NULL, type, first, rows, out, error);
}

scilama_status slm_h5_read_new(slm_h5_file *file, const char *path, slm_h5_type type, void **out, slm_h5_info *info, scilama_error *error)
{
    slm_h5_info own;
    if (!info) info = &own;
    *out = NULL;
    scilama_status status = slm_h5_describe(file, path, info, error);
    if (!status) status = check_number(file, path, info, error);
    if (!status) status = slm_h5_plausible(file, path, info, error);
    if (status) return status;
    *out = slm_alloc_array(file->ctx, info->count, slm_h5_type_bytes(type));
    if (!*out) return slm_fail_nomem(error);
    if (info->count) status = read_numbers(file, path, NULL, type, -1, 0, *out, error);
    if (status) {
        slm_free(file->ctx, *out);
        *out = NULL;
    }
    return status;
}

/* --- strings ------------------------------------------------------------------ */

static scilama_status read_variable(slm_h5_file *file, const char *path, const char *field, int64_t count, slm_strings *out, scilama_error *error)
{
    char **values = slm_alloc_array_zero(file->ctx, count, sizeof *values);
    if (!values) return slm_fail_nomem(error);
    slm_h5_guard g;
    slm_h5_enter(&g);
    hid_t id = H5Dopen2(file->id, path, H5P_DEFAULT), type = id >= 0 ? H5Dget_type(id) : -1;
    bool ok = slm_h5_ok(&g, id) && slm_h5_ok(&g, type) && (!field || field_type(&type, field, &g));
    hid_t memory = slm_h5_string_type();
    if (ok) H5Tset_cset(memory, H5Tget_cset(type));
    if (ok) ok = read_locked(file, &g, path, field, memory, -1, 0, values);
    slm_h5_leave(&g);
    scilama_status status = ok ? slm_strings_copy(file->ctx, out, (const char *const *)values, count, error)
                               : read_failed(file, error, &g, path);
    /* what HDF5 allocated, HDF5 frees */
    slm_h5_enter(&g);
    for (int64_t i = 0; i < count; i++)
        if (values[i]) H5free_memory(values[i]);
    H5Tclose(memory);
    if (type >= 0) H5Tclose(type);
    if (id >= 0) H5Dclose(id);
    slm_h5_leave(&g);
    slm_free(file->ctx, values);
    return status;
}

/* Cells of `width` bytes, ended by a null or padded with nulls or spaces. */
static scilama_status unpack_fixed(scilama_context *ctx, const char *cells, int64_t count, size_t width, bool spaces,
                                   slm_strings *out, scilama_error *error)
{
    int64_t total = 0;
    out->offsets = slm_alloc_array(ctx, count + 1, sizeof *out->offsets);
    if (!out->offsets) return slm_fail_nomem(error);
    for (int64_t i = 0; i < count; i++) {
        const char *cell = cells + i * (int64_t)width, *end = memchr(cell, 0, width);
        size_t n = end ? (size_t)(end - cell) : width;
        while (spaces && n > 0 && cell[n - 1] == ' ') n--;
        out->offsets[i] = total;
        total += (int64_t)n + 1;
    }
    out->offsets[count] = total;
    out->count = count;
    out->bytes = slm_alloc_array(ctx, total + 1, 1);
    if (!out->bytes) {
        slm_strings_free(ctx, out);
        return slm_fail_nomem(error);
    }
    for (int64_t i = 0; i < count; i++) {
        size_t n = (size_t)(out->offsets[i + 1] - out->offsets[i] - 1);
        memcpy(out->bytes + out->offsets[i], cells + i * (int64_t)width, n);
        out->bytes[out->offsets[i] + (int64_t)n] = 0;
    }
    return SCILAMA_OK;
}

static scilama_status read_fixed(slm_h5_file *file, const char *path, const char *field, const slm_h5_info *info, slm_strings *out, scilama_error *error)
{
    char *cells = slm_alloc_array(file->ctx, info->count, info->bytes);
    if (!cells) return slm_fail_nomem(error);
    slm_h5_guard g;
    slm_h5_enter(&g);
    hid_t id = H5Dopen2(file->id, path, H5P_DEFAULT), type = id >= 0 ? H5Dget_type(id) : -1;
    bool ok = slm_h5_ok(&g, id) && slm_h5_ok(&g, type) && (!field || field_type(&type, field, &g));
    bool spaces = ok && H5Tget_strpad(type) == H5T_STR_SPACEPAD;
    if (ok) ok = read_locked(file, &g, path, field, type, -1, 0, cells);
    if (type >= 0) H5Tclose(type);
    if (id >= 0) H5Dclose(id);
    slm_h5_leave(&g);
    scilama_status status = ok ? unpack_fixed(file->ctx, cells, info->count, info->bytes, spaces, out, error)
                               : read_failed(file, error, &g, path);
    slm_free(file->ctx, cells);
    return status;
}

/* A table numbered instead of named. */
static scilama_status read_integer_names(slm_h5_file *file, const char *path, const char *field, bool natural, int64_t count, slm_strings *out, scilama_error *error)
{
    scilama_context *ctx = file->ctx;
    int64_t *values = slm_alloc_array(ctx, count, sizeof *values);
    char *cells = slm_alloc_array(ctx, count, 24);
    scilama_status status = values && cells ? slm_h5_read_field(file, path, field, natural ? SLM_H5_U64 : SLM_H5_I64, count, values, error) : slm_fail_nomem(error);
    for (int64_t i = 0; i < count && !status; i++)
        if (natural) snprintf(cells + i * 24, 24, "%llu", (unsigned long long)values[i]);
        else snprintf(cells + i * 24, 24, "%lld", (long long)values[i]);
    if (!status) status = unpack_fixed(ctx, cells, count, 24, false, out, error);
    slm_free(ctx, values);
    slm_free(ctx, cells);
    return status;
}

scilama_status slm_h5_read_field_strings(slm_h5_file *file, const char *path, const char *field, slm_strings *out, scilama_error *error)
{
    *out = (slm_strings){ 0 };
    slm_h5_info info;
    scilama_status status = slm_h5_describe_field(file, path, field, &info, error);
    if (!status) {
        slm_h5_info whole;
        status = slm_h5_describe(file, path, &whole, error);
        if (!status) status = slm_h5_plausible(file, path, &whole, error);
    }
    if (status) return status;
    if (info.count > 0 && info.kind == SLM_H5_STRING && (field || !info.vlen)) {
        char *cells;
        int64_t width = 0, rows = 0;
        status = slm_h5_unpack_field(file, path, field, &cells, &width, &rows, error);
        if (!status && cells) {
            status = info.vlen ? slm_h5_follow_references(file, path, cells, rows, out, error) : unpack_fixed(file->ctx, cells, rows, (size_t)width, false, out, error);
            slm_free(file->ctx, cells);
            return status;
        }
        if (status) return status;
    }
    if (info.count > 0 && info.kind == SLM_H5_STRING && (field || !info.vlen)) status = slm_h5_check_stored(file, path, error);
    if (status) return status;
    if (info.kind == SLM_H5_INT || info.kind == SLM_H5_UINT) return read_integer_names(file, path, field, info.kind == SLM_H5_UINT, info.count, out, error);
    if (info.kind != SLM_H5_STRING) return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s does not hold strings", file->path, path);
    if (info.count == 0) return slm_strings_copy(file->ctx, out, NULL, 0, error);
    if (info.vlen && !field) {
        bool done;
        status = slm_h5_read_heap_strings(file, path, info.count, out, &done, error);
        if (status || done) return status;
        if ((status = slm_h5_check_stored(file, path, error))) return status;
    }
    if (info.vlen && (status = slm_h5_check_strings(file, path, error))) return status;
    return info.vlen ? read_variable(file, path, field, info.count, out, error) : read_fixed(file, path, field, &info, out, error);
}

scilama_status slm_h5_read_strings(slm_h5_file *file, const char *path, slm_strings *out, scilama_error *error)
{
    return slm_h5_read_field_strings(file, path, NULL, out, error);
}

scilama_status slm_h5_list_fields(slm_h5_file *file, const char *path, slm_strings *out, scilama_error *error)
{
    enum { MOST = 4096 };
    *out = (slm_strings){ 0 };
    scilama_status status = not_dataset(file, path, error);
    if (status) return status;
    const char **names = slm_alloc_array_zero(file->ctx, MOST, sizeof *names);
    if (!names) return slm_fail_nomem(error);
    slm_h5_guard g;
    slm_h5_enter(&g);
    hid_t id = H5Dopen2(file->id, path, H5P_DEFAULT), type = id >= 0 ? H5Dget_type(id) : -1;
    int count = type >= 0 && H5Tget_class(type) == H5T_COMPOUND ? H5Tget_nmembers(type) : -1;
    bool ok = count >= 0 && count <= MOST;
    for (int i = 0; i < count && ok; i++) ok = (names[i] = H5Tget_member_name(type, (unsigned)i)) != NULL;
    if (type >= 0) H5Tclose(type);
    if (id >= 0) H5Dclose(id);
    slm_h5_leave(&g);
    status = ok ? slm_strings_copy(file->ctx, out, names, count, error)
                : slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is not a table", file->path, path);
    slm_h5_enter(&g);
    for (int i = 0; i < MOST; i++)
        if (names[i]) H5free_memory((void *)names[i]);
    slm_h5_leave(&g);
    slm_free(file->ctx, names);
    return status;
}
