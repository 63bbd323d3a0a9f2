/* SPDX-License-Identifier: MIT */
/* The correction of the cell encoder's axes between batches: found by the first trainer, read by every encoding. */
#include "hdf5/gateway.h"
#include "io/reference_file.h"
#include "problem.h"
#include "scilama/mapping.h"
#include "vae/shift.h"
#include <unistd.h>

enum { CELLS = 400, GENES = 30, KINDS = 3, AXES = 5, LATENT = 10 };

static double noise = 0.3;     /* of every gene in the training cells */
static scilama_context *heard; /* cancelled when the axes are found */

static void cancel_at_axes(void *user, int32_t level, const char *text)
{
    (void)user, (void)level;
    if (heard && strstr(text, "principal axes")) scilama_context_cancel(heard);
}

/* Three kinds of cells in two batches, the second of which moves each kind in a direction of its own; 1 in 4 cells is of it. The
 * trainer is made after `cancelled` attempts that are cancelled. */
static problem make_after(int threads, int covariates, int cancelled)
{
    problem p = { 0 };
    scilama_error error[1] = { { 0 } };
    scilama_context_options co;
    scilama_matrix m;
    scilama_context_options_init(&co, sizeof co);
    co.threads = threads;
    co.log = cancel_at_axes;
    ck_assert_int_eq(scilama_context_create(&p.ctx, &co, error), SCILAMA_OK);
    slm_rng_seq rng = slm_rng_sequence(3, SLM_STREAM_SIMULATE, 0, 0);
    float *x = malloc(CELLS * GENES * sizeof *x);
    int32_t *codes = malloc(CELLS * sizeof *codes);
    for (int i = 0; i < CELLS; i++) {
        int kind = i % KINDS;
        codes[i] = i % 4 == 0;
        for (int g = 0; g < GENES; g++)
            x[i * GENES + g] = (float)(noise * slm_rng_normal(&rng) + (g / 5 == kind ? 3 : 0) + (codes[i] && g / 5 == 3 + kind ? 2 : 0));
    }
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.memory = SCILAMA_MEMORY_COPY;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = CELLS;
    m.cols = GENES;
    m.values = p.held[0] = x;
    p.held[1] = codes;
    static const char *const batches[] = { "a", "b" };
    scilama_model_options mo;
    scilama_trainer_options to;
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_RECOMMENDED);
    mo.latent = LATENT;
    scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_RECOMMENDED);
    mo.axes = AXES;
    mo.gene_input = SCILAMA_GENE_INPUT_NONE;
    if (covariates >= 0) mo.encoder_covariates = covariates;
    to.mode = SCILAMA_MODE_BETA_VAE;
    to.max_steps = 5;
    ck_assert_int_eq(scilama_dataset_create(&p.ds, p.ctx, &m, NULL, NULL, error), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_set_codes(p.ds, "batch", codes, batches, 2, error), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_use_covariate(p.ds, "batch", SCILAMA_COVARIATE_CATEGORICAL, error), SCILAMA_OK);
    ck_assert_msg(scilama_model_create(&p.model, p.ds, &mo, error) == SCILAMA_OK, "%s", error->message);
    heard = p.ctx;
    for (int i = 0; i < cancelled; i++) ck_assert_int_eq(scilama_trainer_create(&p.trainer, p.model, p.ds, &to, error), SCILAMA_E_CANCELLED);
    heard = NULL;
    ck_assert_msg(scilama_trainer_create(&p.trainer, p.model, p.ds, &to, error) == SCILAMA_OK, "%s", error->message);
    return p;
}

static problem make(int threads, int covariates) { return make_after(threads, covariates, 0); }

static const slm_real *parameter(const problem *p, const char *name)
{
    int at = slm_params_find(&p->model->net.params, name);
    return at < 0 ? NULL : p->model->net.params.value + p->model->net.params.item[at].offset;
}

