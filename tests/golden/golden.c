/* SPDX-License-Identifier: MIT */
/* Follows the trajectories of a golden file step by step.
 *
 *   golden [--if-present] FILE [CASE]...
 *
 * A case is one small problem with its options, data, initial weights, and what the
 * reference computed: losses of every mini-batch and validation, weights after every
 * phase, embeddings at the end. Prints one line a case and exits non-zero when a loss
 * strays more than 1e-5 relative (1e-4 with BatchNorm) or a weight more than
 * 1e-4 max|w| of its tensor. With --if-present, a FILE that is not there is skipped (77).
 *
 * BatchNorm takes the gradient away from every bias that reaches it through linear
 * layers alone, so that AdamW moves such a bias by amplified rounding; the reference in
 * single and in double precision differ there just as much. So with BatchNorm:
 * those biases and the running means that absorb them are not compared; other vectors
 * are held to 1e-4 absolute (they start at zero and stay small); the losses of training
 * steps are held to 1e-4, while their parts and validation, which see the wandering biases
 * and running means, are held to 1e-2. */

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scilama/scilama.h"

#ifdef SLM_REAL_F64
typedef double real;
static const double LOSS_TOLERANCE = 1e-9, NORM_LOSS_TOLERANCE = 1e-7, WEIGHT_TOLERANCE = 1e-6;
#else
typedef float real;
static const double LOSS_TOLERANCE = 1e-5, NORM_LOSS_TOLERANCE = 1e-4, WEIGHT_TOLERANCE = 1e-4;
#endif

typedef struct array { double *v; hsize_t dim[2]; int rank; } array;

static void die(const char *what, const char *name)
{
    fprintf(stderr, "golden: %s: %s\n", what, name);
    exit(2);
}

static array read_array(hid_t at, const char *name)
{
    array a = { NULL, { 1, 1 }, 0 };
    hid_t d = H5Dopen2(at, name, H5P_DEFAULT);
    if (d < 0) die("missing dataset", name);
    hid_t s = H5Dget_space(d);
    a.rank = H5Sget_simple_extent_ndims(s);
    H5Sget_simple_extent_dims(s, a.dim, NULL);
    a.v = calloc((size_t)(a.dim[0] * a.dim[1]) + 1, sizeof *a.v);
    if (H5Sget_simple_extent_npoints(s) > 0) H5Dread(d, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, a.v);
    H5Sclose(s);
    H5Dclose(d);
    return a;
}

static double number(hid_t at, const char *name)
{
    double v = 0;
    int8_t flag = 0;
    hid_t a = H5Aopen(at, name, H5P_DEFAULT);
    if (a < 0) die("missing attribute", name);
    hid_t t = H5Aget_type(a);
    if (H5Tget_class(t) == H5T_ENUM) {
        H5Aread(a, t, &flag);
        v = flag;
    } else {
        H5Aread(a, H5T_NATIVE_DOUBLE, &v);
    }
    H5Tclose(t);
    H5Aclose(a);
    return v;
}

/* Strings of an attribute, scalar or array; returns the count. */
static int strings(hid_t at, const char *name, char out[][64], int most)
{
    hid_t a = H5Aopen(at, name, H5P_DEFAULT);
    if (a < 0) die("missing attribute", name);
    hid_t s = H5Aget_space(a), t = H5Tcopy(H5T_C_S1);
    int n = (int)H5Sget_simple_extent_npoints(s);
    char *text[16] = { 0 };
    H5Tset_size(t, H5T_VARIABLE);
    H5Tset_cset(t, H5T_CSET_UTF8);
    if (n > most) die("too many strings", name);
    H5Aread(a, t, text);
    for (int i = 0; i < n; i++) snprintf(out[i], 64, "%s", text[i]);
    H5Dvlen_reclaim(t, s, H5P_DEFAULT, text);
    H5Tclose(t);
    H5Sclose(s);
    H5Aclose(a);
    return n;
}

static int hidden_widths(hid_t at, int64_t *widths)
{
    hid_t a = H5Aopen(at, "hidden", H5P_DEFAULT), s = H5Aget_space(a);
    int n = (int)H5Sget_simple_extent_npoints(s);
    H5Aread(a, H5T_NATIVE_INT64, widths);
    H5Sclose(s);
    H5Aclose(a);
    return n;
}

