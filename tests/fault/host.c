/* SPDX-License-Identifier: MIT */
/* A program that loads the library, meets a disc that is full, goes on working and ends as any.
 * Usage: fault_host LIBRARY FULL ROOM, two folders; what is written must not fit in FULL. */
#include <scilama/scilama.h>
#include <dlfcn.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GET(name) __typeof__(&name) p_##name; *(void **)&p_##name = dlsym(library, #name); if (!p_##name) return fail("dlsym", #name)

static int fail(const char *what, const char *detail)
{
    printf("%s: %s\n", what, detail ? detail : "");
    return 1;
}

static int entries(const char *folder)
{
    int n = 0;
    DIR *d = opendir(folder);
    if (!d) return -1;
    for (struct dirent *e; (e = readdir(d));) n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

enum { ROWS = 400, COLS = 200 };

static float random_value(void)
{
    static unsigned state = 1;
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) * 0x1p-24f;
}

int main(int argc, char **argv)
{
    if (argc != 4) return fail("usage", "fault_host LIBRARY FULL ROOM");
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) return fail("dlopen", dlerror());
    GET(scilama_context_create);
    GET(scilama_context_destroy);
    GET(scilama_matrix_init);
    GET(scilama_h5ad_writer_create);
    GET(scilama_h5ad_writer_open);
    GET(scilama_h5ad_writer_put_obsm);
    GET(scilama_h5ad_writer_put_obs_numeric);
    GET(scilama_h5ad_writer_commit);
    GET(scilama_h5ad_writer_destroy);
    GET(scilama_dataset_read);
    GET(scilama_dataset_destroy);
    char full[512], room[512];
    snprintf(full, sizeof full, "%s/out.h5ad", argv[2]);
    snprintf(room, sizeof room, "%s/out.h5ad", argv[3]);
    float *values = malloc(ROWS * COLS * sizeof *values);
    double *column = calloc(ROWS, sizeof *column);
    for (int i = 0; values && i < ROWS * COLS; i++) values[i] = random_value();
    scilama_error error = { 0, 0, "" };
    scilama_context *context = NULL;
    if (!values || !column || p_scilama_context_create(&context, NULL, &error)) return fail("context", error.message);
    scilama_matrix m;
    p_scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = ROWS;
    m.cols = COLS;
    m.values = values;
    for (int round = 0; round < 6; round++) {
        int good = round % 2;
        scilama_h5ad_writer *w = NULL;
        scilama_dataset *d = NULL;
        scilama_status status = round < 4 ? p_scilama_h5ad_writer_create(&w, context, good ? room : full, &m, NULL, NULL, &error)
                                          : p_scilama_h5ad_writer_open(&w, context, room, good ? room : full, &error);
        if (!status) status = p_scilama_h5ad_writer_put_obsm(w, "X_one", values, COLS / 2, 0, &error);
        if (!status) status = p_scilama_h5ad_writer_put_obs_numeric(w, "zeros", column, &error);
        if (!status) status = p_scilama_h5ad_writer_commit(w, &error);
        if (good && status) return fail("with room", error.message);
        if (!good && (status != SCILAMA_E_IO || !error.detail || !strstr(error.message, "out.h5ad"))) return fail("without room", status ? error.message : "no error");
        if (!good && w && p_scilama_h5ad_writer_put_obs_numeric(w, "more", column, &error) == SCILAMA_OK && p_scilama_h5ad_writer_commit(w, &error) == SCILAMA_OK)
            return fail("a writer that failed", "commits");
        p_scilama_h5ad_writer_destroy(w);
        if (entries(argv[2]) != 0 || entries(argv[3]) != (round > 0)) return fail("a file is left", "");
        if (good && p_scilama_dataset_read(&d, context, room, NULL, &error)) return fail("reading on", error.message);
        p_scilama_dataset_destroy(d);
    }
    p_scilama_context_destroy(context);
    free(values);
    free(column);
    puts("went on working");
    return 0;
}
