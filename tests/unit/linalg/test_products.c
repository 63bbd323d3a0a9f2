/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "core/thread.h"
#include "linalg/gemm.h"
#include "linalg/tile.h"
#include "scilama/scilama.h"
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static slm_real *filled(int64_t n, uint32_t seed)
{
    slm_real *v;
    if (posix_memalign((void **)&v, 64, (size_t)(n + 16) * sizeof *v)) abort();
    for (int64_t i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        v[i] = (slm_real)((double)(seed >> 8) * 0x1p-24 - 0.5);
    }
    return v;
}

/* Largest error of c against a sum in double, relative to the length of the sum. */
static double error_of(const slm_gemm *g, const slm_real *before)
{
    double worst = 0;
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < g->n; j++) {
            double s = 0;
            for (int64_t p = 0; p < g->k; p++)
                s += (double)(g->ta ? g->a[p * g->lda + i] : g->a[i * g->lda + p]) * (double)(g->tb ? g->b[j * g->ldb + p] : g->b[p * g->ldb + j]);
            double want = (double)g->alpha * s + (g->beta != 0 ? (double)g->beta * (double)before[i * g->ldc + j] : 0);
            double e = fabs((double)g->c[i * g->ldc + j] - want) / sqrt((double)g->k + 1);
            if (!(e <= worst)) worst = e;
        }
    return worst;
}

typedef struct shape { int64_t m, n, k; } shape;

static const shape shapes[] = { { 1, 1, 1 }, { 2, 17, 5 }, { 3, 16, 8 }, { 5, 33, 31 }, { 6, 15, 12 }, { 7, 64, 384 }, { 8, 50, 385 },
                                { 9, 31, 800 }, { 10, 129, 3 }, { 11, 100, 40 }, { 12, 48, 16 }, { 13, 20, 769 }, { 128, 90, 70 },
                                { 251, 140, 30 }, { 520, 530, 9 }, { 40, 1, 60 } };

/* Everything around C, and C itself when beta is 0, holds NaN: it must be left alone, or not be read. */
static void check_shape(const scilama_context *ctx, const slm_gemm_space *space, const shape *s, bool ta, bool tb, slm_real alpha, slm_real beta)
{
    slm_gemm g = { .m = s->m, .n = s->n, .k = s->k, .ta = ta, .tb = tb, .alpha = alpha, .beta = beta,
                   .lda = (ta ? s->m : s->k) + 3, .ldb = (tb ? s->k : s->n) + 5, .ldc = s->n + 2 };
    slm_real *a = filled((ta ? s->k : s->m) * g.lda, 1), *b = filled((tb ? s->n : s->k) * g.ldb, 2), *c = filled(s->m * g.ldc, 3);
    slm_real *before = filled(s->m * g.ldc, 3);
    g.a = a, g.b = b, g.c = c;
    for (int64_t i = 0; i < s->m * g.ldc; i++)
        if (i % g.ldc >= s->n || beta == 0) c[i] = NAN;
    slm_gemm_group(ctx, space, &g, 1);
    ck_assert_msg(error_of(&g, before) < (sizeof(slm_real) == 4 ? 1e-6 : 2e-15), "%dx%dx%d ta %d tb %d beta %g", (int)s->m, (int)s->n, (int)s->k, ta, tb, (double)beta);
    for (int64_t i = 0; i < s->m * g.ldc; i++) if (isnan(c[i]) != (i % g.ldc >= s->n)) ck_abort_msg("C at %d", (int)i);
    free(a);
    free(b);
    free(c);
    free(before);
}

START_TEST(products_agree_with_sums_in_double)
{
    scilama_context *ctx;
    ck_assert_int_eq(scilama_context_create(&ctx, NULL, NULL), SCILAMA_OK);
    slm_gemm_space space = { filled(slm_gemm_scratch(1, true) + 1, 4), NULL, 0, false };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int way = 0; way < 4; way++) {
            check_shape(ctx, &space, &shapes[i], way & 1, way & 2, 1, 0);
            check_shape(ctx, &space, &shapes[i], way & 1, way & 2, (slm_real)0.5, 1);
        }
    free(space.own);
    scilama_context_destroy(ctx);
}
END_TEST

