/* SPDX-License-Identifier: MIT */
/* Genes that act together, from a saved model: gene_modules MODEL.h5 [RESOLUTION]
 * Genes are clustered by the cosine of their embeddings (mu_f). */

#include <scilama/scilama.h>
#include <stdio.h>
#include <stdlib.h>

enum { NEIGHBORS = 14, SHOWN = 8 };

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: gene_modules MODEL.h5 [RESOLUTION]\n");
        return 2;
    }
    scilama_error error = { 0 };
    scilama_context *context = NULL;
    scilama_model *model = NULL;
    scilama_graph *graph = NULL;
    float *genes = NULL, *distances = NULL;
    int32_t *neighbors = NULL, *modules = NULL;
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    scilama_knn_options knn;
    scilama_knn_options_init(&knn, sizeof knn);
    knn.neighbors = NEIGHBORS;
    knn.metric = SCILAMA_METRIC_COSINE;
    scilama_leiden_options leiden;
    scilama_leiden_options_init(&leiden, sizeof leiden);
    if (argc > 2) leiden.resolution = strtod(argv[2], NULL);
    scilama_leiden_report report;
    scilama_leiden_report_init(&report, sizeof report);

    int failed =
        scilama_context_create(&context, NULL, &error) ||
        scilama_model_load(&model, context, argv[1], &error) ||
        scilama_model_get_info(model, &info, &error);
    size_t n = (size_t)info.genes;
    if (!failed) {
        genes = calloc(n * (size_t)info.latent, sizeof *genes);
        neighbors = calloc(n * NEIGHBORS, sizeof *neighbors);
        distances = calloc(n * NEIGHBORS, sizeof *distances);
        modules = calloc(n, sizeof *modules);
        failed = !genes || !neighbors || !distances || !modules ||
                 scilama_model_encode_genes(model, genes, NULL, 0, &error) ||
                 scilama_knn(context, genes, info.genes, info.latent, 0, &knn, neighbors, distances, NULL, &error) ||
                 scilama_graph_from_knn(&graph, context, SCILAMA_GRAPH_FUZZY, info.genes, NEIGHBORS, neighbors, distances, &error) ||
                 scilama_graph_leiden(graph, &leiden, modules, &report, &error);
    }
    if (failed) fprintf(stderr, "%s\n", error.message);
    for (int m = 0; !failed && m < (int)report.communities; m++) {
        int size = 0;
        for (size_t g = 0; g < n; g++) size += modules[g] == m;
        printf("module %d, %d genes:", m + 1, size);
        for (size_t g = 0, shown = 0; g < n && shown < SHOWN; g++)
            if (modules[g] == m) {
                printf(" %s", scilama_model_gene_name(model, (int64_t)g));
                shown++;
            }
        printf("%s\n", size > SHOWN ? " …" : "");
    }

    free(genes);
    free(neighbors);
    free(distances);
    free(modules);
    scilama_graph_destroy(graph);
    scilama_model_destroy(model);
    scilama_context_destroy(context);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
