/* SPDX-License-Identifier: MIT */
/* Exact neighbours against every pair in double precision, by all sets of instructions and for points that are hard on single precision. */

#include "linalg/nearest_scan.h"
#include "scilama/scilama.h"
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct drawn { int64_t n, m, dim, ld, k; bool cosine, own; float *x, *q; int32_t *skip; } drawn;

static uint32_t state;

static double uniform(void)
{
    state = state * 1664525u + 1013904223u;
    return (double)(state >> 8) * 0x1p-24 - 0.5;
}

static float *values(int64_t rows, int64_t ld, double spread, double offset, int groups)
{
    float *v = malloc((size_t)(rows * ld) * sizeof *v);
    for (int64_t i = 0; i < rows; i++) {
        double group = groups ? (double)(i % groups) : 0;
        for (int64_t j = 0; j < ld; j++) v[i * ld + j] = (float)(offset + spread * (uniform() + 3 * sin(group * (double)(j + 1))));
    }
    return v;
}

static drawn draw(int64_t n, int64_t m, int64_t dim, int64_t k, double spread, double offset, int groups)
{
    drawn d = { .n = n, .m = m, .dim = dim, .ld = dim + 3, .k = k };
    state = (uint32_t)(n * 31 + dim);
    d.x = values(n, d.ld, spread, offset, groups);
    d.q = values(m, d.ld, spread, offset, groups);
    d.skip = malloc((size_t)m * sizeof *d.skip);
    for (int64_t i = 0; i < m; i++) d.skip[i] = i % 3 ? (int32_t)(i % n) : -1;
    return d;
}

static void drop(drawn *d)
{
    free(d->x);
    free(d->q);
    free(d->skip);
}

/* The neighbours of one query from all pairs. */
static void all_pairs(const drawn *d, int64_t i, slm_near *near)
{
    const float *q = d->own ? d->x + i * d->ld : d->q + i * d->ld;
    int64_t count = 0;
    for (int64_t j = 0; j < d->n; j++)
        if (j != (d->own ? i : d->skip[i]))
            near[count++] = (slm_near){ slm_distance(d->cosine, d->dim, q, slm_length(q, d->dim), d->x + j * d->ld, slm_length(d->x + j * d->ld, d->dim)), (int32_t)j };
    slm_near_sort(near, count);
}

static void check(const drawn *d, int threads)
{
    scilama_context_options o;
    scilama_context *ctx;
    slm_points p = { d->x, d->n, d->dim, d->ld, d->cosine };
    slm_tree tree;
    int64_t m = d->own ? d->n : d->m;
    int32_t *index = malloc((size_t)(m * d->k) * sizeof *index);
    float *far = malloc((size_t)(m * d->k) * sizeof *far);
    slm_near *near = malloc((size_t)d->n * sizeof *near);
    scilama_context_options_init(&o, sizeof o);
    o.threads = threads;
    ck_assert_int_eq(scilama_context_create(&ctx, &o, NULL), SCILAMA_OK);
    ck_assert_int_eq(slm_tree_build(ctx, &tree, &p, NULL), SCILAMA_OK);
    for (int set = 0; slm_scan_at(set); set++) {
        tree.scan = slm_scan_at(set);
        memset(index, 0xff, (size_t)(m * d->k) * sizeof *index);
        ck_assert_int_eq(slm_tree_search(ctx, &tree, d->own ? NULL : d->q, m, d->ld, d->skip, d->k, index, far, NULL), SCILAMA_OK);
        for (int64_t i = 0; i < m; i++) {
            all_pairs(d, i, near);
            for (int64_t c = 0; c < d->k; c++) {
                ck_assert_msg(index[i * d->k + c] == near[c].index, "set %d: neighbour %d of %d is %d, not %d", set, (int)c, (int)i, index[i * d->k + c], near[c].index);
                double want = d->cosine ? near[c].d : sqrt(near[c].d);
                ck_assert(far[i * d->k + c] == (float)want);
            }
        }
    }
    slm_tree_free(ctx, &tree);
    scilama_context_destroy(ctx);
    free(index);
    free(far);
    free(near);
}

