/* SPDX-License-Identifier: MIT */
/* Trains on a matrix that is never in memory as a whole: a store of chunks on disk, of which
 * the library asks for rows as it needs them. A database or a lazily loaded array is used alike.
 * Usage: row_fetch [FOLDER] */

#include <scilama/scilama.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 3000, GENES = 200, CHUNK = 250, WIDTH = 8 };

/* A store: one file, chunk after chunk of CHUNK cells × GENES; the last chunk read is kept. */
typedef struct store {
    FILE *file;
    int64_t at;                 /* chunk in memory, -1 = none */
    long long loads;
    float chunk[CHUNK * GENES];
} store;

static int load(store *s, int64_t chunk)
{
    if (s->at == chunk) return 1;
    s->at = -1;
    if (fseek(s->file, (long)(chunk * (int64_t)sizeof s->chunk), SEEK_SET)) return 0;
    if (fread(s->chunk, sizeof s->chunk, 1, s->file) != 1) return 0;
    s->at = chunk;
    s->loads++;
    return 1;
}

/* Fills the rows that the library asks for; cells come ascending, so that each chunk is
 * loaded once. Only non-zero values are handed over. */
static scilama_status fetch(void *user, const scilama_row_block *block, scilama_error *error)
{
    store *s = user;
    int64_t at = 0;
    block->indptr[0] = 0;
    for (int64_t r = 0; r < block->rows; r++) {
        if (!load(s, block->cells[r] / CHUNK)) {
            error->code = SCILAMA_E_IO;
            snprintf(error->message, sizeof error->message, "chunk %lld of the store cannot be read", (long long)(block->cells[r] / CHUNK));
            return SCILAMA_E_IO;
        }
        const float *row = s->chunk + block->cells[r] % CHUNK * GENES;
        for (int32_t g = 0; g < GENES; g++) {
            if (row[g] == 0) continue;
            block->indices[at] = g;
            block->values[at++] = row[g];
        }
        block->indptr[r + 1] = at;
    }
    return SCILAMA_OK;
}

static void close_store(void *user)
{
    store *s = user;
    fclose(s->file);
}

static unsigned next(unsigned *state) { return (*state = *state * 1664525u + 1013904223u) >> 8; }

/* Counts of four kinds of cells, written chunk by chunk. */
static int fill_store(store *s)
{
    unsigned state = 1;
    for (int64_t c = 0; c < CELLS; c++) {
        for (int64_t g = 0; g < GENES; g++) {
            unsigned most = g % 4 == c * 4 / CELLS ? 9 : 3;
            s->chunk[c % CHUNK * GENES + g] = next(&state) % 5 ? 0 : (float)(next(&state) % most);
        }
        if (c % CHUNK == CHUNK - 1 && fwrite(s->chunk, sizeof s->chunk, 1, s->file) != 1) return 0;
    }
    s->at = -1;
    return fflush(s->file) == 0;
}

static scilama_status add_vectors(scilama_context *context, scilama_dataset *dataset, const char *const *genes, scilama_error *error)
{
    static float values[GENES * WIDTH];
    scilama_gene_table *table = NULL;
    unsigned state = 2;
    for (int i = 0; i < GENES * WIDTH; i++) values[i] = (float)(next(&state) % 2000) / 1000 - 1;
    scilama_status status = scilama_gene_table_create(&table, context, genes, values, GENES, WIDTH, 0, error);
    if (!status) status = scilama_dataset_add_gene_table(dataset, "random", table, NULL, NULL, error);
    scilama_gene_table_destroy(table);
    return status;
}

int main(int argc, char **argv)
{
    static store s;
    static char names[GENES][16], path[4096];
    const char *genes[GENES];
    scilama_error error = { 0 };
    scilama_context *context = NULL;
    scilama_dataset *dataset = NULL;
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    for (int g = 0; g < GENES; g++) {
        snprintf(names[g], sizeof names[g], "gene%03d", g);
        genes[g] = names[g];
    }
    snprintf(path, sizeof path, "%s/row_fetch.store", argc > 1 ? argv[1] : ".");
    s.file = fopen(path, "w+b");
    if (!s.file || !fill_store(&s)) {
        fprintf(stderr, "cannot write %s\n", path);
        return 1;
    }

    scilama_status status = scilama_context_create(&context, NULL, &error);
    scilama_row_source source;
    scilama_row_source_init(&source, sizeof source);
    source.storage = SCILAMA_STORAGE_CSR;
    source.rows = CELLS;
    source.cols = GENES;
    source.memory = 1 << 20;   /* what a trainer may hold of the matrix, in bytes */
    source.lump = CHUNK;       /* cells that are cheap to fetch together */
    source.fetch = fetch;
    source.user = &s;
    source.release = close_store;
    if (!status) status = scilama_dataset_create_from_rows(&dataset, context, &source, NULL, genes, &error);
    if (status) fclose(s.file); /* a failure leaves the store with its owner */
    if (!status) status = scilama_dataset_split_random(dataset, 0.9, 0.1, 1, NULL, &error);
    if (!status) status = add_vectors(context, dataset, genes, &error);
    if (!status) status = scilama_dataset_preprocess(dataset, NULL, NULL, &error);
    if (!status) status = scilama_model_create(&model, dataset, NULL, &error);

    scilama_trainer_options options;
    scilama_trainer_options_init(&options, sizeof options, SCILAMA_PRESET_RECOMMENDED);
    options.max_steps = 0;
    options.epochs = 2;
    if (!status) status = scilama_trainer_create(&trainer, model, dataset, &options, &error);
    long long before = s.loads;
    scilama_step_info info;
    scilama_step_info_init(&info, sizeof info);
    while (!status && !(status = scilama_trainer_step(trainer, &info, &error))) {
        if (!(info.events & SCILAMA_EVENT_EPOCH_END)) continue;
        printf("phase %d, epoch %lld: validation loss %.3f, %lld chunks loaded\n", info.phase, (long long)info.epoch,
               info.validation_loss, s.loads - before);
        before = s.loads;
        if (info.events & SCILAMA_EVENT_FINISHED) break;
    }

    float *cells = malloc(CELLS * 50 * sizeof *cells);
    if (!status && cells) status = scilama_model_encode_cells(model, dataset, cells, NULL, 50, &error);
    if (!status && cells) printf("embedded %d cells\n", CELLS);
    if (status) fprintf(stderr, "%s\n", error.message);
    free(cells);
    scilama_trainer_destroy(trainer);
    scilama_model_destroy(model);
    scilama_dataset_destroy(dataset);
    scilama_context_destroy(context);
    remove(path);
    return status != SCILAMA_OK;
}
