/* SPDX-License-Identifier: MIT */
/* libFuzzer targets for the readers. The format is chosen at compile time (FUZZ_*), so
 * that each has its own corpus. Without libFuzzer, main() runs the files it is given:
 * the regression test over tests/fuzz/corpus.
 *
 * Beside the sanitizers' findings these fail a run: a failure without a message, memory
 * that is not given back, and a request for more memory than the input justifies. */
#include "scilama/scilama.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(FUZZ_H5AD) || defined(FUZZ_TENX) || defined(FUZZ_MODEL) || defined(FUZZ_H5MU) || defined(FUZZ_LOOM)
#define HDF5 1
#else
#define HDF5 0
#endif
#if defined(FUZZ_MTX) || defined(FUZZ_NAMES)
#define FOLDER 1
#define FILE_NAME "matrix.mtx"
#elif defined(FUZZ_TENX) || defined(FUZZ_MODEL)
#define FILE_NAME "f.h5"
#elif defined(FUZZ_H5AD)
#define FILE_NAME "f.h5ad"
#elif defined(FUZZ_H5MU)
#define FILE_NAME "f.h5mu"
#elif defined(FUZZ_LOOM)
#define FILE_NAME "f.loom"
#else
#define FILE_NAME "f.bin"
#endif

static char folder[200], path[260], names[260], features[260];

static void failed(const char *what, long long a, long long b)
{
    fprintf(stderr, "fuzz: %s (%lld, %lld)\n", what, a, b);
    abort();
}

/* --- memory: no request beyond what the input justifies -------------------------------- */

static size_t largest_allowed;

static void *allocate(void *user, size_t size, size_t align)
{
    (void)user;
    if (size > largest_allowed) failed("one request for more memory than the input justifies", (long long)size, (long long)largest_allowed);
    return aligned_alloc(align, size);
}

static void release(void *user, void *block, size_t size, size_t align)
{
    (void)user, (void)size, (void)align;
    free(block);
}

static int holds(const uint8_t *data, size_t size, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i + n <= size; i++) /* libFuzzer watches memcmp: called at each byte it took a third of the time */
        if (data[i] == (uint8_t)text[0] && !memcmp(data + i, text, n)) return 1;
    return 0;
}

/* 16 bytes for each of the input, where the input is compressed for each that it can unpack to; a
 * megabyte is always granted, and HDF5 datasets of a megabyte, as double precision, are always plausible. */
static size_t justified(const uint8_t *data, size_t size)
{
    size_t unpacked = size, least = HDF5 ? (size_t)9 << 20 : (size_t)1 << 20;
    if (!HDF5 && (holds(data, size, "\x1f\x8b") || holds(data, size, "PK\x01\x02"))) unpacked *= 1100;
    if (HDF5 && holds(data, size, "deflate")) unpacked *= 1100;
    if (HDF5 && holds(data, size, "zstd")) unpacked *= 40000;
    if (HDF5 && holds(data, size, "lzf")) unpacked *= 100;
    return 16 * unpacked > least ? 16 * unpacked : least;
}

/* --- the readers ----------------------------------------------------------------------- */

static void told(scilama_status status, const void *result, const scilama_error *e)
{
    if (status && (result || !e->message[0])) failed("a failure without a message, or with a result", status, result != NULL);
}

static void read_table(scilama_context *ctx, const char *key)
{
    scilama_gene_table *t = NULL;
    scilama_error e;
    scilama_table_options o;
    scilama_table_options_init(&o, sizeof o);
    o.key = key;
    o.first_duplicate = key != NULL;
    scilama_status status = scilama_gene_table_read(&t, ctx, path, &o, &e);
    told(status, t, &e);
    scilama_gene_table_destroy(t);
}

#if defined(FUZZ_MODEL)
/* Whatever a file's reference holds can be searched, voted on and drawn. */
static void ask_reference(scilama_model *m)
{
    enum { MOST = 64 };
    scilama_reference *r = NULL;
    scilama_reference_info info;
    scilama_label_info label;
    scilama_error e;
    float point[MOST] = { 0 }, far[3], place[16], p;
    int32_t near[3], code;
    scilama_reference_info_init(&info, sizeof info);
    if (scilama_model_get_reference(&r, m, &e)) return;
    if (!scilama_reference_get_info(r, &info, &e) && info.dim <= MOST && info.cells >= 3 && !scilama_reference_neighbors(r, point, 1, 0, 3, near, far, &e)) {
        for (int64_t i = 0; i < info.labels; i++) {
            scilama_label_info_init(&label, sizeof label);
            told(scilama_reference_label(r, i, &label, &e), r, &e);
            told(scilama_reference_transfer(r, i, near, far, 1, 3, &code, &p, NULL, NULL, &e), r, &e);
            if (code >= label.categories || (code >= 0 && !scilama_reference_category(r, i, code))) failed("a label that is none", i, code);
        }
        if (info.layout_dims) told(scilama_reference_place(r, near, far, 1, 3, place, &e), r, &e);
    }
    scilama_reference_destroy(r);
}
#endif

