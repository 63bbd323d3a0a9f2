/* SPDX-License-Identifier: MIT */
/* A run that is saved at a random step, killed, and continued by another process ends
 * with the same bits as one that was left alone. */

#include "problem.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POINTS = 50 };

static problem_spec spec_of(int point)
{
    static const int32_t modes[] = { SCILAMA_MODE_BETA_VAE, SCILAMA_MODE_DIRECT, SCILAMA_MODE_STEPWISE, SCILAMA_MODE_GENE, SCILAMA_MODE_CELL_GENE };
    problem_spec s = problem_default();
    s.trainer.mode = modes[point % 5];
    s.trainer.epochs = 12;
    s.trainer.patience = point % 3 ? 0 : 3;
    s.trainer.seed = (uint64_t)point;
    s.trainer.best_from_start = point % 2;
    s.trainer.max_steps = point % 7 == 3 ? 23 : 0;
    s.trainer.validation_sampling = point % 4 == 1;
    s.trainer.weight_decay = point % 2 ? 0.05 : 0;
    s.modalities = point % 4; /* 0: transposed */
    s.trainer.prior_strength = point % 3 ? 4 : 0;
    s.trainer.prior_vectors = s.trainer.kl_repair = 1;
    s.trainer.kl_by_signal = point % 2;
    s.model.batch_norm = point / 2 % 2;
    s.model.fusion = point / 4 % 3;
    s.trainer.gene_batch = point % 6 == 4 ? 5 : 0;
    s.model.likelihood = point % 6 == 2 ? 1 + point / 6 % 2 : SCILAMA_LIKELIHOOD_GAUSSIAN;
    if (s.model.likelihood != SCILAMA_LIKELIHOOD_GAUSSIAN) s.pattern = PATTERN_COUNTS;
    return s;
}

typedef struct outcome { uint64_t hash; int64_t steps; double best; } outcome;

static outcome finish(problem *p)
{
    problem_run(p, INT64_MAX);
    return (outcome){ problem_hash(p), p->model->steps, p->trainer->now.best_loss };
}

/* γ leaves its schedule on the way, which must be remembered as well. */
static void run_to(problem *p, int64_t from, int64_t to)
{
    scilama_error error;
    for (int64_t i = from; i < to; i++) {
        if (i == 2) ck_assert_int_eq(scilama_trainer_set_rates(p->trainer, NAN, NAN, 0.2, &error), SCILAMA_OK);
        problem_run(p, 1);
    }
}

/* Runs body in a child; its outcome through a pipe. */
typedef outcome (*body_fn)(int point, int64_t step, const char *path);

static int in_child(body_fn body, int point, int64_t step, const char *path, outcome *out)
{
    int fd[2], status;
    ck_assert_int_eq(pipe(fd), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(fd[0]);
        outcome o = body(point, step, path);
        _exit(write(fd[1], &o, sizeof o) == sizeof o ? 0 : 2);
    }
    close(fd[1]);
    ssize_t got = read(fd[0], out, sizeof *out);
    close(fd[0]);
    waitpid(pid, &status, 0);
    if (WIFEXITED(status)) ck_assert_int_eq(got, sizeof *out);
    return status;
}

static outcome uninterrupted(int point, int64_t step, const char *path)
{
    problem_spec s = spec_of(point);
    problem p = problem_make(&s);
    run_to(&p, 0, 4);
    outcome o = finish(&p);
    problem_free(&p);
    return o;
}

static outcome saved_and_killed(int point, int64_t step, const char *path)
{
    problem_spec s = spec_of(point);
    problem p = problem_make(&s);
    scilama_error error;
    run_to(&p, 0, step);
    int64_t size = scilama_trainer_state_size(p.trainer);
    char *bytes = malloc((size_t)size);
    ck_assert_int_eq(scilama_trainer_state_get(p.trainer, bytes, size, &error), SCILAMA_OK);
    FILE *f = fopen(path, "wb");
    ck_assert(f && fwrite(bytes, 1, (size_t)size, f) == (size_t)size && fclose(f) == 0);
    problem_run(&p, 3); /* what is lost */
    kill(getpid(), SIGKILL);
    return (outcome){ 0 };
}

