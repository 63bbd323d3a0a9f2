/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "hdf5/chunks.h"
#include "hdf5/internal.h"
#include <errno.h>

/* Raw chunks: read as they are, unpacked and converted here. That needs no filter
 * registered with HDF5 (LZF, zstd), and chunks unpack in parallel. Whatever is out of
 * the ordinary is left to HDF5: slm_h5_read_raw then says so and has read nothing. */

enum { BATCH = SLM_CHUNK_BATCH, BATCH_BYTES = SLM_CHUNK_BATCH_BYTES, MOST_CHUNK_BYTES = SLM_MOST_CHUNK_BYTES };

typedef slm_chunk_layout plan;
typedef slm_chunk_piece piece;
typedef slm_chunk_batch batch;

/* --- what the dataset is (under the lock) ----------------------------------------- */

/* Integers, booleans and IEEE floats; vlen strings as references into the heap. */
static bool plan_type(hid_t type, enum slm_h5_as as, plan *p)
{
    H5T_class_t class = H5Tget_class(type);
    if (as == SLM_H5_AS_STORED) return p->element > 0;
    if (as == SLM_H5_AS_REFERENCES) return class == H5T_STRING && H5Tis_variable_str(type) > 0;
    hid_t base = class == H5T_ENUM ? H5Tget_super(type) : H5Tcopy(type);
    H5T_order_t order = H5Tget_order(base);
    H5T_class_t number = H5Tget_class(base);
    p->format.width = (int)p->element;
    p->format.swap = p->element > 1 && (order == H5T_ORDER_LE) != slm_little_machine();
    bool ok = p->element <= 8 && (order == H5T_ORDER_LE || order == H5T_ORDER_BE);
    if (number == H5T_INTEGER) {
        p->format.kind = H5Tget_sign(base) == H5T_SGN_NONE ? 'u' : 'i';
        ok = ok && H5Tget_precision(base) == 8 * p->element && H5Tget_offset(base) == 0;
    } else if (number == H5T_FLOAT) {
        size_t sign = 0, exponent = 0, exponent_bits = 0, mantissa = 0, mantissa_bits = 0;
        p->format.kind = 'f';
        ok = ok && H5Tget_fields(base, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) >= 0 && sign == 8 * p->element - 1 &&
             exponent_bits == (p->element == 2 ? 5 : p->element == 4 ? 8 : 11) && mantissa == 0 && H5Tget_norm(base) == H5T_NORM_IMPLIED;
    } else ok = false;
    H5Tclose(base);
    return ok;
}

static bool plan_layout(const slm_h5_dataset *d, plan *p)
{
    if (d->layout == H5D_CONTIGUOUS) {
        /* early HDF5 may keep raw data in external files */
        p->contiguous = true;
        p->offset = H5Dget_offset(d->id); /* counts the user block */
        if (p->offset != HADDR_UNDEF) p->offset -= (haddr_t)d->file->base;
        return H5Pget_external_count(d->plist) == 0 && p->offset != HADDR_UNDEF && p->offset < (haddr_t)d->file->bytes;
    }
    H5D_fill_value_t fill;
    if (d->layout != H5D_CHUNKED || d->chunk_rank != p->rank || !d->known || H5Pfill_value_defined(d->plist, &fill) < 0) return false;
    p->filled = fill == H5D_FILL_VALUE_USER_DEFINED;
    p->filters = d->filters;
    p->chunk[0] = d->chunk[0];
    p->chunk[1] = p->rank == 2 ? d->chunk[1] : 1;
    if (!p->chunk[0] || !p->chunk[1] || p->chunk[0] > MOST_CHUNK_BYTES || p->chunk[1] > MOST_CHUNK_BYTES) return false;
    slm_extent bytes = p->chunk[0] * p->chunk[1];
    if (bytes > MOST_CHUNK_BYTES || p->element > MOST_CHUNK_BYTES || (bytes *= p->element) > MOST_CHUNK_BYTES) return false;
    p->chunk_bytes = (size_t)bytes;
    p->room = p->chunk_bytes + p->chunk_bytes / 8 + 512;
    return true;
}

bool slm_h5_plan(const slm_h5_dataset *d, enum slm_h5_as as, slm_chunk_layout *p)
{
    *p = (plan){ .id = d->id, .rank = d->info.rank, .dims = { 1, 1 }, .chunk = { 1, 1 }, .element = d->element };
    if (!d->file->usual || p->rank > 2 || H5Sget_simple_extent_type(d->space) == H5S_NULL) return false;
    for (int i = 0; i < p->rank; i++) p->dims[i] = (slm_extent)d->info.dims[i];
    return plan_type(d->type, as, p) && plan_layout(d, p);
}

/* --- reading ------------------------------------------------------------------------ */

/* Fetches the next chunks; false when HDF5 fails or a chunk is larger than it can be. */
static bool fetch(slm_h5_guard *g, batch *b, hsize_t *next, hsize_t total, int most)
{
    const plan *p = b->p;
    hsize_t across = (p->dims[1] + p->chunk[1] - 1) / p->chunk[1];
    bool ok = true;
    slm_h5_enter(g);
    for (b->count = 0; ok && b->count < most && *next < total; b->count++, ++*next) {
        piece *c = &b->pieces[b->count];
        hsize_t size = 0;
        uint32_t mask = 0;
        *c = (piece){ .at = { *next / across * p->chunk[0], *next % across * p->chunk[1] }, .start = (size_t)b->count * p->room };
        ok = slm_h5_ok(g, H5Dget_chunk_storage_size(p->id, c->at, &size));
        c->absent = size == 0;
        ok = ok && !(c->absent && p->filled); /* HDF5 knows with what */
        if (!ok || c->absent) continue;
        ok = size <= p->room && slm_h5_ok(g, H5Dread_chunk(p->id, H5P_DEFAULT, c->at, &mask, b->packed + c->start));
        c->size = (size_t)size;
        c->mask = mask;
    }
    slm_h5_leave(g);
    return ok;
}

