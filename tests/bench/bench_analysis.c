/* SPDX-License-Identifier: MIT */
/* What follows training, stage by stage, on simulated points: time, memory, the longest silence between two
 * reports of progress, how long a cancelled call goes on, and a digest of the result, which is the same for any number of threads.
 * Usage: bench_analysis [--cells N] [--dims D] [--neighbors K] [--threads T] [--cancel TIMES] [--no-umap] [--epochs N]
 * [--graph FILE]
 * FILE receives the graph: n and entries (int64), indptr (int64), indices (int32), weights (float); for compare_leiden.py. */

#define _GNU_SOURCE
#include "scilama/scilama.h"
#include "peak.h"
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct bench {
    scilama_context *ctx;
    scilama_graph *graph;
    float *points, *distances, *layout;
    int32_t *indices, *labels;
    int64_t n, dims, k;
    int32_t epochs;           /* of the layout; 0: by default */
    double last, gap;         /* of the reports of progress */
    char note[160];
} bench;

typedef scilama_status (*stage_fn)(bench *b, scilama_error *error);

/* xorshift-multiply */
static double uniform(uint64_t *s)
{
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return ((double)(*s * UINT64_C(0x2545F4914F6CDD1D) >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t *s)
{
    double radius = sqrt(-2 * log(uniform(s)));
    return radius * cos(6.283185307179586 * uniform(s));
}

enum { TYPES = 40, SUBTYPES = 4, MOST_DIMS = 256 };

/* Cells of 40 types that touch, each of four subtypes and with a gradient along one direction. */
static void simulate(float *x, int64_t n, int64_t dims)
{
    static double centre[TYPES][MOST_DIMS], shift[TYPES * SUBTYPES][MOST_DIMS], slope[TYPES][MOST_DIMS];
    uint64_t s = 88172645463325252u;
    for (int t = 0; t < TYPES * SUBTYPES; t++)
        for (int64_t j = 0; j < dims; j++) {
            if (t < TYPES) centre[t][j] = 2.2 * normal(&s), slope[t][j] = 0.7 * normal(&s);
            shift[t][j] = 0.6 * normal(&s);
        }
    for (int64_t i = 0; i < n; i++) {
        int type = (int)(TYPES * pow(uniform(&s), 1.5)), sub = (int)(SUBTYPES * uniform(&s));
        double along = 2 * uniform(&s) - 1;
        for (int64_t j = 0; j < dims; j++)
            x[i * dims + j] = (float)(centre[type][j] + shift[type * SUBTYPES + sub][j] + along * slope[type][j] + normal(&s));
    }
}

static uint64_t digest(uint64_t h, const void *data, size_t size)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < size; i++) h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    return h;
}

static scilama_status stage_knn(bench *b, scilama_error *error)
{
    scilama_knn_options o;
    scilama_knn_report r;
    scilama_knn_options_init(&o, sizeof o);
    scilama_knn_report_init(&r, sizeof r);
    o.neighbors = b->k;
    o.method = SCILAMA_KNN_APPROXIMATE;
    scilama_status status = scilama_knn(b->ctx, b->points, b->n, b->dims, 0, &o, b->indices, b->distances, &r, error);
    snprintf(b->note, sizeof b->note, "recall %.4f, %d rounds", r.recall, r.rounds);
    return status;
}

static scilama_status stage_graph(bench *b, scilama_error *error)
{
    scilama_graph_destroy(b->graph);
    b->graph = NULL;
    scilama_status status = scilama_graph_from_knn(&b->graph, b->ctx, SCILAMA_GRAPH_FUZZY, b->n, b->k, b->indices, b->distances, error);
    snprintf(b->note, sizeof b->note, "%" PRId64 " entries", scilama_graph_entries(b->graph));
    return status;
}

static scilama_status stage_leiden(bench *b, scilama_error *error)
{
    scilama_leiden_report r;
    scilama_leiden_report_init(&r, sizeof r);
    scilama_status status = scilama_graph_leiden(b->graph, NULL, b->labels, &r, error);
    snprintf(b->note, sizeof b->note, "quality %.6f, %" PRId64 " communities, %d iterations", r.quality, r.communities, r.iterations);
    return status;
}

static scilama_status stage_umap(bench *b, scilama_error *error)
{
    scilama_umap_options o;
    scilama_umap_options_init(&o, sizeof o);
    o.points = b->points;
    o.epochs = b->epochs;
    o.points_dim = b->dims;
    b->note[0] = 0;
    return scilama_graph_umap(b->graph, &o, b->layout, error);
}

static uint64_t stage_digest(const bench *b, stage_fn fn)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    size_t n = (size_t)b->n, lists = n * (size_t)b->k, entries = (size_t)scilama_graph_entries(b->graph);
    if (fn == stage_knn) return digest(digest(h, b->indices, lists * sizeof(int32_t)), b->distances, lists * sizeof(float));
    if (fn == stage_graph) return digest(digest(h, scilama_graph_indices(b->graph), entries * sizeof(int32_t)), scilama_graph_weights(b->graph), entries * sizeof(float));
    return fn == stage_leiden ? digest(h, b->labels, n * sizeof(int32_t)) : digest(h, b->layout, 2 * n * sizeof(float));
}

static void told(void *user, const char *stage, double share)
{
    bench *b = user;
    double now = bench_now();
    (void)stage, (void)share;
    if (now - b->last > b->gap) b->gap = now - b->last;
    b->last = now;
}

typedef struct timer { scilama_context *ctx; double delay, at; } timer;