/* Offsets and matrices of a cell that the shifts have left at z. */
static void turn_cell(const problem *p, int batch, double *z)
{
    const slm_real *mean = parameter(p, "sample_encoder.centres"), *centre = mean + AXES;
    const slm_turns *t = &p->model->net.turns;
    double part[SLM_CLUSTERS], sum = 0, e[AXES], length = 0;
    for (int a = 0; a < AXES; a++) length += pow(z[a] - (double)mean[a], 2);
    for (int k = 0; k < SLM_CLUSTERS; k++) {
        double dot = 0, radius = 0;
        for (int a = 0; a < AXES; a++) {
            double m = (double)centre[k * AXES + a];
            dot += (z[a] - (double)mean[a]) * m;
            radius += m * m;
        }
        part[k] = radius > 0 ? exp(2 / SLM_SHIFT_WIDTH * (dot / sqrt(length * radius) - 1)) : 0;
        sum += part[k];
    }
    for (int a = 0; a < AXES; a++) {
        e[a] = z[a] - (double)mean[a];
        for (int k = 0; k < SLM_CLUSTERS; k++) e[a] -= part[k] / sum * (double)centre[k * AXES + a];
    }
    for (int64_t n = 0; n < t->count; n++)
        for (int k = 0; k < SLM_CLUSTERS && t->column[n] == batch; k++) {
            const slm_real *d = t->value + (n * SLM_CLUSTERS + k) * (AXES + AXES * (AXES + 1) / 2), *b = d + AXES;
            for (int i = 0; i < AXES; i++) {
                z[i] += part[k] / sum * (double)d[i];
                for (int j = 0; j < AXES; j++) z[i] += part[k] / sum * (double)(i > j ? b[i * (i + 1) / 2 + j] : b[j * (j + 1) / 2 + i]) * e[j];
            }
        }
}

/* What the encoder reads of cell i by the formula of shift.h; plain: the projections alone. */
static void read_cell(const problem *p, int i, bool plain, double *out)
{
    const float *x = (const float *)p->held[0] + (int64_t)i * GENES;
    const slm_real *axes = parameter(p, "sample_encoder.axes"), *mean = parameter(p, "sample_encoder.centres"), *shift = parameter(p, "sample_encoder.shifts");
    double part[SLM_CLUSTERS], moved[SLM_CLUSTERS][AXES], sum = 0;
    const slm_real *centre = mean + AXES, *spread = parameter(p, "sample_encoder.spreads");
    int batch = ((const int32_t *)p->held[1])[i];
    for (int a = 0; a < AXES; a++) {
        out[a] = 0;
        for (int g = 0; g < GENES; g++) out[a] += (double)axes[a * GENES + g] * (double)x[g];
    }
    if (plain) return;
    for (int k = 0; k < SLM_CLUSTERS; k++) {
        double dot = 0, length = 0, radius = 0;
        for (int a = 0; a < AXES; a++) {
            double m = (double)centre[k * AXES + a], at = moved[k][a] = out[a] - (double)mean[a] - (double)shift[(k * AXES + a) * 2 + batch];
            dot += at * m;
            length += at * at;
            radius += m * m;
        }
        part[k] = radius > 0 ? exp(2 / SLM_SHIFT_WIDTH * (dot / sqrt(length * radius) - 1)) : 0;
        sum += part[k];
    }
    for (int a = 0; a < AXES; a++) {
        double middle = 0, away = 0, stretch = 0;
        for (int k = 0; k < SLM_CLUSTERS; k++) {
            stretch += part[k] / sum * (double)spread[(k * AXES + a) * 2 + batch];
            middle += part[k] / sum * (double)centre[k * AXES + a];
            away += part[k] / sum * (moved[k][a] - (double)centre[k * AXES + a]);
        }
        out[a] = (double)mean[a] + middle + exp(stretch) * away;
    }
    turn_cell(p, batch, out);
}

