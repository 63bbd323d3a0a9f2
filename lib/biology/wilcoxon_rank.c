/* SPDX-License-Identifier: MIT */
#include "biology/wilcoxon.h"

/* Ranks of one gene's values. An entry is a value's sortable bits above its group, so that one integer sort orders both; zeros are
 * only counted, and take their ranks where they come among the others. Ties share their mean rank. */

static void insertion(uint64_t *v, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        uint64_t x = v[i];
        int64_t j = i;
        for (; j > 0 && v[j - 1] >> 32 > x >> 32; j--) v[j] = v[j - 1];
        v[j] = x;
    }
}

/* Radix sort from the least digit: stable. Digits that are all alike are skipped. */
void slm_sort_entries(uint64_t *entries, uint64_t *spare, int64_t n)
{
    enum { WIDE = 11, NARROW = 8 };
    if (n <= 32) {
        insertion(entries, n);
        return;
    }
    int bits = n < 2048 ? NARROW : WIDE;
    uint32_t mask = (1u << bits) - 1, count[1 << WIDE];
    uint64_t *from = entries, *to = spare;
    for (int shift = 0; shift < 32; shift += bits) {
        memset(count, 0, (size_t)(mask + 1) * sizeof *count);
        for (int64_t i = 0; i < n; i++) count[from[i] >> (32 + shift) & mask]++;
        if (count[from[0] >> (32 + shift) & mask] == (uint32_t)n) continue;
        uint32_t at = 0;
        for (uint32_t d = 0; d <= mask; d++) {
            uint32_t here = count[d];
            count[d] = at;
            at += here;
        }
        for (int64_t i = 0; i < n; i++) to[count[from[i] >> (32 + shift) & mask]++] = from[i];
        uint64_t *t = from;
        from = to;
        to = t;
    }
    if (from != entries) memcpy(entries, from, (size_t)n * sizeof *entries);
}

static bool counted(uint64_t entry, int32_t a, int32_t b)
{
    int32_t group = (int32_t)(uint32_t)entry;
    return a < 0 || group == a || group == b;
}

void slm_rank_entries(const uint64_t *entries, int64_t n, int64_t zeros, int32_t a, int32_t b, int64_t groups, slm_rank_sums *out)
{
    uint32_t zero = slm_float_key(0);
    bool passed = false;
    double before = 0;
    memset(out->ranks, 0, (size_t)groups * sizeof *out->ranks);
    memset(out->sum, 0, (size_t)groups * sizeof *out->sum);
    memset(out->nonzero, 0, (size_t)groups * sizeof *out->nonzero);
    out->ties = 0;
    for (int64_t i = 0, end; i <= n; i = end) {
        uint32_t key = i < n ? (uint32_t)(entries[i] >> 32) : UINT32_MAX;
        if (!passed && key > zero) { /* the zeros come here */
            out->zero_rank = before + ((double)zeros + 1) / 2;
            out->ties += (double)zeros * ((double)zeros * (double)zeros - 1);
            before += (double)zeros;
            passed = true;
        }
        if (i == n) break;
        int64_t tied = 0;
        for (end = i; end < n && (uint32_t)(entries[end] >> 32) == key; end++) tied += counted(entries[end], a, b);
        if (!tied) continue;
        double rank = before + ((double)tied + 1) / 2, value = (double)slm_key_float(key);
        for (int64_t k = i; k < end; k++) {
            if (!counted(entries[k], a, b)) continue;
            int32_t group = (int32_t)(uint32_t)entries[k];
            out->ranks[group] += rank;
            out->sum[group] += value;
            out->nonzero[group]++;
        }
        out->ties += (double)tied * ((double)tied * (double)tied - 1);
        before += (double)tied;
    }
}