static outcome continued(int point, int64_t step, const char *path)
{
    problem_spec s = spec_of(point);
    s.threads = 1 + point % 3;
    problem p = problem_make(&s);
    scilama_error error = { 0 };
    int64_t size = scilama_trainer_state_size(p.trainer);
    char *bytes = malloc((size_t)size);
    FILE *f = fopen(path, "rb");
    ck_assert(f && fread(bytes, 1, (size_t)size, f) == (size_t)size && fclose(f) == 0);
    if (point % 2) problem_run(&p, 5); /* a trainer that was elsewhere */
    ck_assert_msg(scilama_trainer_state_set(p.trainer, bytes, size, &error) == SCILAMA_OK, "%s", error.message);
    free(bytes);
    run_to(&p, step, 4);
    outcome o = finish(&p);
    problem_free(&p);
    return o;
}

START_TEST(killed_and_continued)
{
    char path[] = "/tmp/scilama_restore_XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    slm_rng_seq rng = slm_rng_sequence(11, SLM_STREAM_SIMULATE, 3, 0);
    for (int point = 0; point < POINTS; point++) {
        outcome whole, lost, rest;
        ck_assert_int_eq(in_child(uninterrupted, point, 0, path, &whole), 0);
        ck_assert_int_gt(whole.steps, 4);
        int64_t step = slm_rng_below(&rng, whole.steps);
        int status = in_child(saved_and_killed, point, step, path, &lost);
        ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        ck_assert_int_eq(in_child(continued, point, step, path, &rest), 0);
        ck_assert_msg(rest.hash == whole.hash && rest.steps == whole.steps && memcmp(&rest.best, &whole.best, sizeof rest.best) == 0,
                      "point %d: saved at step %lld of %lld, ends with other weights", point, (long long)step, (long long)whole.steps);
    }
    remove(path);
}
END_TEST

START_TEST(states_that_are_refused)
{
    problem_spec s = spec_of(1);
    problem p = problem_make(&s);
    scilama_error error = { 0 };
    problem_run(&p, 5);
    int64_t size = scilama_trainer_state_size(p.trainer);
    char *good = malloc((size_t)size), *bad = malloc((size_t)size);
    ck_assert_int_eq(scilama_trainer_state_get(p.trainer, good, size - 1, &error), SCILAMA_E_INVALID);
    ck_assert_int_eq(scilama_trainer_state_get(p.trainer, good, size, &error), SCILAMA_OK);
    uint64_t before = problem_hash(&p);
    slm_rng_seq rng = slm_rng_sequence(12, SLM_STREAM_SIMULATE, 3, 0);
    for (int i = 0; i < 300; i++) {
        memcpy(bad, good, (size_t)size);
        bad[slm_rng_below(&rng, i < 150 ? 200 : size)] ^= (char)(1 + slm_rng_below(&rng, 255));
        ck_assert_int_lt(scilama_trainer_state_set(p.trainer, bad, size, &error), 0);
        ck_assert_int_lt(scilama_trainer_state_set(p.trainer, good, slm_rng_below(&rng, size), &error), 0);
        ck_assert(problem_hash(&p) == before);
    }
    /* counters that point nowhere, with a checksum that fits */
    for (size_t at = 40; at < 40 + sizeof(slm_progress); at += 4) {
        memcpy(bad, good, (size_t)size);
        memset(bad + at, 0x7f, 4);
        uint64_t check = slm_hash(SLM_HASH_START, bad, (size_t)size - 8);
        memcpy(bad + size - 8, &check, 8);
        if (scilama_trainer_state_set(p.trainer, bad, size, &error) == SCILAMA_OK)
            for (int i = 0; i < 2; i++) (void)scilama_trainer_step(p.trainer, NULL, &error);
    }
    /* another problem's */
    ck_assert_int_eq(scilama_trainer_state_set(p.trainer, good, size, &error), SCILAMA_OK);
    problem_free(&p);
    s.trainer.lr = 2e-3;
    p = problem_make(&s);
    ck_assert_int_eq(scilama_trainer_state_set(p.trainer, good, size, &error), SCILAMA_E_INVALID);
    problem_free(&p);
    free(good);
    free(bad);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("restore");
    TCase *tc = tcase_create("state");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, killed_and_continued);
    tcase_add_test(tc, states_that_are_refused);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
