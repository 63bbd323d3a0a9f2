/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include "train/trainer.h"
#include <math.h>

/* Rows from a callback: every result equals that of the same matrix in memory. */

enum { CELLS = 900, GENES = 60, SMALL = 96 << 10 };

typedef struct host {
    const matrix_fixture *f;
    bool csr, backwards;     /* entries of a row from the last to the first */
    long long calls, rows, fail_at, released, touched[CELLS];
    scilama_status failure;
    bool quiet;              /* no message of its own */
    bool grow;               /* rows are full from now on */
    scilama_context *cancels; /* instead of failing */
} host;

static scilama_status fetch(void *user, const scilama_row_block *b, scilama_error *error)
{
    host *h = user;
    const matrix_fixture *f = h->f;
    int64_t at = 0;
    if (++h->calls == h->fail_at && h->cancels) scilama_context_cancel(h->cancels);
    else if (h->calls == h->fail_at) {
        if (!h->quiet && error) snprintf(error->message, sizeof error->message, "the store is away");
        return h->failure;
    }
    ck_assert_int_ge(b->rows, 1);
    ck_assert_int_eq(b->genes, f->genes);
    h->rows += b->rows;
    for (int64_t r = 0; r < b->rows; r++) {
        int64_t cell = b->cells[r];
        if (r) ck_assert_int_gt(cell, b->cells[r - 1]);
        h->touched[cell]++;
        if (!h->csr) {
            memcpy(b->values + r * b->genes, f->dense + cell * b->genes, (size_t)b->genes * sizeof(float));
            continue;
        }
        int64_t first = f->indptr[cell], n = f->indptr[cell + 1] - first;
        for (int64_t i = 0; i < n && !h->grow; i++) {
            int64_t k = first + (h->backwards ? n - 1 - i : i);
            b->indices[at] = f->indices[k];
            b->values[at++] = f->values[k];
        }
        for (int32_t g = 0; g < b->genes && h->grow; g++) b->indices[at] = g, b->values[at++] = 1;
        b->indptr[r] = r ? b->indptr[r] : 0;
        b->indptr[r + 1] = at;
    }
    return SCILAMA_OK;
}

static void released(void *user) { ((host *)user)->released++; }

static scilama_status open_rows(scilama_dataset **d, scilama_context *ctx, host *h, int64_t memory, scilama_error *error)
{
    scilama_row_source s;
    ck_assert_int_eq(scilama_row_source_init(&s, sizeof s), SCILAMA_OK);
    s.storage = h->csr ? SCILAMA_STORAGE_CSR : SCILAMA_STORAGE_DENSE;
    s.rows = h->f->cells;
    s.cols = h->f->genes;
    s.memory = memory;
    s.lump = 16;
    s.fetch = fetch;
    s.user = h;
    s.release = released;
    return scilama_dataset_create_from_rows(d, ctx, &s, h->f->cell_names, h->f->gene_names, error);
}

static scilama_dataset *rows_dataset(scilama_context *ctx, host *h, int64_t memory)
{
    scilama_dataset *d = NULL;
    scilama_error error = { 0 };
    scilama_status status = open_rows(&d, ctx, h, memory, &error);
    ck_assert_msg(status == SCILAMA_OK, "%s", error.message);
    return d;
}

