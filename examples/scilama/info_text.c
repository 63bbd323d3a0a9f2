/* SPDX-License-Identifier: MIT */
/* info for people: the same JSON as aligned lines. */

#include "info.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_AT = 15, LINE = 100, SHOWN = 40 };

/* --- the library's own JSON, read ----------------------------------------------------------- */

static const char *blank(const char *p) { return p + strspn(p, " \n\t"); }

/* Behind the value at p. */
static const char *behind(const char *p)
{
    int depth = 0;
    bool text = false;
    for (p = blank(p); *p; p++) {
        if (text && *p == '\\' && p[1]) p++;
        else if (*p == '"') text = !text;
        else if (!text && (*p == '{' || *p == '[')) depth++;
        else if (!text && (*p == '}' || *p == ']') && --depth < 0) return p;
        else if (!text && !depth && *p == ',') return p;
        if (!text && !depth && (*p == '"' || *p == '}' || *p == ']')) return p + 1;
    }
    return p;
}

/* The next item of an array or the next name of an object; at: '[' or '{' first, then behind the value before. NULL at the end. */
static const char *next(const char *at)
{
    at = blank(at);
    if (*at == '[' || *at == '{' || *at == ',') at = blank(at + 1);
    return !*at || *at == ']' || *at == '}' ? NULL : at;
}

/* The value of object[name]; NULL where there is none. */
static const char *member(const char *object, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = object ? next(object) : NULL; at; at = next(behind(at))) {
        bool found = !strncmp(at + 1, name, n) && at[n + 1] == '"';
        at = blank(behind(at));
        if (*at == ':') at = blank(at + 1);
        if (found) return strncmp(at, "null", 4) ? at : NULL;
    }
    return NULL;
}

/* A value as it is shown; what is no printing character is not. */
static char *shown(app *a, const char *value)
{
    const char *end = value ? behind(value) : NULL;
    char *text = app_text(a, "%.*s", value ? (int)(end - value) : 0, value ? value : ""), *to = text;
    if (!text || *text != '"') return text;
    for (const char *from = text + 1; *from && *from != '"'; from++) {
        if (*from != '\\') *to++ = *from;
        else if (from[1] == 'u' && strlen(from) > 5) *to++ = '?', from += 5;
        else if (*++from) *to++ = strchr("\"\\/", *from) ? *from : '?';
    }
    *to = 0;
    return text;
}

static bool is(const char *object, const char *name) { return member(object, name) && !strncmp(member(object, name), "true", 4); }
static double number(const char *object, const char *name) { return member(object, name) ? strtod(member(object, name), NULL) : 0; }
static char *text_of(app *a, const char *object, const char *name) { return shown(a, member(object, name)); }

/* --- lines ---------------------------------------------------------------------------------- */

