/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The agent as a session's second engine: functions are hooked inside the
 * program, and their calls recorded and answered there, without a stop.
 *
 * It is asked for by ct_session_set_option(CT_OPTION_AGENT), and has effect at
 * the next ct_session_update() of a process that has the agent's library in it
 * (agent_loading.h).  What the agent cannot do is left to GDB's breakpoints;
 * ct_session_report() says why.
 */
#ifndef CTESTER_AGENT_H
#define CTESTER_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ctester/error.h"
#include "ctester/regs.h"
#include "ctester/session.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What becomes of a record when a thread's buffer is full. */
enum ct_ring_full {
	CT_RING_OF_ALL,  /**< the program waits */
	CT_RING_OF_SOME, /**< it is lost, and counted */
	CT_RING_OF_LAST, /**< the oldest makes room */
};

/** Whether there is any function to intercept. */
bool ct_session_is_watching(const struct ct_session *session);

/** How many places are hooked, in all processes. */
size_t ct_session_hook_count(const struct ct_session *session);

/** True when the agent has an address among the instructions that it has
 * replaced: a breakpoint there would destroy its jump. */
bool ct_session_has_hook_at(const struct ct_session *session, uint64_t addr);

/**
 * The hooked functions of the process that the last update was of.
 *
 * @param replaced  For each, the offsets of the first byte that is replaced
 *                  there, and of the end of those.
 * @return How many there are.
 */
size_t ct_session_hooks(const struct ct_session *session, uint64_t *addresses,
			uint32_t (*replaced)[2], size_t capacity);

/** Never hook the function at @p addr again, for a reason that stays; it
 * counts from the next update on. */
void ct_session_refuse_hook(struct ct_session *session, uint64_t addr,
			    const char *reason);

/** GDB has told of a file that the process has loaded, by its path; to be
 * followed by an update, while the thread that loads it stands still. */
void ct_session_note_loaded(struct ct_session *session, pid_t pid,
			    const char *path);

/** True when some functions of the process could have been hooked at the last
 * update, had its threads not been running, or stood there: another update may
 * help when all have stopped. */
bool ct_session_is_postponed(const struct ct_session *session, pid_t pid);

/** Why the agent is not in a process, for reports; a text that stays. */
void ct_session_set_agent_problem(struct ct_session *session,
				  const char *problem);

/** Take over what all programs have recorded until now; how many calls.  They
 * may run meanwhile. */
size_t ct_session_drain(struct ct_session *session);

/**
 * Sleep until there is something to drain.  May be called in another thread,
 * in which nothing else is: by ct_session_watch_rings(), before the process
 * has ended.
 */
struct ct_rings;
struct ct_rings *ct_session_watch_rings(const struct ct_session *session,
					pid_t pid);
/** True: there is something; false: time is over. */
bool ct_rings_wait(struct ct_rings *rings, unsigned int milliseconds);
/** Have a thread that waits come back at once. */
void ct_rings_wake(struct ct_rings *rings);
void ct_rings_destroy(struct ct_rings *rings);

/** Where threads stop to ask GDB's side; 0: the process has no agent. */
uint64_t ct_session_trap(const struct ct_session *session, pid_t pid);

/** A thread stands there.  Like ct_session_hit(). */
uint32_t ct_session_trapped(struct ct_session *session, pid_t pid, pid_t tid,
			    struct ct_answer *ret);

/** A frame, and the registers of its caller, by enum ct_reg. */
struct ct_agent_frame {
	uint64_t cfa;      /**< the stack pointer before the frame's call */
	uint64_t function; /**< where its function begins; 0: not known */
	uint32_t known;    /**< bit i: register i of the caller is gpr[i] */
	uint32_t same;     /**< bit i: it is as in the frame */
	uint64_t gpr[CT_REG_GENERAL_COUNT];
};

/**
 * Who has called a function that returns to the agent, as if that were not
 * there; and who has called the one that a thread is about to enter, or has
 * entered, in a pad.  For debuggers that unwind; nothing changes by it.
 *
 * @param is_newest  The thread stands at @p pc; else a call returns there, or
 *                   a signal's handler.
 * @param sp         The stack pointer of the frame, and its rbp.
 * @param ret        Untouched when the agent has nothing to do with the frame.
 * @return Whether it has.
 */
bool ct_session_unwind(struct ct_session *session, pid_t pid, bool is_newest,
		       uint64_t pc, uint64_t sp, uint64_t bp,
		       struct ct_agent_frame *ret);

/**
 * GDB is going to leave a process that lives on: restore its code, and take
 * what it has recorded.
 *
 * @param tid  A stopped thread.
 */
void ct_session_unhook(struct ct_session *session, pid_t pid, pid_t tid);

#ifdef __cplusplus
}
#endif
#endif
