/* SPDX-License-Identifier: MIT */
/* Files as one data set: cells numbered through, genes the same in every file. */

#include "job.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256, STREAM = 256 << 20 };

/* Streamed files of rank 0, which rows of the whole are fetched from. */
typedef struct store { const job *j; scilama_dataset *part[MAX_FILES]; int64_t genes; } store;
static store whole;

/* lane × cells / batch_size, without overflow */
int64_t lane_start(const job *j, int64_t lane)
{
    int64_t batch = j->training.batch_size;
    return lane * (j->cells / batch) + lane * (j->cells % batch) / batch;
}

static scilama_dataset *open_file(job *j, int f)
{
    scilama_file_options o;
    scilama_dataset *d = NULL;
    int64_t zero = 0;
    scilama_file_options_init(&o, sizeof o);
    o.stream_memory = STREAM;
    need(j, scilama_dataset_read_h5ad(&d, j->context, j->file[f], &o, &j->error));
    float *row = get_memory(j, scilama_dataset_genes(d), sizeof *row);
    need(j, scilama_dataset_get_prepared(d, &zero, 1, row, 0, &j->error)); /* from here on genes are in order of their names */
    free(row);
    return d;
}

static scilama_status fetch(void *user, const scilama_row_block *block, scilama_error *error)
{
    store *s = user;
    int64_t local[BLOCK];
    for (int64_t at = 0, n; at < block->rows; at += n) {
        int f = 0;
        while (block->cells[at] >= s->j->first[f + 1]) f++;
        for (n = 0; n < BLOCK && at + n < block->rows && block->cells[at + n] < s->j->first[f + 1]; n++) local[n] = block->cells[at + n] - s->j->first[f];
        scilama_status status = scilama_dataset_get_prepared(s->part[f], local, n, block->values + at * block->genes, 0, error);
        if (status) return status;
    }
    return SCILAMA_OK;
}

static void close_store(void *user)
{
    store *s = user;
    for (int f = 0; f < s->j->files; f++) scilama_dataset_destroy(s->part[f]);
}

static const char **gene_names(job *j, const scilama_dataset *d)
{
    int64_t genes = scilama_dataset_genes(d);
    const char **name = get_memory(j, genes, sizeof *name);
    for (int64_t g = 0; g < genes; g++)
        if (!(name[g] = scilama_dataset_used_gene_name(d, g))) refuse(j, "the genes of a file have no names");
    return name;
}

static void same_genes(job *j, const scilama_dataset *d, int f, const char *const *name, int64_t genes)
{
    bool same = scilama_dataset_genes(d) == genes;
    for (int64_t g = 0; g < genes && same; g++) same = !strcmp(scilama_dataset_used_gene_name(d, g), name[g]);
    if (!same) refuse(j, "%s has other genes than %s: all files must have the same", j->file[f], j->file[0]);
}

/* Values of the column of batches, of cells [from, to) of file f, to value[0 …]. */
static void batch_values(job *j, const scilama_dataset *d, int f, int64_t from, int64_t to, const char **value)
{
    if (!strcmp(j->batch, "file")) {
        for (int64_t i = from; i < to; i++) value[i - from] = j->file[f];
        return;
    }
    int32_t *code = get_memory(j, scilama_dataset_cells(d), sizeof *code);
    if (scilama_dataset_get_codes(d, j->batch, code, &j->error)) refuse(j, "%s: --batch %s: %.200s", j->file[f], j->batch, j->error.message);
    for (int64_t i = from; i < to; i++) value[i - from] = code[i] < 0 ? NULL : scilama_dataset_category(d, j->batch, code[i]);
    free(code);
}

void read_all(job *j)
{
    whole.j = j;
    for (int f = 0; f < j->files; f++) {
        whole.part[f] = open_file(j, f);
        j->first[f + 1] = j->first[f] + scilama_dataset_cells(whole.part[f]);
    }
    j->cells = j->first[j->files];
    whole.genes = scilama_dataset_genes(whole.part[0]);
    const char **name = gene_names(j, whole.part[0]);
    for (int f = 1; f < j->files; f++) same_genes(j, whole.part[f], f, name, whole.genes);
    scilama_row_source source;
    scilama_row_source_init(&source, sizeof source);
    source.storage = SCILAMA_STORAGE_DENSE;
    source.rows = j->cells;
    source.cols = whole.genes;
    source.memory = STREAM;
    source.lump = BLOCK;
    source.fetch = fetch;
    source.user = &whole;
    source.release = close_store;
    need(j, scilama_dataset_create_from_rows(&j->all, j->context, &source, NULL, name, &j->error));
    free(name);
    if (!j->batch) return;
    const char **value = get_memory(j, j->cells, sizeof *value);
    for (int f = 0; f < j->files; f++) batch_values(j, whole.part[f], f, 0, j->first[f + 1] - j->first[f], value + j->first[f]);
    need(j, scilama_dataset_set_strings(j->all, j->batch, value, &j->error));
    need(j, scilama_dataset_use_covariate(j->all, j->batch, SCILAMA_COVARIATE_CATEGORICAL, &j->error));
    free(value);
}

