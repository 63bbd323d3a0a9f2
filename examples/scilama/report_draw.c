/* SPDX-License-Identifier: MIT */
#include "report.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

static const unsigned char palette[PALETTE + 2][3] = {
    { 0, 0, 0 }, /* transparent */
    { 78, 121, 167 }, { 242, 142, 43 }, { 89, 161, 79 }, { 225, 87, 89 }, { 118, 183, 178 }, { 176, 122, 161 }, { 237, 201, 72 },
    { 156, 117, 95 }, { 255, 157, 167 }, { 208, 80, 190 }, { 160, 203, 232 }, { 255, 190, 125 }, { 140, 209, 125 }, { 212, 166, 200 },
    { 182, 153, 45 }, { 73, 152, 148 }, { 211, 114, 149 }, { 215, 181, 166 }, { 109, 80, 190 }, { 47, 160, 220 },
    { 150, 150, 150 } /* missing */
};

void html_text(FILE *to, const char *text)
{
    for (; *text; text++) {
        if (*text == '&') fputs("&amp;", to);
        else if (*text == '<') fputs("&lt;", to);
        else if (*text == '>') fputs("&gt;", to);
        else if (*text == '"') fputs("&quot;", to);
        else fputc(*text, to);
    }
}

static int color_of(int64_t group) { return group < 0 ? PALETTE + 1 : 1 + (int)(group % PALETTE); }

void html_color(FILE *to, int64_t group)
{
    const unsigned char *c = palette[color_of(group)];
    fprintf(to, "#%02x%02x%02x", c[0], c[1], c[2]);
}

/* --- points ------------------------------------------------------------------------------- */

enum { SIDE = 760, EDGE = 14 };

/* Layouts of others leave out cells by NaN. */
static bool placed(const float *xy) { return isfinite(xy[0]) && isfinite(xy[1]); }

static void disc(unsigned char *pixels, double x, double y, double radius, unsigned char color)
{
    for (int64_t j = (int64_t)ceil(y - radius); j <= (int64_t)floor(y + radius); j++)
        for (int64_t i = (int64_t)ceil(x - radius); i <= (int64_t)floor(x + radius); i++) {
            double dx = (double)i - x, dy = (double)j - y;
            if (i >= 0 && j >= 0 && i < SIDE && j < SIDE && dx * dx + dy * dy <= radius * radius) pixels[j * SIDE + i] = color;
        }
}

static void legend(FILE *to, const int32_t *codes, int64_t n, const char *const *names, int64_t groups)
{
    enum { MOST = 40 };
    fputs("<ul class=legend>", to);
    for (int64_t g = 0; g < groups && g < MOST; g++) {
        int64_t size = 0;
        for (int64_t i = 0; i < n; i++) size += codes[i] == g;
        if (!size) continue;
        fputs("<li><i style=\"background:", to);
        html_color(to, g);
        fputs("\"></i>", to);
        html_text(to, names[g]);
        fprintf(to, " <small>%" PRId64 "</small></li>", size);
    }
    if (groups > MOST) fprintf(to, "<li>and %" PRId64 " more</li>", groups - MOST);
    fputs("</ul>", to);
    if (groups > PALETTE) fputs("<p class=note>Colours repeat after 20 categories.</p>", to);
}

