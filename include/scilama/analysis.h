/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_ANALYSIS_H
#define SCILAMA_ANALYSIS_H

#include "dataset.h"

#endif