char **cell_names(job *j)
{
    char **name = get_memory(j, j->cells, sizeof *name);
    for (int f = 0; f < j->files; f++)
        for (int64_t i = j->first[f]; i < j->first[f + 1]; i++) name[i] = beside(j, scilama_dataset_cell_name(whole.part[f], i - j->first[f]), "");
    return name;
}

/* Grows by half. */
typedef struct entries { float *value; int32_t *column; int64_t count, room; } entries;

static void append(job *j, entries *e, const float *row, int64_t genes)
{
    if (e->count + genes > e->room) {
        e->room = e->room + e->room / 2 + genes;
        e->value = realloc(e->value, (size_t)e->room * sizeof *e->value);
        e->column = realloc(e->column, (size_t)e->room * sizeof *e->column);
        if (!e->value || !e->column) refuse(j, "not enough memory for the cells of this rank: use more ranks");
    }
    for (int64_t g = 0; g < genes; g++)
        if (row[g] != 0) e->value[e->count] = row[g], e->column[e->count++] = (int32_t)g;
}

/* Cells [from, to) of a file into the matrix, from row `at`. */
static void take_rows(job *j, scilama_dataset *d, int64_t from, int64_t to, int64_t genes, entries *e, int64_t *indptr)
{
    float *rows = get_memory(j, BLOCK * genes, sizeof *rows);
    int64_t local[BLOCK];
    for (int64_t at = from, n; at < to; at += n) {
        for (n = 0; n < BLOCK && at + n < to; n++) local[n] = at + n;
        need(j, scilama_dataset_get_prepared(d, local, n, rows, 0, &j->error));
        for (int64_t r = 0; r < n; r++) {
            append(j, e, rows + r * genes, genes);
            indptr[at + r - from + 1] = e->count;
        }
    }
    free(rows);
}

void read_shard(job *j)
{
    int64_t own = j->shard_last - j->shard_first, genes = 0;
    entries e = { 0 };
    int64_t *indptr = get_memory(j, own + 1, sizeof *indptr);
    const char **value = get_memory(j, own, sizeof *value), **name = NULL;
    scilama_dataset **opened = get_memory(j, j->files, sizeof *opened);
    for (int f = 0; f < j->files; f++) {
        int64_t from = j->first[f] > j->shard_first ? j->first[f] : j->shard_first, to = j->first[f + 1] < j->shard_last ? j->first[f + 1] : j->shard_last;
        if (from >= to) continue;
        opened[f] = open_file(j, f);
        if (!name) name = gene_names(j, opened[f]), genes = scilama_dataset_genes(opened[f]);
        take_rows(j, opened[f], from - j->first[f], to - j->first[f], genes, &e, indptr + (from - j->shard_first));
        if (j->batch) batch_values(j, opened[f], f, from - j->first[f], to - j->first[f], value + (from - j->shard_first));
    }
    scilama_matrix m;
    scilama_matrix_init(&m, sizeof m);
    m.storage = SCILAMA_STORAGE_CSR;
    m.value_type = SCILAMA_DTYPE_F32;
    m.indptr_type = SCILAMA_DTYPE_I64;
    m.rows = own;
    m.cols = genes;
    m.stored = e.count;
    m.values = e.value;
    m.indices = e.column;
    m.indptr = indptr;
    need(j, scilama_dataset_create(&j->shard, j->context, &m, NULL, name, &j->error));
    if (j->batch) need(j, scilama_dataset_set_strings(j->shard, j->batch, value, &j->error));
    if (j->batch) need(j, scilama_dataset_use_covariate(j->shard, j->batch, SCILAMA_COVARIATE_CATEGORICAL, &j->error));
    for (int f = 0; f < j->files; f++) scilama_dataset_destroy(opened[f]);
    free(opened), free(name), free(value), free(indptr), free(e.value), free(e.column);
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
