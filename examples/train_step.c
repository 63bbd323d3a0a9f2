/* SPDX-License-Identifier: MIT */
/* The library in one page: counts in memory, a model, training step by step, embeddings. */

#include <scilama/scilama.h>
#include <stdio.h>
#include <stdlib.h>

enum { CELLS = 200, GENES = 100, WIDTH = 8 };

/* Two kinds of cells: each has its own half of the genes switched on. */
static void make_counts(float *counts, float *vectors)
{
    unsigned state = 1;
    for (int c = 0; c < CELLS; c++)
        for (int g = 0; g < GENES; g++) {
            state = state * 1664525u + 1013904223u;
            unsigned noise = state >> 29; /* 0 … 7 */
            counts[c * GENES + g] = (float)(noise + (c % 2 == g % 2 ? 5 : 0));
        }
    for (int g = 0; g < GENES; g++)
        for (int j = 0; j < WIDTH; j++) {
            state = state * 1664525u + 1013904223u;
            vectors[g * WIDTH + j] = (float)(state >> 8) / 16777216.0f + (float)(g % 2);
        }
}

int main(void)
{
    static float counts[CELLS * GENES], vectors[GENES * WIDTH], embedding[CELLS * 10];
    static char text[GENES][8];
    const char *names[GENES];
    for (int g = 0; g < GENES; g++) {
        snprintf(text[g], sizeof text[g], "g%d", g);
        names[g] = text[g];
    }
    make_counts(counts, vectors);

    scilama_error error = { 0 };
    scilama_context *context = NULL;
    scilama_dataset *data = NULL;
    scilama_gene_table *table = NULL;
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;

    /* Every options struct starts from its defaults. */
    scilama_matrix matrix;
    scilama_matrix_init(&matrix, sizeof matrix);
    matrix.storage = SCILAMA_STORAGE_DENSE;
    matrix.value_type = SCILAMA_DTYPE_F32;
    matrix.rows = CELLS;
    matrix.cols = GENES;
    matrix.values = counts;
    scilama_model_options shape;
    scilama_model_options_init(&shape, sizeof shape, SCILAMA_PRESET_RECOMMENDED);
    shape.latent = 10;
    shape.hidden[0] = 32;
    shape.hidden[1] = 0;
    scilama_trainer_options training;
    scilama_trainer_options_init(&training, sizeof training, SCILAMA_PRESET_RECOMMENDED);
    training.mode = SCILAMA_MODE_DIRECT;
    training.max_steps = 60;

    /* Whatever fails first ends the chain; error says why. */
    int failed =
        scilama_context_create(&context, NULL, &error) ||
        scilama_dataset_create(&data, context, &matrix, NULL, names, &error) ||
        scilama_gene_table_create(&table, context, names, vectors, GENES, WIDTH, 0, &error) ||
        scilama_dataset_add_gene_table(data, "toy", table, NULL, NULL, &error) ||
        scilama_dataset_split_random(data, 0.9, 0.1, 0, NULL, &error) ||
        scilama_dataset_preprocess(data, NULL, NULL, &error) ||
        scilama_model_create(&model, data, &shape, &error) ||
        scilama_trainer_create(&trainer, model, data, &training, &error);

    /* The caller drives: one mini-batch a call. */
    scilama_step_info info;
    scilama_step_info_init(&info, sizeof info);
    while (!failed && !(info.events & SCILAMA_EVENT_FINISHED)) {
        failed = scilama_trainer_step(trainer, &info, &error) != SCILAMA_OK;
        if (!failed && (info.events & SCILAMA_EVENT_EPOCH_END) && info.epoch % 10 == 9)
            printf("epoch %2d  loss %8.3f  validation %8.3f\n", (int)info.epoch + 1, info.loss, info.validation_loss);
    }
    failed = failed || scilama_model_encode_cells(model, data, embedding, NULL, 0, &error);
    if (failed) fprintf(stderr, "%s\n", error.message);
    else printf("first cell: %.3f %.3f %.3f …\n", (double)embedding[0], (double)embedding[1], (double)embedding[2]);

    /* In any order. */
    scilama_context_destroy(context);
    scilama_dataset_destroy(data);
    scilama_gene_table_destroy(table);
    scilama_model_destroy(model);
    scilama_trainer_destroy(trainer);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
