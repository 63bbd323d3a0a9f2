/* SPDX-License-Identifier: MIT */
#ifndef INFO_H
#define INFO_H

#include "options.h"

typedef struct info_plan {
    const char *file, *layer, *aliases, *against; /* against: a data set, where file is a table */
    string_list batch, embeddings;
    int32_t ignore_case, strip_version, first_duplicate, quick, json;
} info_plan;

/* A JSON object: what fit with its defaults would do; NULL when interrupted or out of memory. */
char *info_fit(app *a, const info_plan *plan);
/* info_text.c: the JSON object for people, on the standard output. */
void info_print(app *a, const char *json, const info_plan *plan);

#endif
