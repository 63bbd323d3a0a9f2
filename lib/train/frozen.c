/* SPDX-License-Identifier: MIT */
#include "core/thread.h"
#include "linalg/tile.h"
#include "train/trainer.h"
#include <string.h>

/* In the gene phase the cell VAE rests: its first layer's product is the same for a cell
 * whenever it comes, in training and validation (dropout acts behind it), so it is kept.
 * What is kept has the bits of what would be computed anew, so that the results do not
 * depend on it; a row's bits do not depend on its company with our own products alone. */

enum { KEPT_MAX = 64 << 20, CHUNK = 32768 };

static const slm_param *weight(const scilama_trainer *t)
{
    const slm_net *net = &t->model->net;
    return &net->params.item[net->cell_encoder.mlp.block[0].linear.weight];
}

void slm_trainer_reserve_frozen(scilama_trainer *t, slm_arena *arena)
{
    int64_t width = t->model->net.h1, cells = t->design->cells;
    bool gene = false;
    for (int i = 0; i < t->phases; i++) gene |= t->objective[i] == SCILAMA_OBJECTIVE_GENE;
    if (!gene || !slm_tile_set_get() || cells > KEPT_MAX / (width * (int64_t)sizeof(slm_real))) return;
    t->first.rows = slm_arena_take(arena, cells * width, sizeof(slm_real));
    t->first.known = slm_arena_take(arena, cells, 1);
    t->first_digest = slm_arena_take(arena, slm_tiles(weight(t)->count, CHUNK), sizeof *t->first_digest);
}

typedef struct digest_job { scilama_trainer *t; const slm_kernels *kernels; atomic_int changed; } digest_job;

static void digest_task(void *arg, int64_t task, int worker)
{
    digest_job *j = arg;
    const slm_param *w = weight(j->t);
    int64_t first = task * CHUNK, n = w->count - first < CHUNK ? w->count - first : CHUNK;
    uint64_t digest = j->kernels->digest(j->t->model->net.params.value + w->offset + first, n);
    if (digest == j->t->first_digest[task]) return;
    j->t->first_digest[task] = digest;
    atomic_store_explicit(&j->changed, 1, memory_order_relaxed);
}

/* The caller may have set other weights since the last step: then nothing is known. */
void slm_trainer_load_frozen(scilama_trainer *t, const int64_t *cells)
{
    slm_mlp_state *state = &t->ws.cell_encoder.mlp;
    state->first = NULL;
    if (!t->first.rows || t->now.objective != SCILAMA_OBJECTIVE_GENE) return;
    digest_job j = { .t = t, .kernels = slm_kernels_get() };
    slm_parallel(t->ctx, slm_tiles(weight(t)->count, CHUNK), digest_task, &j);
    if (j.changed) memset(t->first.known, 0, (size_t)t->design->cells);
    t->first.place = cells;
    state->first = &t->first;
}
