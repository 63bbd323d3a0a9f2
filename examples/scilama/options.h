/* SPDX-License-Identifier: MIT */
#ifndef OPTIONS_H
#define OPTIONS_H

/* Command lines described by tables. */

#include "common.h"

enum option_kind {
    OPTION_FLAG,    /* int32_t, set to `value` */
    OPTION_INTEGER, /* int64_t */
    OPTION_BYTES,   /* int64_t, "64M" */
    OPTION_SEED,    /* uint64_t */
    OPTION_NUMBER,  /* double */
    OPTION_REAL,    /* float */
    OPTION_STRING,  /* const char * */
    OPTION_LIST,    /* string_list, repeatable */
    OPTION_INPUT,   /* const char *, a file that is read */
    OPTION_INPUTS,  /* string_list of FILE or NAME=FILE, repeatable */
    OPTION_OUTPUT,  /* const char *, a file that is written */
    OPTION_ROTATED, /* … and the one before is kept, by ROTATED_NAME */
    OPTION_WIDTHS,  /* int64_t[SCILAMA_MAX_HIDDEN], "900,400" */
    OPTION_CHOICE,  /* int32_t, one of `choices` */
    OPTION_HEADING  /* a line in --help */
};

/* Kinds whose target is a text, or a list of texts: of whatever kind of path or none. */
static inline int option_is_text(int kind)
{
    return kind == OPTION_STRING || kind == OPTION_INPUT || kind == OPTION_OUTPUT || kind == OPTION_ROTATED;
}
static inline int option_is_list(int kind) { return kind == OPTION_LIST || kind == OPTION_INPUTS; }

typedef struct choice { const char *name; int32_t value; } choice;


typedef struct option {
    const char *name;      /* "batch" for --batch */
    char letter;           /* 'o' for -o; 0 = none */
    int kind;
    void *target;
    const char *argument;  /* "KEY", for --help */
    const char *help;
    int32_t value;         /* of a flag */
    const choice *choices; /* ends with a NULL name */
} option;

typedef struct command {
    const char *usage;     /* after "scilama VERB " */
    const char *about;     /* what it does, for --help */
    const option *options; /* ends with a NULL name */
    int min_files, max_files;
    const char **files;    /* [max_files] receives what is not an option */
    const char *roles;     /* of each, the last of those that follow too: 'r' read, 'w' written, 'u' read and what -o may be too, 'a' … when --in-place is given */
} command;

/* Names of a switch: 1 and 0. */
extern const choice on_off[];

/* Tables put together from parts. Ends with a NULL name. */
enum { OPTIONS_MAX = 128 };
typedef struct option_list { int count; option item[OPTIONS_MAX]; } option_list;
void add_options(option_list *list, const option *more);
/* described.c: the options of a library's struct (scilama_options) that belong under a heading, with the library's
 * own names, words and defaults. */
void add_described(app *a, option_list *list, int32_t of, void *options, const char *group);
/* The name of a choice, "unknown" for other values. */
const char *described_choice(int32_t of, const char *name, int32_t value);

/* The values of all options as lines 'option = value' that read_options() takes, bit for bit; those named in
 * `without`, which ends with NULL, are left out. */
char *options_text(app *a, const option *options, const char *const *without);
/* Such a value: item `at` of a list; NULL without a value. */
char *option_text(app *a, const option *o, int at);
bool option_is_one_of(const option *o, const char *const *names);
/* Sets options from such lines; what is wrong is said, with the name of their origin. */
bool read_options(app *a, const command *c, const char *text, const char *origin);
/* Likewise; lines of options that the command does not have are passed over. */
bool read_some_options(app *a, const command *c, const char *text, const char *origin);
/* The last value of an option in such lines; NULL when there is none. */
char *find_in_text(app *a, const char *text, const char *name);
/* What every verb has; ends with a NULL name. */
extern const option common_options[];
void *option_target(app *a, const option *o);

/* Of every verb that reads cells. */
#define MODALITY_OPTION(app) { "modality", 0, OPTION_STRING, &(app)->modality, "NAME", "of MuData (.h5mu): the modality to read (default rna, or the only one)", 0, NULL }

#define ROTATED_NAME "%s.1"

/* 0 go on; else the exit code is *code (help was printed, or the usage was wrong). */
int parse_options(app *a, const command *c, int argc, char **argv, int *code);
/* The last value given to --name before parsing, in argv or in the file named by
 * --config there; NULL when there is none. */
const char *peek_option(app *a, int argc, char **argv, const char *name);

#endif
