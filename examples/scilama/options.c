/* SPDX-License-Identifier: MIT */
#include "options.h"
#include "paths.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const option common_options[] = {
    { "Everywhere", 0, OPTION_HEADING, NULL, NULL, NULL, 0, NULL },
    { "threads", 0, OPTION_INTEGER, NULL, "N", "threads to use (default: all processors available)", 0, NULL },
    { "seed", 0, OPTION_SEED, NULL, "N", "seed of everything random (default 0)", 0, NULL },
    { "quiet", 'q', OPTION_FLAG, NULL, NULL, "say nothing but results and errors", 1, NULL },
    { "verbose", 'v', OPTION_FLAG, NULL, NULL, "also say the details: losses, weights, axes, phases", 1, NULL },
    { "log-json", 0, OPTION_OUTPUT, NULL, "FILE", "write progress and messages as JSON lines", 0, NULL },
    { "help", 'h', OPTION_FLAG, NULL, NULL, "this text", 1, NULL },
    { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
};

const choice on_off[] = { { "on", 1 }, { "off", 0 }, { NULL, 0 } };

void *option_target(app *a, const option *o)
{
    if (o->target) return o->target;
    if (!strcmp(o->name, "threads")) return &a->threads;
    if (!strcmp(o->name, "seed")) return &a->seed;
    if (!strcmp(o->name, "quiet")) return &a->quiet;
    if (!strcmp(o->name, "verbose")) return &a->verbose;
    return &a->log_json;
}

static const option *find_in(const option *o, const char *name, size_t length, char letter)
{
    for (; o->name; o++) {
        if (o->kind == OPTION_HEADING) continue;
        if (letter ? o->letter == letter : strlen(o->name) == length && !strncmp(o->name, name, length)) return o;
    }
    return NULL;
}

static const option *find_option(const command *c, const char *name, size_t length, char letter)
{
    const option *o = find_in(c->options, name, length, letter);
    return o ? o : find_in(common_options, name, length, letter);
}

/* What could be meant by an option that there is not; in a file they stand without --. */
static const char *meant(app *a, const command *c, const char *given, const char *before)
{
    const option *const parts[] = { c->options, common_options };
    const char *names[OPTIONS_MAX + 8], *name = app_text(a, "%.*s", (int)strcspn(given, "="), given);
    int count = 0;
    for (int part = 0; part < 2; part++)
        for (const option *o = parts[part]; o->name && count < OPTIONS_MAX + 8; o++)
            if (o->kind != OPTION_HEADING) names[count++] = o->name;
    return name ? did_you_mean(a, name, names, count, before) : "";
}

