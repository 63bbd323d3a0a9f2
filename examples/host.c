/* SPDX-License-Identifier: MIT */
/* The library inside a host: its memory, its log, its threads, its errors. */

#include <pthread.h>
#include <scilama/scilama.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CELLS = 200, GENES = 100 };

typedef struct host {
    size_t held, limit; /* bytes */
    int lines;          /* of the log */
    scilama_context *context;
} host;

/* Called on the threads that call the library, never by its workers. */
static void *host_allocate(void *user, size_t size, size_t align)
{
    host *h = user;
    if (h->held + size > h->limit) return NULL; /* the call then fails with SCILAMA_E_NOMEM */
    void *memory = aligned_alloc(align, (size + align - 1) / align * align);
    if (memory) h->held += size;
    return memory;
}

static void host_release(void *user, void *memory, size_t size, size_t align)
{
    host *h = user;
    (void)align;
    h->held -= size;
    free(memory);
}

static void host_log(void *user, int32_t level, const char *text)
{
    host *h = user;
    h->lines++;
    printf("%s: %s\n", level <= SCILAMA_LOG_WARNING ? "warning" : "note", text);
}

/* Another thread of the host: may call scilama_context_cancel() and nothing else. */
static void *stop_button(void *user)
{
    host *h = user;
    nanosleep(&(struct timespec){ .tv_nsec = 300000000 }, NULL);
    scilama_context_cancel(h->context);
    return NULL;
}

int main(void)
{
    static float counts[CELLS * GENES], embedding[CELLS * 10];
    for (int i = 0; i < CELLS * GENES; i++) counts[i] = (float)((unsigned)i * 2654435761u >> 29);

    host h = { .limit = (size_t)256 << 20 };
    scilama_allocator allocator = { &h, host_allocate, host_release };
    scilama_context_options where;
    scilama_context_options_init(&where, sizeof where);
    where.allocator = &allocator;
    where.log = host_log;
    where.log_user = &h;
    where.threads = 2;

    scilama_matrix matrix;
    scilama_matrix_init(&matrix, sizeof matrix);
    matrix.storage = SCILAMA_STORAGE_DENSE;
    matrix.value_type = SCILAMA_DTYPE_F32;
    matrix.memory = SCILAMA_MEMORY_BORROW; /* counts stay as they are until all handles are gone */
    matrix.rows = CELLS;
    matrix.cols = GENES;
    matrix.values = counts;

    scilama_model_options shape;
    scilama_model_options_init(&shape, sizeof shape, SCILAMA_PRESET_RECOMMENDED);
    shape.latent = 10;
    shape.hidden[0] = 32;
    shape.hidden[1] = 0;
    shape.gene_input = SCILAMA_GENE_INPUT_NONE;
    scilama_trainer_options training;
    scilama_trainer_options_init(&training, sizeof training, SCILAMA_PRESET_RECOMMENDED);
    training.mode = SCILAMA_MODE_BETA_VAE;
    training.max_steps = 100000000; /* until somebody stops it */

    scilama_error error = { 0 };
    scilama_dataset *data = NULL;
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    pthread_t button;
    int64_t needed = 0;
    int failed =
        scilama_context_create(&h.context, &where, &error) ||
        scilama_dataset_create(&data, h.context, &matrix, NULL, NULL, &error) ||
        scilama_dataset_split_random(data, 0.9, 0.1, 0, NULL, &error) ||
        scilama_dataset_preprocess(data, NULL, NULL, &error) ||
        scilama_model_create(&model, data, &shape, &error) ||
        scilama_trainer_memory(model, data, &training, &needed, &error) ||
        scilama_trainer_create(&trainer, model, data, &training, &error);
    if (!failed && pthread_create(&button, NULL, stop_button, &h) == 0) {
        scilama_step_info info;
        scilama_step_info_init(&info, sizeof info);
        scilama_status status = scilama_trainer_run(trainer, NULL, NULL, &info, &error);
        pthread_join(button, NULL);
        if (status == SCILAMA_E_CANCELLED) {
            printf("stopped: %s (%s)\n", error.message, scilama_status_text(status));
            status = SCILAMA_OK;
        }
        failed = status || scilama_model_encode_cells(model, data, embedding, NULL, 0, &error);
    }
    if (failed) fprintf(stderr, "%s: %s\n", scilama_status_name(error.code), error.message);
    printf("%zu bytes held, of them %lld by the trainer\n", h.held, (long long)needed);

    scilama_context_destroy(h.context);
    scilama_dataset_destroy(data);
    scilama_model_destroy(model);
    scilama_trainer_destroy(trainer);
    printf("%zu bytes left\n", h.held);
    return failed || h.held ? EXIT_FAILURE : EXIT_SUCCESS;
}
