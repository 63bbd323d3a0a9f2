/* SPDX-License-Identifier: MIT */
/* scilama-mpi fit: one model on the cells of many machines, by the public interface alone
 * (docs/guides/cluster.md). Rank 0 fits the recipe on all cells, streamed, and saves the untrained
 * model; every rank loads it and reads its own shard; gradients are summed over the ranks. */

#include "job.h"
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char last_words[600];

static void ended(int number)
{
    (void)!write(2, last_words, strlen(last_words));
    _exit(128 + number);
}

void give_up(job *j)
{
    fprintf(stderr, "scilama-mpi: rank %d: %s\n", j->rank, j->error.message);
    signal(SIGTERM, SIG_DFL);
    MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
    exit(EXIT_FAILURE);
}

void need(job *j, scilama_status status)
{
    if (status) give_up(j);
}

void refuse(job *j, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(j->error.message, sizeof j->error.message, format, list);
    va_end(list);
    give_up(j);
}

void *get_memory(job *j, int64_t count, size_t size)
{
    void *p = count >= 0 && (uint64_t)count < SIZE_MAX / 2 / size ? calloc(count ? (size_t)count : 1, size) : NULL;
    if (!p) refuse(j, "not enough memory for %" PRId64 " × %zu bytes: use more ranks", count, size);
    return p;
}

char *beside(job *j, const char *path, const char *suffix)
{
    size_t n = strlen(path) + strlen(suffix) + 1;
    char *text = get_memory(j, (int64_t)n, 1);
    snprintf(text, n, "%s%s", path, suffix);
    return text;
}

/* "--kl-end 1": a field of one of the three structs of options, by its name. */
static bool set_option(job *j, const char *argument, const char *value)
{
    void *structs[] = { &j->training, &j->shape, &j->preprocess };
    const int32_t kinds[] = { SCILAMA_OPTIONS_TRAINER, SCILAMA_OPTIONS_MODEL, SCILAMA_OPTIONS_PREPROCESS };
    char name[64], *end = NULL;
    snprintf(name, sizeof name, "%s", argument + 2);
    for (char *c = name; *c; c++) if (*c == '-') *c = '_';
    for (int s = 0; s < 3; s++) {
        int64_t index = scilama_option_find(kinds[s], name);
        if (index < 0) continue;
        scilama_option_info info;
        scilama_option_info_init(&info, sizeof info);
        need(j, scilama_option_get_info(kinds[s], index, &info, &j->error));
        char *field = (char *)structs[s] + info.offset, text[32];
        double number = strtod(value, &end);
        bool good = end != value && !*end;
        switch (info.kind) {
        case SCILAMA_OPTION_CHOICE:
            good = false;
            for (int64_t c = 0; !good && scilama_option_choice(kinds[s], index, c, NULL); c++) {
                int32_t to;
                const char *called = scilama_option_choice(kinds[s], index, c, &to);
                if (!strcmp(called, value)) memcpy(field, &to, sizeof to), good = true;
            }
            break;
        case SCILAMA_OPTION_SWITCH: { int32_t to = (int32_t)number; memcpy(field, &to, sizeof to); break; }
        case SCILAMA_OPTION_INTEGER: { int64_t to = (int64_t)number; memcpy(field, &to, sizeof to); break; }
        case SCILAMA_OPTION_SEED: { uint64_t to = strtoull(value, NULL, 10); memcpy(field, &to, sizeof to); break; }
        case SCILAMA_OPTION_REAL: { float to = (float)number; memcpy(field, &to, sizeof to); break; }
        case SCILAMA_OPTION_NUMBER: memcpy(field, &number, sizeof number); break;
        case SCILAMA_OPTION_WIDTHS: {
            const char *at = value;
            for (int i = 0; i < info.elements; i++) {
                int64_t to = *at ? strtoll(at, &end, 10) : 0;
                memcpy(field + (size_t)i * sizeof to, &to, sizeof to);
                if (*at) at = *end == ',' ? end + 1 : end;
            }
            good = !*at;
            break;
        }
        default: good = false;
        }
        snprintf(text, sizeof text, "%.30s", value);
        if (!good) refuse(j, "%s cannot be '%s'", argument, text);
        return true;
    }
    return false;
}

