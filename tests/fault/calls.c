/* SPDX-License-Identifier: MIT */
/* Every public call that reads or writes a file, in one process, with every operation on files failing in turn, alone and
 * with all after it: it fails with a sentence, or succeeds where the operation need not; what was to be written is the old
 * file or the new one; no memory, descriptor or file is left; and the same call succeeds right afterwards.
 * Run with libfaulty.so preloaded, which it finds fault_arm() in. Usage: fault_calls DATA, the folder tests/data. */
#include <scilama/scilama.h>
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static scilama_context *context;
static scilama_error error;
static scilama_dataset *cells;
static scilama_model *model;
static scilama_gene_table *table;
static char folder[] = "/tmp/scilama-calls-XXXXXX";

enum { CELLS = 12, GENES = 8 };
static float values[CELLS * GENES];
static const char *const names[GENES] = { "a", "b", "c", "d", "e", "f", "g", "h" };

static int die(const char *what, const char *detail)
{
    printf("%s: %s\n", what, detail);
    exit(1);
}

static scilama_matrix matrix(void)
{
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_DENSE;
    m.value_type = SCILAMA_DTYPE_F32;
    m.rows = CELLS, m.cols = GENES, m.values = values;
    return m;
}

/* --- the calls ------------------------------------------------------------------------ */

static scilama_status read_cells(const char *path)
{
    scilama_dataset *d = NULL;
    scilama_status status = scilama_dataset_read(&d, context, path, NULL, &error);
    scilama_dataset_destroy(d);
    return status;
}

static scilama_status read_h5ad(void) { return read_cells("plain.h5ad"); }
static scilama_status read_h5mu(void) { return read_cells("rna_prot.h5mu"); }
static scilama_status read_loom(void) { return read_cells("cells.loom"); }

static scilama_status read_streamed(void)
{
    scilama_dataset *d = NULL;
    scilama_file_options o;
    scilama_file_options_init(&o, sizeof o);
    o.stream_memory = 1 << 20;
    o.scratch_folder = ".";
    scilama_status status = scilama_dataset_read(&d, context, "csc.h5ad", &o, &error);
    scilama_dataset_destroy(d);
    return status;
}

static scilama_status describe(void)
{
    char *text = NULL;
    scilama_status status = scilama_file_describe(&text, context, "plain.h5ad", NULL, &error);
    scilama_text_destroy(context, text);
    return status;
}

static scilama_status read_array(void)
{
    float z[CELLS];
    int64_t rows, width;
    return scilama_h5ad_read_array(context, "plain.h5ad", "obsm/z", &rows, &width, z, CELLS, &error);
}

static scilama_status read_text(void)
{
    char *text = NULL;
    scilama_status status = scilama_h5ad_read_string(&text, context, "plain.h5ad", "uns/title", &error);
    scilama_text_destroy(context, text);
    return status;
}

static scilama_status finish(scilama_h5ad_writer *w, scilama_status status)
{
    if (!status) status = scilama_h5ad_writer_put_obsm(w, "z", values, 1, 0, &error);
    if (!status) status = scilama_h5ad_writer_put_uns_string(w, "title", "a title", &error);
    if (!status) status = scilama_h5ad_writer_commit(w, &error);
    scilama_h5ad_writer_destroy(w);
    return status;
}

static scilama_status write_new(void)
{
    scilama_h5ad_writer *w = NULL;
    scilama_matrix m = matrix();
    scilama_status status = scilama_h5ad_writer_create(&w, context, "out.h5ad", &m, NULL, names, &error);
    return finish(w, status);
}

static scilama_status write_from(const char *input)
{
    scilama_h5ad_writer *w = NULL;
    scilama_status status = scilama_h5ad_writer_open(&w, context, input, "out.h5ad", &error);
    return finish(w, status);
}

