/* SPDX-License-Identifier: MIT */
#ifndef SLM_SORT_H
#define SLM_SORT_H

/* The one sort of the library. It needs no memory, so it cannot fail, and takes O(n log n) whatever the input:
 * quicksort by the median of three, a heap where that goes deep, insertion for what is short. It is not stable:
 * where equals must keep their order, `less` has to tell them apart.
 *
 * SLM_SORT(name, T, less, swap) defines name(T items, int64_t n), which puts items in rising order. T is anything
 * that stands for n items (an array, or a struct of arrays side by side), less(items, i, j) tells whether item i
 * comes before item j, and swap(items, i, j) exchanges them. */

#include <stdbool.h>
#include <stdint.h>

enum { SLM_SORT_SHORT = 12 };

#define SLM_SORT(name, T, less, swap) \
    /* Lets the item at `root` sink in the heap items[lo, lo + n), the largest in front. */ \
    static inline void name##_sift(T items, int64_t lo, int64_t root, int64_t n) \
    { \
        for (int64_t child; (child = 2 * root + 1) < n; root = child) { \
            if (child + 1 < n && less(items, lo + child, lo + child + 1)) child++; \
            if (!less(items, lo + root, lo + child)) return; \
            swap(items, lo + root, lo + child); \
        } \
    } \
    static inline void name##_heap(T items, int64_t lo, int64_t n) \
    { \
        for (int64_t root = n / 2 - 1; root >= 0; root--) name##_sift(items, lo, root, n); \
        for (int64_t last = n - 1; last > 0; last--) { \
            swap(items, lo, lo + last); \
            name##_sift(items, lo, 0, last); \
        } \
    } \
    /* Splits items[lo, hi) around one of them, and tells where that came to lie. */ \
    static inline int64_t name##_split(T items, int64_t lo, int64_t hi) \
    { \
        int64_t mid = lo + (hi - lo) / 2, i = lo, j = hi; \
        if (less(items, mid, lo)) swap(items, mid, lo); \
        if (less(items, hi - 1, lo)) swap(items, hi - 1, lo); \
        if (less(items, hi - 1, mid)) swap(items, hi - 1, mid); \
        swap(items, lo, mid); /* the median, the last is not below it */ \
        for (;;) { \
            do i++; while (less(items, i, lo)); \
            do j--; while (less(items, lo, j)); \
            if (i >= j) break; \
            swap(items, i, j); \
        } \
        swap(items, lo, j); \
        return j; \
    } \
    static inline void name##_range(T items, int64_t lo, int64_t hi, int depth) \
    { \
        while (hi - lo > SLM_SORT_SHORT) { \
            if (!depth--) { \
                name##_heap(items, lo, hi - lo); \
                return; \
            } \
            int64_t at = name##_split(items, lo, hi); \
            if (at - lo < hi - at) { /* the shorter one by recursion */ \
                name##_range(items, lo, at, depth); \
                lo = at + 1; \
            } else { \
                name##_range(items, at + 1, hi, depth); \
                hi = at; \
            } \
        } \
        for (int64_t i = lo + 1; i < hi; i++) \
            for (int64_t k = i; k > lo && less(items, k, k - 1); k--) swap(items, k, k - 1); \
    } \
    static inline void name(T items, int64_t n) \
    { \
        int depth = 2; \
        for (int64_t m = n; m > 1; m /= 2) depth += 2; \
        name##_range(items, 0, n, depth); \
    }

/* Declares `found`, the first i of [0, n) for which `before`, an expression of i, does not hold; it holds for all below that one. */
#define SLM_BISECT(found, i, n, before) \
    int64_t found = 0; \
    for (int64_t above = (n), i; found < above;) { \
        i = found + (above - found) / 2; \
        if (before) found = i + 1; \
        else above = i; \
    }

/* swap of an array of one type */
#define SLM_SWAP_OF(name, type) \
    static inline void name(type *items, int64_t i, int64_t j) \
    { \
        type t = items[i]; \
        items[i] = items[j]; \
        items[j] = t; \
    }

/* An array in the order of compare(const type *, const type *), as qsort() has it. */
#define SLM_SORT_BY(name, type, compare) \
    SLM_SWAP_OF(name##_swap, type) \
    static inline bool name##_less(const type *items, int64_t i, int64_t j) { return compare(&items[i], &items[j]) < 0; } \
    SLM_SORT(name, type *, name##_less, name##_swap)

/* Entries of a sparse row: columns and their values, in two arrays. Equal columns come in no set order. */
typedef struct slm_row { int32_t *index; float *value; } slm_row;
static inline bool slm_row_less(slm_row r, int64_t i, int64_t j) { return r.index[i] < r.index[j]; }
static inline void slm_row_swap(slm_row r, int64_t i, int64_t j)
{
    int32_t index = r.index[i];
    float value = r.value[i];
    r.index[i] = r.index[j];
    r.value[i] = r.value[j];
    r.index[j] = index;
    r.value[j] = value;
}
SLM_SORT(slm_row_sort, slm_row, slm_row_less, slm_row_swap)

/* The same with a key that tells equal columns apart: column << 31 | position in the row. */
typedef struct slm_entry { int64_t key; float value; } slm_entry;
static inline bool slm_entry_less(const slm_entry *e, int64_t i, int64_t j) { return e[i].key < e[j].key; }
SLM_SWAP_OF(slm_entry_swap, slm_entry)
SLM_SORT(slm_entry_sort, slm_entry *, slm_entry_less, slm_entry_swap)

#endif
