/* SPDX-License-Identifier: MIT */
/* The prior on the layers with a weight per gene, the axes that the cell encoder reads, genes that no table knows, and the KL weight: what the data decide. Its
 * gradient is in test_gradient.c, its state in test_restore.c. */

#include "core/rng.h"
#include "scilama/scilama.h"
#include "train/signal.h"
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 300, GENES = 200, WIDTH = 12, FACTORS = 4 };

typedef struct planted {
    scilama_context *ctx;
    scilama_dataset *data;
    scilama_model *model;
    scilama_trainer *trainer;
} planted;

typedef enum vectors { TRUE_VECTORS, SHUFFLED_VECTORS, NO_VECTORS } vectors;

static void must(scilama_status status, const scilama_error *error) { ck_assert_msg(status == SCILAMA_OK, "%s", error->message); }

/* Expression = factors of cells × loadings that are linear in the vectors of genes, plus noise; `signal` scales the former. */
static void plant(double signal, vectors which, float *x, float *table)
{
    slm_rng_seq rng = slm_rng_sequence(7, SLM_STREAM_SIMULATE, 0, 0);
    double map[WIDTH * FACTORS];
    for (int i = 0; i < GENES * WIDTH; i++) table[i] = (float)slm_rng_normal(&rng);
    for (int i = 0; i < WIDTH * FACTORS; i++) map[i] = slm_rng_normal(&rng) / sqrt(WIDTH);
    for (int c = 0; c < CELLS; c++) {
        double factor[FACTORS];
        for (int f = 0; f < FACTORS; f++) factor[f] = slm_rng_normal(&rng) * signal;
        for (int g = 0; g < GENES; g++) {
            double value = slm_rng_normal(&rng);
            for (int f = 0; f < FACTORS; f++)
                for (int w = 0; w < WIDTH; w++) value += factor[f] * (double)table[g * WIDTH + w] * map[w * FACTORS + f];
            x[c * GENES + g] = (float)value;
        }
    }
    for (int g = GENES - 1; which == SHUFFLED_VECTORS && g > 0; g--) {
        int64_t other = slm_rng_below(&rng, g + 1);
        for (int w = 0; w < WIDTH; w++) {
            float kept = table[g * WIDTH + w];
            table[g * WIDTH + w] = table[other * WIDTH + w];
            table[other * WIDTH + w] = kept;
        }
    }
}

/* known: the first so many genes have a vector. */
static planted planted_make(double signal, vectors which, int known, const scilama_trainer_options *options)
{
    planted p = { 0 };
    scilama_error error = { 0 };
    float *x = malloc(sizeof *x * CELLS * GENES), *table = malloc(sizeof *table * GENES * WIDTH);
    char text[GENES][16];
    const char *names[GENES];
    for (int g = 0; g < GENES; g++) {
        snprintf(text[g], sizeof text[g], "g%03d", g);
        names[g] = text[g];
    }
    plant(signal, which, x, table);
    must(scilama_context_create(&p.ctx, NULL, &error), &error);
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.rows = CELLS, m.cols = GENES, m.values = x;
    must(scilama_dataset_create(&p.data, p.ctx, &m, NULL, names, &error), &error);
    must(scilama_dataset_split_random(p.data, 0.9, 0.1, 0, NULL, &error), &error);
    if (which != NO_VECTORS) {
        scilama_gene_table *t = NULL;
        must(scilama_gene_table_create(&t, p.ctx, names, table, known, WIDTH, 0, &error), &error);
        must(scilama_dataset_add_gene_table(p.data, "text", t, NULL, NULL, &error), &error);
        scilama_gene_table_destroy(t);
    }
    scilama_model_options o;
    scilama_model_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED);
    memset(o.hidden, 0, sizeof o.hidden);
    o.hidden[0] = 24, o.hidden[1] = 16;
    o.latent = 6;
    must(scilama_model_create(&p.model, p.data, &o, &error), &error);
    must(scilama_trainer_create(&p.trainer, p.model, p.data, options, &error), &error);
    free(x);
    free(table);
    return p;
}

static void planted_free(planted *p)
{
    scilama_trainer_destroy(p->trainer);
    scilama_model_destroy(p->model);
    scilama_dataset_destroy(p->data);
    scilama_context_destroy(p->ctx);
}

