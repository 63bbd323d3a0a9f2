/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_TYPES_H
#define SCILAMA_TYPES_H

/** @file types.h Numbers that the mathematics reads, whatever object holds them: scilama_model_options,
 *  scilama_step_info. */

/** Between the linear layers of a VAE. */
enum scilama_activation {
    SCILAMA_ACT_LEAKY_RELU = 0, /**< slope 0.01 */
    SCILAMA_ACT_RELU = 1,
    SCILAMA_ACT_ELU = 2,
    SCILAMA_ACT_SELU = 3,
    SCILAMA_ACT_GELU = 4,       /**< exact, by erf */
    SCILAMA_ACT_SILU = 5,
    SCILAMA_ACT_TANH = 6,
    SCILAMA_ACT_SOFTPLUS = 7,
    SCILAMA_ACT_IDENTITY = 8
};

/** What a phase of training makes small. */
enum scilama_objective {
    SCILAMA_OBJECTIVE_CELL = 1,
    SCILAMA_OBJECTIVE_GENE = 2,
    SCILAMA_OBJECTIVE_JOINT = 3
};

#endif
