/* SPDX-License-Identifier: MIT */
#ifndef SCORES_H
#define SCORES_H

#include "common.h"

/* Metrics of an embedding, computed and shown alike by score and fit. */

/* batches and baseline may be NULL; max_cells < 0: the default. */
scilama_status score_points(app *a, const float *points, int64_t n, int64_t dim, const int32_t *labels, const int32_t *batches,
                            const float *baseline, int64_t baseline_dim, int64_t max_cells, scilama_scores *scores);
/* scores[0] becomes the mean of samples that share no cell, *error its standard error (NaN of one sample). */
void score_mean(scilama_scores *scores, int64_t parts, scilama_scores *error);
/* The clusters of a file beside those that the metrics find. */
typedef struct written_clusters {
    double resolution;                   /* at which they were found; NaN: not known */
    const scilama_agreement *agreement;  /* [columns] with the labels; compared 0: none */
} written_clusters;
/* A table on the standard output, one column per embedding; the main rows, or all; errors and written may be NULL. */
void score_print(const char *const *titles, const scilama_scores *const *scores, const scilama_scores *const *errors, const written_clusters *written, int columns, bool full);
/* What a row is called; pcr: whether totals have it. */
void score_row_name(char *to, size_t size, const char *metric, bool pcr);
/* Of the clusters as written; what: ARI or NMI. */
void score_written_name(char *to, size_t size, double resolution, const char *what);
/* Lines on the standard output: the resolution that agrees best with the labels, and how to write its clusters into the file. Those are the
 * best of several runs of Leiden, the metrics' of one: theirs says what is had then; compared 0: not known, for samples were judged, whose
 * resolution is a mean. written: the resolution of those in the file, or NaN. */
void score_advise(const app *a, const char *label, const char *file, double best, double written, const scilama_agreement *theirs);
/* That agreement of the clusters that scilama cluster finds in all of points. */
scilama_status score_clusters(app *a, const float *points, int64_t n, int64_t dim, int64_t neighbors, double resolution, const int32_t *labels, scilama_agreement *agreement);
/* errors: an object of that name; may be NULL, as written, the clusters of obs[cluster]. */
void score_json(FILE *to, const scilama_scores *scores, const scilama_scores *errors, const char *cluster, const written_clusters *written);

/* Metrics take time with the square of the cells: of more than these, COMPARED_PARTS samples that share no cell are judged each for itself,
 * alike by fit, its page and score. */
enum { COMPARED = 20000, COMPARED_PARTS = 4 };
/* How many parts, and the cells of each: 1 part is all cells. */
int64_t compared_parts(int64_t cells, int64_t *each);
/* The number of cell i of a part. */
int64_t compared_cell(int64_t part, int64_t i, int64_t parts, int64_t each, int64_t cells);
typedef struct comparison {
    scilama_dataset *prepared;     /* as the fit prepared it */
    const float *embedding;        /* [cells × latent] */
    int64_t cells, latent;
    const int32_t *labels, *batches, *written; /* [cells]; batches and written, the clusters of the embedding, may be NULL */
    double resolution;             /* of these; NaN: not known */
    int64_t neighbors;             /* others */
    uint64_t seed;
    /* found: of before and after */
    int64_t parts, each;           /* samples, and cells of one; 1: all cells */
    scilama_scores scores[2], errors[2];
    scilama_agreement agreement[2], best; /* of the written clusters; of those that would be written at the best resolution */
} comparison;
/* compare.c */
scilama_status score_compare(app *a, comparison *c);
void score_print_comparison(const comparison *c);

#endif
