/* SPDX-License-Identifier: MIT */
#include "core/sort.h"
#include "core/rng.h"
#include "data/dataset.h"
#include <stdlib.h>

/* Training, validation and test. A drawn split belongs to names, not to places: each cell gets a number keyed by the seed
 * and its name, and within each stratum the lowest are taken, so that the order of cells in a file changes nothing. */

scilama_status slm_dataset_set_split(scilama_dataset *d, const int32_t *split, scilama_error *error)
{
    for (int64_t i = 0; i < d->cells; i++)
        if (split[i] < SCILAMA_SPLIT_TRAIN || split[i] > SCILAMA_SPLIT_EXCLUDED)
            return slm_fail(error, SCILAMA_E_INVALID, "the split of cell '%s' is %d: it must be 0 to 3", SLM_CELL(d, i), split[i]);
    SLM_SCOPE(work, d->ctx);
    int8_t *chosen = slm_scope_array(&work, d->cells, sizeof *chosen), *used = slm_scope_array(&work, d->cells, sizeof *used);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < d->cells; i++) chosen[i] = used[i] = (int8_t)split[i];
    slm_dataset_stale(d);
    slm_free_all(d->ctx, d->chosen_split, d->split);
    d->chosen_split = slm_scope_keep(&work, chosen);
    d->split = slm_scope_keep(&work, used);
    return SCILAMA_OK;
}

static bool same_word(const char *text, const char *word)
{
    for (; *text && *word; text++, word++) {
        char c = *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text;
        if (c != *word) return false;
    }
    return *text == *word;
}

static int32_t split_of(const char *text)
{
    static const struct { const char *word; int32_t split; } words[] = {
        { "train", SCILAMA_SPLIT_TRAIN }, { "training", SCILAMA_SPLIT_TRAIN }, { "val", SCILAMA_SPLIT_VALIDATION },
        { "valid", SCILAMA_SPLIT_VALIDATION }, { "validation", SCILAMA_SPLIT_VALIDATION },
        { "test", SCILAMA_SPLIT_TEST }, { "excluded", SCILAMA_SPLIT_EXCLUDED }
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (same_word(text, words[i].word)) return words[i].split;
    return -1;
}

static scilama_status categorical(slm_scope *work, const scilama_dataset *d, const char *name, slm_column *out, scilama_error *error)
{
    const slm_column *column = slm_dataset_column(d, name);
    if (!column) return slm_dataset_no_column(d, name, " to split by", error);
    if (column->kind != SCILAMA_COLUMN_CATEGORICAL)
        return slm_fail(error, SCILAMA_E_INVALID, "column '%s' is numeric: a split needs a categorical one", name);
    return slm_column_hold(work, d, column, out, error);
}

scilama_status slm_dataset_split_by(scilama_dataset *d, const char *name, scilama_error *error)
{
    slm_column column;
    SLM_SCOPE(work, d->ctx);
    SLM_TRY(categorical(&work, d, name, &column, error));
    int32_t *split = slm_scope_array(&work, d->cells, sizeof *split);
    if (work.failed) return slm_fail_nomem(error);
    for (int64_t i = 0; i < d->cells; i++) {
        const char *text = column.codes[i] < 0 ? NULL : slm_string(&column.categories, column.codes[i]);
        split[i] = text ? split_of(text) : -1;
        if (split[i] < 0)
            return slm_fail(error, SCILAMA_E_INVALID, "column '%s' is %s%s%s in cell '%s': it must be train, validation, test or excluded", name,
                            text ? "'" : "", text ? text : "missing", text ? "'" : "", SLM_CELL(d, i));
    }
    return slm_dataset_set_split(d, split, error);
}

/* A cell's place in the draw: stratum, then a random number keyed by seed and name. */
typedef struct ticket { int64_t stratum; uint64_t key; const char *name; int64_t cell; } ticket;

static inline int by_ticket(const ticket *x, const ticket *y)
{
    if (x->stratum != y->stratum) return x->stratum < y->stratum ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    int named = strcmp(x->name, y->name);
    return named ? named : x->cell < y->cell ? -1 : x->cell > y->cell;
}

SLM_SORT_BY(sort_tickets, ticket, by_ticket)

static uint64_t draw(uint64_t seed, const char *name)
{
    slm_rng rng = slm_rng_make(seed, SLM_STREAM_SPLIT, 0, 0);
    uint32_t word[4];
    slm_philox(&rng, slm_hash(SLM_HASH_START, name, strlen(name)), word);
    return (uint64_t)word[0] << 32 | word[1];
}

/* Strata in the order of their names, missing last, whatever the order of codes. */
static scilama_status number_strata(const scilama_dataset *d, const slm_column *column, ticket *tickets, scilama_error *error)
{
    if (!column) return SCILAMA_OK;
    int64_t n = column->categories.count, *order = slm_alloc_array(d->ctx, n, sizeof *order), *rank = slm_alloc_array(d->ctx, n, sizeof *rank);
    scilama_status status = order && rank ? slm_strings_order(d->ctx, &column->categories, order, error) : slm_fail_nomem(error);
    for (int64_t k = 0; k < n && !status; k++) rank[order[k]] = k;
    for (int64_t i = 0; i < d->cells && !status; i++) tickets[i].stratum = column->codes[i] < 0 ? n : rank[column->codes[i]];
    slm_free_all(d->ctx, order, rank);
    return status;
}

scilama_status slm_dataset_split_random(scilama_dataset *d, double train, double validation, uint64_t seed,
                                        const char *stratify, scilama_error *error)
{
    slm_column column;
    slm_strings names;
    SLM_SCOPE(work, d->ctx);
    if (stratify) SLM_TRY(categorical(&work, d, stratify, &column, error));
    SLM_TRY(slm_dataset_names(&work, d, &names, error));
    int32_t *split = slm_scope_array(&work, d->cells, sizeof *split);
    ticket *tickets = slm_scope_zeros(&work, d->cells, sizeof *tickets);
    if (work.failed) return slm_fail_nomem(error);
    SLM_TRY(number_strata(d, stratify ? &column : NULL, tickets, error));
    for (int64_t i = 0; i < d->cells; i++) {
        tickets[i].name = slm_string(&names, i);
        tickets[i].key = draw(seed, tickets[i].name);
        tickets[i].cell = i;
    }
    sort_tickets(tickets, d->cells);
    /* Quotas are rounded on the running total, so every stratum is within one cell of
     * its share and so is the whole. */
    int64_t given_train = 0, given_both = 0;
    for (int64_t first = 0, end; first < d->cells; first = end) {
        for (end = first; end < d->cells && tickets[end].stratum == tickets[first].stratum;) end++;
        int64_t upto_train = (int64_t)floor(train * (double)end + 0.5), upto_both = (int64_t)floor((train + validation) * (double)end + 0.5);
        for (int64_t i = first; i < end; i++)
            split[tickets[i].cell] = i - first < upto_train - given_train ? SCILAMA_SPLIT_TRAIN
                                     : i - first < upto_both - given_both ? SCILAMA_SPLIT_VALIDATION : SCILAMA_SPLIT_TEST;
        given_train = upto_train;
        given_both = upto_both;
    }
    return slm_dataset_set_split(d, split, error);
}
