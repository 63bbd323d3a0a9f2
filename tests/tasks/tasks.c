/* SPDX-License-Identifier: MIT */
/* Ten tasks in C. Usage: tasks IN.h5ad FOLDER. What is between "task:" lines is counted by count.py. */
#include <scilama/scilama.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static scilama_error error;

static void must(scilama_status status)
{
    if (!status) return;
    fprintf(stderr, "%s\n", error.message);
    exit(1);
}

static void holds(int condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "%s\n", what);
    exit(1);
}

/* What was given out, freed at the end. */
static void *blocks[64];
static int n_blocks;

static void *room(int64_t n, size_t size)
{
    void *out = calloc((size_t)(n > 0 ? n : 1), size);
    holds(out && n_blocks < 64, "no memory");
    return blocks[n_blocks++] = out;
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    char path[4096];
    snprintf(path, sizeof path, "%s/m.h5", argv[2]);
    scilama_context_options threads;
    scilama_context *context;
    scilama_context_options_init(&threads, sizeof threads);
    threads.threads = 2;
    must(scilama_context_create(&context, &threads, &error));
    scilama_dataset *data, *query;
    must(scilama_dataset_read(&data, context, argv[1], NULL, &error));
    must(scilama_dataset_read(&query, context, argv[1], NULL, &error));
    const int64_t n = scilama_dataset_cells(data), all = scilama_dataset_genes(data);
    const char **names = room(all, sizeof *names);
    float *vectors = room(all * 8, sizeof *vectors);
    for (int64_t g = 0; g < all; g++) {
        names[g] = scilama_dataset_gene_name(data, g);
        for (int64_t d = 0; d < 8; d++) vectors[g * 8 + d] = (float)((31 * g + 17 * d + g * d) % 13);
    }
    scilama_trainer_options training;
    scilama_fit_options how;
    scilama_trainer_options_init(&training, sizeof training, SCILAMA_PRESET_RECOMMENDED);
    scilama_fit_options_init(&how, sizeof how);
    training.max_steps = 60;
    how.trainer = &training;
    /* task: embed and correct for batches */
    must(scilama_dataset_use_covariate(data, "batch", SCILAMA_COVARIATE_CATEGORICAL, &error));
    scilama_model *model;
    must(scilama_fit(&model, data, &how, NULL, &error));
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    must(scilama_model_get_info(model, &info, &error));
    float *cells = room(n * info.latent, sizeof *cells);
    must(scilama_model_encode_cells(model, data, cells, NULL, 0, &error));
    /* task: cluster */
    int32_t *clusters = room(n, sizeof *clusters);
    scilama_leiden_report found;
    scilama_leiden_report_init(&found, sizeof found);
    must(scilama_cluster(context, cells, n, info.latent, 0, NULL, clusters, &found, &error));
    /* task: layout */
    enum { NEIGHBORS = 14 };
    int32_t *near = room(n * NEIGHBORS, sizeof *near);
    float *distances = room(n * NEIGHBORS, sizeof *distances), *layout = room(n * 2, sizeof *layout);
    must(scilama_knn(context, cells, n, info.latent, 0, NULL, near, distances, NULL, &error));
    scilama_graph *graph;
    must(scilama_graph_from_knn(&graph, context, SCILAMA_GRAPH_FUZZY, n, NEIGHBORS, near, distances, &error));
    must(scilama_graph_umap(graph, NULL, layout, &error));
    /* task: corrected expression */
    const char *key = "batch", *value = scilama_model_category(model, 0, 0);
    scilama_decode_options to;
    scilama_decode_options_init(&to, sizeof to);
    to.to_key = &key;
    to.to_value = &value;
    to.replacements = 1;
    float *corrected = room(n * info.genes, sizeof *corrected);
    must(scilama_model_decode(model, data, &to, corrected, 0, &error));
    /* task: markers */
    scilama_marker_table markers;
    scilama_marker_table_init(&markers, sizeof markers);
    markers.z = room(found.communities * all, sizeof *markers.z);
    must(scilama_wilcoxon(data, clusters, found.communities, NULL, &markers, &error));
    /* task: gene modules */
    float *genes = room(info.genes * info.latent, sizeof *genes);
    int32_t *modules = room(info.genes, sizeof *modules);
    must(scilama_model_encode_genes(model, genes, NULL, 0, &error));
    must(scilama_gene_modules(context, genes, info.genes, info.latent, 0, NULL, modules, NULL, NULL, NULL, NULL, &error));
    /* task: transfer labels to new cells */
    scilama_column_info column;
    scilama_column_info_init(&column, sizeof column);
    must(scilama_dataset_column_info(data, "cell_type", &column, &error));
    int32_t *types = room(n, sizeof *types);
    must(scilama_dataset_get_codes(data, "cell_type", types, &error));
    const char **categories = room(column.categories, sizeof *categories);
    for (int64_t k = 0; k < column.categories; k++) categories[k] = scilama_dataset_category(data, "cell_type", k);
    scilama_reference *reference;
    must(scilama_model_learn_absent(model, data, &error));
    must(scilama_reference_create(&reference, context, cells, n, info.latent, 0, &error));
    must(scilama_reference_add_labels(reference, "cell_type", types, categories, column.categories, &error));
    must(scilama_model_set_reference(model, reference, &error));
    const int64_t m = scilama_dataset_cells(query);
    float *mapped = room(m * info.latent, sizeof *mapped), *away = room(m * 15, sizeof *away), *probability = room(m, sizeof *probability);
    int32_t *nearest = room(m * 15, sizeof *nearest), *label = room(m, sizeof *label);
    must(scilama_model_encode_cells(model, query, mapped, NULL, 0, &error));
    must(scilama_reference_neighbors(reference, mapped, m, 0, 15, nearest, away, &error));
    must(scilama_reference_transfer(reference, 0, nearest, away, m, 15, label, probability, NULL, NULL, &error));
    /* task: keep a model and load it */
    scilama_model *again;
    must(scilama_model_save(model, path, &error));
    must(scilama_model_load(&again, context, path, &error));
    /* task: bring gene vectors */
    scilama_gene_table *table;
    scilama_model *with_vectors;
    must(scilama_gene_table_create(&table, context, names, vectors, all, 8, 0, &error));
    must(scilama_dataset_add_gene_table(data, "text", table, NULL, NULL, &error));
    must(scilama_fit(&with_vectors, data, &how, NULL, &error));
    /* task: judge the result */
    int32_t *batches = room(n, sizeof *batches);
    scilama_scores scores;
    scilama_scores_init(&scores, sizeof scores);
    must(scilama_dataset_get_codes(data, "batch", batches, &error));
    must(scilama_score_embedding(context, cells, n, info.latent, 0, types, batches, NULL, &scores, &error));
    /* task: end */
    float *same = room(n * info.latent, sizeof *same);
    must(scilama_model_encode_cells(again, data, same, NULL, 0, &error));
    holds(!memcmp(same, cells, (size_t)(n * info.latent) * sizeof *cells), "the model that was loaded is another one");
    int64_t right = 0, equal = 0;
    for (int64_t i = 0; i < m; i++) right += label[i] == types[i];
    for (int64_t i = 0; i < n * 2; i++) equal += layout[i] == layout[0];
    holds(right * 2 > m && equal < n, "the same cells are mapped elsewhere, or lie in one place");
    scilama_model_get_info(with_vectors, &info, &error);
    holds(info.modalities == 1 && scores.total > 0 && scores.total <= 1 && found.communities > 1, "the vectors or the scores are missing");
    for (int64_t i = 0; i < n; i++) holds(corrected[i] >= 0, "expression below 0");
    scilama_model_destroy(with_vectors);
    scilama_model_destroy(again);
    scilama_model_destroy(model);
    scilama_gene_table_destroy(table);
    scilama_reference_destroy(reference);
    scilama_graph_destroy(graph);
    scilama_dataset_destroy(query);
    scilama_dataset_destroy(data);
    scilama_context_destroy(context);
    while (n_blocks) free(blocks[--n_blocks]);
    return 0;
}
