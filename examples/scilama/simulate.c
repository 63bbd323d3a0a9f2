/* SPDX-License-Identifier: MIT */
/* A data set whose truth is known.
 *
 * Genes fall into modules (some into none). A cell type is a pattern of module
 * activities; a cell follows its type with noise of its own. Batches differ in depth
 * and by a factor per gene that has nothing to do with modules, strong enough that
 * uncorrected cells cluster by batch. Counts are negative binomial. The embedding of
 * a gene is its module's centroid plus noise. */

#include "options.h"
#include "output.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct plan {
    int64_t cells, genes, types, batches, modules, width;
    double batch_effect, type_effect, cell_effect, depth;
} plan;

typedef struct world {
    int32_t *type, *batch, *module;    /* of cells, of cells, of genes (−1: none) */
    double *level, *load;              /* [genes] log base expression; response to the module */
    double *activity;                  /* [types × modules] */
    double *shift;                     /* [batches × genes] log factor */
    double *batch_depth;               /* [batches] log factor */
    float *vectors;                    /* [genes × width] */
    const char **cell_name, **gene_name, **type_name, **batch_name, **module_name;
    int64_t *indptr;
    int32_t *indices;
    float *values;
} world;

/* xoshiro256** by Blackman and Vigna, seeded by splitmix64. */
typedef struct random { uint64_t s[4]; } random;

static void random_seed(random *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        uint64_t z = seed += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        r->s[i] = z ^ (z >> 31);
    }
}

static uint64_t rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static double uniform(random *r) /* in (0, 1) */
{
    uint64_t *s = r->s, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return ((double)(result >> 11) + 0.5) * 0x1p-53;
}

static double normal(random *r)
{
    double radius = sqrt(-2 * log(uniform(r)));
    return radius * cos(6.283185307179586 * uniform(r));
}

/* Marsaglia and Tsang; shape ≥ 1. */
static double gamma_draw(random *r, double shape)
{
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = normal(r), v = 1 + c * x;
        if (v <= 0) continue;
        v = v * v * v;
        if (log(uniform(r)) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
    }
}

static int64_t poisson(random *r, double mean)
{
    int64_t n = 0;
    while (mean > 30) { /* by halves of a gamma process, so that nothing underflows */
        double m = floor(mean * 0.875), x = gamma_draw(r, m);
        if (x > mean) { /* the m-th event is later: n of the m − 1 before are binomial */
            for (int64_t i = 1; i < (int64_t)m; i++) n += uniform(r) < mean / x;
            return n;
        }
        n += (int64_t)m;
        mean -= x;
    }
    double limit = exp(-mean), product = uniform(r);
    for (; product > limit; n++) product *= uniform(r);
    return n;
}

static int64_t below(random *r, int64_t n)
{
    int64_t k = (int64_t)(uniform(r) * (double)n);
    return k < n ? k : n - 1;
}

static const char **numbered(app *a, const char *prefix, int64_t n)
{
    const char **names = app_alloc(a, n, sizeof *names);
    for (int64_t i = 0; names && i < n; i++)
        if (!(names[i] = app_text(a, "%s%" PRId64, prefix, i + 1))) return NULL;
    return names;
}

static bool allocate(app *a, const plan *p, world *w)
{
    w->type = app_alloc(a, p->cells, sizeof *w->type);
    w->batch = app_alloc(a, p->cells, sizeof *w->batch);
    w->module = app_alloc(a, p->genes, sizeof *w->module);
    w->level = app_alloc(a, p->genes, sizeof *w->level);
    w->load = app_alloc(a, p->genes, sizeof *w->load);
    w->activity = app_alloc(a, p->types * p->modules, sizeof *w->activity);
    w->shift = app_alloc(a, p->batches * p->genes, sizeof *w->shift);
    w->batch_depth = app_alloc(a, p->batches, sizeof *w->batch_depth);
    w->vectors = app_alloc(a, p->genes * p->width, sizeof *w->vectors);
    w->indptr = app_alloc(a, p->cells + 1, sizeof *w->indptr);
    w->indices = app_alloc(a, p->cells * p->genes, sizeof *w->indices);
    w->values = app_alloc(a, p->cells * p->genes, sizeof *w->values);
    w->cell_name = numbered(a, "cell", p->cells);
    w->gene_name = numbered(a, "gene", p->genes);
    w->type_name = numbered(a, "type", p->types);
    w->batch_name = numbered(a, "batch", p->batches);
    w->module_name = numbered(a, "module", p->modules);
    return w->type && w->batch && w->module && w->level && w->load && w->activity && w->shift && w->batch_depth &&
           w->vectors && w->indptr && w->indices && w->values && w->cell_name && w->gene_name && w->type_name &&
           w->batch_name && w->module_name;
}

