/* SPDX-License-Identifier: MIT */
#include "info.h"
#include <string.h>

/* Where the problems begin, the last of the library's object; NULL where there are none. */
static const char *problems_of(const char *json)
{
    const char *at = strstr(json, "\"problems\": [");
    for (const char *next = at; next; next = strstr(next + 1, "\"problems\": [")) at = next; /* a name may say so too: the last is it */
    return at;
}

/* The object with what fit left in the file, before the problems: its version says which fit it was. */
static char *with_version(app *a, const char *json, const char *file)
{
    const char *at = problems_of(json), *version = at ? fit_option(a, file, "version") : NULL;
    char *text = version ? app_json_escape(a, version) : NULL;
    return text ? app_text(a, "%.*s\"scilama\": {\"version\": \"%s\"}, %s", (int)(at - json), json, text, at) : app_text(a, "%s", json);
}

/* The object with one more entry, before the problems, and with those that fit would warn of. */
static char *with_fit(app *a, const char *json, const char *fit)
{
    const char *at = problems_of(json);
    if (!at) return app_text(a, "%s", json);
    int length = (int)strlen(at) - 2; /* without "]}" */
    char *text = app_text(a, "%.*s\"fit\": %s, %.*s", (int)(at - json), json, fit, length, at);
    for (int i = 0; i < a->warnings.count && text; i++) {
        char *problem = app_json_escape(a, a->warnings.item[i]);
        if (problem && strstr(at, problem)) continue; /* the library lists it */
        text = problem ? app_text(a, "%s%s\"%s\"", text, text[strlen(text) - 1] == '[' ? "" : ", ", problem) : NULL;
    }
    return text ? app_text(a, "%s]}", text) : NULL;
}

static bool is_data(const char *json)
{
    static const char *const kinds[] = { "h5ad", "h5mu", "10x", "loom", "mtx" };
    char start[40];
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        int length = snprintf(start, sizeof start, "{\"kind\": \"%s\"", kinds[i]);
        if (!strncmp(json, start, (size_t)length)) return true;
    }
    return false;
}

static scilama_status describe(app *a, const info_plan *plan)
{
    char *text = NULL;
    const char *layer = plan->layer;
    if (a->modality && !(layer = app_text(a, "mod/%s%s%s", a->modality, layer ? "/" : "", layer ? layer : ""))) return SCILAMA_E_NOMEM;
    scilama_status status = scilama_file_describe(&text, a->context, plan->file, layer, &a->error);
    if (status) return status;
    bool anndata = !strncmp(text, "{\"kind\": \"h5", 12); /* h5ad, h5mu */
    const char *shown = anndata ? with_version(a, text, plan->file) : text;
    if (!shown) status = SCILAMA_E_NOMEM;
    else if (plan->against && is_data(text))
        status = app_fail(a, SCILAMA_E_INVALID, "%s is a data set: --against compares a table of gene vectors with one", plan->file);
    else if (plan->against || (is_data(text) && !plan->quick)) {
        char *fit = info_fit(a, plan);
        shown = fit ? with_fit(a, shown, fit) : NULL;
        if (!shown) status = a->error.code ? a->error.code : SCILAMA_E_NOMEM;
    }
    if (!status && plan->json) puts(shown);
    else if (!status) info_print(a, shown, plan);
    scilama_text_destroy(a->context, text);
    return status;
}

int verb_info(int argc, char **argv)
{
    app a = { .verb = "info" };
    info_plan plan;
    memset(&plan, 0, sizeof plan);
    const option options[] = {
        { "layer", 0, OPTION_STRING, &plan.layer, "NAME", "matrix to describe: a layer, or raw (default X)", 0, NULL },
        MODALITY_OPTION(&a),
        GENE_NAMES_OPTION(&a),
        { "batch", 'b', OPTION_LIST, &plan.batch, "KEY", "obs column of batches to check (default: batch, where there is one); repeatable", 0, NULL },
        { "embeddings", 0, OPTION_INPUTS, &plan.embeddings, "NAME=FILE", "how this table of gene vectors would match; repeatable", 0, NULL },
        { "against", 0, OPTION_INPUT, &plan.against, "IN.h5ad", "of a table: what fit would make of it with these data, and which of their variable genes it lacks", 0, NULL },
        { "gene-aliases", 0, OPTION_INPUT, &plan.aliases, "FILE", "... with these other names of genes (see fit)", 0, NULL },
        { "ignore-case", 0, OPTION_FLAG, &plan.ignore_case, NULL, "... without regard to case", 1, NULL },
        { "strip-version", 0, OPTION_FLAG, &plan.strip_version, NULL, "... without the version suffix of Ensembl identifiers", 1, NULL },
        { "first-duplicate", 0, OPTION_FLAG, &plan.first_duplicate, NULL, "... the first of genes or vectors of one name", 1, NULL },
        { "quick", 0, OPTION_FLAG, &plan.quick, NULL, "leave out what fit would do, for which the matrix is read as a whole", 1, NULL },
        { "json", 0, OPTION_FLAG, &plan.json, NULL, "one JSON object on the standard output, with every figure", 1, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "FILE [--layer NAME] [--batch KEY] [--embeddings NAME=FILE] [--against IN.h5ad] [--quick] [--json]",
                        "What a data set, model or table of gene vectors holds, every problem found in it, and what fit\n"
                        "with its defaults would do with a data set.", options, 1, 1, &plan.file, "r" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    scilama_status status = app_open(&a);
    if (!status) status = describe(&a, &plan);
    return app_close(&a, status);
}
