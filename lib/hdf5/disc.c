/* SPDX-License-Identifier: MIT */
#include "hdf5/internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

/* The driver beneath HDF5. A file whose close fails stays in HDF5's table with its memory
 * freed, and the process dies in HDF5's exit handler, long after the error was reported: on a
 * full disc, say. So nothing that is written ever fails towards HDF5. The first failure is
 * remembered, which the gateway makes its error; from then on the disc is left alone, what
 * HDF5 writes of its own structures is kept in memory, and read back from there, so that it
 * finds the file as it believes it to be until it has closed it. Reads do fail, and what the
 * file held when it was opened must be there: HDF5's own driver gives zeros for the rest.
 *
 * All of this runs under the gateway's lock, where the host's allocator is not called, and
 * some of it might at exit: hence malloc(). */

enum { MOST_KEPT = 64 << 20,
       SETTLE_BYTES = 64 << 20 /* are on the disc before more follow: the end, which cannot be cancelled, is short */ };

/* Bytes that could not be written. */
typedef struct patch {
    struct patch *next;
    haddr_t at;
    size_t size;
    char bytes[];
} patch;

struct slm_h5_disc {
    int users;        /* the gateway's file, and HDF5's handles */
    int given;        /* a descriptor to open instead of a path; -1 = none */
    hid_t driver;     /* registered for this file; H5I_INVALID_HID when not */
    int error;        /* errno of the first failure; 0 = none */
    bool writing;     /* … which was not a read */
    bool shorter;     /* … but an end of the file where there was none before */
    int open_error;   /* of the last attempt to open */
    patch *first, **last;
    size_t kept;
    char *headers;    /* see slm_h5_disc_headers() */
    size_t header_bytes;
};

/* One handle of HDF5's. */
typedef struct handle {
    H5FD_t base;      /* HDF5's part comes first */
    slm_h5_disc *disc;
    int fd;
    haddr_t eoa, eof; /* of what is addressed; of what there is */
    haddr_t unsettled; /* bytes written since the last that are known to be on the disc */
    dev_t device;
    ino_t inode;
} handle;

typedef struct access { slm_h5_disc *disc; } access_info; /* in the access property list */

slm_h5_disc *slm_h5_disc_new(void)
{
    slm_h5_disc *d = calloc(1, sizeof *d);
    if (d) d->users = 1, d->driver = d->given = -1, d->last = &d->first;
    return d;
}

void slm_h5_disc_give(slm_h5_disc *d, int fd) { d->given = fd; }

static void leave(slm_h5_disc *d)
{
    if (--d->users > 0) return;
    for (patch *p = d->first, *next; p; p = next) {
        next = p->next;
        free(p);
    }
    free(d);
}

void slm_h5_disc_drop(slm_h5_disc *d)
{
    if (!d) return;
    /* HDF5 calls a driver that it has just given up: it must be there until the file is closed */
    if (d->users == 1 && d->driver >= 0) H5FDunregister(d->driver);
    leave(d);
}

void slm_h5_disc_note(slm_h5_disc *d, int code, bool writing)
{
    if (d->error) return;
    d->shorter = code == 0 && !writing;
    d->error = code ? code : EIO;
    d->writing = writing;
}

int slm_h5_disc_error(const slm_h5_disc *d, bool *writing, bool *shorter)
{
    *writing = d->writing;
    *shorter = d->shorter;
    return d->error;
}

int slm_h5_disc_open_error(const slm_h5_disc *d) { return d->open_error; }

void slm_h5_disc_headers(slm_h5_disc *d, char *records, size_t bytes)
{
    d->headers = records;
    d->header_bytes = bytes;
}

/* The bytes from the record of a header that has them all. */
static bool from_header(const slm_h5_disc *d, char *out, haddr_t at, size_t size)
{
    slm_h5_kept_header r;
    for (size_t i = 0; i < d->header_bytes; i += sizeof r + r.size) {
        memcpy(&r, d->headers + i, sizeof r);
        if (at < r.at || at - r.at > r.size || size > r.size - (at - r.at)) continue;
        memcpy(out, d->headers + i + sizeof r + (at - r.at), size);
        return true;
    }
    return false;
}