static scilama_status make_genes(app *a, const plan *p, random *r, world *w)
{
    double *centroid = app_alloc(a, p->modules * p->width, sizeof *centroid);
    if (!centroid) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < p->modules * p->width; i++) centroid[i] = normal(r);
    for (int64_t g = 0; g < p->genes; g++) {
        w->module[g] = uniform(r) < 0.25 ? -1 : (int32_t)below(r, p->modules);
        w->level[g] = 1.1 * normal(r);
        w->load[g] = 0.5 + 0.7 * uniform(r);
        for (int64_t j = 0; j < p->width; j++) {
            double mean = w->module[g] < 0 ? 0 : centroid[w->module[g] * p->width + j];
            double spread = w->module[g] < 0 ? sqrt(2.0) : 1; /* the same length on average */
            w->vectors[g * p->width + j] = (float)(mean + spread * normal(r));
        }
    }
    /* A type raises some modules and lowers others. */
    for (int64_t i = 0; i < p->types * p->modules; i++) {
        double u = uniform(r);
        w->activity[i] = p->type_effect * ((u < 0.35 ? 1.0 : u < 0.6 ? -0.8 : 0) + 0.15 * normal(r));
    }
    for (int64_t b = 0; b < p->batches; b++) {
        w->batch_depth[b] = 0.35 * normal(r);
        for (int64_t g = 0; g < p->genes; g++) w->shift[b * p->genes + g] = p->batch_effect * normal(r);
    }
    return SCILAMA_OK;
}

static scilama_status make_cells(app *a, const plan *p, random *r, world *w)
{
    double *weight = app_alloc(a, p->types, sizeof *weight), *mood = app_alloc(a, p->modules, sizeof *mood);
    double *rate = app_alloc(a, p->genes, sizeof *rate);
    if (!weight || !mood || !rate) return SCILAMA_E_NOMEM;
    double sum = 0;
    int64_t stored = 0;
    for (int64_t t = 0; t < p->types; t++) sum += weight[t] = 0.4 + uniform(r); /* types differ in size */
    for (int64_t c = 0; c < p->cells; c++) {
        double at = sum * uniform(r), total = 0;
        int32_t t = 0;
        while (t + 1 < p->types && at > weight[t]) at -= weight[t++];
        w->type[c] = t;
        int32_t b = w->batch[c] = (int32_t)(c % p->batches);
        for (int64_t m = 0; m < p->modules; m++) mood[m] = w->activity[t * p->modules + m] + p->cell_effect * normal(r);
        for (int64_t g = 0; g < p->genes; g++) {
            double x = w->level[g] + w->shift[b * p->genes + g];
            if (w->module[g] >= 0) x += w->load[g] * mood[w->module[g]];
            total += rate[g] = exp(x);
        }
        double depth = p->depth * exp(w->batch_depth[b] + 0.3 * normal(r));
        for (int64_t g = 0; g < p->genes; g++) {
            int64_t n = poisson(r, depth * rate[g] / total * gamma_draw(r, 4) / 4); /* negative binomial, dispersion 1/4 */
            if (!n) continue;
            w->indices[stored] = (int32_t)g;
            w->values[stored++] = (float)n;
        }
        w->indptr[c + 1] = stored;
        if (app_interrupted()) return app_fail(a, SCILAMA_E_CANCELLED, "interrupted");
    }
    return SCILAMA_OK;
}

static scilama_status write_cells(app *a, const plan *p, const world *w, const char *path)
{
    scilama_h5ad_writer *writer = NULL;
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_CSR;
    m.value_type = SCILAMA_DTYPE_F32;
    m.index_type = SCILAMA_DTYPE_I32;
    m.indptr_type = SCILAMA_DTYPE_I64;
    m.rows = p->cells;
    m.cols = p->genes;
    m.stored = w->indptr[p->cells];
    m.values = w->values;
    m.indices = w->indices;
    m.indptr = w->indptr;
    scilama_status status = scilama_h5ad_writer_create(&writer, a->context, path, &m, w->cell_name, w->gene_name, &a->error);
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(writer, "batch", w->batch, w->batch_name, p->batches, &a->error);
    if (!status) status = scilama_h5ad_writer_put_obs_categorical(writer, "cell_type", w->type, w->type_name, p->types, &a->error);
    if (!status) status = scilama_h5ad_writer_put_var_categorical(writer, "module", w->module, w->module_name, p->modules, &a->error);
    if (!status) status = scilama_h5ad_writer_put_uns_integer(writer, "simulation/seed", (int64_t)a->seed, &a->error);
    if (!status) status = scilama_h5ad_writer_put_uns_number(writer, "simulation/batch_effect", p->batch_effect, &a->error);
    if (!status) status = scilama_h5ad_writer_commit(writer, &a->error);
    scilama_h5ad_writer_destroy(writer);
    return status;
}

