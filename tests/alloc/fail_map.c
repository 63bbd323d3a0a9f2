/* SPDX-License-Identifier: MIT */
/* Lets every allocation of mapping fail in turn: what a model learns of its genes, a reference with labels and layout, a query of fewer
 * genes and of another batch, adapting, neighbours, labels, novelty, and the whole into a file. Each time the call at hand must
 * return SCILAMA_E_NOMEM with a message, then succeed when it is tried again, and the whole must end with the same bits, no block
 * left and no file but the one that was asked for. Meant to be run with AddressSanitizer too. */

#include "again.h"
#include <unistd.h>

enum { CELLS = 40, GENES = 24, MEASURED = 16, LATENT = 3, K = 4 };

typedef struct input {
    float dense[CELLS * GENES], part[CELLS * MEASURED];
    int32_t label[CELLS];
    char text[GENES][8];
    const char *genes[GENES], *batch[CELLS], *other[CELLS];
} input;

typedef struct result {
    float points[CELLS * LATENT], novelty[CELLS], place[CELLS * 2], p[CELLS], p2[CELLS], far[CELLS * K], read[CELLS * LATENT];
    int32_t near[CELLS * K], code[CELLS], second[CELLS];
} result;

static input *make_input(void)
{
    input *in = calloc(1, sizeof *in);
    unsigned state = 1;
    for (int c = 0; c < CELLS; c++) {
        for (int g = 0; g < GENES; g++) {
            state = state * 1664525u + 1013904223u;
            in->dense[c * GENES + g] = (float)(state >> 29) + (g % 3 == c % 3 ? 6 : 0);
            if (g < MEASURED) in->part[c * MEASURED + g] = in->dense[c * GENES + g];
        }
        in->label[c] = c % 4 == 3 ? -1 : c % 3;
        in->batch[c] = c % 2 ? "first" : "second";
        in->other[c] = c % 2 ? "first" : "third";
    }
    for (int g = 0; g < GENES; g++) {
        snprintf(in->text[g], sizeof in->text[g], "gene%d", g);
        in->genes[g] = in->text[g];
    }
    return in;
}

static void build(failing *f, scilama_context *ctx, const input *in, int query, scilama_dataset **d)
{
    scilama_error error;
    scilama_matrix m;
    scilama_preprocess_options po;
    scilama_matrix_init(&m, sizeof m);
    m.rows = CELLS;
    m.cols = query ? MEASURED : GENES;
    m.values = query ? in->part : in->dense;
    CALL(scilama_dataset_create(d, ctx, &m, NULL, in->genes, &error));
    CALL(scilama_dataset_set_strings(*d, "batch", query ? in->other : in->batch, &error));
    if (query) return;
    CALL(scilama_dataset_use_covariate(*d, "batch", SCILAMA_COVARIATE_CATEGORICAL, &error));
    CALL(scilama_dataset_split_random(*d, 0.8, 0.2, 1, NULL, &error));
    scilama_preprocess_options_init(&po, sizeof po, SCILAMA_PRESET_RECOMMENDED);
    CALL(scilama_dataset_preprocess(*d, &po, NULL, &error));
}

static scilama_model *train(failing *f, scilama_dataset *d)
{
    scilama_error error;
    scilama_model_options mo;
    scilama_trainer_options to;
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_RECOMMENDED);
    mo.latent = LATENT;
    mo.hidden[0] = 8;
    mo.hidden[1] = 6;
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    CALL(scilama_model_create(&model, d, &mo, &error));
    scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_RECOMMENDED);
    to.mode = SCILAMA_MODE_BETA_VAE;
    to.batch_size = 16;
    to.max_steps = 2;
    CALL(scilama_trainer_create(&trainer, model, d, &to, &error));
    CALL(scilama_trainer_run(trainer, NULL, NULL, NULL, &error));
    scilama_trainer_destroy(trainer);
    return model;
}

static void carry_reference(failing *f, scilama_context *ctx, const input *in, scilama_model *model, scilama_dataset *d)
{
    static const char *const names[] = { "x", "y", "z" };
    static float points[CELLS * LATENT];
    scilama_error error;
    scilama_reference *r = NULL;
    CALL(scilama_model_encode_cells(model, d, points, NULL, 0, &error));
    CALL(scilama_model_learn_absent(model, d, &error));
    CALL(scilama_reference_create(&r, ctx, points, CELLS, LATENT, 0, &error));
    CALL(scilama_reference_add_labels(r, "kind", in->label, names, 3, &error));
    CALL(scilama_reference_set_layout(r, points, 1, &error));
    CALL(scilama_model_set_reference(model, r, &error));
    CALL(scilama_model_describe_reference(model, d, &error));
    scilama_reference_destroy(r);
}