static int letters(const char *text, size_t bytes)
{
    int n = 0;
    for (size_t i = 0; i < bytes; i++) n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

/* A name and what it is, broken at blanks; a name that leaves no room has a line of its own. */
static void line(const char *name, const char *text)
{
    int column = NAMES_AT, width = letters(name, strlen(name));
    if (width < NAMES_AT) printf("%s%*s", name, NAMES_AT - width, "");
    else printf("%s\n%*s", name, NAMES_AT, "");
    for (const char *word = text; text && *word;) {
        size_t bytes = strcspn(word, " ");
        width = letters(word, bytes);
        if (column > NAMES_AT && column + 1 + width > LINE) column = printf("\n%*s", NAMES_AT, "") - 1;
        else if (column > NAMES_AT) column += printf(" ");
        column += width;
        printf("%.*s", (int)bytes, word);
        word += bytes + (word[bytes] == ' ');
    }
    putchar('\n');
}

/* "a, b, c"; of: the member of each that is shown, NULL for lists of texts; kind: of these alone, NULL = all. */
static char *names_of(app *a, const char *list, const char *of, const char *kind, const char *start)
{
    char *text = app_text(a, "%s", "");
    int n = 0;
    for (const char *item = list ? next(list) : NULL; item && text; item = next(behind(item))) {
        char *name = of ? text_of(a, item, of) : shown(a, item), *of_kind = kind ? text_of(a, item, "kind") : NULL;
        if (!name || (kind && (!of_kind || strcmp(of_kind, kind))) || (start && strncmp(name, start, strlen(start)))) continue;
        if (n++ < SHOWN) text = app_text(a, "%s%s%s", text, n > 1 ? ", " : "", name);
    }
    return text && n > SHOWN ? app_text(a, "%s … (%d in all)", text, n) : text;
}

static void list_line(app *a, const char *json, const char *name)
{
    char *names = names_of(a, member(json, name), NULL, NULL, NULL);
    if (member(json, name)) line(name, names && *names ? names : "none");
}

/* "first … last" */
static char *ends(app *a, const char *list)
{
    const char *one = list ? next(list) : NULL, *two = one ? next(behind(one)) : NULL;
    char *first = shown(a, one), *last = shown(a, two);
    if (!one) return app_text(a, "none");
    return two && first && last && strcmp(first, last) ? app_text(a, "%s … %s", first, last) : first;
}

static void problem_lines(app *a, const char *json)
{
    const char *list = member(json, "problems"), *item = list ? next(list) : NULL;
    if (!item) line("problems", "none");
    for (int n = 0; item; item = next(behind(item)), n++) {
        char *text = shown(a, item); /* whole, as messages are */
        printf("%-*s%s\n", NAMES_AT, n ? "" : "problems", text ? text : "");
    }
}

/* --- kinds of files ------------------------------------------------------------------------- */

static void table_lines(app *a, const char *fit)
{
    for (const char *t = member(fit, "embeddings") ? next(member(fit, "embeddings")) : NULL; t; t = next(behind(t)))
        line("gene vectors", text_of(a, t, "table"));
    if (!member(fit, "variable_genes_without_vector")) return;
    char *some = names_of(a, member(fit, "such_as"), NULL, NULL, NULL);
    line("without vector", app_text(a, "%.0f of the genes in use%s%s", number(fit, "variable_genes_without_vector"), some && *some ? ": " : "", some ? some : ""));
}

/* What fit would do. */
static void fit_lines(app *a, const char *fit)
{
    if (!fit) return;
    if (member(fit, "error")) {
        line("fit would", app_text(a, "fail: %s", text_of(a, fit, "error")));
        return;
    }
    const char *hvg = text_of(a, fit, "highly_variable_genes");
    double left_out = number(fit, "genes_in_too_few_cells") + number(fit, "genes_without_vector");
    bool variable = hvg && strcmp(hvg, "none") && number(fit, "genes_kept") < number(fit, "genes") - left_out, done = is(fit, "normalize") || is(fit, "log1p") || is(fit, "scale");
    char *steps = app_text(a, "%s%s%s%s", is(fit, "normalize") ? ", normalise" : "", is(fit, "log1p") ? ", log1p" : "", is(fit, "scale") ? ", scale" : "", done ? "" : ", leave as it is");
    line("fit would", app_text(a, "take it as %s%s", text_of(a, fit, "input"), steps ? steps : ""));
    line("", app_text(a, "(%s)", text_of(a, fit, "reason")));
    char *left = app_text(a, "%s", "");
    if (number(fit, "genes_in_too_few_cells") > 0) left = app_text(a, "; %.0f are in too few cells", number(fit, "genes_in_too_few_cells"));
    if (number(fit, "genes_without_vector") > 0) left = app_text(a, "%s; %.0f have no vector", left ? left : "", number(fit, "genes_without_vector"));
    bool all = !(number(fit, "genes_kept") < number(fit, "genes"));
    if (all) line("", app_text(a, "use all %.0f genes", number(fit, "genes")));
    else line("", app_text(a, "use %.0f of %.0f genes%s%s%s%s", number(fit, "genes_kept"), number(fit, "genes"), variable ? ", the most variable (" : "", variable ? hvg : "", variable ? ")" : "",
                           left ? left : ""));
    table_lines(a, fit);
}

/* kind: what fit takes it for; NULL: not asked */
static void matrix_line(app *a, const char *x, const char *layer, const char *kind)
{
    static const char *const storages[][2] = { { "csr", "sparse by cells (csr)" }, { "csc", "sparse by genes (csc)" } };
    const char *storage = text_of(a, x, "storage");
    const char *compression = text_of(a, x, "compression");
    if (!storage || !strcmp(storage, "absent")) {
        line(layer ? layer : "X", "not there");
        return;
    }
    for (int i = 0; i < 2; i++)
        if (!strcmp(storage, storages[i][0])) storage = storages[i][1];
    char *text = app_text(a, "%s%s%s, %s%s%s", kind ? kind : "", kind ? ", " : "", storage, text_of(a, x, "dtype"), compression && *compression ? ", " : "", !compression || !*compression ? "" : strcmp(compression, "none") ? compression : "not compressed");
    if (member(x, "density")) text = app_text(a, "%s; %.3g %% of values not 0", text ? text : "", 100 * number(x, "density"));
    if (number(x, "nan") > 0) text = app_text(a, "%s; %.0f NaN", text ? text : "", number(x, "nan"));
    line(layer ? layer : "X", text);
}

/* Of what is listed, what begins as the program's names do; by other programs, too, where they keep to these. */
static void written_line(app *a, const char *json)
{
    static const char *const places[] = { "obs", "obsm", "varm" };
    const char *by = text_of(a, member(json, "scilama"), "version");
    char *text = by && *by ? app_text(a, "fit %s:", by) : app_text(a, "%s", "");
    bool any = by && *by;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 2; k++) {
            char *names = names_of(a, member(json, places[i]), i ? NULL : "name", NULL, k ? "X_scilama" : "scilama");
            if (!names || !*names) continue;
            text = app_text(a, "%s%s%s %s", text ? text : "", !any || text[strlen(text) - 1] == ':' ? (any ? " " : "") : "; ", places[i], names);
            any = true;
        }
    if (any) line("scilama wrote", text);
}