static scilama_status write_vectors(app *a, const plan *p, const world *w, const char *path)
{
    scilama_gene_table *table = NULL;
    scilama_status status = scilama_gene_table_create(&table, a->context, w->gene_name, w->vectors, p->genes, p->width, 0, &a->error);
    if (!status) status = stage_output(a, path, &path);
    if (!status) status = scilama_gene_table_write(table, path, &a->error);
    scilama_gene_table_destroy(table);
    return status;
}

static scilama_status check_plan(app *a, const plan *p)
{
    const struct { const char *name; int64_t value, most; } numbers[] = {
        { "cells", p->cells, 10000000 }, { "genes", p->genes, 1000000 }, { "types", p->types, 10000 },
        { "batches", p->batches, 10000 }, { "modules", p->modules, 10000 }, { "width", p->width, 10000 } };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i].value < 1 || numbers[i].value > numbers[i].most)
            return app_fail(a, SCILAMA_E_INVALID, "--%s is %" PRId64 ": it must be 1 to %" PRId64, numbers[i].name, numbers[i].value, numbers[i].most);
    if (!(p->batch_effect >= 0 && p->batch_effect < 10) || !(p->type_effect >= 0 && p->type_effect < 10) || !(p->cell_effect >= 0 && p->cell_effect < 10))
        return app_fail(a, SCILAMA_E_INVALID, "--batch-effect, --type-effect and --cell-effect must be 0 to 10");
    if (!(p->depth > 0 && p->depth <= 1e6))
        return app_fail(a, SCILAMA_E_INVALID, "--depth must be above 0 and at most 1e6");
    return SCILAMA_OK;
}

int verb_simulate(int argc, char **argv)
{
    app a = { .verb = "simulate" };
    plan p = { 3000, 2000, 8, 3, 12, 64, 0.35, 0.8, 0.4, 2000 };
    const char *out = NULL, *vectors = NULL;
    const option options[] = {
        { "cells", 0, OPTION_INTEGER, &p.cells, "N", "cells (default 3000)", 0, NULL },
        { "genes", 0, OPTION_INTEGER, &p.genes, "N", "genes (default 2000)", 0, NULL },
        { "types", 0, OPTION_INTEGER, &p.types, "K", "cell types, obs['cell_type'] (default 8)", 0, NULL },
        { "batches", 0, OPTION_INTEGER, &p.batches, "B", "batches, obs['batch'] (default 3)", 0, NULL },
        { "modules", 0, OPTION_INTEGER, &p.modules, "M", "gene modules, var['module'] (default 12)", 0, NULL },
        { "embeddings", 0, OPTION_OUTPUT, &vectors, "EMB.h5", "also write gene embeddings that know the modules", 0, NULL },
        { "width", 0, OPTION_INTEGER, &p.width, "D", "numbers per gene embedding (default 64)", 0, NULL },
        { "batch-effect", 0, OPTION_NUMBER, &p.batch_effect, "S", "standard deviation of a batch's log factor per gene (default 0.35)", 0, NULL },
        { "type-effect", 0, OPTION_NUMBER, &p.type_effect, "S", "by how much a type raises or lowers a module (default 0.8)", 0, NULL },
        { "cell-effect", 0, OPTION_NUMBER, &p.cell_effect, "S", "standard deviation of a module's activity within a type (default 0.4)", 0, NULL },
        { "depth", 0, OPTION_NUMBER, &p.depth, "N", "counts per cell, typically (default 2000)", 0, NULL },
        { NULL, 0, 0, NULL, NULL, NULL, 0, NULL }
    };
    const command c = { "OUT.h5ad [--cells N --genes N --types K --batches B --modules M --seed S --embeddings EMB.h5]",
                        "Writes raw counts with known cell types, batches, gene modules and, if asked, gene\n"
                        "embeddings. The same seed gives the same file.", options, 1, 1, &out, "w" };
    int code;
    if (parse_options(&a, &c, argc, argv, &code)) return code;
    world w;
    memset(&w, 0, sizeof w);
    random r;
    random_seed(&r, a.seed);
    scilama_status status = app_open(&a);
    if (!status) status = check_plan(&a, &p);
    if (!status) status = check_output(&a, out);
    if (!status) status = check_output(&a, vectors);
    if (!status && !allocate(&a, &p, &w)) status = SCILAMA_E_NOMEM;
    if (!status) status = make_genes(&a, &p, &r, &w);
    if (!status) status = make_cells(&a, &p, &r, &w);
    if (!status && vectors) status = write_vectors(&a, &p, &w, vectors);
    if (!status) status = write_cells(&a, &p, &w, out);
    if (!status)
        app_say(&a, "%s: %" PRId64 " cells × %" PRId64 " genes, %" PRId64 " types, %" PRId64 " batches, %" PRId64 " modules, %" PRId64 " counts stored",
                out, p.cells, p.genes, p.types, p.batches, p.modules, w.indptr[p.cells]);
    return app_close(&a, status);
}
