/* SPDX-License-Identifier: MIT */
#include "core/rng.h"
#include "core/thread.h"
#include "train/trainer.h"

/* The order of cells in an epoch. By blocks: the training cells in file order are cut into
 * blocks of shuffle_block; the blocks are shuffled; their cells, one block after another,
 * are cut into windows of shuffle_window, and each window is shuffled. Both draw from one
 * sequence of (seed, SLM_STREAM_SHUFFLE, phase, epoch), blocks first, then window by window. */

enum { MEMORY_BLOCK = 512, MEMORY_WINDOW = 16384, BLOCKS_PER_WINDOW = 8 };

static void shuffle_chunked(scilama_trainer *t, slm_rng_seq *s)
{
    const slm_design *d = t->design;
    int64_t block = t->options.shuffle_block, window = t->options.shuffle_window, blocks = slm_tiles(d->n_train, block), at = 0;
    int64_t *order = t->cells; /* free between evaluations */
    for (int64_t b = 0; b < blocks; b++) order[b] = b;
    slm_rng_shuffle(s, order, blocks);
    for (int64_t b = 0; b < blocks; b++) {
        int64_t first = order[b] * block, n = d->n_train - first < block ? d->n_train - first : block;
        memcpy(t->order + at, d->train + first, (size_t)n * sizeof *t->order);
        at += n;
    }
    for (int64_t first = 0; first < d->n_train; first += window)
        slm_rng_shuffle(s, t->order + first, d->n_train - first < window ? d->n_train - first : window);
}

void slm_trainer_shuffle(scilama_trainer *t)
{
    slm_rng_seq s = slm_rng_sequence(t->options.seed, SLM_STREAM_SHUFFLE, (uint32_t)t->now.phase, (uint32_t)t->now.epoch);
    if (t->options.shuffle == SCILAMA_SHUFFLE_CHUNKED) {
        shuffle_chunked(t, &s);
        return;
    }
    memcpy(t->order, t->design->train, (size_t)t->design->n_train * sizeof *t->order);
    if (t->options.shuffle) slm_rng_shuffle(&s, t->order, t->design->n_train);
}

/* Cells whose prepared rows fit into the window; whole mini-batches where that can be. */
static int64_t fitting_window(const slm_design *d, int64_t batch)
{
    int64_t rows, entries;
    double kept, mean = slm_window_mean(d->source, &d->how, &kept);
    slm_window_room(d->source, &d->how, d->window->raw != NULL, &rows, &entries);
    double fit = mean > 0 ? (double)entries / (mean * 1.05) : (double)rows;
    int64_t window = fit < (double)rows ? (int64_t)fit : rows;
    if (window >= d->n_train) return d->n_train;
    return window >= batch ? window / batch * batch : window > 0 ? window : 1;
}

static int64_t suitable_block(const scilama_trainer *t)
{
    const slm_design *d = t->design;
    int64_t most = t->options.shuffle_window / BLOCKS_PER_WINDOW, wanted = d->window ? d->source->lump : MEMORY_BLOCK;
    int64_t block = wanted < most ? wanted : most;
    return block < 1 ? 1 : block;
}

void slm_trainer_plan_shuffle(scilama_trainer *t)
{
    scilama_trainer_options *o = &t->options;
    const slm_design *d = t->design;
    int64_t fitting = d->window ? fitting_window(d, o->batch_size) : 0;
    if (o->shuffle == SCILAMA_SHUFFLE_AUTO) o->shuffle = d->window ? SCILAMA_SHUFFLE_CHUNKED : SCILAMA_SHUFFLE_FULL;
    if (!o->shuffle_window) o->shuffle_window = d->window ? fitting : MEMORY_WINDOW;
    else if (d->window && o->shuffle_window > fitting && fitting < d->n_train)
        slm_log(t->ctx, SCILAMA_LOG_WARNING, "shuffle_window is %" PRId64 " but the memory holds about %" PRId64 " cells: rows will be read more than once in an epoch",
                o->shuffle_window, fitting);
    if (!o->shuffle_block) o->shuffle_block = suitable_block(t);
    if (d->window)
        slm_log(t->ctx, SCILAMA_LOG_INFO, "streamed: shuffle_block %" PRId64 ", shuffle_window %" PRId64 " of %" PRId64 " training cells", o->shuffle_block,
                o->shuffle_window, d->n_train);
}
