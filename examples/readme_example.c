/* SPDX-License-Identifier: MIT */
/* The example of README.md, line for line: a test keeps them the same. */
#include <scilama/scilama.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    scilama_error error = { 0 };
    scilama_context *context = NULL;
    scilama_dataset *data = NULL;
    scilama_model *model = NULL;
    int failed = argc < 3 || scilama_context_create(&context, NULL, &error) ||
        scilama_dataset_read(&data, context, argv[1], NULL, &error) ||
        scilama_dataset_use_covariate(data, "batch", SCILAMA_COVARIATE_CATEGORICAL, &error) ||
        scilama_fit(&model, data, NULL, NULL, &error) ||
        scilama_model_save(model, argv[2], &error);
    if (failed) fprintf(stderr, "%s\n", argc < 3 ? "usage: example CELLS.h5ad MODEL.h5" : error.message);
    scilama_model_destroy(model);
    scilama_dataset_destroy(data);
    scilama_context_destroy(context);
    return failed;
}
