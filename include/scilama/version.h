/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_VERSION_H
#define SCILAMA_VERSION_H

#include "export.h"
#include <stdint.h>

/** @file version.h Version of the headers and of the library that runs. */

#define SCILAMA_VERSION_MAJOR 0
#define SCILAMA_VERSION_MINOR 1
#define SCILAMA_VERSION_PATCH 0
#define SCILAMA_VERSION_STRING "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif

/** Version of the library in use, as major * 10000 + minor * 100 + patch.
 *  @since 0.1 */
SCILAMA_API int32_t scilama_version(void);

/** Version of the library in use, "major.minor.patch". Static storage.
 *  @since 0.1 */
SCILAMA_API const char *scilama_version_string(void);

#ifdef __cplusplus
}
#endif
#endif
