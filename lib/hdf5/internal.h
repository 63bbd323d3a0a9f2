/* SPDX-License-Identifier: MIT */
#ifndef SLM_HDF5_INTERNAL_H
#define SLM_HDF5_INTERNAL_H

/* Shared within this room only. gateway.c: files and lock; chunk.c: raw chunks; map.c: where they are; read.c: strings;
 * write.c: what is put under the lock; fields.c: fields of records; structure.c: links; against damage, before HDF5 reads:
 * check_tree.c: the tree of objects; check_heap.c: string heaps; check_stored.c: datasets. */

#include "file/atomic_file.h"
#include "hdf5/chunks.h"
#include "hdf5/gateway.h"
#include <hdf5.h>

typedef struct slm_h5_disc slm_h5_disc;

struct slm_h5_file {
    scilama_context *ctx;
    hid_t id;               /* H5I_INVALID_HID when closed */
    char *path;             /* as the caller named it */
    int64_t base;           /* bytes of the user block before HDF5's own, from which its addresses count */
    int64_t bytes;          /* … without that */
    size_t address_bytes;   /* in the file */
    bool usual;             /* addresses and lengths of 8 bytes, and the user block that was found */
    bool writing;
    unsigned chunk_k;       /* half the chunks that a node of a tree of them may have */
    bool large_groups;      /* has groups whose members slm_h5_check_tree() did not see */
    int fd;                 /* of the same file, for raw data; or -1 */
    slm_h5_disc *disc;      /* what HDF5 stands on */
    slm_bytes headers;      /* of objects, as slm_h5_keep_header() met them */
    size_t tree_headers;    /* … of those bytes, by slm_h5_check_tree() */
    slm_atomic_file atomic; /* when writing */
};

/* Between enter and leave the gateway's lock is held and HDF5 is silent. */
typedef struct slm_h5_guard {
    H5E_auto2_t print;
    void *print_data;
    hid_t stack;
    hid_t own[12];          /* closed as it leaves */
    int n_own;
    char note[160];         /* HDF5's words about the first failure */
} slm_h5_guard;

/* gateway.c, for memory.c: path NULL opens what file->disc was given. */
scilama_status slm_h5_new_file(slm_h5_file **out, scilama_context *ctx, const char *name, scilama_error *error);
scilama_status slm_h5_open_id(slm_h5_file *file, const char *path, unsigned flags, scilama_error *error);
scilama_status slm_h5_check_and_open(slm_h5_file *file, const char *path, scilama_error *error);
bool slm_h5_close_id(slm_h5_file *file, slm_h5_guard *g);

void slm_h5_enter(slm_h5_guard *g);
void slm_h5_leave(slm_h5_guard *g);
/* false when `result` is negative; the first time, HDF5's words are noted. */
bool slm_h5_ok(slm_h5_guard *g, int64_t result);
/* What was opened or made is closed when the guard leaves, the last first (12 at most); what failed is noted. */
hid_t slm_h5_own(slm_h5_guard *g, hid_t id);
/* "FILE: cannot WHAT PATH: NOTE" */
scilama_status slm_h5_fail(const slm_h5_file *file, scilama_error *error, scilama_status code, const slm_h5_guard *g,
                           const char *what, const char *path);

/* After a call that writes: what HDF5 says (ok), and what the disc did. */
scilama_status slm_h5_wrote(const slm_h5_file *file, bool ok, scilama_error *error, const slm_h5_guard *g, const char *what, const char *path);

/* The disc beneath HDF5 (disc.c): remembers the first failure. */
slm_h5_disc *slm_h5_disc_new(void);      /* NULL when memory is out */
void slm_h5_disc_give(slm_h5_disc *disc, int fd); /* opens that instead of a path; the caller's, open until the drop */
void slm_h5_disc_drop(slm_h5_disc *disc); /* under the lock; NULL allowed */
bool slm_h5_disc_use(hid_t fapl, slm_h5_disc *disc);
/* code 0: the file ended before it should. */
void slm_h5_disc_note(slm_h5_disc *disc, int code, bool writing);
int slm_h5_disc_error(const slm_h5_disc *disc, bool *writing, bool *shorter);
int slm_h5_disc_open_error(const slm_h5_disc *disc);
/* Headers of objects that have been read: HDF5 loses track of a file when it cannot read one, and is given
 * these where the disc fails. Records of slm_h5_kept_header and the bytes behind it, written to as HDF5 writes; the caller's. */