START_TEST(tile_sets_agree_with_sums_in_double)
{
    const slm_tile_set *set;
    for (int index = 0; (set = slm_tile_set_at(index)); index++) {
        slm_real *scratch = filled(SLM_TILE_SCRATCH, 4), *a = filled(256 * 900, 1), *b = filled(900 * 70, 2), *c = filled(256 * 70, 3);
        for (int64_t m = 1; m <= 256; m += m < 20 ? 1 : 59)
            for (int way = 0; way < 4; way++) {
                slm_gemm g = { m, 70, m % 2 ? 900 : 20, way & 1, way & 2, 1, 0, a, b, way & 1 ? m : m % 2 ? 900 : 20, way & 2 ? (m % 2 ? 900 : 20) : 70, 70, c };
                slm_tile t = { .product = g, .scratch = scratch, .blocks = (g.k + SLM_TILE_KC - 1) / SLM_TILE_KC };
                set->run(&t);
                double e = error_of(&g, c);
                ck_assert_msg(e < (sizeof(slm_real) == 4 ? 1e-6 : 2e-15), "%s m %d way %d: %g", set->name, (int)m, way, e);
            }
        free(scratch);
        free(a);
        free(b);
        free(c);
    }
}
END_TEST

/* Every form against sums in double of the rounded operands; rounding by its definition. */
START_TEST(bf16_sets_agree_with_sums_in_double)
{
    static const float given[] = { 1.0f, 1.00390625f, 1.01171875f, 1.003906369f, -1.00390625f, 3.4e38f, 0 };
    static const float want[] = { 1.0f, 1.0f, 1.015625f, 1.0078125f, -1.0f, INFINITY, 0 };
    for (int i = 0; i < 7; i++) ck_assert_msg((float)slm_bf16(given[i]) == want[i], "%d", i);
    ck_assert(isnan((float)slm_bf16(NAN)));
    const slm_tile_set *set;
    for (int index = 0; (set = slm_tile_set_bf16_at(index)); index++) {
        slm_real *scratch = filled(SLM_TILE_SCRATCH, 4), *a = filled(256 * 901, 1), *b = filled(901 * 70, 2), *c = filled(256 * 70, 3);
        slm_real *ra = filled(256 * 901, 1), *rb = filled(901 * 70, 2);
        for (int64_t i = 0; i < 256 * 901; i++) ra[i] = slm_bf16(ra[i]);
        for (int64_t i = 0; i < 901 * 70; i++) rb[i] = slm_bf16(rb[i]);
        for (int64_t m = 1; m <= 256; m += m < 20 ? 1 : 59)
            for (int way = 0; way < 4; way++) {
                int64_t k = m % 2 ? 901 : 20, n = m % 3 ? 70 : 52; /* columns at the edge: fewer and more than a vector */
                slm_gemm g = { m, n, k, way & 1, way & 2, 1, 0, a, b, way & 1 ? m : k, way & 2 ? k : n, n, c };
                slm_tile t = { .product = g, .scratch = scratch, .blocks = (k + SLM_TILE_KC - 1) / SLM_TILE_KC };
                set->run(&t);
                g.a = ra;
                g.b = rb;
                double e = error_of(&g, c);
                ck_assert_msg(e < 1e-6, "%s m %d way %d: %g", set->name, (int)m, way, e);
            }
        free(scratch), free(a), free(b), free(c), free(ra), free(rb);
    }
}
END_TEST

/* The same products on 1 to 4 threads, in other groups, and with no room for shared operands,
 * with room for a part of them (several rounds) and for all. */
