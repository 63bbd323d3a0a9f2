/* SPDX-License-Identifier: MIT */
/* scilama: the library from a command line. One verb, one file. */

#include "common.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static const verb verbs[] = {
    { "simulate", "write a data set with known types, batches, gene modules and gene embeddings", verb_simulate },
    { "fit", "train on a data set; write cell and gene embeddings beside everything it had", verb_fit },
    { "embed", "embed the cells of another data set with a saved model", verb_embed },
    { "map", "place cells of another data set among a model's reference cells; carry labels over", verb_map },
    { "impute", "denoised, batch-corrected or unseen-gene expression from a saved model", verb_impute },
    { "genes", "what gene vectors are worth: genes held out and predicted from them", verb_genes },
    { "cluster", "Leiden communities of an embedding", verb_cluster },
    { "umap", "a UMAP layout of an embedding", verb_umap },
    { "modules", "gene modules of the contextual gene space", verb_modules },
    { "markers", "genes that mark cell states, in the paired space and by expression", verb_markers },
    { "report", "one page to look at: cells, training, metrics, modules, markers", verb_report },
    { "score", "integration and clustering metrics of an embedding", verb_score },
    { "info", "what a file holds, and what is wrong with it", verb_info },
    { "bench", "what this machine can do, and how fast training is on it", verb_bench },
    { NULL, NULL, NULL }
};

static void help(FILE *to)
{
    fprintf(to, "usage: scilama VERB [options]\n\n"
                "Cell and gene embeddings from single-cell expression and static gene embeddings.\n\n");
    for (const verb *v = verbs; v->name; v++) fprintf(to, "  %-10s %s\n", v->name, v->summary);
    fprintf(to, "\nscilama VERB --help tells the options of a verb; scilama --version the version.\n"
                "Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.\n");
}

/* Large blocks go back to the system as soon as they are freed: by itself glibc keeps more
 * of them the larger they were, and what was read to prepare the data would stay. */
static void return_large_blocks(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

/* Where a standard stream is closed, the next file that is opened would be it, and messages go into that file. */
static void keep_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd) return; /* so that writing to it fails */
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        help(stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
        help(stdout);
        return EXIT_DONE;
    }
    if (!strcmp(name, "--version")) {
        printf("scilama %s\n", scilama_version_string());
        return EXIT_DONE;
    }
    for (const verb *v = verbs; v->name; v++)
        if (!strcmp(v->name, name)) return v->run(argc - 1, argv + 1);
    const char *names[sizeof verbs / sizeof *verbs];
    int count = 0;
    for (const verb *v = verbs; v->name; v++) names[count++] = v->name;
    const char *meant = nearest_name(name, names, count);
    fprintf(stderr, "scilama: unknown verb '%s'%s%s%s (see scilama --help)\n", name, meant ? ": did you mean " : "", meant ? meant : "", meant ? "?" : "");
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    keep_streams();
    return_large_blocks();
    signal(SIGXFSZ, SIG_IGN); /* past the limit of file sizes a write fails: that is said, and what was begun is removed */
    int code = run(argc, argv);
    if (code == EXIT_DONE && (fflush(stdout) || ferror(stdout))) {
        fprintf(stderr, "scilama: the standard output could not be written\n");
        code = EXIT_FAILED;
    }
    return code;
}