static void check(scilama_status status, const scilama_error *error)
{
    if (status != SCILAMA_OK) die(scilama_status_name(status), error->message);
}

static int32_t activation(const char *name)
{
    static const char *const names[] = { "LeakyReLU", "ReLU", "ELU", "SELU", "GELU", "SiLU", "Tanh", "Softplus", "Identity" };
    for (int i = 0; i < 9; i++)
        if (strcmp(name, names[i]) == 0) return i;
    die("unknown activation", name);
    return 0;
}

typedef struct worst { double loss, weight, embedding, loose; int norm; char where[96]; } worst;

static void compare(double *worst_so_far, double got, double want, double floor_)
{
    double scale = fabs(want) > floor_ ? fabs(want) : floor_, rel = fabs(got - want) / scale;
    if (!(rel <= *worst_so_far)) *worst_so_far = isnan(rel) ? INFINITY : rel;
}

/* Linear biases directly before a BatchNorm, and the running means that absorb them. */
static int excepted(hid_t weights, const char *name, int cell_objective)
{
    char base[96], next[128];
    const char *dot = strrchr(name, '.');
    if (!dot) return 0;
    if (strcmp(dot, ".running_mean") == 0) return 1;
    if (strcmp(dot, ".bias") != 0) return 0;
    snprintf(base, sizeof base, "%.*s", (int)(dot - name), name);
    char *last = strrchr(base, '.');
    if (last) {
        int position = atoi(last + 1);
        snprintf(next, sizeof next, "%.*s.%d.running_mean", (int)(last - base), base, position + 1);
        if (H5Lexists(weights, next, H5P_DEFAULT) > 0) return 1;
    }
    /* with the cell objective the decoder's first Linear passes the bias of mu on, and its
     * last Linear feeds the final layer's BatchNorm */
    return cell_objective && H5Lexists(weights, "sample_decoder.final_layer.0.running_mean", H5P_DEFAULT) > 0 &&
           (strcmp(base, "sample_decoder.dec_hidden") == 0 || strcmp(base, "sample_decoder.dec_hidden.1") == 0 ||
            strcmp(base, "sample_encoder.latent_mu") == 0);
}

static void compare_weights(worst *w, hid_t group, const scilama_model *model, int cell_objective)
{
    for (int64_t i = 0; i < scilama_model_parameters(model); i++) {
        scilama_tensor t;
        scilama_error error;
        scilama_tensor_init(&t, sizeof t);
        check(scilama_model_parameter(model, i, &t, &error), &error);
        if (excepted(group, t.name, cell_objective)) continue;
        array a = read_array(group, t.name);
        double most = w->norm && t.rank == 1 ? 1 : 1e-6, diff = 0;
        for (int64_t e = 0; e < t.rows * t.cols; e++) {
            double d = fabs((double)((real *)t.data)[e] - a.v[e]);
            if (fabs(a.v[e]) > most) most = fabs(a.v[e]);
            if (!(d <= diff)) diff = d;
        }
        if (!(diff / most <= w->weight)) {
            w->weight = diff / most;
            snprintf(w->where, sizeof w->where, "%s", t.name);
        }
        free(a.v);
    }
}

static float *as_float(const array *a)
{
    size_t n = (size_t)(a->dim[0] * a->dim[1]);
    float *f = malloc((n + 1) * sizeof *f);
    for (size_t i = 0; i < n; i++) f[i] = (float)a->v[i];
    return f;
}

static void add_covariates(scilama_dataset *ds, hid_t g, int64_t cells)
{
    scilama_error error;
    array c = read_array(g, "C");
    int64_t columns = c.rank == 2 ? (int64_t)c.dim[1] : 0;
    double *column = malloc((size_t)cells * sizeof *column);
    for (int64_t j = 0; j < columns; j++) {
        char name[24];
        snprintf(name, sizeof name, "c%lld", (long long)j);
        for (int64_t i = 0; i < cells; i++) column[i] = c.v[i * columns + j];
        check(scilama_dataset_set_numeric(ds, name, column, &error), &error);
        check(scilama_dataset_use_covariate(ds, name, SCILAMA_COVARIATE_RAW, &error), &error);
    }
    free(column);
    free(c.v);
}

