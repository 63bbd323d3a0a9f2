/* SPDX-License-Identifier: MIT */
#ifndef SCILAMA_EXPORT_H
#define SCILAMA_EXPORT_H

/** @file export.h Symbol visibility. SCILAMA_STATIC is defined by hosts that
 *  link the static archive on Windows; elsewhere it changes nothing. */

#if defined(_WIN32) && !defined(SCILAMA_STATIC)
#ifdef SCILAMA_BUILDING
#define SCILAMA_API __declspec(dllexport)
#else
#define SCILAMA_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define SCILAMA_API __attribute__((visibility("default")))
#else
#define SCILAMA_API
#endif

#endif