static scilama_status read_chunks(const slm_h5_dataset *d, const plan *p, slm_h5_type to, void *out, bool *done, scilama_error *error)
{
    scilama_context *ctx = d->file->ctx;
    hsize_t across = (p->dims[1] + p->chunk[1] - 1) / p->chunk[1], next = p->first / p->chunk[0] * across;
    hsize_t total = (p->end + p->chunk[0] - 1) / p->chunk[0] * across;
    int64_t most = BATCH_BYTES / (int64_t)p->chunk_bytes;
    most = most < 1 ? 1 : most > BATCH ? BATCH : most;
    if ((hsize_t)most > total - next) most = (int64_t)(total - next);
    SLM_SCOPE(work, ctx);
    batch *b = slm_scope_array(&work, 1, sizeof *b);
    if (!b) return slm_fail_nomem(error);
    *b = (batch){ .p = p, .out = out, .to = to, .to_bytes = p->format.width ? slm_h5_type_bytes(to) : p->element,
                  .packed = slm_scope_array(&work, most, p->room), .spare = slm_scope_array(&work, ctx->threads, p->chunk_bytes) };
    if (work.failed) return slm_fail_nomem(error);
    slm_h5_guard g = { 0 };
    *done = true;
    while (next < total) {
        if (slm_cancelled(ctx)) return slm_fail_cancelled(error);
        *done = fetch(&g, b, &next, total, (int)most);
        if (!*done) break; /* HDF5 itself may know better, and words its failure better */
        slm_parallel(ctx, b->count, slm_chunk_unpack, b);
        for (int i = 0; i < b->count; i++)
            if (b->pieces[i].bad) return slm_fail(error, SCILAMA_E_FORMAT, "%s: the compressed data of %s are damaged", d->file->path, d->path);
    }
    return SCILAMA_OK;
}

bool slm_h5_file_pread(slm_h5_file *file, void *out, size_t size, int64_t at)
{
    if (file->fd < 0 || at < 0 || at > file->bytes || size > (size_t)(file->bytes - at)) return false;
    if (slm_pread_all(file->fd, out, size, at + file->base)) return true;
    if (file->disc) slm_h5_disc_note(file->disc, errno, false); /* these bytes were there */
    return false;
}

static scilama_status read_contiguous(const slm_h5_dataset *d, const plan *p, slm_h5_type to, void *out, scilama_error *error)
{
    scilama_context *ctx = d->file->ctx;
    int64_t count = (int64_t)((p->end - p->first) * p->dims[1]), at = (int64_t)(p->offset + p->first * p->dims[1] * p->element);
    size_t to_bytes = p->format.width ? slm_h5_type_bytes(to) : p->element;
    int64_t step = BATCH_BYTES / (int64_t)p->element;
    step = step < 1 ? 1 : step > count ? count : step;
    bool direct = !p->format.width || (!p->format.swap && to_bytes == p->element && ((p->format.kind == 'f') == (to == SLM_H5_F32 || to == SLM_H5_F64)) && p->format.kind != 'u');
    char *buffer = direct ? NULL : slm_alloc_array(ctx, step, p->element);
    if (!direct && !buffer) return slm_fail_nomem(error);
    scilama_status status = SCILAMA_OK;
    for (int64_t first = 0; first < count && !status; first += step) {
        int64_t n = first + step < count ? step : count - first;
        char *to_here = (char *)out + (size_t)first * to_bytes;
        if (slm_cancelled(ctx)) status = slm_fail_cancelled(error);
        else if (!slm_h5_file_pread(d->file, direct ? to_here : buffer, (size_t)n * p->element, at + first * (int64_t)p->element))
            status = slm_fail(error, SCILAMA_E_FORMAT, "%s: cannot read %s: the file is truncated", d->file->path, d->path);
        else if (!direct) slm_convert(to_here, to, buffer, n, &p->format);
    }
    slm_free(ctx, buffer);
    return status;
}

scilama_status slm_h5_read_raw(const slm_h5_dataset *d, enum slm_h5_as as, slm_h5_type to, int64_t first, int64_t rows, void *out, bool *done,
                               scilama_error *error)
{
    *done = false;
    if (d->file->fd < 0) return SCILAMA_OK;
    slm_h5_settle(d->file);
    slm_h5_guard g;
    plan p;
    slm_h5_enter(&g);
    bool ok = slm_h5_plan(d, as, &p) && (as != SLM_H5_AS_NUMBERS || slm_format_known(&p.format, to));
    slm_h5_leave(&g);
    p.first = rows < 0 ? 0 : (hsize_t)first;
    p.end = rows < 0 ? p.dims[0] : (hsize_t)(first + rows);
    if (!ok || p.end > p.dims[0] || p.first >= p.end) return SCILAMA_OK;
    if (!p.contiguous) return read_chunks(d, &p, to, out, done, error);
    *done = true;
    return read_contiguous(d, &p, to, out, error);
}