static scilama_trainer_options recommended(void)
{
    scilama_trainer_options o;
    scilama_trainer_options_init(&o, sizeof o, SCILAMA_PRESET_RECOMMENDED);
    o.mode = SCILAMA_MODE_BETA_VAE;
    return o;
}

/* Runs to the end; returns the bits of all events. */
static int32_t run(planted *p, int64_t *steps)
{
    scilama_error error = { 0 };
    scilama_step_info info;
    scilama_step_info_init(&info, sizeof info);
    int32_t events = 0;
    for (*steps = 0; !(info.events & SCILAMA_EVENT_FINISHED); ++*steps) {
        must(scilama_trainer_step(p->trainer, &info, &error), &error);
        events |= info.events;
    }
    return events;
}

START_TEST(vectors_are_weighed_by_what_they_explain)
{
    scilama_trainer_options o = recommended();
    planted good = planted_make(1, TRUE_VECTORS, GENES, &o), shuffled = planted_make(1, SHUFFLED_VECTORS, GENES, &o);
    ck_assert_double_gt(good.trainer->prior.explained, 0.5);
    ck_assert_double_lt(shuffled.trainer->prior.explained, 0.1);
    planted_free(&good);
    planted_free(&shuffled);
    planted none = planted_make(1, NO_VECTORS, GENES, &o);
    ck_assert_int_eq(none.trainer->prior.rank, 0);
    planted_free(&none);
}
END_TEST

static double head_norm(const planted *p)
{
    const slm_net *net = &p->model->net;
    const slm_param *item = &net->params.item[net->axes_scale >= 0 ? net->cell_decoder.axes.weight : net->cell_decoder.head.weight];
    double sum = 0;
    for (int64_t i = 0; i < item->count; i++) sum += (double)net->params.value[item->offset + i] * (double)net->params.value[item->offset + i];
    return sum;
}

START_TEST(prior_shrinks_the_head)
{
    double norm[2];
    for (int i = 0; i < 2; i++) {
        scilama_trainer_options o = recommended();
        o.prior_strength = i ? 5000 : 0;
        planted p = planted_make(1, NO_VECTORS, GENES, &o);
        int64_t steps;
        run(&p, &steps);
        norm[i] = head_norm(&p);
        planted_free(&p);
    }
    ck_assert_double_lt(norm[1], 0.5 * norm[0]);
}
END_TEST

START_TEST(genes_without_a_vector_stay)
{
    scilama_error error = { 0 };
    scilama_trainer_options o = recommended();
    o.mode = SCILAMA_MODE_CELL_GENE;
    enum { KNOWN = 120, LATENT = 6 };
    planted p = planted_make(1, TRUE_VECTORS, KNOWN, &o);
    ck_assert_int_eq(p.model->net.genes, GENES);
    ck_assert_int_eq(p.model->n_paired, KNOWN);
    int64_t steps;
    run(&p, &steps);
    float mu[GENES * LATENT];
    must(scilama_model_encode_genes(p.model, mu, NULL, LATENT, &error), &error);
    double spread = 0; /* of those that were placed: not all in one spot */
    for (int g = KNOWN; g < GENES; g++)
        for (int l = 0; l < LATENT; l++) {
            ck_assert(isfinite(mu[g * LATENT + l]));
            spread += fabs((double)mu[g * LATENT + l] - (double)mu[KNOWN * LATENT + l]);
        }
    ck_assert_double_gt(spread, 1e-3);
    /* and are there again after a file */
    char path[] = "/tmp/scilama_prior_XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    scilama_model *again = NULL;
    must(scilama_model_save(p.model, path, &error), &error);
    must(scilama_model_load(&again, p.ctx, path, &error), &error);
    remove(path);
    ck_assert_int_eq(again->n_paired, KNOWN);
    ck_assert_mem_eq(again->paired, p.model->paired, sizeof *again->paired * KNOWN);
    float mu2[GENES * LATENT];
    must(scilama_model_encode_genes(again, mu2, NULL, LATENT, &error), &error);
    ck_assert_mem_eq(mu, mu2, sizeof mu);
    scilama_model_destroy(again);
    planted_free(&p);
}
END_TEST

START_TEST(shallow_data_bear_less)
{
    scilama_trainer_options o = recommended();
    planted strong = planted_make(4, NO_VECTORS, GENES, &o), weak = planted_make(0.3, NO_VECTORS, GENES, &o);
    ck_assert_double_gt(strong.trainer->kl_share, 0.8);
    ck_assert_double_lt(weak.trainer->kl_share, 0.5);
    planted_free(&strong);
    planted_free(&weak);
    o.kl_by_signal = 0;
    weak = planted_make(0.3, NO_VECTORS, GENES, &o);
    ck_assert_double_eq(weak.trainer->kl_share, 1);
    planted_free(&weak);
}
END_TEST