/* Mean squared distance of a kind's two batches, and of kinds from each other. */
static void distances(const problem *p, bool plain, double *batches, double *kinds)
{
    double mean[KINDS][2][AXES] = { { { 0 } } }, count[KINDS][2] = { { 0 } };
    for (int i = 0; i < CELLS; i++) {
        double y[AXES];
        int batch = ((const int32_t *)p->held[1])[i];
        read_cell(p, i, plain, y);
        count[i % KINDS][batch]++;
        for (int a = 0; a < AXES; a++) mean[i % KINDS][batch][a] += y[a];
    }
    *batches = *kinds = 0;
    for (int k = 0; k < KINDS; k++)
        for (int a = 0; a < AXES; a++) {
            int next = (k + 1) % KINDS;
            double one = mean[k][0][a] / count[k][0];
            *batches += pow(one - mean[k][1][a] / count[k][1], 2) / KINDS;
            *kinds += pow(one - mean[next][0][a] / count[next][0], 2) / KINDS;
        }
}

START_TEST(batches_meet)
{
    problem p = make(1, -1);
    double before[2], after[2];
    distances(&p, true, &before[0], &before[1]);
    distances(&p, false, &after[0], &after[1]);
    ck_assert_double_gt(before[0], 5);
    ck_assert_double_lt(after[0], 0.02 * before[0]);
    ck_assert_double_gt(after[1], 0.5 * before[1]);
    problem_free(&p);
}
END_TEST

/* Two encodings of the same cells as of either batch differ by what the formula says and by nothing else: the first layer sees no
 * covariates. */
START_TEST(encoder_reads_the_formula)
{
    problem p = make(1, -1);
    const slm_net *net = &p.model->net;
    ck_assert_int_eq(net->encoder_covariates, 0);
    slm_real input[4 * AXES], covariate[4 * 2];
    slm_workspace ws = { 0 };
    slm_pass pass = slm_model_pass(p.model, &ws);
    slm_real *spread = p.model->net.params.value + p.model->net.params.item[net->spreads].offset;
    for (int e = 0; e < SLM_CLUSTERS * AXES * 2; e++) {
        ck_assert_double_eq((double)spread[e], 0); /* training cells lie as they do */
        spread[e] = _i ? (slm_real)(0.1 * (e % 7 - 3)) : 0;
    }
    if (_i == 2) { /* a turn of batch 1 */
        scilama_error error[1] = { { 0 } };
        slm_turns *turns = &p.model->net.turns;
        ck_assert_int_eq(slm_turns_add(p.ctx, &p.model->net, 1, error), SCILAMA_OK);
        for (int64_t e = 0; e < SLM_CLUSTERS * slm_turn_width(net); e++) turns->value[e] = (slm_real)(0.1 * (double)(e % 11 - 5));
    }
    for (int i = 0; i < 4; i++) {
        double y[AXES];
        read_cell(&p, i, true, y);
        for (int a = 0; a < AXES; a++) input[i * AXES + a] = (slm_real)y[a];
        for (int b = 0; b < 2; b++) covariate[i * 2 + b] = ((const int32_t *)p.held[1])[i] == b;
    }
    slm_shift_rows(&pass, net, input, AXES, covariate, 2, 4);
    for (int i = 0; i < 4; i++) {
        double y[AXES];
        read_cell(&p, i, false, y);
        for (int a = 0; a < AXES; a++) ck_assert_double_eq_tol(y[a], (double)input[i * AXES + a], 1e-4);
    }
    problem_free(&p);
}
END_TEST

