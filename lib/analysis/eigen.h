/* SPDX-License-Identifier: MIT */
#include "linalg/eigen.h"
