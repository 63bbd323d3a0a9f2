/* SPDX-License-Identifier: MIT */
#include "file/text.h"
#include "io/table.h"

/* Parquet, through DuckDB's C interface where its library is found at run time. Nothing of
 * DuckDB is needed to build: what is used here is in the stable part of its interface. */

static scilama_status no_reader(const char *path, const char *why, scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_UNSUPPORTED, "%.40s is Parquet, and %s: install it, or in Python: d = pandas.read_parquet(f); numpy.save('t.npy', "
                                                  "numpy.stack(d.embedding)); d.gene_id.to_csv('t.txt', index=False, header=False)", path, why);
}

#ifndef SLM_HAVE_PARQUET

scilama_status slm_table_parquet(slm_raw_table *out, scilama_context *ctx, const char *path, const char *key, scilama_error *error)
{
    (void)ctx, (void)key;
    return no_reader(path, "this build has no Parquet", error);
}

#else
#include <dlfcn.h>

typedef struct duck_result { uint64_t unused[3]; void *columns, *message, *internal; } duck_result;
typedef struct duck_list { uint64_t offset, length; } duck_list;
typedef struct duck_text { uint32_t length; char inlined[4]; union { char more[8]; const char *pointer; } rest; } duck_text;

/* Name, result and parameters of each function. */
#define DUCK_FUNCTIONS(X) \
    X(create_config, int, (void **)) X(set_config, int, (void *, const char *, const char *)) X(destroy_config, void, (void **)) \
    X(open_ext, int, (const char *, void **, void *, char **)) X(close, void, (void **)) X(free, void, (void *)) \
    X(connect, int, (void *, void **)) X(disconnect, void, (void **)) \
    X(prepare, int, (void *, const char *, void **)) X(prepare_error, const char *, (void *)) X(destroy_prepare, void, (void **)) \
    X(bind_varchar, int, (void *, uint64_t, const char *)) X(execute_prepared, int, (void *, duck_result *)) \
    X(result_error, const char *, (duck_result *)) X(destroy_result, void, (duck_result *)) \
    X(fetch_chunk, void *, (duck_result)) X(destroy_data_chunk, void, (void **)) X(data_chunk_get_size, uint64_t, (void *)) \
    X(data_chunk_get_vector, void *, (void *, uint64_t)) X(vector_get_data, void *, (void *)) X(vector_get_validity, uint64_t *, (void *)) \
    X(list_vector_get_child, void *, (void *)) X(list_vector_get_size, uint64_t, (void *))

typedef struct duck {
    void *library, *config, *database, *connection, *statement;
    duck_result result;
    bool have_result;
#define DECLARE(name, type, parameters) type(*name) parameters;
    DUCK_FUNCTIONS(DECLARE)
#undef DECLARE
} duck;

typedef struct reading {
    scilama_context *ctx;
    const char *path, *key;
    slm_name_list names;
    float *values;
    int64_t rows, width, room;
} reading;

static bool find(duck *d, const char *name, void *function)
{
    char symbol[64];
    snprintf(symbol, sizeof symbol, "duckdb_%s", name);
    void *address = dlsym(d->library, symbol);
    memcpy(function, &address, sizeof address);
    return address != NULL;
}

static scilama_status load(duck *d, const char *path, scilama_error *error)
{
#ifdef __APPLE__
    static const char library[] = "libduckdb.dylib";
#else
    static const char library[] = "libduckdb.so";
#endif
    d->library = dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!d->library) return no_reader(path, "libduckdb is not found", error);
    bool all = true;
#define FIND(name, type, parameters) all = find(d, #name, &d->name) && all;
    DUCK_FUNCTIONS(FIND)
#undef FIND
    return all ? SCILAMA_OK : no_reader(path, "libduckdb is too old or new", error);
}

static void unload(duck *d)
{
    if (d->have_result) d->destroy_result(&d->result);
    if (d->statement) d->destroy_prepare(&d->statement);
    if (d->connection) d->disconnect(&d->connection);
    if (d->database) d->close(&d->database);
    if (d->config) d->destroy_config(&d->config);
    if (d->library) dlclose(d->library);
}

/* The first line of what DuckDB says. */
static scilama_status duck_failed(const reading *r, const char *text, scilama_error *error)
{
    int length = text ? (int)strcspn(text, "\n") : 0;
    return slm_fail(error, SCILAMA_E_FORMAT, "%.80s: the columns gene_id and %.30s cannot be read: %.*s", r->path, r->key, length > 90 ? 90 : length, text ? text : "");
}

static scilama_status open_database(duck *d, const reading *r, scilama_error *error)
{
    /* one thread, nothing fetched, nothing written */
    static const char *const settings[][2] = { { "threads", "1" }, { "autoinstall_known_extensions", "false" }, { "autoload_known_extensions", "false" }, { "temp_directory", "" } };
    char *text = NULL;
    if (d->create_config(&d->config)) return slm_fail_nomem(error);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) d->set_config(d->config, settings[i][0], settings[i][1]);
    scilama_status status = SCILAMA_OK;
    if (d->open_ext(NULL, &d->database, d->config, &text)) status = duck_failed(r, text, error);
    if (text) d->free(text);
    if (!status && d->connect(d->database, &d->connection)) status = slm_fail_nomem(error);
    return status;
}

