/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_TRAINER_H
#define SCILAMA_TRAINER_H

#include "dataset.h"

#endif
