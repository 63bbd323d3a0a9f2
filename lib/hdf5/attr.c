/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"

/* Attributes. */

enum { MOST_BYTES = 1 << 20 }; /* always plausible, else what the file could hold */

/* Opens the attribute `name` of the object at path, for as long as the guard stays; H5I_INVALID_HID when absent. */
static hid_t open_attr(slm_h5_file *file, slm_h5_guard *g, const char *path, const char *name)
{
    path = slm_h5_name(path);
    if (slm_h5_kind_locked(file, path) == SLM_H5_ABSENT || H5Aexists_by_name(file->id, path, name, H5P_DEFAULT) <= 0) return -1;
    return slm_h5_own(g, H5Aopen_by_name(file->id, path, name, H5P_DEFAULT, H5P_DEFAULT));
}

bool slm_h5_has_attr(slm_h5_file *file, const char *path, const char *name)
{
    slm_h5_guard g;
    if (!slm_h5_way_sound(file, path)) return false;
    slm_h5_enter(&g);
    bool there = open_attr(file, &g, path, name) >= 0;
    slm_h5_leave(&g);
    return there;
}

static bool attr_info(slm_h5_file *file, const char *path, const char *name, slm_h5_info *info)
{
    slm_h5_guard g;
    if (!slm_h5_way_sound(file, path)) return false;
    slm_h5_enter(&g);
    *info = (slm_h5_info){ 0 };
    hid_t id = open_attr(file, &g, path, name), type = id >= 0 ? slm_h5_own(&g, H5Aget_type(id)) : -1;
    hid_t space = type >= 0 ? slm_h5_own(&g, H5Aget_space(id)) : -1;
    bool ok = space >= 0 && slm_h5_describe_space(space, info);
    if (ok) slm_h5_describe_type(type, info);
    slm_h5_leave(&g);
    return ok;
}

static scilama_status attr_missing(slm_h5_file *file, const char *path, const char *name, scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_NOTFOUND, "%s: %s lacks a usable attribute %s", file->path, slm_h5_name(path), name);
}

/* Strings of the attribute into values[count], from HDF5's memory; fixed ones into cells. */
static bool read_string_attr(slm_h5_file *file, slm_h5_guard *g, const char *path, const char *name, bool vlen, void *out)
{
    slm_h5_enter(g);
    hid_t id = open_attr(file, g, path, name), type = id >= 0 ? slm_h5_own(g, H5Aget_type(id)) : -1, memory = type;
    if (type >= 0 && vlen) {
        memory = slm_h5_string_type(g);
        H5Tset_cset(memory, H5Tget_cset(type));
    }
    bool ok = type >= 0 && slm_h5_ok(g, H5Aread(id, memory, out));
    slm_h5_leave(g);
    return ok;
}

scilama_status slm_h5_read_attr_strings(slm_h5_file *file, const char *path, const char *name, slm_strings *out, scilama_error *error)
{
    *out = (slm_strings){ 0 };
    slm_h5_info info;
    if (!attr_info(file, path, name, &info)) return attr_missing(file, path, name, error);
    scilama_context *ctx = file->ctx;
    if (info.count == 0) return slm_strings_copy(ctx, out, NULL, 0, error); /* anndata writes no columns as float64 */
    int64_t bytes;
    if (info.kind != SLM_H5_STRING || !slm_mul_size(info.count, (int64_t)info.bytes, &bytes) || (bytes > MOST_BYTES && bytes > file->bytes))
        return attr_missing(file, path, name, error);
    SLM_SCOPE(work, ctx);
    const char **values = info.vlen ? slm_scope_zeros(&work, info.count, sizeof *values) : NULL;
    char *cells = info.vlen ? NULL : slm_scope_zeros(&work, info.count, info.bytes);
    if (work.failed) return slm_fail_nomem(error);
    slm_h5_guard g;
    bool ok = read_string_attr(file, &g, path, name, info.vlen, info.vlen ? (void *)values : cells);
    scilama_status status = !ok         ? slm_h5_fail(file, error, SCILAMA_E_FORMAT, &g, "read an attribute of", path)
                            : info.vlen ? slm_strings_copy(ctx, out, values, info.count, error)
                                        : slm_h5_fixed_strings(file, path, cells, 0, info.count, info.bytes, H5T_STR_NULLTERM, out, error);
    if (info.vlen) slm_h5_free_strings((char **)values, info.count);
    return status;
}

scilama_status slm_h5_read_attr_string(slm_h5_file *file, const char *path, const char *name, char **out, scilama_error *error)
{
    *out = NULL;
    slm_strings strings;
    scilama_status status = slm_h5_read_attr_strings(file, path, name, &strings, error);
    if (status) return status;
    if (strings.count != 1) status = attr_missing(file, path, name, error);
    else if (!(*out = slm_strdup(file->ctx, slm_string(&strings, 0)))) status = slm_fail_nomem(error);
    slm_strings_free(file->ctx, &strings);
    return status;
}

bool slm_h5_attr_equals(slm_h5_file *file, const char *path, const char *name, const char *text)
{
    slm_h5_info info;
    char cell[256] = { 0 }, *value = NULL;
    if (!attr_info(file, path, name, &info) || info.kind != SLM_H5_STRING || info.count != 1) return false;
    if (!info.vlen && info.bytes >= sizeof cell) return false;
    slm_h5_guard g;
    bool equal = read_string_attr(file, &g, path, name, info.vlen, info.vlen ? (void *)&value : cell) &&
                 strcmp(info.vlen ? (value ? value : "") : cell, text) == 0;
    slm_h5_free_strings(&value, 1);
    return equal;
}

