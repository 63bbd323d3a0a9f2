/* SPDX-License-Identifier: MIT */
#include "linalg/transport.h"
#include "linalg/eigen.h"

static const double LEAST = 1e-3;

int64_t slm_transport_work(int64_t n) { return 5 * n * n + 3 * n; }

static void multiply(const double *a, const double *b, double *c, int64_t n)
{
    memset(c, 0, (size_t)(n * n) * sizeof *c);
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < n; k++)
            for (int64_t j = 0; j < n; j++) c[i * n + j] += a[i * n + k] * b[k * n + j];
}

/* Σ_e λ_e^power v_e v_eᵀ; row e of vectors belongs to λ_e. */
static void raise(const double *values, const double *vectors, double power, double *out, int64_t n)
{
    memset(out, 0, (size_t)(n * n) * sizeof *out);
    for (int64_t e = 0; e < n; e++) {
        const double *v = vectors + e * n;
        double times = pow(values[e], power);
        for (int64_t i = 0; i < n; i++)
            for (int64_t j = 0; j < n; j++) out[i * n + j] += times * v[i] * v[j];
    }
}

void slm_transport(const double *from, const double *to, double *map, double *work, int64_t n)
{
    double *a = work, *vectors = a + n * n, *root = vectors + n * n, *inverse = root + n * n, *product = inverse + n * n;
    double *values = product + n * n, *scratch = values + n, mean = 0;
    memcpy(a, from, (size_t)(n * n) * sizeof *a);
    for (int64_t i = 0; i < n; i++) mean += from[i * n + i] / (double)n;
    slm_eigh(a, vectors, values, scratch, n);
    for (int64_t e = 0; e < n; e++) values[e] = fmax(values[e], fmax(LEAST * mean, 1e-300));
    raise(values, vectors, 0.5, root, n);
    raise(values, vectors, -0.5, inverse, n);
    multiply(root, to, product, n);
    multiply(product, root, a, n);
    slm_eigh(a, vectors, values, scratch, n);
    for (int64_t e = 0; e < n; e++) values[e] = fmax(values[e], 0);
    raise(values, vectors, 0.5, product, n);
    multiply(inverse, product, a, n);
    multiply(a, inverse, map, n);
}