static void read_part(scilama_context *ctx, const char *file, const char *layer, const char *modality, int32_t annotation_only)
{
    scilama_dataset *d = NULL;
    scilama_error e;
    scilama_file_options o;
    scilama_file_options_init(&o, sizeof o);
    o.layer = layer;
    o.annotation_only = annotation_only;
    o.modality = modality;
    o.gene_ids = annotation_only;
    o.first_duplicate = layer != NULL;
    scilama_status status = scilama_dataset_read(&d, ctx, file, &o, &e);
    told(status, d, &e);
    scilama_dataset_destroy(d);
}

static void read_dataset(scilama_context *ctx, const char *file, const char *layer, int32_t annotation_only)
{
    read_part(ctx, file, layer, NULL, annotation_only);
}

/* An output that is begun, and left again. */
static void begin_output(scilama_context *ctx)
{
    char out[300];
    scilama_h5ad_writer *w = NULL;
    scilama_error e;
    snprintf(out, sizeof out, "%s/out.h5ad", folder);
    told(scilama_h5ad_writer_open(&w, ctx, path, out, &e), w, &e);
    scilama_h5ad_writer_destroy(w);
}

static void describe(scilama_context *ctx, const char *file)
{
    char *text = NULL;
    scilama_error e;
    scilama_status status = scilama_file_describe(&text, ctx, file, NULL, &e);
    told(status, text, &e);
    scilama_text_destroy(ctx, text);
}

static void read_all(scilama_context *ctx)
{
    (void)read_table, (void)read_dataset, (void)describe, (void)begin_output;
#if defined(FOLDER)
    read_dataset(ctx, folder, NULL, 0);
    describe(ctx, folder);
#elif defined(FUZZ_H5AD)
    float *values = NULL;
    char *text = NULL;
    scilama_error e;
    int64_t rows = 0, width = 0;
    read_dataset(ctx, path, NULL, 0);
    read_dataset(ctx, path, "raw", 0);
    read_dataset(ctx, path, "counts", 1);
    describe(ctx, path);
    read_table(ctx, NULL);
    read_table(ctx, "PCs");
    scilama_status status = scilama_h5ad_read_array(ctx, path, "obsm/X_pca", &rows, &width, NULL, 0, &e);
    told(status, NULL, &e);
    if (!status && rows * width <= (int64_t)(largest_allowed / sizeof *values) && (values = malloc((size_t)(rows * width + 1) * sizeof *values)))
        told(scilama_h5ad_read_array(ctx, path, "obsm/X_pca", NULL, NULL, values, rows * width, &e), NULL, &e);
    free(values);
    told(scilama_h5ad_read_column(ctx, path, "obs", "depth", &rows, NULL, 0, &e), NULL, &e);
    told(scilama_h5ad_read_string(&text, ctx, path, "uns/title", &e), text, &e);
    scilama_text_destroy(ctx, text);
#elif defined(FUZZ_H5MU)
    char *text = NULL;
    scilama_error e;
    int64_t rows = 0;
    read_dataset(ctx, path, NULL, 0);
    read_part(ctx, path, NULL, "prot", 0);
    read_part(ctx, path, "counts", "rna", 1);
    describe(ctx, path);
    told(scilama_h5ad_read_array(ctx, path, "obsm/X_pca", &rows, NULL, NULL, 0, &e), NULL, &e);
    told(scilama_h5ad_read_column(ctx, path, "obs", "depth", &rows, NULL, 0, &e), NULL, &e);
    told(scilama_h5ad_read_string(&text, ctx, path, "uns/title", &e), text, &e);
    scilama_text_destroy(ctx, text);
    begin_output(ctx);
#elif defined(FUZZ_LOOM)
    read_dataset(ctx, path, NULL, 0);
    read_dataset(ctx, path, NULL, 1);
    read_dataset(ctx, path, "spliced", 0);
    describe(ctx, path);
    begin_output(ctx);
#elif defined(FUZZ_TENX)
    read_dataset(ctx, path, NULL, 0);
    read_dataset(ctx, path, "GRCh38", 0);
    describe(ctx, path);
#elif defined(FUZZ_MODEL)
    scilama_model *m = NULL;
    scilama_error e;
    told(scilama_model_load(&m, ctx, path, &e), m, &e);
    if (m) ask_reference(m);
    scilama_model_destroy(m);
    describe(ctx, path);
#elif defined(FUZZ_GMT)
    scilama_gene_sets *sets = NULL;
    scilama_error e;
    told(scilama_gene_sets_read(&sets, ctx, path, &e), sets, &e);
    scilama_gene_sets_destroy(sets);
#else
    read_table(ctx, NULL);
    read_table(ctx, "embedding");
    describe(ctx, path);
#endif
}

