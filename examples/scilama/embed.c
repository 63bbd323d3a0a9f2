/* SPDX-License-Identifier: MIT */
#include "tables.h"
#include <inttypes.h>
#include <string.h>

int verb_embed(int argc, char **argv)
{
    app a = { .verb = "embed" };
    const char *files[2] = { NULL, NULL }, *out = NULL, *layer = NULL, *key = "X_scilama", *deviations = NULL;
    int32_t sigma = 0;
    int64_t stream = 0;
    query_tables tables;
    memset(&tables, 0, sizeof tables);
    const option options[] = {
        { "output", 'o', OPTION_OUTPUT, &out, "OUT.h5ad", "where to write (needed)", 0, NULL },
        { "layer", 0, OPTION_STRING, &layer, "NAME", "matrix to read: a layer, or raw (default X)", 0, NULL },
        MODALITY_OPTION(&a),
        GENE_NAMES_OPTION(&a),
        { "key", 0, OPTION_STRING, &key, "NAME", "obsm name to write (default X_scilama; not one of others)", 0, NULL },
        { "stream", 0, OPTION_BYTES, &stream, "BYTES", "leave the matrix in the file and hold so much of it at once: 64M", 0, NULL },
        QUERY_TABLE_OPTIONS(tables),
        { "sigma", 0, OPTION_FLAG, &sigma, NULL, "also write obsm[NAME_sigma], the standard deviations; one that is there is written anew in any case", 1, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "M.h5 IN.h5ad -o OUT.h5ad [--layer NAME] [--key NAME]",
                        "Embeds cells with a saved model. They are prepared as the model's training cells were; its\n"
                        "covariates are read from the obs columns of the same names.", options, 2, 2, files, "ru" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    if (!out) {
        fprintf(stderr, "scilama: -o OUT.h5ad is needed (see scilama embed --help)\n");
        return EXIT_USAGE;
    }
    scilama_model *model = NULL;
    scilama_dataset *d = NULL;
    scilama_h5ad_writer *writer = NULL;
    scilama_model_info info;
    float *mu = NULL, *deviation = NULL;
    scilama_model_info_init(&info, sizeof info);
    scilama_status status = app_open(&a);
    if (!status) status = check_output(&a, out);
    if (!status) status = keep_others(&a, files[1], "obsm", key);
    if (!status && !(deviations = app_text(&a, "%s_sigma", key))) status = SCILAMA_E_NOMEM;
    /* deviations of an earlier embedding would stand beside this one as its own: they are written anew */
    if (!status && !sigma) sigma = is_ours(&a, files[1], "obsm", deviations) && is_there(&a, files[1], "obsm", deviations);
    if (!status && sigma) status = keep_others(&a, files[1], "obsm", deviations);
    if (!status) status = scilama_model_load(&model, a.context, files[0], &a.error);
    if (!status) status = scilama_model_get_info(model, &info, &a.error);
    if (!status) status = query_cells(&a, model, files[1], layer, stream, &d);
    if (!status) status = add_query_tables(&a, &tables, model, d);
    if (!status) status = need_model_categories(&a, d, files[1], model);
    if (status) goto done;
    int64_t cells = scilama_dataset_cells(d);
    mu = app_alloc(&a, cells * info.latent, sizeof *mu);
    deviation = sigma ? app_alloc(&a, cells * info.latent, sizeof *deviation) : NULL;
    if (!mu || (sigma && !deviation)) status = SCILAMA_E_NOMEM;
    if (!status) status = scilama_model_encode_cells(model, d, mu, deviation, 0, &a.error);
    if (!status) tell_stale_graph(&a, files[1], key);
    if (!status) status = open_output(&a, files[1], layer, out, &writer);
    if (!status) status = scilama_h5ad_writer_put_obsm(writer, key, mu, info.latent, 0, &a.error);
    if (!status) status = forget_other_genes(&a, model, files[1], layer, d, key, writer);
    if (!status) status = note_ours(&a, writer, "obsm", key);
    if (!status && sigma) status = scilama_h5ad_writer_put_obsm(writer, deviations, deviation, info.latent, 0, &a.error);
    if (!status && sigma) status = note_ours(&a, writer, "obsm", deviations);
    if (!status) status = scilama_h5ad_writer_commit(writer, &a.error);
    if (!status) app_say(&a, "%s: obsm['%s'], %" PRId64 " cells × %" PRId64 " numbers", out, key, cells, info.latent);
done:
    scilama_h5ad_writer_destroy(writer);
    scilama_dataset_destroy(d);
    scilama_model_destroy(model);
    return app_close(&a, status);
}
