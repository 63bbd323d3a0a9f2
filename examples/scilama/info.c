/* SPDX-License-Identifier: MIT */
#include "options.h"
#include <string.h>

/* The library's JSON, laid out for reading: one entry a line at the top level. */
static void print_readable(const char *json)
{
    int depth = 0;
    bool text = false, key = true;
    for (const char *p = json; *p; p++) {
        if (*p == '"' && (p == json || p[-1] != '\\')) text = !text;
        if (text || *p == '"') {
            if (*p != '"') putchar(*p);
            else if (depth > 1 && !key) putchar('"');
            continue;
        }
        if (*p == '{' || *p == '[') {
            if (++depth > 1) putchar(*p);
            key = *p == '{' && depth == 1;
        } else if (*p == '}' || *p == ']') {
            if (--depth > 0) putchar(*p);
        } else if (*p == ',' && depth == 1) {
            putchar('\n');
            while (p[1] == ' ') p++;
        } else if (*p != '\n') {
            putchar(*p);
        }
    }
    putchar('\n');
}

int verb_info(int argc, char **argv)
{
    app a = { .verb = "info" };
    const char *file = NULL, *layer = NULL;
    int32_t json = 0;
    const option options[] = {
        { "layer", 0, OPTION_STRING, &layer, "NAME", "matrix to describe: a layer, or raw (default X)", 0, NULL },
        { "json", 0, OPTION_FLAG, &json, NULL, "one JSON object on the standard output", 1, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "FILE [--layer NAME] [--json]",
                        "What a data set, model or table of gene vectors holds, and every problem found in it.", options, 1, 1, &file };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    char *text = NULL;
    scilama_status status = app_open(&a);
    if (!status) status = scilama_file_describe(&text, a.context, file, layer, &a.error);
    if (!status && json) puts(text);
    else if (!status) print_readable(text);
    if (a.context) scilama_text_destroy(a.context, text);
    return app_close(&a, status);
}