/* A cell of a category with a turn, and one of another: the former alone is drawn along the axes, as far as its residual says. */
START_TEST(new_cells_join_the_axes)
{
    problem p = make(1, -1);
    scilama_error error[1] = { { 0 } };
    slm_net *net = &p.model->net;
    slm_real x[2 * GENES], input[2 * AXES], before[2 * AXES], z[2 * (LATENT + 2)] = { 0 };
    slm_workspace ws = { .x = x, .ld_x = GENES, .input = input, .ld_input = AXES };
    slm_pass pass = slm_model_pass(p.model, &ws);
    const slm_real *axes = parameter(&p, "sample_encoder.axes"), *mean = parameter(&p, "sample_decoder.output_mean.bias"),
                   *centre = parameter(&p, "sample_encoder.centres"), *squares = parameter(&p, "sample_encoder.squares");
    ws.cell.z = z;
    ws.cell.ld_z = LATENT + 2;
    for (int i = 0; i < 2; i++) {
        for (int g = 0; g < GENES; g++) x[i * GENES + g] = (slm_real)(((const float *)p.held[0])[i * GENES + g] + (_i ? 40 * (g == 7) : 0));
        for (int a = 0; a < AXES; a++) {
            input[i * AXES + a] = 0;
            for (int g = 0; g < GENES; g++) input[i * AXES + a] += axes[a * GENES + g] * x[i * GENES + g];
        }
        z[i * (LATENT + 2) + LATENT + i] = 1;
    }
    memcpy(before, input, sizeof input);
    slm_shift_join(&pass, net, &ws, 2);
    ck_assert(memcmp(before, input, sizeof input) == 0); /* no turn */
    ck_assert_int_eq(slm_turns_add(p.ctx, net, 1, error), SCILAMA_OK);
    slm_shift_join(&pass, net, &ws, 2);
    ck_assert(memcmp(before, input, sizeof input / 2) == 0);
    double rest = 0;
    for (int g = 0; g < GENES; g++) rest += pow((double)x[GENES + g] - (double)mean[g], 2);
    for (int a = 0; a < AXES; a++) rest -= pow((double)before[AXES + a] - (double)centre[a], 2);
    ck_assert_double_gt(rest, 0);
    for (int a = 0; a < AXES; a++) {
        double y = (double)before[AXES + a] - (double)centre[a], share = rest / (double)squares[a];
        ck_assert_double_gt(share, 0);
        ck_assert_double_eq_tol((double)input[AXES + a] - (double)centre[a], y * (1 + (share < 1 ? share : 1)), 1e-4 * (1 + fabs(y)));
    }
    problem_free(&p);
}
END_TEST

START_TEST(same_bits_for_any_threads)
{
    problem p = make(1, -1), q = make(3, -1);
    problem_run(&p, 5);
    problem_run(&q, 5);
    ck_assert(problem_hash(&p) == problem_hash(&q));
    problem_free(&p);
    problem_free(&q);
}
END_TEST

/* A trainer that is cancelled while it seeks clusters leaves nothing that the next one would see. */
START_TEST(cancelled_while_clusters_are_sought)
{
    problem p = make(1, -1), q = make_after(1, -1, 2);
    ck_assert(problem_hash(&p) == problem_hash(&q));
    problem_run(&p, 5);
    problem_run(&q, 5);
    ck_assert(problem_hash(&p) == problem_hash(&q));
    problem_free(&p);
    problem_free(&q);
}
END_TEST

START_TEST(columns_have_no_clusters)
{
    problem p = make(1, SCILAMA_ENCODER_COVARIATES_COLUMNS);
    ck_assert_ptr_null(parameter(&p, "sample_encoder.shifts"));
    ck_assert_int_eq(p.model->net.encoder_covariates, 2);
    problem_free(&p);
}
END_TEST

START_TEST(kept_in_the_file)
{
    problem p = make(1, -1);
    char path[] = "/tmp/scilama-shift-XXXXXX";
    scilama_error error[1] = { { 0 } };
    scilama_model *read = NULL;
    static float a[CELLS * LATENT], b[CELLS * LATENT];
    close(mkstemp(path));
    ck_assert_msg(scilama_model_save(p.model, path, error) == SCILAMA_OK, "%s", error->message);
    ck_assert_msg(scilama_model_load(&read, p.ctx, path, error) == SCILAMA_OK, "%s", error->message);
    unlink(path);
    ck_assert_int_eq(scilama_model_encode_cells(p.model, p.ds, a, NULL, 0, error), SCILAMA_OK);
    ck_assert_int_eq(scilama_model_encode_cells(read, p.ds, b, NULL, 0, error), SCILAMA_OK);
    ck_assert(memcmp(a, b, sizeof a) == 0);
    scilama_model_destroy(read);
    problem_free(&p);
}
END_TEST

/* Models of before had one width and one spread for all clusters. */
static void *no_memory(void *user, size_t size, size_t align)
{
    (void)user, (void)size, (void)align;
    return NULL;
}

/* A warm start takes the turns of the clusters that it takes, in place of those that were there, or nothing; clusters do not stay on
 * axes that come without any. */
