/* SPDX-License-Identifier: MIT */
/*
 * The session's side of the agent: which functions it hooks, what it has
 * recorded, and what it asks.  One of them a process; agent/shared.h is what
 * both sides have.
 *
 * A place (places.c) is either hooked or a breakpoint of GDB's, and every
 * ct_session_find_places() says which anew.  Code is only written while all
 * threads of the process are stopped.
 */
#ifndef CT_SESSION_AGENT_H
#define CT_SESSION_AGENT_H

#include "agent/drain.h"
#include "agent/memory.h"
#include "agent/patch.h"
#include "ctester/agent.h"
#include "image/extent.h"
#include "session/internal.h"

/* The engine of a record. */
enum {
	CT_ENGINE_BREAKPOINT,
	CT_ENGINE_AGENT,
};

/* A place that the agent has. */
struct ct_agent_site {
	uint64_t addr;
	struct ct_watch *watch; /* NULL: of memory that goes away */
	uint64_t pad_to;        /* of a pad: the real function; else 0 */
	uint32_t index;         /* of its hook */
	struct ct_patch patch;  /* of an entry */
	bool wanted;
	UT_hash_handle hh;
};

/* Where a file's jumps lead, and where its functions begin. */
struct ct_agent_code {
	struct ct_image *image;
	struct ct_branches *branches; /* NULL: it cannot be read */
	struct ct_extents *extents;   /* NULL, too */
	UT_hash_handle hh;
};

struct ct_agent {
	pid_t pid;
	struct ct_agent_info info;
	struct ct_agent_shared *shared;
	struct ct_drain *drain;
	struct ct_agent_site *sites;   /* by address */
	struct ct_agent_site *retired; /* that were hooked, by address */
	struct ct_agent_code *code;
	struct ct_module *vdso; /* NULL: not looked for yet */
	uint64_t ring_size;     /* as it was asked for */
	uint32_t told_mock;     /* the last one whose outs the agent knows */
	uint64_t damaged;       /* records that were none */
};

/* If the program has the agent in it, attach it, once. */
void ct_session_attach_agent(struct ct_session *session, pid_t tid);
/* Hook the places that the agent can have, and let go of others. */
void ct_session_hook_places(struct ct_session *session, pid_t tid);
/* Tell the agent what mocks write through pointers. */
void ct_session_tell_outs(struct ct_session *session);
/* The process at hand has ended, or runs another program: what was recorded
 * is taken, calls that have not returned included.  One that lives on keeps
 * the memory. */
void ct_session_end_agent(struct ct_session *session, bool lives);
/* Whether a system call of the process is the agent's own; pc is behind its
 * instruction.  May be asked by any thread. */
bool ct_session_is_agents_call(const struct ct_session *session, pid_t pid,
			       uint64_t pc);
/* It ends by a signal: said so, when it is on our account. */
void ct_session_judge_agent(struct ct_session *session, int signal);
/* ct_session_drain(), and of rings that keep the last calls (CT_RING_FLIGHT),
 * too: somebody wants to see them. */
void ct_session_drain_all(struct ct_session *session);

/* Counts of targets are what they are now. */
void ct_session_count_calls(struct ct_session *session);
/* Calls without a record, of all programs since the last clearing. */
uint64_t ct_session_lost_calls(const struct ct_session *session);
/* The same of its threads that are not among tids. */
void ct_session_end_agent_threads(struct ct_session *session, const pid_t *tids,
				  size_t count);
/* GDB has left the process, which lives on, hooks and all: they let calls
 * pass from now on. */
void ct_session_lose_agent(struct ct_session *session);
void ct_session_forget_refused(struct ct_session *session);

/* agent_loaded.c */
/* At an update, once: what has been loaded since the last one, and has not run
 * yet.  tid has stopped. */
void ct_session_find_fresh(struct ct_session *session, pid_t tid);
/* Whether the code at an address is of that. */
bool ct_session_is_fresh(const struct ct_session *session, uint64_t addr);
void ct_session_forget_loaded(struct ct_session *session);

