/* SPDX-License-Identifier: MIT */
#include "io/h5mu.h"

/* MuData holds an AnnData for each modality under mod/NAME/: a prefix to every path is all that reading one takes. */

bool slm_mudata_is(slm_h5_file *file)
{
    return slm_h5_kind(file, "mod") == SLM_H5_GROUP && (slm_h5_attr_equals(file, "", "encoding-type", "MuData") || !slm_h5_kind(file, "X"));
}

static const char *choose(const slm_strings *names, const char *modality)
{
    for (int64_t i = 0; i < names->count; i++)
        if (!strcmp(slm_string(names, i), modality ? modality : "rna")) return slm_string(names, i);
    return !modality && names->count == 1 ? slm_string(names, 0) : NULL;
}

scilama_status slm_mudata_prefix(slm_h5_file *file, const char *modality, char prefix[SLM_PREFIX_BYTES], scilama_error *error)
{
    slm_strings names = { 0 };
    char list[120];
    prefix[0] = 0;
    if (!slm_mudata_is(file)) {
        if (!modality) return SCILAMA_OK;
        return slm_fail(error, SCILAMA_E_INVALID, "%.120s is no MuData, so there is no modality %.40s to name", slm_h5_path(file), modality);
    }
    scilama_status status = slm_h5_list(file, "mod", &names, error);
    if (status) return status;
    const char *chosen = choose(&names, modality);
    slm_strings_list(&names, list, sizeof list);
    if (!names.count) status = slm_fail(error, SCILAMA_E_FORMAT, "%s is MuData without a modality", slm_h5_path(file));
    else if (!chosen && modality)
        status = slm_fail(error, SCILAMA_E_NOTFOUND, "%.100s has no modality \"%.30s\": there are %s", slm_h5_path(file), modality, list);
    else if (!chosen) status = slm_fail(error, SCILAMA_E_INVALID, "%.100s holds several modalities (%s), none of them rna: name one", slm_h5_path(file), list);
    else if (snprintf(prefix, SLM_PREFIX_BYTES, "mod/%s/", chosen) >= SLM_PREFIX_BYTES)
        status = slm_fail(error, SCILAMA_E_UNSUPPORTED, "%.100s: the name of the modality \"%.40s …\" is too long: rename it", slm_h5_path(file), chosen);
    slm_strings_free(slm_h5_context(file), &names);
    return status;
}

scilama_status slm_mudata_path(slm_h5_file *file, const char *path, char *out, size_t size, scilama_error *error)
{
    char prefix[SLM_PREFIX_BYTES] = "";
    scilama_status status = strncmp(path, "mod/", 4) ? slm_mudata_prefix(file, NULL, prefix, error) : SCILAMA_OK;
    if (!status && (size_t)snprintf(out, size, "%s%s", prefix, path) >= size)
        status = slm_fail(error, SCILAMA_E_INVALID, "%.60s … is too long for a path", path);
    return status;
}
