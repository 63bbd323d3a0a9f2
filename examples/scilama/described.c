/* SPDX-License-Identifier: MIT */
/* Options that the library describes, as options of the command line: a field added to one of its structs is
 * an option of the program, with its help, and a part of what is recorded. */

#include "options.h"
#include <inttypes.h>
#include <string.h>

static scilama_option_info info_of(int32_t of, int64_t index)
{
    scilama_option_info info;
    scilama_option_info_init(&info, sizeof info);
    scilama_option_get_info(of, index, &info, NULL); /* both are known to be there */
    return info;
}

const char *described_choice(int32_t of, const char *name, int32_t value)
{
    int32_t known;
    const char *text;
    int64_t index = scilama_option_find(of, name);
    for (int64_t c = 0; (text = scilama_option_choice(of, index, c, &known)); c++)
        if (known == value) return text;
    return "unknown";
}

static const choice *choices_of(app *a, int32_t of, int64_t index)
{
    int64_t n = 0;
    while (scilama_option_choice(of, index, n, NULL)) n++;
    choice *list = app_alloc(a, n + 1, sizeof *list);
    for (int64_t c = 0; list && c < n; c++) list[c].name = scilama_option_choice(of, index, c, &list[c].value);
    return list;
}

static int kind_of(const scilama_option_info *i)
{
    switch (i->kind) {
    case SCILAMA_OPTION_SWITCH: case SCILAMA_OPTION_CHOICE: return OPTION_CHOICE;
    case SCILAMA_OPTION_REAL: return OPTION_REAL;
    case SCILAMA_OPTION_NUMBER: return OPTION_NUMBER;
    case SCILAMA_OPTION_WIDTHS: return OPTION_WIDTHS;
    default: return OPTION_INTEGER;
    }
}

static char *value_text(app *a, const scilama_option_info *i, const option *o, double value)
{
    if (i->kind == SCILAMA_OPTION_WIDTHS) return option_text(a, o, 0);
    for (const choice *c = o->choices; c && c->name; c++)
        if (value == c->value) return app_text(a, "%s", c->name);
    return app_text(a, "%.6g", value);
}

/* "help: choices (default a; published b)" */
static char *help_of(app *a, const scilama_option_info *i, const option *o)
{
    char *text = app_text(a, "%s", i->help);
    for (const choice *c = i->kind == SCILAMA_OPTION_CHOICE ? o->choices : NULL; text && c && c->name; c++)
        text = app_text(a, "%s%s%s", text, c == o->choices ? ": " : ", ", c->name);
    char *usual = value_text(a, i, o, i->recommended), *published = value_text(a, i, o, i->published);
    if (!text || !usual || !published) return NULL;
    if (!strcmp(usual, published)) return app_text(a, "%s (default %s)", text, usual);
    return app_text(a, "%s (default %s; published %s)", text, usual, published);
}

void add_described(app *a, option_list *list, int32_t of, void *options, const char *group)
{
    static const char *const arguments[] = { [OPTION_INTEGER] = "N", [OPTION_NUMBER] = "X", [OPTION_REAL] = "X",
                                             [OPTION_WIDTHS] = "H1,H2", [OPTION_CHOICE] = "NAME" };
    for (int64_t index = 0; index < scilama_option_count(of); index++) {
        scilama_option_info i = info_of(of, index);
        if (!i.group || strcmp(i.group, group)) continue;
        char *name = app_text(a, "%s", i.name);
        for (char *p = name; p && *p; p++)
            if (*p == '_') *p = '-';
        bool is_switch = i.kind == SCILAMA_OPTION_SWITCH;
        option two[2] = { { name, 0, kind_of(&i), (char *)options + i.offset, NULL, NULL, 0, NULL }, { NULL, 0, 0, NULL, NULL, NULL, 0, NULL } };
        two->argument = is_switch ? "on|off" : arguments[two->kind];
        if (two->kind == OPTION_CHOICE) two->choices = is_switch ? on_off : choices_of(a, of, index);
        two->help = help_of(a, &i, two);
        if (name && two->help) add_options(list, two);
    }
}
