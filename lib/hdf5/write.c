/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"

/* Datasets out. */

enum { CHUNK_BYTES = 256 << 10, SMALLEST_CHUNKED = 4096 };

/* Chunks of whole rows of about CHUNK_BYTES. */
static hid_t creation_list(slm_h5_guard *g, int rank, const int64_t *dims, int64_t count, size_t bytes, int level)
{
    hid_t plist = slm_h5_own(g, H5Pcreate(H5P_DATASET_CREATE));
    if (plist < 0) return plist;
    H5Pset_obj_track_times(plist, false);
    if (rank < 1 || level == 0 || count * (int64_t)bytes < SMALLEST_CHUNKED) return plist;
    hsize_t chunk[SLM_H5_MAX_RANK];
    int64_t row = (int64_t)bytes;
    for (int i = rank - 1; i > 0; i--) {
        int64_t most = CHUNK_BYTES / row > 0 ? CHUNK_BYTES / row : 1;
        chunk[i] = (hsize_t)(dims[i] < most ? dims[i] : most);
        row *= (int64_t)chunk[i];
    }
    int64_t rows = CHUNK_BYTES / row > 0 ? CHUNK_BYTES / row : 1;
    chunk[0] = (hsize_t)(dims[0] < rows ? dims[0] : rows);
    H5Pset_chunk(plist, rank, chunk);
    H5Pset_shuffle(plist);
    H5Pset_deflate(plist, (unsigned)level);
    return plist;
}

static hid_t make_space(slm_h5_guard *g, int rank, const int64_t *dims)
{
    hsize_t sizes[SLM_H5_MAX_RANK];
    for (int i = 0; i < rank; i++) sizes[i] = (hsize_t)dims[i];
    return slm_h5_own(g, rank ? H5Screate_simple(rank, sizes, NULL) : H5Screate(H5S_SCALAR));
}

scilama_status slm_h5_put_locked(slm_h5_file *file, slm_h5_guard *g, const char *path, hid_t type, int rank, const int64_t *dims,
                                 const void *data, int level, scilama_error *error)
{
    int64_t count = 1;
    for (int i = 0; i < rank; i++)
        if (!slm_mul_size(count, dims[i], &count)) count = 0;
    hid_t space = make_space(g, rank, dims), plist = creation_list(g, rank, dims, count, H5Tget_size(type), level), id = -1;
    bool ok = space >= 0 && plist >= 0 && slm_h5_prepare_locked(file, g, path);
    if (ok) ok = slm_h5_ok(g, id = H5Dcreate2(file->id, path, type, space, H5P_DEFAULT, plist, H5P_DEFAULT));
    if (ok && data && count > 0) ok = slm_h5_ok(g, H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
    if (id >= 0) ok = slm_h5_ok(g, H5Dclose(id)) && ok;
    return slm_h5_wrote(file, ok, error, g, data ? "write" : "create", path);
}

scilama_status slm_h5_write(slm_h5_file *file, const char *path, slm_h5_type type, int rank, const int64_t *dims,
                            const void *data, int level, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    scilama_status status = slm_h5_put_locked(file, &g, path, slm_h5_native(type), rank, dims, data, level, error);
    slm_h5_leave(&g);
    return status;
}

scilama_status slm_h5_write_bools(slm_h5_file *file, const char *path, const int8_t *values, int64_t count, int level, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    scilama_status status = slm_h5_put_locked(file, &g, path, slm_h5_own(&g, slm_h5_bool_type()), 1, &count, values, level, error);
    slm_h5_leave(&g);
    return status;
}

/* H5Ocopy() would not survive a disc that fails. */
scilama_status slm_h5_copy_numbers(slm_h5_file *file, slm_h5_file *from, const char *path, int level, scilama_error *error)
{
    slm_h5_guard g;
    SLM_SCOPE(work, file->ctx);
    SLM_H5_DATASET(d);
    SLM_TRY(slm_h5_dataset_open(&d, from, path, NULL, error));
    if (d.info.kind < SLM_H5_INT || d.info.kind > SLM_H5_ENUM) return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: %s does not hold numbers", from->path, path);
    SLM_TRY(slm_h5_dataset_plausible(&d, error));
    void *values = slm_scope_array(&work, d.info.count, d.element);
    if (!values) return slm_fail_nomem(error);
    SLM_TRY(slm_h5_read_stored(&d, values, error));
    slm_h5_enter(&g);
    scilama_status status = slm_h5_put_locked(file, &g, path, d.member, d.info.rank, d.info.dims, values, level, error);
    slm_h5_leave(&g);
    return status;
}

scilama_status slm_h5_write_rows(slm_h5_file *file, const char *path, slm_h5_type type, int64_t first, int64_t rows, const void *data, scilama_error *error)
{
    slm_h5_guard g;
    hsize_t from[SLM_H5_MAX_RANK] = { 0 }, size[SLM_H5_MAX_RANK];
    hid_t file_space = -1, memory_space;
    if (rows == 0) return SCILAMA_OK;
    slm_h5_enter(&g);
    hid_t id = H5Dopen2(file->id, path, H5P_DEFAULT);
    bool ok = slm_h5_ok(&g, id) && (file_space = slm_h5_own(&g, H5Dget_space(id))) >= 0;
    int rank = ok ? H5Sget_simple_extent_dims(file_space, size, NULL) : 0;
    if (ok) ok = slm_h5_ok(&g, rank < 1 ? -1 : rank);
    from[0] = (hsize_t)first;
    size[0] = (hsize_t)rows;
    if (ok) ok = slm_h5_ok(&g, H5Sselect_hyperslab(file_space, H5S_SELECT_SET, from, NULL, size, NULL)) &&
                 (memory_space = slm_h5_own(&g, H5Screate_simple(rank, size, NULL))) >= 0 &&
                 slm_h5_ok(&g, H5Dwrite(id, slm_h5_native(type), memory_space, file_space, H5P_DEFAULT, data));
    if (id >= 0) ok = slm_h5_ok(&g, H5Dclose(id)) && ok;
    scilama_status status = slm_h5_wrote(file, ok, error, &g, "write", path);
    slm_h5_leave(&g);
    return status;
}

/* Texts of a rank, of variable length. */
static scilama_status write_texts(slm_h5_file *file, const char *path, int rank, const int64_t *dims, const char *const *values, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    scilama_status status = slm_h5_put_locked(file, &g, path, slm_h5_string_type(&g), rank, dims, values, 0, error);
    slm_h5_leave(&g);
    return status;
}

scilama_status slm_h5_write_strings(slm_h5_file *file, const char *path, const char *const *values, int64_t count, scilama_error *error)
{
    return write_texts(file, path, 1, &count, values, error);
}

scilama_status slm_h5_write_string(slm_h5_file *file, const char *path, const char *text, scilama_error *error)
{
    return write_texts(file, path, 0, NULL, &text, error);
}

scilama_status slm_h5_write_string_table(slm_h5_file *file, const char *path, const slm_strings *values, scilama_error *error)
{
    SLM_SCOPE(work, file->ctx);
    const char **names = slm_scope_hold(&work, slm_strings_pointers(file->ctx, values));
    return names ? slm_h5_write_strings(file, path, names, values->count, error) : slm_fail_nomem(error);
}
