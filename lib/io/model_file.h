/* SPDX-License-Identifier: MIT */
#ifndef SLM_MODEL_FILE_H
#define SLM_MODEL_FILE_H

#include "model/model.h"

scilama_status slm_model_save(const scilama_model *model, const char *path, scilama_error *error);
scilama_status slm_model_load(scilama_model **out, scilama_context *ctx, const char *path, scilama_error *error);
scilama_status slm_model_save_memory(const scilama_model *model, void **bytes, int64_t *size, scilama_error *error); /* from slm_alloc */
scilama_status slm_model_load_memory(scilama_model **out, scilama_context *ctx, const void *bytes, int64_t size, scilama_error *error);

#endif