typedef struct slm_h5_kept_header { uint64_t at, size; } slm_h5_kept_header;
void slm_h5_disc_headers(slm_h5_disc *disc, char *records, size_t bytes);

/* Under the lock. */
hid_t slm_h5_native(slm_h5_type type);
hid_t slm_h5_string_type(slm_h5_guard *g);          /* new variable-length UTF-8 type */
hid_t slm_h5_bool_type(void);            /* new type: h5py's boolean enumeration */
const char *slm_h5_name(const char *path); /* "/" for "" */
int slm_h5_kind_locked(slm_h5_file *file, const char *path); /* of a path that slm_h5_way_sound() found sound */
void slm_h5_describe_type(hid_t type, slm_h5_info *info);
bool slm_h5_describe_space(hid_t space, slm_h5_info *info);
/* A dataset of elements of `type`, in memory and in the file; data NULL: filled later. */
scilama_status slm_h5_put_locked(slm_h5_file *file, slm_h5_guard *g, const char *path, hid_t type, int rank, const int64_t *dims,
                                 const void *data, int level, scilama_error *error);
bool slm_h5_delete_locked(slm_h5_file *file, slm_h5_guard *g, const char *path); /* the object is there */
bool slm_h5_prepare_locked(slm_h5_file *file, slm_h5_guard *g, const char *path); /* parents made, old object gone */

/* Before raw data are read from a file that is being written. */
void slm_h5_settle(slm_h5_file *file);
/* A dataset, opened once, with what is known of it (dataset.c). It lends path and field. */
enum { SLM_H5_MOST_PIPELINE = 32 };
typedef struct slm_h5_dataset {
    slm_h5_file *file;
    const char *path, *field;                  /* field: of its records, or NULL */
    hid_t id, space, type, member, plist;      /* member: the field's type; without one, the type's copy */
    slm_h5_info info;                          /* of the field, or of all */
    H5D_layout_t layout;
    size_t element;                            /* bytes of an element (a record) in the file */
    int chunk_rank;                            /* 0: not chunked */
    hsize_t chunk[SLM_H5_MAX_RANK];
    int n_filters, filter[SLM_H5_MOST_PIPELINE];
    bool known;                                /* all of them can be undone here: */
    slm_filters filters;
} slm_h5_dataset;
/* Declares one, closed as the function returns. */
#define SLM_H5_DATASET(d) __attribute__((cleanup(slm_h5_dataset_close))) slm_h5_dataset d = { .id = -1 }
/* E_NOTFOUND when there is none, E_UNSUPPORTED when it lies in other files. */
scilama_status slm_h5_dataset_open(slm_h5_dataset *d, slm_h5_file *file, const char *path, const char *field, scilama_error *error);
void slm_h5_dataset_close(slm_h5_dataset *d);
/* E_FORMAT when the declared size cannot be what the file holds. */
scilama_status slm_h5_dataset_plausible(const slm_h5_dataset *d, scilama_error *error);
void slm_h5_dataset_filters(const slm_h5_dataset *d, bool missing_only, char *text, size_t size);
/* Bytes of an element in the file. Under the lock. */
size_t slm_h5_stored_element(const slm_h5_file *file, hid_t type);

/* What raw data are taken for: numbers to convert, references to strings, elements as they lie in the file. */
enum slm_h5_as { SLM_H5_AS_NUMBERS, SLM_H5_AS_REFERENCES, SLM_H5_AS_STORED };
/* chunk.c, under the lock: how it is stored; false when that is out of the ordinary. */
bool slm_h5_plan(const slm_h5_dataset *d, enum slm_h5_as as, slm_chunk_layout *layout);
/* rows < 0: all. Reads without HDF5's filters and conversions where that can be; *done says whether.
 * What fails here fails for good. */
scilama_status slm_h5_read_raw(const slm_h5_dataset *d, enum slm_h5_as as, slm_h5_type to, int64_t first, int64_t rows, void *out, bool *done,
                               scilama_error *error);
