/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_ARROW_H
#define EXCHANGE_ARROW_H

/* Arrow schemas and arrays by hand, on static buffers. */

#include "support.h"

static int unreleased; /* base structs not yet given back */

static void free_schema(struct ArrowSchema *s)
{
    for (int64_t i = 0; i < s->n_children && s->children; i++) free_schema(s->children[i]), free(s->children[i]);
    if (s->dictionary) free_schema(s->dictionary), free(s->dictionary);
    free(s->children);
    s->release = NULL;
    unreleased--;
}

static void free_array(struct ArrowArray *a)
{
    int64_t children = (int64_t)(intptr_t)a->private_data; /* what it was made with: a test may have changed the rest */
    for (int64_t i = 0; i < children; i++)
        if (a->children[i]) free_array(a->children[i]), free(a->children[i]);
    if (a->dictionary) free_array(a->dictionary), free(a->dictionary);
    free(a->children);
    free(a->buffers);
    a->release = NULL;
    unreleased--;
}

static inline struct ArrowSchema schema_of(const char *format, const char *name)
{
    unreleased++;
    return (struct ArrowSchema){ .format = format, .name = name, .release = free_schema };
}

static inline struct ArrowSchema *add_schema(struct ArrowSchema *parent, const char *format, const char *name)
{
    struct ArrowSchema *child = malloc(sizeof *child);
    *child = schema_of(format, name);
    parent->children = realloc(parent->children, (size_t)(parent->n_children + 1) * sizeof child);
    return parent->children[parent->n_children++] = child;
}

static inline struct ArrowSchema *add_values(struct ArrowSchema *parent, const char *format)
{
    parent->dictionary = malloc(sizeof *parent->dictionary);
    *parent->dictionary = schema_of(format, NULL);
    return parent->dictionary;
}

static inline struct ArrowArray array_of(int64_t length, int n_buffers, const void *a, const void *b, const void *c)
{
    const void *all[] = { a, b, c };
    unreleased++;
    struct ArrowArray out = { .length = length, .null_count = a ? -1 : 0, .n_buffers = n_buffers, .release = free_array };
    out.buffers = malloc(3 * sizeof *out.buffers);
    memcpy(out.buffers, all, sizeof all);
    return out;
}

static inline struct ArrowArray *add_array(struct ArrowArray *parent, struct ArrowArray made)
{
    struct ArrowArray *child = malloc(sizeof *child);
    *child = made;
    parent->children = realloc(parent->children, (size_t)(parent->n_children + 1) * sizeof child);
    parent->children[parent->n_children++] = child;
    parent->private_data = (void *)(intptr_t)parent->n_children;
    return child;
}

static inline struct ArrowArray *add_dictionary(struct ArrowArray *parent, struct ArrowArray made)
{
    parent->dictionary = malloc(sizeof *parent->dictionary);
    *parent->dictionary = made;
    return parent->dictionary;
}

/* Arrays one by one, then an end or a failure. */
typedef struct feed {
    struct ArrowSchema (*schema)(void);
    struct ArrowArray (*array)(int number);
    int arrays, given, fail_at; /* fail_at −1: never */
} feed;

static inline int feed_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    feed *f = stream->private_data;
    if (f->fail_at == 0) return 5;
    *out = f->schema();
    return 0;
}

static inline int feed_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    feed *f = stream->private_data;
    if (f->given + 1 == f->fail_at) return 12;
    if (f->given == f->arrays) memset(out, 0, sizeof *out);
    else *out = f->array(f->given++);
    return 0;
}

static inline const char *feed_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "the disk is wet";
}

static inline void feed_release(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
    unreleased--;
}

static inline struct ArrowArrayStream stream_of(feed *f)
{
    unreleased++;
    return (struct ArrowArrayStream){ feed_schema, feed_next, feed_error, feed_release, f };
}

#endif
