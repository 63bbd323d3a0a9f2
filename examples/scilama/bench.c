/* SPDX-License-Identifier: MIT */
/* How fast training is here: what the machine can do, measured, and what the steps make of it. */
#include "biology.h"
#include "peak.h"
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct sizes { int64_t cells, genes, width, batch, hidden[2], latent; } sizes;

static const sizes standard = { 640, 2000, 1536, 128, { 900, 400 }, 50 };
static const sizes quick = { 64, 200, 96, 32, { 90, 40 }, 10 };

/* One kind of step. */
typedef struct timing { const char *name; int32_t mode, precision; double density; double median, least, flops, rss; } timing;

typedef struct machine { int threads; double peak, bandwidth; } machine; /* FLOP/s, bytes/s */

static float uniform(uint64_t *s)
{
    *s = *s * 6364136223846793005u + 1442695040888963407u;
    return (float)(*s >> 40) * 0x1p-24f - 0.5f;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Forgets the peak of the process's memory, where the system can. */
static void reset_rss(void)
{
    FILE *f = fopen("/proc/self/clear_refs", "w");
    if (!f) return;
    fputs("5", f);
    fclose(f);
}

/* That peak in bytes; NaN where the system does not tell. */
static double peak_rss(void)
{
    char line[128];
    double kb = (double)NAN;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "VmHWM:", 6)) kb = (double)strtoll(line + 6, NULL, 10);
    if (f) fclose(f);
    return kb * 1024;
}

/* Floating-point operations of the products of one step: the encoders, the decoders but for
 * the last layer of the gene decoder, which is folded into the cells' side (docs/performance.md). */
static double step_flops(const sizes *z, int32_t mode)
{
    double b = (double)z->batch, g = (double)z->genes, d = (double)z->width;
    double h1 = (double)z->hidden[0], h2 = (double)z->hidden[1], l = (double)z->latent;
    double cell_encoder = b * g * h1 + b * h1 * h2 + b * h2 * 2 * l, cell_decoder = b * l * h2 + b * h2 * h1;
    double gene_encoder = g * d * h1 + g * h1 * h2 + g * h2 * 2 * l, gene_decoder = g * l * h2;
    double fold = b * h1 * h2, pair = b * g * h2, align = b * g * l;
    double cell = 2 * (3 * (cell_encoder + cell_decoder) - b * g * h1); /* no input gradient of the first layer */
    double gene = 2 * (3 * (gene_encoder + gene_decoder) - g * d * h1);
    if (mode == SCILAMA_MODE_BETA_VAE) return cell + 2 * 3 * b * g * h1;
    if (mode == SCILAMA_MODE_DIRECT) return cell + gene + 2 * 3 * (fold + pair + align);
    return 2 * (cell_encoder + cell_decoder) + gene + 2 * (2 * fold + 3 * pair);
}

/* Cells of noise and genes with vectors of noise: the numbers do not change the time. */
static scilama_status make_data(app *a, const sizes *z, double density, scilama_dataset **out)
{
    uint64_t seed = a->seed + 1;
    float *x = app_alloc(a, z->cells * z->genes, sizeof *x), *e = app_alloc(a, z->genes * z->width, sizeof *e);
    const char **names = app_alloc(a, z->genes, sizeof *names);
    int32_t *split = app_alloc(a, z->cells, sizeof *split);
    if (!x || !e || !names || !split) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < z->cells * z->genes; i++) x[i] = uniform(&seed) + 0.5f < (float)density ? uniform(&seed) * 2 : 0;
    for (int64_t i = 0; i < z->genes * z->width; i++) e[i] = uniform(&seed) * 0.1f;
    for (int64_t i = 0; i < z->cells; i++) split[i] = SCILAMA_SPLIT_TRAIN;
    for (int64_t i = 0; i < z->genes; i++)
        if (!(names[i] = app_text(a, "gene%" PRId64, i))) return SCILAMA_E_NOMEM;
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = z->cells;
    m.cols = z->genes;
    m.values = x;
    scilama_gene_table *table = NULL;
    scilama_status status = scilama_dataset_create(out, a->context, &m, NULL, names, &a->error);
    if (!status) status = scilama_dataset_set_split(*out, split, &a->error);
    if (!status) status = scilama_gene_table_create(&table, a->context, names, e, z->genes, z->width, 0, &a->error);
    if (!status) status = scilama_dataset_add_gene_table(*out, "noise", table, NULL, NULL, &a->error);
    scilama_gene_table_destroy(table);
    return status;
}

