/* SPDX-License-Identifier: MIT */
/* What the files of preloading share: see preload.c. */
#ifndef CT_PROCESS_PRELOAD_H
#define CT_PROCESS_PRELOAD_H

#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

#define CT_PRELOAD_NAME "LD_PRELOAD="

/*
 * The whole variable, with its NUL.
 *
 * @param users  Where the one that the program has is; 0: it has none.
 */
CT_MUST_CHECK
struct ct_error *ct_preload_spell(pid_t pid, uint64_t users, const char *path,
				  struct ct_buffer *text);

#endif
