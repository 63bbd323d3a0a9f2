/* SPDX-License-Identifier: MIT */
/* The tour of tests/tour/README.md in C. Usage: tour IN.h5ad FOLDER. */
#include <scilama/scilama.h>
#include <stdio.h>
#include <stdlib.h>

static scilama_error error;

static void must(scilama_status status)
{
    if (!status) return;
    fprintf(stderr, "%s\n", error.message);
    exit(1);
}

static void *room(int64_t n, size_t size)
{
    void *out = calloc((size_t)(n > 0 ? n : 1), size);
    if (!out) exit(1);
    return out;
}

static const char *in(const char *folder, const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put(const char *folder, const char *name, const void *values, int64_t n, size_t size)
{
    FILE *file = fopen(in(folder, name), "wb");
    if (!file || fwrite(values, size, (size_t)n, file) != (size_t)n || fclose(file)) exit(1);
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    const char *input = argv[1], *folder = argv[2];
    scilama_context_options threads;
    scilama_context *context;
    scilama_context_options_init(&threads, sizeof threads);
    threads.threads = 2;
    must(scilama_context_create(&context, &threads, &error));
    /* read */
    scilama_dataset *data;
    must(scilama_dataset_read(&data, context, input, NULL, &error));
    must(scilama_dataset_use_covariate(data, "batch", SCILAMA_COVARIATE_CATEGORICAL, &error));
    /* fit */
    scilama_trainer_options training;
    scilama_fit_options how;
    scilama_model_info info;
    scilama_model *model, *kept;
    scilama_trainer_options_init(&training, sizeof training, SCILAMA_PRESET_RECOMMENDED);
    scilama_fit_options_init(&how, sizeof how);
    scilama_model_info_init(&info, sizeof info);
    training.max_steps = 60;
    how.trainer = &training;
    must(scilama_fit(&model, data, &how, NULL, &error));
    must(scilama_model_get_info(model, &info, &error));
    int64_t n = scilama_dataset_cells(data), all = scilama_dataset_genes(data), dim = info.latent;
    float *cells = room(n * dim, sizeof *cells), *genes = room(info.genes * dim, sizeof *genes), *written = room(n * dim, sizeof *written);
    must(scilama_model_encode_cells(model, data, cells, NULL, 0, &error));
    must(scilama_model_encode_genes(model, genes, NULL, 0, &error));
    /* cluster */
    int32_t *clusters = room(n, sizeof *clusters), *modules = room(info.genes, sizeof *modules);
    scilama_leiden_report report;
    scilama_leiden_report_init(&report, sizeof report);
    must(scilama_cluster(context, cells, n, dim, 0, NULL, clusters, &report, &error));
    /* modules */
    must(scilama_gene_modules(context, genes, info.genes, dim, 0, NULL, modules, NULL, NULL, NULL, NULL, &error));
    /* markers */
    scilama_marker_table table;
    scilama_marker_table_init(&table, sizeof table);
    table.z = room(report.communities * all, sizeof *table.z);
    must(scilama_wilcoxon(data, clusters, report.communities, NULL, &table, &error));
    /* map */
    enum { K = 15 };
    char(*text)[24] = room(report.communities, sizeof *text);
    const char **names = room(report.communities, sizeof *names);
    for (int64_t c = 0; c < report.communities; c++) {
        snprintf(text[c], sizeof text[c], "%d", (int)c);
        names[c] = text[c];
    }
    scilama_reference *reference;
    void *bytes;
    int64_t size;
    int32_t *near = room(n * K, sizeof *near), *mapped = room(n, sizeof *mapped);
    float *distance = room(n * K, sizeof *distance), *probability = room(n, sizeof *probability);
    must(scilama_model_learn_absent(model, data, &error));
    must(scilama_reference_create(&reference, context, cells, n, dim, 0, &error));
    must(scilama_reference_add_labels(reference, "cluster", clusters, names, report.communities, &error));
    must(scilama_model_set_reference(model, reference, &error));
    scilama_reference_destroy(reference);
    must(scilama_model_save_memory(model, &bytes, &size, &error));
    must(scilama_model_load_memory(&kept, context, bytes, size, &error));
    scilama_bytes_destroy(context, bytes);
    must(scilama_model_get_reference(&reference, kept, &error));
    must(scilama_reference_neighbors(reference, cells, n, 0, K, near, distance, &error));
    must(scilama_reference_transfer(reference, 0, near, distance, n, K, mapped, probability, NULL, NULL, &error));
    /* write */
    scilama_h5ad_writer *writer;
    must(scilama_h5ad_writer_open(&writer, context, input, in(folder, "out.h5ad"), &error));
    must(scilama_h5ad_writer_put_obsm(writer, "X_scilama", cells, dim, 0, &error));
    must(scilama_h5ad_writer_put_obs_categorical(writer, "scilama_leiden", clusters, names, report.communities, &error));
    must(scilama_h5ad_writer_put_uns_string(writer, "scilama/host", "a tour", &error));
    must(scilama_h5ad_writer_commit(writer, &error));
    must(scilama_h5ad_read_array(context, in(folder, "out.h5ad"), "obsm/X_scilama", NULL, NULL, written, n * dim, &error));

    put(folder, "cells.f32", cells, n * dim, sizeof *cells);
    put(folder, "genes.f32", genes, info.genes * dim, sizeof *genes);
    put(folder, "clusters.i32", clusters, n, sizeof *clusters);
    put(folder, "modules.i32", modules, info.genes, sizeof *modules);
    put(folder, "markers.f64", table.z, report.communities * all, sizeof *table.z);
    put(folder, "mapped.i32", mapped, n, sizeof *mapped);
    put(folder, "probability.f32", probability, n, sizeof *probability);
    put(folder, "written.f32", written, n * dim, sizeof *written);

    scilama_h5ad_writer_destroy(writer);
    scilama_reference_destroy(reference);
    scilama_model_destroy(kept);
    scilama_model_destroy(model);
    scilama_dataset_destroy(data);
    scilama_context_destroy(context);
    void *blocks[] = { cells, genes, written, clusters, modules, table.z, text, (void *)names, near, distance, mapped, probability };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
    return 0;
}
