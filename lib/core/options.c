/* SPDX-License-Identifier: MIT */
#include "core/core.h"
#include <string.h>

/* Every options and result struct starts with its size. */

scilama_status slm_options_init(void *options, size_t struct_size, const void *defaults, size_t known_size)
{
    if (!options || struct_size < sizeof(size_t)) return SCILAMA_E_INVALID;
    memset(options, 0, struct_size);
    memcpy(options, defaults, struct_size < known_size ? struct_size : known_size);
    memcpy(options, &struct_size, sizeof struct_size);
    return SCILAMA_OK;
}

scilama_status slm_options_read(void *known, size_t known_size, const void *given, const char *name, scilama_error *error)
{
    if (!given) return SCILAMA_OK;
    size_t size;
    memcpy(&size, given, sizeof size);
    if (size < sizeof size || size > (size_t)1 << 20)
        return slm_fail(error, SCILAMA_E_INVALID, "%s.struct_size is not set: call %s_init first", name, name);
    for (size_t i = known_size; i < size; i++)
        if (((const unsigned char *)given)[i])
            return slm_fail(error, SCILAMA_E_UNSUPPORTED,
                            "%s has a field at byte %zu that this version of libscilama does not know", name, i);
    memcpy(known, given, size < known_size ? size : known_size);
    memcpy(known, &known_size, sizeof known_size);
    return SCILAMA_OK;
}

scilama_status slm_result_write(void *given, const void *known, size_t known_size, const char *name, scilama_error *error)
{
    if (!given) return SCILAMA_OK;
    size_t size;
    memcpy(&size, given, sizeof size);
    if (size < sizeof size || size > (size_t)1 << 20)
        return slm_fail(error, SCILAMA_E_INVALID, "%s.struct_size is not set: call %s_init first", name, name);
    memcpy((char *)given + sizeof size, (const char *)known + sizeof size,
           (size < known_size ? size : known_size) - sizeof size);
    return SCILAMA_OK;
}
