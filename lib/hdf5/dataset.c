/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"

/* A dataset, opened once: what is known of it is asked for here, and everything that reads, checks or unpacks it
 * takes the handle. Its sizes come from the file, so nothing is allocated by them before slm_h5_dataset_plausible(). */

enum { SMALL_BYTES = 1 << 20 }; /* always plausible */

/* Bytes of an element in the file: HDF5 gives the size in memory, where a string of variable length is a pointer. */
static size_t stored_size(hid_t type, size_t reference, int depth)
{
    size_t size = H5Tget_size(type);
    H5T_class_t class = H5Tget_class(type);
    if (class == H5T_VLEN || (class == H5T_STRING && H5Tis_variable_str(type) > 0)) return reference;
    if (class == H5T_ARRAY && depth < 8) {
        hid_t base = H5Tget_super(type);
        size_t one = base >= 0 ? H5Tget_size(base) : 0;
        if (one > 0) size = size / one * stored_size(base, reference, depth + 1);
        if (base >= 0) H5Tclose(base);
    }
    int members = class == H5T_COMPOUND && depth < 8 ? H5Tget_nmembers(type) : 0;
    for (int i = 0; i < members; i++) {
        hid_t member = H5Tget_member_type(type, (unsigned)i);
        if (member >= 0) size = size - H5Tget_size(member) + stored_size(member, reference, depth + 1), H5Tclose(member);
    }
    return size;
}

/* A reference is a length (4 bytes), the address of the heap and a place in it (4 bytes). */
size_t slm_h5_stored_element(const slm_h5_file *file, hid_t type) { return stored_size(type, file->address_bytes + 8, 0); }

/* The one place that asks for filters. */
static void plan_filters(slm_h5_dataset *d)
{
    int n = H5Pget_nfilters(d->plist);
    d->n_filters = n < 0 ? 0 : n > SLM_H5_MOST_PIPELINE ? SLM_H5_MOST_PIPELINE : n;
    d->known = n >= 0 && n <= SLM_MOST_FILTERS;
    d->filters = (slm_filters){ .count = d->known ? n : 0, .element = d->element };
    for (int i = 0; i < d->n_filters; i++) {
        unsigned flags = 0, config = 0, values[8] = { 0 };
        size_t n_values = 8;
        int id = d->filter[i] = (int)H5Pget_filter2(d->plist, (unsigned)i, &flags, &n_values, values, 0, NULL, &config);
        d->known = d->known && slm_filter_known(id);
        if (d->known) d->filters.id[i] = id;
        if (id == SLM_FILTER_SHUFFLE && n_values > 0) d->filters.element = values[0];
    }
    if (!d->filters.element) d->known = false;
}

static bool open_parts(slm_h5_dataset *d, slm_h5_guard *g)
{
    hsize_t dims[H5S_MAX_RANK];
    d->id = H5Dopen2(d->file->id, d->path, H5P_DEFAULT);
    if (!slm_h5_ok(g, d->id) || !slm_h5_ok(g, d->space = H5Dget_space(d->id)) || !slm_h5_ok(g, d->type = H5Dget_type(d->id)) ||
        !slm_h5_ok(g, d->plist = H5Dget_create_plist(d->id)))
        return false;
    int at = !d->field ? -1 : H5Tget_class(d->type) == H5T_COMPOUND ? H5Tget_member_index(d->type, d->field) : -1;
    if (d->field && !slm_h5_ok(g, at)) return false;
    d->member = d->field ? H5Tget_member_type(d->type, (unsigned)at) : H5Tcopy(d->type);
    if (!slm_h5_ok(g, d->member)) return false;
    d->layout = H5Pget_layout(d->plist);
    d->element = slm_h5_stored_element(d->file, d->type);
    slm_h5_describe_type(d->member, &d->info);
    d->info.chunked = d->layout == H5D_CHUNKED;
    d->info.stored_bytes = (int64_t)H5Dget_storage_size(d->id);
    d->chunk_rank = d->info.chunked ? H5Pget_chunk(d->plist, H5S_MAX_RANK, dims) : 0;
    for (int i = 0; i < d->chunk_rank && i < SLM_H5_MAX_RANK; i++) d->chunk[i] = dims[i];
    plan_filters(d);
    return slm_h5_describe_space(d->space, &d->info);
}

scilama_status slm_h5_dataset_open(slm_h5_dataset *d, slm_h5_file *file, const char *path, const char *field, scilama_error *error)
{
    *d = (slm_h5_dataset){ .file = file, .path = path, .field = field, .id = -1, .space = -1, .type = -1, .member = -1, .plist = -1 };
    int kind = slm_h5_kind(file, path);
    if (kind == SLM_H5_ABSENT) return slm_fail(error, SCILAMA_E_NOTFOUND, "%s: there is no %s", file->path, slm_h5_name(path));
    if (kind != SLM_H5_DATASET) return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s is not a dataset", file->path, slm_h5_name(path));
    slm_h5_guard g;
    slm_h5_enter(&g);
    bool ok = open_parts(d, &g);
    slm_h5_leave(&g);
    bool assembled = ok && d->layout == H5D_VIRTUAL;
    if (ok && !assembled) return SCILAMA_OK;
    slm_h5_dataset_close(d);
    /* parts that are missing would read as zeros, and nobody has checked the other files */
    if (assembled) return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: %.100s is a virtual dataset, made of parts elsewhere: save the data in one file", file->path, path);
    return slm_h5_fail(file, error, SCILAMA_E_FORMAT, &g, "read", path);
}

