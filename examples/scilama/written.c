/* SPDX-License-Identifier: MIT */
/* Whose an element of a file is. What has the program's own names is the program's; what a person gave a name (--key) is listed in
 * uns["scilama_wrote"], so that it can be made anew, and what others made cannot be lost. */

#include "common.h"
#include <string.h>

static bool has_own_name(const char *key) { return !strncmp(key, "scilama", 7) || !strncmp(key, "X_scilama", 9); }

/* Does uns hold PLACE/params/NAME? */
static bool has_parameter(app *a, const char *path, const char *place, const char *name)
{
    char *full = app_text(a, "uns/%s/params/%s", place, name);
    return full && uns_text(a, path, full);
}

/* scanpy tells how it found clusters or a layout by what ours do not have: they are its own, whatever stood there before. */
static bool is_scanpys(app *a, const char *path, const char *group, const char *key)
{
    if (!strcmp(group, "obs")) return has_parameter(a, path, key, "n_iterations");
    return has_parameter(a, path, strcmp(key, "X_umap") ? key : "umap", "a");
}

bool is_ours(app *a, const char *path, const char *group, const char *key)
{
    if (has_own_name(key)) return true;
    if (!strcmp(group, "obsm") && !strcmp(key, "X_umap") && graph_is_of(a, path, "X_scilama")) return true; /* of fit */
    if (!strcmp(group, "uns")) return has_parameter(a, path, key, "groupby"); /* a comparison takes the place of another, as in scanpy */
    char *name = app_text(a, "uns/scilama_wrote/%s/%s", group, key);
    return name && uns_text(a, path, name) && !is_scanpys(a, path, group, key);
}

/* Rows of a data frame; 0 where there is none, or no AnnData. */
static int64_t frame_rows(app *a, const char *path, const char *table)
{
    int64_t rows = 0;
    app_has(a, scilama_h5ad_read_column(a->context, path, table, "", &rows, NULL, 0, &a->error));
    return rows;
}

/* What is a dictionary is found by its not being a text. */
static bool in_uns(app *a, const char *path, const char *full)
{
    char *text = NULL, *obs = data_key(a, "obs");
    if (!obs || !frame_rows(a, path, obs)) return false;
    scilama_status status = scilama_h5ad_read_string(&text, a->context, path, full, &a->error);
    scilama_text_destroy(a->context, text);
    return app_has(a, status) || (status != SCILAMA_E_NOTFOUND && status != SCILAMA_E_IO);
}

bool is_there(app *a, const char *path, const char *group, const char *key)
{
    char *name = app_text(a, "%s/%s", group, key), *full = name ? data_key(a, name) : NULL, *table = data_key(a, group);
    scilama_error before = a->error; /* of what failed already, perhaps */
    bool there = false;
    if (!full || !table) return false;
    if (!strcmp(group, "obs") || !strcmp(group, "var")) there = app_has(a, scilama_h5ad_read_column(a->context, path, table, key, NULL, NULL, 0, &a->error));
    else if (!strcmp(group, "uns")) there = in_uns(a, path, full);
    else there = app_has(a, scilama_h5ad_read_array(a->context, path, full, NULL, NULL, NULL, 0, &a->error)) || frame_rows(a, path, full);
    a->error = before;
    return there;
}

scilama_status keep_others(app *a, const char *path, const char *group, const char *key)
{
    if (is_ours(a, path, group, key) || !is_there(a, path, group, key)) return SCILAMA_OK;
    return app_fail(a, SCILAMA_E_INVALID, "%.150s has %s['%.60s'], which scilama did not write and would replace: give another name by --key", path, group, key);
}

scilama_status note_ours(app *a, scilama_h5ad_writer *writer, const char *group, const char *key)
{
    if (has_own_name(key)) return SCILAMA_OK;
    char *name = app_text(a, "scilama_wrote/%s/%s", group, key);
    return name ? scilama_h5ad_writer_put_uns_string(writer, name, a->verb, &a->error) : SCILAMA_E_NOMEM;
}
