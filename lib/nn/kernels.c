/* SPDX-License-Identifier: MIT */
#include "nn/kernels.h"
#include "scilama/types.h"

/* Which row kernels the processor runs, and the scalar form of activations and their derivatives. */

extern const slm_kernels slm_kernels_portable;
#ifdef SLM_X86_KERNELS
extern const slm_kernels slm_kernels_avx2, slm_kernels_avx512;
#endif

const slm_kernels *slm_kernels_at(int index)
{
#ifdef SLM_X86_KERNELS
    if (!__builtin_cpu_supports("avx2")) return index == 0 ? &slm_kernels_portable : NULL;
    bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    if (index == 0) return wide ? &slm_kernels_avx512 : &slm_kernels_avx2;
    if (index == 1) return wide ? &slm_kernels_avx2 : &slm_kernels_portable;
    return index == 2 && wide ? &slm_kernels_portable : NULL;
#else
    return index == 0 ? &slm_kernels_portable : NULL;
#endif
}

const slm_kernels *slm_kernels_get(void) { return slm_kernels_at(0); }

/* Scalar forms, in slm_real. Constants of SELU: Klambauer et al., 2017. */
#ifdef SLM_REAL_F64
#define R(name) name
#else
#define R(name) name##f
#endif

static const slm_real selu_scale = (slm_real)1.0507009873554805, selu_alpha = (slm_real)1.6732632423543772;

slm_real slm_activate(int32_t activation, slm_real x)
{
    switch (activation) {
    case SCILAMA_ACT_LEAKY_RELU: return x > 0 ? x : x * (slm_real)0.01;
    case SCILAMA_ACT_RELU: return x > 0 ? x : 0;
    case SCILAMA_ACT_ELU: return x > 0 ? x : R(expm1)(x);
    case SCILAMA_ACT_SELU: return selu_scale * (x > 0 ? x : selu_alpha * R(expm1)(x));
    case SCILAMA_ACT_GELU: return x * (slm_real)0.5 * (1 + R(erf)(x * (slm_real)0.70710678118654752));
    case SCILAMA_ACT_SILU: return x / (1 + R(exp)(-x));
    case SCILAMA_ACT_TANH: return R(tanh)(x);
    case SCILAMA_ACT_SOFTPLUS: return (x > 0 ? x : 0) + R(log1p)(R(exp)(-R(fabs)(x)));
    default: return x;
    }
}

slm_real slm_activate_derivative(int32_t activation, slm_real x)
{
    switch (activation) {
    case SCILAMA_ACT_LEAKY_RELU: return x > 0 ? 1 : (slm_real)0.01;
    case SCILAMA_ACT_RELU: return x > 0 ? 1 : 0;
    case SCILAMA_ACT_ELU: return x > 0 ? 1 : R(exp)(x);
    case SCILAMA_ACT_SELU: return x > 0 ? selu_scale : selu_scale * selu_alpha * R(exp)(x);
    case SCILAMA_ACT_GELU:
        return (slm_real)0.5 * (1 + R(erf)(x * (slm_real)0.70710678118654752)) +
               x * R(exp)(x * x * (slm_real)-0.5) * (slm_real)0.39894228040143268;
    case SCILAMA_ACT_SILU: {
        slm_real s = 1 / (1 + R(exp)(-x));
        return s * (1 + x * (1 - s));
    }
    case SCILAMA_ACT_TANH: {
        slm_real t = R(tanh)(x);
        return 1 - t * t;
    }
    case SCILAMA_ACT_SOFTPLUS: return 1 / (1 + R(exp)(-x));
    default: return 1;
    }
}