/* slm_h5_map() of a dataset that is open; of elements as they are, `to` is 0. */
scilama_status slm_h5_map_dataset(const slm_h5_dataset *d, enum slm_h5_as as, slm_h5_type to, slm_chunk_map *out, bool *done, scilama_error *error);
/* Cells of `width` bytes, rows first … of the dataset, ended by a null or padded with nulls or spaces. Text with a null inside would be cut, and
 * names become one that are two: refused. What lies behind a null that ends the text is nobody's. */
scilama_status slm_h5_fixed_strings(slm_h5_file *file, const char *path, const char *cells, int64_t first, int64_t count, size_t width, H5T_str_t padding,
                                    slm_strings *out, scilama_error *error);
void slm_h5_free_strings(char **values, int64_t count); /* those that HDF5 made, NULLs among them */
scilama_status slm_h5_read_heap_strings(const slm_h5_dataset *d, slm_strings *out, bool *done, scilama_error *error);
/* read.c: all elements as they lie in the file. */
scilama_status slm_h5_read_stored(const slm_h5_dataset *d, void *out, scilama_error *error);
/* check_stored.c, before HDF5 reads: E_FORMAT when there is less than is declared; E_UNSUPPORTED for strings that HDF5 is not trusted with. */
scilama_status slm_h5_check_stored(const slm_h5_dataset *d, scilama_error *error);
scilama_status slm_h5_check_strings(const slm_h5_dataset *d, scilama_error *error);

/* E_FORMAT when groups, headers or chunk indexes are damaged: before HDF5 opens the file. */
scilama_status slm_h5_check_tree(slm_h5_file *file, scilama_error *error);
/* … of the object at `address` and those below it: what slm_h5_check_tree() did not see. Takes memory: not under the lock. */
bool slm_h5_check_member(slm_h5_file *file, uint64_t address);
/* Tells `visit` every chunk of the dataset whose header is at `address`: its entry in the tree (size and mask, 4 bytes each, then
 * the offset of its first element by dimension, 8 each) and where it is. false when there is no such tree, or it is damaged. */
typedef void (*slm_h5_chunk_fn)(void *arg, const unsigned char *entry, uint64_t address);
bool slm_h5_visit_chunks(slm_h5_file *file, uint64_t address, slm_h5_chunk_fn visit, void *arg);
/* Whether every object on the way to `path`, and that itself, is sound, as slm_h5_check_member() finds it; takes
 * the lock in between. To be called before HDF5 opens a path that the caller has from nowhere. */
bool slm_h5_way_sound(slm_h5_file *file, const char *path);
/* E_FORMAT when string heaps are damaged in a way that HDF5 could hang on. */
scilama_status slm_h5_check_heaps(slm_h5_file *file, scilama_error *error);
/* A field of records (without one: a line of other elements) whose filters HDF5 lacks and this library has, or of strings of
 * variable length: *out [count × width], as in the file, from slm_alloc; NULL when it is no such table. */
scilama_status slm_h5_unpack_field(const slm_h5_dataset *d, char **out, int64_t *width, scilama_error *error);
/* Numbers of such a field as `type`; *done says whether it was one. */
scilama_status slm_h5_read_unpacked(const slm_h5_dataset *d, slm_h5_type type, void *out, bool *done, scilama_error *error);
/* The heap of strings, kept open over many references (16 bytes each). NULL when memory is out. */
typedef struct slm_h5_heap slm_h5_heap;
slm_h5_heap *slm_h5_heap_open(slm_h5_file *file);
void slm_h5_heap_close(slm_h5_heap *heap); /* NULL allowed */
/* E_FORMAT unless there is an object of just that size, or the reference is to none. */
scilama_status slm_h5_heap_check(slm_h5_heap *heap, const char *reference, scilama_error *error);
/* Strings by their references into the heap, 16 bytes each. */
scilama_status slm_h5_follow_references(slm_h5_file *file, const char *path, const char *references, int64_t count, slm_strings *out, scilama_error *error);
bool slm_h5_file_pread(slm_h5_file *file, void *out, size_t size, int64_t at);

#endif