static void parse(job *j, int argc, char **argv)
{
    static const char usage[] =
        "usage: mpirun -n P scilama-mpi fit A.h5ad [B.h5ad …] -o OUT.h5ad --embeddings EMB [--batch KEY]\n"
        "         [--model M.h5] [--checkpoint C] [--checkpoint-steps N] [--resume] [--stop-after STEPS]\n"
        "         [--losses FILE.tsv] [--threads N] [--parts N] [--OPTION VALUE of model, training, preprocessing]\n";
    scilama_preprocess_options_init(&j->preprocess, sizeof j->preprocess, SCILAMA_PRESET_RECOMMENDED);
    scilama_model_options_init(&j->shape, sizeof j->shape, SCILAMA_PRESET_RECOMMENDED);
    scilama_trainer_options_init(&j->training, sizeof j->training, SCILAMA_PRESET_RECOMMENDED);
    j->threads = 1;
    j->every = 500;
    if (argc < 3 || strcmp(argv[1], "fit")) {
        if (!j->rank) fputs(usage, stderr);
        MPI_Finalize();
        exit(2);
    }
    for (int i = 2; i < argc; i++) {
        const char *a = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (a[0] != '-') {
            if (j->files == MAX_FILES) refuse(j, "more than %d files", MAX_FILES);
            j->file[j->files++] = a;
            continue;
        }
        if (!strcmp(a, "--resume")) {
            j->resume = true;
            continue;
        }
        if (!value) refuse(j, "%s needs a value", a);
        i++;
        if (!strcmp(a, "-o") || !strcmp(a, "--output")) j->output = value;
        else if (!strcmp(a, "--embeddings")) j->embeddings = value;
        else if (!strcmp(a, "--batch")) j->batch = value;
        else if (!strcmp(a, "--model")) j->model_path = value;
        else if (!strcmp(a, "--checkpoint")) j->checkpoint = value;
        else if (!strcmp(a, "--losses")) j->losses = value;
        else if (!strcmp(a, "--checkpoint-steps")) j->every = atoll(value);
        else if (!strcmp(a, "--stop-after")) j->stop_after = atoll(value);
        else if (!strcmp(a, "--threads")) j->threads = atoi(value);
        else if (!strcmp(a, "--parts")) j->parts = atoi(value);
        else if (strncmp(a, "--", 2) || !set_option(j, a, value)) refuse(j, "no such option: %s", a);
    }
    if (!j->files || !j->output) refuse(j, "files to read and -o OUT.h5ad are needed");
    if (!j->checkpoint) j->checkpoint = beside(j, j->output, ".checkpoint");
    if (j->every < 1) j->every = 1;
    j->shape.seed = j->training.seed;
    if (!j->embeddings && j->training.mode != SCILAMA_MODE_BETA_VAE) refuse(j, "--embeddings EMB is needed, or --mode beta-vae");
    if (!j->embeddings) j->shape.gene_input = SCILAMA_GENE_INPUT_NONE;
}

/* What a shard alone cannot know, or knows otherwise than the whole, is refused or replaced (docs/guides/cluster.md). */
static void check_options(job *j)
{
    const scilama_trainer_options *t = &j->training;
    need(j, scilama_option_check(SCILAMA_OPTIONS_TRAINER, t, &j->error));
    need(j, scilama_option_check(SCILAMA_OPTIONS_MODEL, &j->shape, &j->error));
    need(j, scilama_option_check(SCILAMA_OPTIONS_PREPROCESS, &j->preprocess, &j->error));
    if (!t->max_steps) refuse(j, "training goes by steps: --max-steps must not be 0");
    if (t->freeze_reference || t->on_nonfinite || j->shape.batch_norm)
        refuse(j, "freeze_reference, on_nonfinite skip and batch_norm depend on a whole mini-batch or on all cells: one process has them");
    if (j->preprocess.min_genes) refuse(j, "min_genes is not offered: leave poor cells out of the files");
    if (j->preprocess.hvg_by_batch == SCILAMA_ON) j->preprocess.batch_key = j->batch;
}

