# SPDX-License-Identifier: MIT
# --- training -------------------------------------------------------------------------------

# Not `model`: R would take an option `mode` for it.
scilama_trainer <- function(object, data, ..., preset = "recommended") {
  thing("trainer", slm_trainer_create(object$handle, data$handle, defaults("scilama_trainer_options", ..., preset = preset)), data$context,
        latent = model_info(object)$latent)
}

#' Bytes that a trainer would reserve.
scilama_trainer_memory <- function(object, data, ..., preset = "recommended") {
  bytes <- raw(8)
  slm_trainer_memory(object$handle, data$handle, defaults("scilama_trainer_options", ..., preset = preset), bytes)
  .Call(C_get, bytes, 0, "i64", 1)
}

#' Steps to the end. Ctrl-C ends it between two steps; called again it goes on.
scilama_train <- function(trainer) {
  if (!.Call(C_train, trainer$handle)) interrupt_now(SCILAMA[["E_CANCELLED"]], "interrupted: scilama_train() goes on")
  invisible(trainer)
}

told <- function(call, ...) {
  info <- defaults("scilama_step_info")
  call(..., info)
  fields("scilama_step_info", info)
}

#' One mini-batch; an epoch; the rest, without Ctrl-C; the phase ended now. What was done is returned.
scilama_step <- function(trainer) told(slm_trainer_step, trainer$handle)
scilama_epoch <- function(trainer) told(slm_trainer_run_epoch, trainer$handle)
scilama_run <- function(trainer) told(slm_trainer_run, trainer$handle, NULL, NULL)
scilama_end_phase <- function(trainer) told(slm_trainer_end_phase, trainer$handle)

#' A step in its parts: gradients of these cells, or of the next mini-batch, added up; and applied.
scilama_forward_backward <- function(trainer, cells = NULL)
  told(slm_trainer_forward_backward, trainer$handle, if (!is.null(cells)) .Call(C_longs, cells - 1), length(cells))
#' The gradient of one part, from 1, of a mini-batch, in place of what scilama_gradients() shows.
scilama_forward_backward_part <- function(trainer, part, cells)
  told(slm_trainer_forward_backward_part, trainer$handle, part - 1, .Call(C_longs, cells - 1), length(cells))
scilama_apply <- function(trainer) told(slm_trainer_apply, trainer$handle)

# What a tensor shows, as a matrix or a vector: a copy.
tensor_values <- function(tensor, owner) {
  t <- fields("scilama_tensor", tensor)
  out <- matrix_of(.Call(C_pointer, tensor, LAYOUT$scilama_tensor$fields$data[[1]], owner), t$rows, t$cols)
  if (t$rank == 2) out else as.vector(out)
}

#' Gradients of all trainable parameters, or of one: a copy.
scilama_gradients <- function(trainer, name = NULL) {
  tensor <- defaults("scilama_tensor")
  if (is.null(name)) slm_trainer_gradients(trainer$handle, tensor) else slm_trainer_gradient(trainer$handle, name, tensor)
  tensor_values(tensor, trainer$handle)
}

scilama_evaluate <- function(trainer, split = "validation") {
  out <- defaults("scilama_evaluation")
  slm_trainer_evaluate(trainer$handle, match(split, SPLITS) - 1L, out)
  fields("scilama_evaluation", out)
}

#' KL of each latent unit at the last validation: a data frame.
scilama_kl_per_unit <- function(trainer) {
  out <- list(cells = double(trainer$latent), genes = double(trainer$latent))
  slm_trainer_kl_per_unit(trainer$handle, out$cells, out$genes)
  as.data.frame(out)
}

#' Learning rate, beta and gamma; given ones override the schedule, NaN returns to it.
scilama_rates <- function(trainer, lr = NaN, beta = NaN, gamma = NaN) {
  if (nargs() > 1) slm_trainer_set_rates(trainer$handle, lr, beta, gamma)
  out <- list(lr = double(1), beta = double(1), gamma = double(1))
  slm_trainer_get_rates(trainer$handle, out$lr, out$beta, out$gamma)
  unlist(out)
}

#' Everything that training needs to go on bit for bit, as bytes.
scilama_state <- function(trainer) {
  out <- raw(slm_trainer_state_size(trainer$handle))
  slm_trainer_state_get(trainer$handle, out, length(out))
  out
}
scilama_restore <- function(trainer, state) {
  slm_trainer_state_set(trainer$handle, state, length(state))
  invisible(trainer)
}