void slm_h5_dataset_close(slm_h5_dataset *d)
{
    slm_h5_guard g;
    if (d->id < 0) return;
    slm_h5_enter(&g);
    if (d->plist >= 0) H5Pclose(d->plist);
    if (d->member >= 0) H5Tclose(d->member);
    if (d->type >= 0) H5Tclose(d->type);
    if (d->space >= 0) H5Sclose(d->space);
    if (d->id >= 0) H5Dclose(d->id);
    slm_h5_leave(&g);
    d->id = d->space = d->type = d->member = d->plist = -1;
}

scilama_status slm_h5_describe_field(slm_h5_file *file, const char *path, const char *field, slm_h5_info *info, scilama_error *error)
{
    SLM_H5_DATASET(d);
    scilama_status status = slm_h5_dataset_open(&d, file, path, field, error);
    *info = d.info;
    return status;
}

scilama_status slm_h5_describe(slm_h5_file *file, const char *path, slm_h5_info *info, scilama_error *error)
{
    return slm_h5_describe_field(file, path, NULL, info, error);
}

/* --- what it declares, against what the file holds ---------------------------------------- */

/* Most bytes that one stored byte can unpack to. */
static int64_t expansion(const slm_h5_dataset *d)
{
    int64_t most = 1;
    for (int i = 0; i < d->n_filters; i++) {
        int64_t ratio = d->filter[i] == H5Z_FILTER_SHUFFLE || d->filter[i] == H5Z_FILTER_FLETCHER32 ? 1 : d->filter[i] == H5Z_FILTER_DEFLATE ? 1100 : 40000;
        if (ratio > most) most = ratio;
    }
    return most;
}

static int64_t chunk_elements(const slm_h5_dataset *d)
{
    int64_t count = !d->info.chunked ? 0 : d->chunk_rank < 0 || d->chunk_rank > SLM_H5_MAX_RANK ? -1 : 1;
    for (int i = 0; i < d->chunk_rank && count > 0; i++)
        if (d->chunk[i] > INT32_MAX || !slm_mul_size(count, (int64_t)d->chunk[i], &count)) return -1;
    return count;
}

scilama_status slm_h5_dataset_plausible(const slm_h5_dataset *d, scilama_error *error)
{
    slm_h5_guard g;
    const slm_h5_info *info = &d->info;
    slm_h5_enter(&g);
    int64_t element = (int64_t)H5Tget_size(d->type);
    slm_h5_leave(&g);
    int64_t bytes = 0, chunk = chunk_elements(d), chunk_bytes = 0, limit = 0;
    bool ok = chunk >= 0 && slm_mul_size(info->count, element, &bytes) && slm_mul_size(chunk, element, &chunk_bytes) &&
              slm_mul_size(info->stored_bytes, expansion(d), &limit);
    if (ok && !d->file->writing && info->stored_bytes > d->file->bytes) ok = false;
    if (ok && bytes > SMALL_BYTES && bytes - SMALL_BYTES > limit) ok = false;
    if (ok && info->stored_bytes > 0 && chunk_bytes > SMALL_BYTES && chunk_bytes - SMALL_BYTES > limit) ok = false;
    if (ok) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s declares %" PRId64 " elements but the file holds %" PRId64 " bytes of it: the file is damaged or truncated",
                    d->file->path, d->path, info->count, info->stored_bytes);
}

scilama_status slm_h5_plausible(slm_h5_file *file, const char *path, const slm_h5_info *info, scilama_error *error)
{
    SLM_H5_DATASET(d);
    SLM_TRY(slm_h5_dataset_open(&d, file, path, NULL, error));
    d.info.count = info->count;
    return slm_h5_dataset_plausible(&d, error);
}

/* --- what a person calls the filters ---------------------------------------------------- */

static const char *filter_name(int id)
{
    static const struct { int id; const char *name; } known[] = {
        { 1, "gzip" }, { 2, "shuffle" }, { 3, "fletcher32" }, { 4, "szip" }, { 5, "nbit" }, { 6, "scaleoffset" }, { 307, "bzip2" }, { 32000, "lzf" },
        { 32001, "blosc" }, { 32004, "lz4" }, { 32008, "bitshuffle" }, { 32013, "zfp" }, { 32015, "zstd" }, { 32026, "blosc2" } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].id == id) return known[i].name;
    return NULL;
}

void slm_h5_dataset_filters(const slm_h5_dataset *d, bool missing_only, char *text, size_t size)
{
    slm_h5_guard g;
    size_t used = 0;
    text[0] = 0;
    slm_h5_enter(&g);
    for (int i = 0; i < d->n_filters && used < size; i++) {
        if (missing_only && (slm_filter_known(d->filter[i]) || H5Zfilter_avail(d->filter[i]) > 0)) continue;
        const char *name = filter_name(d->filter[i]), *plus = used ? "+" : "";
        used += (size_t)(name ? snprintf(text + used, size - used, "%s%s", plus, name) : snprintf(text + used, size - used, "%sfilter %d", plus, d->filter[i]));
    }
    slm_h5_leave(&g);
}

void slm_h5_filter_names(slm_h5_file *file, const char *path, char *text, size_t size)
{
    SLM_H5_DATASET(d);
    text[0] = 0;
    if (!slm_h5_dataset_open(&d, file, path, NULL, NULL)) slm_h5_dataset_filters(&d, false, text, size);
}
