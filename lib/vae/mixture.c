/* SPDX-License-Identifier: MIT */
#include "vae/mixture.h"
#include "core/thread.h"
#include <float.h>

enum { ROWS = 16 };

static const double TAKEN = 0.3;     /* of the way */
static const double BEYOND = 1e-3;   /* share of cells of no component */
static const double FAINTEST = -40;  /* ln of parts that are none */

typedef struct mixture_job { slm_mixture m; slm_real *input; int64_t ld; slm_real *head; int64_t latent, rows; } mixture_job;

static const slm_real *value(const slm_net *net, int param) { return net->params.value + net->params.item[param].offset; }

bool slm_mixture_known(const slm_net *net) { return slm_mixture_of(net).count > 0; }

bool slm_mixture_unsought(const slm_net *net) { return net->mixture_shares >= 0 && value(net, net->mixture_shares)[0] == 0; }

/* What is divided by the least spread, and its square, are floats. */
static bool sound(const slm_mixture *m)
{
    double square = m->least * m->least;
    return square > (double)FLT_MIN && square < (double)FLT_MAX && isfinite(m->apart);
}

slm_mixture slm_mixture_of(const slm_net *net)
{
    slm_mixture m = { .axes = net->mixture_axes };
    if (net->mixture_shares < 0) return m;
    m.mean = value(net, net->mixture_centres);
    m.centre = m.mean + net->mixture_axes;
    m.white = value(net, net->mixture_white);
    m.root = value(net, net->mixture_root);
    m.spread = value(net, net->mixture_spread);
    const slm_real *share = value(net, net->mixture_shares);
    while (m.count < SLM_COMPONENTS && share[m.count] > 0) m.count++;
    m.least = INFINITY;
    m.apart = log(BEYOND);
    for (; m.used < m.axes && m.spread[m.used] > 0; m.used++) {
        double s = (double)m.spread[m.used];
        m.least = fmin(m.least, s);
        m.apart -= log(s * (double)m.root[m.used * (m.axes + 1)]);
    }
    if (!sound(&m)) m.count = m.used = 0; /* of a file that was changed, or shares alone were copied */
    return m;
}

static void move(const slm_mixture *m, slm_real *y)
{
    double white[SLM_MIXTURE_AXES], part[SLM_COMPONENTS], expected[SLM_MIXTURE_AXES] = { 0 }, beyond = m->apart, most, sum;
    for (int64_t i = 0; i < m->used; i++) {
        double far = (double)(y[i] - m->mean[i]) / (double)m->spread[i];
        white[i] = 0;
        for (int64_t j = 0; j <= i; j++) white[i] += (double)m->root[i * m->axes + j] * (double)(y[j] - m->mean[j]);
        beyond += (white[i] * white[i] - far * far) / 2;
    }
    most = beyond;
    for (int64_t k = 0; k < m->count; k++) part[k] = (double)m->white[m->axes * SLM_COMPONENTS + k];
    for (int64_t i = 0; i < m->used; i++)
        for (int64_t k = 0; k < m->count; k++) part[k] += white[i] * (double)m->white[i * SLM_COMPONENTS + k];
    for (int64_t k = 0; k < m->count; k++) most = fmax(most, part[k]);
    sum = exp(beyond - most);
    for (int64_t k = 0; k < m->count; k++) {
        if (!(part[k] - most > FAINTEST)) continue;
        double p = exp(part[k] - most);
        sum += p;
        for (int64_t i = 0; i < m->used; i++) expected[i] += p * ((double)m->centre[k * m->axes + i] - (double)(y[i] - m->mean[i]));
    }
    for (int64_t i = 0; i < m->used; i++) y[i] += (slm_real)(TAKEN * expected[i] / sum);
}

static void rows_task(void *arg, int64_t task, int worker)
{
    const mixture_job *j = arg;
    SLM_FOR_TILE (r, task, ROWS, j->rows) move(&j->m, j->input + r * j->ld);
}

void slm_mixture_rows(const slm_pass *pass, const slm_net *net, slm_real *input, int64_t ld, int64_t rows)
{
    mixture_job j = { .m = slm_mixture_of(net), .input = input, .ld = ld, .rows = rows };
    if (j.m.count) slm_parallel(pass->ctx, slm_tiles(rows, ROWS), rows_task, &j);
}

void slm_mixture_means(const slm_pass *pass, const slm_net *net, const slm_real *input, int64_t ld, slm_real *head, int64_t rows)
{
    slm_mixture m = slm_mixture_of(net);
    for (int64_t r = 0; r < rows && m.count; r++)
        for (int64_t i = 0; i < net->latent; i++)
            head[r * 2 * net->latent + i] = i < m.used ? (input[r * ld + i] - m.mean[i]) / (slm_real)m.least : 0;
}
