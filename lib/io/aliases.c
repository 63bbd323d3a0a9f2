/* SPDX-License-Identifier: MIT */
#include "io/aliases.h"
#include "file/text.h"

/* Two columns: a gene's name in the data, and the name to look up instead. */

void slm_aliases_free(scilama_gene_aliases *a)
{
    if (!a) return;
    scilama_context *ctx = a->ctx;
    slm_strings_free(ctx, &a->names);
    slm_free_all(ctx, a->from, a->to, a);
    slm_context_release(ctx);
}

static scilama_status bad_line(const slm_lines *lines, const char *why, scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_FORMAT, "%s: line %lld %s", lines->path, (long long)lines->number, why);
}

static void trim(char **from, size_t *length)
{
    while (*length && **from == ' ') ++*from, --*length;
    while (*length && (*from)[*length - 1] == ' ') --*length;
}

/* The fields lie between tabs where there is one, else between commas, else between spaces. */
static scilama_status add_line(slm_name_list *list, const slm_lines *lines, char *line, size_t length, scilama_error *error)
{
    SLM_TRY(slm_lines_text(lines, line, length, error));
    char mark = strchr(line, '\t') ? '\t' : strchr(line, ',') ? ',' : ' ', *from, *to = "";
    size_t n, m = 0;
    line += strspn(line, " ");
    char *rest = slm_field(line, mark, &from, &n);
    if (rest) slm_field(rest + strspn(rest, " "), mark, &to, &m);
    trim(&from, &n);
    trim(&to, &m);
    if (!n || !m) return bad_line(lines, "is not two names: the gene in the data, and the name to look up instead", error);
    return slm_name_list_add(list, from, n) && slm_name_list_add(list, to, m) ? SCILAMA_OK : slm_fail_nomem(error);
}

static scilama_status read_lines(scilama_context *ctx, const char *path, slm_strings *out, scilama_error *error)
{
    SLM_LINES(lines);
    SLM_NAME_LIST(list, ctx);
    char *line;
    size_t length;
    SLM_TRY(slm_lines_open(&lines, ctx, path, error));
    for (;;) {
        SLM_TRY(slm_lines_next(&lines, &line, &length, error));
        if (!line) break;
        if (length && line[0] != '#') SLM_TRY(add_line(&list, &lines, line, length, error));
    }
    if (!list.count) return slm_fail(error, SCILAMA_E_FORMAT, "%s holds no aliases: two names a line are expected", path);
    return slm_name_list_take(&list, out, error);
}

/* The same line twice is harmless, two meanings of one name are not. */
static scilama_status check_meanings(const scilama_gene_aliases *a, const char *path, scilama_error *error)
{
    SLM_SCOPE(work, a->ctx);
    slm_strings from;
    slm_name_index index;
    SLM_TRY(slm_strings_copy(a->ctx, &from, a->from, a->count, error));
    slm_strings_hold(&work, &from);
    SLM_TRY(slm_name_index_build(&work, &index, &from, error));
    for (int64_t i = 0; i < a->count; i++) {
        int64_t first = slm_name_index_find(&index, a->from[i]);
        if (first != i && strcmp(a->to[first], a->to[i]) != 0)
            return slm_fail(error, SCILAMA_E_DUPLICATE, "%.100s: '%.40s' has two aliases, '%.40s' and '%.40s': keep one", path, a->from[i], a->to[first], a->to[i]);
    }
    return SCILAMA_OK;
}

scilama_status slm_aliases_read(scilama_gene_aliases **out, scilama_context *ctx, const char *path, scilama_error *error)
{
    scilama_gene_aliases *a = slm_alloc_zero(ctx, sizeof *a);
    if (!a) return slm_fail_nomem(error);
    a->ctx = slm_context_retain(ctx);
    scilama_status status = read_lines(ctx, path, &a->names, error);
    a->count = a->names.count / 2;
    if (!status) {
        a->from = slm_alloc_array(ctx, a->count, sizeof *a->from);
        a->to = slm_alloc_array(ctx, a->count, sizeof *a->to);
        if (!a->from || !a->to) status = slm_fail_nomem(error);
    }
    for (int64_t i = 0; i < a->count && !status; i++) {
        a->from[i] = slm_string(&a->names, 2 * i);
        a->to[i] = slm_string(&a->names, 2 * i + 1);
    }
    if (!status) status = check_meanings(a, path, error);
    if (status) slm_aliases_free(a);
    else *out = a;
    return status;
}