static scilama_status write_copy(void) { return write_from("plain.h5ad"); }
static scilama_status write_old(void) { return write_from("csc.h5ad"); }
static scilama_status write_modality(void) { return write_from("rna_prot.h5mu"); }
static scilama_status write_loom(void) { return write_from("cells.loom"); }
static scilama_status save_model(void) { return scilama_model_save(model, "out.h5", &error); }
static scilama_status write_table(void) { return scilama_gene_table_write(table, "out.h5", &error); }

static scilama_status load_model(void)
{
    scilama_model *m = NULL;
    scilama_status status = scilama_model_load(&m, context, "model.h5", &error);
    scilama_model_destroy(m);
    return status;
}

static scilama_status read_one_table(const char *path)
{
    scilama_gene_table *t = NULL;
    scilama_status status = scilama_gene_table_read(&t, context, path, NULL, &error);
    scilama_gene_table_destroy(t);
    return status;
}

static scilama_status read_table(void) { return read_one_table("table.h5"); }
static scilama_status read_text_table(void) { return read_one_table("table.tsv"); }

static scilama_status read_sets(void)
{
    scilama_gene_sets *s = NULL;
    scilama_status status = scilama_gene_sets_read(&s, context, "sets.gmt", &error);
    scilama_gene_sets_destroy(s);
    return status;
}

static scilama_status read_aliases(void)
{
    scilama_gene_aliases *s = NULL;
    scilama_status status = scilama_gene_aliases_read(&s, context, "aliases.tsv", &error);
    scilama_gene_aliases_destroy(s);
    return status;
}

static const struct { const char *name; scilama_status (*call)(void); const char *output; } calls[] = {
    { "dataset_read of .h5ad", read_h5ad, NULL }, { "dataset_read of .h5mu", read_h5mu, NULL }, { "dataset_read of loom", read_loom, NULL },
    { "dataset_read streamed", read_streamed, NULL }, { "file_describe", describe, NULL }, { "h5ad_read_array", read_array, NULL },
    { "h5ad_read_string", read_text, NULL }, { "h5ad_writer_create", write_new, "out.h5ad" }, { "h5ad_writer_open", write_copy, "out.h5ad" },
    { "h5ad_writer_open of anndata 0.7", write_old, "out.h5ad" }, { "h5ad_writer_open of .h5mu", write_modality, "out.h5ad" },
    { "h5ad_writer_open of loom", write_loom, "out.h5ad" }, { "model_save", save_model, "out.h5" }, { "model_load", load_model, NULL },
    { "gene_table_write", write_table, "out.h5" }, { "gene_table_read of HDF5", read_table, NULL }, { "gene_table_read of text", read_text_table, NULL },
    { "gene_sets_read", read_sets, NULL }, { "gene_aliases_read", read_aliases, NULL },
};

/* --- files, and what is left ----------------------------------------------------------- */

static int entries(const char *path)
{
    int n = 0;
    DIR *d = opendir(path);
    while (d && readdir(d)) n++;
    if (d) closedir(d);
    return n;
}

static void put(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");
    if (!f || fputs(text, f) < 0 || fclose(f)) die("cannot write", name);
}

static long size_of(const char *name)
{
    struct stat s;
    return stat(name, &s) ? -1 : (long)s.st_size;
}

static void unpack(const char *data, const char *from, const char *to)
{
    char path[600], bytes[4096];
    snprintf(path, sizeof path, "%s/%s", data, from);
    gzFile in = gzopen(path, "rb");
    FILE *out = fopen(to, "wb");
    if (!in || !out) die("cannot unpack", path);
    for (int n; (n = gzread(in, bytes, sizeof bytes)) > 0;) fwrite(bytes, 1, (size_t)n, out);
    gzclose(in);
    fclose(out);
}

