/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "train/trainer.h"

/* The tables of options, for whoever asks. */

INIT_OF(scilama_option_info, 0)

static const slm_option_table *table_of(int32_t of)
{
    switch (of) {
    case SCILAMA_OPTIONS_PREPROCESS: return &slm_preprocess_option_table;
    case SCILAMA_OPTIONS_MODEL: return &slm_model_option_table;
    case SCILAMA_OPTIONS_TRAINER: return &slm_trainer_option_table;
    default: return NULL;
    }
}

static const slm_option *row_of(int32_t of, int64_t index)
{
    const slm_option_table *table = table_of(of);
    return table && index >= 0 && index < table->count ? &table->rows[index] : NULL;
}

int64_t scilama_option_count(int32_t of)
{
    const slm_option_table *table = table_of(of);
    return table ? table->count : 0;
}

scilama_status scilama_option_get_info(int32_t of, int64_t index, scilama_option_info *info, scilama_error *error)
{
    REQUIRE(info);
    const slm_option *row = row_of(of, index);
    if (!row) return slm_fail(error, SCILAMA_E_INVALID, "option %" PRId64 " of struct %" PRId32 ": there is none", index, of);
    scilama_option_info i = { .name = row->name, .help = row->help, .group = row->group, .offset = row->offset, .kind = row->kind,
                              .elements = row->elements, .least = row->least, .most = row->most,
                              .above_least = (row->open & SLM_ABOVE) != 0, .below_most = (row->open & SLM_BELOW) != 0,
                              .published = row->published, .recommended = row->recommended };
    return slm_result_write(info, &i, sizeof i, "scilama_option_info", error);
}

int64_t scilama_option_find(int32_t of, const char *name)
{
    const slm_option_table *table = table_of(of);
    for (int i = 0; table && name && i < table->count; i++)
        if (!strcmp(table->rows[i].name, name)) return i;
    return -1;
}

const char *scilama_option_choice(int32_t of, int64_t index, int64_t choice, int32_t *value)
{
    const slm_option *row = row_of(of, index);
    const slm_choice *c = row && choice >= 0 ? row->choices : NULL;
    while (c && c->name && choice--) c++;
    if (!c || !c->name) return NULL;
    if (value) *value = c->value;
    return c->name;
}

scilama_status scilama_option_check(int32_t of, const void *options, scilama_error *error)
{
    union { max_align_t align; char bytes[1024]; } known;
    const slm_option_table *table = table_of(of);
    if (!table || table->size > sizeof known) return slm_fail(error, SCILAMA_E_INVALID, "struct %" PRId32 " of options is unknown", of);
    REQUIRE(options);
    slm_options_preset(&known, table->size, table, SCILAMA_PRESET_PUBLISHED);
    scilama_status status = slm_options_read(&known, table->size, options, table->name, error);
    return status ? status : slm_options_check(&known, table, error);
}
