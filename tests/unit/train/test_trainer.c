/* SPDX-License-Identifier: MIT */
/* What the trainer promises: the same bits for any thread count and any storage, no
 * allocation in a step, steps that either happen or leave no trace. */

#include "problem.h"

static const int32_t modes[] = { SCILAMA_MODE_BETA_VAE, SCILAMA_MODE_DIRECT, SCILAMA_MODE_STEPWISE, SCILAMA_MODE_GENE, SCILAMA_MODE_CELL_GENE };
enum { MODES = 5 };

/* Wide and high enough that every kind of work is cut into several tiles. */
static problem_spec wide(int mode)
{
    problem_spec s = problem_default();
    s.cells = 130;
    s.validation = 10;
    s.genes = 530;
    s.density = 0.2;
    s.modalities = 2;
    s.model.hidden[0] = 34;
    s.model.hidden[1] = 12;
    s.model.latent = 5;
    s.model.fusion = SCILAMA_FUSION_POE;
    s.model.batch_norm = mode % 2;
    s.trainer.mode = modes[mode];
    s.trainer.prior_strength = mode % 2 ? 0 : 5;
    s.trainer.prior_vectors = s.trainer.kl_by_signal = s.trainer.kl_repair = 1;
    s.trainer.track_correlation = mode == 1;
    s.trainer.precision = mode == 2 ? SCILAMA_PRECISION_BF16 : SCILAMA_PRECISION_F32;
    s.trainer.batch_size = 40;
    s.trainer.epochs = s.trainer.mode == SCILAMA_MODE_STEPWISE ? 12 : s.trainer.mode == SCILAMA_MODE_CELL_GENE ? 18 : 34;
    return s;
}

START_TEST(thread_counts)
{
    static const int32_t threads[] = { 1, 2, 3, 8 };
    problem_spec s = wide(_i);
    uint64_t first = 0;
    for (int k = 0; k < 4; k++) {
        s.threads = threads[k];
        problem p = problem_make(&s);
        problem_run(&p, 100);
        ck_assert_int_ge(p.model->steps, 100);
        if (k == 0) first = problem_hash(&p);
        ck_assert_msg(problem_hash(&p) == first, "%d threads give other weights than one (mode %d)", threads[k], modes[_i]);
        problem_free(&p);
    }
}
END_TEST

START_TEST(storages)
{
    static const int32_t storage[] = { SCILAMA_STORAGE_DENSE, SCILAMA_STORAGE_DENSE, SCILAMA_STORAGE_CSR, SCILAMA_STORAGE_CSR, SCILAMA_STORAGE_CSC };
    static const int32_t memory[] = { SCILAMA_MEMORY_COPY, SCILAMA_MEMORY_BORROW, SCILAMA_MEMORY_COPY, SCILAMA_MEMORY_BORROW, SCILAMA_MEMORY_COPY };
    problem_spec s = wide(_i);
    s.genes = 97;
    s.density = _i > 1 ? 0.1 : 0.5; /* the first layer reads entries, or rows */
    uint64_t first = 0;
    for (int k = 0; k < 5; k++) {
        s.storage = storage[k];
        s.memory = memory[k];
        problem p = problem_make(&s);
        ck_assert_int_eq(p.trainer->sparse, s.density < 0.15);
        if (s.memory == SCILAMA_MEMORY_BORROW) ck_assert_ptr_eq(p.ds->values, p.held[0]);
        problem_run(&p, 100);
        if (k == 0) first = problem_hash(&p);
        ck_assert_msg(problem_hash(&p) == first, "storage %d, memory %d gives other weights than dense (mode %d)", storage[k], memory[k], modes[_i]);
        problem_free(&p);
    }
}
END_TEST

