/* SPDX-License-Identifier: MIT */
#include "hdf5/decode.h"
#include "hdf5/internal.h"
#include <stdio.h>

/* Before HDF5 reads: it copies as many bytes of a compact dataset or of a chunk as the
 * size of its elements asks for, however few the file holds or a filter has made. What
 * slm_h5_read_raw() cannot read goes through here first. */

typedef struct survey {
    hid_t id;
    int rank;
    hsize_t dims[H5S_MAX_RANK], chunk[H5S_MAX_RANK];
    int64_t bytes;         /* of a chunk, or of the whole when compact */
    bool chunked, enough;  /* compact: enough bytes are there */
    bool known;            /* all filters can be undone here */
    slm_filters filters;
} survey;

static void survey_filters(hid_t plist, size_t element, survey *s)
{
    int n = H5Pget_nfilters(plist);
    s->known = n >= 0 && n <= SLM_MOST_FILTERS;
    s->filters.count = n;
    s->filters.element = element;
    for (int i = 0; i < n && s->known; i++) {
        unsigned flags = 0, config = 0, values[8] = { 0 };
        size_t n_values = 8;
        s->filters.id[i] = (int)H5Pget_filter2(plist, (unsigned)i, &flags, &n_values, values, 0, NULL, &config);
        s->known = slm_filter_known(s->filters.id[i]);
        if (s->filters.id[i] == SLM_FILTER_SHUFFLE && n_values > 0 && values[0] > 0) s->filters.element = values[0];
    }
}

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

size_t slm_h5_stored_element(slm_h5_file *file, hid_t type)
{
    hid_t plist = H5Fget_create_plist(file->id);
    size_t address = 8, length = 8;
    if (plist >= 0) {
        H5Pget_sizes(plist, &address, &length);
        H5Pclose(plist);
    }
    return stored_size(type, address + 8, 0); /* length, address of the heap, place in it */
}

static bool survey_open(slm_h5_file *file, slm_h5_guard *g, const char *path, survey *s)
{
    slm_h5_enter(g);
    s->id = H5Dopen2(file->id, path, H5P_DEFAULT);
    bool ok = slm_h5_ok(g, s->id);
    hid_t plist = ok ? H5Dget_create_plist(s->id) : -1, space = ok ? H5Dget_space(s->id) : -1, type = ok ? H5Dget_type(s->id) : -1;
    ok = ok && slm_h5_ok(g, plist) && slm_h5_ok(g, space) && slm_h5_ok(g, type);
    size_t element = ok ? slm_h5_stored_element(file, type) : 0;
    H5D_layout_t layout = ok ? H5Pget_layout(plist) : H5D_CONTIGUOUS;
    s->chunked = layout == H5D_CHUNKED;
    s->enough = true;
    if (ok && layout == H5D_COMPACT) {
        hssize_t count = H5Sget_simple_extent_npoints(space);
        s->enough = slm_mul_size((int64_t)count, (int64_t)element, &s->bytes) && (hsize_t)s->bytes <= H5Dget_storage_size(s->id);
    }
    if (ok && s->chunked) {
        s->rank = H5Sget_simple_extent_dims(space, s->dims, NULL);
        s->bytes = (int64_t)element;
        ok = s->rank > 0 && H5Pget_chunk(plist, H5S_MAX_RANK, s->chunk) == s->rank;
        for (int i = 0; i < s->rank && ok; i++) ok = s->chunk[i] > 0 && slm_mul_size(s->bytes, (int64_t)s->chunk[i], &s->bytes);
        if (ok) survey_filters(plist, element, s);
    }
    if (plist >= 0) H5Pclose(plist);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    slm_h5_leave(g);
    return ok;
}

/* The chunk at `at`: 1 whole, 0 not, -1 when HDF5 failed. packed and spare: a chunk each (known filters only). */
static int check_chunk(slm_h5_guard *g, const survey *s, const hsize_t *at, char *packed, int64_t room, char *spare)
{
    hsize_t size = 0;
    haddr_t address = 0;
    unsigned skipped = 0;
    uint32_t mask = 0;
    bool read = false;
    slm_h5_enter(g);
    bool ok = slm_h5_ok(g, H5Dget_chunk_info_by_coord(s->id, at, &skipped, &address, &size));
    if (ok && address != HADDR_UNDEF && size > 0 && packed && s->filters.count && size <= (hsize_t)room)
        read = ok = slm_h5_ok(g, H5Dread_chunk(s->id, H5P_DEFAULT, at, &mask, packed));
    slm_h5_leave(g);
    if (!ok) return -1;
    if (address == HADDR_UNDEF || size == 0) return 1; /* absent: the fill value */
    unsigned all = s->filters.count >= 32 ? ~0u : (1u << s->filters.count) - 1;
    if ((skipped & all) == all) return (int64_t)size >= s->bytes;
    if (!s->known) return 1; /* a plugin's own format: its word has to do */
    char *out;
    return read && slm_filters_undo(&s->filters, mask, packed, (size_t)size, spare, (size_t)s->bytes, &out);
}

