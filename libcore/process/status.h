/* SPDX-License-Identifier: MIT */
/* What /proc/ID/status says of a process or a thread: proc(5) has the lines. */
#ifndef CT_PROCESS_STATUS_H
#define CT_PROCESS_STATUS_H

#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

/* All of it, with a NUL behind; the caller owns the buffer, failed or not. */
CT_MUST_CHECK
struct ct_error *ct_status_read(pid_t id, struct ct_buffer *buffer);
/* The same of a thread, but only while it is that process's. */
CT_MUST_CHECK
struct ct_error *ct_status_read_thread(pid_t pid, pid_t tid,
				       struct ct_buffer *buffer);

/* What is behind "NAME:" and blanks, up to the end of all; NULL: it has no such
 * line. */
const char *ct_status_find(const struct ct_buffer *status, const char *name);

#endif
