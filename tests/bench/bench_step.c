/* SPDX-License-Identifier: MIT */
/* Times training steps at the standard size, as shares of the peak measured in the
 * same process. Given several libraries it alternates between them, so that builds
 * can be compared on a machine that other programs use too.
 *   bench_step [--threads T] [--steps N] [--mode direct|gene|beta_vae] [--small] [--cells N] [--genes N] [--width D] [--batch B]
 *              [--density D] [--bf16] [LIBRARY]...
 * --density: the share of the cells' values that are not zero (1).
 * --serve: a step for every line of input, answered by its wall and processor seconds and
 * the peak memory in MB (compare_torch.py). --count: that many steps and nothing else
 * (instructions.py). */
#define _GNU_SOURCE
#include "peak.h"
#include "scilama/scilama.h"
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct library {
    const char *path;
    __typeof__(scilama_context_options_init) *context_options_init;
    __typeof__(scilama_context_create) *context_create;
    __typeof__(scilama_matrix_init) *matrix_init;
    __typeof__(scilama_dataset_create) *dataset_create;
    __typeof__(scilama_dataset_set_split) *set_split;
    __typeof__(scilama_gene_table_create) *table_create;
    __typeof__(scilama_dataset_add_gene_table) *add_table;
    __typeof__(scilama_model_options_init) *model_options_init;
    __typeof__(scilama_model_create) *model_create;
    __typeof__(scilama_model_destroy) *model_destroy;
    __typeof__(scilama_trainer_options_init) *trainer_options_init;
    __typeof__(scilama_trainer_create) *trainer_create;
    __typeof__(scilama_trainer_destroy) *trainer_destroy;
    __typeof__(scilama_trainer_step) *trainer_step;
    __typeof__(scilama_step_info_init) *info_init;
    scilama_dataset *dataset;
    scilama_model *model;
    scilama_trainer *trainer;
    double *seconds, cpu; /* of every step; least processor time of one */
    scilama_step_info info;
} library;

typedef struct sizes { int64_t cells, genes, width, batch, h1, h2, latent; double density; int precision; } sizes;

static void die(const char *what, const char *why)
{
    fprintf(stderr, "bench_step: %s: %s\n", what, why);
    exit(2);
}

static void load(library *l)
{
    void *so = dlopen(l->path, RTLD_NOW | RTLD_LOCAL);
    if (!so) die(l->path, dlerror());
#define LOAD(field, name) if (!(*(void **)&l->field = dlsym(so, name))) die(l->path, "no " name)
    LOAD(context_options_init, "scilama_context_options_init");
    LOAD(context_create, "scilama_context_create");
    LOAD(matrix_init, "scilama_matrix_init");
    LOAD(dataset_create, "scilama_dataset_create");
    LOAD(set_split, "scilama_dataset_set_split");
    LOAD(table_create, "scilama_gene_table_create");
    LOAD(add_table, "scilama_dataset_add_gene_table");
    LOAD(model_options_init, "scilama_model_options_init");
    LOAD(model_create, "scilama_model_create");
    LOAD(model_destroy, "scilama_model_destroy");
    LOAD(trainer_options_init, "scilama_trainer_options_init");
    LOAD(trainer_create, "scilama_trainer_create");
    LOAD(trainer_destroy, "scilama_trainer_destroy");
    LOAD(trainer_step, "scilama_trainer_step");
    LOAD(info_init, "scilama_step_info_init");
#undef LOAD
}

static float uniform(uint64_t *s)
{
    *s = *s * 6364136223846793005u + 1442695040888963407u;
    return (float)(*s >> 40) * 0x1p-24f - 0.5f;
}

