/* SPDX-License-Identifier: MIT */
/* Files as one data set: cells numbered through, genes that all files have. */

#include "job.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256, STREAM = 256 << 20 };

/* lane × cells / batch_size, without overflow */
int64_t lane_start(const job *j, int64_t lane)
{
    int64_t batch = j->training.batch_size;
    return lane * (j->cells / batch) + lane * (j->cells % batch) / batch;
}

int64_t part_start(const job *j, int part) { return part * j->training.batch_size / j->parts; }

int rank_start(const job *j, int rank) { return (int)((int64_t)rank * j->parts / j->ranks); }

static scilama_dataset *open_file(job *j, int f)
{
    scilama_file_options o;
    scilama_dataset *d = NULL;
    scilama_file_options_init(&o, sizeof o);
    o.stream_memory = STREAM;
    need(j, scilama_dataset_read_h5ad(&d, j->context, j->file[f], &o, &j->error));
    return d;
}

/* Columns of cells are aligned by the whole; genes are those that all files have. */
static scilama_dataset *join(job *j, scilama_dataset *const *part, const char *const *keys, int64_t n)
{
    scilama_dataset *whole = NULL;
    scilama_concat_options o;
    scilama_concat_options_init(&o, sizeof o);
    o.keys = keys;
    o.label = "file";
    o.release = 1;
    need(j, scilama_dataset_concat(&whole, part, n, &o, &j->error));
    if (!j->batch) return whole;
    need(j, scilama_dataset_use_covariate(whole, j->batch, SCILAMA_COVARIATE_CATEGORICAL, &j->error));
    return whole;
}

