/* SPDX-License-Identifier: MIT */
/* First layers over rows that are a base and few entries; a part of kernels_body.h.
 * UNITS units of the layer at a time: their weights are turned round in scratch, so that
 * an entry meets them side by side. Every sum runs in the order of the rows' entries. */

enum { UNITS = SLM_SPARSE_UNITS };

static void sparse_rows(const slm_sparse *to, const slm_real *x, int64_t ld, int64_t row0, int64_t row1)
{
    int64_t n = to->columns;
    for (int64_t r = row0; r < row1; r++) {
        int32_t *restrict index = to->index + r * n;
        slm_real *restrict delta = to->delta + r * n;
        const slm_real *restrict row = x + r * ld, *restrict base = to->base;
        int64_t count = 0;
        for (int64_t i = 0; i < n; i++) {
            index[count] = (int32_t)i;
            delta[count] = row[i] - base[i];
            count += row[i] != base[i];
        }
        to->count[r] = count;
    }
}

#if defined(__GNUC__) && !defined(SLM_REAL_F64)
typedef float quad __attribute__((vector_size(16)));
typedef float loose_quad __attribute__((vector_size(16), aligned(4), may_alias));
#if defined(__clang__)
#define MIX(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
typedef int mask4 __attribute__((vector_size(16)));
#define MIX(a, b, i, j, k, l) __builtin_shuffle(a, b, (mask4){ i, j, k, l })
#endif
/* Four rows by four columns, added to what is there when `add`. */
static inline void turn4(const float *from, int64_t ld_from, float *to, int64_t ld_to, bool add)
{
    quad r0 = *(const loose_quad *)from, r1 = *(const loose_quad *)(from + ld_from);
    quad r2 = *(const loose_quad *)(from + 2 * ld_from), r3 = *(const loose_quad *)(from + 3 * ld_from);
    quad a = MIX(r0, r1, 0, 4, 1, 5), c = MIX(r2, r3, 0, 4, 1, 5), d = MIX(r0, r1, 2, 6, 3, 7), e = MIX(r2, r3, 2, 6, 3, 7);
    quad out[4] = { MIX(a, c, 0, 1, 4, 5), MIX(a, c, 2, 3, 6, 7), MIX(d, e, 0, 1, 4, 5), MIX(d, e, 2, 3, 6, 7) };
    for (int i = 0; i < 4; i++) {
        loose_quad *at = (loose_quad *)(to + i * ld_to);
        if (add) out[i] += *at;
        *at = out[i];
    }
}
#define TURN_STEP 4
#else
static inline void turn4(const slm_real *from, int64_t ld_from, slm_real *to, int64_t ld_to, bool add)
{
    *to = add ? *to + *from : *from;
}
#define TURN_STEP 1
#endif

/* from [rows × cols] → to [cols × rows] */
static void turn(const slm_real *from, int64_t ld_from, int64_t rows, int64_t cols, slm_real *to, int64_t ld_to, bool add)
{
    int64_t r = 0;
    for (; r + TURN_STEP <= rows; r += TURN_STEP) {
        int64_t c = 0;
        for (; c + TURN_STEP <= cols; c += TURN_STEP) turn4(from + r * ld_from + c, ld_from, to + c * ld_to + r, ld_to, add);
        for (; c < cols; c++)
            for (int64_t i = r; i < r + TURN_STEP; i++) to[c * ld_to + i] = (add ? to[c * ld_to + i] : 0) + from[i * ld_from + c];
    }
    for (; r < rows; r++)
        for (int64_t c = 0; c < cols; c++) to[c * ld_to + r] = (add ? to[c * ld_to + r] : 0) + from[r * ld_from + c];
}

/* First entry of a row that is in column `column` or behind it. */
static int64_t entry_at(const slm_sparse *x, int64_t row, int64_t column)
{
    const int32_t *index = x->index + row * x->columns;
    SLM_BISECT(first, i, x->count[row], index[i] < column);
    return first;
}

/* Compilers keep these in registers; loops over an array of UNITS they do not. */
#if defined(__GNUC__)
typedef slm_real eight __attribute__((vector_size(8 * sizeof(slm_real)), aligned(sizeof(slm_real)), may_alias));

/* acc += Σ_i delta[i] w[index[i] − column] */
static inline void add_entries(const int32_t *index, int64_t column, const slm_real *delta, int64_t count, const slm_real *w, slm_real *acc)
{
    eight *to = (eight *)acc, a0 = to[0], a1 = to[1], a2 = to[2], a3 = to[3];
    for (int64_t i = 0; i < count; i++) {
        const eight *from = (const eight *)(w + (index[i] - column) * UNITS);
        slm_real d = delta[i];
        a0 += d * from[0], a1 += d * from[1], a2 += d * from[2], a3 += d * from[3];
    }
    to[0] = a0, to[1] = a1, to[2] = a2, to[3] = a3;
}