scilama_status draw_points(app *a, FILE *to, const char *title, const float *xy, int64_t n, int64_t width,
                           const int32_t *codes, const char *const *names, int64_t groups)
{
    double low[2] = { INFINITY, INFINITY }, high[2] = { -INFINITY, -INFINITY };
    double radius = n < 1500 ? 5 : n < 5000 ? 4 : n < 20000 ? 2.9 : n < 60000 ? 2 : 1.5;
    unsigned char *pixels = app_alloc(a, SIDE * SIDE, 1);
    if (!pixels) return SCILAMA_E_NOMEM;
    for (int64_t i = 0; i < n; i++)
        for (int d = 0; d < 2 && placed(xy + i * width); d++) {
            low[d] = fmin(low[d], (double)xy[i * width + d]);
            high[d] = fmax(high[d], (double)xy[i * width + d]);
        }
    double scale = fmax(fmax(high[0] - low[0], high[1] - low[1]), 1e-30), side = SIDE - 2 * EDGE;
    int64_t stride = n % 7919 ? 7919 : 7907; /* any order but that of the file, which may be sorted by group */
    for (int64_t k = 0; k < 2 * n; k++) {
        int64_t i = k % n * stride % n;
        if ((k < n) != (codes[i] < 0) || !placed(xy + i * width)) continue; /* grey ones below */
        double x = EDGE + side * (((double)xy[i * width] - low[0]) / scale + (1 - (high[0] - low[0]) / scale) / 2);
        double y = EDGE + side * ((high[1] - (double)xy[i * width + 1]) / scale + (1 - (high[1] - low[1]) / scale) / 2);
        disc(pixels, x, y, radius, (unsigned char)color_of(codes[i]));
    }
    fputs("<figure><figcaption>", to);
    html_text(to, title);
    fputs("</figcaption><img alt=\"cells coloured by ", to);
    html_text(to, title);
    fputs("\" src=\"", to);
    scilama_status status = write_png_url(a, to, pixels, SIDE, SIDE, palette, PALETTE + 2);
    fputs("\">", to);
    legend(to, codes, n, names, groups);
    fputs("</figure>\n", to);
    return status;
}

/* --- curves and bars ------------------------------------------------------------------------ */

enum { W = 420, H = 248, LEFT = 52, RIGHT = 10, TOP = 30, BOTTOM = 26 };

static double place_x(double i, double n) { return LEFT + (W - LEFT - RIGHT) * (n > 1 ? i / (n - 1) : 0.5); }
static double place_y(double v, double low, double high) { return TOP + (H - TOP - BOTTOM) * (1 - (v - low) / (high - low)); }

/* Round steps of an axis. */
static double step_of(double range)
{
    double base = pow(10, floor(log10(range / 4))), f = range / 4 / base;
    return base * (f > 5 ? 10 : f > 2 ? 5 : f > 1 ? 2 : 1);
}

/* Named above its end: what it is, and its unit. */
static void axis(FILE *to, const char *name, double low, double high)
{
    fprintf(to, "<text class=tick x=4 y=14>%s</text>", name);
    double step = step_of(high - low);
    for (double v = ceil(low / step) * step; v <= high + step * 1e-6; v += step) {
        double y = place_y(v, low, high);
        fprintf(to, "<line class=grid x1=%d x2=%d y1=%.1f y2=%.1f /><text class=tick x=%d y=%.1f text-anchor=end>%.4g</text>", LEFT, W - RIGHT, y, y, LEFT - 6, y + 3.5,
                fabs(v) < step * 1e-6 ? 0 : v);
    }
}

static void open_figure(FILE *to, const char *title)
{
    fputs("<figure><figcaption>", to);
    html_text(to, title);
    fprintf(to, "</figcaption><svg viewBox=\"0 0 %d %d\" role=img>", W, H);
}

/* Lines over x = 0 .. n-1: the range of the axis, then the frame with it. */
typedef struct frame { FILE *to; int64_t n, skip; const int64_t *breaks; int n_breaks; double low, high; } frame;

static void cover(frame *f, double value, int64_t i)
{
    for (int b = 0; b < f->n_breaks; b++)
        if (i >= f->breaks[b] && i < f->breaks[b] + f->skip) return;
    if (!isfinite(value)) return;
    f->low = fmin(f->low, value);
    f->high = fmax(f->high, value);
}

static bool open_frame(frame *f, const char *title, const char *name)
{
    if (!(f->low <= f->high)) return false;
    /* what differs by rounding alone is flat: the ticks of an axis must differ */
    double least = 1e-6 * fmax(fabs(f->low), fabs(f->high));
    if (!(f->high - f->low > least)) f->high = f->low + fmax(least, 1);
    double margin = 0.04 * (f->high - f->low);
    f->low -= margin, f->high += margin;
    open_figure(f->to, title);
    axis(f->to, name, f->low, f->high);
    for (int b = 1; b < f->n_breaks; b++) {
        double x = place_x((double)f->breaks[b] - 0.5, (double)f->n);
        fprintf(f->to, "<line class=phase x1=%.1f x2=%.1f y1=%d y2=%d />", x, x, TOP, H - BOTTOM);
    }
    fprintf(f->to, "<text class=tick x=%d y=%d text-anchor=middle>epochs (%" PRId64 ")</text>", (LEFT + W - RIGHT) / 2, H - 6, f->n);
    return true;
}