/* Streamed from all files. */
void read_all(job *j)
{
    scilama_dataset **part = get_memory(j, j->files, sizeof *part);
    for (int f = 0; f < j->files; f++) {
        part[f] = open_file(j, f);
        j->first[f + 1] = j->first[f] + scilama_dataset_cells(part[f]);
    }
    j->cells = j->first[j->files];
    j->all = join(j, part, j->file, j->files);
    int64_t genes = scilama_dataset_genes(j->all), most = genes;
    for (int f = 0; f < j->files; f++) {
        if (scilama_dataset_genes(part[f]) > most) most = scilama_dataset_genes(part[f]);
        scilama_dataset_destroy(part[f]);
    }
    if (genes < most) printf("%" PRId64 " genes are in all files; the others, up to %" PRId64 " of a file, are left out\n", genes, most - genes);
    free(part);
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

void share_genes(job *j)
{
    int64_t bytes = 0, at = 0;
    if (!j->rank) {
        j->genes = scilama_dataset_genes(j->all);
        for (int64_t g = 0; g < j->genes; g++) {
            if (!scilama_dataset_gene_name(j->all, g)) refuse(j, "the genes of a file have no names");
            bytes += (int64_t)strlen(scilama_dataset_gene_name(j->all, g)) + 1;
        }
        if (bytes > INT32_MAX) refuse(j, "the names of the genes are too long together");
    }
    MPI_Bcast(&j->genes, 1, MPI_INT64_T, 0, MPI_COMM_WORLD); /* the others wait here */
    MPI_Bcast(&bytes, 1, MPI_INT64_T, 0, MPI_COMM_WORLD);
    char *text = get_memory(j, bytes, 1);
    for (int64_t g = 0; g < j->genes && !j->rank; g++) {
        const char *name = scilama_dataset_gene_name(j->all, g);
        memcpy(text + at, name, strlen(name) + 1);
        at += (int64_t)strlen(name) + 1;
    }
    MPI_Bcast(text, (int)bytes, MPI_CHAR, 0, MPI_COMM_WORLD);
    j->gene = get_memory(j, j->genes, sizeof *j->gene);
    for (int64_t g = 0; g < j->genes; g++, text += strlen(text) + 1) j->gene[g] = text;
    qsort(j->gene, (size_t)j->genes, sizeof *j->gene, by_name);
}

char **cell_names(job *j)
{
    char **name = get_memory(j, j->cells, sizeof *name);
    for (int64_t i = 0; i < j->cells; i++) name[i] = beside(j, scilama_dataset_cell_name(j->all, i), "");
    return name;
}

/* Grows by half. */
typedef struct entries { float *value; int32_t *column; int64_t count, room; } entries;

static void append(job *j, entries *e, const float *row, const int32_t *column, int64_t genes)
{
    if (e->count + genes > e->room) {
        e->room = e->room + e->room / 2 + genes;
        e->value = realloc(e->value, (size_t)e->room * sizeof *e->value);
        e->column = realloc(e->column, (size_t)e->room * sizeof *e->column);
        if (!e->value || !e->column) refuse(j, "not enough memory for the cells of this rank: use more ranks");
    }
    for (int64_t g = 0; g < genes; g++)
        if (row[g] != 0 && column[g] >= 0) e->value[e->count] = row[g], e->column[e->count++] = column[g];
}

/* Cells [from, to) of an open file as a dataset in memory, of the genes that all files have: a size factor is that of one
 * process to the last bit. */
static scilama_dataset *take_rows(job *j, scilama_dataset *d, int64_t from, int64_t to)
{
    int64_t genes = scilama_dataset_genes(d), local[BLOCK], *indptr = get_memory(j, to - from + 1, sizeof *indptr);
    float *rows = get_memory(j, BLOCK * genes, sizeof *rows);
    const char **gene = get_memory(j, genes, sizeof *gene), **cell = get_memory(j, to - from, sizeof *cell);
    int32_t *column = get_memory(j, genes, sizeof *column), kept = 0;
    scilama_dataset *taken = NULL;
    scilama_matrix m;
    entries e = { 0 };
    need(j, scilama_dataset_get_prepared(d, &from, 1, rows, 0, &j->error)); /* without a recipe: as they came, genes in order of their names */
    for (int64_t g = 0; g < genes; g++) {
        const char *name = scilama_dataset_used_gene_name(d, g);
        bool has = name && bsearch(&name, j->gene, (size_t)j->genes, sizeof *j->gene, by_name);
        if (has) gene[kept] = name;
        column[g] = has ? kept++ : -1;
    }
    for (int64_t at = from, n; at < to; at += n) {
        for (n = 0; n < BLOCK && at + n < to; n++) local[n] = at + n;
        need(j, scilama_dataset_get_prepared(d, local, n, rows, 0, &j->error));
        for (int64_t r = 0; r < n; r++) {
            append(j, &e, rows + r * genes, column, genes);
            indptr[at + r - from + 1] = e.count;
        }
    }
    for (int64_t i = from; i < to; i++) cell[i - from] = scilama_dataset_cell_name(d, i);
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_CSR;
    m.value_type = SCILAMA_DTYPE_F32;
    m.indptr_type = SCILAMA_DTYPE_I64;
    m.rows = to - from;
    m.cols = kept;
    m.stored = e.count;
    m.values = e.value;
    m.indices = e.column;
    m.indptr = indptr;
    need(j, scilama_dataset_create(&taken, j->context, &m, cell, gene, &j->error));
    free(rows), free(gene), free(column), free(cell), free(indptr), free(e.value), free(e.column);
    return taken;
}

/* The column of batches, of cells from … on. */
static void take_batches(job *j, const scilama_dataset *d, int f, int64_t from, scilama_dataset *taken)
{
    int64_t n = scilama_dataset_cells(taken);
    int32_t *code = get_memory(j, scilama_dataset_cells(d), sizeof *code);
    const char **value = get_memory(j, n, sizeof *value);
    scilama_status status = scilama_dataset_get_codes(d, j->batch, code, &j->error);
    if (status && status != SCILAMA_E_NOTFOUND) refuse(j, "%s: --batch %s: %.200s", j->file[f], j->batch, j->error.message);
    for (int64_t i = 0; i < n && !status; i++) value[i] = code[from + i] < 0 ? NULL : scilama_dataset_category(d, j->batch, code[from + i]);
    need(j, scilama_dataset_set_strings(taken, j->batch, value, &j->error));
    free(code), free(value);
}

void read_shard(job *j)
{
    scilama_dataset **part = get_memory(j, j->files, sizeof *part);
    const char **key = get_memory(j, j->files, sizeof *key);
    int n = 0;
    for (int f = 0; f < j->files; f++) {
        int64_t from = j->first[f] > j->shard_first ? j->first[f] : j->shard_first, to = j->first[f + 1] < j->shard_last ? j->first[f + 1] : j->shard_last;
        if (from >= to) continue;
        scilama_dataset *d = open_file(j, f);
        part[n] = take_rows(j, d, from - j->first[f], to - j->first[f]);
        if (j->batch && strcmp(j->batch, "file")) take_batches(j, d, f, from - j->first[f], part[n]);
        key[n++] = j->file[f];
        scilama_dataset_destroy(d);
    }
    j->shard = join(j, part, key, n);
    for (int i = 0; i < n; i++) scilama_dataset_destroy(part[i]);
    free(part), free(key);
}

/* Cells × the model's genes, X left empty: the counts stay where they are. */
void write_output(job *j, const float *cells, const float *genes, int64_t latent, int64_t n_genes, const char *const *names)
{
    scilama_h5ad_writer *w = NULL;
    scilama_matrix m;
    const char **gene = get_memory(j, n_genes, sizeof *gene);
    int64_t *indptr = get_memory(j, j->cells + 1, sizeof *indptr);
    int32_t *code = get_memory(j, j->cells, sizeof *code), no_index[1] = { 0 };
    float no_value[1] = { 0 };
    for (int64_t g = 0; g < n_genes; g++) gene[g] = scilama_model_gene_name(j->model, g);
    for (int f = 0; f < j->files; f++)
        for (int64_t i = j->first[f]; i < j->first[f + 1]; i++) code[i] = f;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_CSR;
    m.value_type = SCILAMA_DTYPE_F32;
    m.indptr_type = SCILAMA_DTYPE_I64;
    m.rows = j->cells;
    m.cols = n_genes;
    m.values = no_value;
    m.indices = no_index;
    m.indptr = indptr;
    need(j, scilama_h5ad_writer_create(&w, j->context, j->output, &m, names, gene, &j->error));
    need(j, scilama_h5ad_writer_put_obsm(w, "X_scilama", cells, latent, 0, &j->error));
    if (genes) need(j, scilama_h5ad_writer_put_varm(w, "scilama", genes, latent, 0, &j->error));
    need(j, scilama_h5ad_writer_put_obs_categorical(w, "file", code, j->file, j->files, &j->error));
    need(j, scilama_h5ad_writer_commit(w, &j->error));
    scilama_h5ad_writer_destroy(w);
    free(gene), free(indptr), free(code);
}