/* Steps of one kind, in turn with the peak, so that both see the same machine. */
static scilama_status time_steps(app *a, scilama_dataset *data, const sizes *z, int64_t steps, timing *t, machine *m)
{
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    scilama_model_options mo;
    scilama_trainer_options o;
    scilama_step_info info;
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_PUBLISHED);
    memcpy(mo.hidden, z->hidden, sizeof z->hidden);
    mo.latent = z->latent;
    mo.pair_scale = SCILAMA_PAIR_SCALE_RSQRT;
    scilama_trainer_options_init(&o, sizeof o, SCILAMA_PRESET_PUBLISHED);
    o.mode = t->mode;
    o.precision = t->precision;
    o.batch_size = z->batch;
    o.epochs = 1000000; /* never ends of itself */
    if (t->mode == SCILAMA_MODE_GENE) o.gamma = 0;
    scilama_step_info_init(&info, sizeof info);
    reset_rss();
    double *seconds = app_alloc(a, steps, sizeof *seconds);
    scilama_status status = seconds ? SCILAMA_OK : SCILAMA_E_NOMEM;
    if (!status) status = scilama_model_create(&model, data, &mo, &a->error);
    if (!status) status = scilama_trainer_create(&trainer, model, data, &o, &a->error);
    for (int64_t s = -2; s < steps && !status; s++) { /* two to warm up */
        double peak = bench_peak(m->threads), before = app_seconds();
        if (peak > m->peak) m->peak = peak;
        status = scilama_trainer_step(trainer, &info, &a->error);
        if (s >= 0) seconds[s] = app_seconds() - before;
    }
    if (!status) {
        qsort(seconds, (size_t)steps, sizeof *seconds, ascending);
        t->least = seconds[0];
        t->median = seconds[steps / 2];
        t->flops = step_flops(z, t->mode);
        t->rss = peak_rss();
    }
    scilama_trainer_destroy(trainer);
    scilama_model_destroy(model);
    return status;
}

/* The text under "key" in the library's description; "unknown" without. */
static char *described(app *a, const char *json, const char *key)
{
    char *quoted = app_text(a, "\"%s\": \"", key);
    if (!quoted) return NULL;
    const char *at = strstr(json, quoted);
    return at ? app_text(a, "%.*s", (int)strcspn(at + strlen(quoted), "\""), at + strlen(quoted)) : app_text(a, "unknown");
}

static void print_json(const machine *m, const sizes *z, const timing *t, int count, const char *library)
{
    printf("{\"library\": %s, \"threads\": %d, \"peak_gflops\": ", library, m->threads);
    print_number(stdout, m->peak > 0 ? 1e-9 * m->peak : (double)NAN, "null");
    printf(", \"bandwidth_gb_per_s\": ");
    print_number(stdout, 1e-9 * m->bandwidth, "null");
    printf(", \"batch\": %" PRId64 ", \"genes\": %" PRId64 ", \"width\": %" PRId64 ", \"hidden\": [%" PRId64 ", %" PRId64 "], \"latent\": %" PRId64 ", \"steps\": [",
           z->batch, z->genes, z->width, z->hidden[0], z->hidden[1], z->latent);
    for (int i = 0; i < count; i++) {
        const double value[] = { 1e3 * t[i].median, 1e3 * t[i].least, 1e-9 * t[i].flops, 1e-9 * t[i].flops / t[i].median,
                                 m->peak > 0 ? t[i].flops / t[i].median / m->peak : (double)NAN, 1e-6 * t[i].rss };
        static const char *const key[] = { "ms", "ms_min", "gflop", "gflops", "peak_share", "peak_rss_mb" };
        printf("%s{\"step\": \"%s\"", i ? ", " : "", t[i].name);
        for (size_t k = 0; k < sizeof key / sizeof *key; k++) {
            printf(", \"%s\": ", key[k]);
            print_number(stdout, value[k], "null");
        }
        printf("}");
    }
    printf("]}\n");
}

