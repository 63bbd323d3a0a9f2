/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_IO_H
#define SCILAMA_IO_H

#include "dataset.h"

#endif