/* agent_choice.c: why the agent cannot have a place; NULL when it can. */
const char *ct_agent_refusal(struct ct_session *session,
			     const struct ct_place_entry *place);
/* agent_walkers.c: the same, of a function whose language walks the stack. */
const char *ct_agent_refuse_walker(const struct ct_watch *watch);
/* Whether the program has a collector that scans the stacks of threads, as far
 * as its handlers find them used. */
bool ct_agent_is_scanned(struct ct_program *program);
/* Whether the user's breakpoints are in [low, high). */
bool ct_session_keeps_any(const struct ct_session *session, uint64_t low,
			  uint64_t high);

/* What of a call's decision depends on more than the call: enum
 * ct_hook_flags. */
uint32_t ct_agent_decision_flags(struct ct_session *session,
				 const struct ct_watch *watch);

/* agent_callers.c */
bool ct_agent_knows_caller(struct ct_session *session, uint64_t addr);
/* Let the process's agent know who has made a call; false: there is no room. */
bool ct_agent_tell_caller(struct ct_session *session,
			  const struct ct_record *record);
/* Addresses mean something else than they did, or nothing is known yet. */
void ct_agent_forget_callers(struct ct_session *session,
			     struct ct_agent *agent);

/* agent_records.c: who has meant a call, as a breakpoint would have it. */
void ct_agent_set_origin(struct ct_session *session,
			 const struct ct_watch *watch,
			 struct ct_record *record);

/* The calls of hooked functions that have not returned. */
void ct_session_each_open_hooked(struct ct_session *session,
				 void (*visit)(void *arg,
					       const struct ct_record *record),
				 void *arg);

/* agent_choice.c: false when the code of a hook is not in the process. */
bool ct_agent_is_there(const struct ct_session *session,
		       const struct ct_agent_site *site);
/* agent_hooks.c */
/* Whether the user's breakpoints are where a patch, or what it hides, is. */
bool ct_agent_keeps(const struct ct_session *session,
		    const struct ct_patch *patch);
/* agent_vdso.c: the kernel's library, if the address is there; else NULL. */
struct ct_module *ct_agent_vdso(const struct ct_session *session,
				uint64_t addr);
void ct_agent_forget_vdso(struct ct_agent *agent);

/* agent_room.c: five bytes of padding that begin in [low, high). */
bool ct_agent_find_room(struct ct_session *session,
			const struct ct_module *module,
			const struct ct_agent_code *code, uint64_t low,
			uint64_t high, struct ct_room *ret);

/* Hook it; NULL, or why not: a text that stays. */
const char *ct_agent_hook(struct ct_session *session, pid_t tid,
			  const struct ct_place_entry *place);
/* Have the agent told what it has to know of in any case. */
void ct_agent_hook_always(struct ct_session *session, pid_t tid);
/* False when its bytes cannot be restored: then it stays, and passes. */
bool ct_agent_unhook(struct ct_session *session, struct ct_agent_site *site);
/* The process at hand was forked by the one of that agent: what is hooked
 * there is not, here. */
void ct_agent_clean_child(struct ct_session *session,
			  const struct ct_agent *parent);
/* What was hooked in [low, high) is not what is there now. */
void ct_agent_forget_retired(struct ct_agent *agent, uint64_t low,
			     uint64_t high);
void ct_agent_forget_code(struct ct_agent *agent);

/* agent_frames.c: addresses may mean something else from now on. */
void ct_session_forget_rows(struct ct_session *session);

/*
 * A function that a hooked one ends in, by a jump, returns to the agent.  At
 * its entry: whose call it is; and, when that is known, where it returns.
 */
uint64_t ct_agent_caller(const struct ct_session *session,
			 const struct ct_regs *regs, uint64_t return_address);
uint64_t ct_agent_return_address(const struct ct_session *session,
				 const struct ct_regs *regs, uint64_t caller);

#endif
