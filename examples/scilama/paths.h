/* SPDX-License-Identifier: MIT */
#ifndef PATHS_H
#define PATHS_H

#include "options.h"

/* Whether no output of the command line is an input or another output, by whatever name: links,
 * "./x", a file that is not there yet. Else says which two options name one file. Before anything
 * is opened. What -o may replace is said by command.roles. */
bool check_paths(app *a, const command *c);

#endif
