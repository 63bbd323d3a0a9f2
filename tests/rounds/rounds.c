/* SPDX-License-Identifier: MIT */
/* Rounds of making, training and giving back. Usage: rounds NAME ROUNDS */
#include <scilama/scilama.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long rss(void)
{
    long kb = 0;
    char line[256];
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "VmRSS:", 6)) kb = atol(line + 6);
    if (f) fclose(f);
    return kb;
}

static int round_of(const float *counts)
{
    scilama_error error = { 0 };
    scilama_context_options co;
    scilama_matrix m;
    scilama_preprocess_options po;
    scilama_model_options mo;
    scilama_trainer_options to;
    scilama_context *context = NULL;
    scilama_dataset *data = NULL;
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    float out[96 * 4];
    scilama_context_options_init(&co, sizeof co);
    scilama_matrix_init(&m, sizeof m);
    scilama_preprocess_options_init(&po, sizeof po, SCILAMA_PRESET_RECOMMENDED);
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_RECOMMENDED);
    scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_RECOMMENDED);
    co.threads = 2;
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = 96;
    m.cols = 40;
    m.values = counts;
    po.min_cells = 0;
    mo.latent = 4;
    memset(mo.hidden, 0, sizeof mo.hidden);
    mo.hidden[0] = 16;
    mo.hidden[1] = 8;
    to.mode = SCILAMA_MODE_BETA_VAE;
    int failed = scilama_context_create(&context, &co, &error) || scilama_dataset_create(&data, context, &m, NULL, NULL, &error) ||
                 scilama_dataset_split_random(data, 0.8, 0.2, 0, NULL, &error) || scilama_dataset_preprocess(data, &po, NULL, &error) ||
                 scilama_model_create(&model, data, &mo, &error) || scilama_trainer_create(&trainer, model, data, &to, &error) ||
                 scilama_trainer_step(trainer, NULL, &error) || scilama_trainer_step(trainer, NULL, &error);
    scilama_trainer_destroy(trainer);
    failed = failed || scilama_model_encode_cells(model, data, out, NULL, 0, &error);
    scilama_model_destroy(model);
    scilama_dataset_destroy(data);
    scilama_context_destroy(context);
    if (failed) fprintf(stderr, "%s\n", error.message);
    return failed;
}

int main(int argc, char **argv)
{
    static float counts[96 * 40];
    int rounds = argc > 2 ? atoi(argv[2]) : 100, i;
    for (i = 0; i < 96 * 40; i++) counts[i] = (float)((i * 7 + i / 40) % 5);
    for (i = 0; i < 100; i++)
        if (round_of(counts)) return 1;
    long before = rss();
    for (i = 0; i < rounds; i++)
        if (round_of(counts)) return 1;
    long grown = rss() - before;
    printf("%s: %ld kB after 100 rounds, %+ld kB after %d more\n", argc > 1 ? argv[1] : "C", before, grown, rounds);
    return grown > 4096;
}
