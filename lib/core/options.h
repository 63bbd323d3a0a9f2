/* SPDX-License-Identifier: MIT */
#ifndef SLM_OPTIONS_H
#define SLM_OPTIONS_H

/* Structs that start with their size (docs/abi.md), and tables that describe the fields of those with
 * options: one row an option, in the layer that owns the struct. A table serves _init, the check of
 * values, the public query (api/options.c) and through it the program's command line. */

#include "core/core.h"
#include "scilama/options.h"
#include <float.h>

/* Copies min(given, known) bytes of a caller's options over `known` (which holds
 * the defaults); unknown non-zero bytes are SCILAMA_E_UNSUPPORTED. `name` names the
 * struct in the message. `given` may be NULL: the defaults stand. */
scilama_status slm_options_read(void *known, size_t known_size, const void *given,
                                const char *name, scilama_error *error);
/* For result structs: checks struct_size, copies min(given, known) bytes, keeps
 * the caller's struct_size. */
scilama_status slm_result_write(void *given, const void *known, size_t known_size,
                                const char *name, scilama_error *error);
/* Body of every _init: zeroes, copies the defaults, sets struct_size. */
scilama_status slm_options_init(void *options, size_t struct_size, const void *defaults, size_t known_size);

typedef struct slm_choice { const char *name; int32_t value; } slm_choice;

enum { SLM_ABOVE = 1, SLM_BELOW = 2 }; /* the least, the most itself is not allowed */

typedef struct slm_option {
    const char *name;
    size_t offset;
    int32_t kind, elements;     /* scilama_option_kind; 1, or those of an array */
    double least, most;
    int open;                   /* SLM_ABOVE, SLM_BELOW */
    double published, recommended;
    const slm_choice *choices;  /* ends with a NULL name */
    const int64_t *widths;      /* [2 × elements] defaults of an array, published and recommended, which begin with these numbers */
    const char *group, *help;
} slm_option;

typedef struct slm_option_table {
    const char *name;           /* of the struct */
    size_t size;
    const slm_option *rows;
    int count;
} slm_option_table;

/* Rows. The struct that a table describes is named by OPTIONS_OF before them; `p` and `r` are the defaults of
 * the published and the recommended preset. */
#define SLM_ROW(field, kind, least, most, open, p, r, choices, group, help) \
    { #field, offsetof(OPTIONS_OF, field), SCILAMA_OPTION_##kind, 1, least, most, open, p, r, choices, NULL, group, help }
#define SLM_SWITCH(field, p, r, group, help) SLM_ROW(field, SWITCH, 0, 1, 0, p, r, NULL, group, help)
#define SLM_CHOICE(field, choices, p, r, group, help) SLM_ROW(field, CHOICE, -INFINITY, INFINITY, 0, p, r, choices, group, help)
#define SLM_INTEGER(field, least, most, p, r, group, help) SLM_ROW(field, INTEGER, least, most, 0, p, r, NULL, group, help)
/* a finite number of at least `least`, and one above it */
#define SLM_NUMBER(field, least, p, r, group, help) SLM_ROW(field, NUMBER, least, INFINITY, SLM_BELOW, p, r, NULL, group, help)
#define SLM_POSITIVE(field, most, p, r, group, help) \
    SLM_ROW(field, NUMBER, 0, most, SLM_ABOVE | ((most) > DBL_MAX ? SLM_BELOW : 0), p, r, NULL, group, help)
#define SLM_SEED(field, help) SLM_ROW(field, SEED, 0, INFINITY, 0, 0, 0, NULL, NULL, help)

/* Body of the _init of a struct with a table. E_INVALID: no such preset. */
scilama_status slm_options_preset(void *options, size_t struct_size, const slm_option_table *table, int32_t preset);
/* Every field within its bounds; what fields mean to each other is for the layer to say. */
scilama_status slm_options_check(const void *options, const slm_option_table *table, scilama_error *error);

#endif
