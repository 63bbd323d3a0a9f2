/* SPDX-License-Identifier: MIT */
#include "train/trainer.h"

/* State of a trainer as bytes of this machine: header, progress, KL per unit, weights,
 * moments, best weights where they are kept, and what the prior's mean is made of. Another problem's state is refused by the digest. */

typedef struct header {
    char magic[8];
    uint32_t format, real_size;
    uint64_t digest;  /* of options, shapes and training cells */
    int64_t total, trainable;
} header;

static const char MAGIC[8] = { 's', 'c', 'i', 'l', 'a', 'm', 'a', 'T' };

static uint64_t digest(const scilama_trainer *t)
{
    const slm_net *net = &t->model->net;
    uint64_t h = slm_hash(SLM_HASH_START, &t->options, sizeof t->options);
    h = slm_hash(h, &net->options, sizeof net->options);
    int64_t shape[] = { net->genes, net->latent, net->covariates, net->modalities, t->design->n_train, t->design->n_validation };
    h = slm_hash(h, shape, sizeof shape);
    h = slm_hash(h, net->width, sizeof net->width);
    h = slm_hash(h, t->design->validation, (size_t)t->design->n_validation * sizeof *t->design->validation);
    return slm_hash(h, t->design->train, (size_t)t->design->n_train * sizeof *t->design->train);
}

static header make_header(const scilama_trainer *t)
{
    header h;
    memset(&h, 0, sizeof h);
    memcpy(h.magic, MAGIC, sizeof h.magic);
    h.format = 5; /* 1 had no KL per unit, 2 moments of every parameter, 3 no scale of the KL weight, 4 no step that waits for its validation */
    h.real_size = sizeof(slm_real);
    h.digest = digest(t);
    h.total = t->model->net.params.total;
    h.trainable = t->model->net.params.trainable;
    return h;
}

typedef struct piece { void *data; size_t size; } piece;
enum { PIECES = 8 };

/* What stands behind header and progress, in order. */
static void list_pieces(const scilama_trainer *t, piece list[PIECES])
{
    const slm_params *p = &t->model->net.params;
    size_t units = (size_t)t->model->net.latent * sizeof *t->kl_s, moments = (size_t)t->moments * sizeof *t->m;
    size_t part = (size_t)(t->prior.rank * t->model->net.h1) * sizeof *t->m;
    const piece all[PIECES] = { { t->kl_s, units }, { t->kl_f, units }, { p->value, (size_t)p->total * sizeof *p->value },
                                { t->m, moments }, { t->v, moments },
                                { t->best, t->best ? moments + (size_t)(p->total - p->trainable) * sizeof *t->best : 0 },
                                { t->prior.part[0], part }, { t->prior.part[1], part } };
    memcpy(list, all, sizeof all);
}

int64_t slm_trainer_state_size(const scilama_trainer *t)
{
    piece list[PIECES];
    list_pieces(t, list);
    size_t size = sizeof(header) + sizeof(slm_progress) + sizeof(uint64_t);
    for (int i = 0; i < PIECES; i++) size += list[i].size;
    return (int64_t)size;
}

static char *put(char *at, const void *data, size_t size)
{
    if (size) memcpy(at, data, size);
    return at + size;
}

scilama_status slm_trainer_state_get(const scilama_trainer *t, void *buffer, int64_t size, scilama_error *error)
{
    if (size < slm_trainer_state_size(t))
        return slm_fail(error, SCILAMA_E_INVALID, "the buffer holds %lld bytes: the state needs %lld", (long long)size, (long long)slm_trainer_state_size(t));
    if (t->pending) return slm_fail(error, SCILAMA_E_STATE, "gradients are pending: call scilama_trainer_apply first");
    piece list[PIECES];
    list_pieces(t, list);
    header h = make_header(t);
    slm_progress now = t->now;
    now.model_steps = t->model->steps;
    char *at = put(buffer, &h, sizeof h);
    at = put(at, &now, sizeof now);
    for (int i = 0; i < PIECES; i++) at = put(at, list[i].data, list[i].size);
    uint64_t check = slm_hash(SLM_HASH_START, buffer, (size_t)(at - (char *)buffer));
    put(at, &check, sizeof check);
    return SCILAMA_OK;
}

/* Counters that the trainer indexes by; the bytes may come from anywhere. */
static bool plausible(const scilama_trainer *t, const slm_progress *now)
{
    return now->phase >= 0 && now->phase < t->phases && now->objective == t->objective[now->phase] && now->epoch >= 0 && now->step >= 0 &&
           now->updates >= 0 && now->updates <= now->step && now->cursor >= 0 && now->cursor <= slm_trainer_steps_per_epoch(t);
}

scilama_status slm_trainer_state_set(scilama_trainer *t, const void *buffer, int64_t size, scilama_error *error)
{
    header h;
    if (size < (int64_t)sizeof h || memcmp(buffer, MAGIC, sizeof MAGIC) != 0)
        return slm_fail(error, SCILAMA_E_FORMAT, "this is not a trainer state");
    memcpy(&h, buffer, sizeof h);
    header own = make_header(t);
    if (h.format != own.format || h.real_size != own.real_size)
        return slm_fail(error, SCILAMA_E_UNSUPPORTED, "the trainer state has format %u: this version reads format %u", h.format, own.format);
    if (memcmp(&h, &own, sizeof h) != 0)
        return slm_fail(error, SCILAMA_E_INVALID, "the trainer state belongs to another model, other data or other options");
    uint64_t check;
    int64_t needed = slm_trainer_state_size(t);
    if (size >= needed) memcpy(&check, (const char *)buffer + needed - 8, sizeof check);
    if (size < needed || check != slm_hash(SLM_HASH_START, buffer, (size_t)needed - 8))
        return slm_fail(error, SCILAMA_E_FORMAT, "the trainer state is cut or damaged");
    const char *at = (const char *)buffer + sizeof h;
    slm_progress now;
    memcpy(&now, at, sizeof now);
    if (!plausible(t, &now)) return slm_fail(error, SCILAMA_E_FORMAT, "the trainer state is damaged");
    t->now = now;
    at += sizeof now;
    piece list[PIECES];
    list_pieces(t, list);
    for (int i = 0; i < PIECES; at += list[i++].size)
        if (list[i].size) memcpy(list[i].data, at, list[i].size);
    t->model->steps = t->now.model_steps;
    t->pending = 0;
    slm_trainer_select(t);
    slm_trainer_shuffle(t);
    memset(t->grad, 0, (size_t)t->model->net.params.trainable * sizeof *t->grad);
    slm_pass pass = slm_model_pass(t->model, &t->ws);
    slm_prior_expand(&pass, &t->model->net, &t->prior);
    return SCILAMA_OK;
}
