/* SPDX-License-Identifier: MIT */
/* Steps and checkpoints. A global mini-batch has batch_size lanes; lane j draws from the cells
 * [j n / batch_size, (j + 1) n / batch_size) without replacement, anew in every epoch, by a sequence of
 * (seed, epoch, lane). Part t of T has the lanes [t batch_size / T, (t + 1) batch_size / T), rank r the parts
 * [r T / P, (r + 1) T / P), thus cells next to each other. So the mini-batches, and what is computed of each part, are the
 * same for any number of ranks. */

#include "job.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct head {
    char magic[8];
    int64_t cells, done, state; /* cells of all files; steps done; bytes of the trainer's state */
    int64_t parts;
    double kl_share;
} head;

static const char MAGIC[8] = "slm-mpi2";

/* SplitMix64 (Steele, Lea & Flood, 2014) */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Order of this rank's cells in an epoch: lane behind lane, as numbers within the shard. */
static void shuffle(const job *j, int64_t epoch, int64_t *order)
{
    for (int64_t lane = j->lane_first; lane < j->lane_last; lane++) {
        int64_t from = lane_start(j, lane) - j->shard_first, n = lane_start(j, lane + 1) - j->shard_first - from, *o = order + from;
        uint64_t s = j->training.seed;
        s = draw(&s) ^ (uint64_t)epoch;
        s = draw(&s) ^ (uint64_t)lane;
        for (int64_t i = 0; i < n; i++) o[i] = from + i;
        for (int64_t i = n - 1; i > 0; i--) {
            int64_t k = (int64_t)(draw(&s) % (uint64_t)(i + 1)), kept = o[i];
            o[i] = o[k];
            o[k] = kept;
        }
    }
}

static void check_equal(job *j)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325), least, most;
    for (int64_t p = 0; p < scilama_model_parameters(j->model); p++) {
        scilama_tensor t;
        scilama_tensor_init(&t, sizeof t);
        need(j, scilama_model_parameter(j->model, p, &t, &j->error));
        const unsigned char *b = t.data;
        for (int64_t i = 0; i < t.rows * t.cols * 4; i++) h = (h ^ b[i]) * UINT64_C(0x100000001b3);
    }
    MPI_Allreduce(&h, &least, 1, MPI_UINT64_T, MPI_MIN, MPI_COMM_WORLD);
    MPI_Allreduce(&h, &most, 1, MPI_UINT64_T, MPI_MAX, MPI_COMM_WORLD);
    if (least != most) refuse(j, "the weights of the ranks differ: the machines or their MPI libraries add up differently");
}

/* Rank 0: a temporary, the one before kept, its name; at every moment one of the two is whole. */
static void save(job *j, int64_t done)
{
    check_equal(j);
    if (j->rank) return;
    head h = { .cells = j->cells, .done = done, .state = scilama_trainer_state_size(j->trainer), .parts = j->parts, .kl_share = j->kl_share };
    memcpy(h.magic, MAGIC, sizeof h.magic);
    char *state = get_memory(j, h.state, 1), *temporary = beside(j, j->checkpoint, ".new"), *before = beside(j, j->checkpoint, ".before");
    need(j, scilama_trainer_state_get(j->trainer, state, h.state, &j->error));
    FILE *out = fopen(temporary, "wb");
    bool good = out && fwrite(&h, sizeof h, 1, out) == 1 && fwrite(state, (size_t)h.state, 1, out) == 1 && !fflush(out) && !fsync(fileno(out));
    if (out && fclose(out)) good = false;
    if (good && rename(j->checkpoint, before) && errno != ENOENT) good = false;
    if (!good || rename(temporary, j->checkpoint)) refuse(j, "the checkpoint %s cannot be written: %s", j->checkpoint, strerror(errno));
    free(state), free(temporary), free(before);
}

/* NULL: not there, or cut. */
static char *read_one(job *j, const char *path, head *h)
{
    FILE *in = fopen(path, "rb");
    char *state = NULL;
    if (!in) return NULL;
    if (fread(h, sizeof *h, 1, in) == 1 && !memcmp(h->magic, MAGIC, sizeof h->magic) && h->state > 0 && h->state < INT32_MAX && h->parts > 0 && h->parts < 65536) {
        state = get_memory(j, h->state, 1);
        if (fread(state, (size_t)h->state, 1, in) != 1) free(state), state = NULL;
    }
    fclose(in);
    return state;
}

