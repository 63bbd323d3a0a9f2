/* SPDX-License-Identifier: MIT */
/* What was meant by a name that is not there. */

#include "common.h"
#include <string.h>

enum { LONGEST = 48 };

/* Capitals are small letters, and _ and - the same: names are remembered by their words. */
static int plain(char c) { return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c; }

static int least(int a, int b) { return a < b ? a : b; }

/* Letters left out, put in, changed or swapped with the next (optimal string alignment). */
static int distance(const char *a, const char *b)
{
    int n = (int)strlen(a), m = (int)strlen(b), row[3][LONGEST + 1];
    if (n > LONGEST || m > LONGEST) return LONGEST;
    for (int j = 0; j <= m; j++) row[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *now = row[i % 3], *above = row[(i + 2) % 3], *two = row[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            now[j] = least(least(above[j], now[j - 1]) + 1, above[j - 1] + (plain(a[i - 1]) != plain(b[j - 1])));
            if (i > 1 && j > 1 && plain(a[i - 1]) == plain(b[j - 2]) && plain(a[i - 2]) == plain(b[j - 1])) now[j] = least(now[j], two[j - 2] + 1);
        }
    }
    return row[n % 3][m];
}

const char *nearest_name(const char *given, const char *const *names, int64_t count)
{
    const char *best = NULL;
    int most = (int)(strlen(given) + 1) / 3, fewest = least(most, 3) + 1;
    for (int64_t i = 0; i < count; i++) {
        int d = distance(given, names[i]);
        if (d < fewest) fewest = d, best = names[i];
    }
    return best;
}

const char *did_you_mean(app *a, const char *given, const char *const *names, int64_t count, const char *before)
{
    const char *best = nearest_name(given, names, count), *mark = *before ? "" : "'";
    const char *text = best ? app_text(a, ": did you mean %s%s%s%s?", before, mark, best, mark) : "";
    return text ? text : "";
}

char *list_names(app *a, const char *const *names, int64_t count, size_t most)
{
    char *text = app_text(a, "%s", "");
    for (int64_t i = 0; i < count && text; i++) {
        if (i && strlen(text) + strlen(names[i]) + 6 > most) return app_text(a, "%s …", text);
        text = app_text(a, "%s%s%.60s", text, i ? ", " : "", names[i]);
    }
    return text;
}
