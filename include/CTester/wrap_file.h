/* SPDX-License-Identifier: MIT */
/* For tests that include it: all of it is in wrap.h here. */
#ifndef CTESTER_WRAP_FILE_H
#define CTESTER_WRAP_FILE_H

#include "wrap.h"

#endif /* CTESTER_WRAP_FILE_H */
