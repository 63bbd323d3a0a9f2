/* SPDX-License-Identifier: MIT */
/* Cells among the reference cells of a model (scilama fit --reference): map_cells MODEL.h5 QUERY.h5ad LABELS
 * Of each, the likeliest category of LABELS, its probability, and the distance in units of the reference's reach. */

#include <inttypes.h>
#include <scilama/scilama.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEIGHBORS = 15 };

static int64_t find_labels(scilama_reference *reference, int64_t columns, const char *name)
{
    scilama_label_info label;
    for (int64_t i = 0; i < columns; i++) {
        scilama_label_info_init(&label, sizeof label);
        if (!scilama_reference_label(reference, i, &label, NULL) && !strcmp(label.name, name)) return i;
    }
    return -1; /* which scilama_reference_transfer() refuses */
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: map_cells MODEL.h5 QUERY.h5ad LABELS\n");
        return 2;
    }
    scilama_error error = { 0 };
    scilama_context *context = NULL;
    scilama_model *model = NULL;
    scilama_reference *reference = NULL;
    scilama_dataset *query = NULL;
    scilama_query_report lacks;
    scilama_reference_info info;
    scilama_query_report_init(&lacks, sizeof lacks);
    scilama_reference_info_init(&info, sizeof info);

    int failed =
        scilama_context_create(&context, NULL, &error) ||
        scilama_model_load(&model, context, argv[1], &error) ||
        scilama_model_get_reference(&reference, model, &error) ||
        scilama_reference_get_info(reference, &info, &error) ||
        scilama_dataset_read(&query, context, argv[2], NULL, &error) ||
        scilama_model_check_query(model, query, &lacks, &error);
    int64_t n = failed ? 0 : scilama_dataset_cells(query), k = info.cells < NEIGHBORS ? info.cells : NEIGHBORS;
    float *z = calloc((size_t)(n * info.dim + 1), sizeof *z), *far = calloc((size_t)(n * k + 1), sizeof *far), *sure = calloc((size_t)n + 1, sizeof *sure);
    int32_t *near = calloc((size_t)(n * k + 1), sizeof *near), *code = calloc((size_t)n + 1, sizeof *code);
    int64_t labels = find_labels(reference, info.labels, argv[3]);
    if (!failed)
        failed = !z || !far || !sure || !near || !code ||
                 scilama_model_encode_cells(model, query, z, NULL, 0, &error) ||
                 scilama_reference_neighbors(reference, z, n, 0, k, near, far, &error) ||
                 scilama_reference_transfer(reference, labels, near, far, n, k, code, sure, NULL, NULL, &error);
    if (!failed) fprintf(stderr, "%" PRId64 " of the model's %" PRId64 " genes are measured\n", lacks.measured, lacks.genes);
    for (int64_t i = 0; !failed && i < n; i++) {
        double distance = 0;
        for (int64_t j = 0; j < k; j++) distance += (double)far[i * k + j] / (double)k;
        const char *label = scilama_reference_category(reference, labels, code[i]);
        printf("%s\t%s\t%.3f\t%.2f\n", scilama_dataset_cell_name(query, i), label ? label : "", (double)sure[i], info.reach > 0 ? distance / info.reach : 0);
    }
    if (failed) fprintf(stderr, "%s\n", error.message);

    free(z);
    free(far);
    free(sure);
    free(near);
    free(code);
    scilama_dataset_destroy(query);
    scilama_reference_destroy(reference);
    scilama_model_destroy(model);
    scilama_context_destroy(context);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