scilama_status slm_h5_read_attr(slm_h5_file *file, const char *path, const char *name, slm_h5_type type, int64_t count, void *out, scilama_error *error)
{
    slm_h5_info info;
    if (!attr_info(file, path, name, &info) || info.count != count || info.kind < SLM_H5_INT || info.kind > SLM_H5_BOOL)
        return attr_missing(file, path, name, error);
    slm_h5_guard g;
    slm_h5_enter(&g);
    hid_t id = open_attr(file, &g, path, name);
    bool ok = id >= 0 && slm_h5_ok(&g, H5Aread(id, slm_h5_native(type), out));
    slm_h5_leave(&g);
    return ok ? SCILAMA_OK : slm_h5_fail(file, error, SCILAMA_E_FORMAT, &g, "read an attribute of", path);
}

scilama_status slm_h5_read_attr_reference(slm_h5_file *file, const char *path, const char *name, char **out, scilama_error *error)
{
    *out = NULL;
    char target[1024];
    slm_h5_guard g;
    slm_h5_settle(file);
    if (!slm_h5_way_sound(file, path)) return attr_missing(file, path, name, error);
    slm_h5_enter(&g);
    hid_t id = open_attr(file, &g, path, name), type = id >= 0 ? slm_h5_own(&g, H5Aget_type(id)) : -1, object;
    hobj_ref_t reference;
    bool ok = type >= 0 && H5Tequal(type, H5T_STD_REF_OBJ) > 0 && slm_h5_ok(&g, H5Aread(id, H5T_STD_REF_OBJ, &reference));
    slm_h5_leave(&g);
    ok = ok && slm_h5_check_member(file, reference); /* an address, wherever to */
    slm_h5_enter(&g);
    ok = ok && (object = slm_h5_own(&g, H5Rdereference2(file->id, H5P_DEFAULT, H5R_OBJECT, &reference))) >= 0 &&
         H5Iget_name(object, target, sizeof target) > 0;
    slm_h5_leave(&g);
    if (!ok) return attr_missing(file, path, name, error);
    *out = slm_strdup(file->ctx, target[0] == '/' && target[1] ? target + 1 : target);
    return *out ? SCILAMA_OK : slm_fail_nomem(error);
}

/* --- writing ---------------------------------------------------------------- */

static scilama_status write_attr(slm_h5_file *file, slm_h5_guard *g, const char *path, const char *name, hid_t type, hid_t memory,
                                 hid_t space, const void *data, scilama_error *error)
{
    path = slm_h5_name(path);
    bool ok = type >= 0 && space >= 0;
    if (ok && H5Aexists_by_name(file->id, path, name, H5P_DEFAULT) > 0) ok = slm_h5_ok(g, H5Adelete_by_name(file->id, path, name, H5P_DEFAULT));
    hid_t id = ok ? slm_h5_own(g, H5Acreate_by_name(file->id, path, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)) : -1;
    ok = id >= 0 && slm_h5_ok(g, H5Awrite(id, memory, data));
    slm_h5_leave(g);
    return slm_h5_wrote(file, ok, error, g, "write an attribute of", path);
}

scilama_status slm_h5_write_attr_string(slm_h5_file *file, const char *path, const char *name, const char *text, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    hid_t type = slm_h5_string_type(&g);
    return write_attr(file, &g, path, name, type, type, slm_h5_own(&g, H5Screate(H5S_SCALAR)), &text, error);
}

scilama_status slm_h5_write_attr_strings(slm_h5_file *file, const char *path, const char *name, const char *const *values, int64_t count, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    hsize_t dims[1] = { (hsize_t)count };
    hid_t type = slm_h5_string_type(&g);
    const char *none = "";
    return write_attr(file, &g, path, name, type, type, slm_h5_own(&g, H5Screate_simple(1, dims, NULL)), count ? (const void *)values : &none, error);
}

scilama_status slm_h5_write_attr(slm_h5_file *file, const char *path, const char *name, slm_h5_type type, int rank, int64_t count,
                                 const void *data, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    hsize_t dims[1] = { (hsize_t)count };
    return write_attr(file, &g, path, name, slm_h5_native(type), slm_h5_native(type),
                      rank ? slm_h5_own(&g, H5Screate_simple(1, dims, NULL)) : slm_h5_own(&g, H5Screate(H5S_SCALAR)), data, error);
}

scilama_status slm_h5_write_attr_bool(slm_h5_file *file, const char *path, const char *name, bool value, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    int8_t byte = value;
    hid_t type = slm_h5_own(&g, slm_h5_bool_type());
    return write_attr(file, &g, path, name, type, type, slm_h5_own(&g, H5Screate(H5S_SCALAR)), &byte, error);
}

scilama_status slm_h5_remove_attr(slm_h5_file *file, const char *path, const char *name, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    path = slm_h5_name(path);
    bool ok = H5Aexists_by_name(file->id, path, name, H5P_DEFAULT) <= 0 || slm_h5_ok(&g, H5Adelete_by_name(file->id, path, name, H5P_DEFAULT));
    slm_h5_leave(&g);
    return slm_h5_wrote(file, ok, error, &g, "remove an attribute of", path);
}