/* The first layer over entries alone, after scaling with clipping, against the dense product. */
START_TEST(sparse_first_layer)
{
    problem_spec s = wide(_i);
    s.pattern = PATTERN_COUNTS;
    s.preprocess = 1;
    s.density = 0.3; /* a third of these round to zero */
    s.trainer.precision = SCILAMA_PRECISION_F32; /* a difference of rounding may become one of bfloat16 */
    s.covariates = 1;
    problem p = problem_make(&s);
    int64_t n = p.model->net.params.trainable, cells[30];
    for (int64_t i = 0; i < 30; i++) cells[i] = p.trainer->design->train[2 * i];
    float *dense = malloc((size_t)n * sizeof *dense);
    double most = 0, worst = 0;
    scilama_step_info info[2];
    for (int sparse = 0; sparse < 2; sparse++) {
        p.trainer->sparse = sparse;
        p.trainer->ws.cell_encoder.mlp.sparse = NULL;
        p.trainer->pending = 0;
        scilama_step_info_init(&info[sparse], sizeof info[sparse]);
        ck_assert_int_eq(scilama_trainer_forward_backward(p.trainer, cells, 30, &info[sparse], NULL), SCILAMA_OK);
        if (!sparse) memcpy(dense, p.trainer->grad, (size_t)n * sizeof *dense);
    }
    for (int64_t i = 0; i < n; i++) {
        double d = fabs((double)dense[i] - (double)p.trainer->grad[i]);
        if (d > worst) worst = d;
        if (fabs((double)dense[i]) > most) most = fabs((double)dense[i]);
    }
    ck_assert_double_gt(most, 0);
    ck_assert_double_lt(worst, 2e-5 * most);
    ck_assert_double_lt(fabs(info[1].loss / info[0].loss - 1), 1e-6);
    free(dense);
    problem_free(&p);
}
END_TEST

/* The whole recipe, which scales: zeros that are stored and zeros that are not. */
START_TEST(storages_preprocessed)
{
    static const int32_t storage[] = { SCILAMA_STORAGE_DENSE, SCILAMA_STORAGE_CSR, SCILAMA_STORAGE_CSC };
    problem_spec s = wide(1);
    uint64_t first = 0;
    s.pattern = PATTERN_COUNTS;
    s.preprocess = 1;
    s.density = 0.5;
    for (int k = 0; k < 3; k++) {
        s.storage = storage[k];
        problem p = problem_make(&s);
        problem_run(&p, 20);
        if (k == 0) first = problem_hash(&p);
        ck_assert_msg(problem_hash(&p) == first, "storage %d gives other weights than dense", storage[k]);
        problem_free(&p);
    }
}
END_TEST

/* Bytes that the context's handles hold. */
static int64_t problem_bytes(const problem *p) { return (int64_t)atomic_load(&p->ctx->bytes_now); }