START_TEST(collapse_is_repaired)
{
    int64_t steps, active[2];
    for (int repair = 0; repair < 2; repair++) {
        scilama_trainer_options o = recommended();
        o.kl_by_signal = 0;
        o.kl_end = 1000;
        o.kl_rate = 1000;
        o.max_steps = 2000;
        o.kl_repair = repair;
        planted p = planted_make(1, NO_VECTORS, GENES, &o);
        ck_assert_int_eq((run(&p, &steps) & SCILAMA_EVENT_COLLAPSED) != 0, repair);
        active[repair] = p.trainer->now.active_units;
        planted_free(&p);
    }
    ck_assert_int_eq(active[0], 0);
    ck_assert_int_ge(active[1], 1);
}
END_TEST

START_TEST(steps_follow_the_cells)
{
    scilama_trainer_options o = recommended();
    planted p = planted_make(1, NO_VECTORS, GENES, &o);
    int64_t steps;
    run(&p, &steps);
    ck_assert_int_eq(steps, p.trainer->now.step);
    ck_assert_int_eq(slm_schedule_steps(p.trainer), steps);
    slm_design many = *p.trainer->design, *few = p.trainer->design;
    many.n_train = 1000000;
    p.trainer->design = &many;
    ck_assert_int_gt(slm_schedule_steps(p.trainer), 10 * steps);
    p.trainer->design = few;
    planted_free(&p);
}
END_TEST

/* Mean squared length of the first FACTORS rows of V within the span of the planted loadings. */
static double within_truth(const planted *p)
{
    const slm_net *net = &p->model->net;
    const slm_real *v = net->params.value + net->params.item[net->axis].offset;
    slm_rng_seq rng = slm_rng_sequence(7, SLM_STREAM_SIMULATE, 0, 0);
    static double table[GENES * WIDTH], map[WIDTH * FACTORS], load[FACTORS][GENES];
    for (int i = 0; i < GENES * WIDTH; i++) table[i] = (double)(float)slm_rng_normal(&rng);
    for (int i = 0; i < WIDTH * FACTORS; i++) map[i] = slm_rng_normal(&rng) / sqrt(WIDTH);
    double total = 0;
    for (int f = 0; f < FACTORS; f++) {
        double squares = 0;
        for (int g = 0; g < GENES; g++) {
            load[f][g] = 0;
            for (int w = 0; w < WIDTH; w++) load[f][g] += table[g * WIDTH + w] * map[w * FACTORS + f];
        }
        for (int k = 0; k < f; k++) {
            double dot = 0;
            for (int g = 0; g < GENES; g++) dot += load[f][g] * load[k][g];
            for (int g = 0; g < GENES; g++) load[f][g] -= dot * load[k][g];
        }
        for (int g = 0; g < GENES; g++) squares += load[f][g] * load[f][g];
        for (int g = 0; g < GENES; g++) load[f][g] /= sqrt(squares);
    }
    for (int k = 0; k < FACTORS; k++)
        for (int f = 0; f < FACTORS; f++) {
            double dot = 0;
            for (int g = 0; g < GENES; g++) dot += (double)v[k * GENES + g] * load[f][g];
            total += dot * dot / FACTORS;
        }
    return total;
}

START_TEST(axes_are_told_by_cells_and_vectors)
{
    scilama_trainer_options o = recommended();
    double found[3];
    for (int which = TRUE_VECTORS; which <= NO_VECTORS; which++) {
        planted p = planted_make(0.15, (vectors)which, GENES, &o);
        const slm_net *net = &p.model->net;
        const slm_real *v = net->params.value + net->params.item[net->axis].offset;
        found[which] = within_truth(&p);
        for (int64_t a = 0; a < net->axes; a++)
            for (int64_t b = 0; b <= a; b++) {
                double dot = 0;
                for (int g = 0; g < GENES; g++) dot += (double)v[a * GENES + g] * (double)v[b * GENES + g];
                if (a == b || which == NO_VECTORS) ck_assert_double_eq_tol(dot, a == b, 1e-4);
            }
        planted_free(&p);
    }
    /* cells alone tell most of it, vectors that know add to that, others change next to nothing */
    ck_assert_double_gt(found[NO_VECTORS], 0.5);
    ck_assert_double_gt(found[TRUE_VECTORS], found[NO_VECTORS] + 0.05);
    ck_assert_double_eq_tol(found[SHUFFLED_VECTORS], found[NO_VECTORS], 0.02);
}
END_TEST