static void check_bits(bool ta, bool tb, bool bf16)
{
    enum { M = 700, N = 540, K = 1300 };
    static const int64_t room[] = { 0, 1 << 20, 3 << 20, 16 << 20 };
    slm_real *a = filled(M * K, 1), *b = filled(K * N, 2), *c = filled(M * N, 3), *first = NULL;
    for (int round = 0; round < 8; round++) {
        int threads = 1 + round / 2;
        scilama_context_options o;
        scilama_context *ctx;
        scilama_context_options_init(&o, sizeof o);
        o.threads = threads;
        ck_assert_int_eq(scilama_context_create(&ctx, &o, NULL), SCILAMA_OK);
        slm_real *other = filled(128 * 128, 5);
        slm_gemm_space space = { filled(slm_gemm_scratch(threads, true) + 1, 4), NULL, room[(round + 1) % 4], bf16 };
        if (space.shared_bytes) space.shared = (char *)filled(space.shared_bytes / (int64_t)sizeof(slm_real), 6);
        slm_gemm g[2] = { { 128, 128, 100, false, true, 1, 0, a, b, 600, 600, 128, other },
                          { M, N, K, ta, tb, 1, 0, a, b, ta ? M : K, tb ? K : N, N, c } };
        memset(c, 0xff, M * N * sizeof *c);
        slm_gemm_group(ctx, &space, threads % 2 ? g + 1 : g, threads % 2 ? 1 : 2);
        if (!first) {
            first = filled(M * N, 0);
            memcpy(first, c, M * N * sizeof *c);
        }
        ck_assert_msg(!memcmp(first, c, M * N * sizeof *c), "round %d", round);
        free(space.own);
        free(space.shared);
        free(other);
        scilama_context_destroy(ctx);
    }
    free(a);
    free(b);
    free(c);
    free(first);
}

START_TEST(threads_groups_and_sharing_do_not_change_bits)
{
    for (int way = 0; way < 8; way++) check_bits(way & 1, way & 2, way & 4);
}
END_TEST

/* An array that ends where a page does, before one that nothing may touch. */
static float *at_the_end(size_t count, void **pages, size_t *bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), size = (count * sizeof(float) + page - 1) / page * page;
    char *p = mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert(p != MAP_FAILED && mprotect(p + size, page, PROT_NONE) == 0);
    *pages = p;
    *bytes = size + page;
    float *x = (float *)(void *)(p + size) - count;
    for (size_t i = 0; i < count; i++) x[i] = (float)(i % 7);
    return x;
}

/* A Bᵀ of operands of any depth reads nothing behind them (of AVX2's kernels valgrind tells more). */
START_TEST(products_stay_within_their_operands)
{
    enum { M = 25, DEPTH = 41 };
    scilama_context *ctx; /* starts BLIS */
    ck_assert_int_eq(scilama_context_create(&ctx, NULL, NULL), SCILAMA_OK);
    for (int m = 1; m <= M; m += 3)
        for (int n = 1; n <= M; n += 4)
            for (int k = 1; k <= DEPTH; k++) {
                void *pages[3];
                size_t bytes[3];
                float *a = at_the_end((size_t)(m * k), &pages[0], &bytes[0]), *b = at_the_end((size_t)(n * k), &pages[1], &bytes[1]);
                float *c = at_the_end((size_t)(m * n), &pages[2], &bytes[2]);
                slm_sgemm_serial(false, true, m, n, k, 1, a, k, b, k, 0, c, n);
                double sum = 0;
                for (int i = 0; i < k; i++) sum += (double)a[(m - 1) * k + i] * (double)b[(n - 1) * k + i];
                ck_assert_double_eq_tol((double)c[m * n - 1], sum, 1e-3);
                for (int i = 0; i < 3; i++) munmap(pages[i], bytes[i]);
            }
    scilama_context_destroy(ctx);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("products");
    TCase *t = tcase_create("products");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, products_agree_with_sums_in_double);
    tcase_add_test(t, tile_sets_agree_with_sums_in_double);
    tcase_add_test(t, bf16_sets_agree_with_sums_in_double);
    tcase_add_test(t, threads_groups_and_sharing_do_not_change_bits);
    suite_add_tcase(s, t);
    t = tcase_create("within"); /* CK_RUN_CASE=within under valgrind, where AVX2's kernels run */
    tcase_set_timeout(t, 60);
    tcase_add_test(t, products_stay_within_their_operands);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