static void help_options(const option *o)
{
    for (; o->name; o++) {
        char left[64];
        if (o->kind == OPTION_HEADING) {
            printf("\n%s\n", o->name);
            continue;
        }
        if (o->letter) snprintf(left, sizeof left, "-%c, --%s%s%s", o->letter, o->name, o->argument ? " " : "", o->argument ? o->argument : "");
        else snprintf(left, sizeof left, "--%s%s%s", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
        printf("  %-28s %s%s\n", left, strlen(left) > 28 ? "\n                               " : "", o->help);
    }
}

static void help(const app *a, const command *c)
{
    printf("usage: scilama %s %s\n\n%s\n", a->verb, c->usage, c->about);
    help_options(c->options);
    help_options(common_options);
}

static bool whole_number(const char *text, int64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoll(text, &end, 10);
    return end != text && !*end && !errno;
}

/* "65536", "512K", "64M", "2G": powers of 1024; above 0. */
static bool set_bytes(int64_t *bytes, const char *text)
{
    char *end;
    errno = 0;
    *bytes = strtoll(text, &end, 10);
    if (end == text || errno || *bytes < 1) return false;
    int shift = *end == 'K' || *end == 'k' ? 10 : *end == 'M' || *end == 'm' ? 20 : *end == 'G' || *end == 'g' ? 30 : 0;
    if (shift) end++;
    if (*end || *bytes > INT64_MAX >> shift) return false;
    *bytes <<= shift;
    return true;
}

static bool set_widths(int64_t *widths, const char *text)
{
    int n = 0;
    for (const char *p = text; n < SCILAMA_MAX_HIDDEN; n++) {
        char *end;
        errno = 0;
        widths[n] = strtoll(p, &end, 10);
        if (end == p || errno || widths[n] < 1) return false;
        p = *end == ',' ? end + 1 : end;
        if (!*end) {
            while (++n < SCILAMA_MAX_HIDDEN) widths[n] = 0;
            return true;
        }
        if (*end != ',') return false;
    }
    return false;
}

static bool set_choice(const option *o, int32_t *target, const char *text)
{
    for (const choice *k = o->choices; k->name; k++)
        if (!strcmp(k->name, text)) {
            *target = k->value;
            return true;
        }
    return false;
}

/* Sets one option from text; origin: "FILE, line N: " of text that does not come from the command line. The message, if any, is complete. */
static bool set_option(app *a, const option *o, const char *text, const char *origin)
{
    void *target = option_target(a, o);
    char *end = NULL;
    int64_t whole;
    bool good = true;
    const char *wanted = "a whole number";
    errno = 0;
    switch (o->kind) {
    case OPTION_FLAG: *(int32_t *)target = o->value; break;
    case OPTION_STRING:
    case OPTION_INPUT:
    case OPTION_OUTPUT:
    case OPTION_ROTATED: *(const char **)target = text; break;
    case OPTION_INTEGER: good = whole_number(text, target); break;
    case OPTION_BYTES:
        good = set_bytes(target, text);
        wanted = "a number of bytes such as 64M";
        break;
    case OPTION_SEED:
        good = whole_number(text, &whole) && whole >= 0;
        if (good) *(uint64_t *)target = (uint64_t)whole;
        wanted = "a whole number, 0 or more";
        break;
    case OPTION_NUMBER:
    case OPTION_REAL: {
        double v = strtod(text, &end);
        good = end != text && !*end && v - v == 0;
        wanted = "a number";
        if (good && o->kind == OPTION_NUMBER) *(double *)target = v;
        else if (good) *(float *)target = (float)v;
        break;
    }
    case OPTION_WIDTHS:
        good = set_widths(target, text);
        wanted = "1 to 6 widths such as 900,400";
        break;
    case OPTION_LIST:
    case OPTION_INPUTS: {
        string_list *list = target;
        if (list->earlier) list->count = list->earlier = 0;
        good = list->count < LIST_MAX;
        wanted = "given at most 32 times";
        if (good) list->item[list->count++] = text;
        break;
    }
    default: good = set_choice(o, target, text); wanted = NULL;
    }
    if (good) return true;
    fprintf(stderr, "scilama: %s--%s %s: it must be ", origin, o->name, text);
    if (wanted) fprintf(stderr, "%s", wanted);
    else
        for (const choice *k = o->choices; k->name; k++)
            fprintf(stderr, "%s%s", k == o->choices ? "" : k[1].name ? ", " : " or ", k->name);
    fputc('\n', stderr);
    return false;
}

static bool usage_error(const app *a, const char *what, const char *which)
{
    fprintf(stderr, "scilama: %s%s (see scilama %s --help)\n", what, which, a->verb);
    return false;
}

/* ---- lines of text ---- */

/* Quoted, with \", \\, \n and \r inside: for values with blanks at an end or more than one line. */
/* Bytes of the character at `p`, as UTF-8 has it; 0 where there is none. */
static int character(const unsigned char *p)
{
    static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    int n = *p < 0x80 ? 1 : *p >> 5 == 6 ? 2 : *p >> 4 == 14 ? 3 : *p >> 3 == 30 ? 4 : 0;
    unsigned code = n < 2 ? *p : *p & (0xffu >> (n + 1));
    for (int i = 1; i < n; i++) {
        if (p[i] >> 6 != 2) return 0;
        code = code << 6 | (p[i] & 63u);
    }
    return n && code >= least[n] && code <= 0x10ffff && code >> 11 != 27 ? n : 0;
}

/* What is given is recorded, in files that other programs read as UTF-8. */
static bool need_text(app *a, const char *text, const char *where)
{
    const unsigned char *p = (const unsigned char *)text;
    int n = 1;
    while (*p && (n = character(p))) p += n;
    if (n) return true;
    char *shown = app_text(a, "%.60s", text);
    for (char *c = shown; c && *c; c += n ? n : 1)
        if (!(n = character((unsigned char *)c))) *c = '?';
    fprintf(stderr, "scilama: %s ('%s') is not UTF-8: rename the file, or write the word in UTF-8\n", where ? where : "a word", shown ? shown : "");
    return false;
}

static void unquote(char *text)
{
    char *to = text;
    size_t n = strlen(text);
    if (n < 2 || text[0] != '"' || text[n - 1] != '"') return;
    for (const char *from = text + 1; from < text + n - 1; from++) {
        if (*from == '\\' && from + 1 < text + n - 1) *to++ = *++from == 'n' ? '\n' : *from == 'r' ? '\r' : *from;
        else *to++ = *from;
    }
    *to = 0;
}

static char *quoted(app *a, const char *text)
{
    size_t n = strlen(text);
    bool plain = !n || (text[0] != '"' && !strchr(" \t", text[0]) && !strchr(" \t", text[n - 1]) && !strpbrk(text, "\r\n"));
    char *out = plain ? app_text(a, "%s", text) : app_alloc(a, 2 * (int64_t)n + 3, 1), *to = out;
    if (plain || !out) return out;
    *to++ = '"';
    for (; *text; text++) {
        if (strchr("\"\\\n\r", *text)) *to++ = '\\';
        *to++ = *text == '\n' ? 'n' : *text == '\r' ? 'r' : *text;
    }
    *to = '"';
    return out;
}

/* A line "key = value" or "flag = true"; false when it is bad. *key is NULL for an empty line. */
static bool config_line(char *line, char **key, char **value)
{
    line += strspn(line, " \t");
    line[strcspn(line, "\r\n")] = 0;
    *key = NULL;
    if (!*line || *line == '#') return true;
    char *equals = strchr(line, '=');
    if (!equals) return false;
    char *end = equals;
    while (end > line && (end[-1] == ' ' || end[-1] == '\t')) end--;
    *end = 0;
    *value = equals + 1 + strspn(equals + 1, " \t");
    end = *value + strlen(*value);
    while (end > *value && (end[-1] == ' ' || end[-1] == '\t')) *--end = 0;
    unquote(*value);
    *key = line;
    for (char *p = line; *p; p++)
        if (*p == '_') *p = '-';
    return true;
}

/* A copy of the next line, which *text is moved behind; NULL at the end. */
static char *next_line(app *a, const char **text)
{
    size_t n = strcspn(*text, "\n");
    if (!**text) return NULL;
    char *line = app_text(a, "%.*s", (int)n, *text);
    *text += n + ((*text)[n] == '\n');
    return line;
}

/* What is in a list gives way to what comes next. */
static void age_lists(const command *c)
{
    for (const option *o = c->options; o->name; o++)
        if (option_is_list(o->kind)) ((string_list *)o->target)->earlier = ((string_list *)o->target)->count;
}

/* Options that fits of before 0.1 recorded, where they had no effect. */
static bool is_gone(const char *key, const char *value)
{
    static const char *const gone[][2] = { { "alignment-bias", "off" }, { "gene-residual", "off" }, { "residual-l2", NULL }, { "embed-whiten", "off" },
                                           { "free-bits", "0" }, { "gene-kl-per-cell", "off" }, { "lr-schedule", "exponential" } };
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        if (!strcmp(key, gone[i][0])) return !gone[i][1] || !strcmp(value, gone[i][1]);
    return false;
}

/* others: lines of other options are passed over. */
static bool read_lines(app *a, const command *c, const char *text, const char *origin, bool others)
{
    char *line, *key, *value, *where;
    age_lists(c);
    for (int number = 1; (line = next_line(a, &text)); number++) {
        if (!need_text(a, line, app_text(a, "%s, line %d", origin, number))) return false;
        bool good = config_line(line, &key, &value);
        if (good && key && is_gone(key, value)) continue;
        const option *o = !good || !key ? NULL : others ? find_in(c->options, key, strlen(key), 0) : find_option(c, key, strlen(key), 0);
        if (good && others && !o) continue;
        if (!good || (key && !o) || (o && !strcmp(o->name, "config"))) {
            if (good && key) fprintf(stderr, "scilama: %s, line %d: there is no option '%s' for a file%s (see scilama %s --help)\n", origin, number, key, meant(a, c, key, ""), a->verb);
            else fprintf(stderr, "scilama: %s, line %d: not a line of the form 'option = value'\n", origin, number);
            return false;
        }
        if (o && o->kind == OPTION_FLAG && (!strcmp(value, "false") || !strcmp(value, "0"))) *(int32_t *)option_target(a, o) = 0;
        else if (o && (!(where = app_text(a, "%s, line %d: ", origin, number)) || !set_option(a, o, value, where))) return false;
    }
    return true;
}

bool read_options(app *a, const command *c, const char *text, const char *origin) { return read_lines(a, c, text, origin, false); }
bool read_some_options(app *a, const command *c, const char *text, const char *origin) { return read_lines(a, c, text, origin, true); }

char *find_in_text(app *a, const char *text, const char *name)
{
    char *line, *key, *value, *found = NULL;
    while (text && (line = next_line(a, &text)))
        if (config_line(line, &key, &value) && key && !strcmp(key, name)) found = value;
    return found;
}

/* A text file; NULL with errno set. */
static char *text_of(app *a, const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0, room = 0, got = 1;
    while (file && got) {
        char *more = realloc(text, room = 2 * room + 4096);
        if (!more) break;
        text = more;
        size += got = fread(text + size, 1, room - size - 1, file);
        text[size] = 0;
    }
    bool good = file && !got && !ferror(file);
    if (file) fclose(file);
    if (good && memchr(text, 0, size)) good = false, errno = EILSEQ;
    bool marked = good && size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3); /* of byte order, as editors put it */
    char *kept = good ? app_text(a, "%s", marked ? text + 3 : text) : NULL;
    free(text);
    return kept;
}

