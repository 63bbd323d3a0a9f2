/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_OPTIONS_H
#define SCILAMA_OPTIONS_H

#include "status.h"
#include <stddef.h>

/** @file options.h Options, described: for programs that offer them without listing them.
 *
 * The structs are scilama_preprocess_options, scilama_model_options and scilama_trainer_options. What is
 * told here is what the library itself checks values against and what the `_init` functions write;
 * rules between options are told by the call that reads the struct.
 *
 * @code
 * for (int64_t i = 0; i < scilama_option_count(SCILAMA_OPTIONS_TRAINER); i++)
 *     if (!scilama_option_get_info(SCILAMA_OPTIONS_TRAINER, i, &info, &error)) offer(info.name, info.help);
 * @endcode */

/** Sets of defaults. */
enum scilama_preset {
    SCILAMA_PRESET_PUBLISHED = 0,  /**< every default as printed in the paper's code, its faults apart */
    SCILAMA_PRESET_RECOMMENDED = 1 /**< what measurement favours (docs/presets.md) */
};

/** Which struct of options. */
enum scilama_options {
    SCILAMA_OPTIONS_PREPROCESS = 1, /**< scilama_preprocess_options */
    SCILAMA_OPTIONS_MODEL = 2,      /**< scilama_model_options */
    SCILAMA_OPTIONS_TRAINER = 3     /**< scilama_trainer_options */
};

/** What an option is: the type of its field, and how it is read. */
enum scilama_option_kind {
    SCILAMA_OPTION_SWITCH = 1,  /**< int32_t, 0 or 1 */
    SCILAMA_OPTION_CHOICE = 2,  /**< int32_t, one of those of scilama_option_choice() */
    SCILAMA_OPTION_INTEGER = 3, /**< int64_t */
    SCILAMA_OPTION_SEED = 4,    /**< uint64_t */
    SCILAMA_OPTION_REAL = 5,    /**< float */
    SCILAMA_OPTION_NUMBER = 6,  /**< double */
    SCILAMA_OPTION_WIDTHS = 7,  /**< int64_t[elements], zeros behind the last */
    SCILAMA_OPTION_TEXT = 8     /**< const char *, NULL = none */
};

/** One option. Append only. Texts are of static storage. */
typedef struct scilama_option_info {
    size_t struct_size;
    const char *name;     /**< of the field */
    const char *help;     /**< what it sets, some words */
    const char *group;    /**< a heading it belongs under, such as "Training"; NULL: for programs, not for people */
    size_t offset;        /**< bytes from the start of the struct */
    int32_t kind;         /**< ::scilama_option_kind */
    int32_t elements;     /**< 1, or those of an array */
    double least, most;   /**< bounds of every element; infinite = none */
    int32_t above_least;  /**< 1: `least` itself is not allowed */
    int32_t below_most;   /**< 1: `most` itself is not allowed */
    double published;     /**< default of SCILAMA_PRESET_PUBLISHED: of the first element; NaN for texts */
    double recommended;   /**< … of SCILAMA_PRESET_RECOMMENDED; mostly equal */
} scilama_option_info;

#ifdef __cplusplus
extern "C" {
#endif

/** Writes zeros. @return SCILAMA_OK or E_INVALID. @since 0.1 */
SCILAMA_API scilama_status scilama_option_info_init(scilama_option_info *info, size_t struct_size);

/** Number of options in a struct, reserved fields and struct_size not counted.
 *  @param of  ::scilama_options; 0 is returned for other numbers. @since 0.1 */
SCILAMA_API int64_t scilama_option_count(int32_t of);

/** Describes option `index`, in the order in which people should meet them.
 *  @return SCILAMA_OK, E_INVALID (`of` or index out of range). O(1). @since 0.1 */
SCILAMA_API scilama_status scilama_option_get_info(int32_t of, int64_t index, scilama_option_info *info, scilama_error *error);

/** Finds an option by the name of its field.
 *  @return its index, or -1. O(options). @since 0.1 */
SCILAMA_API int64_t scilama_option_find(int32_t of, const char *name);

/** Name of choice number `choice` of an option, such as "cell-gene". Static storage; NULL behind the last, and for
 *  options without choices.
 *  @param value  receives what the field is set to; may be NULL. @since 0.1 */
SCILAMA_API const char *scilama_option_choice(int32_t of, int64_t index, int64_t choice, int32_t *value);

/** Checks every field of a struct of options against its bounds; rules between fields are told by the call that
 *  reads the struct.
 *  @param options  a struct of the kind that `of` says, its struct_size set.
 *  @return SCILAMA_OK, E_INVALID (`of`, or an option, which is named). O(options). @since 0.1 */
SCILAMA_API scilama_status scilama_option_check(int32_t of, const void *options, scilama_error *error);

#ifdef __cplusplus
}
#endif
#endif
