/* SPDX-License-Identifier: MIT */
#ifndef SLM_THREAD_H
#define SLM_THREAD_H

/* Worker pool. Work is cut by shape, never by thread count, so results do not
 * depend on it. Workers never call the host (no allocation, no log). */

#include "core/core.h"

#define SLM_MAX_THREADS 256

/* task: 0 .. tasks-1; worker: 0 .. threads-1, unique among those running at once. */
typedef void (*slm_task_fn)(void *arg, int64_t task, int worker);

scilama_status slm_pool_create(scilama_context *ctx, scilama_error *error);
void slm_pool_destroy(scilama_context *ctx);

/* Runs fn for every task and returns when all are done. Nested calls, and calls
 * while another handle has the pool, run on the calling thread alone. */
void slm_parallel(const scilama_context *ctx, int64_t tasks, slm_task_fn fn, void *arg);

/* slm_parallel() in slices, for work of seconds: between them the host is told that stage has got from `from` towards
 * `to`, and cancellation ends the work. False when cancelled. */
bool slm_parallel_told(const scilama_context *ctx, int64_t tasks, slm_task_fn fn, void *arg, const char *stage, double from, double to);

/* Number of tiles of `tile` items that cover `items`. */
static inline int64_t slm_tiles(int64_t items, int64_t tile) { return items / tile + (items % tile != 0); }
static inline int64_t slm_tile_end(int64_t task, int64_t tile, int64_t items) { return (task + 1) * tile < items ? (task + 1) * tile : items; }
/* for (i …) over the items of one task */
#define SLM_FOR_TILE(i, task, tile, items) for (int64_t i = (task) * (tile), end_of_##i = slm_tile_end(task, tile, items); i < end_of_##i; i++)

int slm_processors(void); /* available to this process, at least 1 */

#endif
