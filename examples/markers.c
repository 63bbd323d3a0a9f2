/* SPDX-License-Identifier: MIT */
/* Genes that mark groups of cells: markers FITTED.h5ad GROUP_KEY
 * FITTED.h5ad holds obsm["X_scilama"] and varm["scilama"]; GROUP_KEY is a categorical column of obs. */

#include <scilama/scilama.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHOWN = 5 };

/* Memory for obsm or varm of a file, filled; NULL on failure. */
static float *read_array(scilama_context *context, const char *path, const char *key, int64_t *width, scilama_error *error)
{
    int64_t rows = 0;
    if (scilama_h5ad_read_array(context, path, key, &rows, width, NULL, 0, error)) return NULL;
    float *values = calloc((size_t)(rows * *width), sizeof *values);
    if (values && scilama_h5ad_read_array(context, path, key, NULL, NULL, values, rows * *width, error)) {
        free(values);
        values = NULL;
    }
    return values;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: markers FITTED.h5ad GROUP_KEY\n");
        return 2;
    }
    scilama_error error = { 0 };
    scilama_context *context = NULL;
    scilama_dataset *data = NULL;
    float *cells = NULL, *genes = NULL;
    int32_t *groups = NULL;
    int64_t width = 0, gene_width = 0;
    scilama_column_info column;
    scilama_column_info_init(&column, sizeof column);
    scilama_marker_options options;
    scilama_marker_options_init(&options, sizeof options);
    scilama_marker_table table;
    scilama_marker_table_init(&table, sizeof table);

    int failed =
        scilama_context_create(&context, NULL, &error) ||
        scilama_dataset_read(&data, context, argv[1], NULL, &error) ||
        scilama_dataset_preprocess(data, NULL, NULL, &error) ||
        scilama_dataset_column_info(data, argv[2], &column, &error) ||
        !(cells = read_array(context, argv[1], "obsm/X_scilama", &width, &error)) ||
        !(genes = read_array(context, argv[1], "varm/scilama", &gene_width, &error));
    size_t n = (size_t)scilama_dataset_cells(data), n_genes = (size_t)scilama_dataset_genes(data);
    if (!failed) {
        size_t size = (size_t)column.categories * n_genes;
        groups = calloc(n, sizeof *groups);
        table.z = calloc(size, sizeof *table.z);
        table.paired_fdr = calloc(size, sizeof *table.paired_fdr);
        table.combined_rank = calloc(size, sizeof *table.combined_rank);
        failed = !groups || !table.z || !table.paired_fdr || !table.combined_rank ||
                 scilama_dataset_get_codes(data, argv[2], groups, &error) ||
                 scilama_markers(data, cells, genes, width, groups, column.categories, NULL, &options, &table, &error);
    }
    if (failed) fprintf(stderr, "%s\n", error.message);
    for (int64_t g = 0; !failed && g < column.categories; g++) {
        printf("%s:", scilama_dataset_category(data, argv[2], g));
        for (int rank = 1; rank <= SHOWN; rank++)
            for (size_t i = 0; i < n_genes; i++) {
                size_t at = (size_t)g * n_genes + i;
                if (table.combined_rank[at] == rank) /* NaN for genes outside the model */
                    printf(" %s (z %.1f, FDR %.2g)", scilama_dataset_gene_name(data, (int64_t)i), table.z[at], table.paired_fdr[at]);
            }
        printf("\n");
    }

    free(cells);
    free(genes);
    free(groups);
    free(table.z);
    free(table.paired_fdr);
    free(table.combined_rank);
    scilama_dataset_destroy(data);
    scilama_context_destroy(context);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
