/* SPDX-License-Identifier: MIT */
/* Twenty steps on the data of DATA.md, as any C program would write them. Prints the
 * hashes that every other language has to match.
 * Usage: twenty_steps [FILE]: FILE receives the trained model. */
#include <scilama/scilama.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 96, GENES = 40, WIDTH = 8, LATENT = 6, STEPS = 20 };

static scilama_error error;

static void must(scilama_status status)
{
    if (!status) return;
    fprintf(stderr, "%s: %s\n", scilama_status_name(status), error.message);
    exit(1);
}

static uint64_t fnv1a(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < size; i++) hash = (hash ^ p[i]) * UINT64_C(1099511628211);
    return hash;
}

static const uint64_t EMPTY = UINT64_C(14695981039346656037);

static scilama_dataset *make_dataset(scilama_context *context)
{
    static float x[CELLS][GENES], e[GENES][WIDTH];
    static char text[GENES][8];
    const char *names[GENES];
    const char *const categories[] = { "a", "b", "c" };
    int32_t batch[CELLS], split[CELLS];
    for (int i = 0; i < CELLS; i++) {
        batch[i] = i % 3;
        split[i] = i % 10 == 9 ? SCILAMA_SPLIT_VALIDATION : SCILAMA_SPLIT_TRAIN;
        for (int g = 0; g < GENES; g++) {
            int v = (31 * i + 17 * g + i * g) % 13;
            x[i][g] = (float)(v < 8 ? 0 : v - 7);
        }
    }
    for (int g = 0; g < GENES; g++) {
        snprintf(text[g], sizeof text[g], "G%03d", g);
        names[g] = text[g];
        for (int d = 0; d < WIDTH; d++) e[g][d] = (float)((19 * g + 23 * d + g * d) % 17 - 8) / 8.0f;
    }

    scilama_matrix matrix;
    must(scilama_matrix_init(&matrix, sizeof matrix));
    matrix.storage = SCILAMA_STORAGE_DENSE;
    matrix.value_type = SCILAMA_DTYPE_F32;
    matrix.rows = CELLS;
    matrix.cols = GENES;
    matrix.values = x;
    scilama_dataset *dataset;
    must(scilama_dataset_create(&dataset, context, &matrix, NULL, names, &error));
    must(scilama_dataset_set_codes(dataset, "batch", batch, categories, 3, &error));
    must(scilama_dataset_use_covariate(dataset, "batch", SCILAMA_COVARIATE_CATEGORICAL, &error));
    must(scilama_dataset_set_split(dataset, split, &error));

    scilama_gene_table *table;
    must(scilama_gene_table_create(&table, context, names, &e[0][0], GENES, WIDTH, 0, &error));
    must(scilama_dataset_add_gene_table(dataset, "formula", table, NULL, NULL, &error));
    scilama_gene_table_destroy(table);

    scilama_preprocess_options recipe;
    must(scilama_preprocess_options_init(&recipe, sizeof recipe, SCILAMA_PRESET_RECOMMENDED));
    recipe.hvg = SCILAMA_HVG_NONE;
    must(scilama_dataset_preprocess(dataset, &recipe, NULL, &error));
    return dataset;
}

int main(int argc, char **argv)
{
    scilama_context_options context_options;
    must(scilama_context_options_init(&context_options, sizeof context_options));
    context_options.threads = 2;
    scilama_context *context;
    must(scilama_context_create(&context, &context_options, &error));
    scilama_dataset *dataset = make_dataset(context);

    scilama_model_options model_options;
    must(scilama_model_options_init(&model_options, sizeof model_options, SCILAMA_PRESET_PUBLISHED));
    model_options.latent = LATENT;
    model_options.hidden[0] = 16;
    model_options.hidden[1] = 8;
    model_options.seed = 7;
    scilama_model *model;
    must(scilama_model_create(&model, dataset, &model_options, &error));

    scilama_trainer_options trainer_options;
    must(scilama_trainer_options_init(&trainer_options, sizeof trainer_options, SCILAMA_PRESET_PUBLISHED));
    trainer_options.mode = SCILAMA_MODE_DIRECT;
    trainer_options.batch_size = 16;
    trainer_options.seed = 11;
    scilama_trainer *trainer;
    must(scilama_trainer_create(&trainer, model, dataset, &trainer_options, &error));
    for (int step = 0; step < STEPS; step++) must(scilama_trainer_step(trainer, NULL, &error));
    scilama_trainer_destroy(trainer);

    uint64_t hash = EMPTY;
    for (int64_t i = 0; i < scilama_model_parameters(model); i++) {
        scilama_tensor tensor;
        must(scilama_tensor_init(&tensor, sizeof tensor));
        must(scilama_model_parameter(model, i, &tensor, &error));
        hash = fnv1a(hash, tensor.name, strlen(tensor.name));
        hash = fnv1a(hash, tensor.data, (size_t)(tensor.rows * tensor.cols) * sizeof(float));
    }
    printf("weights %016llx\n", (unsigned long long)hash);
    scilama_model_info info;
    must(scilama_model_info_init(&info, sizeof info));
    must(scilama_model_get_info(model, &info, &error));
    static float cells[CELLS * LATENT], genes[GENES * LATENT];
    must(scilama_model_encode_cells(model, dataset, cells, NULL, 0, &error));
    printf("cells   %016llx\n", (unsigned long long)fnv1a(EMPTY, cells, sizeof cells));
    must(scilama_model_encode_genes(model, genes, NULL, 0, &error));
    printf("genes   %016llx\n", (unsigned long long)fnv1a(EMPTY, genes, (size_t)info.genes * LATENT * sizeof(float)));
    if (argc > 1) must(scilama_model_save(model, argv[1], &error));

    scilama_context_destroy(context);
    scilama_dataset_destroy(dataset);
    scilama_model_destroy(model);
    return 0;
}
