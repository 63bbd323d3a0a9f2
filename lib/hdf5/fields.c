/* SPDX-License-Identifier: MIT */
#include "hdf5/decode.h"
#include "hdf5/internal.h"
#include <string.h>

/* Fields of tables of records (obs and var before anndata 0.7) and strings of fixed length
 * whose chunks only this library can unpack: h5py's LZF, which HDF5 itself does not have.
 * Also strings of variable length in records, however they are stored: HDF5 would reserve
 * whatever length a reference states. */

enum { BLOCK_ROWS = 4096 };

typedef struct records {
    hid_t id, type, member;
    int64_t rows, chunk_rows, bytes;   /* bytes of a record in the file */
    int64_t offset, width;             /* of the field in it */
    bool contiguous;
    haddr_t place;                     /* of the first record, when contiguous */
    slm_filters filters;
} records;

static bool plan_filters(hid_t plist, records *r, bool *lacking)
{
    int n = H5Pget_nfilters(plist);
    if (n < 0 || n > SLM_MOST_FILTERS) return false;
    r->filters = (slm_filters){ .count = n, .element = (size_t)r->bytes };
    *lacking = false;
    for (int i = 0; i < n; i++) {
        unsigned flags = 0, config = 0, values[8] = { 0 };
        size_t n_values = 8;
        r->filters.id[i] = (int)H5Pget_filter2(plist, (unsigned)i, &flags, &n_values, values, 0, NULL, &config);
        if (!slm_filter_known(r->filters.id[i])) return false;
        if (r->filters.id[i] == SLM_FILTER_SHUFFLE && n_values > 0 && values[0] > 0) r->filters.element = values[0];
        if (H5Zfilter_avail(r->filters.id[i]) <= 0) *lacking = true;
    }
    return true;
}

static bool plan_rows(slm_h5_file *file, hid_t plist, hid_t space, records *r, bool *lacking)
{
    hsize_t dims[H5S_MAX_RANK] = { 0 }, chunk[H5S_MAX_RANK] = { 0 };
    if (H5Sget_simple_extent_dims(space, dims, NULL) != 1 || dims[0] > INT64_MAX / 64) return false;
    r->bytes = (int64_t)slm_h5_stored_element(file, r->type);
    r->rows = (int64_t)dims[0];
    r->contiguous = H5Pget_layout(plist) == H5D_CONTIGUOUS;
    if (r->contiguous) {
        r->chunk_rows = r->rows < BLOCK_ROWS ? r->rows + 1 : BLOCK_ROWS; /* never 0 */
        r->place = H5Dget_offset(r->id);
        if (r->place != HADDR_UNDEF) r->place -= (haddr_t)file->base;
        *lacking = false;
        return r->place < (haddr_t)INT64_MAX && H5Pget_external_count(plist) == 0;
    }
    if (H5Pget_layout(plist) != H5D_CHUNKED || H5Pget_chunk(plist, H5S_MAX_RANK, chunk) != 1 || chunk[0] == 0 || chunk[0] >= INT32_MAX) return false;
    r->chunk_rows = (int64_t)chunk[0];
    return plan_filters(plist, r, lacking);
}

/* Fields follow one another in the file; a string of variable length is a reference of 16 bytes there. */
static bool plan_field(slm_h5_file *file, records *r, const char *field)
{
    if (!field) { /* no records: the element is the field */
        r->member = H5Tcopy(r->type);
        r->width = r->bytes;
        return r->member >= 0 && r->width > 0;
    }
    int at = H5Tget_class(r->type) == H5T_COMPOUND ? H5Tget_member_index(r->type, field) : -1;
    if (at < 0) return false;
    r->offset = (int64_t)H5Tget_member_offset(r->type, (unsigned)at);
    for (int i = 0; i < at; i++) {
        hid_t before = H5Tget_member_type(r->type, (unsigned)i);
        if (before >= 0) r->offset += (int64_t)slm_h5_stored_element(file, before) - (int64_t)H5Tget_size(before), H5Tclose(before);
    }
    r->member = H5Tget_member_type(r->type, (unsigned)at);
    r->width = r->member < 0 ? 0 : (int64_t)slm_h5_stored_element(file, r->member);
    return r->width > 0 && r->offset >= 0 && r->offset + r->width <= r->bytes;
}

static bool variable(hid_t type) { return H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0; }

/* false where HDF5 can read it itself, or nobody can. */
static bool open_records(slm_h5_file *file, const char *path, const char *field, records *r)
{
    bool lacking = false;
    *r = (records){ .id = H5Dopen2(file->id, path, H5P_DEFAULT), .type = -1, .member = -1 };
    hid_t plist = r->id >= 0 ? H5Dget_create_plist(r->id) : -1, space = r->id >= 0 ? H5Dget_space(r->id) : -1;
    r->type = r->id >= 0 ? H5Dget_type(r->id) : -1;
    bool ok = plist >= 0 && space >= 0 && r->type >= 0 && plan_rows(file, plist, space, r, &lacking) && plan_field(file, r, field) &&
              (lacking || (field && variable(r->member)));
    if (plist >= 0) H5Pclose(plist);
    if (space >= 0) H5Sclose(space);
    return ok;
}