static void into_headers(slm_h5_disc *d, const char *bytes, haddr_t at, size_t size)
{
    slm_h5_kept_header r;
    for (size_t i = 0; i < d->header_bytes; i += sizeof r + r.size) {
        memcpy(&r, d->headers + i, sizeof r);
        haddr_t from = r.at > at ? r.at : at, to = r.at + r.size < at + size ? r.at + r.size : at + size;
        if (from < to) memcpy(d->headers + i + sizeof r + (from - r.at), bytes + (from - at), (size_t)(to - from));
    }
}

/* --- HDF5's side ------------------------------------------------------------------------ */

static H5FD_t *disc_open(const char *name, unsigned flags, hid_t fapl, haddr_t maxaddr)
{
    const access_info *info = H5Pget_driver_info(fapl);
    struct stat st;
    (void)maxaddr;
    if (!info || !info->disc) return NULL;
    int how = flags & H5F_ACC_RDWR ? O_RDWR : O_RDONLY;
    if (flags & H5F_ACC_TRUNC) how |= O_TRUNC;
    if (flags & H5F_ACC_CREAT) how |= O_CREAT;
    if (flags & H5F_ACC_EXCL) how |= O_EXCL;
    handle *h = calloc(1, sizeof *h);
    int given = info->disc->given, fd = -1;
    if (h) fd = given >= 0 ? fcntl(given, F_DUPFD_CLOEXEC, 0) : open(name, how | O_CLOEXEC, 0666);
    if (fd < 0 || fstat(fd, &st) != 0) {
        info->disc->open_error = h ? errno : ENOMEM;
        if (fd >= 0) close(fd);
        free(h);
        return NULL;
    }
    h->disc = info->disc;
    h->disc->users++;
    h->fd = fd;
    h->eof = (haddr_t)st.st_size;
    h->device = st.st_dev;
    h->inode = st.st_ino;
    return &h->base;
}

static herr_t disc_close(H5FD_t *file)
{
    handle *h = (handle *)file;
    bool written = (fcntl(h->fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
    if (close(h->fd) != 0 && errno != EINTR && written) slm_h5_disc_note(h->disc, errno, true);
    leave(h->disc);
    free(h);
    return 0;
}

static int disc_cmp(const H5FD_t *first, const H5FD_t *second)
{
    const handle *a = (const handle *)first, *b = (const handle *)second;
    if (a->device != b->device) return a->device < b->device ? -1 : 1;
    return a->inode == b->inode ? 0 : a->inode < b->inode ? -1 : 1;
}

/* As HDF5's own driver: the same calls give the same bytes. */
static herr_t disc_query(const H5FD_t *file, unsigned long *flags)
{
    (void)file;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_SMALLDATA;
#ifdef H5FD_FEAT_DEFAULT_VFD_COMPATIBLE
    *flags |= H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
#endif
    return 0;
}

static haddr_t disc_get_eoa(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const handle *)file)->eoa;
}

static herr_t disc_set_eoa(H5FD_t *file, H5FD_mem_t type, haddr_t at)
{
    (void)type;
    ((handle *)file)->eoa = at;
    return 0;
}

static haddr_t disc_get_eof(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const handle *)file)->eof;
}

/* What could not be written lies over what the file holds, later over earlier. */
static void lay_over(const slm_h5_disc *d, char *out, haddr_t at, size_t size)
{
    for (const patch *p = d->first; p; p = p->next) {
        haddr_t from = p->at > at ? p->at : at, to = p->at + p->size < at + size ? p->at + p->size : at + size;
        if (from < to) memcpy(out + (from - at), p->bytes + (from - p->at), (size_t)(to - from));
    }
}