START_TEST(finds_what_all_pairs_find)
{
    static const struct { int64_t n, m, dim, k; double spread, offset; int groups; } cases[] = {
        { 1, 3, 2, 1, 1, 0, 0 }, { 64, 9, 1, 5, 1, 0, 0 }, { 65, 17, 3, 60, 1, 0, 4 }, { 700, 150, 10, 15, 1, 0, 7 }, { 900, 33, 40, 100, 1, 1000, 0 },
        { 500, 40, 130, 7, 1e25, 0, 3 }, { 300, 40, 6, 7, 1e-30, 0, 3 }, { 300, 40, 6, 7, 1e-3, 1e4, 5 }, { 257, 20, 17, 15, 3e38, 0, 0 } };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (int way = 0; way < 4; way++) {
            drawn d = draw(cases[c].n, cases[c].m, cases[c].dim, cases[c].k, cases[c].spread, cases[c].offset, cases[c].groups);
            d.own = way & 1, d.cosine = way & 2;
            for (int64_t i = 0; i < d.m && d.n == 1; i++) d.skip[i] = -1;
            if (!d.own || d.n > d.k) check(&d, 1 + way % 2 * 2);
            drop(&d);
        }
}
END_TEST

/* Twins, points at 0, points on a lattice: ties everywhere, to be broken by number. */
START_TEST(ties_are_broken_by_number)
{
    for (int kind = 0; kind < 3; kind++)
        for (int way = 0; way < 4; way++) {
            drawn d = draw(600, 50, 4, 15, 1, 0, 0);
            for (int64_t i = 0; i < d.n * d.ld; i++) d.x[i] = kind == 0 ? 1 : kind == 1 ? (float)floor(3 * (double)d.x[i]) : i / d.ld % 2 ? 0 : d.x[i];
            for (int64_t i = 0; i < d.m * d.ld; i++) d.q[i] = kind == 0 ? 2 : kind == 1 ? (float)floor(3 * (double)d.q[i]) : i / d.ld % 2 ? 0 : d.q[i];
            d.own = way & 1, d.cosine = way & 2;
            check(&d, 2);
            drop(&d);
        }
}
END_TEST

/* Single precision cannot tell the points apart from there. */
START_TEST(queries_may_be_far_away)
{
    drawn d = draw(400, 60, 5, 15, 1, 0, 3);
    for (int64_t i = 0; i < d.m; i++)
        for (int64_t j = 0; j < d.ld; j++) d.q[i * d.ld + j] = (float)((double)d.q[i * d.ld + j] * pow(10, (double)(i % 37)));
    check(&d, 2);
    drop(&d);
}
END_TEST

/* Some of the points lie far out, and queries among them and beside all of them. */
START_TEST(some_points_may_lie_far_out)
{
    for (int64_t dim = 3; dim < 25; dim += 7)
        for (int way = 0; way < 4; way++) {
            drawn d = draw(3000, 300, dim, 15, 1, 0, 0);
            for (int64_t i = 0; i < d.n; i++)
                for (int64_t j = 0; j < dim; j++)
                    d.x[i * d.ld + j] = (float)((double)d.x[i * d.ld + j] * (i % 700 == 3 ? 1e4 : j > dim / 2 ? 0.1 : 1));
            for (int64_t i = 0; i < d.m; i++)
                for (int64_t j = 0; j < dim; j++)
                    d.q[i * d.ld + j] = (float)((double)d.q[i * d.ld + j] * (i % 9 == 3 ? 1e4 : j == i % dim ? 5 : j > dim / 2 ? 0.1 : 1));
            d.own = way & 1, d.cosine = way & 2;
            check(&d, 2);
            drop(&d);
        }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("nearest");
    TCase *t = tcase_create("nearest");
    tcase_set_timeout(t, 240);
    tcase_add_test(t, finds_what_all_pairs_find);
    tcase_add_test(t, ties_are_broken_by_number);
    tcase_add_test(t, queries_may_be_far_away);
    tcase_add_test(t, some_points_may_lie_far_out);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
