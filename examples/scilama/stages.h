/* SPDX-License-Identifier: MIT */
#ifndef STAGES_H
#define STAGES_H

/* The stages of a long verb: what each took, what is left of all, and what they found, kept for --resume. */

#include "common.h"

/* Begins a stage, and ends the one before: their times go into the JSON log. */
void stage_begin(app *a, enum stage stage);
void stage_end(app *a);
/* One line: what each stage took. */
void stages_say(app *a);
/* Seconds to the end of the last stage that is expected, by what those before took beside what was expected of them.
 * own: of the running stage, where its own work tells; negative: by what is expected of it, too. */
double stages_left(const app *a, double own);
const char *stage_name(enum stage stage);
/* "2:05", "1h20" */
void duration_text(char *to, size_t size, double seconds);

/* What a stage found, beside a checkpoint: for going on after it. */
typedef struct kept_stages {
    const char *path;  /* of the checkpoint; NULL: nothing is kept */
    uint64_t key;      /* of what it was found from; a stage adds what it depends on */
} kept_stages;

/* Endings of the files; NULL at the end. */
extern const char *const kept_endings[];
uint64_t kept_digest(uint64_t key, const void *data, size_t size);
/* Whether `bytes` of what was found from the same key are there; data is theirs then, and anything else where not. */
bool kept_load(app *a, const kept_stages *k, const char *ending, void *data, size_t bytes);
scilama_status kept_save(app *a, const kept_stages *k, const char *ending, const void *data, size_t bytes);
/* The results are where they were to be. */
void kept_remove(app *a, const kept_stages *k);

#endif
