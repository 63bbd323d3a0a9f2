/* SPDX-License-Identifier: MIT */
#include "data/dataset.h"

scilama_status slm_dataset_preprocess(scilama_dataset *d, const scilama_preprocess_options *options,
                                      scilama_preprocess_report *report, scilama_error *error)
{
    return slm_fail(error, SCILAMA_E_UNSUPPORTED, "preprocessing is not built yet");
}