/* A mini-batch is computed in parts, whose number does not depend on that of the ranks if it can be helped: so that the sum
 * of their gradients does not either. */
static void choose_parts(job *j)
{
    enum { USUAL = 4 };
    int before = j->parts;
    if (!j->parts) j->parts = j->ranks > USUAL ? j->ranks : USUAL;
    if (j->parts < j->ranks && !j->resume) refuse(j, "--parts %d: there are %d ranks, each with a part or more", j->parts, j->ranks);
    if (j->parts < j->ranks) j->parts = j->ranks;
    if (j->parts > j->training.batch_size) j->parts = (int)j->training.batch_size;
    if (!j->rank && j->resume && j->parts != before)
        printf("a mini-batch has %d parts from here on, as there are more ranks than the %d it had: other bits than before\n", j->parts, before);
}

/* Rank 0: recipe and initial weights from all cells; into a file that all ranks read. */
static void start_model(job *j, const char *start)
{
    scilama_gene_table *table = NULL;
    scilama_trainer *probe = NULL;
    if (j->embeddings) {
        need(j, scilama_gene_table_read(&table, j->context, j->embeddings, NULL, &j->error));
        need(j, scilama_dataset_add_gene_table(j->all, "embeddings", table, NULL, NULL, &j->error));
        scilama_gene_table_destroy(table);
    }
    need(j, scilama_dataset_preprocess(j->all, &j->preprocess, NULL, &j->error));
    need(j, scilama_model_create(&j->model, j->all, &j->shape, &j->error));
    j->kl_share = 1;
    if (j->training.kl_by_signal || j->shape.axes) {
        /* a trainer of all cells finds the axes that the encoder reads; the share is what it makes of a weight of 1 */
        scilama_trainer_options o = j->training;
        o.mode = SCILAMA_MODE_BETA_VAE;
        o.kl_start = o.kl_end = 1;
        need(j, scilama_trainer_create(&probe, j->model, j->all, &o, &j->error));
        need(j, scilama_trainer_get_rates(probe, NULL, &j->kl_share, NULL, &j->error));
        scilama_trainer_destroy(probe);
    }
    need(j, scilama_model_save(j->model, start, &j->error));
    scilama_model_destroy(j->model);
    j->model = NULL;
}

/* The trainer of a shard has one training cell, whatever the shard, so that it plans nothing by the
 * number of cells and its state fits any number of ranks; mini-batches are given to it. */
static void start_trainer(job *j)
{
    scilama_trainer_options *o = &j->training;
    double n = (double)j->cells;
    if (o->max_steps == SCILAMA_STEPS_AUTO) {
        double steps = 500 * pow(n / 2000, 0.45);
        o->max_steps = steps > 330 ? (int64_t)(steps + 0.5) : 330;
    }
    o->prior_strength /= n * n;
    o->kl_start *= j->kl_share;
    o->kl_end *= j->kl_share;
    o->kl_rate *= j->kl_share;
    o->kl_by_signal = o->kl_repair = o->prior_vectors = o->track_correlation = 0;
    o->patience = 0;
    o->keep_last = 1;
    o->shuffle = SCILAMA_SHUFFLE_NONE;
    int64_t own = j->shard_last - j->shard_first;
    int32_t *split = get_memory(j, own, sizeof *split);
    for (int64_t i = 0; i < own; i++) split[i] = i ? SCILAMA_SPLIT_EXCLUDED : SCILAMA_SPLIT_TRAIN;
    need(j, scilama_dataset_set_split(j->shard, split, &j->error));
    free(split);
    need(j, scilama_trainer_create(&j->trainer, j->model, j->shard, o, &j->error));
}

