/* SPDX-License-Identifier: MIT */
/* Tables in and out through the Arrow C data interface, matrices out as DLPack: exchange
 * Only this file knows the data; a host has them from its own readers and gives them to its own
 * libraries. */

#include <scilama/scilama.h>
#include <scilama/dlpack.h> /* or the host's own dlpack.h */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { CELLS = 120, GENES = 40, WIDTH = 8, LATENT = 6 };

static char text[GENES][8];
static const char *names[GENES];
static float counts[CELLS * GENES], vectors[GENES * WIDTH];

static void make_data(void)
{
    for (int g = 0; g < GENES; g++) {
        snprintf(text[g], sizeof text[g], "gene%d", g);
        names[g] = text[g];
        for (int i = 0; i < WIDTH; i++) vectors[g * WIDTH + i] = (float)cos(g * WIDTH + i);
        for (int c = 0; c < CELLS; c++) counts[c * GENES + g] = (float)((c % 3 == g % 3 ? 6 : 1) * ((c * 7 + g * 5) % 4));
    }
}

/* Stands for a reader of the host, such as one of Parquet files, that gives batches of rows. */
static int open_table(struct ArrowArrayStream *stream, scilama_context *context, scilama_error *error)
{
    scilama_gene_table *table = NULL;
    struct ArrowSchema schema;
    struct ArrowArray array;
    int failed =
        scilama_gene_table_create(&table, context, names, vectors, GENES, WIDTH, 0, error) ||
        scilama_gene_table_to_arrow(table, &schema, &array, error) ||
        scilama_arrow_to_stream(stream, context, &schema, &array, error);
    scilama_gene_table_destroy(table); /* what went out owns what it shows */
    return failed;
}

static void print_table(const struct ArrowSchema *schema, const struct ArrowArray *array)
{
    printf("%d rows:", (int)array->length);
    for (int64_t i = 0; i < schema->n_children; i++) {
        const struct ArrowSchema *column = schema->children[i];
        printf(" %s (%s%s)", column->name, column->format, column->dictionary ? ", dictionary" : "");
    }
    printf("\n");
}

int main(void)
{
    scilama_error error = { 0 };
    scilama_context *context = NULL;
    scilama_dataset *data = NULL;
    scilama_gene_table *table = NULL;
    scilama_model *model = NULL;
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray array;
    DLManagedTensorVersioned *weight = NULL;
    make_data();

    int failed = scilama_context_create(&context, NULL, &error) || open_table(&stream, context, &error);
    if (failed) goto done;

    scilama_arrow_options take;
    scilama_arrow_options_init(&take, sizeof take);
    take.names = "gene_id";     /* NULL finds the usual names, or the only column of strings, */
    take.vectors = "embedding"; /* and the only column of lists, or columns of single numbers */
    take.skip_nulls = 1;        /* rows without a name or a vector are left out */
    failed = scilama_gene_table_from_arrow_stream(&table, context, &stream, &take, &error);
    if (failed) goto done; /* the stream is released in any case */

    scilama_matrix matrix;
    scilama_model_options shape;
    scilama_matrix_init(&matrix, sizeof matrix);
    matrix.rows = CELLS;
    matrix.cols = GENES;
    matrix.values = counts;
    scilama_model_options_init(&shape, sizeof shape, SCILAMA_PRESET_RECOMMENDED);
    shape.latent = LATENT;
    shape.hidden[0] = 16;
    shape.hidden[1] = 8;
    failed =
        scilama_dataset_create(&data, context, &matrix, NULL, names, &error) ||
        scilama_dataset_split_random(data, 0.8, 0.2, 0, NULL, &error) ||
        scilama_dataset_add_gene_table(data, "text", table, NULL, NULL, &error) ||
        scilama_model_create(&model, data, &shape, &error) ||
        scilama_model_cells_to_arrow(model, data, &schema, &array, &error);
    if (failed) goto done;
    print_table(&schema, &array); /* a host hands both on to its own Arrow library instead */
    array.release(&array);
    schema.release(&schema);

    failed = scilama_model_parameter_to_dlpack(&weight, model, "sample_encoder.latent_mu.weight", &error);
    if (failed) goto done;
    scilama_model_destroy(model); /* the tensor keeps the weights */
    model = NULL;
    const DLTensor *t = &weight->dl_tensor;
    printf("weights %d x %d, first %.3f%s\n", (int)t->shape[0], (int)t->shape[1], (double)((const float *)t->data)[0],
           weight->flags & DLPACK_FLAG_BITMASK_READ_ONLY ? ", read-only" : "");
    weight->deleter(weight);

done:
    if (failed) fprintf(stderr, "%s\n", error.message);
    scilama_context_destroy(context);
    scilama_dataset_destroy(data);
    scilama_gene_table_destroy(table);
    scilama_model_destroy(model);
    return failed != 0;
}