START_TEST(copied_with_the_clusters)
{
    static float mu[2][CELLS * LATENT];
    scilama_error error[1] = { { 0 } };
    problem p = make(1, -1), q = make(1, -1), plain = make(1, SCILAMA_ENCODER_COVARIATES_NONE);
    slm_turns *turns = &q.model->net.turns;
    ck_assert_int_eq(slm_turns_add(p.ctx, &p.model->net, 1, error), SCILAMA_OK);
    for (int64_t e = 0; e < SLM_CLUSTERS * slm_turn_width(&p.model->net); e++) p.model->net.turns.value[e] = (slm_real)(0.1 * (double)(e % 11 - 5));
    for (int column = 0; column < 2; column++) ck_assert_int_eq(slm_turns_add(q.ctx, &q.model->net, column, error), SCILAMA_OK);
    problem_perturb(&p, 0.1, 1);
    uint64_t before = problem_hash(&q);
    scilama_allocator own = q.ctx->allocator;
    q.ctx->allocator.allocate = no_memory;
    ck_assert_int_eq(scilama_model_copy_parameters(q.model, p.model, NULL, NULL, NULL, error), SCILAMA_E_NOMEM);
    q.ctx->allocator = own;
    ck_assert(problem_hash(&q) == before && turns->count == 2);
    ck_assert_int_eq(scilama_model_copy_parameters(q.model, p.model, NULL, NULL, NULL, error), SCILAMA_OK);
    ck_assert_int_eq(turns->count, 1);
    ck_assert_int_eq(scilama_model_encode_cells(p.model, p.ds, mu[0], NULL, 0, error), SCILAMA_OK);
    ck_assert_int_eq(scilama_model_encode_cells(q.model, q.ds, mu[1], NULL, 0, error), SCILAMA_OK);
    ck_assert_mem_eq(mu[0], mu[1], sizeof mu[0]);
    ck_assert_int_eq(scilama_model_copy_parameters(q.model, q.model, NULL, NULL, NULL, error), SCILAMA_OK); /* of itself */
    ck_assert_int_eq(turns->count, 1);
    ck_assert_int_eq(scilama_model_copy_parameters(q.model, plain.model, NULL, NULL, NULL, error), SCILAMA_OK);
    ck_assert(!turns->count && !slm_shifts_of(&q.model->net).count);
    problem_free(&p);
    problem_free(&q);
    problem_free(&plain);
}
END_TEST

START_TEST(one_width_for_all_clusters_is_read)
{
    enum { COVARIATES = 2 };
    problem p = make(1, -1);
    char path[] = "/tmp/scilama-shift-XXXXXX";
    static const char *const names[] = { "parameters/sample_encoder.widths", "parameters/sample_encoder.spreads" };
    float width[AXES], spread[AXES * COVARIATES];
    const int64_t dims[2][2] = { { AXES, 1 }, { AXES, COVARIATES } };
    scilama_error error[1] = { { 0 } };
    slm_h5_file *f = NULL;
    close(mkstemp(path));
    for (int e = 0; e < AXES; e++) width[e] = (float)(1 + e);
    for (int e = 0; e < AXES * COVARIATES; e++) spread[e] = (float)e / 8;
    ck_assert_msg(scilama_model_save(p.model, path, error) == SCILAMA_OK, "%s", error->message);
    scilama_model_destroy(p.model);
    p.model = NULL;
    ck_assert_int_eq(slm_h5_copy_atomic(&f, p.ctx, path, path, error), SCILAMA_OK);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(slm_h5_remove(f, names[i], error), SCILAMA_OK);
        ck_assert_int_eq(slm_put_checked(f, names[i], SLM_H5_F32, 2, dims[i], i ? spread : width, error), SCILAMA_OK);
    }
    ck_assert_int_eq(slm_h5_commit(f, error), SCILAMA_OK);
    slm_h5_close(f);
    ck_assert_msg(scilama_model_load(&p.model, p.ctx, path, error) == SCILAMA_OK, "%s", error->message);
    unlink(path);
    const slm_real *widths = parameter(&p, "sample_encoder.widths"), *spreads = parameter(&p, "sample_encoder.spreads");
    for (int k = 0; k < SLM_CLUSTERS; k++) {
        for (int e = 0; e < AXES; e++) ck_assert_double_eq_tol((double)widths[k * AXES + e], 0.7978846 * (1 + e), 1e-5);
        for (int e = 0; e < AXES * COVARIATES; e++) ck_assert(spreads[k * AXES * COVARIATES + e] == (slm_real)spread[e]);
    }
    problem_free(&p);
}
END_TEST