static void data_lines(app *a, const char *json, const char *file, const char *layer)
{
    static const char *const kinds[][2] = { { "h5ad", "AnnData" }, { "h5mu", "MuData" }, { "10x", "10x Genomics HDF5" }, { "loom", "loom" }, { "mtx", "MatrixMarket" } };
    const char *kind = text_of(a, json, "kind"), *by = text_of(a, json, "written_by"), *modality = text_of(a, json, "modality");
    for (int i = 0; i < 5 && kind; i++)
        if (!strcmp(kind, kinds[i][0])) kind = kinds[i][1];
    printf("%s: %s%s%s\n", file, kind ? kind : "", by && *by ? ", written by " : "", by ? by : "");
    if (modality && *modality) line("modality", app_text(a, "%s, of %s", modality, names_of(a, member(json, "modalities"), NULL, NULL, NULL)));
    line("cells × genes", app_text(a, "%.0f × %.0f", number(json, "n_obs"), number(json, "n_vars")));
    line("cells", ends(a, member(json, "obs_names")));
    line("genes", ends(a, member(json, "var_names")));
    matrix_line(a, member(json, "x"), layer, member(member(json, "fit"), "input") ? text_of(a, member(json, "fit"), "input") : NULL);
    list_line(a, json, "layers");
    static const char *const columns[] = { "categorical", "string", "bool", "numeric", "other" };
    bool any = false;
    for (int i = 0; i < 5; i++) {
        char *names = names_of(a, member(json, "obs"), "name", columns[i], NULL);
        if (!names || !*names) continue;
        line(any ? "" : "obs", app_text(a, "%s: %s", columns[i], names));
        any = true;
    }
    if (!any) line("obs", "no columns");
    list_line(a, json, "obsm");
    list_line(a, json, "varm");
    written_line(a, json);
}

static void category_lines(app *a, const char *list, const char *name)
{
    bool first = true;
    for (const char *c = list ? next(list) : NULL; c; c = next(behind(c))) {
        char *categories = names_of(a, member(c, "categories"), NULL, NULL, NULL);
        line(first ? name : "", app_text(a, "%s%s%s", text_of(a, c, "name"), categories && *categories ? ": " : ", numbers", categories ? categories : ""));
        first = false;
    }
}

static void model_lines(app *a, const char *json, const char *file)
{
    const char *recipe = member(json, "recipe"), *library = text_of(a, json, "library_version");
    printf("%s: a model%s%s\n", file, library && *library ? " of scilama " : "", library ? library : "");
    line("trained", app_text(a, "%.0f steps on %.0f cells", number(json, "steps"), number(json, "train_cells")));
    if (recipe) {
        line("genes", app_text(a, "%.0f: %s", number(json, "genes"), ends(a, member(json, "gene_names"))));
        line("prepared", app_text(a, "from %s%s%s%s", text_of(a, recipe, "input"), is(recipe, "normalized") ? ", normalised" : "", is(recipe, "logged") ? ", log1p" : "",
                                  is(recipe, "scaled") ? ", scaled" : ""));
        category_lines(a, member(json, "covariates"), "corrects for");
        for (const char *t = member(json, "tables") ? next(member(json, "tables")) : NULL; t; t = next(behind(t)))
            line("gene vectors", app_text(a, "%s: %.0f numbers each", text_of(a, t, "name"), number(t, "width")));
        line("embedding", app_text(a, "%.0f numbers per cell and gene", number(json, "latent")));
        if (number(json, "mixture_components") > 0)
            line("latent means", app_text(a, "%.0f principal axes, along which cells are a mixture of %.0f Gaussians", number(json, "mixture_axes"), number(json, "mixture_components")));
        line("absent genes", is(json, "fills_absent_genes") ? "of new cells are filled in" : "of new cells are not filled in");
        if (number(json, "reference_cells") > 0) line("reference", app_text(a, "%.0f cells, for scilama map", number(json, "reference_cells")));
        else line("reference", "no cells: scilama map needs them (fit --reference)");
        category_lines(a, member(json, "labels"), "labels");
    }
}

void info_print(app *a, const char *json, const info_plan *plan)
{
    const char *kind = text_of(a, json, "kind");
    const char *layer = plan->layer ? app_text(a, "%s", plan->layer) : NULL;
    if (kind && !strcmp(kind, "model")) model_lines(a, json, plan->file);
    else if (kind && !strcmp(kind, "table")) {
        printf("%s: gene vectors\n", plan->file);
        line("genes", app_text(a, "%.0f: %s", number(json, "rows"), ends(a, member(json, "names"))));
        line("width", app_text(a, "%.0f numbers each", number(json, "width")));
    } else data_lines(a, json, plan->file, layer);
    fit_lines(a, member(json, "fit"));
    problem_lines(a, json);
}