static void print_table(const machine *m, const sizes *z, const timing *t, int count, const char *kernels, const char *bf16, const char *blis)
{
    printf("kernels %s, bf16 %s, BLIS %s, %d thread%s\n", kernels, bf16, blis, m->threads, m->threads == 1 ? "" : "s");
    if (m->peak > 0) printf("peak    %.0f GFLOP/s in single precision\n", 1e-9 * m->peak);
    else printf("peak    not measured on this processor\n");
    printf("memory  %.1f GB/s\n", 1e-9 * m->bandwidth);
    printf("size    %" PRId64 " cells a step, %" PRId64 " genes, vectors of %" PRId64 ", hidden %" PRId64 ",%" PRId64 ", latent %" PRId64 "\n\n",
           z->batch, z->genes, z->width, z->hidden[0], z->hidden[1], z->latent);
    printf("%-33s ms (median)    least   GFLOP/s   of peak   peak memory\n", "step");
    for (int i = 0; i < count; i++) {
        printf("%-33s %11.2f %8.2f %9.1f ", t[i].name, 1e3 * t[i].median, 1e3 * t[i].least, 1e-9 * t[i].flops / t[i].median);
        if (m->peak > 0) printf("%7.1f %%", 100 * t[i].flops / t[i].median / m->peak);
        else printf("%9s", "-");
        if (isfinite(t[i].rss)) printf("%11.0f MB\n", 1e-6 * t[i].rss);
        else printf("%14s\n", "-");
    }
}

int verb_bench(int argc, char **argv)
{
    app a = { .verb = "bench" };
    int32_t json = 0, small = 0;
    int64_t steps = 0;
    const option options[] = {
        { "steps", 0, OPTION_INTEGER, &steps, "N", "steps of each kind to time (default 20)", 0, NULL },
        { "quick", 0, OPTION_FLAG, &small, NULL, "a small size: is everything in order?", 1, NULL },
        { "json", 0, OPTION_FLAG, &json, NULL, "one JSON object on the standard output", 1, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "[--json] [--quick] [--steps N]",
                        "Measures this machine (fused multiply-adds, memory) and the training steps on it, at the size of the\n"
                        "publication. Shares are of the peak measured here, in the same minute.", options, 0, 0, NULL, "" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    if (steps < 0 || steps > 100000) {
        fprintf(stderr, "scilama: --steps must be 1 to 100000 (see scilama bench --help)\n");
        return EXIT_USAGE;
    }
    if (!steps) steps = small ? 5 : 20;
    const sizes *z = small ? &quick : &standard;
    timing t[] = { { .name = "direct", .mode = SCILAMA_MODE_DIRECT, .density = 1 },
                   { .name = "gene", .mode = SCILAMA_MODE_GENE, .density = 1 },
                   { .name = "beta_vae", .mode = SCILAMA_MODE_BETA_VAE, .density = 1 },
                   { .name = "direct, 10 % of values not zero", .mode = SCILAMA_MODE_DIRECT, .density = 0.1 },
                   { .name = "beta_vae, 10 % of values not zero", .mode = SCILAMA_MODE_BETA_VAE, .density = 0.1 },
                   { .name = "direct, bf16", .mode = SCILAMA_MODE_DIRECT, .precision = SCILAMA_PRECISION_BF16, .density = 1 } };
    enum { KINDS = sizeof t / sizeof *t };
    machine m = { 0, 0, 0 };
    scilama_dataset *data = NULL, *sparse = NULL;
    scilama_status status = app_open(&a);
    if (!status) {
        m.threads = scilama_context_threads(a.context);
        m.bandwidth = bench_bandwidth(m.threads, small ? (size_t)4 << 20 : (size_t)64 << 20);
        status = make_data(&a, z, 1, &data);
        if (!status) status = make_data(&a, z, 0.1, &sparse);
    }
    for (int i = 0; i < KINDS && !status; i++) {
        if (!a.quiet && !json) app_say(&a, "timing %s", t[i].name);
        status = time_steps(&a, t[i].density < 1 ? sparse : data, z, steps, &t[i], &m);
    }
    char library[2048] = "";
    if (!status && scilama_context_describe(a.context, library, sizeof library, NULL))
        status = app_fail(&a, SCILAMA_E_STATE, "the library could not be described");
    if (!status && json) print_json(&m, z, t, KINDS, library);
    if (!status && !json) {
        const char *kernels = described(&a, library, "blis_kernels"), *bf16 = described(&a, library, "bf16_kernels"), *blis = described(&a, library, "blis");
        if (kernels && bf16 && blis) print_table(&m, z, t, KINDS, kernels, bf16, blis);
        else status = SCILAMA_E_NOMEM;
    }
    scilama_dataset_destroy(data);
    scilama_dataset_destroy(sparse);
    return app_close(&a, status);
}