static char *read_newest(job *j, head *h)
{
    char *before = beside(j, j->checkpoint, ".before"), *state = read_one(j, j->checkpoint, h);
    if (!state && (state = read_one(j, before, h))) fprintf(stderr, "scilama-mpi: %s is not there or damaged: going on from the one before\n", j->checkpoint);
    if (!state) refuse(j, "--resume: there is no checkpoint %s", j->checkpoint);
    if (h->cells != j->cells) refuse(j, "--resume: %s is of %" PRId64 " cells, the files have %" PRId64, j->checkpoint, h->cells, j->cells);
    free(before);
    return state;
}

void read_checkpoint_head(job *j)
{
    head h;
    free(read_newest(j, &h));
    if (j->parts && j->parts != h.parts) refuse(j, "--parts %d: %s has %" PRId64, j->parts, j->checkpoint, h.parts);
    j->parts = (int)h.parts;
    j->kl_share = h.kl_share;
}

static int64_t resume(job *j)
{
    head h = { .done = 0 };
    char *state = j->rank ? NULL : read_newest(j, &h);
    MPI_Bcast(&h, sizeof h, MPI_BYTE, 0, MPI_COMM_WORLD);
    if (j->rank) state = get_memory(j, h.state, 1);
    MPI_Bcast(state, (int)h.state, MPI_BYTE, 0, MPI_COMM_WORLD);
    need(j, scilama_trainer_state_set(j->trainer, state, h.state, &j->error));
    free(state);
    if (!j->rank) printf("going on after step %" PRId64 " on %d ranks\n", h.done, j->ranks);
    return h.done;
}

/* What is exchanged in a step. Rank q adds up numbers [q W / P, (q + 1) W / P) of the gradients of all parts, in their order:
 * so the sum is the same however the parts are dealt to the ranks. */
typedef struct exchange {
    float *send, *receive;                /* [ranks][own parts][numbers of that rank]; [all parts][own numbers]; NULL: the
                                           * gradient as it is; what is sent */
    int *sends, *send_at, *receives, *receive_at, *numbers, *number_at, *parts, *part_at; /* [ranks] counts and places */
    double *loss;                         /* [all parts] */
    int64_t weights;
} exchange;

static int64_t share_start(const job *j, int64_t weights, int rank) { return rank * weights / j->ranks; }

static void plan_exchange(job *j, exchange *x, int64_t weights)
{
    int own = j->part_last - j->part_first, *counts = get_memory(j, 8 * (int64_t)j->ranks, sizeof *counts), **field[] = {
        &x->sends, &x->send_at, &x->receives, &x->receive_at, &x->numbers, &x->number_at, &x->parts, &x->part_at };
    int64_t mine = share_start(j, weights, j->rank + 1) - share_start(j, weights, j->rank);
    if (weights * own > INT32_MAX || mine * j->parts > INT32_MAX) refuse(j, "%" PRId64 " weights in %d parts are too many for %d ranks: use more ranks, or fewer parts", weights, j->parts, j->ranks);
    for (int i = 0; i < 8; i++) *field[i] = counts + (int64_t)i * j->ranks;
    for (int r = 0; r < j->ranks; r++) {
        int64_t from = share_start(j, weights, r), to = share_start(j, weights, r + 1);
        x->numbers[r] = (int)(to - from), x->number_at[r] = (int)from;
        x->parts[r] = rank_start(j, r + 1) - rank_start(j, r), x->part_at[r] = rank_start(j, r);
        x->sends[r] = (int)((to - from) * own), x->send_at[r] = (int)(from * own);
        x->receives[r] = (int)(mine * x->parts[r]), x->receive_at[r] = (int)(mine * x->part_at[r]);
    }
    x->weights = weights;
    if (own > 1) x->send = get_memory(j, weights * own, sizeof *x->send);
    if (j->ranks > 1) x->receive = get_memory(j, mine * j->parts, sizeof *x->receive);
    x->loss = get_memory(j, j->parts, sizeof *x->loss);
}

static void free_exchange(exchange *x)
{
    free(x->send), free(x->receive), free(x->loss), free(x->sends);
}

/* Share of the mini-batch that a part has. */
static double share(const job *j, int part) { return (double)(part_start(j, part + 1) - part_start(j, part)) / (double)j->training.batch_size; }

/* to[n] += weight × from[n], LANES at a time as compilers like it. */
static void add(float *restrict to, const float *restrict from, float weight, int64_t n)
{
    enum { LANES = 16 };
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++) to[i + l] += weight * from[i + l];
    for (; i < n; i++) to[i] += weight * from[i];
}

