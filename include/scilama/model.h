/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_MODEL_H
#define SCILAMA_MODEL_H

#include "dataset.h"

#endif