static void add_split(scilama_dataset *ds, hid_t g, int64_t cells)
{
    scilama_error error;
    array train = read_array(g, "train"), val = read_array(g, "val");
    int32_t *split = malloc((size_t)cells * sizeof *split);
    for (int64_t i = 0; i < cells; i++) split[i] = SCILAMA_SPLIT_EXCLUDED;
    for (hsize_t i = 0; i < train.dim[0]; i++) split[(int64_t)train.v[i]] = SCILAMA_SPLIT_TRAIN;
    for (hsize_t i = 0; i < val.dim[0]; i++) split[(int64_t)val.v[i]] = SCILAMA_SPLIT_VALIDATION;
    check(scilama_dataset_set_split(ds, split, &error), &error);
    free(split);
    free(train.v);
    free(val.v);
}

static scilama_dataset *make_dataset(scilama_context *ctx, hid_t g, int tables)
{
    scilama_error error;
    scilama_matrix m;
    array x = read_array(g, "X");
    int64_t cells = (int64_t)x.dim[0], genes = (int64_t)x.dim[1];
    char **names = malloc((size_t)genes * sizeof *names);
    for (int64_t i = 0; i < genes; i++) {
        names[i] = malloc(24);
        snprintf(names[i], 24, "g%09lld", (long long)i);
    }
    float *values = as_float(&x);
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = cells;
    m.cols = genes;
    m.values = values;
    scilama_dataset *ds;
    check(scilama_dataset_create(&ds, ctx, &m, NULL, (const char *const *)names, &error), &error);
    add_covariates(ds, g, cells);
    add_split(ds, g, cells);
    for (int k = 0; tables; k++) {
        char name[24];
        snprintf(name, sizeof name, "E%d", k);
        if (H5Lexists(g, name, H5P_DEFAULT) <= 0) break;
        array e = read_array(g, name);
        float *vectors = as_float(&e);
        scilama_gene_table *table;
        check(scilama_gene_table_create(&table, ctx, (const char *const *)names, vectors, (int64_t)e.dim[0], (int64_t)e.dim[1], 0, &error), &error);
        check(scilama_dataset_add_gene_table(ds, name, table, NULL, NULL, &error), &error);
        scilama_gene_table_destroy(table);
        free(vectors);
        free(e.v);
    }
    for (int64_t i = 0; i < genes; i++) free(names[i]);
    free(names);
    free(values);
    free(x.v);
    return ds;
}

static void compare_embedding(worst *w, hid_t g, const char *name, const float *mu)
{
    array want = read_array(g, name);
    for (hsize_t i = 0; i < want.dim[0] * want.dim[1]; i++) {
        double d = fabs((double)mu[i] - want.v[i]);
        if (!(d <= w->embedding)) w->embedding = d;
    }
    free(want.v);
}

static void run_phase(hid_t g, int p, scilama_trainer *trainer, const scilama_model *model, int cell_objective, worst *w)
{
    scilama_error error;
    scilama_step_info info;
    char name[64];
    scilama_step_info_init(&info, sizeof info);
    snprintf(name, sizeof name, "phase%d/steps", p);
    array steps = read_array(g, name);
    snprintf(name, sizeof name, "phase%d/validation", p);
    array validation = read_array(g, name);
    double *loose = w->norm ? &w->loose : &w->loss;
    hsize_t epoch = 0;
    for (hsize_t s = 0; s < steps.dim[0]; s++) {
        check(scilama_trainer_step(trainer, &info, &error), &error);
        const double *want = steps.v + s * 5;
        compare(&w->loss, info.loss, want[0], 1e-3);
        compare(loose, info.nll, want[1], 1e-3);
        compare(loose, info.kl_s + info.kl_f, want[2], 1e-3);
        compare(&w->loss, info.beta, want[3], 1e-3);
        compare(&w->loss, info.lr, want[4], 1e-9);
        if ((info.events & SCILAMA_EVENT_EPOCH_END) && epoch < validation.dim[0]) {
            const double *v = validation.v + epoch++ * 3;
            compare(loose, info.validation_loss, v[0], 1e-3);
            compare(loose, info.validation_nll, v[1], 1e-3);
            compare(loose, info.validation_kl_s + info.validation_kl_f, v[2], 1e-3);
        }
    }
    if (!(info.events & SCILAMA_EVENT_PHASE_END) || epoch != validation.dim[0]) die("the phase does not end where the reference's does", name);
    snprintf(name, sizeof name, "phase%d/weights", p);
    hid_t weights = H5Gopen2(g, name, H5P_DEFAULT);
    compare_weights(w, weights, model, cell_objective);
    H5Gclose(weights);
    free(steps.v);
    free(validation.v);
}

