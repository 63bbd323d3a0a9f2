/* SPDX-License-Identifier: MIT */
#include "io/gmt.h"
#include "file/text.h"

/* Gene sets, one a line: name, description, genes, between tabs (Broad's GMT). */

void slm_gmt_free(scilama_context *ctx, slm_gmt *g)
{
    slm_strings_free_all(ctx, &g->names, &g->descriptions, &g->genes);
    slm_free(ctx, g->start);
    *g = (slm_gmt){ 0 };
}

typedef struct reader {
    scilama_context *ctx;
    const char *path;
    slm_name_list names, descriptions, genes;
    int64_t *start, capacity;
} reader;

/* Cuts the next field off; NULL when there is none. */
static char *field(char **at)
{
    char *from = *at;
    if (!from) return NULL;
    char *tab = strchr(from, '\t');
    *at = tab ? tab + 1 : NULL;
    if (tab) *tab = 0;
    return from;
}

/* True when text is among the genes of the set, from byte `first` on. */
static bool seen(const reader *r, size_t first, const char *text)
{
    for (size_t at = first; at < r->genes.bytes.size; at += strlen(r->genes.bytes.data + at) + 1)
        if (!strcmp(r->genes.bytes.data + at, text)) return true;
    return false;
}

static scilama_status add_set(reader *r, char *line, int64_t number, scilama_error *error)
{
    char *at = line, *name = field(&at), *description = field(&at);
    if (!name[0] || !description)
        return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld is not a gene set: it needs a name, a description and genes, separated by tabs", r->path, (long long)number);
    if (r->names.count + 1 >= r->capacity) {
        int64_t more = r->capacity ? 2 * r->capacity : 1024;
        int64_t *grown = slm_realloc_array(r->ctx, r->start, r->capacity ? r->names.count + 1 : 0, more, sizeof *grown);
        if (!grown) return slm_fail_nomem(error);
        r->start = grown;
        r->capacity = more;
    }
    if (!r->names.count) r->start[0] = 0;
    bool ok = slm_name_list_add(&r->names, name, strlen(name)) && slm_name_list_add(&r->descriptions, description, strlen(description));
    size_t first = r->genes.bytes.size;
    for (char *gene; ok && (gene = field(&at));) {
        size_t length = strlen(gene);
        if (length && !seen(r, first, gene)) ok = slm_name_list_add(&r->genes, gene, length);
    }
    if (!ok) return slm_fail_nomem(error);
    r->start[r->names.count] = r->genes.count;
    return SCILAMA_OK;
}

static scilama_status check_names(scilama_context *ctx, const char *path, const slm_strings *names, scilama_error *error)
{
    SLM_SCOPE(work, ctx);
    slm_name_index index;
    SLM_TRY(slm_name_index_build(&work, &index, names, error));
    if (index.first_duplicate < 0) return SCILAMA_OK;
    return slm_fail(error, SCILAMA_E_DUPLICATE, "%s: gene set '%.80s' occurs twice", path, slm_string(names, index.first_duplicate));
}

scilama_status slm_gmt_read(slm_gmt *out, scilama_context *ctx, const char *path, scilama_error *error)
{
    slm_lines lines;
    reader r = { .ctx = ctx, .path = path };
    slm_gmt g = { 0 };
    scilama_status status = slm_lines_open(&lines, ctx, path, error);
    if (status) return status;
    slm_name_list_init(&r.names, ctx);
    slm_name_list_init(&r.descriptions, ctx);
    slm_name_list_init(&r.genes, ctx);
    for (;;) {
        char *line;
        size_t length;
        if ((status = slm_lines_next(&lines, &line, &length, error)) || !line) break;
        status = slm_lines_text(&lines, line, length, error);
        if (!status && length) status = add_set(&r, line, lines.number, error);
        if (status) break;
    }
    slm_lines_close(&lines);
    if (!status && !r.names.count) status = slm_fail(error, SCILAMA_E_FORMAT, "%s: there is no gene set in it", path);
    if (!status) status = slm_name_list_take(&r.names, &g.names, error);
    if (!status) status = slm_name_list_take(&r.descriptions, &g.descriptions, error);
    if (!status) status = slm_name_list_take(&r.genes, &g.genes, error);
    if (!status) status = check_names(ctx, path, &g.names, error);
    slm_name_list_free(&r.names);
    slm_name_list_free(&r.descriptions);
    slm_name_list_free(&r.genes);
    if (status) {
        slm_free(ctx, r.start);
        slm_gmt_free(ctx, &g);
        return status;
    }
    g.start = r.start;
    *out = g;
    return SCILAMA_OK;
}