static scilama_status query(duck *d, const reading *r, scilama_error *error)
{
    char sql[600], column[256];
    size_t n = 0;
    for (const char *p = r->key; *p && n + 3 < sizeof column; p++) {
        if (*p == '"') column[n++] = '"';
        column[n++] = *p;
    }
    column[n] = 0;
    snprintf(sql, sizeof sql, "SELECT CAST(\"gene_id\" AS VARCHAR), CAST(\"%s\" AS FLOAT[]) FROM read_parquet(?)", column);
    if (d->prepare(d->connection, sql, &d->statement) && !d->statement) return slm_fail_nomem(error);
    if (d->prepare_error(d->statement)) return duck_failed(r, d->prepare_error(d->statement), error);
    if (d->bind_varchar(d->statement, 1, r->path)) return slm_fail_nomem(error);
    d->have_result = true;
    return d->execute_prepared(d->statement, &d->result) ? duck_failed(r, d->result_error(&d->result), error) : SCILAMA_OK;
}

static bool valid(const uint64_t *mask, uint64_t row) { return !mask || (mask[row / 64] >> row % 64 & 1); }

static scilama_status add_row(reading *r, const duck_text *name, const float *vector, int64_t width, scilama_error *error)
{
    const char *text = name->length <= 12 ? name->inlined : name->rest.pointer;
    if (r->rows == 0) r->width = width;
    if (width != r->width || width < 1)
        return slm_fail(error, SCILAMA_E_FORMAT, "%.120s: the vector of '%.*s' has %" PRId64 " numbers where the first has %" PRId64, r->path,
                        (int)(name->length > 40 ? 40 : name->length), text, width, r->width);
    if (r->rows == r->room) {
        int64_t room = r->room ? 2 * r->room : 1024, count;
        float *grown = slm_mul_size(room, width, &count) ? slm_realloc_array(r->ctx, r->values, r->rows * width, count, sizeof *grown) : NULL;
        if (!grown) return slm_fail_nomem(error);
        r->values = grown;
        r->room = room;
    }
    memcpy(r->values + r->rows++ * width, vector, (size_t)width * sizeof *vector);
    return slm_name_list_add(&r->names, text, name->length) ? SCILAMA_OK : slm_fail_nomem(error);
}

static scilama_status read_chunk(duck *d, reading *r, void *chunk, scilama_error *error)
{
    void *names = d->data_chunk_get_vector(chunk, 0), *lists = d->data_chunk_get_vector(chunk, 1), *child = d->list_vector_get_child(lists);
    const duck_text *text = d->vector_get_data(names);
    const duck_list *list = d->vector_get_data(lists);
    const float *numbers = d->vector_get_data(child);
    const uint64_t *named = d->vector_get_validity(names), *listed = d->vector_get_validity(lists), *there = d->vector_get_validity(child);
    uint64_t total = d->list_vector_get_size(lists), rows = d->data_chunk_get_size(chunk);
    scilama_status status = SCILAMA_OK;
    for (uint64_t i = 0; i < rows && !status; i++) {
        bool whole = valid(named, i) && valid(listed, i) && list[i].offset <= total && list[i].length <= total - list[i].offset;
        for (uint64_t k = 0; whole && k < list[i].length; k++) whole = valid(there, list[i].offset + k);
        if (!whole) return slm_fail(error, SCILAMA_E_FORMAT, "%.150s: row %" PRId64 " has no name, or a vector with missing numbers", r->path, r->rows + 1);
        status = add_row(r, &text[i], numbers + list[i].offset, (int64_t)list[i].length, error);
    }
    return status;
}

scilama_status slm_table_parquet(slm_raw_table *out, scilama_context *ctx, const char *path, const char *key, scilama_error *error)
{
    duck d = { 0 };
    reading r = { .ctx = ctx, .path = path, .key = key ? key : "embedding" };
    slm_name_list_init(&r.names, ctx);
    scilama_status status = load(&d, path, error);
    if (!status) status = open_database(&d, &r, error);
    if (!status) status = query(&d, &r, error);
    while (!status) {
        void *chunk = d.fetch_chunk(d.result);
        if (!chunk) break;
        if (d.data_chunk_get_size(chunk) == 0) status = SCILAMA_OK;
        else status = slm_cancelled(ctx) ? slm_fail_cancelled(error) : read_chunk(&d, &r, chunk, error);
        d.destroy_data_chunk(&chunk);
    }
    if (!status && d.result_error(&d.result)) status = duck_failed(&r, d.result_error(&d.result), error);
    if (d.library) unload(&d);
    if (!status) status = slm_name_list_take(&r.names, &out->names, error);
    out->values = r.values;
    out->rows = r.rows;
    out->width = r.width;
    slm_name_list_free(&r.names);
    return status;
}
#endif