static herr_t disc_read(H5FD_t *file, H5FD_mem_t type, hid_t dxpl, haddr_t at, size_t size, void *out)
{
    handle *h = (handle *)file;
    (void)type, (void)dxpl;
    if (at > INT64_MAX || size > (haddr_t)INT64_MAX - at) return -1;
    size_t there = at >= h->eof ? 0 : h->eof - at < size ? (size_t)(h->eof - at) : size;
    memset((char *)out + there, 0, size - there); /* addressed, but never written */
    if (there && !slm_pread_all(h->fd, out, there, (int64_t)at)) {
        bool broken = h->disc->error && h->disc->writing;
        slm_h5_disc_note(h->disc, errno, false);
        if (!from_header(h->disc, out, at, there)) {
            if (!broken) return -1;
            memset(out, 0, there); /* beyond what was ever written */
        }
    }
    lay_over(h->disc, out, at, size);
    return 0;
}

static void keep(slm_h5_disc *d, haddr_t at, size_t size, const void *bytes)
{
    patch *p = d->kept + size <= MOST_KEPT ? malloc(sizeof *p + size) : NULL;
    if (!p) return;
    *p = (patch){ .at = at, .size = size };
    memcpy(p->bytes, bytes, size);
    *d->last = p;
    d->last = &p->next;
    d->kept += size;
}

static herr_t disc_write(H5FD_t *file, H5FD_mem_t type, hid_t dxpl, haddr_t at, size_t size, const void *bytes)
{
    handle *h = (handle *)file;
    (void)dxpl;
    if (at > INT64_MAX || size > (haddr_t)INT64_MAX - at) slm_h5_disc_note(h->disc, EFBIG, true);
    else if (!h->disc->error && !slm_pwrite_all(h->fd, bytes, size, (int64_t)at)) slm_h5_disc_note(h->disc, errno, true);
    if ((h->unsettled += size) >= SETTLE_BYTES && !h->disc->error) {
        h->unsettled = 0;
        if (fdatasync(h->fd) && errno != EINTR && errno != EINVAL && errno != EROFS) slm_h5_disc_note(h->disc, errno, true);
    }
    if (h->disc->error && type != H5FD_MEM_DRAW) keep(h->disc, at, size, bytes);
    if (type != H5FD_MEM_DRAW) into_headers(h->disc, bytes, at, size);
    if (at + size > h->eof) h->eof = at + size;
    return 0;
}

static herr_t disc_truncate(H5FD_t *file, hid_t dxpl, hbool_t closing)
{
    handle *h = (handle *)file;
    (void)dxpl, (void)closing;
    if (h->eoa == h->eof) return 0;
    if (!h->disc->error && !slm_truncate(h->fd, (int64_t)h->eoa)) slm_h5_disc_note(h->disc, errno, true);
    h->eof = h->eoa;
    return 0;
}

bool slm_h5_disc_use(hid_t fapl, slm_h5_disc *disc)
{
    static const H5FD_class_t driver = {
#ifdef H5FD_CLASS_VERSION
        .version = H5FD_CLASS_VERSION,
#endif
#if H5_VERSION_GE(1, 13, 0)
        .value = (H5FD_class_value_t)H5_VFD_RESERVED + 197,
#endif
        .name = "scilama",
        .maxaddr = (haddr_t)INT64_MAX,
        .fc_degree = H5F_CLOSE_STRONG,
        .fapl_size = sizeof(access_info),
        .open = disc_open,
        .close = disc_close,
        .cmp = disc_cmp,
        .query = disc_query,
        .get_eoa = disc_get_eoa,
        .set_eoa = disc_set_eoa,
        .get_eof = disc_get_eof,
        .read = disc_read,
        .write = disc_write,
        .truncate = disc_truncate,
        .fl_map = H5FD_FLMAP_DICHOTOMY,
    };
    const access_info info = { disc };
    if (disc->driver < 0) disc->driver = H5FDregister(&driver);
    return disc->driver >= 0 && H5Pset_driver(fapl, disc->driver, &info) >= 0;
}