static int mode_of(const char *objective)
{
    return strcmp(objective, "cell") == 0 ? SCILAMA_MODE_BETA_VAE : strcmp(objective, "gene") == 0 ? SCILAMA_MODE_GENE : SCILAMA_MODE_DIRECT;
}

static void run_phases(hid_t g, scilama_model *model, scilama_dataset *ds, worst *w)
{
    scilama_error error;
    scilama_trainer_options o;
    char objectives[8][64];
    int phases = strings(g, "objectives", objectives, 8);
    scilama_trainer_options_init(&o, sizeof o, SCILAMA_PRESET_PUBLISHED);
    o.sampling = SCILAMA_SAMPLING_MEAN;
    o.shuffle = 0;
    o.patience = 0;
    o.keep_last = 1;
    o.batch_size = (int64_t)number(g, "batch_size");
    o.epochs = (int64_t)number(g, "epochs");
    o.lr = number(g, "lr");
    o.weight_decay = number(g, "weight_decay");
    o.gamma = number(g, "gamma");
    o.kl_start = number(g, "beta_start");
    o.kl_end = number(g, "beta_end");
    o.kl_rate = number(g, "beta_warmup_rate");
    o.kl_delay = (int64_t)number(g, "epochs_before_beta_warmup");
    /* the three phases in order are one stepwise training; anything else runs phase by phase */
    int whole = phases == 3 && mode_of(objectives[0]) == SCILAMA_MODE_BETA_VAE && mode_of(objectives[1]) == SCILAMA_MODE_GENE &&
                mode_of(objectives[2]) == SCILAMA_MODE_DIRECT;
    scilama_trainer *trainer = NULL;
    for (int p = 0; p < phases; p++) {
        o.mode = whole ? SCILAMA_MODE_STEPWISE : mode_of(objectives[p]);
        if (!trainer) check(scilama_trainer_create(&trainer, model, ds, &o, &error), &error);
        run_phase(g, p, trainer, model, strcmp(objectives[p], "cell") == 0, w);
        if (!whole || p == phases - 1) {
            scilama_trainer_destroy(trainer);
            trainer = NULL;
        }
    }
}

static scilama_model *make_model(hid_t g, scilama_dataset *ds, int tables)
{
    scilama_error error;
    scilama_model_options mo;
    char text[1][64];
    int64_t widths[32] = { 0 };
    int depth = hidden_widths(g, widths);
    if (depth > SCILAMA_MAX_HIDDEN) die("more hidden widths than supported", "hidden");
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_PUBLISHED);
    for (int i = 0; i < SCILAMA_MAX_HIDDEN; i++) mo.hidden[i] = i < depth ? widths[i] : 0;
    mo.latent = (int64_t)number(g, "latent");
    mo.batch_norm = number(g, "bn") != 0;
    mo.layer_norm = number(g, "ln") != 0;
    mo.var_eps = (float)number(g, "var_eps");
    mo.dropout = 0;
    strings(g, "act", text, 1);
    mo.activation = activation(text[0]);
    strings(g, "fuse", text, 1);
    /* what the reference calls MoE has the formula of PoE */
    mo.fusion = strcmp(text[0], "average") == 0 ? SCILAMA_FUSION_AVERAGE : SCILAMA_FUSION_POE;
    mo.gene_input = tables ? SCILAMA_GENE_INPUT_TABLES : SCILAMA_GENE_INPUT_TRANSPOSED;
    scilama_model *model;
    check(scilama_model_create(&model, ds, &mo, &error), &error);
    hid_t initial = H5Gopen2(g, "initial", H5P_DEFAULT);
    for (int64_t i = 0; i < scilama_model_parameters(model); i++) {
        scilama_tensor t;
        scilama_tensor_init(&t, sizeof t);
        check(scilama_model_parameter(model, i, &t, &error), &error);
        array a = read_array(initial, t.name);
        float *values = as_float(&a);
        if ((int64_t)(a.dim[0] * a.dim[1]) != t.rows * t.cols) die("shape differs", t.name);
        check(scilama_model_set_parameter(model, t.name, values, t.rows * t.cols, &error), &error);
        free(values);
        free(a.v);
    }
    H5Gclose(initial);
    return model;
}

