/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"

/* Groups and links. */

/* Kind of the link and address of the object; false when HDF5 fails. */
static bool link_info(slm_h5_file *file, const char *path, H5L_type_t *type, uint64_t *address)
{
#if H5_VERSION_GE(1, 12, 0)
    H5L_info1_t info;
    if (H5Lget_info1(file->id, path, &info, H5P_DEFAULT) < 0) return false;
#else
    H5L_info_t info;
    if (H5Lget_info(file->id, path, &info, H5P_DEFAULT) < 0) return false;
#endif
    *type = info.type;
    *address = info.type == H5L_TYPE_HARD ? (uint64_t)info.u.address : UINT64_MAX;
    return true;
}

const char *slm_h5_join(char *out, const char *path, const char *name)
{
    snprintf(out, SLM_H5_PATH_BYTES, "%s/%s", path, name);
    return out;
}

/* Every link of the path must exist: H5Lexists checks only the last one. */
static bool link_exists(slm_h5_file *file, const char *path)
{
    char part[1024];
    size_t n = strlen(path);
    if (n >= sizeof part) return false;
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (path[i - 1] != '/' && H5Lexists(file->id, part, H5P_DEFAULT) <= 0) return false;
    }
    return true;
}

/* Checking takes memory, so each link on the way is looked at under the lock and what it leads to
 * checked outside, before HDF5 opens it for the next one. A file that is being written has been
 * read before, and its newest parts are not on disk yet. */
bool slm_h5_way_sound(slm_h5_file *file, const char *path)
{
    char part[1024];
    if (!file->large_groups || file->writing) return true;
    size_t n = strlen(path = slm_h5_name(path));
    if (n >= sizeof part) return false;
    file->headers.size = file->tree_headers; /* those of the last way are not needed any more */
    for (size_t i = 1; i <= n; i++) {
        if ((path[i] != '/' && path[i] != 0) || path[i - 1] == '/') continue;
        memcpy(part, path, i);
        part[i] = 0;
        slm_h5_guard g;
        H5L_type_t type = H5L_TYPE_ERROR;
        uint64_t address = 0;
        slm_h5_enter(&g);
        bool there = H5Lexists(file->id, part, H5P_DEFAULT) > 0 && link_info(file, part, &type, &address);
        slm_h5_leave(&g);
        if (!there || (type == H5L_TYPE_HARD && !slm_h5_check_member(file, address))) return false;
    }
    return true;
}

static herr_t never(const char *file, const char *group, const char *target_file, const char *target, unsigned *flags, hid_t fapl, void *data)
{
    (void)file, (void)group, (void)target_file, (void)target, (void)flags, (void)fapl, (void)data;
    return -1;
}

/* Opens the object unless a link on the way leads into another file: nobody has checked that one. */
static hid_t open_within(slm_h5_file *file, const char *path)
{
    hid_t id = -1, access = H5Pcreate(H5P_LINK_ACCESS);
    if (access < 0) return access;
    if (H5Pset_elink_cb(access, never, NULL) >= 0) id = H5Oopen(file->id, path, access);
    H5Pclose(access);
    return id;
}

bool slm_h5_leads_out(slm_h5_file *file, const char *path, scilama_error *error)
{
    slm_h5_guard g;
    H5L_type_t type;
    uint64_t address;
    if (!slm_h5_way_sound(file, path)) return false;
    slm_h5_enter(&g);
    bool out = link_exists(file, path) && link_info(file, path, &type, &address) && type == H5L_TYPE_EXTERNAL;
    slm_h5_leave(&g);
    if (out) slm_fail(error, SCILAMA_E_UNSUPPORTED, "%s: %.100s is a link into another file, which is not followed: save the data in one file", file->path, path);
    return out;
}

int slm_h5_kind_locked(slm_h5_file *file, const char *path)
{
    path = slm_h5_name(path);
    if (strcmp(path, "/") != 0 && !link_exists(file, path)) return SLM_H5_ABSENT;
    hid_t id = open_within(file, path);
    if (id < 0) return SLM_H5_ABSENT;
    H5I_type_t type = H5Iget_type(id);
    H5Oclose(id);
    return type == H5I_GROUP ? SLM_H5_GROUP : type == H5I_DATASET ? SLM_H5_DATASET : SLM_H5_OTHER;
}

int slm_h5_kind(slm_h5_file *file, const char *path)
{
    slm_h5_guard g;
    if (!slm_h5_way_sound(file, path)) return SLM_H5_ABSENT;
    slm_h5_enter(&g);
    int kind = slm_h5_kind_locked(file, path);
    slm_h5_leave(&g);
    return kind;
}

static bool group_size(slm_h5_file *file, const char *group, int64_t *count, slm_h5_guard *g)
{
    if (slm_h5_kind(file, group) != SLM_H5_GROUP) return false;
    slm_h5_enter(g);
    H5G_info_t info;
    hid_t id = slm_h5_own(g, H5Gopen2(file->id, slm_h5_name(group), H5P_DEFAULT));
    bool ok = id >= 0 && slm_h5_ok(g, H5Gget_info(id, &info));
    if (ok) *count = (int64_t)info.nlinks;
    slm_h5_leave(g);
    return ok;
}

