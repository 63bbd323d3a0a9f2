/* SPDX-License-Identifier: MIT */
#include "linalg/eigen.h"
#include <float.h>

/* Dense symmetric eigenproblem (Golub & Van Loan, 8.3). The eigenvectors are kept as
 * rows, so that every inner loop runs over contiguous memory. */

double slm_dot4(const double *x, const double *y, int64_t n)
{
    double s[4] = { 0, 0, 0, 0 };
    int64_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (int u = 0; u < 4; u++) s[u] += x[i + u] * y[i + u];
    for (; i < n; i++) s[0] += x[i] * y[i];
    return (s[0] + s[1]) + (s[2] + s[3]);
}

/* A = Q T Q': d the diagonal, e[k] between k and k + 1; the reflectors stay in the rows of a. */
static void tridiagonalise(double *a, double *d, double *e, double *p, int64_t n)
{
    for (int64_t k = 0; k < n; k++) {
        d[k] = a[k * n + k];
        int64_t m = n - k - 1;
        if (m < 1) break;
        double *v = a + k * n + k + 1; /* row k right of the diagonal: column k by symmetry */
        double norm = sqrt(slm_dot4(v, v, m));
        if (m == 1 || norm == 0) {
            e[k] = m == 1 ? v[0] : 0;
            memset(v, 0, (size_t)m * sizeof *v);
            continue;
        }
        double alpha = v[0] > 0 ? -norm : norm;
        e[k] = alpha;
        v[0] -= alpha;
        double scale = 1 / sqrt(slm_dot4(v, v, m) / 2); /* H = I - v v' */
        for (int64_t i = 0; i < m; i++) v[i] *= scale;
        for (int64_t i = 0; i < m; i++) p[i] = slm_dot4(a + (k + 1 + i) * n + k + 1, v, m);
        double half = slm_dot4(p, v, m) / 2;
        for (int64_t i = 0; i < m; i++) p[i] -= half * v[i];
        for (int64_t i = 0; i < m; i++) {
            double *row = a + (k + 1 + i) * n + k + 1, vi = v[i], pi = p[i];
            for (int64_t j = 0; j < m; j++) row[j] -= vi * p[j] + pi * v[j];
        }
    }
}

/* Rows of q become the columns of Q. */
static void accumulate(const double *a, double *q, int64_t n)
{
    memset(q, 0, (size_t)(n * n) * sizeof *q);
    for (int64_t i = 0; i < n; i++) q[i * n + i] = 1;
    for (int64_t k = n - 3; k >= 0; k--) {
        const double *v = a + k * n + k + 1;
        int64_t m = n - k - 1;
        for (int64_t i = k + 1; i < n; i++) {
            double *row = q + i * n + k + 1, s = slm_dot4(row, v, m);
            for (int64_t j = 0; j < m; j++) row[j] -= s * v[j];
        }
    }
}

/* One implicit QL sweep of the unreduced block lo .. hi with a Wilkinson shift. */
static void sweep(double *d, double *e, double *q, int64_t lo, int64_t hi, int64_t n)
{
    double g = (d[lo + 1] - d[lo]) / (2 * e[lo]), r = hypot(g, 1), s = 1, c = 1, p = 0;
    g = d[hi] - d[lo] + e[lo] / (g + copysign(r, g));
    for (int64_t i = hi - 1; i >= lo; i--) {
        double f = s * e[i], b = c * e[i];
        r = hypot(f, g);
        e[i + 1] = r;
        if (r == 0) { /* a rotation split the block */
            d[i + 1] -= p;
            e[hi] = 0;
            return;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        double t = (d[i] - g) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = g + p;
        g = c * t - b;
        double *x = q + i * n, *y = x + n;
        for (int64_t j = 0; j < n; j++) {
            double u = y[j], v = x[j];
            y[j] = s * v + c * u;
            x[j] = c * v - s * u;
        }
    }
    d[lo] -= p;
    e[lo] = g;
    e[hi] = 0;
}

static void ascending(double *d, double *q, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t least = i;
        for (int64_t j = i + 1; j < n; j++)
            if (d[j] < d[least]) least = j;
        if (least == i) continue;
        double t = d[i];
        d[i] = d[least];
        d[least] = t;
        for (int64_t j = 0; j < n; j++) {
            t = q[i * n + j];
            q[i * n + j] = q[least * n + j];
            q[least * n + j] = t;
        }
    }
}

void slm_eigh(double *a, double *vectors, double *values, double *work, int64_t n)
{
    double *e = work;
    memset(work, 0, (size_t)(2 * n) * sizeof *work);
    tridiagonalise(a, values, e, work + n, n);
    accumulate(a, vectors, n);
    if (n > 0) e[n - 1] = 0;
    for (int64_t lo = 0; lo < n; lo++)
        for (int round = 0; round < 200; round++) {
            int64_t hi = lo;
            while (hi + 1 < n && fabs(e[hi]) > DBL_EPSILON * (fabs(values[hi]) + fabs(values[hi + 1])) + DBL_MIN) hi++;
            if (hi == lo) break;
            sweep(values, e, vectors, lo, hi, n);
        }
    ascending(values, vectors, n);
}

scilama_status slm_eigh_largest(scilama_context *ctx, double *a, int64_t n, int64_t want, double *values, double *vectors, scilama_error *error)
{
    double *all = slm_alloc_array(ctx, n, (size_t)n * sizeof *all);
    double *theta = slm_alloc_array(ctx, n, sizeof *theta), *work = slm_alloc_array(ctx, n, 2 * sizeof *work);
    scilama_status status = all && theta && work ? SCILAMA_OK : slm_fail_nomem(error);
    if (!status) slm_eigh(a, all, theta, work, n);
    for (int64_t c = 0; c < want && !status; c++) {
        values[c] = theta[n - 1 - c];
        memcpy(vectors + c * n, all + (n - 1 - c) * n, (size_t)n * sizeof *vectors);
    }
    slm_free_all(ctx, all, theta, work);
    return status;
}
