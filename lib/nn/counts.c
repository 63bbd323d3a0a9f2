/* SPDX-License-Identifier: MIT */
#include "nn/counts.h"

/* Stirling's series after shifting x to 10 and above; the C library's lgamma writes a
 * global variable. */

double slm_log_gamma(double x)
{
    double shift = 0;
    if (x < 10) {
        double product = 1;
        for (; x < 10; x++) product *= x;
        shift = log(product);
    }
    double r = 1 / x, r2 = r * r;
    double series = r * (1.0 / 12 - r2 * (1.0 / 360 - r2 * (1.0 / 1260 - r2 * (1.0 / 1680 - r2 * (1.0 / 1188 - r2 * (691.0 / 360360 - r2 / 156))))));
    return (x - 0.5) * log(x) - x + 0.91893853320467274178 + series - shift;
}

double slm_digamma(double x)
{
    double shift = 0;
    for (; x < 10; x++) shift += 1 / x;
    double r2 = 1 / (x * x);
    double series = r2 * (1.0 / 12 - r2 * (1.0 / 120 - r2 * (1.0 / 252 - r2 * (1.0 / 240 - r2 * (1.0 / 132 - r2 * (691.0 / 32760 - r2 / 12))))));
    return log(x) - 0.5 / x - series - shift;
}

void slm_softmax(slm_real *logits, const slm_real *bias, int64_t genes)
{
    double top = -INFINITY, sum = 0;
    for (int64_t g = 0; g < genes; g++) {
        if (bias) logits[g] += bias[g];
        top = (double)logits[g] > top || isnan(logits[g]) ? (double)logits[g] : top;
    }
    for (int64_t g = 0; g < genes; g++) {
        double e = exp((double)logits[g] - top);
        logits[g] = (slm_real)e;
        sum += e;
    }
    for (int64_t g = 0; g < genes; g++) logits[g] = (slm_real)((double)logits[g] / sum);
}

/* −ln p of one count and its derivatives by ln μ and ln θ. */
static double poisson(double x, double log_mu, double mu, double *d_log_mu)
{
    *d_log_mu = mu - x;
    return mu - (x > 0 ? x * log_mu - slm_log_gamma(x + 1) : 0);
}

static double negative_binomial(double x, double log_mu, double mu, double log_theta, double *d_log_mu, double *d_log_theta)
{
    bool beyond = fabs(log_theta) > SLM_LOG_THETA_MAX;
    if (beyond) log_theta = copysign(SLM_LOG_THETA_MAX, log_theta);
    double theta = exp(log_theta), ratio = mu / theta, log1 = log1p(ratio); /* ln((θ + μ) / θ) */
    *d_log_mu = (mu - x) / (1 + ratio);
    double inner = log1 - (mu - x) / (theta + mu), value = theta * log1; /* x = 0: θ ln(1 + μ/θ) */
    if (x > 0) {
        inner -= slm_digamma(x + theta) - slm_digamma(theta);
        value += slm_log_gamma(theta) + slm_log_gamma(x + 1) - slm_log_gamma(x + theta) - x * (log_mu - log_theta - log1);
    }
    *d_log_theta = beyond ? 0 : theta * inner;
    return value;
}

double slm_count_loss(const slm_count_args *a, slm_real *logits)
{
    int64_t n = a->genes;
    double top = -INFINITY, sum = 0, nll = 0, drift = 0;
    for (int64_t g = 0; g < n; g++) {
        logits[g] += a->bias[g];
        double v = (double)logits[g];
        if (v > top || isnan(v)) top = v;
    }
    for (int64_t g = 0; g < n; g++) sum += exp((double)logits[g] - top);
    double log_sum = top + log(sum), log_library = a->library > 0 ? log(a->library) : 0;
    for (int64_t g = 0; g < n; g++) {
        double log_rate = (double)logits[g] - log_sum, rate = exp(log_rate), d_log_mu = 0, d_log_theta = 0;
        if (a->library > 0) {
            double x = (double)a->counts[g], log_mu = log_rate + log_library, mu = rate * a->library;
            nll += a->log_theta ? negative_binomial(x, log_mu, mu, (double)a->log_theta[g], &d_log_mu, &d_log_theta) : poisson(x, log_mu, mu, &d_log_mu);
        }
        drift += d_log_mu;
        logits[g] = (slm_real)(a->coef != 0 ? d_log_mu : rate);
        if (a->theta_sum) a->theta_sum[g] += (slm_real)(a->coef * d_log_theta);
        if (a->coef != 0) a->rate[g] = (slm_real)rate;
    }
    if (a->coef == 0) return nll;
    /* through the softmax: d ln μ_j / d logit_g = [j = g] − rate_g */
    for (int64_t g = 0; g < n; g++) {
        logits[g] = (slm_real)(a->coef * ((double)logits[g] - (double)a->rate[g] * drift));
        if (a->bias_sum) a->bias_sum[g] += logits[g];
    }
    return nll;
}
