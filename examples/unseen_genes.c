/* SPDX-License-Identifier: MIT */
/* Genes that a model never saw, placed by their vectors alone: unseen_genes MODEL.h5 GENES.h5
 * Of each, the nearest gene of the model by the cosine of their embeddings. */

#include <math.h>
#include <scilama/scilama.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_known(const scilama_model *model, int64_t genes, const char *name)
{
    for (int64_t g = 0; g < genes; g++)
        if (!strcmp(scilama_model_gene_name(model, g), name)) return 1;
    return 0;
}

static double cosine(const float *x, const float *y, int64_t n)
{
    double xy = 0, xx = 0, yy = 0;
    for (int64_t i = 0; i < n; i++) {
        xy += (double)x[i] * (double)y[i];
        xx += (double)x[i] * (double)x[i];
        yy += (double)y[i] * (double)y[i];
    }
    return xy / sqrt(xx * yy + 1e-30);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: unseen_genes MODEL.h5 GENES.h5\n");
        return 2;
    }
    scilama_error error = { 0 };
    scilama_context *context = NULL;
    scilama_model *model = NULL;
    scilama_gene_table *table = NULL;
    float *known = NULL, *placed = NULL;
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);

    int failed =
        scilama_context_create(&context, NULL, &error) ||
        scilama_model_load(&model, context, argv[1], &error) ||
        scilama_model_get_info(model, &info, &error) ||
        scilama_gene_table_read(&table, context, argv[2], NULL, &error);
    int64_t rows = scilama_gene_table_rows(table);
    if (!failed) {
        /* One table for each of the model's, as wide: another number or width is refused. */
        const scilama_gene_table *tables[1] = { table };
        known = calloc((size_t)(info.genes * info.latent), sizeof *known);
        placed = calloc((size_t)(rows * info.latent), sizeof *placed);
        failed = !known || !placed ||
                 scilama_model_encode_genes(model, known, NULL, 0, &error) ||
                 scilama_model_encode_new_genes(model, tables, NULL, 1, placed, 0, &error);
    }
    for (int64_t r = 0; !failed && r < rows; r++) {
        if (is_known(model, info.genes, scilama_gene_table_name(table, r))) continue;
        int64_t nearest = 0;
        double best = -2;
        for (int64_t g = 0; g < info.genes; g++) {
            double c = cosine(placed + r * info.latent, known + g * info.latent, info.latent);
            if (c > best) best = c, nearest = g;
        }
        printf("%s is nearest to %s (cosine %.3f)\n", scilama_gene_table_name(table, r), scilama_model_gene_name(model, nearest), best);
    }
    if (failed) fprintf(stderr, "%s\n", error.message);

    free(known);
    free(placed);
    scilama_gene_table_destroy(table);
    scilama_model_destroy(model);
    scilama_context_destroy(context);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
