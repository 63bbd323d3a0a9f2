/* SPDX-License-Identifier: MIT */
#ifndef SLM_HDF5_GATEWAY_H
#define SLM_HDF5_GATEWAY_H

/* The only way to HDF5; this room alone includes hdf5.h.
 *
 * Every call takes the gateway's lock while it is inside HDF5, silences HDF5's
 * per-thread error stack and restores it, and puts HDF5's own words into the error.
 * The host's allocator is never called under the lock. Paths are relative to the
 * root ("obs/batch"); "/" or "" is the root.
 *
 * gateway.c: files; dataset.c: one dataset, opened once; attr.c: attributes; read.c, write.c: datasets;
 * structure.c: groups and links, groups into another file; records.c, split.c: tables of records;
 * enum.c: enumerations; check_stored.c: whether a dataset can be read;
 * memory.c: files in memory. */

#include "core/core.h"

/* Version of the HDF5 library in use, static storage. */
const char *slm_h5_version_text(void);
/* SCILAMA_E_DEPENDENCY when the library at run time is not the one built against. */
scilama_status slm_h5_check_version(scilama_error *error);

typedef struct slm_h5_file slm_h5_file;

enum slm_h5_object { SLM_H5_ABSENT = 0, SLM_H5_GROUP, SLM_H5_DATASET, SLM_H5_OTHER };

/* Element types in memory. */
typedef enum slm_h5_type {
    SLM_H5_F32 = 1, SLM_H5_F64, SLM_H5_I8, SLM_H5_I16, SLM_H5_I32, SLM_H5_I64,
    SLM_H5_U8, SLM_H5_U16, SLM_H5_U32, SLM_H5_U64
} slm_h5_type;
size_t slm_h5_type_bytes(slm_h5_type type);

/* What the elements of a dataset or attribute are in the file. */
enum slm_h5_class { SLM_H5_INT = 1, SLM_H5_UINT, SLM_H5_FLOAT, SLM_H5_BOOL, SLM_H5_ENUM, SLM_H5_STRING, SLM_H5_COMPOUND, SLM_H5_UNKNOWN };

enum { SLM_H5_MAX_RANK = 8 };

typedef struct slm_h5_info {
    int kind;              /* slm_h5_class */
    size_t bytes;          /* of one element in the file */
    bool vlen;             /* variable-length string */
    bool chunked;
    int rank;              /* 0 = scalar */
    int64_t dims[SLM_H5_MAX_RANK];
    int64_t count;         /* elements */
    int64_t stored_bytes;  /* in the file, after compression */
} slm_h5_info;

/* --- files ----------------------------------------------------------------- */
/* For reading. */
scilama_status slm_h5_open(slm_h5_file **out, scilama_context *ctx, const char *path, scilama_error *error);
/* A new file; `path` changes only at slm_h5_commit. */
scilama_status slm_h5_create_atomic(slm_h5_file **out, scilama_context *ctx, const char *path, scilama_error *error);
/* A copy of `input` opened for writing; `path` (which may be `input`) changes only at slm_h5_commit. */
scilama_status slm_h5_copy_atomic(slm_h5_file **out, scilama_context *ctx, const char *input, const char *path, scilama_error *error);
/* A new file in memory, called `name` in messages; slm_h5_take() has its bytes. */
scilama_status slm_h5_create_memory(slm_h5_file **out, scilama_context *ctx, const char *name, scilama_error *error);
/* For reading, from the bytes of a file (copied). */
scilama_status slm_h5_open_memory(slm_h5_file **out, scilama_context *ctx, const char *name, const void *bytes, int64_t size, scilama_error *error);
/* Finishes a file in memory; *bytes from slm_alloc. The handle is still to be given to slm_h5_close. */
scilama_status slm_h5_take(slm_h5_file *file, void **bytes, int64_t *size, scilama_error *error);
/* Closes, synchronises and renames into place. The handle is still to be given to slm_h5_close. */
scilama_status slm_h5_commit(slm_h5_file *file, scilama_error *error);
/* Frees; an uncommitted temporary is removed. NULL allowed. */
void slm_h5_close(slm_h5_file *file);
/* `status`, but E_IO when the disc failed in any call since the file was opened, whatever was
 * made of that: a column that cannot be read is not one that is not there. */