static void prepare(const char *data)
{
    scilama_matrix m = matrix();
    scilama_model_options o;
    scilama_model_options_init(&o, sizeof o, SCILAMA_PRESET_PUBLISHED);
    o.latent = 2;
    memset(o.hidden, 0, sizeof o.hidden);
    o.hidden[0] = 4;
    for (int i = 0; i < CELLS * GENES; i++) values[i] = (float)(i * 7 % 5);
    if (scilama_context_create(&context, NULL, &error) || scilama_dataset_create(&cells, context, &m, NULL, names, &error) ||
        scilama_gene_table_create(&table, context, names, values, GENES, 3, 0, &error) ||
        scilama_dataset_add_gene_table(cells, "t", table, NULL, NULL, &error) || scilama_model_create(&model, cells, &o, &error) ||
        scilama_model_save(model, "model.h5", &error) || scilama_gene_table_write(table, "table.h5", &error) || write_new()) die("prepare", error.message);
    rename("out.h5ad", "plain.h5ad");
    unpack(data, "doors/rna_prot.h5mu.gz", "rna_prot.h5mu");
    unpack(data, "doors/cells.loom.gz", "cells.loom");
    unpack(data, "anndata/anndata_0.7.8_csc.h5ad.gz", "csc.h5ad");
    put("table.tsv", "a\t1\t2\nb\t3\t4\n");
    put("sets.gmt", "s\tx\ta\tb\nt\t\tc\td\n");
    put("aliases.tsv", "x\ta\ny\tb\n");
}

int main(int argc, char **argv)
{
    void (*arm)(long, long, int);
    long (*count)(void);
    char data[500];
    *(void **)&arm = dlsym(RTLD_DEFAULT, "fault_arm");
    *(void **)&count = dlsym(RTLD_DEFAULT, "fault_count");
    if (argc != 2 || !arm || !count) die("usage", "LD_PRELOAD=libfaulty.so fault_calls DATA");
    if (!realpath(argv[1], data) || !mkdtemp(folder) || chdir(folder)) die("cannot enter", folder);
    prepare(data);
    long operations = 0, runs = 0;
    for (size_t c = 0; c < sizeof calls / sizeof *calls; c++) {
        const char *name = calls[c].name, *output = calls[c].output;
        int64_t before = 0, after = 0;
        for (int warm = 0; warm < 2; warm++) { /* HDF5 keeps some things from the first time on */
            arm(0, 0, 0);
            if (calls[c].call()) die(name, error.message);
        }
        long n = count(), whole = output ? size_of(output) : 0;
        operations += n;
        for (long at = 1; at <= n; at++)
            for (int last = 0; last < 2; last++, runs++) {
                if (output) put(output, "old");
                int files = entries("."), open = entries("/proc/self/fd");
                scilama_context_memory(context, &before, NULL);
                memset(&error, 0, sizeof error);
                arm(at, last ? 0 : at, 0);
                scilama_status status = calls[c].call();
                arm(0, 0, 0);
                scilama_context_memory(context, &after, NULL);
                if (status && (error.code != status || !error.message[0])) die(name, "a failure without a sentence");
                if (before != after) die(name, "memory is not given back");
                if (entries("/proc/self/fd") != open) die(name, "a descriptor is left");
                if (entries(".") != files) die(name, "a file is left");
                if (output && size_of(output) != 3 && size_of(output) != whole) die(name, "the output is neither the old nor the new");
                if (output && !status && size_of(output) != whole) die(name, "a success without the output");
                if (calls[c].call()) die(name, error.message); /* the disc works again */
            }
        printf("%s: %ld operations\n", name, n);
        if (output) unlink(output);
    }
    scilama_model_destroy(model);
    scilama_dataset_destroy(cells);
    scilama_gene_table_destroy(table);
    scilama_context_destroy(context);
    printf("%zu calls, %ld operations, %ld runs\n", sizeof calls / sizeof *calls, operations, runs);
    static const char *const left[] = { "model.h5", "table.h5", "plain.h5ad", "rna_prot.h5mu", "cells.loom", "csc.h5ad", "table.tsv", "sets.gmt", "aliases.tsv" };
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) unlink(left[i]);
    return rmdir(folder) ? die("something is left in", folder) : 0;
}
