/* SPDX-License-Identifier: MIT */
/**
 * @file
 * How the agent's library gets into a program.  Nothing is asked of the
 * program, and no shell sees anything of it.
 *
 * **At its start**: a program that the kernel has just begun to execute stands
 * at the dynamic linker's first instruction.  ct_preload_insert() puts
 * LD_PRELOAD into its environment, by ptrace, and ct_preload_remove() takes it
 * out when the dynamic linker has read it, before any code of the program has
 * run: the program and its children never see it.  A LD_PRELOAD of the user's
 * stays in force, before ours, and is restored as it was.
 *
 * **Later**: ct_agent_load() has a stopped thread call dlopen().
 *
 * Errors of CT_ERROR_UNSUPPORTED are reasons for the user, and nothing was
 * changed then.  The agent stays as long as the program: a thread may be in
 * any of its hooks.
 */
#ifndef CTESTER_AGENT_LOADING_H
#define CTESTER_AGENT_LOADING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ctester/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/** True for a stopped program that has not executed an instruction, not even
 * of its dynamic linker. */
bool ct_process_is_at_start(pid_t pid, pid_t tid);

/** Bits of ct_preload::flags. */
enum ct_preload_flags {
	CT_PRELOAD_MOVED = 1 << 0,     /**< the stack pointer was changed: GDB
					    must read the registers anew */
	CT_PRELOAD_AT_ENTRY = 1 << 1,  /**< `loaded` is the program's entry */
	CT_PRELOAD_BY_LINKER = 1 << 2, /**< the program is the dynamic linker,
					    and loads another one */
};

/** What was put into a program's environment, to be taken out again. */
struct ct_preload {
	uint64_t loaded;     /**< where a thread comes by when the libraries
				  are there, at the latest: have it stop, and
				  call ct_preload_remove() each time */
	uint64_t slot;       /**< the pointer in the environment */
	uint64_t was;        /**< what that was; 0: there was none */
	uint64_t is;         /**< our string */
	uint64_t size;       /**< of that, in bytes */
	uint64_t dev, inode; /**< of the library */
	uint32_t arrivals;   /**< how often ct_preload_remove() was called */
	uint32_t flags;      /**< enum ct_preload_flags */
};

/**
 * Have a program that is at its start load a library.
 *
 * @param path  Absolute; without spaces, colons and dollar signs, which mean
 *              something in LD_PRELOAD.
 * @return CT_ERROR_UNSUPPORTED when it is not at its start, is linked
 *         statically, is a 32-bit one, runs with privileges of its file
 *         (the dynamic linker ignores LD_PRELOAD then), or cannot read or
 *         execute the file from where it is (chroot, namespaces, noexec).
 */
struct ct_error *ct_preload_insert(pid_t pid, pid_t tid, const char *path,
				   struct ct_preload *ret);

/** Whether it is still to be taken out of this program: one that has become
 * another program by exec has a new environment. */
bool ct_preload_is_in(pid_t pid, const struct ct_preload *preload);

/**
 * Take it out, at `loaded`.
 *
 * @param ret_done  False: the libraries are not there yet, and the program
 *                  will come by once more.
 */
struct ct_error *ct_preload_remove(pid_t pid, struct ct_preload *preload,
				   bool *ret_done);

/**
 * Whether a program that runs can have a library loaded: what
 * ct_agent_load() would refuse before it changes anything.
 */
struct ct_error *ct_agent_check_load(pid_t pid, pid_t tid, const char *path);

/**
 * Have a stopped thread call dlopen().  The caller has seen to it that the
 * thread is in neither an allocator nor the dynamic linker.  All others must
 * be stopped; when one of them has a lock that is needed, this is found out
 * before the call is made.  GDB must be told to look for libraries
 * afterwards.
 *
 * @return CT_ERROR_UNSUPPORTED with the reason, or with what dlerror() said.
 */
struct ct_error *ct_agent_load(pid_t pid, pid_t tid, const char *path);

/**
 * Let a stopped thread go on alone until it returns to a place: out of an
 * allocator, say.  GDB must read its registers anew.
 *
 * @param pc,sp  Where it is then.
 * @return CT_ERROR_UNSUPPORTED when it comes to a breakpoint, would wait for a
 *         lock, or takes too long; it stays where it has come to, which is
 *         as good a place as any for it.
 */
struct ct_error *ct_process_run_out(pid_t pid, pid_t tid, uint64_t pc,
				    uint64_t sp);

/** Where the agent is in a process. */
enum ct_agent_presence {
	CT_AGENT_ABSENT,
	CT_AGENT_LOADED,   /**< and not attached to a session's memory */
	CT_AGENT_ATTACHED, /**< its hooks work */
};

/** Look for it.  CT_ERROR_UNSUPPORTED for one of another version. */
struct ct_error *ct_agent_look(pid_t pid, enum ct_agent_presence *ret);

#ifdef __cplusplus
}
#endif
#endif