/* The commands of a path; values outside the frame leave a gap, as do phases. */
static void path(const frame *f, const double *y, int64_t step)
{
    bool down = false;
    for (int64_t i = 0; i < f->n; i += step) {
        for (int b = 0; b < f->n_breaks; b++) down = down && !(f->breaks[b] > i - step && f->breaks[b] <= i);
        if (!isfinite(y[i]) || y[i] > f->high || y[i] < f->low) {
            down = false;
            continue;
        }
        fprintf(f->to, "%c%.1f %.1f", down ? 'L' : 'M', place_x((double)i, (double)f->n), place_y(y[i], f->low, f->high));
        down = true;
    }
}

void draw_curves(FILE *to, const char *title, const char *name, const curve *curves, int count, int64_t n, const int64_t *breaks, int n_breaks, bool trim)
{
    frame f = { to, n, trim && n > 12 ? 2 : 0, breaks, n_breaks, INFINITY, -INFINITY };
    for (int c = 0; c < count; c++)
        for (int64_t i = 0; i < n; i++) cover(&f, curves[c].y[i], i);
    if (!open_frame(&f, title, name)) return;
    for (int c = 0; c < count; c++) {
        fputs("<path class=line stroke=\"", to);
        html_color(to, c);
        fputs("\" d=\"", to);
        path(&f, curves[c].y, 1);
        fputs("\"/>", to);
    }
    fputs("</svg><ul class=legend>", to);
    for (int c = 0; c < count; c++) {
        fputs("<li><i style=\"background:", to);
        html_color(to, c);
        fputs("\"></i>", to);
        html_text(to, curves[c].name);
        fputs("</li>", to);
    }
    fputs("</ul></figure>\n", to);
}

void draw_bundle(FILE *to, const char *title, const char *name, const double *y, int64_t count, int64_t n, const int64_t *breaks, int n_breaks)
{
    enum { MOST_POINTS = 400 };
    frame f = { to, n, n > 12 ? 2 : 0, breaks, n_breaks, INFINITY, -INFINITY };
    for (int64_t c = 0; c < count; c++)
        for (int64_t i = 0; i < n; i++) cover(&f, y[c * n + i], i);
    if (!open_frame(&f, title, name)) return;
    fputs("<path class=bundle d=\"", to);
    for (int64_t c = 0; c < count; c++) path(&f, y + c * n, n / MOST_POINTS + 1);
    fprintf(to, "\"/></svg><p class=note>One line for each of the %" PRId64 " dimensions, at validation.</p></figure>\n", count);
}

void draw_bars(FILE *to, const char *title, const char *name, const double *y, int64_t n)
{
    double high = 0, wide = (double)(W - LEFT - RIGHT) / (double)n;
    for (int64_t i = 0; i < n; i++) high = fmax(high, y[i]);
    if (!(high > 0)) return;
    open_figure(to, title);
    axis(to, name, 0, high * 1.04);
    for (int64_t i = 0; i < n; i++) {
        double top = place_y(y[i], 0, high * 1.04);
        fprintf(to, "<rect class=bar x=%.1f y=%.1f width=%.1f height=%.1f />", LEFT + wide * (double)i + 0.1 * wide, top, 0.8 * wide, H - BOTTOM - top);
    }
    fprintf(to, "<text class=tick x=%d y=%d text-anchor=middle>dimensions (%" PRId64 "), by falling value</text></svg></figure>\n", (LEFT + W - RIGHT) / 2, H - 6, n);
}

/* --- tables of marks ------------------------------------------------------------------------- */

static int longest(const char *const *names, int64_t n)
{
    size_t most = 4;
    for (int64_t i = 0; i < n; i++) most = strlen(names[i]) > most ? strlen(names[i]) : most;
    return (int)(most > 40 ? 40 : most);
}

