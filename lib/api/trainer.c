/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "train/trainer.h"

/* scilama/trainer.h: whether a report can be written is found out before a step, which cannot be taken back. */

scilama_status scilama_trainer_options_init(scilama_trainer_options *options, size_t struct_size, int32_t preset)
{
    return slm_options_preset(options, struct_size, &slm_trainer_option_table, preset);
}

static const scilama_step_info blank_info = {
    .validation_loss = NAN, .validation_nll = NAN, .validation_kl_s = NAN, .validation_kl_f = NAN,
    .pearson = NAN, .spearman = NAN, .best_loss = INFINITY, .best_epoch = -1 };

scilama_status scilama_step_info_init(scilama_step_info *info, size_t struct_size)
{
    return slm_options_init(info, struct_size, &blank_info, sizeof blank_info);
}

INIT_OF(scilama_evaluation, 0)

static scilama_status read_options(scilama_trainer_options *o, const scilama_trainer_options *given, scilama_error *error)
{
    scilama_trainer_options_init(o, sizeof *o, PRESET_BEHIND(given, SCILAMA_PRESET_RECOMMENDED));
    return slm_options_read(o, sizeof *o, given, "scilama_trainer_options", error);
}

scilama_status scilama_trainer_create(scilama_trainer **out, scilama_model *model, scilama_dataset *dataset,
                                      const scilama_trainer_options *options, scilama_error *error)
{
    RESULT(out);
    REQUIRE(model, dataset);
    scilama_trainer_options o;
    ENTER(status, model);
    if (!status) status = read_options(&o, options, error);
    return status ? status : slm_trainer_create(out, model, dataset, &o, error);
}

void scilama_trainer_destroy(scilama_trainer *trainer) { slm_trainer_destroy(trainer); }

scilama_status scilama_trainer_memory(const scilama_model *model, const scilama_dataset *dataset,
                                      const scilama_trainer_options *options, int64_t *bytes, scilama_error *error)
{
    REQUIRE(model, dataset, bytes);
    scilama_trainer_options o;
    scilama_status status = read_options(&o, options, error);
    if (!status) status = slm_trainer_options_check(&o, model, error);
    if (!status) *bytes = slm_trainer_measure(model, dataset, &o);
    return status;
}

static scilama_status give_info(scilama_step_info *info, const scilama_step_info *known, scilama_status status, scilama_error *error)
{
    if (status) return status;
    return slm_result_write(info, known, sizeof *known, "scilama_step_info", error);
}

/* An info that cannot be written must be found out before anything happens. */
static scilama_status check_info(const scilama_step_info *info, scilama_error *error)
{
    if (!info) return SCILAMA_OK;
    if (info->struct_size < sizeof(size_t) || info->struct_size > (size_t)1 << 20)
        return slm_fail(error, SCILAMA_E_INVALID, "scilama_step_info.struct_size is not set: call scilama_step_info_init first");
    return SCILAMA_OK;
}

static scilama_status with_info(scilama_trainer *trainer, scilama_status (*what)(scilama_trainer *, scilama_step_info *, scilama_error *),
                                scilama_step_info *info, scilama_error *error)
{
    BEGIN(status, trainer);
    SLM_TRY(check_info(info, error));
    scilama_step_info i = blank_info;
    status = what(trainer, &i, error);
    return give_info(info, &i, status, error);
}

scilama_status scilama_trainer_step(scilama_trainer *trainer, scilama_step_info *info, scilama_error *error)
{
    return with_info(trainer, slm_trainer_step, info, error);
}

scilama_status scilama_trainer_run_epoch(scilama_trainer *trainer, scilama_step_info *info, scilama_error *error)
{
    BEGIN(status, trainer);
    SLM_TRY(check_info(info, error));
    scilama_step_info i = blank_info;
    do {
        if (!(status = slm_context_check(trainer->ctx, error))) status = slm_trainer_step(trainer, &i, error);
    } while (!status && !(i.events & (SCILAMA_EVENT_EPOCH_END | SCILAMA_EVENT_PHASE_END | SCILAMA_EVENT_FINISHED)));
    return give_info(info, &i, status, error);
}

scilama_status scilama_trainer_run(scilama_trainer *trainer, scilama_progress_fn progress, void *user, scilama_step_info *info, scilama_error *error)
{
    BEGIN(status, trainer);
    SLM_TRY(check_info(info, error));
    scilama_step_info i = blank_info;
    i.struct_size = sizeof i;
    do {
        if (!(status = slm_context_check(trainer->ctx, error))) status = slm_trainer_step(trainer, &i, error);
        if (!status && progress && (i.events & SCILAMA_EVENT_EPOCH_END) && progress(user, &i) != 0)
            status = slm_fail(error, SCILAMA_E_CALLBACK, "stopped by the progress callback");
    } while (!status && !trainer->now.finished); /* the callback may have ended the last phase */
    return give_info(info, &i, status, error);
}

scilama_status scilama_trainer_forward_backward(scilama_trainer *trainer, const int64_t *cells, int64_t n, scilama_step_info *info, scilama_error *error)
{
    BEGIN(status, trainer);
    SLM_TRY(check_info(info, error));
    scilama_step_info i = blank_info;
    status = slm_trainer_forward_backward(trainer, cells, n, &i, error);
    return give_info(info, &i, status, error);
}