static void make_dataset(library *l, const sizes *z, int threads)
{
    scilama_error error;
    scilama_context_options co;
    scilama_context *ctx;
    scilama_matrix m;
    scilama_gene_table *table;
    uint64_t seed = 1;
    l->context_options_init(&co, sizeof co);
    co.threads = threads;
    if (l->context_create(&ctx, &co, &error)) die("context", error.message);
    float *x = malloc((size_t)(z->cells * z->genes) * sizeof *x), *e = malloc((size_t)(z->genes * z->width) * sizeof *e);
    char **names = malloc((size_t)z->genes * sizeof *names);
    for (int64_t i = 0; i < z->cells * z->genes; i++) x[i] = z->density >= 1 || uniform(&seed) + 0.5f < (float)z->density ? uniform(&seed) * 2 : 0;
    for (int64_t i = 0; i < z->genes * z->width; i++) e[i] = uniform(&seed) * 0.1f;
    for (int64_t i = 0; i < z->genes; i++) {
        names[i] = malloc(16);
        snprintf(names[i], 16, "g%08d", (int)i);
    }
    l->matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = z->cells;
    m.cols = z->genes;
    m.values = x;
    int32_t *split = calloc((size_t)z->cells, sizeof *split);
    for (int64_t i = 0; i < z->cells; i++) split[i] = SCILAMA_SPLIT_TRAIN;
    if (l->dataset_create(&l->dataset, ctx, &m, NULL, (const char *const *)names, &error)) die("dataset", error.message);
    if (l->set_split(l->dataset, split, &error)) die("split", error.message);
    if (l->table_create(&table, ctx, (const char *const *)names, e, z->genes, z->width, 0, &error)) die("table", error.message);
    if (l->add_table(l->dataset, "e", table, NULL, NULL, &error)) die("table", error.message);
    for (int64_t i = 0; i < z->genes; i++) free(names[i]);
    free(names);
    free(split);
    free(x);
    free(e);
}

static void start(library *l, const sizes *z, int mode)
{
    scilama_error error;
    scilama_model_options mo;
    scilama_trainer_options o;
    l->model_options_init(&mo, sizeof mo, SCILAMA_PRESET_PUBLISHED);
    mo.hidden[0] = z->h1;
    mo.hidden[1] = z->h2;
    mo.latent = z->latent;
    mo.pair_scale = SCILAMA_PAIR_SCALE_RSQRT;
    l->trainer_options_init(&o, sizeof o, SCILAMA_PRESET_PUBLISHED);
    o.mode = mode;
    o.batch_size = z->batch;
    o.epochs = 1000000;
    o.precision = z->precision;
    o.gamma = mode == SCILAMA_MODE_GENE ? 0 : o.gamma;
    if (l->model_create(&l->model, l->dataset, &mo, &error)) die("model", error.message);
    if (l->trainer_create(&l->trainer, l->model, l->dataset, &o, &error)) die("trainer", error.message);
    l->info_init(&l->info, sizeof l->info);
}

static void step(library *l)
{
    scilama_error error;
    if (l->trainer_step(l->trainer, &l->info, &error)) die("step", error.message);
}

/* Floating-point operations of the products of one step, folded (docs/performance.md). */
static double flops(const sizes *z, int mode)
{
    double b = (double)z->batch, g = (double)z->genes, d = (double)z->width, h1 = (double)z->h1, h2 = (double)z->h2, l = (double)z->latent;
    double cell_encoder = b * g * h1 + b * h1 * h2 + b * h2 * 2 * l, cell_decoder = b * l * h2 + b * h2 * h1;
    double gene_encoder = g * d * h1 + g * h1 * h2 + g * h2 * 2 * l, gene_decoder = g * l * h2;
    double fold = b * h1 * h2, pair = b * g * h2, align = b * g * l;
    double cell = 2 * (3 * (cell_encoder + cell_decoder) - b * g * h1); /* no input gradient of the first layer */
    double gene = 2 * (3 * (gene_encoder + gene_decoder) - g * d * h1);
    if (mode == SCILAMA_MODE_BETA_VAE) return cell + 2 * 3 * b * g * h1;
    if (mode == SCILAMA_MODE_DIRECT) return cell + gene + 2 * 3 * (fold + pair + align);
    return 2 * (cell_encoder + cell_decoder) + gene + 2 * (2 * fold + 3 * pair);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run(library *libs, int count, const sizes *z, int mode, const char *name, int threads, int steps)
{
    double peak = 0, core = 0, work = flops(z, mode);
    for (int i = 0; i < count; i++) {
        start(&libs[i], z, mode);
        for (int w = 0; w < 2; w++) step(&libs[i]);
        libs[i].seconds = malloc((size_t)steps * sizeof(double));
        libs[i].cpu = 1e9;
    }
    for (int s = 0; s < steps; s++) {
        double p = bench_peak(threads);
        if (p > peak) peak = p;
        p = bench_peak_cpu();
        if (p > core) core = p;
        for (int i = 0; i < count; i++) {
            double before = bench_now(), used = bench_cpu();
            step(&libs[i]);
            libs[i].seconds[s] = bench_now() - before;
            used = bench_cpu() - used;
            if (used < libs[i].cpu) libs[i].cpu = used;
        }
    }
    double first = 0, first_cpu = 0;
    for (int i = 0; i < count; i++) {
        library *l = &libs[i];
        qsort(l->seconds, (size_t)steps, sizeof(double), ascending);
        double least = l->seconds[0], median = l->seconds[steps / 2];
        printf("%-9s threads %d  min %7.2f ms  median %7.2f ms  %5.1f %% of peak %.0f | cpu %7.2f ms %5.1f %% of %.0f", name, threads, 1e3 * least,
               1e3 * median, peak > 0 ? 100 * work / least / peak : 0, 1e-9 * peak, 1e3 * l->cpu, core > 0 ? 100 * work / l->cpu / core : 0, 1e-9 * core);
        if (i) printf("  x%.2f x%.2f", first / least, first_cpu / l->cpu);
        else first = least, first_cpu = l->cpu;
        printf("  loss %.6f\n", l->info.loss);
        libs[i].trainer_destroy(libs[i].trainer);
        libs[i].model_destroy(libs[i].model);
        free(libs[i].seconds);
    }
}

/* Of this program alone: getrusage would count what the process was before exec. */
static double peak_memory(void)
{
    char line[128];
    double kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "VmHWM:", 6)) kb = atof(line + 6);
    if (f) fclose(f);
    return kb / 1024;
}