static void close_records(records *r)
{
    if (r->member >= 0) H5Tclose(r->member);
    if (r->type >= 0) H5Tclose(r->type);
    if (r->id >= 0) H5Dclose(r->id);
}

/* One chunk's field into out; packed and spare have room for a chunk. */
static bool unpack(slm_h5_file *file, slm_h5_guard *g, const records *r, int64_t first, char *packed, int64_t room, char *spare, char *out)
{
    hsize_t at[1] = { (hsize_t)first }, size = 0;
    uint32_t mask = 0;
    char *whole = NULL;
    int64_t rows = r->rows - first < r->chunk_rows ? r->rows - first : r->chunk_rows;
    if (r->contiguous) {
        if (!slm_h5_file_pread(file, packed, (size_t)(rows * r->bytes), (int64_t)r->place + first * r->bytes)) return false;
        for (int64_t i = 0; i < rows; i++) memcpy(out + (first + i) * r->width, packed + i * r->bytes + r->offset, (size_t)r->width);
        return true;
    }
    slm_h5_enter(g);
    bool ok = slm_h5_ok(g, H5Dget_chunk_storage_size(r->id, at, &size)) && size > 0 && size <= (hsize_t)room &&
              slm_h5_ok(g, H5Dread_chunk(r->id, H5P_DEFAULT, at, &mask, packed));
    slm_h5_leave(g);
    if (!ok || !slm_filters_undo(&r->filters, mask, packed, (size_t)size, spare, (size_t)(r->chunk_rows * r->bytes), &whole)) return false;
    for (int64_t i = 0; i < rows; i++)
        memcpy(out + (first + i) * r->width, whole + i * r->bytes + r->offset, (size_t)r->width);
    return true;
}

scilama_status slm_h5_unpack_field(slm_h5_file *file, const char *path, const char *field, char **out, int64_t *width, int64_t *rows, scilama_error *error)
{
    scilama_context *ctx = file->ctx;
    records r;
    slm_h5_guard g;
    *out = NULL;
    slm_h5_enter(&g);
    bool ours = open_records(file, path, field, &r);
    slm_h5_leave(&g);
    int64_t full, room = 0;
    scilama_status status = SCILAMA_OK;
    char *packed = NULL, *spare = NULL;
    if (!ours) goto done;
    slm_h5_info info;
    status = slm_h5_describe(file, path, &info, error);
    if (!status) status = slm_h5_plausible(file, path, &info, error);
    if (status) goto done;
    if (!slm_mul_size(r.chunk_rows, r.bytes, &full)) full = INT64_MAX / 2;
    room = full + full / 8 + 512;
    packed = slm_alloc(ctx, (size_t)room);
    spare = slm_alloc(ctx, (size_t)full);
    *out = slm_alloc_array(ctx, r.rows, (size_t)r.width);
    if (!packed || !spare || !*out) status = slm_fail_nomem(error);
    for (int64_t first = 0; first < r.rows && !status; first += r.chunk_rows)
        if (!unpack(file, &g, &r, first, packed, room, spare, *out)) status = slm_fail(error, SCILAMA_E_FORMAT, "%s: the data of %s are damaged or truncated", file->path, path);
    *width = r.width;
    *rows = r.rows;
done:
    slm_h5_enter(&g);
    close_records(&r);
    slm_h5_leave(&g);
    slm_free(ctx, packed);
    slm_free(ctx, spare);
    if (status) {
        slm_free(ctx, *out);
        *out = NULL;
    }
    return status;
}

/* Numbers of the field as `type`: HDF5 converts in place. *done says whether it was this table's turn. */
scilama_status slm_h5_read_unpacked(slm_h5_file *file, const char *path, const char *field, slm_h5_type type, void *out, bool *done, scilama_error *error)
{
    char *cells = NULL, *wide = NULL;
    int64_t width = 0, rows = 0, most;
    slm_h5_guard g;
    records r;
    scilama_status status = slm_h5_unpack_field(file, path, field, &cells, &width, &rows, error);
    *done = !status && cells;
    if (!*done) return status;
    size_t to = slm_h5_type_bytes(type);
    most = (int64_t)to > width ? (int64_t)to : width;
    wide = slm_alloc_array(file->ctx, rows, (size_t)most);
    if (!wide) status = slm_fail_nomem(error);
    else {
        memcpy(wide, cells, (size_t)(rows * width));
        slm_h5_enter(&g);
        bool ok = open_records(file, path, field, &r) && slm_h5_ok(&g, H5Tconvert(r.member, slm_h5_native(type), (size_t)rows, wide, NULL, H5P_DEFAULT));
        close_records(&r);
        slm_h5_leave(&g);
        if (ok) memcpy(out, wide, (size_t)rows * to);
        else status = slm_h5_fail(file, error, SCILAMA_E_FORMAT, &g, "read", path);
    }
    slm_free(file->ctx, cells);
    slm_free(file->ctx, wide);
    return status;
}