/* --- one input --------------------------------------------------------------------------- */

static int write_file(const char *name, const void *data, size_t size)
{
    FILE *f = fopen(name, "wb");
    if (!f) return 0;
    fwrite(data, 1, size, f);
    fclose(f);
    return 1;
}

static void clean_up(void)
{
    unlink(path);
    unlink(names);
    unlink(features);
    rmdir(folder);
}

/* A folder of the process, for all inputs. */
static int prepare(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.150s/scilama-fuzz-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(folder)) return 0;
    snprintf(path, sizeof path, "%s/" FILE_NAME, folder);
#if defined(FOLDER)
    snprintf(names, sizeof names, "%s/barcodes.tsv", folder);
    snprintf(features, sizeof features, "%s/genes.tsv", folder);
#else
    snprintf(names, sizeof names, "%s/f.txt", folder);
    snprintf(features, sizeof features, "%s/none", folder);
#endif
    write_file(names, "a\nb\n", 4);
    write_file(features, "i\tx\nj\ty\nk\tx\n", 12);
    return atexit(clean_up) == 0;
}

/* One file; of FUZZ_NAMES barcodes, features and the matrix, one after another behind bytes of value 1. */
static int write_input(const uint8_t *data, size_t size)
{
#if defined(FUZZ_NAMES)
    const uint8_t *first = memchr(data, 1, size), *second = first ? memchr(first + 1, 1, size - (size_t)(first + 1 - data)) : NULL;
    if (!second) return 0;
    return write_file(names, data, (size_t)(first - data)) && write_file(features, first + 1, (size_t)(second - first - 1)) &&
           write_file(path, second + 1, size - (size_t)(second + 1 - data));
#else
    return write_file(path, data, size);
#endif
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const scilama_allocator counted = { NULL, allocate, release };
    scilama_context *ctx;
    scilama_context_options o;
    if (!folder[0] && !prepare()) abort();
    largest_allowed = justified(data, size);
    scilama_context_options_init(&o, sizeof o);
    o.allocator = &counted;
    if (!size || !write_input(data, size) || scilama_context_create(&ctx, &o, NULL) != SCILAMA_OK) return 0;
    int64_t before = 0, after = 0;
    scilama_context_memory(ctx, &before, NULL);
    read_all(ctx);
    scilama_context_memory(ctx, &after, NULL);
    if (before != after) failed("memory is not given back", before, after);
    scilama_context_destroy(ctx);
    return 0;
}

#if HDF5 && !defined(FUZZ_REPLAY)
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

static unsigned draw(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* What an HDF5 file says of places is absolute, so that a byte more or less breaks everything behind it: seven of eight
 * mutations stay within 4 to 67 bytes that are not all zero and keep the length; most of them spare the superblock, of
 * 96 bytes behind the user block, without which nothing else is read. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    size_t first = size > 520 && !memcmp(data + 512, "\x89HDF", 4) ? 512 + 96 : 96;
    if (draw(&seed) % 8 == 0 || size < first + 80) return LLVMFuzzerMutate(data, size, most);
    if (draw(&seed) % 16 == 0) first = 0;
    size_t at = first + draw(&seed) % (size - first), length = 4 + draw(&seed) % 64;
    while (at < size && !data[at]) at++;
    at -= at >= first + 4 ? 4 : 0;
    if (at + length > size) at = size - length;
    LLVMFuzzerMutate(data + at, length, length);
    return size;
}
#endif

#ifdef FUZZ_REPLAY
int main(int argc, char **argv)
{
    static uint8_t bytes[4 << 20];
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        if (!f) return 1;
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        uint8_t *exact = malloc(n + 1); /* so that sanitizers see the end */
        if (!exact) return 1;
        memcpy(exact, bytes, n);
        LLVMFuzzerTestOneInput(exact, n);
        free(exact);
    }
    printf("%d inputs\n", argc - 1);
    return 0;
}
#endif
