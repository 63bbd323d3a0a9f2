/* SPDX-License-Identifier: MIT */
#ifndef SLM_MODEL_FILE_H
#define SLM_MODEL_FILE_H

#include "model/model.h"

scilama_status slm_model_save(const scilama_model *model, const char *path, scilama_error *error);
scilama_status slm_model_load(scilama_model **out, scilama_context *ctx, const char *path, scilama_error *error);

#endif
