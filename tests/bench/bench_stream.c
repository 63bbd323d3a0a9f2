/* SPDX-License-Identifier: MIT */
/* Epochs of the cell VAE on data in memory and streamed, turn about, with the same order of
 * cells. Ends with 1 unless the weights are the same bits.
 * Usage: bench_stream FILE.h5ad MEMORY_MIB EPOCHS [HIDDEN1 HIDDEN2] */

#include "scilama/scilama.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct side { scilama_dataset *d; scilama_model *m; scilama_trainer *t; double seconds, processor; } side;

static double now(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int say(const scilama_error *error)
{
    fprintf(stderr, "%s\n", error->message);
    return 1;
}

static scilama_status prepare(side *s, scilama_context *ctx, const char *path, int64_t memory, char **argv, int64_t window, scilama_error *error)
{
    scilama_file_options o;
    scilama_model_options mo;
    scilama_trainer_options to;
    scilama_preprocess_options po;
    scilama_file_options_init(&o, sizeof o);
    o.stream_memory = memory;
    scilama_preprocess_options_init(&po, sizeof po, SCILAMA_PRESET_RECOMMENDED);
    po.hvg = SCILAMA_HVG_NONE;
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_RECOMMENDED);
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    if (argv) mo.hidden[0] = atoi(argv[0]), mo.hidden[1] = atoi(argv[1]);
    scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_RECOMMENDED);
    to.mode = SCILAMA_MODE_BETA_VAE;
    to.max_steps = 0;
    to.epochs = 1000;
    to.shuffle = SCILAMA_SHUFFLE_CHUNKED;
    to.shuffle_block = 512;
    to.shuffle_window = window;
    double start = now(CLOCK_MONOTONIC);
    scilama_status status = scilama_dataset_read_h5ad(&s->d, ctx, path, &o, error);
    double read = now(CLOCK_MONOTONIC);
    if (!status) status = scilama_dataset_split_random(s->d, 0.9, 0.1, 1, NULL, error);
    if (!status) status = scilama_dataset_preprocess(s->d, &po, NULL, error);
    if (!status) status = scilama_model_create(&s->m, s->d, &mo, error);
    if (!status) status = scilama_trainer_create(&s->t, s->m, s->d, &to, error);
    printf("%-9s opened in %.1f s, prepared in %.1f s\n", memory ? "streamed" : "in memory", read - start, now(CLOCK_MONOTONIC) - read);
    return status;
}

int main(int argc, char **argv)
{
    scilama_error error = { 0 };
    scilama_context *ctx = NULL;
    scilama_context_options co;
    side side[2] = { { 0 } };
    if (argc < 4) return 2;
    int64_t memory = (int64_t)atoi(argv[2]) << 20;
    scilama_context_options_init(&co, sizeof co);
    co.threads = 0;
    if (scilama_context_create(&ctx, &co, &error)) return say(&error);
    for (int k = 0; k < 2; k++)
        if (prepare(&side[k], ctx, argv[1], k ? memory : 0, argc > 5 ? argv + 4 : NULL, 16384, &error)) return say(&error);
    for (int epoch = 0; epoch < atoi(argv[3]); epoch++)
        for (int k = 0; k < 2; k++) {
            double wall = now(CLOCK_MONOTONIC), processor = now(CLOCK_PROCESS_CPUTIME_ID);
            if (scilama_trainer_run_epoch(side[k].t, NULL, &error)) return say(&error);
            wall = now(CLOCK_MONOTONIC) - wall;
            processor = now(CLOCK_PROCESS_CPUTIME_ID) - processor;
            side[k].seconds += wall;
            side[k].processor += processor;
            printf("epoch %d %-9s %.2f s, processor %.2f s\n", epoch, k ? "streamed" : "in memory", wall, processor);
            fflush(stdout);
        }
    int64_t size = scilama_trainer_state_size(side[0].t);
    char *state[2] = { malloc((size_t)size), malloc((size_t)size) };
    for (int k = 0; k < 2; k++)
        if (!state[k] || scilama_trainer_state_get(side[k].t, state[k], size, &error)) return say(&error);
    int same = memcmp(state[0], state[1], (size_t)size) == 0;
    printf("ratio %.3f of time, %.3f of processor time; weights %s\n", side[1].seconds / side[0].seconds, side[1].processor / side[0].processor,
           same ? "equal bit for bit" : "DIFFER");
    for (int k = 0; k < 2; k++) {
        free(state[k]);
        scilama_trainer_destroy(side[k].t);
        scilama_model_destroy(side[k].m);
        scilama_dataset_destroy(side[k].d);
    }
    scilama_context_destroy(ctx);
    return !same;
}
