/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_SCILAMA_HPP
#define SCILAMA_SCILAMA_HPP

/** @file scilama.hpp C++17 convenience over the C interface: owners, views, exceptions. The whole of it, and the
 *  only file of it to include.
 *
 * Header only: it adds nothing to the ABI. Every owner's `get()` gives the C handle. Failed calls throw
 * scilama::failure. Owners may be destroyed in any order. Threads: docs/threading.md. */

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 201703L
#error "scilama.hpp needs C++17: compile as that, or include scilama.h, for which C++11 does"
#endif

#include "analysis.hpp"
#include "base.hpp"
#include "biology.hpp"
#include "dataset.hpp"
#include "files.hpp"
#include "mapping.hpp"
#include "model.hpp"

#endif
