/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_SCILAMA_H
#define SCILAMA_SCILAMA_H

/** @file scilama.h Umbrella header; the only supported include. */

#include "export.h"
#include "version.h"
#include "status.h"
#include "context.h"
#include "options.h"
#include "types.h"
#include "dataset.h"
#include "model.h"
#include "mapping.h"
#include "trainer.h"
#include "analysis.h"
#include "biology.h"
#include "io.h"
#include "exchange.h"

#endif