static void map(failing *f, const input *in, const char *path, result *out)
{
    static float adapted[CELLS];
    scilama_error error;
    scilama_context_options co;
    scilama_query_report report;
    scilama_covariate_report gaps;
    scilama_adapt_options ao;
    scilama_adapt_report change;
    scilama_allocator allocator = { f, allocate, release };
    scilama_context *ctx = NULL;
    scilama_dataset *d = NULL, *query = NULL, *streamed = NULL;
    scilama_file_options fo;
    scilama_reference *r = NULL;
    scilama_h5ad_writer *w = NULL;
    scilama_context_options_init(&co, sizeof co);
    co.allocator = &allocator;
    co.threads = 2;
    CALL(scilama_context_create(&ctx, &co, &error));
    build(f, ctx, in, 0, &d);
    scilama_model *model = train(f, d);
    carry_reference(f, ctx, in, model, d);
    build(f, ctx, in, 1, &query);
    scilama_query_report_init(&report, sizeof report);
    scilama_covariate_report_init(&gaps, sizeof gaps);
    CALL(scilama_model_check_query(model, query, &report, &error));
    CALL(scilama_model_check_covariate(model, query, 0, &gaps, &error));
    if (report.measured != MEASURED || gaps.unknown != CELLS / 2) die("check", f, 0, "another finding");
    CALL(scilama_model_get_reference(&r, model, &error));
    CALL(scilama_model_encode_cells(model, query, out->points, NULL, 0, &error));
    CALL(scilama_reference_neighbors(r, out->points, CELLS, 0, K, out->near, out->far, &error));
    CALL(scilama_reference_transfer(r, 0, out->near, out->far, CELLS, K, out->code, out->p, out->second, out->p2, &error));
    CALL(scilama_reference_place(r, out->near, out->far, CELLS, K, out->place, &error));
    CALL(scilama_model_novelty(model, query, out->novelty, &error));
    CALL(scilama_h5ad_writer_create_from(&w, path, query, 1, &error));
    CALL(scilama_model_map(model, query, w, NULL, &error));
    CALL(scilama_model_map(model, query, w, NULL, &error)); /* in place of what the first one left */
    CALL(scilama_h5ad_writer_commit(w, &error));
    scilama_h5ad_writer_destroy(w);
    CALL(scilama_h5ad_writer_create_from(&w, path, query, 0, &error));
    CALL(scilama_h5ad_writer_copy_obs(w, path, NULL, &error));
    scilama_h5ad_writer_destroy(w);
    CALL(scilama_h5ad_read_array(ctx, path, "obsm/X_scilama", NULL, NULL, out->read, CELLS * LATENT, &error));
    if (memcmp(out->read, out->points, sizeof out->read) != 0) die("map", f, 0, "another embedding in the file");
    scilama_file_options_init(&fo, sizeof fo);
    fo.stream_memory = 1 << 20;
    CALL(scilama_dataset_read_h5ad(&streamed, ctx, path, &fo, &error));
    CALL(scilama_model_encode_cells(model, streamed, out->read, NULL, 0, &error));
    if (memcmp(out->read, out->points, sizeof out->read) != 0) die("stream", f, 0, "another embedding of the file's rows");
    scilama_dataset_destroy(streamed);
    scilama_adapt_options_init(&ao, sizeof ao);
    scilama_adapt_report_init(&change, sizeof change);
    ao.decoder_steps = 2;
    CALL(scilama_model_adapt(model, query, &ao, &change, &error)); /* tried again it may find its category known */
    CALL(scilama_model_novelty(model, query, adapted, &error)); /* less what the batch adds */
    scilama_reference_destroy(r);
    scilama_model_destroy(model);
    scilama_dataset_destroy(query);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
}

int main(void)
{
    char folder[] = "/tmp/scilama-fail-map-XXXXXX", path[64];
    input *in = make_input();
    result *first = calloc(1, sizeof *first), *now = calloc(1, sizeof *now);
    failing f = { 0 };
    if (!mkdtemp(folder)) return 1;
    snprintf(path, sizeof path, "%s/o.h5ad", folder);
    map(&f, in, path, first);
    long long needed = f.calls;
    for (long long n = 1; n <= needed; n++) {
        f = (failing){ .fail_at = n };
        map(&f, in, path, now);
        if (f.failed != 1) die("map", &f, 0, "the allocation did not take place");
        if (f.live) die("map", &f, 0, "a block is left");
        if (memcmp(first, now, sizeof *now) != 0) die("map", &f, 0, "another result");
    }
    unlink(path);
    if (rmdir(folder)) die("map", &f, 0, "another file is left");
    printf("each of %lld allocations failed once\n", needed);
    free(in);
    free(first);
    free(now);
    return 0;
}