/* Every rank embeds its cells; rank 0 writes them. */
static void encode(job *j, char **names)
{
    scilama_model_info info;
    scilama_model_info_init(&info, sizeof info);
    need(j, scilama_model_get_info(j->model, &info, &j->error));
    int64_t own = j->shard_last - j->shard_first;
    float *mine = get_memory(j, own * info.latent, sizeof *mine), *all = NULL, *genes = NULL;
    need(j, scilama_model_encode_cells(j->model, j->shard, mine, NULL, 0, &j->error));
    int *count = get_memory(j, j->ranks, sizeof *count), *place = get_memory(j, j->ranks, sizeof *place);
    for (int r = 0; r < j->ranks; r++) {
        int64_t from = lane_start(j, part_start(j, rank_start(j, r))), to = lane_start(j, part_start(j, rank_start(j, r + 1)));
        if (to > INT32_MAX) refuse(j, "more than 2^31 cells");
        count[r] = (int)(to - from), place[r] = (int)from;
    }
    if (!j->rank) all = get_memory(j, j->cells * info.latent, sizeof *all);
    MPI_Datatype row;
    MPI_Type_contiguous((int)info.latent, MPI_FLOAT, &row);
    MPI_Type_commit(&row);
    MPI_Gatherv(mine, (int)own, row, all, count, place, row, 0, MPI_COMM_WORLD);
    MPI_Type_free(&row);
    if (!j->rank) {
        if (j->training.mode != SCILAMA_MODE_BETA_VAE) {
            genes = get_memory(j, info.genes * info.latent, sizeof *genes);
            need(j, scilama_model_encode_genes(j->model, genes, NULL, 0, &j->error));
        }
        write_output(j, all, genes, info.latent, info.genes, (const char *const *)names);
        if (j->model_path) need(j, scilama_model_save(j->model, j->model_path, &j->error));
    }
    free(mine), free(all), free(genes), free(count), free(place);
}

int main(int argc, char **argv)
{
    static job j;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &j.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &j.ranks);
    parse(&j, argc, argv);
    check_options(&j);
    snprintf(last_words, sizeof last_words, "scilama-mpi: the job was ended, as when a rank is lost: go on by --resume, from %.400s, on any number of ranks\n", j.checkpoint);
    if (!j.rank) signal(SIGTERM, ended);
    scilama_context_options how;
    scilama_context_options_init(&how, sizeof how);
    how.threads = j.threads;
    need(&j, scilama_context_create(&j.context, &how, &j.error));
    char *start = beside(&j, j.checkpoint, ".model"), **names = NULL;
    if (!j.rank) {
        read_all(&j);
        names = cell_names(&j);
        if (j.resume) read_checkpoint_head(&j);
        else start_model(&j, start);
    }
    share_genes(&j);
    scilama_dataset_destroy(j.all);
    j.all = NULL;
    MPI_Bcast(j.first, j.files + 1, MPI_INT64_T, 0, MPI_COMM_WORLD);
    MPI_Bcast(&j.kl_share, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    MPI_Bcast(&j.parts, 1, MPI_INT, 0, MPI_COMM_WORLD);
    j.cells = j.first[j.files];
    int64_t batch = j.training.batch_size;
    if (batch > j.cells || batch < j.ranks) refuse(&j, "the global batch_size (%" PRId64 ") must lie between the ranks (%d) and the cells (%" PRId64 ")", batch, j.ranks, j.cells);
    choose_parts(&j);
    j.part_first = rank_start(&j, j.rank);
    j.part_last = rank_start(&j, j.rank + 1);
    j.lane_first = part_start(&j, j.part_first);
    j.lane_last = part_start(&j, j.part_last);
    j.shard_first = lane_start(&j, j.lane_first);
    j.shard_last = lane_start(&j, j.lane_last);
    need(&j, scilama_model_load(&j.model, j.context, start, &j.error));
    read_shard(&j);
    start_trainer(&j);
    train(&j);
    scilama_trainer_destroy(j.trainer);
    encode(&j, names);
    if (!j.rank) printf("%" PRId64 " cells written to %s\n", j.cells, j.output);
    scilama_model_destroy(j.model);
    scilama_dataset_destroy(j.shard);
    scilama_context_destroy(j.context);
    MPI_Finalize();
    return EXIT_SUCCESS;
}
