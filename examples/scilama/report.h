/* SPDX-License-Identifier: MIT */
#ifndef REPORT_H
#define REPORT_H

/* One self-contained page: data (report.c), drawings (report_draw.c), images (report_png.c). */

#include "biology.h"
#include "scores.h"

typedef struct report_plan {
    int64_t stream; /* bytes of the matrix to hold at once; 0 = all */
    const char *file, *html, *layer, *label, *batch, *cluster, *gmt;
    const char *static_path, *control, *known; /* to contrast modules with */
    string_list tables; /* NAME=FILE, gene vectors for modules */
    const comparison *compared; /* before and after, as fit has them already; NULL: they are computed */
} report_plan;

/* Reads everything from a file that fit (and umap, modules …) wrote. */
scilama_status report_write(app *a, const report_plan *plan);

/* --- drawings: all write to the page ------------------------------------------------------- */

enum { PALETTE = 20 };
/* A page up to its first heading, the name of the file. */
void html_head(FILE *to, const char *path);
/* Text between tags. */
void html_text(FILE *to, const char *text);
void html_color(FILE *to, int64_t group); /* #rrggbb of a category */

/* Points as an inline image, a legend below. codes < 0: grey. */
scilama_status draw_points(app *a, FILE *to, const char *title, const float *xy, int64_t n, int64_t width,
                           const int32_t *codes, const char *const *names, int64_t groups);

typedef struct curve { const char *name; const double *y; } curve;
/* Lines over x = 0 .. n-1; breaks[] are where phases begin; trim: a phase's first two may
 * lie outside, for the start of a loss would hide the rest. */
void draw_curves(FILE *to, const char *title, const char *name, const curve *curves, int count, int64_t n, const int64_t *breaks, int n_breaks, bool trim);
/* count lines of one colour: y [count × n]. */
void draw_bundle(FILE *to, const char *title, const char *name, const double *y, int64_t count, int64_t n, const int64_t *breaks, int n_breaks);
void draw_bars(FILE *to, const char *title, const char *name, const double *y, int64_t n);

/* values [rows × cols]; colour by sign and share of the largest. */
void draw_heat_map(FILE *to, const double *values, int64_t rows, int64_t cols, const char *const *row_names, const char *const *col_names);
/* size [rows × cols] 0..1, shade [rows × cols] 0..1 */
void draw_dots(FILE *to, const double *size, const double *shade, int64_t rows, int64_t cols, const char *const *row_names, const char *const *col_names);

/* report_png.c: pixels [height × width] of a palette whose colour 0 is transparent, as a data URL. */
scilama_status write_png_url(app *a, FILE *to, const unsigned char *pixels, int64_t width, int64_t height,
                             const unsigned char (*palette)[3], int colors);

#endif