static bool read_config(app *a, const command *c, const char *path)
{
    char *text = text_of(a, path);
    if (!text) fprintf(stderr, "scilama: %s: %s\n", path, errno == EILSEQ ? "it holds a zero byte: it is not text" : strerror(errno));
    return text && read_options(a, c, text, path);
}

const char *peek_option(app *a, int argc, char **argv, const char *name)
{
    const char *found = NULL, *config = NULL;
    size_t n = strlen(name);
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--", 2)) continue;
        const char *given = argv[i] + 2;
        if (!strncmp(given, name, n) && (given[n] == '=' || !given[n])) found = given[n] ? given + n + 1 : i + 1 < argc ? argv[i + 1] : NULL;
        if (!strncmp(given, "config", 6) && (given[6] == '=' || !given[6])) config = given[6] ? given + 7 : i + 1 < argc ? argv[i + 1] : NULL;
    }
    return found || !config ? found : find_in_text(a, text_of(a, config), name);
}

/* The shortest text that reads back as the same number. */
static char *number_text(app *a, double value, bool single)
{
    char text[40];
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        double back = strtod(text, NULL);
        if (single ? (float)back == (float)value : back == value) break;
    }
    return app_text(a, "%s", text);
}

char *option_text(app *a, const option *o, int at)
{
    const void *target = option_target(a, o);
    char widths[160] = "";
    switch (o->kind) {
    case OPTION_FLAG: return app_text(a, "%s", *(const int32_t *)target == o->value ? "true" : "false");
    case OPTION_STRING: case OPTION_INPUT: case OPTION_OUTPUT: case OPTION_ROTATED:
        return *(const char *const *)target ? quoted(a, *(const char *const *)target) : NULL;
    case OPTION_INTEGER:
    case OPTION_BYTES: return app_text(a, "%" PRId64, *(const int64_t *)target);
    case OPTION_SEED: return app_text(a, "%" PRIu64, *(const uint64_t *)target);
    case OPTION_NUMBER: return number_text(a, *(const double *)target, false);
    case OPTION_REAL: return number_text(a, (double)*(const float *)target, true);
    case OPTION_LIST: case OPTION_INPUTS: return at < ((const string_list *)target)->count ? quoted(a, ((const string_list *)target)->item[at]) : NULL;
    case OPTION_WIDTHS:
        for (const int64_t *w = target; w < (const int64_t *)target + SCILAMA_MAX_HIDDEN && *w; w++)
            snprintf(widths + strlen(widths), sizeof widths - strlen(widths), "%s%" PRId64, *widths ? "," : "", *w);
        return app_text(a, "%s", widths);
    default:
        for (const choice *k = o->choices; k && k->name; k++)
            if (k->value == *(const int32_t *)target) return app_text(a, "%s", k->name);
        return NULL;
    }
}