/* w[index[i] − column] += delta[i] g */
static inline void deal_entries(const int32_t *index, int64_t column, const slm_real *delta, int64_t count, slm_real *w, const slm_real *g)
{
    const eight *from = (const eight *)g, g0 = from[0], g1 = from[1], g2 = from[2], g3 = from[3];
    for (int64_t i = 0; i < count; i++) {
        eight *to = (eight *)(w + (index[i] - column) * UNITS);
        slm_real d = delta[i];
        to[0] += d * g0, to[1] += d * g1, to[2] += d * g2, to[3] += d * g3;
    }
}
_Static_assert(UNITS == 32, "four parts of eight");
#else
static inline void add_entries(const int32_t *index, int64_t column, const slm_real *delta, int64_t count, const slm_real *w, slm_real *acc)
{
    for (int64_t i = 0; i < count; i++)
        for (int u = 0; u < UNITS; u++) acc[u] += delta[i] * w[(index[i] - column) * UNITS + u];
}

static inline void deal_entries(const int32_t *index, int64_t column, const slm_real *delta, int64_t count, slm_real *w, const slm_real *g)
{
    for (int64_t i = 0; i < count; i++)
        for (int u = 0; u < UNITS; u++) w[(index[i] - column) * UNITS + u] += delta[i] * g[u];
}
#endif

static void sparse_forward(const slm_sparse_args *a, int64_t unit0, slm_real *restrict scratch)
{
    const slm_sparse *x = a->x;
    int64_t units = a->out - unit0 < UNITS ? a->out - unit0 : UNITS;
    for (int64_t c0 = 0; c0 < x->columns || c0 == 0; c0 += SLM_SPARSE_COLUMNS) {
        int64_t cols = x->columns - c0 < SLM_SPARSE_COLUMNS ? x->columns - c0 : SLM_SPARSE_COLUMNS;
        if (units < UNITS) memset(scratch, 0, (size_t)(cols * UNITS) * sizeof *scratch);
        turn(a->weight + unit0 * x->columns + c0, x->columns, units, cols, scratch, UNITS, false);
        slm_real common[UNITS] = { 0 };
        for (int64_t c = 0; c < cols; c++) {
            const int32_t here = (int32_t)c;
            add_entries(&here, 0, &x->base[c0 + c], 1, scratch, common);
        }
        for (int64_t r = 0; r < a->rows; r++) {
            const int32_t *index = x->index + r * x->columns;
            const slm_real *delta = x->delta + r * x->columns;
            int64_t first = c0 ? entry_at(x, r, c0) : 0, last = c0 + cols < x->columns ? entry_at(x, r, c0 + cols) : x->count[r];
            slm_real acc[UNITS];
            for (int u = 0; u < UNITS; u++) acc[u] = common[u];
            add_entries(index + first, c0, delta + first, last - first, scratch, acc);
            slm_real *y = a->y + r * a->out + unit0;
            if (c0)
                for (int64_t u = 0; u < units; u++) y[u] += acc[u];
            else
                for (int64_t u = 0; u < units; u++) y[u] = acc[u];
        }
    }
}

static void sparse_backward(const slm_sparse_args *a, int64_t unit0, slm_real *restrict scratch)
{
    const slm_sparse *x = a->x;
    int64_t units = a->out - unit0 < UNITS ? a->out - unit0 : UNITS;
    slm_real total[UNITS] = { 0 };
    for (int64_t r = 0; r < a->rows; r++)
        for (int64_t u = 0; u < units; u++) total[u] += a->y[r * a->out + unit0 + u];
    for (int64_t c0 = 0; c0 < x->columns; c0 += SLM_SPARSE_COLUMNS) {
        int64_t cols = x->columns - c0 < SLM_SPARSE_COLUMNS ? x->columns - c0 : SLM_SPARSE_COLUMNS;
        for (int64_t c = 0; c < cols; c++)
            for (int u = 0; u < UNITS; u++) scratch[c * UNITS + u] = x->base[c0 + c] * total[u];
        for (int64_t r = 0; r < a->rows; r++) {
            const int32_t *index = x->index + r * x->columns;
            const slm_real *delta = x->delta + r * x->columns;
            int64_t first = c0 ? entry_at(x, r, c0) : 0, last = c0 + cols < x->columns ? entry_at(x, r, c0 + cols) : x->count[r];
            slm_real g[UNITS] = { 0 };
            for (int64_t u = 0; u < units; u++) g[u] = a->y[r * a->out + unit0 + u];
            deal_entries(index + first, c0, delta + first, last - first, scratch, g);
        }
        turn(scratch, UNITS, cols, units, a->weight + unit0 * x->columns + c0, x->columns, a->accumulate);
    }
}