/* A turn of a column that the model does not have, of none, or of another width. */
START_TEST(damaged_turns_are_refused)
{
    problem p = make(1, -1);
    scilama_error error[1] = { { 0 } };
    char path[] = "/tmp/scilama-shift-XXXXXX";
    slm_h5_file *f = NULL;
    scilama_model *read = NULL;
    const int32_t beyond[] = { 2 };
    const float few[SLM_CLUSTERS * 3] = { 0 };
    const int64_t one = 1, none = 0, dims[2] = { SLM_CLUSTERS, 3 };
    const char *name = _i == 3 ? "turns/values" : "turns/columns";
    close(mkstemp(path));
    ck_assert_int_eq(slm_turns_add(p.ctx, &p.model->net, 1, error), SCILAMA_OK);
    ck_assert_msg(scilama_model_save(p.model, path, error) == SCILAMA_OK, "%s", error->message);
    ck_assert_int_eq(slm_h5_copy_atomic(&f, p.ctx, path, path, error), SCILAMA_OK);
    if (_i) ck_assert_int_eq(slm_h5_remove(f, name, error), SCILAMA_OK);
    if (_i == 1) ck_assert_int_eq(slm_put_checked(f, name, SLM_H5_I32, 1, &one, beyond, error), SCILAMA_OK);
    if (_i == 2) ck_assert_int_eq(slm_put_checked(f, name, SLM_H5_I32, 1, &none, beyond, error), SCILAMA_OK);
    if (_i == 3) ck_assert_int_eq(slm_put_checked(f, name, SLM_H5_F32, 2, dims, few, error), SCILAMA_OK);
    ck_assert_int_eq(slm_h5_commit(f, error), SCILAMA_OK);
    slm_h5_close(f);
    ck_assert_int_eq(scilama_model_load(&read, p.ctx, path, error), _i ? SCILAMA_E_FORMAT : SCILAMA_OK);
    if (_i) ck_assert_msg(strstr(error->message, name) && strstr(error->message, "damaged"), "%s", error->message);
    unlink(path);
    scilama_model_destroy(read);
    problem_free(&p);
}
END_TEST

/* The model adapted to cells x [CELLS × GENES] of batch "c", without training columns of the decoder; they are the caller's. */
static scilama_dataset *adapt_to(problem *p, const float *x, scilama_adapt_report *report)
{
    static const int32_t codes[CELLS]; /* all 0 */
    static const char *const batches[] = { "c" };
    scilama_error error[1] = { { 0 } };
    scilama_matrix m;
    scilama_dataset *query = NULL;
    scilama_adapt_options o;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = CELLS;
    m.cols = GENES;
    m.values = x;
    scilama_trainer_destroy(p->trainer);
    p->trainer = NULL;
    scilama_adapt_options_init(&o, sizeof o);
    scilama_adapt_report_init(report, sizeof *report);
    o.decoder_steps = 0;
    ck_assert_int_eq(scilama_dataset_create(&query, p->ctx, &m, NULL, NULL, error), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_set_codes(query, "batch", codes, batches, 1, error), SCILAMA_OK);
    ck_assert_msg(scilama_model_adapt(p->model, query, &o, report, error) == SCILAMA_OK, "%s", error->message);
    return query;
}