bool option_is_one_of(const option *o, const char *const *names)
{
    for (; *names; names++)
        if (!strcmp(o->name, *names)) return true;
    return false;
}

char *options_text(app *a, const option *options, const char *const *without)
{
    const option *const parts[] = { options, find_in(common_options, "seed", 4, 0) };
    char *text = app_text(a, "%s", "");
    for (int part = 0; part < 2; part++)
        for (const option *o = parts[part]; text && o->name; o++) {
            char *value;
            if (part && strcmp(o->name, "seed")) break; /* of the common ones it alone */
            if (o->kind == OPTION_HEADING || option_is_one_of(o, without)) continue;
            if (o->kind == OPTION_BYTES && !*(const int64_t *)o->target) continue; /* 0: not given, and not to be given */
            for (int at = 0; text && (value = option_text(a, o, at)); at++) {
                text = app_text(a, "%s%s = %s\n", text, o->name, value);
                if (!option_is_list(o->kind)) break;
            }
        }
    return text;
}

/* ---- the command line ---- */

void add_options(option_list *list, const option *more)
{
    for (; more->name && list->count < OPTIONS_MAX - 1; more++) list->item[list->count++] = *more;
    memset(&list->item[list->count], 0, sizeof *list->item);
}

/* The option that a word of the command line spells, with or without a value in it; NULL for other words. */
static const option *spelled(const command *c, const char *text)
{
    if (text[0] != '-' || !text[1]) return NULL;
    if (text[1] == '-') return find_option(c, text + 2, strcspn(text + 2, "="), 0);
    return find_option(c, NULL, 0, text[1]);
}