static void serve(library *l, const sizes *z, int mode)
{
    char line[16];
    start(l, z, mode);
    while (fgets(line, sizeof line, stdin)) {
        double before = bench_now(), used = bench_cpu();
        step(l);
        printf("%.9f %.9f %.1f\n", bench_now() - before, bench_cpu() - used, peak_memory());
        fflush(stdout);
    }
}

static void count_steps(library *l, const sizes *z, int mode, int steps)
{
    start(l, z, mode);
    for (int i = 0; i < steps; i++) step(l);
    l->trainer_destroy(l->trainer);
    l->model_destroy(l->model);
}

int main(int argc, char **argv)
{
    static const char *const names[] = { "direct", "gene", "beta_vae" };
    static const int modes[] = { SCILAMA_MODE_DIRECT, SCILAMA_MODE_GENE, SCILAMA_MODE_BETA_VAE };
    sizes z = { 640, 2000, 1536, 128, 900, 400, 50, 1, 0 };
    double density = 1;
    int precision = SCILAMA_PRECISION_F32;
    library libs[8];
    memset(libs, 0, sizeof libs);
    int threads = 2, steps = 20, count = 0;
    bool serving = false, counting = false;
    const char *only = NULL;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--threads") && i + 1 < argc) threads = atoi(argv[++i]);
        else if (!strcmp(argv[i], "--steps") && i + 1 < argc) steps = atoi(argv[++i]);
        else if (!strcmp(argv[i], "--mode") && i + 1 < argc) only = argv[++i];
        else if (!strcmp(argv[i], "--small")) z = (sizes){ 64, 200, 96, 32, 90, 40, 10, 1, 0 };
        else if (!strcmp(argv[i], "--cells") && i + 1 < argc) z.cells = atoll(argv[++i]);
        else if (!strcmp(argv[i], "--genes") && i + 1 < argc) z.genes = atoll(argv[++i]);
        else if (!strcmp(argv[i], "--width") && i + 1 < argc) z.width = atoll(argv[++i]);
        else if (!strcmp(argv[i], "--batch") && i + 1 < argc) z.batch = atoll(argv[++i]);
        else if (!strcmp(argv[i], "--density") && i + 1 < argc) density = atof(argv[++i]);
        else if (!strcmp(argv[i], "--bf16")) precision = SCILAMA_PRECISION_BF16;
        else if (!strcmp(argv[i], "--serve")) serving = true;
        else if (!strcmp(argv[i], "--count")) counting = true;
        else if (count < 8) libs[count++].path = argv[i];
    }
    if (!count) libs[count++].path = SLM_BENCH_LIBRARY;
    if (steps < 1) steps = 1;
    z.density = density;
    z.precision = precision;
    for (int i = 0; i < count; i++) {
        load(&libs[i]);
        make_dataset(&libs[i], &z, threads);
    }
    for (int m = 0; m < 3; m++)
        if (only && strcmp(only, names[m])) continue;
        else if (serving) serve(&libs[0], &z, modes[m]);
        else if (counting) count_steps(&libs[0], &z, modes[m], steps);
        else run(libs, count, &z, modes[m], names[m], threads, steps);
    return 0;
}