/* Cells of a new batch, moved and with half the noise of training or as much of it: adapting stretches the former alone. */
START_TEST(new_cells_lie_as_wide)
{
    problem p = make(1, -1);
    scilama_adapt_report report;
    static float x[CELLS * GENES];
    slm_rng_seq rng = slm_rng_sequence(4, SLM_STREAM_SIMULATE, 0, 0);
    for (int e = 0; e < CELLS * GENES; e++) {
        int g = e % GENES, kind = e / GENES % KINDS;
        x[e] = (float)((_i ? 0.15 : 0.3) * slm_rng_normal(&rng) + (g / 5 == kind ? 3 : 0) + (g % 5 == 4));
    }
    scilama_dataset *query = adapt_to(&p, x, &report);
    const slm_real *spread = parameter(&p, "sample_encoder.spreads"), *width = parameter(&p, "sample_encoder.widths");
    int64_t size = slm_shifts_of(&p.model->net).count * AXES;
    double mean = 0;
    for (int64_t e = 0; e < size; e++) {
        ck_assert_double_gt((double)width[e], 0.1);
        ck_assert(spread[e * 3] == 0 && spread[e * 3 + 1] == 0);
        mean += (double)spread[e * 3 + 2] / (double)size;
    }
    if (_i) ck_assert_double_gt(mean, 0.4);
    else ck_assert_double_lt(fabs(mean), 0.15);
    scilama_dataset_destroy(query);
    problem_free(&p);
}
END_TEST

/* Cells of a new batch that vary along one direction twice as far as those of training, across axes: what is left between their second moments
 * around the clusters is less than before turning. The turn is kept in the file and by further batches. */
START_TEST(new_cells_vary_alike)
{
    problem p = make(1, -1);
    scilama_error error[1] = { { 0 } };
    scilama_model *read = NULL;
    char path[] = "/tmp/scilama-shift-XXXXXX";
    static float x[CELLS * GENES], before[CELLS * LATENT], after[CELLS * LATENT];
    static const char *const more[] = { "d" };
    slm_rng_seq rng = slm_rng_sequence(9, SLM_STREAM_SIMULATE, 0, 0);
    for (int i = 0; i < CELLS; i++) {
        double both = 0.5 * slm_rng_normal(&rng);
        for (int g = 0; g < GENES; g++)
            x[i * GENES + g] = (float)(0.3 * slm_rng_normal(&rng) + (g / 5 == i % KINDS ? 3 : 0) + (g < 15 ? both * (g % 2 ? 1 : -1) : 0));
    }
    scilama_adapt_report report;
    scilama_dataset *query = adapt_to(&p, x, &report);
    ck_assert(report.aligned == 1 && report.sorted == 0);
    const slm_net *net = &p.model->net;
    ck_assert_int_eq(net->turns.count, 1);
    ck_assert_int_eq(net->turns.column[0], 2);
    slm_shifts turned = slm_shifts_of(net), plain = turned;
    const slm_turns none = { 0 };
    plain.turns = &none;
    double apart[2] = { 0 };
    for (int which = 0; which < 2; which++) { /* squared difference of second moments from those of training, over all clusters */
        double moment[AXES * (AXES + 1) / 2] = { 0 }, part[SLM_CLUSTERS], away[AXES];
        for (int i = 0; i < CELLS; i++) {
            const slm_real *axes = parameter(&p, "sample_encoder.axes"), covariate[3] = { 0, 0, 1 };
            slm_real y[AXES] = { 0 };
            for (int a = 0; a < AXES; a++)
                for (int g = 0; g < GENES; g++) y[a] += axes[a * GENES + g] * (slm_real)x[i * GENES + g];
            slm_shift_cell(which ? &turned : &plain, y, covariate, part);
            slm_shift_away(&turned, y, part, away);
            for (int a = 0, e = 0; a < AXES; a++)
                for (int b = 0; b <= a; b++, e++) moment[e] += away[a] * away[b] / CELLS;
        }
        for (int e = 0; e < AXES * (AXES + 1) / 2; e++) {
            double training = 0;
            for (int64_t k = 0; k < turned.count; k++) training += (double)turned.share[k] * (double)turned.scatter[k * (AXES * (AXES + 1) / 2) + e];
            apart[which] += pow(moment[e] - training, 2);
        }
    }
    ck_assert_double_lt(apart[1], 0.5 * apart[0]);
    ck_assert_int_eq(scilama_model_encode_cells(p.model, query, before, NULL, 0, error), SCILAMA_OK);
    close(mkstemp(path));
    ck_assert_msg(scilama_model_save(p.model, path, error) == SCILAMA_OK, "%s", error->message);
    ck_assert_msg(scilama_model_load(&read, p.ctx, path, error) == SCILAMA_OK, "%s", error->message);
    unlink(path);
    ck_assert_int_eq(scilama_model_encode_cells(read, query, after, NULL, 0, error), SCILAMA_OK);
    ck_assert(memcmp(before, after, sizeof before) == 0);
    ck_assert_msg(scilama_model_extend_covariate(read, "batch", more, 1, error) == SCILAMA_OK, "%s", error->message);
    ck_assert_int_eq(scilama_model_encode_cells(read, query, after, NULL, 0, error), SCILAMA_OK);
    ck_assert(memcmp(before, after, sizeof before) == 0);
    scilama_model_destroy(read);
    scilama_dataset_destroy(query);
    problem_free(&p);
}
END_TEST