/* What was read is given back: the same weights and embeddings, and what needs it says so. */
START_TEST(input_given_back)
{
    static const int32_t likelihoods[] = { SCILAMA_LIKELIHOOD_GAUSSIAN, SCILAMA_LIKELIHOOD_POISSON };
    static const int32_t storages[] = { SCILAMA_STORAGE_DENSE, SCILAMA_STORAGE_CSR };
    for (int k = 0; k < 8; k++) {
        problem_spec s = wide(4);
        s.pattern = PATTERN_COUNTS;
        s.density = 0.5;
        s.storage = storages[k & 1];
        s.model.likelihood = likelihoods[k >> 1 & 1];
        s.preprocess = k < 4; /* else the prepared matrix is the input itself */
        float *mu[2];
        uint64_t hash[2];
        scilama_error error = { 0 };
        for (int back = 0; back < 2; back++) {
            problem p = problem_make(&s);
            int64_t before = problem_bytes(&p);
            if (back) ck_assert_int_eq(scilama_dataset_release_input(p.ds, &error), SCILAMA_OK);
            if (back) ck_assert_int_eq(scilama_dataset_release_input(p.ds, NULL), SCILAMA_OK);
            if (back && !(k & 2)) ck_assert_int_lt(problem_bytes(&p), before);
            problem_run(&p, 12);
            hash[back] = problem_hash(&p);
            mu[back] = calloc((size_t)(s.cells * s.model.latent), sizeof **mu);
            ck_assert_int_eq(scilama_model_encode_cells(p.model, p.ds, mu[back], NULL, 0, &error), SCILAMA_OK);
            if (back) {
                scilama_model *other = NULL;
                ck_assert_int_eq(scilama_model_create(&other, p.ds, &s.model, &error), SCILAMA_E_STATE);
                ck_assert_ptr_nonnull(strstr(error.message, "scilama_dataset_release_input"));
                ck_assert_int_eq(scilama_dataset_preprocess(p.ds, NULL, NULL, &error), SCILAMA_E_STATE);
                int32_t *split = calloc((size_t)s.cells, sizeof *split);
                ck_assert_int_eq(scilama_dataset_set_split(p.ds, split, NULL), SCILAMA_OK);
                ck_assert_int_eq(scilama_model_encode_cells(p.model, p.ds, mu[back], NULL, 0, &error), SCILAMA_E_STATE);
                free(split);
            }
            problem_free(&p);
        }
        ck_assert(hash[0] == hash[1]);
        ck_assert_mem_eq(mu[0], mu[1], (size_t)(s.cells * s.model.latent) * sizeof **mu);
        free(mu[0]);
        free(mu[1]);
    }
    problem_spec s = wide(0);
    problem p = problem_make(&s);
    int32_t *split = calloc((size_t)s.cells, sizeof *split);
    ck_assert_int_eq(scilama_dataset_set_split(p.ds, split, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_release_input(p.ds, NULL), SCILAMA_E_STATE);
    ck_assert_int_eq(scilama_dataset_release_input(NULL, NULL), SCILAMA_E_INVALID);
    free(split);
    problem_free(&p);
}
END_TEST

/* --- allocation ---------------------------------------------------------------- */

typedef struct counter { int64_t calls, live; } counter;

static void *count_allocate(void *user, size_t size, size_t align)
{
    counter *c = user;
    c->calls++;
    c->live++;
    return aligned_alloc(align, (size + align - 1) / align * align);
}

static void count_release(void *user, void *ptr, size_t size, size_t align)
{
    ((counter *)user)->live--;
    free(ptr);
}

START_TEST(no_allocation)
{
    counter c = { 0 };
    scilama_allocator allocator = { &c, count_allocate, count_release };
    problem_spec s = problem_default();
    s.allocator = &allocator;
    s.threads = 2;
    s.trainer.mode = modes[_i];
    s.trainer.epochs = 60; /* of five steps and a validation */
    s.trainer.patience = 12; /* phases end early, so that stepwise sees all of them */
    s.trainer.on_nonfinite = SCILAMA_NONFINITE_SKIP;
    s.trainer.prior_strength = 5;
    s.trainer.prior_vectors = s.trainer.kl_by_signal = s.trainer.kl_repair = 1;
    int64_t steps = 0, phases = 0;
    while (steps < 1000) {
        s.seed++;
        problem p = problem_make(&s);
        scilama_step_info info;
        scilama_error error;
        scilama_step_info_init(&info, sizeof info);
        int64_t before = c.calls;
        do {
            ck_assert_int_eq(scilama_trainer_step(p.trainer, &info, &error), SCILAMA_OK);
            phases += (info.events & SCILAMA_EVENT_PHASE_END) != 0;
            steps++;
        } while (!(info.events & SCILAMA_EVENT_FINISHED) && steps < 1000);
        ck_assert_int_eq(c.calls, before);
        problem_free(&p);
    }
    ck_assert_int_eq(c.live, 0);
    ck_assert_int_gt(phases, 0);
}
END_TEST

/* --- finer calls ------------------------------------------------------------------ */

START_TEST(forward_backward_apply_is_step)
{
    problem_spec s = problem_default();
    s.trainer.mode = modes[_i];
    s.model.batch_norm = 1;
    s.trainer.weight_decay = 0.1;
    s.trainer.clip_norm = 3;
    problem a = problem_make(&s), b = problem_make(&s);
    scilama_step_info x, y;
    scilama_error error = { 0 };
    scilama_step_info_init(&x, sizeof x);
    scilama_step_info_init(&y, sizeof y);
    do {
        ck_assert_int_eq(scilama_trainer_step(a.trainer, &x, &error), SCILAMA_OK);
        ck_assert_msg(scilama_trainer_forward_backward(b.trainer, NULL, 0, &y, &error) == SCILAMA_OK, "%s", error.message);
        ck_assert(y.loss == x.loss);
        ck_assert_msg(scilama_trainer_apply(b.trainer, &y, &error) == SCILAMA_OK, "%s", error.message);
        ck_assert_int_eq(memcmp(&x, &y, sizeof x), 0);
        ck_assert(problem_hash(&a) == problem_hash(&b));
    } while (!(x.events & SCILAMA_EVENT_FINISHED));
    ck_assert_int_eq(scilama_trainer_step(a.trainer, &x, &error), SCILAMA_E_STATE);
    ck_assert_int_eq(scilama_trainer_apply(b.trainer, &y, &error), SCILAMA_E_STATE);
    problem_free(&a);
    problem_free(&b);
}
END_TEST

/* Two halves of a mini-batch give its gradient when nothing is random. */
START_TEST(halves_add_up)
{
    problem_spec s = problem_default();
    s.trainer.mode = modes[_i];
    s.model.dropout = 0;
    s.trainer.sampling = SCILAMA_SAMPLING_MEAN;
    s.trainer.kl_start = 0.5;
    problem p = problem_make(&s);
    problem_perturb(&p, 0.1, 3);
    scilama_error error = { 0 };
    int64_t n = p.model->net.params.trainable, cells[8] = { 3, 1, 4, 15, 9, 2, 6, 5 };
    slm_real *whole = malloc((size_t)n * sizeof *whole);
    ck_assert_int_eq(scilama_trainer_forward_backward(p.trainer, cells, 8, NULL, &error), SCILAMA_OK);
    memcpy(whole, p.trainer->grad, (size_t)n * sizeof *whole);
    ck_assert_int_eq(scilama_trainer_step(p.trainer, NULL, &error), SCILAMA_E_STATE);
    p.trainer->pending = 0;
    ck_assert_int_eq(scilama_trainer_forward_backward(p.trainer, cells, 4, NULL, &error), SCILAMA_OK);
    ck_assert_int_eq(scilama_trainer_forward_backward(p.trainer, cells + 4, 4, NULL, &error), SCILAMA_OK);
    double most = 0, apart = 0;
    for (int64_t i = 0; i < n; i++) {
        most = fmax(most, fabs((double)whole[i]));
        apart = fmax(apart, fabs((double)(whole[i] - p.trainer->grad[i] / 2)));
    }
    ck_assert_double_gt(most, 0);
    ck_assert_double_lt(apart, 1e-5 * most);
    free(whole);
    problem_free(&p);
}
END_TEST

/* A part of a mini-batch has the same bits after another part as alone, dropout, sampling and drawn genes included; another
 * part of the same cells has other draws of the same genes; and the weighed sum of parts without a draw is the whole. */
START_TEST(parts_stand_alone)
{
    enum { PLACE = 5 };
    problem_spec s = problem_default();
    s.trainer.mode = _i % 3 == 2 ? SCILAMA_MODE_GENE : modes[_i % 3];
    s.model.dropout = _i < 3 ? 0.2f : 0;
    s.trainer.sampling = _i < 3 ? SCILAMA_SAMPLING_NORMAL : SCILAMA_SAMPLING_MEAN;
    s.trainer.gene_batch = _i < 3 ? 7 : 0;
    s.trainer.kl_start = 0.5;
    problem p = problem_make(&s);
    problem_perturb(&p, 0.1, 3);
    scilama_error error = { 0 };
    int64_t n = p.model->net.params.trainable, cells[8] = { 3, 1, 4, 15, 9, 2, 6, 5 };
    size_t bytes = (size_t)n * sizeof(slm_real);
    slm_real *alone = malloc(bytes), *first = malloc(bytes), *whole = malloc(bytes), *g = p.trainer->grad;
    scilama_step_info info[2];
    for (int i = 0; i < 2; i++) scilama_step_info_init(&info[i], sizeof info[i]);
    ck_assert_int_eq(scilama_trainer_forward_backward_part(p.trainer, PLACE, cells + 3, 5, &info[0], &error), SCILAMA_OK);
    memcpy(alone, g, bytes);
    p.trainer->pending = 0;
    ck_assert_int_eq(scilama_trainer_forward_backward_part(p.trainer, 300, cells, 3, NULL, &error), SCILAMA_OK);
    memcpy(first, g, bytes);
    ck_assert_int_eq(scilama_trainer_forward_backward_part(p.trainer, PLACE, cells + 3, 5, &info[1], &error), SCILAMA_OK);
    ck_assert_int_eq(memcmp(alone, g, bytes), 0);
    ck_assert(info[0].loss == info[1].loss);
    ck_assert_int_eq(p.trainer->pending, 1);
    ck_assert_int_eq(scilama_trainer_forward_backward_part(p.trainer, PLACE + 256, cells + 3, 5, &info[1], &error), SCILAMA_OK);
    ck_assert((memcmp(alone, g, bytes) != 0) == (_i < 3));
    ck_assert_int_eq(scilama_trainer_forward_backward_part(p.trainer, -1, cells, 3, NULL, &error), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_trainer_forward_backward_part(p.trainer, 65536, cells, 3, NULL, &error), SCILAMA_E_INVALID);
    p.trainer->pending = 0;
    ck_assert_int_eq(scilama_trainer_forward_backward(p.trainer, cells, 8, NULL, &error), SCILAMA_OK);
    memcpy(whole, g, bytes);
    double most = 0, apart = 0;
    for (int64_t i = 0; i < n; i++) {
        most = fmax(most, fabs((double)whole[i]));
        apart = fmax(apart, fabs((double)whole[i] - (3 * (double)first[i] + 5 * (double)alone[i]) / 8));
    }
    ck_assert_double_gt(most, 0);
    if (_i >= 3) ck_assert_double_lt(apart, 1e-5 * most);
    free(alone);
    free(first);
    free(whole);
    problem_free(&p);
}
END_TEST

/* --- steps that fail ---------------------------------------------------------------- */

static char *state_of(problem *p, int64_t *size)
{
    scilama_error error;
    *size = scilama_trainer_state_size(p->trainer);
    char *bytes = malloc((size_t)*size);
    ck_assert_int_eq(scilama_trainer_state_get(p->trainer, bytes, *size, &error), SCILAMA_OK);
    return bytes;
}

/* A weight that makes the loss infinite or not a number. */
static float poison(problem *p, const char *name, float value)
{
    scilama_tensor t;
    scilama_error error;
    scilama_tensor_init(&t, sizeof t);
    ck_assert_int_eq(scilama_model_find_parameter(p->model, name, &t, &error), SCILAMA_OK);
    float old = *(float *)t.data;
    *(float *)t.data = value;
    return old;
}

START_TEST(failed_step_leaves_no_trace)
{
    problem_spec s = problem_default();
    s.trainer.mode = modes[_i];
    s.model.batch_norm = 1;
    bool gene = s.trainer.mode == SCILAMA_MODE_GENE;
    const char *name = gene ? "feature_encoder.encoders.0.latent_sigma.bias" : "sample_encoder.latent_sigma.bias";
    problem a = problem_make(&s), b = problem_make(&s);
    scilama_error error = { 0 };
    scilama_step_info info;
    scilama_step_info_init(&info, sizeof info);
    for (int step = 0; step < 25; step++) {
        if (step % 4 == 1) {
            float old = poison(&a, name, 300);
            int64_t size;
            char *before = state_of(&a, &size);
            ck_assert_int_eq(scilama_trainer_step(a.trainer, &info, &error), SCILAMA_E_NONFINITE);
            ck_assert_msg(strstr(error.message, "encoder") != NULL || strstr(error.message, "loss") != NULL, "%s", error.message);
            ck_assert_int_eq(scilama_trainer_forward_backward(a.trainer, NULL, 0, &info, &error), SCILAMA_E_NONFINITE);
            char *after = state_of(&a, &size);
            ck_assert_int_eq(memcmp(before, after, (size_t)size), 0);
            free(before);
            free(after);
            poison(&a, name, old);
        }
        problem_run(&a, 1);
        problem_run(&b, 1);
        ck_assert(problem_hash(&a) == problem_hash(&b));
    }
    problem_free(&a);
    problem_free(&b);
}
END_TEST

/* Blocks and windows of any size there is: all cells are trained on, as in one block of all. */
START_TEST(blocks_of_any_size)
{
    double nll[3];
    static const int64_t size[3] = { 40, INT64_MAX - 1, INT64_MAX };
    for (int i = 0; i < 3; i++) {
        problem_spec s = problem_default();
        scilama_error error = { 0 };
        scilama_step_info info;
        s.trainer.shuffle = SCILAMA_SHUFFLE_CHUNKED;
        s.trainer.shuffle_block = s.trainer.shuffle_window = size[i];
        problem p = problem_make(&s);
        scilama_step_info_init(&info, sizeof info);
        ck_assert_int_eq(scilama_trainer_step(p.trainer, &info, &error), SCILAMA_OK);
        nll[i] = info.nll;
        problem_free(&p);
    }
    ck_assert(nll[0] == nll[1] && nll[0] == nll[2]);
}
END_TEST

static int32_t end_phase(void *user, const scilama_step_info *info)
{
    scilama_error error = { 0 };
    ck_assert_int_eq(scilama_trainer_end_phase(user, NULL, &error), SCILAMA_OK);
    return 0;
}

/* A callback that ends the last phase ends the run, without an error. */
START_TEST(callback_ends_the_run)
{
    problem_spec s = problem_default();
    scilama_error error = { 0 };
    s.trainer.mode = SCILAMA_MODE_BETA_VAE;
    problem p = problem_make(&s);
    ck_assert_msg(scilama_trainer_run(p.trainer, end_phase, p.trainer, NULL, &error) == SCILAMA_OK, "%s", error.message);
    ck_assert_int_eq(scilama_trainer_step(p.trainer, NULL, &error), SCILAMA_E_STATE);
    problem_free(&p);
}
END_TEST

/* KL per unit is that of the last validation: it adds up to what the step reported, an
 * evaluation of other cells leaves it alone, and a state carries it. */
START_TEST(kl_per_unit_is_of_the_validation)
{
    problem_spec s = wide(1);
    problem p = problem_make(&s), q = problem_make(&s);
    scilama_error error = { 0 };
    scilama_step_info info;
    scilama_evaluation e;
    double kl_s[5], kl_f[5], again[5], sum_s = 0, sum_f = 0;
    scilama_step_info_init(&info, sizeof info);
    scilama_evaluation_init(&e, sizeof e);
    ck_assert_int_eq(scilama_trainer_kl_per_unit(p.trainer, kl_s, NULL, &error), SCILAMA_OK);
    ck_assert(isnan(kl_s[0]));
    ck_assert_int_eq(scilama_trainer_run_epoch(p.trainer, &info, &error), SCILAMA_OK);
    ck_assert_int_eq(scilama_trainer_kl_per_unit(p.trainer, kl_s, kl_f, &error), SCILAMA_OK);
    for (int i = 0; i < 5; i++) sum_s += kl_s[i], sum_f += kl_f[i];
    ck_assert_double_eq_tol(sum_s, info.validation_kl_s, 1e-9 * sum_s);
    ck_assert_double_eq_tol(sum_f, info.validation_kl_f, 1e-9 * sum_f);
    ck_assert_int_eq(scilama_trainer_evaluate(p.trainer, SCILAMA_SPLIT_TRAIN, &e, &error), SCILAMA_OK);
    ck_assert(e.kl_s < sum_s || e.kl_s > sum_s);
    ck_assert_int_eq(scilama_trainer_kl_per_unit(p.trainer, again, NULL, &error), SCILAMA_OK);
    ck_assert_int_eq(memcmp(kl_s, again, sizeof kl_s), 0);
    int64_t size;
    char *state = state_of(&p, &size);
    ck_assert_int_eq(scilama_trainer_state_set(q.trainer, state, size, &error), SCILAMA_OK);
    ck_assert_int_eq(scilama_trainer_kl_per_unit(q.trainer, again, NULL, &error), SCILAMA_OK);
    ck_assert_int_eq(memcmp(kl_s, again, sizeof kl_s), 0);
    free(state);
    problem_free(&p);
    problem_free(&q);
}
END_TEST

START_TEST(spoilt_gradients_are_refused)
{
    problem_spec s = problem_default();
    problem p = problem_make(&s);
    scilama_error error = { 0 };
    scilama_tensor g;
    scilama_tensor_init(&g, sizeof g);
    problem_run(&p, 3);
    uint64_t before = problem_hash(&p);
    ck_assert_int_eq(scilama_trainer_forward_backward(p.trainer, NULL, 0, NULL, &error), SCILAMA_OK);
    ck_assert_int_eq(scilama_trainer_gradient(p.trainer, "sample_decoder.output_mean.bias", &g, &error), SCILAMA_OK);
    ((float *)g.data)[2] = NAN;
    ck_assert_int_eq(scilama_trainer_apply(p.trainer, NULL, &error), SCILAMA_E_NONFINITE);
    ck_assert_msg(strstr(error.message, "sample_decoder.output_mean.bias") != NULL, "%s", error.message);
    ck_assert(problem_hash(&p) == before);
    ck_assert_int_eq(scilama_trainer_forward_backward(p.trainer, NULL, 0, NULL, &error), SCILAMA_OK);
    ((float *)g.data)[2] = 1e30f; /* finite, its square is not */
    ck_assert_int_eq(scilama_trainer_apply(p.trainer, NULL, &error), SCILAMA_E_NONFINITE);
    ck_assert_msg(strstr(error.message, "sample_decoder.output_mean.bias") != NULL, "%s", error.message);
    ck_assert(problem_hash(&p) == before);
    problem_run(&p, 3);
    problem_free(&p);
}
END_TEST

/* Whatever ends a sum of gradients, the running statistics are those before its first pass. */
START_TEST(spoilt_sums_leave_the_statistics)
{
    problem_spec s = problem_default();
    s.trainer.mode = SCILAMA_MODE_BETA_VAE;
    s.model.batch_norm = 1;
    problem p = problem_make(&s);
    scilama_error error = { 0 };
    scilama_step_info info;
    scilama_tensor g;
    scilama_step_info_init(&info, sizeof info);
    scilama_tensor_init(&g, sizeof g);
    problem_run(&p, 3);
    uint64_t before = problem_hash(&p);
    for (int way = 0; way < 4; way++) {
        for (int64_t pass = 0; pass < 3; pass++) {
            int64_t cells[4] = { pass, pass + 4, pass + 8, pass + 12 };
            ck_assert_int_eq(scilama_trainer_forward_backward(p.trainer, cells, 4, NULL, &error), SCILAMA_OK);
        }
        ck_assert(problem_hash(&p) != before);
        if (way == 3) { /* thrown away: no best weights are kept yet */
            ck_assert_int_eq(scilama_trainer_end_phase(p.trainer, &info, &error), SCILAMA_OK);
        } else if (way == 2) {
            float old = poison(&p, "sample_encoder.latent_sigma.bias", 300);
            ck_assert_int_eq(scilama_trainer_forward_backward(p.trainer, NULL, 0, NULL, &error), SCILAMA_E_NONFINITE);
            poison(&p, "sample_encoder.latent_sigma.bias", old);
        } else {
            ck_assert_int_eq(scilama_trainer_gradient(p.trainer, "sample_decoder.output_mean.bias", &g, &error), SCILAMA_OK);
            ((float *)g.data)[2] = way ? 1e30f : NAN;
            ck_assert_int_eq(scilama_trainer_apply(p.trainer, NULL, &error), SCILAMA_E_NONFINITE);
        }
        ck_assert_msg(problem_hash(&p) == before, "way %d", way);
    }
    problem_free(&p);
}
END_TEST

START_TEST(skipped_steps_are_counted)
{
    problem_spec s = problem_default();
    s.trainer.on_nonfinite = SCILAMA_NONFINITE_SKIP;
    s.trainer.mode = SCILAMA_MODE_BETA_VAE;
    problem p = problem_make(&s);
    scilama_error error = { 0 };
    scilama_step_info info;
    scilama_step_info_init(&info, sizeof info);
    float old = poison(&p, "sample_encoder.latent_sigma.bias", 300);
    uint64_t before = problem_hash(&p);
    for (int i = 1; i <= 3; i++) {
        ck_assert_int_eq(scilama_trainer_step(p.trainer, &info, &error), SCILAMA_OK);
        ck_assert_int_eq(info.skipped, i);
        ck_assert(info.events & SCILAMA_EVENT_SKIPPED);
        ck_assert(problem_hash(&p) == before);
    }
    poison(&p, "sample_encoder.latent_sigma.bias", old);
    ck_assert_int_eq(scilama_trainer_step(p.trainer, &info, &error), SCILAMA_OK);
    ck_assert_int_eq(info.skipped, 3);
    ck_assert(!(info.events & SCILAMA_EVENT_SKIPPED));
    ck_assert(problem_hash(&p) != before);
    /* the first update after skipped ones is the first for AdamW too: |step| = lr */
    ck_assert_int_eq(p.trainer->now.updates, 1);
    problem_free(&p);
}
END_TEST

/* A switch between steps must leave nothing of the term that it switches off. */
START_TEST(gamma_switched_off)
{
    problem_spec s = problem_default();
    s.trainer.mode = SCILAMA_MODE_DIRECT;
    s.trainer.gamma = 0.3;
    problem p = problem_make(&s);
    s.trainer.gamma = 0;
    problem without = problem_make(&s);
    scilama_error error = { 0 };
    int64_t n = p.model->net.params.trainable, cells[4] = { 3, 1, 4, 15 };
    size_t size = (size_t)n * sizeof *p.trainer->grad;
    ck_assert_int_eq(scilama_trainer_forward_backward(p.trainer, cells, 4, NULL, &error), SCILAMA_OK);
    ck_assert_int_eq(scilama_trainer_forward_backward(without.trainer, cells, 4, NULL, &error), SCILAMA_OK);
    ck_assert_mem_ne(p.trainer->grad, without.trainer->grad, size);
    p.trainer->pending = 0;
    ck_assert_int_eq(scilama_trainer_set_rates(p.trainer, NAN, NAN, 0, &error), SCILAMA_OK);
    ck_assert_int_eq(scilama_trainer_forward_backward(p.trainer, cells, 4, NULL, &error), SCILAMA_OK);
    ck_assert_mem_eq(p.trainer->grad, without.trainer->grad, size);
    problem_free(&p);
    problem_free(&without);
}
END_TEST

START_TEST(options_that_cannot_work)
{
    static const struct { double lr, weight_decay, epsilon; const char *named; } bad[] = {
        { 1e7, 0, 1e-8, "lr" }, { 10, 1, 1e-8, "weight_decay" }, { 1e-3, 0, 1e-40, "epsilon" }, { NAN, 0, 1e-8, "lr" },
        { 1e-3, INFINITY, 1e-8, "weight_decay" }, { 1e-3, 0, 0, "epsilon" } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        problem_spec s = problem_default();
        problem p;
        scilama_error error = { 0 };
        s.trainer.lr = bad[i].lr;
        s.trainer.weight_decay = bad[i].weight_decay;
        s.trainer.epsilon = bad[i].epsilon;
        ck_assert_int_eq(problem_try(&p, &s, &error), SCILAMA_E_INVALID);
        ck_assert_msg(strstr(error.message, bad[i].named) != NULL, "%s", error.message);
        problem_free(&p);
    }
}
END_TEST

/* Sixteen modalities of the deepest encoder with BatchNorm: the most parameters a model has. */
START_TEST(largest_layout)
{
    problem_spec s = problem_default();
    s.modalities = 0;
    for (int i = 0; i < SCILAMA_MAX_HIDDEN; i++) s.model.hidden[i] = 2;
    slm_net net;
    scilama_error error;
    scilama_context *ctx;
    int64_t widths[SLM_MAX_MODALITIES];
    for (int m = 0; m < SLM_MAX_MODALITIES; m++) widths[m] = 2;
    s.model.batch_norm = 1;
    ck_assert_int_eq(scilama_context_create(&ctx, NULL, &error), SCILAMA_OK);
    ck_assert_int_eq(slm_net_create(ctx, &net, &s.model, 3, 2, SLM_MAX_MODALITIES, widths, false, &error), SCILAMA_OK);
    ck_assert_int_gt(net.params.count, 512);
    ck_assert_int_le(net.params.count, SLM_MAX_PARAMS);
    for (int i = 0; i < net.params.count; i++) ck_assert_int_eq(slm_params_find(&net.params, net.params.item[i].name), i);
    slm_net_free(ctx, &net);
    scilama_context_destroy(ctx);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trainer");
    TCase *tc = tcase_create("promises");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, thread_counts, 0, MODES);
    tcase_add_loop_test(tc, storages, 0, MODES);
    tcase_add_test(tc, storages_preprocessed);
    tcase_add_test(tc, input_given_back);
    tcase_add_loop_test(tc, sparse_first_layer, 0, MODES);
    tcase_add_loop_test(tc, no_allocation, 0, MODES);
    tcase_add_loop_test(tc, forward_backward_apply_is_step, 0, MODES);
    tcase_add_loop_test(tc, halves_add_up, 0, MODES);
    tcase_add_loop_test(tc, parts_stand_alone, 0, 6);
    tcase_add_loop_test(tc, failed_step_leaves_no_trace, 0, MODES);
    tcase_add_test(tc, blocks_of_any_size);
    tcase_add_test(tc, callback_ends_the_run);
    tcase_add_test(tc, kl_per_unit_is_of_the_validation);
    tcase_add_test(tc, spoilt_gradients_are_refused);
    tcase_add_test(tc, spoilt_sums_leave_the_statistics);
    tcase_add_test(tc, skipped_steps_are_counted);
    tcase_add_test(tc, gamma_switched_off);
    tcase_add_test(tc, options_that_cannot_work);
    tcase_add_test(tc, largest_layout);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