/* argv[*i], an option; takes its value along. */
static bool parse_one(app *a, const command *c, int argc, char **argv, int *i, bool *wants_help)
{
    const char *text = argv[*i], *value = NULL, *equals = text[1] == '-' ? strchr(text, '=') : NULL;
    const option *o = spelled(c, text);
    if (equals) value = equals + 1;
    else if (text[1] != '-' && text[2]) value = text + 2;
    if (!o) return usage_error(a, "unknown option ", app_text(a, "%.*s%s", (int)strcspn(text, "="), text, text[1] == '-' ? meant(a, c, text + 2, "--") : ""));
    if (!strcmp(o->name, "help")) return *wants_help = true;
    if (o->kind == OPTION_FLAG) return value ? usage_error(a, "no value belongs to ", text) : set_option(a, o, NULL, "");
    if (!value && *i + 1 < argc && !spelled(c, argv[*i + 1])) value = argv[++*i];
    if (!value && *i + 1 < argc) {
        fprintf(stderr, "scilama: a value is missing after %s: %s is an option (--%s=%s if that is the value)\n", text, argv[*i + 1], o->name, argv[*i + 1]);
        return false;
    }
    if (!value) return usage_error(a, "a value is missing after ", text);
    return set_option(a, o, value, "");
}

/* An option that takes one value and has been given before, by its long or its short name. */
static bool given_before(const command *c, char **argv, int at)
{
    const option *found[2] = { NULL, NULL };
    for (int i = at; i > 0; i--) {
        const char *text = argv[i];
        const option *o = spelled(c, text);
        if (i != at && !o) continue;
        if (i == at && (!o || o->kind == OPTION_FLAG || option_is_list(o->kind))) return false;
        found[i != at] = o;
        if (i != at && o == found[0]) return true;
    }
    return false;
}

int parse_options(app *a, const command *c, int argc, char **argv, int *code)
{
    const char *twice = NULL;
    bool wants_help = false, good = true;
    int files = 0;
    for (int i = 1; i < argc && !wants_help; i++) wants_help = !strcmp(argv[i], "--help") || !strcmp(argv[i], "-h");
    for (int i = 1; i < argc && good && !wants_help; i++) good = need_text(a, argv[i], app_text(a, "argument %d", i));
    const char *config = good && find_in(c->options, "config", 6, 0) ? peek_option(a, argc, argv, "config") : NULL;
    if (!wants_help && config) good = read_config(a, c, config);
    age_lists(c);
    for (int i = 1; i < argc && good && !wants_help; i++) {
        if (argv[i][0] == '-' && argv[i][1]) {
            if (given_before(c, argv, i)) twice = argv[i];
            good = parse_one(a, c, argc, argv, &i, &wants_help);
        }
        else if (files < c->max_files) c->files[files++] = argv[i];
        else good = usage_error(a, "one file too many: ", argv[i]);
    }
    if (good && twice && !a->quiet) fprintf(stderr, "scilama: %.*s is given more than once: the last one counts\n", (int)strcspn(twice, "="), twice);
    *code = good ? EXIT_DONE : EXIT_USAGE;
    if (wants_help) help(a, c);
    else if (good && files < c->min_files) {
        usage_error(a, "a file is missing: scilama ", a->verb);
        *code = EXIT_USAGE;
    } else if (good && (a->threads < 0 || a->threads > 256)) {
        usage_error(a, "--threads must be 0 to 256", "");
        *code = EXIT_USAGE;
    } else if (good && !check_paths(a, c)) {
        *code = EXIT_USAGE;
    } else if (good) return 0;
    app_release(a);
    return 1;
}