/* They are the model's: a file keeps them, and a later trainer finds them set. */
START_TEST(axes_stay)
{
    scilama_trainer_options o = recommended();
    scilama_error error = { 0 };
    planted p = planted_make(1, NO_VECTORS, GENES, &o);
    int64_t steps, size, latent = p.model->net.latent;
    run(&p, &steps);
    const slm_param *item = &p.model->net.params.item[p.model->net.axis];
    float *mu = malloc(sizeof *mu * CELLS * (size_t)latent), *again = malloc(sizeof *again * CELLS * (size_t)latent);
    slm_real *axes = malloc(sizeof *axes * (size_t)item->count);
    memcpy(axes, p.model->net.params.value + item->offset, sizeof *axes * (size_t)item->count);
    must(scilama_model_encode_cells(p.model, p.data, mu, NULL, 0, &error), &error);
    void *bytes = NULL;
    must(scilama_model_save_memory(p.model, &bytes, &size, &error), &error);
    scilama_model *loaded = NULL;
    must(scilama_model_load_memory(&loaded, p.ctx, bytes, size, &error), &error);
    must(scilama_model_encode_cells(loaded, p.data, again, NULL, 0, &error), &error);
    ck_assert_mem_eq(mu, again, sizeof *mu * CELLS * (size_t)latent);
    /* half of the cells would show other axes */
    int32_t split[CELLS];
    for (int i = 0; i < CELLS; i++) split[i] = i % 2 ? SCILAMA_SPLIT_TRAIN : SCILAMA_SPLIT_VALIDATION;
    must(scilama_dataset_set_split(p.data, split, &error), &error);
    scilama_trainer *later = NULL;
    must(scilama_trainer_create(&later, loaded, p.data, &o, &error), &error);
    ck_assert_mem_eq(axes, loaded->net.params.value + item->offset, sizeof *axes * (size_t)item->count);
    scilama_trainer_destroy(later);
    scilama_model_destroy(loaded);
    scilama_bytes_destroy(p.ctx, bytes);
    free(axes);
    free(mu);
    free(again);
    planted_free(&p);
}
END_TEST

/* Covariates that tell every cell apart explain all of them: axes are left all the same. */
START_TEST(a_batch_per_cell_leaves_axes)
{
    scilama_trainer_options o = recommended();
    scilama_error error = { 0 };
    planted p = planted_make(1, NO_VECTORS, GENES, &o);
    char text[CELLS][16];
    const char *names[CELLS];
    int32_t codes[CELLS];
    for (int i = 0; i < CELLS; i++) {
        snprintf(text[i], sizeof text[i], "c%03d", i);
        names[i] = text[i];
        codes[i] = i;
    }
    must(scilama_dataset_set_codes(p.data, "cell", codes, names, CELLS, &error), &error);
    must(scilama_dataset_use_covariate(p.data, "cell", SCILAMA_COVARIATE_CATEGORICAL, &error), &error);
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    scilama_model_options shape;
    scilama_model_options_init(&shape, sizeof shape, SCILAMA_PRESET_RECOMMENDED);
    must(scilama_model_create(&model, p.data, &shape, &error), &error);
    must(scilama_trainer_create(&trainer, model, p.data, &o, &error), &error);
    ck_assert_double_gt(within_truth(&(planted){ .model = model }), 0.5);
    scilama_trainer_destroy(trainer);
    scilama_model_destroy(model);
    planted_free(&p);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("prior");
    TCase *tc = tcase_create("prior");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, vectors_are_weighed_by_what_they_explain);
    tcase_add_test(tc, prior_shrinks_the_head);
    tcase_add_test(tc, genes_without_a_vector_stay);
    tcase_add_test(tc, shallow_data_bear_less);
    tcase_add_test(tc, collapse_is_repaired);
    tcase_add_test(tc, steps_follow_the_cells);
    tcase_add_test(tc, axes_are_told_by_cells_and_vectors);
    tcase_add_test(tc, axes_stay);
    tcase_add_test(tc, a_batch_per_cell_leaves_axes);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