static bool next_chunk(const survey *s, hsize_t *at)
{
    for (int i = s->rank - 1; i >= 0; i--) {
        at[i] += s->chunk[i];
        if (at[i] < s->dims[i]) return true;
        at[i] = 0;
    }
    return false;
}

static scilama_status damaged(slm_h5_file *file, const char *path, scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: %s holds less than it declares: the file is damaged or truncated", file->path, path);
}

static scilama_status check_chunks(slm_h5_file *file, slm_h5_guard *g, const char *path, const survey *s, scilama_error *error)
{
    hsize_t at[H5S_MAX_RANK] = { 0 };
    int64_t room = s->bytes + s->bytes / 8 + 512;
    bool unpack = s->known && s->filters.count > 0;
    char *packed = unpack ? slm_alloc_array(file->ctx, room, 1) : NULL, *spare = unpack ? slm_alloc_array(file->ctx, s->bytes, 1) : NULL;
    scilama_status status = unpack && (!packed || !spare) ? slm_fail_nomem(error) : SCILAMA_OK;
    for (int i = 0; i < s->rank; i++)
        if (s->dims[i] == 0) goto done;
    do {
        if (status) break;
        int whole = check_chunk(g, s, at, packed, room, spare);
        if (whole < 0) status = slm_h5_fail(file, error, SCILAMA_E_FORMAT, g, "read", path);
        else if (!whole) status = damaged(file, path, error);
        else if (slm_cancelled(file->ctx)) status = slm_fail_cancelled(error);
    } while (next_chunk(s, at));
done:
    slm_free(file->ctx, packed);
    slm_free(file->ctx, spare);
    return status;
}

scilama_status slm_h5_check_stored(slm_h5_file *file, const char *path, scilama_error *error)
{
    survey s = { .id = -1 };
    slm_h5_info info;
    slm_h5_guard g;
    scilama_status status = slm_h5_describe(file, path, &info, error);
    if (!status) status = slm_h5_plausible(file, path, &info, error);
    if (status) return status;
    if (!survey_open(file, &g, path, &s)) status = slm_h5_fail(file, error, SCILAMA_E_FORMAT, &g, "read", path);
    else if (!s.enough) status = damaged(file, path, error);
    else if (s.chunked) status = check_chunks(file, &g, path, &s, error);
    slm_h5_enter(&g);
    if (s.id >= 0) H5Dclose(s.id);
    slm_h5_leave(&g);
    return status;
}

/* HDF5 reserves the length that a reference states before it looks at the string. Strings are
 * left to it only behind a filter that it alone has. */
scilama_status slm_h5_check_strings(slm_h5_file *file, const char *path, scilama_error *error)
{
    slm_h5_guard g;
    bool plugin = false;
    slm_h5_enter(&g);
    hid_t id = H5Dopen2(file->id, path, H5P_DEFAULT), plist = id >= 0 ? H5Dget_create_plist(id) : -1;
    int n = plist >= 0 && H5Pget_layout(plist) == H5D_CHUNKED ? H5Pget_nfilters(plist) : 0;
    for (int i = 0; i < n; i++) {
        unsigned flags = 0, config = 0;
        size_t values = 0;
        plugin = plugin || !slm_filter_known((int)H5Pget_filter2(plist, (unsigned)i, &flags, &values, NULL, 0, NULL, &config));
    }
    if (plist >= 0) H5Pclose(plist);
    if (id >= 0) H5Dclose(id);
    slm_h5_leave(&g);
    if (plugin) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: the strings of %.200s are stored in a way that is not read here (compact, of more than two dimensions, or with 32-bit addresses): save the file again with h5py or anndata",
                    file->path, path);
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

void slm_h5_filter_names(slm_h5_file *file, const char *path, bool missing_only, char *text, size_t size)
{
    slm_h5_guard g;
    size_t used = 0;
    text[0] = 0;
    slm_h5_enter(&g);
    hid_t id = H5Dopen2(file->id, path, H5P_DEFAULT), plist = id >= 0 ? H5Dget_create_plist(id) : -1;
    int n = plist >= 0 ? H5Pget_nfilters(plist) : 0;
    for (int i = 0; i < n && used < size; i++) {
        unsigned flags = 0, config = 0;
        size_t values = 0;
        int filter = (int)H5Pget_filter2(plist, (unsigned)i, &flags, &values, NULL, 0, NULL, &config);
        if (missing_only && (slm_filter_known(filter) || H5Zfilter_avail(filter) > 0)) continue;
        const char *name = filter_name(filter);
        used += (size_t)(name ? snprintf(text + used, size - used, "%s%s", used ? "+" : "", name) : snprintf(text + used, size - used, "%sfilter %d", used ? "+" : "", filter));
    }
    if (plist >= 0) H5Pclose(plist);
    if (id >= 0) H5Dclose(id);
    slm_h5_leave(&g);
}