static void *ring(void *arg)
{
    timer *a = arg;
    usleep((useconds_t)(1e6 * a->delay));
    a->at = bench_now();
    scilama_context_cancel(a->ctx);
    return NULL;
}

/* The longest that the stage went on after it was cancelled, at `times` moments of its usual `seconds`. */
static double cancelled(bench *b, stage_fn fn, double seconds, int times)
{
    double worst = 0;
    for (int k = 0; k < times; k++) {
        scilama_error error = { 0 };
        pthread_t thread;
        timer a = { b->ctx, seconds * (k + 0.5) / times, 0 };
        if (pthread_create(&thread, NULL, ring, &a)) return NAN;
        scilama_status status = fn(b, &error);
        double after = bench_now();
        pthread_join(thread, NULL);
        if (status && after - a.at > worst) worst = after - a.at;
        scilama_context_resume(b->ctx);
    }
    return worst;
}

static int run_stage(bench *b, const char *name, stage_fn fn, int cancels)
{
    scilama_error error = { 0 };
    int64_t before, peak;
    double wall = bench_now(), cpu = bench_cpu();
    b->gap = 0;
    b->last = wall;
    scilama_context_memory(b->ctx, &before, NULL);
    scilama_status status = fn(b, &error);
    told(b, name, 1);
    wall = bench_now() - wall, cpu = bench_cpu() - cpu;
    scilama_context_memory(b->ctx, NULL, &peak);
    if (status) {
        fprintf(stderr, "%s: %s\n", name, error.message);
        return 1;
    }
    printf("%-7s %7.2f s  processor %7.2f s  %6.2f us a cell  peak %6.1f MB  silence %.2f s", name, wall, cpu, 1e6 * cpu / (double)b->n, (double)peak / 1e6, b->gap);
    uint64_t was = stage_digest(b, fn);
    if (cancels) {
        printf("  goes on %.2f s when cancelled", cancelled(b, fn, wall, cancels));
        if (fn(b, &error)) return 1; /* what the next stage starts from */
        if (stage_digest(b, fn) != was) printf("  ANOTHER RESULT");
    }
    printf("  %016" PRIx64 "  %s\n", was, b->note);
    fflush(stdout);
    return 0;
}

static int write_graph(const bench *b, const char *path)
{
    FILE *f = fopen(path, "wb");
    int64_t head[2] = { b->n, scilama_graph_entries(b->graph) };
    if (!f) return 1;
    bool ok = fwrite(head, sizeof *head, 2, f) == 2 && fwrite(scilama_graph_indptr(b->graph), sizeof(int64_t), (size_t)head[0] + 1, f) == (size_t)head[0] + 1;
    ok = ok && fwrite(scilama_graph_indices(b->graph), sizeof(int32_t), (size_t)head[1], f) == (size_t)head[1];
    ok = ok && fwrite(scilama_graph_weights(b->graph), sizeof(float), (size_t)head[1], f) == (size_t)head[1];
    return fclose(f) || !ok;
}

int main(int argc, char **argv)
{
    bench b = { .n = 100000, .dims = 10, .k = 14 };
    scilama_context_options co;
    scilama_error error = { 0 };
    const char *graph = NULL;
    int cancels = 0, umap = 1;
    scilama_context_options_init(&co, sizeof co);
    co.threads = 2;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "0";
        if (!strcmp(argv[i], "--no-umap")) umap = 0;
        else if (!strcmp(argv[i], "--cells")) b.n = atoll(value), i++;
        else if (!strcmp(argv[i], "--dims")) b.dims = atoll(value), i++;
        else if (!strcmp(argv[i], "--neighbors")) b.k = atoll(value), i++;
        else if (!strcmp(argv[i], "--threads")) co.threads = atoi(value), i++;
        else if (!strcmp(argv[i], "--cancel")) cancels = atoi(value), i++;
        else if (!strcmp(argv[i], "--epochs")) b.epochs = atoi(value), i++;
        else if (!strcmp(argv[i], "--graph")) graph = value, i++;
        else return fprintf(stderr, "unknown option %s\n", argv[i]), 2;
    }
    if (b.n < 2000 || b.dims < 2 || b.dims > MOST_DIMS || b.k < 1) return 2;
    size_t n = (size_t)b.n;
    b.points = malloc(n * (size_t)b.dims * sizeof(float));
    b.distances = malloc(n * (size_t)b.k * sizeof(float));
    b.indices = malloc(n * (size_t)b.k * sizeof(int32_t));
    b.labels = malloc(n * sizeof(int32_t));
    b.layout = malloc(2 * n * sizeof(float));
    if (!b.points || !b.distances || !b.indices || !b.labels || !b.layout) return 1;
    simulate(b.points, b.n, b.dims);
    if (scilama_context_create(&b.ctx, &co, &error) || scilama_context_set_progress(b.ctx, told, &b, &error)) return fprintf(stderr, "%s\n", error.message), 1;
    printf("%" PRId64 " cells, %" PRId64 " dimensions, %d threads\n", b.n, b.dims, scilama_context_threads(b.ctx));
    int failed = run_stage(&b, "knn", stage_knn, cancels) || run_stage(&b, "graph", stage_graph, cancels) ||
                 (graph && write_graph(&b, graph)) || run_stage(&b, "leiden", stage_leiden, cancels) || (umap && run_stage(&b, "umap", stage_umap, cancels));
    scilama_graph_destroy(b.graph);
    scilama_context_destroy(b.ctx);
    free(b.points);
    free(b.distances);
    free(b.indices);
    free(b.labels);
    free(b.layout);
    return failed;
}