scilama_status scilama_trainer_forward_backward_part(scilama_trainer *trainer, int64_t part, const int64_t *cells, int64_t n, scilama_step_info *info, scilama_error *error)
{
    BEGIN(status, trainer);
    REQUIRE(cells);
    SLM_TRY(check_info(info, error));
    scilama_step_info i = blank_info;
    status = slm_trainer_part(trainer, part, cells, n, &i, error);
    return give_info(info, &i, status, error);
}

scilama_status scilama_trainer_apply(scilama_trainer *trainer, scilama_step_info *info, scilama_error *error)
{
    return with_info(trainer, slm_trainer_apply, info, error);
}

scilama_status scilama_trainer_end_phase(scilama_trainer *trainer, scilama_step_info *info, scilama_error *error)
{
    return with_info(trainer, slm_trainer_end_phase, info, error);
}

static const int32_t real_type = sizeof(slm_real) == sizeof(float) ? SCILAMA_DTYPE_F32 : SCILAMA_DTYPE_F64;

scilama_status scilama_trainer_gradients(scilama_trainer *trainer, scilama_tensor *gradients, scilama_error *error)
{
    BEGIN(status, trainer);
    REQUIRE(gradients);
    scilama_tensor t = { .name = "gradients", .data = trainer->grad, .dtype = real_type, .rank = 1,
                         .rows = trainer->model->net.params.trainable, .cols = 1, .trainable = 1 };
    return slm_result_write(gradients, &t, sizeof t, "scilama_tensor", error);
}

scilama_status scilama_trainer_gradient(scilama_trainer *trainer, const char *name, scilama_tensor *gradient, scilama_error *error)
{
    BEGIN(status, trainer);
    REQUIRE(name, gradient);
    int index = slm_params_find(&trainer->model->net.params, name);
    if (index < 0 || !trainer->model->net.params.item[index].trainable)
        return slm_fail(error, SCILAMA_E_NOTFOUND, "the model has no trainable parameter \"%.150s\"", name);
    const slm_param *p = &trainer->model->net.params.item[index];
    scilama_tensor t = { .name = p->name, .data = trainer->grad + p->offset, .dtype = real_type, .rank = p->rank,
                         .rows = p->rows, .cols = p->cols, .trainable = 1 };
    return slm_result_write(gradient, &t, sizeof t, "scilama_tensor", error);
}

scilama_status scilama_trainer_evaluate(scilama_trainer *trainer, int32_t split, scilama_evaluation *evaluation, scilama_error *error)
{
    BEGIN(status, trainer);
    REQUIRE(evaluation);
    int64_t n = 0;
    for (int64_t i = 0; i < trainer->design->cells; i++)
        if (slm_dataset_split_at(trainer->dataset, i) == split) trainer->cells[n++] = i;
    if (!n) return slm_fail(error, SCILAMA_E_INVALID, "no cell is in split %d", split);
    scilama_evaluation e = { 0 };
    status = slm_trainer_evaluate(trainer, trainer->cells, n, false, trainer->options.track_correlation != 0, &e, error);
    return status ? status : slm_result_write(evaluation, &e, sizeof e, "scilama_evaluation", error);
}

scilama_status scilama_trainer_kl_per_unit(scilama_trainer *trainer, double *kl_s, double *kl_f, scilama_error *error)
{
    BEGIN(status, trainer);
    size_t bytes = (size_t)trainer->model->net.latent * sizeof(double);
    if (kl_s) memcpy(kl_s, trainer->kl_s, bytes);
    if (kl_f) memcpy(kl_f, trainer->kl_f, bytes);
    return SCILAMA_OK;
}

scilama_status scilama_trainer_get_rates(const scilama_trainer *trainer, double *lr, double *beta, double *gamma, scilama_error *error)
{
    REQUIRE(trainer);
    if (lr) *lr = slm_schedule_lr(trainer);
    if (beta) *beta = slm_schedule_beta(trainer);
    if (gamma) *gamma = slm_schedule_gamma(trainer);
    return SCILAMA_OK;
}

scilama_status scilama_trainer_set_rates(scilama_trainer *trainer, double lr, double beta, double gamma, scilama_error *error)
{
    BEGIN(status, trainer);
    const double rates[] = { lr, beta, gamma };
    const char *const names[] = { "lr", "beta", "gamma" };
    for (int i = 0; i < 3; i++)
        if (!isnan(rates[i]) && !(rates[i] >= 0 && isfinite(rates[i])))
            return slm_fail(error, SCILAMA_E_INVALID, "%s must be a finite number, 0 or above, or NaN for the schedule", names[i]);
    if (lr > SLM_MAX_LR) return slm_fail(error, SCILAMA_E_INVALID, "lr is above %d", SLM_MAX_LR);
    if (lr * trainer->options.weight_decay > 1) return slm_fail(error, SCILAMA_E_INVALID, "lr times weight_decay is above 1: every step would turn the weights' sign");
    trainer->now.set_lr = lr;
    trainer->now.set_beta = beta;
    trainer->now.set_gamma = gamma;
    return SCILAMA_OK;
}

int64_t scilama_trainer_state_size(const scilama_trainer *trainer) { return trainer ? slm_trainer_state_size(trainer) : 0; }

scilama_status scilama_trainer_state_get(const scilama_trainer *trainer, void *buffer, int64_t size, scilama_error *error)
{
    REQUIRE(trainer, buffer);
    return slm_trainer_state_get(trainer, buffer, size, error);
}

scilama_status scilama_trainer_state_set(scilama_trainer *trainer, const void *buffer, int64_t size, scilama_error *error)
{
    BEGIN(status, trainer);
    REQUIRE(buffer);
    return slm_trainer_state_set(trainer, buffer, size, error);
}