/* Columns are named along a slope above the cells. Returns the width of the row names. */
static int open_grid(FILE *to, int64_t rows, int64_t cols, const char *const *row_names, const char *const *col_names, int cell, int *top)
{
    int left = 8 * longest(row_names, rows) + 10;
    *top = 8 * longest(col_names, cols) + 10;
    int width = left + (int)cols * cell + 8, height = *top + (int)rows * cell + 8;
    fprintf(to, "<div class=wide><svg width=%d height=%d viewBox=\"0 0 %d %d\" role=img>", width, height, width, height);
    for (int64_t r = 0; r < rows; r++) {
        fprintf(to, "<text class=name x=%d y=%d text-anchor=end>", left - 6, *top + (int)r * cell + cell / 2 + 4);
        html_text(to, row_names[r]);
        fputs("</text>", to);
    }
    for (int64_t c = 0; c < cols; c++) {
        int x = left + (int)c * cell + cell / 2 + 4;
        fprintf(to, "<text class=name x=%d y=%d transform=\"rotate(-90 %d %d)\">", x, *top - 6, x, *top - 6);
        html_text(to, col_names[c]);
        fputs("</text>", to);
    }
    return left;
}

void draw_heat_map(FILE *to, const double *values, int64_t rows, int64_t cols, const char *const *row_names, const char *const *col_names)
{
    enum { CELL = 26 };
    double most = 1e-30;
    int top, left = open_grid(to, rows, cols, row_names, col_names, CELL, &top);
    for (int64_t i = 0; i < rows * cols; i++) most = fmax(most, fabs(values[i]));
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < cols; c++) {
            double v = values[r * cols + c];
            if (isnan(v)) continue;
            fprintf(to, "<rect class=%s x=%d y=%d width=%d height=%d fill-opacity=%.3f><title>", v < 0 ? "cold" : "hot", left + (int)c * CELL + 1, top + (int)r * CELL + 1,
                    CELL - 2, CELL - 2, sqrt(fabs(v) / most)); /* the root: one strong module would pale the rest */
            html_text(to, row_names[r]);
            fputs(", ", to);
            html_text(to, col_names[c]);
            fprintf(to, ": %.3g</title></rect>", v);
        }
    fprintf(to, "</svg></div><p class=note>Mean z-score: <span class=key><b class=cold-key></b> −%.2g</span> <span class=key><b class=hot-key></b> +%.2g</span></p>\n", most, most);
}

void draw_dots(FILE *to, const double *size, const double *shade, int64_t rows, int64_t cols, const char *const *row_names, const char *const *col_names)
{
    enum { CELL = 22 };
    int top, left = open_grid(to, rows, cols, row_names, col_names, CELL, &top);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < cols; c++) {
            double radius = (CELL / 2 - 1) * sqrt(size[r * cols + c]);
            if (!(radius > 0.4)) continue;
            fprintf(to, "<circle class=hot cx=%d cy=%d r=%.1f fill-opacity=%.3f><title>", left + (int)c * CELL + CELL / 2, top + (int)r * CELL + CELL / 2, radius,
                    0.08 + 0.92 * shade[r * cols + c]);
            html_text(to, row_names[r]);
            fputs(", ", to);
            html_text(to, col_names[c]);
            fprintf(to, ": in %.0f %% of cells</title></circle>", 100 * size[r * cols + c]);
        }
    fputs("</svg></div><p class=note>Cells that express the gene: ", to);
    for (int i = 1; i <= 4; i *= 2) {
        double radius = (CELL / 2 - 1) * sqrt(i / 4.0);
        fprintf(to, "<span class=key><svg class=dot width=%d height=%d><circle class=hot cx=%d cy=%d r=%.1f /></svg> %d %%</span> ", CELL, CELL, CELL / 2, CELL / 2, radius, 25 * i);
    }
    fputs("mean expression: ", to);
    for (int i = 0; i <= 2; i++)
        fprintf(to, "<span class=key><b class=hot-key style=\"opacity:%.2f\"></b> %s</span> ", 0.08 + 0.46 * i, i == 0 ? "none" : i == 1 ? "half of the most" : "the most");
    fputs("</p>\n", to);
}
