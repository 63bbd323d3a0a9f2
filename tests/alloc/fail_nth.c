/* SPDX-License-Identifier: MIT */
/* Lets every allocation of a small fit fail in turn: data set, covariates, gene table,
 * recipe, model, training, embedding, decoding, state. Each time the call at hand must
 * return SCILAMA_E_NOMEM with a message, then succeed when it is tried again with memory
 * at hand, and the whole must end with the same bits and no block left. Meant to be run
 * with AddressSanitizer too. */

#include "again.h"

enum { CELLS = 30, GENES = 24, WIDTH = 5, LATENT = 3 };

typedef struct input {
    float dense[CELLS * GENES], vectors[GENES * WIDTH];
    float values[CELLS * GENES];
    int32_t indices[CELLS * GENES], indptr[CELLS + 1];
    char text[GENES][8];
    const char *genes[GENES], *batch[CELLS];
    double depth[CELLS];
} input;

static input *make_input(void)
{
    input *in = calloc(1, sizeof *in);
    unsigned state = 1;
    int stored = 0;
    for (int c = 0; c < CELLS; c++) {
        for (int g = 0; g < GENES; g++) {
            state = state * 1664525u + 1013904223u;
            float v = (float)(state >> 29);
            in->dense[c * GENES + g] = v;
            if (v != 0) in->values[stored] = v, in->indices[stored++] = g;
        }
        in->indptr[c + 1] = stored;
        in->batch[c] = c % 3 ? "first" : "second";
        in->depth[c] = sin(c);
    }
    for (int g = 0; g < GENES; g++) {
        snprintf(in->text[g], sizeof in->text[g], "gene%d", g);
        in->genes[g] = in->text[g];
        for (int i = 0; i < WIDTH; i++) in->vectors[g * WIDTH + i] = (float)cos(g * WIDTH + i);
    }
    return in;
}

typedef struct result { float cells[CELLS * LATENT], genes[GENES * LATENT], decoded[CELLS * GENES], told[CELLS * 3]; } result;

static scilama_status fetch(void *user, const scilama_row_block *b, scilama_error *error)
{
    const input *in = user;
    int64_t at = 0;
    (void)error;
    for (int64_t r = 0; r < b->rows; r++) {
        b->indptr[r] = at;
        for (int32_t i = in->indptr[b->cells[r]]; i < in->indptr[b->cells[r] + 1]; i++) {
            b->indices[at] = in->indices[i];
            b->values[at++] = in->values[i];
        }
        b->indptr[r + 1] = at;
    }
    return SCILAMA_OK;
}

enum { DENSE, SPARSE, STREAMED, KINDS };

static void build_dataset(failing *f, scilama_context *ctx, const input *in, int sparse, scilama_dataset **ds)
{
    scilama_error error;
    scilama_matrix m;
    scilama_gene_table *table = NULL;
    scilama_preprocess_options po;
    scilama_matrix_init(&m, sizeof m);
    m.storage = sparse ? SCILAMA_STORAGE_CSR : SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.index_type = SCILAMA_DTYPE_I32;
    m.rows = CELLS;
    m.cols = GENES;
    m.stored = in->indptr[CELLS];
    m.values = sparse ? in->values : in->dense;
    m.indices = sparse ? in->indices : NULL;
    m.indptr = sparse ? in->indptr : NULL;
    scilama_row_source rows;
    scilama_row_source_init(&rows, sizeof rows);
    rows.storage = SCILAMA_STORAGE_CSR;
    rows.rows = CELLS;
    rows.cols = GENES;
    rows.memory = 20000;
    rows.fetch = fetch;
    rows.user = (void *)in;
    if (sparse == STREAMED) CALL(scilama_dataset_create_from_rows(ds, ctx, &rows, NULL, in->genes, &error));
    else CALL(scilama_dataset_create(ds, ctx, &m, NULL, in->genes, &error));
    CALL(scilama_dataset_set_strings(*ds, "batch", in->batch, &error));
    CALL(scilama_dataset_set_numeric(*ds, "depth", in->depth, &error));
    CALL(scilama_dataset_use_covariate(*ds, "batch", SCILAMA_COVARIATE_CATEGORICAL, &error));
    CALL(scilama_dataset_use_covariate(*ds, "depth", SCILAMA_COVARIATE_CONTINUOUS, &error));
    CALL(scilama_dataset_split_random(*ds, 0.8, 0.2, 1, "batch", &error));
    CALL(scilama_gene_table_create(&table, ctx, in->genes, in->vectors, GENES, WIDTH, 0, &error));
    CALL(scilama_dataset_add_gene_table(*ds, "vectors", table, NULL, NULL, &error));
    scilama_gene_table_destroy(table);
    scilama_preprocess_options_init(&po, sizeof po, SCILAMA_PRESET_RECOMMENDED);
    po.n_top_genes = GENES - 4;
    CALL(scilama_dataset_preprocess(*ds, &po, NULL, &error));
}

