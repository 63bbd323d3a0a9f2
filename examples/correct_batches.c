/* SPDX-License-Identifier: MIT */
/* Batch correction of an .h5ad file: correct_batches IN.h5ad BATCH_KEY OUT.h5ad [GENES.h5]
 * The corrected embedding is obsm["X_scilama"] of OUT.h5ad. */

#include <scilama/scilama.h>
#include <stdio.h>
#include <stdlib.h>

static void on_log(void *user, int32_t level, const char *text)
{
    (void)user;
    (void)level;
    fprintf(stderr, "  %s\n", text);
}

static int32_t on_epoch(void *user, const scilama_step_info *info)
{
    (void)user;
    if (info->epoch % 10 == 9) printf("phase %d, epoch %d: validation loss %.3f\n", info->phase + 1, (int)info->epoch + 1, info->validation_loss);
    return 0; /* anything else stops the training */
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: correct_batches IN.h5ad BATCH_KEY OUT.h5ad [GENES.h5]\n");
        return 2;
    }
    scilama_error error = { 0 };
    scilama_context *context = NULL;
    scilama_dataset *data = NULL;
    scilama_gene_table *table = NULL;
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    scilama_h5ad_writer *writer = NULL;
    float *cells = NULL;

    scilama_context_options where;
    scilama_context_options_init(&where, sizeof where);
    where.threads = 0; /* all processors */
    where.log = on_log;
    scilama_model_options shape;
    scilama_model_options_init(&shape, sizeof shape, SCILAMA_PRESET_RECOMMENDED);
    shape.latent = 20;
    shape.hidden[0] = 128;
    shape.hidden[1] = 64;
    scilama_trainer_options training;
    scilama_trainer_options_init(&training, sizeof training, SCILAMA_PRESET_RECOMMENDED);
    if (argc <= 4) { /* without vectors for genes the cell VAE alone is trained */
        training.mode = SCILAMA_MODE_BETA_VAE;
        shape.gene_input = SCILAMA_GENE_INPUT_NONE;
    }

    int failed =
        scilama_context_create(&context, &where, &error) ||
        scilama_dataset_read(&data, context, argv[1], NULL, &error) ||
        scilama_dataset_use_covariate(data, argv[2], SCILAMA_COVARIATE_CATEGORICAL, &error) ||
        scilama_dataset_split_random(data, 0.9, 0.1, 0, argv[2], &error) ||
        (argc > 4 && scilama_gene_table_read(&table, context, argv[4], NULL, &error)) ||
        (argc > 4 && scilama_dataset_add_gene_table(data, "genes", table, NULL, NULL, &error)) ||
        scilama_dataset_preprocess(data, NULL, NULL, &error) ||
        scilama_model_create(&model, data, &shape, &error) ||
        scilama_trainer_create(&trainer, model, data, &training, &error) ||
        scilama_trainer_run(trainer, on_epoch, NULL, NULL, &error);
    if (!failed) {
        cells = calloc((size_t)scilama_dataset_cells(data) * (size_t)shape.latent, sizeof *cells);
        failed = !cells ||
                 scilama_model_encode_cells(model, data, cells, NULL, 0, &error) ||
                 scilama_h5ad_writer_open(&writer, context, argv[1], argv[3], &error) ||
                 scilama_h5ad_writer_put_obsm(writer, "X_scilama", cells, shape.latent, 0, &error) ||
                 scilama_h5ad_writer_commit(writer, &error);
    }
    if (failed) fprintf(stderr, "%s\n", error.message);
    else printf("%s: obsm['X_scilama'], %d cells × %d\n", argv[3], (int)scilama_dataset_cells(data), (int)shape.latent);

    free(cells);
    scilama_h5ad_writer_destroy(writer);
    scilama_trainer_destroy(trainer);
    scilama_model_destroy(model);
    scilama_gene_table_destroy(table);
    scilama_dataset_destroy(data);
    scilama_context_destroy(context);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