scilama_status slm_h5_verdict(const slm_h5_file *file, scilama_status status, scilama_error *error);
/* … after reading; closes too. NULL allowed. */
scilama_status slm_h5_close_read(slm_h5_file *file, scilama_status status, scilama_error *error);
const char *slm_h5_path(const slm_h5_file *file);
scilama_context *slm_h5_context(const slm_h5_file *file);
int64_t slm_h5_file_bytes(const slm_h5_file *file); /* size on disk when opened */

/* --- structure --------------------------------------------------------------- */
/* "path/name", in a buffer that lives as long as the block it is called in. */
enum { SLM_H5_PATH_BYTES = 2560 };
#define SLM_AT(path, name) slm_h5_join((char[SLM_H5_PATH_BYTES]){ 0 }, path, name)
const char *slm_h5_join(char *out, const char *path, const char *name);
int slm_h5_kind(slm_h5_file *file, const char *path); /* slm_h5_object */
/* Of what slm_h5_kind() finds absent: whether a link is there but leads into another file; then the error says so. */
bool slm_h5_leads_out(slm_h5_file *file, const char *path, scilama_error *error);
/* Names of the members of a group, sorted bytewise. */
scilama_status slm_h5_list(slm_h5_file *file, const char *group, slm_strings *out, scilama_error *error);
/* Creates a group and those above it; existing ones stand. */
scilama_status slm_h5_make_group(slm_h5_file *file, const char *path, scilama_error *error);
scilama_status slm_h5_remove(slm_h5_file *file, const char *path, scilama_error *error); /* absent is fine */
/* A second name for the same object. */
scilama_status slm_h5_copy_link(slm_h5_file *file, const char *from, const char *to, scilama_error *error);
scilama_status slm_h5_rename(slm_h5_file *file, const char *from, const char *to, scilama_error *error);

/* --- reading datasets ---------------------------------------------------------- */
/* Fails with E_NOTFOUND when there is no such dataset. */
scilama_status slm_h5_describe(slm_h5_file *file, const char *path, slm_h5_info *info, scilama_error *error);
/* "shuffle+gzip" and the like, "" without. */
void slm_h5_filter_names(slm_h5_file *file, const char *path, char *text, size_t size);
/* E_FORMAT when the declared size cannot be what the file holds: call before allocating by it. */
scilama_status slm_h5_plausible(slm_h5_file *file, const char *path, const slm_h5_info *info, scilama_error *error);
/* The whole dataset, converted; count must equal its number of elements. */
scilama_status slm_h5_read(slm_h5_file *file, const char *path, slm_h5_type type, int64_t count, void *out, scilama_error *error);
/* Rows first .. first + rows - 1 along the first dimension. */
scilama_status slm_h5_read_rows(slm_h5_file *file, const char *path, slm_h5_type type, int64_t first, int64_t rows, void *out, scilama_error *error);
/* describe + plausible + allocate + read. *out from slm_alloc. Any rank; *count elements. */
scilama_status slm_h5_read_new(slm_h5_file *file, const char *path, slm_h5_type type, void **out, slm_h5_info *info, scilama_error *error);
/* Strings of any rank, variable or fixed length; integers are written out in decimal. */
scilama_status slm_h5_read_strings(slm_h5_file *file, const char *path, slm_strings *out, scilama_error *error);

/* One field of a compound dataset. */
scilama_status slm_h5_list_fields(slm_h5_file *file, const char *path, slm_strings *out, scilama_error *error);
scilama_status slm_h5_describe_field(slm_h5_file *file, const char *path, const char *field, slm_h5_info *info, scilama_error *error);
scilama_status slm_h5_read_field(slm_h5_file *file, const char *path, const char *field, slm_h5_type type, int64_t count, void *out, scilama_error *error);
scilama_status slm_h5_read_field_strings(slm_h5_file *file, const char *path, const char *field, slm_strings *out, scilama_error *error);