static void fit(failing *f, const input *in, int sparse, result *out)
{
    scilama_error error;
    scilama_context_options co;
    scilama_model_options mo;
    scilama_trainer_options to;
    scilama_allocator allocator = { f, allocate, release };
    scilama_context *ctx = NULL;
    scilama_dataset *ds = NULL;
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    scilama_context_options_init(&co, sizeof co);
    co.allocator = &allocator;
    co.threads = sparse ? 2 : 1;
    CALL(scilama_context_create(&ctx, &co, &error));
    build_dataset(f, ctx, in, sparse, &ds);
    scilama_dataset *const both[] = { ds, ds };
    scilama_dataset *together = NULL;
    CALL(scilama_dataset_concat(&together, both, 2, NULL, &error));
    scilama_dataset_destroy(together);
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_RECOMMENDED);
    mo.latent = LATENT;
    mo.hidden[0] = 8;
    mo.hidden[1] = 6;
    mo.batch_norm = mo.embed_center = sparse != DENSE;
    if (!sparse) mo.gene_input = SCILAMA_GENE_INPUT_TRANSPOSED;
    CALL(scilama_model_create(&model, ds, &mo, &error));
    scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_RECOMMENDED);
    to.batch_size = 8;
    to.epochs = 2;
    to.max_steps = 0;
    CALL(scilama_trainer_create(&trainer, model, ds, &to, &error));
    CALL(scilama_trainer_run(trainer, NULL, NULL, NULL, &error));
    scilama_trainer_destroy(trainer);
    CALL(scilama_model_encode_cells(model, ds, out->cells, NULL, 0, &error));
    CALL(scilama_model_encode_genes(model, out->genes, NULL, 0, &error));
    CALL(scilama_model_decode(model, ds, NULL, out->decoded, GENES, &error));
    scilama_gene_table *table = NULL;
    CALL(scilama_gene_table_create(&table, ctx, in->genes, in->vectors, GENES, WIDTH, 0, &error));
    CALL(scilama_model_predict_genes(model, ds, NULL, (const scilama_gene_table *const[]){ table }, 1, in->genes, 3, out->told, 0, NULL, &error));
    scilama_gene_table_destroy(table);
    scilama_context_destroy(ctx);
    scilama_dataset_destroy(ds);
    scilama_model_destroy(model);
}

int main(void)
{
    input *in = make_input();
    result *first = calloc(1, sizeof *first), *now = calloc(1, sizeof *now);
    for (int sparse = DENSE; sparse < KINDS; sparse++) {
        failing f = { 0 };
        fit(&f, in, sparse, first);
        long long needed = f.calls;
        for (long long n = 1; n <= needed; n++) {
            f = (failing){ .fail_at = n };
            fit(&f, in, sparse, now);
            if (f.failed != 1) die("fit", &f, 0, "the allocation did not take place");
            if (f.live) die("fit", &f, 0, "a block is left");
            if (memcmp(first, now, sizeof *now) != 0) die("fit", &f, 0, "another result");
        }
        printf("%s: each of %lld allocations failed once\n", sparse == STREAMED ? "rows from a callback" : sparse ? "CSR, tables" : "dense, transposed", needed);
    }
    free(in);
    free(first);
    free(now);
    return 0;
}