/* The gradient of all parts into g on every rank; x->loss of all parts. */
static void add_up(job *j, exchange *x, float *g)
{
    enum { BLOCK = 4096 };
    int64_t mine = x->numbers[j->rank];
    float *to = g + x->number_at[j->rank];
    const float *send = x->send ? x->send : g, *from = x->receive ? x->receive : send;
    if (x->receive) MPI_Alltoallv(send, x->sends, x->send_at, MPI_FLOAT, x->receive, x->receives, x->receive_at, MPI_FLOAT, MPI_COMM_WORLD);
    for (int64_t at = 0; at < mine; at += BLOCK) {
        int64_t n = mine - at < BLOCK ? mine - at : BLOCK;
        memset(to + at, 0, (size_t)n * sizeof *to);
        for (int p = 0; p < j->parts; p++) add(to + at, from + p * mine + at, (float)share(j, p), n);
    }
    if (j->ranks == 1) return;
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, g, x->numbers, x->number_at, MPI_FLOAT, MPI_COMM_WORLD);
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, x->loss, x->parts, x->part_at, MPI_DOUBLE, MPI_COMM_WORLD);
}

/* One step of all ranks; cells: of this rank, part behind part; returns the loss of the global mini-batch. */
static double step(job *j, exchange *x, const int64_t *cells, float *g, scilama_step_info *info, double *waited)
{
    int own = j->part_last - j->part_first;
    for (int p = 0; p < own; p++) {
        int64_t first = part_start(j, j->part_first + p), n = part_start(j, j->part_first + p + 1) - first;
        need(j, scilama_trainer_forward_backward_part(j->trainer, j->part_first + p, cells + first - j->lane_first, n, info, &j->error));
        x->loss[j->part_first + p] = info->loss;
        for (int r = 0; r < j->ranks && x->send; r++)
            memcpy(x->send + x->send_at[r] + (int64_t)p * x->numbers[r], g + x->number_at[r], (size_t)x->numbers[r] * sizeof *g);
    }
    double start = MPI_Wtime(), loss = 0;
    if (j->parts > 1) add_up(j, x, g);
    *waited += MPI_Wtime() - start;
    for (int p = 0; p < j->parts; p++) loss += share(j, p) * x->loss[p];
    need(j, scilama_trainer_apply(j->trainer, info, &j->error));
    return loss;
}

void train(job *j)
{
    int64_t own = j->shard_last - j->shard_first, lanes = j->lane_last - j->lane_first, per_epoch = j->cells / j->training.batch_size;
    int64_t *order = get_memory(j, own, sizeof *order), *cells = get_memory(j, lanes, sizeof *cells), done = 0, shuffled = -1, begun;
    scilama_step_info info;
    scilama_step_info_init(&info, sizeof info);
    scilama_tensor gradient;
    scilama_tensor_init(&gradient, sizeof gradient);
    need(j, scilama_trainer_gradients(j->trainer, &gradient, &j->error));
    exchange x = { 0 };
    plan_exchange(j, &x, gradient.rows);
    if (j->resume) done = resume(j);
    FILE *losses = !j->rank && j->losses ? fopen(j->losses, j->resume ? "a" : "w") : NULL;
    if (!j->rank && j->losses && !losses) refuse(j, "%s cannot be written: %s", j->losses, strerror(errno));
    double loss = 0, waited = 0, start = MPI_Wtime();
    for (begun = done; !(info.events & SCILAMA_EVENT_FINISHED);) {
        int64_t epoch = done / per_epoch;
        if (epoch != shuffled) shuffle(j, shuffled = epoch, order);
        for (int64_t i = 0; i < lanes; i++) cells[i] = order[lane_start(j, j->lane_first + i) - j->shard_first + done % per_epoch];
        loss = step(j, &x, cells, gradient.data, &info, &waited);
        done++;
        if (losses) fprintf(losses, "%" PRId64 "\t%d\t%.17g\n", done, (int)info.objective, loss), fflush(losses);
        if (!j->rank && done % 100 == 0) printf("step %" PRId64 "  loss %.4f\n", done, loss), fflush(stdout);
        bool stop = done - begun == j->stop_after;
        if (done % j->every == 0 || stop || info.events & (SCILAMA_EVENT_PHASE_END | SCILAMA_EVENT_FINISHED)) {
            if (!(info.events & SCILAMA_EVENT_FINISHED)) save(j, done);
            else check_equal(j);
        }
        if (stop) break;
    }
    double spent = MPI_Wtime() - start;
    if (!j->rank) printf("%" PRId64 " steps on %d ranks: %.3f ms each, %.3f ms of it in the sums over ranks\n", done - begun, j->ranks,
                         spent * 1e3 / (double)(done - begun), waited * 1e3 / (double)(done - begun));
    if (losses) fclose(losses);
    free_exchange(&x);
    free(order), free(cells);
}
