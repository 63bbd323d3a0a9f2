/* SPDX-License-Identifier: MIT */
/* What fit would do with a data set, as JSON: its own first steps are taken, up to the model. */

#include "fit.h"
#include "info.h"
#include <inttypes.h>

static const char *const switch_names[] = { "false", "true" };

static char *failure(app *a, const char *before)
{
    char *text = app_json_escape(a, a->error.message);
    return app_text(a, "%s\"error\": \"%s\"}", before, text ? text : "");
}

static char *tables(app *a, const fit *f)
{
    char *list = app_text(a, "%s", "");
    for (int i = 0; i < f->n_embeddings && list; i++) {
        const scilama_match_report *m = &f->matches[i];
        char *what = app_json_escape(a, f->embedding_text[i]);
        list = app_text(a, "%s%s{\"table\": \"%s\", \"width\": %" PRId64 ", \"matched\": %" PRId64 ", \"missing\": %" PRId64 ", \"duplicated\": %" PRId64 ", \"unused\": %" PRId64 "}",
                        list, i ? ", " : "", what ? what : "", m->width, m->matched, m->missing, m->duplicated, m->unused);
    }
    return list;
}

char *info_fit(app *a, const info_plan *plan)
{
    fit f;
    int32_t quiet = a->quiet;
    fit_defaults(&f, NULL);
    f.input = plan->file;
    f.layer = plan->layer;
    f.embeddings = plan->embeddings;
    f.aliases = plan->aliases;
    f.ignore_case = plan->ignore_case;
    f.strip_version = plan->strip_version;
    f.first_duplicate = plan->first_duplicate;
    a->quiet = 1; /* what fit would say on the way is in the answer */
    scilama_status status = fit_prepare(a, &f);
    a->quiet = quiet;
    char *text;
    if (status == SCILAMA_E_CANCELLED) text = NULL;
    else if (status) text = failure(a, "{");
    else {
        const scilama_preprocess_report *r = &f.recipe;
        char *reason = app_json_escape(a, r->reason), *list = tables(a, &f);
        text = app_text(a, "{\"input\": \"%s\", \"reason\": \"%s\", \"normalize\": %s, \"log1p\": %s, \"highly_variable_genes\": \"%s\", \"scale\": %s, "
                        "\"cells\": %" PRId64 ", \"genes\": %" PRId64 ", \"genes_in_too_few_cells\": %" PRId64 ", \"genes_without_vector\": %" PRId64
                        ", \"genes_kept\": %" PRId64 ", \"embeddings\": [%s]}",
                        described_choice(SCILAMA_OPTIONS_PREPROCESS, "input", r->input), reason ? reason : "", switch_names[r->normalized != 0], switch_names[r->logged != 0],
                        described_choice(SCILAMA_OPTIONS_PREPROCESS, "hvg", r->hvg), switch_names[r->scaled != 0],
                        r->cells_total - r->cells_excluded, r->genes_total, r->genes_filtered, r->genes_unmatched, r->genes_used, list ? list : "");
    }
    scilama_dataset_destroy(f.dataset);
    return text;
}