static int run_case(hid_t file, const char *name)
{
    scilama_error error;
    hid_t g = H5Gopen2(file, name, H5P_DEFAULT);
    int tables = H5Lexists(g, "initial/feature_encoder.encoders.0.latent_mu.weight", H5P_DEFAULT) > 0;
    int norm = number(g, "bn") != 0;
    scilama_context *ctx;
    scilama_context_options co;
    scilama_context_options_init(&co, sizeof co);
    co.threads = 0;
    check(scilama_context_create(&ctx, &co, &error), &error);
    scilama_dataset *ds = make_dataset(ctx, g, tables);
    scilama_model *model = make_model(g, ds, tables);
    worst w = { 0, 0, 0, 0, norm, "" };
    run_phases(g, model, ds, &w);
    scilama_model_info mi;
    scilama_model_info_init(&mi, sizeof mi);
    check(scilama_model_get_info(model, &mi, &error), &error);
    int64_t rows = scilama_dataset_cells(ds) > mi.genes ? scilama_dataset_cells(ds) : mi.genes;
    float *mu = malloc((size_t)(rows * mi.latent) * sizeof *mu);
    check(scilama_model_encode_cells(model, ds, mu, NULL, 0, &error), &error);
    compare_embedding(&w, g, "cells_mu", mu);
    check(scilama_model_encode_genes(model, mu, NULL, 0, &error), &error);
    compare_embedding(&w, g, "genes_mu", mu);
    free(mu);
    int failed = !(w.loss <= (norm ? NORM_LOSS_TOLERANCE : LOSS_TOLERANCE)) || !(w.weight <= WEIGHT_TOLERANCE) || !(w.loose <= 1e-2) ||
                 !(w.embedding <= (norm ? 2e-2 : 1e-3));
    printf("%-16s  %.2e  %.2e  %.2e  %s", name, w.loss, w.weight, w.embedding, failed ? "FAILED" : "ok");
    if (failed) printf(" (%s)", w.where);
    printf("\n");
    scilama_model_destroy(model);
    scilama_dataset_destroy(ds);
    scilama_context_destroy(ctx);
    H5Gclose(g);
    return failed;
}

int main(int argc, char **argv)
{
    int optional = argc > 1 && strcmp(argv[1], "--if-present") == 0;
    argc -= optional;
    argv += optional;
    if (argc < 2) {
        fprintf(stderr, "usage: golden [--if-present] FILE [CASE]...\n");
        return 2;
    }
    FILE *there = optional ? fopen(argv[1], "rb") : NULL;
    if (optional && !there) {
        printf("skipped: %s is not there\n", argv[1]);
        return 77;
    }
    if (there) fclose(there);
    hid_t file = H5Fopen(argv[1], H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) die("cannot open", argv[1]);
    hsize_t count = 0;
    H5Gget_num_objs(file, &count);
    int failed = 0, passed = 0;
    printf("case  max_rel_loss  max_rel_weights  max_abs_embedding\n");
    for (hsize_t i = 0; i < count; i++) {
        char name[128];
        H5Lget_name_by_idx(file, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name, H5P_DEFAULT);
        int wanted = argc == 2;
        for (int k = 2; k < argc; k++) wanted |= strcmp(argv[k], name) == 0;
        if (!wanted) continue;
        if (run_case(file, name)) failed++;
        else passed++;
    }
    H5Fclose(file);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0 || passed == 0;
}
