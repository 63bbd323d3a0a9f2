/* SPDX-License-Identifier: MIT */
/* Loads, uses and unloads the library 1,000 times: no memory, thread, file or mapping is
 * left. Then two copies of it, loaded side by side, train without knowing of each other.
 * Usage: load_unload LIBRARY [ROUNDS] */
#define _GNU_SOURCE
#include <scilama/scilama.h>
#include <dirent.h>
#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GET(library, name) __typeof__(&name) p_##name; *(void **)&p_##name = dlsym(library, #name)

static int fail(const char *what, const char *detail)
{
    printf("%s: %s\n", what, detail ? detail : "");
    return 1;
}

static uint64_t fnv1a(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < size; i++) hash = (hash ^ p[i]) * UINT64_C(1099511628211);
    return hash;
}

/* A few steps of training with a pool of threads; a hash of the embedding in *hash. */
static int use(void *library, uint64_t *hash)
{
    GET(library, scilama_context_options_init);
    GET(library, scilama_context_create);
    GET(library, scilama_context_destroy);
    GET(library, scilama_matrix_init);
    GET(library, scilama_dataset_create);
    GET(library, scilama_dataset_split_random);
    GET(library, scilama_dataset_destroy);
    GET(library, scilama_model_options_init);
    GET(library, scilama_model_create);
    GET(library, scilama_model_encode_cells);
    GET(library, scilama_model_destroy);
    GET(library, scilama_trainer_options_init);
    GET(library, scilama_trainer_create);
    GET(library, scilama_trainer_step);
    GET(library, scilama_trainer_destroy);
    enum { CELLS = 32, GENES = 12, LATENT = 4 };
    float x[CELLS * GENES], mu[CELLS * LATENT];
    for (int i = 0; i < CELLS * GENES; i++) x[i] = (float)((i * 13 + i / 7) % 6);
    scilama_error error = { 0, 0, "" };
    scilama_context_options co;
    p_scilama_context_options_init(&co, sizeof co);
    co.threads = 2;
    scilama_context *context = NULL;
    scilama_dataset *dataset = NULL;
    scilama_model *model = NULL;
    scilama_trainer *trainer = NULL;
    if (p_scilama_context_create(&context, &co, &error)) return fail("context", error.message);
    scilama_matrix m;
    p_scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = CELLS;
    m.cols = GENES;
    m.values = x;
    if (p_scilama_dataset_create(&dataset, context, &m, NULL, NULL, &error)) return fail("dataset", error.message);
    if (p_scilama_dataset_split_random(dataset, 0.8, 0.2, 0, NULL, &error)) return fail("split", error.message);
    scilama_model_options mo;
    p_scilama_model_options_init(&mo, sizeof mo, SCILAMA_PRESET_PUBLISHED);
    mo.latent = LATENT;
    mo.hidden[0] = 8;
    mo.hidden[1] = 0;
    if (p_scilama_model_create(&model, dataset, &mo, &error)) return fail("model", error.message);
    scilama_trainer_options to;
    p_scilama_trainer_options_init(&to, sizeof to, SCILAMA_PRESET_PUBLISHED);
    to.batch_size = 8;
    if (p_scilama_trainer_create(&trainer, model, dataset, &to, &error)) return fail("trainer", error.message);
    for (int i = 0; i < 5; i++)
        if (p_scilama_trainer_step(trainer, NULL, &error)) return fail("step", error.message);
    if (p_scilama_model_encode_cells(model, dataset, mu, NULL, 0, &error)) return fail("encode", error.message);
    *hash = fnv1a(UINT64_C(14695981039346656037), mu, sizeof mu);
    p_scilama_context_destroy(context);
    p_scilama_dataset_destroy(dataset);
    p_scilama_model_destroy(model);
    p_scilama_trainer_destroy(trainer);
    return 0;
}

static int entries(const char *folder)
{
    int n = 0;
    DIR *d = opendir(folder);
    if (!d) return -1;
    while (readdir(d)) n++;
    closedir(d);
    return n;
}

static long resident(void) /* kB */
{
    long pages = 0, all = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f) return 0;
    if (fscanf(f, "%ld %ld", &all, &pages) != 2) pages = 0;
    fclose(f);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int mappings(void)
{
    int n = 0, c;
    FILE *f = fopen("/proc/self/maps", "r");
    if (!f) return 0;
    while ((c = getc(f)) != EOF) n += c == '\n';
    fclose(f);
    return n;
}

static int copy_file(const char *from, const char *to)
{
    char buffer[65536];
    size_t n;
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    if (!in || !out) return fail("cannot copy the library to", to);
    while ((n = fread(buffer, 1, sizeof buffer, in)) > 0)
        if (fwrite(buffer, 1, n, out) != n) return fail("cannot write", to);
    fclose(in);
    return fclose(out);
}

int main(int argc, char **argv)
{
    if (argc < 2) return fail("usage", "load_unload LIBRARY [ROUNDS]");
    int rounds = argc > 2 ? atoi(argv[2]) : 1000, threads = entries("/proc/self/task"), files = entries("/proc/self/fd");
    int maps = 0;
    long memory = 0;
    uint64_t first = 0, hash = 0;
    for (int i = 0; i < rounds; i++) {
        void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
        if (!library) return fail("dlopen", dlerror());
        if (use(library, &hash)) return 1;
        if (i == 0) first = hash;
        if (hash != first) return fail("the results differ between rounds", NULL);
        dlclose(library);
        if (i == rounds / 10) memory = resident(), maps = mappings();
    }
    long grown = resident() - memory;
    printf("%d rounds: %ld kB and %d mappings more than after a tenth of them\n", rounds, grown, mappings() - maps);
    if (entries("/proc/self/task") != threads) return fail("threads are left", NULL);
    if (entries("/proc/self/fd") != files) return fail("files are left open", NULL);
    if (grown > 1024 || mappings() - maps > 4) return fail("memory is left", NULL);

    char path[2][64];
    void *copies[2];
    uint64_t hashes[2];
    for (int i = 0; i < 2; i++) {
        snprintf(path[i], sizeof path[i], "/tmp/scilama-copy-%ld-%d.so", (long)getpid(), i);
        if (copy_file(argv[1], path[i])) return 1;
        copies[i] = dlopen(path[i], RTLD_NOW | RTLD_LOCAL);
        unlink(path[i]);
        if (!copies[i]) return fail("dlopen of a copy", dlerror());
    }
    if (copies[0] == copies[1] || dlsym(copies[0], "scilama_version") == dlsym(copies[1], "scilama_version"))
        return fail("the two copies are one", NULL);
    for (int i = 0; i < 2; i++)
        if (use(copies[i], &hashes[i])) return 1;
    if (hashes[0] != hashes[1] || hashes[0] != first) return fail("two copies give different results", NULL);
    void *other = dlmopen(LM_ID_NEWLM, argv[1], RTLD_NOW);
    if (!other) return fail("dlmopen", dlerror());
    if (use(other, &hash) || hash != first) return fail("the copy in a namespace of its own gives another result", NULL);
    dlclose(other);
    for (int i = 0; i < 2; i++) dlclose(copies[i]);
    puts("two copies in one process, and one in a namespace of its own: the same result");
    return 0;
}
