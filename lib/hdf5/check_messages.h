/* SPDX-License-Identifier: MIT */
#ifndef SLM_HDF5_CHECK_MESSAGES_H
#define SLM_HDF5_CHECK_MESSAGES_H

/* Header messages of HDF5 files, checked before HDF5 decodes them: several of its versions
 * trust the lengths inside. Pure: bytes in, verdict out. Addresses and lengths are of 8
 * bytes, numbers little-endian, as in every file that anndata has written. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum slm_h5_message {
    SLM_H5_MSG_DATASPACE = 1, SLM_H5_MSG_LINK_INFO = 2, SLM_H5_MSG_DATATYPE = 3, SLM_H5_MSG_OLD_FILL = 4, SLM_H5_MSG_FILL = 5,
    SLM_H5_MSG_LINK = 6, SLM_H5_MSG_EXTERNAL = 7, SLM_H5_MSG_LAYOUT = 8, SLM_H5_MSG_GROUP_INFO = 10, SLM_H5_MSG_FILTERS = 11,
    SLM_H5_MSG_ATTRIBUTE = 12, SLM_H5_MSG_COMMENT = 13, SLM_H5_MSG_OLD_TIME = 14, SLM_H5_MSG_CONTINUATION = 16,
    SLM_H5_MSG_SYMBOLS = 17, SLM_H5_MSG_TIME = 18, SLM_H5_MSG_BTREE_K = 19, SLM_H5_MSG_DRIVER = 20, SLM_H5_MSG_ATTRIBUTE_INFO = 21
};

/* What one object's messages say together. */
typedef struct slm_h5_facts {
    bool space, type, layout;      /* seen, and not shared */
    bool symbols;                  /* seen: a group of names in a heap */
    int rank;
    uint64_t count;                /* elements; UINT64_MAX when too many to count */
    uint64_t element;              /* bytes of one in the file */
    int fill;                      /* seen: */
    uint64_t fill_bytes;
    int layout_class;              /* 0 compact, 1 contiguous, 2 chunked */
    int chunk_dims;                /* with the element's size as the last */
    uint64_t chunk_element, compact_bytes;
    uint64_t chunk_tree;           /* address; UINT64_MAX = none */
} slm_h5_facts;

/* false when the message would lead HDF5 astray; what it says is added to facts. */
bool slm_h5_message_sound(int kind, const unsigned char *p, size_t n, slm_h5_facts *facts);
/* … of all messages of an object. */
bool slm_h5_facts_agree(const slm_h5_facts *facts);
/* The object that a link message points at; UINT64_MAX for other than hard links. */
uint64_t slm_h5_link_target(const unsigned char *p, size_t n);
/* The references [count × 16 bytes] of a sound attribute of strings of variable length; NULL for others. */
const unsigned char *slm_h5_attribute_strings(const unsigned char *p, size_t n, uint64_t *count);
/* Whether a message of link information says that the links are in a heap of their own. */
bool slm_h5_links_elsewhere(const unsigned char *p, size_t n);

#endif
