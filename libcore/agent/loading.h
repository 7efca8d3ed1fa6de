/* SPDX-License-Identifier: MIT */
/*
 * GDB's side of an agent that is in a program: what it tells of itself, and
 * bringing it together with the session's region.  How it got there is in
 * ctester/agent_loading.h.
 */
#ifndef CT_AGENT_LOADING_H
#define CT_AGENT_LOADING_H

#include <sys/types.h>

#include "agent/shared.h"
#include "base/error.h"
#include "ctester/agent_loading.h"

/*
 * The agent's description of itself, by the symbol `ctester_agent` of a
 * library that the program has mapped.  It may run meanwhile.
 *
 * @param ret_addr  Where it is; 0: the program has no agent, and *ret is not
 *                  touched.
 * @return CT_ERROR_UNSUPPORTED when it is of another version, or not
 *         relocated yet.
 */
CT_MUST_CHECK
struct ct_error *ct_agent_find(pid_t pid, uint64_t *ret_addr,
			       struct ct_agent_info *ret);

/*
 * Have the program map the region, which a stopped thread is made to do, and
 * the agent use it.  The program's descriptors are as before.
 *
 * @param fd    Of the region, as ct_region_create() gives it; ours.
 * @param size  Of the region, in bytes.
 * @param ref   Of struct ct_agent_shared in it.
 * @param info  As found; `region` is set on success.
 * @return CT_ERROR_UNSUPPORTED when the program has an agent that is attached
 *         already, to a session that has not left it, or a seccomp filter that
 *         forbids what must be done, or cannot be given the descriptor.  Try
 *         another thread when the first is in the middle of a system call.
 */
CT_MUST_CHECK
struct ct_error *ct_agent_attach(pid_t pid, pid_t tid,
				 struct ct_agent_info *info, int fd,
				 uint64_t size, ct_ref ref);

#endif