/* The members of an enumeration (E_FORMAT when it is none): names, and *values [names->count] from slm_alloc. */
scilama_status slm_h5_list_enum(slm_h5_file *file, const char *path, const char *field, slm_strings *names, int64_t **values, scilama_error *error);

/* --- reading attributes ---------------------------------------------------------- */
bool slm_h5_has_attr(slm_h5_file *file, const char *path, const char *name);
/* A scalar string: *out from slm_alloc. E_NOTFOUND when absent or not a string. */
scilama_status slm_h5_read_attr_string(slm_h5_file *file, const char *path, const char *name, char **out, scilama_error *error);
/* Compares without allocating; false when absent or not a string. */
bool slm_h5_attr_equals(slm_h5_file *file, const char *path, const char *name, const char *text);
scilama_status slm_h5_read_attr_strings(slm_h5_file *file, const char *path, const char *name, slm_strings *out, scilama_error *error);
/* Exactly count elements. */
scilama_status slm_h5_read_attr(slm_h5_file *file, const char *path, const char *name, slm_h5_type type, int64_t count, void *out, scilama_error *error);
/* Path of the object that a reference attribute points at. */
scilama_status slm_h5_read_attr_reference(slm_h5_file *file, const char *path, const char *name, char **out, scilama_error *error);

/* --- writing: replaces what has the name; groups above are made ------------------- */
/* level: 0 = contiguous, 1..9 = chunked, shuffled, gzip. rank 0 = scalar. data NULL: to be filled by slm_h5_write_rows(),
 * rows first .. first + rows - 1 along the first dimension. */
scilama_status slm_h5_write(slm_h5_file *file, const char *path, slm_h5_type type, int rank, const int64_t *dims,
                            const void *data, int level, scilama_error *error);
/* count of 0 or 1, as h5py keeps booleans. */
scilama_status slm_h5_write_bools(slm_h5_file *file, const char *path, const int8_t *values, int64_t count, int level, scilama_error *error);
/* Numbers, booleans or an enumeration of another file, of the type that they have there. E_UNSUPPORTED: other elements. */
scilama_status slm_h5_copy_numbers(slm_h5_file *file, slm_h5_file *from, const char *path, int level, scilama_error *error);
scilama_status slm_h5_write_rows(slm_h5_file *file, const char *path, slm_h5_type type, int64_t first, int64_t rows, const void *data, scilama_error *error);
/* Variable-length UTF-8. */
scilama_status slm_h5_write_strings(slm_h5_file *file, const char *path, const char *const *values, int64_t count, scilama_error *error);
scilama_status slm_h5_write_string_table(slm_h5_file *file, const char *path, const slm_strings *values, scilama_error *error);
scilama_status slm_h5_write_string(slm_h5_file *file, const char *path, const char *text, scilama_error *error);
/* A compound dataset: [n fields × rows], of numbers or of strings. */
scilama_status slm_h5_write_records(slm_h5_file *file, const char *path, const char *const *fields, int64_t n, int64_t rows,
                                    const double *numbers, const char *const *strings, scilama_error *error);
scilama_status slm_h5_write_attr_string(slm_h5_file *file, const char *path, const char *name, const char *text, scilama_error *error);
scilama_status slm_h5_write_attr_strings(slm_h5_file *file, const char *path, const char *name, const char *const *values, int64_t count, scilama_error *error);
/* rank 0 (count 1) or 1 */
scilama_status slm_h5_write_attr(slm_h5_file *file, const char *path, const char *name, slm_h5_type type, int rank, int64_t count,
                                 const void *data, scilama_error *error);
scilama_status slm_h5_write_attr_bool(slm_h5_file *file, const char *path, const char *name, bool value, scilama_error *error);
/* A compound dataset becomes a group with a dataset for each field. */
scilama_status slm_h5_split_compound(slm_h5_file *file, const char *path, scilama_error *error);
scilama_status slm_h5_remove_attr(slm_h5_file *file, const char *path, const char *name, scilama_error *error);

#endif