/* Cells of one kind alone, of a batch that moved them: adapting does not deal them to all kinds for the sake of the shares.
 * With more noise, of which there is on all axes, they are still told from a whole sample. */
START_TEST(sorted_cells_keep_to_their_kind)
{
    int kind = _i % KINDS;
    noise = _i < KINDS ? 2 : 4; /* kinds overlap, so that they could be dealt */
    problem p = make(1, -1);
    scilama_error error[1] = { { 0 } };
    static float x[CELLS * GENES], query_z[CELLS * LATENT], z[CELLS * LATENT];
    double mean[KINDS][LATENT] = { { 0 } };
    slm_rng_seq rng = slm_rng_sequence(10, SLM_STREAM_SIMULATE, 0, 0);
    for (int e = 0; e < CELLS * GENES; e++) {
        int g = e % GENES;
        x[e] = (float)(noise * slm_rng_normal(&rng) + (g / 5 == kind ? 3 : 0) + 2 * (g % 5 == 4));
    }
    problem_run(&p, 200);
    ck_assert_int_eq(scilama_model_encode_cells(p.model, p.ds, z, NULL, 0, error), SCILAMA_OK);
    scilama_adapt_report report;
    scilama_dataset *query = adapt_to(&p, x, &report);
    ck_assert(report.aligned == 1 && report.sorted == 1);
    ck_assert_int_eq(scilama_model_encode_cells(p.model, query, query_z, NULL, 0, error), SCILAMA_OK);
    for (int i = 0; i < CELLS; i++)
        for (int l = 0; l < LATENT; l++) mean[i % KINDS][l] += (double)z[i * LATENT + l] / (CELLS / KINDS);
    int right = 0;
    for (int i = 0; i < CELLS; i++) {
        double least = INFINITY;
        int nearest = -1;
        for (int k = 0; k < KINDS; k++) {
            double distance = 0;
            for (int l = 0; l < LATENT; l++) distance += pow((double)query_z[i * LATENT + l] - mean[k][l], 2);
            if (distance < least) least = distance, nearest = k;
        }
        right += nearest == kind;
    }
    if (_i < KINDS) ck_assert_int_gt(right, CELLS * 9 / 10);
    scilama_dataset_destroy(query);
    problem_free(&p);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shift");
    TCase *tc = tcase_create("shift");
    tcase_add_test(tc, batches_meet);
    tcase_add_loop_test(tc, encoder_reads_the_formula, 0, 3);
    tcase_add_loop_test(tc, new_cells_join_the_axes, 0, 2);
    tcase_add_test(tc, same_bits_for_any_threads);
    tcase_add_test(tc, cancelled_while_clusters_are_sought);
    tcase_add_test(tc, columns_have_no_clusters);
    tcase_add_test(tc, kept_in_the_file);
    tcase_add_test(tc, copied_with_the_clusters);
    tcase_add_test(tc, one_width_for_all_clusters_is_read);
    tcase_add_loop_test(tc, damaged_turns_are_refused, 0, 4);
    tcase_add_loop_test(tc, new_cells_lie_as_wide, 0, 2);
    tcase_add_test(tc, new_cells_vary_alike);
    tcase_add_loop_test(tc, sorted_cells_keep_to_their_kind, 0, 2 * KINDS);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
