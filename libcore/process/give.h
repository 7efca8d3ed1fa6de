/* SPDX-License-Identifier: MIT */
/* A descriptor of ours, in a program. */
#ifndef CT_PROCESS_GIVE_H
#define CT_PROCESS_GIVE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/*
 * Have a stopped thread open an anonymous file that we have, whatever the
 * program's root directory, namespaces and user are.  Close it by
 * ct_process_take_back() before the program goes on: then its descriptors are
 * as before.
 *
 * @param ret  Its number in the program.
 * @return CT_ERROR_UNSUPPORTED when it cannot be done; nothing has changed.
 */
CT_MUST_CHECK
struct ct_error *ct_process_give(pid_t pid, pid_t tid, int fd, int *ret);

CT_MUST_CHECK
struct ct_error *ct_process_take_back(pid_t pid, pid_t tid, int number);

#endif