static void annotate(scilama_dataset *d, const matrix_fixture *f, bool table)
{
    static const char *const batches[] = { "x", "y", "z" };
    int32_t *codes = malloc((size_t)f->cells * sizeof *codes);
    for (int64_t i = 0; i < f->cells; i++) codes[i] = (int32_t)(i % 3);
    ck_assert_int_eq(scilama_dataset_set_codes(d, "batch", codes, batches, 3, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_use_covariate(d, "batch", SCILAMA_COVARIATE_CATEGORICAL, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_split_random(d, 0.8, 0.15, 3, NULL, NULL), SCILAMA_OK);
    free(codes);
    if (!table) return;
    float *values = malloc((size_t)f->genes * 4 * sizeof *values);
    for (int64_t i = 0; i < f->genes * 4; i++) values[i] = (float)sin((double)i);
    scilama_gene_table *t;
    ck_assert_int_eq(scilama_gene_table_create(&t, d->ctx, f->gene_names, values, f->genes, 4, 0, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_add_gene_table(d, "t", t, NULL, NULL, NULL), SCILAMA_OK);
    scilama_gene_table_destroy(t);
    free(values);
}

static scilama_preprocess_options recipe(int which)
{
    scilama_preprocess_options o;
    scilama_preprocess_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED);
    o.n_top_genes = 37;
    o.min_genes = 12;
    if (which == 1) o.hvg = SCILAMA_HVG_SEURAT;
    if (which == 2) o.hvg_by_batch = SCILAMA_ON, o.batch_key = "batch";
    if (which == 3) o.hvg = SCILAMA_HVG_NONE, o.scale = SCILAMA_OFF, o.log1p = SCILAMA_OFF;
    return o;
}

START_TEST(preprocessing_equals_memory)
{
    matrix_fixture f = fixture_make(CELLS, GENES, 11);
    scilama_context *ctx = test_context(1 + _i % 2);
    host h = { .f = &f, .csr = _i % 2 == 0, .backwards = true };
    scilama_preprocess_options o = recipe(_i / 2);
    scilama_preprocess_report a, b;
    scilama_preprocess_report_init(&a, sizeof a);
    scilama_preprocess_report_init(&b, sizeof b);
    scilama_dataset *memory = fixture_dataset(ctx, &f, 4), *stream = rows_dataset(ctx, &h, SMALL);
    ck_assert_int_eq(h.rows, CELLS); /* each row once */
    annotate(memory, &f, true);
    annotate(stream, &f, true);
    ck_assert_int_eq(scilama_dataset_preprocess(memory, &o, &a, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_preprocess(stream, &o, &b, NULL), SCILAMA_OK);
    ck_assert_int_eq(memcmp(&a, &b, sizeof a), 0);
    int64_t genes = scilama_dataset_genes_used(memory);
    float *x = all_prepared(memory), *y = all_prepared(stream);
    ck_assert_int_eq(genes, scilama_dataset_genes_used(stream));
    ck_assert_int_eq(memcmp(x, y, (size_t)(CELLS * genes) * sizeof *x), 0);
    free(x), free(y);
    scilama_dataset_destroy(memory);
    ck_assert_int_eq(h.released, 0);
    scilama_dataset_destroy(stream);
    ck_assert_int_eq(h.released, 1);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

typedef struct fit { scilama_dataset *d; scilama_model *m; scilama_trainer *t; } fit;

static fit start(scilama_dataset *d, int64_t block, int64_t window, int32_t likelihood, int32_t shuffle)
{
    fit x = { .d = d };
    scilama_error error = { 0 };
    scilama_model_options mo;
    scilama_trainer_options to;
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_PUBLISHED);
    scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_PUBLISHED);
    mo.latent = 3;
    mo.hidden[0] = 8, mo.hidden[1] = 6;
    mo.likelihood = likelihood;
    to.mode = SCILAMA_MODE_CELL_GENE;
    to.batch_size = 32;
    to.epochs = 3;
    to.kl_delay = 0;
    to.best_from_start = 1;
    to.shuffle = shuffle;
    to.shuffle_block = block;
    to.shuffle_window = window;
    scilama_status status = scilama_model_create(&x.m, d, &mo, &error);
    if (!status) status = scilama_trainer_create(&x.t, x.m, d, &to, &error);
    ck_assert_msg(status == SCILAMA_OK, "%s", error.message);
    return x;
}

static void stop(fit *x)
{
    scilama_trainer_destroy(x->t);
    scilama_model_destroy(x->m);
    scilama_dataset_destroy(x->d);
}

static void run(fit *x)
{
    scilama_error error = { 0 };
    scilama_status status = scilama_trainer_run(x->t, NULL, NULL, NULL, &error);
    ck_assert_msg(status == SCILAMA_OK, "%s", error.message);
}

static void assert_same_weights(const fit *a, const fit *b)
{
    int64_t n = scilama_trainer_state_size(a->t);
    char *x = malloc((size_t)n), *y = malloc((size_t)n);
    ck_assert_int_eq(n, scilama_trainer_state_size(b->t));
    ck_assert_int_eq(scilama_trainer_state_get(a->t, x, n, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_trainer_state_get(b->t, y, n, NULL), SCILAMA_OK);
    ck_assert_int_eq(memcmp(x, y, (size_t)n), 0); /* options, counters, weights, moments */
    free(x), free(y);
}

/* What goes through genes across all cells. */
START_TEST(analyses_equal_memory)
{
    matrix_fixture f = fixture_make(CELLS, GENES, 23);
    scilama_context *ctx = test_context(2);
    host h = { .f = &f, .csr = _i == 0 };
    scilama_preprocess_options o = recipe(1);
    scilama_dataset *d[2] = { fixture_dataset(ctx, &f, _i ? 1 : 4), rows_dataset(ctx, &h, SMALL) };
    static double numbers[2][7][4 * GENES];
    static float activity[2][CELLS * 5];
    int32_t groups[CELLS], labels[GENES];
    for (int i = 0; i < CELLS; i++) groups[i] = i * 31 % 5 - 1;
    for (int g = 0; g < GENES; g++) labels[g] = g % 6 - 1;
    for (int k = 0; k < 2; k++) {
        scilama_marker_table t;
        scilama_error error = { 0 };
        scilama_marker_table_init(&t, sizeof t);
        t.z = numbers[k][0], t.p_adjusted = numbers[k][1], t.auroc = numbers[k][2], t.log2_fold_change = numbers[k][3];
        annotate(d[k], &f, true);
        ck_assert_int_eq(scilama_dataset_preprocess(d[k], &o, NULL, NULL), SCILAMA_OK);
        ck_assert_msg(scilama_wilcoxon(d[k], groups, 4, NULL, &t, &error) == SCILAMA_OK, "%s", error.message);
        ck_assert_msg(scilama_module_activity(d[k], labels, 5, activity[k], &error) == SCILAMA_OK, "%s", error.message);
        scilama_coherence_options c;
        scilama_coherence_options_init(&c, sizeof c);
        c.max_cells = 300;
        c.permutations = 50;
        ck_assert_msg(scilama_module_coherence(d[k], labels, 5, &c, numbers[k][4], numbers[k][5], numbers[k][6], &error) == SCILAMA_OK, "%s", error.message);
    }
    ck_assert_int_eq(memcmp(numbers[0], numbers[1], sizeof numbers[0]), 0);
    ck_assert_int_eq(memcmp(activity[0], activity[1], sizeof activity[0]), 0);
    h.fail_at = h.calls + 3;
    h.failure = SCILAMA_E_IO;
    ck_assert_int_eq(scilama_module_activity(d[1], labels, 5, activity[1], NULL), SCILAMA_E_IO);
    scilama_dataset_destroy(d[0]);
    scilama_dataset_destroy(d[1]);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

/* Blocks and windows that divide nothing, windows larger than the memory, whole files. */
static const int64_t plans[][2] = { { 16, 128 }, { 7, 50 }, { 1, 1000 }, { 500, 3 }, { 33, 320 } };

START_TEST(training_equals_memory)
{
    matrix_fixture f = fixture_make(CELLS, GENES, 5);
    scilama_context *one = test_context(1), *two = test_context(2);
    host h = { .f = &f, .csr = _i % 2 == 0 };
    scilama_preprocess_options o = recipe(0);
    scilama_dataset *memory = fixture_dataset(one, &f, 1), *stream = rows_dataset(two, &h, SMALL);
    annotate(memory, &f, true);
    annotate(stream, &f, true);
    ck_assert_int_eq(scilama_dataset_preprocess(memory, &o, NULL, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_dataset_preprocess(stream, &o, NULL, NULL), SCILAMA_OK);
    int32_t likelihood = _i % 3 == 2 ? SCILAMA_LIKELIHOOD_NB : SCILAMA_LIKELIHOOD_GAUSSIAN, shuffle = _i == 5 ? SCILAMA_SHUFFLE_FULL : SCILAMA_SHUFFLE_CHUNKED;
    const int64_t *p = plans[_i % 5];
    fit a = start(memory, p[0], p[1], likelihood, shuffle), b = start(stream, p[0], p[1], likelihood, shuffle);
    run(&a);
    run(&b);
    assert_same_weights(&a, &b);
    /* encoding and decoding as well */
    float *x = malloc(CELLS * 3 * sizeof *x), *y = malloc(CELLS * 3 * sizeof *y);
    ck_assert_int_eq(scilama_model_encode_cells(a.m, a.d, x, NULL, 0, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_model_encode_cells(b.m, b.d, y, NULL, 0, NULL), SCILAMA_OK);
    ck_assert_int_eq(memcmp(x, y, CELLS * 3 * sizeof *x), 0);
    scilama_decode_options decode;
    scilama_decode_options_init(&decode, sizeof decode);
    int64_t genes = scilama_dataset_genes_used(memory);
    float *u = malloc((size_t)(CELLS * genes) * sizeof *u), *v = malloc((size_t)(CELLS * genes) * sizeof *v);
    ck_assert_int_eq(scilama_model_decode(a.m, a.d, &decode, u, 0, NULL), SCILAMA_OK);
    ck_assert_int_eq(scilama_model_decode(b.m, b.d, &decode, v, 0, NULL), SCILAMA_OK);
    ck_assert_int_eq(memcmp(u, v, (size_t)(CELLS * genes) * sizeof *u), 0);
    free(x), free(y), free(u), free(v);
    stop(&a);
    stop(&b);
    ck_assert_int_eq(h.released, 1);
    scilama_context_destroy(one);
    scilama_context_destroy(two);
    fixture_free(&f);
}
END_TEST

START_TEST(chunked_order_visits_every_cell_once)
{
    matrix_fixture f = fixture_make(CELLS, GENES, 5);
    scilama_context *ctx = test_context(1);
    scilama_dataset *d = fixture_dataset(ctx, &f, 1);
    annotate(d, &f, true);
    int64_t block = plans[_i][0], window = plans[_i][1], seen[CELLS] = { 0 }, before[CELLS];
    fit x = start(d, block, window, SCILAMA_LIKELIHOOD_GAUSSIAN, SCILAMA_SHUFFLE_CHUNKED);
    int64_t n = x.t->design->n_train;
    memcpy(before, x.t->order, (size_t)n * sizeof *before);
    for (int64_t i = 0; i < n; i++) seen[x.t->order[i]]++;
    for (int64_t i = 0; i < n; i++) ck_assert_int_eq(seen[x.t->design->train[i]], 1);
    /* a window is made of few blocks */
    int64_t place[CELLS];
    for (int64_t i = 0; i < n; i++) place[x.t->design->train[i]] = i;
    for (int64_t first = 0; first < n; first += window) {
        bool in[CELLS] = { false };
        int64_t blocks = 0, end = first + window < n ? first + window : n;
        for (int64_t i = first; i < end; i++) {
            blocks += !in[place[x.t->order[i]] / block];
            in[place[x.t->order[i]] / block] = true;
        }
        ck_assert_int_le(blocks, window / block + 3);
    }
    ck_assert_int_eq(scilama_trainer_run_epoch(x.t, NULL, NULL), SCILAMA_OK);
    ck_assert_int_ne(memcmp(before, x.t->order, (size_t)n * sizeof *before), 0);
    stop(&x);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

/* Rows are read about once an epoch, whatever the memory. */
START_TEST(rows_are_read_once_an_epoch)
{
    matrix_fixture f = fixture_make(CELLS, GENES, 5);
    scilama_context *ctx = test_context(1);
    host h = { .f = &f, .csr = true };
    scilama_dataset *d = rows_dataset(ctx, &h, 48 << 10);
    annotate(d, &f, true);
    fit x = start(d, 0, 0, SCILAMA_LIKELIHOOD_GAUSSIAN, SCILAMA_SHUFFLE_AUTO);
    for (int epoch = 0; epoch < 2; epoch++) {
        memset(h.touched, 0, sizeof h.touched);
        ck_assert_int_eq(scilama_trainer_run_epoch(x.t, NULL, NULL), SCILAMA_OK);
        long long most = 0, fewest = 99, sum = 0;
        for (int i = 0; i < CELLS; i++) {
            if (d->split[i] > SCILAMA_SPLIT_VALIDATION) continue;
            sum += h.touched[i];
            most = h.touched[i] > most ? h.touched[i] : most;
            fewest = h.touched[i] < fewest ? h.touched[i] : fewest;
        }
        ck_assert_int_le(fewest, 1);
        if (epoch) ck_assert_int_eq(fewest, 1); /* at first some rows are at hand: creation looked at them */
        ck_assert_int_le(most, 2);
        ck_assert_int_le(sum, CELLS * 11 / 10);
    }
    stop(&x);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

static char *state(const fit *x, int64_t *n)
{
    *n = scilama_trainer_state_size(x->t);
    char *bytes = malloc((size_t)*n);
    ck_assert_int_eq(scilama_trainer_state_get(x->t, bytes, *n, NULL), SCILAMA_OK);
    return bytes;
}

/* Before every step the callback is made to fail, or to cancel: the step returns its status and message,
 * nothing moves, what is told of every step and in the end all is as in the undisturbed run. */
START_TEST(failures_of_the_callback_are_transactional)
{
    matrix_fixture f = fixture_make(CELLS, GENES, 5);
    scilama_context *ctx = test_context(1);
    host g = { .f = &f, .csr = true }, h = { .f = &f, .csr = true, .failure = _i ? 7 : SCILAMA_E_IO, .quiet = _i == 2 };
    scilama_dataset *c = rows_dataset(ctx, &g, 48 << 10), *d = rows_dataset(ctx, &h, 48 << 10);
    annotate(c, &f, true);
    annotate(d, &f, true);
    fit a = start(c, 16, 100, SCILAMA_LIKELIHOOD_GAUSSIAN, SCILAMA_SHUFFLE_CHUNKED);
    fit b = start(d, 16, 100, SCILAMA_LIKELIHOOD_GAUSSIAN, SCILAMA_SHUFFLE_CHUNKED);
    h.cancels = _i == 3 ? ctx : NULL;
    scilama_step_info info, usual;
    scilama_step_info_init(&info, sizeof info);
    scilama_step_info_init(&usual, sizeof usual);
    long long failed = 0;
    do {
        int64_t n;
        scilama_error error = { 0 };
        char *before = state(&b, &n);
        h.fail_at = h.calls + 1 + (_i & 1); /* the validation of an epoch fetches twice or more */
        scilama_status status = scilama_trainer_step(b.t, &info, &error);
        if (status) {
            int64_t m;
            char *after = state(&b, &m);
            failed++;
            ck_assert_int_eq(status, h.cancels ? SCILAMA_E_CANCELLED : _i ? SCILAMA_E_CALLBACK : SCILAMA_E_IO);
            ck_assert_int_eq(error.code, status);
            if (!h.cancels) ck_assert_ptr_nonnull(strstr(error.message, h.quiet ? "callback" : "the store is away"));
            if (b.t->now.cursor < slm_trainer_steps_per_epoch(b.t)) ck_assert_int_eq(memcmp(before, after, (size_t)n), 0);
            free(after);
            h.fail_at = 0;
            while (scilama_trainer_step(b.t, &info, &error)) ck_abort_msg("%s", error.message);
        }
        ck_assert_int_eq(scilama_trainer_step(a.t, &usual, &error), SCILAMA_OK);
        ck_assert_int_eq(memcmp(&info, &usual, sizeof info), 0);
        free(before);
    } while (!(info.events & SCILAMA_EVENT_FINISHED));
    ck_assert_int_gt(failed, 5);
    assert_same_weights(&a, &b);
    stop(&a);
    stop(&b);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

START_TEST(restored_at_any_step)
{
    matrix_fixture f = fixture_make(CELLS, GENES, 5);
    scilama_context *ctx = test_context(1);
    host h = { .f = &f, .csr = true };
    scilama_dataset *d = rows_dataset(ctx, &h, 48 << 10);
    annotate(d, &f, true);
    fit a = start(d, 16, 100, SCILAMA_LIKELIHOOD_GAUSSIAN, SCILAMA_SHUFFLE_CHUNKED);
    int64_t n, at = 0, steps = 2 * slm_trainer_steps_per_epoch(a.t);
    char *states[128];
    while (at < steps) {
        states[at++] = state(&a, &n);
        ck_assert_int_eq(scilama_trainer_step(a.t, NULL, NULL), SCILAMA_OK);
    }
    states[at] = state(&a, &n);
    for (int64_t k = 0; k < at; k += 5) {
        ck_assert_int_eq(scilama_trainer_state_set(a.t, states[(k * 7) % at], n, NULL), SCILAMA_OK);
        for (int64_t i = (k * 7) % at; i < at && i < (k * 7) % at + 9; i++) {
            int64_t m;
            char *now = state(&a, &m);
            ck_assert_int_eq(memcmp(now, states[i], (size_t)n), 0);
            free(now);
            ck_assert_int_eq(scilama_trainer_step(a.t, NULL, NULL), SCILAMA_OK);
        }
    }
    while (at >= 0) free(states[at--]);
    stop(&a);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

typedef struct counted { long long calls; } counted;

static void *count_allocate(void *user, size_t size, size_t align)
{
    ((counted *)user)->calls++;
    return aligned_alloc(align, (size + align - 1) / align * align);
}

static void count_release(void *user, void *block, size_t size, size_t align) { free(block); }

START_TEST(steps_allocate_nothing)
{
    matrix_fixture f = fixture_make(CELLS, GENES, 5);
    counted c = { 0 };
    scilama_allocator allocator = { &c, count_allocate, count_release };
    scilama_context_options o;
    scilama_context *ctx;
    scilama_context_options_init(&o, sizeof o);
    o.allocator = &allocator;
    o.threads = 2;
    ck_assert_int_eq(scilama_context_create(&ctx, &o, NULL), SCILAMA_OK);
    host h = { .f = &f, .csr = _i == 0 };
    scilama_dataset *d = rows_dataset(ctx, &h, 64 << 10);
    annotate(d, &f, true);
    fit a = start(d, 16, 100, _i ? SCILAMA_LIKELIHOOD_POISSON : SCILAMA_LIKELIHOOD_GAUSSIAN, SCILAMA_SHUFFLE_AUTO);
    long long before = c.calls;
    run(&a);
    ck_assert_int_eq(c.calls, before);
    stop(&a);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

static scilama_status fetch_bad(void *user, const scilama_row_block *b, scilama_error *error)
{
    int kind = *(int *)user;
    for (int64_t r = 0; r < b->rows; r++) {
        b->indptr[r] = r ? b->indptr[r] : kind == 0;
        b->indptr[r + 1] = kind == 1 ? -(r + 1) : kind == 2 ? (r + 1) * b->genes * 3 : 2 * (r + 1);
        b->indices[2 * r] = kind == 3 ? -1 : 1;
        b->indices[2 * r + 1] = kind == 4 ? (int32_t)b->genes : kind == 5 ? 1 : 0;
        b->values[2 * r] = b->values[2 * r + 1] = kind == 6 ? NAN : kind == 7 ? INFINITY : 1;
    }
    return SCILAMA_OK;
}

START_TEST(bad_rows_are_refused)
{
    scilama_context *ctx = test_context(1);
    scilama_row_source s;
    scilama_error error = { 0 };
    scilama_dataset *d;
    scilama_row_source_init(&s, sizeof s);
    s.storage = SCILAMA_STORAGE_CSR;
    s.rows = 9;
    s.cols = 6;
    s.fetch = fetch_bad;
    s.user = &(int){ _i };
    ck_assert_int_eq(scilama_dataset_create_from_rows(&d, ctx, &s, NULL, NULL, &error), _i < 6 ? SCILAMA_E_INVALID : _i < 8 ? SCILAMA_E_NONFINITE : SCILAMA_OK);
    ck_assert(_i == 8 || error.message[0]);
    scilama_dataset_destroy(d);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(limits_are_said)
{
    matrix_fixture f = fixture_make(CELLS, GENES, 5);
    scilama_context *ctx = test_context(1);
    host h = { .f = &f, .csr = true };
    scilama_error error = { 0 };
    scilama_dataset *d;
    long long least = 0;
    ck_assert_int_eq(open_rows(&d, ctx, &h, 1000, &error), SCILAMA_E_INVALID);
    ck_assert_ptr_null(d);
    ck_assert_int_eq(h.released, 0);
    ck_assert_ptr_nonnull(strstr(error.message, "1000 bytes is too small"));
    ck_assert_int_eq(sscanf(strstr(error.message, "it: "), "it: %lld", &least), 1);
    ck_assert_int_eq(open_rows(&d, ctx, &h, least - 1, &error), SCILAMA_E_INVALID);
    d = rows_dataset(ctx, &h, least);
    annotate(d, &f, false);
    /* what needs everything at once says so */
    scilama_model *m;
    scilama_model_options mo;
    scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_PUBLISHED);
    ck_assert_int_eq(scilama_model_create(&m, d, &mo, &error), SCILAMA_E_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(error.message, "streamed"));
    scilama_dataset_destroy(d);
    /* data that change are found out */
    d = rows_dataset(ctx, &h, least);
    annotate(d, &f, true);
    fit a = start(d, 0, 0, SCILAMA_LIKELIHOOD_GAUSSIAN, SCILAMA_SHUFFLE_AUTO);
    h.grow = true;
    scilama_status status = scilama_trainer_run(a.t, NULL, NULL, NULL, &error);
    ck_assert(status == SCILAMA_OK || status == SCILAMA_E_INVALID);
    stop(&a);
    scilama_context_destroy(ctx);
    fixture_free(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("stream");
    TCase *t = tcase_create("stream");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, preprocessing_equals_memory, 0, 8);
    tcase_add_loop_test(t, analyses_equal_memory, 0, 2);
    tcase_add_loop_test(t, training_equals_memory, 0, 6);
    tcase_add_loop_test(t, chunked_order_visits_every_cell_once, 0, 5);
    tcase_add_test(t, rows_are_read_once_an_epoch);
    tcase_add_loop_test(t, failures_of_the_callback_are_transactional, 0, 4);
    tcase_add_test(t, restored_at_any_step);
    tcase_add_loop_test(t, steps_allocate_nothing, 0, 2);
    tcase_add_loop_test(t, bad_rows_are_refused, 0, 9);
    tcase_add_test(t, limits_are_said);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
