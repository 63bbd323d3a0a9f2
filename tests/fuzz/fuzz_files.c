/* SPDX-License-Identifier: MIT */
/* libFuzzer target for the readers. The format is chosen at compile time (FUZZ_*), so
 * that each has its own corpus. Without libFuzzer, main() runs the files it is given:
 * the regression test over tests/fuzz/corpus. */
#include "scilama/scilama.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int write_file(const char *path, const uint8_t *data, size_t size)
{
    FILE *f = fopen(path, "wb");
    if (!f) return 0;
    fwrite(data, 1, size, f);
    fclose(f);
    return 1;
}

static void read_tables(scilama_context *ctx, const char *path)
{
    scilama_gene_table *t = NULL;
    scilama_error e;
    if (scilama_gene_table_read(&t, ctx, path, NULL, &e) == SCILAMA_OK) scilama_gene_table_destroy(t);
    else if (t || !e.message[0]) abort();
}

static void read_datasets(scilama_context *ctx, const char *path)
{
    scilama_dataset *d = NULL;
    scilama_error e;
    char *text = NULL;
    if (scilama_dataset_read(&d, ctx, path, NULL, &e) == SCILAMA_OK) scilama_dataset_destroy(d);
    else if (d || !e.message[0]) abort();
    if (scilama_file_describe(&text, ctx, path, NULL, &e) == SCILAMA_OK) scilama_text_destroy(ctx, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[] = "/tmp/scilama-fuzz-XXXXXX", path[64], names[64], features[64];
    scilama_context *ctx;
    if (!mkdtemp(folder)) return 0;
    if (scilama_context_create(&ctx, NULL, NULL) != SCILAMA_OK) return 0;
#if defined(FUZZ_MTX)
    snprintf(path, sizeof path, "%s/matrix.mtx", folder);
    snprintf(names, sizeof names, "%s/barcodes.tsv", folder);
    snprintf(features, sizeof features, "%s/genes.tsv", folder);
    write_file(names, (const uint8_t *)"a\nb\n", 4);
    write_file(features, (const uint8_t *)"i\tx\nj\ty\nk\tx\n", 12);
    if (write_file(path, data, size)) read_datasets(ctx, folder);
#else
    snprintf(path, sizeof path, "%s/f.bin", folder);
    snprintf(names, sizeof names, "%s/f.txt", folder);
    snprintf(features, sizeof features, "%s/none", folder);
    write_file(names, (const uint8_t *)"a\nb\n", 4);
    if (write_file(path, data, size)) {
#if defined(FUZZ_TABLE)
        read_tables(ctx, path);
#else
        read_datasets(ctx, path);
        read_tables(ctx, path);
#endif
    }
#endif
    int64_t now = 0, peak = 0;
    scilama_context_memory(ctx, &now, &peak);
    /* the context itself and line buffers; then in proportion to the input (deflate unpacks 1100-fold) */
    if (peak > (int64_t)(8 << 20) + 1100 * 16 * (int64_t)size) abort();
    scilama_context_destroy(ctx);
    unlink(path);
    unlink(names);
    unlink(features);
    rmdir(folder);
    (void)read_tables;
    (void)read_datasets;
    return 0;
}

#ifdef FUZZ_REPLAY
int main(int argc, char **argv)
{
    static uint8_t bytes[4 << 20];
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        if (!f) return 1;
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        LLVMFuzzerTestOneInput(bytes, n);
    }
    printf("%d inputs\n", argc - 1);
    return 0;
}
#endif