/* The name of member i; the buffer is outside HDF5's lock. */
static bool member_name(slm_h5_file *file, const char *group, int64_t i, char *name, size_t size, slm_h5_guard *g)
{
    slm_h5_enter(g);
    bool ok = slm_h5_ok(g, H5Lget_name_by_idx(file->id, slm_h5_name(group), H5_INDEX_NAME, H5_ITER_INC, (hsize_t)i,
                                              name, size, H5P_DEFAULT));
    slm_h5_leave(g);
    return ok;
}

scilama_status slm_h5_list(slm_h5_file *file, const char *group, slm_strings *out, scilama_error *error)
{
    *out = (slm_strings){ 0 };
    slm_h5_guard g;
    int64_t count = 0;
    if (!group_size(file, group, &count, &g)) return slm_h5_fail(file, error, SCILAMA_E_FORMAT, &g, "list", group);
    if (count < 0 || count > file->bytes + (1 << 20))
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: the group %s is damaged", file->path, slm_h5_name(group));
    SLM_NAME_LIST(names, file->ctx);
    for (int64_t i = 0; i < count; i++) {
        char name[1024];
        if (!member_name(file, group, i, name, sizeof name, &g)) return slm_h5_fail(file, error, SCILAMA_E_FORMAT, &g, "list", group);
        slm_name_list_add(&names, name, strlen(name));
    }
    return slm_name_list_take(&names, out, error);
}

static bool make_groups(slm_h5_file *file, slm_h5_guard *g, const char *path, size_t length)
{
    char part[1024];
    if (length >= sizeof part) return false;
    for (size_t i = 1; i <= length; i++) {
        if (i < length && path[i] != '/') continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (part[i - 1] == '/' || slm_h5_kind_locked(file, part) == SLM_H5_GROUP) continue;
        hid_t id = H5Gcreate2(file->id, part, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        if (!slm_h5_ok(g, id)) return false;
        H5Gclose(id);
    }
    return true;
}

bool slm_h5_prepare_locked(slm_h5_file *file, slm_h5_guard *g, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash && slash != path && !make_groups(file, g, path, (size_t)(slash - path))) return false;
    return !link_exists(file, path) || slm_h5_delete_locked(file, g, path);
}

scilama_status slm_h5_make_group(slm_h5_file *file, const char *path, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    bool ok = make_groups(file, &g, path, strlen(path));
    slm_h5_leave(&g);
    return slm_h5_wrote(file, ok, error, &g, "create the group", path);
}

/* Opens an object and what is below it, at most `most` of them (links may go in circles), and reads the trees of chunks. */
static bool touch(hid_t at, const char *name, int *most)
{
    enum { NAME = 1024 };
    char child[NAME];
    hsize_t chunks;
    H5G_info_t group;
    H5L_info_t link;
    if (--*most < 0) return true;
    if (H5Lget_info(at, name, &link, H5P_DEFAULT) < 0) return false;
    if (link.type != H5L_TYPE_HARD) return true;
    hid_t id = H5Oopen(at, name, H5P_DEFAULT), plist = -1, space = -1;
    bool ok = id >= 0;
    if (ok && H5Iget_type(id) == H5I_GROUP) {
        ok = H5Gget_info(id, &group) >= 0;
        for (hsize_t i = 0; ok && i < group.nlinks; i++) {
            ssize_t n = H5Lget_name_by_idx(id, ".", H5_INDEX_NAME, H5_ITER_NATIVE, i, child, NAME, H5P_DEFAULT);
            ok = n >= 0 && (n >= NAME || touch(id, child, most));
        }
    } else if (ok && H5Iget_type(id) == H5I_DATASET) {
        ok = (plist = H5Dget_create_plist(id)) >= 0 && (H5Pget_layout(plist) != H5D_CHUNKED || ((space = H5Dget_space(id)) >= 0 && H5Dget_num_chunks(id, space, &chunks) >= 0));
    }
    if (space >= 0) H5Sclose(space);
    if (plist >= 0) H5Pclose(plist);
    if (id >= 0) H5Oclose(id);
    return ok;
}

/* Where a read fails while HDF5 takes an object out of a file, it never gets to closing that: so all is read before. */
bool slm_h5_delete_locked(slm_h5_file *file, slm_h5_guard *g, const char *path)
{
    int most = 1000;
    return slm_h5_ok(g, touch(file->id, path, &most) ? 0 : -1) && slm_h5_ok(g, H5Ldelete(file->id, path, H5P_DEFAULT));
}

scilama_status slm_h5_remove(slm_h5_file *file, const char *path, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    bool ok = !link_exists(file, path) || slm_h5_delete_locked(file, &g, path);
    slm_h5_leave(&g);
    return slm_h5_wrote(file, ok, error, &g, "remove", path);
}

static scilama_status give_name(slm_h5_file *file, const char *from, const char *to, bool keep, scilama_error *error)
{
    slm_h5_guard g;
    slm_h5_enter(&g);
    bool ok = slm_h5_prepare_locked(file, &g, to) &&
              slm_h5_ok(&g, (keep ? H5Lcreate_hard : H5Lmove)(file->id, from, file->id, to, H5P_DEFAULT, H5P_DEFAULT));
    slm_h5_leave(&g);
    return slm_h5_wrote(file, ok, error, &g, keep ? "link" : "rename", from);
}

scilama_status slm_h5_rename(slm_h5_file *file, const char *from, const char *to, scilama_error *error) { return give_name(file, from, to, false, error); }
scilama_status slm_h5_copy_link(slm_h5_file *file, const char *from, const char *to, scilama_error *error) { return give_name(file, from, to, true, error); }
