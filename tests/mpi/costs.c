/* SPDX-License-Identifier: MIT */
/* The constants of docs/scaling.md, by processor time, so that other work on the machine adds little: what it costs to open,
 * prepare, read, embed and train on a file. A measurement, by hand:
 *   cc -O2 tests/mpi/costs.c -Iinclude -Ibuild/include build/lib/libscilama.so.0 -Wl,-rpath,$PWD/build/lib -o costs
 *   ./costs IN.h5ad [WIDTHS…]      widths of the hidden layers, default 256 128 */
#include <scilama/scilama.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BLOCK = 256, STEPS = 60 };

static scilama_error error;

static void need(scilama_status status)
{
    if (!status) return;
    fprintf(stderr, "costs: %s\n", error.message);
    exit(EXIT_FAILURE);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double said(const char *what, double began, double per, const char *unit, double factor)
{
    double spent = now() - began;
    printf("%-34s %8.3f s, %8.3f %s\n", what, spent, spent / per * factor, unit);
    return now();
}

/* Seconds of a step on mini-batches of so many cells; *apply: of its update alone. */
static double step_time(scilama_model *model, scilama_dataset *data, int64_t cells, double *apply)
{
    scilama_trainer_options o;
    scilama_trainer *trainer = NULL;
    scilama_step_info info;
    int64_t batch[512];
    double forward = 0;
    *apply = 0;
    scilama_trainer_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED);
    scilama_step_info_init(&info, sizeof info);
    o.mode = SCILAMA_MODE_BETA_VAE;
    o.batch_size = cells;
    o.max_steps = 100000;
    o.patience = 0;
    need(scilama_trainer_create(&trainer, model, data, &o, &error));
    for (int s = -5; s < STEPS; s++) { /* five to warm up */
        for (int64_t i = 0; i < cells; i++) batch[i] = (i * 61 + (s + 5) * 7) % scilama_dataset_cells(data);
        double began = now();
        need(scilama_trainer_forward_backward(trainer, batch, cells, &info, &error));
        double middle = now();
        need(scilama_trainer_apply(trainer, &info, &error));
        if (s < 0) continue;
        forward += middle - began;
        *apply += now() - middle;
    }
    scilama_trainer_destroy(trainer);
    *apply /= STEPS;
    return forward / STEPS;
}

int main(int argc, char **argv)
{
    scilama_context *ctx = NULL;
    scilama_dataset *data = NULL;
    scilama_model *model = NULL;
    scilama_context_options how;
    scilama_file_options file;
    scilama_model_options shape;
    scilama_context_options_init(&how, sizeof how);
    scilama_file_options_init(&file, sizeof file);
    scilama_model_options_init(&shape, sizeof shape, SCILAMA_PRESET_RECOMMENDED);
    how.threads = 1;
    file.stream_memory = (int64_t)256 << 20;
    shape.gene_input = SCILAMA_GENE_INPUT_NONE;
    shape.hidden[0] = argc > 2 ? atoll(argv[2]) : 256;
    shape.hidden[1] = argc > 3 ? atoll(argv[3]) : 128;
    shape.hidden[2] = 0;
    if (argc < 2) return 2;
    need(scilama_context_create(&ctx, &how, &error));
    double t = now();
    need(scilama_dataset_read_h5ad(&data, ctx, argv[1], &file, &error));
    int64_t cells = scilama_dataset_cells(data), genes = scilama_dataset_genes(data);
    float *row = malloc((size_t)(BLOCK * genes) * sizeof *row);
    int64_t number[BLOCK], stored = 0;
    double opened = now() - t;
    t = now();
    for (int64_t at = 0; at < cells; at += BLOCK) {
        int64_t n = cells - at < BLOCK ? cells - at : BLOCK;
        for (int64_t i = 0; i < n; i++) number[i] = at + i;
        need(scilama_dataset_get_prepared(data, number, n, row, 0, &error));
        for (int64_t i = 0; i < n * genes; i++) stored += row[i] != 0;
    }
    double read = now() - t;
    printf("%lld cells x %lld genes, %lld values stored\n", (long long)cells, (long long)genes, (long long)stored);
    printf("%-34s %8.3f s, %8.3f ns a value\n%-34s %8.3f s, %8.3f ns a value\n", "opening (c_o)", opened, opened / (double)stored * 1e9,
           "reading rows (c_i)", read, read / (double)stored * 1e9);
    t = now();
    need(scilama_dataset_preprocess(data, NULL, NULL, &error));
    t = said("recipe (c_r)", t, (double)stored, "ns a value", 1e9);
    need(scilama_model_create(&model, data, &shape, &error));
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    need(scilama_model_get_info(model, &info, &error));
    float *mu = malloc((size_t)(cells * info.latent) * sizeof *mu);
    t = now();
    need(scilama_model_encode_cells(model, data, mu, NULL, 0, &error));
    said("embedding (c_e)", t, (double)cells, "us a cell", 1e6);
    scilama_model_destroy(model); /* training reads its cells from memory */
    scilama_dataset_destroy(data);
    file.stream_memory = 0;
    need(scilama_dataset_read_h5ad(&data, ctx, argv[1], &file, &error));
    need(scilama_dataset_preprocess(data, NULL, NULL, &error));
    need(scilama_model_create(&model, data, &shape, &error));
    double numbers = 0;
    for (int64_t p = 0; p < scilama_model_parameters(model); p++) {
        scilama_tensor tensor;
        scilama_tensor_init(&tensor, sizeof tensor);
        need(scilama_model_parameter(model, p, &tensor, &error));
        numbers += (double)(tensor.rows * tensor.cols);
    }
    static const int64_t sizes[] = { 32, 64, 128, 256 };
    printf("W = %.0f numbers, G = %lld\n", numbers, (long long)info.genes);
    for (int i = 0; i < 4; i++) {
        double apply, forward = step_time(model, data, sizes[i], &apply);
        printf("step, %3lld cells: forward and backward %7.3f ms, update (t_a) %7.3f ms = %.3f ns a number\n", (long long)sizes[i], forward * 1e3, apply * 1e3, apply / numbers * 1e9);
    }
    free(row);
    free(mu);
    scilama_model_destroy(model);
    scilama_dataset_destroy(data);
    scilama_context_destroy(ctx);
    return EXIT_SUCCESS;
}
